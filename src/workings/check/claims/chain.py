"""The values that go through a walk: what a line speaks of, what was said to be equal to it, what is said of each side.

∂E/∂w = (ŷ − y) x = 0.3          a chain: its left side, then what held so far, of names and of numbers
      = 0.15                      the next line goes on with it
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from workings.check.claims.prose import Around
from workings.check.claims.update import Update
from workings.check.explain.hypothesis import Told
from workings.check.verdict import Finding
from workings.graph.expr import Call, Expr, Symbol, symbol
from workings.graph.writing.spelling import canonical
from workings.read.lines.line import Side, WrittenLine
from workings.read.page.text import Snippet

#: The rule of a side that only says again what the text gives: nothing is told of it.
THE_DEFINITION = "the definition itself"


@dataclass(frozen=True)
class Chain:
    """The left side that lines go on with, and the sides that were said to be equal to it.

    `begun_by` is the line that begins it, `line` the one that is judged now, with the words `around` it. `at` is the
    variable that the left side is differentiated by. `problem` says why nothing can be said of it. `update` is the
    step that it writes. `bare` says that the left side is a formula, which the sentence before may name; `begins`
    that its first side said what the left side is from there on, and claimed nothing.
    """

    begun_by: WrittenLine
    left: Expr | None = None
    at: Symbol | None = None
    problem: str = ""
    update: Update | None = None
    bare: bool = False
    begins: bool = False
    around: Around = field(default_factory=Around)
    line: WrittenLine | None = None
    #: The last side, the last one made of names, and the last made of numbers that held, with its decimals.
    previous: Expr | None = None
    symbolic: Expr | None = None
    number: Expr | None = None
    number_places: Mapping[Fraction, int] = field(default_factory=dict[Fraction, int])
    #: Whether the first of the numbers was held against something else than numbers.
    checked: bool = False
    #: Whether they go on with one that was printed in a line that nobody could check.
    doubted: bool = False
    #: Whether the side that is judged stands behind `≈`.
    about: bool = False
    #: Whether numbers were put in on the way, and whether the last side held.
    numbered: bool = False
    held: bool = True

    @property
    def here(self) -> WrittenLine:
        """The line that is judged now."""
        return self.line or self.begun_by

    @property
    def subject(self) -> Expr | None:
        """What a number of it is the value of: its left side, or the step that it writes."""
        return self.left if self.update is None else self.update.value

    def at_line(self, line: WrittenLine, around: Around) -> Chain:
        """Return the chain as it goes on in a line."""
        return replace(self, line=line, around=around)


def about(
    line: WrittenLine, left: Expr, at: Symbol | None = None, *, bare: bool = False, begins: bool = False
) -> Chain:
    """Return the chain of a line about an expression."""
    return Chain(line, left, at, bare=bare, begins=begins, symbolic=left)


def about_name(line: WrittenLine, name: str) -> Chain:
    """Return the chain of a line about a name."""
    return about(line, symbol(name))


def unreadable(line: WrittenLine, why: str, at: Symbol | None = None) -> Chain:
    """Return the chain of a line of which nothing can be said, and why."""
    return Chain(line, at=at, problem=why)


class Said(NamedTuple):
    """What is said of a line, or of one side of it.

    `note` says what is wrong with the reason that the person gave; `settles` gives lines above, left open there, their
    verdicts; `as_read` is the line as this reads it, where it does so in its own way; `slight` says that it is off by
    no more than a number above that it comes from.
    """

    side: Side | None
    finding: Finding
    rule: str = ""
    follows: bool | None = None
    slip: Told | None = None
    right_for: str = ""
    part: Snippet | None = None
    part_expr: Expr | None = None
    note: str = ""
    settles: tuple[tuple[Snippet, Said], ...] = ()
    as_read: tuple[Expr | None, ...] = ()
    slight: bool = False


class Begun(NamedTuple):
    """What a left side begins: a chain, where its sides claim something, and what is said of the line already."""

    chain: Chain | None
    said: tuple[Said, ...] = ()


#: A line that claims nothing.
NOTHING = Begun(None)


def head_name(line: WrittenLine) -> str:
    """Return the name that a line of a program begins with."""
    head = line.sides[0] if line.sides else None
    match = re.match(r"[^\W\d]\w*", head.at.content) if head is not None else None
    return canonical(match[0]) if match else ""


def own_arguments(call: Call) -> tuple[str, ...]:
    """Return the names that a function is applied to, where it is applied to names alone; else those among them."""
    return tuple(argument.name for argument in call.args if isinstance(argument, Symbol))
