r"""A chain rule that is worked out factor by factor says what its quantities are made of, where the page does not.

    C'(w) = C'(a) · a'(z) · z'(w)            ∂C/∂w = ∂C/∂a · ∂a/∂z · ∂z/∂w
          = (a − y) · S'(z) · x                    = (a − y) · a (1 − a) · x

Nothing else defines C, a and z. Then C is ½ (a − y)², a is S(z), or σ(z), and z is w x: the formulas that people mean
by such slopes. So does a slope that stands alone, where it names the formula, ∂C/∂a = ∂(½ (a − y)²)/∂a, or where the
page has the function, ∂a/∂z = a (1 − a) beside S(z) = 1/(1 + e⁻ᶻ). And where a chain stands as it is, the slopes that
are its links may be told by lines of their own, ∂a/∂z = a (1 − a), ∂z/∂w = x, with ∂z/∂b = 1 beside them: of scalars,
by pages that define none of these quantities otherwise. It is a supposition. Lines that the page's own network leaves
open are tried with it, and are said to hold by it; none is refuted by it. Chains that have no quantity in common are
about networks of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple

from workings.graph.expr import ONE, TWO, Apply, Call, Expr, Number, Partial, Symbol, call, names, symbol
from workings.graph.expr import replace as put_in
from workings.graph.names import named
from workings.graph.op import OPS
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.ops.pointwise import log
from workings.graph.speakers.floats import same_values
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import free_name, parts_of
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Definition, Facts, always
from workings.read.facts.roles import activations_spoken_of
from workings.read.names.indices import for_every_number
from workings.read.names.queries import mentions
from workings.read.names.vectors import vectors_of
from workings.read.names.vocabulary import TARGETS, Vocabulary
from workings.read.network.chains import Chains, Link, Worked, chains_of, difference, joined

#: An activation of which each value is made of many others.
_OF_MANY = "softmax"


class Supposed(NamedTuple):
    """Facts with definitions that the page implies, and what those are, in words.

    `evidence` are the names of which the numbers that the page prints have to agree.
    """

    facts: Facts
    said: str
    evidence: frozenset[str] = frozenset()


def supposed(facts: Facts, known: frozenset[str]) -> list[Supposed]:
    """Return the facts with what worked-out chains imply, once for each network that they are about.

    Of `known` quantities nothing is supposed: what the page defines is that.
    """
    if facts.strict:
        return []
    page = chains_of(facts)
    made = [_told(page, links, facts) for links in page.parts()]
    alone = _Part(page, frozenset())
    made += [(alone, alone.told_alone(facts))]
    fresh = [(part, {name: of for name, of in formulas.items() if name not in known}) for part, formulas in made]
    return [_with(facts, part, formulas) for part, formulas in fresh if formulas]


def _told(page: Chains, links: frozenset[Link], facts: Facts) -> tuple[_Part, dict[str, Expr]]:
    """Return what the links and the chains of one network tell; the chains alone where the links add nothing."""
    part = _Part(page, links)
    formulas = part.told_by_links(facts)
    if formulas:
        return part, formulas
    part = _Part(page, links)
    return part, part.told_by_chains()


def _with(facts: Facts, part: _Part, formulas: dict[str, Expr]) -> Supposed:
    told = {name: formula for name, formula in formulas.items() if formula is not part.open_function(name)}
    said = ", ".join(f"`{plain_name(name)}` is `{plain(formula)}`" for name, formula in told.items())
    return Supposed(with_formulas(facts, formulas, part.losses), said)


def with_formulas(facts: Facts, formulas: Mapping[str, Expr], losses: Set[str] = frozenset()) -> Facts:
    """Return the facts with formulas in the place of what they define of these names; `losses` are minimised."""
    made, words = frozenset(formulas), facts.vocabulary
    at = facts.statements[0].at
    kept = [d for d in facts.definitions if d.name not in made and not _applies(facts, d, made, words)]
    fresh = [Definition(name, None, at, always(formula)) for name, formula in formulas.items()]
    vocabulary = replace(words, names=words.names | made, functions=words.functions - made)
    minimised = [*((name, at) for name in formulas if name in losses), *facts.minimised]
    return replace(
        facts, definitions=[*kept, *fresh], vocabulary=vocabulary, minimised=minimised,
        not_used=[], notes=[], problems=[],
    )  # fmt: skip


def _applies(facts: Facts, definition: Definition, made: frozenset[str], words: Vocabulary) -> bool:
    """Say whether a definition writes one of some quantities with what it is made of: `Cost = C(R(Z(x w)))`."""
    statement = next((s for s in facts.statements if s.at is definition.at), None)
    found = [m for side in statement.sides[1:] for m in mentions(side.root, words)] if statement is not None else []
    return any(m.applied and m.name in made for m in found)


@dataclass
class _Made:
    """What a quantity is made of, as far as its slopes tell: the terms of a sum, or one formula of one name."""

    terms: dict[frozenset[str], None] = field(default_factory=dict[frozenset[str], None])
    formulas: dict[Expr, None] = field(default_factory=dict[Expr, None])

    @property
    def formula(self) -> Expr | None:
        """The formula; None where the slopes contradict each other."""
        factors = [name for term in self.terms for name in term]
        biases = [term for term in self.terms if len(term) == 1]
        if self.terms and not self.formulas and len(factors) == len(set(factors)) and len(biases) < 2:
            return reduce(add, (reduce(mul, map(symbol, sorted(term, key=_weights_last))) for term in self.terms))
        return next(iter(self.formulas)) if len(self.formulas) == 1 and not self.terms else None


def _weights_last(name: str) -> tuple[bool, str]:
    return named(name).base in ("w", "W", "b", "v", "u"), name


class _Says(NamedTuple):
    """What one slope says of its quantity: its formula, or a term of it; of a loss, the output that it is made of."""

    formula: Expr | None = None
    term: frozenset[str] = frozenset()
    output: str = ""
    #: Whether it says so alone: a − y is the slope of more than one loss, by more than one name.
    alone: bool = True


class _Part:
    """The chains of one network, and what they tell."""

    def __init__(self, page: Chains, links: frozenset[Link]) -> None:
        self.page, self.links = page, links
        self.same = dict(page.same)
        self.losses: set[str] = set()
        self.made: dict[str, _Made] = {}

    def told_by_chains(self) -> dict[str, Expr]:
        """Return the formula of every quantity of these chains; none where they tell of none."""
        for found in self.page.worked_out():
            self._take_all(found)
        told = self._told_of()
        return self._network(told, frozenset()) if self.losses & told.keys() else {}

    def told_by_links(self, facts: Facts) -> dict[str, Expr]:
        """Return the formulas where slopes on lines of their own tell some of them, which are links of the chains.

        A slope of which no formula has that value tells nothing; what two of them contradict each other about stays
        open. Capitals and vectors are no scalars: their slopes tell of an order, and this does not. Of z_j there
        are many, so that a chain through it may lack a sum. What the page equates with a formula that was not read
        stays unread.
        """
        if _of_vectors(self.links, facts):
            return {}
        defined = self.page.defined().union(d.name for d in facts.definitions)
        own = self.page.hidden | defined
        beside, apart = self.page.worked_out()
        self._take_all(beside)
        before = frozenset(self.made)
        for link, sides in self.page.alone():
            if self._one(link.of) in self._inner() - own - before and link.by not in facts.slopes:
                self._take_alone(link, sides, facts)
        _forget_odd_units(self.made, facts)
        by_links = self.made.keys() - before
        self._take_all(apart)
        told = {name: formula for name, formula in self._told_of().items() if name not in own}
        return self._network(told, own) if told.keys() & by_links else {}

    def _take_all(self, found: Sequence[Worked]) -> None:
        """Take worked-out chains, of what is not told yet."""
        told = frozenset(self.made)
        for path, sides in found:
            for side in sides if self.links.issuperset(path) else ():
                self._take(path, joined(side), told)

    def _told_of(self) -> dict[str, Expr]:
        """Return the formulas that are told, each of a quantity and of all by which the chains differentiate it."""
        found = {name: formula for name, made in self.made.items() if (formula := made.formula) is not None}
        return {name: formula for name, formula in found.items() if self._by(name) <= set(names(formula))}

    def _network(self, told: dict[str, Expr], own: frozenset[str]) -> dict[str, Expr]:
        """Return formulas with open functions for what they need and no slope tells, and the other names of each.

        None of the page's `own` quantities becomes an open function.
        """
        if self._shares_a_weight(told):
            return {}
        formulas = dict(told)
        while missing := [name for name in self._missing(formulas) if name not in own]:
            formulas |= {name: self.open_function(name) for name in missing}
        return formulas | {name: symbol(one) for name, one in self.same.items() if one in formulas}

    def _inner(self) -> set[str]:
        """Return what the chains lead through: by which they differentiate, and which they differentiate."""
        return {self._one(link.of) for link in self.links} & {link.by for link in self.links}

    def _take_alone(self, link: Link, sides: Sequence[Sequence[Expr]], facts: Facts) -> None:
        """Take what the sides of one slope tell, each a single factor: an activation, or a term with a weight."""
        name = self._one(link.of)
        for side in map(joined, sides):
            says = self._told(link, side[0]) if len(side) == 1 else None
            if says is not None and not says.term & facts.slopes and self._is_term(link, says.term):
                self.made.setdefault(name, _Made()).terms[says.term] = None
            elif says is not None and isinstance(says.formula, Apply) and says.alone:
                self.made.setdefault(name, _Made()).formulas[says.formula] = None
                self.losses |= {name} if says.output else set()

    def _is_term(self, link: Link, term: frozenset[str]) -> bool:
        """Say whether a slope is that of a sum of products: of one weight each, and of what it weights, or of a bias.

        Weights are what the chains end at, and names of their letters, v2 beside v1. Beside these only a bias is one.
        """
        inner = self._inner()
        letters = {named(each.by).base for each in self.links if each.by not in inner}
        weights = {name for name in term - inner if named(name).base in letters}
        biases = {each.by for each, sides in self.page.alone() if [ONE] in sides}
        is_bias = term == frozenset({link.by}) and link.by not in inner
        return is_bias or (len(term) == 2 and len(weights) == 1 and not term & biases)

    def told_alone(self, facts: Facts) -> dict[str, Expr]:
        """Return the formulas that single slopes tell: those that they name, and functions that the page has."""
        functions = {d.name for d in facts.definitions if d.parameters is not None}
        found: dict[str, dict[Expr, None]] = {}
        for first, *sides in self.page.groups:
            link = self.page.link(first[0]) if len(first) == 1 else None
            told = None if link is None else _told_by(link, sides, functions)
            if link is not None and told is not None:
                found.setdefault(link.of, {})[told] = None
        formulas = {name: next(iter(told)) for name, told in found.items() if len(told) == 1}
        self.losses |= {name for name, formula in formulas.items() if not isinstance(formula, Call)}
        return formulas

    def _one(self, name: str) -> str:
        return self.same.get(name, name)

    def _by(self, name: str) -> set[str]:
        """Return the names by which the chains differentiate a quantity."""
        return {link.by for link in self.links if self._one(link.of) == name}

    def _missing(self, formulas: dict[str, Expr]) -> list[str]:
        """Return the quantities that formulas need, and of which no slope is told."""
        needed = {name for formula in formulas.values() for name in names(formula)}
        of = dict.fromkeys(self._one(link.of) for link in self.links)
        return [name for name in of if name not in formulas and name in needed]

    def open_function(self, name: str) -> Expr:
        """Return a quantity as an open function, with a name of its own, of what it is differentiated by."""
        return call(free_name("f", set[str](), name), tuple(map(symbol, sorted(self._by(name)))))

    def _shares_a_weight(self, formulas: dict[str, Expr]) -> bool:
        """Say whether a name at the end of a path stands in two formulas: some slope shows a wrong one."""
        ends = {link.by for link in self.links} - {self._one(link.of) for link in self.links}
        return any(sum(end in names(formula) for formula in formulas.values()) > 1 for end in ends)

    def _take(self, path: Sequence[Link], factors: Sequence[Expr], told_before: frozenset[str]) -> None:
        """Take a side with one factor for each link of its chain, where each says something known."""
        if len(factors) != len(path) or all(self.page.link(factor) in path for factor in factors):
            return
        told = [self._told(link, factor) for link, factor in zip(path, factors, strict=True)]
        if None in told:
            return
        for link, says in zip(path, told, strict=True):
            name = self._one(link.of)
            if says is None or name in told_before:
                continue
            made = self.made.setdefault(name, _Made())
            if says.term:
                made.terms[says.term] = None
            elif says.formula is not None:
                made.formulas[says.formula] = None
            if says.output:
                self.losses.add(name)
                self.same |= {} if says.output == link.by else {says.output: link.by}

    def _told(self, link: Link, factor: Expr) -> _Says | None:
        """Return what a slope says of its quantity, None where it says nothing known."""
        of, at = symbol(self._one(link.of)), symbol(link.by)
        found = difference(factor)
        if found is not None:
            return self._loss(link, *found)
        if isinstance(factor, Call) and factor.orders == (1,) and factor.args == (at,):
            # `R'(Z)` beside `R'(Z)` says that R is an open function of Z, and no more.
            return _Says(call(factor.function, (at,)) if factor.function != link.of else self.open_function(link.of))
        if isinstance(factor, Symbol):
            return _Says(term=frozenset({factor.name, at.name})) if factor not in (of, at) else None
        if isinstance(factor, Number):
            return _Says(term=frozenset({at.name})) if factor.value == 1 else None
        unit = _unit(factor, of, at)
        return _cross_entropy(link, factor) if unit is None else _Says(unit)

    def _loss(self, link: Link, output: str, target: str) -> _Says | None:
        """Return the loss whose slope is a − y; where the chain is by another name than a, that one is a too."""
        if target == link.by:
            # t − y by y has the sign of no loss of theirs.
            return None
        if output != link.by:
            elsewhere = (
                output in {self._one(each.of) for each in self.links} or self.same.get(output, link.by) != link.by
            )
            if elsewhere or parts_of(target)[0] not in TARGETS:
                return None
        square = power(sub(symbol(link.by), symbol(target)), TWO)
        return _Says(mul(div(ONE, TWO), square), output=output, alone=False)


def _cross_entropy(link: Link, slope: Expr) -> _Says | None:
    """Return the cross-entropy of an output and a target, −t log a − (1 − t) log(1 − a), where a slope is its slope."""
    targets = set(names(slope)) - {link.by}
    if len(targets) != 1 or link.by not in names(slope) or not all(parts_of(name)[0] in TARGETS for name in targets):
        return None
    t, a = symbol(targets.pop()), symbol(link.by)
    if not same_values(slope, sub(div(sub(ONE, t), sub(ONE, a)), div(t, a))):
        return None
    return _Says(neg(add(mul(t, log(a)), mul(sub(ONE, t), log(sub(ONE, a))))), output=link.by)


def _of_vectors(links: frozenset[Link], facts: Facts) -> bool:
    """Say whether the chains lead through what may be a vector or a matrix, or is one of many."""
    if _OF_MANY in facts.statements[0].at.text.content.lower():
        return True
    vectors = facts.vocabulary.vectors | vectors_of(facts.statements, facts.vocabulary.names)
    found = {link.by for link in links}
    return any(
        {name, named(name).base} & vectors or named(name).base[:1].isupper() or for_every_number(name) for name in found
    )


def _forget_odd_units(told: dict[str, _Made], facts: Facts) -> None:
    """Forget activations that the page's words do not speak of; where they speak of none, those that differ."""
    spoken = activations_spoken_of(facts.statements[0].at.text.content)
    units = {name: unit.op for name, made in told.items() for unit in made.formulas if isinstance(unit, Apply)}
    differ = not spoken and len({op for op in units.values() if op.use == "activation"}) > 1
    for name, op in units.items():
        if op.use == "activation" and (differ or (spoken and op not in spoken)):
            del told[name]


