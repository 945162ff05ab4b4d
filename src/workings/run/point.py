"""The network at one point: every quantity and every gradient, computed by the equations that were shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from workings.derive.step import Derivation
from workings.graph.expr import Expr, symbol
from workings.graph.network import Finite, Network
from workings.graph.speakers.floats import Program, UnknownValueError, constant_value
from workings.graph.speakers.fractions import InexactError, exact_value
from workings.graph.writing.spelling import ByName
from workings.graph.writing.spelling import plain as plain_name
from workings.run.data import constants, request_problem, runnable


@dataclass(frozen=True)
class Point:
    """Values and gradients at one point.

    `given` are the names that were given numbers, `values` those and every quantity, `slopes` every
    derivative that the derivation computes, `exact` the values that are fractions, and `difference` the
    central difference quotient of the error beside each gradient.
    """

    derivation: Derivation
    given: Mapping[str, float]
    values: Mapping[str, float]
    slopes: Mapping[Expr, float]
    exact: Mapping[str, Fraction]
    difference: Mapping[str, float]

    @property
    def network(self) -> Network:
        """The network."""
        return self.derivation.network

    @property
    def gradients(self) -> Mapping[str, float]:
        """The gradient by each weight."""
        return ByName({name: self.slopes[gradient.start] for name, gradient in self.derivation.gradients.items()})


#: The step of the difference quotient, relative to the size of the weight: the cube root of the spacing of
#: doubles, which balances rounding against the error of a central difference (of order two).
_STEP = 2.0**-17


def at(derivation: Derivation, asked: Mapping[str, float]) -> Point:
    """Return the network's values and gradients where the names have the values `asked`.

    Names that are not asked for take their single value, their start or their constant.

    Raises:
        ReadError: for names that the network does not have, and names without a value.
    """
    network = derivation.network
    runnable(network)
    given = _given(network, asked)
    leaves = [symbol(name) for name in given]
    forward = [(symbol(name), network.formulas[name]) for name in network.order]
    program = Program(leaves, [*forward, *derivation.program()], derivation.definitions)
    results = dict(zip(program.targets, program.run(list(given.values())), strict=True))
    values = dict(given) | {name: results[symbol(name)] for name in network.order}
    slopes = {target: value for target, value in results.items() if target not in {s for s, _ in forward}}
    return Point(
        derivation,
        ByName(given),
        ByName(values),
        slopes,
        _exact(derivation, given),
        _difference(derivation, program, given),
    )


def _given(network: Network, asked: Mapping[str, float]) -> dict[str, float]:
    leaves = [n for n in network.declarations if n not in network.formulas and n != network.rate]
    for name in asked:
        if name not in leaves and name != network.rate:
            shown = plain_name(name)
            why = (
                f"`{shown}` is computed by its equation"
                if name in network.formulas
                else f"`{shown}` is not in the network"
            )
            raise request_problem(
                f"a value is given for `{shown}`", "values for " + ", ".join(plain_name(n) for n in leaves), why,
                " ".join(f"{n}=0.5" for n in leaves),
            )  # fmt: skip
    found: dict[str, float] = {}
    missing: list[str] = []
    fixed = constants(network)
    for name in leaves:
        value = asked.get(name, fixed.get(name, _own(network, name)))
        if value is None:
            missing.append(name)
        else:
            found[name] = value
    if missing:
        raise request_problem(
            "there is no value for " + ", ".join(f"`{plain_name(n)}`" for n in missing),
            "a value for every input, target and weight", "the quantities are computed from these",
            " ".join(f"{n}=0.5" for n in missing),
        )  # fmt: skip
    if network.rate is not None and network.rate in {n for f in network.formulas.values() for n in network.reads(f)}:
        found[network.rate] = asked.get(network.rate, constant_value(network.values[network.rate]))
    return found


def _own(network: Network, name: str) -> float | None:
    if name in network.starts:
        return constant_value(network.starts[name])
    domain = network.declarations[name].domain
    if isinstance(domain, Finite) and len(domain.values) == 1:
        return constant_value(domain.values[0])
    return None


def _exact(derivation: Derivation, given: Mapping[str, float]) -> dict[str, Fraction]:
    """Return the quantities whose value is a short fraction, the given numbers read as decimals."""
    network = derivation.network
    known = {name: Fraction(repr(value)) for name, value in given.items() if abs(value) < 1e15}
    found: dict[str, Fraction] = {}
    for name in network.order:
        try:
            value = exact_value(network.formulas[name], known | found, derivation.definitions)
        except (InexactError, UnknownValueError):
            continue
        found[name] = value
    return {name: value for name, value in found.items() if max(abs(value.numerator), value.denominator) < 10**6}


def _difference(derivation: Derivation, program: Program, given: Mapping[str, float]) -> dict[str, float]:
    error = program.targets.index(symbol(derivation.error))
    point = dict(given)
    found: dict[str, float] = {}
    for name in derivation.gradients:
        if name not in point:
            continue
        step = _STEP * max(1.0, abs(point[name]))
        above = program.run(list((point | {name: point[name] + step}).values()))[error]
        below = program.run(list((point | {name: point[name] - step}).values()))[error]
        found[name] = (above - below) / (2 * step)
    return found
