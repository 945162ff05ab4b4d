r"""Trees with names → expressions.

    A(w x)      A applied to w x, where A is a function; else A times w times x
    a/b c       (a/b) c or a/(b c): a choice, settled once for a page
    dE/dw       the slope of E by w, where d is no name
    e^{-z}      the exponential function, though the page has a quantity e

Every node is worked out once, from the leaves up. What cannot be read raises its problem only where it is used. Where a
formula leaves a choice open, that is noted in `choices`, so that whoever judges can try the other one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from workings.errors import ReadError
from workings.graph.expr import Expr, depth, number
from workings.graph.ops.arithmetic import add, neg, sub
from workings.graph.ops.pointwise import sqrt
from workings.graph.ops.selection import absolute
from workings.read.formula.tree import (
    Accented,
    Big,
    Choice,
    Comparison,
    Differential,
    Fence,
    Formula,
    Node,
    Numeral,
    Product,
    Ratio,
    Root,
    Scripted,
    Signed,
    Sum,
    Word,
)
from workings.read.names.conditions import choice, switch
from workings.read.names.products import combined, operand, product
from workings.read.names.refusals import not_read
from workings.read.names.vocabulary import Vocabulary
from workings.read.names.work import STRICT, How, Piece, Rules, Work
from workings.read.page.text import Text

__all__ = ["STRICT", "Elaborated", "How", "Piece", "elaborate"]

_DEEPEST_TREE = 10_000


class Elaborated(NamedTuple):
    """What a formula says: its expression, its pieces with their places, and the choices that it left open.

    `named` are expressions that it differentiates by, each under the name that stands for it; `notes` tell what was
    taken for granted.
    """

    expr: Expr
    pieces: tuple[Piece, ...]
    choices: frozenset[str]
    named: Mapping[str, Expr]
    notes: tuple[str, ...]


class _Kept(NamedTuple):
    """What a formula came to, and the choices that were settled on the way: whoever settles them so reads the same."""

    found: Elaborated | ReadError
    told: Sequence[tuple[Callable[[How], object], object]]

    def stands(self, how: How) -> bool:
        return all(question(how) == answer for question, answer in self.told)


def elaborate(formula: Formula, text: Text, words: Vocabulary, how: How = STRICT) -> Elaborated:
    """Return what a formula says, with these names; the same question again is answered from memory.

    Raises:
        ReadError: where it is no formula of these names.
    """
    if formula.strays and not (how.lenient and formula.mendable and len(formula.strays) == 1):
        raise ReadError(formula.strays)
    answers = cast("dict[Node, list[_Kept]]", words.answers["elaborate"])
    readings = answers.setdefault(formula.root, [])
    known = next((kept for kept in readings if kept.stands(how)), None)
    if known is None:
        known = _worked_out(formula, text, words, how)
        readings.append(known)
    if isinstance(known.found, ReadError):
        raise known.found.with_traceback(None)
    return known.found


def _worked_out(formula: Formula, text: Text, words: Vocabulary, how: How) -> _Kept:
    work = Work(text, words, how, _RULES)
    try:
        found = work.value(formula.root)
        # A formula of few characters cannot be deep.
        if formula.root.end - formula.root.start > _DEEPEST_TREE // 10 and depth(found) > _DEEPEST_TREE:
            raise text.error(
                formula.root.start, formula.root.end, f"this formula is nested more than {_DEEPEST_TREE:,} deep",
                f"at most {_DEEPEST_TREE:,} operations inside each other",
                "nobody can read such a formula, and its derivation would be longer still",
                "give the inner parts names, one equation each: `u = …`",
            )  # fmt: skip
    except ReadError as error:
        return _Kept(error.with_traceback(None), work.told)
    if formula.strays:
        place = formula.strays[0].place
        work.notes.append(f"line {place.line}: {formula.strays[0].found}; it is left out")
    return _Kept(
        Elaborated(found, tuple(work.pieces), frozenset(work.choices), work.named, tuple(work.notes)), work.told
    )


def _expr(work: Work, node: Node) -> Expr:
    read = _READ.get(type(node))
    if read is None:
        raise not_read(work, node)
    return read(work, node)


def _signed(work: Work, node: Signed) -> Expr:
    inner = work.value(node.inside)
    return neg(inner) if node.sign == "-" else inner


def _sum(work: Work, node: Sum) -> Expr:
    total: Expr | None = None
    for sign, part in node.terms:
        value = work.value(part)
        if total is None:
            total = neg(value) if sign == "-" else value
        else:
            total = sub(total, value) if sign == "-" else add(total, value)
        work.pieces.append(Piece(total, node.start, part.end))
    assert total is not None
    return total


def _fence(work: Work, node: Fence) -> Expr:
    if isinstance(node.inside, Comparison) and node.left == "|":
        raise not_read(work, node)
    inner = work.value(node.inside)
    return absolute(inner) if node.left == "|" else inner


#: How each kind of node is read; the other kinds are not.
_READ: dict[type[Node], Callable[[Work, Any], Expr]] = {
    **dict.fromkeys((Word, Accented, Scripted, Product, Ratio, Differential, Big), product),
    Numeral: lambda _, node: number(node.value, node.decimal),
    Sum: _sum,
    Signed: _signed,
    Root: lambda work, node: sqrt(work.value(node.inside)),
    Fence: _fence,
    Choice: choice,
    Comparison: switch,
}
_RULES = Rules(_expr, combined, operand)
