"""What a formula is cut into before it is a tree: nodes, and signs between them.

LaTeX and plain text are cut in ways of their own; the parts are the same.
"""

from __future__ import annotations

from typing import NamedTuple

from workings.read.formula.tree import Node

#: Deeper brackets than a person can read are refused, with that reason; so are longer formulas.
DEEPEST = 200
MOST_PARTS = 20_000
PARTNERS = {"(": ")", "[": "]", "{": "}"}


class Mark(NamedTuple):
    """A sign between nodes, by what it does: it opens, closes, separates, relates, lowers or raises."""

    kind: str
    text: str
    start: int
    end: int


Part = Node | Mark
