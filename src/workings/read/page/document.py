r"""A document → its spans: prose, maths, code, network blocks, each with its place.

    Markdown    ```network fences, $…$, $$…$$, other fences
    LaTeX       \[…\], \(…\), align, gather, equation and their kin
    notebooks   the cells in their order, Markdown as above, code as code
    plain text  any of these; without maths, the lines themselves

Openers are found by one expression and closers by `str.find`, so the time is linear in the text
whatever stands in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from workings.errors import Problem, ReadError
from workings.graph.ops import APPLIED
from workings.read.page.text import Text, closing_brace
from workings.read.page.value import value
from workings.source import Place

#: A document larger than this is refused: a derivation that a person wrote is some kilobytes.
LARGEST = 1_000_000

#: Inline maths and code are shorter than this.
_LONGEST_INLINE = 20_000

SpanKind = Literal["prose", "maths", "code", "network"]


@value(eq=True)
class Span:
    """A stretch of a text: `display` is maths on lines of its own, `mentioned` is code within a sentence."""

    kind: SpanKind
    text: Text
    start: int
    end: int
    display: bool = False
    mentioned: bool = False

    @property
    def content(self) -> str:
        """The characters of the span."""
        return self.text.content[self.start : self.end]


_ENVIRONMENTS = (
    "align", "aligned", "equation", "gather", "gathered", "eqnarray", "multline", "split", "displaymath", "math",
    "alignat", "alignedat", "flalign", "dmath",
)  # fmt: skip
_OPENER = re.compile(
    # Every opener begins with one of these, or a line with blanks before it: elsewhere none is tried.
    r"(?=[`~.:$\\\[]|^[ \t])(?:(?P<fence>^[ \t]*(?P<ticks>`{3,9}|~{3,9})(?!`)[ \t]*(?P<language>[^\s`]*)[^\n`]*\n)"
    r"|(?P<lost>^[ \t]*\[[ \t]*\n)"
    r"|(?P<rst>^[ \t]*\.\. math::[^\n]*\n)"
    r"|(?P<role>:math:`)"
    r"|(?P<code>`{1,9})"
    r"|\\begin\{(?P<environment>" + "|".join(_ENVIRONMENTS) + r")(?P<star>\*?)\}"
    r"|\\(?P<rows>eqalign|eqalignno|displaylines)[ \t]*\{"
    r"|(?P<bracket>\\\[)|(?P<paren>\\\()|(?P<escaped>\\[$\\])|(?P<dollars>\$\$)|(?P<dollar>\$))",
    re.MULTILINE,
)


def read_document(path: Path | None, content: bytes, name: str) -> list[Span]:
    """Return the spans of a document's bytes; the suffix of `path` tells a notebook.

    Raises:
        ReadError: for a document that is too large, is not UTF-8 text, or is no notebook in spite of its name.
    """
    place = Place(name, 1)
    if len(content) > LARGEST:
        raise ReadError([Problem(
            place, f"the document has {len(content):,} bytes", f"at most {LARGEST:,} bytes",
            "a network with its derivation fits into some kilobytes",
            "a file that holds only the part about the network",
        )])  # fmt: skip
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError([_not_text(place, content, error.start)]) from None
    if "\0" in decoded:
        raise ReadError([_not_text(place, content, decoded.index("\0"))])
    if path is not None and path.suffix == ".ipynb":
        return _notebook(decoded, name)
    return spans(_as_shown(decoded, name))


def _as_shown(content: str, name: str) -> Text:
    """Return a text with blanks for what no page shows; what stands on the page is kept beside it as it is written."""
    whole = Text(content, name).content
    return Text(_in_one_piece(_without_hidden(_undoubled(whole))), name, written=_without_hidden(whole))


def _without_hidden(content: str) -> str:
    return _unremarked(_unquoted(_uncommented(content)))


#: A command of LaTeX in a string of a program, or in a page that was one: its backslash is written twice.
_DOUBLED = re.compile(
    r"(?<!\\)\\\\(?=(?:frac|dfrac|partial|cdot|times|odot|sigma|theta|alpha|beta|delta|eta|gamma|lambda|mu|hat|bar|sum|"
    rf"{'|'.join(sorted(APPLIED))}|left|right|text|mathrm|mathbf|begin|end|quad|approx|nabla|prime|phi|varphi)"
    r"(?![A-Za-z]))"
)
#: What stands around maths there.
_DOUBLED_MARK = re.compile(r"(?<!\\)\\\\(?=[()\[\],;!])")


def _undoubled(content: str) -> str:
    """Return a document with one backslash and a blank for each of LaTeX's that is written as two."""
    if "\\\\" not in content or _DOUBLED.search(content) is None:
        return content
    once = _DOUBLED.sub(r" \\", content)
    # Where a row may end, `\\[` and `\\,` say something else.
    return once if re.search(r"\\(?:frac|partial)", content.replace("\\\\", "")) else _DOUBLED_MARK.sub(r" \\", once)


