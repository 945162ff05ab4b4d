"""Records → JSON: one stable document a command, names in ASCII, what is not a number as null."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol, cast

from workings.check.verdict import Check, Entry, Judged
from workings.derive.step import Derivation, Detail, Gradient
from workings.errors import Problem
from workings.graph.expr import Apply, Call, Expr, Number, Partial, Symbol, Target
from workings.graph.network import Domain, Finite, Interval, Network
from workings.graph.writing.boxes import ascii_text, plain
from workings.graph.writing.spelling import ascii_name
from workings.run.history import History
from workings.run.point import Point
from workings.show.latex import latex
from workings.show.parts import flat_text
from workings.source import Place
from workings.why.answer import QUESTIONS, Answer, Finding
from workings.why.chart import Chart

if TYPE_CHECKING:
    from workings.run.swept import Summary, Swept
    from workings.why.questions import Explanation


class _Unused(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def place(self) -> Place: ...


def finite(value: float) -> float | None:
    """Return a number that JSON can write, None for NaN and the infinities."""
    return value if math.isfinite(value) else None


def network(net: Network, not_used: Iterable[_Unused], notes: Sequence[str]) -> dict[str, Any]:
    """Return what was read: equations, roles, what was not used."""
    functions = [
        f"{ascii_name(f.name)}({', '.join(map(ascii_name, f.parameters))}) = {ascii_text(f.body)}"
        for f in net.functions.values()
        if f.body is not None
    ]
    roles: dict[str, Any] = {
        d.name: {"role": d.role, "domain": _domain(d.domain), "line": d.place.line, "why": d.why}
        for d in net.declarations.values()
    }
    for equation in net.equations:
        role = "error" if equation.name == net.error else "quantity"
        entry = {"role": role, "domain": None, "line": equation.place.line, "why": "its equation"}
        roles.setdefault(equation.name, entry)
    for f in net.functions.values():
        why = "its definition" if f.body is not None else "it is applied, and nothing defines it"
        roles[f.name] = {"role": "function", "domain": None, "line": f.place.line, "why": why}
    return {
        "equations": [*functions, *(f"{ascii_name(e.name)} = {ascii_text(e.formula)}" for e in net.equations)],
        "error": net.error,
        "roles": roles,
        "not_used": [{"text": item.text, "line": item.place.line, "why": item.why} for item in not_used],
        "notes": list(notes),
    }


def _domain(domain: Domain | None) -> str | None:
    if domain is None:
        return None
    if isinstance(domain, Finite):
        return "{" + ", ".join(ascii_text(value) for value in domain.values) + "}"
    if isinstance(domain, Interval):
        return f"[{ascii_text(domain.low)}, {ascii_text(domain.high)}]"
    return "R"


def derivation(found: Derivation, detail: Detail) -> dict[str, Any]:
    """Return the gradients with their lines, the shared quantities and the lemmas."""
    return {
        "error": found.error,
        "gradients": {name: _gradient(g, detail) for name, g in found.gradients.items()},
        "shared": {name: _gradient(g, detail) for name, g in found.shared.items()},
        "lemmas": {name: _gradient(lemma.gradient, detail) for name, lemma in found.lemmas.items()},
    }


def _gradient(gradient: Gradient, detail: Detail) -> dict[str, Any]:
    lines = [
        {**_formula(line.expr), "rule": line.rule, "reason": flat_text(line.reason)} for line in gradient.lines(detail)
    ]
    return {**_formula(gradient.final), "lines": lines}


def _formula(expr: Expr) -> dict[str, str]:
    return {"plain": ascii_text(expr), "unicode": plain(expr), "latex": latex(expr)}


def point(found: Point) -> dict[str, Any]:
    """Return every value and every gradient at a point."""
    return {"values": _numbers(found.values), "gradients": _numbers(found.gradients)}


def _numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: finite(value) for name, value in values.items()}


def training(history: History) -> dict[str, Any]:
    """Return how a run ended."""
    out: dict[str, Any] = {
        "steps": history.steps,
        "stopped": history.stopped,
        "weights": _numbers(history.weights),
        "error": finite(history.error),
        "seed": history.settings.seed,
        "rate": history.settings.rate,
        "order": history.settings.order,
        "batch": history.settings.batch,
        "method": history.settings.method,
        "constants": _numbers(history.descent.update.constants),
        "schedule": history.settings.schedule_text or None,
        "numbers": history.settings.numbers,
        "native": history.native,
        "said": list(history.said),
        "start": _numbers(history.start),
    }
    if history.non_finite is not None:
        event = history.non_finite
        out["non_finite"] = {"step": event.step, "pattern": event.pattern, "quantity": event.quantity}
    return out


def summary(found: Summary) -> dict[str, Any]:
    """Return how the points of a sweep ended."""
    return {
        "points": found.points,
        "endings": dict(found.endings),
        "least_error": finite(found.least),
        "at": _numbers(found.best),
        "weights": _numbers(found.best_weights),
    }


#: A document has the results of at most this many points; files have them all.
_MOST_POINTS = 100_000


def sweep(found: Swept) -> dict[str, Any]:
    """Return a sweep: its summary, its axes, and every point's results, the last axis fastest."""
    out = {**summary(found.summary), "steps": found.horizon, "every": found.every, "tolerance": found.tolerance}
    out["said"] = list(found.said)
    if found.points.count <= _MOST_POINTS:
        out["axes"] = {name: values.tolist() for name, values in found.axes.items()}
        out["results"] = {
            name: [finite(v) if isinstance(v, float) else v for v in values.ravel().tolist()]
            for name, values in found.columns().items()
        }
    return out


