from __future__ import annotations

import itertools
import math
import struct
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from tests.laws.reading import WRITINGS, read_back
from tests.laws.reverse_mode import gradient
from workings.graph import ops
from workings.graph.expr import ONE, TWO, ZERO, Expr, call, number, partial, symbol
from workings.graph.forms import recognised
from workings.graph.op import OPS, Cases, Op
from workings.graph.ops.arithmetic import add, euler, mul, neg, power
from workings.graph.speakers.floats import FLOATS, Program, run_tape
from workings.graph.words.tape import Tape

assert ops, "importing the ops fills the table"

EPSILON = sys.float_info.epsilon
NAMES = (symbol("x"), symbol("y"), symbol("u"))
EVERY_OP = tuple(OPS.values())
EVERY_ARGUMENT = tuple((op, index) for op in EVERY_OP for index in range(op.arity))


def ident(value: object) -> str | None:
    return value.name if isinstance(value, Op) else None


def function_of(expr: Expr, arity: int) -> Callable[..., float]:
    program = Program(NAMES[:arity], [(expr, expr)], {})
    return lambda *point: program.run(point)[0]


def value_of(op: Op) -> Callable[..., float]:
    return function_of(op(*NAMES[: op.arity]), op.arity)


def partials_of(op: Op) -> tuple[Expr, ...]:
    return op.partials(*NAMES[: op.arity])


# The instruments


def differences_converge_at_order_two(
    value: Callable[..., float], slope: float, point: Sequence[float], index: int
) -> bool:
    """Halving the step quarters the error; a function without curvature has no error but rounding."""
    side = min(1.0, abs(point[index])) or 1.0
    errors: list[float] = []
    roundings: list[float] = []
    for halvings in range(2, 10):
        step = side * 2.0**-halvings
        high, low = point[index] + step, point[index] - step
        above = value(*point[:index], high, *point[index + 1 :])
        below = value(*point[:index], low, *point[index + 1 :])
        errors.append(abs((above - below) / (high - low) - slope))
        roundings.append(4 * EPSILON * (abs(above) + abs(below) + abs(slope * high)) / (high - low))
    if all(error <= rounding for error, rounding in zip(errors, roundings, strict=True)):
        return True
    ratios = [a / b for (a, b), floor in zip(itertools.pairwise(errors), roundings[1:], strict=True) if b > 500 * floor]
    return len(ratios) >= 3 and all(3.96 < ratio < 4.04 for ratio in ratios[-3:])


def equals_autograd(op: Op, slope: float, point: Sequence[float], index: int) -> bool:
    tape = Tape()
    output = op.record(tape, *(tape.input(i) for i in range(op.arity)))
    reference = gradient(tape, output, point)[index]
    return abs(slope - reference) <= 1e-12 * abs(reference)


# The derivatives


@pytest.mark.parametrize(("op", "index"), EVERY_ARGUMENT, ids=ident)
def test_central_differences_converge_to_each_partial_at_order_two(op: Op, index: int) -> None:
    slope = function_of(partials_of(op)[index], op.arity)
    for point in op.samples:
        assert differences_converge_at_order_two(value_of(op), slope(*point), point, index), point


@pytest.mark.parametrize(("op", "index"), EVERY_ARGUMENT, ids=ident)
def test_each_partial_equals_the_one_of_autograd(op: Op, index: int) -> None:
    slope = function_of(partials_of(op)[index], op.arity)
    for point in op.samples:
        assert equals_autograd(op, slope(*point), point, index), point


@pytest.mark.parametrize("op", EVERY_OP, ids=ident)
def test_an_op_has_a_partial_for_each_argument_and_samples_that_fit(op: Op) -> None:
    assert len(partials_of(op)) == op.arity
    assert op.samples
    assert all(len(point) == op.arity for point in op.samples)
    assert all(math.isfinite(value_of(op)(*point)) for point in op.samples)


# The instruments see planted faults

