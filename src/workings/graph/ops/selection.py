"""Ops that choose: relu, |z|, max, min, cases, and the switches [a > b] and sign that their derivatives need.

Each is defined at its kink by a stated choice, one that lies between the slopes on either side.
"""

from __future__ import annotations

from workings.graph.expr import ONE, ZERO, Expr
from workings.graph.op import Cases, Fenced, Named, Op, binary, ternary, unary
from workings.graph.ops.arithmetic import neg, sub

_ONE = ((0.7,), (-1.2,), (2.1,))
_TWO = ((0.7, 1.3), (-1.2, -1.9), (2.5, -0.6))


def _difference(a: Expr, b: Expr) -> tuple[Expr, ...]:
    """Return what is 0 where two arguments are equal."""
    return (a if b is ZERO else b if a is ZERO else sub(a, b),)


def _itself(z: Expr) -> tuple[Expr, ...]:
    return (z,)


above: Op = binary(
    name="above", layout=Fenced("[", "]", ">"), law="[a > b]: 1 where a > b, else 0",
    value=lambda k, a, b: k.pick(k.less(b, a), k.constant(1), k.constant(0)),
    partials=lambda _a, _b: (ZERO, ZERO),
    rule="switch rule", reason="a switch is flat wherever it does not jump",
    edges=_difference,
    kink="at a = b, where it jumps, its derivative is taken as 0",
    samples=_TWO, spellings=("[ > ]",),
    known_as={"onnx": "Greater", "torch": "gt", "numpy": "greater"},
)  # fmt: skip

at_least: Op = binary(
    name="at_least", layout=Fenced("[", "]", "≥"), law="[a ≥ b]: 1 where a ≥ b, else 0",
    value=lambda k, a, b: k.pick(
        k.less(b, a), k.constant(1), k.pick(k.equal(a, b), k.constant(1), k.constant(0))
    ),
    partials=lambda _a, _b: (ZERO, ZERO),
    rule="switch rule", reason="a switch is flat wherever it does not jump",
    edges=_difference,
    kink="at a = b, where it jumps, its derivative is taken as 0",
    samples=_TWO, spellings=("[ ≥ ]",),
    known_as={"onnx": "GreaterOrEqual", "torch": "ge", "numpy": "greater_equal"},
)  # fmt: skip

sign: Op = unary(
    name="sign", layout=Named("sign", r"\operatorname{sign}"), law="sign(z): −1, 0 or 1",
    value=lambda k, z: k.pick(
        k.less(k.constant(0), z), k.constant(1), k.pick(k.less(z, k.constant(0)), k.constant(-1), k.constant(0))
    ),
    partials=lambda _: (ZERO,),
    rule="switch rule", reason="a switch is flat wherever it does not jump",
    edges=_itself,
    kink="at z = 0, where it jumps, its derivative is taken as 0",
    samples=_ONE, spellings=("sign",),
    known_as={"onnx": "Sign", "torch": "sign", "numpy": "sign"},
)  # fmt: skip

relu: Op = unary(
    name="relu", layout=Named("relu", r"\operatorname{relu}"), law="relu(z) = max(0, z)",
    value=lambda k, z: k.pick(k.less(z, k.constant(0)), k.constant(0), z),
    partials=lambda z: (above(z, ZERO),),
    rule="relu rule", reason="the slope of relu is 1 where its argument is positive and 0 elsewhere",
    edges=_itself,
    kink="at z = 0 the slope is taken as 0",
    samples=_ONE, spellings=("relu", "ReLU", "Relu", "RELU", "ReLu"),
    in_words=("relu", "rectified linear", "rectifier"), use="activation",
    forms=(
        lambda z: maximum(ZERO, z),
        lambda z: cases(above(z, ZERO), z, ZERO),
        lambda z: cases(at_least(z, ZERO), z, ZERO),
    ),
    known_as={"onnx": "Relu", "torch": "relu"},
)  # fmt: skip

absolute: Op = unary(
    name="absolute", layout=Fenced("|", "|"), law="|z|",
    value=lambda k, z: k.absolute(z),
    partials=lambda z: (sign(z),),
    rule="absolute value rule", reason="the slope of |z| is the sign of z",
    edges=_itself,
    kink="at z = 0 the slope is taken as 0",
    samples=_ONE, spellings=("abs", "Abs"), in_words=("absolute value",),
    forms=(lambda z: maximum(z, neg(z)),),
    known_as={"onnx": "Abs", "torch": "abs", "numpy": "absolute"},
)  # fmt: skip

# A NaN in either argument is the result, and of +0 and −0 the first argument is taken.
maximum: Op = binary(
    name="maximum", layout=Named("max", r"\max"), law="max(a, b)",
    value=lambda k, a, b: k.pick(k.less(a, b), b, k.pick(k.equal(b, b), a, b)),
    partials=lambda a, b: (at_least(a, b), above(b, a)),
    rule="maximum rule", reason="only the larger argument has a slope, and it is 1",
    edges=_difference,
    kink="at a tie the first argument has the slope",
    samples=_TWO, commutes=True, spellings=("max", "maximum", "fmax"),
    known_as={"onnx": "Max", "torch": "maximum", "numpy": "maximum"},
)  # fmt: skip

minimum: Op = binary(
    name="minimum", layout=Named("min", r"\min"), law="min(a, b)",
    value=lambda k, a, b: k.pick(k.less(b, a), b, k.pick(k.equal(b, b), a, b)),
    partials=lambda a, b: (at_least(b, a), above(a, b)),
    rule="minimum rule", reason="only the smaller argument has a slope, and it is 1",
    edges=_difference,
    kink="at a tie the first argument has the slope",
    samples=_TWO, commutes=True, spellings=("min", "minimum", "fmin"),
    known_as={"onnx": "Min", "torch": "minimum", "numpy": "minimum"},
)  # fmt: skip

# What the case that is not taken is, a NaN or an infinity among it, does not matter.
cases: Op = ternary(
    name="cases", layout=Cases(), law="a where c is not 0, else b",
    value=lambda k, c, a, b: k.pick(k.equal(c, k.constant(0)), b, k.pick(k.equal(c, c), a, c)),
    partials=lambda c, _a, _b: (ZERO, c, sub(ONE, c)),
    rule="cases rule", reason="only the case that applies has a slope, and it is 1",
    kink="where the condition jumps, the case that applies there has the slope",
    samples=((1.0, 0.7, -1.3), (0.0, -1.2, 1.9), (1.0, 2.5, 0.6)), spellings=("( if else )",),
    known_as={"onnx": "Where", "torch": "where", "numpy": "where"},
)  # fmt: skip
