"""The first stage: definitions are parsed, doubles are told apart, and what is not needed is left out."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from workings.errors import ReadError
from workings.graph.expr import Call, Expr, postorder, symbol
from workings.graph.expr import names as names_in
from workings.graph.network import Function, definitions
from workings.graph.speakers.floats import Program, UnknownValueError
from workings.graph.writing.spelling import parts_of
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Definition
from workings.read.names.queries import names_of
from workings.read.network.draft import ERROR_BASES, Draft, below, is_slope_name, reads, unused


def parse_definitions(draft: Draft) -> None:
    """Parse every definition with the vocabulary of the draft."""
    for definition in draft.facts.definitions:
        words = draft.words if definition.parameters is None else draft.words.inside(definition.parameters)
        if definition.name == "e":
            # Nothing is defined by itself, so the e in `e = t − 1/(1 + e^(−z))` is Euler's number.
            words = replace(words, names=words.names - {"e"})
        try:
            body = definition.parse(words)
        except ReadError as error:
            _not_read(draft, definition, error)
            continue
        _define(draft, definition, body)
    _demote_functions(draft)


def _not_read(draft: Draft, definition: Definition, error: ReadError) -> None:
    if draft.facts.strict:
        draft.problems += error.problems
        draft.failed.add(definition.name)
    else:
        draft.unread.setdefault(definition.name, error)
        unused(draft, definition, f"not read: {error.problems[0].found}")


def _define(draft: Draft, definition: Definition, body: Expr) -> None:
    if not draft.facts.strict and definition.parameters is None and definition.name in names_in(body):
        unused(draft, definition, f"an update: it makes a new `{plain_name(definition.name)}` of the old one")
        return
    if not draft.facts.strict and _is_general(draft, definition, body):
        unused(draft, definition, "a general formula: none of its names stands elsewhere in the text")
        return
    table = draft.equations if definition.parameters is None else draft.functions
    known = table.get(definition.name)
    if known is None:
        table[definition.name] = (definition, body)
    elif not _alike(known, (definition, body)):
        _second_definition(draft, definition, body, known)


def _is_general(draft: Draft, definition: Definition, body: Expr) -> bool:
    """Say whether a formula with a sum is about names that stand nowhere else: `E = Σ ½ (target − output)²`."""
    if len(draft.facts.definitions) < _FEW or not re.search(r"\\sum(?![a-z])|[∑Σ]", definition.at.content):
        return False
    inside = set(names_in(body))
    here = (definition.at.start, definition.at.end)
    elsewhere = (
        statement for statement in draft.facts.statements
        if statement.at.text is not definition.at.text or not statement.at.start <= here[0] < statement.at.end
    )  # fmt: skip
    return bool(inside) and all(inside.isdisjoint(names_of(statement, draft.words)) for statement in elsewhere)


#: A text of fewer definitions is about that formula itself.
_FEW = 3


def _second_definition(draft: Draft, definition: Definition, body: Expr, known: tuple[Definition, Expr]) -> None:
    name = plain_name(definition.name)
    if draft.facts.strict:
        draft.problems.append(
            definition.at.problem(
                f"`{name}` is defined a second time",
                f"one definition of `{name}`: line {known[0].at.place.line} has it",
                "two different definitions of one name cannot both hold",
                f"another name here, or only one of the two: `{known[0].at.content}`",
            )
        )
    elif not names_in(body):
        unused(draft, definition, f"numbers put in: `{name}` is defined in line {known[0].at.place.line}")
    elif not names_in(known[1]) or definition.weight > known[0].weight:
        table = draft.equations if definition.parameters is None else draft.functions
        table[definition.name] = (definition, body)
        unused(draft, known[0], _instead(draft, known, definition))
    else:
        line = known[0].at.place.line
        unused(draft, definition, f"`{name}` is defined in line {line} already, and the first definition is taken")


def _instead(draft: Draft, known: tuple[Definition, Expr], definition: Definition) -> str:
    """Return why a definition makes room for a later one."""
    name, line = plain_name(definition.name), definition.at.place.line
    if not names_in(known[1]):
        return f"numbers put in: `{name}` is defined in line {line}"
    draft.facts.notes.append(
        f"line {known[0].at.place.line}: `{name}` is defined in line {line} too, and that one is taken: "
        "its names stand in other formulas of the page"
    )
    return f"`{name}` is defined in line {line} too, in names that stand elsewhere on the page"


def _demote_functions(draft: Draft) -> None:
    """`E(ŷ, y) = …` that nothing applies is a quantity written with what it depends on."""
    applied = {
        part.function
        for _, body in (*draft.equations.values(), *draft.functions.values())
        for part in postorder(body)
        if isinstance(part, Call)
    }
    quantities = draft.words.names | draft.equations.keys()
    quantities |= {name for _, body in draft.equations.values() for name in names_in(body)}
    for name, (definition, body) in list(draft.functions.items()):
        parameters = definition.parameters or ()
        known = all(p in quantities for p in parameters) or parts_of(name)[0] in ERROR_BASES or not draft.equations
        if name not in applied and known and name not in draft.equations:
            del draft.functions[name]
            draft.equations[name] = (definition, body)


def keep_needed(draft: Draft, error: str | None) -> None:
    """Leave out what the error does not need; in a block every equation is kept."""
    if draft.facts.strict:
        return
    needed = below(draft, error) if error else _quantities(draft)
    for name, (definition, _) in list(draft.equations.items()):
        if name not in needed:
            del draft.equations[name]
            slope = f"`{plain_name(name)}` is called after a slope, and no quantity reads it"
            apart = f"`{plain_name(error)}` does not depend on `{plain_name(name)}`" if error else slope
            unused(draft, definition, apart)
    called = _called(draft) if draft.equations else set(draft.functions)
    for name, (definition, _) in list(draft.functions.items()):
        if name not in called:
            del draft.functions[name]
            unused(draft, definition, f"the network does not apply `{plain_name(name)}`")
    for name in (needed - draft.equations.keys()) | (called - draft.functions.keys()):
        if name in draft.unread:
            draft.problems += draft.unread[name].problems


def _quantities(draft: Draft) -> set[str]:
    """Return the equations without the person's names for slopes that no quantity reads."""
    kept = set(draft.equations)
    while True:
        read = {inside for name in kept for inside in reads(draft, draft.equations[name][1])}
        loose = {name for name in kept if is_slope_name(name) and name not in read}
        if not loose:
            return kept
        kept -= loose


