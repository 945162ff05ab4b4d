"""Other examples, and points: where a page speaks of another function for a while, or of the numbers at one point."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from workings.check.claims.chain import own_arguments
from workings.check.claims.known import Inside, Known, Scope
from workings.check.claims.numbers import decimals
from workings.check.judge.budget import attempt
from workings.check.judge.formulas import NotGivenError
from workings.check.judge.meaning import Meaning
from workings.graph.alike import is_number
from workings.graph.expr import Call, Expr, Symbol, names, symbol
from workings.graph.network import Function, Network
from workings.graph.terms import calls_in, partials
from workings.read.lines.line import Side, WrittenLine, at_point
from workings.read.names.queries import mentions


def redefines(known: Known, line: WrittenLine, raw: Call, body: Expr | None) -> bool:
    """Say whether `f(x) = 1/x` is another f than the known one; then it is f for the display that it stands in."""
    own = own_arguments(raw)
    function = known.meaning.functions.get(raw.function)
    was = known.meaning.formulas.get(raw.function)
    if was is None and function is not None and function.body is not None and len(function.parameters) == len(own):
        was = function.unfold(raw.args)
    formula = body is not None and not is_number(body)
    if formula and function is not None and function.body is not None and len(function.parameters) != len(own):
        # C(w) and C(w₁, w₂) are two functions.
        begin_scope(known, line, Function(raw.function, own, body))
        return True
    if body is None or is_number(body) or was is None or len(own) != 1 or known.resolver.is_step(own[0]):
        return False
    if attempt(lambda: known.judge.same(known.opened(body), was)) is not False:
        return False
    begin_scope(known, line, Function(raw.function, own, body))
    return True


def begin_scope(known: Known, line: WrittenLine, function: Function) -> None:
    """Forget the quantity that has the function's name, and take every other name in it as a number."""
    functions = {**known.meaning.functions, function.name: function}
    alone = Network((), functions={n: f for n, f in functions.items() if n not in known.network.formulas})
    meaning = Meaning(alone)
    meaning.define_function(function)
    meaning.leaves |= set(names(function.body)) if function.body is not None else set()
    known.inside = Inside(
        function.name, known.inside.span if known.inside else line.span, line.at,
        known.inside.outer if known.inside else known.scope,
    )  # fmt: skip
    known.scope = Scope.of(meaning)


def leave_scope(known: Known, line: WrittenLine) -> None:
    """Go back to the network where a new paragraph begins, or a line that speaks of what is only in the network."""
    inside = known.inside
    if inside is None:
        return
    if _speaks_of_the_network(known, inside, line):
        known.scope, known.inside = inside.outer, None
        return
    if inside.span == line.span:
        return
    heads = (mentions(side.root, known.words) for side in line.sides[:1] if side is not None)
    if any(mention.name == inside.function for found in heads for mention in found):
        # What the second example defines is meant as long as the text speaks of it.
        return
    behind = inside.behind
    between = line.at.text.content[behind.end : line.at.start] if line.at.start > behind.end else "\n\n"
    if "\n\n" in between or line.at.text is not behind.text:
        known.scope, known.inside = inside.outer, None


def _speaks_of_the_network(known: Known, inside: Inside, line: WrittenLine) -> bool:
    """Say whether a line differentiates by what the network has and the second example has not."""
    outside = inside.outer.meaning.known - known.meaning.known
    raws = [found for side in line.sides if side is not None and (found := known.read(side)) is not None]
    return any(part.by.name in outside for raw in raws for part in partials(raw))


def stated_anew(known: Known, line: WrittenLine, name: str) -> None:
    """Take `y = f(x) = |x|`, where f is something else above, for another example with its own f and y."""
    for side, following in pairwise(line.sides[1:]):
        raw = known.read(side) if side is not None else None
        if following is None or not isinstance(raw, Call) or any(raw.orders):
            continue
        arguments = own_arguments(raw)
        body = known.body(following, arguments) if len(arguments) == len(raw.args) and not partials(raw) else None
        plain = body is not None and not partials(body) and not calls_in(body)
        if plain and redefines(known, line, raw, body):
            with suppress(NotGivenError):
                known.meaning.define(name, raw)
            return


def taken_at_point(known: Known, line: WrittenLine) -> WrittenLine:
    """Return a line without the bars that say where it is taken; the numbers count until a left side comes."""
    if known.leave_point is not None and line.sides[0] is not None:
        known.leave_point()
        known.leave_point, known.point = None, {}
    sides: list[Side | None] = []
    points: dict[str, tuple[Expr, Side]] = {}
    for side in line.sides:
        bare, pairs = (None, []) if side is None else at_point(side)
        for name, value in pairs:
            of, number = known.read(name), known.read(value)
            if isinstance(of, Symbol) and isinstance(number, Symbol) and known.resolver.is_step(number.name):
                # At w = w₀ it is what it is for the weight of that step.
                continue
            if not isinstance(of, Symbol) or number is None or not is_number(number):
                return line
            if points.setdefault(of.name, (number, value))[0] is not number:
                return line
        sides.append(bare)
    _enter_point(known, points)
    return replace(line, sides=tuple(sides))


def _enter_point(known: Known, points: dict[str, tuple[Expr, Side]]) -> None:
    if points:
        known.leave_point = known.leave_point or known.numbers.kept()
    for name, (number, value) in points.items():
        known.numbers.give(name, number, decimals(value))
        known.numbers.several.discard(name)
        if name not in known.meaning.formulas:
            known.point[symbol(name)] = number
