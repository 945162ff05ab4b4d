from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import assume, given, settings

import workings
from tests.laws.authors import Written, networks
from tests.laws.conditioning import Played
from tests.laws.reading import WRITINGS, read_back
from tests.laws.reverse_mode import gradient
from workings.api import Network
from workings.derive.step import Derivation, Gradient, Step
from workings.derive.tidy import written_flat
from workings.graph.evaluate import Program, constant_value
from workings.graph.expr import Expr, Partial, children, contains, postorder, symbol
from workings.graph.written import plain
from workings.read.tokens import Vocabulary

EPSILON = sys.float_info.epsilon
#: Rounding is bounded with each operation and each function of libm exact to an ulp; libm and NumPy have two.
SLACK = 4 * EPSILON

laws = settings(max_examples=150, derandomize=True, deadline=None, database=None)


class Computed:
    """A network at a point: its forward quantities, and any other equations over them."""

    def __init__(self, net: Network, derivation: Derivation, point: Mapping[str, float]) -> None:
        graph = net.graph
        leaves = [name for name in graph.declarations if name not in graph.formulas]
        self.leaves = leaves
        self.definitions = derivation.definitions
        self.inputs = [symbol(name) for name in leaves]
        self.values = [constant_value(graph.values[name]) if name in graph.values else point[name] for name in leaves]
        self.forward: list[tuple[Expr, Expr]] = [(symbol(name), graph.formulas[name]) for name in graph.order]
        self.program = Program(self.inputs, self.forward, self.definitions, [symbol("E")])
        self.played = Played(self.program.tape, self.values)
        self.error = self.played.slots[self.program.outputs[0]]

    def is_fair(self) -> bool:
        """Say whether every number is finite and no choice is nearly even."""
        return self.played.is_finite() and not self.played.is_near_kink(1e-6)

    def of(
        self, wanted: Sequence[Expr], equations: Sequence[tuple[Expr, Expr]] = ()
    ) -> tuple[list[float], list[float]]:
        """Return the values of expressions over the network's names, and the bounds of their rounding."""
        program = Program(
            self.inputs, [*self.forward, *equations, *((expr, expr) for expr in wanted)], self.definitions, wanted
        )
        played = Played(program.tape, self.values)
        bounds = played.rounding() if played.is_finite() else [math.inf] * program.tape.size
        return [played.slots[slot] for slot in program.outputs], [bounds[slot] for slot in program.outputs]

    def slope(self, wanted: Partial) -> tuple[float, float]:
        """Return autograd's value of a derivative, and the sum of magnitudes that bounds its rounding.

        `∂a/∂b` counts every path by which b reaches a; names that are held are as fixed as the leaves.
        """
        fixed = [wanted.by, *(name for name in wanted.held)]
        inputs = list(dict.fromkeys([*self.inputs, *fixed]))
        known = dict(zip(self.inputs, self.values, strict=True))
        values = [known[name] if name in known else self.of([name])[0][0] for name in inputs]
        forward = [(name, formula) for name, formula in self.forward if name not in inputs]
        program = Program(inputs, [*forward, (wanted, wanted.of)], self.definitions, [wanted])
        output, at = program.outputs[0], inputs.index(wanted.by)
        return gradient(program.tape, output, values)[at], Played(program.tape, values).sum_of_paths(output)[at]

    def of_line(self, line: Expr) -> tuple[float, float]:
        """Return the value of a line with derivatives in it, and the bound of its rounding."""
        open_ones = [part for part in postorder(line, into=below_derivatives) if isinstance(part, Partial)]
        slopes = [self.slope(part) for part in open_ones]
        program = Program([*open_ones, *self.inputs], [*self.forward, (line, line)], self.definitions, [line])
        played = Played(program.tape, [*(value for value, _ in slopes), *self.values])
        bounds = played.rounding([error for _, error in slopes])
        return played.slots[program.outputs[0]], bounds[program.outputs[0]]

    def reference(self) -> dict[str, tuple[float, float]]:
        """Return by leaf autograd's derivative of the error, and the sum of magnitudes that bounds its rounding."""
        tape, output = self.program.tape, self.program.outputs[0]
        slopes = gradient(tape, output, self.values)
        return dict(zip(self.leaves, zip(slopes, self.played.sum_of_paths(output), strict=True), strict=True))


