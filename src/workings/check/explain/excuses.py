"""Excuses: under which numbers, condition, definition or way of stepping, of the text's own, a refuted line would hold.

A line that fails as it stands need not be a mistake where the text speaks of a special case: it stays open then, and
what would settle it is said. Only a condition that stands beside the line itself makes it hold, there alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import NamedTuple

from workings.check.explain.case import Case, Figure, claim_of, with_formulas
from workings.check.explain.hypothesis import Hypothesis, Supposed, excuse
from workings.check.judge.budget import UnsettledError
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.check.judge.slopes import edges
from workings.graph.alike import differing
from workings.graph.expr import (
    ONE,
    ZERO,
    Call,
    Expr,
    Number,
    Symbol,
    call,
    fold,
    names,
    symbol,
)
from workings.graph.expr import replace as put_in
from workings.graph.names import named
from workings.graph.ops.arithmetic import add, sub
from workings.graph.terms import calls_in
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import parts_of
from workings.graph.writing.spelling import plain as plain_name

Claims = Callable[[Case], Iterator[Supposed]]


def _where(fact: Callable[[Case], object]) -> Claims:
    """Return what supposes that a line is right where a fact is so; a fact in words completes the sentence."""

    def claims(case: Case) -> Iterator[Supposed]:
        if found := fact(case):
            yield Supposed(case.truth, case.truth, words=found if isinstance(found, str) else "")

    return claims


def _of_figure(fact: Callable[[Figure], object]) -> Claims:
    """Return what supposes that a number is right where a fact about it is so."""
    return _where(lambda case: case.text.figure is not None and fact(case.text.figure))


def _quoted(names_of: Iterable[str]) -> str:
    return ", ".join(f"`{plain_name(name)}`" for name in names_of)


def _at(case: Case, values: Mapping[str, Expr]) -> Supposed:
    """Return the claim with numbers put in, and those in words."""
    changes: dict[Expr, Expr] = {symbol(name): value for name, value in values.items()}
    a, b = (put_in(case.meaning.flat(side), changes) for side in (case.truth, case.wrong))
    return Supposed(a, b, words=_shown(values))


def _shown(values: Mapping[str, Expr]) -> str:
    return ", ".join(f"{plain_name(name)} = {plain(value)}" for name, value in values.items())


# Under a condition


def _under(*, own: bool) -> Claims:
    """Return what supposes the conditions that the text states beside the claim itself, or elsewhere."""

    def claims(case: Case) -> Iterator[Supposed]:
        for low, high in ((a.low, a.high) for a in case.claim.assumptions if a.own is own):
            yield Supposed(case.truth, case.wrong, where=(low, high), words=f"{plain(low)} < {plain(high)}")

    return claims


def _against_a_condition(case: Case) -> Iterator[Supposed]:
    for low, high in ((a.low, a.high) for a in case.claim.assumptions):
        yield Supposed(case.truth, case.wrong, where=(high, low), words=f"{plain(low)} > {plain(high)}")


def _where_positive(case: Case) -> Iterator[Supposed]:
    """A threshold or a width, which is positive though the text does not say so: the δ of |r| ≤ δ."""
    at_edges = {name for edge in edges(case.meaning.flat(case.truth)) for name in names(edge)}
    for name in sorted(at_edges):
        declared = case.network.declarations.get(name)
        if declared is None or declared.role in ("constant", "input"):
            yield Supposed(case.truth, case.wrong, where=(ZERO, symbol(name)), words=f"{plain_name(name)} > 0")


def _targets_of_one(case: Case) -> Iterator[Supposed]:
    """Targets of several classes sum to 1, and a text need not say so: ∂L/∂z₁ = p₁ − t₁ of softmax rests on it."""
    inside = names(case.meaning.flat(case.truth))
    targets = [name for name in case.network.leaf_targets if name in inside]
    for first in targets[:1]:
        family = [name for name in targets if name == first or named(name).is_sibling(named(first))]
        if len(family) > 1:
            rest = sub(ONE, reduce(add, map(symbol, family[:-1])))
            yield _at(case, {family[-1]: rest})._replace(words=" + ".join(map(plain_name, family)) + " = 1")


# For another dependence than the one that is taken as given


def _assumed_calls(case: Case, *sides: Expr) -> list[Call]:
    """Return the applications, in flat expressions, of functions that the text only implies."""
    functions = case.meaning.functions
    return [part for part in calls_in(*sides) if part.function in functions and functions[part.function].assumed]


def _of_fewer(case: Case) -> Iterator[Supposed]:
    """An error that is taken to depend on both outputs may depend on one of them alone."""
    sides = case.meaning.flat(case.truth), case.meaning.flat(case.wrong)
    slopes = [part for part in _assumed_calls(case, *sides) if any(part.orders)]
    for function in sorted({part.function for part in slopes}):
        own = [part for part in slopes if part.function == function]
        parameters = case.meaning.functions[function].parameters
        for kept in _proper_parts(range(len(parameters))):
            gone = {part for part in own if not {at for at, n in enumerate(part.orders) if n} <= kept}
            # Where nothing of it is left, 0 = 0 says nothing.
            if gone != set(own):
                a, b = (put_in(side, dict[Expr, Expr](dict.fromkeys(gone, ZERO))) for side in sides)
                shown = " and ".join(f"`{plain_name(parameters[at])}`" for at in sorted(kept))
                yield Supposed(a, b, words=f"{_quantity(case, function)} depends on {shown} alone")


def _of_what_is_told(case: Case) -> Iterator[Supposed]:
    """An error that is taken to depend on all that nothing uses may depend on what it is differentiated by alone."""
    for name, formula in case.meaning.formulas.items():
        function = case.meaning.functions.get(formula.function) if isinstance(formula, Call) else None
        if function is not None and function.assumed and function.assumed != function.parameters:
            body = call(function.name, tuple(map(symbol, function.assumed)))
            shown = " and ".join(f"`{plain_name(told)}`" for told in function.assumed)
            yield from _defined_as(case, {name: body}, f"`{plain_name(name)}` depends on {shown} alone")


def _proper_parts(places: Sequence[int]) -> Iterator[set[int]]:
    """Yield the sets of some places, and not all."""
    return (set(kept) for count in range(1, len(places)) for kept in combinations(places, count))


def _with_a_term(case: Case) -> Iterator[Supposed]:
    """An error that is taken to depend on the output may have a term of its own: ½ λ w² makes ∂E/∂w greater by λ w."""
    sides = case.meaning.flat(case.truth), case.meaning.flat(case.wrong)
    calls = _assumed_calls(case, *sides)
    if calls:
        without = dict[Expr, Expr](dict.fromkeys(calls, ZERO))
        a, b = (put_in(side, without) for side in sides)
        words = " and ".join(_quantity(case, function) for function in sorted({part.function for part in calls}))
        yield Supposed(sub(sides[0], sides[1]), sub(a, b), words=words)


def _quantity(case: Case, function: str) -> str:
    """Return the quantity that is an application of an open function, as it is written."""
    formulas = case.meaning.formulas.items()
    found = (name for name, formula in formulas if isinstance(formula, Call) and formula.function == function)
    return f"`{plain_name(next(found, function))}`"


# For numbers


class _PutIn(NamedTuple):
    """A side with numbers put in: the claim at them, the numbers, and whether the person's side shows each."""

    claim: Supposed
    seen: bool


