"""The peers: the same tasks in C, NumPy, JAX and PyTorch, as somebody who knows each of them would write them.

A peer that is not installed is left out and named. Nothing in the product imports this.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy

from workings.run.sweep import usable_cores

_HERE = Path(__file__).parent / "peers"
Array = Any


def installed(name: str) -> bool:
    """Say whether a library is there."""
    return importlib.util.find_spec(name) is not None


def compiled(name: str, *flags: str) -> Any:
    """Compile a C file with `gcc -O3` for this machine and load it."""
    folder = Path(tempfile.mkdtemp(prefix="workings-bench-"))
    library = folder / f"{name}.so"
    command = ["gcc", "-O3", "-march=native", "-shared", "-fPIC", *flags, str(_HERE / f"{name}.c"), "-o", str(library)]
    subprocess.run([*command, "-lm"], check=True)
    return ctypes.CDLL(str(library))


# The question's network, one step after another


def c_descent() -> Callable[[float, float, int], float]:
    """Return the loop in C."""
    descend = compiled("descent", "-ffp-contract=off").descend
    descend.restype, descend.argtypes = ctypes.c_double, [ctypes.c_double, ctypes.c_double, ctypes.c_int64]
    return descend


def jax_descent() -> Callable[[float, float, int], float]:
    """Return the loop as one jitted `fori_loop` with JAX's own gradient."""
    jax, jnp = _jax()

    def error(w: Any, x: Any) -> Any:
        return 0.5 * (1 / (1 + jnp.exp(-w * x)) - x) ** 2

    gradient = jax.grad(error)

    def descend(w: Any, rate: Any, steps: Any) -> Any:
        def step(k: Any, w: Any) -> Any:
            return jnp.clip(w - rate * gradient(w, (k & 1).astype(jnp.float64)), 0.0, 1.0)

        return jax.lax.fori_loop(0, steps, step, w)

    jitted = jax.jit(descend)
    return lambda w, rate, steps: float(jitted(w, rate, steps))


def torch_descent() -> Callable[[float, float, int], float]:
    """Return the loop in eager PyTorch."""
    torch: Any = importlib.import_module("torch")

    def descend(start: float, rate: float, steps: int) -> float:
        w: Any = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        xs = [torch.tensor(x, dtype=torch.float64) for x in (0.0, 1.0)]
        for k in range(steps):
            x = xs[k & 1]
            error = 0.5 * (torch.sigmoid(w * x) - x) ** 2
            error.backward()
            with torch.no_grad():
                w -= rate * w.grad
                w.clamp_(0, 1)
            w.grad.zero_()
        return w.item()

    return descend


# Many of them at once


def numpy_sweep(w: Array, rate: Array, steps: int) -> Array:
    """Train all networks by array operations."""
    w = w.copy()
    one = w.dtype.type(1)
    for k in range(steps):
        x = w.dtype.type(k & 1)
        s = one / (one + numpy.exp(-w * x))
        w -= rate * ((s - x) * x * s * (one - s))
        numpy.clip(w, 0, 1, out=w)
    return w


