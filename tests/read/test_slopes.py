"""Quotients: which are derivatives, of what, by what; and which only look like one."""

from __future__ import annotations

import pytest

import workings
from tests.read.shapes import latex, plain, shape
from workings.read.formula.tree import Formula
from workings.read.names.slopes import quotient
from workings.read.names.spelling import factors_with
from workings.read.names.vocabulary import Vocabulary


def slope(formula: Formula, *names: str) -> tuple[list[str], list[str], int] | None:
    words = Vocabulary(names=frozenset(names))
    found = quotient(factors_with(formula.root, words), 0, words)
    if found is None:
        return None
    return [shape(unit.node) for unit in found.of], [shape(unit.node) for unit in found.by], found.order


@pytest.mark.parametrize(
    ("formula", "of", "by", "order"),
    [
        (plain("dE/dw1"), ["E"], ["w1"], 1),
        (plain("dz_1/dw_2"), ["z1"], ["w2"], 1),
        (plain("∂E/∂w"), ["E"], ["w"], 1),
        (latex("dE/dw"), ["E"], ["w"], 1),
        (latex(r"\frac{\partial E}{\partial w}"), ["E"], ["w"], 1),
        (latex(r"\frac{dE}{dw}"), ["E"], ["w"], 1),
        (plain("d(loss)/d(w)"), ["(loss)"], ["(w)"], 1),
        (plain("dloss/dweight"), ["loss"], ["weight"], 1),
        (plain("d/dw (w x)"), [], ["w"], 1),
        (latex(r"\frac{d}{dw}(w x)"), [], ["w"], 1),
        (plain("∂A(w x)/∂w"), ["A", "({·w ·x})"], ["w"], 1),
        (latex(r"\frac{\partial^2 E}{\partial w^2}"), ["E"], ["w"], 2),
        (latex(r"\frac{\partial^2 E}{\partial w \partial b}"), ["E"], ["w", "b"], 2),
        (latex(r"\nabla_w E"), ["E"], ["w"], 1),
    ],
)
def test_derivatives(formula: Formula, of: list[str], by: list[str], order: int) -> None:
    assert slope(formula) == (of, by, order)


@pytest.mark.parametrize(
    "formula",
    [plain("depth/density"), plain("d/w"), plain("dE/w"), plain("a/b"), latex(r"\frac{a}{b}"), latex(r"\frac{d}{w}")],
)
def test_other_quotients(formula: Formula) -> None:
    assert slope(formula) is None


def test_names_of_the_page_come_first() -> None:
    assert slope(plain("dE/dw"), "dE", "dw") is None
    assert slope(plain("dE/dw"), "dE", "E", "w") == (["E"], ["w"], 1)
    assert slope(plain("d/dw"), "d", "w") is None
    assert slope(latex(r"\frac{dE}{dw}"), "dw") == (["E"], ["w"], 1)
    assert slope(latex(r"\frac{d}{dw}(w x)"), "dw") == ([], ["w"], 1)
    assert slope(plain("dE/dw"), "dE", "dw", "w") is None
    assert slope(plain("ddepth/ddensity"), "depth", "density") == (["depth"], ["density"], 1)


def test_words_that_begin_with_d_are_divided_on_a_page() -> None:
    page = workings.parse("z = w*x\nr = depth/density\nE = (z - r)^2\n\ndE/dw = 2*(z - r)*x\n")
    assert "r = depth/density" in page.notation
    assert [line.verdict for line in page.check().lines] == ["holds"]
