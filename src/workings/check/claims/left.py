"""Left sides: what a line speaks of, given in the line, or in the sentence before it, or brought in by the person."""

from __future__ import annotations

import re

from workings.check.claims.chain import NOTHING, Begun, Chain, Said, about, head_name, unreadable
from workings.check.claims.definitions import about_a_change, about_a_function, about_a_name, at_numbers
from workings.check.claims.differential import differential
from workings.check.claims.known import Known
from workings.check.claims.program import is_computed, lose
from workings.check.claims.prose import left_side
from workings.check.claims.update import Update, update_of
from workings.check.judge.budget import UnsettledError, attempt
from workings.check.verdict import unread
from workings.errors import ReadError
from workings.graph.expr import Call, Expr, Symbol, call, names, partial, symbol
from workings.graph.terms import partials
from workings.graph.writing.spelling import without_step
from workings.read.formula.signs import UPDATES
from workings.read.formula.statement import derives
from workings.read.formula.tree import Scripted, preorder
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.queries import defined, mentions, whole_name
from workings.read.phrases import heard


def begun(known: Known, line: WrittenLine, head: Side) -> Begun:
    """Return what a line with a left side begins; no chain where the line claims nothing."""
    first = line.sides[1]
    if line.code and re.match(r"\w+\[(?!\d+\]$)", head.at.content):
        # `dz[z < 0] = 0` changes a part of what the name holds.
        lose(known, head_name(line))
        return NOTHING
    try:
        raw = known.updated_head(head) or _as_function(known, head) or known.parse(head)
    except ReadError as error:
        if line.code and is_computed(known, line):
            lose(known, head_name(line))
        return _if_it_concerns(known, line, error.problems[0].found)
    update = _update(known, line, raw, first)
    if update is not None:
        return Begun(Chain(line, update=update))
    if line.relations[0] in UPDATES:
        return about_a_change(known, line, raw, first)
    if isinstance(raw, Symbol):
        return about_a_name(known, line, raw, first)
    if isinstance(raw, Call) and _is_applied(raw):
        return about_a_function(known, line, raw)
    if isinstance(raw, Call) and not line.code and (numbered := at_numbers(known, line, raw)) is not None:
        return numbered
    at = next((known.resolver.variable(p.by) for p in partials(raw)), None) or _dummy(known, head, raw)
    try:
        left = known.meant(raw, at, code=line.code)
    except UnsettledError as error:
        return _if_it_concerns(known, line, str(error), at)
    bare = not partials(raw)
    return NOTHING if bare and _is_demand(known, line) else Begun(about(line, left, at, bare=bare))


def _is_demand(known: Known, line: WrittenLine) -> bool:
    """Say whether a formula is set equal to a name that nothing computes: `σ(z) = y` says what ought to be."""
    value = known.read(line.sides[1]) if len(line.sides) == 2 and line.sides[1] is not None else None
    return isinstance(value, Symbol) and value.name in known.meaning.known - known.meaning.formulas.keys()


def _as_function(known: Known, head: Side) -> Expr | None:
    """Return `f(x)` as a function of x, where f is a quantity and x no part of it: no product stands so on the left."""
    found = defined(head.root, known.words)
    if found is None or not found[1] or found[0] not in known.network.formulas:
        return None
    name, parameters = found[0], found[1]
    apart = attempt(lambda: not any(known.meaning.depends(name, parameter) for parameter in parameters))
    if name.endswith("'") or not apart:
        return None
    return call(found[0], tuple(map(symbol, found[1])))


def _if_it_concerns(known: Known, line: WrittenLine, why: str, at: Symbol | None = None) -> Begun:
    return Begun(unreadable(line, why, at)) if concerns(known, line) else NOTHING


def _is_applied(raw: Call) -> bool:
    """Say whether a call is a function applied to names: f(x), and not f′(x) or f(1)."""
    plain = not any(raw.orders) and not raw.function.endswith("'")
    return plain and all(isinstance(argument, Symbol) for argument in raw.args)


def _dummy(known: Known, head: Side, raw: Expr) -> Symbol | None:
    """Return the z of `σ′(z) = …`, where nothing else is called z: a claim about the function, at any argument."""
    own = known.meaning.known | known.meaning.functions.keys()
    resolver = known.resolver
    unknown = [n for n in names(raw) if n not in own and not resolver.is_step(n) and resolver.near(n) is None]
    primed = any(isinstance(node, Scripted) and node.primes for node in preorder(head.root))
    return symbol(unknown[0]) if primed and len(unknown) == 1 else None


