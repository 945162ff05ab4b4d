"""Programs: what a name stands for changes from line to line, and is called after the slope that it holds.

    dz = (a - y) * a * (1 - a)      ∂E/∂z by its name
    dx = dz * w                     a part of the slope
    dx += dh * v                    and the rest of it
    w -= lr * dw                    from here on, w is the new weight

A name whose line is not read is not known from there on, and nothing that uses it is judged.
"""

from __future__ import annotations

import re

from workings.check.claims.chain import Said, head_name
from workings.check.claims.known import Doubt, Known, was_not_read
from workings.check.claims.moved import move, why_unknown, with_new_values
from workings.check.claims.slope_names import CHANGES, judge_slope, slope_in
from workings.check.claims.update import Update, judge_update
from workings.check.explain.slips import OVERWRITTEN, WEIGHT_TAKEN
from workings.check.judge.budget import attempt
from workings.check.verdict import Finding, undecided, unread
from workings.errors import ReadError
from workings.graph.alike import is_number
from workings.graph.expr import Expr, Number, Symbol, names, symbol
from workings.graph.names import RATES
from workings.graph.ops.arithmetic import add
from workings.graph.writing.spelling import canonical
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import Side, WrittenLine

_NAME = r"(?<![\w.])[^\W\d]\w*(?!\w|\s*=[^=])"
_SLOPE_LIKE = re.compile(r"d[A-Z]\w*_?[dD]\w+|d_\w+|grad_\w+|\w+_grad")


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
    return (Said(line.sides[1], undecided(why)),)


def _step_of_another(known: Known, line: WrittenLine, name: str, value: Expr) -> Said | None:
    """Refute `w1 = w2 - rate * dw2`, the step of w₂ for that of w₁, in a program that computes the slope by w₁ too."""
    own = any((coded := slope_in(known, other)) and coded[0].by is symbol(name) for other in known.program.assigned)
    others = [n for n in names(value) if n in known.network.weights]
    if not own or len(others) != 1 or line.relations[:1] != ("=",):
        return None

    def step_of(weight: str) -> Finding:
        update = Update(weight, change=False)
        return judge_update(update, known.resolver.resolved(value), known.opened, known.judge, known.network).finding

    another, finding = (attempt(lambda w=w: step_of(w)) for w in (others[0], name))
    if another is None or finding is None or not another.holds or finding.verdict != "refuted":
        return None
    return Said(line.sides[1], finding, slip=WEIGHT_TAKEN)


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
    other = not attempt(lambda: known.judge.same(known.opened(known.meant(value, None, code=True)), formula))
    if not other:
        # Once a program has computed everything anew, the weights that it has changed are the weights.
        known.program.fresh.add(name)
        if known.program.fresh >= known.network.formulas.keys():
            known.program.moved.clear()
    return other


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
        or line.relations[0] not in CHANGES
        or (before is None and name not in known.program.lost)
    ):
        return ()
    change = None
    if value is not None and before is not None and not why_unknown(known, line, value):
        change = attempt(lambda: known.opened(with_new_values(known, known.meant(value, None, code=True))))
    whole = None if change is None or before is None else CHANGES[line.relations[0]](before, change)
    if whole is None or name in known.meaning.below(whole):
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
    slope = attempt(lambda: known.opened(coded[0]))
    if slope is None:
        return None
    whole = add(known.meaning.added[name], opened)
    if known.judge.same(slope, opened) or not known.judge.same(slope, whole):
        return None
    said = Said(line.sides[1], known.judge.compare(slope, opened), slip=OVERWRITTEN)
    # The mistake is here, and not in the part that was right: it is told once.
    known.program.doubted[name] = Doubt(line.at.place.line, frozenset((line.at,)), said)
    return said


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
        return (Said(line.sides[1], unread(why)),)
    return ()
