"""However a line is spelled, and on whatever page: a right one is not refuted, a wrong one does not hold."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

import numpy
import pytest

from tests.laws.nets import network
from tests.laws.pens import NAMINGS, Pen, as_decimal, pen
from tests.laws.respelled import UNREAD, Tally, judged, report, soaked
from tests.laws.sheets import misprinted, printed, sheet
from tests.laws.trees import Oracle

#: Blocks of seeds, some six hundred lines in all.
BLOCKS, EACH = 8, 8


@pytest.fixture(scope="module")
def whole() -> Tally:
    return soaked(range(BLOCKS * EACH))


def test_no_right_line_is_refuted(whole: Tally) -> None:
    assert not [broken for broken in whole.broken if broken.law == "a right line is refuted"], report(whole)


def test_no_wrong_line_holds(whole: Tally) -> None:
    assert not [broken for broken in whole.broken if broken.law == "a wrong line holds"], report(whole)


def test_almost_every_line_is_decided(whole: Tally) -> None:
    assert whole.unread <= UNREAD, report(whole)


def test_there_are_lines_of_both_kinds(whole: Tally) -> None:
    lines = [line.right for seed in range(BLOCKS * EACH) for line in sheet(seed).lines]
    assert whole.lines == len(lines) >= 550
    assert 0.35 < sum(lines) / len(lines) < 0.65


# An error that is differentiated, and not defined


@pytest.fixture(scope="module")
def left_open() -> Tally:
    drawn = (sheet(seed, left_out="E") for seed in range(BLOCKS * EACH))
    return Tally.of(judged(page) for page in drawn if "block" not in page.habits and "numbers" not in page.habits)


def test_what_rests_on_an_error_that_is_left_open_is_not_guessed(left_open: Tally) -> None:
    assert not left_open.broken, report(left_open)


def test_lines_are_decided_that_are_true_of_any_error_or_of_none(left_open: Tally) -> None:
    assert left_open.counts["right holds"] > 70, report(left_open)
    assert left_open.counts["wrong refuted"] > 70, report(left_open)


# The instruments


@pytest.mark.parametrize("seed", range(40))
def test_what_a_pen_writes_has_the_value_of_the_formula(seed: int) -> None:
    chance = Random(seed)
    net = network(chance)
    oracle = Oracle(net.formulas, {}, seed)
    code: Pen = pen(chance, "code", NAMINGS[chance.choice(tuple(NAMINGS))])
    known: dict[str, object] = {code.name(name): value for name, value in oracle.values.items()}
    known |= {
        "exp": numpy.exp, "log": numpy.log, "tanh": numpy.tanh, "sigmoid": lambda z: 1 / (1 + numpy.exp(-z)),  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
        "softplus": lambda z: numpy.log1p(numpy.exp(z)), "relu": lambda z: numpy.maximum(z, 0),  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    }  # fmt: skip
    for name, formula in net.formulas.items():
        with numpy.errstate(all="ignore"):
            found = eval(code(formula), dict(known))  # what a pen wrote, not what a person did
        assert numpy.allclose(found, oracle.values[name], equal_nan=True)


def test_no_two_names_of_a_naming_are_the_same() -> None:
    names = [letter + number for letter in ("x", "w", "v", "b", "z", "h", "t") for number in ("1", "2")]
    for outputs in (["y", "z", "m", "r", "b"], ["o1", "o2", "n1", "n2", "E1", "E2"]):
        for naming in NAMINGS.values():
            for own in (Pen("LaTeX", naming), Pen("text", naming), Pen("text", naming, unicode=True)):
                spelled = [own.name(name) for name in (*names, *outputs, "E", "eta", "lam", "delta")]
                assert len(set(spelled)) == len(spelled), sorted(spelled)


@pytest.mark.parametrize("seed", range(300))
def test_a_printed_number_is_within_a_unit_and_a_misprinted_one_is_not(seed: int) -> None:
    chance = Random(seed)
    places = chance.randint(3, 10)
    value = chance.uniform(-2, 2)
    unit = Fraction(1, 10**places)
    assert abs(Fraction(printed(value, places, chance)) - Fraction(value)) < unit
    assert abs(Fraction(misprinted(value, places, chance, alone=True)) - Fraction(value)) >= 2 * unit
    if abs(value) > 4000 * unit:
        assert abs(Fraction(misprinted(value, places, chance, alone=False)) - Fraction(value)) >= 1000 * unit


@pytest.mark.parametrize("number", ["0", "0.5", "-0.05", "12", "1.25", "-3"])
def test_a_decimal_is_written_as_it_is(number: str) -> None:
    assert as_decimal(Fraction(number)) == number
    assert math.isclose(float(as_decimal(Fraction(number)) or "nan"), float(number))
