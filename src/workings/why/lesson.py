"""The answer first: what somebody asks who has worked out a gradient, answered for this network and this run.

    How does ∂E/∂w help? Is it a direction or a size? Why subtract? How much? What comes of it?

Every number is one that the run has; only what would mend a network that cannot learn its patterns is tried, by
training the changed network as this one was.
"""

from __future__ import annotations

from collections.abc import Sequence

from workings.derive import backprop
from workings.derive.step import Prose
from workings.errors import ReadError
from workings.graph.expr import ZERO, Expr, symbol
from workings.run.data import bounds
from workings.run.history import History
from workings.run.row import Row
from workings.run.train import train
from workings.why.answer import Reply, Told
from workings.why.flat import constant_error, flat_patterns, pattern_words
from workings.why.mend import freed, with_bias
from workings.why.pairs import output_pairs
from workings.why.words import count, listed, shown

#: So many patterns are listed with their answers.
_MOST_REPLIES = 12
#: A change mends a run where the mean error comes down to this share of what it was.
_MENDED = 0.1


def replies(history: History) -> tuple[Reply, ...]:
    """Return what the network answers to its patterns at the end of a run, the first ones of many."""
    descent, weights = history.descent, list(history.weights.values())
    pairs = output_pairs(descent)
    out: list[Reply] = []
    for pattern in range(min(len(descent.rows), _MOST_REPLIES)):
        values = descent.forward(weights, pattern)
        outputs = tuple((output, values[output], values[target]) for output, target in pairs)
        out.append(Reply(pattern_words(descent.network, pattern), outputs, descent.error_at(weights, pattern)))
    return tuple(out)


def lesson(history: History, answers: Sequence[Reply]) -> tuple[Told, ...]:
    """Return the answers to what is asked of a gradient, each from the numbers of this run."""
    row = _first_move(history)
    if row is None or history.settings.method != "descent" or history.settings.schedule is not None:
        return (*_learned(history, answers), *_not_learned(history, answers))
    single = len(history.names) == 1
    return (
        _rule(history),
        *((_slope(history, row), _why_subtract(history, row)) if single else (_slopes(history, row),)),
        _direction_or_size(history, row),
        _how_much(history, row),
        *_learned(history, answers),
        *_not_learned(history, answers),
    )


def _first_move(history: History) -> Row | None:
    """Return the first step that moves a weight; None where the first pass over the patterns has none."""
    size = history.descent.passes.steps
    rows = history.rows(range(1, min(size, history.steps) + 1))
    return next((row for row in rows if row.fate != "held" and any(row.nudges.values())), None)


def _error(history: History) -> Expr:
    return symbol(history.descent.derivation.error)


def _gradient(history: History, name: str) -> Expr:
    return history.descent.derivation.gradients[name].start


def _rule(history: History) -> Told:
    name = history.names[0]
    ((target, formula), *_) = history.descent.update.shown[name]
    rest = "" if len(history.names) == 1 else ", and so for every weight"
    return Told("The rule", (
        "Nudge the weight against its slope, ", target, " ← ", formula, rest, ", and again from there.",
    ))  # fmt: skip


def _of(history: History, row: Row) -> Prose:
    if row.pattern is None:
        return ("for the mean of its patterns",)
    return ("for ", *pattern_words(history.descent.network, row.pattern))


def _slope(history: History, row: Row) -> Told:
    (name,) = history.names
    slope, before = row.gradients[name], history.weights_after(row.step - 1)[name]
    way = "falls" if slope < 0 else "rises"
    return Told("What the slope says", (
        "At ", symbol(name), f" = {shown(before)}, ", *_of(history, row), ", ", _gradient(history, name),
        f" is {shown(slope)}: ", _error(history), f" {way} as ", symbol(name), f" grows, by {shown(abs(slope))} for "
        "each unit at first.",
    ))  # fmt: skip


