"""Fractions that cancel: (−t/y + (1 − t)/(1 − y)) y (1 − y) is y − t, and a good teacher says so.

A product is multiplied out only where a sum of fractions meets its own denominators as factors, and only
if what comes out is shorter than what went in. Elsewhere the author's grouping stays.
"""

from __future__ import annotations

from fractions import Fraction

from workings.derive.rules import signed_terms, sum_of
from workings.derive.tidy import constant, factors, product, tidy
from workings.graph.expr import Apply, Expr, Number, number
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub

#: A monomial: its factors with their exponents, in the order in which they were first met.
Monomial = tuple[tuple[Expr, int], ...]
_MOST_TERMS = 64


def cleared(items: list[Expr]) -> Expr | None:
    """Return the product of `items` with the fractions of one of its sums cleared; None where that is no gain."""
    for index, item in enumerate(items):
        others = items[:index] + items[index + 1 :]
        terms = signed_terms(item)
        if len(terms) < 2 or not any(isinstance(t, Apply) and t.op is div for _, t in terms):
            continue
        whole = [_multiplied(term, others) for _, term in terms]
        if any(term is None for term in whole):
            continue
        polynomial = _collected(
            [(sign, term) for (sign, _), term in zip(terms, whole, strict=True) if term is not None]
        )
        if polynomial is not None:
            return polynomial
    return None


def _multiplied(term: Expr, others: list[Expr]) -> Expr | None:
    """Return a term times the other factors, its denominator gone; None where they do not hold it."""
    if not isinstance(term, Apply) or term.op is not div:
        return product([term, *others])
    left = list(others)
    for factor in factors(term.args[1]):
        if factor not in left:
            return None
        left.remove(factor)
    return product([term.args[0], *left])


def _collected(terms: list[tuple[int, Expr]]) -> Expr | None:
    """Multiply out and collect a sum of products; None where it grows or holds something that is no polynomial."""
    total: dict[Monomial, Fraction] = {}
    for sign, term in terms:
        for monomial, value in _expanded(term).items():
            total[monomial] = total.get(monomial, Fraction(0)) + sign * value
        if len(total) > _MOST_TERMS:
            return None
    kept = {monomial: value for monomial, value in total.items() if value}
    common = _shared_by_all(list(kept))
    rest = {_without(monomial, common): value for monomial, value in kept.items()}
    # Positive terms first: y − t, not −t + y.
    ordered = sorted(rest.items(), key=lambda item: item[1] < 0)
    whole = sum_of([(1 if value > 0 else -1, _written(monomial, abs(value))) for monomial, value in ordered])
    # What all terms share goes back in front: to leave it multiplied in would lose digits and grouping.
    return tidy(product([whole, *(_raised(factor, exponent) for factor, exponent in common.items())]))


def _shared_by_all(monomials: list[Monomial]) -> dict[Expr, int]:
    """Return the factors, with their exponents, that every monomial holds."""
    tables = [dict(monomial) for monomial in monomials]
    if not tables:
        return {}
    found = {factor: min(table.get(factor, 0) for table in tables) for factor in tables[0]}
    return {factor: exponent for factor, exponent in found.items() if exponent}


def _without(monomial: Monomial, common: dict[Expr, int]) -> Monomial:
    left = ((factor, exponent - common.get(factor, 0)) for factor, exponent in monomial)
    return tuple((factor, exponent) for factor, exponent in left if exponent)


def _raised(factor: Expr, exponent: int) -> Expr:
    return factor if exponent == 1 else power(factor, number(exponent))


def _expanded(expr: Expr) -> dict[Monomial, Fraction]:
    if isinstance(expr, Number):
        return {(): expr.value}
    if isinstance(expr, Apply) and expr.op in (add, sub):
        left, right = _expanded(expr.args[0]), _expanded(expr.args[1])
        sign = 1 if expr.op is add else -1
        return {m: left.get(m, Fraction(0)) + sign * right.get(m, Fraction(0)) for m in {**left, **right}}
    if isinstance(expr, Apply) and expr.op is neg:
        return {m: -value for m, value in _expanded(expr.args[0]).items()}
    if isinstance(expr, Apply) and expr.op is mul:
        return _times(_expanded(expr.args[0]), _expanded(expr.args[1]))
    if isinstance(expr, Apply) and expr.op is power and isinstance(expr.args[1], Number):
        exponent = expr.args[1].value
        if exponent.denominator == 1 and exponent <= 3:
            out: dict[Monomial, Fraction] = {(): Fraction(1)}
            for _ in range(int(exponent)):
                out = _times(out, _expanded(expr.args[0]))
            return out
    return {((expr, 1),): Fraction(1)}


def _times(a: dict[Monomial, Fraction], b: dict[Monomial, Fraction]) -> dict[Monomial, Fraction]:
    out: dict[Monomial, Fraction] = {}
    for left, x in a.items():
        for right, y in b.items():
            merged = dict(left)
            for factor, exponent in right:
                merged[factor] = merged.get(factor, 0) + exponent
            # One order for equal monomials: that of the factors' identity, which lives as long as they do.
            key = tuple(sorted(merged.items(), key=lambda item: id(item[0])))
            out[key] = out.get(key, Fraction(0)) + x * y
    return out


def _written(monomial: Monomial, value: Fraction) -> Expr:
    items = [_raised(factor, exponent) for factor, exponent in monomial]
    return product(([constant(value)] if value != 1 or not items else []) + items)
