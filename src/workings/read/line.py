"""A line that a person wrote, as it stands: its sides are unread until the names of the network are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workings.graph.expr import Expr
from workings.graph.writing.spelling import canonical, without_step
from workings.read.latex import latex_tokens
from workings.read.latex_items import RELATIONS, Raw, script
from workings.read.parser import Part, parse_formula
from workings.read.text import Snippet
from workings.read.tokens import notation_tokens, squared
from workings.read.words import Token, Vocabulary


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation: a stretch of text, and its raw items where it is LaTeX."""

    at: Snippet
    items: tuple[Raw, ...] | None

    def tokens(self, words: Vocabulary) -> list[Token]:
        """Return the tokens of the side.

        Raises:
            ReadError: where it has signs that are not read.
        """
        if self.items is None:
            return notation_tokens(self.at.text, self.at.start, self.at.end, words)
        return latex_tokens(self.at.text, self.items, words)

    def parse(
        self,
        words: Vocabulary,
        parts: list[Part] | None = None,
        depends: Callable[[str, str], bool] = lambda _name, _on: False,
        tight: bool | None = None,
    ) -> Expr:
        """Return the expression of the side; a function that stands without brackets is a name there.

        Its pieces are added to `parts` with their places. A quantity written with names that it `depends` on,
        `E(w)`, is that quantity; on the name "" every quantity depends. `tight` settles what `a/b c` is: a/(b c), or
        from left to right; unsettled, it is an error.

        Raises:
            ReadError: where it is no formula.
        """
        try:
            tokens = prepared(self.tokens(words), depends)
        except EvaluatedError:
            raise self.at.text.error(
                self.at.start, self.at.end, "a derivative is taken at a point here", "a derivative without a point",
                "its value at one point is not read", "the formula, and the numbers put in",
            ) from None  # fmt: skip
        if tight is not None:
            tokens = _grouped(tokens, tight=tight)
        return parse_formula(self.at.text, tokens, self.at.start, self.at.end, parts)


@dataclass(frozen=True, slots=True)
class WrittenLine:
    r"""`sides[0] relations[0] sides[1] …`; the first side is None where the line goes on with the one before.

    `span` numbers the display or the block of code that the line stands in, `before` is the text in front of
    that, `label` its number (`\tag{3}`), `reason` what the person wrote behind it, `code` where it is a program's.
    """

    at: Snippet
    sides: tuple[Side | None, ...]
    relations: tuple[str, ...]
    span: int
    label: str = ""
    reason: str = ""
    before: str = ""
    code: bool = False
    aside: bool = False
    #: Whether it stands within a sentence, not in a display.
    inline: bool = False


def at_point(side: Side) -> tuple[Side, list[tuple[Side, Side]]]:
    r"""Return a side without the bar that says where it is taken, and what the names are there.

    `\left.\frac{\partial E}{\partial w}\right|_{w = 1, x = 2}` is the derivative, at w = 1 and x = 2.
    """
    if side.items is None:
        match = _PLAIN_POINT.search(side.at.content)
        if match is None:
            return side, []
        begin, text = side.at.start, side.at.text
        bare, name, value = (
            Side(Snippet(text, begin + a, begin + b), None)
            for a, b in ((0, match.start()), match.span("name"), match.span("value"))
        )
        return bare, [(name, value)]
    items = list(side.items)
    bar = max((i for i, item in enumerate(items) if item.text in _BARS), default=-1)
    behind = items[bar + 1 :]
    if bar < 1 or len(behind) < 4 or behind[0].kind != "_" or script(behind, 1) != len(behind):
        return side, []
    pairs = list[tuple[Side, Side]]()
    inside = behind[2:-1] if behind[1].kind == "{" else []
    cuts = [-1, *(i for i, item in enumerate(inside) if item.kind in (",", ";")), len(inside)]
    for a, b in pairwise(cuts):
        part = inside[a + 1 : b]
        equals = next((i for i, item in enumerate(part) if RELATIONS.get(item.text) == "="), 0)
        if not equals and part and len(behind) < _LONGEST_POINT:
            pairs.append((_side(side, part), _side(side, part)))
            continue
        if not equals or equals + 1 == len(part):
            return side, []
        pairs.append((_side(side, part[:equals]), _side(side, part[equals + 1 :])))
    # The point of `\\left.` is a bracket that is not drawn.
    return _side(side, [item for item in items[:bar] if item.text != "."]), pairs


