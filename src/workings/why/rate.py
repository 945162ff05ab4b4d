"""How large a step? What one step does to the error, which rates help from here, and which help anywhere.

    E(w − α g) − E(w)  =  −α ‖g‖²  +  ½ α² g·H g  +  …

The first term is what the gradient promises, the second what the curvature takes back. *From here* and *everywhere* are
two statements: the first is found by trying rates at this point, the second is proved for every point of the domain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, nextafter

from workings.derive.backprop import LONGEST_LINE
from workings.derive.chain import size
from workings.derive.curvature import Curvature
from workings.derive.step import Prose
from workings.graph.expr import Expr, names, partial, symbol
from workings.graph.speakers.ranges import Range, between
from workings.why.answer import Answer, Finding
from workings.why.bound import Bends, Certificate, domain_of, mean_bound
from workings.why.chart import Chart, quick_chart
from workings.why.experiment import Experiment, Vector, dot
from workings.why.line import falls_all_the_way
from workings.why.words import above, below, joined, shown

#: Up to so many patterns are told one by one, and proved one by one.
MOST_PATTERNS = 8
#: A proved bound is told with so many digits.
_PROVED = 9
#: Rates are tried from the first of these on, each so many times the one before, up to the second.
_FIRST, _FACTOR, _LAST = 1e-9, 1.15, 1e12


@dataclass(frozen=True)
class Change:
    """What a step at the experiment's rate does to the error of a pattern, or to the mean (None).

    `first` is what the gradient predicts, `second` that and what the curvature adds, for the step that is made: one
    held inside an interval is shorter. `largest` is the smallest rate found at which the error does not fall any more,
    infinite where none was found, 0 where no rate helps; `all_fall` says that it is proved that there is none.
    """

    pattern: int | None
    before: float
    gradient: tuple[float, ...]
    step: tuple[float, ...]
    first: float
    second: float
    exact: float
    largest: float
    all_fall: bool

    @property
    def flat(self) -> bool:
        """Whether the gradient is 0."""
        return not any(self.gradient)


@dataclass(frozen=True)
class Everywhere:
    """Bounds that hold wherever the weights stay in `domain`: a certificate for each pattern, and L for their mean.

    `near` says how far from the start the domain reaches where it is not the whole of the weights' own domain.
    """

    domain: tuple[Range, ...]
    certificates: tuple[Certificate, ...]
    mean: float
    near: float | None

    @property
    def over_one_form(self) -> Certificate | None:
        """A proof that is made over one form, the largest of them: what can be drawn; None where there is none."""
        found = [c for c in self.certificates if len(c.boxes) > 1 and len(c.moving) == 1]
        return max(found, key=lambda c: c.curvature, default=None)

    @property
    def rate(self) -> float:
        """2/L of the mean: every smaller rate lowers the mean error wherever a step by the mean gradient moves."""
        return nextafter(2 / self.mean, 0.0) if self.mean else inf


@dataclass(frozen=True)
class Rate(Answer):
    """One step's changes by pattern and of the mean, and what is proved of every step."""

    rate: float
    labels: tuple[Prose, ...]
    changes: tuple[Change, ...]
    everywhere: Everywhere | None
    chart: Chart | None


def _laws(experiment: Experiment) -> tuple[tuple[str, str, str], ...]:
    error, alpha = experiment.letters
    change = f"{error}(w − {alpha} g) − {error}(w)"
    return (
        (change, f"−{alpha} ‖g‖² + ½ {alpha}² g · H g + …", "what the gradient promises, and what the curvature "
        "takes back"),
        (
            change, f"at most −{alpha} (1 − ½ {alpha} {experiment.bound_letter}) ‖g‖²",
            f"less than 0 for every {alpha} < 2/{experiment.bound_letter}, where the curvature is at most "
            f"{experiment.bound_letter}",
        ),
    )  # fmt: skip


