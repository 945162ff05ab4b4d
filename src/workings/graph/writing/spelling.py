r"""One name, three spellings: `y_hat`, `ŷ` and `\hat{y}` are the same letter on paper.

Inside workings a name is its ASCII spelling, the *canonical* one: a base (`y`, `net`, `alpha`), an
accent (`_hat`), digits, subscripts (`_h1`), then a mark: a superscript that is no power and keeps its
brackets (`_(1)` of a⁽¹⁾). `canonical` finds it from any plain spelling, `spelled` the record of its parts;
`plain` and `latex` write it as on paper.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from workings.graph.names import (
    ACCENTS,
    BASE,
    BRACKETED,
    FROM_SUPERSCRIPT,
    GREEK,
    GREEK_NAMES,
    MARKING,
    SUBSCRIPT_DIGITS,
    Name,
    is_mark,
    named,
)

_MARKS = {mark: word for word, mark in ACCENTS.items()} | {"\u0305": "bar"}
_SUBSCRIPT_LETTERS = dict(zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "aehijklmnoprstuvx", strict=True))
#: A mark in plain spelling: raised characters in raised brackets, or a raised sign that begins no number.
RAISED = r"(?:⁽[⁺⁻⁰¹²³⁴-⁹ᴬ-ᵿʰ-ˣⁱⁿˡⱽᶜᶠᶻ]+⁾)+|[⁺⁻](?![⁰¹²³⁴-⁹])"
_MARKED = re.compile(rf"({RAISED})|_\{{?({BRACKETED})\}}?|\^\{{({BRACKETED}|{MARKING})\}}|\^({BRACKETED}|{MARKING})")

#: How people type a prime.
PRIMES = "'’′\u00b4\u02b9"
_ONE_PRIME = str.maketrans(dict.fromkeys(PRIMES, "'"))


#: Unicode's letters of another cut, script and slanted ones: what `\mathcal{L}` and `w` are in LaTeX.
_ANOTHER_CUT = re.compile("[\u2100-\u214f\U0001d400-\U0001d7ff]")


def _upright(character: str) -> str:
    if character < "\u2100" or _ANOTHER_CUT.match(character) is None:
        return character
    plain = unicodedata.normalize("NFKD", character)
    return plain if len(plain) == 1 else character


def is_subscript(character: str) -> bool:
    """Say whether a character is one of Unicode's subscript digits or letters."""
    return character in SUBSCRIPT_DIGITS or character in _SUBSCRIPT_LETTERS


def delta_names(unit: str) -> tuple[str, ...]:
    """Return the names that programs give the error of a unit: `delta_o`, `d_o`, `dOutput`."""
    return canonical(f"delta_{unit}"), canonical(f"d_{unit}"), f"d{with_capital(unit)}"


def with_capital(name: str) -> str:
    """Return a name with its first letter as a capital, as camel case has it."""
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=4096)
def canonical(spelling: str) -> str:
    """Return the ASCII spelling of a name: `ŷ₁` → `y_hat1`, `w_1` → `w1`, `α` → `alpha`, `a⁽¹⁾` → `a_(1)`."""
    if spelling.isascii() and spelling.isalpha():
        return spelling
    text, primes = _without_primes(spelling)
    text, mark = cut_mark(text)
    accents: list[str] = []
    letters: list[str] = []
    lowered = False
    for character in map(_upright, unicodedata.normalize("NFD", text)):
        if character in _MARKS:
            accents.append(_MARKS[character])
            continue
        if is_subscript(character):
            if not lowered:
                letters.append("_")
            character = _plain_subscript(character)
            lowered = True
        else:
            lowered = False
        letters.append(character)
    return _assemble("".join(letters).split("_"), accents) + (f"_{mark}" if mark else "") + "'" * primes


def _without_primes(spelling: str) -> tuple[str, int]:
    text = spelling.translate(_ONE_PRIME).replace("″", "''")
    bare = text.rstrip("'")
    return bare, len(text) - len(bare)


def cut_mark(text: str) -> tuple[str, str]:
    """Return a spelling without its mark, wherever that stands, and the mark: `w⁽¹⁾_jk` → `w_jk`, `(1)`."""
    text = text.replace("−", "-")
    found = _MARKED.search(text)
    if not found or not found.start():
        return text, ""
    return text[: found.start()] + text[found.end() :], bracketed(next(group for group in found.groups() if group))


def bracketed(mark: str) -> str:
    """Return what a superscript holds as the mark of a canonical name: `¹` → `(1)`, `[l−1]` → `[l-1]`."""
    text = mark.translate(FROM_SUPERSCRIPT).replace("−", "-")
    text = re.sub(r"[^\W\d_]", lambda m: GREEK_NAMES.get(m[0], m[0]), text)
    return text if text[0] in "([" else f"({text})"


