r"""Relations counted twice: by the formula trees of a page, and by the ledger of its check. None may be lost.

    \begin{align} a &= b \\ &= c \end{align}      one tree of the whole display holds two signs

A display is made one tree here, its rows, columns and words left aside, and so is each line of text: nothing that cuts
formulas into statements, and statements into lines, takes part. What stands within brackets, scripts, cases and
conditions belongs to its formula; an arrow between formulas only joins them; where `a, b = c, d` is two statements the
ledger has more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from workings.check.verdict import Check
from workings.read.formula.latex import latex_formula
from workings.read.formula.plain import plain_formula
from workings.read.formula.tree import Comparison, Dots, Node, Series
from workings.read.page.document import Span, read_document
from workings.read.page.markup import strings_shown
from workings.read.page.program import as_notation, is_program_file, without_marks
from workings.source import Place

#: Signs by which one thing is said to be another, or becomes it.
COUNTED = frozenset(("=", "~", "<-", "+=", "-=", "*=", "/="))


def lost(path: Path, found: Check) -> list[str]:
    """Return the stretches of a page that hold more relations than the ledger has entries for."""
    missing: list[str] = []
    #: Where a formula began that ends with a sign, and how many it held: the next one goes on with it.
    begun: Place | None = None
    before = 0
    for span in _pieces(path):
        for start, end, held in _stretches(span, code=span.kind == "code"):
            first, last = begun or span.text.place(start), span.text.place(end)
            held += before
            if span.kind == "maths" and span.text.content[start:end].rstrip().endswith("="):
                begun, before = first, held
                continue
            if span.kind != "maths" and held == before:
                continue
            begun, before = None, 0
            listed = sum(entry.relations for entry in found.ledger if _between(first, entry.place, last))
            shown = " ".join(span.text.content[start:end].split())
            if listed < held and not _within(first, shown, found):
                missing.append(f"line {first.line}: {held} relations, {listed} in the ledger: {shown[:200]}")
    if begun is not None:
        # Nothing goes on with the last formula.
        behind = [entry for entry in found.ledger if entry.place.file == begun.file and entry.place.line >= begun.line]
        if sum(entry.relations for entry in behind) < before:
            missing.append(f"line {begun.line}: {before} relations at the end of the page are not in the ledger")
    return missing


def _pieces(path: Path) -> Iterator[Span]:
    """Yield the spans of a page, the strings of its programs that a browser shows as prose of their own."""
    program = is_program_file(str(path))
    for span in read_document(path, path.read_bytes(), str(path)):
        code = span.kind == "code" or (program and span.kind == "prose")
        yield from strings_shown(replace(span, kind="code")) if code else (span,)


def _within(at: Place, shown: str, found: Check) -> bool:
    """Say whether a line is a step of a function that an entry above shows as a whole."""
    above = (entry for entry in found.ledger if entry.place.file == at.file and entry.place.line < at.line)
    return any(shown in entry.text for entry in above if entry.relations)


def _between(first: Place, at: Place, last: Place) -> bool:
    here = (at.line, at.column)
    return at.file == first.file and (first.line, first.column) <= here <= (last.line, last.column)


def _stretches(span: Span, *, code: bool) -> Iterator[tuple[int, int, int]]:
    """Yield the displays, and the lines of text, of a span: where each begins and ends, and how many signs it holds."""
    if span.kind == "maths":
        yield span.start, span.end, held_by(latex_formula(span.text, span.start, span.end).root)
    elif span.kind in ("prose", "code"):
        dressed = as_notation(span) if code else without_marks(span)
        at = span.start
        while at < span.end:
            stop = span.text.content.find("\n", at, span.end)
            stop = span.end if stop < 0 else stop
            # A line of signs alone is drawn under a title.
            formula = any(map(str.isalnum, span.text.content[at:stop]))
            yield at, stop, held_by(plain_formula(dressed.text, at, stop).root) if formula else 0
            at = stop + 1


def held_by(root: Node) -> int:
    """Return how many signs relate the sides of a formula, those within its brackets and scripts left aside."""
    match root:
        case Comparison(sides=sides, relations=signs):
            # `dE/dz = (y − t) x   <- call it d`: behind another sign an arrow points at a remark; `a = … = b` says one
            # thing.
            said = (sign for sign, side in zip(signs, sides[1:], strict=True) if not isinstance(side, Dots))
            return sum(sign in COUNTED and not (at and sign == "<-") for at, sign in enumerate(said))
        case Series(items=items):
            return sum(map(held_by, items))
        case _:
            return 0
