"""Functions of a program that are called after a derivative: are they that?

    def tanh_prime(z): return 1 - tanh(z) ** 2        tanh′, at its argument
    def tanh_prime(a): return 1 - a ** 2              tanh′ too, where a is what tanh gave
    def relu_backward(g, z): return g * (z > 0)       g times relu′(z)

Which of the first two a program means is told by what it gives the function: a = tanh(z) or z.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.check.judge.slopes import slope
from workings.check.verdict import PROVED, Finding, undecided
from workings.graph.expr import Apply, Call, Expr, Symbol, names, postorder, replace, symbol
from workings.graph.ops.arithmetic import mul
from workings.graph.writing.spelling import plain as plain_name
from workings.read.names.vocabulary import KNOWN

#: How a program calls the derivative of a function, and whether the name says it all: `d` and `grad` may mean a slope
#: with what comes from behind in it.
_NAMES = (
    (re.compile(r"(?P<of>\w+?)_?(?:prime|Prime|deriv|Deriv|derivative|Derivative)"), True),
    (re.compile(r"(?:deriv|derivative|prime)_(?:of_)?(?P<of>\w+)"), True),
    (re.compile(r"(?P<of>\w+)_(?:grad|gradient)|(?:grad|gradient|d)_?(?P<or>\w+)"), False),
    (re.compile(r"(?P<of>\w+)_backward"), False),
)
#: What a program calls the slope that comes from behind.
_BEHIND = re.compile(r"g|dout|d[a-zA-Z]\w*|grad\w*|\w*_grad|upstream\w*|delta\w*|next_d\w+|\w+_error")


class Defined(NamedTuple):
    """A function: its parameters and its body."""

    parameters: tuple[str, ...]
    body: Expr


@dataclass
class Derived:
    """Judges a function by its name.

    `function` gives a function of the page by its name, `applications` what a name is applied to on the page, `opened`
    the meaning of an expression.
    """

    judge: Judge
    meaning: Meaning
    function: Callable[[str], Defined | None]
    applications: Mapping[str, Sequence[Expr]]
    opened: Callable[[Expr], Expr]

    def finding(self, name: str, own: Defined) -> tuple[Finding, str] | None:
        """Return what is known of a function that is called after a derivative, and in words what it is."""
        for of, sure in _called_after(name):
            known = self._known(of, own)
            if known is not None:
                return self._judged(name, of, own, known, sure=sure)
        return None

    def _known(self, of: str, own: Defined) -> Defined | None:
        """Return the function that a name speaks of, with the other function's parameters where those are as many."""
        for name in (of, f"{of}_forward"):
            found = self.function(name)
            if found is not None:
                return found
        op = KNOWN.get(of)
        if op is None or op.arity != 1:
            return None
        z = next((p for p in own.parameters if not _BEHIND.fullmatch(p)), own.parameters[0])
        return Defined((z,), op(symbol(z)))

    def _judged(self, name: str, of: str, own: Defined, known: Defined, *, sure: bool) -> tuple[Finding, str] | None:
        behind = [p for p in own.parameters if _BEHIND.fullmatch(p)]
        rest = tuple(p for p in own.parameters if p not in behind)
        shown = f"{plain_name(name)} = {plain_name(of)}′"
        if len(own.parameters) == 1:
            return self._of_one(name, of, own, known, shown, sure=sure)
        if len(behind) == 1 and len(rest) == len(known.parameters):
            g = self._fresh(behind[0])
            into = dict(zip(known.parameters, rest, strict=True))
            for by in known.parameters:
                slopes = mul(g, self._slope(_renamed(known, into), into[by]))
                finding = self.judge.compare(slopes, self._closed(own))
                if finding.holds:
                    return finding, f"definition; {plain_name(name)} is {plain_name(behind[0])} times {plain_name(of)}′"
        elif len(own.parameters) == len(known.parameters):
            into = dict(zip(known.parameters, own.parameters, strict=True))
            for by in own.parameters:
                finding = self.judge.compare(self._slope(_renamed(known, into), by), self._closed(own))
                if finding.holds:
                    return finding, f"definition; {shown}"
        return None

    def _of_one(
        self, name: str, of: str, own: Defined, known: Defined, shown: str, *, sure: bool
    ) -> tuple[Finding, str] | None:
        if len(known.parameters) != 1:
            return None
        at, backward = own.parameters[0], name.endswith("_backward")
        known = _renamed(known, {known.parameters[0]: at})
        truth, body = self._slope(known, at), self._closed(own)
        finding = self.judge.compare(truth, body)
        if finding.holds:
            if not backward:
                return finding, f"definition; {shown}"
            why = f"by its name it takes the slope from behind, and it is {plain_name(of)}′ at what it takes"
            return undecided(why), ""
        if finding.verdict != "refuted" or not (sure or backward):
            return None
        value = replace(body, {self._fresh(at): self._closed(known)})
        if not self.judge.same(truth, value):
            return finding, ""
        given = self.applications.get(name, ())
        if all(self._is_value(arg, of) for arg in given or [symbol(at)]):
            return PROVED, f"definition; {shown} in terms of the value of {plain_name(of)}"
        if not given and self._is_argument(symbol(at), of):
            return finding, ""
        why = f"it is {plain_name(of)}′ where it is given the value of {plain_name(of)}, and not by its argument"
        return undecided(why), ""

    def _slope(self, of: Defined, by: str) -> Expr:
        return slope(self.meaning.flat(self._closed(of)), self._fresh(by))

    def _closed(self, function: Defined) -> Expr:
        """Return a function's body, its parameters being no names of the page's.

        Raises:
            NotGivenError: where it needs what the text does not give.
            LimitError: where it passes a limit.
        """
        fresh: dict[Expr, Expr] = {symbol(p): self._fresh(p) for p in function.parameters}
        return self.opened(replace(function.body, fresh))

    def _fresh(self, parameter: str) -> Symbol:
        return symbol(f"{parameter}_0" if parameter in self.meaning.known else parameter)

    def _is_value(self, arg: Expr, of: str) -> bool:
        """Say whether something is a value of the function: a, where a = tanh(z)."""
        formula = self.meaning.formulas.get(arg.name) if isinstance(arg, Symbol) else arg
        return formula is not None and _applies(formula, of)

    def _is_argument(self, arg: Expr, of: str) -> bool:
        """Say whether the page applies the function to that."""
        parts = (part for formula in self.meaning.formulas.values() for part in postorder(formula))
        return any(_applies(part, of) and part.args == (arg,) for part in parts if isinstance(part, Apply | Call))


def _called_after(name: str) -> Iterator[tuple[str, bool]]:
    for written, sure in _NAMES:
        match = written.fullmatch(name)
        of = next((found for found in match.groups() if found), "") if match is not None else ""
        if of:
            # `dSigmoid` is called after sigmoid.
            yield from ((form, sure) for form in dict.fromkeys((of[0].lower() + of[1:], of)))


def _applies(expr: Expr, of: str) -> bool:
    if isinstance(expr, Call):
        return expr.function in (of, f"{of}_forward") and not any(expr.orders)
    return isinstance(expr, Apply) and of in expr.op.spellings


def _renamed(function: Defined, into: Mapping[str, str]) -> Defined:
    swapped: dict[Expr, Expr] = {symbol(old): symbol(new) for old, new in into.items()}
    return Defined(tuple(into[p] for p in function.parameters), replace(function.body, swapped))


def is_closed(function: Defined) -> bool:
    """Say whether a function is made of its parameters alone."""
    return set(names(function.body)) <= set(function.parameters)
