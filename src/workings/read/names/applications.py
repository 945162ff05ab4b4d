r"""Names and what they apply to: functions with and without brackets, quantities written with what they are made of.

    A(w x)      applied, where A is a function        ŷ(t)        ŷ, written with what it is made of
    \sin z      a known function of one factor        σ(1 − σ)    a product of values, where σ stands bare

Who is a function is a question to the vocabulary; here it is only obeyed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from workings.graph.expr import Apply, Expr, call, number, symbol
from workings.graph.op import Op
from workings.graph.ops.arithmetic import neg, power
from workings.read.formula.statement import WRAPPERS
from workings.read.formula.tree import (
    NAMED,
    Differential,
    Fence,
    Node,
    Numeral,
    Ratio,
    Root,
    Word,
    children,
    items_of,
    postorder,
)
from workings.read.names.called import called, is_called
from workings.read.names.powers import letter, marked, quantity, with_scripts
from workings.read.names.refusals import too_many_primes
from workings.read.names.slopes import quotient
from workings.read.names.spelling import Unit, factors_with, is_bracket, units
from workings.read.names.vocabulary import KNOWN, Kind
from workings.read.names.work import Operand, Work

#: Functions over many examples: of one example they are its only term, and there is one of it.
_OF_EXAMPLES = frozenset(("mean", "sum", "average", "avg", "reduce_mean", "reduce_sum"))
_NONE: frozenset[str] = frozenset()


def named(work: Work, found: Sequence[Unit], at: int) -> tuple[Operand, int]:
    """Return the name that begins at a factor with what it applies to, and where that ends."""
    unit = found[at]
    name, primes, high = marked(work, unit)
    following = found[at + 1] if at + 1 < len(found) else None
    bracket = following if following is not None and following.link == "" and is_bracket(following.node) else None
    name = work.words.settled(name)
    primed = name + "'" * primes
    round_one = bracket is not None and isinstance(bracket.core, Fence) and bracket.core.left == "("
    kind = _kind(work, primed, applied=round_one)
    if kind == "primed":
        kind = _kind(work, name, applied=round_one)
    elif primes and kind in ("function", "known") and primed not in work.words.functions:
        kind = "function"
    elif primes:
        name, primes = primed, 0
    if kind == "name" and bracket is not None and _is_call(work, unit, primed, bracket):
        kind = "function"
    if kind == "name" and name == "Delta":
        change = _change(work, found, at)
        if change is not None:
            return change
    if kind == "function" and bracket is not None and not _holds_itself(work, bracket, name):
        return _applied(work, unit, name, primes, high, bracket), at + 2
    if kind == "known":
        return _known(work, found, at, name, primes, high)
    if bracket is not None and _is_quantity(work, name, kind, bracket):
        return quantity(work, unit, name, high, end=bracket.end), at + 2
    if kind == "function":
        return _bare(work, unit, name, primes, high), at + 1
    if kind == "letter" or (name == "e" and high is not None and _is_exponent(high)):
        return letter(work, unit, name, high), at + 1
    return quantity(work, unit, name, high), at + 1


def _kind(work: Work, name: str, *, applied: bool) -> Kind:
    """Return what a name is here; one that is not known, and has no prime, is a function only where such apply."""
    found = work.words.kind(name, applied=applied)
    unknown = found == "function" and name not in work.words.functions and not name.endswith("'")
    return "name" if unknown and not work.asked(lambda how: how.applies) else found


def _is_call(work: Work, unit: Unit, name: str, bracket: Unit) -> bool:
    """Say whether a word of several letters right before a bracket applies, though nothing says what it is."""
    core = unit.core
    word = isinstance(core, Word) and not core.loose and len(core.text) > 1 and core.text[:2].isalpha()
    return word and name not in work.words.names and bracket.start == unit.end


def _is_quantity(work: Work, name: str, kind: str, bracket: Unit) -> bool:
    """Say whether `ŷ(t)` is the quantity ŷ, written with what it is made of."""
    if kind != "name" or bracket.high is not None or not isinstance(bracket.core, Fence):
        return False
    inside = [units((("", part),), work.words) for part in items_of(bracket.core.inside)]
    alone = [marked(work, piece[0]) for piece in inside if len(piece) == 1 and piece[0].name]
    plain = [work.words.settled(inner) for inner, _, high in alone if high is None]
    return len(plain) == len(inside) > 0 and all(
        work.asked(lambda how, inner=inner: how.depends(name, inner)) for inner in plain
    )


def _is_exponent(high: Node) -> bool:
    """Say whether `e^{-z}` is a power of Euler's number, though the author has a quantity e."""
    return any(isinstance(part, Word) for part in postorder(high))


