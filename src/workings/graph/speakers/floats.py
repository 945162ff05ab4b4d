"""The reference interpreter: what a graph means, in Python floats.

A program is a list of targets and formulas (`ŷ = A(w x)`, `∂E/∂w = (ŷ − y) x ŷ (1 − ŷ)`), recorded
once on a tape of scalar words and run as often as wanted. Every word is one IEEE 754 double operation
or one call of the platform's libm, in the order that the formula was written: nothing is fused or
reassociated. Where Python raises and IEEE does not (1/0, exp(1000), log(−1)), the word is guarded.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from workings.graph.expr import Apply, Call, Expr, Number, Symbol, names, symbol
from workings.graph.network import Definitions, definitions, unfolded
from workings.graph.words.table import WORDS
from workings.graph.words.tape import Slot, Tape

V = TypeVar("V")


def nearest(value: Fraction | float) -> float:
    """Return the double nearest to an exact number; ±∞ where it is beyond them."""
    try:
        return float(value)
    except OverflowError:
        return -math.inf if value < 0 else math.inf


class UnknownValueError(ValueError):
    """An expression needs a value that was not given, or a function that has no definition."""


#: Every word in floats.
FLOATS: dict[str, Callable[..., float]] = {name: word.double for name, word in WORDS.items()}


def record(tape: Tape, roots: Iterable[Expr], known: dict[Expr, Slot], defined: Definitions) -> None:
    """Record `roots` on a tape; `known` maps expressions to the slots that hold them, and grows.

    Raises:
        UnknownValueError: for a name that is not in `known` and a function without a definition.
    """
    bodies: dict[Call, Expr] = {}
    # What waits for its own parts stands on the stack a second time, below a None.
    stack: list[Expr | None] = list(reversed(tuple(roots)))
    while stack:
        expr = stack.pop()
        if expr is None:
            expr = stack.pop()
            if isinstance(expr, Apply):
                known[expr] = expr.op.record(tape, *[known[arg] for arg in expr.args])
            elif isinstance(expr, Call):
                known[expr] = known[bodies[expr]]
        elif expr in known:
            continue
        elif isinstance(expr, Apply):
            stack += (expr, None, *reversed(expr.args))
        elif isinstance(expr, Number):
            known[expr] = tape.constant(expr.value)
        elif isinstance(expr, Call):
            body = unfolded(expr, defined)
            if body is None:
                raise UnknownValueError(expr.function)
            bodies[expr] = body
            stack += (expr, None, body)
        else:
            raise UnknownValueError(expr.name if isinstance(expr, Symbol) else repr(expr))


class Program:
    """Targets and formulas, recorded: `run` gives every target's value for given inputs.

    `inputs` are the names that a run is given; `equations` pair a target (a name, or a derivative such
    as ∂E/∂ŷ) with its formula, each formula using inputs and the targets before it.
    """

    def __init__(
        self,
        inputs: Sequence[Expr],
        equations: Sequence[tuple[Expr, Expr]],
        defined: Definitions,
        wanted: Sequence[Expr] | None = None,
    ) -> None:
        """Record the equations in order; `wanted` are the targets that a run returns, all unless said.

        Raises:
            UnknownValueError: when a formula uses something that is neither an input nor an earlier target.
        """
        self.tape = Tape()
        known: dict[Expr, Slot] = {expr: self.tape.input(expr) for expr in inputs}
        self.inputs = tuple(known.values())
        self.targets = tuple(target for target, _ in equations) if wanted is None else tuple(wanted)
        for target, formula in equations:
            record(self.tape, (formula,), known, defined)
            known[target] = known[formula]
        self.outputs = tuple(known[target] for target in self.targets)
        self._steps = [
            (FLOATS[word.name], len(word.args), *(*word.args, 0, 0)[:3], word.out) for word in self.tape.words
        ]
        self._blank = [0.0] * self.tape.size
        for slot, value in self.tape.constants.items():
            self._blank[slot] = nearest(value)

    def run(self, values: Sequence[float]) -> list[float]:
        """Return the targets' values, `values` being those of the inputs in their order."""
        slots: list[float] = self._blank.copy()
        for slot, value in zip(self.inputs, values, strict=True):
            slots[slot] = value
        for word, count, a, b, c, out in self._steps:
            if count == 2:
                slots[out] = word(slots[a], slots[b])
            elif count == 1:
                slots[out] = word(slots[a])
            else:
                slots[out] = word(slots[a], slots[b], slots[c])
        return [slots[slot] for slot in self.outputs]


def run_tape(
    tape: Tape,
    words: Mapping[str, Callable[..., V]],
    constant: Callable[[Fraction | float], V],
    inputs: Mapping[Any, V],
) -> dict[Slot, V]:
    """Run a tape in any algebra: `words` are its operations, `constant` lifts a number into it.

    `inputs` are values by the key of the tape's input.
    """
    slots: dict[Slot, V] = {slot: constant(value) for slot, value in tape.constants.items()}
    slots |= {slot: inputs[key] for key, slot in tape.inputs.items() if key in inputs}
    for word in tape.words:
        slots[word.out] = words[word.name](*(slots[arg] for arg in word.args))
    return slots


def constant_value(expr: Expr) -> float:
    """Return the value of an expression without names: ½ → 0.5.

    Raises:
        UnknownValueError: when the expression has a name in it.
    """
    if isinstance(expr, Number):
        return nearest(expr.value)
    return Program((), ((expr, expr),), {}).run(())[0]


def same_values(a: Expr, b: Expr) -> bool:
    """Say whether two expressions of the same names have the same values wherever they are taken, in floats."""
    inputs = sorted(names(a))
    if inputs != sorted(names(b)):
        return False
    try:
        program = Program([symbol(n) for n in inputs], [(symbol(" a"), a), (symbol(" b"), b)], definitions(()))
    except UnknownValueError:
        return False
    draw = random.Random(0)
    for low in _FROM:
        left, right = program.run([draw.uniform(low, 2.0) for _ in inputs])
        near = left == right or abs(left - right) <= 1e-9 * max(1.0, abs(left))
        if not near and not (math.isnan(left) and math.isnan(right)):
            return False
    return True


#: From where each number is drawn: a logarithm has values among positive ones only, and |x| is x there.
_FROM = (0.1,) * 8 + (-2.0,) * 8
