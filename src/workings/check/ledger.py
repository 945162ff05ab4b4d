"""The ledger: every relation of a page with what became of it, so that nothing is lost without a word."""

from __future__ import annotations

from collections.abc import Sequence

from workings.check.verdict import Entry, Judged, Kind
from workings.graph.network import Network
from workings.graph.writing.spelling import plain as plain_name
from workings.read.formula.signs import ORDERS as BETWEEN
from workings.read.formula.signs import UPDATES
from workings.read.lines.left_over import LeftOver
from workings.read.lines.line import WrittenLine
from workings.read.names.queries import defined
from workings.read.names.vocabulary import Vocabulary

#: Relations that say where a name lies.
ORDERS = BETWEEN | {"!=", "in"}


def entry_of(
    line: WrittenLine, judged: Sequence[Judged], why: str, network: Network, words: Vocabulary, *, given: bool = False
) -> Entry:
    """Return what became of a line; `why` says what kept it from being judged, where something did.

    `given` says that it gives a derivative its number.
    """
    at, count = line.at, len(line.relations)
    if judged:
        kind: Kind = "update" if any(r in UPDATES for one in judged for r in one.relations) else "claim"
        return Entry(at.place, at.written, count, kind, judged=tuple(judged))
    name = _name(line, words)
    # A quantity may have a prime in its name: `s' = σ(q)` derives nothing.
    if why and not (name.endswith("'") and name in network.formulas):
        return Entry(at.place, at.written, count, "not read", why)
    if given or line.relations[0] in ORDERS:
        return Entry(at.place, at.written, count, "declaration")
    if name and line.relations[0] in UPDATES:
        return Entry(at.place, at.written, count, "not used", f"nothing says that `{plain_name(name)}` is a weight")
    if name and name in (*network.formulas, *network.functions, *words.functions):
        return Entry(at.place, at.written, count, "definition")
    if name and (name in network.declarations or name in network.starts or name in network.values):
        return Entry(at.place, at.written, count, "declaration")
    if name and name in words.names:
        return Entry(at.place, at.written, count, "definition")
    shown = f"`{plain_name(name)}`" if name else "what it speaks of"
    return Entry(at.place, at.written, count, "not used", f"{shown} is no part of the network")


def _name(line: WrittenLine, words: Vocabulary) -> str:
    head = line.sides[0]
    found = defined(head.root, words) if head is not None else None
    return found[0] if found is not None else ""


def unjudged(line: WrittenLine, why: str) -> Judged:
    """Return a line of which nothing is said but why it is not read."""
    return Judged(
        line.at.place, line.label, line.at.written, (None,) * len(line.sides), line.relations, "unread", why=why
    )


def in_order(entries: Sequence[Entry], others: Sequence[LeftOver]) -> tuple[Entry, ...]:
    """Return the entries of the lines and of what else the page says, as they stand on the page."""
    known = {(entry.place.file, entry.place.line, entry.place.column) for entry in entries}
    rest = [Entry(o.at.place, o.at.written, o.relations, o.kind, o.why) for o in others]
    whole = [*entries, *(e for e in rest if (e.place.file, e.place.line, e.place.column) not in known)]
    files = {file: index for index, file in enumerate(dict.fromkeys(entry.place.file for entry in whole))}
    return tuple(sorted(whole, key=lambda entry: (files[entry.place.file], entry.place.line, entry.place.column)))
