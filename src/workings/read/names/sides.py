"""A side of a line → what it says, where that can be read; which names it differentiates, and by which."""

from __future__ import annotations

from workings.errors import ReadError
from workings.graph.expr import Expr
from workings.read.formula.statement import Side
from workings.read.formula.tree import Node
from workings.read.names.asked import asked
from workings.read.names.elaborate import elaborate
from workings.read.names.queries import whole_name
from workings.read.names.slopes import slopes_in
from workings.read.names.spelling import is_bracket
from workings.read.names.vocabulary import Vocabulary
from workings.read.names.work import How

#: A line is read as it stands: `a/b c` from left to right, and a function's bare name for its value.
AS_WRITTEN = How("left", bare=True)
#: The same where all names are settled: an unknown one with a bracket behind it is a factor.
SETTLED = How("left", bare=True, applies=False)


def read_side(side: Side, words: Vocabulary, how: How = AS_WRITTEN) -> Expr | None:
    """Return what a side says with these names; None where it cannot be read."""
    try:
        return elaborate(side.formula, side.at.text, words, how).expr
    except ReadError:
        return None


@asked
def links(root: Node, words: Vocabulary) -> tuple[tuple[str, str], ...]:
    """Return, for every derivative of a name in a tree, what is differentiated and by what."""
    found: list[tuple[str, str]] = []
    for slope in slopes_in(root, words):
        # `∂f(x, w)/∂w` is one of f, written with what it is made of.
        applied = len(slope.of) == 2 and is_bracket(slope.of[1].node)
        if slope.of and slope.of[0].name and (len(slope.of) == 1 or applied):
            of = whole_name(slope.of[0], words)
            found += [(of, whole_name(unit, words)) for unit in slope.by if unit.name]
    return tuple(found)
