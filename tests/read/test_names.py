"""Names: which letters of a run are one name, which words are products, which functions lack their argument."""

from __future__ import annotations

import pytest

from tests.read.shapes import latex, plain, spans_of, statements_of
from workings.read.formula.tree import Formula
from workings.read.names.found import find_vocabulary, implied_functions
from workings.read.names.spelling import factors_with
from workings.read.names.vocabulary import Vocabulary


def names(formula: Formula, words: Vocabulary) -> list[str]:
    return [unit.name for unit in factors_with(formula.root, words)]


def known(*found: str) -> Vocabulary:
    return Vocabulary(names=frozenset(found))


def vocabulary(page: str) -> tuple[Vocabulary, dict[str, str]]:
    statements, spans = statements_of(page), spans_of(page)

    def prose(index: int) -> str:
        return spans[index].content if 0 <= index < len(spans) and spans[index].kind == "prose" else ""

    words = find_vocabulary(statements, " ".join(map(prose, range(len(spans)))), prose)
    return words, implied_functions(statements, words)


@pytest.mark.parametrize(
    ("run", "words", "cut"),
    [
        ("wx", known(), ["w", "x"]),
        ("wx", known("wx"), ["wx"]),
        ("netw", known("net"), ["net", "w"]),
        ("Iw_1", known("w1"), ["I", "w1"]),
        ("Iw_1", known(), ["Iw1"]),
        ("wx_1", Vocabulary(families=frozenset("x")), ["w", "x1"]),
        ("target", known(), ["target"]),
        ("B2", known(), ["B2"]),
        (r"\mathrm{rate}", known(), ["rate"]),
        (r"\hat{y}_i", known(), ["y_hat_i"]),
    ],
)
def test_a_run_of_letters_is_cut_at_the_names_of_the_page(run: str, words: Vocabulary, cut: list[str]) -> None:
    assert names(latex(run), words) == cut


def test_a_word_of_plain_text_is_one_name_unless_the_page_splits_it() -> None:
    assert names(plain("ax"), known()) == ["ax"]
    assert names(plain("ax"), Vocabulary(split=frozenset(("ax",)))) == ["a", "x"]


def test_a_word_is_split_where_its_letters_stand_elsewhere() -> None:
    assert vocabulary("z = ax + b\na = 2\nx = 3\n")[0].split == {"ax"}
    assert vocabulary("z = ax + b\na = 2\ny = 3\n")[0].split == frozenset()


def test_a_function_may_be_defined_without_its_argument() -> None:
    words, implied = vocabulary(r"$\sigma = \frac{1}{1 + e^{-x}}$, so $y = \sigma(z)$")
    assert implied == {"sigma": "x"}
    assert (words.names, words.functions) == ({"y"}, {"sigma"})


def test_a_name_that_multiplies_is_no_function() -> None:
    words, implied = vocabulary(r"$s = \frac{1}{1 + e^{-x}}$, so $y = s (1 - s)$")
    assert implied == {}
    assert words.names == {"s", "y"}


def test_a_quantity_may_be_written_with_what_it_depends_on() -> None:
    words, _ = vocabulary(r"The output is $y(t) = w x$; $E = y^2$")
    assert "y" in words.names
    assert not words.functions


def test_a_letter_that_counts_iterations_is_no_part_of_a_name() -> None:
    words, _ = vocabulary("In iteration $i$, $w_{i+1} = w_i - 1$ and $w = 2$.")
    assert words.iteration == {"i"}
    assert words.settled("w_i") == "w"
