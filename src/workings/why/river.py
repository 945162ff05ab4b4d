"""The river: the path of steepest descent in small steps, and the path that the run took, on the error's landscape.

A river follows w′ = −∇E, which is descent in steps without size. A run at a rate cuts its corners, and where the valley
is narrow, it crosses it to and fro: the condition number of the curvature, its greatest eigenvalue over its least, says
how much narrower the valley is across than along. One weight has a curve, two a surface; of more weights the plane is
shown in which the paths lie best (the first two principal directions of the path: K. Pearson, 1901).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from workings.derive.step import Prose
from workings.why.answer import Answer, Finding
from workings.why.experiment import Experiment, Vector, norm
from workings.why.words import often, shown

#: The points of the river, and how many gradients it may cost.
_POINTS, _MOST_EVALUATIONS = 160, 6000
#: How far a path is followed.
_FAR = 1e12
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
    """The curvature at a place of the river: its least and greatest eigenvalue."""

    length: float
    least: float
    greatest: float

    @property
    def condition(self) -> float:
        """The greatest size of an eigenvalue over the least: 1 is a round bowl, more a valley."""
        sizes = abs(self.least), abs(self.greatest)
        return max(sizes) / min(sizes) if min(sizes) else math.inf


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
    run = _run(experiment)
    smooth = _river(experiment, run)
    apart = _apart(run, smooth)
    narrow = _narrow(experiment, smooth)
    plane = _plane(run, smooth) if len(experiment.weights) > 2 else None
    findings = (_paths(experiment, run, smooth, apart), *_valley(experiment, narrow), *_seen(plane))
    laws = (("w′", f"−∇{experiment.letters[0]}", "the river: a step without size, again and again"),)
    return River("river", findings, laws, experiment.weights, experiment.rate, smooth, run, apart, narrow, plane)


def _path(experiment: Experiment, points: Sequence[Sequence[float]]) -> Path:
    lengths = [0.0]
    for a, b in pairwise(points):
        lengths.append(lengths[-1] + norm([y - x for x, y in zip(a, b, strict=True)]))
    return Path(tuple(map(tuple, points)), tuple(lengths), tuple(experiment.error_at(p) for p in points))


def _run(experiment: Experiment) -> Path:
    """Return the path of the run, one point a pass at least; of a long run, points that are evenly spread."""
    history, size = experiment.history, len(experiment.weights)
    every = max(1, history.steps // (2 * _POINTS))
    steps = sorted({*range(0, history.steps + 1, every), history.steps})
    points = [history.state_after(step)[:size] for step in steps]
    # A run that leaves the numbers is followed as far as a landscape reaches.
    within = [norm(p) <= _FAR and math.isfinite(experiment.error_at(p)) for p in points]
    return _path(experiment, points[: within.index(False)] if False in within else points)


def _river(experiment: Experiment, run: Path) -> Path:
    """Follow −∇E until the error is the run's, in steps that an embedded pair of rules keeps accurate.

    Each step is Heun's, of order two; Euler's beside it says how far it may be off. Held weights stay at their edge.
    """
    point = list(experiment.start)
    goal = min(run.errors)
    scale = max(run.length, 1e-9)
    time = scale / max(norm(experiment.gradient(point)), 1e-300) / 50
    points = [tuple(point)]
    gone = 0.0
    for _ in range(_MOST_EVALUATIONS // 2):
        slopes = experiment.gradient(point)
        euler = experiment.stepped(point, slopes, time)
        ahead = experiment.gradient(euler)
        heun = experiment.stepped(point, [(a + b) / 2 for a, b in zip(slopes, ahead, strict=True)], time)
        off = norm([a - b for a, b in zip(euler, heun, strict=True)])
        if not math.isfinite(off) or off > 1e-3 * scale:
            time /= 4
            continue
        moved = norm([a - b for a, b in zip(heun, point, strict=True)])
        if moved <= 1e-12 * scale:
            break
        if experiment.error_at(heun) < goal and moved > 1e-4 * scale:
            time /= 2
            continue
        gone += moved
        point = heun
        if gone >= scale / _POINTS:
            points.append(tuple(point))
            gone = 0.0
        if experiment.error_at(point) <= goal:
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
        found.append(Narrow(length, float(values[0]), float(values[-1])))
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


def _paths(experiment: Experiment, run: Path, smooth: Path, apart: float) -> Finding:
    numbers = {"river": smooth.length, "run": run.length, "apart": apart, "error": run.errors[-1]}
    where = "on the curve of the error" if len(experiment.weights) == 1 else "over the landscape of the error"
    if not smooth.length and not run.length:
        still: Prose = ("No way leads from ", *experiment.here, ": the gradient of ", *experiment.mean, " is 0 there.")
        return Finding(still, "measured", numbers)
    if len(experiment.weights) == 1:
        turns = _turns(run)
        end = f" and turns back {often(turns)}." if turns else " and never turns back."
    else:
        end = f", and is never further than {shown(apart)} from the river."
    return Finding((
        f"The river, in steps without size, runs {shown(smooth.length)} long {where} from ", *experiment.here,
        f" down to {shown(smooth.errors[-1])}. The run at {experiment.letters[1]} = {shown(experiment.rate)} goes "
        f"{shown(run.length)} to {shown(run.errors[-1])}{end}",
    ), "measured", numbers)  # fmt: skip


def _turns(run: Path) -> int:
    moves = [b[0] - a[0] for a, b in pairwise(run.points) if a != b]
    return sum(a * b < 0 for a, b in pairwise(moves))


def _valley(experiment: Experiment, narrow: Sequence[Narrow]) -> list[Finding]:
    if not narrow:
        return []
    worst = max(narrow, key=lambda n: n.condition)
    numbers = {"condition": worst.condition, "least": worst.least, "greatest": worst.greatest, "length": worst.length}
    bent = " (along that one it bends downwards: a ridge, not a valley)" if worst.least < 0 else ""
    suits = " A rate that suits the one is too large or too small for the other." if worst.condition > _NARROW else ""
    place = f"after {shown(worst.length)}" if worst.length else "at the start"
    return [Finding((
        f"It is narrowest {place}: there the curvature of ", *experiment.mean, " is "
        f"{shown(worst.greatest)} across and {shown(worst.least)} along{bent}, a condition number of "
        f"{shown(worst.condition)}.{suits}",
    ), "measured", numbers)]  # fmt: skip


#: From this condition number on a valley is narrow.
_NARROW = 10.0


def _seen(plane: Plane | None) -> list[Finding]:
    if plane is None:
        return []
    first, second = (100 * share for share in plane.shares)
    return [Finding((
        f"Seen in the plane of its two principal directions: they hold {shown(first)} % and {shown(second)} % of the "
        "paths' variance.",
    ), "measured", {"first": plane.shares[0], "second": plane.shares[1]})]  # fmt: skip
