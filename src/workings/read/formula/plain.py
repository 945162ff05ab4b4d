"""Plain notation and program text → a tree: `1/2 (ŷ - y)^2`, `h_raw`, `net_{h1}`, `w[0]`, `(z if z > 0 else 0)`.

Whatever an expression of Python, C or JavaScript spells like a formula is read here too. Who the names are is left
open; a character that is no part of the notation becomes a node with its problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from workings.graph.writing.spelling import PRIMES, RAISED, canonical
from workings.read.formula.build import Builder
from workings.read.formula.numerals import numeral
from workings.read.formula.signs import BIG, EULER, RAISED_BY_CHARACTERS, RELATIONS, SIGNS, Mark, Part
from workings.read.formula.tree import Big, Dots, Formula, Node, Series, Unread, Word
from workings.read.page.text import Text

_LETTER = r"(?![ΣΠ∑∏])[^\W\d_]"
#: Characters that are subscripts by themselves; a letter behind them begins another name: `w₁x₁`.
_LOWERED = "₀-₉ₐ-ₜᵢ-ᵪ"
#: What a program takes of a table: `w[0]`, `X[i][0]`. One letter alone, `σ'(z)[y]`, may be a factor in brackets.
_TAKEN = r"(?:\[\d+\]|\[\w+\](?=\[\w+\])|(?<=\])\[\w+\])"
PLAIN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<dots>\.\.\.|…|⋯)
    | (?P<number>[0-9]+\.[0-9]*(?:[eE][+-]?[0-9]+)?[fF]?(?![^\W_])|[0-9]+\.[0-9]*|\.[0-9]+(?:[eE][+-]?[0-9]+)?
        |[0-9]++(?:[eE][+-]?[0-9]+)?(?![^\W\d_]))
    | (?P<digits>[0-9]+)
    | (?P<vulgar>[½⅓⅔¼¾⅛⅜⅝⅞])
    | (?P<small>{RAISED_BY_CHARACTERS})
    | (?P<nabla>(?:∇_?|∂_)(?:\{{[^{{}}]*\}}|[^\W\d_]\w*))
    | (?P<big>[∑Σ∏](?:_\{{[^{{}}]*\}}|_\w+|[ₐ-ₜᵢ-ᵪ]+)?(?:\^\{{[^{{}}]*\}}|\^\w+)?)
    | (?P<method>\.(?:mean|sum)\(\)|\.(?:shape\[0\]|size(?:\(0\)|(?![\w(]))))
    | (?P<module>(?:math|np|numpy|torch|jnp|Math|tf|F|nn|std)\.(?=[^\W\d_]))
    | (?P<name>{EULER} | {_LETTER}
        (?: (?<![{_LOWERED}])[^\W_⁰¹²³⁴-⁹½⅓⅔¼¾⅛⅜⅝⅞{_LOWERED}] | [0-9] | [\u0300-\u036f\u20d0-\u20ff{_LOWERED}]
          | _(?=[^\W_]) | _\{{[^{{}}]*\}} | {RAISED} )*
        {_TAKEN}* )
    | (?P<held>(?<=\))\s*_\s*(?: \{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}}
        | [^\W\d_](?: _\{{[^{{}}]*\}} | [\w\u0300-\u036f\u20d0-\u20ff{PRIMES}] | {RAISED} )* ))
    | (?P<below>_\{{[^{{}}]*\}})
    | (?P<raised>\^\{{[(\[][^{{}}]*[)\]]\}})
    | (?P<sign>[?:]|\*\*|==|~=|>=|<=|!=|:=|\+=|-=|\*=|/=|<-(?![\d(])|->|=>
        | [-+−–\u2010*·×⋅∙\u2217•⊙∘@/÷\u2215()\[\]{{}}\uff08\uff09|∣,\uff0c;!{PRIMES}″^∂=<>≥≤≈≠∈←→⇒])
    | (?P<root>√)
    """,
    re.VERBOSE,
)
_ELEMENT = re.compile(r"(?<![_^{])\[(\w+)\]")
#: The words between the cases of a formula.
_CASE_WORDS = {"if": "if", "else": "else", "otherwise": "else"}


def plain_formula(text: Text, start: int, end: int) -> Formula:
    """Return the tree of the plain notation in `text.content[start:end]`."""
    builder = Builder(text)
    return builder.formula(plain_parts(text, start, end, builder), start, end)


def plain_parts(text: Text, start: int, end: int, builder: Builder) -> list[Part]:
    """Return the nodes and marks that plain notation is made of; `e.mean()` is made of those of `mean(e)`."""
    parts: list[Part] = []
    for part in _cut(text, start, end, builder):
        if isinstance(part, Mark) and part.kind == "method":
            _apply(parts, part)
        else:
            parts.append(part)
    return parts


def _apply(parts: list[Part], method: Mark) -> None:
    """Put the function that a method is before what it is a method of."""
    first, depth = len(parts) - 1, 0
    while first >= 0:
        part = parts[first]
        depth += _DEPTH.get(part.kind, 0) if isinstance(part, Mark) else 0
        if depth <= 0:
            break
        first -= 1
    subject = parts[first:] if first >= 0 else []
    begins = isinstance(subject[0], Mark) and subject[0].kind == "open" if subject else False
    before = parts[first - 1] if first > 0 else None
    if not subject or not (begins or isinstance(subject[0], Word)) or (begins and isinstance(before, Word)):
        parts.append(Mark("stop", ".", method.start, method.start + 1))
        return
    start, end = subject[0].start, method.end
    word = Word(start, start, "len" if method.text[1:5] in ("shap", "size") else method.text[1:].partition("(")[0])
    opening, inside = (subject[0], subject[1:-1]) if begins else (Mark("open", "(", start, start), subject)
    parts[first:] = [word, opening, *inside, Mark("close", ")", end - 1, end)]


