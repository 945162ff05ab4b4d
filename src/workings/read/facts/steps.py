"""What a program does with a name → what it is: what a step moves is a weight, what is 1 or else is a label.

    t -= rate * dT            c ← c − η ∂E/∂c            theta = theta - step_size * dtheta
    loss = -log(p) if y == 1 else -log(1 - p)

Whatever letter it has: no convention is needed where the page says itself what descent changes.
"""

from __future__ import annotations

import re

from workings.graph.expr import ONE, ZERO
from workings.graph.names import RATES_BY_NAME
from workings.read.facts.examples import labels_of
from workings.read.facts.page import Page
from workings.read.facts.records import Declared, RawDomain, always
from workings.read.formula.signs import UPDATES
from workings.read.formula.statement import Statement, derives
from workings.read.names.queries import head, mentions


def take_steps(page: Page) -> None:
    """Take the names that updates move as weights; what the words of the page say of a name comes first."""
    for statement in page.statements:
        name = _moved(page, statement)
        if name is not None:
            why = f"line {statement.at.place.line} moves it"
            page.facts.declared.append(Declared(name, "weight", None, statement.at, why))


def take_labels(page: Page) -> None:
    """Take what a program asks to be 0 or 1, in a choice of two, for one of the two."""
    for statement in page.statements:
        for name in labels_of((statement,)):
            domain = RawDomain("finite", (always(ZERO), always(ONE)), statement.at)
            why = f"line {statement.at.place.line} asks which of two it is"
            page.facts.declared.append(Declared(name, None, domain, statement.at, why))


def _moved(page: Page, statement: Statement) -> str | None:
    """Return the name that a statement gives a new value by a step."""
    if statement.relations[:1] != ("=",) and statement.relations[:1] not in {(sign,) for sign in UPDATES}:
        return None
    found = head(statement, page.words)
    if found is None or found[1] is not None:
        return None
    name, side = found[0], statement.sides[1]
    used = {page.words.settled(m.name) for m in mentions(side.root, page.words)}
    if statement.relations[0] in ("=", "<-") and name not in used:
        return None
    stepping = (
        derives(side.root) or not used.isdisjoint(RATES_BY_NAME) or any(_is_slope_by(other, name) for other in used)
    )
    return name if stepping else None


def _is_slope_by(name: str, by: str) -> bool:
    """Say whether a program's name is called after a slope by another: `dw`, `dL_dw`, `grad_w`, `w_grad`, `dW`."""
    written = re.escape(by)
    capital = re.escape(by[:1].upper() + by[1:])
    return re.fullmatch(rf"(?:d_?|d\w+?_?d_?|grad_?)(?:{written}|{capital})|{written}_grad", name) is not None
