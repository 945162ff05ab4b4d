"""A document's maths and prose → facts: definitions, domains, roles; and what is not part of a network.

A post is not a program. Its formulas stand in sentences, its symbols are explained in words, half of what it says is a
derivation, a theorem or a wish. Every statement on the page is asked once what it is; it is taken as a fact, or listed
as not used, with the reason. Nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from workings.errors import ReadError
from workings.graph.expr import Expr, symbol
from workings.graph.op import Op
from workings.graph.writing.spelling import canonical, parts_of
from workings.read.facts.block import block_facts, block_lines, is_declared
from workings.read.facts.domains import domain_of_side
from workings.read.facts.records import Declared, Definition, Facts, Given, NotUsed, Parse
from workings.read.facts.roles import Phrase, function_in_words, meaning_after, meaning_before, meaning_within
from workings.read.formula.plain import plain_formula
from workings.read.formula.statement import (
    Side,
    Statement,
    derivative_in,
    derives,
    is_number,
    latex_statements,
    plain_statements,
)
from workings.read.formula.tree import (
    Big,
    Differential,
    Empty,
    Fence,
    Formula,
    Grid,
    Node,
    Numeral,
    Product,
    Root,
    Scripted,
    Series,
    Signed,
    Sum,
    Unread,
    Word,
    bare,
    preorder,
)
from workings.read.formula.tree import Phrase as Words
from workings.read.lines.cut import lines_of
from workings.read.names.elaborate import How, elaborate
from workings.read.names.found import find_vocabulary, implied_functions
from workings.read.names.queries import (
    defined,
    defines_a_power,
    head,
    mentions,
    named_function,
    names_of,
    single_name,
    whole_name,
)
from workings.read.names.spelling import factors_with, units
from workings.read.names.vocabulary import KNOWN, LETTERS, Vocabulary
from workings.read.page.document import Span
from workings.read.page.program import Written, as_notation, functions, is_program, without_emphasis
from workings.read.page.sentences import Finder, Stretch
from workings.read.page.text import Snippet, Text

#: What stands before a symbol that opens a line, a point of a list or a sentence.
_OPENS = re.compile(
    r"(?:^|\n)[ \t]*(?:[-*•+]|\d+[.)])?[ \t]*(?:\*\*|__)?$"
    r"|[.;:]\s+(?:[Ll]et\s+)?$"
    r"|\b(?:[Ll]et|[Hh]ere|[Ww]here|[Ww]ith)\s+$"
)
#: A document with more pieces of maths than this is refused: a derivation that a person wrote has some dozens.
MOST_FORMULAS = 5_000
#: One piece of maths has at most this many characters.
LONGEST_FORMULA = 100_000
#: A text is a network block where at least this share of its lines states something.
_MOSTLY = 0.6
_STATED = re.compile(
    r"\s*(?:(?:input|target|weight|constant|rate|start|minimi[sz]e|patterns?)s?\b|[^\W\d]\S*\s*(?:\([^()]*\)\s*)?[=:])"
)
_UPDATES = frozenset(("<-", "+=", "-=", "*=", "/="))
_ORDERS = frozenset(("<", ">", "<=", ">="))
_NAMING = re.compile(
    r"\b(?:writ\w+|denot\w+|call\w*|nam\w+|abbreviat\w+|and|set|schreib\w+|notons)\s*$|^\s*,?\s*(?:and)?\s*$", re.I
)
_AS = re.compile(r"^\s*(?:as|by|als)\s*$", re.I)


_DRESSED = {"code": as_notation, "prose": without_emphasis}


def gather(spans: Sequence[Span], file: str = "<text>") -> Facts:
    """Return the facts of a document: those of its network blocks if it has some, else of its maths."""
    spans = [_DRESSED[span.kind](span) if span.kind in _DRESSED else span for span in spans]
    blocks = [span for span in spans if span.kind == "network"]
    if blocks:
        facts = _from_blocks(spans, blocks)
    elif any(span.kind in ("maths", "code") for span in spans):
        facts = _Gathering(spans).facts
    else:
        facts = _from_text(spans)
    facts.file = file
    return facts


def all_statements(spans: Sequence[Span]) -> list[Statement]:
    """Return every statement of a document, in the order of the page; each formula is made a tree here, once."""
    finder = Finder(spans)
    return [statement for index, span in enumerate(spans) for statement in _of_span(span, index, finder)]


def _of_span(span: Span, index: int, finder: Finder) -> Iterator[Statement]:
    if span.kind == "maths":
        yield from latex_statements(span, index)
    elif span.kind in ("prose", "code"):
        kind = "code" if span.kind == "code" else "plain"
        written = list(functions(span.text, span.start, span.end)) if kind == "code" else []
        taken = [range(f.name.start, f.body.end) for f in written]
        stretches = finder.stretches(span.text, span.start, span.end, code=kind == "code")
        found = [(s.start, s) for s in stretches if not any(s.start in part for part in taken)]
        pending = [(f.name.start, f) for f in written]
        for _, item in sorted([*found, *pending], key=lambda pair: pair[0]):
            if isinstance(item, Written):
                yield _of_function(item, index, span.start)
            elif item.words:
                yield _of_words(item, span, index)
            else:
                yield from plain_statements(span, index, item, "plain" if item.remark else kind)


def _of_function(function: Written, index: int, begins: int) -> Statement:
    """Return `def slope(z): return …` as the statement `slope(z) = …`."""
    text, body = function.body.text, function.body
    head_text = Text(function.head, text.file, text.place(function.name.start).line)
    whole = len(head_text.content)
    left = Side(Snippet(head_text, 0, whole), plain_formula(head_text, 0, whole))
    right = Side(body, plain_formula(text, body.start, body.end))
    at = Snippet(text, function.name.start, body.end)
    return Statement((left, right), ("=",), at, index, kind="code", begins=begins)


def _of_words(stretch: Stretch, span: Span, index: int) -> Statement:
    """Return `T = ground truth`, whose right side is words."""
    text, at = span.text, Snippet(span.text, stretch.start, stretch.end)
    cut = text.content.rindex("=", stretch.start, stretch.end) if "=" in at.content else stretch.end
    stop = cut - len(text.content[stretch.start : cut]) + len(text.content[stretch.start : cut].rstrip())
    left = Side(Snippet(text, stretch.start, stop), plain_formula(text, stretch.start, stop))
    right = Side(Snippet(text, stretch.end, stretch.end), Formula(Words(stretch.end, stretch.end, stretch.reason)))
    return Statement((left, right), ("=",), at, index, False, kind="plain", reason=stretch.reason, begins=span.start)


def _from_blocks(spans: Sequence[Span], blocks: Sequence[Span]) -> Facts:
    facts = Facts(strict=True)
    for block in blocks:
        block_facts(block.text, block.start, block.end, facts)
    found = [s for s in all_statements(spans) if s.relations or s.kind == "latex"]
    for statement in found:
        if statement.relations and statement.kind == "latex":
            why = _derivation(statement) or "the network stands in the `network` block"
            facts.not_used.append(NotUsed(statement.at.content, statement.at.place, why))
    facts.statements = tuple(found)
    facts.lines = lines_of(found)
    return facts


def _from_text(spans: Sequence[Span]) -> Facts:
    """Read a text without any marks: as a network block if it declares names line by line, else by its formulas."""
    prose = [span for span in spans if span.kind == "prose"]
    lines = [s.text.content[at:stop] for s in prose for at, stop in block_lines(s.text, s.start, s.end)]
    stated = sum(bool(_STATED.match(line)) for line in lines)
    declared = any(is_declared(line) for line in lines)
    if not prose or not declared or stated < _MOSTLY * len(lines):
        program = any(is_program(span.content) for span in prose)
        return _Gathering([replace(span, kind="code") for span in prose] if program else spans).facts
    facts = Facts(strict=True)
    found = all_statements(spans)
    facts.statements, facts.lines = tuple(found), lines_of(found)
    if any(statement.derives for statement in found):
        # The lines of a derivation stand among the declarations: they are no equations of the network.
        facts.derivation = {s.at.place.line for s in found if _is_derivation(s)}
    for span in prose:
        block_facts(span.text, span.start, span.end, facts)
    if facts.problems and not facts.declared:
        return _Gathering(spans).facts
    return facts


def _is_derivation(statement: Statement) -> bool:
    """Say whether a line of a block's text is one of a derivation: about a slope, an update, a line that goes on."""
    left = statement.sides[0]
    moves = any(relation in _UPDATES for relation in statement.relations)
    return moves or left.empty or derives(left.root)


