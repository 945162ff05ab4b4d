"""The records of a sweep: its points, what became of each, and the whole as labelled arrays.

points   all combinations of the axes' values, or a sample of their ranges
weights  where each training ended          error   the mean error there
steps    after how many steps the error had settled, or was within the tolerance; −1 where it never was
ending   converged · edge · oscillated · diverged · moving
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy
from numpy.typing import NDArray

from workings.run.descent import Descent

Array = NDArray[numpy.floating]
#: What became of a point, in the order of their codes. *moving*: the steps ended before anything was settled.
Ending = Literal["converged", "edge", "oscillated", "diverged", "moving"]
_DIVERGED = 3
ENDINGS: tuple[Ending, ...] = ("converged", "edge", "oscillated", "diverged", "moving")


@dataclass(frozen=True)
class Axis:
    """The values of one name: those of a grid's axis, or the ends of the range that a sample is drawn from."""

    name: str
    values: tuple[float, ...]
    logarithmic: bool = False


@dataclass(frozen=True)
class Points:
    """The points of a sweep: all combinations of the axes' values, or `sample` points drawn by `seed`."""

    axes: tuple[Axis, ...]
    sample: int | None = None
    seed: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a result."""
        return tuple(len(axis.values) for axis in self.axes) if self.sample is None else (self.sample,)

    @property
    def count(self) -> int:
        """How many points there are."""
        return math.prod(self.shape)

    def values(self, begin: int, end: int) -> list[NDArray[numpy.float64]]:
        """Return the values of each axis at the points from `begin` up to `end`, in row-major order."""
        if self.sample is not None:
            return [self._drawn(axis, number, begin, end) for number, axis in enumerate(self.axes)]
        places = numpy.unravel_index(numpy.arange(begin, end), self.shape)
        return [numpy.asarray(axis.values)[place] for axis, place in zip(self.axes, places, strict=True)]

    def _drawn(self, axis: Axis, number: int, begin: int, end: int) -> NDArray[numpy.float64]:
        """Return numbers that depend on the seed, the axis and the point alone, so that blocks can be cut anywhere."""
        bits = numpy.random.Philox(key=numpy.array([self.seed % 2**64, number], dtype=numpy.uint64))
        skip = begin % 4  # a turn of Philox's counter gives four numbers
        bits.advance(begin // 4)
        chance = numpy.random.Generator(bits).random(end - begin + skip)[skip:]
        low, high = axis.values
        if axis.logarithmic:
            return numpy.exp(math.log(low) + (math.log(high) - math.log(low)) * chance)
        return low + (high - low) * chance


@dataclass(frozen=True)
class Block:
    """The results of the points from `begin` on, as flat arrays.

    `weights` by name; the mean `error` over the patterns; `steps`: after how many of them the error had settled, or
    was within the tolerance, −1 where it never was; `ending` the codes of what became of them.
    """

    begin: int
    weights: Mapping[str, Array]
    error: Array
    steps: NDArray[numpy.int64]
    ending: NDArray[numpy.int8]


@dataclass
class Summary:
    """What is told of a sweep however large it is: how many points ended how, and where the error is least."""

    points: int = 0
    endings: dict[Ending, int] = field(default_factory=lambda: dict.fromkeys(ENDINGS, 0))
    least: float = math.inf
    best: dict[str, float] = field(default_factory=dict[str, float])
    best_weights: dict[str, float] = field(default_factory=dict[str, float])

    def add(self, block: Block, points: Points) -> None:
        """Count a block."""
        self.points += len(block.error)
        for code, count in enumerate(numpy.bincount(block.ending, minlength=len(ENDINGS)).tolist()):
            self.endings[ENDINGS[code]] += count
        finite = numpy.where(numpy.isfinite(block.error) & (block.ending != _DIVERGED), block.error, numpy.inf)
        index = int(numpy.argmin(finite))
        # Of equal errors the first point is taken, whatever order the blocks end in.
        if (float(finite[index]), block.begin + index) < (self.least, self._first):
            self.least, self._first = float(finite[index]), block.begin + index
            at = points.values(block.begin + index, block.begin + index + 1)
            self.best = {axis.name: float(value[0]) for axis, value in zip(points.axes, at, strict=True)}
            self.best_weights = {name: float(values[index]) for name, values in block.weights.items()}

    def __post_init__(self) -> None:
        """Begin before any point."""
        self._first = -1


@dataclass(frozen=True, repr=False)
class Swept:
    """A finished sweep in memory; every array has the shape of the points: an axis each, or the sample's number."""

    descent: Descent
    points: Points
    every: int
    horizon: int
    tolerance: float | None
    weights: Mapping[str, Array]
    error: Array
    steps: NDArray[numpy.int64]
    ending: NDArray[numpy.int8]
    summary: Summary
    said: tuple[str, ...] = ()

    @property
    def axes(self) -> dict[str, NDArray[numpy.float64]]:
        """The axes by name: the values of a grid's axis, or the value of each point of a sample."""
        if self.points.sample is None:
            return {axis.name: numpy.asarray(axis.values) for axis in self.points.axes}
        drawn = self.points.values(0, self.points.count)
        return {axis.name: values for axis, values in zip(self.points.axes, drawn, strict=True)}

    @property
    def endings(self) -> NDArray[numpy.str_]:
        """What became of each point, in words."""
        return numpy.array(ENDINGS)[self.ending]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the results by the names that they have in files: see `column_names`."""
        values = (*self.weights.values(), self.error, self.steps, self.endings)
        return dict(zip(column_names(self.points, tuple(self.weights))[1], values, strict=True))

    def to_xarray(self) -> Any:
        """Return an xarray Dataset with the axes as coordinates.

        Raises:
            ImportError: when xarray is not installed.
        """
        # Loaded by name: xarray is nobody's dependency, and used where it is.
        xarray = importlib.import_module("xarray")
        names, _ = column_names(self.points, tuple(self.weights))
        axes = dict(zip(names, self.axes.values(), strict=True))
        if self.points.sample is not None:
            coordinates = {name: ("point", values) for name, values in axes.items()}
            return xarray.Dataset({n: ("point", v) for n, v in self.columns().items()}, coordinates)
        return xarray.Dataset({name: (tuple(axes), values) for name, values in self.columns().items()}, axes)


def column_names(points: Points, weights: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the axes and of the results in files: a swept weight's start is `start_w`, its end `w`."""
    axes = tuple(f"start_{axis.name}" if axis.name in weights else axis.name for axis in points.axes)
    taken = {*axes, *weights}
    results = [name if name not in taken else f"{name}_" for name in ("error", "steps", "ending")]
    return axes, (*weights, *results)
