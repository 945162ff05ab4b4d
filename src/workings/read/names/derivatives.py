r"""Quotients that are derivatives → partials: of what, by what, what is held fixed, where they are taken.

    \frac{\partial E}{\partial w}      ∂E/∂w          d/dw (w x)       ∂(w x)/∂w
    (∂E/∂w)_ŷ                          ŷ held fixed   ∂E/∂w (w)        at its variable, which is nothing new

A derivative that stands before a bracket or at the end of a product reaches over what follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from workings.graph.expr import Expr, Number, Partial, Symbol, partial, symbol
from workings.graph.expr import names as names_in
from workings.graph.ops.arithmetic import div
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import with_mark, without_step
from workings.read.formula.tree import Fence, Node, Numeral, Ratio, Scripted, bare, items_of
from workings.read.names.powers import marked, raised
from workings.read.names.refusals import lone_differential, not_read
from workings.read.names.slopes import Slope, of_fraction, variables
from workings.read.names.spelling import Unit, is_bracket, spelled, superscript, units
from workings.read.names.work import Operand, Work


def derivative(work: Work, found: Sequence[Unit], at: int, slope: Slope) -> tuple[Operand, int]:
    """Return a derivative with what it reaches, and where it ends."""
    end = slope.end
    if slope.of:
        expr = _partial(work, _subject(work, slope.of), slope)
    else:
        if end < len(found) and found[end].link not in ("", "/"):
            found = [*found[:end], found[end]._replace(link=""), *found[end + 1 :]]
        if end >= len(found):
            raise lone_differential(work, found[at])
        stop = end + 1 if is_bracket(found[end].node) else len(found)
        expr = _partial(work, work.combined(found[end:stop]), slope)
        end = stop
    last = found[end - 1]
    if slope.of and end < len(found) and found[end].link == "" and is_bracket(found[end].node):
        taken = _taken(work, expr, found[end])
        end, last = (end + 1, found[end]) if taken else (end, last)
    if slope.high is not None:
        expr = raised(work, expr, slope.high, found[at])
    return Operand(found[at].link, expr, found[at].start, last.end), end


def _taken(work: Work, slope: Expr, bracket: Unit) -> bool:
    """Say whether the bracket behind a derivative says where it is taken: `∂E/∂w (w_2)` is the slope at w₂."""
    if not isinstance(slope, Partial) or bracket.high is not None or not isinstance(bracket.core, Fence):
        return False
    inside = bare(bracket.core.inside)
    if isinstance(inside, Numeral):
        raise work.error(
            bracket.start, bracket.end, "a derivative is taken at a point here", "a derivative without a point",
            "its value at one point is not read", "the formula, and the numbers put in",
        )  # fmt: skip
    pieces = units((("", inside),), work.words)
    if len(pieces) != 1 or not pieces[0].name or pieces[0].high is not None:
        return False
    name = work.words.settled(pieces[0].name)
    if slope.by.name not in (name, without_step(name)):
        return False
    work.choices.add("at its variable")
    return work.asked(lambda how: how.at_variable)


def fraction(work: Work, node: Ratio) -> Expr:
    """Return a built-up fraction: a derivative where both its parts are differentials, else a quotient."""
    found = of_fraction(node, work.words)
    if found is not None:
        if not found.of:
            raise work.error(
                node.start, node.end, "nothing stands behind this derivative", "what is differentiated, behind it",
                "a derivative is one of something", r"`\frac{d}{dw}\left(…\right)`, or `\frac{dE}{dw}`",
            )  # fmt: skip
        return _partial(work, _subject(work, found.of), found)
    return div(work.value(node.top), work.value(node.bottom))


def held_fixed(work: Work, unit: Unit, script: Scripted) -> Operand:
    """Return `(∂E/∂w)_ŷ`: only a derivative can say what it holds fixed."""
    inner = work.value(unit.core) if isinstance(unit.core, Fence) else None
    assert script.low is not None
    if not isinstance(inner, Partial):
        raise work.error(
            script.low.start, script.low.end, "a subscript stands on a bracket", "a derivative in the bracket",
            "only a derivative can say what it holds fixed: `(∂E/∂w)_ŷ`", "leave the subscript out",
        )  # fmt: skip
    held = [_held(work, part) for part in items_of(script.low)]
    return Operand(unit.link, partial(inner.of, inner.by, held), unit.start, unit.end)


def _held(work: Work, node: Node) -> Symbol:
    name = spelled(node, work.words)
    pieces = units((("", node),), work.words)
    if not name and len(pieces) == 1:
        name = pieces[0].name
    mark = superscript(pieces[0], work.words) if pieces else None
    if mark is not None:
        name = with_mark(mark.base, mark.mark, mark.primes)
    if not name:
        raise not_read(work, node)
    return symbol(work.words.settled(name))


def _subject(work: Work, of: Sequence[Unit]) -> Expr:
    """Return what is differentiated; a function's bare name stands for its value."""
    first = of[0]
    if len(of) == 1 and first.name:
        name, primes, high = marked(work, first)
        name = work.words.settled(name)
        if high is None and work.words.kind(name, applied=False) in ("function", "known"):
            return symbol(name + "'" * primes)
    return work.combined(of)


def _partial(work: Work, of: Expr, slope: Slope) -> Expr:
    for variable in reversed(variables(slope)):
        of = partial(of, _variable(work, variable))
    return of


def _variable(work: Work, unit: Unit) -> Symbol:
    name, primes, high = marked(work, unit) if unit.name else ("", 0, None)
    if name and high is None:
        return symbol(work.words.settled(name) + "'" * primes)
    if name:
        raise not_read(work, unit.node)
    expr = work.value(unit.node)
    if isinstance(expr, Symbol):
        return expr
    if isinstance(expr, Number | Partial) or not names_in(expr):
        raise not_read(work, unit.node)
    # It is called by what it says: one name never stands for two expressions, on whichever lines they are.
    called = f"({plain(expr)})"
    work.named[called] = expr
    return symbol(called)
