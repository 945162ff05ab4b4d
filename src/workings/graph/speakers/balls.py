"""The scalar words over rigorous balls: every value is a midpoint and a radius that surely holds it.

Arithmetic is Arb's (F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval
arithmetic", IEEE Transactions on Computers 66, 2017), through python-flint. Where two balls do not
overlap, the numbers differ: that is a proof. Where they overlap, nothing is proved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from threading import RLock
from typing import TYPE_CHECKING, cast

from workings.graph.expr import Expr, symbol
from workings.graph.network import Definitions
from workings.graph.speakers.floats import record, run_tape
from workings.graph.words.table import WORDS
from workings.graph.words.tape import Slot, Tape
from workings.graph.words.word import Table, Word

if TYPE_CHECKING:
    from flint import arb


#: The precision is one for the whole process, so that two threads take turns.
_precision = RLock()


class UncertainError(ArithmeticError):
    """A comparison cannot be settled at this precision, or a value is not defined."""


def _less(a: arb, b: arb) -> bool:
    if a < b:
        return True
    if a >= b:
        return False
    raise UncertainError


def _equal(a: arb, b: arb) -> bool:
    if a is b or a == b:
        return True
    if not a.overlaps(b):
        return False
    raise UncertainError


def _pick(condition: bool, a: arb, b: arb) -> arb:
    return a if condition else b


def _raised(a: arb, b: arb) -> arb:
    # A negative base has a power where the exponent is whole, which a ball tells only if it is exact.
    whole = b.unique_fmpz() if b.is_exact() and b.is_integer() else None
    return a**whole if whole is not None and abs(whole) < 1 << 40 else a**b


def named(word: Word) -> Callable[..., object] | None:
    """Return what Arb has for a word, by the name that it has there."""
    from flint import arb  # python-flint takes a tenth of a second to load, and only bounds need it

    return getattr(arb, word.arb) if word.arb else None


@lru_cache(maxsize=1)
def arb_words() -> Mapping[str, Callable[..., object]]:
    """Return the words over balls: Arb's own, and by their formula those that it has no name for."""
    words: dict[str, Callable[..., object]] = {"pow": _raised, "less": _less, "equal": _equal, "pick": _pick}
    speaker: Table[object] = Table(words, ball)
    for name, word in WORDS.items():
        own = named(word)
        if own is not None:
            words[name] = own
        elif word.form is not None:
            words[name] = partial(word.form, speaker)
    return words


def ball(value: Fraction | float, radius: Fraction | int = 0) -> arb:
    """Return the ball around an exact value; the floats of a tape are π and e, and those are meant exactly."""
    from flint import arb, fmpq

    if isinstance(value, float):
        if value == math.pi:
            return arb.pi()
        if value == math.e:
            return arb(1).exp()
        return arb(value)
    middle = arb(fmpq(value.numerator, value.denominator))
    return middle if not radius else arb(middle, arb(fmpq(Fraction(radius).numerator, Fraction(radius).denominator)))


def enclosures(
    wanted: Sequence[Expr], values: Mapping[str, arb | Fraction], defined: Definitions, digits: int = 60
) -> list[arb]:
    """Return a ball around the value of each expression in `wanted` at the given values of its names.

    Raises:
        UncertainError: when a switch lies on its edge, or a value is not finite.
        UnknownValueError: when a name has no value or a function no definition.
    """
    from flint import ctx

    tape = Tape()
    known: dict[Expr, Slot] = {}
    inputs: dict[Expr, object] = {}
    with _precision:
        before, ctx.dps = ctx.dps, digits
        try:
            for name, value in values.items():
                key = symbol(name)
                known[key] = tape.input(key)
                inputs[key] = ball(value) if isinstance(value, Fraction) else value
            record(tape, wanted, known, defined)
            slots = run_tape(tape, arb_words(), ball, inputs)
            found = [cast("arb", slots[known[expr]]) for expr in wanted]
        finally:
            ctx.dps = before
    if not all(value.is_finite() for value in found):
        raise UncertainError
    return found
