"""Which superscripts of a document are marks of names and which are powers.

    a^1 = σ(w^1 x)        C = (a^1 − y)^2

Nothing defines a power, so a¹ is a name, and w¹ beside it is one: the 1 numbers a layer. A superscript in
brackets is a mark where the name never stands without one; a letter is, where it numbers layers somewhere
on the page. An exponent stays a power wherever it can be one, and what can be both is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workings.errors import ReadError
from workings.read.marks import Superscript, base_name, letter_of, superscript
from workings.read.statements import Statement
from workings.read.words import Token, Vocabulary


@dataclass(frozen=True)
class _Use:
    """A superscript on the page; `defines` where it stands alone on a left side, `layer` what that side has raised."""

    found: Superscript
    kind: str
    applied: bool
    defines: bool
    layer: str

    @property
    def base(self) -> str:
        return self.found.base

    @property
    def written(self) -> str:
        return self.found.written

    @property
    def numbers(self) -> bool:
        """Whether it is a whole number without brackets."""
        return self.written.isdigit()


def find_marks(statements: Sequence[Statement], words: Vocabulary) -> Vocabulary:
    """Return the vocabulary with the superscripts that are marks, and those that can be read in two ways."""
    page = _Page(statements, replace(words, marked=frozenset(), doubtful=frozenset()))
    readings = {use.found.key: page.reading(use) for use in page.uses}
    marked = frozenset(key for key, reading in readings.items() if reading == "mark")
    doubtful = frozenset(key for key, reading in readings.items() if reading == "doubt")
    return replace(words, marked=marked, doubtful=doubtful)


class _Page:
    """What a page raises, and which names stand on it without a superscript.

    `bare` are the names of formulas without one, `applied` those of functions, `letters` every name outside of
    superscripts; `defined` are the superscripts on left sides.
    """

    def __init__(self, statements: Sequence[Statement], words: Vocabulary) -> None:
        self.uses: list[_Use] = []
        self.bare: set[str] = set()
        self.applied: set[str] = set()
        self.letters: set[str] = set()
        for statement in statements:
            self._statement(statement, words)
        self.defined = {use.found.key for use in self.uses if use.defines}
        self.layers = {use.written for use in self.uses if use.defines and use.numbers}
        numbered = [use for use in self.uses if use.numbers and self._free(use)]
        self.numbered = {use.base for use in numbered if use.defines or use.written in ("0", "1", use.layer)}
        self.surely = any(use.written in ("0", "1") for use in numbered)
        self.counting = self._counting()

    def _statement(self, statement: Statement, words: Vocabulary) -> None:
        sides = list(_sides(statement, words))
        first = superscript(sides[0], 0) if sides and sides[0] else None
        own = _parameters(sides[0], first) if sides and statement.relations else frozenset[str]()
        layer = first.written if first and first.end == len(sides[0]) else ""
        for index, tokens in enumerate(sides):
            at = 0
            while at < len(tokens):
                found = superscript(tokens, at)
                kind = tokens[at].kind
                if found and found.base not in own:
                    applied = found.end < len(tokens) and tokens[found.end].kind == "LPAR"
                    defines = index == 0 and at == 0 and _is_head(statement, tokens, found)
                    # What only the prose mentions (`$w^2$`) says nothing of a number.
                    if statement.relations or not found.written.isdigit():
                        self.uses.append(_Use(found, kind, applied, defines, layer))
                elif kind in ("NAME", "FUNCTION", "KNOWN") and statement.relations:
                    self._without(statement, base_name(tokens[at]), kind, own)
                at = found.end if found else at + 1

    def _without(self, statement: Statement, name: str, kind: str, own: frozenset[str]) -> None:
        if name in own:
            return
        self.letters.add(name)
        if kind != "NAME":
            self.applied.add(name)
        if not statement.derives:
            self.bare.add(name)

    def _free(self, use: _Use) -> bool:
        """Say whether a superscript stands on a name that is no function and never stands without one."""
        return use.kind == "NAME" and not use.applied and use.base not in self.bare | self.applied

    def _counting(self) -> set[str]:
        """Return the letters that number layers or steps: in brackets, on a left side, or as l and l−1 on one name."""
        found: set[str] = set()
        forms: dict[tuple[str, str], set[str]] = {}
        for use in self.uses:
            letter = letter_of(use.written)
            if not letter:
                continue
            unknown = letter not in self.letters
            if (use.defines and (unknown or use.base not in self.bare)) or (use.found.in_brackets and unknown):
                found.add(letter)
            if self._free(use) and unknown:
                forms.setdefault((use.base, letter), set()).add(use.written)
        return found | {letter for (_, letter), written in forms.items() if len(written) > 1}

    def reading(self, use: _Use) -> str:
        """Return what a superscript is: a `mark`, a `power`, or a `doubt`."""
        if use.found.in_brackets:
            return self._in_brackets(use)
        if use.found.key in self.defined and use.base not in self.bare:
            return "mark"
        if use.kind != "NAME" or use.base in self.applied:
            return "power"
        return self._number(use) if use.numbers else self._letter(use)

    def _in_brackets(self, use: _Use) -> str:
        if use.found.key in self.defined or use.written.count("[") or use.written.count("(") > 1:
            return "mark"
        if use.kind == "LETTER":
            return "power"
        if use.kind != "NAME" or use.base in self.applied:
            # `f^{(1)}(x)` is a derivative on many pages.
            return "doubt"
        letter = letter_of(use.written)
        return "mark" if use.base not in self.bare or (letter and letter not in self.letters) else "doubt"

    def _number(self, use: _Use) -> str:
        if not self.layers:
            return "power"
        if use.base in self.bare:
            return "doubt" if use.written == "1" or use.found.key in self.defined else "power"
        if self.surely and use.base in self.numbered:
            return "mark"
        return "doubt" if use.written in self.layers else "power"

    def _letter(self, use: _Use) -> str:
        if letter_of(use.written) not in self.counting:
            return "power"
        return "doubt" if use.base in self.bare and letter_of(use.written) in self.letters else "mark"


def _sides(statement: Statement, words: Vocabulary) -> Iterator[list[Token]]:
    for side in range(len(statement.sides)):
        try:
            yield statement.tokens(side, words)
        except ReadError:
            yield []


def _is_head(statement: Statement, tokens: Sequence[Token], found: Superscript) -> bool:
    """Say whether a left side is a name with this superscript, perhaps applied: `a^1 = …`, `g^{[1]}(z) = …`."""
    if statement.relations[:1] != ("=",):
        return False
    rest = [token.kind for token in tokens[found.end :]]
    applied = rest[:1] == ["LPAR"] and rest[-1] == "RPAR" and rest.count("LPAR") == 1 and not found.written.isdigit()
    return not rest or applied


def _parameters(tokens: Sequence[Token], first: Superscript | None) -> frozenset[str]:
    """Return the parameters of a function's left side: `σ(z) = …` says nothing of a name z."""
    rest = tokens[first.end if first else 1 :]
    if not rest or (rest[0].kind, rest[-1].kind) not in (("LPAR", "RPAR"), ("LSQB", "RSQB")):
        return frozenset()
    return frozenset(str(token.value) for token in rest[1:-1] if token.kind == "NAME")
