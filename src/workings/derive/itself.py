"""A derivative written by the function itself: A′ = A (1 − A), found by exact algebra, not by a list.

The problem: the quotient rule gives `e^(−z)/(1 + e^(−z))²` for the logistic function; every paper writes
`A (1 − A)`. The idea: choose a transcendental part u of the body (e^(−z), tanh z). Body and derivative
are then quotients of polynomials in u with rational coefficients, since u′ is a polynomial in u times
the derivative k of what stands inside. If polynomials P with `body′/k = P(body)` exist, linear algebra over
the fractions finds the one of least degree, and the identity is thereby proved.

    u = e^(−z), k = −1:   A = 1/(1 + u),  A′/k = −u/(1 + u)²  =  A² − A,   so   A′ = A (1 − A)
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import gcd

from workings.derive.rules import sum_of
from workings.derive.tidy import constant, product, tidy
from workings.graph.expr import ZERO, Apply, Expr, Number, children, number, postorder
from workings.graph.op import Op
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub

Poly = tuple[Fraction, ...]
Ratio = tuple[Poly, Poly]
_HIGHEST = 3
_LONGEST = 24


class _NotRationalError(Exception):
    """The expression is not a quotient of polynomials in the chosen part."""


def _trim(p: list[Fraction]) -> Poly:
    while p and p[-1] == 0:
        p.pop()
    if len(p) > _LONGEST:
        raise _NotRationalError
    return tuple(p)


def _plus(a: Poly, b: Poly, sign: int = 1) -> Poly:
    size = max(len(a), len(b))
    padded = [(a[i] if i < len(a) else 0) + sign * (b[i] if i < len(b) else Fraction(0)) for i in range(size)]
    return _trim([Fraction(c) for c in padded])


def _times(a: Poly, b: Poly) -> Poly:
    out = [Fraction(0)] * max(0, len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[i + j] += x * y
    return _trim(out)


def _slope(p: Poly) -> Poly:
    return _trim([i * c for i, c in enumerate(p)][1:])


def _to_power(p: Poly, n: int) -> Poly:
    out: Poly = (Fraction(1),)
    for _ in range(n):
        out = _times(out, p)
    return out


_ARITHMETIC: dict[Op, Callable[[Ratio, Ratio], Ratio]] = {
    add: lambda a, b: (_plus(_times(a[0], b[1]), _times(b[0], a[1])), _times(a[1], b[1])),
    sub: lambda a, b: (_plus(_times(a[0], b[1]), _times(b[0], a[1]), -1), _times(a[1], b[1])),
    mul: lambda a, b: (_times(a[0], b[0]), _times(a[1], b[1])),
    div: lambda a, b: (_times(a[0], b[1]), _times(a[1], b[0])),
}


def _ratio(root: Expr, leaves: dict[Expr, Ratio]) -> Ratio:
    """Return an expression as a quotient of polynomials, `leaves` giving the parts that hold u."""
    done: dict[Expr, Ratio] = dict(leaves)
    for expr in postorder(root, into=lambda e: () if e in leaves else children(e)):
        if expr in done:
            continue
        if isinstance(expr, Number):
            done[expr] = (_trim([expr.value]), (Fraction(1),))
        elif isinstance(expr, Apply) and expr.op in _ARITHMETIC:
            done[expr] = _ARITHMETIC[expr.op](done[expr.args[0]], done[expr.args[1]])
        elif isinstance(expr, Apply) and expr.op is neg:
            top, bottom = done[expr.args[0]]
            done[expr] = (_plus((), top, -1), bottom)
        elif isinstance(expr, Apply) and expr.op is power:
            done[expr] = _raised(done[expr.args[0]], expr.args[1])
        else:
            raise _NotRationalError
        if not done[expr][1]:
            raise _NotRationalError
    return done[root]


def _raised(base: Ratio, exponent: Expr) -> Ratio:
    if not isinstance(exponent, Number) or exponent.value.denominator != 1 or exponent.value > _HIGHEST:
        raise _NotRationalError
    n = int(exponent.value)
    return _to_power(base[0], n), _to_power(base[1], n)


def _transcendental(body: Expr, reads: Callable[[Expr], bool]) -> list[Apply]:
    """Return the outermost parts of a body that are functions of the variable and not arithmetic."""
    found: list[Apply] = []
    ring = {add, sub, mul, div, neg, power}

    def into(expr: Expr) -> tuple[Expr, ...]:
        return children(expr) if isinstance(expr, Apply) and expr.op in ring else ()

    for expr in postorder(body, into=into):
        if reads(expr) and not isinstance(expr, Apply):
            return []
        if isinstance(expr, Apply) and expr.op not in ring and expr.op.arity == 1 and reads(expr):
            found.append(expr)
    return found


def by_itself(
    body: Expr, name: Expr, reads: Callable[[Expr], bool], inner: Callable[[Expr], Expr]
) -> tuple[Expr, Expr] | None:
    """Return the derivative of `body` as a polynomial in `name`, which stands for it, and the part u.

    None if there is no such polynomial.

    `reads` says whether a part depends on the variable, `inner` gives the tidied derivative of what
    stands inside the chosen transcendental part.
    """
    parts = _transcendental(body, reads)
    if not parts:
        return None
    first = parts[0]
    leaves: dict[Expr, Ratio] = {first: ((Fraction(0), Fraction(1)), (Fraction(1),))}
    for other in parts[1:]:
        if other.op is not first.op or tidy(neg(other.args[0])) is not tidy(first.args[0]):
            return None
        # e^(−z) is 1/u where u = e^z; no other function of the table turns over like that.
        if first.op.partials(first.args[0])[0] is not first:
            return None
        leaves[other] = ((Fraction(1),), (Fraction(0), Fraction(1)))
    try:
        change = _ratio(first.op.partials(first.args[0])[0], leaves)
        top, bottom = _ratio(body, leaves)
        slope = _plus(_times(_slope(top), bottom), _times(top, _slope(bottom)), -1), _times(bottom, bottom)
        rate = _times(slope[0], change[0]), _times(slope[1], change[1])
        coefficients = _polynomial((top, bottom), rate)
    except _NotRationalError:
        return None
    if coefficients is None:
        return None
    return tidy(mul(inner(first.args[0]), _as_written(coefficients, name))), first


@lru_cache(maxsize=256)  # the same few functions are an activation again and again
def _polynomial(body: Ratio, rate: Ratio) -> list[Fraction] | None:
    """Return the c with Σ cₙ bodyⁿ = rate, the least degree first; None if no degree up to 3 has one."""
    top, bottom = body
    for degree in range(1, _HIGHEST + 1):
        columns = [_times(_times(_to_power(top, n), _to_power(bottom, degree - n)), rate[1]) for n in range(degree + 1)]
        wanted = _times(rate[0], _to_power(bottom, degree))
        solution = _solve(columns, wanted)
        if solution is not None:
            return solution
    return None


def _solve(columns: list[Poly], wanted: Poly) -> list[Fraction] | None:
    """Solve Σ cᵢ columnᵢ = wanted over the fractions by elimination; free unknowns are 0."""
    height = max(len(wanted), *(len(column) for column in columns))
    rows = [[column[i] if i < len(column) else Fraction(0) for column in (*columns, wanted)] for i in range(height)]
    width, pivots, at = len(columns), list[int](), 0
    for column in range(width):
        pivot = next((r for r in range(at, height) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][column] for value in rows[at]]
        for r in range(height):
            if r != at and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[at], strict=True)]
        pivots.append(column)
        at += 1
    if any(row[-1] for row in rows[at:]):
        return None
    out = [Fraction(0)] * width
    for row, column in zip(rows, pivots, strict=False):
        out[column] = row[-1]
    return out


def _as_written(coefficients: list[Fraction], name: Expr) -> Expr:
    """Write Σ cₙ Aⁿ as a teacher does: ½ (1 − A²), A (1 − A), with common factors in front."""
    if not any(coefficients):
        return ZERO
    lowest = next(n for n, c in enumerate(coefficients) if c)
    rest = coefficients[lowest:]
    lead = rest[0]
    common = _common(rest) * (1 if lead > 0 else -1)
    terms: list[tuple[int, Expr]] = []
    for n, c in enumerate(rest):
        if c:
            ratio = c / common
            items = [constant(abs(ratio)), *([name] if n == 1 else [power(name, number(n))] if n else [])]
            terms.append((1 if ratio > 0 else -1, tidy(product(items))))
    front = [constant(common), *([name] if lowest == 1 else [power(name, number(lowest))] if lowest else [])]
    return tidy(product([*front, sum_of(terms)]))


def _common(values: list[Fraction]) -> Fraction:
    top, bottom = 0, 1
    for value in values:
        top = gcd(top, value.numerator)
        bottom = bottom * value.denominator // gcd(bottom, value.denominator)
    return Fraction(abs(top), bottom)
