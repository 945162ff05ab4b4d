"""A name that nothing defines, and what was probably meant: a product without its blank, a near spelling."""

from __future__ import annotations

from difflib import get_close_matches

from workings.errors import Problem
from workings.graph.writing.spelling import plain as plain_name
from workings.read.formula.plain import find_name
from workings.read.names.vocabulary import KNOWN, LETTERS
from workings.read.network.draft import Draft
from workings.read.page.text import Snippet

_MOST_COMPARED = 20_000


def undefined(draft: Draft, name: str, at: Snippet) -> Problem:
    """Return the problem of a name that nothing defines, with the nearest name that is."""
    known = {*draft.words.names, *draft.words.functions, *KNOWN, *LETTERS} - {name}
    pieces = _as_product(name, known)
    shown = plain_name(name)
    start, end = _find(at, name)
    if pieces:
        nearest = " ".join(plain_name(piece) for piece in pieces)
        expected = f"a name that the network defines; did you mean `{nearest}`?"
    else:
        # Where there are very many failures nobody reads suggestions, and looking for each of them takes long.
        near = (
            get_close_matches(name, sorted(known), 1, 0.6) if len(draft.problems) * len(known) < _MOST_COMPARED else []
        )
        nearest = plain_name(near[0]) if near else ""
        expected = "a name that the network defines" + (
            f"; nearest is `{nearest}`{_line_of(draft, near)}" if near else ""
        )
    instead = f"`{nearest}`, or a line that says what `{shown}` is" if nearest else (
        f"a line that says what it is: `input {shown} in R`, `weight {shown} in R`, `{shown} = …`"
    )  # fmt: skip
    why = "every name has to be an input, a target, a weight, a constant, a rate or a quantity with an equation"
    return at.text.problem(start, end, f"`{shown}` is not defined", expected, why, instead)


def _line_of(draft: Draft, near: list[str]) -> str:
    places = {d.name: d.at.place.line for d in (*draft.facts.definitions, *draft.facts.declared)}
    return f" (line {places[near[0]]})" if near[0] in places else ""


def _as_product(name: str, known: set[str]) -> list[str]:
    """Return the known names that `name` is made of side by side: `wx` → w, x."""
    for cut in range(1, len(name)):
        if name[:cut] in known and name[cut:] in known and name[:cut] != name[cut:]:
            return [name[:cut], name[cut:]]
    return []


def _find(at: Snippet, name: str) -> tuple[int, int]:
    """Return where a name stands in a snippet: the spelling may differ, so the tokens are asked."""
    return find_name(at.text, at.start, at.end, name) or (at.start, at.end)
