"""A network: named equations, the roles of their names, and the domains that the names live in.

    input x in {0, 1};  weight w in [0, 1];  ŷ = A(w x);  E = ½ (ŷ − y)²

An equation may use a function of the author's. A function whose body is not given is *abstract*: it
can be differentiated through, not computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Literal

from workings.graph.expr import Call, Expr, Symbol, names, postorder, replace, symbol
from workings.source import NOWHERE, Place

Role = Literal["input", "target", "weight", "constant", "rate", "quantity", "function"]


@dataclass(frozen=True, slots=True)
class Finite:
    """A domain of finitely many constants, in the author's order."""

    values: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval between two constants: a weight that lives here is held inside it."""

    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class Reals:
    """All real numbers."""


Domain = Finite | Interval | Reals


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a name is: its role, its domain where one is given, where that stands, and how we know.

    It is `guessed` where nothing but its place in a formula says what it is: it may be another name of a quantity.
    """

    name: str
    role: Role
    domain: Domain | None = None
    place: Place = NOWHERE
    why: str = ""
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Equation:
    """`name = formula`."""

    name: str
    formula: Expr
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Function:
    """`name(parameters) = body`; `body` is None where the function is abstract.

    A body may use names of the network that are not parameters (`T̂(x) = A(w x)` uses w). An abstract function is
    `assumed` where the text only implies that there is one: then these are the names that it speaks of.
    """

    name: str
    parameters: tuple[str, ...]
    body: Expr | None
    place: Place = NOWHERE
    assumed: tuple[str, ...] = field(default=(), compare=False)

    def unfold(self, args: tuple[Expr, ...]) -> Expr | None:
        """Return the body with `args` put in for the parameters, or None for an abstract function."""
        if self.body is None:
            return None
        return replace(self.body, dict(zip(map(symbol, self.parameters), args, strict=True)))