def _second(experiment: Experiment) -> tuple[tuple[Expr, Expr, str], ...]:
    """Return the curvature of one weight as it is derived, if it is short enough to be read."""
    weight = experiment.single
    if weight is None:
        return ()
    found = Curvature(experiment.derivation).of_one
    own = {*experiment.network.declarations, *experiment.network.formulas}
    if size(found.final) > LONGEST_LINE or not own.issuperset(names(found.final)):
        return ()
    slope = partial(experiment.error, weight)
    return ((partial(slope, weight), found.final, "the gradient, differentiated once more"),)


def rate(experiment: Experiment) -> Rate:
    """Answer for the experiment's start and rate."""
    several = len(experiment.patterns) > 1
    chosen = [*experiment.patterns] if len(experiment.patterns) <= MOST_PATTERNS else []
    changes = tuple(_change(experiment, p) for p in [*chosen, *([None] if several or not chosen else [])])
    everywhere = _everywhere(experiment)
    findings = (*_predicted(experiment, changes), *_from_here(experiment, changes), *_proved(experiment, everywhere))
    labels = tuple(experiment.pattern_label(change.pattern) for change in changes)
    laws = (*_laws(experiment), *_second(experiment))
    small = quick_chart(experiment)
    return Rate("rate", findings, laws, experiment.rate, labels, changes, everywhere, small)


def _change(experiment: Experiment, pattern: int | None) -> Change:
    start, alpha = experiment.start, experiment.rate
    slopes = experiment.gradient(start, pattern)
    after = experiment.stepped(start, slopes, alpha)
    step = [b - a for a, b in zip(start, after, strict=True)]
    first = dot(slopes, step)
    second = first + dot(step, experiment.bend(start, step, pattern)) / 2
    before = experiment.error_at(start, pattern)
    exact = experiment.error_at(after, pattern) - before
    all_fall = bool(any(slopes)) and falls_all_the_way(experiment, slopes, pattern)
    largest = inf if all_fall or not any(slopes) else largest_rate(experiment, slopes, pattern)
    return Change(pattern, before, tuple(slopes), tuple(step), first, second, exact, largest, all_fall)


def largest_rate(experiment: Experiment, slopes: Vector, pattern: int | None) -> float:
    """Return the smallest rate found at which a step against the slopes does not lower the error any more.

    Rates are tried one after another, each 1.15 times the one before; the first that fails is then found by halving.
    ∞ if none fails, 0 if none helps.
    """
    start = experiment.start
    before = experiment.error_at(start, pattern)

    def helps(alpha: float) -> bool:
        return experiment.error_at(experiment.stepped(start, slopes, alpha), pattern) < before

    # Below the first rate a change may be lost in rounding.
    alpha = max(_FIRST, 1e-7 * max(1.0, *map(abs, start)) / max(map(abs, slopes)))
    last: Vector = []
    helped = False
    while alpha < _LAST and math.isfinite(alpha):
        if helped and not helps(alpha):
            return _between(helps, alpha / _FACTOR, alpha)
        helped = helped or helps(alpha)
        stepped = experiment.stepped(start, slopes, alpha)
        if stepped == last:
            break
        alpha, last = alpha * _FACTOR, stepped
    return inf if helped else 0.0


def _between(helps: Callable[[float], bool], low: float, high: float) -> float:
    """Return a rate at which the error does not fall, next to one at which it does."""
    while nextafter(low, inf) < high and high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if helps(middle) else (low, middle)
    return high


def _predicted(experiment: Experiment, changes: Sequence[Change]) -> list[Finding]:
    """Say what one step is predicted to do, and what it does: of the pattern that changes most."""
    moving = [c for c in changes if any(c.step)]
    if not moving:
        return []
    change = max(moving, key=lambda c: (abs(c.first), c.pattern is not None))
    slopes = [-experiment.rate * g for g in change.gradient]
    is_short = any(abs(a - b) > 1e-12 * max(1.0, abs(b)) for a, b in zip(change.step, slopes, strict=True))
    short = ", held inside its interval," if is_short else ""
    return [
        Finding((
            "One step from ", *experiment.here, f" with {experiment.letters[1]} = {shown(experiment.rate)}{short} for ",
            *experiment.pattern_words(change.pattern), " is to change ", experiment.error, " by "
            f"{shown(change.first)}, says the gradient; by {shown(change.second)}, with what the curvature adds.",
        ), "predicted", {"first": change.first, "second": change.second}),
        Finding((
            f"It changes it by {shown(change.exact)}.",
        ), "measured", {"exact": change.exact}),
    ]  # fmt: skip


