"""Read a network as it stands on paper, derive its back-propagation, train it, and show all of it."""

from workings.api import Network, Values, parse, read
from workings.errors import Problem, ReadError, WorkingsError

__version__ = "0.1.0"

__all__ = ["Network", "Problem", "ReadError", "Values", "WorkingsError", "__version__", "parse", "read"]
