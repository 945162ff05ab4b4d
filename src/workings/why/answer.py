"""The records of an explanation: statements, the numbers they were made from, and how sure each is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from workings.derive.step import Prose
from workings.graph.expr import Expr

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Proved: by algebra or by ranges, for all values that the statement speaks of. Measured: read off this run or this
#: point, and true of it. Predicted: what the gradient (or the curvature) promises for a small step.
Level = Literal["proved", "measured", "predicted"]
#: The questions, by the word that asks them.
Ask = Literal["steepest", "sign", "rate", "patterns", "reach", "river"]


#: The questions in a learner's words, in the order in which they are asked.
QUESTIONS: dict[Ask, str] = {
    "steepest": "Is the gradient a direction or a size?",
    "sign": "Does the size matter, or only the sign?",
    "rate": "How large a step?",
    "patterns": "Whom does a step help, and whom does it hurt?",
    "reach": "What can this network learn, and what not?",
    "river": "Which way does the descent take?",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement; `numbers` are what it says, by name, `assumptions` what it rests on beside the equations."""

    statement: Prose
    level: Level
    numbers: Mapping[str, float] = field(default_factory=dict[str, float])
    assumptions: tuple[Prose, ...] = ()


class Told(NamedTuple):
    """One thing that is said: what it is about, in a word or two, and the sentences."""

    about: str
    said: Prose


@dataclass(frozen=True, slots=True)
class Reply:
    """What a network answers to a pattern: each output with its value and its target's, and the error."""

    pattern: Prose
    outputs: tuple[tuple[str, float, float], ...]
    error: float


class Figured:
    """A record that a figure may be drawn from."""

    #: How a record is drawn, on axes or in a figure of its own; it is told from the top, which knows how.
    way: ClassVar[Callable[..., Figure] | None] = None

    def figure(self, ax: Axes | None = None) -> Figure:
        """Return the record's figure, drawn on axes of the caller's or in a figure of its own.

        Raises:
            LookupError: for a record that has no figure.
        """
        if Figured.way is None:
            raise LookupError("nothing here can draw")
        return Figured.way(self, ax)


@dataclass(frozen=True)
class Answer(Figured):
    """What is found about one question; `laws` are the equations that it rests on: left, right, and what they say."""

    ask: Ask
    findings: tuple[Finding, ...]
    laws: tuple[tuple[str | Expr, str | Expr, str], ...]
