"""Proofs for all weights: between which numbers outputs stay, the least error, the edges where it lies.

The range of an output over the weights' domain is found over the linear forms through which it sees them. Where a
target is outside, no weight reaches it. Where the gradient by a weight has one sign in the whole domain, the error is
least at the edge that it points away from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from workings.graph.expr import symbol
from workings.graph.network import Network, definitions
from workings.graph.speakers.balls import UncertainError
from workings.graph.speakers.floats import Program, UnknownValueError
from workings.graph.speakers.fractions import InexactError
from workings.graph.speakers.ranges import Enclosure, Range, exactly, minus, plus
from workings.why.bound import MOST_FORMS, domain_of, smooth
from workings.why.experiment import Experiment
from workings.why.forms import Reduced, reduced
from workings.why.pairs import output_pairs
from workings.why.search import Box, below_zero, greatest, least

#: So many boxes are looked at for an end of a range.
_MOST_BOXES = 200


@dataclass(frozen=True)
class OutOfReach:
    """An output that never has its target's value at a pattern: where it stays, and the error that is left, at least.

    `approached` says that the target is an end of the range, which the output comes near to without reaching it.
    """

    output: str
    target: str
    pattern: int
    range: Range
    wanted: float
    left: float

    @property
    def approached(self) -> bool:
        """Whether the output comes as near to the target as is wanted."""
        return self.wanted in self.range[:2]


def out_of_reach(experiment: Experiment) -> list[OutOfReach]:
    """Return the outputs whose target no weight of the domain reaches, by pattern."""
    network = experiment.network
    pairs = output_pairs(experiment.descent)
    found: list[OutOfReach] = []
    domain = domain_of(network)
    small = reduced(network, experiment.derivation.error)
    for pattern in experiment.patterns:
        for output, target in pairs:
            values = _between(experiment, small, output, pattern, domain)
            wanted = _target(experiment, target, pattern)
            if values is not None and wanted is not None and _apart(values, wanted):
                left = _between(experiment, small, experiment.derivation.error, pattern, domain)
                found.append(
                    OutOfReach(
                        output,
                        target,
                        pattern,
                        values,
                        (wanted[0] + wanted[1]) / 2,
                        left[0] if left is not None else -inf,
                    )
                )
    return found


def _apart(values: Range, wanted: Range) -> bool:
    """Say whether no number lies in both ranges."""
    (low, high, low_open, high_open), (first, last, first_open, last_open) = values, wanted
    return last < low or first > high or (last == low and (low_open or last_open)) or (
        first == high and (high_open or first_open)
    )  # fmt: skip


def _target(experiment: Experiment, target: str, pattern: int) -> Range | None:
    given = experiment.given(pattern)
    if target in given:
        return given[target]
    network = experiment.network
    forward = [(symbol(name), network.formulas[name]) for name in network.order if name in network.below(target)]
    try:
        program = Program(
            [symbol(n) for n in given], forward, definitions(network.functions.values()), [symbol(target)]
        )
        return Enclosure(program).run([*given.values()])[0]
    except (UnknownValueError, KeyError, UncertainError):
        return None


def _between(
    experiment: Experiment, small: Reduced, quantity: str, pattern: int, domain: Mapping[str, Range]
) -> Range | None:
    """Return a range around a quantity for all weights of the domain; None where there is none to be had."""
    network = small.network
    try:
        forms = small.at(network.pattern_rows()[pattern], network.values)
    except (InexactError, UnknownValueError):
        return None
    box = tuple(form.range(domain) for form in forms)
    for form, side in zip(forms, box, strict=True):
        if form.name == quantity:
            return side
    if quantity not in network.formulas or len(forms) > MOST_FORMS:
        return None
    given = experiment.given(pattern)
    enclosure = _enclosure(network, quantity, tuple(given))
    fixed = [*given.values()]

    def function(at: Box) -> Range:
        return enclosure.run([*at, *fixed])[0]

    try:
        whole = function(box)
    except UncertainError:
        return None
    if not forms:
        return whole
    low = least(function, box, gap=1e-6, most=_MOST_BOXES)
    high = greatest(function, box, gap=1e-6, most=_MOST_BOXES)
    return (
        max(low.low, whole[0]), min(high.high, whole[1]),
        whole[2] and low.low <= whole[0], whole[3] and high.high >= whole[1],
    )  # fmt: skip


def _enclosure(network: Network, quantity: str, given: tuple[str, ...]) -> Enclosure:
    below = network.below(quantity)
    forward = [(symbol(name), network.formulas[name]) for name in network.order if name in below]
    leaves = [symbol(name) for name in (*network.weights, *given)]
    return Enclosure(Program(leaves, forward, definitions(network.functions.values()), [symbol(quantity)]))


@dataclass(frozen=True)
class EdgeMinimum:
    """A weight by which the mean error falls in the whole domain towards one edge: its least value is there."""

    weight: str
    edge: float
    falls: int


def edge_minima(experiment: Experiment) -> list[EdgeMinimum]:
    """Return the weights with an interval whose gradient has one sign in the whole domain."""
    ends = experiment.descent.programs.ends
    if all(interval is None for interval in ends.values()) or len(experiment.weights) > MOST_FORMS:
        return []
    enclosure = Enclosure(experiment.descent.programs.gradient)
    domain = tuple(domain_of(experiment.network).values())
    rows: list[tuple[Range, ...]] = []
    for pattern in experiment.patterns:
        given = experiment.given(pattern)
        if not smooth(experiment.network, domain, given):
            return []
        rows.append(tuple(given[name] for name in (*experiment.descent.fixed, *experiment.descent.pattern_names)))
    found: list[EdgeMinimum] = []
    for index, name in enumerate(experiment.weights):
        interval = ends[name]
        for sign in (1, -1) if interval is not None else ():

            def slope(box: Box, index: int = index, sign: int = sign) -> Range:
                total = exactly(0.0)
                for row in rows:
                    value = enclosure.run([*box, *row])[1 + index]
                    total = plus(total, value if sign > 0 else minus(exactly(0.0), value))
                return total

            if below_zero(slope, domain):
                assert interval is not None
                found.append(EdgeMinimum(name, interval[sign > 0], sign))
    return found
