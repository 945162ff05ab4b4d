"""A program over many examples at once: what its sums, and its slopes, are.

    p = w * x + b                 one number for each example
    L = np.mean((p - y) ** 2)     one number
    dp = 2 * (p - y) / N          ∂L/∂p, one for each
    dw = np.sum(dp * x)           ∂L/∂w, one

Every quantity is shared, each (one for each example), or a sum over the examples. Where sums are only added and
multiplied by what is shared, an equation holds for all data exactly where it holds for every number of examples that
are all alike: N copies of one, a mean of which is that one, a sum N times that one. By an each, a sum of N terms has
the slope of one of them: that of the copies, divided by N. A line that mixes the three otherwise is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workings.errors import Problem
from workings.graph.expr import Apply, Call, Expr, Number, Partial, Symbol, fold, names, symbol
from workings.graph.names import RATES_BY_NAME
from workings.graph.network import Declaration, Function, Network
from workings.graph.op import Op
from workings.graph.ops.arithmetic import add, div, mul, neg, sub
from workings.graph.terms import calls_in, reached
from workings.graph.writing.spelling import parts_of
from workings.graph.writing.spelling import plain as plain_name
from workings.read.formula.tree import Formula, Unread
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.elaborate import How
from workings.read.names.sides import read_side
from workings.read.names.vocabulary import Vocabulary
from workings.read.network.assemble import Beside, Kind

_SUMS = frozenset(("sum", "mean", "average"))
_FUNCTIONS = _SUMS | {"len", "dot"}
#: What people call the data of an example, by base.
_DATA = frozenset(("x", "X", "y", "Y", "t", "target", "targets", "label", "labels", "input", "inputs"))
_COUNTS = ("N", "n", "m", "M", "N_0")


@dataclass(frozen=True)
class Examples:
    """The kinds of a program's names, and the number of its examples."""

    count: Symbol
    kinds: Mapping[str, Kind]

    def slope(self, of: Partial) -> Expr:
        """Return a slope of the copies as that of many examples."""
        return div(of, self.count) if self._one_of_many(of) else of

    def mismatch(self, of: Partial, name: str) -> str:
        """Return why a name cannot be the slope that it is called after; nothing where it can."""
        kind, own = self.kinds.get(name, "?"), self.kind(of)
        own = "each" if self._one_of_many(of) else own
        if "?" in (kind, own):
            return f"how `{plain_name(name)}` is made of the examples is not read"
        if own == kind or {own, kind} <= {"sum", "shared"}:
            return ""
        return f"`{plain_name(name)}` is {_SAID[kind]}, and the slope is {_SAID[own]}"

    def _one_of_many(self, of: Partial) -> bool:
        return (
            isinstance(of.of, Symbol) and self.kinds.get(of.of.name) == "sum" and self.kinds.get(of.by.name) == "each"
        )

    def kind(self, expr: Expr) -> Kind:
        """Return what an expression is, whose sums stand in it as calls."""
        return fold(expr, self._kind)

    def _kind(self, part: Expr, below: tuple[Kind, ...]) -> Kind:
        if isinstance(part, Number):
            return "shared"
        if isinstance(part, Partial):
            return _of_slope(below[0], self.kinds.get(part.by.name, "?"))
        if isinstance(part, Symbol):
            return self.kinds.get(part.name, "shared" if part.name in RATES_BY_NAME else "?")
        if isinstance(part, Call) and part.function == "dot":
            return "sum" if below == ("each", "each") else "?"
        if isinstance(part, Call) and part.function in _FUNCTIONS:
            inside = below[0] if len(part.args) == 1 and not any(part.orders) else "?"
            return "shared" if part.function == "len" or inside == "shared" else "sum" if inside == "each" else "?"
        if isinstance(part, Apply | Call):
            return _combined(part.op if isinstance(part, Apply) else None, below)
        return "?"


_SAID: dict[Kind, str] = {"each": "one number for each example", "sum": "one number", "shared": "one number", "?": ""}


def _of_slope(of: Kind, by: Kind) -> Kind:
    if "?" in (of, by) or by == "sum":
        return "?"
    if of == "each":
        return "each"
    return of if by == "shared" else "?"


def _combined(op: Op | None, kinds: Sequence[Kind]) -> Kind:
    found = set(kinds)
    if "?" in found or {"each", "sum"} <= found:
        return "?"
    if "sum" not in found:
        return "each" if "each" in found else "shared"
    linear = op in (add, sub, neg) or (op is mul and kinds.count("sum") == 1) or (op is div and kinds[1] == "shared")
    return "sum" if linear else "?"


def over_examples(
    network: Network, lines: Sequence[WrittenLine], words: Vocabulary, beside: Beside
) -> tuple[Network, Sequence[WrittenLine], Vocabulary, Beside]:
    """Return a network, its lines and names for many examples, where the page is a program over those."""
    functions = _FUNCTIONS - words.functions
    if words.alone or network.error is None or not _SUMS & functions or not _sums_in_code(lines, functions):
        return network, lines, words, beside
    own = words.names | network.formulas.keys() | network.declarations.keys()
    count = symbol(next(name for name in _COUNTS if name not in own))
    words = replace(words, functions=words.functions | functions, names=words.names - functions)
    found = _Reader(network, lines, words, count)
    made = found.network(functions)
    if made is None:
        return network, lines, words, beside
    judged = [found.line(line) for line in lines]
    return made, judged, words, Beside({}, beside.functions, count.name, found.kinds)


