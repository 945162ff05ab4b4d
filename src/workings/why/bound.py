"""How strongly the error bends, at most, anywhere: a number L that is proved, and the rates that it allows.

If the second derivative of E along every direction is at most L wherever a step can go, then

    E(w + s) ≤ E(w) + g·s + ½ L ‖s‖²        so        s = −α g lowers E for every rate 0 < α < 2/L,

wherever g is not 0; and a step that is held inside an interval lowers it too, wherever it moves at all: for such a step
g·s ≤ −‖s‖²/α. It is sufficient, not necessary: a larger rate may lower E as well. (Source: Yu. Nesterov, "Introductory
Lectures on Convex Optimization", 2004, lemma 1.2.3 and section 2.2.3 for the held step.)

The bound is found over the linear forms u = M w + c through which E sees the weights: with λ ≥ the greatest eigenvalue
of F″(u), the curvature by the weights is at most λ MᵀM. For the mean over the patterns, it is at most the mean of their
λ MᵀM. Each λ is proved by ranges on boxes that cover all u; kinks are ruled out first, or there is no bound.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf, nextafter

from workings.derive import backprop
from workings.derive.curvature import Curvature
from workings.derive.step import Derivation
from workings.derive.tidy import constant
from workings.graph.expr import Apply, Call, Expr, Number, Symbol, postorder, symbol
from workings.graph.network import Definitions, Equation, Interval, Network, unfolded
from workings.graph.speakers.balls import UncertainError
from workings.graph.speakers.floats import Program, UnknownValueError
from workings.graph.speakers.fractions import InexactError
from workings.graph.speakers.ranges import REALS, Enclosure, Range, between, exactly, minus, plus, times
from workings.why.forms import FormAt, Reduced, reduced
from workings.why.matrices import Matrix, eigenvalue_range, greatest_eigenvalue
from workings.why.search import Box, Greatest, greatest

#: Up to so many forms a bound is looked for; the boxes that it would take beyond are too many.
MOST_FORMS = 12
#: About so many scalar words are spent on the bounds of all patterns: some tenths of a second.
_WORDS = 200_000
#: Each pattern has so many boxes at the least; where even they cost ten times as much, no bound is looked for.
_FEWEST = 32


@dataclass(frozen=True)
class Certificate:
    """The proof that the error of a pattern bends by at most `curvature` anywhere in the domain.

    `forms` say how u is made of the weights, `domain` where each u stays. `boxes` cover that, each with the number that
    the greatest eigenvalue of F″ stays below on it; `greatest` is the largest of them,
    and is nearly reached at `where`,
    where some eigenvalue is `reached`. `spread` is the greatest eigenvalue of MᵀM, rounded upwards.
    """

    network: Network
    pattern: int
    forms: tuple[FormAt, ...]
    domain: Box
    boxes: tuple[tuple[Box, float], ...]
    greatest: float
    reached: float
    where: tuple[float, ...]
    spread: float

    @property
    def moving(self) -> tuple[int, ...]:
        """The places of the forms that the weights move at this pattern."""
        return tuple(k for k, form in enumerate(self.forms) if any(form.coefficients.values()))

    @property
    def curvature(self) -> float:
        """L: what the second derivative of the error stays below, along every direction and everywhere."""
        return nextafter(max(self.greatest, 0.0) * self.spread, inf) if self.greatest > 0 and self.spread else 0.0

    @property
    def rate(self) -> float:
        """2/L: every smaller rate lowers the pattern's error, wherever its step moves; infinite where L is 0."""
        return nextafter(2 / self.curvature, 0.0) if self.curvature else inf


