"""Explanations: the numbers are true of the network that they are said of, and no surer than they are said."""

from __future__ import annotations

import json
import math
import random
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import workings
from workings.errors import ReadError
from workings.run.update import METHODS
from workings.show.explained import explanation
from workings.show.latex import standalone
from workings.show.parts import flat_text
from workings.why.answer import QUESTIONS, Answer, Finding
from workings.why.chart import chart
from workings.why.experiment import Experiment, dot, norm
from workings.why.limits import edge_minima, out_of_reach
from workings.why.mend import Trial, with_bias
from workings.why.patterns import Patterns, accounts, patterns
from workings.why.pictures import along_step
from workings.why.questions import explain
from workings.why.rate import Rate, rate
from workings.why.reach import Reach, reach
from workings.why.river import River, river
from workings.why.sign import Sign, sign
from workings.why.steepest import Steepest, steepest
from workings.why.symmetry import symmetries
from workings.why.units import stuck_units

EXAMPLES = Path(__file__).parent.parent / "examples"
QUESTION = (EXAMPLES / "identity.md").read_text(encoding="utf-8")
BIAS = (EXAMPLES / "bias.md").read_text(encoding="utf-8")
XOR = (EXAMPLES / "xor.md").read_text(encoding="utf-8")
TWO = (EXAMPLES / "two-two-two.txt").read_text(encoding="utf-8")
BOWL = "input x in {1}\nweight w in R\nrate α = 1/2\nstart w = 3\nE = 1/2 (w x)^2"
VALLEY = "input x in {1}\nweight w in R, b in R\nrate α = 0.015\nstart w = 3, b = 1\nE = 1/2 w^2 x + 50 b^2"
INNER = "input x in {1}\ntarget y in {0.3}\nweight w in R\nrate α = 0.5\nstart w = 2\nŷ = σ(w x)\nE = 1/2 (ŷ - y)^2"
#: The weights of the two hidden units are alike.
ALIKE = {"w1": 0.5, "w2": 0.2, "w3": 0.5, "w4": 0.2, "b1": 0.1, "b2": 0.1, "v1": 0.3, "v2": 0.3, "c": 0.0}


def experiment(text: str, **how: Any) -> Experiment:
    return workings.parse(text).experiment(**how)


def told(answer: Answer, *words: str) -> Finding:
    """Return the one finding that says some words."""
    (found,) = [f for f in answer.findings if all(word in flat_text(f.statement) for word in words)]
    return found


# Direction and size


def test_one_weight_has_a_sign_and_a_size() -> None:
    found = steepest(experiment(QUESTION, start={"w": 0.3}))
    assert found.gradient[0] == pytest.approx(-0.10403106386758 / 2, rel=1e-12)
    assert [d.vector for d in found.directions] == [(1.0,), (-1.0,)]
    assert all(d.predicted == pytest.approx(d.measured, rel=1e-8) for d in found.directions)
    assert told(found, "goes up", "against the sign").level == "proved"


def test_newtons_ruler_holds_where_the_curvature_is_positive() -> None:
    found = steepest(experiment(QUESTION, start={"w": 0.3}))
    where = told(found, "From −8 to 8")
    assert where.level == "proved"
    assert where.numbers["low"] == pytest.approx(-math.log(2), abs=1e-8)
    assert "−log 2" in flat_text(where.statement)
    assert found.newton is not None
    text = QUESTION.replace("[0, 1]", "[-2, 1]")
    beyond = steepest(experiment(text, start={"w": -1.0}))
    assert beyond.newton is None
    assert told(beyond, "there it is no ruler").numbers["curvature"] < 0


@pytest.mark.parametrize("text", [BIAS, XOR, TWO], ids=["two weights", "nine", "eight"])
def test_no_direction_falls_faster_than_against_the_gradient(text: str) -> None:
    found = steepest(experiment(text))
    assert len(found.directions) in (72, 1000)
    down = found.directions[0]
    assert down.predicted == pytest.approx(-found.size, rel=1e-12)
    for direction in found.directions:
        assert norm(direction.vector) == pytest.approx(1, rel=1e-12)
        assert direction.predicted >= down.predicted * (1 + 1e-12)
        assert direction.measured == pytest.approx(direction.predicted, abs=1e-8 * max(1, found.size))


