"""The names of a page and what each stands for: the network's formulas, and those that the person adds on the way.

A name that the person gives to a formula takes its place in the others, so that a line in it needs no detour:

    ŷ = σ(w x + b), and then z = w x + b      →   ŷ = σ(z)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from workings.check.judge.budget import LimitError, UnsettledError
from workings.check.judge.slopes import slope
from workings.graph.expr import (
    Call,
    Expr,
    Number,
    Symbol,
    call,
    children,
    names,
    postorder,
    rebuild,
    replace,
    symbol,
)
from workings.graph.network import Function, Network

#: A network that comes to more parts is not opened.
MOST_PARTS = 30_000


class NotGivenError(UnsettledError):
    """A line needs what the text does not give; the message says what."""


class Formulas:
    """A network's formulas and functions, with the names that the person adds on the way."""

    def __init__(self, network: Network) -> None:
        """Begin with the network: its formulas, with the functions put in that use names of their own."""
        self.network = network
        self.functions: dict[str, Function] = dict(network.functions)
        self.formulas: dict[str, Expr] = {}
        self.leaves: set[str] = set()
        #: Names of rates, which the network does not contain.
        self.rates: set[str] = set() if network.rate is None else {network.rate}
        #: Names of the person's own, in the order in which they came.
        self.added: dict[str, Expr] = {}
        #: Quantities of which only a formula with numbers put in is written, and what may stand behind those numbers.
        self.hidden: Mapping[str, frozenset[str]] = {}
        self._flat: dict[Expr, Expr] = {}
        self._unfree: dict[Expr, Expr] = {}
        for name in network.order:
            self.formulas[name] = self.without_free(network.formulas[name])
        self.leaves = {n for formula in self.formulas.values() for n in names(formula) if n not in self.formulas}
        self.leaves |= set(network.declarations) - self.formulas.keys()

    # Names

    @property
    def known(self) -> frozenset[str]:
        """The names that have a meaning here, functions aside."""
        return frozenset(self.formulas) | self.leaves | self.rates

    def define(self, name: str, formula: Expr) -> None:
        """Add a name of the person's; where its formula stands in others, the name takes its place there."""
        if name in self.below(formula):
            raise NotGivenError(f"`{name}` is made of itself")
        formula = self.without_free(formula)
        self.formulas[name] = formula
        self.added[name] = formula
        if not isinstance(formula, Symbol | Number):
            for other, body in list(self.formulas.items()):
                if other != name:
                    self.formulas[other] = replace(body, {formula: symbol(name)})
        self.forget()

    def redefine(self, name: str, formula: Expr) -> None:
        """Give a name of the person's another value; what was made of the old one stays what it was.

        Raises:
            NotGivenError: where the value is made of the name itself.
        """
        self.drop(name)
        self.define(name, formula)

    def drop(self, name: str) -> None:
        """Take a name of the person's away; what was made of it stays what it was."""
        before = self.added.pop(name, None)
        if before is not None:
            del self.formulas[name]
            for kept in (self.formulas, self.added):
                for other, body in kept.items():
                    kept[other] = replace(body, {symbol(name): before})
        self.leaves.discard(name)
        self.forget()

    def forget(self) -> None:
        """Forget what was put in before a name changed its meaning."""
        self._flat.clear()
        self._unfree.clear()

    def define_function(self, function: Function) -> None:
        """Add a function of the person's."""
        self.functions[function.name] = function
        self.forget()

    def depends(self, name: str, on: str) -> bool:
        """Say whether a quantity depends on a name through the formulas."""
        return on in self.below(name)

    def depends_through(self, expr: Expr, on: str) -> bool:
        """Say whether an expression depends on a name through the formulas of others."""
        return on in self.below(expr)

    def below(self, of: Expr | str) -> set[str]:
        """Return the names that a quantity, or an expression, depends on."""
        found: set[str] = set()
        stack = list(self.reads(symbol(of) if isinstance(of, str) else of))
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                if name in self.formulas:
                    stack += self.reads(self.formulas[name])
        return found

    def hides(self, expr: Expr, by: str) -> bool:
        """Say whether an expression may depend on a name by a number that is put into a formula."""
        inside = (self.hidden[name] for name in {*self.reads(expr), *self.below(expr)} & self.hidden.keys())
        return any(other == by or self.depends(other, by) for others in inside for other in others)

    def is_open(self, expr: Expr, *, assumed: bool = False) -> bool:
        """Say whether an expression rests on a function without a body; or on one that the text only implies."""
        formulas = (self.formulas[name] for name in self.below(expr) if name in self.formulas)
        calls = (
            part.function for formula in (expr, *formulas) for part in postorder(formula) if isinstance(part, Call)
        )
        known = (self.functions[name] for name in calls if name in self.functions)
        return any(function.body is None and (bool(function.assumed) or not assumed) for function in known)

    def reads(self, expr: Expr) -> tuple[str, ...]:
        """Return the names that an expression reads, those in a function's body among them."""
        return names(self.without_free(expr))

    def without_free(self, expr: Expr) -> Expr:
        """Put in the functions whose bodies use names beside their parameters: `T̂(x) = A(w x)`."""
        if expr in self._unfree:
            return self._unfree[expr]

        def opens(part: Expr) -> bool:
            if not isinstance(part, Call) or any(part.orders):
                return False
            function = self.functions.get(part.function)
            if function is None or function.body is None or len(function.parameters) != len(part.args):
                return False
            return bool(set(names(function.body)) - set(function.parameters)) or len(function.parameters) > 1

        self._unfree[expr] = found = self._unfolded(expr, opens)
        return found

    def _unfolded(self, expr: Expr, opens: Callable[[Expr], bool]) -> Expr:
        done: dict[Expr, Expr] = {}
        bodies: dict[Expr, Expr] = {}
        steps = count_steps()

        def into(part: Expr) -> tuple[Expr, ...]:
            steps()
            body = self._body(part) if opens(part) else None
            if body is None:
                return children(part)
            bodies[part] = body
            return (*children(part), body)

        for part in postorder(expr, into=into):
            if part in bodies:
                done[part] = done[bodies[part]]
            else:
                parts = children(part)
                done[part] = rebuild(part, tuple([done[p] for p in parts])) if parts else part
        return done[expr]

    def _body(self, part: Expr) -> Expr | None:
        if not isinstance(part, Call):
            return None
        function = self.functions.get(part.function)
        if function is None or function.body is None or len(function.parameters) != len(part.args):
            return None
        if any(part.orders):
            at = next(i for i, count in enumerate(part.orders) if count)
            lower = tuple(count - (i == at) for i, count in enumerate(part.orders))
            own = tuple(map(symbol, function.parameters))
            inner = self._body(call(function.name, own, lower))
            assert inner is not None
            rate = slope(self._unfolded(inner, _is_call), own[at])
            return replace(rate, dict(zip(own, part.args, strict=True)))
        return function.unfold(part.args)

    def unknown(self, expr: Expr, dummies: Iterable[str] = ()) -> list[str]:
        """Return the names in an expression that have no meaning here."""
        allowed = self.known | frozenset(dummies)
        return [name for name in names(expr) if name not in allowed]

    def subject(self, of: Expr, by: Symbol) -> Expr:
        """Return what a derivative is of, where a function's name stands for its value."""
        if not isinstance(of, Symbol) or of.name in self.formulas:
            return of
        if of.name in self.functions:
            return self.value_of(of.name, by)
        if of.name not in self.leaves and of is not by:
            raise NotGivenError(f"`{of.name}` is not defined")
        return of

    def value_of(self, function: str, at: Symbol | None) -> Expr:
        """Return the value that a function's bare name stands for: `A` for A(z) in a line about ∂A/∂z."""
        record = self.functions[function]
        own = tuple(map(symbol, record.parameters))
        applied = applications(self.formulas.values(), function)
        if at is not None and len(own) == 1:
            if at is own[0] or at.name not in self.known:
                return call(function, (at,))
            if any(part.args == (at,) or self.flat(part.args[0]) is self.flat(at) for part in applied):
                return call(function, (at,))
        if len(applied) == 1:
            return applied[0]
        if record.body is not None and all(p.name in self.known for p in own):
            return call(function, own)
        raise NotGivenError(f"where `{function}` is taken is not said")

    # Down to the leaves

    def flat(self, expr: Expr) -> Expr:
        """Return an opened expression over leaves alone: formulas and functions put in.

        Raises:
            NotGivenError: for a name that has no meaning here.
            LimitError: when it grows too large.
        """
        if expr in self._flat:
            return self._flat[expr]
        done = self._flat
        bodies: dict[Expr, Expr] = {}
        steps = count_steps()

        def into(part: Expr) -> tuple[Expr, ...]:
            steps()
            if part in done:
                return ()
            body = self.formulas.get(part.name) if isinstance(part, Symbol) else self._body(part)
            if body is None:
                return children(part)
            bodies[part] = body
            return (body,)

        for part in postorder(expr, into=into):
            if part in done:
                continue
            # A part costs a step on the way down and one on the way up.
            steps()
            if part in bodies:
                done[part] = done[bodies[part]]
            else:
                parts = children(part)
                done[part] = rebuild(part, tuple([done[p] for p in parts])) if parts else part
        return done[expr]


def applications(formulas: Iterable[Expr], function: str) -> list[Call]:
    """Return the different applications of a function in formulas."""
    found: dict[Call, None] = {}
    for formula in formulas:
        for part in postorder(formula):
            if isinstance(part, Call) and part.function == function and not any(part.orders):
                found[part] = None
    return list(found)


def count_steps() -> Callable[[], None]:
    """Return a counter that ends a walk which would not: definitions that go in a circle, or grow without end."""
    left = 4 * MOST_PARTS

    def step() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise LimitError(f"more than {MOST_PARTS:,} operations")

    return step


def _is_call(expr: Expr) -> bool:
    return isinstance(expr, Call)
