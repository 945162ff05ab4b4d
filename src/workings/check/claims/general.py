r"""Lines for every number: `∂h_t/∂a_t = 1 − h_t²` of h₁ and h₂, `da/dz = a (1 − a)` of a₁ = σ(z₁) and a₂ = σ(z₂).

Such a line claims as much of each as if it were written with its number; it holds where every one of these does. So
does a rule for all weights, `w = w − η ∂E/∂w` beside w₁ and w₂, or w_h and w_y.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from workings.check.claims.chain import THE_DEFINITION, Chain, Said
from workings.check.claims.known import Known
from workings.check.claims.prose import around
from workings.check.claims.steps import judge_step
from workings.check.claims.update import Update, old_name, update_of
from workings.check.judge.budget import UnsettledError
from workings.check.verdict import PROVED, Finding
from workings.graph.expr import Expr, Symbol, names, symbol
from workings.graph.names import named, without_new
from workings.graph.terms import partials, renamed
from workings.graph.writing.spelling import canonical
from workings.graph.writing.spelling import plain as plain_name
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.indices import MOST_NUMBERS, names_of, numbered
from workings.read.names.many import carries


def for_every_number(known: Known, line: WrittenLine) -> Said | None:
    """Judge a line whose names stand for those of every number; None where they do not."""
    sides = [side for side in line.sides if side is not None]
    raws = [found for side in sides if (found := known.read(side)) is not None]
    if line.code or len(raws) < len(line.sides) or set(line.relations) != {"="}:
        return None
    if not partials(raws[0]) and not _is_of_each(known, raws[0]):
        return None
    general = {name for raw in raws for name in names_of(raw) if not _is_known(known, name)}
    if _is_of_each(known, raws[0]) and _only_defines(known, raws, general):
        return Said(sides[-1], PROVED, THE_DEFINITION)
    for letter in _letters(general):
        found = list(_instances(known, general, letter))
        if len(found) > 1:
            said = _whole(known, general, sides, [[_at(raw, names) for raw in raws] for names in found], letter)
            # Beside Z the Z_i of a line may be that of one example: then it says nothing of Z₁ and Z₂.
            alone = all(_is_known(known, named(name).family.canonical) for name in general)
            return None if said is not None and alone and not said.finding.holds else said
    return None


def _only_defines(known: Known, raws: Sequence[Expr], general: set[str]) -> bool:
    """Say whether a line only says of each example what its quantity is by definition."""
    found = list(_instances(known, general, known.words.counted_by))
    formulas = known.meaning.formulas
    shown = [[_at(raw, names) for raw in raws] for names in found]
    return bool(shown) and all(
        isinstance(left, Symbol) and any(formulas.get(left.name) is known.meaning.without_free(side) for side in others)
        for left, *others in shown
    )


def _is_of_each(known: Known, left: Expr) -> bool:
    """Say whether a left side is a quantity that is one for each example: ŷ_i."""
    letter = known.words.counted_by
    return bool(letter) and isinstance(left, Symbol) and carries(left.name, letter)


def for_every_weight(known: Known, line: WrittenLine) -> Said | None:
    """Judge a step whose `w` is no weight itself, but the letter of several; None where it is no such one."""
    raws = [known.read(side) if side is not None else None for side in line.sides]
    if line.code or len(raws) != len(_NEW_AND_STEP) or line.sides[-1] is None:
        return None
    left, right = raws
    if left is None or right is None:
        return None
    letter, ways = _of_every_weight(known, left, right)
    if len(ways) <= 1:
        return None
    found: list[Said] = []
    for instead in ways:
        step = _step_of(known, _at(left, instead), line.relations[0], _at(right, instead))
        if step is None:
            return None
        chain = Chain(line, update=step[0]).at_line(line, around(line))
        found.append(judge_step(known, chain, step[0], line.sides[-1], step[1])[0])
    verdicts = {one.finding.verdict for one in found}
    if verdicts not in ({"holds"}, {"refuted"}):
        return None
    return found[0]._replace(rule=f"{found[0].rule} of every `{plain_name(letter)}`" if found[0].rule else "")


#: A step has two sides: the new value, or the change, and what it is.
_NEW_AND_STEP = ("new", "step")


def _of_every_weight(known: Known, left: Expr, right: Expr) -> tuple[str, list[dict[str, str]]]:
    """Return the letter of a step of many weights, and the names that stand for those of each of them."""
    letter = _stepped_letter(known, right)
    if letter is not None:
        olds = [name for name in names(right) if old_name(name) == letter]
        return letter, [
            {letter: weight, **dict.fromkeys(olds, weight), **_new(left, letter, weight)}
            for weight in _weights_of(known, letter)
        ]
    index = known.words.counted_by
    if not index or not _is_of_each(known, left):
        return "", []
    general = {name for side in (left, right) for name in names_of(side) if carries(name, index)}
    return str(left.name) if isinstance(left, Symbol) else "", list(_instances(known, general, index))


def _stepped_letter(known: Known, right: Expr) -> str | None:
    """Return the w of `η ∂E/∂w`, the one slope of the error that stands there, where the page has no such name."""
    slopes = partials(right)
    if len(slopes) != 1 or slopes[0].held or slopes[0].of is not symbol(known.network.error or ""):
        return None
    letter = slopes[0].by.name
    return None if _is_known(known, letter) else letter


def _weights_of(known: Known, letter: str) -> list[str]:
    """Return the weights that a letter, w or w_n, stands for: w₁ and w₂, w_h and w_y."""
    indices = [index for index in _letters({letter}) if index]
    own = {numbered(letter, index, number) for index in indices for number in range(MOST_NUMBERS)}
    return [w for w in known.network.weights if w in own or named(w).family.canonical == letter]


def _new(left: Expr, letter: str, weight: str) -> dict[str, str]:
    """Return the name that the new value of a weight, or its change, has in the place of that of the letter."""
    name = left.name if isinstance(left, Symbol) else ""
    if name == f"Delta_{letter}":
        return {name: f"Delta_{weight}"}
    return {name: weight} if without_new(name) == letter else {}


def _step_of(known: Known, left: Expr, relation: str, right: Expr) -> tuple[Update, Expr] | None:
    """Return the step of a weight, and its right side; a change has no name, as it is that of many weights."""
    update = update_of(left, relation, right, known.network)
    return None if update is None else (replace(update, named=""), right)


def _is_known(known: Known, name: str) -> bool:
    return name in known.meaning.known or name in known.meaning.functions


def _letters(general: set[str]) -> Iterator[str]:
    """Yield the letter that all of some names carry as a subscript; none, ``, where they carry no number at all."""
    indices = [named(name).without_shift.indices for name in general]
    below = [{part for part in each if len(part) == 1 and part.isalpha()} for each in indices]
    if below:
        yield from sorted(set[str].intersection(*below))
    if general and all(canonical(name) == named(name).family.canonical for name in general):
        yield ""


def _instances(known: Known, general: set[str], letter: str) -> Iterator[dict[str, str]]:
    """Yield the names of each number for which all of them are the network's."""
    for number in range(MOST_NUMBERS):
        found = {n: numbered(n, letter, number) if letter else canonical(f"{n}_{number}") for n in general}
        if all(one in known.meaning.known for one in found.values()):
            yield found


def _at(raw: Expr, names: dict[str, str]) -> Expr:
    return renamed(raw, lambda name: names.get(name, name))


def _whole(
    known: Known, general: set[str], sides: Sequence[Side], instances: Sequence[Sequence[Expr]], letter: str
) -> Said | None:
    """Return what is said of a line by its instances: that it holds, or fails, for every number."""
    shown = " and ".join(f"`{plain_name(name)}`" for name in sorted(general))
    rule = f"for every number of {shown}"
    worst: list[Finding] = []
    for at in range(1, len(sides)):
        found = [_compared(known, claims[0], claims[at]) for claims in instances]
        if all(one is not None and one.holds for one in found):
            continue
        if not letter or not all(one is not None and one.verdict == "refuted" for one in found):
            return None
        worst += [one for one in found[:1] if one is not None]
    if worst:
        return Said(sides[1], worst[0])
    return Said(sides[-1], PROVED, rule)


def _compared(known: Known, left: Expr, right: Expr) -> Finding | None:
    try:
        left, right = (known.meant(side, None) for side in (left, right))
        if known.unlinked(left) or known.unlinked(right):
            return None
        return known.judge.compare(known.opened_left(left), known.opened(right))
    except UnsettledError:
        return None
