"""The functions of one variable that are known without a definition: exp, log, tanh, σ and their kin."""

from __future__ import annotations

from workings.graph.expr import ONE, TWO
from workings.graph.op import Named, Op, Radical, Superscript, unary
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.words import table as words

_EVERYWHERE = ((0.7,), (-1.2,), (2.1,), (0.05,))
_POSITIVE = ((0.7,), (2.1,), (0.05,))

exp: Op = unary(
    name="exp", layout=Named("exp", r"\exp"), law="exp(z) = eᶻ", domain="every z",
    value=words.exp,
    partials=lambda z: (exp(z),),
    rule="exponential rule", reason="the exponential function is its own derivative",
    samples=_EVERYWHERE, spellings=("exp",),
)  # fmt: skip

#: The same function in its other spelling: an author who writes e^(−z) is answered with e^(−z).
e_power: Op = unary(
    name="e_power", layout=Superscript("e"), law="eᶻ", domain="every z",
    value=words.exp,
    partials=lambda z: (e_power(z),),
    rule=exp.rule, reason=exp.reason,
    samples=_EVERYWHERE, spellings=("e^",),
)  # fmt: skip

log: Op = unary(
    name="log", layout=Named("log", r"\log"), law="log(z), the natural logarithm", domain="z > 0",
    value=words.log,
    partials=lambda z: (div(ONE, z),),
    rule="logarithm rule", reason="the derivative of log z is 1/z",
    samples=_POSITIVE, spellings=("log", "ln"),
)  # fmt: skip

sqrt: Op = unary(
    name="sqrt", layout=Radical(), law="√z", domain="z > 0",
    value=words.sqrt,
    partials=lambda z: (div(ONE, mul(TWO, sqrt(z))),),
    rule="root rule", reason="the derivative of √z is 1/(2√z)",
    samples=_POSITIVE, spellings=("sqrt",),
)  # fmt: skip

sin: Op = unary(
    name="sin", layout=Named("sin", r"\sin"), law="sin(z), z in radians", domain="every z",
    value=words.sin,
    partials=lambda z: (cos(z),),
    rule="sine rule", reason="the derivative of the sine is the cosine",
    samples=_EVERYWHERE, spellings=("sin",),
)  # fmt: skip

cos: Op = unary(
    name="cos", layout=Named("cos", r"\cos"), law="cos(z), z in radians", domain="every z",
    value=words.cos,
    partials=lambda z: (neg(sin(z)),),
    rule="cosine rule", reason="the derivative of the cosine is minus the sine",
    samples=_EVERYWHERE, spellings=("cos",),
)  # fmt: skip

tan: Op = unary(
    name="tan", layout=Named("tan", r"\tan"), law="tan(z), z in radians", domain="cos z ≠ 0",
    value=words.tan,
    partials=lambda z: (add(ONE, power(tan(z), TWO)),),
    rule="tangent rule", reason="the derivative of the tangent is one plus its square",
    samples=_EVERYWHERE, spellings=("tan",),
)  # fmt: skip

sinh: Op = unary(
    name="sinh", layout=Named("sinh", r"\sinh"), law="sinh(z) = (eᶻ − e⁻ᶻ)/2", domain="every z",
    value=words.sinh,
    partials=lambda z: (cosh(z),),
    rule="hyperbolic sine rule", reason="the derivative of sinh is cosh",
    samples=_EVERYWHERE, spellings=("sinh",),
)  # fmt: skip

cosh: Op = unary(
    name="cosh", layout=Named("cosh", r"\cosh"), law="cosh(z) = (eᶻ + e⁻ᶻ)/2", domain="every z",
    value=words.cosh,
    partials=lambda z: (sinh(z),),
    rule="hyperbolic cosine rule", reason="the derivative of cosh is sinh",
    samples=_EVERYWHERE, spellings=("cosh",),
)  # fmt: skip

tanh: Op = unary(
    name="tanh", layout=Named("tanh", r"\tanh"), law="tanh(z) = (eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ)",
    domain="every z",
    value=words.tanh,
    partials=lambda z: (sub(ONE, power(tanh(z), TWO)),),
    rule="tanh rule", reason="the derivative of tanh is one minus its square",
    samples=_EVERYWHERE, spellings=("tanh",),
)  # fmt: skip


logistic: Op = unary(
    name="logistic", layout=Named("σ", r"\sigma"), law="σ(z) = 1/(1 + e⁻ᶻ)", domain="every z",
    value=words.logistic,
    partials=lambda z: (mul(logistic(z), sub(ONE, logistic(z))),),
    rule="logistic rule", reason="the derivative of the logistic function is itself times one minus itself",
    samples=_EVERYWHERE, spellings=("sigma", "sigmoid", "logistic"),
)  # fmt: skip

# log(1 + eᶻ) overflows for large z; max(z, 0) + log1p(e^−|z|) is the same number and does not.
softplus: Op = unary(
    name="softplus", layout=Named("softplus", r"\operatorname{softplus}"),
    law="softplus(z) = log(1 + eᶻ)", domain="every z",
    value=lambda k, z: k.add(
        k.pick(k.less(z, k.constant(0)), k.constant(0), z), words.log1p(k, words.exp(k, k.neg(k.absolute(z))))
    ),
    partials=lambda z: (logistic(z),),
    rule="softplus rule", reason="the derivative of softplus is the logistic function",
    samples=_EVERYWHERE, spellings=("softplus",),
)  # fmt: skip
