"""The walk: from the error backwards, every shared quantity once, every weight's chain of lines.

    ∂E/∂w = ∂E/∂ŷ · ∂ŷ/∂w + ∂E/∂y · ∂y/∂w      total derivative, its zero terms shown
          = …                                   definitions put in, rules, lemmas, names put back
          = (ŷ − y) x ŷ (1 − ŷ)

A *shared* quantity is one whose ∂E/∂c more than one name below needs; it is derived once and keeps its
name, so that the derivation grows with the network and not with the number of its paths. What only one
chain needs is written out in that chain.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from workings.derive.chain import Chain, first_slope, neat_line, size, stands_in, without_zeros
from workings.derive.itself import by_itself
from workings.derive.rules import Rewrite, Scope, derivative, signed_terms, sum_of
from workings.derive.shorten import cleared
from workings.derive.step import Derivation, Detail, Gradient, Lemma, Prose
from workings.derive.tidy import factors, tidy
from workings.graph.expr import (
    ZERO,
    Apply,
    Call,
    Expr,
    Partial,
    Symbol,
    call,
    names,
    partial,
    postorder,
    replace,
    symbol,
)
from workings.graph.network import Function, Network, called, definitions
from workings.graph.ops.arithmetic import mul
from workings.graph.writing.spelling import ByName

#: A line longer than this many parts is not written out: it ends at the shared quantity.
LONGEST_LINE = 120
#: At most this many zero terms of a total derivative are shown.
MOST_ZERO_TERMS = 3


class Backprop:
    """Derives gradients of one quantity of a network, and remembers what is shared."""

    def __init__(self, network: Network, of: str, targets: tuple[str, ...]) -> None:
        """Prepare the derivation of ∂of/∂target for each target; nothing is derived yet."""
        self.network = network
        self.of = of
        self.targets = targets
        self.scope = Scope(network)
        self.lemmas: dict[str, Lemma] = {}
        self.shared: dict[str, Gradient] = {}
        self._used: set[str] = set()
        self._used_by_lemma: dict[str, set[str]] = {}

    # What is shared

    @cached_property
    def _reaching(self) -> frozenset[str]:
        """The quantities on the way to `of`, itself included."""
        return self.network.below(self.of) & self.network.formulas.keys()

    @cached_property
    def _moved(self) -> frozenset[str]:
        """The names that some weight reaches, the weights included."""
        found = set(self.targets)
        for quantity in self.network.order:
            if any(name in found for name in self.network.direct[quantity]):
                found.add(quantity)
        return frozenset(found)

    def _readers(self, name: str) -> tuple[str, ...]:
        return tuple(q for q in self.network.readers.get(name, ()) if q in self._reaching)

    @cached_property
    def named(self) -> frozenset[str]:
        """The shared quantities: several names below need their derivative, or it is itself a sum."""
        found: set[str] = set()
        for quantity in self._reaching - {self.of}:
            if quantity in self._moved:
                needing = sum(name in self._moved for name in self.network.direct[quantity])
                if needing > 1 or len(self._readers(quantity)) > 1:
                    found.add(quantity)
        # Where a name acts in several ways and one of them meets a shared quantity, all of them do: then
        # no way is counted twice, and what is held fixed is a name.
        while True:
            forked = {
                reader
                for name in self._moved
                if len(self._readers(name)) > 1 and self._anchors(name, found) != (self.of,)
                for reader in self._readers(name)
            }
            if forked <= found | {self.of}:
                return frozenset(found)
            found |= forked - {self.of}

    # One derivative

    def gradient(self, name: str) -> Gradient:
        """Return ∂of/∂name with its lines, ending at shared quantities."""
        by = symbol(name)
        chain = Chain(partial(symbol(self.of), by))
        if name not in self.network.formulas and not self._readers(name):
            chain.step(chain.line, ZERO, "constant rule", (symbol(self.of), " does not depend on ", by), key=True)
            return Gradient(chain.steps[0].before, tuple(chain.steps), ZERO)
        self._first_line(chain, by)
        self._work_out(chain, by)
        self._used |= chain.lemmas
        start = partial(symbol(self.of), by)
        return Gradient(start, tuple(chain.steps), chain.shown)

    def _anchors(self, name: str, named: Collection[str]) -> tuple[str, ...]:
        """Return the nearest quantities above a name that are in `named`, or `of`."""
        found: dict[str, None] = {}
        stack = list(reversed(self._readers(name)))
        while stack:
            top = stack.pop()
            if top in named or top == self.of:
                found[top] = None
            else:
                stack += reversed(self._readers(top))
        return tuple(found)

    def _first_line(self, chain: Chain, by: Symbol) -> None:
        anchors = self._anchors(by.name, self.named)
        if list(anchors) == [self.of]:
            return
        of = symbol(self.of)
        terms: list[tuple[int, Expr]] = []
        for anchor in anchors:
            others = [a for a in anchors if a != anchor and anchor in self.network.above(a, anchor)]
            held = tuple(symbol(a) for a in others)
            if anchor == self.of:
                terms.append((1, partial(of, by, held)))
            else:
                terms.append((1, mul(partial(of, symbol(anchor)), partial(symbol(anchor), by, held))))
        if len(terms) == 1:
            reason: Prose = (by, " acts on ", of, " through ", *map(symbol, anchors), " alone")
            chain.step(chain.line, sum_of(terms), "chain rule", reason, key=True)
        else:
            reason = (by, " acts on ", of, " in several ways, and each is counted")
            chain.step(chain.line, sum_of(terms), "total derivative", reason, key=True)

    def _open(self, line: Expr, by: Symbol) -> Partial | None:
        """Return the leftmost derivative that is still to be worked out."""
        for expr in postorder(line):
            if isinstance(expr, Partial) and (expr.by is by or not self._kept(expr)):
                return expr
        return None

    def _kept(self, slope: Partial) -> bool:
        """Say whether a derivative stays as it is: that of the error by a shared quantity."""
        return slope.of is symbol(self.of) and slope.by.name in self.named and not slope.held

    def _work_out(self, chain: Chain, by: Symbol) -> None:
        while (slope := self._open(chain.line, by)) is not None:
            if not self._total(chain, slope):
                self._local(chain, slope)
        self._finish(chain)

    def _total(self, chain: Chain, slope: Partial) -> bool:
        """Open `∂q/∂v` by the quantities between v and q; False where v acts on q directly alone."""
        if not isinstance(slope.of, Symbol) or slope.of.name not in self.network.formulas or slope.held:
            return False
        direct = self.network.direct[slope.of.name]
        above = self.network.above(slope.by.name, slope.of.name)
        if slope.of.name not in above:
            return False
        between = [n for n in direct if n in self.network.formulas and n != slope.by.name]
        via = [n for n in between if n in above]
        if not via:
            return False
        zero = [n for n in between if n not in above]
        terms = [self._link(slope, n, via) for n in between if n in via or len(zero) <= MOST_ZERO_TERMS]
        itself = slope.by.name in direct
        if itself:
            terms.append(partial(slope.of, slope.by, tuple(symbol(n) for n in via)))
        whole = sum_of([(1, term) for term in terms])
        if len(terms) == 1:
            reason: Prose = (slope.by, " acts on ", slope.of, " through ", symbol(via[0]), " alone")
            chain.step(slope, whole, "chain rule", reason, key=True)
            return True
        chain.step(slope, whole, "total derivative", self._by_way_of(slope, between, itself=itself), key=True)
        for name in zero:
            reason = self._no_path(name, slope.by)
            chain.step(partial(symbol(name), slope.by), ZERO, "constant rule", reason)
        if zero:
            chain.step(
                chain.line, without_zeros(chain.line), "zero terms", ("a term with the factor 0 is 0",), key=True
            )
        return True

    def _link(self, slope: Partial, name: str, via: list[str]) -> Expr:
        through = [n for n in via if n != name and n in self.network.above(name, n)]
        held = tuple(symbol(n) for n in through)
        return mul(partial(slope.of, symbol(name), held), partial(symbol(name), slope.by))

    def _by_way_of(self, slope: Partial, between: list[str], *, itself: bool) -> Prose:
        names: list[str | Expr] = [slope.of, " is made of "]
        for index, name in enumerate(between):
            names += [" and " if index == len(between) - 1 else ", "] if index else []
            names.append(symbol(name))
        if itself:
            return (*names, " and of ", slope.by, " itself; each way counts")
        return (*names, "; ", slope.by, " can act through each")

    def _no_path(self, name: str, by: Symbol) -> Prose:
        formula = self.network.formulas[name]
        return (symbol(name), " = ", formula, " does not contain ", by)

    # A derivative that acts directly

    def _local(self, chain: Chain, slope: Partial) -> None:
        """Work out a derivative by the rules, then tidy it and put names back."""
        current: Expr = slope
        quantity = slope.of if isinstance(slope.of, Symbol) and slope.of.name in self.network.formulas else None
        rules: list[Rewrite] = []
        if quantity is not None:
            formula = self.network.formulas[quantity.name]
            if not self.scope.reads(formula, slope.by.name):
                chain.step(slope, ZERO, "constant rule", (quantity, " does not contain ", slope.by), key=True)
                return
            put_in = partial(formula, slope.by, slope.held)
            current = self._small(chain, current, slope, put_in, "definition", _put_in(quantity))
        while (inner := first_slope(current)) is not None:
            found = derivative(inner, self.scope)
            rules.append(found)
            current = self._small(chain, current, inner, found.becomes, found.rule, found.reason)
        current = self._tidied(chain, current)
        current = self._lemmas_put_in(chain, current)
        if quantity is not None:
            current = self._named_again(chain, current, quantity, slope.by)
        current = self._tidied(chain, current)
        rule, reason = _main_rule(rules)
        chain.tell(rule, reason if chain.line is current else (slope, " = ", current))

    def _small(self, chain: Chain, current: Expr, part: Expr, becomes: Expr, rule: str, reason: Prose) -> Expr:
        """Replace `part` within the part of the line that is being worked out."""
        changed = replace(current, {part: becomes})
        chain.step(current, changed, rule, reason)
        return changed

    def _tidied(self, chain: Chain, current: Expr) -> Expr:
        neat = tidy(current)
        if neat is not current:
            chain.tidy(current, neat)
        return neat

    def _lemmas_put_in(self, chain: Chain, current: Expr) -> Expr:
        for expr in list(postorder(current)):
            if isinstance(expr, Call) and expr.orders == (1,) and expr.function in self.lemmas:
                lemma = self.lemmas[expr.function]
                value = lemma.derivative.unfold(expr.args)
                chain.lemmas.add(expr.function)
                if value is not None:
                    reason: Prose = (
                        "the derivative of ",
                        call(expr.function, (symbol(lemma.function.parameters[0]),)),
                        " shown above",
                    )
                    current = self._small(chain, current, expr, value, "lemma", reason)
        return current

    def _named_again(self, chain: Chain, current: Expr, quantity: Symbol, by: Symbol) -> Expr:
        """Write the quantity's name where its formula stands, and its derivative by itself where it can be."""
        for formula in self._formulas_of(quantity.name):
            if formula is not by and stands_in(current, formula) and isinstance(formula, Apply | Call):
                reason: Prose = (formula, " is ", quantity)
                current = self._small(chain, current, formula, quantity, "name put back", reason)
        formula = self.network.formulas[quantity.name]
        found = self._by_itself(formula, quantity, by)
        if found is not None and found[0] is not current and size(found[0]) < size(current):
            current = self._small(
                chain,
                current,
                current,
                found[0],
                "written by itself",
                (*_same_fraction(found[1]), ", and ", quantity, " = ", formula),
            )
        return current

    def _formulas_of(self, name: str) -> Iterable[Expr]:
        """Return the formula of a quantity, and what it becomes when its functions are put in."""
        formula: Expr | None = self.network.formulas[name]
        for _ in range(8):
            if formula is None:
                return
            yield formula
            if not isinstance(formula, Call) or formula.function not in self.network.functions:
                return
            formula = self.network.functions[formula.function].unfold(formula.args)

    def _by_itself(self, body: Expr, name: Expr, by: Symbol) -> tuple[Expr, Expr] | None:
        return by_itself(body, name, lambda e: self.scope.reads(e, by.name), lambda e: self._quiet(e, by))

    def _quiet(self, expr: Expr, by: Symbol) -> Expr:
        """Return the tidied derivative of an expression, without a telling."""
        current: Expr = self.scope.slope(expr, partial(expr, by))
        while (inner := first_slope(current)) is not None:
            current = replace(current, {inner: derivative(inner, self.scope).becomes})
        return tidy(current)

    def _finish(self, chain: Chain) -> None:
        """Leave out the factors 1 and the terms 0 of the whole line; its factors keep their order."""
        neat = neat_line(chain.line)
        if neat is not chain.shown:
            chain.tidy(chain.line, neat, key=True)
        for _, term in signed_terms(chain.line):
            shorter = cleared(factors(term))
            if shorter is not None and size(shorter) < size(term):
                reason: Prose = ("multiplied out, the fractions lose their denominators and like terms cancel",)
                chain.step(term, shorter, "fractions cleared", reason, key=True)

    # Lemmas

    def derive_lemmas(self) -> None:
        """Derive the functions of one argument that the network applies, inner ones first."""
        for name in _functions_in_order(self.network):
            function = self._with_own_parameter(self.network.functions[name])
            if function.body is not None and len(function.parameters) == 1:
                self.lemmas[name] = Lemma(function, self._lemma(function, function.body))

    def _with_own_parameter(self, function: Function) -> Function:
        """Return a function whose parameter no inner function uses for something else.

        In `f(x) = g(x²)`, `g(z) = z x` the two x are different things; in the lemma of f they must not meet.
        """
        body, parameters = function.body, function.parameters
        if body is None or len(parameters) != 1:
            return function
        used = {name for inner in called(body) for name in self.network.free(inner)}
        if parameters[0] not in used:
            return function
        taken = used | set(names(body)) | self.network.declarations.keys() | self.network.formulas.keys()
        own = next(name for name in (*"uvsrpq", *(f"u{k}" for k in range(1, len(taken) + 2))) if name not in taken)
        renamed = replace(body, {symbol(parameters[0]): symbol(own)})
        return dataclasses.replace(function, parameters=(own,), body=renamed)

    def _lemma(self, function: Function, body: Expr) -> Gradient:
        z = symbol(function.parameters[0])
        applied = call(function.name, (z,))
        start = call(function.name, (z,), (1,))
        chain = Chain(start)
        current: Expr = partial(body, z)
        chain.step(start, current, "definition", ("put in what ", applied, " is"))
        if not self.scope.reads(body, z.name):
            chain.step(current, ZERO, "constant rule", (body, " does not contain ", z), key=True)
            return Gradient(start, tuple(chain.steps), chain.shown)
        rules: list[Rewrite] = []
        while (inner := first_slope(current)) is not None:
            found = derivative(inner, self.scope)
            rules.append(found)
            current = self._small(chain, current, inner, found.becomes, found.rule, found.reason)
        current = self._tidied(chain, self._lemmas_put_in(chain, self._tidied(chain, current)))
        chain.tell(*_main_rule(rules))
        self._used_by_lemma[function.name] = chain.lemmas
        found = self._by_itself(body, applied, z)
        if found is not None and found[0] is not current:
            open_ = replace(found[0], {applied: body})
            chain.step(current, open_, "algebra", _same_fraction(found[1]))
            chain.step(open_, found[0], "name put back", (body, " is ", applied))
            chain.tell("algebra", (*_same_fraction(found[1]), ", and ", body, " is ", applied))
        return Gradient(start, tuple(chain.steps), chain.shown)

    # All of them

    def run(self, detail: Detail, *, written_out: bool) -> Derivation:
        """Derive the shared quantities and the gradients by the targets."""
        self.derive_lemmas()
        for name in (q for q in reversed(self.network.order) if q in self.named):
            self.shared[name] = self.gradient(name)
        gradients = {name: self.gradient(name) for name in self.targets}
        if written_out:
            gradients = {name: self._written_out(g) for name, g in gradients.items()}
        used = self._used_lemmas()
        known = definitions(self.network.functions.values())
        known |= {(name, (1,)): lemma.derivative for name, lemma in self.lemmas.items()}
        return Derivation(self.network, self.of, ByName(self.shared), ByName(gradients), ByName(used), known, detail)

    def _used_lemmas(self) -> dict[str, Lemma]:
        """Return the lemmas that some line uses, and those that their proofs use."""
        wanted: set[str] = set()
        waiting = list(self._used)
        while waiting:
            name = waiting.pop()
            if name not in wanted:
                wanted.add(name)
                waiting += self._used_by_lemma.get(name, ())
        return {name: lemma for name, lemma in self.lemmas.items() if name in wanted}

    def _written_out(self, gradient: Gradient) -> Gradient:
        """Go on until no shared quantity is left, as long as the line stays short enough to read."""
        chain = Chain(gradient.result)
        while True:
            shared = next((e for e in postorder(chain.line) if isinstance(e, Partial) and self._kept(e)), None)
            if shared is None:
                break
            value = self.shared[shared.by.name].result
            if size(chain.line) + size(value) > LONGEST_LINE:
                return gradient
            chain.step(shared, value, "put in", (shared, " as it was found above"))
            neat = neat_line(chain.line)
            if neat is not chain.line:
                chain.tidy(chain.line, neat)
        chain.tell("put in", ("the shared quantities as they were found above",))
        return Gradient(gradient.start, gradient.steps, gradient.result, tuple(chain.steps))


