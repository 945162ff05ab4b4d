r"""LaTeX maths → items in which what stands for something else is written out.

    \dv{E}{w}                                     \frac{d E}{d w}
    \begin{cases} a & z > 0 \\ b & \text{otherwise} \end{cases}     (a if z > 0 else b)
    \mathbb{1}_{z > 0}                            [z > 0]

The commands that the text defines itself are written out too.
"""

from __future__ import annotations

from collections.abc import Sequence

from workings.read.latex_items import RELATIONS, Raw, cut_items, environment, script
from workings.read.text import Macro, Text

#: Commands that only dress what they hold.
_DRESSING = {
    r"\boxed": Macro(1, "#1"), r"\mathrel": Macro(1, "#1"), r"\textcolor": Macro(2, "#2"),
    r"\colorbox": Macro(2, "#2"), r"\stackrel": Macro(2, "#2"), r"\overset": Macro(2, "#2"),
    r"\underset": Macro(2, "#2"), r"\smash": Macro(1, "#1"), r"\mathclap": Macro(1, "#1"),
}  # fmt: skip
#: Commands that only label what they hold; the label stands behind it as a script.
_LABELLING = {r"\underbrace": "_", r"\overbrace": "^", r"\underbracket": "_", r"\overbracket": "^"}
#: Commands for derivatives that packages define, by the number of arguments that stand behind them.
_DERIVATIVES = {
    r"\pdv": (r"\frac{\partial}{\partial #1}", r"\frac{\partial #1}{\partial #2}"),
    r"\dv": (r"\frac{d}{d #1}", r"\frac{d #1}{d #2}"),
}


def raw_items(text: Text, start: int, end: int) -> list[Raw]:
    """Cut LaTeX maths into items; white space and remarks are left out, the text's own commands written out."""
    return _switches(_cases(_powers_of_ten(_written_out(text, list(cut_items(text.content, start, end)), 0))))


#: Commands defined by commands are written out this deep; a command that stands for itself ends there.
_DEEPEST_MACRO = 3


def _written_out(text: Text, items: Sequence[Raw], depth: int) -> list[Raw]:
    out: list[Raw] = []
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        macro = _macro(text, items, at) if item.kind == "command" and depth < _DEEPEST_MACRO else None
        if macro is None:
            out.append(item)
            continue
        arguments: list[list[Raw]] = []
        for _ in range(macro.arguments):
            stop = script(items, at)
            inner = list(items[at:stop])
            arguments.append(inner[1:-1] if inner and inner[0].kind == "{" else inner)
            at = stop
        if at < len(items) and items[at].kind == _LABELLING.get(item.text):
            at = script(items, at + 1)
        if name_is_wish(item.text, arguments):
            out.append(Raw("relation", r"\propto", item.start, item.end))
            continue
        end = items[at - 1].end if macro.arguments and at <= len(items) else item.end
        body = [part._replace(start=item.start, end=end) for part in cut_items(macro.body, 0, len(macro.body))]
        out += _written_out(text, _put_in(body, arguments), depth + 1)
    return out


def _powers_of_ten(items: Sequence[Raw]) -> list[Raw]:
    r"""Return the items with `1.8\mathrm{e}{-1}` and `0{,}5` as the numbers that they are."""
    out: list[Raw] = []
    at = 0
    while at < len(items):
        item = items[at]
        ahead = [part.text for part in items[at + 1 : at + 10]]
        size, tail = 0, ""
        if item.kind == "number" and ahead[:3] == ["{", ",", "}"] and items[at + 4 : at + 5]:
            digits = items[at + 4]
            # 0{,}5 is a decimal; 1{,}000 may be a thousand.
            if digits.kind == "number" and digits.text.isdigit() and (item.text == "0" or len(digits.text) != 3):
                size, tail = 4, f".{digits.text}"
        elif item.kind == "number" and ahead[1:4] == ["{", "e", "}"] and ahead[0] in (r"\mathrm", r"\text", r"\rm"):
            bare = [text for text in ahead[4:] if text not in ("{", "}")][:2]
            braces = 2 * (ahead[4:5] == ["{"])
            if len(bare) == 2 and bare[0] in ("-", "−", "+") and bare[1].isdigit():
                size, tail = 6 + braces, f"e{bare[0].replace('−', '-')}{bare[1]}"
        out.append(item._replace(text=item.text + tail, end=items[at + size].end))
        at += size + 1
    return out


