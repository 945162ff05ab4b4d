"""The worked example that every course uses, and the one-weight network: figures that anybody can check."""

from pathlib import Path

import pytest

import workings
from workings.run import saved
from workings.run.history import Order
from workings.run.train import Descent

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_two_inputs_two_hidden_units_two_outputs() -> None:
    net = workings.read(EXAMPLES / "two-two-two.txt")
    point = net.at()
    assert point.values["E_total"] == pytest.approx(0.298371109, abs=5e-10)
    assert point.gradients["w₅"] == pytest.approx(0.082167041, abs=5e-10)
    # One batch update takes all gradients at the old weights.
    once = net.train(order="batch", steps=1)
    assert once.weights["w5"] == pytest.approx(0.358916480, abs=5e-10)
    assert once.weights["w1"] == pytest.approx(0.149780716, abs=5e-10)
    assert once.error == pytest.approx(0.291027774, abs=5e-10)
    assert net.train(order="batch", steps=10_000).error == pytest.approx(3.51019e-5, rel=2e-6)


def test_the_one_weight_network_runs_to_the_edge_and_never_learns_its_other_pattern() -> None:
    net = workings.read(EXAMPLES / "identity.md")
    history = net.train(start={"w": 0.5}, steps=1000)
    assert str(net.derive().gradients["w"].final) == "(ŷ − y) x ŷ (1 − ŷ)"
    assert history.stopped == "still"
    assert history.weights["w"] == 1.0
    last = {row.inputs["x"]: row for row in history.rows(range(history.steps - 1, history.steps + 1))}
    assert last[0.0].after == 0.125
    assert last[0.0].gradients["w"] == 0.0
    assert last[0.0].fate == "flat"
    assert last[1.0].after == pytest.approx(0.036165, abs=5e-7)
    assert last[1.0].fate == "held"


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


@pytest.mark.parametrize("order", ["cyclic", "shuffled", "batch"])
@pytest.mark.parametrize("cut", [1, 2, 5])
def test_a_run_taken_up_again_has_the_same_bits(order: Order, cut: int) -> None:
    net = workings.read(EXAMPLES / "xor.md")
    whole = net.train(steps=9, order=order, seed=3)
    half = net.train(steps=cut, order=order, seed=3)
    kept = saved.load(saved.dump(half, net.notation).encode(), "run.json", Descent(net.derive()), net.notation)
    again = net.train(steps=9 - cut, resume=kept)
    assert again.recorded == whole.recorded
    assert again.settings == whole.settings


def test_the_seed_alone_decides_what_is_drawn() -> None:
    net = workings.read(EXAMPLES / "xor.md")
    first, second, other = (net.train(steps=0, seed=seed).start for seed in (1, 1, 2))
    assert first == second != other
    assert net.train(steps=0, seed=1, start={"w₂": 0.5}).start == {**first, "w2": 0.5}
