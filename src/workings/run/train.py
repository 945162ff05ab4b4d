"""Gradient descent with the equations that were shown: forward, backward, nudge, and again.

    w ← w − α ∂E/∂w        held inside the interval where the weight has one

One step is one update: for one pattern in its turn (cyclic, shuffled), or for the mean of the gradients
over all patterns (batch). The update is an equation like the others and runs on the same tape.
"""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from workings.derive.step import Derivation
from workings.graph.evaluate import Program
from workings.graph.expr import Expr, partial, symbol
from workings.graph.network import Interval, Network
from workings.graph.ops.arithmetic import mul, sub
from workings.graph.ops.selection import maximum, minimum
from workings.graph.written import plain
from workings.run.data import Given, bounds, constants, patterns, rate, runnable, starts
from workings.run.history import History, NonFinite, Order, Row, Settings, fate_of

#: The name of the rate where the network has none.
RATE = "alpha"


def update_equation(network: Network, derivation: Derivation, weight: str) -> tuple[Expr, Expr]:
    """Return the update of one weight: its nudge `α ∂E/∂w`, and its new value `w − α ∂E/∂w`, held in its interval."""
    slope = derivation.gradients[weight].start
    nudge = mul(symbol(network.rate or RATE), slope)
    moved: Expr = sub(symbol(weight), nudge)
    domain = network.declarations[weight].domain
    if isinstance(domain, Interval):
        moved = minimum(maximum(moved, domain.low), domain.high)
    return nudge, moved


