"""Lines in every spelling, held against what is true of them; `python -m tests.laws.respelled` runs many.

A right line is never refuted, a wrong one never holds, and almost none is left unread. The pages are those of `sheets`.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import count
from typing import NamedTuple

from tests.laws import tally
from tests.laws.sheets import Sheet, sheet

#: How many lines `make soak` runs, and the first seed of its pages.
COUNT, FIRST = int(os.environ.get("WORKINGS_RESPELLED", "20000")), 3_000_000
#: At most this share of the lines may be left open or unsaid.
UNREAD = 0.05


class Broken(NamedTuple):
    """A law that a line breaks, with its page."""

    law: str
    line: str
    found: str
    page: str


class Tally(tally.Tally[Broken]):
    """What became of some lines: counts, and the laws that were broken."""

    @property
    def lines(self) -> int:
        """How many lines there were."""
        return sum(n for what, n in self.counts.items() if what.startswith(("right ", "wrong ")))

    @property
    def unread(self) -> float:
        """The share of the lines that were not decided."""
        return sum(
            n for what, n in self.counts.items() if what.endswith((" open", " absent", " used", " refused"))
        ) / max(1, self.lines)


def judged(written: Sheet) -> Tally:
    """Hold what the checker says of a page against what is true of its lines."""
    page = written.page
    counts: Counter[str] = Counter()
    broken: list[Broken] = []
    for line in written.lines:
        said = "refused" if page.failure else page.said(line.text)
        truth = "right" if line.right else "wrong"
        counts[f"{truth} {said}"] += 1
        if said not in ("holds", "refuted"):
            counts[f"{said}: {written.habits}"] += 1
        if (line.right and said == "refuted") or (not line.right and said == "holds"):
            law = "a right line is refuted" if line.right else "a wrong line holds"
            broken.append(Broken(law, line.text, page.account() if written.notebook else "", repr(written)))
    return Tally(counts, tuple(broken))


def soaked(seeds: Iterable[int]) -> Tally:
    """Check the pages of some seeds."""
    return Tally.of(judged(sheet(seed)) for seed in seeds)


def report(whole: Tally) -> str:
    """Return the counts, and every law that was broken with its shortest page."""
    out = [f"{whole.lines:,} lines"]
    out += [f"{n:8,}  {what}" for what, n in sorted(whole.counts.items()) if ":" not in what]
    out += [f"{100 * whole.unread:7.2f}%  were not decided"]
    for law, n in sorted(Counter(b.law for b in whole.broken).items()):
        of_law = sorted((b for b in whole.broken if b.law == law), key=lambda b: len(b.page))
        out += ["", f"{n:,} times: {law}", "in " + "; ".join(b.page.split("\n")[0] for b in of_law[:12])]
        out += [f"  {of_law[0].line}", of_law[0].found, of_law[0].page]
    return "\n".join(out) + "\n"


def main() -> int:
    """Run many lines and print a summary."""
    blocks = (range(at, at + 20) for at in count(FIRST, 20))
    whole = Tally.of(tally.gathered(soaked, blocks, COUNT, lambda block: block.lines))
    sys.stdout.write(report(whole))
    return 1 if whole.broken or whole.unread > UNREAD else 0


if __name__ == "__main__":
    raise SystemExit(main())
