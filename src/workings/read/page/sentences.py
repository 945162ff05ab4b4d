"""Where formulas stand in lines of text: between words, behind bullets and numbers, in cells, in remarks.

    - ∂z/∂w = a   (input to the neuron)          ∂z/∂w = a, with its remark
    Given z = w*x + b, a = sigmoid(z), I get     z = w*x + b;  a = sigmoid(z)
    3. dE/dw = (y - t)*x        (2)              dE/dw = (y − t) x, labelled 2
    t1 = output1 (wanted output for case 1)      words about t1, and no equation

A word takes part in a formula where it looks like a name (one letter, digits, a subscript, Greek), stands before a
bracket, or is joined to its neighbours by signs; what stands between blanks alone is a word of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from workings.graph.ops import APPLIED
from workings.graph.writing.spelling import PRIMES
from workings.read.page.document import Span
from workings.read.page.program import KEYWORDS
from workings.read.page.text import Text
from workings.read.page.tokens import ENDING, Token, tokens_of
from workings.read.page.value import value
from workings.read.phrases import begins

#: Words that no formula has between its signs.
_SENTENCE_WORDS = frozenset((
    "again", "also", "an", "and", "another", "are", "as", "at", "be", "because", "becomes", "both", "but", "by",
    "called", "can", "compute", "computed", "consider", "define", "denote", "denotes", "divided", "each", "equals",
    "finally", "find", "first", "follows", "for", "from", "get", "gets", "given", "gives", "has", "have", "hence",
    "here", "how", "in", "into", "is", "it", "its", "just", "let", "like", "likewise", "may", "means", "minus",
    "multiply", "next", "not", "note", "now", "of", "on", "only", "or", "our", "plus", "remember", "respect",
    "same", "say", "second", "set", "similarly", "since", "so", "some", "such", "take", "than", "that", "the",
    "then", "there", "therefore", "these", "they", "this", "thus", "times", "to", "use", "used", "using", "value",
    "we", "what", "when", "where", "which", "while", "will", "with", "would", "you", "your",
))  # fmt: skip
#: Those of them that join formulas, and those that do so before an equation alone.
_JOINING_FORMULAS = frozenset((
    "because", "gives", "hence", "here", "since", "so", "then", "therefore", "thus", "when", "where", "which",
))  # fmt: skip
_BEFORE_EQUATIONS = frozenset(("and", "as", "for", "if", "is", "or", "with"))
#: Words of programs that stand between names, and functions that some languages apply without brackets.
_OF_PROGRAMS = frozenset(
    ("and", "else", "elif", "for", "if", "in", "is", "lambda", "new", "not", "or", "otherwise", "then")
)
#: Functions that sentences speak of.
_SAID = frozenset(("sign", "logistic", "sigmoid", "swish"))
#: What may be a word as well as a name: Latin letters, and those of Han, kana and Hangul.
_WORD = re.compile(r"[A-Za-z\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+")
#: Without one of these no line holds a formula; without one of those no word of it is joined to anything: a hyphen
#: joins none.
_RELATING = re.compile(r"[=≈←→⇒⟹∴<>≤≥≠∈/]|\\frac")
#: Every way to match begins with one sign of one set, so a line without any is passed over at once.
_JOINING = re.compile(r"[-–/=≈←→⇒⟹∴<>≤≥≠∈+−*·×⋅∙\u2217⊙∘@÷^∂√²³⁰¹⁴-⁹½∇](?:(?<![-–/])|(?=\s)|(?<=\s.))")
#: Room between what ends a formula and the name, perhaps with a word or two before it, that another begins with.
_ROOM = re.compile(
    r"(?<=[\w)\]}'′²³%])(?:[ ]{2,}|[ ]*\t)[ \t]*(?=(?:[^\W\d_]+[ ]){0,2}[^\W\d][\w.'′]*[ ]?(?:\([^()=]*\))?[ ]*=(?!=))"
)
#: What stands before a line: bullets, numbers, `Step 2:`, marks of comments and quotations, arrows.
_LEAD = re.compile(
    r"[ \t]*(?:(?:[-*•+–]|\d{1,2}[.)]|[①-⑳❶-❿]|\(\d{1,2}\)|\((?:[a-z]|[ivx]{2,4})\)"
    r"|(?:[a-z]|[ivx]{2,4})[.)]|[A-Z][a-z]{1,9}\.?[ \t]+\(?\d{1,2}[a-z]?\)?[ \t]*:)[ \t]+(?=\S)"
    r"|(?:\#+|//+|>+|%+|\*(?!\*)|--|=>|→|⇒|∴|⟹)[ \t]*)*"
)
_LABEL = re.compile(r"\(?(?P<inner>[0-9]{1,2}[a-z]?|[ivx]{1,5}|[a-z]|\*{1,3})\)?")
#: Where a remark begins; the signs of an address, `https://a.b/c#d`, begin none, nor does a rest: `k % 100 == 0`.
#: What Haskell and Lua put before a remark stands before two words there: of `a -- b` nobody knows what it is.
_REMARK = re.compile(
    r"[A-Za-z]+://\S+|(?P<mark>(?<!\\)#(?!\d)|//|(?<=[ \t;])/\*|(?<=\s)%(?=\s)(?!\s+\w+\)*\s*[=!]=)"
    r"|(?<=[ \t])--(?=[ \t]+[^\W\d_]{2,}[ \t]+[^\W\d]))"
)
#: What stands in a program for people to read: its lines are sentences.
_TOLD = re.compile(r"\"{3}.*?(?:\"{3}|\Z)|'{3}.*?(?:'{3}|\Z)|/\*.*?(?:\*/|\Z)", re.DOTALL)
_RELATIONS = frozenset(("=", ":=", "+=", "-=", "*=", "/=", "<-", "←", "≈", "==", "~="))


@value()
class Stretch:
    """A formula in a line: where it stands, its number, what is said behind it.

    `latex` where it is spelled in LaTeX; `words` where its right side is words: a glossary's line; `inline` where words
    of a sentence stand beside it in its line; `remark` where it stands in a remark behind code, `told` in a text of a
    program's.
    """

    start: int
    end: int
    label: str = ""
    reason: str = ""
    latex: bool = False
    words: bool = False
    inline: bool = False
    remark: bool = False
    told: bool = False


class Finder:
    """Finds the formulas in the lines of a document's texts."""

    def __init__(self, spans: Iterable[Span]) -> None:
        """Learn which words stand in formulas: before a relation, or joined to something by a sign."""
        self.names: set[str] = set()
        for span in spans:
            if span.kind in ("prose", "code"):
                self._learn(span.text, span.start, span.end)

    def _learn(self, text: Text, start: int, end: int) -> None:
        for at, stop in _lines(text, start, end):
            tokens = list(tokens_of(text, at, stop)) if _JOINING.search(text.content, at, stop) else []
            for index, token in enumerate(tokens):
                if token.kind != "word":
                    continue
                before = tokens[index - 1] if index else None
                after = tokens[index + 1] if index + 1 < len(tokens) else None
                heads = after is not None and after.kind == "relation" and after.text in _RELATIONS
                joined = any(
                    (t is not None and t.kind == "operator" and t.text not in ("-", "–", "/"))
                    or (t is not None and t.kind == "operator" and _room(t, token))
                    for t in (before, after)
                )
                if (heads or joined) and token.text.lower() not in _SENTENCE_WORDS:
                    self.names.add(token.text.rstrip(PRIMES))

    def stretches(self, text: Text, start: int, end: int, *, code: bool = False) -> Iterator[Stretch]:
        """Yield the formulas in `text.content[start:end]`, in order."""
        told = [match.span() for match in _TOLD.finditer(text.content, start, end)] if code else []
        for at, stop in _lines(text, start, end):
            while told and told[0][1] <= at:
                told.pop(0)
            if not _RELATING.search(text.content, at, stop):
                continue
            if text.content[at:stop].lstrip().startswith("|") and not code:
                for begin, close in _cells(text, at, stop):
                    yield from self._line(text, begin, close, code=code)
            else:
                words = bool(told) and told[0][0] < at
                for found in self._line(text, at, stop, code=code, words=words):
                    yield replace(found, told=True) if words else found

    def _line(self, text: Text, start: int, end: int, *, code: bool, words: bool = False) -> Iterator[Stretch]:
        lead = _LEAD.match(text.content, start, end)
        begin = lead.end() if lead else start
        comment = lead is not None and bool(re.search(r"[#/%*]|--[ \t]", lead[0]))
        found_marks = _REMARK.finditer(text.content, begin, end)
        marks = (found for found in found_marks if found["mark"] and (code or found["mark"] != "--"))
        remark = next(marks, None) if code or not comment else None
        stop = remark.start() if remark and remark.start() > begin else end
        runs = code and not comment and not words
        if not (code and not comment and KEYWORDS.match(text.content, begin, stop)):
            whole = start == 0 or text.content[start - 1] in "\n|`"
            for at, cut in _at_room(text, begin, stop):
                yield from self._pieces(text, at, cut, begins=whole and at == begin, code=code, runs=runs)
        if remark and remark.start() > begin:
            for found in self._pieces(text, remark.end(), end):
                yield Stretch(
                    found.start, found.end, found.label, found.reason, found.latex, found.words, True, True
                )  # fmt: skip

    def _pieces(
        self, text: Text, start: int, end: int, *, begins: bool = True, code: bool = False,
        runs: bool = False,
    ) -> Iterator[Stretch]:  # fmt: skip
        tokens = list(tokens_of(text, start, end))
        if not any(token.kind == "relation" for token in tokens) and not _bare_slope(tokens):
            return
        if not any(token.kind in ("word", "number", "command") for token in tokens):
            # A line of signs alone is drawn under a title.
            return
        runs = runs and all(token.kind != "command" for token in tokens) and not _says_more(tokens)
        found = list(self._assignments(tokens) if runs else self._runs(tokens, code=code))
        prose = len(found) > 1 or sum(len(run) for run, _ in found) < len(tokens)
        opens = tokens[0] if begins else None
        for run, behind in found:
            yield from self._stretch(text, run, behind, opens, inline=prose)

    def _runs(self, tokens: Sequence[Token], *, code: bool = False) -> Iterator[tuple[list[Token], str]]:
        """Yield the stretches between the words of a sentence, each with the words that stand right behind it."""
        current: list[Token] = []
        for index, token in enumerate(tokens):
            if self._breaks(tokens, index) and not (code and token.text in ("?", ":") and _asks(tokens, index)):
                if current:
                    yield current, _words_from(tokens, index)
                current = []
            else:
                current.append(token)
        if current:
            yield current, ""

    def _assignments(self, tokens: Sequence[Token]) -> Iterator[tuple[list[Token], str]]:
        """Yield the statements in a line of a program, each whole: what of one is no notation is not cut off it.

        Words in brackets at the end of the line are what is said behind the statement.
        """
        current: list[Token] = []
        remark, words = self._remark_at(tokens), self._words_at(tokens)
        end, behind = (remark, tokens[remark + 1 : -1]) if remark < words else (words, tokens[words:])
        for token in (*tokens[:end], None):
            if token is not None and token.text != ";":
                current.append(token)
            elif current:
                said = " ".join(part.text for part in behind) if token is None else ""
                yield current[_head_at(current) :], said
                current = []

    def _words_at(self, tokens: Sequence[Token]) -> int:
        """Return where words begin behind a formula, `E = (t - y)^2 per sample`: nothing joins them to it."""
        begin = next((i + 1 for i, token in enumerate(tokens) if token.kind == "relation"), len(tokens))
        # `T = ground truth` is words from its beginning.
        if begin < len(tokens) and tokens[begin].kind == "word" and len(tokens[begin].text) > 1:
            begin += 1
        depth = 0
        for at in range(begin + 1, len(tokens)):
            before, token, after = tokens[at - 1], tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
            depth += (before.kind == "open") - (before.kind == "close")
            apart = before.end < token.start and before.kind in ("word", "number", "close")
            whole = token.kind == "word" and len(token.text) > 1 and token.text.isascii() and token.text.isalpha()
            free = not _joins(after) and not (after is not None and after.kind == "open" and after.start == token.end)
            if (
                depth <= 0
                and apart
                and whole
                and free
                and token.text not in self.names | _OF_PROGRAMS
                and not _applies(before)
            ):
                return at
        return len(tokens)

    def _remark_at(self, tokens: Sequence[Token]) -> int:
        """Return where the bracket begins that ends a line and holds words: `s = v*p   [by the chain rule]`."""
        last = tokens[-1].kind == "close"
        opened = next((i for i in range(len(tokens) - 1, 1, -1) if tokens[i].kind == "open"), 0) if last else 0
        inside = tokens[opened + 1 : -1]
        words = [token.kind == "word" and len(token.text) > 1 and token.text.isalpha() for token in inside]
        spoken = any(
            all(both) and not {first.text, second.text} & self.names
            for first, second, *both in zip(inside, inside[1:], words, words[1:], strict=False)
        )
        before, opening = tokens[opened - 1], tokens[opened]
        # A round bracket one blank behind a word may be what that is applied to: `r = squash (net input)`.
        applied = opening.text == "(" and before.text.isalpha() and len(before.text) > 1
        apart = opening.start - before.end > applied and before.kind not in ("operator", "relation")
        return opened if opened and apart and spoken else len(tokens)

    def _breaks(self, tokens: Sequence[Token], index: int) -> bool:
        token = tokens[index]
        if token.text in ("<-", "←") and any(t.text == "=" for t in tokens[:index]):
            # `h = tanh(z)   <- the mistake` points at a line.
            return True
        if index and tokens[index - 1].text in ("<-", "←") and any(t.text == "=" for t in tokens[: index - 1]):
            return True
        if token.text == "!" and 0 < index < len(tokens) - 1 and tokens[index + 1].start > token.end:
            # It ends a sentence, where it stands behind a word; behind a letter it is a factorial.
            return tokens[index - 1].kind == "word" and len(tokens[index - 1].text) > 1
        if token.kind in ("string", "stop", "other"):
            return token.text not in ("|", *PRIMES, "!", "...", "…", "∑", "Σ", "∏", "&", "#")
        if token.kind != "word":
            return False
        return not self._is_name(tokens, index)

    def _is_name(self, tokens: Sequence[Token], index: int) -> bool:
        """Say whether a word takes part in a formula."""
        token = tokens[index]
        bare = token.text.rstrip(PRIMES)
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        joined = _joins(before) or _joins(after)
        if _in_braces(before, token, after) or _is_above(tokens, index):
            return True
        if _touches(before, token) or (before is not None and before.text == "/" and _differentiates(tokens, index)):
            return True
        if bare in ("if", "else", "otherwise"):
            return any(t.text in ("else", "otherwise") for t in tokens[index:]) or bare != "if"
        if len(bare) == 1:
            article = bare in ("a", "I", "A") and after is not None and after.kind == "word" and len(after.text) > 1
            return joined or not article or not after or after.text in self.names
        if bare.lower() in _SENTENCE_WORDS:
            return bare in self.names and joined and not _beside_words(before, after)
        if not _WORD.fullmatch(bare) or bare in self.names:
            return True
        called = after is not None and after.kind == "open" and after.start == token.end and after.text == "("
        if after is not None and bare in APPLIED and bare.lower() not in _SAID:
            # What a function is applied to may stand behind it without brackets: `t log p`.
            called = called or after.kind == "number" or len(after.text) == 1 or after.text in self.names
        return called or (joined and not _beside_words(before, after))

    def _stretch(
        self, text: Text, run: list[Token], behind: str, first: Token | None, *, inline: bool
    ) -> Iterator[Stretch]:
        run, label = _without_label(text, run)
        run = _balanced(_trimmed(run))
        if not run or begins("calculates", behind) or (run[0].kind == "relation" and run[0] is not first):
            # Only a line that begins with a relation goes on with the line above it.
            return
        relations = [i for i, token in enumerate(run) if token.kind == "relation"]
        words = bool(relations) and relations[-1] == len(run) - 1 and bool(behind) and run[-1].text in _RELATIONS
        if not relations and not _bare_slope(run):
            return
        if relations and relations[-1] == len(run) - 1:
            if not words:
                run = _trimmed(run[:-1])
                if not any(token.kind == "relation" for token in run):
                    return
            elif len(run) > 3:
                return
        latex = any(token.kind == "command" for token in run)
        yield Stretch(
            run[0].start, run[-1].end, label, behind, latex, words, inline=inline
        )  # fmt: skip


