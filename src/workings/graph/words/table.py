"""The knowledge: one record a scalar word.

A new function that is no formula of these is one more record here, and one op.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import TypedDict, TypeVar, Unpack, cast

from workings.graph.words.doubles import divide, guarded, logarithm, odd, pick, raise_to
from workings.graph.words.doubles import logistic as _logistic
from workings.graph.words.word import Algebra, Course, Formula, Word

V = TypeVar("V")

#: Every word, by its name.
WORDS: dict[str, Word] = {}


class _Facts(TypedDict, total=False):
    """What a record may say beside its name, its arity, its law and its value in floats."""

    arb: str
    numpy: str
    libm: str
    machine: str
    c: str
    javascript: str
    form: Formula
    body: Formula
    square: Formula
    parity: int
    course: Course
    fast: str


def _word(word: Word) -> Word:
    WORDS[word.name] = word
    return word


def _sign(name: str, law: str, double: Callable[..., float], sign: str, arb: str, numpy: str) -> Word:
    """Return the record of an operator between two arguments."""
    text = f"({{0}} {sign} {{1}})"
    return _word(Word(name, 2, law, double, arb=arb, numpy=numpy, c=text, javascript=text))


def _function(
    name: str, law: str, double: Callable[[float], float], *points: tuple[int, int | Fraction], **facts: Unpack[_Facts]
) -> Word:
    """Return the record of a function of one number; Arb, NumPy, libm, C and JavaScript mostly call it alike."""
    called: _Facts = {
        "arb": name, "numpy": name, "libm": name, "c": f"{name}({{0}})", "javascript": f"Math.{name}({{0}})", **facts,
    }  # fmt: skip
    return _word(Word(name, 1, law, double, tuple((Fraction(z), Fraction(v)) for z, v in points), **called))


#: −a; the type of `operator.neg` says less than it does.
_negated = cast("Callable[[float], float]", operator.neg)

# Formulas of functions in other words


def _times_itself(k: Algebra[V], a: V) -> V:
    return k.mul(a, a)


def _itself(_: Algebra[V], a: V) -> V:
    return a


def _log_of_one_more(k: Algebra[V], a: V) -> V:
    return log(k, k.add(k.constant(1), a))


def _one_less_sine_squared(k: Algebra[V], a: V) -> V:
    sine = sin(k, a)
    return k.sub(k.constant(1), k.mul(sine, sine))


def _sine_over_cosine(k: Algebra[V], a: V) -> V:
    return k.div(sin(k, a), cos(k, a))


def _half_difference(k: Algebra[V], a: V) -> V:
    t = exp(k, a)
    return k.div(k.sub(t, k.div(k.constant(1), t)), k.constant(2))


def _half_sum(k: Algebra[V], a: V) -> V:
    t = exp(k, a)
    return k.div(k.add(t, k.div(k.constant(1), t)), k.constant(2))


def _over_one_and_exp(k: Algebra[V], a: V) -> V:
    return k.div(k.constant(1), k.add(k.constant(1), exp(k, k.neg(a))))


def _square_over(k: Algebra[V], a: V) -> V:
    """Return (t² − 1)/(t² + 1) with t = e to the a."""
    t, one = exp(k, a), k.constant(1)
    square = k.mul(t, t)
    return k.div(k.sub(square, one), k.add(square, one))


def _without_overflow(k: Algebra[V], a: V) -> V:
    """Return 1/(1 + e⁻ᵃ) from e^−|a|, which does not overflow."""
    t, one = exp(k, k.neg(k.absolute(a))), k.constant(1)
    return k.div(k.pick(k.less(a, k.constant(0)), t, one), k.add(one, t))


# Arithmetic and choices

add = _sign("add", "a + b", operator.add, "+", "__add__", "add")
sub = _sign("sub", "a − b", operator.sub, "-", "__sub__", "subtract")
mul = _sign("mul", "a · b", operator.mul, "*", "__mul__", "multiply")
div = _sign("div", "a / b", divide, "/", "__truediv__", "divide")
less = _sign("less", "a < b", operator.lt, "<", "", "less")
equal = _sign("equal", "a = b", operator.eq, "==", "", "equal")

neg = _word(Word(
    "neg", 1, "−a", _negated, arb="__neg__", numpy="negative", c="(-{0})", javascript="(-{0})", parity=-1,
))  # fmt: skip

pick_word = _word(Word(
    "pick", 3, "a where the condition holds, else b", pick, numpy="where",
    c="({0} ? {1} : {2})", javascript="({0} ? {1} : {2})",
))  # fmt: skip

pow_word = _word(Word(
    "pow", 2, "a to the b", raise_to, numpy="power", libm="pow",
    c="pow({0}, {1})", javascript="Math.pow({0}, {1})",
))  # fmt: skip

absolute = _function(
    "absolute", "|a|", math.fabs, parity=1, square=_times_itself,
    arb="__abs__", numpy="abs", libm="", machine="fabs", c="fabs({0})", javascript="Math.abs({0})",
)  # fmt: skip

# Functions

exp = _function("exp", "e to the a", guarded(math.exp), (0, 1), course=Course(least=0.0), fast="exp")

log = _function(
    "log", "the natural logarithm: −∞ at 0, NaN below", logarithm(math.log, 0.0), (1, 0),
    course=Course(begins=0.0, pole=True), fast="log",
)  # fmt: skip

log1p = _function(
    "log1p", "log(1 + a), without loss near 0", logarithm(math.log1p, -1.0), (0, 0),
    form=_log_of_one_more, course=Course(begins=-1.0, pole=True), fast="log1p",
)  # fmt: skip

sqrt = _function(
    "sqrt", "the square root: NaN below 0", guarded(math.sqrt), libm="", machine="sqrt",
    square=_itself, course=Course(least=0.0, begins=0.0),
)  # fmt: skip

sin = _function(
    "sin", "the sine of a, in radians", guarded(math.sin), (0, 0), parity=-1, course=Course(-1.0, 1.0, turns=True),
)  # fmt: skip

cos = _function(
    "cos", "the cosine of a, in radians", guarded(math.cos), (0, 1), parity=1,
    square=_one_less_sine_squared, course=Course(-1.0, 1.0, turns=True),
)  # fmt: skip

tan = _function(
    "tan", "the tangent of a, in radians", guarded(math.tan), (0, 0), parity=-1,
    form=_sine_over_cosine, course=Course(turns=True),
)  # fmt: skip

atan = _function(
    "atan", "the angle whose tangent is a", math.atan, (0, 0), parity=-1, numpy="arctan",
    course=Course(math.nextafter(-math.pi / 2, -2.0), math.nextafter(math.pi / 2, 2.0)),
)  # fmt: skip

sinh = _function(
    "sinh", "the hyperbolic sine", odd(math.sinh), (0, 0), parity=-1,
    form=_half_difference, course=Course(),
)  # fmt: skip

cosh = _function(
    "cosh", "the hyperbolic cosine", guarded(math.cosh), (0, 1), parity=1,
    form=_half_sum,
    course=Course(even=True),
)  # fmt: skip


tanh = _function(
    "tanh", "the hyperbolic tangent", math.tanh, (0, 0), parity=-1, form=_square_over, course=Course(-1.0, 1.0),
    fast="saturating",
)  # fmt: skip


logistic = _function(
    "logistic", "1/(1 + e⁻ᵃ), which does not overflow on its way", _logistic, (0, Fraction(1, 2)),
    arb="", numpy="", libm="", c="", javascript="", body=_without_overflow,
    form=_over_one_and_exp, course=Course(0.0, 1.0),
)  # fmt: skip

erf = _function(
    "erf", "2/√π times the area under e^(−t²) from 0 to a", math.erf, (0, 0), parity=-1, numpy="", javascript="",
    course=Course(-1.0, 1.0),
)  # fmt: skip
