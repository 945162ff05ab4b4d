r"""Quotients that are derivatives: `∂E/∂w`, `\frac{dE}{dw}`, `d/dw (…)`, `∂²E/∂w∂b`, `d(loss)/d(w)`, `∇_w E`.

Whether dE is a differential or a name is settled by the names of the page: where d, or dE, is a name, it is that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workings.graph.writing.spelling import GREEK, canonical
from workings.read.formula.tree import (
    Differential,
    Fence,
    Node,
    Numeral,
    Product,
    Ratio,
    Scripted,
    Word,
    bare,
    factors_of,
    preorder,
)
from workings.read.names.asked import asked_of_letters
from workings.read.names.spelling import Unit, factors_with, flat, is_bracket, units
from workings.read.names.vocabulary import FIELD_WORDS, Vocabulary


class Slope(NamedTuple):
    """A derivative: what is differentiated (nothing where it stands behind), by what, and where it ends.

    `of` and `by` are units; `order` says how often, `high` is what is raised on the whole.
    """

    of: tuple[Unit, ...]
    by: tuple[Unit, ...]
    order: int
    end: int
    high: Node | None = None


@asked_of_letters
def of_fraction(node: Node, words: Vocabulary) -> Slope | None:
    """Return the derivative that a built-up fraction is, None where it is none."""
    if not isinstance(node, Ratio):
        return None
    top, bottom = (factors_with(bare(part), words) for part in (node.top, node.bottom))
    above = _above(top, 0, words, built=True)
    if above is None:
        return None
    of, order, end = above
    if any(unit.link not in ("", "*") for unit in top[end:]):
        return None
    below = _variables(bottom, 0, order, words, built=len(top) == 2, sure=_is_sure(top[0], words))
    if below is None and _lacks_its_sign(top, bottom, order):
        below = tuple(bottom), 1
    if (below is None or below[1] != len(bottom)) and order == 1 and (product := _product_below(bottom)) is not None:
        below = (product,), len(bottom)
    if below is None or below[1] != len(bottom):
        return None
    return Slope((*of, *top[end:]), below[0], order, 0)


def _product_below(bottom: Sequence[Unit]) -> Unit | None:
    """Return the product that a fraction differentiates by, as in brackets: the w₂x₃ of `∂L` above `∂w_2x_3`."""
    first = bare(bottom[0].node)
    if not isinstance(first, Differential) or first.sign != "∂" or first.of is None or len(bottom) < 2:
        return None
    plain = all(unit.name and unit.high is None and not unit.primes and unit.link in ("", "*") for unit in bottom[1:])
    if first.order is not None or first.by is not None or not plain or not isinstance(first.of, Word | Scripted):
        return None
    factors = (("", first.of), *((unit.link, unit.node) for unit in bottom[1:]))
    start, end = first.of.start, bottom[-1].end
    fence = Fence(start, end, "(", Product(start, end, factors), ")")
    return Unit("", fence, "", 0, None, start, end)


def _lacks_its_sign(top: Sequence[Unit], bottom: Sequence[Unit], order: int) -> bool:
    r"""Say whether a fraction is a derivative whose lower sign was left out: above ∂L, below `w_1`, is ∂L/∂w₁."""
    above = bare(top[0].node)
    named = len(bottom) == 1 and bool(bottom[0].name) and bottom[0].high is None and not bottom[0].primes
    return len(top) == 1 and isinstance(above, Differential) and above.of is not None and order == 1 and named


def begins(unit: Unit) -> bool:
    """Say whether a derivative may begin at a factor: at a name with a d, a fraction, or a sign of one."""
    if unit.name:
        return unit.name[0] == "d"
    return isinstance(unit.core, Ratio) or isinstance(bare(unit.node), Differential)


def quotient(found: Sequence[Unit], at: int, words: Vocabulary) -> Slope | None:
    """Return the derivative that begins at a factor, None where none does."""
    unit = found[at]
    if not begins(unit):
        return None
    if isinstance(unit.core, Ratio):
        whole = of_fraction(unit.core, words)
        return None if whole is None else whole._replace(end=at + 1, high=unit.high)
    if isinstance(unit.node, Differential) and unit.node.by is not None:
        of = tuple(units(factors_of(unit.node.of), words)) if unit.node.of is not None else ()
        by = tuple(units((("", unit.node.by),), words))
        return Slope(of, by, 1, at + 1) if len(by) == 1 and unit.node.order is None else None
    above = _above(found, at, words, built=False)
    if above is None:
        return None
    of, order, end = above
    if end >= len(found) or found[end].link != "/":
        return None
    below = _variables(found, end, order, words, built=False, sure=_is_sure(found[at], words))
    if below is None or _are_words(found[at], found[end], words):
        return None
    return Slope(of, below[0], order, below[1])


@asked_of_letters
def slopes_in(root: Node, words: Vocabulary) -> tuple[Slope, ...]:
    """Return the derivatives in a tree."""
    found: list[Slope | None] = []
    for node in preorder(root):
        if isinstance(node, Ratio):
            found.append(of_fraction(node, words))
        elif isinstance(node, Product):
            factors = factors_with(node, words)
            found += [quotient(factors, at, words) for at, unit in enumerate(factors) if begins(unit)]
    return tuple([slope for slope in found if slope is not None])


def variables(slope: Slope) -> tuple[Unit, ...]:
    """Return the names that a derivative is taken by, one for each time."""
    return slope.by * slope.order if len(slope.by) == 1 else slope.by


def _above(
    found: Sequence[Unit], at: int, words: Vocabulary, *, built: bool
) -> tuple[tuple[Unit, ...], int, int] | None:
    """Return what stands above a derivative's line: what is differentiated, how often, and where it ends."""
    if at >= len(found):
        return None
    unit = found[at]
    node = bare(unit.node)
    if isinstance(node, Differential) and node.sign == "∂" and node.by is None:
        order = _order(node.order)
        of = tuple(units(factors_of(node.of), words)) if node.of is not None else ()
        return None if not order else _with_brackets(of, found, at + 1, order, built=built)
    if not unit.name.startswith("d") or unit.primes:
        return None
    if unit.name == "d":
        order = _order(unit.high)
        if not order or (_is_name("d", words) and not (built and len(found) == 2)):
            return None
        behind = found[at + 1] if at + 1 < len(found) and found[at + 1].link == "" else None
        if behind is None:
            return (), order, at + 1
        return _with_brackets((behind,), found, at + 2, order, built=built)
    if unit.high is not None or unit.name in words.functions or not _whole_word(unit):
        return None
    rest = _without_d(unit)
    if _is_joined(unit) and words.settled(rest.name) not in words.names:
        return None
    # A program may have a name `dv` of its own; above `dt` it is the differential of v all the same.
    own = unit.name in words.names and words.settled(rest.name) not in words.names
    return None if own else ((rest,), 1, at + 1)