_QUOTED = re.compile(r"(?m)^(?:[ \t]*>[^\n]*(?:\n|\Z))+")
#: What every quotation begins with, behind the line before it.
_QUOTING = re.compile(r"\n[ \t]*>")


def _unquoted(content: str) -> str:
    """Return a document with the marks of quotations as blanks: a display in a quotation is still a display."""
    if _QUOTING.search("\n" + content) is None:
        return content
    return _QUOTED.sub(lambda match: re.sub(r"(?m)^[ \t]*(?:>[ \t]?)+", lambda m: " " * len(m[0]), match[0]), content)


#: Lines of remarks one below the other, as a program has a page of words and maths in it.
_REMARKS = re.compile(r"(?m)(?:^[ \t]*(?P<mark>\#|//)(?!!)[^\n]*(?:\n|\Z)){2,}")
#: Maths on lines of its own.
_DISPLAYED = re.compile(r"(?m)^[ \t]*(?:\#|//)[ \t]*(?:\$\$|\\\[|\\begin\{\w+\*?\})[ \t]*$")


def _unremarked(content: str) -> str:
    """Return a document with the marks of remarks as blanks where these hold displays of several lines."""

    def shown(match: re.Match[str]) -> str:
        if _DISPLAYED.search(match[0]) is None:
            return match[0]
        return re.sub(r"(?m)^[ \t]*(?:#|//)", lambda mark: " " * len(mark[0]), match[0])

    remarks, maths = "#" in content or "//" in content, "$$" in content or "\\" in content
    return _REMARKS.sub(shown, content) if remarks and maths else content


#: A line with a part of it in marks of its own, and the sign of an equation outside of them: z = `w * x + b`.
_PARTLY_IN_CODE = re.compile(r"(?m)^(?=[^`\n]*(?:`[^`=\n]+`[^`\n]*)+$)(?!.*[^\W\d_]{2,}[ \t]+[^\W\d_]{2,}).*$")
_CODE = re.compile(r"`([^`\n]+)`")


def _without_inner_marks(content: str) -> str:
    """Return a document with blanks for the marks around parts of a line that is one equation, and no sentence."""

    def bare(match: re.Match[str]) -> str:
        outside = _CODE.sub("", match[0])
        return _CODE.sub(r" \1 ", match[0]) if re.search(r"(?<![=<>!])=(?!=)", outside) else match[0]

    return _PARTLY_IN_CODE.sub(bare, content) if "`" in content else content


#: Rows of maths, and the ends of those whose double backslashes were halved on their way to the page.
_ROWS = re.compile(r"\\begin\{(aligned|align|gathered|split)\*?\}(?:(?!\\end\{|\\\\).)*\\end\{\1\*?\}", re.DOTALL)
_HALVED = re.compile(r"(?<!\\)\\[ ](?=[^&\n]*&)")


def _with_row_ends(content: str) -> str:
    """Return a document with the ends of rows that are written with one backslash as TeX has them."""

    def ended(match: re.Match[str]) -> str:
        return _HALVED.sub(r"\\\\", match[0]) if match[0].count("&") > 1 else match[0]

    return _ROWS.sub(ended, content) if "\\begin{" in content else content


#: Dashes that lead from an equation to its number at the end of the line: z = w * x   ------- 4
_LEADER = re.compile(r"(?m)^([^\n=]*[^\n=<>!]=[^\n=][^\n]*?[^\s-])([ \t]+-{3,}[ \t]*\d{1,2}[ \t]*)$")


