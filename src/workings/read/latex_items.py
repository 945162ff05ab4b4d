r"""LaTeX maths cut into items: commands, runs of letters, braces, relations, signs.

Items split a display into rows and relations before anything is known of its names. What only sets type
(sizes, spaces) is left out, and the commands that the text defines itself are written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workings.read.text import Macro, Text


class Raw(NamedTuple):
    """A piece of LaTeX: `kind` is command, letters, number, space, relation or the sign itself."""

    kind: str
    text: str
    start: int
    end: int


RELATIONS = {
    "=": "=", ":=": "=", "+=": "+=", "-=": "-=", "<": "<", ">": ">", "≤": "<=", "≥": ">=", "∈": "in", "←": "<-",
    "→": "->", "≈": "~", "≠": "!=", r"\equiv": "=", r"\triangleq": "=", r"\coloneqq": "=", r"\approx": "~",
    r"\sim": "~", r"\lt": "<", r"\gt": ">", r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=", r"\ge": ">=",
    r"\geq": ">=", r"\geqslant": ">=", r"\in": "in", r"\gets": "<-", r"\leftarrow": "<-", r"\Leftarrow": "<-",
    r"\longleftarrow": "<-", r"\to": "->", r"\rightarrow": "->", r"\Rightarrow": "->", r"\implies": "->",
    r"\iff": "->", r"\Longrightarrow": "->", r"\longrightarrow": "->", r"\mapsto": "->", r"\neq": "!=",
    r"\ne": "!=", r"\propto": "~", "~=": "~",
}  # fmt: skip

_RAW = re.compile(
    r"""
      (?P<space>\s+|~(?!=)|%[^\n]*)
    | (?P<label>(?:\\q?quad|\\eqno|\\leqno)\s*\(\s*[\w.]{1,6}\s*\)\s*(?=$|\\\\|\\end\b))
    | (?P<rows>\\\\(?:\s*\[[^\]\n]*\])?)
    | (?P<command>\\[A-Za-z]+\*?|\\.)
    | (?P<relation>:=|\+=|-=|~=|[=<>≤≥∈←→≈≠])
    | (?P<number>[0-9]+\.[0-9]+|\.[0-9]+|[0-9]+)
    | (?P<small>⁻?[⁰¹²³⁴-⁹]+)
    | (?P<vulgar>[½⅓⅔¼¾⅛⅜⅝⅞])
    | (?P<letters>[A-Za-z]+)
    | (?P<wide>[^\W\d_⁰¹²³⁴-⁹][\u0300-\u036f₀-₉]*)
    | (?P<sign>.)
    """,
    re.VERBOSE,
)

_SIZES = {
    r"\left", r"\right", r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\biggl",
    r"\biggr", r"\Biggl", r"\Biggr", r"\middle", r"\displaystyle", r"\textstyle", r"\limits", r"\nonumber",
    r"\notag", r"\,", r"\;", r"\!", r"\:", r"\ ", r"\quad", r"\qquad", r"\thinspace", r"\nobreak", r"\enspace",
    r"\blacksquare", r"\square", r"\Box", r"\qed", r"\qedhere",
    r"\small", r"\large", r"\Large", r"\normalsize", r"\cr", r"\centering", r"\hfill",
}  # fmt: skip
#: Commands that are skipped together with the group behind them: what they hold is not on the page.
WITH_GROUP = frozenset((
    r"\hspace", r"\vspace", r"\label", r"\tag", r"\begin", r"\end", r"\color", r"\hspace*", r"\tag*", r"\eqref",
    r"\ref", r"\phantom", r"\hphantom", r"\vphantom",
))  # fmt: skip
#: Environments whose rows are parts of one formula.
UNREAD_ENVIRONMENTS = frozenset(
    ("cases", "array", "matrix", "pmatrix", "bmatrix", "vmatrix", "Bmatrix", "smallmatrix", "dcases", "tabular")
)


#: Commands that only dress what they hold.
_DRESSING = {
    r"\boxed": Macro(1, "#1"), r"\mathrel": Macro(1, "#1"), r"\textcolor": Macro(2, "#2"),
    r"\colorbox": Macro(2, "#2"), r"\stackrel": Macro(2, "#2"), r"\overset": Macro(2, "#2"),
    r"\underset": Macro(2, "#2"), r"\smash": Macro(1, "#1"), r"\mathclap": Macro(1, "#1"),
}  # fmt: skip
#: Commands for derivatives that packages define, by the number of arguments that stand behind them.
_DERIVATIVES = {
    r"\pdv": (r"\frac{\partial}{\partial #1}", r"\frac{\partial #1}{\partial #2}"),
    r"\dv": (r"\frac{d}{d #1}", r"\frac{d #1}{d #2}"),
}


def raw_items(text: Text, start: int, end: int) -> list[Raw]:
    """Cut LaTeX maths into items; white space and remarks are left out, the text's own commands written out."""
    return _written_out(text, list(_cut(text.content, start, end)), 0)


