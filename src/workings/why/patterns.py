"""Whom does a step help? The account of every update, pattern by pattern.

A step s made for pattern i changes the error of pattern j by about g_j·s, which is −α g_i·g_j where nothing holds the
step: patterns whose gradients point the same way learn from each other, those at an angle of more than 90° unlearn what
the other learned. The rows of an account add up to what the step did to all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workings.derive.step import Prose
from workings.graph.expr import Expr
from workings.why.answer import Answer, Finding
from workings.why.experiment import Experiment, Vector, dot
from workings.why.words import count, joined, shown

#: A table of more patterns than this is not told, only summed up; and so many steps of a run are accounted for.
MOST_PATTERNS, MOST_ROWS = 12, 40_000


@dataclass(frozen=True, slots=True)
class Effect:
    """What one step did to the error of one pattern.

    `first` is −α g_i·g_j for a step that nothing holds, g_j·s for the step s that was made; `second` is ½ s·H_j s, what
    the curvature adds; `actual` is the change.
    """

    pattern: int
    first: float
    second: float
    actual: float


@dataclass(frozen=True, slots=True)
class Account:
    """One update: its number, the patterns that it was made for, and what it did to each pattern."""

    step: int
    made_for: tuple[int, ...]
    effects: tuple[Effect, ...]

    @property
    def actual(self) -> float:
        """What the step did to the sum of the errors: the rows add up to it."""
        return sum(effect.actual for effect in self.effects)


@dataclass(frozen=True)
class Patterns(Answer):
    """The products of the gradients at the start, the accounts of the first pass, and the sums over the run.

    `products[i][j]` is g_i·g_j. `totals[i][j]` is the sum of the changes of pattern j's error by the updates made for
    pattern i, over `steps` steps; for updates of several patterns there is one row. `helped` and `hurt` count them.
    """

    labels: tuple[Prose, ...]
    products: tuple[tuple[float, ...], ...]
    accounts: tuple[Account, ...]
    totals: tuple[tuple[float, ...], ...]
    helped: tuple[tuple[int, ...], ...]
    hurt: tuple[tuple[int, ...], ...]
    steps: int


def patterns(experiment: Experiment) -> Patterns:
    """Answer for the run from the experiment's start."""
    slopes = [experiment.gradient(experiment.start, p) for p in experiment.patterns]
    products = tuple(tuple(dot(a, b) for b in slopes) for a in slopes)
    history = experiment.history
    size = history.descent.passes.steps
    first = tuple(accounts(experiment, range(1, min(size, history.steps, MOST_PATTERNS) + 1)))
    steps = min(history.steps, max(size, MOST_ROWS // len(experiment.patterns)))
    totals, helped, hurt = _totals(experiment, steps)
    labels = tuple(experiment.pattern_label(p) for p in experiment.patterns)
    found = Patterns("patterns", (), (), labels, products, first, totals, helped, hurt, steps)
    findings = (
        *_geometry(experiment, slopes, products),
        *_first_steps(experiment, found),
        *_whole_run(experiment, found),
    )
    error, alpha = experiment.letters
    law = f"−{alpha} gᵢ · gⱼ + ½ {alpha}² gᵢ · Hⱼ gᵢ + …"
    laws = ((f"change of {error} at j", law, "of pattern j, by the step for pattern i: less than 0 where it helps"),)
    return Patterns("patterns", findings, laws, labels, products, first, totals, helped, hurt, steps)


def accounts(experiment: Experiment, steps: Sequence[int]) -> Iterator[Account]:
    """Yield the accounts of steps of the run, numbered from 1."""
    history = experiment.history
    size = len(experiment.weights)
    for number in steps:
        before, after = history.state_after(number - 1)[:size], history.state_after(number)[:size]
        move = [b - a for a, b in zip(before, after, strict=True)]
        yield Account(number, history.descent.passes.chosen(number), tuple(
            _effect(experiment, before, after, move, pattern) for pattern in experiment.patterns
        ))  # fmt: skip


def _effect(
    experiment: Experiment, before: Sequence[float], after: Sequence[float], move: Vector, pattern: int
) -> Effect:
    first = dot(experiment.gradient(before, pattern), move)
    second = dot(move, experiment.bend(before, move, pattern)) / 2
    actual = experiment.error_at(after, pattern) - experiment.error_at(before, pattern)
    return Effect(pattern, first, second, actual)


Table = tuple[tuple[float, ...], ...]
Counts = tuple[tuple[int, ...], ...]


def _totals(experiment: Experiment, steps: int) -> tuple[Table, Counts, Counts]:
    """Return what the updates of each pattern did to each, summed over the first steps of the run; and how often."""
    history, size = experiment.history, len(experiment.weights)
    alone = history.settings.batch == 1
    number = len(experiment.patterns)
    rows = number if alone else 1
    totals = [[0.0] * number for _ in range(rows)]
    helped, hurt = [[0] * number for _ in range(rows)], [[0] * number for _ in range(rows)]
    errors = [[experiment.error_at(experiment.start, p) for p in experiment.patterns]]
    state: Sequence[float] = experiment.start
    for step in range(1, steps + 1):
        after = history.state_after(step)[:size]
        errors.append(
            errors[-1] if list(after) == list(state) else [experiment.error_at(after, p) for p in experiment.patterns]
        )
        state = after
    for step, (before, later) in enumerate(pairwise(errors), 1):
        row = history.descent.passes.chosen(step)[0] if alone else 0
        for p, (a, b) in enumerate(zip(before, later, strict=True)):
            totals[row][p] += b - a
            helped[row][p] += b < a
            hurt[row][p] += b > a
    return tuple(map(tuple, totals)), tuple(map(tuple, helped)), tuple(map(tuple, hurt))


def _geometry(experiment: Experiment, slopes: Sequence[Vector], products: Table) -> list[Finding]:
    """Say which patterns pull together at the start and which against each other."""
    number = len(slopes)
    if number == 1:
        return [Finding(("There is one pattern: a step for it cannot hurt another.",), "proved")]
    pairs = [(i, j) for i in range(number) for j in range(i)]
    against = [pair for pair in pairs if products[pair[0]][pair[1]] < 0]
    apart = [pair for pair in pairs if products[pair[0]][pair[1]] == 0]
    together = len(pairs) - len(against) - len(apart)
    numbers = {"pairs": float(len(pairs)), "against": float(len(against)), "apart": float(len(apart))}
    if len(pairs) == 1:
        none = "are at right angles" if all(map(any, slopes)) else "have nothing in common"
        how = "point the same way" if together else "point against each other" if against else none
        return [Finding((
            "At the start the gradients of ", *joined([experiment.pattern_words(p) for p in (0, 1)]), f" {how}: their "
            f"product is {shown(products[1][0])}.",
        ), "measured", numbers)]  # fmt: skip
    told: Prose = (
        f"Of the {len(pairs)} pairs of patterns, {together} {'has' if together == 1 else 'have'} gradients that point "
        "the same way at the start, "
        f"{len(against)} against each other, {len(apart)} with nothing in common",
    )  # fmt: skip
    worst: Prose = (".",)
    if against:
        i, j = min(against, key=lambda pair: products[pair[0]][pair[1]])
        worst = (
            "; most of all ", *experiment.pattern_words(j), " and ", *experiment.pattern_words(i), ", whose "
            f"gradients have the product {shown(products[i][j])}.",
        )  # fmt: skip
    return [Finding((*told, *worst), "measured", numbers)]


def _first_steps(experiment: Experiment, found: Patterns) -> list[Finding]:
    """Say of the step of the first pass that moved most what it did to each pattern."""
    if not found.accounts:
        return []
    account = max(found.accounts, key=lambda a: max(abs(e.first) for e in a.effects))
    made: Prose = (
        experiment.pattern_words(account.made_for[0]) if len(account.made_for) == 1
        else (f"{len(account.made_for)} patterns",)
    )  # fmt: skip
    effects = (
        account.effects if len(account.effects) <= 4 else sorted(account.effects, key=lambda e: -abs(e.actual))[:4]
    )
    told: list[Prose] = [
        (*experiment.pattern_words(e.pattern), f" by {shown(e.actual)} (predicted {shown(e.first)})") for e in effects
    ]
    more: tuple[str | Expr, ...] = () if len(effects) == len(account.effects) else (", and so on",)
    return [Finding((
        f"Step {account.step}, made for ", *made, ", changed the error of ", *joined(told), *more,
        f"; together {shown(account.actual)}.",
    ), "measured", {"sum": account.actual})]  # fmt: skip


def _whole_run(experiment: Experiment, found: Patterns) -> list[Finding]:
    """Say how often, over the run, an update helped and hurt the others."""
    if not found.steps or len(found.labels) == 1:
        return []
    number = len(found.labels)
    numbers = {"steps": float(found.steps)}
    whole = "" if found.steps == experiment.history.steps else f" of the {experiment.history.steps:,}"
    if len(found.totals) == 1:
        hurt = [p for p in range(number) if found.hurt[0][p]]
        worst = max(range(number), key=lambda p: found.hurt[0][p])
        text: Prose = (f"Over {count(found.steps, 'step')}{whole} no pattern's error ever rose.",) if not hurt else (
            f"Over {count(found.steps, 'step')}{whole} the mean steps raised the error of "
            f"{count(len(hurt), 'pattern')} now and then, most often of ", *experiment.pattern_words(worst), ": in "
            f"{count(found.hurt[0][worst], 'step')}.",
        )  # fmt: skip
        return [Finding(text, "measured", numbers)]
    others = [(i, j) for i in range(number) for j in range(number) if i != j]
    helped, hurt_others = (sum(table[i][j] for i, j in others) for table in (found.helped, found.hurt))
    own = sum(found.totals[i][i] for i in range(number))
    to_others = sum(found.totals[i][j] for i, j in others)
    numbers |= {"own": own, "others": to_others}
    kept = ""
    if own < 0 < to_others:
        kept = f" {shown(100 * to_others / -own)} % of what a pattern's own steps won was lost again by the others'."
    return [Finding((
        f"Over {count(found.steps, 'step')}{whole} updates changed the error of their own pattern by {shown(own)} in "
        f"all, and that of the other patterns by {shown(to_others)}; another pattern was helped "
        f"{count(helped, 'time')} and hurt {count(hurt_others, 'time')}.{kept}",
    ), "measured", numbers)]  # fmt: skip