_DEPTH = {"close": 1, "open": -1}


def _cut(text: Text, start: int, end: int, builder: Builder) -> list[Part]:
    out: list[Part] = []
    at = start
    while at < end:
        match = PLAIN.match(text.content, at, end)
        if match is None:
            out.append(_stray(text, at, builder))
            at = max(at + 1, _command_end(text, at))
            continue
        kind, found = match.lastgroup, match[0]
        if kind == "sign":
            out.append(_sign(found, at, match.end()))
        elif kind == "name" and found not in _CASE_WORDS:
            out.append(_name(found, at, match.end()))
        elif kind != "space":
            out += _part(text, match, builder)
        at = match.end()
    return out


def _sign(found: str, start: int, end: int) -> Mark:
    if found in RELATIONS:
        return Mark("relation", RELATIONS[found], start, end)
    return Mark(*SIGNS[found], start, end)


def _part(text: Text, match: re.Match[str], builder: Builder) -> Iterator[Part]:
    kind, found, (start, end) = match.lastgroup or "", match[0], match.span()
    if kind in ("number", "digits", "vulgar"):
        yield numeral(text, found.rstrip("fF"), start, end)
    elif kind == "small":
        yield from builder.small(found, start, end)
    elif kind == "nabla":
        by = found[1:].lstrip("_").strip("{}")
        yield Mark("differential", found[0], start, start + 1)
        yield Mark("low", "_", start + 1, start + 1)
        yield Word(end - len(by), end, by)
    elif kind == "name":
        yield Mark(_CASE_WORDS[found], found, start, end)
    elif kind == "held":
        inner = found.partition("_")[2].strip()
        yield Mark("low", "_", start, start + 1)
        yield _several(inner, start + found.index(inner), end)
    elif kind in ("raised", "below"):
        yield Mark("high" if kind == "raised" else "low", found[0], start, start + 1)
        yield builder.node(plain_parts(text, start + 2, end - 1, builder), start + 2, end - 1)
    elif kind == "big":
        yield from _big(text, start, end, builder)
    elif kind == "method":
        yield Mark("method", found, start, end)
    elif kind == "dots":
        yield Dots(start, end)
    elif kind == "root":
        yield Word(start, end, "sqrt")


def _several(inner: str, start: int, end: int) -> Node:
    """Return the names below a bracket, `_{a, b}`: what a derivative holds fixed."""
    names = [name for name in re.split(r"[,\s]+", inner[1:-1] if inner[0] == "{" else inner) if name]
    words = tuple(Word(start, end, name) for name in names)
    return words[0] if len(words) == 1 else Series(start, end, words)


def _big(text: Text, start: int, end: int, builder: Builder) -> Iterator[Part]:
    """Yield a large operator, and what stands below and above it: `Σ_{k=1}^{2}`."""
    yield Big(start, start + 1, BIG[text.content[start]])
    above = text.content.find("^", start, end)
    below_end = above if above >= 0 else end
    for kind, begin, stop in (("low", start + 1, below_end), ("high", below_end, end)):
        written = text.content[begin:stop]
        if not written:
            continue
        yield Mark(kind, written[0], begin, begin)
        inner, last = begin + len(written) - len(written.lstrip("_^{")), stop - written.endswith("}")
        if written[0] in "_^":
            yield builder.node(list(plain_parts(text, inner, last, builder)), inner, last)
        else:
            yield Word(begin, stop, canonical(f"x{written}").partition("_")[2])


def _name(found: str, start: int, end: int) -> Node:
    return Word(start, end, _ELEMENT.sub(r"_\1", found) if found[-1] == "]" else found)


def _command_end(text: Text, at: int) -> int:
    found = re.compile(r"\\\w*").match(text.content, at)
    return found.end() if found else at + 1


def _stray(text: Text, at: int, builder: Builder) -> Unread:
    character = text.content[at]
    if character == "\\":
        command = text.content[at : _command_end(text, at)]
        return builder.unread(
            at, at + len(command), f"`{command}` is a LaTeX command, and this is the plain notation",
            "a name, a number, an operator or a bracket",
            "a network block is read as plain notation; LaTeX is read between dollars",
            f"`{canonical(command[1:])}`, or put the formula between `$` and `$`",
        )  # fmt: skip
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return builder.unread(
        at, at + 1, f"`{shown}` is not part of the notation", "a name, a number, an operator or a bracket",
        "a formula is made of names, numbers, + − * / ^, brackets and functions",
        "leave it out, or put `#` before a remark",
    )  # fmt: skip


@lru_cache(maxsize=16_384)
def plain_name(found: str) -> str:
    """Return the canonical name of a spelling with a subscript in braces (`net_{h1}`) or an index (`w[0]`)."""
    found = _ELEMENT.sub(r"_\1", found)
    return canonical(re.sub(r"_\{([^{}]*)\}", lambda m: "_" + re.sub(r"[,\s]+", "_", m[1].strip()), found))


def find_name(text: Text, start: int, end: int, name: str) -> tuple[int, int] | None:
    """Return the offsets of the first spelling of a canonical name in a stretch of plain notation."""
    for match in PLAIN.finditer(text.content, start, end):
        if match.lastgroup == "name" and plain_name(match[0]) == name:
            return match.span()
    return None
