"""A side of names in which numbers stand for some: `0.5 · (−0.0684) · h (1 − h)`, `g(2.8)`.

It is a claim at the numbers of the page: the decimals are as rounded as any that are printed, and where one stands in
the very place of a quantity it is that quantity's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from workings.check.claims.chain import Chain
from workings.check.claims.known import Known
from workings.check.claims.numbers import is_long
from workings.graph.alike import differing, is_number
from workings.graph.expr import Expr, names
from workings.graph.terms import numbers_in

if TYPE_CHECKING:
    from flint import arb

#: Whether numbers put in are those of what they stand for; `?` where nobody knows that.
Agreement = Literal["yes", "no", "?"]


def agrees(known: Known, left: Expr, opened: Expr, places: Mapping[Fraction, int]) -> bool:
    """Say whether a side that shows numbers has the value of the left side, at the numbers that are given."""
    shown = numbers_in(opened)
    if not any(part.decimal or part.value in known.numbers.exact for part in shown):
        return False
    mine = known.numbers.value(known.opened(left))
    yours = known.numbers.value_as_printed(opened, places)
    return mine is not None and yours is not None and bool(mine.overlaps(yours))


def is_printed(known: Known, opened: Expr) -> bool:
    """Say whether every decimal of a side is one that the page gives, or has printed above."""
    decimals = {part.value for part in numbers_in(opened) if part.decimal}
    return bool(decimals) and decimals <= known.steps.wrote | known.numbers.exact


def may_be_put_in(known: Known, opened: Expr) -> bool:
    """Say whether a decimal of a side is one that the page has worked out, and every other one is the page's, too."""
    decimals = {part.value for part in numbers_in(opened) if part.decimal}
    worked_out = {value for value in known.steps.wrote | known.steps.doubtful if is_long(value)}
    return bool(decimals & worked_out) and decimals <= worked_out | known.numbers.exact


def in_its_places(known: Known, chain: Chain, meant: Expr) -> Agreement | None:
    """Say whether a side is the one before it with numbers in the places of quantities, and those are theirs.

    None where it differs in anything else, or is a number as a whole.
    """
    if is_number(meant):
        return None
    pairs = _put_in(chain.symbolic, meant) or _put_in(chain.left, meant)
    said = {_is_of(known, whole, number) for whole, number in pairs}
    if not said or "no" in said:
        return "no" if said else None
    if "?" not in said:
        return "yes"
    # A whole number may be a factor that is wrong; a decimal was put in.
    return "?" if all(any(part.decimal for part in numbers_in(number)) for _, number in pairs) else None


def _put_in(form: Expr | None, meant: Expr) -> list[tuple[Expr, Expr]]:
    """Return the quantities of a form in whose places numbers stand, with those; none where anything else differs."""
    pairs = [] if form is None else list(differing(form, meant))
    return pairs if all(is_number(number) and names(whole) for whole, number in pairs) else []


def _is_of(known: Known, whole: Expr, number: Expr) -> Agreement:
    """Say whether a number is that of an expression: by the numbers given, or as it was printed above."""
    mine = known.numbers.interval(number, {})
    printed = known.steps.printed.get(whole) or known.steps.wrong.get(whole)
    true: arb | None = printed.rounded if printed is not None else known.numbers.value(known.opened(whole))
    if mine is None or true is None:
        return "?"
    return "yes" if true.overlaps(mine) else "no"
