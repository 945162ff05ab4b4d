"""Weights that are equal and will stay equal: what no descent can tell apart, it moves alike.

Two parts of a network have the same value if they are the same op of parts with the same values; two parts have the
same derivative if the same ops read them in the same places, those having the same derivatives. A colouring of the
network in which both hold for parts of one colour (an *equitable* one) is therefore a proof, by one induction forwards
and one backwards, that weights of one colour have the same gradient, for every pattern. Where they have the same
start, the same interval and the same rate, each step leaves them equal, and so on for ever.

The coarsest such colouring is found by refinement: all parts begin alike, and are told apart as long as what they are
made of or what they are used for differs. Sums and products have no order; weights are alike where their starts and
intervals are. (Refinement: D. G. Corneil and C. C. Gotlieb, "An efficient algorithm for graph isomorphism", 1970.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workings.derive.step import Prose
from workings.graph.expr import Apply, Expr, Number, Symbol, children, postorder, symbol
from workings.graph.network import Network
from workings.graph.ops.arithmetic import add, mul, neg, sub
from workings.graph.terms import terms
from workings.why.answer import Finding
from workings.why.forms import without_free_names
from workings.why.words import joined, listed


@dataclass(frozen=True)
class Symmetry:
    """Weights that stay equal, and the quantities (units) that have the same value because of it."""

    weights: tuple[str, ...]
    units: tuple[str, ...]


#: A part of the network: what it is, and its parts, each with the place that it stands in.
_Node = tuple[tuple[object, ...], tuple[tuple[object, int], ...]]


def symmetries(network: Network, error: str, start: Mapping[str, float]) -> tuple[Symmetry, ...]:
    """Return the groups of weights that stay equal under descent from a start, in exact arithmetic."""
    graph = _Graph(network, error, start)
    colours = graph.coloured()
    groups: dict[int, list[str]] = {}
    for name in network.weights:
        if name in graph.places:
            groups.setdefault(colours[graph.places[name]], []).append(name)
    moved = {name for group in groups.values() if len(group) > 1 for name in group}
    units: dict[int, list[str]] = {}
    for name in network.order:
        if name in graph.places and name != error and any(w in moved for w in network.below(name)):
            units.setdefault(colours[graph.places[name]], []).append(name)
    alike = [tuple(group) for group in units.values() if len(group) > 1]
    return tuple(
        Symmetry(tuple(group), next((unit for unit in alike if _touches(network, unit, group)), ()))
        for group in groups.values()
        if len(group) > 1
    )


def _touches(network: Network, unit: Sequence[str], group: Sequence[str]) -> bool:
    """Say whether the weights of a group stand in the formulas of a unit's quantities, or beside them."""
    read = {name for quantity in unit for name in network.direct[quantity]}
    beside = {
        name for quantity in unit for reader in network.readers.get(quantity, ()) for name in network.direct[reader]
    }
    return any(name in read or name in beside for name in group)


def staying_equal(found: Sequence[Symmetry], start: Mapping[str, float]) -> Finding:
    """Say which weights stay equal, and which units are one because of it."""
    alike = tuple(dict.fromkeys(each.units for each in found if each.units))
    units: Prose = ()
    if alike:
        pairs = joined([listed(unit) for unit in alike], "; ", "; ")
        units = (". So these units are one, written down several times: ", *pairs)
    statement: Prose = (
        "From this start ", *joined([_equal(each) for each in found]), " are equal and stay equal in every step: "
        "they stand in the same places of the equations, so they have the same gradient for every pattern", *units, ".",
    )  # fmt: skip
    numbers = {name: start[name] for each in found for name in each.weights}
    return Finding(statement, "proved", numbers, (("one rate for all of them, and exact arithmetic",),))


def _equal(each: Symmetry) -> Prose:
    out: list[str | Expr] = []
    for name in each.weights[:6]:
        out += [" = "] if out else []
        out.append(symbol(name))
    return (*out, " = …") if len(each.weights) > 6 else tuple(out)


