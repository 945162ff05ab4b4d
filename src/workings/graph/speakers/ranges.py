"""The scalar words over ranges: between which two numbers a quantity stays while its names move in theirs.

    w in [0, 1]   →   ŷ = 1/(1 + e^(−w)) in [0.5, 0.731…]

A range is two doubles, rounded outwards, and for each end whether it is surely never reached: (0, 1) is where
1/(1 + e^(−z)) stays for every real z, and 1 is not among its values. An infinite end means *without bound*; the
values themselves are real numbers, in exact arithmetic. Sums, products and quotients are rounded by one step of a
double, functions are Arb's (see `balls`). What is found is a proof; how far it is from the truth is not known.
Source of the arithmetic: R. E. Moore, "Interval Analysis" (1966). The open ends are added to it because a target of
1 is out of reach of (0, 1), and within reach of [0, 1].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from math import frexp, inf, nextafter
from typing import TYPE_CHECKING, cast

from workings.graph.speakers.balls import UncertainError, arb_words, ball, named
from workings.graph.speakers.floats import Program, nearest
from workings.graph.words import table
from workings.graph.words.table import WORDS
from workings.graph.words.word import Course, Table, Word

if TYPE_CHECKING:
    from flint import arb

#: Low end, high end, and whether each is never reached.
Range = tuple[float, float, bool, bool]

REALS: Range = (-inf, inf, True, True)
_ZERO: Range = (0.0, 0.0, False, False)
_ONE: Range = (1.0, 1.0, False, False)


def between(low: float, high: float) -> Range:
    """Return the range from `low` to `high`, its finite ends reached."""
    return (low, high, low == -inf, high == inf)


def exactly(value: Fraction | float) -> Range:
    """Return the narrowest range around a number; the floats of a tape are π and e, and those are meant exactly."""
    near = nearest(value)
    if math.isinf(near):
        return (_down(near), near, True, True) if near > 0 else (near, _up(near), True, True)
    if isinstance(value, Fraction):
        exact = Fraction(near)
        if exact == value:
            return (near, near, False, False)
        return (near, _up(near), True, True) if exact < value else (_down(near), near, True, True)
    return (_down(near), _up(near), True, True) if near in (math.pi, math.e) else (near, near, False, False)


def hull(a: Range, b: Range) -> Range:
    """Return the range of two ranges together."""
    low = min(a[0], b[0])
    high = max(a[1], b[1])
    return (
        low, high,
        (a[2] or a[0] > low) and (b[2] or b[0] > low),
        (a[3] or a[1] < high) and (b[3] or b[1] < high),
    )  # fmt: skip


def holds(values: Range, number: float) -> bool:
    """Say whether a number may be among the values of a range."""
    low, high, low_open, high_open = values
    return low <= number <= high and not (low_open and number == low) and not (high_open and number == high)


def above_zero(values: Range) -> bool:
    """Say whether every value of a range is greater than 0."""
    return values[0] > 0 or (values[0] == 0 and values[2])


def _down(value: float) -> float:
    return nextafter(value, -inf)


def _up(value: float) -> float:
    return nextafter(value, inf)


# Sums and products


def _sum_error(a: float, b: float, total: float) -> float:
    """Return what rounding took from a + b: 0 where it is exact (D. E. Knuth's TwoSum)."""
    part = total - a
    return (a - (total - part)) + (b - part)


def plus(a: Range, b: Range) -> Range:
    """Return the range of a + b."""
    low, high = a[0] + b[0], a[1] + b[1]
    if _sum_error(a[0], b[0], low) != 0:
        low = _down(low)
    if _sum_error(a[1], b[1], high) != 0:
        high = _up(high)
    return (low, high, a[2] or b[2], a[3] or b[3])


def _neg(a: Range) -> Range:
    return (-a[1], -a[0], a[3], a[2])


def minus(a: Range, b: Range) -> Range:
    """Return the range of a − b."""
    return plus(a, (-b[1], -b[0], b[3], b[2]))


def _product(a: float, b: float) -> float:
    # An infinite end stands for numbers without bound, each of them finite: 0 times any is 0.
    return 0.0 if a == 0 or b == 0 else a * b


def _is_exact(a: float, b: float) -> bool:
    return a in (0, 1, -1, inf, -inf) or b in (0, 1, -1, inf, -inf)


def times(a: Range, b: Range) -> Range:
    """Return the range of a b."""
    if a[0] >= 0:
        if b[0] >= 0:
            return _of_two_positive(a, b)
        if b[1] <= 0:
            return _neg(_of_two_positive(a, _neg(b)))
    elif a[1] <= 0:
        if b[0] >= 0:
            return _neg(_of_two_positive(_neg(a), b))
        if b[1] <= 0:
            return _of_two_positive(_neg(a), _neg(b))
    ends = [_product(x, y) for x in a[:2] for y in b[:2]]
    low, high = _down(min(ends)), _up(max(ends))
    return (low, high, low == -inf, high == inf)


def _of_two_positive(a: Range, b: Range) -> Range:
    low, high = _product(a[0], b[0]), _product(a[1], b[1])
    # The least product is passed by as soon as one factor is above its end and the other above 0.
    low_open = (a[2] and (b[0] > 0 or b[2])) or (b[2] and (a[0] > 0 or a[2]))
    if not _is_exact(a[0], b[0]):
        low = max(0.0, _down(low))
    if not _is_exact(a[1], b[1]):
        high = _up(high)
    return (low, high, low_open, high == inf or (high > 0 and (a[3] or b[3])))


def _square(a: Range) -> Range:
    if a[0] >= 0:
        return _of_two_positive(a, a)
    if a[1] <= 0:
        return _of_two_positive(_neg(a), _neg(a))
    far = a if -a[0] <= a[1] else _neg(a)
    high = far[1] if far[1] in (0, 1, inf) else _up(far[1] * far[1])
    return (0.0, high, False, far[3] and (-far[0] < far[1] or far[2]))


def _inverts(value: float) -> bool:
    """Say whether 1/value is exact: for powers of two whose inverse is finite."""
    return frexp(value)[0] == 0.5 and 1 / value != inf


def _reciprocal(a: Range) -> Range:
    if a[1] <= 0 and not above_zero(_neg(a)):
        raise UncertainError
    if a[1] <= 0:
        return _neg(_reciprocal(_neg(a)))
    if not above_zero(a):
        raise UncertainError
    low, high = 1 / a[1], 1 / a[0] if a[0] else inf
    return (
        low if a[1] == inf or _inverts(a[1]) else max(0.0, _down(low)),
        high if a[0] == 0 or _inverts(a[0]) else _up(high), a[3], a[2] or high == inf,
    )  # fmt: skip


def divided(a: Range, b: Range) -> Range:
    """Return the range of a/b.

    Raises:
        UncertainError: when b may be 0.
    """
    return times(a, _reciprocal(b))


# Functions: increasing ones at their ends


def _increasing(
    function: Callable[[arb], arb], least: float, most: float, known: tuple[float, float] | None = None
) -> Callable[[Range], Range]:
    """Return the word of an increasing function, `least` and `most` being its limits far out, which it never reaches.

    `known` is a point where its value is exact.
    """
    from flint import arb

    def low_end(at: float) -> float:
        if known is not None and at == known[0]:
            return known[1]
        value = _down(_nearest(function(arb(at)).lower()))
        # Far out a ball may have lost all of its digits: then only the limit is known.
        return max(value, least) if value == value else least

    def high_end(at: float) -> float:
        if known is not None and at == known[0]:
            return known[1]
        value = _up(_nearest(function(arb(at)).upper()))
        return min(value, most) if value == value else most

    def word(a: Range) -> Range:
        low = least if a[0] == -inf else low_end(a[0])
        high = most if a[1] == inf else high_end(a[1])
        return (low, high, a[2] or low == least, a[3] or high == most)

    return word


def _nearest(value: arb) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def _log_of(increasing: Callable[[Range], Range], pole: float) -> Callable[[Range], Range]:
    def word(a: Range) -> Range:
        if a[0] < pole or (a[0] == pole and not a[2]):
            raise UncertainError
        if a[0] > pole:
            return increasing(a)
        return (-inf, increasing((a[1], a[1], False, False))[1] if a[1] < inf else inf, True, a[3])

    return word


def _beginning(increasing: Callable[[Range], Range], begins: float, least: float) -> Callable[[Range], Range]:
    """Return the word of a function whose domain begins at a point where it takes its least value."""

    def word(a: Range) -> Range:
        if a[0] < begins:
            raise UncertainError
        found = increasing(a)
        return (max(least, found[0]), found[1], a[2], a[3])

    return word


def _absolute(a: Range) -> Range:
    if a[0] >= 0:
        return a
    if a[1] <= 0:
        return _neg(a)
    far = a if -a[0] <= a[1] else _neg(a)
    return (0.0, far[1], False, far[3] and (-far[0] < far[1] or far[2]))


def _turning(function: Callable[[arb], arb], least: float, most: float) -> Callable[[Range], Range]:
    """Return the word of a function that turns: its value on a ball around the range."""
    from flint import arb

    def word(a: Range) -> Range:
        if -inf in a[:2] or inf in a[:2]:
            if least == -inf:
                raise UncertainError
            return (least, most, False, False)
        middle = a[0] / 2 + a[1] / 2
        value = function(arb(middle, _up(max(a[1] - middle, middle - a[0]))))
        if not value.is_finite():
            raise UncertainError
        low, high = _down(_nearest(value.lower())), _up(_nearest(value.upper()))
        return (max(low, least), min(high, most), False, False)

    return word


def _raised(exp: Callable[[Range], Range], log: Callable[[Range], Range]) -> Callable[[Range, Range], Range]:
    def word(a: Range, b: Range) -> Range:
        if b[0] == b[1] and b[0] == math.floor(b[0]) and abs(b[0]) < 1 << 20:
            power = _whole(a, abs(int(b[0])))
            return _reciprocal(power) if b[0] < 0 else power
        if a[0] == 0 and not a[2] and b[0] > 0:
            # At 0 the power is 0, and it grows from there.
            inner = word((0.0, a[1], True, a[3]), b) if a[1] > 0 else _ZERO
            return (0.0, inner[1], False, inner[3])
        return exp(times(b, log(a)))

    return word


def _whole(a: Range, n: int) -> Range:
    if n == 0:
        return _ONE
    half = _whole(a, n // 2) if n > 1 else a
    if n == 1:
        return a
    square = _square(half)
    if n % 2 == 0:
        return square
    # An odd power is increasing: its ends are those of its ends.
    if a[0] < 0 < a[1]:
        low, high = _neg(_whole((0.0, -a[0], False, a[2]), n)), _whole((0.0, a[1], False, a[3]), n)
        return (low[0], high[1], low[2], high[3])
    return times(square, a)


# Choices


def _less(a: Range, b: Range) -> bool | None:
    if a[1] < b[0] or (a[1] == b[0] and (a[3] or b[2])):
        return True
    return False if a[0] >= b[1] else None


def _equal(a: Range, b: Range) -> bool | None:
    if a[0] == a[1] == b[0] == b[1]:
        return True
    apart = _less(a, b) or _less(b, a)
    return False if apart else None


def _same(_: Range) -> bool:
    return True


def _pick(condition: bool | None, a: Range, b: Range) -> Range:
    if condition is None:
        return hull(a, b)
    return a if condition else b


def _strictly_less(a: Range, b: Range) -> bool:
    if a[1] < b[0]:
        return True
    if a[0] > b[1]:
        return False
    raise UncertainError


def _strictly_equal(a: Range, b: Range) -> bool:
    return _strictly_less(a, b) and False


def _strictly_absolute(a: Range) -> Range:
    if a[0] <= 0 <= a[1]:
        raise UncertainError
    return _absolute(a)


def _function(word: Word, course: Course) -> Callable[[Range], Range]:
    """Return the word of a function of one number, from how it runs and from its values on balls."""
    # At single points a choice is settled, so that what a machine computes is what is computed here.
    value = cast("Callable[[arb], arb]", partial(word.body, Table(arb_words(), ball)) if word.body else named(word))
    if course.turns:
        return _turning(value, course.least, course.most)
    known = next(((float(at), float(found)) for at, found in word.points), None)
    increasing = _increasing(value, course.least, course.most, known)
    if course.pole:
        return _log_of(increasing, course.begins)
    if course.begins > -inf:
        return _beginning(increasing, course.begins, course.least)
    return (lambda a: increasing(_absolute(a))) if course.even else increasing


@lru_cache(maxsize=1)
def _words() -> dict[str, Callable[..., object]]:
    functions = {name: _function(word, word.course) for name, word in WORDS.items() if word.course is not None}
    return {
        **functions, "add": plus, "sub": minus, "mul": times, "square": _square, "div": divided, "neg": _neg,
        "absolute": _absolute, "pow": _raised(functions[table.exp.name], functions[table.log.name]),
        "less": _less, "equal": _equal, "pick": _pick, "same": _same,
    }  # fmt: skip


#: Words that take a choice only where no value is at its edge.
_STRICT: dict[str, Callable[..., object]] = {
    "less": _strictly_less, "equal": _strictly_equal, "absolute": _strictly_absolute,
}  # fmt: skip
#: What two equal arguments make of a word.
_OF_ONE = {"mul": "square", "equal": "same"}


class Enclosure:
    """A program over ranges: `run` gives a range around every target's value, for all values of the inputs at once."""

    def __init__(self, program: Program, *, strict: bool = False) -> None:
        """Take a program as it is recorded.

        With `strict`, a choice (a < b, |a|) whose edge some value may lie on raises `UncertainError`; without, it
        is taken both ways.
        """
        words = _words() | (_STRICT if strict else {})
        self._inputs = program.inputs
        self._outputs = program.outputs
        self._steps: list[tuple[Callable[..., object], tuple[int, ...], int]] = []
        for word in program.tape.words:
            once = word.name in _OF_ONE and word.args[0] == word.args[1]
            name, args = (_OF_ONE[word.name], word.args[:1]) if once else (word.name, word.args)
            self._steps.append((words[name], args, word.out))
        self._blank: list[object] = [_ZERO] * program.tape.size
        for slot, value in program.tape.constants.items():
            self._blank[slot] = exactly(value)

    def run(self, values: Sequence[Range]) -> list[Range]:
        """Return a range for each target.

        Raises:
            UncertainError: where a value may not be defined (a quotient by a range that holds 0).
        """
        slots = self._blank.copy()
        for slot, value in zip(self._inputs, values, strict=True):
            slots[slot] = value
        for word, args, out in self._steps:
            if len(args) == 2:
                slots[out] = word(slots[args[0]], slots[args[1]])
            elif len(args) == 1:
                slots[out] = word(slots[args[0]])
            else:
                slots[out] = word(slots[args[0]], slots[args[1]], slots[args[2]])
        found = cast("list[Range]", [slots[slot] for slot in self._outputs])
        # A NaN is no bound, wherever it came from.
        if any(not low <= high for low, high, *_ in found):
            raise UncertainError
        return found
