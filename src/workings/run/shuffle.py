"""The orders of many passes at once, as arrays: the same as `Passes.row_order`, for one pass after another."""

from __future__ import annotations

import numpy
from numpy.typing import NDArray

from workings.run.order import FIRST, SECOND, STEP, Passes, mixed

_Bits = NDArray[numpy.uint64]


def _mixed(key: _Bits, number: _Bits) -> _Bits:
    with numpy.errstate(over="ignore"):
        z = key + (number + numpy.uint64(1)) * numpy.uint64(STEP)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(FIRST)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(SECOND)
        return z ^ (z >> numpy.uint64(31))


def row_orders(passes: Passes, first: int, end: int) -> NDArray[numpy.int64]:
    """Return the orders of the passes from `first` up to `end`, one row for each."""
    numbers = numpy.arange(first, end, dtype=numpy.uint64)
    keys = _mixed(numpy.uint64(mixed(0, passes.seed)) * numpy.ones_like(numbers), numbers)
    drawn = _mixed(keys[:, None], numpy.arange(passes.count, dtype=numpy.uint64)[None, :])
    orders = numpy.argsort(drawn, axis=1, kind="stable")
    if passes.batch > 1:
        for begin in range(0, passes.count, passes.batch):
            orders[:, begin : begin + passes.batch].sort(axis=1)
    return orders.astype(numpy.int64)
