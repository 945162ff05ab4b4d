"""Does the size of the gradient matter, or only its sign? Four descents from one start, and what each reaches.

Where the gradient is not 0, a step s = −D g with any positive factors D changes the error by −g·D g + …, which is
negative to first order: small enough, every such step lowers the error. So the sign alone decides *whether*; the size
decides how fast, and whether the steps shrink as the slope does and settle, or go on swinging across the lowest point.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workings.derive.step import Prose
from workings.graph.expr import symbol
from workings.why.answer import Answer, Finding
from workings.why.experiment import Experiment, Vector
from workings.why.words import count, joined, shown

#: Random factors are drawn from (0, 2): their mean is the proportional step's 1.
_FACTORS = 2.0
#: The errors of so many steps are kept, evenly spread; and the last moves are looked at for a swing.
_KEPT, _LAST = 240, 24

#: From the gradient, and chance, what is taken off the weights, before the rate.
Rule = Callable[[Vector, random.Random], Vector]


def _sign(value: float) -> float:
    return 0.0 if value == 0 else math.copysign(1.0, value)


#: What is subtracted, by the name of the descent and how it is written.
_RULES: tuple[tuple[str, str, Rule], ...] = (
    ("proportional", "{} g", lambda g, _: g),
    ("sign only", "{} sign(g)", lambda g, _: [_sign(v) for v in g]),
    ("random positive factors", "{} r g, r drawn from (0, 2)", lambda g, r: [r.uniform(0.0, _FACTORS) * v for v in g]),
    ("wrong sign", "−{} g", lambda g, _: [-v for v in g]),
)


@dataclass(frozen=True, slots=True)
class Swing:
    """A weight that goes to and fro at the end of a descent, between two numbers."""

    weight: str
    low: float
    high: float

    @property
    def size(self) -> float:
        """How far it swings."""
        return self.high - self.low


@dataclass(frozen=True)
class Variant:
    """One way to step: the mean error before each of `at`, where it ended, and when it had come within a hundredth.

    `settled` is the step after which the error stayed within a hundredth of its whole change from its last value;
    None where it did not change. `stopped` is the step that moved nothing any more, None if all moved something.
    """

    name: str
    formula: str
    at: tuple[int, ...]
    errors: tuple[float, ...]
    weights: tuple[float, ...]
    settled: int | None
    stopped: int | None
    swings: tuple[Swing, ...]
    steps: int

    @property
    def last(self) -> float:
        """The mean error at the end."""
        return self.errors[-1]


@dataclass(frozen=True)
class Sign(Answer):
    """The four descents."""

    rate: float
    variants: tuple[Variant, ...]


def sign(experiment: Experiment) -> Sign:
    """Answer with four descents from the start at the run's rate, each step by the mean gradient over the patterns."""
    letter = experiment.letters[1]
    variants = tuple(_run(experiment, name, formula.format(letter), rule) for name, formula, rule in _RULES)
    findings = (_any_factor(experiment), _compared(experiment, variants), *_ends(experiment, variants))
    error, _ = experiment.letters
    laws = (
        (f"{error}(w − D g) − {error}(w)", "−g · D g + …", "less than 0 for positive factors D that are small enough"),
    )
    return Sign("sign", findings, laws, experiment.rate, variants)


