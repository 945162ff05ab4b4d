"""Lines: a chain that is broken over rows goes on with its first column, and a remark beside it is no part of it."""

from __future__ import annotations

import pytest

from tests.read.shapes import spans_of, statements_of
from workings.read.formula.statements import all_statements
from workings.read.lines.cut import lines_of
from workings.read.lines.left_over import left_over
from workings.read.lines.line import WrittenLine


def lines(page: str) -> list[WrittenLine]:
    return lines_of(statements_of(page))


def sides(line: WrittenLine) -> list[str | None]:
    return [None if side is None else side.at.content for side in line.sides]


def test_a_chain_in_one_row_is_one_line() -> None:
    (line,) = lines("$$a = b = c$$")
    assert (sides(line), line.relations) == (["a", "b", "c"], ("=", "="))


def test_a_chain_is_broken_where_its_source_is() -> None:
    first, second = lines("$$a = b\n= c$$")
    assert (sides(first), sides(second)) == (["a", "b"], [None, "c"])


def test_rows_that_begin_with_a_relation_go_on() -> None:
    page = "$$\n\\begin{aligned}\na &= b\n  = c \\\\\n &= d\n\\end{aligned}\n$$"
    assert [sides(line) for line in lines(page)] == [["a", "b"], [None, "c"], [None, "d"]]


def test_a_row_that_begins_with_an_operator_belongs_to_the_row_above() -> None:
    page = "$$\\begin{align} a &= b + \\\\ &\\quad c \\\\ &= d \\tag{7}\\end{align}$$"
    first, second = lines(page)
    assert sides(first)[0] == "a"
    assert (sides(second), second.label) == ([None, "d"], "7")


def test_the_row_below_a_remark_goes_on_with_the_first_column() -> None:
    page = r"$$\begin{align} \frac{dE}{dw} &= f(z) && \text{since } y = \sigma(z) \\ &= g(z) \end{align}$$"
    first, remark, below = lines(page)
    assert sides(first) == [r"\frac{dE}{dw}", "f(z)"]
    assert (sides(remark), remark.aside) == (["y", r"\sigma(z)"], True)
    assert (sides(below), below.aside) == ([None, "g(z)"], False)


def test_words_between_two_formulas_make_the_second_an_aside() -> None:
    first, second = lines(r"$$a = b \text{ where } c = d$$")
    assert (first.aside, second.aside) == (False, True)


def test_columns_commas_and_arrows_cut_formulas_apart() -> None:
    for page in ("$$a &= b & c &= d$$", r"$$a = b, \quad c = d$$", r"$$a = b \to c = d$$", r"$$a = b \qquad c = d$$"):
        assert [sides(line) for line in lines(page)][-1] == ["c", "d"], page


def test_maths_without_a_relation_is_a_line_where_a_sentence_says_what_it_is() -> None:
    (told,) = lines("the derivative of E by w is $(y - t) x$ here")
    assert (sides(told), told.inline) == (["(y - t) x"], True)
    assert lines("take $(y - t) x$ alone") == []


def test_a_line_of_plain_text_goes_on_as_well() -> None:
    first, second = lines("dE/dw = (y - t)*dy/dw\n      = (y - t)*x\n")
    assert (sides(first)[0], sides(second)) == ("dE/dw", [None, "(y - t)*x"])


def test_a_line_begins_with_the_words_and_the_arrow_of_its_row() -> None:
    arrow, words = lines(r"$$\begin{gathered} \Rightarrow a = b \\ \text{since } c = d \end{gathered}$$")
    assert (arrow.at.content, sides(arrow)) == (r"\Rightarrow a = b", ["a", "b"])
    assert (words.at.content, sides(words)) == (r"\text{since } c = d", ["c", "d"])


def test_dots_in_a_chain_stand_for_steps_that_are_not_written() -> None:
    (line,) = lines(r"$$a = b \approx \ldots = c$$")
    assert (sides(line), line.relations) == (["a", "b", "c"], ("=", "~"))


def test_words_that_go_on_calculating_stay_with_their_formula() -> None:
    (line,) = lines(r"$$a = b \text{ times two}$$")
    assert sides(line) == ["a", r"b \text{ times two}"]


def test_a_question_behind_a_formula_is_a_remark() -> None:
    (line,) = lines(r"$$a = b + c \, \text{really?} \Rightarrow$$")
    assert sides(line)[1] == "b + c"


LEFT = [
    ("a formula alone", "It is $y - t$ and $y$.", [("y - t", "not used")]),
    ("numbers put in", r"This is $\max(0, 0.25)$.", [(r"\max(0, 0.25)", "not used")]),
    ("a number that is told", "They say 0.00142918 here, in version 2.3.1 and 3.5.", [("0.00142918", "not used")]),
    ("what a function gives back", "```python\nfor s in t:\n    return s * (1 - s)\n```",
     [("return s * (1 - s)", "not used")]),
    ("brackets over several lines", '```python\nq = {\n    "a": f(c),  # not ) a bracket\n    "b": d,\n}\n```',
     [('q = { "a": f(c), # not ) a bracket "b": d, }', "not used")]),
    ("a block of statements", "```js\nrun('n=1', function () {\n  go(1);\n});\n```",
     [("run('n=1', function () {", "not used")]),
    ("a bracket never closed", "```python\nq = {\n\ngo\n```", [("q = {", "not used")]),
]  # fmt: skip


@pytest.mark.parametrize(("page", "told"), [(page, told) for _, page, told in LEFT], ids=[n for n, _, _ in LEFT])
def test_what_is_part_of_no_line_is_told(page: str, told: list[tuple[str, str]]) -> None:
    spans = spans_of(page)
    assert [(found.at.content, found.kind) for found in left_over(spans, all_statements(spans))] == told
