"""A sweep on disk: blocks are written as they end, so that one that is larger than memory, or interrupted, is whole.

    out.npz.parts/sweep.json         what is asked for: a folder of another sweep is never continued
    out.npz.parts/000017.npz         the results of block 17, there whole or not there
    out.npz                          all of it, when every block is there; then the folder goes

A sweep that was interrupted is taken up by asking for it again.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy
from numpy.typing import NDArray

import workings.run.sweep as sweeps
from workings.errors import Problem, ReadError
from workings.run.files import whole
from workings.run.swept import ENDINGS, Block, Summary, column_names
from workings.source import Place

_FORMAT = "workings sweep 1"
_FIELDS = ("error", "steps", "ending")


class Store:
    """The folder of a sweep's blocks, beside the file that it will become."""

    def __init__(self, path: Path, sweep: sweeps.Sweep, notation: str) -> None:
        """Open or begin the folder.

        Raises:
            ReadError: when the file's suffix has no format, or the folder belongs to another sweep or cannot be
                written.
        """
        if path.suffix not in (".npz", ".parquet"):
            raise _problem(
                path, f"no format for {path.suffix or 'a name without a suffix'!r}", ".npz or .parquet",
                "the suffix chooses the format", f"{path.stem}.npz",
            )  # fmt: skip
        if path.suffix == ".parquet":
            try:
                importlib.import_module("pyarrow.parquet")
            except ImportError:
                raise _problem(
                    path, "Parquet needs pyarrow, which is not installed", "the extra `parquet`, or .npz",
                    "it would be missing when the sweep is done", "pip install 'workings[parquet]'",
                ) from None  # fmt: skip
        self.path, self.sweep = path, sweep
        self.folder = path.with_name(path.name + ".parts")
        self._manifest = _manifest(sweep, notation)
        try:
            self.folder.mkdir(exist_ok=True)
            kept = self.folder / "sweep.json"
            if not kept.exists():
                with whole(kept) as file:
                    file.write(self._manifest.encode())
            elif kept.read_bytes() != self._manifest.encode():
                raise _problem(
                    self.folder, "another sweep was interrupted here, or one with other settings",
                    "the same network, axes and settings", "its blocks would be mixed with those of this one",
                    f"the same command as before, another output, or `rm -r {self.folder.name}`",
                )  # fmt: skip
        except OSError as error:
            raise _unwritable(self.folder, error) from None

    def _part(self, number: int) -> Path:
        return self.folder / f"{number:06d}.npz"

    def missing(self) -> list[int]:
        """Return the numbers of the blocks that are still to be made; a torn one is."""
        return [number for number in range(self.sweep.blocks) if not self._whole(number)]

    def _whole(self, number: int) -> bool:
        try:
            with zipfile.ZipFile(self._part(number)) as file:
                return file.testzip() is None
        except (OSError, zipfile.BadZipFile):
            return False

    def keep(self, number: int, block: Block) -> None:
        """Write a block.

        Raises:
            ReadError: when it cannot be written; the blocks before it stay.
        """
        arrays: dict[str, NDArray[Any]] = {f"w{k}": values for k, values in enumerate(block.weights.values())}
        arrays |= {"error": block.error, "steps": block.steps, "ending": block.ending}
        try:
            with whole(self._part(number)) as file:
                numpy.savez(file, allow_pickle=False, **arrays)
        except OSError as error:
            raise _unwritable(self._part(number), error) from None

    def block(self, number: int) -> Block:
        """Read a block."""
        with numpy.load(self._part(number), allow_pickle=False) as kept:
            weights = {name: kept[f"w{k}"] for k, name in enumerate(self.sweep.descent.weights)}
            return Block(number * self.sweep.block, weights, kept["error"], kept["steps"], kept["ending"])

    def blocks(self) -> Iterator[Block]:
        """Read all blocks, in order."""
        return map(self.block, range(self.sweep.blocks))

    def finish(self) -> Summary:
        """Put the blocks together, one at a time, write the file whole, and remove the folder.

        Raises:
            ReadError: when it cannot be written; the blocks stay.
        """
        summary = Summary()
        for block in self.blocks():
            summary.add(block, self.sweep.points)
        write = self._to_npz if self.path.suffix == ".npz" else self._to_parquet
        try:
            with whole(self.path) as file:
                write(file)
        except OSError as error:
            raise _unwritable(self.path, error) from None
        shutil.rmtree(self.folder, ignore_errors=True)
        return summary

    def _to_npz(self, out: IO[bytes]) -> None:
        points, weights = self.sweep.points, self.sweep.descent.weights
        axes, results = column_names(points, weights)
        members = [*(f"w{k}" for k in range(len(weights))), *_FIELDS]
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as file:
            for number, name in enumerate(axes):
                if points.sample is None:
                    _stream(file, name, (len(points.axes[number].values),), [numpy.asarray(points.axes[number].values)])
                else:
                    _stream(file, name, points.shape, (values[number] for values in self._values()))
            for member, name in zip(members, results, strict=True):
                _stream(file, name, points.shape, self._column(member))
            _stream(file, "axes", (len(axes),), [numpy.array(axes)])
            _stream(file, "endings", (len(ENDINGS),), [numpy.array(ENDINGS)])

    def _values(self) -> Iterator[list[NDArray[numpy.float64]]]:
        size = self.sweep.block
        for begin in range(0, self.sweep.points.count, size):
            yield self.sweep.points.values(begin, min(begin + size, self.sweep.points.count))

    def _column(self, member: str) -> Iterator[NDArray[Any]]:
        for number in range(self.sweep.blocks):
            with numpy.load(self._part(number), allow_pickle=False) as kept:
                yield kept[member]

    def _to_parquet(self, out: IO[bytes]) -> None:
        # Loaded by name: pyarrow has no type stubs, and is an extra that need not be there.
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
        axes, results = column_names(self.sweep.points, self.sweep.descent.weights)
        words = arrow.array(ENDINGS)
        writer: Any = None
        for values, block in zip(self._values(), self.blocks(), strict=True):
            ending = arrow.DictionaryArray.from_arrays(arrow.array(block.ending), words)
            columns = [*values, *block.weights.values(), block.error, block.steps, ending]
            table = arrow.table(dict(zip((*axes, *results), columns, strict=True)))
            if writer is None:
                writer = parquet.ParquetWriter(out, table.schema)
            writer.write_table(table)
        writer.close()


