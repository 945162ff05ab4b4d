"""A tree as one line, names in their one spelling, so that LaTeX and plain text can be held against each other."""

from __future__ import annotations

from collections.abc import Sequence

from workings.read.formula.latex import latex_formula
from workings.read.formula.plain import plain_formula
from workings.read.formula.statement import Statement
from workings.read.formula.statements import all_statements
from workings.read.formula.tree import (
    At,
    Big,
    Choice,
    Comparison,
    Differential,
    Fence,
    Formula,
    Grid,
    Node,
    Numeral,
    Product,
    Ratio,
    Root,
    Scripted,
    Series,
    Signed,
    Sum,
    Word,
)
from workings.read.names.spelling import spelled
from workings.read.names.vocabulary import Vocabulary
from workings.read.page.document import Span, read_document
from workings.read.page.text import Text


def latex(written: str) -> Formula:
    return latex_formula(Text(written), 0, len(written))


def plain(written: str) -> Formula:
    return plain_formula(Text(written), 0, len(written))


def spans_of(written: str) -> list[Span]:
    return read_document(None, written.encode(), "page.md")


def statements_of(written: str) -> list[Statement]:
    return all_statements(spans_of(written))


def texts(statements: Sequence[Statement]) -> list[str]:
    return [statement.at.content for statement in statements if statement.relations]


def name_of(node: Node) -> str:
    return spelled(node, Vocabulary())


def shape(node: Node) -> str:
    if name_of(node):
        return name_of(node)
    match node:
        case Numeral(text=text) | Word(text=text):
            return text
        case Scripted(base=base, low=low, high=high, primes=primes):
            name = name_of(Scripted(node.start, node.end, base, low)) or shape(base)
            above = f"^{shape(high)}" if high is not None else ""
            return f"<{name}{above}{'′' * primes}>"
        case Fence(left=left, inside=inside, right=right):
            return shape(inside) if left == "{" else f"{left}{shape(inside)}{right}"
        case Sum(terms=pairs):
            return "[" + " ".join(f"{sign or '+'}{shape(part)}" for sign, part in pairs) + "]"
        case Product(factors=pairs):
            return "{" + " ".join(f"{link or '·'}{shape(part)}" for link, part in pairs) + "}"
        case Signed(sign=sign, inside=inside):
            return f"{sign}{shape(inside)}"
        case Ratio(top=top, bottom=bottom):
            return f"({shape(top)} over {shape(bottom)})"
        case Root(inside=inside):
            return f"√{shape(inside)}"
        case Series(items=items):
            return ", ".join(shape(item) for item in items)
        case Comparison(sides=sides, relations=signs):
            return shape(sides[0]) + "".join(f" {s} {shape(side)}" for s, side in zip(signs, sides[1:], strict=True))
        case Choice(rows=rows):
            return "cases(" + "; ".join(f"{shape(v)} if {shape(c) if c else 'else'}" for v, c in rows) + ")"
        case Differential(sign=sign, of=of, order=order, by=by):
            scripts = (f"^{shape(order)}" if order else "") + (f"_{shape(by)}" if by else "")
            return f"{sign}{scripts}{shape(of) if of else ''}"
        case At(inside=inside, point=point):
            return f"{shape(inside)} at {shape(point)}"
        case Grid(kind=kind):
            return f"grid {kind}"
        case Big(sign=sign):
            return sign
        case _:
            return type(node).__name__
