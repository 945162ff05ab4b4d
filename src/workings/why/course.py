"""How a descent went, measured: the weights that it left at an edge, and the error from the start to the end."""

from __future__ import annotations

from collections.abc import Sequence

from workings.derive.step import Prose
from workings.graph.expr import Expr, symbol
from workings.run.data import bounds
from workings.run.history import History
from workings.run.row import Fate
from workings.why.answer import Finding
from workings.why.flat import pattern_words
from workings.why.words import shown


def edges(history: History) -> list[Finding]:
    """Return the weights that ended at an end of their interval, with the gradient still pushing outwards."""
    network, error = history.descent.network, history.descent.derivation.error
    size = history.descent.passes.steps
    last_pass = list(history.rows(range(max(1, history.steps - size + 1), history.steps + 1)))
    out: list[Finding] = []
    for name, value in history.weights.items():
        ends = bounds(network, name)
        if ends is None or value not in ends:
            continue
        outwards = 1 if value == ends[1] else -1
        pushing = [row for row in last_pass if row.nudges[name] * outwards > 0]
        if not pushing:
            continue
        row = pushing[-1]
        where: Prose = ("the mean of its patterns",) if row.pattern is None else pattern_words(network, row.pattern)
        arrived = _arrival(history, name, value)
        when = "" if arrived is None else f", reached in step {arrived}," if arrived else ", where it began,"
        statement: Prose = (
            symbol(name), f" is held at the edge {shown(value)} of its interval [{shown(ends[0])}, {shown(ends[1])}]"
            f"{when} because ",
            "at ", *where, f" the gradient {shown(row.gradients[name])} still pushes outwards; there ", symbol(error),
            f" = {shown(row.after)}.",
        )  # fmt: skip
        out.append(Finding(statement, "measured", {name: value, error: row.after}))
    return out


def _arrival(history: History, name: str, value: float) -> int | None:
    """Return the step from which a weight kept its last value; 0 if it never moved, None if that is not recorded."""
    if history.settings.every != 1:
        return None
    values = history.recorded[history.names.index(name) :: len(history.descent.names)]
    step = len(values)
    while step > 0 and values[step - 1] == value:
        step -= 1
    return step + 1 if step or history.start[name] != value else 0


#: Beyond this many steps the fates of the steps are not counted: each has to be replayed.
_MOST_COUNTED = 20_000


def course(history: History) -> list[Finding]:
    """Return how the error went, from the start to the end."""
    descent, error = history.descent, history.descent.derivation.error
    first, last = descent.mean_error(history.start), history.error
    several = len(descent.rows) > 1
    words: list[str | Expr] = ["The mean of ", symbol(error), " over the patterns"] if several else [symbol(error)]
    went = f" went from {shown(first)} to {shown(last)}" if first != last else f" stayed {shown(last)}"
    words.append(f"{went} in {history.steps:,} step" + ("." if history.steps == 1 else "s."))
    if 0 < history.steps <= _MOST_COUNTED:
        words.append(f" {_counted([row.fate for row in history.rows()])}")
    return [Finding(tuple(words), "measured", {"first": first, "last": last})]


def _counted(fates: Sequence[Fate]) -> str:
    """Say how many steps did what to the error of their own pattern: the order of the words is fixed."""
    told: tuple[tuple[Fate, str], ...] = (
        ("fell", "made their own pattern's error smaller"), ("rose", "made it larger"),
        ("flat", "left it as it was (the gradient is 0)"), ("held", "left it as it was (held at an edge)"),
        ("lost", "left it as it was (the nudge is lost in rounding)"), ("level", "left it as it was"),
    )  # fmt: skip
    parts = [f"{fates.count(fate):,} {what}" for fate, what in told if fate in fates]
    return "Of the steps, " + ", ".join(parts) + "."
