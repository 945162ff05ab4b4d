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

#: What Python, C and JavaScript put around a name, which says nothing of its value.
_AROUND = re.compile(
    r"\b(?:self|this|Math)\.(?=[^\W\d])"
    r"|(?m:^[ \t]*(?:const|let|var|val|double|float|final|auto|local)[ \t]+(?=[^\W\d]\w*[ \t]*=))"
    r"|(?<=\w)[ \t]*:[ \t]*(?:float|int|double|(?:torch\.)?Tensor|np\.\w+)(?=[ \t]*=[^=])"
)
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
    return _with(span, _AROUND.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), span.content))


_EMPHASIS = re.compile(r"(?<![\w)\]}*\\])(\*\*|__)(?=\S)([^*\n]{1,200}?)(?<=\S)\1(?![\w*(])")


def _without_emphasis(span: Span) -> Span:
    """Return a span of prose with blanks in the place of marks that only make its words bold."""
    return _with(span, _EMPHASIS.sub(lambda match: f"  {match[2]}  ", span.content))


#: Words between a name and its number, `y (true label) = 1.0`; a name in brackets behind its words, `rate (η) = 0.1`.
#: Those of `w (new) = 0.4` are part of the name.
_EXPLAINED = re.compile(
    r"(?<![\w(])(?P<name>[^\W\d]_?\d{0,2})(?P<words>[ \t]+\((?!(?:new|old|next|updated|current|neu|alt)\b)"
    r"(?:[^\W\d_]{2,}[ \t]*){1,5}\))(?=[ \t]*=[ \t]*-?\d)"
    r"|(?P<word>[^\W\d_]{2,})[ \t]\((?P<called>[^\W\d]\w{0,9})\)(?=[ \t]*=[ \t]*-?\d)"
)


#: Words in front of a bracket that apply a function to what stands in it: `tanh (z) = 0.5`.
_APPLIED = frozenset((
    "sigmoid", "sig", "tanh", "relu", "softplus", "softmax", "exp", "log", "ln", "sin", "cos", "sqrt", "max", "min",
    "abs",
))  # fmt: skip


def without_marks(span: Span) -> Span:
    """Return a span of prose with blanks for what stands around formulas and is no part of them."""
    return _without_explanations(_without_emphasis(span))


def _without_explanations(span: Span) -> Span:
    """Return a span of prose with blanks for words in brackets that stand between a name and its number."""

    def blank(match: re.Match[str]) -> str:
        word, called = match["word"], match["called"]
        if word is None:
            return match["name"] + " " * len(match["words"])
        return match[0] if word.lower() in _APPLIED else f"{word}  {called} "

    return _with(span, _EXPLAINED.sub(blank, span.content))


def _with(span: Span, part: str) -> Span:
    """Return a span with other characters in the place of its own, as many of them."""
    if part == span.content:
        return span
    content = span.text.content
    text = Text(
        content[: span.start] + part + content[span.end :], span.text.file, span.text.first_line, span.text.written
    )
    return replace(span, text=text)


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