def _why_subtract(history: History, row: Row) -> Told:
    (name,) = history.names
    slope, before = row.gradients[name], history.weights_after(row.step - 1)[name]
    falls, other = ("falls", "positive") if slope < 0 else ("rises", "negative")
    needed, opposite = ("larger", "smaller") if slope < 0 else ("smaller", "larger")
    sum_of = f"{shown(before)} − {shown(row.rate)} · {_bracketed(slope)} = {shown(row.weights[name])}"
    went = "fell" if row.after < row.before else "went" if row.after == row.before else "rose"
    return Told("Why subtract", (
        _error(history), f" {falls} as ", symbol(name), " grows, so ", symbol(name), f" has to become {needed}, and "
        f"subtracting a {'negative' if slope < 0 else 'positive'} number does that: {sum_of}. ", _error(history),
        f" {went} from {shown(row.before)} to {shown(row.after)}. Where the slope is {other}, the same rule makes ",
        symbol(name), f" {opposite}: downhill, either way.",
    ))  # fmt: skip


def _bracketed(value: float) -> str:
    return f"({shown(value)})" if value < 0 else shown(value)


def _slopes(history: History, row: Row) -> Told:
    went = "fell" if row.after < row.before else "went" if row.after == row.before else "rose"
    return Told("Why subtract", (
        "Each slope says how fast ", _error(history), " grows with its own weight. Taken together they are the "
        "gradient, which points where ", _error(history), " rises fastest; the opposite way it falls fastest, so "
        "each is subtracted. In the first step that moves anything, ", *_of(history, row), ", ", _error(history),
        f" {went} from {shown(row.before)} to {shown(row.after)}.",
    ))  # fmt: skip


def _direction_or_size(history: History, row: Row) -> Told:
    if len(history.names) == 1:
        return Told("Direction or size", (
            "Both. The sign is the direction: one weight has only two. The size says how steep ", _error(history),
            " is there; how far away the lowest point is, it does not say.",
        ))  # fmt: skip
    steepest = sum(slope * slope for slope in row.gradients.values()) ** 0.5
    return Told("Direction or size", (
        "Both. Their signs and proportions are the direction, one for all weights together; their common length, "
        f"{shown(steepest)} at that step, says how steep ", _error(history), " is there.",
    ))  # fmt: skip


def _how_much(history: History, row: Row) -> Told:
    before = history.weights_after(row.step - 1)
    promised = sum(row.gradients[name] * (row.weights[name] - before[name]) for name in history.names)
    return Told("How much", (
        f"The rate decides, here {shown(row.rate)}. The slope knows ", _error(history), " only where you stand: it "
        f"promised {shown(promised)} for that step, and ", _error(history), " changed by "
        f"{shown(row.after - row.before)}. ", *_too_large(history, row),
    ))  # fmt: skip


def _too_large(history: History, row: Row) -> Prose:
    if row.after > row.before:
        return ("So here it is too large: the step went across the valley, and ", _error(history), " rose.")
    return ("A smaller rate keeps the promise better; too large a one steps across the valley.",)


def _learned(history: History, answers: Sequence[Reply]) -> list[Told]:
    """Say how far the run came, in its answers where they are few."""
    descent = history.descent
    if history.stopped == "non_finite":
        return [Told("What it learns", (
            f"Nothing: after {count(history.steps, 'step')} its numbers are no longer finite. Take a smaller rate.",
        ))]  # fmt: skip
    first, last = descent.mean_error(history.start), history.error
    mean: Prose = ("the mean of ", _error(history)) if len(descent.rows) > 1 else (_error(history),)
    went: Prose = (
        (f"In {count(history.steps, 'step')} ", *mean, f" went from {shown(first)} to {shown(last)}.")
        if first != last
        else (f"After {count(history.steps, 'step')} ", *mean, f" is still {shown(last)}.")
    )
    return [Told("What it learns", (*went, *_answers(answers, len(descent.rows))))]