_CASE_ENVIRONMENTS = frozenset(("cases", "dcases", "array", "rcases", "cases*"))
_CONDITION_WORDS = frozenset(("if", "for", "when", "where", "whenever", "as", "in", "case", "If", "For", "When", "all"))
_OTHERWISE = frozenset(("otherwise", "else", "elsewhere", "Otherwise", "Else", "other", "oth"))
_POINTS = frozenset((",", ";", ".", ":"))
_TEXTS = frozenset((r"\text", r"\textrm", r"\mbox", r"\mathrm", r"\textup", r"\rm", r"\hbox", r"\textit"))


def _cases(items: Sequence[Raw]) -> list[Raw]:
    r"""Return the items with each `\begin{cases} a & z > 0 \\ b \end{cases}` as `(a if z > 0 else b)`.

    An array is such a formula where a brace that nothing closes stands before it.
    """
    out: list[Raw] = []
    at = 0
    while at < len(items):
        begin = at + 1 if items[at].text in (r"\{", r"\lbrace") else at
        name, inside = environment(items, begin)
        end = _end_of(items, begin, name) if name in _CASE_ENVIRONMENTS and (name != "array" or begin > at) else -1
        rows = _case_rows(_cases(items[inside:end]), name) if end >= 0 else None
        if rows is None:
            out.append(items[at])
            at += 1
            continue
        opening, at = items[at], end + 4
        out.append(opening._replace(kind="(", text="("))
        for index, (formula, condition) in enumerate(rows):
            out += [formula[0]._replace(kind="else", text="else")] if index else []
            out += formula
            out += [condition[0]._replace(kind="if", text="if"), *condition] if condition else []
        out.append(items[at - 1]._replace(kind=")", text=")"))
        if name == "array" and at < len(items) and items[at].text == ".":
            at += 1
    return out


def _end_of(items: Sequence[Raw], begin: int, name: str) -> int:
    depth = 0
    for at in range(begin, len(items)):
        if items[at].text in (r"\begin", r"\end") and environment(items, at)[0] == name:
            depth += 1 if items[at].text == r"\begin" else -1
            if depth == 0:
                return at
    return -1


def _case_rows(items: Sequence[Raw], name: str) -> list[tuple[list[Raw], list[Raw]]] | None:
    """Return each row's formula and condition, None where some row has no formula or more than two columns."""
    if name == "array" and items and items[0].kind == "{":
        items = items[script(items, 0) :]
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
    found: list[tuple[list[Raw], list[Raw]]] = []
    for row in (row for row in rows if any(row)):
        formula, *conditions = row
        if not conditions:
            words = next((i for i, item in enumerate(formula) if item.text in _TEXTS), len(formula))
            formula, conditions = formula[:words], [formula[words:]]
        while formula and formula[-1].kind in _POINTS:
            formula = formula[:-1]
        if not formula:
            return None
        found.append((formula, _condition([item for part in conditions for item in part])))
    return found if len(found) > 1 else None


def _condition(items: Sequence[Raw]) -> list[Raw]:
    """Return a condition without its words; nothing where it is `otherwise`."""
    if any(item.kind == "letters" and item.text in _OTHERWISE for item in items):
        return []
    bare: list[Raw] = []
    depth = 0
    for item in items:
        texts = item.text in _TEXTS
        depth += texts
        if texts or item.kind == "$" or (item.kind == "letters" and item.text in _CONDITION_WORDS):
            continue
        if depth and item.kind in ("{", "}"):
            depth -= item.kind == "}"
            continue
        bare.append(item)
    while bare and bare[-1].kind in _POINTS:
        bare.pop()
    while bare and bare[0].kind in _POINTS:
        bare.pop(0)
    inner = bare[1:-1] if bare and bare[0].kind == "(" and _fence(bare, 0) == len(bare) - 1 else []
    return inner if _compares(inner) and all(item.kind != "if" for item in inner) else bare


