"""The curvature: the equations of the gradient, differentiated once more by the same rules.

    ∂E/∂w = (ŷ − y) x ŷ (1 − ŷ)      →      ∂²E/∂w²,   and for many weights   H v = Σₖ vₖ ∂(∂E/∂wₖ)/∂w

The derivation's own equations become quantities of a larger network, each derivative a name; what is derived there is
the second derivative of the network. One derivation gives the product of the matrix of second derivatives H with any
direction v, at the size of the network; H itself is that product with each unit vector.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property

from workings.derive import backprop
from workings.derive.step import Derivation, Gradient
from workings.derive.tidy import tidy
from workings.graph.expr import ONE, ZERO, Expr, Symbol, replace, symbol
from workings.graph.network import Declaration, Definitions, Equation, Network
from workings.graph.ops.arithmetic import add, mul
from workings.graph.writing.spelling import free_name

Equations = tuple[tuple[Expr, Expr], ...]


class Curvature:
    """The second derivatives of a derivation's error by its weights."""

    def __init__(self, derivation: Derivation) -> None:
        """Name the derivatives; what is second is derived when it is asked for."""
        self.derivation = derivation
        self.weights = tuple(derivation.gradients)
        network = derivation.network
        taken = {*network.declarations, *network.formulas, *network.functions}
        self._names: dict[Expr, Expr] = {
            target: symbol(_free("g", taken, str(index))) for index, (target, _) in enumerate(derivation.program())
        }
        #: The direction v, a name for each weight.
        self.direction = tuple(symbol(_free("v", taken, str(index))) for index in range(len(self.weights)))
        self._bend = _free("bend", taken)
        self._taken = taken

    @cached_property
    def _first(self) -> tuple[Equation, ...]:
        """The equations of the gradient, each derivative a name."""
        return tuple(
            Equation(_name(self._names[target]), replace(formula, self._names))
            for target, formula in self.derivation.program()
        )

    @cached_property
    def _network(self) -> Network:
        """The network with its gradient, and the slope along v, Σ vₖ ∂E/∂wₖ, among its quantities."""
        network = self.derivation.network
        along: Expr | None = None
        for mark, gradient in zip(self.direction, self.derivation.gradients.values(), strict=True):
            term = mul(mark, self._names[gradient.start])
            along = term if along is None else add(along, term)
        equations = (*network.equations, *self._first, Equation(self._bend, along if along is not None else ZERO))
        fixed = {_name(mark): Declaration(_name(mark), "constant") for mark in self.direction}
        return dataclasses.replace(
            network, equations=equations, declarations={**network.declarations, **fixed}, error=self._bend
        )

    @cached_property
    def _second(self) -> Derivation:
        network = self._network
        wanted = None if self.weights == network.weights else self.weights
        return backprop.derive(network, wanted, of=self._bend)

    @cached_property
    def definitions(self) -> Definitions:
        """The functions and their derivatives that the equations use."""
        return {**self.derivation.definitions, **self._second.definitions}

    @property
    def product(self) -> tuple[Equations, tuple[Expr, ...]]:
        """The equations of H v, after those of the gradient, from the quantities and v; and their results."""
        second = self._second
        first = tuple((symbol(equation.name), equation.formula) for equation in self._first)
        return (*first, *second.program()), tuple(gradient.start for gradient in second.gradients.values())

    @cached_property
    def matrix(self) -> tuple[Equations, tuple[tuple[Expr, ...], ...]]:
        """The equations of every entry of H, after those of the gradient; and the entries, a column for each weight.

        Each column is H v with a unit vector put in, tidied: entries that are 0 for every value are seen to be 0.
        """
        equations: list[tuple[Expr, Expr]] = [(symbol(e.name), e.formula) for e in self._first]
        columns: list[tuple[Expr, ...]] = []
        second = self._second
        for chosen in range(len(self.weights)):
            unit: dict[Expr, Expr] = {v: ONE if k == chosen else ZERO for k, v in enumerate(self.direction)}
            changes = dict(unit)
            for index, (target, formula) in enumerate(second.program()):
                value = tidy(replace(formula, changes))
                if value is ZERO:
                    changes[target] = ZERO
                    continue
                changes[target] = symbol(_free("c", self._taken, f"{chosen}_{index}"))
                equations.append((changes[target], value))
            columns.append(tuple(changes[gradient.start] for gradient in second.gradients.values()))
        return tuple(equations), tuple(columns)

    @cached_property
    def of_one(self) -> Gradient:
        """The second derivative by the only weight, as it is derived: its lines, its result in the network's names.

        Raises:
            ValueError: where there are several weights.
        """
        (weight,) = self.weights
        slope = _name(self._names[self.derivation.gradients[weight].start])
        return backprop.derive(self._network, [weight], of=slope).gradients[weight]


def _name(expr: Expr) -> str:
    assert isinstance(expr, Symbol)
    return expr.name


def _free(letter: str, taken: set[str], of: str = "") -> str:
    name = free_name(letter, taken, of)
    taken.add(name)
    return name
