"""Every relation of a page is in its ledger, counted by those who did not make it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import workings
from tests.laws.derivations import paper
from tests.laws.fuzz import unbalanced, unlisted
from tests.laws.relations import held_by, lost
from tests.laws.sheets import sheet
from tests.matching import CORPUS, OWN, folders
from tests.test_forms import FORMS
from workings import ReadError
from workings.api import check_document
from workings.read.formula.latex import latex_formula
from workings.read.page.text import Text

DERIVATIONS = [folder / "source.md" for root in (OWN, CORPUS) for folder in folders(root)]


def _lost_of(path: Path) -> list[str]:
    try:
        return lost(path, check_document(path))
    except ReadError:
        return []


@pytest.mark.parametrize("path", [p for p in DERIVATIONS if p.exists()], ids=lambda path: path.parent.name)
def test_nothing_of_a_derivation_is_lost(path: Path) -> None:
    found = check_document(path)
    assert not lost(path, found)
    assert not unbalanced(found)
    if path.is_relative_to(OWN):
        assert not unlisted(path.read_text(encoding="utf-8"), found)


@pytest.mark.parametrize("path", sorted(FORMS.iterdir()), ids=lambda path: path.name)
def test_nothing_of_a_form_is_lost(path: Path) -> None:
    assert not _lost_of(path)


@pytest.mark.parametrize("seed", range(40))
def test_nothing_of_a_page_drawn_by_chance_is_lost(seed: int, tmp_path: Path) -> None:
    text = paper(seed).text
    path = tmp_path / "paper.md"
    path.write_text(text, encoding="utf-8")
    found = check_document(path)
    assert not lost(path, found)
    assert not unbalanced(found)
    assert not unlisted(text, found)
    drawn = sheet(seed)
    path = tmp_path / f"sheet{drawn.suffix}"
    path.write_text(drawn.text, encoding="utf-8")
    assert not _lost_of(path)


# The instrument


@pytest.mark.parametrize(
    ("formula", "signs"),
    [
        (r"z = w x", 1), (r"a &= b \\ &= c \\ &\approx 0.3", 3), (r"z = w x, \quad y = \sigma(z)", 2),
        (r"\sum_{i=1}^n (x_i = 1) + [z = 0]", 0), (r"w \leftarrow w - \eta g", 1), (r"a = b \Rightarrow c = d", 2),
        (r"y = \begin{cases} 1 & z = 0 \\ 0 & z \neq 0 \end{cases}", 1),
    ],
)  # fmt: skip
def test_a_tree_holds_the_signs_of_its_formula(formula: str, signs: int) -> None:
    assert held_by(latex_formula(Text(formula), 0, len(formula)).root) == signs


def test_an_entry_that_is_left_out_is_missed() -> None:
    path = OWN / "01-one-neuron-is-it-right" / "source.md"
    found = check_document(path)
    for at, entry in enumerate(found.ledger):
        without = replace(found, ledger=(*found.ledger[:at], *found.ledger[at + 1 :]))
        assert bool(lost(path, without)) == bool(entry.relations), entry


_DECLARED = "input x in R\ntarget t in R\nweight w in R\ny = tanh(w x)  # a unit\nE = (y - t)^2\nminimise E\n"


@pytest.mark.parametrize(
    "page", [f"{_DECLARED}\ndE/dy = 2 (y - t)\n", f"```network\n{_DECLARED}```\n\n$dE/dy = 2 (y - t)$\n"]
)
def test_what_a_block_states_is_in_the_ledger_beside_its_lines(page: str) -> None:
    found = workings.parse(page).check()
    assert [(entry.text, entry.kind) for entry in found.ledger] == [
        ("y = tanh(w x)", "definition"), ("E = (y - t)^2", "definition"), ("dE/dy = 2 (y - t)", "claim"),
    ]  # fmt: skip
    alone = workings.parse(_DECLARED).check()
    assert [entry.kind for entry in alone.ledger] == ["definition", "definition"]
    assert not alone.lines
