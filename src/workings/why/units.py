"""Units that pass no gradient back: saturated ones, where the slope is small, and ones that are off, where it is 0.

A unit is a quantity that is a function of one argument, h = f(z). Its slope f′(z) is a factor of every gradient behind
it. A unit is *saturated* where the slope is less than a hundredth of the greatest that f has; it is *off* where the
slope is 0 because of a kink, as relu's is below 0. A unit that is off for every pattern moves none of the weights that
act through it alone; if the others cannot switch it on, it stays off for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workings.graph.expr import Apply, Call, Expr, call, postorder, replace, symbol
from workings.graph.network import Definitions, unfolded
from workings.graph.speakers.balls import UncertainError
from workings.graph.speakers.floats import Program
from workings.graph.speakers.ranges import REALS, Enclosure, Range, exactly
from workings.why.bound import domain_of
from workings.why.experiment import Experiment
from workings.why.mend import unit_argument
from workings.why.search import Box, greatest

#: A slope of less than this share of the greatest one is a saturated unit's.
SATURATED = 0.01

State = Literal["saturated", "off", "off for ever", "never on"]


@dataclass(frozen=True)
class Unit:
    """A quantity that is a function of one argument, with its slope."""

    name: str
    argument: Expr
    slope: Expr
    kinked: bool


@dataclass(frozen=True)
class StuckUnit:
    """A unit that passes (almost) no gradient back for any pattern; `slopes` are f′(z), a number for each pattern.

    *off for ever* and *never on* are proofs: the first for every descent from here, the second for every weight.
    `behind` are the weights that act through the unit alone.
    """

    unit: str
    state: State
    slopes: tuple[float, ...]
    greatest: float
    behind: tuple[str, ...]


def units(experiment: Experiment) -> list[Unit]:
    """Return the units of the network that weights move."""
    network, derivation = experiment.network, experiment.derivation
    moved = {quantity for weight in experiment.weights for quantity in network.above(weight)}
    needed = network.below(derivation.error)
    found: list[Unit] = []
    for name in network.order:
        formula = network.formulas[name]
        argument = unit_argument(formula)
        if name not in needed or name not in moved or name == derivation.error or argument is None:
            continue
        if isinstance(formula, Call):
            body = unfolded(formula, derivation.definitions)
            if body is None or network.free(formula.function):
                continue
            kinked = any(isinstance(p, Apply) and not p.op.is_smooth for p in postorder(body))
            found.append(Unit(name, argument, call(formula.function, formula.args, (1,)), kinked))
        elif isinstance(formula, Apply):
            found.append(Unit(name, argument, formula.op.partials(argument)[0], not formula.op.is_smooth))
    return found


def stuck_units(experiment: Experiment, weights: Sequence[float]) -> list[StuckUnit]:
    """Return the units that pass (almost) no gradient back at a point."""
    network, descent = experiment.network, experiment.descent
    wanted = units(experiment)
    if not wanted:
        return []
    forward = [(symbol(name), network.formulas[name]) for name in descent.quantities]
    leaves = [symbol(name) for name in (*descent.weights, *descent.fixed, *descent.pattern_names)]
    slopes = [(unit.slope, unit.slope) for unit in wanted]
    program = Program(leaves, [*forward, *slopes], experiment.derivation.definitions, [slope for slope, _ in slopes])
    fixed = descent.fixed.values()
    columns = list(zip(*(program.run([*weights, *fixed, *row]) for row in descent.rows), strict=True))
    found: list[StuckUnit] = []
    for unit, column in zip(wanted, columns, strict=True):
        most = _greatest_slope(unit, experiment.derivation.definitions)
        if unit.kinked and most is not None and not any(column):
            state, behind = _off(experiment, unit, weights)
            found.append(StuckUnit(unit.name, state, column, most, behind))
        elif most is not None and all(abs(value) < SATURATED * most for value in column):
            found.append(StuckUnit(unit.name, "saturated", column, most, _captive(experiment, unit.name)))
    return found


def _greatest_slope(unit: Unit, defined: Definitions) -> float | None:
    """Return the greatest size of a slope over all arguments; None where it has none, or it is not found."""
    place = symbol("argument")
    slope = replace(unit.slope, {unit.argument: place})
    enclosure = Enclosure(Program([place], [(slope, slope)], defined))

    def function(box: Box) -> Range:
        low, high, *_ = enclosure.run(box)[0]
        nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        return (nearest, max(abs(low), abs(high)), False, False)

    found = greatest(function, (REALS,), gap=1e-3, most=300)
    return None if found.high == float("inf") or found.low <= 0 else found.low


def _captive(experiment: Experiment, unit: str) -> tuple[str, ...]:
    """Return the weights that reach the error through a unit alone."""
    network, error = experiment.network, experiment.derivation.error
    found: list[str] = []
    for weight in experiment.weights:
        seen, stack = {weight}, [weight]
        while stack:
            fresh = [n for n in network.readers.get(stack.pop(), ()) if n not in seen and n != unit]
            seen.update(fresh)
            stack += fresh
        if error not in seen:
            found.append(weight)
    return tuple(found)


def _off(experiment: Experiment, unit: Unit, weights: Sequence[float]) -> tuple[State, tuple[str, ...]]:
    """Say how surely a unit that is off for every pattern stays off, and which weights are caught behind it."""
    behind = _captive(experiment, unit.name)
    domain = domain_of(experiment.network)
    if _is_off_within(experiment, unit, domain):
        return "never on", behind
    here = dict(zip(experiment.weights, weights, strict=True))
    caught = {name: exactly(here[name]) if name in behind else side for name, side in domain.items()}
    return ("off for ever" if _is_off_within(experiment, unit, caught) else "off"), behind


def _is_off_within(experiment: Experiment, unit: Unit, domain: Mapping[str, Range]) -> bool:
    """Say whether a unit's slope is 0 for every pattern and all weights of a domain."""
    network, descent = experiment.network, experiment.descent
    forward = [(symbol(name), network.formulas[name]) for name in descent.quantities]
    leaves = [symbol(name) for name in (*descent.weights, *descent.fixed, *descent.pattern_names)]
    defined = experiment.derivation.definitions
    enclosure = Enclosure(Program(leaves, [*forward, (unit.slope, unit.slope)], defined, [unit.slope]))
    sides = [domain[name] for name in descent.weights]
    try:
        found = [
            enclosure.run([*sides, *(given[name] for name in (*descent.fixed, *descent.pattern_names))])[0]
            for given in map(experiment.given, experiment.patterns)
        ]
    except UncertainError:
        return False
    return all(low == 0 == high for low, high, *_ in found)
