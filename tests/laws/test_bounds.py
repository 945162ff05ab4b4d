"""Ranges hold what they enclose, the curvature is the gradient's slope, and every bound that is proved holds."""

from __future__ import annotations

import importlib
import math
import operator
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import workings
from tests.laws.certificates import eigenvalue, verify
from workings.graph.expr import ONE, TWO, Expr, symbol
from workings.graph.op import OPS
from workings.graph.ops.arithmetic import mul, power, sub
from workings.graph.ops.pointwise import logistic
from workings.graph.speakers.balls import UncertainError
from workings.graph.speakers.floats import FLOATS, Program
from workings.graph.speakers.ranges import REALS, Enclosure, Range, above_zero, between, exactly, holds, hull
from workings.why.bound import Bends, domain_of, greatest_eigenvalue, mean_bound
from workings.why.experiment import Experiment
from workings.why.forms import reduced
from workings.why.search import below_zero, greatest, least, regions

# mpmath has no type stubs.
mpmath: Any = importlib.import_module("mpmath")
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
X, Y = symbol("x"), symbol("y")
INFINITE = math.inf


def quotient(a: Any, b: Any) -> Any:
    return a / b


def logistic_of(a: Any) -> Any:
    return 1 / (1 + mpmath.exp(-a))


def erf_of(a: Any) -> Any:
    # It nears 1 as e^(−a²) vanishes: so many digits tell it from 1 that a number of 60 needs.
    with mpmath.workdps(1700 if abs(a) > 10 else 60):
        return mpmath.erf(a)


#: The words over mpmath, exact enough to judge a double.
EXACT: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": quotient, "neg": operator.neg,
    "absolute": abs, "exp": mpmath.exp, "log": mpmath.log, "log1p": mpmath.log1p, "sqrt": mpmath.sqrt,
    "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan, "sinh": mpmath.sinh, "cosh": mpmath.cosh,
    "tanh": mpmath.tanh, "logistic": logistic_of, "atan": mpmath.atan, "erf": erf_of,
    "pow": mpmath.power,
}  # fmt: skip
ARITIES = {name: 2 if name in ("add", "sub", "mul", "div", "pow") else 1 for name in EXACT}


def some_range(chance: random.Random) -> Range:
    """Return a range of any kind: a point, a wide one, one without ends, ends that are reached and not."""
    a, b = (chance.choice((0.0, 1.0, -1.0, chance.uniform(-3, 3), chance.uniform(-40, 40))) for _ in range(2))
    low, high = min(a, b), max(a, b)
    if chance.random() < 0.15:
        low = -INFINITE
    if chance.random() < 0.15:
        high = INFINITE
    if low == high:
        return (low, high, False, False)
    return (low, high, low == -INFINITE or chance.random() < 0.3, high == INFINITE or chance.random() < 0.3)


def points_of(values: Range, chance: random.Random) -> list[float]:
    low, high, low_open, high_open = values
    near, far = max(low, -60.0), min(high, 60.0)
    inside = [chance.uniform(near, far) for _ in range(3)]
    if low > -INFINITE:
        inside.append(low if not low_open else low + 2.0**-30 * min(1.0, far - low))
    if high < INFINITE:
        inside.append(high if not high_open else high - 2.0**-30 * min(1.0, high - near))
    return [v for v in inside if low <= v <= high and not (v == low and low_open) and not (v == high and high_open)]


def is_within(value: Any, found: Range) -> bool:
    low, high, low_open, high_open = found
    above = value > low if low_open else value >= low
    below = value < high if high_open else value <= high
    return bool(above and below)


class Words:
    """A word as a program of its own."""

    def __init__(self, name: str) -> None:
        program = Program([X, Y][: ARITIES[name]], [], {}, [])
        slots = program.inputs
        program.outputs = (program.tape.say(name, *slots),)
        self.enclosure = Enclosure(program)


