r"""Trees with names → expressions.

    A(w x)      A applied to w x, where A is a function; else A times w times x
    a/b c       (a/b) c or a/(b c): a choice, settled once for a page
    dE/dw       the slope of E by w, where d is no name
    e^{-z}      the exponential function, though the page has a quantity e

Every node is worked out once, from the leaves up. What cannot be read raises its problem only where it is used. Where a
formula leaves a choice open, that is noted in `choices`, so that whoever judges can try the other one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from workings.errors import ReadError
from workings.graph.expr import Apply, Expr, Number, Partial, Symbol, call, depth, number, partial, symbol
from workings.graph.expr import names as names_in
from workings.graph.op import Named, Op
from workings.graph.ops.arithmetic import add, div, euler, mul, neg, power, sub
from workings.graph.ops.pointwise import sqrt
from workings.graph.ops.selection import above, absolute, at_least, cases
from workings.graph.writing.spelling import GREEK, with_mark, without_step
from workings.read.formula.statement import WRAPPERS
from workings.read.formula.tree import (
    Accented,
    At,
    Big,
    Choice,
    Comparison,
    Differential,
    Dots,
    Empty,
    Fence,
    Formula,
    Grid,
    Node,
    Numeral,
    Phrase,
    Product,
    Ratio,
    Root,
    Scripted,
    Series,
    Signed,
    Sum,
    Unread,
    Word,
    bare,
    children,
    factors_of,
    postorder,
)
from workings.read.names.slopes import Slope, quotient, variables
from workings.read.names.spelling import Unit, flat, is_bracket, spelled, superscript, units
from workings.read.names.vocabulary import EULER_POWER, KNOWN, LETTERS, Vocabulary
from workings.read.page.text import Text

_DEEPEST_TREE = 10_000
#: Functions over many examples: of one example they are its only term, and there is one of it.
_OF_EXAMPLES = frozenset(("mean", "sum", "average", "avg", "reduce_mean", "reduce_sum"))
_ONE_LIKE = frozenset((
    "1", "\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}",
    "I", "Ind", "indicator", "\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL I}",
))  # fmt: skip
#: What is raised on a vector or a matrix to turn it over.
_TRANSPOSED = frozenset(("T", "\N{DOWN TACK}", "top", "intercal"))


@dataclass(frozen=True)
class How:
    """How a formula is read where the page leaves a choice.

    `slash` settles `a/b c`: refused, from left to right, or everything side by side below the slash; `bare` whether a
    function that is applied to nothing stands for its value; `lenient` leaves brackets without a partner out;
    `at_variable` whether `(∂E/∂b)(b)` is the slope at b, or a product.
    """

    slash: str = "refuse"
    bare: bool = False
    lenient: bool = False
    at_variable: bool = True
    examples: bool = False
    depends: Callable[[str, str], bool] = field(default=lambda _name, _on: False)


STRICT = How()


class Piece(NamedTuple):
    """An expression and where it stands."""

    expr: Expr
    start: int
    end: int


class Elaborated(NamedTuple):
    """What a formula says: its expression, its pieces with their places, and the choices that it left open.

    `named` are expressions that it differentiates by, each under the name that stands for it; `notes` tell what was
    taken for granted.
    """

    expr: Expr
    pieces: tuple[Piece, ...]
    choices: frozenset[str]
    named: Mapping[str, Expr]
    notes: tuple[str, ...]


def elaborate(formula: Formula, text: Text, words: Vocabulary, how: How = STRICT) -> Elaborated:
    """Return what a formula says, with these names.

    Raises:
        ReadError: where it is no formula of these names.
    """
    if formula.strays and not (how.lenient and formula.mendable and len(formula.strays) == 1):
        raise ReadError(formula.strays)
    work = _Work(text, words, how)
    found = work.whole(formula.root)
    if depth(found) > _DEEPEST_TREE:
        raise text.error(
            formula.root.start, formula.root.end, f"this formula is nested more than {_DEEPEST_TREE:,} deep",
            f"at most {_DEEPEST_TREE:,} operations inside each other",
            "nobody can read such a formula, and its derivation would be longer still",
            "give the inner parts names, one equation each: `u = …`",
        )  # fmt: skip
    if formula.strays:
        place = formula.strays[0].place
        work.notes.append(f"line {place.line}: {formula.strays[0].found}; it is left out")
    return Elaborated(found, tuple(work.pieces), frozenset(work.choices), work.named, tuple(work.notes))


class _Operand(NamedTuple):
    """A factor that is worked out: what stands before it, and how it ends."""

    link: str
    expr: Expr
    start: int
    end: int
    bare: bool = False
    applied: bool = False
    numeral: bool = False


class _Work:
    """The work on one formula."""

    def __init__(self, text: Text, words: Vocabulary, how: How) -> None:
        self.text, self.words, self.how = text, words, how
        self.done: dict[Node, Expr | ReadError] = {}
        self.bare_in: dict[Node, frozenset[str]] = {}
        self.pieces: list[Piece] = []
        self.choices: set[str] = set()
        self.named: dict[str, Expr] = {}
        self.notes: list[str] = []

    def whole(self, root: Node) -> Expr:
        for node in postorder(root):
            try:
                self.done[node] = self._node(node)
            except ReadError as error:
                self.done[node] = error
        return self.value(root)

    def value(self, node: Node) -> Expr:
        """Return what a node says; one that was made on the way (a letter of a run) is worked out now."""
        if node not in self.done:
            for part in postorder(node):
                if part not in self.done:
                    try:
                        self.done[part] = self._node(part)
                    except ReadError as error:
                        self.done[part] = error
        found = self.done[node]
        if isinstance(found, ReadError):
            raise found
        return found

    def _node(self, node: Node) -> Expr:
        found = self._expr(node)
        if not isinstance(node, Word | Product):
            self.pieces.append(Piece(found, node.start, node.end))
        return found

    def _expr(self, node: Node) -> Expr:
        match node:
            case Numeral():
                return number(node.value, node.decimal)
            case Word() | Accented() | Scripted() | Product() | Ratio() | Differential() | Big():
                return self._product(factors_of(node), node)
            case Sum():
                return self._sum(node)
            case Signed():
                inner = self.value(node.inside)
                return neg(inner) if node.sign == "-" else inner
            case Root():
                return sqrt(self.value(node.inside))
            case Fence():
                return self._fence(node)
            case Choice():
                return self._choice(node)
            case Comparison():
                return self._switch(node)
            case _:
                raise self._not_read(node)

    def error(self, start: int, end: int, *parts: str) -> ReadError:
        found, expected, why, instead = parts
        return self.text.error(start, end, found, expected, why, instead)

    # Sums and brackets

    def _sum(self, node: Sum) -> Expr:
        total: Expr | None = None
        for sign, part in node.terms:
            value = self.value(part)
            if total is None:
                total = neg(value) if sign == "-" else value
            else:
                total = sub(total, value) if sign == "-" else add(total, value)
            self.pieces.append(Piece(total, node.start, part.end))
        assert total is not None
        return total

    def _fence(self, node: Fence) -> Expr:
        if isinstance(node.inside, Comparison) and node.left == "|":
            raise self._not_read(node)
        inner = self.value(node.inside)
        return absolute(inner) if node.left == "|" else inner

    def _switch(self, node: Comparison) -> Expr:
        if any(relation not in _ORDERS for relation in node.relations):
            raise self._not_read(node)
        values = [self.value(side) for side in node.sides]
        switches = [
            switch
            for left, relation, right in zip(values, node.relations, values[1:], strict=False)
            for switch in _ORDERS[relation](left, right)
        ]
        return reduce(mul, switches)

    def _choice(self, node: Choice) -> Expr:
        *rows, (last, condition) = node.rows
        if any(c is None for _, c in rows) or (condition is not None and not self._meet(node)):
            raise self.error(
                node.start, node.end, "these cases do not say what holds for every number",
                "conditions that leave nothing out, or a last case `otherwise`",
                "a formula needs a value wherever it is taken", "a last case without a condition",
            )  # fmt: skip
        whole = self.value(last)
        for value, when in reversed(rows):
            assert when is not None
            whole = cases(self.value(when), self.value(value), whole)
        return whole

    def _meet(self, node: Choice) -> bool:
        """Say whether conditions on two things reach to both sides of their meeting: then the last case is the rest."""
        compared = [when for _, when in node.rows if isinstance(when, Comparison) and len(when.relations) == 1]
        if len(compared) < len(node.rows) or any(c.relations[0] not in _UPWARD for c in compared):
            return False
        pairs = [(self.value(c.sides[0]), c.relations[0], self.value(c.sides[1])) for c in compared]
        left, _, right = pairs[0]
        if any({a, b} != {left, right} for a, _, b in pairs):
            return False
        return {_UPWARD[sign] if a is left else -_UPWARD[sign] for a, sign, _ in pairs} >= {1, -1}

    # Products

    def _product(self, factors: Sequence[tuple[str, Node]], node: Node) -> Expr:
        if isinstance(node, Product):
            plain = [part for part in factors if not (isinstance(part[1], Dots))]
            if len(plain) < len(factors):
                raise self._not_read(node)
        return self._combined(units(factors, self.words))

    def _combined(self, found: Sequence[Unit]) -> Expr:
        operands: list[_Operand] = []
        found = self._with_raised_calls(found)
        at = 0
        while at < len(found):
            operand, at = self._operand(found, at)
            operands.append(operand)
            self.pieces.append(Piece(operand.expr, operand.start, operand.end))
        return self._multiplied(operands)

    def _multiplied(self, operands: Sequence[_Operand]) -> Expr:
        first = operands[0]
        total, last, at = first.expr, first, 1
        while at < len(operands):
            this = operands[at]
            if this.link == "/":
                below, at = self._below(operands, at)
                total = div(total, below)
            else:
                if this.link == "" and last.bare and not (this.numeral or this.bare or this.applied):
                    raise self._two_ends(operands[0], last, this)
                total, at = mul(total, this.expr), at + 1
            last = operands[at - 1]
            self.pieces.append(Piece(total, first.start, last.end))
        return total

    def _below(self, operands: Sequence[_Operand], at: int) -> tuple[Expr, int]:
        """Return what stands below the slash before `operands[at]`, and where it ends."""
        first = operands[at]
        behind = operands[at + 1] if at + 1 < len(operands) else None
        if behind is None or behind.link != "":
            return first.expr, at + 1
        tight = behind.start == first.end
        letter = self.text.content[behind.start : behind.start + 1].isalpha() if behind.start < behind.end else False
        # `1/2 x` is ½ x; `1/2x` may be 1/(2x), and `a/b c` may be a/(b c).
        if first.numeral and not (tight and letter):
            return first.expr, at + 1
        if self.how.slash == "refuse":
            raise self._two_readings(operands[0], first, behind)
        self.choices.add("slash")
        if self.how.slash == "left":
            return first.expr, at + 1
        total, at = first.expr, at + 1
        while at < len(operands) and operands[at].link == "":
            total, at = mul(total, operands[at].expr), at + 1
        return total, at

    def _operand(self, found: Sequence[Unit], at: int) -> tuple[_Operand, int]:
        slope = quotient(found, at, self.words)
        if slope is not None:
            return self._slope(found, at, slope)
        unit = found[at]
        core = unit.core
        if isinstance(core, Big):
            return self._big(found, at)
        switch = self._indicator(found, at)
        if switch is not None:
            return switch
        if unit.name:
            return self._named(found, at)
        if isinstance(unit.node, Differential):
            raise self._lone_differential(unit)
        return self._other(unit), at + 1

    def _with_raised_calls(self, found: Sequence[Unit]) -> list[Unit]:
        """Return the units with `e^A(x)` as e to the A(x), where A is a function: its bracket is raised with it."""
        out: list[Unit] = []
        at = 0
        while at < len(found):
            unit, behind = found[at], found[at + 1] if at + 1 < len(found) else None
            at += 1
            if unit.high is not None and behind is not None and self._raises(unit.high, behind):
                high = Product(unit.high.start, behind.end, (*factors_of(unit.high), ("", behind.node)))
                unit, at = unit._replace(high=high, end=behind.end), at + 1
            out.append(unit)
        return out

    def _raises(self, high: Node, behind: Unit) -> bool:
        """Say whether a superscript ends in a function, and its bracket stands right behind it, not in TeX's braces."""
        if behind.link or not is_bracket(behind.node) or isinstance(high, Fence):
            return False
        last = units(factors_of(high), self.words)[-1]
        function = last.name and self.words.kind(last.name, applied=False) in ("function", "known")
        return bool(function) and self.text.content[behind.start - 1] not in "}]"

    def _other(self, unit: Unit) -> _Operand:
        """Return a factor that is no name: a number, a bracket, a fraction, with what is raised on it."""
        core = unit.core
        script = unit.node if isinstance(unit.node, Scripted) else None
        if isinstance(core, Word | Accented | Scripted | Product | Big | Differential):
            raise self._not_read(unit.node)
        if script is not None and script.low is not None:
            return self._lowered(unit, script)
        expr = self._fraction(core) if isinstance(core, Ratio) else self.value(core)
        if unit.primes:
            expr = self._primed(expr, unit)
        if unit.high is not None:
            expr = self._raised(expr, unit.high, unit)
        return _Operand(unit.link, expr, unit.start, unit.end, numeral=isinstance(core, Numeral) and script is None)

    def _fraction(self, node: Ratio) -> Expr:
        found = Slope.of_fraction(node, self.words)
        if found is not None:
            if not found.of:
                raise self.error(
                    node.start, node.end, "nothing stands behind this derivative", "what is differentiated, behind it",
                    "a derivative is one of something", r"`\frac{d}{dw}\left(…\right)`, or `\frac{dE}{dw}`",
                )  # fmt: skip
            return self._partial(self._subject(found.of), found)
        return div(self.value(node.top), self.value(node.bottom))

    def _lowered(self, unit: Unit, script: Scripted) -> _Operand:
        """Return `(∂E/∂w)_ŷ`: only a derivative can say what it holds fixed."""
        inner = self.value(unit.core) if isinstance(unit.core, Fence) else None
        assert script.low is not None
        if not isinstance(inner, Partial):
            raise self.error(
                script.low.start, script.low.end, "a subscript stands on a bracket", "a derivative in the bracket",
                "only a derivative can say what it holds fixed: `(∂E/∂w)_ŷ`", "leave the subscript out",
            )  # fmt: skip
        held = [self._held(part) for part in _several(script.low)]
        return _Operand(unit.link, partial(inner.of, inner.by, held), unit.start, unit.end)

    def _held(self, node: Node) -> Symbol:
        name = spelled(node, self.words)
        pieces = units((("", node),), self.words)
        if not name and len(pieces) == 1:
            name = pieces[0].name
        mark = superscript(pieces[0], self.words) if pieces else None
        if mark is not None:
            name = with_mark(mark.base, mark.mark, mark.primes)
        if not name:
            raise self._not_read(node)
        return symbol(self.words.settled(name))

    # Names

    def _named(self, found: Sequence[Unit], at: int) -> tuple[_Operand, int]:
        unit = found[at]
        name, primes, high = self._with_mark(unit)
        following = found[at + 1] if at + 1 < len(found) else None
        bracket = following if following is not None and following.link == "" and is_bracket(following.node) else None
        name = self.words.settled(name)
        primed = name + "'" * primes
        round_one = bracket is not None and isinstance(bracket.core, Fence) and bracket.core.left == "("
        kind = self.words.kind(primed, applied=round_one)
        if kind == "primed":
            kind = self.words.kind(name, applied=round_one)
        elif primes and kind in ("function", "known") and primed not in self.words.functions:
            kind = "function"
        elif primes:
            name, primes = primed, 0
        if kind == "name" and bracket is not None and self._is_call(unit, primed, bracket):
            kind = "function"
        if kind == "name" and name == "Delta":
            change = self._change(found, at)
            if change is not None:
                return change
        if kind == "function" and bracket is not None and not self._holds_itself(bracket, name):
            return self._applied(unit, name, primes, high, bracket), at + 2
        if kind == "known":
            return self._known(found, at, name, primes, high)
        if bracket is not None and self._is_quantity(name, kind, bracket):
            return self._symbol(unit, name, high, end=bracket.end), at + 2
        if kind == "function":
            return self._bare(unit, name, primes, high), at + 1
        if kind == "letter" or (name == "e" and high is not None and self._is_exponent(high)):
            return self._letter(unit, name, high), at + 1
        return self._symbol(unit, name, high), at + 1

    def _is_call(self, unit: Unit, name: str, bracket: Unit) -> bool:
        """Say whether a word of several letters right before a bracket applies, though nothing says what it is."""
        core = unit.core
        word = isinstance(core, Word) and not core.loose and len(core.text) > 1 and core.text[:2].isalpha()
        return word and name not in self.words.names and bracket.start == unit.end

    def _with_mark(self, unit: Unit) -> tuple[str, int, Node | None]:
        """Return the name with the mark that it carries, its primes, and what is raised on it as an exponent."""
        found = superscript(unit, self.words)
        if found is None:
            self._refuse_transposed(unit)
            return unit.name, unit.primes, unit.high
        marked = with_mark(found.base, found.mark)
        known = self.words.settled(marked) in self.words.names | self.words.functions
        if found.key in self.words.doubtful:
            raise self._two_superscripts(unit, found.written)
        if found.sure or found.key in self.words.marked or (found.in_brackets and known):
            return marked, unit.primes + found.primes, None
        self._refuse_transposed(unit)
        return unit.name, unit.primes, unit.high

    def _refuse_transposed(self, unit: Unit) -> None:
        if unit.high is not None and flat(unit.high) in _TRANSPOSED and "T" not in self.words.names:
            raise self.error(
                unit.high.start - 1, unit.high.end, "this is the transpose of a vector or matrix",
                "a power of a number", "vectors and matrices are not read yet; every name is one number",
                "the product written out: `w_1 x_1 + w_2 x_2`",
            )  # fmt: skip

    def _symbol(self, unit: Unit, name: str, high: Node | None, end: int = 0) -> _Operand:
        expr: Expr = symbol(name)
        if high is not None:
            self.pieces.append(Piece(expr, unit.start, unit.core.end))
            expr = self._raised(expr, high, unit)
        return _Operand(unit.link, expr, unit.start, end or unit.end)

    def _letter(self, unit: Unit, name: str, high: Node | None) -> _Operand:
        base = LETTERS[name]() if name in LETTERS else symbol(name)
        if high is None:
            return _Operand(unit.link, base, unit.start, unit.end)
        return _Operand(unit.link, self._raised(base, high, unit), unit.start, unit.end)

    def _is_exponent(self, high: Node) -> bool:
        """Say whether `e^{-z}` is a power of Euler's number, though the author has a quantity e."""
        return any(isinstance(part, Word) for part in postorder(high))

    def _raised(self, base: Expr, high: Node, unit: Unit) -> Expr:
        if isinstance(high, Word) and high.font == "mark":
            raise self.error(
                high.start, high.end, f"`^{high.text}` stands on something that is not a name", "a name before it",
                "a sign or a word alone is no exponent: it marks a name, as in `w^{+}`",
                "`max(0, …)` for the positive part, an exponent in braces for a power",
            )  # fmt: skip
        if flat(high) in _TRANSPOSED and "T" not in self.words.names:
            self._refuse_transposed(unit._replace(high=high))
        return raised(base, self.value(high))

    def _is_quantity(self, name: str, kind: str, bracket: Unit) -> bool:
        """Say whether `ŷ(t)` is the quantity ŷ, written with what it is made of."""
        if kind != "name" or bracket.high is not None or not isinstance(bracket.core, Fence):
            return False
        inside = [units((("", part),), self.words) for part in _several(bracket.core.inside)]
        alone = [piece[0] for piece in inside if len(piece) == 1 and piece[0].name and piece[0].high is None]
        return len(alone) == len(inside) > 0 and all(
            self.how.depends(name, self.words.settled(piece.name)) for piece in alone
        )

    def _change(self, found: Sequence[Unit], at: int) -> tuple[_Operand, int] | None:
        r"""Return `\Delta w` as one name: the change of w."""
        following = found[at + 1] if at + 1 < len(found) else None
        if following is None or following.link != "" or not following.name or following.high is not None:
            return None
        name = self.words.settled(following.name)
        return _Operand(found[at].link, symbol(f"Delta_{name}"), found[at].start, following.end), at + 2

    def _primed(self, expr: Expr, unit: Unit) -> Expr:
        """Return `[tanh(q)]'`: the derivative by the one name that stands in the bracket."""
        inside = names_in(expr)
        if len(inside) != 1 or unit.primes > 3:
            raise self.error(
                unit.start, unit.end, "a prime stands on a bracket", "one name in the bracket, to differentiate by",
                "a prime does not say by which variable", "`∂(…)/∂z`",
            )  # fmt: skip
        for _ in range(unit.primes):
            expr = partial(expr, symbol(inside[0]))
        return expr

    # Functions

    def _arguments(self, bracket: Unit) -> tuple[Expr, ...]:
        assert isinstance(bracket.core, Fence)
        return tuple(self.value(part) for part in _several(bracket.core.inside))

    def _applied(self, unit: Unit, name: str, primes: int, high: Node | None, bracket: Unit) -> _Operand:
        if primes > 3:
            raise self._too_many_primes(unit)
        if self.how.examples and name in _OF_EXAMPLES | WRAPPERS | {"len"} and name not in self.words.functions:
            return self._of_examples(unit, name, bracket)
        args = self._arguments(bracket)
        expr: Expr = call(name, args, (primes,) + (0,) * (len(args) - 1) if args else ())
        if high is not None:
            expr = self._function_raised(unit, expr, high, bracket.end)
        return self._behind(unit, expr, bracket)

    def _behind(self, unit: Unit, expr: Expr, bracket: Unit) -> _Operand:
        """Return a function's value with what is raised on its bracket."""
        if bracket.primes:
            expr = self._primed(expr, bracket)
        if bracket.high is not None:
            expr = self._raised(expr, bracket.high, bracket)
        return _Operand(unit.link, expr, unit.start, bracket.end, applied=bracket.high is None)

    def _of_examples(self, unit: Unit, name: str, bracket: Unit) -> _Operand:
        if name in WRAPPERS:
            assert isinstance(bracket.core, Fence)
            return _Operand(unit.link, self.value(_several(bracket.core.inside)[0]), unit.start, bracket.end)
        self.notes.append(f"`{name}` is taken over one example")
        if name == "len":
            return _Operand(unit.link, number(1), unit.start, bracket.end)
        return _Operand(unit.link, self._arguments(bracket)[0], unit.start, bracket.end)

    def _function_raised(self, unit: Unit, expr: Expr, high: Node, end: int) -> Expr:
        exponent = self.value(high)
        if isinstance(exponent, Apply) and exponent.op is neg:
            shown = self.text.content[unit.core.start : unit.core.end]
            raise self.error(
                unit.start, end, f"`{shown}` to a negative power can be read in two ways",
                "the inverse function by its name, or the quotient",
                "on paper tan⁻¹ is the inverse function, and x⁻¹ is 1/x", f"`1/{shown}(…)`",
            )  # fmt: skip
        return power(expr, exponent)

    def _bare(self, unit: Unit, name: str, primes: int, high: Node | None) -> _Operand:
        """Return a function that is applied to nothing: the value that it has there."""
        if not self.how.bare:
            shown = self.text.content[unit.core.start : unit.core.end]
            raise self.error(
                unit.core.start, unit.core.end, f"`{shown}` stands here without its brackets", "`(`",
                f"`{shown}` is a function, and a function is applied with brackets", f"`{shown}(…)`",
            )  # fmt: skip
        return self._symbol(unit, name + "'" * primes, high)

    def _known(self, found: Sequence[Unit], at: int, name: str, primes: int, high: Node | None) -> tuple[_Operand, int]:
        unit, op = found[at], KNOWN[name]
        following = found[at + 1] if at + 1 < len(found) else None
        beside = following if following is not None and following.link == "" else None
        if name in _OF_EXAMPLES and self.how.examples and beside is not None and is_bracket(beside.node):
            return self._of_examples(unit, name, beside), at + 2
        if beside is not None and is_bracket(beside.node) and not self._holds_itself(beside, name):
            args = self._arguments(beside)
            end = beside.end
            expr = self._op(op, args, unit, end, primes)
            if high is not None:
                expr = self._function_raised(unit, expr, high, end)
            return self._behind(unit, expr, beside), at + 2
        argument = self._bare_argument(found, at + 1) if beside is not None and not primes else None
        if argument is not None:
            value, end = argument
            expr = self._op(op, (value.expr,), unit, value.end, 0)
            if high is not None:
                expr = self._function_raised(unit, expr, high, value.end)
            rooted = self.text.content[unit.start : unit.start + 1] == "√"
            return _Operand(unit.link, expr, unit.start, value.end, bare=not rooted), end
        return self._bare(unit, name, primes, high), at + 1

    def _holds_itself(self, bracket: Unit, name: str) -> bool:
        """Say whether a bracket holds the bare function again: `σ (1 − σ)` multiplies."""
        return self.how.bare and name in self._standing_bare(bracket.core)

    def _standing_bare(self, root: Node) -> frozenset[str]:
        """Return the functions that stand in a node and are applied to nothing there."""
        for node in postorder(root):
            if node in self.bare_in:
                continue
            if isinstance(node, Product | Word | Accented | Scripted):
                found = units(factors_of(node), self.words)
                sets = [self._bare_unit(found, at) for at in range(len(found))]
            else:
                sets = [self.bare_in[part] for part in children(node)]
            self.bare_in[node] = frozenset[str]().union(*sets)
        return self.bare_in[root]

    def _bare_unit(self, found: Sequence[Unit], at: int) -> frozenset[str]:
        unit = found[at]
        if not unit.name:
            core = unit.core
            parts = [core] if core in self.bare_in else children(core)
            return frozenset[str]().union(
                *(self.bare_in.get(part, frozenset()) for part in (*parts, unit.high) if part)
            )
        if self.words.kind(unit.name, applied=False) not in ("function", "known"):
            return frozenset()
        behind = found[at + 1] if at + 1 < len(found) and found[at + 1].link == "" else None
        if behind is None:
            return frozenset((unit.name,))
        if is_bracket(behind.node):
            return frozenset((unit.name,)) & self.bare_in.get(behind.core, frozenset())
        return frozenset() if self.words.kind(unit.name, applied=False) == "known" else frozenset((unit.name,))

    def _bare_argument(self, found: Sequence[Unit], at: int) -> tuple[_Operand, int] | None:
        """Return the one thing that a function without brackets applies to."""
        unit = found[at]
        core = unit.core
        simple = isinstance(core, Numeral | Ratio | Root) or (isinstance(core, Fence) and core.left in ("{", "|"))
        if not (unit.name or simple) or isinstance(unit.node, Differential) or quotient(found, at, self.words):
            return None
        return self._operand(found, at)

    def _op(self, op: Op, args: tuple[Expr, ...], unit: Unit, end: int, primes: int) -> Expr:
        shown = self.text.content[unit.core.start : unit.core.end]
        if op.arity == 2 and len(args) > 2 and op.name in ("maximum", "minimum"):
            return reduce(op, args)
        if len(args) != op.arity:
            wanted = "one argument" if op.arity == 1 else f"{op.arity} arguments"
            given = "one argument" if len(args) == 1 else f"{len(args)} arguments"
            raise self.error(
                unit.start, end, f"`{shown}` is given {given}", wanted, f"it is {op.law}",
                f"`{shown}({', '.join('ab'[: op.arity])})`",
            )  # fmt: skip
        if not primes:
            return op(*args)
        if primes != 1 or op.arity != 1:
            raise self.error(
                unit.start, end, f"`{shown}{'′' * primes}` is a derivative that is not read",
                "at most one prime on a function of one argument",
                "the first derivative of a known function is in the table; higher ones are not",
                "define the function yourself and differentiate that",
            )  # fmt: skip
        return op.partials(*args)[0]

    # Derivatives

    def _slope(self, found: Sequence[Unit], at: int, slope: Slope) -> tuple[_Operand, int]:
        """Return a derivative with what it reaches, and where it ends."""
        end = slope.end
        if slope.of:
            expr = self._partial(self._subject(slope.of), slope)
        else:
            if end < len(found) and found[end].link not in ("", "/"):
                found = [*found[:end], found[end]._replace(link=""), *found[end + 1 :]]
            if end >= len(found):
                raise self._lone_differential(found[at])
            stop = end + 1 if is_bracket(found[end].node) else len(found)
            expr = self._partial(self._combined(found[end:stop]), slope)
            end = stop
        last = found[end - 1]
        if slope.of and end < len(found) and found[end].link == "" and is_bracket(found[end].node):
            taken = self._taken(expr, found[end])
            end, last = (end + 1, found[end]) if taken else (end, last)
        if slope.high is not None:
            expr = self._raised(expr, slope.high, found[at])
        return _Operand(found[at].link, expr, found[at].start, last.end), end

    def _taken(self, slope: Expr, bracket: Unit) -> bool:
        """Say whether the bracket behind a derivative says where it is taken: `∂E/∂w (w_2)` is the slope at w₂."""
        if not isinstance(slope, Partial) or bracket.high is not None or not isinstance(bracket.core, Fence):
            return False
        inside = bare(bracket.core.inside)
        if isinstance(inside, Numeral):
            raise self.error(
                bracket.start, bracket.end, "a derivative is taken at a point here", "a derivative without a point",
                "its value at one point is not read", "the formula, and the numbers put in",
            )  # fmt: skip
        pieces = units((("", inside),), self.words)
        if len(pieces) != 1 or not pieces[0].name or pieces[0].high is not None:
            return False
        name = self.words.settled(pieces[0].name)
        if slope.by.name not in (name, without_step(name)):
            return False
        self.choices.add("at its variable")
        return self.how.at_variable

    def _subject(self, of: Sequence[Unit]) -> Expr:
        """Return what is differentiated; a function's bare name stands for its value."""
        first = of[0]
        if len(of) == 1 and first.name:
            name, primes, high = self._with_mark(first)
            name = self.words.settled(name)
            if high is None and self.words.kind(name, applied=False) in ("function", "known"):
                return symbol(name + "'" * primes)
        return self._combined(of)

    def _partial(self, of: Expr, slope: Slope) -> Expr:
        for variable in reversed(variables(slope)):
            of = partial(of, self._variable(variable))
        return of

    def _variable(self, unit: Unit) -> Symbol:
        name, primes, high = self._with_mark(unit) if unit.name else ("", 0, None)
        if name and high is None:
            return symbol(self.words.settled(name) + "'" * primes)
        if name:
            raise self._not_read(unit.node)
        expr = self.value(unit.node)
        if isinstance(expr, Symbol):
            return expr
        if isinstance(expr, Number | Partial) or not names_in(expr):
            raise self._not_read(unit.node)
        given = f"part{len(self.named) + 1}"
        known = next((n for n, e in self.named.items() if e is expr), given)
        self.named[known] = expr
        return symbol(known)

    def _lone_differential(self, unit: Unit) -> ReadError:
        if isinstance(unit.node, Differential) and unit.node.sign == "∇":
            return self.error(
                unit.start, unit.end, "∇ without a name below it is a vector", "the slope by one weight",
                "vectors are not read yet", r"`\nabla_w E`, or `\frac{\partial E}{\partial w}`",
            )  # fmt: skip
        return self.error(
            unit.start, unit.end, "a differential stands alone here", "a quotient of two: `∂E/∂w`",
            "a change is read only as a part of a derivative", "`∂E/∂w`",
        )  # fmt: skip

    # Large operators and switches

    def _big(self, found: Sequence[Unit], at: int) -> tuple[_Operand, int]:
        """Return a sum over examples where there is one: a loss that is written for many."""
        unit = found[at]
        script = unit.node if isinstance(unit.node, Scripted) else None
        rest = found[at + 1 :]
        sign = unit.core.sign if isinstance(unit.core, Big) else ""
        if sign == "Σ" and script is None and rest:
            body = self._combined([rest[0]._replace(link=""), *rest[1:]])
            if _is_loss(body):
                self.choices.add("one example")
                self.notes.append("a sum without an index is taken for one example: it is its only term")
                return _Operand(unit.link, body, unit.start, rest[-1].end), len(found)
        raise self.error(
            unit.start, unit.end, f"`{sign}` is a sum over an index" if sign == "Σ" else f"`{sign}` is not read yet",
            "the terms written out", "sums, products and limits over an index are not read yet",
            "`a_1 + a_2`, each term by itself",
        )  # fmt: skip

    def _indicator(self, found: Sequence[Unit], at: int) -> tuple[_Operand, int] | None:
        r"""Return `\mathbb{1}_{z > 0}`, `1[z > 0]` and `where(c, a, b)` as what they are."""
        unit = found[at]
        core = bare(unit.core)
        one_like = isinstance(core, Word | Numeral) and core.text in _ONE_LIKE
        low = bare(unit.node.low) if isinstance(unit.node, Scripted) and unit.node.low is not None else None
        while isinstance(low, Fence):
            low = low.inside
        if one_like and isinstance(low, Comparison):
            return _Operand(unit.link, self._switch(low), unit.start, unit.end), at + 1
        following = found[at + 1] if at + 1 < len(found) else None
        if following is None or following.link != "" or not isinstance(following.core, Fence) or following.primes:
            return None
        inside = following.core.inside
        compares = isinstance(inside, Comparison) and all(r in _ORDERS for r in inside.relations)
        if one_like and isinstance(core, Word) and isinstance(inside, Comparison) and compares:
            return _Operand(unit.link, self._switch(inside), unit.start, following.end), at + 2
        parts = _several(inside)
        if unit.name == "where" and len(parts) == 3 and isinstance(parts[0], Comparison):
            expr = cases(self._switch(parts[0]), self.value(parts[1]), self.value(parts[2]))
            return self._behind(unit, expr, following), at + 2
        return None

    # Problems

    def _not_read(self, node: Node) -> ReadError:
        unread = next((part for part in postorder(node) if isinstance(part, Unread)), None)
        match unread or node:
            case Unread(problem=problem):
                return ReadError([problem])
            case Grid(kind=kind):
                return self.error(
                    node.start, node.end, f"`{kind}` is not read", "a formula of scalars",
                    "vectors and matrices are not read yet; every name is one number",
                    "the components written out, one equation each",
                )  # fmt: skip
            case Phrase():
                return self.error(
                    node.start, node.end, "this is text, not a name", "a name of letters and digits",
                    "words inside a formula are not read", "put the words outside the formula",
                )  # fmt: skip
            case Empty():
                return self.error(
                    node.start, max(node.end, node.start + 1), "there is no formula here", "a number or a name",
                    "an equation needs a right side", "write the formula: `ŷ = A(w x)`",
                )  # fmt: skip
            case At():
                return self.error(
                    node.start, node.end, "a formula is taken at a point here", "a formula without a point",
                    "its value at one point is not read in this place", "the formula, and the numbers put in",
                )  # fmt: skip
            case Series():
                return self.error(
                    node.start, node.end, "several formulas stand between commas here", "one formula",
                    "a list is not a number", "one equation each",
                )  # fmt: skip
            case _:
                shown = self.text.content[node.start : node.end] or "this"
                return self.error(
                    node.start, node.end, f"`{shown[:40]}` is not read in a formula of scalars",
                    "names, numbers, operators, brackets and functions", "its meaning in this place is not known here",
                    "write the formula without it",
                )  # fmt: skip

    def _two_superscripts(self, unit: Unit, written: str) -> ReadError:
        """Return the error of a superscript that can be a power as well as a mark."""
        shown = self.text.content[unit.start : unit.end]
        base = self.text.content[unit.core.start : unit.core.end]
        inner = written.strip("()[]")
        mark = inner if inner not in GREEK else f"\\{inner}"
        function = self.words.kind(unit.name, applied=False) in ("function", "known")
        other, instead = ("a derivative", f"`{base}'`") if function else ("a power", f"`({base})^{{{mark}}}`")
        return self.error(
            unit.start, unit.end, f"`{shown}` can be read in two ways", "a reading that the page settles",
            f"it can be {other} of `{base}`, and a name of its own that carries a mark: a layer, a step, a pattern",
            f"`{base}_{{{mark}}}` for the name, {instead} for {other}",
        )  # fmt: skip

    def _two_readings(self, first: _Operand, below: _Operand, behind: _Operand) -> ReadError:
        content = self.text.content
        whole, a, c = (
            content[first.start : behind.end], content[first.start : below.end], content[behind.start : behind.end]
        )  # fmt: skip
        top, bottom = _at_last_slash(a)
        return self.error(
            first.start, behind.end, f"`{whole}` can be read in two ways", "a reading that the page settles",
            "side by side multiplies as `*` does, from left to right, but many read it before the `/`",
            f"`({a}) {c}` or `{top}/({bottom} {c})`",
        )  # fmt: skip

    def _two_ends(self, first: _Operand, function: _Operand, behind: _Operand) -> ReadError:
        begin = self.text.content[first.start : function.end]
        c = self.text.content[behind.start : behind.end]
        return self.error(
            first.start, behind.end, f"`{begin} {c}` can be read in two ways",
            "brackets around what the function applies to",
            "without brackets nobody can tell where the argument ends",
            f"`…({begin.split()[-1]} {c})` or `({begin}) {c}`",
        )  # fmt: skip

    def _too_many_primes(self, unit: Unit) -> ReadError:
        return self.error(
            unit.start, unit.end, "more than three primes", "at most three",
            "nobody differentiates a function more often by hand", "`f^{(n)}`, said in words",
        )  # fmt: skip


