r"""The chains of a page: products of slopes, each by what the next one is of, and the sides they are worked out to.

    C'(w) = C'(a) · a'(z) · z'(w)            a chain of three links, from C down to w
          = (a − y) · S'(z) · x              what it is worked out to

Names that differ by the capitals of a subscript alone, Z_O and Z_o, are one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

from workings.graph.expr import ONE, Apply, Call, Expr, Number, Partial, Symbol, call, names, partial, postorder, symbol
from workings.graph.expr import replace as put_in
from workings.graph.names import named
from workings.graph.ops.arithmetic import mul, neg, sub
from workings.graph.terms import terms
from workings.read.facts.records import Facts
from workings.read.formula.statement import Statement
from workings.read.names.sides import SETTLED, read_side
from workings.read.names.vocabulary import Vocabulary

#: A chain of fewer links is a line of its own, and may say anything.
_FEWEST_LINKS = 3

Factors = list[Expr]


class Link(NamedTuple):
    """One factor of a chain: `z'(w)` or ∂z/∂w."""

    of: str
    by: str


#: A chain with the sides that are equal to the derivative from its one end to the other.
Worked = tuple[list[Link], list[Factors]]


class Chains:
    """The chains of a page; `same` are names that stand only for slopes, each with the name of the same quantity."""

    def __init__(self, statements: Sequence[Statement], words: Vocabulary) -> None:
        """Read the sides of the page that are equal to others."""
        #: Names that the page equates with what is no number and could not be read as a formula.
        self.hidden = frozenset(_hidden(statements, words))
        read = [[_flattened(side) for side in group] for group in _equal(statements, words) if len(group) > 1]
        spelling = _one_spelling([factor for group in read for side in group for factor in side])
        self.groups = [[[_respelled(factor, spelling) for factor in side] for side in group] for group in read]
        self.same: dict[str, str] = {}
        self.links: dict[Link, None] = {}
        #: For a whole derivative, ∂C/∂w, the chain that leads from the one name to the other.
        self.paths: dict[Link, list[Link]] = {}
        values = self._values()
        for group in self.groups:
            for side in group:
                self._chain([self.link(factor) for factor in side], values)

    def _values(self) -> frozenset[str]:
        """Return the names that stand for values; others have slopes alone, as O in `C'(ŷ) O'(z)`, which is ŷ."""
        parts = [p for group in self.groups for side in group for factor in side for p in postorder(factor)]
        found = {p.name for p in parts if isinstance(p, Symbol)} | {p.by.name for p in parts if isinstance(p, Partial)}
        return frozenset(found - {p.of.name for p in parts if isinstance(p, Partial) and isinstance(p.of, Symbol)})

    def _chain(self, found: Sequence[Link | None], values: frozenset[str]) -> None:
        links = [link for link in found if link is not None]
        if len(links) < max(_FEWEST_LINKS, len(found)):
            return
        if all(before.of == behind.by for before, behind in pairwise(links)):
            links.reverse()
        apart = {behind.of: before.by for before, behind in pairwise(links) if before.by != behind.of}
        if apart.keys() & values:
            return
        self.same |= apart
        self.links |= dict.fromkeys(links)
        for end in range(1, len(links) + 1):
            self.paths.setdefault(Link(links[0].of, links[end - 1].by), links[:end])

    def link(self, factor: Expr) -> Link | None:
        """Return the link that a factor is, None where it is none."""
        if isinstance(factor, Call) and factor.orders == (1,) and isinstance(factor.args[0], Symbol):
            return Link(factor.function, factor.args[0].name)
        if isinstance(factor, Partial) and isinstance(factor.of, Symbol) and not factor.held:
            return Link(factor.of.name, factor.by.name)
        return None

    def alone(self) -> list[tuple[Link, list[Factors]]]:
        """Return the slopes that are left sides by themselves, each with the sides beside it."""
        told = ((self.link(first[0]), sides) for first, *sides in self.groups if len(first) == 1)
        return [(link, sides) for link, sides in told if link is not None]

    def defined(self) -> set[str]:
        """Return the names that the page equates with a formula, not with numbers alone."""
        formulas = ((first[0], sides) for first, *sides in self.groups if len(first) == 1)
        return {
            left.name
            for left, sides in formulas
            if isinstance(left, Symbol) and any(not isinstance(f, Number) for side in sides for f in side)
        }

    def names_of(self, name: str) -> set[str]:
        """Return the names in what the page equates a name with."""
        equated = [side for first, *sides in self.groups if first == [symbol(name)] for side in sides]
        return {inside for side in equated for factor in side for inside in names(factor)}

    def worked_out(self) -> tuple[list[Worked], list[Worked]]:
        """Return the sides that are equal to the derivative at the end of some chain, and that chain.

        First those beside which the chain itself stands: they say best what its links are.
        """
        beside: list[Worked] = []
        apart: list[Worked] = []
        for first, *sides in self.groups:
            whole = self.link(first[0]) if len(first) == 1 else None
            path = self.paths.get(whole) if whole is not None else None
            if path is not None:
                own = any([self.link(factor) for factor in side] == path for side in sides)
                (beside if own else apart).append((path, sides))
        return beside, apart

    def parts(self) -> list[frozenset[Link]]:
        """Return the links by networks: those that have a quantity in common, but for what all of them begin with."""
        by = {link.by for link in self.links}
        parts: list[tuple[set[str], set[Link]]] = []
        for link in self.links:
            names = {self.same.get(name, name) for name in link if name in by or name in self.same}
            touching = [part for part in parts if part[0] & names]
            whole = (names.union(*(part[0] for part in touching)), {link}.union(*(part[1] for part in touching)))
            parts = [part for part in parts if part not in touching] + [whole]
        return [frozenset(links) for _, links in parts]


def chains_of(facts: Facts) -> Chains:
    """Return the chains of a page, read once for all who suppose something of them."""
    kept = cast("dict[object, Chains]", facts.vocabulary.answers["chains"])
    if facts.statements not in kept:
        kept[facts.statements] = Chains(facts.statements, facts.vocabulary)
    return kept[facts.statements]


def _equal(statements: Sequence[Statement], words: Vocabulary) -> Iterator[list[Expr]]:
    """Yield the sides that a page writes as equal, rows that go on with them too, as far as they can be read."""
    group: list[Expr] = []
    last: Statement | None = None
    for statement in statements:
        if not statement.relations or set(statement.relations) != {"="}:
            continue
        if not (statement.sides[0].empty and last is not None and last.span == statement.span):
            yield group
            group = []
        group += [
            read for side in statement.sides if not side.empty and (read := read_side(side, words, SETTLED)) is not None
        ]
        last = statement
    yield group


def _hidden(statements: Sequence[Statement], words: Vocabulary) -> Iterator[str]:
    for statement in statements:
        first, *others = statement.sides
        left = read_side(first, words, SETTLED) if "=" in statement.relations and not first.empty else None
        if isinstance(left, Symbol) and any(side.empty or read_side(side, words, SETTLED) is None for side in others):
            yield left.name


def _one_spelling(factors: Sequence[Expr]) -> dict[str, str]:
    """Return for each name the commonest of those that differ from it by the capitals of a subscript."""
    found = Counter(name for factor in factors for name in _names(factor))
    first: dict[tuple[str, str], str] = {}
    for name, _ in found.most_common():
        first.setdefault((named(name).base, name.lower()), name)
    return {name: first[named(name).base, name.lower()] for name in found}


def _names(factor: Expr) -> Iterator[str]:
    for part in postorder(factor):
        if isinstance(part, Symbol):
            yield part.name
        elif isinstance(part, Call):
            yield part.function
        elif isinstance(part, Partial):
            yield part.by.name


def _respelled(factor: Expr, spelling: Mapping[str, str]) -> Expr:
    other = put_in(factor, {symbol(name): symbol(one) for name, one in spelling.items() if name != one})
    if isinstance(other, Call):
        return call(spelling.get(other.function, other.function), other.args, other.orders)
    if isinstance(other, Partial):
        return partial(other.of, symbol(spelling.get(other.by.name, other.by.name)), other.held)
    return other


def _flattened(side: Expr) -> Factors:
    """Return the factors of a product in their order; a minus before it belongs to the first of them."""
    if isinstance(side, Apply) and side.op is neg:
        first, *rest = _flattened(side.args[0])
        turned = sub(first.args[1], first.args[0]) if isinstance(first, Apply) and first.op is sub else neg(first)
        return [turned, *rest]
    return terms(side, mul)


def joined(side: Sequence[Expr]) -> Factors:
    """Return factors with `a (1 − a)` as one of them, and a minus in brackets, `−(y − a)`, worked in."""
    out: Factors = []
    for each in side:
        factor = _flattened(each)[0] if isinstance(each, Apply) and each.op is neg else each
        if out and factor is sub(ONE, out[-1]):
            out[-1] = mul(out[-1], factor)
        else:
            out.append(factor)
    return out


def difference(factor: Expr) -> tuple[str, str] | None:
    """Return the two names of a − y."""
    if isinstance(factor, Apply) and factor.op is sub:
        first, second = factor.args
        if isinstance(first, Symbol) and isinstance(second, Symbol):
            return first.name, second.name
    return None
