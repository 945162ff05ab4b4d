"""Where a command's output goes: the terminal, a pipe, a file; and how files are written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import typer
from rich.console import Console

from workings.api import Network, network_from_stdin
from workings.api import read as read_network
from workings.errors import Problem, ReadError, WorkingsError
from workings.run.files import whole
from workings.show import html, latex, markdown, terminal
from workings.show.parts import Document, Heading
from workings.source import Place

Format = Literal["text", "markdown", "latex", "html"]
_BY_SUFFIX: dict[str, Format] = {".md": "markdown", ".tex": "latex", ".html": "html", ".htm": "html"}

File = Annotated[
    str, typer.Argument(metavar="FILE", help="A Markdown, LaTeX, text or notebook file; - is standard input.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Out = Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file; its suffix chooses the format.")]
As = Annotated[
    str, typer.Option("--format", help="text, markdown, latex or html; the output file's suffix unless said.")
]
Start = Annotated[list[str] | None, typer.Option("--start", help="Where a weight begins: w=0.5. May be repeated.")]


def network(file: str) -> Network:
    """Read the network of a file, or of standard input."""
    return network_from_stdin() if file == "-" else read_network(file)


def stderr_console() -> Console:
    """Return the console of messages."""
    return Console(stderr=True, soft_wrap=True)


def format_of(chosen: str, out: Path | None) -> Format:
    """Return the format that is asked for, by its name or by the suffix of the output.

    Raises:
        typer.BadParameter: when there is no such format.
    """
    if chosen in ("text", "markdown", "latex", "html"):
        return chosen
    if chosen:
        raise typer.BadParameter(f"{chosen!r} is not text, markdown, latex or html", param_hint="--format")
    if out is None or out.suffix in ("", ".txt", ".text") or not out.suffix[1:].isalpha():
        return "text"
    if out.suffix not in _BY_SUFFIX:
        raise typer.BadParameter(f"no format for {out.suffix!r}; .txt, .md, .tex and .html have one", param_hint="-o")
    return _BY_SUFFIX[out.suffix]


def show(document: Document, chosen: str, out: Path | None, title: str) -> None:
    """Print a document, or write it to a file, in the format asked for."""
    kind = format_of(chosen, out)
    if kind == "text" and out is None:
        _on_terminal(document)
        return
    title = Path(title).name
    whole = (Heading((title,), 1), *document)
    if kind == "text":
        text = terminal.text_of(document)
    elif kind == "markdown":
        text = markdown.lower(whole)
    else:
        text = latex.standalone(whole, title) if kind == "latex" else html.standalone(whole, title)
    write(text, out)


def _on_terminal(document: Document) -> None:
    if sys.stdout.isatty():
        terminal.lower(document, Console(), sys.stdout.encoding)
        return
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdigit() and int(columns) > 20 else 100
    write(terminal.text_of(document, width, sys.stdout.encoding), None)


def show_json(record: dict[str, Any], out: Path | None = None) -> None:
    """Print or write one JSON document."""
    write(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n", out)


class ReaderLeftError(WorkingsError):
    """Whoever read our output has gone: there is nobody left to tell."""


def write(text: str, out: Path | None) -> None:
    """Print a text, or write it to a file whole.

    Raises:
        ReaderLeftError: when standard output is a pipe that nobody reads any more.
    """
    if out is None or str(out) == "-":
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            raise ReaderLeftError from None
        return
    with whole_file(out) as file:
        file.write(text.encode())


@contextlib.contextmanager
def whole_file(path: Path) -> Generator[IO[bytes]]:
    """Open a file that takes the place of `path` only when it was written to its end.

    A full disk or an interrupt leaves what stood there before. A device or a pipe is written as it is, and a
    link is followed: what is replaced is the file that it leads to.
    """
    try:
        with whole(path.resolve()) as file:
            yield file
    except OSError as error:
        raise ReadError([Problem(
            Place(str(path), 1), f"this file cannot be written: {error.strerror}",
            "a folder that is there, with room and the right to write",
            "nothing was written; what stood there before is untouched", "another file",
        )]) from None  # fmt: skip


def number(text: str, what: str) -> float:
    """Read one number.

    Raises:
        typer.BadParameter: for what is no number.
    """
    try:
        return _number(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a number", param_hint=what) from None


def numbers(items: list[str], what: str) -> dict[str, float]:
    """Read `w=0.3 x=1` as numbers by name.

    Raises:
        typer.BadParameter: for an item that is not a name, `=` and a number.
    """
    found: dict[str, float] = {}
    for item in items:
        name, equals, value = item.partition("=")
        try:
            found[name.strip()] = _number(value)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            raise typer.BadParameter(f"{item!r} is not a name, = and a number: w=0.3", param_hint=what)
    return found


def _number(text: str) -> float:
    top, slash, bottom = text.replace("−", "-").partition("/")
    try:
        return float(top) / float(bottom) if slash else float(top)
    except ZeroDivisionError:
        raise ValueError(text) from None
