"""An independent checker of curvature bounds: Taylor series over mpmath's intervals, from the author's equations alone.

It shares no derivative with the package: what is differentiated is the network as it was written, in series of order
three around a line of weights, each coefficient an interval (R. E. Moore 1966, chapter 11; mpmath's `iv`).
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from workings.graph.expr import Apply, Call, Expr, Number, Symbol, children, postorder
from workings.graph.network import Network, definitions, unfolded
from workings.graph.op import OPS
from workings.why.bound import Certificate

# mpmath has no type stubs.
mpmath: Any = importlib.import_module("mpmath")
iv: Any = mpmath.iv
iv.dps = 40
#: Value, first, second and third derivative, each an interval.
Jet = tuple[Any, Any, Any, Any]
_DEEPEST = 40


def exact(value: Fraction | float) -> Any:
    fraction = Fraction(value)
    return iv.mpf(fraction.numerator) / iv.mpf(fraction.denominator)


def _constant(value: Any) -> Jet:
    return (value, iv.mpf(0), iv.mpf(0), iv.mpf(0))


def _sum(a: Jet, b: Jet, sign: int = 1) -> Jet:
    return (a[0] + sign * b[0], a[1] + sign * b[1], a[2] + sign * b[2], a[3] + sign * b[3])


def _product(a: Jet, b: Jet) -> Jet:
    return (
        a[0] * b[0], a[1] * b[0] + a[0] * b[1], a[2] * b[0] + 2 * a[1] * b[1] + a[0] * b[2],
        a[3] * b[0] + 3 * a[2] * b[1] + 3 * a[1] * b[2] + a[0] * b[3],
    )  # fmt: skip


def _applied(inner: Jet, f: Sequence[Any]) -> Jet:
    """Return f(inner) from f, f′, f″, f‴ at the inner value (F. di Bruno's formula to order three)."""
    return (
        f[0], f[1] * inner[1], f[2] * inner[1] ** 2 + f[1] * inner[2],
        f[3] * inner[1] ** 3 + 3 * f[2] * inner[1] * inner[2] + f[1] * inner[3],
    )  # fmt: skip


def _reciprocal(a: Jet) -> Jet:
    r = 1 / a[0]
    return _applied(a, (r, -(r**2), 2 * r**3, -6 * r**4))


def _logistic(a: Jet) -> Jet:
    s = 1 / (1 + iv.exp(-a[0]))
    p = s * (1 - s)
    return _applied(a, (s, p, p * (1 - 2 * s), p * (1 - 6 * s + 6 * s**2)))


def _tanh(a: Jet) -> Jet:
    e = iv.exp(-2 * a[0])
    t = (1 - e) / (1 + e)
    p = 1 - t**2
    return _applied(a, (t, p, -2 * t * p, p * (6 * t**2 - 2)))


def _exp(a: Jet) -> Jet:
    e = iv.exp(a[0])
    return _applied(a, (e, e, e, e))


def _log(a: Jet) -> Jet:
    r = 1 / a[0]
    return _applied(a, (iv.log(a[0]), r, -(r**2), 2 * r**3))


def _power(base: Jet, exponent: Expr) -> Jet:
    assert isinstance(exponent, Number)
    assert exponent.value.denominator == 1
    out = _constant(iv.mpf(1))
    for _ in range(int(exponent.value)):
        out = _product(out, base)
    return out


_FUNCTIONS = {"logistic": _logistic, "tanh": _tanh, "exp": _exp, "e_power": _exp, "log": _log}


def jet(network: Network, quantity: str, known: Mapping[str, Jet]) -> Jet:
    """Return a quantity as a series, from the series of its leaves."""
    defined = definitions(network.functions.values())
    values = dict(known)
    for name in network.order:
        values[name] = _of(network.formulas[name], values, defined)
        if name == quantity:
            return values[name]
    raise KeyError(quantity)


def _of(root: Expr, known: Mapping[str, Jet], defined: Any) -> Jet:
    done: dict[Expr, Jet] = {}
    bodies: dict[Expr, Expr] = {}

    def into(expr: Expr) -> tuple[Expr, ...]:
        if isinstance(expr, Call):
            body = unfolded(expr, defined)
            assert body is not None
            bodies[expr] = body
            return (body,)
        return children(expr)

    for expr in postorder(root, into=into):
        if isinstance(expr, Symbol):
            done[expr] = known[expr.name]
        elif isinstance(expr, Number):
            done[expr] = _constant(exact(expr.value))
        elif isinstance(expr, Call):
            done[expr] = done[bodies[expr]]
        elif isinstance(expr, Apply):
            done[expr] = _apply(expr, done)
    return done[root]


def _apply(expr: Apply, done: Mapping[Expr, Jet]) -> Jet:
    args = [done[arg] for arg in expr.args]
    name = expr.op.name
    assert name in OPS
    if name in ("add", "sub"):
        return _sum(args[0], args[1], 1 if name == "add" else -1)
    if name == "neg":
        return _sum(_constant(iv.mpf(0)), args[0], -1)
    if name == "mul":
        return _product(args[0], args[1])
    if name == "div":
        return _product(args[0], _reciprocal(args[1]))
    if name == "power":
        return _power(args[0], expr.args[1])
    return _FUNCTIONS[name](args[0])


def verify(network: Network, certificate: Certificate, bound: float | None = None, far: float = 30.0) -> bool:
    """Say whether a certificate over one form holds, cut at ±`far`, where its boxes reach without end.

    Its boxes have to cover the domain without a gap, and the second derivative along the form has to stay below
    `bound`, the certificate's own unless another is asked.
    """
    (index,) = certificate.moving
    form = certificate.forms[index]
    sides = sorted((box[index][0], box[index][1]) for box, _ in certificate.boxes)
    low, high, *_ = certificate.domain[index]
    if sides[0][0] > low or sides[-1][1] < high or any(a[1] < b[0] for a, b in pairwise(sides)):
        return False
    limit = exact(certificate.greatest if bound is None else bound)
    square = sum((c * c for c in form.coefficients.values()), Fraction(0))
    row = network.pattern_rows()[certificate.pattern]
    fixed = {n: _of(value, {}, {}) for n, value in {**network.values, **row}.items()}

    def series(a: float, b: float) -> Jet:
        """Return the error along w = m (u − c)/‖m‖², the shortest weights that make u, for u from a to b."""
        at = iv.mpf([a, b])
        weights = {
            name: (
                exact(form.coefficients.get(name, Fraction(0)) / square) * (at - exact(form.free)),
                exact(form.coefficients.get(name, Fraction(0)) / square), iv.mpf(0), iv.mpf(0),
            )
            for name in network.weights
        }  # fmt: skip
        assert network.error is not None
        return jet(network, network.error, {**fixed, **weights})

    def below(a: float, b: float, deep: int = 0) -> bool:
        middle = a + (b - a) / 2
        whole, point = series(a, b), series(middle, middle)
        centred = point[2] + whole[3] * (iv.mpf([a, b]) - iv.mpf(middle))
        if min(whole[2].b, centred.b) <= limit.a:
            return True
        if deep == _DEEPEST or point[2].a > limit.b:
            return False
        return below(a, middle, deep + 1) and below(middle, b, deep + 1)

    return all(below(max(a, -far), min(b, far)) for a, b in sides if max(a, -far) < min(b, far))


def eigenvalue(matrix: Sequence[Sequence[float]]) -> float:
    """Return the greatest eigenvalue of a symmetric matrix."""
    size = len(matrix)
    values = (
        mpmath.eigsy(mpmath.matrix([list(row) for row in matrix]), eigvals_only=True) if size > 1 else [matrix[0][0]]
    )
    return max(float(value) for value in values) if size else -math.inf
