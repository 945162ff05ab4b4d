"""The places at which a derivative can be worked out wrongly: the operations of what is differentiated.

The whole derivative stands around a hole where a place's own goes, so that a slip at one place is one replacement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workings.check.explain.part import HOLE
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.check.judge.slopes import outer, slopes
from workings.graph.expr import (
    ONE,
    TWO,
    ZERO,
    Apply,
    Call,
    Expr,
    Partial,
    Symbol,
    call,
)
from workings.graph.op import OPS
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.ops.pointwise import logistic, softplus
from workings.graph.ops.selection import maximum, relu
from workings.graph.terms import changed, opposite

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


def recognised(expr: Expr) -> Expr:
    """Return an expression with 1/(1 + e^(−u)) written as σ(u), and log(1 + eᵘ) as softplus(u)."""
    return changed(expr, lambda part: _as_logistic(part) or _as_softplus(part) or part)


def _raised(expr: Expr) -> Expr | None:
    """Return the u of 1 + eᵘ."""
    if not isinstance(expr, Apply) or expr.op is not add or ONE not in expr.args:
        return None
    power_of_e = expr.args[0] if expr.args[1] is ONE else expr.args[1]
    known = isinstance(power_of_e, Apply) and power_of_e.op in (OPS["exp"], OPS["e_power"])
    return power_of_e.args[0] if isinstance(power_of_e, Apply) and known else None


def _as_logistic(expr: Expr) -> Expr | None:
    if not isinstance(expr, Apply) or expr.op is not div or expr.args[0] is not ONE:
        return None
    inner = _raised(expr.args[1])
    if inner is None:
        return None
    return logistic(opposite(inner))


def _as_softplus(expr: Expr) -> Expr | None:
    inner = _raised(expr.args[0]) if isinstance(expr, Apply) and expr.op is OPS["log"] else None
    return None if inner is None else softplus(inner)


def inside(meaning: Meaning, name: str) -> Expr | None:
    """Return the z of a = σ(z)."""
    formula = meaning.formulas.get(name)
    formula = recognised(formula) if formula is not None else None
    return formula.args[0] if isinstance(formula, Apply | Call) and len(formula.args) == 1 else None


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


def shape_of(judge: Judge, part: Expr) -> str:
    """Return the kind of function that an operation is: logistic, tanh, relu, or the op's own name."""
    if isinstance(part, Apply):
        if part.op is maximum and ZERO in part.args:
            return "relu"
        return part.op.name
    if isinstance(part, Call) and len(part.args) == 1 and not any(part.orders):
        rate = call(part.function, part.args, (1,))
        kinds = {
            "logistic": (rate, mul(part, sub(ONE, part))),
            "tanh": (rate, sub(ONE, power(part, TWO))),
            "relu": (part, relu(part.args[0])),
        }
        try:
            return next((kind for kind, pair in kinds.items() if judge.same(*pair)), "")
        except NotGivenError:
            return ""
    return ""
