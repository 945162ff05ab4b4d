"""The search for the slip behind a wrong line: the cheapest one of the table that gives exactly this line."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from time import perf_counter

from workings.check.case import HOLE, Case, Slip
from workings.check.meaning import LimitError, NotGivenError
from workings.check.slips import SLIPS
from workings.graph.expr import (
    Expr,
    names,
    symbol,
)
from workings.graph.expr import replace as put_in
from workings.graph.speakers.floats import Program, UnknownValueError

#: At most this many wrong versions of a line are tried.
MOST_TRIED = 600


def explain(case: Case) -> Slip | None:
    """Return the one cheapest slip that gives the person's line, None where there is none or more than one."""
    check = _Matcher(case)
    best: dict[str, Slip] = {}
    cost = 99
    for slip in sorted(SLIPS, key=lambda s: s.cost):
        if slip.cost > cost:
            break
        if perf_counter() > case.until:
            return None
        if any(check.matches(value) for value in islice(_values(slip, case), MOST_TRIED)):
            cost = slip.cost
            best[slip.name] = slip
    return next(iter(best.values())) if len(best) == 1 else None


def _values(slip: Slip, case: Case) -> Iterator[Expr]:
    if slip.whole is not None:
        yield from slip.whole(case)
    if slip.at is not None:
        for node, rest in case.nodes:
            for wrong in slip.at(node):
                yield put_in(rest, {HOLE: wrong})


class _Matcher:
    """Compares wrong values with the person's: at three points in floats, then for good."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.seen: set[Expr] = set()
        draw = random.Random(3)
        flat = case.meaning.flat(case.wrong)
        self.flat = flat
        self.points = [dict[str, float]() for _ in range(3)]
        self.draw = draw

    def _at(self, expr: Expr) -> list[float] | None:
        leaves = names(expr)
        for point in self.points:
            for name in leaves:
                point.setdefault(name, self.draw.uniform(0.15, 0.85))
        try:
            program = Program([symbol(n) for n in leaves], [(expr, expr)], {})
        except UnknownValueError:
            return None
        return [program.run([point[n] for n in leaves])[0] for point in self.points]

    @cached_property
    def wanted(self) -> list[float] | None:
        return self._at(self.flat)

    def matches(self, value: Expr) -> bool:
        if value in self.seen or perf_counter() > self.case.until:
            return False
        self.seen.add(value)
        try:
            flat = self.case.meaning.flat(value)
        except (LimitError, NotGivenError):
            return False
        if flat is self.flat:
            return True
        mine, wanted = self._at(flat), self.wanted
        if mine is not None and wanted is not None:
            near = all(abs(a - b) <= 1e-9 * max(1e-6, abs(a), abs(b)) for a, b in zip(mine, wanted, strict=True))
            if not near:
                return False
        return self.case.judge.same(value, self.case.wrong)
