"""Sides of numbers: right to the last digit that is written, at the numbers that the text gives.

A number is held against the left side's value, the side before it, the values that steps above gave to weights, and
the rounded numbers that were printed above, as on a pocket calculator. It is refuted only where it fits none of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from workings.check.claim import Claim
from workings.check.claims.carried import follows_wrong, goes_on_above, is_carried, is_slight, is_within
from workings.check.claims.chain import THE_DEFINITION, Chain, Said
from workings.check.claims.known import Known, Printed, Restore
from workings.check.claims.learned import against_learned, learns, new_decimals
from workings.check.claims.numbers import decimals, exactly, is_short, is_single
from workings.check.claims.rivals import gone_by, may_be_another, settle
from workings.check.claims.written import Written, near, stepped, truth_of
from workings.check.explain.case import Case, Context, Figure
from workings.check.explain.search import softened
from workings.check.verdict import BY_NUMBERS, PROVED, Counterexample, Finding, undecided, unread
from workings.graph.alike import bound, is_number, is_put_in, put_in_for
from workings.graph.expr import ZERO, Apply, Call, Expr, Number, Symbol, partial, symbol
from workings.graph.names import named
from workings.graph.network import Finite
from workings.graph.ops.arithmetic import add
from workings.graph.speakers.floats import constant_value
from workings.graph.terms import numbers_in, partials
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import Side
from workings.read.phrases import heard

if TYPE_CHECKING:
    from flint import arb


def judge_number(known: Known, chain: Chain, side: Side, raw: Expr) -> tuple[Said, Chain]:
    """Judge a side of numbers: by the value of the left side, else by the side before it."""
    places = decimals(side)
    mine = known.numbers.interval(raw, places, "wide" if chain.about else "rounded")
    if mine is None:
        return Said(side, unread("it has no finite value")), chain
    if chain.symbolic is not None:
        _learn(known, chain.symbolic, raw, side)
    settle(known, chain, raw)
    chain = _with_value(known, chain)
    written = Written(known, chain, side, raw, places, mine)
    finding, rule = _finding(written)
    gone_by(known, chain)
    if written.truth is None and not finding.holds:
        known.steps.doubtful |= places.keys()
    if not finding.holds and written.truth is not None:
        _remember_wrong(written)
    if finding.verdict == "refuted" and isinstance(chain.left, Symbol) and _is_another_formula(written, chain.left):
        known.steps.contradicted[chain.left.name] = chain.here.at.place.line
    _remember_above(written, finding)
    follows = None if written.before is None else written.fits(written.before)
    settles = tuple((at, Said(None, BY_NUMBERS, "numbers put in")) for at in known.steps.agreed)
    known.steps.agreed.clear()
    slight = finding.verdict == "undecided" and not is_single(raw) and is_slight(written) and follows_wrong(written) > 0
    said = Said(side, finding, rule, None if rule == THE_DEFINITION else follows, settles=settles, slight=slight)
    checked = chain.checked or finding.holds
    doubted = chain.doubted or (finding.verdict == "undecided" and _goes_on_in_doubt(written) is not None)
    return said, replace(
        chain, number=raw, number_places=dict(places), previous=raw, checked=checked, doubted=doubted
    )  # fmt: skip


def _finding(written: Written) -> tuple[Finding, str]:
    """Return what is known of a number, and the rule that gives it."""
    known, chain, raw, places = written.known, written.chain, written.raw, written.places
    rule = "arithmetic" if chain.number is not None else "numbers put in"
    left = chain.left
    if chain.symbolic is left and written.before is None and known.numbers.takes(left, raw, places):
        return PROVED, THE_DEFINITION
    if isinstance(left, Symbol) and chain.symbolic is left and _is_given(known, left.name, raw):
        return PROVED, THE_DEFINITION
    if written.fits(written.truth) and _is_stale(written):
        return undecided("it holds for what the weights were before the step above"), ""
    fits, truth = _fits(written)
    if fits and not written.parts_fit:
        return undecided(_PART_APART), ""
    if fits:
        _remember(known, chain, raw, places)
        return BY_NUMBERS, rule
    if written.apart is not None and _has_printed(written) and written.fits(written.printed):
        return undecided(_WITHIN), ""
    if written.apart is not None:
        refuted = _refuted(written.apart, raw)
        return _excused(written, written.apart, refuted) if known.signs_lost else refuted, ""
    if truth is not None:
        return _not_fitting(written, truth), ""
    if chain.update is not None and known.network.error is not None:
        return _step_without_rate(written), ""
    if written.before is None:
        return _first_number(written, rule)
    if not written.fits(written.before):
        finding = _excused(written, written.before, _refuted(written.before, raw))
        rounded = finding.verdict == "refuted" and written.apart is None and _has_printed(written)
        return (undecided(_WITHIN) if rounded else finding), ""
    if not chain.checked:
        return undecided(_UNCHECKED), ""
    return (BY_NUMBERS, rule) if written.by_hand else (undecided(_WITHIN), "")


def _has_printed(written: Written) -> bool:
    """Say whether a number that was printed above, and so is a rounded one, stands in the side before."""
    before = written.chain.number
    return before is not None and any(part.value in written.known.steps.wrote for part in numbers_in(before))


def _not_fitting(written: Written, truth: arb) -> Finding:
    """Return what is known of a number that is not its left side's: it is wrong, but for what the text says."""
    known, chain, raw = written.known, written.chain, written.raw
    if is_single(raw) and written.is_about(truth) and follows_wrong(written):
        return BY_NUMBERS
    finding = _excused(written, truth, _refuted(truth, raw))
    if finding.verdict == "refuted":
        subject = chain.subject
        finding = _goes_on_in_doubt(written) or against_learned(known, subject) or finding
    if finding.verdict != "refuted":
        # Whatever it is, the weight has this number for the lines below.
        _update_weight(known, chain, raw, written.places)
    return finding


