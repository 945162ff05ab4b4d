"""The words of a page that a check hears, and nothing else that it does; the words around a line.

A phrase never makes a line right or wrong. It says that a line is no claim (a wish), that it is about other numbers or
a part of the domain than the network's, or how the person steps; what it leaves open stays open. Where only the
sentence before a line names its left side, that is read: “The derivative of O with respect to w₁ is”, and then a
display that begins with an equals sign.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from workings.graph.expr import Expr
from workings.read.formula.latex import latex_formula
from workings.read.formula.plain import plain_formula
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.sides import SETTLED, read_side
from workings.read.names.vocabulary import Vocabulary
from workings.read.page.text import Snippet, Text

Phrase = Literal[
    "held fixed", "wish", "other method", "uphill", "region", "condition", "other numbers", "before the step",
    "supposed", "case", "slope", "slope of", "slope of this", "slope by", "called", "aside", "old", "new",
]  # fmt: skip

PHRASES: dict[Phrase, str] = {
    # Words by which a text tells the direct part of a derivative from the whole.
    "held fixed": r"total derivative|held? (?:fixed|constant)|as (?:a )?constant|immediate|"
    r"direct(?:ly)? (?:partial|part|path|effect|depend)|explicit(?:ly)? (?:partial|part|depend)",
    # A line that demands and does not claim: “set the gradient to zero”.
    "wish": r"\b(?:set|sets|setting|solv\w+|vanish\w*|minim\w+|stationary|optim\w+|requir\w+|equal to zero)\b",
    # Ways of stepping that use more than the gradient, or another one.
    "other method": r"\b(?:Newton\w*|Gauss\W+Newton|quasi\W?Newton|momentum|Nesterov|Adam|Ada[Gg]rad|Adadelta|"
    r"RMS[Pp]rop|natural gradient|ascent|sign descent|signSGD|Rprop|perceptron|Hebb\w*|Levenberg\w*)",
    # What a page maximises, it climbs: a likelihood, a formula; not a window.
    "uphill": r"\bmaximi[sz]\w*\s+(?:(?:the|an|a|our|this|its)\s+)?(?:[\w-]+\s+){0,2}?"
    r"(?:[\w-]*(?:likelihood|objective|reward|return|probability|utility|evidence|score)\b|[$`\\]|(?!a\b|i\b)[a-z]\b)|"
    r"\b(?:is|be|are)\s+maximi[sz]ed\b|\bascent\b",
    # Where a line is taken: “suppose both units are active”.
    "region": r"\b(?:active|inactive|dead|saturat\w+|suppos\w+|assum\w+|positive|negative|region|branch|side of|when|"
    r"if|for)\b",
    # When a step is taken.
    "condition": r"\b(?:if|when|whenever|unless|otherwise|misclassif\w*)\b",
    # A number in the sentence is one at other values than those given above.
    "other numbers": r"\b(?:suppose|if|when|whenever|instead|doubl\w*|halv\w*|were|imagine|becomes?|another|other|"
    r"would|(?:again )?with (?:the|these|our) (?:new|updated)|after (?:the|an?|one|this|each) (?:update|step|epoch))\b",
    # The values are those that the weights had before a step.
    "before the step": r"\b(?:before|old|previous\w*|original\w*|initial\w*|start\w*|from|earlier|was|first)\b",
    # “Suppose both are active. Then …”: what a sentence supposes goes on in the next.
    "supposed": r"^(?:Suppos|Assum|Let us|Imagine|Say)",
    # What comes behind it is a case: “for x = 1 this is …”.
    "case": r"\b(?:for|when|whenever|if|where|in (?:the|that) case)\s*[$`(\\]*$",
    # A word that names the slope of the error.
    "slope": r"^(?:gradient|slope|derivative)",
    # What a sentence differentiates, and by what; the same without what is differentiated: the error, then.
    "slope of": r"(?:derivatives?|gradients?|partials?|slope|rate\s+of\s+change|change)\s+(?:of\s+(?:the\s+)?)"
    r"(?P<of>.{1,60}?)\s+(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|by|in)\s+(?:the\s+)?(?P<by>.{1,40}?)"
    r"(?=$|[\s,.:;)])",
    # “The derivative of x² = 2x”: what stands on the left is differentiated, it is not what is claimed.
    "slope of this": r"\b(?:derivatives?|gradients?|slope)\s+of(?:\s+the)?\s*[$`(\\]*$",
    "slope by": r"(?:derivative|gradient|slope|one)\s+(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?)\s+(?:the\s+)?"
    r"(?P<by>.{1,40}?)(?=$|[\s,.:;)])",
    # A name that is given behind a line: `… <- call it d2`.
    "called": r"\bcall (?:it|this|that)\s+(?P<name>\S+)",
    # Words between a derivative that a sentence names and a formula, by which the formula is something else.
    "aside": r"\$\S|\b(?:times|need|using|use|up to|proportional|multipl\w*|chain rule|from|zero|when|if|computed|part|"
    r"factor|plus|minus|term|combine|find|outer|inner|local|first)\b",
    # Marks of the value before and behind a step, beside a name.
    "old": r"\(\s*(?:old|current)\s*\)",
    "new": r"^(?P<name>.+?)\s*\(\s*(?:new|neu|updated|next)\s*\)$",
}
_COMPILED = {phrase: re.compile(pattern, re.IGNORECASE | re.DOTALL) for phrase, pattern in PHRASES.items()}


def heard(phrase: Phrase, words: str) -> re.Match[str] | None:
    """Return where words say a phrase, None where they do not."""
    return _COMPILED[phrase].search(words)


def all_heard(phrase: Phrase, words: str) -> list[re.Match[str]]:
    """Return every place at which words say a phrase."""
    return list(_COMPILED[phrase].finditer(words))


def without(phrase: Phrase, words: str) -> str:
    """Return words with a phrase left out."""
    return _COMPILED[phrase].sub("", words)


# The words around a line


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
