"""A run on disk: enough to take it up again with the same bits, in a file that is whole or not there.

The file is JSON. Floats are written by `float.hex`, which loses nothing; the recorded weights are the
bytes of their doubles, little-endian, compressed. The network stands in it in its own notation, so that a
run is never continued with another network.
"""

from __future__ import annotations

import base64
import json
import math
import sys
import zlib
from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from workings.derive.step import Derivation
from workings.errors import Problem, ReadError
from workings.graph.expr import Expr
from workings.run.data import settled
from workings.run.descent import Descent
from workings.run.history import History
from workings.run.settings import Settings
from workings.source import Place

_FORMAT = "workings run 2"


def dump(history: History, notation: str) -> str:
    """Return a run as the text of a file."""
    recorded = array("d", history.recorded)
    if sys.byteorder == "big":
        recorded.byteswap()
    packed = zlib.compress(recorded.tobytes(), 6)
    settings = history.settings
    return json.dumps({
        "format": _FORMAT,
        "network": notation,
        "rate": settings.rate.hex(),
        "order": settings.order,
        "batch": settings.batch,
        "seed": settings.seed,
        "method": settings.method,
        "constants": {name: value.hex() for name, value in settings.constants.items()},
        "schedule": settings.schedule_text,
        "horizon": settings.horizon,
        "numbers": settings.numbers,
        "every": settings.every,
        "start": {name: value.hex() for name, value in history.start.items()},
        "stopped": history.stopped,
        "said": list(history.said),
        "steps": history.steps,
        "last": [value.hex() for value in history.last],
        "checksum": zlib.crc32(packed),
        "states": base64.b64encode(packed).decode(),
    }, ensure_ascii=False, indent=1) + "\n"  # fmt: skip


def load(
    text: bytes, name: str, derivation: Derivation, notation: str, schedule: Callable[[str], Expr | None]
) -> History:
    """Return the run that a file holds, for the network whose notation is given.

    `schedule` reads a schedule of the rate from its text.

    Raises:
        ReadError: when the file is no run, is torn, or belongs to another network.
    """
    try:
        data: dict[str, Any] = json.loads(text)
        if data["format"] != _FORMAT:
            raise ValueError("format")
        packed = base64.b64decode(data["states"], validate=True)
        recorded = array("d", zlib.decompress(packed))
        if sys.byteorder == "big":
            recorded.byteswap()
        start, constants = _numbers(data["start"]), _numbers(data["constants"])
        steps, every = int(data["steps"]), int(data["every"])
        last = tuple(float.fromhex(value) for value in data["last"])
        if zlib.crc32(packed) != data["checksum"] or len(recorded) != (steps // every if every else 0) * len(last):
            raise ValueError("torn")
        if data["order"] not in ("cyclic", "shuffled", "batch") or data["numbers"] not in ("exact", "fast", "fast32"):
            raise ValueError("settings")
        if data["stopped"] not in ("steps", "still", "interrupted", "non_finite"):
            raise ValueError("stopped")
        network, written, said = str(data["network"]), str(data["schedule"]), tuple(map(str, _listed(data["said"])))
        settings = Settings(
            float.fromhex(data["rate"]), data["order"], int(data["seed"]), int(data["batch"]), str(data["method"]),
            constants, None, written, int(data["horizon"]), data["numbers"], every,
        )  # fmt: skip
        if min(steps, every, settings.horizon) < 0 or not math.isfinite(settings.rate) or settings.rate <= 0:
            raise ValueError("settings")
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, zlib.error, RecursionError):
        raise _not_a_run(name) from None
    if network != notation:
        raise ReadError([Problem(
            Place(name, 1), "this run was made with another network", "a run of the network in the file that is given",
            "its weights mean something else there", "the file that the run was saved from, or a new run",
        )])  # fmt: skip
    try:
        settings = settled(
            derivation.network, replace(settings, schedule=schedule(written)), settings.rate, settings.horizon
        )
        descent = Descent(derivation, settings)
        if set(start) != set(descent.weights) or len(last) != len(descent.names):
            raise ValueError("state")
    except (ValueError, ReadError):
        raise _not_a_run(name) from None
    begin = {weight: start[weight] for weight in descent.weights}
    return History(descent, begin, steps, last, recorded, data["stopped"], said=said)


def _listed(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError("not a list")
    return cast("list[Any]", data)


def _numbers(data: dict[str, str]) -> dict[str, float]:
    return {str(key): float.fromhex(value) for key, value in data.items()}


def _not_a_run(name: str) -> ReadError:
    return ReadError([Problem(
        Place(name, 1), "this is not a saved run, or only a part of one", "a file that `workings train --save` wrote",
        "its weights cannot be read back to the last bit", "a new run: `workings train FILE --save run.json`",
    )])  # fmt: skip
