"""At which points two sides are compared: everywhere, in the declared domain, the simplest first, and far out.

A person is told the simplest point at which a line fails, so that simple numbers come first; a switch may stand at
0.01 or at 100, so that small and far ones come too. Every draw has its own fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product

from workings.graph.expr import Expr
from workings.graph.network import Domain, Finite, Interval
from workings.graph.speakers.floats import UnknownValueError, constant_value
from workings.graph.speakers.fractions import InexactError, exact_value

Point = dict[str, Fraction]

#: Random points have numbers of so many parts of 1.
GRID = 997
#: So many points are tried where most of them have no value.
MOST_TRIES = 400
#: At most so many combinations of finite domains are looked at one by one.
MOST_ROWS = 64
_SIMPLE = tuple(map(Fraction, ("1", "2", "1/2", "3", "-1", "0", "1/3", "-2", "1/4", "3/2", "-1/2", "3/4", "5")))
# Small and large ones too: a switch may stand at 0.01 or at 6.
_SCALES = ((-2.0, 2.0), (0.05, 0.95), (0.1, 3.0), (-1.0, 1.0), (-0.08, 0.08), (-6.0, 6.0))
_FAR = tuple(Fraction(sign * size) for size in (10, 30, 100, 300, 1000, 10_000) for sign in (1, -1))
#: With more leaves than this, simple numbers are not combined in every way.
_FEW = 4


class Points:
    """The points for expressions over some names, given the domains that are declared for them."""

    def __init__(self, leaves: Sequence[str], domains: Mapping[str, Domain]) -> None:
        """Take the names, in an order that does not change, and the domains."""
        self.leaves = tuple(leaves)
        self.domains = {name: domains[name] for name in leaves if name in domains}
        self.finite = [name for name in leaves if isinstance(self.domains.get(name), Finite)]

    def everywhere(self) -> Iterator[tuple[int, ...]]:
        """Yield random points of the reals, near the sizes that networks have, on a grid: see `on_grid`."""
        draw = random.Random(7)
        for count in range(MOST_TRIES):
            low, high = _SCALES[count % len(_SCALES)]
            yield tuple([round(draw.uniform(low, high) * GRID) for _ in self.leaves])

    def on_grid(self, numbers: Sequence[int]) -> Point:
        """Return the point whose numbers are these parts of the grid's whole."""
        return {name: Fraction(number, GRID) for name, number in zip(self.leaves, numbers, strict=True)}

    def rows(self) -> list[Point]:
        """Return the combinations of the finite domains, one more than `MOST_ROWS` at most."""
        found = islice(product(*(self.choices(name) for name in self.finite)), MOST_ROWS + 1)
        return [dict(zip(self.finite, row, strict=True)) for row in found]

    def inside(self) -> Iterator[Point]:
        """Yield points of the declared domain: every combination of finite ones, else simple and random numbers."""
        draw = random.Random(11)
        fixed = self.rows()[:MOST_ROWS]
        for count in range(MOST_TRIES):
            base = dict(fixed[count % len(fixed)])
            for name in self.leaves:
                if name not in base:
                    low, high = self._span(name, near=bool(count % 2))
                    base[name] = low + (high - low) * Fraction(draw.randrange(1, 996), GRID)
            yield base

    def _span(self, name: str, *, near: bool) -> tuple[Fraction, Fraction]:
        domain = self.domains.get(name)
        if isinstance(domain, Interval):
            return exact(domain.low), exact(domain.high)
        return (Fraction(1, 20), Fraction(19, 20)) if near else (Fraction(-2), Fraction(2))

    def choices(self, name: str) -> tuple[Fraction, ...]:
        """Return the simple numbers that a name may have."""
        domain = self.domains.get(name)
        if isinstance(domain, Finite):
            return tuple(exact(value) for value in domain.values)
        if isinstance(domain, Interval):
            low, high = exact(domain.low), exact(domain.high)
            inner = [v for v in _SIMPLE if low <= v <= high]
            return tuple(dict.fromkeys([*inner, low, high, (low + high) / 2]))
        return _SIMPLE

    def simple(self) -> Iterator[Point]:
        """Yield points of the domain, the simplest numbers first."""
        choices = [self.choices(name) for name in self.leaves]
        longest = max((len(c) for c in choices), default=1)
        for top in range(1, longest + 1):
            rows = product(*(c[:top] for c in choices)) if len(choices) <= _FEW else _cycled(choices, top)
            for row in islice(rows, MOST_TRIES):
                if top == 1 or any(v in c[top - 1 : top] for v, c in zip(row, choices, strict=True)):
                    yield dict(zip(self.leaves, row, strict=True))

    def across(self, moving: Sequence[str], side: Callable[[Point], int]) -> Iterator[Point]:
        """Yield points of the domain on both sides of an edge, `side` being the sign of it: −1, 0 or 1.

        One of its names is moved, or all of them, far out too, and then halfway back to where the sign was another.
        """
        free = [name for name in moving if name not in self.finite]
        for base in islice(self.inside(), 6):
            here = side(base)
            for group in (*([name] for name in free), free):
                for far in _FAR:
                    there = {**base, **{name: self._within(name, far) for name in group}}
                    if here and side(there) == -here:
                        yield there
                        yield from _between(base, there, side)
                        break

    def _within(self, name: str, value: Fraction) -> Fraction:
        domain = self.domains.get(name)
        if isinstance(domain, Interval):
            return min(max(value, exact(domain.low)), exact(domain.high))
        return value


def _between(a: Point, b: Point, side: Callable[[Point], int]) -> Iterator[Point]:
    """Yield points near the edge between two points, on either side of it."""
    here = side(a)
    for _ in range(12):
        middle = {name: (a[name] + b[name]) / 2 for name in a}
        a, b = (middle, b) if side(middle) == here else (a, middle)
    yield from (a, b)


def _cycled(choices: Sequence[tuple[Fraction, ...]], top: int) -> Iterator[tuple[Fraction, ...]]:
    draw = random.Random(top)
    for shift in range(24):
        yield tuple(c[(i + shift) % min(top, len(c))] for i, c in enumerate(choices))
        yield tuple(draw.choice(c[:top]) for c in choices)


def exact(value: Expr) -> Fraction:
    """Return a constant as an exact number, the nearest double where it is none: √2."""
    try:
        return exact_value(value, {}, {})
    except (InexactError, UnknownValueError):
        return Fraction(constant_value(value))
