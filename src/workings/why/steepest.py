"""Is the gradient a direction or a size? Both: against it the error falls fastest, and its length says how fast.

Along a unit direction v the error changes at the rate ∇E·v, which by the Cauchy–Schwarz inequality lies between
−‖∇E‖ and ‖∇E‖, and is least at v = −∇E/‖∇E‖. Which direction is steepest depends on the ruler that a step's length is
measured with: under the greatest coordinate it is the sign of each coordinate, under their sum a single coordinate,
under a curvature that is positive definite Newton's step.
(Source: S. Boyd and L. Vandenberghe, "Convex Optimization", 2004, section 9.4.)
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from workings.derive.step import Prose
from workings.graph.expr import Expr, Symbol, symbol
from workings.graph.speakers.ranges import between, exactly
from workings.graph.writing.digits import written
from workings.why.answer import Answer, Finding, Level
from workings.why.experiment import Experiment, Vector, dot, norm
from workings.why.matrices import is_positive_definite, lowest_direction, solved
from workings.why.search import Region, regions
from workings.why.words import joined, shown

#: The distance of a finite step, relative to the size of a weight: the cube root of the spacing of doubles, which
#: balances rounding against the error of a central difference (of order two).
_STEP = 2.0**-17
#: So many directions are looked at: around the circle for two weights, drawn by the seed for more.
AROUND, DRAWN = 72, 1000
#: The curvature is inverted for at most so many weights.
MOST_INVERTED = 12


@dataclass(frozen=True, slots=True)
class Direction:
    """A unit direction, the rate ∇E·v at which the error changes along it, and the rate that finite steps measured."""

    vector: tuple[float, ...]
    predicted: float
    measured: float


@dataclass(frozen=True, slots=True)
class Ruler:
    """A way to measure a step, the steepest step of length 1 under it, and the rate of the error along that step."""

    measure: str
    formula: str
    step: tuple[float, ...]
    rate: float


@dataclass(frozen=True)
class Steepest(Answer):
    """The rates of the mean error along directions from the start; Newton's step where the curvature is a ruler."""

    error: str
    weights: tuple[str, ...]
    point: tuple[float, ...]
    gradient: tuple[float, ...]
    directions: tuple[Direction, ...]
    rulers: tuple[Ruler, ...]
    newton: tuple[float, ...] | None

    @property
    def size(self) -> float:
        """The length of the gradient: the greatest rate at which the error changes."""
        return norm(self.gradient)


def steepest(experiment: Experiment) -> Steepest:
    """Answer for the experiment's start and the mean error."""
    slopes = experiment.gradient(experiment.start)
    laws = (*_gradients(experiment), _law(experiment))
    error, weights, point = experiment.derivation.error, experiment.weights, tuple(experiment.start)
    if not any(slopes):
        still = (_stationary(experiment),)
        return Steepest("steepest", still, laws, error, weights, point, tuple(slopes), (), (), None)
    directions = tuple(_direction(experiment, v, slopes) for v in _vectors(slopes, experiment.seed))
    rulers = _rulers(slopes)
    newton, curved = _newton(experiment, slopes)
    told = _rates(experiment, slopes), _measured(experiment, directions), _rulers_told(experiment, rulers), *curved
    return Steepest("steepest", told, laws, error, weights, point, tuple(slopes), directions, rulers, newton)


def _law(experiment: Experiment) -> tuple[str, str, str]:
    error, _ = experiment.letters
    return (
        f"rate of {error} along v",
        f"∇{error} · v",
        f"never below −‖∇{error}‖, which v = −∇{error}/‖∇{error}‖ reaches",
    )


def _gradients(experiment: Experiment) -> tuple[tuple[Expr, Expr, str], ...]:
    """Return the derived gradients of a few weights."""
    if len(experiment.weights) > _MOST_SHOWN:
        return ()
    return tuple((g.start, g.final, "as derived") for g in experiment.derivation.gradients.values())


#: The gradients of at most so many weights are shown.
_MOST_SHOWN = 3


def _stationary(experiment: Experiment) -> Finding:
    return Finding((
        "At ", *experiment.here, " the gradient of ", *experiment.mean, " is 0: no direction is steepest, and a step "
        "of descent stays where it is.",
    ), "measured")  # fmt: skip


def _vectors(slopes: Vector, seed: int) -> list[Vector]:
    """Return unit directions, the one against the gradient first."""
    size = norm(slopes)
    down = [0.0 - g / size for g in slopes]
    if len(slopes) == 1:
        return [down, [-down[0]]]
    if len(slopes) == 2:
        begin = math.atan2(down[1], down[0])
        turns = [begin + 2 * math.pi * k / AROUND for k in range(1, AROUND)]
        return [down, *([math.cos(turn), math.sin(turn)] for turn in turns)]
    chance = random.Random(seed)
    out = [down, [-v for v in down]]
    while len(out) < DRAWN:
        drawn = [chance.gauss(0.0, 1.0) for _ in slopes]
        length = norm(drawn)
        out.append([v / length for v in drawn])
    return out


