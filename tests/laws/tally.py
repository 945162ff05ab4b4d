"""What became of many lines or pages: counts, and the laws that were broken."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Self, TypeVar

Broken = TypeVar("Broken")
AnyTally = TypeVar("AnyTally", bound="Tally[Any]")


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


def gathered(
    work: Callable[[Iterable[int]], AnyTally],
    blocks: Iterable[Iterable[int]],
    enough: int,
    size: Callable[[AnyTally], int] = lambda tally: tally.counts.total(),
) -> Iterator[AnyTally]:
    """Yield what becomes of blocks of seeds, on every core, until enough is done.

    How far it is and what broke is told on the standard error: hours may go by.
    """
    remaining, cores = iter(blocks), os.cpu_count() or 1
    done = broken = 0
    with ProcessPoolExecutor(cores) as pool:
        while done < enough and (batch := list(islice(remaining, 4 * cores))):
            for tally in pool.map(work, batch):
                yield tally
                done += size(tally)
                broken += len(tally.broken)
                sys.stderr.write(f"\r{done:,} of {enough:,}, {broken:,} broken" + ("\n" if tally.broken else ""))
                sys.stderr.writelines(f"  {' · '.join(map(str, b[:2]))}\n" for b in tally.broken)
                sys.stderr.flush()
    sys.stderr.write("\n")
