"""The words around a line.

Where only the sentence before a line names its left side, that is read: “The derivative of O with respect to w₁ is”,
and then a display that begins with an equals sign.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from workings.graph.expr import Expr
from workings.read.formula.latex import latex_formula
from workings.read.formula.plain import plain_formula
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.sides import SETTLED, read_side
from workings.read.names.vocabulary import Vocabulary
from workings.read.page.text import Snippet, Text
from workings.read.phrases import Phrase, all_heard, heard


class Around(NamedTuple):
    """The words of the sentence before a line, its maths away, those behind it, and where the sentence begins."""

    before: str = ""
    behind: str = ""
    begins: int = 0

    @property
    def both(self) -> str:
        """The words before and behind."""
        return f"{self.before} {self.behind}"


def around(line: WrittenLine) -> Around:
    """Return the words of the sentence before a line, and those behind it."""
    content = line.at.text.content
    statement = line.statement
    # The rows above in a display are no words.
    start = min(statement.begins, line.at.start) if statement.kind == "latex" else line.at.start
    near = content[max(0, start - 300) : start].rstrip()
    mark = _OWN_MARK.search(near)
    near = near[: mark.start()] if mark is not None else near
    if _DISPLAY_ENDS.search(near):
        near = ""
    pieces = _SENTENCES.split(near.rstrip("$`([\\ \n&="))
    # “Suppose both are active. Then …”: what a sentence supposes goes on in the next.
    supposed = len(pieces) > 1 and heard("supposed", pieces[-3])
    sentence = f"{pieces[-3]} {pieces[-1]}" if supposed else pieces[-1]
    behind = content[line.at.end : line.at.end + 80].lstrip("$`)]\\ \n")
    begins = max(0, start - 300) + sum(map(len, pieces[: -3 if supposed else -1])) if near else line.at.start
    return Around(
        re.sub(r"\$[^$]*\$", " ", sentence).rstrip("$`([\\ \n&="),
        behind[: end.start()] if (end := _ENDS.search(behind)) is not None else behind,
        begins,
    )


def said_of_names(phrase: Phrase, text: str) -> bool:
    """Say whether a sentence says a phrase of something that it has a name for: “with h₁ held fixed”."""
    return any(heard(phrase, sentence) and _NAMED.search(sentence) for sentence in _SENTENCES.split(text))


#: A name in a sentence, or the marks of maths.
_NAMED = re.compile(r"[$`\\∂]|\b(?![AaI]\b)[^\W\d_](?:_?\d+)?\b")
#: What stands between sentences, and what ends the words behind a line.
_SENTENCES = re.compile(r"(\n\s*\n|(?<=[.!?])\s+)")
_ENDS = re.compile(r"[$`]|\n\s*\n|[.;](?:\s|$)")
#: The mark that opens a formula, right before it; the end of a display, behind which another one begins without words.
_OWN_MARK = re.compile(r"(?:\$\$?|\\\[|\\\(|`+|\\begin\{\w+\*?\})\Z")
_DISPLAY_ENDS = re.compile(r"(?:\$\$|\\\]|\\end\{\w+\*?\})\s*\Z")


_WRITTEN = re.compile(
    r"\$+(?P<maths>[^$]+)\$+|\\\((?P<paren>[^()]*(?:\([^()]*\)[^()]*)*)\\\)|:math:`(?P<rst>[^`]+)`|`(?P<code>[^`]+)`"
)
#: What opens a display, behind the sentence.
_OPENING = re.compile(r"(?:\$\$|\\\[|\\begin\{[a-z*]+\})\s*$")
#: A display between the sentence and the line that states something of its own.
_STATED = re.compile(r"\$\$[^$]*=[^$]*\$\$")
#: Another sentence behind it means that it speaks of something else, unless it is short.
_NEXT = re.compile(r"[.?!]\s+\w[^$]{60,}|\n\n[^$]*\n\n")


def left_side(before: str) -> tuple[str, str] | None:
    """Return what the text before a display differentiates and by what, None where it does not say.

    Only the last sentence that speaks of a derivative counts, and only what stands near the display.
    """
    near = _STATED.sub("", _OPENING.sub("", before))[-260:]
    found = all_heard("slope of", near)
    found += [match for match in all_heard("slope by", near) if not found or match.start() > found[-1].end()]
    behind = near[found[-1].end() :] if found else ""
    if found and not heard("aside", behind) and not _NEXT.search(behind):
        last = found[-1]
        of = last.groupdict().get("of")
        return _symbol(of) if of else "", _symbol(_closed(near, last))
    return None


def _closed(text: str, match: re.Match[str]) -> str:
    """Return the variable, with the maths that it began carried to its end."""
    by = match["by"]
    if by.count("$") == 1:
        end = text.find("$", match.end("by"))
        return text[match.start("by") : end + 1] if end > 0 else by
    return by


def _symbol(words: str) -> str:
    """Return the symbol in a phrase: its maths if it has some, else its last word that is short."""
    found = _WRITTEN.search(words)
    if found:
        return next(part for part in found.groups() if part).strip()
    last = words.split()[-1] if words.split() else words
    return last.strip("*_`.,:;()")


def of_words(written: str, words: Vocabulary) -> Expr | None:
    """Return the expression of a short stretch of prose, LaTeX or plain; None where it is not read."""
    text = Text(written)
    front = latex_formula if set(written) & set("\\{}") else plain_formula
    return read_side(Side(Snippet(text, 0, len(text.content)), front(text, 0, len(text.content))), words, SETTLED)
