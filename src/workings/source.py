"""A place in a text, and the picture that points at it.

Every message, every role and every step says where it comes from. A `Place` is that answer in the
smallest form: a file's name, a line, a column, and the length of what is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line: `file`, 1-based `line` and `column`, `length` in characters."""

    file: str
    line: int
    column: int = 1
    length: int = 1

    def __str__(self) -> str:
        """Return `file:line:column`, the form that editors jump to; line 0 is no line of a file."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


# Control characters become pictures of themselves; what turns the direction of writing becomes U+FFFD.
_TURNS = [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_PICTURES = (
    {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {0x7F: 0x2421} | dict.fromkeys(_TURNS, 0xFFFD)
)


_OBEYED = re.compile("[" + "".join(re.escape(chr(code)) for code in _PICTURES) + "]")


def visible(text: str) -> str:
    """Return a text in which nothing is left that a terminal would obey; every character keeps its place."""
    return text.translate(_PICTURES) if _OBEYED.search(text) else text


#: The place of a request: it stands in no document.
REQUEST = Place("request", 0, 0, 0)
NOWHERE = Place("", 0, 0, 0)

_WIDEST = 96


def caret_picture(place: Place, text: str) -> str:
    """Draw the line `text` with carets under the place, cut around it where the line is long."""
    start = max(0, place.column - 1)
    left = max(0, start - _WIDEST // 2)
    shown = text[left : left + _WIDEST]
    lead, tail = "…" if left else "", "…" if left + _WIDEST < len(text) else ""
    room = max(1, len(shown) - (start - left))
    carets = "^" * min(max(1, place.length), room)
    gutter = f"{place.line:>5} | "
    blank = " " * (len(gutter) - 2) + "| "
    return f"{gutter}{lead}{shown}{tail}\n{blank}{' ' * (len(lead) + start - left)}{carets}"
