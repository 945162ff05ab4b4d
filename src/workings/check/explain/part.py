"""The wrong part of a wrong line: the smallest piece that, changed in one place, makes the line right.

(ŷ − y) x ŷ (1 + ŷ)        1 + ŷ, since 1 − ŷ makes it right
             ^^^^^
"""

from __future__ import annotations

from collections.abc import Iterator

from workings.check.judge.budget import A_TRIAL, AN_EXPLANATION, Budget, LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.judge import Judge
from workings.derive.tidy import factors, tidy
from workings.graph.expr import ONE, TWO, Apply, Expr, Number, number
from workings.graph.expr import replace as put_in
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.read.parser import Part

MOST_PARTS = 60


def smallest(parts: list[Part]) -> list[Part]:
    """Return the smaller pieces of a side, each once, the smallest first."""
    unique = dict.fromkeys((part.expr, part.start, part.end) for part in parts)
    found = [Part(expr, start, end) for expr, start, end in unique]
    return sorted(found, key=lambda part: part.end - part.start)[:MOST_PARTS]


def wrong_part(judge: Judge, truth: Expr, parts: list[Part], meant: dict[Expr, Expr], whole: Expr) -> Part | None:
    """Return the smallest part of a side that one small change makes right, None where there is none such.

    `parts` are the pieces of the side as they stand in the text, `meant` what each means, opened; `whole` the side.
    """
    budget = Budget(AN_EXPLANATION)
    for part in parts:
        if budget.empty:
            return None
        opened = meant.get(part.expr)
        if opened is None:
            continue
        for better in _repairs(opened):
            changed = put_in(whole, {opened: better})
            try:
                if changed is not whole and judge.same(truth, changed, budget.part(A_TRIAL)):
                    return part
            except (LimitError, NotGivenError):
                continue
    return _odd_factor(judge, truth, parts, meant, whole)


def _repairs(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, Apply):
        if expr.op in (add, sub):
            yield (sub if expr.op is add else add)(*expr.args)
            yield expr.op(*reversed(expr.args))
        elif expr.op is power and isinstance(expr.args[1], Number):
            yield power(expr.args[0], add(expr.args[1], ONE))
            yield expr.args[0]
        elif expr.op is neg:
            yield expr.args[0]
    if isinstance(expr, Number):
        yield mul(TWO, expr)
        yield div(expr, TWO)
        yield number(expr.value + 1)


def _odd_factor(judge: Judge, truth: Expr, parts: list[Part], meant: dict[Expr, Expr], whole: Expr) -> Part | None:
    """Return the factor of a product that the right side does not divide by, where just one is such."""
    wanted = factors(tidy(truth))
    odd = [f for f in factors(whole) if not isinstance(f, Number) and not any(judge.same(f, w) for w in wanted)]
    if len(odd) != 1 or len(factors(whole)) < 2:
        return None
    return next((p for p in parts if meant.get(p.expr) is odd[0]), None)
