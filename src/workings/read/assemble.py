"""Facts → Network: what a name is, what is needed, and everything that does not fit together.

Definitions are parsed with the vocabulary that they themselves make; the error is found; what it needs
is kept; then every law that a network has to obey is checked, and all the failures are said at once.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from workings.errors import Problem, ReadError
from workings.graph.evaluate import Program, UnknownValueError, constant_value
from workings.graph.expr import Call, Expr, Symbol, contains, postorder, symbol
from workings.graph.expr import names as names_in
from workings.graph.name import parts_of
from workings.graph.name import plain as plain_name
from workings.graph.network import (
    Declaration,
    Domain,
    Equation,
    Finite,
    Function,
    Interval,
    Network,
    Patterns,
    Reals,
    Role,
    definitions,
)
from workings.graph.written import plain
from workings.read.facts import Declared, Definition, Facts, Given, NotUsed, Parse, RawDomain, Snippet, heads
from workings.read.tokens import KNOWN, LETTERS, Vocabulary, find_name
from workings.source import Place


@dataclass(frozen=True)
class Reading:
    """A network with what was found beside it: mathematics not used, remarks, and what stops a training.

    `no_error` says why there is nothing to minimise, where that is so; only training needs one.
    """

    network: Network
    not_used: tuple[NotUsed, ...] = ()
    notes: tuple[str, ...] = ()
    no_error: Problem | None = None
    texts: Mapping[str, Snippet] | None = None


#: Names that people give to what is minimised, by base; the convention of the field's papers and courses.
_ERROR_BASES = {"E", "L", "C", "J", "loss", "Loss", "cost", "Cost", "error", "Error", "MSE", "xi", "ell", "mse"}
_BY_CONVENTION: tuple[tuple[Role, frozenset[str], str], ...] = (
    ("weight", frozenset({"w", "W", "theta", "b", "v", "u", "weight", "bias"}), "a weight"),
    ("target", frozenset({"t", "y", "target", "label"}), "a target"),
    ("input", frozenset({"x", "i", "I", "X", "input", "in"}), "an input"),
    ("rate", frozenset({"alpha", "eta"}), "the learning rate"),
)  # fmt: skip


_VECTORS = "it takes a vector, and vectors are not read yet"
_OTHER = "it has no rule in the table of ops"
#: Functions that people know by name and that are not known here: taking them as abstract would be a silent guess.
_ELSEWHERE = dict.fromkeys(("softmax", "sum", "mean", "argmax", "norm", "dot"), _VECTORS) | dict.fromkeys(
    ("log10", "log2", "arctan", "atan", "arcsin", "arccos", "erf", "gelu", "elu", "selu", "swish", "floor", "sgn"),
    _OTHER,
)


class _Assembly:
    """The work of one call; each step reads what the steps before it left here."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.problems: list[Problem] = list(facts.problems)
        self.equations: dict[str, tuple[Definition, Expr]] = {}
        self.functions: dict[str, tuple[Definition, Expr]] = {}
        self.unread: dict[str, ReadError] = {}
        # Names whose definition stands there but cannot be read: using them is no second failure.
        self.failed: set[str] = set()
        self.not_used: list[NotUsed] = list(facts.not_used)
        names, functions = heads(facts.definitions)
        declared = frozenset(d.name for d in facts.declared)
        base = facts.vocabulary
        self.words = replace(
            base, names=base.names | (names - functions) | (declared - functions), functions=base.functions | functions
        )

    # Definitions

    def parse_definitions(self) -> None:
        for definition in self.facts.definitions:
            words = self.words if definition.parameters is None else self.words.inside(definition.parameters)
            try:
                body = definition.parse(words)
            except ReadError as error:
                self._not_read(definition, error)
                continue
            self._define(definition, body)
        self._demote_functions()

    def _not_read(self, definition: Definition, error: ReadError) -> None:
        if self.facts.strict:
            self.problems += error.problems
            self.failed.add(definition.name)
        else:
            self.unread.setdefault(definition.name, error)
            self._unused(definition, f"not read: {error.problems[0].found}")

    def _unused(self, definition: Definition, why: str) -> None:
        self.not_used.append(NotUsed(definition.at.content, definition.at.place, why))

    def _define(self, definition: Definition, body: Expr) -> None:
        table = self.equations if definition.parameters is None else self.functions
        known = table.get(definition.name)
        if known is None:
            table[definition.name] = (definition, body)
        elif not _alike(known, (definition, body)):
            self._second_definition(definition, body, known)

    def _second_definition(self, definition: Definition, body: Expr, known: tuple[Definition, Expr]) -> None:
        name = plain_name(definition.name)
        if self.facts.strict:
            self.problems.append(
                definition.at.problem(
                    f"`{name}` is defined a second time",
                    f"one definition of `{name}`: line {known[0].at.place.line} has it",
                    "two different definitions of one name cannot both hold",
                    f"another name here, or only one of the two: `{known[0].at.content}`",
                )
            )
        elif not names_in(body):
            self._unused(definition, f"numbers put in: `{name}` is defined in line {known[0].at.place.line}")
        elif not names_in(known[1]):
            table = self.equations if definition.parameters is None else self.functions
            table[definition.name] = (definition, body)
            self._unused(known[0], f"numbers put in: `{name}` is defined in line {definition.at.place.line}")
        else:
            line = known[0].at.place.line
            self._unused(definition, f"`{name}` is defined in line {line} already, and the first definition is taken")

    def _demote_functions(self) -> None:
        """`E(ŷ, y) = …` that nothing applies is a quantity written with what it depends on."""
        applied = {
            part.function
            for _, body in (*self.equations.values(), *self.functions.values())
            for part in postorder(body)
            if isinstance(part, Call)
        }
        quantities = self.words.names | self.equations.keys()
        for name, (definition, body) in list(self.functions.items()):
            parameters = definition.parameters or ()
            if name not in applied and all(p in quantities for p in parameters) and name not in self.equations:
                del self.functions[name]
                self.equations[name] = (definition, body)

    # The error

    def error_name(self) -> tuple[str | None, Problem | None]:
        """Return what is minimised, or why that cannot be told."""
        for name, snippet in (*self.facts.minimised, *self.facts.error_named):
            if name in self.equations:
                return name, None
            if (name, snippet) in self.facts.minimised:
                self.problems.append(self._undefined(name, snippet))
                return None, None
        read = {n for name, (_, body) in self.equations.items() for n in self._reads(body) if n != name}
        sinks = [name for name in self.equations if name not in read]
        likely = [name for name in sinks if parts_of(name)[0] in _ERROR_BASES or self._below(name) & self._targets()]
        named = [name for name in likely if parts_of(name)[0] in _ERROR_BASES]
        found = likely if len(likely) == 1 else named if len(named) == 1 else []
        return (found[0], None) if found else (None, self._unread_error() or self._no_error(likely))

    def _unread_error(self) -> Problem | None:
        """Return why the error could not be read, where a definition of one stands in the document."""
        named = {name for name, _ in self.facts.error_named}
        for name, error in self.unread.items():
            if name in named or parts_of(name)[0] in _ERROR_BASES:
                return error.problems[0]
        return None

    def _targets(self) -> set[str]:
        return {d.name for d in self.facts.declared if d.role == "target"}

    def _no_error(self, likely: list[str]) -> Problem:
        if not likely:
            at = next((d.at for d in self.facts.definitions), None)
            found = "there is no error to minimise"
            parts = (
                "one quantity that says how wrong the output is", "a gradient is the slope of an error",
                "`E = 1/2 (ŷ - y)^2`, or `minimise NAME`",
            )  # fmt: skip
        else:
            at = self.equations[likely[-1]][0].at
            shown = " and ".join(f"`{plain_name(name)}`" for name in likely)
            lines = ", ".join(str(self.equations[name][0].at.place.line) for name in likely)
            found = f"{shown} could each be the error"
            parts = (
                f"one quantity to minimise (lines {lines})", "descent goes down one error, not several at once",
                f"`minimise {plain_name(likely[0])}`",
            )  # fmt: skip
        if at is None:
            raise ReadError(self.problems or [_empty(self.facts)])
        return at.problem(found, *parts)

    def _reads(self, body: Expr) -> set[str]:
        """Return the names that a body reads, through the functions that it calls."""
        found = set(names_in(body))
        stack = [part.function for part in postorder(body) if isinstance(part, Call)]
        seen: set[str] = set()
        while stack:
            function = stack.pop()
            if function in seen or function not in self.functions:
                continue
            seen.add(function)
            definition, inner = self.functions[function]
            found |= set(names_in(inner)) - set(definition.parameters or ())
            stack += [part.function for part in postorder(inner) if isinstance(part, Call)]
        return found

    def _below(self, name: str) -> set[str]:
        found = {name}
        stack = [name]
        while stack:
            top = stack.pop()
            if top in self.equations:
                fresh = self._reads(self.equations[top][1]) - found
                found |= fresh
                stack += fresh
        return found

    # What is needed

    def keep_needed(self, error: str | None) -> None:
        """Leave out what the error does not need; in a block every equation is kept."""
        if self.facts.strict:
            return
        needed = self._below(error) if error else set(self.equations)
        for name, (definition, _) in list(self.equations.items()):
            if name not in needed:
                del self.equations[name]
                self._unused(definition, f"`{plain_name(error or '')}` does not depend on `{plain_name(name)}`")
        called = self._called()
        for name, (definition, _) in list(self.functions.items()):
            if name not in called:
                del self.functions[name]
                self._unused(definition, f"the network does not apply `{plain_name(name)}`")
        for name in needed - self.equations.keys():
            if name in self.unread:
                self.problems += self.unread[name].problems

    def _called(self) -> set[str]:
        found: set[str] = set()
        stack = [body for _, body in self.equations.values()]
        while stack:
            for part in postorder(stack.pop()):
                if isinstance(part, Call) and part.function not in found:
                    found.add(part.function)
                    if part.function in self.functions:
                        stack.append(self.functions[part.function][1])
        return found

    # Names

    def check_calls(self) -> dict[str, Function]:
        """Return the functions, abstract ones included, with every call's number of arguments checked."""
        functions = {
            name: Function(name, definition.parameters or (), body, definition.at.place)
            for name, (definition, body) in self.functions.items()
        }
        for definition, body in (*self.equations.values(), *self.functions.values()):
            for part in postorder(body):
                if isinstance(part, Call):
                    self._check_call(part, definition, functions)
        return functions

    def _check_call(self, part: Call, definition: Definition, functions: dict[str, Function]) -> None:
        function = functions.get(part.function)
        shown = plain_name(part.function)
        if function is None:
            near = get_close_matches(part.function, [*self.functions, *KNOWN], 1, 0.7) if len(part.function) > 2 else []
            if part.function in _ELSEWHERE:
                self.problems.append(definition.at.problem(
                    f"`{shown}` is not one of the known functions", "one of "
                    + ", ".join(f"`{plain_name(name)}`" for name in KNOWN), _ELSEWHERE[part.function],
                    f"a definition of your own: `{shown}(z) = …`",
                ))  # fmt: skip
            elif near:
                self.problems.append(definition.at.problem(
                    f"`{shown}` is not defined", f"a function that is known; nearest is `{plain_name(near[0])}`",
                    "a function has to be defined or be one of the known ones", f"`{plain_name(near[0])}(…)`",
                ))  # fmt: skip
            parameters = tuple(f"u{i + 1}" for i in range(len(part.args)))
            functions[part.function] = Function(part.function, parameters, None, definition.at.place)
        elif len(function.parameters) != len(part.args):
            count, wanted = len(part.args), len(function.parameters)
            self.problems.append(
                definition.at.problem(
                    f"`{shown}` is applied to {_arguments(count)}",
                    f"{_arguments(wanted)}: line {function.place.line} says so",
                    "a function takes as many arguments as its definition has",
                    f"`{shown}({', '.join(plain_name(p) for p in function.parameters)})`",
                )
            )

    def declare(self, functions: Mapping[str, Function]) -> dict[str, Declaration]:
        """Return the declarations of every name that the network uses, inferred where none says."""
        first: dict[str, Declared] = {}
        domains: dict[str, RawDomain] = {}
        for declared in self.facts.declared:
            first.setdefault(declared.name, declared)
            if declared.role and not first[declared.name].role:
                first[declared.name] = declared
            if declared.domain:
                domains.setdefault(declared.name, declared.domain)
        if self.facts.strict:
            self._check_declared_once()
        used = self._used_names(functions)
        out: dict[str, Declaration] = {}
        for name, declared in first.items():
            if (
                (name in used or self.facts.strict or declared.role == "rate")
                and declared.role
                and name not in functions
            ):
                domain = self._domain(domains[name]) if name in domains else self._single(name, declared.role)
                out[name] = Declaration(name, declared.role, domain, declared.at.place, declared.why)
        for name, at in used.items():
            if name not in out and name not in self.equations:
                domain = self._domain(domains[name]) if name in domains else None
                inferred = self._infer(name, at, domain)
                if inferred:
                    out[name] = inferred
        if not self.facts.strict:
            self._leftover_numbers(out)
        return self._one_rate(out, first)

    def _leftover_numbers(self, out: dict[str, Declaration]) -> None:
        """A number for a name that no equation uses: the learning rate by convention, else it is not used."""
        for given in self.facts.starts:
            if given.name in out or given.name in self.equations:
                continue
            if parts_of(given.name)[0] in ("alpha", "eta") and all(d.role != "rate" for d in out.values()):
                why = f"`{plain_name(given.name)}` is the learning rate by convention"
                out[given.name] = Declaration(given.name, "rate", None, given.at.place, why)
            else:
                why = f"no equation of the network uses `{plain_name(given.name)}`"
                self.not_used.append(NotUsed(given.at.content, given.at.place, why))

    def _check_declared_once(self) -> None:
        """In a block every name is declared once, and an input, a weight, a constant or a rate has no equation."""
        first: dict[str, Snippet] = {}
        for declared in self.facts.declared:
            shown = plain_name(declared.name)
            if declared.name in first:
                line = first[declared.name].place.line
                self.problems.append(declared.at.problem(
                    f"`{shown}` is declared a second time", f"one declaration of `{shown}`: line {line} has it",
                    "a name has one role and one domain", f"another name, or only one of the two lines for `{shown}`",
                ))  # fmt: skip
            first.setdefault(declared.name, declared.at)
            if declared.role != "target" and declared.name in self.equations | self.functions:
                at = (self.equations | self.functions)[declared.name][0].at
                instead = f"`start {shown} = …`" if declared.role == "weight" else f"another name than `{shown}`"
                self.problems.append(at.problem(
                    f"`{shown}` is declared as {declared.role} and has an equation too",
                    f"no equation for `{shown}`: line {declared.at.place.line} declares it",
                    "what is given or trained is not computed", instead,
                ))  # fmt: skip
        for kind, names in (("minimise", self.facts.minimised), ("rate", self._rates())):
            for name, at in names[1:]:
                self.problems.append(at.problem(
                    f"`{plain_name(name)}` is a second `{kind}`", f"one: line {names[0][1].place.line} has it",
                    "descent goes down one error by one rate", f"only one line with `{kind}`",
                ))  # fmt: skip
        for items in (self.facts.starts, self.facts.values):
            seen: dict[str, Given] = {}
            for item in items:
                if item.name in seen:
                    line = seen[item.name].at.place.line
                    self.problems.append(item.at.problem(
                        f"`{plain_name(item.name)}` is given a second number", f"one number: line {line} gives it",
                        "a name begins at one number", f"only one of the two for `{plain_name(item.name)}`",
                    ))  # fmt: skip
                seen.setdefault(item.name, item)

    def _rates(self) -> list[tuple[str, Snippet]]:
        return [(d.name, d.at) for d in self.facts.declared if d.role == "rate"]

    def _used_names(self, functions: Mapping[str, Function]) -> dict[str, Snippet]:
        used: dict[str, Snippet] = {}
        for definition, body in self.equations.values():
            for name in names_in(body):
                used.setdefault(name, definition.at)
        for name, (definition, body) in self.functions.items():
            if name in functions:
                for inner in names_in(body):
                    if inner not in (definition.parameters or ()):
                        used.setdefault(inner, definition.at)
        return used

    def _infer(self, name: str, at: Snippet, domain: Domain | None) -> Declaration | None:
        if self.facts.strict:
            if name not in self.failed:
                self.problems.append(self._undefined(name, at))
            return None
        base = parts_of(name)[0]
        for role, bases, words in _BY_CONVENTION:
            if base in bases:
                why = f"no equation defines it, and `{plain_name(base)}` is {words} by convention"
                return Declaration(name, role, domain or self._single(name, role), at.place, why)
        if any(given.name == name for given in self.facts.starts):
            return Declaration(name, "constant", None, at.place, "it is given a number and nothing else")
        return Declaration(name, "input", domain, at.place, "no equation defines it and no text names its role")

    def _single(self, name: str, role: Role) -> Domain | None:
        """Return the domain of an input or target that a document gives one number: `i₁ = 0.05`."""
        given = next((g for g in self.facts.starts if g.name == name), None)
        if given is None or self.facts.strict or role not in ("input", "target"):
            return None
        value = self._constant(given.value, given.at)
        return None if value is None else Finite((value,))

    def _one_rate(self, out: dict[str, Declaration], first: Mapping[str, Declared]) -> dict[str, Declaration]:
        rates = [name for name, declared in out.items() if declared.role == "rate"]
        if self.facts.strict:
            return out
        for name in rates[1:]:
            del out[name]
            at = first[name].at
            why = f"a second learning rate; the descent uses `{plain_name(rates[0])}`"
            self.not_used.append(NotUsed(plain_name(name), at.place, why))
        return out

    def _undefined(self, name: str, at: Snippet) -> Problem:
        known = {*self.words.names, *self.words.functions, *KNOWN, *LETTERS} - {name}
        pieces = _as_product(name, known)
        shown = plain_name(name)
        start, end = _find(at, name)
        if pieces:
            nearest = " ".join(plain_name(piece) for piece in pieces)
            expected = f"a name that the network defines; did you mean `{nearest}`?"
        else:
            near = get_close_matches(name, sorted(known), 1, 0.6)
            nearest = plain_name(near[0]) if near else ""
            expected = "a name that the network defines" + (
                f"; nearest is `{nearest}`{self._line_of(near)}" if near else ""
            )
        instead = f"`{nearest}`, or a line that says what `{shown}` is" if nearest else (
            f"a line that says what it is: `input {shown} in R`, `weight {shown} in R`, `{shown} = …`"
        )  # fmt: skip
        why = "every name has to be an input, a target, a weight, a constant, a rate or a quantity with an equation"
        return at.text.problem(start, end, f"`{shown}` is not defined", expected, why, instead)

    def _line_of(self, near: list[str]) -> str:
        places = {d.name: d.at.place.line for d in (*self.facts.definitions, *self.facts.declared)}
        return f" (line {places[near[0]]})" if near[0] in places else ""

    # Values

    def _domain(self, raw: RawDomain) -> Domain | None:
        values = [self._constant(parse, raw.at) for parse in raw.values]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        if raw.kind == "finite":
            return Finite(tuple(known))
        if raw.kind == "reals":
            return Reals()
        low, high = known
        if constant_value(low) > constant_value(high):
            self.problems.append(raw.at.problem(
                f"the ends of `{raw.at.content}` are swapped", "the lower end first",
                f"{plain(low)} is greater than {plain(high)}, so no number lies between them",
                f"`[{plain(high)}, {plain(low)}]`",
            ))  # fmt: skip
            return None
        return Interval(low, high)

    def _constant(self, parse: Parse, at: Snippet) -> Expr | None:
        try:
            value = parse(Vocabulary())
        except ReadError as error:
            self.problems += error.problems
            return None
        if contains(value, lambda e: isinstance(e, Symbol | Call)):
            self.problems.append(at.problem(
                f"`{at.content}` is not a number", "a number: `0.5`, `1/2`, `-3`, `2 π`",
                "a domain, a start, a constant and a rate are numbers, not formulas of names", "`0.5`",
            ))  # fmt: skip
            return None
        return value

    def given(self, items: Iterable[Given], declarations: Mapping[str, Declaration], *roles: Role) -> dict[str, Expr]:
        """Return the numbers that lines give to names of `roles`, checked against their domains."""
        out: dict[str, Expr] = {}
        for item in items:
            declared = declarations.get(item.name)
            if declared is None or declared.role not in roles:
                if self.facts.strict and declared is None:
                    self.problems.append(self._undefined(item.name, item.at))
                elif self.facts.strict and declared is not None:
                    self.problems.append(item.at.problem(
                        f"`{plain_name(item.name)}` is no weight", "a weight: line "
                        f"{declared.place.line} makes it {declared.role}", "only weights begin somewhere and move",
                        f"`weight {plain_name(item.name)} in R`",
                    ))  # fmt: skip
                continue
            value = self._constant(item.value, item.at)
            if value is not None and self._inside(value, item, declared):
                out[item.name] = value
        return out

    def _inside(self, value: Expr, item: Given, declared: Declaration) -> bool:
        number, name = constant_value(value), plain_name(item.name)
        if declared.role == "rate" and not number > 0:
            self.problems.append(item.at.problem(
                f"the learning rate `{name}` is {plain(value)}", "a number greater than 0",
                "a step of size 0 learns nothing, and a negative one climbs", f"`rate {name} = 0.5`",
            ))  # fmt: skip
            return False
        domain = declared.domain
        if isinstance(domain, Interval) and not constant_value(domain.low) <= number <= constant_value(domain.high):
            shown = f"[{plain(domain.low)}, {plain(domain.high)}]"
            self.problems.append(item.at.problem(
                f"`{name}` starts at {plain(value)}", f"a number in {shown}: line {declared.place.line} says so",
                "a weight stays inside its interval from the first step on", f"`start {name} = {plain(domain.low)}`",
            ))  # fmt: skip
            return False
        return True

    def patterns(self, declarations: Mapping[str, Declaration]) -> Patterns | None:
        """Return the table of patterns with its numbers read."""
        if not self.facts.patterns:
            return None
        for extra in self.facts.patterns[1:]:
            self.problems.append(extra.at.problem(
                "a second table of patterns", "one table", "the patterns are one list",
                "all the rows behind one `patterns`",
            ))  # fmt: skip
        raw = self.facts.patterns[0]
        rows: list[tuple[Expr, ...]] = []
        for cells, at in raw.rows:
            values = [self._constant(cell, at) for cell in cells]
            if len(values) != len(raw.columns):
                self.problems.append(at.problem(
                    f"this row has {len(values)} numbers", f"{len(raw.columns)}: one for each of "
                    + ", ".join(plain_name(c) for c in raw.columns), "a row gives one number a column",
                    "`(" + ", ".join("0" for _ in raw.columns) + ")`",
                ))  # fmt: skip
            elif all(value is not None for value in values):
                rows.append(tuple(value for value in values if value is not None))
        self._check_columns(raw.columns, raw.at, declarations)
        return Patterns(raw.columns, tuple(rows), raw.at.place)

    def _check_columns(self, columns: tuple[str, ...], at: Snippet, declarations: Mapping[str, Declaration]) -> None:
        for name in columns:
            declared = declarations.get(name)
            if declared is None or declared.role not in ("input", "target"):
                self.problems.append(at.problem(
                    f"`{plain_name(name)}` is a column, but neither an input nor a target", "inputs and targets",
                    "a pattern says what goes in and what should come out", f"`input {plain_name(name)} in R`",
                ))  # fmt: skip
            elif name in self.equations:
                self.problems.append(at.problem(
                    f"`{plain_name(name)}` is a column and has an equation", "targets that no equation defines",
                    f"line {self.equations[name][0].at.place.line} says what it is", "the row without that number",
                ))  # fmt: skip
        for name, declared in declarations.items():
            single = isinstance(declared.domain, Finite) and len(declared.domain.values) == 1
            if declared.role in ("input", "target") and name not in (*columns, *self.equations) and not single:
                self.problems.append(
                    at.problem(
                        f"`{plain_name(name)}` has no column",
                        "a column for every input and every target without an equation",
                        f"line {declared.place.line} declares it",
                        f"`({', '.join(map(plain_name, columns))}, {plain_name(name)})`",
                    )
                )

    # Laws of the whole

    def check_circles(self) -> bool:
        """Find definitions that go in a circle: quantities through names, functions through calls."""
        links = {
            name: [n for n in self._reads(body) if n in self.equations] for name, (_, body) in self.equations.items()
        }
        calls = {name: [c for c in _calls(body) if c in self.functions] for name, (_, body) in self.functions.items()}
        found = False
        for graph, table in ((links, self.equations), (calls, self.functions)):
            for circle in _circles(graph):
                found = True
                at = table[circle[0]][0].at
                shown = " → ".join(plain_name(name) for name in (*circle, circle[0]))
                self.problems.append(
                    at.problem(
                        f"the definitions go in a circle: {shown}",
                        "each quantity defined by others than itself",
                        "to compute any of them, it would have to be known already",
                        f"another name on one of the two sides: `{plain_name(circle[0])}_next = …`",
                    )
                )
        return found

    def check_weights(self, network: Network) -> None:
        """Every weight has to reach the error."""
        if network.error is None or self.failed:
            return
        needed = network.below(network.error)
        error = plain_name(network.error)
        for name in network.weights:
            if name not in needed:
                declared = next(d for d in self.facts.declared if d.name == name)
                self.problems.append(declared.at.problem(
                    f"the error `{error}` does not depend on the weight `{plain_name(name)}`",
                    f"a weight that some equation below `{error}` uses",
                    "its gradient would be 0 everywhere, so nothing could ever be learned of it",
                    f"`{plain_name(name)}` in an equation, or `constant {plain_name(name)} = …`",
                ))  # fmt: skip


