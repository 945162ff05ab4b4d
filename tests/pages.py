"""A page and what the checker says of each stretch of it: holds, refuted, open, used, or absent.

    page = Page("z = w x\\ndz/dw = x\\n", ".txt")
    page.said("dz/dw = x")        "holds"

An excerpt is judged by every line of the checker's that it overlaps, white space apart. *Open* is what the checker
leaves undecided or says that it did not read; *used* what it took for a definition, a declaration or an update without
a verdict; *absent* is what it says nothing of. A page that cannot be read at all is an error, and says nothing.
"""

from __future__ import annotations

import json
import re
import signal
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import TypeVar

import workings
from workings import ReadError
from workings.api import check_document
from workings.check.verdict import Check, Entry, Judged
from workings.source import Place

_T = TypeVar("_T")

HOLDS = frozenset({"holds"})
REFUTED = frozenset({"refuted"})
OPEN = frozenset({"open"})
NOT_REFUTED = frozenset({"holds", "open"})
NEVER_HOLDS = frozenset({"refuted", "open"})
#: A definition need not be judged, but it may not be refuted.
GIVEN = frozenset({"holds", "open", "used", "absent"})
#: What is not on the page: a remark that nobody is to read.
UNSEEN = frozenset({"absent", "open"})

#: Seconds of processor time after which a page counts as one that never ends.
PATIENCE = 20.0


class OverrunError(Exception):
    """A page took longer than anybody waits."""


def stopped(work: Callable[[], _T], seconds: float = PATIENCE) -> _T:
    """Do some work, and stop it after some seconds of processor time.

    Raises:
        OverrunError: when it was stopped.
    """

    def stop(_: int, __: FrameType | None) -> None:
        raise OverrunError(f"over {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def checked(text: str, suffix: str = ".md") -> Check:
    """Check a text as a file of that suffix.

    Raises:
        OverrunError: when it does not end.
        ReadError: when it cannot be read.
    """
    return stopped(lambda: _in_a_file(text, suffix, check_document))


def _in_a_file(text: str, suffix: str, work: Callable[[Path], _T]) -> _T:
    with tempfile.TemporaryDirectory(prefix="workings-page-") as folder:
        path = Path(folder) / f"page{suffix}"
        path.write_text(text, encoding="utf-8", newline="")
        return work(path)


def bare(text: str) -> str:
    """Return a text without its white space."""
    return re.sub(r"\s+", "", text)


class Ink:
    """A text, in which white space does not count: where its lines and its excerpts stand."""

    def __init__(self, text: str) -> None:
        """Take the text."""
        self.bare = bare(text)
        self._inked = [at for at, character in enumerate(text) if not character.isspace()]
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def stretch(self, place: Place, text: str) -> range:
        """Return where a text stands that begins at a place."""
        begin = bisect_left(self._inked, self._starts[place.line - 1] + place.column - 1)
        return range(begin, begin + len(bare(text)))

    def excerpt(self, text: str) -> range:
        """Return where an excerpt stands; it is to occur once."""
        wanted = bare(text)
        assert self.bare.count(wanted) == 1, f"`{text}` occurs {self.bare.count(wanted)} times"
        begin = self.bare.index(wanted)
        return range(begin, begin + len(wanted))


def overlap(a: range, b: range) -> bool:
    return a.start < b.stop and b.start < a.stop


@dataclass
class Page:
    """A text, the suffix of the file that it stands in, and its check."""

    text: str
    suffix: str = ".md"
    _inks: Mapping[int, Ink] = field(init=False)

    def __post_init__(self) -> None:
        """Find where its characters are: those of its cells, or of the whole as cell 0."""
        if self.suffix == ".ipynb":
            cells = json.loads(self.text)["cells"]
            self._inks = {number: Ink("".join(cell["source"])) for number, cell in enumerate(cells, 1)}
        else:
            self._inks = {0: Ink(self.text)}

    @cached_property
    def network(self) -> workings.Network:
        return stopped(lambda: _in_a_file(self.text, self.suffix, workings.read))

    @cached_property
    def unread(self) -> str:
        """Why there is no network to be had of the page, empty where there is one."""
        try:
            _ = self.network
        except (ReadError, OverrunError) as error:
            return str(error)
        return ""

    @cached_property
    def _outcome(self) -> Check | ReadError | OverrunError:
        try:
            return checked(self.text, self.suffix)
        except (ReadError, OverrunError) as error:
            return error

    @property
    def check(self) -> Check:
        if isinstance(self._outcome, Check):
            return self._outcome
        raise self._outcome

    @property
    def failure(self) -> ReadError | OverrunError | None:
        """What keeps the page from being checked."""
        return None if isinstance(self._outcome, Check) else self._outcome

    @property
    def status(self) -> int:
        """What `workings check` leaves with; -1 where it never does."""
        if self.failure is None:
            return self.check.status
        return 2 if isinstance(self.failure, ReadError) else -1

    def lines_at(self, excerpt: str) -> list[Judged]:
        return [line for line in self.check.lines if self._covers(line.place, line.text, excerpt)]

    def _covers(self, place: Place, text: str, excerpt: str) -> bool:
        """Say whether a text that begins at a place has something of an excerpt; it is to occur once in the page."""
        cell = re.search(r"\[cell (\d+)\]$", place.file)
        number = int(cell[1]) if cell else 0
        wanted = bare(excerpt)
        homes = [at for at, ink in self._inks.items() if wanted in ink.bare]
        assert len(homes) == 1, f"`{excerpt}` stands in {len(homes)} places"
        ink = self._inks[homes[0]]
        return number == homes[0] and overlap(ink.stretch(place, text), ink.excerpt(excerpt))

    def said(self, excerpt: str) -> str:
        """Return what is said of an excerpt of the page."""
        found = {line.verdict for line in self.lines_at(excerpt)}
        return together(found) if found else self._told(excerpt)

    def _told(self, excerpt: str) -> str:
        kinds = {entry.kind for entry in self.check.ledger if self._covers(entry.place, entry.text, excerpt)}
        if kinds & {"not used", "not read"}:
            return "open"
        return "used" if kinds else "absent"

    def _unjudged(self) -> list[Entry]:
        return [entry for entry in self.check.ledger if not entry.judged]

    def account(self) -> str:
        """Return the page with what was said of it: what a failure is understood from."""
        rows = [self.text.rstrip(), "", "was judged:"]
        if self.failure is None:
            rows += [f"  {told(line)}" for line in self.check.lines] or ["  nothing"]
            rows += [f"  {entry.kind:15} {entry.text}   ({entry.why})" for entry in self._unjudged()]
            rows += [str(problem) for problem in self.check.problems]
        else:
            rows += ["  not at all:", str(self.failure)]
        return "\n".join(rows)


def together(verdicts: Mapping[str, object] | set[str] | frozenset[str]) -> str:
    """Return what the verdicts on the pieces of one line come to."""
    if "refuted" in verdicts:
        return "refuted"
    return "holds" if set(verdicts) <= {"holds", "holds_on_domain"} else "open"


def told(line: Judged) -> str:
    """Return a judged line in one row."""
    beside = "; ".join(part for part in (line.slip and f"slip {line.slip}", line.why) if part)
    return f"{line.place.line}:{line.place.column} {line.verdict:15} {line.text}" + (f"   ({beside})" if beside else "")
