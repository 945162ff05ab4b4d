"""A page's own lines → its check: by its network, by what its worked-out chains imply, each example by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workings.check.checker import check_lines, not_judged
from workings.check.verdict import Check
from workings.errors import Problem
from workings.read.facts.records import Facts
from workings.read.network.assemble import Reading
from workings.read.network.pages import Part, supposed_of


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
        said = f"the page works it out so that {reading.assumed}; it does not say so itself"
        found = found.settled_by(check_page(reading, file), said)
    return found


def _by_parts(found: Check, parts: Iterable[Part], file: str) -> Check:
    """Return a check with the lines of each example judged by what that example says."""
    for example, reading in parts:
        found = found.within(example, check_page(reading, file))
    return found
