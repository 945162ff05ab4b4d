"""Many trainings at once: a grid or a sample over starts, rates and constants; where each ended, and how.

Each point is the training that `train` would make there: the same equations, the same order of patterns. Points are
made in blocks, as many at once as there are cores; what is kept of a point does not depend on its steps.
"""

from __future__ import annotations

import math
import os
import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Literal

import numpy
from numpy.typing import NDArray

from workings.derive.step import Derivation
from workings.graph.expr import symbol
from workings.graph.name import ascii_name
from workings.graph.name import plain as plain_name
from workings.run import data
from workings.run.data import Given, request_problem
from workings.run.descent import Descent
from workings.run.history import Settings
from workings.run.kernel import sweep as kernels
from workings.run.native import Tables
from workings.run.update import RATE

Array = NDArray[numpy.floating]
#: What became of a point, in the order of their codes. *moving*: the steps ended before anything was settled.
Ending = Literal["converged", "edge", "oscillated", "diverged", "moving"]
ENDINGS: tuple[Ending, ...] = ("converged", "edge", "oscillated", "diverged", "moving")

#: Unless said, the errors are looked at this many times; never more often than `MOST_CHECKS` times.
CHECKS, MOST_CHECKS = 20, 4096
#: A call makes about this many scalar words, so that a bar moves and an interrupt is heard.
_WORDS_A_CALL = 4e9
_MOST_POINTS = 1 << 16
#: The patterns of shuffled passes are laid out before a sweep begins; so many numbers at most.
_MOST_SHUFFLED = 1 << 25


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


