"""Names in a person's line → names of the network: bare functions, primes, quantities with arguments, near spellings.

A′            the derivative of A where this line takes it
C'(w)         ∂C/∂w, where C is a quantity
E(ŷ, y)       E, written with what it depends on
Z_O           Z_o, where only that exists; the reading is told
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

from workings.check.judge.budget import UnsettledError
from workings.check.judge.formulas import NotGivenError, applications
from workings.check.judge.meaning import Meaning
from workings.check.judge.slopes import slope
from workings.graph.expr import (
    Apply,
    Call,
    Expr,
    Partial,
    Symbol,
    call,
    fold,
    names,
    partial,
    postorder,
    rebuild,
    replace,
    symbol,
)
from workings.graph.network import Function
from workings.graph.op import OPS, Op
from workings.graph.writing.spelling import GREEK, without_step
from workings.graph.writing.spelling import plain as plain_name
from workings.read.network.assemble import Beside


class Resolver:
    """Resolves the names of lines under one meaning; `notes` tells every reading that is not plain to see."""

    def __init__(self, meaning: Meaning) -> None:
        """Begin without notes."""
        self.meaning = meaning
        self.notes: dict[str, str] = {}
        #: The function that the line before an arrow defines: in `f_c(x) = c + x → df/dx = 1`, f is f_c.
        self.just_defined = ""
        #: Names that a text may number by a step, w₀, p₁; empty where it numbers none of its weights.
        self.stepped: frozenset[str] = frozenset()
        #: Letters of which a line of the page says what they are, read or not: c beside C.
        self.apart: frozenset[str] = frozenset()
        #: By function, what the page last wrote for f(z), with the line.
        self.written: Mapping[str, tuple[Function, int]] = {}

    def resolved(self, expr: Expr, at: Symbol | None = None) -> Expr:
        """Return the expression over names of the network; `at` is the variable that the line differentiates by.

        Raises:
            NotGivenError: for a name that has no meaning here.
        """

        def combine(part: Expr, parts: tuple[Expr, ...]) -> Expr:
            if isinstance(part, Symbol):
                return self._symbol(part, at)
            if isinstance(part, Partial):
                return self._partial(part, parts[0])
            if isinstance(part, Call):
                return self._call(part, parts)
            return rebuild(part, parts) if parts else part

        return fold(expr, combine)

    def is_step(self, name: str) -> bool:
        """Say whether a name is one of the network with the number of a step."""
        return name not in self.meaning.known and without_step(name) in self.stepped

    def variable(self, by: Symbol) -> Symbol:
        """Return the name of the network that a derivative is taken by: y of `∂E_i/∂y_i`."""
        near = self.near(by.name) if by.name not in self.meaning.known else None
        return near if near is not None else by

    def _symbol(self, part: Symbol, at: Symbol | None) -> Expr:
        meaning, name = self.meaning, part.name
        if name in meaning.known or part is at:
            return part
        if name.endswith("'") and name[:-1] in meaning.formulas:
            only = [n for n in sorted(meaning.below(name[:-1])) if n not in meaning.formulas]
            if len(only) == 1:
                return partial(symbol(name[:-1]), symbol(only[0]))
            raise NotGivenError(f"by which variable `{plain_name(name)}` is taken is not said")
        bare = self._function(name.rstrip("'"))
        primes = len(name) - len(name.rstrip("'"))
        if bare in meaning.functions:
            value = meaning.value_of(bare, at)
            if not isinstance(value, Call) or len(value.args) != 1:
                if not primes:
                    return value
                raise NotGivenError(f"by which variable `{plain_name(name)}` is taken is not said")
            return call(value.function, value.args, (value.orders[0] + primes,))
        op = self.known_op(bare) if at is not None and primes < 2 else None
        if op is not None and at is not None:
            argument = self._argument(op, at)
            return op.partials(argument)[0] if primes else op(argument)
        near = self.near(name)
        if near is not None:
            return near
        return part

    def _function(self, name: str) -> str:
        """Return the function that a bare name stands for: f_c right behind its definition, where f is written."""
        return self.just_defined if name and self.just_defined.startswith(name + "_") else name

    def _argument(self, op: Op, at: Symbol) -> Expr:
        """Return what a bare σ is taken at: the one thing that the formulas apply it to, else the line's variable."""
        parts = (part for formula in self.meaning.formulas.values() for part in postorder(formula))
        applied = dict.fromkeys(part.args[0] for part in parts if isinstance(part, Apply) and part.op is op)
        if not applied or at in applied:
            return at
        if len(applied) > 1:
            raise NotGivenError(f"at what `{op.name}` is taken is not said")
        return next(iter(applied))

    def known_op(self, name: str) -> Op | None:
        """Return the known function of one argument that has a name."""
        return next((op for op in OPS.values() if op.arity == 1 and name in op.spellings), None)

    def near(self, name: str) -> Symbol | None:
        """Return the one name of the network that differs by capitals or by a number only."""
        fold = name.lower()
        found = sorted(n for n in self.meaning.known if n.lower() == fold) if name not in self.apart else []
        if not found and not name[-1:].isdigit():
            found = sorted(n for n in self.meaning.formulas if n.startswith(name) and n[len(name) :].isdecimal())
        if not found and re.search(r"_(?:t|k|i|n|old|current|\(t\)|\(k\)|\(i\)|\(n\))$", name):
            bare = name[: name.rindex("_")]
            found = [bare] if bare in self.meaning.known else []
        if not found and len(name) > 2:
            found = sorted(n for n in self.meaning.known if n in GREEK and n.startswith(name))
        if not found and without_step(name) in self.stepped:
            return symbol(without_step(name))
        if len(found) != 1:
            return None
        self.notes[name] = f"`{plain_name(name)}` is read as `{plain_name(found[0])}`: no other name is near"
        return symbol(found[0])

    def _partial(self, part: Partial, of: Expr) -> Expr:
        by = part.by
        if by.name not in self.meaning.known:
            near = self.near(by.name)
            by = near if near is not None else by
        # A function's bare name has been given its value; the variable decides which value that is.
        name = self._function(part.of.name) if isinstance(part.of, Symbol) else ""
        if name in self.meaning.formulas:
            of = symbol(name)
        elif name in self.meaning.functions:
            of = self.meaning.value_of(name, by)
        held = tuple(self.near(s.name) or s if s.name not in self.meaning.known else s for s in part.held)
        return partial(of, by, held)

    def _call(self, part: Call, args: tuple[Expr, ...]) -> Expr:
        meaning, name = self.meaning, part.function
        if name in meaning.formulas and name not in meaning.functions:
            elsewhere = self._at_another(name, args, sum(part.orders))
            if elsewhere is not None:
                return elsewhere
            if any(part.orders):
                by = args[next(i for i, n in enumerate(part.orders) if n)]
                if isinstance(by, Symbol):
                    return _repeated(symbol(name), by, sum(part.orders))
                raise NotGivenError(f"`{plain_name(name)}` is a quantity here, not a function of `{by}`")
            if all(isinstance(arg, Symbol) for arg in args):
                return symbol(name)
            raise NotGivenError(f"`{plain_name(name)}` is a quantity; what it is at other arguments is not given")
        if name not in meaning.functions:
            near = self.near(name) if any(part.orders) else None
            if near is not None and near.name in meaning.formulas:
                return self._call(call(near.name, part.args, part.orders), args)
            raise NotGivenError(f"`{plain_name(name)}` is not defined")
        if len(meaning.functions[name].parameters) != len(args):
            raise NotGivenError(f"`{plain_name(name)}` takes {len(meaning.functions[name].parameters)} arguments")
        return self._by_name(part, args)

    def _at_another(self, name: str, args: tuple[Expr, ...], primes: int) -> Expr | None:
        """Return f(1) or f′(1) of a quantity f that is made of one name alone: its formula with 1 put in for that."""
        if len(args) != 1 or isinstance(args[0], Symbol):
            return None
        if name in self.written and self.written[name][0].parameters[0] in self.meaning.formulas:
            # In `f(z) = 3 z` with `z = x²`, 4 is no x.
            return None
        leaves = [leaf for leaf in sorted(self.meaning.below(name)) if leaf not in self.meaning.formulas]
        if len(leaves) != 1:
            return None
        formula = self.meaning.flat(symbol(name))
        for _ in range(primes):
            formula = slope(formula, symbol(leaves[0]))
        return replace(formula, {symbol(leaves[0]): args[0]})

    def _by_name(self, part: Call, args: tuple[Expr, ...]) -> Expr:
        """`C'(W)`, where C is left open and applied once, to something else than W: the derivative by W."""
        function = self.meaning.functions[part.function]
        if (through := self._through_names(part, args)) is not None:
            return through
        if part.orders != (1,) or function.body is not None or not isinstance(args[0], Symbol):
            return rebuild(part, args)
        applied = applications(self.meaning.formulas.values(), part.function)
        if len(applied) == 1 and applied[0].args != args:
            self.notes[part.function] = (
                f"`{plain_name(part.function)}'({plain_name(args[0].name)})` is read as "
                f"∂{plain_name(part.function)}/∂{plain_name(args[0].name)}"
            )
            return partial(applied[0], args[0])
        return rebuild(part, args)

    def _through_names(self, part: Call, args: tuple[Expr, ...]) -> Expr | None:
        """`f′(x)` of `f(x) = σ(z)` with `z = w x`: what f is made of depends on x by its own formula only."""
        function, meaning = self.meaning.functions[part.function], self.meaning
        if (
            len(args) != 1
            or not any(part.orders)
            or function.body is None
            or args[0] is not symbol(function.parameters[0])
        ):
            return None
        own, inside = function.parameters[0], names(function.body)
        if own in inside or own not in meaning.known or not any(meaning.depends(name, own) for name in inside):
            return None
        of: Expr = function.body
        for _ in range(part.orders[0]):
            of = partial(of, symbol(own))
        return of


def _repeated(of: Expr, by: Symbol, count: int) -> Expr:
    """Return a quantity differentiated several times: E″(w)."""
    for _ in range(count):
        of = partial(of, by)
    return of


def define_beside(meaning: Meaning, resolver: Resolver, beside: Beside, later: set[str]) -> None:
    """Take the quantities that the text defines beside the network, each behind those that it is made of.

    What is made of a name that a line below says to be a slope is defined where the walk comes to it.
    """
    for function in beside.functions.values():
        if function.name not in meaning.functions:
            meaning.define_function(function)
    waiting = {name: body for name, body in beside.formulas.items() if name not in meaning.known}
    later = later - waiting.keys() - meaning.known
    waiting = {name: body for name, body in waiting.items() if not set(names(body)) & later}
    while waiting:
        ready = [n for n, body in waiting.items() if not set(names(body)) & waiting.keys() - {n}]
        for name in ready or list(waiting)[:1]:
            body = waiting.pop(name)
            near = any(n not in meaning.known and resolver.near(n) is not None for n in names(body))
            if name not in names(body) and not near:
                meaning.leaves |= set(names(body)) - meaning.known
                with suppress(UnsettledError):
                    meaning.define(name, body)
