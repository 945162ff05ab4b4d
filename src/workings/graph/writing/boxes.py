"""How an expression is written: boxes set side by side, as on paper.

`boxes` reads the layouts of the ops and decides where brackets and dots stand; a lowering then only
draws: `plain` here (Unicode, one line, reads back to the same graph), LaTeX and MathML in `show`. In a
*flat* writing a fraction is a slash and needs brackets that a built-up one does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from workings.graph import op as layouts
from workings.graph.expr import Apply, Call, Expr, Number, Partial, Symbol, Target, fold
from workings.graph.names import Name, named

SUM, PRODUCT, FRACTION, POWER, ATOM = 1, 2, 3, 4, 5

_TO_ASCII = str.maketrans({"−": "-", "·": "*", "′": "'"})
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_VULGAR = {(1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾"}


@dataclass(frozen=True, slots=True)
class Letters:
    """A name, a constant's letter or a mark that ASCII spells in another way.

    `wide` where it has more than one letter, so that it needs room; `ascii` empty where it is `plain`; `name` the
    record of a name.
    """

    plain: str
    latex: str
    wide: bool = False
    ascii: str = ""
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Digits:
    """A number as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator; `spaced` where room stands on both sides of it."""

    plain: str
    latex: str
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class Room:
    """The space between two factors; `wide` between names of several letters."""

    wide: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes side by side."""

    items: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """A built-up fraction."""

    top: Box
    bottom: Box


@dataclass(frozen=True, slots=True)
class Raised:
    """A base with an exponent."""

    base: Box
    exponent: Box


@dataclass(frozen=True, slots=True)
class Rooted:
    """Something under a root sign."""

    inside: Box


