"""What is wrong with a piece of a formula: brackets without partners, signs without sides, more than anybody reads."""

from __future__ import annotations

from collections.abc import Sequence

from workings.errors import Problem
from workings.read.formula.signs import DEEPEST, MOST_PARTS, PARTNERS, Mark, Part
from workings.read.formula.tree import Unread
from workings.read.page.text import Text


def unread(text: Text, start: int, end: int, found: str, expected: str, why: str, instead: str) -> Unread:
    """Return the node of a piece that is not read."""
    return Unread(start, end, text.problem(start, end, found, expected, why, instead))


def too_long(text: Text, parts: Sequence[Part], start: int, end: int) -> Unread:
    """Return the node of a formula of more signs than anybody reads."""
    return unread(
        text, start, end, f"this formula has {len(parts):,} signs", f"at most {MOST_PARTS:,}",
        "nobody can read such a formula, and its derivation would be longer still",
        "give the inner parts names, one equation each: `u = …`",
    )  # fmt: skip


def too_deep(text: Text, start: int, end: int) -> Unread:
    """Return the node of brackets in brackets, deeper than anybody reads."""
    return unread(
        text, start, end, f"brackets stand more than {DEEPEST} deep here",
        f"at most {DEEPEST} brackets inside each other",
        "nobody can read such a formula, and its derivation would be longer still",
        "give the inner parts names, one equation each: `u = …`",
    )  # fmt: skip


def unopened(text: Text, shape: str, start: int, end: int, before: bool) -> Problem:
    """Return the problem of a bracket that closes nothing; `before` where something stands before it."""
    return text.problem(
        start, end, f"`{shape}` closes a bracket that was not opened",
        "a bracket of its kind before it" if before else "a formula",
        "every bracket needs its partner on the same line", f"leave `{shape}` out, or open it before",
    )  # fmt: skip


def unclosed(text: Text, opening: Mark) -> Problem:
    """Return the problem of a bracket that nothing closes."""
    closing = PARTNERS.get(opening.text, "|")
    return text.problem(
        opening.start, opening.end, f"`{opening.text}` is never closed", f"`{closing}` behind it",
        "every bracket needs its partner in the same formula",
        f"put `{closing}` where the part that it encloses ends",
    )  # fmt: skip


def too_early(text: Text, items: Sequence[Part]) -> Unread:
    """Return the node of a formula that ends where something has to follow."""
    last = items[-1] if items else None
    shown = text.content[last.start : last.end] if last is not None else ""
    start, end = (last.start, last.end) if last is not None else (0, 1)
    return unread(
        text, start, end, "the formula ends too early", "a number, a name, `(`, `{` or `∂`",
        f"after `{shown}` something has to follow", "write what comes next, or leave the last sign out",
    )  # fmt: skip


def two_operators(text: Text, mark: Mark, before: Part | None) -> Unread:
    """Return the node of a sign that has nothing to act on."""
    shown = text.content[mark.start : mark.end]
    after = f" after `{text.content[before.start : before.end]}`" if before is not None else ""
    return unread(
        text, mark.start, mark.end, f"`{shown}` cannot stand here{after}",
        "a number, a name, `(`, an operator, `{` or `∂`",
        "two operators do not follow each other, and every operator needs both its sides",
        f"leave `{shown}` out, or write what is missing before it",
    )  # fmt: skip


def script_alone(text: Text, mark: Mark) -> Unread:
    """Return the node of a script that stands on nothing."""
    return unread(
        text, mark.start, mark.end, f"`{mark.text}` stands on something that is not a name", "a name before it",
        "a script belongs to a name, a number or a bracket", "leave it out, or write it on the name",
    )  # fmt: skip