def test_each_ruler_has_its_steepest_step() -> None:
    found = steepest(experiment(XOR))
    usual, signs, alone = found.rulers
    chance = random.Random(0)
    for _ in range(10_000):
        drawn = [chance.gauss(0, 1) for _ in found.weights]
        along = dot(found.gradient, drawn)
        assert along / norm(drawn) >= usual.rate * (1 + 1e-12)
        assert along / max(map(abs, drawn)) >= signs.rate * (1 + 1e-12)
        assert along / sum(map(abs, drawn)) >= alone.rate * (1 + 1e-12)


def test_a_point_without_a_gradient_has_no_steepest_direction() -> None:
    found = steepest(experiment(BOWL, start={"w": 0.0}))
    assert found.directions == ()
    assert "no direction is steepest" in flat_text(found.findings[0].statement)


# Sign and size


def test_by_the_sign_alone_the_question_runs_to_its_edge() -> None:
    found = sign(experiment(QUESTION, start={"w": 0.2}))
    proportional, only, drawn, wrong = found.variants
    assert only.weights == proportional.weights == drawn.weights == (1.0,)
    assert only.stopped == 2
    assert wrong.weights == (0.0,)
    assert "runs to the edge w = 1" in flat_text(told(found, "By the sign alone").statement)


def test_by_the_sign_alone_an_inner_minimum_is_crossed_again_and_again() -> None:
    found = sign(experiment(INNER))
    proportional, only, drawn, wrong = found.variants
    (swing,) = only.swings
    assert swing.size == pytest.approx(0.5)
    assert swing.low < math.log(0.3 / 0.7) < swing.high
    assert not proportional.swings
    assert proportional.last < 1e-12 < only.last
    assert drawn.last < 1e-12
    assert wrong.last > wrong.errors[0]
    assert "swings between −1 and −0.5" in flat_text(told(found, "By the sign alone").statement)


def test_any_positive_factors_lower_the_error_if_they_are_small_enough() -> None:
    found = experiment(XOR)
    slopes = found.gradient(found.start)
    chance = random.Random(3)
    before = found.error_at(found.start)
    for _ in range(200):
        factors = [chance.uniform(0, 2) for _ in slopes]
        step = [1e-4 * r * g for r, g in zip(factors, slopes, strict=True)]
        assert found.error_at(found.stepped(found.start, step, 1.0)) < before


# How large a step


def test_one_step_is_predicted_to_second_order() -> None:
    gaps: list[float] = []
    for alpha in (0.2, 0.1):
        (change,) = [c for c in rate(experiment(BIAS, rate=alpha)).changes if c.pattern == 1]
        assert change.first == pytest.approx(-alpha * dot(change.gradient, change.gradient), rel=1e-12)
        gaps.append(abs(change.exact - change.second))
    # What is left is of order three.
    assert gaps[0] / gaps[1] == pytest.approx(8, rel=0.1)


def test_a_bowl_has_the_same_largest_rate_everywhere() -> None:
    found = rate(experiment(BOWL))
    (change,) = found.changes
    assert change.largest == pytest.approx(2, rel=1e-9)
    assert not change.all_fall
    assert found.everywhere is not None
    assert found.everywhere.rate == pytest.approx(2, rel=1e-9)
    assert found.everywhere.rate < 2
    # At the largest rate the step lands opposite, at the same height.
    assert found.everywhere.certificates[0].curvature == pytest.approx(1, rel=1e-12)


def test_in_the_question_every_rate_lowers_the_error_from_here() -> None:
    found = rate(experiment(QUESTION, start={"w": 0.3}))
    at_0, at_1, mean = found.changes
    assert at_0.flat
    assert at_1.all_fall
    assert mean.all_fall
    assert told(found, "every rate lowers").level == "proved"
    ran = experiment(QUESTION)
    chance = random.Random(2)
    for _ in range(10_000):
        start = [chance.uniform(0, 0.999)]
        alpha = 10 ** chance.uniform(-3, 8)
        after = ran.stepped(start, ran.gradient(start, 1), alpha)
        assert ran.error_at(after, 1) < ran.error_at(start, 1)


def test_a_step_that_an_edge_holds_is_not_said_to_lower_anything() -> None:
    found = rate(experiment(QUESTION, start={"w": 1.0}))
    assert not any(change.all_fall for change in found.changes)
    statements = " ".join(flat_text(f.statement) for f in found.findings)
    assert "is held at the edge: no rate moves anything" in statements
    assert "every rate lowers" not in statements
    assert "is to change" not in statements


