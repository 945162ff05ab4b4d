r"""A chain rule that is worked out factor by factor says what its quantities are made of, where the page does not.

    C'(w) = C'(a) · a'(z) · z'(w)            ∂C/∂w = ∂C/∂a · ∂a/∂z · ∂z/∂w
          = (a − y) · S'(z) · x                    = (a − y) · a (1 − a) · x

Nothing else defines C, a and z. Then C is ½ (a − y)², a is S(z), or σ(z), and z is w x: the formulas that people mean
by such slopes. It is a supposition. Lines that the page's own network leaves open are tried with it, and are said to
hold by it; none is refuted by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from workings.errors import ReadError
from workings.graph.expr import ONE, TWO, Apply, Call, Expr, Number, Partial, Symbol, call, postorder, symbol
from workings.graph.expr import replace as put_in
from workings.graph.names import named
from workings.graph.op import OPS
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Definition, Facts
from workings.read.formula.statement import Side, Statement
from workings.read.names.elaborate import How, elaborate
from workings.read.names.queries import mentions
from workings.read.names.vocabulary import KNOWN, Vocabulary

#: A chain of fewer links is a line of its own, and may say anything.
_FEWEST_LINKS = 3


class Link(NamedTuple):
    """One factor of a chain: `z'(w)` or ∂z/∂w."""

    of: str
    by: str


class Supposed(NamedTuple):
    """Facts with the definitions that worked-out chains imply, and what those are, in words."""

    facts: Facts
    said: str


def supposed(facts: Facts, words: Vocabulary, known: frozenset[str]) -> Supposed | None:
    """Return the facts with what worked-out chains imply of names that are not `known`; None where they imply nothing."""
    if facts.strict:
        return None
    page = _Page(words, [group for group in _equal(facts.statements, words) if len(group) > 1])
    formulas = {name: formula for name, formula in page.formulas().items() if name not in known}
    if not formulas:
        return None
    names = frozenset(formulas)
    at = facts.statements[0].at
    kept = [d for d in facts.definitions if d.name not in names and not _applies(facts, d, names, words)]
    fresh = [Definition(name, None, at, lambda _, f=formula: f) for name, formula in formulas.items()]
    vocabulary = replace(words, names=words.names | names, functions=words.functions - names)
    said = ", ".join(f"`{plain_name(name)}` is `{plain(formula)}`" for name, formula in formulas.items())
    losses = [(name, at) for name in formulas if name in page.losses]
    made = replace(
        facts, definitions=[*kept, *fresh], vocabulary=vocabulary, minimised=[*losses, *facts.minimised],
        not_used=[], notes=[], problems=[],
    )  # fmt: skip
    return Supposed(made, said)


def _applies(facts: Facts, definition: Definition, names: frozenset[str], words: Vocabulary) -> bool:
    """Say whether a definition writes one of some quantities with what it is made of: `Cost = C(R(Z(x w)))`."""
    statement = next((s for s in facts.statements if s.at is definition.at), None)
    found = [m for side in statement.sides[1:] for m in mentions(side.root, words)] if statement is not None else []
    return any(m.applied and m.name in names for m in found)


def _equal(statements: Sequence[Statement], words: Vocabulary) -> Iterator[list[Expr]]:
    """Yield the sides that a page writes as equal, rows that go on with them too, as far as they can be read."""
    group: list[Expr] = []
    last: Statement | None = None
    for statement in statements:
        if not statement.relations or set(statement.relations) != {"="}:
            continue
        goes_on = statement.sides[0].empty and last is not None and last.span == statement.span
        if not goes_on:
            yield group
            group = []
        group += [read for side in statement.sides if (read := _read(side, words)) is not None]
        last = statement
    yield group


def _read(side: Side, words: Vocabulary) -> Expr | None:
    if side.empty:
        return None
    try:
        return elaborate(side.formula, side.at.text, words, How("left", bare=True)).expr
    except (ReadError, ValueError):
        return None


@dataclass
class _Made:
    """What a quantity is made of, as far as its slopes tell: the terms of a sum, or one formula of one name."""

    terms: dict[frozenset[str], None] = field(default_factory=dict[frozenset[str], None])
    formulas: dict[Expr, None] = field(default_factory=dict[Expr, None])

    @property
    def formula(self) -> Expr | None:
        """The formula; None where the slopes contradict each other."""
        if self.terms and not self.formulas:
            products = [_product(sorted(term, key=_inputs_first)) for term in self.terms]
            total = products[0]
            for each in products[1:]:
                total = add(total, each)
            return total
        return next(iter(self.formulas)) if len(self.formulas) == 1 and not self.terms else None


def _inputs_first(name: str) -> tuple[bool, str]:
    return named(name).base in ("w", "W", "b", "v", "u"), name


def _product(factors: Sequence[str]) -> Expr:
    return symbol(factors[0]) if len(factors) == 1 else mul(symbol(factors[0]), symbol(factors[1]))


class _Page:
    """The chains of a page, and what they tell."""

    def __init__(self, words: Vocabulary, groups: Sequence[Sequence[Expr]]) -> None:
        self.words = words
        self.groups = [[_flattened(side) for side in group] for group in groups]
        self.spelling = self._one_spelling()
        #: The names that stand for values somewhere; others only have slopes: O of `C'(ŷ) O'(z)`, which is ŷ.
        self.standing = {self.spelling[name] for name in self._values()}
        self.losses: set[str] = set()
        self.made: dict[str, _Made] = {}
        self.same: dict[str, str] = {}
        self.links: dict[Link, None] = {}
        self.paths: dict[Link, list[Link]] = {}

    def _one_spelling(self) -> dict[str, str]:
        """Return for each name the commonest of those that differ from it by the capitals of a subscript."""
        found = Counter(name for group in self.groups for side in group for factor in side for name in _names(factor))
        first: dict[tuple[str, str], str] = {}
        for name, _ in found.most_common():
            first.setdefault((named(name).base, name.lower()), name)
        return {name: first[named(name).base, name.lower()] for name in found}

    def _values(self) -> Iterator[str]:
        parts = (part for group in self.groups for side in group for factor in side for part in postorder(factor))
        for part in parts:
            if isinstance(part, Symbol):
                yield part.name
            elif isinstance(part, Partial):
                yield part.by.name

    def formulas(self) -> dict[str, Expr]:
        """Return the formula of every quantity that the chains tell of."""
        for group in self.groups:
            for side in group:
                self._chain([link for factor in side if (link := self._link(factor)) is not None], len(side))
        for group in self.groups:
            for path in self._paths_of(group):
                for side in group:
                    self._worked_out(path, side)
        found = {name: made.formula for name, made in self.made.items()}
        formulas = {name: formula for name, formula in found.items() if formula is not None and self._covers(name, formula)}
        others = {name: symbol(other) for name, other in self.same.items() if other in formulas and name not in formulas}
        return formulas | others

    def _link(self, factor: Expr) -> Link | None:
        if isinstance(factor, Call) and factor.orders == (1,) and isinstance(factor.args[0], Symbol):
            of, by = factor.function, factor.args[0].name
        elif isinstance(factor, Partial) and isinstance(factor.of, Symbol) and not factor.held:
            of, by = factor.of.name, factor.by.name
        else:
            return None
        return Link(self.spelling.get(of, of), self.spelling.get(by, by))

    def _chain(self, links: list[Link], factors: int) -> None:
        """Take a product of links, each by what the next one is of; where only names differ, they name one thing."""
        broken = {behind.of: before.by for before, behind in pairwise(links) if before.by != behind.of}
        if len(links) < _FEWEST_LINKS or len(links) < factors or broken.keys() & self.standing:
            return
        self.same |= broken
        self.links |= dict.fromkeys(links)
        for end in range(1, len(links) + 1):
            self.paths.setdefault(Link(links[0].of, links[end - 1].by), links[:end])

    def _paths_of(self, group: Sequence[list[Expr]]) -> list[list[Link]]:
        """Return the chain that a group of equal sides is about: by its left side."""
        whole = self._link(group[0][0]) if len(group[0]) == 1 else None
        path = self.paths.get(whole) if whole is not None else None
        return [path] if path is not None else []

    def _worked_out(self, path: Sequence[Link], side: Sequence[Expr]) -> None:
        """Take a side with one factor for each link of its chain."""
        factors = _joined(side)
        if len(factors) != len(path) or all(self._link(factor) in path for factor in factors):
            return
        told = [self._told(link, factor) for link, factor in zip(path, factors, strict=True)]
        if all(told):
            for make in told:
                assert make is not None
                self._take(*make)

    def _told(self, link: Link, factor: Expr) -> tuple[Link, Expr | frozenset[str]] | None:
        """Return what a slope says of its quantity: a formula, or a term of a sum; None where it says nothing known."""
        of = symbol(self.same.get(link.of, link.of))
        at = symbol(link.by)
        renamed = _renamed(factor, self.spelling)
        if renamed is sub(at, other := _other(renamed)) and other is not None:
            return link, mul(div(ONE, TWO), power(sub(at, other), TWO))
        if isinstance(renamed, Call) and renamed.orders == (1,) and renamed.args == (at,) and renamed.function != link.of:
            return link, call(renamed.function, (at,))
        unit = _unit(renamed, of, at)
        if unit is not None:
            return link, unit
        if isinstance(renamed, Symbol) and renamed not in (of, at):
            return link, frozenset({renamed.name, at.name})
        return (link, frozenset({at.name})) if isinstance(renamed, Number) and renamed.value == 1 else None

    def _take(self, link: Link, what: Expr | frozenset[str]) -> None:
        made = self.made.setdefault(self.same.get(link.of, link.of), _Made())
        if isinstance(what, frozenset):
            made.terms[what] = None
        else:
            made.formulas[what] = None
            if isinstance(what, Apply) and what.op is mul:
                self.losses.add(link.of)

    def _covers(self, name: str, formula: Expr) -> bool:
        """Say whether a formula has every name in it by which the page differentiates its quantity."""
        own = {part.name for part in postorder(formula) if isinstance(part, Symbol)}
        by = {link.by for link in self.links if self.same.get(link.of, link.of) == name}
        return by <= own or name in self.losses


def _flattened(side: Expr) -> list[Expr]:
    """Return the factors of a product in their order; a minus before it belongs to the first of them."""
    if isinstance(side, Apply) and side.op is neg:
        first, *rest = _flattened(side.args[0])
        turned = sub(first.args[1], first.args[0]) if isinstance(first, Apply) and first.op is sub else neg(first)
        return [turned, *rest]
    out: list[Expr] = []
    stack = [side]
    while stack:
        part = stack.pop()
        if isinstance(part, Apply) and part.op is mul:
            stack += reversed(part.args)
        else:
            out.append(part)
    return out


def _joined(side: Sequence[Expr]) -> list[Expr]:
    """Return factors with `a (1 − a)` as one of them, and a minus in brackets, `−(y − a)`, worked in."""
    out: list[Expr] = []
    for factor in side:
        if isinstance(factor, Apply) and factor.op is neg:
            factor = _flattened(factor)[0]
        if out and factor is sub(ONE, out[-1]):
            out[-1] = mul(out[-1], factor)
        else:
            out.append(factor)
    return out


def _unit(slope: Expr, of: Expr, at: Expr) -> Expr | None:
    """Return the activation that has a slope, in what it is taken at or in its own value: 1 − a² is that of tanh."""
    squared = put_in(slope, {mul(of, of): power(of, TWO)})
    for op in OPS.values():
        if op.arity == 1 and op.use == "activation":
            own = op.partials(at)[0]
            if slope is own or squared is put_in(own, {op(at): of}):
                return op(at)
    return None


def _other(expr: Expr) -> Expr | None:
    """Return the y of a − y."""
    is_difference = isinstance(expr, Apply) and expr.op is sub and isinstance(expr.args[1], Symbol)
    return expr.args[1] if is_difference else None


def _renamed(factor: Expr, spelling: Mapping[str, str]) -> Expr:
    """Return a factor with each name in its one spelling."""
    return put_in(factor, {symbol(name): symbol(other) for name, other in spelling.items() if name != other})


def _names(factor: Expr) -> Iterator[str]:
    for part in postorder(factor):
        if isinstance(part, Symbol):
            yield part.name
        elif isinstance(part, Call) and part.function not in KNOWN:
            yield part.function
        elif isinstance(part, Partial):
            yield part.by.name
