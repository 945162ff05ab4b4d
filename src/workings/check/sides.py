"""The sides of a line, each judged against the left side: its verdict, its rule, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workings.check.case import Case
from workings.check.explain import explain
from workings.check.judge import Judge
from workings.check.meaning import LimitError, Meaning, NotGivenError
from workings.check.numbers import is_number
from workings.check.numeric import Numerics
from workings.check.part import smallest, wrong_part
from workings.check.rule import rule_between
from workings.check.state import THE_DEFINITION, Chain, Said, calls_in, head_name, numbers_in, occurrences, partials
from workings.check.update import Update, judge_update, old_name, step_slip
from workings.check.variants import right_for
from workings.check.verdict import Finding
from workings.errors import ReadError
from workings.graph.expr import ZERO, Call, Expr, Partial, Symbol, names, symbol
from workings.graph.expr import replace as put_in
from workings.graph.ops.arithmetic import add
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name
from workings.read.line import Side, WrittenLine
from workings.read.parser import Part
from workings.read.text import Snippet

#: Ways of stepping that use more than the gradient, or another one.
_METHOD = re.compile(
    r"\b(?:Newton\w*|Gauss\W+Newton|quasi\W?Newton|momentum|Nesterov|Adam|Ada[Gg]rad|Adadelta|RMS[Pp]rop|"
    r"natural gradient|sign descent|signSGD|Rprop|perceptron|Hebb\w*|Levenberg\w*)",
    re.I,
)
_REGION = re.compile(
    r"\b(?:active|inactive|dead|saturat\w+|suppos\w+|assum\w+|positive|negative|region|branch|side of|when|if|for)\b",
    re.I,
)
#: A step in numbers shows the rate and what the gradient is made of.
_FEWEST_NUMBERS = 2
#: A condition in the row of a line begins within so many characters.
_NEAR_BY = 300


class Sides(Numerics):
    """The part of the walk that judges the sides of a line."""

    def _sides(self, line: WrittenLine, sides: Sequence[Side]) -> None:
        chain = self.chain
        assert chain is not None
        near = line.relations[len(line.relations) - len(sides) :] if len(line.relations) >= len(sides) else ()
        judged = [side for i, side in enumerate(sides) if near[i : i + 1] != ("~",) or self._is_number(side)]
        chain.start = line.at.start
        findings = [self._side(chain, side) for side in judged]
        findings = [f for f in findings if f.rule != THE_DEFINITION]
        if findings:
            self._report(line, findings)
        self._called(line, chain)

    def _side(self, chain: Chain, side: Side) -> Said:
        if chain.problem:
            return Said(side, Finding("unread", why=chain.problem))
        try:
            raw = self._parse(side) if chain.update is None else self._without_old(side)
            # σ(1.1) is a number too, whoever defined σ.
            plain_number = raw if is_number(raw) or names(raw) or partials(raw) else self.meaning.flat(raw)
            if is_number(plain_number) and not self._exactly(chain, raw) and not self._is_claim(chain, side, raw):
                return self._number(chain, side, plain_number)
            if chain.update is not None:
                return self._update_side(chain, side, raw)
            meant = self._meant(raw, chain.at)
            opened = self._opened(meant)
        except ReadError as error:
            return Said(side, Finding("unread", why=error.problems[0].found))
        except NotGivenError as error:
            return Said(side, Finding("unread", why=str(error)))
        except LimitError as error:
            return Said(side, Finding("undecided", why=f"the limit of the checker: {error}"))
        assert chain.left is not None
        if isinstance(chain.left, Symbol | Call) and chain.previous is None and self._defines(chain.left, opened):
            chain.previous = chain.symbolic = meant
            return Said(side, Finding("holds", "proved"), THE_DEFINITION)
        left = self._opened_left(chain.left)
        if self.point:
            left, opened = (put_in(self.meaning.flat(expr), self.point) for expr in (left, opened))
        finding = self.judge.compare(left, opened)
        if finding.verdict == "refuted":
            finding = self._softened(chain, meant, opened, finding)
        if finding.holds and self.others and not self._by_the_other(chain.left, meant):
            shown = ", ".join(f"`{plain_name(name)}`" for name in self.others)
            why = f"it holds for the first definition of {shown}, and not for the second"
            finding = Finding("undecided", why=why)
        follows = None if chain.previous is None else self._follows(chain.previous, opened)
        before = chain.previous if chain.held else None
        chain.held = finding.holds
        base = before if before is not None and not is_number(before) else chain.left
        rule = rule_between(self.meaning, base, meant, first=base is chain.left)
        chain.previous = chain.symbolic = meant
        chain.number = None
        if finding.verdict == "refuted":
            return self._explained(Said(side, finding, "", follows), chain, left, meant, opened, before)
        return Said(side, finding, rule if finding.holds else "", follows)

    def _update_side(self, chain: Chain, side: Side, raw: Expr) -> Said:
        assert chain.update is not None
        meant = self.resolver.resolved(raw)
        lost = self.lost & (set(names(meant)) | self._under(self.network.error or ""))
        if lost:
            why = f"the line that says what `{plain_name(min(lost))}` is was not read"
            return Said(side, Finding("unread", why=why))
        finding, value = judge_update(chain.update, meant, self._opened, self.judge, self.network)
        if finding.verdict == "refuted" and self._for_given(chain.update, meant):
            chain.symbolic = meant
            return Said(side, Finding("holds", "proved"), "numbers put in")
        put_in_already = self._with_its_number(chain.update, meant) if finding.verdict == "refuted" else None
        if put_in_already is not None:
            return self._number(chain, side, put_in_already)
        chain.symbolic, chain.held = meant, finding.holds
        if finding.verdict == "refuted" and (why := self._not_a_plain_step(chain) or self._decays(meant)):
            finding = Finding("undecided", why=why)
        if value is not None:
            chain.update.value = value
            named = chain.update.named
            if named and named not in self.meaning.known:
                self.meaning.define(named, value)
        slip = step_slip(chain.update, finding)
        return Said(side, finding, "gradient descent" if finding.holds else "", None, slip)

    def _not_a_plain_step(self, chain: Chain) -> str:
        """Return why an update need not be a step against the gradient, as the words around it say; else nothing."""
        told = f"{self.told_before} {self.told_behind}"
        named = _METHOD.search(told)
        if named is not None:
            return f"the text calls it {named[0]}, which is no step along the gradient alone"
        weight = chain.update.weight if chain.update is not None else ""
        adding = [line for line in self.lines if line.code and line.span == chain.span and head_name(line) == weight]
        if sum(line.relations[:1] in (("+=",), ("-=",)) for line in adding) > 1:
            return f"several lines move `{plain_name(weight)}`, each by a part of the step"
        if self.conditions or re.search(r"\b(?:if|when|whenever|unless|otherwise|misclassif\w*)\b", told, re.I):
            return "a condition stands beside it, and it is not read"
        return ""

    def _for_given(self, update: Update, meant: Expr) -> bool:
        """Say whether `w − 0.5 (w − 3)` is the step for the numbers that the text gives for all else."""
        others = {name for name in names(meant) if name != update.weight and old_name(name) != update.weight}
        stepped = self._stepped(update.weight, change=update.change)
        if others or stepped is None or len(numbers_in(meant)) < _FEWEST_NUMBERS:
            return False
        given: dict[Expr, Expr] = {symbol(n): v for n, v in self.numbers.written.items() if n != update.weight}
        own: dict[Expr, Expr] = {symbol(name): symbol(update.weight) for name in names(meant)}
        truth = put_in(self.meaning.flat(stepped), given)
        return names(truth) == (update.weight,) and self.judge.same(truth, put_in(meant, own))

    def _decays(self, meant: Expr) -> str:
        """Return why an update with a number of the person's own need not be wrong: weight decay is in no loss."""
        network = {n for f in self.network.formulas.values() for n in names(f)} | set(self.network.declarations)
        own = self.meaning.leaves - network
        foreign = [n for n in names(self.meaning.flat(self._opened(meant))) if n in own]
        return f"`{plain_name(foreign[0])}` is no part of what is minimised" if foreign else ""

    def _with_its_number(self, update: Update, meant: Expr) -> Expr | None:
        """Return `w₂ − η · (3.28 − 4) · 2` with the numbers that its names have.

        None where it is no line of numbers: where a name has none, or where no number is put in.
        """
        known: dict[str, Expr] = dict(self.numbers.written) | {name: new for name, (new, _) in self.updated.items()}
        values = {name: known.get(name, known.get(old_name(name))) for name in names(meant)}
        stepped = self._stepped(update.weight, change=update.change) if update.value is None else update.value
        given: dict[Expr, Expr] = {symbol(name): value for name, value in values.items() if value is not None}
        if stepped is None or len(given) < len(values) or partials(meant) or not numbers_in(meant):
            return None
        update.value = stepped
        return put_in(meant, given)

    def _called(self, line: WrittenLine, chain: Chain) -> None:
        """Take a name that is given behind a line: `derr/dz2 = …   <- call it d2`."""
        match = re.search(r"\bcall (?:it|this|that)\s+(\S+)", line.reason)
        name = self._small(match[1]) if match else None
        if isinstance(name, Symbol) and name.name not in self.meaning.known and chain.left is not None:
            self.meaning.define(name.name, self._opened(chain.left))
            self.told[name.name] = chain.left
            self.slopes.add(name.name)

    def _explained(self, said: Said, chain: Chain, left: Expr, meant: Expr, opened: Expr, before: Expr | None) -> Said:
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

    def _softened(self, chain: Chain, meant: Expr, opened: Expr, finding: Finding) -> Finding:
        """Say less of a line where its difference may be one of data or of definition, not a mistake."""
        assert chain.left is not None
        loose = next((p for p in partials(chain.left) + partials(meant) if self._unlinked(p)), None)
        if loose is not None:
            return Finding("unread", why=f"how `{plain(loose.of)}` depends on `{plain(loose.by)}` is not given")
        under = self._under_a_condition(self._opened(chain.left), opened, chain)
        if under is not None:
            return under
        if self.judge.has_kinks(self._opened(chain.left)) and self._names_a_region():
            return Finding("undecided", why="it may hold where the words before it say, and they are not read")
        if finding.counterexample is not None and finding.counterexample.functions:
            left = chain.left
            assert left is not None
            open_ones = {p.function for p in calls_in(self._opened(left)) if any(p.orders)}
            written = {p.function for p in calls_in(self._opened(meant)) if any(p.orders)}
            if not {n for n in open_ones if n in finding.counterexample.functions} <= written:
                name = plain_name(next(iter(finding.counterexample.functions)))
                return Finding("unread", why=f"it needs what `{name}` is, and the text does not say")
        if isinstance(chain.left, Symbol) and chain.previous is None and chain.left.name not in self.meaning.added:
            self.others[chain.left.name] = opened
            line = next((e.place.line for e in self.network.equations if e.name == chain.left.name), 0)
            where = f"line {line}" if line else "the network"
            return Finding("undecided", why=f"{where} defines `{plain_name(chain.left.name)}` otherwise")
        put = self._put_in(chain, opened)
        if put is not None:
            return put
        if any(p.decimal or p.value in self.numbers.exact for p in numbers_in(meant)):
            left, right = self.numbers.value(self._opened(chain.left)), self.numbers.value(opened)
            if left is not None and right is not None and left.overlaps(right):
                return Finding("undecided", why="it holds for the numbers that are given, and not for others")
        zeros = self._where_zero(self._opened(chain.left), opened)
        if zeros:
            return Finding("undecided", why=f"it holds for {zeros} = 0, which the text says somewhere")
        at = self._where_given(chain.left, meant)
        if at:
            return Finding("undecided", why=f"it holds where {at}, and it is not said that this is so here")
        if self.others and self._by_the_other(chain.left, meant):
            shown = ", ".join(f"`{plain_name(name)}`" for name in self.others)
            return Finding("undecided", why=f"it holds where the second definition of {shown} is taken")
        return finding

    def _names_a_region(self) -> bool:
        """Say whether the words around a line say where it is taken: “suppose both units are active”."""
        return bool(_REGION.search(f"{self.told_before} {self.told_behind}"))

    def _under_a_condition(self, left: Expr, opened: Expr, chain: Chain) -> Finding | None:
        """Judge a line that holds where an inequality of the text does, or where it does not.

        One that stands in the line itself is what the line rests on; one that stands elsewhere may be.
        """
        for own in (True, False):
            for low, high, span, start in self.conditions:
                beside = span == chain.span and 0 <= start - chain.start < _NEAR_BY
                if beside is own and self.judge.compare_where(left, opened, low, high).holds:
                    where = f"{plain(low)} < {plain(high)}"
                    if own:
                        return Finding("holds_on_domain", "tested", why=f"where {where}")
                    return Finding("undecided", why=f"it holds where {where}, and it is not said that this is so here")
        for low, high, _, _ in self.conditions:
            if self.judge.compare_where(left, opened, high, low).holds:
                return Finding("undecided", why=f"it holds where {plain(low)} > {plain(high)}, and fails elsewhere")
        return None

    def _put_in(self, chain: Chain, opened: Expr) -> Finding | None:
        """Judge a side as the left side, or the one before, with given numbers for the names that are gone from it.

        The numbers have to be seen in it: a factor that is gone may have been forgotten, though its value is 1.
        """
        assert chain.left is not None
        whole = self.meaning.flat(self._opened(chain.left))
        candidates = [(whole, set(names(whole)) - set(names(self.meaning.flat(opened))))]
        if chain.previous is not None and chain.held and not is_number(chain.previous):
            before = self._opened(chain.previous)
            if chain.numbered and self.judge.same(before, opened):
                return Finding("holds", "proved")
            candidates.append((before, set(names(before)) - set(names(opened))))
        found: Finding | None = None
        for expr, gone in candidates:
            values = {name: self.numbers.written[name] for name in gone if name in self.numbers.written}
            if not gone or len(values) < len(gone):
                continue
            if not self.judge.same(put_in(expr, {symbol(name): value for name, value in values.items()}), opened):
                continue
            wanted = occurrences(expr)
            for value in values.values():
                wanted.update(occurrences(value))
            seen = occurrences(opened)
            if all(
                seen[n] >= count for n, count in wanted.items() if any(n in occurrences(v) for v in values.values())
            ):
                chain.numbered = True
                return Finding("holds", "proved")
            given = ", ".join(f"`{plain_name(name)}` = {plain(value)}" for name, value in values.items())
            found = Finding("undecided", why=f"it holds for {given}, and those numbers are not seen in it")
        return found

    def _where_zero(self, left: Expr, opened: Expr) -> str:
        """Return the names that the text gives the number 0, where a line holds for those: `h₀ = 0`."""
        leaves = [n for n, v in self.numbers.written.items() if v is ZERO and n not in self.meaning.formulas]
        zeros: dict[Expr, Expr] = {symbol(name): ZERO for name in leaves}
        a, b = (put_in(self.meaning.flat(expr), zeros) for expr in (left, opened))
        return ", ".join(f"`{plain_name(name)}`" for name in leaves) if zeros and self.judge.same(a, b) else ""

    def _where_given(self, left: Expr, meant: Expr) -> str:
        """Return the numbers that the text gives for quantities with formulas, where a line holds for those."""
        given = {name: value for name, value in self.numbers.written.items() if name in self.meaning.formulas}
        if not given:
            return ""
        equations = tuple(replace(e, formula=given.get(e.name, e.formula)) for e in self.network.equations)
        there = Meaning(replace(self.network, equations=equations))
        try:
            a, b = self.meaning.by_names(left), self.meaning.by_names(meant)
            used = [name for name in given if there.depends_through(add(a, b), name)]
            holds = bool(used) and Judge(there).same(a, b)
        except (NotGivenError, LimitError):
            return ""
        return ", ".join(f"`{plain_name(name)}` = {plain(given[name])}" for name in used) if holds else ""

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

    def _report(self, line: WrittenLine, findings: Sequence[Said]) -> None:
        """Say one verdict of a line: that of its first side that does not hold, else of its last."""
        order = {"refuted": 0, "undecided": 1, "unread": 2, "holds_on_domain": 3, "holds": 4}
        worst = min(findings, key=lambda f: order[f.finding.verdict])
        rules = list(dict.fromkeys(found.rule for found in findings if found.rule))
        follows = next((f.follows for f in findings if f.follows is False), findings[0].follows)
        rule = ", then ".join(rules) if worst.finding.holds else ""
        self._add(line, [worst.side], worst.finding, rule, follows, worst)
