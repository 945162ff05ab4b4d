"""A line that a person wrote, as it stands: sides with relations between them, and what is said around them."""

from __future__ import annotations

from dataclasses import dataclass

from workings.read.formula.statement import Side, Statement
from workings.read.formula.tree import At, Comparison, Formula, Node, bare, items_of
from workings.read.page.text import Snippet

__all__ = ["Side", "WrittenLine", "at_point"]


@dataclass(frozen=True, slots=True, eq=False)
class WrittenLine:
    r"""`sides[0] relations[0] sides[1] …`; the first side is None where the line goes on with the one before.

    `statement` is the statement that it is cut out of, `before` the text in front of the display or the block of code
    that it stands in, `label` its number (`\tag{3}`).
    """

    at: Snippet
    sides: tuple[Side | None, ...]
    relations: tuple[str, ...]
    statement: Statement
    label: str = ""
    before: str = ""
    #: Whether it stands within a sentence, not in a display.
    inline: bool = False

    @property
    def span(self) -> int:
        """The display, or the block of code, that it stands in, by its number."""
        return self.statement.span

    @property
    def reason(self) -> str:
        """What the person wrote behind it."""
        return self.statement.reason

    @property
    def code(self) -> bool:
        """Whether it is a program's."""
        return self.statement.kind == "code"

    @property
    def aside(self) -> bool:
        """Whether it is said by the way, behind words or a remark."""
        return self.statement.aside


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


def _part(side: Side, node: Node) -> Side:
    return Side(Snippet(side.at.text, node.start, node.end), Formula(node))