class _Graph:
    """The parts of a network as nodes: sums and products in one piece, each quantity one with its formula."""

    def __init__(self, network: Network, error: str, start: Mapping[str, float]) -> None:
        self._network = network
        self._start = start
        self._nodes: list[_Node] = []
        self.places: dict[str, int] = {}
        self._known: dict[Expr, int] = {}
        needed = network.below(error)
        for name in network.order:
            if name in needed:
                self.places[name] = self._add(without_free_names(network, network.formulas[name]))
        self._root = self.places[error]

    def _new(self, kind: tuple[object, ...], parts: Sequence[tuple[object, int]]) -> int:
        self._nodes.append((kind, tuple(parts)))
        return len(self._nodes) - 1

    def _add(self, root: Expr) -> int:
        for expr in postorder(root, into=lambda e: () if e in self._known else _inner(e)):
            if expr not in self._known:
                self._known[expr] = self._made(expr)
        return self._known[root]

    def _made(self, expr: Expr) -> int:
        if isinstance(expr, Symbol):
            if expr.name in self.places:
                return self.places[expr.name]
            place = self._new(self._leaf(expr.name), ())
            self.places[expr.name] = place
            return place
        if isinstance(expr, Number):
            return self._new(("number", expr.value), ())
        if isinstance(expr, Apply) and expr.op in (add, sub, neg):
            return self._new(("sum",), [(sign, self._known[term]) for sign, term in _terms(expr)])
        if isinstance(expr, Apply) and expr.op is mul:
            return self._new(("product",), [("factor", self._known[factor]) for factor in terms(expr, mul)])
        kind = (
            ("op", expr.op.name)
            if isinstance(expr, Apply)
            else ("call", getattr(expr, "function", ""), getattr(expr, "orders", ()))
        )
        return self._new(kind, [(index, self._known[part]) for index, part in enumerate(children(expr))])

    def _leaf(self, name: str) -> tuple[object, ...]:
        declared = self._network.declarations.get(name)
        if declared is not None and declared.role == "weight":
            return ("weight", self._start[name], declared.domain)
        value = self._network.values.get(name)
        return ("number", value.value) if isinstance(value, Number) else ("name", name)

    def coloured(self) -> list[int]:
        """Return a colour for each node: the coarsest colouring that is equitable."""
        readers: list[list[tuple[object, int]]] = [[] for _ in self._nodes]
        for place, (_, parts) in enumerate(self._nodes):
            for role, part in parts:
                readers[part].append((role, place))
        colours = _numbered([(kind, place == self._root) for place, (kind, _) in enumerate(self._nodes)])
        while True:
            refined = _numbered([
                (
                    colours[place],
                    tuple(sorted((repr(role), colours[part]) for role, part in parts)),
                    tuple(sorted((repr(role), colours[reader]) for role, reader in readers[place])),
                )
                for place, (_, parts) in enumerate(self._nodes)
            ])  # fmt: skip
            if len(set(refined)) == len(set(colours)):
                return refined
            colours = refined


def _numbered(marks: Sequence[object]) -> list[int]:
    numbers: dict[object, int] = {}
    return [numbers.setdefault(mark, len(numbers)) for mark in marks]


def _inner(expr: Expr) -> tuple[Expr, ...]:
    if isinstance(expr, Apply) and expr.op in (add, sub, neg):
        return tuple(term for _, term in _terms(expr))
    if isinstance(expr, Apply) and expr.op is mul:
        return tuple(terms(expr, mul))
    return children(expr)


def _terms(expr: Expr) -> list[tuple[int, Expr]]:
    out: list[tuple[int, Expr]] = []
    stack = [(1, expr)]
    while stack:
        sign, top = stack.pop()
        if isinstance(top, Apply) and top.op in (add, sub):
            stack += [(sign if top.op is add else -sign, top.args[1]), (sign, top.args[0])]
        elif isinstance(top, Apply) and top.op is neg:
            stack.append((-sign, top.args[0]))
        else:
            out.append((sign, top))
    return out
