"""The account of one step, and of the step at which a run left the finite numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Stopped = Literal["steps", "still", "interrupted", "non_finite"]
#: What became of a pattern's error in a step: it fell or rose; or it is unchanged, because the gradient is 0
#: (flat), an edge held the weights, the nudges were lost in rounding, or the weights moved and it did not (level).
Fate = Literal["fell", "rose", "flat", "held", "lost", "level"]


@dataclass(frozen=True, slots=True)
class NonFinite:
    """Where a run left the finite numbers: the step, its pattern, the quantity that was first not finite."""

    step: int
    pattern: int | None
    quantity: str
    value: float


@dataclass(frozen=True, slots=True)
class Row:
    """One step: its number from 1, its patterns, and every number of it.

    `inputs` and `values` (the forward quantities before the step) are those of a step of one pattern, else empty.
    `before` and `after` are the error around the step: its pattern's, or the mean over its patterns; `fate` is
    what became of it. `rate` is the rate of this step, `kept` what the method keeps beside the weights.
    """

    step: int
    patterns: tuple[int, ...]
    inputs: Mapping[str, float]
    values: Mapping[str, float]
    before: float
    rate: float
    gradients: Mapping[str, float]
    nudges: Mapping[str, float]
    weights: Mapping[str, float]
    kept: Mapping[str, float]
    after: float
    fate: Fate

    @property
    def pattern(self) -> int | None:
        """The step's only pattern, None where it takes several."""
        return self.patterns[0] if len(self.patterns) == 1 else None


def fate_of(before: float, after: float, *, slopes: bool, moved: bool, held: bool) -> Fate:
    """Say what became of an error, from what happened: were there slopes, did weights move, did an edge hold them."""
    if after != before:
        return "fell" if after < before else "rose"
    if not slopes:
        return "flat"
    return "level" if moved else "held" if held else "lost"
