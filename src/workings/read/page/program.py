"""Programs: what of their lines is notation, once the words of the language are left out.

    const z = w * x;                            z = w * x
    self.a: float = sigmoid(self.z)             a = sigmoid(z)
    def slope(z): return s(z) * (1 - s(z))      slope(z) = s(z) * (1 - s(z))

Nothing is executed; a line is notation or it is not read.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from workings.graph.ops import APPLIED
from workings.read.page.dictionaries import looked_up
from workings.read.page.document import Span
from workings.read.page.listed_values import written_out
from workings.read.page.markup import shown
from workings.read.page.summed import for_one_example
from workings.read.page.text import Snippet, Text
from workings.read.phrases import without

#: What Python, C, JavaScript and R put around a name, which says nothing of its value.
_AROUND = re.compile(
    r"\b(?:self|this|Math)\.(?!(?:E|PI)\b)(?=[^\W\d])|\bstd::(?=[^\W\d])"
    # A function that stands in a class: `Util.sigmoid(z)`.
    r"|(?<![\w.])[A-Z][a-z][A-Za-z]*\.(?!(?:dot|sum|mean|matmul|transpose|get|size|copy|reshape|max|min)\b)(?=[a-z]\w*\()"
    r"|(?m:^[ \t]*(?:(?:static|const|constexpr|final|volatile|let|mut|var|val|auto|local|public|private|double|float)"
    r"[ \t]+)+(?=[^\W\d]\w*[ \t]*(?::[ \t]*\w+[ \t]*)?=))"
    r"|(?<=\w)[ \t]*:[ \t]*(?:float|int|double|number|f32|f64|Float|Double|(?:torch\.)?Tensor|np\.\w+)"
    r"(?=[ \t]*=[^=])"
)


def _indexed(match: re.Match[str]) -> str:
    """Return `.get(i).get(0)` as [i][0], as long as it was."""
    return "".join(f"[{index}]" for index in re.findall(r"\((\w+)\)", match[0])).ljust(len(match[0]))


#: What a language writes otherwise than a page does, each with what stands there then, as long as it was.
_SPELLED: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # C has a function for every kind of number: `expf` is exp, `fabs` is abs.
    (re.compile(rf"(?<![\w.])({'|'.join(sorted(APPLIED))}|fmax|fmin|pow|log1p|expm1)f(?=\()"), r" \1"),
    (re.compile(r"(?<![\w.])fabsf(?=\()"), "  abs"),
    (re.compile(r"(?<![\w.])fabs(?=\()"), " abs"),
    # The numbers e and π.
    (re.compile(r"\bMath\.E\b"), "     e"),
    (re.compile(r"\bMath\.PI\b"), "     pi"),
    # Java's lists: `data.get(i)` is data[i].
    (re.compile(r"(?<=\w)(?:\.get\(\w+\))+"), _indexed),
    # Methods that leave the value as it is.
    (re.compile(r"\.(?:item|detach|copy|clone|float|double|numpy|astype)\((?:[\w.]*)\)"), lambda m: " " * len(m[0])),
    # An element that a loop counts: `x[i]` is x_i.
    (re.compile(r"(?<=\w)\[([a-z])\](?![\w\[])"), r"_\1 "),
    # `∂L_∂w` in the name of a slope is `dL_dw`.
    (re.compile(r"∂(?=\w+_[∂d]\w)|(?<=_)∂(?=\w)"), "d"),
    # JavaScript asks `y === 1`.
    (re.compile(r"([=!]=)="), r"\1 "),
    # R writes `z <- w * x` where others write `z = w * x`.
    (re.compile(r"(?m)(?<=^)([ \t]*[^\W\d][\w.]*[ \t]*)<-(?=[ \t])"), r"\1= "),
)  # fmt: skip
#: A name that would be a word of the language has a dash below behind it: `lambda_`, `do_`.
_RESERVED = re.compile(r"(?<![\w.])([^\W\d]\w*)_(?![\w{])")
#: How a function begins: its name and its parameters, in Python and in braces.
_HEAD = r"(?P<name>[^\W\d]\w*)[ \t]*\((?P<own>[^()]*)\)"
_DEF = rf"def[ \t]+{_HEAD}[^:\n]*:[ \t]*"
_BRACED = (
    r"(?m)^[ \t]*(?:(?:export|static|inline|public|private|const)[ \t]+)*(?:function|fn|func|float|double)[ \t]+"
    + _HEAD + r"[^{};\n]*\s*\{"
)  # fmt: skip
#: A function of one line, or whose body is one `return`, in each language.
_FUNCTIONS = (
    re.compile(
        rf"""^[ \t]*{_DEF}(?:\n\s*(?:\"\"\"[^"]*\"\"\"|'''[^']*'''|\#[^\n]*))*\s*return[ \t]+(?P<body>[^\n#]+)""",
        re.MULTILINE | re.VERBOSE,
    ),
    re.compile(r"(?m)^[ \t]*(?P<name>[^\W\d]\w*)[ \t]*=[ \t]*lambda[ \t]+(?P<own>[\w \t,]+):[ \t]*(?P<body>[^\n#]+)"),
    re.compile(
        r"(?m)^[ \t]*(?:(?:export|const|let|var)[ \t]+)*(?P<name>[^\W\d]\w*)[ \t]*=[ \t]*\(?(?P<own>[\w \t,]+)\)?"
        r"[ \t]*=>[ \t]*(?:\{\s*return[ \t]+)?(?P<body>[^\n;{}]+)"
    ),
    # `function slope(z) { return …; }`, `double slope(double z) { return …; }`, `slope <- function(z) { … }`
    re.compile(_BRACED + r"\s*return[ \t]+(?P<body>[^;{}\n]+)"),
    re.compile(
        r"(?m)^[ \t]*(?P<name>[^\W\d]\w*)[ \t]*(?:<-|=)[ \t]*function[ \t]*\((?P<own>[^()]*)\)[ \t]*"
        r"(?:(?:\{\s*)(?:return[ \t]*)?(?P<inside>[^;{}\n=]+?)\s*;?\s*\}|(?P<body>[^;{}\n=]+)$)"
    ),
)
#: Words that a line of a program begins with, and that is no equation then.
KEYWORDS = re.compile(
    r"\s*(?:def|class|for|while|import|from|return|print|assert|with|elif|else|try|except|raise|del|global|pass|yield|"
    r"console|printf|cout|std|public|private|static|void|function|#include|#pragma)\b"
)
#: What stands around a parameter and is no part of its name.
_PARAMETER = re.compile(r"\b(?:const|float|double|int|self|f32|f64)\b|\s*[:=].*")
#: The endings of the names of files that hold programs.
_ENDINGS = (
    ".py", ".js", ".ts", ".c", ".h", ".cc", ".cpp", ".java", ".r", ".jl", ".m", ".go", ".rs", ".swift", ".kt", ".hs",
)  # fmt: skip
_PROGRAM = re.compile(
    r"(?m)^[ \t]*(?:def |class |import |from \w[\w.]* import |#include|function |const |let )"
    r"|^[ \t]*(?:for|while|if|with)\b[^\n]*:[ \t]*$"
)


