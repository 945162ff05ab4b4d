"""Numbers that a page prints where others are missing: they are given for the lines below, though nobody checks them.

    t = h u = 41.4                 nobody knows h and u: t has this number
    E = ½ (y − t)² = 2             nor y: it has two solutions, and is left open
    ∂E/∂t = t − y = 2              gives y, and then both numbers are right: the two agree

What contradicts such a number is not refuted by it: either of them may be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from workings.check.claims.known import Known, Unchecked
from workings.check.judge.budget import UnsettledError, attempt
from workings.check.judge.slopes import slope
from workings.check.verdict import Finding, undecided
from workings.graph.expr import ZERO, Expr, Number, Symbol, names, symbol
from workings.graph.speakers.balls import ball
from workings.graph.terms import numbers_in, partials
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import WrittenLine
from workings.read.page.text import Snippet

if TYPE_CHECKING:
    from flint import arb


def learns(known: Known, left: Expr, number: arb, written: arb, line: WrittenLine, *, alone: bool) -> bool:
    """Learn from a number for a left side without a value, and say whether numbers above, open until then, agree.

    It is the number of a quantity, or gives the one name that is missing; `written` is it without its rounding. A line
    that claims it `alone` is right by a later one that agrees with it to the last digit that is written.
    """
    if known.unlinked(left):
        return False
    numbers, unchecked = known.numbers, known.steps.unchecked
    opened = known.meaning.formulas.get(left.name, left) if isinstance(left, Symbol) else known.opened(left)
    waiting = [one for one in unchecked if numbers.value(one.expr) is None]
    unchecked.append(Unchecked(opened, number, line.at if alone else None))
    if isinstance(left, Symbol):
        name, value, plain = left.name, number, written
    else:
        missing = numbers.missing(opened)
        name = missing[0] if len(missing) == 1 else ""
        value = _solved(known, opened, name, number) if name else None
        plain = _solved(known, opened, name, written, numbers.learned_as_written) if name else None
    if value is None or name in numbers.given or name not in known.meaning.known:
        return False
    numbers.given[name] = value
    numbers.learned[name] = line.at
    if plain is not None:
        numbers.learned_as_written[name] = plain
    settled = [one for one in waiting if numbers.value(one.expr) is not None]
    if isinstance(left, Symbol) or not settled:
        return False

    def fits(one: Unchecked, solved: arb | None) -> bool:
        """Say whether a number above is what follows from the learned ones as they are written, and this one."""
        given = numbers.learned_as_written | ({} if solved is None else {name: solved})
        found = None if solved is None else numbers.value(one.expr, given)
        return found is not None and bool(found.overlaps(one.number))

    rounded = _solved(known, opened, name, number, numbers.learned_as_written)
    if not all(fits(one, rounded) for one in settled):
        return False
    known.steps.agreed += [one.line for one in settled if one.line is not None and fits(one, plain)]
    return True


def _solved(
    known: Known, opened: Expr, name: str, number: arb, given: Mapping[str, arb] = MappingProxyType({})
) -> arb | None:
    """Return the number of a name for which an expression has a value, where it is a straight line in that name."""
    expr = attempt(lambda: known.numbers.at_given(opened))
    if expr is None:
        return None
    rate = slope(expr, symbol(name))
    start, rise = (known.numbers.value(part, {**given, name: ball(0)}) for part in (expr, rate))
    if start is None or rise is None or rise.contains(0):
        return None
    straight = name not in names(rate) or known.judge.same(slope(rate, symbol(name)), ZERO)
    return (number - start) / rise if straight else None


def by_quantities(known: Known, left: Expr) -> list[Expr]:
    """Return slopes by the quantities on their paths, which may have numbers where weights have none; else nothing."""
    return attempt(lambda: [known.meaning.by_names(left)] if partials(left) else []) or []


def _rests_on(known: Known, subject: Expr) -> list[str]:
    """Return the names on which the value of an expression rests and whose numbers nobody could check."""
    inside: dict[str, None] = {}
    for way in (known.opened(subject), *by_quantities(known, subject)):
        with suppress(UnsettledError):
            inside |= dict.fromkeys(names(known.numbers.at_given(way)))
    return [name for name in inside if name in known.numbers.learned]


def learned_here(known: Known, subject: Expr, at: Snippet) -> bool:
    """Say whether a value rests on a number that the line itself gave: no number says of itself that it is right."""
    return any(known.numbers.learned[name] == at for name in _rests_on(known, subject))


def against_learned(known: Known, subject: Expr | None) -> Finding | None:
    """Return that a number is left open which does not fit one that nobody could check; else nothing."""
    shown = ", ".join(f"`{plain_name(name)}`" for name in (_rests_on(known, subject) if subject is not None else ()))
    why = f"it does not fit the number for {shown}, which nobody could check"
    return undecided(why) if shown else None


def new_decimals(known: Known, raw: Expr) -> list[Number]:
    """Return the decimals of a side that are neither given nor printed above in a line that was right."""
    return [p for p in numbers_in(raw) if p.decimal and p.value not in known.steps.wrote | known.numbers.exact]
