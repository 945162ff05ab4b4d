r"""A unit that stands only by its number: it is made as its sibling is, of the next weights.

    z_1 = w_1 x_1 + w_2 x_2 + b,  h_1 = σ(z_1),  h_2 = 0.5969      z₂ = w₃ x₁ + w₄ x₂ + b, h₂ = σ(z₂)
    z_1 = w_1 x_1 + w_3 x_2 + b,  …                                 z₂ = w₂ x₁ + w₄ x₂ + b
    E_1 = ½ (t_1 − a_1)²,  E = E_1 + E_2                            E₂ = ½ (t₂ − a₂)²
    h_1 = σ(z_1),  ∂a_1/∂s_1 = …                                    a₁ = σ(s₁), where h and a, z and s are called alike
    E = Σ ½ (target − output)²,  ∂E/∂h = ∂E_1/∂h + ∂E_2/∂h          E₁ = ½ (target₁ − a₁)²

What has the unit's own number has the sibling's. A row of weights is followed by the next one, of numbers that the
page gives and that it uses nowhere else; what nothing follows is what both are made of. It is a supposition, of which
the numbers that the page prints for such units are the evidence: no number, no supposition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise

from workings.errors import ReadError
from workings.graph.expr import ZERO, Call, Expr, Symbol, names, symbol
from workings.graph.expr import replace as put_in
from workings.graph.names import named
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Facts, Given
from workings.read.formula.tree import Big, of_kind
from workings.read.names.vocabulary import TARGETS
from workings.read.network.supposed import Supposed, with_formulas

#: A name without its number, and that.
_Numbered = tuple[str, int]


def siblings(facts: Facts, formulas: Mapping[str, Expr], open_functions: frozenset[str]) -> Supposed | None:
    """Return the facts with the formulas of units that stand only by their numbers; None where there are none."""
    if facts.strict:
        return None
    written = {
        name: formula for name, formula in formulas.items()
        if names(formula) and not (isinstance(formula, Call) and formula.function in open_functions)
    }  # fmt: skip
    opened = _opened(formulas, written)
    alike = {**_of_another_layer(written, opened), **_terms(facts, formulas, opened)}
    page = _Page({**written, **alike}, facts.vocabulary.standing, frozenset(given.name for given in facts.starts))
    made = {**page.made(), **alike}
    if not made or not page.given:
        return None
    told = _told(facts, page, made)
    values = {given.name: given.value(facts.vocabulary) for given in told}
    said = ", ".join(f"`{plain_name(name)}` is `{plain(formula)}`" for name, formula in {**made, **values}.items())
    fresh = with_formulas(facts, made)
    # A number for h₂ = σ(z₂) is one for z₂.
    through = {
        name for name, formula in written.items() if len(names(formula)) == 1 and set(names(formula)) & made.keys()
    }
    return Supposed(replace(fresh, starts=[*fresh.starts, *told]), said, frozenset(made.keys() | through))


def _opened(formulas: Mapping[str, Expr], written: Mapping[str, Expr]) -> dict[str, str]:
    """Return the open functions that are of one name of their own unit: out_o1 of net_o1, E_1 of a_1."""
    found: dict[str, str] = {}
    for name, formula in formulas.items():
        if name not in written and isinstance(formula, Call) and len(formula.args) == 1:
            (argument,) = formula.args
            if isinstance(argument, Symbol) and _go_together(name, argument.name):
                found[name] = argument.name
    return found


def _of_another_layer(written: Mapping[str, Expr], opened: Mapping[str, str]) -> dict[str, Expr]:
    """Return the formulas of open functions that are called as those of another layer: out_o1 of net_o1 as out_h1."""
    found: dict[str, Expr] = {}
    for name, own in opened.items():
        alike: set[Expr] = set()
        for other, formula in written.items():
            of = names(formula)
            if len(of) == 1 and _bases(other, of[0]) == _bases(name, own) and _go_together(other, of[0]):
                alike.add(put_in(formula, {symbol(of[0]): symbol(own)}))
        if len(alike) == 1:
            found[name] = alike.pop()
    return found


def _terms(facts: Facts, formulas: Mapping[str, Expr], opened: Mapping[str, str]) -> dict[str, Expr]:
    """Return what the parts of an error are, where the page writes it as a sum of such terms: E = Σ ½ (t − o)²."""
    signs = ((one.at, big.sign) for one in facts.statements for side in one.sides for big in of_kind(side.root, Big))
    summed = {at for at, sign in signs if sign == "Σ"}
    found: dict[str, Expr] = {}
    for definition in facts.definitions:
        parts = set(names(formulas.get(definition.name, ZERO))) & opened.keys()
        if definition.parameters is not None or not parts or definition.at not in summed:
            continue
        with suppress(ReadError):
            term = definition.parse(facts.vocabulary)
            found |= {part: own for part in sorted(parts) if (own := _of_output(term, opened[part])) is not None}
            found[definition.name] = formulas[definition.name]
    return found


def _of_output(term: Expr, output: str) -> Expr | None:
    """Return ½ (target − output)² with one output and its target in it; None where the term has other names."""
    targets = [name for name in names(term) if named(name).base in TARGETS]
    outputs = [name for name in names(term) if name not in targets]
    if len(targets) != 1 or len(outputs) != 1:
        return None
    target = replace(named(output), base=named(targets[0]).base, accent="")
    return put_in(term, {symbol(outputs[0]): symbol(output), symbol(targets[0]): symbol(target.canonical)})


def _go_together(first: str, second: str) -> bool:
    """Say whether two names are of one unit: out_h1 and net_h1."""
    a, b = named(first), named(second)
    return (a.digits, a.subscripts, a.mark) == (b.digits, b.subscripts, b.mark) != ("", (), "")


def _bases(first: str, second: str) -> tuple[str, str]:
    return named(first).base, named(second).base


def _told(facts: Facts, page: _Page, made: Mapping[str, Expr]) -> list[Given]:
    """Return the numbers that words tell of all targets in a row, where these are as many and none has another one."""
    leaves = {*page.names, *(name for formula in made.values() for name in names(formula))} - {*page.written, *made}
    families: dict[str, list[_Numbered]] = {}
    for name in leaves:
        found = _numbered(name)
        if found is not None and named(name).base in TARGETS:
            families.setdefault(found[0], []).append((name, found[1]))
    rows = [numbers for role, numbers in facts.in_words if role == "target"]
    if len(families) != 1 or len(rows) != 1:
        return []
    (family,) = families.values()
    ordered = sorted(family, key=lambda pair: pair[1])
    counted = [number for _, number in ordered] == [*range(1, len(rows[0]) + 1)]
    if not counted or page.given & {name for name, _ in ordered}:
        return []
    return [replace(given, name=name) for (name, _), given in zip(ordered, rows[0], strict=True)]


def _numbered(name: str) -> _Numbered | None:
    record = named(name)
    whole, step = record.without_step, record.step
    return None if whole is None or step is None else (whole.canonical, step)


@dataclass
class _Page:
    """The formulas that a page writes, the names that it has, and those among them with a number."""

    written: Mapping[str, Expr]
    names: frozenset[str]
    given: frozenset[str]
    #: How each name is spelled, by what it is without its number, and that.
    spelled: dict[_Numbered, str] = field(init=False)

    def __post_init__(self) -> None:
        """Spell each name as the page does."""
        known = {*self.names, *self.given, *(name for formula in self.written.values() for name in names(formula))}
        self.spelled = {found: name for name in sorted(known) if (found := _numbered(name)) is not None}

    def made(self) -> dict[str, Expr]:
        """Return the formula of every name that has a written sibling, and of all that those need."""
        waiting = sorted({*self.names, *self.given, *self._read()} - self.written.keys())
        found: dict[str, Expr] = {}
        while waiting:
            name = waiting.pop(0)
            formula = self._formula(name)
            if formula is not None and name not in found:
                found[name] = formula
                waiting += [part for part in names(formula) if part not in self.written]
        return found

    def _read(self) -> set[str]:
        return {name for formula in self.written.values() for name in names(formula)}

    def _formula(self, name: str) -> Expr | None:
        """Return what a name is made of as the first of its siblings that is written; None where none is."""
        own = _numbered(name)
        like = [
            other for other in self.written if own is not None and (found := _numbered(other)) and found[0] == own[0]
        ]
        for other in sorted(like):
            formula = self._as_sibling(other, name)
            if formula is not None:
                return formula
        return None

    def _as_sibling(self, unit: str, name: str) -> Expr | None:
        """Return the formula of a unit with the sibling's names in it; None where none of them is another."""
        formula = self.written[unit]
        of, to = _numbered(unit), _numbered(name)
        assert of is not None
        assert to is not None
        families: dict[str, list[int]] = {}
        for part in names(formula):
            if (found := _numbered(part)) is not None:
                families.setdefault(found[0], []).append(found[1])
        changes: dict[Expr, Expr] = {}
        for family, numbers in families.items():
            fresh = self._next(family, sorted(numbers), of, to, alone=len(names(formula)) == 1)
            for before, after in fresh.items():
                changes[symbol(self._spelled(family, before))] = symbol(self._spelled(family, after))
        return put_in(formula, changes) if changes else None

    def _next(
        self, family: str, numbers: Sequence[int], of: _Numbered, to: _Numbered, *, alone: bool
    ) -> dict[int, int]:
        """Return the numbers that a family's names have in the sibling; none where both are made of the same."""
        if numbers == [of[1]] and self._is_of_the_unit(family, of, to, alone=alone):
            return {of[1]: to[1]}
        for shift in _shifts(numbers, of[1], to[1]):
            moved = {number: number + shift for number in numbers}
            if all(self._is_free(family, *pair) for pair in moved.items()):
                return moved
        return {}

    def _is_of_the_unit(self, family: str, of: _Numbered, to: _Numbered, *, alone: bool) -> bool:
        """Say whether a name with the unit's number is the unit's own: its letter says so, or it is all that it has."""
        lettered = _letter(of[0])
        if lettered and _letter(family) == lettered:
            return True
        fresh = (family, to[1])
        return alone or (fresh in self.spelled and self._is_free(family, of[1], to[1], unit=True))

    def _is_free(self, family: str, before: int, after: int, *, unit: bool = False) -> bool:
        """Say whether a name has a number, and stands in no formula but beside the one whose place it takes."""
        name = self.spelled.get((family, after), "")
        old = symbol(self._spelled(family, before)).name
        return (
            (unit or name in self.given)
            and bool(name)
            and all(old in names(f) for f in self.written.values() if name in names(f))
        )

    def _spelled(self, family: str, number: int) -> str:
        """Return a numbered name as the page spells it, else as it spells another of the family."""
        name = self.spelled.get((family, number))
        if name is not None:
            return name
        other, step = next((name, step) for (of, step), name in self.spelled.items() if of == family)
        return other.removesuffix(str(step)) + str(number) if other.endswith(str(step)) else f"{family}_({number})"


def _letter(family: str) -> str:
    """Return the letter before a unit's number in a subscript: h of out_h1; nothing for h1 itself."""
    below = named(family).subscripts
    return below[-1] if below else ""


def _shifts(numbers: Sequence[int], of: int, to: int) -> list[int]:
    """Return how far the numbers of a row of weights may be from those of the sibling's row.

    1, 2 is followed by 3, 4; 1, 3 by 2, 4; and 11, 12 by 21, 22, where the first digit is the unit's.
    """
    by = to - of
    apart = {b - a for a, b in pairwise(numbers)}
    if len(apart) > 1:
        return []
    digits = [10 * by] if all(number > 10 and number // 10 == of for number in numbers) else []
    step = apart.pop() if apart else 1
    if step == 1:
        return [*digits, len(numbers) * by]
    return [*digits, by] if abs(by) < step else digits
