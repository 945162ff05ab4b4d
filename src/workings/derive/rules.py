"""The table of rules: how the derivative of an expression becomes derivatives of its parts.

Each rule reads one derivative `∂f/∂v`, in which every name but v is held fixed, and says what it
becomes, what the rule is called, and why it applies here. `derivative` picks the rule by the op's own
record; nothing in this file computes a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from workings.derive.step import Prose
from workings.derive.tidy import constant, factors, product
from workings.graph.expr import ONE, TWO, ZERO, Apply, Call, Expr, Number, Partial, call, partial
from workings.graph.network import Network
from workings.graph.op import Op
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.ops.pointwise import log
from workings.graph.ops.selection import cases

#: A sum shows at most this many terms that are zero; beyond, they are said in the reason.
MOST_ZEROS = 4
CONSTANT_FACTOR = "constant factor rule"


class Rewrite(NamedTuple):
    """What a derivative becomes, by which rule, and why.

    `small` says how little the rule tells, so that a brief telling names another: 1 where it is a matter of course
    (a sum, a constant), 2 where only a definition was put in.
    """

    becomes: Expr
    rule: str
    reason: Prose
    small: int = 0


class Scope:
    """What a rule may ask of the network: whether an expression reads a name directly."""

    def __init__(self, network: Network) -> None:
        """Remember the network; answers are kept."""
        self.network = network
        self._reads: dict[Expr, frozenset[str]] = {}

    def reads(self, expr: Expr, name: str) -> bool:
        """Say whether `name` stands in `expr` or in a function that it calls."""
        if expr not in self._reads:
            self._reads[expr] = frozenset(self.network.reads(expr))
        return name in self._reads[expr]

    def slope(self, expr: Expr, slope: Partial) -> Expr:
        """Return the derivative of a part of what `slope` differentiates, by the same name, the same names held.

        It is 0 or 1 where that is plain to see, else a derivative still to be worked out.
        """
        if expr is slope.by:
            return ONE
        return partial(expr, slope.by, slope.held) if self.reads(expr, slope.by.name) else ZERO


def derivative(slope: Partial, scope: Scope) -> Rewrite:
    """Return what `∂f/∂v` becomes by the rule for the outermost operation of f."""
    f, by = slope.of, slope.by
    if f is by:
        return Rewrite(ONE, "identity rule", (f, " changes exactly as itself"), small=1)
    if not scope.reads(f, by.name):
        return Rewrite(ZERO, "constant rule", (f, " does not contain ", by), small=1)
    if isinstance(f, Call):
        return _of_call(f, slope, scope)
    assert isinstance(f, Apply), "a name other than v is constant, and numbers are"
    return _RULES.get(f.op, _chain_rule)(f, slope, scope)


def signed_terms(expr: Expr) -> list[tuple[int, Expr]]:
    """Return the terms of a sum with their signs, from left to right."""
    out: list[tuple[int, Expr]] = []
    stack = [(1, expr)]
    while stack:
        sign, top = stack.pop()
        if isinstance(top, Apply) and top.op is add:
            stack += [(sign, top.args[1]), (sign, top.args[0])]
        elif isinstance(top, Apply) and top.op is sub:
            stack += [(-sign, top.args[1]), (sign, top.args[0])]
        elif isinstance(top, Apply) and top.op is neg:
            stack.append((-sign, top.args[0]))
        else:
            out.append((sign, top))
    return out


def sum_of(terms: Sequence[tuple[int, Expr]]) -> Expr:
    """Return the sum of signed terms, from left to right; 0 for none."""
    result: Expr | None = None
    for sign, term in terms:
        if result is None:
            result = term if sign > 0 else neg(term)
        else:
            result = add(result, term) if sign > 0 else sub(result, term)
    return ZERO if result is None else result


def _sum_rule(f: Apply, whole: Partial, scope: Scope) -> Rewrite:
    by = whole.by
    slopes = [(sign, scope.slope(term, whole)) for sign, term in signed_terms(f)]
    zeros = sum(slope is ZERO for _, slope in slopes)
    if zeros > MOST_ZEROS:
        slopes = [(sign, slope) for sign, slope in slopes if slope is not ZERO]
        reason: Prose = (f"term by term; the other {zeros} terms do not contain ", by)
    elif zeros:
        reason = ("term by term; what does not contain ", by, " counts 0")
    else:
        reason = (f.op.reason,)
    return Rewrite(sum_of(slopes), f.op.rule if len(slopes) < 2 else add.rule, reason, small=1)


def _product_rule(f: Apply, whole: Partial, scope: Scope) -> Rewrite:
    by = whole.by
    items = factors(f)
    moving = [index for index, item in enumerate(items) if scope.reads(item, by.name)]
    if len(moving) == 1:
        at = moving[0]
        slope = scope.slope(items[at], whole)
        rest = product(items[:at] + items[at + 1 :])
        kept = items[:at] + ([] if slope is ONE else [slope]) + items[at + 1 :]
        stays: Prose = (rest, " does not contain ", by, " and stays as a factor")
        return Rewrite(product(kept), CONSTANT_FACTOR, stays, small=1)
    terms = [
        product([scope.slope(item, whole) if index == at else item for index, item in enumerate(items)])
        for at in moving
    ]
    reason: Prose = ("each factor that contains ", by, " is differentiated in turn while the others stay")
    return Rewrite(sum_of([(1, term) for term in terms]), f.op.rule, reason)


def _quotient_rule(f: Apply, whole: Partial, scope: Scope) -> Rewrite:
    by = whole.by
    top, bottom = f.args
    if not scope.reads(bottom, by.name):
        reason: Prose = ("the denominator does not contain ", by, " and stays")
        return Rewrite(div(scope.slope(top, whole), bottom), CONSTANT_FACTOR, reason, small=1)
    below = power(bottom, TWO)
    if not scope.reads(top, by.name):
        reason = ("the numerator does not contain ", by, "; 1/g has the derivative −g′/g²")
        slope = scope.slope(bottom, whole)
        return Rewrite(neg(div(slope if top is ONE else mul(top, slope), below)), f.op.rule, reason)
    reason = ("numerator′ · denominator − numerator · denominator′, over the denominator squared",)
    above = sub(mul(scope.slope(top, whole), bottom), mul(top, scope.slope(bottom, whole)))
    return Rewrite(div(above, below), f.op.rule, reason)


def _power_rule(f: Apply, whole: Partial, scope: Scope) -> Rewrite:
    by = whole.by
    base, exponent = f.args
    if scope.reads(exponent, by.name):
        return _exponential_rule(f, whole, scope)
    lowered = power(base, _one_less(exponent)) if exponent is not TWO else base
    items = [exponent, lowered]
    slope = scope.slope(base, whole)
    if slope is ONE:
        return Rewrite(product(items), f.op.rule, ("the exponent comes down in front and is lowered by one",))
    reason: Prose = ("the exponent comes down and is lowered by one, times the derivative of ", base)
    return Rewrite(product([*items, slope]), "power and chain rule", reason)


def _one_less(exponent: Expr) -> Expr:
    if isinstance(exponent, Number):
        return constant(exponent.value - 1, exponent.decimal)
    return sub(exponent, ONE)


def _exponential_rule(f: Apply, whole: Partial, scope: Scope) -> Rewrite:
    by = whole.by
    base, exponent = f.args
    rate: Expr = mul(log(base), scope.slope(exponent, whole))
    if scope.reads(base, by.name):
        rate = add(rate, div(mul(exponent, scope.slope(base, whole)), base))
    reason: Prose = ("a power changes by itself times the derivative of exponent · log(base)",)
    return Rewrite(mul(f, rate), "exponential rule", reason)


def _chain_rule(f: Apply, whole: Partial, scope: Scope) -> Rewrite:
    """Return Σ (∂op/∂argument) · (∂argument/∂v), the op's own record giving the first factors."""
    outer = f.op.partials(*f.args)
    slopes = [scope.slope(arg, whole) for arg in f.args]
    terms = [o if s is ONE else mul(o, s) for o, s in zip(outer, slopes, strict=True) if s is not ZERO]
    result = sum_of([(1, term) for term in terms])
    if all(slope in (ONE, ZERO) for slope in slopes):
        return Rewrite(result, f.op.rule, (f.op.reason,))
    return Rewrite(result, "chain rule", (f"{f.op.reason}; times the derivative of what stands inside",))


