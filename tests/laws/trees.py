"""Formulas as trees, and what is true of them: their values at random points, and derivatives by dual numbers.

Nothing here knows the package: what the checker says is held against this.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy

Values = Any
#: At how many points lines are compared; few of them have every relu switched on.
POINTS = 32

# Formulas


@dataclass(frozen=True, slots=True)
class Tree:
    """A formula: a number, a name, an operation, a function of one argument, or a derivative.

    The derivative `∂a/∂b` is direct (b in a's own formula) or, where `name` is empty, by every path.
    """

    op: str
    args: tuple[Tree, ...] = ()
    name: str = ""
    number: Fraction = Fraction(0)

    def __add__(self, other: Tree) -> Tree:
        return Tree("+", (self, other))

    def __sub__(self, other: Tree) -> Tree:
        return Tree("-", (self, other))

    def __mul__(self, other: Tree) -> Tree:
        return Tree("*", (self, other))

    def __truediv__(self, other: Tree) -> Tree:
        return Tree("/", (self, other))

    def __neg__(self) -> Tree:
        return Tree("neg", (self,))

    def squared(self) -> Tree:
        return Tree("^", (self,), number=Fraction(2))


def num(value: Fraction | int | str) -> Tree:
    return Tree("num", number=Fraction(value))


def sym(name: str) -> Tree:
    return Tree("sym", name=name)


def fn(name: str, arg: Tree) -> Tree:
    return Tree("fn", (arg,), name)


def slope(of: str, by: str, *, direct: bool = False) -> Tree:
    return Tree("slope", (sym(of), sym(by)), "direct" if direct else "")


def positive(arg: Tree) -> Tree:
    """Return the indicator [z > 0]."""
    return Tree(">", (arg,))


ONE, TWO = num(1), num(2)
HALF = num("1/2")


def marked(tree: Tree) -> Tree:
    """Return the same formula, marked as the place of a slip."""
    return tree if tree.op == "mark" else Tree("mark", (tree,))


def has_mark(tree: Tree) -> bool:
    return tree.op == "mark" or any(map(has_mark, tree.args))


def unmarked(tree: Tree) -> Tree:
    return unmarked(tree.args[0]) if tree.op == "mark" else replace(tree, args=tuple(map(unmarked, tree.args)))


def times(factors: Sequence[Tree]) -> Tree:
    return reduce(operator.mul, factors) if factors else ONE


def names_in(tree: Tree) -> set[str]:
    return {tree.name} if tree.op == "sym" else set[str]().union(*map(names_in, tree.args))


def renamed(tree: Tree, old: str, new: str) -> Tree:
    if tree.op == "sym":
        return sym(new) if tree.name == old else tree
    return replace(tree, args=tuple(renamed(a, old, new) for a in tree.args))


# What is true


def _logistic(z: Values) -> Values:
    return 1 / (1 + numpy.exp(-z))


_FUNCTIONS: Mapping[str, tuple[Callable[[Values], Values], Callable[[Values], Values]]] = {
    "logistic": (_logistic, lambda z: _logistic(z) * (1 - _logistic(z))),
    "tanh": (numpy.tanh, lambda z: 1 - numpy.tanh(z) ** 2),
    "relu": (lambda z: numpy.where(z > 0, z, 0.0), lambda z: numpy.where(z > 0, 1.0, 0.0)),
    "softplus": (lambda z: numpy.log1p(numpy.exp(z)), _logistic),
    "log": (numpy.log, lambda z: 1 / z),
    "exp": (numpy.exp, numpy.exp),
}


_STAYS: Mapping[str, float] = {}


class Oracle:
    """The values of a network at random points, and with them those of every line."""

    def __init__(
        self, formulas: Mapping[str, Tree], told: Mapping[str, Tree], seed: int, moved: Mapping[str, float] = _STAYS
    ) -> None:
        """Take the formulas in their order, the derivatives that have names, and by how much leaves are moved."""
        self.formulas, self.told = dict(formulas), dict(told)
        draw = numpy.random.default_rng(seed)
        leaves = sorted(set[str]().union(*map(names_in, formulas.values())) - formulas.keys())
        self.values: dict[str, Values] = {name: draw.uniform(-1.7, 1.7, POINTS) for name in leaves}
        for name, by in moved.items():
            self.values[name] = self.values[name] + by
        self.values["eta"] = draw.uniform(0.1, 0.9, POINTS)
        self.slopes: dict[tuple[str, str, str], Values] = {}
        for name, formula in formulas.items():
            self.values[name] = self.of(formula)

    def of(self, tree: Tree) -> Values:
        with numpy.errstate(all="ignore"):
            return self._dual(tree, lambda _: None)[0]

    def slope(self, of: str, by: str, direct: str = "") -> Values:
        key = of, by, direct
        if key not in self.slopes:
            moved: dict[str, Values] = {}

            def tangent(name: str) -> Values:
                if name == by:
                    return 1.0
                if name not in self.formulas or (direct and name != of):
                    return None
                if name not in moved:
                    moved[name] = self._dual(self.formulas[name], tangent)[1]
                return moved[name]

            found = tangent(of)
            self.slopes[key] = numpy.zeros(POINTS) if found is None else found + numpy.zeros(POINTS)
        return self.slopes[key]

    def _dual(self, tree: Tree, tangent: Callable[[str], Values]) -> tuple[Values, Values]:
        """Return a value and its rate of change, None where it does not move."""
        if tree.op == "num":
            return float(tree.number), None
        if tree.op == "mark":
            return self._dual(tree.args[0], tangent)
        if tree.op == "slope":
            return self.slope(tree.args[0].name, tree.args[1].name, tree.name), None
        if tree.op == "sym":
            told = self.told.get(tree.name)
            return (self.of(told), None) if told is not None else (self.values[tree.name], tangent(tree.name))
        values, slopes = zip(*(self._dual(a, tangent) for a in tree.args), strict=True)
        moving = any(s is not None for s in slopes)
        d = [0.0 if s is None else s for s in slopes]
        value, change = _APPLY[tree.op](tree, values, d)
        return value, change if moving else None

    def agree(self, a: Tree, b: Tree) -> bool | None:
        """Say whether two formulas are equal at every point, None where floats cannot tell."""
        x, y = self.of(a) + numpy.zeros(POINTS), self.of(b) + numpy.zeros(POINTS)
        fair = numpy.isfinite(x) & numpy.isfinite(y)
        apart = float(numpy.max((abs(x - y) / (1e-3 + abs(x) + abs(y)))[fair], initial=0.0))
        if fair.sum() < POINTS // 2 or 1e-10 < apart < 1e-7:
            return None
        return apart <= 1e-10


def _function(tree: Tree, v: Sequence[Values], d: Sequence[Values]) -> tuple[Values, Values]:
    value, change = _FUNCTIONS[tree.name.rstrip("'")]
    # A derivative that is written as one, σ′(z), is only asked for its value.
    return (change(v[0]), 0.0 * d[0]) if tree.name.endswith("'") else (value(v[0]), change(v[0]) * d[0])


_APPLY: Mapping[str, Callable[[Tree, Sequence[Values], Sequence[Values]], tuple[Values, Values]]] = {
    "+": lambda _, v, d: (v[0] + v[1], d[0] + d[1]),
    "-": lambda _, v, d: (v[0] - v[1], d[0] - d[1]),
    "*": lambda _, v, d: (v[0] * v[1], d[0] * v[1] + v[0] * d[1]),
    "/": lambda _, v, d: (v[0] / v[1], (d[0] * v[1] - v[0] * d[1]) / v[1] ** 2),
    "neg": lambda _, v, d: (-v[0], -d[0]),
    "^": lambda t, v, d: (v[0] ** int(t.number), int(t.number) * v[0] ** (int(t.number) - 1) * d[0]),
    ">": lambda _, v, d: (numpy.where(v[0] > 0, 1.0, 0.0), 0.0 * d[0]),
    "fn": _function,
}
