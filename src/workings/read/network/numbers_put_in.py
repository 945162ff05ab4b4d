"""Definitions that stand with their numbers put in: the names that the numbers are of take their places again.

    z = w x = 0.5,  a = σ(0.5) = 0.622                        a = σ(z): 0.5 is the number that is printed for z
    E = P + Q = ½ (t − a)² + ½ (s − b)²,  P = ½ (1 − 0.622)²   P = ½ (t − a)²: it is that term, with its numbers put in

A number is a name's where it is printed for one quantity alone. What else may be hidden behind a number is kept
beside the formula: nobody knows whether the quantity depends on that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from workings.errors import ReadError
from workings.graph.alike import bound
from workings.graph.expr import (
    Apply,
    Call,
    Expr,
    Number,
    Symbol,
    names,
    number,
    postorder,
    symbol,
)
from workings.graph.expr import replace as put_in
from workings.graph.names import without_new
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.speakers.floats import UnknownValueError, constant_value
from workings.graph.terms import changed, number_of, numbers_in, terms, times_in, without_minus
from workings.graph.writing.boxes import plain
from workings.graph.writing.digits import digits_of
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Definition
from workings.read.formula.statement import Side, Statement
from workings.read.names.queries import head
from workings.read.names.sides import links, read_side
from workings.read.network.draft import Draft, below
from workings.read.page.text import Snippet

#: A number of so many digits is hardly that of two quantities by chance.
_TELLING = 3
_ARITHMETIC = (add, sub, mul, div, neg, power)
#: What a formula comes to with its numbers put in agrees with the numbers to this share.
_NEAR = 1e-9
#: A number that differs from its formula by more than this share is not what rounding or a late digit makes of it.
_FAR = 0.05


def take_numbers_out(draft: Draft) -> None:
    """Give every quantity that is defined by numbers alone the formula that those were put into, where it is plain."""
    if draft.facts.strict:
        return
    waiting = {name: (d, body) for name, (d, body) in draft.equations.items() if _is_put_in(body)}
    alone: dict[str, Expr] = {}
    for given in draft.facts.starts:
        with suppress(ReadError):
            alone.setdefault(given.name, given.value(draft.words))
            if given.name not in draft.equations and _is_worked_out(given.name, alone[given.name]):
                waiting[given.name] = (Definition(given.name, None, given.at, given.value), alone[given.name])
    telling = {name: body for name, body in alone.items() if name not in draft.equations and _is_telling(body)}
    if not waiting and not telling:
        return
    page = _Page(draft, frozenset(waiting))
    in_order = sorted(waiting.items(), key=lambda one: page.at.get(one[1][0].at, 0))
    for name, (definition, body) in in_order:
        found = page.term(name, body) or page.with_names(name, definition, body)
        if found is not None:
            draft.equations[name] = (definition, found)
            draft.facts.notes.append(
                f"taken as given: `{plain_name(name)} = {plain(found)}`; the text writes it with its numbers put in"
            )
    for name, (_, body) in waiting.items():
        draft.hidden[name] = page.hidden(name, body)
    for name, body in telling.items():
        # An output y = 0.668 behind a = σ(z) = 0.668 may be a by another name.
        others = {
            of for of, value in page.numbers() if value == number_of(body) and of in page.computed - waiting.keys()
        }
        if others - {name}:
            draft.hidden[name] = frozenset(others - {name})


def has_number_put_in(draft: Draft, of: str, name: str, other: str) -> bool:
    """Say whether the page writes a formula with a number in a name's place that it prints for one other name alone."""
    page = _Page(draft, frozenset())
    formula = draft.equations[of][1]
    for given in draft.facts.starts:
        if given.name == of:
            with suppress(ReadError):
                value = number_of(bound(formula, given.value(draft.words)).get(name))
                owners = {one for one, number in page.numbers() if number == value}
                if value is not None and digits_of(abs(value)) >= _TELLING and owners - {name} == {other}:
                    return True
    return False


def _is_worked_out(name: str, body: Expr) -> bool:
    """Say whether a name is given a number by arithmetic, P = ½ (1 − 0.622)², and is no new value of another."""
    return _is_put_in(body) and without_new(name) == name


