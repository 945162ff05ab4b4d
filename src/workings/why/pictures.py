"""The data of figures: the error over weights, along a step, over the steps of a run; `show` draws them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from workings.derive.step import Prose
from workings.graph.speakers.floats import nearest, run_tape
from workings.graph.words.table import WORDS
from workings.graph.words.word import Table
from workings.why.answer import Figured
from workings.why.bound import Bends, Certificate
from workings.why.experiment import Experiment, Vector, dot
from workings.why.rate import Change, Rate
from workings.why.river import Path, Plane, River

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[numpy.float64]

#: The points of a curve, and those of one side of a landscape.
_FINE, _GRID = 241, 81
#: A landscape reaches this share of the paths' extent beyond them, and at least so far.
_MARGIN, _LEAST = 0.35, 0.75
#: A path that leaves this many times the size of its start is drawn near its start only, so many times its size.
_WILD, _TAMED = 1e3, 10.0


@dataclass(frozen=True)
class Curve(Figured):
    """The error of each pattern and their mean over the values of one weight; the run on it, tangent and first step.

    The others, where there are others, are held at the start.
    """

    weight: str
    error: str
    values: tuple[float, ...]
    patterns: tuple[tuple[Prose, tuple[float, ...]], ...]
    mean: tuple[float, ...]
    start: tuple[float, float]
    slope: float
    after: tuple[float, float] | None
    path: tuple[tuple[float, float], ...]
    ends: tuple[float, float] | None


def curve(experiment: Experiment, river: River) -> Curve:
    """Return the error over the weight of which the gradient is greatest, the only one where there is one."""
    import numpy  # arrays, for figures only

    slopes = experiment.gradient(experiment.start)
    index = max(range(len(slopes)), key=lambda k: abs(slopes[k]))
    name, value = experiment.weights[index], experiment.start[index]
    ends = experiment.descent.programs.ends[name]
    alone = len(experiment.weights) == 1
    went = [point[index] for point in river.run.points] if alone else [value]
    low, high = _extent([value, *went], ends)
    values = numpy.linspace(low, high, _FINE)
    columns: list[Array | float] = [*experiment.start]
    columns[index] = values
    errors = [_errors(experiment, columns, pattern, values.shape) for pattern in experiment.patterns]
    mean = cast("Array", sum(errors)) / len(errors)
    stepped = experiment.stepped(experiment.start, slopes, experiment.rate)
    path = tuple(zip(went, river.run.errors, strict=True)) if alone else ()
    return Curve(
        name, experiment.derivation.error, tuple(values.tolist()),
        tuple((experiment.pattern_label(p), tuple(e.tolist())) for p, e in zip(experiment.patterns, errors,
        strict=True)),
        tuple(mean.tolist()), (value, experiment.error_at(experiment.start)), slopes[index],
        (stepped[index], experiment.error_at(stepped)) if alone else None, path, ends,
    )  # fmt: skip


def _least(points: Sequence[tuple[float, float]]) -> float:
    """Return how far a landscape reaches at least beyond its paths: not so far that short ones cannot be seen."""
    whole = max((math.hypot(x - points[0][0], y - points[0][1]) for x, y in points), default=0.0)
    return min(_LEAST, 3 * whole) or _LEAST


def _extent(values: Sequence[float], ends: tuple[float, float] | None, least: float = _LEAST) -> tuple[float, float]:
    """Return from where to where an axis reaches: an interval, or a path, of a wild one what is near its start."""
    size = max(1.0, abs(values[0]))
    is_wild = any(abs(v - values[0]) > _WILD * size for v in values)
    near = [v for v in values if abs(v - values[0]) <= _TAMED * size] if is_wild else values
    low, high = min(near), max(near)
    if ends is not None:
        room = 0.08 * (ends[1] - ends[0])
        return ends[0] - room, ends[1] + room
    room = max(least, _MARGIN * (high - low))
    return low - room, high + room


@dataclass(frozen=True)
class Landscape(Figured):
    """The mean error over two coordinates: two weights, or the plane in which more weights are seen.

    `errors[i][j]` stands at the i-th of `down` and the j-th of `across`. The paths are as they are seen there, each
    with its errors.
    """

    across_name: Prose
    down_name: Prose
    error: str
    across: tuple[float, ...]
    down: tuple[float, ...]
    errors: tuple[tuple[float, ...], ...]
    river: tuple[tuple[float, float], ...]
    run: tuple[tuple[float, float], ...]
    river_errors: tuple[float, ...]
    run_errors: tuple[float, ...]
    rate: float
    plane: Plane | None
    box: tuple[tuple[float, float] | None, tuple[float, float] | None]


def landscape(experiment: Experiment, river: River) -> Landscape | None:
    """Return the landscape around the paths; None for a network of one weight."""
    import numpy  # arrays, for figures only

    if len(experiment.weights) < 2:
        return None
    plane = river.plane
    ends = [experiment.descent.programs.ends[name] for name in experiment.weights]
    if plane is None:
        paths = [_two(path) for path in (river.river, river.run)]
        across_name, down_name = ((_symbol(name),) for name in experiment.weights)
        box = (ends[0], ends[1])
    else:
        paths = [tuple(plane.at(point) for point in path.points) for path in (river.river, river.run)]
        shares = [f"{100 * share:.1f}".removesuffix(".0") for share in plane.shares]
        across_name = (f"first principal direction ({shares[0]} % of the variance)",)
        down_name = (f"second ({shares[1]} %)",)
        box = (None, None)
    everything = [point for path in paths for point in path]
    least = _least(everything)
    across = numpy.linspace(*(box[0] or _extent([x for x, _ in everything], None, least)), _GRID)
    down = numpy.linspace(*(box[1] or _extent([y for _, y in everything], None, least)), _GRID)
    x, y = numpy.meshgrid(across, down)
    columns: list[Array | float]
    if plane is None:
        columns = [x, y]
    else:
        columns = [o + a * x + b * y for o, a, b in zip(plane.origin, plane.first, plane.second, strict=True)]
    errors = [_errors(experiment, columns, pattern, x.shape) for pattern in experiment.patterns]
    mean = cast("Array", sum(errors)) / len(errors)
    return Landscape(
        across_name, down_name, experiment.derivation.error, tuple(across.tolist()), tuple(down.tolist()),
        tuple(tuple(row) for row in mean.tolist()), paths[0], paths[1], river.river.errors, river.run.errors,
        experiment.rate, plane, box,
    )  # fmt: skip


def _two(path: Path) -> tuple[tuple[float, float], ...]:
    return tuple((point[0], point[1]) for point in path.points)


def _symbol(name: str) -> Any:
    from workings.graph.expr import symbol

    return symbol(name)


@dataclass(frozen=True)
class Errors(Figured):
    """The error of each pattern and their mean, after each of `steps` of the run."""

    error: str
    steps: tuple[int, ...]
    patterns: tuple[tuple[Prose, tuple[float, ...]], ...]
    mean: tuple[float, ...]


def errors(experiment: Experiment) -> Errors:
    """Return the errors over the run, after evenly spread steps of a long one."""
    history, size = experiment.history, len(experiment.weights)
    every = max(1, history.steps // (_FINE - 1))
    steps = tuple(sorted({*range(0, history.steps + 1, every), history.steps}))
    states = [history.state_after(step)[:size] for step in steps]
    found = [[experiment.error_at(state, p) for state in states] for p in experiment.patterns]
    mean = tuple(sum(column) / len(found) for column in zip(*found, strict=True))
    told = tuple((experiment.pattern_label(p), tuple(e)) for p, e in zip(experiment.patterns, found, strict=True))
    return Errors(experiment.derivation.error, steps, told, mean)


@dataclass(frozen=True)
class AlongStep(Figured):
    """The change of an error over the rate of one step from the start: exact, to first and to second order.

    `safe` is the rate below which every step is proved to lower it, None where nothing is proved.
    """

    pattern: Prose
    error: str
    rate_name: str
    rates: tuple[float, ...]
    exact: tuple[float, ...]
    first: tuple[float, ...]
    second: tuple[float, ...]
    rate: float
    largest: float
    safe: float | None


def along_step(experiment: Experiment, found: Rate) -> AlongStep | None:
    """Return the changes for the pattern that a step changes most; None where every gradient is 0."""
    change = max(found.changes, key=lambda c: abs(c.first))
    if not any(change.step):
        return None
    slopes, pattern = list(change.gradient), change.pattern
    far = _far(found, change)
    rates = [far * k / (_FINE - 1) for k in range(_FINE)]
    square = dot(slopes, slopes)
    bend = dot(slopes, experiment.bend(experiment.start, slopes, pattern))
    exact: Vector = []
    for alpha in rates:
        after = experiment.stepped(experiment.start, slopes, alpha)
        exact.append(experiment.error_at(after, pattern) - change.before)
    safe = None
    if found.everywhere is not None and found.everywhere.near is None:
        limits = {c.pattern: c.rate for c in found.everywhere.certificates}
        safe = found.everywhere.rate if pattern is None else limits[pattern]
    return AlongStep(
        experiment.pattern_words(pattern), experiment.derivation.error, experiment.network.rate or "alpha",
        tuple(rates),
        tuple(exact), tuple(-alpha * square for alpha in rates),
        tuple(-alpha * square + alpha * alpha * bend / 2 for alpha in rates), experiment.rate, change.largest,
        safe if safe is not None and math.isfinite(safe) else None,
    )  # fmt: skip


def _far(found: Rate, change: Change) -> float:
    """Return how far the rates reach: beyond the largest that helps, the safe one and the one asked for."""
    if 0 < change.largest < math.inf:
        return 1.25 * change.largest
    safe = [c.rate for c in found.everywhere.certificates] if found.everywhere is not None else []
    return 1.5 * max(found.rate, *(rate for rate in safe if math.isfinite(rate)), 4 * found.rate)


@dataclass(frozen=True)
class Proof(Figured):
    """A proof over one form, with the curvature that it is about at values of the form."""

    certificate: Certificate
    values: tuple[float, ...]
    curvature: tuple[float, ...]


def proof(experiment: Experiment, found: Rate) -> Proof | None:
    """Return the largest of the proofs that are made over one form, with its curve; None where there is none."""
    certificate = None if found.everywhere is None else found.everywhere.over_one_form
    if found.everywhere is None or certificate is None:
        return None
    (index,) = certificate.moving
    low, high, *_ = certificate.domain[index]
    # A form without bounds is drawn around 0, or around the greatest curvature where that is further out.
    middle = certificate.where[index] if abs(certificate.where[index]) > _AROUND else 0.0
    low, high = max(low, middle - _AROUND), min(high, middle + _AROUND)
    values = tuple(low + (high - low) * k / (_FINE - 1) for k in range(_FINE))
    weights = dict(zip(experiment.weights, found.everywhere.domain, strict=True))
    bends = Bends(experiment.derivation, weights, experiment.rate)
    return Proof(certificate, values, tuple(bends.second(certificate, index, value) for value in values))


#: How far a form without bounds is drawn.
_AROUND = 8.0


# The error on arrays


def _errors(experiment: Experiment, columns: Sequence[Array | float], pattern: int, shape: tuple[int, ...]) -> Array:
    """Return the error of a pattern where each weight is a number or an array: the run's own program, on arrays."""
    import numpy  # arrays, for figures only

    program = experiment.descent.programs.error
    given = [*columns, *experiment.descent.fixed.values(), *experiment.descent.rows[pattern]]
    inputs: dict[Any, Any] = {
        key: given[program.inputs.index(slot)] for key, slot in program.tape.inputs.items() if slot in program.inputs
    }
    with numpy.errstate(all="ignore"):
        slots = run_tape(program.tape, _words(), nearest, inputs)
    return numpy.broadcast_to(numpy.asarray(slots[program.outputs[0]], dtype=numpy.float64), shape)


@cache
def _words() -> Mapping[str, Callable[..., Any]]:
    """Return the scalar words on arrays: NumPy's, by their formula, or number by number where it has neither."""
    import numpy

    words: dict[str, Callable[..., Any]] = {}
    speaker: Table[Any] = Table(words, nearest)
    for name, word in WORDS.items():
        if word.numpy:
            words[name] = getattr(numpy, word.numpy)
        elif word.body is not None:
            words[name] = partial(word.body, speaker)
        else:
            words[name] = numpy.vectorize(word.double, otypes=[numpy.float64])
    return words
