"""Activations that are formulas of other functions: swish and GELU."""

from __future__ import annotations

from workings.graph.expr import ONE, TWO
from workings.graph.op import Named, Op, unary
from workings.graph.ops.arithmetic import add, div, mul, neg, pi, power, sub
from workings.graph.ops.pointwise import e_power, erf, exp, logistic, sqrt
from workings.graph.words import table as words
from workings.graph.words.tape import Slot, Tape

_EVERYWHERE = ((0.7,), (-0.6,), (2.1,), (0.05,))

swish: Op = unary(
    name="swish", layout=Named("swish", r"\operatorname{swish}"), law="swish(z) = z σ(z)",
    value=lambda k, z: k.mul(z, words.logistic(k, z)),
    partials=lambda z: (add(logistic(z), mul(mul(z, logistic(z)), sub(ONE, logistic(z)))),),
    rule="swish rule", reason="the derivative of z σ(z) is σ(z) + z σ(z) (1 − σ(z))",
    samples=_EVERYWHERE, spellings=("swish", "silu", "SiLU", "Swish", "SILU"),
    in_words=("swish", "sigmoid linear unit"), use="activation",
    forms=(lambda z: mul(z, logistic(z)), lambda z: div(z, add(ONE, exp(neg(z))))),
    known_as={"torch": "nn.functional.silu", "onnx": "Swish"},
)  # fmt: skip


def _half_of_one_and_erf(k: Tape, z: Slot) -> Slot:
    """Return ½ (1 + erf(z/√2)), the share of a normal distribution below z."""
    return k.div(k.add(k.constant(1), words.erf(k, k.div(z, words.sqrt(k, k.constant(2))))), k.constant(2))


gelu: Op = unary(
    name="gelu", layout=Named("gelu", r"\operatorname{gelu}"), law="gelu(z) = z/2 (1 + erf(z/√2))",
    value=lambda k, z: k.mul(z, _half_of_one_and_erf(k, z)),
    partials=lambda z: (
        add(
            div(add(ONE, erf(div(z, sqrt(TWO)))), TWO),
            mul(div(z, sqrt(mul(TWO, pi()))), e_power(neg(div(power(z, TWO), TWO)))),
        ),
    ),
    rule="gelu rule", reason="the derivative of z Φ(z) is Φ(z) + z φ(z), φ being the normal density, Φ′",
    samples=_EVERYWHERE, spellings=("gelu", "GELU", "GeLU"), in_words=("gaussian error linear unit",), use="activation",
    forms=(lambda z: mul(div(z, TWO), add(ONE, erf(div(z, sqrt(TWO))))),),
    known_as={"onnx": "Gelu", "torch": "nn.functional.gelu"},
)  # fmt: skip