def _is_telling(body: Expr) -> bool:
    value = number_of(body)
    return value is not None and digits_of(abs(value)) >= _TELLING


def _is_put_in(body: Expr) -> bool:
    """Say whether a formula is one of numbers, and more than one number."""
    return not names(body) and number_of(body) is None


@dataclass
class _Page:
    """The numbers that are printed for the names of a page, in its order, and the sums that it splits its names into.

    `printed` has each name's numbers with the statements where they stand, `computed` the quantities among them.
    """

    draft: Draft
    waiting: frozenset[str]
    printed: list[tuple[int, str, Fraction]] = field(default_factory=list[tuple[int, str, Fraction]])
    terms: dict[str, Expr] = field(default_factory=dict[str, Expr])

    def __post_init__(self) -> None:
        """Read the page's numbers once."""
        name, before = "", None
        statements = self.draft.facts.statements
        self.at: dict[Snippet, int] = {statement.at: index for index, statement in enumerate(statements)}
        for index, statement in enumerate(statements):
            goes_on = not statement.relations or (statement.sides[0].empty and _is_below(before, statement))
            name, before = (name if goes_on else _name(self.draft, statement)), statement
            value = self._number(statement.sides[-1]) if name and statement.relations else None
            if value is not None:
                self.printed.append((index, name, value))
            if name and not goes_on:
                self._split(statement)
        self.numbered = {name for _, name, _ in self.printed}
        sides = [side for statement in statements for side in (statement.sides if statement.derives else ())]
        self.linked = {link for side in sides for link in links(side.root, self.draft.words)}
        formulas = {name for name, (_, body) in self.draft.equations.items() if names(body)}
        self.computed = {
            n for n in formulas if not (below(self.draft, n) - {n}) & self.draft.unread.keys()
        } | self.waiting

    def _number(self, side: Side) -> Fraction | None:
        return number_of(read_side(side, self.draft.words)) if side.is_number else None

    def numbers(self) -> list[tuple[str, Fraction]]:
        """Return the names for which numbers are printed, each with one of them."""
        return [(name, value) for _, name, value in self.printed]

    def _split(self, statement: Statement) -> None:
        """Learn P and Q of `E = P + Q = ½ (t − a)² + ½ (s − b)²`."""
        sums = [
            terms(found, add)
            for side in statement.sides[1:]
            if (found := read_side(side, self.draft.words)) is not None
        ]
        for parts, formulas in pairwise(sums):
            named = [part.name for part in parts if isinstance(part, Symbol)]
            if 1 < len(named) == len(parts) == len(formulas):
                self.terms |= dict(zip(named, formulas, strict=True))

    # What a formula of numbers is

    def term(self, name: str, body: Expr) -> Expr | None:
        """Return the term of a sum that a name is said to be, where its numbers put in give what the name has."""
        formula = self.terms.get(name)
        if formula is None or not names(formula):
            return None
        numbers: dict[str, set[Fraction]] = {}
        for _, of, value in self.printed:
            numbers.setdefault(of, set()).add(value)
        if any(len(numbers.get(inside, ())) != 1 for inside in names(formula)):
            return None
        values: dict[Expr, Expr] = {symbol(n): _written(*numbers[n]) for n in names(formula)}
        return formula if _same(put_in(formula, values), body) else None

    def with_names(self, name: str, definition: Definition, body: Expr) -> Expr | None:
        """Return a formula with the names that its numbers are printed for; None where no number tells its name."""
        at = self.at.get(definition.at, 0)
        if any(index == at and of == name and _far_apart(body, value) for index, of, value in self.printed):
            # Of `a = 1/(1 + e^0.5) = 0.622` nobody knows which of the two is meant.
            return None
        above = [(of, value) for index, of, value in self.printed if index < at and of != name]
        changes: dict[Expr, Expr] = {}
        for part in _decimals(body):
            owners = {of: value for of, value in above if abs(value) == part.value and self._may_stand_in(of, name)}
            computed = [of for of in owners if of in self.computed]
            last = next((of for of, _ in reversed(above) if of in self.computed), "")
            function = _is_of_one(body)
            told = computed[:1] if len(computed) == 1 and (function or len(owners) == 1) else []
            if not (told and (digits_of(part.value) >= _TELLING or (function and told[0] == last))):
                told = self._linked(name, body, part, computed)
            for own in told:
                changes[part] = neg(symbol(own)) if owners[own] < 0 else symbol(own)
        return _replaced(body, changes) if changes else None

    def _linked(self, name: str, body: Expr, part: Number, owners: Sequence[str]) -> list[str]:
        """Return the last of a chain of names with one number, where the page differentiates by it what it is put into.

        Where the number stands twice, in 0.5 · 0.5, or another with it is apart, nobody knows which of the two it is.
        """
        found = [of for of in owners if (name, of) in self.linked]
        chain = len(found) == 1 and set(owners) <= {*found, *below(self.draft, found[0])}
        return found if chain and times_in(body, part) == 1 else []

    def _may_stand_in(self, name: str, other: str) -> bool:
        """Say whether a quantity may be made of a name: it is not that itself, nor what that is made of."""
        return name != other and other not in below(self.draft, name)

    def hidden(self, name: str, written: Expr) -> frozenset[str]:
        """Return the names that may stand behind the numbers that a formula has kept: those that have such a number."""
        formula = self.draft.equations[name][1] if name in self.draft.equations else written
        if formula is not written and (formula is self.terms.get(name) or _is_of_one(written)):
            return frozenset()
        kept = {part.value for part in numbers_in(formula)}
        shown = {of for _, of, value in self.printed if abs(value) in kept}
        known = self.draft.equations.keys() | {n for e in self.draft.equations for n in below(self.draft, e)}
        known |= {given.name for given in self.draft.facts.starts}
        unnumbered = known - self.numbered
        return frozenset(n for n in shown | unnumbered if self._may_stand_in(n, name))


