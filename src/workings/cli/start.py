"""Where the command begins: the version is said at once, everything else is loaded."""

from __future__ import annotations

import sys
from importlib import import_module

from workings import __version__


def run() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.stdout.write(f"workings {__version__}\n")
        return
    import_module("workings.cli.main").run()
