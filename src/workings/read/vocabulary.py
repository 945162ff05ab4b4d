"""Which words a document uses: its names, its functions, the letters that only count iterations.

Whether `A(w x)` applies and whether `w_i` is a name cannot be read off one formula. So all the statements
are searched first, for what stands on left sides, alone in the prose, with brackets behind it, under a
letter; the vocabulary that comes out is what every formula is then read with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from workings.errors import ReadError
from workings.graph.op import Op
from workings.graph.writing.spelling import canonical
from workings.read.latex_items import Raw, subscripts_first
from workings.read.layers import find_marks
from workings.read.statements import Statement, head
from workings.read.words import Vocabulary

_ITERATES = re.compile(r"\biterat|\btime ?step|\bepoch", re.I)


_ENDS = frozenset(("RBRACE", "RPAR", "PLUS", "MINUS", "TIMES", "DIVIDE", "COMMA"))
#: Letters that are numbers unless the text defines them as functions: γ (a − y) is a product.
_PARAMETERS = frozenset(
    ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "kappa", "lambda", "mu", "nu", "rho", "tau", "omega")
)


def find_vocabulary(
    statements: Sequence[tuple[int, Statement]], prose: str, prose_of: Callable[[int], str]
) -> Vocabulary:
    """Return the vocabulary of a document.

    `statements` come with the index of their span, `prose_of` gives the prose of a span by its index.
    """
    return _Search(statements, prose, prose_of).run()


class _Search:
    """The search of one document."""

    def __init__(self, statements: Sequence[tuple[int, Statement]], prose: str, prose_of: Callable[[int], str]) -> None:
        self.statements, self.prose, self.prose_of = statements, prose, prose_of

    def run(self) -> Vocabulary:
        families = frozenset(self._families())
        every = [statement for _, statement in self.statements]
        first = find_marks(every, Vocabulary(families=families))
        names, functions = self._heads(first)
        iteration = self._iteration(names | functions, self._lone(first))
        settled = find_marks(every, replace(first, iteration=iteration))
        names, functions = self._heads(settled)
        # `ŷ(t) = …`, and then ŷ alone wherever it is used: a quantity, written once with what it depends on.
        never = self._never_applied(replace(settled, names=names, functions=functions))
        names, functions = names | never, functions - never
        names |= self._never_functions(replace(settled, names=names, functions=functions))
        lone = self._lone(settled) - functions - iteration - self._only_applied(settled)
        return replace(settled, names=names | lone, functions=functions, multiplied=_PARAMETERS - functions)

    def _never_applied(self, words: Vocabulary) -> frozenset[str]:
        """Return the functions that take part in formulas, but never with a bracket behind them, heads aside."""
        applied: set[str] = set()
        bare: set[str] = set()
        for _, statement in self.statements:
            if not statement.relations or statement.derives:
                continue
            defines = head(statement, words) is not None
            for side in range(int(defines), len(statement.sides)):
                try:
                    tokens = statement.tokens(side, words)
                except ReadError:
                    continue
                for token, after in zip(tokens, [*tokens[1:], None], strict=False):
                    if token.kind == "FUNCTION":
                        opened = after is not None and after.kind in ("LPAR", "LSQB", "PRIME", "SMALL", "POWER")
                        (applied if opened else bare).add(str(token.value))
        return frozenset(bare - applied)

    def _never_functions(self, words: Vocabulary) -> frozenset[str]:
        r"""Return σ where it stands in formulas and never applies to anything: a width, as in `2\\sigma^2`."""
        applied = bare = False
        for _, statement in self.statements:
            for side in range(len(statement.sides)):
                try:
                    tokens = [*statement.tokens(side, words), None]
                except ReadError:
                    continue
                for at, token in enumerate(tokens):
                    if token is None or token.kind != "KNOWN" or canonical(token.text.lstrip("\\")) != "sigma":
                        continue
                    behind = at + 1
                    if (power := tokens[behind]) is not None and power.kind == "POWER":
                        closing = (i for i in range(behind, len(tokens)) if (t := tokens[i]) and t.kind == "RBRACE")
                        behind = next(closing, behind) + 1
                    after = tokens[behind] if behind < len(tokens) else None
                    ends = after is None or after.kind in _ENDS
                    single = len(tokens) == 2
                    width = ends and not single and not statement.derives
                    applied, bare = applied or not ends, bare or width
        return frozenset({"sigma"}) if bare and not applied else frozenset()

    def _only_applied(self, words: Vocabulary) -> frozenset[str]:
        """Return the names that stand with a bracket behind them wherever they take part in a formula."""
        applied: set[str] = set()
        alone: set[str] = set()
        for _, statement in self.statements:
            if not statement.relations:
                continue
            for side in range(len(statement.sides)):
                try:
                    tokens = statement.tokens(side, words)
                except ReadError:
                    continue
                for token in tokens:
                    if token.kind == "KNOWN":
                        applied.add(canonical(token.text.removeprefix("\\")))
                    elif token.kind in ("FUNCTION", "NAME"):
                        (applied if token.kind == "FUNCTION" else alone).add(str(token.value))
        return frozenset(applied - alone)

    def _lone(self, words: Vocabulary) -> frozenset[str]:
        """Return the symbols that stand alone in some piece of maths: what the prose speaks of."""
        found = (single_name(statement, words) for _, statement in self.statements if not statement.relations)
        return frozenset(name for name in found if name)

    def _heads(self, words: Vocabulary) -> tuple[frozenset[str], frozenset[str]]:
        names: set[str] = set()
        functions: set[str] = set()
        for _, statement in self.statements:
            if statement.relations[:1] not in (("=",), ("in",)) or statement.derives_first:
                continue
            found = head(statement, words)
            if found and found[1] is None and named_function(statement, 1, words) is None:
                names.add(found[0])
            elif found:
                functions.add(found[0])
        return frozenset(names - functions), frozenset(functions)

    def _families(self) -> set[str]:
        found: set[str] = set()
        for _, statement in self.statements:
            for side in statement.sides:
                found |= {a.text for a, b in pairwise(subscripts_first(side)) if len(a.text) == 1 and b.kind == "_"}
        return found

    def _iteration(self, defined: frozenset[str], lone: frozenset[str]) -> frozenset[str]:
        """Find the letters that only count iterations.

        Such a letter is itself undefined, stands under names that are known without it, and the prose
        names it ("in iteration $i$"), or speaks of iterations, or `i+1` occurs.
        """
        bases = {name.partition("_")[0] for name in defined | lone if _bare(name)}
        under: set[str] = set()
        followed: set[str] = set()
        letters: dict[str, set[str]] = {}
        for _, statement in self.statements:
            for side in statement.sides:
                for base, letter, follows in _subscripts(subscripts_first(side)):
                    if len(letter) == 1 and letter.isalpha() and letter not in defined and base in bases:
                        under.add(letter)
                        letters.setdefault(base, set()).add(letter)
                        followed |= {letter} if follows else set()
        # Two letters under one base tell two names apart: w_a and w_b are no iterations of w.
        under -= {letter for found in letters.values() if len(found) > 1 for letter in found - followed}
        named = under & self._named_iterations()
        return frozenset(named or followed or (under if _ITERATES.search(self.prose) else ()))

    def _named_iterations(self) -> set[str]:
        found: set[str] = set()
        for index, statement in self.statements:
            if not statement.relations and re.search(r"(?:iteration|step|epoch)\s*$", self.prose_of(index - 1), re.I):
                found |= {name} if (name := single_name(statement, Vocabulary())) else set()
        return found


def named_function(statement: Statement, side: int, words: Vocabulary) -> Op | None:
    r"""Return the function that `f = \tanh` names: a known one, alone on its side."""
    try:
        tokens = statement.tokens(side, replace(words, functions=frozenset()))
    except ReadError:
        return None
    known = tokens[0].value if len(tokens) == 1 and tokens[0].kind == "KNOWN" else None
    return known if isinstance(known, Op) and known.arity == 1 else None


def _bare(name: str) -> bool:
    return "_" not in name.replace("_hat", "").replace("_bar", "")


def _subscripts(side: Sequence[Raw]) -> list[tuple[str, str, bool]]:
    """Return the subscripts of a side: the letter they stand on, the subscript's letter, whether it is `i+1`."""
    found: list[tuple[str, str, bool]] = []
    for index, item in enumerate(side):
        if item.kind != "_" or index == 0 or index + 1 >= len(side):
            continue
        base = side[index - 1]
        letter = base.text[-1:]
        if base.kind == "}":
            inner = [raw.text for raw in side[max(0, index - 3) : index] if raw.kind == "letters"]
            letter = inner[-1] if inner else ""
        content = side[index + 1].text[:1]
        if side[index + 1].kind == "{":
            content = "".join(raw.text for raw in takewhile(lambda raw: raw.kind != "}", side[index + 2 : index + 12]))
        found.append((letter, content.partition("+")[0].partition("-")[0], "+1" in content))
    return found


def single_name(statement: Statement, words: Vocabulary) -> str | None:
    """Return the name that maths consists of, where it is one symbol alone."""
    found = head(statement, words)
    return found[0] if found and found[1] is None else None
