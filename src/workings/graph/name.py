r"""One name, three spellings: `y_hat`, `ŷ` and `\hat{y}` are the same letter on paper.

Inside workings a name is its ASCII spelling, the *canonical* one: a base (`y`, `net`, `alpha`), an
accent (`_hat`), digits, then subscripts (`_h1`). `canonical` finds it from any plain spelling;
`plain` and `latex` write it as on paper.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
GREEK_NAMES = {letter: word for word, letter in GREEK.items()} | {
    "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "µ": "mu", "ς": "sigma",
}  # fmt: skip
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
_MARKS = {mark: word for word, mark in ACCENTS.items()} | {"\u0305": "bar"}
_SUBSCRIPT_DIGITS = "₀₁₂₃₄₅₆₇₈₉"
_SUBSCRIPT_LETTERS = dict(zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "aehijklmnoprstuvx", strict=True))
_TO_SUBSCRIPT = str.maketrans("0123456789", _SUBSCRIPT_DIGITS)
_BASE = re.compile(r"([^\W\d_]*)(\d*)$")


def is_subscript(character: str) -> bool:
    """Say whether a character is one of Unicode's subscript digits or letters."""
    return character in _SUBSCRIPT_DIGITS or character in _SUBSCRIPT_LETTERS


@lru_cache(maxsize=4096)
def canonical(spelling: str) -> str:
    """Return the ASCII spelling of a name: `ŷ₁` → `y_hat1`, `w_1` → `w1`, `α` → `alpha`."""
    text, primes = _without_primes(spelling)
    accents: list[str] = []
    letters: list[str] = []
    lowered = False
    for character in unicodedata.normalize("NFD", text):
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
    return _assemble("".join(letters).split("_"), accents) + "'" * primes


def _without_primes(spelling: str) -> tuple[str, int]:
    text = spelling.replace("’", "'").replace("″", "''").replace("′", "'")
    bare = text.rstrip("'")
    return bare, len(text) - len(bare)


def _plain_subscript(character: str) -> str:
    if character in _SUBSCRIPT_DIGITS:
        return str(_SUBSCRIPT_DIGITS.index(character))
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
    match = _BASE.match(base)
    letters, digits = (match[1], match[2]) if match else (base, "")
    letters = "".join(GREEK_NAMES.get(c, c) for c in letters) if len(letters) == 1 else letters
    letters = unicodedata.normalize("NFC", letters)
    if subs and not digits and subs[0].isdigit():
        digits = subs.pop(0)
    tail = "".join("_" + GREEK_NAMES.get(sub, sub) for sub in subs)
    return letters + "".join("_" + accent for accent in dict.fromkeys(accents)) + digits + tail


@lru_cache(maxsize=4096)
def parts_of(name: str) -> tuple[str, str, str, tuple[str, ...], int]:
    """Split a canonical name into base, accent, digits, subscripts and the number of primes."""
    bare = name.rstrip("'")
    base, *rest = bare.split("_")
    accent = ""
    match = _BASE.match(base)
    letters, digits = (match[1], match[2]) if match else (base, "")
    subs: list[str] = []
    for part in rest:
        found = re.fullmatch(r"(hat|bar|tilde|dot|vec)(\d*)", part)
        if found and not accent and not subs:
            accent, digits = found[1], digits + found[2]
        else:
            subs.append(part)
    return letters, accent, digits, tuple(subs), len(name) - len(bare)


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Write a canonical name in Unicode: `y_hat1` → `ŷ₁`, `out_h1` → `out_h1`."""
    letters, accent, digits, subs, primes = parts_of(name)
    base = GREEK.get(letters, letters)
    if accent:
        base = unicodedata.normalize("NFC", base + ACCENTS[accent]) if len(base) == 1 else f"{base}_{accent}"
    tail = "".join("_" + (GREEK.get(sub, sub) if sub.isalnum() else f"{{{sub}}}") for sub in subs)
    return base + digits.translate(_TO_SUBSCRIPT) + tail + "′" * primes


@lru_cache(maxsize=4096)
def latex(name: str) -> str:
    r"""Write a canonical name in LaTeX: `y_hat1` → `\hat{y}_{1}`, `out_h1` → `\mathit{out}_{h1}`."""
    letters, accent, digits, subs, primes = parts_of(name)
    base = _latex_letters(letters, r"\mathit")
    if accent:
        wide = {"hat": "widehat", "tilde": "widetilde", "bar": "overline"}
        command = wide.get(accent, accent) if len(letters) > 1 and letters not in GREEK else accent
        base = f"\\{command}{{{base}}}"
    lower = ([digits] if digits else []) + [_latex_subscript(sub) for sub in subs]
    return base + (f"_{{{','.join(lower)}}}" if lower else "") + "'" * primes


def _latex_letters(letters: str, font: str) -> str:
    if letters in GREEK:
        return "\\" + letters
    if letters in GREEK_NAMES:
        return "\\" + GREEK_NAMES[letters]
    return letters if len(letters) <= 1 else f"{font}{{{letters}}}"


def _latex_subscript(sub: str) -> str:
    if sub in GREEK:
        return "\\" + sub
    return f"\\mathrm{{{sub}}}" if len(sub) > 2 and sub.isalpha() else sub


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
