"""`workings check FILE`: a person's own lines, each with a verdict."""

from __future__ import annotations

from typing import Annotated

import typer

import workings
from workings.api import check_document, lines_of, lines_of_stdin
from workings.cli.output import File, Json, Out, network, show, show_json, write
from workings.errors import ReadError
from workings.show import as_json, reports, verdicts

_REPORTS = ("github", "junit", "sarif")


def check(
    file: File,
    other: Annotated[
        str | None, typer.Option("--network", metavar="OTHER", help="The file that the network stands in.")
    ] = None,
    find_step: Annotated[
        list[str] | None, typer.Option("--find-step", metavar="RULE", help="Ask that this step appears.")
    ] = None,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Show every relation of the page, with what became of it.")
    ] = False,
    json: Json = False,
    output: Out = None,
    kind: Annotated[
        str, typer.Option("--format", help="text, markdown, latex, html, json, github, junit or sarif.")
    ] = "",
) -> None:
    """Judge the lines of a derivation: which hold and by which rule, which is the first wrong one, and why.

    Leaves with 0 where all hold, 1 where one is wrong, 3 where some stay open, 2 where nothing could be judged.
    """
    if other is None:
        found = check_document(None if file == "-" else file, find_step=find_step or ())
    else:
        if other == file == "-":
            raise typer.BadParameter(
                "the lines and the network cannot both come from standard input", param_hint="--network"
            )
        source = lines_of_stdin() if file == "-" else lines_of(file)
        found = network(other).check_lines(source, find_step=find_step or ())
    if json or kind == "json":
        show_json(as_json.check(found), output)
    elif kind in _REPORTS:
        made = {"github": reports.github, "junit": reports.junit}
        write(made[kind](found) if kind in made else reports.sarif(found, workings.__version__), output)
    else:
        told = verdicts.check(found)
        show((*told, *verdicts.ledger(found)) if ledger else told, kind, output, file)
    if found.problems and not json and kind != "json":
        raise ReadError(found.problems)
    if found.status:
        raise typer.Exit(found.status)