def assemble(facts: Facts) -> Reading:
    """Return the network that the facts make, and what was found beside it.

    Raises:
        ReadError: with every failure found, where the facts make no network.
    """
    work = _Assembly(facts)
    work.parse_definitions()
    if not work.equations and not work.problems:
        unread = [problem for error in work.unread.values() for problem in error.problems]
        raise ReadError(unread or [_empty(facts)])
    error, no_error = work.error_name() if work.equations else (None, None)
    work.keep_needed(error)
    functions = work.check_calls()
    declarations = work.declare(functions)
    starts = work.given(facts.starts, declarations, "weight")
    values = work.given([*facts.values, *([] if facts.strict else facts.starts)], declarations, "constant", "rate")
    patterns = work.patterns(declarations)
    equations = tuple(Equation(name, body, d.at.place) for name, (d, body) in work.equations.items())
    rate = next((name for name, declared in declarations.items() if declared.role == "rate"), None)
    network = Network(equations, functions, declarations, values, starts, patterns, error, rate)
    if not work.check_circles():
        work.check_weights(network)
    if work.problems:
        raise ReadError(work.problems)
    texts = {name: d.at for name, (d, _) in (*work.equations.items(), *work.functions.items())}
    not_used = tuple(_general(item, network) for item in work.not_used)
    return Reading(network, not_used, tuple(facts.notes), no_error, texts)


