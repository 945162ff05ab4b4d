r"""Which superscripts of a document are marks of names and which are powers.

    a^1 = σ(w^1 x)        C = (a^1 − y)^2

Nothing defines a power, so a¹ is a name, and w¹ beside it is one: the 1 numbers a layer. A superscript in
brackets is a mark where the name never stands without one; a letter is, where it numbers layers somewhere
on the page; a number below a derivative is, as nobody differentiates once by a power: `∂E/∂w_{11}^{2}`. An exponent
stays a power wherever it can be one, and what can be both is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workings.graph.names import named
from workings.read.formula.statement import Statement
from workings.read.formula.tree import Big, Fence, Scripted, Unread, of_kind, preorder
from workings.read.names.queries import Mention, counter_of, mentions
from workings.read.names.slopes import slopes_in
from workings.read.names.spelling import Superscript, Unit, factors_with, flat, is_bracket, letter_of, superscript
from workings.read.names.vocabulary import KNOWN, LETTERS, Vocabulary


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
    page = _Page(statements, words)
    readings = {use.found.key: page.reading(use) for use in page.uses}
    marked = frozenset(key for key, reading in readings.items() if reading == "mark")
    doubtful = frozenset(key for key, reading in readings.items() if reading == "doubt")
    return replace(words, marked=marked, doubtful=doubtful)


class _Page:
    """What a page raises, and which names stand on it without a superscript.

    `bare` are the names of formulas without one, `applied` those of functions, `letters` every name outside of
    superscripts, `summed` those by which sums count; `alone` are names with one and no bracket behind it, `defined`
    the superscripts on left sides, `below` the letters of names that stand with a number below a derivative, each
    with its numbers.
    """

    def __init__(self, statements: Sequence[Statement], words: Vocabulary) -> None:
        self.uses: list[_Use] = []
        self.bare: set[str] = set()
        self.applied: set[str] = set()
        self.letters: set[str] = set()
        self.summed: set[str] = set()
        slopes: set[Superscript] = set()
        for statement in statements:
            # In plain text `u^2` is a power: a layer is written `a^(1)` or `a_1` there.
            if statement.kind == "latex":
                self._statement(statement, words)
                slopes.update(_below(statement, words))
        self.below: dict[str, set[str]] = {}
        # Where no 0 or 1 is raised on a letter, `∂E/∂w^2` may be a second derivative in haste.
        counted = {named(use.base).base for use in self.uses if use.written in ("0", "1")}
        for found in slopes:
            if found.base not in self.letters and named(found.base).base in counted:
                self.below.setdefault(named(found.base).base, set()).add(found.written)
        self.alone = {use.base for use in self.uses if use.kind == "name" and not use.applied}
        self.defined = {use.found.key for use in self.uses if use.defines}
        self.layers = {use.written for use in self.uses if use.defines and use.numbers}
        numbered = [use for use in self.uses if use.numbers and self._free(use)]
        self.numbered = {use.base for use in numbered if use.defines or use.written in ("0", "1", use.layer)}
        self.surely = any(use.written in ("0", "1") for use in numbered)
        self.counting = self._counting()

    def _statement(self, statement: Statement, words: Vocabulary) -> None:
        left = factors_with(statement.sides[0].root, words)
        first = superscript(left[0], words)
        first = None if first is None or first.sure else first
        own = _parameters(left, words) if statement.relations else frozenset[str]()
        layer = first.written if first is not None and len(left) == 1 else ""
        for index, side in enumerate(statement.sides):
            if of_kind(side.root, Big):
                self.summed.update(counter_of(node) for node in of_kind(side.root, Scripted))
            for at, mention in enumerate(mentions(side.root, words)):
                found = superscript(mention.unit, words)
                if found is None:
                    if statement.relations and mention.name not in own and not _breaks_off(mention.unit):
                        self._without(statement, mention, words)
                elif not found.sure and found.base not in own and (statement.relations or not found.written.isdigit()):
                    # What only the prose mentions (`$w^2$`) says nothing of a number.
                    defines = index == 0 and at == 0 and _is_head(statement, left, found)
                    self.uses.append(_Use(found, _kind(mention, words), mention.applied, defines, layer))

    def _without(self, statement: Statement, mention: Mention, words: Vocabulary) -> None:
        self.letters.add(mention.name)
        if _kind(mention, words) != "name":
            self.applied.add(mention.name)
        if not statement.derives:
            self.bare.add(mention.name)

    def _free(self, use: _Use) -> bool:
        """Say whether a superscript stands on a name that is no function and never stands without one."""
        return use.kind == "name" and not use.applied and use.base not in self.bare | self.applied

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
        below = self._below(use)
        if use.written in below:
            return "mark"
        if use.kind != "name" or use.base in self.applied:
            found = "power"
        else:
            found = self._number(use) if use.numbers else self._letter(use)
        return "doubt" if below and found == "power" else found

    def _below(self, use: _Use) -> set[str]:
        """Return the numbers that are surely layers on this name: those of its letter below derivatives, 0 and 1."""
        if not use.numbers or use.base in self.letters:
            return set()
        numbers = self.below.get(named(use.base).base, set())
        return numbers | {"0", "1"} if numbers else set()

    def _in_brackets(self, use: _Use) -> str:
        if use.found.key in self.defined or use.written.count("[") or use.written.count("(") > 1:
            return "mark"
        if use.kind == "letter":
            return "power"
        if use.base in self.applied or (use.kind != "name" and use.base not in self.bare | self.alone):
            # `f^{(1)}(x)` is a derivative on many pages; an x that stands alone elsewhere applies to nothing.
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
        # `L = Σ_t L^t` beside `L^t = …`: nothing defines a power, and a letter that a sum counts is no quantity.
        counts = use.found.key in self.defined and letter_of(use.written) in self.summed
        doubt = use.base in self.bare and letter_of(use.written) in self.letters and not counts
        return "doubt" if doubt else "mark"


def _below(statement: Statement, words: Vocabulary) -> Iterator[Superscript]:
    """Yield the numbers on the names that a statement differentiates by, once each: the 2 of `∂E/∂w_{11}^{2}`."""
    for side in statement.sides:
        for slope in slopes_in(side.root, words):
            for unit in slope.by if slope.order == 1 else ():
                found = superscript(unit, words)
                if found is not None and found.written.isdigit():
                    yield found


def _breaks_off(unit: Unit) -> bool:
    """Say whether nobody can tell what is raised on a name: the `2+` of `w_{11}^{2+}` is no number and no mark."""
    return unit.high is not None and any(isinstance(node, Unread) for node in preorder(unit.high))


def _kind(mention: Mention, words: Vocabulary) -> str:
    if mention.name in KNOWN:
        return "known"
    if mention.name in LETTERS:
        return "letter"
    return words.kind(mention.name + "'" * mention.unit.primes, applied=mention.applied)


def _is_head(statement: Statement, left: Sequence[object], found: Superscript) -> bool:
    """Say whether a left side is a name with this superscript, perhaps applied: `a^1 = …`, `g^{[1]}(z) = …`."""
    if statement.relations[:1] != ("=",) or len(left) > 2:
        return False
    return len(left) == 1 or not found.written.isdigit()


def _parameters(left: Sequence[Unit], words: Vocabulary) -> frozenset[str]:
    """Return the parameters of a function's left side: `σ(z) = …` says nothing of a name z."""
    if len(left) != 2 or not is_bracket(left[1].node) or not isinstance(left[1].core, Fence):
        return frozenset()
    return frozenset(words.settled(m.name) for m in mentions(left[1].core.inside, words) if flat(m.unit.node))
