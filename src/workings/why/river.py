"""The river: the path of steepest descent in small steps, and the path that the run took, on the error's landscape.

A river follows w′ = −∇E, which is descent in steps without size. A run at a rate cuts its corners, and where the valley
is narrow, it crosses it to and fro: the condition number of the curvature, its greatest eigenvalue over its least, says
how much narrower the valley is across than along. One weight has a curve, two a surface; of more weights the plane is
shown in which the paths lie best (the first two principal directions of the path: K. Pearson, 1901).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from workings.derive.step import Prose
from workings.why.answer import Answer, Finding
from workings.why.experiment import Experiment, Vector, norm
from workings.why.words import count, often, shown

#: The points of the river, and how many gradients it may cost.
_POINTS, _MOST_EVALUATIONS = 160, 6000
#: How far a run and a river are followed: so many times the size of the start, or what else they are measured by.
_FAR, _WIDE = 1e12, 1e3
#: The curvature is looked at in so many places of the river, and for at most so many weights.
_PLACES, MOST_WEIGHTS = 24, 40


@dataclass(frozen=True)
class Path:
    """Points of a path, the length that was gone before each, and the mean error at each."""

    points: tuple[tuple[float, ...], ...]
    lengths: tuple[float, ...]
    errors: tuple[float, ...]

    @property
    def length(self) -> float:
        """The whole length."""
        return self.lengths[-1]


@dataclass(frozen=True)
class Narrow:
    """The curvature at a place of the river: the eigenvalues of the least and the greatest size that are not 0.

    `flat` counts the directions without curvature, `along` is the curvature in the direction of the river,
    `downwards` says whether any eigenvalue is below 0.
    """

    length: float
    least: float
    greatest: float
    along: float
    flat: int
    downwards: bool

    @property
    def condition(self) -> float:
        """The greatest size of an eigenvalue over the least that is not 0: 1 is a round bowl, more a valley."""
        return abs(self.greatest) / abs(self.least)


@dataclass(frozen=True)
class Plane:
    """A plane through the weights: its middle, two unit directions, and their shares of the paths' variance."""

    origin: tuple[float, ...]
    first: tuple[float, ...]
    second: tuple[float, ...]
    shares: tuple[float, float]

    def at(self, point: Sequence[float]) -> tuple[float, float]:
        """Return where a point lies in the plane, seen straight from above."""
        off = [p - o for p, o in zip(point, self.origin, strict=True)]
        return (
            sum(a * b for a, b in zip(off, self.first, strict=True)),
            sum(a * b for a, b in zip(off, self.second, strict=True)),
        )


@dataclass(frozen=True)
class River(Answer):
    """The two paths; the curvature along the river; the plane in which more than two weights are shown."""

    weights: tuple[str, ...]
    rate: float
    river: Path
    run: Path
    apart: float
    narrow: tuple[Narrow, ...]
    plane: Plane | None


def river(experiment: Experiment) -> River:
    """Answer for the run from the experiment's start."""
    run, is_lost = _run(experiment)
    smooth = _river(experiment, run)
    apart = _apart(run, smooth)
    narrow = _narrow(experiment, smooth)
    plane = _plane(run, smooth) if len(experiment.weights) > 2 else None
    findings = (_paths(experiment, run, smooth, apart, is_lost), *_valley(experiment, narrow), *_seen(plane))
    laws = (("w′", f"−∇{experiment.letters[0]}", "the river: a step without size, again and again"),)
    return River("river", findings, laws, experiment.weights, experiment.rate, smooth, run, apart, narrow, plane)


def _path(experiment: Experiment, points: Sequence[Sequence[float]]) -> Path:
    lengths = [0.0]
    for a, b in pairwise(points):
        lengths.append(lengths[-1] + norm([y - x for x, y in zip(a, b, strict=True)]))
    return Path(tuple(map(tuple, points)), tuple(lengths), tuple(experiment.error_at(p) for p in points))


