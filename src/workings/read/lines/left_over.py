"""Relations of a page that no formula was found around: they are told, so that no line is lost without a word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, NamedTuple

from workings.read.formula.statement import Statement
from workings.read.page.document import Span
from workings.read.page.text import Snippet

#: An equals sign that is no part of another sign, those that are part of a relation, and the other signs of formulas.
_SIGN = re.compile(
    r"(?=[=≈←⇐≃≅:+\-*/~\\])"
    r"(?:(?<![<>!=:+\-*/%&|^~])=(?![=>])|(?<![:+\-*/=~])[:+\-*/~]=(?!=)|[≈←⇐≃≅]"
    r"|\\(?:approx|gets|leftarrow|coloneqq)(?![a-zA-Z]))"
)
#: So much of a line is shown.
_SHOWN = 200


class LeftOver(NamedTuple):
    """A line of the page in which some relation is part of no formula that was read."""

    at: Snippet
    relations: int
    kind: Literal["not used", "not read"]
    why: str


_WHY = {
    "prose": "no formula of the network: words, or code that a sentence mentions",
    "code": "it is no formula of a network: a command, an argument by name, a value that is computed elsewhere",
    "maths": "no formula was found around its sign",
}


def left_over(spans: Sequence[Span], statements: Sequence[Statement]) -> list[LeftOver]:
    """Return the lines with relations that stand in no statement, in the order of the page."""
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for statement in statements:
        taken[statement.span].append((statement.at.start, statement.at.end))
    out: list[LeftOver] = []
    for index, span in enumerate(spans):
        if span.kind in _WHY:
            out += _of_span(span, sorted(taken[index]))
    return out


def _of_span(span: Span, taken: Sequence[tuple[int, int]]) -> list[LeftOver]:
    content = span.text.content
    starts = [start for start, _ in taken]
    reaches: list[int] = []
    for _, end in taken:
        reaches.append(max(end, reaches[-1] if reaches else 0))
    lines: dict[int, int] = {}
    for sign in _SIGN.finditer(content, span.start, span.end):
        before = bisect_right(starts, sign.start()) - 1
        if before < 0 or reaches[before] < sign.end():
            begin = max(content.rfind("\n", 0, sign.start()) + 1, span.start)
            lines[begin] = lines.get(begin, 0) + 1
    out: list[LeftOver] = []
    for begin, count in lines.items():
        end = content.find("\n", begin, span.end)
        end = min(end if end >= 0 else span.end, begin + _SHOWN)
        shown = content[begin:end]
        start = begin + len(shown) - len(shown.lstrip())
        kind: Literal["not used", "not read"] = "not read" if span.kind == "maths" else "not used"
        out.append(LeftOver(Snippet(span.text, start, begin + len(shown.rstrip())), count, kind, _WHY[span.kind]))
    return out
