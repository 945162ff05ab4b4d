r"""Pens: a formula in any of the spellings that people use.

    w₁ x₁ + b    w_1 x_1 + b   w_{1} \cdot x_{1} + b   W1 * X1 + B   net\_weight…   θ₁ ξ₁ + β   w_1 x_1^{(n)} + b

A pen knows how it writes (LaTeX, plain text, code), what it calls each name, and which names carry a mark.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Literal, NamedTuple

from tests.laws.trees import Tree

SUM, PROD, NEG, POW, ATOM = 1, 2, 3, 4, 5

Hand = Literal["LaTeX", "text", "code"]


class Names(NamedTuple):
    """What a way of naming makes of each kind of name, in LaTeX: `{}` is the number behind the letter."""

    kinds: Mapping[str, str]
    error: str
    rate: str = r"\eta"


_PLAIN = {
    "x": "x_{}", "w": "w_{}", "v": "v_{}", "b": "b_{}", "z": "z_{}", "h": "h_{}", "y": "y_{}", "t": "t_{}",
    "n": "n_{}", "o": "o_{}", "m": "m_{}", "r": "r_{}",
}  # fmt: skip
#: Ways of naming. No two names of one way are the same, and none is e, π or d.
NAMINGS: Mapping[str, Names] = {
    "plain": Names(_PLAIN, "E"),
    "hats": Names({**_PLAIN, "y": r"\hat{{y}}_{}", "o": r"\hat{{y}}_{}", "t": "y_{}"}, "L", r"\alpha"),
    "capitals": Names({kind: letter.upper() for kind, letter in _PLAIN.items()}, "C"),
    "digits": Names({kind: letter.upper().replace("_", "") for kind, letter in _PLAIN.items()}, "L"),
    "units": Names(
        {
            **_PLAIN, "x": "i_{}", "z": "net_{{h{}}}", "h": "out_{{h{}}}", "n": "net_{{o{}}}", "o": "out_{{o{}}}",
            "y": "out_{{o{}}}", "t": "target_{{o{}}}",
        },
        "E_{total}",
    ),
    "roman": Names(
        {
            **_PLAIN, "z": r"\mathrm{{net}}_{}", "h": r"\mathrm{{act}}_{}", "n": r"\mathrm{{net}}_{{o{}}}",
            "o": r"\mathrm{{out}}_{}", "y": r"\mathrm{{out}}_{}", "t": r"\mathrm{{target}}_{}",
        },
        r"\mathrm{loss}", r"\alpha",
    ),
    "Greek": Names(
        {
            "x": r"\xi_{}", "w": r"\theta_{}", "v": r"\omega_{}", "b": r"\beta_{}", "z": r"\zeta_{}", "h": r"\phi_{}",
            "y": r"\psi_{}", "o": r"\psi_{}", "t": r"\tau_{}", "n": r"\nu_{}", "m": r"\mu_{}", "r": r"\rho_{}",
        },
        "J", r"\alpha",
    ),
}  # fmt: skip
_GREEK: Mapping[str, str] = {
    "xi": "ξ", "theta": "θ", "omega": "ω", "beta": "β", "zeta": "ζ", "phi": "φ", "psi": "ψ", "tau": "τ", "nu": "ν",
    "mu": "μ", "rho": "ρ", "lambda": "λ", "eta": "η", "alpha": "α", "delta": "δ",
}  # fmt: skip
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def latex_name(name: str, naming: Names, alone: frozenset[str] = frozenset()) -> str:
    """Return the LaTeX of a name: `w1` by its letter and its number, the error, the rate and λ by themselves.

    A letter in `alone` goes without its number.
    """
    if (own := {"E": naming.error, "eta": naming.rate, "lam": r"\lambda", "delta": r"\delta"}.get(name)) is not None:
        return own
    letter, number = re.fullmatch(r"([A-Za-z]+?)(\d*)", name).groups()  # pyright: ignore[reportOptionalMemberAccess]
    if letter == "E":
        return re.sub(r"_\{total\}", "", naming.error) + f"_{number}"
    pattern = naming.kinds.get(letter, letter + "_{}")
    return pattern.format(number) if number and letter not in alone else re.sub(r"_$|_\{\}$", "", pattern.format(""))


def text_name(latex: str, *, unicode: bool) -> str:
    r"""Return a name of LaTeX in plain text: `\hat{y}_1` as y_hat1, `\theta_1` as theta1 or θ₁."""
    plain = re.sub(r"\\(?:mathrm|text)\{(\w+)\}", r"\1", latex)
    plain = re.sub(r"\\hat\{(\w)\}", r"\1_hat", plain)
    plain = re.sub(r"\\([a-z]+)", lambda m: _GREEK[m[1]] if unicode else m[1], plain)
    plain = re.sub(r"_\{(\w+)\}", r"_\1", plain)
    digits = re.compile(r"_(\d+)$")
    return digits.sub(lambda m: m[1].translate(_LOWERED), plain) if unicode else digits.sub(r"\1", plain)


@dataclass(frozen=True)
class Pen:
    """A way of writing: the hand, the names, and what a person has as habits."""

    hand: Hand
    naming: Names
    #: The function that the author defines by hand, if any.
    own: str = ""
    unicode: bool = False
    star: str = "*"
    slope: str = r"\partial "
    power: str = "^"
    sigmoid: str = r"\sigma"
    braces: bool = False
    #: A mark behind what belongs to one example, `_i` or `^{(n)}`, and the names that carry it.
    mark: str = ""
    marked: frozenset[str] = field(default_factory=frozenset[str])
    #: The letters that only one name has, if that goes without its number.
    alone: frozenset[str] = field(default_factory=frozenset[str])

    @property
    def tex(self) -> bool:
        """Whether it writes LaTeX."""
        return self.hand == "LaTeX"

    def without_mark(self) -> Pen:
        """Return the same pen for formulas that hold for every example."""
        return replace(self, mark="")

    def name(self, name: str) -> str:
        latex = latex_name(name, self.naming, self.alone)
        if not self.tex:
            # In a program, lambda is a word of the language.
            return "lam" if name == "lam" and self.hand == "code" else text_name(latex, unicode=self.unicode)
        braced = re.sub(r"_(\w)$", r"_{\1}", latex) if self.braces else latex
        return braced + self.mark if name in self.marked else braced

    def __call__(self, tree: Tree, least: int = SUM) -> str:
        text, strength = self.write(tree)
        if strength >= least:
            return text
        return rf"\left({text}\right)" if self.tex and r"\frac" in text else f"({text})"

    def write(self, tree: Tree) -> tuple[str, int]:
        op, args = tree.op, tree.args
        if op == "num":
            return self.number(tree.number)
        if op == "sym":
            raised = self.tex and "^" in self.mark and tree.name in self.marked
            return self.name(tree.name), POW if raised else ATOM
        if op == "+" and args[1].op == "neg":
            return f"{self(args[0])} - {self(args[1].args[0], PROD)}", SUM
        if op in "+-":
            return f"{self(args[0])} {op} {self(args[1], PROD)}", SUM
        if op == "neg":
            return f"-{self(args[0], PROD)}", SUM
        if op == "*":
            return self.product(args[0], args[1]), PROD
        if op == "/":
            if self.tex:
                return rf"\frac{{{self(args[0])}}}{{{self(args[1])}}}", PROD if self.star == " " else POW
            return f"{self(args[0], PROD)}/{self(args[1], POW)}", PROD
        return self.special(tree)

    def special(self, tree: Tree) -> tuple[str, int]:
        op, args = tree.op, tree.args
        if op == "^":
            return self(args[0], ATOM) + self.raised(str(tree.number)), POW
        if op == ">":
            return f"[{self(args[0])} > 0]", ATOM
        if op == "slope":
            of, by = self(args[0]), self(args[1])
            d = self.slope
            return (rf"\frac{{{d}{of}}}{{{d}{by}}}", POW) if self.tex else (f"{d}{of}/{d}{by}", ATOM)
        return self.function(tree.name, self(args[0]))

    def raised(self, exponent: str) -> str:
        if self.power == "²":
            return {"2": "²", "3": "³"}[exponent]
        return self.power + exponent

    def number(self, value: Fraction) -> tuple[str, int]:
        decimal = as_decimal(value)
        if decimal is not None and (value.denominator != 2 or not self.tex):
            return decimal, ATOM if value >= 0 else SUM
        if self.tex:
            return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", POW
        return f"({value})", ATOM

    def product(self, a: Tree, b: Tree) -> str:
        left, right = self(a, PROD), self(b, POW)
        if not self.tex:
            return f"{left}{self.star}{right}" if self.star == "*" else f"{left} {self.star} {right}"
        # `2 ½` would be two and a half, `2 3` twenty-three.
        unclear = right[0].isdigit() or (left[-1].isdigit() and re.match(r"\\frac\{\d", right) is not None)
        star = r" \cdot " if self.star in (" ", r"\, ") and unclear else self.star
        return f"{left}{star}{right}"

    def function(self, name: str, arg: str) -> tuple[str, int]:
        primes = "'" * name.count("'")
        kind = name.rstrip("'")
        if kind == self.own:
            return f"f{primes}({arg})", ATOM
        if kind == "exp" and self.tex:
            return f"e^{{{arg}}}", POW
        word = {"logistic": (self.sigmoid, "σ" if self.unicode else "sigmoid"), "tanh": (r"\tanh", "tanh"),
                "log": (r"\log", "log"), "relu": (r"\operatorname{relu}", "relu"), "exp": ("", "exp"),
                "softplus": (r"\operatorname{softplus}", "softplus")}[kind]  # fmt: skip
        return f"{word[0] if self.tex else word[1]}({arg})", ATOM


def letters_alone(names: Iterable[str]) -> frozenset[str]:
    """Return the letters that only one of the names has: of x1, z1 and z, the letter x."""
    letters = Counter(name.rstrip("0123456789") for name in names)
    return frozenset(letter for letter, times in letters.items() if times == 1 and letter != "E")


def as_decimal(value: Fraction) -> str | None:
    """Return a number whose decimals end, None for others."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return None
    places = 0
    while value.denominator != 1 and (value * 10**places).denominator != 1:
        places += 1
    whole = abs(value * 10**places).numerator
    digits = str(whole).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}")


def pen(chance: Random, hand: Hand, naming: Names, own: str = "") -> Pen:
    """Return a pen of a hand, its habits drawn by chance."""
    unicode = hand == "text" and chance.random() < 0.5
    if hand == "LaTeX":
        return Pen(
            hand, naming, own,
            star=chance.choice((" ", " ", r" \cdot ", r"\, ", r" \times ")),
            slope=chance.choice((r"\partial ", r"\partial ", "d", r"\mathrm{d}")),
            sigmoid=chance.choice((r"\sigma", r"\sigma", r"\operatorname{sigmoid}")),
            braces=chance.random() < 0.3,
        )  # fmt: skip
    return Pen(
        hand, naming, own, unicode=unicode,
        star=chance.choice(("*", "·", "*")) if unicode else "*",
        slope="∂" if unicode else "d",
        power="**" if hand == "code" else "²" if unicode and chance.random() < 0.5 else "^",
    )  # fmt: skip
