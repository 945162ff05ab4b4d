"""How a statement says numbers and lists."""

from __future__ import annotations

import decimal
import math
from collections.abc import Sequence

from workings.derive.step import Prose
from workings.graph.expr import Expr, symbol
from workings.graph.writing.digits import written


def shown(value: float) -> str:
    """Write a number with five significant digits: `0.036165`, `−3.5·10⁻⁵`, `∞`."""
    return written(value, 5)


def below(value: float, digits: int = 5) -> str:
    """Write a bound from below: its digits are never more than it is."""
    return _directed(value, digits, decimal.ROUND_FLOOR)


def above(value: float, digits: int = 5) -> str:
    """Write a bound from above: its digits are never less than it is."""
    return _directed(value, digits, decimal.ROUND_CEILING)


def _directed(value: float, digits: int, rounding: str) -> str:
    if not math.isfinite(value) or value == 0:
        return written(value, digits)
    rounded = decimal.Context(prec=digits, rounding=rounding).create_decimal(decimal.Decimal(value))
    return written(float(rounded), digits)


def count(number: int, what: str) -> str:
    """Write `1 step`, `1,000 steps`."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def often(number: int) -> str:
    """Write `never`, `once`, `twice`, `3 times`."""
    return ("never", "once", "twice")[number] if number < 3 else f"{number:,} times"


def listed(names: Sequence[str], most: int = 3) -> Prose:
    """Return `w`, `w and b`, `w₁, w₂ and w₃`; of more, the first and how many there are."""
    told = names if len(names) <= most else names[: most - 1]
    out: list[str | Expr] = []
    for index, name in enumerate(told):
        last = index == len(told) - 1 and len(told) == len(names)
        out += [" and " if last else ", "] if index else []
        out.append(symbol(name))
    return tuple(out) if len(told) == len(names) else (*out, f" and {len(names) - len(told)} more")


def joined(parts: Sequence[Prose], between: str = ", ", last: str = " and ") -> Prose:
    """Join pieces of prose as a list is spoken."""
    out: list[str | Expr] = []
    for index, part in enumerate(parts):
        out += [(last if index == len(parts) - 1 else between)] if index else []
        out += part
    return tuple(out)
