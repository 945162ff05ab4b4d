"""What the questions are asked of: a network, a point, a rate, and a run from there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

from workings.derive.curvature import Curvature
from workings.derive.step import Derivation, Prose
from workings.graph.expr import Expr, Symbol, symbol
from workings.graph.speakers.balls import UncertainError
from workings.graph.speakers.floats import Program
from workings.graph.speakers.ranges import Enclosure, Range, divided, exactly, plus, times
from workings.graph.writing.spelling import ascii_name, canonical, plain
from workings.run.data import request_problem
from workings.run.descent import Descent
from workings.run.history import History
from workings.run.settings import Settings
from workings.run.train import train
from workings.run.update import RATE
from workings.why.bound import number_range, smooth
from workings.why.flat import pattern_words
from workings.why.words import shown

Vector = list[float]
#: Up to so many names a pattern is named by each in a table.
_NAMED = 2
#: A point of so many weights is named by their numbers.
_FEW = 3


class Experiment:
    """A network at its start, with a descent from there.

    Vectors have a number for each weight, in the order of `weights`; `pattern` None means the mean over all patterns.
    """

    def __init__(
        self, derivation: Derivation, *, rate: float | None = None, steps: int = 1000,
        start: Mapping[str, float] | None = None, settings: Settings | None = None,
    ) -> None:  # fmt: skip
        """Make a run of no steps; it is made when it is asked for.

        Raises:
            ReadError: when the request does not fit the network, or the network cannot be run.
        """
        self.derivation = derivation
        self.steps = steps
        self._begun = train(derivation, asked_rate=rate, steps=0, start=start, settings=settings)
        self.descent: Descent = self._begun.descent
        self.network = derivation.network
        self.error = symbol(derivation.error)
        self.weights: tuple[str, ...] = self.descent.weights
        self.start: Vector = [self._begun.start[name] for name in self.weights]
        self.rate: float = self.descent.settings.rate
        self.seed: int = self.descent.settings.seed
        self.patterns = range(len(self.descent.rows))
        self.said = self._begun.said
        self._check_start()

    def _check_start(self) -> None:
        """Check that there is something to explain at the start.

        Raises:
            ReadError: where the error of a pattern, or its gradient, is no finite number.
        """
        for pattern in self.patterns:
            error, *slopes = self.descent.mean_gradient(self.start, (pattern,))
            if not all(map(math.isfinite, (error, *slopes))):
                event = self.descent.first_not_finite(1, self.start) if len(self.patterns) == 1 else None
                what = event.quantity if event is not None else plain(self.derivation.error)
                where = ", ".join(f"{plain(n)} = {shown(v)}" for n, v in zip(self.weights, self.start, strict=True))
                raise request_problem(
                    f"at the start, {where}, `{what}` is no finite number", "a start where the error and its "
                    "gradient are",
                    "an explanation is read off the point where the descent begins",
                    f"`--start {ascii_name(self.weights[0])}=0.5`, or another place where the formulas are defined",
                )  # fmt: skip

    @cached_property
    def history(self) -> History:
        """The run."""
        return train(self.derivation, steps=self.steps, resume=self._begun) if self.steps else self._begun

    def error_at(self, weights: Sequence[float], pattern: int | None = None) -> float:
        """Return the error."""
        return self.descent.error_of(weights) if pattern is None else self.descent.error_at(weights, pattern)

    def gradient(self, weights: Sequence[float], pattern: int | None = None) -> Vector:
        """Return the gradient."""
        _, *slopes = self.descent.mean_gradient(weights, self.patterns if pattern is None else (pattern,))
        return slopes

    @cached_property
    def _curvature(self) -> Program:
        found = Curvature(self.derivation)
        equations, results = found.product
        forward = [(symbol(name), self.network.formulas[name]) for name in self.descent.quantities]
        leaves = [symbol(n) for n in (*self.weights, *self.descent.fixed, *self.descent.pattern_names)]
        numbers = [(r, r) for r in results if r not in {t for t, _ in equations}]
        return Program([*leaves, *found.direction], [*forward, *equations, *numbers], found.definitions, results)

    def bend(self, weights: Sequence[float], direction: Sequence[float], pattern: int | None = None) -> Vector:
        """Return the curvature times a direction, H v: how the gradient changes along it."""
        program = self._curvature
        fixed = self.descent.fixed.values()
        chosen = self.patterns if pattern is None else (pattern,)
        total = [0.0] * len(self.weights)
        for index in chosen:
            found = program.run([*weights, *fixed, *self.descent.rows[index], *direction])
            total = [a + b for a, b in zip(total, found, strict=True)]
        return [value / len(chosen) for value in total]

    def curvature(self, weights: Sequence[float], pattern: int | None = None) -> list[Vector]:
        """Return the matrix of second derivatives, H."""
        size = len(self.weights)
        return [self.bend(weights, [float(j == k) for j in range(size)], pattern) for k in range(size)]

    @cached_property
    def _curvature_ranges(self) -> Enclosure:
        return Enclosure(self._curvature)

    def _bend_ranges(self, weights: Sequence[Range], direction: Sequence[float]) -> list[Range]:
        fixed = [*weights, *map(exactly, self.descent.fixed.values())]
        total = [exactly(0.0)] * len(weights)
        for pattern in self.descent.rows:
            found = self._curvature_ranges.run([*fixed, *map(exactly, pattern), *map(exactly, direction)])
            total = [plus(a, b) for a, b in zip(total, found, strict=True)]
        share = divided(exactly(1.0), exactly(float(len(self.patterns))))
        return [times(share, value) for value in total]

    def curvature_ranges(self, weights: Sequence[float]) -> list[list[Range]] | None:
        """Return the matrix of the mean's second derivatives, a range around each; None where one is not defined."""
        size, at = len(weights), [*map(exactly, weights)]
        try:
            return [self._bend_ranges(at, [float(j == k) for j in range(size)]) for k in range(size)]
        except UncertainError:
            return None

    def curvature_between(self, weight: Range) -> Range:
        """Return a range around the mean's second derivative by the only weight, for all values of it in a range.

        Raises:
            UncertainError: where it may not be defined.
        """
        return self._bend_ranges([weight], [1.0])[0]

    def given(self, pattern: int) -> dict[str, Range]:
        """Return what the constants and a pattern are, as they are written: 0.1 is a tenth, and no double."""
        written = {**self.network.values, **self.network.pattern_rows()[pattern]}
        found = {name: exactly(value) for name, value in self.descent.fixed.items()}
        for name, value in written.items():
            enclosed = number_range(value) if name != self.network.rate else None
            if enclosed is not None and (name in found or name in self.descent.pattern_names):
                found[name] = enclosed
        return found

    def is_smooth(self, weights: Sequence[Range]) -> bool:
        """Say whether no op that has a kink surely meets it within some ranges of the weights, for any pattern."""
        return all(smooth(self.network, tuple(weights), self.given(pattern)) for pattern in self.patterns)

    def held(self, weights: Sequence[float]) -> Vector:
        """Return weights held inside their intervals."""
        out: Vector = []
        for name, value in zip(self.weights, weights, strict=True):
            ends = self.descent.programs.ends[name]
            out.append(value if ends is None else min(max(value, ends[0]), ends[1]))
        return out

    def stepped(self, weights: Sequence[float], slopes: Sequence[float], rate: float) -> Vector:
        """Return the weights after a step against some slopes, held inside their intervals."""
        return self.held([w - rate * g for w, g in zip(weights, slopes, strict=True)])

    # Words

    def pattern_words(self, pattern: int | None) -> Prose:
        """Return `x = 0, t = 1` for a pattern, or what stands for all of them."""
        if pattern is None:
            return ("the mean over the patterns",)
        return pattern_words(self.network, pattern)

    def pattern_label(self, pattern: int | None) -> Prose:
        """Return a pattern as a table names it: where it has many names, by its values as they are listed."""
        row = () if pattern is None else tuple(self.network.pattern_rows()[pattern].items())
        if len(row) <= _NAMED:
            return self.pattern_words(pattern)
        targets = set(self.network.leaf_targets)
        words: list[str | Expr] = ["("]
        for index, (name, value) in enumerate(row):
            between = "; " if name in targets and index and row[index - 1][0] not in targets else ", "
            words += [between, value] if index else [value]
        return (*words, ")")

    def point_words(self, weights: Sequence[float] | None = None) -> Prose:
        """Return `w = 0.3, b = 0` for a point, the start unless said; the first weights of many."""
        values = self.start if weights is None else weights
        out: list[str | Expr] = []
        for name, value in list(zip(self.weights, values, strict=True))[:6]:
            out += [", "] if out else []
            out += [symbol(name), f" = {shown(value)}"]
        return (*out, ", …") if len(self.weights) > 6 else tuple(out)

    @property
    def letters(self) -> tuple[str, str]:
        """The author's letters of the error and the rate, as they are written in a line."""
        return plain(self.derivation.error), plain(self.network.rate or RATE)

    @property
    def bound_letter(self) -> str:
        """The letter of a bound on the curvature: L, or one that the author does not use."""
        network = self.network
        taken = {*network.declarations, *network.formulas, *network.functions}
        return next(letter for letter in ("L", "K", "M", "B", "Λ") if canonical(letter) not in taken or letter == "Λ")

    @property
    def here(self) -> Prose:
        """The start, by its numbers where they are few."""
        return self.point_words() if len(self.weights) <= _FEW else ("the start",)

    @property
    def mean(self) -> Prose:
        """What descends: E, or the mean of E over the patterns where there are several."""
        return (self.error,) if len(self.patterns) == 1 else ("the mean of ", self.error, " over the patterns")

    @property
    def single(self) -> Symbol | None:
        """The only weight, None where there are several."""
        return symbol(self.weights[0]) if len(self.weights) == 1 else None


def norm(vector: Sequence[float]) -> float:
    """Return the length of a vector."""
    return math.hypot(*vector)


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    """Return a · b."""
    return sum(x * y for x, y in zip(a, b, strict=True))
