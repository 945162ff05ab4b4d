"""Names of the person's own that are by custom slopes: δ, and a function that is the derivative of another."""

from __future__ import annotations

from fractions import Fraction

from workings.check.claims.chain import Said
from workings.check.claims.known import Known
from workings.check.verdict import PROVED, undecided
from workings.graph.expr import ZERO, Expr, call, number, partial, symbol
from workings.graph.names import named
from workings.graph.network import Function
from workings.graph.ops.arithmetic import mul, neg
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import WrittenLine

#: A person's δ may leave out the factor of the loss: δ = t − y for E = (t − y)².
_FACTORS = {"½": Fraction(1, 2), "2": Fraction(2)}
#: Letters and words that people call the errors of units by.
_ERRORS = frozenset(("E", "e", "D", "err", "error", "Error"))


def slope_by_custom(known: Known, line: WrittenLine, name: str, opened: Expr) -> tuple[Said, ...]:
    """Say where `δ = …` is, as is the custom, the slope of the error by what a unit is given."""
    error = known.network.error
    if error is None or error not in known.meaning.formulas:
        return ()
    shown, part = plain_name(name), ""
    for quantity in (*known.network.order, *known.meaning.added):
        if quantity in (name, error):
            continue
        slope = known.opened(partial(symbol(error), symbol(quantity)))
        if known.judge.same(slope, ZERO):
            # What the error does not reach tells nothing of a name: 0 is any multiple of it.
            continue
        of = f"∂{plain_name(error)}/∂{plain_name(quantity)}"
        for sign, signed in (("", slope), ("−", neg(slope))):
            if known.judge.same(opened, signed):
                return (Said(line.sides[1], PROVED, f"definition; {shown} = {sign}{of}"),)
            for factor, value in _FACTORS.items():
                if known.judge.same(opened, mul(number(value), signed)):
                    part = f"{sign}{factor} {of}"
    if known.meaning.is_open(symbol(error)):
        why = f"whether `{shown}` is a slope of `{plain_name(error)}` cannot be told: that is left open"
    elif part:
        why = f"it is {part}; by custom `{shown}` is a slope without a factor"
    else:
        why = (
            f"`{shown}` is introduced here; by custom it is the slope of {plain_name(error)} by some "
            "quantity of the network, and it is none of those"
        )
    return (Said(line.sides[1], undecided(why)),)


def error_of_its_unit(known: Known, line: WrittenLine, name: str, opened: Expr) -> tuple[Said, ...]:
    """Say where a name like E_h is the slope of what is minimised by a quantity with that subscript, Z_h.

    People call those the errors of units; a name that is none of them claims nothing.
    """
    error, own = known.network.error, named(name)
    place = (own.digits, own.subscripts)
    if error is None or error not in known.meaning.formulas or own.base not in _ERRORS or place == ("", ()):
        return ()
    for quantity in known.network.order:
        if quantity not in (name, error) and (named(quantity).digits, named(quantity).subscripts) == place:
            slope = known.opened(partial(symbol(error), symbol(quantity)))
            if known.judge.same(opened, slope):
                rule = f"definition; {plain_name(name)} = ∂{plain_name(error)}/∂{plain_name(quantity)}"
                return (Said(line.sides[1], PROVED, rule),)
    return ()


def function_by_custom(known: Known, line: WrittenLine, function: Function) -> tuple[Said, ...]:
    """Say where a function of the person's own, `d(x) = s(x) (1 − s(x))`, is the derivative of another.

    What the network itself applies is no such function.
    """
    if len(function.parameters) != 1 or function.name in known.network.functions:
        return ()
    at = symbol(function.parameters[0])
    for other in known.network.functions.values():
        if other.body is not None and len(other.parameters) == 1 and other.name != function.name:
            slope = call(other.name, (at,), (1,))
            if known.judge.same(call(function.name, (at,)), slope):
                rule = f"definition; {plain_name(function.name)} = {plain_name(other.name)}′"
                return (Said(line.sides[1], PROVED, rule),)
    return ()
