"""What a person's line says: its derivatives opened, its names led back to what the network gives.

    ∂E/∂ŷ ∂ŷ/∂w   →   (ŷ − y) · A(w x)(1 − A(w x)) x

`∂a/∂b` counts every path by which b reaches a. Where b also stands directly in a's own formula beside a path
through others, a person may mean the direct part alone; a `Reading` says which, and one reading is taken for a
whole document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from workings.graph.expr import (
    ONE,
    ZERO,
    Apply,
    Call,
    Expr,
    Number,
    Partial,
    Symbol,
    call,
    children,
    depth,
    names,
    postorder,
    rebuild,
    replace,
    symbol,
)
from workings.graph.network import Function, Network
from workings.graph.ops.arithmetic import add, mul

#: A line nested deeper, or a network larger, is not opened.
DEEPEST_LINE = 250
MOST_PARTS = 30_000


class NotGivenError(ValueError):
    """A line needs what the text does not give; the message says what."""


class LimitError(ValueError):
    """A line passes a limit of the checker; the message names it."""


#: Which derivatives are direct where there is a choice: the first factors of a chain (`∂E/∂ŷ · ∂ŷ/∂w`), those of
#: a formula that is written out (`∂f(x, h)/∂x`), both, every one in a product of several, or none.
Direct = Literal["links", "written", "links and written", "factors", "none", "every", "right sides"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading ∂ where the page leaves a choice."""

    direct: Direct = "links"
    #: Whether what stands side by side behind a slash goes below it: `a/b c` is a/(b c).
    tight: bool = False

    def __str__(self) -> str:
        """Say the reading in words."""
        slash = "; `a/b c` is a/(b c)" if self.tight else ""
        return {**_IN_WORDS, **_HELD}[self.direct] + slash


_IN_WORDS: dict[Direct, str] = {
    "links": "the first factors of a chain are direct, every other ∂ counts all paths",
    "written": "∂ of a formula that is written out is direct, every other ∂ counts all paths",
    "links and written": "first factors of a chain and ∂ of a written formula are direct, others count all paths",
    "factors": "every ∂ in a product of several is direct, one that stands alone counts all paths",
    "none": "every ∂ counts all paths",
}
_HELD: dict[Direct, str] = {
    "every": "every ∂ is direct, the other quantities held fixed",
    "right sides": "a left side counts all paths, and every ∂ behind it is direct",
}
READINGS = tuple(Reading(direct) for direct in _IN_WORDS)
#: Readings of a text that tells a total derivative from a partial one, which holds other quantities fixed.
IMMEDIATE: tuple[Reading, ...] = (Reading("every"), Reading("right sides"))
#: The same where a slash with factors side by side behind it can be read in two ways as well.
SLASHED = (*READINGS, *(Reading(direct, tight=True) for direct in _IN_WORDS))


