"""What is drawn on a terminal: every digit at every width, every text in every encoding."""

from __future__ import annotations

import re
from functools import cache

import pytest

import workings
from workings.show import tell, verdicts
from workings.show.encoding import shown
from workings.show.parts import Document, Table, flat_text
from workings.show.terminal import text_of

WIDTHS = (40, 50, 60, 72, 80, 100, 120)
ENCODINGS = ("ascii", "latin-1", "cp1252", "cp437", "cp932")
NETWORKS = ("examples/identity.md", "examples/xor.md")


@cache
def documents() -> tuple[Document, ...]:
    out: list[Document] = []
    for path in NETWORKS:
        net = workings.read(path)
        history = net.train(steps=60)
        check = net.check()
        out += [net.document(), tell.derivation(net.derive()), tell.descent(history)]
        out += [verdicts.check(check)] if check.lines else []
    return tuple(out)


def numbers(document: Document) -> list[str]:
    return [
        flat_text(row[column])
        for part in document
        if isinstance(part, Table)
        for row in part.rows
        for column in part.right
        if re.fullmatch(r"[−\d.,·⁻⁰¹²³⁴-⁹]+", flat_text(row[column]))
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_digit_is_cut_and_no_line_is_wider_than_the_window(width: int) -> None:
    for document in documents():
        text = text_of(document, width)
        missing = [number for number in numbers(document) if number not in text.split()]
        assert not missing, text
        assert all(len(line) <= width for line in text.splitlines() if not line.startswith("    "))


def test_a_table_at_eighty_columns_keeps_each_row_in_a_line() -> None:
    history = workings.read(NETWORKS[0]).train(start={"w": 0.3}, rate=0.5)
    rows = [line for line in text_of(tell.descent(history), 80).splitlines() if re.match(r" +\d+ x = ", line)]
    assert len(rows) == 12
    assert rows[-1].split()[-1] == "edge"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_an_encoding_cannot_show_is_spelled(encoding: str) -> None:
    for document in documents():
        text_of(document, 80, encoding).encode(encoding)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("∂E/∂ŷ = ½ (T̂ − y)²", "dE/dy_hat = 1/2 (T_hat - y)^2"), ("w₅ ← 3.2·10⁻⁵", "w5 <- 3.2*10^-5"),
        ("α ≥ θ̄, σ′(z)", "alpha >= theta_bar, sigma'(z)"), ("a⁽²⁾ ∈ ℝ", "a^(2) in R"), ("é ñ 中", "e n_tilde ?"),
    ],
)  # fmt: skip
def test_ascii_says_the_same(text: str, spelled: str) -> None:
    assert shown(text, "ascii") == spelled


def test_what_an_encoding_has_is_left_as_it_is() -> None:
    assert shown("½ · x² ŷ", "cp1252") == "½ · x² y_hat"
    assert shown("½ · x² ŷ", "utf-8") == "½ · x² ŷ"
