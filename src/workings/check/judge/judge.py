"""Is this equality true? Proved by algebra, tested at random points, or refuted by rigorous intervals.

Refuted is a proof: at an exact point of the domain, the two sides lie in intervals that do not overlap.
Proved is one too: both sides have one normal form, or the line is checked at each point of a finite domain.
Between the two stands the test: at twelve random points the sides agree to fifty digits.
"""

from __future__ import annotations

from collections.abc import Callable

from workings.check.judge.budget import A_COMPARISON, Budget, LimitError
from workings.check.judge.meaning import Meaning
from workings.check.judge.pair import APART, Pair
from workings.check.judge.rounding import rounded_coefficient
from workings.check.judge.slopes import edges
from workings.check.verdict import PROVED, Finding, undecided, unread
from workings.graph.expr import Expr, Partial
from workings.graph.network import Domain, Finite, Interval
from workings.graph.speakers.floats import UnknownValueError
from workings.graph.writing.boxes import plain


class Judge:
    """Judges equalities of opened expressions under one meaning and its domains."""

    def __init__(self, meaning: Meaning) -> None:
        """Take the domains that the network declares; a single number is a datum, not a domain."""
        self.meaning = meaning
        self.domains: dict[str, Domain] = {}
        for name, declared in meaning.network.declarations.items():
            domain = declared.domain
            single = isinstance(domain, Finite) and len(domain.values) < 2
            if isinstance(domain, Finite | Interval) and not single:
                self.domains[name] = domain
        #: What was found, and what it cost, so that a second question costs the same.
        self._known: dict[tuple[Expr, Expr], tuple[Finding, int]] = {}
        #: What is known to differ, though not at which point.
        self._apart: set[tuple[Expr, Expr]] = set()

    def compare(self, left: Expr, right: Expr, budget: Budget | None = None) -> Finding:
        """Return what is known of `left = right`, both opened; each comparison has a budget of its own unless given."""
        own = budget or Budget()
        if (left, right) in self._known:
            finding, cost = self._known[left, right]
            return self._within(lambda: _paid(own, cost, finding))
        before = own.spent
        finding = self._within(lambda: self._compare(left, right, own))
        # What a small budget leaves open, a larger one may settle.
        if finding.verdict != "undecided" or own.limit >= A_COMPARISON:
            self._known[left, right] = finding, own.spent - before
        return finding

    def compare_where(self, left: Expr, right: Expr, low: Expr, high: Expr, budget: Budget | None = None) -> Finding:
        """Return what is known of `left = right` at points where `low < high`; at best it is a test."""
        own = budget or Budget()

        def found() -> Finding:
            a, b, c, d = (self.meaning.flat(e) for e in (left, right, low, high))
            return Pair((left, right), (a, b), self.domains, own).tested_where(c, d)

        return self._within(found)

    def has_kinks(self, expr: Expr) -> bool:
        """Say whether an op with a kink stands in an expression: relu, |z|, max, a switch."""
        try:
            return any(True for _ in edges(self.meaning.flat(expr)))
        except LimitError:
            return False

    def same(self, left: Expr, right: Expr, budget: Budget | None = None) -> bool:
        """Say whether an equality holds, at least by test; where it fails, no simple point that shows it is sought."""
        if budget is None and (left, right) not in self._known and self._differ(left, right):
            return False
        return self.compare(left, right, budget).verdict == "holds"

    def _differ(self, left: Expr, right: Expr) -> bool:
        if (left, right) in self._apart:
            return True
        own = Budget()
        found = self._within(lambda: self._compare(left, right, own, briefly=True))
        if found is APART:
            self._apart.add((left, right))
            return True
        self._known[left, right] = found, own.spent
        return False

    def unlinked(self, *exprs: Expr) -> Finding | None:
        """Return the finding of a line that rests on a derivative without a path, None where there is none such.

        The expressions are as they are meant, with their derivatives still open. A 0 for want of a link is no fact:
        what rests on it is neither proved nor refuted.
        """
        loose = next((found for expr in exprs if (found := self.meaning.unlinked(expr)) is not None), None)
        return None if loose is None else unread(_not_given(loose))

    def within_rounding(self, left: Expr, right: Expr, budget: Budget | None = None) -> Finding | None:
        """Return that `left = right` holds but for a rounded coefficient, 0.333 for ⅓; None where it does not."""
        own = budget or Budget()
        try:
            found = rounded_coefficient(self.meaning.flat(left), self.meaning.flat(right), self.domains, own)
        except (LimitError, UnknownValueError, RecursionError):
            return None
        return None if found is None else Finding("holds", "tested", why=f"within the rounding of {plain(found)}")

    def _within(self, found: Callable[[], Finding]) -> Finding:
        try:
            return found()
        except LimitError as error:
            return undecided(f"the limit of the checker: {error}")
        except UnknownValueError as error:
            return undecided(f"`{error}` has no value here")
        except RecursionError:
            return undecided("the limit of the checker: it is nested too deep")

    def _compare(self, left: Expr, right: Expr, budget: Budget, *, briefly: bool = False) -> Finding:
        if left is right:
            return PROVED
        a, b = self.meaning.flat(left), self.meaning.flat(right)
        if a is b:
            return PROVED
        return Pair((left, right), (a, b), self.domains, budget).finding(briefly=briefly)


def _paid(budget: Budget, cost: int, finding: Finding) -> Finding:
    budget.spend(cost)
    return finding


def _not_given(slope: Partial) -> str:
    return f"how `{plain(slope.of)}` depends on `{plain(slope.by)}` is not given"
