"""A derivative that is 0 for want of a link: the text leaves out what leads from one name to the other.

    z = w x,  a = σ(z),  L = ½ (ŷ − y)²        ∂L/∂w comes to 0, since nothing says that a is ŷ

Such a 0 is no fact, and what rests on it is neither proved nor refuted. Others are facts: an input does not depend
on a weight, and a weight of one branch does not reach the other branch, where both lead to the error. The state of the
step before is no input: it depends on what the state depends on.
"""

from __future__ import annotations

from workings.check.judge.formulas import Formulas, NotGivenError
from workings.graph.expr import Expr, Partial, Symbol, names, postorder
from workings.graph.names import named
from workings.graph.terms import partials, reached


def unlinked(page: Formulas, expr: Expr) -> Partial | None:
    """Return the first derivative in an expression that is 0 only for want of a link, None where there is none."""
    return next((part for part in partials(expr) if _wants_a_link(page, part)), None)


def _wants_a_link(page: Formulas, slope: Partial) -> bool:
    try:
        of = page.subject(slope.of, slope.by)
    except NotGivenError:
        return True
    by = slope.by.name
    if not page.depends_through(of, by) and of is not slope.by and page.is_open(of, assumed=True):
        # What the text does not define may depend on anything.
        return True
    if of is not slope.by and page.hides(of, by):
        # a = σ(0.5), where 0.5 may be z's number.
        return True
    # What is held fixed, and what is differentiated a second time, says more than names do.
    if slope.held or of is slope.by or page.depends_through(of, by):
        return False
    if any(isinstance(part, Partial) for part in postorder(of)):
        return False
    if isinstance(of, Symbol):
        if page.depends(by, of.name):
            # ∂z/∂y where y is made of z: the inverse derivative, which the formulas do not give.
            return True
        if of.name not in page.formulas and of.name not in page.network.declarations:
            return True
        now = str(named(of.name).without_shift)
        if now != of.name and page.depends(now, by):
            # h_{t−1} is made as h_t is, one step before, though no line says so.
            return True
    readers = _readers(page)
    if by not in readers:
        return True
    # A target that no equation gives, and what is an input only by its place, may be the output by another name.
    declared = page.network.declarations.get(of.name) if isinstance(of, Symbol) else None
    given = declared is not None and declared.role != "target" and not declared.guessed
    fixed = declared is not None and declared.name not in page.formulas and given
    return not fixed and _ends_loosely(page, by, readers)


def _readers(page: Formulas) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, formula in page.formulas.items():
        for read in names(formula):
            found.setdefault(read, []).append(name)
    return found


def _ends_loosely(page: Formulas, by: str, readers: dict[str, list[str]]) -> bool:
    """Say whether a name leads to a quantity that nothing uses and that is not what is minimised."""
    # What the page defines and its network does not need may be the output by another name, too.
    known = (page.network.formulas.keys() | page.added.keys()) - {page.network.error}
    return any(not readers.get(name) for name in reached([by], lambda name: readers.get(name, [])) & known)
