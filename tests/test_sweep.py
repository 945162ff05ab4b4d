"""Sweeps: every point is the training that would be made there; blocks on disk are whole, and taken up."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy
import pytest

import workings
from workings.run.settings import Numbers
from workings.run.sweep import Sweep
from workings.run.swept import ENDINGS, Axis, Points, Summary, Swept

ROOT = Path(__file__).parent.parent
IDENTITY = ROOT / "examples" / "identity.md"
BOWL = "weight w in R\nrate α = 1/2\nE = 1/2 w^2\ninput x in {1}"
TWO = (
    "input x in {0, 1, 2}\ntarget q = 1 - x/2\nweight w in [-2, 2], b in R\nrate α = 1/2\nconstant k = 0.1\n"
    "ŷ = σ(w x + b)\nE = 1/2 (ŷ - q)^2 + k w^2"
)


def in_memory(found: Swept | Summary) -> Swept:
    assert isinstance(found, Swept)
    return found


def ready(net: workings.Network, axes: dict[str, Any], **how: Any) -> Sweep:
    settings = net.settings(
        how.pop("seed", 0), how.pop("order", "cyclic"), how.pop("batch", 1), how.pop("method", "descent"), None,
        how.pop("schedule", ""), how.pop("numbers", "exact"),
    )  # fmt: skip
    return net.prepared_sweep(axes, settings=settings, **how)


HOWS: list[dict[str, Any]] = [
    {}, {"order": "batch"}, {"order": "shuffled"}, {"batch": 2}, {"method": "momentum"}, {"method": "adam"},
    {"schedule": "α / (1 + t/10)"},
]  # fmt: skip


@pytest.mark.parametrize("how", HOWS, ids=str)
def test_each_point_is_the_training_that_would_be_made_there(how: dict[str, Any]) -> None:
    net = workings.parse(TWO)
    found = in_memory(net.sweep({"w": (-1.5, 0.25), "α": (0.05, 1.5, 9.0), "k": (0.0, 0.3)}, steps=47, **how))
    assert found.error.shape == (2, 3, 2)
    for i, w in enumerate((-1.5, 0.25)):
        for j, rate in enumerate((0.05, 1.5, 9.0)):
            for k, constant in enumerate((0.0, 0.3)):
                here = workings.parse(TWO.replace("k = 0.1", f"k = {constant}"))
                run = here.train(rate=rate, start={"w": w}, steps=47, **how)
                assert {n: v[i, j, k] for n, v in found.weights.items()} == dict(run.weights), (w, rate, constant)
                assert found.error[i, j, k] == run.error


@pytest.mark.parametrize("how", HOWS, ids=str)
@pytest.mark.parametrize("points", [1, 15, 16, 17])
def test_the_kernel_is_the_interpreter_in_any_number_of_lanes_and_threads(points: int, how: dict[str, Any]) -> None:
    net = workings.parse(TWO)
    axes = {"w": numpy.linspace(-2, 2, points), "α": (0.3, 20.0)}
    kernel = in_memory(net.sweep(axes, steps=61, threads=1, **how))
    many = in_memory(net.sweep(axes, steps=61, threads=5, **how))
    interpreter = in_memory(net.sweep(axes, steps=61, compiled=False, **how))
    for other in (many, interpreter):
        for name, values in kernel.columns().items():
            assert numpy.array_equal(values, other.columns()[name], equal_nan=values.dtype.kind == "f"), name


@pytest.mark.parametrize("lanes", [1, 2, 8])
@pytest.mark.parametrize("numbers", ["exact", "fast"])
def test_narrow_lanes_give_the_same_bits(lanes: int, numbers: Numbers) -> None:
    net = workings.parse(TWO)
    values = tuple(numpy.linspace(-2, 2, 33).tolist())
    widest, narrow = (
        Sweep(net.derive(), Points((Axis("w", values),)), net.settings(0, "cyclic", 1, "adam", None, "", numbers),
              steps=40, start={"b": 0.1}, lanes=chosen)
        for chosen in (None, lanes)
    )  # fmt: skip
    one, other = widest.run(0), narrow.run(0)
    assert one is not None
    assert other is not None
    assert numpy.array_equal(one.error, other.error)
    assert numpy.array_equal(one.weights["w"], other.weights["w"])


@pytest.mark.parametrize(("rate", "ending"), [
    (0.5, "converged"), (1.0, "converged"), (2.0, "oscillated"), (3.0, "diverged"), (1e-6, "moving"),
    (1.9999, "oscillated"),
])  # fmt: skip
def test_endings_of_a_bowl_whose_descent_is_known(rate: float, ending: str) -> None:
    # w is multiplied by 1 − α in each step.
    found = in_memory(workings.parse(BOWL).sweep({"α": (rate,), "w": (0.5, -0.25)}, steps=2000))
    assert set(found.endings.ravel().tolist()) == {ending}
    if ending == "converged":
        assert (found.steps > 0).all()
        assert (found.steps < 200).all()


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(("steps", "every"), [(20, 1), (7, None), (9, 1), (100, None)])
def test_a_point_that_settles_only_at_its_end_is_moving(steps: int, every: int | None, compiled: bool) -> None:
    net = workings.parse(BOWL)
    found = in_memory(net.sweep({"α": (1e-4, 1e-3)}, start={"w": 1.0}, steps=steps, every=every, compiled=compiled))
    assert found.endings.tolist() == ["moving", "moving"]
    assert found.steps.tolist() == [steps, steps]


@pytest.mark.parametrize("compiled", [True, False])
def test_an_error_that_is_not_finite_on_the_way_is_no_good_ending(compiled: bool) -> None:
    net = workings.parse("input x in {1}\nweight w in [0, 1]\nrate α = 1/2\nE = -log(w x)")
    found = in_memory(net.sweep({"w": (0.0, 0.5)}, steps=10, compiled=compiled))
    assert found.endings.tolist() == ["diverged", "edge"]
    assert found.steps.tolist() == [-1, 1]
    assert found.summary.best == {"w": 0.5}


def test_a_weight_that_ends_at_its_interval_is_at_the_edge() -> None:
    found = in_memory(workings.read(IDENTITY).sweep({"w": (0.1, 0.9), "α": (0.5,)}, steps=1000))
    assert found.endings.tolist() == [["edge"], ["edge"]]
    assert found.weights["w"].tolist() == [[1.0], [1.0]]


def test_steps_to_a_tolerance_are_counted_to_the_check() -> None:
    net = workings.parse(BOWL)
    found = in_memory(net.sweep({"α": (0.1, 0.5, 1e-9)}, start={"w": 1.0}, steps=400, tolerance=1e-6, every=1))
    # E after n steps is ½ (1 − α)²ⁿ.
    expected = [next(n for n in range(400) if (1 - rate) ** (2 * n) / 2 <= 1e-6) for rate in (0.1, 0.5)]
    assert found.steps.tolist() == [*expected, -1]


def test_a_point_that_is_not_finite_has_no_steps() -> None:
    found = in_memory(workings.parse(BOWL).sweep({"α": (5.0,)}, start={"w": 1.0}, steps=2000))
    assert (found.steps.tolist(), found.endings.tolist()) == ([-1], ["diverged"])
    assert found.summary.best == {}


@pytest.mark.parametrize("numbers", ["fast", "fast32"])
def test_fast_sweeps_stay_by_the_exact_one(numbers: Numbers) -> None:
    net = workings.parse(TWO)
    axes = {"w": numpy.linspace(-2, 2, 37), "α": (0.1, 0.7)}
    exact, fast = (in_memory(net.sweep(axes, steps=100, numbers=each)) for each in ("exact", numbers))
    near = 1e-3 if numbers == "fast32" else 1e-11
    assert numpy.allclose(exact.error, fast.error, rtol=near, atol=near)
    assert fast.error.dtype == (numpy.float32 if numbers == "fast32" else numpy.float64)
    assert (exact.ending == fast.ending).mean() > 0.9


def test_a_sample_is_drawn_by_its_seed_wherever_blocks_are_cut() -> None:
    points = Points((Axis("w", (0.0, 1.0)), Axis("alpha", (1e-3, 1e2), True)), 1000, 3)
    whole = points.values(0, 1000)
    for begin, end in ((0, 1), (1, 10), (333, 334), (997, 1000)):
        for all_of_them, some in zip(whole, points.values(begin, end), strict=True):
            assert all_of_them[begin:end].tolist() == some.tolist()
    assert whole[0].min() >= 0
    assert whole[0].max() <= 1
    assert 0.4 < (whole[1] < math.sqrt(1e-1)).mean() < 0.6
    other = Points(points.axes, 1000, 4).values(0, 1000)
    assert (other[0] != whole[0]).all()


def test_arrays_are_labelled() -> None:
    found = in_memory(workings.read(IDENTITY).sweep({"w": (0.0, 0.5, 1.0), "α": (0.1, 0.5)}, steps=10))
    assert {name: values.tolist() for name, values in found.axes.items()} == {"w": [0.0, 0.5, 1.0], "alpha": [0.1, 0.5]}
    assert list(found.columns()) == ["w", "error", "steps", "ending"]
    pytest.importorskip("xarray")
    data = found.to_xarray()
    assert dict(data.sizes) == {"start_w": 3, "alpha": 2}
    assert float(data["error"].sel(start_w=0.5, alpha=0.1)) == found.error[1, 0]


# Asking wrongly


@pytest.mark.parametrize(("axes", "how", "found"), [
    ({}, {}, "there is nothing to sweep over"), ({"q": (1.0,)}, {}, "`q` cannot be swept"),
    ({"w": ()}, {}, "the axis `w` has no value"), ({"w": (0.5, 1.5)}, {}, "the axis `w` has the value 1.5"),
    ({"α": (0.0,)}, {}, "the axis `α` has the value 0"), ({"w": (math.nan,)}, {}, "the axis `w` has the value nan"),
    ({"w": (0.0, 1.0)}, {"sample": 0}, "a sample of no points is asked for"),
    ({"w": (0.0, 0.5, 1.0)}, {"sample": 3}, "the range of `w` is not two numbers"),
    ({"w": (0.0, 1.0)}, {"sample": 3, "logarithmic": ["w"]}, "the range of `w` goes down to 0"),
    ({"w": (0.5,)}, {"steps": 0}, "a sweep of no steps is asked for"),
    ({"w": (0.5,)}, {"tolerance": math.nan}, "the tolerance is nan"),
])  # fmt: skip
def test_a_request_that_does_not_fit_is_told(axes: dict[str, Any], how: dict[str, Any], found: str) -> None:
    with pytest.raises(workings.ReadError) as failure:
        workings.read(IDENTITY).sweep(axes, **how)
    assert failure.value.problems[0].found.startswith(found)


# On disk


@pytest.mark.parametrize("suffix", ["npz", "parquet"])
@pytest.mark.parametrize("sample", [None, 5000])
def test_a_file_has_what_memory_has(suffix: str, sample: int | None, tmp_path: Path, small_blocks: None) -> None:
    del small_blocks
    net = workings.read(IDENTITY)
    axes = {"w": (0.0, 1.0), "α": (0.01, 10.0)} if sample else {"w": numpy.linspace(0, 1, 40), "α": (0.1, 1.0, 7.0)}
    memory = in_memory(net.sweep(axes, steps=30, sample=sample, numbers="fast32"))
    path = tmp_path / f"out.{suffix}"
    summary = net.sweep(axes, steps=30, sample=sample, numbers="fast32", to=path)
    assert summary == memory.summary
    assert list(tmp_path.iterdir()) == [path]
    expected = memory.columns()
    if suffix == "npz":
        with numpy.load(path) as data:
            assert data["axes"].tolist() == ["start_w", "alpha"]
            assert numpy.array_equal(numpy.array(ENDINGS)[data["ending"]], expected["ending"])
            for name in ("w", "error", "steps"):
                assert numpy.array_equal(data[name], expected[name])
            assert numpy.array_equal(data["alpha"], memory.axes["alpha"])
        return
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(path).to_pydict()
    assert list(table) == ["start_w", "alpha", "w", "error", "steps", "ending"]
    for name in ("w", "error", "steps", "ending"):
        assert table[name] == expected[name].ravel().tolist()


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workings.run.sweep._MOST_POINTS", 256)


@pytest.mark.usefixtures("small_blocks")
def test_what_is_missing_or_torn_is_made_again_and_the_rest_is_not(tmp_path: Path) -> None:
    from workings.run.stored import Store

    net = workings.read(IDENTITY)
    axes = {"w": numpy.linspace(0, 1, 1000)}
    sweep = ready(net, axes, steps=20)
    path = tmp_path / "out.npz"
    store = Store(path, sweep, net.notation)
    assert store.missing() == list(range(sweep.blocks))
    assert sweep.blocks == 4
    for number, block in sweep.run_all([0, 1, 3]):
        store.keep(number, block)
    torn = path.with_name("out.npz.parts") / "000001.npz"
    torn.write_bytes(torn.read_bytes()[:-40])
    again = Store(path, ready(net, axes, steps=20), net.notation)
    assert again.missing() == [1, 2]
    net.sweep(axes, steps=20, to=path)
    with numpy.load(path) as data:
        assert numpy.array_equal(data["error"], in_memory(net.sweep(axes, steps=20)).error)


@pytest.mark.usefixtures("small_blocks")
def test_the_blocks_of_another_sweep_are_not_mixed_in(tmp_path: Path) -> None:
    from workings.run.stored import Store

    net = workings.read(IDENTITY)
    path = tmp_path / "out.npz"
    axes = {"w": numpy.linspace(0, 1, 1000)}
    Store(path, ready(net, axes, steps=20), net.notation)
    for other in ({"steps": 21}, {"steps": 20, "rate": 0.25}, {"steps": 20, "numbers": "fast"}):
        with pytest.raises(workings.ReadError, match="another sweep was interrupted here"):
            net.sweep(axes, to=path, **other)  # type: ignore[arg-type]
    with pytest.raises(workings.ReadError, match="another sweep was interrupted here"):
        net.sweep({"w": numpy.linspace(0, 0.5, 1000)}, steps=20, to=path)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    net = workings.read(IDENTITY)
    for path, found in (
        (tmp_path / "none" / "out.npz", "this cannot be written"), (tmp_path / "out.csv", "no format for '.csv'"),
        (tmp_path / "out", "no format for"),
    ):  # fmt: skip
        with pytest.raises(workings.ReadError, match=found):
            net.sweep({"w": (0.0, 1.0)}, steps=5, to=path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_leaves_the_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    net = workings.read(IDENTITY)
    path = tmp_path / "out.npz"
    real = os.fsync
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 2:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(workings.ReadError, match="No space left on device"):
        net.sweep({"w": (0.0, 1.0)}, steps=5, to=path)
    monkeypatch.setattr(os, "fsync", real)
    assert not path.exists()
    net.sweep({"w": (0.0, 1.0)}, steps=5, to=path)
    assert zipfile.is_zipfile(path)


# The command


def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workings", "sweep", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_the_command_tells_how_the_points_ended() -> None:
    done = run(IDENTITY, "--grid", "w=0:1:5", "--grid", "α=0.01:10:20:log", "--steps", "200")
    assert (done.returncode, done.stderr) == (0, "")
    assert "100 points: w from 0 to 1, 5 values, α from 0.01 to 10, 20 values" in done.stdout
    rows = [line for line in done.stdout.splitlines() if "■■" in line]
    assert len(rows) == 5
    assert all(len(row) == len(rows[0]) for row in rows)


def test_the_command_gives_json(tmp_path: Path) -> None:
    found = json.loads(run(IDENTITY, "--grid", "w=0,1/2,1", "--json").stdout)
    assert found["axes"] == {"w": [0.0, 0.5, 1.0]}
    assert found["endings"]["edge"] == 3
    assert found["results"]["w"] == [1.0, 1.0, 1.0]
    stored = json.loads(run(IDENTITY, "--grid", "w=0,1/2,1", "-o", tmp_path / "o.npz", "--json").stdout)
    assert stored["least_error"] == found["least_error"]


@pytest.mark.parametrize("args", [
    ("--grid", "w"), ("--grid", "w=0:1"), ("--grid", "w=0:1:x"), ("--grid", "w=0:1:3:log"), ("--grid", "w=0:1:0"),
    ("--range", "w=0:1"), ("--sample", "3", "--grid", "w=0:1:3"), ("--sample", "3", "--range", "w=0:1:4"),
    ("--grid", "w=0:1:3", "--order", "random"), ("--grid", "w=0:1:3", "--numbers", "quick"),
    ("--grid", "w=0:1:3", "--grid", "w=0:1:3"), ("--grid", "w=0:1:99999999999999999999"),
    ("--grid", "w=0:1:100000", "--grid", "α=0.1:1:1000"),
])  # fmt: skip
def test_wrong_use_is_told(args: tuple[str, ...]) -> None:
    done = run(IDENTITY, *args)
    assert done.returncode == 2
    assert "expected: " in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupted_sweep_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "out.npz"
    command = [
        sys.executable, "-m", "workings", "sweep", str(IDENTITY), "--sample", "3000000", "--range", "w=0:1", "--range",
        "α=0.001:100:log", "--steps", "3000", "--numbers", "fast32", "-o", str(path),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    parts = path.with_name("out.npz.parts")
    give_up = time.monotonic() + 60
    while len(list(parts.glob("0*.npz"))) < 2 and time.monotonic() < give_up:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "the same command goes on from there" in " ".join(errors.split())
    kept = {part.name: part.stat().st_mtime_ns for part in parts.glob("0*.npz")}
    assert len(kept) >= 2
    assert not path.exists()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert not parts.exists()
    with numpy.load(path) as data:
        assert numpy.isfinite(data["error"]).all()
        assert data["error"].shape == (3_000_000,)


@pytest.mark.parametrize("numbers", ["exact", "fast32"])
def test_an_interrupt_is_heard_inside_one_long_point(numbers: str) -> None:
    command = [
        sys.executable, "-m", "workings", "sweep", "examples/bias.md", "--grid", "w=0.5", "--steps", "30000000000",
        "--numbers", numbers,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130, errors
    assert errors.strip() == "interrupted"
