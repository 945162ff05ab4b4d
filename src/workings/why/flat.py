"""Patterns that no weight can learn: the gradient is 0 for every weight, and which factor makes it so.

A pattern is put into the derived gradient as exact numbers; where a factor becomes 0, the gradient is 0 for every
weight, which is a proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from workings.derive.step import Derivation, Prose
from workings.derive.tidy import factors, tidy
from workings.graph.expr import ZERO, Apply, Call, Expr, names, number, postorder, replace, symbol
from workings.graph.network import Definitions, Network, unfolded
from workings.graph.ops.arithmetic import neg
from workings.graph.speakers.floats import UnknownValueError
from workings.graph.speakers.fractions import InexactError, exact_value
from workings.run.descent import Descent
from workings.run.history import History
from workings.why.answer import Finding
from workings.why.pairs import output_pairs
from workings.why.words import shown


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
    """Return `x = 0, t = 1` for a pattern; one that nothing names is the only one."""
    words: list[str | Expr] = []
    for name, value in network.pattern_rows()[index].items():
        words += [", "] if words else []
        words += [symbol(name), " = ", value]
    return tuple(words) or ("the one pattern",)


def flat_findings(history: History) -> list[Finding]:
    """Return the patterns whose gradient is 0 for every weight, each with the factor, and what their error stays."""
    descent, weights = history.descent, list(history.weights.values())
    derivation, network = descent.derivation, descent.network
    out: list[Finding] = []
    for index, factor in flat_patterns(derivation).items():
        measured = descent.error_at(weights, index)
        statement: Prose = (
            "At ", *pattern_words(network, index), " the gradient is 0 for every ", *_weights(history.names),
            *(() if factor is ZERO else (", because the factor ", factor, " is 0 there")),
            *_consequence(descent, index, weights),
        )  # fmt: skip
        out.append(Finding(statement, "proved", {derivation.error: measured}))
    return out


def _consequence(descent: Descent, pattern: int, weights: Sequence[float]) -> Prose:
    """Say what a gradient of 0 means: that E is constant only where no weight is left in it.

    A switch such as [w > 0] has slope 0 wherever it does not jump, and is no constant.
    """
    derivation = descent.derivation
    constant = constant_error(descent.network, derivation, pattern)
    if constant is None:
        return (": descent moves nothing for that pattern.",)
    measured = descent.error_at(weights, pattern)
    right = measured == 0
    try:
        exact = exact_value(constant, {}, derivation.definitions)
        value: str | Expr = _exact(exact)
        right = exact == 0
    except (InexactError, UnknownValueError):
        value = shown(measured)
    if right:
        verdict = ": that pattern is right from the start."
    elif _is_met(descent, pattern, weights):
        verdict = ": the output is what it is to be, whatever the weights."
    else:
        verdict = ": this network cannot learn that pattern."
    return (", and ", symbol(derivation.error), " stays ", value, verdict)


def _is_met(descent: Descent, pattern: int, weights: Sequence[float]) -> bool:
    """Say whether every output equals its target at a pattern, to within rounding."""
    pairs = output_pairs(descent)
    found = descent.forward(weights, pattern)
    return bool(pairs) and all(abs(found[a] - found[b]) <= 1e-12 * max(1.0, abs(found[b])) for a, b in pairs)


def _exact(value: Fraction) -> Expr:
    return number(value) if value >= 0 else neg(number(-value))


def _weights(weights: tuple[str, ...]) -> Prose:
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
