"""A check, told: a mark beside every line, the rule that justifies it, and what is to be said of a wrong one."""

from __future__ import annotations

from collections import Counter

from workings.check.verdict import Check, Counterexample, Entry, Judged
from workings.graph.expr import symbol
from workings.graph.writing.digits import written, written_fraction
from workings.show.parts import (
    Document,
    Heading,
    Inline,
    Items,
    Literal,
    Paragraph,
    Strong,
    Table,
    Text,
    Verdict,
    Verdicts,
    flat_text,
)

#: A symbol for each verdict, so that nothing is said by colour alone.
MARKS = {"holds": "✓", "holds_on_domain": "✓", "refuted": "✗", "undecided": "~", "unread": "?"}
_VERDICTS = {
    "holds": "holds", "holds_on_domain": "holds on the declared domain", "refuted": "not equal",
    "undecided": "undecided", "unread": "not read",
}  # fmt: skip
_HOW = {"proved": "proved", "tested": "tested at random points", "interval": "within the rounding", None: ""}
_SIGNS = {"<-": "←", "~": "≈"}


def check(found: Check, *, title: str = "The lines, checked", brief: bool = False) -> Document:
    """Tell the verdicts, each with its rule, and what is wrong where something is.

    Briefly, a page without lines is passed over, and so are lines that are not read, and remarks.
    """
    if brief:
        lines = [line for line in found.lines if line.verdict != "unread"]
        shown = (Verdicts(tuple(map(_row, lines))),) if lines else ()
        return (Heading((title,), 2), *shown, Paragraph(_summary(found))) if found.lines else ()
    if not found.lines:
        return (
            Heading((title,), 2),
            Paragraph(("No line was found that says something of the network or its derivatives.",)),
        )
    rows = tuple(_row(line) for line in found.lines)
    out: list[Heading | Paragraph | Verdicts | Items] = [Heading((title,), 2), Verdicts(rows)]
    notes = list(dict.fromkeys((*found.given, *(note for line in found.lines for note in line.notes))))
    if found.reading:
        notes.append(f"The page can be read in several ways; taken for all lines: {found.reading}.")
    if notes:
        out.append(Items(tuple(_ticked(note) for note in notes)))
    if found.steps:
        out.append(Items(tuple(_step(name, there) for name, there in found.steps.items())))
    out.append(Paragraph(_summary(found)))
    return tuple(out)


def ledger(found: Check) -> Document:
    """Tell every relation of the page with what became of it."""
    if not found.ledger:
        return ()
    rows = tuple(((str(entry.place.line),), (Literal(entry.text),), _became(entry)) for entry in found.ledger)
    counts = Counter(entry.kind for entry in found.ledger)
    told = ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
    return (
        Heading(("The ledger",), 2),
        Table((("line",), ("what stands there",), ("what became of it",)), rows),
        Paragraph((f"{found.relations} relations in {len(found.ledger)} entries: {told}.",)),
    )


def _became(entry: Entry) -> Text:
    if entry.judged:
        verdicts = dict.fromkeys(f"{MARKS[line.verdict]} {_VERDICTS[line.verdict]}" for line in entry.judged)
        return (f"{entry.kind}: {', '.join(verdicts)}",)
    return (entry.kind, *((": ", *_ticked(entry.why)) if entry.why else ()))


def _row(line: Judged) -> Verdict:
    details: list[Text] = []
    if line.slip:
        name = line.slip[:1].upper() + line.slip[1:] if line.slip[:1].isascii() else line.slip
        details.append((Strong(name + ". "), line.says))
    if line.right_for:
        details.append(("It would be right for ", line.right_for, "."))
    if line.counterexample is not None:
        details.append(_example(line.counterexample))
    if line.verdict == "refuted" and line.follows is not None:
        follows = "It follows from the line before." if line.follows else "It does not follow from the line before."
        details.append((follows,))
    if line.why and line.verdict != "holds_on_domain":
        details.append(_ticked(line.why))
    wrong = line.part_expr if line.verdict == "refuted" else None
    return Verdict(
        MARKS[line.verdict], f"({line.label})" if line.label else "", _written(line), wrong, _told(line), tuple(details)
    )


def _written(line: Judged) -> Text:
    out: list[Inline] = []
    if all(side is None for side in line.sides):
        return (Literal(line.text),)
    for index, side in enumerate(line.sides):
        if index:
            relation = line.relations[index - 1] if index <= len(line.relations) else "="
            out.append(f" {_SIGNS.get(relation, relation)} " if out else f"{_SIGNS.get(relation, relation)} ")
        if side is not None:
            out.append(side)
        elif index:
            out.append("…")
    return tuple(out)


def _told(line: Judged) -> Text:
    if line.verdict == "holds":
        return (line.rule, " · " if line.rule else "", _HOW[line.how])
    if line.verdict == "holds_on_domain":
        where = line.why or "on the declared domain only"
        return (line.rule, " · " if line.rule else "", where)
    return ({"refuted": "not equal", "undecided": "undecided", "unread": "not read"}[line.verdict],)


def _example(found: Counterexample) -> Text:
    out: list[Inline] = []
    for name, value in found.point.items():
        out += [", " if out else "At ", symbol(name), f" = {written_fraction(value)}"]
    for name, body in found.functions.items():
        out += [", " if out else "At ", f"{name}(u) = ", body]
    out += [": " if out else "", f"the left side is {written(found.left)}, and this is {written(found.right)}."]
    return tuple(out)


def _step(name: str, there: bool) -> Text:
    return (f"{'✓' if there else '✗'} the step ", Literal(name), " appears" if there else " does not appear")


def _summary(found: Check) -> Text:
    counts = {verdict: sum(line.verdict == verdict for line in found.lines) for verdict in MARKS}
    held = counts["holds"] + counts["holds_on_domain"]
    out: list[str] = [f"{held} of {len(found.lines)} hold" if len(found.lines) > 1 else ("It holds" if held else "")]
    for verdict, words in (("refuted", "wrong"), ("undecided", "undecided"), ("unread", "not read")):
        if counts[verdict]:
            out.append(f"{counts[verdict]} {words}")
    first = found.first_wrong
    wrong = next((line for line in found.lines if line.verdict == "refuted"), None)
    tail: Text = ()
    if wrong is not None and first is not None:
        tail = (" First wrong: ", Strong(f"({wrong.label})" if wrong.label else f"line {first}"), ".")
    return ("; ".join(part for part in out if part) + ".", *tail)


def _ticked(sentence: str) -> Text:
    """Return a sentence with what stands between backticks as literals."""
    pieces = sentence.split("`")
    return tuple(Literal(piece) if index % 2 else piece for index, piece in enumerate(pieces) if piece)


def read_as(line: Judged) -> str:
    """Return a line as it was understood, in one line of Unicode."""
    return flat_text(_written(line))
