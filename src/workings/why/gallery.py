"""The figures that an explanation has: for each word the record that it is drawn from, made when it is asked for.

A figure that a network has none of (a landscape of one weight, a proof that was not found) is None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from workings.why.answer import Answer, Ask, Figured
from workings.why.chart import Chart, chart
from workings.why.experiment import Experiment
from workings.why.patterns import Patterns, patterns
from workings.why.pictures import (
    AlongStep,
    Curve,
    Errors,
    Landscape,
    Proof,
    along_step,
    curve,
    errors,
    landscape,
    proof,
)
from workings.why.rate import Rate, rate
from workings.why.river import River, river
from workings.why.sign import Sign, sign
from workings.why.steepest import Steepest, steepest

What = Literal[
    "curve", "contours", "surface", "errors", "directions", "descents", "step", "bound", "map", "patterns"
]  # fmt: skip
Drawn = Curve | Landscape | Errors | AlongStep | Chart | Proof | Steepest | Sign | Patterns


class Gallery:
    """The records of an experiment's figures; answers that are there already are not worked out again."""

    def __init__(self, experiment: Experiment, answers: tuple[Answer, ...] = ()) -> None:
        """Hold an experiment and the answers that it has."""
        self.experiment = experiment
        self._answers: dict[Ask, Answer] = {answer.ask: answer for answer in answers}

    def _answer(self, ask: Ask, work_out: Callable[[Experiment], Answer]) -> Answer:
        if ask not in self._answers:
            self._answers[ask] = work_out(self.experiment)
        return self._answers[ask]

    @property
    def _river(self) -> River:
        found = self._answer("river", river)
        assert isinstance(found, River)
        return found

    @property
    def _rate(self) -> Rate:
        found = self._answer("rate", rate)
        assert isinstance(found, Rate)
        return found

    def record(self, what: What) -> Drawn | None:
        """Return what a figure is drawn from."""
        return _RECORDS[what](self)

    def curve(self) -> Curve:
        """The error over a weight."""
        return curve(self.experiment, self._river)

    def landscape(self) -> Landscape | None:
        """The error over two weights, or a plane."""
        return landscape(self.experiment, self._river)

    def errors(self) -> Errors:
        """The errors over the run."""
        return errors(self.experiment)

    def directions(self) -> Steepest | None:
        """The rates along all directions."""
        found = self._answer("steepest", steepest)
        assert isinstance(found, Steepest)
        return found if found.directions else None

    def descents(self) -> Sign:
        """The four descents."""
        found = self._answer("sign", sign)
        assert isinstance(found, Sign)
        return found

    def step(self) -> AlongStep | None:
        """The change of the error over the rate of one step."""
        return along_step(self.experiment, self._rate)

    def bound(self) -> Proof | None:
        """The proof of a bound over one form."""
        return proof(self.experiment, self._rate)

    def map(self) -> Chart:
        """Start × rate."""
        return chart(self.experiment)

    def patterns(self) -> Patterns | None:
        """Whom a step helps."""
        found = self._answer("patterns", patterns)
        assert isinstance(found, Patterns)
        return found if len(found.labels) > 1 else None


_RECORDS: dict[What, Callable[[Gallery], Drawn | None]] = {
    "curve": Gallery.curve, "contours": Gallery.landscape, "surface": Gallery.landscape, "errors": Gallery.errors,
    "directions": Gallery.directions, "descents": Gallery.descents, "step": Gallery.step, "bound": Gallery.bound,
    "map": Gallery.map, "patterns": Gallery.patterns,
}  # fmt: skip
#: The figure of each kind of record by itself.
OWN: dict[type[Figured], What] = {
    Curve: "curve", Landscape: "contours", Errors: "errors", AlongStep: "step", Proof: "bound", Chart: "map",
    Steepest: "directions", Sign: "descents", Patterns: "patterns",
}  # fmt: skip
#: Why a network may not have a figure.
NONE: dict[What, str] = {
    "contours": "a landscape has two weights or more", "surface": "a landscape has two weights or more",
    "directions": "the gradient at the start is 0: no direction is steeper than another",
    "step": "at the start every gradient is 0 or every step is held: no rate changes anything",
    "bound": "no bound on the curvature was proved over a single number, which could be drawn",
    "patterns": "there is one pattern: a step for it cannot hurt another",
}  # fmt: skip
#: The figures beside each answer, and what is said below them.
FIGURES: dict[Ask, tuple[tuple[What, str], ...]] = {
    "steepest": (
        ("curve", "The error over the weight, with the tangent, one step and the path of the run."),
        ("directions", "The rate at which the error changes along unit directions, predicted and measured."),
    ),
    "sign": (("descents", "Four descents from the same start, on one scale."),),
    "rate": (
        ("step", "What one step does to the error, and what gradient and curvature predict, by rate."),
        ("bound", "The proof that the curvature stays below L: on each box it is below the box's top."),
        ("map", "What becomes of the descent from every start at every rate."),
    ),
    "patterns": (
        ("patterns", "The products of the patterns' gradients: below 0, a step for one hurts the other."),
        ("errors", "The error of each pattern over the steps of the run."),
    ),
    "reach": (),
    "river": (
        ("contours", "The river and the run on the error's landscape, from above."),
        ("surface", "The same as a surface."),
    ),
}
