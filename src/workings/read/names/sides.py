"""A side of a line → what it says, where that can be read."""

from __future__ import annotations

from workings.errors import ReadError
from workings.graph.expr import Expr
from workings.read.formula.statement import Side
from workings.read.names.elaborate import elaborate
from workings.read.names.vocabulary import Vocabulary
from workings.read.names.work import How

#: A line is read as it stands: `a/b c` from left to right, and a function's bare name for its value.
AS_WRITTEN = How("left", bare=True)


def read_side(side: Side, words: Vocabulary, how: How = AS_WRITTEN) -> Expr | None:
    """Return what a side says with these names; None where it cannot be read."""
    try:
        return elaborate(side.formula, side.at.text, words, how).expr
    except ReadError:
        return None
