"""Programs: what of their lines is notation, once the words of the language are left out.

    const z = w * x;                            z = w * x
    self.a: float = sigmoid(self.z)             a = sigmoid(z)
    def slope(z): return s(z) * (1 - s(z))      slope(z) = s(z) * (1 - s(z))

Nothing is executed; a line is notation or it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from workings.read.page.document import Span
from workings.read.page.text import Snippet, Text

#: What Python, C, JavaScript and R put around a name, which says nothing of its value.
_AROUND = re.compile(
    r"\b(?:self|this|Math)\.(?=[^\W\d])|\bstd::(?=[^\W\d])"
    r"|(?m:^[ \t]*(?:(?:static|const|constexpr|final|volatile|let|mut|var|val|auto|local|public|private|double|float)"
    r"[ \t]+)+(?=[^\W\d]\w*[ \t]*(?::[ \t]*\w+[ \t]*)?=))"
    r"|(?<=\w)[ \t]*:[ \t]*(?:float|int|double|number|f32|f64|Float|Double|(?:torch\.)?Tensor|np\.\w+)"
    r"(?=[ \t]*=[^=])"
)
#: What a language writes otherwise than a page does, each with what stands there then, as long as it was.
_SPELLED: tuple[tuple[re.Pattern[str], str], ...] = (
    # C has a function for every kind of number: `tanhf` is tanh, `fabs` is abs.
    (re.compile(r"(?<![\w.])(exp|log|sqrt|sin|cos|tan|asin|acos|atan|sinh|cosh|tanh|erf|fmax|fmin|pow|log1p|expm1)f(?=\()"),
     r" \1"),
    (re.compile(r"(?<![\w.])fabsf(?=\()"), "  abs"),
    (re.compile(r"(?<![\w.])fabs(?=\()"), " abs"),
    # R writes `z <- w * x` where others write `z = w * x`.
    (re.compile(r"(?m)(?<=^)([ \t]*[^\W\d][\w.]*[ \t]*)<-(?=[ \t])"), r"\1= "),
)  # fmt: skip
_FUNCTION = re.compile(
    r"""^[ \t]*def[ \t]+(?P<name>[^\W\d]\w*)[ \t]*\((?P<own>[^()]*)\)[^:\n]*:[ \t]*
        (?:\n\s*(?:\"\"\"[^"]*\"\"\"|'''[^']*'''|\#[^\n]*))*\s*return[ \t]+(?P<body>[^\n#]+)
    |^[ \t]*(?P<lambda>[^\W\d]\w*)[ \t]*=[ \t]*lambda[ \t]+(?P<given>[\w \t,]+):[ \t]*(?P<value>[^\n#]+)
    |^[ \t]*(?:(?:const|let|var)[ \t]+)?(?P<arrow>[^\W\d]\w*)[ \t]*=[ \t]*\(?(?P<taken>[\w \t,]+)\)?[ \t]*=>
        [ \t]*(?P<result>[^\n;{]+)""",
    re.MULTILINE | re.VERBOSE,
)
_PROGRAM = re.compile(
    r"(?m)^[ \t]*(?:def |class |import |from \w[\w.]* import |#include|function |const |let )"
    r"|^[ \t]*(?:for|while|if|with)\b[^\n]*:[ \t]*$"
)


class Written(NamedTuple):
    """A function of one line: its name, its parameters, and where its formula stands."""

    name: Snippet
    parameters: tuple[str, ...]
    body: Snippet

    @property
    def head(self) -> str:
        """Its left side as notation: `slope(z)`."""
        return f"{self.name.content}({', '.join(self.parameters)})"


def is_program(content: str) -> bool:
    """Say whether a text without marks is a program."""
    return bool(_PROGRAM.search(content))


def as_notation(span: Span) -> Span:
    """Return a span of code with blanks in the place of what surrounds names; every place stays where it is."""
    content = span.text.content
    part = _AROUND.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), content[span.start : span.end])
    for spelled, paper in _SPELLED:
        part = spelled.sub(paper, part)
    return _with(span, part)


def _with(span: Span, part: str) -> Span:
    """Return a span with another content of the same length; what the person wrote is kept."""
    if part == span.content:
        return span
    content = span.text.content
    text = Text(
        content[: span.start] + part + content[span.end :], span.text.file, span.text.first_line, span.text.written
    )
    return replace(span, text=text)


_EMPHASIS = re.compile(r"(?<![\w)\]}*\\])(\*\*|__)(?=\S)([^*\n]{1,200}?)(?<=\S)\1(?![\w*(])")


def without_emphasis(span: Span) -> Span:
    """Return a span of prose with blanks in the place of marks that only make its words bold."""
    content = span.text.content
    return _with(span, _EMPHASIS.sub(lambda match: f"  {match[2]}  ", content[span.start : span.end]))


def functions(text: Text, start: int, end: int) -> Iterator[Written]:
    """Yield the functions that a program writes in one line, or whose body is one `return`."""
    for match in _FUNCTION.finditer(text.content, start, end):
        for name, own, body in (("name", "own", "body"), ("lambda", "given", "value"), ("arrow", "taken", "result")):
            if match[name] is None:
                continue
            parameters = tuple(re.split(r"\s*[:=]", part)[0].strip() for part in match[own].split(","))
            parameters = tuple(part for part in parameters if part not in ("", "self"))
            if parameters and all(re.fullmatch(r"[^\W\d]\w*", part) for part in parameters):
                at = [Snippet(text, *match.span(group)) for group in (name, body)]
                yield Written(at[0], parameters, at[1])