FAULTS: dict[str, Callable[[Op, int], Expr]] = {
    "sign flipped": lambda op, index: neg(partials_of(op)[index]),
    "factor 2": lambda op, index: mul(TWO, partials_of(op)[index]),
    "a millionth too large": lambda op, index: mul(number(Fraction(1_000_001, 1_000_000)), partials_of(op)[index]),
    "1 too large": lambda op, index: add(partials_of(op)[index], ONE),
    "left out": lambda _, __: ZERO,
    "arguments swapped": lambda op, index: op.partials(*reversed(NAMES[: op.arity]))[index],
    "the other argument's": lambda op, index: partials_of(op)[index - 1],
}


def wrong_slopes(op: Op, index: int, fault: str) -> list[tuple[tuple[float, ...], float]]:
    """Return the samples at which a fault gives another slope, with that slope."""
    right = function_of(partials_of(op)[index], op.arity)
    wrong = function_of(FAULTS[fault](op, index), op.arity)
    return [(point, wrong(*point)) for point in op.samples if wrong(*point) != right(*point)]


PLANTED = [(op, index, fault) for op, index in EVERY_ARGUMENT for fault in FAULTS if wrong_slopes(op, index, fault)]


@pytest.mark.parametrize(("op", "index", "fault"), PLANTED, ids=ident)
def test_differences_do_not_converge_to_a_wrong_derivative(op: Op, index: int, fault: str) -> None:
    for point, slope in wrong_slopes(op, index, fault):
        assert not differences_converge_at_order_two(value_of(op), slope, point, index), point


@pytest.mark.parametrize(("op", "index", "fault"), PLANTED, ids=ident)
def test_a_wrong_derivative_does_not_equal_the_one_of_autograd(op: Op, index: int, fault: str) -> None:
    for point, slope in wrong_slopes(op, index, fault):
        assert not equals_autograd(op, slope, point, index), point


def test_every_argument_of_every_op_has_a_planted_fault_and_every_fault_is_planted() -> None:
    assert {(op, index) for op, index, _ in PLANTED} == set(EVERY_ARGUMENT)
    assert {fault for _, _, fault in PLANTED} == FAULTS.keys()


def test_a_difference_of_order_one_is_not_taken_for_one_of_order_two() -> None:
    def kinked(x: float) -> float:
        return math.exp(x) if x >= 0.5 else 2 * math.exp(0.5) - math.exp(1.0 - x) + (x - 0.5) ** 2

    assert not differences_converge_at_order_two(kinked, math.exp(0.5), (0.5,), 0)


# Writing and reading

_X, _E, _W = symbol("x"), symbol("E"), symbol("w")
LEAVES: tuple[Expr, ...] = (
    *(symbol(name) for name in ("x", "y_hat", "w1", "net_h1", "out_o1", "alpha", "y_hat1", "theta_bar")),
    *(number(value) for value in (0, 2, 10, Fraction(1, 2), Fraction(3, 7), Fraction(22, 7))),
    *(number(Fraction(text), decimal=True) for text in ("0.5", "2.25", "0.001")),
    call("A", (_X,)), call("A", (_X,), (1,)), call("F", (_X, symbol("y"))),
    partial(_E, _W), partial(_E, _W, (symbol("y_hat"),)), partial(call("A", (_X,)), _X),
)  # fmt: skip


def is_other_spelling(op: Op, index: int, inner: Expr) -> bool:
    """e raised is the exponential function in its other spelling, an op of its own."""
    return op is power and index == 0 and inner is euler()


def applied(op: Op, inner: Sequence[Expr]) -> Sequence[Expr]:
    """Return an op applied to names, and with each of `inner` in the place of each argument."""
    return [op(*NAMES[: op.arity])] + [
        op(*NAMES[:index], expr, *NAMES[index + 1 : op.arity])
        for index in range(op.arity)
        for expr in inner
        if not is_other_spelling(op, index, expr)
    ]


APPLICATIONS: tuple[Expr, ...] = tuple(op(*NAMES[: op.arity]) for op in EVERY_OP)
#: One op for each way of being written, inside one another.
ONE_OF_EACH = tuple({(type(op.layout), op.arity): op for op in EVERY_OP}.values())
NESTED = tuple(
    expr for op in ONE_OF_EACH for expr in applied(op, [inner(*NAMES[: inner.arity]) for inner in ONE_OF_EACH])
)


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("op", EVERY_OP, ids=ident)
def test_a_written_application_reads_back_to_itself(op: Op, writing: str) -> None:
    wrong: dict[str, str] = {}
    for expr in applied(op, (*LEAVES, *APPLICATIONS, *NESTED)):
        back = read_back(expr, writing)
        if back is not expr:
            wrong[WRITINGS[writing](expr)] = back if isinstance(back, str) else WRITINGS[writing](back)
    assert not wrong