def _with_brackets(
    of: tuple[Unit, ...], found: Sequence[Unit], at: int, order: int, *, built: bool
) -> tuple[tuple[Unit, ...], int, int]:
    """Take the bracket behind what is differentiated with it, where it is applied: `∂A(w x)/∂w`."""
    if built or not of:
        return of, order, at
    opened = at < len(found) and found[at].link == "" and is_bracket(found[at].node) and bool(of[-1].name)
    if opened and at + 1 < len(found) and found[at + 1].link == "/":
        return (*of, found[at]), order, at + 1
    return of, order, at


def _variables(
    found: Sequence[Unit], at: int, order: int, words: Vocabulary, *, built: bool, sure: bool
) -> tuple[tuple[Unit, ...], int] | None:
    """Return the names below a derivative's line, and where they end."""
    out: list[Unit] = []
    while at < len(found) and len(out) < order and (not out or found[at].link == ""):
        one = _variable(found, at, words, built=built, sure=sure)
        if one is None:
            break
        unit, at = one
        if unit.high is not None and order > 1 and _order(unit.high) == order and not out:
            return (unit._replace(high=None, node=_lowered(unit.node)),), at
        out.append(unit)
    return (tuple(out), at) if len(out) == order else None


def _variable(found: Sequence[Unit], at: int, words: Vocabulary, *, built: bool, sure: bool) -> tuple[Unit, int] | None:
    unit = found[at]
    node = bare(unit.node)
    if isinstance(node, Differential) and node.sign == "∂" and node.of is not None and node.by is None:
        inner = units((("", node.of),), words)
        return (inner[0], at + 1) if len(inner) == 1 and node.order is None else None
    if unit.name == "d" and unit.high is None and not unit.primes:
        if _is_name("d", words) and not built:
            return None
        behind = found[at + 1] if at + 1 < len(found) and found[at + 1].link == "" else None
        named = behind is not None and (behind.name or is_bracket(behind.node))
        return (behind, at + 2) if behind is not None and named else None
    if unit.name.startswith("d") and unit.name != "d" and _whole_word(unit):
        rest = _without_d(unit)
        own = unit.name in words.names
        if _is_joined(unit) and words.settled(rest.name) not in words.names:
            return None
        # Below a differential a name `dz` of its own is dz too, where z is a name or nothing else can be meant.
        return (rest, at + 1) if not own or sure or words.settled(rest.name) in words.names else None
    return None


