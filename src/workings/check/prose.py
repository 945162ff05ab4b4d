"""The left side of a line where only the sentence before it names it: “the derivative of O with respect to w₁ is”."""

from __future__ import annotations

import re

_OF_BY = re.compile(
    r"(?:derivatives?|gradients?|partials?|slope|rate\s+of\s+change|change)\s+(?:of\s+(?:the\s+)?)(?P<of>.{1,60}?)"
    r"\s+(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|by|in)\s+(?:the\s+)?(?P<by>.{1,40}?)(?=$|[\s,.:;)])",
    re.IGNORECASE | re.DOTALL,
)
#: The same without what is differentiated: the error, then.
_BY = re.compile(
    r"(?:derivative|gradient|slope|one)\s+(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?)\s+(?:the\s+)?(?P<by>.{1,40}?)(?=$|[\s,.:;)])",
    re.IGNORECASE | re.DOTALL,
)
_WRITTEN = re.compile(
    r"\$+(?P<maths>[^$]+)\$+|\\\((?P<paren>[^()]*(?:\([^()]*\)[^()]*)*)\\\)|:math:`(?P<rst>[^`]+)`|`(?P<code>[^`]+)`"
)
#: What opens a display, behind the sentence.
_OPENING = re.compile(r"(?:\$\$|\\\[|\\begin\{[a-z*]+\})\s*$")
#: A display between the sentence and the line that states something of its own.
_STATED = re.compile(r"\$\$[^$]*=[^$]*\$\$")
#: Another sentence behind it means that it speaks of something else, unless it is short.
_NEXT = re.compile(r"[.?!]\s+\w[^$]{60,}|\n\n[^$]*\n\n")


#: Words or maths behind it by which the formula is something else than that derivative.
_ELSE = re.compile(
    r"\$\S|\b(?:times|need|using|use|up to|proportional|multipl\w*|chain rule|from|zero|when|if|computed|part|factor|"
    r"plus|minus|term|combine|find|outer|inner|local|first)\b",
    re.IGNORECASE,
)


def left_side(before: str) -> tuple[str, str] | None:
    """Return what the text before a display differentiates and by what, None where it does not say.

    Only the last sentence that speaks of a derivative counts, and only what stands near the display.
    """
    near = _STATED.sub("", _OPENING.sub("", before))[-260:]
    found = list(_OF_BY.finditer(near))
    found += [match for match in _BY.finditer(near) if not found or match.start() > found[-1].end()]
    behind = near[found[-1].end() :] if found else ""
    if found and not _ELSE.search(behind) and not _NEXT.search(behind):
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
