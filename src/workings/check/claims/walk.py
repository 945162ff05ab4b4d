"""The walk through a page, line by line: a line's left side, then its sides, then what is known for the lines below.

    ∂E/∂w = (ŷ − y) ∂ŷ/∂w        a left side, and what is said to be equal to it
          = (ŷ − y) x ŷ (1 − ŷ)   judged against the left side, and against the line before it

A line is judged by its value: whatever follows a wrong line may be right again. Whether it follows from the line
before is said beside the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from workings.check.claims.chain import THE_DEFINITION, Chain, Said, unreadable
from workings.check.claims.general import for_every_number, for_every_weight
from workings.check.claims.known import Known
from workings.check.claims.left import (
    begun,
    between_differentials,
    concerns,
    from_a_word,
    from_prose,
    of_expression,
    of_what_stands_there,
)
from workings.check.claims.moved import move, with_moved
from workings.check.claims.numbers import decimals
from workings.check.claims.prose import Around, around
from workings.check.claims.scopes import leave_scope, taken_at_point
from workings.check.claims.sides import Judging
from workings.check.judge.budget import attempt
from workings.check.ledger import ORDERS, entry_of
from workings.check.verdict import Entry, Finding, Judged, undecided, unread
from workings.graph.alike import is_number
from workings.graph.expr import Symbol, symbol
from workings.graph.expr import names as names_in
from workings.graph.network import Network
from workings.graph.terms import partials
from workings.graph.writing.spelling import plain as plain_name
from workings.read.formula.listed import miscounted
from workings.read.formula.signs import ORDERS as BETWEEN
from workings.read.formula.signs import UPDATES
from workings.read.formula.statement import derives
from workings.read.formula.tree import Big, Word, preorder
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.vectors import mentioned
from workings.read.names.vocabulary import EXAMPLES, Vocabulary
from workings.read.page.text import Snippet
from workings.read.phrases import heard


@dataclass(frozen=True)
class Walked:
    """What a walk found: the verdicts of each line that it met."""

    known: Known
    lines: tuple[tuple[WrittenLine, tuple[Judged, ...]], ...]

    @property
    def judged(self) -> list[Judged]:
        """The verdicts, in the order of the lines."""
        return [judged for _, found in self.lines for judged in found]

    def entries(self, last: Mapping[int, Judged], network: Network, words: Vocabulary) -> list[Entry]:
        """Return what became of each line that relates something; `last` are the verdicts in the end, by these."""
        out: list[Entry] = []
        for line, found in self.lines:
            if line.relations or found:
                given = not found and _gives_a_slope(self.known, line)
                why = "" if found or given else _why_not(line)
                out.append(entry_of(line, [last[id(one)] for one in found], why, network, words, given=given))
        return out


def walk(known: Known) -> Walked:
    """Return the verdicts on all lines."""
    found: list[tuple[WrittenLine, list[Judged]]] = []
    chain: Chain | None = None
    #: What the last display left to go on with, whatever sentences say below it.
    shown: Chain | None = None
    span = -1
    for line in known.lines:
        if line.span != span:
            span, known.resolver.just_defined = line.span, ""
            known.program.moved.clear()
        own: list[Judged] = []
        found.append((line, own))
        for part in _at_arrows(line):
            first = not any(judged for _, judged in found)
            judging = Judging(known, first=first)
            if _is_between(part, chain, shown):
                said, chain = _of_either(known, part, (shown, chain), judging)
            else:
                said, chain = _part(known, part, chain, judging)
            if all(one.judged.verdict == "unread" for one in said):
                known.steps.doubtful |= {value for side in part.sides if side is not None for value in decimals(side)}
                known.steps.contradicted |= dict.fromkeys(_said_anew(known, part) if said else (), part.at.place.line)
            shown = shown if part.inline else chain
            for one in said:
                _settle(known, found, one.settles)
                own.append(one.judged)
    return Walked(known, tuple((line, tuple(judged)) for line, judged in found))


class _Told(NamedTuple):
    """A verdict, and the verdicts that it gives lines above."""

    judged: Judged
    settles: tuple[tuple[Snippet, Said], ...]


def _part(known: Known, line: WrittenLine, chain: Chain | None, judging: Judging) -> tuple[list[_Told], Chain | None]:
    """Return what is said of a line, and the chain that the lines below go on with."""
    vector = next(
        (name for side in line.sides if side is not None for name in mentioned(side, known.words.vectors)), ""
    )
    if vector:
        return _of_vectors(known, line, chain, vector)
    leave_scope(known, line)
    line = taken_at_point(known, line)
    known.resolver.notes.clear()
    line = _before_inequality(line)
    if _is_wish(line) or _asks(line) or any(relation in ORDERS for relation in line.relations):
        return [], chain
    words, head = around(line), line.sides[0]
    if head is None:
        return _going_on(known, line, chain, words, judging)
    if not line.relations:
        return _of_expression(known, line, head, chain, words, judging)
    differentials = between_differentials(known, line, head)
    if differentials is not None:
        return [_told(known, differentials, line, chain)], unreadable(line, "it goes on with differentials")
    return _of_relation(known, line, head, chain, words, judging)


def _of_relation(
    known: Known, line: WrittenLine, head: Side, before: Chain | None, words: Around, judging: Judging
) -> tuple[list[_Told], Chain | None]:
    """Judge a line that has a left side."""
    general = for_every_number(known, line) or for_every_weight(known, line)
    if general is not None and general.rule == THE_DEFINITION:
        return [], unreadable(line, "it goes on with a line for every number")
    if general is not None:
        return [_told(known, general, line, None)], unreadable(line, "it goes on with a line for every number")
    begins = begun(known, line, head)
    said = [_told(known, one, line, None) for one in begins.said]
    chain = begins.chain
    if chain is None:
        # What goes on below would go on with a left side that nobody knows.
        return said, before if line.aside else None
    slopes = any(partials(found) for side in line.sides[1:] if side and (found := known.read(side)) is not None)
    told = from_prose(known, line) if chain.bare and not slopes else None
    if chain.bare and told is None:
        chain = of_what_stands_there(known, line, head) or chain
    if told is not None:
        of_sides, told = _sides(told, line, line.sides, words, judging)
        return said + of_sides, told
    of_sides, chain = _sides(chain, line, line.sides[1 + chain.begins :], words, judging)
    if line.code and chain.update is not None and not chain.update.named:
        holds = bool(of_sides) and of_sides[0].judged.verdict == "holds"
        move(known, line, chain.update.weight, chain.update if holds else None)
    return said + of_sides, before if line.aside else chain


def _of_expression(
    known: Known, line: WrittenLine, head: Side, chain: Chain | None, words: Around, judging: Judging
) -> tuple[list[_Told], Chain | None]:
    """Judge a formula without a relation, which the sentence before it may name; else the rows below go on with it."""
    told = from_prose(known, line)
    if told is None:
        return [], of_expression(known, line, head) or chain
    said, told = _sides(told, line, [head], words, judging)
    return said, told


def _going_on(
    known: Known, line: WrittenLine, chain: Chain | None, words: Around, judging: Judging
) -> tuple[list[_Told], Chain | None]:
    """Judge a line that begins with a relation."""
    chain = from_prose(known, line) or from_a_word(known, line, words.before) or chain
    if chain is None:
        return _unread(known, line, None, "its left side is not given")
    said, chain = _sides(chain, line, line.sides[1:], words, judging)
    return said, chain


def _is_between(line: WrittenLine, chain: Chain | None, shown: Chain | None) -> bool:
    """Say whether a display that begins with a relation may go on with the display above or with a sentence between."""
    if line.sides[0] is not None or not line.relations or line.inline or chain is None or chain is shown:
        return False
    return shown is not None and shown.left is not None and bool(partials(shown.left))


def _of_either(
    known: Known, line: WrittenLine, chains: Sequence[Chain | None], judging: Judging
) -> tuple[list[_Told], Chain | None]:
    """Judge a line by what it may go on with: it is left open where that makes a difference."""
    ways = [_part(known, line, chain, judging) for chain in chains]
    verdicts = [{one.judged.verdict for one in said} for said, _ in ways]
    if verdicts[0] == verdicts[1]:
        return ways[0]
    holds = next((at for at, found in enumerate(verdicts) if found <= {"holds", "holds_on_domain"}), 0)
    why = "it may go on with the formula above, or with what the sentence before it says"
    return [one._replace(judged=one.judged.left_open(why)) for one in ways[1 - holds][0]], ways[holds][1]


def _sides(
    chain: Chain, line: WrittenLine, sides: Sequence[Side | None], words: Around, judging: Judging
) -> tuple[list[_Told], Chain]:
    said, chain = judging.line(chain.at_line(line, words), line, [side for side in sides if side is not None])
    return ([] if said is None else [_told(judging.known, said, line, chain)]), chain


def _of_vectors(known: Known, line: WrittenLine, before: Chain | None, vector: str) -> tuple[list[_Told], Chain | None]:
    """Say of a line about a vector or a matrix that it is not read; what goes on below it is not either."""
    why = f"`{plain_name(vector)}` is a vector or a matrix on this page, and those are not read yet"
    claims = line.statement.derives or (line.relations[:1] and line.relations[0] in UPDATES) or line.sides[0] is None
    goes_on = before is not None and before.problem == why
    chain = unreadable(line, why)
    if claims or goes_on or not line.relations:
        return [_told(known, Said(None, unread(why)), line, chain)], chain
    return _unread(known, line, chain, why)


def _unread(known: Known, line: WrittenLine, chain: Chain | None, why: str) -> tuple[list[_Told], Chain | None]:
    """Say of a line why it is not read, where it speaks of slopes of the network."""
    return ([_told(known, Said(None, unread(why)), line, chain)] if concerns(known, line) else []), chain


# What is said, as verdicts


def _told(known: Known, said: Said, line: WrittenLine, chain: Chain | None) -> _Told:
    """Return what is said of a line as its verdict, the line as it was taken: its bars and inequalities away."""
    finding = _resting_on_doubt(known, line, chain, with_moved(known, line, chain, said.finding))
    if finding.how == "proved" and _is_about_all_examples(known, line):
        # Three examples that stand for all are a test of what is said of any number of them.
        finding = replace(finding, how="tested", why=f"for {EXAMPLES} examples that stand for all")
    relations = line.relations
    if chain is not None and chain.update is not None and not chain.update.change and relations:
        relations = ("<-", *relations[1:]) if line.sides[0] is not None else relations
    as_read = said.as_read or tuple(None if side is None else known.read(side) for side in line.sides)
    judged = Judged(
        line.at.place, line.label, line.at.written, as_read, relations, finding.verdict, finding.how, said.rule,
        said.follows, counterexample=finding.counterexample, why=finding.why,
        notes=(*known.resolver.notes.values(), *([said.note] if said.note else [])),
    )  # fmt: skip
    return _Told(_with_mistake(known, judged, said) if finding.verdict == "refuted" else judged, said.settles)


def _is_about_all_examples(known: Known, line: WrittenLine) -> bool:
    """Say whether a line speaks of a sum over all examples, or of their number, where three stand for all."""
    words = known.words
    nodes = (n for side in line.sides if words.sampled and side is not None for n in preorder(side.root))
    return any(isinstance(n, Big) or (isinstance(n, Word) and n.text in words.counts) for n in nodes)


def _said_anew(known: Known, line: WrittenLine) -> list[str]:
    """Return the names with a number that a line which is not read makes something else: `a = σ(z)` behind `a = 7`."""
    sides = [side for side in line.sides if side is not None]
    if line.code or len(sides) < 2 or any(side.is_number or derives(side.root) for side in sides):
        return []
    read = [known.read(side) for side in sides]
    if any(found is not None and is_number(found) for found in read):
        # Where numbers are put in, it is the formula above that they are put into.
        return []
    alone = {found.name for found in read if isinstance(found, Symbol)}
    return sorted(alone & known.numbers.given.keys() - known.meaning.formulas.keys()) if len(alone) < len(sides) else []


def _resting_on_doubt(known: Known, line: WrittenLine, chain: Chain | None, finding: Finding) -> Finding:
    """Leave a line open that fails by a formula that the page puts in doubt, or by a name that it says nothing of."""
    doubted, undefined = known.steps.contradicted, known.brought.undefined
    if finding.verdict != "refuted" or not (doubted or undefined):
        return finding
    sides = [found for side in line.sides if side is not None and (found := known.read(side)) is not None]
    sides += [chain.left] if chain is not None and chain.left is not None else []
    if chain is not None and chain.update is not None and known.network.error is not None:
        # A step is made of a slope of the error, whatever is written.
        sides.append(symbol(known.network.error))
    read = {name for side in sides for part in (side, *partials(side)) for name in names_in(part)}
    if unknown := sorted({name for one in read for name in known.under(one)} & undefined):
        return undecided(f"`{plain_name(unknown[0])}` is not defined")
    for name, at in doubted.items() if line.at.place.line not in doubted.values() else ():
        if any(name in known.under(one) for one in read):
            why = f"it fails by the formula of `{plain_name(name)}`, which line {at} puts in doubt"
            return undecided(why)
    return finding


def _with_mistake(known: Known, judged: Judged, said: Said) -> Judged:
    """Return a refuted line with its slip, and its wrong part as it stands in the text."""
    slip, side = said.slip, said.side
    judged = replace(
        judged, slip=slip.name if slip else "", says=slip.says if slip else "", right_for=said.right_for,
        part_expr=said.part_expr,
    )  # fmt: skip
    if side is None:
        return judged
    at = said.part or side.at
    part_expr = said.part_expr or known.read(side)
    return replace(judged, part=at.content, part_place=at.place, part_expr=part_expr)


def _settle(
    known: Known, found: Sequence[tuple[WrittenLine, list[Judged]]], settles: Sequence[tuple[Snippet, Said]]
) -> None:
    """Give lines that were left open the verdicts that a later line settles."""
    verdicts = {line.at: judged for line, judged in found}
    for at, said in settles:
        finding, own = said.finding, verdicts[at]
        settled = replace(
            own[-1], verdict=finding.verdict, how=finding.how, rule=said.rule, counterexample=finding.counterexample,
            why="",
        )  # fmt: skip
        own[-1] = _with_mistake(known, settled, said)


# Lines that claim nothing, or two things


def _before_inequality(line: WrittenLine) -> WrittenLine:
    """Return `E″ = p (1 − p) x² ≥ 0` without what it is compared with."""
    cut = next((i for i, relation in enumerate(line.relations) if relation in BETWEEN), 0)
    if not cut or any(relation != "=" for relation in line.relations[:cut]):
        return line
    return replace(line, sides=line.sides[: cut + 1], relations=line.relations[:cut])


def _why_not(line: WrittenLine) -> str:
    """Return why a line that speaks of a slope, or of a step, got no verdict; nothing where it claims nothing."""
    if _is_wish(line) or line.relations[0] in ORDERS:
        return ""
    head = line.sides[0]
    if miscount := miscounted(line.statement):
        return miscount
    if head is not None and derives(head.root):
        return "what its left side is was not found in the network"
    return ""


def _gives_a_slope(known: Known, line: WrittenLine) -> bool:
    """Say whether a line only says what the number of a derivative is, which the page leaves open."""
    slopes = known.numbers.slopes
    raw = known.read(line.sides[0]) if slopes and line.sides[0] is not None else None
    return attempt(lambda: raw is not None and known.meant(raw, None) in slopes) or False


def _is_wish(line: WrittenLine) -> bool:
    """Say whether a line demands and does not claim: “set the gradient to zero: ∂L/∂w = 0”."""
    if re.search(r"\\(?:overset|stackrel)\s*\{\s*!\s*\}", line.at.content):
        return True
    last = line.sides[-1]
    return last is not None and last.at.content == "0" and heard("wish", line.before[-160:]) is not None


def _asks(line: WrittenLine) -> bool:
    """Say whether a program's line asks and does not claim: the end of `if epoch % 100 == 0`."""
    first, second = (*line.sides[:2], None, None)[:2]
    between = line.at.text.content[first.at.end : second.at.start] if first and second else ""
    return line.code and between.strip().startswith("==")


def _at_arrows(line: WrittenLine) -> list[WrittenLine]:
    """Cut a line at `→`: `f(x) = 1/x → df/dx = −1/x²` are two claims."""
    if "->" not in line.relations:
        return [line]
    out: list[WrittenLine] = []
    begin = 0
    for index, relation in enumerate((*line.relations, "->")):
        if relation == "->":
            sides, relations = line.sides[begin : index + 1], line.relations[begin:index]
            shown = [s for s in sides if s is not None]
            if shown and relations:
                at = Snippet(line.at.text, shown[0].at.start, shown[-1].at.end)
                out.append(replace(line, at=at, sides=sides, relations=relations))
            begin = index + 1
    return out
