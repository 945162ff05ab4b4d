r"""LaTeX maths cut into items: commands, runs of letters, braces, relations, signs.

Items split a display into rows and relations before anything is known of its names. What only sets type
(sizes, spaces) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workings.read.formula.signs import RAISED_BY_CHARACTERS, RELATIONS
from workings.read.page.value import value


@value()
class Raw:
    """A piece of LaTeX: `kind` is command, letters, number, space, relation or the sign itself."""

    kind: str
    text: str
    start: int
    end: int


_RAW = re.compile(
    rf"""
      (?P<own>[{{}}()_^])
    | (?P<letters>[A-Za-z]+)
    | (?P<rows>\\\\(?:\s*\[[^\]\n]*\])?|\\cr\b)
    | (?P<command>\\(?:mathrm|mathbf|operatorname|hspace|vspace|tag|label)\*?|\\[A-Za-z]+\*?|\\.)
    | (?P<space>\s+|~(?!=)|%[^\n]*)
    | (?P<number>(?:[0-9]+\.[0-9]+|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+][0-9]+|[0-9]+)
    | (?P<relation>:=|\+=|-=|~=|==|=>|->|[=<>≤≥∈←→⇒⟹⇔∴≈≃≠≡∝])
    | (?P<small>{RAISED_BY_CHARACTERS})
    | (?P<vulgar>[½⅓⅔¼¾⅛⅜⅝⅞])
    | (?P<lowered>[₀-₉ₐ-ₜᵢ-ᵪ]+)
    | (?P<wide>(?![ΣΠ])[^\W\d_⁰¹²³⁴-⁹][\u0300-\u036f]*)
    | (?P<sign>\.\.\.|.)
    """,
    re.VERBOSE,
)

#: Commands that only set type.
_SIZES = {
    r"\left", r"\right", r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\biggl",
    r"\biggr", r"\Biggl", r"\Biggr", r"\middle", r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits",
    r"\nonumber", r"\notag", r"\,", r"\!", r"\:", r"\ ", r"\thinspace", r"\nobreak", r"\scriptstyle",
    r"\blacksquare", r"\square", r"\Box", r"\qed", r"\qedhere", r"\hline", r"\allowbreak", r"\noindent",
    r"\small", r"\large", r"\Large", r"\normalsize", r"\centering", r"\par", r"\break", r"\/",
}  # fmt: skip
#: Commands that leave room: what stands on both sides of it may be two formulas, or a formula and its number.
_GAPS = {r"\quad", r"\qquad", r"\hfill", r"\enspace", r"\;", r"\eqno", r"\leqno", r"\hskip"}
#: What certain texts are, whatever they look like; nothing for those that are left out.
_KINDS = {
    **{sign: sign for sign in "{}()_^"}, **dict.fromkeys(_GAPS, "gap"), **dict.fromkeys(RELATIONS, "relation"),
    **dict.fromkeys(_SIZES, ""),
}  # fmt: skip
#: Commands that are skipped together with the group behind them: what they hold is not on the page.
WITH_GROUP = frozenset((
    r"\hspace", r"\vspace", r"\label", r"\tag", r"\begin", r"\end", r"\color", r"\hspace*", r"\tag*", r"\eqref",
    r"\ref", r"\phantom", r"\hphantom", r"\vphantom", r"\footnote", r"\cite", r"\vspace*",
))  # fmt: skip
#: Environments whose rows are parts of one formula.
UNREAD_ENVIRONMENTS = frozenset(
    ("cases", "array", "matrix", "pmatrix", "bmatrix", "vmatrix", "Bmatrix", "smallmatrix", "dcases", "tabular",
     "rcases", "cases*", "Vmatrix")
)  # fmt: skip


def environment(items: Sequence[Raw], at: int) -> tuple[str, int]:
    r"""Return the name in `\begin{name}`, and the index behind its brace; nothing where none begins."""
    ahead = items[at : at + 5]
    if not ahead or ahead[0].text not in (r"\begin", r"\end"):
        return "", at
    close = next((i for i, item in enumerate(ahead) if item.kind == "}"), 0)
    return "".join(item.text for item in ahead[2:close]), at + close + 1


def script(items: Sequence[Raw], at: int) -> int:
    """Return the index behind the script that begins at `at`: a group, or the one thing that TeX takes."""
    if at < len(items) and items[at].kind == "command" and items[at + 1 : at + 2] and items[at + 1].kind == "{":
        at += 1
    depth = 0
    for index in range(at, len(items)):
        depth += (items[index].kind == "{") - (items[index].kind == "}")
        if depth == 0:
            long = items[index].kind in ("letters", "number") and len(items[index].text) > 1 and index == at
            return at if long else index + 1
    return len(items)


def cut_items(content: str, start: int, end: int) -> list[Raw]:
    """Cut LaTeX maths into items as they stand; white space and remarks are left out, room is kept."""
    found: list[Raw] = []
    for match in _RAW.finditer(content, start, end):
        text = match[0]
        kind = _KINDS.get(text, match.lastgroup)
        if kind and kind != "space":
            found.append(Raw(text if kind == "sign" else kind, text, match.start(), match.end()))
    return found