def test_where_no_rate_helps_it_is_said() -> None:
    # The kink: a step from 0, where the slope is taken as that of one side, rises on the other.
    found = rate(experiment("input x in {1}\nweight w in R\nrate α = 1\nstart w = 0\nE = max(w x, -2 w x)"))
    assert found.changes[0].largest == 0
    assert "no rate that was tried lowers" in " ".join(flat_text(f.statement) for f in found.findings)


def test_an_error_that_bends_downwards_depends_on_its_weights() -> None:
    found = rate(experiment("input x in {1}\nweight w in [0, 1]\nrate α = 1\nstart w = 0.2\nE = 1 - w^2 x"))
    assert "bends upwards nowhere" in flat_text(told(found, "no rate is too large").statement)


def statements(text: str, **how: Any) -> str:
    found = workings.parse(text).why(("rate", "reach", "steepest"), steps=20, **how)
    return " ".join(flat_text(f.statement) for answer in found.answers for f in answer.findings if f.level == "proved")


def test_a_rate_that_stands_in_a_formula_is_the_one_that_is_asked_for() -> None:
    text = "input x in {1}\nweight w in R\nstart w = 1\nrate α = 1/2\nE = α (w x)^2"
    found = rate(experiment(text, rate=1.9)).everywhere
    assert found is not None
    assert found.certificates[0].curvature == pytest.approx(3.8)


def test_no_proof_goes_across_a_jump() -> None:
    text = "input x in {1}\nweight w in [0, 2]\nstart w = 0\nrate α = 0.1\nE = exp(-w x) + 3 [w > 1]"
    told_as_proved = statements(text)
    assert "every rate lowers" not in told_as_proved
    assert "least at the edge" not in told_as_proved


def test_a_decimal_is_meant_as_it_is_written() -> None:
    text = (
        "input x in {0.1}\ntarget t in {0.1}\nweight w in [0.01, 1]\nstart w = 0.5\nrate α = 1\n"
        "ŷ = relu(w x)\nE = (ŷ - t)^2"
    )
    assert "brings" not in statements(text)
    three = (
        "input x in {1}\ntarget t in {0.21}\nweight u in [0.07, 1], v in [0.07, 1], w in [0.07, 1]\nrate α = 1\n"
        "ŷ = relu(u + v + w x)\nE = (ŷ - t)^2"
    )
    assert "brings" not in statements(three)
    nothing = "input x in {0.3}\nconstant b = 0.2, c = 0.1\nweight w in [0, 1]\nrate α = 1\nE = (x - b - c) w"
    assert "every rate lowers" not in statements(nothing)
    assert "least at the edge" not in statements(nothing)


def test_at_a_kink_nothing_is_proved_of_the_slope() -> None:
    at = "input x in {1}\nweight w in R\nstart w = 0\nrate α = 0.1\nE = (w x - 1)^2 + 3 |w|"
    assert "goes up" not in statements(at)
    beside = "input x in {1}\nweight w in R\nstart w = 1\nrate α = 0.1\nE = w^2 x - 3 |w|"
    assert "From −8 to 8" not in statements(beside)


def test_a_switch_is_no_unit_that_is_never_on() -> None:
    text = "input x in {1, 2}\ntarget t in {1}\nweight w in R, v in R\nstart w = 1, v = 1\nrate α = 0.1\n"
    assert "never on" not in statements(text + "h = sign(w x)\nE = (v h - t)^2")


def test_a_target_that_the_error_does_not_read_is_no_hindrance() -> None:
    text = "input x in {0, 1}\ntarget t = x\nweight w in R\nstart w = 1\nrate α = 0.1\nŷ = σ(w x)\nE = (ŷ - x)^2"
    assert "every rate" in statements(text)


def test_digits_of_a_bound_are_rounded_away_from_the_truth() -> None:
    assert "below 2/L = 5.55555555 " in statements(
        "input x in {0.6}\nweight w in R\nstart w = 1\nrate α = 0.1\nE = 1/2 (w x)^2"
    )


def test_here_and_everywhere_are_told_apart() -> None:
    found = rate(experiment(QUESTION, start={"w": 0.3}))
    everywhere = told(found, "L = 0.0770292852")
    assert everywhere.level == "proved"
    assert everywhere.numbers["rate"] == pytest.approx(25.964151, abs=1e-5)
    assert "everywhere in the weights' domain" in flat_text(everywhere.statement)
    assert "enough, not needed" in flat_text(everywhere.statement)
    assert flat_text(told(found, "every rate lowers").statement).startswith("From w = 0.3")