def _first_number(written: Written, rule: str) -> tuple[Finding, str]:
    """Return what is known of the first number of a chain whose left side has no value."""
    known, chain, raw, places = written.known, written.chain, written.raw, written.places
    if chain.update is not None:
        _update_weight(known, chain, raw, places)
        # Nothing says what is minimised, so that its numbers are right where they were right above.
        if any(not is_short(part, places) for part in new_decimals(known, raw)):
            return undecided(_UNCHECKED), ""
        return PROVED, THE_DEFINITION
    left = chain.left
    why = _lacking(known, left)
    line = chain.here
    alone = chain.held and line.sides[-1] is written.side and len(line.sides) <= 3 and line is chain.begun_by
    agrees = is_single(raw) and left is not None and learns(known, left, written.mine, exactly(raw), line, alone=alone)
    return (BY_NUMBERS, rule) if agrees else (unread(why), "")


#: Why a number is left open that only follows from numbers of which nobody knows whether they are right.
_UNCHECKED = "it goes on with numbers that could not be checked"
#: Why a number is left open that is right though one within it is not.
_PART_APART = "a number within it is not what stands in its place before"
#: Why a number is left open that only the rounding of others admits.
_WITHIN = "it is within the rounding of the numbers before it, and is not what they come to as they are written"


def _fits(written: Written) -> tuple[bool, arb | None]:
    """Say whether a number is right by some account of it, and return the value that it should have."""
    known, chain, truth, before = written.known, written.chain, written.truth, written.before
    if written.fits(truth):
        return True, truth
    if truth is not None and before is not None and written.by_hand and before.overlaps(truth):
        return True, truth
    if truth is not None and written.puts_in_rounded and (before is None or written.by_hand):
        return True, truth
    renewed = None if truth is None else _with_new_values(known, chain, written.mine)
    if written.fits(renewed) or (written.apart is None and is_carried(written)):
        return True, truth
    within_a_step = chain.update is not None and chain.update.weight not in known.steps.updated
    return False, truth if renewed is None or within_a_step else renewed


def _goes_on_in_doubt(written: Written) -> Finding | None:
    """Return that a number is left open which is made of those of a line that nobody could check; else nothing."""
    known = written.known
    shown = [] if is_single(written.raw) else new_decimals(known, written.raw)
    # What the person writes as a name is the weight's number, whatever becomes of the line that gives it.
    doubtful = any(part.value in known.steps.doubtful & written.places.keys() for part in shown) or (
        written.chain.doubted and written.by_hand
    )
    return undecided(_UNCHECKED) if doubtful else None


