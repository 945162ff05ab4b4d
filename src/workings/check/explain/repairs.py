"""Slips found by repair: the smallest part of the person's own side whose replacement makes the line right.

    (p − t) v₁ (1 − h₂²) x        v₁ has to be v₂

The problem: a table of slips names what it foresees. The idea: take one part out; what has to stand in its place is
then known as a number at a few points; ask which of the quantities at hand has these numbers, and let the judge decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from workings.check.explain.activations import forms, is_slope, signs_in_slopes
from workings.check.explain.case import Case
from workings.check.explain.functions import BY_VALUE, Activation, inside
from workings.check.explain.hypothesis import Hypothesis, Supposed, slip
from workings.check.explain.part import HOLE, Part, Repair
from workings.check.explain.sampling import Sampled, Values, finite, near
from workings.check.judge.budget import A_TRIAL, LimitError, UnsettledError
from workings.check.judge.formulas import NotGivenError
from workings.derive.tidy import factors, tidy
from workings.graph.expr import ONE, TWO, ZERO, Apply, Expr, Number, Partial, Symbol, number, partial, postorder, symbol
from workings.graph.expr import replace as put_in
from workings.graph.names import named
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.writing.boxes import plain

#: At most so many derivatives of the network are held against a line.
_MOST_SLOPES = 120
#: A number that belongs in the place of another is a fraction of small numbers.
_SMALL = 12


class Gap(NamedTuple):
    """A part, its meaning and values, the side around it, and what has to stand there, where it stands linearly."""

    part: Part
    means: Expr
    around: Expr
    program: Sampled
    values: Values
    needed: Values | None


def repairs(case: Case) -> list[Repair]:
    """Return the repairs that make a line right, those of the smallest parts first; a case is searched once."""
    if case.repairs is None:
        case.repairs = _search(case)
    return case.repairs


def _search(case: Case) -> list[Repair]:
    found: list[Repair] = []
    try:
        wanted = case.sampler.values(case.truth)
        if wanted is None or not finite(wanted):
            return []
        for gap in _gaps(case, wanted):
            found += _of_gap(case, gap, wanted)
    except LimitError:
        # What was found by then is right; what was not looked at is not named.
        return found
    return found


def _gaps(case: Case, wanted: Values) -> Iterator[Gap]:
    written = case.written
    for part in written.parts:
        around = written.without(part)
        program = None if around is None else case.sampler.program(around, HOLE.name)
        means = written.meant.get(part.expr)
        values = None if means is None else case.sampler.values(means)
        if around is None or means is None or program is None or values is None or not finite(values):
            continue
        yield Gap(part, means, around, program, values, _needed(program, values, wanted))


def _needed(program: Sampled, values: Values, wanted: Values) -> Values | None:
    """Return what has to stand in a hole, None where the side is not linear in it or does not depend on it."""
    first, second, third = (program.at({HOLE.name: tuple(v + step for v in values)}) for step in (0, 1, 2))
    if not (finite(first) and finite(second) and finite(third)):
        return None
    slopes = [b - a for a, b in zip(first, second, strict=True)]
    bent = any(
        abs(c - b - slope) > 1e-9 * (abs(slope) + abs(c)) for b, c, slope in zip(second, third, slopes, strict=True)
    )
    if bent or any(abs(slope) < 1e-12 for slope in slopes):
        return None
    return tuple(v + (w - a) / s for v, w, a, s in zip(values, wanted, first, slopes, strict=True))


def _of_gap(case: Case, gap: Gap, wanted: Values) -> Iterator[Repair]:
    for kind, instead in _candidates(case, gap):
        if instead is gap.means or not _fits(case, gap, instead, wanted):
            continue
        mended = put_in(gap.around, {HOLE: instead})
        try:
            if case.judge.same(case.truth, mended, case.budget.part(A_TRIAL)):
                yield Repair(kind, gap.part, instead, mended)
        except NotGivenError:
            continue


def _fits(case: Case, gap: Gap, instead: Expr, wanted: Values) -> bool:
    values = case.sampler.values(instead)
    if values is None or not finite(values):
        return False
    if gap.needed is not None:
        return near(gap.needed, values)
    return near(gap.program.at({HOLE.name: values}), wanted)


# What may belong in a part's place


def _candidates(case: Case, gap: Gap) -> Iterator[tuple[str, Expr]]:
    own, needed = gap.means, gap.needed
    if isinstance(gap.part.expr, Apply | Symbol):
        yield from _turned(own)
        yield from _raised(own)
    if isinstance(gap.part.expr, Number) and gap.part.expr is not ONE and needed is not None:
        yield from _numbers(gap.part.expr, needed)
    if needed is not None and not isinstance(gap.part.expr, Number):
        yield "extra", ONE
        yield "more", ZERO
    if isinstance(gap.part.expr, Symbol):
        yield from _names(case, gap.part.expr)
    yield from (("form", form) for form in forms(case))
    if isinstance(gap.part.expr, Partial):
        yield from (("slope", value) for _, value in other_slopes(case))
    if _is_term(case, gap.part):
        yield from _scaled(case, own)


def _turned(own: Expr) -> Iterator[tuple[str, Expr]]:
    if not isinstance(own, Apply):
        return
    # A person turns ŷ − t round sooner than 1 − ŷ.
    kind = "odd sign" if any(isinstance(arg, Number) for arg in own.args) else "sign"
    if own.op is sub:
        yield "sign", add(*own.args)
        yield kind, sub(own.args[1], own.args[0])
    elif own.op is add:
        yield "sign", sub(*own.args)
        yield kind, sub(own.args[1], own.args[0])
    elif own.op is neg:
        yield "sign", own.args[0]


def _raised(own: Expr) -> Iterator[tuple[str, Expr]]:
    """(1 − h)² for 1 − h², a square lost or one too many, an exponent that did not come down."""
    if isinstance(own, Symbol):
        yield "square", power(own, TWO)
    if not isinstance(own, Apply):
        return
    if own.op is power and isinstance(own.args[1], Number):
        base, exponent = own.args
        inside = base.args if isinstance(base, Apply) and base.op in (add, sub) else None
        if exponent is TWO:
            yield "power", mul(TWO, base)
            if inside is not None and isinstance(base, Apply):
                yield "square", base.op(inside[0], power(inside[1], TWO))
        yield "power", mul(exponent, power(base, sub(exponent, ONE)))
        yield "square" if exponent is TWO else "power", base
        yield "power", power(base, sub(exponent, ONE))
        yield "power", power(base, add(exponent, ONE))
    if own.op in (add, sub):
        yield "square", power(own, TWO)
        first, second = own.args
        if isinstance(second, Apply) and second.op is power and second.args[1] is TWO:
            yield "square", power(own.op(first, second.args[0]), TWO)


def _numbers(own: Number, needed: Values) -> Iterator[tuple[str, Expr]]:
    """Yield the number that has to stand there, where it is one and the same simple one at all points."""
    found = Fraction(needed[0]).limit_denominator(_SMALL)
    if abs(found.numerator) > 10 * _SMALL or not near(needed, (float(found),) * len(needed)):
        return
    instead = number(found) if found >= 0 else neg(number(-found))
    ratio = found / own.value if own.value else None
    kinds = {-1: "number's sign", 2: "factor", Fraction(1, 2): "factor"}
    yield kinds.get(ratio, "number") if ratio is not None else "number", instead


def _names(case: Case, own: Symbol) -> Iterator[tuple[str, Expr]]:
    known = case.meaning.known
    for other in sorted(known):
        if other == own.name:
            continue
        kind = "sibling" if named(own.name).is_sibling(named(other)) else "name"
        if inside(case.meaning, own.name) is symbol(other) or inside(case.meaning, other) is own:
            kind = "raw"
        yield kind, symbol(other)
    yield "name", sub(ONE, own)


def other_slopes(case: Case) -> list[tuple[Partial, Expr]]:
    """Return the other derivatives of the network, each with its value."""
    meaning = case.meaning
    found: list[tuple[Partial, Expr]] = []
    pairs = (
        partial(symbol(of), symbol(by))
        for of in reversed(meaning.formulas)
        for by in sorted(meaning.below(of))
        if of not in meaning.added and by not in meaning.added
    )
    for slope in islice((s for s in pairs if s is not case.claim.left), _MOST_SLOPES):
        with suppress(UnsettledError):
            found.append((slope, meaning.opened(slope, case.claim.reading)))
    return found


def _is_term(case: Case, part: Part) -> bool:
    """Say whether a part is the whole side, or one of the terms of its sum."""
    terms: list[Expr] = []
    stack = [case.written.raw]
    while stack:
        terms.append(top := stack.pop())
        stack += top.args if isinstance(top, Apply) and top.op in (add, sub, neg) else ()
    return part.expr in terms


def _scaled(case: Case, own: Expr) -> Iterator[tuple[str, Expr]]:
    yield "sign", neg(own)
    yield "factor", mul(TWO, own)
    yield "factor", div(own, TWO)
    for form in forms(case):
        yield "lost slope", mul(own, form)
    for factor in dict.fromkeys(f for reference in case.references for f in factors(tidy(reference))):
        yield "lost", mul(own, factor)
    for name in sorted(case.meaning.known):
        yield "lost", mul(own, symbol(name))


# The records


def _where(fits: Callable[[Case, Repair], bool]) -> Callable[[Case], Iterator[Supposed]]:
    """Return the claims of the repairs that fit."""

    def claims(case: Case) -> Iterator[Supposed]:
        for repair in repairs(case):
            if fits(case, repair):
                yield Supposed(case.truth, repair.mended, words=_said(repair), mark=repair.part)

    return claims


def _by(*kinds: str, stands: bool | None = None) -> Callable[[Case], Iterator[Supposed]]:
    """Return the claims of the repairs of some kinds; `stands` takes those whose piece the right side has, or not."""
    return _where(lambda case, one: one.kind in kinds and (stands is None or stands == _stands(case, one)))


def _stands(case: Case, repair: Repair) -> bool:
    return case.meaning.flat(_piece(repair)) in case.pieces


def _piece(repair: Repair) -> Expr:
    """Return what a repair puts in: the factor that is missing, else all that belongs there."""
    if repair.kind.startswith("lost") and isinstance(repair.instead, Apply):
        return repair.instead.args[1]
    return repair.instead


def _one_plus(known: Activation) -> Callable[[Case], Iterator[Supposed]]:
    """Return the claims of the repairs of 1 + a where the slope of an activation has 1 − a, at one of its places."""
    return _where(
        lambda case, one: one.kind == "sign" and signs_in_slopes(case, case.wrong).get(_mended(case, one)) is known
    )


def _slope_too_many(case: Case, repair: Repair) -> bool:
    return repair.kind == "extra" and is_slope(case, _mended(case, repair))


def _mended(case: Case, repair: Repair) -> Expr:
    """Return what the part that is put right means."""
    return case.written.meant[repair.part.expr]


def _not_lowered(case: Case, repair: Repair) -> bool:
    """Say whether a square is put right beside a 2, as in 2 w²: the exponent came down, and stayed."""
    means = _mended(case, repair)
    squared = isinstance(means, Apply) and means.op is power and repair.instead is means.args[0]
    beside = (factors(part) for part in postorder(case.wrong))
    return repair.kind == "square" and squared and any({TWO, means} <= set(items) for items in beside)


def _said(repair: Repair) -> str:
    """Return the words for a repair: the factor that is missing or too many, else what belongs in whose place."""
    if repair.kind == "extra":
        return plain(repair.part.expr)
    if repair.kind.startswith("lost"):
        return plain(_piece(repair))
    return f"{plain(repair.instead)}, not {plain(repair.part.expr)}"


def _beside(case: Case, *, on_the_way: bool) -> Iterator[Supposed]:
    """Yield the derivatives by, or of, another name; those on the way from the variable, or the others."""
    left = case.claim.left
    if not isinstance(left, Partial):
        return
    for slope, value in other_slopes(case):
        above = slope.of is left.of and case.meaning.depends(slope.by.name, left.by.name)
        near_by = above if on_the_way else not above and (slope.of is left.of or slope.by is left.by)
        if near_by and value not in (ZERO, ONE):
            yield Supposed(value, case.wrong, words=f"{plain(slope)}, not {plain(left)}")


_ANOTHER = "Another quantity belongs here: {}."
_MISSING = "A factor of the derivative is missing: {}."

REPAIRS: tuple[Hypothesis, ...] = (
    slip("power rule", "The exponent comes down in front, and is lowered by one.", 5, _where(_not_lowered), "square"),
    slip("a square lost or misplaced", "The square belongs elsewhere, or it is missing: {}.", 6, _by("square"),
         "square"),
    slip("a term's index", "An index is wrong: another weight or unit belongs here.", 6, _by("sibling"), "sibling"),
    slip("derivative at the wrong point",
         "The activated value belongs here, not what goes into the activation.", 6, _by("raw"), "raw"),
    slip("inner derivative forgotten", "The chain rule goes on: this is {}.", 7,
         lambda case: _beside(case, on_the_way=True), "lost", "lost slope"),
    slip("another derivative", "This is another derivative: {}.", 8, lambda case: _beside(case, on_the_way=False),
         "slope"),
    *(slip(known.slip, known.says, 8, _one_plus(known), "sign") for known in BY_VALUE),
    slip("σ′ kept", "The derivative of the activation is there once too often: with this loss it cancels.", 8,
         _where(_slope_too_many), "extra"),
    slip("σ′ dropped", "The derivative of the activation is missing: with this loss it does not cancel.", 9,
         _by("lost slope"), "lost slope"),
    slip("sign", "The sign of one part is the other way round.", 9, _by("sign", "odd sign", "number's sign"), "sign",
         "odd sign", "number's sign"),
    slip("the factor 2 or ½", "A factor 2 or ½ is lost or one too many: the exponent 2 comes down and meets the ½.", 9,
         _by("factor"), "factor"),
    # Where m = h₁ h₂, an h₁ lacks its h₂, or stands for an m: the likelier repair puts in what the right side has.
    slip("another quantity", _ANOTHER, 9, _by("name", stands=True), "name"),
    slip("a factor too many", "A factor stands here that is one too many: {}.", 9, _by("extra"), "extra"),
    slip("a factor on the path forgotten", _MISSING, 9, _by("lost", stands=True), "lost"),
    slip("another quantity", _ANOTHER, 10, _by("name", stands=False), "name"),
    slip("a factor on the path forgotten", _MISSING, 10, _by("lost", stands=False), "lost"),
    slip("a number", "Another number belongs here: {}.", 11, _by("number"), "number"),
)  # fmt: skip
