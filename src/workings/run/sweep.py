"""Many trainings at once: a grid or a sample over starts, rates and constants; where each ended, and how.

Each point is the training that `train` would make there: the same equations, the same order of patterns. Points are
made in blocks, as many at once as there are cores; what is kept of a point does not depend on its steps.
"""

from __future__ import annotations

import hashlib
import math
import os
import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import numpy
from numpy.typing import NDArray

from workings.derive.step import Derivation
from workings.graph.expr import symbol
from workings.graph.writing.spelling import ascii_name
from workings.graph.writing.spelling import plain as plain_name
from workings.run import data
from workings.run.data import Given, request_problem
from workings.run.descent import Descent
from workings.run.kernel import sweep as kernels
from workings.run.kernel.engine import NoMachineError
from workings.run.native import Tables, no_fast_numbers
from workings.run.played import StoppedError, play
from workings.run.settings import Settings
from workings.run.swept import Array, Block, Points, Summary, Swept
from workings.run.update import RATE

#: Unless said, the errors are looked at this many times; never more often than `MOST_CHECKS` times.
CHECKS, MOST_CHECKS = 20, 4096
#: A call makes about this many scalar words, so that a bar moves and an interrupt is heard.
_WORDS_A_CALL = 4e9
_MOST_POINTS = 1 << 16
#: The interpreter takes about so many times as long for a word.
_SLOWER = 50
#: The patterns of shuffled passes are laid out before a sweep begins; so many numbers at most.
_MOST_SHUFFLED = 1 << 25


