"""The records of a check: what was said of each line, and how it is known."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from workings.errors import Problem
from workings.graph.expr import Expr
from workings.graph.network import Network
from workings.source import Place

Verdict = Literal["holds", "holds_on_domain", "refuted", "undecided", "unread"]
#: By rewriting or a normal form · at random points to fifty digits · by intervals that do not overlap.
How = Literal["proved", "tested", "interval"]


#: What becomes of a relation: it says what a name is, or what it ranges over and its numbers; it is judged; it is a
#: step of a training that is judged; it says nothing of the network; it could not be read.
Kind = Literal["definition", "declaration", "claim", "update", "not used", "not read"]


#: Verdicts that decide nothing.
_OPEN = ("undecided", "unread")


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Numbers at which the two sides of a line differ: a point, and each side's value there.

    `functions` says what was taken for a function that the text leaves open.
    """

    point: Mapping[str, Fraction]
    left: float
    right: float
    functions: Mapping[str, Expr] = field(default_factory=dict[str, Expr])


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of an equality: the verdict, how it is known, and why where it is not."""

    verdict: Verdict
    how: How | None = None
    counterexample: Counterexample | None = None
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether the equality holds, if only on the declared domain."""
        return self.verdict in ("holds", "holds_on_domain")


#: What is proved, and what the numbers that are printed show.
PROVED, BY_NUMBERS = Finding("holds", "proved"), Finding("holds", "interval")


def undecided(why: str) -> Finding:
    """Return that nobody knows whether an equality holds, and why."""
    return Finding("undecided", why=why)


