"""The functions of one variable that are known without a definition: exp, log, tanh, σ and their kin."""

from __future__ import annotations

from workings.graph.expr import ONE, TWO
from workings.graph.op import Named, Op, Radical, Superscript, nonzero, positive, unary
from workings.graph.ops.arithmetic import add, div, euler, mul, neg, pi, power, sub
from workings.graph.words import table as words
from workings.graph.words.tape import Slot, Tape

_EVERYWHERE = ((0.7,), (-1.2,), (2.1,), (0.05,))
_POSITIVE = ((0.7,), (2.1,), (0.05,))

exp: Op = unary(
    name="exp", layout=Named("exp", r"\exp"), law="exp(z) = eᶻ",
    value=words.exp,
    partials=lambda z: (exp(z),),
    rule="exponential rule", reason="the exponential function is its own derivative",
    samples=_EVERYWHERE, spellings=("exp", "Exp", "EXP"), in_words=("exponential",),
    forms=(lambda z: power(euler(), z),),
    known_as={"onnx": "Exp", "torch": "exp", "numpy": "exp"},
)  # fmt: skip

#: The same function in its other spelling: an author who writes e^(−z) is answered with e^(−z).
e_power: Op = unary(
    name="e_power", layout=Superscript("e"), law="eᶻ",
    value=words.exp,
    partials=lambda z: (e_power(z),),
    rule=exp.rule, reason=exp.reason,
    samples=_EVERYWHERE, spellings=("e^",),
)  # fmt: skip

log: Op = unary(
    name="log", layout=Named("log", r"\log"), law="log(z), the natural logarithm",
    domain=lambda z: (positive(z),),
    value=words.log,
    partials=lambda z: (div(ONE, z),),
    rule="logarithm rule", reason="the derivative of log z is 1/z",
    samples=_POSITIVE, spellings=("log", "ln", "Log", "Ln"), in_words=("logarithm", "natural logarithm"),
    known_as={"onnx": "Log", "torch": "log", "numpy": "log"},
)  # fmt: skip

sqrt: Op = unary(
    name="sqrt", layout=Radical(), law="√z",
    domain=lambda z: (positive(z),),
    value=words.sqrt,
    partials=lambda z: (div(ONE, mul(TWO, sqrt(z))),),
    rule="root rule", reason="the derivative of √z is 1/(2√z)",
    samples=_POSITIVE, spellings=("sqrt", "Sqrt"), in_words=("square root",),
    known_as={"onnx": "Sqrt", "torch": "sqrt", "numpy": "sqrt"},
)  # fmt: skip

sin: Op = unary(
    name="sin", layout=Named("sin", r"\sin"), law="sin(z), z in radians",
    value=words.sin,
    partials=lambda z: (cos(z),),
    rule="sine rule", reason="the derivative of the sine is the cosine",
    samples=_EVERYWHERE, spellings=("sin",),
    known_as={"onnx": "Sin", "torch": "sin", "numpy": "sin"},
)  # fmt: skip

cos: Op = unary(
    name="cos", layout=Named("cos", r"\cos"), law="cos(z), z in radians",
    value=words.cos,
    partials=lambda z: (neg(sin(z)),),
    rule="cosine rule", reason="the derivative of the cosine is minus the sine",
    samples=_EVERYWHERE, spellings=("cos",),
    known_as={"onnx": "Cos", "torch": "cos", "numpy": "cos"},
)  # fmt: skip

tan: Op = unary(
    name="tan", layout=Named("tan", r"\tan"), law="tan(z), z in radians",
    domain=lambda z: (nonzero(cos(z)),),
    value=words.tan,
    partials=lambda z: (add(ONE, power(tan(z), TWO)),),
    rule="tangent rule", reason="the derivative of the tangent is one plus its square",
    samples=_EVERYWHERE, spellings=("tan",),
    known_as={"onnx": "Tan", "torch": "tan", "numpy": "tan"},
)  # fmt: skip