def _numbers_put_in(case: Case) -> Iterator[_PutIn]:
    """Yield the left side, and the side before, with given numbers for the names that are gone from this side."""
    whole = case.meaning.flat(case.truth)
    forms = [(whole, set(names(whole)) - set(names(case.meaning.flat(case.wrong))))]
    if case.before is not None:
        forms.append((case.before, set(names(case.before)) - set(names(case.wrong))))
    for expr, gone in forms:
        values = {name: case.text.given[name] for name in sorted(gone) if name in case.text.given}
        if not gone or len(values) < len(gone):
            continue
        there = put_in(expr, {symbol(name): value for name, value in values.items()})
        yield _PutIn(Supposed(there, case.wrong, words=_shown(values)), _all_seen(expr, case.wrong, values.values()))


def _all_seen(expr: Expr, shown: Expr, values: Iterable[Expr]) -> bool:
    """Say whether numbers stand in a side: a factor that is gone may have been forgotten, though its value is 1."""
    own = [occurrences(value) for value in values]
    wanted = sum(own, occurrences(expr))
    seen = occurrences(shown)
    return all(seen[n] >= count for n, count in wanted.items() if any(n in part for part in own))


def occurrences(expr: Expr) -> Counter[Fraction]:
    """Count how often each number stands in an expression as it is written out."""

    def count(part: Expr, below: tuple[Counter[Fraction], ...]) -> Counter[Fraction]:
        own = Counter({part.value: 1}) if isinstance(part, Number) else Counter[Fraction]()
        return sum(below, own)

    return fold(expr, count)


def is_put_in(case: Case) -> bool:
    """Say whether a side is the left side, or the one before, with numbers put in that it shows.

    That is no excuse but another claim, at these numbers; it is asked before a line is called wrong.
    """
    if case.text.numbers_before and case.before is not None and case.judge.same(case.before, case.wrong):
        return True
    return any(put.seen and case.judge.same(put.claim.left, put.claim.right) for put in _numbers_put_in(case))


