"""Many derivations with one slip each, held against what is true of them; `python -m tests.laws.soak` runs them.

A right line may not be refuted, and is to hold unless the checker runs out of time. A wrong one may not hold, and is
to be refuted. The slip that was planted is to be named, in nine of ten at least, and never by another's name.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import workings
from tests.laws import tally as tallies
from tests.laws.derivations import Paper, Shown, paper
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


class Tally(tallies.Tally[Broken]):
    """What became of some documents: counts, and the laws that were broken."""

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
    return Tally.of([*(_of_line(written, shown, found.get(shown.number)) for shown in written.lines),
                     _of_mark(written, found), _of_document(written, found)])  # fmt: skip


def _of_line(written: Paper, shown: Shown, line: Judged | None) -> Tally:
    """Hold one line against whether it is right, and a wrong one's name against the slips that give it."""
    right, verdict = shown.right, "absent" if line is None else line.verdict
    counts = Counter([f"{ {True: 'right', False: 'wrong', None: 'unclear'}[right] } {verdict}"])
    why = f"{verdict}: {line.why if line else ''}"
    law = ""
    if right and verdict == "refuted":
        law, why = "a right line is refuted", line.slip if line else ""
    elif right and line is not None and verdict == "undecided" and line.why.startswith(LIMIT):
        counts["at the limit"] += 1
    elif right and verdict not in HOLDS:
        law = "a right line is not seen to hold"
    elif right is False and verdict in HOLDS:
        law = "a wrong line holds"
    elif right is False and verdict != "refuted":
        law = "a wrong line is not refuted"
    elif right is False and line is not None:
        said = "unnamed" if not line.slip else "named" if line.slip in written.names else "misnamed"
        counts[said] += 1
        if said == "misnamed":
            law, why = "a slip has a wrong name", f"{line.slip} for {sorted(written.names)}"
        if said == "unnamed":
            counts["unnamed: " + " or ".join(sorted(written.plan))] += 1
    return Tally(counts, (Broken(law, shown.text, why, repr(written)),) if law else ())


def _of_mark(written: Paper, found: Mapping[int, Judged]) -> Tally:
    """Hold the part that is underlined against where the slip stands."""
    line = None if written.planted is None else found.get(written.planted)
    where = mark_of(written, line)
    if not where or line is None:
        return Tally(Counter(), ())
    law = "a mark stands where the slip is not"
    broken = (Broken(law, line.part, str(written.planted_at), repr(written)),) if where == "elsewhere" else ()
    return Tally(Counter([f"mark {where}"]), broken)


def _of_document(written: Paper, found: Mapping[int, Judged]) -> Tally:
    """Hold the first wrong line against the one with the slip."""
    wrong = [number for number, right, _ in written.lines if right is False]
    refuted = [line.place.line for line in found.values() if line.verdict == "refuted"]
    planted, text = str(written.planted), repr(written)
    broken: list[Broken] = []
    if wrong and min(refuted, default=None) != written.planted:
        broken.append(Broken("the first wrong line is not the one with the slip", planted, str(refuted), text))
    if wrong not in ([], [written.planted]):
        broken.append(Broken("the generator: a line is wrong that has no slip", planted, str(wrong), text))
    return Tally(Counter() if wrong else Counter(["slips that change nothing"]), tuple(broken))


def soaked(seeds: Iterable[int], *, slip: bool = True, weights: Sequence[int] = (1, 1, 2)) -> Tally:
    """Check the documents of some seeds."""
    papers = (paper(seed, slip=slip, weights=weights) for seed in seeds)
    return Tally.of(tally(written, judged(written)) for written in papers)


def main() -> int:
    """Run many documents, print a summary, and every law that was broken with its shortest document."""
    blocks = [range(at, min(at + 50, FIRST + COUNT)) for at in range(FIRST, FIRST + COUNT, 50)]
    whole = Tally.of(tallies.gathered(soaked, blocks, COUNT, lambda _: 50))
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