def test_the_largest_rate_from_here_is_where_the_error_stops_falling() -> None:
    found = experiment(XOR)
    answer = rate(found)
    for change in answer.changes:
        if math.isfinite(change.largest):
            slopes = list(change.gradient)
            for share, falls in ((1 - 1e-9, True), (1 + 1e-9, False)):
                after = found.stepped(found.start, slopes, change.largest * share)
                assert (found.error_at(after, change.pattern) < change.before) is falls
    assert sum(math.isfinite(change.largest) for change in answer.changes) >= 3


def test_a_network_without_a_bound_everywhere_has_one_near_its_start() -> None:
    found = rate(experiment(XOR)).everywhere
    assert found is not None
    assert found.near is not None
    ran = experiment(XOR)
    chance = random.Random(4)
    for _ in range(300):
        point = [chance.uniform(low, high) for low, high, *_ in found.domain]
        assert abs(point[0] - ran.start[0]) <= found.near
        slopes = ran.gradient(point)
        assert dot(slopes, ran.bend(point, slopes)) / dot(slopes, slopes) <= found.mean


def test_what_becomes_of_a_bowl_is_decided_by_the_rate() -> None:
    found = chart(experiment(BOWL, steps=400), rows=5, columns=61)
    names = found.swept.endings
    rates = list(found.swept.axes.values())[1]
    # Beyond 2 each step is longer than the one before; in 400 steps of ninefold length it leaves the numbers.
    assert set(names[:, rates > 10].ravel()) == {"diverged"}
    assert "converged" not in names[:, rates > 2.01]
    assert "diverged" not in names[:, rates < 1.9]
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.shares["diverges"] > 0


# Whom a step helps


def test_the_account_of_a_step_adds_up() -> None:
    found = experiment(XOR, steps=40)
    for account in accounts(found, range(1, 41)):
        before = found.history.state_after(account.step - 1)[:9]
        after = found.history.state_after(account.step)[:9]
        whole = sum(found.error_at(after, p) - found.error_at(before, p) for p in found.patterns)
        assert account.actual == pytest.approx(whole, abs=1e-15)
        (made,) = account.made_for
        g = found.gradient(before, made)
        for effect in account.effects:
            held = -found.rate * dot(g, found.gradient(before, effect.pattern))
            assert effect.first == pytest.approx(held, rel=1e-9, abs=1e-15)
            assert abs(effect.actual - effect.first - effect.second) < 0.2 * norm(g) ** 3 * found.rate**3 + 1e-12


def test_the_sums_over_a_run_are_the_change_of_the_error() -> None:
    found = patterns(experiment(BIAS, steps=200))
    assert found.steps == 200
    ran = experiment(BIAS, steps=200)
    ended = ran.history.state_after(200)
    for p in ran.patterns:
        whole = ran.error_at(ended, p) - ran.error_at(ran.start, p)
        assert sum(row[p] for row in found.totals) == pytest.approx(whole, rel=1e-9)
    assert sum(map(sum, found.helped)) + sum(map(sum, found.hurt)) == 400


def test_patterns_whose_gradients_point_against_each_other_hurt_each_other() -> None:
    found = patterns(experiment(BIAS, rate=1e-3, steps=2))
    assert found.products[0][1] < 0
    effects = {(a.made_for[0], e.pattern): e.actual for a in found.accounts for e in a.effects}
    assert effects[0, 0] < 0 < effects[0, 1]
    assert effects[1, 1] < 0 < effects[1, 0]


def test_batch_steps_have_one_row() -> None:
    found = patterns(experiment(XOR, steps=50, order="batch"))
    assert len(found.totals) == 1
    assert len(found.accounts) == 1


# What can be learned


def kinds(answer: Reach) -> list[str]:
    return [limit.kind for limit in answer.limits]


def test_what_the_question_cannot_learn_and_what_mends_it() -> None:
    found = reach(experiment(QUESTION, start={"w": 0.3}))
    flat, target, *edges = found.limits
    assert kinds(found) == ["flat pattern", "target out of reach", "edge", "edge"]
    assert flat.finding.level == target.finding.level == "proved"
    bias, free = flat.trials
    assert bias.before == free.before == 0.125
    assert free.mends
    assert bias.helps
    assert target.finding.numbers["high"] == pytest.approx(1 / (1 + math.exp(-1)))
    assert target.finding.numbers["left"] == pytest.approx(0.036165, abs=1e-6)
    assert edges[0].finding.level == "proved"
    assert edges[0].finding.numbers == {"w": 1.0}


