"""Rounded coefficients: 0.333 (y − t) x for ⅓ (y − t) x, and 6.283 r for 2π r.

A decimal of three digits or more in a formula may stand for a number that rounds to it. The side is A + B d in its
decimal d; where the d that makes the sides equal is one and the same number at every point, and rounds to what is
written, the line holds within the rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from workings.check.judge.budget import Budget
from workings.check.judge.points import Points
from workings.graph.expr import Expr, Number, names, number, postorder, replace
from workings.graph.network import Domain
from workings.graph.speakers.balls import UncertainError, ball, enclosures
from workings.graph.terms import numbers_in
from workings.graph.writing.digits import digits_of, places_of

if TYPE_CHECKING:
    from flint import arb

#: A decimal of fewer digits is meant exactly: a rate of 0.01 is no rounding of anything.
FEWEST_DIGITS = 3
_POINTS, _DIGITS = 6, 40


def rounded_coefficient(left: Expr, right: Expr, domains: Mapping[str, Domain], budget: Budget) -> Number | None:
    """Return the decimal of `right` that is the true coefficient rounded, None where none is."""
    for decimal in (p for p in numbers_in(right) if p.decimal and digits_of(p.value) >= FEWEST_DIGITS):
        if _fits(left, right, decimal, domains, budget):
            return decimal
    return None


def _fits(left: Expr, right: Expr, decimal: Number, domains: Mapping[str, Domain], budget: Budget) -> bool:
    # With 0, 1 and 2 in its place: the side is A, A + B, A + 2 B.
    at = [replace(right, {decimal: number(value)}) for value in (0, 1, 2)]
    points = Points(sorted({*names(left), *names(right)}), domains)
    count = sum(1 for _ in postorder(left, right))
    unit = Fraction(10) ** -places_of(decimal.value)
    # From half a unit below (it was rounded up) to a whole unit above (it was cut off).
    written = ball(decimal.value + unit / 4, unit * 3 / 4)
    meant: arb | None = None
    seen = 0
    for point in points.inside():
        budget.spend(count * 100)
        try:
            true, none, one, two = enclosures([left, *at], point, {}, _DIGITS)
        except UncertainError:
            continue
        slope = one - none
        if not (two - one).overlaps(slope):
            return False
        if slope.contains(0):
            continue
        here = (true - none) / slope
        if not here.overlaps(written) or (meant is not None and not here.overlaps(meant)):
            return False
        meant = here
        seen += 1
        if seen >= _POINTS:
            return True
    return False
