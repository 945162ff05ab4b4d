"""Native code: in exact arithmetic the bits of the interpreter, in fast arithmetic the error that is stated."""

from __future__ import annotations

import importlib
import itertools
import math
import struct
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import pytest

import workings
from tests.laws.authors import network
from workings.graph import ops
from workings.graph.expr import Expr, Symbol, symbol
from workings.graph.op import OPS, Op
from workings.graph.speakers.floats import Program
from workings.run.descent import Descent
from workings.run.history import History
from workings.run.kernel import functions
from workings.run.kernel.engine import KernelError, machine, native
from workings.run.kernel.fast import FAST_ULP
from workings.run.kernel.straight import evaluator
from workings.run.kernel.text import Bits, Lanes, Text
from workings.run.kernel.words import Words
from workings.run.native import Native
from workings.run.order import Passes
from workings.run.settings import Numbers, Settings
from workings.run.shuffle import row_orders

# Loaded by name: mpmath has no type stubs.
mpmath: Any = importlib.import_module("mpmath")

assert ops, "importing the ops fills the table"

EVERY_OP = tuple(OPS.values())
NAMES: tuple[Symbol, ...] = (symbol("x"), symbol("y"), symbol("u"))
INF, NAN, LEAST, NORMAL = math.inf, math.nan, 5e-324, 2.2250738585072014e-308
#: Numbers at which arithmetic turns a corner, and ordinary ones.
HARD = (
    0.0, -0.0, INF, -INF, NAN, LEAST, -LEAST, NORMAL, -NORMAL, 0.999 * NORMAL, 1.7976931348623157e308,
    -1.7976931348623157e308, 1e200, 1.0, -1.0, 2.0, -3.0, 0.5, 709.8, -745.2, -746.0, 1e-17, 3.7, -0.3, 12345.678,
)  # fmt: skip
MANY = (*HARD, *(Random(0).uniform(-5, 5) for _ in range(40)))


def ident(value: object) -> str | None:
    return value.name if isinstance(value, Op) else None


def bits(value: float) -> bytes:
    """Return the bits of a double; a NaN is a NaN, whatever its sign and payload."""
    return b"NaN" if math.isnan(value) else struct.pack("<d", value)


def all_bits(values: Iterable[float]) -> list[bytes]:
    return [bits(value) for value in values]


# Exact: words and ops


@pytest.mark.parametrize("op", EVERY_OP, ids=ident)
def test_every_op_and_its_partials_have_the_interpreters_bits(op: Op) -> None:
    names = NAMES[: op.arity]
    formulas: list[Expr] = [op(*names), *op.partials(*names)]
    targets: list[tuple[Expr, Expr]] = [(symbol(f"out{k}"), formula) for k, formula in enumerate(formulas)]
    program = Program(names, targets, {})
    run = evaluator(program, 64, {}, "exact")
    few = MANY if op.arity < 2 else HARD if op.arity == 2 else HARD[:9]
    points = [*op.samples, *itertools.product(few, repeat=op.arity)]
    for point in points:
        assert all_bits(run(point)) == all_bits(program.run(point)), point


# Exact: whole runs

ONE = "input x in {0, 1}\ntarget y = x\nweight w in R\nrate α = 1/2\nŷ = σ(w x)\nE = 1/2 (ŷ - y)^2"


def run_both(net: workings.Network, **how: Any) -> tuple[History, History]:
    """Return a run by the kernel and the same by the interpreter."""
    return net.train(**how, compiled=True), net.train(**how, compiled=False)


def assert_same(kernel: History, interpreter: History) -> None:
    assert kernel.native
    assert not interpreter.native
    assert kernel.steps == interpreter.steps
    assert kernel.stopped == interpreter.stopped
    assert repr(kernel.non_finite) == repr(interpreter.non_finite)
    assert all_bits(kernel.last) == all_bits(interpreter.last)
    assert kernel.recorded.tobytes() == interpreter.recorded.tobytes()


