"""The linear forms through which an error sees the weights: a few numbers u in the place of many weights.

    E = ½ (A(w x + b) − y)²    is    E = ½ (A(u) − y)²    with    u = w x + b

Whatever is said of E as a function of u, over all values of u, holds for every weight; the curvature by the weights is
that by u between two matrices of coefficients, H = Mᵀ F″(u) M. Fewer variables, and bounded ones: where w and b are any
numbers, no box of weights is small, and the one number u is all there is to look at.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from workings.derive.tidy import constant, tidy
from workings.graph.expr import ONE, ZERO, Apply, Call, Expr, Symbol, children, postorder, rebuild, replace, symbol
from workings.graph.network import Declaration, Network, Reals, definitions, unfolded
from workings.graph.op import Op
from workings.graph.ops.arithmetic import add, div, mul, neg, sub
from workings.graph.speakers.fractions import InexactError, exact_value
from workings.graph.speakers.ranges import Range, exactly, plus, times
from workings.graph.writing.spelling import free_name


@dataclass(frozen=True)
class _Sum:
    """A part as a sum: weights times coefficients without weights, something without weights, and the rest."""

    weights: Mapping[str, Expr]
    free: Expr = ZERO
    rest: Expr | None = None


@dataclass(frozen=True)
class Form:
    """One linear form: its name, the coefficient of each weight, and what is added; without weights in them."""

    name: str
    coefficients: Mapping[str, Expr]
    free: Expr

    @property
    def formula(self) -> Expr:
        """The form as it is written: w x + b."""
        out: Expr | None = None
        for weight, coefficient in self.coefficients.items():
            term = tidy(mul(symbol(weight), coefficient))
            out = term if out is None else tidy(add(out, term))
        return tidy(add(out if out is not None else ZERO, self.free))


@dataclass(frozen=True)
class FormAt:
    """A form at one pattern: its coefficients and what is added as exact numbers."""

    name: str
    coefficients: Mapping[str, Fraction]
    free: Fraction

    @property
    def formula(self) -> Expr:
        """The form with its numbers: 2 w + b."""
        out: Expr = ZERO
        for name, coefficient in self.coefficients.items():
            out = tidy(add(out, mul(constant(coefficient), symbol(name))))
        return tidy(add(out, constant(self.free)))

    def range(self, weights: Mapping[str, Range]) -> Range:
        """Return between which numbers the form stays while the weights stay within theirs."""
        total = exactly(self.free)
        for name, coefficient in self.coefficients.items():
            if coefficient:
                total = plus(total, times(exactly(coefficient), weights[name]))
        return total


@dataclass(frozen=True)
class Reduced:
    """A network whose weights are the forms; its error is the same number."""

    network: Network
    forms: tuple[Form, ...]

    def at(self, pattern: Mapping[str, Expr], constants: Mapping[str, Expr]) -> tuple[FormAt, ...]:
        """Return the forms at a pattern.

        Raises:
            InexactError: where a coefficient is no fraction.
            UnknownValueError: where it has no value.
        """
        defined = definitions(self.network.functions.values())
        values: dict[str, Fraction] = {}
        for name, value in {**constants, **pattern}.items():
            values[name] = exact_value(value, {}, defined)
        for name in self.network.order:
            if all(read in values for read in self.network.direct[name]):
                try:
                    values[name] = exact_value(self.network.formulas[name], values, defined)
                except InexactError:
                    continue
        return tuple(
            FormAt(
                form.name, {name: exact_value(c, values, defined) for name, c in form.coefficients.items()},
                exact_value(form.free, values, defined),
            )
            for form in self.forms
        )  # fmt: skip


def reduced(network: Network, error: str) -> Reduced:
    """Return the network of an error in the forms that it sees the weights through."""
    return _Reduction(network, error).run()


def without_free_names(network: Network, root: Expr) -> Expr:
    """Unfold the functions whose bodies use names beside their parameters: T̂(x) = A(w x)."""
    known = definitions(network.functions.values())
    current = root
    while True:
        inner = next((p for p in postorder(current) if isinstance(p, Call) and network.free(p.function)), None)
        body = unfolded(inner, known) if inner is not None else None
        if inner is None or body is None:
            return current
        current = replace(current, {inner: body})


class _Reduction:
    def __init__(self, network: Network, error: str) -> None:
        self._network = network
        self._error = error
        self._weights = set(network.weights)
        self._sums: dict[str, _Sum] = {}
        self._forms: dict[tuple[object, ...], Form] = {}
        self._named: dict[tuple[object, ...], str] = {}
        self._taken = {*network.declarations, *network.formulas, *network.functions}

    def run(self) -> Reduced:
        network = self._network
        needed = network.below(self._error)
        order = [name for name in network.order if name in needed]
        whole: dict[str, _Sum] = {}
        # First which quantities are forms, so that a form has the name that the author gave it.
        for name in order:
            whole[name] = self._sum_of(network.formulas[name])
            found = whole[name]
            if found.rest is None and found.weights and name != self._error:
                self._sums[name] = found
                self._named.setdefault(_key(found), name)
            else:
                self._sums[name] = _Sum({}, symbol(name)) if not self._moves(found) else _Sum({}, ZERO, symbol(name))
        equations = [
            dataclasses.replace(equation, formula=self._written(whole[equation.name]))
            for equation in network.equations
            if equation.name in needed and self._sums[equation.name].weights == {}
        ]
        forms = tuple(self._forms.values())
        left_out = network.formulas.keys() - needed
        declared = {n: d for n, d in network.declarations.items() if d.role != "weight" and n not in left_out}
        declared |= {form.name: Declaration(form.name, "weight", Reals()) for form in forms}
        inner = dataclasses.replace(
            network, equations=tuple(equations), declarations=declared, error=self._error, starts={}
        )
        return Reduced(inner, forms)

    def _moves(self, found: _Sum) -> bool:
        return bool(found.weights) or found.rest is not None

    def _sum_of(self, root: Expr) -> _Sum:
        unfolded_root = without_free_names(self._network, root)
        done: dict[Expr, _Sum] = {}
        for expr in postorder(unfolded_root):
            done[expr] = self._combined(expr, [done[child] for child in children(expr)])
        return done[unfolded_root]

    def _combined(self, expr: Expr, parts: list[_Sum]) -> _Sum:
        if isinstance(expr, Symbol):
            if expr.name in self._weights:
                return _Sum({expr.name: ONE})
            return self._sums.get(expr.name, _Sum({}, expr))
        if not any(map(self._moves, parts)):
            return _Sum({}, rebuild(expr, tuple(part.free for part in parts)) if parts else expr)
        if isinstance(expr, Apply) and expr.op in _LINEAR:
            found = _LINEAR[expr.op](*parts)
            if found is not None:
                return found
        return _Sum({}, ZERO, rebuild(expr, tuple(map(self._written, parts))))

    def _written(self, found: _Sum) -> Expr:
        """Write a sum, what is linear in the weights as its form."""
        out = found.rest
        linear = self._form(found) if found.weights else found.free
        if out is None:
            return linear
        return out if linear is ZERO else tidy(add(out, linear))

    def _form(self, found: _Sum) -> Expr:
        key = _key(found)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = Form(self._name(key, found), dict(found.weights), found.free)
        return symbol(form.name)

    def _name(self, key: tuple[object, ...], found: _Sum) -> str:
        if key in self._named:
            return self._named[key]
        alone = len(found.weights) == 1 and found.free is ZERO
        weight, coefficient = next(iter(found.weights.items()))
        if alone and coefficient is ONE:
            return weight
        several = len(self._forms) > 0
        name = free_name("u", self._taken, str(len(self._forms) + 1) if several else "")
        self._taken.add(name)
        return name


def _key(found: _Sum) -> tuple[object, ...]:
    return (frozenset(found.weights.items()), found.free)


def _plus(a: _Sum, b: _Sum) -> _Sum:
    weights = dict(a.weights)
    for name, coefficient in b.weights.items():
        weights[name] = tidy(add(weights[name], coefficient)) if name in weights else coefficient
    rest = a.rest if b.rest is None else b.rest if a.rest is None else tidy(add(a.rest, b.rest))
    return _Sum(weights, tidy(add(a.free, b.free)), rest)


def _scaled(a: _Sum, change: Callable[[Expr], Expr]) -> _Sum:
    weights = {name: tidy(change(coefficient)) for name, coefficient in a.weights.items()}
    return _Sum(weights, tidy(change(a.free)), None if a.rest is None else change(a.rest))


def _times(a: _Sum, b: _Sum) -> _Sum | None:
    for one, other in ((a, b), (b, a)):
        if not one.weights and one.rest is None:
            return _scaled(other, lambda e, k=one.free: mul(k, e))
    return None


def _over(a: _Sum, b: _Sum) -> _Sum | None:
    if b.weights or b.rest is not None:
        return None
    return _scaled(a, lambda e: div(e, b.free))


def _minus(a: _Sum, b: _Sum) -> _Sum:
    return _plus(a, _scaled(b, neg))


def _negated(a: _Sum) -> _Sum:
    return _scaled(a, neg)


_LINEAR: dict[Op, Callable[..., _Sum | None]] = {add: _plus, sub: _minus, neg: _negated, mul: _times, div: _over}


def box_of(forms: Sequence[FormAt], weights: Mapping[str, Range]) -> tuple[Range, ...]:
    """Return between which numbers each form stays while the weights stay within theirs."""
    return tuple(form.range(weights) for form in forms)
