"""`workings draw FILE --what contours -o figure.svg`: one figure of a network's descent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from workings.cli.output import File, Start, network, numbers, whole_file
from workings.cli.train import Order, Rate, Seed, Steps, order_of


def draw(
    file: File,
    output: Annotated[Path, typer.Option("-o", "--output", help="The figure: .svg, .pdf or .png.")],
    what: Annotated[
        str,
        typer.Option(
            "--what",
            help="curve, contours, surface, errors, directions, descents, step, bound, map or patterns.",
        ),
    ] = "curve",
    rate: Rate = None,
    steps: Steps = 1000,
    start: Start = None,
    seed: Seed = 0,
    order: Order = "cyclic",
) -> None:
    """Draw one figure: the error over a weight, the landscape with the river, whom a step helps, start × rate."""
    from workings.show.figures.style import SUFFIXES, saved  # matplotlib is loaded when something is drawn
    from workings.why.gallery import What

    if output.suffix not in SUFFIXES:
        raise typer.BadParameter(f"{output.name!r} ends in none of {', '.join(SUFFIXES)}", param_hint="-o")
    figure = network(file).draw(
        cast("What", what), rate=None if rate is None else numbers([f"rate={rate}"], "--rate")["rate"], steps=steps,
        start=numbers(start or [], "--start"), seed=seed, order=order_of(order),
    )  # fmt: skip
    content = saved(figure, output.suffix)
    with whole_file(output) as out:
        out.write(content)
