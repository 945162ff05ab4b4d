from __future__ import annotations

import dataclasses
import math
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import workings
from workings.api import Network
from workings.graph.writing.boxes import plain
from workings.run import saved
from workings.run.history import History
from workings.run.order import Order

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
ORDERS: tuple[Order, ...] = ("cyclic", "shuffled", "batch")


@cache
def example(name: str) -> Network:
    return workings.read(EXAMPLES / name)


def has_digits(value: float, digits: str) -> bool:
    """Say whether a value rounds to the digits that stand in print."""
    return abs(value - float(digits)) <= 0.5 * 10.0 ** -len(digits.partition(".")[2])


# Two inputs, two hidden units, two outputs

FORWARD = {
    "net_h1": "0.3775", "out_h1": "0.593269992", "out_h2": "0.596884378", "net_o1": "1.105905967",
    "out_o1": "0.751365070", "out_o2": "0.772928465", "E_o1": "0.274811083", "E_o2": "0.023560026",
    "E_total": "0.298371109",
}  # fmt: skip
AFTER_ONE_STEP = {
    "w1": "0.149780716", "w2": "0.19956143", "w3": "0.24975114", "w4": "0.29950229", "w5": "0.358916480",
    "w6": "0.408666186", "w7": "0.511301270", "w8": "0.561370121",
}  # fmt: skip


@pytest.mark.parametrize("name", FORWARD)
def test_the_forward_pass_has_the_printed_digits(name: str) -> None:
    assert has_digits(example("two-two-two.txt").at().values[name], FORWARD[name])


def test_the_gradients_have_the_printed_digits() -> None:
    gradients = example("two-two-two.txt").at().gradients
    assert has_digits(gradients["w5"], "0.082167041")
    assert has_digits(gradients["w1"], "0.000438568")


@pytest.mark.parametrize("order", ORDERS)
def test_one_step_has_the_printed_digits(order: Order) -> None:
    net = example("two-two-two.txt")
    history = net.train(steps=1, order=order)
    assert has_digits(history.descent.mean_error(history.start), "0.298371109")
    assert all(has_digits(history.weights[name], digits) for name, digits in AFTER_ONE_STEP.items())
    assert has_digits(history.error, "0.291027774")


def test_ten_thousand_steps_have_the_printed_digits() -> None:
    history = example("two-two-two.txt").train(steps=10_000, order="batch")
    assert history.steps == 10_000
    assert abs(history.error - 3.51019e-5) <= 0.5e-10


def test_with_one_pattern_every_order_makes_the_same_bits() -> None:
    net = example("two-two-two.txt")
    runs = [net.train(steps=50, order=order) for order in ORDERS]
    assert all(run.recorded == runs[0].recorded for run in runs)


# One weight


def identity_run(steps: int, order: Order = "cyclic") -> History:
    return example("identity.md").train(start={"w": 0.5}, steps=steps, order=order)


def test_the_gradient_is_written_in_the_author_s_names_and_order() -> None:
    gradient = example("identity.md").derive("w").gradients["w"]
    assert plain(gradient.result) == "(ŷ − y) x ŷ (1 − ŷ)"
    assert plain(gradient.final) == "(ŷ − y) x ŷ (1 − ŷ)"


@pytest.mark.parametrize("order", ORDERS)
def test_the_weight_climbs_to_its_edge_and_the_run_stops_there(order: Order) -> None:
    history = identity_run(1000, order)
    assert history.stopped == "still"
    assert history.weights == {"w": 1.0}
    path = [history.weights_after(step)["w"] for step in range(history.steps + 1)]
    assert path[0] == 0.5
    assert all(before <= after <= 1.0 for before, after in pairwise(path))


def test_the_errors_at_the_edge_are_those_of_the_logistic_function_at_0_and_1() -> None:
    history = identity_run(1000)
    after = {row.inputs["x"]: row.after for row in history.rows((history.steps - 1, history.steps))}
    assert after[0.0] == 0.125
    assert has_digits(after[1.0], "0.036165")
    assert math.isclose(after[1.0], (1 / (1 + math.exp(-1.0)) - 1) ** 2 / 2, rel_tol=1e-15)
    assert history.error == (after[0.0] + after[1.0]) / 2


@pytest.mark.parametrize("order", ["cyclic", "shuffled"])
def test_every_row_is_the_network_at_the_weights_before_it(order: Order) -> None:
    net = example("identity.md")
    history = identity_run(8, order)
    for row in history.rows():
        point = {**history.weights_after(row.step - 1), **row.inputs}
        values = net.at(point)
        assert dict(row.gradients) == dict(values.gradients)
        assert all(values.values[name] == value for name, value in row.values.items())
        assert row.after == net.at({**point, **row.weights}).values["E"]


# Taken up again


def saved_and_loaded(net: Network, history: History) -> History:
    text = saved.dump(history, net.notation)
    loaded = saved.load(text.encode(), "run.json", net.derive(), net.notation, net.schedule)
    assert saved.dump(loaded, net.notation) == text
    return loaded


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["identity.md", "xor.md", "two-two-two.txt"])
def test_a_run_in_two_parts_is_the_run_in_one(name: str, order: Order) -> None:
    net = example(name)
    whole = net.train(steps=30, order=order, seed=7)
    for cut in (0, 1, 2, 3, 5, 11, 29, 30):
        first = saved_and_loaded(net, net.train(steps=cut, order=order, seed=7))
        again = net.train(steps=30 - cut, resume=first)
        assert again.recorded == whole.recorded, cut
        assert (again.start, again.last, again.stopped) == (whole.start, whole.last, whole.stopped), cut
        assert again.settings == dataclasses.replace(whole.settings, horizon=cut), cut
        assert again.said == whole.said


@pytest.mark.parametrize("order", ORDERS)
def test_a_run_in_two_parts_stops_still_where_the_run_in_one_does(order: Order) -> None:
    net = example("identity.md")
    whole = identity_run(1000, order)
    for cut in range(whole.steps + 1):
        again = net.train(steps=1000 - cut, resume=saved_and_loaded(net, identity_run(cut, order)))
        assert (cut, again.steps, again.stopped) == (cut, whole.steps, "still")
        assert again.recorded == whole.recorded
