"""The same function in other letters: 1/(1 + e^(−u)) is σ(u), log(1 + eᵘ) is softplus(u), max(0, u) is relu(u).

Which formulas an op has beside its own stands in its record (`Op.forms`); here they are found in an expression. A
formula is matched as it is written, but for what no writing settles: which way round a sum or a product stands,
whether e is raised or `exp` applied, and which sign u has (1/(1 + e^u) is σ(−u)).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from workings.graph.expr import Apply, Expr, children, postorder, rebuild, symbol
from workings.graph.op import OPS, Op
from workings.graph.ops.arithmetic import neg

#: What stands for the argument in a formula; no page can spell it.
_ARGUMENT = symbol(" u")


@cache
def _forms() -> tuple[tuple[Op, Expr], ...]:
    return tuple((op, form(_ARGUMENT)) for op in OPS.values() if op.arity == 1 for form in op.forms)


def recognised(root: Expr) -> Expr:
    """Return an expression with every formula of a known function written as that function, innermost first."""
    done: dict[Expr, Expr] = {}
    for expr in postorder(root):
        parts = tuple(done[part] for part in children(expr))
        fresh = rebuild(expr, parts) if parts else expr
        done[expr] = as_function(fresh) or fresh
    return done[root]


def as_function(expr: Expr) -> Expr | None:
    """Return a formula as the function that it is of its argument; None where it is the formula of none."""
    for op, form in _forms():
        argument = next(_matches(form, expr, None), None)
        if argument is not None:
            return op(argument)
    return None


def _matches(form: Expr, expr: Expr, bound: Expr | None) -> Iterator[Expr]:
    """Yield what the argument of a form is where an expression is written like it, `bound` being what it must be."""
    if form is _ARGUMENT:
        if bound is None or bound is expr:
            yield expr
    elif isinstance(form, Apply):
        if isinstance(expr, Apply) and expr.op.value is form.op.value:
            yield from _all_match(form.args, expr.args, bound)
            if form.op.commutes:
                yield from _all_match(form.args, expr.args[::-1], bound)
        if form.op is neg and form.args[0] is _ARGUMENT:
            yield from _matches(_ARGUMENT, neg(expr), bound)
    elif form is expr and bound is not None:
        yield bound
    elif form is expr:
        yield _ARGUMENT


def _all_match(forms: tuple[Expr, ...], exprs: tuple[Expr, ...], bound: Expr | None) -> Iterator[Expr]:
    """Yield what the argument is where each part matches, the same argument in all of them."""
    if not forms:
        yield _ARGUMENT if bound is None else bound
        return
    for found in _matches(forms[0], exprs[0], bound):
        yield from _all_match(forms[1:], exprs[1:], None if found is _ARGUMENT else found)
