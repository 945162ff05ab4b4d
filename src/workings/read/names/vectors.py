r"""Which names of a page are vectors or matrices: set in bold, under an arrow, transposed, or multiplied as matrices.

\mathbf{w}^\top \mathbf{x}       w and x
dW = X^T \cdot (A - y)           X
h = W @ x                        W and x
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from workings.graph.writing.spelling import canonical
from workings.read.formula.statement import Side, Statement
from workings.read.formula.tree import Accented, Node, Product, Scripted, Word, bare, preorder
from workings.read.names.spelling import flat

#: What is raised on a vector or a matrix to turn it over.
TRANSPOSED = frozenset(("T", "\N{DOWN TACK}", "top", "intercal"))


def vectors_of(statements: Iterable[Statement], names: frozenset[str]) -> frozenset[str]:
    """Return the letters and words that are vectors or matrices; T raised is a power where T is a name."""
    found: set[str] = set()
    for statement in statements:
        for side in statement.sides:
            for node in preorder(side.root):
                if isinstance(node, Word) and node.font == "bold":
                    found.add(node.text.strip())
                elif isinstance(node, Accented) and node.mark == "vec":
                    found |= _letters(node.inside)
                elif isinstance(node, Product):
                    found |= _multiplied(node)
                elif isinstance(node, Scripted) and "T" not in names:
                    found |= _transposed(node)
    return frozenset(canonical(name) for name in found if any(letter.isalpha() for letter in name))


def _transposed(node: Scripted) -> set[str]:
    high = bare(node.high) if node.high is not None else None
    while isinstance(high, Scripted):
        # A^{[l]^T}
        if high.high is not None and flat(high.high) in TRANSPOSED:
            return _letters(node.base)
        high = bare(high.base)
    return _letters(node.base) if high is not None and flat(high) in TRANSPOSED else set()


def _multiplied(node: Product) -> set[str]:
    """Return the names on both sides of the sign `@` by which programs multiply matrices."""
    sides = (part for (_, left), (link, right) in pairwise(node.factors) if link == "@" for part in (left, right))
    return {part.text for part in map(bare, sides) if isinstance(part, Word)}


def _letters(node: Node) -> set[str]:
    return {part.text for part in preorder(node) if isinstance(part, Word)}


def mentioned(side: Side, vectors: frozenset[str]) -> Iterator[str]:
    """Yield the vectors and matrices that a side speaks of; the letters of a run count each."""
    for node in preorder(side.root):
        if isinstance(node, Word):
            whole = canonical(node.text)
            # dW is the differential of W.
            for name in (whole, whole[1:] if whole[:1] == "d" else whole, *(node.text if node.loose else "")):
                if name in vectors:
                    yield name
                    break