def _run(experiment: Experiment) -> tuple[Path, bool]:
    """Return the path of the run, of a long one evenly spread points, and whether it went too far to be followed."""
    history, size = experiment.history, len(experiment.weights)
    every = max(1, history.steps // (2 * _POINTS))
    steps = sorted({*range(0, history.steps + 1, every), history.steps})
    points = [history.state_after(step)[:size] for step in steps]
    # A run that leaves the numbers is followed as far as a landscape reaches.
    within = [norm(p) <= _FAR * max(1.0, norm(points[0])) and math.isfinite(experiment.error_at(p)) for p in points]
    return _path(experiment, points[: within.index(False)] if False in within else points), False in within


def _river(experiment: Experiment, run: Path) -> Path:
    """Follow −∇E until the error is as low as the run's, or for as long as it takes to where nothing falls any more.

    Each step is Heun's, of order two; Euler's beside it says how far it may be off. Held weights stay at their edge.
    A step that does not go downhill is made smaller.
    """
    point, error = list(experiment.start), run.errors[0]
    # A run that climbs is no measure of how far down the river goes, one that goes far none of its steps.
    goal = min(run.errors) if run.errors[-1] < error else -math.inf
    reach = max((norm([a - b for a, b in zip(p, point, strict=True)]) for p in run.points), default=0.0)
    size = max(1.0, norm(point))
    scale = reach if 0 < reach <= _WIDE * size else size
    time = scale / max(norm(experiment.gradient(point)), 1e-300) / 50
    points = [tuple(point)]
    gone = whole = 0.0
    for _ in range(_MOST_EVALUATIONS // 2):
        slopes = experiment.gradient(point)
        euler = experiment.stepped(point, slopes, time)
        ahead = experiment.gradient(euler)
        heun = experiment.stepped(point, [(a + b) / 2 for a, b in zip(slopes, ahead, strict=True)], time)
        off = norm([a - b for a, b in zip(euler, heun, strict=True)])
        moved = norm([a - b for a, b in zip(heun, point, strict=True)])
        if moved <= 1e-12 * scale:
            break
        after = experiment.error_at(heun)
        if not math.isfinite(off) or off > 1e-3 * scale or not after <= error:
            time /= 4
            continue
        if after < goal and moved > 1e-4 * scale:
            time /= 2
            continue
        gone, whole = gone + moved, whole + moved
        point, error = heun, after
        if gone >= scale / _POINTS:
            points.append(tuple(point))
            gone = 0.0
        if error <= goal or whole > _WIDE * scale:
            break
        time *= min(2.0, max(0.5, math.sqrt(3e-4 * scale / max(off, 1e-300))))
    if points[-1] != tuple(point):
        points.append(tuple(point))
    return _path(experiment, points)


def _apart(run: Path, smooth: Path) -> float:
    """Return how far the run gets from the river: the greatest distance of its points from the river's pieces."""
    return max(min(_distance(p, a, b) for a, b in _pieces(smooth)) for p in run.points)


def _pieces(path: Path) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    if len(path.points) == 1:
        return [(path.points[0], path.points[0])]
    return list(pairwise(path.points))


def _distance(point: Sequence[float], a: Sequence[float], b: Sequence[float]) -> float:
    along = [y - x for x, y in zip(a, b, strict=True)]
    square = sum(v * v for v in along)
    share = sum((p - x) * v for p, x, v in zip(point, a, along, strict=True)) / square if square else 0.0
    share = min(1.0, max(0.0, share))
    return norm([p - x - share * v for p, x, v in zip(point, a, along, strict=True)])


def _narrow(experiment: Experiment, smooth: Path) -> tuple[Narrow, ...]:
    size = len(experiment.weights)
    if not 1 < size <= MOST_WEIGHTS:
        return ()
    import numpy  # eigenvalues of more than one weight

    every = max(1, len(smooth.points) // _PLACES)
    found: list[Narrow] = []
    for point, length in list(zip(smooth.points, smooth.lengths, strict=True))[::every]:
        matrix = numpy.array(experiment.curvature(point))
        if not numpy.isfinite(matrix).all():
            continue
        values = numpy.linalg.eigvalsh((matrix + matrix.T) / 2)
        slopes = numpy.array(experiment.gradient(point))
        steep = float(numpy.linalg.norm(slopes))
        if not steep or not smooth.length:
            continue
        # What rounding leaves of a 0 (eigenvalues are backward stable), and what no river of this length would feel.
        rounding = 8 * size * sys.float_info.epsilon * float(abs(values).max())
        bent = sorted((abs(v), v) for v in values.tolist() if abs(v) > max(rounding, 1e-12 * steep / smooth.length))
        if not bent:
            continue
        way = slopes / steep
        found.append(Narrow(
            length, bent[0][1], bent[-1][1], float(way @ matrix @ way), size - len(bent), any(v < 0 for _, v in bent),
        ))  # fmt: skip
    return tuple(found)


def _plane(run: Path, smooth: Path) -> Plane:
    import numpy

    points = numpy.array([*run.points, *smooth.points])
    origin = points.mean(axis=0)
    _, sizes, directions = numpy.linalg.svd(points - origin, full_matrices=False)
    squares = sizes**2
    whole = float(squares.sum()) or 1.0
    second: Vector = directions[1].tolist() if len(directions) > 1 else [0.0] * points.shape[1]
    return Plane(
        tuple(origin.tolist()), tuple(directions[0].tolist()), tuple(second),
        (float(squares[0]) / whole, float(squares[1]) / whole if len(squares) > 1 else 0.0),
    )  # fmt: skip


def _paths(experiment: Experiment, run: Path, smooth: Path, apart: float, is_lost: bool) -> Finding:
    numbers = {"river": smooth.length, "run": run.length, "apart": apart, "error": run.errors[-1]}
    where = "on the curve of the error" if len(experiment.weights) == 1 else "over the landscape of the error"
    if not smooth.length and not run.length:
        is_held = any(experiment.gradient(experiment.start))
        why = "every step is held at an edge" if is_held else "its gradient is 0"
        still: Prose = ("No way leads down from ", *experiment.here, " for ", *experiment.mean, f": {why} there.")
        return Finding(still, "measured", numbers)
    rate = f"The run at {experiment.letters[1]} = {shown(experiment.rate)}"
    if is_lost:
        told = f"{rate} leaves it: it goes further than any landscape reaches."
    elif run.errors[-1] >= run.errors[0]:
        told = f"{rate} goes {shown(run.length)} and ends no lower than it began, at {shown(run.errors[-1])}."
    else:
        told = f"{rate} goes {shown(run.length)} to {shown(run.errors[-1])}"
        turns = _turns(experiment)
        if turns is not None:
            told += f" and turns back {often(turns)}." if turns else " and never turns back."
        else:
            told += f", and is never further than {shown(apart)} from the river."
    low = ", as low as the run gets" if smooth.errors[-1] <= min(run.errors) < run.errors[0] else ""
    return Finding((
        f"The river, in steps without size, runs {shown(smooth.length)} long {where} from ", *experiment.here,
        f" down to {shown(smooth.errors[-1])}{low}. {told}",
    ), "measured", numbers)  # fmt: skip


def _turns(experiment: Experiment) -> int | None:
    """Return how often the run of one weight turns back; None for more weights, and where it is too long to count."""
    history = experiment.history
    if len(experiment.weights) != 1 or history.steps > _COUNTED:
        return None
    values = [history.state_after(step)[0] for step in range(history.steps + 1)]
    moves = [b - a for a, b in pairwise(values) if a != b]
    return sum(a * b < 0 for a, b in pairwise(moves))


#: Of a run with more steps than this, turns are not counted.
_COUNTED = 20_000


def _valley(experiment: Experiment, narrow: Sequence[Narrow]) -> list[Finding]:
    if not narrow:
        return []
    worst = max(narrow, key=lambda n: n.condition)
    numbers = {
        "condition": worst.condition, "least": worst.least, "greatest": worst.greatest, "length": worst.length,
        "along": worst.along,
    }  # fmt: skip
    place = f"after {shown(worst.length)}" if worst.length else "at the start"
    flat = f", and does not bend in {count(worst.flat, 'direction')}" if worst.flat else ""
    along = f"; along the river it is {shown(worst.along)}"
    if len(experiment.weights) - worst.flat == 1:
        return [Finding((
            f"The error bends in one direction only {place}, by {shown(worst.greatest)}{along}: there is no valley to "
            "cross.",
        ), "measured", numbers)]  # fmt: skip
    down = (
        " Where it is below 0 the error bends downwards: a ridge or a saddle, not a valley." if worst.downwards else ""
    )
    suits = " A rate that suits the one is too large or too small for the other." if worst.condition > _NARROW else ""
    return [Finding((
        f"It is narrowest {place}: there the curvature of ", *experiment.mean, " is "
        f"{shown(worst.greatest)} in the direction that bends most and {shown(worst.least)} in the one that bends "
        f"least{flat}{along}. The condition number is {shown(worst.condition)}.{down}{suits}",
    ), "measured", numbers)]  # fmt: skip


#: From this condition number on a valley is narrow.
_NARROW = 10.0


def _seen(plane: Plane | None) -> list[Finding]:
    if plane is None or not any(plane.shares):
        return []
    first, second = (100 * share for share in plane.shares)
    return [Finding((
        f"Seen in the plane of its two principal directions: they hold {shown(first)} % and {shown(second)} % of the "
        "paths' variance.",
    ), "measured", {"first": plane.shares[0], "second": plane.shares[1]})]  # fmt: skip
