r"""Equations → definitions and numbers: which name a left side is, and which side of a chain defines it.

    z = w x + b                  z is defined
    w_1 = w_2 = 0.5              two numbers
    ŷ = f(x) = w x + b           ŷ and f are defined
    w = w − η ∂E/∂w              an update: nothing is defined

Of a chain, the first side that uses names defines the name on the left.
"""

from __future__ import annotations

from workings.errors import ReadError
from workings.graph.expr import Expr, call, symbol
from workings.graph.op import Op
from workings.graph.writing.spelling import canonical
from workings.read.facts.members import take_members, take_parts, take_terms
from workings.read.facts.page import Page, shares
from workings.read.facts.records import Definition, Given, Parse, always
from workings.read.formula.statement import Side, Statement, is_number
from workings.read.formula.tree import Big, Fence, Formula, Series, Sum, bare, preorder
from workings.read.names.many import carries
from workings.read.names.queries import (
    defined,
    defines_a_power,
    head,
    is_turned,
    mentions,
    named_function,
    names_of,
    single,
)
from workings.read.names.vectors import listed
from workings.read.names.vocabulary import KNOWN, LETTERS, Vocabulary
from workings.read.page.text import Snippet
from workings.read.phrases import heard


def take_equation(page: Page, statement: Statement, name: str, parameters: tuple[str, ...] | None) -> None:
    """Take an equation whose left side is a name, or a function of names."""
    if statement.kind == "code" and page.defined_in_formulas and name not in page.needed_of_code:
        # The page's formulas are the network; code beside them is its translation, not a second one.
        page.unused(statement, "code; the network is read from the formulas")
        return
    if page.spans[statement.span].mentioned and (page.defined_in_formulas or page.is_code):
        page.unused(statement, "code that a sentence mentions; the network stands elsewhere on the page")
        page.mentioned.add(statement)
        return
    if defines_a_power(statement, page.words):
        page.facts.definitions.append(Definition(name, None, statement.at, _layer(statement)))
        return
    if parameters is None and _take_shared_number(page, statement):
        return
    if name in page.implied and parameters is None:
        parameters = (page.implied[name],)
    if name in page.words.names and name not in page.words.functions:
        parameters = None
    side = page.defining_side(statement)
    op = named_function(statement, side, page.words) if parameters is None else None
    if op is not None:
        _take_function_by_name(page, name, op, statement)
        return
    if parameters is None and _take_list(page, statement, name, side):
        return
    _take_between(page, statement, side)
    parse = page.parse(statement.sides[side])
    if parameters is None and statement.sides[side].is_number and not _take_numbers(page, statement, name, side):
        return
    own = defined(statement.sides[side].root, page.words)
    if own is not None and own[0] == name and own[1] is not None:
        # `E = E(ŷ, y)` says what E is made of.
        body = call(name, tuple(map(symbol, own[1])))
        page.facts.definitions.append(Definition(name, None, statement.at, always(body), -10))
        return
    if why := _defines_nothing(page, statement, name, side, quantity=parameters is None):
        page.unused(statement, why)
        return
    weight, code = _weight_of(page, statement, side), statement.kind == "code"
    if not (page.words.counted_by and parameters is None and carries(name, page.words.counted_by)):
        page.facts.definitions.append(Definition(name, parameters, statement.at, parse, weight, code))
    if parameters is None:
        take_terms(page, statement, side)
        take_parts(page, statement)
        take_members(page, statement, side)


def _defines_nothing(page: Page, statement: Statement, name: str, side: int, *, quantity: bool) -> str:
    """Return why an equation with a name on its left says nothing of what the name is; nothing where it does."""
    own = defined(statement.sides[side].root, page.words)
    if quantity and page.is_new_value(statement, name):
        return f"an update: it gives `{name}` a new value, where the old one was used before"
    if own is not None and own[1] is None and frozenset((name, own[0])) in page.compared:
        return "a case: where the two are equal there is no difference, and the page takes one"
    if _makes_itself(page, statement, name, side):
        return f"an update: it makes a new `{name}` of the old one"
    return ""


def _take_numbers(page: Page, statement: Statement, name: str, side: int) -> bool:
    """Take what a line of numbers gives a name, and say whether it may define it, too."""
    if statement.kind == "code" and any(isinstance(node, Series) for node in preorder(statement.sides[side].root)):
        page.unused(statement, "data: several numbers")
        return False
    if any(d.name == name and d.parameters for d in page.facts.definitions):
        page.unused(statement, f"numbers put in: `{name}` is defined as a function")
        return False
    page.facts.starts.append(Given(name, page.parse(statement.sides[side]), statement.at))
    return name in page.with_formulas


def take_turned(page: Page, statement: Statement, name: str, parameters: tuple[str, ...] | None) -> bool:
    """Take `f(z) = a`, where another line defines f and none says what a is: a is f of z."""
    if parameters is None or not is_turned(statement, parameters, page.words):
        return False
    others = (s for s in page.heads[name] if s is not statement)
    return any(not is_turned(other, parameters, page.words) for other in others) and take_reversed(page, statement)


