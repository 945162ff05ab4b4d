"""Slopes that a page gives: “suppose ∂E/∂z = −2”. Whatever lies below z has its slope by them, whatever E is.

    z = w₁ x₁ + w₂ x₂ + b,  ∂E/∂z = −2        ∂E/∂w₁ = ∂E/∂z · x₁ = −2 x₁

The slopes are taken backwards, from the quantity that is differentiated down to the variable, and a path ends where
one is given.
"""

from __future__ import annotations

from collections.abc import Mapping

from workings.check.judge.formulas import Formulas
from workings.check.judge.slopes import slope, times, total
from workings.graph.expr import ONE, Expr, Partial, Symbol, partial, symbol
from workings.graph.terms import changed


def upstream(page: Formulas, expr: Expr, given: Mapping[Expr, Expr]) -> Expr:
    """Return an expression with its derivatives worked out path by path, those that are given put in."""

    def worked_out(part: Expr) -> Expr:
        if isinstance(part, Partial) and isinstance(part.of, Symbol) and part.of.name in page.formulas:
            return _backwards(page, part.of.name, part.by.name, given)
        return part

    return changed(expr, worked_out)


def _backwards(page: Formulas, of: str, by: str, given: Mapping[Expr, Expr]) -> Expr:
    """Return ∂of/∂by: a given one, else the sum over what is made of `by` directly and leads to `of`."""
    readers: dict[str, list[str]] = {}
    for name in sorted({of, *page.below(of)} & page.formulas.keys()):
        for read in page.reads(page.formulas[name]):
            readers.setdefault(read, []).append(name)
    found: dict[str, Expr] = {}
    stack = [by]
    while stack:
        name = stack[-1]
        known = ONE if name == of else given.get(partial(symbol(of), symbol(name)))
        waiting = [reader for reader in readers.get(name, []) if reader not in found] if known is None else []
        stack += waiting
        if not waiting:
            found[name] = known if known is not None else total(
                times(found[reader], _direct(page, reader, name, given)) for reader in readers.get(name, [])
            )  # fmt: skip
            stack.pop()
    return found[by]


def _direct(page: Formulas, of: str, by: str, given: Mapping[Expr, Expr]) -> Expr:
    """Return the derivative of a quantity's own formula; a given one counts every path, so it has to be the only."""
    formula, whole = page.without_free(page.formulas[of]), partial(symbol(of), symbol(by))
    alone = whole in given and not any(name != by and page.depends(name, by) for name in page.reads(formula))
    return given[whole] if alone else slope(formula, symbol(by))
