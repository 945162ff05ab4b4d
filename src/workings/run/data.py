"""Where the numbers of a run come from: the patterns, the starts, the rate."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping
from dataclasses import dataclass

from workings.errors import Problem, ReadError
from workings.graph.expr import Call, Expr, Partial, postorder
from workings.graph.network import Interval, Network, called
from workings.graph.speakers.floats import constant_value
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name
from workings.run.settings import Settings
from workings.source import REQUEST

#: The rate that is used where the network and the caller give none. It is said in the output.
DEFAULT_RATE = 0.5


@dataclass(frozen=True, slots=True)
class Given:
    """A number with where it came from: `said` is a sentence for the output, empty if the author gave it."""

    value: float
    said: str = ""


def request_problem(found: str, expected: str, why: str, instead: str) -> ReadError:
    """Return the error of a request that does not fit the network: it has no line in a document."""
    return ReadError([Problem(REQUEST, found, expected, why, instead)])


def patterns(network: Network) -> tuple[dict[str, float], ...]:
    """Return the patterns as floats.

    Raises:
        ReadError: when the network does not say its patterns.
    """
    rows = network.pattern_rows()
    if not rows:
        names = ", ".join(f"`{plain_name(n)}`" for n in (*network.inputs, *network.leaf_targets))
        raise request_problem(
            f"there are no patterns to train on: {names} can be any number",
            "finite domains for the inputs, or a table of patterns", "each step of the descent is made for a pattern",
            f"`patterns ({', '.join(plain_name(n) for n in network.inputs)}; …) = (…), (…)`, or `input x in {{0, 1}}`",
        )  # fmt: skip
    return tuple({name: constant_value(value) for name, value in row.items()} for row in rows)


def rate(network: Network, asked: float | None) -> Given:
    """Return the learning rate: the one asked for, else the network's own, else `DEFAULT_RATE`, said.

    Raises:
        ReadError: for a rate that is not a number greater than 0.
    """
    name = plain_name(network.rate) if network.rate else "α"
    if asked is not None:
        if not 0 < asked < float("inf"):
            raise request_problem(
                f"the learning rate is {asked:g}", "a finite number greater than 0",
                "a step of size 0 learns nothing, and a negative one climbs", "`--rate 0.5`",
            )  # fmt: skip
        return Given(asked)
    own = network.values.get(network.rate) if network.rate else None
    if own is not None:
        return Given(constant_value(own))
    return Given(DEFAULT_RATE, f"{name} has no value in the text; {DEFAULT_RATE:g} is used, and `--rate` sets another")


def settled(network: Network, asked: Settings, rate: float, steps: int) -> Settings:
    """Return settings with what is known when a run begins: its rate, how many steps and patterns it has.

    Raises:
        ReadError: when a step asks for more patterns than there are.
    """
    count = len(patterns(network))
    if not 1 <= asked.batch <= count:
        raise request_problem(
            f"a step of {asked.batch} patterns is asked for", f"1 to {count}", f"the network has {count} patterns",
            f"`--batch {min(count, max(1, count // 2))}`, or `--order batch` for all of them",
        )  # fmt: skip
    batch = count if asked.order == "batch" else asked.batch
    return dataclasses.replace(asked, rate=rate, horizon=steps, batch=batch)


def starts(network: Network, asked: Mapping[str, float], seed: int) -> dict[str, Given]:
    """Return where each weight begins: as asked, as written, or drawn by the seed, uniform over its domain.

    A weight of domain R is drawn from [−1, 1].

    Raises:
        ReadError: for a start of something that is no weight, or outside its interval.
    """
    for name in asked:
        if name not in network.weights:
            known = ", ".join(plain_name(w) for w in network.weights) or "none"
            raise request_problem(
                f"a start is given for `{plain_name(name)}`",
                f"a weight: {known}",
                "only weights begin somewhere and move",
                f"`--start {network.weights[0] if network.weights else 'w'}=0.5`",
            )
    drawn = random.Random(seed)
    found: dict[str, Given] = {}
    for name in network.weights:
        low, high, over = _range(network, name)
        # Every weight takes its number from the stream, so that a start given for one moves no other.
        chance = drawn.uniform(low, high)
        if name in asked:
            found[name] = Given(_inside(network, name, asked[name]))
        elif name in network.starts:
            found[name] = Given(constant_value(network.starts[name]))
        else:
            found[name] = Given(chance, f"{plain_name(name)} starts at a number drawn from {over} by seed {seed}")
    return found


def drawn_together(begin: Mapping[str, Given], seed: int) -> list[Given]:
    """Say once, not for each weight, that many starts were drawn."""
    drawn = [given for given in begin.values() if given.said]
    if len(drawn) <= 3:
        return drawn
    return [Given(0.0, f"the starts of {len(drawn)} weights are drawn by seed {seed}")]


def _range(network: Network, name: str) -> tuple[float, float, str]:
    domain = network.declarations[name].domain
    if isinstance(domain, Interval):
        low, high = constant_value(domain.low), constant_value(domain.high)
        return low, high, f"[{low:g}, {high:g}]"
    return -1.0, 1.0, "[−1, 1]"


def bounds(network: Network, name: str) -> tuple[float, float] | None:
    """Return the ends of a weight's interval, None where it may be any number."""
    domain = network.declarations[name].domain
    return (constant_value(domain.low), constant_value(domain.high)) if isinstance(domain, Interval) else None


