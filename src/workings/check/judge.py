"""Is this equality true? Proved by algebra, tested at random points, or refuted by rigorous intervals.

Refuted is a proof: at an exact point of the domain, the two sides lie in intervals that do not overlap.
Proved is one too: both sides have one normal form, or the line is checked at each point of a finite domain.
Between the two stands the test: at twelve random points the sides agree to fifty digits.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, islice, product
from time import perf_counter

from workings.check.meaning import LimitError, Meaning, substituted
from workings.check.normal import TooLargeError, equal
from workings.check.verdict import Counterexample, Finding
from workings.derive.tidy import constant
from workings.graph.expr import ZERO, Apply, Call, Expr, names, number, postorder, symbol
from workings.graph.network import Domain, Finite, Function, Interval, Network
from workings.graph.ops.arithmetic import add, mul, power, sub
from workings.graph.speakers.balls import UncertainError, enclosures
from workings.graph.speakers.floats import Program, UnknownValueError, constant_value
from workings.graph.speakers.fractions import InexactError, exact_value
from workings.graph.writing.boxes import plain

#: Points of a test, and the digits to which the sides have to agree at each.
POINTS, DIGITS = 12, 50
#: A comparison that takes longer than this many seconds ends undecided.
LONGEST = 1.5
#: Floats that differ by more than this, relative to their size, are looked at more closely.
_NEAR = 1e-9
_MOST_TRIES = 400
#: Digits at which a difference of 10⁻³⁰⁸, the smallest number that is read, would still show.
_FAR = 400
_SIMPLE = tuple(map(Fraction, ("1", "2", "1/2", "3", "-1", "0", "1/3", "-2", "1/4", "3/2", "-1/2", "3/4", "5")))


class Judge:
    """Judges equalities of opened expressions under one meaning and its domains."""

    def __init__(self, meaning: Meaning) -> None:
        """Take the domains that the network declares; a single number is a datum, not a domain."""
        self.meaning = meaning
        self.domains: dict[str, Domain] = {}
        for name, declared in meaning.network.declarations.items():
            domain = declared.domain
            single = isinstance(domain, Finite) and len(domain.values) < 2
            if isinstance(domain, Finite | Interval) and not single:
                self.domains[name] = domain
        self._known: dict[tuple[Expr, Expr], Finding] = {}

    def compare(self, left: Expr, right: Expr) -> Finding:
        """Return what is known of `left = right`, both opened."""
        key = (left, right)
        if key not in self._known:
            self._known[key] = self._compare(left, right)
        return self._known[key]

    def compare_where(self, left: Expr, right: Expr, low: Expr, high: Expr) -> Finding:
        """Return what is known of `left = right` at points where `low < high`; at best it is a test."""
        try:
            a, b, c, d = (self.meaning.flat(e) for e in (left, right, low, high))
        except LimitError as error:
            return Finding("undecided", why=f"the limit of the checker: {error}")
        return _Pair(self, left, right, a, b, perf_counter()).tested_where(c, d)

    def has_kinks(self, expr: Expr) -> bool:
        """Say whether an op with a kink stands in an expression: relu, |z|, max, a switch."""
        try:
            flat = self.meaning.flat(expr)
        except LimitError:
            return False
        return any(isinstance(part, Apply) and part.op.kink for part in postorder(flat))

    def same(self, left: Expr, right: Expr) -> bool:
        """Say whether an equality holds, at least by test."""
        return self.compare(left, right).verdict == "holds"

    def _compare(self, left: Expr, right: Expr) -> Finding:
        if left is right:
            return Finding("holds", "proved")
        begin = perf_counter()
        try:
            a, b = self.meaning.flat(left), self.meaning.flat(right)
            return Finding("holds", "proved") if a is b else _Pair(self, left, right, a, b, begin).finding()
        except LimitError as error:
            return Finding("undecided", why=f"the limit of the checker: {error}")
        except UnknownValueError as error:
            return Finding("undecided", why=f"`{error}` has no value here")
        except RecursionError:
            return Finding("undecided", why="the limit of the checker: it is nested too deep")


class _Pair:
    """One comparison: the two sides opened, and over leaves alone."""

    def __init__(self, judge: Judge, left: Expr, right: Expr, a: Expr, b: Expr, begin: float) -> None:
        self.judge, self.opened, self.begin = judge, (left, right), begin
        self.abstract = _models({p for p in postorder(a, b) if isinstance(p, Call)})
        self.pair = tuple(_modelled((a, b), self.abstract))
        self.flat = (a, b)
        self.leaves = sorted({*names(self.pair[0]), *names(self.pair[1])})
        #: What is 0 where a slope is a choice: the z of relu(z), the difference of what a switch compares.
        self.kinks = tuple(_kinks(self.pair))
        outputs = dict.fromkeys((*self.pair, *self.kinks))
        self.program = Program([symbol(n) for n in self.leaves], [(e, e) for e in outputs], {})

    def finding(self) -> Finding:
        differs, fair = self._differing(self._everywhere(), 40)
        if differs is not None:
            return self._refuted()
        if self._proved(self.opened) or self._proved(self.flat):
            return Finding("holds", "proved")
        found = self._tested() if fair else self._beyond_floats()
        return self._but_for_kinks(found) if found.holds and self.kinks else found

    def _but_for_kinks(self, found: Finding) -> Finding:
        """Say that sides which agree differ at a kink, where they do: there the slope is a choice."""
        for point in chain(self._simple(), self._inside()):
            if self._late():
                break
            try:
                left, right, *edges = enclosures([*self.pair, *self.kinks], point, {}, 30)
            except (UncertainError, UnknownValueError):
                continue
            if not left.overlaps(right) and any(edge.is_zero() for edge in edges):
                kink = self.kinks[next(i for i, edge in enumerate(edges) if edge.is_zero())]
                return Finding("holds_on_domain", found.how, why=f"where {plain(kink)} is not 0; there it is a choice")
        return found

    # Floats first: they cost nothing, and settle where to look

    def _values(self, point: Mapping[str, float]) -> tuple[float, float] | None:
        out = self.program.run([point[name] for name in self.leaves])
        left, right, edges = out[0], out[1 if self.pair[0] is not self.pair[1] else 0], out[len(set(self.pair)) :]
        # At a kink a slope is a choice, so nobody is held to ours there.
        return (left, right) if math.isfinite(left) and math.isfinite(right) and 0.0 not in edges else None

    def _differ(self, values: tuple[float, float]) -> bool:
        left, right = values
        return abs(left - right) > _NEAR * max(1e-3, abs(left), abs(right))

    def _differing(
        self, points: Iterable[Mapping[str, Fraction]], enough: int
    ) -> tuple[Mapping[str, Fraction] | None, int]:
        """Return the first point at which the floats differ, and how many points were fair."""
        fair = 0
        for point in points:
            values = self._values({name: float(value) for name, value in point.items()})
            if values is None:
                continue
            fair += 1
            # Floats may differ by rounding alone, as 1 − ŷ does where ŷ is nearly 1.
            if self._differ(values) and self._apart(point):
                return point, fair
            if fair >= enough:
                break
        return None, fair

    def _everywhere(self) -> Iterator[dict[str, Fraction]]:
        """Yield random points of the reals, near the sizes that networks have."""
        draw = random.Random(7)
        # Small and large ones too: a switch may stand at 0.01 or at 6.
        scales = ((-2.0, 2.0), (0.05, 0.95), (0.1, 3.0), (-1.0, 1.0), (-0.08, 0.08), (-6.0, 6.0))
        for count in range(_MOST_TRIES):
            low, high = scales[count % len(scales)]
            yield {name: Fraction(round(draw.uniform(low, high) * 997), 997) for name in self.leaves}

    def _inside(self) -> Iterator[dict[str, Fraction]]:
        """Yield points of the declared domain: every combination of finite ones, else simple and random numbers."""
        draw = random.Random(11)
        finite = [name for name in self.leaves if isinstance(self.judge.domains.get(name), Finite)]
        rows = islice(product(*(self._choices(name) for name in finite)), 64)
        fixed = [dict(zip(finite, row, strict=True)) for row in rows]
        for count in range(_MOST_TRIES):
            base = dict(fixed[count % len(fixed)])
            for name in self.leaves:
                if name not in base:
                    domain = self.judge.domains.get(name)
                    low, high = _ends(domain) if isinstance(domain, Interval) else (Fraction(-2), Fraction(2))
                    if not isinstance(domain, Interval) and count % 2:
                        low, high = Fraction(1, 20), Fraction(19, 20)
                    base[name] = low + (high - low) * Fraction(draw.randrange(1, 996), 997)
            yield base

    def _choices(self, name: str) -> tuple[Fraction, ...]:
        domain = self.judge.domains.get(name)
        if isinstance(domain, Finite):
            return tuple(_exact(value) for value in domain.values)
        if isinstance(domain, Interval):
            low, high = _ends(domain)
            inner = [v for v in _SIMPLE if low <= v <= high]
            return tuple(dict.fromkeys([*inner, low, high, (low + high) / 2]))
        return _SIMPLE

    def _simple(self) -> Iterator[dict[str, Fraction]]:
        """Yield points of the domain, the simplest numbers first."""
        choices = [self._choices(name) for name in self.leaves]
        longest = max((len(c) for c in choices), default=1)
        for top in range(1, longest + 1):
            rows = product(*(c[:top] for c in choices)) if len(choices) <= 4 else self._cycled(choices, top)
            for row in islice(rows, 400):
                if top == 1 or any(v in c[top - 1 : top] for v, c in zip(row, choices, strict=True)):
                    yield dict(zip(self.leaves, row, strict=True))

    def _cycled(self, choices: Sequence[tuple[Fraction, ...]], top: int) -> Iterator[tuple[Fraction, ...]]:
        draw = random.Random(top)
        for shift in range(24):
            yield tuple(c[(i + shift) % min(top, len(c))] for i, c in enumerate(choices))
            yield tuple(draw.choice(c[:top]) for c in choices)

    # Refuted

    def _refuted(self) -> Finding:
        for points in (self._simple(), self._inside()):
            for point in points:
                if self._late():
                    return Finding("undecided", why=f"the limit of the checker: {LONGEST} s for a line")
                values = self._values({name: float(value) for name, value in point.items()})
                if values is not None and self._differ(values) and self._apart(point):
                    left, right = values
                    return Finding("refuted", "interval", Counterexample(point, left, right, self._taken()))
        return self._on_domain()

    def _apart(self, point: Mapping[str, Fraction]) -> bool:
        """Say whether intervals prove that the sides differ at an exact point."""
        for digits in (30, 120):
            try:
                left, right = enclosures(self.pair, point, {}, digits)
            except (UncertainError, UnknownValueError):
                continue
            if not left.overlaps(right):
                return True
        return False

    def _taken(self) -> dict[str, Expr]:
        return {name: body for name, function in self.abstract.items() if (body := function.body) is not None}

    def _on_domain(self) -> Finding:
        """Judge on the declared domain alone: off it the sides differ."""
        if not any(name in self.judge.domains for name in self.leaves):
            return Finding("undecided", why="the sides seem to differ, but no exact point shows it")
        finite = [name for name in self.leaves if isinstance(self.judge.domains.get(name), Finite)]
        rows = list(islice(product(*(self._choices(name) for name in finite)), 65))
        if finite and len(rows) <= 64 and all(self._proved(self._at(dict(zip(finite, r, strict=True)))) for r in rows):
            return Finding("holds_on_domain", "proved")
        found = self._tested()
        return Finding("holds_on_domain", "tested") if found.verdict == "holds" else found

    def _at(self, values: Mapping[str, Fraction]) -> tuple[Expr, Expr]:
        given = {name: constant(value) for name, value in values.items()}
        return substituted(self.flat[0], given), substituted(self.flat[1], given)

    # Holds

    def _proved(self, pair: tuple[Expr, Expr]) -> bool:
        if self._late():
            return False
        try:
            return equal(*pair)
        except (TooLargeError, ZeroDivisionError):
            return False

    def _beyond_floats(self) -> Finding:
        """Compare where floats overflow: intervals have room for any exponent, so a difference still shows."""
        for point in islice(chain(self._simple(), self._inside()), 24):
            if self._late():
                break
            if self._apart(point):
                return Finding("refuted", "interval", Counterexample(point, math.nan, math.nan, self._taken()))
        return Finding("undecided", why="no point was found at which both sides have a value below 10³⁰⁸")

    def _tested(self) -> Finding:
        agreed = looked = 0
        for point in self._inside():
            if self._late():
                return Finding("undecided", why=f"the limit of the checker: {LONGEST} s for a line")
            if self._values({name: float(value) for name, value in point.items()}) is None:
                continue
            try:
                # Two points are looked at far beyond the last digit that a person can write.
                left, right = enclosures(self.pair, point, {}, DIGITS + 12 if looked > 1 else _FAR)
            except (UncertainError, UnknownValueError):
                continue
            if not left.overlaps(right):
                return Finding("refuted", "interval", Counterexample(point, float(left), float(right), self._taken()))
            size = max(abs(float(left.mid())), 1e-300)
            looked += not left.is_zero()
            if float((left - right).abs_upper()) <= size * 10.0**-DIGITS or left.is_zero():
                agreed += 1
            if agreed >= POINTS:
                return Finding("holds", "tested")
        if agreed:
            return Finding("undecided", why=f"the sides agree at {agreed} points, which is too few for a verdict")
        return Finding("undecided", why="no point was found at which both sides have a value")

    def tested_where(self, low: Expr, high: Expr) -> Finding:
        """Test the equality at points that a condition admits."""
        shared = set(names(low)) | set(names(high))
        if not shared & set(self.leaves) or shared - set(self.leaves) or self.abstract:
            return Finding("undecided")
        agreed = 0
        for point in self._inside():
            try:
                left, right, less, more = enclosures([*self.pair, low, high], point, {}, DIGITS + 12)
            except (UncertainError, UnknownValueError):
                continue
            if less < more:
                if not left.overlaps(right):
                    return Finding("refuted", "interval")
                agreed += 1
            if agreed >= POINTS or self._late():
                break
        return Finding("holds" if agreed >= POINTS else "undecided", "tested")

    def _late(self) -> bool:
        return perf_counter() - self.begin > LONGEST


def _ends(domain: Interval) -> tuple[Fraction, Fraction]:
    return _exact(domain.low), _exact(domain.high)


def _exact(value: Expr) -> Fraction:
    try:
        return exact_value(value, {}, {})
    except (InexactError, UnknownValueError):
        return Fraction(constant_value(value))


def _kinks(pair: tuple[Expr, ...]) -> Iterator[Expr]:
    """Yield what is 0 where an op of a pair has its kink: its one argument, or the difference of its first two."""
    found: set[Expr] = set()
    for part in postorder(*pair):
        if isinstance(part, Apply) and part.op.kink and part.op.arity < 3:
            edge = part.args[0] if part.op.arity == 1 or part.args[1] is ZERO else sub(*part.args)
            if edge not in found and names(edge):
                found.add(edge)
                yield edge


def _models(calls: set[Call]) -> dict[str, Function]:
    """Return a concrete function for each one that the text leaves open: `f(u) = u²`, then u³, then others."""
    found: dict[str, Function] = {}
    for part in sorted(calls, key=lambda c: c.function):
        if part.function not in found:
            own = tuple(f"u{i + 1}" if len(part.args) > 1 else "u" for i in range(len(part.args)))
            found[part.function] = Function(part.function, own, _generic(own, len(found)))
    return found


def _generic(parameters: Sequence[str], count: int) -> Expr:
    """Return a polynomial that treats its parameters differently, and functions differently by `count`."""
    total: Expr | None = None
    everything: Expr | None = None
    for index, name in enumerate(parameters):
        u = symbol(name)
        term = (
            mul(number(index + 1), power(u, number(2 + (index + count) % 2))) if index or count else power(u, number(2))
        )
        if count > 1:
            term = add(term, mul(number(count), u))
        total = term if total is None else add(total, term)
        everything = u if everything is None else mul(everything, u)
    assert total is not None
    assert everything is not None
    return add(total, everything) if len(parameters) > 1 else total


def _modelled(pair: tuple[Expr, Expr], models: Mapping[str, Function]) -> Iterator[Expr]:
    if not models:
        yield from pair
        return
    inner = Meaning(Network((), functions=models))
    for expr in pair:
        yield inner.flat(expr)
