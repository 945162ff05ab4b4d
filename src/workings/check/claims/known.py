"""What is known at a line of a page, and how a side is read by it.

The network with the names that the person added, the engines that judge by it, the numbers given so far, what the
person said of the names, what a program did with them. A walk owns one of these; its stages are functions of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from workings.check.claim import Assumption
from workings.check.claims.chain import Said, head_name
from workings.check.claims.differential import Customs
from workings.check.claims.examples import examples_of
from workings.check.claims.names import Resolver, define_beside
from workings.check.claims.numbers import Numbers
from workings.check.claims.prose import Around, of_words
from workings.check.claims.whole import WholeProgram
from workings.check.judge.budget import LimitError, UnsettledError
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.check.judge.readings import Reading
from workings.check.verdict import Finding
from workings.errors import ReadError
from workings.graph.alike import is_number
from workings.graph.expr import Expr, Partial, Symbol, names
from workings.graph.names import named
from workings.graph.network import Function, Network
from workings.graph.terms import partials
from workings.graph.writing.spelling import parts_of, without_step
from workings.graph.writing.spelling import plain as plain_name
from workings.read.formula.signs import ORDERS as BETWEEN
from workings.read.formula.statement import derives, signs_lost
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.elaborate import Elaborated, How, elaborate
from workings.read.names.elaborate import Piece as Part
from workings.read.names.queries import defined, mentions
from workings.read.names.sides import read_side
from workings.read.names.vocabulary import Vocabulary
from workings.read.network.assemble import Beside
from workings.read.page.text import Snippet
from workings.read.phrases import heard, without

if TYPE_CHECKING:
    from flint import arb

#: What gives names again the numbers that they had.
Restore = Callable[[], None]
#: A name that is numbered by a step has at most so many characters.
_LONGEST_NAME = 24


@dataclass(frozen=True)
class Scope:
    """The engines that judge by one network; a second example has some of its own."""

    meaning: Meaning
    judge: Judge
    numbers: Numbers
    resolver: Resolver

    @classmethod
    def of(cls, meaning: Meaning) -> Scope:
        """Return the engines that judge by a meaning."""
        return cls(meaning, Judge(meaning), Numbers(meaning, meaning.network), Resolver(meaning))


@dataclass(frozen=True)
class Inside:
    """Where a page speaks of a second example: of what, behind which line, and what to go back to."""

    function: str
    span: int
    behind: Snippet
    outer: Scope


@dataclass
class Brought:
    """What the person brought in.

    `told` is what a name was said to be, `slopes` are names of slopes, which end no path, `others` second definitions
    of quantities, `restated` the numbers with which a definition was written again, `made_anew` quantities that a line
    makes new ones of the old, `L = L + ½ w²`, each with that line; `given` are the quantities by which a program gives
    an open error its slopes, `turned` whether its δ are those with their sign turned, None where no δ gives one;
    `written` is what the page last wrote for f(z), with the line; of the names that the person's own are made of,
    `only_numbers` are those of which the page writes a number and no more, `undefined` those of which it says nothing.
    """

    told: dict[str, Expr] = field(default_factory=dict[str, Expr])
    slopes: set[str] = field(default_factory=set[str])
    others: dict[str, Expr] = field(default_factory=dict[str, Expr])
    restated: dict[str, Expr] = field(default_factory=dict[str, Expr])
    made_anew: dict[str, int] = field(default_factory=dict[str, int])
    given: set[str] = field(default_factory=set[str])
    turned: bool | None = None
    written: dict[str, tuple[Function, int]] = field(default_factory=dict[str, tuple[Function, int]])
    only_numbers: set[str] = field(default_factory=set[str])
    undefined: set[str] = field(default_factory=set[str])


@dataclass(frozen=True)
class Doubt:
    """A name of a program that is called like a slope and is not it: by its own line, or by those that this one uses.

    `origins` are the lines where it begins, `line` where the name gets its value.
    """

    line: int
    origins: frozenset[Snippet]
    said: Said


class Moved(NamedTuple):
    """The step of a weight in a program: its line, and the name of the new value, where that is known."""

    line: WrittenLine
    now: str = ""


@dataclass
class ProgramNames:
    """What a program did with its names.

    `assigned` are those that it assigns, `lost` those of them whose line was not read, `moved` weights that it has
    changed, `fresh` quantities that it has computed anew since, `doubted` names that are called like
    slopes and are not those.
    """

    assigned: frozenset[str] = frozenset()
    lost: set[str] = field(default_factory=set[str])
    moved: dict[str, Moved] = field(default_factory=dict[str, Moved])
    fresh: set[str] = field(default_factory=set[str])
    doubted: dict[str, Doubt] = field(default_factory=dict[str, Doubt])


class Printed(NamedTuple):
    """A number that was printed for a left side: as widely as it is rounded, and as it is written.

    `line` is where it stands, `defines` whether nothing but numbers in that line says what the left side is.
    """

    rounded: arb
    written: arb
    line: int = 0
    defines: bool = False


class Unchecked(NamedTuple):
    """A number for an expression that nobody could check, and the line that claims no more than it; None where more."""

    expr: Expr
    number: arb
    line: Snippet | None


@dataclass
class Steps:
    """The numbers of a training that the page goes through by hand.

    `updated` are the numbers that updates gave to weights, which count from where the person first uses them, and
    `updated_by` the line that began the last of those; `stepping` the weights whose steps are numbered, w₀, w₁;
    `printed` the numbers that were printed for left sides, `wrong` those that are not right, `wrote` each as it was
    written; `past` what gives the
    names the numbers again that they had before each step; `unchecked` the numbers for left sides that nobody
    could check where they stand, `agreed` those of the lines among them with which the line now judged agrees;
    `doubtful` the decimals of lines that were left open; `contradicted` the quantities of whose formula the page puts
    in numbers that are those of another formula, each with that line; `unread` says that a step of a
    weight was not read: then nobody knows its number.
    """

    updated: dict[str, tuple[Expr, dict[Fraction, int]]] = field(
        default_factory=dict[str, tuple[Expr, dict[Fraction, int]]]
    )
    updated_by: WrittenLine | None = None
    stepping: set[str] = field(default_factory=set[str])
    printed: dict[Expr, Printed] = field(default_factory=lambda: dict[Expr, "Printed"]())
    wrong: dict[Expr, Printed] = field(default_factory=lambda: dict[Expr, "Printed"]())
    wrote: set[Fraction] = field(default_factory=set[Fraction])
    past: list[Restore] = field(default_factory=list[Restore])
    unchecked: list[Unchecked] = field(default_factory=lambda: list["Unchecked"]())
    agreed: list[Snippet] = field(default_factory=list[Snippet])
    doubtful: set[Fraction] = field(default_factory=set[Fraction])
    contradicted: dict[str, int] = field(default_factory=dict[str, int])
    #: What the last numbers of a left side come to that were not found wrong, right ones or not.
    above: dict[Expr, Printed] = field(default_factory=dict[Expr, Printed])
    unread: bool = False
    #: Whether a number above does not fit, and the words before it may give others: those below may go on with them.
    supposed: bool = False


@dataclass(frozen=True)
class Condition:
    """An inequality `low < high` of the page, and where it stands."""

    low: Expr
    high: Expr
    at: Snippet
    span: int

    def beside(self, line: WrittenLine) -> bool:
        """Say whether it stands in the row of a line."""
        return self.span == line.span and 0 <= self.at.start - line.at.start < _NEAR_BY


#: A condition in the row of a line begins within so many characters.
_NEAR_BY = 300


class Known:
    """What is known at a line, under one reading of ∂."""

    def __init__(
        self, network: Network, lines: Sequence[WrittenLine], words: Vocabulary, reading: Reading, beside: Beside,
        *, explains: bool = True,
    ) -> None:  # fmt: skip
        """Begin before the first line; `explains` says whether the slips behind refuted sides are looked for."""
        self.network, self.lines, self.reading, self.explains = network, lines, reading, explains
        #: Whether some slash can be read in two ways.
        self.slashed = False
        #: What short stretches of prose say: `w (new)` stands on several lines, and each is asked several times.
        self._small: dict[str, Expr | None] = {}
        own = network.formulas.keys() | network.declarations.keys()
        functions = words.functions | network.functions.keys()
        self.how = How(
            "below" if reading.tight else "left", bare=True, lenient=True, applies=False, depends=self._made_of
        )
        self.words = replace(words, names=words.names | own - functions, functions=functions)
        meaning = Meaning(network)
        meaning.hidden = beside.hidden
        resolver = Resolver(meaning)
        define_beside(meaning, resolver, beside, {name for line in lines if (name := _slope_stated(line, self.words))})
        self.scope = Scope(meaning, Judge(meaning), Numbers(meaning, network), resolver)
        self.numbers.forget(frozenset(name for name in self.numbers.given if _is_vector(self.words, name)))
        self.inside: Inside | None = None
        self.customs = Customs(self.judge, network.error, self.opened)
        self.brought, self.steps = Brought(), Steps()
        resolver.written = self.brought.written
        self.whole = WholeProgram(lines, self.read, self.body)
        self.examples = examples_of(beside)
        self.program = ProgramNames(frozenset(name for line in lines if line.code and (name := head_name(line))))
        self.steps.stepping |= {weight for line in lines if (weight := numbered_weight(self, line))}
        resolver.stepped = frozenset(network.formulas) | self.steps.stepping if self.steps.stepping else frozenset()
        resolver.apart = frozenset(name for line in lines if (name := _letter_stated(line, self.words)))
        self.conditions = _stated_conditions(self)
        written = [line for line in lines if line.statement.kind != "latex"]
        self.signs_lost = any(signs_lost(side.root) for line in written for side in line.sides if side is not None)
        #: The numbers of the point that a chain is taken at, and what gives the names their numbers again behind it.
        self.point: dict[Expr, Expr] = {}
        self.leave_point: Restore | None = None

    @property
    def meaning(self) -> Meaning:
        """What the names mean here."""
        return self.scope.meaning

    @property
    def judge(self) -> Judge:
        """What decides equalities here."""
        return self.scope.judge

    @property
    def numbers(self) -> Numbers:
        """The numbers that are given here."""
        return self.scope.numbers

    @property
    def resolver(self) -> Resolver:
        """What leads names of the person's back to those of the network."""
        return self.scope.resolver

    # Sides as they are read

    def parse(self, side: Side, parts: list[Part] | None = None) -> Expr:
        """Return what a side says, over the person's names.

        Raises:
            ReadError: where it cannot be read.
        """
        found = self.elaborated(side)
        self.slashed = self.slashed or "slash" in found.choices
        for note in found.notes:
            self.resolver.notes[note] = note
        for name, expr in found.named.items():
            if name not in self.meaning.known:
                with suppress(UnsettledError):
                    self.meaning.define(name, self.opened(self.meant(expr, None)))
        if parts is not None:
            parts += found.pieces
        return found.expr

    def elaborated(self, side: Side) -> Elaborated:
        """Return what a side says, with what was left open."""
        return elaborate(side.formula, side.at.text, self.words, self.how)

    def _made_of(self, name: str, on: str) -> bool:
        return name in self.meaning.formulas and (not on or self.meaning.depends(name, on))

    def body(self, side: Side, parameters: tuple[str, ...]) -> Expr | None:
        """Return what a side says within a function of these parameters; None where it is not read."""
        return read_side(side, self.words.inside(parameters), How(lenient=True, applies=False))

    def small(self, written: str) -> Expr | None:
        """Return the expression of a short stretch of prose, LaTeX or plain."""
        if written not in self._small:
            self._small[written] = of_words(written, self.words)
        return self._small[written]

    def read(self, side: Side) -> Expr | None:
        """Return what a side says; None where it cannot be read."""
        try:
            return self.updated_head(side) or self.without_old(side)
        except ReadError:
            return None

    def updated_head(self, head: Side) -> Expr | None:
        """Return the weight in `w (new)`, a left side that is words."""
        # The word stands in brackets at its end.
        match = heard("new", head.at.content) if head.at.content[-1:] == ")" else None
        return None if match is None else self.small(match["name"])

    def without_old(self, side: Side) -> Expr:
        """Return what a side says, the word in `w (old)` left out.

        Raises:
            ReadError: where it cannot be read.
        """
        bare = without("old", side.at.content)
        found = self.small(bare) if bare != side.at.content else None
        return found if found is not None else self.parse(side)

    # What they mean

    def meant(self, raw: Expr, at: Symbol | None, *, code: bool = False) -> Expr:
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
        lost = self.program.lost if code else self.program.lost - self.network.formulas.keys()
        if lost:
            below = {n for part in (resolved, *partials(resolved)) for name in names(part) for n in self.under(name)}
            if below & lost:
                raise NotGivenError(was_not_read(min(below & lost)))
        return resolved

    def worked_out(self, raw: Expr) -> Expr:
        """Return what a side says, a function of a number as the number that it is: σ(1.1), whoever defined σ.

        Raises:
            LimitError: where it passes a limit.
        """
        return raw if is_number(raw) or names(raw) or partials(raw) else self.meaning.flat(raw)

    def under(self, name: str) -> set[str]:
        """Return a name with all that it is made of."""
        return self.meaning.below(name) | {name}

    def opened(self, expr: Expr) -> Expr:
        """Return an expression with its derivatives opened."""
        return self.meaning.opened(expr, self.reading)

    def opened_left(self, expr: Expr) -> Expr:
        """Return a left side opened: it counts all paths where only right sides are read as direct."""
        reading = Reading("none") if self.reading.direct == "right sides" else self.reading
        return self.meaning.opened(expr, reading)

    def unlinked(self, expr: Expr) -> bool:
        """Say whether some derivative is 0 only because the text leaves out what leads from one name to the other."""
        return self.not_linked(expr) is not None

    def not_linked(self, *exprs: Expr) -> Finding | None:
        """Return why sides rest on a derivative without a path, be it by what a name was said to be; else None."""
        told = self.brought.told
        inside = {name for expr in exprs for name in {*names(expr), *self.meaning.below(expr)} & told.keys()}
        return self.judge.unlinked(*exprs, *(told[name] for name in sorted(inside)))


