"""What became of many lines or pages: counts, and the laws that were broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

Broken = TypeVar("Broken")


@dataclass(frozen=True)
class Tally(Generic[Broken]):
    """Counts, and the laws that were broken."""

    counts: Counter[str]
    broken: tuple[Broken, ...]

    @classmethod
    def of(cls, tallies: Iterable[Self]) -> Self:
        """Return several as one."""
        counts: Counter[str] = Counter()
        broken: list[Broken] = []
        for tally in tallies:
            counts += tally.counts
            broken += tally.broken
        return cls(counts, tuple(broken))
