"""`workings at FILE w=0.3 x=1`: every quantity and every gradient at one point."""

from __future__ import annotations

from typing import Annotated

import typer

from workings.api import document_of
from workings.cli.output import As, File, Json, Out, network, numbers, show, show_json
from workings.show import as_json


def at(
    file: File,
    values: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=NUMBER...", help="Where to compute: w=0.3 x=1.")
    ] = None,
    json: Json = False,
    output: Out = None,
    kind: As = "",
) -> None:
    """Compute every quantity and every gradient at one point, as symbols, numbers put in, result."""
    found = network(file).at(numbers(values or [], "NAME=NUMBER"))
    if json:
        show_json(as_json.point(found.point), output)
    else:
        show(document_of(found), kind, output, file)
