"""A text that knows its places: offsets in, file, line and column out."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from workings.errors import Problem, ReadError
from workings.read.page.value import value
from workings.source import Place, visible

_MACRO = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|def|DeclareMathOperator)\*?\s*\{?(?P<name>\\[A-Za-z]+)\}?\s*"
    r"(?:\[(?P<count>\d)\])?(?P<hashes>(?:#\d)*)\s*\{"
)


class Macro(NamedTuple):
    """A command: the number of its arguments, and what it stands for, `#1` where the first one goes."""

    arguments: int
    body: str


class Text:
    """The content of a file, of a cell of a notebook, or of a string."""

    def __init__(self, content: str, file: str = "<text>", first_line: int = 1, written: str = "") -> None:
        """Keep the content with one kind of line end, and control characters as pictures: no terminal obeys those.

        `written` is the same text as the person wrote it, where the content has blanks in the place of some signs.
        """
        self.content = content.replace("\r\n", "\n").replace("\r", "\n")
        self.content = visible(self.content)
        self.written = written or self.content
        self.file = file
        self.first_line = first_line

    @cached_property
    def decimal_commas(self) -> bool:
        """Whether some comma of the text can only be a decimal mark: `0{,}5`."""
        return re.search(r"(?<!\d)(?:0\d*|\d+)\{,\}(?!\d{3}(?!\d))\d|(?<![\d}])0\{,\}\d", self.content) is not None

    @cached_property
    def macros(self) -> dict[str, Macro]:
        r"""The LaTeX commands that the text itself defines, and what they stand for.

        `\newcommand{\loss}{\mathcal{L}}`, `\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}`,
        `\DeclareMathOperator{\relu}{ReLU}`.
        """
        found: dict[str, Macro] = {}
        for match in _MACRO.finditer(self.content):
            body = self._braced(match.end() - 1)
            if body is not None:
                count = int(match["count"] or 0) or (match["hashes"] or "").count("#")
                body = rf"\operatorname{{{body}}}" if "Operator" in match[0] else body
                found[match["name"]] = Macro(count, body)
        return found

    def _braced(self, start: int) -> str | None:
        """Return what stands between the brace at `start` and its partner, near by."""
        end = closing_brace(self.content, start, start + 400)
        return None if end is None else self.content[start + 1 : end]

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        found = self.content.find("\n")
        while found >= 0:
            starts.append(found + 1)
            found = self.content.find("\n", found + 1)
        return starts

    def place(self, start: int, end: int | None = None) -> Place:
        """Return the place of `content[start:end]`; a stretch over several lines ends with its first."""
        row = bisect_right(self._starts, start) - 1
        line_end = self._starts[row + 1] - 1 if row + 1 < len(self._starts) else len(self.content)
        length = max(1, min(end if end is not None else start + 1, line_end) - start)
        return Place(self.file, self.first_line + row, start - self._starts[row] + 1, length)

    def line(self, place: Place) -> str:
        """Return the line that a place stands in."""
        row = place.line - self.first_line
        start = self._starts[row]
        end = self.content.find("\n", start)
        return self.content[start : end if end >= 0 else len(self.content)]

    def problem(self, start: int, end: int | None, found: str, expected: str, why: str, instead: str) -> Problem:
        """Return a problem that points at `content[start:end]`."""
        place = self.place(start, end)
        return Problem(place, found, expected, why, instead, self.line(place))

    def error(self, start: int, end: int | None, found: str, expected: str, why: str, instead: str) -> ReadError:
        """Return the error of that one problem."""
        return ReadError([self.problem(start, end, found, expected, why, instead)])


@value(slots=False, eq=True)
class Snippet:
    """A stretch of a text that a fact was read from."""

    text: Text
    start: int
    end: int

    @cached_property
    def content(self) -> str:
        """The characters, white space folded."""
        return " ".join(self.text.content[self.start : self.end].split())

    @property
    def written(self) -> str:
        """The characters as the person wrote them, marks of the page among them, white space folded."""
        written, start = self.text.written, self.start
        # Of a backslash that is written twice the content has the second alone.
        twice = start > 0 and written[start - 1 : start + 1] == "\\\\" != self.text.content[start - 1 : start + 1]
        begin, end = start - twice, self.end
        if written.count("`", begin, end) % 2:
            # One of the marks around a part of the line stands outside of it.
            begin, end = begin - (written[begin - 1 : begin] == "`"), end + (written[end : end + 1] == "`")
        found = " ".join(written[begin:end].split())
        return found.replace("`", "") if found.count("`") % 2 else found

    @property
    def place(self) -> Place:
        """Where the stretch begins."""
        return self.text.place(self.start, self.end)

    def problem(self, found: str, expected: str, why: str, instead: str) -> Problem:
        """Return a problem at this stretch."""
        return self.text.problem(self.start, self.end, found, expected, why, instead)


def closing_brace(content: str, start: int, stop: int) -> int | None:
    """Return where the brace at `start` is closed, None where it is not before `stop`."""
    depth = 0
    for at in range(start, min(len(content), stop)):
        depth += (content[at] == "{") - (content[at] == "}")
        if depth == 0:
            return at
    return None
