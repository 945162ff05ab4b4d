"""The numbers of a network: domains, starts, constants, the rate, the table of patterns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from workings.errors import ReadError
from workings.graph.expr import Call, Expr, Symbol, contains
from workings.graph.network import Declaration, Domain, Finite, Interval, Patterns, Reals, Role
from workings.graph.speakers.floats import constant_value
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Given, NotUsed, Parse, RawDomain
from workings.read.names.vocabulary import Vocabulary
from workings.read.network.draft import Draft
from workings.read.network.unknown import undefined
from workings.read.page.text import Snippet


def domain_of(draft: Draft, raw: RawDomain) -> Domain | None:
    """Return the domain that was written, None where it is none: that is a problem of the draft."""
    values = [constant(draft, parse, raw.at) for parse in raw.values]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if raw.kind == "finite":
        return Finite(tuple(known))
    if raw.kind == "reals":
        return Reals()
    low, high = known
    if constant_value(low) > constant_value(high):
        draft.problems.append(raw.at.problem(
            f"the ends of `{raw.at.content}` are swapped", "the lower end first",
            f"{plain(low)} is greater than {plain(high)}, so no number lies between them",
            f"`[{plain(high)}, {plain(low)}]`",
        ))  # fmt: skip
        return None
    return Interval(low, high)


def constant(draft: Draft, parse: Parse, at: Snippet) -> Expr | None:
    """Return the number that was written, None where it is none: that is a problem of the draft."""
    try:
        value = parse(Vocabulary())
    except ReadError as error:
        draft.problems += error.problems
        return None
    if contains(value, lambda e: isinstance(e, Symbol | Call)):
        draft.problems.append(at.problem(
            f"`{at.content}` is not a number", "a number: `0.5`, `1/2`, `-3`, `2 π`",
            "a domain, a start, a constant and a rate are numbers, not formulas of names", "`0.5`",
        ))  # fmt: skip
        return None
    if not math.isfinite(constant_value(value)):
        draft.problems.append(at.problem(
            f"`{at.content}` has no finite value", "a finite number", "nothing can be computed with infinity", "`0.5`",
        ))  # fmt: skip
        return None
    return value


def given_numbers(
    draft: Draft, items: Iterable[Given], declarations: Mapping[str, Declaration], *roles: Role
) -> dict[str, Expr]:
    """Return the numbers that lines give to names of `roles`, checked against their domains."""
    out: dict[str, Expr] = {}
    for item in items:
        declared = declarations.get(item.name)
        if declared is None or declared.role not in roles:
            if draft.facts.strict and declared is None:
                draft.problems.append(undefined(draft, item.name, item.at))
            elif draft.facts.strict and declared is not None:
                draft.problems.append(item.at.problem(
                    f"`{plain_name(item.name)}` is no weight", "a weight: line "
                    f"{declared.place.line} makes it {declared.role}", "only weights begin somewhere and move",
                    f"`weight {plain_name(item.name)} in R`",
                ))  # fmt: skip
            continue
        if item.name in out and not draft.facts.strict:
            why = f"a further number for `{plain_name(item.name)}`; the first one is taken"
            draft.not_used.append(NotUsed(item.at.content, item.at.place, why))
            continue
        value = constant(draft, item.value, item.at)
        if value is not None and _inside(draft, value, item, declared):
            out[item.name] = value
    return out


def _inside(draft: Draft, value: Expr, item: Given, declared: Declaration) -> bool:
    number, name = constant_value(value), plain_name(item.name)
    if declared.role == "rate" and not number > 0:
        draft.problems.append(item.at.problem(
            f"the learning rate `{name}` is {plain(value)}", "a number greater than 0",
            "a step of size 0 learns nothing, and a negative one climbs", f"`rate {name} = 0.5`",
        ))  # fmt: skip
        return False
    domain = declared.domain
    if isinstance(domain, Interval) and not constant_value(domain.low) <= number <= constant_value(domain.high):
        shown = f"[{plain(domain.low)}, {plain(domain.high)}]"
        draft.problems.append(item.at.problem(
            f"`{name}` starts at {plain(value)}", f"a number in {shown}: line {declared.place.line} says so",
            "a weight stays inside its interval from the first step on", f"`start {name} = {plain(domain.low)}`",
        ))  # fmt: skip
        return False
    return True


def patterns(draft: Draft, declarations: Mapping[str, Declaration]) -> Patterns | None:
    """Return the table of patterns with its numbers read."""
    if not draft.facts.patterns:
        return None
    for extra in draft.facts.patterns[1:]:
        draft.problems.append(extra.at.problem(
            "a second table of patterns", "one table", "the patterns are one list",
            "all the rows behind one `patterns`",
        ))  # fmt: skip
    raw = draft.facts.patterns[0]
    rows: list[tuple[Expr, ...]] = []
    for cells, at in raw.rows:
        values = [constant(draft, cell, at) for cell in cells]
        if len(values) != len(raw.columns):
            draft.problems.append(at.problem(
                f"this row has {len(values)} number" + "s" * (len(values) != 1), f"{len(raw.columns)}: one for each of "
                + ", ".join(plain_name(c) for c in raw.columns), "a row gives one number a column",
                "`(" + ", ".join("0" for _ in raw.columns) + ")`",
            ))  # fmt: skip
        elif all(value is not None for value in values):
            rows.append(tuple(value for value in values if value is not None))
    _check_columns(draft, raw.columns, raw.at, declarations)
    table = Patterns(raw.columns, tuple(rows), raw.at.place)
    _check_rows(draft, table, raw.at, declarations)
    return table


def _check_rows(draft: Draft, table: Patterns, at: Snippet, declarations: Mapping[str, Declaration]) -> None:
    """Every number of a pattern has to lie in the finite domain or the interval of its column."""
    for column, name in enumerate(table.columns):
        domain = declarations[name].domain if name in declarations else None
        if table.columns.index(name) != column:
            draft.problems.append(at.problem(
                f"`{plain_name(name)}` has two columns", "one column a name", "a pattern gives each name one number",
                f"`({', '.join(map(plain_name, dict.fromkeys(table.columns)))})`",
            ))  # fmt: skip
        for row in table.rows:
            number = constant_value(row[column])
            if isinstance(domain, Finite) and number not in map(constant_value, domain.values):
                shown = "{" + ", ".join(plain(value) for value in domain.values) + "}"
                draft.problems.append(at.problem(
                    f"a pattern has `{plain_name(name)}` = {plain(row[column])}", f"a number in {shown}: line "
                    f"{declarations[name].place.line} says so", "a pattern is a point of the domains",
                    f"`{plain_name(name)} in R`, or another number",
                ))  # fmt: skip
                break


def _check_columns(
    draft: Draft, columns: tuple[str, ...], at: Snippet, declarations: Mapping[str, Declaration]
) -> None:
    for name in columns:
        declared = declarations.get(name)
        if declared is None or declared.role not in ("input", "target"):
            draft.problems.append(at.problem(
                f"`{plain_name(name)}` is a column, but neither an input nor a target", "inputs and targets",
                "a pattern says what goes in and what should come out", f"`input {plain_name(name)} in R`",
            ))  # fmt: skip
        elif name in draft.equations:
            draft.problems.append(at.problem(
                f"`{plain_name(name)}` is a column and has an equation", "targets that no equation defines",
                f"line {draft.equations[name][0].at.place.line} says what it is", "the row without that number",
            ))  # fmt: skip
    for name, declared in declarations.items():
        single = isinstance(declared.domain, Finite) and len(declared.domain.values) == 1
        if declared.role in ("input", "target") and name not in (*columns, *draft.equations) and not single:
            draft.problems.append(
                at.problem(
                    f"`{plain_name(name)}` has no column",
                    "a column for every input and every target without an equation",
                    f"line {declared.place.line} declares it",
                    f"`({', '.join(map(plain_name, columns))}, {plain_name(name)})`",
                )
            )
