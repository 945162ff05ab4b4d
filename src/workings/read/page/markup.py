r"""HTML in a text: its tags and entities are marks, and the text is what a browser shows of it.

    <li>∂ŷ/∂w₂ = h</li>                  ∂ŷ/∂w₂ = h
    w<sub>1</sub> = 0.5<br>t = 1         w_{1} = 0.5 ; t = 1
    z &nbsp;= w &middot; x               z = w · x

A program may hold such a text in its strings, a lesson that it shows: each of them is prose. Every place stays where it
is: what is no notation becomes blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import pairwise

from workings.read.page.document import Span

#: Tags within a line, and those that end one.
_WITHIN = (
    "a", "abbr", "b", "big", "code", "em", "font", "i", "img", "kbd", "mark", "small", "span", "strong", "u", "var",
)  # fmt: skip
_ENDING = (
    "article", "blockquote", "br", "center", "dd", "details", "div", "dl", "dt", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "li", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
)  # fmt: skip
_TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>{'|'.join((*_WITHIN, *_ENDING))}|sub|sup)"
    r"(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"<>]*\"|\\?'[^'<>]*'|[\w.#%-]+))?)*\s*/?>"
)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{2,5}|#x[0-9A-Fa-f]{2,4});")
_SCRIPTS = {"sub": "_{", "sup": "^{"}
#: A string of a program, on one line.
_STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")


def shown(content: str) -> str:
    """Return a text without the marks of HTML, as long as it was."""
    if "<" in content:
        content = _TAG.sub(_without, content)
    return _ENTITY.sub(_sign, content) if "&" in content else content


def _without(tag: re.Match[str]) -> str:
    name, room = tag["name"], len(tag[0])
    if name in _SCRIPTS:
        # The room stands within the braces: what a script belongs to stands right before it.
        return "}".rjust(room) if tag["close"] else _SCRIPTS[name].ljust(room)
    return (" ;" if name in _ENDING else "").ljust(room)


def _sign(entity: re.Match[str]) -> str:
    sign = unescape(entity[0])
    # A bracket of HTML that is spelled by its name is a sign of the text, and so is `&` itself.
    return sign.rjust(len(entity[0])) if len(sign) == 1 and not sign.isspace() else " " * len(entity[0])


def strings_shown(span: Span) -> Iterator[Span]:
    """Cut a program at its strings of HTML: each is prose; what is left between them is no statement."""
    cuts = [span.start]
    for match in _STRING.finditer(span.text.content, span.start, span.end):
        if _TAG.search(match[0]):
            cuts += match.start() + 1, match.end() - 1
    edges = [*cuts, span.end]
    for index, (start, end) in enumerate(pairwise(edges)):
        piece = replace(span, kind="prose" if index % 2 else "code", start=start, end=end)
        if len(cuts) == 1 or index % 2 or "=" in piece.content:
            yield piece