# Special values

INF, NAN, LEAST = math.inf, math.nan, 5e-324
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 1000.0, -1000.0, 1e308, -1e308, LEAST, -LEAST, 1e-310, INF, -INF, NAN)


def bits(value: float) -> bytes:
    """Return what tells floats apart: −0 is not +0, and a NaN is a NaN."""
    return b"NaN" if math.isnan(value) else struct.pack("<d", value)


VALUES: tuple[tuple[str, tuple[float, ...], float], ...] = (
    ("add", (INF, -INF), NAN), ("add", (1e308, 1e308), INF), ("add", (-0.0, -0.0), -0.0), ("add", (0.0, -0.0), 0.0),
    ("sub", (INF, INF), NAN), ("sub", (1.0, 1.0), 0.0), ("sub", (-0.0, 0.0), -0.0), ("sub", (LEAST, LEAST), 0.0),
    ("neg", (0.0,), -0.0), ("neg", (-0.0,), 0.0), ("neg", (INF,), -INF), ("neg", (LEAST,), -LEAST),
    ("mul", (0.0, INF), NAN), ("mul", (-1.0, 0.0), -0.0), ("mul", (LEAST, 0.5), 0.0), ("mul", (1e308, -10.0), -INF),
    ("div", (1.0, 0.0), INF), ("div", (-1.0, 0.0), -INF), ("div", (1.0, -0.0), -INF), ("div", (-1.0, -0.0), INF),
    ("div", (0.0, 0.0), NAN), ("div", (-0.0, 0.0), NAN), ("div", (NAN, 0.0), NAN), ("div", (INF, 0.0), INF),
    ("div", (INF, -0.0), -INF), ("div", (INF, INF), NAN), ("div", (-1.0, INF), -0.0), ("div", (1.0, LEAST), INF),
    ("power", (0.0, -1.0), INF), ("power", (-0.0, -1.0), -INF), ("power", (-0.0, -2.0), INF),
    ("power", (0.0, -0.5), INF), ("power", (-8.0, 1 / 3), NAN), ("power", (-2.0, 3.0), -8.0),
    ("power", (NAN, 0.0), 1.0), ("power", (1.0, NAN), 1.0), ("power", (0.0, 0.0), 1.0), ("power", (-1.0, INF), 1.0),
    ("power", (1e200, 2.0), INF), ("power", (-1e200, 3.0), -INF), ("power", (-1e200, 2.0), INF),
    ("power", (-INF, 3.0), -INF), ("power", (0.0, -INF), INF), ("power", (LEAST, 2.0), 0.0),
    ("exp", (1000.0,), INF), ("exp", (-1000.0,), 0.0), ("exp", (INF,), INF), ("exp", (-INF,), 0.0),
    ("exp", (-0.0,), 1.0), ("exp", (-745.0,), LEAST), ("e_power", (1000.0,), INF), ("e_power", (-1000.0,), 0.0),
    ("log", (0.0,), -INF), ("log", (-0.0,), -INF), ("log", (-1.0,), NAN), ("log", (INF,), INF), ("log", (-INF,), NAN),
    ("log", (1.0,), 0.0), ("log", (LEAST,), -744.4400719213812), ("log", (-LEAST,), NAN),
    ("sqrt", (-1.0,), NAN), ("sqrt", (-0.0,), -0.0), ("sqrt", (INF,), INF), ("sqrt", (-INF,), NAN),
    ("sqrt", (LEAST,), 2.2227587494850775e-162), ("sqrt", (-LEAST,), NAN),
    ("sin", (INF,), NAN), ("sin", (-0.0,), -0.0), ("sin", (LEAST,), LEAST), ("cos", (-INF,), NAN), ("cos", (0.0,), 1.0),
    ("tan", (INF,), NAN), ("tan", (-0.0,), -0.0), ("sinh", (1000.0,), INF), ("sinh", (-1000.0,), -INF),
    ("sinh", (-0.0,), -0.0), ("sinh", (-INF,), -INF), ("cosh", (1000.0,), INF), ("cosh", (-1000.0,), INF),
    ("cosh", (-INF,), INF), ("tanh", (INF,), 1.0), ("tanh", (-INF,), -1.0), ("tanh", (-0.0,), -0.0),
    ("tanh", (LEAST,), LEAST), ("logistic", (1000.0,), 1.0), ("logistic", (-1000.0,), 0.0), ("logistic", (0.0,), 0.5),
    ("logistic", (-INF,), 0.0), ("logistic", (INF,), 1.0), ("softplus", (1000.0,), 1000.0),
    ("softplus", (-1000.0,), 0.0), ("softplus", (INF,), INF), ("softplus", (-INF,), 0.0),
    ("softplus", (0.0,), math.log1p(1.0)), ("absolute", (-0.0,), 0.0), ("absolute", (-INF,), INF),
    ("absolute", (-LEAST,), LEAST), ("relu", (NAN,), NAN), ("relu", (-INF,), 0.0), ("relu", (INF,), INF),
    ("relu", (LEAST,), LEAST), ("relu", (-LEAST,), 0.0), ("relu", (0.0,), 0.0),
    ("maximum", (NAN, 1.0), NAN), ("maximum", (1.0, NAN), NAN), ("maximum", (NAN, NAN), NAN),
    ("maximum", (0.0, -0.0), 0.0), ("maximum", (-0.0, 0.0), -0.0), ("maximum", (-INF, NAN), NAN),
    ("maximum", (INF, 1.0), INF), ("maximum", (-LEAST, LEAST), LEAST),
    ("minimum", (NAN, 1.0), NAN), ("minimum", (1.0, NAN), NAN), ("minimum", (NAN, NAN), NAN),
    ("minimum", (0.0, -0.0), 0.0), ("minimum", (-0.0, 0.0), -0.0), ("minimum", (INF, NAN), NAN),
    ("minimum", (-INF, 1.0), -INF), ("minimum", (-LEAST, LEAST), -LEAST),
    ("above", (1.0, 1.0), 0.0), ("above", (0.0, -0.0), 0.0), ("above", (NAN, 0.0), 0.0), ("above", (0.0, NAN), 0.0),
    ("above", (LEAST, 0.0), 1.0), ("above", (INF, -INF), 1.0), ("at_least", (1.0, 1.0), 1.0),
    ("at_least", (-0.0, 0.0), 1.0), ("at_least", (NAN, NAN), 0.0), ("at_least", (NAN, 0.0), 0.0),
    ("at_least", (0.0, LEAST), 0.0), ("at_least", (INF, INF), 1.0), ("sign", (-0.0,), 0.0), ("sign", (0.0,), 0.0),
    ("sign", (-LEAST,), -1.0), ("sign", (LEAST,), 1.0), ("sign", (-INF,), -1.0), ("sign", (INF,), 1.0),
    ("cases", (1.0, 2.0, NAN), 2.0), ("cases", (0.0, NAN, 2.0), 2.0), ("cases", (-0.0, INF, -0.0), -0.0),
    ("cases", (NAN, 1.0, 2.0), NAN), ("cases", (INF, 1.0, 2.0), 1.0), ("cases", (LEAST, 1.0, 2.0), 1.0),
    ("pi", (), math.pi), ("euler", (), math.e),
    ("erf", (INF,), 1.0), ("erf", (-INF,), -1.0), ("erf", (-0.0,), -0.0), ("erf", (0.5,), math.erf(0.5)),
    ("sec", (0.0,), 1.0), ("sec", (INF,), NAN), ("csc", (0.0,), INF), ("csc", (-0.0,), -INF), ("csc", (INF,), NAN),
    ("cot", (0.0,), INF), ("cot", (-0.0,), -INF), ("cot", (-INF,), NAN),
    ("sech", (0.0,), 1.0), ("sech", (1000.0,), 0.0), ("sech", (-INF,), 0.0), ("csch", (0.0,), INF),
    ("csch", (-1000.0,), -0.0), ("csch", (INF,), 0.0), ("coth", (-0.0,), -INF), ("coth", (1000.0,), 1.0),
    ("coth", (-INF,), -1.0), ("arctan", (INF,), math.pi / 2), ("arctan", (-0.0,), -0.0),
    ("arcsin", (1.0,), math.pi / 2), ("arcsin", (-1.0,), -math.pi / 2), ("arcsin", (-0.0,), -0.0),
    ("arcsin", (1.5,), NAN), ("arccos", (1.0,), 0.0), ("arccos", (-1.0,), math.pi), ("arccos", (-1.5,), NAN),
    ("arsinh", (-0.0,), -0.0), ("arsinh", (INF,), INF), ("arsinh", (-INF,), -INF), ("arsinh", (LEAST,), LEAST),
    ("arcosh", (1.0,), 0.0), ("arcosh", (0.5,), NAN), ("arcosh", (INF,), INF), ("artanh", (1.0,), INF),
    ("artanh", (-1.0,), -INF), ("artanh", (-0.0,), -0.0), ("artanh", (1.5,), NAN),
    ("swish", (0.0,), 0.0), ("swish", (1000.0,), 1000.0), ("swish", (-1000.0,), -0.0), ("swish", (-INF,), NAN),
    ("gelu", (0.0,), 0.0), ("gelu", (INF,), INF), ("gelu", (-1000.0,), -0.0), ("gelu", (-INF,), NAN),
)  # fmt: skip


