"""Work is counted, not timed: a verdict is the same on every machine and under every load.

The problem: a limit in seconds makes a line that is proved on one machine undecided on a slower one. The idea, from
Lean's heartbeats: whoever works says how much it does, and a limit is a number of operations. One operation is one
word of a program in floats; what costs more counts as several.

    budget = Budget()            a comparison's own
    budget.spend(len(words))     raises LimitError once nothing is left
    budget.part(1_000_000)       a share of it, for an attempt that may fail alone
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

#: What one comparison may cost, one explanation, and one trial of an explanation.
A_COMPARISON, AN_EXPLANATION, A_TRIAL = 12_000_000, 8_000_000, 1_500_000

#: What it costs to record a word of a program, where it costs 1 to run it.
TO_RECORD = 100


class UnsettledError(ValueError):
    """What keeps a line from being settled; the message says it."""


class LimitError(UnsettledError):
    """A line passes a limit of the checker; the message names it."""


_T = TypeVar("_T")


def attempt(work: Callable[[], _T]) -> _T | None:
    """Return what some work comes to; None where something keeps it from being settled."""
    with suppress(UnsettledError):
        return work()
    return None


class Budget:
    """A number of operations that may still be done."""

    def __init__(self, limit: int = A_COMPARISON, of: Budget | None = None) -> None:
        """Begin with `limit` operations, each of which counts for the whole budget `of` too."""
        self.limit, self.spent, self.of = limit, 0, of

    def spend(self, count: int) -> None:
        """Count operations.

        Raises:
            LimitError: when more than the limit are done, here or in the whole.
        """
        self.spent += count
        if self.of is not None:
            self.of.spend(count)
        if self.spent > self.limit:
            raise LimitError(f"more than {self.limit:,} operations")

    def renew(self) -> None:
        """Begin again, for another search of the same case."""
        self.spent = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is left, here or in the whole."""
        return self.spent >= self.limit or (self.of is not None and self.of.empty)

    def part(self, limit: int) -> Budget:
        """Return a budget of at most `limit` operations that counts for this one too."""
        return Budget(limit, self)
