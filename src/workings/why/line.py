"""The error along a straight line from a point: a network of one weight, the distance t, w = 0.3 + 0.104 t."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from math import inf, nextafter

from workings.derive import backprop
from workings.derive.tidy import constant
from workings.graph.expr import symbol
from workings.graph.network import Declaration, Equation, Reals
from workings.graph.ops.arithmetic import add, mul
from workings.graph.speakers.floats import Program
from workings.graph.speakers.ranges import Enclosure, Range, between, exactly, plus
from workings.graph.writing.spelling import free_name
from workings.why.bound import smooth
from workings.why.experiment import Experiment
from workings.why.search import Box, below_zero


def falls_all_the_way(experiment: Experiment, slopes: Sequence[float], pattern: int | None) -> bool:
    """Say whether it is proved that the error falls all the way against the slopes, as far as a step can go.

    So every rate lowers it. The way is a ray, for one weight up to the edge of its interval; of several weights none
    may have an interval, since a step that is held inside one leaves the ray.
    """
    far = _way(experiment, slopes)
    if far is None:
        return False
    network, descent = experiment.network, experiment.descent
    time = free_name("t", {*network.declarations, *network.formulas, *network.functions})
    moved = tuple(
        Equation(name, add(constant(Fraction(value)), mul(constant(Fraction(-slope)), symbol(time))))
        for name, value, slope in zip(experiment.weights, experiment.start, slopes, strict=True)
    )
    declared = {name: d for name, d in network.declarations.items() if d.role != "weight"}
    declared[time] = Declaration(time, "weight", Reals())
    line = dataclasses.replace(network, equations=(*moved, *network.equations), declarations=declared, starts={})
    derived = backprop.derive(line, of=experiment.derivation.error)
    forward = [(symbol(name), line.formulas[name]) for name in line.order]
    leaves = [symbol(name) for name in (time, *descent.fixed, *descent.pattern_names)]
    slope = derived.gradients[time].start
    enclosure = Enclosure(Program(leaves, [*forward, *derived.program()], derived.definitions, [slope]))
    chosen = experiment.patterns if pattern is None else (pattern,)
    given = [experiment.given(each) for each in chosen]
    if not all(smooth(line, (between(0.0, far),), each) for each in given):
        return False
    order = (*descent.fixed, *descent.pattern_names)

    def change(box: Box) -> Range:
        total = exactly(0.0)
        for each in given:
            total = plus(total, enclosure.run([*box, *(each[name] for name in order)])[0])
        return total

    return below_zero(change, (between(0.0, far),))


def _way(experiment: Experiment, slopes: Sequence[float]) -> float | None:
    """Return how far the ray goes before an edge; None where a step would leave the ray."""
    ends = [experiment.descent.programs.ends[name] for name in experiment.weights]
    if all(interval is None for interval in ends):
        return inf
    if len(ends) > 1 or ends[0] is None or not slopes[0]:
        return None
    edge = ends[0][0 if slopes[0] > 0 else 1]
    # At the edge already, no step moves anything.
    return None if edge == experiment.start[0] else nextafter((edge - experiment.start[0]) / -slopes[0], inf)