def jax_sweep(kind: Any, steps: int) -> Callable[[Array, Array], Array]:
    """Return the sweep as one jitted `vmap` of a `scan`."""
    jax, jnp = _jax()

    def error(w: Any, x: Any) -> Any:
        return 0.5 * (1 / (1 + jnp.exp(-w * x)) - x) ** 2

    gradient = jax.grad(error)

    def train(w: Any, rate: Any) -> Any:
        def step(w: Any, x: Any) -> Any:
            return jnp.clip(w - rate * gradient(w, x), 0, 1), None

        return jax.lax.scan(step, w, jnp.tile(jnp.array([0, 1], kind), steps // 2))[0]

    jitted = jax.jit(jax.vmap(train))
    return lambda w, rate: numpy.asarray(jitted(w, rate).block_until_ready())


def avx512_sweep(steps: int) -> Callable[[Array, Array], Array]:
    """Return the sweep in C, written by hand for AVX-512, on all cores."""
    function = compiled("sweep_avx512").sweep
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * 3]
    pool = ThreadPoolExecutor(usable_cores())

    def sweep(start: Array, rate: Array) -> Array:
        w = start.copy()
        piece = len(w) // 16
        begins = range(0, len(w), piece)

        def part(begin: int) -> None:
            function(w.ctypes.data, rate.ctypes.data, begin, begin + piece, steps)

        list(pool.map(part, begins))
        return w

    return sweep


def has_avx512() -> bool:
    """Say whether this processor has AVX-512."""
    try:
        return "avx512f" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False


# A 2-8-8-1 network, all patterns in each step. The parameters are W₁ (8×2), b₁, W₂ (8×8), b₂, w₃ (8), b₃.


def jax_layers(steps: int, rate: float) -> Callable[..., list[Array]]:
    """Return the training as one jitted `scan`."""
    jax, jnp = _jax()

    def error(p: Any, x: Any, t: Any) -> Any:
        h = jnp.tanh(x @ p[0].T + p[1])
        h = jnp.tanh(h @ p[2].T + p[3])
        return jnp.mean(0.5 * (h @ p[4] + p[5] - t) ** 2)

    gradient = jax.grad(error)

    def train(p: Any, x: Any, t: Any) -> Any:
        def step(p: Any, _: Any) -> Any:
            return [a - rate * g for a, g in zip(p, gradient(p, x, t), strict=True)], None

        return jax.lax.scan(step, p, None, length=steps)[0]

    jitted = jax.jit(train)

    def arrays(p: Any, x: Any, t: Any) -> list[Array]:
        return [numpy.asarray(a) for a in jax.block_until_ready(jitted(p, x, t))]

    return arrays


def torch_layers(steps: int, rate: float) -> Callable[..., list[Array]]:
    """Return the training in eager PyTorch."""
    torch: Any = importlib.import_module("torch")

    def train(p: Any, x: Any, t: Any) -> list[Array]:
        parts = [torch.tensor(a, requires_grad=True) for a in p]
        inputs, targets = torch.tensor(x), torch.tensor(t)
        for _ in range(steps):
            h = torch.tanh(inputs @ parts[0].T + parts[1])
            h = torch.tanh(h @ parts[2].T + parts[3])
            error = (0.5 * (h @ parts[4] + parts[5] - targets) ** 2).mean()
            error.backward()
            with torch.no_grad():
                for part in parts:
                    part -= rate * part.grad
                    part.grad = None
        return [part.detach().numpy() for part in parts]

    return train


def numpy_layers(steps: int, rate: float) -> Callable[..., list[Array]]:
    """Return the training with the backward pass written by hand in NumPy."""

    def train(p: Any, x: Any, t: Any) -> list[Array]:
        w1, b1, w2, b2, w3, b3 = (numpy.array(a) for a in p)
        count = len(t)
        for _ in range(steps):
            h1 = numpy.tanh(x @ w1.T + b1)
            h2 = numpy.tanh(h1 @ w2.T + b2)
            d = (h2 @ w3 + b3 - t) / count
            d2 = numpy.outer(d, w3) * (1 - h2**2)
            d1 = (d2 @ w2) * (1 - h1**2)
            w3, b3 = w3 - rate * (d @ h2), b3 - rate * d.sum()
            w2, b2 = w2 - rate * (d2.T @ h1), b2 - rate * d2.sum(0)
            w1, b1 = w1 - rate * (d1.T @ x), b1 - rate * d1.sum(0)
        return [w1, b1, w2, b2, w3, b3]

    return train


def _jax() -> tuple[Any, Any]:
    jax: Any = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    return jax, importlib.import_module("jax.numpy")


#: A script that only trains the question's network, as one writes it in PyTorch.
TORCH_SCRIPT = """
import torch
w = torch.tensor(0.5, requires_grad=True)
for step in range(1000):
    x = torch.tensor(float(step % 2))
    error = 0.5 * (torch.sigmoid(w * x) - x) ** 2
    error.backward()
    with torch.no_grad():
        w -= 0.5 * w.grad
        w.clamp_(0, 1)
        w.grad.zero_()
print(float(w))
"""
