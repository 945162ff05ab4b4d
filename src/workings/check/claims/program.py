"""Programs: what a name stands for changes from line to line, and is called after the slope that it holds.

    dz = (a - y) * a * (1 - a)      ∂E/∂z by its name
    dx = dz * w                     a part of the slope
    dx += dh * v                    and the rest of it
    w -= lr * dw                    from here on, w is the new weight

A name whose line is not read is not known from there on, and nothing that uses it is judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from workings.check.claim import Claim
from workings.check.claims.chain import Said, head_name
from workings.check.claims.known import Doubt, Known, was_not_read
from workings.check.claims.moved import move, takes_it_too_late, why_unknown, with_new_values
from workings.check.claims.update import Update, judge_update
from workings.check.explain.case import Case
from workings.check.explain.search import explain
from workings.check.explain.slips import OVERWRITTEN, UPDATED_EARLY, WEIGHT_TAKEN
from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.verdict import Finding
from workings.errors import ReadError
from workings.graph.alike import is_number
from workings.graph.expr import Apply, Call, Expr, Number, Partial, Symbol, names, number, partial, replace, symbol
from workings.graph.names import RATES
from workings.graph.ops.arithmetic import add, div, mul, neg, sub
from workings.graph.terms import reached
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import canonical, with_capital
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import Side, WrittenLine

#: Names that people give the error in the names of slopes, whatever it is called elsewhere: `dL_dw`.
_ERRORS = ("L", "E", "C", "J", "l", "e", "c", "loss", "cost", "error", "err", "Loss", "Cost", "Error")
_NAME = r"(?<![\w.])[^\W\d]\w*(?!\w|\s*=[^=])"
_SLOPE_LIKE = re.compile(r"d[A-Z]\w*_?[dD]\w+|d_\w+|grad_\w+|\w+_grad")
_CHANGES: dict[str, Callable[[Expr, Expr], Expr]] = {"+=": add, "-=": sub, "*=": mul, "/=": div}


# What a name holds


def lose(known: Known, name: str) -> None:
    """Forget a name whose line is not read: what uses it is not judged."""
    if name not in known.network.formulas and name not in known.network.weights:
        known.meaning.drop(name)
        known.program.lost.add(name)


def is_computed(known: Known, line: WrittenLine) -> bool:
    """Say whether a right side that is not read uses names of the program: `x = torch.tensor(0.7)` gives data."""
    used = {canonical(word) for side in line.sides[1:] if side for word in re.findall(_NAME, side.at.content)}
    own = head_name(line)
    # What is made of its own old value is computed too: `dw = clip(dw)`.
    return bool(used & (known.program.assigned | known.meaning.known) - ({own} - known.meaning.added.keys()))


def data_changed(known: Known, line: WrittenLine, name: str, value: Expr) -> None:
    """Forget data that a program makes anew once it has computed with them: `t = 1 - t` below `E = (y - t)²`."""
    used = line.code and known.whole.first_used.get(name, line.at.start) < line.at.start
    if used and name not in known.network.weights and not is_number(value):
        known.meaning.drop(name)
        known.program.lost.add(name)


def no_step(known: Known, line: WrittenLine, name: str, value: Expr) -> tuple[Said, ...]:
    """Say of `w = v - r * dv`, behind what a program computes with its weight w, that it is no step from w."""
    used = line.code and known.whole.first_used.get(name, line.at.start) < line.at.start
    if not used or name not in known.network.weights or name in names(value) or isinstance(value, Symbol | Number):
        return ()
    wrong = _step_of_another(known, line, name, value)
    move(known, line, name)
    if wrong is not None:
        return (wrong,)
    why = f"it gives `{plain_name(name)}` a value that is not made of the old one"
    return (Said(line.sides[1], Finding("undecided", why=why)),)


def _step_of_another(known: Known, line: WrittenLine, name: str, value: Expr) -> Said | None:
    """Refute `w1 = w2 - rate * dw2`, the step of w₂ for that of w₁, in a program that computes the slope by w₁ too."""
    own = any((coded := slope_in(known, other)) and coded[0].by is symbol(name) for other in known.program.assigned)
    others = [n for n in names(value) if n in known.network.weights]
    if not own or len(others) != 1 or line.relations[:1] != ("=",):
        return None

    def step_of(weight: str) -> Finding:
        update = Update(weight, change=False)
        return judge_update(update, known.resolver.resolved(value), known.opened, known.judge, known.network).finding

    try:
        another, finding = step_of(others[0]), step_of(name)
    except (NotGivenError, LimitError):
        return None
    return Said(line.sides[1], finding, slip=WEIGHT_TAKEN) if another.holds and finding.verdict == "refuted" else None


def is_a_slope(known: Known, name: str) -> bool:
    """Say whether a number is what a slope is, and not where a sum begins: `dz_db = 1`, given once."""
    once = known.whole.assignments[name] == 1 and name not in known.meaning.known
    return once and slope_in(known, name) is not None


def unusable(known: Known, line: WrittenLine, name: str, value: Expr, free: set[str]) -> str:
    """Return why a program's line cannot be judged: it uses names that were not read, or weights after their step.

    A name that is called after a slope stands for that, not for any number.
    """
    numbers = {n for n in known.numbers.written if slope_in(known, n) is None}
    unread = free & known.program.assigned - RATES - numbers - {name}
    return was_not_read(min(unread)) if unread else why_unknown(known, line, value)


def is_other(known: Known, name: str, value: Expr) -> bool:
    """Say whether a program gives a quantity of the network another value than the network's: `a = tanh(a)`."""
    formula = known.meaning.formulas.get(name) if name in known.network.formulas else None
    if formula is None or name in known.meaning.added or is_number(value):
        return False
    try:
        meant = known.opened(known.meant(value, None, code=True))
        other = not known.judge.same(meant, formula)
    except (NotGivenError, LimitError):
        return True
    if not other:
        # Once a program has computed everything anew, the weights that it has changed are the weights.
        known.program.fresh.add(name)
        if known.program.fresh >= known.network.formulas.keys():
            known.program.moved.clear()
    return other


