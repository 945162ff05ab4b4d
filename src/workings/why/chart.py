"""Start × rate: what becomes of the descent from every start at every rate, by a sweep of the same training."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workings.errors import ReadError
from workings.run.settings import Numbers
from workings.run.update import RATE
from workings.why.answer import Figured
from workings.why.experiment import Experiment

if TYPE_CHECKING:
    from workings.run.swept import Swept

#: What is said of a point: it comes to rest (inside or at an edge), is still on its way, goes on swinging, or leaves.
Fate = Literal["converges", "slow", "swings", "diverges"]
#: By the ending that a sweep counts.
FATES: dict[str, Fate] = {
    "converged": "converges", "edge": "converges", "moving": "slow", "oscillated": "swings", "diverged": "diverges",
}  # fmt: skip


@dataclass(frozen=True)
class Chart(Figured):
    """A sweep over the start of one weight and the rate; the other weights begin where the experiment does."""

    weight: str
    rate: str
    start: float
    alpha: float
    swept: Swept

    @property
    def shares(self) -> dict[Fate, float]:
        """Which share of the points has which fate."""
        found = dict.fromkeys(("converges", "slow", "swings", "diverges"), 0.0)
        for ending, number in self.swept.summary.endings.items():
            found[FATES[ending]] += number / self.swept.points.count
        return found  # pyright: ignore[reportReturnType]  # the keys are the fates


def chart(experiment: Experiment, rows: int = 64, columns: int = 96) -> Chart:
    """Return the chart, `rows` starts by `columns` rates, each a training of the experiment's steps.

    Fast numbers make it; on a machine without native code the interpreter, in its time.
    """
    try:
        return _chart(experiment, rows, columns, "fast")
    except ReadError:
        return _chart(experiment, rows, columns, "exact")


def quick_chart(experiment: Experiment) -> Chart | None:
    """Return a small chart, smaller where a training takes long; None where even that would take too long."""
    work = max(1, experiment.steps) * experiment.descent.programs.equations.words
    rows = min(_ROWS, int(_WORK / (_COLUMNS * work)))
    if rows < _LEAST_ROWS:
        return None
    try:
        return _chart(experiment, rows, _COLUMNS, "fast")
    except ReadError:
        return None


#: The size of a small chart, and about how many scalar words it may cost.
_ROWS, _COLUMNS, _LEAST_ROWS, _WORK = 15, 61, 5, 4e8


def _chart(experiment: Experiment, rows: int, columns: int, numbers: Numbers) -> Chart:
    from workings.run.sweep import Sweep, gather  # numpy is loaded where many numbers are
    from workings.run.swept import Axis, Points

    slopes = experiment.gradient(experiment.start)
    index = max(range(len(slopes)), key=lambda k: abs(slopes[k]))
    weight, value = experiment.weights[index], experiment.start[index]
    ends = experiment.descent.programs.ends[weight] or (value - _ASIDE, value + _ASIDE)
    low, high = experiment.rate / _RATES, experiment.rate * _RATES
    starts = tuple(_spaced(*ends, rows))
    rates = tuple(math.exp(v) for v in _spaced(math.log(low), math.log(high), columns))
    name = experiment.network.rate or RATE
    settings = dataclasses.replace(experiment.descent.settings, numbers=numbers, every=1)
    points = Points((Axis(weight, starts), Axis(name, rates, True)))
    sweep = Sweep(
        experiment.derivation, points, settings, steps=experiment.steps or 1,
        start=dict(zip(experiment.weights, experiment.start, strict=True)),
    )  # fmt: skip
    return Chart(weight, name, value, experiment.rate, gather(sweep))


#: How far the starts reach where a weight has no interval; how many times smaller and larger the rates are.
_ASIDE, _RATES = 4.0, 1000.0


def _spaced(low: float, high: float, number: int) -> list[float]:
    return [low + (high - low) * k / max(1, number - 1) for k in range(number - 1)] + [high]
