from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

import pytest
from hypothesis import given, reject, seed, settings
from hypothesis import strategies as st

import workings
from tests.laws import reverse_mode
from tests.laws.authors import Written, network
from tests.laws.conditioning import Played
from tests.laws.reading import WRITINGS, read_back
from workings.api import Network
from workings.derive.step import Derivation, Gradient, Step
from workings.derive.tidy import written_flat
from workings.graph.expr import Expr, Partial, children, contains, partial, postorder, symbol
from workings.graph.speakers.floats import Program, constant_value
from workings.graph.writing.boxes import plain
from workings.read.names.vocabulary import Vocabulary

#: The bounds of rounding count one epsilon an operation, and at a fair point no number has lost more than this
#: factor of its precision; so two right values agree to within this many epsilon of the magnitudes they are sums of.
MOST_LOST = 256
SLACK = MOST_LOST * sys.float_info.epsilon

LAWS: list[Callable[[Written], None]] = []


def law(check: Callable[[Written], None]) -> Callable[[], None]:
    """Hold a law against random networks; those that once broke one are held against every law below.

    One seed for all: every law meets the same networks, which are then read and derived only once.
    """
    LAWS.append(check)
    chosen = settings(max_examples=60, derandomize=True, deadline=None, database=None)
    return seed(20)(chosen(given(st.randoms(use_true_random=False).map(network))(check)))


@cache
def read(text: str) -> Network:
    return workings.parse(text)


@cache
def derived(text: str, *weights: str) -> Derivation:
    return read(text).derive(*weights)


class Computed:
    """A network at a point: its forward quantities, and any other equations over them."""

    def __init__(self, net: Network, derivation: Derivation, point: Mapping[str, float]) -> None:
        graph = net.graph
        self.leaves = [name for name in graph.declarations if name not in graph.formulas]
        self.definitions = derivation.definitions
        self.inputs: list[Expr] = [symbol(name) for name in self.leaves]
        self.values = [
            constant_value(graph.values[name]) if name in graph.values else point[name] for name in self.leaves
        ]
        self.forward: list[tuple[Expr, Expr]] = [(symbol(name), graph.formulas[name]) for name in graph.order]
        self.program = Program(self.inputs, self.forward, self.definitions, [symbol("E")])
        self.output = self.program.outputs[0]
        self.played = Played(self.program.tape, self.values)
        self._slopes: dict[Partial, tuple[float, float]] = {}

    def is_fair(self) -> bool:
        """Say whether every number is finite, none is the small rest of large ones, no choice is nearly even."""
        played = self.played
        return played.is_finite() and not played.is_near_kink(1e-6) and played.is_well_conditioned(MOST_LOST)

    def of(self, wanted: Sequence[Expr], equations: Sequence[tuple[Expr, Expr]] = ()) -> list[tuple[float, float]]:
        """Return the values of expressions over the network's names, each with the bound of its rounding."""
        own = [(expr, expr) for expr in wanted]
        program = Program(self.inputs, [*self.forward, *equations, *own], self.definitions, wanted)
        played = Played(program.tape, self.values)
        bounds = played.rounding()
        return [(played.slots[slot], bounds[slot]) for slot in program.outputs]

    def slope(self, wanted: Partial) -> tuple[float, float]:
        """Return autograd's value of a derivative, and the sum of magnitudes that bounds its rounding.

        `∂a/∂b` counts every path by which b reaches a; names that are held are as fixed as the leaves.
        """
        if wanted not in self._slopes:
            self._slopes[wanted] = self._slope(wanted)
        return self._slopes[wanted]

    def _slope(self, wanted: Partial) -> tuple[float, float]:
        inputs = list(dict.fromkeys([*self.inputs, wanted.by, *wanted.held]))
        known = dict(zip(self.inputs, self.values, strict=True))
        values = [known[name] if name in known else self.of([name])[0][0] for name in inputs]
        forward = [(name, formula) for name, formula in self.forward if name not in inputs]
        program = Program(inputs, [*forward, (wanted, wanted.of)], self.definitions, [wanted])
        output, at = program.outputs[0], inputs.index(wanted.by)
        return reverse_mode.gradient(program.tape, output, values)[at], Played(program.tape, values).sum_of_paths(
            output
        )[at]

    def of_line(self, line: Expr) -> tuple[float, float]:
        """Return the value of a line with derivatives in it, and the bound of its rounding."""
        open_ones = [part for part in postorder(line, into=below_derivatives) if isinstance(part, Partial)]
        slopes = [self.slope(part) for part in open_ones]
        program = Program([*open_ones, *self.inputs], [*self.forward, (line, line)], self.definitions, [line])
        played = Played(program.tape, [*(value for value, _ in slopes), *self.values])
        bounds = played.rounding([error for _, error in slopes])
        return played.slots[program.outputs[0]], bounds[program.outputs[0]]