def goes_on(known: Known, line: WrittenLine) -> bool:
    """Say whether a later line adds to the name on the left: then this one is not the whole slope yet."""
    head = line.sides[0].at.content if line.sides[0] is not None else ""
    later = (other for other in known.lines if other.at.text is line.at.text and other.at.start > line.at.start)
    return any(
        other.relations[0] in _CHANGES and other.sides[0] is not None and other.sides[0].at.content == head
        for other in later
        if other.relations
    )


def changed(known: Known, line: WrittenLine, raw: Expr, first: Side | None) -> tuple[Said, ...]:
    """Follow `dx += …`, `dx -= …` and `g *= …`; judge a slope where nothing more is added to it."""
    name = raw.name if isinstance(raw, Symbol) else ""
    value = known.read(first) if first is not None else None
    before = known.meaning.added.get(name)
    if line.code and value is None and name in known.network.weights:
        return not_told(known, line, name, unread_because(known, first))
    if (
        not name
        or not line.code
        or line.relations[0] not in _CHANGES
        or (before is None and name not in known.program.lost)
    ):
        return ()
    try:
        if value is None or before is None:
            raise NotGivenError
        if why_unknown(known, line, value):
            raise NotGivenError
        meant = with_new_values(known, known.meant(value, None, code=True))
        whole = _CHANGES[line.relations[0]](before, known.opened(meant))
    except (NotGivenError, LimitError):
        lose(known, name)
        return ()
    known.meaning.redefine(name, whole)
    coded = slope_in(known, name)
    return () if coded is None else judge_slope(known, line, name, whole, coded)


def overwritten(known: Known, line: WrittenLine, name: str, opened: Expr) -> Said | None:
    """Find `dx = …` twice in a program where the two belong together: `=` where `+=` is meant."""
    coded = slope_in(known, name) if line.code and line.relations[:1] == ("=",) else None
    if coded is None:
        return None
    try:
        slope = known.opened(coded[0])
    except (NotGivenError, LimitError):
        return None
    whole = add(known.meaning.added[name], opened)
    if known.judge.same(slope, opened) or not known.judge.same(slope, whole):
        return None
    said = Said(line.sides[1], known.judge.compare(slope, opened), slip=OVERWRITTEN)
    # The mistake is here, and not in the part that was right: it is told once.
    known.program.doubted[name] = Doubt(line.at.place.line, frozenset((line.at,)), said)
    return said


# Names that are called like slopes

