"""Dictionaries of a program: what is looked up by a word is called by that word, wherever that is one name.

    weights = {"w1": 0.3, "w2": 0.5}            w1 = 0.3, w2 = 0.5
    z = weights["w1"] * x                       z = w1 * x
    gradients = {"w1": (y - t) * x}             dw1 = (y - t) * x

Every place stays where it is: what is no notation becomes blanks.
"""

from __future__ import annotations

import re
from collections import defaultdict

#: `weights["w1"]`
_LOOKED_UP = re.compile(r"(?<![\w.\])])(?P<of>[^\W\d]\w*)\[(?P<mark>[\"'])(?P<key>[^\W\d]\w*)(?P=mark)\]")
#: `weights = {"w1": 0.3, "w2": 0.5}`
_WRITTEN = re.compile(
    r"(?m)^(?P<head>[ \t]*(?P<of>[^\W\d]\w*)[ \t]*=[ \t]*\{)(?P<body>[^{}]*)(?P<close>\})(?=[ \t;]*(?:#[^\n]*)?$)"
)
_ENTRY = re.compile(r"(?P<open>[\"'])(?P<key>[^\W\d]\w*)(?P<shut>[\"'])(?P<gap>[ \t]*):")
_STRING = re.compile(r"[\"'][^\"'\n]*[\"']|#[^\n]*")
#: What a dictionary of slopes is called.
_OF_SLOPES = re.compile(r"(?i)(?:d|grads?|gradients?|slopes?)")


def looked_up(part: str, page: str) -> str:
    """Return a program in which what is looked up by a word stands under that word, as long as it was.

    A word under which two dictionaries of the page have something names neither.
    """
    if "[" not in part and "{" not in part:
        return part
    of: dict[str, set[str]] = defaultdict(set)
    for match in (*_LOOKED_UP.finditer(part), *_LOOKED_UP.finditer(page)):
        of[match["key"]].add(match["of"])
    for match in _WRITTEN.finditer(part):
        for entry in _ENTRY.finditer(match["body"]):
            of[entry["key"]].add(match["of"])
    bare = set(re.findall(r"[^\W\d]\w*", _STRING.sub("", part)))
    descends = {name for names in of.values() for name in names if _OF_SLOPES.fullmatch(name) and _climbs(part, name)}
    called: dict[tuple[str, str], str] = {}
    for key, names in of.items():
        slopes = {name for name in names if _OF_SLOPES.fullmatch(name)}
        values = names - slopes
        if (
            key not in bare
            and len(values) <= 1
            and len(slopes) <= 1
            and not (slopes and _slope_by(key) in bare | (of.keys() - {key}))
        ):
            called.update({(name, key): key for name in values})
            called.update({(name, key): _slope_by(key) for name in slopes - descends})
    if not called:
        return part
    used = {match["of"] for match in _LOOKED_UP.finditer(part)}
    part = _WRITTEN.sub(lambda match: _opened(match, called, used), part)
    return _LOOKED_UP.sub(lambda match: _under(called.get((match["of"], match["key"])), match[0]), part)


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
    of, entries = match["of"], list(_ENTRY.finditer(match["body"]))
    kept = not entries or any((of, entry["key"]) not in called for entry in entries)
    strings = _STRING.search(_ENTRY.sub("", match["body"]))
    if kept or (strings and not strings[0].startswith("#")) or (of not in used and not _OF_SLOPES.fullmatch(of)):
        return match[0]

    def equation(entry: re.Match[str]) -> str:
        name = called[of, entry["key"]]
        return f"{name.ljust(len(entry['key']) + 1)} {entry['gap']}="

    return " " * len(match["head"]) + _ENTRY.sub(equation, match["body"]) + " "