def _run(experiment: Experiment, name: str, formula: str, rule: Rule) -> Variant:
    rate, steps = experiment.rate, experiment.steps
    chance = random.Random(experiment.seed)
    state, states = list(experiment.start), list[Vector]()
    every = max(1, steps // _KEPT)
    at, errors = [0], [experiment.error_at(state)]
    stopped, number = None, 0
    while number < steps and math.isfinite(errors[-1]):
        after = experiment.stepped(state, rule(experiment.gradient(state), chance), rate)
        states = [*states[-_LAST:], state]
        if after == state:
            stopped = number
            break
        state, number = after, number + 1
        if number % every == 0 or number == steps:
            at.append(number)
            errors.append(experiment.error_at(state))
    if at[-1] != number:
        at.append(number)
        errors.append(experiment.error_at(state))
    swings = () if stopped is not None or not math.isfinite(errors[-1]) else _swings(experiment, [*states, state])
    settled = _settled(at, errors)
    return Variant(name, formula, tuple(at), tuple(errors), tuple(state), settled, stopped, swings, number)


def _settled(at: Sequence[int], errors: Sequence[float]) -> int | None:
    """Return the first step from which the error stays within a hundredth of its whole change from its last value."""
    change = abs(errors[-1] - errors[0])
    if not change or not math.isfinite(change):
        return None
    found = len(at) - 1
    while found > 0 and abs(errors[found - 1] - errors[-1]) <= change / 100:
        found -= 1
    return at[found]


def _swings(experiment: Experiment, states: Sequence[Vector]) -> tuple[Swing, ...]:
    """Return the weights whose moves turn back again and again, without dying away."""
    found: list[Swing] = []
    for k, name in enumerate(experiment.weights):
        values = [state[k] for state in states]
        moves = [b - a for a, b in pairwise(values) if b != a]
        turns = sum(a * b < 0 for a, b in pairwise(moves))
        if len(moves) < _LAST // 2 or turns < len(moves) * 2 // 3:
            continue
        # What dies away or grows, or only wanders off with a wobble, is no swing.
        first, last = (max(map(abs, part)) for part in (moves[: len(moves) // 2], moves[len(moves) // 2 :]))
        lasts = first / 4 < last < 2 * first
        if lasts and max(values) - min(values) < 2.5 * max(map(abs, moves)):
            found.append(Swing(name, min(values), max(values)))
    return tuple(found)


def _any_factor(experiment: Experiment) -> Finding:
    return Finding((
        "Wherever the gradient g = ∇", experiment.error, " is not 0, a step −D g with any positive factors D lowers "
        "the error if it is small enough: to first order it changes it by −g·D g < 0. So whether a small step helps "
        "is decided by the signs alone; the size decides how fast, and whether the descent settles.",
    ), "proved", {}, (("the error is differentiable there",),))  # fmt: skip


def _compared(experiment: Experiment, variants: Sequence[Variant]) -> Finding:
    told: list[Prose] = []
    numbers: dict[str, float] = {"before": variants[0].errors[0]}
    for variant in variants:
        numbers[variant.name] = variant.last
        reached = shown(variant.last) if math.isfinite(variant.last) else "no finite number"
        told.append((f"{variant.name} {reached} in {count(variant.steps, 'step')}",))
    return Finding((
        "Four descents from ", *experiment.here, ", each by the mean gradient over the patterns" if
        len(experiment.patterns) > 1 else "", f", with {experiment.letters[1]} = {shown(experiment.rate)}. From the "
        f"error {shown(variants[0].errors[0])}, ", *joined(told, "; ", "; "), ".",
    ), "measured", numbers)  # fmt: skip


def _ends(experiment: Experiment, variants: Sequence[Variant]) -> list[Finding]:
    """Say how the descent by the sign alone ends: at an edge, in a swing, or still on its way."""
    proportional, only = variants[0], variants[1]
    if only.swings:
        swing = max(only.swings, key=lambda s: s.size)
        how = "leave the finite numbers" if not math.isfinite(proportional.last) else "do not swing"
        settles = f"The proportional steps {'swing too' if proportional.swings else how}"
        return [Finding((
            "By the sign alone it does not settle: at the end ", symbol(swing.weight), " swings between "
            f"{shown(swing.low)} and {shown(swing.high)}, {shown(swing.size)} apart, which is "
            f"{shown(swing.size / experiment.rate)} {experiment.letters[1]}: the slope changes its sign there, "
            f"and a step that cannot shrink goes to and fro. {settles} here.",
        ), "measured", {"low": swing.low, "high": swing.high, "rate": experiment.rate})]  # fmt: skip
    edges = [
        name for name, value in zip(experiment.weights, only.weights, strict=True)
        if (ends := experiment.descent.programs.ends[name]) is not None and value in ends
    ]  # fmt: skip
    if edges and only.stopped is not None:
        where = joined(
            [(symbol(name), f" = {shown(only.weights[experiment.weights.index(name)])}") for name in edges[:3]]
        )
        runs = "runs to the edge " if only.stopped else "stays at the edge "
        return [Finding((
            f"By the sign alone it {runs}", *where, " and is held there: no lowest point inside is "
            "crossed, so nothing swings.",
        ), "measured", {name: only.weights[experiment.weights.index(name)] for name in edges})]  # fmt: skip
    if only.stopped is None:
        return [Finding((
            f"By the sign alone no weight swings within {count(only.steps, 'step')}: it is still on its way.",
        ), "measured")]  # fmt: skip
    return []
