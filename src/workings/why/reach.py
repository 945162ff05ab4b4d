"""What this network can do and what it cannot: each limit with its reason, and what mends it, tried.

A limit is a proof where it speaks of every weight, or of every descent from here; what one run did is measured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workings.derive.step import Prose
from workings.graph.expr import Expr, symbol
from workings.graph.speakers.balls import UncertainError
from workings.graph.speakers.ranges import Enclosure, exactly
from workings.why.answer import Answer, Finding, Level
from workings.why.course import edges
from workings.why.experiment import Experiment, norm
from workings.why.flat import flat_findings, flat_patterns
from workings.why.limits import EdgeMinimum, OutOfReach, edge_minima, out_of_reach
from workings.why.mend import Trial, another_start, freed, reached, trial, with_bias, without_activation
from workings.why.pairs import output_pairs
from workings.why.river import MOST_WEIGHTS
from workings.why.symmetry import staying_equal, symmetries
from workings.why.units import StuckUnit, stuck_units
from workings.why.words import above, below, count, joined, listed, shown

Kind = Literal[
    "flat pattern", "contradiction", "target out of reach", "edge", "symmetry", "stationary", "saddle", "saturated",
    "off",
]  # fmt: skip


@dataclass(frozen=True)
class Limit:
    """One limit: what it is, the statement, and the changes that were tried."""

    kind: Kind
    finding: Finding
    trials: tuple[Trial, ...] = ()


@dataclass(frozen=True)
class Reach(Answer):
    """The limits of the network from the experiment's start."""

    limits: tuple[Limit, ...]


def reach(experiment: Experiment) -> Reach:
    """Answer for the experiment's network, start and run."""
    limits = (
        *_flat(experiment), *_contradictions(experiment), *_targets(experiment), *_edges(experiment),
        *_symmetries(experiment), *(_stationary(experiment) or _saddle(experiment)), *_stuck(experiment),
    )  # fmt: skip
    told = (part for limit in limits for part in (limit.finding, *_tried(experiment, limit)))
    # A change that was tried for two limits is told once.
    findings = list({finding.statement: finding for finding in told}.values())
    if not limits:
        findings = [Finding((
            "No limit of the kinds that are looked for was found from ", *experiment.here, ": no pattern without a "
            "gradient, no targets that contradict each other, none out of reach, no edge that holds a weight, no "
            "weights that stay equal, no saddle, no unit that is stuck. That is no promise that every pattern is "
            "learned: the run ends with ", *experiment.mean,
            f" at {shown(reached(experiment, None))}.",
        ), "measured")]  # fmt: skip
    return Reach("reach", tuple(findings), (), limits)


def _tried(experiment: Experiment, limit: Limit) -> list[Finding]:
    """Say what became of the changes that were tried."""
    out: list[Finding] = []
    begun = abs(experiment.error_at(experiment.start, limit.trials[0].pattern)) if limit.trials else 0.0
    for attempt in limit.trials:
        # Of an error that the run has brought down to nothing there is nothing to mend.
        if 0 < abs(attempt.before) < _NOTHING * begun:
            continue
        whose: Prose = (
            ("the error of ", *experiment.pattern_words(attempt.pattern)) if attempt.pattern is not None
            else (*experiment.mean,)
        )  # fmt: skip
        verdict = "that mends it" if attempt.mends else "that helps" if attempt.helps else "that does not help"
        begin = "From " if attempt.seed is not None else "With "
        if limit.kind == "symmetry":
            begin, verdict = "They part from ", verdict.replace("that does not help", "here that changes little")
        out.append(Finding((
            begin, *attempt.change, ", trained as before, ", *whose, f" ends at {shown(attempt.after)} in the place "
            f"of {shown(attempt.before)}: {verdict}.",
        ), "measured", {"before": attempt.before, "after": attempt.after}))  # fmt: skip
    return out


#: An error that is this share of what it was is nothing.
_NOTHING = 1e-6


# Patterns and targets


def _flat(experiment: Experiment) -> list[Limit]:
    out: list[Limit] = []
    for (pattern, _), finding in zip(
        flat_patterns(experiment.derivation).items(), flat_findings(experiment.history), strict=True
    ):
        wrong = experiment.error_at(experiment.start, pattern) != 0
        out.append(Limit("flat pattern", finding, _with_biases(experiment, pattern) if wrong else ()))
    return out


def _with_biases(experiment: Experiment, pattern: int) -> tuple[Trial, ...]:
    """Try a bias, and where that is not enough and weights have intervals, weights that may be any number."""
    network, biases = with_bias(experiment.network)
    if not biases:
        return ()
    words: Prose = ("a bias ", *listed(biases)) if len(biases) == 1 else ("biases ", *listed(biases))
    found = [trial(experiment, words, network, pattern)]
    if any(experiment.descent.programs.ends.values()):
        free: Prose = (*words, " and ", *listed(experiment.weights), " any real number")
        found.append(trial(experiment, free, freed(network), pattern))
    return tuple(each for each in found if each is not None)