def drawn(number: int) -> workings.Network:
    """Return a random network that has patterns: those points that it was drawn with."""
    written = network(Random(number))
    graph = workings.parse(written.text).graph
    given = [*graph.inputs, *graph.leaf_targets]
    if not given:
        return workings.parse(written.text)
    rows = ["(" + ", ".join(repr(point[name]) for name in given) + ")" for point in written.points]
    lines = written.text.rstrip().splitlines()
    at = -1 if lines[-1].startswith("```") else len(lines)
    lines[at:at] = [f"patterns ({', '.join(given)}) = " + ", ".join(rows)]
    return workings.parse("\n".join(lines))


#: Random networks whose patterns fit their domains.
DRAWN: list[tuple[int, workings.Network]] = []
for _number in range(200):
    try:
        DRAWN.append((_number, drawn(_number)))
    except workings.ReadError:  # a finite domain that does not hold the points
        continue


def test_there_are_enough_random_networks() -> None:
    assert len(DRAWN) > 40


@pytest.mark.parametrize(("number", "net"), DRAWN, ids=[str(number) for number, _ in DRAWN])
def test_random_networks_train_to_the_same_bits(number: int, net: workings.Network) -> None:
    del number
    for how in ({"order": "cyclic"}, {"order": "batch", "method": "momentum"}, {"order": "shuffled"}):
        assert_same(*run_both(net, rate=0.1, steps=25, **how))


def regression(patterns: int) -> workings.Network:
    chance = Random(patterns)
    rows = [(chance.uniform(-2, 2), chance.uniform(-2, 2), chance.uniform(-1, 1)) for _ in range(patterns)]
    table = ", ".join(f"({a!r}, {b!r}; {t!r})" for a, b, t in rows)
    return workings.parse(
        "input a, b in R\ntarget q in R\nweight u, v, c, s, d in R\nrate α = 1/8\nh = tanh(u a + v b + c)\n"
        f"y = s h + d\nE = 1/2 (y - q)^2\npatterns (a, b; q) = {table}"
    )


@pytest.mark.parametrize("patterns", [1, 2, 15, 16, 17])
@pytest.mark.parametrize("lanes", [1, 2, 4, 8])
def test_any_number_of_lanes_gives_the_same_sums(patterns: int, lanes: int) -> None:
    net = regression(patterns)
    settings = Settings(0.125, "batch", batch=patterns, horizon=20)
    descent = Descent(net.derive(), settings)
    begin = tuple(descent.begin(net.train(steps=0).start))
    ended = Native(descent, lanes).run(begin, 0, 20, 1, moved=False)
    plain = net.train(steps=20, order="batch", rate=0.125, compiled=False)
    assert ended.recorded.tobytes() == plain.recorded.tobytes()


@pytest.mark.parametrize("how", [
    {"order": "cyclic"}, {"order": "shuffled"}, {"order": "batch"}, {"batch": 4}, {"batch": 4, "order": "shuffled"},
    {"batch": 17}, {"method": "momentum"}, {"method": "nesterov", "constants": {"β": 0.5, "λ": 0.01}},
    {"method": "adam", "batch": 5, "order": "shuffled"}, {"schedule": "α / (1 + t/10)"},
    {"schedule": "(α if t < T/2 else α/10)", "method": "momentum"}, {"record": 7}, {"record": "ends"},
], ids=str)  # fmt: skip
def test_every_way_of_training_has_the_interpreters_bits(how: dict[str, Any]) -> None:
    kernel, interpreter = run_both(regression(17), steps=211, **how)
    assert_same(kernel, interpreter)
    assert kernel.row(100) == interpreter.row(100)
    assert list(kernel.table()) == list(interpreter.table())


def many_weights(count: int) -> workings.Network:
    """Return a network whose state is kept in memory and not in registers."""
    names = [f"w{k}" for k in range(count)]
    terms = " + ".join(f"{name} tanh({k + 1} x / {count} + {name})" for k, name in enumerate(names))
    return workings.parse(
        f"input x in {{0, 1, 2, 3, 5}}\ntarget q = x/4\nweight {', '.join(names[1:])} in R, w0 in [-1/2, 1/2]\n"
        f"rate α = 1/64\ny = {terms}\nE = 1/2 (y - q)^2"
    )