def _stream(file: zipfile.ZipFile, name: str, shape: tuple[int, ...], parts: Any) -> None:
    """Write an array of a NPZ archive part by part."""
    pieces = iter(parts)
    first = numpy.ascontiguousarray(next(pieces))
    header = {"descr": numpy.lib.format.dtype_to_descr(first.dtype), "fortran_order": False, "shape": shape}
    with file.open(f"{name}.npy", "w", force_zip64=True) as member:
        numpy.lib.format.write_array_header_2_0(member, header)
        member.write(first.tobytes())
        for piece in pieces:
            member.write(numpy.ascontiguousarray(piece).tobytes())


def _manifest(sweep: sweeps.Sweep, notation: str) -> str:
    points, settings = sweep.points, sweep.settings
    # The values of the axes may be many; their digest is enough to tell them apart.
    axes = [
        [
            axis.name,
            len(axis.values),
            axis.logarithmic,
            hashlib.sha256(numpy.asarray(axis.values).tobytes()).hexdigest(),
        ]
        for axis in points.axes
    ]
    return json.dumps({
        "format": _FORMAT, "kernel": sweep.identity, "network": notation, "axes": axes, "sample": points.sample,
        "seed": points.seed, "steps": sweep.steps, "every": sweep.every, "tolerance": sweep.tolerance,
        "block": sweep.block, "starts": {name: value.hex() for name, value in sweep.starts.items()},
        "fixed": {name: value.hex() for name, value in sweep.descent.fixed.items()}, "order": settings.order,
        "batch": settings.batch, "method": settings.method, "schedule": settings.schedule_text,
        "numbers": settings.numbers,
    }, ensure_ascii=False, indent=1) + "\n"  # fmt: skip


def _problem(path: Path, *parts: str) -> ReadError:
    return ReadError([Problem(Place(str(path), 1), *parts)])


def _unwritable(path: Path, error: OSError) -> ReadError:
    return _problem(
        path, f"this cannot be written: {error.strerror or error}",
        "a folder that is there, with room and the right to write",
        "what was written before is untouched", "the same command again, with room, or another output",
    )  # fmt: skip
