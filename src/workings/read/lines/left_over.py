"""What of a page is part of no line: it is told, so that nothing is lost without a word.

the argument `x=2`             a relation that no formula was found around
this is $y_i - t_i$            a formula without a relation
it came to 0.0014291           a number that a sentence tells
return x * (1 - x)             what a program gives back
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from workings.read.formula.statement import Statement
from workings.read.formula.tree import (
    Empty,
    Fence,
    Grid,
    Node,
    Numeral,
    Product,
    Root,
    Scripted,
    Signed,
    Sum,
    bare,
    of_kind,
)
from workings.read.formula.tree import Phrase as Words
from workings.read.page.document import Span
from workings.read.page.text import Snippet

#: What is told without a relation: a value that somebody computed, what a program gives back.
_TOLD = {
    "prose": re.compile(r"(?=[-\d])(?<![\w.])-?\d+\.\d{4,}(?![\w.]*\w)"),
    "code": re.compile(r"(?m)^[ \t+-]*return\b[ \t]*\S[^\n]*"),
}
#: An equals sign that is no part of another sign, those that are part of a relation, and the other signs of formulas.
_SIGN = re.compile(
    r"(?=[=≈←⇐≃≅:+\-*/~\\])"
    r"(?:(?<![<>!=:+\-*/%&|^~])=(?![=>])|(?<![:+\-*/=~])[:+\-*/~]=(?!=)|[≈←⇐≃≅]"
    r"|\\(?:approx|gets|leftarrow|coloneqq)(?![a-zA-Z]))"
)
#: So much of a line is shown, and of a statement of a program whose brackets reach over several lines.
_SHOWN = 200
_SHOWN_IN_BRACKETS = 2_000
#: Strings and comments, in which brackets are only characters; brackets that open and that close.
_BRACKETS = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<line>\n)")
#: What a brace stands behind where it holds statements: `function (x) {`, `x => {`, `else {`.
_BLOCK = re.compile(r"(?:\)|=>|->|\w)\s*$")


_Kind = Literal["not used", "not read", "definition", "declaration"]


class LeftOver(NamedTuple):
    """Something of the page that is part of no line; `relations` is how many of its signs stand in no formula."""

    at: Snippet
    relations: int
    kind: _Kind
    why: str


_WHY = {
    "prose": "no formula of the network: words, or code that a sentence mentions",
    "code": "it is no formula of a network: a command, an argument by name, a value that is computed elsewhere",
    "maths": "no formula was found around its sign",
}


_ALONE = {
    "maths": "a formula without a relation: it says nothing that could be judged",
    "prose": "a number that a sentence tells",
    "code": "what a function gives back; functions of several lines are not read",
}


def left_over(spans: Sequence[Span], statements: Sequence[Statement]) -> list[LeftOver]:
    """Return what stands in no line: relations and numbers in no statement, and formulas that relate nothing."""
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for statement in statements:
        # A row of a table reaches over several spans.
        at, index = statement.at, statement.span
        taken[index].append((at.start, at.end))
        while at.text is spans[index].text and index + 1 < len(spans) and spans[index].end < at.end:
            index += 1
            taken[index].append((at.start, at.end))
    out: list[LeftOver] = []
    for index, span in enumerate(spans):
        if span.kind in _WHY:
            out += _of_span(span, sorted(taken[index]))
            out += _told(span, taken[index])
    alone = (s for s in statements if not s.relations and s.kind == "latex" and _says_more(s.sides[0].root))
    for statement in alone:
        own = (statement.at.start, statement.at.end)
        if not any(start < own[0] and own[1] < end for start, end in taken[statement.span]):
            out.append(LeftOver(statement.at, 0, "not used", _ALONE["maths"]))
    return out


def _told(span: Span, taken: Sequence[tuple[int, int]]) -> Iterator[LeftOver]:
    """Yield what a span tells without a relation, and is part of no statement."""
    told = _TOLD[span.kind].finditer(span.text.content, span.start, span.end) if span.kind in _TOLD else ()
    for match in told:
        if not any(start < match.end() and match.start() < end for start, end in taken):
            yield LeftOver(Snippet(span.text, *match.span()), 0, "not used", _ALONE[span.kind])


def _says_more(root: Node) -> bool:
    """Say whether maths without a relation does more than name: it works something out, or has a number put in."""
    put_in = any(node.decimal for node in of_kind(root, Numeral))
    return not only_names(root) or (put_in and not isinstance(root, Numeral))


def only_names(root: Node) -> bool:
    """Say whether maths only names what the text speaks of: names, applications of them, numbers, derivatives."""
    if any(of_kind(root, kind) for kind in (Sum, Signed, Root, Grid, Words, Empty)):
        return False
    raised = any(node.high is not None and not _is_script(node.high) for node in of_kind(root, Scripted))
    multiplied = any(link not in ("", "/") for node in of_kind(root, Product) for link, _ in node.factors)
    return not raised and not multiplied and not any(node.left == "|" for node in of_kind(root, Fence))


def _is_script(node: Node) -> bool:
    return not isinstance(bare(node), Numeral)


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
    for begin, (end, count) in _joined(span, lines).items():
        shown = content[begin:end]
        start = begin + len(shown) - len(shown.lstrip())
        kind: _Kind = "not read" if span.kind == "maths" else "not used"
        out.append(LeftOver(Snippet(span.text, start, begin + len(shown.rstrip())), count, kind, _WHY[span.kind]))
    return out


def _joined(span: Span, lines: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Return where lines begin with where they end and their signs; what stands in brackets belongs to one line."""
    out: dict[int, tuple[int, int]] = {}
    last = -1
    for begin, count in lines.items():
        if last in out and begin < out[last][0]:
            out[last] = (out[last][0], out[last][1] + count)
        else:
            out[begin] = (_end_of_line(span, begin), count)
            last = begin
    return out


def _end_of_line(span: Span, begin: int) -> int:
    """Return where a line ends: in a program it goes on until its brackets are closed, if they hold no statements."""
    content = span.text.content
    end = content.find("\n", begin, span.end)
    end = end if end >= 0 else span.end
    short = min(end, begin + _SHOWN)
    if span.kind != "code":
        return short
    depth = 0
    for part in _BRACKETS.finditer(content, begin, min(span.end, begin + _SHOWN_IN_BRACKETS)):
        if part["open"] == "{" and _BLOCK.search(content, begin, part.start()):
            return short
        depth += (part["open"] is not None) - (part["close"] is not None)
        if depth < 0 or (part["line"] and not depth):
            return part.start() if part["line"] and part.start() > end else short
    return span.end if not depth and span.end > end and span.end <= begin + _SHOWN_IN_BRACKETS else short
