"""`make bench`: whole tasks, each beside its peers in the same run, each checked to reach the same result.

Times are medians of several runs in turn on one machine; only the ratios mean something elsewhere. The table is
printed and written to docs/benchmarks.md. A peer that is not installed is left out and named.
"""

from __future__ import annotations

import importlib.metadata
import itertools
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy

import workings
from bench import libraries
from workings.derive.backprop import derive
from workings.run.kernel import engine
from workings.run.settings import Numbers
from workings.run.sweep import Sweep, gather
from workings.run.swept import Axis, Points
from workings.why.bound import Bends, domain_of
from workings.why.chart import chart

ROOT = Path(__file__).parent.parent
IDENTITY = ROOT / "examples" / "identity.md"
RUNS = 7


class Row(NamedTuple):
    """One line of the table: the task, our time, the peer, its time, and the most that ours may be of it."""

    task: str
    ours: float
    peer: str
    theirs: float
    bar: float | None = None


class Peer(NamedTuple):
    """A peer's task; `share` is how much of ours it does, `bar` the most that our time may be of its whole."""

    name: str
    task: Callable[[], object]
    bar: float | None = None
    share: float = 1.0


def together(task: str, ours: Callable[[], object], peers: list[Peer], runs: int = RUNS) -> list[Row]:
    """Time a task and its peers in turn, after one run of each that is not counted; return a row for each peer."""
    tasks = [ours, *(peer.task for peer in peers)]
    times: list[list[float]] = [[] for _ in tasks]
    for count in range(runs + 1):
        for each, kept in zip(tasks, times, strict=True):
            begin = time.perf_counter()
            each()
            if count:
                kept.append(time.perf_counter() - begin)
    mine, *theirs = map(statistics.median, times)
    return [
        Row(task, mine, peer.name, seconds / peer.share, peer.bar) for peer, seconds in zip(peers, theirs, strict=True)
    ]


def paired(ours: Callable[[], object], theirs: Callable[[], object], runs: int = RUNS) -> tuple[float, float]:
    """Return the medians of two tasks timed in turn."""
    (row,) = together("", ours, [Peer("", theirs)], runs)
    return row.ours, row.theirs


def process(*command: str) -> Callable[[], object]:
    """Return the task of running a whole process, whose output is thrown away."""
    return lambda: subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)


def start_up() -> list[Row]:
    """Time the whole process of `learn` beside an empty one, and beside a PyTorch script that only trains."""
    peers = [Peer("`python -c pass`", process("-c", "pass"))]
    if libraries.installed("torch"):
        peers.append(Peer("a PyTorch script that only trains it", process("-c", libraries.TORCH_SCRIPT), 1 / 3))
    task = "`workings learn examples/identity.md`, whole process"
    return together(task, process("-m", "workings", "learn", str(IDENTITY)), peers)


def one_after_another() -> list[Row]:
    """Time a million steps of the question's network: nothing recorded, and every step recorded."""
    net, steps, rate, start = workings.read(IDENTITY), 1_000_000, 1e-6, 0.25

    def ours(record: str) -> float:
        return net.train(rate=rate, steps=steps, start={"w": start}, record=record).weights["w"]

    c = libraries.c_descent()
    assert ours("ends") == ours("every") == c(start, rate, steps), "exact means the bits of the C loop"
    peers = [Peer("the loop in C, gcc -O3", lambda: c(start, rate, steps), 1.1)]
    if libraries.installed("jax"):
        jitted = libraries.jax_descent()
        assert math.isclose(jitted(start, rate, steps), c(start, rate, steps), rel_tol=1e-9)
        peers.append(Peer("JAX, jit and fori_loop", lambda: jitted(start, rate, steps)))
    if libraries.installed("torch"):
        eager, few = libraries.torch_descent(), 1000
        assert math.isclose(eager(start, rate, few), c(start, rate, few), rel_tol=1e-9)
        peers.append(Peer(f"PyTorch, eager (from {few:,} steps)", lambda: eager(start, rate, few), None, few / steps))
    task = f"{steps:,} steps of the question's network one after another, 64-bit exact"
    rows = together(task, lambda: ours("ends"), peers)
    both = [Peer("the same, nothing recorded", lambda: ours("ends"), 2.0)]
    return [*rows, *together("… and every step recorded", lambda: ours("every"), both)]