def examples_of(beside: Beside) -> Examples | None:
    """Return the examples that a page was read for, where it is a program over several."""
    return Examples(symbol(beside.count), beside.kinds) if beside.count else None


def _sums_in_code(lines: Iterable[WrittenLine], functions: frozenset[str]) -> bool:
    words = ((side.formula, side.at.content) for line in lines if line.code for side in line.sides[1:] if side)
    return any(name in content for _, content in words for name in _SUMS & functions)


class _Reader:
    """The reading of a program's lines, one after the other, with the kinds of its names so far."""

    def __init__(self, network: Network, lines: Sequence[WrittenLine], words: Vocabulary, count: Symbol) -> None:
        self.given, self.lines, self.words = network, lines, words
        data = {name for line in lines if line.code and (name := self._head(line)) and self._value(line) is None}
        kinds: dict[str, Kind] = {count.name: "shared"}
        for name, declared in network.declarations.items():
            shared = declared.role in ("weight", "constant", "rate")
            each = name in data or parts_of(name)[0] in _DATA
            kinds[name] = "shared" if shared else "each" if each else "?"
        self.kinds, self.examples = kinds, Examples(count, kinds)

    def network(self, functions: frozenset[str]) -> Network | None:
        """Return the network of examples that are all alike, None where it is no network of such."""
        network, count = self.given, self.examples.count
        z, both = symbol("z"), ("z", "v")
        bodies: dict[str, Expr] = {"sum": mul(count, z), "len": count, "mean": z, "average": z}
        bodies["dot"] = mul(count, mul(z, symbol("v")))
        written = {name: value for line in self.lines if line.code and (name := self._head(line)) in network.formulas
                   and (value := self._value(line)) is not None}  # fmt: skip
        if network.error not in written:
            return None
        equations = [replace(e, formula=written.get(e.name, e.formula)) for e in network.equations]
        formulas = {e.name: e.formula for e in equations}
        sums = [part for part in calls_in(*formulas.values()) if part.function in _FUNCTIONS]
        summed = reached(
            (name for part in sums for name in names(part)), lambda n: names(formulas[n]) if n in formulas else ()
        )
        # The factor of a penalty stands outside of every sum.
        self.kinds |= {name: "shared" for name, kind in self.kinds.items() if kind == "?" and name not in summed}
        for name in network.order:
            self.kinds[name] = self.examples.kind(formulas[name])
        if self.examples.kinds[network.error or ""] != "sum":
            return None
        made = {name: Function(name, both[: 1 + (name == "dot")], bodies[name]) for name in functions}
        declared = Declaration(count.name, "constant", None, why="the number of examples")
        return replace(
            network, equations=tuple(equations), functions={**network.functions, **made},
            declarations={**network.declarations, count.name: declared},
        )  # fmt: skip

    def line(self, line: WrittenLine) -> WrittenLine:
        """Return a line as it is to be judged: unread where it mixes what is shared, each and summed."""
        name, values = self._head(line), [self._read(side) for side in line.sides[1:]]
        if name and line.code and values:
            kind = self.examples.kind(values[0]) if values[0] is not None else "?"
            changed = line.relations[0] in ("+=", "-=")
            if changed and self.examples.kinds.get(name) == "shared" and kind in ("shared", "sum"):
                # A weight stays what it is, whatever moves it.
                return line
            if changed:
                kind = _combined(add, [self.examples.kinds.get(name, "?"), kind])
            if name in self.given.weights and line.relations[0] == "=" and kind in ("shared", "sum"):
                return line
            if name not in self.given.weights and name not in self.given.declarations:
                self.kinds[name] = kind
            elif kind == "each":
                return _unread(line, "it changes one number by one for each example")
            return line if kind != "?" or values[0] is None else _unread(line, _MIXED)
        head = self._read(line.sides[0]) if line.sides[0] is not None else None
        if isinstance(head, Partial) and any(self.examples.kind(v) != self.examples.kind(head) for v in values if v):
            return _unread(line, _MIXED)
        return line

    def _head(self, line: WrittenLine) -> str:
        head = line.sides[0] if line.relations and line.relations[0] in ("=", "+=", "-=") else None
        found = self._read(head) if head is not None else None
        return found.name if isinstance(found, Symbol) and not isinstance(found, Partial) else ""

    def _value(self, line: WrittenLine) -> Expr | None:
        return self._read(line.sides[1]) if len(line.sides) > 1 else None

    def _read(self, side: Side | None) -> Expr | None:
        return None if side is None else read_side(side, self.words, How("left", bare=True, lenient=True))


_MIXED = "what it is for each example, and what is one number for all, is mixed in it"


def _unread(line: WrittenLine, why: str) -> WrittenLine:
    """Return a line whose right sides are not read, with the reason."""
    sides: list[Side | None] = [line.sides[0]]
    for side in line.sides[1:]:
        if side is None:
            sides.append(None)
            continue
        problem = Problem(side.at.place, why, "one of the two", "", "")
        sides.append(Side(side.at, Formula(Unread(side.at.start, side.at.end, problem))))
    return replace(line, sides=tuple(sides))
