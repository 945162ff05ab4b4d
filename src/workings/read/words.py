"""What the names of a document are: tokens, and the vocabulary that decides what each stands for.

Whether `A(w x)` applies a function or multiplies is not written on the page; it is settled by what A
is. So tokens are made with a `Vocabulary`: the names and functions that the document defines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from workings.graph.op import OPS, Fenced, Letter, Named, Op, Radical, Superscript
from workings.graph.ops import arithmetic as _arithmetic
from workings.graph.writing.spelling import canonical, mark_of

_ = _arithmetic  # importing the ops fills the table that the spellings below are read from


class Token(NamedTuple):
    """One token: the grammar's terminal, its text, its offsets, and what it stands for."""

    kind: str
    text: str
    start: int
    end: int
    value: object = None


class Numeral(NamedTuple):
    """What a NUMBER token stands for: its exact value, and whether it is written as a decimal."""

    value: Fraction
    decimal: bool


def _known_functions() -> dict[str, Op]:
    words: dict[str, Op] = {}
    for op in OPS.values():
        if isinstance(op.layout, Named | Radical | Fenced) and op.arity and not any(" " in s for s in op.spellings):
            words |= {canonical(spelling): op for spelling in op.spellings}
    return words


#: Functions that are known unless the author defines them, by canonical name.
KNOWN = _known_functions()
#: Constants that are letters unless the author uses the letter: π and e.
LETTERS = {s: op for op in OPS.values() if isinstance(op.layout, Letter) for s in op.spellings}
#: The op that a raised e stands for.
EULER_POWER = next(op for op in OPS.values() if isinstance(op.layout, Superscript) and op.layout.base == "e")


@dataclass(frozen=True)
class Vocabulary:
    """What the document's names are.

    `names` are quantities, weights, inputs; `functions` the author's functions; `families` single
    letters that carry subscripts (w in w₂); `iteration` subscripts that only count steps (the i of wᵢ);
    `marked` the superscripts that are no powers (`a^(1)`, `a^l`), `doubtful` those that nobody can tell;
    `applies` whether an unknown name with a bracket behind it is a function, or a factor.
    """

    names: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    iteration: frozenset[str] = frozenset()
    multiplied: frozenset[str] = field(default=frozenset())
    marked: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    applies: bool = True

    def inside(self, parameters: Iterable[str]) -> Vocabulary:
        """Return the vocabulary of a function's body: its parameters hide outer names."""
        hidden = frozenset(parameters)
        marked = frozenset(key for key in self.marked if key.partition("^")[0] not in hidden)
        doubtful = frozenset(key for key in self.doubtful if key.partition("^")[0] not in hidden)
        return replace(
            self, names=self.names | hidden, functions=self.functions - hidden, marked=marked, doubtful=doubtful
        )

    def kind(self, name: str, applied: bool) -> tuple[str, object]:
        """Return the terminal of a name, `applied` where a bracket follows it, and its value."""
        if name in self.functions:
            return "FUNCTION", name
        if name in self.names:
            return "NAME", name
        if name in KNOWN:
            return "KNOWN", KNOWN[name]
        if name in LETTERS:
            return "LETTER", LETTERS[name]
        bare = name.rstrip("'")
        if bare != name and (bare in self.functions or bare in KNOWN):
            return "PRIMED", bare
        if applied and (self.applies or bare != name) and name not in self.multiplied:
            return "FUNCTION", name
        return "NAME", name

    def settled(self, name: str) -> str:
        """Return a name without a subscript that only counts iterations."""
        mark = mark_of(name)
        if mark:
            bare, _, behind = name.rpartition("_")
            return f"{self.settled(bare)}_{behind}"
        bare, _, last = name.rpartition("_")
        if bare and (last in self.iteration or last.rstrip("+-1") in self.iteration):
            return bare
        return name


def both(a: Vocabulary, b: Vocabulary) -> Vocabulary:
    """Return the vocabulary of two documents that are read together, the first one having the say on functions."""
    return Vocabulary(
        a.names | (b.names - a.functions), a.functions | (b.functions - a.names), a.families | b.families,
        a.iteration | b.iteration, a.multiplied | b.multiplied, a.marked | b.marked, a.doubtful | b.doubtful,
    )  # fmt: skip


def name_tokens(token: Token, words: Vocabulary, applied: bool) -> list[Token]:
    """Return the tokens of a name that was found: settled, and with its primes apart where they derive."""
    name = words.settled(str(token.value))
    kind, value = words.kind(name, applied)
    if kind != "PRIMED":
        return [token._replace(kind=kind, value=value)]
    kind, value = words.kind(str(value), applied)
    primes = len(name) - len(name.rstrip("'"))
    cut = token.end - primes
    return [token._replace(kind=kind, value=value, end=cut), Token("PRIME", "′" * primes, cut, token.end, primes)]
