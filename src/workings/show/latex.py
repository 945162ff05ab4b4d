"""Parts and formulas → LaTeX. What is printed reads back to the same graph."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

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
from workings.graph.writing.spelling import ACCENTS, FROM_SUPERSCRIPT, GREEK_NAMES
from workings.show.parts import (
    Document,
    Heading,
    Inline,
    Items,
    Lines,
    Listing,
    Literal,
    Paragraph,
    Put,
    Strong,
    Table,
    Text,
    Verdict,
    Verdicts,
    in_words,
)

_BRACKETS = {"|": ("|", "|"), "(": ("(", ")"), "[": ("[", "]")}


def latex(expr: Expr, values: Mapping[str, str] | None = None) -> str:
    r"""Write an expression in LaTeX: `\frac{1}{2} (\hat{y} - y)^{2}`."""
    out: list[str] = []
    stack: list[Box | str] = [boxes(expr, values=values)]
    while stack:
        box = stack.pop()
        if isinstance(box, str):
            out.append(box)
        elif isinstance(box, Letters):
            out.append(box.latex)
        elif isinstance(box, Digits):
            out.append(_digits(box.text))
        elif isinstance(box, Sign):
            out.append(f" {box.latex} " if box.spaced else box.latex)
        elif isinstance(box, Room):
            out.append(r" \, " if box.wide else " ")
        else:
            stack.extend(reversed(_parts(box)))
    return "".join(out)


def _digits(text: str) -> str:
    power = re.fullmatch(r"(.*)·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    if power:
        exponent = power[2].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
        return rf"{_digits(power[1])} \cdot 10^{{{exponent}}}"
    return text.replace("−", "-").replace("∞", r"\infty").replace("NaN", r"\mathrm{NaN}")


#: A number as it is shown.
_NUMBER = re.compile(r"[−+]?(?:[\d,]+\.?\d*(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|∞)|NaN")


def _parts(box: Row | Over | Raised | Rooted | Bracketed | Chosen | Slope) -> list[Box | str]:
    if isinstance(box, Row):
        return list(box.items)
    if isinstance(box, Over):
        return [r"\frac{", box.top, "}{", box.bottom, "}"]
    if isinstance(box, Raised):
        # `^{(…)}` and `^{[…]}` number a layer on many pages; a second pair of braces makes it an exponent again.
        left, right = ("^{{", "}}") if _begins_with_bracket(box.exponent) else ("^{", "}")
        return [box.base, left, box.exponent, right]
    if isinstance(box, Rooted):
        return [r"\sqrt{", box.inside, "}"]
    if isinstance(box, Bracketed):
        tall = _is_tall(box.inside)
        left, right = _BRACKETS[box.left]
        return [(r"\left" if tall else "") + left, box.inside, (r"\right" if tall else "") + right]
    if isinstance(box, Chosen):
        # Behind the end of a row, TeX takes a square bracket for the height of the gap.
        end = r" \\[0pt] " if _begins_with_bracket(box.other) else r" \\ "
        rows = [box.first, r" & \text{if } ", box.condition, end, box.other, r" & \text{otherwise}"]
        return [r"\begin{cases} ", *rows, r" \end{cases}"]
    left, right = (r"\left(", r"\right)") if _is_tall(box.of) else ("(", ")")
    of: list[Box | str] = [
        r"\frac{\partial ",
        *([box.of] if box.bare else [left, box.of, right]),
        r"}{\partial ",
        box.by,
        "}",
    ]
    if not box.held:
        return of
    names: list[Box | str] = []
    for index, name in enumerate(box.held):
        names += [", ", name] if index else [name]
    return [r"\left(", *of, r"\right)_{", *names, "}"]


def _begins_with_bracket(box: Box) -> bool:
    while isinstance(box, Row | Raised):
        box = box.items[0] if isinstance(box, Row) else box.base
    return isinstance(box, Bracketed) or (isinstance(box, Slope) and bool(box.held))


def _is_tall(box: Box) -> bool:
    stack = [box]
    while stack:
        top = stack.pop()
        if isinstance(top, Over | Slope | Chosen):
            return True
        if isinstance(top, Row):
            stack += top.items
        elif isinstance(top, Bracketed | Rooted):
            stack.append(top.inside)
        elif isinstance(top, Raised):
            stack.append(top.base)
    return False


_ESCAPES = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
})  # fmt: skip
#: Characters that a text font need not have, as maths.
_SYMBOLS = {
    "−": "-", "·": r"\cdot", "→": r"\to", "←": r"\leftarrow", "′": "'", "∂": r"\partial", "≥": r"\ge", "≤": r"\le",
    "∈": r"\in", "½": r"\frac{1}{2}", "∞": r"\infty", "✓": r"\checkmark", "✗": r"\times", "●": r"\bullet",
    "‖": r"\|", "∇": r"\nabla", "×": r"\times", "≈": r"\approx",
    "\N{SCRIPT CAPITAL L}": r"\mathcal{L}", "\N{SCRIPT SMALL L}": r"\ell",
}  # fmt: skip
_PUNCTUATION = {"“": "``", "”": "''", "…": r"\dots{}", "—": "---", "–": "--"}
_MARKED = re.compile("(.)([" + "".join(ACCENTS.values()) + "])")
_COMMANDS = {mark: word for word, mark in ACCENTS.items()}
_RAISED = "".join(map(chr, FROM_SUPERSCRIPT))
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖ"
_FOREIGN = re.compile(rf"[{''.join(_SYMBOLS)}]|[\u0370-\u03ff]|[{_SUBSCRIPTS}]+|[{_RAISED}]+")
_PLAIN_DIGITS = str.maketrans(_SUBSCRIPTS, "0123456789ijk") | FROM_SUPERSCRIPT


def escaped(text: str) -> str:
    """Return words with LaTeX's own characters made harmless, and accents, symbols and Greek letters as maths."""
    out = unicodedata.normalize("NFD", text).translate(_ESCAPES)
    out = _MARKED.sub(lambda m: f"${_accented(m)}$", out)
    for character, command in _PUNCTUATION.items():
        out = out.replace(character, command)
    out = _FOREIGN.sub(lambda m: f"${_command(m[0])}$", out)
    # What stands side by side is one formula.
    return unicodedata.normalize("NFC", re.sub(r"(?<!\\)\$\$", " ", out))