@pytest.mark.parametrize("name", EXACT)
def test_a_range_holds_every_value_of_a_word(name: str) -> None:
    chance = random.Random(name)
    enclosure = Words(name).enclosure
    checked = 0
    with mpmath.workdps(60):
        for _ in range(1200):
            args = [some_range(chance) for _ in range(ARITIES[name])]
            try:
                (found,) = enclosure.run(args)
            except UncertainError:
                continue
            assert found[0] <= found[1]
            for _ in range(3):
                point = [chance.choice(points_of(arg, chance) or [arg[0]]) for arg in args]
                if any(math.isinf(v) for v in point):
                    continue
                value = EXACT[name](*map(mpmath.mpf, point))
                if mpmath.isfinite(value):
                    assert is_within(value, found), (args, point, value, found)
                    checked += 1
    assert checked > 500


@pytest.mark.parametrize("name", EXACT)
def test_far_out_a_range_is_wide_and_never_nothing(name: str) -> None:
    enclosure = Words(name).enclosure
    sides = [(-5e99, 3e99), (-1e308, 1e308), (1e300, 1e308), (-1e308, -1e300), (-5e-324, 5e-324), (1e-320, 1e-310)]
    for one in sides:
        for other in sides if ARITIES[name] == 2 else [one]:
            try:
                (found,) = enclosure.run([between(*one), between(*other)][: ARITIES[name]])
            except UncertainError:
                continue
            assert found[0] <= found[1]
            point = [0.0 if low < 0 < high else low / 2 + high / 2 for low, high in (one, other)][: ARITIES[name]]
            with mpmath.workdps(700):
                try:
                    value = EXACT[name](*map(mpmath.mpf, point)) if max(map(abs, point)) < 1e100 else None
                except ZeroDivisionError:
                    continue
            assert value is None or not mpmath.isfinite(value) or is_within(value, found)


def test_no_bound_is_proved_where_the_exponential_is_beyond_every_number() -> None:
    text = (
        "input x in {1e100}\ntarget t in {-1}\nweight w in R, u in R, v in [-2, 2]\nrate α = 0.5\n"
        "h = softplus(w u x + v x)\ny = sin(v h + π h)\nE = (y - t)^2"
    )
    net = workings.parse(text)
    near = {"w": between(0.69, 0.89), "u": between(0.5, 0.7), "v": between(-0.52, -0.32)}
    found = Bends(net.derive(), near).certificate(0)
    # With x = 10¹⁰⁰ the curvature is some 10²⁰⁰.
    assert found is None or found.curvature > 1e201


def test_a_range_that_leaves_its_end_out_by_mistake_is_caught() -> None:
    assert not is_within(mpmath.mpf(1), (0.0, 1.0, True, True))
    assert not is_within(mpmath.mpf(2), (0.0, 1.0, False, False))


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.arity], ids=lambda op: op.name)
def test_every_op_has_a_range_around_its_samples(op: Any) -> None:
    names = [symbol(f"a{k}") for k in range(op.arity)]
    whole = op(*names)
    enclosure = Enclosure(Program(names, [(whole, whole)], {}))
    for sample in op.samples:
        value = Program(names, [(whole, whole)], {}).run(sample)[0]
        (at,) = enclosure.run([exactly(v) for v in sample])
        assert at[0] <= value <= at[1]
        try:
            (wide,) = enclosure.run([between(v - 0.1, v + 0.1) for v in sample])
        except UncertainError:
            continue  # a broken power of what may be negative
        assert wide[0] <= at[0] <= at[1] <= wide[1]


def range_of(expr: Expr, **given: Range) -> Range:
    return Enclosure(Program([symbol(n) for n in given], [(expr, expr)], {})).run(list(given.values()))[0]


def test_a_square_of_one_number_is_not_a_product_of_two() -> None:
    assert range_of(mul(X, X), x=between(-1, 2))[0] == 0
    assert range_of(mul(X, Y), x=between(-1, 2), y=between(-1, 2))[0] <= -2


