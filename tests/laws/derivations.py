"""Derivations as people write them, drawn by chance, with at most one slip planted; and what is true of each line.

    z = w₁ x + b,  ŷ = σ(z),  E = ½ (ŷ − t)²         a network
    ∂E/∂w₁ = ∂E/∂ŷ ∂ŷ/∂z ∂z/∂w₁                       a chain
    ∂ŷ/∂z  = ŷ (1 + ŷ)                                a factor, here with a slip
    ∂E/∂w₁ = (ŷ − t) ŷ (1 − ŷ) x                      the product

Whether a line is right is a question of values alone, so a slip that happens to change nothing leaves a right line;
and a slip may be called by the name of every other one that gives the same value.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from random import Random
from typing import NamedTuple

from tests.laws.hands import CLOSES, OPENS, Line, Pen, Side, document
from tests.laws.nets import (
    HALVES,
    INDEX,
    INNER,
    KEPT,
    PATH,
    PRODUCT,
    SIGN,
    UPDATE,
    Factor,
    Link,
    Names,
    Net,
    Path,
    Terms,
    named,
    network,
)
from tests.laws.trees import (
    HALF,
    ONE,
    TWO,
    Oracle,
    Tree,
    has_mark,
    marked,
    names_in,
    renamed,
    slope,
    sym,
    times,
    unmarked,
)

# Mutants: right terms with one thing done wrongly


class Mutant(NamedTuple):
    """A way to go wrong: the names of the slip, the terms that it leaves, and what stands before them all."""

    names: Names
    terms: Terms
    scale: Tree | None = None


def _fixed(tree: Tree) -> Factor:
    return Factor("fixed", (marked(tree),))


#: Where a factor is left out, the product that lacks it is what is wrong.
LOST = Factor("lost", (ONE,))


def mutants(net: Net, terms: Terms) -> Iterator[Mutant]:
    """Yield every wrong version of a derivative that is written out."""
    yield Mutant(named(SIGN), terms, -ONE)
    yield Mutant(named(HALVES), terms, TWO)
    yield Mutant(named(HALVES), terms, HALF)
    shared = _shared(terms)
    for at, factor in enumerate(terms[0][:shared]):
        for names, fresh in _replaced(net, factor):
            yield Mutant(names, tuple((*t[:at], *fresh, *t[at + 1 :]) for t in terms))
    if len(terms) > 1:
        yield from _of_several(net, terms, shared)
    for at, factor in enumerate(terms[0]):
        if len(terms) == 1 and factor.kind in ("act", "loss") and any(f.kind != "one" for f in terms[0][at + 1 :]):
            yield Mutant(named(INNER), ((*terms[0][: at + 1], LOST),))
    for at in range(shared):
        if len(terms) > 1 and terms[0][at].kind in ("act", "loss"):
            yield Mutant(named(INNER), ((*terms[0][: at + 1], LOST),))
    for factor in {f.right[0]: f for t in terms for f in t if f.kind == "act"}.values():
        yield Mutant(named(KEPT), tuple((factor._replace(right=tuple(map(marked, factor.right))), *t) for t in terms))


def _of_several(net: Net, terms: Terms, shared: int) -> Iterator[Mutant]:
    for index, term in enumerate(terms):
        others = (*terms[:index], *terms[index + 1 :])
        yield Mutant(named(PATH), others)
        if len(terms) > 2:
            yield Mutant(named(PATH), (term,))
        for names, sign in ((named(SIGN), -ONE), (named(HALVES), TWO), (named(HALVES), HALF)):
            yield Mutant(names, (*terms[:index], (_fixed(sign), *term), *terms[index + 1 :]))
        for at in range(shared, len(term)):
            for names, fresh in _replaced(net, term[at]):
                wrong = (*term[:at], *fresh, *term[at + 1 :])
                yield Mutant(names, (*terms[:index], wrong, *terms[index + 1 :]))
            if term[at].kind == "act" and any(f.kind != "one" for f in term[at + 1 :]):
                yield Mutant(named(INNER), (*terms[:index], (*term[: at + 1], LOST), *terms[index + 1 :]))
    heads = [t[shared].kind if len(t) > shared else "" for t in terms]
    if heads == ["gate", "gate"]:
        yield Mutant(
            named(PRODUCT),
            ((*terms[0][:shared], *terms[0][shared + 1 :], *terms[1][shared + 1 :]),),
        )


def _replaced(net: Net, factor: Factor) -> Iterator[tuple[Names, tuple[Factor, ...]]]:
    for names, tree in factor.wrong:
        yield names, (_fixed(tree),)
    if factor.left_out:
        yield factor.left_out, (LOST,)
    known = sorted({*net.formulas, *net.weights, *net.inputs, *net.targets})
    for tree in dict.fromkeys(factor.right[:1]):
        for name in sorted(names_in(tree)):
            for other in known:
                if name != other and _base(name) == _base(other) and name[-1].isdigit() and other[-1].isdigit():
                    yield named(INDEX), (_fixed(renamed(tree, name, other)),)


def _base(name: str) -> str:
    return name.rstrip("0123456789")


def _shared(terms: Terms) -> int:
    """Return how many first factors all terms have in common."""
    count = 0
    for column in zip(*terms, strict=False):
        if len(terms) > 1 and any(f is not column[0] for f in column):
            break
        count += 1
    return count


def chain_mutants(paths: Sequence[Path]) -> Iterator[tuple[Names, Tree]]:
    """Yield wrong versions of a chain of derivatives."""
    for index, path in enumerate(paths):
        rest = [chain(p) for p in (*paths[:index], *paths[index + 1 :])]

        def whole(tree: Tree, rest: Sequence[Tree] = rest) -> Tree:
            return reduce(operator.add, [tree, *rest])

        if rest:
            yield named(PATH), reduce(operator.add, rest)
        for at, link in enumerate(path):
            left_out = link.factors[0].left_out if len(link.factors) == 1 else None
            if left_out and len(path) > 1:
                yield left_out, whole(marked(chain((*path[:at], *path[at + 1 :]))))
        yield named(SIGN), whole(marked(-chain(path))) if rest else marked(-chain(path))


def chain(path: Path) -> Tree:
    """Return a chain of derivatives; a term of the error's own, λ w, is written out."""
    if len(path) == 1 and path[0].direct:
        return path[0].factors[0].right[0]
    return times([slope(link.of, link.by, direct=link.direct) for link in path])


