r"""Factors side by side → one product: what multiplies, what divides, how far a slash and a function reach.

    1/2 x       ½ x          a/b c      two readings: a choice
    A w x       refused: nobody can tell where the argument ends

Side by side multiplies as `*` does, from left to right; where many read it otherwise, the page has to settle it.
"""

from __future__ import annotations

from collections.abc import Sequence

from workings.graph.expr import Expr
from workings.graph.ops.arithmetic import div, mul
from workings.read.formula.tree import (
    Accented,
    Big,
    Differential,
    Dots,
    Fence,
    Node,
    Numeral,
    Product,
    Ratio,
    Scripted,
    Word,
    factors_of,
)
from workings.read.names.applications import named
from workings.read.names.conditions import indicator
from workings.read.names.derivatives import derivative, fraction, held_fixed
from workings.read.names.powers import primed, raised
from workings.read.names.refusals import lone_differential, not_read, two_ends, two_readings
from workings.read.names.slopes import quotient
from workings.read.names.spelling import Unit, factors_with, is_bracket, units
from workings.read.names.sums import big
from workings.read.names.work import Operand, Piece, Work

#: What is no factor where it has no name.
_UNREAD = Word | Accented | Scripted | Product | Big | Differential


def product(work: Work, node: Node) -> Expr:
    """Return what the factors of a node make together; what dots leave out is not read."""
    if isinstance(node, Product) and any(isinstance(part, Dots) for _, part in node.factors):
        raise not_read(work, node)
    return combined(work, factors_with(node, work.words))


def combined(work: Work, found: Sequence[Unit]) -> Expr:
    """Return what factors make together, their letters cut into names."""
    if len(found) == 1:
        alone, _ = operand(work, found, 0)
        work.pieces.append(Piece(alone.expr, alone.start, alone.end))
        return alone.expr
    operands: list[Operand] = []
    found = _with_raised_calls(work, found)
    at = 0
    while at < len(found):
        this, at = operand(work, found, at)
        operands.append(this)
        work.pieces.append(Piece(this.expr, this.start, this.end))
    return _multiplied(work, operands)


def _multiplied(work: Work, operands: Sequence[Operand]) -> Expr:
    first = operands[0]
    total, last, at = first.expr, first, 1
    while at < len(operands):
        this = operands[at]
        if this.link == "/":
            below, at = _below(work, operands, at)
            total = div(total, below)
        else:
            if this.link == "" and last.bare and not (this.numeral or this.bare or this.applied):
                raise two_ends(work, operands[0], last, this)
            total, at = mul(total, this.expr), at + 1
        last = operands[at - 1]
        work.pieces.append(Piece(total, first.start, last.end))
    return total


def _below(work: Work, operands: Sequence[Operand], at: int) -> tuple[Expr, int]:
    """Return what stands below the slash before `operands[at]`, and where it ends."""
    first = operands[at]
    behind = operands[at + 1] if at + 1 < len(operands) else None
    if behind is None or behind.link != "":
        return first.expr, at + 1
    tight = behind.start == first.end
    letter = work.text.content[behind.start : behind.start + 1].isalpha() if behind.start < behind.end else False
    # `1/2 x` is ½ x; `1/2x` may be 1/(2x), and `a/b c` may be a/(b c).
    if first.numeral and not (tight and letter):
        return first.expr, at + 1
    slash = work.asked(lambda how: how.slash)
    if slash == "refuse":
        raise two_readings(work, operands[0], first, behind)
    work.choices.add("slash")
    if slash == "left":
        return first.expr, at + 1
    total, at = first.expr, at + 1
    while at < len(operands) and operands[at].link == "":
        total, at = mul(total, operands[at].expr), at + 1
    return total, at


def operand(work: Work, found: Sequence[Unit], at: int) -> tuple[Operand, int]:
    """Return the operand that begins at a factor, and where it ends."""
    slope = quotient(found, at, work.words)
    if slope is not None:
        return derivative(work, found, at, slope)
    unit = found[at]
    core = unit.core
    if isinstance(core, Big):
        return big(work, found, at)
    switch = indicator(work, found, at)
    if switch is not None:
        return switch
    if unit.name:
        return named(work, found, at)
    if isinstance(unit.node, Differential):
        raise lone_differential(work, unit)
    return _other(work, unit), at + 1


def _other(work: Work, unit: Unit) -> Operand:
    """Return a factor that is no name: a number, a bracket, a fraction, with what is raised on it."""
    core = unit.core
    script = unit.node if isinstance(unit.node, Scripted) else None
    if isinstance(core, _UNREAD):
        raise not_read(work, unit.node)
    if script is not None and script.low is not None:
        return held_fixed(work, unit, script)
    expr = fraction(work, core) if isinstance(core, Ratio) else work.value(core)
    if unit.primes:
        expr = primed(work, expr, unit)
    if unit.high is not None:
        expr = raised(work, expr, unit.high, unit)
    return Operand(unit.link, expr, unit.start, unit.end, numeral=isinstance(core, Numeral) and script is None)


def _with_raised_calls(work: Work, found: Sequence[Unit]) -> Sequence[Unit]:
    """Return the units with `e^A(x)` as e to the A(x), where A is a function: its bracket is raised with it."""
    if all(unit.high is None for unit in found):
        return found
    out: list[Unit] = []
    at = 0
    while at < len(found):
        unit, behind = found[at], found[at + 1] if at + 1 < len(found) else None
        at += 1
        if unit.high is not None and behind is not None and _raises(work, unit.high, behind):
            high = Product(unit.high.start, behind.end, (*factors_of(unit.high), ("", behind.node)))
            unit, at = unit._replace(high=high, end=behind.end), at + 1
        out.append(unit)
    return out


def _raises(work: Work, high: Node, behind: Unit) -> bool:
    """Say whether a superscript ends in a function, and its bracket stands right behind it, not in TeX's braces."""
    if behind.link or not is_bracket(behind.node) or isinstance(high, Fence):
        return False
    last = units(factors_of(high), work.words)[-1]
    function = last.name and work.words.kind(last.name, applied=False) in ("function", "known")
    content = work.text.content
    # The braces of `e^{f}(x)` close around the superscript; those of `e^f_{[1]}(x)` are the name's own.
    enclosed = content[high.start] in "{[" or "}" in content[high.end : behind.start]
    return bool(function) and not enclosed
