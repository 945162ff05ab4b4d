"""Names and functions on the left: a definition, a number, the name of a slope, or a claim about what is known."""

from __future__ import annotations

import re
from dataclasses import replace

from workings.check.claims.chain import NOTHING, Begun, Chain, Said, about, about_name, own_arguments
from workings.check.claims.customs import error_of_its_unit, function_by_custom, slope_by_custom
from workings.check.claims.derived import Defined, Derived, is_closed
from workings.check.claims.known import Known, numbered_weight
from workings.check.claims.moved import with_new_values
from workings.check.claims.numbers import decimals, is_single
from workings.check.claims.program import (
    changed,
    data_changed,
    is_a_slope,
    is_computed,
    is_other,
    lose,
    no_step,
    not_told,
    overwritten,
    unread_because,
    unusable,
)
from workings.check.claims.scopes import begin_scope, redefines, stated_anew
from workings.check.claims.slope_names import (
    as_meant,
    by_what_its_unit_is_given,
    given_delta,
    given_name,
    given_slope,
    goes_on,
    is_delta,
    judge_delta,
    judge_slope,
    slope_in,
)
from workings.check.claims.update import Update, renewed
from workings.check.claims.written import stepped
from workings.check.judge.budget import UnsettledError, attempt
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.slopes import slope
from workings.check.verdict import BY_NUMBERS, undecided
from workings.graph.alike import is_number
from workings.graph.expr import Apply, Call, Expr, Partial, Symbol, names, partial, symbol
from workings.graph.expr import replace as put_in
from workings.graph.names import RATES
from workings.graph.network import Function
from workings.graph.ops.arithmetic import add, sub
from workings.graph.speakers.floats import constant_value
from workings.graph.terms import calls_in, partials
from workings.graph.writing.spelling import free_name, is_first_step, without_step
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.indices import MOST_NUMBERS, numbered
from workings.read.names.many import carries

#: Names of slopes by custom.
_DELTA = re.compile(r"delta(_|\d|$)|[Ee]rr_|[Ee]rror_|epsilon_")


# Names


def about_a_name(known: Known, line: WrittenLine, raw: Symbol, first: Side | None) -> Begun:
    """Settle `z = w x`, `δ = …`, `net = 0.3775`: a definition, a number, or a claim about a name of the network."""
    raw_value = known.read(first) if first is not None else None
    value = None if raw_value is None else attempt(lambda: known.worked_out(raw_value)) or raw_value
    if (primed := _primed(known, line, raw, value)) is not None:
        return primed
    name = raw.name
    if name not in known.meaning.known:
        resolved = known.resolver.resolved(raw)
        if isinstance(resolved, Symbol) and resolved.name in known.meaning.known:
            name = resolved.name
    if line.code and value is not None and is_other(known, name, value):
        known.program.lost.add(name)
        return NOTHING
    if name in known.meaning.formulas and name not in known.meaning.added:
        if value is not None and name in names(value) and not line.code:
            known.brought.made_anew[name] = line.at.place.line
        stated_anew(known, line, name)
        return Begun(about_name(line, name))
    if value is None or first is None:
        said: tuple[Said, ...] = ()
        if line.code and is_computed(known, line):
            lose(known, name)
            said = not_told(known, line, name, unread_because(known, first))
        known.steps.unread = known.steps.unread or bool(numbered_weight(known, line))
        return Begun(None, said)
    return _numbered(known, line, name, value, first) if is_number(value) else _introduced(known, line, name, value)


def _primed(known: Known, line: WrittenLine, raw: Symbol, value: Expr | None) -> Begun | None:
    """Return what a name says that is a function or has primes, None where it is a plain name."""
    name = raw.name
    if name.endswith("'") and name[:-1] in known.meaning.formulas:
        meant = attempt(lambda: known.meant(raw, None, code=line.code))
        return NOTHING if meant is None else Begun(about(line, meant))
    if name in known.meaning.functions and isinstance(value, Symbol):
        # `g = tanh`, where g is a function: one choice of it.
        return NOTHING
    bare = name.rstrip("'")
    function = known.meaning.functions.get(bare)
    if name in known.meaning.known or (function is None and (bare == name or known.resolver.known_op(bare) is None)):
        return None
    # `σ′ = σ (1 − σ)`, `tanh′ = 1 − tanh²`: a claim about a function, at any argument.
    own = (free_name("z", set(known.meaning.known)),) if function is None else function.parameters
    at = symbol(own[0]) if len(own) == 1 else None
    meant = attempt(lambda: known.meant(raw, at, code=line.code))
    return NOTHING if meant is None else Begun(about(line, meant, at))


