"""A page's own lines → its check: by its network, by what its worked-out chains imply, each example by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workings.check.checker import check_lines, not_judged
from workings.check.verdict import Check, Judged
from workings.errors import Problem
from workings.graph.expr import Apply, Expr, Number, Partial, Symbol
from workings.read.facts.records import Facts
from workings.read.network.assemble import Reading
from workings.read.network.numbers_put_in import digits_of
from workings.read.network.pages import Part, supposed_of

#: No number of so many digits is what a supposition makes it by accident.
_TELLING = 4


def check_page(reading: Reading, file: str) -> Check:
    """Return the verdicts on the lines of a page whose network was read."""
    found = check_lines(reading.network, reading.lines, reading.words, file, reading.beside, reading.left_over)
    found = found.assuming(reading.assumed) if reading.assumed else found
    return _by_parts(_tried(found, reading.supposed, file), reading.parts, file)


def check_unread(facts: Facts, problems: Sequence[Problem], file: str, parts: Iterable[Part] = ()) -> Check:
    """Return the verdicts on the lines of a page whose network could not be read."""
    found = not_judged(facts.lines, facts.vocabulary, problems, file, facts.left_over)
    return _by_parts(_tried(found, supposed_of(facts), file), parts, file)


def _tried(found: Check, supposed: Iterable[Reading], file: str) -> Check:
    """Return a check with the lines that it left open tried with what the page's own lines imply."""
    for reading in supposed:
        theirs = check_page(reading, file)
        if reading.evidence:
            said = f"supposing that {reading.assumed}; the page prints only numbers of it"
            if _agrees(theirs, reading.evidence):
                found = found.settled_by(theirs, said, also="undecided")
            found = found.doubted_by(theirs, f"it holds {said}")
        else:
            said = f"the page works it out so that {reading.assumed}; it does not say so itself"
            found = found.settled_by(theirs, said)
    return found


def _agrees(check: Check, supposed: frozenset[str]) -> bool:
    """Say whether the numbers that a page prints are evidence of what is supposed of some names.

    Every number that it prints for one of them has to be what the supposition makes it, one of them to as many digits
    as no accident has.
    """
    about = [line for line in check.lines if _speaks_of(line.sides, supposed) and line.verdict != "unread"]
    telling = any(line.how == "interval" and _digits(line) >= _TELLING for line in about)
    return telling and all(line.verdict == "holds" for line in about)


def _speaks_of(sides: Sequence[Expr | None], wanted: frozenset[str]) -> bool:
    """Say whether a line's left side is a name among some, or a slope of one."""
    left = sides[0] if sides else None
    subject = left.of if isinstance(left, Partial) else left
    return isinstance(subject, Symbol) and subject.name in wanted


def _digits(line: Judged) -> int:
    """Return how many digits the number at the end of a line has; none where it ends with something else."""
    last = line.sides[-1] if line.sides else None
    bare = last.args[0] if isinstance(last, Apply) and len(last.args) == 1 else last
    return digits_of(bare.value) if isinstance(bare, Number) and bare.decimal else 0


def _by_parts(found: Check, parts: Iterable[Part], file: str) -> Check:
    """Return a check with the lines of each example judged by what that example says."""
    for example, reading in parts:
        found = found.within(example, check_page(reading, file))
    return found
