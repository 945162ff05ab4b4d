r"""Rows of tables that give a name its number: what stands in their cells is an equation.

`| z | 0.5 · 2 + 1 | 2 |`, in a table of the columns `| quantity | formula | result |`, is z = 0.5 · 2 + 1 = 2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from workings.read.formula.plain import plain_formula
from workings.read.formula.statement import Side, Statement
from workings.read.page.text import Snippet, Text

#: What heads a column of numbers that are those of the names in the first one.
_VALUES = frozenset((
    "value", "values", "number", "result", "start", "initial value", "starting value", "wert", "ergebnis", "valor",
    "resultado", "valeur", "résultat", "值", "数值", "结果", "値", "結果", "hodnota", "значение",
))  # fmt: skip
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")
_RULE = re.compile(r"[ \t]*\|?[ \t:|-]*-[ \t:|-]*")


def with_rows(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements of a page, those that are the cells of such a row as one equation."""
    out: list[Statement] = []
    for statement in statements:
        row = _Row.of(statement)
        if row is None:
            out.append(statement)
        elif out and out[-1].at.text is row.text and row.begins <= out[-1].at.start:
            # The second cell of a row that begins with a name.
            before = out.pop()
            made = _equation(before, statement, row) if not before.relations else None
            out += [before, statement] if made is None else [made]
        else:
            out.append(statement)
    return [_given(statement) or statement for statement in out]


class _Row:
    """A row of a table, by the places of its cells, and what heads them."""

    def __init__(self, text: Text, begins: int, ends: int) -> None:
        self.text, self.begins, self.ends = text, begins, ends
        bars = [at for at in range(begins, ends) if text.content[at] == "|" and text.content[at - 1] != "\\"]
        self.cells = [_stripped(text, start + 1, end) for start, end in pairwise([*bars, ends])]

    @classmethod
    def of(cls, statement: Statement) -> _Row | None:
        """Return the row that a formula without a relation stands in as one cell; None where it stands elsewhere."""
        text, at = statement.at.text, statement.at
        if statement.relations or statement.display or statement.kind != "latex":
            return None
        begins = text.content.rfind("\n", 0, at.start) + 1
        ends = text.content.find("\n", at.end)
        ends = len(text.content) if ends < 0 else ends
        return cls(text, begins, ends) if text.content[begins:ends].lstrip().startswith("|") else None

    def value(self) -> Snippet | None:
        """Return its only number, where its column is one of values."""
        numbers = [(column, cell) for column, cell in enumerate(self.cells) if _NUMBER.fullmatch(cell.content)]
        heads = self._heads()
        if len(numbers) != 1 or numbers[0][0] >= len(heads) or heads[numbers[0][0]] not in _VALUES:
            return None
        return numbers[0][1]

    def first_is(self, statement: Statement) -> bool:
        """Say whether a formula is all that stands in the first cell."""
        cell = self.cells[0] if self.cells else None
        return cell is not None and cell.content.strip("$\\() \t") == statement.at.content.strip("\\() \t")

    def _heads(self) -> list[str]:
        lines = self.text.content[: self.begins].split("\n")[:-1]
        rule = next((i for i in range(len(lines) - 1, 0, -1) if not lines[i].lstrip().startswith("|") or
                     _RULE.fullmatch(lines[i])), 0)  # fmt: skip
        if not rule or not _RULE.fullmatch(lines[rule]):
            return []
        return [cell.strip(" \t*_").lower() for cell in lines[rule - 1].strip().strip("|").split("|")]


def _stripped(text: Text, start: int, end: int) -> Snippet:
    written = text.content[start:end]
    begin = start + len(written) - len(written.lstrip())
    return Snippet(text, begin, max(begin, start + len(written.rstrip())))


def _equation(name: Statement, formula: Statement, row: _Row) -> Statement | None:
    """Return `z = 0.5 · 2 + 1 = 2` for three cells of a row."""
    value = row.value()
    if value is None or not row.first_is(name) or value.start < formula.at.end:
        return None
    sides = (name.sides[0], formula.sides[0], _side(value))
    return replace(name, sides=sides, relations=("=", "="), at=_stripped(row.text, row.begins, row.ends))


def _given(statement: Statement) -> Statement | None:
    """Return `x = 2` for a row of a name, words about it, and its number."""
    row = _Row.of(statement)
    value = row.value() if row is not None and row.first_is(statement) else None
    if row is None or value is None:
        return None
    at = _stripped(row.text, row.begins, row.ends)
    return replace(statement, sides=(statement.sides[0], _side(value)), relations=("=",), at=at)


def _side(at: Snippet) -> Side:
    return Side(at, plain_formula(at.text, at.start, at.end))