@pytest.mark.parametrize(("name", "args", "expected"), VALUES)
def test_special_values_are_those_that_the_words_document(name: str, args: tuple[float, ...], expected: float) -> None:
    assert bits(value_of(OPS[name])(*args)) == bits(expected)


def test_every_op_has_special_values_in_the_table() -> None:
    assert {name for name, _, _ in VALUES} == OPS.keys()


@pytest.mark.parametrize("op", EVERY_OP, ids=ident)
def test_no_special_value_makes_an_op_or_its_partials_raise(op: Op) -> None:
    for expr in (op(*NAMES[: op.arity]), *partials_of(op)):
        function = function_of(expr, op.arity)
        for point in itertools.product(SPECIAL, repeat=op.arity):
            assert type(function(*point)) is float, point


@pytest.mark.parametrize(("op", "index"), EVERY_ARGUMENT, ids=ident)
def test_a_nan_in_an_argument_is_the_result_unless_the_op_is_a_switch(op: Op, index: int) -> None:
    switch = all(slope is ZERO for slope in partials_of(op))
    for point in op.samples:
        result = value_of(op)(*point[:index], NAN, *point[index + 1 :])
        # Of cases, the one that does not apply has no say.
        idle = isinstance(op.layout, Cases) and index == (2 if point[0] else 1)
        assert math.isnan(result) is not (switch or idle)