def _applies(word: Token) -> bool:
    """Say whether a word may apply to what stands behind it, or a program goes on behind it: `tanh z`, `not last`."""
    return word.text in _OF_PROGRAMS or word.text in APPLIED


def _says_more(tokens: Sequence[Token]) -> bool:
    """Say whether words join formulas in a line, `E = (t - y)^2 where y = tanh(z)`: no program puts names side by side.

    What programs have words for, `a and b`, is one of those only before a further equation.
    """
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        apart = before.end < token.start and token.end < after.start
        if (
            apart
            and before.kind in ("word", "number", "close")
            and after.kind in ("word", "number", "open", "operator")
        ):
            word = token.text.lower()
            equated = word in _BEFORE_EQUATIONS and any(t.text == "=" and t.start > token.end for t in tokens)
            if token.kind == "word" and (word in _JOINING_FORMULAS or equated):
                return True
    return False


def _at_room(text: Text, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a line where room stands before an equation: `to h1    w1 = 0.3      target t = 0.95`."""
    begin = start
    for match in _ROOM.finditer(text.content, start, end):
        before = text.content[begin : match.start()]
        if before.count("(") == before.count(")"):
            yield begin, match.start()
            begin = match.end()
    yield begin, end


def _head_at(tokens: Sequence[Token]) -> int:
    """Return where the left side of a statement begins, behind the words that declare it: `const double y = …`."""
    relation = next((i for i, token in enumerate(tokens) if token.kind == "relation"), 0)
    declared = (i for i in range(relation - 1, 0, -1) if tokens[i].kind == tokens[i - 1].kind == "word")
    return next(declared, 0)


def _asks(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a question mark or a colon is part of `c ? a : b`."""
    return any(token.text == "?" for token in tokens[: index + 1])


def _lines(text: Text, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    while at < end:
        stop = text.content.find("\n", at, end)
        stop = end if stop < 0 else stop
        if stop > at:
            yield at, stop
        at = stop + 1


def _cells(text: Text, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for at in range(start, end + 1):
        if at == end or (text.content[at] == "|" and text.content[at - 1] != "\\"):
            if at > begin:
                yield begin, at
            begin = at + 1


def _in_braces(before: Token | None, token: Token, after: Token | None) -> bool:
    r"""Say whether a word stands in braces of TeX, as in `\frac{dL}{da}`."""
    opened = before is not None and before.text == "{" and before.end == token.start
    closed = after is not None and after.text == "}" and after.start == token.end
    return opened or closed


def _differentiates(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a word is below the line of a derivative that goes on behind it: `d/dz exp(z)`."""
    return index > 1 and tokens[index].text[0] == tokens[index - 2].text and tokens[index - 2].text in ("d", "∂")


def _touches(before: Token | None, word: Token) -> bool:
    """Say whether a word stands right behind a number or a bracket, as factors do: `2zx`; `2nd` is a word."""
    near = before is not None and before.end == word.start and before.kind in ("number", "close")
    return near and word.text not in ("st", "nd", "rd", "th")


def _is_above(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a word is a differential above another, and a relation stands behind them: `I get dE/dw = …`."""
    whole = "".join(token.text for token in tokens[index : index + 3])
    behind = tokens[index + 3] if index + 3 < len(tokens) else None
    return behind is not None and behind.kind == "relation" and bool(re.fullmatch(r"d[^\W\d]\w*/d[^\W\d]\w*", whole))


def _joins(token: Token | None) -> bool:
    return token is not None and token.kind in ("operator", "relation", "command")


def _room(sign: Token, word: Token) -> bool:
    """Say whether a dash or a slash has room on the side of a word: `y - target`, not `feed-forward`."""
    return sign.end < word.start or word.end < sign.start


def _beside_words(before: Token | None, after: Token | None) -> bool:
    return any(
        token is not None and token.kind == "word" and len(token.text) > 1 and token.text.isalpha()
        for token in (before, after)
    )


def _words_from(tokens: Sequence[Token], index: int) -> str:
    behind = tokens[index + (tokens[index].text in ("<-", "←")) :]
    return " ".join(token.text for token in behind) if behind and behind[0].kind == "word" else ""


def _bare_slope(run: Sequence[Token]) -> bool:
    """Say whether tokens begin with a derivative: an expression that a row below goes on with."""
    head = "".join(token.text for token in run[:4])
    return bool(re.match(r"(?:∂|d)\w*(?:\^2|²)?/(?:∂|d)\w+", head)) or bool(
        re.match(r"\\frac\{\\partial|\\frac\{d", head)
    )


def _trimmed(run: list[Token]) -> list[Token]:
    """Return a stretch without the signs at its ends that belong to the sentence."""
    out = list(run)
    while (
        out
        and (out[-1].kind in ("comma", "operator", "other") or out[-1].text in ("&", "|"))
        and out[-1].text not in PRIMES
        and out[-1].text[-1] not in ENDING
    ):
        out.pop()
    while (
        out
        and (out[0].kind in ("comma", "close", "other") or out[0].text in ("&", "|"))
        and out[0].text not in ("Σ", "∑")
    ):
        out.pop(0)
    return out


def _balanced(run: list[Token]) -> list[Token]:
    """Return a stretch cut before a bracket that its words break off, behind one that they close."""
    opened: list[int] = []
    for index, token in enumerate(run):
        if token.kind == "open":
            opened.append(index)
        elif token.kind == "close" and opened:
            opened.pop()
    if opened:
        first = opened[0]
        relations = [i for i, token in enumerate(run) if token.kind == "relation"]
        if first == 0 and relations:
            # A sentence in brackets: “(The net: s = v p, and …)”.
            return _trimmed(run[1:])
        if relations and first > relations[0]:
            # `f(x where …` breaks off; what stands behind room, as in `z = w x (x is …`, is a remark.
            broken = run[first - 1].kind == "word" and run[first - 1].end == run[first].start
            return [] if broken else _trimmed(run[:first])
    if run and run[-1].kind == "close" and sum(t.kind == "close" for t in run) > sum(t.kind == "open" for t in run):
        return run[:-1]
    return run


def _without_label(text: Text, run: list[Token]) -> tuple[list[Token], str]:
    """Take the number of an equation off: `(2)`, `[3]`, `(iv)` behind room at the end, `(2)` at the beginning."""
    run = list(run)
    while run and run[-1].kind == "comma":
        run.pop()
    if len(run) > 4 and run[-1].kind == "close" and run[-3].kind == "open":
        inner, opening, before = run[-2].text, run[-3], run[-4]
        gap = text.content[before.end : opening.start]
        letters = any(token.kind == "word" for token in run[:-3])
        roomy = len(gap) > 1 or "\t" in gap
        counted = bool(gap) and inner.isdigit() and len(inner) < 3 and letters and before.kind in ("word", "close")
        if (roomy or counted) and _LABEL.fullmatch(inner) and before.kind not in ("operator", "relation"):
            return run[:-3], inner
    opens = len(run) > 5 and run[0].kind == "open" and run[2].kind == "close" and _LABEL.fullmatch(run[1].text)
    if opens and run[3].start > run[2].end and run[3].kind in ("word", "operator", "command"):
        return run[3:], run[1].text
    return run, ""