def test_with_a_bias_the_targets_are_approached() -> None:
    found = reach(experiment(BIAS))
    first, second = found.limits
    assert first.finding.level == second.finding.level == "proved"
    assert "At x = 0 no weight brings ŷ to its target 0: it stays above that" in flat_text(first.finding.statement)
    assert "At x = 1 no weight brings ŷ to its target 1: it stays below that" in flat_text(second.finding.statement)


def test_a_target_beyond_the_output_is_out_of_reach_for_every_weight() -> None:
    text = "input x in {1, 2}\ntarget t in {2}\nweight w in R, b in R\nrate α = 0.1\nŷ = tanh(w x + b)\nE = (ŷ - t)^2"
    found = experiment(text)
    for each in out_of_reach(found):
        assert each.range[:2] == (-1.0, 1.0)
        assert each.left == pytest.approx(1.0)
        assert not each.approached
    first = reach(found).limits[0]
    assert first.trials[0].mends
    assert "without its activation" in flat_text(first.trials[0].change)


def test_bounds_of_outputs_hold_in_10_000_trials() -> None:
    text = (
        "input x in {-1, 0.5}\ntarget t in {3}\nweight w in [-1, 2], v in [0, 1]\nrate α = 1\n"
        "h = σ(w x)\nŷ = v h + tanh(w) v\nE = (ŷ - t)^2"
    )
    found = experiment(text)
    limits = {each.pattern: each for each in out_of_reach(found)}
    assert set(limits) == {0, 1}
    chance = random.Random(5)
    for _ in range(10_000):
        weights = {"w": chance.uniform(-1, 2), "v": chance.uniform(0, 1)}
        pattern = chance.randrange(2)
        x = (-1, 0.5)[pattern]
        y = weights["v"] / (1 + math.exp(-weights["w"] * x)) + math.tanh(weights["w"]) * weights["v"]
        low, high, *_ = limits[pattern].range
        assert low <= y <= high
        assert (y - 3) ** 2 >= limits[pattern].left


def test_an_edge_is_a_minimum_where_the_gradient_has_one_sign() -> None:
    found = experiment(QUESTION)
    (edge,) = edge_minima(found)
    assert (edge.weight, edge.edge) == ("w", 1.0)
    assert edge_minima(experiment(INNER.replace("w in R", "w in [-2, 2]"))) == []


@pytest.mark.parametrize("order", ["cyclic", "batch"])
def test_weights_that_are_alike_stay_alike_and_a_start_mends_it(order: Any) -> None:
    found = experiment(XOR, start=ALIKE, order=order)
    groups = {
        each.weights for each in symmetries(found.network, "L", dict(zip(found.weights, found.start, strict=True)))
    }
    assert groups == {("w1", "w3"), ("w2", "w4"), ("b1", "b2"), ("v1", "v2")}
    for group in groups:
        ended = [found.history.weights[name] for name in group]
        assert ended[0] == pytest.approx(ended[1], rel=1e-9)
    (limit,) = [each for each in reach(found).limits if each.kind == "symmetry"]
    assert limit.finding.level == "proved"
    (attempt,) = limit.trials
    assert attempt.after < 0.05 < 0.4 < attempt.before


def test_symmetry_is_found_in_the_worked_example() -> None:
    start = {"w1": 0.15, "w2": 0.2, "w3": 0.15, "w4": 0.2, "w5": 0.4, "w6": 0.4, "w7": 0.5, "w8": 0.5}
    found = experiment(TWO, start=start, steps=300)
    groups = symmetries(found.network, "E_total", start)
    assert {each.weights for each in groups} == {("w1", "w3"), ("w2", "w4"), ("w5", "w6"), ("w7", "w8")}
    assert {each.units for each in groups} == {("net_h1", "net_h2"), ("out_h1", "out_h2")}
    statement = flat_text(told(reach(found), "stay equal").statement)
    assert "one unit" in statement or "these units are one" in statement
    assert symmetries(found.network, "E_total", {**start, "w8": 0.51}) == ()


