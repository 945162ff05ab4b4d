"""A person's lines → verdicts: the walk through a document, line by line.

    ∂E/∂w = (ŷ − y) ∂ŷ/∂w        a left side, and what is said to be equal to it
          = (ŷ − y) x ŷ (1 − ŷ)   judged against the left side, and against the line before it

A line is judged by its value: whatever follows a wrong line may be right again. Whether it follows from the line
before is said beside the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from workings.check.judge import Judge
from workings.check.meaning import READINGS, LimitError, Meaning, NotGivenError, Reading
from workings.check.names import Resolver
from workings.check.numbers import Numbers, decimals, is_number
from workings.check.part import smallest, wrong_part
from workings.check.prose import left_side
from workings.check.rule import rule_between
from workings.check.slips import Case, Slip, explain
from workings.check.update import RATES, Update, judge_update, renewed, step_slip, update_of
from workings.check.variants import right_for
from workings.check.verdict import Check, Counterexample, Finding, Judged
from workings.errors import ReadError
from workings.graph.expr import ZERO, Apply, Call, Expr, Number, Partial, Symbol, call, names, partial, symbol
from workings.graph.expr import replace as put_in
from workings.graph.name import plain as plain_name
from workings.graph.network import Finite, Function, Network
from workings.graph.written import plain
from workings.read.line import Side, WrittenLine, without_stray_bracket
from workings.read.parser import Part, parse_formula
from workings.read.text import Snippet, Text
from workings.read.tokens import Vocabulary, notation_tokens

if TYPE_CHECKING:
    from flint import arb

_DELTA = re.compile(r"delta(_|\d|$)|err(or)?_|epsilon_", re.I)


@dataclass
class _Chain:
    """The left side that lines go on with, and the last side that was said to be equal to it."""

    left: Expr | None
    at: Symbol | None
    span: int
    problem: str = ""
    update: Update | None = None
    previous: Expr | None = None
    #: The last side made of names, and the last made of numbers that held.
    symbolic: Expr | None = None
    number: Expr | None = None
    #: Whether the left side is a formula: then the sentence before may name what it is equal to.
    bare: bool = False
    #: Whether the last side held.
    held: bool = True
    number_places: dict[Fraction, int] = field(default_factory=dict[Fraction, int])


def check_lines(network: Network, lines: Sequence[WrittenLine], words: Vocabulary, file: str = "<text>") -> Check:
    """Return the verdicts on a person's lines.

    Where ∂ can be read in several ways, the reading under which the most lines hold is taken for all of them; a line
    that only another reading would save is undecided.
    """
    first = _Pass(network, lines, words, READINGS[0])
    judged = first.run()
    if not first.meaning.chosen:
        return Check(network, tuple(judged), "", file)
    passes = [(READINGS[0], judged)]
    if any(line.verdict == "refuted" for line in judged):
        # Only the reading that is taken in the end has its slips named.
        others = READINGS[1:]
        passes += [(reading, _Pass(network, lines, words, reading, explains=False).run()) for reading in others]
    reading, judged = max(passes, key=lambda item: sum(line.verdict != "refuted" for line in item[1]))
    if reading is not READINGS[0]:
        judged = _Pass(network, lines, words, reading).run()
    out: list[Judged] = []
    for index, line in enumerate(judged):
        other = next((r for r, found in passes if found[index].verdict in ("holds", "holds_on_domain")), None)
        if line.verdict == "refuted" and other is not None:
            why = f"it holds where {other}, and fails where {reading}"
            line = replace(line, verdict="undecided", how=None, counterexample=None, why=why, part="", part_place=None)
        out.append(line)
    return Check(network, tuple(out), str(reading), file)


class _Said(NamedTuple):
    """What is said of one side of a line."""

    side: Side
    finding: Finding
    rule: str = ""
    follows: bool | None = None
    slip: Slip | None = None
    right_for: str = ""
    part: Snippet | None = None
    part_expr: Expr | None = None


@dataclass
class _Scope:
    """What is known, and the engines that judge by it; a display may have one of its own."""

    meaning: Meaning
    judge: Judge
    numbers: Numbers
    resolver: Resolver


class _Pass:
    """One walk through the lines under one reading of ∂."""

    def __init__(
        self, network: Network, lines: Sequence[WrittenLine], words: Vocabulary, reading: Reading, *,
        explains: bool = True,
    ) -> None:  # fmt: skip
        self.network, self.lines, self.reading, self.explains = network, lines, reading, explains
        known = network.formulas.keys() | network.declarations.keys()
        functions = words.functions | network.functions.keys()
        self.words = replace(words, names=words.names | known - functions, functions=functions, applies=False)
        self.meaning = Meaning(network)
        self.judge = Judge(self.meaning)
        self.numbers = Numbers(self.meaning, network)
        self.resolver = Resolver(self.meaning)
        self.chain: _Chain | None = None
        self.found: list[Judged] = []
        #: Names that the person gives to derivatives: they end no path.
        self.slopes: set[str] = set()
        #: Quantities of the network that the person defines a second time, otherwise.
        self.others: dict[str, Expr] = {}
        #: The numbers that updates gave to weights; they count from where the person first uses them.
        self.updated: dict[str, tuple[Expr, dict[Fraction, int]]] = {}
        #: What the person said that their names are.
        self.told: dict[str, Expr] = {}
        self.conditions = self._stated_conditions()
        self.span = -1
        self.scope: tuple[int, _Scope] | None = None
        self.scope_end, self.scope_text = 0, Text("")

    def run(self) -> list[Judged]:
        for line in self.lines:
            if line.span != self.span:
                self.span, self.resolver.just_defined = line.span, ""
            for part in _at_arrows(line):
                self._line(part)
        return self.found

    def _redefines(self, line: WrittenLine, raw: Call, body: Expr | None) -> bool:
        """`f(x) = 1/x` where another f is known: a function of its own, for the display that it stands in."""
        own = tuple(a.name for a in raw.args if isinstance(a, Symbol))
        known = self.meaning.functions.get(raw.function)
        was = self.meaning.formulas.get(raw.function)
        if was is None and known is not None and known.body is not None and len(known.parameters) == len(own):
            was = known.unfold(raw.args)
        if body is None or was is None or len(own) != 1:
            return False
        try:
            if self.judge.same(self._opened(body), was):
                return False
        except (NotGivenError, LimitError):
            return False
        self._begin_scope(line, Function(raw.function, own, body))
        return True

    def _begin_scope(self, line: WrittenLine, function: Function) -> None:
        """Forget the quantity that has the function's name, and take every other name in it as a number."""
        functions = {**self.meaning.functions, function.name: function}
        alone = Network((), functions={n: f for n, f in functions.items() if n not in self.network.formulas})
        if self.scope is None:
            self.scope = (line.span, _Scope(self.meaning, self.judge, self.numbers, self.resolver))
        self.scope_end, self.scope_text = line.at.end, line.at.text
        self.meaning = Meaning(alone)
        self.meaning.define_function(function)
        self.meaning.leaves |= set(names(function.body)) if function.body is not None else set()
        self.judge = Judge(self.meaning)
        self.numbers = Numbers(self.meaning, alone)
        self.resolver = Resolver(self.meaning)

    def _leave_scope(self, line: WrittenLine) -> None:
        """Go back to the network where a new paragraph begins."""
        if self.scope is None or self.scope[0] == line.span:
            return
        between = line.at.text.content[self.scope_end : line.at.start] if line.at.start > self.scope_end else "\n\n"
        if "\n\n" in between or line.at.text is not self.scope_text:
            outer = self.scope[1]
            self.meaning, self.judge = outer.meaning, outer.judge
            self.numbers, self.resolver = outer.numbers, outer.resolver
            self.scope = None

    def _stated_conditions(self) -> list[tuple[Expr, Expr]]:
        """Return the inequalities of the document, the smaller side first: `1 − y s > 0` may be assumed."""
        found: list[tuple[Expr, Expr]] = []
        for line in self.lines:
            if len(line.relations) == 1 and line.relations[0] in ("<", ">", "<=", ">="):
                try:
                    meant = [self._meant(self._parse(side), None) for side in line.sides if side is not None]
                    if any(map(_partials, meant)):
                        continue
                    left, right = map(self._opened, meant)
                except (ReadError, NotGivenError, LimitError, ValueError):
                    continue
                found.append((left, right) if line.relations[0][0] == "<" else (right, left))
        return found

    # One line

    def _line(self, line: WrittenLine) -> None:
        self._leave_scope(line)
        self.resolver.notes.clear()
        if any(relation in ("in", "<", ">", "<=", ">=", "!=") for relation in line.relations):
            return
        head = line.sides[0]
        if not line.relations:
            chain = self._from_prose(line)
            if chain is not None and head is not None:
                self.chain = chain
                self._sides(line, [head])
            return
        if head is not None:
            chain = self._begin(line, head)
            if chain is None:
                return
            told = self._from_prose(line) if chain.bare else None
            chain = told or chain
            before, self.chain = self.chain, chain
            if told is not None:
                self._sides(line, [side for side in line.sides if side is not None])
                return
            self._sides(line, [side for side in line.sides[1:] if side is not None])
            if line.aside:
                self.chain = before
            return
        told = self._from_prose(line)
        if told is not None:
            self.chain = told
        if self.chain is None:
            if self._concerns(line):
                self._unread(line, "its left side is not given")
            return
        self._sides(line, [side for side in line.sides[1:] if side is not None])

    def _concerns(self, line: WrittenLine) -> bool:
        """Say whether a line speaks of derivatives of the network, as far as it can be read."""
        slopes = known = False
        moving = self.meaning.formulas.keys() | set(self.network.weights) | self.network.functions.keys()
        for side in line.sides:
            if side is None:
                continue
            try:
                tokens = side.tokens(self.words)
            except ReadError:
                slopes = slopes or bool(re.search(r"\\partial|∂|\\nabla|∇|\bd\w*/d", side.at.content))
                known = known or any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", side.at.content) for name in moving)
                continue
            slopes = slopes or any(token.kind in ("PARTIAL", "PRIME", "NTH") for token in tokens)
            known = known or any(str(t.value) in moving for t in tokens if t.kind in ("NAME", "FUNCTION"))
        return slopes and known

    def _parse(self, side: Side, parts: list[Part] | None = None) -> Expr:
        try:
            return side.parse(self.words, parts, self._made_of)
        except ReadError as error:
            bare = without_stray_bracket(side)
            if bare is None:
                raise
            try:
                found = bare.parse(self.words, None, self._made_of)
            except ReadError:
                raise error from None
            self.resolver.notes[str(side.at.start)] = (
                f"line {side.at.place.line}: a bracket without its partner is left out of `{side.at.content}`"
            )
            return found

    def _made_of(self, name: str, on: str) -> bool:
        return name in self.meaning.formulas and (not on or self.meaning.depends(name, on))

    def _begin(self, line: WrittenLine, head: Side) -> _Chain | None:
        """Return the chain that a line with a left side begins, None where the line claims nothing."""
        first = line.sides[1]
        try:
            raw = self._updated_head(head) or self._parse(head)
        except ReadError as error:
            return _Chain(None, None, line.span, error.problems[0].found) if self._concerns(line) else None
        update = self._update(line, raw, first)
        if update is not None:
            return _Chain(None, None, line.span, update=update)
        if line.relations[0] in ("<-", "+=", "-="):
            return None
        at = next((p.by for p in _partials(raw)), None) or self._dummy(head, raw)
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
                return _Chain(None, at, line.span, str(error))
            return None
        bare = not isinstance(raw, Partial) and not _partials(raw)
        return _Chain(left, at, line.span, symbolic=left, bare=bare)

    def _dummy(self, head: Side, raw: Expr) -> Symbol | None:
        """Return the z of `σ′(z) = …`, where nothing else is called z: a claim about the function, at any argument."""
        unknown = [name for name in names(raw) if name not in self.meaning.known and name not in self.meaning.functions]
        try:
            primed = any(token.kind in ("PRIME", "NTH") for token in head.tokens(self.words))
        except ReadError:
            primed = False
        return symbol(unknown[0]) if primed and len(unknown) == 1 else None

    def _updated_head(self, head: Side) -> Expr | None:
        """Return the weight in `w (new)`, a left side that is words."""
        match = re.fullmatch(r"(?P<name>.+?)\s*\(\s*(?:new|neu|updated|next)\s*\)", head.at.content)
        return None if match is None else self._small(match["name"])

    def _small(self, written: str) -> Expr | None:
        """Return the expression of a short stretch of prose, LaTeX or plain."""
        from workings.read.latex import latex_tokens
        from workings.read.latex_items import raw_items
        from workings.read.line import prepared

        text = Text(written)
        try:
            if re.search(r"[\\{}]", written):
                tokens = latex_tokens(text, raw_items(text, 0, len(written)), self.words)
            else:
                tokens = notation_tokens(text, 0, len(text.content), self.words)
            return parse_formula(text, prepared(tokens), 0, len(text.content))
        except ReadError:
            return None

    def _from_prose(self, line: WrittenLine) -> _Chain | None:
        told = left_side(line.before) if line.before else None
        if told is None or isinstance(told, str):
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
        return _Chain(left, by_name, line.span, symbolic=left)

    def _meant(self, raw: Expr, at: Symbol | None) -> Expr:
        """Return what a side says, over names of the network, with its derivatives still open.

        Raises:
            NotGivenError: where it needs what the text does not give.
            LimitError: where it passes a limit.
        """
        resolved = self.resolver.resolved(raw, at)
        dummies = () if at is None else (at.name,)
        unknown = self.meaning.unknown(resolved, dummies)
        for part in _partials(resolved):
            if part.by.name not in self.meaning.known and part.by.name not in dummies:
                unknown.append(part.by.name)
        if unknown:
            raise NotGivenError(f"`{plain_name(unknown[0])}` is not defined")
        return resolved

    def _meant_or_none(self, raw: Expr) -> Expr | None:
        try:
            return self._meant(raw, None)
        except (NotGivenError, LimitError):
            return None

    def _opened(self, expr: Expr) -> Expr:
        return self.meaning.opened(expr, self.reading)

    # Left sides that are names

    def _named(self, line: WrittenLine, raw: Symbol, first: Side | None) -> _Chain | None:
        """`z = w x`, `δ = …`, `net = 0.3775`: a definition, a number, or a claim about a name of the network."""
        name = raw.name
        value = self._read(first) if first is not None else None
        if name.endswith("'") and name[:-1] in self.meaning.formulas:
            left = self._meant_or_none(raw)
            return None if left is None else _Chain(left, None, line.span, symbolic=left)
        if name not in self.meaning.known and name.rstrip("'") in self.meaning.functions:
            return self._bare_function(line, raw, value)
        if name not in self.meaning.known:
            resolved = self.resolver.resolved(raw)
            if isinstance(resolved, Symbol) and resolved.name in self.meaning.known:
                name, raw = resolved.name, resolved
        if name in self.meaning.formulas and name not in self.meaning.added:
            return _Chain(symbol(name), None, line.span, symbolic=symbol(name))
        if value is None:
            return None
        if is_number(value):
            assert first is not None
            if name in self.meaning.added:
                return _Chain(symbol(name), None, line.span, symbolic=symbol(name))
            weight = renewed(name, self.network)
            if weight is not None:
                self.updated[weight] = (value, decimals(first))
            # A number for a name without a formula is its value from here on, whatever it was before.
            self.numbers.give(name, value, decimals(first))
            return _Chain(symbol(name), None, line.span, symbolic=symbol(name)) if len(line.sides) > 2 else None
        return self._introduced(line, name, value)

    def _read(self, side: Side) -> Expr | None:
        try:
            return self._updated_head(side) or self._without_old(side)
        except ReadError:
            return None

    def _bare_function(self, line: WrittenLine, raw: Symbol, value: Expr | None) -> _Chain | None:
        """`σ′ = σ (1 − σ)`: a claim about a function, at any argument."""
        bare = raw.name.rstrip("'")
        parameters = self.meaning.functions[bare].parameters
        at = symbol(parameters[0]) if len(parameters) == 1 else None
        del value
        try:
            left = self._meant(raw, at)
        except (NotGivenError, LimitError):
            return None
        return _Chain(left, at, line.span, symbolic=left)

    def _introduced(self, line: WrittenLine, name: str, value: Expr) -> _Chain | None:
        """Take a name that the person brings in; it claims nothing, unless it says what a known slope is."""
        at = next((p.by for p in _partials(value)), None)
        if at is None:
            # A name without a meaning in a definition of the person's own is a number of theirs.
            calls = {part.function for part in _calls(value)}
            free = set(names(value)) - self.meaning.known - self.meaning.functions.keys() - {name} - calls
            # In `step = η g`, η stays what it is by its name: a rate.
            self.meaning.rates |= free & RATES
            self.meaning.leaves |= free - RATES
        try:
            meant = self._meant(value, at)
            opened = self._opened(meant)
            if name in names(opened):
                return None
            if name in self.meaning.added:
                return _Chain(symbol(name), None, line.span, symbolic=symbol(name))
            self.meaning.define(name, opened)
        except (NotGivenError, LimitError):
            return None
        self.told[name] = meant
        if _partials(value) or _DELTA.match(name):
            self.slopes.add(name)
        chain = _Chain(symbol(name), at, line.span, symbolic=symbol(name))
        coded = self._coded(name) if line.code else None
        if coded is not None:
            self.slopes.add(name)
            self._slope_coded(line, name, opened, coded)
        elif _DELTA.match(name):
            self._slope_named(line, name, opened)
        return chain

    def _coded(self, name: str) -> tuple[Partial, bool] | None:
        """Return the derivative that a program's name stands for, and whether the name says it all: `dL_dw`, `dw`."""
        known = sorted(self.meaning.known - self.slopes)
        for of in sorted(self.meaning.formulas.keys() - self.slopes):
            for by in known:
                if name in (f"d{of}_d{by}", f"d{of}d{by}"):
                    return partial(symbol(of), symbol(by)), True
        if self.network.error is not None:
            for by in known:
                if name in (f"d{by}", f"d_{by}", f"grad_{by}", f"{by}_grad"):
                    return partial(symbol(self.network.error), symbol(by)), False
        return None

    def _slope_coded(self, line: WrittenLine, name: str, opened: Expr, coded: tuple[Partial, bool]) -> None:
        """Judge `dL_dw = …` and `dw = …` in a program; the short name is a custom, so it refutes nothing."""
        slope, whole = coded
        try:
            left = self._opened(slope)
        except (NotGivenError, LimitError):
            return
        finding = self.judge.compare(left, opened)
        said = _Said(line.sides[1] or line.sides[0] or Side(line.at, None), finding)
        if finding.verdict == "refuted" and self._unlinked(slope):
            finding = Finding("unread", why=f"how `{plain(slope.of)}` depends on `{plain(slope.by)}` is not given")
        elif finding.verdict == "refuted" and not whole:
            why = f"`{plain_name(name)}` is named like {plain(slope)}, and is not that"
            finding = Finding("undecided", why=why)
        elif finding.verdict == "refuted":
            said = said._replace(slip=explain(Case(self.judge, slope, left, opened, opened, None)))
        rule = f"definition; {plain_name(name)} = {plain(slope)}" if finding.holds else ""
        self._add(line, line.sides[1:2], finding, rule, None, said)

    def _slope_named(self, line: WrittenLine, name: str, opened: Expr) -> None:
        """`δ = …`: by custom the slope of the error by what a unit is given; say so where it is."""
        error = self.network.error
        if error is None:
            return
        from workings.graph.ops.arithmetic import neg

        for quantity in (*self.network.order, *self.meaning.added):
            if quantity in (name, error):
                continue
            slope = self._opened(partial(symbol(error), symbol(quantity)))
            for signed in (slope, neg(slope)):
                if self.judge.same(opened, signed):
                    sign = "" if signed is slope else "−"
                    shown = f"{plain_name(name)} = {sign}∂{plain_name(error)}/∂{plain_name(quantity)}"
                    self._add(line, line.sides[1:2], Finding("holds", "proved"), f"definition; {shown}", None)
                    return
        why = (
            f"`{plain_name(name)}` is introduced here; by custom it is the slope of {plain_name(error)} by some "
            "quantity of the network, and it is none of those"
        )
        self._add(line, line.sides[1:2], Finding("undecided", why=why), "", None)

    def _function(self, line: WrittenLine, raw: Call, first: Side | None) -> _Chain | None:
        """`d(x) = s(x) (1 − s(x))`: a definition, or a claim about a function or a quantity of the network."""
        name = raw.function
        own = tuple(a.name for a in raw.args if isinstance(a, Symbol))
        at = raw.args[0] if len(raw.args) == 1 and isinstance(raw.args[0], Symbol) else None
        try:
            body = first.parse(self.words.inside(own)) if first is not None else None
        except ReadError:
            body = None
        if not self._redefines(line, raw, body):
            if name in self.meaning.formulas:
                return _Chain(symbol(name), None, line.span, symbolic=symbol(name))
            known = self.meaning.functions.get(name)
            if known is None or known.body is None:
                if body is None or any(part.function not in self.meaning.functions for part in _calls(body)):
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
        return _Chain(raw, at, line.span, symbolic=raw)

    def _unlinked(self, slope: Partial) -> bool:
        """Say whether a derivative is 0 only because the text leaves out what leads from one name to the other.

        Then what depends on the variable ends in a quantity that nothing uses and that is not what is minimised.
        """
        try:
            if self._opened(slope) is not ZERO:
                return False
        except (NotGivenError, LimitError):
            return False
        readers: dict[str, list[str]] = {}
        for name, formula in self.meaning.formulas.items():
            for read in names(formula):
                readers.setdefault(read, []).append(name)
        stack, seen = [slope.by.name], set[str]()
        while stack:
            name = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            stack += readers.get(name, [])
            top = not readers.get(name) and name in self.meaning.formulas and name not in self.slopes
            if top and name != self.network.error and slope.of is not symbol(name):
                return True
        return False

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

    # Sides

    def _sides(self, line: WrittenLine, sides: Sequence[Side]) -> None:
        chain = self.chain
        assert chain is not None
        near = line.relations[len(line.relations) - len(sides) :] if len(line.relations) >= len(sides) else ()
        judged = [side for i, side in enumerate(sides) if near[i : i + 1] != ("~",) or self._is_number(side)]
        findings = [self._side(chain, side) for side in judged]
        findings = [f for f in findings if f.rule != "the definition itself"]
        if findings:
            self._report(line, findings)
        self._called(line, chain)

    def _is_number(self, side: Side) -> bool:
        found = self._read(side)
        return found is not None and is_number(found)

    def _called(self, line: WrittenLine, chain: _Chain) -> None:
        """Take a name that is given behind a line: `derr/dz2 = …   <- call it d2`."""
        match = re.search(r"\bcall (?:it|this|that)\s+(\S+)", line.reason)
        name = self._small(match[1]) if match else None
        if isinstance(name, Symbol) and name.name not in self.meaning.known and chain.left is not None:
            self.meaning.define(name.name, self._opened(chain.left))
            self.told[name.name] = chain.left
            self.slopes.add(name.name)

    def _side(self, chain: _Chain, side: Side) -> _Said:
        if chain.problem:
            return _Said(side, Finding("unread", why=chain.problem))
        try:
            raw = self._parse(side) if chain.update is None else self._without_old(side)
            if is_number(raw) and not self._exactly(chain, raw) and not self._is_claim(chain, side, raw):
                return self._number(chain, side, raw)
            if chain.update is not None:
                return self._update_side(chain, side, raw)
            meant = self._meant(raw, chain.at)
            opened = self._opened(meant)
        except ReadError as error:
            return _Said(side, Finding("unread", why=error.problems[0].found))
        except NotGivenError as error:
            return _Said(side, Finding("unread", why=str(error)))
        except LimitError as error:
            return _Said(side, Finding("undecided", why=f"the limit of the checker: {error}"))
        assert chain.left is not None
        if isinstance(chain.left, Symbol | Call) and chain.previous is None and self._defines(chain.left, opened):
            chain.previous = chain.symbolic = meant
            return _Said(side, Finding("holds", "proved"), "the definition itself")
        left = self._opened(chain.left)
        finding = self.judge.compare(left, opened)
        if finding.verdict == "refuted":
            finding = self._softened(chain, meant, opened, finding)
        follows = None if chain.previous is None else self._follows(chain.previous, opened)
        before = chain.previous if chain.held else None
        chain.held = finding.holds
        base = before if before is not None and not is_number(before) else chain.left
        rule = rule_between(self.meaning, base, meant, first=base is chain.left)
        chain.previous = chain.symbolic = meant
        chain.number = None
        if finding.verdict == "refuted":
            return self._explained(_Said(side, finding, "", follows), chain, left, meant, opened, before)
        return _Said(side, finding, rule if finding.holds else "", follows)

    def _explained(
        self, said: _Said, chain: _Chain, left: Expr, meant: Expr, opened: Expr, before: Expr | None
    ) -> _Said:
        """Add the slip that gives a refuted side, the network for which it is right, and its wrong part."""
        assert chain.left is not None
        example = said.finding.counterexample
        if not self.explains or (example is not None and example.functions):
            return said
        reference = self._opened(before) if before is not None and not is_number(before) else None
        slip = explain(Case(self.judge, self._told(chain.left), left, opened, meant, reference))
        other = right_for(self.network, chain.left, meant, self.meaning.added, self.reading)
        parts: list[Part] = []
        self._parse(said.side, parts)
        parts = smallest(parts)
        pieces: dict[Expr, Expr] = {}
        for part in parts:
            try:
                pieces[part.expr] = self._opened(self._meant(part.expr, chain.at))
            except (NotGivenError, LimitError):
                continue
        found = wrong_part(self.judge, left, parts, pieces, opened)
        at = Snippet(said.side.at.text, found.start, found.end) if found is not None else None
        return said._replace(slip=slip, right_for=other, part=at, part_expr=found.expr if found is not None else None)

    def _told(self, left: Expr) -> Expr:
        """Return the derivative that a name of the person's stands for, else the left side itself."""
        told = self.told.get(left.name) if isinstance(left, Symbol) else None
        return told if isinstance(told, Partial) else left

    def _follows(self, previous: Expr, opened: Expr) -> bool | None:
        if is_number(previous):
            return None
        try:
            found = self.judge.compare(self._opened(previous), opened)
        except (NotGivenError, LimitError):
            return None
        return {"holds": True, "holds_on_domain": True, "refuted": False}.get(found.verdict)

    def _defines(self, left: Expr, opened: Expr) -> bool:
        if isinstance(left, Call):
            function = self.meaning.functions.get(left.function)
            if function is None or len(function.parameters) != len(left.args):
                return False
            return function.unfold(left.args) is opened
        assert isinstance(left, Symbol)
        formula = self.meaning.formulas.get(left.name)
        own = self.network.formulas.get(left.name)
        return formula is opened or own is opened or (formula is not None and self.judge.same(formula, opened) and (
            left.name in self.network.formulas and not self.found
        ))  # fmt: skip

    def _softened(self, chain: _Chain, meant: Expr, opened: Expr, finding: Finding) -> Finding:
        """Say less of a line where its difference may be one of data or of definition, not a mistake."""
        assert chain.left is not None
        loose = next((p for p in _partials(chain.left) + _partials(meant) if self._unlinked(p)), None)
        if loose is not None:
            return Finding("unread", why=f"how `{plain(loose.of)}` depends on `{plain(loose.by)}` is not given")
        for low, high in self.conditions:
            left = self._opened(chain.left)
            if self.judge.compare_where(left, opened, low, high).holds:
                return Finding("holds_on_domain", "tested", why=f"where {plain(low)} < {plain(high)}")
            if self.judge.compare_where(left, opened, high, low).holds:
                return Finding("undecided", why=f"it holds where {plain(low)} > {plain(high)}, and fails elsewhere")
        if finding.counterexample is not None and finding.counterexample.functions:
            left = chain.left
            assert left is not None
            open_ones = {p.function for p in _calls(self._opened(left)) if any(p.orders)}
            written = {p.function for p in _calls(self._opened(meant)) if any(p.orders)}
            if not {n for n in open_ones if n in finding.counterexample.functions} <= written:
                name = plain_name(next(iter(finding.counterexample.functions)))
                return Finding("unread", why=f"it needs what `{name}` is, and the text does not say")
        if isinstance(chain.left, Symbol) and chain.previous is None and chain.left.name not in self.meaning.added:
            self.others[chain.left.name] = opened
            line = next((e.place.line for e in self.network.equations if e.name == chain.left.name), 0)
            where = f"line {line}" if line else "the network"
            return Finding("undecided", why=f"{where} defines `{plain_name(chain.left.name)}` otherwise")
        if self._put_in(chain, meant, opened):
            return Finding("holds", "proved")
        if any(p.decimal or p.value in self.numbers.exact for p in _numbers(meant)):
            left, right = self.numbers.value(self._opened(chain.left)), self.numbers.value(opened)
            if left is not None and right is not None and left.overlaps(right):
                if any(p.decimal for p in _numbers(meant)):
                    return Finding("holds", "interval")
                return Finding("undecided", why="it holds for the numbers that are given, and not for others")
        if self.others and self._by_the_other(chain.left, meant):
            shown = ", ".join(f"`{plain_name(name)}`" for name in self.others)
            return Finding("undecided", why=f"it holds where the second definition of {shown} is taken")
        return finding

    def _put_in(self, chain: _Chain, meant: Expr, opened: Expr) -> bool:
        """Say whether a side is the left side, or the one before, with numbers for the names that are gone."""
        assert chain.left is not None
        visible = set(names(opened))
        whole = self.meaning.flat(self._opened(chain.left))
        side = self.meaning.flat(opened)
        candidates = [(whole, set(names(whole)) - set(names(side)))]
        if chain.previous is not None and chain.held and not is_number(chain.previous):
            before = self._opened(chain.previous)
            candidates.append((before, set(names(before)) - visible))
        for expr, gone in candidates:
            values = {name: self.numbers.written[name] for name in gone if name in self.numbers.written}
            if gone and len(values) == len(gone) and _numbers(meant):
                changed = put_in(expr, {symbol(name): value for name, value in values.items()})
                if self.judge.same(changed, opened):
                    return True
        return False

    def _by_the_other(self, left: Expr, meant: Expr) -> bool:
        """Say whether a line holds where the person's second definitions take the place of the network's."""
        equations = tuple(replace(e, formula=self.others.get(e.name, e.formula)) for e in self.network.equations)
        meaning = Meaning(replace(self.network, equations=equations))
        try:
            for name, formula in self.meaning.added.items():
                meaning.define(name, formula)
            return Judge(meaning).same(meaning.opened(left, self.reading), meaning.opened(meant, self.reading))
        except (NotGivenError, LimitError):
            return False

    def _exactly(self, chain: _Chain, raw: Expr) -> bool:
        """Say whether a side of whole numbers is what the left side is for all values: `∂b/∂b = 1`."""
        if chain.left is None or any(part.decimal for part in _numbers(raw)):
            return False
        if any(map(self._unlinked, _partials(chain.left))):
            return False
        return self.judge.compare(self._opened(chain.left), raw).holds

    def _number(self, chain: _Chain, side: Side, raw: Expr) -> _Said:
        """Judge a side of numbers: by the value of the left side, else by the side before it."""
        places = decimals(side)
        mine = self.numbers.interval(raw, places)
        if mine is None:
            return _Said(side, Finding("unread", why="it has no finite value"))
        if chain.symbolic is not None:
            self._bind(chain.symbolic, raw, side)
        truth, left = None, chain.left
        if chain.update is not None:
            truth = self.numbers.value(chain.update.value) if chain.update.value is not None else None
        elif left is not None:
            opened = self._opened(left)
            if is_number(opened) and not any(map(self._unlinked, _partials(left))):
                truth = self.numbers.interval(opened, {})
            elif not is_number(opened):
                truth = self.numbers.value(opened)
        before = self.numbers.interval(chain.number, chain.number_places) if chain.number is not None else None
        follows = None if before is None else bool(before.overlaps(mine))
        rule = "arithmetic" if chain.number is not None else "numbers put in"
        chain.number, chain.number_places, chain.previous = raw, dict(places), raw
        if chain.update is not None and not chain.update.change:
            self.updated[chain.update.weight] = (raw, dict(places))
        if truth is not None and truth.overlaps(mine):
            return _Said(side, Finding("holds", "interval"), rule, follows)
        if truth is not None and before is not None and before.overlaps(mine) and before.overlaps(truth):
            return _Said(side, Finding("holds", "interval"), rule, follows)
        if truth is not None and self._with_new_values(chain, mine):
            return _Said(side, Finding("holds", "interval"), rule, follows)
        if truth is not None and not isinstance(raw, Number) and _near(truth, mine):
            why = (
                f"it is {float(mine.mid()):.10g} where {float(truth.mid()):.10g} is right: perhaps a digit is mistyped"
            )
            return _Said(side, Finding("undecided", why=why), "", follows)
        if truth is not None:
            wide = self.numbers.interval(raw, places, wide=True)
            if wide is not None and wide.overlaps(truth):
                why = "it holds only if its short decimals are rounded ones"
                return _Said(side, Finding("undecided", why=why), "", follows)
            example = Counterexample({}, float(truth), float(mine))
            return _Said(side, Finding("refuted", "interval", example), "", follows)
        if before is not None and not before.overlaps(mine):
            example = Counterexample({}, float(before), float(mine))
            return _Said(side, Finding("refuted", "interval", example), "", follows)
        if before is not None:
            return _Said(side, Finding("holds", "interval"), rule, follows)
        missing = self.numbers.missing(self._opened(left)) if left is not None else []
        shown = ", ".join(f"`{plain_name(n)}`" for n in missing[:3])
        return _Said(
            side, Finding("unread", why=f"no number is given for {shown}" if shown else "its left side has no value")
        )

    def _with_new_values(self, chain: _Chain, mine: arb) -> bool:
        """Say whether numbers fit once the weights have the values that updates gave them; then they have."""
        if not self.updated or chain.left is None:
            return False
        kept = dict(self.numbers.given), dict(self.numbers.written), set(self.numbers.exact)
        for name, (value, places) in self.updated.items():
            self.numbers.give(name, value, places)
        truth = self.numbers.value(self._opened(chain.left))
        if truth is not None and truth.overlaps(mine):
            self.updated.clear()
            return True
        self.numbers.given, self.numbers.written, self.numbers.exact = kept
        return False

    def _is_claim(self, chain: _Chain, side: Side, raw: Expr) -> bool:
        """Say whether a side of numbers is a claim about a formula: `∂z/∂w = 1` where no number is put in anywhere."""
        if chain.left is None or chain.previous is not None or decimals(side):
            return False
        if is_number(self._opened(chain.left)):
            return True
        finite = any(isinstance(d.domain, Finite) for d in self.network.declarations.values())
        numbers = self.numbers.given or finite or self.network.pattern_rows()
        return not numbers and bool(_partials(chain.left)) and _is_whole(raw)

    def _bind(self, symbolic: Expr, numeric: Expr, side: Side) -> None:
        """Learn from `w₅ − η g = 0.4 − 0.5 · 0.08` the numbers that the text gives nowhere else: η = 0.5."""
        for name, value in self.numbers.bind(symbolic, numeric, decimals(side)).items():
            computed = name in self.meaning.formulas and self.numbers.value(symbol(name)) is not None
            if name not in self.numbers.given and not computed and name in self.meaning.known:
                self.numbers.give(name, value, decimals(side))

    # Updates

    def _update(self, line: WrittenLine, raw: Expr, first: Side | None) -> Update | None:
        try:
            value = self._without_old(first) if first is not None else None
        except ReadError:
            value = None
        if value is None:
            return None
        return update_of(raw, line.relations[0], value, self.network)

    def _without_old(self, side: Side) -> Expr:
        """Return what a side says, the word in `w (old)` left out."""
        bare = re.sub(r"\(\s*(?:old|current)\s*\)", "", side.at.content)
        found = self._small(bare) if bare != side.at.content else None
        return found if found is not None else self._parse(side)

    def _update_side(self, chain: _Chain, side: Side, raw: Expr) -> _Said:
        assert chain.update is not None
        meant = self.resolver.resolved(raw)
        chain.symbolic = meant
        finding, value = judge_update(chain.update, meant, self._opened, self.judge, self.network)
        if value is not None:
            chain.update.value = value
            named = chain.update.named
            if named and named not in self.meaning.known:
                self.meaning.define(named, value)
        slip = step_slip(chain.update, finding)
        return _Said(side, finding, "gradient descent" if finding.holds else "", None, slip)

    # What is said

    def _report(self, line: WrittenLine, findings: Sequence[_Said]) -> None:
        """Say one verdict of a line: that of its first side that does not hold, else of its last."""
        order = {"refuted": 0, "undecided": 1, "unread": 2, "holds_on_domain": 3, "holds": 4}
        worst = min(findings, key=lambda f: order[f.finding.verdict])
        rules = list(dict.fromkeys(found.rule for found in findings if found.rule))
        follows = next((f.follows for f in findings if f.follows is False), findings[0].follows)
        rule = ", then ".join(rules) if worst.finding.holds else ""
        self._add(line, [worst.side], worst.finding, rule, follows, worst)

    def _add(
        self,
        line: WrittenLine,
        sides: Sequence[Side | None],
        finding: Finding,
        rule: str,
        follows: bool | None,
        said: _Said | None = None,
    ) -> None:
        relations = line.relations
        if self.chain is not None and self.chain.update is not None and not self.chain.update.change and relations:
            relations = ("<-", *relations[1:]) if line.sides[0] is not None else relations
        judged = Judged(
            line.at.place, line.label, line.at.content, self._as_read(line), relations, finding.verdict,
            finding.how, rule, follows, counterexample=finding.counterexample, why=finding.why,
            notes=tuple(self.resolver.notes.values()),
        )  # fmt: skip
        side = sides[0] if sides else None
        if finding.verdict == "refuted" and side is not None:
            at = said.part if said is not None and said.part is not None else side.at
            judged = replace(judged, part=at.content, part_place=at.place, part_expr=self._read(side))
        if said is not None and finding.verdict == "refuted":
            slip = said.slip
            judged = replace(
                judged, slip=slip.name if slip else "", says=slip.says if slip else "", right_for=said.right_for,
                part_expr=said.part_expr or judged.part_expr,
            )  # fmt: skip
        self.found.append(judged)

    def _as_read(self, line: WrittenLine) -> tuple[Expr | None, ...]:
        return tuple(None if side is None else self._read(side) for side in line.sides)

    def _unread(self, line: WrittenLine, why: str) -> None:
        self._add(line, (), Finding("unread", why=why), "", None)


