"""For which other network would this line be right?

A line is often right, for another loss or another output: `ŷ − y` is ∂E/∂z for cross-entropy behind a logistic output,
and for ½(ŷ − y)² it is not. So a refuted line is tried against a small family of networks, each one change away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from workings.check.explain.case import Case
from workings.check.explain.hypothesis import Hypothesis, Supposed
from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.graph.expr import ONE, TWO, Apply, Call, Expr, Number, names, number, postorder, symbol
from workings.graph.expr import replace as put_in
from workings.graph.network import Network
from workings.graph.op import OPS
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.ops.pointwise import log, logistic, tanh
from workings.graph.ops.selection import relu
from workings.graph.terms import opposite, terms
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name


def _for_another(case: Case) -> Iterator[Supposed]:
    """Yield the claim in each network of a small family, every one a change away."""
    for words, other in _family(case.network):
        meaning = Meaning(other)
        try:
            for name, formula in case.meaning.added.items():
                meaning.define(name, formula)
            sides = (meaning.opened(side, case.claim.reading) for side in (case.claim.left, case.claim.right))
            yield Supposed(*sides, judge=Judge(meaning), words=words)
        except (NotGivenError, LimitError, ValueError):
            continue


#: All of one cost: where two fit, both are told; more would tell nothing.
NETWORKS: tuple[Hypothesis, ...] = (
    Hypothesis("another network", "It would be right for {}.", 10, "refuted", _for_another),
)


def _family(network: Network) -> Iterator[tuple[str, Network]]:
    error = network.error
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
                yield f"{words}, {plain_name(error)} = {plain(other)}", _with(network, error, other)
        swapped = put_in(formula, {o: t, t: o})
        if swapped is not formula:
            yield f"{plain_name(output)} and {plain_name(target)} exchanged", _with(network, error, swapped)
        for words, act in _ACTIVATIONS:
            inside = _inside(network, output)
            if inside is not None and act(inside) is not network.formulas[output]:
                yield f"{words}, {plain_name(output)} = {plain(act(inside))}", _with(network, output, act(inside))
    count = len(terms(formula, add))
    if count > 1:
        mean = div(formula, number(count))
        yield f"the mean of the {count} terms in the place of their sum", _with(network, error, mean)
    if isinstance(formula, Apply) and formula.op is div and isinstance(formula.args[1], Number):
        yield "the sum in the place of the mean", _with(network, error, formula.args[0])


def _with(network: Network, name: str, formula: Expr) -> Network:
    equations = tuple(replace(e, formula=formula) if e.name == name else e for e in network.equations)
    return replace(network, equations=equations)


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
    ("a logistic output", logistic),
    ("a tanh output", tanh),
    ("a relu output", relu),
)


def _inside(network: Network, output: str) -> Expr | None:
    """Return what the output's activation is applied to."""
    formula = network.formulas.get(output)
    if isinstance(formula, Call):
        function = network.functions.get(formula.function)
        if (
            len(formula.args) == 1
            and function is not None
            and set(names(function.body or ONE)) <= set(function.parameters)
        ):
            return formula.args[0]
        unfolded = function.unfold(formula.args) if function is not None else None
        if isinstance(unfolded, Call) and len(unfolded.args) == 1:
            return unfolded.args[0]
        return None
    if isinstance(formula, Apply) and formula.op.arity == 1 and formula.op is not neg:
        return formula.args[0]
    if isinstance(formula, Apply) and formula.op is div and formula.args[0] is ONE:
        for part in postorder(formula.args[1]):
            if isinstance(part, Apply) and part.op in (OPS["exp"], OPS["e_power"]):
                return opposite(part.args[0])
    return None