def is_written_out(case: Case) -> bool:
    """Say whether a side is a definition with the formulas of its quantities put in, but for the number of some name.

    What differs so is no other definition: `a = s(v_1 h_1 + c)`, and then `a = s(v_1 s(w_2 x + b_1) + c)` for b₂.
    """
    own = case.truth if not isinstance(case.truth, Symbol) else case.meaning.formulas.get(case.truth.name, case.truth)
    quantities = set(names(own)) & case.meaning.formulas.keys()
    if not quantities or set(names(case.wrong)) & case.meaning.formulas.keys():
        return False
    apart = differing(case.meaning.flat(own), case.meaning.flat(case.wrong))
    return all(
        isinstance(a, Symbol) and isinstance(b, Symbol) and parts_of(a.name)[0] == parts_of(b.name)[0] for a, b in apart
    )


def restated(case: Case) -> Mapping[str, Expr]:
    """Return the given numbers with which a side is the definition that it restates; none where it is another one."""
    whole, shown = case.meaning.flat(case.truth), case.meaning.flat(case.wrong)
    values = {name: case.text.given[name] for name in names(whole) if name in case.text.given}
    gone = {name: value for name, value in values.items() if name not in names(shown)}
    if not case.text.defined_at or not gone or set(names(shown)) - set(names(whole)):
        return {}
    there = put_in(whole, {symbol(name): value for name, value in gone.items()})
    return gone if case.judge.same(there, shown) else {}


def where_restated(case: Case) -> Supposed:
    """Return the claim with the numbers put in with which the text has written a definition again."""
    return _at(case, case.text.restated)


def _for_numbers_not_shown(case: Case) -> Iterator[Supposed]:
    yield from (put.claim for put in _numbers_put_in(case) if not put.seen)


def _with_numbers(given: Callable[[Case], Mapping[str, Expr]]) -> Claims:
    """Return what supposes some numbers that the text gives."""
    return lambda case: iter([_at(case, values)] if (values := given(case)) else [])


def _zeros(case: Case) -> Mapping[str, Expr]:
    """Return the names that the text gives the number 0: `h₀ = 0`."""
    return {n: value for n, value in case.text.given.items() if value is ZERO and n not in case.meaning.formulas}


def _where_given(case: Case) -> Iterator[Supposed]:
    """The numbers that the text gives for quantities with formulas: “suppose z = 0”."""
    given = {name: value for name, value in case.text.given.items() if name in case.meaning.formulas}
    if not given:
        return
    there = Meaning(with_formulas(case.network, given))
    try:
        a, b = case.meaning.by_names(case.claim.left), case.meaning.by_names(case.claim.right)
        used = [name for name in given if there.depends_through(add(a, b), name)]
    except UnsettledError:
        return
    if used:
        yield Supposed(a, b, judge=Judge(there), words=_shown({name: given[name] for name in used}))


# For another definition


def _holds(case: Case, name: str, of: Expr) -> bool:
    return name in names(of) or name in names(case.meaning.flat(of))


def _by_the_other(case: Case) -> Iterator[Supposed]:
    """The person's second definitions in the place of the network's."""
    # `L = L + ½ w²` makes a new L of the old one: it is no definition that could be taken instead.
    if case.text.others and not any(_holds(case, name, of) for name, of in case.text.others.items()):
        yield from _defined_as(case, case.text.others, _quoted(case.text.others))


def _defined_as(case: Case, others: Mapping[str, Expr], words: str) -> Iterator[Supposed]:
    """The claim where other formulas take the place of some."""
    network = with_formulas(case.network, others)
    if not network.circular:
        yield from claim_of(case, network, words, others)


def holds_by_the_other(case: Case) -> bool:
    """Say whether a line holds where the person's second definitions take the place of the network's."""
    return any(claim.judge is not None and claim.judge.same(claim.left, claim.right) for claim in _by_the_other(case))


# Updates


def _foreign(case: Case) -> str:
    """Return a number of the person's own in an update: weight decay is in no loss."""
    network = {n for formula in case.network.formulas.values() for n in names(formula)} | set(case.network.declarations)
    own = case.meaning.leaves - network
    return _quoted([name for name in names(case.meaning.flat(case.wrong)) if name in own][:1])


