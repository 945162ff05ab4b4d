"""Each form in which people write a line is read as it is meant: right lines are not refuted, wrong ones never hold.

The pages stand in `forms/`, the smallest that show their form. What has to be said of a line is a set: `HOLDS` where
the page leaves no choice, `NOT_REFUTED` for a right line that may be left open, `NEVER_HOLDS` for a wrong one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.pages import GIVEN, HOLDS, NEVER_HOLDS, NOT_REFUTED, OPEN, REFUTED, UNSEEN, Page
from workings import ReadError

FORMS = Path(__file__).parent / "forms"
#: Leaves with: every line holds · one is refuted · something is open, or nothing could be judged.
RIGHT, WRONG, UNJUDGED = {0}, {1}, {2, 3}


@dataclass(frozen=True)
class Form:
    """What has to be said of a page: of each excerpt, and of the network."""

    file: str
    lines: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    #: What `workings check` leaves with; a page without a refuted line never leaves with 1.
    status: frozenset[int] = frozenset({0, 2, 3})
    #: By role, the names that have it.
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    #: The equations and functions that there have to be, and names that there may not be.
    defined: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    #: Values of leaves, and those of quantities that follow.
    at: Mapping[str, float] = field(default_factory=dict[str, float])
    values: Mapping[str, float] = field(default_factory=dict[str, float])
    #: Whether the page may be refused as a whole.
    refusable: bool = False

    @property
    def page(self) -> Page:
        return _page(self.file)


@cache
def _page(file: str) -> Page:
    return Page((FORMS / file).read_text(encoding="utf-8"), Path(file).suffix)


def form(
    file: str,
    lines: Mapping[str, frozenset[str]] | None = None,
    status: set[int] | None = None,
    *,
    roles: Mapping[str, tuple[str, ...]] | None = None,
    defined: tuple[str, ...] = (),
    never: tuple[str, ...] = (),
    at: Mapping[str, float] | None = None,
    values: Mapping[str, float] | None = None,
    refusable: bool = False,
) -> Form:
    by_lines = {0, 2, 3} | ({1} if any("refuted" in said for said in (lines or {}).values()) else set[int]())
    left = frozenset(by_lines if status is None else status)
    return Form(file, lines or {}, left, roles or {}, defined, never, at or {}, values or {}, refusable)


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z))


#: What many of the pages ask for.
GRADIENT = r"\frac{\partial E}{\partial w} ="

TABLE: tuple[Form, ...] = (
    # What a line says
    form("derivative-by-a-name-of-nothing.md", {r"\partial u} = 7": OPEN}, UNJUDGED),
    form("name-function-formula.txt", {"∂K/∂v = 9": REFUTED, "r = σ(q) = 1/(": GIVEN}, WRONG,
         at={"v": 2.0, "p": 0.25, "s": 0.5}, values={"r": logistic(0.5), "K": (logistic(0.5) - 0.5) ** 2}),
    form("numbered-list.md", {"∂K/∂c = -2*(S - c)": HOLDS, "∂c/∂q = c*(1 - c)": HOLDS}, RIGHT),
    form("dashed-list.md", {"∂K/∂c = -2*(S - c)": HOLDS, "∂K/∂S = 2*(S - c)": HOLDS}, RIGHT),
    form("number-of-the-equation.txt", {"dK/dv =": HOLDS}, RIGHT),
    form("roman-number-of-the-equation.txt", {"dL/dv =": HOLDS}, RIGHT),
    form("capital-with-a-digit.md", {r"B2 = \sigma(B1)": GIVEN, "B1 = v p + c": GIVEN}, never=("B",),
         at={"p": 0.5, "v": 1.0, "c": 0.25, "t": 1.0}, values={"K": (logistic(0.75) - 1) ** 2}),
    form("function-given-without-argument.md", {r"= r(1 - r)": HOLDS}, RIGHT,
         at={"v": 1.0, "p": 0.5, "c": 0.25}, values={"r": logistic(0.75)}),
    form("function-defined-twice.md", {"g'(p) = 3 p^2": HOLDS, "g'(p) = 2 e^{2p}": HOLDS}, RIGHT),
    form("chain-of-function-names.md", {"r = swing(p)": GIVEN, "g'(p) =": HOLDS}, defined=("swing", "g", "r")),
    form("row-after-a-sentence.txt", {"∂r/∂q =": HOLDS, "= 2*(r - s)": frozenset({"holds", "open"})}),
    form("row-after-an-expression.txt", {"∂r/∂q =": HOLDS, "= 2*(r - s)": HOLDS}, RIGHT),
    form("sum-without-an-index.md", {"ds/dv = g": OPEN}, UNJUDGED),
    form("two-definitions-with-commas.txt", refusable=True,
         at={"v1": 1.0, "v2": 2.0, "x": 0.5, "t1": 0.0, "t2": 1.0},
         values={"r1": logistic(0.5), "r2": logistic(1.0), "L": logistic(0.5) ** 2 + (logistic(1.0) - 1) ** 2}),
    form("behind-an-implication.md", {r"k = 2 \cdot 3 = 6": GIVEN, "g(6) = 99": REFUTED}, WRONG),
    form("float-suffix.md", never=("f",), at={"v": 2.0, "s": 0.5}, values={"p1": 2.0, "K": 2.25}),
    form("number-worked-out-twice.md", {r"- \eta \cdot 0 = -0.5": HOLDS, r"\times (-0.02) = -0.49": HOLDS}, RIGHT),
    form("state-of-the-step-before.md", {
        "= (1-h_t^2)\\, w": HOLDS, r"h_{t-1} - u": NEVER_HOLDS, r"\left(x_t + u": NOT_REFUTED}),
    # What a line goes on with, and what is a step
    form("condition-in-a-sentence.md", {"plane $w x = 3$": NOT_REFUTED}),
    form("display-behind-a-sentence.md", {r"$$= (y-t)x": NOT_REFUTED}),
    form("step-without-a-rate.txt", {"w_new = w - 0.1*0.6 = 0.74": NOT_REFUTED}),
    form("new-value-with-an-equation.md", {r"m} = (m_{new}-t)": HOLDS, "m_{new} = (1": GIVEN}),
    # What is to be read
    form("title-underlined.txt", {"dE/dw = 2": HOLDS, "= 2*x*(w*x": HOLDS, "Backprop\n========": UNSEEN}, RIGHT),
    form("code-mentioned-beside-formulas.md", {
        "`dL/dw = 2": HOLDS, r"\partial b} =": HOLDS, "y = model(x)": OPEN}, RIGHT, never=("lr",)),
    form("letters-behind-subscripts.txt", {"∂E/∂w₁ =": HOLDS, "∂E/∂b₁ =": HOLDS, "∂E/∂w₃ =": REFUTED}, WRONG,
         defined=("z1", "a1", "y_hat", "E")),
    form("letters-behind-a-number.txt", {"dy/dw = 2zx": HOLDS, "dy/dx = 2zx": REFUTED, "dy/dz = 2z": HOLDS}, WRONG),
    form("program-that-repeats-the-formulas.md", {
        "dK_ds_hat = s_hat": HOLDS, "dq2_dc2 = 1": HOLDS, "dK_dc2 = dK_ds_hat": HOLDS, "v1 = v2": GIVEN,
        r"\frac{dK}{dv_2}": HOLDS, r"\frac{dK}{dv_1}": REFUTED}, WRONG,
         defined=("q1", "g1", "q2", "s_hat", "K", "squash"), roles={"weight": ("v1", "v2")}),
    form("program-in-haskell.hs", {
        "dk_dr = 2*(r - s)": HOLDS, "dk_dq = dk_dr": HOLDS, "dk_dv = dk_dq * q": REFUTED,
        "v_next = v": NOT_REFUTED}, WRONG, defined=("q", "r", "k"), never=("Main",)),
    form("slope-of-a-program-that-is-no-slope.md", {
        "dK_dq =": HOLDS, "dq_dc = 1.5": REFUTED, "dK_dc = dK_dq": HOLDS}, WRONG),
    form("product-behind-a-lowered-number.md", {
        "= 2(r - s)h": HOLDS, "1(v₁p > 0)": HOLDS, "∂K/∂h =": REFUTED}, WRONG, never=("v1p", "v2h")),
    form("derivative-of-what-stands-there.md", {
        r"2 \sin(q) = 2 \cos(q)": HOLDS, r"2 \cos(q) = 2 \sin(q)": NEVER_HOLDS, r"= 3 \cos(3q)": HOLDS}),
    form("step-before-the-weight-is-used.md", {
        "dv2 = dq2 * g1": HOLDS, "v2 -= rate": HOLDS, "dg1 = dq2 * v2": REFUTED, "dq1 = dg1": HOLDS,
        "v1 -= rate": HOLDS}, WRONG),
    form("step-in-a-method-above.md", {"self.dv2 = ": HOLDS, "self.dg1 = ": OPEN, "self.dq1 = ": OPEN}, {3}),
    # `d_g` is the slope by what g is given, unless that has a name of its own.
    form("slopes-of-units-by-short-names.md", {
        "d_g = (g - s)": HOLDS, "d_k = d_g * v": HOLDS, "grad_u = d_k": HOLDS, "u -= rate": HOLDS}, RIGHT),
    form("factor-taken-twice-in-a-program.md", {
        "dg1 = dq2 * v2": REFUTED, "dq1 = dg1": HOLDS, "dv1 = dq1": HOLDS, "v1 -= rate": HOLDS}, WRONG),
    form("slopes-in-capitals.js", {
        "dCostdR =": HOLDS, "dRdQ =": REFUTED, "carry =": GIVEN, "dCostdV =": HOLDS, "v -= rate": HOLDS}, WRONG),
    form("error-over-lists.md", {
        "delta_o1 = (": HOLDS, "delta_g = ": HOLDS, "delta_g *= ": HOLDS, "u1 -= ": HOLDS, "u2 -= ": REFUTED,
        "v1 -= ": HOLDS, "v2 -= ": HOLDS}, WRONG, at={"u1": 0.3}),
    form("error-over-lists-with-a-factor.md", {
        "delta_o1 = (": OPEN, "delta_g = ": OPEN, "delta_g *= ": OPEN, "u1 -= ": HOLDS, "u2 -= ": HOLDS,
        "v1 -= ": HOLDS, "v2 -= ": HOLDS}, UNJUDGED),
    form("error-in-a-loop-over-lists.md", {"dloss_do1 = ": HOLDS, "dloss_do2 = ": REFUTED}, WRONG),
    form("slopes-in-remarks-of-a-program.md", {
        "dC/dr = 2 * (r - s)": HOLDS, "dC/dv = dC/dr": HOLDS, "dC/dc = 2 * (s - r)": REFUTED}, WRONG),
    form("classes-with-derivations.md", {
        "dL/dr = r - s": HOLDS, "dr/dv = p": HOLDS, "dr/dq = ": HOLDS, "dL/dc = ": HOLDS}, WRONG),
    form("sums-over-examples.md", {
        "dv += 2": HOLDS, "dc += 2": NEVER_HOLDS, "v -= rate": NOT_REFUTED, "c -= rate": NEVER_HOLDS}, UNJUDGED,
        defined=("r", "loss")),
    form("sums-over-examples-made-anew.md", {
        "dv += 2": GIVEN, "v -= rate": OPEN, "c -= rate": OPEN}, UNJUDGED, never=("loss",)),
    form("tags-of-html.md", {
        "<strong>2 (g − s)</strong>": HOLDS, "g<sup>2</sup>)<br/>": REFUTED, "2 (g − s) g (1 − g) p": HOLDS}, WRONG,
        defined=("g", "E")),
    form("lesson-in-strings.js", {
        "<strong>−2</strong>": HOLDS, "= 1 − g<": NEVER_HOLDS, "= (∂L/∂q) · p": HOLDS}, UNJUDGED,
        at={"v": 0.5, "p": 2, "s": 1}),
    form("step-of-another-weight.md", {"v = v - rate": HOLDS, "u = v - rate": REFUTED}, WRONG),
    form("units-whose-sums-have-no-name.md", {
        "delta_g = (": HOLDS, "delta_k = delta_g": HOLDS, "u -= rate": HOLDS, "c -= rate": HOLDS}, RIGHT),
    form("slopes-of-units-of-which-one-is-wrong.md", {
        "d_g = (g - s)": REFUTED, "d_k = d_g * v": HOLDS, "grad_u = d_k": HOLDS, "u -= rate": HOLDS}, WRONG),
    form("slope-put-into-the-steps.js", {"dCostdQ = dCostdR": REFUTED, "u -= rate": HOLDS, "v -= rate": HOLDS}, WRONG),
    form("program-that-asks.md", {"dK_dv = dK_dq": HOLDS, "10 == 0": GIVEN, "7 == 8": GIVEN}, {0, 3}),
    form("bold-formula.md", {r"(r - s) r (1 - r) p}": HOLDS, "r (1 + r)}": REFUTED}, WRONG),
    form("dots-for-arguments.md", {r"= 2 (r - s), \qquad": HOLDS, r"= 2 (r - s)\, p": REFUTED}, WRONG,
         defined=("K0", "r"), at={"v": 0.0, "p": 1.0, "c": 0.0, "s": 1.0}, values={"K0": 0.25}),
    form("terms-named-in-their-order.md", {
        r"\partial r_1} = r_1 - s_1": HOLDS, r"\partial K_2}{\partial v} = (r_2": REFUTED,
        r"= \frac{\partial K_1}": HOLDS},
         WRONG, defined=("K1", "K2", "K")),
    form("terms-named-across.md", {r"= r_1 - s_1": NOT_REFUTED}, refusable=True),
    form("formula-worked-out-in-steps.md", {
        r"\partial u_5} = 1": HOLDS, r"\partial v} = \frac": HOLDS, r"\partial p} = \frac": REFUTED}, WRONG),
    form("steps-of-another-formula.md", {r"\partial u_3} = 1": NEVER_HOLDS}, UNJUDGED),
    form("definition-with-numbers-put-in.md", {
        r"h = \max(0, p)": HOLDS, r"2 (r - s) \max(0, p)": HOLDS, r"2 (r - s)\, p": REFUTED}, WRONG),
    form("equal-numbers-told-apart-by-slopes.md", {
        "g_2 (1 - g_2) = 0.5987": HOLDS, "g_2 (1 + g_2)": NEVER_HOLDS, "= -0.4013 \\times 0.2403": HOLDS,
        "0.1610": NEVER_HOLDS}, WRONG),
    form("names-told-by-slopes-with-numbers.md", {
        "-(s - g_2)": HOLDS, "= s - g_2": NEVER_HOLDS, "= g_1 = 0.5": HOLDS, "= q_1$": NEVER_HOLDS,
        "= v_2 = 0.8": HOLDS, "= v_1$": NEVER_HOLDS, "= p = 3": HOLDS, "= s$": NEVER_HOLDS, "0.0731": HOLDS,
        "0.1170": NEVER_HOLDS, "0.3511": HOLDS, "0.0468": NEVER_HOLDS}, UNJUDGED),
    form("numbers-of-given-names-put-in.md", {
        r"\partial v_3} = g_1": HOLDS, r"\partial v_3} = g_2": NEVER_HOLDS, "= g_2 (1 - g_2) p": HOLDS,
        "= g_2 (1 - g_2) v_1": NEVER_HOLDS, "0.231 = 0.034": HOLDS, "0.646 = 0.096": NEVER_HOLDS}, UNJUDGED),
    form("only-numbers-beside-a-weight.md", {
        r"\partial v} = g": NOT_REFUTED, r"\partial v} = q": NEVER_HOLDS, "(r - s) q": NEVER_HOLDS}, UNJUDGED),
    form("output-told-by-its-number.md", {
        r"\partial r} \cdot": HOLDS, "= r - s": HOLDS, "= -0.0481": HOLDS, "= -0.0770": REFUTED}, WRONG),
    form("output-with-a-number-of-its-own.md", {
        "= 0.1013": OPEN, "= r - s": HOLDS, "= -0.0770": OPEN}, UNJUDGED),
    form("number-put-in-for-what-has-no-value.md", {
        "= r - s = -0.674": HOLDS, "= -1.348": NOT_REFUTED, r"= g \cdot (-0.674)": NEVER_HOLDS,
        r"(r - s) \cdot s": REFUTED}, WRONG),
    form("loss-at-each-time-step.md", {
        "= r_1 - s_1": HOLDS, "= -0.0397": HOLDS, "= r_2 - s_1": REFUTED, "= 0.0702": REFUTED}, WRONG,
        defined=("K1", "K2", "K")),
    form("error-for-one-target.md", {
        r"K = -\log(1 - r)": HOLDS, r"= \frac{1}{1 - r}": HOLDS, r"{dq} = r": HOLDS, r"= \frac{1}{r}": REFUTED}, WRONG),
    form("lower-sign-left-out.md", {"{v_1} =": HOLDS, "{v_2} =": REFUTED}, WRONG),
    form("exercises-in-blocks.md", {
        r"\partial q} =": HOLDS, r"\partial h_1} = 1": HOLDS, r"\partial v_1} =": HOLDS,
        r"\partial v_2} =": REFUTED}, WRONG),
    form("error-written-out-with-a-wrong-index.md", {
        r"v_4 g(v_2 p + c_1)": REFUTED, r"\partial v_3} =": HOLDS, r"\partial v_4} =": REFUTED}, WRONG),
    form("line-for-every-number.md", {
        r"{dq} = g (1 - g)": HOLDS, r"{dq} = g (1 + g)": NEVER_HOLDS, "= g_k (1 - g_k)": HOLDS, "= g_k^2": REFUTED,
        r"\partial v_k} = p": NEVER_HOLDS}, WRONG),
    form("differentials-in-a-sentence.md", {"(1 - r^2)": HOLDS, "(1 + r^2)": REFUTED}, WRONG, never=("dK", "dq")),
    form("slope-that-names-the-error.md", {
        "= r - s": HOLDS, "{\\partial q} = r (1 - r)": HOLDS, "r (1 - r) p": HOLDS,
        "r (1 + r) p": NEVER_HOLDS}, UNJUDGED),
    form("hidden-layer-told-by-a-chain.md", {
        r"\partial v_1} = \frac": HOLDS, "(h_1) (1 - h_1) (p_1)": HOLDS, r"(1 - r) (v_4)": REFUTED}, WRONG),
    form("condition-on-a-product.md", {"= 2(y-t)": HOLDS, "$wx = 0$": GIVEN}, roles={"weight": ("w",)}, never=("wx",)),
    form("code-within-sentences.md", {
        "dE/dy = 2*(y - t)": HOLDS, "dy/dz = 1 if": HOLDS, "dz/dw = w": REFUTED}, WRONG, defined=("z", "y", "E"),
        never=("rate",)),
    form("coefficient-of-two-digits.txt", {
        "dz/dx = 12": HOLDS, "dy/dx = 24z": HOLDS, "= 288x": HOLDS, "= 282x": REFUTED}, WRONG),
    form("letter-d-among-names.txt", {"dL/dc = f": HOLDS, "dL/df = a + c": HOLDS, "dL/da = d": REFUTED}, WRONG),
    form("struck-out.md", {"= (y-t)$~~": UNSEEN, "= (y-t)x$": HOLDS}, RIGHT),
    form("numbers-in-brackets.md", {"= 2xy": HOLDS, "= 4,": HOLDS, "= 2$$": NEVER_HOLDS}),
    form("chain-over-paragraphs.md", {r"$= \frac{\partial L}{\partial y}": HOLDS, r"\cdot w": REFUTED}, WRONG),
    form("function-behind-lambda.md", {"dE_dw = 2": HOLDS}, RIGHT, defined=("z", "y", "E")),
    form("letters-before-lines.txt", {
        "dE/dy =": HOLDS, "dy/dz =": HOLDS, "dz/dw = w": REFUTED, "dE/dw =": HOLDS}, WRONG),
    form("bracket-never-closed.md", {"= 2 (z + t) x": REFUTED}, WRONG),
    form("letters-lowered-by-unicode.md", {r"\partial w₁} =": HOLDS, "{dv₁} =": REFUTED}, WRONG,
         roles={"weight": ("w1", "v1"), "input": ("x1",)}, defined=("h1", "y_hat1")),
    form("derivation-among-declarations.txt", {
        "dloss/dout = 2": HOLDS, "dout/dnet = out*(1": HOLDS, "dnet/dact = beta": REFUTED, "dact/dbeta = in1": HOLDS,
        "dloss/domega = dloss/dout": HOLDS, "omega + alpha": REFUTED, "beta - alpha": HOLDS}, WRONG,
        roles={"weight": ("beta", "omega"), "target": ("want",)}),
    form("latex-without-dollars.md", {r"\frac{dK}{dr} =": HOLDS, r"\frac{dr}{dq} =": HOLDS}, RIGHT,
         defined=("r", "K")),
    form("differential-that-is-a-name-too.md", {
        r"\frac{dr}{dq} = \frac{d}{dq}": HOLDS, r"\frac{d}{dq} \sigma(q) =": HOLDS, "{dK}{dr} \\times": HOLDS,
        r"{dq} = r - s": HOLDS, r"{dq} = s - r": REFUTED}, WRONG, defined=("r", "q", "K")),
    form("definition-turned-around.txt", {"dK/dq =": HOLDS, "dK/dv =": REFUTED, "tanh(q) = s": UNSEEN}, WRONG,
         defined=("g", "r", "q", "K")),
    form("arrow-between-indices.md", {
        r"{g1 \to r}} = (r - s)": HOLDS, r"v_{p1 \to g1}} =": HOLDS, r"v_{p2 \to g1}} =": REFUTED}, WRONG,
         defined=("q_g1", "g1", "r", "K")),
    form("number-below-an-index.md", {
        r"{\partial out_{g1}} =": HOLDS, r"\partial net_{g1}} =": HOLDS, r"{\partial v_1} =": REFUTED}, WRONG,
         defined=("net_g1", "out_g1", "net_r1", "K")),
    form("number-that-contradicts-its-formula.md", {
        "= 0.6239$$": REFUTED, "= 0.18843": NOT_REFUTED, "= 0.6139": NOT_REFUTED,
        r"out_{r1}(1 - out_{r1})": NOT_REFUTED}, WRONG),
    form("factor-of-a-page-partly-read.md", {
        "= r - s": HOLDS, "= (s - r) v_2": REFUTED, r"\partial v} = p": NOT_REFUTED}, WRONG),
    form("dashes-before-the-number-of-the-equation.md", {
        "dK/dg1 =": HOLDS, "dg1/dq1 =": HOLDS, "dK/dv1 =": REFUTED}, WRONG, defined=("q1", "g1", "K")),
    form("dollars-with-blanks.md", {r"= 2(r - s)": HOLDS}, RIGHT, defined=("K", "r")),
    form("glossary-in-words.txt", {"∂K/∂v =": HOLDS}, RIGHT,
         roles={"target": ("t1",), "input": ("p",), "weight": ("v",)},
         never=("wanted", "output", "output1", "for", "case", "Input", "weight")),
    form("sum-over-one-example.md", {"= r - s": HOLDS}, RIGHT,
         at={"v": 1.0, "p": 0.5, "s": 1.0}, values={"K": (1 - logistic(0.5)) ** 2 / 2}),
    form("sum-over-numbered-names.md", {
        r"\partial out_{r2}} = out_{r2} - s_2": HOLDS, r"\frac{\partial K_1}{\partial v_2} =": HOLDS,
        r"\frac{\partial K_2}{\partial v_2} =": REFUTED, r"\partial g} = \sum": HOLDS,
        r"\partial g} = (out_{r1} - s_1)": REFUTED}, WRONG, defined=("K_all", "out_r1", "out_r2"),
         at={"v1": 1.0, "v2": 1.0, "v3": 2.0, "p": 0.5, "c": 0.0, "s1": 1.0, "s2": 0.0},
         values={"K_all": (logistic(math.tanh(0.5)) - 1) ** 2 / 2 + logistic(2 * math.tanh(0.5)) ** 2 / 2}),
    form("definition-for-every-number.md", {
        r"\partial r_1} = r_1 - s_1": HOLDS, r"\partial g} = \sum_k": HOLDS, r"\partial u} = \sum_k": REFUTED,
        r"\partial r_k} = r_k - s_k": HOLDS}, WRONG, defined=("r1", "r2", "K1", "K2", "K"),
         at={"v1": 1.0, "v2": 2.0, "u": 1.0, "p": 0.5, "s1": 1.0, "s2": 0.0},
         values={"r2": logistic(2 * math.tanh(0.5)), "K1": (logistic(math.tanh(0.5)) - 1) ** 2 / 2}),
    form("sum-in-plain-text.txt", {"dK/dg =": HOLDS, "dK/du =": REFUTED}, WRONG, defined=("K", "r1", "r2", "g")),
    form("primes-of-composed-functions.md", {
        "K'(S) \\cdot S'(Q)": HOLDS, "K'(V) = (r - y)": HOLDS, "K'(r) \\cdot r'(Q_O)": HOLDS, "S'(Q_O) \\cdot G": HOLDS,
        "N'(Q_o) \\cdot": HOLDS, "S'(Q_o) \\cdot V_o \\cdot S'(Q_h) \\cdot P": HOLDS, "K'(Q_h) =": HOLDS,
        r"D_o \cdot V_o \cdot S'(Q_h)": HOLDS, r"D_h = D_o \cdot S'(Q_h)": NEVER_HOLDS | GIVEN - HOLDS,
        "K'(V_o) = (r - y)": OPEN}, UNJUDGED),
    form("primes-with-a-link-lost.md", {
        "S'(Q_o) \\cdot G": HOLDS, "K'(V_h) &=": HOLDS, "S'(Q_o) \\cdot S'(Q_h) \\cdot P": OPEN}, UNJUDGED),
    form("chain-worked-out-by-heart.md", {
        r"r (1 - r) \cdot p": HOLDS, r"\partial q} = (r - y)": HOLDS, "r (1 + r)": NEVER_HOLDS}, UNJUDGED),
    form("number-of-another-output.md", {
        r"r_1 = \sigma(1.45)": HOLDS, r"r_2 = \sigma(1.66)": HOLDS, "= 0.113": HOLDS,
        r"\approx 0.11": NEVER_HOLDS}, UNJUDGED),
    form("factors-on-lines-of-their-own.md", {
        "∂K/∂v2 = ∂K/∂g2": HOLDS, "∂K/∂v1 = ∂K/∂g2": HOLDS, "∂K/∂g2 = g2": HOLDS, "∂g2/∂q2 = g2 (1": HOLDS,
        "∂q2/∂v2 = g1": HOLDS, "∂q2/∂c2 = 1": HOLDS, "∂q2/∂g1 = v2": HOLDS, "∂g1/∂q1 = g1": HOLDS,
        "∂q1/∂v1 = p1": HOLDS, "∂K/∂c2 = (g2": HOLDS, "v2 g1 (1 − g1) p1": HOLDS,
        "(g2 − y) g2 (1 − g2) p1": OPEN}, UNJUDGED),
    form("factors-from-the-weight-up.md", {
        r"\cdot \frac{\partial K}{\partial g}": HOLDS, r"\partial v} = p$": HOLDS, "g (1 - g)": HOLDS,
        "(1 + g)": OPEN}, UNJUDGED),
    form("factors-of-which-two-are-wrong.md", {
        "∂K/∂v2 = ∂K/∂g2": NOT_REFUTED, "∂K/∂g2 = −": REFUTED, "g2 (1 + g2)\n- ": OPEN, "∂q2/∂v2 = g1": HOLDS,
        "∂q2/∂g1 = v2": HOLDS, "∂q2/∂c2 = 1": HOLDS, "∂K/∂c2 =": OPEN}, WRONG),
    form("error-that-its-own-numbers-contradict.md", {
        "(0.5744 - 1)^2": REFUTED, "= a - y": NOT_REFUTED, "0.4256 = -0.1040": NOT_REFUTED, "b} = 1": HOLDS}, WRONG),
    form("second-formula-under-the-same-name.md", {
        "z_2 = w_2 a_1": NOT_REFUTED, "a_2 = \\mathrm": NOT_REFUTED, "= a_1 = 7": NOT_REFUTED}, UNJUDGED),
    form("quantity-made-of-a-function-of-weights.md", {
        r"w_0} = y$": HOLDS, r"w_1} = y x_1": HOLDS, r"w_2} = -2": HOLDS, r"w_1} = -2": REFUTED}, WRONG),
    form("circled-numbers-and-han-words.md", {
        "∂ĝ/∂v₂ = q": HOLDS, "× ∂ĝ/∂v₂ =": HOLDS, "∂ĝ/∂q = q": REFUTED}, WRONG),
    form("page-in-the-remarks-of-a-program.py", {
        r"\frac{s}{r}": HOLDS, r"v_1} &= p_1": HOLDS, r"c} &= 0": REFUTED}, WRONG),
    form("vector-by-its-numbers.md", {
        "+ (0.2)(-0.3) + 0.1": HOLDS, "= 0.24.": HOLDS, "= 1 - r^2": HOLDS, "\\sigma'(0.24)": NOT_REFUTED,
        "\\approx -0.2498": HOLDS, "-0.0999": HOLDS, "-0.0749": REFUTED}, WRONG),
    form("mean-over-examples.md", {
        "x_i$$\n\n$$\\frac{\\partial C}{\\partial b}": HOLDS, "= \\sum_{i=1}^{n} (\\hat": REFUTED,
        "\\hat{y}_i} = \\frac{2}{n}": HOLDS, "w \\leftarrow": HOLDS}, WRONG),
    form("mean-over-examples-by-marks.md", {
        "(h^{(i)} - y^{(i)}) x": HOLDS, "(y^{(i)} - h^{(i)})": REFUTED}, WRONG),
    form("members-of-an-object.js", {
        "- 9 = -7.83": HOLDS, "dL_dw3 =": HOLDS, "-5.481 * 1 * 3 =": HOLDS, "initialWeights.w1 - lr": HOLDS,
        "initialWeights.w3 + lr": REFUTED}, WRONG),
    form("sum-over-the-steps-of-a-recurrence.md", {
        r"u} = \sum": NOT_REFUTED, r"h_{t-1}}{\partial u}": NOT_REFUTED}, UNJUDGED),
    form("weighted-sum-by-its-index.md", {
        r"w_i} = x_i": HOLDS, "\\partial w_i} = (a - y) a (1 - a) x_i": HOLDS, "(1 - a)$$": REFUTED,
        "(1 - a) x_j": HOLDS, r"w} = \sum": NEVER_HOLDS, "leftarrow w_i": HOLDS}, WRONG),
    form("chain-of-layers-by-their-number.md", {
        r"b_3} = \sigma": HOLDS, r"w_2} = a_1 \sigma": HOLDS, r"w_1} = a_0": REFUTED, r"a_1 \delta_2": HOLDS,
        r"\delta_3 = ": HOLDS, r"w_{l+1} \delta_{l+1}": HOLDS}, WRONG),
    form("rows-with-halved-backslashes.md", {
        "vp + c = (0.5)": HOLDS, r"\sigma(q) = \frac": HOLDS, r"\partial r} &= r - s": HOLDS, "r(1+r)": REFUTED,
        "&= p = 2": HOLDS}, WRONG),
    form("equations-partly-in-code.md", {
        "dr = r - s": HOLDS, "`dK/dr` * `dr/dq`": HOLDS, "dv = v": REFUTED}, WRONG),
    form("object-in-one-line.js", {
        "w1: (y - t)": HOLDS, "b: (y - t)": HOLDS, "net.w1 -=": HOLDS, "net.w2 +=": REFUTED, "net.b -=": HOLDS}, WRONG),
    form("recurrence-by-its-steps.md", {
        "(1 - h_t^2) h_{t-1}": NOT_REFUTED, "(1 - h_t^2) w$$": HOLDS, "(1 - h_1^2) h_0": HOLDS, "x_1)$$": HOLDS}),
    form("loss-of-each-example.md", {
        r"L_i}{\partial w} = -2": HOLDS, r"\sum_i \frac{\partial L_i}{\partial w}": HOLDS,
        r"-\frac{2}{m} \sum_i": HOLDS, r"L_i} = \frac{1}{m}": HOLDS}),
    form("hidden-slopes-of-two-outputs.md", {
        r"net_{o1}} = \frac": HOLDS, r"\cdot \frac{\partial net_{o1}}{\partial out_{h1}} =": HOLDS,
        "= 0.02507976$": HOLDS, "-0.01945632 + 0.02507976": HOLDS, "0.00562344 \\cdot": HOLDS}),
    form("hidden-slopes-with-turned-digits.md", {
        r"net_{o1}} = \frac": NOT_REFUTED, r"\cdot \frac{\partial net_{o1}}{\partial out_{h1}} =": REFUTED,
        "= 0.02507976$": NOT_REFUTED, "-0.01945632 + 0.02507976": NOT_REFUTED,
        "0.00562344 \\cdot": NOT_REFUTED}, WRONG),
    form("factors-with-numbers.md", {
        "∂g2/∂q2 =": HOLDS, "∂q2/∂c2 = 1": HOLDS, "∂K/∂v1 =": HOLDS, "q1 = 0.25": HOLDS, "g1 = 0.5622": HOLDS,
        "q2 = 0.6373": GIVEN - HOLDS, "g2 = 0.6541": GIVEN - HOLDS}),
    form("numbers-put-in-a-function-of-the-page.md", {
        "g = φ(0.4)": HOLDS, "E = ½": HOLDS, "∂E/∂g = −": HOLDS, "∂E/∂g = s": REFUTED}),
    form("cross-entropy-told-by-its-slope.md", {
        r"= -\frac{t}{g}": HOLDS, "= g (1 - g)": HOLDS, "(g - t) u": HOLDS, "(g - t) g": OPEN}, UNJUDGED),
    form("words-behind-formulas-in-a-fence.md", {
        "dL/dg =": HOLDS, "(1 - g^2) * u": HOLDS, "(1 - g) * u": REFUTED}, WRONG, never=("output", "per")),
    form("words-between-formulas-in-a-fence.md", {
        "dL/dg =": HOLDS, "dL/dq = -2": HOLDS, "dL/dk = dL/dq * u": HOLDS, "dq/dk = u": HOLDS,
        "dL/dk = dL/dq * k": REFUTED}, WRONG, defined=("g", "q", "L")),
    form("table-of-slopes-with-their-numbers.md", {
        "| 0.30000": HOLDS, "g − s | -0.70869": HOLDS, "(1 − g²) | -0.64855": HOLDS, "| -0.32427": HOLDS,
        "| dL/dc | dL/dr · u": REFUTED, "g = 0.40212": NOT_REFUTED}, WRONG, defined=("r", "g", "L")),
    form("room-between-equations.txt", {
        "r = k*u": HOLDS, "g = 1/(1": HOLDS, "= -0.351312": HOLDS, "= -0.361312": REFUTED}, WRONG, never=("it",)),
    form("slope-by-its-step.py", {
        "slope_k = -2": HOLDS, "slope_c = 2": REFUTED, "k -= lr": HOLDS, "c -= lr": NOT_REFUTED}, WRONG),
    form("two-columns-of-names-in-words.md", {
        r"\text{net}_1 = 0.3": HOLDS, r"\text{out}_1 = 0.2913": HOLDS, "^2) u": HOLDS,
        r"(1 - \text{out}_1)$$": REFUTED}, WRONG),
    form("slope-of-which-only-a-number-stands.txt", {
        "delta_g =": HOLDS, "dE/dk =": NOT_REFUTED, "dE/dc =": NOT_REFUTED, "dE/dv =": HOLDS,
        "dE/dd =": REFUTED}, WRONG),
    form("raised-exponents-of-e.md", {
        "= 0.5987": HOLDS, "= 0.6987": REFUTED, "de₁/dg =": HOLDS, "dg/dr = e⁻ʳ": HOLDS, "dg/dr = e⁻²ʳ": REFUTED}),
    form("whole-formula-and-then-its-steps.txt", {
        "de/dq =": HOLDS, "de/dk =": HOLDS, "de/dc =": REFUTED}, WRONG, defined=("e", "q", "r")),
    form("weight-in-the-penalty-beside-a-numbered-one.md", {
        r"\frac{\partial s}{\partial c_2} = s - t": HOLDS, r"s - t + \lambda c": REFUTED}),
    form("factors-beside-an-activation-in-words.md", {"1 − g²": OPEN, "∂q/∂v = p": HOLDS}, UNJUDGED),
    form("factors-of-a-formula-that-is-not-read.md", {
        "∂K/∂g = g − y": OPEN, "g (1 − g)": HOLDS, "∂q/∂v = p": OPEN}, UNJUDGED),
    form("factors-that-contradict-each-other.md", {
        "∂q2/∂g1 = v1": OPEN, "∂q2/∂v2 = g1": NOT_REFUTED, "∂g1/∂q1 =": HOLDS}, UNJUDGED),
    form("factors-of-matrices.md", {r"\partial p} = V": OPEN, r"\partial V} = p": OPEN}, UNJUDGED),
    form("factors-of-many-units.md", {
        r"\partial p_i} = \frac": OPEN, r"\partial p_i} = v_{ij}": NOT_REFUTED}, UNJUDGED),
    form("chain-with-the-wrong-weight.md", {"V_h \\cdot S'(Q_h)": OPEN}, UNJUDGED),
    form("two-exercises.md", {
        r"0.5 \cdot 2 + 0.1 = 1.1": HOLDS, r"0.1 \cdot 1 \cdot 2 = 0.2": HOLDS, r"-1 \cdot 1 + 0.5": HOLDS,
        "r = g(q) = 0.3775": HOLDS, "g'(q) = r (1 - r)": HOLDS, r"0.3775 \cdot 0.3775": REFUTED,
        r"\partial r} = r - s": HOLDS}, WRONG),
    form("exercise-that-goes-on.md", {
        r"\partial q} = (r - s)": HOLDS, r"\partial v} = (r - s)": HOLDS, "= 0.25$$": NOT_REFUTED}),
    form("elementary-functions.md", {
        "f(p) = p^3": GIVEN, "= 3 p^2": HOLDS, r"c + p \rightarrow \frac{df}{dp} = 1": HOLDS, "f(p) = e^p": GIVEN,
        "{dp} = e^p": HOLDS, "= 1/p^2": REFUTED, "{dp} = a": HOLDS}, WRONG),
    form("slopes-of-known-functions.md", {
        r"\tanh' = 1 - \tanh^2": HOLDS, r"\tanh' = 1 + \tanh^2": REFUTED, r"\tanh(u) = \frac": HOLDS,
        r"\partial q} = \tanh(u)": HOLDS}, WRONG, never=("tanh",)),
    form("targets-that-sum-to-one.md", {
        r"\partial r_1} =": HOLDS, r"\partial q_1} =": OPEN, r"\partial q_2} =": REFUTED}, WRONG),
    form("sum-with-dots.md", {r"\partial g} = 2": OPEN}, UNJUDGED),
    form("prime-on-braces.md", {r"= 2({s}' - s)": HOLDS}, RIGHT),
    form("prime-raised.md", {r"g^{\prime}(q) =": HOLDS}, RIGHT),
    form("prime-behind-a-bracket.txt", {"[tanh(q)]' =": HOLDS, "(ln(1+e^q))’ =": HOLDS}, RIGHT),
    form("comment-with-stars.md", {"g'(p) =": HOLDS}, RIGHT, defined=("g",)),
    form("name-given-by-a-sentence.md", {r"\frac{\partial g}{\partial w} =": HOLDS}, RIGHT),
    form("table-of-numbers.md", {
        r"$n$ | $0.8 \cdot 0.5 - 0.1$ | 0.3": HOLDS, r"$r$ | $\tanh(0.3)$ | 0.2913": HOLDS,
        r"$K$ | $(0.2913 - 0.2)^2$ | 0.0834": REFUTED}, WRONG),
    form("table-of-formulas.md", {"dK/dr =": HOLDS, "dr/dq =": HOLDS}, RIGHT, defined=("K", "r")),
    form("bracket-too-many.md", {r"= g(1-g)p": HOLDS}),
    form("mean-of-one-example.md", {"np.where((1 - s * r) < 1, -s, 0)\n    return grad / len(s)": REFUTED}, WRONG),
    form("number-at-the-end-of-a-definition.md", {
        "= 4.3": NOT_REFUTED, r"= \frac{1}{2}(s - m)^2 = 2": NOT_REFUTED, "= m - s = 2": HOLDS}),
    form("numbers-put-in.md", {
        r"= r (1 - r)$$": HOLDS, r"\cdot r (1 - r)$$": HOLDS, r"r (1 - r) \cdot v": REFUTED}, WRONG,
         defined=("q", "r", "m", "s", "K")),
    form("number-of-two-quantities.md", {
        r"\partial q_1} =": OPEN, r"p_1 + 1": OPEN, r"\partial v_2} = 0": OPEN}, UNJUDGED),
    form("terms-with-numbers-put-in.md", {
        "r - t =": HOLDS, r"K_2 = \frac{1}{2}(0.9": HOLDS, "= t - r$$": REFUTED}, WRONG, defined=("K1", "K2", "K")),
    form("name-hidden-behind-a-number.md", {
        "r - t =": NOT_REFUTED, "r (1 - r) p$$": NOT_REFUTED, "r (1 - r) a$$": REFUTED}, WRONG),
    form("step-without-a-link.md", {"= 0.4223": OPEN, r"0.2591$$": OPEN}),
    form("numbers-that-nobody-can-check.md", {"r (1 - r) ": HOLDS, "= 0.64": OPEN, "= 0.2304": OPEN}, UNJUDGED),
    form("numbers-in-round-brackets.md", {r"= 1$$": HOLDS, r"\cdot 2 = 2$$": REFUTED}, WRONG,
         roles={"weight": ("v", "u"), "input": ("p",)}),
    form("numbers-learned-from-lines.md", {
        "= 9.6$$": NOT_REFUTED, "= m - s = 3": HOLDS, r"= 1.5": HOLDS, r"= 6": OPEN, "4 = 12$$": HOLDS,
        "4 = 15$$": REFUTED}),
    form("steps-without-an-error.md", {"= 0.8812": OPEN, "= 0.8627": OPEN}),
    form("output-given-by-its-number.md", {
        "y (1 - y) x + w": NOT_REFUTED, r"\partial b} =": NOT_REFUTED, "= 0.1527": NOT_REFUTED}),
    form("number-of-a-line-not-read.md", {"= 0.8812": OPEN, "= 0.8627": REFUTED}, WRONG),
    form("two-numbers-of-which-one-is-put-in.md", {
        r"0.3 \cdot 0.5 +": HOLDS, "u_1 = 0.95": HOLDS, "u_1 = 0.85": OPEN, "u_1 = 0.97": REFUTED, "= 0.9025": HOLDS,
        "p_1 = 0.95": HOLDS, "p_2 = 3.9": REFUTED}, WRONG),
    form("two-numbers-of-which-none-is-put-in.md", {"$$q = 2$$": OPEN, "= 2.4": OPEN}, UNJUDGED),
    form("number-that-is-past.md", {"$v = 0.4$.\n\n$$q = 0.5": NEVER_HOLDS, "1 = 1.8": HOLDS}, UNJUDGED),
    form("formula-half-in-code.md", {
        "dLoss/dv = ": HOLDS, "dL/dv = ": HOLDS, "dL/dr = (t - r)": REFUTED}, WRONG,
         roles={"target": ("t",)}),
    form("loss-that-is-not-given.md", {
        r"\partial v_i} =": HOLDS, r"\partial q} = -2.0": GIVEN, "= (-2.0)(0.8) = -1.6": HOLDS}, RIGHT),
    form("name-in-two-parts.md", {r"&= \sigma(m_{1}\mathrm{In})": GIVEN}, never=("In", "Out", "m1"),
         at={"v1": 1.0, "p": 0.5, "c1": 0.25, "t": 1.0}, values={"K": (logistic(0.75) - 1) ** 2}),
    form("derivative-by-an-expression.md", {r"\frac{\partial K}{\partial v} =": HOLDS}, RIGHT),
    form("hyperbolic-secant.txt", {"dh/dq =": HOLDS}, RIGHT),
    form("two-definitions-of-the-loss.md", {"∂BCE/∂p =": HOLDS}),
    form("e-as-a-variable.md", {r"\frac{\partial K}{\partial e} = e": HOLDS}, RIGHT),
    form("derivative-sign-with-a-dot.md", {r"= a(1-a)": HOLDS}, RIGHT),
    form("sign-behind-a-plus.md", {"r = g(-2+-1+0) = 9": HOLDS}, RIGHT),
    form("definitions-in-a-bracketed-sentence.md", {"∂loss/∂v = -2 p": HOLDS, "∂loss/∂v = **-** 2 p": HOLDS}, RIGHT,
         at={"v": 2.0, "p": 0.5, "t": 3.0}, values={"loss": 4.0}),
    form("name-at-the-end-of-a-chain.txt", {"K_all = K1 + K2 = K": GIVEN, "∂K/∂q =": HOLDS}, RIGHT),
    form("function-of-ones-own.txt", {"s'(p) =": HOLDS}, RIGHT, defined=("s",)),
    form("choice-with-a-comma.txt", {"relu2'(p) =": HOLDS}, RIGHT),
    form("update-alone.txt", {"v = v - η": GIVEN}, roles={"weight": ("v",)},
         at={"v": 2.0, "p": 0.5, "s": 3.0}, values={"K": 4.0}),
    form("letters-side-by-side.md", {"∂q/∂c = p": HOLDS}, RIGHT, never=("cp",),
         at={"c": 2.0, "p": 0.5, "d": 1.0}, values={"q": 2.0}),
    form("numbers-of-names-in-a-list.md", {"0.7 \\cdot 2 = 1.4": HOLDS, "= 0.7$$": REFUTED, "= p_2 = 0.5": HOLDS},
         WRONG, at={"v_1": 1.0, "v_2": 1.0, "v_3": 1.0, "p_1": 1.0, "p_2": 2.0, "p_3": 4.0}, values={"q": 7.0}),
    form("numbers-of-names-in-a-list-too-few.md", {
        "v_1, \\dots": GIVEN, "= v_3 = 0.7": NOT_REFUTED, "= v_1 = 0.3": NOT_REFUTED}),
    # Numbers that later lines settle
    form("two-numbers-of-one-unknown.md", {"s = p v": OPEN, "42.78125": HOLDS, "= 9.25": HOLDS}),
    form("two-numbers-that-disagree-in-the-last-digits.md", {"= 42.90": OPEN}),
    form("two-numbers-that-disagree.md", {"42.78125": OPEN, "= 9.75": OPEN}),
    # A function that only its values tell, and numbers that go on with rounded ones
    form("function-told-by-its-values.md", {
        "k = g(q) =": HOLDS, "m = g(r) =": HOLDS, r"= m (1 - m) =": HOLDS, "= m v (1 - m)": HOLDS}, RIGHT,
        defined=("g",)),
    form("function-told-by-values-that-disagree.md", {
        "k = g(q) =": OPEN, "m = g(r) =": OPEN, r"= m (1 - m)": OPEN}, UNJUDGED),
    form("function-told-by-one-value.md", {"k = g(q) =": OPEN, "= k (k - 1)": OPEN}, UNJUDGED),
    form("delta-goes-on-with-rounded-numbers.md", {"0.020 - 0.088": OPEN}, UNJUDGED),
    form("delta-goes-on-with-a-sign-lost.md", {"0.020 + 0.088": REFUTED}, WRONG),
    # Units that stand only by their numbers
    form("unit-by-its-number.md", {
        "r_{h2} =": HOLDS, "r_{a2} =": HOLDS, "K = K_{a1} + K_{a2}": HOLDS, r"\partial r_{h1}} =": HOLDS}, RIGHT),
    form("rows-of-plain-tex-without-marks.md", {
        r"\frac{\partial{K}}{\partial{v}}": HOLDS, "- s) * v": REFUTED}, WRONG, defined=("K",)),
    form("rows-of-plain-tex.md", {r"\frac{dK}{dv}": HOLDS, "2 (s - v u)": REFUTED}, WRONG),
    form("relation-carried-to-the-next-formula.md", {"h (1 - h)": HOLDS, "h (1 + h)": REFUTED}, WRONG),
    form("display-whose-backslashes-were-lost.md", {
        r"\frac{\partial q}{\partial v}": HOLDS, "= (q - s)": REFUTED}, WRONG),
    form("differentials-in-brackets-and-joined.md", {
        "(∂ K)/(∂ Q)": HOLDS, "-S/A": HOLDS, "A(1+A)": REFUTED, "d_K/d_v": HOLDS}, WRONG),
    form("steps-counted-in-a-fence.md", {
        "d/dq σ(q)": HOLDS, "∂K/∂y =": HOLDS, "∂K/∂q =": HOLDS, "∂K/∂v =": REFUTED}, WRONG),
    form("name-from-outside-a-program.py", {"dK_dy =": OPEN, "dK_dq =": REFUTED}, WRONG),
    form("numbers-of-a-line-that-contradicts-itself.md", {"(70 - 100)": REFUTED, "100 - 70": HOLDS}, WRONG),
    form("parts-put-in-rounded.md", {"(0.119)": HOLDS, "(0.129)": REFUTED}, WRONG),
    form("step-with-a-part-worked-out-and-its-sign.md", {"0.49 =": HOLDS, "v^{(new)} =": NOT_REFUTED}),
    form("letter-of-a-number-said-anew-and-not-read.md", {r"\frac{dv}{da}": HOLDS, r"-\frac{y}{a}": OPEN}, UNJUDGED),
    form("unit-by-a-wrong-number.md", {
        "r_{h2} =": GIVEN - HOLDS, "r_{a2} =": GIVEN, "K_{a1} =": NOT_REFUTED, "K = K_{a1} + K_{a2}": NOT_REFUTED,
        r"\partial r_{h1}} =": OPEN}, UNJUDGED),
    form("unit-by-its-number-and-a-wrong-error.md", {
        "r_{h2} =": HOLDS, "r_{a2} =": HOLDS, "K = K_{a1} + K_{a2}": OPEN, r"\partial r_{h1}} =": HOLDS}, UNJUDGED),
    form("unit-by-its-number-and-a-wrong-slope.md", {
        "K = K_{a1} + K_{a2}": NOT_REFUTED, r"\partial r_{h1}} =": OPEN}, UNJUDGED),
    form("units-by-their-numbers-down-the-columns.md", {"h_2 =": HOLDS, "z_2 =": HOLDS}, RIGHT),
    form("unit-by-its-number-from-other-weights.md", {"h_2 =": GIVEN - HOLDS}),
    form("unit-of-a-sum-that-is-not-written.md", {"h_2 =": HOLDS}, RIGHT),
    form("unit-of-a-sum-with-its-weights-exchanged.md", {"h_2 =": OPEN}, UNJUDGED),
    form("unit-that-saturates.md", {"h_2 =": GIVEN - HOLDS}),
    form("braces-around-a-name.md", {r"{dv} = 2(r": HOLDS, r"{dr} = (r": REFUTED}, WRONG, defined=("Co", "q", "r")),
    # Each product that a page differentiates by is one of its own, whatever the lines before it differentiate by.
    form("derivative-by-a-product.md", {
        r"* \frac{\partial v_2u}": HOLDS, r"{\partial v_2u} = 1": HOLDS, r"{\partial v_2u} = 2": REFUTED,
        r"(v_1 p)} = -v_2": HOLDS, r"(v_1 p)} = v_2": REFUTED, r"(v_3 p)} = -1": HOLDS,
        r"v_2 p} = -1": OPEN}, WRONG),
    # Nobody differentiates once by a power: what is raised below ∂ numbers a layer, where 1 is raised too.
    form("layer-raised-on-a-numbered-weight.md", {
        r"v_{11}^{2}} = (y - t) h_1": HOLDS, r"v_{21}^{1}} = (y": HOLDS, r"v_{22}^{1}} = (y": REFUTED}, WRONG),
    form("derivative-by-a-square.md", {
        r"= \frac{1}{2}(w": NOT_REFUTED, r"= w^2 - t": NEVER_HOLDS, r"= w(w^2": HOLDS}, UNJUDGED),
    form("derivative-by-a-square-alone.md", {r"= \frac{1}{2}(w": NOT_REFUTED, r"= w^2 - t": OPEN}, UNJUDGED),
    form("words-in-brackets-behind-a-line.md", {
        "dK/dv = dK/dm": HOLDS, "dr/dv = r*(1": HOLDS, "dr/dv = r*p": NEVER_HOLDS, "dm/dr = 1": NOT_REFUTED},
         defined=("q", "r", "m", "K")),
    form("function-of-two-words.md", {"dK/dy = y - s": HOLDS, "dK/dinput =": NEVER_HOLDS}, defined=("y", "K")),
    form("next-layer-by-its-number.md", {"a_2 =": GIVEN - HOLDS}),
    form("unit-by-a-short-number.md", {"h_2 =": GIVEN - HOLDS}),
    # Errors that are differentiated and not defined
    form("error-left-open.md", {
        r"\partial q} =": HOLDS, r"\partial v} =": HOLDS, r"\partial p} =": REFUTED, r"(1 - s^2) + c": OPEN,
        r"= s - t": OPEN}, WRONG, defined=("K",)),
    form("error-left-open-with-two-outputs.md", {
        r"\partial h} =": OPEN, r"\partial v} =": HOLDS, r"\partial n} =": REFUTED}, WRONG),
    form("slope-given-as-a-number.md", {
        r"\partial s} = 0.4": GIVEN, "0.2497 = 0.0749": HOLDS, "= 0.1499": HOLDS, "= 0.0375": REFUTED}, WRONG),
    form("slope-that-was-computed.md", {r"\partial v} =": OPEN}, UNJUDGED),
    form("error-of-open-parts.md", {
        r"\frac{\partial E}{\partial h} = \frac": GIVEN, r"\partial m_1} a_1": HOLDS, "= 0.12$$": HOLDS,
        "= 0.04": HOLDS, "= 0.024": REFUTED, r"\frac{\partial E}{\partial v} =": HOLDS}, WRONG),
    form("error-as-a-function-of-the-output.md", {r"\partial v} =": HOLDS, r"\partial c} =": REFUTED}, WRONG),
    form("error-of-which-only-a-number-is-given.md", {"(1 - s) p": HOLDS, "(1 - s) v": REFUTED}, WRONG),
    form("layer-in-capitals.md", {r"\partial X} =": OPEN, r"\partial b} =": OPEN}, UNJUDGED),
    form("output-without-a-formula.md", {r"\partial h} =": OPEN, r"\partial m} =": OPEN}, UNJUDGED),
    form("known-function-written-out.md", {r"\partial v} =": HOLDS}, RIGHT),
    # Right lines, each by itself enough to mislead a reader who guesses
    form("two-fonts-and-decay.md", {r"(y-t) y (1-y) x + w": NOT_REFUTED}),
    form("error-defined-by-itself.md", {r"(y-t) y (1-y) x + w": NOT_REFUTED}),
    form("own-name-with-index.md", {"= g_i y_i (1-y_i) x_i": HOLDS}),
    form("small-e-beside-capital-E.md", {GRADIENT: HOLDS, "e = y - t": GIVEN}),
    form("capital-T-beside-small-t.md", {GRADIENT: HOLDS, "T = y - t": GIVEN}),
    form("variable-with-index.md", {"= y_i - t_i": HOLDS}, RIGHT),
    form("sigma-without-argument.md", {GRADIENT: NOT_REFUTED}),
    form("number-behind-room.md", {GRADIENT: HOLDS}, RIGHT),
    form("number-behind-blanks.txt", {"dE/dw =": HOLDS}, RIGHT),
    form("number-before-the-line.txt", {"dE/dw =": HOLDS}, RIGHT),
    form("last-factor-in-brackets.txt", {"dE/dw =": HOLDS}, RIGHT),
    form("dash-before-the-line.txt", {"dE/dw =": HOLDS}, RIGHT),
    form("own-function-without-argument.md", {GRADIENT: NOT_REFUTED}),
    form("two-forms-of-phi.md", {GRADIENT: NOT_REFUTED}),
    form("two-columns.md", {"&= y - t": HOLDS, "&= y (1-y)": HOLDS}, RIGHT),
    form("two-equations-in-a-row.md", {"= y - t": HOLDS, "= y (1-y)": HOLDS}, RIGHT),
    form("where-clause.txt", {"dE/dw =": HOLDS, "where y = sigmoid(z)": GIVEN}),
    form("ascent.md", {r"w \leftarrow": NOT_REFUTED}),
    form("activation-at-a-number.md", {"f(-5)": HOLDS, "f(-3)": HOLDS, "f(-4)": NEVER_HOLDS}),
    form("function-of-a-quantity-at-a-number.md", {
        "f(4) = 12": HOLDS, "f'(4) = 3": HOLDS, r"{df}{dp}": NOT_REFUTED}),
    form("step-of-every-weight.md", {"w_{new} =": HOLDS, "w = w": HOLDS}, {0}),
    form("step-of-every-weight-uphill.md", {"w_{new} =": REFUTED, "w = w": REFUTED}, {1}),
    form("for-one-value.md", {GRADIENT: NOT_REFUTED}),
    form("direct-derivative-in-time.md", {GRADIENT: NOT_REFUTED}),
    form("expression-alone.md", {"$$(y-t)$$": GIVEN}),
    form("remark-in-latex.tex", {"= (y-t) x$$ was wrong": UNSEEN}),
    form("remark-in-markdown.md", {"= (y-t) x$$ -->": UNSEEN}),
    form("letter-used-again.md", {
        r"\frac{\partial E}{\partial y} = y - t$": GIVEN, r"= g y (1-y)": HOLDS,
        r"= \frac{\partial E}{\partial z} = (y-t) y (1-y)": GIVEN, "= g x": HOLDS}),
    form("left-side-on-a-line-of-its-own.txt", {"= (y-target)*y*(1-y)*x": HOLDS}, RIGHT),
    form("open-function-given-by-the-line.md", {"(f(x;": GIVEN}),
    form("function-named-in-words.md", {r"\text{RBF} =": GIVEN, r"h = \text{RBF}(x w) =": GIVEN}),
    form("inverse-derivative.md", {r"\frac{\partial z}{\partial y} =": NOT_REFUTED}),
    form("demand.md", {GRADIENT.removesuffix("="): GIVEN}),
    form("logarithm-to-base-two.md", {GRADIENT: NOT_REFUTED}),
    form("displays-behind-each-other.md", {"= 0.33": HOLDS, "= 0.5$$": REFUTED, r"= 0.5 \cdot 1": REFUTED}, WRONG),
    form("sign-behind-a-times.md", {r"= m \times -\sin(q)": HOLDS, r"= 2u \times v \times -\sin(q)": HOLDS}, RIGHT),
    form("bracket-behind-a-derivative.md", {r"= \frac{1}{x} \left(": HOLDS}, RIGHT),
    form("slope-of-a-program-that-is-wrong-once.md", {
        "dloss_dq = dloss_dy + dy_dq": REFUTED, "dloss_dv = dloss_dq * p": HOLDS, "dloss_dc = dloss_dq": HOLDS,
        "v = v - rate * dloss_dv": HOLDS}, WRONG),
    # Wrong lines, which a reader who drops or guesses something takes for right ones
    form("new-before-the-name.md", {r"= \alpha - v": NEVER_HOLDS}),
    form("output-not-linked-to-the-error.md", {r"= 7 \frac": NEVER_HOLDS}),
    form("words-lead-a-row.md", {r"P = \frac{1}": HOLDS, r"&= \frac{-e^{-z}}{": HOLDS, r"\sigma(z))": HOLDS,
                                 r"P - y": HOLDS, "y - P": REFUTED}, WRONG),
    form("words-without-blanks-beside-formulas.md", {
        r"v \phi(u s + c) + k": HOLDS, r"可得\frac": HOLDS, r"(r - T) v": HOLDS, r"(r - T) p": REFUTED,
        r"的相反数": NEVER_HOLDS & NOT_REFUTED}, WRONG, defined=("p", "q", "r")),
    form("fractions-with-over-that-differentiate.md", {
        r"\partial a} (f(p u) - t)^2": HOLDS, r"\left( (f(p u)": REFUTED, "(p) u": HOLDS, "(u r g'": HOLDS}, WRONG),
    form("activations-with-an-index.md", {
        r"= \sigma_o'(r)$$": HOLDS, "(r) q": HOLDS, "(m) s": HOLDS, r"\sigma_h'(r) v": NEVER_HOLDS}),
    form("error-of-each-step-by-a-superscript.md", {
        r"\frac{\partial k^t}{\partial g}": HOLDS, "= (d^t - k^t) m": REFUTED,
        r"{\partial m^t}{\partial c}": HOLDS}, WRONG),
    form("brackets-in-braces-and-dots-to-a-remark.md", {
        r"1 - \frac": HOLDS, r"* x \dots": HOLDS, "T - p \\big": REFUTED}, WRONG),
    form("capital-at-the-beginning-of-a-name.txt", {"/dw3 = h": NOT_REFUTED, "/db3 = 1": NOT_REFUTED}),
    form("error-of-one-argument.md", {"dE/dw3 =": NOT_REFUTED}),
    form("stars-lost-in-print.txt", {"41 + (-1)2": NOT_REFUTED, "exp(-8))": NOT_REFUTED, "11 + 03": NOT_REFUTED,
                                     "exp(-1))": NOT_REFUTED}),
    form("backslashes-written-twice.md", {r"{dL}{dv} =": HOLDS, r"=  t - r": REFUTED, r"{dr}{dv} = h": HOLDS}, WRONG),
    form("formulas-in-strings.tsx", {"= r - t": HOLDS, r"r(1 - r) \\cdot p": HOLDS, "r(1 + r)": REFUTED}, WRONG),
    form("maths-fenced-in-a-line.md", {"r (1 - r) p": HOLDS, "= t - r": REFUTED}, WRONG),
    form("steps-of-a-function.md", {"dr_dv = p *": HOLDS, "dr_dc = slopeAct(r_sum) * c": REFUTED}, WRONG),
    form("step-by-the-slope-of-another-weight.cpp", {"dE_dv10 =": NEVER_HOLDS, "v1 = step": NEVER_HOLDS}, WRONG),
    form("functions-of-a-class-in-java.java", {"d_ypred_d_v =": HOLDS, "d_ypred_d_c =": REFUTED, "d_h_d_u =": HOLDS,
                                               "val * (1 - val)": HOLDS}, WRONG),
    form("slope-of-an-error-that-is-not-written.py", {
        "dYPred_dV =": HOLDS, "dYPred_dC =": REFUTED, "dH_dU =": HOLDS, "u -= rate": HOLDS, "v -= rate": HOLDS,
        "b -= rate": REFUTED}, WRONG),
    form("step-of-the-nth-weight.md", {r"u_n := u_n - \eta": HOLDS}, RIGHT),
    form("step-of-the-nth-weight-uphill.md", {r"u_n := u_n + \eta": REFUTED}, WRONG),
    form("errors-of-units-behind-a-step.js", {
        "v -= rate": HOLDS, "let dH": REFUTED, "u -= rate": HOLDS, "c -= rate": HOLDS}, WRONG),
    form("errors-of-units-before-the-steps.js", {
        "v -= rate": HOLDS, "let dH": HOLDS, "u -= rate": REFUTED, "c -= rate": HOLDS}, WRONG),
    form("element-that-a-loop-counts.py", {"w -= rate": HOLDS}, never=("i",)),
    form("value-of-an-activation.md", {r"\tanh^2(z)) x": HOLDS, r"\tanh(z)) x": REFUTED}, WRONG),
    form("saturated-activation.md", {"7 (h - t)": REFUTED, "= 2 (h - t)": HOLDS}, WRONG),
    form("slope-that-is-nothing.md", {"delta_h1 =": NEVER_HOLDS}),
    form("product-of-printed-numbers.md", {"(-0.09787)(0.5)": NOT_REFUTED}),
    form("number-of-the-equation-behind-it.md", {"= 1 (5)": HOLDS, "= x_1 (6)": HOLDS, "(z - t) (7)": REFUTED}, WRONG),
    form("one-name-with-more-arguments.md", {"dC/dw =": HOLDS, "= 2w₁": HOLDS, "= 3w₂": REFUTED}, WRONG),
    form("headings-with-pictures.md", {r"5 \cdot 4 = 20": HOLDS}),
    form("small-deltas-for-a-derivative.md", {"= 7": REFUTED, r"\delta w} = x": HOLDS, r"\delta x}{2}": HOLDS}, WRONG),
    form("wrong-factor-in-brackets.txt", {"dE/dw =": NEVER_HOLDS}),
    form("wrong-line-behind-a-dash.txt", {"dE/dw =": NEVER_HOLDS}),
    form("two-fonts-decay-forgotten.md", {r"= (y-t) y (1-y) x": NEVER_HOLDS}),
    form("digits-exchanged.md", {"= 0.896568777": NEVER_HOLDS}),
    form("digits-exchanged-after-a-rounded-number.md", {"y = 0.610": GIVEN, "= -0.145148949": NEVER_HOLDS}),
    form("switch-far-out.md", {GRADIENT: NEVER_HOLDS}),
    form("times-two-in-words.md", {GRADIENT: NEVER_HOLDS}),
    form("number-behind-a-slightly-wrong-one.md", {
        "= 0.6594 + 0 = 0.6596": REFUTED, "= 0.05794": OPEN, "= -0.3404": OPEN}, WRONG),
    form("names-beside-numbers-put-in.md", {
        r"= (1.001 \cdot 1.7) \cdot h (1 - h) p": HOLDS, r"= 1.001 \cdot h": HOLDS,
        r"= 1.101 \cdot v": REFUTED}, WRONG),
    form("list-of-numbers-counted-from-one.md", {
        "= 0.1 + 0.4 + 1.2 = 1.7": HOLDS, r"{\partial w_3} = (s - t) x_3": HOLDS,
        r"{\partial w_2} = (s - t) x_2": REFUTED}, WRONG),
    form("argument-worked-out-wrongly.md", {r"\tanh(0.3743)": HOLDS, r"\tanh(0.3746)": NEVER_HOLDS}),
    form("formula-again-with-another-index.md", {"n_1 = w_1 i_1 + w_3 i_2 + b": NEVER_HOLDS}),
    form("output-equal-to-the-target-in-a-case.md", {"= 2(y - a)": REFUTED, "= -2(y - a) x": HOLDS}, WRONG),
    # Programs
    form("program-in-c.md", {
        "dg = g - t": HOLDS, "du = dg * (1.0f - g * g)": HOLDS, "da = du * x": HOLDS, "dk = dg": REFUTED,
        "a -= lr * da": HOLDS, "k -= lr * dk": HOLDS}, WRONG,
         roles={"weight": ("a", "k")}, at={"x": 1.0, "t": 0.0}, values={"E": 0.5 * math.tanh(0.25) ** 2}),
    form("program-with-one-name-twice.md", {
        "dh = dr * m": NOT_REFUTED, "dh = ds * n": REFUTED, "dv = dh * (1 - h * h) * p": HOLDS}, WRONG),
    form("program-whose-error-has-a-letter.md", {
        "dpred = pred - y": HOLDS, "domega = dpred * tanh(u)": HOLDS, "du = dpred * omega": REFUTED,
        "dphi = du": HOLDS, "phi = phi - step_size * dphi": HOLDS,
        "omega = omega - step_size * domega": HOLDS}, WRONG, roles={"weight": ("theta", "phi", "omega")}),
    form("program-in-r.md", {
        "dz <- 2 * (p - y) * p * (1 - p)": HOLDS, "w <- w - lr * dz * x": HOLDS, "b <- b - lr * dz * x": REFUTED},
         WRONG),
    form("program-in-a-class.md", {
        "dcost_dr = 2 * (self.r - s)": HOLDS, "dr_dq = self.r * (1 + self.r)": REFUTED,
        "dcost_dv = dcost_dr * dr_dq * self.p": HOLDS,
        "self.v -= lr": HOLDS}, WRONG, roles={"weight": ("v",)}, never=("self", "random")),
    form("program-of-two-steps-in-time.md", {
        "dw = da2 * h1": GIVEN, "dh1 = da2 * w": HOLDS, "dw += da1 * h0": HOLDS, "du += da1 * x2": NEVER_HOLDS}),
    form("program-in-javascript.js", {
        "dloss_dr = 2 * (r - s)": HOLDS, "dr_dq = slope(r)": HOLDS, "dloss_dv = dloss_dr * dr_dq * p": HOLDS,
        "v = v - lr * dloss_dr * slope(q) * p": REFUTED}, WRONG),
    form("program-with-dictionaries.py", {
        "delta_o1 = ": HOLDS, "delta_g = ": HOLDS, '"u1": delta_g * p': HOLDS, '"c1": delta_g': HOLDS,
        '"v1": delta_o1 * g': HOLDS, '"v2": delta_o1 * g': NEVER_HOLDS, '"c2": delta_o2': NEVER_HOLDS,
        '"u2": delta_o2': HOLDS}, UNJUDGED, at={"u1": 0.3, "v2": 0.2}),
    form("program-with-slopes-of-the-way-down.py", {
        '"u1": delta_g': NOT_REFUTED, '"v1": -delta_o1': NOT_REFUTED, '"u2": delta_o2': NOT_REFUTED}),
    form("program-whose-error-is-left-open.md", {
        "dCost_dr = 2.f": GIVEN, "dr_dq = r": HOLDS, "dCost_dv = dCost_dr": HOLDS, "dCost_dc = dCost_dr": REFUTED,
        "v -= rate": HOLDS, "c += rate": REFUTED}, WRONG),
    form("program-whose-error-is-turned-round.md", {
        "dL_dr = s - r": OPEN, "dL_dv = dL_dr": OPEN, "v += rate": OPEN, "c -= rate": OPEN}, UNJUDGED),
    form("program-beside-its-formulas.md", {
        r"\frac{dL}{dv_1} =": HOLDS, "dL_dy_hat = y_hat - t": HOLDS, "dy_hat_dz1 = sigmoid": REFUTED,
        "dz1_dv1 = x": HOLDS, "v1 = c1 - rate": NEVER_HOLDS}, WRONG),
    form("program-of-errors-of-units.md", {
        "delta_o = error": GIVEN, "delta_h1 = delta_o": HOLDS, "delta_h2 = delta_o": REFUTED, "u1 += lr": HOLDS,
        "u2 -= lr": REFUTED, "v1 += lr": HOLDS, "c1 += lr": REFUTED, "v2 += lr": HOLDS,
        "100 == 0": GIVEN}, WRONG),
    form("program-whose-first-delta-has-no-factor.md", {
        "delta_o = s - o": OPEN, "delta_h = delta_o": OPEN, "u += lr": OPEN, "v += lr": OPEN}, UNJUDGED),
    form("element-of-a-table.md", {"dq = (r - s)": HOLDS, "v1 -= lr": REFUTED, "v2 -= lr": HOLDS}, WRONG),
    form("known-function-defined-by-itself.js", {"dr_dq = 1 - r * r": HOLDS, "dloss_dv = 2": REFUTED}, WRONG),
    form("program-whose-line-is-not-read.md", {"da = 2 * (a - y)": GIVEN, "dw = da * x": OPEN}, UNJUDGED),
    form("program-with-greek-slopes.jl", {
        "∂L_∂p = 2": HOLDS, "∂p_∂z = p": HOLDS, "∂L_∂w = ∂L_∂p": REFUTED, "∂L_∂b = ∂L_∂p": HOLDS}, WRONG),
    form("program-of-one-example.md", {
        "dK_dr = (r - s) / n": REFUTED, "dK_dv = np.sum": HOLDS, "dK_dc = 2 * np.mean": HOLDS, "v -= lr": NOT_REFUTED,
        "c -= lr": HOLDS}, WRONG, roles={"weight": ("v", "c")}),
    form("functions-called-after-derivatives.md", {
        "return 1 / (1 + np.exp(-q))": HOLDS, "return 1 - np.tanh(q)": REFUTED,
        "return np.where(q > 0, dout, k * dout)": HOLDS, "return 1 - np.tanh(dout) ** 2": NEVER_HOLDS}, WRONG),
    form("derivative-in-terms-of-the-value.md", {"return r * (1 - r)": HOLDS, "dK_dv = dK_dr": HOLDS}, RIGHT),
    form("derivative-of-the-value-taken-elsewhere.md", {"return r * (1 - r)": OPEN, "dK_dv = dK_dr": REFUTED}, WRONG),
    form("derivative-with-the-wrong-argument.md", {"return 1 - q ** 2": REFUTED}, WRONG),
    form("program-with-a-new-state.md", {
        "h_new = (1 - z) * h": GIVEN, "dh_new = h_new - y": HOLDS, "dz = dh_new * (x - h)": HOLDS,
        "dz_dc = 1": REFUTED}, WRONG),
    form("program-over-many-examples.md", {
        "dL_dp = (p - t)": HOLDS, "dL_dz = dL_dp": HOLDS, "dL_dv = np.sum": HOLDS, "dL_dc = np.mean": REFUTED,
        "v -= lr": HOLDS, "c -= lr": HOLDS}, WRONG, roles={"weight": ("v", "c")}),
    form("program-over-many-examples-by-methods.md", {
        "dK_dr = 2": REFUTED, "dK_dv = 2": HOLDS, "dK_dc = 2": HOLDS, "v = v - lr": HOLDS,
        "c = c - lr": NEVER_HOLDS}, WRONG),
    form("sums-that-are-mixed.md", {
        "dK_dv = 2": OPEN, "v -= lr * 2 * np.mean": UNSEEN, "v -= lr * 2 * (r": UNSEEN, "dK_dr = 2": OPEN}),
    form("sum-over-inputs.md", {
        "dz = 2": UNSEEN | GIVEN - HOLDS, "dw = np.sum": UNSEEN, "w -= lr": UNSEEN}),
    form("root-of-a-mean.md", {"dK_dv = np": OPEN, "v -= lr": OPEN}),
    form("conditional-without-brackets.md", {
        "dr = 2": HOLDS, "dq = q > 0.0f": HOLDS, "dv = q > 0.0f": NEVER_HOLDS},
         at={"v": -1.0, "p": 1.0, "c": 0.0, "s": 0.0}, values={"r": -0.1, "E": 0.01}),
    form("mask-with-a-name.md", {
        "dr = r - s": HOLDS, "dq = dr * mask": HOLDS, "v -= lr": HOLDS, "v = v * 0.99": GIVEN}, RIGHT),
    form("slope-that-is-clipped.md", {"dv = dq * p": HOLDS, "v -= lr * dv": OPEN}),
    form("derivative-with-steps.md", {
        "return g + p * g * (1 - g)": HOLDS, "return 1 - h": REFUTED}, WRONG),
    form("matrices-in-a-program.md", {
        "dy = y - t": GIVEN, "dh = V @ dy": UNSEEN | GIVEN - HOLDS, "dw = dz * x": UNSEEN | GIVEN - HOLDS}),
    form("loss-by-cases-of-a-label.md", {
        "dL_dq = p - s": HOLDS, "dL_dv = (p + s) * x": REFUTED, "v -= lr * (p - s) * x": HOLDS}, WRONG,
         at={"v": 1.0, "x": 0.0, "s": 1.0}, values={"L": math.log(2)}),
    form("program-that-changes-its-data.md", {"dw = (y-t)*y*(1-y)*x": NEVER_HOLDS}),
)  # fmt: skip


each = pytest.mark.parametrize("wanted", TABLE, ids=lambda wanted: Path(wanted.file).stem)


@each
def test_what_is_said_of_each_line(wanted: Form) -> None:
    page = wanted.page
    if page.failure is not None:
        assert wanted.refusable, page.account()
        return
    said = {excerpt: page.said(excerpt) for excerpt in wanted.lines}
    wrong = [
        f"`{excerpt}` is {said[excerpt]}, not {' or '.join(sorted(allowed))}"
        for excerpt, allowed in wanted.lines.items()
        if said[excerpt] not in allowed
    ]
    refuted = [line.text for line in page.check.lines if line.verdict == "refuted"]
    if refuted and 1 not in wanted.status:
        wrong.append(f"refuted, and nothing on the page is wrong: {'; '.join(refuted)}")
    assert not wrong, "\n".join([*wrong, "", page.account()])


@each
def test_no_slip_is_named_that_nobody_made(wanted: Form) -> None:
    page = wanted.page
    named = [] if page.failure else [f"{line.slip}: {line.text}" for line in page.check.lines if line.slip]
    assert 1 in wanted.status or not named, "\n".join([*named, "", page.account()])


@each
def test_what_the_page_leaves_with(wanted: Form) -> None:
    page = wanted.page
    assert page.status in wanted.status, f"it leaves with {page.status}\n\n{page.account()}"


described = pytest.mark.parametrize(
    "wanted",
    [wanted for wanted in TABLE if wanted.roles or wanted.defined or wanted.never or wanted.values],
    ids=lambda wanted: Path(wanted.file).stem,
)


@described
def test_the_network_is_the_one_on_the_page(wanted: Form) -> None:
    page = wanted.page
    if wanted.refusable and page.unread:
        return
    assert not page.unread, f"{page.unread}\n\n{page.account()}"
    graph = page.network.graph
    equations = {equation.name for equation in graph.equations} | graph.functions.keys()
    wrong = [f"`{name}` is not defined" for name in wanted.defined if name not in equations]
    wrong += [f"there is no `{name}` on the page" for name in wanted.never if name in graph.declarations]
    wrong += [
        f"the names of role {role} are {graph.of_role(role)}, not {names}"  # pyright: ignore[reportArgumentType]
        for role, names in wanted.roles.items()
        if set(graph.of_role(role)) != set(names)  # pyright: ignore[reportArgumentType]
    ]
    if wanted.values and not wrong:
        wrong += _off(wanted)
    assert not wrong, "\n".join([*wrong, "", page.network.notation, "", page.account()])


def _off(wanted: Form) -> list[str]:
    """Say which values of the network are not those of the page."""
    try:
        found = wanted.page.network.at(wanted.at).values
    except ReadError as error:
        return [str(error)]
    return [
        f"`{name}` is {found.get(name)} at {dict(wanted.at)}, not {value}"
        for name, value in wanted.values.items()
        if found.get(name) != pytest.approx(value)
    ]


def test_every_page_is_in_the_table() -> None:
    assert sorted(wanted.file for wanted in TABLE) == sorted(path.name for path in FORMS.iterdir())
