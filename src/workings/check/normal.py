"""A normal form that proves equalities: quotients of polynomials over atoms, by exact algebra.

The problem: `(ŷ − y) x (1 − A(w x)) A(w x)` and `x e^(−w x) (ŷ − y)/(1 + e^(−w x))²` are one number in two
forms. The idea: write both as p/q, p and q polynomials with whole coefficients in *atoms*: names, powers of
e such as e^(w x), logarithms, values of abstract functions, switches. The two are equal where p₁ q₂ − p₂ q₁
is the zero polynomial; then they are equal wherever both are defined, and that is a proof.

    σ(z) = t/(t + 1),   tanh(z) = (t² − 1)/(t² + 1)   with   t = e^z

It never says that two expressions differ: two atoms may be related in a way that it does not know. Polynomials
are FLINT's, through python-flint; nothing else in the house imports them.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from workings.graph.expr import Apply, Call, Expr, Number, Partial, children, postorder
from workings.graph.words.table import WORDS

if TYPE_CHECKING:
    from flint import fmpz_mpoly, fmpz_mpoly_ctx

#: Polynomials of more terms, of a higher degree, or over more atoms are not worked with.
MOST_TERMS = 4_000
HIGHEST_DEGREE = 128
MOST_ATOMS = 64
MOST_OPERATIONS = 2_000
#: What stands inside an atom is reduced to lowest terms, which costs more than multiplying.
MOST_TERMS_INSIDE = 300


class TooLargeError(ArithmeticError):
    """The normal form passes one of the limits above; the message names it."""


class Ratio(NamedTuple):
    """p/q, two polynomials with whole coefficients."""

    top: fmpz_mpoly
    bottom: fmpz_mpoly


class _Forms:
    """The normal forms of the expressions of one comparison, over one set of atoms."""

    def __init__(self, count: int) -> None:
        from flint import Ordering, fmpz_mpoly_ctx

        self.context: fmpz_mpoly_ctx = fmpz_mpoly_ctx.get([f"a{i}" for i in range(count)], Ordering.degrevlex)
        self.generators = self.context.gens()
        self.atoms: dict[object, int] = {}
        #: What the square of an atom is, where that is a polynomial: a switch is its own square.
        self.squares: dict[int, fmpz_mpoly] = {}
        #: The u of each switch [u > 0], and of its opposite, which is [−u > 0] but for u = 0, by the switch.
        self.edges: dict[str, fmpz_mpoly] = {}
        self.one = Ratio(self.whole(1), self.whole(1))

    def whole(self, value: int) -> fmpz_mpoly:
        return self.context.constant(value)

    def atom(self, key: object) -> Ratio:
        if key not in self.atoms:
            if len(self.atoms) >= len(self.generators):
                raise TooLargeError(f"more than {len(self.generators)} atoms")
            self.atoms[key] = len(self.atoms)
        return Ratio(self.generators[self.atoms[key]], self.one.bottom)

    # The scalar words

    def constant(self, value: Fraction | float | int) -> Ratio:
        """Return a number; the floats of an op are π and e, which are atoms here."""
        if isinstance(value, float):
            return self.exp(self.one) if value == math.e else self.atom(("constant", value))
        exact = Fraction(value)
        return Ratio(self.whole(exact.numerator), self.whole(exact.denominator))

    def say(self, name: str, /, *args: Ratio) -> Ratio:
        """Return a word that has no method here: by its formula, or as an atom with the square that it has."""
        if hasattr(self, name):
            return getattr(self, name)(*args)
        word, a = WORDS[name], args[0]
        if word.form is not None:
            return word.form(self, a)  # pyright: ignore[reportArgumentType]
        found = self._function(name, a, parity=word.parity)
        return found if word.square is None else self._squared(found, word.square(self, a))  # pyright: ignore

    def add(self, a: Ratio, b: Ratio) -> Ratio:
        if a.bottom == b.bottom:
            return Ratio(a.top + b.top, a.bottom)
        return Ratio(self.product(a.top, b.bottom) + self.product(b.top, a.bottom), self.product(a.bottom, b.bottom))

    def sub(self, a: Ratio, b: Ratio) -> Ratio:
        return self.add(a, self.neg(b))

    def neg(self, a: Ratio) -> Ratio:
        return Ratio(-a.top, a.bottom)

    def mul(self, a: Ratio, b: Ratio) -> Ratio:
        return Ratio(self.product(a.top, b.top), self.product(a.bottom, b.bottom))

    def div(self, a: Ratio, b: Ratio) -> Ratio:
        if b.top.is_zero():
            raise TooLargeError("a denominator that is 0")
        return Ratio(self.product(a.top, b.bottom), self.product(a.bottom, b.top))

    def exp(self, a: Ratio) -> Ratio:
        """Return e to the a: a product over the terms of a, so that e^(u + v) is e^u e^v."""
        a = self.lowest(a)
        if not a.bottom.is_constant():
            sign = _sign(a.top)
            return self._whole_power(self.atom(("exp", _key(a, sign))), sign)
        out, below = self.one, int(a.bottom.leading_coefficient())
        for exponents, coefficient in a.top.to_dict().items():
            count = Fraction(int(coefficient), below)
            out = self.mul(out, self._whole_power(self.atom(("exp", exponents, count.denominator)), count.numerator))
        return out

    def log(self, a: Ratio) -> Ratio:
        return self.constant(0) if a == self.one else self._function("log", a)

    def log1p(self, a: Ratio) -> Ratio:
        return self.log(self.add(self.one, a))

    def sqrt(self, a: Ratio) -> Ratio:
        inside = self.lowest(a)
        return self._squared(self._function("sqrt", inside), inside)

    def sin(self, a: Ratio) -> Ratio:
        return self._function("sin", a, parity=-1)

    def cos(self, a: Ratio) -> Ratio:
        sine = self.sin(a)
        return self._squared(self._function("cos", a, parity=1), self.sub(self.one, self.mul(sine, sine)))

    def tan(self, a: Ratio) -> Ratio:
        return self.div(self.sin(a), self.cos(a))

    def sinh(self, a: Ratio) -> Ratio:
        t = self.exp(a)
        return self.div(self.sub(t, self.div(self.one, t)), self.constant(2))

    def cosh(self, a: Ratio) -> Ratio:
        t = self.exp(a)
        return self.div(self.add(t, self.div(self.one, t)), self.constant(2))

    def tanh(self, a: Ratio) -> Ratio:
        t = self._whole_power(self.exp(a), 2)
        return Ratio(t.top - t.bottom, t.top + t.bottom)

    def logistic(self, a: Ratio) -> Ratio:
        t = self.exp(a)
        return self.div(t, self.add(t, self.one))

    def absolute(self, a: Ratio) -> Ratio:
        return self._squared(self._function("abs", a, parity=1), self.mul(a, a))

    def pow(self, a: Ratio, b: Ratio) -> Ratio:
        exponent = self.lowest(b)
        if exponent.top.is_constant() and exponent.bottom.is_constant():
            n = Fraction(_value(exponent.top), _value(exponent.bottom))
            if n.denominator == 1:
                return self._whole_power(a, int(n))
            if n.denominator == 2:
                return self._whole_power(self.sqrt(a), n.numerator)
        return self.exp(self.mul(exponent, self.log(a)))

    def less(self, a: Ratio, b: Ratio) -> Ratio:
        """Return the switch [a < b]: an atom that is its own square."""
        found = self._function("positive", self.sub(b, a))
        return self._squared(found, found)

    def equal(self, a: Ratio, b: Ratio) -> Ratio:
        difference = self.sub(a, b)
        if difference.top.is_zero():
            return self.one
        if self._is_switch(difference):
            # A switch is 0 where it is not 1, so its opposite says where it is 0.
            found = self.sub(self.one, difference)
            edge = self.edges.get(str(difference.top))
            if edge is not None:
                self.edges[str(found.top)] = -edge
            return found
        found = self._function("zero", difference, parity=1)
        return self._squared(found, found)

    def _is_switch(self, a: Ratio) -> bool:
        """Say whether something is its own square by what is known of its atoms, and holds a switch."""
        holds = any(str(self.generators[i]) in str(a.top) and s == self.generators[i] for i, s in self.squares.items())
        return holds and a.bottom == self.one.bottom and self.is_zero(self.product(a.top, a.top) - a.top)

    def pick(self, condition: Ratio, a: Ratio, b: Ratio) -> Ratio:
        """Return b + condition · (a − b).

        Where a and b meet at the edge of the switch, [u > 0] and 1 − [−u > 0] pick alike, and one is taken for both.
        """
        difference = self.sub(a, b)
        edge = self.edges.get(str(condition.top))
        if edge is not None and (difference.top % edge).is_zero():
            positive = self.less(self.constant(0), Ratio(edge * _sign(edge), self.one.bottom))
            condition = positive if _sign(edge) > 0 else self.sub(self.one, positive)
        return self.add(b, self.mul(condition, difference))

    def _whole_power(self, a: Ratio, n: int) -> Ratio:
        if n < 0:
            return self._whole_power(self.div(self.one, a), -n)
        if n > HIGHEST_DEGREE:
            raise TooLargeError(f"a power higher than {HIGHEST_DEGREE}")
        out = self.one
        for _ in range(n):
            out = self.mul(out, a)
        return out

    def product(self, a: fmpz_mpoly, b: fmpz_mpoly) -> fmpz_mpoly:
        if len(a) * len(b) > MOST_TERMS * 8:
            raise TooLargeError(f"polynomials of {len(a)} and {len(b)} terms")
        found = a * b
        if len(found) > MOST_TERMS or int(found.total_degree()) > HIGHEST_DEGREE:
            raise TooLargeError(f"a polynomial of {len(found)} terms")
        return found

    # Atoms that hold expressions

    def lowest(self, a: Ratio) -> Ratio:
        """Return a quotient in lowest terms, the leading coefficient of its denominator positive."""
        if len(a.top) + len(a.bottom) > MOST_TERMS_INSIDE:
            raise TooLargeError(f"{len(a.top) + len(a.bottom)} terms inside a function")
        common = a.top.gcd(a.bottom)
        top, bottom = a.top // common, a.bottom // common
        return Ratio(-top, -bottom) if int(bottom.leading_coefficient()) < 0 else Ratio(top, bottom)

    def _function(self, name: str, a: Ratio, parity: int = 0) -> Ratio:
        """Return the atom of a function's value; `parity` is 1 for an even one, −1 for an odd one, else 0."""
        a = self.lowest(a)
        sign = _sign(a.top) if parity else 1
        found = self.atom((name, _key(a, sign)))
        if name == "positive" and a.bottom.is_constant():
            self.edges[str(found.top)] = a.top
        return self.neg(found) if sign < 0 and parity < 0 else found

    def _squared(self, found: Ratio, square: Ratio) -> Ratio:
        """Remember what the square of an atom is, where that is a polynomial."""
        if square.bottom == self.one.bottom:
            self.squares[self.generators.index(found.top)] = square.top
        return found

    def applied(self, call: Call, args: tuple[Ratio, ...]) -> Ratio:
        """Return the atom of an abstract function's value."""
        return self.atom((call.function, call.orders, tuple(_key(self.lowest(arg), 1) for arg in args)))

    def is_zero(self, a: fmpz_mpoly) -> bool:
        """Say whether a polynomial is zero once squares of atoms are put in."""
        for index, square in reversed(self.squares.items()):
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
            if any(exponents[index] > 1 for exponents in a.to_dict()):
                return self.is_zero(a)
        return a.is_zero()


