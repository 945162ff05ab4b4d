r"""The rows of a formula by cases: `\begin{cases} a & z > 0 \\ b & \text{otherwise} \end{cases}`.

An array is such a formula where a brace that nothing closes stands before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from workings.read.formula.items import Raw, environment, script
from workings.read.formula.signs import ORDERS, RELATIONS

_CASE_ENVIRONMENTS = frozenset(("cases", "dcases", "array", "rcases", "cases*"))
_CONDITION_WORDS = frozenset((
    "if", "for", "when", "where", "whenever", "as", "in", "case", "If", "For", "When", "all", "si", "falls", "wenn",
    "für", "pour",
))  # fmt: skip
_OTHERWISE = frozenset((
    "otherwise", "else", "elsewhere", "Otherwise", "Else", "other", "oth", "sonst", "sinon",
))  # fmt: skip
_POINTS = frozenset((",", ";", ".", ":"))
_TEXTS = frozenset((r"\text", r"\textrm", r"\mbox", r"\mathrm", r"\textup", r"\rm", r"\hbox", r"\textit"))


def is_cases(name: str, *, braced: bool) -> bool:
    """Say whether an environment holds cases; `braced` where an opening brace stands right before it."""
    return name in _CASE_ENVIRONMENTS and (name != "array" or braced)


def end_of(items: Sequence[Raw], begin: int, name: str) -> int:
    r"""Return where the `\end` of the environment that begins at `begin` stands, −1 where none does."""
    depth = 0
    for at in range(begin, len(items)):
        if items[at].text in (r"\begin", r"\end") and environment(items, at)[0] == name:
            depth += 1 if items[at].text == r"\begin" else -1
            if depth == 0:
                return at
    return -1


def case_rows(items: Sequence[Raw], name: str) -> list[tuple[list[Raw], list[Raw]]] | None:
    """Return each row's formula and condition, None where some row has no formula."""
    if name == "array" and items and items[0].kind == "{":
        items = items[script(items, 0) :]
    found: list[tuple[list[Raw], list[Raw]]] = []
    for row in (row for row in _cells(items) if any(row)):
        formula, *conditions = row
        if not conditions:
            words = next((i for i, item in enumerate(formula) if item.text in _TEXTS), len(formula))
            formula, conditions = formula[:words], [formula[words:]]
        formula = [item for item in formula if item.kind != "gap"]
        while formula and formula[-1].kind in _POINTS:
            formula = formula[:-1]
        if not formula:
            return None
        found.append((formula, _condition([item for part in conditions for item in part])))
    return found if len(found) > 1 else None


def _cells(items: Sequence[Raw]) -> list[list[list[Raw]]]:
    rows: list[list[list[Raw]]] = [[[]]]
    depth = 0
    for item in items:
        depth += (item.kind == "{" or item.text == r"\begin") - (item.kind == "}" or item.text == r"\end")
        if item.kind == "rows" and depth <= 0:
            rows.append([[]])
        elif item.kind == "&" and depth <= 0:
            rows[-1].append([])
        else:
            rows[-1][-1].append(item)
    return rows


def _condition(items: Sequence[Raw]) -> list[Raw]:
    """Return a condition without its words; nothing where it is `otherwise`."""
    bare: list[Raw] = []
    depth = inner = 0
    for item in items:
        inner += (item.text == r"\begin") - (item.text == r"\end")
        if inner:
            # Cases within the condition have words of their own.
            bare.append(item)
            continue
        if item.kind == "letters" and item.text in _OTHERWISE:
            return []
        texts = item.text in _TEXTS
        depth += texts
        if texts or item.kind in ("$", "gap") or (item.kind == "letters" and item.text in _CONDITION_WORDS):
            continue
        if depth and item.kind in ("{", "}"):
            depth -= item.kind == "}"
            continue
        bare.append(item)
    while bare and bare[-1].kind in _POINTS:
        bare.pop()
    while bare and bare[0].kind in _POINTS:
        bare.pop(0)
    within = bare[1:-1] if bare and bare[0].kind == "(" and bare[-1].kind == ")" else []
    return within if _compares(within) else bare


def _compares(items: Sequence[Raw]) -> bool:
    """Say whether an order stands in a stretch, outside of brackets of its own."""
    depth = 0
    for item in items:
        depth += (item.kind in ("(", "[", "{")) - (item.kind in (")", "]", "}"))
        if depth == 0 and RELATIONS.get(item.text) in ORDERS:
            return True
    return False
