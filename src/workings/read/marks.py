"""A superscript that is no power: the 1 of `a^{(1)}`, the plus of `w^{+}`, the l of `a^l`.

    NAME(a) POWER { ( NUMBER(1) ) }   →   NAME(a_(1))

Which superscripts are marks is not written on one formula, so the vocabulary knows them (`layers` finds
them for a document, the left sides of a block state them). Here they become part of the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from workings.errors import ReadError
from workings.graph.writing.spelling import GREEK, MARKING, bracketed, canonical, is_mark, with_mark
from workings.read.text import Text
from workings.read.words import Token, Vocabulary, name_tokens

_BASES = frozenset(("NAME", "FUNCTION", "KNOWN", "LETTER"))
_INSIDE = {"NUMBER", "NAME", "FUNCTION", "PLUS", "MINUS", "LPAR", "RPAR", "LSQB", "RSQB", "PRIME"}
_SIGNS = {"PLUS": "+", "MINUS": "-", "LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]"}
#: No mark has more tokens than this: `{[l-1](i)''}`.
_LONGEST = 14


class Superscript(NamedTuple):
    """A superscript that can be a mark: `written` as it stands, on the name `base`; the token `end` follows it."""

    base: str
    written: str
    primes: int
    end: int

    @property
    def key(self) -> str:
        """What a vocabulary calls it: `a^(1)` and `a^1` are decided one by one."""
        return f"{self.base}^{self.written}"

    @property
    def in_brackets(self) -> bool:
        """Whether it stands in brackets of its own."""
        return is_mark(self.written)

    @property
    def name(self) -> str:
        """The name that carries it as a mark."""
        return with_mark(self.base, bracketed(self.written))


def superscript(tokens: Sequence[Token], at: int) -> Superscript | None:
    """Return the superscript on the name at `at`, where it has one that can be a mark."""
    if tokens[at].kind not in _BASES or at + 1 >= len(tokens):
        return None
    base = base_name(tokens[at])
    if tokens[at + 1].kind == "MARK":
        return Superscript(base, str(tokens[at + 1].value), 0, at + 2)
    if [token.kind for token in tokens[at + 1 : at + 3]] != ["POWER", "LBRACE"]:
        return None
    for end in range(at + 3, min(at + 3 + _LONGEST, len(tokens))):
        if tokens[end].kind == "RBRACE":
            written, primes = _content(tokens[at + 3 : end])
            fits = is_mark(written) or re.fullmatch(MARKING, written)
            return Superscript(base, written, primes, end + 1) if fits else None
        if tokens[end].kind not in _INSIDE:
            return None
    return None


def base_name(token: Token) -> str:
    """Return the canonical name of a name, a function or a constant's letter."""
    known = token.kind in ("KNOWN", "LETTER")
    return canonical(token.text.removeprefix("\\")) if known else str(token.value)


def _content(tokens: Sequence[Token]) -> tuple[str, int]:
    primes = sum(int(str(token.value)) for token in tokens if token.kind == "PRIME")
    return "".join(_written(token) for token in tokens if token.kind != "PRIME"), primes


def _written(token: Token) -> str:
    return _SIGNS.get(token.kind) or (token.text if token.kind == "NUMBER" else str(token.value))


def letter_of(written: str) -> str:
    """Return the letter or the word that a superscript is made of, or nothing: `(l-1)` → `l`, `2` → ``."""
    found = re.search(r"[^\W\d_][^\W_]*", written)
    return found[0] if found else ""


def marked(text: Text, tokens: Sequence[Token], words: Vocabulary) -> list[Token]:
    """Return the tokens with every superscript that is a mark made part of its name.

    Raises:
        ReadError: for a superscript that can be read in two ways, and for a sign raised on what is no name.
    """
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        found = superscript(tokens, at)
        if found is None:
            if tokens[at].kind == "MARK":
                raise _on_no_name(text, tokens[at])
            out.append(tokens[at])
            at += 1
            continue
        start, end = tokens[at].start, max(token.end for token in tokens[at : found.end])
        applied = found.end < len(tokens) and tokens[found.end].kind == "LPAR"
        if found.key in words.doubtful:
            raise _two_readings(text, found, applied or tokens[at].kind in ("FUNCTION", "KNOWN"), start, end)
        if tokens[found.end - 1].kind == "MARK" or _is_mark(found, words):
            name = found.name + "'" * found.primes
            out += name_tokens(Token("NAME", text.content[start:end], start, end, name), words, applied)
            at = found.end
        else:
            out.append(tokens[at])
            at += 1
    return out


def _is_mark(found: Superscript, words: Vocabulary) -> bool:
    return found.key in words.marked or (found.in_brackets and found.name in words.names | words.functions)


def _two_readings(text: Text, found: Superscript, applied: bool, start: int, end: int) -> ReadError:
    """Return the error of a superscript that can be a power as well as a mark."""
    shown = text.content[start:end]
    base = re.split(r"[\^_]", shown)[0]
    inner = re.sub(r"[()\[\]]", "", found.written)
    letter = letter_of(inner)
    mark = inner.replace(letter, "\\" + letter) if letter in GREEK else inner
    other, instead = ("a derivative", f"`{base}'`") if applied else ("a power", f"`({base})^{{{mark}}}`")
    return text.error(
        start, end, f"`{shown}` can be read in two ways", "a reading that the page settles",
        f"it can be {other} of `{base}`, and a name of its own that carries a mark: a layer, a step, a pattern",
        f"`{base}_{{{mark}}}` for the name, {instead} for {other}",
    )  # fmt: skip


def _on_no_name(text: Text, token: Token) -> ReadError:
    return text.error(
        token.start, token.end, f"`{token.text}` stands on something that is not a name", "a name before it",
        "a sign or a word alone is no exponent: it marks a name, as in `w^{+}`",
        "`max(0, …)` for the positive part, an exponent in braces for a power",
    )  # fmt: skip
