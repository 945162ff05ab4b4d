"""A person's lines → verdicts: the walk through a document, line by line.

    ∂E/∂w = (ŷ − y) ∂ŷ/∂w        a left side, and what is said to be equal to it
          = (ŷ − y) x ŷ (1 − ŷ)   judged against the left side, and against the line before it

A line is judged by its value: whatever follows a wrong line may be right again. Whether it follows from the line
before is said beside the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workings.check.examples import over_examples
from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.readings import IMMEDIATE, READINGS, SLASHED, Reading
from workings.check.ledger import ORDERS, STEPS, entry_of, in_order, unjudged
from workings.check.left import Lefts
from workings.check.sides import Sides
from workings.check.state import Chain, partials
from workings.check.verdict import Check, Entry, Finding, Judged
from workings.errors import Problem
from workings.graph.network import Network
from workings.graph.writing.spelling import plain as plain_name
from workings.read.formula.statement import derives
from workings.read.lines.left_over import LeftOver
from workings.read.lines.line import Side, WrittenLine
from workings.read.names.vectors import mentioned, vectors_of
from workings.read.names.vocabulary import Vocabulary
from workings.read.network.assemble import NOTHING_BESIDE, Beside
from workings.read.page.text import Snippet


def check_lines(
    network: Network, lines: Sequence[WrittenLine], words: Vocabulary, file: str = "<text>",
    beside: Beside = NOTHING_BESIDE, left: Sequence[LeftOver] = (),
) -> Check:  # fmt: skip
    """Return the verdicts on a person's lines.

    Where ∂ can be read in several ways, the reading under which the most lines hold is taken for all of them; a line
    that only another reading would save is undecided.
    """
    network, lines, words, beside = over_examples(network, lines, words, beside)
    words = replace(words, vectors=vectors_of(dict.fromkeys(line.statement for line in lines), words.names))
    first = taken = _Pass(network, lines, words, READINGS[0], beside)
    judged = first.run()
    others = _others(first)
    if not others:
        return Check(network, tuple(judged), "", file, ledger=in_order(first.entries(judged), left))
    passes = [(READINGS[0], judged)]
    if any(line.verdict == "refuted" for line in judged):
        # Only the reading that is taken in the end has its slips named.
        passes += [(reading, _Pass(network, lines, words, reading, beside, explains=False).run()) for reading in others]
    reading, judged = max(passes, key=lambda item: sum(line.verdict != "refuted" for line in item[1]))
    if reading is not READINGS[0]:
        taken = _Pass(network, lines, words, reading, beside)
        judged = taken.run()
    out: list[Judged] = []
    for index, line in enumerate(judged):
        other = next((r for r, found in passes if found[index].verdict in ("holds", "holds_on_domain")), None)
        if line.verdict == "refuted" and other is not None:
            why = f"it holds where {other}, and fails where {reading}"
            line = line.left_open(why)
        out.append(line)
    return Check(network, tuple(out), str(reading), file, ledger=in_order(taken.entries(out), left))


def not_judged(
    lines: Sequence[WrittenLine], words: Vocabulary, problems: Sequence[Problem], file: str,
    left: Sequence[LeftOver] = (),
) -> Check:  # fmt: skip
    """Return the check of lines whose network cannot be read: none is judged, and each is told."""
    network, why = Network(()), f"the network was not read: {problems[0].found}"
    shown = [line for line in lines if line.relations]
    claims = {line: unjudged(line, why) for line in shown if line.statement.derives or line.relations[0] in STEPS}
    entries = [
        entry_of(line, [claims[line]] if line in claims else [], "" if line in claims else why, network, words)
        for line in shown
    ]
    return Check(network, tuple(claims.values()), "", file, ledger=in_order(entries, left), problems=tuple(problems))


def _others(first: _Pass) -> tuple[Reading, ...]:
    """Return the further readings that a document leaves open."""
    if first.meaning.chosen:
        held = (
            IMMEDIATE
            if any(_HELD_FIXED.search(text.content) for text in {line.at.text for line in first.lines})
            else ()
        )
        return (*(SLASHED[1:] if first.slashed else READINGS[1:]), *held)
    return (SLASHED[len(READINGS)],) if first.slashed else ()


#: Words by which a text tells the direct part of a derivative from the whole.
_HELD_FIXED = re.compile(
    r"total derivative|held? (?:fixed|constant)|as (?:a )?constant|immediate|"
    r"direct(?:ly)? (?:partial|part|effect|depend)|explicit(?:ly)? (?:partial|part|depend)|"
    r"\\frac\{d\W*\w+\}\{d\W*\w+\}[^$]{0,12}=[^$]{0,12}\\frac\{\\partial",
    re.I,
)


class _Pass(Lefts, Sides):
    """One walk through the lines under one reading of ∂."""

    def run(self) -> list[Judged]:
        for line in self.lines:
            if line.span != self.span:
                self.span, self.resolver.just_defined = line.span, ""
                self.moved.clear()
            begin = len(self.found)
            for part in _at_arrows(line):
                self._line(part)
            self.extents.append(range(begin, len(self.found)))
        return self.found

    def entries(self, judged: Sequence[Judged]) -> list[Entry]:
        """Return what became of each line that relates something; `judged` are the verdicts in the end."""
        out: list[Entry] = []
        for line, extent in zip(self.lines, self.extents, strict=True):
            if line.relations or extent:
                own = [judged[index] for index in extent]
                out.append(entry_of(line, own, "" if own else _why_not(line), self.network, self.words))
        return out

    def _line(self, line: WrittenLine) -> None:
        vector = next(
            (name for side in line.sides if side is not None for name in mentioned(side, self.words.vectors)), ""
        )
        if vector:
            self._of_vectors(line, vector)
            return
        self.in_code = line.code
        self._leave_scope(line)
        line = self._at_point(line)
        self._hear(line)
        self.resolver.notes.clear()
        line = _before_inequality(line)
        if any(relation in ORDERS for relation in line.relations):
            return
        if _is_wish(line):
            return
        head = line.sides[0]
        if not line.relations:
            chain = self._from_prose(line)
            if chain is not None and head is not None:
                self.chain = chain
                self._sides(line, [head])
            elif head is not None:
                self.chain = self._of_expression(line, head) or self.chain
            return
        if head is not None and self._between_differentials(line, head):
            return
        if head is not None:
            chain = self._begin(line, head)
            if chain is None:
                # What goes on below would go on with a left side that nobody knows.
                self.chain = self.chain if line.aside else None
                return
            slopes = any(partials(found) for side in line.sides[1:] if side and (found := self._read(side)) is not None)
            told = self._from_prose(line) if chain.bare and not slopes else None
            chain = told or chain
            before, self.chain = self.chain, chain
            if told is not None:
                self._sides(line, [side for side in line.sides if side is not None])
                return
            self._sides(line, [side for side in line.sides[1 + chain.begun :] if side is not None])
            if line.code and chain.update is not None:
                self.moved[chain.update.weight] = line.at.place.line
                self.fresh.clear()
            if line.aside:
                self.chain = before
            return
        told = self._from_prose(line) or self._by_a_word(line)
        if told is not None:
            self.chain = told
        if self.chain is None:
            if self._concerns(line):
                self._unread(line, "its left side is not given")
            return
        self._sides(line, [side for side in line.sides[1:] if side is not None])

    def _of_expression(self, line: WrittenLine, head: Side) -> Chain | None:
        """Return the chain that an expression begins, which the rows below go on with: `∂/∂r (r − s)²`."""
        raw = self._read(head)
        slopes = partials(raw) if raw is not None else []
        if raw is None or not slopes or line.inline:
            return None
        try:
            left = self._meant(raw, slopes[0].by)
        except (NotGivenError, LimitError) as error:
            return Chain(None, None, line.span, str(error))
        return Chain(left, slopes[0].by, line.span, symbolic=left)

    def _of_vectors(self, line: WrittenLine, vector: str) -> None:
        """Say of a line about a vector or a matrix that it is not read; what goes on below it is not either."""
        why = f"`{plain_name(vector)}` is a vector or a matrix on this page, and those are not read yet"
        claims = line.statement.derives or (line.relations[:1] and line.relations[0] in STEPS) or line.sides[0] is None
        goes_on = self.chain is not None and self.chain.problem == why
        self.chain = Chain(None, None, line.span, why)
        if claims or goes_on or not line.relations or self._concerns(line):
            self._unread(line, why)

    def _unread(self, line: WrittenLine, why: str) -> None:
        self._add(line, (), Finding("unread", why=why), "", None)


def _before_inequality(line: WrittenLine) -> WrittenLine:
    """Return `E″ = p (1 − p) x² ≥ 0` without what it is compared with."""
    cut = next((i for i, relation in enumerate(line.relations) if relation in ("<", ">", "<=", ">=")), 0)
    if not cut or any(relation != "=" for relation in line.relations[:cut]):
        return line
    return replace(line, sides=line.sides[: cut + 1], relations=line.relations[:cut])


def _why_not(line: WrittenLine) -> str:
    """Return why a line that speaks of a slope, or of a step, got no verdict; nothing where it claims nothing."""
    if _is_wish(line) or line.relations[0] in ORDERS:
        return ""
    head = line.sides[0]
    if head is not None and derives(head.root):
        return "what its left side is was not found in the network"
    return ""


def _is_wish(line: WrittenLine) -> bool:
    """Say whether a line demands and does not claim: “set the gradient to zero: ∂L/∂w = 0”."""
    if re.search(r"\\(?:overset|stackrel)\s*\{\s*!\s*\}", line.at.content):
        return True
    last = line.sides[-1]
    return last is not None and last.at.content == "0" and bool(_WISH.search(line.before[-160:]))


_WISH = re.compile(
    r"\b(?:set|sets|setting|solv\w+|vanish\w*|minim\w+|stationary|optim\w+|requir\w+|equal to zero)\b", re.I
)


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
