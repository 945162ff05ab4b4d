r"""Statements → the lines that a person wrote, in order, as they stand.

    \frac{\partial E}{\partial w} &= (\hat{y} - y) \cdot x \\        one line, its left side given
                                  &= x (\hat{y} - y)              a line that goes on with the one before it

A person's line is a line of text too: a statement is cut where a relation begins a line of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from workings.read.formula.statement import Side, Statement, derives
from workings.read.lines.line import WrittenLine
from workings.read.page.text import Snippet, Text
from workings.read.phrases import heard

_TELLS = ("is", "equals", "becomes", "gives", "get")


def lines_of(statements: Sequence[Statement]) -> list[WrittenLine]:
    """Return the lines of a document in order."""
    carried = list(_carried(statements))
    return [
        line
        for statement, behind in zip(carried, [*carried[1:], None], strict=False)
        for line in (
            _of_statement(statement) if behind is None or not _begins(statement, behind) else [_head(statement)]
        )
    ]


def _carried(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Yield statements, a relation at the end of one carried to the next behind it: `$y' =$` and `$y (1 - y)$`."""
    relation: tuple[Side, str] | None = None
    for statement, behind in zip(statements, [*statements[1:], None], strict=False):
        current = statement
        if relation is not None:
            side, sign = relation
            current = replace(current, sides=(side, *current.sides), relations=(sign, *current.relations))
        relation = None
        if behind is not None and current.relations and current.sides[-1].empty and _is_next(statement, behind):
            relation = current.sides[-1], current.relations[-1]
            current = replace(current, sides=current.sides[:-1], relations=current.relations[:-1])
        yield current


def _is_next(statement: Statement, behind: Statement) -> bool:
    """Say whether a formula stands right behind another: only a remark between them, `// chain rule`."""
    latex = statement.kind == behind.kind == "latex" and statement.at.text is behind.at.text
    between = statement.at.text.content[statement.at.end : behind.at.start] if latex else "and"
    return not behind.sides[0].empty and _BETWEEN.fullmatch(between) is not None


_BETWEEN = re.compile(r"[\s$]*+(?://[^\n]*+|\([^()\n]*+\))?+[\s$]*+")


def _begins(statement: Statement, behind: Statement) -> bool:
    """Say whether a derivative within a sentence is what the next formula, `= 2 (y - t)`, goes on with."""
    alone = statement.kind == "latex" and not statement.relations and derives(statement.sides[0].root)
    return alone and behind.kind == "latex" and behind.sides[0].empty and behind.at.text is statement.at.text


def _head(statement: Statement) -> WrittenLine:
    """Return the line of an expression that the next line goes on with, wherever it stands."""
    return WrittenLine(statement.at, (statement.sides[0],), (), statement, statement.label)


def _of_statement(statement: Statement) -> Iterator[WrittenLine]:
    text, sides = statement.at.text, statement.sides
    begins = statement.begins if statement.kind == "latex" else statement.at.start
    before = text.content[max(0, begins - 400) : begins] if statement.kind == "latex" or sides[0].empty else ""
    inline, goes_on = not statement.display, sides[0].empty
    if not statement.relations:
        if statement.display or _is_told(before):
            yield WrittenLine(statement.at, (sides[0],), (), statement, statement.label, before, inline)
        return
    cuts = [0, *(i for i in range(1, len(statement.relations)) if _breaks(text, sides, i)), len(statement.relations)]
    for a, b in pairwise(cuts):
        first = None if a or goes_on else sides[0]
        shown = [s for s in (first, *sides[a + 1 : b + 1]) if s is not None]
        start = first.at.start if first is not None else _relation_start(text, sides, a, statement)
        # The left side of `def f(z): return …` stands in no line of the page.
        function = first is not None and first.at.text is not text
        if function or (statement.led and not a):
            start = statement.at.start
        last = shown[-1]
        end = statement.at.end if function or last.empty or last.at.text is not text else last.at.end
        label = statement.label if b == len(statement.relations) else ""
        yield WrittenLine(
            Snippet(text, start, max(end, start)), (first, *sides[a + 1 : b + 1]), statement.relations[a:b], statement,
            label, before if not a else "", inline,
        )  # fmt: skip


def _is_told(before: str) -> bool:
    """Say whether the text before maths tells of a derivative, which the maths then is."""
    return before.rstrip().rstrip(":$ \t\n").lower().endswith(_TELLS) and bool(heard("tells a slope", before))


def _breaks(text: Text, sides: Sequence[Side], at: int) -> bool:
    """Say whether the relation behind a side begins a line of the source."""
    end = sides[at].at.end
    begin = sides[at + 1].at.start if not sides[at + 1].empty else end
    gap = text.content[end:begin]
    return "\n" in text.content[end : end + len(gap) - len(gap.lstrip())]


def _relation_start(text: Text, sides: Sequence[Side], at: int, statement: Statement) -> int:
    start = sides[at].at.end if not sides[at].empty else statement.at.start
    while start < len(text.content) and text.content[start].isspace():
        start += 1
    return start