#: What the name of a slope begins with.
_SLOPE_BEGINS = ("d", "grad_")


def slope_in(known: Known, name: str) -> tuple[Partial, bool] | None:
    """Return the derivative that a program's name stands for, and whether the name says it all: `dL_dw`, `dw`.

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


def judge_slope(
    known: Known, line: WrittenLine, name: str, opened: Expr, coded: tuple[Partial, bool]
) -> tuple[Said, ...]:
    """Judge `dL_dw = …` and `dw = …` in a program; the short name is a custom, so it refutes nothing."""
    slope, whole = coded
    if goes_on(known, line):
        return ()
    unlike = known.examples.mismatch(slope, name) if known.examples is not None else ""
    if unlike:
        return (Said(line.sides[1], Finding("undecided", why=unlike)),)
    try:
        left = known.opened(_of_one(known, slope))
    except (NotGivenError, LimitError):
        return ()
    finding = _but_for_a_factor(known, left, opened, known.judge.compare(left, opened))
    said, given = Said(line.sides[1], finding), ""
    inside = _by_what_is_given(known, slope) if finding.verdict == "refuted" and not whole else None
    if inside is not None and known.judge.same(known.opened(inside), opened):
        return (Said(line.sides[1], Finding("holds", "proved"), f"definition; {plain_name(name)} = {plain(inside)}"),)
    if finding.verdict == "refuted" and known.unlinked(slope):
        finding = Finding("unread", why=f"how `{plain(slope.of)}` depends on `{plain(slope.by)}` is not given")
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
                return Finding("undecided", why=f"it is {factor} times that, and the error is left open")
    return finding


def _of_one(known: Known, slope: Partial) -> Expr:
    """Return a slope, where there are several examples that by one of them."""
    return slope if known.examples is None else known.examples.slope(slope)


def _doubtful(
    known: Known, line: WrittenLine, name: str, coded: tuple[Partial, bool], left: Expr, said: Said
) -> tuple[Finding, str]:
    """Judge a name that is called like a slope and is not it: by the custom of short names alone, that refutes nothing.

    Where it is right but for such names of lines above, it is right as a line of slopes: a mistake is told once.
    """
    slope, whole = coded
    doubted = known.program.doubted
    told = known.brought.told.get(name, symbol(name))
    inside = None if whole else _by_what_is_given(known, slope)
    lefts = [left] if inside is None else [left, known.opened(inside)]
    finding, used = said.finding, list[str]()
    for given in (False, True):
        meant, used = as_meant(known, told, given=given)
        ways = (known.judge.compare(one, known.opened(meant)) for one in lefts if used)
        finding = next((way for way in ways if way.holds), said.finding)
        if finding.holds:
            break
    if used and finding.holds:
        origins = frozenset(at for other in used for at in doubted[other].origins)
        doubted[name] = Doubt(line.at.place.line, origins, said)
        return finding, given_name(known, used[0])
    doubted[name] = Doubt(line.at.place.line, frozenset((line.at,)), said)
    if whole:
        return said.finding, ""
    return Finding("undecided", why=f"`{plain_name(name)}` is named like {plain(slope)}, and is not that"), ""


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
            coded = slope_in(known, name) if name in known.program.doubted else None
            if coded is not None:
                used.append(name)
                inside = _by_what_is_given(known, coded[0]) if given and not coded[1] else None
                instead[symbol(name)] = _of_one(known, inside or coded[0])
            elif name in told and name in known.meaning.added and once[name] == 1 and name not in within:
                instead[symbol(name)] = put(told[name], within | {name})
        return replace(expr, instead)

    whole = put(meant)
    return (whole, used) if used else (meant, [])


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
            return Said(None, Finding("undecided", why=why))
    return None


def unread_because(known: Known, side: Side | None) -> str:
    """Return why a side is not read."""
    try:
        if side is not None:
            known.parse(side)
    except ReadError as error:
        return error.problems[0].found
    return "it is no formula"


def not_told(known: Known, line: WrittenLine, name: str, why: str) -> tuple[Said, ...]:
    """Say of a name that looks like a slope's why its line is not judged."""
    weight = name in known.network.weights
    if line.code and (weight or _SLOPE_LIKE.fullmatch(name) or slope_in(known, name) is not None):
        return (Said(line.sides[1], Finding("unread", why=why)),)
    return ()