def _inside(network: Network, name: str, value: float) -> float:
    ends = bounds(network, name)
    if value != value or value in (float("inf"), float("-inf")):
        raise request_problem(
            f"`{plain_name(name)}` starts at {value}",
            "a finite number",
            "descent needs a place to begin",
            f"`--start {name}=0.5`",
        )
    if ends is not None and not ends[0] <= value <= ends[1]:
        line = network.declarations[name].place
        raise request_problem(
            f"`{plain_name(name)}` starts at {value:g}", f"a number in [{ends[0]:g}, {ends[1]:g}]: {line} says so",
            "a weight stays inside its interval from the first step on", f"`--start {name}={ends[0]:g}`",
        )  # fmt: skip
    return value


def constants(network: Network) -> dict[str, float]:
    """Return the values of the constants.

    Raises:
        ReadError: for a constant without a value.
    """
    found: dict[str, float] = {}
    for name in network.of_role("constant"):
        if name not in network.values:
            raise request_problem(
                f"the constant `{plain_name(name)}` has no value", "a number",
                "a run computes with numbers; a derivation does without", f"`constant {plain_name(name)} = 0.5`",
            )  # fmt: skip
        found[name] = constant_value(network.values[name])
    return found


def runnable(network: Network) -> None:
    """Check that everything the error needs can be computed.

    Raises:
        ReadError: naming every function without a definition, and every derivative within a formula.
    """
    problems: list[Problem] = []
    abstract = [f for f in network.functions.values() if f.body is None]
    if abstract:
        shown = ", ".join(f"`{plain_name(f.name)}`" for f in abstract)
        name = plain_name(abstract[0].name)
        problems.append(Problem(
            abstract[0].place, f"{shown} has no definition", "a formula for each function",
            "a function without a definition can be derived through, but not computed", f"`{name}(z) = …`",
        ))  # fmt: skip
    used = [(equation.formula, equation.place) for equation in network.equations]
    used += [(f.body, f.place) for f in network.functions.values() if f.body is not None]
    for formula, place in used:
        slope = next(filter(_is_slope, postorder(formula)), None)
        if slope is not None and not {f.name for f in abstract} & {*called(slope)}:
            problems.append(Problem(
                place, f"the derivative `{plain(slope)}` is part of a formula", "formulas without derivatives in them",
                "what the network computes is computed from formulas; what training needs is derived from them",
                "the derivative written out, as a function of its own: `g(z) = …`",
            ))  # fmt: skip
    if problems:
        raise ReadError(problems)


def _is_slope(expr: Expr) -> bool:
    return isinstance(expr, Partial) or (isinstance(expr, Call) and any(expr.orders))
