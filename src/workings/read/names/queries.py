"""Questions to trees: which names stand in one, which of them have a bracket behind them, what a left side defines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from workings.graph.names import named
from workings.graph.op import Op
from workings.graph.writing.spelling import GREEK, canonical, with_mark
from workings.read.formula.statement import Side, Statement
from workings.read.formula.tree import (
    NAMED,
    Accented,
    Big,
    Comparison,
    Differential,
    Dots,
    Fence,
    Node,
    Numeral,
    Ratio,
    Scripted,
    Word,
    bare,
    children,
    factors_of,
    items_of,
    preorder,
)
from workings.read.names.asked import asked, asked_of_letters
from workings.read.names.slopes import begins, of_fraction, quotient
from workings.read.names.spelling import Unit, factors_with, flat, is_bracket, joined_name, superscript, units
from workings.read.names.vocabulary import FIELD_WORDS, KNOWN, LETTERS, Vocabulary


class Mention(NamedTuple):
    """A name in a formula, canonical and without its mark and primes, and what stands behind it.

    `applied` where a round bracket stands right behind it, `opened` where any does, or a prime, or a power; `ends`
    where nothing stands behind it that it could apply to; `bracket` what it stands before.
    """

    name: str
    unit: Unit
    applied: bool
    opened: bool
    ends: bool
    bracket: Node | None = None


@asked_of_letters
def mentions(root: Node, words: Vocabulary) -> tuple[Mention, ...]:
    """Return the names in a tree, in reading order; the d of a derivative is none, nor is a script's letter."""
    found: list[Mention] = []
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Ratio) and (slope := of_fraction(node, words)) is not None:
            found += _of_units([*slope.of, *slope.by], words, stack)
        elif isinstance(node, NAMED):
            found += _of_units(_without_signs(factors_with(node, words), words), words, stack)
        else:
            stack += reversed(children(node))
    return tuple(found)


def _without_signs(found: Sequence[Unit], words: Vocabulary) -> Sequence[Unit]:
    """Return the units of a product, those of a derivative without its signs."""
    if not any(map(begins, found)):
        return found
    out: list[Unit] = []
    at = 0
    while at < len(found):
        slope = quotient(found, at, words) if not isinstance(found[at].core, Ratio) else None
        if slope is not None:
            out += [*slope.of, *slope.by]
            at = slope.end
        else:
            out.append(found[at])
            at += 1
    return out


def _of_units(found: Sequence[Unit], words: Vocabulary, stack: list[Node]) -> Iterator[Mention]:
    inside: list[Node] = []
    for index, unit in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) and found[index + 1].link == "" else None
        if unit.name:
            bracket = following.core if following is not None and is_bracket(following.node) else None
            applied = isinstance(bracket, Fence) and bracket.left == "("
            raised = unit.high is not None and superscript(unit, words) is None
            opened = bracket is not None or unit.primes > 0 or raised
            yield Mention(unit.name, unit, applied, opened, following is None, bracket)
            if raised and unit.high is not None:
                inside.append(unit.high)
        elif isinstance(unit.node, Differential):
            inside += children(unit.node)
        elif isinstance(unit.core, NAMED):
            continue
        else:
            inside += [unit.core] if isinstance(unit.core, Ratio) else children(unit.core)
            inside += [unit.high] if unit.high is not None else []
            low = unit.node.low if isinstance(unit.node, Scripted) else None
            inside += [low] if low is not None and isinstance(unit.core, Fence) else []
    stack += reversed(inside)


def names_of(sides: Iterable[Side], words: Vocabulary) -> frozenset[str]:
    """Return the names that sides speak of."""
    return frozenset(words.settled(m.name) for side in sides for m in mentions(side.root, words) if m.name not in KNOWN)


