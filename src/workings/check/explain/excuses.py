"""Excuses: under which numbers, condition, definition or way of stepping, of the text's own, a refuted line would hold.

A line that fails as it stands need not be a mistake where the text speaks of a special case: it stays open then, and
what would settle it is said. Only a condition that stands beside the line itself makes it hold, there alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from workings.check.explain.case import Case
from workings.check.explain.hypothesis import Hypothesis, Supposed
from workings.check.judge.budget import LimitError
from workings.check.judge.edges import edges
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.graph.expr import ZERO, Expr, Number, fold, names, symbol
from workings.graph.expr import replace as put_in
from workings.graph.network import Network
from workings.graph.ops.arithmetic import add
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name

# Under a condition


def _under_its_condition(case: Case) -> Iterator[Supposed]:
    for low, high in ((a.low, a.high) for a in case.claim.assumptions if a.own):
        yield Supposed(case.truth, case.wrong, where=(low, high), words=f"{plain(low)} < {plain(high)}")


def _under_a_condition(case: Case) -> Iterator[Supposed]:
    for low, high in ((a.low, a.high) for a in case.claim.assumptions if not a.own):
        yield Supposed(case.truth, case.wrong, where=(low, high), words=f"{plain(low)} < {plain(high)}")


def _against_a_condition(case: Case) -> Iterator[Supposed]:
    for assumed in case.claim.assumptions:
        low, high = assumed.low, assumed.high
        yield Supposed(case.truth, case.wrong, where=(high, low), words=f"{plain(low)} > {plain(high)}")


def _where_positive(case: Case) -> Iterator[Supposed]:
    """A threshold or a width, which is positive though the text does not say so: the δ of |r| ≤ δ."""
    at_edges = {name for edge in edges(case.meaning.flat(case.truth)) for name in names(edge)}
    for name in sorted(at_edges):
        declared = case.network.declarations.get(name)
        if declared is None or declared.role in ("constant", "input"):
            yield Supposed(case.truth, case.wrong, where=(ZERO, symbol(name)), words=f"{plain_name(name)} > 0")


def _in_a_region(case: Case) -> Iterator[Supposed]:
    if case.text.region and case.judge.has_kinks(case.truth):
        yield Supposed(case.truth, case.truth)


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
        words = ", ".join(f"{plain_name(name)} = {plain(value)}" for name, value in values.items())
        yield _PutIn(Supposed(there, case.wrong, words=words), _all_seen(expr, case.wrong, values.values()))


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


def _for_numbers_not_shown(case: Case) -> Iterator[Supposed]:
    yield from (put.claim for put in _numbers_put_in(case) if not put.seen)


def _at_the_numbers(case: Case) -> Iterator[Supposed]:
    if case.text.numbers_agree:
        yield Supposed(case.truth, case.truth)


def _where_zero(case: Case) -> Iterator[Supposed]:
    """The names that the text gives the number 0: `h₀ = 0`."""
    leaves = [n for n, value in case.text.given.items() if value is ZERO and n not in case.meaning.formulas]
    zeros: dict[Expr, Expr] = {symbol(name): ZERO for name in leaves}
    if zeros:
        a, b = (put_in(case.meaning.flat(side), zeros) for side in (case.truth, case.wrong))
        yield Supposed(a, b, words=", ".join(f"{plain_name(name)} = 0" for name in leaves))


def _where_given(case: Case) -> Iterator[Supposed]:
    """The numbers that the text gives for quantities with formulas: “suppose z = 0”."""
    given = {name: value for name, value in case.text.given.items() if name in case.meaning.formulas}
    if not given:
        return
    there = Meaning(_with(case.network, given))
    try:
        a, b = case.meaning.by_names(case.claim.left), case.meaning.by_names(case.claim.right)
        used = [name for name in given if there.depends_through(add(a, b), name)]
    except (NotGivenError, LimitError):
        return
    if used:
        words = ", ".join(f"{plain_name(name)} = {plain(given[name])}" for name in used)
        yield Supposed(a, b, judge=Judge(there), words=words)


# For another definition


def _defined_otherwise(case: Case) -> Iterator[Supposed]:
    if case.text.defined_at:
        yield Supposed(case.truth, case.truth, words=f"{case.text.defined_at} defines `{plain(case.claim.left)}`")


def _holds(case: Case, name: str, of: Expr) -> bool:
    return name in names(of) or name in names(case.meaning.flat(of))


def _by_the_other(case: Case) -> Iterator[Supposed]:
    """The person's second definitions in the place of the network's."""
    # `L = L + ½ w²` makes a new L of the old one: it is no definition that could be taken instead.
    if not case.text.others or any(_holds(case, name, of) for name, of in case.text.others.items()):
        return
    network = _with(case.network, case.text.others)
    if network.circular:
        return
    meaning = Meaning(network)
    try:
        for name, formula in case.meaning.added.items():
            meaning.define(name, formula)
        a, b = (meaning.opened(side, case.claim.reading) for side in (case.claim.left, case.claim.right))
    except (NotGivenError, LimitError):
        return
    shown = ", ".join(f"`{plain_name(name)}`" for name in case.text.others)
    yield Supposed(a, b, judge=Judge(meaning), words=shown)


def holds_by_the_other(case: Case) -> bool:
    """Say whether a line holds where the person's second definitions take the place of the network's."""
    return any(claim.judge is not None and claim.judge.same(claim.left, claim.right) for claim in _by_the_other(case))


def _with(network: Network, formulas: Mapping[str, Expr]) -> Network:
    equations = tuple(replace(e, formula=formulas.get(e.name, e.formula)) for e in network.equations)
    return replace(network, equations=equations)


# Updates


def _another_method(case: Case) -> Iterator[Supposed]:
    if case.text.method:
        yield Supposed(case.truth, case.truth, words=case.text.method)


def _in_parts(case: Case) -> Iterator[Supposed]:
    if case.text.in_parts:
        yield Supposed(case.truth, case.truth, words=f"`{plain(case.claim.left)}`")


def _conditional(case: Case) -> Iterator[Supposed]:
    if case.text.conditional or case.claim.assumptions:
        yield Supposed(case.truth, case.truth)


def _decays(case: Case) -> Iterator[Supposed]:
    """A number of the person's own in an update: weight decay is in no loss."""
    network = {n for formula in case.network.formulas.values() for n in names(formula)} | set(case.network.declarations)
    own = case.meaning.leaves - network
    foreign = [name for name in names(case.meaning.flat(case.wrong)) if name in own]
    if foreign:
        yield Supposed(case.truth, case.truth, words=f"`{plain_name(foreign[0])}`")


