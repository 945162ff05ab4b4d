"""Networks as an author might write them, drawn by chance: the text, and what it is meant to say.

Every formula is drawn together with a Python function of its value, so that the reading can be held
against what was meant: `w x/2 + 1` is told apart from `w x/(2 + 1)` by its value.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import NamedTuple

#: The values of the network's names, and those of a function's parameters, which hide them.
Scope = tuple[Mapping[str, float], Mapping[str, float]]
Meaning = Callable[[Scope], float]

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4

#: By canonical name, the ways in which an author may spell it.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "w1": ("w₁", "w1", "w_1"), "w2": ("w₂", "w2"), "b": ("b",),
    "theta_h1_(l-1)": ("θ_h1⁽ˡ⁻¹⁾", "theta_h1_{(l-1)}", "theta_h1^{(l-1)}"), "a_(1)": ("a⁽¹⁾", "a_{(1)}", "a^{(1)}"),
    "x": ("x",), "i2": ("i₂", "i_2"), "t": ("t",), "k": ("k",),
    "z1": ("z₁", "z1"), "net_h2": ("net_h2", "net_{h2}"), "y_hat": ("ŷ", "y_hat"), "s": ("s",), "out_o1": ("out_o1",),
    "A": ("A",), "f": ("f",), "psi_[1]": ("ψ_{[1]}", "psi^{[1]}"), "u": ("u",), "v": ("v",),
}  # fmt: skip
WEIGHTS = ("w1", "w2", "b", "theta_h1_(l-1)")
QUANTITIES = ("a_(1)", "z1", "net_h2", "y_hat", "s", "out_o1")
FUNCTIONS = ("A", "psi_[1]", "f")
#: Parameters; the last two hide names of the network.
PARAMETERS = ("u", "v", "x", "w1")
CONSTANT = 0.35
#: How many equations stand before the error's, larger networks more often.
_COUNTS = (0, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5)


@dataclass(frozen=True)
class Formula:
    """A formula: its text, its value, how tightly its outermost operation binds, and whether that is a slash."""

    text: str
    value: Meaning
    strength: int
    slash: bool = False


class Function(NamedTuple):
    """A function of the author's, with the text of its definition's right side."""

    name: str
    parameters: tuple[str, ...]
    body: Formula


class Written:
    """A network as text; `error` is the meaning of its error E, `points` are values for every leaf."""

    def __init__(
        self, text: str, error: Callable[[Mapping[str, float]], float], points: Sequence[Mapping[str, float]]
    ) -> None:
        """Keep the three."""
        self.text, self.error, self.points = text, error, points

    def __repr__(self) -> str:
        """Show the text: it is what a failure is understood from."""
        return f"\n{self.text}at {self.points}"


def held(formula: Formula, least: int) -> str:
    return formula.text if formula.strength >= least else f"({formula.text})"


def _quiet(function: Callable[..., float]) -> Callable[..., float]:
    """Return a function that gives NaN where Python raises."""

    def value(*args: float) -> float:
        try:
            return function(*args)
        except (OverflowError, ValueError, ZeroDivisionError):
            return math.nan

    return value


def _binary(function: Callable[..., float], a: Formula, b: Formula) -> Meaning:
    quiet = _quiet(function)
    return lambda scope: quiet(a.value(scope), b.value(scope))


def plus(a: Formula, b: Formula) -> Formula:
    return Formula(f"{a.text} + {held(b, PRODUCT)}", _binary(operator.add, a, b), SUM)


def minus(a: Formula, b: Formula) -> Formula:
    return Formula(f"{a.text} - {held(b, PRODUCT)}", _binary(operator.sub, a, b), SUM)


def times(a: Formula, b: Formula, sign: str = " ") -> Formula:
    right = held(b, POWER)
    between = " * " if a.slash or right[0] in "0123456789.½" else sign
    return Formula(held(a, PRODUCT) + between + right, _binary(operator.mul, a, b), PRODUCT)


def _divided(x: float, y: float) -> float:
    return x / y


def over(a: Formula, b: Formula) -> Formula:
    return Formula(f"{held(a, PRODUCT)}/{held(b, POWER)}", _binary(_divided, a, b), PRODUCT, slash=True)


def minus_sign(a: Formula) -> Formula:
    return Formula(f"-{held(a, PRODUCT)}", lambda scope: -a.value(scope), SUM)


def to_power(a: Formula, exponent: str, n: float) -> Formula:
    def power(x: float) -> float:
        return float(x**n)

    quiet = _quiet(power)
    return Formula(held(a, ATOM) + exponent, lambda scope: quiet(a.value(scope)), POWER)


def raised(a: Formula, b: Formula) -> Formula:
    return Formula(f"{held(a, ATOM)}^{held(b, ATOM)}", _binary(math.pow, a, b), POWER)


def applied(name: str, function: Callable[..., float], *args: Formula) -> Formula:
    quiet = _quiet(function)
    text = f"{name}({', '.join(arg.text for arg in args)})"
    return Formula(text, lambda scope: quiet(*(arg.value(scope) for arg in args)), ATOM)


def e_to(a: Formula) -> Formula:
    return replace(applied("e^", math.exp, a), strength=POWER)


def constant(text: str, value: float) -> Formula:
    return Formula(text, lambda _: value, PRODUCT if "/" in text else ATOM)


ONE = constant("1", 1.0)
SMOOTH: Mapping[str, Callable[[float], float]] = {
    "tanh": math.tanh, "sin": math.sin, "cos": math.cos, "exp": math.exp, "sinh": math.sinh, "cosh": math.cosh,
    "σ": lambda z: 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z)),
    "softplus": lambda z: max(z, 0) + math.log1p(math.exp(-abs(z))),
    "tan": math.tan,
}  # fmt: skip


def _larger(a: float, b: float = 0.0) -> float:
    return max(a, b)


def _smaller(a: float, b: float) -> float:
    return min(a, b)


KINKED: Mapping[str, Callable[..., float]] = {"relu": _larger, "max": _larger, "min": _smaller, "abs": math.fabs}
NUMBERS: Mapping[str, float] = {
    "2": 2.0, "3": 3.0, "0.5": 0.5, "½": 0.5, "1.25": 1.25, "1/3": 1 / 3, "2/5": 0.4, "1.0": 1.0, ".1": 0.1,
}  # fmt: skip
POWERS: Mapping[str, float] = {"^2": 2, "²": 2, "³": 3, "**2": 2, "^(-1)": -1, "^4": 4, "^-2": -2}


class Author:
    """Writes formulas by drawing them."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.functions: dict[str, Function] = {}
        self.used: set[str] = set()

    def pick(self, items: Sequence[str]) -> str:
        return self.chance.choice(items)

    def spelled(self, name: str) -> str:
        return self.pick(SPELLINGS[name])

    def name(self, name: str, parameters: Sequence[str] = ()) -> Formula:
        if name not in parameters:
            self.used.add(name)
        return Formula(self.spelled(name), lambda scope: scope[1].get(name, scope[0].get(name, math.nan)), ATOM)

    def atom(self, names: Sequence[str], parameters: Sequence[str]) -> Formula:
        if self.chance.randint(0, 5):
            return self.name(self.pick(names), parameters)
        number = self.pick(tuple(NUMBERS))
        return constant(number, NUMBERS[number])

    def formula(self, depth: int, names: Sequence[str], parameters: Sequence[str] = ()) -> Formula:
        if depth == 0:
            return self.atom(names, parameters)

        def inner() -> Formula:
            return self.formula(depth - 1, names, parameters)

        kind = self.chance.randint(0, 14)
        if kind <= 2:
            return (plus, minus, plus)[kind](inner(), inner())
        if kind <= 4:
            return times(inner(), inner(), self.pick((" ", " * ", " · ")))
        if kind == 5:
            return over(inner(), inner() if self.chance.randint(0, 1) else plus(ONE, to_power(inner(), "^2", 2)))
        if kind == 6:
            return minus_sign(inner())
        if kind == 7:
            exponent = self.pick(tuple(POWERS))
            return to_power(inner(), exponent, POWERS[exponent])
        if kind == 8:
            return self.positive(inner(), inner)
        if kind == 9:
            return self.choosing(inner)
        if kind == 10:
            return e_to(inner())
        if kind == 11 and self.functions:
            return self.call(self.functions[self.pick(tuple(self.functions))], inner)
        if kind == 12:
            return self.by_hand(inner())
        name = self.pick(tuple(SMOOTH))
        return applied(name, SMOOTH[name], inner())

    def by_hand(self, z: Formula) -> Formula:
        """Return a function that is known by a name, written out: the logistic function or the tanh."""
        up, down = e_to(z), e_to(minus_sign(z))
        kind = self.chance.randint(0, 3)
        if kind <= 1:
            return self.logistic(z)
        return over(minus(up, down), plus(up, down)) if kind == 2 else over(minus(ONE, down), plus(ONE, down))

    def logistic(self, z: Formula) -> Formula:
        """Return the logistic function by its name or by one of its formulas."""
        kind = self.chance.randint(0, 2)
        if kind == 0:
            return applied("σ", SMOOTH["σ"], z)
        return over(ONE, plus(ONE, e_to(minus_sign(z)))) if kind == 1 else over(e_to(z), plus(ONE, e_to(z)))

    def positive(self, a: Formula, inner: Callable[[], Formula]) -> Formula:
        """Return a function of what is positive: a logarithm, a root, a power with any exponent."""
        base = plus(ONE, to_power(a, "²", 2)) if self.chance.randint(0, 1) else applied("exp", math.exp, a)
        kind = self.chance.randint(0, 3)
        if kind == 0:
            return applied(self.pick(("log", "ln")), math.log, base)
        if kind == 1:
            return applied("sqrt", math.sqrt, base)
        return raised(base, inner()) if kind == 2 else to_power(base, "^(1/2)", 0.5)

    def choosing(self, inner: Callable[[], Formula]) -> Formula:
        name = self.pick(tuple(KINKED))
        return applied(name, KINKED[name], *([inner(), inner()] if name in ("max", "min") else [inner()]))

    def call(self, function: Function, inner: Callable[[], Formula]) -> Formula:
        args = [inner() for _ in function.parameters]

        def value(scope: Scope) -> float:
            given = dict(zip(function.parameters, (arg.value(scope) for arg in args), strict=True))
            return function.body.value((scope[0], given))

        text = f"{self.spelled(function.name)}({', '.join(arg.text for arg in args)})"
        return Formula(text, value, ATOM)

    def define(self, names: Sequence[str]) -> Function | None:
        """Define one more function, over its parameters and perhaps names of the network."""
        free = [name for name in FUNCTIONS if name not in self.functions]
        if not free or not self.chance.randint(0, 1):
            return None
        count = self.chance.randint(1, 2)
        parameters = tuple(self.chance.sample(PARAMETERS, count))
        pool = parameters if self.chance.randint(0, 2) else (*parameters, *parameters, *names)
        simple = self.chance.randint(0, 1)
        body = self.by_hand(self.name(parameters[0], parameters)) if simple else self.formula(2, pool, parameters)
        function = Function(free[0], parameters, body)
        self.functions[function.name] = function
        return function


