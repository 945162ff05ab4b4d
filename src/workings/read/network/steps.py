r"""A formula that the page also works out in steps: the quantity and the last of them are one.

    f(x, w) = 1/(1 + exp(−w x))        h₁ = w x,  h₂ = −h₁,  h₃ = exp(h₂),  h₄ = 1 + h₃,  h₅ = 1/h₄

Where the page differentiates f by h₃, f is meant as what is made of h₃: as h₅, which always has its value.
"""

from __future__ import annotations

import random

from workings.errors import ReadError
from workings.graph.expr import Expr, replace, symbol
from workings.graph.expr import names as names_in
from workings.graph.network import definitions
from workings.graph.speakers.floats import Program, UnknownValueError
from workings.graph.writing.spelling import plain as plain_name
from workings.read.network.draft import Draft, below, slopes

#: So often a quantity and the last step are drawn.
_DRAWS = 12
#: A formula of more names is put in no further.
_MOST_NAMES = 200


def work_out_in_steps(draft: Draft) -> None:
    """Take a quantity as the last step of those that compute it, where the page differentiates it by one of them."""
    if draft.facts.strict:
        return
    for of, by in dict.fromkeys(slopes(draft)):
        if of in draft.equations and by in draft.equations and by not in below(draft, of):
            last = _last_step(draft, of, by)
            if last is not None:
                definition, _ = draft.equations[of]
                draft.equations[of] = (definition, symbol(last))
                draft.facts.notes.append(
                    f"`{plain_name(of)}` is `{plain_name(last)}`, the last of the steps that it is worked out in"
                )


def _last_step(draft: Draft, of: str, by: str) -> str | None:
    """Return the quantity that nothing reads, is made of `by`, and always has the value of another."""
    read = {name for other in draft.equations for name in below(draft, other) - {other}}
    ends = [name for name in draft.equations if name not in read and name != of and by in below(draft, name)]
    same = [name for name in ends if of not in below(draft, name) and _same_value(draft, of, name)]
    return same[0] if len(same) == 1 else None


def _same_value(draft: Draft, a: str, b: str) -> bool:
    first, second = (_put_in(draft, symbol(name)) for name in (a, b))
    if first is None or second is None or set(names_in(first)) != set(names_in(second)):
        return False
    inputs = sorted(names_in(first))
    try:
        program = Program([symbol(n) for n in inputs], [(symbol(" a"), first), (symbol(" b"), second)], definitions(()))
    except (UnknownValueError, ReadError):
        return False
    draw = random.Random(0)
    for _ in range(_DRAWS):
        left, right = program.run([draw.uniform(-1.5, 1.5) for _ in inputs])
        if not abs(left - right) <= 1e-9 * max(1.0, abs(left)):
            return False
    return bool(inputs)


def _put_in(draft: Draft, expr: Expr) -> Expr | None:
    """Return an expression over what has no formula; None where that goes in a circle, or on and on."""
    for _ in range(_MOST_NAMES):
        inside = [name for name in names_in(expr) if name in draft.equations]
        if not inside:
            return expr
        expr = replace(expr, {symbol(name): draft.equations[name][1] for name in inside})
    return None
