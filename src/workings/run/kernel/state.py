"""Where the native loop keeps the state of a descent between steps: in registers, or in two places in memory."""

from __future__ import annotations

from collections.abc import Sequence

from workings.graph.expr import Expr
from workings.run.kernel.step import Values, finite
from workings.run.kernel.text import Lanes, Text
from workings.run.kernel.words import Words


class InRegisters:
    """A small state: variables, which LLVM keeps in registers."""

    def __init__(self, text: Text, words: Words, names: Sequence[Expr]) -> None:
        """Read the state from `%state`."""
        self.text, self.words, self.names = text, words, names
        self.kind, self.align = words.lanes.scalar, words.lanes.bytes
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


class InMemory:
    """A large state: two places in memory, the state before a step in one and the state after it in the other."""

    def __init__(self, text: Text, names: Sequence[Expr], padded: int, wide: Lanes) -> None:
        """Take the state at `%state`, with room for another at `%spare`, both `padded` numbers long."""
        self.text, self.names, self.padded, self.wide = text, names, padded, wide
        self.kind = wide.scalar
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