def _cases_rule(f: Apply, whole: Partial, scope: Scope) -> Rewrite:
    condition, *formulas = f.args
    first, other = (scope.slope(formula, whole) for formula in formulas)
    reason: Prose = ("each case is differentiated on its own; a condition is flat wherever it does not jump",)
    return Rewrite(ZERO if first is other is ZERO else cases(condition, first, other), f.op.rule, reason)


def _of_call(f: Call, whole: Partial, scope: Scope) -> Rewrite:
    by = whole.by
    function = scope.network.functions[f.function]
    inside = by.name in scope.network.free(f.function)
    body = function.unfold(f.args) if not any(f.orders) else None
    if body is not None and (inside or len(f.args) > 1):
        return Rewrite(
            partial(body, whole.by, whole.held), "definition", ("put in what ", f, " is defined as"), small=2
        )
    terms: list[Expr] = []
    for index, arg in enumerate(f.args):
        slope = scope.slope(arg, whole)
        if slope is not ZERO:
            orders = tuple(count + (i == index) for i, count in enumerate(f.orders))
            outer = call(f.function, f.args, orders)
            terms.append(outer if slope is ONE else mul(outer, slope))
    reason: Prose = ("outer derivative at ", *f.args[:1], ", times the derivative of what stands inside")
    return Rewrite(sum_of([(1, term) for term in terms]), "chain rule", reason)


#: Ops whose rule is told in another way than through their partial derivatives.
_RULES: dict[Op, Callable[[Apply, Partial, Scope], Rewrite]] = {
    add: _sum_rule, sub: _sum_rule, neg: _sum_rule, mul: _product_rule, div: _quotient_rule, power: _power_rule,
    cases: _cases_rule,
}  # fmt: skip