def take_reversed(page: Page, statement: Statement) -> bool:
    """Take a definition the other way round: `σ(z) = a`, where nothing else says what a is.

    A target stands so too, in a demand; what the page differentiates, or differentiates by, is none.
    """
    last = statement.sides[-1]
    found = defined(last.root, page.words)
    if found is None or found[1] is not None or found[0] in page.heads or statement.sides[0].is_number:
        return False
    first = bare(statement.sides[0].root)
    # `dq/dg = v` says what a slope is, and nothing of v.
    made = isinstance(first, Sum) or any(m.name in KNOWN or m.applied for m in mentions(first, page.words))
    if not made or found[0] not in page.moving or found[0] in names_of(statement.sides[:1], page.words):
        return False
    page.facts.definitions.append(Definition(found[0], None, statement.at, page.parse(statement.sides[0])))
    return True


def _take_list(page: Page, statement: Statement, name: str, side: int) -> bool:
    """Take `w = [2, -3, -3]` as the numbers w[0], w[1] and w[2], or w₁, w₂ and w₃ where the page counts from one.

    So is `x = (0.5, −1)`, where the page speaks of x₁ and x₂.
    """
    items = listed(statement.sides[side])
    # A vector is set in bold, and its components are not.
    name = name.removesuffix("_bold")
    none, last = (canonical(f"{name}_{index}") in page.words.standing for index in (0, len(items)))
    root = bare(statement.sides[side].root)
    if not items or not (last or (isinstance(root, Fence) and root.left == "[")):
        return False
    for index, item in enumerate(items, start=int((last and not none) or (statement.kind != "code" and not none))):
        if is_number(item):
            part = Side(Snippet(statement.at.text, item.start, item.end), Formula(item))
            page.facts.starts.append(Given(canonical(f"{name}_{index}"), page.parse(part), statement.at))
    return True


def _makes_itself(page: Page, statement: Statement, name: str, side: int) -> bool:
    """`w = w − η …`: an update, whatever else stands in it."""
    own = names_of(statement.sides[side : side + 1], page.words)
    return name in own and name not in page.words.functions and name != "e"


def _weight_of(page: Page, statement: Statement, side: int) -> int:
    """Return how much a definition is to be preferred: one of names that stand elsewhere, and no general sum."""
    own = names_of(statement.sides[side : side + 1], page.words)
    elsewhere = sum(name in page.used_twice for name in own)
    general = any(isinstance(node, Big) for node in preorder(statement.sides[side].root))
    return elsewhere * 100 // max(1, len(own)) - 1000 * general


def _take_function_by_name(page: Page, name: str, op: Op, statement: Statement) -> None:
    r"""Take `f = \tanh` as f(z) = tanh(z), unless it stands behind an “if”: then it is one case of several."""
    if heard("one choice", page.prose_at(statement.span - 1)):
        page.unused(statement, "one choice of a function that the text leaves open")
    elif name != op.name:
        page.facts.definitions.append(Definition(name, ("z",), statement.at, always(op(symbol("z")))))


def _take_shared_number(page: Page, statement: Statement) -> bool:
    """`w_1 = w_2 = 0.5`: every name is given the number."""
    if not shares(statement, page.words):
        return False
    names = (defined(side.root, page.words) for side in statement.sides[:-1])
    value = page.parse(statement.sides[-1])
    page.facts.starts += [Given(name[0], value, statement.at) for name in names if name]
    return True


def _take_between(page: Page, statement: Statement, side: int) -> None:
    """`ŷ = f(x) = w x + b`: the middle is a function, and the next side defines it; `… = K` names the whole.

    Of `f(z) = a = tanh(z)` a is f(z).
    """
    whole = head(statement, page.words)
    for at in range(1, side):
        middle = defined(statement.sides[at].root, page.words)
        if whole is not None and whole[1] and middle and middle[1] is None and middle[0] not in page.heads:
            body = call(whole[0], tuple(map(symbol, whole[1])))
            page.facts.definitions.append(Definition(middle[0], None, statement.at, always(body)))
    for at in range(side, len(statement.sides) - 1):
        if statement.relations[at] != "=" or statement.sides[at + 1].is_number:
            continue
        middle = defined(statement.sides[at].root, page.words)
        if middle and middle[1] is not None and middle[0] not in page.heads and _has_names(page, statement, at + 1):
            body = page.parse(statement.sides[at + 1])
            page.facts.definitions.append(Definition(middle[0], middle[1], statement.at, body))
    last = single(statement.sides[-1].root, page.words) if statement.relations[1:] else None
    if last is not None and last not in page.heads and statement.relations[-1] == "=":
        name, parameters = defined(statement.sides[0].root, page.words) or (last, None)
        if parameters is None and last != name:
            page.facts.definitions.append(Definition(last, None, statement.at, always(symbol(name))))
        elif parameters is not None and last not in parameters:
            # `σ(z) = 1/(1 + e⁻ᶻ) = p`: of a function it is the value.
            page.facts.definitions.append(Definition(last, None, statement.at, page.parse(statement.sides[0])))


def _has_names(page: Page, statement: Statement, side: int) -> bool:
    """Say whether a side can define a function: `1/(1 + e^{-0.13})` is a number put in."""
    inside = names_of(statement.sides[side : side + 1], page.words)
    return bool(inside - LETTERS.keys())


def _layer(statement: Statement) -> Parse:
    """Return the parse of a definition whose name has a number raised: it says why it is not read."""

    def parse(_: Vocabulary) -> Expr:
        raise ReadError([statement.at.problem(
            "a name with a number raised is defined here", "a name with a subscript",
            "nothing defines a power, but the name stands on the page without the superscript too, so it may be one",
            "`a_1` in the place of `a^1`",
        )])  # fmt: skip

    return parse
