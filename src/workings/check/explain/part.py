"""The parts of a person's side: what each means, and where it stands; and the side with one of them taken out.

(ŷ − y) x ŷ (1 + ŷ)        the part 1 + ŷ, from one place in the text to another
^^^^^
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from workings.graph.expr import Apply, Expr, Number, rebuild, replace, symbol

#: At most so many parts are looked at.
MOST_PARTS = 80
#: A side that is larger, written out, has its equal parts taken out together.
_MOST_NODES = 1_500
HOLE = symbol(" hole")


class Part(NamedTuple):
    """A part of a side as it was read, and where it stands in the text."""

    expr: Expr
    start: int = 0
    end: int = 0


class Repair(NamedTuple):
    """One part of a side, what has to stand in its place, of what kind that is, and the side that comes out."""

    kind: str
    part: Part
    instead: Expr
    mended: Expr


class Placed(Protocol):
    """Anything that has an expression and a place, as a parser's parts have."""

    @property
    def expr(self) -> Expr: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102


def smallest(parts: Iterable[Placed]) -> list[Part]:
    """Return the smaller parts of a side, each once, the smallest first."""
    unique = dict.fromkeys(Part(part.expr, part.start, part.end) for part in parts)
    return sorted(unique, key=lambda part: part.end - part.start)[:MOST_PARTS]


class Written:
    """A side as it was read: its parts, and what each of them means, opened."""

    def __init__(self, raw: Expr, opened: Expr, parts: Sequence[Part], meant: Mapping[Expr, Expr]) -> None:
        """Take the side as read and as opened, its parts, and what each is, opened.

        Where no parts are given, those of the opened side are taken, their places counted in leaves.
        """
        self.parts = tuple(parts) or tuple(smallest(_counted(opened)))
        self.raw, self.opened = (raw, opened) if parts else (opened, opened)
        self.meant = meant if parts else {part.expr: part.expr for part in self.parts}

    def without(self, part: Part) -> Expr | None:
        """Return the opened side with a hole in the place of one part, None where that cannot be told."""
        means = self.meant.get(part.expr)
        if means is None:
            return None
        found = self._at_one_place(part)
        if found is None and isinstance(part.expr, Number):
            # The 1 of ½ is no part of its own.
            return None
        if found is None:
            found = replace(self.opened, {means: HOLE})
        return found if found is not self.opened else None

    def _at_one_place(self, part: Part) -> Expr | None:
        """Take out one of several equal parts: the second ŷ of ŷ (1 − ŷ)."""
        alike = sorted((p for p in self.parts if p.expr is part.expr), key=lambda p: (p.start, -p.end))
        # A part in brackets is the same part: the innermost ones count.
        inner = [p for p in alike if not any(q is not p and p.start <= q.start and q.end <= p.end for q in alike)]
        before = sum(p.end <= part.start for p in inner)
        walk = _Walk(self.meant, part.expr, before)
        try:
            found = walk.through(self.raw)
        except LookupError:
            return None
        return found if walk.met == len(inner) else None


def _counted(root: Expr) -> list[Part]:
    """Return the parts of an expression, each at every place, a place being a number of leaves."""
    found: list[Part] = []
    begun: list[int] = []
    leaves = 0
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack and len(found) < _MOST_NODES:
        expr, done = stack.pop()
        if done:
            found.append(Part(expr, begun.pop(), leaves))
        elif isinstance(expr, Apply) and expr.args:
            begun.append(leaves)
            stack.append((expr, True))
            stack += [(arg, False) for arg in reversed(expr.args)]
        else:
            found.append(Part(expr, leaves, leaves + 1))
            leaves += 1
    return found


class _Walk:
    """A walk through a side in reading order that leaves a hole at one of the equal parts."""

    def __init__(self, meant: Mapping[Expr, Expr], target: Expr, at: int) -> None:
        self.meant, self.target, self.at = meant, target, at
        self.met = self.nodes = 0

    def through(self, expr: Expr) -> Expr:
        self.nodes += 1
        if self.nodes > _MOST_NODES:
            raise LookupError
        if expr is self.target:
            self.met += 1
            if self.met - 1 == self.at:
                return HOLE
        if isinstance(expr, Apply) and expr.args:
            return rebuild(expr, tuple(map(self.through, expr.args)))
        return self.meant[expr]