@pytest.mark.parametrize("count", [16, 17, 33])
@pytest.mark.parametrize("how", [
    {}, {"order": "batch"}, {"batch": 2, "order": "shuffled"}, {"method": "adam"}, {"order": "batch", "record": 3},
], ids=str)  # fmt: skip
def test_a_large_state_has_the_same_bits(count: int, how: dict[str, Any]) -> None:
    net = many_weights(count)
    assert_same(*run_both(net, steps=23, **how))
    fast, exact = (net.train(steps=23, numbers=numbers, **how) for numbers in ("fast", "exact"))
    assert fast.last == pytest.approx(exact.last, rel=1e-9, abs=1e-9)


def test_a_large_state_that_leaves_the_numbers_stays_where_it_was() -> None:
    net = many_weights(20)
    kernel, interpreter = run_both(net, steps=4000, rate=1e160, order="batch")
    assert kernel.stopped == "non_finite"
    assert_same(kernel, interpreter)
    assert all(map(math.isfinite, kernel.last))


@pytest.mark.parametrize("numbers", ["fast", "fast32"])
@pytest.mark.parametrize("how", [
    {"order": "batch"}, {"batch": 4}, {"batch": 4, "order": "shuffled"}, {"batch": 16}, {"batch": 3},
], ids=str)  # fmt: skip
def test_fast_batches_stay_by_the_exact_ones(numbers: Numbers, how: dict[str, Any]) -> None:
    net = regression(17)
    exact, fast = (net.train(steps=50, numbers=each, **how) for each in ("exact", numbers))
    near = 1e-5 if numbers == "fast32" else 1e-13
    assert fast.last == pytest.approx(exact.last, rel=near, abs=near)


def test_a_run_that_is_more_than_is_kept_keeps_each_kth_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workings.run.train.MOST_RECORDED", 100)
    net = regression(3)
    history = net.train(steps=90)
    assert history.settings.every == 5
    assert len(history.recorded) == 18 * 5
    assert history.said[-1] == "90 steps are more than is kept: one in 5 is recorded, the others are replayed"
    monkeypatch.undo()
    assert list(history.rows()) == list(net.train(steps=90).rows())


@pytest.mark.parametrize("order", ["cyclic", "shuffled", "batch"])
def test_a_run_that_leaves_the_numbers_ends_at_the_same_step_and_quantity(order: str) -> None:
    net = workings.parse("input x in {1, 2}\nweight w in R\nrate α = 2\nstart w = 3\nu = w x\nE = u^4")
    kernel, interpreter = run_both(net, steps=1000, order=order)
    assert kernel.stopped == "non_finite"
    assert_same(kernel, interpreter)
    assert kernel.non_finite is not None
    assert kernel.non_finite.step == kernel.steps + 1


@pytest.mark.parametrize("start", [0.0, -0.0, LEAST, -LEAST, NORMAL, 1e300])
def test_a_hard_start_trains_to_the_same_bits(start: float) -> None:
    assert_same(*run_both(workings.parse(ONE), steps=40, start={"w": start}))


def test_a_run_that_is_still_stops_where_the_interpreter_stops() -> None:
    net = workings.read("examples/identity.md")
    for order in ("cyclic", "shuffled", "batch"):
        kernel, interpreter = run_both(net, steps=1000, order=order, start={"w": 0.5})
        assert kernel.stopped == "still"
        assert_same(kernel, interpreter)


def test_a_replayed_row_is_the_row_that_ran() -> None:
    net = regression(5)
    whole = net.train(steps=60, method="adam", order="shuffled", batch=2)
    for record in (7, "ends"):
        sparse = net.train(steps=60, method="adam", order="shuffled", batch=2, record=record)
        assert list(sparse.rows()) == list(whole.rows())
        assert sparse.row(41) == whole.row(41)


def test_a_taken_up_run_is_the_run_in_one_in_native_code() -> None:
    net = regression(6)
    how: dict[str, Any] = {"order": "shuffled", "batch": 4, "record": 3, "compiled": True}
    whole = net.train(steps=50, **how)
    for cut in (1, 2, 3, 29, 49):
        again = net.train(steps=50 - cut, resume=net.train(steps=cut, **how), compiled=True)
        assert again.recorded.tobytes() == whole.recorded.tobytes()
        assert again.last == whole.last