class Written(NamedTuple):
    """A function, or a value that is worked out over lists: its name, its parameters, and where its formula stands.

    `whole` is the formula where steps stand before it in the function, those put in, or the elements of lists.
    """

    name: Snippet
    parameters: tuple[str, ...]
    body: Snippet
    whole: str = ""

    @property
    def head(self) -> str:
        """Its left side as notation: `slope(z)`; that of a value is its name."""
        return f"{self.name.content}({', '.join(self.parameters)})" if self.parameters else self.name.content


def is_program(content: str) -> bool:
    """Say whether a text without marks is a program."""
    return bool(_PROGRAM.search(content))


def is_program_file(file: str) -> bool:
    """Say whether a file holds a program, by its name."""
    return file.lower().endswith(_ENDINGS)


def as_notation(span: Span) -> Span:
    """Return a span of code with blanks in the place of what surrounds names; every place stays where it is."""
    content = span.text.content
    part = for_one_example(content[span.start : span.end])
    part = _AROUND.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), part)
    for spelled, paper in _SPELLED:
        part = spelled.sub(paper, part)
    part = looked_up(part, content)
    words = set(re.findall(r"\w+", part))
    return _with(span, _RESERVED.sub(lambda match: match[0] if match[1] in words else f"{match[1]} ", part))


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