def _refuted(value: arb, raw: Expr) -> Finding:
    return Finding("refuted", "interval", Counterexample({}, float(value), constant_value(raw)))


def _lacking(known: Known, left: Expr | None) -> str:
    missing = known.numbers.missing(known.opened(left)) if left is not None else []
    shown = ", ".join(f"`{plain_name(name)}`" for name in missing[:3])
    return f"no number is given for {shown}" if shown else "its left side has no value"


# The left side's value


def _with_value(known: Known, chain: Chain) -> Chain:
    """Return a chain whose step has a value, where a rate is given."""
    update = chain.update
    if update is None or update.value is not None:
        return chain
    return replace(chain, update=replace(update, value=stepped(known, update.weight, change=update.change)))


def _learn(known: Known, symbolic: Expr, numeric: Expr, side: Side) -> None:
    """Learn from `w₅ − η g = 0.4 − 0.5 · 0.08` the numbers that the text gives nowhere else: η = 0.5.

    Where some of them make another what it is not, `(ŷ − y) x = (88 − 130) · 177`, nobody knows which are meant.
    """
    numbers, places = known.numbers, decimals(side)
    found = bound(symbolic, numeric)
    computed = {n for n in found if n in known.meaning.formulas and numbers.value(symbol(n)) is not None}
    new = {n: v for n, v in found.items() if n not in {*numbers.given, *computed} and n in known.meaning.known}
    leaves = {n: value for n, v in new.items() if (value := numbers.interval(v, places, "wide")) is not None}
    for name in new.keys() & known.meaning.formulas.keys():
        others = {n: value for n, value in leaves.items() if n != name}
        made = numbers.value(known.meaning.formulas[name], others)
        if made is not None and name in leaves and not made.overlaps(leaves[name]):
            return
    for name, value in new.items():
        numbers.give(name, value, places)


def _is_given(known: Known, name: str, raw: Expr) -> bool:
    """Say whether a number for a quantity is one that the text gives: “suppose z = 0”, where z is no result."""
    formula = known.meaning.formulas.get(name)
    if formula is raw:
        # Nothing else says what it is.
        return True
    if formula is None or known.numbers.written.get(name) is not raw:
        return False
    return known.numbers.lacks(formula)


def is_exact(known: Known, chain: Chain, raw: Expr) -> bool:
    """Say whether a side of whole numbers is what the left side is for all values: `∂b/∂b = 1`."""
    if chain.left is None or any(part.decimal for part in numbers_in(raw)) or known.unlinked(chain.left):
        return False
    return known.judge.compare(known.opened(chain.left), raw).holds


def is_claim(known: Known, chain: Chain, side: Side, raw: Expr) -> bool:
    """Say whether a side of numbers is a claim about a formula: `∂z/∂w = 1` where no number is put in anywhere."""
    if chain.left is None or chain.previous is not None:
        return False
    places = decimals(side)
    # Of `∂E/∂E₁ = 0.5 · 1` no number of the page has a say; 0.33 alone may be ⅓.
    exact = not places or (not is_single(raw) and all((10 * part.value).denominator == 1 for part in numbers_in(raw)))
    if exact and is_number(known.opened(chain.left)):
        return True
    if places:
        return False
    finite = any(isinstance(d.domain, Finite) for d in known.network.declarations.values())
    numbers = known.numbers.given or finite or known.network.pattern_rows()
    return not numbers and bool(partials(chain.left)) and _is_whole(raw)


def _is_whole(expr: Expr) -> bool:
    bare = expr.args[0] if isinstance(expr, Apply) and len(expr.args) == 1 else expr
    return isinstance(bare, Number) and bare.value.denominator == 1


# Numbers for the lines below


def _remember(known: Known, chain: Chain, raw: Expr, places: Mapping[Fraction, int]) -> None:
    """Remember a number that held: lines below may go on with it as it is printed, and a weight has it."""
    _update_weight(known, chain, raw, places)
    value = known.numbers.interval(raw, places, "wide") if not is_short(raw, places) else exactly(raw)
    if chain.left is not None and value is not None and chain.held:
        known.steps.wrong.pop(chain.left, None)
        known.steps.printed[chain.left] = Printed(value, known.numbers.as_written(raw) or value)
        known.steps.wrote |= {part.value for part in numbers_in(raw) if is_single(raw)}


