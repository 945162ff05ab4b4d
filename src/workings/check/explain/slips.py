"""The slips that people make, each a record: what it does to a right line, and one sentence for the person.

The problem: “wrong” helps nobody; “you forgot the inner derivative” does. The idea: a slip is a way of working out
the left side with one thing done wrong. It is said only if it gives the person's line exactly, and if no other
slip of the table explains the line as cheaply; otherwise nothing is guessed.

    right   ∂E/∂w = (ŷ − y) x ŷ (1 − ŷ)
    sign            (y − ŷ) x ŷ (1 − ŷ)
    σ(1 + σ)        (ŷ − y) x ŷ (1 + ŷ)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workings.check.explain.activations import signs_in_slopes
from workings.check.explain.case import Case
from workings.check.explain.functions import BY_VALUE, LOGISTIC, TANH, inside
from workings.check.explain.hypothesis import Hypothesis, Supposed, Told, slip
from workings.check.explain.part import HOLE
from workings.check.explain.places import Node
from workings.check.judge.slopes import total
from workings.derive.tidy import factors, product, tidy
from workings.graph.expr import (
    ONE,
    TWO,
    ZERO,
    Apply,
    Expr,
    Number,
    Symbol,
    contains,
    names,
    postorder,
    rebuild,
    symbol,
)
from workings.graph.expr import replace as put_in
from workings.graph.names import named
from workings.graph.op import Op
from workings.graph.ops.arithmetic import add, div, mul, neg, power, sub
from workings.graph.ops.pointwise import softplus
from workings.graph.ops.selection import relu
from workings.graph.terms import terms

#: A wrong way of working out one operation: its derivative by this slip, where the slip fits.
Wrong = Callable[[Node], Iterator[Expr]]
Claims = Callable[[Case], Iterator[Supposed]]


def _at(wrong: Wrong) -> Claims:
    """Return the lines that working one operation out wrongly gives."""

    def claims(case: Case) -> Iterator[Supposed]:
        for node, around in case.nodes:
            for value in wrong(node):
                yield Supposed(put_in(around, {HOLE: value}), case.wrong)

    return claims


def _whole(values: Callable[[Case], Iterator[Expr]]) -> Claims:
    """Return the lines that some wrong values of the right side are."""
    return lambda case: (Supposed(value, case.wrong) for value in values(case))


def _inner(node: Node) -> Expr:
    """Return the derivative of what stands inside a function of one moving argument."""
    return node.slopes[node.moving[0]]


def _argument(node: Node) -> Expr:
    return node.args[node.moving[0]]


def _of_value(op: Op, wrong: Callable[[Expr], Expr]) -> Wrong:
    """Return a way of working out an op's slope: something made of its value."""

    def at(node: Node) -> Iterator[Expr]:
        if node.shape == op.name:
            yield mul(wrong(node.expr), _inner(node))

    return at


_SHAPED = (*(known.op.name for known in BY_VALUE), relu.name, softplus.name)


def _same_function(node: Node, at: Expr) -> Expr:
    """Return the node's function at another argument."""
    return rebuild(node.expr, tuple(at if a is _argument(node) else a for a in node.args))


def _wrong_point(node: Node) -> Iterator[Expr]:
    """σ′ at the activated value (σ applied twice), or with z in the place of a: z(1 − z)."""
    z, inner, twice = _argument(node), _inner(node), _same_function(node, node.expr)
    for known in BY_VALUE:
        if node.shape == known.op.name:
            yield mul(known.slope(twice), inner)
            yield mul(known.slope(z), inner)


def _forgotten_inner(node: Node) -> Iterator[Expr]:
    """The outer derivative alone, where what stands inside is more than the variable."""
    if node.alone is not None and node.slopes[node.alone] is not ONE:
        yield node.outer[node.alone]


def _dropped(node: Node) -> Iterator[Expr]:
    if node.shape in _SHAPED:
        yield _inner(node)


def _power_slips(node: Node) -> Iterator[Expr]:
    if isinstance(node.expr, Apply) and node.expr.op is power and isinstance(node.expr.args[1], Number):
        base, exponent = node.expr.args
        if node.slopes[0] is not ZERO:
            yield mul(power(base, sub(exponent, ONE)), node.slopes[0])
            yield mul(mul(exponent, node.expr), node.slopes[0])


