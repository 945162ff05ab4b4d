"""The second opinion: HIPS autograd run over the scalar words of a recorded tape.

A tape says what is computed and nothing of derivatives. Here its words are spoken in `autograd.numpy`,
so that the gradient found this way shares no line with the derivation that it is compared with. autograd
carries no types; it is met in this file only.
"""

from __future__ import annotations

import importlib
import math
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy

from workings.graph.words.tape import Slot, Tape

_autograd: Any = importlib.import_module("autograd")
_np: Any = importlib.import_module("autograd.numpy")
_extend: Any = importlib.import_module("autograd.extend")


@_extend.primitive
def _erf(a: Any) -> Any:
    # autograd has it through SciPy alone.
    return math.erf(a)


def _slope_of_erf(_: Any, a: Any) -> Callable[[Any], Any]:
    return lambda g: g * (2 / math.sqrt(math.pi) * math.exp(-a * a))


_extend.defvjp(_erf, _slope_of_erf)


def _pick(condition: Any, a: Any, b: Any) -> Any:
    # A tape is scalar, so what a condition picks is known while it runs; the other side takes no part.
    return a if condition else b


def _logistic(a: Any) -> Any:
    return 1 / (1 + _np.exp(-a))


_WORDS: Mapping[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "neg": operator.neg, "div": _np.divide,
    "absolute": _np.abs, "exp": _np.exp, "log": _np.log, "log1p": _np.log1p, "sqrt": _np.sqrt, "sin": _np.sin,
    "cos": _np.cos, "tan": _np.tan, "sinh": _np.sinh, "cosh": _np.cosh, "tanh": _np.tanh,
    "logistic": _logistic, "atan": _np.arctan,
    "erf": _erf, "pow": _np.power,
    "less": operator.lt, "equal": operator.eq, "pick": _pick,
}  # fmt: skip


def _play(tape: Tape, output: Slot, values: Sequence[Any]) -> Any:
    slots: list[Any] = [0.0] * tape.size
    for slot, constant in tape.constants.items():
        slots[slot] = float(constant)
    for slot, value in zip(tape.inputs.values(), values, strict=True):
        slots[slot] = value
    for word in tape.words:
        slots[word.out] = _WORDS[word.name](*(slots[arg] for arg in word.args))
    return slots[output]


def gradient(tape: Tape, output: Slot, point: Sequence[float]) -> list[float]:
    """Return the derivative of a slot by each input of the tape, by autograd's reverse mode."""
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.filterwarnings("ignore", "Output seems independent of input")

        def function(values: Any) -> Any:
            return _play(tape, output, values)

        found: Any = _autograd.grad(function)([float(value) for value in point])
    return [float(slope) for slope in found]
