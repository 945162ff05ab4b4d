"""A network block → facts: declarations and equations, one a line.

    input  x in {0, 1}        weight w in [0, 1]        rate α = 1/2
    ŷ = A(w x)                minimise E                patterns (x; t) = (0; 0), (1; 1)

Here what cannot be read is an error, and all the errors of a block are found in one go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workings.errors import ReadError
from workings.graph.expr import Expr, names
from workings.graph.network import Role
from workings.graph.writing.spelling import plain as shown_name
from workings.graph.writing.spelling import with_mark
from workings.read.facts.records import Declared, Definition, Facts, Given, Parse, RawDomain, RawPatterns
from workings.read.formula.plain import plain_formula
from workings.read.formula.tree import factors_of
from workings.read.lines.left_over import LeftOver
from workings.read.names.elaborate import elaborate
from workings.read.names.spelling import superscript, units
from workings.read.names.vocabulary import Vocabulary
from workings.read.page.text import Snippet, Text

_MOST_STATEMENTS = 10_000
_ROLES: dict[str, Role] = {
    "input": "input", "target": "target", "weight": "weight", "constant": "constant", "rate": "rate",
}  # fmt: skip
_KEYWORDS = (*_ROLES, "start", "minimise", "minimize", "patterns")
_KEYWORD = re.compile(rf"\s*({'|'.join(_KEYWORDS)})(?:s(?=\s))?[ \t]+(?![=:(]\s*[^(]*$)")
_PATTERNS = re.compile(r"\s*patterns\s*(?=\()")
#: A name, perhaps with something in braces: `w_{t+1}`, `a_{(1)}`, `a^{(1)}`; the braces may hold brackets.
_NAME = r"[^\W\d_](?:_\{[^{}]*\}|\^\{[(\[][^{}]*[)\]]\}|[^\s()=:,<>+*/^−-])*"
_PARAMETERS = r"(?:\((?P<parameters>(?:\{[^{}]*\}|[^(){}])*)\))?"
_HEAD = re.compile(rf"\s*(?P<name>{_NAME})\s*{_PARAMETERS}\s*(?P<sign>:=|=)(?!=)")
_MEMBER = re.compile(r"\s+in\s+|\s*∈\s*")
_LETTER = re.compile(r"[^\W\d_]")
_NO_NAMES = Vocabulary()


def block_facts(text: Text, start: int, end: int, facts: Facts) -> None:
    """Add what the block `text.content[start:end]` states to `facts`; failures go to its problems."""
    for count, (at, stop) in enumerate(block_lines(text, start, end), start=1):
        if count > _MOST_STATEMENTS:
            facts.problems.append(text.problem(
                at, stop, f"the network has more than {_MOST_STATEMENTS:,} lines", f"at most {_MOST_STATEMENTS:,}",
                "nobody reads a derivation of that length", "a smaller network",
            ))  # fmt: skip
            return
        if text.place(at).line in facts.derivation:
            continue
        try:
            _line(text, at, stop, facts)
        except ReadError as error:
            facts.problems += error.problems


def stated_by_blocks(facts: Facts) -> Iterator[LeftOver]:
    """Yield the equations of the blocks, and the numbers that they give, with what they are."""
    for definition in facts.definitions:
        yield LeftOver(definition.at, 1, "definition", "")
    domains = [declared.domain.at for declared in facts.declared if declared.domain is not None]
    for at in (*(one.at for one in (*facts.values, *facts.starts, *facts.patterns)), *domains):
        if "=" in at.content:
            yield LeftOver(at, 1, "declaration", "")


def is_declared(line: str) -> bool:
    """Say whether a line of text declares names, as only a network block does: `weight w in R`."""
    return bool(_KEYWORD.match(line) or _PATTERNS.match(line))


def block_lines(text: Text, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each statement: a line without its remark; a table of patterns may run on."""
    pending: int | None = None
    at = start
    while at < end:
        stop = text.content.find("\n", at, end)
        stop = end if stop < 0 else stop
        remark = text.content.find("#", at, stop)
        cut = remark if remark >= 0 else stop
        line = text.content[at:cut]
        if line.strip():
            begin = at if pending is None else pending
            runs_on = _PATTERNS.match(text.content, begin) and line.rstrip().endswith((",", "="))
            pending = begin if runs_on else None
            if not runs_on:
                yield begin, at + len(line.rstrip())
        at = stop + 1
    if pending is not None:
        yield pending, end


def _line(text: Text, start: int, end: int, facts: Facts) -> None:
    if match := _PATTERNS.match(text.content, start, end):
        facts.patterns.append(_patterns(text, start, match.end(), end))
        return
    match = _KEYWORD.match(text.content, start, end)
    if match is None:
        facts.definitions.append(equation(text, start, end))
        return
    word, at = match[1], match.end()
    if word in ("minimise", "minimize"):
        snippet = _trimmed(text, at, end)
        facts.minimised.append((_one_name(snippet), snippet))
    elif word == "start":
        facts.starts += [_given(text, a, b) for a, b in _split(text, at, end)]
    else:
        _declarations(text, at, end, word, facts)


