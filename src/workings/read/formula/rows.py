r"""Maths is cut where a person would: at rows, columns, gaps, commas, arrows, words; each piece is one relation.

    a &= b \\ &= c             rows            a &= b & c &= d       columns
    a = b \qquad c = d          gaps            a = b, c = d          commas
    f(x) = 1/x → df/dx = …      arrows          a, b = c, d           side by side

Brackets hold together what stands between them: nothing is cut there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeVar

from workings.read.formula.cases import end_of
from workings.read.formula.items import UNREAD_ENVIRONMENTS, WITH_GROUP, Raw, environment, script
from workings.read.formula.signs import COMMAS, DOTS, ORDERS, RELATIONS, Mark, Part
from workings.read.formula.tree import Dots, Node
from workings.read.page.text import Text
from workings.read.phrases import begins, heard

_OPEN, _CLOSE = {"{", "(", "["}, {"}", ")", "]"}
_WORDS = frozenset((r"\text", r"\textrm", r"\mbox", r"\mathrm", r"\textit", r"\textbf", r"\hbox", r"\intertext"))
_SIGNS_OF_WORDS = frozenset((r"\because", r"\forall", r"\quad\because"))
_STOPPING = _WORDS | _SIGNS_OF_WORDS
#: What may cut a row, room aside.
_CUTTING = _STOPPING | COMMAS | {"&", ";"} | {text for text, relation in RELATIONS.items() if relation == "->"}
#: Chinese, Japanese and Korean words.
_WIDE = re.compile(r"\s*[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+\s*")
_GOES_ON = frozenset(("+", "-", "−", "*", "/", "·", "×", r"\cdot", r"\times", r"\ast", r"\div"))
_LABEL = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?[a-z]?|[a-z]|[ivx]{1,5}|\*{1,3}|[A-Z]\.?[0-9]{0,2}")


#: Commands whose group is rows, in plain TeX and in what shows it.
_OF_ROWS = frozenset((r"\eqalign", r"\eqalignno", r"\displaylines"))


def unboxed(items: list[Raw]) -> list[Raw]:
    """Return the items without what stands around all of them: an array that only sets rows, or brackets."""
    first, last = 0, len(items) - 1
    while first <= last and items[first].kind in ("gap", "&", ".", ","):
        first += 1
    while first <= last and items[last].kind in ("gap", "&", ".", ","):
        last -= 1
    if first > last:
        return items
    if items[first].kind == "(" and _in_brackets(items[first : last + 1]):
        return unboxed(items[first + 1 : last])
    if items[first].text in _OF_ROWS and first < last and items[first + 1].kind == "{" and items[last].kind == "}":
        return unboxed(items[first + 2 : last])
    name, begin = environment(items, first)
    close = end_of(items, first, name) if name in ("array", "tabular", "matrix") else -1
    if close < 0 or close + 3 != last or not any(item.kind == "relation" for item in items[begin:close]):
        return items
    body = items[begin:close]
    return body[_group_end(body, 0) :] if name != "matrix" else body


def _in_brackets(items: Sequence[Raw]) -> bool:
    """Say whether one pair of round brackets holds all of a relation: `( x = 1 )`."""
    if items[-1].kind != ")":
        return False
    depths = list(accumulate((item.kind in _OPEN) - (item.kind in _CLOSE) for item in items))
    related = (depth for item, depth in zip(items, depths, strict=True) if item.kind == "relation")
    return min(depths[:-1], default=0) > 0 and any(depth == 1 for depth in related)


def rows_of(items: list[Raw]) -> Iterator[list[Raw]]:
    r"""Cut at `\\`, but not within braces nor within an environment whose rows are parts of one formula."""
    if "rows" not in [item.kind for item in items]:
        yield items
        return
    row: list[Raw] = []
    depth = 0
    for index, item in enumerate(items):
        depth += (item.kind == "{") - (item.kind == "}")
        if item.text in (r"\begin", r"\end") and environment(items, index)[0] in UNREAD_ENVIRONMENTS:
            depth += 1 if item.text == r"\begin" else -1
        if item.kind == "rows" and depth <= 0:
            yield row
            row = []
        else:
            row.append(item)
    yield row


def joined(rows: Sequence[tuple[str, list[Raw]]]) -> list[tuple[str, list[Raw]]]:
    """Join a row that begins with an operator to the row that it goes on."""
    out: list[tuple[str, list[Raw]]] = []
    if len(rows) == 1:
        return list(rows)
    for label, row in rows:
        before = [item for item in out[-1][1] if item.kind not in ("gap", "&")] if out else []
        inner = [item for item in row if item.kind not in ("gap", "&")]
        if before and inner and (inner[0].text in _GOES_ON or before[-1].text in _GOES_ON):
            out[-1] = (out[-1][0] or label, [*out[-1][1], *row])
        else:
            out.append((label, row))
    return out


def labelled(text: Text, row: list[Raw]) -> tuple[str, list[Raw]]:
    r"""Take `\tag{1}`, `\label{…}`, `\begin{…}` and their kin out of a row; the tag is its label."""
    if WITH_GROUP.isdisjoint([item.text for item in row]):
        return "", row
    label, kept = "", list[Raw]()
    at = 0
    while at < len(row):
        kept_apart = row[at].text in (r"\begin", r"\end") and environment(row, at)[0] in UNREAD_ENVIRONMENTS
        if not kept_apart and row[at].text in WITH_GROUP:
            close = _group_end(row, at + 1)
            if row[at].text.startswith(r"\tag") and close > at + 2:
                label = text.content[row[at + 2].start : row[close - 2].end].strip().strip("$")
            if row[at].text.startswith(r"\hspace"):
                kept.append(Raw("gap", row[at].text, row[at].start, row[close - 1].end if close > at else row[at].end))
            at = max(close, at + 1)
        else:
            kept.append(row[at])
            at += 1
    return label, kept


def _group_end(row: Sequence[Raw], at: int) -> int:
    """Return the index behind the group that begins at `at`; `at` itself where none does."""
    return script(row, at) if at < len(row) and row[at].kind == "{" else at


def number_at_end(part: list[Raw]) -> tuple[str, list[Raw]]:
    """Take the number of an equation off its end or its beginning: `… (3)` behind room, `(3) …` before it."""
    if not part or (part[-1].kind not in _CLOSE and part[0].kind not in _OPEN):
        return "", part
    for end, close in (("(", ")"), ("[", "]")):
        if len(part) > 3 and part[-1].kind == close:
            opening = next((i for i in range(len(part) - 2, max(-1, len(part) - 5), -1) if part[i].kind == end), 0)
            inner = "".join(item.text for item in part[opening + 1 : -1])
            roomy = opening > 0 and (part[opening - 1].kind == "gap" or _alone_behind(part, opening))
            if roomy and _LABEL.fullmatch(inner):
                return inner, part[:opening]
        if len(part) > 4 and part[0].kind == end:
            first = next((i for i in range(1, min(4, len(part))) if part[i].kind == close), 0)
            inner = "".join(item.text for item in part[1:first])
            if first and part[first + 1].kind == "gap" and _LABEL.fullmatch(inner):
                return inner, part[first + 2 :]
    return "", part


def _alone_behind(part: Sequence[Raw], opening: int) -> bool:
    """Say whether a number in brackets stands behind a blank at the end of a formula: nobody multiplies so."""
    before = part[opening - 1]
    blank = part[opening].start - before.end >= 2
    letters = any(item.kind in ("letters", "wide") or item.text.startswith("\\") for item in part[:opening])
    number = part[opening + 1].kind == "number" and "." not in part[opening + 1].text
    operand = before.kind not in ("relation", "+", "-", "*", "/") and before.text not in _GOES_ON
    return blank and letters and number and operand


# Pieces of a row


_T = TypeVar("_T", Raw, Part)


#: What an item does to a row, by its spelling; the others do what their kind says.
_DOES = {
    **dict.fromkeys((*_OPEN, r"\{", r"\lbrace", r"\begin"), "open"),
    **dict.fromkeys((*_CLOSE, r"\}", r"\rbrace", r"\end"), "close"),
    **dict.fromkeys((*COMMAS, ";"), "comma"),
    **{text: "arrow" if relation == "->" else "relation" for text, relation in RELATIONS.items()},
}


def _kinds(items: Sequence[Raw | Part]) -> list[str]:
    """Return what each item does to a row: open or close a bracket, relate, separate, or nothing."""
    return ["" if isinstance(item, Node) else _DOES.get(item.text, item.kind) for item in items]


def _relates(items: Sequence[Raw | Part]) -> bool:
    return not _RELATING.isdisjoint(_kinds(items))


_RELATING = frozenset(("relation", "arrow"))


def _cut(row: Sequence[_T], cuts: Sequence[int]) -> list[list[_T]]:
    """Return the pieces of a row between some of its items."""
    return [list(row[a + 1 : b]) for a, b in pairwise([-1, *cuts, len(row)])]


def _outside(items: Sequence[Raw | Part], kind: str) -> list[int]:
    """Return where items of a kind stand outside of all brackets."""
    kinds = _kinds(items)
    return [i for i in _top_level(kinds) if kinds[i] == kind] if kind in kinds else []


class Piece(NamedTuple):
    """A piece of a row that is a statement of its own, and where it begins with the words or the arrow before it.

    It stands `aside` behind words or in a further column: the row below goes on with the first column.
    """

    items: list[Raw]
    begins: int
    aside: bool


def pieces_of_row(text: Text, row: list[Raw]) -> Iterator[Piece]:
    """Yield the pieces of a row that are statements of their own."""
    row = row[next((i for i, item in enumerate(row) if item.kind not in ("gap", "&")), len(row)) :]
    if _CUTTING.isdisjoint([item.text for item in row]) and "gap" not in [item.kind for item in row]:
        if items := _without_stop(row):
            yield Piece(items, items[0].start, False)
        return
    led = row[0].start if row and (_kinds(row[:1]) == ["arrow"] or row[0].text in _STOPPING) else None
    for column, piece in _columns(row):
        for part, worded in _parts_of_row(text, piece):
            for beside in side_by_side(part):
                if any(item.kind not in ("gap", "&") for item in beside):
                    yield Piece(beside, beside[0].start if led is None else led, worded or column > 0)
                    led = None


def _columns(row: list[Raw]) -> list[tuple[int, list[Raw]]]:
    """Cut a row of several columns, `a &= b & c &= d`, into its equations, each with the number of its column."""
    row = _without_remark(row)
    cuts = _outside(row, "&")
    if len(cuts) < 2:
        return [(0, part) for part in _at_gaps(row)]
    pieces = _cut(row, cuts[1::2])
    # Between `&=&` stands one equation.
    if all(_relates(piece) and not _ends_in_relation(piece) for piece in pieces if piece):
        return [(column, part) for column, piece in enumerate(pieces) for part in _at_gaps(piece)]
    return [(0, part) for part in _at_gaps(row)]


def _ends_in_relation(piece: list[Raw]) -> bool:
    inner = [item for item in piece if item.kind not in ("gap", "&")]
    return _kinds(inner[-1:]) == ["relation"]


def _without_remark(row: list[Raw]) -> list[Raw]:
    r"""Leave out the words with which a column behind the formula begins: `z &= w x && \text{weighted sum}`."""
    cuts = _outside(row, "&")
    for cut in cuts[1:]:
        at = next((i for i in range(cut + 1, len(row)) if row[i].kind not in ("&", "gap")), len(row))
        if at < len(row) and row[at].text in _WORDS and row[at].text != r"\mathrm":
            close = _group_end(row, at + 1)
            behind = [item for item in row[close:] if item.kind not in ("gap", ".", ",")]
            if _is_left_side(behind):
                continue
            return [*_without_leader(row[:cut]), *(row[cut : cut + 1] * 2 if behind else []), *row[close:]]
    return row


def _is_left_side(behind: Sequence[Raw]) -> bool:
    r"""Say whether words are the name that a column is about, `& \text{out}_1 &= …`: a script or a relation follows."""
    following = next((item for item in behind if item.kind != "&"), None)
    return bool(behind) and (behind[0].kind in ("_", "^") or (following is not None and following.kind == "relation"))


def _without_leader(formula: list[Raw]) -> list[Raw]:
    """Leave out dots that lead from a formula to its remark, as in a table of contents: they are no factor of it."""
    end = len(formula)
    while end and formula[end - 1].kind in ("&", "gap"):
        end -= 1
    leads = end > 1 and formula[end - 1].text in DOTS and formula[end - 2].text not in _GOES_ON | COMMAS | {"="}
    return [*formula[: end - 1], *formula[end:]] if leads else formula


def _at_gaps(row: list[Raw]) -> list[list[Raw]]:
    r"""Cut at `\qquad` where a relation stands on both sides of it, behind something that it relates."""
    cuts = [i for i in _outside(row, "gap") if row[i].text != r"\;"]
    if not cuts:
        return [row]
    out: list[list[Raw]] = []
    begin = 0
    for a, b in pairwise([*cuts, len(row)]):
        behind = [item for item in row[a + 1 : b] if item.kind not in ("gap", "&", ",")]
        if _relates(row[begin:a]) and _relates(behind) and _kinds(behind[:1]) != ["relation"]:
            out.append(row[begin:a])
            begin = a + 1
    return [*out, row[begin:]]


def _parts_of_row(text: Text, row: list[Raw]) -> Iterator[tuple[list[Raw], bool]]:
    """Cut a row at commas, semicolons, arrows and words where each piece is a statement of its own.

    Each with whether it is said aside, behind words; a row that words only lead, `so z = w x`, is not.
    """
    for piece in at_commas(row):
        parts = list(_at_words(text, piece))
        leads = not any(parts[:-1]) and not _subordinates(text, piece)
        for index, part in enumerate(parts):
            yield from ((arrowed, index > 0 and not leads) for arrowed in at_arrows(part))


def _subordinates(text: Text, piece: list[Raw]) -> bool:
    """Say whether a piece begins with words that only give a reason for, or explain, what stands elsewhere."""
    if not piece:
        return False
    group = piece[0].text in _WORDS and len(piece) > 2
    return piece[0].text in _SIGNS_OF_WORDS or (group and bool(begins("reasons", text.content[piece[1].end :][:40])))


def at_commas(row: list[_T]) -> list[list[_T]]:
    """Cut at the commas behind which a relation of its own stands."""
    cuts = _outside(row, "comma")
    pieces = _cut(row, cuts)
    if not cuts or not _relates(pieces[0]):
        return [row]
    out: list[list[_T]] = []
    begin = 0
    for index, piece in enumerate(pieces):
        # `i = 1, 2, 3`: what has no relation of its own goes on with what is before it.
        if _relates(piece) and index:
            out.append(row[begin : cuts[index - 1]])
            begin = cuts[index - 1] + 1
    return [*out, row[begin:]]


def at_arrows(part: list[_T]) -> list[list[_T]]:
    """Cut at arrows: `f(x) = 1/x → df/dx = −1/x²` are two statements; `x → y` is a mapping."""
    cuts = _outside(part, "arrow")
    if not cuts:
        return [part]
    pieces = [piece for piece in _cut(part, cuts) if {*_kinds(piece)} - {"gap"}]
    whole = all("relation" in _kinds(piece) for piece in pieces)
    return pieces if whole else [part]


def _at_words(text: Text, piece: list[Raw]) -> Iterator[list[Raw]]:
    if _STOPPING.isdisjoint([item.text for item in piece]):
        yield _without_stop(piece)
        return
    current: list[Raw] = []
    outside = set(_top_level(_kinds(piece)))
    at = 0
    while at < len(piece):
        item = piece[at]
        if at not in outside:
            current.append(item)
            at += 1
            continue
        if item.text in _SIGNS_OF_WORDS:
            yield current
            current, at = [], at + 1
            continue
        if item.text in _WORDS and at + 1 < len(piece) and piece[at + 1].kind == "{":
            close = _group_end(piece, at + 1) - 1
            words = text.content[piece[at + 1].end : piece[close].start]
            if begins("joins", words) or _remarks(words, current, piece[close + 1 :]):
                yield current
                current, at = [], close + 1
                continue
        current.append(item)
        at += 1
    yield _without_stop(current)


def _without_stop(piece: list[Raw]) -> list[Raw]:
    """Return a piece without the room and the stops behind it."""
    end = len(piece)
    while end and piece[end - 1].kind in (".", ",", ";", "gap"):
        end -= 1
    return piece[:end]


def _remarks(words: str, before: Sequence[Raw], after: Sequence[Raw]) -> bool:
    """Say whether words behind a formula are a remark, not a factor: `(chain rule)`, `[tanh]`, at a row's end."""
    if begins("calculates in words", words):
        return False
    if _WIDE.fullmatch(words):
        return _remarks_wide(words, before, after)
    if words.rstrip().endswith(("?", "!")) or re.match(r".*\s\S+\s", words):
        return True
    bracketed = bool(re.fullmatch(r"\s*[(\[].*[)\]]\s*", words))
    behind = [item for item in after if item.kind not in ("gap", ".", ",")]
    before = [item for item in before if item.kind != "gap"]
    ends = not behind and bool(before) and before[-1].kind not in ("relation", "command", "+", "-", "−", "*", "/", "(")
    return bracketed or (ends and bool(re.search(r"\w\s+\w", words)))


