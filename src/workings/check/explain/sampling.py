"""Values at a few points in floats: they rule most hypotheses out at once, and prove nothing."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from workings.check.judge.budget import TO_RECORD, Budget, LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.meaning import Meaning
from workings.graph.expr import Expr, names, symbol
from workings.graph.speakers.floats import Program, UnknownValueError

Values = tuple[float, ...]
#: How many points, and how near two values are that may be one.
POINTS, NEAR = 4, 1e-9


class Sampler:
    """The values of expressions at fixed points; a name has the same value in every expression."""

    def __init__(self, meaning: Meaning, budget: Budget) -> None:
        """Take what the names mean, and what the work may cost."""
        self.meaning, self.budget = meaning, budget
        self._drawn: dict[str, Values] = {}
        self._known: dict[Expr, Values | None] = {}

    def values(self, expr: Expr) -> Values | None:
        """Return the values of an opened expression, None where it has none.

        Raises:
            LimitError: when the budget is spent.
        """
        if expr not in self._known:
            program = self.program(expr)
            self._known[expr] = None if program is None else program.at({})
        return self._known[expr]

    def program(self, expr: Expr, *holes: str) -> Sampled | None:
        """Return an expression as a program in which some names are free to choose."""
        try:
            flat = self.meaning.flat(expr)
            leaves = names(flat)
            found = Program([symbol(n) for n in leaves], [(flat, flat)], {})
        except (LimitError, NotGivenError, UnknownValueError, RecursionError):
            return None
        self.budget.spend(TO_RECORD * (len(found.tape.words) + 1))
        drawn = {name: self._value_of(name) for name in leaves if name not in holes}
        return Sampled(found, leaves, drawn, self.budget)

    def _value_of(self, name: str) -> Values:
        if name not in self._drawn:
            # By its name alone, so that it does not matter in which order names are met.
            draw = random.Random(name)
            self._drawn[name] = tuple(draw.uniform(0.15, 0.85) for _ in range(POINTS))
        return self._drawn[name]


class Sampled:
    """An expression at the points, for values of what is left open in it."""

    def __init__(self, program: Program, leaves: Sequence[str], drawn: dict[str, Values], budget: Budget) -> None:
        """Take the program, the names that it reads, and their values."""
        self.program, self.leaves, self.drawn, self.budget = program, leaves, drawn, budget

    def at(self, chosen: dict[str, Values]) -> Values:
        """Return the values for a choice of the open names."""
        self.budget.spend(POINTS * (len(self.program.tape.words) + 1))
        known = self.drawn | chosen
        return tuple(self.program.run([known[name][i] for name in self.leaves])[0] for i in range(POINTS))


def near(a: Values | None, b: Values | None) -> bool:
    """Say whether two expressions may be equal: at no point do their values differ."""
    if a is None or b is None:
        return True
    return all(
        abs(x - y) <= NEAR * max(1e-6, abs(x), abs(y))
        for x, y in zip(a, b, strict=True)
        if math.isfinite(x) and math.isfinite(y)
    )


def finite(values: Values | None) -> bool:
    """Say whether an expression has a value at every point."""
    return values is not None and all(map(math.isfinite, values))
