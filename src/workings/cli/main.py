"""The command `workings`: its verbs, and the one place where failures become messages and exit codes.

0 done · 2 cannot be read, or wrong use · 130 interrupted
"""

from __future__ import annotations

import json
import os
import sys

import typer

import workings
from workings.cli import at, derive, learn, read, train
from workings.cli.output import stderr_console
from workings.errors import ReadError
from workings.show import as_json

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Derive, train and show the back-propagation of a network as it stands on paper.",
)
for _name, _command in (
    ("learn", learn.learn), ("read", read.read), ("derive", derive.derive), ("at", at.at), ("train", train.train),
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
    try:
        code = app(standalone_mode=False)
    except ReadError as error:
        code = _failed(error)
    except typer.Exit as leave:
        code = leave.exit_code
    except typer.Abort:
        code = 130
    except KeyboardInterrupt:
        stderr_console().print("interrupted")
        code = 130
    except BrokenPipeError:
        # The reader of our output has gone: there is nobody to tell, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        stderr_console().print(f"{where}{error.strerror or error}", markup=False, highlight=False)
        code = 2
    except Exception as error:  # the command line's own usage errors
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        code = 2
    sys.exit(code or 0)


def _failed(error: ReadError) -> int:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps(as_json.errors(error.problems), ensure_ascii=False, indent=2) + "\n")
    console = stderr_console()
    for index, problem in enumerate(error.problems):
        console.print(("\n" if index else "") + str(problem), markup=False, highlight=False, soft_wrap=True)
    return 2
