"""The rooms of the reader and of the check stay small enough to be read, and what people say stands in one of them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import workings

ROOMS = sorted(path for room in ("read", "check") for path in (Path(workings.__file__).parent / room).rglob("*.py"))
MOST_METHODS, MOST_LINES = 20, 500
#: Words that stand in sentences, and in no formula.
SAID = frozenset(
    ("the", "is", "are", "an", "as", "by", "with", "for", "when", "if", "where", "and", "or", "not", "that", "this",
     "let", "say", "because", "then", "which", "from", "to", "on", "at", "be", "here", "und", "mit", "wenn")
)  # fmt: skip
#: What hears sentences, and the words that programs and the notation have in common with them.
HEARING = ("read/phrases.py", "page/program.py")


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_class_and_no_file_is_long(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    classes = (node for node in ast.walk(ast.parse(content)) if isinstance(node, ast.ClassDef))
    long = [c.name for c in classes if sum(isinstance(node, ast.FunctionDef) for node in c.body) > MOST_METHODS]
    assert not long
    assert content.count("\n") <= MOST_LINES


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: "/".join(path.parts[-2:]))
def test_what_people_say_is_heard_by_one_table(path: Path) -> None:
    if "/".join(path.parts[-2:]) in HEARING:
        return
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    regular = [call.args[0] for call in calls if ast.unparse(call.func).startswith("re.") and call.args]
    patterns = [" ".join(re.findall(r"'(.*?)'", ast.unparse(pattern))) for pattern in regular]
    without_names = [re.sub(r"\(\?P[<=]\w+[>)]", "", pattern) for pattern in patterns]
    assert not [p for p in without_names if SAID & set(re.findall(r"(?<![\\\w])[a-z]+(?![\w])", p))]
