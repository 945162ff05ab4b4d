"""The records of a derivation: steps, gradients, lemmas.

A step says what changed and why: in the line `before`, the part `part` became `becomes` by `rule`.
Replaying the steps from a gradient's start rebuilds its result, and a test does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workings.derive.tidy import standing, written_flat
from workings.graph.expr import Expr, replace
from workings.graph.network import Definitions, Function, Network

#: A sentence with formulas in it.
Prose = tuple[str | Expr, ...]
Detail = Literal["brief", "full"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `part` of the line `before` becomes `becomes`.

    `brief` is the rule and reason that a brief telling gives for the line, None where it leaves it out.
    `shown` is the line after the step as it is written: products without the brackets that a
    replacement leaves behind.
    """

    before: Expr
    part: Expr
    becomes: Expr
    rule: str
    reason: Prose
    shown: Expr
    brief: tuple[str, Prose] | None = None

    @property
    def after(self) -> Expr:
        """The line after the step."""
        return replace(self.before, {self.part: self.becomes})

    @property
    def new(self) -> tuple[Expr, ...]:
        """What is new in the line shown: `becomes`, or its factors where they joined the product around it."""
        return standing(self.becomes, self.shown)

    @property
    def old(self) -> tuple[Expr, ...]:
        """What the step changed in the line before it, as that is shown."""
        return standing(self.part, written_flat(self.before))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a derivation as a person reads it; `new` are the parts of it that its step brought."""

    expr: Expr
    rule: str
    reason: Prose
    new: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Gradient:
    """The derivative of `of` by `by`: its start `∂of/∂by`, its steps, its result.

    `written` continues the steps to the result written out in full, where the result ends at a shared
    quantity and the whole is short enough to be read.
    """

    start: Expr
    steps: tuple[Step, ...]
    result: Expr
    written: tuple[Step, ...] = ()

    @property
    def final(self) -> Expr:
        """The last line: the result, written out where it was."""
        return self.written[-1].shown if self.written else self.result

    def lines(self, detail: Detail = "full") -> tuple[Line, ...]:
        """Return the lines below the start, all of them or the brief telling; none repeats the one before."""
        out: list[Line] = []
        for step in (*self.steps, *self.written):
            told = (step.rule, step.reason) if detail == "full" else step.brief
            if told is not None and not (out and out[-1].expr is step.shown):
                out.append(Line(step.shown, *told, step.new))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Lemma:
    """The derivative of a function of the author's: `A′(z) = A(z) (1 − A(z))`, with its proof."""

    function: Function
    gradient: Gradient

    @property
    def derivative(self) -> Function:
        """The derivative as a function of the same parameters."""
        return Function(self.function.name, self.function.parameters, self.gradient.result, self.function.place)


@dataclass(frozen=True, repr=False, eq=False)
class Derivation:
    """The gradient of `error` by every weight asked for.

    `shared` are the backward quantities (∂E/∂z, …), each once, from the error backwards; `gradients` end
    at them. `definitions` are the author's functions and their lemmas: together they are a program.
    """

    network: Network
    error: str
    shared: Mapping[str, Gradient]
    gradients: Mapping[str, Gradient]
    lemmas: Mapping[str, Lemma]
    definitions: Definitions
    detail: Detail = field(default="full")

    def __repr__(self) -> str:
        """Show what is derived by what."""
        return f"Derivation(of {self.error} by {', '.join(self.gradients)})"

    def program(self) -> tuple[tuple[Expr, Expr], ...]:
        """Return the equations that compute the gradients from the forward quantities, in order.

        These are the shown results: what is read is what runs.
        """
        shared = [(gradient.start, gradient.result) for gradient in self.shared.values()]
        return (*shared, *((gradient.start, gradient.result) for gradient in self.gradients.values()))
