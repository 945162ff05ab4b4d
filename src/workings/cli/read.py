"""`workings read FILE`: the network in the notation."""

from __future__ import annotations

import sys

from workings.cli.output import As, File, Json, Out, network, show, show_json, write
from workings.show import as_json


def read(file: File, json: Json = False, output: Out = None, kind: As = "") -> None:
    """Print the network of a document in the notation; what it prints reads back to the same network."""
    found = network(file)
    if json:
        show_json(as_json.network(found.graph, found.reading.not_used, found.reading.notes), output)
    elif sys.stdout.isatty() or kind or output is not None:
        show(found.document(), kind, output, file)
    else:
        write(found.notation, None)
