"""The record of a scalar word, and what an algebra is: somebody who speaks the words.

A word is everything that workings knows of one scalar function, in one place: its value in floats, the points at
which it is a fraction, what others call it, how it runs, its formula in other words. Speakers (the interpreter,
fractions, balls, ranges, machine code) keep their algorithms and read the rest here; none of them names a function.

    tanh:  exact at 0 · Arb, NumPy and libm call it tanh · grows from −1 to 1 · (t² − 1)/(t² + 1) with t = eᶻ
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, Protocol, TypeVar

V = TypeVar("V")


class Algebra(ABC, Generic[V]):
    """What can compute: constants, and words said of values. Every op is defined over any algebra."""

    @abstractmethod
    def constant(self, value: Fraction | float, /) -> V:
        """Return a number; fractions are exact."""

    @abstractmethod
    def say(self, name: str, /, *args: V) -> V:
        """Return a word of its arguments."""

    # Arithmetic and choices, which every formula is full of

    def add(self, a: V, b: V) -> V:
        """Return a + b."""
        return self.say("add", a, b)

    def sub(self, a: V, b: V) -> V:
        """Return a − b."""
        return self.say("sub", a, b)

    def mul(self, a: V, b: V) -> V:
        """Return a · b."""
        return self.say("mul", a, b)

    def div(self, a: V, b: V) -> V:
        """Return a / b, with IEEE 754's infinities and NaN."""
        return self.say("div", a, b)

    def neg(self, a: V) -> V:
        """Return −a."""
        return self.say("neg", a)

    def absolute(self, a: V) -> V:
        """Return |a|; |−0| is +0."""
        return self.say("absolute", a)

    def pow(self, a: V, b: V) -> V:
        """Return a to the b."""
        return self.say("pow", a, b)

    def less(self, a: V, b: V) -> V:
        """Return whether a < b; false where either is NaN."""
        return self.say("less", a, b)

    def equal(self, a: V, b: V) -> V:
        """Return whether a = b; false where either is NaN."""
        return self.say("equal", a, b)

    def pick(self, condition: V, a: V, b: V) -> V:
        """Return a where the condition holds, else b."""
        return self.say("pick", condition, a, b)


class Table(Algebra[V]):
    """The algebra of a table: what each word is, by its name, and what a constant is."""

    def __init__(self, words: Mapping[str, Callable[..., V]], constant: Callable[[Fraction | float], V]) -> None:
        """Speak by a table, which may still grow."""
        self.words = words
        self._constant = constant

    def constant(self, value: Fraction | float, /) -> V:
        """Return a number."""
        return self._constant(Fraction(value) if isinstance(value, int) else value)

    def say(self, name: str, /, *args: V) -> V:
        """Return a word of its arguments."""
        return self.words[name](*args)


class Formula(Protocol):
    """A formula of one argument over any algebra."""

    def __call__(self, k: Algebra[V], a: V, /) -> V:
        """Return what the formula is at `a`."""
        ...


@dataclass(frozen=True, slots=True)
class Course:
    """How a function of one real number runs, which is what a range needs to know of it.

    It grows from `least` to `most`, which it never reaches; its domain begins at `begins`, where it has a `pole`,
    or else takes the value `least`. An `even` function grows with |z|. A function that `turns` lies between `least`
    and `most` and may reach them.
    """

    least: float = -math.inf
    most: float = math.inf
    begins: float = -math.inf
    pole: bool = False
    even: bool = False
    turns: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One scalar word.

    `double` is its value in floats, one IEEE 754 operation or one call of libm, guarded where Python raises and
    IEEE does not. `points` are where a function of one number is a fraction: (z, value); elsewhere it has no exact
    value. `arb`, `numpy`, `libm` are what these call it, `machine` LLVM's instruction for it where IEEE 754 says its
    bits; `c` and `javascript` are its expression there. Empty where there is none.

    `body` is how a machine computes a word that nobody has a name for, from words that it has: its bits are those of
    `double`. `form` is its formula as a quotient in other words, for proofs; `square` that of its square, and
    `parity` says that it is even (1) or odd (−1). `fast` names the short polynomial that fast arithmetic has for it.
    """

    name: str
    arity: int
    law: str
    double: Callable[..., float]
    points: tuple[tuple[Fraction, Fraction], ...] = ()
    arb: str = ""
    numpy: str = ""
    libm: str = ""
    machine: str = ""
    c: str = ""
    javascript: str = ""
    form: Formula | None = None
    body: Formula | None = None
    square: Formula | None = None
    parity: int = 0
    course: Course | None = None
    fast: str = ""

    def __call__(self, k: Algebra[V], *args: V) -> V:
        """Return the word of its arguments, said in an algebra: the value of an op that is one word."""
        return k.say(self.name, *args)

    def exactly_at(self, point: Fraction) -> Fraction | None:
        """Return the value at a point where it is known to be a fraction."""
        return next((value for at, value in self.points if at == point), None)

    def __repr__(self) -> str:
        """Show the name."""
        return f"Word({self.name})"