def _key(a: Ratio, sign: int) -> tuple[object, ...]:
    top = a.top if sign > 0 else -a.top
    return (tuple(sorted(top.to_dict().items())), tuple(sorted(a.bottom.to_dict().items())))


def _sign(a: fmpz_mpoly) -> int:
    return -1 if not a.is_zero() and int(a.leading_coefficient()) < 0 else 1


def _value(a: fmpz_mpoly) -> int:
    return 0 if a.is_zero() else int(a.leading_coefficient())


def _form(forms: _Forms, expr: Expr, done: dict[Expr, Ratio]) -> Ratio:
    if isinstance(expr, Number):
        return forms.constant(expr.value)
    parts = tuple(done[part] for part in children(expr))
    if isinstance(expr, Apply):
        # An op is the same lambda over any algebra; here its slots are quotients of polynomials.
        return expr.op.value(forms, *parts)  # pyright: ignore[reportReturnType]
    return forms.applied(expr, parts) if isinstance(expr, Call) else forms.atom(expr)


def equal(a: Expr, b: Expr) -> bool:
    """Say whether two expressions without open derivatives have one normal form: True is a proof, False is not.

    Calls are atoms: a function stays abstract where its definition was not put in before.

    Raises:
        TooLargeError: when a limit is met on the way.
    """
    if a is b:
        return True
    order = tuple(postorder(a, b, into=lambda e: () if isinstance(e, Partial) else children(e)))
    if len(order) > MOST_OPERATIONS:
        raise TooLargeError(f"more than {MOST_OPERATIONS} operations")
    forms = _Forms(MOST_ATOMS)
    done: dict[Expr, Ratio] = {}
    for expr in order:
        done[expr] = _form(forms, expr, done)
    left, right = done[a], done[b]
    return forms.is_zero(forms.product(left.top, right.bottom) - forms.product(right.top, left.bottom))
