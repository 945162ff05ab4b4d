r"""A page of several examples, each with letters and numbers of its own: cut at the headings that number them.

    ## Example 1: ReLU      f(z) = max(0, z), w = 0.8 …
    ## Example 2: tanh      f(z) = tanh(z), w = −0.5 …

A class of a program that tells its own derivation is one, too: `class Logistic:` beside `class Linear:`.

What stands before the first of them is said for all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workings.read.page.document import Span
from workings.read.phrases import all_heard
from workings.source import Place

_HEADING = re.compile(r"^[ \t]*(?P<level>#{1,6})[ \t]+\S", re.MULTILINE)
#: What begins in the first column of a program, and where a line tells a derivative.
_OUTERMOST = re.compile(r"^(?:(?P<class>class)[ \t]+[^\W\d]\w*|[^\s#)\]}\"'])", re.MULTILINE)
_TOLD_SLOPE = re.compile(r"^[ \t#*/]*[d∂][^\W\d]\w*/[d∂][^\W\d]\w*[ \t]*=", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """One example: the spans that it is read with, those of all examples among them, and the lines that are its own."""

    spans: tuple[Span, ...]
    lines: tuple[tuple[str, int, int], ...]

    def __contains__(self, place: Place) -> bool:
        """Say whether a place is in this example."""
        return any(place.file == file and first <= place.line <= last for file, first, last in self.lines)


def examples(spans: Sequence[Span]) -> tuple[Example, ...]:
    """Return the examples of a page; none where its headings do not number two of them."""
    common: list[Span] = []
    found: list[list[Span]] = []
    level, current = 0, common
    for span in spans:
        for piece, begins, depth in _pieces(span):
            if begins:
                level, current = depth, list[Span]()
                found.append(current)
            elif depth and depth <= level:
                # A heading as high as that of the examples ends them.
                level, current = 0, list[Span]()
            current.append(piece)
    if len(found) < 2:
        return ()
    return tuple(Example((*common, *own), tuple(map(_lines, own))) for own in found)


def _lines(span: Span) -> tuple[str, int, int]:
    first, last = span.text.place(span.start), span.text.place(max(span.start, span.end - 1))
    return first.file, first.line, last.line


def _pieces(span: Span) -> list[tuple[Span, bool, int]]:
    """Cut prose at its headings: each piece, whether it begins an example, and its heading's depth, 0 without one."""
    cuts: dict[int, tuple[bool, int]] = {span.start: (False, 0), **_classes(span)}
    if span.kind != "prose" and len(cuts) == 1:
        return [(span, False, 0)]
    content = span.text.content
    lines = span.start == 0 or content[span.start - 1] == "\n" or content.find("\n", span.start, span.end) >= 0
    if len(cuts) == 1 and lines:
        for match in _HEADING.finditer(content, span.start, span.end):
            cuts[match.start()] = False, len(match["level"])
        for match in all_heard("an example's heading", content, span.start, span.end):
            cuts[match.start()] = True, match["level"].count("#") or 6
    if len(cuts) == 1:
        return [(span, *cuts[span.start])]
    edges = [*sorted(cuts), span.end]
    return [(replace(span, start=a, end=b), *cuts[a]) for a, b in pairwise(edges) if a < b]


def _classes(span: Span) -> dict[int, tuple[bool, int]]:
    """Return where the classes of a program that tell a derivation begin, and where they end."""
    content = span.text.content
    if span.kind not in ("prose", "code") or "class " not in content:
        return {}
    found: dict[int, tuple[bool, int]] = {}
    edges = [*_OUTERMOST.finditer(content, span.start, span.end), None]
    for match, behind in pairwise(edges):
        end = span.end if behind is None else behind.start()
        if match is not None and match["class"] and _TOLD_SLOPE.search(content, match.end(), end):
            found[match.start()] = True, 1
            if behind is not None:
                found.setdefault(behind.start(), (False, 1))
    return found
