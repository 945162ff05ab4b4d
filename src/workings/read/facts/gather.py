"""A document's maths and prose → facts: definitions, domains, roles; and what is not part of a network.

A post is not a program. Its formulas stand in sentences, its symbols are explained in words, half of what it says is a
derivation, a theorem or a wish. Every statement on the page is asked once what it is; it is taken as a fact, or listed
as not used, with the reason. Nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workings.graph.writing.spelling import PRIMES
from workings.read.facts.block import block_facts, block_lines, is_declared, stated_by_blocks
from workings.read.facts.derivations import derivation, is_derivation, take_line
from workings.read.facts.equations import take_equation, take_reversed, take_turned
from workings.read.facts.glossary import glossary_line, glossary_of
from workings.read.facts.page import Page
from workings.read.facts.records import Facts, NotUsed
from workings.read.facts.relations import take_inequality, take_membership
from workings.read.facts.steps import take_labels, take_steps
from workings.read.facts.told import (
    slopes_of,
    take_functions_in_words,
    take_given_names,
    take_rate_in_words,
    take_roles,
    take_rows_in_words,
)
from workings.read.formula.signs import ORDERS, UPDATES
from workings.read.formula.statement import Statement
from workings.read.formula.statements import all_statements
from workings.read.formula.tree import Phrase as Words
from workings.read.formula.tree import Sum, Unread, of_kind
from workings.read.lines.cut import lines_of
from workings.read.lines.left_over import left_over, only_names
from workings.read.names.indices import runs_over
from workings.read.names.queries import head
from workings.read.page.document import Span
from workings.read.page.markup import strings_shown
from workings.read.page.program import as_notation, is_program, is_program_file, without_marks
from workings.read.page.text import Text

#: A document with more pieces of maths than this is refused: a derivation that a person wrote has some dozens.
MOST_FORMULAS = 5_000
#: One piece of maths has at most this many characters.
LONGEST_FORMULA = 100_000
#: A text is a network block where at least this share of its lines states something.
_MOSTLY = 0.6
_STATED = re.compile(
    r"\s*(?:(?:input|target|weight|constant|rate|start|minimi[sz]e|patterns?)s?\b|[^\W\d]\S*\s*(?:\([^()]*\)\s*)?[=:])"
)
_DRESSED = {"code": as_notation, "prose": without_marks}


def gather(spans: Sequence[Span], file: str = "<text>") -> Facts:
    """Return the facts of a document: those of its network blocks if it has some, else of its maths."""
    if is_program_file(file) and all(span.kind == "prose" for span in spans):
        spans = [replace(span, kind="code") for span in spans]
    spans = [piece for span in spans for piece in (strings_shown(span) if span.kind == "code" else (span,))]
    spans = [_DRESSED[span.kind](span) if span.kind in _DRESSED else span for span in spans]
    blocks = [span for span in spans if span.kind == "network"]
    if blocks:
        facts = _from_blocks(spans, blocks)
    elif any(span.kind in ("maths", "code") for span in spans):
        facts = _from_page(spans)
    else:
        facts = _from_text(spans)
    facts.file = file
    if blocks or not facts.strict:
        facts.left_over = tuple(left_over(spans, facts.statements))
    if facts.strict:
        facts.left_over += tuple(stated_by_blocks(facts))
    return facts


def _from_blocks(spans: Sequence[Span], blocks: Sequence[Span]) -> Facts:
    facts = Facts(strict=True)
    for block in blocks:
        block_facts(block.text, block.start, block.end, facts)
    found = [s for s in all_statements(spans) if s.relations or s.kind == "latex"]
    for statement in found:
        if statement.relations and statement.kind == "latex":
            why = derivation(statement) or "the network stands in the `network` block"
            facts.not_used.append(NotUsed(statement.at.content, statement.at.place, why))
    facts.statements = tuple(found)
    facts.lines = lines_of(found)
    return facts


def _from_text(spans: Sequence[Span]) -> Facts:
    """Read a text without any marks: as a network block if it declares names line by line, else by its formulas."""
    prose = [span for span in spans if span.kind == "prose"]
    lines = [(s.text, at, stop) for s in prose for at, stop in block_lines(s.text, s.start, s.end)]
    if not any(is_declared(text.content[at:stop]) for text, at, stop in lines):
        return _from_unmarked(spans, prose)
    # The lines of a derivation stand among the declarations: they are no equations of the network.
    found = [s for s in all_statements(_may_derive(lines), learned=spans) if is_derivation(s)]
    derived = {statement.at.place.line for statement in found}
    others = [text.content[at:stop] for text, at, stop in lines if text.place(at).line not in derived]
    if sum(bool(_STATED.match(line)) for line in others) < _MOSTLY * len(others):
        return _from_unmarked(spans, prose)
    facts = Facts(strict=True, derivation=derived)
    facts.statements, facts.lines = tuple(found), lines_of(found)
    for span in prose:
        block_facts(span.text, span.start, span.end, facts)
    if facts.problems and not facts.declared:
        return _from_page(spans)
    return facts


#: What every line of a derivation has something of: a sign of a slope or of a step, d and a slash, a second relation.
_DERIVES = re.compile(rf"[∂∇δΔ∆←≈\\{PRIMES}]|d.*/|/.*d|<|[-+*/:~]=|=.*=")


def _may_derive(lines: Sequence[tuple[Text, int, int]]) -> list[Span]:
    """Return the lines of a block that may be of a derivation, each stretch of them as a span of its own."""
    found: list[Span] = []
    before: Text | None = None
    for text, at, stop in lines:
        line = text.content[at:stop]
        states = is_declared(line) or (_STATED.match(line) and not _DERIVES.search(line))
        if not states:
            # The words of a remark are a line's reason.
            end = text.content.find("\n", stop)
            begin = found.pop().start if before is text else at
            found.append(Span("prose", text, begin, end if end >= 0 else len(text.content)))
        before = None if states else text
    return found


def _from_unmarked(spans: Sequence[Span], prose: Sequence[Span]) -> Facts:
    """Read a text without any marks by its formulas: a program if it is one."""
    program = any(is_program(span.content) for span in prose)
    return _from_page([as_notation(replace(span, kind="code")) for span in prose] if program else spans)


def _from_page(spans: Sequence[Span]) -> Facts:
    """Take the facts of a document of formulas and prose: its names first, then every statement in its turn."""
    _refuse_too_much([span for span in spans if span.kind == "maths"])
    page = Page(spans, all_statements(spans))
    glossary = glossary_of(page)
    for statement in page.statements:
        _take(page, statement)
    take_given_names(page)
    take_functions_in_words(page)
    take_roles(page, glossary)
    take_rate_in_words(page, glossary)
    take_rows_in_words(page)
    take_steps(page)
    take_labels(page)
    facts = page.facts
    facts.vocabulary, facts.slopes = page.words, slopes_of(page)
    facts.statements = tuple(statement for statement in page.statements if statement not in page.mentioned)
    facts.lines = lines_of(facts.statements)
    return facts


def _refuse_too_much(maths: Sequence[Span]) -> None:
    if len(maths) > MOST_FORMULAS:
        span = maths[MOST_FORMULAS]
        raise span.text.error(
            span.start, span.end, f"the document has {len(maths):,} pieces of maths", f"at most {MOST_FORMULAS:,}",
            "a network with its derivation has some dozens", "a file that holds only the part about the network",
        )  # fmt: skip
    for span in maths:
        if span.end - span.start > LONGEST_FORMULA:
            raise span.text.error(
                span.start, span.start + 1, f"this piece of maths has {span.end - span.start:,} characters",
                f"at most {LONGEST_FORMULA:,}", "nobody can read such a formula; perhaps a closing mark is missing",
                "the mark that ends it, or shorter formulas",
            )  # fmt: skip


def _take(page: Page, statement: Statement) -> None:
    if not statement.relations:
        _mention(page, statement)
        return
    if statement.kind != "latex" and glossary_line(page, statement):
        page.unused(statement, "words that explain a name")
    elif isinstance(statement.sides[-1].root, Words):
        page.unused(statement, "words, and no formula")
    elif statement.kind == "code" and statement.relations[0] in UPDATES:
        page.unused(statement, "an update; the descent uses the gradient that is derived here")
    elif page.derives(statement) or (statement.sides[0].empty and page.in_derivation(statement)):
        take_line(page, statement)
    else:
        _relation(page, statement)


def _mention(page: Page, statement: Statement) -> None:
    """Maths without a relation only names what the text speaks of, unless it is something unknown."""
    root = statement.sides[0].root
    if statement.kind != "latex":
        return
    unread = next(iter(of_kind(root, Unread)), None)
    if unread is not None:
        at = statement.at.text.content[unread.start : unread.end]
        group = at in (r"\begingroup", r"\endgroup")
        page.unused(statement, "typography" if group else f"not read: {unread.problem.found}")
    elif not only_names(root):
        page.unused(statement, "it is no equation")


def _relation(page: Page, statement: Statement) -> None:
    relation = statement.relations[0]
    if relation == "in":
        take_membership(page, statement)
    elif relation in ORDERS:
        take_inequality(page, statement)
    elif relation == "<-" and _is_worked_out(statement):
        page.unused(statement, "a step in numbers: the old number is in it, and nobody knows which that is")
    elif runs_over(statement):
        page.unused(statement, "the numbers that an index runs over")
    elif relation in ("=", "<-") and (found := head(statement, page.words)):
        if not take_turned(page, statement, *found):
            take_equation(page, statement, *found)
    elif relation == "->":
        page.unused(statement, "a mapping: it defines no number")
    elif statement.sides[0].empty:
        page.unused(statement, "it goes on with the line before it, and only first lines define")
    elif relation == "=" and take_reversed(page, statement):
        return
    else:
        page.unused(statement, "its left side is neither a name nor a function of names")


def _is_worked_out(statement: Statement) -> bool:
    """Say whether a right side is a sum of numbers, `w ← 0.5 + 0.02`, and no number that a name begins with."""
    side = statement.sides[1]
    return side.is_number and bool(of_kind(side.root, Sum))