def unread(why: str) -> Finding:
    """Return that an equality is not read, and why."""
    return Finding("unread", why=why)


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its verdict.

    `sides` and `relations` are the line as it was read, a side None where it goes on with the line before or was not
    read; `rule` what justifies it, `follows` whether it follows from the
    line before it, `slip` the name of the mistake and `says` its sentence, `right_for` the network for which it
    would be right, `part` the wrong part as it stands in the text, `why` what keeps it from a verdict.
    """

    place: Place
    label: str
    text: str
    sides: tuple[Expr | None, ...]
    relations: tuple[str, ...]
    verdict: Verdict
    how: How | None = None
    rule: str = ""
    follows: bool | None = None
    slip: str = ""
    says: str = ""
    right_for: str = ""
    counterexample: Counterexample | None = None
    part: str = ""
    part_place: Place | None = None
    part_expr: Expr | None = None
    why: str = ""
    notes: tuple[str, ...] = ()

    def left_open(self, why: str) -> Judged:
        """Return a line with nothing said of it but why it is undecided."""
        return replace(
            self, verdict="undecided", how=None, rule="", follows=None, counterexample=None, why=why, part="",
            part_place=None, part_expr=None, slip="", says="", right_for="",
        )  # fmt: skip

    def noting(self, why: str) -> Judged:
        """Return the line with a remark more."""
        return replace(self, notes=(*self.notes, why))

    @property
    def name(self) -> str:
        """The line's label, else its number in the text."""
        return self.label or str(self.place.line)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a page that relates something: where it stands, what became of it, and why.

    `relations` is how many signs stand in it; `judged` the verdicts, where it is a claim or an update.
    """

    place: Place
    text: str
    relations: int
    kind: Kind
    why: str = ""
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, repr=False)
class Check:
    """The verdicts on a person's lines, in their order, against one network.

    `reading` says how ∂ was read where the page leaves a choice, empty where it leaves none.
    """

    network: Network
    lines: tuple[Judged, ...]
    reading: str = ""
    file: str = "<text>"
    #: The steps that were asked for, and whether each appears in a line that holds.
    steps: Mapping[str, bool] = field(default_factory=dict[str, bool])
    #: Every relation of the page, with what became of it.
    ledger: tuple[Entry, ...] = ()
    #: What was taken as given though the page does not say it, and what was read in one of several ways.
    given: tuple[str, ...] = ()
    #: What kept the network from being read; then no line is judged.
    problems: tuple[Problem, ...] = ()

    @property
    def relations(self) -> int:
        """How many relations stand on the page."""
        return sum(entry.relations for entry in self.ledger)

    def __repr__(self) -> str:
        """Show the number of lines and the first wrong one."""
        return f"Check({len(self.lines)} lines, first wrong {self.first_wrong or 'none'})"

    @property
    def has_unread(self) -> bool:
        """Whether an entry was judged and nothing of it could be read."""
        return any(e.judged and all(line.verdict == "unread" for line in e.judged) for e in self.ledger)

    @property
    def has_open(self) -> bool:
        """Whether a line was left open."""
        return any(line.verdict in _OPEN for line in self.lines)

    def assuming(self, assumed: str) -> Check:
        """Return the check with what fails left open: it may fail only by what was taken as given."""
        why = f"it fails where {assumed}, which was taken as given: the text does not say it"
        return self.leaving_open(lambda line: line.verdict == "refuted", why)

    def settled_by(self, other: Check, why: str, *, also: Verdict = "unread") -> Check:
        """Return the check with what it could not read taken from another one of the same lines, where that holds.

        `why` says what the other one rests on, `also` what else it settles.
        """

        def settled(own: Entry, theirs: Entry) -> Entry:
            unread = all(line.verdict in ("unread", also) for line in own.judged)
            held = bool(theirs.judged) and all(line.verdict.startswith("holds") for line in theirs.judged)
            noted = tuple(line.noting(why) for line in theirs.judged)
            return replace(theirs, judged=noted) if unread and held else own

        return self._by(other.ledger, settled)

    def _by(self, others: Iterable[Entry], choose: Callable[[Entry, Entry], Entry]) -> Check:
        """Return the check with what is chosen of each entry and another one of the same line, where there is one."""
        found = {(entry.place, entry.text): entry for entry in others}
        pairs = ((own, found.get((own.place, own.text))) for own in self.ledger)
        return self._with(tuple(own if theirs is None else choose(own, theirs) for own, theirs in pairs))

    def _with(self, entries: tuple[Entry, ...]) -> Check:
        return replace(self, lines=tuple(line for entry in entries for line in entry.judged), ledger=entries)

    def doubted_by(self, other: Check, why: str, *, held: bool) -> Check:
        """Return the check with the lines left open that it refutes and another one holds; the other way if `held`."""
        against = {
            (line.place, line.text)
            for line in other.lines if line.verdict.startswith("holds") is not held and line.verdict not in _OPEN
        }  # fmt: skip

        def doubted(line: Judged) -> bool:
            decided = line.verdict not in _OPEN and line.verdict.startswith("holds") is held
            return decided and (line.place, line.text) in against

        return self.leaving_open(doubted, why)

    def leaving_open(self, which: Callable[[Judged], bool], why: str = "") -> Check:
        """Return the check with some lines left open, and why."""

        def left(line: Judged) -> Judged:
            return line.left_open(why) if which(line) else line

        return self._with(tuple(replace(e, judged=tuple(map(left, e.judged))) for e in self.ledger))

    def within(self, places: Container[Place], other: Check) -> Check:
        """Return the check with the lines at some places judged as another check judges them, where that decides them.

        What it leaves open no line is refuted by.
        """

        def judged(own: Entry, theirs: Entry) -> Entry:
            decided = all(line.verdict not in _OPEN for line in theirs.judged)
            refuted = any(line.verdict == "refuted" for line in own.judged)
            # What an example defines for itself is no claim about the others' names.
            return theirs if refuted or (theirs.judged and decided) else own

        return self._by((entry for entry in other.ledger if entry.place in places), judged)

    @property
    def first_wrong(self) -> str | None:
        """The first line that is refuted, by its label, else by its number; None where there is none."""
        return next((line.name for line in self.lines if line.verdict == "refuted"), None)

    @property
    def status(self) -> Literal[0, 1, 2, 3]:
        """Return 0 where all judged lines hold, 1 where one is refuted, 3 where one is open, 2 with none judged."""
        verdicts = {line.verdict for line in self.lines}
        if "refuted" in verdicts or not all(self.steps.values()):
            return 1
        if not verdicts & {"holds", "holds_on_domain", "undecided"}:
            return 2
        open_ones = verdicts & {"undecided", "unread"} or any(entry.kind == "not read" for entry in self.ledger)
        return 3 if open_ones else 0