def raised(base: Expr, exponent: Expr) -> Expr:
    """Return base to the exponent; Euler's number raised is the exponential function in that spelling."""
    if isinstance(base, Apply) and base.op is euler:
        return EULER_POWER(exponent)
    return power(base, exponent)


_ORDERS: dict[str, Callable[[Expr, Expr], tuple[Expr, ...]]] = {
    ">": lambda a, b: (above(a, b),),
    ">=": lambda a, b: (at_least(a, b),),
    "<": lambda a, b: (above(b, a),),
    "<=": lambda a, b: (at_least(b, a),),
    "=": lambda a, b: (at_least(a, b), at_least(b, a)),
}
_UPWARD = {">": 1, ">=": 1, "<": -1, "<=": -1, "=": 0}


def _several(node: Node) -> tuple[Node, ...]:
    inner = bare(node)
    return inner.items if isinstance(inner, Series) else (inner,)


def _is_loss(body: Expr) -> bool:
    """Say whether something looks like what a loss adds up: a square or a logarithm."""
    return isinstance(body, Apply) and (
        body.op is power
        or (isinstance(body.op.layout, Named) and body.op.name == "log")
        or any(map(_is_loss, body.args))
    )


def _at_last_slash(text: str) -> tuple[str, str]:
    """Cut a quotient at the last `/` that stands in no bracket."""
    level = 0
    for at in range(len(text) - 1, -1, -1):
        level += (text[at] in ")]}") - (text[at] in "([{")
        if text[at] == "/" and level == 0:
            return text[:at].rstrip(), text[at + 1 :].lstrip()
    return text, ""
