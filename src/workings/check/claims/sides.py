"""The sides of a line, each judged against the left side: its verdict, its rule, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from workings.check.claim import Claim
from workings.check.claims.chain import THE_DEFINITION, Chain, Said
from workings.check.claims.known import Known, assumptions, told, values_beside
from workings.check.claims.mixed import agrees, in_its_places, is_printed, may_be_put_in
from workings.check.claims.numbers import decimals
from workings.check.claims.numeric import is_claim, is_exact, judge_number
from workings.check.claims.steps import judge_step
from workings.check.explain.case import Case, Context
from workings.check.explain.excuses import holds_by_the_other, is_put_in, is_written_out, restated, where_restated
from workings.check.explain.part import smallest
from workings.check.explain.rule import not_that_rule, rule_between
from workings.check.explain.search import explained, softened
from workings.check.judge.budget import LimitError, UnsettledError, attempt
from workings.check.judge.formulas import NotGivenError
from workings.check.verdict import BY_NUMBERS, PROVED, Finding, undecided, unread
from workings.errors import ReadError
from workings.graph.alike import is_number
from workings.graph.expr import Call, Expr, Symbol, names
from workings.graph.expr import replace as put_in
from workings.graph.writing.spelling import plain as plain_name
from workings.read.formula.statement import without_label
from workings.read.formula.tree import Formula
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.elaborate import Piece as Part
from workings.read.names.elaborate import elaborate
from workings.read.names.work import STRICT
from workings.read.page.text import Snippet
from workings.read.phrases import heard, rule_named

#: Verdicts, that which a line is told by first.
_WORST = {"refuted": 0, "undecided": 1, "unread": 2, "holds_on_domain": 3, "holds": 4}


class Judging:
    """Judges sides by what is known."""

    def __init__(self, known: Known, *, first: bool) -> None:
        """Take what is known at the line; `first` says that no line was judged before."""
        self.known, self.first = known, first

    def line(self, chain: Chain, line: WrittenLine, sides: Sequence[Side]) -> tuple[Said | None, Chain]:
        """Return what is said of a line: its first side that does not hold, else its last; and the chain behind it."""
        near = line.relations[len(line.relations) - len(sides) :] if len(line.relations) >= len(sides) else ()
        findings: list[Said] = []
        for index, side in enumerate(sides):
            about = near[index : index + 1] == ("~",)
            if about and ((found := self.known.read(side)) is None or not is_number(found)):
                continue
            said, chain = self.side(replace(chain, about=about), side)
            said = self._by_its_own_formula(line, chain, findings, said)
            if said.rule != THE_DEFINITION:
                findings.append(said)
        self._called(line, chain)
        if findings and findings[-1].finding.holds:
            # What it comes to is right to the digits that are printed.
            findings = [said for said in findings if not said.slight]
        return (_whole(findings) if findings else None), chain

    def _by_its_own_formula(self, line: WrittenLine, chain: Chain, before: Sequence[Said], said: Said) -> Said:
        """Leave a number open that may be right by a second formula of its quantity, which was not read before it."""
        left = chain.left
        not_all_read = any(one.finding.verdict == "unread" for one in before)
        if said.finding.verdict != "refuted" or not not_all_read or not isinstance(left, Symbol):
            return said
        equation = next((one for one in self.known.network.equations if one.name == left.name), None)
        if equation is None or equation.place.line == line.at.place.line:
            return said
        self.known.steps.contradicted.setdefault(left.name, line.at.place.line)
        why = f"line {equation.place.line} defines `{plain_name(left.name)}` otherwise"
        return Said(said.side, undecided(why))

    def side(self, chain: Chain, side: Side) -> tuple[Said, Chain]:
        """Return what is said of a side, and the chain behind it."""
        known = self.known
        if chain.problem:
            return Said(side, unread(chain.problem)), chain
        try:
            raw = known.parse(side) if chain.update is None else known.without_old(side)
            number = known.worked_out(raw)
            if is_number(number) and not is_exact(known, chain, raw) and not is_claim(known, chain, side, raw):
                return judge_number(known, chain, side, number)
            if chain.update is not None:
                return judge_step(known, chain, chain.update, side, raw)
            meant = known.meant(raw, chain.at, code=chain.here.code)
            return self._in_every_way(chain, side, self._equal(chain, side, meant, known.opened(meant)))
        except ReadError as error:
            return Said(side, unread(error.problems[0].found)), chain
        except NotGivenError as error:
            return Said(side, unread(str(error))), chain
        except LimitError as error:
            return Said(side, undecided(f"the limit of the checker: {error}")), chain

    def _in_every_way(self, chain: Chain, side: Side, found: tuple[Said, Chain]) -> tuple[Said, Chain]:
        """Return what is said of a side, or, where it fails, of another reading by which it holds.

        `(∂E/∂b)(b)` may be a product, and the (6) of `x_1 (6)` the number of the equation.
        """
        known = self.known
        if found[0].finding.verdict != "refuted" or chain.update is not None:
            return found
        for other, note in _other_readings(known, side):
            meant = known.meant(other, chain.at, code=chain.here.code)
            said, after = self._equal(chain, side, meant, known.opened(meant))
            if said.finding.holds:
                return said._replace(note=note), after
        return found

    def _equal(self, chain: Chain, side: Side, meant: Expr, opened: Expr) -> tuple[Said, Chain]:
        """Judge a side of names against the left side, and whether it follows from the side before it."""
        known, left = self.known, chain.left
        assert left is not None
        if isinstance(left, Symbol | Call) and chain.previous is None and self._defines(left, opened):
            return Said(side, PROVED, THE_DEFINITION), replace(chain, previous=meant, symbolic=meant)
        loose = known.not_linked(left, meant)
        if loose is not None:
            return Said(side, loose), replace(chain, held=False)
        truth = known.opened_left(left)
        if known.point:
            truth, opened = (put_in(known.meaning.flat(expr), known.point) for expr in (truth, opened))
        case = self._case(chain, side, left, truth, meant, opened)
        finding, numbered = self._settled(chain, left, case)
        follows = self._follows(chain, finding, opened)
        before = chain.previous if chain.held else None
        base = before if before is not None and not is_number(before) else left
        after = replace(
            chain, previous=meant, symbolic=meant, number=None, checked=False, held=finding.holds, numbered=numbered
        )
        if finding.verdict == "refuted":
            return self._explained(Said(side, finding, "", follows), chain, case), after
        if not finding.holds:
            return Said(side, finding, "", follows), after
        rule = rule_between(known.meaning, base, meant, first=base is left)
        named = rule_named(chain.here.reason)
        other = named and not_that_rule(known.meaning, base, meant, named, first=base is left)
        note = f"line {chain.here.at.place.line}: {other}" if other else ""
        return Said(side, finding, rule, follows, note=note), after

    def _settled(self, chain: Chain, left: Expr, case: Case) -> tuple[Finding, bool]:
        """Return the verdict once the text is heard, and whether numbers are put in from here on."""
        known = self.known
        finding, numbered = known.judge.compare(case.truth, case.wrong), chain.numbered
        if finding.verdict == "unread" and self._by_given_slopes(left, case.wrong):
            finding, numbered = PROVED, True
        if finding.verdict == "refuted":
            finding, numbered = self._softened(chain, case, finding)
        if finding.verdict == "refuted" and (lost := self._only_a_number(case.wrong)):
            finding = undecided(f"of `{plain_name(lost)}` only a number is written")
        if finding.verdict == "refuted" and (hiding := self._may_hide_names(left, case.wrong)):
            finding = undecided(f"of `{plain_name(hiding)}` only a formula with numbers put in is written")
        anew = {name for name in names(left) if name in known.brought.made_anew}
        if finding.verdict == "refuted" and anew:
            shown, where = plain_name(min(anew)), known.brought.made_anew[min(anew)]
            finding = undecided(f"line {where} makes a new `{shown}` of the old one")
        if finding.holds and known.brought.others and not holds_by_the_other(case):
            shown = ", ".join(f"`{plain_name(name)}`" for name in known.brought.others)
            finding = undecided(f"it holds for the first definition of {shown}, and not for the second")
        return finding, numbered

    def _only_a_number(self, opened: Expr) -> str:
        """Return a name that a side is made of, and of which the page writes a number and no formula."""
        lost = self.known.brought.only_numbers
        return min((n for name in names(opened) for n in self.known.under(name) & lost), default="") if lost else ""

    def _may_hide_names(self, left: Expr, opened: Expr) -> str:
        """Return a quantity that is written in numbers, where the sides do not differ at the numbers that are given."""
        meaning, numbers = self.known.meaning, self.known.numbers
        hiding = min(meaning.below(left) & meaning.hidden.keys(), default="")
        mine, yours = (numbers.value(side) if hiding else None for side in (self.known.opened(left), opened))
        apart = mine is not None and yours is not None and not mine.overlaps(yours)
        return "" if apart else hiding

    def _by_given_slopes(self, left: Expr, opened: Expr) -> bool:
        """Say whether a side is the left side with the slopes put in that the text gives as numbers."""
        there = self.known.numbers.with_slopes(left)
        return there is not None and self.known.judge.same(self.known.opened(there), opened)

    def _softened(self, chain: Chain, case: Case, finding: Finding) -> tuple[Finding, bool]:
        """Say less of a line where its difference may be one of data or of definition, not a mistake."""
        if is_put_in(case):
            return PROVED, True
        if (numbers := self._with_numbers(chain, case)) is not None:
            return numbers, True
        rounded = self.known.judge.within_rounding(case.truth, case.wrong)
        if rounded is not None:
            return rounded, chain.numbered
        beside, cases = values_beside(self.known, chain.here, chain.around)
        again = dict[str, Expr]() if self.known.numbers.several else restated(case)
        self.known.brought.restated |= again
        case.text = replace(
            case.text, beside=beside, in_this_case=cases, restated=dict(self.known.brought.restated),
            defined_at="" if again or self._writes_out(chain, case) else case.text.defined_at,
        )  # fmt: skip
        found = softened(case, finding)
        if found.verdict == "refuted" and case.text.restated:
            claim = where_restated(case)
            found = self.known.judge.compare(claim.left, claim.right)
        network = self.known.network
        # What stands nowhere else on the page, (1/N) Σ (a − y)², is a general formula, and no second definition.
        given = set(names(case.wrong)) <= network.formulas.keys() | network.declarations.keys()
        if case.text.defined_at and given and found.verdict != "refuted" and isinstance(chain.left, Symbol):
            self.known.brought.others[chain.left.name] = case.wrong
        return found, chain.numbered

    def _with_numbers(self, chain: Chain, case: Case) -> Finding | None:
        """Return what is known of a side with numbers in the places of quantities; None where it is no such side."""
        placed = in_its_places(self.known, chain, case.claim.right)
        if placed == "yes" or (case.text.numbers_agree and is_printed(self.known, case.claim.right)):
            return BY_NUMBERS
        why = "it is right where the numbers that are put in are those of what they stand for, and that is not known"
        unknown = self.known.numbers.value(case.truth) is None and may_be_put_in(self.known, case.claim.right)
        return undecided(why) if placed == "?" or (placed is None and unknown) else None

    def _writes_out(self, chain: Chain, case: Case) -> bool:
        """Say whether a line is the one right above it with formulas put in, an index or two of them wrong."""
        above = next((one for one in reversed(self.known.lines) if one.at.start < chain.here.at.start), None)
        if above is None or above.sides[0] is None or above.at.text is not chain.here.at.text:
            return False
        between = above.at.text.content[above.at.end : chain.here.at.start]
        same = self.known.read(above.sides[0]) is chain.left and not any(map(str.isalnum, between))
        return same and is_written_out(case)

    def _case(self, chain: Chain, side: Side, left: Expr, truth: Expr, meant: Expr, opened: Expr) -> Case:
        """Return a side as a case: the claim, and what the text says around it."""
        known = self.known
        before = chain.previous if chain.held and chain.previous is not None else None
        before = known.opened(before) if before is not None and not is_number(before) else None
        claim = Claim(told(known, left), meant, "=", known.reading, assumptions(known, chain.here))
        anew = isinstance(left, Symbol) and chain.previous is None and left.name not in known.brought.told
        text = Context(
            given=dict(known.numbers.written), others=dict(known.brought.others),
            defined_at=self._where_defined(left) if anew else "",
            # “Suppose both units are active.”
            region=heard("region", chain.around.both) is not None,
            numbers_agree=agrees(known, left, opened, decimals(side)), numbers_before=chain.numbered,
        )  # fmt: skip
        return Case(known.judge, claim, truth, opened, before, text)

    def _where_defined(self, left: Expr) -> str:
        name = left.name if isinstance(left, Symbol) else ""
        line = next((e.place.line for e in self.known.network.equations if e.name == name), 0)
        return f"line {line}" if line else "the network"

    def _explained(self, said: Said, chain: Chain, case: Case) -> Said:
        """Add the slip that gives a refuted side, the network for which it is right, and its wrong part."""
        example = said.finding.counterexample
        if not self.known.explains or (example is not None and example.functions) or said.side is None:
            return said
        parts: list[Part] = []
        raw = self.known.parse(said.side, parts)
        case.raw, case.parts, case.meant = raw, tuple(smallest(parts)), {}
        pieces: dict[Expr, Expr] = {}
        for part in case.parts:
            with suppress(UnsettledError):
                pieces[part.expr] = self.known.opened(self.known.meant(part.expr, chain.at, code=chain.here.code))
        case.meant = pieces
        found = explained(case)
        at = Snippet(said.side.at.text, found.part.start, found.part.end) if found.part is not None else None
        part_expr = found.part.expr if found.part is not None else None
        return said._replace(slip=found.slip, right_for=found.right_for, part=at, part_expr=part_expr)

    def _follows(self, chain: Chain, finding: Finding, opened: Expr) -> bool | None:
        previous = chain.previous
        if previous is None or is_number(previous):
            return None
        if chain.held and finding.verdict == "holds":
            # Both are what the left side is.
            return True
        found = attempt(lambda: self.known.judge.compare(self.known.opened(previous), opened))
        return None if found is None else {"holds": True, "holds_on_domain": True, "refuted": False}.get(found.verdict)

    def _defines(self, left: Symbol | Call, opened: Expr) -> bool:
        """Say whether a side only says again what the left side is by definition."""
        known = self.known
        if isinstance(left, Call):
            function = known.meaning.functions.get(left.function)
            if function is None or len(function.parameters) != len(left.args):
                return False
            return function.unfold(left.args) is opened
        formula, own = known.meaning.formulas.get(left.name), known.network.formulas.get(left.name)
        if own is opened or (formula is not None and formula is known.meaning.without_free(opened)):
            return True
        at_first = self.first and left.name in known.network.formulas
        return at_first and formula is not None and known.judge.same(formula, opened)

    def _called(self, line: WrittenLine, chain: Chain) -> None:
        """Take a name that is given behind a line: `derr/dz2 = …   <- call it d2`."""
        match = heard("called", line.reason)
        name = self.known.small(match["name"]) if match else None
        if isinstance(name, Symbol) and name.name not in self.known.meaning.known and chain.left is not None:
            self.known.meaning.define(name.name, self.known.opened(chain.left))
            self.known.brought.told[name.name] = chain.left
            self.known.brought.slopes.add(name.name)


def _other_readings(known: Known, side: Side) -> Iterator[tuple[Expr, str]]:
    """Yield what else a side may say: `(∂E/∂b)(b)` a product, and the (6) of `x_1 (6)` an equation's number."""
    ways = [(side.formula.root, "a bracket behind a derivative is read as a factor")]
    chosen = "at its variable" in known.elaborated(side).choices
    if (root := without_label(side.formula.root)) is not None:
        ways.append((root, "the number in brackets at its end is read as that of the equation"))
    how = replace(known.how, at_variable=False, depends=STRICT.depends)
    for root, note in ways if chosen else ways[1:]:
        yield elaborate(Formula(root), side.at.text, known.words, how).expr, note


def _whole(findings: Sequence[Said]) -> Said:
    """Return the one verdict of a line: that of its first side that does not hold, else of its last."""
    worst = min(findings, key=lambda said: _WORST[said.finding.verdict])
    rules = list(dict.fromkeys(said.rule for said in findings if said.rule))
    follows = next((said.follows for said in findings if said.follows is False), findings[0].follows)
    settles = tuple(settled for said in findings for settled in said.settles)
    rule = ", then ".join(rules) if worst.finding.holds else ""
    # A reason behind a line of several steps may be that of any of them.
    note = worst.note if len(findings) == 1 else ""
    return worst._replace(rule=rule, follows=follows, settles=settles, note=note)
