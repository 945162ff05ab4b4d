r"""A page → its statements: one relation each, cut out of rows, columns, commas, chains and sentences.

    \begin{align} \tag{1} a &= b \\ &= c \end{align}   →   (a = b), labelled 1;  (… = c)
    a &= b & c &= d                                    →   (a = b);  (c = d)
    a_1, a_2 = \sigma(z_1), \sigma(z_2)                →   (a₁ = σ(z₁));  (a₂ = σ(z₂))

What is between formulas is never part of one: numbers of equations, words, arrows, full stops. The sides of a statement
are trees, made once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from workings.read.formula.build import Builder
from workings.read.formula.expand import raw_items
from workings.read.formula.items import Raw
from workings.read.formula.latex import latex_tree
from workings.read.formula.listed import listed
from workings.read.formula.plain import plain_formula, plain_parts
from workings.read.formula.rows import (
    Piece,
    at_arrows,
    at_commas,
    joined,
    labelled,
    number_at_end,
    pieces_of_row,
    rows_of,
    side_by_side,
    sides_of,
    unboxed,
)
from workings.read.formula.signs import COMMAS, STOPS, Mark, Part
from workings.read.formula.statement import Kind, Side, Statement
from workings.read.formula.tables import table_statements
from workings.read.formula.tree import Dots, Formula, Phrase
from workings.read.page.document import Span
from workings.read.page.program import Written, functions, over_lists
from workings.read.page.sentences import Finder, Stretch
from workings.read.page.text import Snippet, Text

#: What stands around a side and is no part of it.
_AROUND = COMMAS | STOPS | {"gap", "&"}


def all_statements(spans: Sequence[Span], learned: Sequence[Span] = ()) -> list[Statement]:
    """Return every statement of a document, in the order of the page; each formula is made a tree here, once.

    `learned` are the spans whose words tell which words are names, where those are more.
    """
    if not spans:
        return []
    finder = Finder(learned or spans)
    found = [statement for index, span in enumerate(spans) for statement in _of_span(span, index, finder)]
    rows = list(table_statements(spans, found))
    return sorted([*found, *rows], key=lambda statement: (statement.span, statement.at.start)) if rows else found


def _of_span(span: Span, index: int, finder: Finder) -> Iterator[Statement]:
    if span.kind == "maths":
        yield from latex_statements(span, index)
    elif span.kind in ("prose", "code"):
        kind = "code" if span.kind == "code" else "plain"
        written, inside = over_lists(span.text, span.start, span.end) if kind == "code" else ([], [])
        if kind == "code":
            others = functions(span.text, span.start, span.end)
            written += [f for f in others if not any(f.body.start in body for body in inside)]
        taken = [*inside, *(range(f.name.start, f.body.end) for f in written)]
        stretches = finder.stretches(span.text, span.start, span.end, code=kind == "code")
        found = [(s.start, s) for s in stretches if s.told or not any(s.start in part for part in taken)]
        pending = [(f.name.start, f) for f in written]
        for _, item in sorted([*found, *pending], key=lambda pair: pair[0]):
            if isinstance(item, Written):
                yield _of_function(item, index, span.start)
            elif item.words:
                yield _of_words(item, span, index)
            else:
                yield from plain_statements(span, index, item, "plain" if item.remark else kind)


def _of_function(function: Written, index: int, begins: int) -> Statement:
    """Return `def slope(z): return …` as the statement `slope(z) = …`."""
    text, body = function.body.text, function.body
    head_text = Text(function.head, text.file, text.place(function.name.start).line)
    whole = len(head_text.content)
    left = Side(Snippet(head_text, 0, whole), plain_formula(head_text, 0, whole))
    right = Side(body, plain_formula(text, body.start, body.end))
    if function.whole:
        whole_text = Text(function.whole, text.file, body.place.line)
        right = Side(Snippet(whole_text, 0, len(function.whole)), plain_formula(whole_text, 0, len(function.whole)))
    # What the function says of itself has lines of its own.
    between = text.content[function.name.end : body.start]
    stop = body.end + text.content.startswith(";", body.end)
    at = Snippet(text, body.start if '"""' in between or "'''" in between else function.name.start, stop)
    return Statement((left, right), ("=",), at, index, kind="code", begins=begins)


