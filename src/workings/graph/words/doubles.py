"""Words in floats, guarded where Python raises and IEEE 754 does not: 1/0, exp(1000), log(−1)."""

from __future__ import annotations

import math
from collections.abc import Callable

_INF, _NAN = math.inf, math.nan


def divide(a: float, b: float) -> float:
    """Return a / b as IEEE 754 has it: ±∞ for a/0, NaN for 0/0."""
    try:
        return a / b
    except ZeroDivisionError:
        if a == 0 or math.isnan(a):
            return _NAN
        return math.copysign(_INF, a) * math.copysign(1.0, b)


def guarded(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return a function with ∞ where it is too large for a float, and NaN where it is not defined."""

    def word(a: float) -> float:
        try:
            return function(a)
        except OverflowError:
            return _INF
        except ValueError:
            return _NAN

    return word


def odd(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return an odd function with ∞ of the argument's sign where it is too large for a float."""

    def word(a: float) -> float:
        try:
            return function(a)
        except OverflowError:
            return math.copysign(_INF, a)

    return word


def logarithm(function: Callable[[float], float], pole: float) -> Callable[[float], float]:
    """Return a logarithm with −∞ at its pole and NaN below."""

    def word(a: float) -> float:
        try:
            return function(a)
        except ValueError:
            return -_INF if a == pole else _NAN

    return word


def logistic(a: float) -> float:
    """Return 1/(1 + e⁻ᵃ). Far below 0, where e⁻ᵃ overflows, it is the small number that it should be."""
    t = math.exp(-math.fabs(a))
    return (t if a < 0 else 1.0) / (1.0 + t)


def raise_to(a: float, b: float) -> float:
    """Return a to the b as C's pow has it: NaN for a negative base with a broken exponent, ±∞ at poles."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -_INF if a < 0 and b % 2 == 1 else _INF
    except ValueError:
        if a != 0:
            return _NAN
        return math.copysign(_INF, a) if b % 2 == 1 else _INF


def pick(condition: float, a: float, b: float) -> float:
    """Return a where the condition holds, else b."""
    return a if condition else b