@dataclass(frozen=True, slots=True)
class Bracketed:
    """Something between a left and a right bracket."""

    left: str
    inside: Box
    right: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Two cases: the first where the condition holds, else the other."""

    condition: Box
    first: Box
    other: Box


@dataclass(frozen=True, slots=True)
class Slope:
    """A derivative `∂of/∂by`; `bare` where what is differentiated is a name; `held` as a subscript."""

    of: Box
    by: Box
    held: tuple[Box, ...]
    bare: bool


Box = Letters | Digits | Sign | Room | Row | Over | Raised | Rooted | Bracketed | Chosen | Slope


@dataclass(frozen=True, slots=True)
class _Piece:
    """A box with what its neighbours must know: its strength, and how it begins and ends."""

    box: Box
    strength: int
    digit_first: bool = False
    digit_last: bool = False
    slope: bool = False
    wide: bool = False
    slash_last: bool = False
    numeral: bool = False
    bars: bool = False


_TWICE = Letters("²", "^{2} ", ascii="^2 ")


def name_box(name: str) -> Letters:
    """Return the box of a canonical name."""
    return _name_box(named(name))


@lru_cache(maxsize=4096)
def _name_box(name: Name) -> Letters:
    written = name.plain
    return Letters(written, name.latex, len(written) > 2 and written[1].isalpha(), name.ascii, name)


def boxes(root: Expr, *, flat: bool = False, values: Mapping[str, str] | None = None) -> Box:
    """Return the boxes of an expression; names in `values` are written as those numbers."""
    given = values or {}

    def combine(expr: Expr, parts: tuple[_Piece, ...]) -> _Piece:
        if isinstance(expr, Number):
            return _number(expr, flat)
        if isinstance(expr, Symbol):
            if expr.name in given:
                return _value(given[expr.name])
            box = name_box(expr.name)
            # A name with a superscript of its own is raised in brackets: (a⁽¹⁾)².
            return _Piece(box, POWER if named(expr.name).mark else ATOM, wide=box.wide, digit_last=False)
        if isinstance(expr, Partial):
            return _slope(expr, parts[0])
        if isinstance(expr, Target):
            return _target(expr)
        if isinstance(expr, Call):
            return _call(expr, parts)
        return _apply(expr, parts, flat)

    return fold(root, combine).box


def _number(expr: Number, flat: bool) -> _Piece:
    value = expr.value
    if value.denominator == 1 or expr.decimal:
        return _Piece(Digits(decimal_text(value)), ATOM, digit_first=True, digit_last=True, numeral=True)
    top, bottom = Digits(str(value.numerator)), Digits(str(value.denominator))
    if not flat:
        return _Piece(Over(top, bottom), FRACTION, numeral=True)
    common = _VULGAR.get((value.numerator, value.denominator))
    if common:
        half = Letters(common, "", ascii=f"{value.numerator}/{value.denominator}")
        return _Piece(half, PRODUCT, digit_first=False, digit_last=True, numeral=True)
    slash = Row((top, Sign("/", "/", spaced=False), bottom))
    return _Piece(slash, PRODUCT, digit_first=True, digit_last=True, numeral=True)


def _value(text: str) -> _Piece:
    strength = SUM if text.startswith(("−", "-")) else ATOM if "/" not in text and "·" not in text else PRODUCT
    first = text[:1].isdigit()
    return _Piece(Digits(text), strength, digit_first=first, digit_last=True, numeral=strength == ATOM)


def decimal_text(value: Fraction) -> str:
    """Write a fraction whose denominator has only twos and fives as a decimal, exactly."""
    digits, denominator = 0, value.denominator
    while (10**digits) % denominator:
        digits += 1
    if not digits:
        return str(value.numerator)
    whole = str(value.numerator * 10**digits // denominator).rjust(digits + 1, "0")
    return f"{whole[:-digits]}.{whole[-digits:]}"


def _bracket(piece: _Piece, least: int) -> _Piece:
    if piece.strength >= least:
        return piece
    return _Piece(Bracketed("(", piece.box, ")"), ATOM, bars=piece.bars)


def _row(*pieces: _Piece | Sign | Room) -> Row:
    # Rows nest as the expression does: flattening them would copy a long sum once for each of its terms.
    return Row(tuple(piece.box if isinstance(piece, _Piece) else piece for piece in pieces))


def _apply(expr: Apply, parts: tuple[_Piece, ...], flat: bool) -> _Piece:
    layout = expr.op.layout
    bars = any(part.bars for part in parts)
    if isinstance(layout, layouts.Infix):
        left, right = _bracket(parts[0], SUM), _bracket(parts[1], PRODUCT)
        sign = Sign(layout.plain, layout.latex)
        return _Piece(_row(left, sign, right), SUM, digit_first=left.digit_first, bars=bars)
    if isinstance(layout, layouts.Juxtaposed):
        return _product(parts[0], parts[1])
    if isinstance(layout, layouts.Fraction):
        return _fraction(parts[0], parts[1], flat)
    if isinstance(layout, layouts.Prefix):
        inner = _bracket(parts[0], PRODUCT)
        return _Piece(_row_of_sign(layout, inner), SUM, bars=bars)
    if isinstance(layout, layouts.Superscript):
        return _superscript(layout, parts, flat)
    if isinstance(layout, layouts.Fenced):
        return _fenced(layout, parts, bars)
    if isinstance(layout, layouts.Cases):
        return _Piece(Chosen(_condition(expr.args[0], parts[0]), parts[1].box, parts[2].box), ATOM, bars=bars)
    if isinstance(layout, layouts.Radical) and not flat:
        return _Piece(Rooted(parts[0].box), ATOM, bars=bars)
    if isinstance(layout, layouts.Letter):
        return _Piece(Letters(layout.plain, layout.latex, ascii=expr.op.spellings[0]), ATOM)
    named = layout if isinstance(layout, layouts.Named) else layouts.Named(expr.op.spellings[0], "")
    head = Letters(named.plain, named.latex, len(named.plain) > 1, expr.op.spellings[0])
    return _Piece(Row((head, _arguments(parts))), ATOM, wide=head.wide, bars=bars)


def _row_of_sign(layout: layouts.Prefix, inner: _Piece) -> Row:
    return _row(Sign(layout.plain, layout.latex, spaced=False), inner)


def _product(a: _Piece, b: _Piece) -> _Piece:
    left, right = _bracket(a, PRODUCT), _bracket(b, FRACTION)
    if left.slash_last:
        left = _bracket(a, ATOM)
    dotted = right.digit_first or left.slope or right.slope or (left.digit_last and right.numeral)
    between = Sign("·", r"\cdot") if dotted else Room(left.wide or right.wide)
    return _Piece(
        _row(left, between, right), PRODUCT, digit_first=left.digit_first, digit_last=right.digit_last,
        slope=right.slope, wide=right.wide, bars=a.bars or b.bars,
    )  # fmt: skip


def _fraction(a: _Piece, b: _Piece, flat: bool) -> _Piece:
    bars = a.bars or b.bars
    if not flat:
        return _Piece(Over(a.box, b.box), FRACTION, bars=bars)
    top, bottom = _bracket(a, PRODUCT), _bracket(b, POWER)
    if top.slope:
        top = _bracket(a, ATOM + 1)
    box = _row(top, Sign("/", "/", spaced=False), bottom)
    return _Piece(
        box, PRODUCT, digit_first=top.digit_first, digit_last=b.digit_last, bars=bars,
        slash_last=not (b.numeral and b.strength >= POWER),
    )  # fmt: skip


def _superscript(layout: layouts.Superscript, parts: tuple[_Piece, ...], flat: bool) -> _Piece:
    bars = any(part.bars for part in parts)
    base = _Piece(Letters(layout.base, layout.base), ATOM) if layout.base else _bracket(parts[0], ATOM)
    exponent = parts[-1]
    if not flat:
        return _Piece(Raised(base.box, exponent.box), POWER, bars=bars)
    if isinstance(exponent.box, Digits) and exponent.box.text.isdecimal() and not layout.base:
        small = Letters(exponent.box.text.translate(_RAISED), "", ascii=f"^{exponent.box.text}")
        return _Piece(_row(base, _Piece(small, ATOM)), POWER, digit_first=base.digit_first, bars=bars)
    raised = _bracket(exponent, ATOM)
    box = _row(base, Sign("^", "^", spaced=False), raised)
    return _Piece(box, POWER, digit_first=base.digit_first, digit_last=raised.digit_last, bars=bars)


def _fenced(layout: layouts.Fenced, parts: tuple[_Piece, ...], bars: bool) -> _Piece:
    if layout.between:
        left, right, between = parts[0], parts[1], layout.between
        if left.numeral and not right.numeral:
            left, right, between = right, left, {">": "<", "≥": "≤"}[between]
        inside = _row(left, Sign(between, {"≥": r"\ge", "≤": r"\le"}.get(between, between)), right)
        return _Piece(Bracketed(layout.left, inside, layout.right), ATOM, bars=bars)
    if bars:
        # Bars in bars cannot be told apart, so the inner ones stay and the outer become a function.
        head = Letters("abs", r"\operatorname{abs}", wide=True)
        return _Piece(Row((head, _arguments(parts))), ATOM, bars=True, wide=True)
    return _Piece(Bracketed(layout.left, parts[0].box, layout.right), ATOM, bars=True)


def _condition(expr: Expr, part: _Piece) -> Box:
    """Return a condition without the brackets of a switch: `z > 0` for `[z > 0]`."""
    switch = isinstance(expr, Apply) and isinstance(expr.op.layout, layouts.Fenced) and expr.op.layout.between
    return part.box.inside if switch and isinstance(part.box, Bracketed) else part.box


def _arguments(parts: tuple[_Piece, ...]) -> Bracketed:
    items: list[Box] = []
    for index, part in enumerate(parts):
        items += [Sign(",", ",", spaced=False), Room()] if index else []
        items.append(part.box)
    return Bracketed("(", Row(tuple(items)), ")")


def _call(expr: Call, parts: tuple[_Piece, ...]) -> _Piece:
    head = name_box(expr.function)
    if len(parts) == 1:
        primed = _name_box(named(expr.function).primed(expr.orders[0]))
        head = Letters(primed.plain, primed.latex, head.wide, primed.ascii, primed.name)
    elif any(expr.orders):
        lowered = [str(i + 1) for i, count in enumerate(expr.orders) for _ in range(count)]
        marks = "".join("∂" + "₀₁₂₃₄₅₆₇₈₉"[int(i)] for i in lowered)
        head = Letters(
            marks + head.plain, "".join(rf"\partial_{{{i}}} " for i in lowered) + head.latex, True, marks + head.ascii
        )
    return _Piece(Row((head, _arguments(parts))), ATOM, wide=head.wide, bars=any(p.bars for p in parts))


def _slope(expr: Partial, of: _Piece) -> _Piece:
    named = isinstance(expr.of, Apply) and isinstance(expr.of.op.layout, layouts.Named)
    bare = named or isinstance(expr.of, Symbol | Call)
    held = tuple(name_box(name.name) for name in expr.held)
    inner = expr.of
    if isinstance(inner, Partial) and isinstance(inner.of, Symbol) and not (held or inner.held):
        # ∂²E/∂w², ∂²E/∂w∂b
        outer, last = name_box(expr.by.name), name_box(inner.by.name)
        by = (outer, _TWICE) if expr.by is inner.by else (outer, Letters("∂", r" \partial "), last)
        return _Piece(Slope(Row((_TWICE, name_box(inner.of.name))), Row(by), (), True), FRACTION, slope=True)
    return _Piece(Slope(of.box, name_box(expr.by.name), held, bare), FRACTION, slope=True)


def _target(expr: Target) -> _Piece:
    """Return the new value of a name as `w⁺`, its nudge as `Δw`."""
    name = name_box(expr.of.name)
    if expr.kind == "nudge":
        return _Piece(Row((Letters("Δ", r"\Delta ", ascii="Delta "), name)), ATOM, wide=True)
    return _Piece(Row((name, Letters("⁺", "^{+}", ascii="^+"))), POWER, wide=name.wide)


def plain(expr: Expr, values: Mapping[str, str] | None = None) -> str:
    """Write an expression in one line of Unicode: `(ŷ − y) x ŷ (1 − ŷ)`."""
    return plain_box(boxes(expr, flat=True, values=values))


def ascii_text(expr: Expr) -> str:
    """Write an expression in one line with its names in ASCII: `(y_hat - y) x y_hat (1 - y_hat)`."""
    return plain_box(boxes(expr, flat=True), ascii_names=True).translate(_TO_ASCII)


def plain_box(root: Box, *, ascii_names: bool = False) -> str:
    """Draw boxes in one line."""
    out: list[str] = []
    stack: list[Box | str] = [root]
    while stack:
        box = stack.pop()
        if isinstance(box, str):
            out.append(box)
        elif isinstance(box, Letters):
            out.append(box.ascii or box.plain if ascii_names else box.plain)
        elif isinstance(box, Digits):
            out.append(box.text)
        elif isinstance(box, Sign):
            out.append(f" {box.plain} " if box.spaced else box.plain)
        elif isinstance(box, Room):
            out.append(" ")
        else:
            stack.extend(reversed(_plain_parts(box)))
    return "".join(out)


def _plain_parts(box: Row | Over | Raised | Rooted | Bracketed | Chosen | Slope) -> list[Box | str]:
    if isinstance(box, Row):
        return list(box.items)
    if isinstance(box, Bracketed):
        return [box.left, box.inside, box.right]
    if isinstance(box, Chosen):
        return ["(", box.first, " if ", box.condition, " else ", box.other, ")"]
    if isinstance(box, Slope):
        of: list[Box | str] = [box.of] if box.bare else ["(", box.of, ")"]
        slope = ["∂", *of, "/∂", box.by]
        if not box.held:
            return slope
        names: list[Box | str] = []
        for index, name in enumerate(box.held):
            names += [", ", name] if index else [name]
        return ["(", *slope, ")_", *(names if len(box.held) == 1 else ["{", *names, "}"])]
    if isinstance(box, Over):
        return ["(", box.top, ")/(", box.bottom, ")"]
    if isinstance(box, Raised):
        return [box.base, "^(", box.exponent, ")"]
    return ["√(", box.inside, ")"]
