"""The search for what explains a refuted line: the cheapest hypothesis of the table under which it would hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from workings.check.explain.case import Case
from workings.check.explain.excuses import OF_NUMBERS, OF_STEPS, OF_VALUES, excuses
from workings.check.explain.hypothesis import Hypothesis, Supposed, Told
from workings.check.explain.networks import NETWORKS
from workings.check.explain.part import Part
from workings.check.explain.repairs import REPAIRS, other_slopes, repairs
from workings.check.explain.sampling import Sampler, Values, finite, near
from workings.check.explain.slips import SLIPS
from workings.check.judge.budget import A_TRIAL, UnsettledError, attempt
from workings.check.judge.judge import Judge
from workings.check.verdict import Finding
from workings.graph.expr import Partial

#: The table: what may explain a refuted line.
HYPOTHESES: tuple[Hypothesis, ...] = (*OF_STEPS, *OF_VALUES, *OF_NUMBERS, *SLIPS, *REPAIRS, *NETWORKS)
#: At most so many claims of one hypothesis are tried.
MOST_TRIED = 600
#: Another network is told where so many fit at most.
_MOST_NETWORKS = 2


class Explanation(NamedTuple):
    """Why a line is wrong: the slip, the networks for which it is right, in words, and the part that is wrong."""

    slip: Told | None = None
    right_for: str = ""
    part: Part | None = None


def softened(case: Case, finding: Finding) -> Finding:
    """Return what is known of a refuted line once the text is heard: the finding itself, or less."""
    case.budget.renew()
    found = cheapest(case, excuses(case))
    if not found:
        return finding
    hypothesis, claim = found[0]
    told = hypothesis.told(claim.words)
    how = "tested" if told.verdict == "holds_on_domain" else None
    return Finding(told.verdict, how, why=told.says)


def explained(case: Case) -> Explanation:
    """Return the slip behind a refuted line, the network for which it is right, and its wrong part."""
    slip = explain(case)
    return Explanation(slip, right_for(case), wrong_part(case, slip))


def explain(case: Case) -> Told | None:
    """Return the one cheapest slip that gives the person's line, None where there is none or more than one."""
    for table in (SLIPS, REPAIRS):
        case.budget.renew()
        found = cheapest(case, table)
        if len(found) == 1:
            return found[0][0].told(found[0][1].words)
        if found:
            return None
    return None


def right_for(case: Case) -> str:
    """Return the network for which a refuted line is right, in words; empty where the family has none, or too many."""
    case.budget.renew()
    check = _Holds(case)
    found = [claim.words for network in NETWORKS for claim in network.claims(case) if check(claim)]
    return ", or ".join(found) if len(found) <= _MOST_NETWORKS else ""


def wrong_part(case: Case, slip: Told | None) -> Part | None:
    """Return the smallest part whose repair makes the line right, of the kind of the slip that is told, if one is."""
    if not case.parts:
        return None
    case.budget.renew()
    wanted = slip.mends if slip is not None else _PLAIN
    found = [r for r in repairs(case) if r.kind in wanted and r.part.expr is not case.raw]
    turned = _wrong_as_they_stand(case, [r.part for r in found if r.kind in _SIGNS])
    for kind in wanted:
        alike = (turned if kind in _SIGNS else []) or [r.part for r in found if r.kind == kind]
        if alike:
            return _around(case, alike)
    return None


def _wrong_as_they_stand(case: Case, parts: list[Part]) -> list[Part]:
    """Return the parts, of several, that are no derivative on the way from the variable and stand in none.

    Of −(t − ŷ) (ŷ² − 1) any factor may be turned round; as −(t − ŷ) is ∂E/∂ŷ, it is the other one that is wrong.
    """
    left = case.claim.left
    if len(parts) < 2 or not isinstance(left, Partial):
        return parts
    try:
        slopes = [
            case.sampler.values(value)
            for slope, value in other_slopes(case)
            if slope.by is left.by or case.meaning.depends(slope.by.name, left.by.name)
        ]
        right = [p for p in case.parts if any(_has(case, p, values) for values in slopes)]
    except UnsettledError:
        return []
    return [part for part in parts if not any(_within(part, outer) for outer in right)]


def _has(case: Case, part: Part, values: Values | None) -> bool:
    means = case.written.meant.get(part.expr)
    own = None if means is None else case.sampler.values(means)
    return finite(own) and finite(values) and near(own, values)


def _around(case: Case, alike: Sequence[Part]) -> Part | None:
    """Return the smallest of some parts, or what holds those that lie apart: which of two it is, nobody can tell."""
    least = [p for p in alike if not any(q is not p and _within(q, p) for q in alike)]
    least = [p for i, p in enumerate(least) if not any(_within(p, q) for q in least[:i])]
    holds_all = (p for p in case.parts if all(_within(q, p) for q in least))
    return next(holds_all, None)


def _within(inner: Part, outer: Part) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


#: Repairs that turn a sign round: of several factors, each may be the one.
_SIGNS = ("sign", "odd sign")
#: Repairs that tell a wrong part where no slip is told.
_PLAIN = (
    "sibling", "raw", "slope", "sign", "odd sign", "square", "power", "factor", "number", "form", "name", "extra",
    "more",
)  # fmt: skip


def cheapest(case: Case, table: Iterable[Hypothesis]) -> list[tuple[Hypothesis, Supposed]]:
    """Return the hypotheses of the least cost that hold, each name once, with the claim that each holds by."""
    check = _Holds(case)
    for _, group in groupby(sorted(table, key=lambda h: h.cost), key=lambda h: h.cost):
        found: dict[str, tuple[Hypothesis, Supposed]] = {}
        for hypothesis in group:
            claim = check.first(hypothesis)
            if claim is not None:
                found.setdefault(hypothesis.name, (hypothesis, claim))
        if case.budget.empty:
            return []
        if found:
            return list(found.values())
    return []


class _Holds:
    """Decides supposed claims: at a few points in floats, then for good."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.seen: dict[tuple[Supposed, Judge], bool] = {}
        self.samplers: dict[Judge, Sampler] = {case.judge: case.sampler}

    def first(self, hypothesis: Hypothesis) -> Supposed | None:
        return attempt(lambda: next(filter(self, islice(hypothesis.claims(self.case), MOST_TRIED)), None))

    def __call__(self, claim: Supposed) -> bool:
        judge = claim.judge or self.case.judge
        key = (claim._replace(words="", mark=None), judge)
        if key not in self.seen:
            if self.case.budget.empty:
                return False
            self.seen[key] = attempt(lambda: self._decided(judge, claim)) or False
        return self.seen[key]

    def _decided(self, judge: Judge, claim: Supposed) -> bool:
        budget = self.case.budget.part(A_TRIAL)
        if claim.where is not None:
            return judge.compare_where(claim.left, claim.right, *claim.where, budget).holds
        if judge.meaning.flat(claim.left) is judge.meaning.flat(claim.right):
            return True
        sampler = self.samplers.setdefault(judge, Sampler(judge.meaning, self.case.budget))
        if not near(sampler.values(claim.left), sampler.values(claim.right)):
            return False
        return judge.same(claim.left, claim.right, budget)