def _remarks_wide(words: str, before: Sequence[Raw], after: Sequence[Raw]) -> bool:
    """Say whether Chinese, Japanese or Korean words lead to a formula or stand behind one: they are no name in it."""
    before = [item for item in before if item.kind not in ("gap", "&")]
    after = [item for item in after if item.kind not in ("gap", "&", ".", ",")]
    if heard("calculates in characters", words) or bool(before) == bool(after):
        return False
    beside = after[0] if after else before[-1]
    return beside.kind != "relation" and beside.text not in _GOES_ON | {"(", "_", "^"} and _relates(after or before)


def side_by_side(part: list[_T]) -> list[list[_T]]:
    """Cut `a, b = c, d`, or the same in brackets, into the two statements that it is."""
    relations = _outside(part, "relation") if "comma" in _kinds(part) else []
    if len(relations) != 1:
        return [part]
    at = relations[0]
    halves = [part[:at], part[at + 1 :]]
    if all(map(_is_list, halves)):
        # `(x, y) = (1, 2)`
        halves = [half[1:-1] for half in halves]
    lefts, rights = map(_comma_pieces, halves)
    # Dots stand for names that are not written: `w_1, …, w_8` are eight.
    if len(lefts) != len(rights) or len(lefts) < 2 or not all((*lefts, *rights)) or any(map(_are_dots, lefts)):
        return [part]
    return [[*left, part[at], *right] for left, right in zip(lefts, rights, strict=True)]