def _direction(experiment: Experiment, vector: Vector, slopes: Vector) -> Direction:
    point = experiment.start
    step = _STEP * max(1.0, norm(point))
    ahead = experiment.error_at([w + step * v for w, v in zip(point, vector, strict=True)])
    behind = experiment.error_at([w - step * v for w, v in zip(point, vector, strict=True)])
    return Direction(tuple(vector), dot(slopes, vector), (ahead - behind) / (2 * step))


def _rates(experiment: Experiment, slopes: Vector) -> Finding:
    """Say what the gradient is: a direction and a size."""
    error, size, weight = experiment.error, norm(slopes), experiment.single
    here = experiment.here
    # At a kink a slope is a convention, and says nothing of the way beyond it.
    level: Level = "proved" if experiment.is_smooth([*map(exactly, experiment.start)]) else "measured"
    if weight is not None:
        way = "up" if slopes[0] < 0 else "down"
        return Finding((
            "One weight has two directions. At ", *here, " the gradient of ", *experiment.mean, " is "
            f"{shown(slopes[0])}. Its sign is the direction: the error falls where ", weight, f" goes {way}, against "
            f"the sign. Its size is how fast: a small step that way takes {shown(size)} times its own length off the "
            "error.",
        ), level, {"gradient": slopes[0]})  # fmt: skip
    return Finding((
        "Along a unit direction v the error changes at the rate ∇", error, " · v, by the Cauchy–Schwarz inequality "
        "never below −‖∇", error, f"‖ = {shown(-size)}, and only v = −∇", error, "/‖∇", error, "‖ reaches that. So "
        "the gradient at ", *here, " is a direction and a size: straight against it ", *experiment.mean, " falls "
        "fastest, and its length is how fast.",
    ), level, {"size": size})  # fmt: skip


def _measured(experiment: Experiment, directions: Sequence[Direction]) -> Finding:
    gap = max(abs(d.predicted - d.measured) for d in directions)
    numbers = {"gap": gap, "least": directions[0].measured}
    if experiment.single is not None:
        return Finding((
            f"Finite steps, measured: the error changes at {shown(directions[0].measured)} per unit that way and at "
            f"{shown(directions[1].measured)} the other way; the gradient said {shown(directions[0].predicted)} and "
            f"{shown(directions[1].predicted)}.",
        ), "measured", numbers)  # fmt: skip
    two = len(experiment.weights) == 2
    which = "around the circle" if two else f"drawn by seed {experiment.seed}"
    best = min(directions[1:], key=lambda d: d.measured)
    numbers["next"] = best.measured
    return Finding((
        f"Finite steps along {len(directions):,} directions {which}, measured: none falls faster than straight "
        f"against the gradient ({shown(directions[0].measured)}); the next is {shown(best.measured)}. All are what ∇",
        experiment.error, f" · v says, to within {shown(gap)}.",
    ), "measured", numbers)  # fmt: skip


def _rulers(slopes: Vector) -> tuple[Ruler, ...]:
    """Return the steepest step of length 1 under three rulers; one weight has one."""
    size = norm(slopes)
    usual = Ruler("the usual length, ‖s‖₂ = 1", "−g/‖g‖", tuple(0.0 - g / size for g in slopes), -size)
    if len(slopes) == 1:
        return (usual,)
    signs = tuple(0.0 if g == 0 else -math.copysign(1.0, g) for g in slopes)
    largest = max(range(len(slopes)), key=lambda k: abs(slopes[k]))
    alone = tuple(signs[k] if k == largest else 0.0 for k in range(len(slopes)))
    return (
        usual,
        Ruler("the greatest coordinate, ‖s‖∞ = 1", "−sign(g)", signs, dot(slopes, signs)),
        Ruler("the sum of coordinates, ‖s‖₁ = 1", "one coordinate", alone, dot(slopes, alone)),
    )


def _rulers_told(experiment: Experiment, rulers: Sequence[Ruler]) -> Finding:
    if len(rulers) == 1:
        return Finding((
            "How a step's length is measured makes no difference to one weight: the steepest step is against the "
            "sign of the gradient under every ruler. Only its length is left to choose.",
        ), "proved")  # fmt: skip
    usual, signs, alone = rulers
    name = experiment.weights[next(k for k, v in enumerate(alone.step) if v)]
    return Finding((
        "Which step is steepest depends on the ruler. Where the moves of the weights, squared, add up to 1, it is "
        f"the gradient's, with the rate {shown(usual.rate)}; where no weight may move by more than 1, it is the sign "
        f"of each coordinate, with {shown(signs.rate)}; where the moves may add up to 1, it is ", symbol(name),
        f" alone, with {shown(alone.rate)}.",
    ), "proved", {ruler.formula: ruler.rate for ruler in rulers})  # fmt: skip


