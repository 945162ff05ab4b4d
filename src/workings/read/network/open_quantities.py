"""Quantities that a page differentiates and never defines: open functions of what they are differentiated by.

    z = w x + b,  a = σ(z),  ∂L/∂w = ∂L/∂a · a (1 − a) x        L = f_L(a), whatever f_L is

What such a quantity is made of is taken from its derivatives alone, so it is taken widely: beside the names that no
other one leads to (a, and not z, w and x, which reach L through a), every quantity that nothing uses is one of its
arguments. What holds for such a function holds for each that leaves some of them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import reduce

from workings.graph.expr import Apply, Expr, Partial, Symbol, call, postorder, symbol
from workings.graph.expr import names as names_in
from workings.graph.names import named
from workings.graph.ops.arithmetic import add
from workings.graph.terms import reached
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import canonical, delta_names, parts_of, with_capital
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Definition, always
from workings.read.formula.statement import Statement, derives, is_number
from workings.read.names.indices import is_for_numbers
from workings.read.names.queries import head
from workings.read.names.sides import links, read_side
from workings.read.names.vectors import vectors_of
from workings.read.names.vocabulary import KNOWN
from workings.read.network.draft import ERROR_BASES, ERROR_WORDS, Draft, define_open, is_difference, reads, slope_names
from workings.read.page.text import Snippet

#: For every quantity, the names that it depends on directly.
_Graph = Mapping[str, Iterable[str]]


def open_quantities(draft: Draft) -> None:
    """Give every quantity that a document differentiates and never defines an open function of its own."""
    if draft.facts.strict or not draft.equations:
        return
    page = _Page(draft)
    _name_by_letter(draft, page)
    found = page.by | {name: set(parts) for name, parts in page.sums.items()}
    while found:
        graph = page.written | found
        unfit = {name for name in found if not page.fits(name, graph)} or _rivals(found, graph)
        if not unfit:
            break
        # What is differentiated by nothing else that is known is not known either.
        found = {name: by - unfit for name, by in found.items() if name not in unfit and by - unfit}
    for name in page.places.keys() & draft.equations.keys() - page.written.keys():
        del draft.equations[name]
    for name in found:
        at = page.places[name]
        draft.hidden.pop(name, None)
        if name in page.sums:
            _define_sum(draft, name, page.sums[name], at)
        else:
            graph = page.written | found
            _define(draft, name, page.arguments(name, graph), _last(graph[name], graph), at)


def _name_by_letter(draft: Draft, page: _Page) -> None:
    """Take the L of ∂L/∂w, which nothing defines, for the only error that is named by a word with that letter: Loss."""
    ends = page.written.keys() - {inside for below in page.written.values() for inside in below}
    words = [name for name in ends if name.lower() in ERROR_WORDS]
    for letter in page.by.keys() & {name[0].upper() for name in words}:
        if len(words) == 1 and words[0][0].upper() == letter:
            _define_sum(draft, letter, words, page.places.pop(letter))
            del page.by[letter]


def _rivals(found: _Graph, graph: _Graph) -> set[str]:
    """Return the quantities that nothing uses where there are several over the same names: which is made of which?

    The one that is named like an error is no rival, and neither are errors of different letters: E₁ and E₂ are parts
    of one whole, E and J are not.
    """
    read = {name for below in graph.values() for name in below}
    ends = [name for name in found if name not in read]
    below = {name: _below(graph[name], graph) for name in ends}
    bases = {name: parts_of(name)[0] for name in ends}
    errors = {name for name in ends if bases[name] in ERROR_BASES}
    return {
        name for name in ends for other in ends
        if name != other and below[name] & below[other]
        and (name not in errors or bases[name] == bases[other])
    }  # fmt: skip


def _below(names: Iterable[str], graph: _Graph) -> set[str]:
    """Return names with all that they depend on."""
    return reached(names, lambda name: graph.get(name, ()))


def _last(names: Iterable[str], graph: _Graph) -> list[str]:
    """Return those of some names that lead to none of the others."""
    found = set(names)
    return sorted(found - {name for other in found for name in _below(graph.get(other, ()), graph)})


def _define(draft: Draft, name: str, arguments: list[str], told: list[str], at: Snippet) -> None:
    body = call(name, tuple(map(symbol, arguments)))
    define_open(draft, Definition(name, None, at, always(body)), body.args, assumed=tuple(told))
    shown = " and ".join(f"`{plain_name(argument)}`" for argument in arguments)
    draft.facts.notes.append(
        f"taken as given: `{plain_name(name)}` depends on {shown}, whatever it is; the text differentiates it and "
        "does not define it"
    )


def _define_sum(draft: Draft, name: str, parts: Sequence[str], at: Snippet) -> None:
    body = reduce(add, map(symbol, parts))
    draft.equations[name] = (Definition(name, None, at, always(body)), body)
    draft.facts.notes.append(f"taken as given: `{plain_name(name)} = {plain(body)}`; the text adds their derivatives")


class _Page:
    """What a page differentiates: by which names, and where it does so first."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.places: dict[str, Snippet] = {}
        #: The names that the page differentiates by.
        self.differentiated: set[str] = set()
        #: The quantities with a formula; a number alone is only the value of one: E = ½ (0.3 − 0.7)² has slopes.
        self.written = {name: reads(draft, body) for name, (_, body) in draft.equations.items() if names_in(body)}
        self.heads = {named[0] for s in draft.facts.statements if (named := _head(draft, s)) is not None}
        self.vectors = vectors_of(draft.facts.statements, draft.words.names)
        self.by = self._by()
        self.sums = self._sums()

    def fits(self, name: str, graph: _Graph) -> bool:
        """Say whether all that a quantity depends on is known, in numbers, and ends in formulas, not in a circle."""
        below = _below(graph[name], graph)
        unread = self.heads - self.draft.general - self.draft.data
        unread -= self.draft.equations.keys() | self.draft.functions.keys()
        vectors = any({inner, parts_of(inner)[0]} & self.vectors for inner in (name, *below)) or any(
            self._may_be_a_matrix(inner) and self._crossed(inner, graph) for inner in below - graph.keys()
        )
        formulas = all(argument in graph for argument in self.arguments(name, graph))
        whole = graph[name] == set(self.sums.get(name, graph[name]))
        return name not in below and not below & unread and not vectors and formulas and whole

    def arguments(self, of: str, graph: _Graph) -> list[str]:
        """Return what a quantity depends on: of what it is differentiated by the last, and every loose end."""
        set_aside = slope_names(self.draft)
        quantities = [name for name in graph if name not in set_aside]
        read = {name for quantity in quantities for name in graph[quantity]}
        ends = [name for name in quantities if name in self.written and name not in read]
        if parts_of(of)[0] not in ERROR_BASES:
            # Nothing but a further error is made of an error.
            ends = [name for name in ends if parts_of(name)[0] not in ERROR_BASES]
        below = {name: _below([name], graph) for name in ends}
        reached = _below(graph[of], graph)
        if of in self.of_programs:
            # A program computes what it only prints, too: its error is made of what its slopes are made of.
            used = {name for slope in set_aside for name in graph.get(slope, ())}
            below = {name: found for name, found in below.items() if name in used and not self._again(name, reached)}
        return _last({*graph[of], *(n for n, found in below.items() if of not in found and found & reached)}, graph)

    def _again(self, name: str, reached: Iterable[str]) -> bool:
        """Say whether a quantity is part of a formula of others: `z = w * x` beside `h = f(w * x)`."""
        bodies = (self.draft.equations[other][1] for other in reached if other in self.draft.equations)
        return any(self.draft.equations[name][1] in postorder(body) for body in bodies)

    def _may_be_a_matrix(self, name: str) -> bool:
        """Say whether a weight or an input is a capital letter without a number, W or X₁: then order may matter."""
        base = parts_of(name)[0]
        return len(base) == 1 and base.isupper() and all(given.name != name for given in self.draft.facts.starts)

    def _crossed(self, leaf: str, graph: _Graph) -> bool:
        """Say whether the page differentiates through a formula of a leaf: by X or W below `Z = W X`, and not by Z."""
        readers = [name for name, inside in self.written.items() if leaf in inside]
        return any(self.differentiated & _below(graph[name], graph) for name in readers)

    def _by(self) -> dict[str, set[str]]:
        """Return each quantity without a definition that is differentiated, with the names it is differentiated by."""
        pairs: list[tuple[str, str]] = []
        for statement in self.draft.facts.statements:
            for side in statement.sides if _is_told(statement) else ():
                for of, by in links(side.root, self.draft.words):
                    if statement.kind == "code" and parts_of(of)[0] not in ERROR_BASES:
                        # A program computes its quantities: y beside its y₂ is that, and nothing that is left open.
                        continue
                    if is_for_numbers(of, self.draft.words) or is_for_numbers(by, self.draft.words):
                        continue
                    pairs.append((of, by))
                    self.places.setdefault(of, statement.at)
        in_programs = self._in_programs()
        self.of_programs: set[str] = {of for of, _ in in_programs}
        pairs += in_programs
        self.differentiated = {by for _, by in pairs}
        counted = Counter(name for pair in pairs for name in pair)
        used = {name for names in self.written.values() for name in names}
        known = self.written.keys() | used
        found: dict[str, set[str]] = {}
        for of, by in pairs:
            often = counted[of] + (of in used) + (of in self.of_programs) > 1
            if of != by and often and self._is_open(of):
                found.setdefault(of, set[str]()).add(by)
        while True:
            kept = {of: by & (known | found.keys()) for of, by in found.items()}
            kept = {of: by for of, by in kept.items() if by}
            if kept == found:
                return found
            found = kept

    def _in_programs(self) -> list[tuple[str, str]]:
        """Return the error of a program that computes none, with what its slopes are taken by: `dL_dy = 2 * (y - t)`.

        Where the program has an error of any name, L may be short for that.
        """
        if all(statement.kind != "code" for statement in self.draft.facts.statements):
            return []
        set_aside = slope_names(self.draft) | self.draft.functions.keys()
        heads = [(s, head) for s in self.draft.facts.statements if (head := _head(self.draft, s)) is not None]
        computed = {name for _, (name, parameters) in heads if parameters is None}
        errors = {name for name in computed - set_aside if parts_of(name)[0] in ERROR_BASES}
        known = self.written.keys() | {name for names in self.written.values() for name in names}
        differences = all(is_difference(self.draft, name) for name in errors)
        coded = _coded(known, {name for _, (name, _) in heads}) if differences else {}
        if differences and "E" not in known | self.draft.words.names:
            coded |= {name: ("E", by) for by in self.written.keys() - set_aside for name in delta_names(by)}
        found: list[tuple[str, str]] = []
        for statement, (name, _) in heads:
            pair = coded.get(name) if statement.kind == "code" else None
            if pair is not None:
                found.append(pair)
                self.places.setdefault(found[-1][0], statement.at)
        of = {name for name, _ in found}
        return found if len(of) == 1 else []

    def _sums(self) -> dict[str, tuple[str, ...]]:
        """Return each error whose derivative a line says to be the sum of those of others: ∂E/∂h = ∂E₁/∂h + ∂E₂/∂h."""
        found: dict[str, tuple[str, ...]] = {}
        for statement in self.draft.facts.statements if self.by else ():
            if statement.relations[:1] == ("=",) and statement.derives and statement.kind != "code":
                whole, parts = (_added(read_side(side, self.draft.words)) for side in statement.sides[:2])
                names = tuple(_name(slope) for slope in (*whole, *parts))
                by = {slope.by for slope in (*whole, *parts)}
                errors = all(name in self.by and parts_of(name)[0] in ERROR_BASES for name in names)
                if len(whole) == len(by) == 1 < len(parts) and errors and len({*names}) == len(names):
                    found.setdefault(names[0], names[1:])
        return found

    def _is_open(self, name: str) -> bool:
        words, facts = self.draft.words, self.draft.facts
        known = name in self.written or name in words.functions or name in KNOWN or name.endswith("'")
        told = any(declared.name == name for declared in facts.declared) or self._is_one_of_several(name)
        return not known and not told and name not in self.heads - self.draft.general - self.draft.equations.keys()

    def _is_one_of_several(self, name: str) -> bool:
        """Say whether a name is another's with an index or a mark, and no part of it: the E⁽ⁿ⁾ of one example."""
        record = named(name)
        wholes = {record.family.canonical, record.without_mark.canonical} - {name}
        return any(name not in self.written.get(whole, ()) for whole in wholes & (self.written.keys() | self.heads))


