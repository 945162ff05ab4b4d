"""`workings learn FILE`: everything, from the page to the trained weight."""

from __future__ import annotations

from typing import Annotated

import typer

from workings.api import Network
from workings.cli.output import As, File, Json, Out, Start, network, show, show_json
from workings.cli.train import Asked, Order, Rate, Seed, Steps, descend
from workings.errors import ReadError
from workings.graph.speakers.floats import constant_value
from workings.run.history import History
from workings.show import as_json, tell, verdicts
from workings.show.parts import Document, Heading, Part
from workings.why.short import findings

#: The numbers are put in for at most this many patterns.
_MOST_PATTERNS = 4
#: With more weights than this, for the first pattern only: the others are alike, and `workings at` shows them.
_FEW_WEIGHTS = 3


def learn(
    file: File,
    rate: Rate = None,
    steps: Steps = 1000,
    start: Start = None,
    seed: Seed = 0,
    order: Order = "cyclic",
    detail: Annotated[str, typer.Option("--detail", help="brief or full.")] = "full",
    json: Json = False,
    output: Out = None,
    kind: As = "",
) -> None:
    """Read the network, derive its gradient, put the numbers in, train it, and say what stands out."""
    if detail not in ("brief", "full"):
        raise typer.BadParameter(f"{detail!r} is neither brief nor full", param_hint="--detail")
    found = network(file)
    derived = found.derive(detail=detail)
    told: Document = (
        *found.document(), *tell.forward(found.graph), *tell.derivation(derived, detail), *tell.backward(derived),
    )  # fmt: skip
    checked = found.check()
    if checked.lines:
        told = (*told, *verdicts.check(checked, title="The document's own lines, checked"))
    try:
        history = descend(found, Asked(rate, steps, start, seed, order))
    except ReadError:
        # What stops the descent is said, and what does not need it is shown all the same.
        if not json:
            show(told, kind, output, file)
        raise
    if json:
        record = as_json.network(found.graph, found.reading.not_used, found.reading.notes)
        run = {"derivation": as_json.derivation(derived, detail), "training": as_json.training(history)}
        show_json({**record, **run, "check": as_json.check(checked)}, output)
    else:
        numbers = numbers_put_in(found, history)
        show((*told, *numbers, *tell.descent(history), *tell.findings(findings(history), file)), kind, output, file)
    if history.stopped == "interrupted":
        raise typer.Exit(130)


def numbers_put_in(found: Network, history: History) -> Document:
    """Tell every quantity and gradient at the start, for each pattern."""
    parts: list[Part] = []
    rows = found.graph.pattern_rows()
    told = _MOST_PATTERNS if len(history.start) <= _FEW_WEIGHTS else 1
    for row in rows[:told]:
        pattern = {name: constant_value(value) for name, value in row.items()}
        parts += tell.point(found.at({**pattern, **history.start}).point, "The numbers put in, at the start")
    left = len(rows) - told
    return (
        *parts,
        *(
            (Heading((f"… and so for {left} more pattern{'s' * (left > 1)}; `workings at` shows each",), 3),)
            if left > 0
            else ()
        ),
    )
