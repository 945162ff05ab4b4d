"""What stands in an expression: its parts of one kind, the terms of a sum, a number with its sign, other names.

−0.5 is the number −½          a + b − c has the terms a, b and c          w₁ x₁ is w₂ x₂ by other names
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeVar

from workings.graph.expr import (
    Apply,
    Call,
    Expr,
    Number,
    Partial,
    Symbol,
    fold,
    partial,
    postorder,
    rebuild,
    symbol,
)
from workings.graph.op import Op
from workings.graph.ops.arithmetic import neg

_T = TypeVar("_T")


def parts(kind: type[_T], *roots: Expr) -> list[_T]:
    """Return the parts of one kind, each once, in the order in which they are worked out."""
    return [part for part in postorder(*roots) if isinstance(part, kind)]


def partials(expr: Expr) -> list[Partial]:
    """Return the derivatives that stand in an expression."""
    return parts(Partial, expr)


def calls_in(*roots: Expr) -> list[Call]:
    """Return the functions that expressions apply, with what they are applied to."""
    return parts(Call, *roots)


def numbers_in(expr: Expr) -> list[Number]:
    """Return the numbers that stand in an expression."""
    return parts(Number, expr)


def times_in(expr: Expr, part: Expr) -> int:
    """Return how often a part stands in an expression as it is written out."""
    return fold(expr, lambda own, below: (own is part) + sum(below))


def terms(expr: Expr, *ops: Op) -> list[Expr]:
    """Return what some operations join, in reading order: the terms of a sum, the factors of a product."""
    found: list[Expr] = []
    waiting = [expr]
    while waiting:
        top = waiting.pop()
        if isinstance(top, Apply) and top.op in ops:
            waiting += reversed(top.args)
        else:
            found.append(top)
    return found


def without_minus(expr: Expr) -> Expr:
    """Return an expression without the minus before it."""
    return expr.args[0] if isinstance(expr, Apply) and expr.op is neg else expr


def opposite(expr: Expr) -> Expr:
    """Return −u of u, and u of −u."""
    return expr.args[0] if isinstance(expr, Apply) and expr.op is neg else neg(expr)


def number_of(expr: Expr | None) -> Fraction | None:
    """Return the number that an expression is, a minus before it perhaps; None where it is more."""
    bare = None if expr is None else without_minus(expr)
    if not isinstance(bare, Number):
        return None
    return bare.value if bare is expr else -bare.value


def changed(root: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Return an expression with every part changed, each once its own parts are."""
    return fold(root, lambda own, below: change(rebuild(own, below) if below else own))


def renamed(expr: Expr, new: Callable[[str], str]) -> Expr:
    """Return an expression with its names changed, those that it differentiates by and holds fixed too."""

    def combine(part: Expr, below: tuple[Expr, ...]) -> Expr:
        if isinstance(part, Symbol):
            return symbol(new(part.name))
        if isinstance(part, Partial):
            return partial(below[0], symbol(new(part.by.name)), (symbol(new(held.name)) for held in part.held))
        return rebuild(part, below) if below else part

    return fold(expr, combine)


def reached(begin: Iterable[str], further: Callable[[str], Iterable[str]]) -> set[str]:
    """Return names with all that they lead to, each by what it leads to directly."""
    found: set[str] = set()
    waiting = list(begin)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += further(name)
    return found
