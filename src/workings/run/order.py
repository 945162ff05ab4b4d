"""Which patterns each step takes: in turn, shuffled for each pass, or many at once.

A pass goes over all patterns once, in steps of `batch`; its last step takes what is left. The order of a pass
depends on the seed and the number of the pass alone, so that a run can be taken up anywhere. Inside a step the
patterns stand in their own order: sums go the same way however they were drawn.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

Order = Literal["cyclic", "shuffled", "batch"]

#: SplitMix64: the step of its sequence and its two multipliers (G. L. Steele, D. Lea and C. H. Flood, "Fast
#: splittable pseudorandom number generators", OOPSLA 2014).
STEP, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_ALL = (1 << 64) - 1


def mixed(key: int, number: int) -> int:
    """Return 64 bits that look drawn by chance, made of a key and a number: one output of SplitMix64."""
    z = (key + (number + 1) * STEP) & _ALL
    z = ((z ^ (z >> 30)) * FIRST) & _ALL
    z = ((z ^ (z >> 27)) * SECOND) & _ALL
    return z ^ (z >> 31)


@lru_cache(maxsize=64)
def shuffled(count: int, seed: int, pass_number: int) -> tuple[int, ...]:
    """Return the numbers below `count` in the order of one pass: sorted by bits drawn for each."""
    key = mixed(mixed(0, seed), pass_number)
    return tuple(sorted(range(count), key=lambda index: mixed(key, index)))


class Passes:
    """The steps of passes over `count` patterns."""

    def __init__(self, count: int, order: Order, batch: int, seed: int) -> None:
        """Cut passes into steps of `batch` patterns."""
        self.count = count
        self.batch = batch
        self.seed = seed
        self.shuffles = order == "shuffled" and count > 1

    @property
    def steps(self) -> int:
        """How many steps a pass has."""
        return -(-self.count // self.batch)

    @property
    def repeats(self) -> bool:
        """Whether all passes take the same patterns together, in whatever order of steps."""
        return not self.shuffles or self.batch == 1 or self.batch >= self.count

    def row_order(self, pass_number: int) -> tuple[int, ...]:
        """Return all patterns as a pass takes them, those of a step in their own order."""
        if not self.shuffles:
            return tuple(range(self.count))
        drawn = shuffled(self.count, self.seed, pass_number)
        if self.batch == 1:
            return drawn
        steps = [sorted(drawn[begin : begin + self.batch]) for begin in range(0, self.count, self.batch)]
        return tuple(index for step in steps for index in step)

    def chosen(self, step: int) -> tuple[int, ...]:
        """Return the patterns of a step numbered from 1."""
        pass_number, place = divmod(step - 1, self.steps)
        begin = place * self.batch
        return self.row_order(pass_number)[begin : begin + self.batch]