#: Of an update, which need not be a plain step.
OF_STEPS: tuple[Hypothesis, ...] = (
    Hypothesis("another method", "the text calls it {}, which is no step along the gradient alone", 1, "undecided",
               _another_method),
    Hypothesis("a step in parts", "several lines move {}, each by a part of the step", 2, "undecided", _in_parts),
    Hypothesis("a step under a condition", "a condition stands beside it, and it is not read", 3, "undecided",
               _conditional),
    Hypothesis("weight decay", "{} is no part of what is minimised", 4, "undecided", _decays),
)  # fmt: skip
#: Of an equality.
OF_VALUES: tuple[Hypothesis, ...] = (
    Hypothesis("under its condition", "where {}", 0, "holds_on_domain", _under_its_condition),
    Hypothesis("under a condition", "it holds where {}, and it is not said that this is so here", 5, "undecided",
               _under_a_condition),
    Hypothesis("against a condition", "it holds where {}, and fails elsewhere", 6, "undecided", _against_a_condition),
    Hypothesis("where positive", "it holds where {}, and the text does not say that this is so", 6, "undecided",
               _where_positive),
    Hypothesis("in a region", "it may hold under the condition in the sentence before it, which is not read", 7,
               "undecided", _in_a_region),
    Hypothesis("another definition", "{} otherwise", 8, "undecided", _defined_otherwise),
    Hypothesis("numbers not shown", "it holds once {} is put in, but the line does not show that number", 9,
               "undecided", _for_numbers_not_shown),
    Hypothesis("at the numbers given", "it holds for the numbers that are given, and not for others", 10, "undecided",
               _at_the_numbers),
    Hypothesis("where it is 0", "it holds for {}, which the text gives elsewhere", 11, "undecided", _where_zero),
    Hypothesis("where it is given", "it holds where {}, and it is not said that this is so here", 12, "undecided",
               _where_given),
    Hypothesis("by the second definition", "it holds where the second definition of {} is taken", 13, "undecided",
               _by_the_other),
)  # fmt: skip


def excuses(case: Case) -> tuple[Hypothesis, ...]:
    """Return the excuses that a claim may have."""
    return OF_STEPS if case.claim.relation == "<-" else OF_VALUES
