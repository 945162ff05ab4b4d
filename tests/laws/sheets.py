r"""Pages about networks drawn by chance, in every spelling, with lines of which it is known whether they are right.

A page is a network, its naming, a pen, a container, the side of the lines on which its definitions stand, and marks of
examples or none. Half of the lines are right and half have one slip. Truth is a question of values, by dual numbers.

A printed number is right where it is the true value rounded, or cut off, at its last digit. It is wrong where it is
off by two units of that digit at least; on a page that prints several numbers, by a thousand, since what a person
computes from printed numbers may be off by a few.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import numpy

from tests.laws.derivations import Writer, is_ambiguous, is_right, slopes_in, terms_of
from tests.laws.hands import Line, Side
from tests.laws.nets import Net, network
from tests.laws.pens import NAMINGS, Pen, letters_alone, pen
from tests.laws.trees import POINTS, Oracle, Tree, names_in, num, slope, sym, unmarked
from tests.pages import Page, bare

CONTAINERS = ("markdown", "inline", "latex", "block", "text", "notebook", "code")
_SUFFIX = {"latex": ".tex", "text": ".txt", "notebook": ".ipynb"}


class Told(NamedTuple):
    """A line as it stands on a page, and whether it is right."""

    text: str
    right: bool


@dataclass
class Sheet:
    """A page with what is known of its lines."""

    seed: int
    text: str
    suffix: str
    lines: Sequence[Told]
    habits: str

    @property
    def page(self) -> Page:
        """The page, to be checked."""
        return Page(self.text, self.suffix)

    def __repr__(self) -> str:
        """Show what a failure is understood from."""
        shown = (
            "\n\n".join("".join(c["source"]) for c in json.loads(self.text)["cells"]) if self.notebook else self.text
        )
        return f"seed {self.seed}, {self.habits}\n{shown}"

    @property
    def notebook(self) -> bool:
        """Whether the page is a notebook."""
        return self.suffix == ".ipynb"


# What is written


@dataclass
class Habits:
    """What is drawn for a whole page."""

    container: str
    naming: str
    pen: Pen
    behind: bool
    #: Whether the definitions carry the mark of the example too.
    marked: bool = False
    #: A name whose definition the page leaves out.
    left_out: str = ""
    values: dict[str, Fraction] = field(default_factory=dict[str, Fraction])

    def __str__(self) -> str:
        """Return the habits in words."""
        parts = [self.container, self.naming, self.pen.mark, "marked definitions" * self.marked]
        parts += ["definitions behind" * self.behind, "numbers" * bool(self.values)]
        return ", ".join(filter(None, parts))

    def defining(self, own: Pen) -> Pen:
        """Return the pen that writes definitions."""
        return own if self.marked else own.without_mark()


def sheet(seed: int, left_out: str = "") -> Sheet:
    """Draw a page: a third of them with numbers. It leaves out the definition of `left_out`."""
    chance = Random(seed)
    net = _plain_network(chance)
    container = chance.choice(CONTAINERS)
    naming = chance.choice(tuple(NAMINGS))
    hand = "code" if container == "code" else "text" if container == "text" else "LaTeX"
    own = pen(chance, hand, NAMINGS[naming], net.own if _uses_own(net) else "")
    if chance.random() < 0.6:
        own = replace(own, alone=letters_alone([*net.formulas, *net.inputs, *net.targets, *net.weights]))
    behind = container in ("markdown", "inline", "latex", "notebook", "text") and chance.random() < 0.3
    habits = Habits(container, naming, own, behind, left_out=left_out)
    if chance.random() < 0.35:
        lines = _numbers(net, habits, chance)
    else:
        habits.pen = _with_marks(net, habits, chance)
        habits.marked = bool(habits.pen.mark) and chance.random() < 0.5
        lines = _symbols(net, chance, habits.pen)
    told = list({bare(line.text): line for line in lines}.values())
    told = [line for line in told if sum(bare(line.text) in bare(other.text) for other in told) == 1]
    text = _SETTINGS[container](net, habits, told, chance)
    return Sheet(seed, text, _SUFFIX.get(container, ".md"), told, str(habits))


def _plain_network(chance: Random) -> Net:
    """Return a network in which every ∂ can be read in one way."""
    while True:
        net = network(chance)
        links = [(link.of, link.by) for found in net.links.values() for link in found if link.of in net.formulas]
        if not any(is_ambiguous(net, slope(of, by)) for of, by in links):
            return net


def _uses_own(net: Net) -> bool:
    def uses(tree: Tree) -> bool:
        return (tree.op == "fn" and tree.name == net.own) or any(map(uses, tree.args))

    return bool(net.own) and any(map(uses, net.formulas.values()))


def _with_marks(net: Net, habits: Habits, chance: Random) -> Pen:
    """Return the pen, on some pages with marks of the example behind all that belongs to one."""
    if not habits.pen.tex or habits.container == "block" or chance.random() < 0.7:
        return habits.pen
    names = frozenset({*net.formulas, *net.inputs, *net.targets})
    bare_names = not any("_" in habits.pen.name(name) for name in names)
    mark = chance.choice(("_i", "_n", "^{(n)}")) if bare_names and not habits.pen.braces else "^{(n)}"
    return replace(habits.pen, mark=mark, marked=names)


# Lines in symbols


def _symbols(net: Net, chance: Random, own: Pen) -> list[Told]:
    writer = Writer(net, chance)
    for weight in chance.sample(net.weights, min(3, len(net.weights))):
        writer.derive(weight)
    _use_the_named(writer)
    oracle = Oracle(net.formulas, writer.told, chance.randrange(2**32))
    found: list[Told] = []
    for line in writer.lines:
        names_a_slope = any(side.tree == sym("delta") for side in line.sides)
        if chance.random() < 0.5 and not names_a_slope:
            _plant(line, chance)
        right = is_right(net, oracle, line)
        if right is not None and not any(
            is_ambiguous(net, part) for side in line.sides for part in slopes_in(side.tree)
        ):
            found.append(Told(_written(line, own), right))
        elif names_a_slope:
            # Later lines rest on this one.
            return found
    return found


def _plant(line: Line, chance: Random) -> None:
    side = chance.choice(line.sides)
    wrong = list(side.wrong())
    if wrong:
        kind = chance.choice(sorted({tuple(sorted(names)) for names, _ in wrong}))
        side.tree = unmarked(chance.choice([tree for names, tree in wrong if tuple(sorted(names)) == kind]))


def _use_the_named(writer: Writer) -> None:
    """Write gradients by the slope that has a name: ∂E/∂w = δ x."""
    net = writer.net
    if "delta" not in writer.told:
        return
    by = writer.told["delta"].args[1].name
    for weight in net.weights:
        paths, inner = net.paths("E", weight), net.paths(by, weight)
        if inner and len(inner) == len(paths) and all(any(link.of == by for link in path) for path in paths):
            body = writer.formula_side(terms_of(inner))
            named = sym("delta") * body.tree
            wrong = _behind(sym("delta"), body)
            writer.lines.append(Line(slope("E", weight), slope("E", weight), [Side(named, wrong, wrong)]))


def _behind(first: Tree, side: Side) -> Callable[[], Iterator[tuple[frozenset[str], Tree]]]:
    def wrong() -> Iterator[tuple[frozenset[str], Tree]]:
        for names, tree in side.wrong():
            yield names, first * tree

    return wrong


def _written(line: Line, own: Pen) -> str:
    """Return a line with a left side of its own."""
    sides = " = ".join(own(side.tree) for side in line.sides)
    if not line.update:
        return f"{own(line.truth if line.left is None else line.left)} = {sides}"
    kind, weight = line.update.split()
    w = own.name(weight)
    if kind == "change":
        return rf"\Delta {w} = {sides}" if own.tex else f"Delta_{w} = {sides}"
    if own.tex:
        return (rf"{w} \leftarrow " if line.relation == "<-" else rf"{w}^{{new}} = ") + sides
    return (f"{w} <- " if line.relation == "<-" else f"{w}_new = ") + sides


# Lines in numbers


class Here(Oracle):
    """The values of a network at one point."""

    def __init__(self, net: Net, values: Mapping[str, Fraction]) -> None:
        """Take the network and the values of its leaves."""
        super().__init__(net.formulas, {}, 0)
        for name, value in values.items():
            self.values[name] = numpy.full(POINTS, float(value))
        for name, formula in net.formulas.items():
            self.values[name] = self.of(formula)

    def at(self, tree: Tree) -> float:
        """Return the value of a formula."""
        return float((self.of(tree) + numpy.zeros(POINTS))[0])


def _numbers(net: Net, habits: Habits, chance: Random) -> list[Told]:
    """Return lines that end in numbers: several, one of them grossly wrong perhaps, or a single one."""
    here = _point(net, habits, chance)
    places = chance.randint(3, 10)
    of_quantities = [(sym(name), formula) for name, formula in net.formulas.items()]
    of_slopes = [(slope("E", weight), _product(net, weight, chance)) for weight in net.weights]
    wanted = [*of_quantities, *of_slopes] if chance.random() < 0.5 else [chance.choice([*of_quantities, *of_slopes])]
    alone = len(wanted) == 1
    wrong_at = chance.randrange(len(wanted)) if chance.random() < (0.5 if alone else 0.9) else -1
    found: list[Told] = []
    for index, (left, formula) in enumerate(wanted):
        value = here.at(left)
        if abs(value) < 10.0 ** (2 - places):
            continue
        put_in = _put_in(formula, habits.values) if chance.random() < 0.5 else None
        shown = [
            left,
            *([formula] if left.op == "slope" or chance.random() < 0.7 else []),
            *([put_in] if put_in else []),
        ]
        right = index != wrong_at or not (alone or abs(value) >= 4000 * 10.0**-places)
        number = printed(value, places, chance) if right else misprinted(value, places, chance, alone=alone)
        text = " = ".join(habits.pen(tree) for tree in shown)
        found.append(Told(f"{text} = {number}", right))
    return found


def _product(net: Net, weight: str, chance: Random) -> Tree:
    writer = Writer(net, chance)
    return writer.written(terms_of(net.paths("E", weight)))


def _point(net: Net, habits: Habits, chance: Random) -> Here:
    """Draw numbers for every leaf, such that no kink and no zero is near."""
    leaves = sorted({n for formula in net.formulas.values() for n in names_in(formula)} - net.formulas.keys())
    while True:
        for name in leaves:
            low = 5 if name == "lam" else -95
            habits.values[name] = Fraction(chance.choice([n for n in range(low, 96) if abs(n) >= 5]), 100)
        for name in net.targets:
            habits.values[name] = Fraction(
                chance.choice((0, 1, 1)) if _entropy(net) else chance.randint(1, 99), 1 if _entropy(net) else 100
            )
        here = Here(net, habits.values)
        values = [here.at(sym(name)) for name in net.formulas]
        if all(numpy.isfinite(value) and abs(value) > 0.02 for value in values):
            return here


def _entropy(net: Net) -> bool:
    def takes_logs(tree: Tree) -> bool:
        return (tree.op == "fn" and tree.name == "log") or any(map(takes_logs, tree.args))

    return any(takes_logs(formula) for name, formula in net.formulas.items() if name.startswith("E"))


def _put_in(tree: Tree, values: Mapping[str, Fraction]) -> Tree | None:
    """Return a formula with the numbers put in, None where it stands on what is not given as a number."""
    if tree.op == "sym":
        return num(values[tree.name]) if tree.name in values else None
    if tree.op in ("slope", ">"):
        return None
    args = [_put_in(arg, values) for arg in tree.args]
    if any(arg is None for arg in args):
        return None
    return Tree(tree.op, tuple(arg for arg in args if arg is not None), tree.name, tree.number)


_WAYS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)


def _rounded(value: float, places: int, way: str) -> Decimal:
    # What floats leave behind the fourteenth place is no part of the value.
    exact = Decimal(value).quantize(Decimal(1).scaleb(-14), ROUND_HALF_EVEN)
    return exact.quantize(Decimal(1).scaleb(-places), way)


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def printed(value: float, places: int, chance: Random) -> str:
    """Return a value as a person prints it: rounded or cut off."""
    return _plain(_rounded(value, places, chance.choice(_WAYS)))


def misprinted(value: float, places: int, chance: Random, *, alone: bool) -> str:
    """Return a wrong number: off by some units of the last digit where it stands alone, else by a good deal."""
    right = _rounded(value, places, ROUND_HALF_UP)
    unit = Decimal(1).scaleb(-places)
    # What is within one unit may be rounded or cut off; what is between one unit and two is not asked.
    least = 2 * unit if alone else max(1000 * unit, abs(right) / 4)
    while True:
        kind = chance.choice(("units", "exchanged", "sign", "double") if alone else ("sign", "double", "far"))
        if kind == "units":
            number = right + chance.choice((-1, 1)) * chance.choice((2, 3, 4, 7, 20, 50)) * unit
        elif kind == "exchanged":
            number = Decimal(_exchanged(_plain(right), chance))
        elif kind == "far":
            number = (right * Decimal("1.5")).quantize(unit)
        else:
            number = -right if kind == "sign" else 2 * right
        if abs(number - Decimal(value)) >= least:
            return _plain(number)


def _exchanged(text: str, chance: Random) -> str:
    """Return a number with two neighbouring digits exchanged."""
    pairs = [at for at in range(len(text) - 1) if text[at : at + 2].isdigit()]
    at = chance.choice(pairs)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


# Pages


def _definitions(net: Net, habits: Habits, own: Pen) -> list[str]:
    defining = habits.defining(own)
    given = [item for item in net.formulas.items() if item[0] != habits.left_out]
    formulas = [f"{defining.name(name)} = {defining(formula)}" for name, formula in given]
    return [*_own_function(own), *formulas]


def _own_function(own: Pen) -> list[str]:
    if not own.own:
        return []
    u = sym("u")
    bodies = {"logistic": num(1) / (num(1) + Tree("fn", (-u,), "exp")), "tanh": Tree("fn", (u,), "tanh")}
    body = replace(own, own="", mark="")(bodies[own.own])
    return ["def f(u):", f"    return {body}"] if own.hand == "code" else [f"f(u) = {body}"]


def _with_value(name: str, habits: Habits) -> str:
    defining = habits.defining(habits.pen)
    value = habits.values.get(name)
    return defining.name(name) if value is None else f"{defining.name(name)} = {defining(num(value))}"


_ROLES = (("input", "inputs"), ("target", "targets"), ("weight", "weights"), ("constant", "constants"))


def _in_words(net: Net, habits: Habits) -> list[str]:
    found = [f"The {role} is ${_with_value(name, habits)}$." for role, kind in _ROLES for name in getattr(net, kind)]
    found.append(f"The learning rate is ${habits.pen.name('eta')}$.")
    found.append(f"We minimise ${_with_value('E', habits)}$.")
    if habits.pen.mark:
        found.append(f"The index ${habits.pen.mark.strip('_^{()}')}$ counts the examples.")
    return found


def _paragraphs(
    net: Net, habits: Habits, lines: Sequence[Told], show: Callable[[str], str], chance: Random
) -> list[str]:
    del chance
    given = [show(text) for text in _definitions(net, habits, habits.pen)]
    judged = [show(line.text) for line in lines]
    words = " ".join(_in_words(net, habits))
    middle = "The derivatives are" if not habits.values else "We put the numbers in:"
    if habits.behind:
        return [words, middle, *judged, "Here we wrote", *given]
    return [words, *given, middle, *judged]


def _display(text: str) -> str:
    return f"$${text}$$"


def _inline(text: str) -> str:
    return f"It is ${text}$."


def _equation(text: str) -> str:
    return f"\\begin{{equation}}\n{text}\n\\end{{equation}}"


def _markdown(net: Net, habits: Habits, lines: Sequence[Told], chance: Random) -> str:
    return "\n\n".join(_paragraphs(net, habits, lines, _display, chance)) + "\n"


def _in_sentences(net: Net, habits: Habits, lines: Sequence[Told], chance: Random) -> str:
    return "\n\n".join(_paragraphs(net, habits, lines, _inline, chance)) + "\n"


def _latex(net: Net, habits: Habits, lines: Sequence[Told], chance: Random) -> str:
    body = "\n\n".join(_paragraphs(net, habits, lines, chance.choice((_equation, _display)), chance))
    return f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def _notebook(net: Net, habits: Habits, lines: Sequence[Told], chance: Random) -> str:
    parts = _paragraphs(net, habits, lines, _display, chance)
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "metadata": {}, "source": [f"{row}\n" for row in part.split("\n")]} for part in parts
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False)


def _declared(net: Net, habits: Habits, own: Pen) -> list[str]:
    rows: list[str] = []
    for role, kind in _ROLES:
        for name in getattr(net, kind):
            value = habits.values.get(name)
            shown = own.name(name)
            if role == "constant":
                rows.append(f"constant {shown} = {own(num(value if value is not None else Fraction(1, 10)))}")
            elif value is None:
                rows.append(f"{role} {shown} in R")
            elif role == "weight":
                rows += [f"weight {shown} in R", f"start {shown} = {own(num(value))}"]
            else:
                rows.append(f"{role} {shown} in {{{own(num(value))}}}")
    return [*rows, f"rate {own.name('eta')} = 0.5", f"minimise {own.name('E')}"]


def _block(net: Net, habits: Habits, lines: Sequence[Told], chance: Random) -> str:
    notation = replace(habits.pen, hand="text", unicode=chance.random() < 0.5, star="*")
    rows = [*_declared(net, habits, notation), *_definitions(net, habits, notation)]
    body = "\n\n".join(_display(line.text) for line in lines)
    return "\n".join(["```network", *rows, "```"]) + f"\n\nThe derivatives are\n\n{body}\n"


def _text(net: Net, habits: Habits, lines: Sequence[Told], chance: Random) -> str:
    del chance
    given = _definitions(net, habits, habits.pen)
    judged = [line.text for line in lines]
    first = _declared(net, habits, habits.pen) if not habits.values else _assigned(habits)
    parts = [judged, given] if habits.behind else [given, judged]
    return "\n\n".join("\n".join(part) for part in [first, *parts]) + "\n"


def _assigned(habits: Habits) -> list[str]:
    return [f"{habits.pen.name(name)} = {habits.pen(num(value))}" for name, value in habits.values.items()]


def _code(net: Net, habits: Habits, lines: Sequence[Told], chance: Random) -> str:
    del chance
    forward = _definitions(net, habits, habits.pen)
    judged = [f"# {line.text}" for line in lines]
    return "\n".join(["```python", *_assigned(habits), "# forward", *forward, "# backward", *judged, "```"]) + "\n"


_SETTINGS: Mapping[str, Callable[[Net, Habits, Sequence[Told], Random], str]] = {
    "markdown": _markdown, "inline": _in_sentences, "latex": _latex, "block": _block, "text": _text,
    "notebook": _notebook, "code": _code,
}  # fmt: skip