sinh: Op = unary(
    name="sinh", layout=Named("sinh", r"\sinh"), law="sinh(z) = (eᶻ − e⁻ᶻ)/2",
    value=words.sinh,
    partials=lambda z: (cosh(z),),
    rule="hyperbolic sine rule", reason="the derivative of sinh is cosh",
    samples=_EVERYWHERE, spellings=("sinh",),
    known_as={"onnx": "Sinh", "torch": "sinh", "numpy": "sinh"},
)  # fmt: skip

cosh: Op = unary(
    name="cosh", layout=Named("cosh", r"\cosh"), law="cosh(z) = (eᶻ + e⁻ᶻ)/2",
    value=words.cosh,
    partials=lambda z: (sinh(z),),
    rule="hyperbolic cosine rule", reason="the derivative of cosh is sinh",
    samples=_EVERYWHERE, spellings=("cosh",),
    known_as={"onnx": "Cosh", "torch": "cosh", "numpy": "cosh"},
)  # fmt: skip

tanh: Op = unary(
    name="tanh", layout=Named("tanh", r"\tanh"), law="tanh(z) = (eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ)",
    value=words.tanh,
    partials=lambda z: (sub(ONE, power(tanh(z), TWO)),),
    rule="tanh rule", reason="the derivative of tanh is one minus its square",
    samples=_EVERYWHERE, spellings=("tanh", "Tanh", "TANH"), in_words=("hyperbolic tangent",),
    use="activation",
    forms=(
        lambda z: div(sub(exp(z), exp(neg(z))), add(exp(z), exp(neg(z)))),
        lambda z: div(sub(exp(mul(TWO, z)), ONE), add(exp(mul(TWO, z)), ONE)),
        lambda z: div(sub(ONE, exp(neg(mul(TWO, z)))), add(ONE, exp(neg(mul(TWO, z))))),
        lambda z: sub(div(TWO, add(ONE, exp(neg(mul(TWO, z))))), ONE),
        lambda z: div(sinh(z), cosh(z)),
    ),
    known_as={"onnx": "Tanh", "torch": "tanh", "numpy": "tanh"},
)  # fmt: skip


def _over(k: Tape, z: Slot) -> Slot:
    return k.div(k.constant(1), z)


sec: Op = unary(
    name="sec", layout=Named("sec", r"\sec"), law="sec(z) = 1/cos(z)",
    domain=lambda z: (nonzero(cos(z)),),
    value=lambda k, z: _over(k, words.cos(k, z)),
    partials=lambda z: (mul(sec(z), tan(z)),),
    rule="secant rule", reason="the derivative of the secant is itself times the tangent",
    samples=_EVERYWHERE, spellings=("sec",), in_words=("secant",), forms=(lambda z: div(ONE, cos(z)),),
)  # fmt: skip

csc: Op = unary(
    name="csc", layout=Named("csc", r"\csc"), law="csc(z) = 1/sin(z)",
    domain=lambda z: (nonzero(sin(z)),),
    value=lambda k, z: _over(k, words.sin(k, z)),
    partials=lambda z: (neg(mul(csc(z), cot(z))),),
    rule="cosecant rule", reason="the derivative of the cosecant is minus itself times the cotangent",
    samples=_EVERYWHERE, spellings=("csc", "cosec"), in_words=("cosecant",), forms=(lambda z: div(ONE, sin(z)),),
)  # fmt: skip

cot: Op = unary(
    name="cot", layout=Named("cot", r"\cot"), law="cot(z) = cos(z)/sin(z)",
    domain=lambda z: (nonzero(sin(z)),),
    value=lambda k, z: k.div(words.cos(k, z), words.sin(k, z)),
    partials=lambda z: (neg(power(csc(z), TWO)),),
    rule="cotangent rule", reason="the derivative of the cotangent is minus the square of the cosecant",
    samples=_EVERYWHERE, spellings=("cot",), in_words=("cotangent",), forms=(lambda z: div(cos(z), sin(z)),),
)  # fmt: skip

