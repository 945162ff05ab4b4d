"""The inverses of the circular and hyperbolic functions."""

from __future__ import annotations

from workings.graph.expr import ONE, TWO, Expr
from workings.graph.op import Condition, Named, Op, positive, unary
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.ops.pointwise import sqrt
from workings.graph.words import table as words
from workings.graph.words.tape import Slot, Tape

_EVERYWHERE = ((0.7,), (-1.2,), (2.1,), (0.05,))
_INSIDE = ((0.5,), (-0.6,), (0.05,))


def _less_than_one(z: Expr) -> tuple[Condition, ...]:
    return (positive(sub(ONE, power(z, TWO))),)


def _root_of_one_less_square(k: Tape, z: Slot) -> Slot:
    # (1 − z)(1 + z) keeps the digits near ±1 that 1 − z² loses.
    one = k.constant(1)
    return words.sqrt(k, k.mul(k.sub(one, z), k.add(one, z)))


arctan: Op = unary(
    name="arctan", layout=Named("arctan", r"\arctan"), law="arctan(z), the angle whose tangent is z",
    value=words.atan,
    partials=lambda z: (div(ONE, add(ONE, power(z, TWO))),),
    rule="arctangent rule", reason="the derivative of arctan z is 1/(1 + z²)",
    samples=_EVERYWHERE, spellings=("arctan", "atan"), in_words=("arctangent",),
    known_as={"onnx": "Atan", "torch": "atan", "numpy": "arctan"},
)  # fmt: skip

arcsin: Op = unary(
    name="arcsin", layout=Named("arcsin", r"\arcsin"), law="arcsin(z), the angle whose sine is z",
    domain=_less_than_one,
    value=lambda k, z: words.atan(k, k.div(z, _root_of_one_less_square(k, z))),
    partials=lambda z: (div(ONE, sqrt(sub(ONE, power(z, TWO)))),),
    rule="arcsine rule", reason="the derivative of arcsin z is 1/√(1 − z²)",
    samples=_INSIDE, spellings=("arcsin", "asin"), in_words=("arcsine",),
    known_as={"onnx": "Asin", "torch": "asin", "numpy": "arcsin"},
)  # fmt: skip

arccos: Op = unary(
    name="arccos", layout=Named("arccos", r"\arccos"), law="arccos(z), the angle whose cosine is z",
    domain=_less_than_one,
    value=lambda k, z: k.mul(
        k.constant(2),
        words.atan(k, words.sqrt(k, k.div(k.sub(k.constant(1), z), k.add(k.constant(1), z)))),
    ),
    partials=lambda z: (neg(div(ONE, sqrt(sub(ONE, power(z, TWO))))),),
    rule="arccosine rule", reason="the derivative of arccos z is −1/√(1 − z²)",
    samples=_INSIDE, spellings=("arccos", "acos"), in_words=("arccosine",),
    known_as={"onnx": "Acos", "torch": "acos", "numpy": "arccos"},
)  # fmt: skip


def _arsinh(k: Tape, z: Slot) -> Slot:
    """Return ± log(|z| + √(z² + 1)), which loses no digits below 0 and overflows late: √(z² + 1) = |z| √(1 + 1/z²)."""
    one, zero, size = k.constant(1), k.constant(0), k.absolute(z)
    turned = k.div(one, size)
    rest = k.div(size, k.add(turned, words.sqrt(k, k.add(one, k.mul(turned, turned)))))
    found = words.log1p(k, k.add(size, rest))
    return k.pick(k.less(zero, z), found, k.pick(k.less(z, zero), k.neg(found), z))


arsinh: Op = unary(
    name="arsinh", layout=Named("arsinh", r"\operatorname{arsinh}"), law="arsinh(z) = log(z + √(z² + 1))",
    value=_arsinh,
    partials=lambda z: (div(ONE, sqrt(add(power(z, TWO), ONE))),),
    rule="inverse hyperbolic sine rule", reason="the derivative of arsinh z is 1/√(z² + 1)",
    samples=_EVERYWHERE, spellings=("arsinh", "asinh", "arcsinh"), in_words=("inverse hyperbolic sine",),
    known_as={"onnx": "Asinh", "torch": "asinh", "numpy": "arcsinh"},
)  # fmt: skip


def _arcosh(k: Tape, z: Slot) -> Slot:
    beyond = k.sub(z, k.constant(1))
    root = k.mul(words.sqrt(k, beyond), words.sqrt(k, k.add(z, k.constant(1))))
    return words.log1p(k, k.add(beyond, root))


arcosh: Op = unary(
    name="arcosh", layout=Named("arcosh", r"\operatorname{arcosh}"), law="arcosh(z) = log(z + √(z² − 1))",
    domain=lambda z: (positive(sub(z, ONE)),),
    value=_arcosh,
    partials=lambda z: (div(ONE, sqrt(mul(sub(z, ONE), add(z, ONE)))),),
    rule="inverse hyperbolic cosine rule", reason="the derivative of arcosh z is 1/√(z² − 1)",
    samples=((1.7,), (2.4,), (5.0,)), spellings=("arcosh", "acosh", "arccosh"),
    in_words=("inverse hyperbolic cosine",), known_as={"onnx": "Acosh", "torch": "acosh", "numpy": "arccosh"},
)  # fmt: skip

artanh: Op = unary(
    name="artanh", layout=Named("artanh", r"\operatorname{artanh}"), law="artanh(z) = ½ log((1 + z)/(1 − z))",
    domain=_less_than_one,
    value=lambda k, z: k.div(k.sub(words.log1p(k, z), words.log1p(k, k.neg(z))), k.constant(2)),
    partials=lambda z: (div(ONE, sub(ONE, power(z, TWO))),),
    rule="inverse hyperbolic tangent rule", reason="the derivative of artanh z is 1/(1 − z²)",
    samples=_INSIDE, spellings=("artanh", "atanh", "arctanh"), in_words=("inverse hyperbolic tangent",),
    known_as={"onnx": "Atanh", "torch": "atanh", "numpy": "arctanh"},
)  # fmt: skip
