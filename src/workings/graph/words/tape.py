"""The tape: a formula recorded as a straight line of scalar words.

An op never says how a machine computes it. It says what it is in these words, and whoever can speak
them (floats here, exact fractions, machine code, rigorous balls) knows every op at once. A program
is recorded once as a `Tape`, a straight line of words; equal words on equal arguments are one slot.

    σ(z):   a = neg z;  b = exp a;  c = add 1 b;  d = div 1 c
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from workings.graph.words.word import Algebra

Slot: TypeAlias = int

#: Exponents up to this size are repeated multiplication in one fixed tree; larger ones are libm's pow.
WHOLE_POWERS = 64


@dataclass(frozen=True, slots=True)
class Said:
    """One operation of a tape: the word's name, the slots that it reads, the slot that it writes."""

    name: str
    args: tuple[Slot, ...]
    out: Slot


class Tape(Algebra[Slot]):
    """Records scalar words; their arguments and results are slots."""

    def __init__(self) -> None:
        """Begin with no slots."""
        self.words: list[Said] = []
        self.constants: dict[Slot, Fraction | float] = {}
        self.inputs: dict[object, Slot] = {}
        self.size = 0
        self._known: dict[tuple[object, ...], Slot] = {}

    def _new(self) -> Slot:
        self.size += 1
        return self.size - 1

    def input(self, key: object) -> Slot:
        """Return the slot that holds the value named `key` before the tape runs."""
        if key not in self.inputs:
            self.inputs[key] = self._new()
        return self.inputs[key]

    def constant(self, value: Fraction | float, /) -> Slot:
        """Return the slot of a constant; fractions are exact until an algebra rounds them."""
        exact = Fraction(value) if isinstance(value, int) else value
        own = (exact.numerator, exact.denominator) if isinstance(exact, Fraction) else (exact,)
        key = ("constant", *own)
        if key not in self._known:
            self._known[key] = self._new()
            self.constants[self._known[key]] = exact
        return self._known[key]

    def say(self, name: str, /, *args: Slot) -> Slot:
        """Record a word by its name, as it is: nothing is made of whole powers."""
        key = (name, *args)
        if key not in self._known:
            out = self._known[key] = self._new()
            self.words.append(Said(name, args, out))
        return self._known[key]

    def pow(self, a: Slot, b: Slot) -> Slot:
        """Record a to the b: a fixed tree of multiplications where b is a small whole constant."""
        exponent = self.constants.get(b)
        if isinstance(exponent, Fraction) and exponent.denominator == 1 and 0 <= exponent <= WHOLE_POWERS:
            return self._whole_power(a, int(exponent))
        return self.say("pow", a, b)

    def _whole_power(self, a: Slot, n: int) -> Slot:
        # The tree is fixed by n alone, so that every machine rounds alike: x⁵ = (x²)² · x.
        if n == 0:
            return self.constant(1)
        half = self._whole_power(a, n // 2) if n > 1 else a
        if n == 1:
            return a
        square = self.mul(half, half)
        return self.mul(square, a) if n % 2 else square