def _answers(found: Sequence[Reply], patterns: int) -> Prose:
    """Say the answers of a network with one output and few patterns, or how many of them are near their targets."""
    if not found or len(found[0].outputs) != 1:
        return ()
    if len(found) == patterns <= _FEW:
        out: list[str | Expr] = [" It answers "]
        for index, reply in enumerate(found):
            ((_, value, target),) = reply.outputs
            out += ["; " if index else "", f"{shown(value)} where {shown(target)} is wanted"]
        return (*out, ".")
    near = sum(abs(value - target) < _NEAR for reply in found for _, value, target in reply.outputs)
    return (f" Of {len(found)} answers, {near} are within {_NEAR} of what is wanted.",)


#: Answers to so many patterns are said in a sentence.
_FEW = 4
#: An answer is near its target where it differs by less.
_NEAR = 0.1


def _not_learned(history: History, answers: Sequence[Reply]) -> list[Told]:
    """Say what the network cannot learn, why, and what would mend it."""
    if history.stopped in ("non_finite", "interrupted"):
        return []
    said: list[str | Expr] = []
    derivation, network = history.descent.derivation, history.descent.network
    flat = flat_patterns(derivation)
    wrong = {at for at, reply in enumerate(answers) if any(abs(value - aim) > _NEAR for _, value, aim in reply.outputs)}
    first = next((at for at in flat if at in wrong), None)
    if first is not None:
        said += ["At ", *answers[first].pattern, " the slope is 0 whatever the weights are"]
        said += [" (its factor ", flat[first], " is 0)"] if flat[first] is not ZERO else []
        # The slope of a switch is 0 on either side of its jump, and its error is not the same there.
        stays = constant_error(network, derivation, first) is not None
        said += [", so ", _error(history), f" stays {shown(answers[first].error)}." if stays else " cannot descend."]
    if (stopped := _at_an_edge(history)) is not None:
        said += [" " if said else "", *stopped]
    return [Told("What it cannot", tuple(said)), *_mended(history, unlearned=first is not None)] if said else []


def _at_an_edge(history: History) -> Prose | None:
    """Say of a weight at an end of its interval that the mean of the error would still fall beyond it."""
    descent, weights = history.descent, history.weights
    _, *slopes = descent.mean_gradient(list(weights.values()), range(len(descent.rows)))
    for (name, value), slope in zip(weights.items(), slopes, strict=True):
        ends = bounds(descent.network, name)
        if ends is not None and ((value == ends[1] and slope < 0) or (value == ends[0] and slope > 0)):
            beyond: Prose = ("the mean of ", _error(history)) if len(descent.rows) > 1 else (_error(history),)
            return (symbol(name), f" stops at {shown(value)}, the end of its interval, though ", *beyond,
                    " would still fall.")  # fmt: skip
    return None


def _mended(history: History, *, unlearned: bool) -> list[Told]:
    """Train the network with a bias in each unit, and with weights that may be any number, and say what that gives."""
    network = history.descent.network
    biased, names = with_bias(network) if unlearned else (network, ())
    changed = freed(biased)
    if changed == network:
        return []
    change: list[str | Expr] = ["a bias ", *listed(names)] if names else []
    if freed(network) != network:
        change += [" and " if change else "", *listed(history.names), " any real number"]
    try:
        run = train(
            backprop.derive(changed), asked_rate=history.settings.rate, steps=_STEPS, start=dict(history.start),
            settings=history.settings,
        )  # fmt: skip
    except ReadError:
        return []
    before, after = history.error, run.error
    if not 0 <= after < before:
        return []
    mean: Prose = ("the mean of ", _error(history)) if len(history.descent.rows) > 1 else (_error(history),)
    verdict = "now it learns" if after <= _MENDED * before else "that helps"
    return [Told("What would mend it", (
        "With ", *change, ", ", *mean, f" comes down to {shown(after)} in {count(run.steps, 'step')}, trained in the "
        f"same way: {verdict}.",
    ))]  # fmt: skip


#: A changed network is given so many steps.
_STEPS = 1000
