"""Names that are easily taken for one another: siblings by their index, and a value for what goes into it."""

from __future__ import annotations

from workings.check.explain.places import recognised
from workings.check.judge.meaning import Meaning
from workings.graph.expr import Apply, Call, Expr
from workings.graph.writing.spelling import parts_of


def siblings(a: str, b: str) -> bool:
    """Say whether two names differ by an index only: w₅ and w₆, out_h1 and out_o1."""
    x, y = parts_of(a), parts_of(b)
    return x[:2] == y[:2] and (x[2:4] != y[2:4]) and bool(x[2] or x[3]) == bool(y[2] or y[3])


def inside(meaning: Meaning, name: str) -> Expr | None:
    """Return the z of a = σ(z)."""
    formula = meaning.formulas.get(name)
    formula = recognised(formula) if formula is not None else None
    return formula.args[0] if isinstance(formula, Apply | Call) and len(formula.args) == 1 else None