# Lines


class Writer:
    """Writes derivations of one network."""

    def __init__(self, net: Net, chance: Random) -> None:
        self.net, self.chance = net, chance
        self.lines: list[Line] = []
        self.told: dict[str, Tree] = {}

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def pick_form(self, factor: Factor) -> Tree:
        return self.chance.choice(factor.right)

    def written(self, terms: Terms, scale: Tree | None = None) -> Tree:
        """Return terms as one formula, with what they share in front or in each."""
        shared = _shared(terms) if len(terms) > 1 and self.maybe(0.6) else 0
        head = terms[0][:shared]
        bodies = [self.product(t[shared:]) for t in terms] if len(terms) > 1 else [self.product(terms[0])]
        if self.maybe(0.3):
            self.chance.shuffle(bodies)
        total = reduce(operator.add, bodies)
        if head:
            front = self.product(head)
            total = front * total if self.maybe(0.7) else total * front
        if scale is None:
            return total
        # A sign is no part of its own, so that the whole is marked.
        return marked(-total) if scale == -ONE else marked(scale) * total

    def product(self, factors: Sequence[Factor]) -> Tree:
        kept = [f for f in factors if f is not LOST]
        trees = [self.pick_form(f) for f in kept if f.kind != "one" or self.maybe(0.1)]
        if self.maybe(0.5):
            self.chance.shuffle(trees)
        return times(trees) if len(kept) == len(factors) else marked(times(trees))

    def formula_side(self, terms: Terms) -> Side:
        def table() -> Iterator[tuple[Names, Tree]]:
            for mutant in mutants(self.net, terms):
                plain = reduce(operator.add, [times([f.right[0] for f in t]) for t in mutant.terms])
                yield mutant.names, plain if mutant.scale is None else mutant.scale * plain

        def wrong() -> Iterator[tuple[Names, Tree]]:
            for mutant in mutants(self.net, terms):
                yield mutant.names, self.written(mutant.terms, mutant.scale)

        return Side(self.written(terms), wrong, table)

    def chain_side(self, paths: Sequence[Path]) -> Side:
        terms = terms_of(paths)
        own = self.formula_side(terms)

        def wrong() -> Iterator[tuple[Names, Tree]]:
            return chain_mutants(paths)

        def table() -> Iterator[tuple[Names, Tree]]:
            yield from wrong()
            yield from own.table()

        return Side(reduce(operator.add, map(chain, paths)), wrong, table)

    # What an author writes for one weight

    def derive(self, weight: str) -> None:
        paths = self.paths(weight)
        truth = slope("E", weight)
        terms = terms_of(paths)
        chained = self.chain_side(paths)
        written = self.formula_side(terms)
        if len(paths[0]) < 2 and len(paths) == 1:
            self.lines.append(Line(truth, truth, [written]))
        elif self.maybe(0.2):
            self.lines.append(Line(truth, truth, [chained]))
            self.lines.append(Line(None, truth, [written]))
        elif self.maybe(0.15):
            self.lines.append(Line(truth, truth, [chained, written]))
        else:
            if self.maybe(0.85):
                self.lines.append(Line(truth, truth, [chained]))
            self.factors(paths)
            self.lines.append(Line(truth, truth, [written]))
        if self.maybe(0.3):
            self.lines.append(Line(None, truth, [self.formula_side(terms)]))
        if self.maybe(0.35):
            self.update(weight, terms)

    def paths(self, weight: str) -> list[Path]:
        """Return the paths from the error to a weight; what acts in two ways at once is marked as direct."""
        source = "E*" if "E*" in self.net.links and self.maybe(0.6) else "E"
        found = self.net.paths(source, weight)
        return [tuple(replace_direct(self.net, link) for link in path) for path in found]

    def factors(self, paths: Sequence[Path]) -> None:
        links = {(link.of, link.by): link for path in paths for link in path}
        if len(links) == 1:
            return
        for link in links.values():
            if self.maybe(0.75) and not link.direct:
                self.lines.append(
                    Line(slope(link.of, link.by), slope(link.of, link.by), [self.formula_side((link.factors,))])
                )
        for head, tail in pairwise(paths[0]):
            shared = all(head in p and tail in p for p in paths)
            if shared and head.of == "E" and self.maybe(0.3) and not (head.direct or tail.direct):
                self.slope_of_two(head, tail)

    def slope_of_two(self, head: Link, tail: Link) -> None:
        """`∂E/∂z = …`, or the same by a name of its own: δ = ∂E/∂z = …"""
        truth = slope("E", tail.by)
        if len(self.net.paths("E", tail.by)) > 1:
            return
        side = self.formula_side((head.factors + tail.factors,))
        if self.maybe(0.5) and "delta" not in self.told and tail.by in ("z", "n1"):
            self.told["delta"] = truth
            bare = Side(truth, lambda: iter(()), lambda: iter(()))
            self.lines.append(Line(sym("delta"), truth, [bare, side]))
        else:
            self.lines.append(Line(truth, truth, [side]))

    def update(self, weight: str, terms: Terms) -> None:
        eta, w, step = sym("eta"), sym(weight), slope("E", weight)
        right = w - eta * step
        written = self.written(terms)
        amount = step if self.maybe(0.6) else written
        good: list[tuple[str, Tree, Tree]] = [("update", w - eta * amount, w + eta * amount)]
        if self.maybe(0.3):
            good = [("change", -(eta * amount), eta * amount)]
        kind, tree, bad = good[0]
        table = [(named(UPDATE), bad)]
        truth = right if kind == "update" else right - w
        side = Side(tree, lambda: iter(table), lambda: iter(table))
        relation = self.chance.choice(("<-", "=")) if kind == "update" else "="
        self.lines.append(Line(None, truth, [side], relation, update=f"{kind} {weight}"))


