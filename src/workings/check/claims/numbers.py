"""Lines of numbers put in: is `0.4 − 0.5 · 0.082167041 = 0.35891648` what the line before it says?

A number that a person prints is right to its last digit: it stands for every number that rounds to it, or of which
it is the beginning. Numbers that the text gives are exact, and so are whole and short ones (0.5).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from workings.check.judge.budget import attempt
from workings.check.judge.meaning import Meaning
from workings.check.judge.models import open_calls
from workings.check.judge.upstream import upstream
from workings.graph.expr import Apply, Call, Expr, Number, Partial, Symbol, names, postorder, replace, symbol
from workings.graph.network import Finite, Network
from workings.graph.speakers.balls import UncertainError, ball, enclosures
from workings.graph.speakers.floats import UnknownValueError
from workings.graph.terms import number_of, numbers_in, without_minus
from workings.graph.writing.boxes import plain
from workings.graph.writing.digits import digits_of, places_of
from workings.read.lines.line import Side
from workings.read.page.text import Snippet

if TYPE_CHECKING:
    from flint import arb

#: A decimal of at most this many digits is meant exactly: a rate of 0.5, an input of 0.05.
EXACT_DIGITS = 2
_WRITTEN = re.compile(r"(?<![\w.])([0-9]*\.[0-9]+|[0-9]+\.)(?:[eE]([-+]?[0-9]+))?")


#: How decimals are taken: as they are rounded; `wide`, short ones as rounded too; `given`, one that stands alone as
#: exact where it is short; `twice`, as rounded from what was rounded before; `printed`, those too that the text gives.
Taken = Literal["rounded", "wide", "given", "twice", "printed"]


class Given(NamedTuple):
    """A number of a name: what it stands for, and as it is written."""

    value: arb
    written: Expr


def is_single(expr: Expr) -> bool:
    """Say whether an expression is one number, perhaps with a minus."""
    return number_of(expr) is not None


def is_short(expr: Expr, places: Mapping[Fraction, int]) -> bool:
    """Say whether an expression is one decimal of so few digits that it is meant exactly."""
    return is_single(expr) and all(_digits(part.value, places) <= EXACT_DIGITS for part in numbers_in(expr))


def is_long(value: Fraction) -> bool:
    """Say whether a decimal has more digits than one that is meant exactly."""
    return _digits(value, {}) > EXACT_DIGITS


def exactly(expr: Expr) -> arb:
    """Return the value of one number as it is written."""
    bare = expr.args[0] if isinstance(expr, Apply) else expr
    value = ball(bare.value if isinstance(bare, Number) else 0)
    return value if bare is expr else -value


def decimals(side: Side) -> dict[Fraction, int]:
    """Return, for each decimal that a side writes, the place of its last digit: 0.0350 → 4."""
    found: dict[Fraction, int] = {}
    for match in _WRITTEN.finditer(side.at.text.content, side.at.start, side.at.end):
        shift = int((match[2] or "0")[:4])
        if abs(shift) > 400 or len(match[1]) > 400:
            continue
        value = Fraction(match[0] if not match[0].endswith(".") else match[0] + "0")
        place = len(match[1].partition(".")[2]) - shift
        found[value] = max(place, found.get(value, place))
    return found


class Numbers:
    """The numbers that the text gives, and those that lines put in for names without one."""

    def __init__(self, meaning: Meaning, network: Network) -> None:
        """Take the network's constants, starts and single values."""
        self.meaning = meaning
        self.given: dict[str, arb] = {}
        #: The same numbers as they were written.
        self.written: dict[str, Expr] = {}
        #: Names that the text gives more than one number.
        self.several: set[str] = set()
        #: Other numbers that it gives such a name, where no line of numbers stands between.
        self.rivals: dict[str, list[Given]] = {}
        #: Names whose number a line of numbers rested on, since it was given.
        self.used: set[str] = set()
        self.exact: set[Fraction] = set()
        #: The derivatives that the text gives as numbers.
        self.slopes: set[Partial] = set()
        #: Names whose number only follows from one that was printed, and that nobody could check, with its line.
        self.learned: dict[str, Snippet] = {}
        #: The same numbers as they follow from those that were printed, each as it is written.
        self.learned_as_written: dict[str, arb] = {}
        rows = network.pattern_rows()
        single = rows[0] if len(rows) == 1 else {}
        for name, value in {**network.values, **network.starts, **single}.items():
            self.give(name, value, {})
        for name, declared in network.declarations.items():
            if isinstance(declared.domain, Finite) and len(declared.domain.values) == 1:
                self.give(name, declared.domain.values[0], {})

    def give(self, name: str, value: Expr, places: Mapping[Fraction, int]) -> None:
        """Take a number that the text gives a name."""
        self.exact |= {p.value for p in numbers_in(value) if _digits(p.value, places) <= 4}
        found = self.interval(value, places, "given")
        if found is not None:
            if name in self.written and self.written[name] is not value:
                self.several.add(name)
                # A number that lines went by is past.
                past = name in self.used
                self.rivals[name] = (
                    [] if past else [*self.rivals.get(name, ()), Given(self.given[name], self.written[name])]
                )
                self.used.discard(name)
            self.given[name] = found
            self.written[name] = value

    def forget(self, names: Collection[str]) -> None:
        """Forget the numbers of names: those of a vector are no numbers of a scalar."""
        for name in names:
            self.given.pop(name, None)
            self.written.pop(name, None)

    def takes(self, left: Expr | None, value: Expr, places: Mapping[Fraction, int]) -> bool:
        """Take “∂E/∂z = −2” where E is left open, and say whether it is that: then it is given, and claims nothing.

        A slope of many digits is none that is supposed but one that was computed, from what the page does not say.
        """
        if not self._is_given_alone(left):
            return False
        if isinstance(left, Symbol):
            self.give(left.name, value, places)
        elif isinstance(left, Partial):
            if not is_short(value, places) or not _is_supposed(value):
                return False
            self.slopes.add(left)
            self.give(plain(left), value, places)
        return True

    def _is_given_alone(self, left: Expr | None) -> bool:
        """Say whether only the text can give the value of a left side: it is one of an open function."""
        if isinstance(left, Partial):
            is_open = isinstance(left.of, Symbol) and self.meaning.is_open(left.of)
            return is_open and (left in self.slopes or self.slope(left) is None)
        if not isinstance(left, Symbol) or not self.meaning.is_open(left):
            return False
        return isinstance(self.meaning.formulas.get(left.name), Call) or self.value(left) is None

    def slope(self, expr: Expr) -> arb | None:
        """Return the value of an expression by the slopes that the text gives; None where they do not lead there."""
        found = self.by_slopes(expr)
        return None if found is None else self.value(found)

    def by_slopes(self, expr: Expr) -> Expr | None:
        """Return an expression over the slopes that the text gives, each a name here; None where others are open."""
        if not self.slopes:
            return None
        given: dict[Expr, Expr] = {slope: symbol(plain(slope)) for slope in self.slopes}
        found = attempt(lambda: upstream(self.meaning, expr, given))
        flat = None if found is None else attempt(lambda: self.meaning.flat(found))
        return None if flat is None or open_calls(flat) else found

    def with_slopes(self, expr: Expr) -> Expr | None:
        """Return an expression with the slopes that the text gives put in; None where others are open."""
        found = self.by_slopes(expr)
        written: dict[Expr, Expr] = {symbol(plain(slope)): self.written[plain(slope)] for slope in self.slopes}
        return None if found is None else replace(found, written)

    def kept(self) -> Callable[[], None]:
        """Return what gives every name the number again that it has now."""
        given, written, several, exact = dict(self.given), dict(self.written), set(self.several), set(self.exact)
        rivals, used = dict(self.rivals), set(self.used)

        def restore() -> None:
            self.given, self.written, self.several, self.exact = given, written, several, exact
            self.rivals, self.used = rivals, used

        return restore

    def interval(self, expr: Expr, places: Mapping[Fraction, int], taken: Taken = "rounded") -> arb | None:
        """Return the interval that an expression of numbers stands for, its decimals taken in one way."""
        bare = without_minus(expr)
        if taken in ("rounded", "wide") and isinstance(bare, Number) and bare.decimal:
            found = _rounded(bare.value, places)
            return found if bare is expr else -found
        return self._enclosed(*_with_balls(expr, lambda value: self._ball(value, places, taken)))

    def _ball(self, value: Fraction, places: Mapping[Fraction, int], taken: Taken) -> arb:
        """Return what one of several decimals stands for: a short one, and one that the text gives, are exact."""
        short, own = _digits(value, places) <= EXACT_DIGITS, value in self.exact
        exact = {"rounded": own or short, "given": own or short, "wide": own, "twice": short, "printed": short}[taken]
        if exact:
            return ball(value)
        return _within_one(value, places) if taken == "twice" else _rounded(value, places)

    def value_as_printed(self, opened: Expr, places: Mapping[Fraction, int]) -> arb | None:
        """Return the value of names and numbers, each decimal being within one of the last digit that is written."""

        def shown(value: Fraction) -> arb:
            return ball(value) if value in self.exact else self._ball(value, places, "twice")

        return self.value(*_with_balls(opened, shown))

    def as_written(self, expr: Expr) -> arb | None:
        """Return what an expression of numbers comes to on a pocket calculator: every decimal is what is written."""
        return self._enclosed(expr, {})

    def is_beginning(self, expr: Expr, places: Mapping[Fraction, int], of: arb) -> bool:
        """Say whether a single decimal is where a number begins: 0.38 of 0.3879."""
        bare = expr.args[0] if isinstance(expr, Apply) and is_single(expr) else expr
        if not isinstance(bare, Number) or not bare.decimal:
            return False
        half = Fraction(10) ** -places.get(bare.value, places_of(bare.value)) / 2
        found = ball(bare.value + half, half)
        return (found if bare is expr else -found).overlaps(of)

    def value(self, opened: Expr, more: Mapping[str, arb] = MappingProxyType({})) -> arb | None:
        """Return the value of an opened expression at the numbers that are known, None where one is missing.

        `more` are numbers for names that the text does not have.
        """
        expr, known = attempt(lambda: self.at_given(opened)), {**self.given, **more}
        if expr is None or not known.keys() >= set(names(expr)):
            return None
        return self._enclosed(expr, {name: known[name] for name in names(expr)})

    def missing(self, opened: Expr) -> list[str]:
        """Return the names without a number that an expression needs."""
        wanted = attempt(lambda: self.at_given(opened))
        if wanted is None or open_calls(wanted):
            return []
        return [name for name in names(wanted) if name not in self.given]

    def at_given(self, expr: Expr) -> Expr:
        """Put formulas in, down to leaves; a quantity whose leaves are not known keeps a number that was given."""
        flat = self.meaning.flat(expr)
        if not self.lacks(expr):
            return flat
        current = expr
        for _ in range(60):
            changes: dict[Expr, Expr] = {}
            for name in names(current):
                formula = self.meaning.formulas.get(name)
                if formula is None:
                    continue
                if name not in self.given or not self.lacks(symbol(name)):
                    changes[symbol(name)] = formula
            if not changes:
                break
            current = replace(current, changes)
        shells: dict[Expr, Expr] = {symbol(n): symbol(f" {n}") for n in names(current) if n in self.meaning.formulas}
        back: dict[Expr, Expr] = {v: k for k, v in shells.items()}
        return replace(self.meaning.flat(replace(current, shells)), back)

    def lacks(self, expr: Expr) -> bool:
        """Say whether an expression has no value by the numbers of leaves: one is missing, or a function is open."""
        flat = self.meaning.flat(expr)
        return any(name not in self.given for name in names(flat)) or bool(open_calls(flat))

    def _enclosed(self, expr: Expr, values: Mapping[str, arb]) -> arb | None:
        try:
            return enclosures([expr], values, {}, 40)[0]
        except (UncertainError, UnknownValueError):
            return None


