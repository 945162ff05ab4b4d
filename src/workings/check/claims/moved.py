"""Weights that a program has changed: what stands below their step takes the new value.

    w2 -= lr * dw2              from here on, w2 is what it was, less the step
    da1 = dz2 * w2              and this is no ∂E/∂a₁: the network ran forward with the old one

What a name is behind a step is known where the step held, and where the program comes to the line by that step.
"""

from __future__ import annotations

import re

from workings.check.claims.chain import Chain, head_name
from workings.check.claims.known import Known, Moved
from workings.check.claims.update import Update
from workings.check.verdict import Finding, undecided
from workings.graph.expr import Expr, names, replace, symbol
from workings.graph.ops.arithmetic import add
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import WrittenLine

#: What begins a function: a program comes to its body from elsewhere.
_FUNCTION = re.compile(r"\b(?:def|class|function|fn|func|fun)[ \t]+[^\W\d]|\bfunction\b|=>")


def move(known: Known, line: WrittenLine, weight: str, update: Update | None = None) -> None:
    """Take a weight for changed from a line on; by an update that holds, to what that says."""
    now = ""
    # Behind a second step its value is that of the first, less another.
    if update is not None and update.value is not None and weight not in known.program.moved:
        now = f"{weight} behind line {line.at.place.line}"
        value = add(symbol(weight), update.value) if update.change else update.value
        known.meaning.define(now, value)
    known.program.moved[weight] = Moved(line, now)
    known.program.fresh.clear()


def why_unknown(known: Known, line: WrittenLine, value: Expr) -> str:
    """Return why a line below the step of a weight cannot be judged; nothing where what it takes is known."""
    moved = known.program.moved
    stale = sorted(set(names(value)) & moved.keys())
    unknown = (name for name in stale if known.program.fresh or not moved[name].now or not _comes_by(moved[name], line))
    weight = next(unknown, "")
    return _takes_new(known, weight) if weight else ""


def with_new_values(known: Known, meant: Expr) -> Expr:
    """Return a right side with the weights that it names as they are behind their steps."""
    moved = known.program.moved
    return replace(meant, {symbol(name): symbol(moved[name].now) for name in names(meant) if name in moved})


def takes_it_too_late(known: Known, left: Expr, opened: Expr) -> bool:
    """Say whether a side is the left side but for weights that are taken behind their step, not before it."""
    before: dict[Expr, Expr] = {symbol(one.now): symbol(name) for name, one in known.program.moved.items() if one.now}
    old = replace(opened, before)
    return old is not opened and known.judge.same(left, old)


def _comes_by(moved: Moved, line: WrittenLine) -> bool:
    """Say whether a program that comes to a line has gone through a step above it.

    Nothing between them stands further to the left than the step, as the end of its branch or of its function would.
    """
    step = moved.line.at
    if step.text is not line.at.text or step.start >= line.at.start:
        return False
    begins = step.text.content.rfind("\n", 0, step.start) + 1
    between = step.text.content[begins : line.at.start]
    room = len(between) - len(between.lstrip())
    rows = [row for row in between.split("\n") if row.strip()]
    return not _FUNCTION.search(between) and all(len(row) - len(row.lstrip()) >= room for row in rows)


def with_moved(known: Known, line: WrittenLine, chain: Chain | None, finding: Finding) -> Finding:
    """Say less of a program's line that uses a weight which a line above has changed."""
    moved = known.program.moved
    if not moved or not line.code or not finding.holds:
        return finding
    own = head_name(line)
    if own in moved and chain is not None and chain.update is not None:
        where = moved[own].line.at.place.line
        why = f"line {where} has changed `{plain_name(own)}`, and not everything was computed anew"
        return undecided(why)
    used = {n for side in line.sides[1:] if side and (found := known.read(side)) is not None for n in names(found)}
    stale = sorted(used & moved.keys() - {own})
    return undecided(_takes_new(known, stale[0])) if stale else finding


def _takes_new(known: Known, weight: str) -> str:
    """Say that a line takes the value of a weight behind its step."""
    where = known.program.moved[weight].line.at.place.line
    return f"line {where} has changed `{plain_name(weight)}`, and this takes its new value"