def many_at_once() -> list[Row]:
    """Time 2²⁰ networks, a start and a rate each, through 1,000 steps."""
    net, steps, side = workings.read(IDENTITY), 1000, 1 << 10
    starts, rates = numpy.linspace(0, 1, side), numpy.geomspace(1e-3, 1e2, side)
    points = Points((Axis("w", tuple(starts.tolist())), Axis("alpha", tuple(rates.tolist()))))
    rows: list[Row] = []
    kinds: tuple[tuple[Numbers, Any, float], ...] = (("fast32", numpy.float32, 1e-3), ("fast", numpy.float64, 1e-9))
    for numbers, kind, near in kinds:
        settings = net.settings(0, "cyclic", 1, "descent", None, "", numbers)
        sweep = Sweep(net.derive(), points, settings, steps=steps, start={})
        w, rate = (a.ravel().astype(kind) for a in numpy.meshgrid(starts, rates, indexing="ij"))
        found = gather(sweep).weights["w"].ravel()
        peers: list[Peer] = []
        if libraries.installed("jax"):
            jitted = libraries.jax_sweep(kind, steps)
            assert numpy.allclose(jitted(w, rate), found, rtol=near, atol=near)
            peers.append(Peer("JAX, jit, vmap and scan", partial(jitted, w, rate), 1 / 2.5))
        if kind is numpy.float32 and libraries.has_avx512():
            by_hand = libraries.avx512_sweep(steps)
            assert numpy.allclose(by_hand(w, rate), found, rtol=near, atol=near)
            peers.append(Peer("C by hand for AVX-512, all cores", partial(by_hand, w, rate), 1 / 0.8))
        few = 10
        short = gather(Sweep(net.derive(), points, settings, steps=few, start={})).weights["w"].ravel()
        assert numpy.allclose(libraries.numpy_sweep(w, rate, few), short, rtol=near, atol=near)
        by_arrays = partial(libraries.numpy_sweep, w, rate, few)
        peers.append(Peer(f"NumPy (from {few} steps)", by_arrays, None, few / steps))
        task = f"a sweep of 2²⁰ networks × {steps:,} steps, {sweep.settings.bits}-bit fast, with what became of each"
        rows += together(task, partial(gather, sweep), peers, 5)
    return rows


def two_hidden_layers() -> list[Row]:
    """Time a step of a 2-8-8-1 tanh network, written in scalars, for a batch of ten patterns."""
    chance, steps, few, rate = Random(0), 20_000, 300, 0.05
    shapes: list[tuple[int, ...]] = [(8, 2), (8,), (8, 8), (8,), (8,), ()]
    p = [numpy.array(chance_array(chance, shape)) for shape in shapes]
    x, t = numpy.array(chance_array(chance, (10, 2))), numpy.array(chance_array(chance, (10,)))
    net = workings.parse(_layers_written(x, t))
    names = net.graph.weights
    start = dict(zip(names, itertools.chain.from_iterable(part.ravel().tolist() for part in p), strict=True))

    def ours(count: int, numbers: Any) -> list[float]:
        history = net.train(
            rate=rate, steps=count, start=start, order="batch", numbers=numbers, record="ends", compiled=True
        )
        return list(history.weights.values())

    def peers(kind: Any, near: float, *, bars: bool) -> list[Peer]:
        found: list[Peer] = []
        parts, inputs, targets = [part.astype(kind) for part in p], x.astype(kind), t.astype(kind)
        for name, library, make, count, bar in (
            ("JAX, jit and scan", "jax", libraries.jax_layers, steps, 1 / 8),
            (f"PyTorch, eager (from {few} steps)", "torch", libraries.torch_layers, few, 1 / 200),
            (f"NumPy, by hand (from {few} steps)", "numpy", libraries.numpy_layers, few, None),
        ):
            if not libraries.installed(library):
                continue
            # The same weights after a few steps; after many, a rounding has grown to something.
            flat = numpy.concatenate([numpy.ravel(part) for part in make(few, rate)(parts, inputs, targets)])
            assert numpy.allclose(flat, ours(few, "exact"), rtol=near, atol=near), name
            train = make(count, rate)
            task = partial(train, parts, inputs, targets)
            found.append(Peer(name, task, bar if bars else None, count / steps))
        return found

    rows: list[Row] = []
    kinds = (("fast32", numpy.float32, 1e-3), ("fast", numpy.float64, 1e-8), ("exact", numpy.float64, 1e-8))
    for numbers, kind, near in kinds:
        assert numpy.allclose(ours(few, numbers), ours(few, "exact"), rtol=near, atol=near)
        shown = {"fast32": "32-bit fast", "fast": "64-bit fast", "exact": "64-bit exact"}[numbers]
        task = f"{steps:,} steps of a 2-8-8-1 tanh network in scalars, a batch of 10 patterns, {shown}"
        rows += together(task, partial(ours, steps, numbers), peers(kind, near, bars=numbers != "exact"), 5)
    return rows


