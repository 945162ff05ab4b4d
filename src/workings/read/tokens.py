"""The plain notation → tokens; and what all spellings have in common: numbers, quotients, brackets.

The spellings (notation, LaTeX) differ only in how they make tokens; one grammar reads them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from workings.errors import ReadError
from workings.graph.writing.spelling import RAISED, canonical
from workings.read.marks import marked
from workings.read.text import Text
from workings.read.words import LETTERS, Numeral, Token, Vocabulary, name_tokens

#: Deeper brackets than a person can read are refused, with that reason.
DEEPEST = 200


_PLAIN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<number>[0-9]+\.[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+(?:[eE][+-]?[0-9]+)?(?![^\W\d_]))
    | (?P<digits>[0-9]+)
    | (?P<vulgar>[½⅓⅔¼¾⅛⅜⅝⅞])
    | (?P<small>⁻?[⁰¹²³⁴-⁹]+)
    | (?P<nabla>(?:∇_?|∂_)(?:\{{[^{{}}]*\}}|[^\W\d_]\w*))
    | (?P<partial>∂)
    | (?P<module>(?:math|np|numpy|torch|jnp)\.(?=[^\W\d_]))
    | (?P<name>[^\W\d_]
        (?: [^\W_⁰¹²³⁴-⁹½⅓⅔¼¾⅛⅜⅝⅞] | [\u0300-\u036f\u20d0-\u20ff₀-₉ₐ-ₜᵢ-ᵪ] | _(?=[^\W_]) | _\{{[^{{}}]*\}} | {RAISED} )*
        ['’′″]* (?:\[\d+\])? )
    | (?P<held>\)\s*_\s*(?: \{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}}
        | [^\W\d_](?: _\{{[^{{}}]*\}} | [\w\u0300-\u036f\u20d0-\u20ff′'] | {RAISED} )* ))
    | (?P<power>\*\*|\^)
    | (?P<order>>=|<=|==)
    | (?P<sign>[-+−–*·×⋅∙/÷()\[\]{{}}|,;><≥≤√])
    """,
    re.VERBOSE,
)
SIGNS = {
    "+": "PLUS", "-": "MINUS", "−": "MINUS", "–": "MINUS", "*": "TIMES", "·": "TIMES", "×": "TIMES", "⋅": "TIMES",
    "∙": "TIMES", "/": "DIVIDE", "÷": "DIVIDE", "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB",
    "{": "LBRACE", "}": "RBRACE", ",": "COMMA", ";": "COMMA", ">": "GREATER", "≥": "ATLEAST", "<": "LESS",
    "≤": "ATMOST", ">=": "ATLEAST", "<=": "ATMOST", "==": "EQUALS", "√": "SQRT",
}  # fmt: skip
#: The words between the cases of a formula: `(z if z > 0 else 0)`.
CASE_WORDS = {"if": "IF", "else": "ELSE", "where": "WHERE"}
_SMALL = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
    "⅞": (7, 8),
}  # fmt: skip
_OPENS = {"LPAR": "RPAR", "LBRACE": "RBRACE", "LSQB": "RSQB"}
_SHAPES = {"LPAR": "(", "RPAR": ")", "LBRACE": "{", "RBRACE": "}", "LSQB": "[", "RSQB": "]"}
_BEFORE_OPERAND = frozenset(
    (
        "PLUS",
        "MINUS",
        "TIMES",
        "DIVIDE",
        "POWER",
        "LPAR",
        "LBRACE",
        "LSQB",
        "COMMA",
        "BAR",
        "GREATER",
        "ATLEAST",
        "LESS",
        "ATMOST",
        "EQUALS",
        "IF",
        "ELSE",
    )
)