def equation(text: Text, start: int, end: int) -> Definition:
    """Return the definition that a line of plain notation writes.

    Raises:
        ReadError: where the line has no `=`, or its left side is neither a name nor a function of names.
    """
    match = _HEAD.match(text.content, start, end)
    if match is None or not _LETTER.match(match["name"]):
        raise _no_equation(_trimmed(text, start, end))
    at = match.end()
    name = _one_name(_trimmed(text, match.start("name"), match.end("name")))
    whole = _trimmed(text, start, end)
    if match["parameters"] is None:
        return Definition(name, None, whole, formula(text, at, end))
    begin = match.start("parameters")
    parameters = tuple(_one_name(_trimmed(text, a, b)) for a, b in _split(text, begin, match.end("parameters")))
    return Definition(name, parameters, whole, formula(text, at, end))


def _no_equation(line: Snippet) -> ReadError:
    content = line.content
    if "=" in content:
        left = content.partition("=")[0].strip()
        return ReadError([line.problem(
            f"`{left}` cannot be defined", "a name, or a function of names: `A(z) = …`",
            "an equation gives a meaning to the name on its left side", f"`y = …` in the place of `{left} = …`",
        )])  # fmt: skip
    return ReadError([line.problem(
        f"`{content[:40]}` is neither an equation nor a declaration",
        "`name = formula`, or a line that begins with " + ", ".join(f"`{w}`" for w in _KEYWORDS if w != "minimize"),
        "every line of a network block states one thing",
        "`# " + content[:40] + "` if it is a remark",
    )])  # fmt: skip


def formula(text: Text, start: int, end: int) -> Parse:
    """Return the reading of a formula in plain notation, to be run when the vocabulary is known."""
    made = plain_formula(text, start, end)

    def parse(words: Vocabulary) -> Expr:
        return elaborate(made, text, words).expr

    return parse


def read_formula(content: str, known: Sequence[str], file: str) -> Expr:
    """Return a formula that stands alone, in names that are known.

    Raises:
        ReadError: when it cannot be read, or uses another name.
    """
    text = Text(content, file)
    found = formula(text, 0, len(text.content))(Vocabulary(names=frozenset(known)))
    other = [name for name in names(found) if name not in known]
    if other:
        shown = ", ".join(f"`{shown_name(name)}`" for name in known)
        raise text.error(
            0, len(text.content), f"`{shown_name(other[0])}` has no value here", shown,
            "a formula that stands alone can use these names", f"`{shown_name(known[0])}` in the place of it",
        )  # fmt: skip
    return found


def _trimmed(text: Text, start: int, end: int) -> Snippet:
    content = text.content[start:end]
    lead = len(content) - len(content.lstrip())
    return Snippet(text, start + lead, max(start + lead + 1, start + len(content.rstrip())))


def _one_name(at: Snippet) -> str:
    found = units(factors_of(plain_formula(at.text, at.start, at.end).root), _NO_NAMES)
    unit = found[0]
    mark = superscript(unit, _NO_NAMES)
    if len(found) == 1 and unit.name and mark is not None and (mark.in_brackets or mark.sure):
        return with_mark(mark.base, mark.mark, mark.primes)
    if len(found) != 1 or not unit.name or unit.high is not None:
        raise ReadError([at.problem(
            f"`{at.content}` is not a name", "one name: letters, digits, a subscript",
            "a name begins with a letter; a product or a number is no name", "`w`, `w₁`, `y_hat`",
        )])  # fmt: skip
    return unit.name + "'" * unit.primes


def _split(text: Text, start: int, end: int, mark: str = ",") -> list[tuple[int, int]]:
    """Cut at the marks that stand outside brackets."""
    found: list[tuple[int, int]] = []
    depth, begin = 0, start
    for at in range(start, end):
        character = text.content[at]
        depth += (character in "([{") - (character in ")]}")
        if character in mark and depth == 0:
            found.append((begin, at))
            begin = at + 1
    return [*found, (begin, end)]


def _closing(text: Text, start: int, end: int) -> int:
    """Return where the bracket at `start` is closed, or -1: the columns `(x_{(1)}; t)` hold brackets."""
    depth = 0
    for at in range(start, end):
        depth += (text.content[at] == "(") - (text.content[at] == ")")
        if depth == 0:
            return at
    return -1