def below_derivatives(expr: Expr) -> tuple[Expr, ...]:
    return () if isinstance(expr, Partial) else children(expr)


def agree(found: tuple[float, float], reference: tuple[float, float]) -> bool:
    """Say whether two values, each with what bounds its rounding, are equal to a relative 1e-12."""
    return abs(found[0] - reference[0]) <= 1e-12 * abs(reference[0]) + SLACK * (found[1] + reference[1])


@cache
def computed_at(written: Written) -> tuple[Computed, ...]:
    found = [Computed(read(written.text), derived(written.text), point) for point in written.points]
    return tuple(computed for computed in found if computed.is_fair())


def fair_points(written: Written) -> tuple[Computed, ...]:
    return computed_at(written) or reject()


def all_derivations(text: str) -> Iterator[Derivation]:
    yield derived(text)
    yield from (derived(text, weight) for weight in read(text).graph.weights)


def all_gradients(derivation: Derivation) -> Iterator[Gradient]:
    yield from derivation.shared.values()
    yield from derivation.gradients.values()
    yield from (lemma.gradient for lemma in derivation.lemmas.values())


def start_of(gradient: Gradient) -> Partial:
    assert isinstance(gradient.start, Partial)
    return gradient.start


# What is read is what was meant


@law
def test_a_network_computes_what_its_author_meant(written: Written) -> None:
    net = read(written.text)
    for point in written.points:
        computed = Computed(net, derived(written.text), point)
        if computed.is_fair():
            assert agree(computed.of([symbol("E")])[0], (written.error(point), 0.0))


# The gradients


@law
def test_every_gradient_and_shared_slope_equals_the_one_of_autograd(written: Written) -> None:
    derivation = derived(written.text)
    assert tuple(derivation.gradients) == read(written.text).graph.weights
    starts = [start_of(g) for g in (*derivation.shared.values(), *derivation.gradients.values())]
    for computed in fair_points(written):
        for start, found in zip(starts, computed.of(starts, derivation.program()), strict=True):
            assert agree(found, computed.slope(start)), (plain(start), found, computed.slope(start))


@law
def test_a_gradient_written_out_has_the_same_value(written: Written) -> None:
    net = read(written.text)
    derivations = {weight: derived(written.text, weight) for weight in net.graph.weights}
    for computed in fair_points(written):
        for weight, derivation in derivations.items():
            gradient = derivation.gradients[weight]
            found = computed.of([gradient.final], derivation.program())[0]
            assert agree(found, computed.slope(start_of(gradient))), (plain(gradient.final), found)


@law
def test_any_quantity_can_be_differentiated_by_any_name(written: Written) -> None:
    net = read(written.text)
    graph = net.graph
    for computed in fair_points(written)[:1]:
        for of, by in ((graph.order[0], computed.leaves[0]), ("E", graph.order[0]), ("E", computed.leaves[0])):
            if of == by:
                continue
            derivation = net.derive(by, of=of)
            found = computed.of([derivation.gradients[by].final], derivation.program())[0]
            assert agree(found, computed.slope(partial(symbol(of), symbol(by)))), (of, by, found)


