"""`workings derive FILE [WEIGHT…]`: the gradient, line by line."""

from __future__ import annotations

from typing import Annotated

import typer

from workings.api import document_of
from workings.cli.output import As, File, Json, Out, network, show, show_json
from workings.show import as_json, tell


def derive(
    file: File,
    weights: Annotated[
        list[str] | None, typer.Argument(metavar="[WEIGHT]...", help="Only these, written out in full.")
    ] = None,
    of: Annotated[str | None, typer.Option("--of", help="Another quantity than the error.")] = None,
    detail: Annotated[str, typer.Option("--detail", help="brief or full.")] = "full",
    json: Json = False,
    output: Out = None,
    kind: As = "",
) -> None:
    """Derive the gradient by every weight: a rule and a reason beside every line."""
    if detail not in ("brief", "full"):
        raise typer.BadParameter(f"{detail!r} is neither brief nor full", param_hint="--detail")
    found = network(file).derive(*(weights or ()), of=of, detail=detail)
    if json:
        show_json(as_json.derivation(found, detail), output)
    else:
        show((*document_of(found), *tell.backward(found)), kind, output, file)
