"""Equations inside sentences of a text without marks: “Given z = w*x + b, a = sigmoid(z) and loss L = (a - y)^2:”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workings.read.block import equation
from workings.read.facts import Definition
from workings.read.text import Text

#: A name, perhaps applied, and its equals sign; behind a slash or an operator it is the end of another formula.
_HEAD = re.compile(
    r"(?<![\w/∂*^+.)\]-])(?<![/∂*+^=-] )[^\W\d]\w*(?:\([^\W\d]\w*(?:,\s*[^\W\d]\w*)*\))?\s*(?::=|<-|←|=)(?![=>])"
)
#: What ends a formula that stands in a sentence.
_END = re.compile(r"[;:](?=\s|$)|\.(?=\s|$)|\s+(?:and|with|where|so|for|then|to|as|is|which|let)\b|(?:,|\s)\s*$")


def clauses(text: Text, start: int, end: int) -> Iterator[Definition]:
    """Yield the definitions that a line of prose holds; whether each can be read, its parse says."""
    heads = [
        match for match in _HEAD.finditer(text.content, start, end) if _outside(text.content, start, match.start())
    ]
    for index, match in enumerate(heads):
        stop = heads[index + 1].start() if index + 1 < len(heads) else end
        cut = _END.search(text.content, match.end(), stop)
        stop = _at_comma(text.content, match.end(), cut.start() if cut else stop)
        body = text.content[match.end() : stop]
        name = re.match(r"\w+", match[0])
        if body.strip() and name and not re.search(rf"(?<!\w){name[0]}(?!\w)", body):
            yield equation(text, match.start(), stop)


def _outside(content: str, start: int, at: int) -> bool:
    before = content[start:at]
    return before.count("(") == before.count(")")


def _at_comma(content: str, start: int, end: int) -> int:
    depth = 0
    for at in range(start, end):
        depth += (content[at] in "([{") - (content[at] in ")]}")
        if depth == 0 and content[at] == ",":
            return at
    return end
