"""The scalar words over exact fractions: what can be said of a number without rounding it.

At x = 0 the question's network gives ŷ = 1/(1 + e⁰) = ½ and E = ⅛, exactly. A word whose result is not
a fraction (e^0.3) has no exact value here, and says so by raising `InexactError`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from workings.graph.expr import Expr, symbol
from workings.graph.network import Definitions
from workings.graph.speakers.floats import record, run_tape
from workings.graph.words import table
from workings.graph.words.table import WORDS
from workings.graph.words.tape import Slot, Tape
from workings.graph.words.word import Word

_LARGEST = 10**40


class InexactError(ValueError):
    """The value is not a fraction, or is one too long to be worth writing."""


def _known(word: Word) -> Callable[..., Fraction]:
    """Return a word that is a fraction at its known points only."""

    def known(*args: Fraction) -> Fraction:
        value = word.exactly_at(args[0]) if len(args) == 1 else None
        if value is None:
            raise InexactError
        return value

    return known


def _root(a: Fraction) -> Fraction:
    if a < 0:
        raise InexactError
    top, bottom = math.isqrt(a.numerator), math.isqrt(a.denominator)
    if top * top != a.numerator or bottom * bottom != a.denominator:
        raise InexactError
    return Fraction(top, bottom)


def _add(a: Fraction, b: Fraction) -> Fraction:
    return a + b


def _sub(a: Fraction, b: Fraction) -> Fraction:
    return a - b


def _mul(a: Fraction, b: Fraction) -> Fraction:
    return a * b


def _div(a: Fraction, b: Fraction) -> Fraction:
    if b == 0:
        raise InexactError
    return a / b


def _neg(a: Fraction) -> Fraction:
    return -a


def _absolute(a: Fraction) -> Fraction:
    return abs(a)


def _less(a: Fraction, b: Fraction) -> Fraction:
    return Fraction(a < b)


def _equal(a: Fraction, b: Fraction) -> Fraction:
    return Fraction(a == b)


def _pick(condition: Fraction, a: Fraction, b: Fraction) -> Fraction:
    return a if condition else b


def _short(word: Callable[..., Fraction]) -> Callable[..., Fraction]:
    def checked(*args: Fraction) -> Fraction:
        value = word(*args)
        if max(abs(value.numerator), value.denominator) > _LARGEST:
            raise InexactError
        return value

    return checked


#: Every word over fractions: arithmetic, and functions where they are known.
FRACTIONS: dict[str, Callable[..., Fraction]] = {name: _known(word) for name, word in WORDS.items()} | {
    "add": _short(_add), "sub": _short(_sub), "mul": _short(_mul), "div": _short(_div), "neg": _neg,
    "absolute": _absolute, "less": _less, "equal": _equal, "pick": _pick, table.sqrt.name: _root,
}  # fmt: skip


def _constant(value: Fraction | float) -> Fraction:
    if isinstance(value, Fraction):
        return value
    raise InexactError


def exact_value(expr: Expr, values: Mapping[str, Fraction], defined: Definitions) -> Fraction:
    """Return the exact value of an expression at exact values of its names.

    Raises:
        InexactError: when the value is not a fraction of moderate length.
        UnknownValueError: when a name has no value or a function no definition.
    """
    tape = Tape()
    inputs: dict[Expr, Fraction] = {}
    known: dict[Expr, Slot] = {}

    for name, value in values.items():
        key = symbol(name)
        inputs[key] = value
        known[key] = tape.input(key)
    record(tape, (expr,), known, defined)
    return run_tape(tape, FRACTIONS, _constant, inputs)[known[expr]]
