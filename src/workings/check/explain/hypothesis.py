"""The record of a hypothesis: under which other line, network, point or reading a refuted claim would hold.

    a slip            the line as it would be with one thing done wrongly     stays refuted, and has a name
    a repair          the line with one part put right                        stays refuted, and has a place
    another network   the line where the loss is another one                  stays refuted, and is right there
    an excuse         the line for what the text says elsewhere               undecided, not read, or on a domain

The judge decides whether the claim holds there. The cheapest hypothesis that holds is told; two different ones of one
cost tell nothing; and none can make a refuted line hold, because its verdict says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from workings.check.explain.part import Part
from workings.check.judge.judge import Judge
from workings.check.verdict import Verdict
from workings.graph.expr import Expr

if TYPE_CHECKING:
    from workings.check.explain.case import Case


class Supposed(NamedTuple):
    """An equality that holds if the hypothesis does: of another network where it has a judge of its own.

    `where` is a condition `low < high` for its points, `words` what completes the sentence for the person, `mark` the
    part of the person's side that it puts right.
    """

    left: Expr
    right: Expr
    judge: Judge | None = None
    where: tuple[Expr, Expr] | None = None
    words: str = ""
    mark: Part | None = None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A hypothesis: its name, the sentence for the person (`{}` for words), its cost, and what it makes of a line.

    `mends` are the kinds of repair that put such a line right, where it is a slip: they tell which part is wrong.
    """

    name: str
    says: str
    cost: int
    verdict: Verdict
    claims: Callable[[Case], Iterator[Supposed]]
    mends: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would make a refuted line right.

        Raises:
            ValueError: for a hypothesis by which a line would hold.
        """
        if self.verdict == "holds":
            raise ValueError(f"{self.name}: no hypothesis makes a refuted line hold")

    def told(self, words: str = "") -> Told:
        """Return what is told of a line that it explains."""
        return Told(self.name, self.says.format(words) if "{}" in self.says else self.says, self.verdict, self.mends)


class Told(NamedTuple):
    """What is told of a refuted line: the name of the hypothesis that explains it, its sentence, and the verdict."""

    name: str
    says: str
    verdict: Verdict = "refuted"
    mends: tuple[str, ...] = ()


def excuse(name: str, says: str, cost: int, claims: Callable[[Case], Iterator[Supposed]]) -> Hypothesis:
    """Return a hypothesis by which a line is left open."""
    return Hypothesis(name, says, cost, "undecided", claims)


def slip(name: str, says: str, cost: int, claims: Callable[[Case], Iterator[Supposed]], *mends: str) -> Hypothesis:
    """Return a hypothesis that names a mistake, put right by some kinds of repair."""
    return Hypothesis(name, says, cost, "refuted", claims, mends)
