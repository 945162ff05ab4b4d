"""One step of a descent, written over lanes: the gradient of some patterns, their mean, and the update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from workings.graph.expr import Expr
from workings.graph.speakers.floats import Program
from workings.run.kernel.equations import Ranges
from workings.run.kernel.fast import FastWords
from workings.run.kernel.regroup import regrouped
from workings.run.kernel.text import Lanes, Text
from workings.run.kernel.words import Words

Arithmetic = Literal["exact", "fast"]
Values = dict[Expr, str]


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
