"""A sweep's points in the interpreter: what the kernel does to a group of lanes, for one point, step by step.

It says what a sweep means, runs where a machine has no native code, and is what the kernel is held against.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from workings.run.descent import Descent
from workings.run.kernel import sweep as rules

_STEPS_BETWEEN_STOPS = 256


class Played(NamedTuple):
    """Where a point ended; the indices of the checks at which it had settled and was within the tolerance."""

    state: tuple[float, ...]
    error: float
    settled: int
    reached: int
    fate: int


class StoppedError(Exception):
    """Whoever asked for a point no longer wants it."""


def play(
    descent: Descent, state: Sequence[float], asked: tuple[int, int, int, float], stopped: Callable[[], bool]
) -> Played:
    """Train a point and say what became of it; `asked` are the steps, those between checks, the checks, the tolerance.

    Raises:
        StoppedError: when `stopped` says so.
    """
    steps, every, checks, tolerance = asked

    def advanced(state: Sequence[float], first: int, last: int) -> Sequence[float]:
        for number in range(first, last):
            if number % _STEPS_BETWEEN_STOPS == 0 and stopped():
                raise StoppedError
            _, state = descent.step(state, number + 1)
        return state

    errors = [descent.error_of(state)]
    for check in range(checks):
        state = advanced(state, check * every, (check + 1) * every)
        errors.append(descent.error_of(state))
    size = descent.passes.steps
    watched = min((steps - checks * every) // size, rules.LAST_PASSES)
    begin = steps - watched * size
    state = advanced(state, checks * every, begin)
    turned, moves = False, [0.0] * len(descent.weights)
    for turn in range(watched):
        before, state = state, advanced(state, begin + turn * size, begin + (turn + 1) * size)
        for index, last in enumerate(moves):
            move = moves[index] = state[index] - before[index]
            least = max(abs(state[index]), 1.0) * rules.TURN
            turned = turned or (move * last < 0 and least < abs(move) and least < abs(last))
    errors.append(descent.error_of(state))
    return _judged(descent, tuple(state), errors, turned, (steps, every, tolerance))


def _judged(
    descent: Descent, state: tuple[float, ...], errors: Sequence[float], turned: bool, asked: tuple[int, int, float]
) -> Played:
    steps, every, tolerance = asked
    final, end = errors[-1], len(errors) - 1
    near = abs(errors[0] - final) * rules.SETTLED
    settled, reached, staying = end, -1, True
    for index in range(end, -1, -1):
        staying = staying and abs(errors[index] - final) <= near
        settled = index if staying else settled
        reached = index if errors[index] <= tolerance else reached
    if not all(map(math.isfinite, (*errors, *state[: len(descent.weights)]))):
        fate = rules.DIVERGED
    elif turned:
        fate = rules.OSCILLATED
    elif settled < end and settled <= int(steps * rules.EARLY) // every:
        ends = [descent.programs.ends[name] for name in descent.weights]
        at_edge = any(value in (found or ()) for value, found in zip(state, ends, strict=False))
        fate = rules.EDGE if at_edge else rules.CONVERGED
    else:
        fate = rules.MOVING
    return Played(state, final, settled, reached, fate)
