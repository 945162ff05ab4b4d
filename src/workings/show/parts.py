"""The document tree: what every output is made of before it is drawn anywhere.

A record is told once, as parts; a terminal, a Markdown file, a LaTeX document and a page are lowerings
of the same parts, so they cannot drift apart. Formulas stay expressions until they are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workings.graph.expr import Expr
from workings.graph.writing.boxes import plain


@dataclass(frozen=True, slots=True)
class Put:
    """A formula with numbers put in for names."""

    expr: Expr
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters as they stand in a source: a file's line, a command."""

    text: str


Inline = str | Expr | Put | Strong | Literal
Text = tuple[Inline, ...]


def flat(item: Inline) -> str:
    """Write a piece of text or a formula as characters."""
    if isinstance(item, str):
        return item
    if isinstance(item, Strong | Literal):
        return item.text
    if isinstance(item, Put):
        return plain(item.expr, item.values)
    return plain(item)


def flat_text(text: Text) -> str:
    """Write a text as characters."""
    return "".join(flat(item) for item in text)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the document's."""

    text: Text
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Text


@dataclass(frozen=True, slots=True)
class Items:
    """A list of points."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of source, drawn as they are."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A derivation or a computation: lines `left = formula` with a remark; no left side goes on with the one above."""

    rows: tuple[tuple[Inline | None, Inline, Text], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `right` are the columns of numbers."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    right: frozenset[int] = field(default_factory=frozenset[int])


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's line with its mark: `wrong` is the part to point at, `told` stands beside it, `details` below."""

    mark: str
    label: str
    line: Text
    wrong: Inline | None
    told: Text
    details: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Lines with their marks."""

    rows: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as SVG, with what is said below it; where no figure can stand, nothing is shown."""

    svg: str
    caption: Text


Wording = Heading | Paragraph | Items | Listing | Lines | Table | Verdicts
Part = Drawing | Wording
Document = tuple[Part, ...]


def spelled(document: Document, spell: Callable[[str], str]) -> tuple[Wording, ...]:
    """Return a document without its drawings, every text and formula of it spelled by a function."""

    def one(item: Inline) -> str | Strong | Literal:
        if isinstance(item, str):
            return spell(item)
        return Strong(spell(item.text)) if isinstance(item, Strong) else Literal(spell(flat(item)))

    def text(items: Text) -> Text:
        return tuple(map(one, items))

    def row(verdict: Verdict) -> Verdict:
        wrong = None if verdict.wrong is None else one(verdict.wrong)
        return Verdict(
            spell(verdict.mark), verdict.label, text(verdict.line), wrong, text(verdict.told),
            tuple(map(text, verdict.details)),
        )  # fmt: skip

    def part(of: Wording) -> Wording:
        match of:
            case Heading():
                return Heading(text(of.text), of.level)
            case Paragraph():
                return Paragraph(text(of.text))
            case Items():
                return Items(tuple(map(text, of.items)))
            case Listing():
                return Listing(spell(of.text), of.language)
            case Lines():
                rows = ((None if left is None else one(left), one(line), text(told)) for left, line, told in of.rows)
                return Lines(tuple(rows))
            case Table():
                return Table(tuple(map(text, of.head)), tuple(tuple(map(text, cells)) for cells in of.rows), of.right)
            case Verdicts():
                return Verdicts(tuple(map(row, of.rows)))

    return tuple(map(part, in_words(document)))


def in_words(document: Document) -> tuple[Wording, ...]:
    """Return a document without its drawings, for where none can stand."""
    return tuple(part for part in document if not isinstance(part, Drawing))
