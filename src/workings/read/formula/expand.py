r"""LaTeX items in which what stands for something else is written out.

\dv{E}{w}                \frac{d E}{d w}
\loss                    \mathcal{L}, where the text defines it so
1.8\mathrm{e}{-1}        the number 1.8e-1
可得 y = w x             \text{可得} y = w x
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from workings.read.formula.items import Raw, cut_items, script
from workings.read.page.text import Macro, Text

#: Commands that only dress what they hold.
_DRESSING = {
    r"\boxed": Macro(1, "#1"), r"\mathrel": Macro(1, "#1"), r"\textcolor": Macro(2, "#2"),
    r"\colorbox": Macro(2, "#2"), r"\stackrel": Macro(2, "#2"), r"\overset": Macro(2, "#2"),
    r"\underset": Macro(2, "#2"), r"\smash": Macro(1, "#1"), r"\mathclap": Macro(1, "#1"),
    r"\fbox": Macro(1, "#1"), r"\bbox": Macro(1, "#1"), r"\ensuremath": Macro(1, "#1"), r"\mathbin": Macro(1, "#1"),
    r"\cancelto": Macro(2, "#2"), r"\mathord": Macro(1, "#1"), r"\underline": Macro(1, "#1"),
}  # fmt: skip
#: Fonts that set a whole formula apart, and no letter of it, where a relation stands in what they hold.
_FONTS = frozenset((r"\mathbf", r"\boldsymbol", r"\bm", r"\pmb", r"\mathit", r"\mathsf", r"\mathrm", r"\bold"))
#: Commands that only label what they hold; the label stands behind it as a script.
_LABELLING = {r"\underbrace": "_", r"\overbrace": "^", r"\underbracket": "_", r"\overbracket": "^"}
#: Commands for derivatives that packages define, by the number of arguments that stand behind them.
_DERIVATIVES = {
    r"\pdv": (r"\frac{\partial}{\partial #1}", r"\frac{\partial #1}{\partial #2}"),
    r"\dv": (r"\frac{d}{d #1}", r"\frac{d #1}{d #2}"),
    r"\pderiv": (r"\frac{\partial}{\partial #1}", r"\frac{\partial #1}{\partial #2}"),
}
#: All of these, with the one that is skipped together with what it holds.
_STANDING_FOR_OTHERS = frozenset((*_DRESSING, *_FONTS, *_LABELLING, *_DERIVATIVES, r"\color"))
#: Commands defined by commands are written out this deep; a command that stands for itself ends there.
_DEEPEST_MACRO = 3
_BRACES = ("{", "}")
_BRACKETS = frozenset("()[]|")
#: Letters of the scripts whose words nobody writes as products: Han, kana, Hangul.
_OF_WORDS = re.compile(r"[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")


def raw_items(text: Text, start: int, end: int) -> list[Raw]:
    """Cut LaTeX maths into items; white space and remarks are left out, the text's own commands written out."""
    items = cut_items(text.content, start, end)
    texts = {item.text for item in items}
    if not (texts.isdisjoint(_STANDING_FOR_OTHERS) and texts.isdisjoint(text.macros)):
        items = _written_out(text, items, 0)
        texts = {item.text for item in items}
    kinds = {item.kind for item in items}
    if "{" in kinds and not kinds.isdisjoint(_BRACKETS):
        items = _out_of_braces(items)
    if "say" in texts:
        items = _without_asides(items)
    if "wide" in kinds:
        items = list(_with_words(items))
    return _numbers(text, items) if "number" in kinds else items


#: A word in brackets that is said beside a formula, and is no part of it: y = σ(z) = p (say).
_ASIDE = ["(", "say", ")"]


def _without_asides(items: Sequence[Raw]) -> list[Raw]:
    out: list[Raw] = []
    for item in items:
        out.append(item)
        if item.kind == ")" and [part.text for part in out[-3:]] == _ASIDE:
            del out[-3:]
    return out


def _out_of_braces(items: Sequence[Raw]) -> list[Raw]:
    r"""Return the items with a bracket that stands alone in braces, `\big{(}`, as the bracket."""
    out: list[Raw] = []
    for item in items:
        out.append(item)
        if item.kind == "}" and len(out) > 2 and out[-3].kind == "{" and out[-2].kind in _BRACKETS:
            out[-3:] = [out[-2]]
    return out