def test_weights_that_stand_in_other_places_are_not_alike() -> None:
    found = experiment("input x in {1, 2}\nweight w in R, u in R, v in R\nrate α = 1\nE = (w x + u - v)^2 + exp(v)")
    assert symmetries(found.network, "E", {"w": 1.0, "u": 1.0, "v": 1.0}) == ()


def test_alike_weights_of_random_networks_have_equal_gradients() -> None:
    chance = random.Random(6)
    seen = 0
    for _ in range(60):
        f, g = (chance.choice(["tanh", "σ", "sin"]) for _ in range(2))
        a, b = (chance.choice(["w₁ x + b₁", "w₁ x b₁", "x w₁ - b₁"]) for _ in range(2))
        second = b.replace("₁", "₂")
        join = chance.choice(["v₁ h + v₂ g", "v₁ h - v₂ g", "v₂ g + h v₁", "h^2 v₁ + v₂ g^2"])
        text = (
            "input x in {-1, 0.5, 2}\nweight w₁ in R, w₂ in R, b₁ in R, b₂ in R, v₁ in R, v₂ in R\nrate α = 1\n"
            f"h = {f}({a})\ng = {g}({second})\nE = ({join} - 1)^2"
        )
        start = {n: chance.choice([0.25, 0.5]) for n in ("w1", "b1", "v1")}
        start |= {n.replace("1", "2"): value for n, value in start.items()}
        found = experiment(text, start=start)
        for each in symmetries(found.network, "E", start):
            seen += 1
            for pattern in found.patterns:
                slopes = dict(zip(found.weights, found.gradient(found.start, pattern), strict=True))
                assert slopes[each.weights[0]] == pytest.approx(slopes[each.weights[1]], rel=1e-12, abs=1e-15)
    assert seen > 20


DEAD = (
    "input x in {-1, 0, 1}\ntarget y = x^2\nweight w₁ in R, w₂ in R, b₁ in R, b₂ in R, v₁ in R, v₂ in R\n"
    "start w₁ = 0.5, b₁ = -3, w₂ = 1, b₂ = 0.2, v₁ = 1, v₂ = 0.5\nrate α = 0.1\n"
    "h₁ = relu(w₁ x + b₁)\nh₂ = relu(w₂ x + b₂)\nŷ = v₁ h₁ + v₂ h₂\nE = 1/2 (ŷ - y)^2"
)


def test_a_unit_that_is_off_for_ever_never_moves() -> None:
    found = experiment(DEAD)
    (unit,) = stuck_units(found, found.start)
    assert (unit.unit, unit.state, unit.behind) == ("h1", "off for ever", ("w1", "b1"))
    assert found.history.weights["w1"] == 0.5
    assert found.history.weights["b1"] == -3
    (limit,) = [each for each in reach(found).limits if each.kind == "off"]
    assert limit.finding.level == "proved"
    assert limit.trials[0].helps


def test_a_unit_that_no_weight_switches_on_is_never_on() -> None:
    text = DEAD.replace("w₁ in R,", "w₁ in [0, 1],").replace("b₁ in R,", "b₁ in [-4, -2],")
    found = experiment(text)
    (unit,) = stuck_units(found, found.start)
    assert unit.state == "never on"


def test_a_unit_that_others_can_switch_on_is_only_off_here() -> None:
    text = (
        "input x in {1, 2}\ntarget y in {1}\nweight w in R, u in R, v in R\nstart w = -1, u = 1, v = 1\nrate α = 0.1\n"
        "h = w x\ng = relu(u h)\nŷ = v g + h\nE = 1/2 (ŷ - y)^2"
    )
    (unit,) = stuck_units(experiment(text), [-1.0, 1.0, 1.0])
    assert unit.state == "off"


def test_a_saturated_unit_is_said_to_be_saturated() -> None:
    found = experiment(BIAS, start={"w": 1.0, "b": 12.0}, steps=100)
    (unit,) = stuck_units(found, found.start)
    assert unit.state == "saturated"
    assert unit.greatest == pytest.approx(0.25, rel=1e-2)
    assert stuck_units(experiment(BIAS), [0.3, 0.0]) == []


def test_a_start_where_nothing_moves_is_stationary() -> None:
    text = (
        "input x in {1, 2}\ntarget y in {1}\nweight w in R, v in R\nrate α = 0.1\nstart w = 0, v = 0\nE = (w v x - y)^2"
    )
    found = reach(experiment(text))
    (limit,) = [each for each in found.limits if each.kind == "stationary"]
    assert limit.finding.level == "proved"
    assert limit.trials[0].helps


