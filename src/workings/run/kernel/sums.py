"""Sums over the patterns of a step, whose lanes are patterns: in their order where exact, by halves where fast."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from workings.run.kernel.step import Arithmetic
from workings.run.kernel.words import Words


class Totals:
    """Sums over groups of lanes that are written out, of which each has a known number of patterns."""

    def __init__(self, words: Words, arithmetic: Arithmetic) -> None:
        """Begin with no group."""
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
        means = [Words.mul(self.words, total, share) for total in _folded(self.words, self.sums)]
        return _apart(self.words, means, len(self.sums))


class Sums:
    """Sums over the patterns, a group of lanes at a time. −0 changes no sum, so it stands for patterns not there."""

    def __init__(self, words: Words, single: Words, count: int, arithmetic: Arithmetic) -> None:
        """Begin `count` sums with nothing in them; `single` speaks of one lane."""
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
        return values if self.ordered else _apart(self.words, _folded(self.words, values), len(values))


def _folded(words: Words, sums: Sequence[str]) -> list[str]:
    """Add up the lanes of each sum by halves; return the sums side by side.

    Two registers of k parts each become one of 2 k parts that are half as long.
    """
    lanes, count = words.lanes, words.lanes.count
    level = [*sums, *[words.constant(0.0)] * (-len(sums) % count)]
    part = count
    while part > 1:
        half = part // 2
        first = [lane for lane in range(2 * count) if lane % part < half]
        second = [lane + half for lane in first]
        level = [
            words.text.let(f"fadd {lanes.type} {_picked(words, a, b, first)}, {_picked(words, a, b, second)}")
            for a, b in zip(level[::2], level[1::2], strict=True)
        ]
        part = half
    return level


def _picked(words: Words, a: str, b: str, lanes: Sequence[int]) -> str:
    """Return lanes of two registers, numbered through both."""
    mask, kind = ", ".join(f"i32 {lane}" for lane in lanes), words.lanes.type
    return words.text.let(f"shufflevector {kind} {a}, {kind} {b}, <{len(lanes)} x i32> <{mask}>")


def _apart(words: Words, registers: Sequence[str], count: int) -> list[str]:
    """Return the first `count` lanes of registers, one by one."""
    side = words.lanes.count
    return [words.text.lane(words.lanes, registers[index // side], index % side) for index in range(count)]