def test_a_wrong_gradient_does_not_agree() -> None:
    worked = workings.read("examples/two-two-two.txt")
    point = {**worked.graph.starts, **worked.graph.pattern_rows()[0]}
    net = workings.parse(worked.notation.replace("E_total", "E"))
    derivation = net.derive()
    computed = Computed(net, derivation, {name: constant_value(value) for name, value in point.items()})
    starts = [start_of(gradient) for gradient in derivation.gradients.values()]
    assert len(starts) == 8
    for start, (value, bound) in zip(starts, computed.of(starts, derivation.program()), strict=True):
        assert agree((value, bound), computed.slope(start))
        for fault in (-value, 2 * value, value * (1 + 1e-11), value * (1 - 1e-11), 0.0, math.nan):
            assert not agree((fault, bound), computed.slope(start))


# The steps


def assert_replays(start: Expr, steps: Sequence[Step], end: Expr) -> None:
    line = start
    for step in steps:
        assert step.before is line
        assert any(part is step.part for part in postorder(line))
        assert step.after is not line
        assert step.shown is written_flat(step.after)
        assert step.rule
        assert step.reason
        line = step.after
    assert written_flat(line) is end


@law
def test_the_steps_replay_to_the_result(written: Written) -> None:
    for derivation in all_derivations(written.text):
        for gradient in all_gradients(derivation):
            assert gradient.steps
            assert_replays(gradient.start, gradient.steps, gradient.result)
            assert_replays(gradient.result, gradient.written, gradient.final)


def is_closed(line: Expr, derivation: Derivation) -> bool:
    """Say whether a line has no derivative in it but those of shared quantities."""
    shared = {gradient.start for gradient in derivation.shared.values()}
    return not contains(line, lambda e: isinstance(e, Partial) and e not in shared)


@law
def test_a_result_has_no_derivative_left_but_shared_ones(written: Written) -> None:
    for derivation in all_derivations(written.text):
        for gradient in all_gradients(derivation):
            assert is_closed(gradient.result, derivation)
        for lemma in derivation.lemmas.values():
            assert not contains(lemma.gradient.result, lambda e: isinstance(e, Partial))


@law
def test_every_line_without_an_open_derivative_has_the_value_of_the_gradient(written: Written) -> None:
    derivation = derived(written.text)
    for computed in fair_points(written):
        for gradient in (*derivation.shared.values(), *derivation.gradients.values()):
            lines = [line.expr for line in gradient.lines("full") if is_closed(line.expr, derivation)]
            for line, found in zip(lines, computed.of(lines, derivation.program()), strict=True):
                assert agree(found, computed.slope(start_of(gradient))), (plain(line), found)


@law
def test_every_line_has_the_value_of_the_gradient(written: Written) -> None:
    derivation = derived(written.text)
    for computed in fair_points(written)[:1]:
        for gradient in (*derivation.shared.values(), *derivation.gradients.values()):
            value = computed.slope(start_of(gradient))
            for line in gradient.lines("full"):
                found = computed.of_line(line.expr)
                assert agree(found, value), (plain(gradient.start), plain(line.expr), found, value)


# What is written reads back


def facts(net: Network) -> tuple[object, ...]:
    """Return everything that a network states."""
    graph = net.graph
    roles = {name: (declared.role, declared.domain) for name, declared in graph.declarations.items()}
    functions = {name: (function.parameters, function.body) for name, function in graph.functions.items()}
    table = graph.patterns and (graph.patterns.columns, graph.patterns.rows)
    return graph.formulas, functions, roles, graph.values, graph.starts, table, graph.error, graph.rate


