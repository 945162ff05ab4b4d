"""The sides of a line, each judged against the left side: its verdict, its rule, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workings.check.claim import Assumption, Claim, Relation
from workings.check.explain.case import Case, Context
from workings.check.explain.excuses import holds_by_the_other, is_put_in
from workings.check.explain.part import smallest
from workings.check.explain.rule import rule_between
from workings.check.explain.search import explained, softened
from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.numbers import is_number
from workings.check.numeric import Numerics
from workings.check.state import THE_DEFINITION, Chain, Said, head_name, numbers_in, partials
from workings.check.update import Update, judge_update, old_name, step_slip
from workings.check.verdict import Finding
from workings.errors import ReadError
from workings.graph.expr import Call, Expr, Partial, Symbol, names, symbol
from workings.graph.expr import replace as put_in
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.elaborate import Piece as Part
from workings.read.page.text import Snippet

#: Ways of stepping that use more than the gradient, or another one.
_METHOD = re.compile(
    r"\b(?:Newton\w*|Gauss\W+Newton|quasi\W?Newton|momentum|Nesterov|Adam|Ada[Gg]rad|Adadelta|RMS[Pp]rop|"
    r"natural gradient|ascent|sign descent|signSGD|Rprop|perceptron|Hebb\w*|Levenberg\w*)",
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
        loose = self.judge.unlinked(chain.left, meant)
        if loose is not None:
            chain.held = False
            return Said(side, loose)
        left = self._opened_left(chain.left)
        if self.point:
            left, opened = (put_in(self.meaning.flat(expr), self.point) for expr in (left, opened))
        finding = self.judge.compare(left, opened)
        if finding.verdict == "unread" and self._by_given_slopes(chain.left, opened):
            chain.numbered = True
            finding = Finding("holds", "proved")
        case = self._case(chain, left, meant, opened)
        if finding.verdict == "refuted":
            finding = self._softened(chain, case, finding)
        anew = {name for name in names(chain.left) if name in self.made_anew}
        if finding.verdict == "refuted" and anew:
            shown, where = plain_name(min(anew)), self.made_anew[min(anew)]
            finding = Finding("undecided", why=f"line {where} makes a new `{shown}` of the old one")
        if finding.holds and self.others and not holds_by_the_other(case):
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
            return self._explained(Said(side, finding, "", follows), chain, case)
        return Said(side, finding, rule if finding.holds else "", follows)

    def _by_given_slopes(self, left: Expr, opened: Expr) -> bool:
        """Say whether a side is the left side with the slopes put in that the text gives as numbers."""
        there = self.numbers.with_slopes(left)
        return there is not None and self.judge.same(self._opened(there), opened)

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
        carried = self._carried(chain.update, meant) if finding.verdict == "refuted" else None
        if carried is not None:
            return Said(side, *carried)
        put_in_already = self._with_its_number(chain.update, meant) if finding.verdict == "refuted" else None
        if put_in_already is not None:
            return self._number(chain, side, put_in_already)
        chain.symbolic, chain.held = meant, finding.holds
        if finding.verdict == "refuted":
            finding = softened(self._step_case(chain, chain.update, meant), finding)
        if value is not None:
            chain.update.value = value
            named = chain.update.named
            if named and named not in self.meaning.known:
                self.meaning.define(named, value)
        slip = step_slip(chain.update, finding)
        return Said(side, finding, "gradient descent" if finding.holds else "", None, slip)

    def _step_case(self, chain: Chain, update: Update, meant: Expr) -> Case:
        """Return an update as a case: why it need not be a step against the gradient, as the words around it say."""
        told = f"{self.told_before} {self.told_behind}"
        # What a page maximises, it climbs.
        uphill = re.search(r"\b(?:maximi[sz]\w*|ascent)\b", self.lines[0].at.text.content, re.I)
        named = _METHOD.search(told) or uphill
        adding = [
            line for line in self.lines if line.code and line.span == chain.span and head_name(line) == update.weight
        ]
        parts = sum(line.relations[:1] in (("+=",), ("-=",)) for line in adding) > 1
        conditional = re.search(r"\b(?:if|when|whenever|unless|otherwise|misclassif\w*)\b", told, re.I) is not None
        text = Context(method=named[0] if named else "", in_parts=parts, conditional=conditional)
        assumptions = tuple(Assumption(low, high) for low, high, _, _ in self.conditions)
        weight, opened = symbol(update.weight), self._opened(meant)
        return Case(self.judge, Claim(weight, meant, "<-", self.reading, assumptions), weight, opened, None, text)

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

    def _case(self, chain: Chain, truth: Expr, meant: Expr, opened: Expr, relation: Relation = "=") -> Case:
        """Return a side as a case: the claim, and what the text says around it."""
        assert chain.left is not None
        before = chain.previous if chain.held and chain.previous is not None else None
        before = self._opened(before) if before is not None and not is_number(before) else None
        assumptions = tuple(
            Assumption(low, high, own=span == chain.span and 0 <= start - chain.start < _NEAR_BY)
            for low, high, span, start in self.conditions
        )
        left = self._told(chain.left)
        claim = Claim(left, meant, relation, self.reading, assumptions)
        anew = isinstance(left, Symbol) and chain.previous is None and left.name not in self.meaning.added
        line = next((e.place.line for e in self.network.equations if e.name == getattr(left, "name", "")), 0)
        where = f"line {line}" if line else "the network"
        text = Context(
            given=dict(self.numbers.written), others=dict(self.others), defined_at=where if anew else "",
            region=self._names_a_region(), numbers_agree=self._agree(chain.left, meant, opened),
            numbers_before=chain.numbered,
        )  # fmt: skip
        return Case(self.judge, claim, truth, opened, before, text)

    def _agree(self, left: Expr, meant: Expr, opened: Expr) -> bool:
        """Say whether the sides agree at the numbers that are given, where the side shows numbers."""
        if not any(p.decimal or p.value in self.numbers.exact for p in numbers_in(meant)):
            return False
        mine, yours = self.numbers.value(self._opened(left)), self.numbers.value(opened)
        return mine is not None and yours is not None and bool(mine.overlaps(yours))

    def _explained(self, said: Said, chain: Chain, case: Case) -> Said:
        """Add the slip that gives a refuted side, the network for which it is right, and its wrong part."""
        example = said.finding.counterexample
        if not self.explains or (example is not None and example.functions):
            return said
        parts: list[Part] = []
        raw = self._parse(said.side, parts)
        case.raw, case.parts, case.meant = raw, tuple(smallest(parts)), {}
        pieces: dict[Expr, Expr] = {}
        for part in case.parts:
            try:
                pieces[part.expr] = self._opened(self._meant(part.expr, chain.at))
            except (NotGivenError, LimitError):
                continue
        case.meant = pieces
        found = explained(case)
        at = Snippet(said.side.at.text, found.part.start, found.part.end) if found.part is not None else None
        part_expr = found.part.expr if found.part is not None else None
        return said._replace(slip=found.slip, right_for=found.right_for, part=at, part_expr=part_expr)

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

    def _softened(self, chain: Chain, case: Case, finding: Finding) -> Finding:
        """Say less of a line where its difference may be one of data or of definition, not a mistake."""
        if is_put_in(case):
            chain.numbered = True
            return Finding("holds", "proved")
        rounded = self.judge.within_rounding(case.truth, case.wrong)
        if rounded is not None:
            return rounded
        found = softened(case, finding)
        if case.text.defined_at and found.verdict != "refuted" and isinstance(chain.left, Symbol):
            self.others[chain.left.name] = case.wrong
        return found

    def _names_a_region(self) -> bool:
        """Say whether the words around a line say where it is taken: “suppose both units are active”."""
        return bool(_REGION.search(f"{self.told_before} {self.told_behind}"))

    def _report(self, line: WrittenLine, findings: Sequence[Said]) -> None:
        """Say one verdict of a line: that of its first side that does not hold, else of its last."""
        order = {"refuted": 0, "undecided": 1, "unread": 2, "holds_on_domain": 3, "holds": 4}
        worst = min(findings, key=lambda f: order[f.finding.verdict])
        rules = list(dict.fromkeys(found.rule for found in findings if found.rule))
        follows = next((f.follows for f in findings if f.follows is False), findings[0].follows)
        rule = ", then ".join(rules) if worst.finding.holds else ""
        self._add(line, [worst.side], worst.finding, rule, follows, worst)