def _numbered(known: Known, line: WrittenLine, name: str, value: Expr, first: Side) -> Begun:
    """Take a number for a name: its value, or a step of a weight."""
    if line.code and name not in known.meaning.known and goes_on(known, line):
        known.meaning.define(name, value)
        return NOTHING
    if line.code and is_a_slope(known, name):
        return _introduced(known, line, name, value)
    if name in known.meaning.added:
        return Begun(about_name(line, name))
    weight = renewed(name, known.network)
    if weight is not None and is_first_step(name):
        # `w₀ = 1` is where the weight begins.
        known.numbers.give(weight, value, decimals(first))
        known.steps.stepping.add(weight)
        return NOTHING
    # `w₁ = 0.3` may speak of something else; `w₁ = 0.5 − 0.1 · 2` is a step, and so is one behind w₀.
    if weight is not None and (weight in known.steps.stepping or not without_step(name) or not is_single(value)):
        return Begun(Chain(line, update=Update(weight, change=False, value=stepped(known, weight))))
    step = _restarted(known, name, value)
    if step is not None:
        return Begun(Chain(line, update=step))
    # A number for a name without a formula is its value from here on, whatever it was before.
    known.numbers.give(name, value, decimals(first))
    return Begun(about_name(line, name)) if len(line.sides) > 2 else NOTHING


def _restarted(known: Known, name: str, value: Expr) -> Update | None:
    """Return the step that `w = 2 − 0.01 · 6` is: from the number that the weight has, by a product."""
    updated = known.steps.updated
    given = updated[name][0] if name in updated else known.numbers.written.get(name)
    if name not in known.network.weights or given is None:
        return None
    if not isinstance(value, Apply) or value.op not in (add, sub):
        return None
    numbers = {constant_value(n) for n in (given, known.numbers.written.get(name)) if n is not None}
    starts_there = constant_value(value.args[0]) in numbers
    return Update(name, change=False, loose=is_single(value.args[1]) or not starts_there)


def _introduced(known: Known, line: WrittenLine, name: str, value: Expr) -> Begun:
    """Take a name that the person brings in; it claims nothing, unless it says what a known slope is."""
    if isinstance(value, Partial) and _is_of_every_layer(known, name, value):
        return NOTHING
    if name in known.meaning.leaves:
        # `w_1 = w_2 = 1` gives weights their numbers, and ties nothing.
        data_changed(known, line, name, value)
        return Begun(None, no_step(known, line, name, value))
    at = next((known.resolver.variable(p.by) for p in partials(value)), None)
    if at is None:
        # A name without a meaning in a definition of the person's own is a number of theirs.
        free = _free(known, name, value)
        why = unusable(known, line, name, value, free) if line.code else ""
        if why:
            lose(known, name)
            return Begun(None, not_told(known, line, name, why))
        # In `step = η g`, η stays what it is by its name: a rate.
        known.meaning.rates |= free & RATES
        known.meaning.leaves |= free - RATES
        known.brought.only_numbers |= free & known.numbers.written.keys() - RATES
        known.brought.undefined |= free - known.numbers.written.keys() - RATES
    try:
        meant = known.meant(value, at, code=line.code)
        meant = with_new_values(known, meant) if line.code else meant
        if line.code and (given := given_slope(known, name, meant)) is not None:
            return _given(known, name, given, known.opened(given))
        delta = line.code and (_DELTA.match(name) or is_delta(known, name))
        if delta and (slope := given_delta(known, name, meant)) is not None:
            return _given(known, name, meant, slope)
        opened = _without_itself(known, line, name, known.opened(meant))
        known_slope = known.brought.told.get(name)
        other = isinstance(value, Partial) and isinstance(known_slope, Partial) and known_slope is not meant
        settled = _settled(known, line, name, opened, other=other)
    except UnsettledError as error:
        if line.code and is_computed(known, line):
            lose(known, name)
            return Begun(None, not_told(known, line, name, str(error)))
        return NOTHING
    if settled is not None:
        return settled
    known.program.lost.discard(name)
    known.brought.told[name] = meant
    said = _by_custom(known, line, name, opened, slope=bool(partials(value)))
    return Begun(about(line, symbol(name), at, begins=line.code), said)


