"""The scalar words as machine instructions, exactly.

Exact words are one IEEE 754 operation each, or one call of the process's own libm, lane by lane: nothing is
fused, contracted or reassociated, so that a kernel's bits are the interpreter's. (A NaN is a NaN: its sign
and payload are nobody's promise.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from workings.graph.speakers.floats import run_tape
from workings.graph.words.table import WORDS
from workings.graph.words.tape import Slot, Tape
from workings.graph.words.word import Algebra
from workings.run.kernel.text import Lanes, Text

#: The functions of libm that words call, with the number of their arguments.
LIBM = {word.libm: word.arity for word in WORDS.values() if word.libm}
#: The words that are methods here: an instruction each, or a comparison.
_OPERATORS = frozenset(("add", "sub", "mul", "div", "neg", "absolute", "less", "equal", "pick"))


def imported(name: str) -> str:
    """Return the symbol of a libm function: not its own name, so that LLVM takes it for nothing that it knows."""
    return f"workings.{name}"


Range = tuple[float, float]
EVERYWHERE: Range = (-math.inf, math.inf)


class Switch(str):
    """A comparison's result: a value of i1 lanes."""

    __slots__ = ()


class Words(Algebra[str]):
    """The exact words, written into a text for lanes of one kind."""

    def __init__(self, text: Text, lanes: Lanes) -> None:
        """Speak into `text`."""
        self.text = text
        self.lanes = lanes

    def tape(self, tape: Tape, inputs: Mapping[Any, str]) -> dict[Slot, str]:
        """Write a whole tape; return the value of every slot."""
        table: dict[str, Callable[..., str]] = {name: partial(self.say, name) for name in WORDS}
        return run_tape(tape, table, self.constant, inputs)

    def constant(self, value: Fraction | float, /) -> str:
        """Return a constant."""
        return self.lanes.number(value)

    def _two(self, instruction: str, a: str, b: str) -> str:
        return self.text.let(f"{instruction} {self.lanes.type} {self.number(a)}, {self.number(b)}")

    def number(self, a: str) -> str:
        """Return a comparison's result as 1 or 0."""
        return self.select(a, self.constant(1.0), self.constant(0.0)) if isinstance(a, Switch) else a

    def select(self, condition: str, a: str, b: str) -> str:
        """Return a where the i1 lanes of the condition hold, else b."""
        kind = self.lanes.type
        return self.text.let(f"select {self.lanes.of('i1')} {condition}, {kind} {a}, {kind} {b}")

    def compare(self, how: str, a: str, b: str) -> Switch:
        """Compare by one of LLVM's predicates."""
        return Switch(self._two(f"fcmp {how}", a, b))

    def intrinsic(self, name: str, *args: str) -> str:
        """Call one of LLVM's own functions, such as `sqrt`."""
        kind = self.lanes.type
        return self.text.call(kind, f"llvm.{name}.{self.lanes.suffix}", *((kind, self.number(a)) for a in args))

    def libm(self, name: str, *args: str) -> str:
        """Call libm, lane by lane, in double precision."""
        results: list[str] = []
        for index in range(self.lanes.count):
            values = [self.text.lane(self.lanes, self.number(a), index) for a in args]
            if self.lanes.bits == 32:
                values = [self.text.let(f"fpext float {value} to double") for value in values]
            result = self.text.call("double", imported(name), *(("double", value) for value in values))
            if self.lanes.bits == 32:
                result = self.text.let(f"fptrunc double {result} to float")
            results.append(result)
        return self.text.gathered(self.lanes, results)

    def range(self, a: str) -> Range:
        """Return two numbers between which a value lies if it is a number. Exact words need not know."""
        del a
        return EVERYWHERE

    def bound(self, a: str, low: float, high: float) -> None:
        """Take note of the range of a value that comes from outside."""

    def fused(self, a: str, b: str, c: str) -> str:
        """Write a b + c with one rounding. Exact words never do."""
        return self.intrinsic("fma", a, b, c)

    # The words

    def add(self, a: str, b: str) -> str:
        """Write a + b."""
        return self._two("fadd", a, b)

    def sub(self, a: str, b: str) -> str:
        """Write a − b."""
        return self._two("fsub", a, b)

    def mul(self, a: str, b: str) -> str:
        """Write a · b."""
        return self._two("fmul", a, b)

    def div(self, a: str, b: str) -> str:
        """Write a / b."""
        return self._two("fdiv", a, b)

    def neg(self, a: str) -> str:
        """Write −a."""
        return self.text.let(f"fneg {self.lanes.type} {self.number(a)}")

    def absolute(self, a: str) -> str:
        """Write |a|."""
        return self.intrinsic("fabs", a)

    def pow(self, a: str, b: str) -> str:
        """Write a to the b."""
        return self.say("pow", a, b)

    def say(self, name: str, /, *args: str) -> str:
        """Write a word: an instruction whose bits IEEE 754 says, libm's function, or what it is in other words."""
        if name in _OPERATORS:
            own: Callable[..., str] = getattr(self, name)
            return own(*args)
        word = WORDS[name]
        if word.machine:
            return self.intrinsic(word.machine, *args)
        return self.libm(word.libm, *args) if word.libm or word.body is None else word.body(self, *args)

    def less(self, a: str, b: str) -> Switch:
        """Write a < b."""
        return self.compare("olt", a, b)

    def equal(self, a: str, b: str) -> Switch:
        """Write a = b."""
        return self.compare("oeq", a, b)

    def pick(self, condition: str, a: str, b: str) -> str:
        """Write a where the condition holds, else b."""
        if not isinstance(condition, Switch):
            condition = self.compare("une", condition, self.constant(0.0))
        return self.select(condition, self.number(a), self.number(b))
