r"""Numbers that stand for names: what a page writes with its numbers put in alone is made of what has those numbers.

    v = 0.7,  q = 0.7 g                    q = v g
    ∂K/∂r = −(s − r) = −(1 − 0.6)          s is 1, so that K = ½ (1 − r)² is ½ (s − r)²
    q = 0.7 g,  ∂q/∂v = g                  v is 0.7: what is beside g

A number that two names have, or that stands twice in a formula, stands for none. It is a supposition: lines that the
page's own network leaves open are said to hold by it, and none is refuted by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, TypeGuard

from workings.errors import ReadError
from workings.graph.alike import bound
from workings.graph.expr import ONE, TWO, Apply, Call, Expr, Number, Symbol, names, rebuild, symbol
from workings.graph.expr import replace as put_in
from workings.graph.ops.arithmetic import add, mul, neg, power, sub
from workings.graph.terms import number_of, terms
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Facts, Given, always
from workings.read.network.chains import Chains, Factors, chains_of
from workings.read.network.supposed import Supposed, with_formulas

#: What a number in a formula becomes, a minus before it perhaps.
_Change = Callable[[Expr], Expr]


def stood_for(facts: Facts, formulas: Mapping[str, Expr]) -> Supposed | None:
    """Return the facts with names in the place of the numbers that stand for them; None where none does."""
    if facts.strict:
        return None
    page = chains_of(facts)
    given = _given(facts)
    written = _of_numbers(facts) | {name: one for name, one in given.items() if number_of(one) is None} | dict(formulas)
    used = {name for formula in written.values() for name in names(formula)} | written.keys()
    told = {name: one for name, one in _told(page).items() if name not in used | given.keys()}
    owners = [_Owner(name, "", value) for name, one in given.items() if (value := number_of(one)) is not None]
    owners += [_Owner(name, of, value) for name, (of, one) in told.items() if (value := number_of(one)) is not None]
    made = _put_back(written, [owner for owner in owners if owner.name not in used])
    fresh = {name: one for name, (_, one) in told.items()}
    fresh |= _beside(page, made, used | given.keys() | told.keys())
    changed = {name: formula for name, formula in made.items() if formula is not written[name]}
    if not changed:
        return None
    needed = {name for formula in changed.values() for name in names(formula)}
    at = facts.statements[0].at
    said = ", ".join(f"`{plain_name(name)}` is `{plain(formula)}`" for name, formula in changed.items())
    supposed = with_formulas(facts, changed)
    # Of a quantity that only numbers make, 1 in `a = σ(0) + 0.5`, a wrong slope has the number, too.
    alone = {name for name, formula in made.items() if not names(formula)}
    definitions = [one for one in supposed.definitions if one.name not in alone]
    starts = [one for one in supposed.starts if one.name not in changed]
    starts += [Given(name, always(one), at) for name, one in fresh.items() if name in needed]
    values = [one for one in supposed.values if one.name not in changed]
    words = replace(supposed.vocabulary, names=supposed.vocabulary.names | needed)
    return Supposed(replace(supposed, definitions=definitions, starts=starts, values=values, vocabulary=words), said)


class _Owner(NamedTuple):
    """A name that has a number; where a slope tells it, `of` is what that is a slope of."""

    name: str
    of: str
    value: Fraction


def _of_numbers(facts: Facts) -> dict[str, Expr]:
    """Return the quantities that the page defines by numbers alone."""
    found: dict[str, Expr] = {}
    for definition in facts.definitions:
        with suppress(ReadError):
            body = definition.parse(facts.vocabulary)
            if definition.parameters is None and not names(body):
                found.setdefault(definition.name, body)
    return found


def _given(facts: Facts) -> dict[str, Expr]:
    """Return the numbers that the page gives names."""
    found: dict[str, Expr] = {}
    for given in (*facts.values, *facts.starts):
        with suppress(ReadError):
            found.setdefault(given.name, given.value(facts.vocabulary))
    return found


def _told(page: Chains) -> dict[str, tuple[str, Expr]]:
    """Return the numbers that the sides of slopes put in for names: 1 for y in `∂K/∂r = r − y = 0.6 − 1`.

    With each is what that is a slope of.
    """
    found: dict[str, dict[tuple[str, Fraction], Expr]] = {}
    for link, sides in page.alone():
        for symbolic, numeric in pairwise(sides):
            pairs = zip(symbolic, numeric, strict=True) if len(symbolic) == len(numeric) else ()
            for name, number in (one for pair in pairs for one in bound(*pair).items()):
                value = number_of(number)
                if value is not None:
                    found.setdefault(name, {})[link.of, value] = number
    told = {name: next(iter(all_of.items())) for name, all_of in found.items() if len({v for _, v in all_of}) == 1}
    return {name: (of, number) for name, ((of, _), number) in told.items()}


def _put_back(formulas: Mapping[str, Expr], owners: Sequence[_Owner]) -> dict[str, Expr]:
    """Return formulas with a name for each number that one name alone has.

    Of several, it is the one that a slope of the quantity tells.
    """

    def named(of: str, formula: Expr) -> Expr:
        times = Counter(_numbers_of(formula))

        def change(number: Expr) -> Expr:
            value = number_of(number)
            found = [owner for owner in owners if owner.value == value]
            own = [owner for owner in found if owner.of == of] or found
            return symbol(own[0].name) if len(own) == 1 and value is not None and times[value] == 1 else number

        return _changed(formula, change)

    return {name: named(name, formula) for name, formula in formulas.items()}


def _numbers_of(formula: Expr) -> list[Fraction]:
    """Return the numbers of a formula that may stand for names."""
    found: list[Fraction] = []

    def take(number: Expr) -> Expr:
        value = number_of(number)
        found.extend([] if value is None else [value])
        return number

    _changed(formula, take)
    return found


def _changed(expr: Expr, change: _Change, *, squared: bool = False) -> Expr:
    """Return a formula with its numbers changed, those alone that may stand for a name.

    No name is behind the 1 of 1 − a, but of (1 − a)², the factor of a square, or a number in a formula of logarithms.
    """
    if number_of(expr) is not None:
        return change(expr)
    if isinstance(expr, Call) and len(expr.args) == 1:
        return rebuild(expr, (_changed(expr.args[0], change),))
    if not isinstance(expr, Apply):
        return expr
    op, args = expr.op, expr.args
    turned = mul(neg(args[0].args[0]), args[0].args[1]) if op is neg and _is_weighted(args[0]) else expr
    if turned is not expr:
        # Of −0.4 x the number is −0.4.
        found = _changed(turned, change)
        return expr if found is turned else found
    if op is power:
        return rebuild(expr, (_changed(args[0], change, squared=True), args[1])) if args[1] is TWO else expr
    kept: Set[Expr] = set()
    if op is mul and any(_has_square(arg) for arg in args):
        kept = {arg for arg in args if not _has_square(arg)}
    elif op is sub and not squared:
        kept = {ONE} & {args[0]}
    elif op not in (add, sub, mul, neg) and op.use != "activation":
        return expr
    return rebuild(expr, tuple(arg if arg in kept else _changed(arg, change, squared=squared) for arg in args))


def _is_weighted(expr: Expr) -> TypeGuard[Apply]:
    return isinstance(expr, Apply) and expr.op is mul and isinstance(expr.args[0], Number)


def _has_square(expr: Expr) -> bool:
    if not isinstance(expr, Apply):
        return False
    return expr.op is power or (expr.op in (mul, add, neg) and any(map(_has_square, expr.args)))


def _beside(page: Chains, formulas: dict[str, Expr], known: Set[str]) -> dict[str, Expr]:
    """Put in the names of weights by which a slope is what is beside a number: v for 0.7 in 0.7 g, by `∂q/∂v = g`.

    Returns their numbers. Where several numbers are factors of names, a slope that is wrong would find another one.
    """
    found: dict[str, Expr] = {}
    for link, sides in page.alone():
        if link.of in formulas and link.by not in known | found.keys():
            part = _partner(formulas[link.of], sides)
            if part is not None:
                number, product = part
                weighted = tuple(symbol(link.by) if arg is number else arg for arg in product.args)
                formulas[link.of] = put_in(formulas[link.of], {product: rebuild(product, weighted)})
                found[link.by] = number
    return found


def _partner(formula: Expr, sides: Sequence[Factors]) -> tuple[Expr, Apply] | None:
    """Return the only number that is a factor of a name, where that is a slope's side, and their product."""
    products = [term for term in terms(formula, add, sub) if isinstance(term, Apply) and term.op is mul]
    pairs = [(number, product) for product in products for number in product.args if number_of(number) is not None]
    if len(pairs) != 1:
        return None
    number, product = pairs[0]
    others = [arg for arg in product.args if arg is not number]
    return pairs[0] if len(others) == 1 and isinstance(others[0], Symbol) and others in sides else None
