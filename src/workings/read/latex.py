r"""LaTeX maths → the same tokens as the plain notation.

    \frac{1}{2}(\hat{y}_i - y_i)^2   →   FRAC { 1 } { 2 } ( ŷ − y ) ^ 2

`latex_items` has cut the source; here names are settled: accents and subscripts belong to their letter,
the longest known name wins, and a lone run of letters is a product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workings.errors import ReadError
from workings.graph.writing.spelling import ACCENTS, GREEK, bracketed, canonical
from workings.read.latex_items import RELATIONS, UNREAD_ENVIRONMENTS, WITH_GROUP, Raw, script, subscripts_first
from workings.read.marks import marked
from workings.read.text import Text
from workings.read.tokens import CASE_WORDS, DEEPEST, SIGNS, finish, notation_tokens, numeral, plain_name, too_deep
from workings.read.words import KNOWN, Token, Vocabulary, name_tokens

_FONTS = {
    r"\mathrm", r"\mathit", r"\mathbf", r"\text", r"\textrm", r"\textit", r"\operatorname", r"\mathsf", r"\mathcal",
    r"\boldsymbol", r"\bm", r"\textbf", r"\mathtt", r"\texttt", r"\operatorname*", r"\rm", r"\mbox", r"\mathop",
    r"\textsc", r"\mathnormal",
}  # fmt: skip
_ACCENT_COMMANDS = {"\\" + word: word for word in ACCENTS} | {
    r"\widehat": "hat", r"\widetilde": "tilde", r"\overline": "bar", r"\overrightarrow": "vec",
}  # fmt: skip
_GREEK_COMMANDS = {"\\" + word: word for word in GREEK} | {
    r"\varepsilon": "epsilon", r"\varphi": "phi", r"\vartheta": "theta", r"\ell": "l",
}  # fmt: skip
#: Commands that begin a name.
NAMED_COMMANDS = frozenset({*_ACCENT_COMMANDS, *_GREEK_COMMANDS, *_FONTS})
_SIGN_COMMANDS = {
    r"\cdot": "·", r"\times": "×", r"\ast": "*", r"\div": "/", r"\lbrack": "[", r"\rbrack": "]", r"\lvert": "|",
    r"\rvert": "|", r"\vert": "|", r"\mid": "|", r"\|": "|", r"\Vert": "|", r"\lVert": "|", r"\rVert": "|",
    r"\{": "(", r"\}": ")", r"\lbrace": "(", r"\rbrace": ")", r"\circ": "∘", r"\odot": "⊙", r"\colon": ":",
    r"\bullet": "·", r"\cdotp": "·", r"\minus": "-",
}  # fmt: skip
_FUNCTION_COMMANDS = {"\\" + word for word in KNOWN}
#: Each level of groups takes some calls inside each other; this many stay within Python's limit.
_DEEPEST_GROUPS = 60
#: A run of letters longer than this is no formula.
_LONGEST_RUN = 60
#: Words of the field that are one name, though a lone run of letters is a product: target − out.
_FIELD_WORDS = frozenset(
    ("target", "output", "out", "input", "loss", "cost", "error", "net", "bias", "label", "pred", "hidden", "desired",
     "actual", "ideal", "Loss", "Cost", "Error", "weight", "prediction")
)  # fmt: skip
#: Words that tell one value of a name from another.
_STEPS = frozenset(("new", "old", "next", "prev", "previous", "updated", "before", "after", "opt", "init"))
_ORDINALS = frozenset(("st", "nd", "rd", "th"))
_STARS = {r"\ast": "*", r"\star": "*"}
#: A mark has at most this many items: `{ ( \text { n e w } ) }`, and one that follows.
_LONGEST_MARK = 12
_FRACTIONS = {r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"}


class _Reader:
    """Turns raw items into tokens, left to right."""

    def __init__(self, text: Text, items: Sequence[Raw], words: Vocabulary, depth: int = 0) -> None:
        self.text, self.words, self.depth = text, words, depth
        # The items still to come, the next one last, so that a part of one can be put back.
        self.rest = subscripts_first(items)[::-1]
        self.end = items[0].start if items else 0
        self.out: list[Token] = []

    def peek(self, ahead: int = 0) -> Raw | None:
        return self.rest[-1 - ahead] if ahead < len(self.rest) else None

    def take(self) -> Raw:
        item = self.rest.pop()
        self.end = max(self.end, item.end)
        return item

    def run(self) -> list[Token]:
        if self.depth > _DEEPEST_GROUPS:
            raise too_deep(self.text, self.end, self.end + 1)
        while self.rest:
            self._item(self.take())
        return self.out

    def _item(self, item: Raw) -> None:
        if item.text == "∇":
            self._nabla(item)
        elif item.text == "∂":
            self._partial(item)
        elif item.kind == "number":
            self._number(item)
        elif item.kind in ("letters", "wide"):
            self._letters(item)
        elif item.kind == "command":
            self._command(item)
        elif item.kind in ("small", "vulgar"):
            self.out += notation_tokens(self.text, item.start, item.end, self.words)
        elif item.kind == "^":
            self._raised(item)
        elif item.kind == "'":
            primes = self._primes()
            self.out.append(Token("PRIME", "′" * primes, item.start, item.end, primes))
        elif item.kind == "_":
            self._subscript_of_bracket(item)
        elif item.kind in CASE_WORDS:
            self.out.append(Token(CASE_WORDS[item.kind], item.text, item.start, item.end))
        elif item.kind in ("&", "rows") or (item.kind == "{" and self._is_name_in_braces(item)):
            return
        else:
            self._sign(item, item.text)

    def _is_name_in_braces(self, opening: Raw) -> bool:
        """Say whether a group that has begun is a name with a script behind it, and take its braces away.

        `{w}_i` is the name w with a subscript: TeX's braces around a letter are no brackets.
        """
        items = [opening, *reversed(self.rest[-_LONGEST_MARK:])]
        end = script(items, 0)
        inner = items[1 : end - 1]
        if not inner or end == len(items) or items[end].kind not in ("^", "_"):
            return False
        try:
            tokens = _Reader(self.text, inner, self.words, self.depth + 1).run()
        except ReadError:
            return False
        if [token.kind for token in tokens] != ["NAME"]:
            return False
        self.rest[len(self.rest) - end + 1 :] = inner[::-1]
        return True

    def _number(self, item: Raw) -> None:
        self.out.append(Token("NUMBER", item.text, item.start, item.end, numeral(self.text, item.text, item.start)))

    def _sign(self, item: Raw, sign: str) -> None:
        kind = "BARS" if sign == "|" else SIGNS.get({r"\gt": ">", r"\lt": "<"}.get(sign, sign))
        if item.kind == "relation":
            kind = {"<=": "ATMOST", ">=": "ATLEAST", "=": "EQUALS"}.get(RELATIONS[item.text], kind)
        if kind is None:
            raise self.text.error(
                item.start, item.end, f"`{item.text}` is not read in a formula of scalars",
                "names, numbers, operators, brackets and functions",
                "its meaning in this place is not known here", "write the formula without it",
            )  # fmt: skip
        self.out.append(Token(kind, item.text, item.start, item.end))

    def _command(self, item: Raw) -> None:
        command = item.text
        if command in _SIGN_COMMANDS:
            self._sign(item, _SIGN_COMMANDS[command])
        elif command == r"\partial":
            self._partial(item)
        elif command in _FRACTIONS:
            self._fraction(item)
        elif command == r"\sqrt":
            self.out.append(Token("SQRT", "√", item.start, item.end))
            self._braced_argument(item)
        elif command in WITH_GROUP:
            inner = "".join(part.text for part in self._group())
            if command == r"\begin" and inner in UNREAD_ENVIRONMENTS:
                raise self.text.error(
                    item.start, self.end, f"`{inner}` is not read", "a formula of scalars",
                    "vectors and matrices are not read yet; every name is one number",
                    "the components written out, one equation each",
                )  # fmt: skip
        elif command in _ACCENT_COMMANDS or command in _FONTS or command in _GREEK_COMMANDS:
            self._name(self._base(item), item.start)
        elif command in _FUNCTION_COMMANDS:
            name = command[1:]
            self._known(item, name)
        elif command == r"\nabla":
            self._nabla(item)
        elif command == r"\prime":
            self.out.append(Token("PRIME", "′", item.start, item.end, 1))
        else:
            raise self.unknown(item)

    def _nabla(self, item: Raw) -> None:
        r"""Read `\nabla_w E` as ∂E/∂w; without a name it is a vector of slopes."""
        following = self.peek()
        if following is None or following.kind != "_":
            raise self.text.error(
                item.start, item.end, "∇ without a name below it is a vector", "the slope by one weight",
                "vectors are not read yet", r"`\nabla_w E`, or `\frac{\partial E}{\partial w}`",
            )  # fmt: skip
        self._slope_by_script(item)

    def _partial(self, item: Raw) -> None:
        r"""Read `\partial_w E` as ∂E/∂w."""
        following, next_one = self.peek(), self.peek(1)
        if following is not None and following.kind == "_" and next_one is not None and next_one.kind != "number":
            self._slope_by_script(item)
        else:
            self.out.append(Token("PARTIAL", "∂", item.start, item.end))

    def _slope_by_script(self, item: Raw) -> None:
        name = plain_name(self._subscript()[1:])
        for kind in ("FRAC", "LBRACE", "PARTIAL", "RBRACE", "LBRACE", "PARTIAL", "NAME", "RBRACE"):
            self.out.append(Token(kind, name if kind == "NAME" else "", item.start, self.end, name))

    def _known(self, item: Raw, name: str) -> None:
        kind, value = self.words.kind(name, True)
        if self.words.kind(name, False)[0] == "NAME" and name in self.words.names:
            kind, value = "NAME", name
        self.out.append(Token(kind, name, item.start, item.end, value))

    def unknown(self, item: Raw) -> Exception:
        return self.text.error(
            item.start, item.end, f"`{item.text}` is not a LaTeX command that is read here",
            "a Greek letter, an accent, \\frac, \\sqrt, \\cdot, \\partial, a known function, or a font",
            "what a command means is not guessed", "write the formula without it, or with a name in its place",
        )  # fmt: skip

    def _fraction(self, item: Raw) -> None:
        self.out.append(Token("FRAC", "frac", item.start, item.end))
        mark = len(self.out)
        self._braced_argument(item)
        middle = len(self.out)
        self._braced_argument(item)
        top, bottom = self.out[mark:middle], self.out[middle:]
        if self._differential(top, alone=True) and self._differential(bottom, alone=False):
            self.out[mark:] = [*_with_partial(top), *_with_partial(bottom)]

    def _differential(self, group: list[Token], *, alone: bool) -> bool:
        """Say whether a group `{d …}` begins with the d of a derivative, not with a name d."""
        # Where d is a name too, `\\frac{dE}{dw}` is still no fraction of products.
        if len(group) < 3 or ("d" in self.words.names | self.words.functions and len(group) != 4):
            return False
        return group[1].kind == "NAME" and group[1].value == "d" and (alone or len(group) > 3)

    def _braced_argument(self, owner: Raw) -> None:
        """Read an argument in braces, or a single item as TeX does, and put it between braces."""
        item = self.peek()
        if item is None:
            raise self.text.error(
                owner.start, owner.end, f"`{owner.text}` has too few arguments", "an argument in braces behind it",
                f"`{owner.text}` needs all its arguments", f"`{owner.text}" + "{…}".join(["", "", ""]) + "`",
            )  # fmt: skip
        self.take()
        if item.kind == "{":
            inner = self._enclosed(item)
            self.out.append(Token("LBRACE", "{", item.start, item.end))
            self.out += _Reader(self.text, inner, self.words, self.depth + 1).run()
            self.out.append(Token("RBRACE", "}", self.end - 1, self.end))
            return
        self.depth += 1
        if self.depth > _DEEPEST_GROUPS:
            raise too_deep(self.text, item.start, item.end)
        self.out.append(Token("LBRACE", "", item.start, item.start))
        if item.kind in ("number", "letters") and len(item.text) > 1 and item.text[0] != ".":
            self.rest.append(Raw(item.kind, item.text[1:], item.start + 1, item.end))
            item = Raw(item.kind, item.text[0], item.start, item.start + 1)
            self.end = item.end
        if item.kind == "letters":
            self.out.append(self._single(item))
        else:
            self._item(item)
        self.out.append(Token("RBRACE", "", item.end, item.end))
        self.depth -= 1

    def _single(self, item: Raw) -> Token:
        kind, value = self.words.kind(item.text, False)
        return Token(kind, item.text, item.start, item.end, value)

    def _enclosed(self, opening: Raw) -> list[Raw]:
        """Return the items up to the brace that closes `opening`, and step behind it."""
        depth = 1
        inner: list[Raw] = []
        while self.rest:
            item = self.take()
            depth += (item.kind == "{") - (item.kind == "}")
            if depth == 0:
                return inner
            inner.append(item)
        raise self.text.error(
            opening.start, opening.end, "`{` is never closed", "`}` behind it",
            "every brace needs its partner in the same formula", "put `}` where the group ends",
        )  # fmt: skip

    def _group(self) -> list[Raw]:
        """Return the items of the group or the single item behind a command, and step behind it."""
        item = self.peek()
        if item is None:
            return []
        self.take()
        return self._enclosed(item) if item.kind == "{" else [item]

    def _raised(self, item: Raw) -> None:
        following = self.peek()
        if following and following.text in (r"\prime", "'"):
            self.take()
            self.out.append(Token("PRIME", "′", following.start, following.end, 1))
            return
        second = self.peek(1)
        inner = second if following and following.kind == "{" else following
        transposed = inner and (inner.text in (r"\top", r"\intercal", r"\mathsf", "T") or self._raises_t(inner))
        if inner and transposed and "T" not in self.words.names:
            raise self.text.error(
                item.start, inner.end, "this is the transpose of a vector or matrix", "a power of a number",
                "vectors and matrices are not read yet; every name is one number",
                "the product written out: `w_1 x_1 + w_2 x_2`",
            )  # fmt: skip
        if mark := self._mark():
            self.out.append(Token("MARK", self.text.content[item.start : self.end], item.start, self.end, mark))
            return
        if following and following.kind in ("+", "-", "−"):
            raise self.text.error(
                item.start, following.end, f"`^{following.text}` raises only the sign", "an exponent in braces",
                "TeX raises one thing, and braces make several one", f"`^{{{following.text}x}}`",
            )  # fmt: skip
        self.out.append(Token("POWER", "^", item.start, item.end))
        self._braced_argument(item)

    def _raises_t(self, item: Raw) -> bool:
        """Say whether TeX raises the T of a run alone: `w^Tx` is `w^{T} x`."""
        return item is self.peek() and item.kind == "letters" and item.text[0] == "T"

    def _mark(self) -> str:
        r"""Return the sign or the word that the script ahead consists of, in brackets, and step behind it.

        `w^{+}`, `w^*`, `w^{new}` and `w^{\text{new}}` can be no powers. In `e^-x` the sign is that of an exponent.
        """
        ahead = list(reversed(self.rest[-_LONGEST_MARK:]))
        count = script(ahead, 0)
        items = ahead[:count]
        flat = "".join(item.text for item in items if item.kind not in ("{", "}") and item.text not in _FONTS)
        flat = _STARS.get(flat, flat)
        if flat in ("+", "-", "−", "*"):
            behind = ahead[count : count + 1]
            begins = behind and behind[0].start == items[-1].end and behind[0].kind in ("number", "letters", "command")
            if begins and len(items) == 1 and flat != "*":
                return ""
        elif not self._is_word(flat, any(item.text in _FONTS for item in items)):
            return ""
        for _ in items:
            self.take()
        return bracketed(flat)

    def _is_word(self, flat: str, upright: bool) -> bool:
        """Say whether a script is a word and no product of letters, nor a name, nor an ordinal (`l^{th}`)."""
        found = re.fullmatch(r"\(([A-Za-z]{2,})\)|\[([A-Za-z]{2,})\]|([A-Za-z]{2,})", flat)
        word = next((group for group in found.groups() if group), "") if found else ""
        if not word or word in self.words.names or word in _ORDINALS:
            return False
        return upright or word in _STEPS

    def _primes(self) -> int:
        count = 1
        while (following := self.peek()) is not None and following.kind == "'":
            count += 1
            self.take()
        return count

    def _subscript_of_bracket(self, item: Raw) -> None:
        if not self.out or self.out[-1].kind != "RPAR":
            raise self.text.error(
                item.start, item.end, "a subscript stands on something that is not a name", "a name before it",
                "a subscript belongs to a name", "leave it out, or write it on the name",
            )  # fmt: skip
        inner = [part for part in self._group() if part.kind != ","]
        names = marked(self.text, _Reader(self.text, inner, self.words).run(), self.words)
        held = " ".join(str(token.value) for token in names)
        self.out.append(Token("HELD", "_", item.start, self.end, held))

    # Names

    def _base(self, item: Raw) -> str:
        """Return the spelling of an accented, Greek or upright name, without its subscript."""
        if item.text in _GREEK_COMMANDS:
            return _GREEK_COMMANDS[item.text]
        following = self.peek()
        braced = following is not None and following.kind == "{"
        inner = self._group()
        if item.text in _ACCENT_COMMANDS and len(inner) == 1 and inner[0].kind == "letters" and not braced:
            self._give_back(inner[0])
            inner = [inner[0]._replace(text=inner[0].text[0])]
        word = _flat_name("".join(part.text for part in inner))
        if not word.replace("_", "").isalnum():
            raise self.text.error(
                item.start, self.end, "this is text, not a name", "a name of letters and digits",
                "words inside a formula are not read", "put the words outside the formula",
            )  # fmt: skip
        return f"{word}_{_ACCENT_COMMANDS[item.text]}" if item.text in _ACCENT_COMMANDS else word

    def _give_back(self, item: Raw) -> None:
        r"""Leave all but the first letter of a run for the next step: `\hat yx` puts its hat on y alone."""
        if len(item.text) > 1:
            self.rest.append(Raw("letters", item.text[1:], item.start + 1, item.end))
            self.end = item.start + 1

    def _subscript(self) -> str:
        """Return the subscript behind a name as `_…`, or nothing, and step behind it."""
        item = self.peek()
        if item is None or item.kind != "_":
            return ""
        self.take()
        following = self.peek()
        if following and following.kind == "number" and len(following.text) > 1:
            raise self.text.error(
                item.start, following.end, f"`_{following.text}` lowers only the first digit",
                "a subscript of several digits in braces", "TeX reads `w_11` as w₁ times 1, which is seldom meant",
                f"`_{{{following.text}}}`",
            )  # fmt: skip
        if following and following.kind == "letters" and len(following.text) > 1:
            self.rest[-1:] = [
                following._replace(text=following.text[1:], start=following.start + 1),
                following._replace(text=following.text[0], end=following.start + 1),
            ]
        if following and following.text in _FONTS:
            self.take()
        inner = self._group()
        flat = _flat_name(
            "".join(part.text for part in inner if part.text not in ("{", "}") and part.text not in _FONTS)
        )
        if not flat.replace("_", "").replace("+", "").replace("-", "").isalnum():
            raise self.text.error(
                item.start, self.end, "this subscript is not read", "letters, digits and commas",
                "a subscript is part of a name", "use letters and digits in it",
            )  # fmt: skip
        return "_" + flat

    def _name(self, base: str, start: int) -> None:
        name = base + self._subscript() + self._trailing_primes()
        end = self.end
        following = self.peek()
        applied = following is not None and following.text in ("(", r"\lparen")
        token = Token("NAME", self.text.content[start:end], start, end, plain_name(name))
        self.out += name_tokens(token, self.words, applied)

    def _trailing_primes(self) -> str:
        following = self.peek()
        if following is None or following.kind != "'":
            return ""
        self.take()
        return "'" * self._primes()

    def _letters(self, item: Raw) -> None:
        run = item.text
        following = self.peek()
        if following is not None and self._numbered(run, following):
            return
        if item.kind == "wide" or len(run) == 1:
            self._name(run, item.start)
            return
        subscripted = following is not None and following.kind == "_"
        if not subscripted:
            for piece, offset in self._segments(run, following):
                last = offset + len(piece) == len(run)
                if last:
                    self._name(piece, item.start + offset)
                else:
                    self._lone(piece, item.start + offset)
            return
        mark, end = list(self.rest), self.end
        subscript = self._subscript()
        self.rest, self.end = mark, end
        cut = self._cut(run, subscript)
        for offset, letter in enumerate(run[:cut]):
            self._lone(letter, item.start + offset)
        self._name(run[cut:], item.start + cut)

    def _numbered(self, run: str, following: Raw) -> bool:
        """Read `w5` as w₅ where the document has that name: nobody writes a factor behind its letter."""
        if following.kind != "number" or following.start != self.end:
            return False
        name = canonical(run[-1] + following.text)
        if len(run) > 1 or name not in self.words.names:
            return False
        self.take()
        self.out.append(Token("NAME", run + following.text, following.start - 1, following.end, name))
        return True

    def _lone(self, piece: str, start: int) -> None:
        token = Token("NAME", piece, start, start + len(piece), canonical(piece))
        self.out += name_tokens(token, self.words, False)

    def _segments(self, run: str, following: Raw | None) -> Iterator[tuple[str, int]]:
        """Cut a lone run of letters at known names, the longest first; what is unknown is single letters."""
        known = self.words.names | self.words.functions | _FIELD_WORDS
        applied = following is not None and following.kind == "("
        if len(run) > _LONGEST_RUN:
            raise self.text.error(
                self.end - len(run), self.end, f"`{run[:20]}…` is a run of {len(run):,} letters", "names and products",
                "a lone run of letters is a product of them", "shorter names, with blanks between them",
            )  # fmt: skip
        at = 0
        while at < len(run):
            size = next(
                (
                    n for n in range(len(run) - at, 1, -1)
                    if run[at : at + n] in known or (run[at : at + n] in KNOWN and applied and at + n == len(run))
                ),
                1,
            )  # fmt: skip
            yield run[at : at + size], at
            at += size

    def _cut(self, run: str, subscript: str) -> int:
        """Return where in `run` the name that carries the subscript begins: `Iw_1` is I times w₁."""
        known = self.words.names | self.words.functions
        for cut in range(len(run)):
            if self.words.settled(canonical(run[cut:] + subscript)) in known:
                return cut
        return len(run) - 1 if len(run) == 2 and run[-1] in self.words.families else 0


def _flat_name(content: str) -> str:
    flat = re.sub(r"\\(?:mathrm|text|textrm|mathit|mathbf|rm)\b\s*", "", content)
    flat = re.sub(r"\\([A-Za-z]+)", r"\1", flat)
    return re.sub(r"[,\s]+", "_", re.sub(r"[{}]", "", flat).strip())


def _with_partial(group: list[Token]) -> list[Token]:
    first = group[1]
    return [group[0], Token("PARTIAL", "d", first.start, first.end), *group[2:]]


def latex_tokens(text: Text, items: Sequence[Raw], words: Vocabulary) -> list[Token]:
    """Return the tokens of LaTeX maths.

    Raises:
        ReadError: for a command that is not read, and for brackets that do not match.
    """
    depth = 0
    for item in items:
        depth += (item.kind == "{") - (item.kind == "}")
        if depth > DEEPEST:
            raise too_deep(text, item.start, item.end)
    return finish(text, _Reader(text, items, words).run(), words)