def derive(
    network: Network,
    weights: Iterable[str] | None = None,
    *,
    of: str | None = None,
    detail: Detail = "full",
) -> Derivation:
    """Return the derivation of ∂of/∂w for every weight, or for `weights` written out in full.

    `of` is the network's error unless another quantity is named.

    Raises:
        ValueError: when the network has no error and `of` is not given, or `of` has no equation.
    """
    quantity = of or network.error
    if quantity is None or quantity not in network.formulas:
        raise ValueError(f"no quantity to differentiate: {quantity}")
    wanted = tuple(weights) if weights is not None else network.weights
    alone = weights is not None or len(wanted) == 1
    return Backprop(network, quantity, wanted).run(detail, written_out=alone)


def _put_in(quantity: Symbol) -> Prose:
    return ("put in what ", quantity, " is")


def _same_fraction(part: Expr) -> Prose:
    return ("multiplied out, with u for ", part, ", both are the same fraction in u")


def _main_rule(rules: Sequence[Rewrite]) -> tuple[str, Prose]:
    """Return the rule, with its reason, that a brief telling gives: the outermost one that tells something."""
    told = min(rules, key=lambda found: found.small)
    return told.rule, told.reason


def _functions_in_order(network: Network) -> list[str]:
    """Return the functions, each after those that it calls."""
    done: dict[str, None] = {}
    for start in network.functions:
        stack = [start]
        while stack:
            body = network.functions[stack[-1]].body
            waiting = [f for f in called(body) if f not in done and f in network.functions] if body is not None else []
            if stack[-1] in done or not waiting:
                done[stack.pop()] = None
            else:
                stack += waiting
    return list(done)
