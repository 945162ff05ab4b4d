"""What the words around symbols say they are: “$y$ = the desired output”, `t1 = output1 (wanted output for case 1)`."""

from __future__ import annotations

import re

from workings.graph.names import without_new
from workings.read.facts.page import Page
from workings.read.facts.roles import Phrase, meaning_after, meaning_before, meaning_within
from workings.read.formula.statement import Statement
from workings.read.formula.tree import Node, Numeral, Word
from workings.read.formula.tree import Phrase as Words
from workings.read.names.queries import head, single_name
from workings.read.names.spelling import factors_with
from workings.read.page.text import Snippet
from workings.read.phrases import heard

Glossary = dict[str, tuple[Phrase, Snippet]]


def glossary_of(page: Page) -> Glossary:
    """Return the symbols that words explain, each with its role and its place; the first explanation has the say."""
    glossary: Glossary = {}
    seen: set[int] = set()
    for statement in page.statements:
        first = statement.span not in seen
        seen.add(statement.span)
        if statement.display or not first or statement.kind != "latex":
            continue
        name = single_name(statement, page.words) if not statement.relations else _left_name(page, statement)
        if name is None:
            continue
        before, after = page.prose_at(statement.span - 1), page.prose_at(statement.span + 1)
        opens = bool(heard("opens", before[-40:])) or not before
        found = meaning_after(_one_paragraph(after), opens=opens) if not statement.relations else None
        found = found or meaning_before(before.rpartition("\n\n")[2])
        if found:
            glossary.setdefault(name, (found, statement.at))
    for statement in page.statements:
        if statement.kind != "latex" and (found := glossary_line(page, statement)) is not None:
            glossary.setdefault(*found)
    return glossary


def _left_name(page: Page, statement: Statement) -> str | None:
    found = head(statement, page.words) if statement.relations[0] in ("=", "in") else None
    return found[0] if found else None


def glossary_line(page: Page, statement: Statement) -> tuple[str, tuple[Phrase, Snippet]] | None:
    """Return what `t1 = output1 (wanted output for case 1)` says of t1: words, and no formula."""
    if statement.relations != ("=",):
        return None
    found = head(statement, page.words)
    bare = found[0].rstrip("'") if found is not None else ""
    if without_new(bare) != bare:
        # `w_new = w_old - (learning rate × gradient)` tells a step in words, and nothing of what w_new is.
        return None
    phrase = _words_for(page, statement.sides[1].root, statement) if found and found[1] is None else None
    return (found[0], (phrase, statement.at)) if found and phrase is not None else None


def _words_for(page: Page, root: Node, statement: Statement) -> Phrase | None:
    """Return the phrase that a right side is, where its words are no names of the page."""
    if isinstance(root, Words):
        return meaning_within(root.text)
    found = factors_with(root, page.words)
    words = [unit for unit in found if unit.name]
    spelled = all(isinstance(u.core, Word) and len(u.core.text.rstrip("0123456789")) > 2 for u in words)
    others = all(unit.name or isinstance(unit.core, Numeral) for unit in found)
    if not words or not spelled or not others or any(unit.link or unit.high for unit in found):
        return None
    if any(name in page.used_twice for name in (unit.name for unit in words)):
        return None
    written = statement.sides[1].at.content
    return meaning_within(f"{statement.reason} {re.sub(r'[0-9]+', ' ', written)}")


def _one_paragraph(prose: str) -> str:
    return prose.partition("\n\n")[0] if prose[:2] != "\n\n" else ""