@law
def test_the_notation_reads_back_to_the_same_network(written: Written) -> None:
    net = read(written.text)
    again = workings.parse(net.notation)
    assert again.notation == net.notation
    assert facts(again) == facts(net)
    for computed in fair_points(written)[:1]:
        point = dict(zip(computed.leaves, computed.values, strict=True))
        same = Computed(again, again.derive(), point)
        assert same.of([symbol("E")]) == computed.of([symbol("E")])
        assert again.at(point).gradients == net.at(point).gradients


def assert_lines_read_back(written: Written, writing: str) -> None:
    net = read(written.text)
    graph = net.graph
    words = Vocabulary(frozenset({*graph.formulas, *graph.declarations}), frozenset(graph.functions))
    seen: set[Expr] = set()
    for derivation in all_derivations(written.text):
        for gradient in (*derivation.shared.values(), *derivation.gradients.values()):
            _assert_read_back(gradient, writing, words, seen)
        for lemma in derivation.lemmas.values():
            _assert_read_back(lemma.gradient, writing, words.inside(lemma.function.parameters), seen)


def _assert_read_back(gradient: Gradient, writing: str, words: Vocabulary, seen: set[Expr]) -> None:
    lines = {gradient.start, *(line.expr for line in gradient.lines("full")), gradient.result, gradient.final}
    for expr in lines - seen:
        back = read_back(expr, writing, words)
        assert back is expr, (WRITINGS[writing](expr), back if isinstance(back, str) else WRITINGS[writing](back))
    seen |= lines


@law
def test_every_line_in_plain_letters_reads_back_to_itself(written: Written) -> None:
    assert_lines_read_back(written, "plain")


@law
def test_every_line_in_ascii_reads_back_to_itself(written: Written) -> None:
    assert_lines_read_back(written, "ascii")


@law
def test_every_line_in_latex_reads_back_to_itself(written: Written) -> None:
    assert_lines_read_back(written, "LaTeX")


# Networks that once broke a law


def _squared(meaning: Callable[[float, float], float]) -> Callable[[Mapping[str, float]], float]:
    return lambda p: (meaning(p["x"], p["w1"]) - p["t"]) ** 2 / 2


_HEAD = "```network\ninput x in R\ntarget t in R\nweight w1 in R\n"
_TAIL = "\nE = 1/2 (y - t)^2\n```\n"
ONCE_BROKEN: Mapping[str, tuple[str, Callable[[Mapping[str, float]], float]]] = {
    # B's parameter hides w₁ in B, not in A: B(x) depends on the weight through A.
    "a parameter that hides a name which an inner function uses": (
        "A(u) = u w1\nB(w1) = A(w1) + 1\ny = B(x) + w1", _squared(lambda x, w: x * w + 1 + w)
    ),
    "a function whose derivative is 0": (
        "A(u) = e^(u) - e^(u)\ny = A(w1) + w1 x", _squared(lambda x, w: w * x)
    ),
    "a quotient by a number": ("y = x + w1/2", _squared(lambda x, w: x + w / 2)),
    "a whole number written as a decimal": ("y = 1.0 w1 x + 2.0^2.0", _squared(lambda x, w: w * x + 4)),
    "an exponent that begins with a bracket": (
        "y = e^((x - w1)^2 x)", _squared(lambda x, w: math.exp((x - w) ** 2 * x))
    ),
    "a weight that acts directly and through another quantity": (
        "z = w1 x\ny = z x + w1", _squared(lambda x, w: w * x * x + w)
    ),
}  # fmt: skip


@pytest.mark.parametrize("check", LAWS, ids=lambda check: check.__name__.removeprefix("test_"))
@pytest.mark.parametrize("broken", ONCE_BROKEN)
def test_networks_that_once_broke_a_law_keep_it(broken: str, check: Callable[[Written], None]) -> None:
    equations, error = ONCE_BROKEN[broken]
    check(Written(_HEAD + equations + _TAIL, error, [{"x": 0.7, "t": 0.3, "w1": 0.9}]))
