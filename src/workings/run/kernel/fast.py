"""The scalar words as machine instructions, fast: fused sums of products, short polynomials.

Words that have a short polynomial (`functions.SHORT`), and σ and softplus which are made of them, are within
`FAST_ULP` units in the last place of the true value over the whole domain; a test measures it against mpmath. The
other functions are libm's, lane by lane.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from workings.graph.speakers.floats import nearest
from workings.graph.words.table import WORDS
from workings.run.kernel import functions
from workings.run.kernel.text import Lanes, Text
from workings.run.kernel.words import EVERYWHERE, Range, Words

#: The most that a short polynomial, or σ or softplus, is wrong by, in units in the last place.
FAST_ULP = 4


class FastWords(Words):
    """The fast words."""

    def __init__(self, text: Text, lanes: Lanes) -> None:
        """Speak into `text`."""
        super().__init__(text, lanes)
        self._products: dict[str, tuple[str, str]] = {}
        self._ranges: dict[str, Range] = {}

    # Ranges: a weight that lives in an interval and patterns that are known bound what is computed from them.

    def range(self, a: str) -> Range:
        """Return two numbers between which a value lies if it is a number."""
        return self._ranges.get(a, EVERYWHERE)

    def bound(self, a: str, low: float, high: float) -> None:
        """Take note of the range of a value."""
        if math.isfinite(low) and math.isfinite(high):
            self._ranges[a] = (low, high)

    def constant(self, value: Fraction | float, /) -> str:
        """Return a constant, whose range is itself."""
        found = super().constant(value)
        self.bound(found, nearest(value), nearest(value))
        return found

    def _from(self, found: str, combine: Callable[..., Any], *parts: str) -> str:
        """Bound a value that is monotone in each of its parts by its values at the ends of their ranges."""
        ranges = [self.range(part) for part in parts]
        if EVERYWHERE not in ranges:
            ends = [combine(*corner) for corner in itertools.product(*ranges)]
            self.bound(found, min(ends), max(ends))
        return found

    # A product is fused into every sum that takes it, whatever else takes it too: so a quantity has the same
    # bits in every kernel that computes it, and a row that is replayed is the row that ran.

    def mul(self, a: str, b: str) -> str:
        """Write a · b, and remember it."""
        product = super().mul(a, b)
        self._products[product] = (self.number(a), self.number(b))
        return self._from(product, operator.mul, a, b)

    def neg(self, a: str) -> str:
        """Write −a."""
        return self._from(super().neg(a), operator.neg, a)

    def add(self, a: str, b: str) -> str:
        """Write a + b."""
        for product, other in ((a, b), (b, a)):
            if product in self._products:
                return self._from(self.fused(*self._products[product], other), operator.add, a, b)
        return self._from(super().add(a, b), operator.add, a, b)

    def sub(self, a: str, b: str) -> str:
        """Write a − b."""
        if b in self._products:
            left, right = self._products[b]
            return self._from(self.fused(super().neg(left), right, a), operator.sub, a, b)
        if a in self._products:
            return self._from(self.fused(*self._products[a], super().neg(b)), operator.sub, a, b)
        return self._from(super().sub(a, b), operator.sub, a, b)

    def say(self, name: str, /, *args: str) -> str:
        """Write a word, by a short polynomial where there is one for it."""
        short = functions.SHORT.get(WORDS[name].fast)
        return short(self, self.number(args[0])) if short is not None else super().say(name, *args)
