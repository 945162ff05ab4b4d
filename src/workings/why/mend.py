"""What would mend it, tried: the network with a bias, with weights that may be any number, from another start.

Each trial trains the changed network as the experiment trains its own, and says what the error was and became.
"""

from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workings.derive import backprop
from workings.derive.step import Prose
from workings.errors import ReadError
from workings.graph.expr import ZERO, Apply, Call, Expr, Symbol, postorder, replace, symbol
from workings.graph.network import Declaration, Interval, Network, Reals
from workings.graph.op import Named
from workings.graph.ops.arithmetic import add, neg, sub
from workings.graph.writing.spelling import free_name
from workings.run.train import train
from workings.why.experiment import Experiment
from workings.why.forms import without_free_names
from workings.why.words import listed

#: Starts that are tried, each by a seed of its own, until one is better.
_SEEDS = range(1, 9)


@dataclass(frozen=True)
class Trial:
    """A change that was tried: the errors (of one pattern, or the mean) that the run reached without and with it.

    `seed` is the one by which a start was drawn, None where the start is the experiment's.
    """

    change: Prose
    pattern: int | None
    before: float
    after: float
    seed: int | None = None

    @property
    def mends(self) -> bool:
        """Whether the error reached is a tenth, or less."""
        return 0 <= self.after <= 0.1 * self.before

    @property
    def helps(self) -> bool:
        """Whether the error reached is less by a tenth of its size or more."""
        return self.after < self.before - 0.1 * abs(self.before)


def trial(
    experiment: Experiment, change: Prose, network: Network, pattern: int | None, *,
    start: Mapping[str, float] | None = None, seed: int | None = None,
) -> Trial | None:  # fmt: skip
    """Train a changed network from the start, or another; None where it cannot be run or leaves the numbers."""
    begin = dict(zip(experiment.weights, experiment.start, strict=True)) | dict(start or {})
    try:
        derived = backprop.derive(network)
        run = train(
            derived,
            asked_rate=experiment.rate,
            steps=experiment.steps,
            start=begin,
            settings=experiment.descent.settings,
        )
    except ReadError:
        return None
    if run.stopped == "non_finite" or not math.isfinite(run.error):
        return None
    ended = [run.weights[name] for name in run.names]
    after = run.error if pattern is None else run.descent.error_at(ended, pattern)
    return Trial(change, pattern, reached(experiment, pattern), after, seed)


def reached(experiment: Experiment, pattern: int | None) -> float:
    """Return the error that the experiment's own run reached."""
    history = experiment.history
    return experiment.error_at(history.state_after(history.steps)[: len(experiment.weights)], pattern)


def another_start(experiment: Experiment, weights: Sequence[str], pattern: int | None = None) -> Trial | None:
    """Try other starts of some weights, drawn by seeds, until one is better; return the best of them."""
    best: Trial | None = None
    for seed in _SEEDS:
        chance = random.Random(seed)
        drawn: dict[str, float] = {}
        for name in weights:
            low, high = experiment.descent.programs.ends[name] or (-1.0, 1.0)
            drawn[name] = chance.uniform(low, high)
        change: Prose = ("another start of ", *listed(weights), f", drawn by seed {seed}")
        found = trial(experiment, change, experiment.network, pattern, start=drawn, seed=seed)
        if found is not None and (best is None or found.after < best.after):
            best = found
        if best is not None and best.mends:
            break
    return best


def freed(network: Network) -> Network:
    """Return the network with every weight any real number."""
    declared = {
        name: dataclasses.replace(d, domain=Reals()) if isinstance(d.domain, Interval) and d.role == "weight" else d
        for name, d in network.declarations.items()
    }
    return dataclasses.replace(network, declarations=declared)


def with_bias(network: Network) -> tuple[Network, tuple[str, ...]]:
    """Return the network with a bias in every unit that has none: A(w x) becomes A(w x + b); and their names.

    A unit is a function of one argument whose argument adds up terms with weights.
    """
    taken = {*network.declarations, *network.formulas, *network.functions}
    biases: list[str] = []
    formulas = {name: without_free_names(network, formula) for name, formula in network.formulas.items()}
    needed = network.below(network.error) if network.error else frozenset(network.formulas)

    def biased(argument: Expr) -> Expr:
        name = free_name("b", taken, "" if not biases and "b" not in taken else str(len(biases) + 1))
        taken.add(name)
        biases.append(name)
        return add(argument, symbol(name))

    weights = frozenset(network.weights)
    for name in network.order:
        if name not in needed:
            continue
        for part in tuple(postorder(formulas[name])):
            argument = unit_argument(part)
            if argument is None:
                continue
            if isinstance(argument, Symbol) and argument.name in formulas:
                inner = formulas[argument.name]
                if _wants_bias(inner, network, weights):
                    formulas[argument.name] = biased(inner)
            elif _wants_bias(argument, network, weights):
                formulas[name] = replace(formulas[name], {argument: biased(argument)})
    equations = tuple(dataclasses.replace(e, formula=formulas[e.name]) for e in network.equations)
    declared = {**network.declarations, **{b: Declaration(b, "weight", Reals()) for b in biases}}
    starts = {**network.starts, **dict.fromkeys(biases, ZERO)}
    return dataclasses.replace(network, equations=equations, declarations=declared, starts=starts), tuple(biases)


def without_activation(network: Network, output: str) -> Network | None:
    """Return the network whose output is what its unit is applied to; None where the output is no unit."""
    argument = unit_argument(network.formulas[output])
    if argument is None:
        return None
    equations = (
        dataclasses.replace(e, formula=argument) if e.name == output else e for e in network.equations
    )  # fmt: skip
    return dataclasses.replace(network, equations=tuple(equations))


def unit_argument(part: Expr) -> Expr | None:
    """Return what a function of one argument is applied to, None for anything else."""
    if isinstance(part, Call) and len(part.args) == 1 and not any(part.orders):
        return part.args[0]
    if isinstance(part, Apply) and part.op.arity == 1 and isinstance(part.op.layout, Named):
        return part.args[0]
    return None


def _wants_bias(argument: Expr, network: Network, weights: frozenset[str]) -> bool:
    """Say whether an argument reads a weight, and adds none to it as it is."""
    terms, stack = list[Expr](), [argument]
    while stack:
        top = stack.pop()
        if isinstance(top, Apply) and top.op in (add, sub, neg):
            stack += top.args
        else:
            terms.append(top)
    alone = any(isinstance(term, Symbol) and term.name in weights for term in terms)
    return not alone and any(name in weights for name in network.reads(argument))
