r"""Sums over an index → their terms, written out, where the page has the names of them.

Σ_{k=1}^{2} ½ (t_k − o_k)²      ½ (t₁ − o₁)² + ½ (t₂ − o₂)²
Σ_k v_k h_k                     over the numbers with which all of these names stand on the page
Σ ½ (t − y)²                    without an index, over examples: of one it is the only term
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from workings.errors import ReadError
from workings.graph.expr import Apply, Call, Expr, postorder
from workings.graph.names import named
from workings.graph.op import Named
from workings.graph.ops.arithmetic import add, power
from workings.read.formula.tree import Big, Scripted
from workings.read.names.indices import Index, at_number, carriers, common, index_of, names_of, numbered
from workings.read.names.spelling import Unit
from workings.read.names.vocabulary import EXAMPLES
from workings.read.names.work import Operand, Work


def big(work: Work, found: Sequence[Unit], at: int) -> tuple[Operand, int]:
    """Return a sum by its terms, or a sum over examples where there is one: a loss that is written for many."""
    unit, rest = found[at], found[at + 1 :]
    sign = unit.core.sign if isinstance(unit.core, Big) else ""
    if sign == "Σ" and rest:
        body = work.combined([rest[0]._replace(link=""), *rest[1:]])
        index = index_of(unit.node)
        total = _total(work, index, body) if index is not None else None
        if total is None and not isinstance(unit.node, Scripted) and _is_loss(body):
            work.choices.add("one example")
            work.notes.append("a sum without an index is taken for one example: it is its only term")
            total = body
        if total is not None:
            return Operand(unit.link, total, unit.start, rest[-1].end), len(found)
    raise _not_summed(work, unit, sign)


def _not_summed(work: Work, unit: Unit, sign: str) -> ReadError:
    return work.error(
        unit.start, unit.end, f"`{sign}` is a sum over an index" if sign == "Σ" else f"`{sign}` is not read yet",
        "the terms written out", "sums, products and limits over an index are not read yet",
        "`a_1 + a_2`, each term by itself",
    )  # fmt: skip


def _total(work: Work, index: Index, body: Expr) -> Expr | None:
    """Return the terms together, None where one of their names stands nowhere on the page."""
    words, letter = work.words, index.letter
    carrying = carriers(names_of(body), letter, words)
    numbers = index.numbers or (common(carrying, letter, words) if carrying else None)
    if not carrying or numbers is None or _functions_with(body, letter):
        return None
    if any(numbered(name, letter, n) not in words.standing for name in carrying for n in numbers):
        return None
    if words.sampled and letter == words.counted_by:
        count = ", ".join(f"{name} = {EXAMPLES}" for name in sorted(words.counts))
        of = f", {count}" if count else ""
        work.notes.append(f"the sum over {letter} is taken over {EXAMPLES} examples that stand for all{of}")
    elif index.numbers is None:
        shown = ", ".join(map(str, numbers))
        work.notes.append(f"the sum over {letter} runs over {shown}: the numbers that stand on the page")
    term = work.asked(lambda how: how.term)
    if term is not None:
        return at_number(body, letter, term, words) if term in numbers else None
    return reduce(add, (at_number(body, letter, n, words) for n in numbers))


def _functions_with(body: Expr, letter: str) -> bool:
    """Say whether a function carries the index itself: `f_k(x)`."""
    return any(isinstance(p, Call) and letter in named(p.function).subscripts for p in postorder(body))


def _is_loss(body: Expr) -> bool:
    """Say whether something looks like what a loss adds up: a square or a logarithm."""
    return isinstance(body, Apply) and (
        body.op is power
        or (isinstance(body.op.layout, Named) and body.op.name == "log")
        or any(map(_is_loss, body.args))
    )
