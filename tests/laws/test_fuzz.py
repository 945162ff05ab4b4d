"""Whatever stands in a file: it is checked or refused with a reason, soon, and nothing of it is lost."""

from __future__ import annotations

import pytest

from tests.laws.fuzz import Tally, fuzzed, report

BLOCKS, EACH = 10, 100


@pytest.fixture(scope="module", params=range(BLOCKS))
def whole(request: pytest.FixtureRequest) -> Tally:
    return fuzzed(range(request.param * EACH, (request.param + 1) * EACH))


def test_every_page_is_checked_or_refused(whole: Tally) -> None:
    assert not whole.broken, report(whole)
    assert whole.counts["checked"] > EACH / 4
