"""Descent: each step is the update that was shown, and the seed decides what is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

import workings

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_each_step_is_the_shown_update() -> None:
    history = workings.read(EXAMPLES / "bias.md").train(rate=0.25, steps=7)
    for row in history.rows():
        before = history.weights_after(row.step - 1)
        for name, gradient in row.gradients.items():
            assert row.weights[name] == before[name] - 0.25 * gradient
            assert row.nudges[name] == -(0.25 * gradient)


def test_a_batch_step_moves_by_the_mean_over_the_patterns() -> None:
    net = workings.read(EXAMPLES / "bias.md")
    row = net.train(rate=0.25, steps=1, order="batch").row(1)
    start = {name: net.train(steps=0).start[name] for name in ("w", "b")}
    each = [net.at({**start, "x": x}).gradients["w"] for x in (0.0, 1.0)]
    assert row.gradients["w"] == (each[0] + each[1]) / 2


def test_the_seed_alone_decides_what_is_drawn() -> None:
    net = workings.read(EXAMPLES / "xor.md")
    first, second, other = (net.train(steps=0, seed=seed).start for seed in (1, 1, 2))
    assert first == second != other
    assert net.train(steps=0, seed=1, start={"w₂": 0.5}).start == {**first, "w2": 0.5}


def test_the_history_goes_to_arrays() -> None:
    history = workings.read(EXAMPLES / "bias.md").train(rate=0.25, steps=7)
    arrays = history.to_numpy()
    assert list(arrays) == [name for name in history.columns if name not in ("pattern", "fate")]
    assert arrays["w"].tolist() == [row.weights["w"] for row in history.rows()]


# The methods, each by a loop of its own

STEPS, RATE = 40, 0.3
Moves = Callable[[float, float, int], float]


def slope(w: float, x: float) -> float:
    y = 1 / (1 + math.exp(-(w * x)))
    return (y - x) * x * y * (1 - y)


def momentum() -> Moves:
    v = 0.0

    def move(w: float, g: float, _: int) -> float:
        nonlocal v
        v = 0.9 * v + g
        return w - RATE * v

    return move


def nesterov() -> Moves:
    v = 0.0

    def move(w: float, g: float, _: int) -> float:
        nonlocal v
        v = 0.9 * v + g
        return w - RATE * (g + 0.9 * v)

    return move


def adam() -> Moves:
    m = v = 0.0

    def move(w: float, g: float, t: int) -> float:
        nonlocal m, v
        m = 0.9 * m + (1 - 0.9) * g
        v = 0.999 * v + (1 - 0.999) * g**2
        return w - RATE * ((m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8))

    return move


@pytest.mark.parametrize(("method", "made"), [("momentum", momentum), ("nesterov", nesterov), ("adam", adam)])
@pytest.mark.parametrize("decay", [0.0, 0.02])
@pytest.mark.parametrize("compiled", [True, False])
def test_a_method_is_its_equations(method: str, made: Callable[[], Moves], decay: float, compiled: bool) -> None:
    net = workings.parse(
        "input x in {0, 1}\ntarget y = x\nweight w in R\nrate α = 1/2\nŷ = 1/(1 + e^(-w x))\nE = 1/2 (ŷ - y)^2"
    )
    history = net.train(
        rate=RATE, steps=STEPS, start={"w": 0.2}, method=method, constants={"λ": decay}, compiled=compiled
    )
    move, w = made(), 0.2
    for step in range(1, STEPS + 1):
        w = move(w, slope(w, float((step - 1) % 2)) + decay * w, step)
        assert history.weights_after(step)["w"] == pytest.approx(w, rel=1e-13), step
    assert abs(history.weights["w"] - net.train(rate=RATE, steps=STEPS, start={"w": 0.2}).weights["w"]) > 1e-3


def test_a_schedule_is_its_formula() -> None:
    net = workings.read(EXAMPLES / "bias.md")
    history = net.train(rate=0.5, steps=20, schedule="α (1 + cos(π t/T))/2")
    assert [row.rate for row in history.rows()] == pytest.approx(
        [0.5 * (1 + math.cos(math.pi * t / 20)) / 2 for t in range(1, 21)]
    )
    row = history.row(7)
    assert row.nudges["w"] == -(row.rate * row.gradients["w"])
    assert list(history.table())[6][history.columns.index("rate")] == row.rate


def test_what_a_method_keeps_is_in_the_table() -> None:
    net = workings.read(EXAMPLES / "bias.md")
    history = net.train(steps=9, method="adam")
    assert [name for name in history.columns if name.startswith(("m_", "v_"))] == ["m_w", "v_w", "m_b", "v_b"]
    row = history.row(9)
    assert dict(zip(history.columns, list(history.table())[8], strict=True))["m_b"] == row.kept["m_b"] != 0


def test_a_step_of_several_patterns_is_their_mean() -> None:
    net = workings.read(EXAMPLES / "xor.md")
    history = net.train(steps=6, batch=3, seed=5, order="shuffled")
    taken = [row.patterns for row in history.rows()]
    assert [len(patterns) for patterns in taken] == [3, 1, 3, 1, 3, 1]
    assert all(sorted(patterns) == list(patterns) for patterns in taken)
    assert all(sorted(taken[k] + taken[k + 1]) == [0, 1, 2, 3] for k in (0, 2, 4))
    row = history.row(3)
    before = history.weights_after(2)
    each = [net.at({**before, **history.descent.patterns[k]}).gradients["v₁"] for k in row.patterns]
    assert row.gradients["v1"] == (each[0] + each[1] + each[2]) / 3


@pytest.mark.parametrize(("how", "found"), [
    ({"method": "newton"}, "`newton` is no method"), ({"constants": {"β": 0.5}}, "`β` is given for the method descent"),
    ({"method": "momentum", "constants": {"β": math.nan}}, "`β` is nan"), ({"batch": 0}, "a step of 0 patterns"),
    ({"batch": 3}, "a step of 3 patterns"), ({"schedule": "α / q"}, "`q` has no value here"),
    ({"schedule": "α /"}, "the formula ends"), ({"record": "some"}, "`some` is asked to be recorded"),
    ({"record": -1}, "`-1` is asked to be recorded"), ({"record": "²"}, "`²` is asked to be recorded"),
])  # fmt: skip
def test_a_request_that_does_not_fit_is_told(how: dict[str, object], found: str) -> None:
    net = workings.read(EXAMPLES / "bias.md")
    with pytest.raises(workings.ReadError) as failure:
        net.train(**how)  # type: ignore[arg-type]
    assert failure.value.problems[0].found.startswith(found)
    assert failure.value.problems[0].instead


def test_names_that_the_network_has_are_left_to_it() -> None:
    net = workings.parse(
        "input t in {1}\nweight v in R, v_v in R\nstart v = 1, v_v = 1\nrate α = 0.1\nE = (v t)^2 + v_v^2"
    )
    history = net.train(steps=3, method="momentum", schedule="α / t'")
    assert history.descent.names == ("v", "v_v", "v_v'", "v_v_v")
    assert [row.rate for row in history.rows()] == [0.1, 0.1 / 2, 0.1 / 3]