def test_the_logistic_function_reaches_neither_end() -> None:
    found = range_of(logistic(X), x=REALS)
    assert found == (0.0, 1.0, True, True)
    assert not holds(found, 1.0)
    assert holds(found, 0.999)
    assert above_zero(found)
    assert range_of(power(sub(logistic(X), ONE), TWO), x=REALS)[:2] == (0.0, 1.0)


def test_a_hull_holds_both() -> None:
    assert hull((0, 1, True, False), (1, 2, False, True)) == (0, 2, True, True)
    assert hull((0, 1, True, False), (0, 2, False, True)) == (0, 2, False, True)


# Search


def parabola(box: Sequence[Range]) -> Range:
    x = symbol("x")
    formula = sub(mul(x, TWO), mul(x, x))
    return range_of(formula, x=box[0])


def test_the_greatest_value_lies_between_two_numbers_that_are_near() -> None:
    found = greatest(parabola, (between(-3, 4),), gap=1e-3, most=4000)
    assert found.low <= 1 <= found.high
    assert found.high - found.low < 2e-3
    assert found.where[0] == pytest.approx(1, abs=0.1)
    sides = sorted(box[0][:2] for box, _ in found.boxes)
    assert sides[0][0] == -3
    assert sides[-1][1] == 4
    assert all(a[1] == b[0] for a, b in pairwise(sides))


def test_the_least_value_is_found_in_the_same_way() -> None:
    found = least(parabola, (between(-3, 4),), gap=1e-3, most=4000)
    assert found.low <= -15 <= found.high + 1e-9


def test_what_grows_without_bound_has_none() -> None:
    assert greatest(lambda box: range_of(mul(X, X), x=box[0]), (REALS,), gap=1e-3, most=500).high == INFINITE


def test_a_sign_that_changes_is_not_negative_everywhere() -> None:
    assert below_zero(lambda box: range_of(sub(mul(X, X), TWO), x=box[0]), (between(-1, 1),))
    assert not below_zero(lambda box: range_of(sub(mul(X, X), ONE), x=box[0]), (between(-1, 1),))


def test_regions_end_where_the_sign_changes() -> None:
    found = regions(lambda at: range_of(sub(mul(X, X), TWO), x=at), -2, 2)
    assert found is not None
    assert [region.sign for region in found] == [1, -1, 1]
    assert found[1].high == pytest.approx(math.sqrt(2), abs=1e-8)


# Curvature

NETWORKS = {
    "one weight": "input x in {0, 1}\ntarget y = x\nweight w in [0, 1]\nE = 1/2 (σ(w x) - y)^2",
    "a bias": "input x in {0, 1}\ntarget y = x\nweight w in R, b in R\nE = 1/2 (σ(w x + b) - y)^2",
    "entropy": (
        "input x in {-1, 0.3, 2}\ntarget t = [x > 0]\nweight w in [-2, 2], b in [-1, 1]\nz = w x + b\np = σ(z)\n"
        "E = -t log(p) - (1 - t) log(1 - p)"
    ),
    "two layers": (
        "input x in {-1, 0.5, 1}\ntarget t = x^2\nweight w₁ in [-1, 1], b₁ in [-1, 1], w₂ in [-1, 1], v in [-1, 1]\n"
        "h = tanh(w₁ x + b₁)\ng = tanh(w₂ x)\nŷ = v h + g\nE = 1/2 (ŷ - t)^2"
    ),
    "linear": "input x in {-1, 0, 1, 2}\ntarget t = 2 x + 1\nweight w in R, b in R\nE = (w x + b - t)^2",
    "author's": (
        "input x in {0.5, 1}\ntarget t in {0.2}\nweight w in [-3, 3], k in [0, 2]\nA(z) = 1/(1 + e^(-z))\n"
        "T(x) = A(w x - k)\nE = (T(x) - t)^2 + 0.01 w^2"
    ),
    "powers": "input x in {1, 2}\nweight w in [-1, 1], u in [0.5, 2]\nE = (w x)^3 + exp(w)/u + sin(u w)",
}


