"""A page → what it is read as: its network, what it implies without writing it, and each example by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations

from workings.errors import ReadError
from workings.graph.expr import Call
from workings.read.facts.gather import gather
from workings.read.facts.records import Facts
from workings.read.network.assemble import Part, Reading, assemble
from workings.read.network.siblings import siblings
from workings.read.network.supposed import Supposed, supposed
from workings.read.page.document import Span
from workings.read.page.examples import examples


def read_page(facts: Facts, spans: Sequence[Span]) -> Reading:
    """Return what a page is read as, with what it leaves open and its parts.

    Raises:
        ReadError: with every failure found, where the facts make no network.
    """
    found = assemble(facts)
    return replace(found, supposed=_all_supposed(facts, found), parts=parts_of(facts, spans))


def _all_supposed(facts: Facts, found: Reading) -> tuple[Reading, ...]:
    """Return the readings of what the page implies: by its worked-out chains, and by the siblings of its units."""
    formulas = {**found.beside.formulas, **found.network.formulas}
    functions = {**found.beside.functions, **found.network.functions}
    assumed = frozenset(name for name, function in functions.items() if function.body is None)
    fresh = siblings(facts, formulas, assumed)
    return (*supposed_of(facts, _given(found)), *_readings([] if fresh is None else [fresh]))


def _given(found: Reading) -> frozenset[str]:
    """Return the quantities whose formulas the page gives; those that it only differentiates are open functions."""
    functions = {**found.beside.functions, **found.network.functions}
    taken = {name for name, function in functions.items() if function.assumed}
    formulas = {**found.beside.formulas, **found.network.formulas}
    return frozenset(n for n, of in formulas.items() if not (isinstance(of, Call) and of.function in taken))


def supposed_of(facts: Facts, known: frozenset[str] = frozenset()) -> tuple[Reading, ...]:
    """Return the readings of what worked-out chains imply, of names that the page does not define itself."""
    return _readings(supposed(facts, known))


def _readings(implied: Iterable[Supposed]) -> tuple[Reading, ...]:
    out: list[Reading] = []
    for one in implied:
        with suppress(ReadError):
            out.append(replace(assemble(one.facts), assumed=one.said, evidence=one.evidence))
    return tuple(out)


def parts_of(facts: Facts, spans: Sequence[Span]) -> tuple[Part, ...]:
    """Return what the examples of a page are read as, none where no name is given twice among them."""
    cut = () if facts.strict else examples(spans)
    given = [
        {item.name for item in (*facts.definitions, *facts.starts, *facts.values) if item.at.place in example}
        for example in cut
    ]
    if all(a.isdisjoint(b) for a, b in combinations(given, 2)):
        return ()
    out: list[Part] = []
    for example in cut:
        own = gather(example.spans, facts.file)
        with suppress(ReadError):
            found = assemble(own)
            out.append((example, replace(found, supposed=_all_supposed(own, found))))
    return tuple(out)
