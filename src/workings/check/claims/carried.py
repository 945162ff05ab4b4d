"""Numbers that come from those printed above, as on a pocket calculator: rounded ones, gone on with.

The person had each of them either as it is printed, or to all its digits; a number that only the rounding of theirs
admits is one that nobody works out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import TYPE_CHECKING

from workings.check.claims.chain import Chain
from workings.check.claims.known import Known, Printed
from workings.check.claims.numbers import is_single
from workings.check.claims.written import Written
from workings.check.judge.budget import UnsettledError, attempt
from workings.graph.alike import put_in_for
from workings.graph.expr import Expr, Symbol, postorder, symbol
from workings.graph.expr import replace as put_in
from workings.graph.terms import numbers_in, partials

if TYPE_CHECKING:
    from flint import arb


def is_carried(written: Written) -> bool:
    """Say whether a number comes from those that were printed above, as on a pocket calculator.

    The person had each of them either as it is printed, or to all its digits; a number that only the rounding of
    theirs admits is one that nobody works out.
    """
    if not written.chain.held:
        return False
    if _is_of_printed(written) or _is_printed_itself(written):
        return True
    return any(_comes_from(written, *way) for way in _with_printed(written, written.known.steps.printed))


def _is_printed_itself(written: Written) -> bool:
    """Say whether a number is what the line above, about the same left side, comes to as it is written."""
    left, truth = written.chain.left, written.truth
    own = written.known.steps.printed.get(left) if left is not None else None
    return own is not None and truth is not None and written.fits(own.written) and written.is_about(truth)


def goes_on_above(written: Written) -> bool:
    """Say whether a side is what a line above about the same comes to, if its short decimals are rounded ones."""
    left, wide = written.chain.left, written.wide
    own = written.known.steps.above.get(left) if left is not None else None
    if own is None or wide is None or is_single(written.raw) or own.line == written.chain.here.at.place.line:
        return False
    return bool(wide.overlaps(own.written))


def follows_wrong(written: Written) -> int:
    """Return the line of a number above that is not right and that this one comes from; 0 where there is none.

    Where it is far off, it is wrong whatever it comes from, but for a quantity that only numbers define: who knows
    which of them is wrong there?
    """
    wrong, slight = written.known.steps.wrong, is_slight(written)
    for subject, printed in _with_printed(written, {**written.known.steps.printed, **wrong}) if wrong else ():
        lines = [wrong[of].line for of in printed if of in wrong and (slight or wrong[of].defines)]
        if lines and _comes_from(written, subject, printed):
            return min(lines)
    return 0


def is_slight(written: Written) -> bool:
    """Say whether a number is off by so little that the rounding of those above may be all there is to it."""
    truth = written.truth
    return truth is not None and bool(abs(truth - written.mine) < abs(truth) * _SLIGHT)


#: What differs by so little may come from the rounding of many numbers.
_SLIGHT = 0.01


def _comes_from(written: Written, subject: Expr, printed: Mapping[Expr, Printed]) -> bool:
    """Say whether a number is what a form of the left side comes to with printed numbers, each short or in full."""
    if not _fits_at(written, subject, [shown.rounded for shown in printed.values()], printed):
        return False
    if not is_single(written.raw):
        return True
    return any(_fits_at(written, subject, taken, printed) for taken in _taken(list(printed.values())))


def _with_printed(written: Written, printed: Mapping[Expr, Printed]) -> Iterator[tuple[Expr, dict[Expr, Printed]]]:
    """Yield the forms of the left side that numbers printed above can be put into, with those."""
    known, chain = written.known, written.chain
    for subject in _forms(known, chain):
        parts = set(postorder(subject))
        inside = {of: shown for of, shown in printed.items() if of is not chain.left and of in parts}
        if inside:
            yield subject, inside


def _taken(printed: Sequence[Printed]) -> Iterator[list[arb | None]]:
    """Yield the ways in which a person may go on with printed numbers: each as it is written, or (None) in full."""
    uses = islice(product((True, False), repeat=len(printed)), _MOST_WAYS)
    yield from ([one.written if use else None for one, use in zip(printed, each, strict=True)] for each in uses)


#: So many choices are tried, of which printed numbers were taken in full and which as they are printed.
_MOST_WAYS = 32


def _fits_at(written: Written, subject: Expr, taken: Sequence[arb | None], printed: Collection[Expr]) -> bool:
    """Say whether a number is what a form of the left side comes to, with numbers for the left sides printed."""
    numbers = {f"#{i}": value for i, value in enumerate(taken) if value is not None}
    shells: dict[Expr, Expr] = {of: symbol(f"#{i}") for i, of in enumerate(printed) if f"#{i}" in numbers}
    return (
        attempt(
            lambda: written.fits(written.known.numbers.value(written.known.opened(put_in(subject, shells)), numbers))
        )
        or False
    )


def is_within(written: Written) -> bool:
    """Say whether only the rounding of numbers printed above, or before it, admits a number."""
    truth, before = written.truth, written.before
    if truth is not None and before is not None and before.overlaps(truth) and written.fits(before):
        return True
    return written.apart is None and any(
        _fits_at(written, subject, [shown.rounded for shown in printed.values()], printed)
        for subject, printed in _with_printed(written, written.known.steps.printed)
    )


def _forms(known: Known, chain: Chain) -> Iterator[Expr]:
    """Yield the forms of a left side that printed numbers may be put into."""
    left = chain.left
    if chain.symbolic is not None:
        yield chain.symbolic
    if left is not None:
        yield left
    if isinstance(left, Symbol) and left.name in known.meaning.formulas:
        yield known.meaning.formulas[left.name]
    elif left is not None and partials(left):
        try:
            yield known.meaning.by_names(left)
        except UnsettledError:
            return


def _is_of_printed(written: Written) -> bool:
    """Say whether a side fits once its short decimals are rounded ones, and each was printed so: 0.73 · 0.27."""
    known, truth, wide = written.known, written.truth, written.wide
    short = {part.value for part in numbers_in(written.raw) if part.decimal}
    wrote = known.steps.wrote
    printed = wrote | {1 - value for value in wrote} | known.numbers.exact
    fits = truth is not None and wide is not None and wide.overlaps(truth)
    return fits and bool(short) and short <= printed and _has_own_numbers(written)


def _has_own_numbers(written: Written) -> bool:
    """Say whether each name of the formula before a side has its own number there, and not another one's."""
    symbolic = written.chain.symbolic
    return symbolic is None or all(_is_own(written, name, number) for name, number in put_in_for(symbolic, written.raw))


def _is_own(written: Written, name: Symbol, number: Expr) -> bool:
    """Say whether a number is that of a name, as it is rounded there or as it was printed above."""
    numbers, shown = written.known.numbers, written.known.steps.printed.get(name)
    mine, own = numbers.interval(number, written.places, "wide"), numbers.value(name)
    if mine is None:
        return False
    return (own is not None and bool(mine.overlaps(own))) or (shown is not None and bool(mine.overlaps(shown.written)))
