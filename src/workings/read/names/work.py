"""The work on one formula: what its parts came to so far, and what its reader noted on the way.

The rules that read parts (products, derivatives, functions) are functions over this work. Those of lower files call
those of higher ones through it: a function's argument is a factor, and a factor may be a function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from workings.errors import ReadError
from workings.graph.expr import Expr
from workings.read.formula.tree import Differential, Node, Product, Word, postorder
from workings.read.names.asked import asked_of_tree
from workings.read.names.spelling import Unit
from workings.read.names.vocabulary import Vocabulary
from workings.read.page.text import Text


@dataclass(frozen=True)
class How:
    """How a formula is read where the page leaves a choice.

    `slash` settles `a/b c`: refused, from left to right, or everything side by side below the slash; `bare` whether a
    function that is applied to nothing stands for its value; `lenient` leaves brackets without a partner out;
    `applies` whether an unknown name with a bracket behind it is a function, or a factor; `at_variable` whether
    `(∂E/∂b)(b)` is the slope at b, or a product; `examples` whether a sum over examples is taken for one; `term`
    which term of a sum over an index is meant; `depends` whether a quantity is made of a name.
    """

    slash: str = "refuse"
    bare: bool = False
    lenient: bool = False
    applies: bool = True
    at_variable: bool = True
    examples: bool = False
    term: int | None = None
    depends: Callable[[str, str], bool] = field(default=lambda _name, _on: False)


STRICT = How()

_T = TypeVar("_T")


class Piece(NamedTuple):
    """An expression and where it stands."""

    expr: Expr
    start: int
    end: int


class Operand(NamedTuple):
    """A factor that is worked out: what stands before it, and how it ends."""

    link: str
    expr: Expr
    start: int
    end: int
    bare: bool = False
    applied: bool = False
    numeral: bool = False


class Rules(NamedTuple):
    """The rules that every other one needs: what a node says, what factors make together, which operand begins."""

    expr: Callable[[Work, Node], Expr]
    combined: Callable[[Work, Sequence[Unit]], Expr]
    operand: Callable[[Work, Sequence[Unit], int], tuple[Operand, int]]


#: What these say is a piece of the factors that they are.
_WITHOUT_PIECE = Word | Product


class Work:
    """The work on one formula; every node is worked out once."""

    def __init__(self, text: Text, words: Vocabulary, how: How, rules: Rules) -> None:
        """Take the text, its names, how open choices are settled, and the rules."""
        self.text, self.words, self.how, self.rules = text, words, how, rules
        self.done: dict[Node, Expr | ReadError] = {}
        self.standing_bare: dict[Node, frozenset[str]] = {}
        self.pieces: list[Piece] = []
        self.choices: set[str] = set()
        self.named: dict[str, Expr] = {}
        self.notes: list[str] = []
        self.told: list[tuple[Callable[[How], object], object]] = []

    def asked(self, question: Callable[[How], _T]) -> _T:
        """Return how a choice is settled, and note that it was asked: what was not asked has no say in the formula."""
        found = question(self.how)
        self.told.append((question, found))
        return found

    def value(self, root: Node) -> Expr:
        """Return what a node says, its parts first, so that no depth of nesting is too deep.

        Raises:
            ReadError: where it cannot be read; what stands in it and is not used raises nothing.
        """
        if root not in self.done:
            for node in _telling(root):
                if node not in self.done:
                    self.done[node] = self._tried(node)
        found = self.done[root]
        if isinstance(found, ReadError):
            raise found
        return found

    def _tried(self, node: Node) -> Expr | ReadError:
        try:
            found = self.rules.expr(self, node)
        except ReadError as error:
            return error
        if not isinstance(node, _WITHOUT_PIECE):
            self.pieces.append(Piece(found, node.start, node.end))
        return found

    def combined(self, found: Sequence[Unit]) -> Expr:
        """Return what factors make together."""
        return self.rules.combined(self, found)

    def operand(self, found: Sequence[Unit], at: int) -> tuple[Operand, int]:
        """Return the operand that begins at a factor, and where it ends."""
        return self.rules.operand(self, found, at)

    def error(self, start: int, end: int, found: str, expected: str, why: str, instead: str) -> ReadError:
        """Return the error that points at a stretch of the formula."""
        return self.text.error(start, end, found, expected, why, instead)


@asked_of_tree
def _telling(root: Node) -> tuple[Node, ...]:
    """Return a tree with its parts that say something alone, each behind its own.

    What a word is, and what `∂w` is a part of, is asked where it stands.
    """
    return tuple([node for node in postorder(root) if node is root or not _says_nothing(node)])


def _says_nothing(node: Node) -> bool:
    return isinstance(node, Word) or (isinstance(node, Differential) and node.by is None)
