"""The network in a program, or in a text without marks: its equations, functions and numbers → facts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workings.errors import ReadError
from workings.read.block import equation, formula
from workings.read.clauses import clauses
from workings.read.document import Span
from workings.read.facts import Definition, Facts, Given, NotUsed
from workings.read.program import functions
from workings.read.text import Snippet, Text
from workings.read.words import Vocabulary

_LINE = re.compile(r"[^\n]+")


def code_facts(spans: Sequence[Span], facts: Facts, words: Vocabulary, *, sentences: bool) -> None:
    """Add what the code of a document defines, in plain notation: `h1 = tanh(h1_raw)`.

    `sentences` says that it is a text without marks, whose equations may stand in sentences.
    """
    written = any(definition.parameters is None for definition in facts.definitions)
    for span in spans:
        if span.kind != "code":
            continue
        if written:
            # The page's formulas are the network; code beside them is its translation, not a second one.
            at = Snippet(span.text, span.start, span.end)
            if at.content:
                why = "code; the network is read from the formulas"
                facts.not_used.append(NotUsed(at.content[:80], at.place, why))
            continue
        taken: list[range] = []
        for function in functions(span.text, span.start, span.end):
            body = function.body
            parse = formula(span.text, body.start, body.end)
            facts.definitions.append(Definition(function.name.content, function.parameters, body, parse))
            taken.append(range(function.name.start, body.end))
        for match in _LINE.finditer(span.text.content, span.start, span.end):
            if not any(match.end() > part.start and match.start() < part.stop for part in taken):
                _line(span.text, match.start(), match.end(), facts, words, sentences=sentences)


def _line(text: Text, start: int, end: int, facts: Facts, words: Vocabulary, *, sentences: bool) -> None:
    line = text.content[start:end]
    if not line.strip() or line.lstrip().startswith(("#", "//")):
        return
    bare = re.split(r"#|//", line)[0].rstrip().rstrip(";")
    if ";" in bare:
        at = start
        for piece in bare.split(";"):
            _line(text, at, at + len(piece), facts, words, sentences=sentences)
            at += len(piece) + 1
        return
    try:
        found = [equation(text, start, start + len(bare))]
        found[0].parse(words)
    except ReadError as error:
        found = [d for d in clauses(text, start, end) if _is_read(d, words)] if sentences else []
        if not found:
            at = Snippet(text, start, end)
            why = f"code that is not read: {error.problems[0].found}"
            facts.not_used.append(NotUsed(at.content, at.place, why))
    for definition in found:
        if not re.search(r"[^\W\d_]", definition.at.content.partition("=")[2]):
            facts.starts.append(Given(definition.name, definition.parse, definition.at))
        else:
            facts.definitions.append(definition)


def _is_read(definition: Definition, words: Vocabulary) -> bool:
    try:
        definition.parse(words)
    except ReadError:
        return False
    return True
