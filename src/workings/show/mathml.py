"""Formulas → MathML Core: what a browser draws by itself, without a script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from workings.graph.expr import Expr
from workings.graph.writing.boxes import (
    Box,
    Bracketed,
    Chosen,
    Digits,
    Letters,
    Over,
    Raised,
    Room,
    Rooted,
    Row,
    Sign,
    Slope,
    boxes,
)
from workings.graph.writing.spelling import ACCENTS, GREEK


def mathml(expr: Expr, values: Mapping[str, str] | None = None, *, display: bool = False) -> str:
    """Write an expression as a `<math>` element."""
    mode = ' displaystyle="true"' if display else ""
    return f"<math{mode}><mrow>{draw(boxes(expr, values=values))}</mrow></math>"


def draw(root: Box) -> str:
    """Draw boxes as the content of a `<math>` element."""
    out: list[str] = []
    stack: list[Box | str] = [root]
    while stack:
        box = stack.pop()
        if isinstance(box, str):
            out.append(box)
        elif isinstance(box, Letters):
            out.append(_letters(box))
        elif isinstance(box, Digits):
            out.append(f"<mn>{escape(box.text)}</mn>")
        elif isinstance(box, Sign):
            out.append(_sign(box))
        elif isinstance(box, Room):
            out.append('<mspace width="0.25em"/>' if box.wide else '<mspace width="0.12em"/>')
        else:
            stack.extend(reversed(_parts(box)))
    return "".join(out)


def _sign(box: Sign) -> str:
    if box.spaced:
        return f"<mo>{escape(box.plain)}</mo>"
    space = "0" if box.plain in "−-" else "0.1em" if box.plain == "," else "0"
    return f'<mo lspace="0" rspace="{space}">{escape(box.plain)}</mo>'


def _letters(box: Letters) -> str:
    """Write a name, its subscripts below and its mark above; a letter that is no name is one identifier."""
    name = box.name
    if name is None:
        return _identifier(box.plain)
    drawn = _identifier(GREEK.get(name.base, name.base))
    if name.accent:
        drawn = f'<mover accent="true">{drawn}<mo stretchy="false">{_MARKS[ACCENTS[name.accent]]}</mo></mover>'
    subs = [part for part in (name.digits, *(GREEK.get(sub, sub) for sub in name.subscripts)) if part]
    if subs:
        drawn = f"<msub>{drawn}<mrow>{'<mo>,</mo>'.join(map(_identifier, subs))}</mrow></msub>"
    primed = f"<mo>{'′' * name.primes}</mo>" if name.primes else ""
    if name.mark:
        return f"<msup>{drawn}<mrow>{_raised_mark(name.mark)}{primed}</mrow></msup>"
    return f"<msup>{drawn}{primed}</msup>" if primed else drawn


def _raised_mark(mark: str) -> str:
    """Draw a mark; a sign alone needs no brackets: w⁺, a⁽¹⁾."""
    inner = mark[1:-1] if mark in ("(+)", "(-)", "(*)") else mark
    pieces: list[str] = re.findall(r"[^\W\d_][^\W_]*|\d+|.", inner.replace("-", "−"))
    return "".join(_identifier(GREEK.get(p, p)) if p.isalnum() else f"<mo stretchy='false'>{p}</mo>" for p in pieces)


_MARKS = {"\u0302": "^", "\u0304": "¯", "\u0303": "~", "\u0307": "˙", "\u20d7": "→"}


def _identifier(text: str) -> str:
    # One letter is italic by itself in MathML; a word is upright, as a name of several letters should be.
    if text.isdigit():
        return f"<mn>{text}</mn>"
    return f"<mi>{escape(text)}</mi>"


def _parts(box: Row | Over | Raised | Rooted | Bracketed | Chosen | Slope) -> list[Box | str]:
    if isinstance(box, Row):
        return ["<mrow>", *box.items, "</mrow>"]
    if isinstance(box, Over):
        return ["<mfrac><mrow>", box.top, "</mrow><mrow>", box.bottom, "</mrow></mfrac>"]
    if isinstance(box, Raised):
        return ["<msup><mrow>", box.base, "</mrow><mrow>", box.exponent, "</mrow></msup>"]
    if isinstance(box, Rooted):
        return ["<msqrt><mrow>", box.inside, "</mrow></msqrt>"]
    if isinstance(box, Bracketed):
        return [f"<mrow><mo>{box.left}</mo>", box.inside, f"<mo>{box.right}</mo></mrow>"]
    if isinstance(box, Chosen):
        row, cell, end = "<mtr><mtd style='text-align: left'>", "</mtd><mtd style='text-align: left'>", "</mtd></mtr>"
        rows = [
            row, box.first, f"{cell}<mtext>if&#160;</mtext>", box.condition, end,
            row, box.other, f"{cell}<mtext>otherwise</mtext>", end,
        ]  # fmt: skip
        return ["<mrow><mo stretchy='true'>{</mo><mtable>", *rows, "</mtable></mrow>"]
    partial = "<mo lspace='0' rspace='0'>∂</mo>"
    of: list[Box | str] = [box.of] if box.bare else ["<mo>(</mo>", box.of, "<mo>)</mo>"]
    slope: list[Box | str] = ["<mfrac><mrow>", partial, *of, "</mrow><mrow>", partial, box.by, "</mrow></mfrac>"]
    if not box.held:
        return slope
    names: list[Box | str] = []
    for index, name in enumerate(box.held):
        names += ["<mo>,</mo>", name] if index else [name]
    return ["<msub><mrow><mo>(</mo>", *slope, "<mo>)</mo></mrow><mrow>", *names, "</mrow></msub>"]