#: An equals sign on a line of its own, in a display, that was taken for the line under a title.
_UNDERLINED = re.compile(r"(?m)(^[ \t]*\[[ \t]*\n(?:(?![ \t]*\])[^\n]*\n)*?)(={3,})(?=[ \t]*$)")


def _in_one_piece(content: str) -> str:
    """Return a document with blanks for the marks around one side of an equation, and for dashes up to its number."""
    content = _with_row_ends(_without_inner_marks(content))
    if "\n===" in content:
        content = _UNDERLINED.sub(lambda match: match[1] + "=" + " " * (len(match[2]) - 1), content)
    return _LEADER.sub(lambda match: match[1] + " " * len(match[2]), content) if "---" in content else content


_COMMENT = re.compile(r"(?<!\\)%[^\n]*|\\begin\{(verbatim|lstlisting|comment|minted)\*?\}.*?\\end\{\1\*?\}", re.DOTALL)


#: What no page shows: the remarks of a Markdown page, what a condition of TeX leaves out, a line that is a remark; and
#: what the author struck out.
_HIDDEN = re.compile(
    r"<!--.*?-->|(?<![~\\])~~(?=[^\s~])[^~\n]*(?<=[^\s~])~~(?!~)|\\iffalse\b.*?\\fi\b"
    r"|(?m:^[ \t]*%(?!%)[^\n]*[$\\][^\n]*$)",
    re.DOTALL,
)


#: One of these stands in all that is hidden.
_HIDING = ("<!--", "~~", r"\iffalse", "%")


def _uncommented(content: str) -> str:
    """Return a LaTeX document with its remarks and verbatim parts as blanks: what TeX skips is not read."""
    whole = "\\documentclass" in content or "\\begin{document}" in content
    if not whole and not any(mark in content for mark in _HIDING):
        return content
    return (_COMMENT if whole else _HIDDEN).sub(lambda match: re.sub(r"[^\n]", " ", match[0]), content)


def _not_text(place: Place, content: bytes, at: int) -> Problem:
    return Problem(
        place, f"byte {at:,} (0x{content[at]:02x}) is not UTF-8 text", "a text file in UTF-8",
        "a picture, a PDF or another encoding cannot be read as text", "the same document saved as UTF-8 text",
    )  # fmt: skip


#: A cell of code that a notebook shows as a page.
_SHOWN = re.compile(r"\s*%%(?:latex|markdown)\b")


def _notebook(decoded: str, name: str) -> list[Span]:
    try:
        data: Any = json.loads(decoded)
        cells: list[Any] = data["cells"]
        found: list[Span] = []
        for index, cell in enumerate(cells, start=1):
            source = cell["source"]
            content = source if isinstance(source, str) else "".join(source)
            text = Text(content, f"{name}[cell {index}]")
            if cell["cell_type"] == "markdown" or _SHOWN.match(content):
                found += spans(text)
            elif cell["cell_type"] == "code":
                found.append(Span("code", text, 0, len(text.content)))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ReadError([Problem(
            Place(name, 1), "this is not a Jupyter notebook", "JSON with a list of cells",
            "the file's name ends in .ipynb, and such a file holds cells",
            "the notebook saved again, or the text under a name that ends in .md",
        )]) from None  # fmt: skip
    return found


def spans(text: Text) -> list[Span]:
    """Return the spans of a text, in order and without gaps but for the delimiters."""
    found: list[Span] = []
    last = 0
    for span, begin, end in _marked(text):
        if begin > last:
            found.append(Span("prose", text, last, begin))
        if span is not None:
            found.append(span)
        last = end
    if last < len(text.content):
        found.append(Span("prose", text, last, len(text.content)))
    return found


