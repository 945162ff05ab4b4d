"""A document's maths and prose → facts: definitions, domains, roles; and what is not part of a network.

A post is not a program. Its formulas stand in sentences, its symbols are explained in words, half of
what it says is a derivation, a theorem or a wish. Each piece of maths is either taken as a fact or
listed as not used, with the reason; nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from workings.errors import ReadError
from workings.graph.expr import Expr, symbol
from workings.graph.op import Op
from workings.graph.writing.spelling import canonical
from workings.read.block import block_facts, block_lines
from workings.read.code import code_facts
from workings.read.document import Span
from workings.read.facts import Declared, Definition, Facts, Given, NotUsed, Parse, RawDomain
from workings.read.latex import NAMED_COMMANDS, latex_tokens
from workings.read.latex_items import Raw
from workings.read.lines import lines_of, plain_lines
from workings.read.program import as_notation, is_program
from workings.read.roles import Phrase, function_in_words, meaning_after, meaning_before
from workings.read.statements import Statement, head, statements
from workings.read.text import Snippet
from workings.read.vocabulary import find_vocabulary, named_function, single_name
from workings.read.words import Vocabulary

#: What stands before a symbol that opens a line, a point of a list or a sentence.
_OPENS = re.compile(
    r"(?:^|\n)[ \t]*(?:[-*•+]|\d+[.)])?[ \t]*(?:\*\*|__)?$"
    r"|[.;:]\s+(?:[Ll]et\s+)?$"
    r"|\b(?:[Ll]et|[Hh]ere|[Ww]here|[Ww]ith)\s+$"
)
_TYPOGRAPHY = frozenset((r"\begingroup", r"\endgroup", "{", "}"))
_MENTIONED = frozenset(
    ("NAME", "FUNCTION", "KNOWN", "NUMBER", "COMMA", "LETTER", "LPAR", "RPAR", "FRAC", "LBRACE", "RBRACE", "PARTIAL",
     "DIVIDE", "PRIME")
)  # fmt: skip


#: A document with more pieces of maths than this is refused: a derivation that a person wrote has some dozens.
MOST_FORMULAS = 5_000
#: One piece of maths has at most this many characters.
LONGEST_FORMULA = 100_000


def gather(spans: Sequence[Span], file: str = "<text>") -> Facts:
    """Return the facts of a document: those of its network blocks if it has some, else of its maths."""
    spans = [as_notation(span) if span.kind == "code" else span for span in spans]
    blocks = [span for span in spans if span.kind == "network"]
    if blocks:
        facts = _from_blocks(spans, blocks)
    elif any(span.kind in ("maths", "code") for span in spans):
        facts = _Gathering(spans).facts
    else:
        facts = _from_lines(spans)
    facts.file = file
    return facts


def _from_blocks(spans: Sequence[Span], blocks: Sequence[Span]) -> Facts:
    facts = Facts(strict=True)
    for block in blocks:
        block_facts(block.text, block.start, block.end, facts)
    found = [(index, s) for index, span in enumerate(spans) if span.kind == "maths" for s in statements(span)]
    for _, statement in found:
        if statement.relations:
            why = _derivation(statement) or "the network stands in the `network` block"
            facts.not_used.append(NotUsed(statement.at.content, statement.at.place, why))
    facts.lines = lines_of(found, spans)
    return facts


def _from_lines(spans: Sequence[Span]) -> Facts:
    """Read a text without any marks: as a network block if its lines look like one."""
    facts = Facts(strict=True)
    prose = [span for span in spans if span.kind == "prose"]
    facts.lines = [
        line for i, span in enumerate(spans) if span.kind == "prose"
        for line in plain_lines(span.text, span.start, span.end, i)
    ]  # fmt: skip
    lines = [s.text.content[at:stop] for s in prose for at, stop in block_lines(s.text, s.start, s.end)]
    if sum("=" in line for line in lines) == 0 or not prose:
        if prose:
            first = prose[0]
            facts.not_used.append(NotUsed("", first.text.place(first.start), ""))
        return facts
    stated = sum(bool(_STATED.match(line)) for line in lines)
    program = any(is_program(span.content) for span in prose)
    if program or stated < _MOSTLY * len(lines) or any(_SLOPE.match(line) for line in lines):
        code = [as_notation(replace(span, kind="code")) for span in prose]
        return _Gathering(code, sentences=not program).facts
    for span in prose:
        block_facts(span.text, span.start, span.end, facts)
    if facts.problems and not facts.declared:
        # Titles and remarks stand between the equations: it is a text, not a block.
        return _Gathering([replace(span, kind="code") for span in prose], sentences=True).facts
    return facts


#: A line of a text without marks that states something: a declaration, or a name, perhaps applied, and `=`.
_STATED = re.compile(
    r"\s*(?:(?:input|target|weight|constant|rate|start|minimi[sz]e|patterns?)s?\b|[^\W\d]\S*\s*(?:\([^()]*\)\s*)?[=:])"
)
#: A line of a derivation, which no network block has.
_SLOPE = re.compile(r"\s*(?:[#>*-]\s*)?(?:d|∂)\s*\(?\w*\)?\s*/\s*(?:d|∂)\s*\(?\w+")
#: A text is a network block where at least this share of its lines does.
_MOSTLY = 0.6


def _derivation(statement: Statement) -> str | None:
    if not statement.derives:
        return None
    if any(relation in ("<-", "+=", "-=") for relation in statement.relations):
        return "an update rule"
    return "a line of a derivation"


class _Gathering:
    """The work on one document: first the vocabulary, then every statement in its turn."""

    def __init__(self, spans: Sequence[Span], *, sentences: bool = False) -> None:
        self.spans = spans
        self.facts = Facts(strict=False)
        self.prose = " ".join(span.content for span in spans if span.kind == "prose")
        self.maths = [(index, span) for index, span in enumerate(spans) if span.kind == "maths"]
        if len(self.maths) > MOST_FORMULAS:
            raise _too_many(self.maths[MOST_FORMULAS][1], len(self.maths))
        for _, span in self.maths:
            if span.end - span.start > LONGEST_FORMULA:
                raise _too_long(span)
        self.statements = [(index, s) for index, span in self.maths for s in statements(span)]
        self.first: dict[int, Statement] = {}
        for index, statement in self.statements:
            self.first.setdefault(index, statement)
        self.words = find_vocabulary(self.statements, self.prose, self._prose)
        self.glossary: dict[str, tuple[Phrase, Snippet]] = {}
        self._meanings()
        self._statements()
        code_facts(spans, self.facts, self.words, sentences=sentences)
        self._functions_in_words()
        self._roles()
        self._rate_in_words()
        self.facts.vocabulary = self.words
        self.facts.lines = lines_of(self.statements, spans)

    # Meanings of symbols

    def _meanings(self) -> None:
        for index, statement in self.statements:
            span = self.spans[index]
            if span.display or self.first[index] is not statement:
                continue
            name = single_name(statement, self.words) if not statement.relations else self._left_name(statement)
            if name is None:
                continue
            before, after = self._prose(index - 1), self._prose(index + 1)
            opens = bool(_OPENS.search(before[-40:])) or not before
            found = meaning_after(_one_paragraph(after), opens=opens) if not statement.relations else None
            found = found or meaning_before(before.rpartition("\n\n")[2])
            if found:
                self.glossary.setdefault(name, (found, statement.at))

    def _left_name(self, statement: Statement) -> str | None:
        found = head(statement, self.words) if statement.relations[0] in ("=", "in") else None
        return found[0] if found else None

    def _prose(self, index: int) -> str:
        if 0 <= index < len(self.spans) and self.spans[index].kind == "prose":
            return self.spans[index].content
        return ""

    # Statements

    def _statements(self) -> None:
        derivation: Span | None = None
        for _, statement in self.statements:
            if statement.derives:
                derivation = statement.span
            if not statement.relations:
                self._mention(statement)
            elif statement.derives or (not statement.sides[0] and derivation is statement.span):
                self._line_of_derivation(statement)
            else:
                self._statement(statement)

    def _mention(self, statement: Statement) -> None:
        """Maths without a relation only names what the text speaks of, unless it is something unknown."""
        if all(raw.text in _TYPOGRAPHY for raw in statement.sides[0]):
            self._unused(statement, "typography")
            return
        try:
            tokens = latex_tokens(statement.span.text, statement.sides[0], self.words)
        except ReadError as error:
            self._unused(statement, f"not read: {error.problems[0].found}")
            return
        if not all(token.kind in _MENTIONED for token in tokens):
            self._unused(statement, "it is no equation")

    def _statement(self, statement: Statement) -> None:
        relation = statement.relations[0]
        if relation == "in":
            self._membership(statement)
        elif relation in ("<", ">", "<=", ">="):
            self._inequality(statement)
        elif relation == "=" and (found := head(statement, self.words)):
            self._equation(statement, *found)
        elif relation == "->":
            self._unused(statement, "a mapping: it defines no number")
        elif not statement.sides[0]:
            self._unused(statement, "it goes on with the line before it, and only first lines define")
        else:
            self._unused(statement, "its left side is neither a name nor a function of names")

    def _line_of_derivation(self, statement: Statement) -> None:
        if statement.relations[0] in ("<", ">", "<=", ">="):
            self._unused(statement, "a condition on a gradient: it defines nothing")
        elif any(r in ("<-", "+=", "-=") for r in statement.relations) or self._updates(statement):
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
        for side in range(len(statement.sides)):
            try:
                tokens = statement.tokens(side, self.words)
            except ReadError as error:
                unread = unread or error.problems[0].found
                continue
            found |= {str(token.value) for token in tokens if token.kind in ("NAME", "FUNCTION")}
        return frozenset(found), unread

    def _updates(self, statement: Statement) -> bool:
        """`w (new) = w (old) − μ ∂E/∂w`: the left name comes again on the right, with a minus behind it."""
        if len(statement.sides) != 2 or not statement.sides[0] or not statement.sides[1]:
            return False
        first, right = statement.sides[0][0], statement.sides[1]
        named = first.kind == "letters" or first.text in NAMED_COMMANDS
        return named and right[0].text == first.text and any(raw.text in ("-", "−") for raw in right)

    def _equation(self, statement: Statement, name: str, parameters: tuple[str, ...] | None) -> None:
        if statement.defines_a_power(self.words):
            self.facts.definitions.append(Definition(name, None, statement.at, _layer(statement)))
            return
        if parameters is None and self._shares_a_number(statement):
            return
        if name in self.words.names and name not in self.words.functions:
            parameters = None
        side = self._defining_side(statement)
        op = named_function(statement, side, self.words) if parameters is None else None
        if op is not None:
            self._function_by_name(name, op, statement)
            return
        self._function_between(statement, side)
        parse = statement.parse(side)
        if parameters is None and self._is_number(statement, side):
            if any(d.name == name and d.parameters for d in self.facts.definitions):
                self._unused(statement, f"numbers put in: `{name}` is defined as a function")
                return
            self.facts.starts.append(Given(name, parse, statement.at))
            if not self._has_formula(name):
                return
        self.facts.definitions.append(Definition(name, parameters, statement.at, parse))

    def _function_by_name(self, name: str, op: Op, statement: Statement) -> None:
        r"""Take `f = \tanh` as f(z) = tanh(z), unless it stands behind an “if”: then it is one case of several."""
        if re.search(r"\b(?:if|for|when|with|say)\s*$", self._prose(self._index(statement) - 1), re.I):
            self._unused(statement, "one choice of a function that the text leaves open")
        elif name != op.name:
            z = symbol("z")
            self.facts.definitions.append(Definition(name, ("z",), statement.at, lambda _: op(z)))

    def _index(self, statement: Statement) -> int:
        return next(index for index, other in self.statements if other is statement)

    def _shares_a_number(self, statement: Statement) -> bool:
        """`w_1 = w_2 = 0.5`: every name is given the number."""
        last = len(statement.sides) - 1
        if last < 2 or not self._is_number(statement, last):
            return False
        names = [
            head(replace(statement, sides=(side, ()), relations=("=",)), self.words) for side in statement.sides[:-1]
        ]
        if any(name is None or name[1] is not None for name in names):
            return False
        self.facts.starts += [Given(name[0], statement.parse(last), statement.at) for name in names if name]
        return True

    def _function_between(self, statement: Statement, side: int) -> None:
        """`ŷ = f(x) = w x + b`: the middle is a function, and the last side defines it."""
        if len(statement.sides) <= side + 1 or statement.relations[side] != "=":
            return
        middle = head(replace(statement, sides=(statement.sides[side], ()), relations=("=",)), self.words)
        if (
            middle
            and middle[1] is not None
            and not self._is_number(statement, side + 1)
            and not self._has_formula(middle[0])
        ):
            self.facts.definitions.append(Definition(middle[0], middle[1], statement.at, statement.parse(side + 1)))

    def _has_formula(self, name: str) -> bool:
        return name in self._with_formulas

    @cached_property
    def _mentions(self) -> list[Statement]:
        return [statement for _, statement in self.statements if not statement.relations]

    @cached_property
    def _with_formulas(self) -> frozenset[str]:
        """The names that some statement defines by more than a number."""
        found: set[str] = set()
        for _, statement in self.statements:
            if statement.relations[:1] != ("=",) or statement.derives:
                continue
            named = head(statement, self.words)
            if named and not self._is_number(statement, self._defining_side(statement)):
                found.add(named[0])
        return frozenset(found)

    def _defining_side(self, statement: Statement) -> int:
        """Return the side of a chain `a = b = c` that defines a: the first one that uses names."""
        for side in range(1, len(statement.sides)):
            if statement.relations[side - 1] == "=" and not self._is_number(statement, side):
                return side
        return 1

    def _is_number(self, statement: Statement, side: int) -> bool:
        try:
            tokens = statement.tokens(side, self.words)
        except ReadError:
            return False
        return bool(tokens) and not any(t.kind in ("NAME", "FUNCTION", "PARTIAL") for t in tokens)

    def _membership(self, statement: Statement) -> None:
        names = self._members(statement)
        domain = latex_domain(statement)
        if not names or domain is None:
            why = "its domain is not one of numbers" if names else "it does not say whose domain it is"
            self._unused(statement, why)
            return
        why = f"`{statement.at.content}`"
        self.facts.declared += [Declared(name, None, domain, statement.at, why) for name in names]

    def _members(self, statement: Statement) -> list[str]:
        """Return the names on the left of `∈`, or the symbol that the line explains."""
        if not statement.sides[0]:
            before = self._symbol_before(statement)
            return [before] if before else []
        try:
            tokens = statement.tokens(0, self.words)
        except ReadError:
            return []
        if any(token.kind != ("COMMA" if index % 2 else "NAME") for index, token in enumerate(tokens)):
            return []
        return [str(token.value) for token in tokens[::2]]

    def _symbol_before(self, statement: Statement) -> str | None:
        r"""Return the symbol that the line explains: `$w$ = a weight $\in [0, 1]$`."""
        text = statement.span.text
        line_start = text.content.rfind("\n", 0, statement.start) + 1
        for other in self._mentions:
            if other.span.text is text and line_start <= other.start < statement.start:
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
        try:
            left, right = ([t.value for t in statement.tokens(i, self.words)] for i in (0, 1))
        except ReadError:
            return False
        return left == right and bool(left)

    def _unused(self, statement: Statement, why: str, uses: frozenset[str] = frozenset()) -> None:
        self.facts.not_used.append(NotUsed(statement.at.content, statement.at.place, why, uses))

    # Roles

    def _functions_in_words(self) -> None:
        """Take functions that only the prose defines: `where $f$ is the sigmoid function`."""
        defined = {definition.name for definition in self.facts.definitions}
        for index, statement in self.statements:
            name = single_name(statement, self.words) if not statement.relations else None
            if name is None or name in defined or not (name in self.words.functions or name in self._applied):
                continue
            if re.search(r"\b(?:if|when|suppose)\s*$", self._prose(index - 1), re.I):
                continue
            op = function_in_words(self._prose(index - 1), self._prose(index + 1))
            if op is not None:
                defined.add(name)
                z = symbol("z")
                self.facts.definitions.append(Definition(name, ("z",), statement.at, lambda _, op=op, z=z: op(z)))

    @cached_property
    def _applied(self) -> frozenset[str]:
        """The names that have a bracket behind them in some formula."""
        found: set[str] = set()
        for _, statement in self.statements:
            for side in range(len(statement.sides)):
                try:
                    tokens = statement.tokens(side, self.words)
                except ReadError:
                    continue
                for token, after in pairwise(tokens):
                    if token.kind in ("NAME", "FUNCTION", "KNOWN") and after.kind in ("LPAR", "PRIME"):
                        found.add(canonical(token.text.lstrip("\\")))
        return frozenset(found)

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
        for index, statement in self.statements:
            if not statement.relations and statement.sides[0] and self._is_number(statement, 0):
                found = meaning_before(self._prose(index - 1).rpartition("\n\n")[2])
                if found and found.meaning == "rate":
                    why = f"“{found.words}”"
                    self.facts.declared.append(Declared("alpha", "rate", None, statement.at, why))
                    self.facts.values.append(Given("alpha", statement.parse(0), statement.at))
                    return


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


def latex_domain(statement: Statement) -> RawDomain | None:
    r"""Return the domain on the right of `∈`: `\{0, 1\}`, `[0, 1]`, `\mathbb{R}`; None where it is none."""
    items = statement.sides[1]
    text = statement.span.text
    if not items:
        return None
    at = Snippet(text, items[0].start, items[-1].end)
    content = re.sub(r"\\mathbb|[{}\s]", "", "".join(item.text for item in items))
    if content in ("R", "ℝ"):
        return RawDomain("reals", (), at)
    first, last = items[0].text, items[-1].text
    kind = {r"\{": "finite", r"\lbrace": "finite", "[": "interval"}.get(first)
    if kind is None or last not in (r"\}", r"\rbrace", "]"):
        return None
    pieces: list[list[Raw]] = [[]]
    for item in items[1:-1]:
        if item.kind == ",":
            pieces.append([])
        else:
            pieces[-1].append(item)
    values = tuple(
        Statement(statement.span, ((), tuple(p)), ("in",), "", p[0].start, p[-1].end).parse(1) for p in pieces if p
    )
    if kind == "interval" and len(values) != 2:
        return None
    return RawDomain(kind, values, at)