def _change(work: Work, found: Sequence[Unit], at: int) -> tuple[Operand, int] | None:
    r"""Return `\Delta w` as one name: the change of w."""
    following = found[at + 1] if at + 1 < len(found) else None
    if following is None or following.link != "" or not following.name or following.high is not None:
        return None
    name = work.words.settled(following.name)
    return Operand(found[at].link, symbol(f"Delta_{name}"), found[at].start, following.end), at + 2


def _applied(work: Work, unit: Unit, name: str, primes: int, high: Node | None, bracket: Unit) -> Operand:
    if primes > 3:
        raise too_many_primes(work, unit)
    own = name in work.words.functions
    if not own and name in WRAPPERS:
        assert isinstance(bracket.core, Fence)
        return Operand(unit.link, work.value(items_of(bracket.core.inside)[0]), unit.start, bracket.end)
    of_examples = name in _OF_EXAMPLES | {"len"} and not own
    if of_examples and (work.words.alone or work.asked(lambda how: how.examples)):
        return _of_examples(work, unit, name, bracket)
    args = _arguments(work, bracket)
    signed = not own and not primes and is_called(name, len(args))
    expr: Expr = called(name, args) if signed else call(name, args, (primes,) + (0,) * (len(args) - 1) if args else ())
    if high is not None:
        expr = _function_raised(work, unit, expr, high, bracket.end)
    return with_scripts(work, unit, expr, bracket)


def _arguments(work: Work, bracket: Unit) -> tuple[Expr, ...]:
    assert isinstance(bracket.core, Fence)
    return tuple(work.value(part) for part in items_of(bracket.core.inside))


def _of_examples(work: Work, unit: Unit, name: str, bracket: Unit) -> Operand:
    if not work.words.alone:
        work.notes.append(f"`{name}` is taken over one example")
    if name == "len":
        return Operand(unit.link, number(1), unit.start, bracket.end)
    return Operand(unit.link, _arguments(work, bracket)[0], unit.start, bracket.end)


def _function_raised(work: Work, unit: Unit, expr: Expr, high: Node, end: int) -> Expr:
    exponent = work.value(high)
    if isinstance(exponent, Apply) and exponent.op is neg:
        shown = work.text.content[unit.core.start : unit.core.end]
        raise work.error(
            unit.start, end, f"`{shown}` to a negative power can be read in two ways",
            "the inverse function by its name, or the quotient",
            "on paper tan⁻¹ is the inverse function, and x⁻¹ is 1/x", f"`1/{shown}(…)`",
        )  # fmt: skip
    return power(expr, exponent)


def _bare(work: Work, unit: Unit, name: str, primes: int, high: Node | None) -> Operand:
    """Return a function that is applied to nothing: the value that it has there."""
    if not work.asked(lambda how: how.bare):
        shown = work.text.content[unit.core.start : unit.core.end]
        raise work.error(
            unit.core.start, unit.core.end, f"`{shown}` stands here without its brackets", "`(`",
            f"`{shown}` is a function, and a function is applied with brackets", f"`{shown}(…)`",
        )  # fmt: skip
    return quantity(work, unit, name + "'" * primes, high)


