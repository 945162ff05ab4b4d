"""Facts → Network: the stages in their order, and every failure at once.

Definitions are parsed with the vocabulary that they themselves make; the error is found; what it needs
is kept; names get their roles and numbers; then the laws of a network are checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from workings.errors import Problem, ReadError
from workings.graph.expr import Expr
from workings.graph.network import Equation, Function, Network
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Definition, Facts, NotUsed
from workings.read.lines.left_over import LeftOver
from workings.read.lines.line import WrittenLine
from workings.read.names.vocabulary import Vocabulary
from workings.read.network.declarations import declare
from workings.read.network.definitions import keep_needed, leave_unread_open, parse_definitions
from workings.read.network.draft import Draft, above, is_open, slope_names
from workings.read.network.instances import functions_by_instances
from workings.read.network.laws import check_calls, check_circles, check_weights
from workings.read.network.numbers_put_in import take_numbers_out
from workings.read.network.objective import assumed_output, empty_document, error_name, name_unnumbered_output
from workings.read.network.open_quantities import open_quantities
from workings.read.network.steps import work_out_in_steps
from workings.read.network.values import given_numbers, patterns

#: Of a program over several examples: one for all of them, one for each, or a sum over them; else not known.
Kind = Literal["shared", "each", "sum", "?"]


@dataclass(frozen=True)
class Beside:
    """Quantities and functions that a text defines and its network does not need; lines may speak of them.

    `hidden` are the quantities of which only a formula with numbers put in is written, each with the names that may
    stand behind those numbers.
    """

    formulas: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    functions: Mapping[str, Function] = field(default_factory=dict[str, Function])
    #: In a program over several examples, the name of their number, and of what there is one for each.
    count: str = ""
    kinds: Mapping[str, Kind] = field(default_factory=dict[str, Kind])
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


NOTHING_BESIDE = Beside()


@dataclass(frozen=True)
class Reading:
    """A network with what was found beside it: mathematics not used, remarks, and what stops a training.

    `no_error` says why there is nothing to minimise, where that is so; only training needs one. `lines` are the
    equalities and updates as the person wrote them, `words` the names to read them with; `beside` is what the
    text defines and what is minimised does not need.
    """

    network: Network
    not_used: tuple[NotUsed, ...] = ()
    notes: tuple[str, ...] = ()
    no_error: Problem | None = None
    lines: tuple[WrittenLine, ...] = ()
    beside: Beside = NOTHING_BESIDE
    words: Vocabulary = field(default_factory=Vocabulary)
    left_over: tuple[LeftOver, ...] = ()
    #: What was taken as given though the text does not say it; what fails by it alone is not wrong.
    assumed: str = ""
    #: Of what is taken as given, the names of which the numbers that the text prints are the evidence.
    evidence: frozenset[str] = frozenset()
    #: What it was made of: where a line is left open, the page is asked what it implies.
    facts: Facts = field(default_factory=lambda: Facts(strict=False))


def assemble(facts: Facts, *, partly: bool = False) -> Reading:
    """Return the network that the facts make, and what was found beside it.

    Where the network is read `partly`, a quantity whose formula is not read is an open function of what stands in it.

    Raises:
        ReadError: with every failure found, where the facts make no network.
    """
    draft = Draft(facts)
    parse_definitions(draft)
    if partly:
        leave_unread_open(draft)
    if not draft.equations and not draft.functions and not draft.problems:
        unread = [problem for _, error in draft.unread.values() for problem in error.problems]
        raise ReadError(unread or [empty_document(facts)])
    functions_by_instances(draft)
    take_numbers_out(draft)
    work_out_in_steps(draft)
    open_quantities(draft)
    error, no_error = error_name(draft) if draft.equations else (None, None)
    assumed = assumed_output(draft, error)
    name_unnumbered_output(draft, error)
    defined = {name: body for name, (_, body) in draft.equations.items()}
    # A person's name for a slope is no quantity of the page's, nor is what is made of one: a claim defines it.
    slopes = facts.slopes | slope_names(draft)
    slopes |= above(draft, slopes)
    written = dict(draft.functions)
    has_formula = error is not None and not is_open(draft, error)
    keep_needed(draft, error if has_formula else None)
    functions = check_calls(draft)
    declarations = declare(draft, functions)
    starts = given_numbers(draft, facts.starts, declarations, "weight")
    # In a document a number for a constant or the rate is found like any other: by its equation.
    numbers = facts.values if facts.strict else [*facts.values, *facts.starts]
    values = given_numbers(draft, numbers, declarations, "constant", "rate")
    table = patterns(draft, declarations)
    equations = tuple(Equation(name, body, d.at.place) for name, (d, body) in draft.equations.items())
    rate = next((name for name, declared in declarations.items() if declared.role == "rate"), None)
    network = Network(equations, functions, declarations, values, starts, table, error, rate)
    if not check_circles(draft) and has_formula:
        check_weights(draft, network)
    if draft.problems:
        raise ReadError(draft.problems)
    not_used = tuple(_general(item, network) for item in draft.not_used)
    beside = {name: body for name, body in defined.items() if name not in draft.equations and name not in slopes}
    return Reading(
        network, not_used, tuple(facts.notes), no_error, tuple(facts.lines),
        Beside(beside, _functions_of(written, functions) | draft.open, hidden=draft.hidden),
        draft.words, facts.left_over, assumed, facts=facts,
    )  # fmt: skip


def _functions_of(written: Mapping[str, tuple[Definition, Expr]], kept: Mapping[str, Function]) -> dict[str, Function]:
    """Return the functions of a text that its network does not apply."""
    return {
        name: Function(name, definition.parameters or (), body, definition.at.place)
        for name, (definition, body) in written.items()
        if name not in kept
    }


def _general(item: NotUsed, network: Network) -> NotUsed:
    """A derivation that speaks of functions or names that the network lacks is a general statement."""
    known = network.formulas.keys() | network.functions.keys() | network.declarations.keys()
    foreign = sorted(item.uses - known)
    if not foreign:
        return item
    shown = ", ".join(f"`{plain_name(name)}`" for name in foreign[:3])
    are = "is" if len(foreign) == 1 else "are"
    return replace(item, why=f"a general statement: {shown} {are} not part of the network")
