"""Nodes and signs side by side → one tree: brackets first, then commas, relations, terms and factors.

Both spellings end here: LaTeX and plain text differ only in how they cut a formula into parts. What does not fit
together becomes a node with its problem; a bracket without a partner is left out, and told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeGuard

from workings.errors import Problem
from workings.read.formula.numerals import SMALL, numeral
from workings.read.formula.problems import (
    script_alone,
    too_deep,
    too_early,
    too_long,
    two_operators,
    unclosed,
    unopened,
    unread,
)
from workings.read.formula.signs import DEEPEST, MOST_PARTS, PARTNERS, SIGNS, Mark, Part
from workings.read.formula.tree import (
    At,
    Choice,
    Comparison,
    Differential,
    Empty,
    Fence,
    Formula,
    Node,
    Product,
    Ratio,
    Scripted,
    Series,
    Signed,
    Sum,
    Unread,
    Word,
    bare,
)
from workings.read.page.text import Text
from workings.read.page.value import value

#: Marks that open and close, and those at which a row is cut; between these stand sums.
_BRACKETS = frozenset(("open", "close", "bar"))
_CUTTING = frozenset(("else", "stop", "question", "comma", "if", "relation"))


#: What raised characters are, written on the line.
_ON_THE_LINE = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|.")


@value()
class _Frame:
    """A bracket that stands open, and what has come behind it."""

    opening: Mark | None
    items: list[Part]


class Builder:
    """The work on one formula; `strays` are the brackets that were left out of it."""

    def __init__(self, text: Text) -> None:
        """Take the text that the parts stand in."""
        self.text = text
        self.strays: list[Problem] = []
        self.mendable = True

    def formula(self, parts: Sequence[Part], start: int, end: int) -> Formula:
        """Return the tree of a whole formula."""
        if len(parts) > MOST_PARTS:
            return Formula(too_long(self.text, parts, start, end))
        return Formula(self.node(parts, start, end), tuple(self.strays), self.mendable)

    def node(self, parts: Sequence[Part], start: int, end: int) -> Node:
        """Return the tree of some parts; `start` and `end` bound it where there are none."""
        if len(parts) == 1 and isinstance(parts[0], Node):
            return parts[0]
        if _kinds(parts).isdisjoint(_BRACKETS):
            return self._row(parts, start, end)
        frames = [_Frame(None, [])]
        for index, part in enumerate(parts):
            items = frames[-1].items
            if not isinstance(part, Mark):
                items.append(part)
            elif part.kind == "open":
                frames.append(_Frame(part, []))
                if len(frames) > DEEPEST + 1:
                    return too_deep(self.text, part.start, part.end)
            elif part.kind == "close":
                self._close(frames, part)
            elif part.kind == "bar":
                self._bar(frames, part, parts[index + 1 : index + 3])
            else:
                items.append(part)
        while len(frames) > 1:
            self._never_closed(frames)
        return self._row(frames[0].items, start, end)

    # Brackets

    def _close(self, frames: list[_Frame], part: Mark) -> None:
        while len(frames) > 1 and frames[-1].opening is not None and frames[-1].opening.kind == "bar":
            self._never_closed(frames)
        opening = frames[-1].opening
        shape = part.text
        if opening is None or PARTNERS[opening.text] != shape:
            before = len(frames) > 1 or bool(frames[0].items)
            self.strays.append(unopened(self.text, shape, part.start, part.end, before))
            return
        items = frames.pop().items
        inside = self._row(items, opening.end, part.start)
        frames[-1].items.append(Fence(opening.start, part.end, opening.text, inside, shape))

    def _bar(self, frames: list[_Frame], part: Mark, ahead: Sequence[Part]) -> None:
        r"""Open or close a pair of bars, or take what is before a bar at the point below it."""
        items, opening = frames[-1].items, frames[-1].opening
        begins = not items or (isinstance(items[-1], Mark) and items[-1].kind not in ("prime", "factorial", "dots"))
        open_bar = opening is not None and opening.kind == "bar"
        below = bool(ahead) and isinstance(ahead[0], Mark) and ahead[0].kind == "low"
        if not begins and not open_bar and below and len(ahead) > 1 and isinstance(ahead[1], Node):
            inside = self._row(items, items[0].start, items[-1].end)
            # The point itself comes as the subscript of this node.
            items[:] = [At(inside.start, part.end, inside, Empty(part.end, part.end))]
        elif begins or not open_bar:
            frames.append(_Frame(Mark("bar", "|", part.start, part.end), []))
        else:
            assert opening is not None
            frames.pop()
            inside = self._row(items, opening.end, part.start)
            frames[-1].items.append(Fence(opening.start, part.end, "|", inside, "|"))

    def _never_closed(self, frames: list[_Frame]) -> None:
        """Leave an opening bracket out: what is behind it goes on with what is before it."""
        frame = frames.pop()
        assert frame.opening is not None
        self.strays.append(unclosed(self.text, frame.opening))
        frames[-1].items.extend(frame.items)

    # Rows: commas, cases, relations

    def _row(self, items: Sequence[Part], start: int, end: int) -> Node:
        if not items:
            return Empty(start, max(start, end))
        kinds = _kinds(items)
        if kinds.isdisjoint(_CUTTING):
            return self._sum(items, start, end) if "sign" in kinds else self._product(items)
        if "else" in kinds:
            behind = [*items[1:], None]
            items = [a for a, b in zip(items, behind, strict=True) if not (_is(a, "comma") and _is(b, "else"))]
            kinds = _kinds(items)
        end_of_row = len(items)
        while "stop" in kinds and end_of_row and _is(items[end_of_row - 1], "stop"):
            end_of_row -= 1
        items = items[:end_of_row]
        if "question" in kinds:
            return self._ternary(items, start, end)
        if "comma" in kinds:
            pieces = _cut(items, "comma")
            return Series(start, end, tuple(self._row(piece, s, e) for piece, s, e in _placed(pieces, start)))
        if "if" in kinds:
            return self._choice(items, start)
        if "relation" in kinds:
            signs = tuple(item.text for item in items if isinstance(item, Mark) and item.kind == "relation")
            sides = tuple(self._sum(piece, s, e) for piece, s, e in _placed(_cut(items, "relation"), start))
            return Comparison(items[0].start, sides[-1].end, sides, signs)
        return self._sum(items, start, end)

    def _ternary(self, items: Sequence[Part], start: int, end: int) -> Node:
        """Return `c ? a : b`, as C and JavaScript write cases."""
        ask = next(i for i, item in enumerate(items) if _is(item, "question"))
        colon = next((i for i, item in enumerate(items) if i > ask and _is(item, "stop") and item.text == ":"), 0)
        if not colon:
            mark = items[ask]
            return self.unread(
                mark.start, mark.end, "`?` is not part of the notation", "a name, a number, an operator or a bracket",
                "a formula is made of names, numbers, + − * / ^, brackets and functions",
                "leave it out, or put `#` before a remark",
            )  # fmt: skip
        when, value, other = items[:ask], items[ask + 1 : colon], items[colon + 1 :]
        rows = ((self._row(value, start, end), self._row(when, start, end)), (self._row(other, start, end), None))
        return Choice(items[0].start, items[-1].end, rows)

    def _choice(self, items: Sequence[Part], start: int) -> Node:
        rows: list[tuple[Node, Node | None]] = []
        for piece, s, _ in _placed(_cut(items, "else"), start):
            value, *condition = _placed(_cut(piece, "if"), s)
            rows.append((self._row(*value), self._row(*condition[0]) if condition else None))
        return Choice(items[0].start, rows[-1][-1].end if rows[-1][-1] is not None else rows[-1][0].end, tuple(rows))

    # Terms

    def _sum(self, items: Sequence[Part], start: int, end: int) -> Node:
        if not items:
            return Empty(start, max(start, end))
        if not any(isinstance(item, Mark) and item.kind == "sign" for item in items):
            return self._product(items)
        terms: list[tuple[str, list[Part]]] = [("", [])]
        for item in items:
            current = terms[-1][1]
            if _is(item, "sign") and (not current or not _is(current[-1], "times", "slash", "sign", "power", "high")):
                if not current and terms[-1][0] == "" and len(terms) == 1:
                    terms[0] = (item.text, [])
                    continue
                if not current:
                    current.append(item)
                    continue
                terms.append((item.text, []))
            else:
                current.append(item)
        if not terms[-1][1]:
            terms[-1][1].append(too_early(self.text, items))
        nodes = [(sign, self._product(parts)) for sign, parts in terms]
        if len(nodes) == 1 and nodes[0][0] in ("", "+"):
            return nodes[0][1]
        # The last term may end behind its last part: at the brace that closes its script.
        return Sum(items[0].start, nodes[-1][1].end, tuple(nodes))

    # Factors

    def _product(self, items: Sequence[Part]) -> Node:
        if len(items) == 1 and isinstance(items[0], Node):
            return items[0]
        factors: list[tuple[str, Node]] = []
        link, at = "", 0
        while at < len(items):
            item = items[at]
            if _is(item, "times", "slash"):
                if link or not factors:
                    factors.append((link, two_operators(self.text, item, items[at - 1] if at else None)))
                link, at = ("/" if item.kind == "slash" else item.text), at + 1
                if at == len(items):
                    factors.append((link, too_early(self.text, items)))
                continue
            node, at = self._behind_a_sign(items, at) if link not in ("", "/") else self._operand(items, at)
            top, bottom = _differential_in(factors[-1][1]) if link == "/" else None, _differential_in(node)
            if top is not None and bottom is not None:
                link, above = factors.pop()
                node = Ratio(above.start, node.end, top, bottom)
            factors.append((link, node))
            link = ""
        if len(factors) == 1 and not factors[0][0]:
            return factors[0][1]
        return Product(factors[0][1].start, factors[-1][1].end, tuple(factors))

    def _behind_a_sign(self, items: Sequence[Part], at: int) -> tuple[Node, int]:
        """Return the operand behind a times sign; one with a sign of its own, a × −sin(h) × b, ends at the next."""
        signs: list[Mark] = []
        while at < len(items) and _is(sign := items[at], "sign"):
            signs.append(sign)
            at += 1
        end = next((i for i in range(at, len(items)) if _is(items[i], "times", "slash")), len(items))
        if not signs or end == at:
            return self._operand(items, at - len(signs))
        return self._signed(signs, self._product(items[at:end])), end

    def _operand(self, items: Sequence[Part], at: int) -> tuple[Node, int]:
        """Return the operand that begins at `at` with its signs and scripts, and where it ends.

        `^` groups from the right: the powers are gathered first and put together behind.
        """
        tower: list[tuple[list[Mark], Node]] = []
        while True:
            signs: list[Mark] = []
            while at < len(items) and _is(sign := items[at], "sign"):
                signs.append(sign)
                at += 1
            node, at = self._scripted(items, at)
            if not (signs or tower) and (at >= len(items) or not _is(items[at], "power")):
                return node, at
            tower.append((signs, node))
            if at >= len(items) or not _is(items[at], "power"):
                break
            at += 1
        signs, raised = tower.pop()
        raised = self._signed(signs, raised)
        while tower:
            signs, base = tower.pop()
            raised = self._signed(signs, _with_script(base, high=raised))
        return raised, at

    def _signed(self, signs: Sequence[Mark], node: Node) -> Node:
        if len(signs) > 2:
            return two_operators(self.text, signs[1], signs[0])
        for sign in reversed(signs):
            node = Signed(sign.start, node.end, sign.text, node)
        return node

    def _scripted(self, items: Sequence[Part], at: int) -> tuple[Node, int]:
        """Return an atom with the subscripts, superscripts and primes behind it."""
        if at >= len(items):
            return too_early(self.text, items), at
        item = items[at]
        if isinstance(item, Mark):
            if item.kind == "differential":
                return self._differential(items, at)
            before = items[at - 1] if at else None
            bad = script_alone(self.text, item) if item.kind in ("low", "high", "power") else None
            return bad or two_operators(self.text, item, before), at + 1
        node, at = item, at + 1
        while at < len(items) and isinstance(mark := items[at], Mark) and mark.kind in ("low", "high", "prime"):
            if mark.kind == "prime":
                node, at = _with_script(node, primes=len(mark.text), end=mark.end), at + 1
                continue
            argument = items[at + 1] if at + 1 < len(items) else None
            if not isinstance(argument, Node):
                return script_alone(self.text, mark), at + 1
            if mark.kind == "low" and isinstance(node, At):
                node = At(node.start, mark.end, node.inside, argument)
            elif mark.kind == "low":
                node = _with_script(node, low=argument, end=mark.end)
            else:
                node = _raised(node, argument, mark.end)
            at += 2
        return node, at

    def _differential(self, items: Sequence[Part], at: int) -> tuple[Node, int]:
        """Return `∂`, `∂²`, `∂_w` with the one thing behind it, if there is one."""
        sign = items[at]
        assert isinstance(sign, Mark)
        order = by = None
        at, end = at + 1, sign.end
        while at + 1 < len(items) and _is(items[at], "low", "high", "power") and isinstance(items[at + 1], Node):
            script = items[at + 1]
            assert isinstance(script, Node)
            order, by = (order, script) if _is(items[at], "low") else (script, by)
            at, end = at + 2, script.end
        of = None
        if at < len(items) and isinstance(items[at], Node):
            of, at = self._scripted(items, at)
            if at + 1 < len(items) and _is(items[at], "power") and isinstance(items[at + 1], Node):
                raised = items[at + 1]
                assert isinstance(raised, Node)
                of, at = _with_script(of, high=raised), at + 2
            end = of.end
        return Differential(sign.start, end, sign.text, of, order, by), at

    def small(self, written: str, start: int, end: int) -> list[Part]:
        """Return the parts that characters raised by themselves are: `²`, `⁻¹`, the `⁻ᶻ` of e⁻ᶻ."""
        found = _ON_THE_LINE.finditer(written.translate(SMALL))
        parts = [self._on_the_line(match[0], start + match.start(), start + match.end()) for match in found]
        return [Mark("high", "^", start, start), self.node(parts, start, end)]

    def _on_the_line(self, written: str, start: int, end: int) -> Part:
        if written[0].isdigit():
            return numeral(self.text, written, start, end)
        return Mark(*SIGNS[written], start, end) if written in SIGNS else Word(start, end, written, loose=True)

    def unread(self, start: int, end: int, found: str, expected: str, why: str, instead: str) -> Unread:
        """Return the node of a piece that is not read: what was found, what was expected, why, what instead."""
        return unread(self.text, start, end, found, expected, why, instead)


def _raised(node: Node, high: Node, end: int) -> Scripted:
    """Return a node with something raised on it: `2^3^4` is 2 to the 3⁴, but `a^{(1)}²` the square of a⁽¹⁾."""
    if isinstance(node, Scripted) and node.high is not None and not isinstance(bare(node.high), Fence):
        tower = _with_script(node.high, high=high, end=end)
        return Scripted(node.start, max(node.end, end), node.base, node.low, tower, node.primes)
    return _with_script(node, high=high, end=end)


def _with_script(
    node: Node, low: Node | None = None, high: Node | None = None, primes: int = 0, end: int = 0
) -> Scripted:
    """Return a node with a script; one that has none of this kind yet keeps the others that it has."""
    end = max(node.end, end, low.end if low is not None else 0, high.end if high is not None else 0)
    if isinstance(node, Scripted) and (high is None or node.high is None) and (low is None or node.low is None):
        return Scripted(
            node.start, end, node.base, low or node.low, high or node.high, node.primes + primes
        )  # fmt: skip
    return Scripted(node.start, end, node, low, high, primes)


def _is(item: Part | None, *kinds: str) -> TypeGuard[Mark]:
    return isinstance(item, Mark) and item.kind in kinds


def _kinds(items: Sequence[Part]) -> set[str]:
    return {item.kind for item in items if isinstance(item, Mark)}


def _cut(items: Sequence[Part], kind: str) -> list[list[Part]]:
    out: list[list[Part]] = [[]]
    for item in items:
        if _is(item, kind):
            out.append([])
        else:
            out[-1].append(item)
    return out


def _placed(pieces: Sequence[list[Part]], start: int) -> list[tuple[list[Part], int, int]]:
    """Return pieces with the places that they take; an empty one stands behind the one before it."""
    out: list[tuple[list[Part], int, int]] = []
    at = start
    for piece in pieces:
        s, e = (piece[0].start, piece[-1].end) if piece else (at, at)
        out.append((piece, s, e))
        at = e
    return out


def _differential_in(node: Node) -> Node | None:
    """Return the differential alone in a bracket: `(∂E)/(∂w)` is a fraction on the line."""
    inside = bare(node.inside) if isinstance(node, Fence) and node.left == "(" else None
    called = isinstance(inside, Word) and inside.text[0] == "d" and len(inside.text) > 1
    return inside if called or (isinstance(inside, Differential) and inside.by is None) else None
