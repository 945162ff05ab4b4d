"""A page's lines and its network → the check: the lines walked under each reading of ∂ that the page leaves open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workings.check.claims.examples import over_examples
from workings.check.claims.known import Known
from workings.check.claims.prose import said_of_names
from workings.check.claims.walk import Walked, walk
from workings.check.judge.readings import IMMEDIATE, READINGS, SLASHED, Reading
from workings.check.ledger import entry_of, in_order, unjudged
from workings.check.verdict import Check, Judged
from workings.errors import Problem
from workings.graph.network import Network
from workings.read.formula.signs import UPDATES
from workings.read.lines.left_over import LeftOver
from workings.read.lines.line import WrittenLine
from workings.read.names.vectors import vectors_of
from workings.read.names.vocabulary import Vocabulary
from workings.read.network.assemble import NOTHING_BESIDE, Beside


def check_lines(
    network: Network, lines: Sequence[WrittenLine], words: Vocabulary, file: str = "<text>",
    beside: Beside = NOTHING_BESIDE, left: Sequence[LeftOver] = (), *, explains: bool = True,
) -> Check:  # fmt: skip
    """Return the verdicts on a person's lines; where nobody `explains`, the slips behind refuted ones are not sought.

    Where ∂ can be read in several ways, the reading under which the most lines hold is taken for all of them; a line
    that only another reading would save is undecided.
    """
    network, lines, words, beside = over_examples(network, lines, words, beside)
    words = replace(words, vectors=vectors_of(dict.fromkeys(line.statement for line in lines), words.names))

    def walked(reading: Reading, *, explains: bool = explains) -> Walked:
        return walk(Known(network, lines, words, reading, beside, explains=explains))

    taken = walked(READINGS[0])
    others = _others(taken)
    passes = [(READINGS[0], taken)]
    if others and any(line.verdict == "refuted" for line in taken.judged):
        # Only the reading that is taken in the end has its slips named.
        passes += [(reading, walked(reading, explains=False)) for reading in others]
    reading, taken = max(passes, key=lambda item: sum(line.verdict != "refuted" for line in item[1].judged))
    if reading is not READINGS[0]:
        taken = walked(reading)
    out: list[Judged] = []
    for index, line in enumerate(taken.judged):
        other = next((r for r, found in passes if found.judged[index].verdict in ("holds", "holds_on_domain")), None)
        if line.verdict == "refuted" and other is not None:
            out.append(line.left_open(f"it holds where {other}, and fails where {reading}"))
        else:
            out.append(line)
    last = {id(was): now for was, now in zip(taken.judged, out, strict=True)}
    ledger = in_order(taken.entries(last, network, taken.known.words), left)
    return Check(network, tuple(out), str(reading) if others else "", file, ledger=ledger)


def not_judged(
    lines: Sequence[WrittenLine], words: Vocabulary, problems: Sequence[Problem], file: str,
    left: Sequence[LeftOver] = (),
) -> Check:  # fmt: skip
    """Return the check of lines whose network cannot be read: none is judged, and each is told."""
    network, why = Network(()), f"the network was not read: {problems[0].found}"
    shown = [line for line in lines if line.relations]
    claims = {line: unjudged(line, why) for line in shown if line.statement.derives or line.relations[0] in UPDATES}
    entries = [
        entry_of(line, [claims[line]] if line in claims else [], "" if line in claims else why, network, words)
        for line in shown
    ]
    return Check(network, tuple(claims.values()), "", file, ledger=in_order(entries, left), problems=tuple(problems))


def _others(first: Walked) -> tuple[Reading, ...]:
    """Return the further readings that a document leaves open."""
    known = first.known
    if known.meaning.chosen:
        texts = {line.at.text.content for line in known.lines}
        held = any(said_of_names("held fixed", text) or _TOTAL_AND_PARTIAL.search(text) for text in texts)
        return (*(SLASHED[1:] if known.slashed else READINGS[1:]), *(IMMEDIATE if held else ()))
    return (SLASHED[len(READINGS)],) if known.slashed else ()


#: A total derivative that is said to be a partial one: d and ∂ in one equation.
_TOTAL_AND_PARTIAL = re.compile(r"\\frac\{d\W*\w+\}\{d\W*\w+\}[^$]{0,12}=[^$]{0,12}\\frac\{\\partial", re.IGNORECASE)
