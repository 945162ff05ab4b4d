"""Records → parts: how a network, a derivation, a point and a training are told.

Nothing is computed here; every number comes out of a record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from workings.derive.step import Derivation, Detail, Gradient, Line
from workings.graph.expr import Call, Expr, Symbol, names, replace, symbol
from workings.graph.network import Declaration, Interval, Network
from workings.graph.writing.digits import written, written_fraction
from workings.graph.writing.spelling import plain as plain_name
from workings.run.history import History, sampled
from workings.run.point import Point
from workings.run.row import Fate, Row
from workings.show.parts import (
    Document,
    Heading,
    Inline,
    Items,
    Lines,
    Listing,
    Literal,
    Paragraph,
    Part,
    Put,
    Strong,
    Table,
    Text,
)
from workings.source import Place
from workings.why.answer import Finding, Reply, Told

#: A line: its left side if it has one, its formula, its remark.
Row3 = tuple[Inline | None, Inline, Text]


class _Unused(Protocol):
    """Mathematics that was not used, as the reader records it."""

    @property
    def text(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def place(self) -> Place: ...


def notes(said: Sequence[str]) -> Document:
    """Tell the remarks of a reader."""
    return (Items(tuple(_ticked(note) for note in said)),) if said else ()


def network(net: Network, notation: str, said: Sequence[str] = (), *, brief: bool = False) -> Document:
    """Tell a network: its notation, and every name with its role and where it was found; briefly, its notation."""
    parts: list[Part] = [Heading(("The network, as it was read",)), Listing(notation, "network")]
    if brief:
        return tuple(parts)
    rows = [_role_row(net, declared) for declared in net.declarations.values()]
    for equation in net.equations:
        role = "the error" if equation.name == net.error else "quantity"
        if equation.name not in net.declarations:
            rows.append(((symbol(equation.name),), (role,), _line_of(equation.place.line), ("its equation",)))
    for function in net.functions.values():
        what = "its definition" if function.body is not None else "no definition: it can be derived through, not run"
        rows.append(((symbol(function.name),), ("function",), _line_of(function.place.line), (what,)))
    head: tuple[Text, ...] = (("name",), ("role",), ("line",), ("how it is known",))
    parts.append(Table(head, tuple(rows), frozenset({2})))
    return (*parts, *notes(said))


def _role_row(net: Network, declared: Declaration) -> tuple[Text, Text, Text, Text]:
    role = declared.role
    if declared.name in net.formulas:
        role = f"{role}, computed"
    why = declared.why if not declared.why.startswith("“") else f"the text says {declared.why}"
    return (symbol(declared.name),), (role,), _line_of(declared.place.line), _ticked(why)


def _line_of(line: int) -> Text:
    return (str(line),) if line else ("",)


def not_used(items: Sequence[_Unused]) -> Document:
    """List the mathematics that is no part of the network, with why; typography is summed up."""
    if not items:
        return ()
    rows: list[tuple[Text, ...]] = []
    for why, group in _by_reason(items):
        if len(group) > 2:
            lines = sorted({item.place.line for item in group})
            cell = (
                ""
                if len({item.place.file for item in group}) == 1 and "[cell" not in group[0].place.file
                else "cells, "
            )
            shown = ", ".join(dict.fromkeys(_short(item.text, 34) for item in group[:3])) + (
                ", …" if len(group) > 3 else ""
            )
            rows.append(((cell + _ranges(lines),), (Literal(_short(shown, 60)),), _ticked(why)))
        else:
            rows += [((_where(item.place),), (Literal(_short(item.text, 60)),), _ticked(why)) for item in group]
    if not any("[cell" in item.place.file for item in items):
        rows.sort(key=lambda row: int(str(row[0][0]).partition(",")[0].partition("–")[0] or 0))
    head: tuple[Text, ...] = (("line",), ("not used",), ("why",))
    return (Heading(("Not used",)), Table(head, tuple(rows), frozenset({0})))


def _where(place: Place) -> str:
    """Write a line's number, with its cell in a notebook."""
    _, cell, rest = place.file.partition("[cell ")
    return f"cell {rest.rstrip(']')}, {place.line}" if cell else str(place.line)


def _ticked(sentence: str) -> Text:
    """Return a sentence whose pieces between back-ticks are taken from the source."""
    return tuple(Literal(piece) if index % 2 else piece for index, piece in enumerate(sentence.split("`")) if piece)


