"""What a text says of a network, before it is known whether it fits together.

Both ways of writing a network end here: a network block states its facts outright, a document has
them gathered from its maths and its prose. `assemble` makes the network of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workings.errors import Problem
from workings.graph.expr import Expr
from workings.graph.network import Role
from workings.read.formula.statement import Statement
from workings.read.lines.left_over import LeftOver
from workings.read.lines.line import WrittenLine
from workings.read.names.vocabulary import Vocabulary
from workings.read.page.text import Snippet
from workings.source import Place

Parse = Callable[[Vocabulary], Expr]


def always(value: Expr) -> Parse:
    """Return the reading of what is known already, whatever the names are."""
    return lambda _: value


@dataclass(frozen=True, slots=True)
class Definition:
    """`name = formula` or `name(parameters) = formula`, the formula still unread.

    Of two that differ, the one of greater `weight` is taken: whose names stand elsewhere on the page. `code` where a
    program says it.
    """

    name: str
    parameters: tuple[str, ...] | None
    at: Snippet
    parse: Parse
    weight: int = 0
    code: bool = False


@dataclass(frozen=True, slots=True)
class RawDomain:
    """A domain as it was written: its kind and its constants, still unread."""

    kind: str
    values: tuple[Parse, ...]
    at: Snippet


@dataclass(frozen=True, slots=True)
class Declared:
    """A name with the role or the domain that a line gives it."""

    name: str
    role: Role | None
    domain: RawDomain | None
    at: Snippet
    why: str


@dataclass(frozen=True, slots=True)
class Given:
    """A number that a line gives a name: a start, a constant, a rate."""

    name: str
    value: Parse
    at: Snippet


@dataclass(frozen=True, slots=True)
class RawPatterns:
    """A table of patterns, its numbers still unread."""

    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[Parse, ...], Snippet], ...]
    at: Snippet


@dataclass(frozen=True, slots=True)
class NotUsed:
    """Mathematics of a document that is no part of the network, and why.

    `uses` are the names that a line of a derivation speaks of: where the network lacks some of them,
    the line is a general statement.
    """

    text: str
    place: Place
    why: str
    uses: frozenset[str] = frozenset()


@dataclass(slots=True)
class Facts:
    """Everything that was found; `strict` in a network block, where what cannot be read is an error.

    `lines` are all the equalities and updates of the document as a person wrote them, whatever became of them.
    """

    strict: bool
    file: str = "<text>"
    definitions: list[Definition] = field(default_factory=list[Definition])
    declared: list[Declared] = field(default_factory=list[Declared])
    starts: list[Given] = field(default_factory=list[Given])
    values: list[Given] = field(default_factory=list[Given])
    #: Numbers in a row of which only a word says whose they are, with their role: “targets 0.1 and 0.9”.
    in_words: list[tuple[str, tuple[Given, ...]]] = field(default_factory=list[tuple[str, tuple[Given, ...]]])
    minimised: list[tuple[str, Snippet]] = field(default_factory=list[tuple[str, Snippet]])
    error_named: list[tuple[str, Snippet]] = field(default_factory=list[tuple[str, Snippet]])
    patterns: list[RawPatterns] = field(default_factory=list[RawPatterns])
    not_used: list[NotUsed] = field(default_factory=list[NotUsed])
    notes: list[str] = field(default_factory=list[str])
    problems: list[Problem] = field(default_factory=list[Problem])
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    lines: list[WrittenLine] = field(default_factory=list[WrittenLine])
    statements: tuple[Statement, ...] = ()
    #: Relations of the page that stand in no statement.
    left_over: tuple[LeftOver, ...] = ()
    #: Names that the text gives to derivatives.
    slopes: frozenset[str] = frozenset()
    #: Lines of a block's text that belong to a derivation, and state nothing of the network.
    derivation: set[int] = field(default_factory=set[int])


def heads(definitions: Sequence[Definition]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names and the functions that definitions have on their left sides."""
    names = frozenset(d.name for d in definitions if d.parameters is None)
    return names, frozenset(d.name for d in definitions if d.parameters is not None)