def _is_vector(words: Vocabulary, name: str) -> bool:
    return name in words.vectors or parts_of(name)[0] in words.vectors


def assumptions(known: Known, line: WrittenLine | None = None) -> tuple[Assumption, ...]:
    """Return the conditions of the page as assumptions, those beside a line as its own."""
    return tuple(Assumption(c.low, c.high, own=line is not None and c.beside(line)) for c in known.conditions)


def values_beside(known: Known, line: WrittenLine, words: Around) -> tuple[dict[str, Expr], bool]:
    """Return the numbers that the sentence before a line gives names, and whether it gives each for a case."""
    found: dict[str, Expr] = {}
    cases = True
    for other in known.lines:
        inside = other.at.text is line.at.text and words.begins <= other.at.start and other.at.end < line.at.start
        if not inside or not other.inline or other.relations != ("=",):
            continue
        name, value = (known.read(side) if side is not None else None for side in other.sides)
        if isinstance(name, Symbol) and name.name in known.meaning.leaves and value is not None and is_number(value):
            found[name.name] = value
            before = other.at.text.content[words.begins : other.at.start]
            cases = cases and heard("case", before) is not None
    return found, bool(found) and cases


def told(known: Known, left: Expr) -> Expr:
    """Return the derivative that a name of the person's stands for, else the left side itself."""
    told = known.brought.told.get(left.name) if isinstance(left, Symbol) else None
    return told if isinstance(told, Partial) else left


