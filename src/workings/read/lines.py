r"""A document → the lines that a person wrote: equalities and updates, in order, as they stand.

    \frac{\partial E}{\partial w} &= (\hat{y} - y) \cdot x \\        one line, its left side given
                                  &= x (\hat{y} - y)              a line that goes on with the one before it
    # dh/dw = 1 - h**2 * dz/dw (chain rule)                        a line of plain notation, with its reason

What a line means is not settled here: its sides become tokens when the names of the network are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from workings.read.document import Span
from workings.read.line import Side, WrittenLine
from workings.read.program import Written, functions
from workings.read.statements import Statement
from workings.read.text import Snippet, Text


def lines_of(statements: Sequence[tuple[int, Statement]], spans: Sequence[Span]) -> list[WrittenLine]:
    """Return the lines of a document in order: those of its maths, and those of its code."""
    found: list[WrittenLine] = []
    for index, statement in statements:
        found += _of_statement(index, statement)
    for index, span in enumerate(spans):
        if span.kind == "code":
            found += plain_lines(span.text, span.start, span.end, index)
    return sorted(found, key=lambda line: line.span)


#: Inline maths that a sentence calls a derivative: “the derivative of L by w is $(p − 1) x$”.
_TOLD = re.compile(r"(?:derivative|gradient|slope)[^.]{3,160}\b(?:is|equals|becomes|gives|get)\s*:?\s*\$?\s*$", re.I)


def _of_statement(index: int, statement: Statement) -> Iterator[WrittenLine]:
    """Cut a statement where a relation begins a line of the source: a person's line is a line of text too."""
    text = statement.span.text
    before = text.content[max(0, statement.span.start - 400) : statement.span.start]
    sides = [Side(_stretch(statement, i), items) for i, items in enumerate(statement.sides)]
    goes_on = not statement.sides[0]
    if not statement.relations:
        if statement.span.display or _TOLD.search(before):
            yield WrittenLine(
                statement.at, (sides[0],), (), index, statement.label, before=before, aside=statement.aside
            )
        return
    cuts = [0]
    for i in range(1, len(statement.relations)):
        end = sides[i].at.end
        begin = statement.sides[i + 1][0].start if statement.sides[i + 1] else end
        gap = text.content[end:begin]
        relation_at = end + len(gap) - len(gap.lstrip())
        if "\n" in text.content[end:relation_at]:
            cuts.append(i)
    cuts.append(len(statement.relations))
    for a, b in pairwise(cuts):
        first = None if a or goes_on else sides[0]
        shown = [s for s in (first, *sides[a + 1 : b + 1]) if s is not None]
        start = shown[0].at.start if first is not None else _relation_start(text, sides, a, statement)
        end = shown[-1].at.end
        label = statement.label if b == len(statement.relations) else ""
        yield WrittenLine(
            Snippet(text, start, max(end, start)), (first, *sides[a + 1 : b + 1]), statement.relations[a:b], index,
            label, before=before if not a else "", aside=statement.aside, inline=not statement.span.display,
        )  # fmt: skip


def _relation_start(text: Text, sides: Sequence[Side], at: int, statement: Statement) -> int:
    start = sides[at].at.end if statement.sides[at] else statement.start
    while start < len(text.content) and text.content[start].isspace():
        start += 1
    return start


def _stretch(statement: Statement, side: int) -> Snippet:
    items = statement.sides[side]
    if items:
        return Snippet(statement.span.text, items[0].start, items[-1].end)
    return Snippet(statement.span.text, statement.start, statement.start)


