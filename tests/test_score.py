"""Real derivations, whose every line is known to be right or wrong: nearly all lines are judged as they are.

A line is *right* where it is judged as it is, *wrong* where a right one is refuted or a wrong one held, *open* where
it is said to be undecided or not read, and *dropped* where nothing is said of it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.matching import CORPUS, folders
from tests.pages import OverrunError, stopped, together
from workings import ReadError
from workings.api import check_document
from workings.show import as_json

#: At least this share of the lines of documents about scalars is judged rightly; of all documents, no line is judged
#: wrongly and none is dropped.
RIGHT, WRONG, DROPPED = 0.9, 0, 0

#: What only sets a formula: spaces, alignment, the numbers of equations.
_SETTING = re.compile(
    r"\\tag\{[^}]*\}|\\label\{[^}]*\}|\\nonumber|\\\\(\[[^\]]*\])?|[&\s$]"
    r"|\\(?:displaystyle|left|right|qquad|quad|,|;|!|:)(?![a-zA-Z])|\.$|,$"
)


@dataclass(frozen=True)
class Outcome:
    """What became of a line: its text, whether it is right, and what was made of it."""

    text: str
    ok: bool
    outcome: str

    def __str__(self) -> str:
        """Return it in one row."""
        return f"{self.outcome}: {'right' if self.ok else 'wrong'} is `{self.text}`"


@dataclass(frozen=True)
class Document:
    """A real derivation: what it needs, and what became of its lines."""

    folder: Path

    @property
    def meta(self) -> dict[str, Any]:
        return json.loads((self.folder / "meta.json").read_text(encoding="utf-8"))

    @property
    def expected(self) -> list[dict[str, Any]]:
        return json.loads((self.folder / "expect.json").read_text(encoding="utf-8"))["lines"]

    def judged(self) -> list[dict[str, Any]]:
        """Return what `workings check --json` says of each line."""
        path = self.folder / self.meta.get("file", "source.md")
        try:
            return as_json.check(stopped(lambda: check_document(path)))["lines"]
        except (ReadError, OverrunError):
            return []

    def outcomes(self) -> list[Outcome]:
        judged = self.judged()
        texts = [squashed(line.get("latex") or line.get("code")) for line in self.expected]
        found: list[Outcome] = []
        for line, text in zip(self.expected, texts, strict=True):
            verdicts = _verdicts(text, judged)
            conditional = line.get("qualifier") or line.get("qual") or not isinstance(line["ok"], bool)
            twice = sum(text in other or other in text for other in texts) > 1
            if conditional or (twice and "refuted" in verdicts and any(v.startswith("holds") for v in verdicts)):
                continue
            found.append(
                Outcome(str(line.get("latex") or line.get("code")), line["ok"], _outcome(verdicts, line["ok"]))
            )
        return found


def squashed(text: object) -> str:
    return _SETTING.sub("", str(text or ""))


def _verdicts(wanted: str, judged: list[dict[str, Any]]) -> list[str]:
    """Return the verdicts of the lines that an expected line stands for."""
    texts = [(squashed(line.get("text")), str(line["verdict"])) for line in judged]
    exact: list[str] = [verdict for text, verdict in texts if text == wanted]
    return exact or [verdict for text, verdict in texts if len(text) > 3 and (text in wanted or wanted in text)]


def _outcome(verdicts: list[str], ok: object) -> str:
    said = together(set(verdicts)) if verdicts else "dropped"
    if said in ("refuted", "holds"):
        return "right" if (said == "holds") == ok else "wrong"
    return said


@cache
def outcomes(folder: Path) -> list[Outcome]:
    return Document(folder).outcomes()


pytestmark = pytest.mark.skipif(not folders(CORPUS), reason=f"there is no corpus at {CORPUS.name}")
each = pytest.mark.parametrize("folder", folders(CORPUS), ids=lambda folder: folder.name)


@each
def test_no_line_is_judged_wrongly(folder: Path) -> None:
    wrong = [str(line) for line in outcomes(folder) if line.outcome == "wrong"]
    assert len(wrong) <= WRONG, "\n".join(wrong)


@each
def test_no_line_is_dropped(folder: Path) -> None:
    dropped = [str(line) for line in outcomes(folder) if line.outcome == "dropped"]
    assert len(dropped) <= DROPPED, "\n".join(dropped)


def test_nearly_all_lines_about_scalars_are_judged_rightly() -> None:
    about_scalars = [folder for folder in folders(CORPUS) if Document(folder).meta.get("needs") == "scalar"]
    counts = Counter(line.outcome for folder in about_scalars for line in outcomes(folder))
    assert counts["right"] >= RIGHT * counts.total(), dict(counts)
