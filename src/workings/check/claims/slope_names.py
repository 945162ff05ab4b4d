"""Names of a program that are called like slopes: what each is called after, and whether it is that.

    dL_dw = …       ∂L/∂w: the name says it all
    dw = …          the slope of the error by w, by custom: the name alone refutes nothing
    delta_h = …     the slope of the error by what the unit h is given, of a program that computes no error

The first slope of an error that a program leaves open says what that error is; the others are judged by it. A name that
is wrong by a custom alone is left open, until a step of a weight takes it for the slope: a mistake is told once, where
it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from workings.check.claim import Claim
from workings.check.claims.chain import Said
from workings.check.claims.known import Doubt, Known
from workings.check.claims.moved import takes_it_too_late
from workings.check.claims.update import Update, judge_update
from workings.check.explain.case import Case
from workings.check.explain.search import explain
from workings.check.explain.slips import UPDATED_EARLY
from workings.check.judge.budget import attempt
from workings.check.judge.slopes import outer
from workings.check.verdict import PROVED, Finding, undecided, unread
from workings.graph.expr import (
    ONE,
    ZERO,
    Apply,
    Call,
    Expr,
    Number,
    Partial,
    Symbol,
    names,
    number,
    partial,
    replace,
    symbol,
)
from workings.graph.names import RATES, RATES_BY_NAME
from workings.graph.ops.arithmetic import add, div, mul, neg, sub
from workings.graph.terms import reached
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import canonical, delta_names, with_capital
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import WrittenLine

#: Names that people give the error in the names of slopes, whatever it is called elsewhere: `dL_dw`.
_ERRORS = ("L", "E", "C", "J", "l", "e", "c", "loss", "cost", "error", "err", "Loss", "Cost", "Error")
#: Relations that change what a name holds, and how.
CHANGES: dict[str, Callable[[Expr, Expr], Expr]] = {"+=": add, "-=": sub, "*=": mul, "/=": div}
#: What the name of a slope begins with.
_SLOPE_BEGINS = ("d", "grad_")


def slope_in(known: Known, name: str) -> tuple[Partial, bool] | None:
    """Return the derivative that a program's name stands for, and whether the name says it all: `dL_dw`, `dw`.

    A name that is called after nothing is the slope by the one weight that the program steps against it.
    """
    return _by_its_spelling(known, name) or _by_its_step(known, name)


def _by_its_step(known: Known, name: str) -> tuple[Partial, bool] | None:
    """Return the slope that a step takes a name for, `w -= lr * g`, where it is the program's own and no other's."""
    error, steps = known.network.error, known.whole.steps.get(name)
    if steps is None:
        return None
    rates = {*RATES, *RATES_BY_NAME, *known.meaning.rates, *known.network.of_role("rate")}
    weights = {weight for weight, rate in steps if rate in rates}
    # What is called δ is the slope by what a unit is given.
    own = (
        not name.startswith("delta")
        and known.whole.assignments[name] == 1
        and name not in (*known.network.formulas, *known.network.declarations)
    )
    if error is None or not own or len(weights) != 1 or not weights <= set(known.network.weights):
        return None
    return partial(symbol(error), symbol(weights.pop())), False


def _by_its_spelling(known: Known, name: str) -> tuple[Partial, bool] | None:
    """Return the derivative that a name is called after.

    Where no name of the program is meant as it is written, capitals make no difference: `dL_dW1` beside w1.
    """
    if not name.startswith(_SLOPE_BEGINS) and not name.endswith("_grad"):
        return None
    quantities = sorted(known.meaning.known - known.brought.slopes)
    error = known.network.error
    subjects = {of: of for of in sorted(known.meaning.formulas.keys() - known.brought.slopes)}
    if error is not None:
        subjects |= {alias: error for alias in _ERRORS if alias not in known.meaning.known}
    loosely: dict[tuple[str, str], None] = {}
    for written, of in subjects.items():
        spelled = canonical(f"d{written}_x").removesuffix("_x")
        if not name.lower().startswith((f"d{written}".lower(), f"d_{written}".lower(), spelled.lower())):
            continue
        for by in quantities:
            forms = _forms(written, by)
            if name in forms:
                return partial(symbol(of), symbol(by)), True
            if name.lower() in map(str.lower, forms):
                loosely[of, by] = None
    if len(loosely) == 1:
        ((of, by),) = loosely
        return partial(symbol(of), symbol(by)), True
    if error is not None:
        # Nobody moves a target: `grad_y` beside ŷ is the slope by the output.
        for by in (quantity for quantity in quantities if quantity not in known.network.of_role("target")):
            if name in (f"d{by}", f"d_{by}", f"grad_{by}", f"{by}_grad", f"d{with_capital(by)}"):
                return partial(symbol(error), symbol(by)), False
    return None


def _forms(of: str, by: str) -> tuple[str, ...]:
    """Return the names that programs give the derivative of one name by another."""
    full = f"d{of}_d{by}"
    return (
        full, canonical(full), f"d{of}d{by}", f"d_{of}_d_{by}", canonical(f"d_{of}_d_{by}"), f"d{of}_{by}",
        f"d{with_capital(of)}D{by}", f"d{with_capital(of)}d{with_capital(by)}",
    )  # fmt: skip


def given_slope(known: Known, name: str, value: Expr) -> Partial | None:
    """Return the slope of an error that is left open which a line gives: `dL_dy = 2 * (y - t)`.

    An open error may be any, so a line that says its slope by y in y alone, and in what y is not made of, is what
    defines it; the lines below are judged by it, whatever it is. Behind one of y, none of what y is made of is given.
    """
    coded, error = slope_in(known, name), known.network.error
    if coded is None or error is None or not known.meaning.is_open(symbol(error)):
        return None
    slope, whole = coded
    by = slope.by.name
    if not whole or slope.of is not symbol(error) or not gives(known, value, by) or not rises(known, value, by):
        return None
    known.brought.given.add(by)
    return slope


def gives(known: Known, value: Expr, by: str) -> bool:
    """Say whether a line may give the slope of an open error by a quantity: in that alone, and what it is not of."""
    error = known.network.error
    if error is None or by not in known.network.formulas:
        return False
    if any(by in known.under(other) or other in known.under(by) for other in known.brought.given):
        return False
    below = known.under(by) - {by}
    made = {n for n in names(known.network.formulas[error]) if by in known.under(n)}
    # The slope by what weights lead from to the error is worked out, and not given.
    between = {n for whole in made for n in _above(known, symbol(whole), {by})}
    if not made or between & (below | set(known.network.weights)):
        return False
    inside = _above(known, value, {by, *(set(names(known.network.formulas[error])) - made)})
    return by in inside and not inside & below


def rises(known: Known, value: Expr, by: str) -> bool:
    """Say whether a slope has the sign of `y - t`: `t - y` is that of an error turned round, and steps add it."""
    formulas = known.meaning.formulas | known.brought.told
    expr = value
    while inside := [n for n in names(expr) if n != by and n in formulas and by in known.under(n)]:
        expr = replace(expr, {symbol(n): formulas[n] for n in inside})

    def moves(part: Expr) -> bool:
        return any(by in known.under(name) for name in names(part))

    turned = 0
    stack = [expr]
    while stack:
        part = stack.pop()
        if not isinstance(part, Apply):
            continue
        if part.op in (mul, div, neg):
            turned += part.op is neg
            stack += part.args
        elif part.op is sub:
            low, high = part.args
            # The 1 − y of y (1 − y) turns nothing.
            turned += moves(high) and not moves(low) and not isinstance(low, Number)
        elif part.op is add:
            return False
    return turned % 2 == 0


def _above(known: Known, value: Expr, whole: set[str]) -> set[str]:
    """Return the names that a value is made of, some quantities taken as they are."""
    formulas = known.meaning.formulas | known.brought.told | known.network.formulas
    return reached(names(value), lambda name: () if name in whole or name not in formulas else names(formulas[name]))


def goes_on(known: Known, line: WrittenLine) -> bool:
    """Say whether a later line adds to the name on the left: then this one is not the whole slope yet."""
    head = line.sides[0].at.content if line.sides[0] is not None else ""
    later = (other for other in known.lines if other.at.text is line.at.text and other.at.start > line.at.start)
    return any(
        other.relations[0] in CHANGES and other.sides[0] is not None and other.sides[0].at.content == head
        for other in later
        if other.relations
    )


def judge_slope(
    known: Known, line: WrittenLine, name: str, opened: Expr, coded: tuple[Partial, bool]
) -> tuple[Said, ...]:
    """Judge `dL_dw = …` and `dw = …` in a program; the short name is a custom, so it refutes nothing."""
    slope, whole = coded
    if goes_on(known, line):
        return ()
    unlike = known.examples.mismatch(slope, name) if known.examples is not None else ""
    if unlike:
        return (Said(line.sides[1], undecided(unlike)),)
    left = attempt(lambda: known.opened(_of_one(known, slope)))
    if left is None:
        return ()
    finding = _but_for_a_factor(known, left, opened, known.judge.compare(left, opened))
    said, given = Said(line.sides[1], finding), ""
    inside = _by_what_is_given(known, slope) if finding.verdict == "refuted" and not whole else None
    if inside is not None and known.judge.same(known.opened(inside), opened):
        return (Said(line.sides[1], PROVED, f"definition; {plain_name(name)} = {plain(inside)}"),)
    if finding.verdict == "refuted" and known.unlinked(slope):
        finding = unread(f"how `{plain(slope.of)}` depends on `{plain(slope.by)}` is not given")
    elif finding.verdict == "refuted":
        claim = Claim(slope, opened, reading=known.reading)
        # A name whose line is right with the weight of before is meant as what it is called after.
        early = takes_it_too_late(known, left, opened)
        if known.explains:
            said = said._replace(slip=UPDATED_EARLY if early else explain(Case(known.judge, claim, left, opened)))
        finding, given = _doubtful(known, line, name, (slope, whole or early), left, said)
    rule = given or f"definition; {plain_name(name)} = {plain(slope)}" if finding.holds else ""
    return (said._replace(finding=finding, rule=rule),)


def _by_what_is_given(known: Known, slope: Partial) -> Partial | None:
    """Return the slope by z of `o = σ(z)` for that by o: people call either `d_o`, where no other name is that by z."""
    formula = known.network.formulas.get(slope.by.name)
    if not isinstance(formula, Apply | Call) or len(formula.args) != 1 or not isinstance(formula.args[0], Symbol):
        return None
    inside = partial(slope.of, formula.args[0])
    others = (slope_in(known, name) for name in known.program.assigned)
    return None if any(coded is not None and coded[0] is inside for coded in others) else inside


def _but_for_a_factor(known: Known, left: Expr, opened: Expr, finding: Finding) -> Finding:
    """Leave open what is a slope but for a factor, where the error is left open and the program gives its slope.

    `dL_dy = y - t` may leave the 2 of a square to the lines below: `dL_dw = 2 * dL_dy * x`.
    """
    if finding.verdict == "refuted" and known.brought.given:
        for factor in (Fraction(2), Fraction(1, 2)):
            if known.judge.same(opened, mul(number(factor), left)):
                return undecided(f"it is {factor} times that, and the error is left open")
    return finding


def _of_one(known: Known, slope: Partial) -> Expr:
    """Return a slope, where there are several examples that by one of them."""
    return slope if known.examples is None else known.examples.slope(slope)


# What is doubted


def _right_but_for_names(known: Known, line: WrittenLine, name: str, lefts: Sequence[Expr], said: Said) -> Said | None:
    """Return what is said of a line that is right as one of slopes: but for names of lines above that are none.

    Else the name is doubted from here on.
    """
    doubted, told = known.program.doubted, known.brought.told.get(name, symbol(name))
    for given in (False, True):
        meant, used = as_meant(known, told, given=given)
        ways = (known.judge.compare(left, known.opened(meant)) for left in lefts if used)
        finding = next((way for way in ways if way.holds), None)
        if finding is not None:
            origins = frozenset(at for other in used for at in doubted[other].origins)
            doubted[name] = Doubt(line.at.place.line, origins, said)
            return said._replace(finding=finding, rule=given_name(known, used[0]))
    doubted[name] = Doubt(line.at.place.line, frozenset((line.at,)), said)
    return None


def _doubtful(
    known: Known, line: WrittenLine, name: str, coded: tuple[Partial, bool], left: Expr, said: Said
) -> tuple[Finding, str]:
    """Judge a name that is called like a slope and is not it: the custom of short names alone refutes nothing."""
    slope, whole = coded
    inside = None if whole else _by_what_is_given(known, slope)
    lefts = [left] if inside is None else [left, known.opened(inside)]
    right = _right_but_for_names(known, line, name, lefts, said)
    if right is not None:
        return right.finding, right.rule
    if whole:
        return said.finding, ""
    return undecided(f"`{plain_name(name)}` is named like {plain(slope)}, and is not that"), ""


def as_meant(known: Known, meant: Expr, *, given: bool = False) -> tuple[Expr, list[str]]:
    """Return a right side with doubted names as the slopes that they are called after, and those names.

    `given` takes short names, `d_o`, for the slopes by what their units are given, where those have no other name.

    It goes through the names between: `step = dz * x`, where dz is doubted, is as doubtful. Of a name that the program
    gives several values nobody knows which stands there.
    """
    told, once = known.brought.told, known.whole.assignments
    used: list[str] = []

    def put(expr: Expr, within: frozenset[str] = frozenset()) -> Expr:
        instead: dict[Expr, Expr] = {}
        for name in names(expr):
            slope = _called_after(known, name, given=given) if name in known.program.doubted else None
            if slope is not None:
                used.append(name)
                instead[symbol(name)] = slope
            elif name in told and name in known.meaning.added and once[name] == 1 and name not in within:
                instead[symbol(name)] = put(told[name], within | {name})
        return replace(expr, instead)

    whole = put(meant)
    return (whole, used) if used else (meant, [])


def _called_after(known: Known, name: str, *, given: bool) -> Expr | None:
    coded = slope_in(known, name)
    if coded is None:
        return _error_of(known, name)
    inside = _by_what_is_given(known, coded[0]) if given and not coded[1] else None
    return _of_one(known, inside or coded[0])


def given_name(known: Known, name: str) -> str:
    """Say that a line is right where a name is the slope that it is called after, which its own line is not."""
    coded = slope_in(known, name)
    sure = coded is not None and (coded[1] or _by_what_is_given(known, coded[0]) is None)
    slope = plain(coded[0]) if coded is not None and sure else "the slope"
    return f"right where {plain_name(name)} is {slope}, as line {known.program.doubted[name].line} means it to be"


def carried(known: Known, update: Update, meant: Expr) -> Said | None:
    """Say of an update that it is right but for the name that it takes for the slope: the mistake is above.

    That name is taken for the slope, so that the line where it begins to be another is wrong, whatever the custom.
    """
    longer = _of_another_length(known, update, meant)
    if longer is not None:
        return longer
    doubted = known.program.doubted
    for given in (False, True):
        instead, used = as_meant(known, meant, given=given)
        finding = judge_update(update, instead, known.opened, known.judge, known.network).finding if used else None
        if finding is not None and finding.holds:
            # The first that is doubted because of a line is that line itself.
            origins = dict.fromkeys(at for name in used for at in doubted[name].origins)
            settles = tuple((at, next(d.said for d in doubted.values() if at in d.origins)) for at in origins)
            return Said(None, finding, given_name(known, used[0]), settles=settles)
    return None


def _of_another_length(known: Known, update: Update, meant: Expr) -> Said | None:
    """Say of a step by a mean, where the error has a sum, that the rate may take up the number of examples."""
    if known.examples is None:
        return None
    weight, count = symbol(update.weight), known.examples.count
    for scale in (mul, div):
        longer = scale(meant, count) if update.change else add(weight, scale(sub(meant, weight), count))
        if judge_update(update, longer, known.opened, known.judge, known.network).finding.holds:
            why = "it steps against the gradient, but for the number of examples"
            return Said(None, undecided(why))
    return None


# Errors of units


def given_delta(known: Known, name: str, value: Expr) -> Expr | None:
    """Return the slope that a program gives an open error by the δ of an output: `delta_o = (o - t) * o * (1 - o)`."""
    unit, error = _unit_of(known, name), known.network.error
    slope = _by_what_is_put_in(known, unit)
    if slope is None or error is None or not known.meaning.is_open(symbol(error)):
        return None
    # The slope of the activation is a factor of it, else it may be that by the output itself: by the unit's value.
    value = replace(known.meaning.flat(known.opened(value)), {known.meaning.flat(symbol(unit)): symbol(unit)})
    if not known.judge.same(replace(value, {symbol(unit): ONE}), ZERO) or not gives(known, value, unit):
        return None
    turned = not rises(known, value, unit)
    if known.brought.turned not in (None, turned):
        return None
    known.brought.given.add(unit)
    known.brought.turned = turned
    return neg(slope) if known.brought.turned else slope


def judge_delta(known: Known, line: WrittenLine, name: str, opened: Expr) -> tuple[Said, ...] | None:
    """Judge a δ by the custom, None where no δ of the program gives the slope of its error."""
    left = _error_of(known, name)
    if left is None or not line.code:
        return None
    unit = plain_name(_unit_of(known, name))
    is_slope = f"{plain_name(name)} is the slope of {plain_name(known.network.error or '')} by what {unit} is given"
    said = Said(line.sides[1], known.judge.compare(left, opened), f"definition; {is_slope}")
    if said.finding.holds:
        return (said,)
    said = said._replace(rule="")
    right = _right_but_for_names(known, line, name, [left], said) if said.finding.verdict == "refuted" else None
    why = f"by custom {is_slope}, and it is not that"
    return (right or said._replace(finding=undecided(why)),)


def by_what_its_unit_is_given(known: Known, line: WrittenLine, name: str, opened: Expr) -> Said | None:
    """Say of `delta_k = delta_g * v * k * (1 - k)` that it is the slope by the w x of `k = σ(w x)`, or less that."""
    unit = _unit_of(known, name)
    slope = _by_what_is_put_in(known, unit)
    for sign, signed in (("", slope), ("−", neg(slope) if slope is not None else None)):
        if signed is not None and known.judge.same(signed, opened):
            error = plain_name(known.network.error or "")
            is_slope = f"{sign}the slope of {error} by what {plain_name(unit)} is given"
            return Said(line.sides[1], PROVED, f"definition; {plain_name(name)} is {is_slope}")
    return None


def _error_of(known: Known, name: str) -> Expr | None:
    """Return what a δ is by the custom, with the sign that the program gives it; None where it gives none."""
    unit = _unit_of(known, name) if known.brought.turned is not None else ""
    slope = _by_what_is_put_in(known, unit)
    return neg(slope) if slope is not None and known.brought.turned else slope


def _unit_of(known: Known, name: str) -> str:
    """Return the unit that a δ is called after, empty where it is called after none: `delta_o`, `d_o`, `dOutput`."""
    return next((unit for unit in known.network.formulas if name in delta_names(unit)), "")


def is_delta(known: Known, name: str) -> bool:
    """Say whether a program's name is that of the error of a unit."""
    return bool(_unit_of(known, name))


def _by_what_is_put_in(known: Known, unit: str) -> Expr | None:
    """Return the slope of the error by what a unit is given: by that of its activation."""
    formula, error = known.network.formulas.get(unit), known.network.error
    if error is None or not isinstance(formula, Apply | Call) or len(formula.args) != 1 or unit == error:
        return None
    return attempt(lambda: mul(known.opened(partial(symbol(error), symbol(unit))), known.opened(outer(formula)[0])))
