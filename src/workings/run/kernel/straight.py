"""A program as one native function: its targets' values for given inputs, in fast arithmetic.

The rows of a fast run are replayed with it, so that they hold the numbers that ran.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from workings.graph.speakers.floats import Program
from workings.run.kernel.engine import native
from workings.run.kernel.equations import Ranges
from workings.run.kernel.step import Arithmetic, outputs, speaker
from workings.run.kernel.text import Bits, Lanes, Text

_POINTER = ctypes.c_void_p


def written(program: Program, arithmetic: Arithmetic, bits: Bits, ranges: Ranges) -> str:
    """Return the IR of a program."""
    text, one = Text(), Lanes(bits)
    words = speaker(text, one, arithmetic)
    values: dict[Any, str] = {
        key: text.read(one.scalar, text.at(one.scalar, "%given", str(program.inputs.index(slot))))
        for key, slot in program.tape.inputs.items()
    }
    for index, value in enumerate(outputs(words, program, values, ranges)):
        text.write(one.scalar, value, text.at(one.scalar, "%found", str(index)))
    text.do("ret i64 0")
    body = text.function("evaluate", "ptr noalias %given, ptr noalias %found")
    return body + "\n".join(text.declared.values()) + "\n"


def evaluator(
    program: Program, bits: Bits, ranges: Ranges, arithmetic: Arithmetic = "fast"
) -> Callable[[Sequence[float]], list[float]]:
    """Return a program's native function, called as `Program.run` is.

    Raises:
        NoMachineError: when this machine cannot run native code.
    """
    function = native(written(program, arithmetic, bits, ranges)).function("evaluate", _POINTER, _POINTER)
    scalar = ctypes.c_double if bits == 64 else ctypes.c_float
    given_type, found_type = scalar * len(program.inputs), scalar * len(program.outputs)

    def run(values: Sequence[float]) -> list[float]:
        given, found = given_type(*values), found_type(*[float("nan")] * len(program.outputs))
        function(ctypes.addressof(given), ctypes.addressof(found))
        return list(found)

    return run
