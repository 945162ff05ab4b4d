r"""What stands raised on a name, a bracket or a function: a mark of the name, a power, or primes.

    a^{(1)}     a name with a mark, where the page says so        z^2      a power
    e^{-z}      the exponential function                          w^T      refused: a transposed vector

Which one it is was settled for the whole page; what nobody can settle is refused.
"""

from __future__ import annotations

from workings.graph.expr import Apply, Expr, number, partial, symbol
from workings.graph.expr import names as names_in
from workings.graph.ops.arithmetic import euler, power
from workings.graph.writing.spelling import with_mark
from workings.read.formula.tree import Node, Word
from workings.read.names.refusals import two_superscripts
from workings.read.names.spelling import Unit, flat, superscript
from workings.read.names.vectors import TRANSPOSED
from workings.read.names.vocabulary import EULER_POWER, EXAMPLES, LETTERS
from workings.read.names.work import Operand, Piece, Work


def quantity(work: Work, unit: Unit, name: str, high: Node | None, end: int = 0) -> Operand:
    """Return a quantity with what is raised on it."""
    expr: Expr = number(EXAMPLES) if name in work.words.counts else symbol(name)
    if high is not None:
        work.pieces.append(Piece(expr, unit.start, unit.core.end))
        expr = raised(work, expr, high, unit)
    return Operand(unit.link, expr, unit.start, end or unit.end)


def letter(work: Work, unit: Unit, name: str, high: Node | None) -> Operand:
    """Return π, e or a letter of the author's, with what is raised on it."""
    base = LETTERS[name]() if name in LETTERS else symbol(name)
    if high is None:
        return Operand(unit.link, base, unit.start, unit.end)
    return Operand(unit.link, raised(work, base, high, unit), unit.start, unit.end)


def marked(work: Work, unit: Unit) -> tuple[str, int, Node | None]:
    """Return the name with the mark that it carries, its primes, and what is raised on it as an exponent."""
    if unit.high is None:
        return unit.name, unit.primes, None
    found = superscript(unit, work.words)
    if found is None:
        _refuse_transposed(work, unit)
        return unit.name, unit.primes, unit.high
    name = with_mark(found.base, found.mark)
    known = work.words.settled(name) in work.words.names | work.words.functions
    if found.key in work.words.doubtful:
        raise two_superscripts(work, unit, found.written)
    if found.sure or found.key in work.words.marked or (found.in_brackets and known):
        return name, unit.primes + found.primes, None
    _refuse_transposed(work, unit)
    return unit.name, unit.primes, unit.high


def _refuse_transposed(work: Work, unit: Unit) -> None:
    if unit.high is not None and flat(unit.high) in TRANSPOSED and "T" not in work.words.names:
        raise work.error(
            unit.high.start - 1, unit.high.end, "this is the transpose of a vector or matrix",
            "a power of a number", "vectors and matrices are not read yet; every name is one number",
            "the product written out: `w_1 x_1 + w_2 x_2`",
        )  # fmt: skip


def with_scripts(work: Work, unit: Unit, expr: Expr, bracket: Unit) -> Operand:
    """Return a function's value with what is raised on its bracket."""
    if bracket.primes:
        expr = primed(work, expr, bracket)
    if bracket.high is not None:
        expr = raised(work, expr, bracket.high, bracket)
    return Operand(unit.link, expr, unit.start, bracket.end, applied=bracket.high is None)


def primed(work: Work, expr: Expr, unit: Unit) -> Expr:
    """Return `[tanh(q)]'`: the derivative by the one name that stands in the bracket."""
    inside = names_in(expr)
    if len(inside) != 1 or unit.primes > 3:
        raise work.error(
            unit.start, unit.end, "a prime stands on a bracket", "one name in the bracket, to differentiate by",
            "a prime does not say by which variable", "`∂(…)/∂z`",
        )  # fmt: skip
    for _ in range(unit.primes):
        expr = partial(expr, symbol(inside[0]))
    return expr


def raised(work: Work, base: Expr, high: Node, unit: Unit) -> Expr:
    """Return base to what is raised on it; Euler's number raised is the exponential function in that spelling."""
    if isinstance(high, Word) and high.font == "mark":
        raise work.error(
            high.start, high.end, f"`^{high.text}` stands on something that is not a name", "a name before it",
            "a sign or a word alone is no exponent: it marks a name, as in `w^{+}`",
            "`max(0, …)` for the positive part, an exponent in braces for a power",
        )  # fmt: skip
    if flat(high) in TRANSPOSED and "T" not in work.words.names:
        _refuse_transposed(work, unit._replace(high=high))
    if isinstance(base, Apply) and base.op is euler:
        return EULER_POWER(work.value(high))
    return power(base, work.value(high))