def _are_dots(items: list[_T]) -> bool:
    bare = [item for item in items if not isinstance(item, Raw) or item.kind != "gap"]
    return len(bare) == 1 and (bare[0].text in DOTS if isinstance(bare[0], Raw) else isinstance(bare[0], Dots))


def _is_list(side: list[_T]) -> bool:
    """Say whether one pair of brackets, with commas in it, is all of a side."""
    kinds = _kinds(side)
    whole = len(side) > 2 and kinds[0] == "open" and kinds[-1] == "close" and not any(_top_level(kinds))
    return whole and len(_comma_pieces(side[1:-1])) > 1


def _comma_pieces(side: list[_T]) -> list[list[_T]]:
    return _cut(side, _outside(side, "comma"))


def _top_level(kinds: Sequence[str]) -> list[int]:
    """Return the items within no bracket; one without a partner is a slip of the pen, and holds nothing together."""
    found: list[int] = []
    #: How many were found before each bracket that stands open.
    before: list[int] = []
    for index, kind in enumerate(kinds):
        if kind == "close" and before:
            del found[before.pop() :]
            continue
        if kind == "open":
            before.append(len(found))
        found.append(index)
    return found


def sides_of(items: Sequence[_T], *, assigns: bool = False) -> tuple[list[list[_T]], tuple[str, ...]]:
    """Cut a chain at its relations: its sides, and what stands between them.

    `assigns` where it is a program's: then an order behind the first sign is a condition, `mask = z > 0`.
    """
    cuts: list[int] = []
    condition = False
    kinds = _kinds(items)
    top = _top_level(kinds)
    asks = max((index for index in top if kinds[index] == "question"), default=-1)
    for index in top:
        kind = kinds[index]
        # The order in `1 if z > 0 else 0` is its condition, and so is that in `z > 0 ? 1 : 0`.
        if kind in ("if", "else"):
            condition = kind == "if"
        elif kind in _RELATING and not condition:
            asked = kind == "relation" and (index < asks or (assigns and bool(cuts)))
            if not (asked and _compares(items[index], behind=bool(cuts))):
                cuts.append(index)
    return _cut(items, cuts), tuple(_relation(items[i]) for i in cuts)


def _compares(item: Raw | Part, *, behind: bool) -> bool:
    """Say whether a relation compares: an order, or `==` behind the sign that gives a value."""
    twice = isinstance(item, Mark) and item.end - item.start > 1 and item.text == "="
    return _relation(item) in ORDERS or (twice and behind)


def _relation(item: Raw | Part) -> str:
    return item.text if isinstance(item, Mark) else RELATIONS[item.text] if isinstance(item, Raw) else "="
