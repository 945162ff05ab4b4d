"""Left sides: what a line speaks of, given in the line, or in the sentence before it, or brought in by the person."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from workings.check.derived import Defined, Derived, is_closed
from workings.check.differential import differential
from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.numbers import decimals, is_number, is_single
from workings.check.program import Programs
from workings.check.prose import left_side
from workings.check.state import Chain, calls_in, head_name, partials
from workings.check.update import RATES, Update, renewed, update_of
from workings.check.verdict import Finding
from workings.errors import ReadError
from workings.graph.expr import Apply, Call, Expr, Partial, Symbol, call, names, number, partial, symbol
from workings.graph.network import Function
from workings.graph.ops.arithmetic import add, mul, neg, sub
from workings.graph.speakers.floats import constant_value
from workings.graph.writing.spelling import is_first_step, without_step
from workings.graph.writing.spelling import plain as plain_name
from workings.read.formula.statement import derives
from workings.read.formula.tree import Scripted, preorder
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.elaborate import How, elaborate
from workings.read.names.queries import mentions, whole_name

_DELTA = re.compile(r"delta(_|\d|$)|[Ee]rr(or)?_|epsilon_")


#: A person's δ may leave out the factor of the loss: δ = t − y for E = (t − y)².
_FACTORS = {"½": Fraction(1, 2), "2": Fraction(2)}


class Lefts(Programs):
    """The part of the walk that settles what a line's left side is."""

    def _begin(self, line: WrittenLine, head: Side) -> Chain | None:
        """Return the chain that a line with a left side begins, None where the line claims nothing."""
        first = line.sides[1]
        if line.code and re.match(r"\w+\[(?!\d+\]$)", head.at.content):
            # `dz[z < 0] = 0` changes a part of what the name holds.
            self._lost(head_name(line))
            return None
        try:
            raw = self._updated_head(head) or self._parse(head)
        except ReadError as error:
            if line.code and self._is_computed(line):
                self._lost(head_name(line))
            return Chain(None, None, line.span, error.problems[0].found) if self._concerns(line) else None
        update = self._update(line, raw, first)
        if update is not None:
            return Chain(None, None, line.span, update=update)
        if line.relations[0] in ("<-", "+=", "-=", "*=", "/="):
            self._changed(line, raw, first)
            return None
        at = next((self.resolver.variable(p.by) for p in partials(raw)), None) or self._dummy(head, raw)
        if isinstance(raw, Symbol) and not isinstance(raw, Partial):
            return self._named(line, raw, first)
        if (
            isinstance(raw, Call)
            and not any(raw.orders)
            and not raw.function.endswith("'")
            and all(isinstance(a, Symbol) for a in raw.args)
        ):
            return self._function(line, raw, first)
        try:
            left = self._meant(raw, at)
        except (NotGivenError, LimitError) as error:
            if self._concerns(line):
                return Chain(None, at, line.span, str(error))
            return None
        bare = not isinstance(raw, Partial) and not partials(raw)
        return Chain(left, at, line.span, symbolic=left, bare=bare)

    def _between_differentials(self, line: WrittenLine, head: Side) -> bool:
        """Judge `dL = (a − y) da`, and say whether the line is such a one."""
        known = self.meaning.known
        name = None if line.code else differential(head, self.words, known)
        sides = [side for side in line.sides[1:] if side is not None]
        if name is None or not sides or line.relations[0] != "=":
            return False
        customs = self.customs
        values = [customs.read(side, self.words) for side in sides]
        given = [value for value in values if value is not None]
        unread = Finding("unread", why="its differentials are not read")
        finding, rule = customs.finding(name, given) if len(given) == len(sides) else (unread, "")
        self._add(line, sides[:1], finding, rule, None)
        self.found[-1] = replace(self.found[-1], sides=(symbol(f"d{name}"), *values))
        self.chain = Chain(None, None, line.span, "it goes on with differentials")
        return True

    def _dummy(self, head: Side, raw: Expr) -> Symbol | None:
        """Return the z of `σ′(z) = …`, where nothing else is called z: a claim about the function, at any argument."""
        known = self.meaning.known | self.meaning.functions.keys()
        unknown = [name for name in names(raw) if name not in known and not self.resolver.is_step(name)]
        primed = any(isinstance(node, Scripted) and node.primes for node in preorder(head.root))
        return symbol(unknown[0]) if primed and len(unknown) == 1 else None

    def _from_prose(self, line: WrittenLine) -> Chain | None:
        told = left_side(line.before) if line.before else None
        if told is None:
            return None
        of, by = (self._small(part) if part else None for part in told)
        if of is None and not told[0] and self.network.error is not None:
            of = symbol(self.network.error)
        if of is None or not isinstance(by, Symbol):
            return None
        try:
            by_name = self.resolver.resolved(by)
            if not isinstance(by_name, Symbol) or by_name.name not in self.meaning.known:
                return None
            left = self._meant(partial(of, by_name), by_name)
        except (NotGivenError, LimitError):
            return None
        return Chain(left, by_name, line.span, symbolic=left)

    def _by_a_word(self, line: WrittenLine) -> Chain | None:
        """Return the left side of “the gradient $= 2 (0 − 3)$”: a word right before the relation names it."""
        word = re.search(r"\b([^\W\d_]{4,})\s*$", self.told_before)
        if not line.inline or word is None:
            return None
        weights, error = self.network.weights, self.network.error
        if re.match(r"gradient|slope|derivative", word[1], re.I) and error is not None and len(weights) == 1:
            left = partial(symbol(error), symbol(weights[0]))
            return Chain(left, symbol(weights[0]), line.span, symbolic=left)
        return Chain(None, None, line.span, f"what “{word[1]}” is, the text does not say in a formula")

    def _named(self, line: WrittenLine, raw: Symbol, first: Side | None) -> Chain | None:
        """`z = w x`, `δ = …`, `net = 0.3775`: a definition, a number, or a claim about a name of the network."""
        name = raw.name
        value = self._read(first) if first is not None else None
        if name.endswith("'") and name[:-1] in self.meaning.formulas:
            left = self._meant_or_none(raw)
            return None if left is None else Chain(left, None, line.span, symbolic=left)
        if name in self.meaning.functions and isinstance(value, Symbol):
            # `g = tanh`, where g is a function: one choice of it.
            return None
        if name not in self.meaning.known and name.rstrip("'") in self.meaning.functions:
            return self._bare_function(line, raw)
        if name not in self.meaning.known:
            resolved = self.resolver.resolved(raw)
            if isinstance(resolved, Symbol) and resolved.name in self.meaning.known:
                name, raw = resolved.name, resolved
        if line.code and value is not None and self._is_other(name, value):
            self.lost.add(name)
            return None
        if name in self.meaning.formulas and name not in self.meaning.added:
            if value is not None and name in names(value) and not line.code:
                self.made_anew[name] = line.at.place.line
            self._stated_anew(line, name)
            return Chain(symbol(name), None, line.span, symbolic=symbol(name))
        if value is None:
            if line.code and self._is_computed(line):
                self._lost(name)
                self._not_told(line, name, self._unread_because(first))
            self.step_unread = self.step_unread or bool(self._numbered_weight(line))
            return None
        if is_number(value) and line.code and name not in self.meaning.known and self._goes_on(line):
            self.meaning.define(name, value)
            return None
        if is_number(value) and line.code and self._is_a_slope(name):
            return self._introduced(line, name, value)
        if is_number(value):
            assert first is not None
            if name in self.meaning.added:
                return Chain(symbol(name), None, line.span, symbolic=symbol(name))
            weight = renewed(name, self.network)
            if weight is not None and is_first_step(name):
                # `w₀ = 1` is where the weight begins.
                self.numbers.give(weight, value, decimals(first))
                self.stepping.add(weight)
                return None
            # `w₁ = 0.3` may speak of something else; `w₁ = 0.5 − 0.1 · 2` is a step, and so is one behind w₀.
            if weight is not None and (weight in self.stepping or not without_step(name) or not is_single(value)):
                return Chain(None, None, line.span, update=Update(weight, change=False, value=self._stepped(weight)))
            step = self._restarted(name, value)
            if step is not None:
                return Chain(None, None, line.span, update=step)
            # A number for a name without a formula is its value from here on, whatever it was before.
            self.numbers.give(name, value, decimals(first))
            return Chain(symbol(name), None, line.span, symbolic=symbol(name)) if len(line.sides) > 2 else None
        return self._introduced(line, name, value)

    def _stated_anew(self, line: WrittenLine, name: str) -> None:
        """Take `y = f(x) = |x|`, where f is something else above, for another example with its own f and y."""
        for side, following in pairwise(line.sides[1:]):
            raw = self._read(side) if side is not None else None
            if following is None or not isinstance(raw, Call) or any(raw.orders):
                continue
            arguments = tuple(a.name for a in raw.args if isinstance(a, Symbol))
            if len(arguments) != len(raw.args) or partials(raw):
                continue
            try:
                words = self.words.inside(arguments)
                body = elaborate(following.formula, following.at.text, words, How(lenient=True)).expr
            except ReadError:
                continue
            if not partials(body) and not calls_in(body) and self._redefines(line, raw, body):
                self.meaning.define(name, raw)
                return

    def _restarted(self, name: str, value: Expr) -> Update | None:
        """Return the step that `w = 2 − 0.01 · 6` is: from the number that the weight has, by a product."""
        known = self.updated[name][0] if name in self.updated else self.numbers.written.get(name)
        if name not in self.network.weights or known is None:
            return None
        if not isinstance(value, Apply) or value.op not in (add, sub):
            return None
        numbers = {constant_value(n) for n in (known, self.numbers.written.get(name)) if n is not None}
        starts_there = constant_value(value.args[0]) in numbers
        return Update(name, change=False, loose=is_single(value.args[1]) or not starts_there)

    def _bare_function(self, line: WrittenLine, raw: Symbol) -> Chain | None:
        """`σ′ = σ (1 − σ)`: a claim about a function, at any argument."""
        bare = raw.name.rstrip("'")
        parameters = self.meaning.functions[bare].parameters
        at = symbol(parameters[0]) if len(parameters) == 1 else None
        try:
            left = self._meant(raw, at)
        except (NotGivenError, LimitError):
            return None
        return Chain(left, at, line.span, symbolic=left)

    def _introduced(self, line: WrittenLine, name: str, value: Expr) -> Chain | None:
        """Take a name that the person brings in; it claims nothing, unless it says what a known slope is."""
        at = next((self.resolver.variable(p.by) for p in partials(value)), None)
        if name in self.meaning.leaves:
            # `w_1 = w_2 = 1` gives weights their numbers, and ties nothing.
            self._data_changed(line, name, value)
            return None
        if at is None:
            # A name without a meaning in a definition of the person's own is a number of theirs.
            calls = {part.function for part in calls_in(value)}
            free = set(names(value)) - self.meaning.known - self.meaning.functions.keys() - {name} - calls
            free = {n for n in free if not self.resolver.is_step(n) and self.resolver.near(n) is None}
            unread = free & self.assigned - RATES - self.numbers.written.keys()
            moved = set(names(value)) & self.moved.keys()
            if line.code and (unread or moved):
                why = f"the line that says what `{plain_name(min(unread))}` is was not read" if unread else ""
                self._lost(name)
                self._not_told(line, name, why or self._takes_new(min(moved)))
                return None
            # In `step = η g`, η stays what it is by its name: a rate.
            self.meaning.rates |= free & RATES
            self.meaning.leaves |= free - RATES
        try:
            meant = self._meant(value, at)
            opened = self._opened(meant)
            if name in names(opened):
                with_old = self._by_itself(name, opened) if line.code else None
                if with_old is None:
                    raise NotGivenError(f"`{name}` is made of itself")
                opened = with_old
            other = (
                isinstance(value, Partial) and isinstance(self.told.get(name), Partial) and self.told[name] is not meant
            )
            if name in self.meaning.added and other:
                # `let g = ∂E/∂z`, where g was ∂E/∂y above: a letter is used again.
                self.meaning.redefine(name, opened)
            elif name in self.meaning.added and not line.code:
                return Chain(symbol(name), None, line.span, symbolic=symbol(name))
            elif name in self.meaning.added and self._reassigned(line, name, opened):
                return None
            elif name not in self.meaning.added:
                self.meaning.define(name, opened)
        except (NotGivenError, LimitError) as error:
            if line.code and self._is_computed(line):
                self._lost(name)
                self._not_told(line, name, str(error))
            return None
        self.lost.discard(name)
        self.told[name] = meant
        if partials(value) or _DELTA.match(name):
            self.slopes.add(name)
        chain = Chain(symbol(name), at, line.span, symbolic=symbol(name), begun=line.code)
        coded = self._coded(name) if line.code else None
        if coded is not None:
            self.slopes.add(name)
            self._slope_coded(line, name, opened, coded)
        elif _DELTA.match(name):
            self._slope_named(line, name, opened)
        return chain

    def _function(self, line: WrittenLine, raw: Call, first: Side | None) -> Chain | None:
        """`d(x) = s(x) (1 − s(x))`: a definition, or a claim about a function or a quantity of the network."""
        name = raw.function
        own = tuple(a.name for a in raw.args if isinstance(a, Symbol))
        at = raw.args[0] if len(raw.args) == 1 and isinstance(raw.args[0], Symbol) else None
        try:
            body = None
            if first is not None:
                words = self.words.inside(own)
                body = elaborate(first.formula, first.at.text, words, How(lenient=True)).expr
        except ReadError:
            body = None
        if line.code and body is not None:
            self._derived(line, name, Defined(own, body))
        if not self._redefines(line, raw, body):
            if name in self.meaning.formulas:
                return Chain(symbol(name), None, line.span, symbolic=symbol(name))
            known = self.meaning.functions.get(name)
            if known is None or known.body is None:
                if body is None or any(part.function not in self.meaning.functions for part in calls_in(body)):
                    return None
                if set(names(body)) - set(own) - self.meaning.known:
                    # A general function: c in `f_c(x) = c + x` is any number.
                    self._begin_scope(line, Function(name, own, body))
                else:
                    self.meaning.define_function(Function(name, own, body))
                    self._slope_function(line, Function(name, own, body))
        self.resolver.just_defined = name
        if set(own) - self.meaning.known and at is None:
            return None
        return Chain(raw, at, line.span, symbolic=raw)

    def _derived(self, line: WrittenLine, name: str, own: Defined) -> None:
        """Judge `def tanh_prime(z): …` by its name."""
        if not own.parameters or not is_closed(own):
            return
        derived = Derived(self.judge, self.meaning, self._programmed, self._applied_to, self._opened)
        try:
            found = derived.finding(name, own)
        except (NotGivenError, LimitError):
            return
        if found is not None:
            self._add(line, line.sides[1:2], found[0], found[1], None)

    @cached_property
    def _functions_written(self) -> dict[str, Defined]:
        """The functions that a program defines by their parameters alone."""
        found: dict[str, Defined] = {}
        for line in self.lines:
            head = self._read(line.sides[0]) if line.code and line.sides[0] is not None and line.relations else None
            if isinstance(head, Call) and head.function not in found and (side := line.sides[1]) is not None:
                own = tuple(arg.name for arg in head.args if isinstance(arg, Symbol))
                try:
                    body = elaborate(side.formula, side.at.text, self.words.inside(own), How(lenient=True)).expr
                except ReadError:
                    continue
                if is_closed(Defined(own, body)):
                    found[head.function] = Defined(own, body)
        return found

    def _programmed(self, name: str) -> Defined | None:
        """Return a function of the page, as a program or a formula defines it."""
        function = self.meaning.functions.get(name)
        given = Defined(function.parameters, function.body) if function is not None and function.body else None
        return self._functions_written.get(name, given)

    @cached_property
    def _applied_to(self) -> dict[str, list[Expr]]:
        """By function, what the page applies it to, its definition aside."""
        found: dict[str, list[Expr]] = {}
        sides = (side for line in self.lines for side in line.sides[line.sides[0] is not None :] if side is not None)
        for value in filter(None, map(self._read, sides)):
            for part in calls_in(value):
                found.setdefault(part.function, []).extend(part.args[:1])
        return found

    def _slope_named(self, line: WrittenLine, name: str, opened: Expr) -> None:
        """`δ = …`: by custom the slope of the error by what a unit is given; say so where it is."""
        error = self.network.error
        if error is None:
            return
        part = ""
        for quantity in (*self.network.order, *self.meaning.added):
            if quantity in (name, error):
                continue
            slope = self._opened(partial(symbol(error), symbol(quantity)))
            shown = f"∂{plain_name(error)}/∂{plain_name(quantity)}"
            for sign, signed in (("", slope), ("−", neg(slope))):
                if self.judge.same(opened, signed):
                    rule = f"definition; {plain_name(name)} = {sign}{shown}"
                    self._add(line, line.sides[1:2], Finding("holds", "proved"), rule, None)
                    return
                for factor in ("½", "2"):
                    if self.judge.same(opened, mul(number(_FACTORS[factor]), signed)):
                        part = f"{sign}{factor} {shown}"
        if part:
            why = f"it is {part}; by custom `{plain_name(name)}` is a slope without a factor"
            self._add(line, line.sides[1:2], Finding("undecided", why=why), "", None)
            return
        why = (
            f"`{plain_name(name)}` is introduced here; by custom it is the slope of {plain_name(error)} by some "
            "quantity of the network, and it is none of those"
        )
        self._add(line, line.sides[1:2], Finding("undecided", why=why), "", None)

    def _slope_function(self, line: WrittenLine, function: Function) -> None:
        """`d(x) = s(x) (1 − s(x))`: a function of the person's own; say so where it is the derivative of another."""
        if len(function.parameters) != 1:
            return
        at = symbol(function.parameters[0])
        for other in self.network.functions.values():
            if other.body is not None and len(other.parameters) == 1 and other.name != function.name:
                slope = call(other.name, (at,), (1,))
                if self.judge.same(call(function.name, (at,)), slope):
                    shown = f"definition; {plain_name(function.name)} = {plain_name(other.name)}′"
                    self._add(line, line.sides[1:2], Finding("holds", "proved"), shown, None)
                    return

    def _update(self, line: WrittenLine, raw: Expr, first: Side | None) -> Update | None:
        try:
            value = self._without_old(first) if first is not None else None
        except ReadError:
            value = None
        if value is None:
            return None
        found = update_of(raw, line.relations[0], value, self.network)
        if found is not None and isinstance(raw, Symbol) and without_step(raw.name) == found.weight:
            self.stepping.add(found.weight)
        return found

    def _concerns(self, line: WrittenLine) -> bool:
        """Say whether a line speaks of derivatives of the network, as far as it can be read."""
        slopes = known = False
        moving = self.meaning.formulas.keys() | set(self.network.weights) | self.network.functions.keys()
        for side in line.sides:
            if side is not None:
                slopes = slopes or derives(side.root)
                known = known or any(whole_name(m.unit, self.words) in moving for m in mentions(side.root, self.words))
        return slopes and known
