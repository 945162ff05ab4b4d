"""A change that changes nothing leaves every verdict as it was."""

from __future__ import annotations

import os

import pytest

from tests.laws.changes import SENTENCES
from tests.laws.metamorphic import CHANGES, TRIES, all_sources, changed_pages, report, said, share
from tests.matching import OWN

#: How many pages are changed; one takes a tenth of a second.
COUNT = int(os.environ.get("WORKINGS_METAMORPHIC", "2000"))


@pytest.mark.parametrize("change", CHANGES)
def test_it_changes_no_verdict(change: str) -> None:
    most = share(change, COUNT)
    found = changed_pages(change, range(TRIES * most), most, all_sources())
    assert not found.broken, report(found)
    assert found.counts.total() > most / 8, "few pages could be changed so"


def test_no_sentence_about_something_else_chooses_how_a_recurrence_is_read() -> None:
    # Whether ∂a₂/∂w counts all paths is left open there, so that a sentence may settle it: one about the same.
    page = (OWN / "20-rnn-direct-only" / "source.md").read_text(encoding="utf-8")
    before = said(page, ".md")
    assert not [sentence for sentence in SENTENCES if said(f"{sentence}\n\n{page}", ".md") != before]
    assert said(f"Here $h_1$ is taken as a constant.\n\n{page}", ".md") != before