class Descent:
    """A network, its derivation and its patterns, made ready to step."""

    def __init__(self, derivation: Derivation) -> None:
        """Record the programs.

        Raises:
            ReadError: when something that a run needs is missing: patterns, a constant, a definition.
        """
        self.derivation = derivation
        self.network = derivation.network
        runnable(self.network)
        self.constants = constants(self.network)
        self.patterns = patterns(self.network)
        needed = self.network.below(derivation.error)
        self.pattern_names = tuple(self.patterns[0])
        self.quantities = tuple(name for name in self.network.order if name in needed)
        self.weights = tuple(derivation.gradients)
        self.rate_name = self.network.rate or RATE
        self._rows = [tuple(pattern.values()) for pattern in self.patterns]
        self._fixed = tuple(self.constants.values())

    @cached_property
    def _leaves(self) -> list[Expr]:
        return [symbol(n) for n in (*self.weights, self.rate_name, *self.constants, *self.pattern_names)]

    @cached_property
    def _forward(self) -> list[tuple[Expr, Expr]]:
        return [(symbol(name), self.network.formulas[name]) for name in self.quantities]

    @cached_property
    def _slopes(self) -> list[Expr]:
        return [self.derivation.gradients[name].start for name in self.weights]

    @cached_property
    def _new(self) -> list[Expr]:
        # A new value is not a name of the network, so its target is the derivative by itself of that name.
        return [partial(symbol(name), symbol(name)) for name in self.weights]

    @cached_property
    def _updates(self) -> list[tuple[Expr, Expr]]:
        moved = [update_equation(self.network, self.derivation, name)[1] for name in self.weights]
        return list(zip(self._new, moved, strict=True))

    @cached_property
    def _error(self) -> Program:
        return Program(self._leaves, self._forward, self.derivation.definitions, [symbol(self.derivation.error)])

    @cached_property
    def _everything(self) -> Program:
        equations = [*self._forward, *self.derivation.program()]
        return Program(self._leaves, equations, self.derivation.definitions)

    @cached_property
    def _gradient(self) -> Program:
        equations = [*self._forward, *self.derivation.program()]
        wanted = [symbol(self.derivation.error), *self._slopes]
        return Program(self._leaves, equations, self.derivation.definitions, wanted)

    @cached_property
    def _update(self) -> Program:
        inputs = [*(symbol(name) for name in self.weights), symbol(self.rate_name), *self._slopes]
        return Program(inputs, self._updates, self.derivation.definitions)

    @cached_property
    def _step(self) -> Program:
        equations = [*self._forward, *self.derivation.program(), *self._updates]
        wanted = [symbol(self.derivation.error), *self._new]
        return Program(self._leaves, equations, self.derivation.definitions, wanted)

    # Running

    def error_at(self, weights: Sequence[float], pattern: int) -> float:
        """Return the error of one pattern."""
        return self._error.run([*weights, 0.0, *self._fixed, *self._rows[pattern]])[0]

    def mean_error(self, weights: Mapping[str, float]) -> float:
        """Return the mean of the error over the patterns, summed in their order."""
        values = tuple(weights[name] for name in self.weights)
        total = self.error_at(values, 0)
        for index in range(1, len(self.patterns)):
            total += self.error_at(values, index)
        return total / len(self.patterns)

    def pattern_of(self, settings: Settings, step: int) -> int | None:
        """Return the pattern of a step numbered from 1; None for the batch."""
        if settings.order == "batch":
            return None
        epoch, place = divmod(step - 1, len(self.patterns))
        return place if settings.order == "cyclic" else self._shuffled(settings.seed, epoch)[place]

    def _shuffled(self, seed: int, epoch: int) -> list[int]:
        """Return the order of one pass: it depends on the seed and the pass alone, so a run can be taken up."""
        order = list(range(len(self.patterns)))
        random.Random(f"{seed} {epoch}").shuffle(order)
        return order

    def stepper(self, settings: Settings) -> Callable[[Sequence[float], int], tuple[float, list[float]]]:
        """Return the function of one step: (weights, step's number) → the error before it, the new weights."""
        if settings.order == "batch":
            return lambda weights, _: self._batch_step(settings, weights)
        run, fixed, rows, alpha = self._step.run, self._fixed, self._rows, settings.rate
        order = list(range(len(rows)))
        epoch_of = -1

        def step(weights: Sequence[float], number: int) -> tuple[float, list[float]]:
            nonlocal order, epoch_of
            epoch, place = divmod(number - 1, len(rows))
            if settings.order == "shuffled" and epoch != epoch_of:
                order, epoch_of = self._shuffled(settings.seed, epoch), epoch
            error, *new = run([*weights, alpha, *fixed, *rows[order[place]]])
            return error, new

        return step

    def _batch_step(self, settings: Settings, weights: Sequence[float]) -> tuple[float, list[float]]:
        error, *slopes = self.batch_gradient(settings.rate, weights)
        return error, self._update.run([*weights, settings.rate, *slopes])

    def batch_gradient(self, alpha: float, weights: Sequence[float]) -> list[float]:
        """Return the mean error and the mean gradients, summed in the order of the patterns."""
        totals = self._gradient.run([*weights, alpha, *self._fixed, *self._rows[0]])
        for row in self._rows[1:]:
            found = self._gradient.run([*weights, alpha, *self._fixed, *row])
            totals = [a + b for a, b in zip(totals, found, strict=True)]
        return [total / len(self._rows) for total in totals]

    # Accounts

    def account(self, settings: Settings, step: int, before: Mapping[str, float], after: Mapping[str, float]) -> Row:
        """Return the account of a step from the weights around it."""
        pattern = self.pattern_of(settings, step)
        old, new = [before[n] for n in self.weights], [after[n] for n in self.weights]
        if pattern is None:
            error, *slopes = self.batch_gradient(settings.rate, old)
            values: dict[str, float] = {}
            inputs: dict[str, float] = {}
            later = self.mean_error(after)
        else:
            results = self._everything.run([*old, settings.rate, *self._fixed, *self._rows[pattern]])
            found = dict(zip(self._everything.targets, results, strict=True))
            values = {name: found[symbol(name)] for name in self.quantities}
            inputs, slopes = dict(self.patterns[pattern]), [found[slope] for slope in self._slopes]
            error, later = values[self.derivation.error], self.error_at(new, pattern)
        gradients = dict(zip(self.weights, slopes, strict=True))
        nudges = {name: 0.0 - settings.rate * slope for name, slope in gradients.items()}
        held = any(nudge and self._at_edge(name, after[name], nudge) for name, nudge in nudges.items())
        fate = fate_of(error, later, slopes=any(slopes), moved=old != new, held=held)
        return Row(step, pattern, inputs, values, error, gradients, nudges, dict(after), later, fate)

    def _at_edge(self, name: str, value: float, nudge: float) -> bool:
        ends = bounds(self.network, name)
        return ends is not None and value == ends[nudge > 0]

    def first_not_finite(self, settings: Settings, step: int, weights: Sequence[float]) -> NonFinite:
        """Return the quantity, in order of computation, at which a step left the finite numbers."""
        chosen = self.pattern_of(settings, step)
        for pattern in range(len(self._rows)) if chosen is None else (chosen,):
            results = self._everything.run([*weights, settings.rate, *self._fixed, *self._rows[pattern]])
            for target, value in zip(self._everything.targets, results, strict=True):
                if not math.isfinite(value):
                    return NonFinite(step, pattern, plain(target), value)
        return NonFinite(step, chosen, "the new weights", math.inf)


