"""Figures with two axes of weights: contours and surface with the river, the start × rate map."""

from __future__ import annotations

from typing import Any

import matplotlib.colors as colours
import matplotlib.lines as lines
import matplotlib.patches as patches
import numpy
from numpy.typing import NDArray

from workings.run.swept import ENDINGS
from workings.show.figures.style import (
    BLACK,
    GREY,
    SEQUENTIAL,
    SKY,
    VERMILION,
    Axes,
    Figure,
    canvas,
    maths,
    words,
)
from workings.why.chart import FATES, Chart
from workings.why.pictures import Landscape

_LEVELS = 16
# matplotlib's own types are partly unknown.
_COLOURS: Any = colours
_LINES: Any = lines
_SHAPES: Any = patches


def _scale(found: Landscape) -> tuple[NDArray[numpy.float64], Any, list[float]]:
    """Return the errors, the scale of their colours and the levels of contours: by logarithm where they span much."""
    errors = numpy.array(found.errors)
    finite = errors[numpy.isfinite(errors)]
    low, high = float(finite.min()), float(numpy.percentile(finite, 99))
    if low > 0 and high / low > 30:
        levels = [float(v) for v in numpy.geomspace(low, high, _LEVELS)]
        return errors, _COLOURS.LogNorm(low, high), levels
    high = high if high > low else low + 1
    return errors, _COLOURS.Normalize(low, high), [float(v) for v in numpy.linspace(low, high, _LEVELS)]


def contours(found: Landscape, ax: Axes | None = None) -> Figure:
    """Draw the landscape from above: lines of equal error, the river and the run."""
    figure, pen = canvas(ax, 5.8, 4.4)
    errors, scale, levels = _scale(found)
    pen.grid(visible=False)
    filled = pen.contourf(found.across, found.down, errors, levels=levels, cmap=SEQUENTIAL, norm=scale, extend="both")
    pen.contour(found.across, found.down, errors, levels=levels, colors="white", linewidths=0.5, alpha=0.7)
    pen.plot(*zip(*found.run, strict=True), color="white", linewidth=2.6)
    pen.plot(*zip(*found.run, strict=True), color=VERMILION, linewidth=1.2, marker="o", markersize=2.4,
            label=f"the run, rate {found.rate:.4g}")  # fmt: skip
    pen.plot(*zip(*found.river, strict=True), color="white", linewidth=3.4)
    pen.plot(*zip(*found.river, strict=True), color=BLACK, linewidth=1.6, linestyle="--", label="the river")
    pen.plot(
        *found.run[0], color="white", marker="o", markersize=8, markeredgecolor=BLACK, linestyle="none", label="start"
    )
    for line, ends in ((pen.axvline, found.box[0]), (pen.axhline, found.box[1])):
        for end in ends or ():
            line(end, color="white", linewidth=1.0, linestyle=":")
    figure.colorbar(filled, ax=pen, label=f"mean of {maths(found.error)}", format=_tick)
    pen.set_xlabel(words(found.across_name))
    pen.set_ylabel(words(found.down_name))
    pen.set_title("The river and the run, from above")
    pen.legend(loc="best")
    return figure


def _tick(value: float, _: object = None) -> str:
    return f"{value:.2g}".replace("-", "−")


def surface(found: Landscape, ax: Axes | None = None) -> Figure:
    """Draw the landscape as a surface, the river and the run on it; `ax` has to be three-dimensional."""
    figure, space = canvas(ax, 6.0, 4.8, projection="3d")
    errors, scale, levels = _scale(found)
    x, y = numpy.meshgrid(found.across, found.down)
    heights = numpy.clip(errors, levels[0], levels[-1])
    space.plot_surface(x, y, heights, cmap=SEQUENTIAL, norm=scale, rstride=2, cstride=2, linewidth=0.15,
                       edgecolor="white", alpha=0.82, rasterized=True)  # fmt: skip
    lift = 0.012 * (levels[-1] - levels[0])
    for path, values, colour, style, name in (
        (found.run, found.run_errors, VERMILION, "-", "the "
        "run"), (found.river, found.river_errors, BLACK, "--", "the river"),
    ):  # fmt: skip
        across, down = zip(*path, strict=True)
        space.plot(
            across,
            down,
            [min(v, levels[-1]) + lift for v in values],
            color=colour,
            linestyle=style,
            label=name,
            zorder=10,
        )
    space.set_xlabel(words(found.across_name) if found.plane is None else "first direction")
    space.set_ylabel(words(found.down_name) if found.plane is None else "second direction")
    space.set_zlabel(f"mean of {maths(found.error)}")
    space.set_title("The error's landscape")
    space.view_init(elev=32, azim=-58)
    space.legend(loc="upper left")
    return figure


#: The colour and the mark of each fate, from light to dark, in the order of their codes.
_SHADES = {"converges": "#F0E442", "slow": SKY, "swings": "#CC79A7", "diverges": "#1a1a1a"}


def chart(found: Chart, ax: Axes | None = None) -> Figure:
    """Draw what becomes of the descent from every start at every rate."""
    figure, pen = canvas(ax, 5.8, 4.2)
    names = list(_SHADES)
    code = numpy.array([names.index(fate) for fate in FATES.values()])
    endings = list(FATES)
    order = numpy.array([code[endings.index(ending)] for ending in ENDINGS])
    fates = order[found.swept.ending]
    starts, rates = found.swept.axes.values()
    pen.grid(visible=False)
    shades = _COLOURS.ListedColormap(list(_SHADES.values()))
    pen.pcolormesh(
        rates, starts, fates, cmap=shades, norm=_COLOURS.BoundaryNorm([-0.5, 0.5, 1.5, 2.5, 3.5], 4), rasterized=True
    )
    pen.set_xscale("log")
    pen.plot(
        [found.alpha], [found.start], color="white", marker="*", markersize=13, markeredgecolor=BLACK, linestyle="none"
    )
    pen.set_xlabel(f"rate {maths(found.rate)}")
    pen.set_ylabel(f"start of {maths(found.weight)}")
    pen.set_title(f"What becomes of {found.swept.points.count:,} descents of {found.swept.horizon:,} steps")
    shares = found.shares
    keys: list[Any] = [
        _SHAPES.Patch(facecolor=_SHADES[name], edgecolor=GREY, label=f"{name}: {_percent(shares[name])}")
        for name in shares if shares[name] > 0
    ]  # fmt: skip
    star = _LINES.Line2D(
        [], [], color="white", marker="*", markersize=11, markeredgecolor=BLACK, linestyle="none", label="here"
    )
    figure.legend(handles=[*keys, star], loc="outside lower center", ncols=3, columnspacing=1.2, handletextpad=0.5)
    return figure


def _percent(share: float) -> str:
    text = f"{100 * share:.1f}".removesuffix(".0")
    return f"{text} %" if text != "0" else "< 0.1 %"
