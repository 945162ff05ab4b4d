"""For which other network would this line be right?

A line is often right, for another loss or another output: `ŷ − y` is ∂E/∂z for cross-entropy behind a logistic output,
and for ½(ŷ − y)² it is not. So a refuted line is tried against a small family of networks, each one change away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from workings.check.explain.case import Case, claim_of, with_formulas
from workings.check.explain.functions import BY_VALUE, inside
from workings.check.explain.hypothesis import Hypothesis, Supposed
from workings.graph.expr import ONE, TWO, Apply, Expr, Number, names, number, symbol
from workings.graph.expr import replace as put_in
from workings.graph.network import Network
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.ops.pointwise import log
from workings.graph.ops.selection import relu
from workings.graph.terms import terms
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name


def _for_another(case: Case) -> Iterator[Supposed]:
    """Yield the claim in each network of a small family, every one a change away."""
    for words, other in _family(case):
        with suppress(ValueError):
            yield from claim_of(case, other, words)


#: All of one cost: where two fit, both are told; more would tell nothing.
NETWORKS: tuple[Hypothesis, ...] = (
    Hypothesis("another network", "It would be right for {}.", 10, "refuted", _for_another),
)


def _family(case: Case) -> Iterator[tuple[str, Network]]:
    network, error = case.network, case.network.error
    if error is None:
        return
    formula = network.formulas[error]
    pair = _output_and_target(network, formula)
    if pair is not None:
        output, target = pair
        o, t = symbol(output), symbol(target)
        for words, loss in _LOSSES:
            other = loss(o, t)
            if other is not formula:
                yield f"{words}, {plain_name(error)} = {plain(other)}", with_formulas(network, {error: other})
        swapped = put_in(formula, {o: t, t: o})
        if swapped is not formula:
            yield f"{plain_name(output)} and {plain_name(target)} exchanged", with_formulas(network, {error: swapped})
        z, shown = inside(case.meaning, output), plain_name(output)
        acts = [(words, act(z)) for words, act in _ACTIVATIONS] if z is not None else []
        for words, other in acts:
            if other is not network.formulas[output]:
                yield f"{words}, {shown} = {plain(other)}", with_formulas(network, {output: other})
    count = len(terms(formula, add))
    if count > 1:
        mean = div(formula, number(count))
        yield f"the mean of the {count} terms in the place of their sum", with_formulas(network, {error: mean})
    if isinstance(formula, Apply) and formula.op is div and isinstance(formula.args[1], Number):
        yield "the sum in the place of the mean", with_formulas(network, {error: formula.args[0]})


def _output_and_target(network: Network, formula: Expr) -> tuple[str, str] | None:
    """Return the output and the target that a loss compares: of its two names, the one that a weight reaches."""
    read = names(formula)
    if len(read) != 2:
        return None
    moved = [n for n in read if network.below(n) & set(network.weights)]
    if len(moved) != 1:
        return None
    return moved[0], next(n for n in read if n != moved[0])


def _cross_entropy(o: Expr, t: Expr) -> Expr:
    return neg(add(mul(t, log(o)), mul(sub(ONE, t), log(sub(ONE, o)))))


_LOSSES: tuple[tuple[str, Callable[[Expr, Expr], Expr]], ...] = (
    ("half the squared error", lambda o, t: mul(div(ONE, TWO), power(sub(o, t), TWO))),
    ("the squared error", lambda o, t: power(sub(o, t), TWO)),
    ("cross-entropy", _cross_entropy),
    ("the negative logarithm", lambda o, _: neg(log(o))),
)
_ACTIVATIONS: tuple[tuple[str, Callable[[Expr], Expr]], ...] = (
    ("an output without activation", lambda z: z),
    *((f"a {known.op.name} output", known.op) for known in BY_VALUE),
    ("a relu output", relu),
)