#: `|_{w_0}` names the point alone, in at most so many items.
_LONGEST_POINT = 8
_BARS = frozenset(("|", r"\vert", r"\rvert", r"\mid"))
_PLAIN_POINT = re.compile(r"\s*\|\s*_?[{(]?\s*(?P<name>[^\W\d_]\w*)\s*=\s*(?P<value>[-−]?[\d./]+)\s*[})]?\s*$")


def _side(side: Side, items: Sequence[Raw]) -> Side:
    return Side(Snippet(side.at.text, items[0].start, items[-1].end), tuple(items))


def without_stray_bracket(side: Side) -> Side | None:
    """Return a side of LaTeX without the one round bracket that has no partner; None where that is not all."""
    if side.items is None:
        return None
    opened: list[int] = []
    stray: list[int] = []
    for index, item in enumerate(side.items):
        if item.kind == "(":
            opened.append(index)
        elif item.kind == ")":
            if opened:
                opened.pop()
            else:
                stray.append(index)
    stray += opened
    if len(stray) != 1:
        return None
    return Side(side.at, (*side.items[: stray[0]], *side.items[stray[0] + 1 :]))


_OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_TERM_ENDS = frozenset(
    ("PLUS", "MINUS", "RPAR", "RSQB", "RBRACE", "COMMA", "ENDBAR", "GREATER", "ATLEAST", "LESS", "ATMOST", "IF", "ELSE")
)
_OPERATOR = ("FRAC", "LBRACE", "PARTIAL", "RBRACE", "LBRACE", "PARTIAL", "NAME", "RBRACE")
_SLASHED = ("PARTIAL", "DIVIDE", "PARTIAL", "NAME")


def prepared(tokens: Sequence[Token], depends: Callable[[str, str], bool] = lambda _name, _on: False) -> list[Token]:
    """Return the tokens of a person's line in the forms that the grammar knows."""
    tokens = _not_at_its_variable(tokens)
    _refuse_evaluated(tokens, depends)
    plain = _unbraced(_without_arguments(_changes(_twice(tokens)), depends))
    return _whole_numerators(_reaching(_bare_functions(plain)))