def _derivation(statement: Statement) -> str | None:
    if not statement.derives:
        return None
    if any(relation in _UPDATES for relation in statement.relations):
        return "an update rule"
    return "a line of a derivation"


class _Gathering:
    """The work on one document: first the vocabulary, then every statement in its turn."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans
        self.facts = Facts(strict=False)
        self.prose = " ".join(span.content for span in spans if span.kind == "prose")
        maths = [span for span in spans if span.kind == "maths"]
        if len(maths) > MOST_FORMULAS:
            raise _too_many(maths[MOST_FORMULAS], len(maths))
        for span in maths:
            if span.end - span.start > LONGEST_FORMULA:
                raise _too_long(span)
        self.statements = all_statements(spans)
        self.first: dict[int, Statement] = {}
        for statement in self.statements:
            self.first.setdefault(statement.span, statement)
        self.words = find_vocabulary(self.statements, self.prose, self._prose)
        self.implied = implied_functions(self.statements, self.words)
        self.glossary: dict[str, tuple[Phrase, Snippet]] = {}
        self._meanings()
        for statement in self.statements:
            self._statement(statement)
        self._given_names()
        self._functions_in_words()
        self._roles()
        self._rate_in_words()
        self.facts.vocabulary = self.words
        self.facts.slopes = self._slopes()
        self.facts.statements = tuple(self.statements)
        self.facts.lines = lines_of(self.statements)

    # Meanings of symbols

    def _meanings(self) -> None:
        for statement in self.statements:
            if statement.display or self.first[statement.span] is not statement or statement.kind != "latex":
                continue
            name = single_name(statement, self.words) if not statement.relations else self._left_name(statement)
            if name is None:
                continue
            before, after = self._prose(statement.span - 1), self._prose(statement.span + 1)
            opens = bool(_OPENS.search(before[-40:])) or not before
            found = meaning_after(_one_paragraph(after), opens=opens) if not statement.relations else None
            found = found or meaning_before(before.rpartition("\n\n")[2])
            if found:
                self.glossary.setdefault(name, (found, statement.at))
        for statement in self.statements:
            if statement.kind != "latex" and (found := self._glossary_line(statement)) is not None:
                self.glossary.setdefault(*found)

    def _left_name(self, statement: Statement) -> str | None:
        found = head(statement, self.words) if statement.relations[0] in ("=", "in") else None
        return found[0] if found else None

    def _prose(self, index: int) -> str:
        if 0 <= index < len(self.spans) and self.spans[index].kind == "prose":
            return self.spans[index].content
        return ""

    def _glossary_line(self, statement: Statement) -> tuple[str, tuple[Phrase, Snippet]] | None:
        """Return what `t1 = output1 (wanted output for case 1)` says of t1: words, and no formula."""
        if statement.relations != ("=",):
            return None
        found = head(statement, self.words)
        phrase = self._words_for(statement.sides[1].root, statement) if found and found[1] is None else None
        return (found[0], (phrase, statement.at)) if found and phrase is not None else None

    def _words_for(self, root: Node, statement: Statement) -> Phrase | None:
        """Return the phrase that a right side is, where its words are no names of the page."""
        if isinstance(root, Words):
            return meaning_within(root.text)
        found = factors_with(root, self.words)
        words = [unit for unit in found if unit.name]
        spelled = all(isinstance(u.core, Word) and len(u.core.text.rstrip("0123456789")) > 2 for u in words)
        others = all(unit.name or isinstance(unit.core, Numeral) for unit in found)
        if not words or not spelled or not others or any(unit.link or unit.high for unit in found):
            return None
        if any(name in self._used_twice for name in (unit.name for unit in words)):
            return None
        written = statement.sides[1].at.content
        return meaning_within(f"{statement.reason} {re.sub(r'[0-9]+', ' ', written)}")

    @cached_property
    def _used_twice(self) -> frozenset[str]:
        """The names that stand in more than one statement, or on a left side."""
        seen: dict[str, int] = {}
        for statement in self.statements:
            if statement.relations:
                for name in names_of(statement, self.words):
                    seen[name] = seen.get(name, 0) + 1
        return frozenset(name for name, count in seen.items() if count > 1) | frozenset(self._heads)

    @cached_property
    def _heads(self) -> dict[str, list[Statement]]:
        """The names that left sides define, each with its statements."""
        found: dict[str, list[Statement]] = {}
        for statement in self.statements:
            if statement.relations[:1] == ("=",) and not self._derives(statement):
                named = head(statement, self.words)
                if named is not None:
                    found.setdefault(named[0], []).append(statement)
        return found

    # Statements

    def _derives(self, statement: Statement) -> bool:
        """Say whether a derivative stands in a statement; a prime that is part of a name is none."""
        if not statement.derives:
            return False
        if any(name.endswith("'") for name in self.words.names):
            return any(_derives_but_for(side.root, self.words) for side in statement.sides)
        return True

    def _statement(self, statement: Statement) -> None:
        if not statement.relations:
            self._mention(statement)
            return
        if statement.kind != "latex" and self._glossary_line(statement):
            self._unused(statement, "words that explain a name")
        elif isinstance(statement.sides[-1].root, Words):
            self._unused(statement, "words, and no formula")
        elif statement.kind == "code" and statement.relations[0] in _UPDATES:
            self._unused(statement, "an update; the descent uses the gradient that is derived here")
        elif self._derives(statement) or (statement.sides[0].empty and self._in_derivation(statement)):
            self._line_of_derivation(statement)
        else:
            self._relation(statement)

    def _in_derivation(self, statement: Statement) -> bool:
        return any(s.span == statement.span and s.derives for s in self.statements)

    def _mention(self, statement: Statement) -> None:
        """Maths without a relation only names what the text speaks of, unless it is something unknown."""
        root = statement.sides[0].root
        if statement.kind != "latex":
            return
        unread = next((node for node in preorder(root) if isinstance(node, Unread)), None)
        if unread is not None:
            at = statement.at.text.content[unread.start : unread.end]
            group = at in (r"\begingroup", r"\endgroup")
            self._unused(statement, "typography" if group else f"not read: {unread.problem.found}")
        elif not _only_names(root):
            self._unused(statement, "it is no equation")

    def _relation(self, statement: Statement) -> None:
        relation = statement.relations[0]
        if relation == "in":
            self._membership(statement)
        elif relation in _ORDERS:
            self._inequality(statement)
        elif relation in ("=", "<-") and (found := head(statement, self.words)):
            self._equation(statement, *found)
        elif relation == "->":
            self._unused(statement, "a mapping: it defines no number")
        elif statement.sides[0].empty:
            self._unused(statement, "it goes on with the line before it, and only first lines define")
        elif relation == "=" and self._reversed(statement):
            return
        else:
            self._unused(statement, "its left side is neither a name nor a function of names")

    def _reversed(self, statement: Statement) -> bool:
        """Take a definition the other way round: `σ(z) = a`, where nothing else says what a is."""
        last = statement.sides[-1]
        found = defined(last.root, self.words)
        if found is None or found[1] is not None or found[0] in self._heads or is_number(statement.sides[0].root):
            return False
        first = bare(statement.sides[0].root)
        applied = any(m.name in KNOWN or m.applied for m in mentions(first, self.words))
        if not applied or found[0] in names_of(replace(statement, sides=statement.sides[:1]), self.words):
            return False
        self.facts.definitions.append(Definition(found[0], None, statement.at, self._parse(statement.sides[0])))
        return True

    def _line_of_derivation(self, statement: Statement) -> None:
        if statement.relations[0] in _ORDERS:
            self._unused(statement, "a condition on a gradient: it defines nothing")
        elif any(r in _UPDATES for r in statement.relations) or self._updates(statement):
            self._unused(statement, "an update rule; the descent uses the gradient that is derived here")
        else:
            uses, unread = self._uses(statement)
            why = "a line of a derivation; the network is made of definitions"
            self._unused(
                statement, f"a line about derivatives, not read: {unread}" if unread and not uses else why, uses
            )

    def _uses(self, statement: Statement) -> tuple[frozenset[str], str]:
        """Return the names and functions that a statement speaks of, and what of it cannot be read, if anything."""
        found: set[str] = set()
        unread = ""
        for side in statement.sides:
            if side.empty:
                continue
            try:
                elaborate(side.formula, side.at.text, self.words, How("left", bare=True))
            except ReadError as error:
                unread = unread or error.problems[0].found
                if any(_is_foreign(node) for node in preorder(side.root)):
                    continue
            found |= {whole_name(m.unit, self.words) for m in mentions(side.root, self.words) if m.name not in KNOWN}
        return frozenset(found), unread

    def _updates(self, statement: Statement) -> bool:
        """`w (new) = w (old) − μ ∂E/∂w`: the left name comes again on the right, with a minus behind it."""
        if len(statement.sides) != 2 or statement.sides[0].empty or statement.sides[1].empty:
            return False
        left, right = (next(iter(mentions(side.root, self.words)), None) for side in statement.sides)
        minus = re.search(r"[-−+]", statement.sides[1].at.content)
        if left is None or right is None or minus is None:
            return False
        return parts_of(left.name)[0] == parts_of(right.name)[0] and right.unit.start == statement.sides[1].at.start

    def _parse(self, side: Side) -> Parse:
        """Return the reading of a side, to be run when the vocabulary is known; what it takes for granted is told."""

        def parse(words: Vocabulary) -> Expr:
            how = How(lenient=True, examples=self._is_code)
            found = elaborate(side.formula, side.at.text, words, how)
            self.facts.notes += [note for note in found.notes if note not in self.facts.notes]
            return found.expr

        return parse

    @property
    def _is_code(self) -> bool:
        return any(span.kind == "code" for span in self.spans)

    def _equation(self, statement: Statement, name: str, parameters: tuple[str, ...] | None) -> None:
        if statement.kind == "code" and self._defined_in_formulas and name not in self._needed_of_code:
            # The page's formulas are the network; code beside them is its translation, not a second one.
            self._unused(statement, "code; the network is read from the formulas")
            return
        if defines_a_power(statement, self.words):
            self.facts.definitions.append(Definition(name, None, statement.at, _layer(statement)))
            return
        if parameters is None and self._shares_a_number(statement):
            return
        if name in self.implied and parameters is None:
            parameters = (self.implied[name],)
        if name in self.words.names and name not in self.words.functions:
            parameters = None
        side = self._defining_side(statement)
        op = named_function(statement, side, self.words) if parameters is None else None
        if op is not None:
            self._function_by_name(name, op, statement)
            return
        if parameters is None and self._is_list(statement, name, side):
            return
        self._between(statement, side)
        parse = self._parse(statement.sides[side])
        if parameters is None and is_number(statement.sides[side].root):
            if any(d.name == name and d.parameters for d in self.facts.definitions):
                self._unused(statement, f"numbers put in: `{name}` is defined as a function")
                return
            self.facts.starts.append(Given(name, parse, statement.at))
            if not self._has_formula(name):
                return
        if self._makes_itself(statement, name, side):
            self._unused(statement, f"an update: it makes a new `{name}` of the old one")
            return
        self.facts.definitions.append(
            Definition(name, parameters, statement.at, parse, self._weight_of(statement, side))
        )

    def _is_list(self, statement: Statement, name: str, side: int) -> bool:
        """Take `w = [2, -3, -3]` as the numbers w[0], w[1] and w[2]."""
        root = statement.sides[side].root
        if not isinstance(root, Fence) or root.left != "[" or not isinstance(root.inside, Series):
            return False
        for index, item in enumerate(root.inside.items):
            if is_number(item):
                part = Side(Snippet(statement.at.text, item.start, item.end), Formula(item))
                self.facts.starts.append(Given(canonical(f"{name}_{index}"), self._parse(part), statement.at))
        return True

    def _makes_itself(self, statement: Statement, name: str, side: int) -> bool:
        """`w = w − η …`: an update, whatever else stands in it."""
        alone = replace(statement, sides=(statement.sides[side],), relations=())
        return name in names_of(alone, self.words) and name not in self.words.functions and name != "e"

    def _weight_of(self, statement: Statement, side: int) -> int:
        """Return how much a definition is to be preferred: one of names that stand elsewhere, and no general sum."""
        own = names_of(replace(statement, sides=(statement.sides[side],), relations=()), self.words)
        elsewhere = sum(name in self._used_twice for name in own)
        general = any(isinstance(node, Big) for node in preorder(statement.sides[side].root))
        return elsewhere * 100 // max(1, len(own)) - 1000 * general

    @cached_property
    def _needed_of_code(self) -> frozenset[str]:
        """The names that the formulas use and only code defines, with what those are made of."""
        written, used = set[str](), set[str]()
        code: dict[str, Statement] = {}
        for statement in self.statements:
            named = head(statement, self.words) if statement.relations[:1] == ("=",) else None
            if statement.kind == "code":
                if named is not None:
                    code.setdefault(named[0], statement)
            elif statement.relations:
                used |= names_of(statement, self.words)
                if named is not None and not self._derives(statement):
                    written.add(named[0])
        wanted, found = list((used & code.keys()) - written), set[str]()
        while wanted:
            name = wanted.pop()
            if name not in found:
                found.add(name)
                wanted += (names_of(code[name], self.words) & code.keys()) - written - found
        return frozenset(found)

    @cached_property
    def _defined_in_formulas(self) -> bool:
        """Whether formulas outside of code define quantities."""
        for statement in self.statements:
            if statement.kind == "latex" and statement.relations[:1] == ("=",) and not self._derives(statement):
                named = head(statement, self.words)
                side = self._defining_side(statement)
                if named is not None and named[1] is None and not is_number(statement.sides[side].root):
                    return True
        return False

    def _function_by_name(self, name: str, op: Op, statement: Statement) -> None:
        r"""Take `f = \tanh` as f(z) = tanh(z), unless it stands behind an “if”: then it is one case of several."""
        if re.search(r"\b(?:if|for|when|with|say)\s*$", self._prose(statement.span - 1), re.I):
            self._unused(statement, "one choice of a function that the text leaves open")
        elif name != op.name:
            z = symbol("z")
            self.facts.definitions.append(Definition(name, ("z",), statement.at, lambda _: op(z)))

    def _shares_a_number(self, statement: Statement) -> bool:
        """`w_1 = w_2 = 0.5`: every name is given the number."""
        last = statement.sides[-1]
        if len(statement.sides) < 3 or not is_number(last.root):
            return False
        names = [defined(side.root, self.words) for side in statement.sides[:-1]]
        if any(name is None or name[1] is not None for name in names):
            return False
        self.facts.starts += [Given(name[0], self._parse(last), statement.at) for name in names if name]
        return True

    def _between(self, statement: Statement, side: int) -> None:
        """`ŷ = f(x) = w x + b`: the middle is a function, and the next side defines it; `… = K` names the whole."""
        for at in range(side, len(statement.sides) - 1):
            if statement.relations[at] != "=" or is_number(statement.sides[at + 1].root):
                continue
            middle = defined(statement.sides[at].root, self.words)
            if middle and middle[1] is not None and middle[0] not in self._heads and self._has_names(statement, at + 1):
                body = self._parse(statement.sides[at + 1])
                self.facts.definitions.append(Definition(middle[0], middle[1], statement.at, body))
        last = defined(statement.sides[-1].root, self.words) if len(statement.sides) > 2 else None
        if last is not None and last[1] is None and last[0] not in self._heads and statement.relations[-1] == "=":
            first = head(statement, self.words)
            if first is not None and first[1] is None and last[0] != first[0]:
                name = symbol(first[0])
                self.facts.definitions.append(Definition(last[0], None, statement.at, lambda _: name))

    def _has_names(self, statement: Statement, side: int) -> bool:
        """Say whether a side can define a function: `1/(1 + e^{-0.13})` is a number put in."""
        inside = names_of(replace(statement, sides=(statement.sides[side],), relations=()), self.words)
        return bool(inside - LETTERS.keys())

    def _slopes(self) -> frozenset[str]:
        """Return the names that the text gives to derivatives: `δ = ∂E/∂z`; their formulas are claims."""
        found = (head(s, self.words) for s in self.statements if s.relations[:1] == ("=",) and s.derives)
        return frozenset(name[0] for name in found if name and name[1] is None)

    def _given_names(self) -> None:
        """Take names that a sentence gives to a part: “write $A$ as $m$”."""
        inline = [s for s in self.statements if s.kind == "latex" and not s.display and not s.relations]
        for part, name in pairwise(inline):
            named = single_name(name, self.words)
            if name.span != part.span + 2 or named is None or named in self._heads:
                continue
            if _AS.match(self._prose(part.span + 1)) and _NAMING.search(self._prose(part.span - 1)):
                self.facts.definitions.append(Definition(named, None, name.at, self._parse(part.sides[0]), -10))

    def _has_formula(self, name: str) -> bool:
        return name in self._with_formulas

    @cached_property
    def _with_formulas(self) -> frozenset[str]:
        """The names that some statement defines by more than a number."""
        return frozenset(
            name for name, statements in self._heads.items()
            if any(not is_number(s.sides[self._defining_side(s)].root) for s in statements)
        )  # fmt: skip

    def _defining_side(self, statement: Statement) -> int:
        """Return the side of a chain `a = b = c` that defines a: the first one that uses names."""
        for side in range(1, len(statement.sides)):
            if statement.relations[side - 1] in ("=", "<-") and not is_number(statement.sides[side].root):
                return side
        return 1

    def _membership(self, statement: Statement) -> None:
        names = self._members(statement)
        domain = domain_of_side(statement.sides[1])
        if not names or domain is None:
            why = "its domain is not one of numbers" if names else "it does not say whose domain it is"
            self._unused(statement, why)
            return
        why = f"`{statement.at.content}`"
        self.facts.declared += [Declared(name, None, domain, statement.at, why) for name in names]

    def _members(self, statement: Statement) -> list[str]:
        """Return the names on the left of `∈`, or the symbol that the line explains."""
        side = statement.sides[0]
        if side.empty:
            before = self._symbol_before(statement)
            return [before] if before else []
        root = bare(side.root)
        items = root.items if isinstance(root, Series) else (root,)
        found = [defined(item, self.words) for item in items]
        return [name[0] for name in found if name] if all(name and name[1] is None for name in found) else []

    def _symbol_before(self, statement: Statement) -> str | None:
        r"""Return the symbol that the line explains: `$w$ = a weight $\in [0, 1]$`."""
        text = statement.at.text
        line_start = text.content.rfind("\n", 0, statement.at.start) + 1
        for other in self.statements:
            if not other.relations and other.at.text is text and line_start <= other.at.start < statement.at.start:
                return single_name(other, self.words)
        return None

    def _inequality(self, statement: Statement) -> None:
        if self._is_wish(statement):
            note = (
                f"line {statement.at.place.line}: `{statement.at.content}` compares the errors of two iterations, and "
                "those see different patterns as it is written; it is read as a wish for one pattern: its error "
                "after the nudge is smaller than before. The table of the descent says for each step whether it "
                "came true."
            )
            self.facts.notes.append(note)
            self._unused(statement, "a wish, not an equation: see the remark")
        else:
            self._unused(statement, "an inequality: it defines nothing")

    def _is_wish(self, statement: Statement) -> bool:
        """`E(ŷ_i, y_i) > E(ŷ_{i+1}, y_{i+1})`: the same written twice, one iteration apart."""
        if len(statement.sides) != 2 or not self.words.iteration:
            return False
        left, right = (
            [self.words.settled(m.name) for m in mentions(side.root, self.words)] for side in statement.sides
        )  # fmt: skip
        return left == right and bool(left)

    def _unused(self, statement: Statement, why: str, uses: frozenset[str] = frozenset()) -> None:
        self.facts.not_used.append(NotUsed(statement.at.content, statement.at.place, why, uses))

    # Roles

    def _functions_in_words(self) -> None:
        """Take functions that only the prose defines: `where $f$ is the sigmoid function`."""
        known = {definition.name for definition in self.facts.definitions}
        for statement in self.statements:
            name = single_name(statement, self.words) if not statement.relations else None
            if name is None or name in known or not (name in self.words.functions or name in self._applied):
                continue
            if re.search(r"\b(?:if|when|suppose)\s*$", self._prose(statement.span - 1), re.I):
                continue
            op = function_in_words(self._prose(statement.span - 1), self._prose(statement.span + 1))
            if op is not None:
                known.add(name)
                z = symbol("z")
                self.facts.definitions.append(Definition(name, ("z",), statement.at, lambda _, op=op, z=z: op(z)))

    @cached_property
    def _applied(self) -> frozenset[str]:
        """The names that have a bracket behind them in some formula."""
        return frozenset(
            m.name for s in self.statements for side in s.sides for m in mentions(side.root, self.words)
            if m.applied or m.unit.primes
        )  # fmt: skip

    def _roles(self) -> None:
        for name, (phrase, at) in self.glossary.items():
            why = f"“{phrase.words}”"
            if phrase.meaning == "minimised":
                self.facts.minimised.append((name, at))
            if phrase.meaning == "error":
                self.facts.error_named.append((name, at))
            if phrase.meaning in ("input", "target", "weight", "constant", "rate"):
                self.facts.declared.append(Declared(name, phrase.meaning, None, at, why))

    def _rate_in_words(self) -> None:
        """`the learning rate is $0.1$`: a number that the prose calls the rate, where no symbol stands for it."""
        if any(phrase.meaning == "rate" for phrase, _ in self.glossary.values()):
            return
        for statement in self.statements:
            if not statement.relations and is_number(statement.sides[0].root):
                found = meaning_before(self._prose(statement.span - 1).rpartition("\n\n")[2])
                if found and found.meaning == "rate":
                    why = f"“{found.words}”"
                    self.facts.declared.append(Declared("alpha", "rate", None, statement.at, why))
                    self.facts.values.append(Given("alpha", self._parse(statement.sides[0]), statement.at))
                    return


def _derives_but_for(root: Node, words: Vocabulary) -> bool:
    """Say whether a tree has a derivative in it, primes that belong to names left aside."""
    for node in preorder(root):
        if isinstance(node, Scripted) and node.primes:
            found = units((("", node),), words)
            if len(found) == 1 and found[0].name + "'" * found[0].primes in words.names:
                continue
        if derivative_in(node):
            return True
    return False


def _is_foreign(node: Node) -> bool:
    """Say whether a node is no part of a formula of scalars: an unknown command, a sum, a gradient as a vector."""
    return isinstance(node, Unread | Big) or (isinstance(node, Differential) and node.sign == "∇" and node.by is None)


def _only_names(root: Node) -> bool:
    """Say whether maths only names what the text speaks of: names, applications of them, numbers, derivatives."""
    for node in preorder(root):
        if isinstance(node, Sum | Signed | Root | Grid | Words | Empty):
            return False
        if isinstance(node, Scripted) and node.high is not None and not _is_script(node.high):
            return False
        if isinstance(node, Product) and any(link not in ("", "/") for link, _ in node.factors):
            return False
        if isinstance(node, Fence) and node.left == "|":
            return False
    return True


def _is_script(node: Node) -> bool:
    inner = bare(node)
    return not isinstance(inner, Numeral)


def _too_long(span: Span) -> ReadError:
    return ReadError([Snippet(span.text, span.start, span.start + 1).problem(
        f"this piece of maths has {span.end - span.start:,} characters", f"at most {LONGEST_FORMULA:,}",
        "nobody can read such a formula; perhaps a closing mark is missing",
        "the mark that ends it, or shorter formulas",
    )])  # fmt: skip


def _too_many(span: Span, count: int) -> ReadError:
    return ReadError([Snippet(span.text, span.start, span.end).problem(
        f"the document has {count:,} pieces of maths", f"at most {MOST_FORMULAS:,}",
        "a network with its derivation has some dozens", "a file that holds only the part about the network",
    )])  # fmt: skip


def _layer(statement: Statement) -> Parse:
    """Return the parse of a definition whose name has a number raised: it says why it is not read."""

    def parse(_: Vocabulary) -> Expr:
        raise ReadError([statement.at.problem(
            "a name with a number raised is defined here", "a name with a subscript",
            "nothing defines a power, but the name stands on the page without the superscript too, so it may be one",
            "`a_1` in the place of `a^1`",
        )])  # fmt: skip

    return parse


def _one_paragraph(prose: str) -> str:
    return prose.partition("\n\n")[0] if prose[:2] != "\n\n" else ""