def train(
    derivation: Derivation,
    *,
    asked_rate: float | None = None,
    steps: int = 1000,
    start: Mapping[str, float] | None = None,
    seed: int = 0,
    order: Order = "cyclic",
    resume: History | None = None,
    watch: Callable[[int], None] | None = None,
) -> History:
    """Train by gradient descent and return the history.

    A run stops after `steps` steps, when a whole pass over the patterns left every weight as it was to
    the last bit, when it is interrupted, or when a number is no longer finite. `resume` continues an
    earlier history by `steps` more steps, with that history's settings. `watch` is told the number of
    steps made, now and then.

    Raises:
        ReadError: when the request does not fit the network.
    """
    if resume is not None:
        history = History(resume.descent, resume.settings, resume.start, array("d", resume.recorded), said=resume.said)
    else:
        descent = Descent(derivation)
        alpha = rate(derivation.network, asked_rate)
        begin = starts(derivation.network, start or {}, seed)
        said = tuple(given.said for given in (alpha, *_drawn_together(begin, seed)) if given.said)
        first = {name: given.value for name, given in begin.items() if name in descent.weights}
        history = History(descent, Settings(alpha.value, order, seed), first, said=said)
    _descend(history, history.steps + steps, watch)
    return history


def _drawn_together(begin: Mapping[str, Given], seed: int) -> list[Given]:
    """Say once, not for each weight, that many starts were drawn."""
    drawn = [given for given in begin.values() if given.said]
    if len(drawn) <= 3:
        return drawn
    return [Given(0.0, f"the starts of {len(drawn)} weights are drawn by seed {seed}")]


def _descend(history: History, last: int, watch: Callable[[int], None] | None) -> None:
    descent, settings = history.descent, history.settings
    step_once = descent.stepper(settings)
    size = 1 if settings.order == "batch" else len(descent.patterns)
    weights = list(history.weights.values())
    number = history.steps
    # A run that is taken up knows what the pass that it stands in has moved, so it stops where one run would.
    pass_start = number - (number % size or size if number else 0)
    moved = any(history.weights_after(k) != history.weights_after(k - 1) for k in range(pass_start + 1, number + 1))
    if number and number % size == 0:
        if not moved:
            history.stopped = "still"
            return
        moved = False
    record = history.recorded.extend
    history.stopped = "steps"
    try:
        while number < last:
            error, new = step_once(weights, number + 1)
            if not math.isfinite(error) or not all(map(math.isfinite, new)):
                history.stopped = "non_finite"
                history.non_finite = descent.first_not_finite(settings, number + 1, weights)
                return
            record(new)
            number += 1
            moved = moved or new != weights
            weights = new
            if number % size == 0:
                if not moved:
                    history.stopped = "still"
                    return
                moved = False
            if watch is not None and number % 4096 == 0:
                watch(number)
    except KeyboardInterrupt:
        history.stopped = "interrupted"
