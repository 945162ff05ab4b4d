"""Lines between differentials: `dL = (a − y) da`, `dz = a − y`, `dw = x dz`.

They are written in two customs. In the older one dL is the change of L that small changes of the weights make, so
that both sides are sums over dw, db, …; in the other dz is short for ∂L/∂z, the slope of the error. A line that holds
in one of them holds; since nobody can tell which one is meant, a line that holds in neither is left undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from workings.check.judge import Judge
from workings.check.meaning import LimitError, NotGivenError
from workings.check.verdict import Finding
from workings.errors import ReadError
from workings.graph.expr import ZERO, Expr, names, partial, replace, symbol
from workings.graph.ops.arithmetic import add, mul
from workings.graph.writing.spelling import plain as plain_name
from workings.read.line import Side, prepared
from workings.read.parser import parse_formula
from workings.read.words import Token, Vocabulary


def differential(side: Side, words: Vocabulary, known: frozenset[str]) -> str | None:
    """Return the name whose differential a side is: L of `dL`, where no d is a name of its own."""
    found = _parsed(side, words, known)
    return str(found[0].value)[1:] if found is not None and len(found) == 1 and _is_one(found[0], known) else None


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
        tokens = _parsed(side, words, self.known)
        try:
            return None if tokens is None else parse_formula(side.at.text, tokens, side.at.start, side.at.end)
        except ReadError:
            return None

    def finding(self, name: str, values: Sequence[Expr]) -> tuple[Finding, str]:
        """Return what is known of `d(name) = …`, and the rule: the custom in which it holds.

        Once lines hold in one custom alone, the document is read in that one.
        """
        inside = {n[1:]: symbol(n) for value in values for n in names(value) if n not in self.known}
        foreign = [written.name for of, written in inside.items() if of not in self.known]
        if foreign:
            return Finding("unread", why=f"`{plain_name(foreign[0])}` is not defined"), ""
        meaning = self.judge.meaning
        moving = sorted({leaf for of in inside for leaf in meaning.below(of) | {of} if leaf in meaning.leaves})

        def slope(of: str) -> Expr:
            return self.opened(partial(symbol(self.error or ""), symbol(of)))

        def change(of: str) -> Expr:
            # What no differential of the line reaches stays as it is: the target, mostly.
            slopes = ((leaf, self.opened(partial(symbol(of), symbol(leaf)))) for leaf in moving)
            return reduce(add, (mul(by_leaf, symbol(f"d {leaf}")) for leaf, by_leaf in slopes), ZERO)

        held: dict[str, Finding] = {}
        for rule, custom in ((SLOPES, slope), (CHANGES, change)):
            if rule == SLOPES and self.error is None:
                continue
            try:
                sides = [self.opened(replace(v, {at: custom(of) for of, at in inside.items()})) for v in values]
                found = [self.judge.compare(custom(name), side) for side in sides]
            except (NotGivenError, LimitError):
                continue
            if found and all(finding.holds for finding in found):
                held[rule] = min(found, key=lambda f: (f.verdict == "holds", f.how == "proved"))
        self.custom = self.custom or (next(iter(held)) if len(held) == 1 else "")
        rule = self.custom if self.custom in held else next(iter(held), "")
        if rule and self.custom in ("", rule):
            short = f"d{plain_name(name)} is ∂{plain_name(self.error or '')}/∂{plain_name(name)}"
            return held[rule], short if rule == SLOPES else rule
        if held:
            return Finding("undecided", why=f"it holds for {rule}, and other lines hold for {self.custom}"), ""
        why = f"neither as slopes of {plain_name(self.error or 'the error')} nor as small changes do its sides agree"
        return Finding("undecided", why=why), ""


#: The customs: dz is short for the slope of the error by z, or for a small change of z.
SLOPES, CHANGES = "slopes of the error", "total differentials"


def _is_one(token: Token, known: frozenset[str]) -> bool:
    written = str(token.value)
    return token.kind == "NAME" and written[:1] == "d" and written not in known and written[1:] in known


def _parsed(side: Side, words: Vocabulary, known: frozenset[str]) -> list[Token] | None:
    """Return the tokens of a side, with d and the name behind it as one."""
    if "d" in words.names | words.functions:
        return None
    try:
        tokens = prepared(side.tokens(words))
    except (ReadError, ValueError):
        return None
    out: list[Token] = []
    for token in tokens:
        before = out[-1] if out else None
        alone = before is not None and before.kind == "NAME" and before.value == "d"
        if before is not None and alone and token.kind == "NAME" and str(token.value) in known:
            out[-1] = before._replace(value=f"d{token.value}", end=token.end)
        else:
            out.append(token)
    return out