@dataclass(frozen=True, slots=True)
class Patterns:
    """A table of patterns: the columns name inputs and targets, each row gives their constants."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Expr, ...], ...]
    place: Place = NOWHERE


@dataclass(frozen=True, repr=False)
class Network:
    """Named equations with roles and domains.

    `values` holds the constants and the rate that have a number, `starts` where weights begin.
    `error` is the quantity that is minimised, `rate` the learning rate's name; None where there is none.
    """

    equations: tuple[Equation, ...]
    functions: Mapping[str, Function] = field(default_factory=dict[str, Function])
    declarations: Mapping[str, Declaration] = field(default_factory=dict[str, Declaration])
    values: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    starts: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    patterns: Patterns | None = None
    error: str | None = None
    rate: str | None = None

    def __repr__(self) -> str:
        """Show the quantities and the weights by name."""
        return f"Network({', '.join(self.formulas)}; weights {', '.join(self.weights) or 'none'})"

    @cached_property
    def formulas(self) -> dict[str, Expr]:
        """The formula of every quantity, by name."""
        return {equation.name: equation.formula for equation in self.equations}

    def of_role(self, *roles: Role) -> tuple[str, ...]:
        """Return the names that have one of `roles`, in the author's order."""
        return tuple(name for name, declared in self.declarations.items() if declared.role in roles)

    @property
    def weights(self) -> tuple[str, ...]:
        """The names that training changes."""
        return self.of_role("weight")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names that a pattern gives."""
        return self.of_role("input")

    @property
    def leaf_targets(self) -> tuple[str, ...]:
        """The targets that no equation defines, which a pattern has to give."""
        return tuple(name for name in self.of_role("target") if name not in self.formulas)

    @cached_property
    def _free_of(self) -> dict[str, frozenset[str]]:
        return {}

    def free(self, function: str) -> frozenset[str]:
        """Return the names that a function's body uses beside its parameters, through other functions too."""
        known = self._free_of
        stack = [function]
        while stack:
            top = stack[-1]
            definition = self.functions.get(top)
            body = definition.body if definition else None
            if top in known or definition is None or body is None:
                known.setdefault(top, frozenset())
                stack.pop()
                continue
            waiting = [name for name in called(body) if name not in known and name != top]
            if waiting:
                stack.extend(waiting)
                continue
            inner = frozenset[str]().union(*(known.get(name, frozenset()) for name in called(body)))
            # A parameter hides a name in its own body, not in the bodies of the functions called there.
            known[top] = (frozenset(names(body)) - frozenset(definition.parameters)) | inner
            stack.pop()
        return known[function]

    def reads(self, expr: Expr) -> tuple[str, ...]:
        """Return the names that an expression's value depends on directly, in reading order.

        A function's free names count; the formula behind a name does not.
        """
        found: dict[str, None] = {}
        for part in postorder(expr):
            if isinstance(part, Symbol):
                found[part.name] = None
            elif isinstance(part, Call):
                found.update(dict.fromkeys(sorted(self.free(part.function))))
        return tuple(found)

    @cached_property
    def direct(self) -> dict[str, tuple[str, ...]]:
        """For every quantity, the names that its formula reads."""
        return {name: self.reads(formula) for name, formula in self.formulas.items()}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The quantities, each after those that it reads; the author's order where there is a choice.

        Raises:
            ValueError: where they go in a circle, and none of them can be the first.
        """
        done: dict[str, None] = {}
        entered: set[str] = set()
        for start in self.formulas:
            stack = [start]
            while stack:
                top = stack[-1]
                waiting = [n for n in self.direct[top] if n in self.formulas and n not in done]
                if top in done or not waiting:
                    done[top] = None
                    stack.pop()
                elif top in entered:
                    raise ValueError(f"the definition of {top} goes in a circle")
                else:
                    entered.add(top)
                    stack.extend(reversed(waiting))
        return tuple(done)

    @cached_property
    def circular(self) -> bool:
        """Whether the definitions go in a circle, so that nothing can be computed."""
        try:
            _ = self.order
        except ValueError:
            return True
        return False

    @cached_property
    def readers(self) -> dict[str, tuple[str, ...]]:
        """For every name, the quantities whose formulas read it, in order of computation."""
        found: dict[str, list[str]] = {}
        for quantity in self.order:
            for name in self.direct[quantity]:
                found.setdefault(name, []).append(quantity)
        return {name: tuple(quantities) for name, quantities in found.items()}

    @cached_property
    def position(self) -> dict[str, int]:
        """The place of every quantity in the order of computation."""
        return {name: index for index, name in enumerate(self.order)}

    def above(self, name: str, upto: str | None = None) -> frozenset[str]:
        """Return the quantities that a name reaches through the equations, no later than `upto`."""
        last = len(self.order) if upto is None else self.position[upto]
        found: set[str] = set()
        stack = [name]
        while stack:
            readers = self.readers.get(stack.pop(), ())
            fresh = [n for n in readers if n not in found and self.position[n] <= last]
            found.update(fresh)
            stack.extend(fresh)
        return frozenset(found)

    def below(self, name: str) -> frozenset[str]:
        """Return every name that a quantity depends on, itself included."""
        found = {name}
        stack = [name]
        while stack:
            fresh = [n for n in self.direct.get(stack.pop(), ()) if n not in found]
            found.update(fresh)
            stack.extend(fresh)
        return frozenset(found)

    def pattern_rows(self) -> tuple[dict[str, Expr], ...]:
        """Return the patterns: the table's rows, else all combinations of the finite domains.

        A target that is a leaf takes part only with a single value: combinations of targets are no data.
        An empty result means that the network does not say its patterns.
        """
        fixed = {name: domain.values for name in (*self.inputs, *self.leaf_targets) if (domain := self._finite(name))}
        if self.patterns is not None:
            single = {name: values[0] for name, values in fixed.items() if len(values) == 1}
            return tuple(single | dict(zip(self.patterns.columns, row, strict=True)) for row in self.patterns.rows)
        wanted = (*self.inputs, *self.leaf_targets)
        if not all(name in fixed for name in wanted) or any(len(fixed[t]) > 1 for t in self.leaf_targets):
            return ()
        return tuple(dict(zip(wanted, row, strict=True)) for row in product(*(fixed[name] for name in wanted)))

    def _finite(self, name: str) -> Finite | None:
        domain = self.declarations[name].domain
        return domain if isinstance(domain, Finite) else None


def called(expr: Expr) -> tuple[str, ...]:
    """Return the author's functions that an expression calls, in reading order."""
    return tuple(dict.fromkeys(part.function for part in postorder(expr) if isinstance(part, Call)))


Definitions = Mapping[tuple[str, tuple[int, ...]], Function]


def definitions(functions: Iterable[Function]) -> dict[tuple[str, tuple[int, ...]], Function]:
    """Index functions by name and order of derivative, order zero."""
    return {(function.name, (0,) * len(function.parameters)): function for function in functions}


def unfolded(call: Call, known: Definitions) -> Expr | None:
    """Return what a call stands for under the definitions, or None where it is abstract."""
    function = known.get((call.function, call.orders))
    return function.unfold(call.args) if function else None


__all__ = [
    "Declaration", "Definitions", "Domain", "Equation", "Finite", "Function", "Interval", "Network",
    "Patterns", "Reals", "Role", "called", "definitions", "unfolded",
]  # fmt: skip