def _by_reason(items: Sequence[_Unused]) -> list[tuple[str, list[_Unused]]]:
    groups: dict[str, list[_Unused]] = {}
    for item in items:
        groups.setdefault(item.why, []).append(item)
    return list(groups.items())


def _ranges(lines: Sequence[int]) -> str:
    out: list[str] = []
    at = 0
    while at < len(lines):
        end = at
        while end + 1 < len(lines) and lines[end + 1] == lines[end] + 1:
            end += 1
        out.append(str(lines[at]) if at == end else f"{lines[at]}–{lines[end]}")
        at = end + 1
    return ", ".join(out[:4]) + (", …" if len(out) > 4 else "")


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def forward(net: Network) -> Document:
    """Tell the forward pass: every quantity in the order of computation, functions put in."""
    rows: list[Row3] = []
    for name in net.order:
        formula: Expr | None = net.formulas[name]
        rows.append((symbol(name), formula, ()))
        for _ in range(_MOST_UNFOLDED):
            if not isinstance(formula, Call):
                break
            function = formula.function
            formula = net.functions[function].unfold(formula.args)
            if formula is not None:
                rows.append((None, formula, ("definition of ", symbol(function))))
    return (Heading(("The forward pass",)), Lines(tuple(rows)))


#: A function of a function of … is unfolded this often in the forward pass.
_MOST_UNFOLDED = 8


def derivation(found: Derivation, detail: Detail = "full") -> Document:
    """Tell a derivation: lemmas, the shared backward quantities, the gradient by every weight."""
    parts: list[Part] = [Heading(("The derivation of ", *_gradient_names(found)))]
    for lemma in found.lemmas.values():
        parts.append(Paragraph((Strong("Lemma."), " The derivative of ", symbol(lemma.function.name), ":")))
        parts.append(gradient(lemma.gradient, detail))
    if found.shared:
        parts.append(Paragraph(("The way back from the error: each shared quantity once.",)))
        parts += [gradient(each, detail) for each in found.shared.values()]
        parts.append(Paragraph(("The gradient by each weight:",) if len(found.gradients) > 1 else ("The gradient:",)))
    parts += [gradient(each, detail) for each in found.gradients.values()]
    return tuple(parts)


def _gradient_names(found: Derivation) -> Text:
    by = list(found.gradients)
    error = symbol(found.error)
    if len(by) == 1:
        return (found.gradients[by[0]].start,)
    return ("the gradient of ", error, f" by {len(by)} weights")


def gradient(found: Gradient, detail: Detail) -> Lines:
    """Tell one gradient: its lines with their rules and reasons."""
    lines = found.lines(detail)
    if not lines:
        return Lines(((found.start, found.result, ()),))
    return Lines(tuple((None if i else found.start, line.expr, _remark(line)) for i, line in enumerate(lines)))


def _remark(line: Line) -> Text:
    return (f"{line.rule}: ", *line.reason)


def backward(found: Derivation) -> Document:
    """Tell the backward form: what is computed, each quantity once, in the order in which it is run."""
    rows = tuple((target, formula, ()) for target, formula in found.program())
    return (Heading(("The backward pass: what runs",)), Lines(rows))


def point(found: Point, title: str = "At this point", *, brief: bool = False) -> Document:
    """Tell every quantity and every gradient at one point: symbols, numbers put in, result."""
    net = found.network
    pattern = {name: value for name, value in found.given.items() if name not in net.weights}
    heading: Text = (title, ": ", *_given(found.given)) if len(found.given) <= 3 else (title, ": ", *_given(pattern))
    parts: list[Part] = [Heading(heading)]
    if len(found.given) > 3:
        parts.append(Paragraph(_given({name: found.given[name] for name in net.weights if name in found.given})))
    shown = {name: written(value) for name, value in found.values.items()}
    rows: list[Row3] = []
    if brief:
        return (*parts, _in_brief(found, shown))
    for name in net.order:
        rows += _triple(symbol(name), net.formulas[name], shown, _result(found, name))
    slopes = {target: written(value) for target, value in found.slopes.items()}
    for target, formula in found.derivation.program():
        rows += _triple(target, formula, shown, slopes[target], slopes)
    parts.append(Lines(tuple(rows)))
    if found.difference:
        compared = tuple(
            ((found.derivation.gradients[name].start,), (written(found.gradients[name], 10),), (written(value, 10),))
            for name, value in found.difference.items()
        )
        parts.append(Table((("gradient",), ("derived",), ("difference quotient",)), compared, frozenset({1, 2})))
    return tuple(parts)