SLOPES_AT_KINKS: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...] = (
    ("relu", (0.0,), (0.0,)), ("relu", (-0.0,), (0.0,)), ("absolute", (0.0,), (0.0,)), ("absolute", (-0.0,), (0.0,)),
    ("maximum", (1.5, 1.5), (1.0, 0.0)), ("maximum", (-0.0, 0.0), (1.0, 0.0)),
    ("minimum", (1.5, 1.5), (1.0, 0.0)), ("minimum", (0.0, -0.0), (1.0, 0.0)),
    ("cases", (1.0, 2.0, 3.0), (0.0, 1.0, 0.0)), ("cases", (0.0, 2.0, 3.0), (0.0, 0.0, 1.0)),
    ("above", (1.0, 1.0), (0.0, 0.0)), ("at_least", (1.0, 1.0), (0.0, 0.0)), ("sign", (0.0,), (0.0,)),
)  # fmt: skip


@pytest.mark.parametrize(("name", "point", "expected"), SLOPES_AT_KINKS)
def test_at_a_kink_the_slope_is_the_stated_one(
    name: str, point: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    found = [function_of(slope, len(point))(*point) for slope in partials_of(OPS[name])]
    assert [bits(value) for value in found] == [bits(value) for value in expected]


def test_exactly_the_ops_that_state_a_kink_are_tested_at_it() -> None:
    assert {name for name, _, _ in SLOPES_AT_KINKS} == {op.name for op in EVERY_OP if op.kink}


@pytest.mark.parametrize("exponent", range(65))
def test_a_whole_power_is_repeated_multiplication_in_the_stated_tree(exponent: int) -> None:
    def tree(base: float, n: int) -> float:
        if n < 2:
            return base if n else 1.0
        half = tree(base, n // 2)
        return half * half * base if n % 2 else half * half

    function = function_of(power(NAMES[0], number(exponent)), 1)
    assert [bits(function(base)) for base in (1.1, -0.7, -0.0, NAN)] == [
        bits(tree(base, exponent)) for base in (1.1, -0.7, -0.0, NAN)
    ]


@pytest.mark.parametrize("exponent", [-1, -2, -3, -64])
def test_a_negative_whole_constant_is_an_exponent_like_any_other(exponent: int) -> None:
    tape = Tape()
    out = tape.pow(tape.input(NAMES[0]), tape.constant(exponent))
    slots = run_tape(tape, FLOATS, float, {NAMES[0]: 2.0})
    assert slots[out] == 2.0**exponent


# Where an op is defined, where its slope is a choice, and what else it is written as

GRID = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)


@pytest.mark.parametrize("op", EVERY_OP, ids=ident)
def test_an_op_and_its_slopes_have_values_exactly_in_its_domain(op: Op) -> None:
    conditions = op.domain(*NAMES[: op.arity])
    holds = [(c, function_of(c.of, op.arity)) for c in conditions]
    values = [function_of(expr, op.arity) for expr in (op(*NAMES[: op.arity]), *partials_of(op))]
    for point in (*op.samples, *itertools.product(GRID, repeat=op.arity)):
        inside = all(c.holds(of(*point)) for c, of in holds)
        assert inside is all(math.isfinite(value(*point)) for value in values), point


@pytest.mark.parametrize(("name", "point", "expected"), SLOPES_AT_KINKS)
def test_at_a_kink_an_edge_is_zero(name: str, point: tuple[float, ...], expected: tuple[float, ...]) -> None:
    del expected
    edges = OPS[name].edges(*NAMES[: len(point)])
    # Where the condition of cases jumps is said by the switch that it is made of.
    assert not edges if name == "cases" else any(function_of(edge, len(point))(*point) == 0 for edge in edges)


def test_only_ops_that_state_a_kink_have_edges() -> None:
    assert {op.name for op in EVERY_OP if op.edges(*NAMES[: op.arity])} == {
        op.name for op in EVERY_OP if op.kink and op.name != "cases"
    }


FORMS = [(op, index) for op in EVERY_OP for index in range(len(op.forms))]


@pytest.mark.parametrize(("op", "index"), FORMS, ids=ident)
def test_every_form_of_an_op_is_the_same_function(op: Op, index: int) -> None:
    form = function_of(op.forms[index](*NAMES[: op.arity]), op.arity)
    for point in op.samples:
        assert math.isclose(form(*point), value_of(op)(*point), rel_tol=1e-12)


@pytest.mark.parametrize(("op", "index"), FORMS, ids=ident)
def test_every_form_of_an_op_is_recognised(op: Op, index: int) -> None:
    inner = mul(symbol("w"), symbol("x"))
    assert recognised(op.forms[index](inner)) is op(inner)


def test_formulas_are_recognised_however_they_are_turned() -> None:
    z, e = symbol("z"), OPS["e_power"]
    sigma, div, log, maximum = OPS["logistic"], OPS["div"], OPS["log"], OPS["maximum"]
    assert recognised(div(ONE, add(e(neg(z)), ONE))) is sigma(z)
    assert recognised(div(ONE, add(ONE, e(z)))) is sigma(neg(z))
    assert recognised(log(add(OPS["exp"](z), ONE))) is OPS["softplus"](z)
    assert recognised(maximum(z, ZERO)) is OPS["relu"](z)
    assert recognised(add(ONE, e(z))) is add(ONE, e(z))
    assert recognised(div(ONE, add(ONE, power(z, TWO)))) is div(ONE, add(ONE, power(z, TWO)))