def head(statement: Statement, words: Vocabulary) -> tuple[str, tuple[str, ...] | None] | None:
    """Return the name, and the parameters if any, that a statement defines; None where it defines none."""
    found = defined(statement.sides[0].root, words)
    if found is None or not found[1] or found[0] not in KNOWN or len(statement.sides) < 2:
        return found
    if _is_a_value(statement, found[0], found[1], words):
        return None
    # `σ(z) = a` and `tanh(s) = (e^x − 1)/(e^x + 1)` say nothing of what σ and tanh are at any argument, and a program's
    # `tanh(x) = tanh(x)` says that it is the known one.
    value = defined(statement.sides[1].root, words)
    if value is not None and value[1] is not None and KNOWN.get(value[0]) is KNOWN[found[0]]:
        return None
    written = [node.text for side in statement.sides[1:] for node in preorder(side.root) if isinstance(node, Word)]
    others = any(canonical(text) not in KNOWN.keys() | LETTERS.keys() for text in written)
    speaks = any(named(parameter).base in canonical(text) for text in written for parameter in found[1])
    return found if speaks or not others else None


def _is_a_value(statement: Statement, name: str, parameters: tuple[str, ...], words: Vocabulary) -> bool:
    """Say whether `tanh(z) = 0` or `ReLU(z) = z` tells what a known function is at some z; σ may be any activation."""
    if len(statement.sides) != 2:
        return False
    own = single(statement.sides[1].root, words)
    return statement.sides[1].is_number or (name not in GREEK and own in parameters)


def single(root: Node, words: Vocabulary) -> str | None:
    """Return the name that a side is, alone; None where it is more."""
    found = defined(root, words)
    return found[0] if found is not None and found[1] is None else None


def is_turned(statement: Statement, parameters: tuple[str, ...], words: Vocabulary) -> bool:
    """Say whether a name stands alone on the right of `f(z) = a`, and is none of f's parameters."""
    if len(statement.sides) != 2 or statement.relations != ("=",):
        return False
    value = defined(statement.sides[1].root, words)
    return value is not None and value[1] is None and value[0] not in parameters and value[0] not in KNOWN


@asked
def defined(root: Node, words: Vocabulary) -> tuple[str, tuple[str, ...] | None] | None:
    """Return the name that a left side is, and the names in the bracket behind it."""
    found = _left_units(root, words)
    if not found:
        return None
    if len(found) == 2 and (whole := joined_name(found[0], found[1])):
        return whole, None
    name = _whole(found[0], words)
    if name is None or len(found) == 1:
        return None if name is None else (name, None)
    bracket = found[1].core
    if not isinstance(bracket, Fence) or bracket.left not in ("(", "[") or found[1].high is not None:
        return None
    learned = _learned(root, words)
    parameters = _parameters(bracket.inside, learned)
    if parameters is not None:
        return name, parameters
    # `c(h(x), y) = …` says what the quantity c is, and of what it is made.
    return (name, None) if bracket.left == "(" and _is_made_of(bracket.inside, learned) else None


@asked_of_letters
def _left_units(root: Node, words: Vocabulary) -> Sequence[Unit]:
    """Return the name that a tree is, with the bracket behind it; nothing where it is more, or no name."""
    # The braces of `{Cost} = …` only group.
    learned, whole = _learned(root, words), bare(root)
    factors = factors_with(whole, learned) if learned is words.nameless else units(factors_of(whole), learned)
    found = _called(_undotted(factors))
    return found if len(found) < 3 and found[0].name and not any(unit.link for unit in found) else ()


def _learned(root: Node, words: Vocabulary) -> Vocabulary:
    """Return the names that a left side is read with: a run of letters alone is one name, `Cost = …`, `net = …`."""
    factors = factors_of(bare(root))
    first = factors[0][1].base if isinstance(factors[0][1], Scripted) else factors[0][1]
    if not isinstance(first, Word) or len(first.text) == 1 or not first.loose or first.text in words.split:
        return words.nameless
    alone = len(factors) == 1 or is_bracket(factors[-1][1])
    return replace(words.nameless, names=frozenset({canonical(first.text)})) if alone else words.nameless


def _undotted(found: Sequence[Unit]) -> Sequence[Unit]:
    """Return the units of a left side without a bracket that holds only dots: `C(…)` is C, whatever it depends on."""
    last = found[-1].core
    dotted = len(found) > 1 and isinstance(last, Fence) and isinstance(bare(last.inside), Dots)
    return found[:-1] if dotted and found[-1].high is None else found


def _called(found: Sequence[Unit]) -> Sequence[Unit]:
    """Return the units of a left side without the word that says what its name is: `Cost C = …`."""
    word = found[0].core
    said = len(found) > 1 and isinstance(word, Word) and word.text in FIELD_WORDS and found[1].link == ""
    return found[1:] if said and found[1].name else found