def _is_supposed(value: Expr) -> bool:
    """Say whether a number is one that somebody may suppose of a slope: 1 and 0 are what formulas come to."""
    bare = value.args[0] if isinstance(value, Apply) else value
    return isinstance(bare, Number) and (bare.decimal or bare.value > 1)


def _with_balls(expr: Expr, of: Callable[[Fraction], arb]) -> tuple[Expr, dict[str, arb]]:
    """Return an expression with a name for each of its decimals, and what those stand for."""
    values: dict[str, arb] = {}
    changes: dict[Expr, Expr] = {}
    for part in postorder(expr):
        if isinstance(part, Number) and part.decimal:
            name = f"#{len(values)}"
            values[name] = of(part.value)
            changes[part] = symbol(name)
    return replace(expr, changes), values


def _within_one(value: Fraction, places: Mapping[Fraction, int]) -> arb:
    """Return a decimal within one of its last digit."""
    return ball(value, Fraction(10) ** -places.get(value, places_of(value)))


def _rounded(value: Fraction, places: Mapping[Fraction, int]) -> arb:
    place = places.get(value, places_of(value))
    unit = Fraction(10) ** -place
    if _digits(value, places) <= EXACT_DIGITS:
        return ball(value, unit / 2)
    # From half a unit below (it was rounded up) to a whole unit above (it was cut off).
    return ball(value + unit / 4, unit * 3 / 4)


def _digits(value: Fraction, places: Mapping[Fraction, int]) -> int:
    """Return the number of significant digits of a decimal as it is written."""
    return digits_of(value, places.get(value))
