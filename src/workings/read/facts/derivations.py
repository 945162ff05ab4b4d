"""Lines about derivatives: they define nothing, and are listed with the names that they speak of."""

from __future__ import annotations

import re

from workings.errors import ReadError
from workings.graph.writing.spelling import parts_of
from workings.read.facts.page import Page
from workings.read.formula.signs import ORDERS, UPDATES
from workings.read.formula.statement import Side, Statement, derivative_in, derives, is_quotient_of_words
from workings.read.formula.tree import Big, Differential, Node, Scripted, Unread, children, of_kind
from workings.read.names.elaborate import How, elaborate
from workings.read.names.queries import mentions, whole_name
from workings.read.names.vocabulary import KNOWN


def take_line(page: Page, statement: Statement) -> None:
    """List a line about derivatives as no part of the network, with what it is."""
    if statement.relations[0] in ORDERS:
        page.unused(statement, "a condition on a gradient: it defines nothing")
    elif any(r in UPDATES for r in statement.relations) or _updates(page, statement):
        page.unused(statement, "an update rule; the descent uses the gradient that is derived here")
    else:
        uses, unread = _uses(page, statement)
        why = "a line of a derivation; the network is made of definitions"
        page.unused(statement, f"a line about derivatives, not read: {unread}" if unread and not uses else why, uses)


def _uses(page: Page, statement: Statement) -> tuple[frozenset[str], str]:
    """Return the names and functions that a statement speaks of, and what of it cannot be read where it names none."""
    sides = [side for side in statement.sides if not side.empty]
    found: set[str] = set()
    for side in sides:
        if not _is_foreign(side.root) or not _why_unread(page, side):
            found |= {whole_name(m.unit, page.words) for m in mentions(side.root, page.words) if m.name not in KNOWN}
    unread = "" if found else next(filter(None, (_why_unread(page, side) for side in sides)), "")
    return frozenset(found), unread


def _why_unread(page: Page, side: Side) -> str:
    """Return what of a side cannot be read; nothing where all of it can."""
    try:
        elaborate(side.formula, side.at.text, page.words, How("left", bare=True))
    except ReadError as error:
        return error.problems[0].found
    return ""


def _updates(page: Page, statement: Statement) -> bool:
    """`w (new) = w (old) − μ ∂E/∂w`: the left name comes again on the right, with a minus behind it."""
    if len(statement.sides) != 2 or statement.sides[0].empty or statement.sides[1].empty:
        return False
    left, right = (next(iter(mentions(side.root, page.words)), None) for side in statement.sides)
    minus = re.search(r"[-−+]", statement.sides[1].at.content)
    if left is None or right is None or minus is None:
        return False
    return parts_of(left.name)[0] == parts_of(right.name)[0] and right.unit.start == statement.sides[1].at.start


def _is_foreign(root: Node) -> bool:
    """Say whether a tree is more than a formula of scalars: an unknown command, a sum, a gradient as a vector."""
    gradients = (node for node in of_kind(root, Differential) if node.sign == "∇" and node.by is None)
    return bool(of_kind(root, Unread) or of_kind(root, Big)) or any(gradients)


def is_derivation(statement: Statement) -> bool:
    """Say whether a line among declarations is one of a derivation: about a slope, an update, a line that goes on."""
    left = statement.sides[0]
    moves = any(relation in UPDATES for relation in statement.relations)
    slopes = any(_says_a_slope(side.root) for side in statement.sides[1:])
    return moves or left.empty or derives(left.root) or slopes or is_quotient_of_words(left.root)


def _says_a_slope(root: Node) -> bool:
    """Say whether a side is made of derivatives: δ = ∂E/∂z. One with a prime or a power, A'(x)², is in a formula."""
    stack = [root]
    while stack:
        node = stack.pop()
        if not isinstance(node, Scripted):
            if derivative_in(node):
                return True
            stack += children(node)
    return False


def derivation(statement: Statement) -> str | None:
    """Return what a line of a derivation is called; None where it is none."""
    if not statement.derives:
        return None
    if any(relation in UPDATES for relation in statement.relations):
        return "an update rule"
    return "a line of a derivation"
