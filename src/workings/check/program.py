"""Programs: what a name stands for changes from line to line, and is called after the slope that it holds.

    dz = (a - y) * a * (1 - a)      ∂E/∂z by its name
    dx = dz * w                     a part of the slope
    dx += dh * v                    and the rest of it
    w -= lr * dw                    from here on, w is the new weight

A name whose line is not read is not known from there on, and nothing that uses it is judged.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property

from workings.check.claim import Claim
from workings.check.explain.case import Case
from workings.check.explain.search import explain
from workings.check.explain.slips import OVERWRITTEN
from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.numbers import is_number
from workings.check.state import Doubt, Said, State, head_name
from workings.check.update import Update, judge_update
from workings.check.verdict import Finding
from workings.errors import ReadError
from workings.graph.expr import Expr, Partial, Symbol, names, partial, replace, symbol
from workings.graph.ops.arithmetic import add, div, mul, sub
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import canonical
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import Side, WrittenLine, empty_side

#: Names that people give the error in the names of slopes, whatever it is called elsewhere: `dL_dw`.
_ERRORS = ("L", "E", "C", "J", "l", "e", "c", "loss", "cost", "error", "err", "Loss", "Cost", "Error")
_NAME = r"(?<![\w.])[^\W\d]\w*(?!\w|\s*=[^=])"
_SLOPE_LIKE = re.compile(r"d[A-Z]\w*_d\w+|d_\w+|grad_\w+|\w+_grad")


class Programs(State):
    """The part of the walk that follows the names of a program."""

    def _lost(self, name: str) -> None:
        """Forget a name whose line is not read: what uses it is not judged."""
        if name not in self.network.formulas and name not in self.network.weights:
            self.meaning.drop(name)
            self.lost.add(name)

    @cached_property
    def _first_used(self) -> dict[str, int]:
        """By name, where a program first computes with it."""
        found: dict[str, int] = {}
        for line in self.lines:
            if line.code and line.relations:
                for side in line.sides[1:]:
                    for name in names(value) if side and (value := self._read(side)) is not None else ():
                        found.setdefault(name, line.at.start)
        return found

    def _data_changed(self, line: WrittenLine, name: str, value: Expr) -> None:
        """Forget data that a program makes anew once it has computed with them: `t = 1 - t` below `E = (y - t)²`."""
        used = line.code and self._first_used.get(name, line.at.start) < line.at.start
        if used and name not in self.network.weights and not is_number(value):
            self.meaning.drop(name)
            self.lost.add(name)

    def _is_computed(self, line: WrittenLine) -> bool:
        """Say whether a right side that is not read uses names of the program: `x = torch.tensor(0.7)` gives data."""
        used = {canonical(word) for side in line.sides[1:] if side for word in re.findall(_NAME, side.at.content)}
        own = head_name(line)
        # What is made of its own old value is computed too: `dw = clip(dw)`.
        return bool(used & (self.assigned | self.meaning.known) - ({own} - self.meaning.added.keys()))

    def _is_other(self, name: str, value: Expr) -> bool:
        """Say whether a program gives a quantity of the network another value than the network's: `a = tanh(a)`."""
        formula = self.network.formulas.get(name)
        if formula is None or name in self.meaning.added or is_number(value):
            return False
        try:
            other = not self.judge.same(self._opened(self._meant(value, None)), self.meaning.formulas[name])
        except (NotGivenError, LimitError):
            return True
        if not other:
            # Once a program has computed everything anew, the weights that it has changed are the weights.
            self.fresh.add(name)
            if self.fresh >= self.network.formulas.keys():
                self.moved.clear()
        return other

    def _reassigned(self, line: WrittenLine, name: str, opened: Expr) -> bool:
        """Give a name of a program a further value, and say whether that is judged already."""
        if self._overwritten(line, name, opened):
            return True
        self.meaning.redefine(name, opened)
        return False

    def _by_itself(self, name: str, opened: Expr) -> Expr | None:
        """Return `g * x` of `g = g * x` with the value that g had; None where it had none."""
        before = self.meaning.added.get(name)
        return None if before is None else replace(opened, {symbol(name): before})

    def _changed(self, line: WrittenLine, raw: Expr, first: Side | None) -> None:
        """Follow `dx += …`, `dx -= …` and `g *= …`; judge a slope where nothing more is added to it."""
        name = raw.name if isinstance(raw, Symbol) else ""
        value = self._read(first) if first is not None else None
        before = self.meaning.added.get(name)
        if line.code and value is None and name in self.network.weights:
            self._not_told(line, name, self._unread_because(first))
        if not name or not line.code or (before is None and name not in self.lost):
            return
        try:
            if value is None or before is None:
                raise NotGivenError
            whole = _CHANGES[line.relations[0]](before, self._opened(self._meant(value, None)))
        except (NotGivenError, LimitError):
            self._lost(name)
            return
        self.meaning.redefine(name, whole)
        coded = self._coded(name)
        if coded is not None:
            self._slope_coded(line, name, whole, coded)

    def _carried(self, update: Update, meant: Expr) -> tuple[Finding, str] | None:
        """Say of an update that it is right but for the name that it takes for the slope: the mistake is above.

        That name is taken for the slope, so that the line where it begins to be another is wrong, whatever the custom.
        """
        longer = self._of_another_length(update, meant)
        if longer is not None:
            return longer
        for name in names(meant):
            coded = self._coded(name) if name in self.doubted else None
            if coded is None or coded[0].by.name != update.weight:
                continue
            instead = replace(meant, {symbol(name): coded[0]})
            finding = judge_update(update, instead, self._opened, self.judge, self.network)[0]
            if finding.holds:
                for index in self.doubted[name].origins:
                    # The first that is doubted because of a line is that line itself.
                    said = next(doubt.said for doubt in self.doubted.values() if index in doubt.origins)
                    self._refute(index, said)
                return finding, self._given(name)
        return None

    def _of_another_length(self, update: Update, meant: Expr) -> tuple[Finding, str] | None:
        """Say of a step by a mean, where the error has a sum, that the rate may take up the number of examples."""
        if self.examples is None:
            return None
        weight, count = symbol(update.weight), self.examples.count
        for scale in (mul, div):
            longer = scale(meant, count) if update.change else add(weight, scale(sub(meant, weight), count))
            if judge_update(update, longer, self._opened, self.judge, self.network)[0].holds:
                return Finding("undecided", why="it steps against the gradient, but for the number of examples"), ""
        return None

    def _refute(self, index: int, said: Said) -> None:
        """Give a line that was left open the verdict that a later line settles."""
        finding, slip, at = said.finding, said.slip, said.part or said.side.at
        self.found[index] = dataclasses.replace(
            self.found[index], verdict=finding.verdict, how=finding.how, counterexample=finding.counterexample, why="",
            slip=slip.name if slip else "", says=slip.says if slip else "", part=at.content, part_place=at.place,
            part_expr=self._read(said.side),
        )  # fmt: skip

    def _goes_on(self, line: WrittenLine) -> bool:
        """Say whether a later line adds to the name on the left: then this one is not the whole slope yet."""
        head = line.sides[0].at.content if line.sides[0] is not None else ""
        later = (other for other in self.lines if other.at.text is line.at.text and other.at.start > line.at.start)
        return any(
            other.relations[0] in _CHANGES and other.sides[0] is not None and other.sides[0].at.content == head
            for other in later
            if other.relations
        )

    def _overwritten(self, line: WrittenLine, name: str, opened: Expr) -> bool:
        """Find `dx = …` twice in a program where the two belong together: `=` where `+=` is meant."""
        coded = self._coded(name) if line.code and line.relations[:1] == ("=",) else None
        if coded is None:
            return False
        try:
            slope = self._opened(coded[0])
        except (NotGivenError, LimitError):
            return False
        whole = add(self.meaning.added[name], opened)
        if self.judge.same(slope, opened) or not self.judge.same(slope, whole):
            return False
        said = Said(line.sides[1] or empty_side(line.at), self.judge.compare(slope, opened), slip=OVERWRITTEN)
        # The mistake is here, and not in the part that was right: it is told once.
        self.doubted[name] = Doubt(line.at.place.line, frozenset((len(self.found),)), said)
        self._add(line, line.sides[1:2], said.finding, "", None, said)
        self.meaning.redefine(name, opened)
        return True

    def _coded(self, name: str) -> tuple[Partial, bool] | None:
        """Return the derivative that a program's name stands for, and whether the name says it all: `dL_dw`, `dw`."""
        known = sorted(self.meaning.known - self.slopes)
        error = self.network.error
        quantities = {of: of for of in sorted(self.meaning.formulas.keys() - self.slopes)}
        if error is not None:
            quantities |= {alias: error for alias in _ERRORS if alias not in self.meaning.known}
        for written, of in quantities.items():
            for by in known:
                if name in (f"d{written}_d{by}", f"d{written}d{by}", f"d_{written}_d_{by}", f"d{written}_{by}"):
                    return partial(symbol(of), symbol(by)), True
        if error is not None:
            for by in known:
                if name in (f"d{by}", f"d_{by}", f"grad_{by}", f"{by}_grad", f"d{by[:1].upper()}{by[1:]}"):
                    return partial(symbol(error), symbol(by)), False
        return None

    @cached_property
    def _assignments(self) -> Counter[str]:
        """How often a program gives each name a value."""
        return Counter(head_name(line) for line in self.lines if line.code and line.relations)

    def _is_a_slope(self, name: str) -> bool:
        """Say whether a number is what a slope is, and not where a sum begins: `dz_db = 1`, given once."""
        once = self._assignments[name] == 1 and name not in self.meaning.known
        return once and self._coded(name) is not None

    def _slope_coded(self, line: WrittenLine, name: str, opened: Expr, coded: tuple[Partial, bool]) -> None:
        """Judge `dL_dw = …` and `dw = …` in a program; the short name is a custom, so it refutes nothing."""
        slope, whole = coded
        if self._goes_on(line):
            return
        unlike = self.examples.mismatch(slope, name) if self.examples is not None else ""
        if unlike:
            self._add(line, line.sides[1:2], Finding("undecided", why=unlike), "", None)
            return
        try:
            left = self._opened(self._of_one(slope))
        except (NotGivenError, LimitError):
            return
        finding = self.judge.compare(left, opened)
        said, given = Said(line.sides[1] or line.sides[0] or empty_side(line.at), finding), ""
        if finding.verdict == "refuted" and self._unlinked(slope):
            finding = Finding("unread", why=f"how `{plain(slope.of)}` depends on `{plain(slope.by)}` is not given")
        elif finding.verdict == "refuted":
            claim = Claim(slope, opened, reading=self.reading)
            said = said._replace(slip=explain(Case(self.judge, claim, left, opened)))
            finding, given = self._doubtful(line, name, slope, left, said, whole=whole)
        rule = given or f"definition; {plain_name(name)} = {plain(slope)}" if finding.holds else ""
        self._add(line, line.sides[1:2], finding, rule, None, said)

    def _of_one(self, slope: Partial) -> Expr:
        """Return a slope, where there are several examples that by one of them."""
        return slope if self.examples is None else self.examples.slope(slope)

    def _doubtful(
        self, line: WrittenLine, name: str, slope: Partial, left: Expr, said: Said, *, whole: bool
    ) -> tuple[Finding, str]:
        """Judge a name that is called like a slope and is not it: by custom alone, `dw`, that refutes nothing.

        Where it is right but for such names of lines above, it is right as a line of slopes: a mistake is told once.
        """
        meant = self.told.get(name, symbol(name))
        used = [other for other in names(meant) if other in self.doubted]
        instead: dict[Expr, Expr] = {
            symbol(other): self._of_one(coded[0]) for other in used if (coded := self._coded(other)) is not None
        }
        finding = self.judge.compare(left, self._opened(replace(meant, instead))) if instead else said.finding
        if finding.holds:
            origins = frozenset(index for other in used for index in self.doubted[other].origins)
            self.doubted[name] = Doubt(line.at.place.line, origins, said)
            return finding, self._given(used[0])
        self.doubted[name] = Doubt(line.at.place.line, frozenset((len(self.found),)), said)
        if whole:
            return said.finding, ""
        return Finding("undecided", why=f"`{plain_name(name)}` is named like {plain(slope)}, and is not that"), ""

    def _given(self, name: str) -> str:
        """Say that a line is right where a name is the slope that it is called after, which its own line is not."""
        coded = self._coded(name)
        slope = plain(coded[0]) if coded is not None else "the slope"
        return f"right where {plain_name(name)} is {slope}, as line {self.doubted[name].line} means it to be"

    def _unread_because(self, side: Side | None) -> str:
        """Return why a side is not read."""
        try:
            if side is not None:
                self._parse(side)
        except ReadError as error:
            return error.problems[0].found
        return "it is no formula"

    def _not_told(self, line: WrittenLine, name: str, why: str) -> None:
        """Say of a name that looks like a slope's why its line is not judged."""
        weight = name in self.network.weights
        if line.code and (weight or _SLOPE_LIKE.fullmatch(name) or self._coded(name) is not None):
            self._add(line, line.sides[1:2], Finding("unread", why=why), "", None)


_CHANGES: dict[str, Callable[[Expr, Expr], Expr]] = {"+=": add, "-=": sub, "*=": mul, "/=": div}