def test_a_network_that_can_learn_everything_has_no_limit() -> None:
    found = reach(experiment(TWO))
    assert found.limits == ()
    assert found.findings[0].level == "measured"


def test_a_bias_is_added_to_every_unit_that_has_none() -> None:
    net = workings.parse(
        "input x in {1}\nweight w in R, u in R, k in R\nf(z) = 1/(1 + e^(-z))\nh = f(w x)\nz = u h\ng = tanh(z)\n"
        "y = σ(g w + k)\nE = y^2"
    )
    changed, biases = with_bias(net.graph)
    assert biases == ("b", "b2")
    written = {e.name: str(e.formula) for e in changed.equations}
    assert written["h"] == "f(w x + b)"
    assert written["z"] == "u h + b₂"
    assert written["y"] == "σ(g w + k)"


# The river


def test_the_river_of_a_bowl_is_straight() -> None:
    found = river(experiment(VALLEY.replace("50 b^2", "1/2 b^2"), rate=0.1, steps=300))
    assert found.apart < 1e-3
    assert found.river.length == pytest.approx(math.sqrt(10), rel=1e-3)
    assert found.narrow[0].condition == pytest.approx(1, rel=1e-9)


def test_a_narrow_valley_is_crossed_to_and_fro() -> None:
    found = river(experiment(VALLEY, steps=400))
    assert found.narrow[0].condition == pytest.approx(100, rel=1e-9)
    assert found.run.length > found.river.length
    assert told(found, "narrowest").numbers["condition"] == pytest.approx(100, rel=1e-6)


def test_the_river_never_rises() -> None:
    for text in (QUESTION, BIAS, XOR, TWO):
        found = river(experiment(text))
        assert all(b <= a + 1e-12 for a, b in pairwise(found.river.errors))
        assert found.river.errors[-1] <= found.run.errors[0]


def test_more_than_two_weights_are_seen_in_a_plane() -> None:
    found = river(experiment(XOR))
    assert found.plane is not None
    assert dot(found.plane.first, found.plane.second) == pytest.approx(0, abs=1e-9)
    assert norm(found.plane.first) == pytest.approx(1)
    assert 0.9 < sum(found.plane.shares) <= 1 + 1e-12
    assert river(experiment(BIAS)).plane is None


# The whole


@pytest.mark.parametrize("name", ["identity.md", "bias.md", "xor.md", "two-two-two.txt"])
def test_every_question_is_answered_and_every_answer_says_how_sure_it_is(name: str) -> None:
    found = workings.read(EXAMPLES / name).why(steps=200)
    assert [answer.ask for answer in found.answers] == list(QUESTIONS)
    for answer in found.answers:
        assert answer.findings
        for finding in answer.findings:
            text = flat_text(finding.statement)
            assert finding.level in ("proved", "measured", "predicted")
            assert text.endswith((".", ":"))
            assert "  " not in text
            assert "nan" not in text.lower()
            assert all(isinstance(value, float) for value in finding.numbers.values())
    text = str(found)
    assert all(question in text for question in QUESTIONS.values())


def test_a_start_without_a_finite_error_is_refused() -> None:
    net = workings.parse("input x in {1}\nweight w in R\nstart w = -1\nrate α = 0.1\nE = log(w x)")
    with pytest.raises(ReadError, match="at the start, w = −1, `E` is no finite number"):
        net.why()
    assert net.why("rate", start={"w": 2}).answers


def test_one_question_may_be_asked() -> None:
    found = workings.parse(QUESTION).why("rate")
    assert [answer.ask for answer in found.answers] == ["rate"]
    assert isinstance(found["rate"], Rate)
    with pytest.raises(KeyError):
        found["river"]
    with pytest.raises(ReadError, match="`size` is no question"):
        workings.parse(QUESTION).why(["rate", "size"])


def test_the_authors_letters_are_kept() -> None:
    text = XOR.replace("rate    η", "rate    η")
    found = workings.parse(text).why(["sign", "rate", "patterns", "river"], steps=20)
    written = str(found)
    assert "η = 0.5" in written
    assert "α" not in written
    assert "∇L" in written
    # L is the error here, so the bound has another letter.
    assert "at most K =" in written


def test_the_kinds_of_answers_are_the_questions() -> None:
    assert {kind.__name__.lower() for kind in (Steepest, Sign, Rate, Patterns, Reach, River)} == set(QUESTIONS)
    assert "descent" in METHODS


