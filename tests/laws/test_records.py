"""Records pickle, and a node comes back as itself."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

import workings
from tests.laws.authors import network
from tests.laws.test_networks import all_gradients
from workings.graph.expr import Expr, call, names, number, partial, symbol, target
from workings.graph.op import OPS, Op
from workings.graph.ops.arithmetic import add, mul
from workings.graph.writing.boxes import plain
from workings.show.latex import latex

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.md"))
HALF = Fraction(1, 2)
X, Y, Z = symbol("x"), symbol("y_hat"), symbol("w_(1)")
LEAVES: tuple[Expr, ...] = (
    X, number(3), number(HALF, decimal=True), number(HALF),
    call("A", (X,)), call("A", (X, Y), (1, 0)), partial(symbol("E"), X), partial(call("A", (X,)), X, (Y, Z)),
    target(X, "new"), target(Y, "nudge"),
)  # fmt: skip


def again(value: object) -> object:
    return pickle.loads(pickle.dumps(value))


@pytest.mark.parametrize("expr", LEAVES, ids=repr)
def test_a_node_comes_back_as_itself(expr: Expr) -> None:
    assert again(expr) is expr
    assert copy.deepcopy(expr) is copy.copy(expr) is expr


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_an_op_and_its_application_come_back_as_themselves(op: Op) -> None:
    applied = op(*(X, Y, Z)[: op.arity])
    assert again(op) is op
    assert again(applied) is applied
    assert again((applied, [applied])) == (applied, [applied])


def test_a_chain_of_five_thousand_nodes_comes_back_as_itself() -> None:
    long: Expr = X
    for index in range(5000):
        long = add(mul(long, X), symbol(f"b{index}"))
    assert again(long) is long


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_networks_and_derivations_pickle(path: Path) -> None:
    net = workings.read(path)
    derivation = net.derive()
    assert again(net.graph) == net.graph
    back = again(derivation)
    assert isinstance(back, type(derivation))
    assert back.network == derivation.network
    assert list(all_gradients(back)) == list(all_gradients(derivation))
    assert back.program() == derivation.program()


@pytest.mark.parametrize("number", range(8))
def test_random_networks_pickle(number: int) -> None:
    net = workings.parse(network(Random(number)).text)
    back = again(net.graph)
    assert back == net.graph


def test_a_pickle_is_read_in_a_process_of_its_own() -> None:
    data = pickle.dumps(mul(X, OPS["tanh"](Y)))
    code = f"import pickle; print(repr(pickle.loads({data!r}).args[1].op))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "Op(tanh)\n"


def test_a_new_value_and_a_nudge_are_no_names_and_no_derivatives() -> None:
    moved = add(target(X, "new"), target(X, "nudge"))
    assert names(moved) == ()
    assert plain(moved) == "x⁺ + Δx"
    assert latex(moved) == r"x^{+} + \Delta x"