def notation_tokens(text: Text, start: int, end: int, words: Vocabulary) -> list[Token]:
    """Return the tokens of `text.content[start:end]` in the plain notation.

    Raises:
        ReadError: for a character that is no part of the notation, and for brackets that do not match.
    """
    raw = list(_plain_tokens(text, start, end))
    tokens: list[Token] = []
    for index, token in enumerate(raw):
        if token.kind != "NAME":
            tokens.append(token)
            continue
        if token.text in CASE_WORDS and str(token.value) not in words.names | words.functions:
            tokens.append(token._replace(kind=CASE_WORDS[token.text]))
            continue
        applied = index + 1 < len(raw) and raw[index + 1].kind == "LPAR"
        # A word of several letters right before a bracket applies a function, though nothing says what it is.
        calls = applied and raw[index + 1].start == token.end and re.fullmatch(r"[^\W\d_]{2,}\w*", token.text)
        called = calls and not words.applies and str(token.value) not in words.names
        tokens += name_tokens(token, replace(words, applies=True) if called else words, applied)
    return finish(text, tokens, words)


def _plain_tokens(text: Text, start: int, end: int) -> Iterator[Token]:
    at = start
    while at < end:
        match = _PLAIN.match(text.content, at, end)
        if match is None:
            raise _stray(text, at)
        kind, found = match.lastgroup or "", match[0]
        if kind in ("number", "digits"):
            yield Token("NUMBER", found, at, match.end(), numeral(text, found, at))
        elif kind == "vulgar":
            yield Token("NUMBER", found, at, match.end(), Numeral(Fraction(*_VULGAR[found]), False))
        elif kind == "small":
            yield Token("SMALL", found, at, match.end(), int(found.translate(_SMALL)))
        elif kind == "nabla":
            name = plain_name(found[1:].lstrip("_").strip("{}"))
            for part in ("FRAC", "LBRACE", "PARTIAL", "RBRACE", "LBRACE", "PARTIAL", "NAME", "RBRACE"):
                yield Token(part, name if part == "NAME" else "", at, match.end(), name)
        elif kind == "partial":
            yield Token("PARTIAL", found, at, match.end())
        elif kind == "name":
            yield Token("NAME", found, at, match.end(), plain_name(found))
        elif kind == "held":
            yield Token("RPAR", ")", at, at + 1)
            inner = found.partition("_")[2].strip()
            names = re.split(r"[,\s]+", inner[1:-1] if inner[0] == "{" else inner)
            yield Token("HELD", found[1:], at + 1, match.end(), " ".join(plain_name(name) for name in names if name))
        elif kind == "power":
            yield Token("POWER", found, at, match.end())
        elif kind == "order":
            yield Token(SIGNS[found], found, at, match.end())
        elif kind == "sign":
            yield Token("BARS" if found == "|" else SIGNS[found], found, at, match.end())
        at = match.end()


def numeral(text: Text, written: str, at: int) -> Numeral:
    """Return the exact value of a number as it is written.

    Raises:
        ReadError: for a number that no double can hold.
    """
    mantissa, _, exponent = written.lower().partition("e")
    if len(mantissa) > _MOST_DIGITS or (exponent and abs(int(exponent[:6])) > _MOST_DIGITS):
        raise text.error(
            at, at + len(written), f"`{written[:24]}` is longer than any number that is computed with",
            "a number of a size between 1e-308 and 1e308", "numbers are computed with as doubles",
            "a number in that range",
        )  # fmt: skip
    return Numeral(Fraction(written), "." in written or "e" in written.lower())


#: Digits, and the size of the exponent, that a double can have any use of.
_MOST_DIGITS = 308


@lru_cache(maxsize=16_384)
def plain_name(found: str) -> str:
    """Return the canonical name of a spelling with a subscript in braces (`net_{h1}`) or an index (`w[0]`)."""
    found = re.sub(r"\[(\d+)\]$", r"_\1", found)
    return canonical(re.sub(r"_\{([^{}]*)\}", lambda m: "_" + re.sub(r"[,\s]+", "_", m[1].strip()), found))


def find_name(text: Text, start: int, end: int, name: str) -> tuple[int, int] | None:
    """Return the offsets of the first spelling of a canonical name in a stretch of plain notation."""
    for match in _PLAIN.finditer(text.content, start, end):
        if match.lastgroup == "name" and plain_name(match[0]) == name:
            return match.span()
    return None


