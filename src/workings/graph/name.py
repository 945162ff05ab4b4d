r"""One name, three spellings: `y_hat`, `ŷ` and `\hat{y}` are the same letter on paper.

Inside workings a name is its ASCII spelling, the *canonical* one: a base (`y`, `net`, `alpha`), an
accent (`_hat`), digits, subscripts (`_h1`), then a mark: a superscript that is no power and keeps its
brackets (`_(1)` of a⁽¹⁾). `canonical` finds it from any plain spelling; `plain` and `latex` write it as
on paper.
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
_SUPERSCRIPTS = dict(zip(
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
    "0123456789+-()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW", strict=True,
))  # fmt: skip
#: Raised characters → the same on the line.
FROM_SUPERSCRIPT = str.maketrans(_SUPERSCRIPTS)
_TO_SUPERSCRIPT = str.maketrans({letter: raised for raised, letter in _SUPERSCRIPTS.items()})
#: What a mark holds: the number of a layer, a letter with perhaps a number added, a word, a sign.
MARKING = r"(?:[+*-]|\d+|[^\W\d_][^\W_]*(?:[+-]\d+)?)"
_BRACKETED = rf"(?:\({MARKING}\)|\[{MARKING}\])+"
_IS_MARK = re.compile(_BRACKETED)
#: A mark in plain spelling: raised characters in raised brackets, or a raised sign that begins no number.
RAISED = r"(?:⁽[⁺⁻⁰¹²³⁴-⁹ᴬ-ᵿʰ-ˣⁱⁿˡⱽᶜᶠᶻ]+⁾)+|[⁺⁻](?![⁰¹²³⁴-⁹])"
_MARKED = re.compile(rf"({RAISED})|_\{{?({_BRACKETED})\}}?|\^\{{({_BRACKETED}|{MARKING})\}}|\^({_BRACKETED}|{MARKING})")


#: Unicode's letters of another cut, script and slanted ones: what `\mathcal{L}` and `w` are in LaTeX.
_ANOTHER_CUT = re.compile("[\u2100-\u214f\U0001d400-\U0001d7ff]")


def _upright(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character) if _ANOTHER_CUT.match(character) else character
    return plain if len(plain) == 1 else character


def is_subscript(character: str) -> bool:
    """Say whether a character is one of Unicode's subscript digits or letters."""
    return character in _SUBSCRIPT_DIGITS or character in _SUBSCRIPT_LETTERS


@lru_cache(maxsize=4096)
def canonical(spelling: str) -> str:
    """Return the ASCII spelling of a name: `ŷ₁` → `y_hat1`, `w_1` → `w1`, `α` → `alpha`, `a⁽¹⁾` → `a_(1)`."""
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
    text = spelling.replace("’", "'").replace("″", "''").replace("′", "'")
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


def is_mark(part: str) -> bool:
    """Say whether a part of a canonical name is its mark: `(1)` is, `h1` is a subscript."""
    return bool(_IS_MARK.fullmatch(part))


def with_mark(name: str, mark: str, primes: int = 0) -> str:
    """Return a canonical name with a mark put on: `z_j` and `(l)` → `z_j_(l)`."""
    bare = name.rstrip("'")
    return f"{bare}_{mark}" + "'" * (len(name) - len(bare) + primes)


def mark_of(name: str) -> str:
    """Return the mark of a canonical name, or nothing."""
    last = name.rstrip("'").rpartition("_")[2]
    return last if is_mark(last) else ""


def without_step(name: str) -> str:
    """Return a canonical name without the number of a step: `w3` and `w_(3)` → `w`; nothing where it has none."""
    found = re.fullmatch(r"(.*[^\W\d_])(?:\d+|_\(\d+\)|_\[\d+\]|_\d+)", name)
    return found[1] if found else ""


def is_first_step(name: str) -> bool:
    """Say whether a canonical name carries the number of the step before all others: `w0`, `w_(0)`."""
    return bool(without_step(name)) and bool(re.search(r"(?<!\d)0\W?$", name))


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
    """Split a canonical name into base, accent, digits, subscripts and the number of primes.

    A mark is the last of the subscripts, with its brackets.
    """
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
    """Write a canonical name in Unicode: `y_hat1` → `ŷ₁`, `out_h1` → `out_h1`, `a_(1)` → `a⁽¹⁾`."""
    letters, accent, digits, subs, primes = parts_of(name)
    base = GREEK.get(letters, letters)
    if accent:
        base = unicodedata.normalize("NFC", base + ACCENTS[accent]) if len(base) == 1 else f"{base}_{accent}"
    tail = "".join(_plain_part(sub) for sub in subs)
    return base + digits.translate(_TO_SUBSCRIPT) + tail + "′" * primes


def _plain_part(sub: str) -> str:
    if not is_mark(sub):
        return "_" + (GREEK.get(sub, sub) if sub.isalnum() else f"{{{sub}}}")
    if sub in ("(+)", "(-)"):
        return sub[1].translate(_TO_SUPERSCRIPT)
    shown = re.sub(r"[A-Za-z]+", lambda m: GREEK.get(m[0], m[0]), sub)
    raised = shown.translate(_TO_SUPERSCRIPT)
    return raised if all(character in _SUPERSCRIPTS for character in raised) else f"_{{{shown}}}"


def free_name(letter: str, taken: Mapping[str, object] | set[str], of: str = "") -> str:
    """Return the canonical name of a letter, with what it belongs to, primed until nothing else has it."""
    name = canonical(f"{letter}_{of}" if of else letter)
    while name in taken:
        name = canonical(f"{plain(name)}'")
    return name


def ascii_name(name: str) -> str:
    """Spell a canonical name so that it reads back: a part that is no word stands in braces, `a_{(1)}`."""
    bare = name.rstrip("'")
    return "_".join(part if part.isalnum() else f"{{{part}}}" for part in bare.split("_")) + name[len(bare) :]


@lru_cache(maxsize=4096)
def latex(name: str) -> str:
    r"""Write a canonical name in LaTeX: `y_hat1` → `\hat{y}_{1}`, `out_h1` → `\mathit{out}_{h1}`.

    A mark is raised: `a_(1)` → `a^{(1)}`.
    """
    letters, accent, digits, subs, primes = parts_of(name)
    mark = mark_of(name)
    subs = subs[:-1] if mark else subs
    base = _latex_letters(letters, r"\mathit")
    if accent:
        wide = {"hat": "widehat", "tilde": "widetilde", "bar": "overline"}
        command = wide.get(accent, accent) if len(letters) > 1 and letters not in GREEK else accent
        base = f"\\{command}{{{base}}}"
    lower = ([digits] if digits else []) + [_latex_subscript(sub) for sub in subs]
    written = base + (f"_{{{','.join(lower)}}}" if lower else "")
    if not mark:
        return written + "'" * primes
    # TeX takes one superscript, so that primes stand in the one that is there.
    return f"{written}^{{{_latex_mark(mark)}" + r"\prime" * primes + "}"


def _latex_mark(mark: str) -> str:
    inner = mark[1:-1]
    if mark[0] == "(" and inner in "+-*":
        return inner  # a sign alone can be no exponent, so it needs no brackets
    if mark[0] == "(" and inner.isalpha() and len(inner) > 1 and inner not in GREEK:
        return rf"\text{{{inner}}}"
    return re.sub(r"[^\W\d_]\w+", lambda m: "\\" + m[0] if m[0] in GREEK else rf"\text{{{m[0]}}}", mark)


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
