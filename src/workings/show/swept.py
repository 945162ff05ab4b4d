"""Sweeps as parts: how the points ended, the best of them, one axis as a table, two axes as a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workings.graph.expr import symbol
from workings.graph.writing.digits import written
from workings.graph.writing.spelling import plain as plain_name
from workings.run.descent import Descent
from workings.run.swept import ENDINGS, Ending, Points, Summary, Swept
from workings.show.parts import Document, Heading, Inline, Items, Listing, Paragraph, Part, Table, Text

_MEANINGS: dict[Ending, tuple[str, str]] = {
    "converged": ("●", "the error had settled early, and no weight turned back"),
    "edge": ("■", "settled early too, with a weight at an end of its interval"),
    "oscillated": ("~", "a weight turned back in the last passes"),
    "diverged": ("✗", "a number left the finite ones"),
    "moving": ("·", "the steps ended before the error had settled"),
}
#: A map is at most so wide and so high; larger grids show every k-th value.
_WIDE, _HIGH = 64, 24


def sweep(found: Swept) -> Document:
    """Tell a sweep that is in memory."""
    shown: list[Part] = [*summary(found.descent, found.points, found.summary, found.horizon, found.said)]
    if found.points.sample is None and len(found.points.axes) == 1:
        shown.append(_along(found))
    elif found.points.sample is None and len(found.points.axes) == 2:
        shown += map_of(found)
    shown.append(Paragraph((_settling(found),)))
    return tuple(shown)


def summary(descent: Descent, points: Points, found: Summary, steps: int, said: Sequence[str] = ()) -> Document:
    """Tell how the points of a sweep ended, and where the error is least."""
    numbers = "exact" if descent.settings.numbers == "exact" else f"{descent.settings.bits}-bit, fast"
    points_word = "point" if found.points == 1 else "points"
    over: list[Inline] = []
    for axis in points.axes:
        over += [", " if over else "", symbol(axis.name), _range(axis.values, points.sample is None)]
    items: list[Text] = [(f"{found.points:,} {points_word}: ", *over), (f"{steps:,} steps each; numbers: {numbers}",)]
    items += [(line,) for line in said]
    rows: list[tuple[Text, ...]] = [
        ((_MEANINGS[ending][0], " ", ending), (f"{count:,}",), (f"{100 * count / max(1, found.points):.3g} %",),
         (_MEANINGS[ending][1],))
        for ending, count in found.endings.items() if count
    ]  # fmt: skip
    parts: list[Part] = [Heading(("The sweep",)), Items(tuple(items))]
    parts.append(Table((("ending",), ("points",), ("share",), ("what it means",)), tuple(rows), frozenset((1, 2))))
    if found.best:
        error = symbol(descent.derivation.error)
        where = _values(found.best, dict.fromkeys(found.best_weights, "start of "))
        ends = _values(found.best_weights, {})
        least = f" is least, {written(found.least)}, at "
        parts.append(Paragraph(("The mean of ", error, least, *where, "; there the end is ", *ends, ".")))
    return tuple(parts)


def _range(values: Sequence[float], grid: bool) -> str:
    count = f", {len(values)} values" if grid else ""
    return f" from {written(min(values))} to {written(max(values))}{count}"


def _values(found: dict[str, float], before: dict[str, str]) -> list[Inline]:
    out: list[Inline] = []
    for name, value in list(found.items())[:6]:
        out += [", "] if out else []
        out += [before.get(name, ""), symbol(name), f" = {written(value)}"]
    return out


def _settling(found: Swept) -> str:
    """Say what the column `steps` counts."""
    looked = (
        f"the error is looked at every {found.every:,} steps"
        if found.every > 1
        else "the error is looked at every step"
    )
    if found.tolerance is not None:
        return f"steps: after how many the mean error was at most {written(found.tolerance)}; {looked}."
    return (
        f"steps: after how many the error stayed within a hundredth of its whole change from its last value; {looked}."
    )


def _along(found: Swept) -> Table:
    """Return one axis as a table: at most `_HIGH` of its values."""
    axis = found.points.axes[0]
    chosen = _some(len(axis.values), _HIGH)
    weights = list(found.weights)[:3]
    is_start = axis.name in found.weights
    head: list[Text] = [
        ("start of " if is_start else "", symbol(axis.name)),
        *((("end of ", symbol(n))) for n in weights),
    ]
    head += [("mean ", symbol(found.descent.derivation.error)), ("steps",), ("ending",)]
    rows: list[tuple[Text, ...]] = []
    for index in chosen:
        steps = int(found.steps[index])
        rows.append((
            (written(axis.values[index]),), *((written(float(found.weights[n][index])),) for n in weights),
            (written(float(found.error[index])),), ("–" if steps < 0 else f"{steps:,}",),
            (ENDINGS[int(found.ending[index])],),
        ))  # fmt: skip
    return Table(tuple(head), tuple(rows), frozenset(range(len(head) - 1)))


def map_of(found: Swept, marks: Mapping[str, str] | None = None) -> list[Part]:
    """Return two axes as a map: the first downwards, the second to the right, a mark for what became of each point."""
    down, right = found.points.axes
    rows, columns = _some(len(down.values), _HIGH), _some(len(right.values), _WIDE)
    labels = [written(down.values[row], 4 if marks else 6) for row in rows]
    width = max(len(label) for label in labels)
    drawn = [marks[ending] if marks else _MEANINGS[ending][0] for ending in ENDINGS]
    lines = [
        f"{label:>{width}}  " + "".join(drawn[int(found.ending[row, column])] for column in columns)
        for label, row in zip(labels, rows, strict=True)
    ]
    first, last = written(right.values[0]), written(right.values[-1])
    room = max(1, len(columns) - len(first) - len(last))
    lines.append(" " * (width + 2) + first + " " * room + last)
    names = [("start of " if axis.name in found.weights else "") + plain_name(axis.name) for axis in (down, right)]
    return [Paragraph((f"Downwards {names[0]}, to the right {names[1]}:",)), Listing("\n".join(lines))]


def _some(count: int, most: int) -> list[int]:
    """Return the indices of at most `most` of `count` values, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return [round(k * (count - 1) / (most - 1)) for k in range(most)]
