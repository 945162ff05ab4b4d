"""Many derivations with one slip each, held against what is true of them; `python -m tests.laws.soak` runs them.

A right line may not be refuted, and is to hold unless the checker runs out of time. A wrong one may not hold, and is
to be refuted. The slip that was planted is to be named, in nine of ten at least, and never by another's name.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import workings
from tests.laws.derivations import Paper, paper
from workings.check.checker import check_lines
from workings.check.verdict import Judged

#: How many lines with a slip `make soak` runs, and the first seed of them.
COUNT, FIRST = int(os.environ.get("WORKINGS_SOAK", "10000")), 1_000_000
#: At least this share of the slips is to be named.
NAMED = 0.9
#: At least this share of the marks is to stand exactly where the slip is, or on a part of it that mends the line.
MARKED = 0.8
#: A right line may end undecided where the checker runs out of time; such are counted.
LIMIT = "the limit of the checker"
HOLDS = ("holds", "holds_on_domain")


class Broken(NamedTuple):
    """A law that a line breaks, with the document."""

    law: str
    line: str
    found: str
    paper: str


class Tally(NamedTuple):
    """What became of some documents: counts, and the laws that were broken."""

    counts: Counter[str]
    broken: tuple[Broken, ...]

    @classmethod
    def of(cls, tallies: Iterable[Tally]) -> Tally:
        counts: Counter[str] = Counter()
        broken: list[Broken] = []
        for tally in tallies:
            counts += tally.counts
            broken += tally.broken
        return cls(counts, tuple(broken))

    @property
    def named(self) -> float:
        """The share of the refuted slips that have a right name."""
        return self.counts["named"] / max(1, self.counts["named"] + self.counts["unnamed"] + self.counts["misnamed"])

    @property
    def marked(self) -> float:
        """The share of the named slips whose place is marked exactly, or on a part of it."""
        marks = {what: count for what, count in self.counts.items() if what.startswith("mark ")}
        good = marks.get("mark exact", 0) + marks.get("mark within", 0)
        return good / max(1, sum(marks.values()))


def judged(written: Paper) -> dict[int, Judged]:
    """Return what the checker says of each line, by the line's number."""
    net = workings.parse(written.text)
    check = check_lines(net.graph, net.reading.lines, net.reading.words)
    return {line.place.line: line for line in check.lines}


def mark_of(written: Paper, line: Judged | None) -> str:
    """Say how the underlined part lies to the place of the slip: exact, within it, wider, or elsewhere.

    It is wider where the slip could as well be elsewhere in it: of two equal factors, either is one too many.
    """
    if line is None or line.verdict != "refuted" or line.part_place is None or line.slip not in written.names:
        return ""
    text = written.text.splitlines()[line.place.line - 1]
    begin = line.part_place.column - 1
    mark = _bare(text, begin, begin + line.part_place.length)
    places = [_bare(text, *place) for place in written.planted_at]
    if mark in places:
        return "exact"
    if any(a <= mark[0] and mark[1] <= b for a, b in places):
        return "within"
    if any(mark[0] <= a and b <= mark[1] for a, b in places):
        return "wider"
    return "elsewhere"


def _bare(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return a place without the brackets, blanks and signs around it."""
    while begin < end and text[begin] in " (-+":
        begin += 1
    while begin < end and text[end - 1] in " )":
        end -= 1
    return begin, end


def tally(written: Paper, found: Mapping[int, Judged]) -> Tally:
    """Hold what the checker says of a document against what is true of its lines."""
    counts: Counter[str] = Counter()
    broken: list[Broken] = []

    def breaks(law: str, line: str, said: str) -> None:
        broken.append(Broken(law, line, said, repr(written)))

    for number, right, text in written.lines:
        line = found.get(number)
        verdict = "absent" if line is None else line.verdict
        counts[f"{ {True: 'right', False: 'wrong', None: 'unclear'}[right] } {verdict}"] += 1
        if right is None:
            continue
        if right and verdict == "refuted":
            breaks("a right line is refuted", text, line.slip if line else "")
        elif right and line is not None and line.verdict == "undecided" and line.why.startswith(LIMIT):
            counts["at the limit"] += 1
        elif right and verdict not in HOLDS:
            breaks("a right line is not seen to hold", text, f"{verdict}: {line.why if line else ''}")
        elif not right and verdict in HOLDS:
            breaks("a wrong line holds", text, verdict)
        elif not right and verdict != "refuted":
            breaks("a wrong line is not refuted", text, f"{verdict}: {line.why if line else ''}")
        elif not right and line is not None:
            said = "unnamed" if not line.slip else "named" if line.slip in written.names else "misnamed"
            counts[said] += 1
            if said == "misnamed":
                breaks("a slip has a wrong name", text, f"{line.slip} for {sorted(written.names)}")
            if said == "unnamed":
                counts["unnamed: " + " or ".join(sorted(written.plan))] += 1
    where = "" if written.planted is None else mark_of(written, found.get(written.planted))
    if where:
        counts[f"mark {where}"] += 1
    if where == "elsewhere":
        breaks("a mark stands where the slip is not", found[written.planted or 0].part, str(written.planted_at))
    wrong = [number for number, right, _ in written.lines if right is False]
    refuted = [line.place.line for line in found.values() if line.verdict == "refuted"]
    if wrong and min(refuted, default=None) != written.planted:
        breaks("the first wrong line is not the one with the slip", str(written.planted), str(refuted))
    if wrong not in ([], [written.planted]):
        breaks("the generator: a line is wrong that has no slip", str(written.planted), str(wrong))
    if not wrong:
        counts["slips that change nothing"] += 1
    return Tally(counts, tuple(broken))


def soaked(seeds: Sequence[int], *, slip: bool = True, weights: Sequence[int] = (1, 1, 2)) -> Tally:
    """Check the documents of some seeds."""
    papers = (paper(seed, slip=slip, weights=weights) for seed in seeds)
    return Tally.of(tally(written, judged(written)) for written in papers)


def main() -> int:
    """Run many documents, print a summary, and every law that was broken with its shortest document."""
    blocks = [range(at, min(at + 50, FIRST + COUNT)) for at in range(FIRST, FIRST + COUNT, 50)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        whole = Tally.of(pool.map(soaked, blocks))
    out = [f"{COUNT:,} documents with one slip each"]
    out += [f"{count:8,}  {what}" for what, count in sorted(whole.counts.items())]
    out += [f"{100 * whole.named:7.2f}%  of the slips have their name"]
    out += [f"{100 * whole.marked:7.2f}%  of them are marked where they stand"]
    for law, count in sorted(Counter(b.law for b in whole.broken).items()):
        of_law = sorted((b for b in whole.broken if b.law == law), key=lambda b: len(b.paper))
        out += ["", f"{count:,} times: {law}", "in " + "; ".join(b.paper.split(",")[0] for b in of_law[:9])]
        out += [f"  {of_law[0].line}", f"  {of_law[0].found}", of_law[0].paper]
    sys.stdout.write("\n".join(out) + "\n")
    return 1 if whole.broken or whole.named < NAMED or whole.marked < MARKED else 0


if __name__ == "__main__":
    raise SystemExit(main())