class Sweep:
    """A sweep made ready: the points, the settings, the kernel."""

    def __init__(
        self, derivation: Derivation, points: Points, settings: Settings, *, steps: int, start: Mapping[str, float],
        rate: float | None = None, tolerance: float | None = None, every: int | None = None, lanes: int | None = None,
    ) -> None:  # fmt: skip
        """Compile the kernel.

        Raises:
            ReadError: when the request does not fit the network.
            NoMachineError: when this machine cannot run native code.
        """
        network = derivation.network
        self.points, self.steps, self.tolerance = points, steps, tolerance
        self.derivation = derivation
        fixed_rate = data.rate(network, rate)
        begins = data.starts(network, start, settings.seed)
        settings = data.settled(network, settings, fixed_rate.value, steps)
        self.descent = Descent(derivation, settings)
        self.settings = settings
        names = [axis.name for axis in points.axes]
        self.said = _said(names, network.rate or RATE, fixed_rate, begins)
        self.starts = {name: given.value for name, given in begins.items() if name in self.descent.weights}
        self.varied = tuple(name for name in self.descent.fixed if name in names)
        _check_axes(self.descent, points)
        ends = tuple(data.bounds(network, weight) for weight in self.descent.weights)
        self.plan = kernels.Plan(
            self.descent.equations, self.descent.error_program, "exact" if settings.numbers == "exact" else "fast",
            settings.bits, len(self.descent.rows), settings.batch, tuple(map(symbol, self.varied)), ends, lanes,
        )  # fmt: skip
        self._run = kernels.compiled(self.plan)
        self.every = self._spacing(every)
        # The last passes are watched one by one, after the last check.
        watched = min(steps, kernels.LAST_PASSES * self.plan.pass_steps)
        self.checks = (steps - watched) // self.every
        self._tables = Tables(self.descent, 1)
        self._rows = self._all_rows()
        self._type = numpy.float64 if settings.bits == 64 else numpy.float32
        self._stop = numpy.zeros(1, dtype=numpy.int64)

    def _spacing(self, asked: int | None) -> int:
        unit = self.plan.pass_steps
        wanted = max(asked or -(-self.steps // CHECKS), -(-self.steps // MOST_CHECKS), 1)
        return wanted if asked else -(-wanted // unit) * unit

    def _all_rows(self) -> array[float]:
        """Return the patterns in their own order, and where passes are shuffled, each pass after it."""
        passes = -(-self.steps // self.plan.pass_steps)
        if self._tables.stride * passes > _MOST_SHUFFLED:
            raise request_problem(
                f"{passes:,} shuffled passes are asked for", f"at most {_MOST_SHUFFLED // self._tables.stride:,}",
                "all points of a sweep see one shuffle, which is kept for all of its steps", "`--order cyclic`",
            )  # fmt: skip
        return self._tables.plain + self._tables.of(0, passes) if self._tables.stride else self._tables.plain

    @property
    def block(self) -> int:
        """How many points a block has: a multiple of the kernel's group, by the work of a point."""
        work = self.plan.equations.words * min(self.settings.batch, len(self.descent.rows)) * max(1, self.steps)
        lanes = 1 if self.settings.numbers == "exact" else self.plan.vector.count
        most = int(min(_MOST_POINTS, _WORDS_A_CALL * lanes / work))
        return max(1, most // self.plan.group) * self.plan.group

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.points.count // self.block)

    def run(self, number: int) -> Block | None:
        """Make one block; None if it was stopped."""
        begin = number * self.block
        end = min(begin + self.block, self.points.count)
        count, group = end - begin, self.plan.group
        lanes = -(-count // group) * group
        values = dict(zip((axis.name for axis in self.points.axes), self.points.values(begin, end), strict=True))
        state = numpy.zeros((len(self.descent.names), lanes), dtype=self._type)
        for row, name in enumerate(self.descent.weights):
            state[row, :count] = values.get(name, self.starts[name])
            state[row, count:] = state[row, count - 1]
        varied = numpy.empty((max(1, len(self.varied)), lanes), dtype=self._type)
        for row, name in enumerate(self.varied):
            varied[row, :count] = values[name]
            varied[row, count:] = varied[row, count - 1]
        fixed = numpy.array([*self.descent.fixed.values(), 0.0], dtype=self._type)
        error = numpy.full(lanes, numpy.nan, dtype=self._type)
        whole = numpy.int64 if self._type is numpy.float64 else numpy.int32
        settled, reached, fate = (numpy.full(lanes, -1, dtype=whole) for _ in range(3))
        scratch = _aligned((self.checks + 2) * group, self._type)
        stopped = self._run(
            *(array.ctypes.data for array in (state, varied, fixed)), self._rows.buffer_info()[0], self._tables.width,
            self._tables.stride, lanes, self.steps, self.every, self.checks, scratch.ctypes.data,
            -math.inf if self.tolerance is None else self.tolerance,
            *(array.ctypes.data for array in (error, settled, reached, fate, self._stop)),
        )  # fmt: skip
        if stopped:
            return None
        index = (settled if self.tolerance is None else reached)[:count].astype(numpy.int64)
        steps = numpy.where(index > self.checks, self.steps, index * self.every)
        steps[index < 0] = -1
        ending = fate[:count].astype(numpy.int8)
        if self.tolerance is None:
            steps[ending == kernels.DIVERGED] = -1
        weights = {name: state[row, :count] for row, name in enumerate(self.descent.weights)}
        return Block(begin, weights, error[:count], steps, ending)

    def run_all(
        self, wanted: Sequence[int], threads: int | None = None, watch: Callable[[int], None] | None = None
    ) -> Iterator[tuple[int, Block]]:
        """Make blocks, several at once, and yield each with its number as it ends; an interrupt stops all of them."""
        workers = threads or usable_cores()
        self._stop[0] = 0
        done = 0
        waiting = iter(wanted)
        running: dict[Future[Block | None], int] = {}
        lock = threading.Lock()
        with ThreadPoolExecutor(workers) as pool:
            try:
                while True:
                    with lock:
                        while len(running) < 2 * workers and (number := next(waiting, None)) is not None:
                            running[pool.submit(self.run, number)] = number
                    if not running:
                        return
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        number, block = running.pop(future), future.result()
                        if block is not None:
                            done += len(block.error)
                            if watch is not None:
                                watch(done)
                            yield number, block
            finally:
                self._stop[0] = 1
                for future in running:
                    future.cancel()


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _aligned(count: int, kind: type[numpy.floating]) -> Array:
    """Return an array whose first element stands where a whole register may be loaded."""
    size = numpy.dtype(kind).itemsize
    room = numpy.empty(count + 64 // size, dtype=kind)
    skip = -room.ctypes.data % 64 // size
    return room[skip : skip + count]


def _said(names: Sequence[str], rate_name: str, rate: Given, begins: Mapping[str, Given]) -> tuple[str, ...]:
    given = [] if rate_name in names else [rate]
    given += [begin for name, begin in begins.items() if name not in names]
    return tuple(each.said for each in given if each.said)


def _check_axes(descent: Descent, points: Points) -> None:
    """Check that every axis is a weight, the rate or a constant, once, with values that it can have.

    Raises:
        ReadError: naming the first that is not.
    """
    known = (*descent.weights, *descent.fixed)
    seen: set[str] = set()
    for axis in points.axes:
        shown = plain_name(axis.name)
        if axis.name not in known or axis.name in seen:
            fault = f"there are two axes `{shown}`" if axis.name in seen else f"`{shown}` cannot be swept"
            raise request_problem(
                fault, "once each, of " + ", ".join(f"`{plain_name(name)}`" for name in known),
                "a sweep goes over starts of weights, the rate, and constants", f"`--grid {ascii_name(known[0])}=0:1:11`",
            )  # fmt: skip
        seen.add(axis.name)
        ends = data.bounds(descent.network, axis.name) if axis.name in descent.weights else None
        low, high = ends or (-math.inf, math.inf)
        is_rate = axis.name == (descent.network.rate or RATE)
        for value in axis.values:
            if not math.isfinite(value) or not low <= value <= high or (is_rate and value <= 0):
                allowed = (
                    f"numbers in [{low:g}, {high:g}]" if ends else "numbers greater than 0" if is_rate else "numbers"
                )
                raise request_problem(
                    f"the axis `{shown}` has the value {value:g}", allowed, "every point is a training that could be",
                    f"`--grid {ascii_name(axis.name)}={max(low, 0.0):g}:{min(high, 1.0):g}:11`",
                )  # fmt: skip
        if not axis.values:
            raise request_problem(
                f"the axis `{shown}` has no value", "one or more", "a grid is all combinations of its axes' values",
                f"`--grid {ascii_name(axis.name)}=0:1:11`",
            )  # fmt: skip


__all__ = ["ENDINGS", "Array", "Axis", "Block", "Ending", "Points", "Sweep", "usable_cores"]
