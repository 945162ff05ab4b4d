"""`workings why FILE`: the questions that learners ask, answered with their own network."""

from __future__ import annotations

from typing import Annotated

import typer

from workings.api import document_of
from workings.cli.output import As, File, Json, Out, Start, format_of, network, numbers, show, show_json
from workings.cli.train import Order, Rate, Seed, Steps, order_of
from workings.show import as_json

Ask = Annotated[
    list[str] | None,
    typer.Option("--ask", metavar="QUESTION", help="steepest, sign, rate, patterns, reach or river. May be repeated."),
]


def why(
    file: File,
    ask: Ask = None,
    rate: Rate = None,
    steps: Steps = 1000,
    start: Start = None,
    seed: Seed = 0,
    order: Order = "cyclic",
    json: Json = False,
    output: Out = None,
    kind: As = "",
) -> None:
    """Say why it works on this network: direction and size, how large a step, whom it helps, what cannot be learned.

    Each statement says whether it is proved, measured or predicted. With -o report.html the figures are in it.
    """
    found = network(file).why(
        ask, rate=None if rate is None else numbers([f"rate={rate}"], "--rate")["rate"], steps=steps,
        start=numbers(start or [], "--start"), seed=seed, order=order_of(order),
    )  # fmt: skip
    if json:
        show_json(as_json.explanation(found), output)
    elif format_of(kind, output) == "html":
        from workings.show.figures.table import report  # matplotlib is loaded when something is drawn

        show(report(found), kind, output, file)
    else:
        show(document_of(found), kind, output, file)