class Bends:
    """The bounds of a network: a certificate for each pattern, and the bound of the mean."""

    def __init__(self, derivation: Derivation, weights: Mapping[str, Range], rate: float | None = None) -> None:
        """Take the weights' domain, where a step can go, and the rate, which a formula may read."""
        self.derivation = derivation
        self.weights = weights
        self.reduced: Reduced = reduced(_at_rate(derivation.network, rate), derivation.error)

    @cached_property
    def _second(self) -> tuple[Program, tuple[tuple[int, ...], ...], int | None]:
        """The program of F″ and the places of its entries; of one form, the place of F‴ too.

        The inputs are the forms, then what else is read.
        """
        inner = self.reduced.network
        derived = backprop.derive(inner)
        curvature = Curvature(derived)
        equations, columns = curvature.matrix
        definitions = dict(curvature.definitions)
        entries = [entry for column in columns for entry in column]
        size = len(inner.weights)
        third: Expr | None = None
        if size == 1 and isinstance(entries[0], Symbol):
            network = dataclasses.replace(
                inner,
                equations=(*inner.equations, *(Equation(_name(t), f) for t, f in equations)),
                error=entries[0].name,
            )
            last = backprop.derive(network)
            definitions |= last.definitions
            equations = (*equations, *last.program())
            third = last.gradients[inner.weights[0]].start
        forward = [(symbol(name), inner.formulas[name]) for name in inner.order]
        leaves = [symbol(name) for name in (*inner.weights, *self._given)]
        numbers = [(entry, entry) for entry in entries if isinstance(entry, Number)]
        wanted = entries if third is None else [*entries, third]
        program = Program(leaves, [*forward, *equations, *numbers], definitions, wanted)
        places = tuple(tuple(range(k * size, (k + 1) * size)) for k in range(size))
        return program, places, None if third is None else len(entries)

    @property
    def _given(self) -> tuple[str, ...]:
        """The names beside the forms that the error reads: inputs, targets, constants."""
        inner = self.reduced.network
        read = {name for formula in inner.formulas.values() for name in inner.reads(formula)}
        return tuple(n for n in inner.declarations if n in read and n not in inner.formulas and n not in inner.weights)

    def certificate(self, pattern: int) -> Certificate | None:
        """Return the proof for a pattern; None where none was found."""
        inner = self.reduced.network
        row = inner.pattern_rows()[pattern]
        try:
            forms = self.reduced.at(row, inner.values)
        except (InexactError, UnknownValueError):
            return None
        moving = tuple(k for k, form in enumerate(forms) if any(form.coefficients.values()))
        domain = tuple(form.range(self.weights) for form in forms)
        if not moving:
            return Certificate(inner, pattern, forms, domain, ((domain, 0.0),), 0.0, 0.0, _middle(domain), 0.0)
        if len(moving) > MOST_FORMS:
            return None
        found = self._greatest(row, domain, moving)
        if found is None or found.high == inf:
            return None
        spread = greatest_eigenvalue([_gram([forms[k] for k in moving], tuple(self.weights))], [Fraction(1)])
        proof = Certificate(inner, pattern, forms, domain, found.boxes, found.high, found.low, found.where, spread)
        return proof if proof.curvature < inf else None

    def second(self, certificate: Certificate, index: int, value: float) -> float:
        """Return the second derivative by one form at a value of it, the others at the middle of their domain."""
        inner = self.reduced.network
        row = inner.pattern_rows()[certificate.pattern]
        given = [number_range(row.get(name, inner.values.get(name))) for name in self._given]
        at = list(_middle(certificate.domain))
        at[index] = value
        program, places, _ = self._second
        found = program.run([*at, *(0.0 if each is None else (each[0] + each[1]) / 2 for each in given)])
        return found[places[index][index]]

    def _greatest(self, row: Mapping[str, Expr], domain: Box, moving: Sequence[int]) -> Greatest | None:
        inner = self.reduced.network
        given = [number_range(row.get(name, inner.values.get(name))) for name in self._given]
        if any(value is None for value in given):
            return None
        fixed = [value for value in given if value is not None]
        if not smooth(inner, domain, dict(zip(self._given, fixed, strict=True))):
            return None
        program, places, third = self._second
        enclosure = Enclosure(program)

        def function(box: Box) -> Range:
            entries = enclosure.run([*box, *fixed])
            found = eigenvalue_range([[entries[places[k][j]] for k in moving] for j in moving])
            return found if third is None else _centred(found, entries[third], box[0])

        def _centred(found: Range, slope: Range, side: Range) -> Range:
            """Return the better of a bound and F″(middle) + F‴(box) · (box − middle), by the mean value theorem."""
            low, high, *_ = side
            if high == inf or low == -inf or low == high:
                return found
            middle = low / 2 + high / 2
            at = exactly(middle)
            (value, *_) = enclosure.run([at, *fixed])
            bound = plus(value, times(slope, minus(side, at)))
            return (max(found[0], bound[0]), min(found[1], bound[1]), False, False)

        share = _WORDS // max(1, len(inner.pattern_rows()) * len(program.tape.words))
        most = max(_FEWEST, min(6000, share))
        if share * 10 < _FEWEST:
            return None
        gap = 1e-9 if third is not None else 1e-2
        return greatest(function, domain, gap=gap, most=most)