@pytest.mark.parametrize(("count", "batch", "seed"), [(1, 1, 0), (2, 1, 0), (7, 3, 5), (16, 16, -3), (30, 7, 2**70)])
def test_the_orders_of_many_passes_are_those_of_each(count: int, batch: int, seed: int) -> None:
    passes = Passes(count, "shuffled", batch, seed)
    many = row_orders(passes, 3, 40)
    assert [tuple(row) for row in many.tolist()] == [passes.row_order(number) for number in range(3, 40)]
    assert len({passes.row_order(number) for number in range(40)}) > 1 or count == 1 or batch >= count


# Planted faults


def test_a_kernel_that_writes_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def idle(_: object) -> Callable[..., int]:
        return lambda *args: (args[10] - args[9]) * 4

    net = workings.parse(ONE)
    right = net.train(steps=20, start={"w": 0.3}, compiled=True)
    monkeypatch.setattr("workings.run.native.loops.compiled", idle)
    wrong = workings.parse(ONE).train(steps=20, start={"w": 0.3}, compiled=True)
    assert len(wrong.recorded) == len(right.recorded)
    assert all(map(math.isnan, wrong.recorded))


def test_a_fused_or_reordered_sum_would_be_seen() -> None:
    one, tiny = symbol("x"), symbol("y")
    formula = ops.arithmetic.sub(ops.arithmetic.mul(one, tiny), symbol("u"))
    program = Program([one, tiny, symbol("u")], [(formula, formula)], {})
    point = (1 + 2**-30, 1 - 2**-30, 1.0)
    exact, fast = evaluator(program, 64, {}, "exact"), evaluator(program, 64, {}, "fast")
    assert exact(point) == program.run(point) == [0.0]
    assert fast(point) == [-(2.0**-60)]


def test_ir_that_does_not_verify_is_an_error() -> None:
    with pytest.raises(KernelError, match="does not verify"):
        native("define i64 @f() { ret i32 0 }\n")
    with pytest.raises(KernelError, match="does not verify"):
        native("this is no IR")


# Fast: the error that is stated

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)) if x < 200 else x + mpmath.exp(-x),
}
PRECISION: dict[Bits, tuple[int, int, int]] = {32: (24, -149, 128), 64: (53, -1074, 1024)}


def rounded(value: float, width: Bits) -> float:
    if width == 64:
        return value
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(INF, value)