def _in_brief(found: Point, shown: Mapping[str, str]) -> Table:
    """Tell what the weights move at one point, a row each: symbols, numbers put in, result."""
    net = found.network
    moved = {name for weight in net.weights for name in net.above(weight)}
    triples = [_triple(symbol(n), net.formulas[n], shown, _result(found, n)) for n in net.order if n in moved]
    slopes = {target: written(value) for target, value in found.slopes.items()}
    triples += [_triple(target, of, shown, slopes[target], slopes) for target, of in found.derivation.program()]
    rows: list[tuple[Text, ...]] = []
    for (left, formula, _), *put, (_, result, _) in triples:
        numbers: Text = (put[0][1],) if put else ()
        rows.append(((left or "",), (formula,), numbers, (result,)))
    return Table((("",), ("formula",), ("with the numbers",), ("value",)), tuple(rows), frozenset({3}))


def _given(given: Mapping[str, float]) -> Text:
    out: list[Inline] = []
    for name, value in given.items():
        out += [", "] if out else []
        out += [symbol(name), f" = {written(value)}"]
    return tuple(out)


def _result(found: Point, name: str) -> str:
    exact = found.exact.get(name)
    rounded = written(found.values[name])
    if exact is None or exact.denominator == 1 or written_fraction(exact) == rounded:
        return rounded
    return f"{written_fraction(exact)} = {rounded}" if float(exact) == float(f"{found.values[name]:.6g}") else rounded


def _triple(
    left: Expr, formula: Expr, values: Mapping[str, str], result: str, slopes: Mapping[Expr, str] | None = None
) -> list[Row3]:
    """Return symbols, numbers put in, result; what would say the same number twice is left out."""
    numbers: dict[str, str] = dict(values)
    put = formula
    if slopes:
        put, numbers = _slopes_as_names(formula, slopes, numbers)
    rows: list[Row3] = [(left, formula, ())]
    if names(put) and not isinstance(put, Symbol):
        rows.append((None, Put(put, numbers), ()))
    return [*rows, (None, result, ())]


def _slopes_as_names(formula: Expr, slopes: Mapping[Expr, str], values: dict[str, str]) -> tuple[Expr, dict[str, str]]:
    """Put stand-in names for the shared derivatives in a formula, so that their numbers can be put in."""
    changes = {target: symbol(f"slope {index}") for index, target in enumerate(slopes)}
    for index, text in enumerate(slopes.values()):
        values[f"slope {index}"] = text
    return replace(formula, changes), values


def settings(history: History, *, brief: bool = False) -> Document:
    """Tell how a run was set up: the update, the rate, the starts, the order; briefly, the rate and the starts."""
    net = history.descent.network
    rate = plain_name(net.rate or "alpha")
    starts: list[Inline] = []
    for name, value in list(history.start.items())[:8]:
        starts += [", "] if starts else []
        starts += [symbol(name), f" = {written(value)}"]
    items: list[Text] = [] if brief else [("Each step: ", *_update(history))]
    asked, update = history.settings, history.descent.update
    if asked.schedule is not None:
        items.append((update.rate, " = ", asked.schedule, ", t being the number of the step"))
    items.append((f"{rate} = {written(asked.rate)}; start: ", *starts))
    if update.constants:
        told = ", ".join(f"{plain_name(name)} = {written(value)}" for name, value in update.constants.items())
        items.append((f"{update.method.name}: {update.method.about}; {told}",))
    items += [] if brief else [(_order(history),)]
    if asked.numbers != "exact":
        items.append((f"numbers: {asked.bits}-bit, fast",))
    items += [(said,) for said in history.said]
    return (Heading(("The descent",)), Items(tuple(items)))


def _update(history: History) -> list[Inline]:
    """Return the equations of the update: those of three weights, or of one where a weight has several."""
    update, net = history.descent.update, history.descent.network
    several = any(len(equations) > 1 for equations in update.shown.values())
    told = list(update.shown)[: 1 if several else 3]
    out: list[Inline] = []
    for weight in told:
        for target, formula in update.shown[weight]:
            moves = isinstance(target, Symbol) and target.name in update.names
            out += ["; "] if out else []
            out += [target, " ← " if moves else " = ", formula]
        domain = net.declarations[weight].domain
        if isinstance(domain, Interval):
            out += [", held inside [", domain.low, ", ", domain.high, "]"]
    if len(told) < len(update.shown):
        out.append("; and so for every weight")
    return out


