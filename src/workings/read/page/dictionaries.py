"""Dictionaries and objects of a program: what stands in one under a word is called by that word, where it is one name.

    weights = {"w1": 0.3, "w2": 0.5}            w1 = 0.3, w2 = 0.5
    z = weights["w1"] * x                       z = w1 * x
    gradients = {"w1": (y - t) * x}             dw1 = (y - t) * x
    const net = { w1: 0.3 };  z = net.w1 * x    w1 = 0.3, z = w1 * x
    nn->z1 = nn->w1 * x                         z1 = w1 * x

Every place stays where it is: what is no notation becomes blanks.
"""

from __future__ import annotations

import re
from collections import defaultdict

#: `weights["w1"]`, `weights.w1`, `nn->w1`; a method and what arrays and modules have are no such names.
_LOOKED_UP = re.compile(
    r"(?<![\w.\])>])(?P<of>[^\W\d]\w*)(?:\[(?P<mark>[\"'])(?P<key>[^\W\d]\w*)(?P=mark)\]"
    r"|(?:(?<!\bnp)(?<!\bmath)(?<!\bMath)(?<!\btorch)(?<!\btf)(?<!\bF)(?<!\bjnp)(?<!\bnumpy)(?<!\bnn)\.|->)"
    r"(?P<member>(?!(?:T|grad|data|shape|size|length|item|dot)\b)[^\W\d]\w*)(?![\w(.]|->|::))"
)
#: `weights = {"w1": 0.3, "w2": 0.5}`
_WRITTEN = re.compile(
    r"(?m)^(?P<head>[ \t]*(?P<of>[^\W\d]\w*)[ \t]*=[ \t]*\{)(?P<body>[^{}]*)(?P<close>\})"
    r"(?=[ \t;]*(?:(?:#|//)[^\n]*)?$)"
)
_ENTRY = re.compile(
    r"(?P<open>[\"'])(?P<key>[^\W\d]\w*)(?P<shut>[\"'])(?P<gap>[ \t]*):"
    r"|(?:(?m:^)|(?<=[,{]))(?P<room>[ \t]*)(?P<word>[^\W\d]\w*)(?P<behind>[ \t]*):(?!:)"
)
_REMARK = r"(?:#|//)[^\n]*"
_STRING = re.compile(rf"[\"'][^\"'\n]*[\"']|{_REMARK}")
#: What a dictionary of slopes is called, and one of new values.
_OF_SLOPES = re.compile(r"(?i)(?:d|grads?|gradients?|slopes?)")
_OF_NEW = re.compile(r"(?i)(?:new|updated|next)_?\w*")


def looked_up(part: str, page: str) -> str:
    """Return a program in which what is looked up by a word stands under that word, as long as it was.

    A word under which two dictionaries of the page have something names neither, but for the new value of one.
    """
    if "[" not in part and "{" not in part and "->" not in part and "." not in part:
        return part
    of: dict[str, set[str]] = defaultdict(set)
    for match in (*_LOOKED_UP.finditer(part), *_LOOKED_UP.finditer(page)):
        of[_key(match)].add(match["of"])
    for match in _WRITTEN.finditer(part):
        for entry in _entries(match["body"]):
            of[_key(entry)].add(match["of"])
    bare = set(re.findall(r"(?<![\w.>])[^\W\d]\w*", _STRING.sub("", _ENTRY.sub("", part))))
    descends = {name for names in of.values() for name in names if _OF_SLOPES.fullmatch(name) and _climbs(part, name)}
    called: dict[tuple[str, str], str] = {}
    for key, names in of.items():
        slopes = {name for name in names if _OF_SLOPES.fullmatch(name)}
        new = {name for name in names if _OF_NEW.fullmatch(name)} if len(names - slopes) > 1 else set[str]()
        values = names - slopes - new
        if (
            key not in bare
            and len(values) <= 1
            and len(slopes) <= 1
            and not (slopes and _slope_by(key) in bare | (of.keys() - {key}))
        ):
            called.update({(name, key): key for name in values | new})
            called.update({(name, key): _slope_by(key) for name in slopes - descends})
    if not called:
        return part
    used = {match["of"] for match in _LOOKED_UP.finditer(part)}
    part = _WRITTEN.sub(lambda match: _opened(match, called, used), part)
    return _LOOKED_UP.sub(lambda match: _under(called.get((match["of"], _key(match))), match[0]), part)


def _key(match: re.Match[str]) -> str:
    """Return the word that something stands under: in quotation marks, or as a member."""
    found = match.groupdict()
    return found["key"] or found.get("member") or found.get("word") or ""


def _entries(body: str) -> list[re.Match[str]]:
    """Return the beginnings of a dictionary's entries; what its remarks say begins none."""
    bare = re.sub(_REMARK, lambda match: " " * len(match[0]), body)
    return list(_ENTRY.finditer(bare))


def _slope_by(key: str) -> str:
    """Return what a slope is called that a dictionary of slopes has under a key: `dw1` for `w1`, and for `dw1`."""
    return key if key.startswith("d") else f"d{key}"


def _climbs(part: str, name: str) -> bool:
    """Say whether slopes are added to something: then they may be those of the way down, with the other sign."""
    return re.search(rf"\+[^\n-]*(?<!\w){re.escape(name)}\[", part) is not None


def _under(name: str | None, written: str) -> str:
    return written if name is None else name.rjust(len(written))


def _opened(match: re.Match[str], called: dict[tuple[str, str], str], used: set[str]) -> str:
    """Return the entries of a dictionary as equations, if each is called by its key and the program looks it up."""
    of, entries = match["of"], _entries(match["body"])
    kept = not entries or any((of, _key(entry)) not in called for entry in entries)
    strings = _STRING.search(_ENTRY.sub("", re.sub(_REMARK, "", match["body"])))
    told = of in used or _OF_SLOPES.fullmatch(of) or _OF_NEW.fullmatch(of)
    if kept or strings or not told:
        return match[0]
    body, at = "", 0
    for entry in entries:
        name = called[of, _key(entry)]
        if entry["key"]:
            equation = f"{name.ljust(len(entry['key']) + 1)} {entry['gap']}="
        else:
            equation = f"{name}{entry['behind']}=".rjust(len(entry[0]))
        if len(equation) > len(entry[0]):
            # There is no room for what the slope is called.
            return match[0]
        body, at = body + match["body"][at : entry.start()] + equation, entry.end()
    return " " * len(match["head"]) + body + match["body"][at:] + " "
