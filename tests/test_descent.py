"""Descent: each step is the update that was shown, and the seed decides what is drawn."""

from pathlib import Path

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
