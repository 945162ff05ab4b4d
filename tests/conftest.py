"""Options of the tests, and a place of their own for what is compiled."""

from __future__ import annotations

import os
import tempfile

import pytest

# Set before anything runs, and inherited by the processes that tests start: no test reads or fills a user's cache.
os.environ["WORKINGS_CACHE"] = tempfile.mkdtemp(prefix="workings-cache-")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="Write what the commands say now into the documents.")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))
