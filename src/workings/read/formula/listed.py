r"""A list of names with dots and a list of numbers: a statement for each name, where there are as many of both.

    w_1, \dots, w_4 = 0.1, 0.2, 0.3, 0.4   →   (w₁ = 0.1); (w₂ = 0.2); (w₃ = 0.3); (w₄ = 0.4)
    w1–w4 = 0.1, 0.2, 0.3, 0.4                  the same

Where the numbers are more or fewer, nobody can tell which name each of them is of: the list stays one statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from workings.read.formula.latex import latex_formula
from workings.read.formula.plain import plain_formula
from workings.read.formula.statement import Side, Statement, is_number
from workings.read.formula.tree import Dots, Formula, Node, Series, Sum
from workings.read.page.text import Snippet, Text

#: A name and the number that it ends with, perhaps in braces: `w_{1}`, `w_1`, `w1`, `w₁`.
_NUMBERED = re.compile(r"(?<!\d)(?P<number>\d++|[₀-₉]++)(?P<brace>\}?+)\Z")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_RAISED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def listed(statement: Statement) -> Iterator[Statement]:
    """Yield a statement for each name of a list with dots, where its numbers are as many; else the statement itself."""
    names = _names(statement) if statement.relations == ("=",) else []
    values = statement.sides[-1].root
    numbers = values.items if isinstance(values, Series) else ()
    if not names or len(names) != len(numbers) or not all(map(is_number, numbers)):
        yield statement
        return
    text = statement.at.text
    for name, number in zip(names, numbers, strict=True):
        value = Side(Snippet(text, number.start, number.end), Formula(number))
        yield replace(
            statement, sides=(_written(name, statement), value), at=Snippet(text, statement.at.start, number.end)
        )


def miscounted(statement: Statement) -> str:
    """Return why a list of names with dots is not read; nothing where it is none."""
    names = _names(statement) if statement.relations == ("=",) else []
    values = statement.sides[-1].root
    if not names or not isinstance(values, Series):
        return ""
    return f"it has {len(names)} names and {len(values.items)} numbers"


def _written(name: str, statement: Statement) -> Side:
    """Return a name of a list as a side, which may stand behind its dots."""
    own = Text(name, statement.at.text.file, statement.at.place.line)
    made = latex_formula if statement.kind == "latex" else plain_formula
    return Side(Snippet(own, 0, len(name)), made(own, 0, len(name)))


def _names(statement: Statement) -> list[str]:
    """Return the names of a list with dots, those that the dots stand for among them; none where it is no such list."""
    ends = [statement.at.text.content[p.start : p.end].strip() for p in _ends(statement.sides[0].root)]
    found = [(end[: match.start()], match) for end in ends if (match := _NUMBERED.search(end)) is not None]
    alike = {(head, match["brace"]) for head, match in found}
    if len(found) < max(2, len(ends)) or len(alike) != 1:
        return []
    ((head, brace),) = alike
    numbers = [int(match["number"].translate(_RAISED)) for _, match in found]
    first, last = numbers[0], numbers[-1]
    if numbers[:-1] != [*range(first, first + len(ends) - 1)] or not first + len(ends) - 1 < last < first + _MOST:
        return []
    lowered = not found[0][1]["number"].isascii()
    counted = [str(number) for number in range(first, last + 1)]
    return [head + (number.translate(_LOWERED) if lowered else number) + brace for number in counted] if head else []


#: A list stands for at most so many names.
_MOST = 100


def _ends(root: Node) -> Sequence[Node]:
    """Return the names that stand in a list with dots: all of them before the dots, and the one behind."""
    if isinstance(root, Series) and len(root.items) > 2 and isinstance(root.items[-2], Dots):
        return (*root.items[:-2], root.items[-1])
    if isinstance(root, Sum) and [sign for sign, _ in root.terms] == ["", "-"]:
        # `w1–w4`: a dash is read as a minus, and no difference is a list of numbers.
        return tuple(part for _, part in root.terms)
    return ()
