"""The places at which a derivative can be worked out wrongly: the operations of what is differentiated.

The whole derivative stands around a hole where a place's own goes, so that a slip at one place is one replacement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workings.check.explain.functions import recognised, shape_of
from workings.check.explain.part import HOLE
from workings.check.judge.judge import Judge
from workings.check.judge.slopes import outer, slopes
from workings.graph.expr import (
    ZERO,
    Apply,
    Call,
    Expr,
    Partial,
    Symbol,
)
from workings.graph.ops.arithmetic import add, div, mul, neg, sub

#: At most so many places are looked at.
_MOST = 60


class Node(NamedTuple):
    """A place in the formula that is differentiated: an operation, its arguments, and their derivatives."""

    expr: Expr
    args: tuple[Expr, ...]
    slopes: tuple[Expr, ...]
    outer: tuple[Expr, ...]
    shape: str

    @property
    def moving(self) -> list[int]:
        """The arguments that the variable moves; one at least."""
        return [at for at, slope in enumerate(self.slopes) if slope is not ZERO]

    @property
    def alone(self) -> int | None:
        """The one argument that the variable moves, where the operation bends: the z of σ(z)."""
        linear = isinstance(self.expr, Apply) and self.expr.op in (add, sub, neg, mul, div)
        return self.moving[0] if len(self.moving) == 1 and not linear else None


def places(judge: Judge, left: Partial) -> Iterator[tuple[Node, Expr]]:
    """Yield each operation on the way from the variable, with the whole derivative around a hole in its place."""
    path = judge.meaning.path(left.of, left.by)
    # As functions of the known kinds first, and then as it is written: log(1 + eᶻ) has an inner derivative too.
    for root in dict.fromkeys((recognised(path), path)):
        yield from _places_of(judge, root, left.by)


def _places_of(judge: Judge, root: Expr, by: Symbol) -> Iterator[tuple[Node, Expr]]:
    rates = slopes(root, by)
    found = [part for part, rate in rates.items() if rate is not ZERO and isinstance(part, Apply | Call)]
    for place in found[:_MOST]:
        around = slopes(root, by, {place: HOLE})[root]
        own = tuple(rates[a] for a in place.args)
        yield Node(place, place.args, own, outer(place), shape_of(judge, place)), around
