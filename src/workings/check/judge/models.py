"""Functions that the text leaves open, and examples for them: f(u) = u², then u³, then others.

An example refutes a claim that is about every f, as f′(u) = f(u) u is. Where f stands on one side only, the claim
rather says what f is, and no example of ours may refute it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workings.check.judge.formulas import Formulas
from workings.graph.expr import Call, Expr, number, postorder, symbol
from workings.graph.network import Function, Network
from workings.graph.ops.arithmetic import add, mul, power


def open_calls(*roots: Expr) -> list[Call]:
    """Return the functions without a body that stand in flat expressions, with what they are applied to."""
    return [part for part in postorder(*roots) if isinstance(part, Call)]


def one_sided(left: Expr, right: Expr) -> str:
    """Return an open function that stands on one side only, or whose derivative the right side lacks; else nothing."""
    mine, yours = open_calls(left), open_calls(right)
    apart = {c.function for c in mine} ^ {c.function for c in yours}
    lacking = {c.function for c in mine if any(c.orders)} - {c.function for c in yours if any(c.orders)}
    return min(apart | lacking, default="")


def examples(calls: Iterable[Call], others: int = 0) -> dict[str, Function]:
    """Return a concrete function for each one that the text leaves open, and other ones for other numbers."""
    found: dict[str, Function] = {}
    for part in sorted(calls, key=lambda c: c.function):
        if part.function not in found:
            own = tuple(f"u{i + 1}" if len(part.args) > 1 else "u" for i in range(len(part.args)))
            found[part.function] = Function(part.function, own, _generic(own, len(found) + others))
    return found


def _generic(parameters: Sequence[str], count: int) -> Expr:
    """Return a polynomial that treats its parameters differently, and functions differently by `count`.

    A function of nothing is a number.
    """
    if not parameters:
        return number(2 + count)
    total: Expr | None = None
    everything: Expr | None = None
    for index, name in enumerate(parameters):
        u = symbol(name)
        own = power(u, number(2 + (index + count) % 2))
        term = mul(number(index + 1), own) if index or count else power(u, number(2))
        if count > 1:
            term = add(term, mul(number(count), u))
        total = term if total is None else add(total, term)
        everything = u if everything is None else mul(everything, u)
    assert total is not None
    assert everything is not None
    return add(total, everything) if len(parameters) > 1 else total


def with_examples(pair: tuple[Expr, Expr], functions: Mapping[str, Function]) -> tuple[Expr, Expr]:
    """Return two expressions with examples put in for their open functions."""
    if not functions:
        return pair
    inner = Formulas(Network((), functions=functions))
    return inner.flat(pair[0]), inner.flat(pair[1])
