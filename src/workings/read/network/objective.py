"""What is minimised: said by the text, named like an error, or the one quantity that nothing reads."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from workings.errors import Problem, ReadError
from workings.graph.expr import symbol
from workings.graph.names import named
from workings.graph.writing.spelling import parts_of
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Facts
from workings.read.names.queries import mentions
from workings.read.names.sides import links
from workings.read.names.vocabulary import TARGETS
from workings.read.network.draft import ERROR_BASES, Draft, below, is_difference, is_open, reads, slope_names, slopes
from workings.read.network.numbers_put_in import has_number_put_in
from workings.read.network.unknown import undefined
from workings.source import Place


def error_name(draft: Draft) -> tuple[str | None, Problem | None]:
    """Return what is minimised, or why that cannot be told."""
    for name, snippet in draft.facts.minimised:
        if name in draft.equations:
            return name, None
        if draft.facts.strict:
            draft.problems.append(undefined(draft, name, snippet))
            return None, None
    read = {n for name, (_, body) in draft.equations.items() for n in reads(draft, body) if n != name}
    # An error that a further quantity reads (e in ½ e²) is on the way to what is minimised.
    said = [name for name, _ in draft.facts.error_named if name in draft.equations and name not in read]
    if said:
        return said[0], None
    called_after = slope_names(draft)
    sinks = [name for name in draft.equations if name not in read | called_after]
    likely = [name for name in sinks if parts_of(name)[0] in ERROR_BASES or below(draft, name) & _targets(draft)]
    likely = [name for name in likely if not is_difference(draft, name)] or likely
    with_formula = [name for name in likely if not is_open(draft, name)]
    found = _the_one(draft, with_formula) or _the_one(draft, likely)
    found = found or (_of_a_target(draft, sinks, called_after) or _called_a_whole(sinks) if not likely else [])
    return (found[0], None) if found else (None, _unread_error(draft) or _no_error(draft, likely))


#: What the error of a whole network is called in several words; an `output_error` may be that of one unit.
_WHOLE = re.compile(r"(?i)(?:[^\W_]+_)+(?:loss|cost)|(?:total|overall)_error|error_total")


def _called_a_whole(sinks: Sequence[str]) -> list[str]:
    """Return the one of some quantities that is called the error of a whole network, `total_loss`."""
    named = [name for name in sinks if _WHOLE.fullmatch(name.replace("{", "").replace("}", ""))]
    return named if len(named) == 1 else []


def _the_one(draft: Draft, likely: list[str]) -> list[str]:
    """Return the one of some quantities that is named like an error, or is differentiated; nothing without one."""
    named = [name for name in likely if parts_of(name)[0] in ERROR_BASES]
    return likely if len(likely) == 1 else named if len(named) == 1 else _differentiated(draft, named or likely)


#: What people call the output of a network where they write its error.
_OUTPUTS = frozenset((
    "predicted", "pred", "prediction", "y_pred", "y_hat", "yhat", "yHat", "output", "out", "Output", "Predicted",
))  # fmt: skip


def assumed_output(draft: Draft, error: str | None) -> str:
    """Link an error whose output has no formula, `L = (predicted − correct)²`, to the one quantity that nothing reads.

    Only where the page differentiates the error by something of that quantity's. Returns what is assumed, in words;
    nothing where the page itself puts that quantity's number in for the output: then it says so.
    """
    if draft.facts.strict or error is None:
        return ""
    needed = below(draft, error)
    open_names = sorted(name for name in needed - draft.equations.keys() if name in _OUTPUTS)
    read = {n for name, (_, body) in draft.equations.items() for n in reads(draft, body) if n != name}
    called_after = slope_names(draft)
    ends = [
        name for name, (definition, _) in draft.equations.items()
        if name not in needed | read | called_after and definition.parameters is None
    ]  # fmt: skip
    if len(open_names) == 1 and len(ends) > 1:
        # Of several ends ŷ₁ is what ŷ stands for.
        ends = [name for name in ends if named(name).family.canonical == open_names[0]]
    if len(open_names) != 1 or len(ends) != 1 or any(d.name == open_names[0] for d in draft.facts.declared):
        return ""
    by = {variable for of, variable in slopes(draft) if of == error}
    output, end = open_names[0], ends[0]
    if not by & below(draft, end):
        return ""
    shown = has_number_put_in(draft, error, output, end)
    definition = draft.equations[end][0]
    draft.equations[output] = (replace(definition, name=output), symbol(end))
    draft.hidden.pop(output, None)
    said = f"`{plain_name(output)}` is `{plain_name(end)}`"
    draft.facts.notes.append(f"taken as given: {said}; the text does not say what `{plain_name(output)}` is")
    return "" if shown else said


def name_unnumbered_output(draft: Draft, error: str | None) -> None:
    """Take the a of E = (t − a)² for a₂, where that is the one a by which the page differentiates E.

    Nothing else is called a: no formula, no slope and no number of it stands on the page, and no other formula is made
    of it. What the error is made of already, `λ b²` beside a path to b₃, is a name of its own.
    """
    if draft.facts.strict or error is None or is_open(draft, error):
        return
    of, reached = reads(draft, draft.equations[error][1]), below(draft, error)
    pairs = set(slopes(draft))
    other = {name for pair in pairs for name in pair} | draft.equations.keys() | {d.name for d in draft.facts.declared}
    other |= {given.name for given in (*draft.facts.starts, *draft.facts.values)}
    other |= {name for made, (_, body) in draft.equations.items() if made != error for name in reads(draft, body)}
    for name in sorted(of - other):
        numbered = {by for whole, by in pairs if whole == error and by != name and named(by).family.canonical == name}
        if len(numbered) == 1 and not numbered & reached and _leads_through(draft, error, name, *numbered):
            output = numbered.pop()
            draft.equations[name] = (replace(draft.equations[error][0], name=name), symbol(output))
            shown = f"`{plain_name(name)}` is `{plain_name(output)}`"
            draft.facts.notes.append(f"taken as given: {shown}, by which the text differentiates `{plain_name(error)}`")


def _leads_through(draft: Draft, error: str, name: str, output: str) -> bool:
    """Say whether a chain of the page leads through a name, or a slope of the error has it in the place of another."""
    rest = reads(draft, draft.equations[error][1]) - {name}
    for statement in draft.facts.statements:
        left, *others = statement.sides
        if any((error, output) in links(side.root, draft.words) for side in others):
            return True
        spoken = {m.name for side in others for m in mentions(side.root, draft.words)}
        if (error, output) in links(left.root, draft.words) and {output, *rest} <= spoken and name not in spoken:
            return True
    return False


def _of_a_target(draft: Draft, sinks: list[str], slopes: Set[str]) -> list[str]:
    """Return the one quantity at an end that reads what is by its letter a target, where the page has slopes of it."""
    if draft.facts.strict:
        return []
    ends = [
        name for name in sinks
        if any(parts_of(leaf)[0] in TARGETS for leaf in below(draft, name) - draft.equations.keys())
    ]  # fmt: skip
    if len(ends) == 1 and slopes:
        return ends
    # `dK_dv` in a program says that K is differentiated.
    named = [name for name in sinks if any(slope.startswith(f"d{name}_d") for slope in slopes)]
    return named if len(named) == 1 else _differentiated(draft, ends)


def _differentiated(draft: Draft, candidates: list[str]) -> list[str]:
    """Return the one of several errors that the page differentiates, where it is one."""
    if draft.facts.strict:
        return []
    taken = {of for of, _ in slopes(draft)}
    found = [name for name in candidates if name in taken]
    return found if len(found) == 1 else []


def _unread_error(draft: Draft) -> Problem | None:
    """Return why the error could not be read, where a definition of one stands in the document."""
    named = {name for name, _ in draft.facts.error_named}
    for name, (_, error) in draft.unread.items():
        if name in named or parts_of(name)[0] in ERROR_BASES:
            return error.problems[0]
    return None


def _targets(draft: Draft) -> set[str]:
    return {d.name for d in draft.facts.declared if d.role == "target"}


def _no_error(draft: Draft, likely: list[str]) -> Problem:
    if not likely:
        at = next((d.at for d in draft.facts.definitions), None)
        found = "there is no error to minimise"
        parts = (
            "one quantity that says how wrong the output is", "a gradient is the slope of an error",
            "`E = 1/2 (ŷ - y)^2`, or `minimise NAME`",
        )  # fmt: skip
    else:
        at = draft.equations[likely[-1]][0].at
        shown = " and ".join(f"`{plain_name(name)}`" for name in likely)
        lines = ", ".join(str(draft.equations[name][0].at.place.line) for name in likely)
        found = f"{shown} could each be the error"
        parts = (
            f"one quantity to minimise (lines {lines})", "descent goes down one error, not several at once",
            f"`minimise {plain_name(likely[0])}`",
        )  # fmt: skip
    if at is None:
        raise ReadError(draft.problems or [empty_document(draft.facts)])
    return at.problem(found, *parts)


def empty_document(facts: Facts) -> Problem:
    """Return the problem of a document without a network."""
    at = facts.not_used[0] if facts.not_used else None
    place = at.place if at else Place(facts.file, 1)
    return Problem(
        place, "there is no network in this document", "equations: `ŷ = A(w x)`, `E = 1/2 (ŷ - y)^2`",
        "a network is a list of equations, in a `network` block, in LaTeX maths, or one a line",
        "the equations of your network, one a line",
    )  # fmt: skip