sech: Op = unary(
    name="sech", layout=Named("sech", r"\operatorname{sech}"), law="sech(z) = 1/cosh(z)",
    value=lambda k, z: _over(k, words.cosh(k, z)),
    partials=lambda z: (neg(mul(sech(z), tanh(z))),),
    rule="hyperbolic secant rule", reason="the derivative of sech is minus itself times the hyperbolic tangent",
    samples=_EVERYWHERE, spellings=("sech",), in_words=("hyperbolic secant",), forms=(lambda z: div(ONE, cosh(z)),),
)  # fmt: skip

csch: Op = unary(
    name="csch", layout=Named("csch", r"\operatorname{csch}"), law="csch(z) = 1/sinh(z)",
    domain=lambda z: (nonzero(z),),
    value=lambda k, z: _over(k, words.sinh(k, z)),
    partials=lambda z: (neg(mul(csch(z), coth(z))),),
    rule="hyperbolic cosecant rule", reason="the derivative of csch is minus itself times coth",
    samples=_EVERYWHERE, spellings=("csch",), in_words=("hyperbolic cosecant",), forms=(lambda z: div(ONE, sinh(z)),),
)  # fmt: skip

coth: Op = unary(
    name="coth", layout=Named("coth", r"\coth"), law="coth(z) = cosh(z)/sinh(z)",
    domain=lambda z: (nonzero(z),),
    value=lambda k, z: _over(k, words.tanh(k, z)),
    partials=lambda z: (neg(power(csch(z), TWO)),),
    rule="hyperbolic cotangent rule", reason="the derivative of coth is minus the square of csch",
    samples=_EVERYWHERE, spellings=("coth",), in_words=("hyperbolic cotangent",),
    forms=(lambda z: div(cosh(z), sinh(z)), lambda z: div(ONE, tanh(z))),
)  # fmt: skip

logistic: Op = unary(
    name="logistic", layout=Named("σ", r"\sigma"), law="σ(z) = 1/(1 + e⁻ᶻ)",
    value=words.logistic,
    partials=lambda z: (mul(logistic(z), sub(ONE, logistic(z))),),
    rule="logistic rule", reason="the derivative of the logistic function is itself times one minus itself",
    samples=_EVERYWHERE, spellings=("sigma", "sigmoid", "logistic", "Sigmoid", "SIGMOID", "Logistic", "expit"),
    in_words=("sigmoid", "logistic"), use="activation",
    forms=(
        lambda z: div(ONE, add(ONE, exp(neg(z)))),
        lambda z: div(exp(z), add(ONE, exp(z))),
    ),
    known_as={"onnx": "Sigmoid", "torch": "sigmoid"},
)  # fmt: skip

# log(1 + eᶻ) overflows for large z; max(z, 0) + log1p(e^−|z|) is the same number and does not.
softplus: Op = unary(
    name="softplus", layout=Named("softplus", r"\operatorname{softplus}"),
    law="softplus(z) = log(1 + eᶻ)",
    value=lambda k, z: k.add(
        k.pick(k.less(z, k.constant(0)), k.constant(0), z), words.log1p(k, words.exp(k, k.neg(k.absolute(z))))
    ),
    partials=lambda z: (logistic(z),),
    rule="softplus rule", reason="the derivative of softplus is the logistic function",
    samples=_EVERYWHERE, spellings=("softplus", "Softplus", "SoftPlus"), in_words=("softplus",), use="activation",
    forms=(lambda z: log(add(ONE, exp(z))),),
    known_as={"onnx": "Softplus", "torch": "nn.functional.softplus"},
)  # fmt: skip

erf: Op = unary(
    name="erf", layout=Named("erf", r"\operatorname{erf}"),
    law="erf(z), the error function: 2/√π ∫ e^(−t²) from 0 to z",
    value=words.erf,
    partials=lambda z: (mul(div(TWO, sqrt(pi())), e_power(neg(power(z, TWO)))),),
    rule="error function rule", reason="the derivative of erf is 2/√π times e to the minus square",
    samples=_EVERYWHERE, spellings=("erf", "Erf"), in_words=("error function", "gauss error function"),
    known_as={"onnx": "Erf", "torch": "erf"},
)  # fmt: skip