def _is_of_every_layer(known: Known, name: str, value: Partial) -> bool:
    """Take `δ_l = ∂C/∂z_l` for the δ of every layer, and say whether it is one for each."""
    index, by = known.words.counted_by, value.by.name
    if not index or not carries(name, index) or not carries(by, index):
        return False
    whole = [number for number in range(MOST_NUMBERS) if numbered(by, index, number) in known.meaning.formulas]
    for number in whole:
        own, slope = numbered(name, index, number), partial(value.of, symbol(numbered(by, index, number)))
        opened = attempt(lambda of=slope: known.opened(of))
        if own not in known.meaning.known and opened is not None:
            _given(known, own, slope, opened)
    return bool(whole)


def _given(known: Known, name: str, told: Expr, slope: Expr) -> Begun:
    """Take a name for the slope that its line gives."""
    known.meaning.define(name, slope)
    known.brought.told[name] = told
    known.brought.slopes.add(name)
    return NOTHING


def _free(known: Known, name: str, value: Expr) -> set[str]:
    """Return the names of a definition that nothing of the page gives."""
    calls = {part.function for part in calls_in(value)}
    free = set(names(value)) - known.meaning.known - known.meaning.functions.keys() - {name} - calls
    return {n for n in sorted(free) if not known.resolver.is_step(n) and known.resolver.near(n) is None}


def _without_itself(known: Known, line: WrittenLine, name: str, opened: Expr) -> Expr:
    """Return what a name is made of, the value that a program gave it before in its place."""
    if name not in names(opened):
        return opened
    before = known.meaning.added.get(name) if line.code else None
    if before is None:
        raise NotGivenError(f"`{name}` is made of itself")
    return put_in(opened, {symbol(name): before})


def _settled(known: Known, line: WrittenLine, name: str, opened: Expr, *, other: bool) -> Begun | None:
    """Give a name its formula; return what is begun or said where it had one already."""
    if name not in known.meaning.added:
        known.meaning.define(name, opened)
        return None
    if other:
        # `let g = ∂E/∂z`, where g was ∂E/∂y above: a letter is used again.
        known.meaning.redefine(name, opened)
        return None
    if not line.code:
        return Begun(about_name(line, name))
    said = overwritten(known, line, name, opened)
    known.meaning.redefine(name, opened)
    return None if said is None else Begun(None, (said,))


def about_a_change(known: Known, line: WrittenLine, raw: Expr, first: Side | None) -> Begun:
    """Follow `delta *= a * (1 - a)`: what was called a slope by custom is one still, once nothing more is done."""
    said = changed(known, line, raw, first)
    name = raw.name if isinstance(raw, Symbol) else ""
    whole = known.meaning.added.get(name)
    coded = slope_in(known, name) is not None or name not in known.brought.slopes
    if said or whole is None or coded or name in known.program.lost or goes_on(known, line):
        return Begun(None, said)
    return Begun(None, slope_by_custom(known, line, name, whole))


def _by_custom(known: Known, line: WrittenLine, name: str, opened: Expr, *, slope: bool) -> tuple[Said, ...]:
    """Return what is said of a name that is called like a slope."""
    if slope or _DELTA.match(name):
        known.brought.slopes.add(name)
    coded = slope_in(known, name) if line.code else None
    if coded is not None:
        known.brought.slopes.add(name)
        return judge_slope(known, line, name, opened, coded)
    judged = judge_delta(known, line, name, opened) if _DELTA.match(name) else None
    if judged is not None:
        return judged
    if not _DELTA.match(name):
        return error_of_its_unit(known, line, name, opened)
    said = slope_by_custom(known, line, name, opened)
    if line.code and not all(one.finding.holds for one in said):
        inside = by_what_its_unit_is_given(known, line, name, opened)
        if inside is not None:
            return (inside,)
    meant, used = as_meant(known, known.brought.told.get(name, symbol(name))) if line.code else (opened, [])
    if used and any(not one.finding.holds for one in said):
        given = slope_by_custom(known, line, name, known.opened(meant))
        if given and all(one.finding.holds for one in given):
            return tuple(one._replace(rule=given_name(known, used[0])) for one in given)
    return said


# Functions


def _is_general(known: Known, function: Function) -> bool:
    """Say whether a function has numbers in it that nothing gives: c in `f_c(x) = c + x` is any number."""
    inside = set(names(function.body)) if function.body is not None else set[str]()
    return bool(inside - set(function.parameters) - known.meaning.known)