def check(found: Check) -> dict[str, Any]:
    """Return the verdicts on a person's lines."""
    told: list[dict[str, Any]] = []
    for entry in found.ledger:
        told += [{**_judged(line), "kind": entry.kind} for line in entry.judged] or [_entry(entry)]
    out: dict[str, Any] = {"lines": told, "first_wrong": found.first_wrong, "relations": found.relations}
    if found.problems:
        out |= errors(found.problems)
    if found.reading:
        out["reading"] = found.reading
    if found.given:
        out["given"] = list(found.given)
    if found.steps:
        out["steps"] = dict(found.steps)
    return out


def _entry(entry: Entry) -> dict[str, Any]:
    """Return a line of the page that is not judged: its verdict says what it is instead."""
    empty = _judged(Judged(entry.place, "", entry.text, (), (), "unread", why=entry.why))
    return {**empty, "kind": entry.kind, "verdict": "unread" if entry.kind == "not read" else entry.kind}


def _judged(line: Judged) -> dict[str, Any]:
    example = line.counterexample
    shown: dict[str, Any] | None = None
    if example is not None:
        shown = {
            "point": {ascii_name(name): float(value) for name, value in example.point.items()},
            "exact": {ascii_name(name): str(value) for name, value in example.point.items()},
            "left": finite(example.left),
            "right": finite(example.right),
        }
        if example.functions:
            shown["functions"] = {ascii_name(name): ascii_text(body) for name, body in example.functions.items()}
    sides = ["" if side is None else ascii_text(side) for side in line.sides]
    read = "".join(f" {r} {s}" for r, s in zip(line.relations, sides[1:], strict=False))
    return {
        "line": line.place.line,
        "column": line.place.column,
        "file": line.place.file,
        "label": line.label or None,
        "text": line.text,
        "read_as": (sides[0] + read).strip() if sides else "",
        "verdict": line.verdict,
        "how": line.how,
        "rule": line.rule or None,
        "follows": line.follows,
        "slip": line.slip or None,
        "says": line.says or None,
        "right_for": line.right_for or None,
        "counterexample": shown,
        "part": line.part or None,
        "why": line.why or None,
    }


def explanation(found: Explanation) -> dict[str, Any]:
    """Return the answers: statements with their numbers, and the data that they were read off."""
    experiment = found.experiment
    return {
        "start": _numbers(dict(zip(experiment.weights, experiment.start, strict=True))),
        "rate": experiment.rate,
        "steps": experiment.steps,
        "seed": experiment.seed,
        "said": list(experiment.said),
        "answers": {answer.ask: _answer(answer) for answer in found.answers},
    }


def finding(found: Finding) -> dict[str, Any]:
    """Return a statement with its level, its numbers, and what it assumes."""
    return {
        "statement": flat_text(found.statement),
        "level": found.level,
        "numbers": _numbers(found.numbers),
        "assumptions": [flat_text(each) for each in found.assumptions],
    }


def _answer(found: Answer) -> dict[str, Any]:
    said = {"question": QUESTIONS[found.ask], "findings": [finding(each) for each in found.findings]}
    own = (field.name for field in dataclasses.fields(found) if field.name not in ("ask", "findings", "laws"))
    return {**said, **{name: _data(getattr(found, name)) for name in own}}


def _data(value: object) -> Any:
    """Return a record's data as JSON has it: numbers, lists, objects; prose and formulas as text."""
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Network):
        return [f"{ascii_name(e.name)} = {ascii_text(e.formula)}" for e in value.equations]
    if isinstance(value, Finding):
        return finding(value)
    if isinstance(value, Chart):
        return {"weight": value.weight, "rate": value.rate, "shares": dict(value.shares), **sweep(value.swept)}
    if isinstance(value, Number | Symbol | Apply | Call | Partial | Target):
        return ascii_text(value)
    if dataclasses.is_dataclass(value):
        return {field.name: _data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _data(each) for name, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, tuple | list):
        items = cast("Sequence[object]", value)
        is_prose = any(isinstance(item, str) for item in items) and not all(isinstance(item, str) for item in items)
        return flat_text(cast("Any", items)) if is_prose else [_data(item) for item in items]
    return value


def errors(problems: Iterable[Problem]) -> dict[str, Any]:
    """Return the failures of a document."""
    return {
        "errors": [
            {
                "file": p.place.file, "line": p.place.line, "column": p.place.column, "found": p.found,
                "expected": p.expected, "why": p.why, "instead": p.instead,
            }
            for p in problems
        ]
    }  # fmt: skip
