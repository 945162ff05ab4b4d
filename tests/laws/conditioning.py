"""How exactly a tape can be computed in floats: error bounds beside the values.

Two correct programs for one gradient differ by rounding. How much they may differ is not one number: where
terms cancel it is eps times the sum of their magnitudes. These two runs measure it: `rounding` bounds the
error of a tape's own values, `sum_of_paths` adds up the magnitudes of all the products that a derivative
is the sum of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from workings.graph.algebra import WORDS, Slot, Tape
from workings.graph.evaluate import FLOATS


def _pow_slopes(a: float, b: float, out: float) -> tuple[float, ...]:
    return (abs(b * out / a), abs(out * math.log(abs(a)))) if a else (1.0 if b >= 1 else math.inf, 0.0)


#: By word: the magnitude of its derivative by each argument, from the arguments and the result.
_SLOPES: Mapping[str, Callable[..., tuple[float, ...]]] = {
    "add": lambda _a, _b, _: (1.0, 1.0), "sub": lambda _a, _b, _: (1.0, 1.0),
    "mul": lambda a, b, _: (abs(b), abs(a)), "div": lambda _, b, out: (abs(1 / b), abs(out / b)),
    "neg": lambda _a, _: (1.0,), "absolute": lambda _a, _: (1.0,), "exp": lambda _, out: (out,),
    "log": lambda a, _: (abs(1 / a),), "log1p": lambda a, _: (abs(1 / (1 + a)),),
    "sqrt": lambda _, out: (0.5 / out if out else math.inf,), "sin": lambda _a, _: (1.0,), "cos": lambda _a, _: (1.0,),
    "tan": lambda _, out: (1 + out * out,), "sinh": lambda _, out: (1 + abs(out),), "cosh": lambda _, out: (out,),
    "tanh": lambda _a, _: (1.0,), "pow": _pow_slopes, "less": lambda _a, _b, _: (0.0, 0.0),
    "equal": lambda _a, _b, _: (0.0, 0.0),
    "pick": lambda condition, _a, _b, _: (0.0, 1.0, 0.0) if condition else (0.0, 0.0, 1.0),
}  # fmt: skip
assert set(_SLOPES) == set(WORDS), "every scalar word needs its slopes"


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
            if word.name in ("less", "equal") and abs(given[0] - given[1]) < within * max(1.0, *map(abs, given)):
                return True
        return False

    def _slopes(self) -> list[tuple[tuple[Slot, ...], tuple[float, ...], Slot]]:
        return [
            (word.args, _SLOPES[word.name](*(self.slots[arg] for arg in word.args), self.slots[word.out]), word.out)
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
