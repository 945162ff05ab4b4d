"""Two expressions that are alike in form: what one of them has where the other has names, or anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workings.graph.expr import Apply, Call, Expr, Number, Symbol, children, postorder
from workings.graph.ops.arithmetic import add, neg, sub


def is_number(expr: Expr) -> bool:
    """Say whether an expression is made of numbers alone."""
    return not any(isinstance(p, Symbol) or not isinstance(p, Apply | Number) for p in postorder(expr))


def bound(symbolic: Expr, numeric: Expr) -> dict[str, Expr]:
    """Return the numbers that `numeric` puts in for the names of `symbolic`, the two being alike in form."""
    found: dict[str, Expr] = {}
    for name, number in put_in_for(symbolic, numeric):
        found.setdefault(name.name, number)
    return found


def put_in_for(symbolic: Expr, numeric: Expr) -> Iterator[tuple[Symbol, Expr]]:
    """Yield each place of a name in `symbolic` with the number that `numeric` has there, the two alike in form."""
    stack = [(symbolic, numeric)]
    while stack:
        a, b = stack.pop()
        if isinstance(a, Symbol):
            if is_number(b):
                yield a, b
        elif isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op:
            stack += zip(children(a), children(b), strict=True)


def is_put_in(symbolic: Expr, numeric: Expr) -> bool:
    """Say whether an expression is another one with numbers in the places of its names."""
    if isinstance(symbolic, Symbol):
        return is_number(numeric)
    if symbolic is numeric:
        return True
    inner = children(symbolic), children(numeric)
    same = isinstance(symbolic, Apply) and isinstance(numeric, Apply) and symbolic.op is numeric.op
    return same and all(is_put_in(*pair) for pair in zip(*inner, strict=True))


def differing(a: Expr, b: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield the parts by which two expressions of one shape differ: of `a + b` and `a − c` those are b and −c."""
    if a is b:
        return
    if isinstance(a, Apply) and isinstance(b, Apply) and {a.op, b.op} == {add, sub}:
        yield from differing(a.args[0], b.args[0])
        yield a.args[1], neg(b.args[1])
        return
    inner: tuple[Sequence[Expr], Sequence[Expr]] = (children(a), children(b))
    same = (isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op) or (
        isinstance(a, Call) and isinstance(b, Call) and a.function == b.function
    )
    if same and len(inner[0]) == len(inner[1]) and not isinstance(b, Number):
        for one, other in zip(*inner, strict=True):
            yield from differing(one, other)
    else:
        yield a, b
