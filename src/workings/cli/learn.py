"""`workings learn FILE`: the answer first, then all that it rests on, from the page to the trained weight."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from workings.api import Network
from workings.cli.output import As, File, Json, Out, Start, network, show, show_json
from workings.cli.train import Asked, Order, Rate, Seed, Steps, descend
from workings.derive.step import Derivation, Detail
from workings.errors import ReadError
from workings.graph.expr import symbol
from workings.graph.speakers.floats import constant_value
from workings.run.history import History
from workings.show import as_json, tell, verdicts
from workings.show.parts import Document, Heading, Items, Literal, Part, Text
from workings.why.flat import flat_patterns
from workings.why.lesson import lesson, replies
from workings.why.short import findings

#: The numbers are put in for at most this many patterns; briefly, for one.
_MOST_PATTERNS = 4
#: With more weights than this, for the first pattern only: the others are alike, and `workings at` shows them.
_FEW_WEIGHTS = 3
#: So many steps of the descent are shown.
_STEPS_SHOWN = {"brief": 6, "full": 12}


def learn(
    file: File,
    rate: Rate = None,
    steps: Steps = 1000,
    start: Start = None,
    seed: Seed = 0,
    order: Order = "cyclic",
    detail: Annotated[str, typer.Option("--detail", help="brief or full.")] = "brief",
    json: Json = False,
    output: Out = None,
    kind: As = "",
) -> None:
    """Answer how the gradient helps, on this network; then show its derivation, the numbers, and the descent."""
    if detail not in ("brief", "full"):
        raise typer.BadParameter(f"{detail!r} is neither brief nor full", param_hint="--detail")
    found = network(file)
    derived = found.derive(detail=detail)
    try:
        history = descend(found, Asked(rate, steps, start, seed, order))
    except ReadError:
        # What stops every descent is said behind what does not need one; a request that cannot be met comes first.
        if not json and not _can_descend(found):
            show((*_network(found, detail), *_derivation(found, derived, detail), *_left(found)), kind, output, file)
        raise
    if json:
        checked = found.check()
        record = as_json.network(found.graph, found.reading.not_used, found.reading.notes)
        run = {"derivation": as_json.derivation(derived, detail), "training": as_json.training(history)}
        show_json({**record, **run, "check": as_json.check(checked)}, output)
    else:
        show(_account(found, derived, history, detail, file), kind, output, file)
    if history.stopped == "interrupted":
        raise typer.Exit(130)


def _can_descend(found: Network) -> bool:
    with suppress(ReadError):
        found.train(steps=0)
        return True
    return False


def _account(found: Network, derived: Derivation, history: History, detail: Detail, file: str) -> Document:
    """Return everything, the answer first and what was not used last."""
    error, answers = symbol(derived.error), replies(history)
    return (
        *tell.lesson(lesson(history, answers), error, history.names),
        *_network(found, detail),
        *_derivation(found, derived, detail),
        *numbers_put_in(found, history, detail),
        *tell.descent(history, _STEPS_SHOWN[detail], brief=detail == "brief"),
        *tell.replies(answers, error, len(history.descent.rows)),
        *(tell.findings(findings(history), file) if detail == "full" else ()),
        *_further(found, file, detail),
        *(_left(found) if detail == "full" else ()),
    )


def _network(found: Network, detail: Detail) -> Document:
    return tell.network(found.graph, found.notation, brief=detail == "brief")


def _derivation(found: Network, derived: Derivation, detail: Detail) -> Document:
    checked = found.check()
    lines = verdicts.check(checked, title="The lines of the page, checked", brief=detail == "brief")
    if detail == "full":
        return (*tell.forward(found.graph), *tell.derivation(derived, detail), *tell.backward(derived), *lines)
    return (*tell.derivation(derived, detail), *lines)


def _left(found: Network) -> Document:
    """Tell what is to be said of the page beside its network: remarks, and what was not used."""
    return (*tell.notes(found.reading.notes), *tell.not_used(found.reading.not_used))


def _further(found: Network, file: str, detail: Detail) -> Document:
    """Say where to go on."""
    left = len(found.reading.not_used)
    more: list[Text] = [
        ("every line and every step: ", Literal(f"workings learn --detail full {file}")),
        ("why it works, with figures and proofs: ", Literal(f"workings why {file}")),
        ("lines of your own: ", Literal(f"workings check {file}")),
    ]
    if left and detail == "brief":
        more.append((f"what of the page was not used ({left}): ", Literal(f"workings read {file}")))
    return (Heading(("Where to go on",)), Items(tuple(more if detail == "brief" else more[1:])))


def numbers_put_in(found: Network, history: History, detail: Detail = "full") -> Document:
    """Tell every quantity and gradient at the start: for each pattern, briefly for one that moves the weights."""
    parts: list[Part] = []
    rows = found.graph.pattern_rows()
    told = list(range(len(rows)))[: _MOST_PATTERNS if len(history.start) <= _FEW_WEIGHTS else 1]
    if detail == "brief":
        flat = flat_patterns(history.descent.derivation)
        told = [next((at for at in range(len(rows)) if at not in flat), 0)]
    for at in told:
        pattern = {name: constant_value(value) for name, value in rows[at].items()}
        there = found.at({**pattern, **history.start}).point
        parts += tell.point(there, "The numbers put in, at the start", brief=detail == "brief")
    left = len(rows) - len(told)
    return (
        *parts,
        *(
            (Heading((f"… and so for {left} more pattern{'s' * (left > 1)}; `workings at` shows each",), 3),)
            if left > 0 and detail == "full"
            else ()
        ),
    )