def domain(name: str, width: Bits, count: int) -> list[float]:
    """Return numbers of every size, denser where a function bends, with the edges of its domain."""
    chance = Random(width)
    _, least, most = PRECISION[width]
    far = 110.0 if width == 32 else 760.0
    values = [chance.uniform(-far, far) for _ in range(count)]
    values += [chance.uniform(-2, 2) for _ in range(count)]
    values += [1 + chance.uniform(-1e-3, 1e-3) for _ in range(count // 4)]
    for _ in range(count):
        values.append(math.copysign(math.pow(2.0, chance.uniform(least, most - 1e-9)), chance.uniform(-1, 1)))
    values += [k * math.log(2) * (1 + chance.uniform(-1e-6, 1e-6)) / 2 for k in range(-40, 41)]
    values += [0.0, -0.0, 2.0**least, -(2.0**least), 1.0, -1.0, far, -far]
    values = [rounded(value, width) for value in values]
    return [abs(value) for value in values] if name == "log" else values


def error_in_ulp(found: float, true: Any, width: Bits) -> float:
    """Return the error in units in the last place of the true value, subnormal ones among them."""
    digits, least, most = PRECISION[width]
    if abs(true) >= mpmath.mpf(2) ** most * (1 - mpmath.mpf(2) ** (-digits - 1)):
        return 0.0 if math.isinf(found) and (found > 0) == (true > 0) else INF
    if mpmath.isinf(true) or true == 0:
        return 0.0 if found == true else INF
    if not math.isfinite(found):
        return INF
    unit = mpmath.mpf(2) ** max(int(mpmath.floor(mpmath.log(abs(true), 2))) - digits + 1, least)
    return float(abs(mpmath.mpf(found) - true) / unit)


def fast(name: str, width: Bits, lanes: int | None) -> Callable[[Sequence[float]], list[float]]:
    """Return an op in fast arithmetic, over as many lanes."""
    import ctypes
    from array import array

    from workings.graph.words.tape import Tape
    from workings.run.kernel.step import speaker

    side = machine().lanes(width) if lanes is None else Lanes(width, lanes, machine().scales)
    text, tape = Text(), Tape()
    words = speaker(text, side, "fast")
    given = tape.input("z")
    out = OPS[name].record(tape, given)
    with text.counted("0", "%count", side.count) as at:
        value = text.read(side.type, text.at(side.scalar, "%given", at), side.bytes)
        found = words.tape(tape, {"z": value})[out]
        text.write(side.type, words.number(found), text.at(side.scalar, "%found", at), side.bytes)
    text.do("ret i64 0")
    ir = text.function("f", "ptr noalias %given, ptr noalias %found, i64 %count") + "\n".join(text.declared.values())
    function = native(ir).function("f", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
    code = "d" if width == 64 else "f"

    def run(values: Sequence[float]) -> list[float]:
        whole = array(code, [*values, *[0.0] * (-len(values) % side.count)])
        results = array(code, [NAN]) * len(whole)
        function(whole.buffer_info()[0], results.buffer_info()[0], len(whole))
        return list(results)[: len(values)]

    return run


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("width", [32, 64])
def test_fast_functions_are_within_their_bound_over_the_whole_domain(name: str, width: Bits) -> None:
    values = domain(name, width, 1500)
    with mpmath.workdps(40):
        errors = [
            (
                error_in_ulp(
                    found, FUNCTIONS[name](mpmath.mpf(x)) if name != "log" or x else mpmath.mpf("-inf"), width
                ),
                x,
            )
            for x, found in zip(values, fast(name, width, None)(values), strict=True)
        ]
    assert max(errors) <= (FAST_ULP, INF)
    assert max(errors)[0] > 0.5, "an error that is too small was not measured"


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("width", [32, 64])
def test_fast_functions_do_not_depend_on_the_lanes(name: str, width: Bits) -> None:
    values = [*domain(name, width, 50), INF, -INF, NAN]
    wide = fast(name, width, None)(values)
    for lanes in (1, 2, 8):
        assert all_bits(fast(name, width, lanes)(values)) == all_bits(wide)


AT_THE_ENDS: dict[str, dict[float, float]] = {
    "exp": {INF: INF, -INF: 0.0, NAN: NAN, 0.0: 1.0},
    "log": {0.0: -INF, -1.0: NAN, INF: INF, NAN: NAN, 1.0: 0.0},
    "tanh": {INF: 1.0, -INF: -1.0, NAN: NAN, -0.0: -0.0},
    "logistic": {INF: 1.0, -INF: 0.0, NAN: NAN, 0.0: 0.5},
    "softplus": {INF: INF, -INF: 0.0, NAN: NAN},
}


@pytest.mark.parametrize("name", AT_THE_ENDS)
@pytest.mark.parametrize("width", [32, 64])
def test_fast_functions_at_the_ends(name: str, width: Bits) -> None:
    found = fast(name, width, None)(list(AT_THE_ENDS[name]))
    assert all_bits(found) == all_bits(AT_THE_ENDS[name].values())


def test_the_polynomials_are_what_they_are_said_to_be() -> None:
    half = mpmath.log(2) / 2
    with mpmath.workdps(40):
        points = [half * (mpmath.mpf(k) / 200) for k in range(-200, 201) if k]
        for width, bound in ((32, 9.2e-8), (64, 1.2e-17)):
            errors = [abs(mpmath.polyval(functions.EXP[width], r) / mpmath.exp(r) - 1) for r in points]
            assert bound / 2 < max(errors) < bound
        for width, bound in ((32, 7e-8), (64, 1.3e-16)):
            errors = [abs(mpmath.polyval(functions.EXPM1[width], r) - (mpmath.expm1(r) - r) / r**2) for r in points]
            assert max(errors) < bound
            tops = [z / 200 * (3 - 2 * mpmath.sqrt(2)) ** 2 for z in range(1, 201)]
            series = [2 * (mpmath.atanh(mpmath.sqrt(z)) / mpmath.sqrt(z) - 1) / z for z in tops]
            found = [mpmath.polyval(functions.LOG[width], z) for z in tops]
            assert max(abs(a - b) for a, b in zip(found, series, strict=True)) < (2e-9 if width == 32 else 6e-17)


@pytest.mark.parametrize("numbers", ["fast", "fast32"])
def test_a_fast_run_stays_by_the_exact_one_and_its_rows_are_its_own(numbers: Numbers) -> None:
    net = regression(10)
    exact = net.train(steps=100, order="cyclic")
    quick = net.train(steps=100, order="cyclic", numbers=numbers)
    near = 1e-4 if numbers == "fast32" else 1e-12
    assert quick.last == pytest.approx(exact.last, rel=near, abs=near)
    assert quick.last != exact.last
    assert [row.weights for row in quick.rows()][-1] == dict(zip(quick.names, quick.last, strict=False))
    for row in quick.rows((1, 50, 100)):
        before = quick.weights_after(row.step - 1)
        assert row.before == pytest.approx(net.at({**before, **row.inputs}).values["E"], rel=1e-3)


def test_a_row_of_a_fast_run_has_the_gradient_that_ran() -> None:
    net = workings.parse(
        "input a, b in R\ntarget q in R\nweight u1, u2, v1, v2, c1, c2, s1, s2, d in R\nrate α = 1/8\n"
        "h1 = tanh(u1 a + v1 b + c1)\nh2 = tanh(u2 a + v2 b + c2)\ny = s1 h1 + s2 h2 + d\nE = 1/2 (y - q)^2\n"
        "patterns (a, b; q) = (0.3, -0.7; 0.1), (1.1, 0.2; -0.4), (-0.6, 0.9; 0.8)"
    )
    for numbers in ("fast", "fast32"):
        history = net.train(steps=60, numbers=numbers)
        for row in history.rows():
            error, *slopes = history.descent.mean_gradient(history.state_after(row.step - 1), row.patterns)
            assert [row.before, *row.gradients.values()] == [error, *slopes]


def test_a_weight_held_at_an_edge_is_held_in_32_bits_too() -> None:
    net = workings.parse("input x in {1}\nweight w in [0, 0.1]\nrate α = 1/2\nE = 1/2 (w x - 1)^2")
    for numbers in ("exact", "fast", "fast32"):
        history = net.train(start={"w": 0.05}, steps=4, numbers=numbers)
        assert history.row(history.steps).fate == "held"


def test_a_constant_beyond_the_doubles_is_infinite() -> None:
    net = workings.parse("input x in {1}\nweight w in R\nrate α = 1/2\nstart w = 1\nE = 1e200 * 1e200 * (w x)^2")
    kernel, interpreter = run_both(net, steps=3)
    assert kernel.stopped == "non_finite"
    assert_same(kernel, interpreter)


def test_a_range_that_is_known_changes_no_bit_but_what_it_leaves_out() -> None:
    # In [0, 1] an exp needs no clamp.
    net = workings.read("examples/identity.md")
    kernel = net.train(steps=20, start={"w": 0.25}, numbers="fast", rate=0.01)
    exact = net.train(steps=20, start={"w": 0.25}, rate=0.01)
    assert kernel.last == pytest.approx(exact.last, rel=1e-14)


def test_a_number_is_rounded_once_into_a_lane() -> None:
    assert Lanes(32).number(Fraction(1, 3)) == "0x3FD5555560000000"
    assert Lanes(64, 4).number(Fraction(1, 2)) == "splat (double 0x3FE0000000000000)"
    assert Lanes(32).number(1e300) == "0x7FF0000000000000"


def test_exact_words_call_libm_by_names_that_llvm_does_not_know() -> None:
    text = Text()
    Words(text, Lanes(64)).say("exp", "%x")
    assert all(name.startswith("workings.") for name in text.declared)
