"""How a number is written: significant digits, a true minus, no −0.000, no trailing noise."""

from __future__ import annotations

import math
from fractions import Fraction

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def written(value: float, digits: int = 6) -> str:
    """Write a number with so many significant digits: `0.0905496`, `−0.104031`, `3.51019·10⁻⁵`, `∞`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa.replace("-", "−")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}" if exponent else mantissa


def written_fraction(value: Fraction) -> str:
    """Write an exact number: `1/8`, `−3`."""
    return str(value).replace("-", "−")


def places_of(value: Fraction) -> int:
    """Return the number of decimals that a terminating fraction needs; 0 where that is none of a page's numbers."""
    return next((place for place in range(400) if (value * 10**place).denominator == 1), 0)


def digits_of(value: Fraction, places: int | None = None) -> int:
    """Return how many significant digits a decimal has, with so many `places` where it is written with them."""
    return len(str(int(abs(value) * Fraction(10) ** (places_of(value) if places is None else places))))