def _is_sure(above: Unit, words: Vocabulary) -> bool:
    """Say whether what stands above a line can be a differential only: ∂E, d E where d is no name, dE of a known E."""
    if isinstance(bare(above.node), Differential):
        return True
    if above.name == "d":
        return not _is_name("d", words)
    return above.name not in words.names and words.settled(_without_d(above).name) in words.names


def _is_name(letter: str, words: Vocabulary) -> bool:
    return letter in words.known


def _whole_word(unit: Unit) -> bool:
    """Say whether a name is spelled as one word that begins with d, and more behind it."""
    core = unit.core
    if not isinstance(core, Word) or not core.text.startswith("d") or len(core.text) < 2:
        return False
    return core.text[1] != "_" or core.text[2:3].isalpha()


def _is_joined(unit: Unit) -> bool:
    """Say whether a d is joined to a name, as in `d_loss/d_w`: `d_in` may be a name of its own."""
    return unit.name.startswith("d_")


def _are_words(above: Unit, below: Unit, words: Vocabulary) -> bool:
    """Say whether two words only begin with d, as in `depth/density`: neither is the d of a name that is known."""
    known = words.names | FIELD_WORDS | GREEK.keys()
    return all(_is_word(unit) and words.settled(_without_d(unit).name) not in known for unit in (above, below))


def _is_word(unit: Unit) -> bool:
    """Say whether a name is three small letters or more: nobody writes a differential so without a name in it."""
    core = unit.core
    letters = core.text.partition("_")[0].rstrip("0123456789") if isinstance(core, Word) and not core.loose else ""
    return _whole_word(unit) and len(letters) > 2 and letters.islower()


def _without_d(unit: Unit) -> Unit:
    core = unit.core
    assert isinstance(core, Word)
    d = 1 + _is_joined(unit)
    word = Word(core.start + d, core.end, core.text[d:], font=core.font)
    name = canonical(unit.name[d:])
    node: Node = word
    if isinstance(unit.node, Scripted):
        node = Scripted(core.start + d, unit.end, word, unit.node.low, unit.node.high, unit.node.primes)
    return Unit(unit.link, node, name, unit.primes, unit.high, core.start + d, unit.end)


def _lowered(node: Node) -> Node:
    """Return a node without its superscript."""
    if isinstance(node, Scripted) and node.high is not None:
        if node.low is None and not node.primes:
            return node.base
        return Scripted(node.start, node.end, node.base, node.low, None, node.primes)
    return node


def _order(high: Node | None) -> int:
    """Return how often a derivative is taken: 1 without a superscript, 0 where that is no small number."""
    if high is None:
        return 1
    inner = bare(high)
    return int(flat(inner)) if isinstance(inner, Numeral) and flat(inner) in ("2", "3") else 0
