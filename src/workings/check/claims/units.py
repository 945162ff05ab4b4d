"""Errors of units: δ of a program that computes no error, `delta_h = delta_o * v * h * (1 - h)`.

By custom δ_h is the slope of the error by what the unit h is given. The first of them, at the output, says what the
slope of the error is, which is left open; the others are judged by it. A name that is wrong by the custom alone is left
open, until a step of a weight takes it for the slope.
"""

from __future__ import annotations

from workings.check.claims.chain import Said
from workings.check.claims.known import Doubt, Known
from workings.check.claims.program import gives, rises
from workings.check.claims.update import Update, judge_update
from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.slopes import outer
from workings.check.verdict import Finding
from workings.graph.expr import ONE, ZERO, Apply, Call, Expr, names, partial, replace, symbol
from workings.graph.ops.arithmetic import mul, neg
from workings.graph.writing.spelling import delta_names
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import WrittenLine


def given_delta(known: Known, name: str, value: Expr) -> Expr | None:
    """Return the slope that a program gives an open error by the δ of an output: `delta_o = (o - t) * o * (1 - o)`."""
    unit, error = _unit(known, name), known.network.error
    slope = _slope(known, unit)
    if slope is None or error is None or not known.meaning.is_open(symbol(error)):
        return None
    # The slope of the activation is a factor of it, else it may be that by the output itself: by the unit's value.
    value = replace(known.meaning.flat(known.opened(value)), {known.meaning.flat(symbol(unit)): symbol(unit)})
    if not known.judge.same(replace(value, {symbol(unit): ONE}), ZERO) or not gives(known, value, unit):
        return None
    turned = not rises(known, value, unit)
    if known.brought.turned not in (None, turned):
        return None
    known.brought.given.add(unit)
    known.brought.turned = turned
    return neg(slope) if known.brought.turned else slope


def judge_delta(known: Known, line: WrittenLine, name: str, opened: Expr) -> tuple[Said, ...] | None:
    """Judge a δ by the custom, None where no δ of the program gives the slope of its error."""
    left = _meant(known, name)
    if left is None or not line.code:
        return None
    unit = plain_name(_unit(known, name))
    is_slope = f"{plain_name(name)} is the slope of {plain_name(known.network.error or '')} by what {unit} is given"
    said = Said(line.sides[1], known.judge.compare(left, opened), f"definition; {is_slope}")
    if said.finding.holds:
        return (said,)
    doubted = known.program.doubted
    meant = known.brought.told.get(name, symbol(name))
    instead: dict[Expr, Expr] = {
        symbol(n): slope for n in names(meant) if n in doubted and (slope := _meant(known, n)) is not None
    }
    if instead and known.judge.compare(left, known.opened(replace(meant, instead))).holds:
        used = [n for n in names(meant) if symbol(n) in instead]
        doubted[name] = Doubt(line.at.place.line, frozenset(at for n in used for at in doubted[n].origins), said)
        return (said._replace(finding=Finding("holds", "proved"), rule=_given(known, used[0])),)
    if said.finding.verdict == "refuted":
        doubted[name] = Doubt(line.at.place.line, frozenset((line.at,)), said._replace(rule=""))
    why = f"by custom {is_slope}, and it is not that"
    return (said._replace(finding=Finding("undecided", why=why), rule=""),)


def by_what_its_unit_is_given(known: Known, line: WrittenLine, name: str, opened: Expr) -> Said | None:
    """Say of `delta_k = delta_g * v * k * (1 - k)` that it is the slope by the w x of `k = σ(w x)`, or less that."""
    unit = _unit(known, name)
    slope = _slope(known, unit)
    for sign, signed in (("", slope), ("−", neg(slope) if slope is not None else None)):
        if signed is not None and known.judge.same(signed, opened):
            error = plain_name(known.network.error or "")
            is_slope = f"{sign}the slope of {error} by what {plain_name(unit)} is given"
            return Said(line.sides[1], Finding("holds", "proved"), f"definition; {plain_name(name)} is {is_slope}")
    return None


def carried_by_delta(known: Known, update: Update, meant: Expr) -> Said | None:
    """Say of a step that it is right but for the δ that it takes for the slope: the mistake is above."""
    doubted = known.program.doubted
    for name in names(meant):
        slope = _meant(known, name) if name in doubted else None
        if slope is None:
            continue
        instead = replace(meant, {symbol(name): slope})
        finding = judge_update(update, instead, known.opened, known.judge, known.network).finding
        if finding.holds:
            first = {at: next(d.said for d in doubted.values() if at in d.origins) for at in doubted[name].origins}
            return Said(None, finding, _given(known, name), settles=tuple(first.items()))
    return None


def _given(known: Known, name: str) -> str:
    line = known.program.doubted[name].line
    return f"right where {plain_name(name)} is the slope, as line {line} means it to be"


def _meant(known: Known, name: str) -> Expr | None:
    """Return what a δ is by the custom, with the sign that the program gives it; None where it gives none."""
    unit = _unit(known, name) if known.brought.turned is not None else ""
    slope = _slope(known, unit)
    return neg(slope) if slope is not None and known.brought.turned else slope


def _unit(known: Known, name: str) -> str:
    """Return the unit that a δ is called after, empty where it is called after none: `delta_o`, `d_o`, `dOutput`."""
    return next((unit for unit in known.network.formulas if name in delta_names(unit)), "")


def is_delta(known: Known, name: str) -> bool:
    """Say whether a program's name is that of the error of a unit."""
    return bool(_unit(known, name))


def _slope(known: Known, unit: str) -> Expr | None:
    """Return the slope of the error by what a unit is given: by that of its activation."""
    formula, error = known.network.formulas.get(unit), known.network.error
    if error is None or not isinstance(formula, Apply | Call) or len(formula.args) != 1 or unit == error:
        return None
    try:
        return mul(known.opened(partial(symbol(error), symbol(unit))), known.opened(outer(formula)[0]))
    except (NotGivenError, LimitError):
        return None
