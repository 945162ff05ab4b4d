"""Parts → a terminal: formulas in one line of Unicode, remarks beside them where the window is wide enough."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text as Styled

from workings.show.encoding import shown
from workings.show.parts import (
    Document,
    Heading,
    Items,
    Lines,
    Listing,
    Paragraph,
    Strong,
    Table,
    Text,
    Verdict,
    Verdicts,
    Wording,
    flat,
    flat_text,
    spelled,
)


def lower(document: Document, console: Console, encoding: str = "utf-8") -> None:
    """Draw a document on a console; what its encoding cannot show is spelled in ASCII."""
    before = None
    for part in spelled(document, lambda text: shown(text, encoding)):
        # The rule of a heading is room enough.
        if before is not None and not (isinstance(before, Heading) and before.level == 2):
            console.print()
        before = part
        console.print(_part(part, console.width), highlight=False, markup=False)


def text_of(document: Document, width: int = 100, encoding: str = "utf-8") -> str:
    """Draw a document as plain characters: what a shell shows of an object, and what a pipe gets."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        lower(document, console, encoding)
    # The bullets and rules that are drawn here have a character each in ASCII, too.
    return shown("\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n", encoding)


def _styled(text: Text) -> Styled:
    out = Styled()
    for item in text:
        style = "bold" if isinstance(item, Strong) else "" if isinstance(item, str) else "cyan"
        out.append(flat(item), style=style)
    return out


def _part(part: Wording, width: int) -> RenderableType:
    if isinstance(part, Heading):
        return _heading(part, width)
    if isinstance(part, Paragraph):
        return _styled(part.text)
    if isinstance(part, Items):
        return _items(part)
    if isinstance(part, Listing):
        return Padding(Styled(part.text.rstrip("\n"), style="cyan", overflow="fold"), (0, 0, 0, 4))
    if isinstance(part, Lines):
        return _lines(part, width)
    if isinstance(part, Verdicts):
        return _verdicts(part, width)
    return _table(part, width)


def _heading(part: Heading, width: int) -> RenderableType:
    title = flat_text(part.text)
    if part.level == 1:
        return Styled(title, style="bold underline")
    if part.level == 2:
        return Styled(f"── {title} " + "─" * max(0, min(width, 100) - cell_len(title) - 4), style="bold")
    return Styled(title, style="bold")


def _items(part: Items) -> RenderableType:
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for item in part.items:
        grid.add_row(" •", _styled(item))
    return grid


def _lines(part: Lines, width: int) -> RenderableType:
    lefts = ["" if left is None else flat(left) for left, _, _ in part.rows]
    margin = 2 + max(map(cell_len, lefts), default=0)
    heads = [" " * (margin - cell_len(left)) + left + " = " for left in lefts]
    formulas = [flat(formula) for _, formula, _ in part.rows]
    longest = max(map(cell_len, formulas), default=0)
    remarks = [remark for _, _, remark in part.rows]
    if any(remarks) and margin + 3 + longest + 2 + 32 <= width:
        grid = Grid.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold", ratio=1)
        for head, formula, remark in zip(heads, formulas, remarks, strict=True):
            grid.add_row(Styled(head + formula, style="cyan"), _remark(remark))
        return grid
    rows: list[RenderableType] = []
    for head, formula, remark in zip(heads, formulas, remarks, strict=True):
        rows.append(_hanging(head, Styled(formula, style="cyan")))
        if remark:
            rows.append(Padding(_remark(remark), (0, 0, 0, margin + 3)))
    return Group(*rows)


_COLOURS = {"✓": "green", "✗": "red", "~": "yellow", "?": "yellow"}


