"""A check → the reports that other programs read: GitHub annotations, JUnit XML, SARIF.

So a book's or a course's repository can have its derivations checked wherever it has its tests run.
"""

from __future__ import annotations

import json
from html import escape

from workings.check.verdict import Check, Judged
from workings.show.verdicts import read_as

_LEVELS = {"refuted": "error", "undecided": "warning", "unread": "notice"}


def message(line: Judged) -> str:
    """Return what is to be said of a line, in one line of text."""
    words = {"refuted": "this line is wrong", "undecided": "undecided", "unread": "not read"}.get(line.verdict, "holds")
    parts = [words]
    if line.slip:
        parts.append(f"{line.slip}: {line.says}")
    if line.right_for:
        parts.append(f"right for {line.right_for}")
    if line.counterexample is not None:
        point = ", ".join(f"{name} = {value}" for name, value in line.counterexample.point.items())
        sides = f"{line.counterexample.left:.6g} against {line.counterexample.right:.6g}"
        parts.append(f"at {point}: {sides}" if point else sides)
    if line.why:
        parts.append(line.why)
    return "; ".join(parts)


def github(found: Check) -> str:
    """Return workflow commands, one for each line that does not hold.

    The form is that of GitHub's documentation, "Workflow commands": `::error file=…,line=…,col=…::message`.
    """
    out: list[str] = []
    for line in found.lines:
        level = _LEVELS.get(line.verdict)
        if level is not None:
            place = line.part_place or line.place
            end = place.column + place.length
            where = f"file={_property(place.file)},line={place.line},col={place.column},endColumn={end}"
            out.append(f"::{level} {where},title={_property('line ' + line.name)}::{_data(message(line))}")
    return "\n".join(out) + ("\n" if out else "")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _quoted(value: str) -> str:
    return f'"{escape(value)}"'


def junit(found: Check) -> str:
    """Return a JUnit document: each line a test case, a refuted one a failure, an open one skipped."""
    counts = {v: sum(line.verdict == v for line in found.lines) for v in ("refuted", "undecided", "unread")}
    skipped = counts["undecided"] + counts["unread"]
    head = (
        f"<testsuite name={_quoted(found.file)} tests={_quoted(str(len(found.lines)))} "
        f'failures="{counts["refuted"]}" errors="0" skipped="{skipped}">'
    )
    cases: list[str] = []
    for line in found.lines:
        name = _quoted(f"{line.name}: {read_as(line)}")
        inner = ""
        if line.verdict == "refuted":
            inner = f"<failure message={_quoted(message(line))}>{escape(str(line.place))}</failure>"
        elif line.verdict in ("undecided", "unread"):
            inner = f"<skipped message={_quoted(message(line))}/>"
        where = f'classname={_quoted(found.file)} file={_quoted(line.place.file)} line="{line.place.line}"'
        cases.append(f"  <testcase {where} name={name}>{inner}</testcase>")
    body = "\n".join(cases)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{head}\n{body}\n</testsuite>\n</testsuites>\n'


def sarif(found: Check, version: str) -> str:
    """Return a SARIF 2.1.0 log (OASIS standard): one result for each line that does not hold."""
    results = [
        {
            "ruleId": line.verdict,
            "level": {"refuted": "error", "undecided": "warning"}.get(line.verdict, "note"),
            "message": {"text": message(line)},
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": {"uri": (line.part_place or line.place).file},
                    "region": {
                        "startLine": (line.part_place or line.place).line,
                        "startColumn": (line.part_place or line.place).column,
                        "endColumn": (line.part_place or line.place).column + (line.part_place or line.place).length,
                    },
                }
            }],
            "properties": {"slip": line.slip or None, "right_for": line.right_for or None, "read_as": read_as(line)},
        }
        for line in found.lines
        if line.verdict in _LEVELS
    ]  # fmt: skip
    rules = [
        {"id": "refuted", "shortDescription": {"text": "A line of a derivation is wrong."}},
        {"id": "undecided", "shortDescription": {"text": "A line of a derivation could not be decided."}},
        {"id": "unread", "shortDescription": {"text": "A line of a derivation could not be read."}},
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "workings", "version": version, "rules": rules}}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"