def _stray(text: Text, at: int) -> ReadError:
    character = text.content[at]
    if character == "\\":
        found = re.compile(r"\\\w*").match(text.content, at)
        command = found[0] if found else "\\"
        return text.error(
            at, at + len(command), f"`{command}` is a LaTeX command, and this is the plain notation",
            "a name, a number, an operator or a bracket",
            "a network block is read as plain notation; LaTeX is read between dollars",
            f"`{canonical(command[1:])}`, or put the formula between `$` and `$`",
        )  # fmt: skip
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return text.error(
        at, at + 1, f"`{shown}` is not part of the notation", "a name, a number, an operator or a bracket",
        "a formula is made of names, numbers, + − * / ^, brackets and functions",
        "leave it out, or put `#` before a remark",
    )  # fmt: skip


def _quotients(tokens: list[Token], words: Vocabulary) -> list[Token]:
    """Return the tokens with `dE/dw` and `d/dw` written as derivatives, where d is no name of its own."""
    if "d" in words.names | words.functions:
        return tokens
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        over = tokens[index + 2] if index + 2 < len(tokens) else None
        if _spelled_quotient(tokens, index, words):
            d, top, over, under, bottom = tokens[index : index + 5]
            out += [d._replace(kind="PARTIAL"), top, over, under._replace(kind="PARTIAL"), bottom]
            index += 5
            continue
        second = _second_quotient(tokens, index)
        if second:
            under = tokens[second]
            out += [tokens[index]._replace(kind="PARTIAL"), *tokens[index + 1 : second], *_split_d(under)]
            index = second + 1
            continue
        bracketed = _bracketed_quotient(tokens, index)
        if bracketed:
            for at in range(index, bracketed):
                token = tokens[at]
                out.append(token._replace(kind="PARTIAL") if token.text == "d" else token)
            index = bracketed
        elif (
            over
            and tokens[index + 1].kind == "DIVIDE"
            and _is_d(tokens[index], words, True)
            and _is_d(over, words, False, over=tokens[index])
        ):
            out += [*_split_d(tokens[index]), tokens[index + 1], *_split_d(over)]
            index += 3
        else:
            out.append(tokens[index])
            index += 1
    return out