def _update(known: Known, line: WrittenLine, raw: Expr, first: Side | None) -> Update | None:
    """Return the step of a weight that a line writes, None where it writes none."""
    try:
        value = known.without_old(first) if first is not None else None
    except ReadError:
        value = None
    if value is None:
        return None
    found = update_of(raw, line.relations[0], value, known.network)
    if found is not None and isinstance(raw, Symbol) and without_step(raw.name) == found.weight:
        known.steps.stepping.add(found.weight)
    return found


# Left sides that the line itself does not have


def from_prose(known: Known, line: WrittenLine) -> Chain | None:
    """Return the chain of a line whose left side the sentence before it names: “the derivative of O by w is”."""
    told = left_side(line.before) if line.before else None
    if told is None:
        return None
    of, by = (known.small(part) if part else None for part in told)
    if of is None and not told[0] and known.network.error is not None:
        of = symbol(known.network.error)
    if of is None or not isinstance(by, Symbol):
        return None
    variable = attempt(lambda: known.resolver.resolved(by))
    if not isinstance(variable, Symbol) or variable.name not in known.meaning.known:
        return None
    meant = attempt(lambda: known.meant(partial(of, variable), variable, code=line.code))
    return None if meant is None else about(line, meant, variable)


def of_what_stands_there(known: Known, line: WrittenLine, head: Side) -> Chain | None:
    """Return the chain of “the derivative of x² = 2x”: its left side is differentiated, by the one name in it."""
    before = line.at.text.content[max(0, line.at.start - 60) : line.at.start]
    raw = known.read(head) if heard("slope of this", before) is not None else None
    if raw is None:
        return None
    inside = names(raw)
    if len(inside) != 1 or partials(raw):
        return unreadable(line, "by which name its left side is differentiated is not said")
    return _about_meant(known, line, partial(raw, symbol(inside[0])), symbol(inside[0]))


def from_a_word(known: Known, line: WrittenLine, before: str) -> Chain | None:
    """Return the chain of “the gradient $= 2 (0 − 3)$”: a word right before the relation names its left side."""
    word = heard("last word", before)
    remark = "//" in before[before.rfind("\n") + 1 :]
    if not line.inline or word is None or remark:
        return None
    weights, error = known.network.weights, known.network.error
    if heard("slope", word["word"]) and error is not None and len(weights) == 1:
        weight = symbol(weights[0])
        return about(line, partial(symbol(error), weight), weight)
    return unreadable(line, f"what “{word['word']}” is, the text does not say in a formula")


def of_expression(known: Known, line: WrittenLine, head: Side) -> Chain | None:
    """Return the chain that an expression begins, which the rows below go on with: `∂/∂r (r − s)²`."""
    raw = known.read(head)
    slopes = partials(raw) if raw is not None else []
    if raw is None or not slopes or line.inline:
        return None
    return _about_meant(known, line, raw, slopes[0].by)


def _about_meant(known: Known, line: WrittenLine, raw: Expr, at: Symbol) -> Chain:
    """Return the chain of a line about what an expression means, by the variable that it is differentiated by."""
    try:
        return about(line, known.meant(raw, at, code=line.code), at)
    except UnsettledError as error:
        return unreadable(line, str(error), at)


def between_differentials(known: Known, line: WrittenLine, head: Side) -> Said | None:
    """Judge `dL = (a − y) da`; None where a line is no such one."""
    name = None if line.code else differential(head, known.words, known.meaning.known)
    sides = [side for side in line.sides[1:] if side is not None]
    if name is None or not sides or line.relations[0] != "=":
        return None
    values = [known.customs.read(side, known.words) for side in sides]
    given = [value for value in values if value is not None]
    if len(given) < len(sides):
        return Said(sides[0], unread("its differentials are not read"), as_read=(symbol(f"d{name}"), *values))
    finding, rule = known.customs.finding(name, given)
    return Said(sides[0], finding, rule, as_read=(symbol(f"d{name}"), *values))


def concerns(known: Known, line: WrittenLine) -> bool:
    """Say whether a line speaks of derivatives of the network, as far as it can be read."""
    slopes = own = False
    moving = known.meaning.formulas.keys() | set(known.network.weights) | known.network.functions.keys()
    for side in line.sides:
        if side is not None:
            slopes = slopes or derives(side.root)
            own = own or any(whole_name(m.unit, known.words) in moving for m in mentions(side.root, known.words))
    return slopes and own
