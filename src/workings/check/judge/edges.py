"""Where an op has its kink: what is 0 there, so that nobody is held to our choice of the slope.

relu(z) has its kink where z = 0, a switch [a > b] where a − b = 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from workings.graph.expr import Apply, Expr, names, postorder


def edges(*roots: Expr) -> Iterator[Expr]:
    """Yield what is 0 where an op's slope is a choice, as the op's record says it; numbers alone are left out."""
    found: set[Expr] = set()
    for part in postorder(*roots):
        if isinstance(part, Apply) and not part.op.is_smooth:
            for edge in part.op.edges(*part.args):
                if edge not in found and names(edge):
                    found.add(edge)
                    yield edge
