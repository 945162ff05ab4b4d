"""A slip planted in one line of a derivation is found, in that line only, and called by its name."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy
import pytest

from tests.laws.derivations import Paper, paper
from tests.laws.nets import UPDATE, network
from tests.laws.soak import MARKED, NAMED, judged, mark_of, soaked, tally
from tests.laws.trees import Oracle, sym
from workings.check.explain.slips import SLIPS

BLOCKS, EACH = 10, 50


@pytest.mark.parametrize("block", range(BLOCKS))
def test_what_is_planted_is_found_and_named(block: int) -> None:
    found = soaked(range(block * EACH, (block + 1) * EACH), weights=(1,))
    assert not found.broken, "\n\n".join(map(str, found.broken[:3]))
    assert found.named >= NAMED
    assert found.marked >= MARKED
    assert found.counts["at the limit"] <= 1
    # Most slips change something, or the law would hold for want of cases.
    assert found.counts["wrong refuted"] >= 0.9 * EACH


def test_a_derivation_without_a_slip_holds_in_every_line() -> None:
    found = soaked(range(5000, 5050), slip=False, weights=(1,))
    assert not found.broken, "\n\n".join(map(str, found.broken[:3]))
    assert set(found.counts) == {"right holds", "slips that change nothing"}


# The instruments


def test_every_slip_of_the_table_is_planted_somewhere() -> None:
    table = {slip.name for slip in SLIPS} | {UPDATE}
    planted: set[str] = set()
    seeds = iter(range(BLOCKS * EACH))
    while planted != table:
        planted |= paper(next(seeds), weights=(1,)).plan


@pytest.mark.parametrize("seed", range(20))
def test_the_oracle_agrees_with_finite_differences(seed: int) -> None:
    net = network(Random(seed))
    oracle = Oracle(net.formulas, {}, seed)
    for weight in net.weights:
        for step in (1e-4, 1e-5):
            up, down = (Oracle(net.formulas, {}, seed, {weight: way * step}).of(sym("E")) for way in (1, -1))
            found = (up - down) / (2 * step)
            slope = oracle.slope("E", weight)
            # A point within a step of a kink may lie on both its sides.
            assert numpy.sum(abs(found - slope) > 1e-4 * (1 + abs(slope))) <= 1


def _with_slip() -> tuple[Paper, int]:
    seed = next(s for s in range(20) if paper(s).lines[-1].right and paper(s).planted is not None)
    written = paper(seed)
    assert written.planted is not None
    return written, written.planted


@pytest.mark.parametrize(
    ("law", "verdict", "slip", "on_the_wrong_line"),
    [
        ("a wrong line holds", "holds", "", True),
        ("a wrong line holds", "holds_on_domain", "", True),
        ("a wrong line is not refuted", "undecided", "", True),
        ("a right line is refuted", "refuted", "", False),
        ("a right line is not seen to hold", "unread", "", False),
        ("a slip has a wrong name", "refuted", "no such slip", True),
    ],
)
def test_a_checker_that_is_wrong_is_caught(law: str, verdict: str, slip: str, *, on_the_wrong_line: bool) -> None:
    written, planted = _with_slip()
    found = judged(written)
    assert not tally(written, found).broken
    at = planted if on_the_wrong_line else written.lines[-1].number
    # The verdicts of the package, but for one line.
    changed = {**found, at: replace(found[at], verdict=verdict, slip=slip)}  # pyright: ignore[reportArgumentType]
    assert law in {broken.law for broken in tally(written, changed).broken}


def test_a_mark_that_stands_elsewhere_is_caught() -> None:
    drawn = (paper(seed, weights=(1,)) for seed in range(50))
    written, line = next(
        (written, line)
        for written in drawn
        if written.planted is not None
        and mark_of(written, line := judged(written).get(written.planted)) == "exact"
        and line is not None
        and line.part_place is not None
    )
    assert line.part_place is not None
    # The first sign of the line is its left side's.
    moved = replace(line.part_place, column=line.place.column, length=1)
    changed = {**judged(written), line.place.line: replace(line, part_place=moved)}
    assert "a mark stands where the slip is not" in {broken.law for broken in tally(written, changed).broken}


def test_a_line_that_is_left_out_is_caught() -> None:
    written, planted = _with_slip()
    found = judged(written)
    del found[planted]
    assert "a wrong line is not refuted" in {broken.law for broken in tally(written, found).broken}
