"""What this network can and cannot learn, as far as its equations and one run show it.

A pattern is put into the derived gradient as exact numbers. Where a factor becomes 0, the gradient is 0
for every weight, which is a proof; what a descent did is measured, and said as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from workings.derive.step import Derivation, Prose
from workings.derive.tidy import factors, tidy
from workings.graph.evaluate import UnknownValueError
from workings.graph.exact import InexactError, exact_value
from workings.graph.expr import ZERO, Apply, Call, Expr, names, number, postorder, replace, symbol
from workings.graph.network import Definitions, Network, unfolded
from workings.graph.ops.arithmetic import neg
from workings.run.data import bounds
from workings.run.history import History
from workings.run.row import Fate
from workings.why.answer import Finding


def findings(history: History) -> tuple[Finding, ...]:
    """Return what stands out: patterns that cannot be learned, weights at an edge, where the descent ended."""
    return (*_flat_patterns(history), *_edges(history), *_course(history))


def flat_patterns(derivation: Derivation) -> dict[int, Expr]:
    """Return the patterns whose gradient is 0 for every weight, each with a factor that makes it so."""
    found: dict[int, Expr] = {}
    for index, row in enumerate(derivation.network.pattern_rows()):
        changes: dict[Expr, Expr] = {symbol(name): value for name, value in row.items()}
        for gradient in derivation.shared.values():
            value = tidy(replace(gradient.result, changes))
            if value is ZERO:
                changes[gradient.start] = ZERO
        results = [g.result for g in derivation.gradients.values()]
        if results and all(tidy(replace(result, changes)) is ZERO for result in results):
            zero = [f for f in factors(_unsigned(results[0])) if tidy(replace(f, changes)) is ZERO]
            found[index] = zero[0] if zero else results[0]
    return found


def _unsigned(expr: Expr) -> Expr:
    return expr.args[0] if isinstance(expr, Apply) and expr.op is neg else expr


def pattern_words(network: Network, index: int) -> Prose:
    """Return `x = 0, t = 1` for a pattern."""
    words: list[str | Expr] = []
    for name, value in network.pattern_rows()[index].items():
        words += [", "] if words else []
        words += [symbol(name), " = ", value]
    return tuple(words)


def _flat_patterns(history: History) -> list[Finding]:
    derivation, network = history.descent.derivation, history.descent.network
    out: list[Finding] = []
    for index, factor in flat_patterns(derivation).items():
        measured = history.descent.error_at(list(history.weights.values()), index)
        statement: Prose = (
            "At ", *pattern_words(network, index), " the gradient is 0 for every ", *_listed(history.names),
            ", because the factor ", factor, " is 0 there", *_consequence(derivation, index, measured),
        )  # fmt: skip
        out.append(Finding(statement, "proved", {derivation.error: measured}))
    return out


def _consequence(derivation: Derivation, pattern: int, measured: float) -> Prose:
    """Say what a gradient of 0 means: that E is constant only where no weight is left in it.

    A switch such as [w > 0] has slope 0 wherever it does not jump, and is no constant.
    """
    constant = constant_error(derivation.network, derivation, pattern)
    if constant is None:
        return (": descent moves nothing for that pattern.",)
    try:
        value: str | Expr = _exact(exact_value(constant, {}, derivation.definitions))
    except (InexactError, UnknownValueError):
        value = shown(measured)
    verdict = ": this network cannot learn that pattern." if measured else ": that pattern is right from the start."
    return (", and ", symbol(derivation.error), " stays ", value, verdict)


def _exact(value: Fraction) -> Expr:
    return number(value) if value >= 0 else neg(number(-value))


def _listed(weights: tuple[str, ...]) -> Prose:
    if len(weights) > 3:
        return ("weight",)
    out: list[str | Expr] = []
    for index, name in enumerate(weights):
        out += [" and " if index == len(weights) - 1 else ", "] if index else []
        out.append(symbol(name))
    return tuple(out)


def constant_error(network: Network, derivation: Derivation, pattern: int) -> Expr | None:
    """Return the error of a pattern as an expression without names, None where a weight is left in it."""
    changes: dict[Expr, Expr] = {symbol(n): v for n, v in network.pattern_rows()[pattern].items()}
    changes |= {symbol(n): v for n, v in network.values.items()}
    for name in network.order:
        value = tidy(_put_in(network.formulas[name], changes, derivation.definitions))
        if names(value):
            continue
        try:
            changes[symbol(name)] = _exact(exact_value(value, {}, derivation.definitions))
        except (InexactError, UnknownValueError):
            changes[symbol(name)] = value
    return changes.get(symbol(derivation.error))


def _put_in(formula: Expr, changes: Mapping[Expr, Expr], defined: Definitions) -> Expr:
    """Put numbers into a formula and unfold its functions, so that a factor 0 inside them is seen."""
    current = tidy(replace(formula, changes))
    for _ in range(16):
        call = next((part for part in postorder(current) if isinstance(part, Call)), None)
        body = unfolded(call, defined) if call is not None else None
        if call is None or body is None:
            break
        current = tidy(replace(current, {call: replace(body, changes)}))
    return current


def _edges(history: History) -> list[Finding]:
    """Return the weights that ended at an end of their interval, with the gradient still pushing outwards."""
    network, error = history.descent.network, history.descent.derivation.error
    size = history.descent.passes.steps
    last_pass = list(history.rows(range(max(1, history.steps - size + 1), history.steps + 1)))
    out: list[Finding] = []
    for name, value in history.weights.items():
        ends = bounds(network, name)
        if ends is None or value not in ends:
            continue
        outwards = 1 if value == ends[1] else -1
        pushing = [row for row in last_pass if row.nudges[name] * outwards > 0]
        if not pushing:
            continue
        row = pushing[-1]
        where: Prose = ("the mean of its patterns",) if row.pattern is None else pattern_words(network, row.pattern)
        arrived = _arrival(history, name, value)
        when = "" if arrived is None else f", reached in step {arrived}," if arrived else ", where it began,"
        statement: Prose = (
            symbol(name), f" is held at the edge {value:g} of its interval [{ends[0]:g}, {ends[1]:g}]{when} because ",
            "at ", *where, f" the gradient {shown(row.gradients[name])} still pushes outwards; there ", symbol(error),
            f" = {shown(row.after)}.",
        )  # fmt: skip
        out.append(Finding(statement, "measured", {name: value, error: row.after}))
    return out


def _arrival(history: History, name: str, value: float) -> int | None:
    """Return the step from which a weight kept its last value; 0 if it never moved, None if that is not recorded."""
    if history.settings.every != 1:
        return None
    values = history.recorded[history.names.index(name) :: len(history.descent.names)]
    step = len(values)
    while step > 0 and values[step - 1] == value:
        step -= 1
    return step + 1 if step or history.start[name] != value else 0


#: Beyond this many steps the fates of the steps are not counted: each has to be replayed.
_MOST_COUNTED = 20_000


def _course(history: History) -> list[Finding]:
    """Return how the error went, from the start to the end."""
    descent, error = history.descent, history.descent.derivation.error
    first, last = descent.mean_error(history.start), history.error
    words: list[str | Expr] = ["The mean of ", symbol(error), " over the patterns went from "]
    words.append(f"{shown(first)} to {shown(last)} in {history.steps:,} step" + ("." if history.steps == 1 else "s."))
    if 0 < history.steps <= _MOST_COUNTED:
        words.append(f" {_counted([row.fate for row in history.rows()])}")
    return [Finding(tuple(words), "measured", {"first": first, "last": last})]


def _counted(fates: Sequence[Fate]) -> str:
    """Say how many steps did what to the error of their own pattern: the order of the words is fixed."""
    told: tuple[tuple[Fate, str], ...] = (
        ("fell", "made their own pattern's error smaller"), ("rose", "made it larger"),
        ("flat", "left it as it was (the gradient is 0)"), ("held", "left it as it was (held at an edge)"),
        ("lost", "left it as it was (the nudge is lost in rounding)"), ("level", "left it as it was"),
    )  # fmt: skip
    parts = [f"{fates.count(fate):,} {what}" for fate, what in told if fate in fates]
    return "Of the steps, " + ", ".join(parts) + "."


def shown(value: float) -> str:
    """Write a number with five significant digits."""
    return f"{value:.5g}".replace("-", "−").replace("inf", "∞")
