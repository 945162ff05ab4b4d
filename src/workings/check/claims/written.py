"""A side of numbers as it is written, and what it may be held against: the left side's value, the side before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from workings.check.claims.chain import Chain
from workings.check.claims.known import Known
from workings.check.claims.learned import by_quantities, learned_here
from workings.check.claims.numbers import is_single
from workings.check.judge.budget import attempt
from workings.graph.alike import differing, is_number
from workings.graph.expr import Expr, Symbol, partial, symbol
from workings.graph.ops.arithmetic import mul, neg, sub
from workings.read.lines.line import Side

if TYPE_CHECKING:
    from flint import arb


@dataclass(frozen=True)
class Written:
    """A side of numbers: what it comes to, as it is rounded, and the chain that it stands in, from the side before."""

    known: Known
    chain: Chain
    side: Side
    raw: Expr
    places: Mapping[Fraction, int]
    mine: arb

    @cached_property
    def truth(self) -> arb | None:
        """The value of the left side at the numbers that are known."""
        return truth_of(self.known, self.chain)

    @cached_property
    def before(self) -> arb | None:
        """What the numbers before it in the chain come to."""
        chain = self.chain
        return None if chain.number is None else self.known.numbers.interval(chain.number, chain.number_places)

    @cached_property
    def by_hand(self) -> bool:
        """Whether it is what the numbers before it come to: one number has to be what they give as they are written."""
        if not self.fits(self.before) or self.chain.number is None:
            return False
        return not is_single(self.raw) or self.fits(self.known.numbers.as_written(self.chain.number))

    @cached_property
    def wide(self) -> arb | None:
        """What the side comes to if its short decimals are rounded ones."""
        return self.known.numbers.interval(self.raw, self.places, "wide")

    @cached_property
    def apart(self) -> arb | None:
        """What the numbers before come to, where no rounding of theirs makes them this one: 0.6 · 2 = 1.4."""
        chain = self.chain
        if chain.number is None:
            return None
        found = self.known.numbers.interval(chain.number, chain.number_places, "wide")
        if found is None or found.overlaps(self.mine) or near(found, self.mine) or self._rounds_parts:
            return None
        return found

    @property
    def _rounds_parts(self) -> bool:
        """Whether it is the side before with parts worked out and rounded: 0.2 − 0.5 · 0.1337 = 0.2 − 0.067."""
        before = self.chain.number
        parts = list(differing(before, self.raw)) if before is not None and not is_single(self.raw) else []
        return bool(parts) and all(is_single(new) and self._is_rounded(old, new) for old, new in parts)

    def _is_rounded(self, old: Expr, new: Expr) -> bool:
        mine, found = self.known.numbers.interval(new, self.places, "wide"), self.known.numbers.as_written(old)
        return mine is not None and found is not None and bool(mine.overlaps(found))

    @cached_property
    def puts_in_rounded(self) -> bool:
        """Whether the first numbers of the chain are those of a formula, each rightly rounded: 1 − σ(3) = 0.047."""
        chain = self.chain
        number, places = (self.raw, self.places) if chain.number is None else (chain.number, chain.number_places)
        formula = chain.symbolic
        if isinstance(formula, Symbol):
            formula = self.known.meaning.formulas.get(formula.name)
        if formula is None or not chain.held or is_single(number):
            return False
        parts = list(differing(formula, number))
        return bool(parts) and all(is_single(new) and self._is_value_of(old, new, places) for old, new in parts)

    def _is_value_of(self, old: Expr, new: Expr, places: Mapping[Fraction, int]) -> bool:
        """Say whether a number is what a part of a formula comes to; one that the text gives is put in as it is."""
        known = self.known
        given = isinstance(old, Symbol) and old.name in known.numbers.given
        mine = known.numbers.interval(new, places, "given" if given else "wide")
        value = attempt(lambda: known.numbers.value(known.opened(old)))
        return mine is not None and value is not None and bool(mine.overlaps(value))

    @property
    def printed(self) -> arb | None:
        """What the numbers before come to where each long decimal is a rounded one."""
        number, places = self.chain.number, self.chain.number_places
        return None if number is None else self.known.numbers.interval(number, places, "printed")

    @cached_property
    def parts_fit(self) -> bool:
        """Whether each number in it is what stands in its place in the side before: σ(0.2 · 0.3) = σ(0.06)."""
        before, numbers = self.chain.number, self.known.numbers
        for old, new in differing(before, self.raw) if before is not None else ():
            readable = new is not self.raw and is_single(new) and numbers.as_written(old) is not None
            if readable and not self._is_rounded(old, new):
                return False
        return True

    def is_about(self, value: arb) -> bool:
        """Say whether a value is within one of the last digits that are written."""
        found = self.known.numbers.interval(self.raw, self.places, "twice")
        return found is not None and bool(found.overlaps(value))

    def fits(self, value: arb | None) -> bool:
        """Say whether a value may be this number."""
        return value is not None and bool(value.overlaps(self.mine))


def truth_of(known: Known, chain: Chain) -> arb | None:
    """Return the value of a left side at the numbers that are known."""
    if chain.update is not None:
        value = known.numbers.value(chain.update.value) if chain.update.value is not None else None
        step = stepped(known, chain.update.weight, change=chain.update.change, opened=False)
        return value if value is not None or step is None else known.numbers.slope(step)
    if chain.left is None:
        return None
    opened = known.opened(chain.left)
    linked = not known.unlinked(chain.left)
    if is_number(opened):
        return known.numbers.interval(opened, {}) if linked else None
    linked = linked and not learned_here(known, chain.left, chain.here.at)
    ways = (opened, *by_quantities(known, chain.left)) if linked else ()
    value = next((found for way in ways if (found := known.numbers.value(way)) is not None), None)
    return value if value is not None else known.numbers.slope(chain.left)


def stepped(known: Known, weight: str, *, change: bool = False, opened: bool = True) -> Expr | None:
    """Return the weight after one step of the rate that is given, or its change; None without a rate and a slope."""
    rates = [name for name in (known.network.rate, *sorted(known.meaning.rates)) if name in known.numbers.given]
    if known.network.error is None or not rates:
        return None
    slope = partial(symbol(known.network.error), symbol(weight))
    if known.unlinked(slope):
        return None
    nudge = mul(symbol(str(rates[0])), known.opened(slope) if opened else slope)
    return neg(nudge) if change else sub(symbol(weight), nudge)


def near(a: arb, b: arb) -> bool:
    """Say whether two values agree to six digits."""
    return bool(abs(a - b) < abs(a) * 1e-6)
