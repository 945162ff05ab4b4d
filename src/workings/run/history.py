"""The record of a training: every step accounted for, and nothing stored that can be replayed.

What is kept is the weights after each step. Every other number of a step (the forward values, the error
before and after, the gradient, the nudge) is computed again when it is asked for, by the program that
ran, from the same bits; so it is the same bits.
"""

from __future__ import annotations

import csv
import importlib
import io
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from workings.graph.writing.spelling import ByName
from workings.run.descent import Descent
from workings.run.loop import advance
from workings.run.row import NonFinite, Row, Stopped
from workings.run.settings import Settings

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


@dataclass
class History:
    """A finished or interrupted run; it can be read, written, and taken up again.

    A state is the weights and what the method keeps beside them. `recorded` holds the states after the steps
    `every`, 2 `every`, …; `last` is the state at the end.
    """

    descent: Descent
    start: Mapping[str, float]
    steps: int = 0
    last: tuple[float, ...] = ()
    recorded: array[float] = field(default_factory=lambda: array("d"))
    stopped: Stopped = "steps"
    non_finite: NonFinite | None = None
    said: tuple[str, ...] = ()
    native: bool = False

    def __post_init__(self) -> None:
        """Begin at the start."""
        if not self.last:
            self.last = tuple(self.descent.begin(self.start))
        self._near = (0, tuple(self.descent.begin(self.start)))

    @property
    def settings(self) -> Settings:
        """How the run was asked for."""
        return self.descent.settings

    @property
    def names(self) -> tuple[str, ...]:
        """The weights, in the order in which they are recorded."""
        return self.descent.weights

    def state_after(self, step: int) -> tuple[float, ...]:
        """Return the state after a step; one that was not recorded is replayed from the nearest before it."""
        if step == self.steps:
            return self.last
        size, every = len(self.descent.names), self.settings.every
        known = step - step % every if every else 0
        if known:
            nearest = tuple(self.recorded[(known // every - 1) * size : known // every * size])
        else:
            nearest = tuple(self.descent.begin(self.start))
        if known < self._near[0] <= step:
            known, nearest = self._near
        if known < step:
            nearest = advance(self.descent, nearest, known, step)
            self._near = (step, nearest)
        return nearest

    def weights_after(self, step: int) -> dict[str, float]:
        """Return the weights after `step` steps; those of step 0 are the starts."""
        return dict(zip(self.names, self.state_after(step), strict=False))

    @property
    def weights(self) -> Mapping[str, float]:
        """The weights at the end, by any spelling of their names."""
        return ByName(self.weights_after(self.steps))

    @property
    def error(self) -> float:
        """The mean of the error over all patterns, at the end."""
        return self.descent.mean_error(self.weights)

    def row(self, step: int) -> Row:
        """Return the account of one step, numbered from 1, replayed from the weights before it.

        Raises:
            IndexError: for a step that was not made.
        """
        if not 1 <= step <= self.steps:
            raise IndexError(f"step {step} of {self.steps}")
        return self.descent.account(step, self.state_after(step - 1), self.state_after(step))

    def rows(self, steps: Iterable[int] | None = None) -> Iterator[Row]:
        """Yield the accounts of the steps asked for, of all unless said."""
        return (self.row(step) for step in (range(1, self.steps + 1) if steps is None else steps))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of a table's columns, in ASCII: what `table` gives for each step."""
        single = self.settings.batch == 1
        inputs, values = (self.descent.pattern_names, self.descent.quantities) if single else ((), ())
        rate = ("rate",) if self.settings.schedule is not None else ()
        per_weight = [f"{kind}{name}" for kind in ("gradient_", "nudge_", "") for name in self.names]
        kept = self.descent.names[len(self.names) :]
        return ("step", "pattern", *inputs, *values, "error", *rate, *per_weight, *kept, "error_after", "fate")

    def table(self) -> Iterator[tuple[int | float | str | None, ...]]:
        """Yield the rows of the table that `columns` heads; the pattern is None where a step takes several."""
        single, scheduled = self.settings.batch == 1, self.settings.schedule is not None
        for row in self.rows():
            inputs = (*row.inputs.values(), *row.values.values()) if single else ()
            yield (
                row.step, row.pattern if single else None, *inputs, row.before, *((row.rate,) if scheduled else ()),
                *row.gradients.values(), *row.nudges.values(), *row.weights.values(), *row.kept.values(), row.after,
                row.fate,
            )  # fmt: skip

    def to_csv(self) -> str:
        """Return the table as CSV, every number to its last bit."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        for row in self.table():
            writer.writerow(["" if cell is None else repr(cell) if isinstance(cell, float) else cell for cell in row])
        return out.getvalue()

    def to_numpy(self) -> dict[str, NDArray[numpy.float64]]:
        """Return the numeric columns as arrays of shape (steps,)."""
        import numpy

        rows = list(self.table())
        numeric = [(i, name) for i, name in enumerate(self.columns) if name not in ("pattern", "fate")]
        return {name: numpy.array([row[i] for row in rows], dtype=numpy.float64) for i, name in numeric}

    def to_parquet(self, path: str | IO[bytes]) -> None:
        """Write the table as Parquet; needs the extra `parquet`.

        Raises:
            ImportError: when pyarrow is not installed.
        """
        # Loaded by name: pyarrow has no type stubs, and is an extra that need not be there.
        pyarrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
        rows = list(self.table())
        columns = {name: [row[i] for row in rows] for i, name in enumerate(self.columns)}
        parquet.write_table(pyarrow.table(columns), path)


def sampled(steps: int, most: int = 12, together: int = 1) -> tuple[int, ...]:
    """Choose steps to show: the first ones, some in between at growing distances, the last ones.

    Steps that belong `together`, those of one pass over the patterns, are shown together where there is room.
    """
    if steps <= most:
        return tuple(range(1, steps + 1))
    if 1 < together <= most // 3:
        passes = sampled(-(-steps // together), most // together)
        chosen = {(each - 1) * together + k for each in passes for k in range(1, together + 1)}
        return tuple(sorted(n for n in chosen if n <= steps))
    first, last = max(1, most // 3), max(1, most // 6)
    between = most - first - last
    ratio = (steps - last) / first
    inner = [round(first * ratio ** (k / (between + 1))) for k in range(1, between + 1)]
    chosen = {*range(1, first + 1), *inner, *range(steps - last + 1, steps + 1)}
    return tuple(sorted(n for n in chosen if 1 <= n <= steps))