def _product(node: Node) -> Iterator[Expr]:
    if isinstance(node.expr, Apply) and node.expr.op in (mul, div) and all(s is not ZERO for s in node.slopes):
        yield node.expr.op(*node.slopes)


def _quotient(node: Node) -> Iterator[Expr]:
    if isinstance(node.expr, Apply) and node.expr.op is div and all(s is not ZERO for s in node.slopes):
        (u, v), (du, dv) = node.args, node.slopes
        yield div(sub(mul(u, dv), mul(du, v)), power(v, TWO))


def _one_path(node: Node) -> Iterator[Expr]:
    """One of several ways by which the variable acts, left out."""
    ways = {index: mul(node.outer[index], node.slopes[index]) for index in node.moving}
    if len(ways) > 1:
        yield from ways.values()
    if len(ways) > 2:
        yield from (total(way for i, way in ways.items() if i != left_out) for left_out in ways)


def _factor_lost(node: Node) -> Iterator[Expr]:
    """A constant factor on the path, left out: w₅ in ∂(w₅ h)/∂w₁."""
    factor = isinstance(node.expr, Apply) and node.expr.op is mul and len(node.moving) == 1
    if factor and not isinstance(node.args[1 - node.moving[0]], Number):
        yield _inner(node)


def _sign(case: Case) -> Iterator[Expr]:
    for reference in case.references:
        # A sign in the slope of an activation has a name of its own.
        named = signs_in_slopes(case, reference)
        for part in postorder(reference):
            if isinstance(part, Apply) and part.op in (add, sub) and part not in named:
                first, second = part.args
                flipped = (sub(first, second), sub(second, first)) if part.op is add else (add(first, second),)
                yield from (put_in(reference, {part: wrong}) for wrong in flipped)


def _halves(case: Case) -> Iterator[Expr]:
    yield mul(TWO, case.truth)
    yield div(case.truth, TWO)
    for reference in case.references:
        parts = terms(reference, add, sub, neg)
        for part in parts if len(parts) > 1 else ():
            yield put_in(reference, {part: mul(TWO, part)})
            yield put_in(reference, {part: div(part, TWO)})


def _kept(case: Case) -> Iterator[Expr]:
    """σ′ of the output once more: as if the loss in use had left it there."""
    for node, _ in case.nodes:
        if node.shape in _SHAPED:
            yield mul(case.truth, node.outer[node.moving[0]])


def _index(case: Case) -> Iterator[Expr]:
    known = sorted(case.meaning.known)
    for reference in case.references:
        for name in names(reference):
            for other in known:
                if other != name and named(name).is_sibling(named(other)):
                    yield put_in(reference, {symbol(name): symbol(other)})
                    yield from _in_one_factor(reference, name, symbol(other))


def _in_one_factor(reference: Expr, name: str, other: Expr) -> Iterator[Expr]:
    """Yield the reference with another name in the place of one that is a factor, one place at a time."""
    for part in postorder(reference):
        if isinstance(part, Apply) and part.op is mul:
            items = factors(part)
            for at, item in enumerate(items):
                if item is symbol(name):
                    yield put_in(reference, {part: product([*items[:at], other, *items[at + 1 :]])})


def _raw_for_activated(case: Case) -> Iterator[Expr]:
    """Put z in the place of a = σ(z)."""
    for reference in case.references:
        for name in names(reference):
            raw = inside(case.meaning, name)
            if isinstance(raw, Symbol):
                yield put_in(reference, {symbol(name): raw})
                yield from _in_one_factor(reference, name, raw)


def _minus_one(case: Case) -> Iterator[Expr]:
    """The inner derivative −1 of t − ŷ left out: the difference stands there as in the formula, the minus does not."""
    written = set(postorder(case.claim.right))
    for node, rest in case.nodes:
        for wrong in _forgotten_inner(node):
            inner = _argument(node)
            difference = isinstance(inner, Apply) and inner.op is sub
            if difference and inner in written and tidy(_inner(node)) is neg(ONE):
                yield put_in(rest, {HOLE: wrong})


def _quotient_written(case: Case) -> Iterator[Expr]:
    if contains(case.claim.right, lambda e: isinstance(e, Apply) and e.op is div):
        for node, rest in case.nodes:
            for wrong in _quotient(node):
                yield put_in(rest, {HOLE: wrong})


