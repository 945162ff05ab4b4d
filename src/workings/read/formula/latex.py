r"""LaTeX maths → a tree.

    \frac{1}{2}(\hat{y}_i - y_i)^2   →   Product( Ratio(1, 2), Scripted(Fence(Sum(…)), high = 2) )

Who the letters are is left open: a run of letters is one loose word, an accent stands on what it covers, a script on
what it follows. A command that is not known becomes a node with its problem.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from workings.graph.ops import APPLIED
from workings.graph.writing.spelling import ACCENTS, GREEK, PRIMES
from workings.read.formula.build import Builder
from workings.read.formula.cases import case_rows, end_of, is_cases
from workings.read.formula.expand import raw_items
from workings.read.formula.items import UNREAD_ENVIRONMENTS, WITH_GROUP, Raw, cut_items, environment, script
from workings.read.formula.numerals import numeral
from workings.read.formula.signs import BIG, DOTS, RELATIONS, SIGNS, Mark, Part
from workings.read.formula.tree import (
    Accented,
    Big,
    Choice,
    Differential,
    Dots,
    Empty,
    Fence,
    Formula,
    Grid,
    Node,
    Numeral,
    Phrase,
    Product,
    Ratio,
    Root,
    Word,
    bare,
    factors_of,
)
from workings.read.page.text import Text

#: Fonts, and what sets the letters under them apart from plain ones on a page that uses both.
_FONTS = {
    r"\mathrm": "rm", r"\mathit": "", r"\mathbf": "bold", r"\operatorname": "rm", r"\mathsf": "sf",
    r"\mathcal": "cal", r"\mathscr": "cal", r"\mathfrak": "cal", r"\boldsymbol": "bold", r"\bm": "bold",
    r"\mathtt": "rm", r"\operatorname*": "rm", r"\rm": "rm", r"\mathop": "rm", r"\mathnormal": "", r"\mathbb": "bb",
    r"\mathds": "bb", r"\mathbbm": "bb", r"\pmb": "bold", r"\bf": "bold", r"\it": "",
    r"\textbf": "bold",
}  # fmt: skip
#: Commands that hold words.
_TEXTS = frozenset((
    r"\text", r"\textrm", r"\textit", r"\textbf", r"\texttt", r"\mbox", r"\textsc", r"\hbox", r"\textup", r"\textsf",
    r"\textnormal", r"\emph",
))  # fmt: skip
_ACCENT_COMMANDS = {"\\" + word: word for word in ACCENTS} | {
    r"\widehat": "hat", r"\widetilde": "tilde", r"\overline": "bar", r"\overrightarrow": "vec",
}  # fmt: skip
_GREEK_COMMANDS = {"\\" + word: (letter, "") for word, letter in GREEK.items()} | {
    r"\varepsilon": ("ε", "var"), r"\varphi": ("φ", "var"), r"\vartheta": ("θ", "var"), r"\varsigma": ("σ", "var"),
    r"\ell": ("l", "script"), r"\infty": ("∞", ""), r"\hbar": ("h", "bar"),
}  # fmt: skip
del _GREEK_COMMANDS[r"\Sigma"]
_SIGN_COMMANDS = {
    r"\cdot": "·", r"\times": "×", r"\ast": "*", r"\div": "/", r"\lbrack": "[", r"\rbrack": "]", r"\lvert": "|",
    r"\rvert": "|", r"\vert": "|", r"\mid": "|", r"\|": "|", r"\Vert": "|", r"\lVert": "|", r"\rVert": "|",
    r"\{": "(", r"\}": ")", r"\lbrace": "(", r"\rbrace": ")", r"\circ": "∘", r"\odot": "⊙", r"\bullet": "·",
    r"\cdotp": "·", r"\minus": "-", r"\partial": "∂", r"\nabla": "∇", r"\lparen": "(", r"\rparen": ")",
    r"\star": "*", r"\colon": ":", r"\slash": "/",
}  # fmt: skip
#: `\sigma` is a letter.
_FUNCTION_COMMANDS = frozenset(
    "\\" + word for word in (APPLIED | {"max", "min", "det", "sgn", "lg"}) - {"sigma", "sqrt"}
)
_FRACTIONS = frozenset((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac", r"\nicefrac", r"\sfrac"))
#: Blackboard letters: the indicator's 1 and the sets of numbers; others are operators of statistics.
_BOARDS = frozenset((r"\mathbb", r"\mathds", r"\mathbbm"))
_ON_BOARDS = frozenset(("1", "I", "R", "N", "Z", "Q", "C"))
#: Each level of groups takes some calls inside each other; this many stay within Python's limit.
_DEEPEST_GROUPS = 60
_RAISED_SIGNS = {"+": "+", "-": "-", "−": "-", "*": "*", r"\ast": "*", r"\star": "*", r"\dagger": "*"}
_WORD = re.compile(r"\s*([^\W\d_](?:[\w'.-]*\w)?)\s*")


def _with_slopes(top: Node, bottom: Node) -> tuple[Node, Node]:
    r"""Return the parts of a fraction, where δ stands before both as ∂: `\frac{\delta E}{\delta w}` is a derivative."""
    made = _as_differential(top), _as_differential(bottom)
    return (made[0], made[1]) if made[0] is not None and made[1] is not None else (top, bottom)


def _as_differential(node: Node) -> Node | None:
    """Return what begins with δ as what begins with ∂, None where it does not, or is no more than δ below a line."""
    (_, first), *rest = factors_of(bare(node))
    if not isinstance(first, Word) or first.text != "δ" or any(link for link, _ in rest[:1]):
        return None
    of = rest[0][1] if rest else None
    slope = Differential(first.start, of.end if of is not None else first.end, "∂", of)
    return Product(node.start, node.end, (("", slope), *rest[1:])) if rest[1:] else slope


def latex_formula(text: Text, start: int, end: int) -> Formula:
    """Return the tree of the LaTeX in `text.content[start:end]`."""
    return latex_tree(text, raw_items(text, start, end), start, end)


def latex_tree(text: Text, items: Sequence[Raw], start: int, end: int) -> Formula:
    """Return the tree of LaTeX that is cut into items already."""
    builder = Builder(text)
    return builder.formula(_Front(text, items, builder, 0).parts(), start, end)


class _Front:
    """Turns items into nodes and marks, left to right; a group is a tree of its own."""

    def __init__(self, text: Text, items: Sequence[Raw], builder: Builder, depth: int) -> None:
        self.text, self.items, self.builder, self.depth = text, list(items), builder, depth
        self.at = 0
        self.out: list[Part] = []

    def parts(self) -> list[Part]:
        """Return all of it as nodes and marks."""
        over = _over(self.items)
        if over:
            first, last = self.items[0], self.items[-1]
            top, bottom = self._inner(self.items[:over]), self._inner(self.items[over + 1 :])
            return [Ratio(first.start, last.end, top, bottom)]
        while self.at < len(self.items):
            item = self.items[self.at]
            self.at += 1
            self._item(item)
        return self.out

    def _item(self, item: Raw) -> None:
        # The commonest come first.
        if item.kind in ("letters", "wide"):
            self._letters(item)
        elif item.kind == "command":
            self._command(item)
        elif item.kind == "{":
            self._group(item)
        elif item.kind in ("^", "_"):
            self._script(item)
        elif item.kind in ("number", "vulgar"):
            self.out.append(numeral(self.text, item.text, item.start, item.end))
        elif item.kind == "relation":
            self.out.append(Mark("relation", RELATIONS[item.text], item.start, item.end))
        elif item.kind in SIGNS:
            self._sign(item, item.kind)
        elif item.kind == "small":
            self.out += self.builder.small(item.text, item.start, item.end)
        elif item.kind == "lowered":
            self.out += [Mark("low", "_", item.start, item.end), self._inner(_on_the_line(item))]
        elif item.kind in BIG:
            self.out.append(Big(item.start, item.end, BIG[item.kind]))
        elif item.kind in DOTS:
            self.out.append(Dots(item.start, item.end))
        elif item.kind not in ("&", "rows", "gap"):
            self._sign(item, item.text)

    def _sign(self, item: Raw, sign: str) -> None:
        kind, text = SIGNS.get(sign, ("", ""))
        if kind == "stop":
            return
        if not kind or (kind == "close" and text == "}"):
            self.out.append(self.builder.unread(
                item.start, item.end, f"`{item.text}` is not read in a formula of scalars",
                "names, numbers, operators, brackets and functions", "its meaning in this place is not known here",
                "write the formula without it",
            ))  # fmt: skip
        else:
            self.out.append(Mark(kind, text, item.start, item.end))

    def _letters(self, item: Raw) -> None:
        """Take a run of letters; a whole number right behind the last letter belongs to it: `B2`, `h1`."""
        word, end, loose = item.text, item.end, item.kind == "letters"
        following = self._peek()
        if following is not None and following.kind == "number" and following.start == end and following.text.isdigit():
            word, end = word + following.text, following.end
            self.at += 1
            following = self._peek()
        while following is not None and following.text == r"\_" and self.at + 1 < len(self.items):
            # `out\_raw` is one name: nobody writes a low line between factors.
            behind = self.items[self.at + 1]
            if behind.kind not in ("letters", "number"):
                break
            word, end, loose = f"{word}_{behind.text}", behind.end, False
            self.at += 2
            following = self._peek()
        self.out.append(Word(item.start, end, word, loose=loose))

    def _command(self, item: Raw) -> None:
        command = item.text
        if command in _SIGN_COMMANDS:
            self._sign(item, _SIGN_COMMANDS[command])
        elif command in BIG:
            self.out.append(Big(item.start, item.end, BIG[command]))
        elif command in _GREEK_COMMANDS:
            self.out.append(Word(item.start, item.end, *_spelled(_GREEK_COMMANDS[command])))
        elif command in _FUNCTION_COMMANDS:
            self.out.append(Word(item.start, item.end, command[1:], font="rm"))
        elif command in DOTS:
            self.out.append(Dots(item.start, item.end))
        elif command == r"\prime":
            self.out.append(Mark("prime", "'", item.start, item.end))
        elif command in _FRACTIONS or command == r"\sqrt" or command in _ACCENT_COMMANDS:
            self._structure(item)
        elif command in _TEXTS or command in _FONTS:
            self._word(item)
        elif command in (r"\begin", r"\end"):
            self._environment(item)
        elif command in WITH_GROUP:
            self.at = script(self.items, self.at)
        else:
            self.out.append(self._unknown(item))

    def _unknown(self, item: Raw) -> Node:
        return self.builder.unread(
            item.start, item.end, f"`{item.text}` is not a LaTeX command that is read here",
            "a Greek letter, an accent, \\frac, \\sqrt, \\cdot, \\partial, a known function, or a font",
            "what a command means is not guessed", "write the formula without it, or with a name in its place",
        )  # fmt: skip

    # Structures

    def _structure(self, item: Raw) -> None:
        if item.text in _FRACTIONS:
            top = self._argument(item)
            bottom = self._argument(item)
            self.out.append(Ratio(item.start, self._end(), *_with_slopes(top, bottom)))
        elif item.text == r"\sqrt":
            inside = self._argument(item)
            self.out.append(Root(item.start, self._end(), inside))
        else:
            inside = self._argument(item)
            self.out.append(Accented(item.start, self._end(), _ACCENT_COMMANDS[item.text], inside))

    def _argument(self, owner: Raw) -> Node:
        """Return what stands in the braces behind a command, or the one thing that TeX takes."""
        item = self._peek()
        if item is None:
            return self.builder.unread(
                owner.start, owner.end, f"`{owner.text}` has too few arguments", "an argument in braces behind it",
                f"`{owner.text}` needs all its arguments", f"`{owner.text}" + "{…}".join(["", "", ""]) + "`",
            )  # fmt: skip
        if item.kind == "{":
            self.at += 1
            return self._inner(self._enclosed(item))
        return self._inner(self._single(item))

    def _single(self, item: Raw) -> list[Raw]:
        """Return the one letter, digit or command with its arguments that TeX takes for an argument."""
        if item.kind in ("letters", "number") and len(item.text) > 1 and item.text[0] != ".":
            first = Raw(item.kind, item.text[0], item.start, item.start + 1)
            self.items[self.at] = Raw(item.kind, item.text[1:], item.start + 1, item.end)
            return [first]
        stop = self.at + 1
        if item.kind == "command":
            for _ in range(
                2 if item.text in _FRACTIONS else int(item.text in _ACCENT_COMMANDS | _FONTS.keys() | _TEXTS)
            ):
                stop = script(self.items, stop)
        taken = self.items[self.at : stop]
        self.at = stop
        return taken

    def _inner(self, items: Sequence[Raw]) -> Node:
        if self.depth > _DEEPEST_GROUPS:
            first = items[0]
            return self.builder.unread(
                first.start, first.end, f"brackets stand more than {_DEEPEST_GROUPS} deep here",
                f"at most {_DEEPEST_GROUPS} brackets inside each other",
                "nobody can read such a formula, and its derivation would be longer still",
                "give the inner parts names, one equation each: `u = …`",
            )  # fmt: skip
        start, end = (items[0].start, items[-1].end) if items else (self._end(), self._end())
        return self.builder.node(_Front(self.text, items, self.builder, self.depth + 1).parts(), start, end)

    def _enclosed(self, opening: Raw) -> list[Raw]:
        """Return the items up to the brace that closes `opening`, and step behind it."""
        depth, begin = 1, self.at
        while self.at < len(self.items):
            item = self.items[self.at]
            depth += (item.kind == "{") - (item.kind == "}")
            self.at += 1
            if depth == 0:
                return self.items[begin : self.at - 1]
        self.builder.mendable = False
        self.builder.strays.append(self.text.problem(
            opening.start, opening.end, "`{` is never closed", "`}` behind it",
            "every brace needs its partner in the same formula", "put `}` where the group ends",
        ))  # fmt: skip
        return self.items[begin:]

    def _group(self, opening: Raw) -> None:
        inside = self._enclosed(opening)
        inner = self._inner(inside)
        if _over(inside) and isinstance(inner, Ratio):
            # The braces only say how far the fraction reaches: `{d \over dw} (…)` differentiates what stands behind it.
            self.out.append(Ratio(opening.start, self._end(), inner.top, inner.bottom))
        elif not isinstance(inner, Empty):
            self.out.append(Fence(opening.start, self._end(), "{", inner, "}"))

    def _environment(self, item: Raw) -> None:
        name, inside = environment(self.items, self.at - 1)
        if item.text == r"\end" or name not in UNREAD_ENVIRONMENTS:
            self.at = max(self.at, inside)
            return
        braced = bool(self.out) and isinstance(self.out[-1], Mark) and self.out[-1].kind == "open"
        close = end_of(self.items, self.at - 1, name)
        content = self.items[inside : close if close >= 0 else len(self.items)]
        self.at = close + 4 if close >= 0 else len(self.items)
        rows = case_rows(content, name) if is_cases(name, braced=braced) else None
        if rows is None:
            self.out.append(Grid(item.start, self._end(), name))
            return
        if name == "array":
            self.out.pop()
        nodes = tuple((self._inner(value), self._inner(condition) if condition else None) for value, condition in rows)
        self.out.append(Choice(item.start, self._end(), nodes))

    # Words

    def _word(self, item: Raw) -> None:
        following = self._peek()
        if following is None:
            return
        if following.kind != "{":
            whole = item.text in (r"\rm", r"\bf", r"\it") and following.kind == "letters"
            letter = [following] if whole else self._single(following)
            self.at += whole
            font = _FONTS.get(item.text, "rm")
            inner = _Front(self.text, letter, self.builder, self.depth + 1).parts()
            self.out += [_in_font(part, font) for part in inner]
            return
        self.at += 1
        inside = self._enclosed(following)
        written = self.text.content[inside[0].start : inside[-1].end] if inside else ""
        if not inside:
            return
        word = _WORD.fullmatch(written)
        if item.text in _BOARDS and written.strip() not in _ON_BOARDS:
            self.out.append(self._unknown(item))
        elif word:
            font = _FONTS.get(item.text, "rm")
            self.out.append(Word(item.start, self._end(), word[1], font=font, loose=not font))
        elif item.text in _TEXTS:
            self.out.append(Phrase(item.start, self._end(), written))
        else:
            inner = self._inner(inside)
            font = _FONTS[item.text]
            dressed = _in_font(inner, font)
            self.out.append(dressed if isinstance(dressed, Word) else Fence(item.start, self._end(), "{", inner, "}"))

    # Scripts

    def _script(self, item: Raw) -> None:
        following = self._peek()
        if following is None:
            self.out.append(Mark("low" if item.kind == "_" else "high", item.kind, item.start, item.end))
            return
        if item.kind == "^" and (primes := self._primes()):
            self.out.append(Mark("prime", "'" * primes, item.start, self._end()))
            return
        kind = "low" if item.kind == "_" else "high"
        if item.kind == "_" and following.kind == "number" and len(following.text) > 1:
            argument = self.builder.unread(
                item.start, following.end, f"`_{following.text}` lowers only the first digit",
                "a subscript of several digits in braces", "TeX reads `w_11` as w₁ times 1, which is seldom meant",
                f"`_{{{following.text}}}`",
            )  # fmt: skip
            self.at += 1
        elif item.kind == "^" and (sign := self._raised_sign(item)) is not None:
            argument = sign
        elif item.kind == "_" and following.kind == "{" and not (self.out and isinstance(self.out[-1], Big)):
            self.at += 1
            argument = self._inner(_with_arrows_as_words(self._enclosed(following)))
        else:
            argument = self._argument(item)
        self.out += [Mark(kind, item.kind, item.start, self._end()), argument]

    def _primes(self) -> int:
        r"""Step over `^\prime`, `^{\prime\prime}` and `^'`, and return how many primes they are."""
        stop = script(self.items, self.at)
        inside = [item.text for item in self.items[self.at : stop] if item.kind not in ("{", "}")]
        if not inside or any(text not in (r"\prime", *PRIMES) for text in inside):
            return 0
        self.at = stop
        return len(inside)

    def _raised_sign(self, item: Raw) -> Node | None:
        """Return the sign that stands alone in a superscript: `w^+` marks a name; in `e^-x` it is an exponent's."""
        stop = script(self.items, self.at)
        inside = [part for part in self.items[self.at : stop] if part.kind not in ("{", "}", "(", ")")]
        if len(inside) != 1 or inside[0].text not in _RAISED_SIGNS:
            return None
        sign, braced = inside[0], stop - self.at > 1
        behind = self.items[stop] if stop < len(self.items) else None
        goes_on = behind is not None and behind.start == sign.end and behind.kind in ("number", "letters", "command")
        self.at = stop
        if goes_on and not braced and _RAISED_SIGNS[sign.text] != "*":
            return self.builder.unread(
                item.start, sign.end, f"`^{sign.text}` raises only the sign", "an exponent in braces",
                "TeX raises one thing, and braces make several one", f"`^{{{sign.text}x}}`",
            )  # fmt: skip
        return Word(sign.start, sign.end, _RAISED_SIGNS[sign.text], font="mark")

    def _peek(self) -> Raw | None:
        return self.items[self.at] if self.at < len(self.items) else None

    def _end(self) -> int:
        return self.items[self.at - 1].end if self.at else self.items[0].start if self.items else 0