def _is_below(before: Statement | None, statement: Statement) -> bool:
    """Say whether a row stands right below another one, in its display or in the next."""
    if before is None or before.at.text is not statement.at.text:
        return False
    between = statement.at.text.content[before.at.end : statement.at.start]
    return before.span == statement.span or not any(map(str.isalnum, between))


def _name(draft: Draft, statement: Statement) -> str:
    """Return the name that a statement begins with; nothing where it begins with anything else, or is a derivative."""
    if statement.relations[:1] != ("=",) or statement.sides[0].derives:
        return ""
    found = head(statement, draft.words)
    return found[0] if found is not None and not found[1] else ""


def _decimals(body: Expr) -> list[Number]:
    return [part for part in numbers_in(body) if part.decimal]


def _is_of_one(body: Expr) -> bool:
    """Say whether a formula is a function of one decimal: σ(0.3), 1/(1 + e^(−0.3)), −log(0.57)."""
    inner = [
        part for part in postorder(body)
        if isinstance(part, Call) or (isinstance(part, Apply) and part.op not in _ARITHMETIC)
    ]  # fmt: skip
    return len(_decimals(body)) == 1 and any(map(_decimals, inner))


def _written(value: Fraction) -> Expr:
    return number(value, decimal=True) if value >= 0 else neg(number(-value, decimal=True))


def _same(a: Expr, b: Expr) -> bool:
    try:
        return math.isclose(constant_value(a), constant_value(b), rel_tol=_NEAR)
    except UnknownValueError:
        return False


def _far_apart(body: Expr, value: Fraction) -> bool:
    """Say whether the number that is printed behind a formula is another one, by more than a slip in a late digit."""
    try:
        return not math.isclose(constant_value(body), value, rel_tol=_FAR)
    except UnknownValueError:
        return False


def _replaced(body: Expr, changes: Mapping[Expr, Expr]) -> Expr:
    """Return a formula with names for its numbers; the minus before a negative one is part of the number."""

    def once(part: Expr) -> Expr:
        inner = without_minus(part)
        bare = without_minus(inner)
        return part if part is inner or inner is bare else bare

    return changed(put_in(body, changes), once)