def _known(
    work: Work, found: Sequence[Unit], at: int, name: str, primes: int, high: Node | None
) -> tuple[Operand, int]:
    unit, op = found[at], KNOWN[name]
    following = found[at + 1] if at + 1 < len(found) else None
    beside = following if following is not None and following.link == "" else None
    if beside is not None and is_bracket(beside.node) and not _holds_itself(work, beside, name):
        args = _arguments(work, beside)
        end = beside.end
        expr = _op_of(work, op, args, unit, end, primes)
        if high is not None:
            expr = _function_raised(work, unit, expr, high, end)
        return with_scripts(work, unit, expr, beside), at + 2
    argument = _bare_argument(work, found, at + 1) if beside is not None and not primes else None
    if argument is not None:
        value, end = argument
        expr = _op_of(work, op, (value.expr,), unit, value.end, 0)
        if high is not None:
            expr = _function_raised(work, unit, expr, high, value.end)
        rooted = work.text.content[unit.start : unit.start + 1] == "√"
        return Operand(unit.link, expr, unit.start, value.end, bare=not rooted), end
    return _bare(work, unit, name, primes, high), at + 1


def _bare_argument(work: Work, found: Sequence[Unit], at: int) -> tuple[Operand, int] | None:
    """Return the one thing that a function without brackets applies to."""
    unit = found[at]
    core = unit.core
    simple = isinstance(core, Numeral | Ratio | Root) or (isinstance(core, Fence) and core.left in ("{", "|"))
    if not (unit.name or simple) or isinstance(unit.node, Differential) or quotient(found, at, work.words):
        return None
    return work.operand(found, at)


def _op_of(work: Work, op: Op, args: tuple[Expr, ...], unit: Unit, end: int, primes: int) -> Expr:
    shown = work.text.content[unit.core.start : unit.core.end]
    if op.arity == 2 and len(args) > 2 and op.name in ("maximum", "minimum"):
        return reduce(op, args)
    if len(args) != op.arity:
        wanted = "one argument" if op.arity == 1 else f"{op.arity} arguments"
        given = "one argument" if len(args) == 1 else f"{len(args)} arguments"
        raise work.error(
            unit.start, end, f"`{shown}` is given {given}", wanted, f"it is {op.law}",
            f"`{shown}({', '.join('ab'[: op.arity])})`",
        )  # fmt: skip
    if not primes:
        return op(*args)
    if primes != 1 or op.arity != 1:
        raise work.error(
            unit.start, end, f"`{shown}{'′' * primes}` is a derivative that is not read",
            "at most one prime on a function of one argument",
            "the first derivative of a known function is in the table; higher ones are not",
            "define the function yourself and differentiate that",
        )  # fmt: skip
    return op.partials(*args)[0]


def _holds_itself(work: Work, bracket: Unit, name: str) -> bool:
    """Say whether a bracket holds the bare function again: `σ (1 − σ)` multiplies."""
    return work.asked(lambda how: how.bare) and name in _standing_bare(work, bracket.core)


def _standing_bare(work: Work, root: Node) -> frozenset[str]:
    """Return the functions that stand in a node and are applied to nothing there."""
    for node in postorder(root):
        if node in work.standing_bare:
            continue
        if isinstance(node, NAMED):
            found = factors_with(node, work.words)
            sets = [_bare_unit(work, found, at) for at in range(len(found))]
        else:
            sets = [work.standing_bare[part] for part in children(node)]
        work.standing_bare[node] = _NONE.union(*sets)
    return work.standing_bare[root]


def _bare_unit(work: Work, found: Sequence[Unit], at: int) -> frozenset[str]:
    unit = found[at]
    if not unit.name:
        core = unit.core
        parts = [core] if core in work.standing_bare else children(core)
        return _NONE.union(*(work.standing_bare.get(part, _NONE) for part in (*parts, unit.high) if part))
    kind = work.words.kind(unit.name, applied=False)
    if kind not in ("function", "known"):
        return _NONE
    behind = found[at + 1] if at + 1 < len(found) and found[at + 1].link == "" else None
    if behind is None:
        return frozenset((unit.name,))
    if is_bracket(behind.node):
        return frozenset((unit.name,)) & work.standing_bare.get(behind.core, _NONE)
    return _NONE if kind == "known" else frozenset((unit.name,))
