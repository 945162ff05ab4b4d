"""Is it true: laws of the judge, of its budget, and of what it says where the text leaves something open."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest

import workings
from workings.check.judge.budget import A_COMPARISON, Budget, LimitError
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.check.judge.models import open_calls
from workings.check.judge.points import Points
from workings.check.judge.readings import READINGS, Reading
from workings.check.judge.slopes import edges, slope, slopes
from workings.check.judge.upstream import upstream
from workings.check.verdict import Finding
from workings.graph.expr import ONE, ZERO, Expr, call, number, partial, postorder, symbol
from workings.graph.network import Finite, Function, Interval, Network
from workings.graph.op import OPS
from workings.graph.ops.arithmetic import mul, sub
from workings.graph.speakers.floats import Program

NET = """
input  x in R
target t in R
weight w in R, v in R
z = w x
y = sigma(z)
E = 1/2 (y - t)^2 + v^2
minimise E
"""


def read(net: str, written: str) -> Expr:
    return workings.parse(f"{net}\nqq = {written}\n").graph.formulas["qq"]


def judged(left: str, right: str, net: str = NET) -> Finding:
    judge = Judge(Meaning(workings.parse(net).graph))
    return judge.compare(read(net, left), read(net, right))


# Verdicts


@pytest.mark.parametrize(
    ("left", "right", "verdict", "how"),
    [
        ("(x + w)^2", "x^2 + 2 x w + w^2", "holds", "proved"),
        ("x", "w", "refuted", "interval"),
        ("sin(2 x)", "2 sin(x) cos(x)", "holds", "tested"),
        # A point outside the domain of an op refutes nothing: √(x²) is no root at −1, but log has no value there.
        ("log(x^2)", "2 log(x)", "holds", None),
        ("x/x", "1", "holds", "proved"),
        ("relu(x)", "max(x, 0)", "holds", None),
        # Below fifty digits: tested, and never proved.
        ("x + e^(-1000) x", "x", "holds", "tested"),
        ("x tanh(1000)", "x", "holds", "tested"),
    ],
)
def test_verdicts(left: str, right: str, verdict: str, how: str | None) -> None:
    found = judged(left, right)
    assert found.verdict == verdict
    assert how in (None, found.how)


def test_a_refutation_is_an_exact_point_at_which_balls_lie_apart() -> None:
    found = judged("x^2", "x^3")
    assert found.counterexample is not None
    assert all(isinstance(value, Fraction) for value in found.counterexample.point.values())
    assert found.counterexample.left != found.counterexample.right


def test_points_of_the_declared_domain_come_first() -> None:
    net = "input x in {0, 1}\nweight w in [0, 1]\ntarget t in R\ny = w x\nE = (y - t)^2\nminimise E"
    assert judged("x^3", "x^2", net).verdict == "holds_on_domain"
    found = judged("w x", "w", net).counterexample
    assert found is not None
    assert found.point["x"] == 0
    assert 0 < found.point["w"] <= 1


# Work is counted


def test_a_budget_is_spent_and_its_parts_count_for_it() -> None:
    whole = Budget(100)
    part = whole.part(60)
    part.spend(50)
    assert (whole.spent, part.spent) == (50, 50)
    with pytest.raises(LimitError, match="more than 60 operations"):
        part.spend(20)
    with pytest.raises(LimitError, match="more than 100 operations"):
        whole.spend(40)
    assert whole.empty


@pytest.mark.parametrize("limit", [10, 1_000, 20_000, A_COMPARISON])
def test_a_verdict_does_not_depend_on_the_clock(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [("sin(2 x)", "2 sin(x) cos(x)"), ("relu(w x)", "relu(x w) + 0 v"), ("tanh(x)", "2 sigma(2 x) - 1")]
    judge = Judge(Meaning(workings.parse(NET).graph))
    sides = [(read(NET, left), read(NET, right)) for left, right in pairs]

    def found() -> list[tuple[Finding, int]]:
        budgets = [Budget(limit) for _ in sides]
        fresh = Judge(judge.meaning)
        verdicts = [fresh.compare(*pair, budget) for pair, budget in zip(sides, budgets, strict=True)]
        return [(verdict, budget.spent) for verdict, budget in zip(verdicts, budgets, strict=True)]

    before = found()
    ticks = iter(range(0, 10**9, 10**4))
    # A machine so slow that every look at the clock costs hours.
    for clock in ("perf_counter", "monotonic", "time", "process_time"):
        monkeypatch.setattr(time, clock, lambda: float(next(ticks)))
    assert found() == before


def test_a_second_question_costs_what_the_first_did() -> None:
    judge = Judge(Meaning(workings.parse(NET).graph))
    pair = read(NET, "sin(2 x)"), read(NET, "2 sin(x) cos(x)")
    first, second = Budget(), Budget()
    assert judge.compare(*pair, first) == judge.compare(*pair, second)
    assert first.spent == second.spent > 0
    # What a small budget leaves open, a larger one settles.
    fresh = Judge(judge.meaning)
    assert fresh.compare(*pair, Budget(50)).verdict == "undecided"
    assert fresh.compare(*pair).verdict == "holds"


def test_no_clock_is_read_in_the_rooms_that_decide() -> None:
    root = Path(workings.__file__).parent / "check"
    for file in (*root.glob("judge/*.py"), *root.glob("explain/*.py")):
        assert "perf_counter" not in file.read_text(encoding="utf-8"), file.name
        assert "import time" not in file.read_text(encoding="utf-8"), file.name


# Links

LOOSE = """
input  x in R
target t in R
weight w in R, b in R
z = w x + b
a = sigma(z)
L = 1/2 (u - t)^2
"""
BRANCHES = """
input  x in R
target t in R
weight w1 in R, w2 in R
h1 = tanh(w1 x)
h2 = tanh(w2 x)
E = (h1 + h2 - t)^2
minimise E
"""


def loose(net: str) -> Meaning:
    graph = workings.parse(net).graph
    return Meaning(graph)


@pytest.mark.parametrize(
    ("net", "of", "by", "wanting"),
    [
        (BRANCHES, "E", "w1", False),
        # Facts: an input and a weight, two weights, two branches that both lead to the error.
        (BRANCHES, "x", "w1", False), (BRANCHES, "w1", "w2", False), (BRANCHES, "h1", "w2", False),
        (BRANCHES, "h1", "h2", False), (BRANCHES, "w1", "w1", False), (BRANCHES, "t", "h1", False),
        # The inverse derivative, which no formula gives.
        (BRANCHES, "w1", "h1", True), (NET, "z", "y", True), (NET, "x", "E", True),
        # What nothing is made of.
        (BRANCHES, "E", "q", True), (BRANCHES, "q", "w1", True),
    ],
)  # fmt: skip
def test_a_zero_for_want_of_a_link_is_no_fact(net: str, of: str, by: str, *, wanting: bool) -> None:
    meaning = loose(net)
    found = meaning.unlinked(mul(number(7), partial(symbol(of), symbol(by))))
    assert (found is not None) == wanting
    said = Judge(meaning).unlinked(partial(symbol(of), symbol(by)))
    assert (said is None) != wanting
    assert said is None or (said.verdict == "unread" and "depends on" in said.why)


UNLINKED = """Input $x$, target $t$, weight $w$. $z = w x$, $a = \\sigma(z)$.{}
The loss is $L = \\frac12 (\\hat y - t)^2$.