def chance_array(chance: Random, shape: tuple[int, ...]) -> Any:
    """Return nested lists of numbers from [−1, 1]."""
    if not shape:
        return chance.uniform(-1, 1)
    return [chance_array(chance, shape[1:]) for _ in range(shape[0])]


def _layers_written(x: Any, t: Any) -> str:
    """Write the network in scalars: 105 weights, each with a name."""
    units = range(1, 9)
    first = [name for j in units for name in (f"u{j}", f"v{j}")] + [f"c{j}" for j in units]
    second = [f"w{j}_{k}" for j in units for k in units] + [f"d{j}" for j in units]
    last = [*(f"s{k}" for k in units), "g"]
    lines = ["input a, b in R", "target t in R", f"weight {', '.join([*first, *second, *last])} in R"]
    lines += [f"p{j} = tanh(u{j} a + v{j} b + c{j})" for j in units]
    lines += [f"q{j} = tanh({' + '.join(f'w{j}_{k} p{k}' for k in units)} + d{j})" for j in units]
    lines += [f"y = {' + '.join(f's{k} q{k}' for k in units)} + g", "E = 1/2 (y - t)^2"]
    rows = ", ".join(f"({a!r}, {b!r}; {c!r})" for (a, b), c in zip(x.tolist(), t.tolist(), strict=True))
    return "\n".join([*lines, f"patterns (a, b; t) = {rows}"])


def first_weight() -> Iterator[str]:
    """Time the way from source text to a trained weight in this process: cold, from disk, from memory, as it comes."""
    source = IDENTITY.read_text(encoding="utf-8")
    before = os.environ.get("WORKINGS_CACHE")
    folder = tempfile.mkdtemp(prefix="workings-bench-")
    os.environ["WORKINGS_CACHE"] = folder

    def learn(compiled: bool | None) -> float:
        return workings.parse(source).train(steps=1000, start={"w": 0.5}, compiled=compiled).weights["w"]

    def seconds(prepare: Callable[[], object], compiled: bool | None) -> float:
        times: list[float] = []
        for _ in range(9):
            prepare()
            begin = time.perf_counter()
            assert learn(compiled) == 1.0
            times.append(time.perf_counter() - begin)
        return statistics.median(times)

    def forget() -> None:
        engine._loaded.clear()  # pyright: ignore[reportPrivateUsage]

    def empty() -> None:
        forget()
        shutil.rmtree(folder)

    learn(True)
    for name, prepare, compiled, bar in (
        ("compiled cold", empty, True, 60), ("the kernel from disk", forget, True, 5),
        ("the kernel from this process", lambda: None, True, 5),
        ("as it comes: so few steps are interpreted", lambda: None, None, 5),
    ):  # fmt: skip
        yield f"| {name} | {1000 * seconds(prepare, compiled):.1f} ms | {bar} ms |"
    shutil.rmtree(folder, ignore_errors=True)
    del os.environ["WORKINGS_CACHE"]
    if before is not None:
        os.environ["WORKINGS_CACHE"] = before


