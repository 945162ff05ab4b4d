"""The parts of a person's side: what each means, and where it stands; and the side with one of them taken out.

(ŷ − y) x ŷ (1 + ŷ)        the part 1 + ŷ, from one place in the text to another
^^^^^
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from workings.graph.expr import Apply, Expr, Number, Symbol, rebuild, replace, symbol

#: At most so many parts are looked at; a term of a long sum is larger than all the parts in it.
MOST_PARTS = 240
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
    """Return the parts of a side, each once, the smallest first.

    What stands in brackets is one part with them; the letter and the index of a name are none, nor are the 1 and the
    2 of ½; and a part that ends within another is cut short, and is none either.
    """
    unique = dict.fromkeys(Part(part.expr, part.start, part.end) for part in parts)
    found: list[Part] = []
    around: list[Part] = []
    for part in sorted(_whole(unique), key=_in_reading_order):
        while around and around[-1].end <= part.start:
            around.pop()
        outer = around[-1] if around else None
        if outer is not None and outer.expr is part.expr:
            found.remove(outer)
            around.pop()
        elif outer is not None and isinstance(outer.expr, Symbol | Number):
            continue
        found.append(part)
        around.append(part)
    return sorted(found, key=lambda part: part.end - part.start)[:MOST_PARTS]


def _in_reading_order(part: Part) -> tuple[int, int]:
    return part.start, -part.end


def _whole(parts: Collection[Part]) -> list[Part]:
    """Return the parts that do not end within another."""
    cut: set[Part] = set()
    around: list[Part] = []
    for part in sorted(parts, key=_in_reading_order):
        around = [outer for outer in around if outer.end > part.start]
        cut.update(outer for outer in around if outer.start < part.start and outer.end < part.end)
        around.append(part)
    return [part for part in parts if part not in cut]


class Written:
    """A side as it was read: its parts, and what each of them means, opened."""

    def __init__(self, raw: Expr, opened: Expr, parts: Sequence[Part], meant: Mapping[Expr, Expr]) -> None:
        """Take the side as read and as opened, its parts, and what each is, opened.

        Where no parts are given, those of the opened side are taken, their places counted in signs.
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
        alike = [p for p in self.parts if p.expr is part.expr]
        before = sum(p.end <= part.start for p in alike)
        walk = _Walk(self.meant, part.expr, before)
        try:
            found = walk.through(self.raw)
        except LookupError:
            return None
        return found if walk.met == len(alike) else None


def _counted(root: Expr) -> list[Part]:
    """Return the parts of an expression, each at every place, a place being a number of signs."""
    found: list[Part] = []
    begun: list[int] = []
    signs = 0
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack and len(found) < _MOST_NODES:
        expr, done = stack.pop()
        if done:
            found.append(Part(expr, begun.pop(), signs))
        elif isinstance(expr, Apply) and expr.args:
            begun.append(signs)
            signs += 1
            stack.append((expr, True))
            stack += [(arg, False) for arg in reversed(expr.args)]
        else:
            found.append(Part(expr, signs, signs + 1))
            signs += 1
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
