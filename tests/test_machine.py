"""The cache of kernels and machines without native code: nothing is trusted that was changed, nothing is silent."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import workings
from workings.run import sweep as sweeps
from workings.run.kernel import engine
from workings.run.kernel.engine import NoMachineError
from workings.run.swept import Swept

NET = "input x in {0, 1}\ntarget y = x\nweight w in R\nrate α = 1/2\nŷ = σ(w x)\nE = 1/2 (ŷ - y)^2"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache on disk, and nothing loaded in this process."""
    monkeypatch.setenv("WORKINGS_CACHE", str(tmp_path))
    monkeypatch.setattr(engine, "_loaded", {})
    return tmp_path / "kernels"


def trained(method: str = "descent") -> tuple[float, ...]:
    history = workings.parse(NET).train(steps=50, start={"w": 0.2}, compiled=True, method=method)
    assert history.native
    return history.last


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was compiled, and not taken from the cache."""
    made: list[str] = []
    compiled = engine._compiled  # pyright: ignore[reportPrivateUsage]

    def noted(this: engine.Machine, ir: str) -> bytes:
        made.append(ir)
        return compiled(this, ir)

    monkeypatch.setattr(engine, "_compiled", noted)
    return made


def _given(other: engine.Machine) -> engine.Machine:
    return other


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_loaded", {})


def test_a_kernel_is_compiled_once(cache: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = trained()
    forget(monkeypatch)
    assert trained() == first
    assert len(compilations) == 1
    assert len(list(cache.iterdir())) == 1


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "half of it": lambda code: code[: len(code) // 2],
    "nothing": lambda code: code[:0],
    "another last byte": lambda code: code[:-1] + bytes([code[-1] ^ 1]),
    "another digest": lambda code: b"0" * 64 + code[64:],
    "more": lambda code: code + b"more",
    "no kernel": lambda code: code[:0] + b"no kernel at all\n",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_file_that_was_torn_or_changed_is_compiled_anew(
    spoil: Callable[[bytes], bytes], cache: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trained()
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(spoil(whole))
    forget(monkeypatch)
    assert trained() == first
    assert len(compilations) == 2
    assert kept.read_bytes() == whole


def test_another_processor_version_or_library_misses_the_cache(
    cache: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained()
    this = engine.machine()
    for line in range(len(this.identity.splitlines())):
        lines = this.identity.splitlines()
        lines[line] += " other"
        other = dataclasses.replace(this, identity="\n".join(lines))
        monkeypatch.setattr(engine, "machine", partial(_given, other))
        forget(monkeypatch)
        before = len(compilations)
        trained()
        assert len(compilations) == before + 1, lines[line]
    assert len(list(cache.iterdir())) == 1 + len(this.identity.splitlines())


def test_two_processes_may_write_the_same_kernel_at_once(cache: Path) -> None:
    code = (
        f"import workings; h = workings.parse({NET!r}).train(steps=50, start={{'w': 0.2}}, compiled=True);"
        "print(h.native, h.last)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=120) for process in running]
    assert {out for out, _ in said} == {f"True {trained()}\n"}, said
    assert len(list(cache.iterdir())) == 1


def test_a_cache_that_cannot_be_written_or_is_switched_off_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    for place in (str(tmp_path / "file"), ""):
        monkeypatch.setenv("WORKINGS_CACHE", place)
        forget(monkeypatch)
        assert trained()


def test_the_oldest_kernels_make_room(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained()
    (kept,) = cache.iterdir()
    monkeypatch.setattr(engine, "MOST_KEPT", kept.stat().st_size + 10)
    trained(method="momentum")
    assert not kept.exists()
    assert len(list(cache.iterdir())) == 1


# Without native code


@pytest.fixture
def no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> engine.Machine:
        raise NoMachineError("there is no LLVM for this processor")

    monkeypatch.setattr(engine, "machine", none)
    monkeypatch.setattr("workings.run.kernel.descent.machine", none)
    monkeypatch.setattr("workings.run.kernel.sweep.machine", none)
    monkeypatch.setattr(engine, "_loaded", {})


@pytest.mark.usefixtures("no_machine")
def test_the_interpreter_runs_and_says_so() -> None:
    net = workings.parse(NET)
    history = net.train(steps=50, start={"w": 0.2}, compiled=True)
    assert not history.native
    assert history.said[-1] == (
        "the interpreter runs, which is slower and computes the same: there is no LLVM for this processor"
    )
    found = net.sweep({"w": (0.1, 0.2)}, steps=50)
    assert isinstance(found, Swept)
    assert "the interpreter runs" in found.said[-1]
    assert found.weights["w"][1] == history.last[0]


@pytest.mark.usefixtures("no_machine")
def test_fast_numbers_are_refused_where_there_is_no_native_code() -> None:
    net = workings.parse(NET)
    for ask in (lambda: net.train(numbers="fast"), lambda: net.sweep({"w": (0.0, 1.0)}, numbers="fast32")):
        with pytest.raises(workings.ReadError, match="fast numbers are asked for, and there is no LLVM"):
            ask()


def test_a_libm_that_is_not_pythons_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    import math

    class Other:
        def __getattr__(self, name: str) -> object:
            return getattr(math, name)

        def exp(self, value: float) -> float:
            return math.nextafter(math.exp(value), 0)

    monkeypatch.setattr(engine, "math", Other())
    with pytest.raises(NoMachineError, match="the C library's exp is not the one that Python computes with"):
        engine.machine.__wrapped__()


def test_sweeps_use_every_core_they_may() -> None:
    assert sweeps.usable_cores() >= 1
