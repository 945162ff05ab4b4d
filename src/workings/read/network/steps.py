r"""A formula that the page also works out in steps: the quantity and the last of them are one.

    f(x, w) = 1/(1 + exp(−w x))        h₁ = w x,  h₂ = −h₁,  h₃ = exp(h₂),  h₄ = 1 + h₃,  h₅ = 1/h₄

Where the page differentiates f by h₃, f is meant as what is made of h₃: as h₅, which always has its value.
"""

from __future__ import annotations

from workings.graph.expr import Expr, replace, symbol
from workings.graph.expr import names as names_in
from workings.graph.speakers.floats import same_values
from workings.graph.writing.spelling import plain as plain_name
from workings.read.network.draft import Draft, below, slopes

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
    return first is not None and second is not None and bool(names_in(first)) and same_values(first, second)


def _put_in(draft: Draft, expr: Expr) -> Expr | None:
    """Return an expression over what has no formula; None where that goes in a circle, or on and on."""
    for _ in range(_MOST_NAMES):
        inside = [name for name in names_in(expr) if name in draft.equations]
        if not inside:
            return expr
        expr = replace(expr, {symbol(name): draft.equations[name][1] for name in inside})
    return None