def _from_here(experiment: Experiment, changes: Sequence[Change]) -> list[Finding]:
    """Say which rates lower the error from this point: patterns of which the same is to be said together."""
    out: list[Finding] = []
    here: Prose = ("From ", *experiment.here, ", ")
    held = [c for c in changes if not c.flat and not any(c.step)]
    if held:
        out.append(Finding((
            *here, "the step for ", *_patterns(experiment, held), " is held at the edge: no rate moves anything.",
        ), "measured"))  # fmt: skip
    proved = [c for c in changes if c.all_fall]
    if proved:
        out.append(Finding((
            *here, "every rate lowers ", *_errors(experiment, proved), ": it falls all the way "
            "against the gradient, so that no largest rate exists.",
        ), "proved"))  # fmt: skip
    free = [c for c in changes if not c.all_fall and not c.flat and c.largest == inf and c not in held]
    if free:
        out.append(Finding((
            *here, f"no rate up to {shown(_LAST)} was found that does not lower ",
            *_errors(experiment, free), ".",
        ), "measured"))  # fmt: skip
    out += [_limited(experiment, c) for c in changes if c.largest < inf and not c.flat and c not in held]
    flat = [c for c in changes if c.flat]
    if flat:
        out.append(Finding((
            *here, "the gradient of ", *_patterns(experiment, flat), " is 0: no rate moves anything.",
        ), "measured"))  # fmt: skip
    return out


def _limited(experiment: Experiment, change: Change) -> Finding:
    if not change.largest:
        return Finding((
            "From ", *experiment.here, ", no rate that was tried lowers ",
            "the error of " if change.pattern is not None else "", *experiment.pattern_words(change.pattern), ".",
        ), "measured", {"largest": 0.0})  # fmt: skip
    after = experiment.error_at(
        experiment.stepped(experiment.start, change.gradient, change.largest), change.pattern
    )  # fmt: skip
    end = "and no more at that" if math.isfinite(after) else "and at that a number leaves the finite ones"
    return Finding((
        "From ", *experiment.here, ", ", "the error of " if change.pattern is not None else "",
        *experiment.pattern_words(change.pattern), " falls at every rate that was tried below "
        f"{shown(change.largest)}, {end}.",
    ), "measured", {"largest": change.largest})  # fmt: skip


def _errors(experiment: Experiment, changes: Sequence[Change]) -> Prose:
    """Return `the error of x = 0 and of x = 1, and the mean over the patterns`."""
    patterns = [change for change in changes if change.pattern is not None]
    told: Prose = ("the error of ", *_patterns(experiment, patterns)) if patterns else ()
    if len(patterns) == len(changes):
        return told
    return (*told, ", and " if told else "", *experiment.pattern_words(None))


def _patterns(experiment: Experiment, changes: Sequence[Change]) -> Prose:
    return joined([experiment.pattern_words(change.pattern) for change in changes], "; ", " and of ")


# Everywhere


def _everywhere(experiment: Experiment) -> Everywhere | None:
    """Return bounds for the whole domain of the weights; where there are none, for a box around the start.

    The box is made smaller until the bound allows the experiment's own rate.
    """
    if len(experiment.weights) > MOST_WEIGHTS:
        return None
    whole = domain_of(experiment.network)
    found = _bounds(experiment, whole, None)
    if found is not None:
        return found
    best = None
    for near in _NEAR:
        box: dict[str, Range] = {}
        for name, value in zip(experiment.weights, experiment.start, strict=True):
            low, high, *_ = whole[name]
            box[name] = between(max(low, value - near), min(high, value + near))
        found = _bounds(experiment, box, near)
        best = found or best
        if found is not None and found.rate >= experiment.rate:
            break
    return best


#: With more weights than this no bound is looked for; how far the boxes reach that are tried around the start.
MOST_WEIGHTS, _NEAR = 24, (0.5, 0.1)


