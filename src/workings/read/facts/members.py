r"""Definitions for every number of an index, and of the terms of a sum over one.

E = Σ_{k=1}^{2} ½ (t_k − o_k)² = E_1 + E_2      E₁ and E₂ are its terms
E_k = ½ (t_k − o_k)²                            E₁ and E₂, where nothing else defines them
"""

from __future__ import annotations

from workings.graph.expr import Expr
from workings.graph.names import named
from workings.read.facts.page import Page
from workings.read.facts.records import Definition, Parse
from workings.read.formula.statement import Side, Statement
from workings.read.formula.tree import Sum
from workings.read.names.indices import at_number, family, summed
from workings.read.names.spelling import spelled
from workings.read.names.vocabulary import Vocabulary


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
