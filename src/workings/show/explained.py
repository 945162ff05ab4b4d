"""Answers → parts: how an explanation is told. Every number comes out of a record."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from workings.graph.writing.digits import written
from workings.show.parts import Document, Heading, Items, Lines, Paragraph, Part, Table, Text
from workings.show.tell import sureness
from workings.why.answer import QUESTIONS, Answer, Finding
from workings.why.chart import FATES, Chart, Fate
from workings.why.patterns import Account, Patterns
from workings.why.questions import Explanation
from workings.why.rate import Change, Rate
from workings.why.sign import Sign, Variant
from workings.why.steepest import Steepest

#: A table has a row for at most so many patterns.
_MOST_ROWS = 12
#: With more columns than this a matrix is not told in characters; the figure has it.
_MOST_COLUMNS = 6


def explanation(found: Explanation) -> Document:
    """Tell an explanation: where it was looked, then each answer."""
    return (*where(found), *(part for each in found.answers for part in answer(each)))


def where(found: Explanation) -> Document:
    """Tell the point, the rate and the run that an explanation is read off."""
    experiment = found.experiment
    told: list[Text] = [
        (
            "from ",
            *experiment.point_words(),
            f", with {experiment.letters[1]} = {_short(experiment.rate)}, for {experiment.steps:,} steps",
        ),
        *((said,) for said in experiment.said),
    ]
    return (Heading(("Why it works, on this network",)), Items(tuple(told)))


def answer(found: Answer) -> Document:
    """Tell one answer: the question, the law, what is found and how surely, and the numbers."""
    parts: list[Part] = [Heading((QUESTIONS[found.ask],))]
    if found.laws:
        parts.append(Lines(tuple((left, right, (said,)) for left, right, said in found.laws)))
    parts += findings(found.findings)
    for kind, tables in _TABLES.items():
        if isinstance(found, kind):
            parts += tables(found)
    return tuple(parts)


def findings(found: Sequence[Finding]) -> Document:
    """Tell statements, each with how sure it is and what it assumes."""
    return (Items(tuple((*finding.statement, *sureness(finding)) for finding in found)),) if found else ()


def _short(value: float) -> str:
    return written(value, 5)


def _steepest(found: Steepest) -> Document:
    if len(found.rulers) < 2:
        return ()
    head: tuple[Text, ...] = (("measure of a step",), ("steepest step",), ("rate of the error",))
    rows = tuple(((r.measure,), (r.formula,), (_short(r.rate),)) for r in found.rulers)
    return (Table(head, rows, frozenset({2})),)


def _sign(found: Sign) -> Document:
    head: tuple[Text, ...] = (
        ("descent",),
        ("subtracts",),
        ("error reached",),
        ("steps",),
        ("settled from",),
        ("at the end",),
    )
    rows = tuple(
        (
            (v.name,), (v.formula,), (_short(v.last) if math.isfinite(v.last) else "not finite",), (f"{v.steps:,}",),
            ("–" if v.settled is None else f"{v.settled:,}",), (_end(v),),
        )
        for v in found.variants
    )  # fmt: skip
    return (Table(head, rows, frozenset({2, 3, 4})),)


def _end(variant: Variant) -> str:
    if variant.swings:
        return f"swings, {_short(max(s.size for s in variant.swings))} wide"
    if not math.isfinite(variant.last):
        return "diverged"
    return "still" if variant.stopped is not None else "moving"


def _rate(found: Rate) -> Document:
    everywhere = found.everywhere
    limits = {} if everywhere is None else {c.pattern: c.rate for c in everywhere.certificates}
    mean = None if everywhere is None else everywhere.rate
    near = "" if everywhere is None or everywhere.near is None else ", while near"
    head: tuple[Text, ...] = (
        ("step for",), ("error",), ("predicted",), ("+ curvature",), ("change",), ("largest rate here",),
        ("proved below",),
    )  # fmt: skip
    rows: list[tuple[Text, ...]] = []
    for label, change in zip(found.labels, found.changes, strict=True):
        limit = mean if change.pattern is None else limits.get(change.pattern)
        rows.append((
            label if change.pattern is not None else ("the mean",), (_short(change.before),), (_short(change.first),),
            (_short(change.second),), (_short(change.exact),), (_largest(change),),
            ("–" if limit is None else f"{_short(limit) if limit < math.inf else 'any rate'}{near}",),
        ))  # fmt: skip
    table = Table(head, tuple(rows), frozenset(range(1, 7)))
    return (table, *_chart(found.chart)) if found.chart is not None else (table,)


#: The mark of each fate.
_MARKS: dict[Fate, str] = {"converges": "●", "slow": "·", "swings": "~", "diverges": "✗"}


def _chart(found: Chart) -> Document:
    from workings.show.swept import map_of  # numpy comes with it

    told = ", ".join(
        f"{_MARKS[fate]} {fate} ({written(100 * share, 3)} %)" for fate, share in found.shares.items() if share
    )
    return (
        Paragraph(
            (f"What becomes of {found.swept.points.count:,} descents of {found.swept.horizon:,} steps: {told}.",)
        ),
        *map_of(found.swept, {ending: _MARKS[fate] for ending, fate in FATES.items()}),
    )


def _largest(change: Change) -> str:
    if change.flat:
        return "gradient 0"
    if not any(change.step):
        return "held"
    return "no limit" if change.all_fall else "none found" if math.isinf(change.largest) else _short(change.largest)


def _patterns(found: Patterns) -> Document:
    number = len(found.labels)
    parts: list[Part] = []
    if 1 < number <= _MOST_COLUMNS:
        parts.append(Paragraph(("The products of the gradients at the start; less than 0 where two pull apart:",)))
        head: tuple[Text, ...] = (("g · g",), *found.labels)
        rows = tuple(
            (label, *((_short(value),) for value in row))
            for label, row in zip(found.labels, found.products, strict=True)
        )
        parts.append(Table(head, rows, frozenset(range(1, number + 1))))
    if found.accounts and number <= _MOST_ROWS:
        account = max(found.accounts, key=lambda a: max(abs(e.first) for e in a.effects))
        parts += [_account_words(found, account), _account(found, account)]
    return tuple(parts)


def _account_words(found: Patterns, account: Account) -> Paragraph:
    made: Text = (
        found.labels[account.made_for[0]] if len(account.made_for) == 1 else (f"{len(account.made_for)} patterns",)
    )
    return Paragraph((f"The account of step {account.step}, made for ", *made, ":"))


def _account(found: Patterns, account: Account) -> Table:
    head: tuple[Text, ...] = (("pattern",), ("predicted",), ("curvature",), ("change of its error",), ("so it is",))
    rows: list[tuple[Text, ...]] = [
        (
            found.labels[e.pattern], (_short(e.first),), (_short(e.second),), (_short(e.actual),),
            ("helped" if e.actual < 0 else "hurt" if e.actual > 0 else "as it was",),
        )
        for e in account.effects
    ]  # fmt: skip
    sums = (sum(e.first for e in account.effects), sum(e.second for e in account.effects), account.actual)
    rows.append((("together",), *((_short(value),) for value in sums), ("",)))
    return Table(head, tuple(rows), frozenset({1, 2, 3}))


_TABLES: dict[type[Answer], Callable[..., Document]] = {
    Steepest: _steepest, Sign: _sign, Rate: _rate, Patterns: _patterns,
}  # fmt: skip
