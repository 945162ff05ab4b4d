"""The loop of training as one native function: many steps without returning to Python.

    while steps are left:
        slopes ← the mean, in the order of the patterns, of the gradients of the step's patterns
        state  ← update(state, slopes)
        leave if a number is not finite, or if a whole pass has moved nothing
        every k steps: record the state

Lanes are patterns. Sums over them go in the order of the patterns in exact arithmetic, whatever the number of
lanes, and by halves in fast arithmetic.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

from workings.run.kernel.engine import machine, native
from workings.run.kernel.equations import Equations
from workings.run.kernel.state import InMemory, InRegisters
from workings.run.kernel.step import Arithmetic, Values, finite, outputs, speaker
from workings.run.kernel.sums import Sums, Totals
from workings.run.kernel.text import Bits, Lanes, Text
from workings.run.kernel.words import Words

#: How a call ended: all steps made; a pass that moved nothing; a number that is not finite.
DONE, STILL, NOT_FINITE = 0, 1, 2

_PARAMETERS = (
    "ptr noalias %state", "ptr noalias %spare", "ptr noalias %fixed", "ptr noalias %rows", "i64 %width", "i64 %stride",
    "ptr noalias %out", "i64 %every", "i64 %wait", "i64 %first", "i64 %last", "ptr noalias %place",
)  # fmt: skip
_POINTER, _INTEGER = ctypes.c_void_p, ctypes.c_int64
_TYPES = (*[_POINTER] * 4, _INTEGER, _INTEGER, _POINTER, *[_INTEGER] * 4, _POINTER)

#: A state of at most so many numbers is kept in registers from step to step; a larger one lies in memory.
_IN_REGISTERS = 16
#: A step's groups of patterns are written out one after another up to this many scalar words.
_WRITTEN_OUT = 8000


@dataclass(frozen=True)
class Loop:
    """What a kernel is made for: the equations, their arithmetic, and how passes are cut into steps.

    A pass goes over `patterns` rows in steps of `batch`; `may_rest` says that a pass without any move is the
    end: every later one would be like it.
    """

    equations: Equations
    arithmetic: Arithmetic
    bits: Bits
    patterns: int
    batch: int
    may_rest: bool
    lanes: int | None = None

    @property
    def side(self) -> int:
        """How many patterns are computed side by side."""
        if self.batch == 1:
            return 1
        widest = machine().lanes(self.bits).count
        return self.lanes or _fitting(min(widest, _MOST_EXACT) if self.arithmetic == "exact" else widest, self.batch)


#: libm is called lane by lane, and more lanes than these are more to take apart than they save.
_MOST_EXACT = 4


def _fitting(widest: int, batch: int) -> int:
    """Return the lanes, a power of two, that take the least time for a batch: a turn costs as much as four lanes."""
    sides = [1 << k for k in range(widest.bit_length())]
    return min(sides, key=lambda side: -(-batch // side) * (side + 4))


def compiled(loop: Loop) -> Any:
    """Return the native function of a loop.

    Its arguments: the state and room for another, each filled up with zeros to `padded` numbers; the fixed values;
    the rows (column by column, `width` apart, one table after another `stride` apart for each pass); where to record
    the state each `every` steps, the first time after `wait`; the numbers of steps made and to be made; and two
    integers that it changes: the step's place in its pass, and whether the pass has moved anything. It returns the
    number of steps made times 4, plus how it ended.

    Raises:
        NoMachineError: when this machine cannot run native code.
    """
    return native(written(loop)).function("descend", *_TYPES)


def padded(loop: Loop) -> int:
    """Return how many numbers a state has room for: whole registers of them."""
    widest = machine().lanes(loop.bits).count
    return -(-len(loop.equations.state) // widest) * widest


def written(loop: Loop) -> str:
    """Return the IR of a loop."""
    return _Writer(loop).ir()


class _Writer:
    def __init__(self, loop: Loop) -> None:
        self.loop, self.equations = loop, loop.equations
        self.text = Text()
        self.one = Lanes(loop.bits, 1, machine().scales)
        self.words = speaker(self.text, self.one, loop.arithmetic)
        names = self.equations.state
        if len(names) <= _IN_REGISTERS:
            self.state = InRegisters(self.text, self.words, names)
        else:
            self.state = InMemory(self.text, names, padded(loop), machine().lanes(loop.bits))

    def ir(self) -> str:
        text, loop, one, state = self.text, self.loop, self.one, self.state
        fixed: Values = {
            name: text.read(one.scalar, text.at(one.scalar, "%fixed", str(index)))
            for index, name in enumerate(self.equations.fixed)
        }
        place = text.variable("i64", text.read("i64", "%place"))
        moved_at = text.at("i64", "%place", "1")
        moved = text.variable("i1", text.let(f"trunc i64 {text.read('i64', moved_at)} to i1"))
        rows, out = text.variable("ptr", "%rows"), text.variable("ptr", "%out")
        wait = text.variable("i64", "%wait")
        status = text.variable("i64", str(DONE))
        step = text.variable("i64", "%first")

        text.jump("next")
        text.label("next")
        number = text.read("i64", step)
        text.branch(text.let(f"icmp slt i64 {number}, %last"), "step", "leave")
        text.label("step")
        following = text.add(number, "1")
        values: Values = {**fixed, **state.begin()}
        if self.equations.time is not None:
            values[self.equations.time] = text.let(f"sitofp i64 {following} to {one.scalar}")
        now = text.read("i64", place)
        error, slopes = self._gradient(values, text.read("ptr", rows), now)
        values.update(zip(self.equations.slopes, slopes, strict=True))
        state.take(outputs(self.words, self.equations.update, values, self.equations.ranges))
        fits = text.let(f"and i1 {finite(self.words, (error,))}, {state.finite()}")
        text.branch(fits, "fits", "not_finite")
        text.label("not_finite")
        text.write("i64", str(NOT_FINITE), status)
        text.jump("leave")

        text.label("fits")
        if loop.may_rest:
            text.write("i1", text.let(f"or i1 {text.read('i1', moved)}, {state.moved()}"), moved)
        left = text.let(f"sub i64 {text.read('i64', wait)}, 1")
        text.write("i64", left, wait)
        with text.when(text.let(f"icmp eq i64 {left}, 0")):
            here = text.read("ptr", out)
            state.record(here)
            text.write("ptr", text.at(one.scalar, here, str(len(self.equations.state))), out)
            text.write("i64", "%every", wait)
        state.keep()
        text.write("i64", following, step)
        text.write("i64", text.add(now, "1"), place)
        steps_of_pass = -(-loop.patterns // loop.batch)
        text.branch(text.let(f"icmp eq i64 {now}, {steps_of_pass - 1}"), "pass", "next")
        text.label("pass")
        text.write("i64", "0", place)
        text.write("ptr", text.at(one.scalar, text.read("ptr", rows), "%stride"), rows)
        any_move = text.read("i1", moved)
        text.write("i1", "false", moved)
        if loop.may_rest:
            text.branch(any_move, "next", "still")
            text.label("still")
            text.write("i64", str(STILL), status)
            text.jump("leave")
        else:
            text.jump("next")

        text.label("leave")
        state.leave()
        text.write("i64", text.read("i64", place), "%place")
        text.write("i64", text.let(f"zext i1 {text.read('i1', moved)} to i64"), moved_at)
        made = text.times(text.let(f"sub i64 {text.read('i64', step)}, %first"), "4")
        text.do(f"ret i64 {text.add(made, text.read('i64', status))}")
        return text.function("descend", ", ".join(_PARAMETERS)) + "\n".join(text.declared.values()) + "\n"

    # The gradient of a step's patterns

    def _gradient(self, values: Values, rows: str, place: str) -> tuple[str, list[str]]:
        program, ranges = self.equations.gradient, self.equations.ranges
        if self.loop.batch == 1:
            error, *slopes = outputs(self.words, program, values | self._row(self.one, rows, place), ranges)
            return error, slopes
        text, loop = self.text, self.loop
        lanes = Lanes(loop.bits, loop.side, self.one.scales)
        words = speaker(text, lanes, loop.arithmetic)
        begin = text.times(place, str(loop.batch))
        spread = {name: text.splat(lanes.scalar, lanes.count, value) for name, value in values.items()}
        groups = -(-loop.batch // lanes.count)
        if loop.patterns % loop.batch == 0 and groups * len(program.tape.words) <= _WRITTEN_OUT:
            totals = Totals(words, loop.arithmetic)
            for group in totals.order(groups):
                row = self._row(lanes, rows, text.add(begin, str(group * lanes.count)))
                there = min(lanes.count, loop.batch - group * lanes.count)
                totals.add(outputs(words, program, spread | row, ranges), there)
            error, *slopes = totals.means(self.words, loop.batch)
            return error, slopes
        return self._in_turns(words, spread, rows, begin)

    def _row(self, lanes: Lanes, rows: str, index: str) -> Values:
        text = self.text
        found: Values = {}
        for column, name in enumerate(self.equations.row):
            offset = text.add(text.times("%width", str(column)), index)
            found[name] = text.read(lanes.type, text.at(lanes.scalar, rows, offset), lanes.bytes)
        return found

    def _in_turns(self, words: Words, spread: Values, rows: str, begin: str) -> tuple[str, list[str]]:
        """Loop over the groups of a step whose patterns are many, or not the same number in each step."""
        text, loop, lanes = self.text, self.loop, words.lanes
        rest = text.let(f"sub i64 {loop.patterns}, {begin}")
        short = text.let(f"icmp slt i64 {rest}, {loop.batch}")
        count = text.let(f"select i1 {short}, i64 {rest}, i64 {loop.batch}")
        sums = Sums(words, self.words, 1 + len(self.equations.slopes), loop.arithmetic)
        with text.counted("0", count, lanes.count) as turn:
            row = self._row(lanes, rows, text.add(begin, turn))
            found = outputs(words, self.equations.gradient, spread | row, self.equations.ranges)
            sums.add(found, text.let(f"sub i64 {count}, {turn}"))
        share = text.let(f"sitofp i64 {count} to {self.one.scalar}")
        error, *slopes = (self.words.div(total, share) for total in sums.totals())
        return error, slopes
