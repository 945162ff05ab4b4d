"""What is supposed of units that stand only by their numbers, held against the numbers that the page prints."""

from __future__ import annotations

from collections.abc import Sequence, Set

from workings.check.checker import check_lines
from workings.check.claims.numbers import Numbers
from workings.check.judge.meaning import Meaning
from workings.check.verdict import Check, Judged
from workings.graph.expr import Apply, Expr, Number, Partial, Symbol, names
from workings.graph.terms import reached
from workings.graph.writing.digits import digits_of
from workings.read.network.assemble import Reading

#: No number of so many digits is what a supposition makes it by accident.
_TELLING = 4


def by_evidence(found: Check, reading: Reading, file: str) -> Check:
    """Return a check with the lines that it left open tried with what is supposed, where numbers are evidence of it.

    Where the page and the supposition decide a line differently, nobody knows.
    """
    theirs = check_lines(
        reading.network, reading.lines, reading.words, file, reading.beside, reading.left_over, explains=False
    )
    said = f"supposing that {reading.assumed}; the page prints only numbers of it"
    found = found.doubted_by(theirs, f"it holds {said}", held=False)
    if not _agrees(theirs, reading.evidence):
        return found
    loose = _loose(reading)
    sure = theirs.leaving_open(lambda line: bool(_digits(line)) and any(_mentions(side, loose) for side in line.sides))
    found = found.settled_by(sure, said, also="undecided")
    return found.doubted_by(theirs, f"it fails {said}", held=True)


def by_numbers(found: Check, theirs: Check, assumed: str) -> Check:
    """Return a check with the lines that it left open tried with names in the place of numbers, as `theirs` judges.

    Where the two decide a line differently, nobody knows.
    """
    said = f"supposing that {assumed}; the page prints its numbers alone"
    found = found.doubted_by(theirs, f"it holds {said}", held=False)
    found = found.settled_by(theirs, f"it holds {said}", also="undecided")
    return found.doubted_by(theirs, f"it fails {said}", held=True)


def _agrees(check: Check, supposed: frozenset[str]) -> bool:
    """Say whether the numbers that a page prints are evidence of what is supposed of some names.

    None of them may be another than the supposition makes it, and one has to be that to as many digits as no accident
    has; two, where some last digit is off, as by rounding on the way.
    """
    about = [line for line in check.lines if _speaks_of(line.sides, supposed) and line.verdict != "unread"]
    held = [line for line in about if line.verdict == "holds"]
    telling = sum(_digits(line) >= _TELLING for line in held)
    off = sum(line.verdict == "undecided" for line in about)
    return len(held) + off == len(about) and telling > min(off, 1)


def _loose(reading: Reading) -> set[str]:
    """Return the supposed names that have no value: a number that is put in for one of them is checked by nothing."""
    formulas = {**reading.beside.formulas, **reading.network.formulas}
    given = Numbers(Meaning(reading.network), reading.network).given.keys()

    def leaves(name: str) -> set[str]:
        return reached([name], lambda top: names(formulas[top]) if top in formulas else ()) - formulas.keys()

    return {name for name in reading.evidence if leaves(name) - given}


def _mentions(side: Expr | None, wanted: Set[str]) -> bool:
    return side is not None and not wanted.isdisjoint(names(side))


def _speaks_of(sides: Sequence[Expr | None], wanted: frozenset[str]) -> bool:
    """Say whether a line's left side is a name among some, or a slope of one."""
    left = sides[0] if sides else None
    subject = left.of if isinstance(left, Partial) else left
    return isinstance(subject, Symbol) and subject.name in wanted


def _digits(line: Judged) -> int:
    """Return how many digits the number at the end of a line has; none where it ends with something else.

    Of 0.9998 only the last tells anything: whatever saturates comes near 1.
    """
    last = line.sides[-1] if line.sides else None
    bare = last.args[0] if isinstance(last, Apply) and len(last.args) == 1 else last
    if not isinstance(bare, Number) or not bare.decimal:
        return 0
    return min(digits_of(bare.value), digits_of(1 - bare.value)) if bare.value < 1 else digits_of(bare.value)
