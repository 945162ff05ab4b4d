"""The ops of arithmetic: sum, difference, product, quotient, power, and the two constants π and e."""

from __future__ import annotations

import math
from fractions import Fraction as Rational

from workings.graph.expr import ONE, Apply, Expr, Number, number
from workings.graph.op import (
    OPS,
    Condition,
    Fraction,
    Infix,
    Juxtaposed,
    Letter,
    Op,
    Prefix,
    Superscript,
    binary,
    constant,
    nonzero,
    positive,
    unary,
)

_PAIRS = ((0.7, 1.3), (-1.2, 0.4), (2.5, -0.6))

add: Op = binary(
    name="add", layout=Infix("+", "+", 1), law="a + b",
    value=lambda k, a, b: k.add(a, b),
    partials=lambda _a, _b: (ONE, ONE),
    rule="sum rule", reason="a sum is differentiated term by term",
    samples=_PAIRS, spellings=("+",), commutes=True,
    known_as={"onnx": "Add", "torch": "add", "numpy": "add"},
)  # fmt: skip

neg: Op = unary(
    name="neg", layout=Prefix("−", "-"), law="−a",
    value=lambda k, a: k.neg(a),
    partials=lambda _: (neg(ONE),),
    rule="constant factor rule", reason="the factor −1 stays",
    samples=((0.7,), (-1.2,)), spellings=("-",),
    known_as={"onnx": "Neg", "torch": "neg", "numpy": "negative"},
)  # fmt: skip

sub: Op = binary(
    name="sub", layout=Infix("−", "-", 1), law="a − b",
    value=lambda k, a, b: k.sub(a, b),
    partials=lambda _a, _b: (ONE, neg(ONE)),
    rule="sum rule", reason="a difference is differentiated term by term",
    samples=_PAIRS, spellings=("-",),
    known_as={"onnx": "Sub", "torch": "sub", "numpy": "subtract"},
)  # fmt: skip

mul: Op = binary(
    name="mul", layout=Juxtaposed(), law="a b",
    value=lambda k, a, b: k.mul(a, b),
    partials=lambda a, b: (b, a),
    rule="product rule", reason="each factor is differentiated in turn while the other stays",
    samples=_PAIRS, spellings=("*", "·", "×"), commutes=True,
    known_as={"onnx": "Mul", "torch": "mul", "numpy": "multiply"},
)  # fmt: skip


def _where_powers_are(a: Expr, b: Expr) -> tuple[Condition, ...]:
    """Return no condition for a whole exponent from 0, a ≠ 0 for one below 0, and a > 0 for any other."""
    is_below = isinstance(b, Apply) and b.op is neg
    exponent = b.args[0] if isinstance(b, Apply) and is_below else b
    if not isinstance(exponent, Number) or exponent.value.denominator != 1:
        return (positive(a),)
    return (nonzero(a),) if is_below else ()


power: Op = binary(
    name="power", layout=Superscript(), law="aᵇ",
    value=lambda k, a, b: k.pow(a, b),
    partials=lambda a, b: (mul(b, power(a, sub(b, ONE))), mul(power(a, b), _log(a))),
    domain=_where_powers_are,
    rule="power rule", reason="the exponent comes down in front and is lowered by one",
    samples=((0.7, 1.3), (1.6, -0.4), (2.5, 3.0)), spellings=("^", "**"),
    known_as={"onnx": "Pow", "torch": "pow", "numpy": "power"},
)  # fmt: skip


def _fraction(a: Expr, b: Expr) -> Expr | None:
    """Return the fraction that two whole numbers in lowest terms make: 1/2 is ½, and 2/4 stays as it is written."""
    if not isinstance(a, Number) or not isinstance(b, Number) or a.value.denominator != 1 or b.value.denominator != 1:
        return None
    top, bottom = int(a.value), int(b.value)
    return number(Rational(top, bottom)) if bottom > 1 and top > 0 and math.gcd(top, bottom) == 1 else None


div: Op = binary(
    name="div", layout=Fraction(), law="a / b",
    value=lambda k, a, b: k.div(a, b),
    partials=lambda a, b: (div(ONE, b), neg(div(a, mul(b, b)))),
    rule="quotient rule", reason="(numerator′ · denominator − numerator · denominator′) over the denominator squared",
    domain=lambda _, b: (nonzero(b),),
    samples=_PAIRS, spellings=("/",), whole=_fraction,
    known_as={"onnx": "Div", "torch": "div", "numpy": "divide"},
)  # fmt: skip

pi: Op = constant(
    name="pi", layout=Letter("π", r"\pi"), law="π = 3.14159…",
    value=lambda k: k.constant(math.pi),
    rule="constant rule", reason="a constant does not change",
    samples=((),), spellings=("pi",),
)  # fmt: skip

euler: Op = constant(
    name="euler", layout=Letter("e", "e"), law="e = 2.71828…",
    value=lambda k: k.constant(math.e),
    rule="constant rule", reason="a constant does not change",
    samples=((),), spellings=("e",),
)  # fmt: skip


def _log(a: Expr) -> Expr:
    # The derivative of a power by its exponent needs the logarithm, which stands with the other functions.
    return OPS["log"](a)