def _verdicts(part: Verdicts, width: int) -> RenderableType:
    labels = max((cell_len(row.label) for row in part.rows), default=0)
    lines = _aligned(part.rows)
    indent = " " * (4 + labels + (1 if labels else 0))
    # What is said stands beside the lines that leave room for it, and below the others.
    room = width - len(indent) - 2 - 30
    longest = max((cell_len(line) for line in lines if cell_len(line) <= room), default=0)
    rows: list[RenderableType] = []
    for row, line in zip(part.rows, lines, strict=True):
        colour = _COLOURS.get(row.mark, "")
        head = Styled("  ").append(row.mark, style=f"bold {colour}").append(f" {row.label:>{labels}}" if labels else "")
        head.append(" ")
        body = Styled(line, style="cyan")
        told = _styled(row.told)
        told.stylize("dim")
        beside = cell_len(line) <= room
        if beside:
            body.append(" " * (longest - cell_len(line) + 2)).append_text(told)
        rows.append(_joined(head, body))
        carets = _carets(row, line)
        if carets:
            rows.append(Styled(indent + carets, style=f"bold {colour}"))
        if not beside:
            rows.append(_joined(Styled(indent + "  "), told))
        rows += [_joined(Styled(indent + "  "), _styled(detail)) for detail in row.details]
    return Group(*rows)


def _aligned(rows: Sequence[Verdict]) -> list[str]:
    """Write the lines, one that goes on with the line above indented so that its relation stands below that one's."""
    out: list[str] = []
    margin = 0
    for row in rows:
        line = flat_text(row.line)
        if row.line and isinstance(row.line[0], str):
            line = " " * margin + line
        else:
            margin = cell_len(flat(row.line[0])) + 1 if row.line else 0
        out.append(line)
    return out


def _carets(row: Verdict, line: str) -> str:
    """Return what underlines the wrong part, where it stands in the line once drawn."""
    wrong = flat(row.wrong) if row.wrong is not None else ""
    at = line.rfind(wrong) if wrong else -1
    return " " * cell_len(line[:at]) + "^" * cell_len(wrong) if at >= 0 else ""


def _joined(head: Styled, body: Styled) -> RenderableType:
    grid = Grid.grid()
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(head, body)
    return grid


def _hanging(head: str, body: Styled) -> RenderableType:
    grid = Grid.grid()
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Styled(head, style="cyan"), body)
    return grid


def _remark(remark: Text) -> Styled:
    out = _styled(remark)
    out.stylize("dim")
    return out


#: A word of more characters than this may be broken: the source of a formula, an address. A number is never.
_LONGEST_WORD = 24


def _table(part: Table, width: int) -> RenderableType:
    """Draw a table whose cells wrap at blanks; where the window is too narrow for that, each row is a list."""
    between = 2 if len(part.head) < 8 else 1
    widths = _widths(part, width - 2 - between * (len(part.head) - 1))
    if widths is None:
        return _stacked(part)
    grid = Grid(box=None, padding=(0, between, 0, 0), header_style="bold", pad_edge=False)
    for index, (head, wide) in enumerate(zip(part.head, widths, strict=True)):
        right = index in part.right
        grid.add_column(flat_text(head), justify="right" if right else "left", overflow="fold", width=wide)
    for row in part.rows:
        grid.add_row(*(_styled(cell) for cell in row))
    return Padding(grid, (0, 0, 0, 2))


def _widths(part: Table, room: int) -> list[int] | None:
    """Return the widths of a table's columns, None where even the longest words and the numbers do not fit."""
    columns = [[flat_text(cell) for cell in column] for column in zip(part.head, *part.rows, strict=True)]
    wanted = [max(map(cell_len, column)) for column in columns]
    least = [
        max(
            _longest_word(column[0]),
            *(cell_len(cell) if index in part.right else _longest_word(cell) for cell in column[1:]),
            1,
        )
        for index, column in enumerate(columns)
    ]
    spare = room - sum(least)
    if spare < 0:
        return None
    for index in sorted(range(len(columns)), key=lambda at: wanted[at] - least[at]):
        # The columns that need little are given it all; what is left goes to those that wrap.
        more = min(wanted[index] - least[index], spare)
        least[index] += more
        spare -= more
    return least


def _longest_word(text: str) -> int:
    return max((min(cell_len(word), _LONGEST_WORD) for word in text.split()), default=0)


def _stacked(part: Table) -> RenderableType:
    """Draw each row of a table as a list of what its columns are called and what stands in them."""
    heads = [flat_text(head) for head in part.head]
    margin = max(map(cell_len, heads))
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for number, row in enumerate(part.rows):
        if number:
            grid.add_row("", "")
        for head, cell in zip(heads, row, strict=True):
            if flat_text(cell):
                grid.add_row(Styled(f"{head:<{margin}}", style="bold"), _styled(cell))
    return Padding(grid, (0, 0, 0, 2))
