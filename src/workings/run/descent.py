"""A network, its derivation and the settings of a run, made ready to step and to account for steps.

One step is one update: for the mean of the gradients of the patterns that it takes. All of its numbers come from
four programs, recorded from the equations that are shown; the interpreter runs them, and kernels are written
from the same tapes.
"""

from __future__ import annotations

import copy
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache

from workings.derive.step import Derivation
from workings.graph.evaluate import Program
from workings.graph.expr import Expr, partial, symbol
from workings.graph.written import plain
from workings.run.data import bounds, constants, patterns, runnable
from workings.run.kernel.step import Equations
from workings.run.order import Passes
from workings.run.row import NonFinite, Row, fate_of
from workings.run.settings import Settings
from workings.run.update import RATE, new, update

Values = Sequence[float]
Evaluator = Callable[[Values], list[float]]


class Descent:
    """The programs of a run."""

    def __init__(self, derivation: Derivation, settings: Settings) -> None:
        """Record the programs.

        Raises:
            ReadError: when something that a run needs is missing: patterns, a constant, a definition; or the
                settings do not fit.
        """
        self.derivation = derivation
        self.settings = settings
        self.network = derivation.network
        runnable(self.network)
        self.constants = constants(self.network)
        self.patterns = patterns(self.network)
        self.update = update(self.network, derivation, settings.method, settings.constants, settings.schedule)
        needed = self.network.below(derivation.error)
        self.pattern_names = tuple(self.patterns[0])
        self.quantities = tuple(name for name in self.network.order if name in needed)
        self.weights = self.update.weights
        self.names = self.update.names
        self.rows = [tuple(pattern.values()) for pattern in self.patterns]
        #: The native functions that were made from these programs, by what they were made for.
        self.kernels: dict[object, Callable[..., int]] = {}
        self._set(settings)

    def _set(self, settings: Settings) -> None:
        self.settings = settings
        self.passes = Passes(len(self.rows), settings.order, settings.batch, settings.seed)
        rate = self.network.rate or RATE
        self.fixed = {rate: settings.rate, **self.constants, **self.update.constants}
        if self.update.last is not None:
            self.fixed[self.update.last] = float(settings.horizon)

    @staticmethod
    def of(derivation: Derivation, settings: Settings) -> Descent:
        """Return a descent, its programs recorded once for a derivation and an update.

        Raises:
            ReadError: as `Descent` does.
        """
        constants = tuple(sorted(settings.constants.items()))
        other = copy.copy(_recorded(derivation, settings.method, constants, settings.schedule))
        other._set(settings)
        for name in ("_error", "_everything", "_gradient", "_update", "_moves"):
            other.__dict__.pop(name, None)  # these depend on the arithmetic
        return other

    def at(self, values: Mapping[str, float]) -> Descent:
        """Return the same descent with other values of what is fixed."""
        other = copy.copy(self)
        other.fixed = {**self.fixed, **values}
        return other

    # The programs. A run's state comes first in each, then what is fixed, then what changes.

    @cached_property
    def _forward(self) -> list[tuple[Expr, Expr]]:
        return [(symbol(name), self.network.formulas[name]) for name in self.quantities]

    @cached_property
    def slopes(self) -> tuple[Expr, ...]:
        """The gradient by each weight, as the derivation names it."""
        return tuple(self.derivation.gradients[name].start for name in self.weights)

    def _program(self, equations: Sequence[tuple[Expr, Expr]], wanted: Sequence[Expr] | None = None) -> Program:
        leaves = [symbol(name) for name in (*self.weights, *self.fixed, *self.pattern_names)]
        return Program(leaves, equations, self.derivation.definitions, wanted)

    @cached_property
    def error_program(self) -> Program:
        """The error of one pattern."""
        return self._program(self._forward, [symbol(self.derivation.error)])

    @cached_property
    def everything(self) -> Program:
        """Every quantity and every derivative at one pattern."""
        return self._program([*self._forward, *self.derivation.program()])

    @cached_property
    def gradient_program(self) -> Program:
        """The error and the gradients at one pattern."""
        wanted = [symbol(self.derivation.error), *self.slopes]
        return self._program([*self._forward, *self.derivation.program()], wanted)

    def _update_program(self, equations: Sequence[tuple[Expr, Expr]], wanted: Sequence[Expr]) -> Program:
        time = () if self.update.time is None else (self.update.time,)
        leaves = [symbol(name) for name in (*self.names, *self.fixed, *time)]
        return Program([*leaves, *self.slopes], equations, self.derivation.definitions, wanted)

    @cached_property
    def update_program(self) -> Program:
        """The new state, from the state before and the mean slopes."""
        return self._update_program(self.update.equations, [new(name) for name in self.names])

    @cached_property
    def _nudge_program(self) -> Program:
        nudges = [(partial(slope, symbol(name)), nudge) for name, slope, nudge in self._nudges()]
        wanted = [self.update.rate, *(target for target, _ in nudges)]
        equations = [*self.update.equations, *nudges]
        if self.update.rate not in {target for target, _ in equations}:
            equations.append((self.update.rate, self.update.rate))
        return self._update_program(equations, wanted)

    def _nudges(self) -> list[tuple[str, Expr, Expr]]:
        # A nudge has no name; the second derivative, which no run computes, marks it.
        return [(name, slope, self.update.nudges[name]) for slope, name in zip(self.slopes, self.weights, strict=True)]

    @cached_property
    def equations(self) -> Equations:
        """The equations of a step, as kernels take them."""
        time = None if self.update.time is None else symbol(self.update.time)
        return Equations(
            tuple(map(symbol, self.names)), tuple(map(symbol, self.fixed)), tuple(map(symbol, self.pattern_names)),
            time, self.slopes, self.gradient_program, self.update_program, self.ranges,
        )  # fmt: skip

    @cached_property
    def ends(self) -> dict[str, tuple[float, float] | None]:
        """The ends of each weight's interval, None where it has none."""
        return {name: bounds(self.network, name) for name in self.weights}

    @cached_property
    def ranges(self) -> dict[Expr, tuple[float, float]]:
        """What is known to stay between two numbers: weights held in an interval, and what the patterns give."""
        held = {name: ends for name, ends in self.ends.items() if ends is not None}
        columns = zip(self.pattern_names, zip(*self.rows, strict=True), strict=True)
        given = {name: (min(column), max(column)) for name, column in columns}
        return {symbol(name): ends for name, ends in {**held, **given}.items()}

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

        return evaluator(program, self.settings.bits, self.ranges)

    @cached_property
    def _error(self) -> Evaluator:
        return self._evaluator(self.error_program)

    @cached_property
    def _everything(self) -> Evaluator:
        return self._evaluator(self.everything)

    @cached_property
    def _gradient(self) -> Evaluator:
        return self._evaluator(self.gradient_program)

    @cached_property
    def _update(self) -> Evaluator:
        return self._evaluator(self.update_program)

    @cached_property
    def _moves(self) -> Evaluator:
        return self._evaluator(self._nudge_program)

    def error_at(self, state: Values, pattern: int) -> float:
        """Return the error of one pattern."""
        return self._error(self._at(state, pattern))[0]

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
            found = dict(zip(self.everything.targets, results, strict=True))
            values = {name: found[symbol(name)] for name in self.quantities}
            inputs, slopes = dict(self.patterns[single]), [found[slope] for slope in self.slopes]
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
        ends = self.ends[name]
        return ends is not None and value == ends[nudge > 0]

    def first_not_finite(self, step: int, state: Values) -> NonFinite:
        """Return the quantity, in order of computation, at which a step left the finite numbers."""
        chosen = self.passes.chosen(step)
        for pattern in chosen:
            for target, value in zip(self.everything.targets, self._everything(self._at(state, pattern)), strict=True):
                if not math.isfinite(value):
                    return NonFinite(step, pattern, plain(target), value)
        single = chosen[0] if len(chosen) == 1 else None
        error, *slopes = self.mean_gradient(state, chosen)
        new_state = self._update(self._for_update(state, step, slopes))
        means = [(plain(symbol(self.derivation.error)), error), *zip(map(plain, self.slopes), slopes, strict=True)]
        for name, value in [
            *means,
            *((f"the new {plain(symbol(n))}", v) for n, v in zip(self.names, new_state, strict=True)),
        ]:
            if not math.isfinite(value):
                return NonFinite(step, single, name, value)
        return NonFinite(step, single, "the new weights", math.inf)


@lru_cache(maxsize=8)
def _recorded(
    derivation: Derivation, method: str, constants: tuple[tuple[str, float], ...], schedule: Expr | None
) -> Descent:
    found = Descent(derivation, Settings(1.0, method=method, constants=dict(constants), schedule=schedule))
    _ = found.equations, found.error_program  # recorded now, shared by all copies
    return found
