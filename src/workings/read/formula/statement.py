r"""A statement: sides with relations between them, `a = b = c`, as it was cut out of a page.

The sides are trees, made once. A statement knows where it stands, what is said beside it, and whether it has the look
of a derivative; who its names are is asked later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from workings.read.formula.tree import (
    Differential,
    Empty,
    Fence,
    Formula,
    Node,
    Numeral,
    Product,
    Ratio,
    Scripted,
    Word,
    bare,
    factors_of,
    of_kind,
    preorder,
)
from workings.read.page.text import Snippet
from workings.read.page.value import value

Kind = Literal["latex", "plain", "code"]

#: What a program wraps a number in: it is the number.
WRAPPERS = frozenset((
    "tensor", "Tensor", "array", "asarray", "as_tensor", "float", "float32", "float64",
    "int", "int64", "double", "Variable", "Parameter",
    "requires_grad", "True", "False", "dtype",
))  # fmt: skip


@value(slots=False)
class Side:
    """One side of a relation: a stretch of text, and the tree that it is."""

    at: Snippet
    formula: Formula
    #: The tree.
    root: Node = field(init=False)

    def __post_init__(self) -> None:
        """Take the tree out of the formula: nothing is asked for more often."""
        object.__setattr__(self, "root", self.formula.root)

    @property
    def empty(self) -> bool:
        """Whether nothing stands there."""
        return isinstance(self.root, Empty)

    @cached_property
    def derives(self) -> bool:
        """Whether something in it has the look of a derivative, whoever its names are."""
        return derives(self.root)

    @cached_property
    def is_number(self) -> bool:
        """Whether it is made of numbers alone, whoever its names would be."""
        return is_number(self.root)


@value(slots=False)
class Statement:
    r"""`sides[0] relations[0] sides[1] …`; the first side is empty where a row goes on with a relation.

    `span` numbers the display or the block that it stands in; `label` is its number (`\tag{3}`), `reason` what the
    person wrote behind it. It is an `aside` where words stand before it in its row: `… \text{since } y = \sigma(z)`.
    """

    sides: tuple[Side, ...]
    relations: tuple[str, ...]
    at: Snippet
    span: int
    display: bool = True
    label: str = ""
    aside: bool = False
    kind: Kind = "latex"
    reason: str = ""
    #: Where the display or the sentence that it stands in begins in its text.
    begins: int = field(default=0)
    #: Whether it begins with the words or the arrow that its row begins with.
    led: bool = False

    @cached_property
    def derives_first(self) -> bool:
        """Whether a derivative stands in it before the first arrow: `f(x) = 1/x → df/dx = −1/x²` defines f."""
        first = self.relations.index("->") if "->" in self.relations else len(self.relations)
        return any(side.derives for side in self.sides[: first + 1])

    @cached_property
    def derives(self) -> bool:
        """Whether a derivative stands in it."""
        return any(side.derives for side in self.sides)


def derives(root: Node) -> bool:
    """Say whether a tree has the look of a derivative in it, whoever its names are."""
    return any(map(derivative_in, preorder(root)))


def signs_lost(root: Node) -> bool:
    """Say whether signs of multiplication are lost in a tree, as where Markdown takes them for italics: `(-1)1`, 03."""
    for node in preorder(root):
        if isinstance(node, Numeral) and node.text[:1] == "0" and node.text.isdigit() and int(node.text):
            return True
        if isinstance(node, Product):
            pairs = pairwise(node.factors)
            if any(not link and isinstance(b, Numeral) and _is_number_in_brackets(a) for (_, a), (link, b) in pairs):
                return True
    return False


def without_label(root: Node) -> Node | None:
    """Return a product without a whole number in brackets at its end, which may number the equation; else None."""
    if not isinstance(root, Product) or len(root.factors) < 2:
        return None
    link, last = root.factors[-1]
    number = bare(last.inside) if isinstance(last, Fence) and last.left == "(" else None
    if link or not isinstance(number, Numeral) or number.decimal:
        return None
    kept = root.factors[:-1]
    return kept[0][1] if len(kept) == 1 and not kept[0][0] else Product(root.start, kept[-1][1].end, kept)


def _is_number_in_brackets(node: Node) -> bool:
    return isinstance(node, Fence) and node.left == "(" and is_number(node.inside)


def differentials(root: Node) -> frozenset[Node]:
    """Return the words that look like a differential above another, or like that other: dL and dc of `dL/dc`."""
    found: set[Node] = set()
    for node in preorder(root):
        if isinstance(node, Product):
            for (_, above), (link, below) in pairwise(node.factors):
                if link == "/" and _are_differentials(above, below):
                    found |= {above, below}
    return frozenset(found)


def is_quotient_of_words(root: Node) -> bool:
    """Say whether a whole tree is one word that begins with d over another: a derivative perhaps, `dout/dnet`."""
    node = bare(root)
    parts = (node.top, node.bottom) if isinstance(node, Ratio) else [part for _, part in factors_of(node)]
    slashed = isinstance(node, Ratio) or (isinstance(node, Product) and node.factors[-1][0] == "/")
    return slashed and len(parts) == 2 and all(map(_differential, map(bare, parts)))


def derivative_in(node: Node) -> bool:
    """Say whether a node itself, its parts aside, has the look of a derivative."""
    looks = _LOOKS.get(type(node))
    return looks is not None and looks(node)


def _divides(node: Product) -> bool:
    return any(link == "/" and _are_differentials(above, below) for (_, above), (link, below) in pairwise(node.factors))


#: What looks like a derivative, by the kind of node.
_LOOKS: dict[type[Node], Callable[[Any], bool]] = {
    Differential: lambda _: True,
    Scripted: lambda node: node.primes > 0,
    Word: lambda node: node.text[0] in "Δ∆",
    Ratio: lambda node: _are_differentials(node.top, node.bottom),
    Product: _divides,
}


def _are_differentials(above: Node, below: Node) -> bool:
    """Say whether two nodes look like a differential above another: one of them is no longer word in small letters."""
    top, bottom = _differential(factors_of(bare(above))[-1][1]), _differential(factors_of(bare(below))[0][1])
    return bool(top and bottom) and "d" in (top, bottom)


def _differential(node: Node) -> str:
    """Return `d` for what looks like a differential, `word` for a word that begins with d as `depth` does."""
    core = node.base if isinstance(node, Scripted) else node
    if not isinstance(core, Word) or not core.text.startswith("d"):
        return ""
    letters = core.text.partition("_")[0].rstrip("0123456789")
    return "d" if len(letters) < 3 or not letters.islower() or core.loose else "word"


def is_number(root: Node) -> bool:
    """Say whether a tree is made of numbers alone, whoever its names would be."""
    return bool(of_kind(root, Numeral)) and all(word.text in WRAPPERS for word in of_kind(root, Word))
