"""The scalar words: the few operations that give every op its value.

An op never says how a machine computes it. It says what it is in these words, and whoever can speak
them (floats here, exact fractions, machine code, rigorous balls) knows every op at once. A program
is recorded once as a `Tape`, a straight line of words; equal words on equal arguments are one slot.

    σ(z):   a = neg z;  b = exp a;  c = add 1 b;  d = div 1 c
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Slot: TypeAlias = int

#: Exponents up to this size are repeated multiplication in one fixed tree; larger ones are libm's pow.
WHOLE_POWERS = 64

WORDS = (
    "add", "sub", "mul", "div", "neg", "absolute", "exp", "log", "log1p", "sqrt", "sin", "cos", "tan",
    "sinh", "cosh", "tanh", "logistic", "pow", "less", "equal", "pick",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One operation of a tape: the word's name, the slots that it reads, the slot that it writes."""

    name: str
    args: tuple[Slot, ...]
    out: Slot


class Tape:
    """Records scalar words; the methods are the words, their arguments and results are slots."""

    def __init__(self) -> None:
        """Begin with no slots."""
        self.words: list[Word] = []
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

    def constant(self, value: Fraction | float | int) -> Slot:
        """Return the slot of a constant; fractions are exact until an algebra rounds them."""
        exact = Fraction(value) if isinstance(value, int) else value
        key = ("constant", type(exact), exact)
        if key not in self._known:
            self._known[key] = self._new()
            self.constants[self._known[key]] = exact
        return self._known[key]

    def record(self, name: str, *args: Slot) -> Slot:
        """Record a word by its name, as it is: nothing is made of whole powers."""
        return self._word(name, *args)

    def _word(self, name: str, *args: Slot) -> Slot:
        key = (name, *args)
        if key not in self._known:
            out = self._known[key] = self._new()
            self.words.append(Word(name, args, out))
        return self._known[key]

    def add(self, a: Slot, b: Slot) -> Slot:
        """Record a + b."""
        return self._word("add", a, b)

    def sub(self, a: Slot, b: Slot) -> Slot:
        """Record a − b."""
        return self._word("sub", a, b)

    def mul(self, a: Slot, b: Slot) -> Slot:
        """Record a · b."""
        return self._word("mul", a, b)

    def div(self, a: Slot, b: Slot) -> Slot:
        """Record a / b, with IEEE 754's infinities and NaN."""
        return self._word("div", a, b)

    def neg(self, a: Slot) -> Slot:
        """Record −a."""
        return self._word("neg", a)

    def absolute(self, a: Slot) -> Slot:
        """Record |a|; |−0| is +0."""
        return self._word("absolute", a)

    def exp(self, a: Slot) -> Slot:
        """Record e to the a."""
        return self._word("exp", a)

    def log(self, a: Slot) -> Slot:
        """Record the natural logarithm: −∞ at 0, NaN below."""
        return self._word("log", a)

    def log1p(self, a: Slot) -> Slot:
        """Record log(1 + a)."""
        return self._word("log1p", a)

    def sqrt(self, a: Slot) -> Slot:
        """Record the square root: NaN below 0."""
        return self._word("sqrt", a)

    def sin(self, a: Slot) -> Slot:
        """Record the sine of a, in radians."""
        return self._word("sin", a)

    def cos(self, a: Slot) -> Slot:
        """Record the cosine of a, in radians."""
        return self._word("cos", a)

    def tan(self, a: Slot) -> Slot:
        """Record the tangent of a, in radians."""
        return self._word("tan", a)

    def sinh(self, a: Slot) -> Slot:
        """Record the hyperbolic sine."""
        return self._word("sinh", a)

    def cosh(self, a: Slot) -> Slot:
        """Record the hyperbolic cosine."""
        return self._word("cosh", a)

    def tanh(self, a: Slot) -> Slot:
        """Record the hyperbolic tangent."""
        return self._word("tanh", a)

    def logistic(self, a: Slot) -> Slot:
        """Record 1/(1 + e⁻ᵃ), which does not overflow on its way."""
        return self._word("logistic", a)

    def pow(self, a: Slot, b: Slot) -> Slot:
        """Record a to the b: a fixed tree of multiplications where b is a small whole constant."""
        exponent = self.constants.get(b)
        if isinstance(exponent, Fraction) and exponent.denominator == 1 and 0 <= exponent <= WHOLE_POWERS:
            return self._whole_power(a, int(exponent))
        return self._word("pow", a, b)

    def _whole_power(self, a: Slot, n: int) -> Slot:
        # The tree is fixed by n alone, so that every machine rounds alike: x⁵ = (x²)² · x.
        if n == 0:
            return self.constant(1)
        half = self._whole_power(a, n // 2) if n > 1 else a
        if n == 1:
            return a
        square = self.mul(half, half)
        return self.mul(square, a) if n % 2 else square

    def less(self, a: Slot, b: Slot) -> Slot:
        """Record a < b; false where either is NaN."""
        return self._word("less", a, b)

    def equal(self, a: Slot, b: Slot) -> Slot:
        """Record a = b; false where either is NaN."""
        return self._word("equal", a, b)

    def pick(self, condition: Slot, a: Slot, b: Slot) -> Slot:
        """Record a where the condition holds, else b."""
        return self._word("pick", condition, a, b)
