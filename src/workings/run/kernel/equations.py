"""What a kernel is written from: the equations of a step, recorded. It knows nothing of machine code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workings.graph.expr import Expr
from workings.graph.speakers.floats import Program

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