def below_derivatives(expr: Expr) -> tuple[Expr, ...]:
    return () if isinstance(expr, Partial) else children(expr)


def agree(value: float, bound: float, reference: float, magnitudes: float) -> bool:
    return abs(value - reference) <= 1e-12 * abs(reference) + SLACK * (bound + magnitudes)


def fair_points(written: Written, net: Network, derivation: Derivation) -> list[Computed]:
    found = [Computed(net, derivation, point) for point in written.points]
    fair = [computed for computed in found if computed.is_fair()]
    assume(fair)
    return fair


def gradients_of(derivation: Derivation) -> Iterator[Gradient]:
    yield from derivation.shared.values()
    yield from derivation.gradients.values()
    yield from (lemma.gradient for lemma in derivation.lemmas.values())


# What is read is what was meant


@laws
@given(networks())
def test_a_network_computes_what_its_author_meant(written: Written) -> None:
    net = workings.parse(written.text)
    for point in written.points:
        computed = Computed(net, net.derive(), point)
        if computed.is_fair():
            bound = computed.played.rounding()[computed.program.outputs[0]]
            assert agree(computed.error, bound, written.error(point), 0.0)


# The gradients


@laws
@given(networks())
def test_every_gradient_equals_the_one_of_autograd(written: Written) -> None:
    net = workings.parse(written.text)
    derivation = net.derive()
    assert tuple(derivation.gradients) == net.graph.weights
    starts = [g.start for g in derivation.gradients.values()]
    for computed in fair_points(written, net, derivation):
        reference = computed.reference()
        values, bounds = computed.of(starts, derivation.program())
        for weight, value, bound in zip(derivation.gradients, values, bounds, strict=True):
            assert agree(value, bound, *reference[weight]), (weight, value, reference[weight])


@laws
@given(networks())
def test_every_shared_slope_equals_the_one_of_autograd(written: Written) -> None:
    net = workings.parse(written.text)
    derivation = net.derive()
    starts = [g.start for g in derivation.shared.values()]
    for computed in fair_points(written, net, derivation):
        values, bounds = computed.of(starts, derivation.program())
        for name, value, bound in zip(derivation.shared, values, bounds, strict=True):
            # The error as a function of this quantity, everything above it computed from it.
            rest = [(n, f) for n, f in computed.forward if n is not symbol(name)]
            given_value = computed.of([symbol(name)])[0][0]
            program = Program([*computed.inputs, symbol(name)], rest, computed.definitions, [symbol("E")])
            played = Played(program.tape, [*computed.values, given_value])
            slope = gradient(program.tape, program.outputs[0], [*computed.values, given_value])[-1]
            assert agree(value, bound, slope, played.sum_of_paths(program.outputs[0])[-1]), name


@laws
@given(networks())
def test_a_gradient_written_out_has_the_same_value(written: Written) -> None:
    net = workings.parse(written.text)
    derivations = {weight: net.derive(weight) for weight in net.graph.weights}
    for computed in fair_points(written, net, net.derive()):
        reference = computed.reference()
        for weight, derivation in derivations.items():
            found = derivation.gradients[weight]
            values, bounds = computed.of([found.final], derivation.program())
            assert agree(values[0], bounds[0], *reference[weight]), (weight, values, reference[weight])


def test_a_wrong_gradient_does_not_agree() -> None:
    net = workings.read("examples/two-two-two.txt")
    derivation = net.derive()
    computed = Computed(net, derivation, _worked_point(net))
    starts = [g.start for g in derivation.gradients.values()]
    reference = computed.reference()
    right = computed.of(starts, derivation.program())
    for weight, value, bound in zip(derivation.gradients, *right, strict=True):
        assert agree(value, bound, *reference[weight])
        for fault in (-value, 2 * value, value * (1 + 1e-11), 0.0):
            assert not agree(fault, bound, *reference[weight])


def _worked_point(net: Network) -> dict[str, float]:
    row = net.graph.pattern_rows()[0]
    return {name: constant_value(value) for name, value in {**net.graph.starts, **row}.items()}


# The steps


def _assert_replays(gradient: Gradient) -> None:
    line: Expr = gradient.start
    for step in gradient.steps:
        line = _taken(step, line)
    assert gradient.steps
    assert written_flat(line) is gradient.result
    line = gradient.result
    for step in gradient.written:
        line = _taken(step, line)
    assert written_flat(line) is gradient.final


