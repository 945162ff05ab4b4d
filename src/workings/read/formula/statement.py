r"""Maths → statements: one relation each, cut out of rows, columns, commas and chains.

    \begin{align} \tag{1} a &= b \\ &= c \end{align}   →   (a = b), labelled 1;  (… = c)
    a &= b & c &= d                                    →   (a = b);  (c = d)
    a_1, a_2 = \sigma(z_1), \sigma(z_2)                →   (a₁ = σ(z₁));  (a₂ = σ(z₂))

What is between formulas is never part of one: numbers of equations, words, arrows, full stops. The sides of a statement
are trees, made once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal, TypeVar

from workings.read.formula.build import Builder, Mark, Part
from workings.read.formula.cases import end_of
from workings.read.formula.expand import raw_items
from workings.read.formula.items import UNREAD_ENVIRONMENTS, WITH_GROUP, Raw, environment
from workings.read.formula.latex import latex_tree
from workings.read.formula.plain import plain_parts
from workings.read.formula.signs import COMMAS, RELATIONS, STOPS
from workings.read.formula.tree import (
    Differential,
    Empty,
    Formula,
    Node,
    Numeral,
    Product,
    Ratio,
    Scripted,
    Word,
    bare,
    factors_of,
    preorder,
)
from workings.read.page.document import Span
from workings.read.page.sentences import Stretch
from workings.read.page.text import Snippet, Text

Kind = Literal["latex", "plain", "code"]

_OPEN, _CLOSE = {"{", "(", "["}, {"}", ")", "]"}
_WORDS = frozenset((r"\text", r"\textrm", r"\mbox", r"\mathrm", r"\textit", r"\textbf", r"\hbox", r"\intertext"))
_SIGNS_OF_WORDS = frozenset((r"\because", r"\forall", r"\quad\because"))
_CONNECTIVE = re.compile(
    r"\s*(and|or|where|with|if|for|since|so|then|as|because|thus|hence|by|when|let|und|et|mit|da|denn|wobei|avec|donc|car|also)\b|.*\s\S+\s",
    re.I,
)
#: What a program wraps a number in: it is the number.
WRAPPERS = frozenset((
    "tensor", "Tensor", "array", "asarray", "as_tensor", "float", "float32", "float64", "Variable", "Parameter",
    "requires_grad", "True", "False", "dtype",
))  # fmt: skip
#: What stands around a side and is no part of it.
_AROUND = COMMAS | STOPS | {"gap", "&"}
_GOES_ON = frozenset(("+", "-", "−", "*", "/", "·", "×", r"\cdot", r"\times", r"\ast", r"\div"))
_LABEL = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?[a-z]?|[a-z]|[ivx]{1,5}|\*{1,3}|[A-Z]\.?[0-9]{0,2}")


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One side of a relation: a stretch of text, and the tree that it is."""

    at: Snippet
    formula: Formula

    @property
    def root(self) -> Node:
        """The tree."""
        return self.formula.root

    @property
    def empty(self) -> bool:
        """Whether nothing stands there."""
        return isinstance(self.formula.root, Empty)


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    r"""`sides[0] relations[0] sides[1] …`; the first side is empty where a row goes on with a relation.

    `span` numbers the display or the block that it stands in; `label` is its number (`\tag{3}`), `reason` what the
    person wrote behind it. It is an `aside` where words stand before it in its row: `… \text{since } y = \sigma(z)`.
    """

    sides: tuple[Side, ...]
    relations: tuple[str, ...]
    at: Snippet
    span: int
    display: bool = True
    label: str = ""
    aside: bool = False
    kind: Kind = "latex"
    reason: str = ""
    #: Where the display or the sentence that it stands in begins in its text.
    begins: int = field(default=0)
    #: Whether a dash stands before it that may be a minus.
    dash: bool = False

    @property
    def derives_first(self) -> bool:
        """Whether a derivative stands in it before the first arrow: `f(x) = 1/x → df/dx = −1/x²` defines f."""
        first = self.relations.index("->") if "->" in self.relations else len(self.relations)
        return any(derives(side.root) for side in self.sides[: first + 1])

    @property
    def derives(self) -> bool:
        """Whether a derivative stands in it."""
        return any(derives(side.root) for side in self.sides)


def derives(root: Node) -> bool:
    """Say whether a tree has the look of a derivative in it, whoever its names are."""
    return any(derivative_in(node) for node in preorder(root))