def _coded(known: Iterable[str], called: Set[str]) -> dict[str, tuple[str, str]]:
    """Return what the names of slopes stand for: `dL_dy`, `d_L_d_y`, and `dL_dY` where nothing is called Y.

    Spelled are only those of errors that something on the page may be `called` after.
    """
    found: dict[str, tuple[str, str]] = {}
    names = set(known)
    errors = [of for of in sorted(ERROR_BASES) if any(name.startswith((f"d{of}", "d_")) for name in called)]
    for by in sorted(names):
        for spelled in (by, with_capital(by), by.lower(), by.upper()):
            if spelled == by or spelled not in names:
                for of in errors:
                    found.setdefault(canonical(f"d{of}_d{spelled}"), (of, by))
                    found.setdefault(canonical(f"d_{of}_d_{spelled}"), (of, by))
    return found


def _is_told(statement: Statement) -> bool:
    """Say whether a statement is told and not run: no program gives a quotient a value, so `dL/dw = …` is a remark."""
    return statement.kind != "code" or derives(statement.sides[0].root)


def _head(draft: Draft, statement: Statement) -> tuple[str, tuple[str, ...] | None] | None:
    """Return the name that an equation says what it is, be it only a number."""
    if statement.relations[:1] != ("=",) or statement.derives:
        return None
    found = head(statement, draft.words)
    numbers = all(side.empty or is_number(side.root) for side in statement.sides[1:])
    return None if numbers else found


def _added(expr: Expr | None) -> list[Partial]:
    """Return the derivatives of names that an expression adds; none where it is anything else."""
    if isinstance(expr, Partial) and isinstance(expr.of, Symbol):
        return [expr]
    if not isinstance(expr, Apply) or expr.op is not add:
        return []
    terms = [_added(term) for term in expr.args]
    return [slope for term in terms for slope in term] if all(terms) else []


def _name(slope: Partial) -> str:
    return slope.of.name if isinstance(slope.of, Symbol) else ""