#: Commands defined by commands are written out this deep; a command that stands for itself ends there.
_DEEPEST_MACRO = 3


def _written_out(text: Text, items: Sequence[Raw], depth: int) -> list[Raw]:
    out: list[Raw] = []
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        macro = _macro(text, items, at) if item.kind == "command" and depth < _DEEPEST_MACRO else None
        if macro is None:
            out.append(item)
            continue
        arguments: list[list[Raw]] = []
        for _ in range(macro.arguments):
            stop = script(items, at)
            inner = list(items[at:stop])
            arguments.append(inner[1:-1] if inner and inner[0].kind == "{" else inner)
            at = stop
        if name_is_wish(item.text, arguments):
            out.append(Raw("relation", r"\propto", item.start, item.end))
            continue
        end = items[at - 1].end if macro.arguments and at <= len(items) else item.end
        body = [part._replace(start=item.start, end=end) for part in _cut(macro.body, 0, len(macro.body))]
        out += _written_out(text, _put_in(body, arguments), depth + 1)
    return out


def name_is_wish(name: str, arguments: Sequence[Sequence[Raw]]) -> bool:
    """Say whether a relation has a mark over it by which it is demanded, not claimed."""
    return name in (r"\stackrel", r"\overset") and bool(arguments) and [i.text for i in arguments[0]] == ["!"]


def _macro(text: Text, items: Sequence[Raw], at: int) -> Macro | None:
    """Return what the command before `at` stands for, None where it is no macro."""
    name = items[at - 1].text
    if name in text.macros:
        return text.macros[name]
    if name in _DRESSING:
        return _DRESSING[name]
    if name not in _DERIVATIVES or at >= len(items) or items[at].kind != "{":
        return None
    after = script(items, at)
    count = 2 if after < len(items) and items[after].kind == "{" else 1
    return Macro(count, _DERIVATIVES[name][count - 1])


def _put_in(body: Sequence[Raw], arguments: Sequence[Sequence[Raw]]) -> list[Raw]:
    """Return a macro's body with its arguments in the places of #1, #2, …."""
    out: list[Raw] = []
    at = 0
    while at < len(body):
        number = body[at + 1].text if body[at].kind == "#" and at + 1 < len(body) else ""
        if number.isdigit() and 0 < int(number) <= len(arguments):
            out += arguments[int(number) - 1]
            at += 2
        else:
            out.append(body[at])
            at += 1
    return out


def subscripts_first(items: Sequence[Raw]) -> list[Raw]:
    """Return the items with every subscript before its superscript: `w^{(1)}_j` is `w_j^{(1)}`."""
    out: list[Raw] = []
    at = 0
    while at < len(items):
        middle = script(items, at + 1) if items[at].kind == "^" else at
        if middle > at and middle < len(items) and items[middle].kind == "_":
            end = script(items, middle + 1)
            out += [*items[middle:end], *items[at:middle]]
            at = end
        else:
            out.append(items[at])
            at += 1
    return out


def script(items: Sequence[Raw], at: int) -> int:
    """Return the index behind the script that begins at `at`: a group, or the one thing that TeX takes."""
    if at < len(items) and items[at].kind == "command" and items[at + 1 : at + 2] and items[at + 1].kind == "{":
        at += 1
    depth = 0
    for index in range(at, len(items)):
        depth += (items[index].kind == "{") - (items[index].kind == "}")
        if depth == 0:
            long = items[index].kind in ("letters", "number") and len(items[index].text) > 1 and index == at
            return at if long else index + 1
    return len(items)


def _cut(content: str, start: int, end: int) -> Iterator[Raw]:
    for match in _RAW.finditer(content, start, end):
        kind = match.lastgroup or ""
        if kind == "space" or match[0] in _SIZES:
            continue
        if match[0] in RELATIONS:
            kind = "relation"
        if kind == "sign":
            kind = match[0]
        yield Raw(kind, match[0], match.start(), match.end())