def whole_name(unit: Unit, words: Vocabulary) -> str:
    """Return a name with its mark, as the vocabulary has it."""
    return _whole(unit, words) or words.settled(unit.name)


def _whole(unit: Unit, words: Vocabulary) -> str | None:
    """Return a left side's name with its mark and its primes; None where something is raised on it."""
    if unit.high is not None:
        mark = superscript(unit, words)
        if mark is not None and (mark.sure or mark.key in words.marked or mark.in_brackets):
            if mark.key in words.doubtful:
                return None
            return words.settled(with_mark(mark.base, mark.mark)) + "'" * (unit.primes + mark.primes)
        # `r^2 = …` where r stands alone elsewhere: `defines_a_power` says so.
        return unit.name if isinstance(bare(unit.high), Numeral) and not unit.primes else None
    if unit.primes and unit.name in KNOWN:
        return None
    return words.settled(unit.name) + "'" * unit.primes


def _parameters(inside: Node, words: Vocabulary) -> tuple[str, ...] | None:
    out: list[str] = []
    for item in items_of(inside):
        found = units((("", item),), words)
        if len(found) != 1 or not found[0].name:
            return None
        name = _whole(found[0], words)
        if name is None or (found[0].high is not None and name == found[0].name):
            return None
        out.append(name)
    return tuple(out)


def _is_made_of(inside: Node, words: Vocabulary) -> bool:
    """Say whether a bracket holds names alone, some of them applied to names: what a quantity is made of."""
    found = [units(factors_of(item), words) for item in items_of(inside)]
    applied = [len(one) == 2 and is_bracket(one[1].node) and not one[1].link for one in found]
    named = all(one[0].name and one[0].high is None and not one[0].primes for one in found if one)
    inner = [one[1].core for one, call in zip(found, applied, strict=True) if call]
    known = all(isinstance(core, Fence) and _parameters(core.inside, words) is not None for core in inner)
    return named and known and any(applied) and all(a or len(one) == 1 for a, one in zip(applied, found, strict=True))


def defines_a_power(statement: Statement, words: Vocabulary) -> bool:
    """Say whether its left side is a name with a number raised that is no mark: `r^2 = …`."""
    found = factors_with(statement.sides[0].root, words)
    if len(found) != 1 or found[0].high is None:
        return False
    mark = superscript(found[0], words)
    return mark is None or not (mark.sure or mark.key in words.marked or mark.in_brackets)


def single_name(statement: Statement, words: Vocabulary) -> str | None:
    """Return the name that maths consists of, where it is one symbol alone."""
    found = head(statement, words)
    return found[0] if found and found[1] is None else None


def named_function(statement: Statement, side: int, words: Vocabulary) -> Op | None:
    r"""Return the function that `f = \tanh` names: a known one, alone on its side."""
    root = bare(statement.sides[side].root)
    if not isinstance(root, Word) or canonical(root.text) in words.names:
        return None
    known = KNOWN.get(canonical(root.text))
    return known if known is not None and known.arity == 1 else None


def subscript(node: Node) -> tuple[str, str, bool] | None:
    """Return the subscript of a node: the letter that it stands on, its own letter, whether it is `i+1`; else None."""
    if isinstance(node, Scripted) and node.low is not None:
        base = bare(node.base)
        while isinstance(base, Accented):
            base = bare(base.inside)
        letter = base.text[-1:] if isinstance(base, Word) else ""
        content = flat(node.low)
    elif isinstance(node, Word) and not node.loose and "_" in node.text:
        letter, _, content = node.text.rpartition("_")
        letter, content = letter[-1:], content.strip("{}")
    else:
        return None
    return letter, content.partition("+")[0].partition("-")[0], "+1" in content


def counter_of(node: Node) -> str:
    """Return the letter that a sum counts by, whatever its limits: the t of Σ_{t=0}^T; or nothing."""
    if not isinstance(node, Scripted) or not isinstance(node.base, Big) or node.low is None:
        return ""
    low = bare(node.low)
    letter = bare(low.sides[0]) if isinstance(low, Comparison) else low
    return letter.text if isinstance(letter, Word) and len(letter.text) == 1 and letter.text.isalpha() else ""
