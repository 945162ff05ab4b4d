"""Writing an expression and reading it back, in each of the three spellings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workings.errors import ReadError
from workings.graph.expr import Call, Expr, Partial, Symbol, postorder
from workings.graph.writing.boxes import ascii_text, plain
from workings.read.expand import raw_items
from workings.read.latex import latex_tokens
from workings.read.parser import parse_formula
from workings.read.text import Text
from workings.read.tokens import notation_tokens
from workings.read.words import Token, Vocabulary
from workings.show.latex import latex


def _latex_tokens(text: Text, start: int, end: int, words: Vocabulary) -> list[Token]:
    return latex_tokens(text, raw_items(text, start, end), words)


WRITINGS: Mapping[str, Callable[[Expr], str]] = {"plain": plain, "ascii": ascii_text, "LaTeX": latex}
_TOKENS: Mapping[str, Callable[[Text, int, int, Vocabulary], list[Token]]] = {
    "plain": notation_tokens, "ascii": notation_tokens, "LaTeX": _latex_tokens,
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
        tokens = _TOKENS[writing](text, 0, len(written), vocabulary_of(expr) if words is None else words)
        return parse_formula(text, tokens, 0, len(written))
    except ReadError as error:
        return error.problems[0].found