def derivative_in(node: Node) -> bool:
    """Say whether a node itself, its parts aside, has the look of a derivative."""
    match node:
        case Differential():
            return True
        case Scripted(primes=primes) if primes:
            return True
        case Word(text=text) if text.startswith(("Δ", "∆")):
            return True
        case Ratio():
            return _are_differentials(node.top, node.bottom)
        case Product(factors=factors):
            return any(
                link == "/" and _are_differentials(above, below) for (_, above), (link, below) in pairwise(factors)
            )
        case _:
            return False


def _are_differentials(above: Node, below: Node) -> bool:
    """Say whether two nodes look like a differential above another: one of them is no longer word in small letters."""
    top, bottom = _differential(factors_of(bare(above))[-1][1]), _differential(factors_of(bare(below))[0][1])
    return bool(top and bottom) and "d" in (top, bottom)


def _differential(node: Node) -> str:
    """Return `d` for what looks like a differential, `word` for a word that begins with d as `depth` does."""
    core = node.base if isinstance(node, Scripted) else node
    if not isinstance(core, Word) or not core.text.startswith("d"):
        return ""
    letters = core.text.partition("_")[0].rstrip("0123456789")
    return "d" if len(letters) < 3 or not letters.islower() or core.loose else "word"


def latex_statements(span: Span, index: int) -> Iterator[Statement]:
    """Yield the statements of a span of LaTeX maths, in order; `index` numbers the span."""
    text = span.text
    items = _unboxed(raw_items(text, span.start, span.end))
    for label, row in _joined([_labelled(text, row) for row in _rows(items)]):
        for column, piece in _columns(row):
            for part, worded in _parts(text, piece):
                # The row below goes on with the first column, never with a remark.
                aside = worded or column > 0
                for bare_part in _side_by_side(part):
                    found = _statement(text, bare_part, index, span, label, aside=aside)
                    if found is not None:
                        yield found


def _unboxed(items: list[Raw]) -> list[Raw]:
    """Return the items without an array around all of them that only sets rows of formulas."""
    inner = [i for i, item in enumerate(items) if item.kind not in ("gap", "&", ".", ",")]
    if not inner or environment(items, inner[0])[0] not in ("array", "tabular", "matrix"):
        return items
    name, begin = environment(items, inner[0])
    close = end_of(items, inner[0], name)
    if close < 0 or close + 3 != inner[-1] or not any(item.kind == "relation" for item in items[begin:close]):
        return items
    body = items[begin:close]
    return body[_group_end(body, 0) :] if name != "matrix" else body


def _statement(text: Text, part: list[Raw], index: int, span: Span, label: str, *, aside: bool) -> Statement | None:
    own, part = _number_at_end(part)
    if not [item for item in part if item.kind not in ("gap", "&")]:
        return None
    sides, relations = _sides(part)
    start, end = part[0].start, part[-1].end
    made = tuple(_side(text, items, start) for items in sides)
    if not relations and made[0].empty:
        return None
    return Statement(
        made, relations, Snippet(text, start, end), index, span.display, label or own, aside, begins=span.start
    )  # fmt: skip


def _side(text: Text, items: Sequence[Raw], start: int) -> Side:
    items = list(items)
    while items and items[-1].kind in _AROUND:
        items.pop()
    while items and items[0].kind in _AROUND - {";"}:
        items.pop(0)
    begin, end = (items[0].start, items[-1].end) if items else (start, start)
    return Side(Snippet(text, begin, end), latex_tree(text, items, begin, end))


# Rows


def _rows(items: Sequence[Raw]) -> Iterator[list[Raw]]:
    r"""Cut at `\\`, but not within braces nor within an environment whose rows are parts of one formula."""
    row: list[Raw] = []
    depth = 0
    for index, item in enumerate(items):
        depth += (item.kind == "{") - (item.kind == "}")
        if item.text in (r"\begin", r"\end") and environment(items, index)[0] in UNREAD_ENVIRONMENTS:
            depth += 1 if item.text == r"\begin" else -1
        if item.kind == "rows" and depth <= 0:
            yield row
            row = []
        else:
            row.append(item)
    yield row


def _joined(rows: Sequence[tuple[str, list[Raw]]]) -> list[tuple[str, list[Raw]]]:
    """Join a row that begins with an operator to the row that it goes on."""
    out: list[tuple[str, list[Raw]]] = []
    for label, row in rows:
        before = [item for item in out[-1][1] if item.kind not in ("gap", "&")] if out else []
        inner = [item for item in row if item.kind not in ("gap", "&")]
        if before and inner and (inner[0].text in _GOES_ON or before[-1].text in _GOES_ON):
            out[-1] = (out[-1][0] or label, [*out[-1][1], *row])
        else:
            out.append((label, row))
    return out


