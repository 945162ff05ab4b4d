"""Figures with curves: the error over a weight, along a step, over the steps of a run; the curvature and its bound."""

from __future__ import annotations

import math
from typing import Any

from workings.show.figures.style import (
    BLACK,
    BLUE,
    COLOURS,
    GREEN,
    GREY,
    MARKS,
    STYLES,
    VERMILION,
    Axes,
    Figure,
    canvas,
    maths,
    words,
)
from workings.why.pictures import AlongStep, Curve, Errors

#: More patterns than this are drawn in grey, without names.
_MOST_NAMED = 6
#: How the patterns' lines are broken, all differently: dashes and gaps in points.
_DASHES = ("--", "-.", ":", (0, (6, 2, 1, 2, 1, 2)), (0, (9, 3)), (0, (2, 5)))


def curve(found: Curve, ax: Axes | None = None) -> Figure:
    """Draw the error over a weight, its tangent at the start, the first step and the path of the run."""
    figure, pen = canvas(ax)
    several = len(found.patterns) > 1
    if several:
        more = len(found.patterns) - _MOST_NAMED
        for index, (name, values) in enumerate(found.patterns):
            if index < _MOST_NAMED:
                pen.plot(found.values, values, color=GREY, linewidth=1.0, linestyle=_DASHES[index], label=words(name))
            else:
                rest = f"{more} more" if index == _MOST_NAMED else None
                pen.plot(found.values, values, color=GREY, linewidth=0.5, alpha=0.5, label=rest)
    mean = "mean of " if several else ""
    pen.plot(found.values, found.mean, color=BLUE, label=f"{mean}{maths(found.error)}")
    (at, value), low, high = found.start, found.values[0], found.values[-1]
    reach = 0.32 * (high - low)
    ends = [max(low, at - reach), min(high, at + reach)]
    pen.plot(ends, [value + found.slope * (x - at) for x in ends], color=VERMILION, linewidth=1.2, linestyle="--",
            label=f"tangent, slope {found.slope:.4g}".replace("-", "−"))  # fmt: skip
    if len(found.path) > 1:
        pen.plot(
            *zip(*found.path, strict=True), color=BLACK, marker="o", markersize=3.2, linewidth=0.8, label="the run"
        )
    pen.plot([at], [value], color=VERMILION, marker="o", markersize=7, linestyle="none", zorder=5)
    if found.after is not None and abs(found.after[0] - at) > 0.04 * (high - low):
        pen.annotate("", xy=found.after, xytext=found.start, zorder=6, arrowprops={
            "arrowstyle": "-|>", "color": BLACK, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0,
        })  # fmt: skip
    for end in found.ends or ():
        pen.axvline(end, color=GREY, linewidth=0.9, linestyle=":")
    pen.set_xlabel(maths(found.weight))
    pen.set_ylabel(maths(found.error))
    pen.set_title(f"The error over {maths(found.weight)}")
    pen.set_xlim(low, high)
    _trimmed(pen, [*found.mean, *(v for _, values in found.patterns for v in values)])
    pen.legend(loc="best")
    return figure


#: Larger numbers are not drawn.
_MOST_DRAWN = 1e100


def _trimmed(pen: Any, values: list[float]) -> None:
    """Let the axis hold the values and not what a tangent does far away."""
    finite = [value for value in values if abs(value) < _MOST_DRAWN]
    if not finite:
        return
    low, high = min(finite), max(finite)
    room = 0.08 * (high - low) or 0.1
    pen.set_ylim(low - room, high + room)


def along_step(found: AlongStep, ax: Axes | None = None) -> Figure:
    """Draw the change of the error over the rate of one step, beside what gradient and curvature predict."""
    figure, pen = canvas(ax)
    name = maths(found.rate_name)
    pen.axhline(0, color=GREY, linewidth=0.8)
    pen.plot(found.rates, found.exact, color=BLUE, label="exact")
    pen.plot(found.rates, found.first, color=VERMILION, linestyle="--", label="predicted by the gradient")
    pen.plot(found.rates, found.second, color=GREEN, linestyle="-.", label="with the curvature")
    marks = [(found.rate, "this rate", "o"), (found.largest, "falls no more", "s")]
    marks += [(found.safe, "2/L, proved for every point", "^")] if found.safe is not None else []
    for rate, label, mark in marks:
        if math.isfinite(rate) and rate <= found.rates[-1]:
            value = _between(found, rate)
            pen.plot(
                [rate], [value], color=BLACK, marker=mark, markersize=6, linestyle="none", label=f"{label}: {rate:.4g}"
            )
    pen.set_xlabel(f"rate {name}")
    pen.set_ylabel(f"change of {maths(found.error)}")
    pen.set_title(f"One step, for {words(found.pattern)}")
    low, high = min(found.exact), max(*found.exact, 0.0)
    room = 0.25 * (high - low) or 0.1
    pen.set_ylim(low - 2 * room, high + room)
    pen.legend(loc="best")
    return figure


def _between(found: AlongStep, rate: float) -> float:
    place = rate / found.rates[-1] * (len(found.rates) - 1)
    index = min(int(place), len(found.rates) - 2)
    share = place - index
    return found.exact[index] * (1 - share) + found.exact[index + 1] * share


def errors(found: Errors, ax: Axes | None = None) -> Figure:
    """Draw the error of each pattern over the steps."""
    figure, pen = canvas(ax)
    named = len(found.patterns) <= _MOST_NAMED
    drawable = [value for value in found.mean if abs(value) < _MOST_DRAWN]
    last = len(drawable)
    if drawable and min(drawable) > 0 and max(drawable) > 1e4 * drawable[0]:
        pen.set_yscale("log")
    for index, (name, values) in enumerate(found.patterns):
        if named:
            pen.plot(
                found.steps[:last], values[:last], color=COLOURS[index % 6], linestyle=STYLES[index % 4],
                marker=MARKS[index % 6],
                markersize=3.6, markevery=max(1, len(found.steps) // 12), label=words(name), linewidth=1.4,
            )  # fmt: skip
        else:
            pen.plot(found.steps[:last], values[:last], color=GREY, linewidth=0.7, alpha=0.6)
    if len(found.patterns) > 1:
        pen.plot(found.steps[:last], found.mean[:last], color=BLACK, linewidth=2.0, label="mean")
    pen.set_xlabel("step")
    pen.set_ylabel(maths(found.error))
    if pen.get_yscale() == "linear" and drawable and min(drawable) >= 0:
        pen.set_ylim(bottom=0.0)
    pen.set_title("The error of each pattern over the steps")
    if named or len(found.patterns) > 1:
        pen.legend(loc="best")
    return figure
