"""Whatever stands in a file: it is checked or refused with a reason, soon, and nothing of it is lost."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from typing import cast

import pytest

from tests.laws.fuzz import Tally, fuzzed, report
from tests.pages import stopped

BLOCKS, EACH = 10, 100
#: What a page may repeat, and how often.
REPEATED = (
    "x", "x ", "x, ", "x_", "x1 ", "1", "1. ", "(", "{", "[", "\\frac", "\\", "$", "*", "- ", " ", "\t", "\n", "  \n",
    "x = 1\n", "=", "a.", "the ", "weight ", "d", "|", "| x ", "#", '"', "`", "/", "--", "x_{", "x[i]", ")(",
)  # fmt: skip
TIMES = 400


@pytest.fixture(scope="module", params=range(BLOCKS))
def whole(request: pytest.FixtureRequest) -> Tally:
    return fuzzed(range(request.param * EACH, (request.param + 1) * EACH))


def test_every_page_is_checked_or_refused(whole: Tally) -> None:
    assert not whole.broken, report(whole)
    assert whole.counts["checked"] > EACH / 4


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for room in ("read", "check"):
        path = importlib.import_module(f"workings.{room}").__path__
        for module in pkgutil.walk_packages(path, f"workings.{room}."):
            known: dict[str, object] = vars(importlib.import_module(module.name))
            for name, value in known.items():
                yield from ((f"{module.name}.{name}", found) for found in _within(value))


def _within(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield cast(re.Pattern[str], value)
    elif isinstance(value, (tuple, list)):
        for part in cast(Sequence[object], value):
            yield from _within(part)


@pytest.mark.parametrize("lead", ["", "x (", "x = ", "    ", "$", "| "])
def test_every_pattern_ends_where_a_page_repeats_itself(lead: str) -> None:
    known = dict(patterns())
    assert len(known) > 50
    for pattern in known.values():
        for part in REPEATED:
            stopped(lambda: list(pattern.finditer(f"{lead}{part * TIMES}!")))  # noqa: B023 -- it is called at once