def network(chance: Random) -> Written:
    """Write a network of one to six equations, with its meaning and three points."""
    author = Author(chance)
    leaves = ["x", "i2", *WEIGHTS[: chance.randint(1, len(WEIGHTS))], "k"]
    made: dict[str, Formula] = {}
    count, entropy = chance.choice(_COUNTS), chance.randint(0, 2) == 0
    for index in range(count):
        pool = (*leaves, *made, *made)
        function = author.define(pool)
        formula = author.formula(chance.randint(1, 2), pool)
        if index == 0:
            formula = plus(times(author.name("w1"), author.name("x")), formula)
        if chance.randint(0, 3) == 0:
            formula = author.by_hand(formula)
        if function is not None:
            called = author.call(function, partial(author.formula, 1, pool))
            formula = plus(formula, called) if chance.randint(0, 1) else times(called, formula)
        made[QUANTITIES[index]] = author.logistic(formula) if entropy and index == count - 1 else formula
    error = _error(author, made, entropy)
    equations_of = {**made, "E": error}
    points = tuple(_point(chance) for _ in range(3))
    weights = tuple(name for name in WEIGHTS if name in author.used)
    return Written(_text(author, equations_of, weights), _meaning(equations_of), points)


def _error(author: Author, made: Mapping[str, Formula], entropy: bool) -> Formula:
    """Return the error: a loss of the last quantity, and a term for each that nothing else reads."""
    output = author.name(list(made)[-1]) if made else times(author.name("w1"), author.formula(1, ("x", "i2", "w1")))
    total = _loss(author, output, entropy and bool(made))
    for name in [n for n in made if n not in author.used]:
        total = plus(total, author.name(name))
    for name in WEIGHTS:
        if name in author.used and author.chance.randint(0, 3) == 0:
            total = plus(total, times(constant("0.01", 0.01), to_power(author.name(name), "²", 2)))
    return total


