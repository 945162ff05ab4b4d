"""How exactly a tape can be computed in floats: error bounds beside the values.

Two correct programs for one gradient differ by rounding. How much they may differ is not one number: where
terms cancel it is eps times the sum of their magnitudes. These two runs measure it: `rounding` bounds the
error of a tape's own values, `sum_of_paths` adds up the magnitudes of all the products that a derivative
is the sum of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from workings.graph.speakers.floats import FLOATS
from workings.graph.words.tape import Slot, Tape


def _pow_slopes(a: Sequence[float], out: float) -> tuple[float, ...]:
    base, exponent = a
    if not base:
        return (1.0 if exponent >= 1 else math.inf, 0.0)
    return (abs(exponent * out / base), abs(out * math.log(abs(base))))


def _both(_: Sequence[float], __: float) -> tuple[float, ...]:
    return (1.0, 1.0)


def _neither(_: Sequence[float], __: float) -> tuple[float, ...]:
    return (0.0, 0.0)


def _whole(_: Sequence[float], __: float) -> tuple[float, ...]:
    return (1.0,)


#: By word: a bound of the magnitude of its derivative by each argument, from the arguments and the result.
_SLOPES: Mapping[str, Callable[[Sequence[float], float], tuple[float, ...]]] = {
    "add": _both, "sub": _both, "mul": lambda a, _: (abs(a[1]), abs(a[0])),
    "div": lambda a, out: (abs(1 / a[1]), abs(out / a[1])), "neg": _whole, "absolute": _whole,
    "exp": lambda _, out: (out,), "log": lambda a, _: (abs(1 / a[0]),), "log1p": lambda a, _: (abs(1 / (1 + a[0])),),
    "sqrt": lambda _, out: (0.5 / out if out else math.inf,), "sin": _whole, "cos": _whole,
    "tan": lambda _, out: (1 + out * out,), "sinh": lambda _, out: (1 + abs(out),), "cosh": lambda _, out: (out,),
    "tanh": _whole, "logistic": _whole, "atan": _whole, "erf": lambda _, __: (1.13,),
    "pow": _pow_slopes, "less": _neither, "equal": _neither,
    "pick": lambda a, _: (0.0, 1.0, 0.0) if a[0] else (0.0, 0.0, 1.0),
}  # fmt: skip


class Played:
    """A tape played once in floats, every slot kept."""

    def __init__(self, tape: Tape, point: Sequence[float]) -> None:
        """Play the words of the reference interpreter."""
        self.tape = tape
        self.slots: list[float] = [0.0] * tape.size
        for slot, constant in tape.constants.items():
            self.slots[slot] = float(constant)
        for slot, value in zip(tape.inputs.values(), point, strict=True):
            self.slots[slot] = value
        for word in tape.words:
            self.slots[word.out] = FLOATS[word.name](*(self.slots[arg] for arg in word.args))

    def is_finite(self) -> bool:
        """Say whether every number on the way is finite."""
        return all(math.isfinite(value) for value in self.slots)

    def is_near_kink(self, within: float) -> bool:
        """Say whether a comparison is nearly even, or a magnitude is taken of nearly 0."""
        for word in self.tape.words:
            given = [self.slots[arg] for arg in word.args]
            if word.name == "absolute" and abs(given[0]) < within:
                return True
            # A number is compared with itself to see whether it is a NaN; there is no kink in that.
            compared = word.name in ("less", "equal") and word.args[0] != word.args[1]
            if compared and abs(given[0] - given[1]) < within * max(1.0, *map(abs, given)):
                return True
        return False

    def is_well_conditioned(self, most: float) -> bool:
        """Say whether no number on the way has lost more than a factor `most` of its precision to cancellation."""
        bounds = self.rounding()
        return all(bound <= most * abs(value) or value == 0 for bound, value in zip(bounds, self.slots, strict=True))

    def _slopes(self) -> list[tuple[tuple[Slot, ...], tuple[float, ...], Slot]]:
        return [
            (word.args, _SLOPES[word.name]([self.slots[arg] for arg in word.args], self.slots[word.out]), word.out)
            for word in self.tape.words
        ]

    def rounding(self, inputs: Sequence[float] = ()) -> list[float]:
        """Return for every slot the bound of its rounding error, in units of the machine's epsilon.

        `inputs` are the errors that the first inputs have already; the others are exact.
        """
        bounds = [0.0] * self.tape.size
        for slot, error in zip(self.tape.inputs.values(), inputs, strict=False):
            bounds[slot] = error
        for slot in self.tape.constants:
            bounds[slot] = abs(self.slots[slot])
        for args, slopes, out in self._slopes():
            bounds[out] = abs(self.slots[out]) + sum(s * bounds[arg] for arg, s in zip(args, slopes, strict=True) if s)
        return bounds

    def sum_of_paths(self, output: Slot) -> list[float]:
        """Return for each input the sum, over the paths from it to `output`, of the magnitudes of their products."""
        totals = [0.0] * self.tape.size
        totals[output] = 1.0
        for args, slopes, out in reversed(self._slopes()):
            for arg, slope in zip(args, slopes, strict=True):
                if totals[out] and slope:
                    totals[arg] += totals[out] * slope
        return [totals[slot] for slot in self.tape.inputs.values()]
