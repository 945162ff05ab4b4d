"""Parts → Markdown, with formulas in dollars and derivations as aligned displays."""

from __future__ import annotations

from workings.show.latex import maths
from workings.show.parts import (
    Document,
    Heading,
    Inline,
    Items,
    Lines,
    Listing,
    Literal,
    Paragraph,
    Strong,
    Text,
    Verdict,
    Verdicts,
    Wording,
    in_words,
)


def lower(document: Document) -> str:
    """Write a document as Markdown."""
    return "\n\n".join(_part(part) for part in in_words(document)) + "\n"


def _inline(item: Inline) -> str:
    if isinstance(item, str):
        return item.replace("*", r"\*").replace("_", r"\_").replace("$", r"\$")
    if isinstance(item, Strong):
        return f"**{item.text}**"
    if isinstance(item, Literal):
        ticks = "``" if "`" in item.text else "`"
        return f"{ticks}{item.text}{ticks}"
    return f"${maths(item)}$"


def _text(text: Text) -> str:
    return "".join(_inline(item) for item in text)


def _part(part: Wording) -> str:
    if isinstance(part, Heading):
        return f"{'#' * part.level} {_text(part.text)}"
    if isinstance(part, Paragraph):
        return _text(part.text)
    if isinstance(part, Items):
        return "\n".join(f"- {_text(item)}" for item in part.items)
    if isinstance(part, Listing):
        return f"```{part.language}\n{part.text.rstrip()}\n```"
    if isinstance(part, Lines):
        return _lines(part)
    if isinstance(part, Verdicts):
        return "\n".join(_verdict(row) for row in part.rows)
    rule = [("---:" if index in part.right else "---") for index in range(len(part.head))]
    rows = [[_text(cell).replace("|", r"\|") for cell in row] for row in part.rows]
    table = [[_text(cell) for cell in part.head], rule, *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in table)


def _verdict(row: Verdict) -> str:
    label = f"{row.label} " if row.label else ""
    wrong = [f"here: ${maths(row.wrong)}$"] if row.wrong is not None else []
    details = [*wrong, *(_text(detail) for detail in row.details)]
    first = f"- **{row.mark}** {label}{_text(row.line)} — {_text(row.told)}"
    return "\n".join([first, *(f"  - {detail}" for detail in details)])


def _lines(part: Lines) -> str:
    rows = [f"{'' if left is None else maths(left)} &= {maths(formula)}" for left, formula, _ in part.rows]
    if not any(remark for _, _, remark in part.rows):
        return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"
    numbered = [f"{row} & \\text{{({i})}}" for i, row in enumerate(rows, start=1)]
    remarks = [f"{i}. {_text(remark)}" for i, (_, _, remark) in enumerate(part.rows, start=1)]
    display = "$$\n\\begin{aligned}\n" + " \\\\\n".join(numbered) + "\n\\end{aligned}\n$$"
    return display + "\n\n" + "\n".join(remarks)