def _at_rate(network: Network, rate: float | None) -> Network:
    if rate is None or network.rate is None:
        return network
    return dataclasses.replace(network, values={**network.values, network.rate: constant(Fraction(rate))})


def _name(expr: Expr) -> str:
    assert isinstance(expr, Symbol)
    return expr.name


def _middle(domain: Box) -> tuple[float, ...]:
    return tuple(0.0 if low == -inf or high == inf else low for low, high, *_ in domain)


def number_range(value: Expr | None) -> Range | None:
    """Return the narrowest range around a constant as it is written; None where it has no value."""
    if value is None:
        return None
    try:
        (found,) = Enclosure(Program((), ((value, value),), {})).run(())
    except (UnknownValueError, UncertainError):
        return None
    return found


def domain_of(network: Network) -> dict[str, Range]:
    """Return where each weight may be: its interval, or all real numbers."""
    found: dict[str, Range] = {}
    for name in network.weights:
        domain = network.declarations[name].domain
        found[name] = REALS
        if isinstance(domain, Interval):
            # Outwards: the ends as they are written and the doubles that hold a weight are both inside.
            low, high = number_range(domain.low), number_range(domain.high)
            if low is not None and high is not None:
                found[name] = between(low[0], high[1])
    return found


def smooth(network: Network, domain: Box, given: Mapping[str, Range]) -> bool:
    """Say whether no op that has a kink meets it anywhere in the domain."""
    defined = {(f.name, (0,) * len(f.parameters)): f for f in network.functions.values()}
    moved = set(network.weights)
    for name in network.order:
        if any(read in moved for read in network.direct[name]):
            moved.add(name)
    kinked = [
        part for name in network.order for part in _applied(network.formulas[name], defined)
        if not part.op.is_smooth and _reads(part, network, moved)
    ]  # fmt: skip
    if not kinked:
        return True
    forward = [(symbol(name), network.formulas[name]) for name in network.order]
    leaves = [symbol(name) for name in (*network.weights, *given)]
    args = [(arg, arg) for part in kinked for arg in part.args]
    try:
        values = Enclosure(Program(leaves, [*forward, *args], defined, [a for a, _ in args])).run(
            [*domain, *given.values()]
        )
        at = 0
        for part in kinked:
            own = [symbol(f"argument {k}") for k in range(len(part.args))]
            whole = part.op(*own)
            partials = [(p, p) for p in part.op.partials(*own)]
            Enclosure(Program(own, [(whole, whole), *partials], {}), strict=True).run(values[at : at + len(own)])
            at += len(own)
    except UncertainError:
        return False
    return True


def _applied(root: Expr, defined: Definitions) -> list[Apply]:
    """Return the ops that an expression applies, those inside functions too."""
    out: list[Apply] = []
    stack = [root]
    while stack:
        for part in postorder(stack.pop()):
            if isinstance(part, Apply):
                out.append(part)
            elif isinstance(part, Call):
                body = unfolded(part, defined)
                stack += [body] if body is not None else []
    return out


def _reads(part: Expr, network: Network, moved: set[str]) -> bool:
    return any(name in moved for name in network.reads(part)) or any(
        isinstance(p, Symbol) and p.name in moved for p in postorder(part)
    )


def _gram(forms: Sequence[FormAt], weights: Sequence[str]) -> Matrix:
    """Return MᵀM, a row and a column for each weight."""
    rows = [[form.coefficients.get(name, Fraction(0)) for name in weights] for form in forms]
    return [
        [sum((row[i] * row[j] for row in rows), Fraction(0)) for j in range(len(weights))] for i in range(len(weights))
    ]


def mean_bound(certificates: Sequence[Certificate], weights: Sequence[str]) -> float:
    """Return L for the mean of the error over the patterns: at most the mean of λ MᵀM."""
    count = len(certificates)
    grams = [
        _gram([f for f in each.forms if any(f.coefficients.values())], weights) for each in certificates
    ]  # fmt: skip
    factors = [Fraction(max(each.greatest, 0.0)) / count for each in certificates]
    return greatest_eigenvalue(grams, factors)
