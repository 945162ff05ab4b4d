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
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from workings.run.kernel.engine import machine, native
from workings.run.kernel.step import Arithmetic, Equations, Values, finite, outputs, speaker
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
        small = len(self.equations.state) <= _IN_REGISTERS
        self.state = _InRegisters(self) if small else _InMemory(self)

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
            totals = _Totals(words, loop.arithmetic)
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
        sums = _Sums(words, self.words, 1 + len(self.equations.slopes), loop.arithmetic)
        with text.counted("0", count, lanes.count) as turn:
            row = self._row(lanes, rows, text.add(begin, turn))
            found = outputs(words, self.equations.gradient, spread | row, self.equations.ranges)
            sums.add(found, text.let(f"sub i64 {count}, {turn}"))
        share = text.let(f"sitofp i64 {count} to {self.one.scalar}")
        error, *slopes = (self.words.div(total, share) for total in sums.totals())
        return error, slopes


class _InRegisters:
    """A small state: variables, which LLVM keeps in registers."""

    def __init__(self, writer: _Writer) -> None:
        self.text, self.words, self.kind = writer.text, writer.words, writer.one.scalar
        self.align, self.names = writer.one.bytes, writer.equations.state
        self.kept = [
            self.text.variable(self.kind, self.text.read(self.kind, self.text.at(self.kind, "%state", str(index))))
            for index in range(len(self.names))
        ]
        self.old: list[str] = []
        self.new: list[str] = []

    def begin(self) -> Values:
        """Read the state before a step."""
        self.old = [self.text.read(self.kind, address) for address in self.kept]
        return dict(zip(self.names, self.old, strict=True))

    def take(self, new: list[str]) -> None:
        """Take the state after it, which is kept only if it is finite."""
        self.new = new

    def finite(self) -> str:
        """Say whether all of it is finite."""
        return finite(self.words, self.new)

    def moved(self) -> str:
        """Say whether it differs from the state before."""
        found = "false"
        for before, after in zip(self.old, self.new, strict=True):
            found = self.text.let(f"or i1 {found}, {self.text.let(f'fcmp une {self.kind} {before}, {after}')}")
        return found

    def record(self, here: str) -> None:
        """Write it where states are recorded."""
        for index, value in enumerate(self.new):
            self.text.write(self.kind, value, self.text.at(self.kind, here, str(index)), self.align)

    def keep(self) -> None:
        """Make it the state before the next step."""
        for address, value in zip(self.kept, self.new, strict=True):
            self.text.write(self.kind, value, address)

    def leave(self) -> None:
        """Write the state where the caller finds it."""
        for index, address in enumerate(self.kept):
            value = self.text.read(self.kind, address)
            self.text.write(self.kind, value, self.text.at(self.kind, "%state", str(index)))


class _InMemory:
    """A large state: two places in memory, the state before a step in one and the state after it in the other."""

    def __init__(self, writer: _Writer) -> None:
        self.text, self.kind = writer.text, writer.one.scalar
        self.names, self.padded = writer.equations.state, padded(writer.loop)
        self.wide = machine().lanes(writer.loop.bits)
        self.vectors = Words(self.text, self.wide)
        self.now, self.next = self.text.variable("ptr", "%state"), self.text.variable("ptr", "%spare")
        self.before, self.after = "", ""

    def begin(self) -> Values:
        """Read the state before a step."""
        text = self.text
        self.before, self.after = text.read("ptr", self.now), text.read("ptr", self.next)
        return {
            name: text.read(self.kind, text.at(self.kind, self.before, str(index)))
            for index, name in enumerate(self.names)
        }

    def take(self, new: list[str]) -> None:
        """Write the state after it, which is kept only if it is finite."""
        for index, value in enumerate(new):
            self.text.write(self.kind, value, self.text.at(self.kind, self.after, str(index)))

    def _registers(self, base: str) -> list[str]:
        step = self.wide.count
        return [
            self.text.read(self.wide.type, self.text.at(self.kind, base, str(at)), self.wide.bytes)
            for at in range(0, self.padded, step)
        ]

    def _any(self, masks: list[str], instruction: str) -> str:
        mask, whole = self.wide.of("i1"), masks[0]
        for other in masks[1:]:
            whole = self.text.let(f"{instruction} {mask} {whole}, {other}")
        if self.wide.count == 1:
            return whole
        return self.text.call("i1", f"llvm.vector.reduce.{instruction}.v{self.wide.count}i1", (mask, whole))

    def finite(self) -> str:
        """Say whether all of it is finite."""
        limit, words = self.vectors.constant(float("inf")), self.vectors
        return self._any([words.compare("olt", words.absolute(v), limit) for v in self._registers(self.after)], "and")

    def moved(self) -> str:
        """Say whether it differs from the state before."""
        pairs = zip(self._registers(self.before), self._registers(self.after), strict=True)
        return self._any([self.vectors.compare("une", before, after) for before, after in pairs], "or")

    def record(self, here: str) -> None:
        """Write it where states are recorded."""
        self._copy(self.after, here)

    def _copy(self, source: str, to: str) -> None:
        with self.text.counted("0", str(len(self.names))) as index:
            value = self.text.read(self.kind, self.text.at(self.kind, source, index))
            self.text.write(self.kind, value, self.text.at(self.kind, to, index))

    def keep(self) -> None:
        """Make it the state before the next step."""
        self.text.write("ptr", self.after, self.now)
        self.text.write("ptr", self.before, self.next)

    def leave(self) -> None:
        """Write the state where the caller finds it."""
        last = self.text.read("ptr", self.now)
        with self.text.when(self.text.let(f"icmp ne ptr {last}, %state")):
            self._copy(last, "%state")


