"""The equations that move the weights: descent, momentum, Adam, decay, a schedule of the rate.

    descent    w ← w − α g                      g = ∂E/∂w
    momentum   v ← β v + g                      w ← w − α v
    nesterov   v ← β v + g                      w ← w − α (g + β v)
    adam       m ← β₁ m + (1 − β₁) g            v ← β₂ v + (1 − β₂) g²
               w ← w − α (m/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε)
    decay      g = ∂E/∂w + λ w, before any of them
    schedule   α is a formula in α and t, the number of the step from 1

They are expressions like any other: what is shown is what the interpreter runs and what is compiled.
Sources: B. T. Polyak, "Some methods of speeding up the convergence of iteration methods" (1964); Y. Nesterov
(1983) as written by I. Sutskever et al. (ICML 2013); D. P. Kingma and J. Ba, "Adam" (ICLR 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from workings.derive.step import Derivation
from workings.graph.expr import ONE, TWO, Expr, replace, symbol, target
from workings.graph.network import Interval, Network
from workings.graph.ops.arithmetic import add, div, mul, power, sub
from workings.graph.ops.pointwise import sqrt
from workings.graph.ops.selection import maximum, minimum
from workings.graph.writing.spelling import canonical, free_name
from workings.run.data import request_problem

Equation = tuple[Expr, Expr]
Letters = Mapping[str, Expr]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to move a weight: the states that it keeps beside it, its constants, and its equations.

    `moves(k)` takes names by their letters here (`g`, `α`, `t`, the states, the constants) and returns the new
    states and the nudge as formulas; `k["v'"]` is the new value of the state v.
    """

    name: str
    about: str
    states: tuple[str, ...]
    constants: Mapping[str, Fraction]
    moves: Callable[[Letters], tuple[Sequence[Expr], Expr]]


def _adam(k: Letters) -> tuple[Sequence[Expr], Expr]:
    first = add(mul(k["β₁"], k["m"]), mul(sub(ONE, k["β₁"]), k["g"]))
    second = add(mul(k["β₂"], k["v"]), mul(sub(ONE, k["β₂"]), power(k["g"], TWO)))
    mean = div(k["m'"], sub(ONE, power(k["β₁"], k["t"])))
    spread = div(k["v'"], sub(ONE, power(k["β₂"], k["t"])))
    return (first, second), mul(k["α"], div(mean, add(sqrt(spread), k["ε"])))


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "descent", "a step against the gradient", (), {},
            lambda k: ((), mul(k["α"], k["g"])),
        ),
        Method(
            "momentum", "the gradients before count on, each step by β less", ("v",), {"β": Fraction(9, 10)},
            lambda k: ((add(mul(k["β"], k["v"]), k["g"]),), mul(k["α"], k["v'"])),
        ),
        Method(
            "nesterov", "momentum that looks one step ahead", ("v",), {"β": Fraction(9, 10)},
            lambda k: (
                (add(mul(k["β"], k["v"]), k["g"]),),
                mul(k["α"], add(k["g"], mul(k["β"], k["v'"]))),
            ),
        ),
        Method(
            "adam", "the mean gradient over its size: each weight has a step of its own", ("m", "v"),
            {"β₁": Fraction(9, 10), "β₂": Fraction(999, 1000), "ε": Fraction(1, 10**8)}, _adam,
        ),
    )
}  # fmt: skip

#: The letter of weight decay, and those of the step's number and of the last step.
DECAY, TIME, LAST = "λ", "t", "T"
#: The name of the rate where the network has none.
RATE = "alpha"


def time_names(network: Network) -> tuple[str, str]:
    """Return the names of the step's number and of the number of steps: t and T, unless the network has them."""
    taken = _taken(network)
    return free_name(TIME, taken), free_name(LAST, taken)


def _taken(network: Network) -> set[str]:
    return {*network.declarations, *network.formulas, *network.functions, network.rate or RATE}


def new(name: str) -> Expr:
    """Return what stands for a name's new value. It is no name of the network, and nobody can give it one."""
    return target(symbol(name), "new")