def _remember_wrong(written: Written) -> None:
    """Remember a number that is not right: what comes from it may be wrong by that number alone."""
    known, chain, raw = written.known, written.chain, written.raw
    value = known.numbers.as_written(raw)
    if chain.left is not None and is_single(raw) and value is not None:
        name = chain.left.name if isinstance(chain.left, Symbol) else ""
        # A formula that its own line contradicts with numbers is as doubtful as those.
        of_numbers = bool(name) and _is_open(known, name) and chain.symbolic in (None, chain.left)
        alone = of_numbers or _defines(written, name)
        known.steps.wrong[chain.left] = Printed(written.wide or value, value, chain.here.at.place.line, alone)


def _defines(written: Written, name: str) -> bool:
    """Say whether the formula of a quantity stands in this line."""
    line = written.chain.here.at.place.line
    return any(of.name == name and of.place.line == line for of in written.known.network.equations)


def _is_another_formula(written: Written, left: Symbol) -> bool:
    """Say whether the line with a quantity's formula puts in numbers for another one: nobody knows which is meant.

    Where the page has the formula elsewhere, it stands, and the numbers are wrong.
    """
    known, raw = written.known, written.raw
    formula = known.network.formulas.get(left.name)
    if formula is None or written.chain.number is not None or is_single(raw) or not _defines(written, left.name):
        return False
    return not is_put_in(formula, raw) or any(_is_of_a_sibling(written, *pair) for pair in put_in_for(formula, raw))


def _is_of_a_sibling(written: Written, name: Symbol, number: Expr) -> bool:
    """Say whether a number put in for z₂ is that of z₁, as it is given or was printed above, and not its own."""
    known, own = written.known, named(name.name)
    mine = known.numbers.interval(number, written.places)

    def has(of: str) -> bool:
        shown = known.steps.printed.get(symbol(of))
        value = shown.rounded if shown is not None else known.numbers.value(symbol(of))
        return mine is not None and value is not None and bool(mine.overlaps(value))

    others = [other for other in sorted(known.meaning.known) if own.is_sibling(named(other))]
    return not has(name.name) and any(map(has, others))


def _remember_above(written: Written, finding: Finding) -> None:
    """Remember what a side comes to as it is written, where it is not wrong: the next line may go on with it."""
    left, value = written.chain.left, written.known.numbers.as_written(written.raw)
    if left is not None and value is not None and finding.verdict != "refuted":
        written.known.steps.above[left] = Printed(value, value, written.chain.here.at.place.line)


def _is_open(known: Known, name: str) -> bool:
    """Say whether a quantity has no formula, or that of a function that is left open."""
    formula = known.meaning.formulas.get(name)
    given = known.meaning.functions.get(formula.function) if isinstance(formula, Call) else None
    return formula is None or (given is not None and given.body is None)


# Steps


def _step_without_rate(written: Written) -> Finding:
    """Judge the new number of a weight where no rate is given: is it a step against the gradient of some rate?"""
    known, chain = written.known, written.chain
    assert chain.update is not None
    loose = known.not_linked(partial(symbol(str(known.network.error)), symbol(chain.update.weight)))
    if loose is not None:
        _update_weight(known, chain, written.raw, written.places)
        return loose
    rate = None if chain.update.change else _rate(known, chain.update.weight, written.mine)
    if rate is None:
        _update_weight(known, chain, written.raw, written.places)
        return undecided("no rate is given, so that nobody can tell how far the weight moves")
    _remember(known, chain, written.raw, written.places)
    if rate > 0:
        return undecided(f"no rate is given; it is a step of the rate {float(rate.mid()):.6g}")
    return undecided("no rate is given, and no positive one gives this step")


def _rate(known: Known, weight: str, mine: arb) -> arb | None:
    """Return the rate by which a weight comes to a number, None where the gradient's value is not known."""
    if known.network.error is None:
        return None
    slope = known.numbers.value(known.opened(partial(symbol(known.network.error), symbol(weight))))
    before = known.numbers.value(symbol(weight))
    if slope is None or before is None or slope.contains(0):
        return None
    return (before - mine) / slope


