"""A run on disk: enough to take it up again with the same bits, in a file that is whole or not there.

The file is JSON. Floats are written by `float.hex`, which loses nothing; the recorded weights are the
bytes of their doubles, little-endian, compressed. The network stands in it in its own notation, so that a
run is never continued with another network.
"""

from __future__ import annotations

import base64
import json
import sys
import zlib
from array import array
from typing import Any

from workings.errors import Problem, ReadError
from workings.run.history import History, Settings
from workings.run.train import Descent
from workings.source import Place

_FORMAT = "workings run 1"


def dump(history: History, notation: str) -> str:
    """Return a run as the text of a file."""
    recorded = array("d", history.recorded)
    if sys.byteorder == "big":
        recorded.byteswap()
    packed = zlib.compress(recorded.tobytes(), 6)
    return json.dumps({
        "format": _FORMAT,
        "network": notation,
        "rate": history.settings.rate.hex(),
        "order": history.settings.order,
        "seed": history.settings.seed,
        "start": {name: value.hex() for name, value in history.start.items()},
        "stopped": history.stopped,
        "said": list(history.said),
        "steps": history.steps,
        "checksum": zlib.crc32(packed),
        "weights": base64.b64encode(packed).decode(),
    }, ensure_ascii=False, indent=1) + "\n"  # fmt: skip


def load(text: bytes, name: str, descent: Descent, notation: str) -> History:
    """Return the run that a file holds, for the network whose notation is given.

    Raises:
        ReadError: when the file is no run, is torn, or belongs to another network.
    """
    try:
        data: dict[str, Any] = json.loads(text)
        if data["format"] != _FORMAT:
            raise ValueError("format")
        packed = base64.b64decode(data["weights"], validate=True)
        recorded = array("d", zlib.decompress(packed))
        if sys.byteorder == "big":
            recorded.byteswap()
        start = {str(key): float.fromhex(value) for key, value in data["start"].items()}
        settings = Settings(float.fromhex(data["rate"]), data["order"], int(data["seed"]))
        if zlib.crc32(packed) != data["checksum"] or len(recorded) != data["steps"] * len(start):
            raise ValueError("torn")
        if settings.order not in ("cyclic", "shuffled", "batch") or set(start) != set(descent.weights):
            raise ValueError("settings")
        history = History(descent, settings, {n: start[n] for n in descent.weights}, recorded, data["stopped"])
        history.said = tuple(map(str, data["said"]))
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error, RecursionError):
        raise _not_a_run(name) from None
    if data["network"] != notation:
        raise ReadError([Problem(
            Place(name, 1), "this run was made with another network", "a run of the network in the file that is given",
            "its weights mean something else there", "the file that the run was saved from, or a new run",
        )])  # fmt: skip
    return history


def _not_a_run(name: str) -> ReadError:
    return ReadError([Problem(
        Place(name, 1), "this is not a saved run, or only a part of one", "a file that `workings train --save` wrote",
        "its weights cannot be read back to the last bit", "a new run: `workings train FILE --save run.json`",
    )])  # fmt: skip