def experiment(text: str, **how: Any) -> Experiment:
    return workings.parse(text).experiment(**how)


def inside(domain: Sequence[Range], chance: random.Random) -> list[float]:
    return [chance.uniform(max(low, -4.0), min(high, 4.0)) for low, high, *_ in domain]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_curvature_is_the_slope_of_the_gradient(name: str) -> None:
    found = experiment(NETWORKS[name])
    chance = random.Random(name)
    size = len(found.weights)
    for _ in range(5):
        point = inside(list(domain_of(found.network).values()), chance)
        matrix = found.curvature(point)
        for k in range(size):
            gaps: list[float] = []
            for step in (2e-3, 1e-3):
                ahead, behind = ([w + s * step * (j == k) for j, w in enumerate(point)] for s in (1, -1))
                slope = [
                    (a - b) / (2 * step) for a, b in zip(found.gradient(ahead), found.gradient(behind), strict=True)
                ]
                gaps.append(max(abs(a - b) for a, b in zip(slope, matrix[k], strict=True)))
            # Central differences are of order two: half the step leaves a quarter of the gap.
            assert gaps[1] < 1e-9 or gaps[0] / gaps[1] == pytest.approx(4, rel=0.1)
        assert all(matrix[i][j] == pytest.approx(matrix[j][i], abs=1e-12) for i in range(size) for j in range(i))
        direction = [chance.gauss(0, 1) for _ in found.weights]
        whole = [sum(a * b for a, b in zip(row, direction, strict=True)) for row in matrix]
        assert found.bend(point, direction) == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize("name", NETWORKS)
def test_an_error_is_the_same_number_through_its_forms(name: str) -> None:
    found = experiment(NETWORKS[name])
    small = reduced(found.network, found.derivation.error)
    chance = random.Random(name)
    inner = small.network
    for pattern, row in enumerate(inner.pattern_rows()):
        forms = small.at(row, inner.values)
        point = inside(list(domain_of(found.network).values()), chance)
        weights = dict(zip(found.weights, point, strict=True))
        values = [float(form.free) + sum(float(c) * weights[n] for n, c in form.coefficients.items()) for form in forms]
        leaves = [symbol(n) for n in (*inner.weights, *found.descent.pattern_names)]
        equations = [(symbol(n), inner.formulas[n]) for n in inner.order]
        program = Program(leaves, equations, found.derivation.definitions, [found.error])
        value = program.run([*values, *found.descent.rows[pattern]])[0]
        assert value == pytest.approx(found.error_at(point, pattern), rel=1e-12)


# 10,000 trials each


@pytest.mark.parametrize("name", NETWORKS)
def test_every_bound_holds_in_10_000_trials(name: str) -> None:
    found = experiment(NETWORKS[name])
    domain = domain_of(found.network)
    bends = Bends(found.derivation, domain)
    proofs = [bends.certificate(pattern) for pattern in found.patterns]
    certificates = [proof for proof in proofs if proof is not None]
    assert len(certificates) == len(proofs)
    whole = mean_bound(certificates, found.weights)
    chance = random.Random(name)
    size = len(found.weights)
    for _ in range(10_000):
        point = inside(list(domain.values()), chance)
        pattern = chance.randrange(len(proofs))
        certificate = certificates[pattern]
        direction = [chance.gauss(0, 1) for _ in range(size)]
        square = sum(v * v for v in direction)
        bend = sum(a * b for a, b in zip(direction, found.bend(point, direction, pattern), strict=True)) / square
        assert bend <= certificate.curvature + 1e-12
        rate = min(certificate.rate, 1e6) * chance.uniform(0.01, 0.999)
        after = found.stepped(point, found.gradient(point, pattern), rate)
        before, later = found.error_at(point, pattern), found.error_at(after, pattern)
        assert later <= before + 4e-15 * max(1.0, abs(before))
    for _ in range(200):
        point = inside(list(domain.values()), chance)
        assert eigenvalue(found.curvature(point)) <= whole + 1e-9


