"""Functions that programs call where paper has a sign: `np.square(e)` is e², `Math.pow(e, 2)` too.

What is called so is known by its name and the number of its arguments, unless the author defines it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workings.graph.expr import ONE, Expr, number
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.ops.pointwise import exp, log
from workings.graph.ops.selection import above, at_least


def _square(a: Expr) -> Expr:
    return power(a, number(2))


def _reciprocal(a: Expr) -> Expr:
    return div(ONE, a)


def _log_of_one_more(a: Expr) -> Expr:
    return log(add(ONE, a))


def _exp_less_one(a: Expr) -> Expr:
    return sub(exp(a), ONE)


def _less(a: Expr, b: Expr) -> Expr:
    return above(b, a)


def _at_most(a: Expr, b: Expr) -> Expr:
    return at_least(b, a)


#: By name and number of arguments, what a call is.
_CALLED: dict[tuple[str, int], Callable[..., Expr]] = {
    ("square", 1): _square, ("pow", 2): power, ("power", 2): power, ("add", 2): add, ("subtract", 2): sub,
    ("multiply", 2): mul, ("divide", 2): div, ("negative", 1): neg, ("reciprocal", 1): _reciprocal,
    ("log1p", 1): _log_of_one_more, ("expm1", 1): _exp_less_one, ("greater", 2): above, ("greater_equal", 2): at_least,
    ("less", 2): _less, ("less_equal", 2): _at_most,
}  # fmt: skip


def is_called(name: str, arguments: int) -> bool:
    """Say whether a program's function of so many arguments has a sign on paper."""
    return (name, arguments) in _CALLED


def called(name: str, arguments: Sequence[Expr]) -> Expr:
    """Return what a call of such a function is."""
    return _CALLED[name, len(arguments)](*arguments)