def _bounds(experiment: Experiment, domain: dict[str, Range], near: float | None) -> Everywhere | None:
    bends = Bends(experiment.derivation, domain, experiment.rate)
    found: list[Certificate] = []
    for pattern in experiment.patterns:
        certificate = bends.certificate(pattern)
        if certificate is None:
            return None
        found.append(certificate)
    mean = mean_bound(found, experiment.weights)
    return Everywhere(tuple(domain.values()), tuple(found), mean, near) if mean < inf else None


def _proved(experiment: Experiment, everywhere: Everywhere | None) -> list[Finding]:
    if everywhere is None:
        return [Finding((
            "No bound on the curvature was found that holds in a whole neighbourhood, so nothing is proved of rates "
            "elsewhere than at this point.",
        ), "measured")]  # fmt: skip
    inside = _inside(everywhere)
    out: list[Finding] = []
    single = experiment.single
    stays = "" if everywhere.near is None else " and stays so near"
    for certificate in everywhere.certificates[:MOST_PATTERNS]:
        if len(everywhere.certificates) > 1 and single is None:
            break
        words = experiment.pattern_words(certificate.pattern)
        if not certificate.curvature:
            out.append(Finding((
                "At ", *words, " ", experiment.error, *_unbent(everywhere, certificate.moving),
            ), "proved", {"L": 0.0}))  # fmt: skip
            continue
        at = _greatest_at(certificate)
        out.append(Finding((
            "At ", *words, " the curvature of ", experiment.error, f" is at most {experiment.bound_letter} = "
            f"{above(certificate.curvature, _PROVED)}",
            *at, *inside, f". So every rate below 2/{experiment.bound_letter} = {below(certificate.rate, _PROVED)} "
            "lowers ", experiment.error,
            f" for that pattern by every step that moves{stays}: enough, not needed.",
        ), "proved", {"L": certificate.curvature, "reached": certificate.reached,
        "rate": certificate.rate}))  # fmt: skip
    if len(everywhere.certificates) == 1:
        return out
    if not everywhere.mean:
        moving = any(certificate.moving for certificate in everywhere.certificates)
        told: Prose = ("The mean of ", experiment.error, " over the patterns", *_unbent(everywhere, moving))
        out.append(Finding(told, "proved", {"L": 0.0}))
    else:
        out.append(Finding((
            "The curvature of ", *experiment.mean, f" is at most {experiment.bound_letter} = "
            f"{above(everywhere.mean, _PROVED)}", *inside,
            f": every rate below 2/{experiment.bound_letter} = {below(everywhere.rate, _PROVED)} lowers it by every "
            f"step along the mean gradient that moves{stays}.",
        ), "proved", {"L": everywhere.mean, "rate": everywhere.rate}))  # fmt: skip
    return out


def _unbent(everywhere: Everywhere, moving: object) -> Prose:
    """Say of an error that nowhere bends upwards what that means for a rate."""
    if not moving:
        return (" does not depend on the weights: no rate is too large for it.",)
    if everywhere.near is None:
        return (" bends upwards nowhere in the weights' domain: no rate is too large for it.",)
    near = f" while no weight is further than {shown(everywhere.near)} from its start"
    return (f" does not bend upwards{near}: every rate lowers it by every step that moves and stays so near.",)


def _greatest_at(certificate: Certificate) -> Prose:
    """Say where the bound is nearly reached, for a single form."""
    moving = [form for form in certificate.forms if any(form.coefficients.values())]
    if len(moving) != 1:
        return ()
    place = certificate.forms.index(moving[0])
    value = certificate.where[place]
    ((weight, coefficient), *others) = [(n, c) for n, c in moving[0].coefficients.items() if c]
    if not others:
        value = (value - float(moving[0].free)) / float(coefficient)
        return (", nearly reached at ", symbol(weight), f" = {shown(value)},")
    return (", nearly reached where ", moving[0].formula, f" = {shown(value)},")


def _inside(everywhere: Everywhere) -> Prose:
    if everywhere.near is None:
        return (" everywhere in the weights' domain",)
    return (f" while no weight is further than {shown(everywhere.near)} from its start",)
