"""A line that a person wrote, as it stands: sides with relations between them, and what is said around them."""

from __future__ import annotations

from dataclasses import dataclass

from workings.read.formula.statement import Side, Statement
from workings.read.formula.tree import At, Comparison, Empty, Formula, Node, bare, items_of
from workings.read.page.text import Snippet

__all__ = ["Side", "WrittenLine", "at_point", "empty_side"]


@dataclass(frozen=True, slots=True, eq=False)
class WrittenLine:
    r"""`sides[0] relations[0] sides[1] …`; the first side is None where the line goes on with the one before.

    `span` numbers the display or the block of code that the line stands in, `before` is the text in front of
    that, `label` its number (`\tag{3}`), `reason` what the person wrote behind it, `code` where it is a program's.
    `statement` is the statement that it is cut out of.
    """

    at: Snippet
    sides: tuple[Side | None, ...]
    relations: tuple[str, ...]
    span: int
    statement: Statement
    label: str = ""
    reason: str = ""
    before: str = ""
    code: bool = False
    aside: bool = False
    #: Whether it stands within a sentence, not in a display.
    inline: bool = False
    dash: bool = False


def at_point(side: Side) -> tuple[Side, list[tuple[Side, Side]]]:
    r"""Return a side without the bar that says where it is taken, and what the names are there.

    `\left.\frac{\partial E}{\partial w}\right|_{w = 1, x = 2}` is the derivative, at w = 1 and x = 2.
    """
    root = bare(side.root)
    if not isinstance(root, At):
        return side, []
    pairs: list[tuple[Side, Side]] = []
    for item in items_of(root.point):
        if isinstance(item, Comparison) and item.relations == ("=",):
            pairs.append((_part(side, item.sides[0]), _part(side, item.sides[1])))
        elif isinstance(item, Comparison):
            return side, []
        else:
            pairs.append((_part(side, item), _part(side, item)))
    return _part(side, root.inside), pairs


def empty_side(at: Snippet) -> Side:
    """Return a side of which nothing is written, at a place of the page."""
    return Side(at, Formula(Empty(at.start, at.end)))


def _part(side: Side, node: Node) -> Side:
    return Side(Snippet(side.at.text, node.start, node.end), Formula(node))