def _declarations(text: Text, start: int, end: int, word: str, facts: Facts) -> None:
    """Read `weight a, b in R`: a name without a domain of its own takes that of the next name that has one."""
    waiting: list[Snippet] = []
    for begin, stop in _split(text, start, end):
        item = _trimmed(text, begin, stop)
        match = _MEMBER.search(text.content, item.start, item.end)
        equals = text.content.find("=", item.start, item.end)
        if match is not None:
            waiting.append(_trimmed(text, item.start, match.start()))
            try:
                domain = read_domain(text, match.end(), item.end)
            except ReadError as error:
                # The domain is at fault, not the name: it is declared, so that using it is no second failure.
                domain = None
                facts.problems += error.problems
            for name in waiting:
                facts.declared.append(Declared(_one_name(name), _ROLES[word], domain, name, f"declared: `{word}`"))
            waiting = []
        elif equals >= 0:
            _declared_value(text, item, equals, word, facts)
        else:
            waiting.append(item)
    for name in waiting:
        facts.declared.append(Declared(_one_name(name), _ROLES[word], None, name, f"declared: `{word}`"))


def _declared_value(text: Text, item: Snippet, equals: int, word: str, facts: Facts) -> None:
    name = _trimmed(text, item.start, equals)
    facts.declared.append(Declared(_one_name(name), _ROLES[word], None, name, f"declared: `{word}`"))
    if word in ("constant", "rate"):
        facts.values.append(_given(text, item.start, item.end))
    elif word == "weight":
        facts.starts.append(_given(text, item.start, item.end))
    elif word == "target":
        facts.definitions.append(equation(text, item.start, item.end))
    else:
        value = formula(text, equals + 1, item.end)
        domain = RawDomain("finite", (value,), item)
        facts.declared[-1] = Declared(_one_name(name), "input", domain, name, "declared: `input`")


def _given(text: Text, start: int, end: int) -> Given:
    item = _trimmed(text, start, end)
    equals = text.content.find("=", item.start, item.end)
    if equals < 0:
        raise ReadError([item.problem(
            f"`{item.content}` gives no number", "`name = number`", "a start is a name and the number it begins at",
            f"`{item.content.split()[0]} = 0.5`",
        )])  # fmt: skip
    return Given(_one_name(_trimmed(text, item.start, equals)), formula(text, equals + 1, item.end), item)


def read_domain(text: Text, start: int, end: int) -> RawDomain:
    """Read `{0, 1}`, `[0, 1]` or `R`.

    Raises:
        ReadError: for anything else, a space of vectors among it.
    """
    at = _trimmed(text, start, end)
    content = at.content
    if content in ("R", "ℝ"):
        return RawDomain("reals", (), at)
    inner = [formula(text, a, b) for a, b in _split(text, at.start + 1, at.end - 1)]
    if content.startswith("{") and content.endswith("}") and content[1:-1].strip():
        return RawDomain("finite", tuple(inner), at)
    if content.startswith("[") and content.endswith("]") and len(inner) == 2:
        return RawDomain("interval", tuple(inner), at)
    if re.match(r"[Rℝ]\s*(\^|[²³⁴-⁹])", content):
        raise ReadError([at.problem(
            f"`{content}` is a space of vectors", "`R`, an interval `[0, 1]` or a finite domain `{0, 1}`",
            "vectors and matrices are not read yet; every name is one number",
            "one name for each component: `x₁, x₂ in R`",
        )])  # fmt: skip
    raise ReadError([at.problem(
        f"`{content}` is not a domain", "`R`, an interval `[0, 1]` or a finite domain `{0, 1}`",
        "a domain says which numbers the name can be", "`in R`",
    )])  # fmt: skip


def _patterns(text: Text, start: int, at: int, end: int) -> RawPatterns:
    """Read `(x₁, x₂; t) = (0, 0; 0), (0, 1; 1)`."""
    whole = _trimmed(text, start, end)
    close = _closing(text, at, end)
    equals = text.content.find("=", at, end)
    if close < 0 or equals < close:
        raise ReadError([whole.problem(
            "this table of patterns has no columns", "`(inputs; targets) = ` and then the rows",
            "the first bracket names what the numbers of each row belong to",
            "`patterns (x₁, x₂; t) = (0, 0; 0), (0, 1; 1)`",
        )])  # fmt: skip
    columns = tuple(_one_name(_trimmed(text, a, b)) for a, b in _split(text, at + 1, close, ",;"))
    rows: list[tuple[tuple[Parse, ...], Snippet]] = []
    for a, b in _split(text, equals + 1, end):
        row = _trimmed(text, a, b)
        content = row.content
        if not (content.startswith("(") and content.endswith(")")):
            raise ReadError([row.problem(
                f"`{content[:40]}` is not a row of patterns", "numbers in brackets",
                "each row gives one number a column", "`(0, 1; 1)`",
            )])  # fmt: skip
        cells = tuple(formula(text, c, d) for c, d in _split(text, row.start + 1, row.end - 1, ",;"))
        rows.append((cells, row))
    return RawPatterns(columns, tuple(rows), whole)