class _Totals:
    """Sums over groups of lanes that are written out, of which each has a known number of patterns."""

    def __init__(self, words: Words, arithmetic: Arithmetic) -> None:
        self.words, self.text, self.lanes = words, words.text, words.lanes
        self.ordered = arithmetic == "exact"
        self.sums: list[str] = []

    def order(self, groups: int) -> Sequence[int]:
        """Return the order of the groups: fast sums begin with the last one, whose lanes may not all be patterns."""
        return range(groups) if self.ordered else (groups - 1, *range(groups - 1))

    def add(self, values: list[str], there: int) -> None:
        """Add a group: in their order one after another, or lane by lane."""
        if self.ordered:
            for index, value in enumerate(values):
                for lane in range(there):
                    self._add(index, self.text.lane(self.lanes, value, lane), self.lanes.scalar)
            return
        if there < self.lanes.count:
            mask = "<" + ", ".join(f"i1 {int(lane < there)}" for lane in range(self.lanes.count)) + ">"
            nothing = self.words.constant(-0.0)
            values = [self.words.select(mask, value, nothing) for value in values]
        for index, value in enumerate(values):
            self._add(index, value, self.lanes.type)

    def _add(self, index: int, value: str, kind: str) -> None:
        if index == len(self.sums):
            self.sums.append(value)
        elif self.ordered:
            self.sums[index] = self.text.let(f"fadd {kind} {self.sums[index]}, {value}")
        else:
            self.sums[index] = self.words.add(self.sums[index], value)

    def means(self, single: Words, count: int) -> list[str]:
        """Return the sums over the number of patterns."""
        if self.ordered or self.lanes.count == 1:
            share = single.constant(float(count))
            return [single.div(total, share) for total in self.sums]
        share = self.words.constant(Fraction(1, count))
        whole = [Words.mul(self.words, total, share) for total in self._folded()]
        return [
            self.text.lane(self.lanes, whole[index // self.lanes.count], index % self.lanes.count)
            for index in range(len(self.sums))
        ]

    def _folded(self) -> list[str]:
        """Add up the lanes of each sum by halves; return the sums side by side.

        Two registers of k parts each become one of 2 k parts that are half as long.
        """
        count = self.lanes.count
        level = [*self.sums, *[self.words.constant(0.0)] * (-len(self.sums) % count)]
        part = count
        while part > 1:
            half = part // 2
            starts = [lane for lane in range(2 * count) if lane % part < half]
            level = [
                self.text.let(
                    f"fadd {self.lanes.type} {self._pair(a, b, starts)}, {self._pair(a, b, [k + half for k in starts])}"
                )
                for a, b in zip(level[::2], level[1::2], strict=True)
            ]
            part = half
        return level

    def _pair(self, a: str, b: str, lanes: list[int]) -> str:
        mask, kind = ", ".join(f"i32 {lane}" for lane in lanes), self.lanes.type
        return self.text.let(f"shufflevector {kind} {a}, {kind} {b}, <{len(lanes)} x i32> <{mask}>")


class _Sums:
    """Sums over the patterns, a group of lanes at a time. −0 changes no sum, so it stands for patterns not there."""

    def __init__(self, words: Words, single: Words, count: int, arithmetic: Arithmetic) -> None:
        self.words, self.single, self.text, self.lanes = words, single, words.text, words.lanes
        self.ordered = arithmetic == "exact"
        self.kind = self.lanes.scalar if self.ordered else self.lanes.type
        zero = (self.single if self.ordered else self.words).constant(-0.0)
        self.kept = [self.text.variable(self.kind, zero) for _ in range(count)]

    def add(self, values: list[str], left: str) -> None:
        """Add a group of which `left` lanes, at most, are patterns."""
        text, lanes = self.text, self.lanes
        if lanes.count > 1:
            index = "<" + ", ".join(f"i64 {k}" for k in range(lanes.count)) + ">"
            ends = text.splat("i64", lanes.count, left)
            there = text.let(f"icmp slt {lanes.of('i64')} {index}, {ends}")
            values = [self.words.select(there, value, self.words.constant(-0.0)) for value in values]
        for address, value in zip(self.kept, values, strict=True):
            total = text.read(self.kind, address)
            text.write(self.kind, self._sum(total, value), address)

    def _sum(self, total: str, value: str) -> str:
        lanes = self.lanes
        if not self.ordered or lanes.count == 1:
            return Words.add(self.words, total, value)
        name = f"llvm.vector.reduce.fadd.{lanes.suffix}"
        return self.text.call(lanes.scalar, name, (lanes.scalar, total), (lanes.type, value))

    def totals(self) -> list[str]:
        """Return the sums."""
        values = [self.text.read(self.kind, address) for address in self.kept]
        return values if self.ordered else [self._folded(value) for value in values]

    def _folded(self, value: str) -> str:
        """Add the lanes by halves."""
        lanes = self.lanes
        while lanes.count > 1:
            half = Lanes(lanes.bits, lanes.count // 2)
            parts = [self._part(lanes, value, start, half.count) for start in (0, half.count)]
            value = self.text.let(f"fadd {half.type} {parts[0]}, {parts[1]}")
            lanes = half
        return value

    def _part(self, lanes: Lanes, value: str, start: int, count: int) -> str:
        if count == 1:
            return self.text.lane(lanes, value, start)
        mask = ", ".join(f"i32 {k}" for k in range(start, start + count))
        return self.text.let(f"shufflevector {lanes.type} {value}, {lanes.type} poison, <{count} x i32> <{mask}>")
