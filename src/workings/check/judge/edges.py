"""Where an op has its kink: what is 0 there, so that nobody is held to our choice of the slope.

relu(z) has its kink where z = 0, a switch [a > b] where a − b = 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from workings.graph.expr import ZERO, Apply, Expr, names, postorder
from workings.graph.ops.arithmetic import sub

#: An op of three arguments chooses by a switch, and that has its own edge.
_CHOOSES = 3


def edges(*roots: Expr) -> Iterator[Expr]:
    """Yield what is 0 where an op has its kink: its one argument, or the difference of its first two."""
    found: set[Expr] = set()
    for part in postorder(*roots):
        if isinstance(part, Apply) and part.op.kink and part.op.arity < _CHOOSES:
            edge = part.args[0] if part.op.arity == 1 or part.args[1] is ZERO else sub(*part.args)
            if edge not in found and names(edge):
                found.add(edge)
                yield edge
