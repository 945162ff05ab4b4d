"""The network in the making: the facts, what was parsed of them, and every failure so far.

`assemble` walks a draft through its stages: definitions, what is minimised, declarations, values, laws.
Each stage reads what the stages before it left here, and adds its own failures to `problems`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import replace

from workings.errors import Problem, ReadError
from workings.graph.expr import Apply, Call, Expr, Symbol, call
from workings.graph.expr import names as names_in
from workings.graph.names import without_new
from workings.graph.network import Function, called
from workings.graph.ops.arithmetic import sub
from workings.graph.terms import reached
from workings.graph.writing.spelling import free_name, parts_of
from workings.read.facts.records import Definition, Facts, NotUsed, heads
from workings.read.names.sides import links
from workings.read.names.vocabulary import CALLED_AFTER_A_SLOPE

#: Names that people give to what is minimised, by base; the convention of the field's papers and courses.
ERROR_BASES = frozenset(
    ("E", "L", "C", "J", "loss", "Loss", "cost", "Cost", "error", "Error", "MSE", "xi", "ell", "mse", "l", "err")
)

#: Those of them that are words, whose first letter may stand for them.
ERROR_WORDS = frozenset(("loss", "cost", "error"))

#: Names that are learning rates where the text does not say so.
CONVENTIONAL_RATES = frozenset(("alpha", "eta"))


class Draft:
    """Facts on their way to a network.

    `equations` and `functions` hold each definition with its body; `unread` the definitions of a document
    that could not be read, `failed` the names of those of a block: using such a name is no second failure.
    """

    def __init__(self, facts: Facts) -> None:
        """Begin with the facts, and with the vocabulary that their left sides and declarations make."""
        self.facts = facts
        self.problems: list[Problem] = list(facts.problems)
        self.equations: dict[str, tuple[Definition, Expr]] = {}
        self.functions: dict[str, tuple[Definition, Expr]] = {}
        self.unread: dict[str, tuple[Definition, ReadError]] = {}
        #: Names of which only a general formula is written, and functions that quantities without a formula are.
        self.general: set[str] = set()
        self.open: dict[str, Function] = {}
        #: Names of a program's that are given data, whatever they are: no part of the network computes them.
        self.data: set[str] = set()
        self.failed: set[str] = set()
        #: Formulas of quantities that have one already, until it is known which of the two is taken.
        self.again: list[tuple[Definition, Expr]] = []
        #: What may stand behind the numbers of quantities that are defined by numbers.
        self.hidden: dict[str, frozenset[str]] = {}
        self.not_used: list[NotUsed] = list(facts.not_used)
        names, functions = heads(facts.definitions)
        declared = frozenset(d.name for d in facts.declared)
        base = facts.vocabulary
        names = base.names | (names - functions) | (declared - functions)
        self.words = replace(base, names=names, functions=base.functions | functions, standing=base.standing or names)


#: How people call a slope in a program after what it is taken by: `dw`, `d_w`, `grad_w`, `w_grad`.
_CALLED_AFTER = (re.compile(r"d_?(\w+)"), re.compile(r"grad_?(\w+)"), re.compile(r"(\w+)_grad"))


def slope_names(draft: Draft) -> frozenset[str]:
    """Return the names of slopes, δ, dL_dy, grad_w, dw beside w, and of new numbers, w_new: these are no quantities."""
    read = {name for _, body in draft.equations.values() for name in names_in(body)}
    known = draft.equations.keys() | read
    return frozenset(n for n in draft.equations if _is_slope_name(n, known) or _is_renewed(draft, n))


def _is_slope_name(name: str, known: Set[str]) -> bool:
    if parts_of(name)[0] in ("delta", "Delta", "grad") or CALLED_AFTER_A_SLOPE.fullmatch(name):
        return True
    after = {match[1] for form in _CALLED_AFTER if (match := form.fullmatch(name)) is not None}
    # `dYHat` is called after yHat.
    return not known.isdisjoint(after | {name[:1].lower() + name[1:] for name in after})


def _is_renewed(draft: Draft, name: str) -> bool:
    """Say whether a formula makes a new number of the old one: w_new = w + …. That is a step, and no quantity."""
    bare = without_new(name)
    return bare != name and bare in names_in(draft.equations[name][1])


def is_difference(draft: Draft, name: str) -> bool:
    """Say whether what is called an error is a difference, which nobody minimises: `error = t - y`."""
    body = draft.equations[name][1] if name in draft.equations else None
    return isinstance(body, Apply) and body.op is sub


def is_open(draft: Draft, name: str) -> bool:
    """Say whether a quantity is an open function because the text gives no formula of it."""
    body = draft.equations[name][1] if name in draft.equations else None
    return isinstance(body, Call) and body.function in draft.open


def define_open(
    draft: Draft, definition: Definition, arguments: tuple[Expr, ...], *, assumed: tuple[str, ...] = ()
) -> None:
    """Make a quantity an open function of its own: L = f_L(a). Where no line says so, `assumed` are the names told."""
    taken = draft.words.names | draft.words.functions | draft.equations.keys() | draft.open.keys()
    function = free_name("f", set(taken), of=definition.name)
    named = all(isinstance(argument, Symbol) for argument in arguments)
    parameters = names_in(call(function, arguments)) if named else [f"u{at + 1}" for at in range(len(arguments))]
    draft.open[function] = Function(function, tuple(parameters), None, definition.at.place, assumed)
    draft.equations[definition.name] = (definition, call(function, arguments))


def slopes(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield what the page differentiates, and by what."""
    return (pair for s in draft.facts.statements for side in s.sides for pair in links(side.root, draft.words))


def unused(draft: Draft, definition: Definition, why: str) -> None:
    """List a definition as not used."""
    draft.not_used.append(NotUsed(definition.at.content, definition.at.place, why))


def functions_below(draft: Draft, *bodies: Expr) -> set[str]:
    """Return the functions that bodies call, through those that the page defines."""

    def inner(function: str) -> tuple[str, ...]:
        return called(draft.functions[function][1]) if function in draft.functions else ()

    return reached((function for body in bodies for function in called(body)), inner)


def reads(draft: Draft, body: Expr) -> set[str]:
    """Return the names that a body reads, through the functions that it calls."""
    found = set(names_in(body))
    for function in functions_below(draft, body) & draft.functions.keys():
        definition, inner = draft.functions[function]
        found |= set(names_in(inner)) - set(definition.parameters or ())
    return found


def below(draft: Draft, name: str) -> set[str]:
    """Return every name that a quantity depends on, itself included."""
    return reached([name], lambda top: reads(draft, draft.equations[top][1]) if top in draft.equations else ())


def above(draft: Draft, names: Set[str]) -> set[str]:
    """Return every quantity that is made of some of the names."""
    readers: dict[str, list[str]] = {}
    for name, (_, body) in draft.equations.items():
        for read in reads(draft, body):
            readers.setdefault(read, []).append(name)
    return reached((reader for name in names for reader in readers.get(name, ())), lambda top: readers.get(top, ()))
