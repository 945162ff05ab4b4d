r"""What stands on the page, before anybody knows its names: scripts, fences, fractions, sums, products.

The problem: whether `A(w x)` applies or multiplies, whether `^1` is a power or a layer, whether `wx` is one name or
two, cannot be read off one formula. The idea: the tree leaves all of that open. It says what is beside what, below
what, between which brackets; a piece that cannot be read is a node too, with the problem that it is. Who the names
are is asked of trees later, and `names.elaborate` makes expressions.

    \frac12 (\hat y - y)^2        Product( Ratio(1, 2), Scripted(Fence(Sum(ŷ, −y)), high=2) )
    A(w x)                        Product( A, Fence(Product(w, x)) )
    a/b c                         Product( a, /b, c ), which binds either way

A node is a value and keeps its place: `start` and `end` are offsets in its text.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

from workings.errors import Problem
from workings.read.page.value import value


class _Keeping:
    """What is known of a node, apart from what it is, once somebody has asked: it never changes, so it stays right."""

    __slots__ = ("answers", "before", "behind", "clear", "kinds")

    #: Answers to questions, see `kept`.
    answers: dict[str, object]
    #: Every part of it, each before its own parts, and each behind them.
    before: tuple[Node, ...]
    behind: tuple[Node, ...]
    #: Of each kind, those parts that are of it.
    kinds: dict[type[Node], tuple[Node, ...]]
    #: Whether its letters are names in one way only.
    clear: bool


@value()
class Node(_Keeping):
    """A stretch of a formula."""

    start: int
    end: int


@value()
class Empty(Node):
    """Nothing, where something is expected: an empty side, an empty group."""


@value()
class Numeral(Node):
    """A number as it is written: its exact value, and whether it is a decimal."""

    text: str
    value: Fraction
    decimal: bool


@value()
class Word(Node):
    """Letters side by side. `loose` where they may be names one by one (TeX's italics); `font` sets them apart."""

    text: str
    loose: bool = False
    font: str = ""


@value()
class Accented(Node):
    """A letter under a mark: ŷ is y under `hat`."""

    mark: str
    inside: Node


@value()
class Scripted(Node):
    """Something with a subscript, a superscript or primes."""

    base: Node
    low: Node | None = None
    high: Node | None = None
    primes: int = 0


@value()
class Fence(Node):
    """Something between two brackets or bars; braces that only group are `{` and `}`."""

    left: str
    inside: Node
    right: str


@value()
class Sum(Node):
    """Terms with their signs; the first may have none."""

    terms: tuple[tuple[str, Node], ...]


@value()
class Product(Node):
    """Factors in their order, each with what stands before it: nothing, a sign of multiplication, or a slash."""

    factors: tuple[tuple[str, Node], ...]


@value()
class Signed(Node):
    """A factor with a sign of its own: the −3 of 2 · −3."""

    sign: str
    inside: Node


@value()
class Ratio(Node):
    """A built-up fraction."""

    top: Node
    bottom: Node


@value()
class Root(Node):
    """Something under a root sign."""

    inside: Node


@value()
class Series(Node):
    """Pieces between commas."""

    items: tuple[Node, ...]


@value()
class Comparison(Node):
    """Sides with relations between them: `0 < z < 1`."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...]


@value()
class Choice(Node):
    """Cases: each its formula and its condition; the last may have none."""

    rows: tuple[tuple[Node, Node | None], ...]


@value()
class Grid(Node):
    """A matrix or an array, by the name of its environment."""

    kind: str


@value()
class Differential(Node):
    """∂ and what stands behind it: `∂w`, `∂²E`, ∂ alone; `by` is its subscript, `∂_w`; the sign is ∂, ∇, Δ or d."""

    sign: str
    of: Node | None
    order: Node | None = None
    by: Node | None = None


@value()
class Big(Node):
    """Σ, Π or another large operator; its limits are its scripts."""

    sign: str


@value()
class Phrase(Node):
    r"""Words within a formula: `\text{derivative of the output}`."""

    text: str


@value()
class Dots(Node):
    """An ellipsis: what is between is left to the reader."""


@value()
class At(Node):
    """Something taken at a point: the bar behind it, and what is written below the bar."""

    inside: Node
    point: Node


@value()
class Unread(Node):
    """A piece that cannot be read, and the problem that it is."""

    problem: Problem


@value()
class Formula:
    """A whole formula: its tree, and the brackets without a partner that were left out of it.

    It is `mendable` where those are brackets of the person's, and no braces of TeX: these say what belongs together.
    """

    root: Node
    strays: tuple[Problem, ...] = ()
    mendable: bool = True


#: The kinds of nodes that are names, or products of them.
NAMED = Product | Word | Accented | Scripted


_N = TypeVar("_N", bound=Node)


def _given(*parts: Node | None) -> tuple[Node, ...]:
    return tuple([part for part in parts if part is not None])


#: What the parts of a node are, in reading order; the other kinds have none.
_PARTS: dict[type[Node], Callable[[Any], tuple[Node, ...]]] = {
    Sum: lambda node: tuple([part for _, part in node.terms]),
    Product: lambda node: tuple([part for _, part in node.factors]),
    Scripted: lambda node: _given(node.base, node.low, node.high),
    Fence: lambda node: (node.inside,),
    Signed: lambda node: (node.inside,),
    Root: lambda node: (node.inside,),
    Accented: lambda node: (node.inside,),
    Ratio: lambda node: (node.top, node.bottom),
    Series: lambda node: node.items,
    Comparison: lambda node: node.sides,
    Choice: lambda node: _given(*(part for row in node.rows for part in row)),
    Differential: lambda node: _given(node.order, node.by, node.of),
    At: lambda node: (node.inside, node.point),
}


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node, in reading order."""
    parts = _PARTS.get(type(node))
    return parts(node) if parts is not None else ()


def kept(node: Node) -> dict[str, object]:
    """Return the answers that are kept with a node, by question."""
    try:
        return node.answers
    except AttributeError:
        object.__setattr__(node, "answers", {})
        return node.answers


def preorder(root: Node) -> tuple[Node, ...]:
    """Return every part of a tree, each before its own parts, in reading order."""
    try:
        return root.before
    except AttributeError:
        found: list[Node] = []
        stack = [root]
        while stack:
            node = stack.pop()
            found.append(node)
            stack += reversed(children(node))
        object.__setattr__(root, "before", tuple(found))
        return root.before


def of_kind(root: Node, kind: type[_N]) -> tuple[_N, ...]:
    """Return the parts of a tree that are of one kind, in reading order: most trees have none of most kinds."""
    try:
        kinds = root.kinds
    except AttributeError:
        found: dict[type[Node], list[Node]] = {}
        for node in preorder(root):
            found.setdefault(type(node), []).append(node)
        kinds = {of: tuple(nodes) for of, nodes in found.items()}
        object.__setattr__(root, "kinds", kinds)
    return kinds.get(kind, ())  # pyright: ignore[reportReturnType]  # nodes of this kind


def postorder(root: Node) -> tuple[Node, ...]:
    """Return every part of a tree, each behind its own parts."""
    try:
        return root.behind
    except AttributeError:
        found: list[Node] = []
        stack = [root]
        while stack:
            # The last part first, and each before its own: turned round, that is the order.
            node = stack.pop()
            found.append(node)
            stack += children(node)
        object.__setattr__(root, "behind", tuple(reversed(found)))
        return root.behind


def factors_of(node: Node) -> tuple[tuple[str, Node], ...]:
    """Return the factors of a product; anything else is its own one factor."""
    return node.factors if isinstance(node, Product) else (("", node),)


def items_of(node: Node) -> tuple[Node, ...]:
    """Return the pieces between commas; anything else is its own one piece."""
    inner = bare(node)
    return inner.items if isinstance(inner, Series) else (inner,)


def bare(node: Node) -> Node:
    """Return what stands within braces that only group."""
    # Asked more often than anything else.
    while type(node) is Fence and node.left == "{":
        node = node.inside
    return node
