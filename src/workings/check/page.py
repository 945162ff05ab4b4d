"""A page's own lines → its check: by its network, by what its worked-out chains imply, each example by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workings.check.checker import check_lines, not_judged
from workings.check.evidence import by_evidence, by_numbers
from workings.check.verdict import Check
from workings.errors import Problem
from workings.read.facts.records import Facts
from workings.read.network.assemble import Reading
from workings.read.network.pages import examples_of, partly_read, siblings_of, stood_for_of, supposed_of
from workings.read.page.document import Span


def check_page(reading: Reading, spans: Sequence[Span], file: str) -> Check:
    """Return the verdicts on the lines of a page whose network was read; `spans` are what it was read from."""
    return _by_examples(_tried(_judged(reading, file), reading.facts, reading, file), reading.facts, spans, file)


def check_unread(facts: Facts, problems: Sequence[Problem], spans: Sequence[Span], file: str) -> Check:
    """Return the verdicts on the lines of a page whose network could not be read, or only a part of it."""
    reading = partly_read(facts)
    if reading is None:
        found = not_judged(facts.lines, facts.vocabulary, problems, file, facts.left_over)
    else:
        found = replace(_judged(reading, file), problems=tuple(problems))
    return _by_examples(_tried(found, facts, reading, file), facts, spans, file)


def _judged(reading: Reading, file: str, *, explains: bool = True) -> Check:
    found = check_lines(
        reading.network, reading.lines, reading.words, file, reading.beside, reading.left_over, explains=explains
    )
    found = replace(found, given=reading.notes)
    return found.assuming(reading.assumed) if reading.assumed else found


def _tried(found: Check, facts: Facts, reading: Reading | None, file: str) -> Check:
    """Return a check with the lines that it left open tried with what the page's own lines imply.

    Of what is implied only what holds is told, so that nobody asks why a line fails by it.
    """
    for implied in supposed_of(facts, reading) if found.has_unread else ():
        said = f"the page works it out so that {implied.assumed}; it does not say so itself"
        found = found.settled_by(_judged(implied, file, explains=False), said)
    for implied in stood_for_of(facts, reading) if reading is not None and found.has_open else ():
        found = by_numbers(found, _judged(implied, file, explains=False), implied.assumed)
    for implied in siblings_of(facts, reading) if reading is not None else ():
        found = by_evidence(found, implied, file)
    return found


def _by_examples(found: Check, facts: Facts, spans: Sequence[Span], file: str) -> Check:
    """Return a check with the lines of each example judged by what that example says."""
    for example, own in examples_of(facts, spans):
        found = found.within(example, _tried(_judged(own, file), own.facts, own, file))
    return found
