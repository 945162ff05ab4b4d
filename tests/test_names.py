"""A name is a record: its parts, its spellings, and the other names that are asked of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.graph.names import ACCENTS, Name, named
from workings.graph.writing.spelling import canonical, spelled

LETTERS = st.sampled_from(("w", "y", "net", "out", "alpha", "Delta", "E"))
NAMES = st.builds(
    Name, LETTERS, st.sampled_from(("", *ACCENTS)), st.sampled_from(("", "1", "12")),
    st.lists(st.sampled_from(("h1", "ij", "o", "alpha")), max_size=2).map(tuple),
    st.sampled_from(("", "(1)", "[l-1]", "(+)", "(new)")), st.integers(0, 2),
)  # fmt: skip


@given(NAMES)
def test_the_record_and_the_canonical_spelling_are_one(name: Name) -> None:
    assert named(name.canonical) == name
    assert named(name.canonical) is named(name.canonical)


@given(NAMES)
def test_every_spelling_of_a_name_reads_back_to_it(name: Name) -> None:
    assert spelled(name.plain) == name
    assert spelled(name.ascii.replace("{", "").replace("}", "")) == name


@given(NAMES)
def test_what_is_taken_off_can_be_put_back(name: Name) -> None:
    assert name.without_primes.primed(name.primes) == name
    assert name.without_mark.mark == ""
    assert name.mark == "" or name.without_mark.with_mark(name.mark) == name
    assert (name.family.base, name.family.accent) == (name.base, name.accent)
    assert name.is_sibling(name.family.primed(name.primes)) is (name.family.primed(name.primes) != name)


@pytest.mark.parametrize(
    ("spelling", "base", "step", "first"),
    [("w3", "w", 3, False), ("w_0", "w", 0, True), ("w⁽⁰⁾", "w", 0, True), ("w⁽¹⁰⁾", "w", 10, False),
     ("ŷ₁", "y_hat", 1, False), ("out_h1", "out_h", 1, False), ("w10", "w", 10, False)],
)  # fmt: skip
def test_a_name_with_the_number_of_a_step(spelling: str, base: str, step: int, first: bool) -> None:
    name = spelled(spelling)
    assert name.without_step is named(base)
    assert name.step == step
    assert name.is_first_step is first


@pytest.mark.parametrize("spelling", ["w", "w'", "w3'", "w_i", "w⁽ˡ⁾", "out_h"])
def test_a_name_without_the_number_of_a_step(spelling: str) -> None:
    name = spelled(spelling)
    assert name.without_step is None
    assert name.step is None
    assert not name.is_first_step


def test_siblings_differ_in_their_numbers_subscripts_or_marks_alone() -> None:
    assert spelled("w1").is_sibling(spelled("w2"))
    assert spelled("out_h1").is_sibling(spelled("out_o1"))
    assert spelled("z⁽¹⁾").is_sibling(spelled("z⁽²⁾"))
    assert not spelled("w1").is_sibling(spelled("w1"))
    assert not spelled("w1").is_sibling(spelled("v1"))
    assert not spelled("y").is_sibling(spelled("ŷ"))


def test_the_parts_of_a_name() -> None:
    assert spelled("ŷ₁") == Name("y", "hat", "1")
    assert spelled("out_h1") == Name("out", subscripts=("h1",))
    assert named(canonical("a⁽¹⁾")) == Name("a", mark="(1)")
    assert str(spelled("δ_j⁽ˡ⁻¹⁾′")) == "delta_j_(l-1)'"
