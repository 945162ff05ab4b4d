"""The rooms of the reader and of the check stay small enough to be read: no long class, no long file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import workings

ROOMS = sorted(path for room in ("read", "check") for path in (Path(workings.__file__).parent / room).rglob("*.py"))
MOST_METHODS, MOST_LINES = 20, 500


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_class_and_no_file_is_long(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    classes = (node for node in ast.walk(ast.parse(content)) if isinstance(node, ast.ClassDef))
    long = [c.name for c in classes if sum(isinstance(node, ast.FunctionDef) for node in c.body) > MOST_METHODS]
    assert not long
    assert content.count("\n") <= MOST_LINES
