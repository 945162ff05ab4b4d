"""Read a network as it stands on paper, derive its back-propagation, check it, train it, show it."""

__version__ = "0.1.0"
