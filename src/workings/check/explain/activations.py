"""The slopes of the activations, ŷ (1 − ŷ) and 1 − h², and where they stand in a formula, rightly or wrongly."""

from __future__ import annotations

from collections.abc import Sequence

from workings.check.explain.case import Case
from workings.check.explain.functions import BY_VALUE, Activation, inside, recognised, shape_of
from workings.check.explain.sampling import finite, near
from workings.derive.tidy import factors
from workings.graph.expr import ONE, Apply, Expr, postorder, symbol
from workings.graph.ops.arithmetic import add, power, sub


def forms(case: Case) -> list[Expr]:
    """Return the slopes of the activations on the way from the variable: ŷ (1 − ŷ), 1 − h²."""
    found = dict[Expr, None]()
    for node, _ in case.nodes:
        if node.alone is not None:
            found[node.outer[node.alone]] = None
    for name, formula in case.meaning.formulas.items():
        inner = inside(case.meaning, name)
        shape = shape_of(case.judge, recognised(formula)) if inner is not None else ""
        found |= {known.slope(symbol(name)): None for known in BY_VALUE if known.op.name == shape}
    return list(found)


def is_slope(case: Case, expr: Expr) -> bool:
    """Say whether an expression has the values of an activation's slope, however either is written."""
    return any(_alike(case, expr, form) for form in forms(case))


def signs_in_slopes(case: Case, root: Expr) -> dict[Expr, Activation]:
    """Return each 1 ± a in a formula that belongs to the slope of an activation, with the activation.

    The 1 + ŷ of ŷ (1 + ŷ) does, that of t/(1 + ŷ) does not.
    """
    found: dict[Expr, Activation] = {}
    for part in postorder(root):
        items = factors(part)
        for item in items:
            if item not in found and isinstance(item, Apply) and item.op in (add, sub) and ONE in item.args:
                known = _of_slope(case, item.args[1] if item.args[0] is ONE else item.args[0], items)
                found |= {item: known} if known is not None else {}
    return found


def _of_slope(case: Case, part: Expr, items: Sequence[Expr]) -> Activation | None:
    """Return the activation whose slope has a factor 1 − part, and its others among some factors."""
    value = part.args[0] if isinstance(part, Apply) and part.op is power else part
    for known in BY_VALUE:
        slope = known.slope(value)
        others = [factor for factor in factors(slope) if factor is not sub(ONE, part)]
        whole = len(others) < len(factors(slope))
        if whole and all(any(_alike(case, o, item) for item in items) for o in others) and is_slope(case, slope):
            return known
    return None


def _alike(case: Case, a: Expr, b: Expr) -> bool:
    one, other = case.sampler.values(a), case.sampler.values(b)
    return finite(one) and finite(other) and near(one, other)
