"""What Python users hold: a network with verbs, each calling its stage.

    net = workings.read("identity.md")
    net.derive("w")            the lines of ∂E/∂w
    net.check("dE/dw = …")     a person's own lines, judged
    net.at(w=0.3, x=1)         every quantity and gradient there
    net.train(rate=0.5)        the descent, every step accounted for

How a record shows itself in a shell and in a notebook is registered here, once; the records do not know.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workings.check.ledger import in_order
from workings.check.verdict import Check
from workings.derive import backprop
from workings.derive.step import Derivation, Detail, Gradient
from workings.errors import Problem, ReadError
from workings.graph.expr import Apply, Call, Expr, Number, Partial, Symbol
from workings.graph.network import Network as Graph
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import canonical
from workings.graph.writing.spelling import plain as plain_name
from workings.read.facts.block import read_formula
from workings.read.facts.gather import gather
from workings.read.lines.left_over import LeftOver
from workings.read.lines.line import WrittenLine
from workings.read.names.vocabulary import Vocabulary, both
from workings.read.network.assemble import Reading, assemble
from workings.read.page.document import Span, read_document
from workings.read.write import write
from workings.run import train as training
from workings.run.history import History
from workings.run.order import Order
from workings.run.point import Point, at
from workings.run.settings import Numbers, Settings
from workings.run.update import RATE, time_names
from workings.show import tell, verdicts
from workings.show.latex import latex
from workings.show.parts import Document
from workings.source import REQUEST, Place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from workings.run.sweep import Sweep
    from workings.run.swept import Summary, Swept
    from workings.why.answer import Ask, Figured
    from workings.why.experiment import Experiment
    from workings.why.gallery import What
    from workings.why.questions import Explanation


class Values:
    """The network at one point: `values` of every quantity, `gradients` by every weight, by any spelling."""

    def __init__(self, point: Point) -> None:
        """Show a computed point."""
        self.point = point
        self.values: Mapping[str, float] = point.values
        self.gradients: Mapping[str, float] = point.gradients


class Network:
    """A network that was read; its methods derive, compute and train."""

    def __init__(self, reading: Reading, file: str = "<text>", spans: Sequence[Span] = ()) -> None:
        """Hold a reading, the name of the file that it was read from, and what that file is made of."""
        self.reading = reading
        self.file = file
        self.spans = spans

    @property
    def graph(self) -> Graph:
        """The network itself: equations, roles, domains."""
        return self.reading.network

    @property
    def notation(self) -> str:
        """The network in the notation; it reads back to the same network."""
        return write(self.graph)

    def derive(self, *weights: str, of: str | None = None, detail: Detail = "full") -> Derivation:
        """Derive the gradient by every weight, or by the named ones, written out in full.

        `of` names another quantity than the error; then any name can be differentiated by.

        Raises:
            ReadError: when there is no error to differentiate, or a name is not in the network.
        """
        quantity = self._quantity(of)
        chosen = [self._name(name) for name in weights] if weights else None
        if chosen is None and quantity == self.graph.error and self.graph.weights:
            return dataclasses.replace(self._derivation, detail=detail)
        if chosen is None and not self.graph.weights:
            raise self._request(
                "the network has no weight", "a weight to differentiate by", "a gradient is a slope by each weight",
                "`weight w in R`, or the name to differentiate by",
            )  # fmt: skip
        return backprop.derive(self.graph, chosen, of=quantity, detail=detail)

    @cached_property
    def _derivation(self) -> Derivation:
        """The derivation of the error by every weight, derived once: what is shown, computed and trained with."""
        return backprop.derive(self.graph)

    def _quantity(self, of: str | None) -> str:
        if of is None:
            if self.graph.error is None and self.reading.no_error is not None:
                raise ReadError([self.reading.no_error])
            return str(self.graph.error)
        name = canonical(of)
        if name in self.graph.formulas:
            return name
        known = ", ".join(f"`{plain_name(n)}`" for n in self.graph.formulas)
        raise self._request(
            f"`{of}` is not a quantity of the network",
            f"one of {known}",
            "only what has an equation can be differentiated",
            f"`--of {next(iter(self.graph.formulas))}`",
        )

    def _name(self, spelling: str) -> str:
        name = canonical(spelling)
        if name in self.graph.formulas or name in self.graph.declarations:
            return name
        known = ", ".join(f"`{plain_name(n)}`" for n in self.graph.weights)
        raise self._request(
            f"`{spelling}` is not in the network",
            f"a weight: {known}",
            "a derivative is taken by a name of the network",
            f"`{next(iter(self.graph.weights), 'w')}`",
        )

    def _request(self, *parts: str) -> ReadError:
        return ReadError([Problem(REQUEST, *parts)])

    def at(self, point: Mapping[str, float] | None = None, **values: float) -> Values:
        """Compute every quantity and every gradient at one point, names in any spelling.

        Raises:
            ReadError: when a name is not in the network or has no value.
        """
        asked = {canonical(name): float(value) for name, value in {**(point or {}), **values}.items()}
        if self.graph.error is not None:
            return Values(at(self._derivation, asked))
        return Values(at(backprop.derive(self.graph, of=self.graph.order[-1]), asked))

    def train(
        self,
        *,
        rate: float | None = None,
        steps: int = 1000,
        start: Mapping[str, float] | None = None,
        seed: int = 0,
        order: Order = "cyclic",
        batch: int = 1,
        method: str = "descent",
        constants: Mapping[str, float] | None = None,
        schedule: str = "",
        numbers: Numbers = "exact",
        record: int | str | None = None,
        resume: History | None = None,
        watch: Callable[[int], None] | None = None,
        compiled: bool | None = None,
    ) -> History:
        """Train by gradient descent with the derived equations.

        One step is one update, for `batch` patterns. `rate` and `start` override what the text says. `method` is
        descent, momentum, nesterov or adam, with `constants` such as β or the decay λ; `schedule` gives the rate as
        a formula in the rate, t (the step's number, from 1) and T (the number of steps): `"α / (1 + t/100)"`.
        `record` keeps each state ("every"), each k-th (k), or the last alone ("ends"). `compiled` chooses between
        native code and the interpreter, which give the same bits.

        Raises:
            ReadError: when the network cannot be run, or the request does not fit it.
        """
        if steps < 0:
            raise self._request(
                "the number of steps is negative", "0 or more", "a run makes steps forwards", "`--steps 1000`"
            )
        begin = {canonical(name): float(value) for name, value in (start or {}).items()}
        every = {"every": 1, "ends": 0}.get(record, -1) if isinstance(record, str) else record
        if every is not None and every < 0:
            raise self._request(
                f"`{record}` is asked to be recorded", "every, ends, or a whole number k for each k-th step",
                "the states that are not recorded are replayed from those that are", "`--record 100`",
            )  # fmt: skip
        settings = self.settings(seed, order, batch, method, constants, schedule, numbers)
        return training.train(
            self._trained(), asked_rate=rate, steps=steps, start=begin, settings=settings, every=every, resume=resume,
            watch=watch, compiled=compiled,
        )  # fmt: skip

    def sweep(
        self,
        axes: Mapping[str, Iterable[float]],
        *,
        sample: int | None = None,
        logarithmic: Iterable[str] = (),
        steps: int = 1000,
        tolerance: float | None = None,
        every: int | None = None,
        rate: float | None = None,
        start: Mapping[str, float] | None = None,
        seed: int = 0,
        order: Order = "cyclic",
        batch: int = 1,
        method: str = "descent",
        constants: Mapping[str, float] | None = None,
        schedule: str = "",
        numbers: Numbers = "exact",
        to: str | Path | None = None,
        threads: int | None = None,
        watch: Callable[[int], None] | None = None,
        compiled: bool = True,
    ) -> Swept | Summary:
        """Train at every point of a grid, or at `sample` points drawn by the seed from the ranges of the axes.

        `axes` give values by name: starts of weights, the rate, constants of the network and of the method; for a
        sample, the two ends of a range, of which those in `logarithmic` are drawn by their logarithm. The other
        arguments are those of `train`. Every `every` steps the error is looked at: `steps` in the result says after
        how many it had come within `tolerance`, or, without one, within a hundredth of its whole change from its
        last value. With `to`, results go to a .npz or .parquet file in blocks, an interrupted sweep is taken up, and
        what is returned is the summary.

        Raises:
            ReadError: when the network cannot be run, or the request does not fit it.
        """
        sweep = self.prepared_sweep(
            axes, sample=sample, logarithmic=logarithmic, steps=steps, tolerance=tolerance, every=every, rate=rate,
            start=start, compiled=compiled,
            settings=self.settings(seed, order, batch, method, constants, schedule, numbers),
        )  # fmt: skip
        from workings.run.stored import Store  # numpy is loaded where many numbers are
        from workings.run.sweep import gather

        if to is None:
            return gather(sweep, threads, watch)
        store = Store(Path(to), sweep, self.notation)
        for number, block in sweep.run_all(store.missing(), threads, watch):
            store.keep(number, block)
        return store.finish()

    def prepared_sweep(
        self, axes: Mapping[str, Iterable[float]], *, settings: Settings, sample: int | None = None,
        logarithmic: Iterable[str] = (), steps: int = 1000, tolerance: float | None = None, every: int | None = None,
        rate: float | None = None, start: Mapping[str, float] | None = None, compiled: bool = True,
    ) -> Sweep:  # fmt: skip
        """Return a sweep that is ready to run, block by block; the arguments are those of `sweep`.

        Raises:
            ReadError: when the network cannot be run, or the request does not fit it.
        """
        from workings.run.sweep import Sweep
        from workings.run.swept import Axis, Points, Swept
        from workings.show import swept

        _register(Swept, swept.sweep)  # numpy comes with it, and whoever does not sweep does without
        if steps < 1:
            raise self._request("a sweep of no steps is asked for", "1 or more", "nothing would move", "`--steps 1000`")
        by_logarithm = {canonical(name) for name in logarithmic}
        found = tuple(
            Axis(canonical(name), tuple(map(float, values)), canonical(name) in by_logarithm)
            for name, values in axes.items()
        )
        begin = {canonical(name): float(value) for name, value in (start or {}).items()}
        return Sweep(
            self._trained(), Points(found, sample, settings.seed), settings, steps=steps, start=begin, rate=rate,
            tolerance=tolerance, every=every, compiled=compiled,
        )  # fmt: skip

    def _trained(self) -> Derivation:
        """Return the derivation to train with.

        Raises:
            ReadError: when there is no error to minimise, or no weight.
        """
        self.derive()  # which tells what is missing
        return self._derivation

    def settings(
        self, seed: int, order: Order, batch: int, method: str, constants: Mapping[str, float] | None, schedule: str,
        numbers: Numbers,
    ) -> Settings:  # fmt: skip
        """Return the settings of a run, its schedule read.

        Raises:
            ReadError: when the schedule cannot be read.
        """
        formula = self.schedule(schedule)
        return Settings(0.0, order, seed, batch, method, dict(constants or {}), formula, schedule, numbers=numbers)

    def schedule(self, text: str) -> Expr | None:
        """Read a formula for the rate: in the rate, t and T, and the network's constants; None for no text.

        Raises:
            ReadError: when it cannot be read, or names something else.
        """
        if not text.strip():
            return None
        names = (self.graph.rate or RATE, *time_names(self.graph), *self.graph.of_role("constant"))
        return read_formula(text, names, "schedule")

    def why(
        self,
        ask: str | Iterable[str] | None = None,
        *,
        rate: float | None = None,
        steps: int = 1000,
        start: Mapping[str, float] | None = None,
        seed: int = 0,
        order: Order = "cyclic",
    ) -> Explanation:
        """Answer why descent works on this network, from a start and at a rate: all questions, or those of `ask`.

        The questions are steepest, sign, rate, patterns, reach and river. Each statement of an answer says whether it
        is proved, measured or predicted. The other arguments are those of `train`.

        Raises:
            ReadError: for a question that there is not, when the network cannot be run, or the request does not fit.
        """
        from workings.why.questions import QUESTIONS, explain  # whoever explains nothing does without all of this

        _register_explanations()
        asked: list[Ask] = []
        for each in [ask] if isinstance(ask, str) else QUESTIONS if ask is None else ask:
            if each not in QUESTIONS:
                raise self._request(
                    f"`{each}` is no question", "one of " + ", ".join(f"`{q}`" for q in QUESTIONS),
                    "each question has an answer of its own", "`--ask rate`",
                )  # fmt: skip
            asked.append(each)
        return explain(self.experiment(rate=rate, steps=steps, start=start, seed=seed, order=order), asked)

    def experiment(
        self, *, rate: float | None = None, steps: int = 1000, start: Mapping[str, float] | None = None, seed: int = 0,
        order: Order = "cyclic",
    ) -> Experiment:  # fmt: skip
        """Return the network at its start with a run from there: what explanations are read off, and drawn from.

        Raises:
            ReadError: when the network cannot be run, or the request does not fit it.
        """
        from workings.why.experiment import Experiment

        begin = {canonical(name): float(value) for name, value in (start or {}).items()}
        settings = self.settings(seed, order, 1, "descent", None, "", "exact")
        return Experiment(self._trained(), rate=rate, steps=steps, start=begin, settings=settings)

    def draw(
        self, what: What, *, ax: Axes | None = None, rate: float | None = None, steps: int = 1000,
        start: Mapping[str, float] | None = None, seed: int = 0, order: Order = "cyclic",
    ) -> Figure:  # fmt: skip
        """Return a figure of this network's descent, on axes of the caller's or in a figure of its own.

        `what` is curve, contours, surface, errors, directions, descents, step, bound, map or patterns. The other
        arguments are those of `why`. `surface` wants three-dimensional axes, `directions` of two weights polar ones.

        Raises:
            ReadError: when there is no such figure of this network, or the request does not fit it.
        """
        from workings.show.figures.table import DRAWERS, drawn  # matplotlib is loaded when something is drawn
        from workings.why.gallery import NONE, Gallery

        _register_explanations()
        if what not in DRAWERS:
            raise self._request(
                f"`{what}` is no figure", "one of " + ", ".join(f"`{each}`" for each in DRAWERS),
                "each figure has a word", "`--what curve`",
            )  # fmt: skip
        experiment = self.experiment(rate=rate, steps=steps, start=start, seed=seed, order=order)
        record = Gallery(experiment).record(what)
        if record is None:
            raise self._request(
                f"this network has no figure `{what}`", "a network that has one", NONE[what],
                "`--what curve`, which every network has",
            )  # fmt: skip
        return drawn(record, ax, what)

    def check(self, text: str | None = None, *, find_step: Iterable[str] = ()) -> Check:
        """Judge a person's lines against this network: those of `text`, else those of the network's own document.

        `find_step` names rules that have to appear.

        Raises:
            ReadError: when the text cannot be read, or a step that is asked for is no rule.
        """
        if text is None:
            reading = self.reading
            if not reading.lines and all(one.kind in ("definition", "declaration") for one in reading.left_over):
                return Check(self.graph, (), file=self.file, ledger=in_order((), reading.left_over))
            from workings.check.page import check_page  # the engines of a check are loaded when there is a line

            return self._checked(lambda: check_page(reading, self.spans, self.file), find_step)
        return self.check_lines(_written(None, text.encode("utf-8", "surrogatepass"), "<text>"), find_step=find_step)

    def check_lines(self, source: Source, *, find_step: Iterable[str] = ()) -> Check:
        """Judge the lines of another document against this network.

        Raises:
            ReadError: when a step that is asked for is no rule.
        """
        if not source.lines and not source.left_over:
            return Check(self.graph, (), file=source.file)
        from workings.check.checker import check_lines  # the engines of a check are loaded when there is a line

        words = both(self.reading.words, source.words)
        return self._checked(
            lambda: check_lines(self.graph, source.lines, words, source.file, left=source.left_over), find_step
        )

    def _checked(self, check: Callable[[], Check], find_step: Iterable[str]) -> Check:
        from workings.check.explain.rule import RULES

        for step in find_step:
            if not any(step.strip().lower() in rule for rule in RULES):
                raise self._request(
                    f"`{step}` is no rule", "one of " + ", ".join(f"`{rule}`" for rule in RULES),
                    "a step is found by the name of its rule", "`--find-step 'chain rule'`",
                )  # fmt: skip
        found = check()
        return dataclasses.replace(found, steps={step: _has_step(found, step) for step in find_step})

    def document(self) -> Document:
        """Return the network as parts of a document."""
        return (*tell.network(self.graph, self.notation, self.reading.notes), *tell.not_used(self.reading.not_used))

    def __repr__(self) -> str:
        """Show the notation: what a bare shell prints."""
        return self.notation


def read(path: str | Path) -> Network:
    """Read the network of a document: Markdown, LaTeX, plain text or a notebook.

    Raises:
        ReadError: with every failure, when the document cannot be read or holds no network.
    """
    where = Path(path)
    return _network(where, load(where), str(path))


def load(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        ReadError: when there is no such file or it cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        reasons: dict[type[OSError], str] = {
            FileNotFoundError: "there is no such file",
            IsADirectoryError: "this is a folder",
        }
        reason = reasons.get(type(error), f"it cannot be opened: {error.strerror}")
        raise ReadError(
            [
                Problem(
                    Place(str(path), 1),
                    reason,
                    "a text file with a network in it",
                    "the name leads to nothing that can be read",
                    "the path of a Markdown, LaTeX, text or notebook file",
                )
            ]
        ) from None


def parse(text: str, name: str = "<text>") -> Network:
    """Read the network that a string holds.

    Raises:
        ReadError: with every failure, when the text cannot be read or holds no network.
    """
    return _network(None, text.encode("utf-8", "surrogatepass"), name)


def _network(path: Path | None, content: bytes, name: str) -> Network:
    spans = read_document(path, content, name)
    return Network(assemble(gather(spans, name)), name, spans)


@dataclasses.dataclass(frozen=True)
class Source:
    """The lines of a document, and the names that it uses."""

    lines: tuple[WrittenLine, ...]
    words: Vocabulary
    file: str
    left_over: tuple[LeftOver, ...] = ()


def lines_of(path: str | Path) -> Source:
    """Read the lines of a document that need not hold a network.

    Raises:
        ReadError: when the document cannot be read.
    """
    where = Path(path)
    return _written(where, load(where), str(path))


def _stdin() -> bytes:
    # A process may be started without a standard input; then there is nothing to read.
    return sys.stdin.buffer.read() if sys.stdin else b""


def lines_of_stdin() -> Source:
    """Read the lines of standard input."""
    return _written(None, _stdin(), "<stdin>")


def _written(path: Path | None, content: bytes, name: str) -> Source:
    facts = gather(read_document(path, content, name), name)
    return Source(tuple(facts.lines), facts.vocabulary, name, facts.left_over)


def check_document(path: str | Path | None = None, *, find_step: Iterable[str] = ()) -> Check:
    """Judge the lines of a document, or of standard input, against the network that it holds.

    Where its mathematics make no network that can be read, no line is judged, and the check says why.

    Raises:
        ReadError: when the document cannot be read or holds no line, or a step that is asked for is no rule.
    """
    where = None if path is None else Path(path)
    content = load(where) if where is not None else _stdin()
    name = "<stdin>" if path is None else str(path)
    spans = read_document(where, content, name)
    facts = gather(spans, name)
    try:
        found = Network(assemble(facts), name, spans)
    except ReadError as error:
        if facts.strict or not any(line.relations for line in facts.lines):
            raise
        from workings.check.page import check_unread  # the engines of a check are loaded when there is a line

        return check_unread(facts, error.problems, spans, name)
    return found.check(find_step=find_step)


def _has_step(found: Check, step: str) -> bool:
    wanted = step.strip().lower()
    return any(wanted in line.rule.lower() for line in found.lines if line.verdict.startswith("holds"))


def network_from_stdin() -> Network:
    """Read the network from standard input."""
    return _network(None, _stdin(), "<stdin>")


# How records show themselves


def _derivation(found: Derivation) -> Document:
    return tell.derivation(found, found.detail)


def _values(values: Values) -> Document:
    return tell.point(values.point)


def _gradient(found: Gradient) -> Document:
    return (tell.gradient(found, "full"),)


_TOLD: dict[type[Any], Callable[[Any], Document]] = {
    Network: Network.document,
    Derivation: _derivation,
    Gradient: _gradient,
    Check: verdicts.check,
    Values: _values,
    Point: tell.point,
    History: tell.descent,
}


def document_of(record: object) -> Document:
    """Return a record as parts of a document."""
    return next(tell for kind, tell in _TOLD.items() if isinstance(record, kind))(record)


def _as_text(record: object) -> str:
    from workings.show.terminal import text_of  # rich is imported only when something is shown

    return text_of(document_of(record))


def _mimebundle(record: object, include: object = None, exclude: object = None) -> dict[str, str]:
    """Return what a notebook shows: HTML with MathML, LaTeX-bearing Markdown, plain text."""
    from workings.show import html, markdown

    del include, exclude
    told = document_of(record)
    return {"text/plain": _as_text(record), "text/markdown": markdown.lower(told), "text/html": html.lower(told)}


def _register_explanations() -> None:
    """Give explanations, their answers and what figures are drawn from their ways of showing themselves."""
    from workings.show import explained
    from workings.why.answer import Answer, Figured
    from workings.why.gallery import OWN
    from workings.why.questions import Explanation

    if Figured.way is not None:
        return
    Figured.way = _figure
    _register(Explanation, explained.explanation, _with_figures)
    for kind in Answer.__subclasses__():
        _register(kind, explained.answer)
    for drawn in OWN:
        if not issubclass(drawn, Answer):
            _give(drawn, {"_repr_svg_": _as_svg})


def _figure(record: Figured, ax: Axes | None = None, what: What | None = None) -> Figure:
    from workings.show.figures.table import drawn  # matplotlib is loaded when something is drawn

    return drawn(record, ax, what)


def _as_svg(record: Figured) -> str:
    from workings.show.figures.style import as_svg

    return as_svg(record.figure())


def _with_figures(record: Explanation, include: object = None, exclude: object = None) -> dict[str, str]:
    """Return what a notebook shows of an explanation: its text with the figures in it."""
    from workings.show import html
    from workings.show.figures.table import report

    return {**_mimebundle(record, include, exclude), "text/html": html.lower(report(record))}


def _in_dollars(formula: Expr) -> str:
    return f"${latex(formula)}$"


def _register(record: type[Any], tell: Callable[[Any], Document], bundle: Callable[..., Any] = _mimebundle) -> None:
    """Give a record its ways of showing itself. A network's `repr` is its notation, which reads back."""
    _TOLD[record] = tell
    ways: dict[str, object] = {"__str__": _as_text, "__repr__": _as_text, "_repr_mimebundle_": bundle}
    if record is Network:
        del ways["__repr__"]
    _give(record, ways)


def _give(record: type[Any], ways: Mapping[str, object]) -> None:
    for name, way in ways.items():
        setattr(record, name, way)


def _register_displays() -> None:
    for record, tell_it in list(_TOLD.items()):
        _register(record, tell_it)
    for node in (Apply, Call, Number, Partial, Symbol):
        for name, way in {"__str__": plain, "_repr_latex_": _in_dollars}.items():
            setattr(node, name, way)


_register_displays()
