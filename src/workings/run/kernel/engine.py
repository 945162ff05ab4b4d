"""The compiler behind the kernels: LLVM through llvmlite. Nothing else imports it.

A kernel is compiled for the processor that runs it and kept on disk by its content: the IR, and whatever else
decides the code: the passes, llvmlite's and LLVM's versions, the processor with its features, and the C library. A
file that is torn or was changed is not trusted, and compiled anew.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import importlib
import itertools
import math
import os
import platform
import re
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workings.run.kernel.text import Bits, Lanes
from workings.run.kernel.words import LIBM, imported

#: The kernels on disk are kept below this size; the ones not used for longest go first.
MOST_KEPT = 64 * 2**20
#: The way from IR to code below; another way has another name, so that no old code is taken for its own.
_PASSES = "passes 1"
#: IR longer than this is compiled with less effort: the time of LLVM's best grows faster than the code.
_LONG = 400_000


class NoMachineError(RuntimeError):
    """This machine cannot run native kernels; `str` says why. The interpreter computes the same bits."""


class KernelError(RuntimeError):
    """The IR of a kernel does not verify: a fault of this package, never passed over in silence."""


@dataclass(frozen=True)
class Machine:
    """The processor of this process, as LLVM sees it."""

    llvm: Any
    target: Callable[[], Any]
    linker: Callable[[], Any]
    libm: Mapping[str, int]
    identity: str
    vector_bits: int
    scales: bool

    def lanes(self, bits: Bits) -> Lanes:
        """Return the widest lanes of this processor."""
        return Lanes(bits, self.vector_bits // bits, self.scales)


@functools.cache
def machine() -> Machine:
    """Return this machine.

    Raises:
        NoMachineError: when llvmlite is not installed or has no code for this processor, or libm is not the
            one that Python computes with.
    """
    try:
        # Loaded by name: llvmlite has no type stubs, and it is loaded only where something is compiled.
        llvmlite: Any = importlib.import_module("llvmlite")
        llvm: Any = importlib.import_module("llvmlite.binding")
    except (ImportError, OSError) as error:
        raise NoMachineError(f"llvmlite cannot be loaded: {error}") from None
    try:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        triple = llvm.Target.from_default_triple()
        features = llvm.get_host_cpu_features()
        processor = llvm.get_host_cpu_name()
        wide = bool(features.get("avx512f")) and bool(features.get("avx512dq"))
        # Some processors are said to prefer half of their width; for loops of arithmetic alone they are wrong.
        flat = features.flatten() + (",-prefer-256-bit" if wide else "")

        def target() -> Any:
            return triple.create_target_machine(
                cpu=processor, features=flat, opt=3, reloc="default", codemodel="jitdefault", jit=True
            )

        target()
    except (RuntimeError, OSError) as error:
        raise NoMachineError(f"LLVM has no code for this processor: {error}") from None
    libm = _libm()
    vector = 512 if wide else 256 if features.get("avx2") and features.get("fma") else 128
    identity = "\n".join((
        _PASSES, llvmlite.__version__, str(llvm.llvm_version_info), triple.triple, processor, flat,
        " ".join(platform.libc_ver()),
    ))  # fmt: skip
    return Machine(
        llvm, target, functools.cache(lambda: llvm.create_lljit_compiler(target())), libm, identity, vector, wide
    )


#: Where libm is held against Python's `math` before it is trusted with Python's bits.
_PROBES = (0.3, 1.7, 0.9999, 12.75, 1e-9)


def _libm() -> dict[str, int]:
    """Return the addresses of the libm functions that this process computes with.

    Raises:
        NoMachineError: when they do not give Python's bits.
    """
    found: dict[str, int] = {}
    # The names that the process has loaded: on every Unix they are libm's. Windows keeps them in its C runtime.
    libm = ctypes.CDLL(None) if os.name != "nt" else ctypes.CDLL("ucrtbase")
    for name, arity in LIBM.items():
        try:
            function = getattr(libm, name)
        except AttributeError:
            libm = ctypes.CDLL("libm.so.6")
            function = getattr(libm, name)
        ours: Callable[..., float] = getattr(math, name)
        function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * arity
        for probe in _PROBES:
            point = (probe,) * arity
            if function(*point) != ours(*point):
                raise NoMachineError(f"the C library's {name} is not the one that Python computes with")
        found[name] = ctypes.cast(function, ctypes.c_void_p).value or 0
    return found


@dataclass(frozen=True)
class Native:
    """Machine code that stays loaded as long as this is held; `function(name, …)` gives its entries."""

    library: Any

    def function(self, name: str, *arguments: Any) -> Callable[..., int]:
        """Return an entry with the given ctypes arguments, that returns an i64; it lets other threads run."""
        prototype = ctypes.CFUNCTYPE(ctypes.c_int64, *arguments)
        return prototype(self.library[name])


_loaded: dict[str, Native] = {}
_lock = threading.Lock()


def native(ir: str) -> Native:
    """Return the machine code of a module of IR: from this process, from disk, or compiled now.

    Raises:
        NoMachineError: when this machine cannot run native code.
        KernelError: when the IR does not verify.
    """
    with _lock:
        this = machine()
        key = hashlib.sha256(f"{this.identity}\n{ir}".encode()).hexdigest()
        if key not in _loaded:
            code = _kept(key)
            if code is None:
                code = _compiled(this, ir)
                _keep(key, code)
            _loaded[key] = _load(this, ir, code)
        return _loaded[key]


#: The functions that a module of IR has for others.
_DEFINED = re.compile(r"^define (?!internal)\S+ @(\w+)\(", re.MULTILINE)


def _load(this: Machine, ir: str, code: bytes) -> Native:
    builder = this.llvm.JITLibraryBuilder().add_object_img(code).add_current_process()
    for name, address in this.libm.items():
        builder.import_symbol(imported(name), address)
    for name in _DEFINED.findall(ir):
        builder.export_symbol(name)
    # Each library has a name of its own in the linker.
    return Native(builder.link(this.linker(), f"kernel{next(_numbers)}"))


_numbers = itertools.count()


def _compiled(this: Machine, ir: str) -> bytes:
    try:
        module = this.llvm.parse_assembly(ir)
        module.verify()
    except RuntimeError as error:
        raise KernelError(f"the IR of a kernel does not verify: {error}") from None
    level = 2 if len(ir) < _LONG else 1
    options = this.llvm.create_pipeline_tuning_options(speed_level=level)
    # What is a vector is written as one; looking for more costs compilation and finds little.
    options.loop_vectorization = False
    options.slp_vectorization = len(ir) < _LONG
    target = this.target()
    passes = this.llvm.create_pass_builder(target, options)
    passes.getModulePassManager().run(module, passes)
    code: bytes = target.emit_object(module)
    return code


# On disk


def cache_folder() -> Path | None:
    """Return where kernels are kept: `$WORKINGS_CACHE`, else the user's cache folder; None if it is set empty."""
    chosen = os.environ.get("WORKINGS_CACHE")
    if chosen is not None:
        return Path(chosen) / "kernels" if chosen else None
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "workings" / "kernels"
    except RuntimeError:  # no home
        return None


def _kept(key: str) -> bytes | None:
    """Return a kernel that is on disk whole: its first line is the digest of the rest."""
    folder = cache_folder()
    if folder is None:
        return None
    path = folder / key
    try:
        digest, _, code = path.read_bytes().partition(b"\n")
        if digest != hashlib.sha256(code).hexdigest().encode():
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
    except OSError:
        return None
    return code


def _keep(key: str, code: bytes) -> None:
    """Write a kernel whole or not at all. A disk that is full, or not ours to write, is no reason to fail."""
    folder = cache_folder()
    if folder is None:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_room(folder, len(code))
        handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(code).hexdigest().encode() + b"\n" + code)
            Path(name).replace(folder / key)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _make_room(folder: Path, size: int) -> None:
    files = [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in os.scandir(folder)]
    total = size + sum(length for _, length, _ in files)
    for _, length, path in sorted(files):
        if total <= MOST_KEPT:
            return
        with contextlib.suppress(OSError):
            Path(path).unlink()
            total -= length
