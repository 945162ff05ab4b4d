r"""Conditions: cases, and switches, which are 1 where something holds and else 0.

    \begin{cases} z & z > 0 \\ 0 & \text{else} \end{cases}      z where z > 0, else 0
    \mathbb{1}[z > 0],  (z > 0),  where(z > 0, 1, 0)            the switch of z above 0

A condition is a number here, so that it can multiply and be differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from workings.graph.expr import ONE, Expr
from workings.graph.ops.arithmetic import mul, sub
from workings.graph.ops.selection import above, at_least, cases
from workings.graph.writing.spelling import canonical
from workings.read.formula.tree import Choice, Comparison, Fence, Numeral, Scripted, Word, bare, items_of
from workings.read.names.powers import with_scripts
from workings.read.names.refusals import not_read
from workings.read.names.spelling import Unit
from workings.read.names.work import Operand, Work

_ONE_LIKE = frozenset((
    "1", "\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}",
    "I", "Ind", "indicator", "\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL I}",
))  # fmt: skip
_ORDERS: dict[str, Callable[[Expr, Expr], tuple[Expr, ...]]] = {
    ">": lambda a, b: (above(a, b),),
    ">=": lambda a, b: (at_least(a, b),),
    "<": lambda a, b: (above(b, a),),
    "<=": lambda a, b: (at_least(b, a),),
    "=": lambda a, b: (at_least(a, b), at_least(b, a)),
}
_WRITTEN = Word | Numeral
#: Which way a comparison opens: the larger side comes first, or last.
_UPWARD = {">": 1, ">=": 1, "<": -1, "<=": -1, "=": 0}


def indicator(work: Work, found: Sequence[Unit], at: int) -> tuple[Operand, int] | None:
    r"""Return `\mathbb{1}_{z > 0}`, `1[z > 0]` and `where(c, a, b)` as what they are."""
    unit = found[at]
    core = bare(unit.core)
    one_like = isinstance(core, _WRITTEN) and core.text in _ONE_LIKE
    if not one_like and unit.name != "where":
        return None
    low = bare(unit.node.low) if isinstance(unit.node, Scripted) and unit.node.low is not None else None
    while isinstance(low, Fence):
        low = low.inside
    if one_like and isinstance(low, Comparison):
        return Operand(unit.link, switch(work, low), unit.start, unit.end), at + 1
    following = found[at + 1] if at + 1 < len(found) else None
    if following is None or following.link != "" or not isinstance(following.core, Fence) or following.primes:
        return None
    inside = following.core.inside
    compares = isinstance(inside, Comparison) and all(r in _ORDERS for r in inside.relations)
    if one_like and isinstance(core, Word) and isinstance(inside, Comparison) and compares:
        return Operand(unit.link, switch(work, inside), unit.start, following.end), at + 2
    parts = items_of(inside)
    if unit.name == "where" and len(parts) == 3:
        expr = cases(*(work.value(part) for part in parts))
        return with_scripts(work, unit, expr, following), at + 2
    return None


def switch(work: Work, node: Comparison) -> Expr:
    """Return what is 1 where every comparison of a chain holds, else 0."""
    if any(relation not in _ORDERS for relation in node.relations):
        raise not_read(work, node)
    if (asked := label_asked(node)) is not None and work.words.settled(canonical(asked[0])) in work.words.labels:
        value = work.value(bare(node.sides[0]))
        return value if asked[1] else sub(ONE, value)
    values = [work.value(side) for side in node.sides]
    switches = [
        switch
        for left, relation, right in zip(values, node.relations, values[1:], strict=False)
        for switch in _ORDERS[relation](left, right)
    ]
    return reduce(mul, switches)


def label_asked(node: Comparison) -> tuple[str, bool] | None:
    """Return the name that `y == 1` or `y == 0` asks about, and whether it asks for 1."""
    if node.relations != ("=",):
        return None
    left, right = map(bare, node.sides)
    if not isinstance(left, Word) or not isinstance(right, Numeral) or right.value not in (0, 1):
        return None
    return left.text, right.value == 1


def choice(work: Work, node: Choice) -> Expr:
    """Return cases as one expression: each value under its condition, the last one for the rest."""
    *rows, (last, condition) = node.rows
    if any(c is None for _, c in rows) or (condition is not None and not _meet(work, node)):
        raise work.error(
            node.start, node.end, "these cases do not say what holds for every number",
            "conditions that leave nothing out, or a last case `otherwise`",
            "a formula needs a value wherever it is taken", "a last case without a condition",
        )  # fmt: skip
    whole = work.value(last)
    for value, when in reversed(rows):
        assert when is not None
        whole = cases(work.value(when), work.value(value), whole)
    return whole


def _meet(work: Work, node: Choice) -> bool:
    """Say whether conditions on two things reach to both sides of their meeting: then the last case is the rest."""
    compared = [when for _, when in node.rows if isinstance(when, Comparison) and len(when.relations) == 1]
    if len(compared) < len(node.rows) or any(c.relations[0] not in _UPWARD for c in compared):
        return False
    pairs = [(work.value(c.sides[0]), c.relations[0], work.value(c.sides[1])) for c in compared]
    left, _, right = pairs[0]
    if any({a, b} != {left, right} for a, _, b in pairs):
        return False
    return {_UPWARD[sign] if a is left else -_UPWARD[sign] for a, sign, _ in pairs} >= {1, -1}
