"""One comparison of two expressions over leaves alone: refuted, proved, tested or left open, within a budget."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from workings.check.judge.budget import TO_RECORD, Budget, LimitError
from workings.check.judge.models import examples, one_sided, open_calls, with_examples
from workings.check.judge.normal import TooLargeError, equal
from workings.check.judge.points import GRID, MOST_ROWS, Point, Points
from workings.check.judge.slopes import edges
from workings.check.verdict import PROVED, Counterexample, Finding, undecided, unread
from workings.derive.tidy import constant
from workings.graph.expr import Expr, names, replace, symbol
from workings.graph.network import Domain
from workings.graph.speakers.balls import UncertainError, enclosures
from workings.graph.speakers.floats import Program, UnknownValueError
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name

if TYPE_CHECKING:
    from flint import arb

#: Points of a test, and the digits to which the sides have to agree at each.
POINTS, DIGITS = 12, 50
#: Random points at which floats are compared: before a proof is tried, and in all.
_FEW_FAIR, _FAIR = 4, 40
#: Digits at which a difference of 10⁻³⁰⁸, the smallest number that is read, would still show.
FAR_DIGITS = 400
#: Floats that differ by more than this, relative to their size, are looked at more closely.
_NEAR = 1e-9
#: What is 0 comes to this at most in floats.
_EDGE = 1e-12
#: What a word costs in balls, where it costs 1 in floats; more digits cost more.
_A_BALL = 25
#: Other examples for open functions than the first ones.
_OTHERS = 3
#: The share of a comparison's budget that one attempt at a proof may use.
_A_PROOF = 3


#: The sides differ somewhere; whether the equality fails on the declared domain too, or is open, is not asked.
APART = Finding("refuted", "interval")


class Pair:
    """One comparison: the two sides opened, and over leaves alone."""

    def __init__(
        self,
        opened: tuple[Expr, Expr],
        flat: tuple[Expr, Expr],
        domains: Mapping[str, Domain],
        budget: Budget,
        others: int = 0,
    ) -> None:
        """Take the sides, the domains of their names, and what the comparison may cost.

        `others` chooses other examples for open functions.
        """
        self.opened, self.flat, self.domains, self.budget, self.others = opened, flat, domains, budget, others
        self.examples = examples(open_calls(*flat), others)
        self.pair = with_examples(flat, self.examples)
        self.leaves = sorted({*names(self.pair[0]), *names(self.pair[1])})
        self.points = Points(self.leaves, domains)
        #: What is 0 where a slope is a choice: the z of relu(z), the difference of what a switch compares.
        self.edges = tuple(edges(*self.pair))
        self.outputs = tuple(dict.fromkeys((*self.pair, *self.edges)))
        self.program = Program([symbol(n) for n in self.leaves], [(e, e) for e in self.outputs], {})
        self.words = len(self.program.tape.words) + 1
        budget.spend(self.words * TO_RECORD)

    def finding(self, *, briefly: bool = False) -> Finding:
        """Return what is known of the equality; `briefly` no more than that the sides differ, where they do.

        Raises:
            LimitError: when the budget is spent first.
        """
        floats = self._in_floats()
        # Few points show nearly all that differs, and what is proved needs no more of them.
        differs, fair = self._differing(floats, _FEW_FAIR)
        if not differs and (self._proved(self.opened) or self._proved(self.flat)):
            return PROVED
        if not differs:
            differs, more = self._differing(floats, _FAIR - fair)
            fair += more
        if differs:
            return APART if briefly else self._by_example(self._refuted())
        found = self._tested() if fair else self._beyond_floats()
        if found.holds and self.edges:
            found = self._but_for_kinks(self._on_both_sides(found))
        return self._by_example(found)

    def _by_example(self, found: Finding) -> Finding:
        """Say less where only an example of ours shows that a line holds or fails, and the line may say what f is."""
        if not self.examples or found.verdict not in ("holds", "holds_on_domain", "refuted"):
            return found
        lone = one_sided(*self.flat)
        if lone:
            return unread(f"it needs what `{plain_name(lone)}` is, and the text does not say")
        if found.holds and not self.others:
            # u f′(u) = 2 f(u) is true of f(u) = u², and of no other example.
            return Pair(self.opened, self.flat, self.domains, self.budget, _OTHERS).finding()
        return found

    # Floats first: they cost nothing, and settle where to look

    def _values(self, point: Point) -> tuple[float, float] | None:
        return self._run([float(point[name]) for name in self.leaves])

    def _run(self, numbers: Sequence[float]) -> tuple[float, float] | None:
        self.budget.spend(self.words)
        out = self.program.run(numbers)
        left, right, at = out[0], out[1 if self.pair[0] is not self.pair[1] else 0], out[len(set(self.pair)) :]
        # At a kink a slope is a choice, so nobody is held to ours there.
        return (left, right) if math.isfinite(left) and math.isfinite(right) and 0.0 not in at else None

    def _in_floats(self) -> Iterator[tuple[tuple[int, ...], tuple[float, float]]]:
        """Yield random points on the grid at which both sides have a value, and these."""
        for numbers in self.points.everywhere():
            values = self._run([number / GRID for number in numbers])
            if values is not None:
                yield numbers, values

    def _differing(
        self, floats: Iterator[tuple[tuple[int, ...], tuple[float, float]]], enough: int
    ) -> tuple[bool, int]:
        """Say whether the sides differ at one of the next points, and how many of these there were."""
        looked = 0
        for numbers, values in islice(floats, enough):
            looked += 1
            # Floats may differ by rounding alone, as 1 − ŷ does where ŷ is nearly 1.
            if _differ(values) and self._apart(self.points.on_grid(numbers)):
                return True, looked
        return False, looked

    # Balls: what they tell apart differs, and that is a proof

    def _balls(self, wanted: Iterable[Expr], point: Point, digits: int) -> list[arb] | None:
        """Return balls at a point, None where it lies outside the domain of an op or on the edge of a switch."""
        self.budget.spend(self.words * _A_BALL * (1 + digits // 120))
        try:
            return enclosures(list(wanted), point, {}, digits)
        except (UncertainError, UnknownValueError):
            return None

    def _apart(self, point: Point) -> bool:
        """Say whether balls prove that the sides differ at an exact point, off every kink."""
        for digits in (30, 120):
            found = self._balls([*self.pair, *self.edges], point, digits)
            if found is not None and not found[0].overlaps(found[1]):
                return not any(edge.contains(0) for edge in found[2:])
        return False

    # Refuted

    def _refuted(self) -> Finding:
        for point in chain(self.points.simple(), self.points.inside()):
            values = self._values(point)
            if values is not None and _differ(values) and self._apart(point):
                return self._counter(point, *values)
        return self._on_domain()

    def _counter(self, point: Point, left: float, right: float) -> Finding:
        taken = {name: body for name, function in self.examples.items() if (body := function.body) is not None}
        return Finding("refuted", "interval", Counterexample(point, left, right, taken))

    def _on_domain(self) -> Finding:
        """Judge on the declared domain alone: off it the sides differ."""
        if not self.points.domains:
            return undecided("the sides seem to differ, but no exact point was found that shows it")
        rows = self.points.rows()
        if (
            self.points.finite
            and len(rows) <= MOST_ROWS
            and all(self._proved(_with_numbers(self.flat, row)) for row in rows)
        ):
            return Finding("holds_on_domain", "proved")
        found = self._tested()
        return Finding("holds_on_domain", "tested") if found.verdict == "holds" else found

    # Holds

    def _proved(self, pair: tuple[Expr, Expr]) -> bool:
        try:
            return equal(*pair, self.budget.part(self.budget.limit // _A_PROOF))
        except (TooLargeError, ZeroDivisionError):
            return False
        except LimitError:
            if self.budget.empty:
                raise
            return False

    def _beyond_floats(self) -> Finding:
        """Compare where floats overflow: balls have room for any exponent, so a difference still shows."""
        for point in islice(chain(self.points.simple(), self.points.inside()), 24):
            if self._apart(point):
                return self._counter(point, math.nan, math.nan)
        return undecided("no point was found at which both sides have a value below 10³⁰⁸")

    def _tested(self) -> Finding:
        agreed = looked = 0
        for point in self.points.inside():
            if self._values(point) is None:
                continue
            # Two points are looked at far beyond the last digit that a person can write.
            found = self._balls(self.pair, point, DIGITS + 12 if looked > 1 else FAR_DIGITS)
            if found is None:
                continue
            left, right = found
            if not left.overlaps(right):
                return self._counter(point, float(left), float(right))
            size = max(abs(float(left.mid())), 1e-300)
            looked += not left.is_zero()
            if float((left - right).abs_upper()) <= size * 10.0**-DIGITS or left.is_zero():
                agreed += 1
            if agreed >= POINTS:
                return Finding("holds", "tested")
        if agreed:
            return undecided(f"the sides agree at {agreed} points, which is too few for a verdict")
        return undecided("no point was found at which both sides have a value")

    # Kinks and switches

    def _on_both_sides(self, found: Finding) -> Finding:
        """Look on both sides of each edge, far out too: a switch may stand at 100."""
        for edge in self.edges:
            sides = set[int]()

            def side(point: Point, edge: Expr = edge, sides: set[int] = sides) -> int:
                sides.add(sign := self._sign(edge, point))
                return sign

            for point in islice(self.points.inside(), POINTS):
                side(point)
            if {-1, 1} <= sides:
                continue
            for point in self.points.across(names(edge), side):
                values = self._values(point)
                if values is not None and _differ(values) and self._apart(point):
                    return self._counter(point, *values)
            if not {-1, 1} <= sides:
                return Finding(found.verdict, "tested", why=f"seen on one side of {plain(edge)} = 0 alone")
        return found

    def _sign(self, edge: Expr, point: Point) -> int:
        self.budget.spend(self.words)
        value = self.program.run([float(point[name]) for name in self.leaves])[self.outputs.index(edge)]
        return (value > 0) - (value < 0)

    def _on_an_edge(self, point: Point) -> bool:
        self.budget.spend(self.words)
        out = self.program.run([float(point[name]) for name in self.leaves])
        return any(abs(edge) < _EDGE for edge in out[len(set(self.pair)) :])

    def _but_for_kinks(self, found: Finding) -> Finding:
        """Say that sides which agree differ at a kink, where they do: there the slope is a choice."""
        for point in chain(self.points.simple(), self.points.inside()):
            if not self._on_an_edge(point):
                continue
            balls = self._balls([*self.pair, *self.edges], point, 30)
            if balls is None or balls[0].overlaps(balls[1]):
                continue
            kink = next((edge for edge, ball in zip(self.edges, balls[2:], strict=True) if ball.is_zero()), None)
            if kink is not None:
                where = plain(kink)
                why = f"where {where} ≠ 0; at {where} = 0 the derivative is a convention"
                return Finding("holds_on_domain", found.how, why=why)
        return found

    # Under a condition

    def tested_where(self, low: Expr, high: Expr) -> Finding:
        """Test the equality at points that `low < high` admits."""
        shared = set(names(low)) | set(names(high))
        if not shared & set(self.leaves) or shared - set(self.leaves) or self.examples:
            return Finding("undecided")
        agreed = zeros = 0
        for point in self.points.inside():
            found = self._balls([*self.pair, low, high], point, DIGITS + 12)
            if found is not None and found[2] < found[3]:
                if not found[0].overlaps(found[1]):
                    return Finding("refuted", "interval")
                # Where a unit is off, both sides are 0 whatever they say: that tells little.
                zero = found[0].contains(0) and found[1].contains(0)
                agreed, zeros = agreed + (not zero), zeros + zero
            if agreed >= _IN_A_REGION or zeros >= _IN_A_REGION:
                break
        told = agreed >= _IN_A_REGION or (zeros >= _IN_A_REGION and not agreed)
        return Finding("holds" if told else "undecided", "tested")


#: A region has other borders than its own, where units go on and off: so many points of it have to agree.
_IN_A_REGION = 4 * POINTS


def _with_numbers(pair: tuple[Expr, Expr], values: Point) -> tuple[Expr, Expr]:
    given: dict[Expr, Expr] = {symbol(name): constant(value) for name, value in values.items()}
    return replace(pair[0], given), replace(pair[1], given)


def _differ(values: tuple[float, float]) -> bool:
    left, right = values
    return abs(left - right) > _NEAR * max(1e-3, abs(left), abs(right))
