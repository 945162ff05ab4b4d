"""Names to which a page gives several numbers, one behind the other: which of them does it mean?

    w₁ = 0.15,  w₁ = 0.2          perhaps an index is mistyped; nobody can tell yet which number w₁ has
    z = w₁ x = 0.15 · 0.5         here it is put in for the name: from here on w₁ has that number

A number that lines have gone by is past where another is given, and nothing puts it in again.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from workings.check.claims.chain import Chain
from workings.check.claims.known import Known
from workings.check.claims.numbers import Given
from workings.check.judge.budget import UnsettledError
from workings.graph.alike import bound
from workings.graph.expr import Expr, Symbol, names
from workings.graph.speakers.floats import constant_value

if TYPE_CHECKING:
    from flint import arb


def settle(known: Known, chain: Chain, raw: Expr) -> None:
    """Take those of several numbers that a side puts in for names, where it is a formula above in numbers."""
    numbers, subject = known.numbers, chain.symbolic
    if isinstance(subject, Symbol):
        subject = known.meaning.formulas.get(subject.name)
    if subject is None or not numbers.rivals:
        return
    chosen: dict[str, tuple[Given, list[Given]]] = {}
    for name, value in bound(subject, raw).items():
        if name not in numbers.written:
            # Nobody gives it a number, or only a line that was not checked.
            continue
        offered = [Given(numbers.given[name], numbers.written[name]), *numbers.rivals.get(name, ())]
        fits = [constant_value(one.written) == constant_value(value) for one in offered]
        if not any(fits):
            # It is not this formula whose numbers are put in.
            return
        taken = offered.pop(fits.index(True))
        if name in numbers.rivals:
            chosen[name] = (taken, offered)
    for name, (taken, others) in chosen.items():
        numbers.given[name], numbers.written[name] = taken
        numbers.rivals[name] = others
        numbers.several.discard(name)


def gone_by(known: Known, chain: Chain) -> None:
    """Remember the names on whose numbers a line rests."""
    subject = chain.subject
    with suppress(UnsettledError):
        if subject is not None:
            known.numbers.used |= set(names(known.numbers.at_given(known.opened(subject))))


def may_be_another(known: Known, opened: Expr, mine: arb) -> set[str]:
    """Return the names by another number of which a value may be right."""
    numbers = known.numbers
    with suppress(UnsettledError):
        inside = {name for name in names(numbers.at_given(opened)) if numbers.rivals.get(name)}
        if len(inside) != 1:
            return inside
        (name,) = inside
        values = (numbers.value(opened, {name: other.value}) for other in numbers.rivals[name])
        return inside if any(value is not None and value.overlaps(mine) for value in values) else set()
    return set()
