"""`workings sweep FILE`: the training at every point of a grid or a sample, and what became of each."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from workings.cli.output import As, File, Json, Start, network, numbers, show, show_json, stderr_console
from workings.cli.train import Batch, Method, Numbers, Order, Rate, Schedule, Seed, Set, numbers_of, order_of, progress
from workings.show import as_json

Grid = Annotated[
    list[str] | None,
    typer.Option(
        "--grid", metavar="NAME=…", help="An axis: w=0:1:11, α=0.001:100:64:log, or values: w=0,0.5,1. May be repeated."
    ),
]
Range = Annotated[
    list[str] | None, typer.Option("--range", metavar="NAME=…", help="A range to sample: w=0:1 or α=0.001:100:log.")
]
#: Without a file to go to, a sweep of more points than this is not made: it would fill the memory.
_MOST_IN_MEMORY = 1 << 24
_MOST_ON_AN_AXIS = 10_000_000


def sweep(
    file: File,
    grid: Grid = None,
    ranges: Range = None,
    sample: Annotated[int | None, typer.Option("--sample", help="How many points to draw from the ranges.")] = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="How many updates at each point.")] = 1000,
    tolerance: Annotated[float | None, typer.Option("--tolerance", help="Count the steps to this mean error.")] = None,
    every: Annotated[int | None, typer.Option("--every", min=1, help="Look at the error every so many steps.")] = None,
    rate: Rate = None,
    start: Start = None,
    seed: Seed = 0,
    order: Order = "cyclic",
    batch: Batch = 1,
    method: Method = "descent",
    constants: Set = None,
    schedule: Schedule = "",
    arithmetic: Numbers = "exact",
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="All cores unless said.")] = None,
    json: Json = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The results: .npz or .parquet, in blocks; or the account as .md, .html."),
    ] = None,
    kind: As = "",
) -> None:
    """Train at every point of a grid or a sample: where each ends, after how many steps, and how.

    With -o results.npz or results.parquet, blocks are written as they end; an interrupted sweep goes on where it
    stopped when the same command is given again.
    """
    if sample is not None and grid:
        raise typer.BadParameter("a sample is drawn from ranges: --range w=0:1", param_hint="--grid")
    if sample is None and ranges:
        raise typer.BadParameter("ranges are sampled: --sample 1000, or --grid for a grid", param_hint="--range")
    found = network(file)
    axes: dict[str, tuple[float, ...]] = {}
    logarithmic: list[str] = []
    for item in (grid if sample is None else ranges) or []:
        name, values, by_logarithm = axis(item, sampled=sample is not None)
        if name in axes:
            raise typer.BadParameter(f"there are two axes {name}", param_hint="--grid")
        axes[name] = values
        logarithmic += [name] if by_logarithm else []
    ready = found.prepared_sweep(
        axes, sample=sample, logarithmic=logarithmic, steps=steps, tolerance=tolerance, every=every,
        rate=None if rate is None else numbers([f"rate={rate}"], "--rate")["rate"],
        start=numbers(start or [], "--start"),
        settings=found.settings(
            seed, order_of(order), batch, method, numbers(constants or [], "--set"), schedule, numbers_of(arithmetic)
        ),
    )  # fmt: skip
    from workings.run.stored import Store  # numpy is loaded where many numbers are
    from workings.run.sweep import gather
    from workings.show import swept

    stored = output is not None and output.suffix in (".npz", ".parquet")
    if not stored and ready.points.count > _MOST_IN_MEMORY:
        raise typer.BadParameter(
            f"{ready.points.count:,} points are more than memory should hold; -o results.npz takes them",
            param_hint="-o",
        )
    work = ready.points.count * steps * ready.descent.programs.equations.words
    with progress(ready.points.count, work / _WORDS_A_SECOND, "points") as watch:
        if not stored:
            try:
                whole = gather(ready, threads, watch)
            except KeyboardInterrupt:
                stderr_console().print("interrupted")
                raise typer.Exit(130) from None
            if json:
                show_json(as_json.sweep(whole), output)
            else:
                show(swept.sweep(whole), kind, output, file)
            return
        assert output is not None
        store = Store(output, ready, found.notation)
        missing = store.missing()
        try:
            for number, block in ready.run_all(missing, threads, watch):
                store.keep(number, block)
            summary = store.finish()
        except KeyboardInterrupt:
            left, all_of_them = len(store.missing()), ready.blocks
            stderr_console().print(
                f"interrupted: {all_of_them - left:,} of {all_of_them:,} blocks are in {store.folder}; "
                "the same command goes on from there", highlight=False,
            )  # fmt: skip
            raise typer.Exit(130) from None
    if json:
        show_json(as_json.summary(summary))
    else:
        show(swept.summary(ready.descent, ready.points, summary, steps, ready.said), kind, None, file)


#: What a core does, at the least: whether a bar is worth its while.
_WORDS_A_SECOND = 5e8


def axis(item: str, *, sampled: bool) -> tuple[str, tuple[float, ...], bool]:
    """Read `w=0:1:11`, `α=0.001:100:64:log` or `w=0,0.5,1`; of a range, `w=0:1` or `α=0.001:100:log`.

    Raises:
        typer.BadParameter: when it is none of these.
    """
    hint = "--range" if sampled else "--grid"
    name, equals, text = item.partition("=")
    parts = text.split(":")
    by_logarithm = len(parts) > 1 and parts[-1].strip() == "log"
    parts = parts[:-1] if by_logarithm else parts
    try:
        if not equals or not name.strip():
            raise ValueError
        if len(parts) == 1 and not by_logarithm and not sampled:
            return name.strip(), tuple(numbers([f"v={value}"], hint)["v"] for value in text.split(",")), False
        low, high = (numbers([f"v={value}"], hint)["v"] for value in parts[:2])
        if sampled:
            if len(parts) != 2:
                raise ValueError
            return name.strip(), (low, high), by_logarithm
        count = int(parts[2])
        if count > _MOST_ON_AN_AXIS:
            raise typer.BadParameter(f"{item!r} has more than {_MOST_ON_AN_AXIS:,} values", param_hint=hint)
        if len(parts) != 3 or count < 1 or (by_logarithm and min(low, high) <= 0):
            raise ValueError
        return name.strip(), _spaced(low, high, count, by_logarithm), by_logarithm
    except (ValueError, IndexError):
        form = "NAME=LOW:HIGH or NAME=LOW:HIGH:log" if sampled else "NAME=LOW:HIGH:COUNT, …:log, or NAME=V1,V2,V3"
        raise typer.BadParameter(f"{item!r} is not {form}", param_hint=hint) from None


def _spaced(low: float, high: float, count: int, by_logarithm: bool) -> tuple[float, ...]:
    """Return values from `low` to `high`, both ends exact, at equal distances or equal ratios."""
    if count == 1:
        return (low,)
    if by_logarithm:
        first, last = math.log(low), math.log(high)
        inner = [math.exp(first + (last - first) * k / (count - 1)) for k in range(1, count - 1)]
    else:
        inner = [low + (high - low) * k / (count - 1) for k in range(1, count - 1)]
    return (low, *inner, high)