class Meaning:
    """A network, with the names that the person adds on the way; opens derivatives and puts definitions in."""

    def __init__(self, network: Network) -> None:
        """Begin with the network: its formulas, with the functions put in that use names of their own."""
        self.network = network
        self.functions: dict[str, Function] = dict(network.functions)
        self.formulas: dict[str, Expr] = {}
        self.leaves: set[str] = set()
        #: Whether some ∂ left a choice between its direct part and all paths.
        self.chosen = False
        #: Names of rates, which the network does not contain.
        self.rates: set[str] = set() if network.rate is None else {network.rate}
        #: Names of the person's own, in the order in which they came.
        self.added: dict[str, Expr] = {}
        self._flat: dict[Expr, Expr] = {}
        self._opened: dict[tuple[Expr, Reading], Expr] = {}
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
        if name in self._below(formula):
            raise NotGivenError(f"`{name}` is made of itself")
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
        """Forget what was opened before a name changed its meaning."""
        self._flat.clear()
        self._opened.clear()

    def define_function(self, function: Function) -> None:
        """Add a function of the person's."""
        self.functions[function.name] = function
        self.forget()

    def depends(self, name: str, on: str) -> bool:
        """Say whether a quantity depends on a name through the formulas."""
        return on in self._below(symbol(name))

    def below(self, name: str) -> set[str]:
        """Return the names that a quantity depends on."""
        return self._below(symbol(name))

    def depends_through(self, expr: Expr, on: str) -> bool:
        """Say whether an expression depends on a name through the formulas of others."""
        return on in self._below(expr)

    def _below(self, expr: Expr) -> set[str]:
        found: set[str] = set()
        stack = list(self._reads(expr))
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                if name in self.formulas:
                    stack += self._reads(self.formulas[name])
        return found

    def _reads(self, expr: Expr) -> tuple[str, ...]:
        return names(self.without_free(expr))

    def applications(self, function: str) -> list[Call]:
        """Return the different applications of a function in the network's formulas."""
        found: dict[Call, None] = {}
        for formula in self.formulas.values():
            for part in postorder(formula):
                if isinstance(part, Call) and part.function == function and not any(part.orders):
                    found[part] = None
        return list(found)

    def without_free(self, expr: Expr) -> Expr:
        """Put in the functions whose bodies use names beside their parameters: `T̂(x) = A(w x)`."""

        def opens(part: Expr) -> bool:
            if not isinstance(part, Call) or any(part.orders):
                return False
            function = self.functions.get(part.function)
            if function is None or function.body is None or len(function.parameters) != len(part.args):
                return False
            return bool(set(names(function.body)) - set(function.parameters)) or len(function.parameters) > 1

        return self._unfolded(expr, opens)

    def _unfolded(self, expr: Expr, opens: Callable[[Expr], bool]) -> Expr:
        done: dict[Expr, Expr] = {}
        steps = count_steps()

        def into(part: Expr) -> tuple[Expr, ...]:
            steps()
            body = self._body(part) if opens(part) else None
            return (*children(part), body) if body is not None else children(part)

        for part in postorder(expr, into=into):
            body = self._body(part) if opens(part) else None
            parts = children(part)
            if body is not None:
                done[part] = done[body]
            else:
                done[part] = rebuild(part, tuple(done[p] for p in parts)) if parts else part
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
            slope = self._forward(self._unfolded(inner, _is_call), own[at])
            return replace(slope, dict(zip(own, part.args, strict=True)))
        return function.unfold(part.args)

    # Opening

    def opened(self, expr: Expr, reading: Reading) -> Expr:
        """Return an expression without open derivatives, over the names of the network.

        Raises:
            NotGivenError: when the line needs what the text does not give.
            LimitError: when it is nested too deep.
        """
        key = (expr, reading)
        if key not in self._opened:
            if depth(expr) > DEEPEST_LINE:
                raise LimitError(f"it is nested more than {DEEPEST_LINE} deep")
            self._opened[key] = self._open(expr, reading, frozenset())
        return self._opened[key]

    def _open(self, expr: Expr, reading: Reading, links: frozenset[Partial]) -> Expr:
        if isinstance(expr, Partial):
            return self._derivative(expr, reading, link=expr in links)
        if isinstance(expr, Apply) and expr.op is mul:
            links = links | _links(expr, every=reading.direct == "factors")
        parts = tuple(self._open(part, reading, links) for part in children(expr))
        return rebuild(expr, parts) if parts else expr

    def _derivative(self, slope: Partial, reading: Reading, *, link: bool) -> Expr:
        of, by, held = self.subject(slope.of, slope.by), slope.by, frozenset(s.name for s in slope.held)
        of = self._open(of, reading, frozenset())
        if held:
            return self._slope(of if not isinstance(of, Symbol) else self.formulas.get(of.name, of), by, None, held)
        written = not isinstance(slope.of, Symbol)
        own = self.formulas.get(of.name, of) if isinstance(of, Symbol) else of
        # What a derivative is differentiated again is its value, by every path.
        if not isinstance(slope.of, Partial) and self.ambiguous(own, by.name):
            self.chosen = True
            if _is_direct(reading.direct, link=link, written=written):
                return self._slope(own, by, None)
        return self._slope(of, by, frozenset())

    def ambiguous(self, own: Expr, by: str) -> bool:
        """Say whether a name stands in a formula both directly and behind other names."""
        direct = self._reads(own)
        return by in direct and any(n != by and n in self.formulas and self.depends(n, by) for n in direct)

    def path(self, of: Expr, by: Symbol) -> Expr:
        """Return what a derivative is of, written out down to the variable."""
        return self._down_to(self.subject(of, by), by.name, frozenset())

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
        applied = self.applications(function)
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

    def by_names(self, expr: Expr) -> Expr:
        """Return an expression with its derivatives worked out path by path, the names on each path kept.

        ∂E/∂w is then `(ŷ − y) ŷ (1 − ŷ) x`, into which a number for ŷ can be put.
        """
        known: dict[tuple[str, Symbol], Expr] = {}

        def slope(name: str, by: Symbol) -> Expr:
            key = (name, by)
            if key not in known:
                if name == by.name or name not in self.formulas:
                    known[key] = ONE if name == by.name else ZERO
                else:
                    known[key] = along(self.formulas[name], by)
            return known[key]

        def along(of: Expr, by: Symbol) -> Expr:
            own = self.without_free(of)
            below = [name for name in names(own) if name == by.name or self.depends(name, by.name)]
            return _sum(_times(self._forward(own, symbol(name)), slope(name, by)) for name in below)

        done: dict[Expr, Expr] = {}
        for part in postorder(expr):
            inner = tuple(done[p] for p in children(part))
            if isinstance(part, Partial):
                done[part] = along(self.subject(inner[0], part.by), part.by)
            else:
                done[part] = rebuild(part, inner) if inner else part
        return done[expr]

    # Differentiating

    def _slope(self, of: Expr, by: Symbol, through: frozenset[str] | None, held: frozenset[str] = frozenset()) -> Expr:
        """Return the derivative of an expression: through every path, or (`through` None) of its own formula."""
        inner = self.without_free(of) if through is None else self._down_to(of, by.name, held)
        if held:
            inner = self._down_to(of, by.name, held)
        return self._forward(inner, by)

    def _down_to(self, of: Expr, by: str, held: frozenset[str]) -> Expr:
        """Put in the formulas of the names that depend on `by`, but for `by` itself and what is held."""
        done: dict[Expr, Expr] = {}
        reaches: dict[Expr, bool] = {}
        steps = count_steps()

        def into(part: Expr) -> tuple[Expr, ...]:
            steps()
            if not isinstance(part, Symbol):
                return children(part)
            fixed = part.name == by or part.name in held or part.name not in self.formulas
            return () if fixed else (self.formulas[part.name],)

        root = self.without_free(of)
        for part in postorder(root, into=into):
            inner = into(part)
            reaches[part] = any(reaches[p] for p in inner) or (isinstance(part, Symbol) and part.name == by)
            if isinstance(part, Symbol):
                # A name that does not lead to `by` keeps its name.
                done[part] = done[inner[0]] if inner and reaches[part] else part
            else:
                done[part] = rebuild(part, tuple(done[p] for p in inner)) if inner else part
        return done[root]

    def _forward(self, root: Expr, by: Symbol) -> Expr:
        """Differentiate by the ops' own records, every other name a constant; the result is not tidied."""
        slopes: dict[Expr, Expr] = {}
        for part in postorder(root):
            if part is by:
                slopes[part] = ONE
            elif isinstance(part, Apply):
                moving = [(i, slopes[arg]) for i, arg in enumerate(part.args) if slopes[arg] is not ZERO]
                outer = part.op.partials(*part.args) if moving else ()
                slopes[part] = _sum(_times(outer[i], slope) for i, slope in moving)
            elif isinstance(part, Call):
                slopes[part] = _sum(
                    _times(self._outer(part, i), slopes[arg])
                    for i, arg in enumerate(part.args)
                    if slopes[arg] is not ZERO
                )
            else:
                slopes[part] = ZERO
        return slopes[root]

    def _outer(self, part: Call, index: int) -> Expr:
        return call(part.function, part.args, tuple(n + (i == index) for i, n in enumerate(part.orders)))

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
        steps = count_steps()

        def into(part: Expr) -> tuple[Expr, ...]:
            steps()
            if part in done:
                return ()
            if isinstance(part, Symbol):
                return (self.formulas[part.name],) if part.name in self.formulas else ()
            body = self._body(part)
            return (body,) if body is not None else children(part)

        for part in postorder(expr, into=into):
            if part in done:
                continue
            inner = into(part)
            if isinstance(part, Symbol):
                done[part] = done[inner[0]] if inner else part
            elif isinstance(part, Call) and self._body(part) is not None:
                done[part] = done[inner[0]]
            else:
                done[part] = rebuild(part, tuple(done[p] for p in inner)) if inner else part
        return done[expr]

    def unknown(self, expr: Expr, dummies: Iterable[str] = ()) -> list[str]:
        """Return the names in an expression that have no meaning here."""
        allowed = self.known | frozenset(dummies)
        return [name for name in names(expr) if name not in allowed]


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