def _without_emphasis(span: Span) -> Span:
    """Return a span of prose with blanks in the place of marks that only make its words bold."""
    content = span.content
    if "**" not in content and "__" not in content:
        return span
    return _with(span, _EMPHASIS.sub(lambda match: f"  {match[2]}  ", content))


#: Words in front of a bracket that apply a function to what stands in it: `exp (z) = 0.5`.
_APPLIED = APPLIED | {"sig", "softmax", "max", "min"}


def without_marks(span: Span) -> Span:
    """Return a span of prose with blanks for what stands around formulas and is no part of them."""
    return _without_explanations(_without_emphasis(_with(span, shown(span.content))))


def _without_explanations(span: Span) -> Span:
    """Return a span of prose with blanks for words in brackets that stand between a name and its number."""

    def blank(match: re.Match[str]) -> str:
        word, called = match["word"], match["called"]
        if word is None:
            return match["name"] + " " * len(match["words"])
        return match[0] if word.lower() in _APPLIED else f"{word}  {called} "

    return (
        _with(span, without("explained", span.content, blank)) if "=" in span.content and "(" in span.content else span
    )


def functions(text: Text, start: int, end: int) -> Iterator[Written]:
    """Yield the functions that a program writes in one line, or whose body is one `return`.

    Of a function and its derivative, as they are called, the bodies may have steps before the `return`.
    """
    taken = 0
    forms = [found for form in _FUNCTIONS for found in form.finditer(text.content, start, end)]
    with_steps = list(_with_steps(text.content, start, end))
    stepped = {match.start(): whole for match, whole in with_steps}
    longer = [match for match, _ in with_steps]
    for match in sorted([*forms, *longer], key=_start):
        parameters = tuple(_PARAMETER.sub("", part).strip() for part in match["own"].split(","))
        parameters = tuple(part for part in parameters if part)
        if match.start() >= taken and parameters and all(re.fullmatch(r"[^\W\d]\w*", part) for part in parameters):
            taken = match.end()
            body = "body" if match["body"] is not None else "inside"
            name, formula = Snippet(text, *match.span("name")), Snippet(text, *match.span(body))
            yield Written(name, parameters, formula, stepped.get(match.start(), "") if match in longer else "")


def over_lists(text: Text, start: int, end: int) -> tuple[list[Written], list[range]]:
    """Return the values that a program works out over lists, and where the functions stand that they are made with."""
    # As it was written: the blanks in the place of `self.` are no room that a line begins with.
    content = text.written[start:end]
    values, functions = written_out(content)
    if not values:
        return [], []
    lines = content.splitlines(keepends=True)
    begins = [start]
    for line in lines:
        begins.append(begins[-1] + len(line))

    def at(line: int, column: int) -> int:
        return begins[line - 1] + len(lines[line - 1].encode()[:column].decode())

    def snippet(node: ast.expr) -> Snippet:
        last, column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return Snippet(text, at(node.lineno, node.col_offset), at(last, column))

    found = [Written(snippet(target), (), snippet(value), whole) for target, value, whole in values]
    bodies = [(f.body[0].lineno, f.end_lineno or f.lineno) for f in functions]
    return found, [range(begins[first - 1], begins[last]) for first, last in bodies]