def _on_the_line(item: Raw) -> list[Raw]:
    """Return the items that characters which are subscripts by themselves stand for: `w₁` is `w_{1}`."""
    plain = unicodedata.normalize("NFKD", item.text)
    return [Raw(part.kind, part.text, item.start, item.end) for part in cut_items(plain, 0, len(plain))]


def _with_arrows_as_words(items: Sequence[Raw]) -> list[Raw]:
    r"""Return the items of a subscript with each arrow as a part of the name: w_{h \to o} is the weight from h to o."""
    found: list[Raw] = []
    for item in items:
        arrow = RELATIONS.get(item.text) == "->"
        found += [Raw(kind, text, item.start, item.end) for kind, text in _ARROW] if arrow else [item]
    return found


#: An arrow between two indices, as a word between commas.
_ARROW = ((",", ","), ("letters", "to"), (",", ","))


def _spelled(letter: tuple[str, str]) -> tuple[str, bool, str]:
    return letter[0], False, letter[1]


def _in_font(part: Part, font: str) -> Part:
    """Return a word, or the one letter of a group, in a font."""
    if isinstance(part, Fence) and part.left == "{":
        part = part.inside
    if isinstance(part, Word) and font:
        return Word(part.start, part.end, part.text, font=font)
    if isinstance(part, Numeral) and font == "bb":
        return Word(part.start, part.end, part.text, font=font)
    return part


def _over(items: Sequence[Raw]) -> int:
    r"""Return where `\over` stands outside of all braces; 0 where it stands nowhere."""
    depth = 0
    for index, item in enumerate(items) if r"\over" in [item.text for item in items] else ():
        depth += (item.kind == "{") - (item.kind == "}")
        if depth == 0 and item.text == r"\over":
            return index
    return 0
