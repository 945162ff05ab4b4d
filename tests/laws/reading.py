"""Writing an expression and reading it back, in each of the three spellings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workings.errors import ReadError
from workings.graph.expr import Call, Expr, Partial, Symbol, postorder
from workings.graph.writing.boxes import ascii_text, plain
from workings.read.formula.latex import latex_formula
from workings.read.formula.plain import plain_formula
from workings.read.formula.tree import Formula
from workings.read.names.elaborate import elaborate
from workings.read.names.vocabulary import Vocabulary
from workings.read.page.text import Text
from workings.show.latex import latex

WRITINGS: Mapping[str, Callable[[Expr], str]] = {"plain": plain, "ascii": ascii_text, "LaTeX": latex}
_TREES: Mapping[str, Callable[[Text, int, int], Formula]] = {
    "plain": plain_formula, "ascii": plain_formula, "LaTeX": latex_formula,
}  # fmt: skip


def vocabulary_of(expr: Expr) -> Vocabulary:
    """Return the names and the functions that stand in an expression."""
    parts = list(postorder(expr))
    names = {part.name for part in parts if isinstance(part, Symbol)}
    names |= {name.name for part in parts if isinstance(part, Partial) for name in (part.by, *part.held)}
    return Vocabulary(frozenset(names), frozenset(part.function for part in parts if isinstance(part, Call)))


def read_back(expr: Expr, writing: str, words: Vocabulary | None = None) -> Expr | str:
    """Return what the written expression reads back to, or the message where it does not."""
    written = WRITINGS[writing](expr)
    text = Text(written)
    try:
        tree = _TREES[writing](text, 0, len(written))
        return elaborate(tree, text, vocabulary_of(expr) if words is None else words).expr
    except ReadError as error:
        return error.problems[0].found
