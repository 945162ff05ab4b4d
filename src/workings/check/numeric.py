"""Sides of numbers: right to the last digit that is written, at the numbers that the text gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.numbers import decimals, exactly, is_number, is_short, is_single
from workings.check.program import Programs
from workings.check.state import THE_DEFINITION, Chain, Said, numbers_in, partials
from workings.check.verdict import Counterexample, Finding
from workings.graph.expr import Apply, Expr, Number, Symbol, partial, replace, symbol
from workings.graph.network import Finite
from workings.graph.ops.arithmetic import add
from workings.graph.speakers.floats import constant_value
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import Side

if TYPE_CHECKING:
    from flint import arb

#: Words of the sentence by which a number in it is one at other values than those given above.
_SUPPOSED = re.compile(
    r"\b(?:suppose|if|when|whenever|instead|doubl\w*|halv\w*|were|imagine|becomes?|another|other|would)\b", re.I
)
_BEFORE = re.compile(r"\b(?:before|old|previous\w*|original\w*|initial\w*|start\w*|from|earlier|was|first)\b", re.I)


class Numerics(Programs):
    """The part of the walk that judges sides of numbers."""

    def _number(self, chain: Chain, side: Side, raw: Expr) -> Said:
        """Judge a side of numbers: by the value of the left side, else by the side before it."""
        places = decimals(side)
        mine = self.numbers.interval(raw, places)
        if mine is None:
            return Said(side, Finding("unread", why="it has no finite value"))
        if chain.symbolic is not None:
            self._bind(chain.symbolic, raw, side)
        left = chain.left
        truth = self._truth(chain)
        before = self.numbers.interval(chain.number, chain.number_places) if chain.number is not None else None
        apart = self._not_by_arithmetic(chain, mine)
        follows = None if before is None else bool(before.overlaps(mine))
        rule = "arithmetic" if chain.number is not None else "numbers put in"
        chain.number, chain.number_places, chain.previous = raw, dict(places), raw
        if chain.symbolic is left and before is None and self.numbers.takes(left, raw, places):
            return Said(side, Finding("holds", "proved"), THE_DEFINITION)
        if isinstance(left, Symbol) and chain.symbolic is left and self._is_given(left.name, raw):
            return Said(side, Finding("holds", "proved"), THE_DEFINITION)
        if truth is not None and truth.overlaps(mine) and self._is_stale(chain, mine):
            why = "it holds for what the weights were before the step above"
            return Said(side, Finding("undecided", why=why), "", follows)
        fits = truth is not None and truth.overlaps(mine)
        by_hand = truth is not None and before is not None and before.overlaps(mine) and before.overlaps(truth)
        renewed = None if fits or by_hand or truth is None else self._with_new_values(chain, mine)
        fits = fits or by_hand or (renewed is not None and renewed.overlaps(mine))
        if fits or (apart is None and self._is_carried(chain, mine, raw, places)):
            self._printed(chain, raw, places)
            return Said(side, Finding("holds", "interval"), rule, follows)
        if apart is None and truth is None and chain.update is not None and not chain.update.change:
            step = self._step(chain.update.weight, mine)
            if step is not None:
                self._printed(chain, raw, places)
                return Said(side, step, "", follows)
        if apart is None and truth is None and chain.update is not None:
            self._updates(chain, raw, places)
            why = "no rate is given, so that nobody can tell how far the weight moves"
            return Said(side, Finding("undecided", why=why), "", follows)
        within_a_step = chain.update is not None and chain.update.weight not in self.updated
        truth = truth if renewed is None or within_a_step else renewed
        wrote = constant_value(raw)
        if apart is not None:
            return Said(side, Finding("refuted", "interval", Counterexample({}, float(apart), wrote)), "", follows)
        if truth is not None:
            why = self._excused(chain, raw, places, truth, wrote)
            if why:
                # Whatever it is, the weight has this number for the lines below.
                self._updates(chain, raw, places)
                return Said(side, Finding("undecided", why=why), "", follows)
            return Said(side, Finding("refuted", "interval", Counterexample({}, float(truth), wrote)), "", follows)
        if before is not None and not before.overlaps(mine):
            return Said(side, Finding("refuted", "interval", Counterexample({}, float(before), wrote)), "", follows)
        if before is not None:
            return Said(side, Finding("holds", "interval"), rule, follows)
        missing = self.numbers.missing(self._opened(left)) if left is not None else []
        shown = ", ".join(f"`{plain_name(n)}`" for n in missing[:3])
        return Said(
            side, Finding("unread", why=f"no number is given for {shown}" if shown else "its left side has no value")
        )

    def _truth(self, chain: Chain) -> arb | None:
        """Return the value of the left side at the numbers that are known."""
        if chain.update is not None:
            if chain.update.value is None:
                chain.update.value = self._stepped(chain.update.weight, change=chain.update.change)
            value = self.numbers.value(chain.update.value) if chain.update.value is not None else None
            step = self._stepped(chain.update.weight, change=chain.update.change, opened=False)
            return value if value is not None or step is None else self.numbers.slope(step)
        if chain.left is None:
            return None
        opened = self._opened(chain.left)
        if not is_number(opened):
            value = self.numbers.value(opened)
            return value if value is not None else self.numbers.slope(chain.left)
        return None if any(map(self._unlinked, partials(chain.left))) else self.numbers.interval(opened, {})

    def _not_by_arithmetic(self, chain: Chain, mine: arb) -> arb | None:
        """Return what the numbers before come to, where no rounding of theirs makes them this one: 0.6 · 2 = 1.4."""
        if chain.number is None:
            return None
        found = self.numbers.interval(chain.number, chain.number_places, wide=True)
        near = found is not None and (found.overlaps(mine) or _near(found, mine))
        return None if found is None or near else found

    def _excused(self, chain: Chain, raw: Expr, places: Mapping[Fraction, int], truth: arb, wrote: float) -> str:
        """Return why a number that is not the left side's need not be wrong: the text may speak of other numbers."""
        several = sorted(self.numbers.several)
        if several:
            shown = ", ".join(f"`{plain_name(name)}`" for name in several[:3])
            return f"the text gives several numbers for {shown}, and it does not hold for the last ones"
        if not isinstance(raw, Number) and _near(truth, self.numbers.interval(raw, places) or truth):
            return f"it is {wrote:.10g} where {float(truth.mid()):.10g} is right: perhaps a digit is mistyped"
        if self.numbers.is_beginning(raw, places, truth):
            return "it is where the number begins, and not the number rounded"
        twice = self.numbers.interval(raw, places, twice=True)
        if twice is not None and twice.overlaps(truth):
            return "it is one off in the last digit, as where a number was rounded twice"
        wide = self.numbers.interval(raw, places, wide=True)
        if wide is not None and wide.overlaps(truth):
            return "it holds only if its short decimals are rounded ones"
        if self.others:
            shown = ", ".join(f"`{plain_name(name)}`" for name in self.others)
            return f"the text defines {shown} in two ways"
        if self.step_unread:
            return "a step above was not read, so what the weight is there is not known"
        if chain.update is not None and chain.update.loose:
            return "it is a new number for a weight, and not the step of the rate that is given"
        if wide is not None and any(self._held_before(chain, wide, state) for state in self.past):
            return "it holds for what the weights were some steps before"
        if _SUPPOSED.search(self.told_before) or (is_single(raw) and re.search(r"\d", self.told_before)):
            return "the words before it may give other numbers"
        return ""

    def _held_before(self, chain: Chain, mine: arb, enter: Callable[[], None]) -> bool:
        back = self.numbers.kept()
        enter()
        truth = self._truth(chain)
        back()
        return truth is not None and truth.overlaps(mine)

    def _is_stale(self, chain: Chain, mine: arb) -> bool:
        """Say whether a number holds for the weights before a step that has changed all of them."""
        moving = {name for name in self.network.weights if name in self.numbers.given}
        whole = bool(self.updated) and moving <= self.updated.keys()
        if not whole or chain.update is not None or _BEFORE.search(self.told_before):
            return False
        renewed = self._with_new_values(chain, mine)
        return renewed is not None and not renewed.overlaps(mine)

    def _of_printed(self, chain: Chain, raw: Expr, places: Mapping[Fraction, int]) -> bool:
        """Say whether a side fits once its short decimals are rounded ones, and each was printed so: 0.73 · 0.27."""
        truth, wide = self._truth(chain), self.numbers.interval(raw, places, wide=True)
        short = {part.value for part in numbers_in(raw) if part.decimal}
        known = self.wrote | {1 - value for value in self.wrote} | self.numbers.exact
        fits = truth is not None and wide is not None and wide.overlaps(truth)
        return fits and bool(short) and short <= known

    def _is_carried(self, chain: Chain, mine: arb, raw: Expr, places: Mapping[Fraction, int]) -> bool:
        """Say whether a number comes from the rounded ones that were printed above, as on a pocket calculator."""
        if not chain.held:
            return False
        if self._of_printed(chain, raw, places):
            return True
        subjects = [chain.symbolic, chain.left]
        if isinstance(chain.left, Symbol):
            subjects.append(self.meaning.formulas.get(chain.left.name))
        elif chain.left is not None and partials(chain.left):
            try:
                subjects.append(self.meaning.by_names(chain.left))
            except (NotGivenError, LimitError):
                return False
        own = chain.left
        printed = {of: value for of, value in self.printed.items() if of is not own}
        for subject in subjects:
            if subject is None or not printed:
                continue
            shells: dict[Expr, Expr] = {of: symbol(f"#{i}") for i, of in enumerate(printed)}
            values = {f"#{i}": value for i, value in enumerate(printed.values())}
            try:
                found = self.numbers.value(self._opened(replace(subject, shells)), values)
            except (NotGivenError, LimitError):
                continue
            if found is not None and found.overlaps(mine):
                return True
        return False

    def _printed(self, chain: Chain, raw: Expr, places: Mapping[Fraction, int]) -> None:
        """Remember a number that held: lines below may go on with it as it is printed, and a weight has it."""
        self._updates(chain, raw, places)
        value = self.numbers.interval(raw, places, wide=True) if not is_short(raw, places) else exactly(raw)
        if chain.left is not None and value is not None and chain.held:
            self.printed[chain.left] = value
            self.wrote |= {part.value for part in numbers_in(raw) if is_single(raw)}

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
        if chain.update is None:
            return
        weight = chain.update.weight
        before = self.updated[weight][0] if weight in self.updated else self.numbers.written.get(weight)
        if not chain.update.change:
            self.updated[weight] = (raw, dict(places))
        elif before is not None and self.updated_in is not chain:
            self.updated[weight] = (add(before, raw), dict(places))
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
        printed, self.printed = self.printed, {}
        for name, (value, places) in self.updated.items():
            self.numbers.give(name, value, places)
        # A step gives a weight a new number in the place of the old one, not a second.
        self.numbers.several = several
        truth = self.numbers.value(self._opened(subject))
        if truth is not None and truth.overlaps(mine):
            self.updated.clear()
            self.past.append(restore)
        else:
            restore()
            self.printed = printed
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