def layers(count: int) -> workings.Network:
    """Return a chain of logistic layers, one weight each."""
    lines = ["input x in {1}", "target t in {0}", "A(z) = 1/(1 + e^(-z))"]
    lines.append("weight " + ", ".join(f"w{k}" for k in range(1, count + 1)) + " in R")
    for k in range(1, count + 1):
        lines += [f"z{k} = w{k} {'x' if k == 1 else f'a{k - 1}'}", f"a{k} = A(z{k})"]
    return workings.parse("\n".join([*lines, f"E = 1/2 (a{count} - t)^2"]))


def chains() -> list[Row]:
    """Time the derivation of 1,000 layers beside that of 100: the work should grow in proportion."""
    long, short = layers(1000).graph, layers(100).graph
    assert len(derive(long).gradients) == 10 * len(derive(short).gradients)
    ours, theirs = paired(lambda: derive(long), lambda: derive(short), 5)
    return [Row("derive a chain of 1,000 logistic layers", ours, "one of 100 layers", theirs)]


def descent() -> list[Row]:
    """Time 20,000 steps of the one-weight network beside the same loop with the autograd library, and by hand."""
    import autograd  # pyright: ignore[reportMissingTypeStubs]
    import autograd.numpy as anp  # pyright: ignore[reportMissingTypeStubs]

    net = workings.parse("input x in {1}\ntarget y in {1}\nweight w in R\nŷ = 1/(1 + e^(-w x))\nE = 1/2 (ŷ - y)^2")
    steps, few = 20_000, 500
    library: Any = autograd
    numeric: Any = anp

    def error(w: Any) -> Any:
        return 0.5 * (1 / (1 + numeric.exp(-w * 1.0)) - 1.0) ** 2

    gradient = library.grad(error)

    def ours() -> float:
        return net.train(rate=0.5, steps=steps, start={"w": 0.5}).weights["w"]

    def peer(count: int = few) -> float:
        w = 0.5
        for _ in range(count):
            w = w - 0.5 * gradient(w)
        return float(w)

    def by_hand() -> float:
        w = 0.5
        for _ in range(steps):
            y = 1 / (1 + math.exp(-(w * 1.0)))
            w = w - 0.5 * ((y - 1.0) * 1.0 * y * (1 - y))
        return w

    few_steps = net.train(rate=0.5, steps=few, start={"w": 0.5}).weights["w"]
    assert math.isclose(few_steps, peer(), rel_tol=1e-12)
    assert math.isclose(ours(), by_hand(), rel_tol=1e-12)
    mine, library_time = paired(ours, peer, 5)
    hand = paired(ours, by_hand, 5)[1]
    task = f"{steps:,} steps of the one-weight network, every step recorded"
    return [
        Row(task, mine, f"the library autograd (from {few:,} steps)", library_time * steps / few),
        Row(task, mine, "the same loop by hand in Python, nothing recorded", hand),
    ]


def checking() -> list[Row]:
    """Time the verdicts on four forms of a gradient beside SymPy's `simplify` of the same four differences."""
    import sympy  # pyright: ignore[reportMissingTypeStubs]

    forms = (
        "(A(w x) - x) x A(w x) (1 - A(w x))", "x e^(-w x) (A(w x) - x) / (1 + e^(-w x))^2",
        "-(x - A(w x)) x (A(w x) - A(w x)^2)", "x (1 - x - x e^(-w x)) e^(-w x) / (1 + e^(-w x))^3",
    )  # fmt: skip
    net = workings.read(IDENTITY)
    text = "\n".join(f"dE/dw = {form}" for form in forms)
    library: Any = sympy
    w, x = library.symbols("w x", real=True)
    a, t = 1 / (1 + library.exp(-w * x)), library.exp(-w * x)
    slope = library.diff((a - x) ** 2 / 2, w)
    theirs = (
        (a - x) * x * a * (1 - a), x * t * (a - x) / (1 + t) ** 2, -(x - a) * x * (a - a**2),
        x * (1 - x - x * t) * t / (1 + t) ** 3,
    )  # fmt: skip

    def ours() -> list[str | None]:
        return [line.how for line in net.check(text).lines]

    def peer() -> list[bool]:
        return [library.simplify(slope - form) == 0 for form in theirs]

    assert ours() == ["proved"] * 4
    assert peer() == [True] * 4
    mine, library_time = paired(ours, peer, 3)
    return [Row("four lines of a gradient read, judged and proved", mine, "SymPy's `simplify` of each", library_time)]


