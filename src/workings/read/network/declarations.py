"""What every name is: declared, explained in prose, or inferred by convention with the reason said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workings.graph.expr import names as names_in
from workings.graph.network import Declaration, Domain, Finite, Function, Role
from workings.graph.writing.spelling import is_first_step, parts_of, without_step
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.records import Declared, Given, NotUsed, RawDomain
from workings.read.names.vocabulary import TARGETS
from workings.read.network.draft import CONVENTIONAL_RATES, Draft
from workings.read.network.unknown import undefined
from workings.read.network.values import constant, domain_of
from workings.read.page.text import Snippet

_BY_CONVENTION: tuple[tuple[Role, frozenset[str], str], ...] = (
    ("weight", frozenset({"w", "W", "theta", "Theta", "b", "v", "u", "weight", "bias"}), "a weight"),
    ("target", TARGETS, "a target"),
    ("input", frozenset({"x", "i", "I", "X", "input", "in"}), "an input"),
    ("rate", CONVENTIONAL_RATES, "the learning rate"),
)  # fmt: skip


def declare(draft: Draft, functions: Mapping[str, Function]) -> dict[str, Declaration]:
    """Return the declarations of every name that the network uses, inferred where none says."""
    first: dict[str, Declared] = {}
    domains: dict[str, RawDomain] = {}
    for declared in draft.facts.declared:
        first.setdefault(declared.name, declared)
        if declared.role and not first[declared.name].role:
            first[declared.name] = declared
        if declared.domain:
            domains.setdefault(declared.name, declared.domain)
    if draft.facts.strict:
        _check_declared_once(draft)
    used = _used_names(draft, functions)
    out: dict[str, Declaration] = {}
    for name, declared in first.items():
        wanted = name in used or draft.facts.strict or declared.role == "rate"
        # What has an equation is computed; in a document its words do not make it an input or a weight.
        computed = name in draft.equations and declared.role != "target"
        if wanted and declared.role and name not in functions and not computed:
            domain = domain_of(draft, domains[name]) if name in domains else single_value(draft, name, declared.role)
            if declared.role == "weight" and isinstance(domain, Finite):
                draft.problems.append(declared.at.problem(
                    f"the weight `{plain_name(name)}` has a finite domain", "an interval or `R`",
                    "descent moves a weight by small steps, so it needs room between its values",
                    f"`weight {plain_name(name)} in [0, 1]`, or `constant {plain_name(name)} = …`",
                ))  # fmt: skip
            out[name] = Declaration(name, declared.role, domain, declared.at.place, declared.why)
    for name, at in used.items():
        if name not in out and name not in draft.equations:
            domain = domain_of(draft, domains[name]) if name in domains else None
            inferred = _infer(draft, name, at, domain)
            if inferred:
                out[name] = inferred
    if not draft.facts.strict:
        _leftover_numbers(draft, out)
    return _one_rate(draft, out, first)


def _leftover_numbers(draft: Draft, out: dict[str, Declaration]) -> None:
    """A number for a name that no equation uses: the learning rate by convention, else it is not used."""
    left = [g.name for g in draft.facts.starts if g.name not in out and g.name not in draft.equations]
    # α is often the slope of a leaky unit, η hardly ever is.
    named = [name for base in ("eta", "alpha") for name in left if parts_of(name)[0] == base]
    rate = named[0] if named and all(d.role != "rate" for d in out.values()) else ""
    for given in tuple(draft.facts.starts):
        if given.name not in left:
            continue
        if (weight := _begins(given, draft.facts.starts, out)) is not None:
            note = f"`{given.at.content}` is read as where `{plain_name(weight)}` begins"
            draft.facts.notes.append(f"line {given.at.place.line}: {note}")
            draft.facts.starts.append(replace(given, name=weight))
            continue
        if given.name == rate:
            why = f"`{plain_name(given.name)}` is the learning rate by convention"
            out[given.name] = Declaration(given.name, "rate", None, given.at.place, why)
        else:
            why = f"no equation of the network uses `{plain_name(given.name)}`"
            draft.not_used.append(NotUsed(given.at.content, given.at.place, why))


def _begins(given: Given, starts: Sequence[Given], out: Mapping[str, Declaration]) -> str | None:
    """Return the weight that `w₀ = 1` gives its first number: one that no other line gives a number."""
    bare = without_step(given.name)
    weight = bare in out and out[bare].role == "weight" and all(other.name != bare for other in starts)
    return bare if weight and is_first_step(given.name) else None


def _check_declared_once(draft: Draft) -> None:
    """In a block every name is declared once, and an input, a weight, a constant or a rate has no equation."""
    first: dict[str, Snippet] = {}
    for declared in draft.facts.declared:
        shown = plain_name(declared.name)
        if declared.name in first:
            line = first[declared.name].place.line
            draft.problems.append(declared.at.problem(
                f"`{shown}` is declared a second time", f"one declaration of `{shown}`: line {line} has it",
                "a name has one role and one domain", f"another name, or only one of the two lines for `{shown}`",
            ))  # fmt: skip
        first.setdefault(declared.name, declared.at)
        if declared.role != "target" and declared.name in draft.equations | draft.functions:
            at = (draft.equations | draft.functions)[declared.name][0].at
            instead = f"`start {shown} = …`" if declared.role == "weight" else f"another name than `{shown}`"
            draft.problems.append(at.problem(
                f"`{shown}` is declared as {declared.role} and has an equation too",
                f"no equation for `{shown}`: line {declared.at.place.line} declares it",
                "what is given or trained is not computed", instead,
            ))  # fmt: skip
    for kind, names in (("minimise", draft.facts.minimised), ("rate", _rates(draft))):
        for name, at in names[1:]:
            draft.problems.append(at.problem(
                f"`{plain_name(name)}` is a second `{kind}`", f"one: line {names[0][1].place.line} has it",
                "descent goes down one error by one rate", f"only one line with `{kind}`",
            ))  # fmt: skip
    for items in (draft.facts.starts, draft.facts.values):
        seen: dict[str, Given] = {}
        for item in items:
            if item.name in seen:
                line = seen[item.name].at.place.line
                draft.problems.append(item.at.problem(
                    f"`{plain_name(item.name)}` is given a second number", f"one number: line {line} gives it",
                    "a name begins at one number", f"only one of the two for `{plain_name(item.name)}`",
                ))  # fmt: skip
            seen.setdefault(item.name, item)


def _rates(draft: Draft) -> list[tuple[str, Snippet]]:
    return [(d.name, d.at) for d in draft.facts.declared if d.role == "rate"]


def _used_names(draft: Draft, functions: Mapping[str, Function]) -> dict[str, Snippet]:
    used: dict[str, Snippet] = {}
    for definition, body in draft.equations.values():
        for name in names_in(body):
            used.setdefault(name, definition.at)
    for name, (definition, body) in draft.functions.items():
        if name in functions:
            for inner in names_in(body):
                if inner not in (definition.parameters or ()):
                    used.setdefault(inner, definition.at)
    return used


def _infer(draft: Draft, name: str, at: Snippet, domain: Domain | None) -> Declaration | None:
    if draft.facts.strict:
        if name not in draft.failed:
            draft.problems.append(undefined(draft, name, at))
        return None
    base = parts_of(name)[0]
    for role, bases, words in _BY_CONVENTION:
        if base in bases:
            why = f"no equation defines it, and `{plain_name(base)}` is {words} by convention"
            return Declaration(name, role, domain or single_value(draft, name, role), at.place, why)
    if any(given.name == name for given in draft.facts.starts):
        return Declaration(name, "constant", None, at.place, "it is given a number and nothing else")
    why = "no equation defines it and no text names its role"
    return Declaration(name, "input", domain, at.place, why, guessed=True)


def single_value(draft: Draft, name: str, role: Role) -> Domain | None:
    """Return the domain of an input or target that a document gives one number: `i₁ = 0.05`."""
    given = next((g for g in draft.facts.starts if g.name == name), None)
    if given is None or draft.facts.strict or role not in ("input", "target"):
        return None
    value = constant(draft, given.value, given.at)
    return None if value is None else Finite((value,))


def _one_rate(draft: Draft, out: dict[str, Declaration], first: Mapping[str, Declared]) -> dict[str, Declaration]:
    rates = [name for name, declared in out.items() if declared.role == "rate"]
    if draft.facts.strict:
        return out
    for name in rates[1:]:
        if name not in first:
            # No line declares it: it is a name of the formulas, whatever else it is called.
            out[name] = replace(out[name], role="constant")
            continue
        del out[name]
        at = first[name].at
        why = f"a second learning rate; the descent uses `{plain_name(rates[0])}`"
        draft.not_used.append(NotUsed(plain_name(name), at.place, why))
    return out
