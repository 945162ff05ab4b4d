"""A run made ready to step and to account for its steps, one at a time, in the interpreter's way.

One step is one update: for the mean of the gradients of the patterns that it takes.
"""

from __future__ import annotations

import copy
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from workings.derive.step import Derivation
from workings.graph.expr import symbol
from workings.graph.speakers.floats import Program
from workings.graph.writing.boxes import plain
from workings.run.order import Passes
from workings.run.programs import programs
from workings.run.row import NonFinite, Row, fate_of
from workings.run.settings import Settings

Values = Sequence[float]
Evaluator = Callable[[Values], list[float]]


class Descent:
    """The programs of a training under the settings of a run."""

    def __init__(self, derivation: Derivation, settings: Settings) -> None:
        """Take the programs and fix the run's values.

        Raises:
            ReadError: when something that a run needs is missing: patterns, a constant, a definition; or the
                settings do not fit.
        """
        asked = tuple(sorted(settings.constants.items()))
        self.programs = found = programs(derivation, settings.method, asked, settings.schedule)
        self.derivation, self.network, self.update = derivation, found.network, found.update
        self.patterns, self.rows, self.pattern_names = found.patterns, found.rows, found.pattern_names
        self.quantities, self.weights, self.names = found.quantities, found.weights, found.names
        self.settings = settings
        self.passes = Passes(len(self.rows), settings.order, settings.batch, settings.seed)
        values = (settings.rate, *found.constants.values(), *found.update.constants.values(), float(settings.horizon))
        self.fixed = dict(zip(found.fixed, values, strict=False))

    def at(self, values: Mapping[str, float]) -> Descent:
        """Return the same descent with other values of what is fixed."""
        other = copy.copy(self)
        other.fixed = {**self.fixed, **values}
        return other

    @property
    def may_rest(self) -> bool:
        """Whether a pass that moves nothing is the end: the equations read no time, and all passes are alike."""
        return self.update.time is None and self.passes.repeats

    # Running, one step at a time

    def rounded(self, value: float) -> float:
        """Return a number as the run can hold it."""
        return struct.unpack("<f", struct.pack("<f", value))[0] if self.settings.bits == 32 else value

    def begin(self, start: Mapping[str, float]) -> list[float]:
        """Return the state before the first step: the starts of the weights, and 0 for what is kept beside them."""
        return [start.get(name, 0.0) for name in self.names]

    def _at(self, state: Values, pattern: int) -> list[float]:
        return [*state[: len(self.weights)], *self.fixed.values(), *self.rows[pattern]]

    def _evaluator(self, program: Program) -> Evaluator:
        """Return what runs a program in the arithmetic of the run."""
        if self.settings.numbers == "exact":
            return program.run
        from workings.run.kernel.straight import evaluator  # the compiler is loaded where it is needed

        return evaluator(program, self.settings.bits, self.programs.ranges)

    @cached_property
    def _error(self) -> Evaluator:
        return self._evaluator(self.programs.error)

    @cached_property
    def _everything(self) -> Evaluator:
        return self._evaluator(self.programs.everything)

    @cached_property
    def _gradient(self) -> Evaluator:
        return self._evaluator(self.programs.gradient)

    @cached_property
    def _update(self) -> Evaluator:
        return self._evaluator(self.programs.new_state)

    @cached_property
    def _moves(self) -> Evaluator:
        return self._evaluator(self.programs.nudges)

    def error_at(self, state: Values, pattern: int) -> float:
        """Return the error of one pattern."""
        return self._error(self._at(state, pattern))[0]

    def forward(self, state: Values, pattern: int) -> dict[str, float]:
        """Return what a pattern gives and every quantity there, by name."""
        results = dict(zip(self.programs.everything.targets, self._everything(self._at(state, pattern)), strict=True))
        return {**self.patterns[pattern], **{name: results[symbol(name)] for name in self.quantities}}

    def error_of(self, state: Values) -> float:
        """Return the mean of the error over all patterns, summed in their order."""
        return self._mean_error(state, range(len(self.rows)))

    def mean_error(self, weights: Mapping[str, float]) -> float:
        """Return the mean of the error over the patterns, summed in their order."""
        return self.error_of([weights[name] for name in self.weights])

    def _mean_error(self, state: Values, chosen: Sequence[int]) -> float:
        total = self.error_at(state, chosen[0])
        for index in chosen[1:]:
            total += self.error_at(state, index)
        return total / len(chosen)

    def mean_gradient(self, state: Values, chosen: Sequence[int]) -> list[float]:
        """Return the mean error and the mean gradients over some patterns, summed in their order."""
        totals = self._gradient(self._at(state, chosen[0]))
        if len(chosen) == 1:
            return totals
        for index in chosen[1:]:
            totals = [a + b for a, b in zip(totals, self._gradient(self._at(state, index)), strict=True)]
        return [total / len(chosen) for total in totals]

    def _for_update(self, state: Values, step: int, slopes: Values) -> list[float]:
        time = () if self.update.time is None else (float(step),)
        return [*state, *self.fixed.values(), *time, *slopes]

    def step(self, state: Values, number: int) -> tuple[float, list[float]]:
        """Return the error before a step, numbered from 1, and the state after it."""
        error, *slopes = self.mean_gradient(state, self.passes.chosen(number))
        return error, self._update(self._for_update(state, number, slopes))

    # Accounts

    def account(self, step: int, before: Values, after: Values) -> Row:
        """Return the account of a step from the states around it."""
        chosen = self.passes.chosen(step)
        single = chosen[0] if len(chosen) == 1 else None
        if single is None:
            error, *slopes = self.mean_gradient(before, chosen)
            values: dict[str, float] = {}
            inputs: dict[str, float] = {}
        else:
            results = self._everything(self._at(before, single))
            found = dict(zip(self.programs.everything.targets, results, strict=True))
            values = {name: found[symbol(name)] for name in self.quantities}
            inputs, slopes = dict(self.patterns[single]), [found[slope] for slope in self.programs.slopes]
            error = values[self.derivation.error]
        later = self._mean_error(after, chosen)
        rate, *moves = self._moves(self._for_update(before, step, slopes))
        nudges = {name: 0.0 - move for name, move in zip(self.weights, moves, strict=True)}
        state = dict(zip(self.names, after, strict=True))
        weights = {name: state[name] for name in self.weights}
        held = any(nudge and self._at_edge(name, weights[name], nudge) for name, nudge in nudges.items())
        count = len(self.weights)
        moved = list(before[:count]) != list(after[:count])
        fate = fate_of(error, later, slopes=any(moves), moved=moved, held=held)
        kept = {name: state[name] for name in self.names[count:]}
        gradients = dict(zip(self.weights, slopes, strict=True))
        return Row(step, chosen, inputs, values, error, rate, gradients, nudges, weights, kept, later, fate)

    def _at_edge(self, name: str, value: float, nudge: float) -> bool:
        ends = self.programs.ends[name]
        return ends is not None and value == self.rounded(ends[nudge > 0])

    def first_not_finite(self, step: int, state: Values) -> NonFinite:
        """Return the quantity, in order of computation, at which a step left the finite numbers."""
        chosen = self.passes.chosen(step)
        for pattern in chosen:
            for target, value in zip(
                self.programs.everything.targets, self._everything(self._at(state, pattern)), strict=True
            ):
                if not math.isfinite(value):
                    return NonFinite(step, pattern, plain(target), value)
        single = chosen[0] if len(chosen) == 1 else None
        error, *slopes = self.mean_gradient(state, chosen)
        new_state = self._update(self._for_update(state, step, slopes))
        means = [
            (plain(symbol(self.derivation.error)), error),
            *zip(map(plain, self.programs.slopes), slopes, strict=True),
        ]
        for name, value in [
            *means,
            *((f"the new {plain(symbol(n))}", v) for n, v in zip(self.names, new_state, strict=True)),
        ]:
            if not math.isfinite(value):
                return NonFinite(step, single, name, value)
        return NonFinite(step, single, "the new weights", math.inf)