def test_numbers_of_the_record_stand_in_the_json() -> None:
    from workings.show import as_json

    found = workings.parse(QUESTION).why(start={"w": 0.3})
    record = json.loads(json.dumps(as_json.explanation(found), allow_nan=False))
    assert record["start"] == {"w": 0.3}
    answers = record["answers"]
    certificate = answers["rate"]["everywhere"]["certificates"][1]
    assert certificate["greatest"] == pytest.approx(0.0770292851, abs=1e-9)
    assert certificate["forms"][0]["coefficients"] == {"w": "1"}
    assert len(certificate["boxes"]) > 10
    assert answers["reach"]["limits"][0]["kind"] == "flat pattern"
    assert answers["patterns"]["labels"] == ["x = 0", "x = 1"]


# What a fresh eye saw


def test_a_bound_near_the_start_says_nothing_of_steps_that_leave_it() -> None:
    found = rate(experiment("input x in {1}\nweight w in R\nrate α = 0.1\nstart w = 0\nE = |w x - 2|"))
    assert found.everywhere is not None
    assert found.everywhere.near == 0.5
    assert found.changes[0].largest == pytest.approx(4)
    said = flat_text(told(found, "does not bend upwards").statement)
    assert said.endswith("every rate lowers it by every step that moves and stays so near.")
    assert not any("no rate is too large" in flat_text(f.statement) for f in found.findings)


def test_the_river_goes_down_beside_a_run_that_diverges() -> None:
    text = "input x in {1, 2}\nweight w, b in R\nstart w = 0.7, b = 0.5\nE = (w x + b - 2 x - 1)^2"
    found = river(experiment(text, rate=0.5))
    assert all(b <= a for a, b in pairwise(found.river.errors))
    assert found.river.errors[-1] < 1e-12
    assert "leaves it" in flat_text(found.findings[0].statement)


def test_the_curvature_along_a_river_is_that_of_its_direction() -> None:
    # At (½, ½) the gradient of ½ (u v + 1)² points along (1, 1), where the curvature is 1.75, and −1.25 across.
    text = "input x in {1}\nweight u, v in R\nrate η = 0.1\nstart u = 0.5, v = 0.5\nE = 1/2 (u v x + 1)^2"
    found = river(experiment(text))
    assert found.narrow[0].along == pytest.approx(1.75)
    assert (found.narrow[0].greatest, found.narrow[0].least) == (pytest.approx(1.75), pytest.approx(-1.25))
    assert "saddle" in flat_text(told(found, "narrowest").statement)


def test_targets_that_contradict_each_other_are_named() -> None:
    found = reach(experiment(
        "input x in R\ntarget t in R\nweight w in R\nrate η = 0.1\nstart w = 0\no = w x\nE = (o - t)^2\n"
        "patterns (x; t) = (1; 0), (2; 1), (1; 1)"
    ))  # fmt: skip
    assert [limit.kind for limit in found.limits] == ["contradiction"]
    assert found.limits[0].finding.level == "proved"


def test_a_run_that_ends_on_a_saddle_is_told() -> None:
    found = reach(experiment(
        "input x in {1}\nweight u, v in R\nrate η = 0.1\nstart u = 1, v = 0\nE = (u^2 - v^2 + v^4) x", steps=300
    ))  # fmt: skip
    (limit,) = (limit for limit in found.limits if limit.kind == "saddle")
    assert limit.finding.numbers["curvature"] == pytest.approx(-2)
    assert any(trial.helps for trial in limit.trials)


def test_an_error_below_zero_is_not_mended_by_a_larger_one() -> None:
    assert not Trial(("another start",), None, -1.0, -0.5).mends
    assert not Trial(("another start",), None, -1.0, -0.5).helps
    assert Trial(("another start",), None, 0.0, -1.0).helps


def test_a_step_that_is_held_has_no_figure() -> None:
    net = experiment("input x in {1}\nweight w in [0, 1]\nrate η = 0.1\nstart w = 1\nE = (w x - 5)^2")
    assert along_step(net, rate(net)) is None


@pytest.mark.parametrize("text", [QUESTION, BIAS, XOR])
def test_an_explanation_in_latex_has_only_characters_that_latex_knows(text: str) -> None:
    body = standalone(explanation(explain(experiment(text))), "why")
    assert not {c for c in body if not c.isascii() and "LATIN" not in unicodedata.name(c)}
