"""The words are executed: what README and docs/ show is what happens.

    ```console     `$ workings …` and its output; a line `…` alone stands for any lines left out
                   `$ workings … <<'END'` is followed by the standard input, each line behind `> `, up to `> END`
    ```json        what the last console command above it prints, trimmed: every key that is shown is compared
    ```python      a doctest
    ```network     parses
    | … | read as  a table of formulas, each with what it is read as

`python -m pytest tests/test_docs.py --update` writes the outputs anew.
"""

from __future__ import annotations

import difflib
import doctest
import importlib
import json
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

import workings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"^\| (written|in LaTeX) \| read as \|.*\n\|[-| ]+\n((?:\|.*\n)+)", re.MULTILINE)
_CODE = re.compile(r"`([^`]*)`")
_LEFT_OUT = "…"
#: What a shell leaves as it is: without the quotes it would put variables in for `$x`.
_HERE = "<<'END'"


@dataclass(frozen=True)
class Block:
    page: Path
    language: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"

    def replace(self, text: str) -> None:
        page = self.page.read_text(encoding="utf-8")
        old, new = (f"```{self.language}\n{body}```" for body in (self.text, text))
        self.page.write_text(page.replace(old, new, 1), encoding="utf-8")


def _blocks(*languages: str) -> list[Block]:
    found: list[Block] = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found += [Block(page, m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in _FENCE.finditer(text)]
    return [block for block in found if block.language in languages]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    """Work in a folder of our own that has the examples: what the documents write stays there."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)


# Commands


@dataclass(frozen=True)
class Command:
    line: str
    given: tuple[str, ...]
    output: tuple[str, ...]

    def run(self) -> subprocess.CompletedProcess[str]:
        words = shlex.split(self.line.removesuffix(_HERE))
        assert words[0] == "workings", f"only `workings` is run, not {words[0]!r}"
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        return subprocess.run(
            [sys.executable, "-m", *words],
            input="".join(f"{line}\n" for line in self.given),
            capture_output=True,
            check=False,
            encoding="utf-8",
            env=environment | {"PYTHONUTF8": "1"},
        )

    def actual(self) -> list[str]:
        done = self.run()
        assert "Traceback" not in done.stderr, done.stderr
        return (done.stdout + done.stderr).rstrip("\n").splitlines()

    def text(self, output: list[str]) -> str:
        given = [f"> {line}".rstrip() for line in (*self.given, *(["END"] if self.line.endswith(_HERE) else []))]
        return "\n".join([f"$ {self.line}", *given, *output]) + "\n"


def _commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, *rest = part.rstrip("\n").split("\n")
        end = rest.index("> END") + 1 if line.endswith(_HERE) else 0
        yield Command(line, tuple(given[2:] for given in rest[: max(0, end - 1)]), tuple(rest[end:]))


def _shows(shown: tuple[str, ...], actual: list[str]) -> bool:
    pattern = "".join(r"(?:.*\n)*?" if line == _LEFT_OUT else re.escape(line + "\n") for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None


def _renewed(shown: tuple[str, ...], actual: list[str]) -> list[str]:
    """Return the actual output with the same stretches left out: each kept one from its first to its last line."""
    if _LEFT_OUT not in shown:
        return actual
    segments = [part.strip("\n").splitlines() for part in re.split(rf"^{_LEFT_OUT}$", "\n".join(shown), flags=re.M)]
    out: list[str] = []
    at = 0
    for index, segment in enumerate(segments):
        out += [_LEFT_OUT] if index else []
        if not segment:
            continue
        begin = _nearest(segment[0], actual, at) if index else 0
        at = _nearest(segment[-1], actual, begin + (len(segment) > 1)) + 1
        at = at if index < len(segments) - 1 else len(actual)
        out += actual[begin:at]
    return out


def _nearest(line: str, actual: list[str], start: int) -> int:
    if line in actual[start:]:
        return actual.index(line, start)
    near = difflib.get_close_matches(line, actual[start:], 1)
    assert near, f"nothing like this line is printed any more; edit by hand: {line!r}"
    return actual.index(near[0], start)


@pytest.mark.parametrize("block", _blocks("console"), ids=str)
def test_commands_print_what_is_shown(block: Block, update: bool) -> None:
    commands = list(_commands(block.text))
    assert commands
    outputs = [command.actual() for command in commands]
    if update:
        pairs = zip(commands, outputs, strict=True)
        block.replace("\n".join(c.text(_renewed(c.output, actual)) for c, actual in pairs))
        return
    for command, actual in zip(commands, outputs, strict=True):
        shown = "\n".join(command.output).rstrip("\n").split("\n")
        assert _shows(tuple(shown), actual), "\n".join(
            difflib.unified_diff(shown, actual, "shown", "actual", lineterm="")
        )


def test_what_is_left_out_stands_for_any_lines_and_no_others() -> None:
    assert _shows(("a", "…", "d"), ["a", "b", "c", "d"])
    assert _shows(("…", "c", "…"), ["a", "b", "c"])
    assert not _shows(("a", "…", "d"), ["a", "b", "c"])
    assert not _shows(("…", "a.c", "…"), ["abc"])
    assert not _shows(("a", "b"), ["a", "b", "c"])


def test_update_keeps_what_was_left_out() -> None:
    actual = ["one", "two 2", "three", "", "four", "five"]
    assert _renewed((), actual) == actual
    assert _renewed(("one", "two"), actual) == actual
    assert _renewed(("…", "two 1", "three", "…"), actual) == ["…", "two 2", "three", "…"]
    assert _renewed(("one", "…", "four", "five"), actual) == ["one", "…", "four", "five"]
    assert _renewed(("…",), actual) == ["…"]


# JSON


def _json_examples() -> list[tuple[Block, str]]:
    found: list[tuple[Block, str]] = []
    last = ""
    for block in _blocks("console", "json"):
        if block.language == "console":
            last = block.text
        else:
            found.append((block, last))
    return found


def _like(real: Any, shown: Any) -> Any:
    """Return of a JSON document what an example shows: its keys, and as many items of its lists."""
    if isinstance(shown, dict) and isinstance(real, dict):
        keys, items = cast("dict[str, Any]", shown), cast("dict[str, Any]", real)
        return {key: _like(items[key], value) for key, value in keys.items() if key in items}
    if isinstance(shown, list) and isinstance(real, list):
        pairs = zip(cast("list[Any]", real), cast("list[Any]", shown), strict=False)
        return [_like(item, value) for item, value in pairs]
    return real


@pytest.mark.parametrize(("block", "command"), _json_examples(), ids=lambda item: str(item).partition("\n")[0])
def test_json_examples_are_what_the_command_prints(block: Block, command: str, update: bool) -> None:
    *_, last = _commands(command)
    assert "--json" in last.line
    shown = json.loads(block.text)
    actual = _like(json.loads(last.run().stdout), shown)
    if update:
        block.replace(json.dumps(actual, ensure_ascii=False, indent=2) + "\n")
    else:
        assert actual == shown


def test_an_example_is_compared_on_the_keys_that_it_shows() -> None:
    real = {"a": 1, "b": [{"c": 2, "d": 3}, 4]}
    for shown in ('{"a": 1}', '{"b": [{"d": 3}]}', "{}", '{"b": []}'):
        assert _like(real, json.loads(shown)) == json.loads(shown)
    for wrong in ('{"a": 2}', '{"e": 1}', '{"b": [{"c": 3}]}', '{"b": [{"c": 2}, 4, 5]}'):
        assert _like(real, json.loads(wrong)) != json.loads(wrong)


# Python, networks, formulas, ops


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_hold(page: Path) -> None:
    text = "\n".join(block.text for block in _blocks("python") if block.page == page)
    assert text.count(">>> ") or not text
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    said: list[str] = []
    failed = doctest.DocTestRunner().run(test, out=said.append).failed
    assert not failed, "".join(said)


def test_examples_in_docstrings_hold() -> None:
    for module in pkgutil.walk_packages(workings.__path__, "workings."):
        if not module.name.endswith("__main__"):
            assert doctest.testmod(importlib.import_module(module.name)).failed == 0, module.name


@pytest.mark.parametrize("block", _blocks("network"), ids=str)
def test_networks_are_read(block: Block) -> None:
    assert workings.parse(block.text, str(block)).graph.equations


def _readings() -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for page in PAGES:
        for table in _TABLE.finditer(page.read_text(encoding="utf-8")):
            for row in table[2].splitlines():
                written, read = _CODE.findall(row.replace(r"\|", "|"))[:2]
                found.append((table[1], written, read))
    return found


@pytest.mark.parametrize(("kind", "written", "read"), _readings())
def test_formulas_are_read_as_the_tables_say(kind: str, written: str, read: str) -> None:
    if kind == "written":
        names = "input a, b, w, x, y, z, x₁, net_h1, ŷ, α, a⁽¹⁾, w⁺, w_jk⁽ˡ⁻¹⁾, w_{[2]} in R\nA(u) = 1 / (1 + e^(-u))"
        network = workings.parse(f"{names}\nq = {written}")
    else:
        network = workings.parse(f"where $A(u) = u^2$, and so $q = {written}$")
    (shown,) = (line for line in network.notation.splitlines() if line.startswith("q "))
    assert shown.partition("= ")[2] == read


def test_the_reference_of_ops_is_fresh() -> None:
    done = subprocess.run([sys.executable, "-m", "docs.ops"], capture_output=True, check=True, cwd=ROOT)
    assert done.stdout.decode() == (ROOT / "docs" / "ops.md").read_text(encoding="utf-8"), "run `make docs`"
