"""Small networks drawn by chance, and the factors of their derivatives: right forms, and what people make of them.

ŷ = σ(z)      ∂ŷ/∂z is ŷ(1 − ŷ), e⁻ᶻ/(1 + e⁻ᶻ)², …;      by a slip ŷ(1 + ŷ), 1 − ŷ², z(1 − z), or left out
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tests.laws.trees import HALF, ONE, TWO, Tree, fn, names_in, num, positive, sym

# Slips by name: two names stand together only where they give the same line

SIGN, HALVES, INDEX, POINT = "sign", "the factor 2 or ½", "a term's index", "derivative at the wrong point"
INNER, FACTOR, POWER = "inner derivative forgotten", "a factor on the path forgotten", "power rule"
DROPPED, KEPT, PATH = "σ′ dropped", "σ′ kept", "a path of the total derivative forgotten"
PLUS, SQUARE, MIXED, TANH_PLUS = (
    "σ′ = σ(1 + σ)",
    "1 − σ² for the logistic",
    "tanh and logistic mixed up",
    "tanh′ = 1 + tanh²",
)
RELU, PRODUCT, QUOTIENT = "relu's value for its indicator", "product and chain rule mixed up", "quotient rule's order"
UPDATE = "minus in the update forgotten or doubled"

Names = frozenset[str]


def named(*names: str) -> Names:
    return frozenset(names)


class Factor(NamedTuple):
    """One factor of a derivative: its right forms, its wrong ones, and what it is called to leave it out."""

    kind: str
    right: tuple[Tree, ...]
    wrong: tuple[tuple[Names, Tree], ...] = ()
    left_out: Names = frozenset()


class Link(NamedTuple):
    """One link of a chain, ∂of/∂by, with its factors; `direct` where b acts on a by another way too."""

    of: str
    by: str
    factors: tuple[Factor, ...]
    direct: bool = False


Path = tuple[Link, ...]
Terms = Sequence[tuple[Factor, ...]]


# Networks


@dataclass
class Net:
    """A network, with what its author needs to differentiate it."""

    chance: Random
    formulas: dict[str, Tree] = field(default_factory=dict[str, Tree])
    links: dict[str, list[Link]] = field(default_factory=dict[str, list[Link]])
    weights: list[str] = field(default_factory=list[str])
    inputs: list[str] = field(default_factory=list[str])
    targets: list[str] = field(default_factory=list[str])
    constants: list[str] = field(default_factory=list[str])
    raw: dict[str, str] = field(default_factory=dict[str, str])
    #: The function that the author defines by hand, and its kind.
    own: str = ""

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def weight(self, name: str) -> str:
        if name not in self.weights:
            self.weights.append(name)
        return name

    def input(self, name: str) -> str:
        if name not in self.inputs:
            self.inputs.append(name)
        return name

    def add(self, name: str, formula: Tree, links: Iterable[Link]) -> str:
        self.formulas[name], self.links[name] = formula, list(links)
        return name

    def reaches(self, name: str, by: str) -> bool:
        return name == by or any(self.reaches(link.by, by) for link in self.links.get(name, ()))

    def paths(self, of: str, by: str) -> list[Path]:
        if of == by:
            return [()]
        return [(link, *rest) for link in self.links.get(of, ()) for rest in self.paths(link.by, by)]

    def leaf_factor(self, name: str) -> Factor:
        """Return the factor that a name is; where it is an activation, what goes into it may stand there wrongly."""
        wrong = ((named(POINT), sym(self.raw[name])),) if name in self.raw else ()
        return Factor("lin", (sym(name),), wrong, named(FACTOR, INNER))

    def sum_of(self, pairs: Sequence[tuple[str, str]], bias: str | None) -> tuple[Tree, list[tuple[str, Factor]]]:
        """Return Σ coefficient · source + bias, and its derivative by each name in it."""
        found: list[tuple[str, Factor]] = []
        tree: Tree | None = None
        for coefficient, source in pairs:
            term = sym(coefficient) * sym(source)
            tree = term if tree is None else tree + term
            found += [(coefficient, self.leaf_factor(source)), (source, self.leaf_factor(coefficient))]
        assert tree is not None
        if bias is not None:
            tree, found = tree + sym(bias), [*found, (bias, Factor("one", (ONE,)))]
        return tree, found

    def linear(self, name: str, pairs: Sequence[tuple[str, str]], bias: str | None = None) -> str:
        tree, found = self.sum_of(pairs, bias)
        self.add(name, tree, [Link(name, by, (factor,)) for by, factor in found if by not in self.inputs])
        return name

    def activation(self, name: str, kind: str, z: str) -> str:
        if kind == "identity":
            return self.add(name, sym(z), [Link(name, z, (Factor("one", (ONE,)),))])
        self.raw[name] = z
        return self.add(name, self.applied(kind, sym(z)), [Link(name, z, (self.slope_of(kind, name, sym(z)),))])

    def inline(self, name: str, kind: str, pairs: Sequence[tuple[str, str]], bias: str | None) -> str:
        """`ŷ = σ(w x + b)`, with no name for what stands inside."""
        tree, found = self.sum_of(pairs, bias)
        outer = self.slope_of(kind, name, tree)
        links = [Link(name, by, (outer, factor)) for by, factor in found if by not in self.inputs]
        return self.add(name, self.applied(kind, tree), links)

    def applied(self, kind: str, z: Tree) -> Tree:
        """Return an activation by its name, or written out."""
        if kind == "logistic" and self.own != kind and self.maybe(0.4):
            return ONE / (ONE + fn("exp", -z))
        if kind == "softplus" and self.maybe(0.5):
            return fn("log", ONE + fn("exp", z))
        return fn(kind, z)

    def slope_of(self, kind: str, name: str, z: Tree) -> Factor:
        a, s = sym(name), fn(kind, z)
        prime = (Tree("fn", (z,), kind + "'"),) if self.own == kind else ()
        if kind == "logistic":
            right = (a * (ONE - a), a * (ONE - a), s * (ONE - s), a - a.squared(), (ONE - a) * a)
            written = fn("exp", -z) / (ONE + fn("exp", -z)).squared()
            twice = fn(kind, a)
            wrong = (
                (named(PLUS), a * (ONE + a)), (named(PLUS), s * (ONE + s)), (named(SQUARE), ONE - a.squared()),
                (named(POINT), z * (ONE - z)), (named(POINT), twice * (ONE - twice)),
                (named(SIGN), -(a * (ONE - a))),
            )  # fmt: skip
            return Factor("act", (*right, written, *prime), wrong, named(DROPPED))
        if kind == "tanh":
            right = (ONE - a.squared(), ONE - s.squared(), (ONE - a) * (ONE + a), *prime)
            wrong = (
                (named(MIXED), a * (ONE - a)), (named(TANH_PLUS), ONE + a.squared()),
                (named(POINT), ONE - z.squared()), (named(POINT), ONE - fn(kind, a).squared()),
                (named(SIGN), a.squared() - ONE),
            )  # fmt: skip
            return Factor("act", right, wrong, named(DROPPED))
        if kind == "relu":
            return Factor("act", (positive(z),), ((named(RELU), a), (named(RELU), s)), named(DROPPED))
        return Factor("act", (ONE / (ONE + fn("exp", -z)), fn("exp", z) / (ONE + fn("exp", z))), (), named(DROPPED))


def _squared_error(y: str, t: str, *, half: bool, turned: bool) -> tuple[Tree, Factor]:
    o, g = sym(y), sym(t)
    inside, right = (g - o, o - g) if turned else (o - g, o - g)
    formula = HALF * inside.squared() if half else inside.squared()
    # With t − ŷ inside, a sign that is wrong is an inner derivative −1 that was forgotten, and the other way round.
    sign = named(SIGN, INNER) if turned else named(SIGN)
    if half:
        forms = [right, right, -(g - o), HALF * TWO * right, TWO * HALF * right]
        forms += [-(TWO * HALF * (g - o)), TWO / TWO * right]
        wrong = [(sign, g - o), (named(HALVES), TWO * right), (named(HALVES, POWER), HALF * right)]
        wrong += [(named(POWER), inside.squared() * (-ONE if turned else ONE))]
    else:
        forms = [TWO * right, TWO * right, -(TWO * (g - o)), TWO * (o - g) * ONE]
        wrong = [(sign, TWO * (g - o)), (named(HALVES, POWER), right), (named(HALVES), num(4) * right)]
        wrong += [(named(POWER), TWO * inside.squared() * (-ONE if turned else ONE))]
    return formula, Factor("loss", tuple(forms), tuple(wrong))


def _cross_entropy(y: str, t: str) -> tuple[Tree, Factor]:
    o, g = sym(y), sym(t)
    formula = -(g * fn("log", o) + (ONE - g) * fn("log", ONE - o))
    right = (
        (o - g) / (o * (ONE - o)), -(g / o) + (ONE - g) / (ONE - o), (ONE - g) / (ONE - o) - g / o,
        -(g / o - (ONE - g) / (ONE - o)),
    )  # fmt: skip
    wrong = (
        (named(SIGN), (g - o) / (o * (ONE - o))), (named(SIGN, INNER), -(g / o) - (ONE - g) / (ONE - o)),
        (named(SIGN), g / o + (ONE - g) / (ONE - o)),
    )  # fmt: skip
    return formula, Factor("loss", right, wrong)


def _merged(y: str, t: str) -> Factor:
    """The derivative of cross-entropy by what goes into the logistic output: σ′ cancels."""
    o, g = sym(y), sym(t)
    right = (o - g, o - g, -(g - o), o * (ONE - g) - g * (ONE - o))
    wrong = (
        (named(SIGN), g - o),
        (named(KEPT), (o - g) * o * (ONE - o)),
        (named(KEPT), (o - g) * (o - o.squared())),
    )
    return Factor("merged", right, wrong)


_HIDDEN = ("logistic", "logistic", "logistic", "tanh", "tanh", "relu", "softplus")
_OUTPUT = ("logistic", "logistic", "tanh", "identity", "identity", "softplus", "relu")


def network(chance: Random) -> Net:
    net = Net(chance)
    net.own = chance.choice(("", "", "", "logistic", "tanh"))
    shape = chance.choice(("one", "one", "hidden", "hidden", "deep", "outputs", "gate", "quotient"))
    {"one": _one, "hidden": _hidden, "deep": _deep, "outputs": _outputs, "gate": _gate, "quotient": _quotient}[shape](
        net
    )
    used = set[str]().union(*map(names_in, net.formulas.values()))
    net.weights = [name for name in net.weights if name in used]
    net.inputs = [name for name in net.inputs if name in used]
    return net


def _one(net: Net) -> None:
    pairs = [(net.weight("w1"), net.input("x1"))]
    if net.maybe(0.5):
        pairs.append((net.weight("w2"), net.input("x2")))
    bias = net.weight("b") if net.maybe(0.6) else None
    entropy = net.maybe(0.3)
    kind = "logistic" if entropy else net.chance.choice(_OUTPUT)
    if kind != "identity" and net.maybe(0.25):
        net.inline("y", kind, pairs, bias)
        entropy = False
    else:
        net.linear("z", pairs, bias)
        net.activation("y", kind, "z")
    _loss(net, ["y"], entropy=entropy)


def _hidden(net: Net) -> None:
    one, tied, count = net.maybe(0.3), net.maybe(0.25), net.chance.randint(1, 2)
    kind = net.chance.choice(_HIDDEN)
    for unit in (1, 2)[:count]:
        pairs = [(net.weight("w1" if tied else f"w{2 * unit - 1}"), net.input("x1" if one or unit == 1 else "x2"))]
        if not tied and net.maybe(0.5):
            pairs.append((net.weight(f"w{2 * unit}"), net.input("x2")))
        pairs = list({source: (weight, source) for weight, source in pairs}.values())
        net.linear(f"z{unit}", pairs, net.weight(f"b{unit}") if net.maybe(0.5) else None)
        net.activation(f"h{unit}", kind, f"z{unit}")
    pairs = [(net.weight(f"v{unit}"), f"h{unit}") for unit in (1, 2)[:count]]
    if net.maybe(0.25):
        pairs.append((net.weight("v9"), net.input("x1")))
    _output(net, pairs)


def _output(net: Net, pairs: Sequence[tuple[str, str]]) -> None:
    entropy = net.maybe(0.3)
    net.linear("z", pairs, net.weight("b3") if net.maybe(0.4) else None)
    net.activation("y", "logistic" if entropy else net.chance.choice(_OUTPUT), "z")
    _loss(net, ["y"], entropy=entropy)


def _deep(net: Net) -> None:
    tied = net.maybe(0.3)
    for layer in (1, 2):
        source = net.input("x1") if layer == 1 else "h1"
        net.linear(f"z{layer}", [(net.weight("w1" if tied else f"w{layer}"), source)],
                   net.weight(f"b{layer}") if net.maybe(0.5) else None)  # fmt: skip
        net.activation(f"h{layer}", net.chance.choice(_HIDDEN), f"z{layer}")
    pairs = [(net.weight("v1"), "h2")]
    if net.maybe(0.3):
        pairs.append((net.weight("v2"), "h1"))
    _output(net, pairs)


def _outputs(net: Net) -> None:
    kind, count = net.chance.choice(_HIDDEN[:5]), net.chance.randint(1, 2)
    for unit in (1, 2)[:count]:
        net.linear(
            f"z{unit}", [(net.weight(f"w{unit}"), net.input(f"x{unit}"))], net.weight("b") if net.maybe(0.4) else None
        )
        net.activation(f"h{unit}", kind, f"z{unit}")
    out = net.chance.choice(_OUTPUT)
    for unit in (1, 2):
        pairs = [(net.weight(f"v{2 * unit + i - 2}"), f"h{i}") for i in (1, 2)[:count]]
        net.linear(f"n{unit}", pairs)
        net.activation(f"o{unit}", out, f"n{unit}")
    _loss(net, ["o1", "o2"], entropy=False)


def _gate(net: Net) -> None:
    tied = net.maybe(0.6)
    net.linear("z1", [(net.weight("w1"), net.input("x1"))])
    net.linear(
        "z2", [(net.weight("w1" if tied else "w2"), net.input("x2"))], net.weight("b") if net.maybe(0.3) else None
    )
    net.activation("h1", "logistic", "z1")
    net.activation("h2", net.chance.choice(("tanh", "softplus", "logistic")), "z2")
    net.add("m", sym("h1") * sym("h2"), [
        Link("m", "h1", (net.leaf_factor("h2")._replace(kind="gate"),)),
        Link("m", "h2", (net.leaf_factor("h1")._replace(kind="gate"),)),
    ])  # fmt: skip
    _output(net, [(net.weight("v1"), "m")])


def _quotient(net: Net) -> None:
    w, x = sym(net.weight("w1")), sym(net.input("x1"))
    if net.maybe(0.5):
        u, v, du, dv = w * x, ONE + w.squared(), x, TWO * w
    else:
        u, v, du, dv = w * x, ONE + fn("exp", w), x, fn("exp", w)
    right = ((du * v - u * dv) / v.squared(), (v * du - dv * u) / v.squared())
    wrong = (
        (named(QUOTIENT, SIGN), (u * dv - du * v) / v.squared()), (named(PRODUCT), du / dv),
        (named(SIGN), (du * v + u * dv) / v.squared()), (named(PATH), (du * v) / v.squared()), (named(PATH), du / v),
        (named(PATH), -(u * dv) / v.squared()),
    )  # fmt: skip
    net.add("r", u / v, [Link("r", "w1", (Factor("quotient", right, wrong),))])
    _output(net, [(net.weight("v1"), "r")])


def _decay(net: Net, total: Tree) -> tuple[Tree, Link]:
    """Add ½ λ w² or λ w² to a loss."""
    w, lam = sym(net.chance.choice(net.weights)), sym("lam")
    net.constants.append("lam")
    if net.maybe(0.5):
        right: tuple[Tree, ...] = (lam * w, TWO * (lam / TWO) * w)
        less, more, term = lam / TWO * w, TWO * lam * w, lam / TWO * w.squared()
    else:
        right = (TWO * lam * w, w * TWO * lam)
        less, more, term = lam * w, num(4) * lam * w, lam * w.squared()
    wrong = (
        (named(HALVES, POWER), less), (named(HALVES), more), (named(SIGN), -right[0]),
        (named(POWER), TWO * term),
    )  # fmt: skip
    return total + term, Link("E", w.name, (Factor("decay", right, wrong),))


def _loss(net: Net, outputs: Sequence[str], *, entropy: bool) -> None:
    half, turned, parts = net.maybe(0.6), net.maybe(0.4), net.maybe(0.4)
    links: list[Link] = []
    total: Tree | None = None
    for index, y in enumerate(outputs):
        t = "t" if len(outputs) == 1 else f"t{index + 1}"
        net.targets.append(t)
        formula, factor = _cross_entropy(y, t) if entropy else _squared_error(y, t, half=half, turned=turned)
        if len(outputs) > 1 and parts:
            name = net.add(f"E{index + 1}", formula, [Link(f"E{index + 1}", y, (factor,))])
            formula, factor, y = sym(name), Factor("one", (ONE,)), name
        total = formula if total is None else total + formula
        links.append(Link("E", y, (factor,)))
    assert total is not None
    if net.maybe(0.2):
        total, link = _decay(net, total)
        links.append(link)
    net.add("E", total, links)
    for link in [one for one in net.links["E"] if entropy and one.by == "y"]:
        # Seen from z, cross-entropy behind a logistic output is one link.
        net.links["E*"] = [Link("E", "z", (_merged("y", "t"),)), *(other for other in links if other is not link)]
