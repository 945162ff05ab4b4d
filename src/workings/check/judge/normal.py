"""A normal form that proves equalities: quotients of polynomials over atoms, by exact algebra.

The problem: `(ŷ − y) x (1 − A(w x)) A(w x)` and `x e^(−w x) (ŷ − y)/(1 + e^(−w x))²` are one number in two
forms. The idea: write both as p/q, p and q polynomials with whole coefficients in *atoms*: names, powers of
e such as e^(w x), logarithms, values of abstract functions, switches. The two are equal where p₁ q₂ − p₂ q₁
is the zero polynomial; then they are equal wherever both are defined, and that is a proof.

It never says that two expressions differ: two atoms may be related in a way that it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence

from workings.check.judge.budget import Budget
from workings.check.judge.forms import Forms
from workings.check.judge.polynomials import MOST_ATOMS, MoreAtomsError, Ratio, TooLargeError
from workings.graph.expr import Apply, Call, Expr, Number, Partial, children, postorder

#: Larger expressions are not brought to a normal form.
MOST_OPERATIONS = 2_000
_FEW_ATOMS = 15

__all__ = ["TooLargeError", "equal"]


def _form(forms: Forms, expr: Expr, done: dict[Expr, Ratio]) -> Ratio:
    if isinstance(expr, Number):
        return forms.constant(expr.value)
    parts = tuple(done[part] for part in children(expr))
    if isinstance(expr, Apply):
        # An op is the same lambda over any algebra; here its slots are quotients of polynomials.
        return expr.op.value(forms, *parts)  # pyright: ignore[reportReturnType]
    return forms.applied(expr, parts) if isinstance(expr, Call) else forms.atom(expr)


def equal(a: Expr, b: Expr, budget: Budget | None = None) -> bool:
    """Say whether two expressions without open derivatives have one normal form: True is a proof, False is not.

    Calls are atoms: a function stays abstract where its definition was not put in before.

    Raises:
        TooLargeError: when a limit is met on the way.
        LimitError: when the budget is spent first.
    """
    if a is b:
        return True
    order = tuple(postorder(a, b, into=lambda e: () if isinstance(e, Partial) else children(e)))
    if len(order) > MOST_OPERATIONS:
        raise TooLargeError(f"more than {MOST_OPERATIONS} operations")
    own = budget or Budget()
    try:
        # Most lines have few atoms, and polynomials over few are cheap.
        return _equal(a, b, order, Forms(_FEW_ATOMS, own))
    except MoreAtomsError:
        return _equal(a, b, order, Forms(MOST_ATOMS, own))


def _equal(a: Expr, b: Expr, order: Sequence[Expr], forms: Forms) -> bool:
    done: dict[Expr, Ratio] = {}
    for expr in order:
        done[expr] = _form(forms, expr, done)
    left, right = done[a], done[b]
    return forms.is_zero(forms.product(left.top, right.bottom) - forms.product(right.top, left.bottom))