def replace_direct(net: Net, link: Link) -> Link:
    """Mark a link whose variable also acts through other names: ∂z₂/∂w in z₂ = w h₁(w)."""
    return link._replace(direct=is_ambiguous(net, slope(link.of, link.by)))


def terms_of(paths: Sequence[Path]) -> Terms:
    return tuple(tuple(f for link in path for f in link.factors) for path in paths)


# Documents


class Shown(NamedTuple):
    """A line in a document: its number there, whether it is right (None: no one can say), and its text."""

    number: int
    right: bool | None
    text: str


@dataclass
class Paper:
    """A document with what is known of it: `planted` is the line with the slip, `names` what the slip may be called.

    `planted_at` is where in that line the slip stands: from which column to which, counted from 0; what is left out
    stands in the product that lacks it.
    """

    seed: int
    text: str
    lines: list[Shown]
    planted: int | None
    names: Names
    plan: Names
    net: Net
    oracle: Oracle
    planted_at: tuple[tuple[int, int], ...] = ()

    def __repr__(self) -> str:
        """Show what a failure is understood from."""
        return f"seed {self.seed}, line {self.planted} {sorted(self.plan)} of {sorted(self.names)}\n{self.text}"


@dataclass
class Draft:
    """A derivation before it is written down: its lines as trees, and the pen that is to write them."""

    seed: int
    net: Net
    lines: list[Line]
    pen: Pen
    oracle: Oracle
    #: The line with the slip, the names of the slip, and all that its value may be called.
    where: int | None
    plan: Names
    names: Names

    def paper(self) -> Paper:
        """Write it down."""
        text, numbers = document(self.net, self.lines, self.pen)
        at = () if self.where is None else _marks(text.splitlines()[numbers[self.where] - 1])
        text = text.replace(OPENS, "").replace(CLOSES, "")
        rows = text.splitlines()
        shown = [
            Shown(number, None if moved else is_right(self.net, self.oracle, line), rows[number - 1])
            for number, line, moved in zip(numbers, self.lines, _moved(self.lines, self.pen), strict=True)
        ]
        planted = None if self.where is None else numbers[self.where]
        return Paper(self.seed, text, shown, planted, self.names, self.plan, self.net, self.oracle, at)