def _labelled(text: Text, row: Sequence[Raw]) -> tuple[str, list[Raw]]:
    r"""Take `\tag{1}`, `\label{…}`, `\begin{…}` and their kin out of a row; the tag is its label."""
    label, kept = "", list[Raw]()
    at = 0
    while at < len(row):
        kept_apart = row[at].text in (r"\begin", r"\end") and environment(row, at)[0] in UNREAD_ENVIRONMENTS
        if not kept_apart and row[at].text in WITH_GROUP:
            close = _group_end(row, at + 1)
            if row[at].text.startswith(r"\tag") and close > at + 2:
                label = text.content[row[at + 2].start : row[close - 2].end].strip().strip("$")
            if row[at].text.startswith(r"\hspace"):
                kept.append(Raw("gap", row[at].text, row[at].start, row[close - 1].end if close > at else row[at].end))
            at = max(close, at + 1)
        else:
            kept.append(row[at])
            at += 1
    return label, kept


def _group_end(row: Sequence[Raw], at: int) -> int:
    """Return the index behind the group that begins at `at`; `at` itself where none does."""
    if at >= len(row) or row[at].kind != "{":
        return at
    depth = 0
    for index in range(at, len(row)):
        depth += (row[index].kind == "{") - (row[index].kind == "}")
        if depth == 0:
            return index + 1
    return len(row)


def _number_at_end(part: list[Raw]) -> tuple[str, list[Raw]]:
    """Take the number of an equation off its end or its beginning: `… (3)` behind room, `(3) …` before it."""
    for end, close in (("(", ")"), ("[", "]")):
        gaps = [i for i, item in enumerate(part) if item.kind == "gap"]
        if len(part) > 3 and part[-1].kind == close:
            opening = next((i for i in range(len(part) - 2, max(-1, len(part) - 5), -1) if part[i].kind == end), 0)
            inner = "".join(item.text for item in part[opening + 1 : -1])
            roomy = opening > 0 and (part[opening - 1].kind == "gap" or _alone_behind(part, opening))
            if roomy and _LABEL.fullmatch(inner):
                return inner, part[:opening]
        if len(part) > 4 and part[0].kind == end and gaps:
            first = next((i for i in range(1, min(4, len(part))) if part[i].kind == close), 0)
            inner = "".join(item.text for item in part[1:first])
            if first and first + 1 in gaps and _LABEL.fullmatch(inner):
                return inner, part[first + 2 :]
    return "", part


def _alone_behind(part: Sequence[Raw], opening: int) -> bool:
    """Say whether a number in brackets stands behind a blank at the end of a formula: nobody multiplies so."""
    before = part[opening - 1]
    blank = part[opening].start - before.end >= 2
    letters = any(item.kind in ("letters", "wide") or item.text.startswith("\\") for item in part[:opening])
    number = part[opening + 1].kind == "number" and "." not in part[opening + 1].text
    operand = before.kind not in ("relation", "+", "-", "*", "/") and before.text not in _GOES_ON
    return blank and letters and number and operand


# Pieces of a row


_T = TypeVar("_T", Raw, Part)


def _kind(item: Raw | Part) -> str:
    """Return what an item does to a row: open or close a bracket, relate, separate, or nothing."""
    if isinstance(item, Node):
        return ""
    if isinstance(item, Mark):
        return "arrow" if item.kind == "relation" and item.text == "->" else item.kind
    if item.kind in _OPEN or item.text in (r"\{", r"\lbrace", r"\begin"):
        return "open"
    if item.kind in _CLOSE or item.text in (r"\}", r"\rbrace", r"\end"):
        return "close"
    if item.kind == "relation":
        return "arrow" if RELATIONS[item.text] == "->" else "relation"
    return "comma" if item.kind in COMMAS | {";"} else item.kind


def _relates(items: Sequence[Raw | Part]) -> bool:
    return any(_kind(item) in ("relation", "arrow") for item in items)