def _order(history: History) -> str:
    asked, passes = history.settings, history.descent.passes
    drawn = f"in an order shuffled for each pass by seed {asked.seed}"
    if passes.batch == 1:
        return f"one update for each pattern, {drawn if asked.order == 'shuffled' else 'in their order'}"
    if passes.batch == passes.count:
        return "one update for the mean of the gradients over all patterns"
    order = f", {drawn}" if asked.order == "shuffled" else ", in their order"
    return f"one update for the mean of the gradients of {passes.batch} patterns at a time{order}"


#: What became of the error in a step, in a word, and what the word means where it does not say it all.
_FATES: dict[Fate, tuple[str, str]] = {
    "fell": ("fell", ""),
    "rose": ("rose", ""),
    "flat": ("flat", "the slope is 0, so nothing moves"),
    "held": ("edge", "the weight is held at the end of its interval"),
    "lost": ("lost", "the nudge is smaller than the last digit of the weight"),
    "level": ("same", "the error is what it was"),
}


def descent(history: History, most: int = 12, *, brief: bool = False) -> Document:
    """Tell a run as a table: its first steps, some in between, the last; then why it stopped."""
    chosen = sampled(history.steps, most, together=history.descent.passes.steps)
    rows = [history.row(step) for step in chosen]
    tables = _step_tables(history, rows) if rows else []
    legend: Text = (*_legend(rows, history.steps), " ") if rows else ()
    return (*settings(history, brief=brief), *tables, Paragraph((*legend, *stopped(history))))


def _legend(rows: Sequence[Row], steps: int) -> Text:
    """Say how many steps are shown of how many, and what the words mean that say what became of the error."""
    shown = f"{len(rows)} of {steps:,} steps are shown" if len(rows) < steps else "Every step is shown"
    meant = dict.fromkeys(f"; {word}: {meaning}" for word, meaning in (_FATES[row.fate] for row in rows) if meaning)
    return (shown, *meant, ".")


def _step_tables(history: History, rows: Sequence[Row]) -> list[Part]:
    """Return one table for one weight; for more, one of the errors and one for each weight, three at most."""
    if len(history.names) == 1:
        return [
            _table(_pattern_columns(history), _weight_columns(history, history.names[0]), _after(history), rows=rows)
        ]
    parts: list[Part] = [_table(_pattern_columns(history), _after(history), rows=rows)]
    shown = history.names[:_MOST_WEIGHTS]
    parts += [_table(_step_column(), _weight_columns(history, name), rows=rows) for name in shown]
    if len(shown) < len(history.names):
        left = len(history.names) - len(shown)
        parts.append(Paragraph((f"{left} more weights move in the same way; the history has every number.",)))
    return parts


#: A run with more weights than this shows the descent of the first ones.
_MOST_WEIGHTS = 3
#: A column: its head, whether its cells are words, and what it shows of a step.
Column = tuple[Text, bool, Callable[[Row], Text]]


def _step_column() -> list[Column]:
    return [(("step",), False, lambda row: (f"{row.step:,}",))]


def _pattern_columns(history: History) -> list[Column]:
    error = symbol(history.descent.derivation.error)
    if history.settings.batch > 1:
        return [*_step_column(), (("mean ", error), False, lambda row: (written(row.before),))]
    outputs: list[Column] = [((symbol(name),), False, _quantity(name)) for name in _outputs(history)]
    pattern: Column = (("pattern",), True, lambda row: _pattern(row.inputs))
    return [*_step_column(), pattern, *outputs, ((error,), False, lambda row: (written(row.before),))]


def _quantity(name: str) -> Callable[[Row], Text]:
    return lambda row: (written(row.values[name]),)


def _weight_columns(history: History, name: str) -> list[Column]:
    slope = history.descent.derivation.gradients[name].start
    return [
        ((slope,), False, lambda row: (written(row.gradients[name]),)),
        (("nudge",), False, lambda row: (written(row.nudges[name]),)),
        (("new ", symbol(name)), False, lambda row: (written(row.weights[name]),)),
    ]


