"""However a line is spelled, and on whatever page: a right one is not refuted, a wrong one does not hold."""

from __future__ import annotations

import pytest

from tests.laws.respelled import UNREAD, Tally, report, sheet, soaked

#: Blocks of seeds, some six hundred lines in all.
BLOCKS, EACH = 8, 8


@pytest.fixture(scope="module")
def whole() -> Tally:
    return soaked(range(BLOCKS * EACH))


def test_no_right_line_is_refuted(whole: Tally) -> None:
    assert not [broken for broken in whole.broken if broken.law == "a right line is refuted"], report(whole)


def test_no_wrong_line_holds(whole: Tally) -> None:
    assert not [broken for broken in whole.broken if broken.law == "a wrong line holds"], report(whole)


def test_almost_every_line_is_decided(whole: Tally) -> None:
    assert whole.unread <= UNREAD, report(whole)


def test_there_are_lines_of_both_kinds(whole: Tally) -> None:
    lines = [line.right for seed in range(BLOCKS * EACH) for line in sheet(seed).lines]
    assert whole.lines == len(lines) >= 550
    assert 0.35 < sum(lines) / len(lines) < 0.65
