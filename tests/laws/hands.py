"""How a derivation is written down: lines of two sides, in LaTeX with short names or long ones, or in a program."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from tests.laws.nets import Names, Net
from tests.laws.trees import Tree

# Lines


@dataclass
class Side:
    """One side of a line: its formula, its mutants, and every value that a slip gives."""

    tree: Tree
    wrong: Callable[[], Iterator[tuple[Names, Tree]]]
    #: The same slips, written in one way: what each would give.
    table: Callable[[], Iterator[tuple[Names, Tree]]]


@dataclass
class Line:
    """A line: its left side (None where it goes on with the one before), its sides, and the relation between."""

    left: Tree | None
    truth: Tree
    sides: list[Side]
    relation: str = "="
    update: str = ""


# Spelling

_LATEX = {"E": "E", "y": r"\hat{y}", "lam": r"\lambda", "eta": r"\eta", "delta": r"\delta", "gamma": r"\gamma"}
_CODE = {"y": "y_hat", "lam": "lam", "eta": "eta"}
_NETS = {"z1": r"net_{h1}", "z2": r"net_{h2}", "h1": r"out_{h1}", "h2": r"out_{h2}", "z": r"net_{o}", "y": r"out_{o}",
         "n1": r"net_{o1}", "n2": r"net_{o2}", "o1": r"out_{o1}", "o2": r"out_{o2}"}  # fmt: skip
SUM, PROD, NEG, POW, ATOM = 1, 2, 3, 4, 5
#: Characters that stand around the place of a slip until a document is done.
OPENS, CLOSES = "\ue000", "\ue001"


class Pen:
    """Writes trees in one of three hands: LaTeX, LaTeX with long names, or code."""

    def __init__(self, hand: str, chance: Random, own: str) -> None:
        self.hand, self.chance, self.own = hand, chance, own
        self.tex = hand != "code"
        self.upright = chance.random() < 0.25
        self.star = chance.choice((" ", " ", r" \cdot ", r"\, "))
        self.d = chance.choice((r"\partial ", r"\partial ", "d"))
        self.bare_slopes = chance.random() < 0.7
        #: Whether fractions of LaTeX are written with a slash, and other names for the network's.
        self.slash = False
        self.called: Mapping[str, str] = {}

    def name(self, name: str) -> str:
        if name in self.called:
            return self._letter(self.called[name])
        if not self.tex:
            return _CODE.get(name) or (
                _NETS[name].translate({123: None, 125: None}) if self.upright and name in _NETS else name
            )
        if self.upright and name in _NETS:
            return _NETS[name]
        return self._letter(name)

    def _letter(self, name: str) -> str:
        if not self.tex:
            return name
        if name in _LATEX:
            return _LATEX[name]
        return re.sub(r"(\d+)$", r"_\1", name) if self.hand == "latex" else re.sub(r"(\d+)$", r"_{\1}", name)

    def __call__(self, tree: Tree, least: int = SUM) -> str:
        text, strength = self.write(tree)
        return (
            text if strength >= least else (rf"\left({text}\right)" if r"\frac" in text and self.tex else f"({text})")
        )

    def write(self, tree: Tree) -> tuple[str, int]:
        op, args = tree.op, tree.args
        if op == "mark":
            text, strength = self.write(args[0])
            return f"{OPENS}{text}{CLOSES}", strength
        if op == "num":
            return self.number(tree.number)
        if op == "sym":
            return self.name(tree.name), ATOM
        if op in "+-":
            if op == "+" and args[1].op == "neg":
                return f"{self(args[0])} - {self(args[1].args[0], PROD)}", SUM
            return f"{self(args[0])} {op} {self(args[1], PROD)}", SUM
        if op == "neg":
            return f"-{self(args[0], PROD)}", SUM
        if op == "*":
            return self.product(args[0], args[1]), PROD
        if op == "/":
            if self.slash:
                return f"({self(args[0])})/({self(args[1])})", PROD
            if self.tex:
                return rf"\frac{{{self(args[0])}}}{{{self(args[1])}}}", PROD if self.star == " " else POW
            return f"{self(args[0], PROD)}/{self(args[1], POW)}", PROD
        return self.special(tree)

    def special(self, tree: Tree) -> tuple[str, int]:
        op, args = tree.op, tree.args
        if op == "^":
            base = self(args[0], ATOM)
            return (f"{base}^{tree.number}" if self.tex else f"{base}**{tree.number}"), POW
        if op == ">":
            return f"[{self(args[0])} > 0]", ATOM
        if op == "slope":
            of, by = self(args[0]), self(args[1])
            if self.slash:
                return f"{self.d}{of}/{self.d}{by}", PROD
            return (
                (rf"\frac{{{self.d}{of}}}{{{self.d}{by}}}", POW)
                if self.tex
                else (f"d{of}/d{by}", ATOM if self.bare_slopes else PROD)
            )
        return self.function(tree.name, self(args[0]))

    def number(self, value: Fraction) -> tuple[str, int]:
        if value.denominator == 1:
            return str(value), ATOM if value >= 0 else SUM
        if self.tex:
            return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", POW
        return "0.5" if value == Fraction(1, 2) else f"({value})", ATOM

    def product(self, a: Tree, b: Tree) -> str:
        left, right = self(a, PROD), self(b, POW)
        if not self.tex:
            return f"{left}*{right}"
        star = r" \cdot " if self.star == " " and right.lstrip(OPENS)[0].isdigit() else self.star
        return f"{left}{star}{right}"

    def function(self, name: str, arg: str) -> tuple[str, int]:
        if name.rstrip("'") == self.own:
            return f"{name.replace(self.own, 'f')}({arg})", ATOM
        if name == "exp" and self.tex:
            return f"e^{{{arg}}}", POW
        word = {"logistic": (r"\sigma", "sigmoid"), "tanh": (r"\tanh", "tanh"), "log": (r"\log", "log"),
                "relu": (r"\operatorname{relu}", "relu"), "softplus": (r"\operatorname{softplus}", "softplus"),
                "exp": ("", "exp")}[name]  # fmt: skip
        return f"{word[0] if self.tex else word[1]}({arg})", ATOM


# Documents


def document(net: Net, lines: Sequence[Line], pen: Pen) -> tuple[str, list[int]]:
    out: list[str] = []
    numbers: list[int] = []
    (_in_latex if pen.tex else _in_code)(net, lines, pen, out, numbers)
    return "\n".join(out) + "\n", numbers


def _own_function(net: Net, pen: Pen) -> list[str]:
    if not net.own or not any(_uses(f, net.own) for f in net.formulas.values()):
        return []
    u, code = "u", not pen.tex
    if net.own == "logistic":
        return ["f(u) = 1/(1 + exp(-u))" if code else rf"f({u}) = \frac{{1}}{{1 + e^{{-{u}}}}}"]
    return ["f(u) = tanh(u)" if code else rf"f({u}) = \tanh({u})"]


def _uses(tree: Tree, function: str) -> bool:
    return (tree.op == "fn" and tree.name == function) or any(_uses(a, function) for a in tree.args)


def _in_latex(net: Net, lines: Sequence[Line], pen: Pen, out: list[str], numbers: list[int]) -> None:
    def listed(names: Sequence[str]) -> str:
        return ", ".join(f"${pen.name(n)}$" for n in names)

    out += ["# A small network", ""]
    out += [f"The input is {listed([n])}." for n in net.inputs] + [f"The target is {listed([n])}." for n in net.targets]
    out += [f"The weight {listed([n])} is learned." for n in net.weights]
    out += [f"The constant {listed([n])} is given." for n in net.constants]
    out += [r"The learning rate is $\eta$.", ""]
    out += [line for text in _own_function(net, pen) for line in (f"$${text}$$", "")]
    for name, formula in net.formulas.items():
        out += [f"$${pen.name(name)} = {pen(formula)}$$", ""]
    out += [f"We minimise the error ${pen.name('E')}$. Its derivatives:", ""]
    index = 0
    while index < len(lines):
        rows = [index]
        while rows[-1] + 1 < len(lines) and lines[rows[-1] + 1].left is None and not lines[rows[-1] + 1].update:
            rows.append(rows[-1] + 1)
        if len(rows) == 1:
            out.append(f"$${_latex_line(lines[index], pen, '')}$$")
            numbers.append(len(out))
        else:
            out.append(r"\begin{align}")
            for row in rows:
                out.append(_latex_line(lines[row], pen, "&") + (r" \\" if row != rows[-1] else ""))
                numbers.append(len(out))
            out.append(r"\end{align}")
        out.append("")
        index = rows[-1] + 1


def _sides(line: Line, pen: Pen) -> str:
    return " = ".join(pen(side.tree) for side in line.sides)


def _latex_line(line: Line, pen: Pen, mark: str) -> str:
    if line.update:
        kind, weight = line.update.split()
        w = pen.name(weight)
        if kind == "change":
            return rf"\Delta {w} = {_sides(line, pen)}"
        left = rf"{w} \leftarrow" if line.relation == "<-" else rf"{w}^{{new}} ="
        return f"{left} {_sides(line, pen)}"
    left = pen(line.left) + " " if line.left is not None else ""
    return f"{left}{mark}= {_sides(line, pen)}"


def _in_code(net: Net, lines: Sequence[Line], pen: Pen, out: list[str], numbers: list[int]) -> None:
    out += ["# A small network", "", "```python", "# forward"]
    out += _own_function(net, pen)
    out += [f"{pen.name(name)} = {pen(formula)}" for name, formula in net.formulas.items()]
    out += ["# backward"]
    # Below a step, a program's weight has its new value: the slopes come first, and then the steps.
    first = len(out) + 1
    order = sorted(range(len(lines)), key=lambda index: bool(lines[index].update))
    out += [f"# {_code_line(lines[index], pen)}" for index in order]
    numbers += [first + order.index(index) for index in range(len(lines))]
    out.append("```")


def _code_line(line: Line, pen: Pen) -> str:
    if line.update:
        kind, weight = line.update.split()
        w = pen.name(weight)
        left = f"Delta_{w} =" if kind == "change" else (f"{w} <-" if line.relation == "<-" else f"{w}_new =")
        return f"{left} {_sides(line, pen)}"
    left = pen(line.left) if line.left is not None else "     "
    return f"{left} = {_sides(line, pen)}"