def _with_words(items: Sequence[Raw]) -> Iterator[Raw]:
    r"""Yield the items with each word of Han, kana or Hangul letters that stands on the line as `\text{…}`."""
    depth, at = 0, 0
    while at < len(items):
        item = items[at]
        depth += (item.kind == "{") - (item.kind == "}")
        begin, at = at, at + 1
        lowered = begin > 0 and items[begin - 1].kind in ("_", "^", "command") and item.kind != "{"
        if depth or lowered or item.kind != "wide" or not _OF_WORDS.match(item.text):
            yield item
            continue
        while at < len(items) and items[at].start == items[at - 1].end and _OF_WORDS.match(items[at].text):
            at += 1
        end = items[at - 1].end
        yield Raw("command", r"\text", item.start, item.start)
        yield Raw("{", "{", item.start, item.start)
        yield from items[begin:at]
        yield Raw("}", "}", end, end)


def _written_out(text: Text, items: Sequence[Raw], depth: int) -> list[Raw]:
    out: list[Raw] = []
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        if item.text == r"\color" and at < len(items) and items[at].kind == "{":
            at = script(items, at)
            continue
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
        if _is_wish(item.text, arguments):
            out.append(Raw("relation", r"\propto", item.start, item.end))
            continue
        end = items[at - 1].end if macro.arguments and at <= len(items) else item.end
        body = [Raw(part.kind, part.text, item.start, end) for part in cut_items(macro.body, 0, len(macro.body))]
        out += _written_out(text, _put_in(body, arguments), depth + 1)
    return out


def _numbers(text: Text, items: Sequence[Raw]) -> list[Raw]:
    r"""Return the items with `1.8\mathrm{e}{-1}`, `0{,}5` and `1{,}000` as the numbers that they are."""
    out: list[Raw] = []
    done = 0
    for at, (item, behind) in enumerate(pairwise(items)):
        # Something in braces, or in a font, may belong to a number.
        if item.kind == "number" and behind.kind in ("{", "command") and at >= done:
            size, tail = _grouped(text, items, at) or _exponent(items, at)
            if size:
                whole = Raw(item.kind, item.text + tail, item.start, items[at + size].end)
                out += [*items[done:at], whole]
                done = at + size + 1
    return [*out, *items[done:]]


def _grouped(text: Text, items: Sequence[Raw], at: int) -> tuple[int, str] | None:
    """Return how many items behind a number are its groups of three digits, where commas are no decimal marks."""
    size, tail = 0, ""
    whole = items[at].text.isdigit() and len(items[at].text) <= 3 and items[at].text[0] != "0"
    while whole and [part.text for part in items[at + size + 1 : at + size + 4]] == ["{", ",", "}"]:
        digits = items[at + size + 4] if at + size + 4 < len(items) else None
        if digits is None or len(digits.text) != 3 or not digits.text.isdigit():
            return None
        size, tail = size + 4, tail + digits.text
    return (size, tail) if size and not text.decimal_commas else None


def _exponent(items: Sequence[Raw], at: int) -> tuple[int, str]:
    """Return how many items behind a number belong to it, and what they add to it."""
    item, ahead = items[at], [part.text for part in items[at + 1 : at + 10]]
    if ahead[:3] == ["{", ",", "}"] and items[at + 4 : at + 5]:
        digits = items[at + 4]
        # 0{,}5 is a decimal; 1{,}000 may be a thousand.
        if digits.kind == "number" and digits.text.isdigit() and (item.text == "0" or len(digits.text) != 3):
            return 4, f".{digits.text}"
    if ahead[1:4] == ["{", "e", "}"] and ahead[0] in (r"\mathrm", r"\text", r"\rm"):
        bare = [text for text in ahead[4:] if text not in _BRACES][:2]
        if len(bare) == 2 and bare[0] in ("-", "−", "+") and bare[1].isdigit():
            return 6 + 2 * (ahead[4:5] == ["{"]), f"e{bare[0].replace('−', '-')}{bare[1]}"
    return 0, ""


def _is_wish(name: str, arguments: Sequence[Sequence[Raw]]) -> bool:
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
    if name in _FONTS and any(item.kind == "relation" for item in items[at : script(items, at)]):
        return Macro(1, "#1")
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