#: A function of Python with steps before its `return`.
_LONGER = re.compile(
    rf"(?m)^(?P<room>[ \t]*){_DEF}\n"
    r"(?P<steps>(?:(?P=room)[ \t]+(?![ \t\n]|return\b)[^\n]*\n|[ \t]*\n)+)"
    r"(?P=room)[ \t]+return[ \t]+(?P<body>[^\n#,]+)$"
)
#: The same in braces, as C, Java and JavaScript write it.
_LONGER_IN_BRACES = re.compile(_BRACED + r"(?P<steps>(?:[^;{}=]+=(?!=)[^;{}]+;)+)\s*return[ \t]+(?P<body>[^;{}\n]+)")
_STEP = re.compile(r"[ \t]*(?P<name>[^\W\d]\w*)[ \t]*=(?!=)[ \t]*(?P<value>[^\n#=]+?)[ \t]*(?:#[^\n]*)?")
#: What stands behind or before the name of a function in that of its derivative.
_DERIVED = re.compile(
    r"(?P<a>\w+?)_?(?:prime|deriv|derivative|grad|gradient|backward)|d_?(?P<b>\w+)|(?:grad|deriv|derivative)_(?P<c>\w+)",
    re.IGNORECASE,
)
_LONGEST_WHOLE = 2_000
_WORD = re.compile(r"[^\W\d]\w*")
#: The name of a function where it is defined.
_DEFINED = re.compile(r"(?m)^[ \t\w]*\b(?:def|function|fn|func|float|double)[ \t]+([^\W\d]\w*)[ \t]*\(")


def _with_steps(content: str, start: int, end: int) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the functions whose steps can be put in, each with its formula then.

    Those whose steps have names of their own; and, whatever these are called, a function of which the program has the
    derivative too, or that is one. The names of other steps are quantities of the program.
    """
    names = _DEFINED.findall(content, start, end)
    bases = {name.removesuffix("_forward") for name in names}
    pairs = bases & {base for name in names for base in _bases(name)}
    words = Counter(_WORD.findall(content, start, end))
    for match in (found for form in (_LONGER, _LONGER_IN_BRACES) for found in form.finditer(content, start, end)):
        own = match["name"].removesuffix("_forward")
        paired = own in pairs or not pairs.isdisjoint(_bases(own))
        whole = _put_in(match["steps"], match["body"]) if paired or _are_its_own(match, words) else ""
        if whole:
            yield match, whole


def _are_its_own(match: re.Match[str], words: Mapping[str, int]) -> bool:
    """Say whether the names of a function's steps stand nowhere else in the program."""
    inside = Counter(_WORD.findall(match[0]))
    steps = (step["name"] for line in _lines_of(match["steps"]) if (step := _STEP.fullmatch(line)) is not None)
    return all(inside[name] == words[name] for name in steps)


def _lines_of(steps: str) -> list[str]:
    return re.split(r"[;\n]", steps)


def _bases(name: str) -> list[str]:
    """Return the names that a name may be called after, as a derivative."""
    match = _DERIVED.fullmatch(name)
    return [found for found in match.groups() if found] if match is not None else []


def _put_in(steps: str, body: str) -> str:
    """Return a formula with the steps before it put in, nothing where one is no such step."""
    known: dict[str, str] = {}

    def put(value: str) -> str:
        return re.sub(r"(?<![\w.])[^\W\d]\w*(?![\w(])", lambda word: known.get(word[0], word[0]), value.strip())

    for line in filter(None, map(str.strip, _lines_of(steps))):
        match = _STEP.fullmatch(line)
        if line.startswith("#"):
            continue
        if match is None or len(whole := f"({put(match['value'])})") > _LONGEST_WHOLE:
            return ""
        known[match["name"]] = whole
    found = put(body)
    return found if known and len(found) <= _LONGEST_WHOLE else ""


def _start(match: re.Match[str]) -> int:
    return match.start()