#: Words within a formula that is given as characters: two letters or more, and the blanks between them.
_WORDS = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}(?: +[A-Za-z]{2,})*(?![A-Za-z])")


def _formula(text: str) -> str:
    """Write a formula that is given as characters, `−‖∇E‖² + …`, words within it as words."""
    out: list[str] = []
    at = 0
    for found in _WORDS.finditer(text):
        blank = (" " if text[: found.start()].endswith(" ") else "", " " if text[found.end() :].startswith(" ") else "")
        out += [_signs(text[at : found.start()]), rf"\text{{{blank[0]}{found[0]}{blank[1]}}}"]
        at = found.end()
    return "".join([*out, _signs(text[at:])])


def _signs(text: str) -> str:
    out = unicodedata.normalize("NFD", text)
    for character in "#%&$":
        out = out.replace(character, "\\" + character)
    out = _MARKED.sub(_accented, out).replace("…", r"\dots")
    out = _FOREIGN.sub(lambda m: _command(m[0]) + " ", out)
    return unicodedata.normalize("NFC", re.sub(r" (?=[_^'])| +$", "", out))


def _accented(marked: re.Match[str]) -> str:
    return rf"\{_COMMANDS[marked[2]]}{{{_command(marked[1])}}}"


def _command(run: str) -> str:
    if run in _SYMBOLS:
        return _SYMBOLS[run]
    if run in GREEK_NAMES:
        return "\\" + GREEK_NAMES[run]
    digits = run.translate(_PLAIN_DIGITS)
    if digits == run:
        return run
    return f"{'_' if run[0] in _SUBSCRIPTS else '^'}{{{digits}}}"


def inline(item: Inline) -> str:
    """Write a piece of text or a formula within a line."""
    if isinstance(item, str):
        return escaped(item)
    if isinstance(item, Strong):
        return rf"\textbf{{{escaped(item.text)}}}"
    if isinstance(item, Literal):
        return rf"\texttt{{{escaped(item.text)}}}"
    return f"${maths(item)}$"


def maths(item: Inline) -> str:
    """Write a formula, or words within one."""
    if isinstance(item, Put):
        return latex(item.expr, item.values)
    if isinstance(item, str):
        return _digits(item) if _NUMBER.fullmatch(item) else _formula(item)
    if isinstance(item, Strong | Literal):
        return rf"\text{{{inline(item)}}}"
    return latex(item)


