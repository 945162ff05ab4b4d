"""The network in the making: the facts, what was parsed of them, and every failure so far.

`assemble` walks a draft through its stages: definitions, what is minimised, declarations, values, laws.
Each stage reads what the stages before it left here, and adds its own failures to `problems`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from workings.errors import Problem, ReadError
from workings.graph.expr import Call, Expr, Symbol, call, postorder
from workings.graph.expr import names as names_in
from workings.graph.network import Function
from workings.graph.writing.spelling import free_name, parts_of
from workings.read.facts.records import Definition, Facts, NotUsed, heads
from workings.read.names.links import links

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
        self.unread: dict[str, ReadError] = {}
        #: Names of which only a general formula is written, and functions that quantities without a formula are.
        self.general: set[str] = set()
        self.open: dict[str, Function] = {}
        self.failed: set[str] = set()
        #: What may stand behind the numbers of quantities that are defined by numbers.
        self.hidden: dict[str, frozenset[str]] = {}
        self.not_used: list[NotUsed] = list(facts.not_used)
        names, functions = heads(facts.definitions)
        declared = frozenset(d.name for d in facts.declared)
        base = facts.vocabulary
        names = base.names | (names - functions) | (declared - functions)
        self.words = replace(base, names=names, functions=base.functions | functions, standing=base.standing or names)


def is_slope_name(name: str) -> bool:
    """Say whether a name is called after a slope: δ, dL_dy, grad_w. What nothing reads of these is a claim."""
    return parts_of(name)[0] in ("delta", "Delta", "grad") or re.fullmatch(r"d\w+_d\w+|grad_\w+", name) is not None


def is_open(draft: Draft, name: str) -> bool:
    """Say whether a quantity is an open function because the text gives no formula of it."""
    body = draft.equations[name][1] if name in draft.equations else None
    return isinstance(body, Call) and body.function in draft.open


def define_open(draft: Draft, definition: Definition, arguments: tuple[Expr, ...], *, assumed: bool = False) -> None:
    """Make a quantity an open function of its own: L = f_L(a). It is `assumed` where no line of the text says so."""
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


def reads(draft: Draft, body: Expr) -> set[str]:
    """Return the names that a body reads, through the functions that it calls."""
    found = set(names_in(body))
    if not draft.functions:
        return found
    stack = [part.function for part in postorder(body) if isinstance(part, Call)]
    seen: set[str] = set()
    while stack:
        function = stack.pop()
        if function in seen or function not in draft.functions:
            continue
        seen.add(function)
        definition, inner = draft.functions[function]
        found |= set(names_in(inner)) - set(definition.parameters or ())
        stack += [part.function for part in postorder(inner) if isinstance(part, Call)]
    return found


def below(draft: Draft, name: str) -> set[str]:
    """Return every name that a quantity depends on, itself included."""
    found = {name}
    stack = [name]
    while stack:
        top = stack.pop()
        if top in draft.equations:
            fresh = reads(draft, draft.equations[top][1]) - found
            found |= fresh
            stack += fresh
    return found
