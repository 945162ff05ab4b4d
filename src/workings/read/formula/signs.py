"""The signs of formulas, in every spelling: what each does between its neighbours, whoever they are."""

from __future__ import annotations

from workings.graph.names import SUPERSCRIPTS
from workings.graph.writing.spelling import PRIMES
from workings.read.formula.tree import Node
from workings.read.page.value import value

#: Signs of plain text → what they do, and how that is written.
SIGNS: dict[str, tuple[str, str]] = {
    "+": ("sign", "+"), "-": ("sign", "-"), "−": ("sign", "-"), "–": ("sign", "-"), "\N{HYPHEN}": ("sign", "-"),
    "*": ("times", "*"), "·": ("times", "*"), "×": ("times", "*"), "⋅": ("times", "*"), "∙": ("times", "*"),
    "\N{ASTERISK OPERATOR}": ("times", "*"), "•": ("times", "*"),
    "⊙": ("times", "⊙"), "∘": ("times", "∘"), "@": ("times", "@"),
    "/": ("slash", "/"), "÷": ("slash", "/"), "\N{DIVISION SLASH}": ("slash", "/"),
    "(": ("open", "("), ")": ("close", ")"), "[": ("open", "["), "]": ("close", "]"),
    "{": ("open", "{"), "}": ("close", "}"), "|": ("bar", "|"), "∣": ("bar", "|"),
    "\N{FULLWIDTH LEFT PARENTHESIS}": ("open", "("), "\N{FULLWIDTH RIGHT PARENTHESIS}": ("close", ")"),
    ",": ("comma", ","), ";": ("comma", ";"), "\N{FULLWIDTH COMMA}": ("comma", ","),
    "!": ("factorial", "!"), "?": ("question", "?"), ".": ("stop", "."), ":": ("stop", ":"), "。": ("stop", "."),
    **dict.fromkeys(PRIMES, ("prime", "'")), "″": ("prime", "''"), "`": ("stop", "`"),
    "^": ("power", "^"), "**": ("power", "^"), "∂": ("differential", "∂"), "∇": ("differential", "∇"),
}  # fmt: skip

#: What stands for something that is not written, in every spelling.
DOTS = frozenset((r"\dots", r"\ldots", r"\cdots", r"\dotsc", r"\dotsb", r"\vdots", r"\ddots", "...", "…"))

#: Relations in every spelling.
RELATIONS: dict[str, str] = {
    "=": "=", "==": "=", ":=": "=", "+=": "+=", "-=": "-=", "*=": "*=", "/=": "/=", "<": "<", ">": ">", "≤": "<=",
    "≥": ">=", "<=": "<=", ">=": ">=", "∈": "in", "←": "<-", "<-": "<-", "→": "->", "->": "->", "=>": "->",
    "⇒": "->", "⟹": "->", "⇔": "->", "≈": "~", "~=": "~", "≃": "~", "≠": "!=", "!=": "!=", "≡": "=", "∝": "~",
    r"\equiv": "=", r"\triangleq": "=", r"\coloneqq": "=", r"\doteq": "=", r"\approx": "~", r"\simeq": "~",
    r"\cong": "~", r"\sim": "~", r"\lt": "<", r"\gt": ">", r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=",
    r"\ge": ">=", r"\geq": ">=", r"\geqslant": ">=", r"\in": "in", r"\gets": "<-", r"\leftarrow": "<-",
    r"\Leftarrow": "<-", r"\longleftarrow": "<-", r"\to": "->", r"\rightarrow": "->", r"\Rightarrow": "->",
    r"\implies": "->", r"\iff": "->", r"\Longrightarrow": "->", r"\longrightarrow": "->", r"\mapsto": "->",
    r"\Leftrightarrow": "->", r"\leadsto": "->", r"\therefore": "->", "∴": "->", r"\neq": "!=", r"\ne": "!=",
    r"\propto": "~",
}  # fmt: skip

#: Operators that reach over what follows: sums, products, limits.
BIG: dict[str, str] = {
    "∑": "Σ", "Σ": "Σ", "∏": "Π", "∫": "∫", r"\sum": "Σ", r"\prod": "Π", r"\int": "∫", r"\lim": "lim",
    r"\Sigma": "Σ", r"\arg": "arg", r"\bigcup": "\N{UNION}", r"\mathbb{E}": "E",
}  # fmt: skip

_LETTERS = "".join(raised for raised, letter in SUPERSCRIPTS.items() if letter.isalpha())
#: What is raised by its characters: a number, whose point may stand in the middle of the line, e⁻⁰·³⁷, and on e what is
#: an exponent whatever it is, e⁻ᶻ. A letter raised on another name may number its layer.
EULER = rf"(?<![^\W_])e(?=[⁻⁽]*[{_LETTERS}])"
RAISED_BY_CHARACTERS = (
    r"⁻?[⁰¹²³⁴-⁹]+(?:[·⋅˙‧.][⁰¹²³⁴-⁹]+)?"
    rf"(?![{_LETTERS}])|(?<=(?<![^\W_])e)[⁻⁽]*[{_LETTERS}⁰¹²³⁴-⁹][{_LETTERS}⁰¹²³⁴-⁹⁺⁻⁽⁾]*"
)

#: Commas, semicolons and full stops that stand between formulas or behind them, of European and Chinese type.
COMMAS = frozenset((",", "\N{FULLWIDTH COMMA}"))
STOPS = frozenset((".", ";", "\N{FULLWIDTH SEMICOLON}", "。", "、"))

#: Relations that put one thing before another, and those that make a new value of an old one.
ORDERS = frozenset(("<", ">", "<=", ">="))
UPDATES = frozenset(("<-", "+=", "-=", "*=", "/="))

#: Deeper brackets than a person can read are refused, with that reason; so are longer formulas.
DEEPEST = 200
MOST_PARTS = 20_000
PARTNERS = {"(": ")", "[": "]", "{": "}"}


@value()
class Mark:
    """A sign between nodes, by what it does: it opens, closes, separates, relates, lowers or raises."""

    kind: str
    text: str
    start: int
    end: int


#: What a formula is cut into before it is a tree, LaTeX and plain text in ways of their own.
Part = Node | Mark