def _columns(row: list[Raw]) -> list[tuple[int, list[Raw]]]:
    """Cut a row of several columns, `a &= b & c &= d`, into its equations, each with the number of its column."""
    row = _without_remark(row)
    cuts = [i for i in _top_level(row) if row[i].kind == "&"]
    if len(cuts) < 2:
        return [(0, part) for part in _at_gaps(row)]
    edges = [-1, *cuts[1::2], len(row)]
    pieces = [row[a + 1 : b] for a, b in pairwise(edges)]
    if all(_relates(piece) for piece in pieces if piece):
        return [(column, part) for column, piece in enumerate(pieces) for part in _at_gaps(piece)]
    return [(0, part) for part in _at_gaps(row)]


def _without_remark(row: list[Raw]) -> list[Raw]:
    r"""Leave out the words with which a column behind the formula begins: `z &= w x && \text{weighted sum}`."""
    cuts = [i for i in _top_level(row) if row[i].kind == "&"]
    for cut in cuts[1:]:
        at = next((i for i in range(cut + 1, len(row)) if row[i].kind not in ("&", "gap")), len(row))
        if at < len(row) and row[at].text in _WORDS and row[at].text != r"\mathrm":
            close = _group_end(row, at + 1)
            behind = [item for item in row[close:] if item.kind not in ("gap", ".", ",")]
            return [*row[:cut], *(row[cut : cut + 1] * 2 if behind else []), *row[close:]]
    return row


def _at_gaps(row: list[Raw]) -> list[list[Raw]]:
    r"""Cut at `\qquad` where a relation stands on both sides of it, behind something that it relates."""
    cuts = [i for i in _top_level(row) if row[i].kind == "gap" and row[i].text != r"\;"]
    out: list[list[Raw]] = []
    begin = 0
    for a, b in pairwise([*cuts, len(row)]):
        behind = [item for item in row[a + 1 : b] if item.kind not in ("gap", "&", ",")]
        if _relates(row[begin:a]) and _relates(behind) and _kind(behind[0]) != "relation":
            out.append(row[begin:a])
            begin = a + 1
    return [*out, row[begin:]]


def _parts(text: Text, row: list[Raw]) -> Iterator[tuple[list[Raw], bool]]:
    """Cut a row at commas, semicolons, arrows and words where each piece is a statement of its own."""
    for piece in _at_commas(row):
        for index, part in enumerate(_at_words(text, piece)):
            yield from ((arrowed, index > 0) for arrowed in _at_arrows(part))


def _at_commas(row: list[_T]) -> list[list[_T]]:
    cuts = [i for i in _top_level(row) if _kind(row[i]) == "comma"]
    edges = [-1, *cuts, len(row)]
    pieces = [row[a + 1 : b] for a, b in pairwise(edges)]
    if len(pieces) < 2 or not _relates(pieces[0]):
        return [row]
    out: list[list[_T]] = []
    begin = 0
    for index, piece in enumerate(pieces):
        # `i = 1, 2, 3`: what has no relation of its own goes on with what is before it.
        if _relates(piece) and index:
            out.append(row[begin : edges[index]])
            begin = edges[index] + 1
    return [*out, row[begin:]]


def _at_arrows(part: list[_T]) -> list[list[_T]]:
    """Cut at arrows: `f(x) = 1/x → df/dx = −1/x²` are two statements; `x → y` is a mapping."""
    cuts = [i for i in _top_level(part) if _kind(part[i]) == "arrow"]
    pieces = [part[a + 1 : b] for a, b in pairwise([-1, *cuts, len(part)])]
    pieces = [piece for piece in pieces if any(_kind(item) != "gap" for item in piece)]
    whole = bool(cuts) and all(any(_kind(item) == "relation" for item in piece) for piece in pieces)
    return pieces if whole else [part]


def _at_words(text: Text, piece: list[Raw]) -> Iterator[list[Raw]]:
    current: list[Raw] = []
    outside = set(_top_level(piece))
    at = 0
    while at < len(piece):
        item = piece[at]
        if at not in outside:
            current.append(item)
            at += 1
            continue
        if item.text in _SIGNS_OF_WORDS:
            yield current
            current, at = [], at + 1
            continue
        if item.text in _WORDS and at + 1 < len(piece) and piece[at + 1].kind == "{":
            close = _group_end(piece, at + 1) - 1
            words = text.content[piece[at + 1].end : piece[close].start]
            if _CONNECTIVE.match(words) or _remarks(words, current, piece[close + 1 :]):
                yield current
                current, at = [], close + 1
                continue
        current.append(item)
        at += 1
    while current and current[-1].kind in (".", ",", ";", "gap"):
        current.pop()
    yield current