def test_a_bound_that_is_too_small_is_broken_in_these_trials() -> None:
    found = experiment(NETWORKS["one weight"])
    assert any(found.curvature([w / 100], 1)[0][0] > 0.0769 for w in range(101))


# Certificates


def proof(text: str, pattern: int) -> Any:
    net = workings.parse(text)
    found = Bends(net.derive(), domain_of(net.graph)).certificate(pattern)
    assert found is not None
    return net.graph, found


def test_the_certificate_of_the_question_is_verified_again() -> None:
    network, found = proof((EXAMPLES / "identity.md").read_text(encoding="utf-8"), 1)
    # The greatest of ŷ (1 − ŷ)² (3 ŷ − 1) for ŷ = 1/(1 + e⁻ʷ), by mpmath.
    with mpmath.workdps(30):

        def curvature(w: Any) -> Any:
            y = 1 / (1 + mpmath.exp(-w))
            return y * (1 - y) ** 2 * (3 * y - 1)

        def slope(w: Any) -> Any:
            return mpmath.diff(curvature, w)

        at = mpmath.findroot(slope, 0.47)
        greatest_value = curvature(at)
        assert found.reached <= greatest_value <= found.greatest
        assert found.greatest - found.reached < 1e-10
        assert found.where[0] == pytest.approx(float(at), abs=1e-4)
        assert found.rate < 2 / greatest_value
    assert found.rate == pytest.approx(25.964151, abs=1e-5)
    assert verify(network, found)
    assert not verify(network, found, found.reached * 0.999)


def test_a_certificate_over_all_numbers_is_verified_again() -> None:
    network, found = proof(NETWORKS["a bias"], 1)
    assert found.spread == 2
    assert verify(network, found)
    assert not verify(network, found, found.greatest * 0.999)


def test_a_certificate_with_a_gap_is_refused() -> None:
    import dataclasses

    network, found = proof(NETWORKS["one weight"], 1)
    assert not verify(network, dataclasses.replace(found, boxes=found.boxes[1:]))


@pytest.mark.parametrize("error", ["relu(w x - 1/2)", "|w x - 1/2|", "max(w x, 1/2)", "(0 if w > 1/2 else w x)"])
def test_no_bound_is_proved_across_a_kink(error: str) -> None:
    net = workings.parse(f"input x in {{1}}\nweight w in [0, 1]\nE = ({error} - 1)^2 + {error}")
    assert Bends(net.derive(), domain_of(net.graph)).certificate(0) is None


def test_a_kink_that_is_not_met_is_no_hindrance() -> None:
    net = workings.parse("input x in {1}\nweight w in [1, 2]\nE = (relu(w x) - 1)^2")
    found = Bends(net.derive(), domain_of(net.graph)).certificate(0)
    assert found is not None
    assert found.curvature == pytest.approx(2, rel=1e-9)


def test_a_pattern_that_the_weights_do_not_move_has_no_curvature() -> None:
    _, found = proof(NETWORKS["one weight"], 0)
    assert found.curvature == 0
    assert found.rate == INFINITE


def test_the_greatest_eigenvalue_is_never_too_small() -> None:
    from fractions import Fraction

    chance = random.Random(1)
    for _ in range(60):
        size = chance.randrange(1, 6)
        rows = [[Fraction(chance.randrange(-9, 10), 7) for _ in range(size)] for _ in range(size)]
        gram = [[sum((row[i] * row[j] for row in rows), Fraction(0)) for j in range(size)] for i in range(size)]
        high = greatest_eigenvalue([gram], [Fraction(1)])
        truth = eigenvalue([[float(v) for v in row] for row in gram])
        assert truth <= high * (1 + 1e-13)
        assert high <= truth * (1 + 1e-8) + 1e-12


def test_the_words_of_ranges_are_those_of_the_interpreter() -> None:
    assert set(FLOATS) == {*EXACT, "less", "equal", "pick"}
