"""A verdict is the same on every machine: clocks that run a hundred times faster change none."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import workings
from tests.matching import OWN, folders

SPEED = 100
_CLOCKS = ("perf_counter", "monotonic", "process_time", "time")


def _faster(clock: Callable[[], float]) -> Callable[[], float]:
    begin = clock()
    return lambda: begin + SPEED * (clock() - begin)


@pytest.fixture
def faster_clocks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what makes every clock faster, also where a module took it by its name."""

    def hasten() -> None:
        for name in _CLOCKS:
            clock: Callable[[], float] = getattr(time, name)
            faster = _faster(clock)
            monkeypatch.setattr(time, name, faster)
            for module in [module for key, module in sys.modules.items() if key.split(".")[0] == "workings"]:
                for own in [own for own, value in vars(module).items() if value is clock]:
                    monkeypatch.setattr(module, own, faster)

    return hasten


def _said(folder: Path) -> list[tuple[str, str, str | None, str]]:
    lines = workings.read(folder / "source.md").check().lines
    return [(line.text, line.verdict, line.how, line.slip) for line in lines]


@pytest.mark.parametrize("folder", folders(OWN), ids=lambda folder: folder.name)
def test_the_clock_decides_nothing(folder: Path, faster_clocks: Callable[[], None]) -> None:
    before = _said(folder)
    faster_clocks()
    assert _said(folder) == before