def _loss(author: Author, output: Formula, entropy: bool) -> Formula:
    target = author.name("t")
    if not entropy:
        return times(constant("1/2", 0.5), to_power(minus(output, target), "^2", 2))
    sure = applied("log", math.log, output)
    unsure = applied("log", math.log, minus(ONE, output))
    return minus(minus_sign(times(target, sure)), times(minus(ONE, target), unsure))


#: The domains that an author may give, by role.
DOMAINS: Mapping[str, tuple[str, ...]] = {
    "input": ("R", "R", "{0, 1}", "{-1/2, 0.25, 3}", "[0, 1]"), "target": ("R",),
    "weight": ("R", "R", "[-5/2, 2.5]", "[-2, 3 π]"),
}  # fmt: skip


def _text(author: Author, equations: Mapping[str, Formula], weights: Sequence[str]) -> str:
    chance = author.chance
    inputs = [name for name in ("x", "i2") if name in author.used]
    table = _patterns(author, inputs) if inputs and chance.randint(0, 1) else []
    # A pattern has to lie in the domains, so beside a table every number is one.
    domains = {**DOMAINS, "input": ("R",)} if table else DOMAINS
    heads = [
        f"{role} " + ", ".join(f"{author.spelled(name)} in {author.pick(domains[role])}" for name in names)
        for role, names in (("input", inputs), ("target", ["t"]), ("weight", weights))
        if names
    ]
    heads += [f"constant k = {CONSTANT}"] if "k" in author.used else []
    heads += ["rate α = 1/2"] if chance.randint(0, 1) else []
    heads += [f"start {author.spelled(weights[-1])} = {author.pick(('.15', '1/3', '-0.5'))}"] * chance.randint(0, 1)
    heads += table
    lines = [
        f"{author.spelled(f.name)}({', '.join(map(author.spelled, f.parameters))}) = {f.body.text}"
        for f in author.functions.values()
    ]
    lines += [f"{'E' if name == 'E' else author.spelled(name)} = {f.text}" for name, f in equations.items()]
    body = chance.sample(lines, len(lines)) if chance.randint(0, 3) == 0 else lines
    return "\n".join(["```network", *heads, *body, "minimise E", "```", ""])


def _patterns(author: Author, inputs: Sequence[str]) -> list[str]:
    def row() -> str:
        numbers = [author.pick(("0", "1", "-0.5", "1/3", "2.25")) for _ in (*inputs, "t")]
        return f"({', '.join(numbers[:-1])}; {numbers[-1]})"

    columns = f"({', '.join(map(author.spelled, inputs))}; t)"
    return [f"patterns {columns} = " + ", ".join(row() for _ in range(author.chance.randint(1, 6)))]


def _meaning(equations: Mapping[str, Formula]) -> Callable[[Mapping[str, float]], float]:
    def error(point: Mapping[str, float]) -> float:
        values = {**point, "k": CONSTANT}
        for name, formula in equations.items():
            values[name] = formula.value((values, {}))
        return values["E"]

    return error


def _point(chance: Random) -> Mapping[str, float]:
    # No two leaves can be equal and none is 0, where kinks are.
    leaves = ("x", "i2", "t", *WEIGHTS)
    return {name: (chance.randint(1, 60) - 30.5) / 19 + 0.003 * index for index, name in enumerate(leaves)}
