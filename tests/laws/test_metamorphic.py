"""A change that changes nothing leaves every verdict as it was."""

from __future__ import annotations

import os

import pytest

from tests.laws.metamorphic import CHANGES, TRIES, all_sources, changed_pages, report, share

#: How many pages are changed; one takes a tenth of a second.
COUNT = int(os.environ.get("WORKINGS_METAMORPHIC", "2000"))


@pytest.mark.parametrize("change", CHANGES)
def test_it_changes_no_verdict(change: str) -> None:
    most = share(change, COUNT)
    found = changed_pages(change, range(TRIES * most), most, all_sources())
    assert not found.broken, report(found)
    assert found.counts.total() > most / 8, "few pages could be changed so"