def _marked(text: Text) -> Iterator[tuple[Span | None, int, int]]:
    """Yield what is not prose: the span (None for inline code), and the offsets that it takes with its marks."""
    content = text.content
    missing: set[str] = set()
    at = 0

    def closer(mark: str, start: int) -> int:
        if mark in missing:
            return -1
        found = content.find(mark, start)
        if found < 0:
            missing.add(mark)
        return found

    while (match := _OPENER.search(content, at)) is not None:
        begin, start = match.start(), match.end()
        at = start
        if match["fence"]:
            yield (fenced := _fenced(text, match))[0], begin, fenced[1]
            at = fenced[1]
        elif match["rst"]:
            at = _indented_end(content, start)
            yield Span("maths", text, start, at, display=True), begin, at
        elif match["environment"]:
            mark = f"\\end{{{match['environment']}{match['star']}}}"
            end = closer(mark, start)
            if end >= 0:
                at = end + len(mark)
                yield Span("maths", text, start, end, display=True), begin, at
        elif match["lost"]:
            close = _LOST.search(content, start - 1, start + _LONGEST_INLINE)
            if close is not None and _TEX.search(content, start, close.start()):
                at = close.end()
                yield Span("maths", text, start, close.start(), display=True), begin, at
        elif match["rows"]:
            # Where its brace is never closed, it ends with its paragraph.
            paragraph = content.find("\n\n", start)
            end = closing_brace(content, start - 1, len(content))
            end = end if end is not None else len(content) if paragraph < 0 else paragraph
            at = min(end + 1, len(content))
            yield Span("maths", text, start, end, display=True), begin, at
        elif not match["escaped"]:
            mark, display = _CLOSING.get(match[0], (match["code"] or "`", False))
            end = closer(mark, start)
            if end >= 0 and _closes(content, start, end, mark):
                at = end + len(mark)
                yield (
                    _inline_code(text, start, end) if match["code"] else Span("maths", text, start, end, display),
                    begin,
                    at,
                )


def _inline_code(text: Text, start: int, end: int) -> Span | None:
    """Return code within a sentence, where it is a formula in its own marks: `dE/dw = (y - t) * x`."""
    content = text.content[start:end]
    if (fenced := _FENCED_IN_A_LINE.match(content)) is not None:
        return Span("maths", text, start + fenced.end(), end, display=True)
    formula = "\n" not in content and _RELATED.search(content) and not content.lstrip().startswith("-")
    return Span("prose", text, start, end, mentioned=True) if formula else None


#: A fence of maths that stands in one line: ```math z = w x```
_FENCED_IN_A_LINE = re.compile(r"(?:math|latex|tex)[ \t]+(?=\S)")
_RELATED = re.compile(r"[\w)\]}′'²] *(?:[-+*/:~]?=(?!=)|<-|[≈←]) *[^\s=]")


#: What ends a display whose backslashes were lost, `[ … ]` for `\\[ … \\]`: a bracket alone on a line.
_LOST = re.compile(r"\n[ \t]*\][ \t]*$", re.MULTILINE)
#: What stands in maths of TeX only: a command, a script in braces.
_TEX = re.compile(r"\\[A-Za-z]|[_^]\{")


#: What closes maths, by what opens it, and whether that is on lines of its own.
_CLOSING = {r"\[": (r"\]", True), r"\(": (r"\)", False), "$$": ("$$", True), "$": ("$", False)}


def _closes(content: str, start: int, end: int, mark: str) -> bool:
    """Say whether a closing mark belongs to its opening one: inline maths stays within its paragraph."""
    if mark not in ("$$", r"\]") and (end - start > _LONGEST_INLINE or content.find("\n\n", start, end) >= 0):
        return False
    inner = content[start:end] if end - start <= _LONGEST_INLINE else "x"
    # `$ 5 and $ 6` are two prices; what TeX alone has, `$ E_{1} = \frac{1}{2} e^2 $`, no price has.
    priced = mark == "$" and inner[0].isspace() and inner[-1].isspace() and not _TEX.search(inner)
    return bool(inner.strip()) and not priced


def _fenced(text: Text, match: re.Match[str]) -> tuple[Span, int]:
    start = match.end()
    close = re.compile(rf"^[ \t]*{re.escape(match['ticks'][:3])}[^\n]*$", re.MULTILINE).search(text.content, start)
    end = close.start() if close else len(text.content)
    after = close.end() if close else end
    language = match["language"].strip("{}").lower()
    kind: SpanKind = "network" if language == "network" else "maths" if language in ("math", "latex") else "code"
    return Span(kind, text, start, end, display=True), after


def _indented_end(content: str, start: int) -> int:
    at = start
    while at < len(content):
        end = content.find("\n", at)
        end = len(content) if end < 0 else end
        line = content[at:end]
        if line.strip() and not line[0].isspace():
            break
        at = end + 1
    return min(at, len(content))
