"""Whatever stands in a file: it is checked or refused with a reason, soon, and nothing of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.laws.derivations import paper
from tests.laws.fuzz import Tally, fuzzed, report, unbalanced, unlisted
from tests.matching import OWN, Derivation, folders
from tests.pages import checked

BLOCKS, EACH = 10, 100


@pytest.fixture(scope="module", params=range(BLOCKS))
def whole(request: pytest.FixtureRequest) -> Tally:
    return fuzzed(range(request.param * EACH, (request.param + 1) * EACH))


def test_every_page_is_checked_or_refused(whole: Tally) -> None:
    assert not whole.broken, report(whole)
    assert whole.counts["checked"] > EACH / 4


@pytest.mark.parametrize("folder", folders(OWN), ids=lambda folder: folder.name)
def test_nothing_of_a_derivation_is_lost(folder: Path) -> None:
    found = Derivation(folder)
    assert not unbalanced(found.check)
    assert not unlisted(found.source, found.check)


@pytest.mark.parametrize("seed", range(40))
def test_nothing_of_a_derivation_drawn_by_chance_is_lost(seed: int) -> None:
    text = paper(seed).text
    found = checked(text)
    assert not unbalanced(found)
    assert not unlisted(text, found)
