"""The command `workings`: its verbs, and the one place where failures become messages and exit codes.

0 done · 2 cannot be read, or wrong use · 130 interrupted; `check` has 1 and 3 of its own
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

import workings
from workings.cli import at, check, derive, draw, learn, read, sweep, train, why
from workings.cli.output import ReaderLeftError, stderr_console
from workings.errors import Problem, ReadError
from workings.show import as_json, encoding
from workings.source import Place, visible

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Derive, train and show the back-propagation of a network as it stands on paper.",
)
for _name, _command in (
    ("learn", learn.learn), ("read", read.read), ("derive", derive.derive), ("check", check.check),
    ("at", at.at), ("train", train.train), ("sweep", sweep.sweep), ("why", why.why), ("draw", draw.draw),
):  # fmt: skip
    app.command(_name)(_command)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"workings {workings.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Derive, train and show the back-propagation of a network as it stands on paper."""


def run() -> None:
    """Run the command line and leave with its exit code."""
    # A process may be started without a standard output or error; then what would go there goes nowhere.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    encoding.prepare()
    try:
        code = app(standalone_mode=False)
    except ReadError as error:
        code = _failed(error.problems)
    except ReaderLeftError:
        # Python must not try to flush at exit what nobody reads.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except (typer.Abort, KeyboardInterrupt):
        stderr_console().print("interrupted")
        code = 130
    except typer.Exit as leave:
        code = leave.exit_code
    except Exception as error:
        # The command line's own usage errors say what they are; anything else is a fault of ours and shows itself.
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        code = _failed([_usage(error, message())])
    sys.exit(code or 0)


def _usage(error: Exception, message: str) -> Problem:
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "workings")
    usage = str(getattr(context, "get_usage", lambda: "workings --help")()).removeprefix("Usage: ")
    why = f"`{path}` was given something that it does not take"
    return Problem(Place("command line", 0, 0), message.rstrip("."), usage, why, f"what `{path} --help` lists")


def _failed(problems: Sequence[Problem]) -> int:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps(as_json.errors(problems), ensure_ascii=False, indent=2) + "\n")
    console = stderr_console()
    for index, problem in enumerate(problems[:_MOST_PRINTED]):
        console.print(("\n" if index else "") + visible(str(problem)), markup=False, highlight=False, soft_wrap=True)
    if len(problems) > _MOST_PRINTED:
        console.print(f"\n… and {len(problems) - _MOST_PRINTED:,} more; --json has them all", highlight=False)
    return 2


#: A terminal is shown at most this many failures; the JSON document has all of them.
_MOST_PRINTED = 50
