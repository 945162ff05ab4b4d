"""Which names a document uses: its quantities, its functions, the letters that only count iterations.

Whether `A(w x)` applies and whether `w_i` is a name cannot be read off one formula. So all the statements are asked
first: what stands on left sides, alone in the prose, with brackets behind it, under a letter. The vocabulary that comes
out is what every formula is then read with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from workings.graph.names import RATES, named
from workings.graph.writing.spelling import canonical
from workings.read.formula.statement import Statement, derivative_in, differentials, is_number
from workings.read.formula.tree import Dots, Fence, Node, Numeral, Ratio, Scripted, Word, bare, of_kind, preorder
from workings.read.names.indices import family, index_of, runs_over
from workings.read.names.layers import find_marks
from workings.read.names.many import with_many_examples
from workings.read.names.queries import (
    Mention,
    defined,
    head,
    mentions,
    named_function,
    single_name,
    subscript,
)
from workings.read.names.spelling import APART, flat, letters_of, spelled
from workings.read.names.vocabulary import FIELD_WORDS, KNOWN, LETTERS, Vocabulary
from workings.read.phrases import heard

_COUNTS = ("iteration", "step", "epoch")
#: Letters that are numbers unless the text defines them as functions: γ (a − y) is a product.
_PARAMETERS = frozenset(
    ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "kappa", "lambda", "mu", "nu", "rho", "tau", "omega")
)


#: What people write for any activation, and for the logistic one by custom.
_ANY_ACTIVATION = frozenset(("sigma",))


def find_vocabulary(statements: Sequence[Statement], prose: str, prose_of: Callable[[int], str]) -> Vocabulary:
    """Return the vocabulary of a document; `prose_of` gives the prose of a span by its index."""
    return _Search(statements, prose, prose_of).run()


def implied_functions(statements: Sequence[Statement], words: Vocabulary) -> dict[str, str]:
    """Return the functions that are defined without their argument, each with its parameter.

    `σ = 1/(1 + e^{-x})` is a function of x where σ has a bracket behind it wherever else it stands.
    """
    equations = [statement for statement in statements if statement.relations[:1] == ("=",) and not statement.derives]
    named = [(name, statement) for statement in equations if (name := single_name(statement, words)) is not None]
    uses = _uses({name for name, _ in named}, statements, words)
    found: dict[str, str] = {}
    for name, statement in named:
        if not _only_applied(uses[name], statement):
            continue
        inside = {
            m.name for m in _of_body(statement, words) if m.name not in KNOWN.keys() | LETTERS.keys() and not m.applied
        }
        if len(inside) == 1 and name not in inside:
            found.setdefault(name, next(iter(inside)))
    return found


def _of_body(statement: Statement, words: Vocabulary) -> list[Mention]:
    last = next((i for i, r in enumerate(statement.relations) if r != "="), len(statement.relations))
    return [m for side in statement.sides[1 : last + 1] for m in mentions(side.root, words)]


class _Use(NamedTuple):
    """Where a name stands: on which side of which statement, and whether a bracket is all that follows it there."""

    statement: Statement
    side: int
    applied: bool


def _uses(names: Set[str], statements: Sequence[Statement], words: Vocabulary) -> Mapping[str, Sequence[_Use]]:
    """Return the uses of some names in formulas; what stands alone in the prose, or derives, only speaks of them."""
    uses: dict[str, list[_Use]] = defaultdict(list)
    for statement in statements if names else ():
        for index, side in enumerate(statement.sides if statement.relations else ()):
            for mention in (mention for mention in mentions(side.root, words) if mention.name in names):
                applied = mention.applied and not (mention.bracket is not None and _holds(mention, words))
                if applied or not statement.derives:
                    uses[mention.name].append(_Use(statement, index, applied))
    return uses


def _only_applied(uses: Sequence[_Use], own: Statement) -> bool:
    """Say whether a name has a bracket behind it wherever it stands, the left side of its own definition aside."""
    others = [use.applied for use in uses if use.side or use.statement is not own]
    return bool(others) and all(others)


def _holds(mention: Mention, words: Vocabulary) -> bool:
    assert mention.bracket is not None
    return any(inner.name == mention.name for inner in mentions(mention.bracket, words))


class _Search:
    """The search of one document."""

    def __init__(self, statements: Sequence[Statement], prose: str, prose_of: Callable[[int], str]) -> None:
        self.statements, self.prose, self.prose_of = statements, prose, prose_of
        self.roots = [side.root for statement in statements for side in statement.sides]
        self.words = [node for root in self.roots for node in of_kind(root, Word)]
        self.scripted = [node for root in self.roots for node in of_kind(root, Scripted)]

    def run(self) -> Vocabulary:
        begin = Vocabulary(families=_families(self.scripted), fonts=self._fonts(), split=self._products())
        settled = find_marks(self.statements, begin)
        names, functions = self._heads(settled)
        iteration = self._iteration(names | functions, self._lone(settled))
        if iteration:
            settled = replace(settled, iteration=iteration)
            names, functions = self._heads(settled)
        # `ŷ(t) = …`, and then ŷ alone wherever it is used: a quantity, written once with what it depends on.
        headed = replace(settled, names=names, functions=functions)
        never = self._never_applied(headed)
        implied = frozenset(implied_functions(self.statements, headed))
        if never or implied:
            names = (names | never) - implied
            functions = (functions - never) | implied
        names |= self._never_functions(headed)
        names |= self._never_apart() - functions
        functions |= self._of_any_activation(headed) - names
        if split := self._split(names | functions, settled):
            settled = replace(settled, split=settled.split | split)
        running = {flat(statement.sides[0].root) for statement in self.statements if runs_over(statement)}
        lone = self._lone(settled) - functions - iteration - self._only_applied(settled) - running
        found = replace(settled, names=names | lone, functions=functions, multiplied=_PARAMETERS - functions)
        found = self._standing(found)
        many = with_many_examples(self.statements, found)
        return many if many is found else self._with_members(many)

    def _of_any_activation(self, words: Vocabulary) -> frozenset[str]:
        """Return the σ of which the page has only the slope σ′, beside another activation that it may stand for."""
        applied: set[str] = set()
        primed: set[str] = set()
        for statement in self.statements:
            for mention in (m for side in statement.sides for m in mentions(side.root, words)):
                known = KNOWN.get(mention.name)
                if known is not None and known.use == "activation" and mention.opened:
                    (primed if mention.unit.primes else applied).add(mention.name)
        return frozenset(primed & _ANY_ACTIVATION - applied) if applied - _ANY_ACTIVATION else frozenset()

    def _standing(self, words: Vocabulary) -> Vocabulary:
        """Return the vocabulary with the names of the page; of `x_1, …, x_n` nobody knows how many there are."""
        found: set[str] = set()
        dotted: set[str] = set()
        for statement in self.statements:
            for side in statement.sides:
                here = {words.settled(mention.name) for mention in mentions(side.root, words)}
                found |= here
                if of_kind(side.root, Dots):
                    dotted |= {named(name).base for name in here}
        standing = frozenset(name for name in found if named(name).base not in dotted)
        return self._with_members(replace(words, standing=standing))

    def _with_members(self, words: Vocabulary) -> Vocabulary:
        """Return a vocabulary with the names that a line for every number defines: y₂ of `y_k = σ(z_k)` by y₁."""
        general = [s for s in self.statements if s.relations[:1] == ("=",) and not s.derives]
        while True:
            found = [made for s in general if (made := family(s, s.sides[1], words)) is not None]
            used = [f for f in found if f.letter in self.summed or words.standing.intersection(f.members)]
            fresh = {name for made in used for name in made.members} - words.standing
            if not fresh:
                chained = {f.letter for f in used if f.chained}
                return words if words.counted_by or len(chained) != 1 else replace(words, counted_by=chained.pop())
            words = replace(words, standing=words.standing | fresh)

    def _fonts(self) -> frozenset[str]:
        """Return the letters that the page writes in several cuts."""
        cuts: dict[str, set[str]] = {}
        for word in self.words:
            if word.text.isalpha():
                for letter in word.text if word.loose else (word.text,):
                    cuts.setdefault(canonical(letter), set()).add(word.font if word.font in APART else "")
        return frozenset(name for name, found in cuts.items() if len(found) > 1)

    def _never_apart(self) -> frozenset[str]:
        """Return the runs of letters, nowhere alone, that are a side and a factor, or a rate: `= in`, `lr`."""
        letters = {word.text for word in self.words if len(word.text) == 1}
        loose = [word for word in self.words if len(word.text) > 1 and word.loose and word.text.isalpha()]
        whole = set(map(bare, self.roots)) if loose else set[Node]()
        sides = {word.text for word in loose if word in whole}
        factors = {word.text for word in loose if word not in whole}
        runs = ((sides & factors) | (factors & RATES)) - KNOWN.keys()
        runs -= self._above_each_other() if runs else set()
        return frozenset(canonical(run) for run in runs if not letters & set(run))

    def _products(self) -> frozenset[str]:
        """Return the runs of two letters that are compared with a number, where each stands alone: `wx = 0`."""
        letters = {word.text for word in self.words if len(word.text) == 1}
        compared = (
            bare(side.root)
            for statement in self.statements
            if statement.relations and is_number(statement.sides[-1].root)
            for side in statement.sides[:-1]
        )
        return frozenset(
            node.text
            for node in compared
            if isinstance(node, Word)
            and node.loose
            and len(node.text) == 2
            and letters.issuperset(node.text)
            and node.text not in FIELD_WORDS
        )

    def _split(self, known: frozenset[str], words: Vocabulary) -> frozenset[str]:
        """Return the words of plain text that are products of letters: `ax + b`, where a and x stand elsewhere."""
        found: set[str] = set()
        if all(statement.kind == "latex" for statement in self.statements):
            return frozenset(found)
        single = {m.name for root in self.roots for m in mentions(root, words)}
        for statement in self.statements:
            if statement.kind == "latex":
                continue
            for side in statement.sides:
                slopes = differentials(side.root)
                for node in preorder(side.root):
                    if node not in slopes and isinstance(node, Word) and not node.loose and 1 < len(node.text) < 5:
                        letters = letters_of(node.text)
                        apart = canonical(node.text) not in known | KNOWN.keys() and len(letters) > 1
                        if apart and all(canonical(letter) in single for letter in letters):
                            found.add(node.text)
        return frozenset(found)

    def _never_applied(self, words: Vocabulary) -> frozenset[str]:
        """Return the functions that take part in formulas, but never with a bracket behind them, heads aside."""
        applied: set[str] = set()
        bare_ones: set[str] = set()
        for statement in self.statements:
            if not statement.relations or statement.derives:
                continue
            defines = head(statement, words) is not None
            for side in statement.sides[int(defines) :]:
                for mention in mentions(side.root, words):
                    name = words.settled(mention.name)
                    if name in words.functions:
                        (applied if mention.opened else bare_ones).add(name)
        return frozenset(bare_ones - applied)

    def _never_functions(self, words: Vocabulary) -> frozenset[str]:
        r"""Return the known functions that stand in formulas and never apply to anything: a width, in `2\\sigma^2`."""
        applied: set[str] = set()
        widths: set[str] = set()
        for statement in self.statements:
            for side in statement.sides:
                alone = isinstance(bare(side.root), Word)
                for mention in mentions(side.root, words):
                    if mention.name in KNOWN and len(mention.name) > 1 and spelled(mention.unit.core, words):
                        letter = isinstance(mention.unit.core, Word) and len(mention.unit.core.text) == 1
                        if not mention.ends or mention.applied:
                            applied.add(mention.name)
                        elif letter and not alone and not statement.derives:
                            widths.add(mention.name)
        return frozenset(widths - applied)

    def _only_applied(self, words: Vocabulary) -> frozenset[str]:
        """Return the names that stand with a bracket behind them wherever they take part in a formula."""
        applied: set[str] = set()
        alone: set[str] = set()
        for statement in self.statements:
            if statement.relations:
                for side in statement.sides:
                    for mention in mentions(side.root, words):
                        function = mention.name in KNOWN or mention.applied or mention.unit.primes
                        (applied if function else alone).add(words.settled(mention.name))
        return frozenset(applied - alone)

    def _lone(self, words: Vocabulary) -> frozenset[str]:
        """Return the symbols that stand alone in some piece of maths: what the prose speaks of.

        “What are the $dL$ and $dz$?” is asked of differentials, where they stand above each other elsewhere.
        """
        found = {single_name(s, words) for s in self.statements if not s.relations and not s.sides[0].empty}
        apart = {name for name in found if name and name.startswith("d") and len(name) > 1}
        return frozenset(name for name in found - (apart and self._above_each_other()) if name)

    def _above_each_other(self) -> set[str]:
        """Return the words of built-up fractions that look like derivatives: dL and dz."""
        parts = (
            bare(part)
            for root in self.roots
            for node in of_kind(root, Ratio)
            if derivative_in(node)
            for part in (node.top, node.bottom)
        )
        return {canonical(part.text.rstrip("0123456789")) for part in parts if isinstance(part, Word)}

    def _heads(self, words: Vocabulary) -> tuple[frozenset[str], frozenset[str]]:
        names: set[str] = set()
        functions: set[str] = set()
        primed: set[str] = set()
        for statement in self.statements:
            if statement.relations[:1] not in (("=",), ("in",)):
                continue
            found = head(statement, words)
            if found and found[0].endswith("'"):
                primed |= {found[0]} if found[1] is None else set()
                continue
            if not found or statement.derives_first or runs_over(statement):
                continue
            if found[1] is None and named_function(statement, 1, words) is None:
                names.add(found[0])
            else:
                functions.add(found[0])
            functions |= _in_the_middle(statement, words)
        said = [mention for root in self.roots for mention in mentions(root, words)] if primed else []
        own = {name for name in primed if _is_beside(name, names | functions, said)}
        return frozenset((names | own) - functions), frozenset(functions)

    def _iteration(self, defined_names: frozenset[str], lone: frozenset[str]) -> frozenset[str]:
        """Find the letters that only count iterations.

        Such a letter is itself undefined, stands under names that are known without it, and the prose
        names it ("in iteration $i$"), or speaks of iterations, or `i+1` occurs.
        """
        bases = {name.partition("_")[0] for name in defined_names | lone if _bare(name)}
        under: set[str] = set()
        followed: set[str] = set()
        letters: dict[str, set[str]] = {}
        numbered: dict[str, set[str]] = {}
        for base, letter, follows in filter(None, map(subscript, (*self.scripted, *self.words))):
            numbered.setdefault(base, set()).update({letter} if letter.isdigit() else ())
            if len(letter) == 1 and letter.isalpha() and letter not in defined_names and base in bases:
                under.add(letter)
                letters.setdefault(base, set()).add(letter)
                followed |= {letter} if follows else set()
        under -= self.summed
        # Two letters under one base tell two names apart: w_a and w_b are no iterations of w.
        under -= {letter for found in letters.values() if len(found) > 1 for letter in found - followed}
        named = under & self._named_iterations()
        # Of L_t = ½ (y_t − d_t)² there are as many as the page has y₁, y₂: it counts them.
        under -= {letter for base, found in letters.items() if len(numbered[base]) > 1 for letter in found}
        return frozenset(named or followed or (under if heard("a time", self.prose) else ()))

    @cached_property
    def summed(self) -> frozenset[str]:
        """The letters by which sums count."""
        return frozenset(index.letter for node in self.scripted if (index := index_of(node)) is not None)

    def _named_iterations(self) -> set[str]:
        """Return the symbols of which the word right before them says that they count: “in iteration $i$”."""
        found: set[str] = set()
        for statement in self.statements:
            before = "" if statement.relations else self.prose_of(statement.span - 1)
            if before.rstrip().lower().endswith(_COUNTS):
                name = flat(bare(statement.sides[0].root))
                found |= {name} if name else set()
        return found


def _in_the_middle(statement: Statement, words: Vocabulary) -> set[str]:
    """Return the functions in the middle of a chain: `y = f(x) = g(x) = …` defines f and g too."""
    sides = zip(statement.sides[1:-1], statement.relations[1:], strict=False)
    found = [defined(side.root, words) for side, relation in sides if relation == "="]
    return {name[0] for name in found if name is not None and name[1] is not None and name[0] not in KNOWN}


def _is_beside(name: str, known: set[str], said: Sequence[Mention]) -> bool:
    """Say whether y′ is a name beside y, and no derivative: y has no formula, and y′ no bracket behind it."""
    base = name.rstrip("'")
    applied = any(m.name == base and m.unit.primes and _is_argument(m.bracket) for m in said)
    return base not in known and base not in KNOWN and not applied


def _is_argument(bracket: Node | None) -> bool:
    """Say whether a bracket holds one name or number, as an argument is: `y'(x)`, and not `y'(1 − y')`."""
    inner = bare(bracket.inside) if isinstance(bracket, Fence) else None
    return isinstance(inner, Word | Numeral | Scripted)


def _bare(name: str) -> bool:
    return "_" not in name.replace("_hat", "").replace("_bar", "")


def _families(scripted: Sequence[Scripted]) -> frozenset[str]:
    """Return the single letters that carry subscripts: the w of w₂."""
    bases = (bare(node.base) for node in scripted if node.low is not None)
    return frozenset(base.text for base in bases if isinstance(base, Word) and len(base.text) == 1)
