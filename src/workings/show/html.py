"""Parts → HTML with MathML: what a notebook shows, and the body of a page. Nothing is fetched from anywhere."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path

from workings.graph.writing.boxes import boxes
from workings.show.mathml import draw, mathml
from workings.show.parts import (
    Document,
    Drawing,
    Heading,
    Inline,
    Items,
    Lines,
    Listing,
    Literal,
    Paragraph,
    Part,
    Put,
    Strong,
    Table,
    Text,
    Verdict,
    Verdicts,
)


@lru_cache(maxsize=1)
def style() -> str:
    """Return the style sheet."""
    return (Path(__file__).parent / "page" / "style.css").read_text(encoding="utf-8")


def lower(document: Document) -> str:
    """Write a document as an HTML fragment that carries its own style."""
    body = "\n".join(_part(part) for part in document)
    return f'<div class="workings">\n<style>{style()}</style>\n{body}\n</div>\n'


def standalone(document: Document, title: str) -> str:
    """Write a document as one HTML file."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = f'<body class="workings-page">\n{lower(document)}</body>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n{body}</html>\n'


def _inline(item: Inline) -> str:
    if isinstance(item, str):
        return escape(item)
    if isinstance(item, Strong):
        return f"<strong>{escape(item.text)}</strong>"
    if isinstance(item, Literal):
        return f"<code>{escape(item.text)}</code>"
    return _maths(item)


def _maths(item: Inline, *, display: bool = False) -> str:
    if isinstance(item, Put):
        return mathml(item.expr, item.values, display=display)
    if isinstance(item, str | Strong | Literal):
        return f"<span>{_inline(item)}</span>"
    return mathml(item, display=display)


def _text(text: Text) -> str:
    return "".join(_inline(item) for item in text)


def _part(part: Part) -> str:
    if isinstance(part, Heading):
        return f"<h{part.level}>{_text(part.text)}</h{part.level}>"
    if isinstance(part, Drawing):
        return f"<figure>{part.svg}<figcaption>{_text(part.caption)}</figcaption></figure>"
    if isinstance(part, Paragraph):
        return f"<p>{_text(part.text)}</p>"
    if isinstance(part, Items):
        return "<ul>" + "".join(f"<li>{_text(item)}</li>" for item in part.items) + "</ul>"
    if isinstance(part, Listing):
        return f"<pre>{escape(part.text.rstrip())}</pre>"
    if isinstance(part, Lines):
        return _lines(part)
    if isinstance(part, Verdicts):
        return f"<div class='wide'><table class='verdicts'>{''.join(map(_verdict, part.rows))}</table></div>"
    return _table(part)


def _lines(part: Lines) -> str:
    rows = [
        f"<tr><th scope='row'>{'' if left is None else _maths(left, display=True)}</th><td>=</td>"
        f"<td>{_maths(formula, display=True)}</td><td class='remark'>{_text(remark)}</td></tr>"
        for left, formula, remark in part.rows
    ]
    return f"<div class='wide'><table class='lines'>{''.join(rows)}</table></div>"


_CLASSES = {"✓": "holds", "✗": "wrong", "~": "open", "?": "open"}
_SPOKEN = {"✓": "holds", "✗": "wrong", "~": "undecided", "?": "not read"}


def _verdict(row: Verdict) -> str:
    drawn = "".join(_maths(item, display=True) if not isinstance(item, str) else escape(item) for item in row.line)
    if row.wrong is not None and not isinstance(row.wrong, str | Put | Strong | Literal):
        # The drawing of a part stands within the drawing of the line that it is a part of.
        piece = draw(boxes(row.wrong))
        at = drawn.rfind(piece)
        if at >= 0:
            drawn = f"{drawn[:at]}<mrow class='wrong'>{piece}</mrow>{drawn[at + len(piece) :]}"
    details = "".join(f"<p>{_text(detail)}</p>" for detail in row.details)
    kind = _CLASSES.get(row.mark, "open")
    return (
        f"<tr class='{kind}'><td class='mark' aria-label='{_SPOKEN.get(row.mark, '')}'>{row.mark}</td>"
        f"<th scope='row'>{escape(row.label)}</th><td>{drawn}{details}</td>"
        f"<td class='remark'>{_text(row.told)}</td></tr>"
    )


def _table(part: Table) -> str:
    def cell(tag: str, index: int, text: Text) -> str:
        kind = " class='number'" if index in part.right else ""
        return f"<{tag}{kind}>{_text(text)}</{tag}>"

    head = "".join(cell("th", index, text) for index, text in enumerate(part.head))
    rows = "".join("<tr>" + "".join(cell("td", i, text) for i, text in enumerate(row)) + "</tr>" for row in part.rows)
    return f"<div class='wide'><table class='data'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
