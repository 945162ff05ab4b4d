"""Which function a part of a formula is, however it is written, and the slope of an activation by its own value.

`1/(1 + e^(−z))` is σ(z), `log(1 + eᶻ)` is softplus(z), and an A with A′ = A (1 − A) is the logistic function.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from workings.check.judge.formulas import NotGivenError
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.graph.expr import ONE, TWO, ZERO, Apply, Call, Expr, call
from workings.graph.op import OPS, Op
from workings.graph.ops.arithmetic import add, div, mul, power, sub
from workings.graph.ops.pointwise import logistic, softplus, tanh
from workings.graph.ops.selection import maximum, relu
from workings.graph.terms import changed, opposite


class Activation(NamedTuple):
    """An activation whose slope is written by its value a, that slope with a wrong sign, and what is said of it."""

    op: Op
    slope: Callable[[Expr], Expr]
    with_plus: Callable[[Expr], Expr]
    slip: str
    says: str


def _logistic_slope(a: Expr, sign: Op = sub) -> Expr:
    return mul(a, sign(ONE, a))


def _tanh_slope(a: Expr, sign: Op = sub) -> Expr:
    return sign(ONE, power(a, TWO))


LOGISTIC = Activation(
    logistic, _logistic_slope, partial(_logistic_slope, sign=add),
    "σ′ = σ(1 + σ)", "The derivative of the logistic function is σ(1 − σ), with a minus.",
)  # fmt: skip
TANH = Activation(
    tanh, _tanh_slope, partial(_tanh_slope, sign=add),
    "tanh′ = 1 + tanh²", "The derivative of tanh is 1 − a², with a minus.",
)  # fmt: skip
BY_VALUE = (LOGISTIC, TANH)


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


def shape_of(judge: Judge, part: Expr) -> str:
    """Return the kind of function that an operation is: logistic, tanh, relu, or the op's own name."""
    if isinstance(part, Apply):
        return relu.name if part.op is maximum and ZERO in part.args else part.op.name
    if isinstance(part, Call) and len(part.args) == 1 and not any(part.orders):
        rate = call(part.function, part.args, (1,))
        kinds = {known.op.name: (rate, known.slope(part)) for known in BY_VALUE} | {
            relu.name: (part, relu(part.args[0]))
        }
        try:
            return next((kind for kind, pair in kinds.items() if judge.same(*pair)), "")
        except NotGivenError:
            return ""
    return ""
