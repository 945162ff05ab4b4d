"""Which name is differentiated by which: (E, w) of `∂E/∂w`, (a, z) and (E, a) of `∂E/∂a · da/dz`."""

from __future__ import annotations

from workings.read.formula.tree import Node
from workings.read.names.asked import asked
from workings.read.names.queries import whole_name
from workings.read.names.slopes import slopes_in
from workings.read.names.spelling import is_bracket
from workings.read.names.vocabulary import Vocabulary


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
