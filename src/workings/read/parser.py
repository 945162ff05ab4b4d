"""Tokens → expressions: the walk over the grammar's tables, and what each rule builds.

The walk keeps its own stacks, so a formula can be as deep as memory. The grammar says what may stand
where; `_BUILD` says what each of its rules means, one line a rule.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any, NamedTuple

from workings.errors import ReadError
from workings.graph.expr import (
    Apply,
    Call,
    Expr,
    Number,
    Partial,
    call,
    depth,
    number,
    partial,
    symbol,
)
from workings.graph.op import Named, Op
from workings.graph.ops.arithmetic import add, div, euler, mul, neg, power, sub
from workings.graph.ops.pointwise import sqrt
from workings.graph.ops.selection import above, absolute, at_least, cases
from workings.read.text import Text
from workings.read.words import EULER_POWER, Numeral, Token

_DEEPEST_TREE = 10_000
_MOST_TOKENS = 20_000


class _Tables(NamedTuple):
    start: int
    end: int
    states: list[dict[str, int]]
    rules: list[tuple[str, int, str]]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    data: dict[str, Any] = json.loads(Path(__file__).with_name("grammar.json").read_text(encoding="utf-8"))
    return _Tables(data["start"], data["end"], data["states"], [tuple(rule) for rule in data["rules"]])


class Part(NamedTuple):
    """An expression on the stack and where it stands.

    `slash`: it is a quotient without brackets; `bare`: it ends in a function applied without brackets. What
    follows either of them side by side can be read in two ways.
    """

    expr: Expr
    start: int
    end: int
    slash: bool = False
    bare: bool = False


class _Condition(NamedTuple):
    """Comparisons that hold together: `0 < z < 1`; each is its left side, its sign and its right side."""

    comparisons: tuple[tuple[Expr, str, Expr], ...]
    start: int
    end: int

    @property
    def switch(self) -> Expr:
        """1 where all of it holds, else 0."""
        return reduce(mul, (switch for left, sign, right in self.comparisons for switch in _ORDERS[sign](left, right)))


_ORDERS: dict[str, Callable[[Expr, Expr], tuple[Expr, ...]]] = {
    "GREATER": lambda a, b: (above(a, b),),
    "ATLEAST": lambda a, b: (at_least(a, b),),
    "LESS": lambda a, b: (above(b, a),),
    "ATMOST": lambda a, b: (at_least(b, a),),
    "EQUALS": lambda a, b: (at_least(a, b), at_least(b, a)),
}


class _Rows(NamedTuple):
    """The cases of a formula so far, each with its condition; the last may have none."""

    rows: tuple[tuple[Expr, _Condition | Part | None], ...]
    start: int
    end: int


class _Arguments:
    """A list of arguments that grows as it is read."""

    def __init__(self, first: Part) -> None:
        self.items = [first.expr]


def parse_formula(text: Text, tokens: Sequence[Token], start: int, end: int, parts: list[Part] | None = None) -> Expr:
    """Return the expression that `tokens` write; `start` and `end` bound the formula for messages.

    Every piece of the formula is added to `parts` with its place, where that is given.

    Raises:
        ReadError: where the tokens are not a formula.
    """
    if len(tokens) > _MOST_TOKENS:
        raise text.error(
            start, end, f"this formula has {len(tokens):,} signs", f"at most {_MOST_TOKENS:,}",
            "nobody can read such a formula, and its derivation would be longer still",
            "give the inner parts names, one equation each: `u = …`",
        )  # fmt: skip
    tables = _tables()
    states: list[int] = [tables.start]
    values: list[Any] = []
    stream = [*tokens, Token("$END", "", end, end)]
    index = 0
    while True:
        token = stream[index]
        if token.kind == "$END" and states[-1] == tables.end:
            break
        action = tables.states[states[-1]].get(token.kind)
        if action is None:
            raise _unexpected(text, tokens, token, set(tables.states[states[-1]]), start)
        if action >= 0:
            states.append(action)
            values.append(token)
            index += 1
            continue
        origin, size, alias = tables.rules[-1 - action]
        pieces = values[len(values) - size :]
        del values[len(values) - size :], states[len(states) - size :]
        values.append(_BUILD[alias](text, *pieces) if alias else pieces[0])
        if parts is not None and isinstance(values[-1], Part):
            parts.append(values[-1])
        states.append(tables.states[states[-1]][origin])
    found: Expr = values[-1].expr
    if depth(found) > _DEEPEST_TREE:
        raise text.error(
            start, end, f"this formula is nested more than {_DEEPEST_TREE:,} deep",
            f"at most {_DEEPEST_TREE:,} operations inside each other",
            "nobody can read such a formula, and its derivation would be longer still",
            "give the inner parts names, one equation each: `u = …`",
        )  # fmt: skip
    return found


_WORDS = {
    "NUMBER": "a number", "NAME": "a name", "LPAR": "`(`", "RPAR": "`)`", "RBRACE": "`}`", "RSQB": "`]`",
    "COMMA": "`,`", "PLUS": "an operator", "ENDBAR": "`|`", "$END": "the end of the formula", "LBRACE": "`{`",
    "PARTIAL": "`∂`",
}  # fmt: skip


def _unexpected(text: Text, tokens: Sequence[Token], token: Token, allowed: set[str], start: int) -> ReadError:
    if "NAME" in allowed and "$END" in allowed:
        allowed = allowed - {"NUMBER", "NAME", "LPAR", "LBRACE"}
    words = [word for kind, word in _WORDS.items() if kind in allowed]
    expected = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "nothing more"
    previous = next((t for t in reversed(tokens) if t.end <= token.start), None)
    if token.kind == "$END":
        at = previous.start if previous else start
        return text.error(
            at, token.end, "the formula ends too early" if previous else "there is no formula here", expected,
            f"after `{previous.text}` something has to follow" if previous else "an equation needs a right side",
            "write what comes next, or leave the last sign out" if previous else "write the formula: `ŷ = A(w x)`",
        )  # fmt: skip
    after = f" after `{previous.text}`" if previous else ""
    if previous and previous.kind in ("FUNCTION", "KNOWN"):
        why = f"`{previous.text}` is a function, and a function is applied with brackets"
        return text.error(
            previous.start, previous.end, f"`{previous.text}` stands here without its brackets", "`(`", why,
            f"`{previous.text}(…)`",
        )  # fmt: skip
    return text.error(
        token.start, token.end, f"`{token.text}` cannot stand here{after}", expected,
        "two operators do not follow each other, and every operator needs both its sides",
        f"leave `{token.text}` out, or write what is missing before it",
    )  # fmt: skip


def _number(_: Text, token: Token) -> Part:
    assert isinstance(token.value, Numeral)
    return Part(number(token.value.value, token.value.decimal), token.start, token.end)


def _name(_: Text, token: Token) -> Part:
    return Part(symbol(str(token.value)), token.start, token.end)


def _letter(_: Text, token: Token) -> Part:
    assert isinstance(token.value, Op)
    return Part(token.value(), token.start, token.end)


def _binary(op: Op) -> Callable[..., Part]:
    def build(_: Text, left: Part, _sign: Token, right: Part) -> Part:
        return Part(op(left.expr, right.expr), left.start, right.end)

    return build


def _divide(_: Text, left: Part, _sign: Token, right: Part) -> Part:
    # `a/1/2` is (a/1)/2: its right end is no fraction of its own.
    return Part(div(left.expr, right.expr), left.start, right.end, slash=not isinstance(right.expr, Number))


def _juxtapose(text: Text, left: Part, right: Part) -> Part:
    if left.slash:
        raise _two_readings_of_slash(text, left, right)
    halved = isinstance(left.expr, Apply) and left.expr.op is div and isinstance(left.expr.args[1], Number)
    built_up = text.content[left.start : left.start + 1] == "\\"
    if halved and not built_up and left.end == right.start and text.content[right.start].isalpha():
        raise _two_readings_of_slash(text, left, right)
    if left.bare and not isinstance(right.expr, Number) and not right.bare and not _applied_function(right.expr):
        begin = text.content[left.start : left.end]
        c = text.content[right.start : right.end]
        raise text.error(
            left.start, right.end, f"`{begin} {c}` can be read in two ways",
            "brackets around what the function applies to",
            "without brackets nobody can tell where the argument ends",
            f"`…({begin.split()[-1]} {c})` or `({begin}) {c}`",
        )  # fmt: skip
    return Part(mul(left.expr, right.expr), left.start, right.end, bare=right.bare)


def _two_readings_of_slash(text: Text, left: Part, right: Part) -> ReadError:
    whole = text.content[left.start : right.end]
    a, c = text.content[left.start : left.end], text.content[right.start : right.end]
    top, bottom = _at_last_slash(a)
    return text.error(
        left.start, right.end, f"`{whole}` can be read in two ways", "a reading that the page settles",
        "side by side multiplies as `*` does, from left to right, but many read it before the `/`",
        f"`({a}) {c}` or `{top}/({bottom} {c})`",
    )  # fmt: skip


def _at_last_slash(text: str) -> tuple[str, str]:
    """Cut a quotient at the last `/` that stands in no bracket."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] in ")]}") - (text[at] in "([{")
        if text[at] == "/" and depth == 0:
            return text[:at].rstrip(), text[at + 1 :].lstrip()
    return text, ""


def _applied_function(expr: Expr) -> bool:
    return isinstance(expr, Call) or (isinstance(expr, Apply) and isinstance(expr.op.layout, Named))


def _negate(_: Text, sign: Token, part: Part) -> Part:
    return Part(neg(part.expr), sign.start, part.end)


def _raise(_: Text, base: Part, _sign: Token, exponent: Part) -> Part:
    return Part(raised(base.expr, exponent.expr), base.start, exponent.end)


def raised(base: Expr, exponent: Expr) -> Expr:
    """Return base to the exponent; Euler's number raised is the exponential function in that spelling."""
    if isinstance(base, Apply) and base.op is euler:
        return EULER_POWER(exponent)
    return power(base, exponent)


def _small(_: Text, base: Part, token: Token) -> Part:
    return Part(raised(base.expr, _small_number(token)), base.start, token.end)


def _small_number(token: Token) -> Expr:
    n = int(str(token.value))
    return number(n) if n >= 0 else neg(number(-n))


def _bracket(_: Text, opening: Token, part: Part, closing: Token) -> Part:
    return Part(part.expr, opening.start, closing.end)


def _held(text: Text, opening: Token, part: Part, _closing: Token, names: Token) -> Part:
    if not isinstance(part.expr, Partial):
        raise text.error(
            names.start, names.end, "a subscript stands on a bracket", "a derivative in the bracket",
            "only a derivative can say what it holds fixed: `(∂E/∂w)_ŷ`", "leave the subscript out",
        )  # fmt: skip
    kept = [symbol(name) for name in str(names.value).split()]
    return Part(partial(part.expr.of, part.expr.by, kept), opening.start, names.end)


def _compared(_: Text, left: Part, sign: Token, right: Part) -> _Condition:
    return _Condition(((left.expr, sign.kind, right.expr),), left.start, right.end)


def _compared_on(_: Text, before: _Condition, sign: Token, right: Part) -> _Condition:
    last = before.comparisons[-1][2]
    return _Condition((*before.comparisons, (last, sign.kind, right.expr)), before.start, right.end)


def _switch(_: Text, opening: Token, condition: _Condition, closing: Token) -> Part:
    return Part(condition.switch, opening.start, closing.end)


def _case(_: Text, part: Part, _if: Token, condition: _Condition | Part) -> _Rows:
    return _Rows(((part.expr, condition),), part.start, condition.end)


def _next_case(_: Text, before: _Rows, _else: Token, part: Part, _if: Token, condition: _Condition) -> _Rows:
    return _Rows((*before.rows, (part.expr, condition)), before.start, condition.end)


def _last_case(_: Text, before: _Rows, _else: Token, part: Part) -> _Rows:
    return _Rows((*before.rows, (part.expr, None)), before.start, part.end)


def _all_cases(text: Text, opening: Token, found: _Rows, closing: Token) -> Part:
    *rows, (whole, last) = found.rows
    if any(condition is None for _, condition in rows) or (last is not None and not _meet(found)):
        raise text.error(
            found.start, found.end, "these cases do not say what holds for every number",
            "conditions that leave nothing out, or a last case `otherwise`",
            "a formula needs a value wherever it is taken", "a last case without a condition",
        )  # fmt: skip
    for expr, condition in reversed(rows):
        assert condition is not None
        whole = cases(condition.switch if isinstance(condition, _Condition) else condition.expr, expr, whole)
    return Part(whole, opening.start, closing.end)


def _start_cases(text: Text, found: _Rows) -> Part:
    ends = (Token("LPAR", "", found.start, found.start), Token("RPAR", "", found.end, found.end))
    return _all_cases(text, ends[0], found, ends[1])


def _where(_: Text, head: Token, _open: Token, condition: _Condition, *rest: Any) -> Part:
    return Part(cases(condition.switch, rest[1].expr, rest[3].expr), head.start, rest[4].end)


def _meet(found: _Rows) -> bool:
    """Say whether conditions on two things reach to both sides of their meeting: then the last case is the rest."""
    conditions = [condition for _, condition in found.rows]
    compared = [c.comparisons[0] for c in conditions if isinstance(c, _Condition) and len(c.comparisons) == 1]
    left, _, right = compared[0] if compared else (None, "", None)
    if len(compared) < len(conditions) or any({a, b} != {left, right} for a, _, b in compared):
        return False
    return {_UPWARD[sign] if a is left else -_UPWARD[sign] for a, sign, _ in compared} >= {1, -1}


_UPWARD = {"GREATER": 1, "ATLEAST": 1, "LESS": -1, "ATMOST": -1, "EQUALS": 0}


def _fraction(_: Text, head: Token, *rest: Any) -> Part:
    part = _divide(_, rest[1], head, rest[4])
    return Part(part.expr, head.start, rest[5].end)


def _first(_: Text, part: Part) -> _Arguments:
    return _Arguments(part)


def _more(_: Text, before: _Arguments, _comma: Token, part: Part) -> _Arguments:
    before.items.append(part.expr)
    return before


def _call(_: Text, head: Token, _open: Token, given: _Arguments, close: Token) -> Part:
    return Part(call(str(head.value), tuple(given.items)), head.start, close.end)


def _call_prime(_: Text, head: Token, prime: Token, _open: Token, given: _Arguments, close: Token) -> Part:
    orders = (int(str(prime.value)),) + (0,) * (len(given.items) - 1)
    return Part(call(str(head.value), tuple(given.items), orders), head.start, close.end)


def _call_nth(_: Text, nth: Token, head: Token, _open: Token, given: _Arguments, close: Token) -> Part:
    orders = tuple(int(str(nth.value) == str(i + 1)) for i in range(len(given.items)))
    return Part(call(str(head.value), tuple(given.items), orders), nth.start, close.end)


def _known(text: Text, head: Token, _open: Token, given: _Arguments, close: Token) -> Part:
    assert isinstance(head.value, Op)
    return Part(_applied(text, head, tuple(given.items), close.end), head.start, close.end)


def _applied(text: Text, head: Token, args: tuple[Expr, ...], end: int) -> Expr:
    op = head.value
    assert isinstance(op, Op)
    if len(args) == op.arity:
        return op(*args)
    wanted = "one argument" if op.arity == 1 else f"{op.arity} arguments"
    found = "one argument" if len(args) == 1 else f"{len(args)} arguments"
    raise text.error(
        head.start, end, f"`{head.text}` is given {found}", wanted, f"it is {op.law}",
        f"`{head.text}({', '.join('ab'[: op.arity])})`",
    )  # fmt: skip


def _known_prime(text: Text, head: Token, prime: Token, _open: Token, given: _Arguments, close: Token) -> Part:
    assert isinstance(head.value, Op)
    _applied(text, head, tuple(given.items), close.end)
    if prime.value != 1 or head.value.arity != 1:
        raise text.error(
            head.start, close.end, f"`{head.text}{prime.text}` is a derivative that is not read",
            "at most one prime on a function of one argument",
            "the first derivative of a known function is in the table; higher ones are not",
            "define the function yourself and differentiate that",
        )  # fmt: skip
    return Part(head.value.partials(*given.items)[0], head.start, close.end)


def _raised_call(build: Callable[..., Part], exponent_at: int) -> Callable[..., Part]:
    def raise_it(text: Text, head: Token, *rest: Any) -> Part:
        exponent = rest[exponent_at]
        part = build(text, head, *rest[exponent_at + 1 :])
        n = _small_number(exponent) if isinstance(exponent, Token) else exponent.expr
        if isinstance(n, Apply):
            raise text.error(
                head.start, part.end, f"`{head.text}` to a negative power can be read in two ways",
                "the inverse function by its name, or the quotient",
                "on paper tan⁻¹ is the inverse function, and x⁻¹ is 1/x", f"`1/{head.text}(…)`",
            )  # fmt: skip
        return Part(power(part.expr, n), part.start, part.end)

    return raise_it


def _known_bare(text: Text, head: Token, part: Part) -> Part:
    return Part(_applied(text, head, (part.expr,), part.end), head.start, part.end, bare=True)


def _root_of_number(text: Text, head: Token, token: Token) -> Part:
    return Part(sqrt(_number(text, token).expr), head.start, token.end)


def _root_of_name(text: Text, head: Token, token: Token) -> Part:
    return Part(sqrt(_name(text, token).expr), head.start, token.end)


def _function_name(_: Text, head: Token) -> Part:
    return Part(symbol(str(head.value)), head.start, head.end)


def _slope(_: Text, first: Token, of: Part, *rest: Any) -> Part:
    return Part(partial(of.expr, symbol(str(rest[-1].value))), first.start, rest[-1].end)


def _slope_fraction(_: Text, first: Token, _open: Token, _d: Token, of: Part, *rest: Any) -> Part:
    return Part(partial(of.expr, symbol(str(rest[-2].value))), first.start, rest[-1].end)


def _slope_of(_: Text, first: Token, *rest: Any) -> Part:
    return Part(partial(rest[-1].expr, symbol(str(rest[-2].value))), first.start, rest[-1].end)


def _slope_fraction_of(_: Text, first: Token, *rest: Any) -> Part:
    return Part(partial(rest[-1].expr, symbol(str(rest[-3].value))), first.start, rest[-1].end)


def _same(_: Text, part: Part) -> Part:
    return part


def _keep_second(_: Text, _sign: Token, part: Part) -> Part:
    return part


def _absolute(_: Text, bar: Token, part: Part, end: Token) -> Part:
    return Part(absolute(part.expr), bar.start, end.end)


def _root(_: Text, head: Token, _open: Token, part: Part, close: Token) -> Part:
    return Part(sqrt(part.expr), head.start, close.end)


_BUILD: dict[str, Callable[..., Any]] = {
    "start": _same,
    "number": _number,
    "name": _name,
    "letter": _letter,
    "add": _binary(add),
    "subtract": _binary(sub),
    "multiply": _binary(mul),
    "divide": _divide,
    "juxtapose": _juxtapose,
    "negate": _negate,
    "keep_second": _keep_second,
    "raise_power": _raise,
    "raise_small": _small,
    "bracket": _bracket,
    "held": _held,
    "switch": _switch,
    "compared": _compared,
    "compared_on": _compared_on,
    "case": _case,
    "case_by_value": _case,
    "next_case": _next_case,
    "last_case": _last_case,
    "all_cases": _all_cases,
    "start_cases": _start_cases,
    "where": _where,
    "absolute": _absolute,
    "fraction": _fraction,
    "root": _root,
    "root_of_number": _root_of_number,
    "root_of_name": _root_of_name,
    "first": _first,
    "more": _more,
    "call": _call,
    "call_prime": _call_prime,
    "call_small": _raised_call(_call, 0),
    "call_raised": _raised_call(_call, 1),
    "call_nth": _call_nth,
    "known": _known,
    "known_prime": _known_prime,
    "known_small": _raised_call(_known, 0),
    "known_raised": _raised_call(_known, 1),
    "known_bare": _known_bare,
    "known_bare_small": _raised_call(_known_bare, 0),
    "known_bare_raised": _raised_call(_known_bare, 1),
    "function_name": _function_name,
    "slope": _slope,
    "slope_of": _slope_of,
    "slope_fraction": _slope_fraction,
    "slope_fraction_of": _slope_fraction_of,
}
