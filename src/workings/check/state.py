"""What a walk through a person's lines knows at each moment, and how it reads a side of one.

The network with the names that the person added, the engines that judge by it, the numbers given so far, what was
said already. The stages of the walk are classes over this one: left sides, sides of numbers, all other sides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from workings.check.differential import Customs
from workings.check.examples import examples_of
from workings.check.explain.hypothesis import Told
from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.check.judge.readings import Reading
from workings.check.names import Resolver
from workings.check.numbers import Numbers, decimals, is_number
from workings.check.update import Update
from workings.check.verdict import Finding, Judged
from workings.errors import ReadError
from workings.graph.expr import Call, Expr, Number, Partial, Symbol, fold, names, partial, postorder, symbol
from workings.graph.network import Function, Network
from workings.graph.ops.arithmetic import mul, neg, sub
from workings.graph.writing.spelling import canonical, without_step
from workings.graph.writing.spelling import plain as plain_name
from workings.read.formula.latex import latex_formula
from workings.read.formula.plain import plain_formula
from workings.read.formula.statement import derives
from workings.read.lines.line import Side, WrittenLine, at_point
from workings.read.names.elaborate import How, elaborate
from workings.read.names.elaborate import Piece as Part
from workings.read.names.queries import defined, mentions
from workings.read.names.vocabulary import Vocabulary
from workings.read.network.assemble import Beside
from workings.read.page.text import Snippet, Text

#: The rule of a side that only says again what the text gives: nothing is told of it.
THE_DEFINITION = "the definition itself"


if TYPE_CHECKING:
    from flint import arb

#: A name that is numbered by a step has at most so many characters.
_LONGEST_NAME = 24


@dataclass
class Chain:
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
    #: Where it begins in the text, and whether numbers were put in on the way.
    start: int = 0
    numbered: bool = False
    #: Whether its first side said what the left side is from there on, and claimed nothing.
    begun: bool = False
    #: Whether the last side held.
    held: bool = True
    number_places: dict[Fraction, int] = field(default_factory=dict[Fraction, int])


class Said(NamedTuple):
    """What is said of one side of a line."""

    side: Side
    finding: Finding
    rule: str = ""
    follows: bool | None = None
    slip: Told | None = None
    right_for: str = ""
    part: Snippet | None = None
    part_expr: Expr | None = None


@dataclass(frozen=True)
class Doubt:
    """A name of a program that is called like a slope and is not it: by its own line, or by those that this one uses.

    `origins` are the indices of the verdicts of the lines where it begins, `line` where the name gets its value.
    """

    line: int
    origins: frozenset[int]
    said: Said


@dataclass
class Scope:
    """What is known, and the engines that judge by it; a display may have one of its own."""

    meaning: Meaning
    judge: Judge
    numbers: Numbers
    resolver: Resolver


class State:
    """The state of one walk through the lines under one reading of ∂."""

    def __init__(
        self, network: Network, lines: Sequence[WrittenLine], words: Vocabulary, reading: Reading,
        beside: Beside, *, explains: bool = True,
    ) -> None:  # fmt: skip
        """Begin at the first line; `explains` says whether slips are looked for."""
        self.network, self.lines, self.reading, self.explains = network, lines, reading, explains
        #: Whether some slash can be read in two ways.
        self.slashed = False
        known = network.formulas.keys() | network.declarations.keys()
        functions = words.functions | network.functions.keys()
        self.words = replace(words, names=words.names | known - functions, functions=functions, applies=False)
        self.meaning = Meaning(network)
        self.resolver = Resolver(self.meaning)
        self._define_beside(beside)
        self.examples = examples_of(beside)
        self.judge = Judge(self.meaning)
        self.numbers = Numbers(self.meaning, network)
        self.customs = Customs(self.judge, network.error, self._opened)
        self.chain: Chain | None = None
        self.found: list[Judged] = []
        #: Which of the verdicts each line has.
        self.extents: list[range] = []
        #: Names that the person gives to derivatives: they end no path.
        self.slopes: set[str] = set()
        #: Quantities of the network that the person defines a second time, otherwise.
        self.others: dict[str, Expr] = {}
        #: The numbers that updates gave to weights; they count from where the person first uses them.
        self.updated: dict[str, tuple[Expr, dict[Fraction, int]]] = {}
        #: The chain that gave the last of those.
        self.updated_in: Chain | None = None
        #: Names that a program assigns, those of them whose line was not read, weights that it has changed (with
        #: the line), and quantities that it has computed anew since.
        self.assigned = {name for line in lines if line.code and (name := head_name(line))}
        self.lost: set[str] = set()
        self.in_code = False
        self.moved: dict[str, int] = {}
        self.fresh: set[str] = set()
        #: Weights whose steps the person numbers: w₀, w₁.
        self.stepping: set[str] = set()
        #: The numbers that were printed for left sides, as widely as they are rounded; each as it was written; and
        #: what gives the names the numbers again that they had before each step.
        self.printed: dict[Expr, arb] = {}
        self.wrote: set[Fraction] = set()
        self.past: list[Callable[[], None]] = []
        #: Whether a step of a weight was not read: then nobody knows its number.
        self.step_unread = False
        #: Quantities that a line makes new ones of the old, `L = L + ½ w²`, each with that line.
        self.made_anew: dict[str, int] = {}
        #: Names of a program that are called like slopes and are not those.
        self.doubted: dict[str, Doubt] = {}
        #: The words between the maths before a line and the line, and the words behind it.
        self.told_before = self.told_behind = ""
        #: What the person said that their names are.
        self.told: dict[str, Expr] = {}
        self.stepping |= {weight for line in lines if (weight := self._numbered_weight(line))}
        self.resolver.stepped = frozenset(network.formulas) | self.stepping if self.stepping else frozenset()
        self.conditions = self._stated_conditions()
        self.span = -1
        self.scope: tuple[int, Scope] | None = None
        self.scope_end, self.scope_text = 0, Text("")
        self.scoped = ""
        #: What gives the names their numbers again behind a chain that is taken at a point of its own.
        self.leave_point: Callable[[], None] | None = None
        #: The numbers of that point, for formulas.
        self.point: dict[Expr, Expr] = {}

    def _slope_stated(self, line: WrittenLine) -> str:
        """Return the name that a line says to be a slope: δ of `δ = ∂E/∂z`; empty where it names none."""
        head = line.sides[0]
        found = defined(head.root, self.words) if head is not None else None
        slope = any(side is not None and derives(side.root) for side in line.sides[1:])
        return found[0] if found is not None and slope else ""

    def _define_beside(self, beside: Beside) -> None:
        """Take the quantities that the text defines beside the network, each behind those that it is made of."""
        for function in beside.functions.values():
            if function.name not in self.meaning.functions:
                self.meaning.define_function(function)
        waiting = {name: body for name, body in beside.formulas.items() if name not in self.meaning.known}
        # What is made of a name that a line below says to be a slope is defined where the walk comes to it.
        later = {name for line in self.lines if (name := self._slope_stated(line))}
        later -= waiting.keys() | self.meaning.known
        waiting = {name: body for name, body in waiting.items() if not set(names(body)) & later}
        while waiting:
            ready = [n for n, body in waiting.items() if not set(names(body)) & waiting.keys() - {n}]
            for name in ready or list(waiting)[:1]:
                body = waiting.pop(name)
                near = any(n not in self.meaning.known and self.resolver.near(n) is not None for n in names(body))
                if name not in names(body) and not near:
                    self.meaning.leaves |= set(names(body)) - self.meaning.known
                    try:
                        self.meaning.define(name, body)
                    except (NotGivenError, LimitError):
                        continue

    def _hear(self, line: WrittenLine) -> None:
        """Take the words of the sentence before a line, and those behind it."""
        content = line.at.text.content
        pieces = re.split(r"\n\s*\n|(?<=[.!?])\s+", content[max(0, line.at.start - 300) : line.at.start])
        # “Suppose both are active. Then …”: what a sentence supposes goes on in the next.
        supposed = re.match(r"(?:Suppos|Assum|Let us|Imagine|Say)", pieces[-2:][0])
        before = " ".join(pieces[-2:]) if supposed else pieces[-1]
        self.told_before = re.sub(r"\$[^$]*\$", " ", before).rstrip("$`([\\ \n&=")
        behind = content[line.at.end : line.at.end + 80].lstrip("$`)]\\ \n")
        self.told_behind = re.split(r"[$`]|\n\s*\n|[.;](?:\s|$)", behind)[0]

    def _numbered_weight(self, line: WrittenLine) -> str:
        """Return the weight w of a left side `w₁`, where nothing of the network is called w₁."""
        head = line.sides[0]
        if head is None or len(head.at.content) > _LONGEST_NAME or not re.search(r"\d", head.at.content):
            return ""
        found = self._read(head)
        name = found.name if isinstance(found, Symbol) else ""
        weight = without_step(name)
        return weight if weight in self.network.weights and name not in self.meaning.known else ""

    def _at_point(self, line: WrittenLine) -> WrittenLine:
        """Return a line without the bars that say where it is taken; the numbers count until a left side comes."""
        if self.leave_point is not None and line.sides[0] is not None:
            self.leave_point()
            self.leave_point = None
            self.point = {}
        sides: list[Side | None] = []
        points: dict[str, tuple[Expr, Side]] = {}
        for side in line.sides:
            bare, pairs = (None, []) if side is None else at_point(side)
            for name, value in pairs:
                of, number = self._read(name), self._read(value)
                if isinstance(of, Symbol) and isinstance(number, Symbol) and self.resolver.is_step(number.name):
                    # At w = w₀ it is what it is for the weight of that step.
                    continue
                if not isinstance(of, Symbol) or number is None or not is_number(number):
                    return line
                if points.setdefault(of.name, (number, value))[0] is not number:
                    return line
            sides.append(bare)
        if points:
            self.leave_point = self.leave_point or self.numbers.kept()
            for name, (number, value) in points.items():
                self.numbers.give(name, number, decimals(value))
                self.numbers.several.discard(name)
                if name not in self.meaning.formulas:
                    self.point[symbol(name)] = number
        return replace(line, sides=tuple(sides))

    def _stated_conditions(self) -> list[tuple[Expr, Expr, int, int]]:
        """Return the inequalities of the document, the smaller side first: `1 − y s > 0` may be assumed."""
        found: list[tuple[Expr, Expr, int, int]] = []
        for line in self.lines:
            if len(line.relations) == 1 and line.relations[0] in ("<", ">", "<=", ">="):
                try:
                    meant = [self._meant(self._parse(side), None) for side in line.sides if side is not None]
                    if any(map(partials, meant)):
                        continue
                    left, right = map(self._opened, meant)
                except (ReadError, NotGivenError, LimitError, ValueError):
                    continue
                low, high = (left, right) if line.relations[0][0] == "<" else (right, left)
                found.append((low, high, line.span, line.at.start))
        return found

    def _parse(self, side: Side, parts: list[Part] | None = None) -> Expr:
        how = How("below" if self.reading.tight else "left", bare=True, lenient=True, depends=self._made_of)
        found = elaborate(side.formula, side.at.text, self.words, how)
        self.slashed = self.slashed or "slash" in found.choices
        for note in found.notes:
            self.resolver.notes[note] = note
        for name, expr in found.named.items():
            if name not in self.meaning.known:
                with suppress(NotGivenError, LimitError):
                    self.meaning.define(name, self._opened(self._meant(expr, None)))
        if parts is not None:
            parts += found.pieces
        return found.expr

    def _made_of(self, name: str, on: str) -> bool:
        return name in self.meaning.formulas and (not on or self.meaning.depends(name, on))

    def _small(self, written: str) -> Expr | None:
        """Return the expression of a short stretch of prose, LaTeX or plain."""
        text = Text(written)
        front = latex_formula if re.search(r"[\\{}]", written) else plain_formula
        try:
            return elaborate(front(text, 0, len(text.content)), text, self.words, How("left", bare=True)).expr
        except ReadError:
            return None

    def _read(self, side: Side) -> Expr | None:
        try:
            return self._updated_head(side) or self._without_old(side)
        except ReadError:
            return None

    def _updated_head(self, head: Side) -> Expr | None:
        """Return the weight in `w (new)`, a left side that is words."""
        match = re.fullmatch(r"(?P<name>.+?)\s*\(\s*(?:new|neu|updated|next)\s*\)", head.at.content)
        return None if match is None else self._small(match["name"])

    def _without_old(self, side: Side) -> Expr:
        """Return what a side says, the word in `w (old)` left out."""
        bare = re.sub(r"\(\s*(?:old|current)\s*\)", "", side.at.content)
        found = self._small(bare) if bare != side.at.content else None
        return found if found is not None else self._parse(side)

    def _meant(self, raw: Expr, at: Symbol | None) -> Expr:
        """Return what a side says, over names of the network, with its derivatives still open.

        Raises:
            NotGivenError: where it needs what the text does not give.
            LimitError: where it passes a limit.
        """
        resolved = self.resolver.resolved(raw, at)
        dummies = () if at is None else (at.name,)
        unknown = self.meaning.unknown(resolved, dummies)
        for part in partials(resolved):
            if part.by.name not in self.meaning.known and part.by.name not in dummies:
                unknown.append(part.by.name)
        if unknown:
            raise NotGivenError(f"`{plain_name(unknown[0])}` is not defined")
        # A name that a program loses has its meaning elsewhere on the page still.
        lost = self.lost if self.in_code else self.lost - self.network.formulas.keys()
        if lost:
            below = {n for part in (resolved, *partials(resolved)) for name in names(part) for n in self._under(name)}
            if below & lost:
                shown = plain_name(min(below & lost))
                raise NotGivenError(f"the line that says what `{shown}` is was not read")
        return resolved

    def _under(self, name: str) -> set[str]:
        return self.meaning.below(name) | {name}

    def _meant_or_none(self, raw: Expr) -> Expr | None:
        try:
            return self._meant(raw, None)
        except (NotGivenError, LimitError):
            return None

    def _stepped(self, weight: str, *, change: bool = False) -> Expr | None:
        """Return the weight after one step of the rate that is given, or its change; None where no rate is given."""
        rates = [name for name in (self.network.rate, *sorted(self.meaning.rates)) if name in self.numbers.given]
        if self.network.error is None or not rates:
            return None
        nudge = mul(symbol(str(rates[0])), self._opened(partial(symbol(self.network.error), symbol(weight))))
        return neg(nudge) if change else sub(symbol(weight), nudge)

    def _opened_left(self, expr: Expr) -> Expr:
        """Return a left side opened: it counts all paths where only right sides are read as direct."""
        reading = Reading("none") if self.reading.direct == "right sides" else self.reading
        return self.meaning.opened(expr, reading)

    def _opened(self, expr: Expr) -> Expr:
        return self.meaning.opened(expr, self.reading)

    def _is_number(self, side: Side) -> bool:
        found = self._read(side)
        return found is not None and is_number(found)

    def _unlinked(self, slope: Partial) -> bool:
        """Say whether a derivative is 0 only because the text leaves out what leads from one name to the other."""
        return self.meaning.unlinked(slope) is not None

    def _redefines(self, line: WrittenLine, raw: Call, body: Expr | None) -> bool:
        """`f(x) = 1/x` where another f is known: a function of its own, for the display that it stands in."""
        own = tuple(a.name for a in raw.args if isinstance(a, Symbol))
        known = self.meaning.functions.get(raw.function)
        was = self.meaning.formulas.get(raw.function)
        if was is None and known is not None and known.body is not None and len(known.parameters) == len(own):
            was = known.unfold(raw.args)
        if body is None or is_number(body) or was is None or len(own) != 1 or self.resolver.is_step(own[0]):
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
            self.scope = (line.span, Scope(self.meaning, self.judge, self.numbers, self.resolver))
        self.scope_end, self.scope_text, self.scoped = line.at.end, line.at.text, function.name
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
        heads = (mentions(side.root, self.words) for side in line.sides[:1] if side is not None)
        if any(mention.name == self.scoped for found in heads for mention in found):
            # What the second example defines is meant as long as the text speaks of it.
            return
        between = line.at.text.content[self.scope_end : line.at.start] if line.at.start > self.scope_end else "\n\n"
        if "\n\n" in between or line.at.text is not self.scope_text:
            outer = self.scope[1]
            self.meaning, self.judge = outer.meaning, outer.judge
            self.numbers, self.resolver = outer.numbers, outer.resolver
            self.scope = None

    def _add(
        self,
        line: WrittenLine,
        sides: Sequence[Side | None],
        finding: Finding,
        rule: str,
        follows: bool | None,
        said: Said | None = None,
    ) -> None:
        finding = self._with_moved(line, finding)
        relations = line.relations
        if self.chain is not None and self.chain.update is not None and not self.chain.update.change and relations:
            relations = ("<-", *relations[1:]) if line.sides[0] is not None else relations
        judged = Judged(
            line.at.place, line.label, line.at.written, self._as_read(line), relations, finding.verdict,
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

    def _with_moved(self, line: WrittenLine, finding: Finding) -> Finding:
        """Say less of a program's line that uses a weight which a line above has changed."""
        if not self.moved or not line.code or not finding.holds:
            return finding
        own = head_name(line)
        if own in self.moved and self.chain is not None and self.chain.update is not None:
            why = f"line {self.moved[own]} has changed `{plain_name(own)}`, and not everything was computed anew"
            return Finding("undecided", why=why)
        used = {n for side in line.sides[1:] if side and (found := self._read(side)) is not None for n in names(found)}
        stale = sorted(used & self.moved.keys() - {own})
        if not stale:
            return finding
        return Finding("undecided", why=self._takes_new(stale[0]))

    def _takes_new(self, weight: str) -> str:
        return f"line {self.moved[weight]} has changed `{plain_name(weight)}`, and this takes its new value"

    def _as_read(self, line: WrittenLine) -> tuple[Expr | None, ...]:
        return tuple(None if side is None else self._read(side) for side in line.sides)


def head_name(line: WrittenLine) -> str:
    """Return the name that a line of a program begins with."""
    match = re.match(r"[^\W\d]\w*", line.sides[0].at.content) if line.sides and line.sides[0] is not None else None
    return canonical(match[0]) if match else ""


def partials(expr: Expr) -> list[Partial]:
    """Return the derivatives that stand in an expression."""
    return [part for part in postorder(expr) if isinstance(part, Partial)]


def calls_in(expr: Expr) -> list[Call]:
    """Return the functions that an expression applies, with what they are applied to."""
    return [part for part in postorder(expr) if isinstance(part, Call)]


def numbers_in(expr: Expr) -> list[Number]:
    """Return the numbers that stand in an expression."""
    return [part for part in postorder(expr) if isinstance(part, Number)]


def occurrences(expr: Expr) -> Counter[Fraction]:
    """Count how often each number stands in an expression as it is written out."""

    def count(part: Expr, below: tuple[Counter[Fraction], ...]) -> Counter[Fraction]:
        own = Counter({part.value: 1}) if isinstance(part, Number) else Counter[Fraction]()
        return sum(below, own)

    return fold(expr, count)
