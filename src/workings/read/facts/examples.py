"""How many examples a program's data are: one, where every list of its numbers holds one.

x = np.array([0.7])        one example, so that N = len(x) is 1 and np.mean(…) its only term
x = np.array([1.0, 2.0])   several
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workings.graph.writing.spelling import canonical
from workings.read.formula.statement import Statement, is_number
from workings.read.formula.tree import Choice, Comparison, Fence, Word, bare, items_of, preorder
from workings.read.names.conditions import label_asked

#: What a program takes data of unknown length from.
_SOURCES = frozenset((
    "random", "rand", "randn", "randint", "uniform", "normal", "load", "loadtxt", "read_csv", "genfromtxt", "linspace",
    "arange", "range", "zeros", "ones", "DataFrame", "fetch", "open", "make_regression", "make_classification",
))  # fmt: skip


def is_one_example(statements: Sequence[Statement]) -> bool:
    """Say whether the data of a program are lists of one number each."""
    lists = [
        node for statement in statements if statement.kind == "code" and statement.relations[:1] == ("=",)
        for node in preorder(statement.sides[-1].root) if isinstance(node, Fence) and node.left == "["
    ]  # fmt: skip
    return bool(lists) and all(map(_is_one_number, lists)) and not any(map(_takes_data, statements))


def _is_one_number(node: Fence) -> bool:
    return is_number(node.inside) and len(items_of(node.inside)) == 1


def _takes_data(statement: Statement) -> bool:
    if statement.kind != "code":
        return False
    return any(isinstance(node, Word) and node.text in _SOURCES for s in statement.sides for node in preorder(s.root))


def labels_of(statements: Iterable[Statement]) -> frozenset[str]:
    """Return the names that the condition of a program's choice asks to be 0 or 1: `-log(p) if y == 1 else …`."""
    found: set[str] = set()
    for statement in statements:
        for node in preorder(statement.sides[-1].root) if statement.kind == "code" else ():
            conditions = [bare(when) for _, when in node.rows if when is not None] if isinstance(node, Choice) else []
            only = conditions[0] if len(conditions) == 1 else None
            asked = label_asked(only) if isinstance(only, Comparison) else None
            found |= {canonical(asked[0])} if asked is not None else set()
    return frozenset(found)