def _after(history: History) -> list[Column]:
    error = symbol(history.descent.derivation.error)
    return [
        ((error, " after"), False, lambda row: (written(row.after),)),
        (("so ", error), True, lambda row: (_FATES[row.fate][0],)),
    ]


def _table(*groups: list[Column], rows: Sequence[Row]) -> Table:
    columns = [column for group in groups for column in group]
    body = tuple(tuple(cell(row) for _, _, cell in columns) for row in rows)
    return Table(tuple(head for head, _, _ in columns), body, frozenset(i for i, c in enumerate(columns) if not c[1]))


def _outputs(history: History) -> list[str]:
    """Return the quantities that the error reads and a weight moves: the network's outputs, three at most."""
    net, error = history.descent.network, history.descent.derivation.error
    moved = {name for weight in history.names for name in net.above(weight)}
    return [name for name in net.direct[error] if name in moved][:3]


def _pattern(inputs: Mapping[str, float]) -> Text:
    out: list[Inline] = []
    for name, value in list(inputs.items())[:4]:
        out += [", "] if out else []
        out += [symbol(name), f" = {written(value)}"]
    return tuple(out)


def stopped(history: History) -> Text:
    """Say why a run stopped, and where."""
    weights: list[Inline] = []
    for name, value in list(history.weights.items())[:8]:
        weights += [", "] if weights else []
        weights += [symbol(name), f" = {written(value)}"]
    where: Text = (
        " with ",
        *weights,
        "; the mean of ",
        symbol(history.descent.derivation.error),
        f" over the patterns is {written(history.error)}.",
    )
    steps = f"{history.steps:,} step" + ("" if history.steps == 1 else "s")
    if history.stopped == "still":
        return (
            f"Stopped after {steps}: a whole pass over the patterns left every weight as it was, to the last bit,",
            *where,
        )
    if history.stopped == "interrupted":
        return (f"Interrupted after {steps},", *where)
    if history.stopped == "non_finite" and history.non_finite is not None:
        event = history.non_finite
        at: Text = (
            () if event.pattern is None else (" for the pattern ", *_pattern(history.descent.patterns[event.pattern]))
        )
        became = f": {event.quantity} became {written(event.value)}. The run ends after {steps}"
        return (Strong(f"Step {event.step:,} left the finite numbers"), *at, became, *where)
    return (f"Made {steps},", *where)


def findings(found: Sequence[Finding], file: str = "FILE") -> Document:
    """Tell what stands out, each with how sure it is and what it assumes, and who says more."""
    if not found:
        return ()
    more = Paragraph(("More of this, with figures and proofs: ", Literal(f"workings why {file}"), "."))
    return (Heading(("What stands out",)), Items(tuple((*f.statement, *sureness(f)) for f in found)), more)


def lesson(points: Sequence[Told], error: Expr, weights: Sequence[str]) -> Document:
    """Tell the answers to what is asked of a gradient, each by what it is about."""
    if not points:
        return ()
    by: Text = (symbol(weights[0]),) if len(weights) == 1 else ("its weights",)
    items = tuple((Strong(f"{point.about}."), " ", *point.said) for point in points)
    return (Heading(("How the slope of ", error, " by ", *by, " helps")), Items(items))


def replies(found: Sequence[Reply], error: Expr, patterns: int) -> Document:
    """Tell what the network answers to its patterns: each output, what is wanted, and the error."""
    if not found:
        return ()
    outputs = [name for name, _, _ in found[0].outputs]
    head: list[Text] = [("pattern",)]
    for name in outputs:
        head += [(symbol(name),), ("wanted",) if len(outputs) == 1 else ("wanted ", symbol(name))]
    rows = [
        (reply.pattern, *((written(number),) for _, value, target in reply.outputs for number in (value, target)),
         (written(reply.error),))
        for reply in found
    ]  # fmt: skip
    parts: list[Part] = [
        Heading(("What it answers",)),
        Table((*head, (error,)), tuple(rows), frozenset(range(1, len(head) + 1))),
    ]
    if len(found) < patterns:
        parts.append(Paragraph((f"{len(found)} of {patterns:,} patterns are shown.",)))
    return tuple(parts)


def sureness(finding: Finding) -> Text:
    """Say how sure a statement is, and what it assumes."""
    assumed: Text = tuple(item for assumption in finding.assumptions for item in (", assuming ", *assumption))
    return (f" ({finding.level}", *assumed, ")")