def squared(tokens: Sequence[Token], at: int) -> int:
    """Return how many tokens the exponent 2 at `at` takes: `²`, `^2`, `^{2}`; 0 where it is none."""
    kinds = [token.kind for token in tokens[at : at + 4]]
    if kinds[:1] == ["SMALL"]:
        return int(tokens[at].value == 2)
    size = 2 if kinds[:2] == ["POWER", "NUMBER"] else 4 if kinds == ["POWER", "LBRACE", "NUMBER", "RBRACE"] else 0
    return size if size and tokens[at + size // 2].text == "2" else 0


def _second_quotient(tokens: list[Token], at: int) -> int:
    """Return where the `dw` of `d²E/dw²` stands that begins at `at`, 0 where none does."""
    size = squared(tokens, at + 1) if tokens[at].text == "d" else 0
    under = at + size + 3
    behind = [token.kind for token in tokens[at + size + 1 : under + 1]]
    if not size or behind != ["NAME", "DIVIDE", "NAME"] or not tokens[under].text.startswith("d"):
        return 0
    return under if len(tokens[under].text) > 1 and squared(tokens, under + 1) else 0


def _is_d(token: Token, words: Vocabulary, alone: bool, over: Token | None = None) -> bool:
    """Say whether a name is the d of a derivative; below one that surely is, a name `dz` of its own is dz too."""
    if token.kind != "NAME" or not token.text.startswith("d"):
        return False
    if token.text == "d":
        return alone
    if str(token.value) not in words.names:
        return True
    return over is not None and over.text != "d" and plain_name(token.text[1:]) in words.names


def _spelled_quotient(tokens: list[Token], at: int, words: Vocabulary) -> bool:
    """Say whether `dL/dw` begins here whose letters are names one by one, as LaTeX has them."""
    five = tokens[at : at + 5]
    if [t.kind for t in five] != ["NAME", "NAME", "DIVIDE", "NAME", "NAME"]:
        return False
    close = five[0].end == five[1].start and five[3].end == five[4].start
    return close and five[0].text == five[3].text == "d" and five[0].value not in words.names


def _bracketed_quotient(tokens: list[Token], start: int) -> int:
    """Return where `d(loss)/d(w)` ends that begins at `start`, 0 where none does."""
    at = start
    for part in range(2):
        if at + 3 > len(tokens) or tokens[at].text != "d" or tokens[at + 1].kind != "LPAR":
            return 0
        close = next((i for i in range(at + 2, len(tokens)) if tokens[i].kind in ("LPAR", "RPAR")), 0)
        if not close or tokens[close].kind != "RPAR":
            return 0
        at = close + 1
        if part == 0:
            if at >= len(tokens) or tokens[at].kind != "DIVIDE":
                return 0
            at += 1
    return at


def _split_d(token: Token) -> list[Token]:
    head = Token("PARTIAL", "d", token.start, token.start + 1)
    rest = token.text[1:]
    return [head, Token("NAME", rest, token.start + 1, token.end, plain_name(rest))] if rest else [head]


def finish(text: Text, tokens: list[Token], words: Vocabulary) -> list[Token]:
    """Settle what stands across tokens: derivatives as quotients, marks of names, bars and brackets.

    Raises:
        ReadError: where brackets do not match or stand deeper than `DEEPEST`, and for a superscript that can be
            read in two ways.
    """
    return _matched(text, _eulers(marked(text, _quotients(tokens, words), words)))


def _eulers(tokens: list[Token]) -> list[Token]:
    """Return the tokens with `e^{-z}` as a power of Euler's number, though the author has a quantity e."""
    out: list[Token] = []
    for index, token in enumerate(tokens):
        raised = token.kind == "NAME" and token.text == "e" and [t.kind for t in tokens[index + 1 : index + 2]]
        if raised == ["POWER"] and any(t.kind in ("NAME", "FUNCTION", "KNOWN") for t in _exponent(tokens, index + 2)):
            token = token._replace(kind="LETTER", value=LETTERS["e"])
        out.append(token)
    return out


def _exponent(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    depth = 0
    for index in range(start, len(tokens)):
        depth += (tokens[index].kind in _OPENS) - (tokens[index].kind in _OPENS.values())
        if depth <= 0 and tokens[index].kind not in ("MINUS", "PLUS"):
            return tokens[start : index + 1]
    return tokens[start:]


def _matched(text: Text, tokens: list[Token]) -> list[Token]:
    """Tell opening from closing bars, and check that every bracket is closed by one of its kind."""
    out: list[Token] = []
    opened: list[Token] = []
    bars: list[int] = []
    for token in tokens:
        kind = token.kind
        if kind == "BARS":
            # A bar opens where nothing can end, and where no bar stands open inside the same brackets.
            opening = not out or out[-1].kind in _BEFORE_OPERAND or not (bars and bars[-1] == len(opened))
            kind = "BAR" if opening else "ENDBAR"
            if opening:
                bars.append(len(opened))
            else:
                bars.pop()
        if kind in _OPENS:
            opened.append(token)
            if len(opened) > DEEPEST:
                raise too_deep(text, token.start, token.end)
        elif kind in _SHAPES and (not opened or _OPENS[opened.pop().kind] != kind):
            raise _unopened(text, token, out)
        out.append(token._replace(kind=kind))
    if opened:
        raise _unclosed(text, opened[-1])
    return out


def too_deep(text: Text, start: int, end: int) -> ReadError:
    """Return the error of brackets that stand deeper than `DEEPEST`."""
    return text.error(
        start, end, f"brackets stand more than {DEEPEST} deep here",
        f"at most {DEEPEST} brackets inside each other",
        "nobody can read such a formula, and its derivation would be longer still",
        "give the inner parts names, one equation each: `u = …`",
    )  # fmt: skip


def _unopened(text: Text, token: Token, before: list[Token]) -> ReadError:
    shape = _SHAPES[token.kind]
    return text.error(
        token.start, token.end, f"`{shape}` closes a bracket that was not opened",
        "a bracket of its kind before it" if before else "a formula",
        "every bracket needs its partner on the same line",
        f"leave `{shape}` out, or open it before",
    )  # fmt: skip


def _unclosed(text: Text, token: Token) -> ReadError:
    shape = _SHAPES[token.kind]
    closing = _SHAPES[_OPENS[token.kind]]
    return text.error(
        token.start, token.end, f"`{shape}` is never closed", f"`{closing}` behind it",
        "every bracket needs its partner in the same formula",
        f"put `{closing}` where the part that it encloses ends",
    )  # fmt: skip