def _general(item: NotUsed, network: Network) -> NotUsed:
    """A derivation that speaks of functions or names that the network lacks is a general statement."""
    known = network.formulas.keys() | network.functions.keys() | network.declarations.keys()
    foreign = sorted(item.uses - known)
    if not foreign:
        return item
    shown = ", ".join(f"`{plain_name(name)}`" for name in foreign[:3])
    are = "is" if len(foreign) == 1 else "are"
    return replace(item, why=f"a general statement: {shown} {are} not part of the network")


def _empty(facts: Facts) -> Problem:
    at = facts.not_used[0] if facts.not_used else None
    place = at.place if at else Place(facts.file, 1)
    return Problem(
        place, "there is no network in this document", "equations: `ŷ = A(w x)`, `E = 1/2 (ŷ - y)^2`",
        "a network is a list of equations, in a `network` block, in LaTeX maths, or one a line",
        "the equations of your network, one a line",
    )  # fmt: skip


def _arguments(count: int) -> str:
    return "one argument" if count == 1 else f"{count} arguments"


def _calls(body: Expr) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.function for part in postorder(body) if isinstance(part, Call)))


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


def _as_product(name: str, known: set[str]) -> list[str]:
    """Return the known names that `name` is made of side by side: `wx` → w, x."""
    for cut in range(1, len(name)):
        if name[:cut] in known and name[cut:] in known and name[:cut] != name[cut:]:
            return [name[:cut], name[cut:]]
    return []


