r"""Which names of a page are vectors or matrices: set in bold, under an arrow, transposed, or multiplied as matrices.

\mathbf{w}^\top \mathbf{x}       w and x
dW = X^T \cdot (A - y)           X
h = W @ x                        W and x
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from workings.graph.writing.spelling import canonical
from workings.read.formula.statement import Side, Statement, is_number
from workings.read.formula.tree import Accented, Fence, Node, Product, Scripted, Series, Word, bare, of_kind, preorder
from workings.read.names.asked import asked_of_tree
from workings.read.names.spelling import flat

#: What is raised on a vector or a matrix to turn it over.
TRANSPOSED = frozenset(("T", "\N{DOWN TACK}", "top", "intercal"))


def vectors_of(statements: Iterable[Statement], names: frozenset[str]) -> frozenset[str]:
    """Return the letters and words that are vectors or matrices; T raised is a power where T is a name."""
    found: set[str] = set()
    statements = tuple(statements)
    lists = {statement for statement in statements if _lists_numbers(statement)}
    numbered = _numbered(statements) if lists else frozenset[str]()
    for statement in statements:
        if statement in lists and _by_components(statement, numbered):
            continue
        for side in statement.sides:
            surely, transposed = _set_apart(side.root)
            found |= surely if "T" in names else surely | transposed
    return frozenset(canonical(name) for name in found if any(letter.isalpha() for letter in name))


def listed(side: Side) -> tuple[Node, ...]:
    """Return the parts of `[0.5, −1]`, or of (0.5, −1)ᵀ; none where a side is anything else."""
    root = bare(side.root)
    if isinstance(root, Scripted) and root.low is None and not root.primes and flat(root.high) in TRANSPOSED:
        root = root.base
    series = root.inside if isinstance(root, Fence) and root.left in ("(", "[") else None
    return series.items if isinstance(series, Series) else ()


def _numbered(statements: Iterable[Statement]) -> frozenset[str]:
    """Return the names with a number that stand in statements: x₁ and w₁₂."""
    roots = [side.root for statement in statements for side in statement.sides]
    words = {canonical(node.text) for root in roots for node in of_kind(root, Word) if node.text[-1:].isdigit()}
    scripted = [(node.base, flat(node.low)) for root in roots for node in of_kind(root, Scripted)]
    return frozenset(words | {canonical(f"{of.text}_{low}") for of, low in scripted if isinstance(of, Word) and low})


def _lists_numbers(statement: Statement) -> bool:
    """Say whether a line gives a word a list of numbers: `x = (0.5, −1)`."""
    items = listed(statement.sides[-1]) if len(statement.relations) == 1 else ()
    return bool(items) and isinstance(bare(statement.sides[0].root), Word) and all(map(is_number, items))


def _by_components(statement: Statement, names: frozenset[str]) -> bool:
    """Say whether a line only lists the numbers of x₁ and x₂, of which the page speaks."""
    head = bare(statement.sides[0].root)
    numbers = range(1, len(listed(statement.sides[-1])) + 1)
    return isinstance(head, Word) and all(canonical(f"{head.text.strip()}_{index}") in names for index in numbers)


@asked_of_tree
def _set_apart(root: Node) -> tuple[set[str], set[str]]:
    """Return the letters and words that a tree sets apart as vectors or matrices, and those that it transposes."""
    found = {word.text.strip() for word in of_kind(root, Word) if word.font == "bold"}
    found.update(*map(_multiplied, of_kind(root, Product)))
    found.update(*(_letters(node.inside) for node in of_kind(root, Accented) if node.mark == "vec"))
    return found, set[str]().union(*map(_transposed, of_kind(root, Scripted)))


def _transposed(node: Scripted) -> set[str]:
    if node.high is None:
        return set()
    high = bare(node.high)
    while isinstance(high, Scripted):
        # A^{[l]^T}
        if high.high is not None and flat(high.high) in TRANSPOSED:
            return _letters(node.base)
        high = bare(high.base)
    return _letters(node.base) if flat(high) in TRANSPOSED else set()


def _multiplied(node: Product) -> set[str]:
    """Return the names on both sides of the sign `@` by which programs multiply matrices."""
    sides = (part for (_, left), (link, right) in pairwise(node.factors) if link == "@" for part in (left, right))
    return {part.text for part in map(bare, sides) if isinstance(part, Word)}


def _letters(node: Node) -> set[str]:
    return {part.text for part in of_kind(node, Word)}


def mentioned(side: Side, vectors: frozenset[str]) -> Iterator[str]:
    """Yield the vectors and matrices that a side speaks of; the letters of a run count each."""
    for node in preorder(side.root) if vectors else ():
        if isinstance(node, Word):
            whole = canonical(node.text)
            # dW is the differential of W.
            for name in (whole, whole[1:] if whole[:1] == "d" else whole, *(node.text if node.loose else "")):
                if name in vectors:
                    yield name
                    break
