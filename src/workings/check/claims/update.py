"""Update rules: is what a person subtracts a positive step against the gradient?

    w ← w − α ∂E/∂w        w_new = w + α (y − ŷ) x        Δw = −η ∂E/∂w        w += (y − ŷ) x

The change of the weight is divided by −∂E/∂w. A rate is a positive number that the network does not contain, so the
rule is right where the quotient is a rate, a positive number, or both: in another form is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from workings.check.explain.hypothesis import Told
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.check.verdict import PROVED, Finding, undecided, unread
from workings.derive.tidy import factors
from workings.graph.expr import (
    Apply,
    Expr,
    Number,
    Partial,
    Symbol,
    names,
    number,
    partial,
    postorder,
    symbol,
)
from workings.graph.expr import replace as put_in
from workings.graph.names import RATES, without_new, without_old
from workings.graph.network import Network
from workings.graph.ops.arithmetic import add, div, mul, neg, sub
from workings.graph.terms import partials, renamed
from workings.graph.writing.spelling import plain as plain_name
from workings.graph.writing.spelling import without_step


@dataclass(frozen=True)
class Update:
    """The weight that a line changes, and whether its right side is the change or the new value.

    `value` is the change or the new value, once the right side was read, `named` the name of a change: Δw.
    """

    weight: str
    change: bool
    sign: int = 1
    value: Expr | None = None
    named: str = ""
    #: Whether a number is taken for a new value of the weight though nothing says that it is a step.
    loose: bool = False


def update_of(left: Expr, relation: str, right: Expr, network: Network) -> Update | None:
    """Return the update that a line writes, None where it is none."""
    moved = set(network.weights) or set(network.of_role("input", "constant"))
    known = moved | set(network.formulas) | set(network.declarations)

    def weight(name: str) -> str | None:
        if name in network.formulas:
            # `h_new = (1 − z) h + z c` is a quantity where the network has a formula for it.
            return None
        for form in (name, without_new(name), without_old(name), without_step(name)):
            if form in moved:
                return form
        return None

    # A quantity with an equation of its own is no new value: `m_new = (1 − α) m + α x`, which the error is made of.
    if isinstance(left, Symbol) and not (relation == "=" and left.name in network.formulas):
        name = weight(left.name)
        inside = {n if n in known else old_name(n) for n in names(right)}
        if name is not None:
            if relation in ("+=", "-="):
                return Update(name, change=True, sign=1 if relation == "+=" else -1)
            if relation == "<-" or (name in inside and not _is_scaled(right)):
                return Update(name, change=False)
            if without_new(left.name) != left.name and inside and inside <= RATES | {network.rate}:
                # `w_new = 0.4 − η · 0.08`: numbers are put in already.
                return Update(name, change=False, loose=True)
        changed = re.fullmatch(r"Delta_(.+)", left.name)
        name = weight(changed[1]) if changed and left.name not in known else None
        return Update(name, change=True, named=left.name) if name else None
    return None


def renewed(name: str, network: Network) -> str | None:
    """Return the weight that a name is the new value of: `w_new`, `w⁺`, `w₁`."""
    return next((b for b in (without_new(name), without_step(name)) if b != name and b in network.weights), None)


def old_name(name: str) -> str:
    """Return a name without what marks its value before a step: `w_old`, `w_t`, `w₀`."""
    bare = without_old(name)
    return bare if bare != name else without_step(name) or name


def _is_scaled(right: Expr) -> bool:
    """Say whether a new value is the old one, or a number times it: `w = 0.99 w` is no step against a gradient."""
    parts = right.args if isinstance(right, Apply) and right.op in (mul, div) else (right,)
    return all(isinstance(part, Symbol | Number) for part in parts) and len(set(names(right))) == 1


class Stepped(NamedTuple):
    """What is known of a step: the verdict, the change or new value that it gives, and whether it goes uphill."""

    finding: Finding
    value: Expr | None = None
    uphill: bool = False


def judge_update(
    update: Update, right: Expr, opened: Callable[[Expr], Expr], judge: Judge, network: Network
) -> Stepped:
    """Return what is known of an update rule."""
    right = renamed(right, lambda n: update.weight if _is_old(n, update.weight, judge.meaning) else n)
    slopes = [part.of for part in partials(right) if part.by is symbol(update.weight)]
    error = network.error or next((of.name for of in slopes if isinstance(of, Symbol)), None)
    if error is None:
        return Stepped(unread("the text does not say what is minimised"))
    meaning = judge.meaning
    weight = symbol(update.weight)
    free = [n for n in names(right) if n not in meaning.known]
    foreign = [n for n in free if n not in RATES and len(free) > 1]
    if not foreign and free and free[0] not in RATES and not _multiplies(right, free[0], meaning):
        foreign = free
    if foreign:
        return Stepped(unread(f"`{plain_name(foreign[0])}` is not defined"))
    meaning.rates |= set(free)
    own = partial(symbol(error), weight)
    # A slope without a path is 0 for want of a link: the rule may be written with it, and nothing be put in for it.
    linked = meaning.unlinked(own) is None
    slope = opened(own) if linked else _SLOPE
    right = right if linked else put_in(right, {own: _SLOPE})
    loose = judge.unlinked(right) if linked else judge.unlinked(own)
    value = opened(right)
    rates = [n for n in names(meaning.flat(value)) if n in meaning.rates]
    if len(rates) > 1:
        return Stepped(undecided("which of its names is the rate is not said"))
    change = value if update.change else sub(value, weight)
    if update.sign < 0:
        change = neg(change)
    rate = symbol(rates[0]) if rates else None
    whole = neg(mul(rate, slope)) if rate is not None else neg(slope)
    found = _stepping(judge, change, whole, rate)
    if loose is not None and not found.finding.holds:
        return Stepped(loose)
    return found._replace(value=change if update.change else add(weight, change))


#: A slope that nobody knows.
_SLOPE = symbol(" slope")


def _is_old(name: str, weight: str, meaning: Meaning) -> bool:
    return name not in meaning.known and old_name(name) == weight


def _multiplies(right: Expr, name: str, meaning: Meaning) -> bool:
    """Say whether a name is a factor beside something of the network: a rate is, a velocity `v` alone is not."""
    for part in postorder(right):
        if isinstance(part, Apply) and part.op is mul and symbol(name) in factors(part):
            rest = [f for f in factors(part) if f is not symbol(name)]
            if any(
                isinstance(p, Partial) or (isinstance(p, Symbol) and p.name in meaning.known)
                for f in rest
                for p in postorder(f)
            ):
                return True
    return False


def _stepping(judge: Judge, change: Expr, whole: Expr, rate: Symbol | None) -> Stepped:
    found = judge.compare(whole, change)
    if found.verdict != "refuted":
        return Stepped(found)
    # A step of another length, the same everywhere: the rate takes it up where the line names none.
    factor = _constant_ratio(judge, change, whole)
    if factor is None or factor < 0:
        return Stepped(found, uphill=factor is not None)
    if rate is None:
        return Stepped(PROVED)
    why = (
        f"it steps against the gradient, by {factor} times `{plain_name(rate.name)}`; a factor {1 / factor} is missing"
    )
    return Stepped(undecided(why))


def _constant_ratio(judge: Judge, change: Expr, whole: Expr) -> Fraction | None:
    """Return the number that `change / whole` is everywhere, None where it is no single small fraction."""
    example = judge.compare(whole, change).counterexample
    if example is None or not example.left:
        return None
    factor = Fraction(example.right / example.left).limit_denominator(1_000_000)
    if not factor:
        return None
    scaled = mul(number(abs(factor)), whole)
    return factor if judge.same(change, scaled if factor > 0 else neg(scaled)) else None


#: The slip of a step that goes the wrong way.
FORGOTTEN = Told(
    "minus in the update forgotten or doubled",
    "The gradient points uphill, so a step downhill subtracts it: one minus, and only one.",
)  # fmt: skip
