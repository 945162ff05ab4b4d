"""Sides of updates: `w ← w − η ∂E/∂w`, with names or with numbers put in, as steps against the gradient."""

from __future__ import annotations

from dataclasses import replace

from workings.check.claim import Claim
from workings.check.claims.chain import Chain, Said, head_name
from workings.check.claims.known import Known, assumptions, was_not_read
from workings.check.claims.numeric import judge_number
from workings.check.claims.slope_names import carried
from workings.check.claims.update import FORGOTTEN, Update, judge_update, old_name
from workings.check.claims.written import stepped
from workings.check.explain.case import Case, Context
from workings.check.explain.search import softened
from workings.check.verdict import PROVED, unread
from workings.graph.expr import Expr, names, symbol
from workings.graph.expr import replace as put_in
from workings.graph.terms import numbers_in, partials
from workings.read.lines.line import Side
from workings.read.phrases import heard

#: A step in numbers shows the rate and what the gradient is made of.
_FEWEST_NUMBERS = 2


def judge_step(known: Known, chain: Chain, update: Update, side: Side, raw: Expr) -> tuple[Said, Chain]:
    """Judge a side of an update that is no plain number."""
    meant = known.resolver.resolved(raw)
    lost = known.program.lost & (set(names(meant)) | known.under(known.network.error or ""))
    if lost:
        return Said(side, unread(was_not_read(min(lost)))), chain
    written = known.numbers.written
    if known.network.error is None and numbers_in(meant) and all(name in written for name in names(meant)):
        # Nothing says what is minimised: what is left is arithmetic.
        return judge_number(known, chain, side, put_in(meant, {symbol(name): written[name] for name in names(meant)}))
    found = judge_update(update, meant, known.opened, known.judge, known.network)
    finding = found.finding
    if finding.verdict == "refuted":
        if _is_for_given(known, update, meant):
            return Said(side, PROVED, "numbers put in"), replace(chain, symbolic=meant)
        said = carried(known, update, meant)
        if said is not None:
            return said._replace(side=side), chain
        put_in_already = _with_its_numbers(known, update, meant)
        if put_in_already is not None:
            number, value = put_in_already
            return judge_number(known, replace(chain, update=replace(update, value=value)), side, number)
    chain = replace(chain, symbolic=meant, held=finding.holds)
    if finding.verdict == "refuted":
        finding = softened(_case(known, chain, update, meant), finding)
    if found.value is not None:
        chain = replace(chain, update=replace(update, value=found.value))
        if update.named and update.named not in known.meaning.known:
            known.meaning.define(update.named, found.value)
    slip = FORGOTTEN if finding.verdict == "refuted" and found.uphill else None
    return Said(side, finding, "gradient descent" if finding.holds else "", None, slip), chain


def _case(known: Known, chain: Chain, update: Update, meant: Expr) -> Case:
    """Return an update as a case: why it need not be a step against the gradient, as the words around it say."""
    words = chain.around.both
    named = heard("other method", words) or heard("uphill", known.lines[0].at.text.content)
    line = chain.begun_by
    adding = [o for o in known.lines if o.code and o.span == line.span and head_name(o) == update.weight]
    parts = sum(other.relations[:1] in (("+=",), ("-=",)) for other in adding) > 1
    conditional = heard("condition", words) is not None
    text = Context(method=named[0] if named else "", in_parts=parts, conditional=conditional)
    weight, opened = symbol(update.weight), known.opened(meant)
    claim = Claim(weight, meant, "<-", known.reading, assumptions(known))
    return Case(known.judge, claim, weight, opened, None, text)


def _is_for_given(known: Known, update: Update, meant: Expr) -> bool:
    """Say whether `w − 0.5 (w − 3)` is the step for the numbers that the text gives for all else."""
    others = {name for name in names(meant) if name != update.weight and old_name(name) != update.weight}
    whole = stepped(known, update.weight, change=update.change)
    if others or whole is None or len(numbers_in(meant)) < _FEWEST_NUMBERS:
        return False
    given: dict[Expr, Expr] = {symbol(n): v for n, v in known.numbers.written.items() if n != update.weight}
    own: dict[Expr, Expr] = {symbol(name): symbol(update.weight) for name in names(meant)}
    truth = put_in(known.meaning.flat(whole), given)
    return names(truth) == (update.weight,) and known.judge.same(truth, put_in(meant, own))


def _with_its_numbers(known: Known, update: Update, meant: Expr) -> tuple[Expr, Expr | None] | None:
    """Return `w₂ − η · (3.28 − 4) · 2` with the numbers that its names have, and the step that it should be.

    None where it is no line of numbers: where a name has none, or where no number is put in. Where no rate is given,
    nobody knows the step: `w − 0.1 · 0.6`.
    """
    numbers: dict[str, Expr] = dict(known.numbers.written)
    numbers |= {name: new for name, (new, _) in known.steps.updated.items()}
    values = {name: numbers.get(name, numbers.get(old_name(name))) for name in names(meant)}
    whole = stepped(known, update.weight, change=update.change) if update.value is None else update.value
    given: dict[Expr, Expr] = {symbol(name): value for name, value in values.items() if value is not None}
    only_numbers = set(names(meant)) <= {update.weight} or whole is not None
    if not only_numbers or len(given) < len(values) or partials(meant) or not numbers_in(meant):
        return None
    return put_in(meant, given), whole