def _called(draft: Draft) -> set[str]:
    found: set[str] = set()
    stack = [body for _, body in draft.equations.values()]
    while stack:
        for part in postorder(stack.pop()):
            if isinstance(part, Call) and part.function not in found:
                found.add(part.function)
                if part.function in draft.functions:
                    stack.append(draft.functions[part.function][1])
    return found


def _alike(a: tuple[Definition, Expr], b: tuple[Definition, Expr]) -> bool:
    """Say whether two definitions of one name say the same: the same formula, or always the same value."""
    (first, body), (second, other) = a, b
    if first.parameters and second.parameters and len(first.parameters) == len(second.parameters):
        here = Function(first.name, second.parameters, other)
        other = here.unfold(tuple(symbol(p) for p in first.parameters)) or other
    if body is other:
        return True
    return (first.parameters is None) == (second.parameters is None) and _same_values(body, other)


def _same_values(a: Expr, b: Expr) -> bool:
    inputs = sorted({*names_in(a), *names_in(b)})
    if set(names_in(a)) != set(names_in(b)):
        return False
    try:
        program = Program([symbol(n) for n in inputs], [(symbol(" a"), a), (symbol(" b"), b)], definitions(()))
    except UnknownValueError:
        return False
    draw = random.Random(0)
    for _ in range(8):
        left, right = program.run([draw.uniform(0.1, 2.0) for _ in inputs])
        if not abs(left - right) <= 1e-9 * max(1.0, abs(left)):
            return False
    return True
