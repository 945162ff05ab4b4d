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
from workings.run.kernel.step import Arithmetic, Equations, Values, finite, outputs, speaker
from workings.run.kernel.text import Bits, Lanes, Text
from workings.run.kernel.words import Words

#: How a call ended: all steps made; a pass that moved nothing; a number that is not finite.
DONE, STILL, NOT_FINITE = 0, 1, 2

_PARAMETERS = (
    "ptr noalias %state", "ptr noalias %fixed", "ptr noalias %rows", "i64 %width", "i64 %stride",
    "ptr noalias %out", "i64 %every", "i64 %wait", "i64 %first", "i64 %last", "ptr noalias %place",
)  # fmt: skip
_POINTER, _INTEGER = ctypes.c_void_p, ctypes.c_int64
_TYPES = (*[_POINTER] * 3, _INTEGER, _INTEGER, _POINTER, *[_INTEGER] * 4, _POINTER)


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

    Its arguments: the state, the fixed values, the rows (column by column, `width` apart, one table after another
    `stride` apart for each pass), where to record the state each `every` steps, the first time after `wait`; the
    numbers of steps made and to be made, and two integers that it changes: the step's place in its pass, and
    whether the pass has moved anything. It returns the number of steps made times 4, plus how it ended.

    Raises:
        NoMachineError: when this machine cannot run native code.
    """
    return native(written(loop)).function("descend", *_TYPES)


def written(loop: Loop) -> str:
    """Return the IR of a loop."""
    return _Writer(loop).ir()


class _Writer:
    def __init__(self, loop: Loop) -> None:
        self.loop, self.equations = loop, loop.equations
        self.text = Text()
        self.one = Lanes(loop.bits)
        self.words = speaker(self.text, self.one, loop.arithmetic)

    def ir(self) -> str:
        text, loop, one = self.text, self.loop, self.one
        fixed = self._loaded("%fixed", self.equations.fixed)
        state = [
            text.variable(one.scalar, text.read(one.scalar, text.at(one.scalar, "%state", str(index))))
            for index in range(len(self.equations.state))
        ]
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
        values: Values = dict(fixed)
        old = [text.read(one.scalar, address) for address in state]
        values.update(zip(self.equations.state, old, strict=True))
        if self.equations.time is not None:
            values[self.equations.time] = text.let(f"sitofp i64 {following} to {one.scalar}")
        now = text.read("i64", place)
        error, slopes = self._gradient(values, text.read("ptr", rows), now)
        values.update(zip(self.equations.slopes, slopes, strict=True))
        new = outputs(self.words, self.equations.update, values, self.equations.ranges)
        text.branch(finite(self.words, (error, *new)), "fits", "not_finite")
        text.label("not_finite")
        text.write("i64", str(NOT_FINITE), status)
        text.jump("leave")

        text.label("fits")
        self._keep(old, new, state, moved)
        text.write("i64", following, step)
        left = text.let(f"sub i64 {text.read('i64', wait)}, 1")
        text.write("i64", left, wait)
        with text.when(text.let(f"icmp eq i64 {left}, 0")):
            self._record(new, out)
            text.write("i64", "%every", wait)
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
        for index, address in enumerate(state):
            text.write(one.scalar, text.read(one.scalar, address), text.at(one.scalar, "%state", str(index)))
        text.write("i64", text.read("i64", place), "%place")
        text.write("i64", text.let(f"zext i1 {text.read('i1', moved)} to i64"), moved_at)
        made = text.times(text.let(f"sub i64 {text.read('i64', step)}, %first"), "4")
        text.do(f"ret i64 {text.add(made, text.read('i64', status))}")
        return text.function("descend", ", ".join(_PARAMETERS)) + "\n".join(text.declared.values()) + "\n"

    def _loaded(self, base: str, names: tuple[Any, ...]) -> Values:
        scalar = self.one.scalar
        return {
            name: self.text.read(scalar, self.text.at(scalar, base, str(index))) for index, name in enumerate(names)
        }

    def _keep(self, old: list[str], new: list[str], state: list[str], moved: str) -> None:
        text, kind = self.text, self.one.scalar
        if self.loop.may_rest:
            any_move = text.read("i1", moved)
            for before, after in zip(old, new, strict=True):
                any_move = text.let(f"or i1 {any_move}, {text.let(f'fcmp une {kind} {before}, {after}')}")
            text.write("i1", any_move, moved)
        for address, value in zip(state, new, strict=True):
            text.write(kind, value, address)

    def _record(self, new: list[str], out: str) -> None:
        text, kind = self.text, self.one.scalar
        here = text.read("ptr", out)
        for index, value in enumerate(new):
            text.write(kind, value, text.at(kind, here, str(index)), self.one.bytes)
        text.write("ptr", text.at(kind, here, str(len(new))), out)

    # The gradient of a step's patterns

    def _gradient(self, values: Values, rows: str, place: str) -> tuple[str, list[str]]:
        if self.loop.batch == 1:
            row = self._row(self.one, rows, place)
            error, *slopes = outputs(self.words, self.equations.gradient, values | row, self.equations.ranges)
            return error, slopes
        return self._mean(values, rows, place)

    def _row(self, lanes: Lanes, rows: str, index: str) -> Values:
        text = self.text
        found: Values = {}
        for column, name in enumerate(self.equations.row):
            offset = text.add(text.times("%width", str(column)), index)
            found[name] = text.read(lanes.type, text.at(lanes.scalar, rows, offset), lanes.bytes)
        return found

    def _mean(self, values: Values, rows: str, place: str) -> tuple[str, list[str]]:
        text, loop = self.text, self.loop
        lanes = Lanes(loop.bits, loop.side, self.one.scales or machine().scales)
        words = speaker(text, lanes, loop.arithmetic)
        begin = text.times(place, str(loop.batch))
        rest = text.let(f"sub i64 {loop.patterns}, {begin}")
        whole = text.let(f"icmp slt i64 {rest}, {loop.batch}")
        count = text.let(f"select i1 {whole}, i64 {rest}, i64 {loop.batch}")
        spread = {name: text.splat(lanes.scalar, lanes.count, value) for name, value in values.items()}
        sums = _Sums(words, self.words, 1 + len(self.equations.slopes), loop.arithmetic)
        with text.counted("0", count, lanes.count) as turn:
            row = self._row(lanes, rows, text.add(begin, turn))
            found = outputs(words, self.equations.gradient, spread | row, self.equations.ranges)
            sums.add(found, text.let(f"sub i64 {count}, {turn}"))
        share = text.let(f"sitofp i64 {count} to {self.one.scalar}")
        error, *slopes = (self.words.div(total, share) for total in sums.totals())
        return error, slopes


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