_ORDERS = frozenset(("<", ">", "<=", ">="))
_ONE = frozenset(("1", "I", "\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}", "Ind", "indicator"))
_BOARD = frozenset(
    (r"\mathbb", r"\mathbf", r"\mathds", r"\mathbbm", r"\mathrm", r"\operatorname", r"\boldsymbol", r"\bm")
)
_FENCES = {"[": "]", "(": ")", r"\{": r"\}", r"\lbrace": r"\rbrace", "{": "}"}


def _switches(items: Sequence[Raw]) -> list[Raw]:
    r"""Return the items with every indicator as a switch in square brackets: `\mathbb{1}_{z > 0}` is `[z > 0]`."""
    out: list[Raw] = []
    at = 0
    while at < len(items):
        behind = script(items, at) if items[at].text in _BOARD else at + 1
        lowered = at > 0 and items[at - 1].kind in ("_", "^")
        named = [item.text for item in items[at:behind] if item.text not in _BOARD and item.kind not in ("{", "}")]
        low = behind + (behind < len(items) and items[behind].kind == "_")
        # A plain 1 before a bracket is a factor: only a condition below it makes it a switch.
        is_one = len(named) == 1 and named[0] in _ONE and not lowered
        close = _fence(items, low) if is_one and (items[at].text != "1" or low > behind) else 0
        inside = items[low + 1 : close]
        # `1_{\{z > 0\}}` has a fence in its braces.
        if inside and _fence(inside, 0) == len(inside) - 1:
            inside = inside[1:-1]
        if _compares(inside):
            out += [items[at]._replace(kind="[", text="["), *_switches(inside)]
            out.append(items[close]._replace(kind="]", text="]"))
            at = close + 1
        else:
            out.append(items[at])
            at += 1
    return out


def _compares(items: Sequence[Raw]) -> bool:
    """Say whether an order stands in a stretch, outside of brackets of its own."""
    depth = 0
    for item in items:
        depth += (item.kind in ("(", "[", "{")) - (item.kind in (")", "]", "}"))
        if depth == 0 and RELATIONS.get(item.text) in _ORDERS:
            return True
    return False


def _fence(items: Sequence[Raw], at: int) -> int:
    """Return the index of the bracket that closes the one at `at`, 0 where none stands there."""
    closing = _FENCES.get(items[at].text) if at < len(items) else None
    depth = 0
    for index in range(at, len(items)) if closing else ():
        depth += (items[index].text == items[at].text) - (items[index].text == closing)
        if depth == 0:
            return index
    return 0


def name_is_wish(name: str, arguments: Sequence[Sequence[Raw]]) -> bool:
    """Say whether a relation has a mark over it by which it is demanded, not claimed."""
    return name in (r"\stackrel", r"\overset") and bool(arguments) and [i.text for i in arguments[0]] == ["!"]


def _macro(text: Text, items: Sequence[Raw], at: int) -> Macro | None:
    """Return what the command before `at` stands for, None where it is no macro."""
    name = items[at - 1].text
    if name in text.macros:
        return text.macros[name]
    if name in _DRESSING:
        return _DRESSING[name]
    if name in _LABELLING:
        return Macro(1, "{#1}")
    if name not in _DERIVATIVES or at >= len(items) or items[at].kind != "{":
        return None
    after = script(items, at)
    count = 2 if after < len(items) and items[after].kind == "{" else 1
    return Macro(count, _DERIVATIVES[name][count - 1])


def _put_in(body: Sequence[Raw], arguments: Sequence[Sequence[Raw]]) -> list[Raw]:
    """Return a macro's body with its arguments in the places of #1, #2, …."""
    out: list[Raw] = []
    at = 0
    while at < len(body):
        number = body[at + 1].text if body[at].kind == "#" and at + 1 < len(body) else ""
        if number.isdigit() and 0 < int(number) <= len(arguments):
            out += arguments[int(number) - 1]
            at += 2
        else:
            out.append(body[at])
            at += 1
    return out