def _is_whole(expr: Expr) -> bool:
    bare = expr.args[0] if isinstance(expr, Apply) and len(expr.args) == 1 else expr
    return isinstance(bare, Number) and bare.value.denominator == 1


def _near(a: arb, b: arb) -> bool:
    """Say whether two values agree to six digits."""
    return bool(abs(a - b) < abs(a) * 1e-6)


def _at_arrows(line: WrittenLine) -> list[WrittenLine]:
    """Cut a line at `→`: `f(x) = 1/x → df/dx = −1/x²` are two claims."""
    if "->" not in line.relations:
        return [line]
    out: list[WrittenLine] = []
    begin = 0
    for index, relation in enumerate((*line.relations, "->")):
        if relation == "->":
            sides, relations = line.sides[begin : index + 1], line.relations[begin:index]
            shown = [s for s in sides if s is not None]
            if shown and relations:
                at = Snippet(line.at.text, shown[0].at.start, shown[-1].at.end)
                out.append(replace(line, at=at, sides=sides, relations=relations))
            begin = index + 1
    return out


def _partials(expr: Expr) -> list[Partial]:
    from workings.graph.expr import postorder

    return [part for part in postorder(expr) if isinstance(part, Partial)]


def _calls(expr: Expr) -> list[Call]:
    from workings.graph.expr import postorder

    return [part for part in postorder(expr) if isinstance(part, Call)]


def _numbers(expr: Expr):
    from workings.graph.expr import Number, postorder

    return [part for part in postorder(expr) if isinstance(part, Number)]
