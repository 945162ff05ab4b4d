"""A name as a record: base, accent, digits, subscripts, mark, primes.

    y_hat1  is  ŷ₁   base y, accent hat, digits 1          out_h1  is  out_h1   base out, subscript h1
    a_(1)   is  a⁽¹⁾  base a, mark (1)                     w'      is  w′       base w, one prime

Elsewhere in workings a name is its *canonical* ASCII spelling, which is the key of every table. Whoever wants to know
a part of it asks the record; nobody else takes a spelling apart.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

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
SUBSCRIPT_DIGITS = "₀₁₂₃₄₅₆₇₈₉"
_TO_SUBSCRIPT = str.maketrans("0123456789", SUBSCRIPT_DIGITS)
BASE = re.compile(r"([^\W\d_]*)(\d*)$")
SUPERSCRIPTS = dict(zip(
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
    "0123456789+-()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW", strict=True,
))  # fmt: skip
#: Raised characters → the same on the line.
FROM_SUPERSCRIPT = str.maketrans(SUPERSCRIPTS)
_TO_SUPERSCRIPT = str.maketrans({letter: raised for raised, letter in SUPERSCRIPTS.items()})
#: What a mark holds: the number of a layer, a letter with perhaps a number added, a word, a sign.
MARKING = r"(?:[+*-]|\d+|[^\W\d_][^\W_]*(?:[+-]\d+)?)"
BRACKETED = rf"(?:\({MARKING}\)|\[{MARKING}\])+"
_IS_MARK = re.compile(BRACKETED)
#: What counts the steps of a name at its end: w3, w_3, w_(3), w_[3].
_STEP = re.compile(r"(.*[^\W\d_])(?:(\d+)|_\((\d+)\)|_\[(\d+)\]|_(\d+))")
#: What is added to the letter of a step: t−1, l+1.
_SHIFT = re.compile(r"(?<![^\W_])([^\W\d_]+)[+-]\d+")
_ACCENTED = re.compile(rf"({'|'.join(ACCENTS)})(\d*)")


#: What programs and pages call the length of a step; none is the name of anything else.
RATES_BY_NAME = frozenset((
    "lr", "LR", "eta", "alpha", "rate", "Rate", "learning_rate", "learningRate", "learn_rate", "learnRate", "l_rate",
    "step_size", "stepSize", "stepsize", "step_length",
))  # fmt: skip
#: Names that a rate has by custom, and that may be those of other things.
RATES = frozenset(("eta", "alpha", "mu", "lr", "epsilon", "gamma", "rate", "learning_rate", "lambda", "step", "h"))
#: What marks a value behind a step, and before one, at the end of a name.
_NEW = re.compile(
    r"(?:_(?:new|next|updated|neu|\(new\)|\(\+\)|\+|t\+1|k\+1|i\+1|n\+1|\(t\+1\)|\(k\+1\)|\(i\+1\)|\*)|')$"
)
_NEW_BEFORE = re.compile(r"^(?:new|next|updated)_(?=.)")
_OLD = re.compile(r"_(?:old|current|t|k|i|n|\(t\)|\(k\)|\(i\)|\(old\))$")


def without_new(name: str) -> str:
    """Return a canonical name without what marks its value behind a step: `w_new`, `new_w`, `w_(+)`, `w'` → `w`."""
    bare = _NEW.sub("", name)
    return bare if bare != name else _NEW_BEFORE.sub("", name)


def without_old(name: str) -> str:
    """Return a canonical name without what marks its value before a step: `w_old`, `w_t` → `w`."""
    return _OLD.sub("", name)


def is_mark(part: str) -> bool:
    """Say whether a part of a canonical name is its mark: `(1)` is, `h1` is a subscript."""
    return bool(_IS_MARK.fullmatch(part))


@dataclass(frozen=True, slots=True)
class Name:
    """A name by its parts; `named` makes it from a canonical spelling.

    A `mark` is a superscript that is no power and keeps its brackets: `(1)` of a⁽¹⁾.
    """

    base: str
    accent: str = ""
    digits: str = ""
    subscripts: tuple[str, ...] = ()
    mark: str = ""
    primes: int = 0

    @property
    def canonical(self) -> str:
        """The ASCII spelling that is the name's key everywhere."""
        accent = f"_{self.accent}" if self.accent else ""
        return self.base + accent + self.digits + self._tail + "'" * self.primes

    @property
    def _tail(self) -> str:
        return "".join(f"_{part}" for part in (*self.subscripts, self.mark) if part)

    def __str__(self) -> str:
        """Return the canonical spelling."""
        return self.canonical

    # Written

    @property
    def plain(self) -> str:
        """The name in Unicode: `ŷ₁`, `out_h1`, `a⁽¹⁾`."""
        letters = GREEK.get(self.base, self.base)
        if self.accent:
            one = len(letters) == 1
            letters = (
                unicodedata.normalize("NFC", letters + ACCENTS[self.accent]) if one else f"{letters}_{self.accent}"
            )
        tail = "".join(map(_plain_part, (*self.subscripts, *((self.mark,) if self.mark else ()))))
        return letters + self.digits.translate(_TO_SUBSCRIPT) + tail + "′" * self.primes

    @property
    def ascii(self) -> str:
        """The name so that it reads back from ASCII: a part that is no word stands in braces, `a_{(1)}`."""
        first = (self.base, self.accent + self.digits) if self.accent else (self.base + self.digits,)
        parts = (*first, *self.subscripts, *((self.mark,) if self.mark else ()))
        return "_".join(part if part.isalnum() else f"{{{part}}}" for part in parts) + "'" * self.primes

    @property
    def latex(self) -> str:
        r"""The name in LaTeX: `\hat{y}_{1}`, `\mathit{out}_{h1}`; a mark is raised, `a^{(1)}`."""
        letters = _latex_letters(self.base)
        if self.accent:
            wide = {"hat": "widehat", "tilde": "widetilde", "bar": "overline"}
            is_long = len(self.base) > 1 and self.base not in GREEK
            letters = f"\\{wide.get(self.accent, self.accent) if is_long else self.accent}{{{letters}}}"
        lower = ([self.digits] if self.digits else []) + [_latex_subscript(part) for part in self.subscripts]
        below = ",".join(lower).replace(r",to,", r" \to ")
        written = letters + (f"_{{{below}}}" if below else "")
        if not self.mark:
            return written + "'" * self.primes
        # TeX takes one superscript, so that primes stand in the one that is there.
        return f"{written}^{{{_latex_mark(self.mark)}" + r"\prime" * self.primes + "}"

    # Other names

    @property
    def without_primes(self) -> Name:
        """The name without its primes."""
        return _shared(dataclasses.replace(self, primes=0))

    @property
    def without_mark(self) -> Name:
        """The name without its mark; its primes stay."""
        return _shared(dataclasses.replace(self, mark="")) if self.mark else self

    @property
    def family(self) -> Name:
        """The letter with its accent alone: w of w₁₂, ŷ of ŷ₁."""
        return named(f"{self.base}_{self.accent}" if self.accent else self.base)

    def primed(self, count: int = 1) -> Name:
        """Return the name with more primes."""
        return _shared(dataclasses.replace(self, primes=self.primes + count))

    def with_mark(self, mark: str, primes: int = 0) -> Name:
        """Return the name with a mark put on, and perhaps more primes: `z_j` and `(l)` → `z_j_(l)`."""
        below = (*self.subscripts, self.mark) if self.mark else self.subscripts
        return _shared(dataclasses.replace(self, subscripts=below, mark=mark, primes=self.primes + primes))

    def is_sibling(self, other: Name) -> bool:
        """Say whether two names differ in their numbers, subscripts or marks alone: w₁ and w₂, out_h1 and out_h2."""
        return self != other and (self.base, self.accent, self.primes) == (other.base, other.accent, other.primes)

    # Numbers

    @property
    def indices(self) -> tuple[str, ...]:
        """What counts the name: its subscripts, and what its mark holds, the i of x⁽ⁱ⁾."""
        return (*self.subscripts, self.mark.strip("()")) if self.mark else self.subscripts

    def counted(self, letter: str, value: int) -> Name | None:
        """Return the name with a number for an index, a subscript or a letter of one: w₁ of w_k, out_o1 of out_ok."""
        below = [_counted(part, letter, value) for part in self.subscripts]
        if self.mark == f"({letter})" and not any(part is not None for part in below):
            # a⁽ⁱ⁾ is that of the i-th example.
            return _shared(dataclasses.replace(self, mark=f"({value})"))
        if sum(part is not None for part in below) != 1:
            return None
        written = [part if part is not None else own for part, own in zip(below, self.subscripts, strict=True)]
        if not self.digits and written[0].isdigit():
            return _shared(dataclasses.replace(self, digits=written[0], subscripts=tuple(written[1:])))
        return _shared(dataclasses.replace(self, subscripts=tuple(written)))

    # Steps

    @property
    def without_step(self) -> Name | None:
        """The name without the number of a step: w of w₃ and of w⁽³⁾; None where it has none."""
        found = _STEP.fullmatch(self.canonical)
        return named(found[1]) if found else None

    @property
    def without_shift(self) -> Name:
        """The name at the step itself: h_t of h_{t−1}, a⁽ˡ⁾ of a⁽ˡ⁺¹⁾; the name where nothing is added to a letter."""
        below = tuple(_SHIFT.sub(r"\1", part) for part in self.subscripts)
        return _shared(dataclasses.replace(self, subscripts=below, mark=_SHIFT.sub(r"\1", self.mark)))

    @property
    def step(self) -> int | None:
        """The number of a step that the name ends with; None where it has none."""
        found = _STEP.fullmatch(self.canonical)
        return int(next(group for group in found.groups()[1:] if group)) if found else None

    @property
    def is_first_step(self) -> bool:
        """Whether the name carries the number of the step before all others: w₀, w⁽⁰⁾."""
        found = _STEP.fullmatch(self.canonical)
        return bool(found) and any(group == "0" for group in found.groups()[1:])