def _plain_subscript(character: str) -> str:
    if character in SUBSCRIPT_DIGITS:
        return str(SUBSCRIPT_DIGITS.index(character))
    return _SUBSCRIPT_LETTERS[character]


def _assemble(parts: list[str], accents: list[str]) -> str:
    base, subs = parts[0], [part for part in parts[1:] if part]
    accents = accents + [part for part in subs if part in ACCENTS]
    # `y_hat1` carries its digits behind the accent's word.
    for sub in subs:
        trailing = re.fullmatch(r"(hat|bar|tilde|dot|vec)(\d+)", sub)
        if trailing:
            accents.append(trailing[1])
            subs = [trailing[2] if part == sub else part for part in subs]
    subs = [part for part in subs if part not in ACCENTS]
    match = BASE.match(base)
    letters, digits = (match[1], match[2]) if match else (base, "")
    letters = "".join(GREEK_NAMES.get(c, c) for c in letters) if len(letters) == 1 else letters
    letters = unicodedata.normalize("NFC", letters)
    if subs and not digits and subs[0].isdigit():
        digits = subs.pop(0)
    tail = "".join("_" + GREEK_NAMES.get(sub, sub) for sub in subs)
    return letters + "".join("_" + accent for accent in dict.fromkeys(accents)) + digits + tail


def spelled(spelling: str) -> Name:
    """Return the record of a name in any spelling: `ŷ₁`, `y_hat1`."""
    return named(canonical(spelling))


# What is asked of canonical names: each is a question to the record


def with_mark(name: str, mark: str, primes: int = 0) -> str:
    """Return a canonical name with a mark put on: `z_j` and `(l)` → `z_j_(l)`."""
    return named(name).with_mark(mark, primes).canonical


def mark_of(name: str) -> str:
    """Return the mark of a canonical name, or nothing."""
    return named(name).mark


def without_step(name: str) -> str:
    """Return a canonical name without the number of a step: `w3` and `w_(3)` → `w`; nothing where it has none."""
    bare = named(name).without_step
    return bare.canonical if bare else ""


def is_first_step(name: str) -> bool:
    """Say whether a canonical name carries the number of the step before all others: `w0`, `w_(0)`."""
    return named(name).is_first_step


def parts_of(name: str) -> tuple[str, str, str, tuple[str, ...], int]:
    """Split a canonical name into base, accent, digits, subscripts (a mark the last) and the number of primes."""
    found = named(name)
    below = (*found.subscripts, found.mark) if found.mark else found.subscripts
    return found.base, found.accent, found.digits, below, found.primes


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Write a canonical name in Unicode: `y_hat1` → `ŷ₁`, `out_h1` → `out_h1`, `a_(1)` → `a⁽¹⁾`."""
    return named(name).plain


def ascii_name(name: str) -> str:
    """Spell a canonical name so that it reads back: a part that is no word stands in braces, `a_{(1)}`."""
    return named(name).ascii


@lru_cache(maxsize=4096)
def latex(name: str) -> str:
    r"""Write a canonical name in LaTeX: `y_hat1` → `\hat{y}_{1}`, `out_h1` → `\mathit{out}_{h1}`."""
    return named(name).latex


def free_name(letter: str, taken: Mapping[str, object] | set[str], of: str = "") -> str:
    """Return the canonical name of a letter, with what it belongs to, primed until nothing else has it."""
    name = canonical(f"{letter}_{of}" if of else letter)
    while name in taken:
        name = canonical(f"{plain(name)}'")
    return name


V = TypeVar("V")


class ByName(Mapping[str, V]):
    """A mapping from names that takes any spelling: `ŷ`, `y_hat` and `y_hat` in LaTeX are one key."""

    def __init__(self, items: Mapping[str, V]) -> None:
        """Keep the items, whose keys are canonical."""
        self._items = dict(items)

    def __getitem__(self, name: str) -> V:
        """Return the item of a name.

        Raises:
            KeyError: when there is none.
        """
        if name in self._items:
            return self._items[name]
        return self._items[canonical(name)]

    def __iter__(self) -> Iterator[str]:
        """Go through the canonical names."""
        return iter(self._items)

    def __len__(self) -> int:
        """Count the items."""
        return len(self._items)

    def __repr__(self) -> str:
        """Show the items."""
        return repr(self._items)


__all__ = [
    "ACCENTS", "FROM_SUPERSCRIPT", "GREEK", "GREEK_NAMES", "MARKING", "RAISED", "ByName", "Name", "ascii_name",
    "bracketed", "canonical", "cut_mark", "free_name", "is_first_step", "is_mark", "is_subscript", "latex", "mark_of",
    "named", "parts_of", "plain", "spelled", "with_mark", "without_step",
]  # fmt: skip
