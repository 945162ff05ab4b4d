r"""Maths → statements: one relation each, cut out of rows, commas and chains.

    \begin{align} \tag{1} a &= b \\ &= c \end{align}   →   (a = b), labelled 1;  (… = c)

A statement keeps its sides as raw items: they become tokens only when the vocabulary is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workings.errors import ReadError
from workings.graph.expr import Expr
from workings.graph.writing.spelling import canonical
from workings.read.document import Span
from workings.read.expand import raw_items
from workings.read.facts import Parse
from workings.read.latex import latex_tokens
from workings.read.latex_items import RELATIONS, UNREAD_ENVIRONMENTS, WITH_GROUP, Raw, environment
from workings.read.parser import parse_formula
from workings.read.text import Snippet, Text
from workings.read.words import Token, Vocabulary

_OPEN, _CLOSE = {"{", "(", "["}, {"}", ")", "]"}
_WORDS = {r"\text", r"\textrm", r"\mbox", r"\mathrm"}
_SIGNS_OF_WORDS = {r"\because", r"\therefore", r"\forall", r"\quad\because"}
_CONNECTIVE = re.compile(
    r"\s*(and|or|where|with|if|for|since|so|then|as|because|thus|hence|by|when|let)\b|.*\s\S+\s", re.I
)


@dataclass(frozen=True, slots=True)
class Statement:
    r"""`sides[0] relations[0] sides[1] …`; the first side is empty where a row goes on with a relation.

    It is an `aside` where words stand before it in its row: `… && \text{since } y = \sigma(z)`.
    """

    span: Span
    sides: tuple[tuple[Raw, ...], ...]
    relations: tuple[str, ...]
    label: str
    start: int
    end: int
    aside: bool = False

    @property
    def at(self) -> Snippet:
        """The stretch of text."""
        return Snippet(self.span.text, self.start, self.end)

    def tokens(self, side: int, words: Vocabulary) -> list[Token]:
        """Return the tokens of one side."""
        return latex_tokens(self.span.text, self.sides[side], words)

    def parse(self, side: int) -> Parse:
        """Return the parse of one side, to be run when the vocabulary is known."""
        text, items = self.span.text, self.sides[side]

        def parse(words: Vocabulary) -> Expr:
            start, end = (items[0].start, items[-1].end) if items else (self.start, self.end)
            return parse_formula(text, latex_tokens(text, items, words), start, end)

        return parse

    def defines_a_power(self, words: Vocabulary) -> bool:
        """Say whether its left side is a name with a number raised that is no mark: `r^2 = …`."""
        return any(token.kind == "POWER" for token in self.tokens(0, replace(words, doubtful=frozenset())))

    @property
    def derives_first(self) -> bool:
        """Whether a derivative stands in it before the first arrow: `f(x) = 1/x → df/dx = −1/x²` defines f."""
        first = self.relations.index("->") if "->" in self.relations else len(self.relations)
        return any(_derivative(side) for side in self.sides[: first + 1])

    @property
    def derives(self) -> bool:
        """Whether a derivative stands in it."""
        return any(_derivative(side) for side in self.sides)


def _derivative(items: Sequence[Raw]) -> bool:
    for index, item in enumerate(items):
        if item.text in (r"\partial", "∂", r"\nabla", "∇", r"\Delta", "Δ", "'", r"\prime"):
            return True
        ahead = items[index + 1 : index + 3]
        if item.text in (r"\frac", r"\dfrac") and len(ahead) == 2 and ahead[1].text.startswith("d"):
            return True
        if item.kind == "letters" and re.fullmatch(r"d[A-Za-z]?", item.text) and ahead and ahead[0].text == "/":
            return True
    return False


def statements(span: Span) -> Iterator[Statement]:
    """Yield the statements of a span of maths, in order."""
    items = raw_items(span.text, span.start, span.end)
    for label, bare in _joined([_label(span.text, row) for row in _rows(items)]):
        for part, aside in _parts(span.text, bare):
            if part:
                sides, relations = _sides(part)
                yield Statement(span, sides, relations, label, part[0].start, part[-1].end, aside)


_GOES_ON = frozenset(("+", "-", "−", "*", "/", "·", r"\cdot", r"\times", r"\ast", r"\div"))


def _joined(rows: Sequence[tuple[str, list[Raw]]]) -> list[tuple[str, list[Raw]]]:
    """Join a row that begins with an operator to the row that it goes on."""
    out: list[tuple[str, list[Raw]]] = []
    for label, row in rows:
        before = out[-1][1] if out else []
        if before and row and (row[0].text in _GOES_ON or before[-1].text in _GOES_ON):
            out[-1] = (out[-1][0] or label, [*before, *row])
        else:
            out.append((label, row))
    return out


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
        elif item.kind != "&":
            row.append(item)
    yield row


def _label(text: Text, row: Sequence[Raw]) -> tuple[str, list[Raw]]:
    r"""Take `\tag{1}`, `\label{…}`, `\begin{…}` and their kin out of a row; the tag is its label."""
    label, kept = "", list[Raw]()
    at = 0
    while at < len(row):
        if row[at].kind == "label":
            label = re.sub(r".*\(|\).*|\s", "", row[at].text)
            at += 1
            continue
        kept_apart = row[at].text in (r"\begin", r"\end") and environment(row, at)[0] in UNREAD_ENVIRONMENTS
        if not kept_apart and row[at].text in WITH_GROUP:
            close = at + 1
            while close < len(row) and row[close].kind != "}":
                close += 1
            if row[at].text.startswith(r"\tag") and close < len(row) and close > at + 2:
                label = text.content[row[at + 2].start : row[close - 1].end].strip()
            at = close + 1
        else:
            kept.append(row[at])
            at += 1
    return label, kept


def _parts(text: Text, row: Sequence[Raw]) -> Iterator[tuple[list[Raw], bool]]:
    """Cut a row at commas, semicolons and words where each piece is a statement of its own."""
    cuts = [-1, *(i for i in _top_level(row) if row[i].kind in (",", ";")), len(row)]
    pieces = [list(row[a + 1 : b]) for a, b in pairwise(cuts)]
    if not all(any(item.kind == "relation" for item in piece) for piece in pieces if piece):
        pieces = [list(row)]
    for piece in pieces:
        yield from ((part, index > 0) for index, part in enumerate(_at_words(text, piece)))


def _at_words(text: Text, piece: list[Raw]) -> Iterator[list[Raw]]:
    current: list[Raw] = []
    at = 0
    while at < len(piece):
        item = piece[at]
        if item.text in _SIGNS_OF_WORDS:
            yield current
            current, at = [], at + 1
            continue
        if item.text in _WORDS and at + 1 < len(piece) and piece[at + 1].kind == "{":
            close = next((i for i in range(at + 1, len(piece)) if piece[i].kind == "}"), len(piece) - 1)
            words = text.content[piece[at + 1].end : piece[close].start]
            if _CONNECTIVE.match(words) or _remarks(words, current, piece[close + 1 :]):
                yield current
                current, at = [], close + 1
                continue
        current.append(item)
        at += 1
    while current and current[-1].kind in (".", ",", ";"):
        current.pop()
    yield current


def _remarks(words: str, before: Sequence[Raw], after: Sequence[Raw]) -> bool:
    """Say whether words behind a formula are a remark, not a factor: `(chain rule)`, `[tanh]`, at a row's end."""
    bracketed = bool(re.fullmatch(r"\s*[(\[].*[)\]]\s*", words))
    ends = not after and bool(before) and before[-1].kind not in ("relation", "command", "+", "-", "−", "*", "/", "(")
    return bracketed or (ends and bool(re.search(r"\w\s+\w", words)))


