"""What every network has to obey: functions applied as they are defined, no circles, weights that matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from workings.graph.expr import Call
from workings.graph.network import Function, Network, called
from workings.graph.terms import calls_in
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Definition
from workings.read.names.vocabulary import KNOWN
from workings.read.network.draft import Draft, reads

_VECTORS = "it takes a vector, and vectors are not read yet"
_OTHER = "it has no rule in the table of ops"
#: Functions that people know by name and that are not known here: taking them as abstract would be a silent guess.
_ELSEWHERE = dict.fromkeys(("softmax", "sum", "mean", "argmax", "norm", "dot"), _VECTORS) | dict.fromkeys(
    ("log10", "log2", "arctan", "atan", "arcsin", "arccos", "erf", "gelu", "elu", "selu", "swish", "floor", "sgn"),
    _OTHER,
)


def check_calls(draft: Draft) -> dict[str, Function]:
    """Return the functions, abstract ones included, with every call's number of arguments checked."""
    functions = {
        name: Function(name, definition.parameters or (), body, definition.at.place)
        for name, (definition, body) in draft.functions.items()
    }
    applied = {name for _, body in draft.equations.values() for name in called(body)}
    functions |= {name: function for name, function in draft.open.items() if name in applied}
    for definition, body in (*draft.equations.values(), *draft.functions.values()):
        for part in calls_in(body):
            _check_call(draft, part, definition, functions)
    return functions


def _check_call(draft: Draft, part: Call, definition: Definition, functions: dict[str, Function]) -> None:
    function = functions.get(part.function)
    shown = plain_name(part.function)
    if function is None:
        near = get_close_matches(part.function, [*draft.functions, *KNOWN], 1, 0.7) if len(part.function) > 2 else []
        # An index sets a function apart, as the σ_h of the hidden units: no slip of the pen adds one.
        near = [name for name in near if not re.match(rf"{re.escape(name)}_[^\W\d]", part.function)]
        if part.function in _ELSEWHERE:
            draft.problems.append(definition.at.problem(
                f"`{shown}` is not one of the known functions", "one of "
                + ", ".join(f"`{plain_name(name)}`" for name in KNOWN), _ELSEWHERE[part.function],
                f"a definition of your own: `{shown}(z) = …`",
            ))  # fmt: skip
        elif near:
            draft.problems.append(definition.at.problem(
                f"`{shown}` is not defined", f"a function that is known; nearest is `{plain_name(near[0])}`",
                "a function has to be defined or be one of the known ones", f"`{plain_name(near[0])}(…)`",
            ))  # fmt: skip
        parameters = tuple(f"u{i + 1}" for i in range(len(part.args)))
        functions[part.function] = Function(part.function, parameters, None, definition.at.place)
    elif len(function.parameters) != len(part.args):
        count, wanted = len(part.args), len(function.parameters)
        draft.problems.append(
            definition.at.problem(
                f"`{shown}` is applied to {_arguments(count)}",
                f"{_arguments(wanted)}: line {function.place.line} says so",
                "a function takes as many arguments as its definition has",
                f"`{shown}({', '.join(plain_name(p) for p in function.parameters)})`",
            )
        )


def check_circles(draft: Draft) -> bool:
    """Find definitions that go in a circle: quantities through names, functions through calls."""
    links = {
        name: [n for n in reads(draft, body) if n in draft.equations] for name, (_, body) in draft.equations.items()
    }
    calls = {name: [c for c in called(body) if c in draft.functions] for name, (_, body) in draft.functions.items()}
    found = False
    for graph, table in ((links, draft.equations), (calls, draft.functions)):
        for circle in _circles(graph):
            found = True
            at = table[circle[0]][0].at
            shown = " → ".join(plain_name(name) for name in (*circle, circle[0]))
            draft.problems.append(
                at.problem(
                    f"the definitions go in a circle: {shown}",
                    "each quantity defined by others than itself",
                    "to compute any of them, it would have to be known already",
                    f"another name on one of the two sides: `{plain_name(circle[0])}_next = …`",
                )
            )
    return found


def check_weights(draft: Draft, network: Network) -> None:
    """Every weight has to reach the error."""
    if network.error is None or draft.failed:
        return
    needed = network.below(network.error)
    error = plain_name(network.error)
    for name in network.weights:
        if name not in needed:
            declared = next(d for d in draft.facts.declared if d.name == name)
            draft.problems.append(declared.at.problem(
                f"the error `{error}` does not depend on the weight `{plain_name(name)}`",
                f"a weight that some equation below `{error}` uses",
                "its gradient would be 0 everywhere, so nothing could ever be learned of it",
                f"`{plain_name(name)}` in an equation, or `constant {plain_name(name)} = …`",
            ))  # fmt: skip


def _arguments(count: int) -> str:
    return "one argument" if count == 1 else f"{count} arguments"


def _circles(links: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    """Return the circles of a graph, each once, found by a walk that keeps its own stack."""
    state: dict[str, int] = {}
    circles: list[tuple[str, ...]] = []
    for root in links:
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(root, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                path.pop()
                state[name] = 2
                continue
            if state.get(name) == 1:
                circles.append(tuple(path[path.index(name) :]))
            if name in state:
                continue
            state[name] = 1
            path.append(name)
            stack.append((name, True))
            stack += [(n, False) for n in reversed(links[name])]
    return circles