def _told_by(link: Link, sides: Sequence[Sequence[Expr]], functions: set[str]) -> Expr | None:
    """Return the formula that one slope tells by the sides beside it, None where they tell none."""
    of, at = symbol(link.of), symbol(link.by)
    for side in map(joined, sides):
        slope = side[0] if len(side) == 1 else None
        if isinstance(slope, Partial) and slope.by is at and not isinstance(slope.of, Symbol):
            return slope.of if link.by in names(slope.of) and link.of not in names(slope.of) else None
        unit = None if slope is None else _unit(slope, of, at)
        if isinstance(unit, Apply) and functions & set(unit.op.spellings):
            return unit
        loss = _cross_entropy(link, reduce(mul, side)) if side else None
        if loss is not None:
            return loss.formula
    return None


def _unit(slope: Expr, of: Expr, at: Expr) -> Expr | None:
    """Return the activation that has a slope, in what it is taken at or in its own value: 1 − a² is that of tanh."""
    if not isinstance(slope, Apply):
        return None
    squared = put_in(slope, {mul(of, of): power(of, TWO)})
    for op in OPS.values():
        if op.arity == 1 and op.use == "activation":
            own = op.partials(at)[0]
            if slope is own or squared is put_in(own, {op(at): of}):
                return op(at)
    return None
