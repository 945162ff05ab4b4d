"""Two expressions that are alike in form: the numbers that one of them has where the other has names."""

from __future__ import annotations

from workings.graph.expr import Apply, Expr, Number, Symbol, children, postorder


def is_number(expr: Expr) -> bool:
    """Say whether an expression is made of numbers alone."""
    return not any(isinstance(p, Symbol) or not isinstance(p, Apply | Number) for p in postorder(expr))


def bound(symbolic: Expr, numeric: Expr) -> dict[str, Expr]:
    """Return the numbers that `numeric` puts in for the names of `symbolic`, the two being alike in form."""
    found: dict[str, Expr] = {}
    stack = [(symbolic, numeric)]
    while stack:
        a, b = stack.pop()
        if isinstance(a, Symbol):
            if is_number(b) and a.name not in found:
                found[a.name] = b
        elif isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op:
            stack += zip(children(a), children(b), strict=True)
    return found