def _update_weight(known: Known, chain: Chain, raw: Expr, places: Mapping[Fraction, int]) -> None:
    """Remember the new value that a line, found right, gives a weight."""
    if chain.update is None:
        return
    steps, weight = known.steps, chain.update.weight
    before = steps.updated[weight][0] if weight in steps.updated else known.numbers.written.get(weight)
    if not chain.update.change:
        steps.updated[weight] = (raw, dict(places))
    elif before is not None and steps.updated_by is not chain.begun_by:
        steps.updated[weight] = (add(before, raw), dict(places))
    steps.updated_by = chain.begun_by


def _with_new_values(known: Known, chain: Chain, mine: arb) -> arb | None:
    """Return what the left side is once the weights have the values that updates gave them.

    Where numbers fit that, the weights have these values from here on.
    """
    steps = known.steps
    subject = chain.subject
    if not steps.updated or subject is None or steps.updated_by is chain.begun_by:
        return None
    restore = known.numbers.kept()
    several, rivals = set(known.numbers.several), dict(known.numbers.rivals)
    printed, steps.printed = steps.printed, {}
    for name, (value, places) in steps.updated.items():
        known.numbers.give(name, value, places)
    # A step gives a weight a new number in the place of the old one, not a second.
    known.numbers.several, known.numbers.rivals = several, rivals
    truth = known.numbers.value(known.opened(subject))
    if truth is not None and truth.overlaps(mine):
        steps.updated.clear()
        steps.past.append(restore)
    else:
        restore()
        steps.printed = printed
    return truth


def _is_stale(written: Written) -> bool:
    """Say whether a number holds for the weights before a step that has changed all of them."""
    known, chain = written.known, written.chain
    updated = known.steps.updated
    moving = {name for name in known.network.weights if name in known.numbers.given}
    whole = bool(updated) and moving <= updated.keys()
    if not whole or chain.update is not None or heard("before the step", chain.around.before):
        return False
    renewed = _with_new_values(known, chain, written.mine)
    return renewed is not None and not written.fits(renewed)


# Excuses


def _excused(written: Written, truth: arb, refuted: Finding) -> Finding:
    """Return what is known of a number that is not the left side's: the text may speak of other numbers."""
    known, chain, raw = written.known, written.chain, written.raw
    numbers, wide = known.numbers, written.wide
    before = chain.around.before
    # “At w x = 0 the slope jumps” says where, and not what w x is.
    placed = chain.begun_by.inline and isinstance(chain.left, Apply) and chain.number is None
    others = heard("other numbers", before) is not None
    subject = chain.subject
    others_fit = set[str]() if subject is None else may_be_another(known, known.opened(subject), written.mine)
    figure = Figure(
        wrote=constant_value(raw),
        truth=float(truth.mid()),
        several=tuple(sorted(numbers.several | others_fit)),
        within=is_within(written),
        near=not isinstance(raw, Number) and near(truth, written.mine),
        begins=numbers.is_beginning(raw, written.places, truth),
        twice_rounded=written.is_about(truth),
        short_rounded=wide is not None and (bool(wide.overlaps(truth)) or goes_on_above(written)),
        step_unread=known.steps.unread,
        loose=chain.update is not None and chain.update.loose,
        some_steps_before=any(_held_before(written, state) for state in known.steps.past),
        supposed=bool(placed or others or _after_a_number(chain, raw) or known.steps.supposed),
        follows_wrong=follows_wrong(written),
        signs_lost=known.signs_lost,
    )  # fmt: skip
    left = chain.left or (symbol(chain.update.weight) if chain.update is not None else ZERO)
    text = Context(others=known.brought.others, figure=figure)
    found = softened(Case(known.judge, Claim(left, raw), raw, raw, None, text), refuted)
    # Lines below may go on with the numbers that these words suppose.
    known.steps.supposed = known.steps.supposed or (others and found.verdict != "refuted")
    return found


def _after_a_number(chain: Chain, raw: Expr) -> bool:
    """Say whether the words before a single number have one in them; the lines of a program are no words."""
    return not chain.here.code and is_single(raw) and re.search(r"\d", chain.around.before) is not None


def _held_before(written: Written, enter: Restore) -> bool:
    """Say whether a number is right for the weights of an earlier step."""
    known, wide = written.known, written.wide
    back = known.numbers.kept()
    enter()
    truth = truth_of(known, written.chain)
    back()
    return truth is not None and wide is not None and bool(truth.overlaps(wide))
