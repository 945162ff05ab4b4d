"""The scalar words over quotients of polynomials: an op is the same lambda over any algebra.

    σ(z) = t/(t + 1),   tanh(z) = (t² − 1)/(t² + 1)   with   t = e^z

What is no quotient of polynomials is an atom: e^(w x), a logarithm, a value of an abstract function, a switch, which
is its own square.
"""

from __future__ import annotations

import math
from fractions import Fraction

from workings.check.judge.polynomials import Polynomials, Ratio, key_of, sign_of, value_of
from workings.graph.expr import Call


class Forms(Polynomials):
    """The scalar words."""

    def constant(self, value: Fraction | float | int) -> Ratio:
        """Return a number; the floats of an op are π and e, which are atoms here."""
        if isinstance(value, float):
            return self.exp(self.one) if value == math.e else self.atom(("constant", value))
        exact = Fraction(value)
        return Ratio(self.whole(exact.numerator), self.whole(exact.denominator))

    def exp(self, a: Ratio) -> Ratio:
        """Return e to the a: a product over the terms of a, so that e^(u + v) is e^u e^v."""
        a = self.lowest(a)
        if not a.bottom.is_constant():
            sign = sign_of(a.top)
            return self.whole_power(self.atom(("exp", key_of(a, sign))), sign)
        out, below = self.one, int(a.bottom.leading_coefficient())
        for exponents, coefficient in a.top.to_dict().items():
            count = Fraction(int(coefficient), below)
            out = self.mul(out, self.whole_power(self.atom(("exp", exponents, count.denominator)), count.numerator))
        return out

    def log(self, a: Ratio) -> Ratio:
        """Return the logarithm, an atom but for log 1 = 0."""
        return self.constant(0) if a == self.one else self.function("log", a)

    def log1p(self, a: Ratio) -> Ratio:
        """Return log(1 + a)."""
        return self.log(self.add(self.one, a))

    def sqrt(self, a: Ratio) -> Ratio:
        """Return the root: an atom whose square is a."""
        inside = self.lowest(a)
        return self.squared(self.function("sqrt", inside), inside)

    def sin(self, a: Ratio) -> Ratio:
        """Return the sine: an odd atom."""
        return self.function("sin", a, parity=-1)

    def cos(self, a: Ratio) -> Ratio:
        """Return the cosine: an even atom whose square is 1 − sin²."""
        sine = self.sin(a)
        return self.squared(self.function("cos", a, parity=1), self.sub(self.one, self.mul(sine, sine)))

    def tan(self, a: Ratio) -> Ratio:
        """Return sin/cos."""
        return self.div(self.sin(a), self.cos(a))

    def sinh(self, a: Ratio) -> Ratio:
        """Return (e^a − e^−a)/2."""
        t = self.exp(a)
        return self.div(self.sub(t, self.div(self.one, t)), self.constant(2))

    def cosh(self, a: Ratio) -> Ratio:
        """Return (e^a + e^−a)/2."""
        t = self.exp(a)
        return self.div(self.add(t, self.div(self.one, t)), self.constant(2))

    def tanh(self, a: Ratio) -> Ratio:
        """Return (t² − 1)/(t² + 1) with t = e^a."""
        t = self.whole_power(self.exp(a), 2)
        return Ratio(t.top - t.bottom, t.top + t.bottom)

    def logistic(self, a: Ratio) -> Ratio:
        """Return t/(t + 1) with t = e^a."""
        t = self.exp(a)
        return self.div(t, self.add(t, self.one))

    def absolute(self, a: Ratio) -> Ratio:
        """Return |a|: an even atom whose square is a²."""
        return self.squared(self.function("abs", a, parity=1), self.mul(a, a))

    def pow(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a to the b: whole powers and roots as they are, else e^(b log a)."""
        exponent = self.lowest(b)
        if exponent.top.is_constant() and exponent.bottom.is_constant():
            n = Fraction(value_of(exponent.top), value_of(exponent.bottom))
            if n.denominator == 1:
                return self.whole_power(a, int(n))
            if n.denominator == 2:
                return self.whole_power(self.sqrt(a), n.numerator)
        return self.exp(self.mul(exponent, self.log(a)))

    def less(self, a: Ratio, b: Ratio) -> Ratio:
        """Return the switch [a < b]: an atom that is its own square."""
        found = self.function("positive", self.sub(b, a))
        return self.squared(found, found)

    def equal(self, a: Ratio, b: Ratio) -> Ratio:
        """Return the switch [a = b]."""
        difference = self.sub(a, b)
        if difference.top.is_zero():
            return self.one
        if self.is_switch(difference):
            # A switch is 0 where it is not 1, so its opposite says where it is 0.
            found = self.sub(self.one, difference)
            edge = self.edges.get(str(difference.top))
            if edge is not None:
                self.edges[str(found.top)] = -edge
            return found
        found = self.function("zero", difference, parity=1)
        return self.squared(found, found)

    def pick(self, condition: Ratio, a: Ratio, b: Ratio) -> Ratio:
        """Return b + condition · (a − b).

        Where a and b meet at the edge of the switch, [u > 0] and 1 − [−u > 0] pick alike, and one is taken for both.
        """
        difference = self.sub(a, b)
        edge = self.edges.get(str(condition.top))
        if edge is not None and (difference.top % edge).is_zero():
            positive = self.less(self.constant(0), Ratio(edge * sign_of(edge), self.one.bottom))
            condition = positive if sign_of(edge) > 0 else self.sub(self.one, positive)
        return self.add(b, self.mul(condition, difference))

    def applied(self, call: Call, args: tuple[Ratio, ...]) -> Ratio:
        """Return the atom of an abstract function's value."""
        return self.atom((call.function, call.orders, tuple(key_of(self.lowest(arg), 1) for arg in args)))
