"""LLVM IR as text: values, loops and functions, over lanes of one width.

A `Text` writes the body of one function. Values are the names of IR registers or constants. A lane type is
`double`, or `<8 x double>` for eight lanes side by side; what is written for one is written for the other.
"""

from __future__ import annotations

import contextlib
import math
import struct
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from workings.graph.speakers.floats import nearest

Bits = Literal[32, 64]


@dataclass(frozen=True, slots=True)
class Lanes:
    """The numbers that an instruction works on: `count` floats of `bits` bits side by side.

    `scales` says that the machine has an instruction for p 2ⁿ, as AVX-512 does.
    """

    bits: Bits
    count: int = 1
    scales: bool = False

    @property
    def scalar(self) -> str:
        """The type of one lane."""
        return "double" if self.bits == 64 else "float"

    @property
    def integer(self) -> str:
        """The integer type of one lane's size."""
        return f"i{self.bits}"

    @property
    def type(self) -> str:
        """The type of all lanes."""
        return self.of(self.scalar)

    def of(self, scalar: str) -> str:
        """Return the type of as many lanes of another scalar."""
        return scalar if self.count == 1 else f"<{self.count} x {scalar}>"

    @property
    def suffix(self) -> str:
        """The ending of an intrinsic's name: `v8f64`."""
        return f"f{self.bits}" if self.count == 1 else f"v{self.count}f{self.bits}"

    @property
    def bytes(self) -> int:
        """The size of one lane, in bytes."""
        return self.bits // 8

    def number(self, value: Fraction | float) -> str:
        """Return a constant, the same in every lane, rounded to the lane's precision."""
        rounded = nearest(value)
        if self.bits == 32 and math.isfinite(rounded):
            try:
                (rounded,) = struct.unpack("<f", struct.pack("<f", rounded))
            except OverflowError:
                rounded = math.copysign(math.inf, rounded)
        (pattern,) = struct.unpack("<Q", struct.pack("<d", rounded))
        return self.splat_constant(self.scalar, f"0x{pattern:016X}")

    def whole(self, value: int) -> str:
        """Return an integer constant, the same in every lane."""
        return self.splat_constant(self.integer, str(value))

    def splat_constant(self, scalar: str, constant: str) -> str:
        """Return a constant of all lanes."""
        return constant if self.count == 1 else f"splat ({scalar} {constant})"


class Text:
    """The body of a function, instruction by instruction."""

    def __init__(self) -> None:
        """Begin with an empty body."""
        self.lines: list[str] = ["entry:"]
        self.block = "entry"
        self.declared: dict[str, str] = {}
        self._count = 0

    def fresh(self, stem: str) -> str:
        """Return a name that is not in use."""
        self._count += 1
        return f"{stem}{self._count}"

    def do(self, instruction: str) -> None:
        """Write an instruction without a value."""
        self.lines.append(f"  {instruction}")

    def let(self, instruction: str) -> str:
        """Write an instruction and return its value."""
        self._count += 1
        name = f"%v{self._count}"
        self.lines.append(f"  {name} = {instruction}")
        return name

    def call(self, result: str, function: str, *args: tuple[str, str], pure: bool = True) -> str:
        """Call a function by name, declaring it; `args` are pairs of type and value."""
        types = ", ".join(kind for kind, _ in args)
        effects = " nounwind willreturn memory(none)" if pure else ""
        self.declared[function] = f"declare {result} @{function}({types}){effects}"
        return self.let(f"call {result} @{function}({', '.join(f'{kind} {value}' for kind, value in args)})")

    # Control

    def label(self, name: str) -> None:
        """Begin a block."""
        self.lines.append(f"{name}:")
        self.block = name

    def jump(self, to: str) -> None:
        """Go on at a block."""
        self.do(f"br label %{to}")

    def branch(self, condition: str, yes: str, no: str) -> None:
        """Go on at one of two blocks."""
        self.do(f"br i1 {condition}, label %{yes}, label %{no}")

    @contextlib.contextmanager
    def counted(self, first: str, last: str, step: int = 1) -> Generator[str]:
        """Loop over i64 values from `first` below `last`; gives the counter."""
        head, body, done = self.fresh("while"), self.fresh("do"), self.fresh("done")
        counter = self.variable("i64", first)
        self.jump(head)
        self.label(head)
        now = self.read("i64", counter)
        self.branch(self.let(f"icmp slt i64 {now}, {last}"), body, done)
        self.label(body)
        yield now
        self.write("i64", self.let(f"add i64 {self.read('i64', counter)}, {step}"), counter)
        self.jump(head)
        self.label(done)

    @contextlib.contextmanager
    def when(self, condition: str) -> Generator[None]:
        """Do what is inside only where the condition holds."""
        yes, on = self.fresh("when"), self.fresh("on")
        self.branch(condition, yes, on)
        self.label(yes)
        yield
        self.jump(on)
        self.label(on)

    # Memory. Variables are stack slots, which LLVM turns into registers.

    def variable(self, kind: str, value: str) -> str:
        """Return a variable with a first value. Its room is made once, at the function's entry."""
        name = f"%{self.fresh('m')}"
        self.lines.insert(1, f"  {name} = alloca {kind}")
        self.write(kind, value, name)
        return name

    def read(self, kind: str, address: str, align: int | None = None) -> str:
        """Load a value."""
        return self.let(f"load {kind}, ptr {address}" + (f", align {align}" if align else ""))

    def write(self, kind: str, value: str, address: str, align: int | None = None) -> None:
        """Store a value."""
        self.do(f"store {kind} {value}, ptr {address}" + (f", align {align}" if align else ""))

    def at(self, scalar: str, base: str, index: str) -> str:
        """Return the address of the element `index` of an array."""
        return self.let(f"getelementptr inbounds {scalar}, ptr {base}, i64 {index}")

    def add(self, a: str, b: str) -> str:
        """Add two i64."""
        return self.let(f"add i64 {a}, {b}")

    def times(self, a: str, b: str) -> str:
        """Multiply two i64."""
        return self.let(f"mul i64 {a}, {b}")

    def splat(self, scalar: str, count: int, value: str) -> str:
        """Return a scalar `count` times side by side."""
        if count == 1:
            return value
        kind = f"<{count} x {scalar}>"
        single = self.let(f"insertelement {kind} poison, {scalar} {value}, i64 0")
        return self.let(f"shufflevector {kind} {single}, {kind} poison, <{count} x i32> zeroinitializer")

    def lane(self, lanes: Lanes, value: str, index: int) -> str:
        """Return one lane of a value."""
        return value if lanes.count == 1 else self.let(f"extractelement {lanes.type} {value}, i64 {index}")

    def gathered(self, lanes: Lanes, values: Sequence[str]) -> str:
        """Return the value whose lanes are `values`."""
        if lanes.count == 1:
            return values[0]
        whole = "poison"
        for index, value in enumerate(values):
            whole = self.let(f"insertelement {lanes.type} {whole}, {lanes.scalar} {value}, i64 {index}")
        return whole

    def function(self, name: str, parameters: str, result: str = "i64") -> str:
        """Return the function's definition; vectors are used as wide as they are written."""
        attributes = 'nounwind "min-legal-vector-width"="512" "prefer-vector-width"="512"'
        body = "\n".join(self.lines)
        return f"define {result} @{name}({parameters}) {attributes} {{\n{body}\n}}\n"