def _newton(experiment: Experiment, slopes: Vector) -> tuple[tuple[float, ...] | None, list[Finding]]:
    """Return Newton's step where the curvature is positive definite, and what is to be said of it."""
    if len(slopes) > MOST_INVERTED:
        return None, []
    here = experiment.here
    matrix = experiment.curvature(experiment.start)
    ranges = experiment.curvature_ranges(experiment.start)
    step = solved(matrix, [-g for g in slopes])
    smooth = experiment.is_smooth([*map(exactly, experiment.start)])
    if ranges is None or step is None or not smooth or not is_positive_definite(ranges):
        return None, [_no_ruler(experiment, matrix), *_where_positive(experiment)]
    there = [w + s for w, s in zip(experiment.start, step, strict=True)]
    held = experiment.held(there)
    before, after = experiment.error_at(experiment.start), experiment.error_at(held)
    edge: Prose = () if held == there else (", held inside its interval at ", *experiment.point_words(held))
    return tuple(step), [
        Finding((
            "Under the curvature as a ruler the steepest step is Newton's, −H⁻¹g, to the lowest point of the bowl "
            "that fits here: ", *experiment.point_words(there), *edge, f". It takes the error from {shown(before)} to "
            f"{shown(after)}.",
        ), "measured", {"before": before, "after": after}),
        Finding((
            "It is a ruler at ", *here, " because the curvature is positive along every direction there.",
        ), "proved", {"curvature": matrix[0][0]} if len(slopes) == 1 else {}),
        *_where_positive(experiment),
    ]  # fmt: skip


def _no_ruler(experiment: Experiment, matrix: Sequence[Vector]) -> Finding:
    """Say why the curvature is no ruler: a direction along which it is negative, if one is found."""
    here = experiment.here
    needs = "Newton's step, −H⁻¹g, needs a curvature that is positive along every direction. At "
    direction = lowest_direction(matrix)
    bent = dot(direction, experiment.bend(experiment.start, direction))
    if bent < 0:
        along: Prose = () if len(direction) == 1 else (" along ", *experiment.point_words(direction))
        return Finding((
            needs, *here, f" it is {shown(bent)}", *along, ": there it is no ruler, and the bowl that fits has no "
            "lowest point.",
        ), "measured", {"curvature": bent})  # fmt: skip
    return Finding((
        needs, *here, " that could not be shown: the least curvature found is ", f"{shown(bent)}.",
    ), "measured", {"curvature": bent})  # fmt: skip


def _where_positive(experiment: Experiment) -> list[Finding]:
    """Say of one weight where its curvature is positive, as far as ranges prove it."""
    weight = experiment.single
    if weight is None:
        return []
    ends = experiment.descent.programs.ends[weight.name] or (0.0, 0.0)
    low, high = min(-_WINDOW, ends[0]), max(_WINDOW, ends[1])
    found = regions(experiment.curvature_between, low, high) if experiment.is_smooth([between(low, high)]) else None
    if found is None or not 1 <= len(found) <= _MOST_REGIONS:
        return []
    positive = [region for region in found if region.sign > 0]
    if not positive and (len(found) > 1 or (found[0].low, found[0].high) != (low, high)):
        return []
    told = joined([_where(weight, region, low, high) for region in positive]) or ("nowhere",)
    return [Finding((
        f"From {shown(low)} to {shown(high)} the curvature of ", *experiment.mean, " is positive ", *told, ".",
    ), "proved", {"low": positive[0].low, "high": positive[-1].high} if positive else {})]  # fmt: skip


#: Where the sign of the curvature is looked at, and how many changes of it are told.
_WINDOW, _MOST_REGIONS = 8.0, 5


def _where(weight: Symbol, region: Region, low: float, high: float) -> Prose:
    below, above = region.low > low, region.high < high
    if below and above:
        return (f"where {_number(region.low)} < ", weight, f" < {_number(region.high)}")
    if below:
        return ("where ", weight, f" > {_number(region.low)}")
    return ("where ", weight, f" < {_number(region.high)}") if above else ("everywhere",)


def _number(value: float) -> str:
    """Write a number, and the logarithm that it is to nine digits, if it is one of a small whole number."""
    for whole in range(2, 11):
        if abs(abs(value) - math.log(whole)) < 1e-9:
            return f"{written(value)} (it is {'−' * (value < 0)}log {whole} to nine digits)"
    return written(value)
