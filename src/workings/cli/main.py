"""The command `workings`: its verbs, and the one place where failures become messages and exit codes.

0 done · 2 cannot be read, or wrong use · 130 interrupted; `check` has 1 and 3 of its own
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import typer

from workings import __version__
from workings.cli import at, check, derive, draw, learn, read, sweep, train, why
from workings.cli.output import ReaderLeftError, stderr_console
from workings.errors import Problem, ReadError
from workings.show import as_json, encoding
from workings.source import Place, visible

#: Help is asked for in either way, by the program and by each of its commands.
_HELP = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    context_settings=_HELP,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Derive, train and show the back-propagation of a network as it stands on paper.",
)
_COMMANDS = {
    "learn": learn.learn, "read": read.read, "derive": derive.derive, "check": check.check, "at": at.at,
    "train": train.train, "sweep": sweep.sweep, "why": why.why, "draw": draw.draw,
}  # fmt: skip
for _name, _command in _COMMANDS.items():
    app.command(_name, context_settings=_HELP)(_command)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"workings {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    context: typer.Context,
    _asked: bool = typer.Option(False, "-V", "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Derive, train and show the back-propagation of a network as it stands on paper."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


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
    option, hint = getattr(error, "option_name", None), getattr(error, "param_hint", None)
    named = message.partition("No such command ")[2].partition(".")[0].strip("'")
    if option is not None and "No such option" in message:
        near = get_close_matches(option, getattr(error, "possibilities", None) or [], 1)
        found, why = f"there is no option {option}", f"`{path}` has others"
        return Problem(_HERE, found, usage, why, near[0] if near else f"what `{path} --help` lists")
    if named:
        near = get_close_matches(named, _COMMANDS, 1)
        instead = f"`workings {near[0]} …`" if near else f"what `{path} --help` lists"
        return Problem(_HERE, f"there is no command {named}", usage, f"`{path}` has others", instead)
    why = f"{hint} is given what it cannot be" if hint else f"this is not how `{path}` is called"
    return Problem(_HERE, message.rstrip("."), usage, why, f"what `{path} --help` lists")


_HERE = Place("command line", 0, 0)


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