#: A program's second `dx = …`, found where the sum of both is the slope.
OVERWRITTEN = Told(
    "`=` where `+=` is meant",
    "The variable acts in several ways, and their slopes add up: the second line throws the first away.",
)  # fmt: skip

#: A slope that a program computes with a weight which it has moved already.
UPDATED_EARLY = Told(
    "weight updated before its use",
    "The slope runs back through the weight with which the network ran forward: use it first, and update it then.",
)  # fmt: skip

#: A step that is right for another weight than the one that takes it.
WEIGHT_TAKEN = Told(
    "step of another weight",
    "Each weight goes from its own old value, against its own slope: this is the step of another one.",
)  # fmt: skip

SLIPS: tuple[Hypothesis, ...] = (
    slip("inner derivative forgotten",
         "The chain rule goes on: what stands inside has a derivative of its own, and its factor −1 is missing.", 1,
         _whole(_minus_one), "lost", "lost slope", "sign", "odd sign", "form"),
    slip("quotient rule's order", "The quotient rule begins with the derivative of the numerator: (u′ v − u v′)/v².",
         1, _whole(_quotient_written), "sign", "odd sign", "form"),
    *(slip(known.slip, known.says, 2, _at(_of_value(known.op, known.with_plus)), "sign", "odd sign", "form")
      for known in BY_VALUE),
    slip("1 − σ² for the logistic", "1 − a² is the derivative of tanh; that of the logistic function is a(1 − a).", 2,
         _at(_of_value(LOGISTIC.op, TANH.slope)), "form", "square"),
    slip("tanh and logistic mixed up", "a(1 − a) is the derivative of the logistic function; that of tanh is 1 − a².",
         2, _at(_of_value(TANH.op, LOGISTIC.slope)), "form"),
    slip("relu's value for its indicator", "The slope of relu is 1 or 0; its value is not its slope.", 2,
         _at(_of_value(relu, lambda value: value)), "form"),
    slip("derivative at the wrong point",
         "The derivative of an activation is taken at what goes into it, and written by its value: a(1 − a) with a "
         "= σ(z), neither z(1 − z) nor σ′(a).", 2, _at(_wrong_point), "form", "raw", "name"),
    slip("sign", "The sign is the other way round.", 3, _whole(lambda case: iter((neg(case.truth),))), "sign",
         "odd sign", "number's sign"),
    slip("σ′ dropped", "The derivative of the activation is missing: with this loss it does not cancel.", 3,
         _at(_dropped), "lost", "lost slope"),
    slip("σ′ kept", "The derivative of the activation is there once too often: with this loss it cancels.", 3,
         _whole(_kept), "extra"),
    slip("inner derivative forgotten",
         "The chain rule goes on: what stands inside has a derivative of its own, and that factor is missing.", 4,
         _at(_forgotten_inner), "lost", "lost slope", "sign", "odd sign", "form"),
    slip("product and chain rule mixed up",
         "The derivative of a product is not the product of the derivatives: (u v)′ = u′ v + u v′.", 4, _at(_product),
         "form"),
    slip("a path of the total derivative forgotten",
         "The variable acts in several ways, and each one counts: one of them is missing.", 4, _at(_one_path)),
    # As dear as an inner −1 forgotten: where both give the line, nobody can tell.
    slip("sign", "The sign of one term is the other way round.", 4, _whole(_sign), "sign", "odd sign",
         "number's sign"),
    slip("the factor 2 or ½", "A factor 2 or ½ is lost or one too many: the exponent 2 comes down and meets the ½.", 5,
         _whole(_halves), "factor"),
    slip("derivative at the wrong point", "The activated value belongs here, not what goes into the activation.", 5,
         _whole(_raw_for_activated), "form", "raw", "name"),
    slip("a term's index", "An index is wrong: another weight or unit belongs here.", 6, _whole(_index), "sibling",
         "slope"),
    slip("a factor on the path forgotten", "A constant factor on the path stays in the derivative, and it is missing.",
         6, _at(_factor_lost), "lost", "lost slope"),
    slip("power rule", "The exponent comes down in front, and is lowered by one.", 7, _at(_power_slips), "power",
         "factor"),
)  # fmt: skip