def explaining() -> Iterator[str]:
    """Time explanations, and yield the rows of a table: the task, the median, the most that it may be."""
    net = workings.read(IDENTITY)
    experiment = net.experiment()
    with tempfile.TemporaryDirectory() as folder:
        report = str(Path(folder) / "report.html")

        def prove() -> None:
            found = Bends(net.derive(), domain_of(net.graph)).certificate(1)
            assert found is not None
            assert found.greatest - found.reached < 1e-10

        def million() -> None:
            assert chart(experiment, 1024, 1024).swept.points.count == 1 << 20

        why = ("-m", "workings", "why", str(IDENTITY))
        tasks: tuple[tuple[str, Callable[[], object], str], ...] = (
            ("`workings why examples/identity.md`, whole process", process(*why), "1 s"),
            ("the same with its figures, as one HTML page", process(*why, "-o", report), ""),
            ("the proof of L, to ten digits, in one process", prove, ""),
            ("what becomes of 2²⁰ networks × 1,000 steps, start × rate", million, "2 s"),
        )
        for name, task, bar in tasks:
            times: list[float] = []
            for count in range(RUNS + 1):
                begin = time.perf_counter()
                task()
                if count:
                    times.append(time.perf_counter() - begin)
            yield f"| {name} | {_time(statistics.median(times))} | {bar} |"


def table(rows: list[Row]) -> str:
    """Write the rows as a Markdown table."""
    lines = ["| task | ours | beside | its time | ours / beside | bar |", "|---|---:|---|---:|---:|---|"]
    for row in rows:
        ratio = row.ours / row.theirs
        bar = "" if row.bar is None else f"≤ {row.bar:.3g} {'✓' if ratio <= row.bar else '✗'}"
        cells = (row.task, _time(row.ours), row.peer, _time(row.theirs), f"{ratio:.3g}", bar)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{model} ({engine.machine().llvm.get_host_cpu_name()}, {engine.machine().vector_bits}-bit vectors)"


def _versions() -> str:
    found: list[str] = [f"Python {platform.python_version()}", f"NumPy {numpy.__version__}"]
    missing: list[str] = []
    for name, shown in (("jax", "JAX"), ("torch", "PyTorch")):
        if libraries.installed(name):
            found.append(f"{shown} {importlib.metadata.version(name)}")
        else:
            missing.append(shown)
    gcc = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=False).stdout.strip()
    text = ", ".join([*found, f"gcc {gcc}"])
    return text + (f". Not installed here: {', '.join(missing)} (`pip install -e '.[peers]'`)" if missing else "")


def main() -> None:
    """Run every benchmark, print the table and write the page."""
    # Before the peers are loaded: the objects that they leave would be looked through with ours.
    first = "\n".join(first_weight())
    explained = "\n".join(explaining())
    rows = [*start_up(), *one_after_another(), *many_at_once(), *two_hidden_layers()]
    others = [*chains(), *descent(), *checking()]
    machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}"
    page = f"""# Figures

Made by `make bench`: medians, each task and its peers timed in turn in one run, each checked to reach the same
weights. Shared machines are noisy; compare the ratios. *bar*: the most that our time may be of the other's.

The machine: {machine}; {_versions()}.

## Training

{table(rows)}

From source text to the first trained weight of the question's network (read, derive, compile, up to 1,000 steps), in
one process:

| | median | bar |
|---|---:|---:|
{first}

## Deriving and checking

{table(others)}

## Explaining

| | median | bar |
|---|---:|---:|
{explained}
"""
    (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