_COMMENT = re.compile(r"[ \t]*(?:#+|//|%|\*|>|--|=>|→|⇒|∴)?[ \t]*")
_RELATION = re.compile(r":=|\+=|-=|\*=|/=|<-|←|~=|≈|(?<![<>!=:+*/~-])=(?![=>])")
_RELATION_NAMES = {
    "=": "=", ":=": "=", "+=": "+=", "-=": "-=", "*=": "*=", "/=": "/=", "<-": "<-", "←": "<-", "~=": "~", "≈": "~",
}  # fmt: skip
#: What a person adds behind a line: a remark in brackets that has words, or behind `#`, `//`, two blanks and a dash.
_REASON = re.compile(
    r"(?:(?<=[\w)\]])[ \t]+[(\[](?P<bracket>(?:[^()\[\]=*/^+]|\b-\b){4,})[)\]]\s*$)"
    r"|(?:\s*(?:<-+|--)\s*(?P<mark>[^\W\d_]{2,}[^=]*|\w+ .*)$)"
    r"|(?:[ \t]{2,}(?P<words>(?:by|from|since|because|using|where)\b.*)$)"
)
_WORDS = re.compile(r"[^\W\d_]{4,}|[^\W\d_]{2,}\s+[^\W\d_]")


def plain_lines(text: Text, start: int, end: int, span: int) -> Iterator[WrittenLine]:
    """Yield the lines of plain notation in a stretch of text: of a comment, a program, or a note."""
    written = list(functions(text, start, end))
    at = start
    while at < end:
        stop = text.content.find("\n", at, end)
        stop = end if stop < 0 else stop
        if written and at <= written[0].name.start < stop:
            yield _function_line(written[0], span)
            at = written.pop(0).body.end
            continue
        end_of_code = _MARK.search(text.content, at, stop)
        cut = text.content.find(";", at, end_of_code.start() if end_of_code else stop)
        stop = cut if cut >= 0 else stop
        pieces = [m for m in _NEXT_EQUATION.finditer(text.content, at, stop) if "=" in text.content[at : m.start()]]
        if pieces:
            edges = [(at, pieces[0].start()), *((a.end(), b.start()) for a, b in pairwise(pieces))]
            for begin, end_of_piece in [*edges, (pieces[-1].end(), _end_of_equation(text, pieces[-1].end(), stop))]:
                piece = plain_line(text, begin, end_of_piece, span)
                if piece is not None:
                    yield piece
            at = stop + 1
            continue
        line = plain_line(text, at, stop, span)
        if line is not None:
            yield from _side_by_side(line)
            for found in _in_remark(text, line.sides[-1], stop, span):
                # `dz = da * g   # = a - y` goes on with what its own line says, not with a line above.
                yield found if found.sides[0] is not None else replace(found, sides=(line.sides[0], *found.sides[1:]))
        at = stop + 1


def _end_of_equation(text: Text, start: int, end: int) -> int:
    """Return where an equation ends that words may follow: `L = (a - t)^2, I get`."""
    words = re.compile(r",?\s+(?:I|we|you|so|and|then|with|where|for)\b|[.:]\s*$").search(text.content, start, end)
    return words.start() if words else end


def _function_line(function: Written, span: int) -> WrittenLine:
    """Return `def slope(z): return …` as the line `slope(z) = …`."""
    text, body = function.body.text, function.body
    head = Text(function.head, text.file, text.place(function.name.start).line)
    sides = (Side(Snippet(head, 0, len(head.content)), None), Side(body, None))
    return WrittenLine(Snippet(text, function.name.start, body.end), sides, ("=",), span, code=True)


def _side_by_side(line: WrittenLine) -> Iterator[WrittenLine]:
    """Yield `w, b = w - dw, b - db` as the two lines that it is."""
    first, last = line.sides[0], line.sides[-1]
    if first is None or last is None or len(line.sides) != 2 or "," not in first.at.content:
        yield line
        return
    lefts, rights = (_at_commas(side) for side in (first, last))
    if len(lefts) != len(rights):
        yield line
        return
    for left, right in zip(lefts, rights, strict=True):
        at = Snippet(line.at.text, left.at.start, right.at.end)
        yield replace(line, at=at, sides=(left, right))