def about_a_function(known: Known, line: WrittenLine, raw: Call) -> Begun:
    """Settle `d(x) = s(x) (1 − s(x))`: a definition, or a claim about a function or a quantity of the network."""
    name, own = raw.function, own_arguments(raw)
    at = raw.args[0] if len(raw.args) == 1 and isinstance(raw.args[0], Symbol) else None
    body = _body(known, line, own)
    _write_down(known, line, name, own, body)
    said = _by_its_name(known, line, name, Defined(own, body)) if line.code and body is not None else ()
    if not redefines(known, line, raw, body):
        if name in known.meaning.formulas:
            known.resolver.just_defined = name
            return Begun(about_name(line, name), said)
        given = known.meaning.functions.get(name)
        if given is None or given.body is None:
            if body is None or any(part.function not in known.meaning.functions for part in calls_in(body)):
                return Begun(None, said)
            function = Function(name, own, body)
            if _is_general(known, function):
                begin_scope(known, line, function)
            else:
                known.meaning.define_function(function)
                said += function_by_custom(known, line, function)
        elif _is_general(known, given):
            begin_scope(known, line, given)
        elif not line.code and not said:
            said += function_by_custom(known, line, given)
    known.resolver.just_defined = name
    if set(own) - known.meaning.known and at is None:
        return Begun(None, said)
    return Begun(about(line, raw, at), said)


def _body(known: Known, line: WrittenLine, own: tuple[str, ...]) -> Expr | None:
    """Return what a function is: of `f(z) = a = tanh(z)` the side that is made of z, and not its value's name."""
    bodies = [known.body(side, own) if side is not None else None for side in line.sides[1:]]
    if not bodies or not isinstance(bodies[0], Symbol) or bodies[0].name in own:
        return bodies[0] if bodies else None
    return next((body for body in bodies if body is not None and set(names(body)) & set(own)), bodies[0])


def at_numbers(known: Known, line: WrittenLine, raw: Call) -> Begun | None:
    """Judge `f(−2) = 0` by what the page writes for f(z) above it; None where it is no number of such a function.

    It is never refuted: f is a quantity of the network, or another function for a while, and may be a third by now.
    """
    written = known.brought.written.get(raw.function)
    if written is None or len(raw.args) != 1 or not is_number(raw.args[0]):
        return None
    function, place = written
    if known.inside is None and function.parameters[0] not in known.meaning.formulas:
        return None
    opened = replace(function, body=_differentiated(function, raw.orders[0])).unfold(raw.args)
    given: dict[Expr, Expr] = {symbol(name): value for name, value in known.numbers.written.items()}
    value = None if opened is None else known.numbers.value(put_in(opened, given))
    sides = [(side, found) for side in line.sides[1:] if side is not None and (found := known.read(side)) is not None]
    if value is None or len(sides) < len(line.sides) - 1 or not all(is_number(found) for _, found in sides):
        return None
    for side, found in sides:
        mine = known.numbers.interval(found, decimals(side))
        if mine is None or not mine.overlaps(value):
            why = f"by line {place}, it is {float(value.mid()):.6g}"
            return Begun(None, (Said(side, undecided(why)),))
    return Begun(None, (Said(sides[-1][0], BY_NUMBERS, "numbers put in"),))


def _differentiated(function: Function, times: int) -> Expr | None:
    body = function.body
    for _ in range(times):
        body = None if body is None else slope(body, symbol(function.parameters[0]))
    return body


def _write_down(known: Known, line: WrittenLine, name: str, own: tuple[str, ...], body: Expr | None) -> None:
    """Remember what the page writes for f(z); forget it where that cannot be read."""
    known.brought.written.pop(name, None)
    if body is not None and not is_number(body) and len(own) == 1 and not line.code:
        known.brought.written[name] = (Function(name, own, body), line.at.place.line)


def _by_its_name(known: Known, line: WrittenLine, name: str, own: Defined) -> tuple[Said, ...]:
    """Judge `def tanh_prime(z): …` by its name."""
    if not own.parameters or not is_closed(own):
        return ()

    def function(of: str) -> Defined | None:
        known_one = known.meaning.functions.get(of)
        given = Defined(known_one.parameters, known_one.body) if known_one is not None and known_one.body else None
        return known.whole.functions.get(of, given)

    derived = Derived(known.judge, known.meaning, function, known.whole.applied_to, known.opened)
    found = attempt(lambda: derived.finding(name, own))
    return () if found is None else (Said(line.sides[1], found[0], found[1]),)
