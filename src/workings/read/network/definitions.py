"""The first stage: definitions are parsed, doubles are told apart, and what is not needed is left out."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace

from workings.errors import ReadError
from workings.graph.expr import Call, Expr, symbol
from workings.graph.expr import names as names_in
from workings.graph.expr import replace as put_in
from workings.graph.names import without_new
from workings.graph.network import Function
from workings.graph.speakers.floats import same_values
from workings.graph.terms import calls_in
from workings.graph.writing.spelling import canonical, parts_of
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Definition
from workings.read.formula.statement import Statement
from workings.read.formula.tree import Fence, items_of
from workings.read.names.queries import defined, mentions, names_of
from workings.read.names.vocabulary import CALLED_AFTER_A_SLOPE
from workings.read.network.draft import (
    CONVENTIONAL_RATES,
    ERROR_BASES,
    Draft,
    below,
    define_open,
    functions_below,
    is_open,
    reads,
    slope_names,
    slopes,
    unused,
)


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
        if (
            definition.code
            and isinstance(body, Call)
            and body.function not in draft.words.functions
            and not names_in(body)
        ):
            draft.data.add(definition.name)
            unused(draft, definition, "data, which a function gives that the text does not define")
            continue
        _define(draft, definition, body)
    known = _known(draft)
    draft.data |= {name for name, (definition, _) in draft.unread.items() if _gives_data(definition, known)}
    for definition, body in draft.again:
        _take_in_steps(draft, definition, body)
    _demote_functions(draft)


def leave_unread_open(draft: Draft) -> None:
    """Make each quantity of a document whose formula is not read an open function of the names that stand in it."""
    spoken = {statement.at: names_of(statement.sides, draft.words) for statement in draft.facts.statements}
    for name, (definition, _) in list(draft.unread.items()):
        told = tuple(sorted(spoken.get(definition.at, frozenset()) - {name} - draft.words.functions))
        if told and definition.parameters is None and not definition.code and name not in draft.equations:
            del draft.unread[name]
            define_open(draft, definition, tuple(map(symbol, told)), assumed=told)


def _not_read(draft: Draft, definition: Definition, error: ReadError) -> None:
    if draft.facts.strict:
        draft.problems += error.problems
        draft.failed.add(definition.name)
    else:
        draft.unread.setdefault(definition.name, (definition, error))
        unused(draft, definition, f"not read: {error.problems[0].found}")


def _define(draft: Draft, definition: Definition, body: Expr) -> None:
    if not draft.facts.strict and definition.parameters is None and definition.name in names_in(body):
        unused(draft, definition, f"an update: it makes a new `{plain_name(definition.name)}` of the old one")
        return
    if (not draft.facts.strict or draft.facts.derivation) and _is_step(draft, definition, body):
        unused(draft, definition, f"an update: it makes a new `{plain_name(_stepped(definition.name))}`")
        return
    if not draft.facts.strict and _takes_a_slope(definition, body):
        unused(draft, definition, f"an update: it makes a new `{plain_name(definition.name)}` by a slope")
        return
    if not draft.facts.strict and _is_general(draft, definition, body):
        draft.general.add(definition.name)
        unused(draft, definition, "a general formula: none of its names stands elsewhere in the text")
        return
    if not draft.facts.strict and isinstance(body, Call) and body.function == definition.name:
        # `L = L(a, y)` says what L depends on, and no more.
        if definition.name not in draft.equations and any(of == definition.name for of, _ in slopes(draft)):
            define_open(draft, definition, body.args)
        else:
            unused(draft, definition, "it says no more than what a quantity depends on")
        return
    table = draft.equations if definition.parameters is None else draft.functions
    if definition.parameters is None and is_open(draft, definition.name):
        del draft.equations[definition.name]
    known = table.get(definition.name)
    if known is None:
        table[definition.name] = (definition, body)
    elif not _alike(known, (definition, body)):
        _second_definition(draft, definition, body, known)


def _is_step(draft: Draft, definition: Definition, body: Expr) -> bool:
    """Say whether a formula is a step of a name without a formula: `v_new = v − η g`, `Δv = −η (y − t) x`.

    A step takes a rate; one in numbers, `v_new = −0.5 − 0.1 · 2`, may have it put in.
    """
    stepped = "" if definition.parameters is not None else _stepped(definition.name)
    inside = set(names_in(body))
    if not stepped or any(other.name == stepped for other in draft.facts.definitions):
        return False
    rates = {d.name for d in draft.facts.declared if d.role == "rate"} | CONVENTIONAL_RATES
    if not (inside & rates or not inside):
        return False
    others = [statement for statement in draft.facts.statements if statement.at.start != definition.at.start]
    if any(s.relations and not s.derives and definition.name in _read_by(draft, s) for s in others):
        return False
    declared = any(d.name == stepped for d in draft.facts.declared)
    return declared or any(stepped in names_of(statement.sides, draft.words) for statement in others)


def _read_by(draft: Draft, statement: Statement) -> frozenset[str]:
    """Return the names that stand behind the first relation of a statement."""
    return names_of(statement.sides[1:], draft.words)


def _takes_a_slope(definition: Definition, body: Expr) -> bool:
    """Say whether a name that is called after no slope is made of one that is: `v = w - eta * dL_dw`."""
    called = [name for name in names_in(body) if CALLED_AFTER_A_SLOPE.fullmatch(name)]
    return bool(called) and definition.parameters is None and CALLED_AFTER_A_SLOPE.fullmatch(definition.name) is None


def _stepped(name: str) -> str:
    """Return the name of which a name is the new value or the change, empty where it is none."""
    changed = re.fullmatch(r"Delta_?([^\W_].*)", name)
    base = canonical(changed[1]) if changed else without_new(name)
    return "" if base == name else base


def _is_general(draft: Draft, definition: Definition, body: Expr) -> bool:
    """Say whether a formula with a sum is about names that stand nowhere else: `E = Σ ½ (target − output)²`."""
    if (
        draft.words.counted_by
        or len(draft.facts.definitions) < _FEW
        or not re.search(r"\\sum(?![a-z])|[∑Σ]", definition.at.content)
    ):
        return False
    inside = set(names_in(body))
    here = (definition.at.start, definition.at.end)
    elsewhere = (
        statement for statement in draft.facts.statements
        if statement.at.text is not definition.at.text or not statement.at.start <= here[0] < statement.at.end
    )  # fmt: skip
    return bool(inside) and all(inside.isdisjoint(names_of(statement.sides, draft.words)) for statement in elsewhere)


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
    elif not names_in(known[1]) or (definition.weight > known[0].weight and not _of_like_names(body, known[1])):
        table = draft.equations if definition.parameters is None else draft.functions
        table[definition.name] = (definition, body)
        unused(draft, known[0], _instead(draft, known, definition))
    else:
        draft.again.append((definition, body))


def _take_in_steps(draft: Draft, definition: Definition, body: Expr) -> None:
    """Take a second formula where it is the first one in steps, `E = (σ(w x) − t)²` and then `E = (a − t)²`."""
    table = draft.equations if definition.parameters is None else draft.functions
    name, (first, whole) = plain_name(definition.name), table[definition.name]
    steps = set(names_in(body)) & draft.equations.keys() if definition.parameters is None else set[str]()
    goes_on = definition.name not in {inner for step in steps for inner in below(draft, step)}
    if steps - set(names_in(whole)) and goes_on and _written_out(draft, body) is _written_out(draft, whole):
        table[definition.name] = (definition, body)
        unused(draft, first, f"`{name}` is defined in line {definition.at.place.line} too, in steps")
    else:
        line = first.at.place.line
        unused(draft, definition, f"`{name}` is defined in line {line} already, and the first definition is taken")


def _written_out(draft: Draft, body: Expr) -> Expr:
    """Return a formula with those of the page in the places of its quantities."""
    for _ in draft.equations:
        formulas: dict[Expr, Expr] = {
            symbol(name): draft.equations[name][1] for name in names_in(body) if name in draft.equations
        }
        if not formulas:
            break
        body = put_in(body, formulas)
    return body


def _of_like_names(one: Expr, other: Expr) -> bool:
    """Say whether two formulas differ by an index or two alone: the later one may be a slip."""
    bases = [sorted(parts_of(name)[0] for name in names_in(expr)) for expr in (one, other)]
    return bases[0] == bases[1]


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
    if not draft.functions:
        return
    bodies = [body for _, body in (*draft.equations.values(), *draft.functions.values())]
    applied = {part.function for part in calls_in(*bodies)} | _applied_elsewhere(draft)
    quantities = draft.words.names | draft.equations.keys()
    quantities |= {name for _, body in draft.equations.values() for name in names_in(body)}
    for name, (definition, body) in list(draft.functions.items()):
        parameters = definition.parameters or ()
        # The names in a program's `def mse(a, b)` are its own, unless the program has some of them too.
        own = definition.code and draft.equations.keys().isdisjoint(parameters)
        error = parts_of(name)[0] in ERROR_BASES and not own
        known = all(p in quantities for p in parameters) or error or not draft.equations
        if name not in applied and known and name not in draft.equations:
            del draft.functions[name]
            draft.equations[name] = (definition, body)


def _applied_elsewhere(draft: Draft) -> set[str]:
    """Return the functions that some line applies to something else than their parameters: σ(x) = …, and then σ′(z)."""
    found: set[str] = set()
    for statement in draft.facts.statements:
        for mention in (m for side in statement.sides for m in mentions(side.root, draft.words) if m.applied):
            name = draft.words.settled(mention.name)
            if name in draft.functions and isinstance(mention.bracket, Fence):
                parameters = draft.functions[name][0].parameters
                inside = [defined(item, draft.words) for item in items_of(mention.bracket.inside)]
                if all(inside) and tuple(item[0] for item in inside if item) != parameters:
                    found.add(name)
    return found


def keep_needed(draft: Draft, error: str | None) -> None:
    """Leave out what the error does not need; in a block every equation is kept."""
    if draft.facts.strict:
        return
    known = _known(draft)
    needed = below(draft, error) if error else _quantities(draft)
    for name, (definition, _) in list(draft.equations.items()):
        if name not in needed:
            del draft.equations[name]
            slope = f"`{plain_name(name)}` is called after a slope, and no quantity reads it"
            apart = f"`{plain_name(error)}` does not depend on `{plain_name(name)}`" if error else slope
            unused(draft, definition, apart)
    bodies = [body for _, body in draft.equations.values()]
    called = functions_below(draft, *bodies) if bodies else set(draft.functions)
    for name, (definition, _) in list(draft.functions.items()):
        if name not in called:
            del draft.functions[name]
            unused(draft, definition, f"the network does not apply `{plain_name(name)}`")
    for name in (needed - draft.equations.keys()) | (called - draft.functions.keys()):
        if name in draft.unread and not _gives_data(draft.unread[name][0], known):
            draft.problems += draft.unread[name][1].problems


def _known(draft: Draft) -> set[str]:
    """Return the quantities and what they are made of."""
    return {name for _, body in draft.equations.values() for name in names_in(body)} | draft.equations.keys()


def _gives_data(definition: Definition, known: Set[str]) -> bool:
    """Say whether a program's line gives data, whatever they are: `x = rows[i]` is made of nothing of the network."""
    if not definition.code or definition.parameters is not None:
        return False
    value = definition.at.content.partition("=")[2]
    return known.isdisjoint(canonical(word) for word in re.findall(r"[^\W\d]\w*", value))


def _quantities(draft: Draft) -> set[str]:
    """Return the equations without the person's names for slopes that no quantity reads."""
    kept, slopes = set(draft.equations), slope_names(draft)
    while True:
        read = {inside for name in kept for inside in reads(draft, draft.equations[name][1])}
        loose = (kept & slopes) - read
        if not loose:
            return kept
        kept -= loose


def _alike(a: tuple[Definition, Expr], b: tuple[Definition, Expr]) -> bool:
    """Say whether two definitions of one name say the same: the same formula, or always the same value."""
    (first, body), (second, other) = a, b
    if first.parameters and second.parameters and len(first.parameters) == len(second.parameters):
        here = Function(first.name, second.parameters, other)
        other = here.unfold(tuple(symbol(p) for p in first.parameters)) or other
    if body is other:
        return True
    return (first.parameters is None) == (second.parameters is None) and same_values(body, other)
