"""A document as its statements are taken: what is asked of all of it, and the facts so far.

Whether one statement defines a name depends on the others: who else defines it, where else its names stand, whether
code only repeats what formulas say. Each such question is answered once for a document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from workings.graph.expr import Expr
from workings.graph.terms import reached
from workings.read.facts.examples import is_one_example, labels_of
from workings.read.facts.records import Facts, NotUsed, Parse
from workings.read.formula.statement import Side, Statement, derivative_in
from workings.read.formula.tree import Node, Scripted, Sum, of_kind, preorder
from workings.read.names.elaborate import How, elaborate
from workings.read.names.found import find_vocabulary, implied_functions
from workings.read.names.queries import defined, head, mentions, names_of
from workings.read.names.slopes import slopes_in
from workings.read.names.spelling import units
from workings.read.names.vocabulary import CALLED_AFTER_A_SLOPE, Vocabulary
from workings.read.page.document import Span


class Page:
    """A document with its vocabulary; `facts` are those that were taken from it so far."""

    def __init__(self, spans: Sequence[Span], statements: Sequence[Statement]) -> None:
        """Find the names of the document."""
        self.spans, self.statements = spans, statements
        #: Whether a program stands in the document.
        self.is_code = any(span.kind == "code" for span in spans)
        self.facts = Facts(strict=False)
        #: Code within sentences that the network does not come from.
        self.mentioned: set[Statement] = set()
        prose = " ".join(span.content for span in spans if span.kind == "prose")
        words = find_vocabulary(statements, prose, self.prose_at)
        self.words = replace(words, alone=is_one_example(statements), labels=labels_of(statements))
        self.implied = implied_functions(statements, self.words)

    def prose_at(self, index: int) -> str:
        """Return the prose of a span; nothing where it is no prose."""
        if 0 <= index < len(self.spans) and self.spans[index].kind == "prose":
            return self.spans[index].content
        return ""

    @cached_property
    def heads(self) -> dict[str, list[Statement]]:
        """The names that left sides define, each with its statements."""
        found: dict[str, list[Statement]] = {}
        for statement in self.statements:
            if statement.relations[:1] == ("=",) and not self.derives(statement):
                named = head(statement, self.words)
                if named is not None:
                    found.setdefault(named[0], []).append(statement)
        return found

    @cached_property
    def used_twice(self) -> frozenset[str]:
        """The names that stand in more than one statement, or on a left side."""
        seen: dict[str, int] = {}
        for statement in self.statements:
            if statement.relations:
                for name in names_of(statement.sides, self.words):
                    seen[name] = seen.get(name, 0) + 1
        return frozenset(name for name, count in seen.items() if count > 1) | frozenset(self.heads)

    def derives(self, statement: Statement) -> bool:
        """Say whether a derivative stands in a statement; a prime that is part of a name is none."""
        if not statement.derives:
            return False
        if any(name.endswith("'") for name in self.words.names):
            return any(_derives_but_for(side.root, self.words) for side in statement.sides)
        return True

    def in_derivation(self, statement: Statement) -> bool:
        """Say whether a derivative stands in the display of a statement."""
        return statement.span in self._derivations

    @cached_property
    def _derivations(self) -> frozenset[int]:
        """The displays in which a derivative stands."""
        return frozenset(statement.span for statement in self.statements if statement.derives)

    def parse(self, side: Side, term: int | None = None) -> Parse:
        """Return the reading of a side, to be run when the vocabulary is known; what it takes for granted is told.

        Of a sum over an index, `term` is the one that is meant.
        """

        def parse(words: Vocabulary) -> Expr:
            how = How(lenient=True, examples=self.is_code, term=term)
            found = elaborate(side.formula, side.at.text, words, how)
            self.facts.notes += [note for note in found.notes if note not in self.facts.notes]
            return found.expr

        return parse

    @cached_property
    def needed_of_code(self) -> frozenset[str]:
        """The names that the formulas use and only code defines, with what those are made of."""
        written, used = set[str](), set[str]()
        code: dict[str, Statement] = {}
        for statement in self.statements:
            named = head(statement, self.words) if statement.relations[:1] == ("=",) else None
            if statement.kind == "code":
                if named is not None:
                    code.setdefault(named[0], statement)
            elif statement.relations:
                used |= names_of(statement.sides, self.words)
                if named is not None and not self.derives(statement):
                    written.add(named[0])
        known = code.keys() - written
        return frozenset(reached(used & known, lambda name: _read_by(code[name], self.words) & known))

    @cached_property
    def defined_in_formulas(self) -> bool:
        """Whether formulas outside of code define quantities."""
        for statement in self.statements:
            if statement.kind == "latex" and statement.relations[:1] == ("=",) and not self.derives(statement):
                named = head(statement, self.words)
                side = self.defining_side(statement)
                if named is not None and named[1] is None and not statement.sides[side].is_number:
                    return True
        return False

    @cached_property
    def with_formulas(self) -> frozenset[str]:
        """The names that some statement defines by more than a number; an update, `w = w − η g`, defines nothing."""
        return frozenset(
            name for name, statements in self.heads.items()
            if any(
                self._is_formula(name, s.sides[self.defining_side(s)]) and not self.is_new_value(s, name)
                for s in statements
                if not shares(s, self.words)
            )
        )  # fmt: skip

    def _is_formula(self, name: str, side: Side) -> bool:
        """Say whether a side is a formula of a name: not a number, and no step of it, which a slope makes."""
        inside = {self.words.settled(m.name) for m in mentions(side.root, self.words)}
        return not side.is_number and name not in inside and not any(map(CALLED_AFTER_A_SLOPE.fullmatch, inside))

    def is_new_value(self, statement: Statement, name: str) -> bool:
        """Say whether a program gives a name another value once it has computed with its number.

        Of `w = 0.3; z = w * x; …; w = v - r * g` the last line is no formula of w: z was made of the number.
        """
        first = self.heads.get(name, [statement])[0]
        if statement.kind != "code" or first is statement or not self._is_number_in_code(first, statement):
            return False
        begins, ends = first.at.start, statement.at.start
        between = (s for s in self.statements if s.at.text is statement.at.text and begins < s.at.start < ends)
        return any(name in names_of(s.sides[1:], self.words) for s in between if s.relations[:1] == ("=",))

    def _is_number_in_code(self, first: Statement, later: Statement) -> bool:
        before = first.at.text is later.at.text and first.at.start < later.at.start
        return before and first.kind == "code" and first.sides[self.defining_side(first)].is_number

    def defining_side(self, statement: Statement) -> int:
        """Return the side of a chain `a = b = c` that defines a: the first one that uses names.

        In `f(z) = a = tanh(z)` that is the last: a is a name for the value, and does not say what f is.
        """
        formulas = [
            side
            for side in range(1, len(statement.sides))
            if statement.relations[side - 1] in ("=", "<-") and not statement.sides[side].is_number
        ]
        made = _made_of_parameters(statement, self.words) if len(formulas) > 1 else frozenset[int]()
        return next((side for side in formulas if side in made), formulas[0] if formulas else 1)

    @cached_property
    def applied(self) -> frozenset[str]:
        """The names that have a bracket behind them in some formula."""
        return frozenset(
            m.name for s in self.statements for side in s.sides for m in mentions(side.root, self.words)
            if m.applied or m.unit.primes
        )  # fmt: skip

    @cached_property
    def moving(self) -> frozenset[str]:
        """The names that derivatives are of and by: quantities and weights, and no targets."""
        found = (slope for s in self.statements for side in s.sides for slope in slopes_in(side.root, self.words))
        return frozenset(self.words.settled(unit.name) for slope in found for unit in (*slope.of, *slope.by))

    @cached_property
    def compared(self) -> frozenset[frozenset[str]]:
        """The names of which the page takes the difference, y − a: each time both of them."""
        sums = (node for s in self.statements if s.relations for side in s.sides for node in of_kind(side.root, Sum))
        differences = (node for node in sums if [sign for sign, _ in node.terms] in (["", "-"], ["-", "+"]))
        sides = ((defined(term, self.words) for _, term in node.terms) for node in differences)
        return frozenset(frozenset(name[0] for name in found if name is not None) for found in sides)

    def unused(self, statement: Statement, why: str, uses: frozenset[str] = frozenset()) -> None:
        """List a statement as no part of the network, with the reason."""
        self.facts.not_used.append(NotUsed(statement.at.content, statement.at.place, why, uses))


def _made_of_parameters(statement: Statement, words: Vocabulary) -> frozenset[int]:
    """Return the sides that have a parameter in them, where the left side is a function beside a lone name."""
    whole, first = head(statement, words), defined(statement.sides[1].root, words)
    if whole is None or not whole[1] or first is None or first[1] is not None or first[0] in whole[1]:
        return frozenset()
    inside = [{words.settled(m.name) for m in mentions(side.root, words)} for side in statement.sides]
    return frozenset(side for side, found in enumerate(inside) if side and found & set(whole[1]))


def _derives_but_for(root: Node, words: Vocabulary) -> bool:
    """Say whether a tree has a derivative in it, primes that belong to names left aside."""
    for node in preorder(root):
        if isinstance(node, Scripted) and node.primes:
            found = units((("", node),), words)
            if len(found) == 1 and found[0].name + "'" * found[0].primes in words.names:
                continue
        if derivative_in(node):
            return True
    return False


def _read_by(statement: Statement, words: Vocabulary) -> frozenset[str]:
    """Return the names that a statement speaks of, those of functions that would be known without it too."""
    return frozenset(words.settled(m.name) for side in statement.sides for m in mentions(side.root, words))


def shares(statement: Statement, words: Vocabulary) -> bool:
    """Say whether a statement gives several names one number: `w_1 = w_2 = 0.5`."""
    names = [defined(side.root, words) for side in statement.sides[:-1]]
    bare = all(name is not None and name[1] is None for name in names)
    return bare and len(names) > 1 and statement.sides[-1].is_number