def _contradictions(experiment: Experiment) -> list[Limit]:
    """Return the outputs that are to be two numbers for the same inputs."""
    rows, network = experiment.network.pattern_rows(), experiment.network
    out: list[Limit] = []
    for output, target in output_pairs(experiment.descent):
        read = network.below(output) & rows[0].keys() if rows else set[str]()
        asked: dict[tuple[Expr, ...], int] = {}
        found: list[tuple[int, int]] = []
        for pattern, row in enumerate(rows):
            first = asked.setdefault(tuple(row[name] for name in row if name in read), pattern)
            if target in row and rows[first][target] is not row[target]:
                found.append((first, pattern))
        if found:
            a, b = found[0]
            more = f"; so it is with {count(len(found) - 1, 'other pair')}" if len(found) > 1 else ""
            out.append(Limit("contradiction", Finding((
                "The patterns ", *experiment.pattern_words(a), " and ", *experiment.pattern_words(b),
                " give ", symbol(output), " the same inputs and different targets: it is one number for both, whatever "
                f"the weights, and cannot meet the two{more}.",
            ), "proved", {"pairs": float(len(found))})))  # fmt: skip
    return out


def _targets(experiment: Experiment) -> list[Limit]:
    flat = flat_patterns(experiment.derivation)
    found = [each for each in out_of_reach(experiment) if each.pattern not in flat]
    near = [each for each in found if each.approached]
    out = _approached(experiment, near)
    for each in found:
        if not each.approached:
            if any(experiment.descent.programs.ends.values()):
                change: Prose = (*listed(experiment.weights), " any real number")
                attempt = trial(experiment, change, freed(experiment.network), each.pattern)
            else:
                plain = without_activation(experiment.network, each.output)
                change = ("the output ", symbol(each.output), " without its activation")
                attempt = trial(experiment, change, plain, each.pattern) if plain is not None else None
            trials = (attempt,) if attempt is not None else ()
            out.append(Limit("target out of reach", _out_of_reach(experiment, each), trials))
    return out


def _out_of_reach(experiment: Experiment, each: OutOfReach) -> Finding:
    low, high, *_ = each.range
    numbers = {"low": low, "high": high, "target": each.wanted, "left": each.left}
    left: Prose = (", and ", experiment.error, f" is at least {below(each.left)} there") if each.left > 0 else ()
    return Finding((
        "At ", *experiment.pattern_words(each.pattern), " no weight of the domain brings ", symbol(each.output),
        f" to its target {shown(each.wanted)}: it stays between {below(low)} and {above(high)}", *left, ".",
    ), "proved", numbers)  # fmt: skip


def _approached(experiment: Experiment, near: Sequence[OutOfReach]) -> list[Limit]:
    """Say which targets are ends of what an output can be, together where output and target are the same."""
    groups: dict[tuple[str, float, bool], list[OutOfReach]] = {}
    for each in near:
        groups.setdefault((each.output, each.wanted, each.wanted == each.range[1]), []).append(each)
    out: list[Limit] = []
    for (output, wanted, is_high), group in groups.items():
        patterns = joined([experiment.pattern_words(each.pattern) for each in group[:4]], "; ", " and at ")
        more = f" and {len(group) - 4} more patterns" if len(group) > 4 else ""
        side = "below" if is_high else "above"
        statement: Prose = (
            "At ", *patterns, more, " no weight brings ", symbol(output), f" to its target {shown(wanted)}: it stays "
            f"{side} that, and comes near at best.",
        )  # fmt: skip
        finding = Finding(statement, "proved", {"target": wanted}, (("exact arithmetic",),))
        out.append(Limit("target out of reach", finding))
    return out


# Edges


def _edges(experiment: Experiment) -> list[Limit]:
    minima = edge_minima(experiment)
    out = [Limit("edge", _edge_minimum(experiment, each)) for each in minima]
    for finding in edges(experiment.history):
        attempt = trial(
            experiment, (*listed(experiment.weights), " any real number"), freed(experiment.network), None
        )  # fmt: skip
        out.append(Limit("edge", finding, (attempt,) if attempt is not None else ()))
    return out


def _edge_minimum(experiment: Experiment, each: EdgeMinimum) -> Finding:
    weight, sign = symbol(each.weight), "negative" if each.falls > 0 else "positive"
    return Finding((
        "The gradient of ", *experiment.mean, " by ", weight, f" is {sign} in the whole domain, so the error is least "
        "at the edge ", weight, f" = {shown(each.edge)}, and no lowest point lies inside.",
    ), "proved", {each.weight: each.edge})  # fmt: skip


# Starts


def _symmetries(experiment: Experiment) -> list[Limit]:
    start = dict(zip(experiment.weights, experiment.start, strict=True))
    found = symmetries(experiment.network, experiment.derivation.error, start)
    if not found:
        return []
    moved = [name for each in found for name in each.weights[1:]]
    attempt = another_start(experiment, moved)
    return [Limit("symmetry", staying_equal(found, start), (attempt,) if attempt else ())]


