"""The greatest value of a function over a box, between two numbers: a proof by cutting the box into smaller ones.

A range around the function's values on a box is a bound there; the smaller the box, the closer the bound. Always the
box whose bound is highest is cut next, until its bound is as near to a value that is reached as was asked for. The
boxes that are left cover the whole, and their bounds are the proof. (Branch and bound over intervals: R. E. Moore
1966; S. Skelboe, "Computation of rational interval functions", BIT 14, 1974.)
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from workings.graph.speakers.balls import UncertainError
from workings.graph.speakers.ranges import Range, above_zero

Box = tuple[Range, ...]
#: What a function is asked: a range around its values on a box.
Bounded = Callable[[Box], Range]
#: A box without bound is cut this often before the search gives up on finding one.
_MOST_UNBOUNDED = 96


@dataclass(frozen=True)
class Greatest:
    """The greatest value lies between `low`, which is reached at `where`, and `high`, which every box stays below."""

    low: float
    high: float
    where: tuple[float, ...]
    boxes: tuple[tuple[Box, float], ...]


def greatest(function: Bounded, domain: Box, *, gap: float, most: int) -> Greatest:
    """Return the greatest value of a function over a box.

    The search ends when the two bounds are within `gap` of each other, relatively, or after `most` evaluations.
    `high` is infinite where no bound was found.
    """
    search = _Search(function)
    search.add(domain)
    while search.evaluations < most:
        bound, _, box = search.open[0]
        high = -bound
        if high - search.low <= gap * max(abs(search.low), abs(high)) * (high < inf) or _is_point(box):
            break
        if high == inf and search.unbounded > _MOST_UNBOUNDED:
            break
        heapq.heappop(search.open)
        for half in _halves(box):
            search.add(half)
    boxes = tuple((box, -bound) for bound, _, box in search.open)
    return Greatest(search.low, max(high for _, high in boxes), search.where, boxes)


class _Search:
    def __init__(self, function: Bounded) -> None:
        self._function = function
        self.open: list[tuple[float, int, Box]] = []
        self.low = -inf
        self.where: tuple[float, ...] = ()
        self.evaluations = 0
        self.unbounded = 0

    def add(self, box: Box) -> None:
        high = self._value(box)[1]
        self.unbounded += high == inf
        heapq.heappush(self.open, (-high, self.evaluations, box))
        middle = tuple(_middle(side) for side in box)
        low = self._value(tuple((at, at, False, False) for at in middle))[0]
        if low > self.low:
            self.low, self.where = low, middle

    def _value(self, box: Box) -> Range:
        self.evaluations += 1
        try:
            low, high, *_ = self._function(box)
        except UncertainError:
            return (-inf, inf, True, True)
        return (low, inf, True, True) if math.isnan(high) else (low, high, False, False)


def _is_point(box: Box) -> bool:
    return all(math.nextafter(low, inf) >= high for low, high, *_ in box)


def _halves(box: Box) -> tuple[Box, Box]:
    """Cut a box in two across its widest side, sides being measured on a scale that ends."""
    widths = [_squashed(high) - _squashed(low) for low, high, *_ in box]
    side = widths.index(max(widths))
    low, high, low_open, high_open = box[side]
    cut = _middle(box[side])
    first, second = (low, cut, low_open, False), (cut, high, False, high_open)
    return (*box[:side], first, *box[side + 1 :]), (*box[:side], second, *box[side + 1 :])


def _squashed(value: float) -> float:
    return math.copysign(1.0, value) if math.isinf(value) else value / (1 + abs(value))


def _middle(side: Range) -> float:
    low, high, *_ = side
    if low == -inf and high == inf:
        return 0.0
    if high == inf:
        return 1.0 if low < 0.5 else 2 * low
    if low == -inf:
        return -1.0 if high > -0.5 else 2 * high
    return low / 2 + high / 2


def least(function: Bounded, domain: Sequence[Range], *, gap: float, most: int) -> Greatest:
    """Return the least value of a function over a box: its negative's greatest, with the ends turned round."""
    found = greatest(lambda box: _turned(function(box)), tuple(domain), gap=gap, most=most)
    return Greatest(-found.high, -found.low, found.where, tuple((box, -high) for box, high in found.boxes))


def _turned(value: Range) -> Range:
    return (-value[1], -value[0], value[3], value[2])


@dataclass(frozen=True)
class Region:
    """Where a function of one number has one sign; its ends are within `NARROW` of where the sign changes."""

    low: float
    high: float
    sign: int


#: How near to a change of sign the ranges are taken, and how many are looked at.
NARROW, _MOST_RANGES = 1e-10, 4000


def regions(function: Callable[[Range], Range], low: float, high: float) -> list[Region] | None:
    """Return where a function is surely positive and where it is surely negative; None where that is not settled."""
    found: list[Region] = []
    stack = [(low, high)]
    for _ in range(_MOST_RANGES):
        if not stack:
            return found
        left, right = stack.pop()
        try:
            value = function((left, right, False, False))
        except UncertainError:
            value = (-inf, inf, True, True)
        sign = 1 if above_zero(value) else -1 if value[1] < 0 else 0
        if sign == 0 and right - left > NARROW:
            middle = left / 2 + right / 2
            stack += [(middle, right), (left, middle)]
        elif sign and found and found[-1].sign == sign and found[-1].high >= left:
            found[-1] = Region(found[-1].low, right, sign)
        elif sign:
            found.append(Region(left, right, sign))
    return None


def below_zero(function: Bounded, domain: Box) -> bool:
    """Say whether it is proved that a function is less than 0 on a whole box."""
    stack = [domain]
    for _ in range(_MOST_SIGNS):
        if not stack:
            return True
        box = stack.pop()
        try:
            low, high, _, open_above = function(box)
        except UncertainError:
            low, high, open_above = -inf, inf, True
        if high < 0 or (high == 0 and open_above):
            continue
        if low >= 0 or _is_point(box):
            return False
        stack += _halves(box)
    return False


#: So many boxes are looked at for a sign before it is left open.
_MOST_SIGNS = 600
