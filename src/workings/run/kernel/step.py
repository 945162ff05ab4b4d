"""One step of a descent, written over lanes: the gradient of some patterns, their mean, and the update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workings.graph.evaluate import Program
from workings.graph.expr import Expr
from workings.run.kernel.fast import FastWords
from workings.run.kernel.regroup import regrouped
from workings.run.kernel.text import Lanes, Text
from workings.run.kernel.words import Words

Arithmetic = Literal["exact", "fast"]
Values = dict[Expr, str]
Ranges = Mapping[Expr, tuple[float, float]]


@dataclass(frozen=True)
class Equations:
    """The equations of a step, recorded, and what each of their names is.

    `ranges` are the ends of what is known to stay between two numbers: weights with an interval, the patterns.
    `state` are the names that a step changes, the weights first; `fixed` keep one value through a run; `row` is
    what a pattern gives; `time` the number of the step, from 1, None where no equation reads it. `gradient`
    gives the error and then the slopes by `slopes`, `update` the new state from the mean slopes.
    """

    state: tuple[Expr, ...]
    fixed: tuple[Expr, ...]
    row: tuple[Expr, ...]
    time: Expr | None
    slopes: tuple[Expr, ...]
    gradient: Program
    update: Program
    ranges: Ranges

    @property
    def words(self) -> int:
        """How many scalar words a step takes for one pattern."""
        return len(self.gradient.tape.words) + len(self.update.tape.words)


def speaker(text: Text, lanes: Lanes, arithmetic: Arithmetic) -> Words:
    """Return the words of an arithmetic."""
    return Words(text, lanes) if arithmetic == "exact" else FastWords(text, lanes)


def outputs(words: Words, program: Program, values: Mapping[Expr, str], ranges: Ranges) -> list[str]:
    """Write a program; return the values of its targets."""
    for name, (low, high) in ranges.items():
        if name in values:
            words.bound(values[name], low, high)
    tape, ends = program.tape, program.outputs
    if isinstance(words, FastWords):
        tape, ends = regrouped(tape, ends)
    slots = words.tape(tape, values)
    return [words.number(slots[slot]) for slot in ends]


def finite(words: Words, values: Sequence[str]) -> str:
    """Return the i1 that says whether all values are finite, in every lane of each."""
    limit = words.constant(float("inf"))
    found = ""
    for value in values:
        fits = words.compare("olt", words.absolute(value), limit)
        found = words.text.let(f"and {words.lanes.of('i1')} {found}, {fits}") if found else fits
    return found
