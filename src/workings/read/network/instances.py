r"""A function that a page defines nowhere, and works out at several numbers, is what it does with each of them.

    h = g(s) = g(0.4) = 1/(1 + e^(−0.4)),  o = g(r) = g(−0.3) = 1/(1 + e^0.3)        g(x) = 1/(1 + e^(−x))

One number may stand for anything, and so may one that a formula has twice. Where two numbers tell of different
formulas, nobody knows which is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from workings.graph.expr import Call, Expr, Number, names, number, postorder, symbol
from workings.graph.expr import replace as put_in
from workings.graph.network import called
from workings.graph.ops.arithmetic import neg
from workings.graph.terms import number_of, times_in, without_minus
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import free_name
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Definition, always
from workings.read.names.sides import read_side
from workings.read.network.draft import Draft
from workings.read.page.text import Snippet


def functions_by_instances(draft: Draft) -> None:
    """Define each function that a document applies, does not define, and works out alike at two numbers or more."""
    wanted = {name for _, body in draft.equations.values() for name in called(body)} - draft.functions.keys()
    if draft.facts.strict or not wanted:
        return
    parameter = free_name("x", set(draft.words.names | draft.words.functions))
    told: dict[str, dict[Expr, set[Fraction]]] = {}
    places: dict[str, Snippet] = {}
    for name, value, body, at in _worked_out(draft, symbol(parameter)):
        if name in wanted:
            told.setdefault(name, {}).setdefault(body, set()).add(value)
            places.setdefault(name, at)
    for name, bodies in told.items():
        [(body, values), *others] = bodies.items()
        if others or len(values) < _ENOUGH:
            continue
        draft.functions[name] = (Definition(name, (parameter,), places[name], always(body)), body)
        draft.facts.notes.append(
            f"taken as given: `{plain_name(name)}({parameter}) = {plain(body)}`; the text works it out so"
        )


#: So many numbers tell a function.
_ENOUGH = 2


def _worked_out(draft: Draft, at_any: Expr) -> Iterator[tuple[str, Fraction, Expr, Snippet]]:
    """Yield each function that a page works out at a number, with that number and what it does with any."""
    for statement in draft.facts.statements:
        for (left, right), relation in zip(pairwise(statement.sides), statement.relations, strict=False):
            applied = read_side(left, draft.words) if relation == "=" else None
            if not isinstance(applied, Call) or len(applied.args) != 1 or names(applied):
                continue
            body, value = read_side(right, draft.words), _decimal(applied.args[0])
            general = _general(body, value, at_any) if body is not None and value is not None else None
            if general is not None and value is not None:
                yield applied.function, value, general, statement.at


def _decimal(expr: Expr) -> Fraction | None:
    """Return the decimal that an expression is, a minus before it perhaps."""
    bare = without_minus(expr)
    return number_of(expr) if isinstance(bare, Number) and bare.decimal and bare.value else None


def _general(body: Expr, value: Fraction, at_any: Expr) -> Expr | None:
    """Return a formula of numbers with a name where a number stands; None where it does not stand there just once."""
    here = number(abs(value), decimal=True)
    if names(body) or isinstance(body, Call) or _decimal(body) is not None or times_in(body, here) != 1:
        return None
    if any(isinstance(part, Call) or (isinstance(part, Number) and part.decimal and part is not here)
           for part in postorder(body)):  # fmt: skip
        return None
    if value > 0:
        return put_in(body, {here: at_any})
    turned = neg(here)
    return put_in(body, {turned: at_any} if times_in(body, turned) else {here: neg(at_any)})
