"""`workings train FILE`: gradient descent with the equations that were shown."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from workings.api import Network, document_of, load
from workings.cli.output import (
    As,
    File,
    Json,
    Start,
    network,
    number,
    numbers,
    show,
    show_json,
    stderr_console,
    whole_file,
)
from workings.run import saved
from workings.run.history import History
from workings.run.order import Order as OrderName
from workings.run.settings import Numbers as NumbersName
from workings.show import as_json

Rate = Annotated[
    str | None, typer.Option("--rate", metavar="NUMBER", help="The learning rate; the text's own unless said.")
]
Steps = Annotated[int, typer.Option("--steps", min=0, help="How many updates at most.")]
Seed = Annotated[int, typer.Option("--seed", help="Draws the starts that nothing gives, and shuffles.")]
Order = Annotated[str, typer.Option("--order", help="cyclic, shuffled or batch.")]
Batch = Annotated[int, typer.Option("--batch", metavar="B", help="How many patterns a step takes.")]
Method = Annotated[str, typer.Option("--method", help="descent, momentum, nesterov or adam.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="A constant of the method, β=0.9, or decay, λ=0.01. May be repeated.")
]
Schedule = Annotated[str, typer.Option("--schedule", help="The rate as a formula in α, t and T: 'α / (1 + t/100)'.")]
Numbers = Annotated[str, typer.Option("--numbers", help="exact, fast or fast32.")]
Record = Annotated[
    str | None, typer.Option("--record", help="Which states are kept: every, ends, or k for each k-th step.")
]


@dataclass
class Asked:
    """What a command line asks of a descent."""

    rate: str | None = None
    steps: int = 1000
    start: list[str] | None = None
    seed: int = 0
    order: str = "cyclic"
    batch: int = 1
    method: str = "descent"
    constants: list[str] | None = None
    schedule: str = ""
    numbers: str = "exact"
    record: str | None = None
    resume: Path | None = None


def train(
    file: File,
    rate: Rate = None,
    steps: Steps = 1000,
    start: Start = None,
    seed: Seed = 0,
    order: Order = "cyclic",
    batch: Batch = 1,
    method: Method = "descent",
    constants: Set = None,
    schedule: Schedule = "",
    arithmetic: Numbers = "exact",
    record: Record = None,
    save: Annotated[Path | None, typer.Option("--save", help="Save the run, to be taken up again.")] = None,
    resume: Annotated[Path | None, typer.Option("--resume", help="Take up a saved run by --steps more steps.")] = None,
    json: Json = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The history: .csv or .parquet; or the account as .md, .tex, .html."),
    ] = None,
    kind: As = "",
) -> None:
    """Train by gradient descent: every step accounted for. Ctrl-C keeps and reports what was done."""
    found = network(file)
    asked = Asked(rate, steps, start, seed, order, batch, method, constants, schedule, arithmetic, record, resume)
    history = descend(found, asked)
    if save is not None:
        with whole_file(save) as out:
            out.write(saved.dump(history, found.notation).encode())
    if output is not None and output.suffix in (".csv", ".parquet"):
        _table(history, output)
        output = None
    if json:
        show_json(as_json.training(history), output)
    else:
        show(document_of(history), kind, output, file)
    if history.stopped == "interrupted":
        raise typer.Exit(130)


def order_of(order: str) -> OrderName:
    """Return an order by its name.

    Raises:
        typer.BadParameter: when there is none.
    """
    if order not in ("cyclic", "shuffled", "batch"):
        raise typer.BadParameter(f"{order!r} is not cyclic, shuffled or batch", param_hint="--order")
    return order


def numbers_of(arithmetic: str) -> NumbersName:
    """Return an arithmetic by its name.

    Raises:
        typer.BadParameter: when there is none.
    """
    if arithmetic not in ("exact", "fast", "fast32"):
        raise typer.BadParameter(f"{arithmetic!r} is not exact, fast or fast32", param_hint="--numbers")
    return arithmetic


def descend(found: Network, asked: Asked) -> History:
    """Run a descent as the command line asks for it, with a progress bar where it takes long."""
    earlier = None
    if asked.resume is not None:
        earlier = saved.load(load(asked.resume), str(asked.resume), found.derive(), found.notation, found.schedule)
    record = asked.record
    with progress(asked.steps, asked.steps / 50_000, "steps") as watch:
        return found.train(
            rate=None if asked.rate is None else number(asked.rate, "--rate"),
            steps=asked.steps,
            start=numbers(asked.start or [], "--start"),
            seed=asked.seed,
            order=order_of(asked.order),
            batch=asked.batch,
            method=asked.method,
            constants=numbers(asked.constants or [], "--set"),
            schedule=asked.schedule,
            numbers=numbers_of(asked.numbers),
            record=int(record) if record is not None and record.isdecimal() and record.isascii() else record,
            resume=earlier,
            watch=watch,
        )


@contextlib.contextmanager
def progress(total: int, seconds: float, what: str) -> Generator[Callable[[int], None] | None]:
    """Give a function that draws a progress bar on standard error, of a terminal and where a second may pass."""
    if not sys.stderr.isatty() or seconds < 1:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=stderr_console(), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def _table(history: History, out: Path) -> None:
    if out.suffix == ".csv":
        with whole_file(out) as file:
            file.write(history.to_csv().encode())
        return
    with whole_file(out) as file:
        try:
            history.to_parquet(file)
        except ImportError:
            raise typer.BadParameter(
                "Parquet needs the extra: pip install 'workings[parquet]'", param_hint="-o"
            ) from None
