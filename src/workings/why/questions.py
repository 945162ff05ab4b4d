"""Who answers which question, and the answers together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from workings.why.answer import QUESTIONS, Answer, Ask, Figured
from workings.why.experiment import Experiment
from workings.why.gallery import NONE, Gallery, What
from workings.why.patterns import patterns
from workings.why.rate import rate
from workings.why.reach import reach
from workings.why.river import river
from workings.why.sign import sign
from workings.why.steepest import steepest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Who answers which question.
_ANSWERS: dict[Ask, Callable[[Experiment], Answer]] = {
    "steepest": steepest, "sign": sign, "rate": rate, "patterns": patterns, "reach": reach, "river": river,
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Explanation:
    """The answers that were asked for, and the experiment that they are read off."""

    experiment: Experiment
    answers: tuple[Answer, ...]

    @cached_property
    def gallery(self) -> Gallery:
        """The records of the figures, made from these answers where they are among them."""
        return Gallery(self.experiment, self.answers)

    def figure(self, what: What, ax: Axes | None = None) -> Figure:
        """Return a figure, drawn on axes of the caller's or in a figure of its own.

        Raises:
            LookupError: when this network has no such figure.
        """
        record = self.gallery.record(what)
        if record is None or Figured.way is None:
            raise LookupError(NONE.get(what, what))
        return Figured.way(record, ax, what)

    def __getitem__(self, ask: str) -> Answer:
        """Return the answer to a question, by its word.

        Raises:
            KeyError: for a question that was not asked.
        """
        for answer in self.answers:
            if answer.ask == ask:
                return answer
        raise KeyError(ask)


def explain(experiment: Experiment, asked: Iterable[Ask] | None = None) -> Explanation:
    """Answer the questions asked, all of them unless said."""
    chosen = tuple(QUESTIONS) if asked is None else tuple(asked)
    return Explanation(experiment, tuple(_ANSWERS[ask](experiment) for ask in chosen))
