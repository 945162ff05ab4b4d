"""The build step: compile `grammar.lark` into the tables that the reader walks.

A person's first second with a command-line tool is its start-up. Lark builds its tables in some fifty
milliseconds and must be imported first; the tables are the same every time, so they are made here,
once, and shipped as data. Lark is needed to build workings, not to run it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

READ = Path(__file__).parent / "src" / "workings" / "read"


def tables(grammar: str) -> dict[str, Any]:
    """Return the LALR(1) tables: per state what each terminal does, and per rule its length and action.

    An entry n ≥ 0 shifts and goes to state n; an entry −1 − r reduces by rule r.
    """
    from lark import Lark
    from lark.lexer import Lexer
    from lark.parsers.lalr_analysis import Shift

    class NoLexer(Lexer):
        """The tokens are made elsewhere."""

        def __init__(self, _lexer_conf: object) -> None:
            """Take the configuration and need nothing of it."""

        def lex(self, lexer_state: object, parser_state: object) -> Any:
            """Give no tokens."""
            del lexer_state, parser_state
            return iter(())

    parser: Any = Lark(grammar, parser="lalr", lexer=NoLexer, start="start").parser
    table = parser.parser._parse_table
    rules: dict[Any, int] = {}
    states: list[dict[str, int]] = []
    for state in sorted(table.states):
        row: dict[str, int] = {}
        for terminal, (action, argument) in table.states[state].items():
            row[terminal] = argument if action is Shift else -1 - rules.setdefault(argument, len(rules))
        states.append(row)
    return {
        "start": table.start_states["start"],
        "end": table.end_states["start"],
        "states": states,
        "rules": [[rule.origin.name, len(rule.expansion), rule.alias or ""] for rule in rules],
    }


def write_tables() -> Path:
    """Compile the grammar beside itself and return the file written."""
    out = READ / "grammar.json"
    text = json.dumps(tables((READ / "grammar.lark").read_text(encoding="utf-8")), separators=(",", ":"))
    out.write_text(text, encoding="utf-8")
    return out


class GrammarHook(BuildHookInterface):  # pyright: ignore[reportMissingTypeArgument, reportUntypedBaseClass]
    """Run the build step whenever a wheel is made, an editable one included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the grammar; the tables are an artifact of every version of the build."""
        del version, build_data
        write_tables()


if __name__ == "__main__":
    write_tables()
