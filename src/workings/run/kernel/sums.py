"""Sums over the patterns of a step, whose lanes are patterns: in their order where exact, by halves where fast."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from workings.run.kernel.step import Arithmetic
from workings.run.kernel.text import Lanes
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
