r"""The right side of `∈` → the domain that it is: `\{0, 1\}`, `[0, 1]`, `\mathbb{R}`."""

from __future__ import annotations

from workings.graph.expr import Expr
from workings.read.facts.records import Parse, RawDomain
from workings.read.formula.statement import Side
from workings.read.formula.tree import Fence, Formula, Node, Word, bare, items_of
from workings.read.names.elaborate import elaborate
from workings.read.names.vocabulary import Vocabulary


def domain_of_side(side: Side) -> RawDomain | None:
    """Return the domain that a side writes, its numbers still unread; None where it is none of numbers."""
    root = bare(side.root)
    if isinstance(root, Word) and root.text in ("R", "ℝ"):
        return RawDomain("reals", (), side.at)
    written = side.at.text.content[side.at.start : side.at.end].lstrip()
    if not isinstance(root, Fence):
        # Plain braces only group in a tree, so that `{0, 1}` is what stands between them.
        inner = side.root.inside if isinstance(side.root, Fence) else None
        if inner is None:
            return None
        return RawDomain("finite", tuple(_value(side, item) for item in items_of(inner)), side.at)
    values = tuple(_value(side, item) for item in items_of(root.inside))
    finite = written.startswith(("\\{", "\\lbrace", "\\left\\{", "{"))
    if finite:
        return RawDomain("finite", values, side.at)
    if root.left == "[" and len(values) == 2:
        return RawDomain("interval", values, side.at)
    return None


def _value(side: Side, node: Node) -> Parse:
    def parse(words: Vocabulary) -> Expr:
        return elaborate(Formula(node), side.at.text, words).expr

    return parse
