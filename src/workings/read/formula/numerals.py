"""Numbers as they are written → their exact values."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from workings.graph.names import SUPERSCRIPTS
from workings.read.formula.tree import Node, Numeral, Unread
from workings.read.page.text import Text

#: Digits, and the size of the exponent, that a double can have any use of.
MOST_DIGITS = 308
VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
    "⅞": (7, 8),
}  # fmt: skip
SMALL = str.maketrans(SUPERSCRIPTS | dict.fromkeys("·⋅˙‧", "."))


_exactly = lru_cache(maxsize=1024)(Fraction)


def numeral(text: Text, written: str, start: int, end: int) -> Node:
    """Return the node of a number, with its exact value; one that no double can hold is not read."""
    if written in VULGAR:
        return Numeral(start, end, written, Fraction(*VULGAR[written]), False)
    mantissa, _, exponent = written.lower().partition("e")
    if len(mantissa) > MOST_DIGITS or (exponent and abs(int(exponent[:6])) > MOST_DIGITS):
        return Unread(start, end, text.problem(
            start, end, f"`{written[:24]}` is longer than any number that is computed with",
            "a number of a size between 1e-308 and 1e308", "numbers are computed with as doubles",
            "a number in that range",
        ))  # fmt: skip
    return Numeral(start, end, written, _exactly(written), "." in written or "e" in written.lower())