def _twice(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with `∂²E/∂w²` and `∂²E/∂w∂b` as a derivative of a derivative."""
    if not any(token.kind == "PARTIAL" and squared(tokens, at + 1) for at, token in enumerate(tokens)):
        return list(tokens)
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        found = _second_derivative(tokens, at)
        if found is None:
            out.append(tokens[at])
            at += 1
            continue
        of, (first, second), end = found
        place = tokens[at]

        def sign(kind: str, place: Token = place) -> Token:
            return Token(kind, "∂" if kind == "PARTIAL" else "", place.start, place.start)

        def by(name: Token, sign: Callable[[str], Token] = sign) -> list[Token]:
            return [sign("RBRACE"), sign("LBRACE"), sign("PARTIAL"), name, sign("RBRACE")]

        operator = [sign("FRAC"), sign("LBRACE"), sign("PARTIAL")]
        inner = [*operator, *of, *by(second)]
        out += [*operator, *by(first), *([sign("LPAR"), *inner, sign("RPAR")] if of else inner)]
        at = end
    return out


def _second_derivative(tokens: Sequence[Token], at: int) -> tuple[Sequence[Token], tuple[Token, Token], int] | None:
    """Return what the second derivative at `at` differentiates, by which two names, and where it ends."""
    kinds = [token.kind for token in tokens]
    fraction = kinds[at : at + 3] == ["FRAC", "LBRACE", "PARTIAL"]
    begin = at + 2 * fraction
    size = squared(tokens, begin + 1) if kinds[begin : begin + 1] == ["PARTIAL"] else 0
    if not size:
        return None
    start = begin + 1 + size
    end = (
        _partner(kinds, at + 1) if fraction else next((i for i in range(start, len(kinds)) if kinds[i] == "DIVIDE"), 0)
    )
    under = end + 1 + fraction
    if kinds[under : under + 2] != ["PARTIAL", "NAME"] or (not fraction and end - start > 1):
        return None
    names = tokens[under + 1], tokens[under + 1]
    last = under + 2 + squared(tokens, under + 2)
    if kinds[last : last + 2] == ["PARTIAL", "NAME"] and last == under + 2:
        names, last = (tokens[under + 1], tokens[last + 1]), last + 2
    elif last == under + 2:
        return None
    if fraction and kinds[last : last + 1] != ["RBRACE"]:
        return None
    return tokens[start:end], names, last + fraction


def _not_at_its_variable(tokens: Sequence[Token]) -> list[Token]:
    """Leave out the bracket of `∂E/∂w (w_2)`: the derivative at a value of its own variable."""
    out: list[Token] = []
    at = slopes = 0
    while at < len(tokens):
        token = tokens[at]
        out.append(token)
        at += 1
        slopes += token.kind == "PARTIAL"
        behind = at + (at < len(tokens) and tokens[at].kind == "RBRACE")
        bracket = [t.kind for t in tokens[behind : behind + 3]] == ["LPAR", "NAME", "RPAR"]
        by = token.kind == "NAME" and slopes > 1 and out[-2].kind == "PARTIAL"
        inner = str(tokens[behind + 1].value) if bracket else ""
        if bracket and by and token.value in (inner, without_step(inner)):
            out += tokens[at:behind]
            at = behind + 3
    return out


class EvaluatedError(ValueError):
    """A derivative is taken at a point: `∂L/∂w (0)`, which is no product."""


def _refuse_evaluated(tokens: Sequence[Token], depends: Callable[[str, str], bool]) -> None:
    kinds = [token.kind for token in tokens]
    for index, token in enumerate(tokens):
        # `L(1.001)`: a quantity with a number behind it in brackets is its value there.
        at_number = token.kind == "NAME" and kinds[index + 1 : index + 4] == ["LPAR", "NUMBER", "RPAR"]
        if at_number and depends(str(token.value), ""):
            raise EvaluatedError
        if token.kind != "PARTIAL":
            continue
        # The end of the derivative: behind the name, and behind the brace of a fraction.
        behind = index + 2
        if kinds[behind : behind + 1] == ["RBRACE"]:
            behind += 1
        below = index > 0 and kinds[index - 1] in ("DIVIDE", "LBRACE") and "PARTIAL" in kinds[:index]
        if below and kinds[behind : behind + 1] == ["LPAR"] and kinds[behind + 1 : behind + 3] == ["NUMBER", "RPAR"]:
            raise EvaluatedError


def _whole_numerators(tokens: Sequence[Token]) -> list[Token]:
    r"""Put brackets around all that is differentiated in `\frac{\partial (z - y)^2}{\partial w}`."""
    out: list[Token] = []
    kinds = [token.kind for token in tokens]
    closing: list[int] = []
    for index, token in enumerate(tokens):
        if closing and closing[-1] == index:
            out.append(Token("RPAR", ")", token.start, token.start))
            closing.pop()
        out.append(token)
        if kinds[max(0, index - 2) : index + 1] == ["FRAC", "LBRACE", "PARTIAL"]:
            end = _partner(kinds, index - 1)
            if end > index + 2 and _partner(kinds, index + 1) != end - 1:
                out.append(Token("LPAR", "(", token.end, token.end))
                closing.append(end)
    return out


def _without_arguments(tokens: Sequence[Token], depends: Callable[[str, str], bool]) -> list[Token]:
    """Return the tokens with a quantity's arguments left out: `ŷ(t)` is ŷ, where ŷ is made of t."""
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        out.append(token)
        index += 1
        if token.kind != "NAME" or index >= len(tokens) or tokens[index].kind != "LPAR":
            continue
        close = _partner([t.kind for t in tokens], index)
        inner = tokens[index + 1 : close]
        alike = all(t.kind == ("COMMA" if i % 2 else "NAME") for i, t in enumerate(inner)) and len(inner) % 2
        if alike and all(depends(str(token.value), str(t.value)) for t in inner[::2]):
            index = close + 1
    return out


def _changes(tokens: Sequence[Token]) -> list[Token]:
    r"""Return the tokens with `\Delta w` as one name: the change of w."""
    out: list[Token] = []
    for token in tokens:
        if out and token.kind == "NAME" and out[-1].kind == "NAME" and out[-1].value == "Delta":
            out[-1] = token._replace(value=f"Delta_{token.value}", start=out[-1].start, text=f"Δ{token.text}")
        elif token.kind == "NAME" and re.fullmatch(r"[ΔΔ](?=.)\S+", token.text):
            out.append(token._replace(value=f"Delta_{canonical(token.text[1:])}"))
        else:
            out.append(token)
    return out


def _unbraced(tokens: Sequence[Token]) -> list[Token]:
    r"""Take the braces off a name behind ∂: `\partial{w}` is ∂w."""
    out: list[Token] = []
    for token in tokens:
        out.append(token)
        if [t.kind for t in out[-4:]] in (["PARTIAL", o, "NAME", c] for o, c in _OPENING.items()):
            out[-3:] = [out[-2]]
        if [t.kind for t in out[-4:]] == ["LBRACE", "PARTIAL", "NAME", "RBRACE"] and (
            len(out) == 4 or out[-5].kind not in ("FRAC", "RBRACE")
        ):
            # `{\partial y}/{\partial z}`: braces that set nothing.
            out[-4:] = out[-3:-1]
    return out


def _bare_functions(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with functions that are applied to nothing as names: the value that they have there.

    A derivative in one dash, `σ′ = σ (1 − σ)`, is such a name too; a bracket that holds the bare function is a factor.
    """
    out: list[Token] = []
    kinds = [token.kind for token in tokens]
    # From the right, since whether a function is applied depends on what its bracket holds.
    applied: dict[int, bool] = {}
    for at in range(len(tokens) - 1, -1, -1):
        if kinds[at] in ("FUNCTION", "KNOWN"):
            applied[at] = _applied(tokens, kinds, at, applied)
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if not applied.get(index, True):
            name = str(token.value) if token.kind == "FUNCTION" else canonical(token.text.removeprefix("\\"))
            primes = "'" * int(str(tokens[index + 1].value)) if kinds[index + 1 : index + 2] == ["PRIME"] else ""
            out.append(token._replace(kind="NAME", value=name + primes))
            index += 2 if primes else 1
            continue
        out.append(token)
        index += 1
    return out


def _applied(tokens: Sequence[Token], kinds: Sequence[str], at: int, later: Mapping[int, bool]) -> bool:
    token = tokens[at]
    behind = at + 1
    first = kinds[behind] if behind < len(kinds) else ""
    if first == "PRIME" or first == "SMALL":
        behind += 1
    elif first == "POWER" and behind + 1 < len(kinds):
        behind = _partner(kinds, behind + 1) + 1 if kinds[behind + 1] in _OPENING else behind + 2
    opened = behind < len(kinds) and kinds[behind] in ("LPAR", "LSQB")
    if opened and first in ("LPAR", "LSQB", "PRIME", "SMALL", "POWER"):
        inner = range(behind + 1, _partner(kinds, behind))
        return not any(tokens[i].text == token.text and not later.get(i, True) for i in inner)
    # `log z` needs no brackets; a function of the author's does.
    return token.kind == "KNOWN" and first in (
        "NUMBER", "NAME", "LETTER", "LBRACE", "FRAC", "BAR", "FUNCTION", "KNOWN", "POWER", "SMALL",
    )  # fmt: skip


def _grouped(tokens: Sequence[Token], *, tight: bool) -> list[Token]:
    """Return the tokens with what stands side by side behind a slash bracketed, or multiplied from left to right."""
    kinds = [token.kind for token in tokens]
    brackets: dict[int, int] = {}
    times: set[int] = set()
    for index, kind in enumerate(kinds):
        if kind != "DIVIDE" or (index and kinds[index - 1] == "PARTIAL"):
            continue
        first = _operand(kinds, index + 1)
        end = first
        while end < len(kinds) and kinds[end] in _OPERANDS:
            times.add(end)
            end = _operand(kinds, end)
        if end > first and not _fraction_of_its_own(tokens, index, first):
            brackets[index + 1] = end
    out: list[Token] = []
    closing: list[int] = []
    for index, token in enumerate(tokens):
        while tight and closing and closing[-1] == index:
            out.append(Token("RPAR", ")", token.start, token.start))
            closing.pop()
        if tight and index in brackets:
            out.append(Token("LPAR", "(", token.start, token.start))
            closing.append(brackets[index])
        elif not tight and index in times:
            out.append(Token("TIMES", "·", token.start, token.start))
        out.append(token)
    return [*out, *(Token("RPAR", ")", tokens[-1].end, tokens[-1].end) for _ in closing)]


def _fraction_of_its_own(tokens: Sequence[Token], slash: int, end: int) -> bool:
    """Say whether a number stands below a slash with room behind it: `1/2 x` is ½ x, and `1/2x` may be 1/(2x)."""
    below = tokens[slash + 1]
    return below.kind == "NUMBER" and end == slash + 2 and tokens[end].start > below.end


def slash_in_two_ways(tokens: Sequence[Token]) -> bool:
    """Say whether `1/2x` stands somewhere, which is read as ½ x and may be meant as 1/(2x)."""
    return any(
        a.kind == "DIVIDE" and b.kind == "NUMBER" and c.kind in _OPERANDS and c.start == b.end
        for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


_OPERANDS = frozenset(("NAME", "NUMBER", "LETTER", "LPAR", "LSQB", "FUNCTION", "KNOWN", "FRAC", "SQRT"))


def _operand(kinds: Sequence[str], start: int) -> int:
    """Return where the operand ends that begins at `start`, its bracket, powers and primes with it."""
    at = start
    if at < len(kinds) and kinds[at] in ("FUNCTION", "KNOWN", "SQRT"):
        at += 1
        while at < len(kinds) and kinds[at] in ("PRIME", "SMALL"):
            at += 1
    elif at < len(kinds) and kinds[at] == "FRAC":
        at = _partner(kinds, at + 1) + 1 if at + 1 < len(kinds) else at + 1
    at = _partner(kinds, at) + 1 if at < len(kinds) and kinds[at] in _OPENING else at + (at == start)
    while at < len(kinds) and kinds[at] in ("POWER", "SMALL", "PRIME"):
        if kinds[at] == "POWER" and at + 1 < len(kinds):
            at = _partner(kinds, at + 1) + 1 if kinds[at + 1] in _OPENING else at + 2
        else:
            at += 1
    return max(at, start + 1)


def _reaching(tokens: Sequence[Token]) -> list[Token]:
    """Put brackets around what `d/dw` reaches: a bracket behind it with its power, else the whole product."""
    kinds = [token.kind for token in tokens]
    out: list[Token] = []
    closing: list[int] = []
    for index, token in enumerate(tokens):
        while closing and closing[-1] == index:
            out.append(Token("RPAR", ")", token.start, token.start))
            closing.pop()
        out.append(token)
        for form in (_OPERATOR, _SLASHED):
            start = index + 1 - len(form)
            if start >= 0 and tuple(kinds[start : index + 1]) == form and index + 1 < len(tokens):
                end = _reach(kinds, index + 1)
                if end > index + 1:
                    out.append(Token("LPAR", "(", tokens[index + 1].start, tokens[index + 1].start))
                    closing.append(end)
    out += [Token("RPAR", ")", tokens[-1].end, tokens[-1].end) for _ in closing]
    return out


def _reach(kinds: Sequence[str], start: int) -> int:
    first = kinds[start]
    if first in ("LPAR", "LSQB"):
        end = _partner(kinds, start) + 1
        if kinds[end : end + 1] == ["SMALL"]:
            return end + 1
        if kinds[end : end + 1] == ["POWER"]:
            inner = end + 1
            return _partner(kinds, inner) + 1 if kinds[inner] in _OPENING else inner + 1
        return end
    depth = 0
    for index in range(start, len(kinds)):
        if depth == 0 and index > start and kinds[index] in _TERM_ENDS:
            return index
        depth += (kinds[index] in _OPENING) - (kinds[index] in _OPENING.values())
    return len(kinds)


def _partner(kinds: Sequence[str], start: int) -> int:
    depth = 0
    for index in range(start, len(kinds)):
        depth += (kinds[index] in _OPENING) - (kinds[index] in _OPENING.values())
        if depth == 0:
            return index
    return len(kinds) - 1
