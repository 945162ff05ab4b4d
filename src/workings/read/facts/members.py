r"""Definitions for every number of an index, and of the terms of a sum over one.

E = Σ_{k=1}^{2} ½ (t_k − o_k)² = E_1 + E_2      E₁ and E₂ are its terms
E = E_1 + E_2 = ½ (t_1 − o_1)² + ½ (t_2 − o_2)²      so they are here
E_k = ½ (t_k − o_k)²                            E₁ and E₂, where nothing else defines them
"""

from __future__ import annotations

from workings.graph.expr import Expr
from workings.graph.names import named
from workings.read.facts.page import Page
from workings.read.facts.records import Definition, Parse
from workings.read.formula.statement import Side, Statement
from workings.read.formula.tree import Formula, Node, Sum, bare
from workings.read.names.indices import at_number, family, summed
from workings.read.names.queries import mentions
from workings.read.names.spelling import spelled
from workings.read.names.vocabulary import Vocabulary
from workings.read.page.text import Snippet


def take_terms(page: Page, statement: Statement, side: int) -> None:
    """Take the names that a chain gives to the terms of its sum, all of them and in their order."""
    index = summed(statement.sides[side].root, page.words)
    total = statement.sides[-1].root
    if index is None or statement.relations[-1] != "=" or not isinstance(total, Sum):
        return
    terms = [spelled(part, page.words) if sign != "-" else "" for sign, part in total.terms]
    numbers = index.numbers or range(1, len(terms) + 1)
    whole = named(terms[0]).without_step
    one_family = whole is not None and all(named(name).without_step is whole for name in terms)
    if [named(name).step for name in terms] != list(numbers) or not one_family or page.heads.keys() & set(terms):
        return
    for name, number in zip(terms, numbers, strict=True):
        parse = page.parse(statement.sides[side], term=number)
        page.facts.definitions.append(Definition(name, None, statement.at, parse))


def take_parts(page: Page, statement: Statement) -> None:
    """Take the names that a chain gives to the terms of a sum that it writes out, all of them and in their order.

    A number that tells the names apart may not stand under the names of another one's term.
    """
    sums = [side for side in statement.sides[1:] if isinstance(bare(side.root), Sum)]
    named_side = next((side for side in sums if _own_names(page, side)), None)
    written = next((side for side in sums if side is not named_side), None)
    if named_side is None or written is None or any(relation != "=" for relation in statement.relations):
        return
    own = _own_names(page, named_side)
    parts = _terms(written)
    told = [{named(m.name).step for m in mentions(part, page.words)} & set(own.values()) for _, part in parts]
    fits = all(not steps or number in steps for steps, number in zip(told, own.values(), strict=False))
    if len(parts) != len(own) or any(sign == "-" for sign, _ in parts) or not fits:
        return
    for name, (_, part) in zip(own, parts, strict=True):
        side = Side(Snippet(statement.at.text, part.start, part.end), Formula(part))
        page.facts.definitions.append(Definition(name, None, statement.at, page.parse(side)))


def _terms(side: Side) -> tuple[tuple[str, Node], ...]:
    root = bare(side.root)
    return root.terms if isinstance(root, Sum) else ()


def _own_names(page: Page, side: Side) -> dict[str, int]:
    """Return the numbered names of one family that a side adds, and that no line defines, each with its number."""
    names = [spelled(part, page.words) if sign != "-" else "" for sign, part in _terms(side)]
    bases = {named(name).without_step if name else None for name in names}
    steps = [named(name).step for name in names if name]
    one_family = len(bases) == 1 and None not in bases and len({*names}) == len(names)
    if not one_family or page.heads.keys() & set(names):
        return {}
    return {name: step for name, step in zip(names, steps, strict=True) if step is not None}


def take_members(page: Page, statement: Statement, side: int) -> None:
    """Take `E_k = …` for each number k with which its names stand on the page, where E_k has no line of its own."""
    body = statement.sides[side]
    found = family(statement, body, page.words)
    if found is not None and page.words.standing.issuperset(found.members):
        for number, member in zip(found.numbers, found.members, strict=True):
            if member not in page.heads:
                parse = _member(page, body, found.letter, number)
                page.facts.definitions.append(Definition(member, None, statement.at, parse))


def _member(page: Page, side: Side, letter: str, value: int) -> Parse:
    general = page.parse(side)

    def parse(words: Vocabulary) -> Expr:
        return at_number(general(words), letter, value, words)

    return parse
