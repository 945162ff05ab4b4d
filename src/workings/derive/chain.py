"""The lines of one derivative as they grow, and the small questions that are asked of a line."""

from __future__ import annotations

import dataclasses

from workings.derive.step import Prose, Step
from workings.derive.tidy import factors, tidy, written_flat
from workings.graph.expr import ZERO, Apply, Expr, Partial, fold, postorder, replace
from workings.graph.ops.arithmetic import add, mul

_TIDIED: Prose = ("numbers multiplied out; factors 1 and terms 0 left out",)
_MOVED: Prose = ("the factors in another order",)


class Chain:
    """The lines of one derivative as they grow."""

    def __init__(self, start: Expr) -> None:
        """Begin with the derivative that is asked for."""
        self.line = start
        self.shown = start
        self.lemmas: set[str] = set()
        self.steps: list[Step] = []

    def step(self, part: Expr, becomes: Expr, rule: str, reason: Prose, *, key: bool = False) -> None:
        """Add a step; `key` where a brief telling has it too."""
        after = replace(self.line, {part: becomes})
        if after is self.line:
            return
        shown = written_flat(after)
        brief = (rule, reason) if key else None
        self.steps.append(Step(self.line, part, becomes, rule, reason, shown, brief))
        self.line, self.shown = after, shown

    def tidy(self, part: Expr, neat: Expr, *, key: bool = False) -> None:
        """Add the step that tidies a part, by what it does: it may only move factors."""
        moved = sorted(map(id, factors(part))) == sorted(map(id, factors(neat)))
        self.step(part, neat, *(("reordering", _MOVED) if moved else ("tidying", _TIDIED)), key=key)

    def tell(self, rule: str, reason: Prose) -> None:
        """Give the last step its place in a brief telling."""
        if self.steps:
            self.steps[-1] = dataclasses.replace(self.steps[-1], brief=(rule, reason))


def first_slope(expr: Expr) -> Partial | None:
    """Return the first derivative that stands in an expression."""
    return next((part for part in postorder(expr) if isinstance(part, Partial)), None)


def stands_in(expr: Expr, wanted: Expr) -> bool:
    """Say whether an expression has a part."""
    return any(part is wanted for part in postorder(expr))


def size(expr: Expr) -> int:
    """Return how long an expression is when written, shared parts counted each time."""
    return fold(expr, lambda _, below: 1 + sum(below))


def without_zeros(line: Expr) -> Expr:
    """Leave out the terms of a line that have the factor 0."""

    def is_zero(term: Expr) -> bool:
        return term is ZERO or (isinstance(term, Apply) and term.op is mul and ZERO in term.args)

    changes: dict[Expr, Expr] = {}
    for expr in postorder(line):
        if isinstance(expr, Apply) and expr.op is add:
            left, right = (changes.get(arg, arg) for arg in expr.args)
            if is_zero(left) or is_zero(right):
                changes[expr] = right if is_zero(left) else left
            elif (left, right) != expr.args:
                changes[expr] = add(left, right)
    return replace(line, changes)


def neat_line(line: Expr) -> Expr:
    """Tidy a whole line and drop the brackets of its products."""
    return written_flat(tidy(line))
