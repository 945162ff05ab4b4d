"""One tree of errors. What a person wrote is answered in five parts, every failure at once.

A `Problem` is one failure: where it is, what was found there, what was expected (and which line made
it so), why, and what to write instead. A `ReadError` carries all the problems of a document.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workings.source import Place, caret_picture


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure in five parts; `text` is the line of source that the place stands in."""

    place: Place
    found: str
    expected: str
    why: str
    instead: str
    text: str = ""

    def __str__(self) -> str:
        """Write the five parts, with a picture of the place where there is a line to show."""
        lines = [f"{self.place}: {self.found}"]
        if self.text:
            lines.append(caret_picture(self.place, self.text))
        lines += [f"  expected: {self.expected}", f"  why: {self.why}", f"  write instead: {self.instead}"]
        return "\n".join(lines)


class WorkingsError(Exception):
    """The root of every error that workings raises on purpose."""


class ReadError(WorkingsError):
    """A document or a request could not be understood; `problems` holds every failure found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order in which they stand in the text, each said once."""
        unique = dict.fromkeys(problems)
        self.problems: tuple[Problem, ...] = tuple(
            sorted(unique, key=lambda p: (p.place.file, p.place.line, p.place.column))
        )
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Write every problem; most are never shown, so that they are written only here."""
        return "\n\n".join(str(problem) for problem in self.problems)
