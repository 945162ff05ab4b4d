"""What sentences tell of names: roles, rates, functions that only words define, names for parts of formulas."""

from __future__ import annotations

from itertools import pairwise

from workings.errors import ReadError
from workings.graph.expr import Expr, symbol
from workings.read.facts.glossary import Glossary
from workings.read.facts.page import Page
from workings.read.facts.records import Declared, Definition, Given, Parse, always
from workings.read.facts.roles import base_of_logarithm, function_in_words, meaning_before
from workings.read.formula.statement import Statement
from workings.read.names.queries import head, single_name
from workings.read.names.vocabulary import Vocabulary
from workings.read.page.text import Snippet
from workings.read.phrases import begins, heard, is_whole


def take_given_names(page: Page) -> None:
    """Take names that a sentence gives to a part: “write $A$ as $m$”."""
    inline = [s for s in page.statements if s.kind == "latex" and not s.display and not s.relations]
    for part, name in pairwise(inline):
        named = single_name(name, page.words)
        if name.span != part.span + 2 or named is None or named in page.heads:
            continue
        if begins("as", page.prose_at(part.span + 1)) and heard("naming", page.prose_at(part.span - 1)):
            page.facts.definitions.append(Definition(named, None, name.at, page.parse(part.sides[0]), -10))


def take_functions_in_words(page: Page) -> None:
    """Take functions that only the prose defines: `where $f$ is the sigmoid function`."""
    known = {definition.name for definition in page.facts.definitions}
    for statement in page.statements:
        name = single_name(statement, page.words) if not statement.relations else None
        if name is None or name in known or not (name in page.words.functions or name in page.applied):
            continue
        if heard("a case's word", page.prose_at(statement.span - 1)):
            continue
        if base := base_of_logarithm(page.prose_at(statement.span + 1)):
            known.add(name)
            page.facts.definitions.append(Definition(name, ("z",), statement.at, _other_base(statement.at, base)))
            continue
        op = function_in_words(page.prose_at(statement.span - 1), page.prose_at(statement.span + 1))
        if op is not None:
            known.add(name)
            page.facts.definitions.append(Definition(name, ("z",), statement.at, always(op(symbol("z")))))


def _other_base(at: Snippet, base: int) -> Parse:
    """Return the reading of a logarithm that the text gives another base than e: it says why it is not read."""

    def parse(_: Vocabulary) -> Expr:
        raise ReadError([at.problem(
            f"`{at.content}` is the logarithm to base {base} here", "the natural logarithm",
            "only that one has a rule in the table of ops", rf"`\frac{{\ln z}}{{\ln {base}}}`",
        )])  # fmt: skip

    return parse


def take_roles(page: Page, glossary: Glossary) -> None:
    """Take the roles that words give: inputs, targets, weights, the error, what is minimised."""
    for name, (phrase, at) in glossary.items():
        why = f"“{phrase.words}”"
        if phrase.meaning == "minimised":
            page.facts.minimised.append((name, at))
        if phrase.meaning == "error":
            page.facts.error_named.append((name, at))
        if phrase.meaning in ("input", "target", "weight", "constant", "rate"):
            page.facts.declared.append(Declared(name, phrase.meaning, None, at, why))


def take_rate_in_words(page: Page, glossary: Glossary) -> None:
    """`the learning rate is $0.1$`: a number that the prose calls the rate, where no symbol stands for it."""
    if any(phrase.meaning == "rate" for phrase, _ in glossary.values()):
        return
    for statement in page.statements:
        if not statement.relations and statement.sides[0].is_number:
            found = meaning_before(page.prose_at(statement.span - 1).rpartition("\n\n")[2])
            if found and found.meaning == "rate":
                why = f"“{found.words}”"
                page.facts.declared.append(Declared("alpha", "rate", None, statement.at, why))
                page.facts.values.append(Given("alpha", page.parse(statement.sides[0]), statement.at))
                return


def take_rows_in_words(page: Page) -> None:
    """`targets $0.1$ and $0.9$`: numbers in a row, with no symbol and a word before them that says whose they are."""
    alone = [s for s in page.statements if s.kind == "latex" and not s.display and not s.relations]
    rows: list[list[Statement]] = []
    for statement in (s for s in alone if s.sides[0].is_number):
        last = rows[-1][-1] if rows else None
        between = page.prose_at(statement.span - 1)
        beside = last is not None and last.span + 2 == statement.span and bool(between.strip())
        if beside and is_whole("beside", between):
            rows[-1].append(statement)
        else:
            rows.append([statement])
    for row in rows:
        found = meaning_before(page.prose_at(row[0].span - 1).rpartition("\n\n")[2])
        if found is not None and len(row) > 1:
            numbers = tuple(Given("", page.parse(each.sides[0]), each.at) for each in row)
            page.facts.in_words.append((found.meaning, numbers))


def slopes_of(page: Page) -> frozenset[str]:
    """Return the names that the text gives to derivatives: `δ = ∂E/∂z`; their formulas are claims."""
    found = (head(s, page.words) for s in page.statements if s.relations[:1] == ("=",) and s.derives)
    return frozenset(name[0] for name in found if name and name[1] is None)