def _stationary(experiment: Experiment) -> list[Limit]:
    """Say whether the start is a place where nothing moves, though some other start would."""
    if any(any(experiment.gradient(experiment.start, pattern)) for pattern in experiment.patterns):
        return []
    if len(flat_patterns(experiment.derivation)) == len(experiment.patterns):
        return []
    attempt = another_start(experiment, experiment.weights)
    if not experiment.error_at(experiment.start) and not (attempt is not None and attempt.helps):
        return []
    level: Level = "proved" if _is_surely_flat(experiment) else "measured"
    is_smooth = experiment.is_smooth([*map(exactly, experiment.start)])
    statement: Prose = (
        "The start ", *experiment.point_words(), *((" is a stationary point",) if is_smooth else (" holds",)),
        f": the gradient of every pattern is 0 there{'' if level == 'proved' else ', to rounding'}, so descent never "
        "leaves it, whatever the rate.",
        *(() if is_smooth else (" It may lie on a kink, where that 0 is a convention and no slope.",)),
    )  # fmt: skip
    return [Limit("stationary", Finding(statement, level), (attempt,) if attempt else ())]


def _saddle(experiment: Experiment) -> list[Limit]:
    """Say whether the run ended where the gradient is as good as 0, and yet the error bends downwards."""
    import numpy  # eigenvalues

    history, size = experiment.history, len(experiment.weights)
    ended = list(history.state_after(history.steps)[:size])
    slopes = experiment.gradient(ended)
    if size > MOST_WEIGHTS or not all(map(math.isfinite, [*ended, *slopes])):
        return []
    matrix = numpy.array(experiment.curvature(ended))
    if not numpy.isfinite(matrix).all():
        return []
    bent, steep = float(numpy.linalg.eigvalsh((matrix + matrix.T) / 2)[0]), norm(slopes)
    # Near a saddle the gradient is the curvature times the way to it; on a plain both fade together.
    if bent >= 0 or steep > _NEAR * -bent:
        return []
    attempt = another_start(experiment, experiment.weights)
    return [Limit("saddle", Finding((
        "The run ends at ", *experiment.point_words(ended), ", where the gradient of ", *experiment.mean,
        f" is {shown(steep)} long and the error bends downwards in some direction, by {shown(bent)}: a saddle or a "
        "hilltop, no lowest point.",
    ), "measured", {"gradient": steep, "curvature": bent}), (attempt,) if attempt else ())]  # fmt: skip


#: A saddle is so near, at most.
_NEAR = 1e-4


def _is_surely_flat(experiment: Experiment) -> bool:
    """Say whether every gradient at the start is exactly 0, not only after rounding."""
    descent = experiment.descent
    enclosure = Enclosure(descent.programs.gradient)
    order = (*descent.fixed, *descent.pattern_names)
    at = [*map(exactly, experiment.start)]
    try:
        found = [
            enclosure.run([*at, *(given[name] for name in order)])[1:]
            for given in map(experiment.given, experiment.patterns)
        ]
    except UncertainError:
        return False
    return all(low == 0 == high for slopes in found for low, high, *_ in slopes)


# Units


def _stuck(experiment: Experiment) -> list[Limit]:
    found = stuck_units(experiment, experiment.start)
    out: list[Limit] = []
    for each in found:
        attempt = another_start(experiment, each.behind or experiment.weights)
        kind: Kind = "saturated" if each.state == "saturated" else "off"
        trials = (attempt,) if attempt is not None and each.state != "never on" else ()
        out.append(Limit(kind, _stuck_told(each), trials))
    told = {each.unit for each in found}
    history = experiment.history
    ended = history.state_after(history.steps)[: len(experiment.weights)]
    for each in stuck_units(experiment, ended):
        if each.unit not in told:
            kind = "saturated" if each.state == "saturated" else "off"
            out.append(Limit(kind, _stuck_told(each, "At the end of the run")))
    return out


def _stuck_told(each: StuckUnit, when: str = "At the start") -> Finding:
    unit = symbol(each.unit)
    numbers = {"slope": max(map(abs, each.slopes)), "greatest": each.greatest}
    if each.state == "saturated":
        size = f"at most {shown(numbers['slope'])}" if numbers["slope"] else "0 to rounding"
        return Finding((
            f"{when} the unit ", unit, f" is saturated for every pattern: its slope is {size}, less than a hundredth "
            f"of the greatest, {shown(each.greatest)}, and what comes back to it is made so much less.",
        ), "measured", numbers)  # fmt: skip
    behind: Prose = (
        ()
        if not each.behind
        else (" The weight ", *listed(each.behind), " acts through it alone, and never moves.")
        if len(each.behind) == 1
        else (" The weights ", *listed(each.behind), " act through it alone, and never move.")
    )
    if each.state == "never on":
        return Finding((
            "The unit ", unit, " is never on: for every pattern and every weight of the domain its slope is "
            "0.", *behind,
        ), "proved", numbers)  # fmt: skip
    if each.state == "off for ever":
        return Finding((
            f"{when} the unit ", unit, " is off for every pattern, and stays off in every descent from here: no "
            "other weight can switch it on.", *behind,
        ), "proved", numbers)  # fmt: skip
    return Finding((
        f"{when} the unit ", unit, " is off for every pattern: no error comes back through it, until other weights "
        "switch it on.",
    ), "measured", numbers)  # fmt: skip
