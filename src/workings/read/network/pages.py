"""What a page implies beside its own network: what its worked-out chains are about, and each of its examples alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations

from workings.errors import ReadError
from workings.graph.expr import Call, Expr
from workings.read.facts.gather import gather
from workings.read.facts.records import Facts
from workings.read.network.assemble import Reading, assemble
from workings.read.network.siblings import siblings
from workings.read.network.stood_for import stood_for
from workings.read.network.supposed import Supposed, supposed
from workings.read.page.document import Span
from workings.read.page.examples import Example, examples


def partly_read(facts: Facts) -> Reading | None:
    """Return what a page is read as where formulas that are not read are put aside; None where nothing is left."""
    with suppress(ReadError):
        return assemble(facts, partly=True)
    return None


def supposed_of(facts: Facts, found: Reading | None) -> Iterator[Reading]:
    """Yield the readings of what worked-out chains imply, of names that the page's own network does not define."""
    yield from _readings(supposed(facts, frozenset() if found is None else _given(found)))


def siblings_of(facts: Facts, found: Reading) -> Iterator[Reading]:
    """Yield the reading in which units that stand only by their numbers are made as their siblings are."""
    functions = {**found.beside.functions, **found.network.functions}
    assumed = frozenset(name for name, function in functions.items() if function.body is None)
    yield from _readings([siblings(facts, _formulas(found), assumed)])


def stood_for_of(facts: Facts, found: Reading) -> Iterator[Reading]:
    """Yield the reading in which names stand in the place of the numbers that the page puts in for them."""
    yield from _readings([stood_for(facts, _formulas(found))])


def _formulas(found: Reading) -> dict[str, Expr]:
    return {**found.beside.formulas, **found.network.formulas}


def _readings(implied: Iterable[Supposed | None]) -> Iterator[Reading]:
    for one in filter(None, implied):
        with suppress(ReadError):
            yield replace(assemble(one.facts), assumed=one.said, evidence=one.evidence)


def _given(found: Reading) -> frozenset[str]:
    """Return the quantities whose formulas the page gives; those that it only differentiates are open functions."""
    functions = {**found.beside.functions, **found.network.functions}
    taken = {name for name, function in functions.items() if function.assumed}
    return frozenset(n for n, of in _formulas(found).items() if not (isinstance(of, Call) and of.function in taken))


def examples_of(facts: Facts, spans: Sequence[Span]) -> Iterator[tuple[Example, Reading]]:
    """Yield what the examples of a page are read as by themselves, none where no name is given twice among them."""
    cut = () if facts.strict else examples(spans)
    given = [
        {item.name for item in (*facts.definitions, *facts.starts, *facts.values) if item.at.place in example}
        for example in cut
    ]
    if all(a.isdisjoint(b) for a, b in combinations(given, 2)):
        return
    for example in cut:
        with suppress(ReadError):
            yield example, assemble(gather(example.spans, facts.file))