def draft(seed: int, *, slip: bool = True, weights: Sequence[int] = (1, 1, 2)) -> Draft:
    """Make the derivation that a seed gives, with one slip in one line, or with none.

    `weights` are the numbers of weights that it may differentiate by.
    """
    chance = Random(seed)
    net = network(chance)
    writer = Writer(net, chance)
    linked = [w for w in net.weights if net.paths("E", w)]
    for weight in chance.sample(linked, min(len(linked), chance.choice(weights))):
        writer.derive(weight)
    oracle = Oracle(net.formulas, writer.told, seed)
    where, plan, names = (_plant(writer, oracle, chance) if slip else None) or (None, named(), named())
    pen = Pen(chance.choice(("latex", "latex", "braces", "code")), chance, net.own)
    return Draft(seed, net, writer.lines, pen, oracle, where, plan, names)


def paper(seed: int, *, slip: bool = True, weights: Sequence[int] = (1, 1, 2)) -> Paper:
    """Write down the derivation that a seed gives."""
    return draft(seed, slip=slip, weights=weights).paper()


def _moved(lines: Sequence[Line], pen: Pen) -> list[bool]:
    """Say of each line whether it is a program's step that reads a weight which a step above has changed.

    No one can say whether its author means the new value.
    """
    changed = set[str]()
    found: list[bool] = []
    for line in lines:
        found.append(not pen.tex and bool(line.update) and any(changed & names_in(side.tree) for side in line.sides))
        kind, _, weight = line.update.partition(" ")
        changed |= {weight} if kind == "update" else set()
    return found


def _marks(line: str) -> tuple[tuple[int, int], ...]:
    """Return where the marked pieces of a line stand, once the marks are gone."""
    found: list[tuple[int, int]] = []
    begun: list[int] = []
    column = 0
    for character in line:
        if character == OPENS:
            begun.append(column)
        elif character == CLOSES:
            found.append((begun.pop(), column))
        else:
            column += 1
    return tuple(found)


def _plant(writer: Writer, oracle: Oracle, chance: Random) -> tuple[int, Names, Names] | None:
    """Put a slip into one side of one line; return the line, the slip's names, and all that its value allows."""
    places = [(i, side) for i, line in enumerate(writer.lines) for side in line.sides]
    for index, side in chance.sample(places, len(places)):
        found = list(side.wrong())
        if not found:
            continue
        # Each kind of slip is as likely as another, however many ways there are to make it.
        kind = chance.choice(sorted({tuple(sorted(names)) for names, _ in found}))
        names, tree = chance.choice([item for item in found if tuple(sorted(item[0])) == kind])
        side.tree = tree if has_mark(tree) else marked(tree)
        tree = unmarked(tree)
        # What ∂ means is the reader's choice where it can be read in two ways: a value in either counts.
        meant = [tree, *_readings(writer.net, tree)]
        same = (other for other, value in side.table() if any(oracle.agree(value, one) for one in meant))
        return index, names, names.union(*same)
    return None


def is_right(net: Net, oracle: Oracle, line: Line) -> bool | None:
    """Say whether every side is right; no one can say where ∂ can be read in two ways, and one of them makes it so."""
    found = [oracle.agree(line.truth, side.tree) for side in line.sides]
    if all(found):
        return True
    for right, side in zip(found, line.sides, strict=True):
        read = [right, *(oracle.agree(line.truth, other) for other in _readings(net, side.tree))]
        if all(r is False for r in read):
            return False
    return None


def _readings(net: Net, tree: Tree) -> Iterator[Tree]:
    """Yield a formula with each choice of its derivatives taken the other way."""
    open_ones = list(dict.fromkeys(slopes_in(tree)))
    unclear = [s for s in open_ones if is_ambiguous(net, s)]
    for mask in range(1, 2 ** len(unclear)):
        changed = tree
        for bit, part in enumerate(unclear):
            if mask >> bit & 1:
                changed = _put(changed, part, replace(part, name="" if part.name else "direct"))
        yield changed


def is_ambiguous(net: Net, part: Tree) -> bool:
    of, by = part.args[0].name, part.args[1].name
    inside = names_in(net.formulas[of])
    return by in inside and any(n != by and net.reaches(n, by) for n in inside)


def slopes_in(tree: Tree) -> Iterator[Tree]:
    if tree.op == "slope":
        yield tree
    for arg in tree.args:
        yield from slopes_in(arg)


def _put(tree: Tree, old: Tree, new: Tree) -> Tree:
    return new if tree == old else replace(tree, args=tuple(_put(a, old, new) for a in tree.args))