def _remarks(words: str, before: Sequence[Raw], after: Sequence[Raw]) -> bool:
    """Say whether words behind a formula are a remark, not a factor: `(chain rule)`, `[tanh]`, at a row's end."""
    if re.search(r"\b(?:times|twice|two|three|half|minus|plus)\b", words):
        return False
    bracketed = bool(re.fullmatch(r"\s*[(\[].*[)\]]\s*", words))
    behind = [item for item in after if item.kind not in ("gap", ".", ",")]
    before = [item for item in before if item.kind != "gap"]
    ends = not behind and bool(before) and before[-1].kind not in ("relation", "command", "+", "-", "−", "*", "/", "(")
    return bracketed or (ends and bool(re.search(r"\w\s+\w", words)))


def _side_by_side(part: list[_T]) -> list[list[_T]]:
    """Cut `a, b = c, d` into the two statements that it is."""
    relations = [i for i in _top_level(part) if _kind(part[i]) == "relation"]
    if len(relations) != 1:
        return [part]
    at = relations[0]
    lefts, rights = (_comma_pieces(side) for side in (part[:at], part[at + 1 :]))
    if len(lefts) != len(rights) or len(lefts) < 2 or not all((*lefts, *rights)):
        return [part]
    return [[*left, part[at], *right] for left, right in zip(lefts, rights, strict=True)]


def _comma_pieces(side: list[_T]) -> list[list[_T]]:
    cuts = [-1, *(i for i in _top_level(side) if _kind(side[i]) == "comma"), len(side)]
    return [side[a + 1 : b] for a, b in pairwise(cuts)]


def _top_level(items: Sequence[Raw | Part]) -> Iterator[int]:
    depth = 0
    for index, item in enumerate(items):
        kind = _kind(item)
        # A bracket that nothing opened is a slip of the pen; the relations behind it are still relations.
        depth = max(0, depth + (kind == "open") - (kind == "close"))
        if depth == 0 and kind != "open":
            yield index


def _sides(items: Sequence[_T]) -> tuple[list[list[_T]], tuple[str, ...]]:
    cuts = [i for i in _top_level(items) if _kind(items[i]) in ("relation", "arrow")]
    sides = [list(items[a + 1 : b]) for a, b in pairwise([-1, *cuts, len(items)])]
    return sides, tuple(_relation(items[i]) for i in cuts)


def _relation(item: Raw | Part) -> str:
    return item.text if isinstance(item, Mark) else RELATIONS[item.text] if isinstance(item, Raw) else "="


# Plain text


def plain_statements(span: Span, index: int, stretch: Stretch, kind: Kind) -> Iterator[Statement]:
    """Yield the statements of a formula that stands in a line of text or of a program."""
    text = span.text
    if stretch.latex:
        inner = Span("maths", text, stretch.start, stretch.end, display=not stretch.inline)
        for found in latex_statements(inner, index):
            yield replace(
                found, kind=kind, label=found.label or stretch.label, reason=stretch.reason, begins=span.start
            )
        return
    builder = Builder(text)
    parts = list(plain_parts(text, stretch.start, stretch.end, builder))
    for piece in _at_commas(parts):
        for arrowed in _at_arrows(piece):
            for part in _side_by_side(arrowed):
                yield _plain_statement(text, part, index, stretch, kind, span.start)


def _plain_statement(text: Text, part: list[Part], index: int, stretch: Stretch, kind: Kind, begins: int) -> Statement:
    pieces, relations = _sides(part)
    sides: list[Side] = []
    at = part[0].start if part else stretch.start
    for piece in pieces:
        start, end = (piece[0].start, piece[-1].end) if piece else (at, at)
        while piece and isinstance(piece[-1], Mark) and piece[-1].kind in ("stop", "comma"):
            piece.pop()
            end = piece[-1].end if piece else start
        sides.append(Side(Snippet(text, start, end), Builder(text).formula(piece, start, end)))
        at = end
    at = Snippet(text, part[0].start if part else stretch.start, max((s.at.end for s in sides), default=stretch.end))
    return Statement(
        tuple(sides), relations, at, index, not stretch.inline, stretch.label, stretch.remark, kind, stretch.reason,
        begins, stretch.dash,
    )  # fmt: skip


def is_number(root: Node) -> bool:
    """Say whether a tree is made of numbers alone, whoever its names would be."""
    parts = list(preorder(root))
    words = [part for part in parts if isinstance(part, Word) and part.text not in WRAPPERS]
    return any(isinstance(part, Numeral) for part in parts) and not words