def _text(text: Text) -> str:
    return "".join(inline(item) for item in text)


_SECTIONS = {1: "section*", 2: "subsection*", 3: "subsubsection*"}


def lower(document: Document) -> str:
    """Write a document as a LaTeX body."""
    return "\n\n".join(_part(part) for part in in_words(document)) + "\n"


def _part(part: object) -> str:
    if isinstance(part, Heading):
        return rf"\{_SECTIONS[min(part.level, 3)]}{{{_text(part.text)}}}"
    if isinstance(part, Paragraph):
        return _text(part.text)
    if isinstance(part, Items):
        return "\n".join([r"\begin{itemize}", *(rf"  \item {_text(item)}" for item in part.items), r"\end{itemize}"])
    if isinstance(part, Listing):
        inside = "\\\\\n".join(map(_typed, part.text.rstrip("\n").split("\n")))
        return "{\\ttfamily\\raggedright\\noindent\n" + inside + "\\par}"
    if isinstance(part, Lines):
        return _lines(part)
    if isinstance(part, Verdicts):
        return "\\begin{itemize}\n" + "\n".join(map(_verdict, part.rows)) + "\n\\end{itemize}"
    assert isinstance(part, Table)
    return _table(part)


def _lines(part: Lines) -> str:
    rows = [
        f"  {'' if left is None else maths(left)} &= {maths(formula)}" + (f" && {_remark(remark)}" if remark else "")
        for left, formula, remark in part.rows
    ]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _typed(line: str) -> str:
    """Write a line whose characters stand below those of other lines: each symbol as wide as a letter of the font."""
    text = line.lstrip(" ")
    parts = re.split(f"([{''.join(_SYMBOLS)}])", text)
    cells = [rf"\makebox[.525em]{{${_SYMBOLS[p]}$}}" if p in _SYMBOLS else escaped(p) for p in parts if p]
    return "~" * (len(line) - len(text)) + "".join(cells).replace("  ", "~~") or "~"


_MARKS = {"✓": r"\checkmark", "✗": r"\times", "~": r"\sim", "?": r"?"}


def _verdict(row: Verdict) -> str:
    label = f"{escaped(row.label)} " if row.label else ""
    wrong = [f"here: ${maths(row.wrong)}$"] if row.wrong is not None else []
    details = [*wrong, *(_text(detail) for detail in row.details)]
    told = rf"\hfill{{\footnotesize {_text(row.told)}}}"
    below = "".join(rf" \newline {detail}" for detail in details)
    line = "".join(rf"$\displaystyle {maths(i)}$" if not isinstance(i, str | Literal) else inline(i) for i in row.line)
    return rf"  \item[${_MARKS.get(row.mark, '?')}$] {label}{line} {told}{below}"


def _remark(remark: Text) -> str:
    # A narrow column beside the formulas: a remark is a sentence, and an unbroken one would run off the page.
    return rf"\parbox[t]{{.38\linewidth}}{{\raggedright\footnotesize {_text(remark)}}}"


def _table(part: Table) -> str:
    columns = "".join(_column(part, index) for index in range(len(part.head)))
    head = " & ".join(_text(cell) for cell in part.head)
    rows = [" & ".join(_text(cell) for cell in row) + r" \\" for row in part.rows]
    body = "\n".join([rf"\begin{{tabular}}{{{columns}}}", head + r" \\ \hline", *rows, r"\end{tabular}"])
    return "{\\small\n" + body + "\n}"


def _column(part: Table, index: int) -> str:
    """Return the alignment of a column: one of sentences gets a width of its own and breaks its lines."""
    if index in part.right:
        return "r"
    longest = max((len(_text(row[index])) for row in part.rows), default=0)
    return r">{\raggedright\arraybackslash}p{.38\linewidth}" if longest > 40 else "l"


def standalone(document: Document, title: str) -> str:
    """Write a document that compiles by itself with the packages amsmath and amssymb."""
    return "\n".join([
        r"\documentclass[a4paper]{article}", r"\usepackage[T1]{fontenc}", r"\usepackage{amsmath,amssymb,array}",
        r"\usepackage[margin=2cm]{geometry}", r"\allowdisplaybreaks", r"\setlength{\parindent}{0pt}",
        r"\setlength{\parskip}{6pt}", f"% {title}", r"\begin{document}", lower(document) + r"\end{document}", "",
    ])  # fmt: skip
