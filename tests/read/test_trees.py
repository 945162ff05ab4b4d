"""Formulas → trees: both spellings give one tree, and what does not fit together is told where it stands."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.read.shapes import latex, plain, shape
from workings.read.formula.tree import Numeral, Unread, children, preorder

#: LaTeX, plain text, and the one tree that both are.
PAIRS = [
    (r"w x + b", "w x + b", "[+{·w ·x} +b]"),
    (r"w \cdot x", "w * x", "{·w *x}"),
    (r"a \times b", "a × b", "{·a *b}"),
    (r"2 \cdot -3", "2*-3", "{·2 *-3}"),
    (r"a/b c", "a/b c", "{·a /b ·c}"),
    (r"-x^2", "-x^2", "[-<x^2>]"),
    (r"(y - t)^2", "(y - t)**2", "<([+y -t])^2>"),
    (r"x^2", "x²", "<x^2>"),
    (r"w_1 x_1", "w_1 x_1", "{·w1 ·x1}"),
    (r"w_{12}", "w_12", "w12"),
    (r"w_1", "w₁", "w1"),
    (r"x_i^2", "x_i^2", "<x_i^2>"),
    (r"x^2_i", "x_i²", "<x_i^2>"),
    (r"\hat{y}", "ŷ", "y_hat"),
    (r"\hat y - t", "y_hat - t", "[+y_hat -t]"),
    (r"\bar x", "x̄", "x_bar"),
    (r"\sigma(z)", "σ(z)", "{·sigma ·(z)}"),
    (r"\sigma(z)", "sigma(z)", "{·sigma ·(z)}"),
    (r"f'(x)", "f'(x)", "{·<f′> ·(x)}"),
    (r"f''(x)", "f″(x)", "{·<f′′> ·(x)}"),
    (r"\max(0, z)", "max(0, z)", "{·max ·(0, z)}"),
    (r"\left( a \right)", "(a)", "(a)"),
    (r"|x|", "|x|", "|x|"),
    (r"0 < z \le 1", "0 < z <= 1", "0 < z <= 1"),
]  # fmt: skip
CASES = r"\begin{cases} z & z > 0 \\ 0 & \text{otherwise} \end{cases}"


@pytest.mark.parametrize(("tex", "text", "tree"), PAIRS)
def test_both_spellings_of_a_formula_are_one_tree(tex: str, text: str, tree: str) -> None:
    assert shape(latex(tex).root) == tree
    assert shape(plain(text).root) == tree


@pytest.mark.parametrize("text", ["z if z > 0 else 0", "z > 0 ? z : 0"])
def test_cases_are_one_tree_in_every_spelling(text: str) -> None:
    assert shape(latex(CASES).root) == "cases(z if z > 0; 0 if else)" == shape(plain(text).root)


def test_a_fraction_is_built_up_and_a_slash_is_not() -> None:
    assert shape(latex(r"\frac{1}{2} x").root) == "{·(1 over 2) ·x}"
    assert shape(plain("1/2 x").root) == "{·1 /2 ·x}"


def test_powers_group_from_the_right() -> None:
    assert shape(plain("2^3^4").root) == "<2^<3^4>>"
    assert shape(latex("2^3^4").root) == "<2^<3^4>>"


@pytest.mark.parametrize(
    ("written", "value", "decimal"),
    [("7", Fraction(7), False), ("1.5", Fraction(3, 2), True), (".5", Fraction(1, 2), True),
     ("1e-3", Fraction(1, 1000), True)],
)  # fmt: skip
def test_a_numeral_has_its_exact_value(written: str, value: Fraction, decimal: bool) -> None:
    for root in (latex(written).root, plain(written).root):
        assert isinstance(root, Numeral)
        assert (root.value, root.decimal, root.text) == (value, decimal, written)


@pytest.mark.parametrize(
    ("written", "problems", "tree"),
    [
        ("(a + b", [("`(` is never closed", 1)], "[+a +b]"),
        ("a + b)", [("`)` closes a bracket that was not opened", 6)], "[+a +b]"),
        ("a (b [c", [("`[` is never closed", 6), ("`(` is never closed", 3)], "{·a ·b ·c}"),
        ("a + (b]", [("`]` closes a bracket that was not opened", 7), ("`(` is never closed", 5)], "[+a +b]"),
    ],
)
def test_a_bracket_without_a_partner_is_told_where_it_stands_and_left_out(
    written: str, problems: list[tuple[str, int]], tree: str
) -> None:
    for found in (latex(written), plain(written)):
        assert [(problem.found, problem.place.column) for problem in found.strays] == problems
        assert shape(found.root) == tree


def test_braces_that_are_not_closed_cannot_be_mended() -> None:
    assert not latex("x^{a").mendable
    assert latex("(a").mendable


@pytest.mark.parametrize(
    ("written", "found", "column"),
    [("x +", "the formula ends too early", 3), ("a * / b", "`/` cannot stand here after `*`", 5)],
)
def test_what_does_not_fit_together_is_a_node_with_its_problem(written: str, found: str, column: int) -> None:
    for root in (latex(written).root, plain(written).root):
        problems = [node.problem for node in preorder(root) if isinstance(node, Unread)]
        assert [(problem.found, problem.place.column) for problem in problems] == [(found, column)]


@pytest.mark.parametrize("tex", [tex for tex, _, _ in PAIRS])
def test_every_node_stands_within_the_node_that_it_is_part_of(tex: str) -> None:
    for node in preorder(latex(tex).root):
        assert all(node.start <= part.start <= part.end <= node.end for part in children(node)), shape(node)


@pytest.mark.parametrize("tex", [r"a + b_{12}", r"a - b^{n}", r"a < b_{i}", r"a, b_{12}"])
def test_a_formula_ends_behind_the_brace_that_closes_it(tex: str) -> None:
    assert (latex(tex).root.start, latex(tex).root.end) == (0, len(tex))


@pytest.mark.parametrize(
    ("page", "value"),
    [
        (r"1{,}000", "1000"),
        (r"12{,}345{,}678", "12345678"),
        (r"0{,}5", "0.5"),
        (r"2{,}75", "2.75"),
    ],
)
def test_groups_of_three_digits_are_a_number(page: str, value: str) -> None:
    root = latex(page).root
    assert isinstance(root, Numeral)
    assert root.value == Fraction(value)


def test_a_group_of_three_digits_is_none_where_commas_are_decimal_marks() -> None:
    written = r"1{,}250 + 0{,}5"
    assert not any(isinstance(node, Numeral) and node.value == 1250 for node in preorder(latex(written).root))