@dataclass(frozen=True)
class Update:
    """The update of all weights, as equations in the order in which they are computed.

    `states` are the names of what is kept beside each weight; `constants` have the values of β, λ and their kin;
    `time` and `last` are the names of the step's number and of the number of steps, where an equation reads them.
    `shown` has the equations of each weight as a person writes them, a new value in the letter of the old one, and
    without what holds a weight inside its interval.
    """

    method: Method
    weights: tuple[str, ...]
    states: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, float]
    equations: tuple[Equation, ...]
    nudges: Mapping[str, Expr]
    time: str | None
    last: str | None
    rate: Expr
    shown: Mapping[str, tuple[Equation, ...]] = field(default_factory=dict[str, tuple[Equation, ...]])

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that a step changes: the weights, then what is kept beside them."""
        return (*self.weights, *(name for weight in self.weights for name in self.states[weight]))


def update(
    network: Network,
    derivation: Derivation,
    method: str = "descent",
    constants: Mapping[str, float] | None = None,
    schedule: Expr | None = None,
) -> Update:
    """Return the update of a derivation's weights.

    `constants` override the method's; λ among them adds decay. `schedule` is the rate as a formula in the network's
    rate, t and T.

    Raises:
        ReadError: for a method that there is not, or a constant that it does not have.
    """
    if method not in METHODS:
        raise request_problem(
            f"`{method}` is no method", "one of " + ", ".join(f"`{name}`" for name in METHODS),
            "a method is the equations that move the weights", "`--method momentum`",
        )  # fmt: skip
    chosen = METHODS[method]
    values = _constants(chosen, constants or {})
    taken = _taken(network)
    weights = tuple(derivation.gradients)
    states = {w: tuple(free_name(s, taken, w) for s in chosen.states) for w in weights}
    named = {letter: free_name(letter, taken) for letter in (*values, TIME, LAST)}
    letters: dict[str, Expr] = {letter: symbol(name) for letter, name in named.items()}
    plain_rate = symbol(network.rate or RATE)
    letters["α"] = plain_rate
    equations: list[Equation] = []
    if schedule is not None:
        letters["α"] = symbol(free_name("α", taken, TIME))
        equations.append((letters["α"], schedule))
    nudges: dict[str, Expr] = {}
    shown: dict[str, tuple[Equation, ...]] = {}
    for weight in weights:
        slope = derivation.gradients[weight].start
        own: list[Equation] = []
        if DECAY in values:
            own.append((symbol(free_name("g", taken, weight)), add(slope, mul(letters[DECAY], symbol(weight)))))
            slope = own[0][0]
        k = {**letters, "g": slope}
        for letter, name in zip(chosen.states, states[weight], strict=True):
            k[letter], k[f"{letter}'"] = symbol(name), new(name)
        formulas, nudge = chosen.moves(k)
        own += [(new(name), formula) for name, formula in zip(states[weight], formulas, strict=True)]
        moved = sub(symbol(weight), nudge)
        equations += [*own, (new(weight), _held(network, weight, moved))]
        nudges[weight] = nudge
        as_written = {new(name): symbol(name) for name in (*states[weight], weight)}
        shown[weight] = tuple((as_written.get(t, t), replace(f, as_written)) for t, f in (*own, (new(weight), moved)))
    read = {name for _, formula in equations for name in network.reads(formula)}
    time, last = named[TIME], named[LAST]
    return Update(
        chosen, weights, states, {named[letter]: value for letter, value in values.items()}, tuple(equations), nudges,
        time if time in read else None, last if last in read else None, letters["α"], shown,
    )  # fmt: skip


def _held(network: Network, weight: str, moved: Expr) -> Expr:
    """Return the new weight, held inside its interval where it has one."""
    domain = network.declarations[weight].domain
    return minimum(maximum(moved, domain.low), domain.high) if isinstance(domain, Interval) else moved


def _constants(method: Method, asked: Mapping[str, float]) -> dict[str, float]:
    known = {canonical(letter): letter for letter in (*method.constants, DECAY)}
    found = {letter: float(value) for letter, value in method.constants.items()}
    for name, value in asked.items():
        letter = known.get(canonical(name))
        if letter is None or value != value or value in (float("inf"), float("-inf")):
            fault = f"`{name}` is given for the method {method.name}" if letter is None else f"`{name}` is {value}"
            raise request_problem(
                fault, "a number for one of " + ", ".join(f"`{each}`" for each in known.values()),
                f"{method.name} is made of these", f"`--set {next(iter(known.values()))}=0.9`",
            )  # fmt: skip
        found[letter] = value
    return found