def _taken(step: Step, line: Expr) -> Expr:
    assert step.before is line
    assert any(part is step.part for part in postorder(line))
    assert step.after is not line
    assert step.shown is written_flat(step.after)
    assert step.rule
    assert step.reason
    return step.after


@laws
@given(networks())
def test_the_steps_replay_to_the_result(written: Written) -> None:
    net = workings.parse(written.text)
    for derivation in (net.derive(), *(net.derive(weight) for weight in net.graph.weights)):
        for gradient in gradients_of(derivation):
            _assert_replays(gradient)


@laws
@given(networks())
def test_a_result_has_no_derivative_left_but_shared_ones(written: Written) -> None:
    net = workings.parse(written.text)
    for derivation in (net.derive(), *(net.derive(weight) for weight in net.graph.weights)):
        shared = {gradient.start for gradient in derivation.shared.values()}
        for gradient in gradients_of(derivation):
            assert not contains(gradient.result, lambda e: isinstance(e, Partial) and e not in shared)
        for lemma in derivation.lemmas.values():
            assert not contains(lemma.gradient.result, lambda e: isinstance(e, Partial))


@laws
@given(networks())
def test_every_line_without_an_open_derivative_has_the_value_of_the_gradient(written: Written) -> None:
    net = workings.parse(written.text)
    derivation = net.derive()
    shared = {gradient.start for gradient in derivation.shared.values()}
    for computed in fair_points(written, net, derivation):
        reference = computed.reference()
        for weight, gradient in derivation.gradients.items():
            closed = [
                step.shown
                for step in gradient.steps
                if not contains(step.shown, lambda e: isinstance(e, Partial) and e not in shared)
            ]
            for value, bound in zip(*computed.of(closed, derivation.program()), strict=True):
                assert agree(value, bound, *reference[weight]) or bound == math.inf


@laws
@given(networks())
def test_every_line_has_the_value_of_the_gradient(written: Written) -> None:
    net = workings.parse(written.text)
    derivation = net.derive()
    gradients = [*derivation.shared.values(), *derivation.gradients.values()]
    for computed in fair_points(written, net, derivation)[:1]:
        for gradient in gradients:
            value, magnitudes = computed.slope(gradient.start)
            for line in gradient.lines("full"):
                found, bound = computed.of_line(line.expr)
                assert agree(found, bound, value, magnitudes), (plain(gradient.start), plain(line.expr), found, value)


# What is written reads back


@laws
@given(networks())
def test_the_notation_reads_back_to_the_same_network(written: Written) -> None:
    net = workings.parse(written.text)
    again = workings.parse(net.notation)
    assert again.notation == net.notation
    assert again.graph.formulas == net.graph.formulas
    assert again.graph.weights == net.graph.weights
    assert again.graph.error == net.graph.error
    for computed in fair_points(written, net, net.derive()):
        point = dict(zip(computed.leaves, computed.values, strict=True))
        same = Computed(again, again.derive(), point)
        assert same.error == computed.error
        assert again.at(point).gradients == net.at(point).gradients


@pytest.mark.parametrize("writing", WRITINGS)
@laws
@given(written=networks())
def test_every_line_of_a_derivation_reads_back_to_itself(written: Written, writing: str) -> None:
    net = workings.parse(written.text)
    graph = net.graph
    words = Vocabulary(frozenset({*graph.formulas, *graph.declarations}), frozenset(graph.functions))
    seen: set[Expr] = set()
    for derivation in (net.derive(), net.derive(graph.weights[0])):
        for gradient in (*derivation.shared.values(), *derivation.gradients.values()):
            _assert_lines_read_back(gradient, writing, words, seen)
        for lemma in derivation.lemmas.values():
            _assert_lines_read_back(lemma.gradient, writing, words.inside(lemma.function.parameters), seen)


def _assert_lines_read_back(gradient: Gradient, writing: str, words: Vocabulary, seen: set[Expr]) -> None:
    lines = {gradient.start, *(line.expr for line in gradient.lines("full")), gradient.result, gradient.final}
    for expr in lines - seen:
        back = read_back(expr, writing, words)
        assert back is expr, (WRITINGS[writing](expr), back if isinstance(back, str) else WRITINGS[writing](back))
    seen |= lines
