"""`python -m docs.ops`: the reference of the ops, written from the one table that the program itself uses.

Nothing is said here that an op's record does not say, so the page cannot disagree with the program.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from workings.graph.expr import TWO, Symbol, symbol
from workings.graph.op import OPS, Op
from workings.graph.writing.boxes import plain

_HEAD = """\
# The ops

Every operation and function that `workings` knows without a definition: what it means, how it is written,
where it is defined, its derivative, and the sentence that stands beside the derivative in a derivation.
A *kink* is a point at which a function has no slope of its own; what is taken there is a stated choice.

An author's own definition of the same name always comes first. A Greek letter and its word are one spelling:
`σ` is `sigma`; [the notation](notation.md) has the rest.

This page is written by `python -m docs.ops` from the table that the program itself uses.
"""


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_HEAD, *(line for op in OPS.values() for line in section(op))])


def section(op: Op) -> Iterator[str]:
    """Yield the lines about one op."""
    letters = _arguments(op)
    yield f"## {op.law}"
    yield ""
    yield f"- written `{plain(op(*letters))}`; spelled {', '.join(f'`{word}`' for word in op.spellings)}"
    yield f"- defined for: {_domain(op, letters)}"
    for letter, slope in zip(letters, op.partials(*letters), strict=True):
        yield f"- derivative by {letter.name}: `{plain(slope)}`"
    yield f"- {op.rule}: {op.reason}"
    if op.kink:
        yield f"- kink: {op.kink}"
    yield ""


def _domain(op: Op, letters: list[Symbol]) -> str:
    """Say where an op is defined, and where the last argument's being whole frees the others."""
    conditions = op.domain(*letters)
    if not conditions:
        return " and ".join(f"every {letter.name}" for letter in letters) or "a constant"
    said = " and ".join(f"{plain(condition.of)} {condition.relation} 0" for condition in conditions)
    freed = op.arity == 2 and not op.domain(letters[0], TWO) and letters[0] in [c.of for c in conditions]
    return f"{said}; every {letters[0].name} where {letters[-1].name} is whole and not below 0" if freed else said


def _arguments(op: Op) -> list[Symbol]:
    """Return the op's arguments under the letters that its law uses."""
    return [symbol(letter) for letter in ("z" if "z" in op.law else "cab" if op.arity > 2 else "ab")[: op.arity]]


if __name__ == "__main__":
    sys.stdout.write(page())