def _top_level(items: Sequence[Raw]) -> Iterator[int]:
    depth = 0
    for index, item in enumerate(items):
        opened = item.kind in _OPEN or item.text in (r"\{", r"\lbrace")
        # A bracket that nothing opened is a slip of the pen; the relations behind it are still relations.
        depth = max(0, depth + opened - (item.kind in _CLOSE or item.text in (r"\}", r"\rbrace")))
        if depth == 0 and not opened:
            yield index


def _sides(items: Sequence[Raw]) -> tuple[tuple[tuple[Raw, ...], ...], tuple[str, ...]]:
    sides: list[tuple[Raw, ...]] = []
    relations: list[str] = []
    begin = 0
    for index in _top_level(items):
        if items[index].kind == "relation":
            sides.append(tuple(items[begin:index]))
            relations.append(RELATIONS[items[index].text])
            begin = index + 1
    sides.append(tuple(items[begin:]))
    return tuple(sides), tuple(relations)


def head(statement: Statement, words: Vocabulary) -> tuple[str, tuple[str, ...] | None] | None:
    """Return the name, and the parameters if any, that the first side of a statement defines."""
    items = statement.sides[0]
    if not items:
        return None
    # A run of letters alone on a left side is one name: `Cost = …`, `net = …`.
    run = items[0].text if items[0].kind == "letters" and (len(items) == 1 or items[1].kind in "([") else ""
    learned = replace(
        words, names=frozenset({canonical(run)}) if run else frozenset(), functions=frozenset(), doubtful=frozenset()
    )
    try:
        tokens = latex_tokens(statement.span.text, items, learned)
    except ReadError:
        return None
    if [token.kind for token in tokens] == ["NAME", "POWER", "LBRACE", "NUMBER", "RBRACE"]:
        # `r^2 = …` where r stands alone elsewhere: `defines_a_power` says so.
        return str(tokens[0].value), None
    if not tokens or tokens[0].kind not in ("NAME", "FUNCTION", "KNOWN", "LETTER"):
        return None
    known = tokens[0].kind in ("KNOWN", "LETTER")
    name = words.settled(canonical(tokens[0].text.removeprefix("\\"))) if known else str(tokens[0].value)
    if len(tokens) == 1:
        return name, None
    if len(tokens) < 4 or (tokens[1].kind, tokens[-1].kind) not in (("LPAR", "RPAR"), ("LSQB", "RSQB")):
        return None
    inner = tokens[2:-1]
    if any(t.kind != ("COMMA" if i % 2 else "NAME") for i, t in enumerate(inner)) or len(inner) % 2 == 0:
        return None
    return name, tuple(str(t.value) for t in inner[::2])
