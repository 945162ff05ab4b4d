"""Derivations with their truth, and how a checker's lines are matched to it.

A derivation is a folder: `source.md`, the text, and `expect.json`, what a correct reader concludes of each line. An
excerpt of `expect.json` occurs in the source up to white space; it is judged by every line of ours that it overlaps.
"""

from __future__ import annotations

import json
import os
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import workings
from workings.check.verdict import Check, Judged

OWN = Path(__file__).parent / "derivations"
CORPUS = Path(os.environ.get("WORKINGS_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))


def folders(root: Path) -> list[Path]:
    return sorted(d for d in root.iterdir() if (d / "expect.json").exists()) if root.is_dir() else []


@dataclass
class Derivation:
    folder: Path

    @cached_property
    def source(self) -> str:
        return (self.folder / "source.md").read_text(encoding="utf-8")

    @cached_property
    def expected(self) -> dict[str, Any]:
        return json.loads((self.folder / "expect.json").read_text(encoding="utf-8"))

    @cached_property
    def check(self) -> Check:
        return workings.read(self.folder / "source.md").check()

    @cached_property
    def _inked(self) -> list[int]:
        return [at for at, character in enumerate(self.source) if not character.isspace()]

    def _stretch(self, line: Judged) -> range:
        starts = [0, *(match.end() for match in re.finditer("\n", self.source))]
        begin = bisect_left(self._inked, starts[line.place.line - 1] + line.place.column - 1)
        return range(begin, begin + len(_bare(line.text)))

    def lines_at(self, excerpt: str) -> list[Judged]:
        begin = _bare(self.source).index(_bare(excerpt))
        end = begin + len(_bare(excerpt))
        stretches = [(line, self._stretch(line)) for line in self.check.lines]
        return [line for line, at in stretches if at.start < end and at.stop > begin]

    def verdict(self, excerpt: str) -> str:
        found = {line.verdict for line in self.lines_at(excerpt)}
        if "refuted" in found:
            return "refuted"
        if not found:
            return "not judged"
        return "holds" if found <= {"holds", "holds_on_domain"} else "open"


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