class Sweep:
    """A sweep made ready: the points, the settings, the kernel."""

    def __init__(
        self, derivation: Derivation, points: Points, settings: Settings, *, steps: int, start: Mapping[str, float],
        rate: float | None = None, tolerance: float | None = None, every: int | None = None, lanes: int | None = None,
        compiled: bool = True,
    ) -> None:  # fmt: skip
        """Compile the kernel.

        Raises:
            ReadError: when the request does not fit the network, or asks for fast numbers on a machine without
                native code.
        """
        network = derivation.network
        if tolerance is not None and not math.isfinite(tolerance):
            raise request_problem(
                f"the tolerance is {tolerance:g}", "a number", "steps are counted until the mean error is at most this",
                "`--tolerance 0.01`",
            )  # fmt: skip
        self.points, self.steps, self.tolerance = points, steps, tolerance
        self.derivation = derivation
        fixed_rate = data.rate(network, rate)
        begins = data.starts(network, start, settings.seed)
        settings = data.settled(network, settings, fixed_rate.value, steps)
        self.descent = Descent(derivation, settings)
        self.settings = settings
        names = [axis.name for axis in points.axes]
        self.said = _said(names, network.rate or RATE, fixed_rate, begins, settings.seed)
        self.starts = {name: given.value for name, given in begins.items() if name in self.descent.weights}
        self.varied = tuple(name for name in self.descent.fixed if name in names)
        _check_axes(self.descent, points)
        self._type = numpy.float64 if settings.bits == 64 else numpy.float32
        self._stop = numpy.zeros(1, dtype=numpy.int64)
        unit = self.descent.passes.steps
        self.every = self._spacing(every, unit)
        # The last passes are watched one by one, after the last check.
        self.checks = (steps - min(steps, kernels.LAST_PASSES * unit)) // self.every
        self._compile(lanes, compiled)

    def _compile(self, lanes: int | None, compiled: bool) -> None:
        """Make the kernel ready; where this machine has none, the interpreter takes its place, and it is said."""
        descent, settings = self.descent, self.settings
        self.plan = kernels.Plan(
            descent.programs.equations, descent.programs.error, "exact" if settings.numbers == "exact" else "fast",
            settings.bits, len(descent.rows), settings.batch, tuple(map(symbol, self.varied)),
            tuple(descent.programs.ends.values()), lanes,
        )  # fmt: skip
        self._run = None
        self.group = 1
        if not compiled:
            return
        try:
            self._run = kernels.compiled(self.plan)
        except NoMachineError as error:
            if settings.numbers != "exact":
                raise no_fast_numbers(error) from None
            self.said = (*self.said, f"the interpreter runs, which is slower and computes the same: {error}")
            return
        self.group = self.plan.group
        self._tables = Tables(descent, 1)
        self._rows = self._all_rows()

    def _spacing(self, asked: int | None, unit: int) -> int:
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
        lanes = 1 if self.settings.numbers == "exact" else 64 // (self.settings.bits // 8)
        most = int(min(_MOST_POINTS, _WORDS_A_CALL * lanes / work))
        return max(1, (most if self._run else most // _SLOWER) // self.group) * self.group

    @property
    def identity(self) -> str:
        """A digest of the code that makes the points: results of other code are not mixed with these."""
        return hashlib.sha256(kernels.written(self.plan).encode()).hexdigest() if self._run else "interpreter"

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.points.count // self.block)

    def run(self, number: int) -> Block | None:
        """Make one block; None if it was stopped."""
        begin = number * self.block
        count = min(begin + self.block, self.points.count) - begin
        lanes = -(-count // self.group) * self.group
        at = self.points.values(begin, begin + count)
        values = dict(zip((axis.name for axis in self.points.axes), at, strict=True))
        # What fills the last group up repeats its last point.
        state = numpy.zeros((len(self.descent.names), lanes), dtype=self._type)
        for row, name in enumerate(self.descent.weights):
            state[row, :count] = values.get(name, self.starts[name])
            state[row, count:] = state[row, count - 1]
        varied = numpy.zeros((len(self.varied), lanes), dtype=self._type)
        for row, name in enumerate(self.varied):
            varied[row, :count] = values[name]
            varied[row, count:] = varied[row, count - 1]
        error = numpy.full(lanes, numpy.nan, dtype=self._type)
        whole = numpy.int64 if self._type is numpy.float64 else numpy.int32
        settled, reached, fate = (numpy.full(lanes, -1, dtype=whole) for _ in range(3))
        run = self._native if self._run else self._interpreted
        if not run(state, varied, (error, settled, reached, fate)):
            return None
        index = (settled if self.tolerance is None else reached)[:count].astype(numpy.int64)
        steps = numpy.where(index > self.checks, self.steps, index * self.every)
        ending = fate[:count].astype(numpy.int8)
        steps[(index < 0) | ((self.tolerance is None) & (ending == kernels.DIVERGED))] = -1
        weights = {name: state[row, :count] for row, name in enumerate(self.descent.weights)}
        return Block(begin, weights, error[:count], steps, ending)

    @property
    def _limit(self) -> float:
        return -math.inf if self.tolerance is None else self.tolerance

    def _native(self, state: Array, varied: Array, found: Sequence[NDArray[Any]]) -> bool:
        assert self._run is not None
        fixed = numpy.array([*self.descent.fixed.values()], dtype=self._type)
        scratch = _aligned((self.checks + 2) * self.group, self._type)
        stopped = self._run(
            *(array.ctypes.data for array in (state, varied, fixed)), self._rows.buffer_info()[0], self._tables.width,
            self._tables.stride, state.shape[1], self.steps, self.every, self.checks, scratch.ctypes.data, self._limit,
            *(array.ctypes.data for array in (*found, self._stop)),
        )  # fmt: skip
        return not stopped

    def _interpreted(self, state: Array, varied: Array, found: Sequence[NDArray[Any]]) -> bool:
        for lane in range(state.shape[1]):
            descent = self.descent.at({name: float(varied[row, lane]) for row, name in enumerate(self.varied)})
            asked = (self.steps, self.every, self.checks, self._limit)
            try:
                ended = play(descent, state[:, lane].tolist(), asked, lambda: bool(self._stop[0]))
            except StoppedError:
                return False
            state[:, lane] = ended.state
            for values, value in zip(found, ended[1:], strict=True):
                values[lane] = value
        return True

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


def gather(sweep: Sweep, threads: int | None = None, watch: Callable[[int], None] | None = None) -> Swept:
    """Make a whole sweep in memory."""
    points, summary = sweep.points, Summary()
    shape, kind = points.shape, numpy.dtype("f8" if sweep.settings.bits == 64 else "f4")
    weights: dict[str, Array] = {name: numpy.empty(points.count, dtype=kind) for name in sweep.descent.weights}
    error = numpy.empty(points.count, dtype=kind)
    steps = numpy.empty(points.count, dtype=numpy.int64)
    ending = numpy.empty(points.count, dtype=numpy.int8)
    for _, block in sweep.run_all(range(sweep.blocks), threads, watch):
        here = slice(block.begin, block.begin + len(block.error))
        for name, values in block.weights.items():
            weights[name][here] = values
        error[here], steps[here], ending[here] = block.error, block.steps, block.ending
        summary.add(block, points)
    return Swept(
        sweep.descent, points, sweep.every, sweep.steps, sweep.tolerance,
        {name: values.reshape(shape) for name, values in weights.items()}, error.reshape(shape),
        steps.reshape(shape), ending.reshape(shape), summary, sweep.said,
    )  # fmt: skip


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _aligned(count: int, kind: type[numpy.floating]) -> Array:
    """Return an array whose first element stands where a whole register may be loaded."""
    size = numpy.dtype(kind).itemsize
    room = numpy.empty(count + 64 // size, dtype=kind)
    skip = -room.ctypes.data % 64 // size
    return room[skip : skip + count]


def _said(names: Sequence[str], rate_name: str, rate: Given, begins: Mapping[str, Given], seed: int) -> tuple[str, ...]:
    """Say where the numbers come from that no axis gives."""
    given = [] if rate_name in names else [rate]
    given += data.drawn_together({name: begin for name, begin in begins.items() if name not in names}, seed)
    return tuple(each.said for each in given if each.said)


def _check_axes(descent: Descent, points: Points) -> None:
    """Check that every axis is a weight, the rate or a constant, once, with values that it can have.

    Raises:
        ReadError: naming the first that is not.
    """
    if points.sample is not None and points.sample < 1:
        raise request_problem(
            "a sample of no points is asked for", "1 or more", "there is nothing to do", "`--sample 1000`"
        )
    if not points.axes:
        raise request_problem(
            "there is nothing to sweep over", "one axis or more", "a sweep goes over starts, the rate, and constants",
            f"`--grid {ascii_name(descent.weights[0])}=0:1:11`",
        )  # fmt: skip
    # The number of steps is one for all points: T is no axis.
    known = (*descent.weights, *(name for name in descent.fixed if name != descent.update.last))
    seen: set[str] = set()
    for axis in points.axes:
        shown = plain_name(axis.name)
        if axis.name not in known or axis.name in seen:
            fault = f"there are two axes `{shown}`" if axis.name in seen else f"`{shown}` cannot be swept"
            raise request_problem(
                fault, "once each, of " + ", ".join(f"`{plain_name(name)}`" for name in known),
                "a sweep goes over starts of weights, the rate, and constants",
                f"`--grid {ascii_name(known[0])}=0:1:11`",
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
        if points.sample is not None and (len(axis.values) != 2 or axis.values[0] > axis.values[1]):
            raise request_problem(
                f"the range of `{shown}` is not two numbers, the lower one first", "the ends of a range",
                "a sample is drawn from ranges", f"`--range {ascii_name(axis.name)}=0:1`",
            )  # fmt: skip
        if axis.logarithmic and axis.values and min(axis.values) <= 0:
            raise request_problem(
                f"the range of `{shown}` goes down to {min(axis.values):g}", "a range above 0",
                "only positive numbers have a logarithm", f"`--range {ascii_name(axis.name)}=0.001:1:log`",
            )  # fmt: skip
        if not axis.values:
            raise request_problem(
                f"the axis `{shown}` has no value", "one or more", "a grid is all combinations of its axes' values",
                f"`--grid {ascii_name(axis.name)}=0:1:11`",
            )  # fmt: skip
