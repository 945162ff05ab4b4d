"""A descent's native loop, called in pieces: short enough to be interrupted, long enough to be fast."""

from __future__ import annotations

import ctypes
from array import array
from typing import NamedTuple

from workings.errors import ReadError
from workings.run.data import request_problem
from workings.run.descent import Descent
from workings.run.kernel import descent as loops
from workings.run.kernel.engine import NoMachineError
from workings.run.row import Stopped

#: A call makes about this many scalar words: some hundredths of a second.
_WORDS_A_CALL = 20_000_000
_MOST_STEPS = 1 << 20
_RECORDED_A_CALL = 1 << 15
_STOPPED: dict[int, Stopped | None] = {loops.DONE: None, loops.STILL: "still", loops.NOT_FINITE: "non_finite"}


class Ended(NamedTuple):
    """How a call ended: the state, the steps made, what was recorded, whether the pass has moved, why it stopped."""

    state: tuple[float, ...]
    made: int
    recorded: array[float]
    moved: bool
    stopped: Stopped | None


class Native:
    """The native loop of a descent."""

    def __init__(self, descent: Descent, lanes: int | None = None) -> None:
        """Compile the loop, or take it from the cache; `lanes` patterns side by side, the best number unless said.

        Raises:
            NoMachineError: when this machine cannot run native code.
        """
        settings, equations = descent.settings, descent.programs.equations
        arithmetic = "exact" if settings.numbers == "exact" else "fast"
        self.descent = descent
        self.loop = loops.Loop(
            equations, arithmetic, settings.bits, len(descent.rows), settings.batch, descent.may_rest, lanes
        )
        made_for = (arithmetic, settings.bits, settings.batch, descent.may_rest, lanes)
        if made_for not in descent.programs.kernels:
            descent.programs.kernels[made_for] = loops.compiled(self.loop)
        self._run = descent.programs.kernels[made_for]
        self._code = "d" if settings.bits == 64 else "f"
        self._fixed = array(self._code, descent.fixed.values())
        self._room = loops.padded(self.loop)
        self._tables = Tables(descent, self.loop.side)
        work = equations.words * min(settings.batch, len(descent.rows))
        self._piece = max(1, min(_MOST_STEPS, _WORDS_A_CALL // max(1, work)))

    def run(self, state: tuple[float, ...], first: int, last: int, every: int, moved: bool) -> Ended:
        """Make steps from `first` towards `last`, not more than one piece of them."""
        passes = self.descent.passes
        pass_number, place = divmod(first, passes.steps)
        # What is recorded is taken over piece by piece, in pieces that a cache holds.
        last = min(last, first + min(self._piece, every * _RECORDED_A_CALL if every else self._piece))
        rows = self._tables.of(pass_number, -(-last // passes.steps))
        # The first record is due where the last call's waiting left off.
        records = last // every - first // every if every else 0
        nan = float("nan")
        out = array(self._code, [nan]) * (records * len(state))
        here = array(self._code, [*state, *[0.0] * (self._room - len(state))])
        spare = array(self._code, bytes(here.itemsize * self._room))
        position = array("q", [place, int(moved)])
        wait = every - first % every if every else 1 << 62
        code = self._run(
            _address(here), _address(spare), _address(self._fixed), _address(rows), self._tables.width,
            self._tables.stride, _address(out), every or 1 << 62, wait, first, last, _address(position),
        )  # fmt: skip
        made, how = divmod(code, 4)
        if every:
            del out[((first + made) // every - first // every) * len(state) :]
        recorded = out if self._code == "d" else array("d", out)
        return Ended(tuple(here[: len(state)]), made, recorded, bool(position[1]), _STOPPED[how])


class Tables:
    """The patterns as kernels read them: column by column, `width` apart, a table for each pass, `stride` apart.

    Where passes are not shuffled there is one table and the stride is 0.
    """

    def __init__(self, descent: Descent, side: int) -> None:
        """Lay out the patterns of a descent, for kernels that read `side` of them at once."""
        self._descent = descent
        # A group of lanes may read past the last pattern, though it uses nothing of it.
        self.width = len(descent.rows) + side
        self.stride = self.width * len(descent.pattern_names) if descent.passes.shuffles else 0
        code = "d" if descent.settings.bits == 64 else "f"
        columns = zip(*descent.rows, strict=True)
        self.plain = array(code, [value for column in columns for value in (*column, *[0.0] * side)])

    def of(self, first_pass: int, end_pass: int) -> array[float]:
        """Return the tables of some passes."""
        if not self.stride:
            return self.plain
        import numpy

        from workings.run.shuffle import row_orders  # numpy is loaded where many numbers are

        count = len(self._descent.rows)
        table = numpy.array(self.plain).reshape(-1, self.width)
        orders = row_orders(self._descent.passes, first_pass, end_pass)
        chosen = numpy.zeros((len(orders), len(table), self.width), dtype=table.dtype)
        chosen[:, :, :count] = table[:, orders].transpose(1, 0, 2)
        return array(self.plain.typecode, chosen.tobytes())


def no_fast_numbers(error: NoMachineError) -> ReadError:
    """Return the failure of a request for fast numbers on a machine without native code."""
    return request_problem(
        f"fast numbers are asked for, and {error}", "exact numbers", "fast arithmetic is native code alone",
        "`--numbers exact`",
    )  # fmt: skip


def _address(numbers: array[float] | array[int]) -> int:
    return numbers.buffer_info()[0] if numbers else ctypes.addressof(_NOTHING)


_NOTHING = ctypes.c_double()
