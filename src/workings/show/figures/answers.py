"""Figures of answers: the rates along all directions, the four descents, whom a step helps, the proved bound."""

from __future__ import annotations

import math
from typing import Any

import numpy

from workings.graph.expr import symbol
from workings.graph.writing.digits import written
from workings.show.figures.style import (
    BLACK,
    BLUE,
    COLOURS,
    DIVERGING,
    GREEN,
    GREY,
    SKY,
    VERMILION,
    Axes,
    Figure,
    canvas,
    maths,
    new_figure,
    words,
)
from workings.why.patterns import Patterns
from workings.why.pictures import Proof
from workings.why.sign import Sign, Variant
from workings.why.steepest import Steepest


def directions(found: Steepest, ax: Axes | None = None) -> Figure:
    """Draw the rate of the error along unit directions: around the circle for two weights, sorted for others."""
    if len(found.weights) == 2:
        return _polar(found, ax)
    figure, pen = canvas(ax)
    if len(found.weights) == 1:
        weight = maths(found.weights[0])
        names = [f"{weight} up" if d.vector[0] > 0 else f"{weight} down" for d in found.directions]
        colours = [GREEN if d.predicted < 0 else VERMILION for d in found.directions]
        pen.bar(
            names,
            [d.predicted for d in found.directions],
            width=0.45,
            color=colours,
            label=f"predicted, ∇{maths(found.error)} · v",
        )
        pen.plot(names, [d.measured for d in found.directions], color=BLACK, marker="x", linestyle="none", markersize=8,
                markeredgewidth=1.8, label="measured by finite steps")  # fmt: skip
        pen.axhline(0, color=GREY, linewidth=0.8)
    else:
        drawn = sorted(found.directions, key=lambda d: d.predicted)
        places = range(len(drawn))
        pen.plot(places, [d.predicted for d in drawn], color=BLUE, label=f"predicted, ∇{maths(found.error)} · v")
        pen.plot(places, [d.measured for d in drawn], color=BLACK, marker="x", linestyle="none", markersize=4,
                markevery=max(1, len(drawn) // 25), label="measured by finite steps")  # fmt: skip
        pen.set_ylim(-1.5 * found.size, 1.15 * found.size)
        for sign in (-1, 1):
            pen.axhline(sign * found.size, color=VERMILION, linestyle="--", linewidth=1.1,
                       label=f"± ‖∇{maths(found.error)}‖, the bound" if sign > 0 else None)  # fmt: skip
        pen.set_xlabel(f"{len(drawn):,} directions, sorted")
    pen.set_ylabel("rate of the error along v")
    pen.set_title("How fast the error changes, by direction")
    pen.legend(loc="lower right" if len(found.weights) > 1 else "best")
    return figure


def _polar(found: Steepest, ax: Axes | None) -> Figure:
    """Draw |∇E · v| around the circle: the way down on one side, the way up on the other."""
    figure, pen = canvas(ax, 4.9, 4.6, projection="polar")
    turns = [math.atan2(d.vector[1], d.vector[0]) for d in found.directions]
    order = sorted(range(len(turns)), key=turns.__getitem__)
    ring = [*order, order[0]]
    for sign, colour, style, name in ((-1, GREEN, "-", "falls"), (1, VERMILION, "--", "rises")):
        sizes = [max(0.0, sign * found.directions[k].predicted) for k in ring]
        pen.plot(
            [turns[k] for k in ring],
            sizes,
            color=colour,
            linestyle=style,
            label=f"the error {name}, |∇{maths(found.error)} · v|",
        )
        pen.fill([turns[k] for k in ring], sizes, color=colour, alpha=0.15)
    pen.plot(turns[::3], [abs(d.measured) for d in found.directions[::3]], color=BLACK, marker="x", linestyle="none",
            markersize=4, label="measured by finite steps")  # fmt: skip
    gradient = math.atan2(found.gradient[1], found.gradient[0])
    for turn, name, colour in (
        (gradient, f"∇{maths(found.error)}", VERMILION),
        (gradient + math.pi, f"−∇{maths(found.error)}", GREEN),
    ):
        pen.annotate(
            "",
            xy=(turn, found.size),
            xytext=(0, 0),
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.6},
        )
        pen.text(turn, 1.13 * found.size, name, ha="center", va="center", color=colour)
    first, second = (maths(name) for name in found.weights)
    pen.set_xticks(
        [0, math.pi / 2, math.pi, 3 * math.pi / 2], [f"{first} up", f"{second} up", f"{first} down", f"{second} down"]
    )
    pen.set_yticks([found.size / 2, found.size], [_digits(found.size / 2), _digits(found.size)])
    pen.set_rlabel_position(math.degrees(gradient) + 90)
    pen.set_title("How fast the error changes, by direction")
    pen.legend(loc="upper center", bbox_to_anchor=(0.5, -0.09), ncols=1)
    return figure


def _digits(value: float) -> str:
    return written(value, 3)


def descents(found: Sign, ax: Axes | None = None) -> Figure:
    """Draw the four descents side by side, on one scale; on axes that are given, in one picture."""
    values = [e for v in found.variants for e in v.errors if abs(e) < _MOST_DRAWN]
    by_logarithm = min(values) > 0 and max(values) / min(values) > 200
    if ax is not None:
        figure, pen = canvas(ax)
        for index, variant in enumerate(found.variants):
            _descent(pen, variant, COLOURS[index], variant.name)
        pen.set_title(f"Four descents from one start, rate {_digits(found.rate)}")
        pen.legend(loc="best")
        axes = [pen]
    else:
        figure = new_figure(8.6, 2.9)
        axes = list(figure.subplots(1, len(found.variants), sharey=True))
        for index, (panel, variant) in enumerate(zip(axes, found.variants, strict=True)):
            _descent(panel, variant, COLOURS[index], None)
            panel.set_title(f"{variant.name}\n{variant.formula.split(',')[0]}", fontsize=9)
        figure.suptitle(f"Four descents from one start, rate {_digits(found.rate)}", x=0.01, ha="left", fontsize=10.5)
    for panel in axes:
        panel.set_xlabel("step")
        if by_logarithm:
            panel.set_yscale("log")
            # What diverges would leave nothing to be seen of the others.
            top = min(max(values), 1e6 * values[0])
            panel.set_ylim(max(min(values), top * 1e-12) / 2, 2 * top)
    axes[0].set_ylabel("mean error")
    return figure


#: Larger errors are not drawn.
_MOST_DRAWN = 1e100


def _descent(pen: Any, variant: Variant, colour: str, label: str | None) -> None:
    finite = [(step, error) for step, error in zip(variant.at, variant.errors, strict=True) if abs(error) < _MOST_DRAWN]
    steps, errors = zip(*finite, strict=True)
    pen.plot(steps, errors, color=colour, label=label)
    pen.plot([steps[-1]], [errors[-1]], color=colour, marker="o" if variant.stopped is not None else ">", markersize=5)


#: Up to so many patterns a matrix has its numbers written in.
_MOST_WRITTEN = 8


def patterns(found: Patterns, ax: Axes | None = None) -> Figure:
    """Draw the products of the patterns' gradients: who learns with whom, and who against whom."""
    number = len(found.labels)
    figure, pen = canvas(ax, min(7.0, 2.9 + 0.75 * number), min(6.2, 2.1 + 0.62 * number))
    products = numpy.array(found.products)
    most = float(numpy.abs(products).max()) or 1.0
    pen.grid(visible=False)
    image = pen.imshow(products, cmap=DIVERGING, vmin=-most, vmax=most)
    if number <= _MOST_WRITTEN:
        for i in range(number):
            for j in range(number):
                value = float(products[i, j])
                light = "white" if abs(value) > 0.55 * most else BLACK
                word = "helps" if value > 0 else "hurts" if value < 0 else "nothing"
                pen.text(j, i, f"{_digits(value)}\n{word}", ha="center", va="center", fontsize=7.5, color=light)
        labels = [words(label) for label in found.labels]
        pen.set_xticks(range(number), labels, rotation=30, ha="right", fontsize=8)
        pen.set_yticks(range(number), labels, fontsize=8)
    pen.set_xlabel("… changes the error of pattern j")
    pen.set_ylabel("a step for pattern i")
    pen.set_title("Whom a step helps: $g_i \\cdot g_j$ at the start")
    figure.colorbar(image, ax=pen, label="product of the gradients", shrink=0.85)
    return figure


def bound(proof: Proof, ax: Axes | None = None) -> Figure:
    """Draw the curvature over a proof's one form, and the boxes: on each, it is proved to stay below the box's top."""
    found = proof.certificate
    (index,) = found.moving
    figure, pen = canvas(ax, height=4.0)
    first, last = proof.values[0], proof.values[-1]
    boxes = sorted((max(box[index][0], first), min(box[index][1], last), top) for box, top in found.boxes)
    boxes = [(low, high, top) for low, high, top in boxes if low < high]
    edges = [*(low for low, _, _ in boxes), boxes[-1][1]]
    tops = [top for _, _, top in boxes]
    lowest = min(0.0, *proof.curvature)
    pen.stairs(tops, edges, baseline=lowest, color=SKY, fill=True, alpha=0.25)
    pen.stairs(
        tops, edges, baseline=None, color=SKY, linewidth=1.1, label=f"proved on each of {len(found.boxes)} boxes"
    )
    pen.plot(proof.values, proof.curvature, color=BLUE, label="the curvature")
    pen.axhline(found.greatest, color=VERMILION, linestyle="--", label=f"the greatest: {written(found.greatest, 9)}")
    pen.plot([found.where[index]], [found.reached], color=BLACK, marker="o", markersize=5, linestyle="none",
            label=f"reached: {written(found.reached, 9)}")  # fmt: skip
    form = found.forms[index]
    formula = form.formula
    name = maths(form.name) if formula is symbol(form.name) else f"{maths(form.name)} = {maths(formula)}"
    pen.set_xlabel(name)
    pen.set_ylabel(f"curvature by {maths(form.name)}")
    pen.set_title("The proof of the bound")
    pen.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    return figure
