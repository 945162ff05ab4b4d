"""The slopes of the activations, ŷ (1 − ŷ) and 1 − h², and where they stand in a formula, rightly or wrongly."""

from __future__ import annotations

from workings.check.explain.case import Case
from workings.check.explain.places import inside, recognised, shape_of
from workings.check.explain.sampling import finite, near
from workings.derive.tidy import factors
from workings.graph.expr import ONE, TWO, Apply, Expr, postorder, symbol
from workings.graph.ops.arithmetic import add, mul, power, sub


def forms(case: Case) -> list[Expr]:
    """Return the slopes of the activations on the way from the variable: ŷ (1 − ŷ), 1 − h²."""
    found = dict[Expr, None]()
    for node, _ in case.nodes:
        if node.alone is not None:
            found[node.outer[node.alone]] = None
    for name, formula in case.meaning.formulas.items():
        inner = inside(case.meaning, name)
        shape = shape_of(case.judge, recognised(formula)) if inner is not None else ""
        a = symbol(name)
        if shape == "logistic":
            found[mul(a, sub(ONE, a))] = None
        elif shape == "tanh":
            found[sub(ONE, power(a, TWO))] = None
    return list(found)


def is_slope(case: Case, expr: Expr) -> bool:
    """Say whether an expression has the values of an activation's slope, however either is written."""
    return any(_alike(case, expr, form) for form in forms(case))


def signs_in_slopes(case: Case, root: Expr) -> dict[Expr, str]:
    """Return each 1 ± a in a formula that belongs to the slope of an activation, with the activation's kind.

    The 1 + ŷ of ŷ (1 + ŷ) does, that of t/(1 + ŷ) does not.
    """
    found: dict[Expr, str] = {}
    for part in postorder(root):
        items = factors(part)
        for item in items:
            if item in found or not isinstance(item, Apply) or item.op not in (add, sub) or ONE not in item.args:
                continue
            a = item.args[1] if item.args[0] is ONE else item.args[0]
            if isinstance(a, Apply) and a.op is power and is_slope(case, sub(ONE, a)):
                found[item] = "tanh"
            elif any(_alike(case, a, other) for other in items) and is_slope(case, mul(a, sub(ONE, a))):
                found[item] = "logistic"
    return found


def _alike(case: Case, a: Expr, b: Expr) -> bool:
    one, other = case.sampler.values(a), case.sampler.values(b)
    return finite(one) and finite(other) and near(one, other)
