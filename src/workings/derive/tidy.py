"""Tidying: numbers multiplied out, ones and zeros left out, brackets of products dropped; order kept.

    ½ · 2 (ŷ − y) · (1 − 0)   →   (ŷ − y)
    A′(w x) · x               →   x A′(w x)

What is never done: expanding, sorting, renaming. A good teacher's line keeps the author's grouping. The
one reordering puts the factors that apply a function behind the plain ones, as it is done on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from workings.graph.expr import (
    ONE,
    ZERO,
    Apply,
    Call,
    Expr,
    Number,
    Partial,
    Symbol,
    Target,
    fold,
    number,
    postorder,
    rebuild,
)
from workings.graph.op import Named, Superscript
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub


def tidy(root: Expr) -> Expr:
    """Return the expression with its arithmetic done and its order kept."""

    def combine(expr: Expr, parts: tuple[Expr, ...]) -> Expr:
        if isinstance(expr, Apply) and expr.op in _TIDY:
            return _TIDY[expr.op](*parts)
        return rebuild(expr, parts) if parts and not isinstance(expr, Partial) else expr

    return fold(root, combine)


def _is(expr: Expr, value: int) -> bool:
    return isinstance(expr, Number) and expr.value == value


def _signed(expr: Expr) -> tuple[int, Expr]:
    if isinstance(expr, Apply) and expr.op is neg:
        return -1, expr.args[0]
    return 1, expr


def _value(expr: Expr) -> Fraction | None:
    sign, inner = _signed(expr)
    return sign * inner.value if isinstance(inner, Number) else None


def constant(value: Fraction, decimal: bool = False) -> Expr:
    """Return the expression of a number of either sign; a decimal stays one if it ends."""
    ends = decimal and _terminates(value.denominator) and value.denominator > 1
    return number(value, ends) if value >= 0 else neg(number(-value, ends))


def _terminates(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def _decimal(*exprs: Expr) -> bool:
    return any(inner.decimal for _, inner in map(_signed, exprs) if isinstance(inner, Number))


def _add(a: Expr, b: Expr) -> Expr:
    left, right = _value(a), _value(b)
    if left is not None and right is not None:
        return constant(left + right, _decimal(a, b))
    if _is(a, 0):
        return b
    if _is(b, 0):
        return a
    sign, inner = _signed(b)
    return add(a, b) if sign > 0 else _sub(a, inner)


def _sub(a: Expr, b: Expr) -> Expr:
    left, right = _value(a), _value(b)
    if left is not None and right is not None:
        return constant(left - right, _decimal(a, b))
    if a is b:
        return ZERO
    if _is(b, 0):
        return a
    sign, inner = _signed(b)
    if sign < 0:
        return _add(a, inner)
    return _neg(b) if _is(a, 0) else sub(a, b)


def _neg(a: Expr) -> Expr:
    sign, inner = _signed(a)
    if sign < 0:
        return inner
    return a if _is(a, 0) else neg(a)


def factors(expr: Expr) -> list[Expr]:
    """Return the factors of a product, however it is bracketed; another expression is its one factor."""
    out: list[Expr] = []
    stack = [expr]
    while stack:
        top = stack.pop()
        if isinstance(top, Apply) and top.op is mul:
            stack += [top.args[1], top.args[0]]
        else:
            out.append(top)
    return out


def product(items: Iterable[Expr]) -> Expr:
    """Return the product of factors, from left to right; 1 for none."""
    result: Expr | None = None
    for item in items:
        result = item if result is None else mul(result, item)
    return ONE if result is None else result


def _mul(a: Expr, b: Expr) -> Expr:
    sign, coefficient, decimal = 1, Fraction(1), False
    kept: list[Expr] = []
    stack = [*reversed(factors(a) + factors(b))]
    while stack:
        turned, inner = _signed(stack.pop())
        sign *= turned
        if turned < 0:
            stack += reversed(factors(inner))
        elif isinstance(inner, Number):
            coefficient *= inner.value
            decimal = decimal or inner.decimal
        else:
            kept.append(inner)
    if coefficient == 0:
        return ZERO
    items = _cancelled(_powers(_functions_last(kept)))
    front = [] if coefficient == 1 and items else [constant(coefficient, decimal)]
    result = _over_reciprocals([*front, *items])
    return _neg(result) if sign < 0 else result


def _over_reciprocals(items: list[Expr]) -> Expr:
    """Return the product of factors, those of the form 1/z written as a denominator: t (1/y) → t/y."""
    below = [item.args[1] for item in items if isinstance(item, Apply) and item.op is div and item.args[0] is ONE]
    if not below or len(below) == len(items) == 1:
        return product(items)
    above = [item for item in items if not (isinstance(item, Apply) and item.op is div and item.args[0] is ONE)]
    return div(product(above), product(below))


def _functions_last(items: list[Expr]) -> list[Expr]:
    marked = [(applies_function(item), item) for item in items]
    return [item for last, item in marked if not last] + [item for last, item in marked if last]


@lru_cache(maxsize=4096)
def applies_function(expr: Expr) -> bool:
    """Say whether a factor is made of function values and numbers only: A′(z), 1 − tanh(z)²."""

    def kind(node: Expr, parts: tuple[bool | None, ...]) -> bool | None:
        if isinstance(node, Call):
            return True
        if isinstance(node, Number):
            return None
        if isinstance(node, Symbol | Partial | Target):
            return False
        if isinstance(node.op.layout, Named) or (isinstance(node.op.layout, Superscript) and node.op.layout.base):
            return True
        known = [part for part in parts if part is not None]
        return all(known) if known else None

    return bool(fold(expr, kind))


def _powers(items: list[Expr]) -> list[Expr]:
    """Write equal neighbours as a power: x x → x²."""
    out: list[Expr] = []
    for item in items:
        base, exponent = _base(item)
        if out and isinstance(item, Symbol | Apply):
            last_base, last_exponent = _base(out[-1])
            if last_base is base and not _is_fraction(base):
                out[-1] = power(base, number(exponent + last_exponent))
                continue
        out.append(item)
    return out


def _base(expr: Expr) -> tuple[Expr, Fraction]:
    if isinstance(expr, Apply) and expr.op is power and isinstance(expr.args[1], Number):
        return expr.args[0], expr.args[1].value
    return expr, Fraction(1)


def _is_fraction(expr: Expr) -> bool:
    return isinstance(expr, Apply) and expr.op is div


def _cancelled(items: list[Expr]) -> list[Expr]:
    """Cancel a factor against an equal one in a denominator: (1/z) z → 1, a/(y (1 − y)) · y (1 − y) → a."""
    out = list(items)
    for index, item in enumerate(out):
        if not isinstance(item, Apply) or item.op is not div:
            continue
        below = factors(item.args[1])
        for other in [o for i, o in enumerate(out) if i != index]:
            if other in below:
                below.remove(other)
                out.remove(other)
                index = out.index(item)
        if len(below) < len(factors(item.args[1])):
            rest = item.args[0] if not below else div(item.args[0], product(below))
            out[index : index + 1] = [] if rest is ONE else factors(rest)
            return _cancelled(out)
    return out


def _div(a: Expr, b: Expr) -> Expr:
    left, right = _value(a), _value(b)
    if left is not None and right:
        return constant(left / right, _decimal(a, b))
    if _is(a, 0):
        return ZERO
    if _is(b, 1):
        return a
    if a is b:
        return ONE
    (sign_a, top), (sign_b, bottom) = _signed(a), _signed(b)
    top, bottom = _without_common(top, bottom)
    result = top if _is(bottom, 1) else div(top, bottom)
    return result if sign_a == sign_b else _neg(result)


def _without_common(top: Expr, bottom: Expr) -> tuple[Expr, Expr]:
    """Divide out what numerator and denominator share: equal factors, and numbers that go into each other."""
    above, below = factors(top), factors(bottom)
    for item in list(above):
        if item in below and not isinstance(item, Number):
            above.remove(item)
            below.remove(item)
    first, last = above[:1], below[:1]
    if first and last and isinstance(first[0], Number) and isinstance(last[0], Number) and last[0].value:
        ratio = first[0].value / last[0].value
        above[0], below[0] = number(ratio.numerator), number(ratio.denominator)
    return _mul(product(above), ONE), _mul(product(below), ONE)


def _power(a: Expr, b: Expr) -> Expr:
    if _is(b, 1):
        return a
    if _is(b, 0) or _is(a, 1):
        return ONE
    if _is(a, 0) and isinstance(b, Number):
        return ZERO
    return power(a, b)


_TIDY = {add: _add, sub: _sub, neg: _neg, mul: _mul, div: _div, power: _power}


def written_flat(root: Expr) -> Expr:
    """Return a line with the brackets of its products dropped: `a (x b)` → `a x b`.

    Only the line's own sums and products are touched, never what stands inside a factor.
    """

    def into(expr: Expr) -> tuple[Expr, ...]:
        return expr.args if isinstance(expr, Apply) and expr.op in (add, sub, neg, mul) else ()

    done: dict[Expr, Expr] = {}
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        expr, ready = stack.pop()
        if expr in done:
            continue
        below = into(expr)
        if not below:
            done[expr] = expr
        elif not ready:
            stack.append((expr, True))
            stack += [(part, False) for part in below]
        elif isinstance(expr, Apply) and expr.op is mul:
            done[expr] = product(factors(mul(done[below[0]], done[below[1]])))
        else:
            done[expr] = rebuild(expr, tuple(done[part] for part in below))
    return done[root]


def standing(part: Expr, line: Expr) -> tuple[Expr, ...]:
    """Return where a part of a line stands once the line's products lost their brackets.

    It is the part itself, or its factors where these joined the product around it: `(x b)` in `a (x b)` is x and b in
    `a x b`. Where a number swallowed it, it is the whole line.
    """
    there = set(postorder(line))
    flat = written_flat(part)
    candidates = ((part,), (flat,), tuple(factors(flat)))
    return next((found for found in candidates if there.issuperset(found)), (line,))
