"""What formulas cannot say, told with what was found, what was expected, why, and what to write instead."""

from __future__ import annotations

from workings.errors import ReadError
from workings.graph.writing.spelling import GREEK
from workings.read.formula.tree import At, Differential, Empty, Grid, Node, Phrase, Series, Unread, postorder
from workings.read.names.spelling import Unit
from workings.read.names.work import Operand, Work


def not_read(work: Work, node: Node) -> ReadError:
    """Return the error of a piece that is no part of a formula of scalars."""
    unread = next((part for part in postorder(node) if isinstance(part, Unread)), None)
    match unread or node:
        case Unread(problem=problem):
            return ReadError([problem])
        case Grid(kind=kind):
            return work.error(
                node.start, node.end, f"`{kind}` is not read", "a formula of scalars",
                "vectors and matrices are not read yet; every name is one number",
                "the components written out, one equation each",
            )  # fmt: skip
        case Phrase():
            return work.error(
                node.start, node.end, "this is text, not a name", "a name of letters and digits",
                "words inside a formula are not read", "put the words outside the formula",
            )  # fmt: skip
        case Empty():
            return work.error(
                node.start, max(node.end, node.start + 1), "there is no formula here", "a number or a name",
                "an equation needs a right side", "write the formula: `ŷ = A(w x)`",
            )  # fmt: skip
        case At():
            return work.error(
                node.start, node.end, "a formula is taken at a point here", "a formula without a point",
                "its value at one point is not read in this place", "the formula, and the numbers put in",
            )  # fmt: skip
        case Series():
            return work.error(
                node.start, node.end, "several formulas stand between commas here", "one formula",
                "a list is not a number", "one equation each",
            )  # fmt: skip
        case _:
            shown = work.text.content[node.start : node.end] or "this"
            return work.error(
                node.start, node.end, f"`{shown[:40]}` is not read in a formula of scalars",
                "names, numbers, operators, brackets and functions", "its meaning in this place is not known here",
                "write the formula without it",
            )  # fmt: skip


def lone_differential(work: Work, unit: Unit) -> ReadError:
    """Return the error of a differential that is no part of a derivative."""
    if isinstance(unit.node, Differential) and unit.node.sign == "∇":
        return work.error(
            unit.start, unit.end, "∇ without a name below it is a vector", "the slope by one weight",
            "vectors are not read yet", r"`\nabla_w E`, or `\frac{\partial E}{\partial w}`",
        )  # fmt: skip
    return work.error(
        unit.start, unit.end, "a differential stands alone here", "a quotient of two: `∂E/∂w`",
        "a change is read only as a part of a derivative", "`∂E/∂w`",
    )  # fmt: skip


def two_superscripts(work: Work, unit: Unit, written: str) -> ReadError:
    """Return the error of a superscript that can be a power as well as a mark."""
    shown = work.text.content[unit.start : unit.end]
    base = work.text.content[unit.core.start : unit.core.end]
    inner = written.strip("()[]")
    mark = inner if inner not in GREEK else f"\\{inner}"
    function = work.words.kind(unit.name, applied=False) in ("function", "known")
    other, instead = ("a derivative", f"`{base}'`") if function else ("a power", f"`({base})^{{{mark}}}`")
    return work.error(
        unit.start, unit.end, f"`{shown}` can be read in two ways", "a reading that the page settles",
        f"it can be {other} of `{base}`, and a name of its own that carries a mark: a layer, a step, a pattern",
        f"`{base}_{{{mark}}}` for the name, {instead} for {other}",
    )  # fmt: skip


def two_readings(work: Work, first: Operand, below: Operand, behind: Operand) -> ReadError:
    """Return the error of `a/b c`."""
    content = work.text.content
    whole, a, c = (
        content[first.start : behind.end], content[first.start : below.end], content[behind.start : behind.end]
    )  # fmt: skip
    top, bottom = _at_last_slash(a)
    return work.error(
        first.start, behind.end, f"`{whole}` can be read in two ways", "a reading that the page settles",
        "side by side multiplies as `*` does, from left to right, but many read it before the `/`",
        f"`({a}) {c}` or `{top}/({bottom} {c})`",
    )  # fmt: skip


def two_ends(work: Work, first: Operand, function: Operand, behind: Operand) -> ReadError:
    """Return the error of a function without brackets with something behind its argument."""
    begin = work.text.content[first.start : function.end]
    c = work.text.content[behind.start : behind.end]
    return work.error(
        first.start, behind.end, f"`{begin} {c}` can be read in two ways",
        "brackets around what the function applies to",
        "without brackets nobody can tell where the argument ends",
        f"`…({begin.split()[-1]} {c})` or `({begin}) {c}`",
    )  # fmt: skip


def too_many_primes(work: Work, unit: Unit) -> ReadError:
    """Return the error of a function that is differentiated more often than three times."""
    return work.error(
        unit.start, unit.end, "more than three primes", "at most three",
        "nobody differentiates a function more often by hand", "`f^{(n)}`, said in words",
    )  # fmt: skip


def _at_last_slash(text: str) -> tuple[str, str]:
    """Cut a quotient at the last `/` that stands in no bracket."""
    level = 0
    for at in range(len(text) - 1, -1, -1):
        level += (text[at] in ")]}") - (text[at] in "([{")
        if text[at] == "/" and level == 0:
            return text[:at].rstrip(), text[at + 1 :].lstrip()
    return text, ""
