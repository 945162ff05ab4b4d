"""`make bench`: whole tasks, each beside a peer in the same run, each checked to reach the same result.

Times are medians of several runs on one machine; only the ratios mean something elsewhere. The table is
printed and written to docs/benchmarks.md.
"""

from __future__ import annotations

import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import workings
from workings.derive.backprop import derive

ROOT = Path(__file__).parent.parent
IDENTITY = ROOT / "examples" / "identity.md"
RUNS = 7


class Row(NamedTuple):
    """One line of the table: the task, our time, the peer, its time."""

    task: str
    ours: float
    peer: str
    theirs: float


def paired(ours: Callable[[], object], theirs: Callable[[], object], runs: int = RUNS) -> tuple[float, float]:
    """Return the medians of two tasks timed in turn, after one run of each that is not counted."""
    ours()
    theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for task, kept in zip((ours, theirs), times, strict=True):
            begin = time.perf_counter()
            task()
            kept.append(time.perf_counter() - begin)
    return statistics.median(times[0]), statistics.median(times[1])


def process(*command: str) -> Callable[[], object]:
    """Return the task of running a whole process, whose output is thrown away."""
    return lambda: subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)


def start_up() -> list[Row]:
    """Time the whole process of `learn` beside an empty one."""
    ours, theirs = paired(process("-m", "workings", "learn", str(IDENTITY)), process("-c", "pass"))
    return [Row("`workings learn examples/identity.md`, whole process", ours, "`python -c pass`", theirs)]


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


def table(rows: list[Row]) -> str:
    """Write the rows as a Markdown table."""
    lines = ["| task | ours | beside | its time | ours / beside |", "|---|---:|---|---:|---:|"]
    lines += [f"| {r.task} | {_time(r.ours)} | {r.peer} | {_time(r.theirs)} | {r.ours / r.theirs:.3g} |" for r in rows]
    return "\n".join(lines)


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def main() -> None:
    """Run every benchmark, print the table and write the page."""
    shown = table([*start_up(), *chains(), *descent(), *checking()])
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    page = f"""# Figures

Made by `make bench`: medians, each task and its peer timed in turn in one run, each checked to reach the same
result. The machine: {machine}. Shared machines are noisy; compare the ratios.

{shown}
"""
    (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
