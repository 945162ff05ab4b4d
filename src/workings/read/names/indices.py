r"""Names that an index counts: which names carry one, over which numbers it runs, what a line says for one number.

    Σ_{k=1}^{2} v_k h_k     k from 1 to 2             out_{ok}    out_{o1} for k = 1
    E_k = ½ (t_k − o_k)²    a line for every k with which t and o stand on the page: for E₁ and E₂

A name carries the index as a subscript, or as a letter of one where that stands for numbers elsewhere on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workings.graph.expr import Expr, names, number, postorder, symbol
from workings.graph.expr import Partial as Derivative
from workings.graph.expr import replace as put_in
from workings.graph.names import named
from workings.graph.terms import renamed
from workings.read.formula.statement import Side, Statement
from workings.read.formula.tree import Big, Comparison, Dots, Node, Numeral, Scripted, Series, Word, bare, factors_of
from workings.read.names.queries import head, mentions, whole_name
from workings.read.names.spelling import flat, units
from workings.read.names.vocabulary import Vocabulary

#: Letters that count where a line is written for every number; o and h name a layer.
_COUNTING = frozenset("ijklmnrst")
#: Names of higher numbers, or a sum of more terms, are no small network's.
MOST_NUMBERS = 12


class Index(NamedTuple):
    """The letter that a sum counts by, and the numbers that it runs over, none where it does not say."""

    letter: str
    numbers: range | None = None


class Family(NamedTuple):
    """A line for every number: `E_k = ½ (t_k − o_k)²` defines E₁ and E₂.

    It is `chained` where each is made of the one before: z_l = w_l a_{l−1}.
    """

    letter: str
    numbers: range
    members: tuple[str, ...]
    chained: bool = False


def runs_over(statement: Statement) -> bool:
    """Say whether a line only lists the whole numbers that a letter counts: `l = 1, 2, 3`."""
    letter, numbers = bare(statement.sides[0].root), bare(statement.sides[-1].root)
    if not isinstance(letter, Word) or letter.text not in _COUNTING or statement.relations not in (("=",), ("in",)):
        return False
    items = numbers.items if isinstance(numbers, Series) else ()
    whole = [isinstance(item, Dots) or (isinstance(item, Numeral) and item.text.isdigit()) for item in items]
    return len(items) > 1 and all(whole)


def for_every_number(name: str) -> bool:
    """Say whether a name stands for one of each number or layer: z_j, w_{jk}, a^(l); x_i1, h_o and a^(L-1) do not."""
    parts = (*named(name).subscripts, named(name).mark)
    letters = (part.strip("()[]").replace(",", "").partition("-")[0].partition("+")[0] for part in parts)
    return any(counted and set(counted) <= _COUNTING for counted in letters)


def index_of(node: Node) -> Index | None:
    """Return the index of a sum by its limits, None where they are no numbers."""
    if not isinstance(node, Scripted) or not isinstance(node.base, Big) or node.low is None:
        return None
    low = bare(node.low)
    if isinstance(low, Word) and node.high is None:
        return _counted(low, None)
    if not isinstance(low, Comparison) or low.relations != ("=",) or node.high is None:
        return None
    letter, first, last = bare(low.sides[0]), flat(low.sides[1]), flat(node.high)
    if isinstance(letter, Word) and first in ("0", "1") and last.rstrip("1-").isalpha():
        # Up to a number with a name.
        return _counted(letter, None)
    if not isinstance(letter, Word) or not first.isdigit() or not last.isdigit():
        return None
    numbers = range(int(first), int(last) + 1)
    return _counted(letter, numbers) if 1 < len(numbers) <= MOST_NUMBERS else None


def _counted(letter: Word, numbers: range | None) -> Index | None:
    return Index(letter.text, numbers) if len(letter.text) == 1 and letter.text.isalpha() else None


def summed(root: Node, words: Vocabulary) -> Index | None:
    """Return the index of the one sum that a product is, whatever stands before it."""
    sums = [unit.node for unit in units(factors_of(bare(root)), words) if isinstance(unit.core, Big)]
    return index_of(sums[0]) if len(sums) == 1 else None


def family(statement: Statement, side: Side, words: Vocabulary) -> Family | None:
    """Return what a definition with an index on its left side defines; None where it is about one name."""
    found = head(statement, words)
    if found is None or found[1] is not None:
        return None
    below = [part for part in named(found[0]).indices if part in _COUNTING]
    if len(below) != 1 or below[0] in words.names:
        return None
    inside = dict.fromkeys(whole_name(mention.unit, words) for mention in mentions(side.root, words))
    carrying = carriers(list(inside), below[0], words)
    layers = _layers(found[0], inside, below[0], words)
    numbers = layers or (common(carrying, below[0], words) if carrying else None)
    whole = named(found[0])
    again = any(named(name).family is whole.family and named(name).without_shift is not whole for name in carrying)
    if numbers is None or again or numbered(found[0], below[0], numbers.stop) in words.standing:
        return None
    members = tuple(numbered(found[0], below[0], n) for n in numbers)
    return Family(below[0], numbers, members, layers is not None)


def _layers(name: str, inside: Iterable[str], letter: str, words: Vocabulary) -> range | None:
    """Return the layers of a chain z_l = w_l a_{l−1}, or the steps of h_t = f(h_{t−1}): up to the last one spoken of.

    None where nothing is made of the layer before, or the page speaks of one alone.
    """
    before = (named(one).without_shift for one in inside if named(one).without_shift is not named(one))
    spoken = [n for n in range(1, MOST_NUMBERS + 1) if numbered(name, letter, n) in words.standing]
    chained = any(letter in one.indices for one in before)
    return range(1, spoken[-1] + 1) if chained and len(spoken) > 1 else None


def carriers(found: Sequence[str], letter: str, words: Vocabulary) -> list[str]:
    """Return the names that carry an index."""
    out: list[str] = []
    for name in found:
        form = named(name).counted(letter, 1)
        carries = letter in named(name).indices or letter in named(name).without_shift.indices
        if form is not None and (carries or form.canonical in words.standing):
            out.append(name)
    return out


def common(carrying: Sequence[str], letter: str, words: Vocabulary) -> range | None:
    """Return the numbers, from 1 on, with which names that carry an index stand on the page; they have to agree."""
    last = 0
    while last < MOST_NUMBERS and all(numbered(name, letter, last + 1) in words.standing for name in carrying):
        last += 1
    further = any(numbered(name, letter, last + 1) in words.standing for name in carrying)
    return range(1, last + 1) if last > 1 and not further else None


def is_for_numbers(name: str, words: Vocabulary) -> bool:
    """Say whether a name stands for those with a number in the place of a letter: out_ok beside out_o1 and out_o2."""
    letters = {letter for part in named(name).subscripts for letter in part if letter.isalpha()}
    return any(common([name], letter, words) is not None for letter in letters)


def numbered(name: str, letter: str, value: int) -> str:
    """Return a name with a number in the place of the index that it carries."""
    found = named(name).counted(letter, value)
    return name if found is None else found.canonical


def names_of(body: Expr) -> list[str]:
    """Return the names of a formula, those with it that its derivatives are taken by."""
    taken = (name.name for p in postorder(body) if isinstance(p, Derivative) for name in (p.by, *p.held))
    return list(dict.fromkeys((*names(body), *taken)))


def at_number(body: Expr, letter: str, value: int, words: Vocabulary) -> Expr:
    """Return a formula for one number of its index."""
    carrying = frozenset(carriers(names_of(body), letter, words))

    def of(name: str) -> str:
        return numbered(name, letter, value) if name in carrying else name

    return put_in(renamed(body, of), {symbol(letter): number(value)})
