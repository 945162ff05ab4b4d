"""The checker's one engine of differentiation: forward, by the ops' own records.

It knows nothing of the rules by which `derive` writes a derivation, so that a mistake there is seen here. The law:
the slope of op(a, b) is Σ (∂op/∂argument) · (slope of that argument); every other name is a constant, and nothing is
tidied but zeros and ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from workings.graph.expr import ONE, ZERO, Apply, Call, Expr, Symbol, call, names, postorder
from workings.graph.ops.arithmetic import add, mul

_NONE: Mapping[Expr, Expr] = MappingProxyType({})


def slope(root: Expr, by: Symbol) -> Expr:
    """Return the derivative of an expression by a name that stands in it."""
    return slopes(root, by)[root]


def slopes(root: Expr, by: Symbol, known: Mapping[Expr, Expr] = _NONE) -> dict[Expr, Expr]:
    """Return the derivative of every part of an expression; `known` says what that of some part is taken to be."""
    found: dict[Expr, Expr] = {}
    for part in postorder(root):
        if part in known:
            found[part] = known[part]
        elif part is by:
            found[part] = ONE
        elif isinstance(part, Apply | Call) and any(found[arg] is not ZERO for arg in part.args):
            rates = outer(part)
            found[part] = total(times(rate, found[arg]) for rate, arg in zip(rates, part.args, strict=True))
        else:
            found[part] = ZERO
    return found


def outer(part: Apply | Call) -> tuple[Expr, ...]:
    """Return the derivative of an operation by each of its arguments."""
    if isinstance(part, Apply):
        return part.op.partials(*part.args)
    raised = (tuple(n + (i == at) for i, n in enumerate(part.orders)) for at in range(len(part.args)))
    return tuple(call(part.function, part.args, orders) for orders in raised)


def times(a: Expr, b: Expr) -> Expr:
    """Return a product, zeros and ones left out."""
    if a is ZERO or b is ZERO:
        return ZERO
    if a is ONE:
        return b
    return a if b is ONE else mul(a, b)


def total(terms: Iterable[Expr]) -> Expr:
    """Return a sum from left to right, zeros left out; 0 for none."""
    found: Expr = ZERO
    for term in terms:
        if term is not ZERO:
            found = term if found is ZERO else add(found, term)
    return found


def edges(*roots: Expr) -> Iterator[Expr]:
    """Yield what is 0 where an op's slope is a choice, as the op's record says it; numbers alone are left out.

    relu(z) has its kink where z = 0, a switch [a > b] where a − b = 0: nobody is held to our choice of the slope.
    """
    found: set[Expr] = set()
    for part in postorder(*roots):
        if isinstance(part, Apply) and not part.op.is_smooth:
            for edge in part.op.edges(*part.args):
                if edge not in found and names(edge):
                    found.add(edge)
                    yield edge
