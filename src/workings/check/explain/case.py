"""A wrong line as a case: what it should be, what it is, and the places at which it can have gone wrong.

A place is one operation of what is differentiated; the whole derivative stands around a hole where its own goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from workings.check.judge.budget import AN_EXPLANATION, Budget
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.judge import Judge
from workings.derive.tidy import tidy
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
    children,
    postorder,
    rebuild,
    symbol,
)
from workings.graph.op import OPS
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.ops.pointwise import logistic, softplus
from workings.graph.ops.selection import maximum, relu


class Node(NamedTuple):
    """A place in the formula that is differentiated: an operation, its arguments, and their derivatives."""

    expr: Expr
    args: tuple[Expr, ...]
    slopes: tuple[Expr, ...]
    outer: tuple[Expr, ...]
    shape: str


#: A wrong way of working out one operation: its derivative by this slip, where the slip fits.
Wrong = Callable[[Node], Iterator[Expr]]


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake: its name, the sentence for the person, what it costs to assume, and what it does.

    `at` works one operation out wrongly; `whole` makes wrong values of the right one.
    """

    name: str
    says: str
    cost: int
    at: Wrong | None = None
    whole: Callable[[Case], Iterator[Expr]] | None = None


class Case:
    """A refuted side: what it should be equal to, and what it is instead."""

    def __init__(self, judge: Judge, left: Expr, truth: Expr, wrong: Expr, written: Expr, before: Expr | None) -> None:
        """Take the left side, its true value, the person's value, their side as written, and the side before."""
        self.judge, self.meaning = judge, judge.meaning
        self.left, self.truth, self.wrong, self.written, self.before = left, truth, wrong, written, before
        self.budget = Budget(AN_EXPLANATION)

    @cached_property
    def references(self) -> list[Expr]:
        """Right sides in the forms that a person may have had in mind."""
        found = [tidy(self.truth)]
        if self.before is not None:
            found.insert(0, self.before)
        return found

    @cached_property
    def nodes(self) -> list[tuple[Node, Expr]]:
        """The places at which the left side's derivative can be worked out wrongly."""
        return list(places(self)) if isinstance(self.left, Partial) else []


HOLE = symbol(" hole")


def recognised(expr: Expr) -> Expr:
    """Return an expression with 1/(1 + e^(−u)) written as σ(u), and log(1 + eᵘ) as softplus(u)."""
    done: dict[Expr, Expr] = {}
    for part in postorder(expr):
        parts = tuple(done[p] for p in children(part))
        fresh = rebuild(part, parts) if parts else part
        done[part] = _as_logistic(fresh) or _as_softplus(fresh) or fresh
    return done[expr]


def _as_logistic(expr: Expr) -> Expr | None:
    if not isinstance(expr, Apply) or expr.op is not div or expr.args[0] is not ONE:
        return None
    below = expr.args[1]
    if not isinstance(below, Apply) or below.op is not add or ONE not in below.args:
        return None
    raised = below.args[0] if below.args[1] is ONE else below.args[1]
    if not isinstance(raised, Apply) or raised.op not in (OPS["exp"], OPS["e_power"]):
        return None
    inner = raised.args[0]
    return logistic(inner.args[0] if isinstance(inner, Apply) and inner.op is neg else neg(inner))


def _as_softplus(expr: Expr) -> Expr | None:
    inside = expr.args[0] if isinstance(expr, Apply) and expr.op is OPS["log"] else None
    if not isinstance(inside, Apply) or inside.op is not add or ONE not in inside.args:
        return None
    raised = inside.args[0] if inside.args[1] is ONE else inside.args[1]
    is_power = isinstance(raised, Apply) and raised.op in (OPS["exp"], OPS["e_power"])
    return softplus(raised.args[0]) if isinstance(raised, Apply) and is_power else None


def places(case: Case) -> Iterator[tuple[Node, Expr]]:
    """Yield each operation on the way from the variable, with the whole derivative around a hole in its place."""
    assert isinstance(case.left, Partial)
    meaning, by = case.meaning, case.left.by
    path = meaning.path(case.left.of, by)
    # As functions of the known kinds first, and then as it is written: log(1 + eᶻ) has an inner derivative too.
    for root in dict.fromkeys((recognised(path), path)):
        yield from _places_of(case, root, by)


def _places_of(case: Case, root: Expr, by: Symbol) -> Iterator[tuple[Node, Expr]]:
    order = list(postorder(root))
    slopes: dict[Expr, Expr] = {}
    found: list[Expr] = []
    for part in order:
        slopes[part] = _slope(part, slopes, by)
        if slopes[part] is not ZERO and isinstance(part, Apply | Call):
            found.append(part)
    for place in found[:60]:
        args = place.args if isinstance(place, Apply | Call) else ()
        again = dict[Expr, Expr]()
        for part in order:
            again[part] = HOLE if part is place else _slope(part, again, by)
        node = Node(place, args, tuple(slopes[a] for a in args), _outer(place), _shape(case, place))
        yield node, again[root]


def _outer(part: Expr) -> tuple[Expr, ...]:
    if isinstance(part, Apply):
        return part.op.partials(*part.args)
    assert isinstance(part, Call)
    return tuple(
        call(part.function, part.args, tuple(n + (i == at) for i, n in enumerate(part.orders)))
        for at in range(len(part.args))
    )


def _slope(part: Expr, slopes: dict[Expr, Expr], by: Symbol) -> Expr:
    if part is by:
        return ONE
    if not isinstance(part, Apply | Call):
        return ZERO
    outer = _outer(part) if any(slopes[a] is not ZERO for a in part.args) else ()
    total: Expr = ZERO
    for index, arg in enumerate(part.args):
        if slopes[arg] is not ZERO:
            term = outer[index] if slopes[arg] is ONE else mul(outer[index], slopes[arg])
            total = term if total is ZERO else add(total, term)
    return total


def _shape(case: Case, part: Expr) -> str:
    """Return the kind of function that an operation is: logistic, tanh, relu, or the op's own name."""
    if isinstance(part, Apply):
        if part.op is maximum and ZERO in part.args:
            return "relu"
        return part.op.name
    if isinstance(part, Call) and len(part.args) == 1 and not any(part.orders):
        slope = call(part.function, part.args, (1,))
        try:
            if case.judge.same(slope, mul(part, sub(ONE, part))):
                return "logistic"
            if case.judge.same(slope, sub(ONE, power(part, TWO))):
                return "tanh"
            if case.judge.same(part, relu(part.args[0])):
                return "relu"
        except NotGivenError:
            return ""
    return ""
