"""Which output is to equal which target."""

from __future__ import annotations

from workings.graph.expr import symbol
from workings.graph.network import definitions
from workings.graph.speakers.floats import Program
from workings.run.descent import Descent


def output_pairs(descent: Descent) -> list[tuple[str, str]]:
    """Return the outputs with the targets that they are to equal.

    An output and a target belong together where one formula reads both, no other of either kind, and the derivative of
    that formula by the output is 0 where they are equal: so it is for the squared error and for cross-entropy.
    """
    network, derivation = descent.network, descent.derivation
    moved = {quantity for weight in descent.weights for quantity in network.above(weight)}
    needed = network.below(derivation.error)
    targets = set(network.of_role("target"))
    found: list[tuple[str, str]] = []
    for name in network.order:
        if name not in needed:
            continue
        read = network.direct[name]
        outputs = [n for n in read if n in moved]
        aims = [n for n in read if n in targets and n not in moved]
        if len(outputs) == 1 and len(aims) == 1 and _is_least_at_equal(descent, name, outputs[0], aims[0]):
            found.append((outputs[0], aims[0]))
    return found


def _is_least_at_equal(descent: Descent, name: str, output: str, target: str) -> bool:
    """Say whether a formula is least where an output equals its target, tried at three targets and beside them."""
    network = descent.network
    others = [n for n in network.direct[name] if n not in (output, target)]
    fixed = descent.fixed
    if any(n not in fixed for n in others):
        return False
    leaves = [symbol(n) for n in (output, target, *others)]
    program = Program(leaves, [(symbol(name), network.formulas[name])], definitions(network.functions.values()))
    rest = [fixed[n] for n in others]
    for wanted in (0.25, 0.5, 0.75):
        here, *beside = (program.run([wanted + step, wanted, *rest])[0] for step in (0.0, -0.01, 0.01))
        if not all(value > here for value in beside):
            return False
    return True
