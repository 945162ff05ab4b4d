"""Formulas in sentences, lists, tables and programs: what is found, and what is left alone."""

from __future__ import annotations

import pytest

import workings
from tests.read.shapes import statements_of, texts

FOUND: list[tuple[str, str, list[str]]] = [
    ("a sentence", "Given z = w*x + b, a = sigmoid(z), I stop.", ["z = w*x + b", "a = sigmoid(z)"]),
    ("two joined by a word", "z=wx+b and y=tanh(z)", ["z=wx+b", "y=tanh(z)"]),
    ("a slope behind a verb", "So I get dE/dw = (a - t)*x for it.", ["dE/dw = (a - t)*x"]),
    ("a point of a list", "- dz/dw = x   (input to the neuron)\n- db = 1", ["dz/dw = x", "db = 1"]),
    ("a numbered list", "3. dE/dw = (y - t)*x        (2)", ["dE/dw = (y - t)*x"]),
    ("a quotation", "> dE/dw = x", ["dE/dw = x"]),
    ("a sentence in brackets", "(The net: s = v p, and q = s)", ["s = v p", "q = s"]),
    ("a cell of a table", "| name | formula |\n|---|---|\n| slope | dE/dw = 2*x |", ["dE/dw = 2*x"]),
    (
        "rows of a table",
        "| name | formula | value |\n|--|--|--|\n| $n$ | $2 p$ | 3 |\n| $q$ | words | 1 |",
        ["| $n$ | $2 p$ | 3 |", "| $q$ | words | 1 |"],
    ),
    ("a table of something else", "| $p$ | $q$ |\n|--|--|\n| 1 | 2 |", []),
    ("a line that goes on", "dE/dw = a*b\n      = c", ["dE/dw = a*b", "= c"]),
    ("a pointer at a line", "y = w*x  <- the forward pass", ["y = w*x"]),
    ("code with a remark", "```python\nz = w*x  # dE/dz = y - t\n```", ["z = w*x", "dE/dz = y - t"]),
    ("a remark of its own", "```python\n# dz/dw = x\nprint(z)\n```", ["dz/dw = x"]),
    ("code in a sentence", "The slope is `dE/dw = a*b`, see `python -m x`.", ["dE/dw = a*b"]),
    ("nearly equal", "It is (1 - 0.25) * 2 ~= 1.5, as before.", ["(1 - 0.25) * 2 ~= 1.5"]),
    ("a remark in brackets", "z = w*x + b (x is the input)", ["z = w*x + b"]),
    ("a conditional of C", "```js\nconst y = z > 0 ? z : 0;\n```", ["y = z > 0 ? z : 0"]),
]
ALONE = [
    "A feed-forward network has an input and an output; there is none in this well-known text - none.",
    "The loss equals the error.",
    "The error is 3 times as large - x is 5.",
    "See https://a.b/c?x=1#w=2 for more.",
    "```python\nimport numpy as np\nprint(z)\n```",
    "| plain words | nothing here |",
    "Take y = f(x where x is the input.",
    "I get E = (y - t)^2 times two for it.",
]


@pytest.mark.parametrize(
    ("page", "formulas"), [(page, found) for _, page, found in FOUND], ids=[n for n, _, _ in FOUND]
)
def test_formulas_are_found(page: str, formulas: list[str]) -> None:
    assert texts(statements_of(page)) == formulas


@pytest.mark.parametrize("page", ALONE)
def test_words_are_left_alone(page: str) -> None:
    assert texts(statements_of(page)) == []


def test_the_number_of_an_equation_is_its_label_and_no_factor() -> None:
    first, second = statements_of("dE/dw = (y - t)*x        (2)\ndE/db = y - t   (3)")
    assert (first.label, second.label) == ("2", "3")


def test_what_stands_behind_a_formula_is_its_reason() -> None:
    (statement,) = statements_of("- dz/dw = x   (input to the neuron)")
    assert statement.reason.startswith("input to the neuron")


def test_a_remark_behind_code_is_an_aside() -> None:
    code, remark = statements_of("```python\nz = w*x  # dE/dz = y - t\n```")
    assert (code.aside, code.kind) == (False, "code")
    assert (remark.aside, remark.kind) == (True, "plain")


def test_an_address_gives_no_numbers() -> None:
    page = "We have z = w*x and E = (z - t)^2. See https://a.b/c?x=1#w=2 for more.\n\ndE/dw = 2*(z - t)*x\n"
    assert [line.verdict for line in workings.parse(page).check().lines] == ["holds"]


def test_a_slope_within_a_sentence_is_a_claim() -> None:
    page = "We have z = w*x and E = (z - t)^2. So I get dE/dw = 2*(z - t)*x for the slope.\n"
    assert [line.verdict for line in workings.parse(page).check().lines] == ["holds"]
