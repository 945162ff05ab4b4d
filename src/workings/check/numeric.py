"""Sides of numbers: right to the last digit that is written, at the numbers that the text gives."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from workings.check.numbers import decimals, is_number
from workings.check.verdict import Counterexample, Finding
from workings.graph.evaluate import constant_value
from workings.graph.expr import Apply, Expr, Number, Symbol, partial, symbol
from workings.graph.name import plain as plain_name
from workings.graph.network import Finite
from workings.read.line import Side

if TYPE_CHECKING:
    from flint import arb

from workings.check.state import THE_DEFINITION, Chain, Said, State, numbers_in, partials


class Numerics(State):
    """The part of the walk that judges sides of numbers."""

    def _number(self, chain: Chain, side: Side, raw: Expr) -> Said:
        """Judge a side of numbers: by the value of the left side, else by the side before it."""
        places = decimals(side)
        mine = self.numbers.interval(raw, places)
        if mine is None:
            return Said(side, Finding("unread", why="it has no finite value"))
        wrote = constant_value(raw)
        if chain.symbolic is not None:
            self._bind(chain.symbolic, raw, side)
        truth, left = None, chain.left
        if chain.update is not None:
            truth = self.numbers.value(chain.update.value) if chain.update.value is not None else None
        elif left is not None:
            opened = self._opened(left)
            if is_number(opened) and not any(map(self._unlinked, partials(left))):
                truth = self.numbers.interval(opened, {})
            elif not is_number(opened):
                truth = self.numbers.value(opened)
        before = self.numbers.interval(chain.number, chain.number_places) if chain.number is not None else None
        follows = None if before is None else bool(before.overlaps(mine))
        rule = "arithmetic" if chain.number is not None else "numbers put in"
        chain.number, chain.number_places, chain.previous = raw, dict(places), raw
        if isinstance(left, Symbol) and chain.symbolic is left and self._is_given(left.name, raw):
            return Said(side, Finding("holds", "proved"), THE_DEFINITION)
        if truth is not None and truth.overlaps(mine):
            self._updates(chain, raw, places)
            return Said(side, Finding("holds", "interval"), rule, follows)
        if truth is not None and before is not None and before.overlaps(mine) and before.overlaps(truth):
            return Said(side, Finding("holds", "interval"), rule, follows)
        if truth is None and chain.update is not None and not chain.update.change:
            step = self._step(chain.update.weight, mine)
            if step is not None:
                self._updates(chain, raw, places)
                return Said(side, step, "", follows)
        renewed = self._with_new_values(chain, mine) if truth is not None else None
        if renewed is not None and renewed.overlaps(mine):
            self._updates(chain, raw, places)
            return Said(side, Finding("holds", "interval"), rule, follows)
        several = sorted(self.numbers.several)
        if truth is not None and several:
            shown = ", ".join(f"`{plain_name(name)}`" for name in several[:3])
            why = f"the text gives several numbers for {shown}, and it does not hold for the last ones"
            return Said(side, Finding("undecided", why=why), "", follows)
        if truth is not None and not isinstance(raw, Number) and _near(truth, mine):
            why = f"it is {wrote:.10g} where {float(truth.mid()):.10g} is right: perhaps a digit is mistyped"
            return Said(side, Finding("undecided", why=why), "", follows)
        if truth is not None:
            wide = self.numbers.interval(raw, places, wide=True)
            if wide is not None and wide.overlaps(truth):
                why = "it holds only if its short decimals are rounded ones"
                return Said(side, Finding("undecided", why=why), "", follows)
            example = Counterexample({}, float(truth if renewed is None else renewed), wrote)
            return Said(side, Finding("refuted", "interval", example), "", follows)
        if before is not None and not before.overlaps(mine):
            example = Counterexample({}, float(before), wrote)
            return Said(side, Finding("refuted", "interval", example), "", follows)
        if before is not None:
            return Said(side, Finding("holds", "interval"), rule, follows)
        missing = self.numbers.missing(self._opened(left)) if left is not None else []
        shown = ", ".join(f"`{plain_name(n)}`" for n in missing[:3])
        return Said(
            side, Finding("unread", why=f"no number is given for {shown}" if shown else "its left side has no value")
        )

    def _is_given(self, name: str, raw: Expr) -> bool:
        """Say whether a number for a quantity is one that the text gives: “suppose z = 0”, where z is no result."""
        formula = self.meaning.formulas.get(name)
        if formula is None or self.numbers.written.get(name) is not raw:
            return False
        return bool(self.numbers.missing(formula))

    def _step(self, weight: str, mine: arb) -> Finding | None:
        """Judge the new number of a weight where no rate is given: is it a step against the gradient of some rate?"""
        if self.network.error is None:
            return None
        slope = self.numbers.value(self._opened(partial(symbol(self.network.error), symbol(weight))))
        before = self.numbers.value(symbol(weight))
        if slope is None or before is None or slope.contains(0):
            return None
        rate = (before - mine) / slope
        if rate > 0:
            return Finding("undecided", why=f"no rate is given; it is a step of the rate {float(rate.mid()):.6g}")
        return Finding("undecided", why="no rate is given, and no positive one gives this step")

    def _updates(self, chain: Chain, raw: Expr, places: Mapping[Fraction, int]) -> None:
        """Remember the new value that a line, found right, gives a weight."""
        if chain.update is not None and not chain.update.change:
            self.updated[chain.update.weight] = (raw, dict(places))
            self.updated_in = chain

    def _with_new_values(self, chain: Chain, mine: arb) -> arb | None:
        """Return what the left side is once the weights have the values that updates gave them.

        Where numbers fit that, the weights have these values from here on.
        """
        subject = chain.left if chain.update is None else chain.update.value
        if not self.updated or subject is None or self.updated_in is chain:
            return None
        restore = self.numbers.kept()
        several = set(self.numbers.several)
        for name, (value, places) in self.updated.items():
            self.numbers.give(name, value, places)
        # A step gives a weight a new number in the place of the old one, not a second.
        self.numbers.several = several
        truth = self.numbers.value(self._opened(subject))
        if truth is not None and truth.overlaps(mine):
            self.updated.clear()
        else:
            restore()
        return truth

    def _exactly(self, chain: Chain, raw: Expr) -> bool:
        """Say whether a side of whole numbers is what the left side is for all values: `∂b/∂b = 1`."""
        if chain.left is None or any(part.decimal for part in numbers_in(raw)):
            return False
        if any(map(self._unlinked, partials(chain.left))):
            return False
        return self.judge.compare(self._opened(chain.left), raw).holds

    def _is_claim(self, chain: Chain, side: Side, raw: Expr) -> bool:
        """Say whether a side of numbers is a claim about a formula: `∂z/∂w = 1` where no number is put in anywhere."""
        if chain.left is None or chain.previous is not None or decimals(side):
            return False
        if is_number(self._opened(chain.left)):
            return True
        finite = any(isinstance(d.domain, Finite) for d in self.network.declarations.values())
        numbers = self.numbers.given or finite or self.network.pattern_rows()
        return not numbers and bool(partials(chain.left)) and _is_whole(raw)

    def _bind(self, symbolic: Expr, numeric: Expr, side: Side) -> None:
        """Learn from `w₅ − η g = 0.4 − 0.5 · 0.08` the numbers that the text gives nowhere else: η = 0.5."""
        for name, value in self.numbers.bind(symbolic, numeric).items():
            computed = name in self.meaning.formulas and self.numbers.value(symbol(name)) is not None
            if name not in self.numbers.given and not computed and name in self.meaning.known:
                self.numbers.give(name, value, decimals(side))


def _is_whole(expr: Expr) -> bool:
    bare = expr.args[0] if isinstance(expr, Apply) and len(expr.args) == 1 else expr
    return isinstance(bare, Number) and bare.value.denominator == 1


def _near(a: arb, b: arb) -> bool:
    """Say whether two values agree to six digits."""
    return bool(abs(a - b) < abs(a) * 1e-6)
