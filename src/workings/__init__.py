"""Read a network as it stands on paper, derive its back-propagation, train it, and show all of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workings.api import Network, Values, parse, read
    from workings.errors import Problem, ReadError, WorkingsError

__version__ = "0.1.0"

__all__ = ["Network", "Problem", "ReadError", "Values", "WorkingsError", "__version__", "parse", "read"]

#: Where each name comes from. It is loaded when it is first asked for, so that a command loads what it needs.
_PLACES = {
    **dict.fromkeys(("Network", "Values", "parse", "read"), "workings.api"),
    **dict.fromkeys(("Problem", "ReadError", "WorkingsError"), "workings.errors"),
}


def __getattr__(name: str) -> Any:
    """Return one of the names above, loaded now."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_PLACES[name]), name)
    return found


def __dir__() -> list[str]:
    """List the names above, loaded or not."""
    return sorted({*globals(), *__all__})
