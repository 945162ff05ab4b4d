"""What an encoding cannot show is spelled in ASCII: `∂E/∂ŷ` on a terminal that knows neither is `dE/dy_hat`.

Whole texts are spelled before they are laid out, so that columns stay columns; the codec's own handler does the same
for whatever else is printed.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from typing import TextIO

from workings.graph.names import ACCENTS, GREEK_NAMES

#: The name under which codecs know the handler.
HANDLER = "workings.ascii"

_SIGNS: Mapping[str, str] = {
    "∂": "d", "∇": "grad ", "Δ": "Delta", "∆": "Delta", "∑": "sum", "√": "sqrt", "∞": "inf", "∈": "in", "ℝ": "R",
    "−": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "≡": "==", "±": "+-",
    "←": "<-", "→": "->", "↔": "<->", "⇒": "=>", "′": "'", "″": "''", "‖": "||", "∥": "||", "½": "1/2", "⅓": "1/3",
    "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "✓": "+", "✗": "x", "•": "*",
    "●": "o", "…": "...", "–": "-", "—": "-", "─": "-", "│": "|", "“": '"', "”": '"', "‘": "'", "’": "'", "°": " deg",
    "∘": "o", "⊙": "*", "\u00a0": " ",
}  # fmt: skip
#: A mark above a letter, by its combining character.
_MARKS = {mark: f"_{word}" for word, mark in ACCENTS.items()}


@cache
def _in_ascii(character: str) -> str:
    """Return an ASCII spelling of one character, a raised one without its sign."""
    known = _SIGNS.get(character) or GREEK_NAMES.get(character) or _MARKS.get(character)
    if known is not None or character.isascii():
        return character if known is None else known
    if unicodedata.combining(character):
        # A mark that no name of ours has: é is e.
        return ""
    parts = unicodedata.normalize("NFKD", character)
    return "".join(map(_in_ascii, parts)) if parts != character else "?"


def _is_raised(character: str) -> bool:
    return "<super>" in unicodedata.decomposition(character)


def shown(text: str, encoding: str) -> str:
    """Return a text with what an encoding cannot show spelled in ASCII: `10⁻⁵` is `10^-5`."""
    if text.isascii() or _shows_all(encoding):
        return text
    out: list[str] = []
    for raised, run in groupby(text, _is_raised):
        characters = "".join(run)
        if raised and not all(_shows(each, encoding) for each in characters):
            out.append("^" + "".join(map(_in_ascii, characters)))
        else:
            out += (each if _shows(each, encoding) else _in_ascii(each) for each in characters)
    return "".join(out)


@cache
def _shows_all(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith(("utf-8", "utf-16", "utf-32"))


@cache
def _shows(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return shown(error.object[error.start : error.end], "ascii"), error.end


def prepare(*streams: TextIO) -> None:
    """Let streams spell what their encoding cannot show, the standard ones unless others are given."""
    codecs.register_error(HANDLER, _spelled)
    for stream in streams or (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and not _shows_all(stream.encoding or "ascii"):
            reconfigure(errors=HANDLER)