$$\\frac{{\\partial L}}{{\\partial w}} = {}$$
"""


def test_outputs_that_nothing_uses_leave_the_loss_without_a_path() -> None:
    wrong = "7 \\frac{\\partial L}{\\partial a} \\frac{\\partial a}{\\partial z} x^5"
    line = workings.parse(UNLINKED.format(" Also $v = \\tanh(w)$.", wrong)).check().lines[-1]
    assert line.verdict == "unread"
    assert "is not given" in line.why


def test_one_output_that_nothing_uses_is_taken_for_the_losses_and_refutes_nothing() -> None:
    wrong = "7 \\frac{\\partial L}{\\partial a} \\frac{\\partial a}{\\partial z} x^5"
    net = workings.parse(UNLINKED.format("", wrong))
    assert any("taken as given" in note for note in net.reading.notes)
    line = net.check().lines[-1]
    assert line.verdict == "undecided"
    assert "was taken as given" in line.why
    right = workings.parse(UNLINKED.format("", "(\\hat y - t) a (1 - a) x")).check().lines[-1]
    assert right.verdict == "holds"


# Kinks and far switches

HUBER = """
input  x in R
target t in R
weight w in R
r = w x - t
E = {}
minimise E
"""


@pytest.mark.parametrize(
    ("true", "claimed"),
    [
        ("max(-300, min(300, r x))", "r x"), ("min(max(0, r), 60)", "max(0, r)"), ("r + relu(r - 2000)", "r"),
        ("|r - 100| + r", "100"),
    ],
)  # fmt: skip
def test_a_switch_far_out_is_crossed(true: str, claimed: str) -> None:
    net = HUBER.format("r^2")
    found = judged(true, claimed, net)
    assert found.verdict == "refuted"
    assert found.counterexample is not None


def test_a_switch_that_is_never_crossed_is_said() -> None:
    net = HUBER.format("r^2")
    # sin(2 x) keeps a proof out; the switch stands where no number that we try reaches.
    found = judged("sin(2 x) + relu(r - 10^40)", "2 sin(x) cos(x)", net)
    assert found == Finding("holds", "tested", why="seen on one side of w x − t − 10⁴⁰ = 0 alone")


def test_at_a_kink_the_slope_is_a_convention() -> None:
    found = judged("[r > 0] sin(2 x)", "[r >= 0] 2 sin(x) cos(x)", HUBER.format("r^2"))
    assert found.verdict == "holds_on_domain"
    assert found.why.endswith("the derivative is a convention")


# Open functions


def open_function(*names: str) -> Judge:
    functions = {name: Function(name, ("u",), None) for name in names}
    return Judge(Meaning(Network((), functions=functions)))


def test_a_line_that_says_what_a_function_is_is_not_refuted_by_an_example() -> None:
    x, w = symbol("x"), symbol("w")
    judge = open_function("f", "g")
    f, g = call("f", (x,)), call("g", (x,))
    assert judge.compare(f, mul(x, x)).why == "it needs what `f` is, and the text does not say"
    assert judge.compare(f, g).verdict == "unread"
    # A claim about every f is refuted by one.
    assert judge.compare(mul(f, w), mul(f, x)).verdict == "refuted"
    assert judge.compare(mul(f, w), mul(w, f)).how == "proved"
    # What is true of f(u) = u² alone is true of no open f.
    assert judge.compare(mul(call("f", (x,), (1,)), x), mul(number(2), f)).verdict == "unread"
    assert judge.compare(mul(call("f", (x,), (1,)), f), mul(f, mul(number(2), x))).verdict == "unread"
    both = mul(call("f", (x,), (1,)), x), sub(mul(number(4), f), mul(call("f", (x,), (1,)), x))
    assert judge.compare(*both).verdict == "refuted"
    # f′ = f (1 − f) says what f is.
    assert judge.compare(call("f", (x,), (1,)), mul(f, sub(ONE, f))).verdict == "unread"


# Slopes that are given


FORKED = """
input  x in R
weight u in R, v in R, w in R
h = tanh(w x)
p = u h
q = v h + w
E = f(p, q)
"""


@pytest.mark.parametrize(
    ("given", "by", "wanted"),
    [
        (("p", "q"), "h", "P u + Q v"), (("p", "q"), "w", "(P u + Q v) (1 - h^2) x + Q"),
        (("h", "q"), "w", "H (1 - h^2) x + Q"), (("p",), "u", "P h"), (("w",), "w", "W"), (("p", "q", "x"), "x", "X"),
    ],
)  # fmt: skip
def test_slopes_that_are_given_lead_on_to_those_below(given: tuple[str, ...], by: str, wanted: str) -> None:
    meaning = Meaning(workings.parse(FORKED).graph)
    known: dict[Expr, Expr] = {partial(symbol("E"), symbol(name)): symbol(name.upper()) for name in given}
    meaning.leaves |= {name.upper() for name in given}
    found = upstream(meaning, partial(symbol("E"), symbol(by)), known)
    words = f"{FORKED}input {', '.join(f'{name.upper()} in R' for name in given)}\nqq = {wanted}\n"
    assert Judge(meaning).same(found, workings.parse(words).graph.formulas["qq"])


def test_without_enough_given_slopes_the_open_function_stays() -> None:
    meaning = Meaning(workings.parse(FORKED).graph)
    known: dict[Expr, Expr] = {partial(symbol("E"), symbol("p")): ONE}
    assert open_calls(upstream(meaning, partial(symbol("E"), symbol("h")), known))
    assert not open_calls(upstream(meaning, partial(symbol("E"), symbol("u")), known))


def test_a_given_slope_of_a_part_is_put_in_where_no_other_path_leads_there() -> None:
    meaning = Meaning(workings.parse(FORKED).graph)
    meaning.leaves |= {"A", "B"}
    known: dict[Expr, Expr] = {
        partial(symbol("E"), symbol("q")): symbol("A"), partial(symbol("q"), symbol("h")): symbol("B"),
        partial(symbol("q"), symbol("w")): number(100), partial(symbol("E"), symbol("p")): ZERO,
    }  # fmt: skip
    assert Judge(meaning).same(upstream(meaning, partial(symbol("E"), symbol("h")), known), mul(*map(symbol, "AB")))
    # ∂q/∂w counts the path through h too.
    found = upstream(meaning, partial(symbol("E"), symbol("w")), known)
    assert not any(part is number(100) for part in postorder(found))


# Rounded coefficients


@pytest.mark.parametrize(
    ("true", "written", "within"),
    [
        ("(t - x)/3", "0.333 (t - x)", "0.333"), ("2 π x", "6.283 x", "6.283"), ("2 x/3", "0.667 x", "0.667"),
        ("2 x/3", "0.666 x", "0.666"), ("x/3", "0.334 x", ""), ("x/3", "0.33 x", ""), ("x^2/3", "0.333 x", ""),
        ("x", "0.333 x", ""), ("x/3 + w", "0.333 x", ""),
    ],
)  # fmt: skip
def test_a_decimal_of_three_digits_may_be_rounded(true: str, written: str, within: str) -> None:
    judge = Judge(Meaning(workings.parse(NET).graph))
    found = judge.within_rounding(read(NET, true), read(NET, written))
    assert found == (Finding("holds", "tested", why=f"within the rounding of {within}") if within else None)


# Differentiation, the checker's own


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.arity], ids=lambda op: op.name)
def test_the_one_engine_agrees_with_differences(op: object) -> None:
    record = OPS[getattr(op, "name", "")]
    own = [symbol(f"a{i}") for i in range(record.arity)]
    value = record(*own)
    rates = [slope(value, by) for by in own]
    program = Program(own, [(value, value), *((symbol(f"d{i}"), rate) for i, rate in enumerate(rates))], {})
    for sample in record.samples:
        found = program.run(sample)[1:]
        for index, rate in enumerate(found):
            step = 1e-6
            up, down = (
                program.run([v + way * step * (i == index) for i, v in enumerate(sample)])[0] for way in (1, -1)
            )
            assert rate == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-6)


def test_a_hole_stands_for_the_slope_of_a_part() -> None:
    x, hole = symbol("x"), symbol("hole")
    inner = mul(x, x)
    assert slopes(mul(inner, number(3)), x, {inner: hole})[mul(inner, number(3))] is mul(number(3), hole)
    assert slope(symbol("w"), x) is ZERO


# Points


def test_points_lie_in_their_domains_and_are_drawn_alike() -> None:
    domains = {"x": Finite((ZERO, ONE)), "w": Interval(ZERO, ONE)}
    points = Points(("b", "w", "x"), domains)
    inside = list(points.inside())[:50]
    assert inside == list(points.inside())[:50]
    assert {p["x"] for p in inside} == {0, 1}
    assert all(0 <= p["w"] <= 1 for p in inside)
    simple = list(points.simple())
    assert simple[0] == {"b": 1, "w": 1, "x": 0}
    assert len({tuple(p.items()) for p in simple}) > 100


def test_points_on_both_sides_of_a_far_edge_are_found() -> None:
    points = Points(("w", "x"), {"w": Interval(ZERO, ONE)})

    def side(point: dict[str, Fraction]) -> int:
        value = point["w"] * point["x"] - 100
        return (value > 0) - (value < 0)

    found = list(points.across(("w", "x"), side))
    assert {side(p) for p in found} == {-1, 1}
    assert all(0 <= p["w"] <= 1 for p in found)


def test_edges_are_where_an_op_has_its_kink() -> None:
    net = HUBER.format("r^2")
    assert list(edges(read(net, "relu(x) + |w| + max(x, w)"))) == [
        symbol("x"), symbol("w"), sub(symbol("x"), symbol("w")),
    ]  # fmt: skip
    assert list(edges(read(net, "x w"))) == []


def test_readings_say_themselves_in_words() -> None:
    assert len({str(reading) for reading in READINGS}) == len(READINGS)
    assert str(Reading("none", tight=True)).endswith("`a/b c` is a/(b c)")