def _find(at: Snippet, name: str) -> tuple[int, int]:
    """Return where a name stands in a snippet: the spelling may differ, so the tokens are asked."""
    return find_name(at.text, at.start, at.end, name) or (at.start, at.end)


def _alike(a: tuple[Definition, Expr], b: tuple[Definition, Expr]) -> bool:
    """Say whether two definitions of one name say the same: the same formula, or always the same value."""
    (first, body), (second, other) = a, b
    if first.parameters and second.parameters and len(first.parameters) == len(second.parameters):
        here = Function(first.name, second.parameters, other)
        other = here.unfold(tuple(symbol(p) for p in first.parameters)) or other
    if body is other:
        return True
    return (first.parameters is None) == (second.parameters is None) and _same_values(body, other)


def _same_values(a: Expr, b: Expr) -> bool:
    inputs = sorted({*names_in(a), *names_in(b)})
    if set(names_in(a)) != set(names_in(b)):
        return False
    try:
        program = Program([symbol(n) for n in inputs], [(symbol(" a"), a), (symbol(" b"), b)], definitions(()))
    except UnknownValueError:
        return False
    draw = random.Random(0)
    for _ in range(8):
        left, right = program.run([draw.uniform(0.1, 2.0) for _ in inputs])
        if not abs(left - right) <= 1e-9 * max(1.0, abs(left)):
            return False
    return True
