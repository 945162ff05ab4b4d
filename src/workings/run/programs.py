"""The programs of a training: everything that its numbers come from, recorded once from the equations shown.

The interpreter runs them, and kernels are written from the same tapes. A run's state comes first in each, then
what is fixed, then what changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

from workings.derive.step import Derivation
from workings.graph.expr import Expr, symbol, target
from workings.graph.speakers.floats import Program
from workings.run.data import bounds, constants, patterns, runnable
from workings.run.kernel.equations import Equations
from workings.run.update import RATE, new, update


class Programs:
    """A network, its derivation, its patterns and its update, as programs."""

    def __init__(
        self,
        derivation: Derivation,
        method: str,
        method_constants: tuple[tuple[str, float], ...],
        schedule: Expr | None,
    ) -> None:
        """Record nothing yet.

        Raises:
            ReadError: when something that a run needs is missing: patterns, a constant, a definition; or the method
                does not fit.
        """
        self.derivation = derivation
        self.network = derivation.network
        runnable(self.network)
        self.constants = constants(self.network)
        self.patterns = patterns(self.network)
        self.update = update(self.network, derivation, method, dict(method_constants), schedule)
        needed = self.network.below(derivation.error)
        self.pattern_names = tuple(self.patterns[0])
        self.quantities = tuple(name for name in self.network.order if name in needed)
        self.weights = self.update.weights
        self.names = self.update.names
        self.rows = [tuple(pattern.values()) for pattern in self.patterns]
        last = () if self.update.last is None else (self.update.last,)
        #: The names whose values a run fixes: the rate, the constants of the network and the method, T.
        self.fixed = (self.network.rate or RATE, *self.constants, *self.update.constants, *last)
        #: The native functions that were made from these programs, by what they were made for.
        self.kernels: dict[object, Callable[..., int]] = {}

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
    def error(self) -> Program:
        """The error of one pattern."""
        return self._program(self._forward, [symbol(self.derivation.error)])

    @cached_property
    def everything(self) -> Program:
        """Every quantity and every derivative at one pattern."""
        return self._program([*self._forward, *self.derivation.program()])

    @cached_property
    def gradient(self) -> Program:
        """The error and the gradients at one pattern."""
        wanted = [symbol(self.derivation.error), *self.slopes]
        return self._program([*self._forward, *self.derivation.program()], wanted)

    def _update_program(self, equations: Sequence[tuple[Expr, Expr]], wanted: Sequence[Expr]) -> Program:
        time = () if self.update.time is None else (self.update.time,)
        leaves = [symbol(name) for name in (*self.names, *self.fixed, *time)]
        return Program([*leaves, *self.slopes], equations, self.derivation.definitions, wanted)

    @cached_property
    def new_state(self) -> Program:
        """The new state, from the state before and the mean slopes."""
        return self._update_program(self.update.equations, [new(name) for name in self.names])

    @cached_property
    def nudges(self) -> Program:
        """The rate of a step and the nudge of each weight."""
        nudges: list[tuple[Expr, Expr]] = [
            (target(symbol(name), "nudge"), self.update.nudges[name]) for name in self.weights
        ]
        wanted = [self.update.rate, *(moved for moved, _ in nudges)]
        equations = [*self.update.equations, *nudges]
        if self.update.rate not in {computed for computed, _ in equations}:
            equations.append((self.update.rate, self.update.rate))
        return self._update_program(equations, wanted)

    @cached_property
    def equations(self) -> Equations:
        """The equations of a step, as kernels take them."""
        time = None if self.update.time is None else symbol(self.update.time)
        return Equations(
            tuple(map(symbol, self.names)), tuple(map(symbol, self.fixed)), tuple(map(symbol, self.pattern_names)),
            time, self.slopes, self.gradient, self.new_state, self.ranges,
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


@lru_cache(maxsize=8)
def programs(
    derivation: Derivation, method: str, constants: tuple[tuple[str, float], ...], schedule: Expr | None
) -> Programs:
    """Return the programs of a derivation and an update, which are recorded once.

    Raises:
        ReadError: as `Programs` does.
    """
    return Programs(derivation, method, constants, schedule)
