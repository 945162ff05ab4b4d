"""The short form of the answers, for the end of a run: what stands out, from numbers that the run has already.

Nothing here compiles, loads a library or searches; `workings why` goes further, and proves more.
"""

from __future__ import annotations

from workings.derive.step import Prose
from workings.graph.expr import Apply, postorder, symbol
from workings.run.history import History
from workings.run.row import Row
from workings.why.answer import Finding
from workings.why.course import course, edges
from workings.why.flat import flat_findings, pattern_words
from workings.why.symmetry import staying_equal, symmetries
from workings.why.words import shown


def findings(history: History) -> tuple[Finding, ...]:
    """Return what stands out: what the first step shows, what cannot be learned, where the descent ended."""
    return (
        *_first_step(history), *flat_findings(history), *_symmetry(history), *edges(history), *course(history),
    )  # fmt: skip


def _first_step(history: History) -> list[Finding]:
    """Say of the first step that moves anything why it is subtracted, what it promised and what it did."""
    size = history.descent.passes.steps
    if history.settings.method != "descent":
        return []
    rows = history.rows(range(1, min(size, history.steps) + 1))
    row = next((r for r in rows if r.fate != "held" and any(r.nudges.values())), None)
    if row is None:
        return []
    derivation = history.descent.derivation
    error = symbol(derivation.error)
    before = history.weights_after(row.step - 1)
    moves = {name: row.weights[name] - before[name] for name in history.names}
    promised = sum(row.gradients[name] * moves[name] for name in history.names)
    assumed = _assumed(history)
    numbers = {"promised": promised, "change": row.after - row.before}
    whose: Prose = (*_of(history, row),)
    if len(history.names) == 1:
        (name,) = history.names
        slope = row.gradients[name]
        way, steep = ("up", "falls") if slope < 0 else ("down", "rises")
        direction: Prose = (
            "Why subtract: at ", symbol(name), f" = {shown(before[name])} the gradient ", *whose, " is "
            f"{shown(slope)}. Its sign says that ", error, f" {steep} as ", symbol(name), " grows, so the step goes "
            "", way, "; its size, that a small step changes ", error, f" by {shown(abs(slope))} times its length.",
        )  # fmt: skip
    else:
        steepest = (sum(slope * slope for slope in row.gradients.values())) ** 0.5
        direction = (
            "Why subtract: the gradient ", *whose, " points where ", error, " rises fastest, so against it ", error,
            f" falls fastest; its length {shown(steepest)} says how fast for a small step.",
        )  # fmt: skip
    return [
        Finding(direction, "proved", dict(row.gradients), assumed),
        Finding((
            f"How much: step {row.step} promised to change ", error, f" by {shown(promised)}, gradient times step, "
            f"and changed it by {shown(row.after - row.before)}. The smaller the rate, the nearer the two: so any "
            "positive rate lowers ", error, " if it is small enough, and the rate decides how fast.",
        ), "measured", numbers, assumed),
    ]  # fmt: skip


def _assumed(history: History) -> tuple[Prose, ...]:
    """Return what the meaning of a gradient rests on: at a kink it is a convention, and no slope."""
    network = history.descent.network
    formulas = [*network.formulas.values(), *(f.body for f in network.functions.values() if f.body is not None)]
    if any(isinstance(part, Apply) and not part.op.is_smooth for part in postorder(*formulas)):
        return ((symbol(history.descent.derivation.error), " is differentiable there: away from its kinks"),)
    return ()


def _of(history: History, row: Row) -> Prose:
    if row.pattern is None:
        return ("of the mean over its patterns",)
    return ("for ", *pattern_words(history.descent.network, row.pattern))


def _symmetry(history: History) -> list[Finding]:
    found = symmetries(history.descent.network, history.descent.derivation.error, history.start)
    return [staying_equal(found, history.start)] if found else []
