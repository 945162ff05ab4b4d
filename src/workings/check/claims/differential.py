"""Lines between differentials: `dL = (a − y) da`, `dz = a − y`, `dw = x dz`.

They are written in two customs. In the older one dL is the change of L that small changes of the weights make, so
that both sides are sums over dw, db, …; in the other dz is short for ∂L/∂z, the slope of the error. A line that holds
in one of them holds; since nobody can tell which one is meant, a line that holds in neither is left undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace as replace_words
from functools import reduce

from workings.check.judge.budget import UnsettledError
from workings.check.judge.judge import Judge
from workings.check.verdict import Finding, undecided, unread
from workings.graph.expr import (
    ZERO,
    Apply,
    Expr,
    Symbol,
    names,
    partial,
    replace,
    symbol,
)
from workings.graph.ops.arithmetic import add, mul
from workings.graph.terms import changed
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import Side
from workings.read.names.sides import SETTLED, read_side
from workings.read.names.vocabulary import Vocabulary


def differential(side: Side, words: Vocabulary, known: frozenset[str]) -> str | None:
    """Return the name whose differential a side is: L of `dL`, where no d is a name of its own."""
    found = _read(side, words, known) if "d" in side.at.content else None
    name = found.name if isinstance(found, Symbol) else ""
    return name[1:] if name[:1] == "d" and name not in known and name[1:] in known else None


class Customs:
    """The two customs by which `dL` is read, over one network."""

    def __init__(self, judge: Judge, error: str | None, opened: Callable[[Expr], Expr]) -> None:
        """Take the error, whose slopes the shorter custom means, and what opens derivatives."""
        self.judge, self.error, self.opened = judge, error, opened
        #: The custom of the document, as far as its lines have told.
        self.custom = ""

    @property
    def known(self) -> frozenset[str]:
        """The names that have a meaning."""
        return self.judge.meaning.known

    def read(self, side: Side, words: Vocabulary) -> Expr | None:
        """Return what a side says, its differentials as names; None where it is not read."""
        return _read(side, words, self.known)

    def finding(self, name: str, values: Sequence[Expr]) -> tuple[Finding, str]:
        """Return what is known of `d(name) = …`, and the rule: the custom in which it holds.

        Once lines hold in one custom alone, the document is read in that one.
        """
        inside = {n[1:]: symbol(n) for value in values for n in names(value) if n not in self.known}
        foreign = [written.name for of, written in inside.items() if of not in self.known]
        if foreign:
            return unread(f"`{plain_name(foreign[0])}` is not defined"), ""
        held = self._held(name, values, inside)
        self.custom = self.custom or (next(iter(held)) if len(held) == 1 else "")
        rule = self.custom if self.custom in held else next(iter(held), "")
        if rule and self.custom in ("", rule):
            short = f"d{plain_name(name)} is ∂{plain_name(self.error or '')}/∂{plain_name(name)}"
            return held[rule], short if rule == SLOPES else rule
        if held:
            return undecided(f"it holds for {rule}, and other lines hold for {self.custom}"), ""
        why = f"neither as slopes of {plain_name(self.error or 'the error')} nor as small changes do its sides agree"
        return undecided(why), ""

    def _held(self, name: str, values: Sequence[Expr], inside: Mapping[str, Symbol]) -> dict[str, Finding]:
        """Return the customs in which all sides are what the left side is, each with the weakest of the findings."""
        held: dict[str, Finding] = {}
        for rule, custom in self._customs(inside):
            try:
                sides = [self.opened(replace(v, {at: custom(of) for of, at in inside.items()})) for v in values]
                found = [self.judge.compare(custom(name), side) for side in sides]
            except UnsettledError:
                continue
            if found and all(finding.holds for finding in found):
                held[rule] = min(found, key=lambda f: (f.verdict == "holds", f.how == "proved"))
        return held

    def _customs(self, inside: Collection[str]) -> Iterator[tuple[str, Callable[[str], Expr]]]:
        """Yield the customs, each with what the differential of a name stands for in it."""
        meaning = self.judge.meaning
        moving = sorted({leaf for of in inside for leaf in meaning.below(of) | {of} if leaf in meaning.leaves})

        def slope(of: str) -> Expr:
            return self.opened(partial(symbol(self.error or ""), symbol(of)))

        def change(of: str) -> Expr:
            # What no differential of the line reaches stays as it is: the target, mostly.
            slopes = ((leaf, self.opened(partial(symbol(of), symbol(leaf)))) for leaf in moving)
            return reduce(add, (mul(by_leaf, symbol(f"d {leaf}")) for leaf, by_leaf in slopes), ZERO)

        if self.error is not None:
            yield SLOPES, slope
        yield CHANGES, change


#: The customs: dz is short for the slope of the error by z, or for a small change of z.
SLOPES, CHANGES = "slopes of the error", "total differentials"


def _read(side: Side, words: Vocabulary, known: frozenset[str]) -> Expr | None:
    """Return what a side says, with d and the name behind it as one name."""
    if "d" in words.names | words.functions:
        return None
    own = frozenset(f"d{name}" for name in known) - known
    found = read_side(side, replace_words(words, names=words.names | own), SETTLED)
    return None if found is None else _joined(found, known)


def _joined(expr: Expr, known: frozenset[str]) -> Expr:
    """Return an expression with the factor d and the name behind it as one: d · a is da."""
    d = symbol("d")

    def joined(part: Expr) -> Expr:
        if not isinstance(part, Apply) or part.op is not mul:
            return part
        first, last = part.args
        if not isinstance(last, Symbol) or last.name not in known:
            return part
        name = symbol(f"d{last.name}")
        if first is d:
            return name
        inner = first.args if isinstance(first, Apply) and first.op is mul else ()
        return mul(inner[0], name) if inner and inner[1] is d else part

    return changed(expr, joined)
