"""A change that changes nothing leaves every verdict as it was."""

from __future__ import annotations

import os

import pytest

from tests.laws.metamorphic import CHANGES, Tally, all_sources, changed_pages, report

#: How many pages are changed; one takes a fifth of a second.
SEEDS = int(os.environ.get("WORKINGS_METAMORPHIC", "300"))


@pytest.fixture(scope="module")
def whole() -> Tally:
    return changed_pages(range(SEEDS), all_sources())


@pytest.mark.parametrize("change", CHANGES)
def test_it_changes_no_verdict(whole: Tally, change: str) -> None:
    of_change = tuple(broken for broken in whole.broken if broken.change == change)
    assert not of_change, report(Tally(whole.counts, of_change))


def test_every_change_is_made(whole: Tally) -> None:
    assert min(whole.counts[change] for change in CHANGES) > SEEDS // 40, report(Tally(whole.counts, ()))