def _slope_stated(line: WrittenLine, words: Vocabulary) -> str:
    """Return the name that a line says to be a slope: δ of `δ = ∂E/∂z`; empty where it names none."""
    head = line.sides[0]
    found = defined(head.root, words) if head is not None else None
    slope = any(side is not None and derives(side.root) for side in line.sides[1:])
    return found[0] if found is not None and slope else ""


def _letter_stated(line: WrittenLine, words: Vocabulary) -> str:
    """Return the letter that a line says what it is, applied or not: c of `c(h(x), y) = …`; empty where none."""
    head = line.sides[0]
    if head is None or line.relations[:1] != ("=",) or derives(head.root):
        return ""
    first, *others = mentions(head.root, words) or (None,)
    alone = first is not None and (not others or first.applied) and len(named(first.name).base) == 1
    return first.name if first is not None and alone else ""


def numbered_weight(known: Known, line: WrittenLine) -> str:
    """Return the weight w of a left side `w₁`, where nothing of the network is called w₁."""
    head = line.sides[0]
    if head is None or len(head.at.content) > _LONGEST_NAME or not any(map(str.isdigit, head.at.content)):
        return ""
    found = known.read(head)
    name = found.name if isinstance(found, Symbol) else ""
    weight = without_step(name)
    return weight if weight in known.network.weights and name not in known.meaning.known else ""


def _stated_conditions(known: Known) -> list[Condition]:
    """Return the inequalities of the document, the smaller side first: `1 − y s > 0` may be assumed."""
    found: list[Condition] = []
    for line in known.lines:
        if len(line.relations) == 1 and line.relations[0] in BETWEEN:
            try:
                meant = [known.meant(known.parse(side), None) for side in line.sides if side is not None]
                if any(map(partials, meant)):
                    continue
                left, right = map(known.opened, meant)
            except (ReadError, NotGivenError, LimitError, ValueError):
                continue
            low, high = (left, right) if line.relations[0][0] == "<" else (right, left)
            found.append(Condition(low, high, line.at, line.span))
    return found


def was_not_read(name: str) -> str:
    """Say that the line that gives a name its value was not read."""
    return f"the line that says what `{plain_name(name)}` is was not read"