def _is_direct(direct: Direct, *, link: bool, written: bool) -> bool:
    if direct in ("every", "right sides"):
        return True
    return (link and ("links" in direct or direct == "factors")) or (written and "written" in direct)


def _links(product: Expr, *, every: bool) -> frozenset[Partial]:
    """Return the factors `∂a/∂b` of a product that another factor `∂b/∂c` goes on, or every one of several."""
    factors: list[Expr] = []
    stack = [product]
    while stack:
        top = stack.pop()
        if isinstance(top, Apply) and top.op is mul:
            stack += top.args
        else:
            factors.append(top)
    slopes = [f for f in factors if isinstance(f, Partial)]
    if every and len(slopes) > 1:
        return frozenset(slopes)
    begun = {s.of.name for s in slopes if isinstance(s.of, Symbol)}
    return frozenset(s for s in slopes if s.by.name in begun)


def _times(a: Expr, b: Expr) -> Expr:
    if a is ZERO or b is ZERO:
        return ZERO
    if a is ONE:
        return b
    return a if b is ONE else mul(a, b)


def _sum(terms: Iterable[Expr]) -> Expr:
    total: Expr = ZERO
    for term in terms:
        if term is not ZERO:
            total = term if total is ZERO else add(total, term)
    return total


def substituted(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """Return an expression with values in the place of names."""
    return replace(expr, {symbol(name): value for name, value in values.items()})