def _of_words(stretch: Stretch, span: Span, index: int) -> Statement:
    """Return `T = ground truth`, whose right side is words."""
    text, at = span.text, Snippet(span.text, stretch.start, stretch.end)
    cut = text.content.rindex("=", stretch.start, stretch.end) if "=" in at.content else stretch.end
    stop = cut - len(text.content[stretch.start : cut]) + len(text.content[stretch.start : cut].rstrip())
    left = Side(Snippet(text, stretch.start, stop), plain_formula(text, stretch.start, stop))
    right = Side(Snippet(text, stretch.end, stretch.end), Formula(Phrase(stretch.end, stretch.end, stretch.reason)))
    return Statement((left, right), ("=",), at, index, False, kind="plain", reason=stretch.reason, begins=span.start)


def latex_statements(span: Span, index: int) -> Iterator[Statement]:
    """Yield the statements of a span of LaTeX maths, in order; `index` numbers the span."""
    text = span.text
    items = unboxed(raw_items(text, span.start, span.end))
    for label, row in joined([labelled(text, row) for row in rows_of(items)]):
        for piece in pieces_of_row(text, row):
            found = _statement(text, piece, index, span, label)
            if found is not None:
                yield from listed(found)


def _statement(text: Text, piece: Piece, index: int, span: Span, label: str) -> Statement | None:
    own, part = number_at_end(piece.items)
    if all(item.kind in ("gap", "&") for item in part):
        return None
    sides, relations = sides_of(part)
    led = piece.begins < piece.items[0].start
    start, end = piece.begins if led else part[0].start, part[-1].end
    made, relations = _without_dots(tuple(_side(text, items, start) for items in sides), relations)
    if not relations and made[0].empty:
        return None
    return Statement(
        made, relations, Snippet(text, start, end), index, span.display, label or own, piece.aside, begins=span.start,
        led=led,
    )  # fmt: skip


def _without_dots(sides: tuple[Side, ...], relations: tuple[str, ...]) -> tuple[tuple[Side, ...], tuple[str, ...]]:
    """Leave out the sides of a chain that are dots, `a = … = b`: they stand for steps that are not written."""
    if not any(isinstance(side.root, Dots) for side in sides[1:-1]):
        return sides, relations
    kept = [i for i, side in enumerate(sides) if not isinstance(side.root, Dots) or i in (0, len(sides) - 1)]
    between = [relations[a:b] for a, b in pairwise(kept)]
    return tuple(sides[i] for i in kept), tuple(next((r for r in signs if r != "="), "=") for signs in between)


def _side(text: Text, items: Sequence[Raw], start: int) -> Side:
    items = list(items)
    while items and items[-1].kind in _AROUND:
        items.pop()
    while items and items[0].kind in _AROUND and items[0].kind != ";":
        items.pop(0)
    begin, end = (items[0].start, items[-1].end) if items else (start, start)
    return Side(Snippet(text, begin, end), latex_tree(text, items, begin, end))


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
    parts = plain_parts(text, stretch.start, stretch.end, builder)
    for piece in at_commas(parts):
        for arrowed in at_arrows(piece):
            for part in side_by_side(arrowed):
                if kind == "code" and _is_asked(text, part):
                    continue
                yield from listed(_plain_statement(text, part, index, stretch, kind, span.start))


def _is_asked(text: Text, part: Sequence[Part]) -> bool:
    """Say whether a program asks whether two things are equal, `epoch % 10 == 0`, and says nothing of them."""
    relations = [item for item in part if isinstance(item, Mark) and item.kind == "relation"]
    return bool(relations) and all(text.content[mark.start : mark.end] == "==" for mark in relations)


def _plain_statement(text: Text, part: list[Part], index: int, stretch: Stretch, kind: Kind, begins: int) -> Statement:
    pieces, relations = sides_of(part, assigns=kind == "code")
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
        begins,
    )  # fmt: skip
