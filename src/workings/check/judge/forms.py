"""The scalar words over quotients of polynomials: an op is the same lambda over any algebra.

    σ(z) = t/(t + 1),   tanh(z) = (t² − 1)/(t² + 1)   with   t = e^z

What is no quotient of polynomials is an atom: e^(w x), a logarithm, a value of an abstract function, a switch, which
is its own square.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from workings.check.judge.polynomials import Polynomials, Ratio, key_of, sign_of, value_of
from workings.graph.expr import Call
from workings.graph.words.table import WORDS
from workings.graph.words.word import Algebra, Word

#: The words that have an algebra of their own here; the others are what their records say.
_OWN = frozenset(("add", "sub", "mul", "div", "neg", "exp", "pow", "less", "equal", "pick"))


class Forms(Polynomials, Algebra[Ratio]):
    """The scalar words."""

    def constant(self, value: Fraction | float, /) -> Ratio:
        """Return a number; the floats of an op are π and e, which are atoms here."""
        if isinstance(value, float):
            return self.exp(self.one) if value == math.e else self.atom(("constant", value))
        exact = Fraction(value)
        return Ratio(self.whole(exact.numerator), self.whole(exact.denominator))

    def say(self, name: str, /, *args: Ratio) -> Ratio:
        """Return a word: by its method here, by its formula, or as an atom with what is known of its square."""
        if name in _OWN:
            own: Callable[..., Ratio] = getattr(self, name)
            return own(*args)
        word = WORDS[name]
        if word.form is not None:
            return word.form(self, args[0])
        a = self.lowest(args[0])
        exact = self._at_a_point(word, a)
        if exact is not None:
            return exact
        found = self.function(name, a, parity=word.parity)
        return found if word.square is None else self.squared(found, word.square(self, a))

    def _at_a_point(self, word: Word, a: Ratio) -> Ratio | None:
        """Return the value of a word at a number where it is a fraction."""
        if not (a.top.is_constant() and a.bottom.is_constant()):
            return None
        value = word.exactly_at(Fraction(value_of(a.top), value_of(a.bottom)))
        return None if value is None else self.constant(value)

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

    def pow(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a to the b: whole powers and roots as they are, else e^(b log a)."""
        exponent = self.lowest(b)
        if exponent.top.is_constant() and exponent.bottom.is_constant():
            n = Fraction(value_of(exponent.top), value_of(exponent.bottom))
            if n.denominator == 1:
                return self.whole_power(a, int(n))
            if n.denominator == 2:
                return self.whole_power(self.say("sqrt", a), n.numerator)
        return self.exp(self.mul(exponent, self.say("log", a)))

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