#: Of an update, which need not be a plain step.
OF_STEPS: tuple[Hypothesis, ...] = (
    excuse("another method", "the text calls it {}, which is no step along the gradient alone", 1,
           _where(lambda case: case.text.method)),
    excuse("a step in parts", "several lines move {}, each by a part of the step", 2,
           _where(lambda case: case.text.in_parts and f"`{plain(case.claim.left)}`")),
    excuse("a step under a condition", "a condition stands beside it, and it is not read", 3,
           _where(lambda case: case.text.conditional or case.claim.assumptions)),
    excuse("weight decay", "{} is no part of what is minimised", 4, _where(_foreign)),
)  # fmt: skip
#: Of an equality.
OF_VALUES: tuple[Hypothesis, ...] = (
    Hypothesis("under its condition", "where {}", 0, "holds_on_domain", _under(own=True)),
    Hypothesis("in this case", "where {}", 0, "holds_on_domain",
               _with_numbers(lambda case: case.text.beside if case.text.in_this_case else {})),
    Hypothesis("as restated", "where {}", 1, "holds_on_domain", _with_numbers(lambda case: case.text.restated)),
    excuse("for numbers beside it", "it holds for {}, which the sentence before it gives", 4,
           _with_numbers(lambda case: case.text.beside)),
    excuse("under a condition", "it holds where {}, and it is not said that this is so here", 5, _under(own=False)),
    excuse("against a condition", "it holds where {}, and fails elsewhere", 6, _against_a_condition),
    excuse("where positive", "it holds where {}, and the text does not say that this is so", 6, _where_positive),
    excuse("targets of one", "it holds where {}, and the text does not say that this is so", 6, _targets_of_one),
    excuse("in a region", "it may hold under the condition in the sentence before it, which is not read", 7,
           _where(lambda case: case.text.region and case.judge.has_kinks(case.truth))),
    excuse("of fewer arguments", "it holds where {}, and the text does not say what it is", 8, _of_fewer),
    excuse("of what is told", "it holds where {}, and the text does not say what it is", 8, _of_what_is_told),
    excuse("a term of its own", "it may hold where {} has a further term, and the text does not say what it is", 9,
           _with_a_term),
    excuse("another definition", "{} otherwise", 8,
           _where(lambda case: (at := case.text.defined_at) and f"{at} defines `{plain(case.claim.left)}`")),
    excuse("numbers not shown", "it holds once {} is put in, but the line does not show that number", 9,
           _for_numbers_not_shown),
    excuse("at the numbers given", "it holds for the numbers that are given, and not for others", 10,
           _where(lambda case: case.text.numbers_agree)),
    excuse("where it is 0", "it holds for {}, which the text gives elsewhere", 11, _with_numbers(_zeros)),
    excuse("where it is given", "it holds where {}, and it is not said that this is so here", 12, _where_given),
    excuse("by the second definition", "it holds where the second definition of {} is taken", 13, _by_the_other),
)  # fmt: skip


#: Of a number, which may be right for other numbers than those that are taken, or in another way of rounding.
OF_NUMBERS: tuple[Hypothesis, ...] = (
    excuse("several numbers", "the text gives several numbers for {}, and it does not hold for the last ones", 1,
           _of_figure(lambda figure: _quoted(figure.several[:3]))),
    excuse("within rounding",
           "it is within the rounding of the numbers before it, and is not what they come to as they are written", 2,
           _of_figure(lambda figure: figure.within)),
    excuse("a digit mistyped", "it is {}: perhaps a digit is mistyped", 3,
           _of_figure(lambda figure: figure.near and f"{figure.wrote:.10g} where {figure.truth:.10g} is right")),
    excuse("where it begins", "it is where the number begins, and not the number rounded", 4,
           _of_figure(lambda figure: figure.begins)),
    excuse("rounded twice", "it is one off in the last digit, as where a number was rounded twice", 5,
           _of_figure(lambda figure: figure.twice_rounded)),
    excuse("short decimals rounded", "it holds only if its short decimals are rounded ones", 6,
           _of_figure(lambda figure: figure.short_rounded)),
    excuse("a wrong number above", "it comes from the number in {}, which is not right", 7,
           _of_figure(lambda figure: figure.follows_wrong and f"line {figure.follows_wrong}")),
    excuse("two definitions", "the text defines {} in two ways", 8, _where(lambda case: _quoted(case.text.others))),
    excuse("a step not read", "a step above was not read, so what the weight is there is not known", 9,
           _of_figure(lambda figure: figure.step_unread)),
    excuse("no step", "it is a new number for a weight, and not the step of the rate that is given", 10,
           _of_figure(lambda figure: figure.loose)),
    excuse("some steps before", "it holds for what the weights were some steps before", 11,
           _of_figure(lambda figure: figure.some_steps_before)),
    excuse("a lost sign", "signs of multiplication are lost on this page, so that its numbers may be products", 12,
           _of_figure(lambda figure: figure.signs_lost)),
    excuse("other numbers supposed", "the words before it may give other numbers", 13,
           _of_figure(lambda figure: figure.supposed)),
)  # fmt: skip


def excuses(case: Case) -> tuple[Hypothesis, ...]:
    """Return the excuses that a claim may have."""
    if case.text.figure is not None:
        return OF_NUMBERS
    return OF_STEPS if case.claim.relation == "<-" else OF_VALUES
