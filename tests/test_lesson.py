"""The answers that come first: every number of them is one of the run, and nothing is said that is not so."""

from __future__ import annotations

import re

import pytest

import workings
from workings.show.parts import flat_text
from workings.why.lesson import lesson, replies

ONE = """
input  x in {0, 1}
target y = x
weight w in R
start  w = 2
rate   α = 0.1
E = 1/2 (w x - y)^2
"""
XOR = "examples/xor.md"


def said(text: str, **asked: object) -> dict[str, str]:
    history = workings.parse(text).train(**asked)  # pyright: ignore[reportArgumentType]
    return {point.about: flat_text(point.said) for point in lesson(history, replies(history))}


def test_where_the_slope_is_positive_the_weight_gets_smaller() -> None:
    found = said(ONE)
    assert found["What the slope says"] == (
        "At w = 2, for x = 1, ∂E/∂w is 1: E rises as w grows, by 1 for each unit at first."
    )
    assert (
        "so w has to become smaller, and subtracting a positive number does that: 2 − 0.1 · 1 = 1.9."
        in (found["Why subtract"])
    )
    assert "E fell from 0.5 to 0.405." in found["Why subtract"]
    assert "What it cannot" not in found


def test_a_rate_that_is_too_large_is_called_so() -> None:
    found = said(ONE, rate=2.5, steps=4)
    assert "E rose from 0.5 to 1.125." in found["Why subtract"]
    assert found["How much"].endswith("So here it is too large: the step went across the valley, and E rose.")


def test_what_cannot_be_learned_is_said_with_what_would_mend_it() -> None:
    found = said(ONE.replace("w in R", "w in [0, 1/2]").replace("w = 2", "w = 1/4"))
    assert found["What it cannot"] == "w stops at 0.5, the end of its interval, though the mean of E would still fall."
    assert re.search(
        r"With w any real number, the mean of E comes down to .*: now it learns\.", found["What would mend it"]
    )


def test_a_unit_that_is_off_learns_nothing_and_nothing_is_promised() -> None:
    found = said(
        "input x in {1, 2}\ntarget y = x\nweight w in R\nstart w = -1\nrate α = 0.1\nE = 1/2 (relu(w x) - y)^2\n"
    )
    assert "Why subtract" not in found
    assert found["What it learns"].startswith("After 2 steps the mean of E is still ")


def test_of_a_run_that_left_the_finite_numbers_nothing_is_praised() -> None:
    history = workings.read(XOR).train(rate=500)
    found = {point.about: flat_text(point.said) for point in lesson(history, replies(history))}
    assert found["What it learns"].startswith("Nothing: after 2 steps its numbers are no longer finite.")
    assert "What would mend it" not in found


def test_a_switch_is_not_said_to_keep_its_error() -> None:
    found = said(
        "input x in {1}\ntarget y = x\nweight w in R\nstart w = 0.4\nrate α = 0.1\n"
        "q = 3 - [w x > 1]\nE = 1/2 (q - y)^2\n"
    )
    assert "stays" not in found.get("What it cannot", "")


def test_many_weights_are_answered_too() -> None:
    history = workings.read(XOR).train(steps=40)
    points = lesson(history, replies(history))
    assert [point.about for point in points] == [
        "The rule", "Why subtract", "Direction or size", "How much", "What it learns"
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["examples/identity.md", "examples/bias.md", XOR])
def test_the_replies_are_those_of_the_network(path: str) -> None:
    net = workings.read(path)
    history = net.train(steps=30)
    found = replies(history)
    assert len(found) == len(net.graph.pattern_rows())
    for reply, row in zip(found, history.descent.rows, strict=True):
        point = net.at({**dict(zip(history.descent.pattern_names, row, strict=False)), **history.weights})
        for output, value, _ in reply.outputs:
            assert point.values[output] == value