@cache
def named(canonical: str) -> Name:
    """Return the record of a canonical name, always the same one."""
    bare = canonical.rstrip("'")
    first, *rest = bare.split("_")
    match = BASE.match(first)
    base, digits = (match[1], match[2]) if match else (first, "")
    accent, below = "", list[str]()
    for part in rest:
        found = _ACCENTED.fullmatch(part)
        if found and not accent and not below:
            accent, digits = found[1], digits + found[2]
        else:
            below.append(part)
    mark = below.pop() if below and is_mark(below[-1]) else ""
    return Name(base, accent, digits, tuple(below), mark, len(canonical) - len(bare))


def _shared(name: Name) -> Name:
    return named(name.canonical)


def _counted(part: str, letter: str, value: int) -> str | None:
    """Return a subscript with a number for the index in it, `k-1` worked out; None where it has none, or several."""
    shifted = re.fullmatch(rf"{letter}([+-]\d+)", part)
    if shifted:
        return str(value + int(shifted[1]))
    return part.replace(letter, str(value)) if part not in GREEK and part.count(letter) == 1 else None


def _plain_part(sub: str) -> str:
    if not is_mark(sub):
        return "_" + (GREEK.get(sub, sub) if sub.isalnum() else f"{{{sub}}}")
    if sub in ("(+)", "(-)"):
        return sub[1].translate(_TO_SUPERSCRIPT)
    shown = re.sub(r"[A-Za-z]+", lambda m: GREEK.get(m[0], m[0]), sub)
    raised = shown.translate(_TO_SUPERSCRIPT)
    return raised if all(character in SUPERSCRIPTS for character in raised) else f"_{{{shown}}}"


def _latex_mark(mark: str) -> str:
    inner = mark[1:-1]
    if mark[0] == "(" and inner in "+-*":
        return inner  # a sign alone can be no exponent, so it needs no brackets
    if mark[0] == "(" and inner.isalpha() and len(inner) > 1 and inner not in GREEK:
        return rf"\text{{{inner}}}"
    return re.sub(r"[^\W\d_]\w+", lambda m: "\\" + m[0] if m[0] in GREEK else rf"\text{{{m[0]}}}", mark)


def _latex_letters(letters: str) -> str:
    if letters in GREEK:
        return "\\" + letters
    if letters in GREEK_NAMES:
        return "\\" + GREEK_NAMES[letters]
    return letters if len(letters) <= 1 else rf"\mathit{{{letters}}}"


def _latex_subscript(sub: str) -> str:
    if sub in GREEK:
        return "\\" + sub
    return f"\\mathrm{{{sub}}}" if len(sub) > 2 and sub.isalpha() else sub
