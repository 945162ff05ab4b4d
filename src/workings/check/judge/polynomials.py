"""Quotients of polynomials over atoms: the numbers in which the normal form reckons.

Polynomials are FLINT's, through python-flint; nothing else in the house imports them. Every product and every
reduction is paid for, so that an expression which would grow without end ends at the same term on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workings.check.judge.budget import Budget

if TYPE_CHECKING:
    from flint import fmpz_mpoly, fmpz_mpoly_ctx

#: Polynomials of more terms, of a higher degree, or over more atoms are not worked with.
MOST_TERMS = 4_000
HIGHEST_DEGREE = 128
MOST_ATOMS = 64
#: What stands inside an atom is reduced to lowest terms, which costs more than multiplying.
MOST_TERMS_INSIDE = 300
#: What the work on one term costs: in a product, in lowest terms, and where it is looked at one by one.
_A_PRODUCT, _A_REDUCTION, _A_TERM = 2, 6, 30


class TooLargeError(ArithmeticError):
    """The normal form passes one of the limits above; the message names it."""


class MoreAtomsError(TooLargeError):
    """There are more atoms than generators."""


class Ratio(NamedTuple):
    """p/q, two polynomials with whole coefficients."""

    top: fmpz_mpoly
    bottom: fmpz_mpoly


class Polynomials:
    """Quotients of polynomials over one set of atoms."""

    def __init__(self, count: int, budget: Budget) -> None:
        """Take the number of atoms that there may be, and what the work may cost."""
        from flint import Ordering, fmpz_mpoly_ctx

        self.budget = budget
        self.context: fmpz_mpoly_ctx = fmpz_mpoly_ctx.get([f"a{i}" for i in range(count)], Ordering.degrevlex)
        self.generators = self.context.gens()
        self.atoms: dict[object, int] = {}
        #: What the square of an atom is, where that is a polynomial: a switch is its own square.
        self.squares: dict[int, fmpz_mpoly] = {}
        #: The u of each switch [u > 0], and of its opposite, which is [−u > 0] but for u = 0, by the switch.
        self.edges: dict[str, fmpz_mpoly] = {}
        self.one = Ratio(self.whole(1), self.whole(1))

    def whole(self, value: int) -> fmpz_mpoly:
        """Return the polynomial of a whole number."""
        return self.context.constant(value)

    def atom(self, key: object) -> Ratio:
        """Return the atom of a key, a new one where the key is new.

        Raises:
            TooLargeError: when there are too many.
        """
        if key not in self.atoms:
            if len(self.atoms) >= len(self.generators):
                raise MoreAtomsError(f"more than {len(self.generators)} atoms")
            self.atoms[key] = len(self.atoms)
        return Ratio(self.generators[self.atoms[key]], self.one.bottom)

    def add(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a + b."""
        if a.bottom == b.bottom:
            return Ratio(a.top + b.top, a.bottom)
        return Ratio(self.product(a.top, b.bottom) + self.product(b.top, a.bottom), self.product(a.bottom, b.bottom))

    def sub(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a − b."""
        return self.add(a, self.neg(b))

    def neg(self, a: Ratio) -> Ratio:
        """Return −a."""
        return Ratio(-a.top, a.bottom)

    def mul(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a b."""
        return Ratio(self.product(a.top, b.top), self.product(a.bottom, b.bottom))

    def div(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a/b.

        Raises:
            TooLargeError: where b is 0.
        """
        if b.top.is_zero():
            raise TooLargeError("a denominator that is 0")
        return Ratio(self.product(a.top, b.bottom), self.product(a.bottom, b.top))

    def whole_power(self, a: Ratio, n: int) -> Ratio:
        """Return a to a whole number.

        Raises:
            TooLargeError: when the power is too high.
        """
        if n < 0:
            return self.whole_power(self.div(self.one, a), -n)
        if n > HIGHEST_DEGREE:
            raise TooLargeError(f"a power higher than {HIGHEST_DEGREE}")
        out = self.one
        for _ in range(n):
            out = self.mul(out, a)
        return out

    def product(self, a: fmpz_mpoly, b: fmpz_mpoly) -> fmpz_mpoly:
        """Return the product of two polynomials.

        Raises:
            TooLargeError: when it passes a limit.
        """
        if len(a) * len(b) > MOST_TERMS * 8:
            raise TooLargeError(f"polynomials of {len(a)} and {len(b)} terms")
        self.budget.spend(_A_TERM + _A_PRODUCT * len(a) * len(b))
        found = a * b
        if len(found) > MOST_TERMS or int(found.total_degree()) > HIGHEST_DEGREE:
            raise TooLargeError(f"a polynomial of {len(found)} terms")
        return found

    def lowest(self, a: Ratio) -> Ratio:
        """Return a quotient in lowest terms, the leading coefficient of its denominator positive."""
        if len(a.top) + len(a.bottom) > MOST_TERMS_INSIDE:
            raise TooLargeError(f"{len(a.top) + len(a.bottom)} terms inside a function")
        self.budget.spend(_A_TERM + _A_REDUCTION * (len(a.top) + len(a.bottom)) ** 2)
        common = a.top.gcd(a.bottom)
        top, bottom = a.top // common, a.bottom // common
        return Ratio(-top, -bottom) if int(bottom.leading_coefficient()) < 0 else Ratio(top, bottom)

    def function(self, name: str, a: Ratio, parity: int = 0) -> Ratio:
        """Return the atom of a function's value; `parity` is 1 for an even one, −1 for an odd one, else 0."""
        a = self.lowest(a)
        sign = sign_of(a.top) if parity else 1
        found = self.atom((name, key_of(a, sign)))
        if name == "positive" and a.bottom.is_constant():
            self.edges[str(found.top)] = a.top
        return self.neg(found) if sign < 0 and parity < 0 else found

    def squared(self, found: Ratio, square: Ratio) -> Ratio:
        """Remember what the square of an atom is, where that is a polynomial."""
        if square.bottom == self.one.bottom:
            self.squares[self.generators.index(found.top)] = square.top
        return found

    def is_zero(self, a: fmpz_mpoly) -> bool:
        """Say whether a polynomial is zero once squares of atoms are put in."""
        for index, square in reversed(self.squares.items()):
            if a.degrees()[index] <= 1:
                continue
            self.budget.spend(_A_TERM * (1 + len(a)))
            reduced = self.whole(0)
            powers: dict[int, dict[tuple[int, ...], int]] = {}
            for exponents, coefficient in a.to_dict().items():
                n = exponents[index]
                rest = (*exponents[:index], n % 2, *exponents[index + 1 :])
                powers.setdefault(n // 2, {})[rest] = int(coefficient)
            for half, terms in powers.items():
                part = self.context.from_dict(terms)
                for _ in range(half):
                    part = self.product(part, square)
                reduced += part
            # One square may hold the atom again: H² = H.
            a = reduced
            if a.degrees()[index] > 1:
                return self.is_zero(a)
        return a.is_zero()

    def is_switch(self, a: Ratio) -> bool:
        """Say whether something is its own square by what is known of its atoms, and holds a switch."""
        holds = any(str(self.generators[i]) in str(a.top) and s == self.generators[i] for i, s in self.squares.items())
        return holds and a.bottom == self.one.bottom and self.is_zero(self.product(a.top, a.top) - a.top)


def key_of(a: Ratio, sign: int) -> tuple[object, ...]:
    """Return what tells a quotient, its numerator given a sign, from every other."""
    top = a.top if sign > 0 else -a.top
    return (tuple(sorted(top.to_dict().items())), tuple(sorted(a.bottom.to_dict().items())))


def sign_of(a: fmpz_mpoly) -> int:
    """Return the sign of a polynomial's leading coefficient, 1 for 0."""
    return -1 if not a.is_zero() and int(a.leading_coefficient()) < 0 else 1


def value_of(a: fmpz_mpoly) -> int:
    """Return the value of a constant polynomial."""
    return 0 if a.is_zero() else int(a.leading_coefficient())
