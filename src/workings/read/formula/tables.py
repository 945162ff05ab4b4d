r"""Tables of quantities → statements: a row says what its header says of it.

    | quantity | formula          | result |
    |----------|------------------|--------|
    | $n$      | $0.7 \cdot 0.45$ | 0.315  |        n = 0.7 · 0.45 = 0.315

Only a table that names its columns so is read; what else stands in cells is read by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from workings.read.formula.latex import latex_formula
from workings.read.formula.plain import plain_formula
from workings.read.formula.statement import Side, Statement, derivative_in, is_number
from workings.read.formula.tree import Accented, Comparison, Node, Phrase, Scripted, Unread, Word, preorder
from workings.read.page.document import Span
from workings.read.page.text import Snippet, Text
from workings.read.phrases import COLUMNS, is_whole

_RULE = re.compile(r"[ \t]*+\|?+[ \t]*+:?-{2,}+:?[ \t]*+(?:\|[ \t]*+:?-{2,}+:?[ \t]*+)*\|?[ \t]*+")
_CELL = re.compile(r"(?:[^|\\\n]|\\.)+")
_SIGN = re.compile(r"[-+−*·×/^(]")
_WORDS = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
_MATHS = re.compile(r"\$(?P<inside>[^$]+)\$")


class _Row(NamedTuple):
    """A line of a table, and its cells."""

    at: Snippet
    cells: tuple[Snippet, ...]


#: The sides that are made already, by where they stand.
_Made = Mapping[tuple[Text, int, int], Side]


def table_statements(spans: Sequence[Span], made: Sequence[Statement]) -> Iterator[Statement]:
    """Yield what the rows of tables say, each in the first span that stands in it; `made` are the other statements."""
    texts = {span.text: None for span in spans if span.kind == "prose" and "|" in span.content}
    own = [side for statement in made for side in statement.sides if side.at.text in texts]
    sides = {(side.at.text, side.at.start, side.at.end): side for side in own}
    for text in texts:
        for header, rows in _tables(text):
            columns = _columns(header)
            for row in rows if columns or len(rows) == 1 else ():
                index = next((i for i, s in enumerate(spans) if s.text is text and s.end > row.at.start), 0)
                if not columns:
                    yield from _across(header, row, index, sides)
                for group in columns:
                    found = _statement(row, group, index, sides, alone=len(columns) == 1)
                    if found is not None:
                        yield found


def _tables(text: Text) -> Iterator[tuple[_Row, list[_Row]]]:
    rows: list[_Row] = []
    at = 0
    for line in (*text.content.split("\n"), ""):
        if line.lstrip().startswith("|"):
            rows.append(_row(text, at, line))
        else:
            if len(rows) > 2 and _RULE.fullmatch(rows[1].at.content):
                yield rows[0], rows[2:]
            rows = []
        at += len(line) + 1


def _row(text: Text, start: int, line: str) -> _Row:
    cells: list[Snippet] = []
    for match in _CELL.finditer(line, len(line) - len(line.lstrip()) + 1):
        inner = match[0]
        begin = start + match.start() + len(inner) - len(inner.lstrip())
        cells.append(Snippet(text, begin, begin + len(inner.strip())))
    lead = len(line) - len(line.lstrip())
    return _Row(Snippet(text, start + lead, start + len(line.rstrip())), tuple(cells))


def _columns(header: _Row) -> list[dict[str, int]]:
    """Return which column has which part of a statement; nothing where the header does not say.

    A header that says it again, `| name | value | name | value |`, has several statements in a row.
    """
    found: list[dict[str, int]] = [{}]
    for index, cell in enumerate(header.cells):
        kind = next((kind for kind, phrase in COLUMNS.items() if is_whole(phrase, cell.content)), "")
        if kind == "name" and "name" in found[-1]:
            found.append({})
        if kind in found[-1]:
            return []
        if kind:
            found[-1][kind] = index
    return found if all("name" in group and len(group) > 1 for group in found) else []


def _statement(row: _Row, columns: dict[str, int], index: int, made: _Made, *, alone: bool) -> Statement | None:
    if len(row.cells) <= max(columns.values()):
        return None
    name, formula, value = (_side(row.cells[columns[kind]], made) if kind in columns else None for kind in COLUMNS)
    named = name is not None and (_is_a_name(name.root) or derivative_in(name.root))
    if formula is not None and not is_number(formula.root) and not _calculates(row.cells[columns["formula"]].content):
        formula = None
    if not named or (value is not None and not is_number(value.root)):
        return None
    kept = tuple(side for side in (name, formula, value) if side is not None)
    if len(kept) < 2:
        return None
    at = row.at if alone else Snippet(row.at.text, kept[0].at.start, kept[-1].at.end)
    return Statement(kept, ("=",) * (len(kept) - 1), at, index, begins=at.start, led=True)


def _across(header: _Row, row: _Row, index: int, made: _Made) -> Iterator[Statement]:
    """Yield what a table of one row says, where its header names quantities.

    A word leads the row: `| given | x | w |` above `| value | 0.5 | 0.8 |`.
    """
    if (
        len(header.cells) != len(row.cells)
        or len(row.cells) < 3
        or not is_whole(COLUMNS["value"], row.cells[0].content)
    ):
        return
    pairs = zip(header.cells[1:], row.cells[1:], strict=True)
    named = [(_side(name, made), _side(value, made), value) for name, value in pairs]
    given = [(name, value, at) for name, value, at in named if name is not None and value is not None]
    if len(given) == len(named) and all(is_number(v.root) and _is_a_name(n.root) for n, v, _ in given):
        for name, value, at in given:
            yield Statement((name, value), ("=",), at, index, begins=at.start, led=True)


def _is_a_name(root: Node) -> bool:
    return isinstance(root, Word | Scripted | Accented)


def _calculates(cell: str) -> bool:
    """Say whether a cell holds maths: words are a formula to whoever does not know the language, without any sign."""
    return "$" in cell or bool(_SIGN.search(cell) and not _WORDS.search(cell))


def _side(cell: Snippet, made: _Made) -> Side | None:
    """Return the formula that a cell is; nothing where it is none, or words."""
    maths = _MATHS.fullmatch(cell.text.content, cell.start, cell.end)
    start, end = maths.span("inside") if maths else (cell.start, cell.end)
    side = made.get((cell.text, start, end))
    if side is None:
        front = latex_formula if maths else plain_formula
        side = Side(Snippet(cell.text, start, end), front(cell.text, start, end))
    parts = preorder(side.root)
    if side.formula.strays or side.empty or any(isinstance(part, Unread | Phrase | Comparison) for part in parts):
        return None
    return side