def _at_commas(side: Side) -> list[Side]:
    text, found, depth, begin = side.at.text, list[Side](), 0, side.at.start
    for at in range(side.at.start, side.at.end):
        character = text.content[at]
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            found.append(_trimmed(text, begin, at))
            begin = at + 1
    return [*found, _trimmed(text, begin, side.at.end)]


def _in_remark(text: Text, last: Side | None, end: int, span: int) -> Iterator[WrittenLine]:
    """Yield what is said in the remark behind a line of code: `dz = y - t   # dE/dz = y - t, so dE/dw = x (y - t)`."""
    mark = _MARK.search(text.content, last.at.end if last is not None else end, end)
    begin = mark.end() if mark else end
    while begin < end:
        comma = _CLAUSE.search(text.content, begin, end)
        stop = comma.start() if comma else end
        found = plain_line(text, begin, stop, span)
        if found is not None:
            yield replace(found, code=False)
        begin = comma.end() if comma else end


_MARK = re.compile(r"#|//")
#: Where a further equation begins in a line: `x = 0.5, w1 = 0.8 and t = 0.3`.
_NEXT_EQUATION = re.compile(
    r"(?:[,;]\s*(?:(?:and|so|thus|hence)\s+)?|\s+(?:and|so)\s+)(?=∂?[^\W\d]\w*(?:/∂?[^\W\d]\w*)?\s*=[^=>])"
)
_CLAUSE = re.compile(r",\s*(?:so|and|thus|hence|then)?\s*(?=[^\W\d_]\w*(?:/|\s*=))")


def plain_line(text: Text, start: int, end: int, span: int) -> WrittenLine | None:
    """Return the line of plain notation that a stretch holds, None where it has no relation."""
    lead = _COMMENT.match(text.content, start, end)
    begin = lead.end() if lead else start
    comment = lead is not None and bool(lead[0].strip())
    mark = _MARK.search(text.content, begin, end)
    end = mark.start() if mark is not None and mark.start() > begin else end
    reason = _REASON.search(text.content, begin, end)
    if reason and not _WORDS.search(next(part for part in reason.groups() if part)):
        reason = None
    # `h = tanh(z)  <- the mistake` points at a line; `w <- w - alpha*g` is one.
    if reason and text.content.startswith("<-", _after_blanks(text, reason.start())):
        reason = reason if _RELATION.search(text.content, begin, reason.start()) else None
    stop = reason.start() if reason else end
    cuts = [match for match in _RELATION.finditer(text.content, begin, stop) if _balanced(text.content, begin, match)]
    if not cuts:
        return None
    edges = [(begin, cuts[0].start())]
    edges += [(m.end(), cuts[i + 1].start() if i + 1 < len(cuts) else stop) for i, m in enumerate(cuts)]
    sides = [_trimmed(text, a, b) for a, b in edges]
    goes_on = sides[0].at.start >= sides[0].at.end
    said = next((part for part in reason.groups() if part), "") if reason else ""
    first = cuts[0].start() if goes_on else sides[0].at.start
    whole = Snippet(text, first, max(first, sides[-1].at.end))
    relations = tuple(_RELATION_NAMES[match[0]] for match in cuts)
    head = None if goes_on else sides[0]
    return WrittenLine(whole, (head, *sides[1:]), relations, span, reason=said.strip(), code=not comment)


def _after_blanks(text: Text, at: int) -> int:
    return at + len(text.content[at:]) - len(text.content[at:].lstrip())


def _balanced(content: str, begin: int, match: re.Match[str]) -> bool:
    before = content[begin : match.start()]
    return all(before.count(opening) <= before.count(closing) for opening, closing in ("()", "[]", "{}"))


def _trimmed(text: Text, start: int, end: int) -> Side:
    while start < end and text.content[start].isspace():
        start += 1
    while end > start and (text.content[end - 1].isspace() or text.content[end - 1] in ",;."):
        end -= 1
    return Side(Snippet(text, start, end), None)
