r"""Sums over examples of which a page does not say how many: three of them stand for all.

    C = \frac{1}{n} \sum_{i=1}^{n} (ŷ_i − y_i)²        C = ⅓ ((ŷ₁ − y₁)² + (ŷ₂ − y₂)² + (ŷ₃ − y₃)²)

Where sums are only added and multiplied by what is one number for all, what holds for three examples holds for each
alone and so for any number of them; and what fails for three, fails. Three, because of two the factor 2/n is 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from workings.graph.names import named
from workings.read.formula.statement import Statement
from workings.read.formula.tree import (
    Big,
    Comparison,
    Fence,
    Node,
    Numeral,
    Product,
    Ratio,
    Scripted,
    Signed,
    Sum,
    Word,
    bare,
    factors_of,
    of_kind,
)
from workings.read.names.indices import numbered
from workings.read.names.queries import head, mentions, whole_name
from workings.read.names.spelling import flat
from workings.read.names.vocabulary import EXAMPLES, Vocabulary

#: What people call the number of examples.
_COUNTS = ("n", "N", "m", "M")


class _OpenSum(NamedTuple):
    """A sum up to a number that has a name, or up to all: the letter that it counts by, and that name."""

    letter: str
    many: str


def with_many_examples(statements: Sequence[Statement], words: Vocabulary) -> Vocabulary:
    """Return the vocabulary with three examples of every name that such sums count; itself where there are none."""
    sums = _all_sums(statements)
    if len({one.letter for one in sums}) != 1:
        return words
    letter = sums[0].letter
    counts = {one.many for one in sums if one.many} or words.standing.intersection(_COUNTS)
    defined = {own[0] for s in statements if s.relations and (own := head(s, words)) is not None}
    names = {whole_name(m.unit, words) for s in statements for side in s.sides for m in mentions(side.root, words)}
    carrying = {name for name in names if carries(name, letter)}
    if len(counts) > 1 or defined & {*counts, letter} or not _are_examples(carrying, names, letter):
        return words
    fresh = {numbered(name, letter, number) for name in carrying for number in range(1, EXAMPLES + 1)}
    return replace(words, standing=words.standing | fresh, counts=frozenset(counts), counted_by=letter, sampled=True)


def _all_sums(statements: Sequence[Statement]) -> list[_OpenSum]:
    """Return the open sums of a page; none where one of them is not only added and multiplied."""
    found = [_sums(side.root) for statement in statements for side in statement.sides]
    return [] if None in found else [one for sums in found if sums for one in sums]


def _are_examples(carrying: Iterable[str], names: Set[str], letter: str) -> bool:
    """Say whether the names that carry the letter are of examples, each of its own, with no number on the page."""
    if any(named(name).without_shift is not named(name) for name in names):
        # Where h_t is made of h_{t−1}, none of them is an example of its own.
        return False
    told = {numbered(name, letter, number) for name in carrying for number in range(EXAMPLES + 1)}
    return bool(told) and not told & names and not _of_two(carrying)


def carries(name: str, letter: str) -> bool:
    """Say whether a name is one for each example: x_i and x⁽ⁱ⁾."""
    return letter in named(name).indices


def _of_two(names: Iterable[str]) -> bool:
    """Say whether some of the names carry a further index: w_ij is one of many for each."""
    return any(sum(map(str.isalpha, named(name).indices)) > 1 for name in names)


def _sums(root: Node) -> list[_OpenSum] | None:
    """Return the open sums of a tree; None where one of them is not only added and multiplied by what is one number."""
    if not of_kind(root, Big):
        return []
    signs = [node for node in of_kind(root, Scripted) if isinstance(node.base, Big)]
    linear = list(_linear(root))
    opened = [one for node in linear if (one := _open_sum(node)) is not None]
    return opened if len(opened) == len(signs) else None


def _linear(root: Node) -> Iterator[Scripted]:
    """Yield the signs of sums that stand as terms, perhaps with factors before them."""
    node = bare(root)
    if isinstance(node, Sum):
        for _, term in node.terms:
            yield from _linear(term)
    elif isinstance(node, Signed | Fence):
        yield from _linear(node.inside)
    elif isinstance(node, Ratio):
        yield from _linear(node.top)
    elif isinstance(node, Product | Scripted):
        for _, factor in factors_of(node):
            core = bare(factor)
            if isinstance(core, Scripted) and isinstance(core.base, Big):
                yield core
                return


def _open_sum(node: Scripted) -> _OpenSum | None:
    """Return a sum over all, or up to a number with a name; None where its limits are numbers, or anything else."""
    low = bare(node.low) if node.low is not None else None
    if not isinstance(node.base, Big) or node.base.sign != "Σ" or low is None:
        return None
    first = "1"
    if isinstance(low, Comparison) and low.relations == ("=",):
        low, first = bare(low.sides[0]), flat(low.sides[1])
    if not isinstance(low, Word) or len(low.text) != 1 or not low.text.isalpha():
        return None
    high = bare(node.high) if node.high is not None else None
    if high is None:
        return _OpenSum(low.text, "")
    last = flat(high).removesuffix("-1") if first == "0" else flat(high)
    named_so = isinstance(high, Word) or (first == "0" and flat(high).endswith("-1"))
    return _OpenSum(low.text, last) if named_so and last.isalpha() and not isinstance(high, Numeral) else None
