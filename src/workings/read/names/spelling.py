r"""Nodes → names: which letters of a tree are one name, with its subscripts, its accent and its font.

    \hat{y}_i      y_hat_i          net_{h1}     net_h1
    wx             w, x             wx           wx, where the page has that name
    Iw_1           I, w1            B2           B2

A loose run of letters is cut at the longest names that the page knows; what is unknown is single letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from workings.graph.writing.spelling import MARKING, bracketed, canonical, is_mark, with_mark
from workings.read.formula.plain import plain_name
from workings.read.formula.tree import (
    Accented,
    Fence,
    Node,
    Numeral,
    Product,
    Scripted,
    Series,
    Signed,
    Sum,
    Word,
    bare,
    factors_of,
)
from workings.read.names.asked import asked_of_letters
from workings.read.names.vocabulary import FIELD_WORDS, KNOWN, Vocabulary

#: Fonts that may set a letter apart from the same letter in another; the others only say that a name is upright.
APART = frozenset(("cal", "bold", "var", "script", "bb", "bar"))


class Unit(NamedTuple):
    """One factor: `name` is its canonical spelling without primes and superscript, empty where it is no name."""

    link: str
    node: Node
    name: str
    primes: int
    high: Node | None
    start: int
    end: int

    @property
    def core(self) -> Node:
        """What it is without its scripts."""
        return self.node.base if type(self.node) is Scripted else self.node


#: The kinds of nodes that may be names, or have scripts of their own.
_MAY_BE_NAMES = frozenset((Word, Accented, Scripted, Fence))


def units(factors: Sequence[tuple[str, Node]], words: Vocabulary) -> list[Unit]:
    """Return factors with the runs of letters among them cut into names."""
    out: list[Unit] = []
    for index, (link, node) in enumerate(factors):
        if type(node) is Word and (not node.loose or len(node.text) == 1) and node.text not in words.split:
            out.append(Unit(link, node, _of_word(node, words), 0, None, node.start, node.end))
        elif type(node) not in _MAY_BE_NAMES:
            out.append(Unit(link, node, "", 0, None, node.start, node.end))
        else:
            following = factors[index + 1] if index + 1 < len(factors) else None
            applied = following is not None and following[0] == "" and is_bracket(following[1])
            out += _units(link, node, words, applied=applied, alone=len(factors) == 1)
    return list(_joined(out, words)) if len(out) > 1 and any(map(_is_upright_word, out[1:])) else out


@asked_of_letters
def factors_with(node: Node, words: Vocabulary) -> tuple[Unit, ...]:
    """Return the factors of a node as units."""
    return tuple(units(factors_of(node), words))


def is_bracket(node: Node) -> bool:
    """Say whether a node is something in round or square brackets, perhaps with scripts of its own."""
    core = node.base if isinstance(node, Scripted) else node
    return isinstance(core, Fence) and core.left in ("(", "[")


def _units(link: str, node: Node, words: Vocabulary, *, applied: bool, alone: bool) -> Sequence[Unit]:
    script = node if isinstance(node, Scripted) else None
    core = script.base if script else node
    if isinstance(core, Fence) and (unwrapped := bare(core)) is not core and spelled(unwrapped, words):
        core = unwrapped
        if isinstance(core, Scripted):
            # `{y_1}'`: what the braces hold is the name that the script stands on.
            low, high = core.low, script.high if script else None
            primes = core.primes + (script.primes if script else 0)
            core = core.base
            script = Scripted(node.start, node.end, core, low, high, primes)
    low = script.low if script else None
    primes, high = (script.primes, script.high) if script else (0, None)
    if isinstance(core, Scripted) and low is None and (marked := _marked_name(core, words)):
        return (Unit(link, node, marked, primes, high, node.start, node.end),)
    loose = isinstance(core, Word) and (core.loose or core.text in words.split)
    if isinstance(core, Word) and loose and len(letters_of(core.text.rstrip("0123456789"))) > 1:
        return tuple(_run(link, node, core, low, primes, high, words, applied=applied, alone=alone))
    name = spelled(core, words)
    if name and low is not None:
        lower = flat(low)
        name = canonical(f"{name}_{lower}") if lower else ""
    return (Unit(link, node, name, primes, high, node.start, node.end),)


def _marked_name(node: Scripted, words: Vocabulary) -> str:
    """Return the name with a mark that a power stands on: the a⁽¹⁾ of (a⁽¹⁾)², written `a^{(1)}²`."""
    found = _units("", node, words, applied=False, alone=True)
    mark = superscript(found[0], words) if len(found) == 1 else None
    return with_mark(mark.base, mark.mark, mark.primes) if mark is not None and (mark.sure or mark.in_brackets) else ""


def _run(
    link: str, node: Node, word: Word, low: Node | None, primes: int, high: Node | None, words: Vocabulary, *,
    applied: bool, alone: bool,
) -> Iterator[Unit]:  # fmt: skip
    """Yield the names of a run of letters; its scripts stand on the last of them."""
    lower = flat(low) if low is not None else ""
    if low is not None and not lower:
        yield Unit(link, node, "", primes, high, node.start, node.end)
        return
    pieces = list(
        _segments(word.text, words, applied=applied, alone=alone) if not lower else _cut(word.text, lower, words)
    )
    for index, (piece, offset) in enumerate(pieces):
        start, last = word.start + offset, index == len(pieces) - 1
        end = node.end if last else start + len(piece)
        name = canonical(f"{piece}_{lower}" if last and lower else piece)
        single = Word(start, start + len(piece), piece)
        shown = Scripted(start, end, single, low, high, primes) if last and isinstance(node, Scripted) else single
        yield Unit(link if not index else "", shown, name, primes * last, high if last else None, start, end)


def _segments(run: str, words: Vocabulary, *, applied: bool, alone: bool) -> Iterator[tuple[str, int]]:
    letters = run.rstrip("0123456789")
    tail = run[len(letters) :]
    if letters in KNOWN and len(letters) > 2 and not tail and (applied or not alone):
        yield run, 0
        return
    if run in words.split:
        at = 0
        for letter in letters_of(run):
            yield letter, at
            at += len(letter)
        return
    at = 0
    while at < len(letters):
        size = next(
            (
                n for n in range(len(run) - at, 1, -1)
                if canonical(run[at : at + n]) in words.known or canonical(run[at : at + n]) in FIELD_WORDS
                or (run[at : at + n] in KNOWN and applied and at + n == len(letters))
            ),
            1 + len(tail) * (at == len(letters) - 1),
        )  # fmt: skip
        yield run[at : at + size], at
        at += size


def letters_of(word: str) -> list[str]:
    """Return the letters of a word, each with the accents that stand on it; digits and signs are no letters."""
    if len(word) == 1 or (word.isascii() and word.isalpha()):
        return list(word)
    found = _LETTERS.findall(word)
    return found if "".join(found) == word else [word]


_LETTERS = re.compile(r"[^\W\d_][\u0300-\u036f\u20d0-\u20ff]*")


def _cut(run: str, lower: str, words: Vocabulary) -> Iterator[tuple[str, int]]:
    """Cut a run before the name that carries its subscript: `Iw_1` is I times w₁."""
    cut = next((c for c in range(len(run)) if words.settled(canonical(f"{run[c:]}_{lower}")) in words.known), None)
    if cut is None:
        cut = len(run) - 1 if len(run) == 2 and run[-1] in words.families else 0
    yield from ((letter, offset) for offset, letter in enumerate(run[:cut]))
    yield run[cut:], cut


def _joined(found: Sequence[Unit], words: Vocabulary) -> Iterator[Unit]:
    r"""Join names that the page writes in two parts: `m_{1}\mathrm{In}`."""
    at = 0
    while at < len(found):
        unit = found[at]
        second = found[at + 1] if at + 1 < len(found) else None
        whole = joined_name(unit, second) if second is not None else ""
        if second is not None and whole and whole in words.names:
            yield Unit(unit.link, second.node, whole, second.primes, second.high, unit.start, second.end)
            at += 2
        else:
            yield unit
            at += 1


def joined_name(first: Unit, second: Unit) -> str:
    """Return the name that two parts make together, a letter with a subscript and an upright word; else nothing."""
    low = first.node.low if isinstance(first.node, Scripted) else None
    fits = first.name and low is not None and second.link == "" and _is_upright_word(second) and first.high is None
    return canonical(f"{first.name}_{second.name}") if fits and second.name else ""


def _is_upright_word(unit: Unit) -> bool:
    core = unit.core
    return isinstance(core, Word) and core.font == "rm" and len(core.text) > 1


def spelled(node: Node, words: Vocabulary) -> str:
    """Return the canonical name that a node is, subscripts included; nothing where it is none."""
    node = bare(node)
    if isinstance(node, Word):
        return _of_word(node, words)
    if isinstance(node, Accented):
        inside = spelled(node.inside, words)
        return canonical(f"{inside}_{node.mark}") if inside else ""
    if isinstance(node, Scripted) and node.high is None and not node.primes:
        base, lower = spelled(node.base, words), flat(node.low) if node.low is not None else ""
        return canonical(f"{base}_{lower}") if base and lower else ""
    return ""


def _of_word(word: Word, words: Vocabulary) -> str:
    text = word.text
    several = len(text) > 1 and len(text.rstrip("0123456789")) > 1
    if several and (word.loose or text in words.split) and text not in words.known:
        return ""
    if word.font == "mark":
        return ""
    name = _of_text(text)
    return f"{name}_{word.font}" if word.font in APART and name in words.fonts else name


@lru_cache(maxsize=4096)
def _of_text(text: str) -> str:
    if text[0] in "Δ∆" and len(text) > 1 and not any(map(str.isspace, text)):
        return f"Delta_{canonical(text[1:])}"
    return plain_name(text)


def flat(node: Node | None) -> str:
    """Return what a script says, in one word: `h1`, `i+1`, `1_2`; nothing where it is more than that."""
    node = bare(node) if node is not None else None
    match node:
        case Word():
            return canonical(node.text) if len(node.text) == 1 else node.text
        case Numeral():
            return node.text
        case Accented():
            return flat(node.inside)
        case Scripted(primes=primes):
            inner, low = flat(node.base), flat(node.low)
            if not inner or node.high is not None or primes:
                return ""
            # The h₁ below a name is what h1 there is: out_{h_1} is out_{h1}.
            between = "" if len(inner) == 1 and inner.isalpha() and "_" not in low else "_"
            return between.join(part for part in (inner, low) if part)
        case Signed():
            inner = flat(node.inside)
            return f"{node.sign}{inner}" if inner else ""
        case Sum(terms=pairs):
            return _together([(sign or "", part) for sign, part in pairs], "")
        case Product(factors=pairs):
            return _together(pairs, "") if all(link in ("", "*") for link, _ in pairs) else ""
        case Series():
            return _together([("", part) for part in node.items], "_")
        case _:
            return ""


def _together(pairs: Sequence[tuple[str, Node]], between: str) -> str:
    parts = [(sign if sign in "+-" else "", flat(part)) for sign, part in pairs]
    return between.join(sign + part for sign, part in parts) if all(part for _, part in parts) else ""


# Superscripts that may be marks


class Superscript(NamedTuple):
    """A superscript that can be a mark: `written` as it stands, on the name `base`."""

    base: str
    written: str
    primes: int
    #: Whether nothing but a mark can be meant: a sign alone, a word.
    sure: bool

    @property
    def key(self) -> str:
        """What a vocabulary calls it: `a^(1)` and `a^1` are decided one by one."""
        return f"{self.base}^{self.written}"

    @property
    def in_brackets(self) -> bool:
        """Whether it stands in brackets of its own."""
        return is_mark(self.written)

    @property
    def mark(self) -> str:
        """The mark that it is, with brackets."""
        return bracketed(self.written)


_MARKING = re.compile(MARKING)
_WORD = re.compile(r"\(([A-Za-z]{2,})\)|\[([A-Za-z]{2,})\]|([A-Za-z]{2,})")
_ORDINALS = frozenset(("st", "nd", "rd", "th"))
#: Words that tell one value of a name from another.
_STEPS = frozenset(("new", "old", "next", "prev", "previous", "updated", "before", "after", "opt", "init"))


def superscript(unit: Unit, words: Vocabulary) -> Superscript | None:
    """Return the superscript on a name, where it has one that can be a mark."""
    if not unit.name or unit.high is None:
        return None
    written, primes = _written(unit.high)
    if written in ("+", "-", "*"):
        sure = isinstance(bare(unit.high), Word)
        return Superscript(unit.name, f"({written})", primes, sure) if sure else None
    word = _WORD.fullmatch(written)
    inner = next((group for group in word.groups() if group), "") if word else ""
    if inner and inner not in words.names and inner not in _ORDINALS and (inner in _STEPS or _upright(unit.high)):
        return Superscript(unit.name, written, primes, True)
    fits = is_mark(written) or _MARKING.fullmatch(written)
    return Superscript(unit.name, written, primes, False) if fits and written else None


def _upright(node: Node) -> bool:
    inner = bare(node)
    while isinstance(inner, Fence):
        inner = inner.inside
    return isinstance(inner, Word) and inner.font == "rm"


def _written(node: Node) -> tuple[str, int]:
    """Return a superscript as it is written, with its brackets, and the primes that stand in it."""
    node = bare(node)
    if isinstance(node, Product) and all(link == "" for link, _ in node.factors):
        parts = [_written(part) for _, part in node.factors]
        return ("".join(p for p, _ in parts) if all(p for p, _ in parts) else ""), sum(n for _, n in parts)
    if isinstance(node, Scripted) and node.primes and node.low is None and node.high is None:
        inner, primes = _written(node.base)
        return inner, primes + node.primes
    if isinstance(node, Fence) and node.left in ("(", "["):
        inner, primes = _written(node.inside)
        return (f"{node.left}{inner}{node.right}" if inner else ""), primes
    if isinstance(node, Scripted):
        return "", 0
    return flat(node), 0


def letter_of(written: str) -> str:
    """Return the letter or the word that a superscript is made of, or nothing: `(l-1)` → `l`, `2` → ``."""
    found = re.search(r"[^\W\d_][^\W_]*", written)
    return found[0] if found else ""
