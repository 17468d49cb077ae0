"""Files that are not text: read by a child process, so that what they do to it ends there.

The libraries that parse such files are written in C and Rust and trust what they read. A child has
limits on memory, computing and output, writes what it found as plain text, and is asked no more.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import vested
from vested.errors import InputError
from vested.formats import Field, Table
from vested.formats.source import Source

_MB = 1 << 20
_MOST_OUTPUT = 20 << 30
_MOST_WORDS = 64 << 20
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use."""

    memory: int
    """Bytes of address space beside Python's own; libraries take a part of it to begin with."""
    seconds: int
    """Of computing."""
    output: int
    """Bytes of what it writes."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """How one kind of file is spoken of, and what a real one needs per byte of it."""

    words: str
    doubt: str
    """What may be wrong, where it breaks down."""
    memory: int
    seconds_per_mb: int
    output: int
    start: int
    """Bytes of address space for the libraries and a small file."""


_DAMAGE = "is the file damaged?"
_FAR = "is the file damaged, or a cell filled far away from the table?"
_READERS: Mapping[str, _Reader] = {
    "excel": _Reader("spreadsheet", _FAR, 12, 1, 20, 256 * _MB),
    "statistical": _Reader("SPSS, Stata and SAS", _DAMAGE, 64, 10, 40, 704 * _MB),
    "columnar": _Reader("Parquet and Arrow", _DAMAGE, 100, 20, 200, 768 * _MB),
    "records": _Reader("JSON", _DAMAGE, 40, 2, 20, 512 * _MB),
    "database": _Reader("SQLite", _DAMAGE, 24, 1, 8, 192 * _MB),
}

# sys.path goes along because -I leaves out what PYTHONPATH and the user's own folder add to it.
_START = (
    "import json, sys; job = json.load(sys.stdin); sys.path[:] = job.pop('path'); "
    "from vested.formats.child import work; work(job)"
)
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR", "LANG", "LC_ALL")
_THREADS = {
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    "RUST_BACKTRACE": "0",
}


def limits_for(format: str, size: int) -> Limits:
    """What reading a file of so many bytes, unpacked, may take at most."""
    reader = _READERS[format]
    return Limits(
        memory=reader.start + reader.memory * size,
        seconds=10 + reader.seconds_per_mb * size // _MB,
        output=min(_MOST_OUTPUT, 256 * _MB + reader.output * size),
    )


@dataclass(frozen=True, slots=True)
class _Job:
    """What a child is told, as JSON."""

    path: list[str]
    file: str
    name: str
    module: str
    function: str
    arguments: list[str | None]
    limits: Limits


def read(
    source: Source,
    module: str,
    encoding: str | None,
    stack: ExitStack,
    limits: Limits | None = None,
) -> Table:
    """Have the `convert` of a module read a file, as a `Table` of what it found.

    Raises `InputError` where the file is wrong, or where reading it broke down or took too much.
    """
    limits = limits or limits_for(source.format, _unpacked(source.path, source.name))
    job = _job(source.path, source.name, module, "convert", [encoding], limits)
    folder = _private_folder(stack)
    found = _answer(job, folder, _READERS[source.format])
    from vested.formats.delimited import clean_table

    first_row: int = found["first_row"]
    return replace(
        clean_table(source, folder / "body.csv", found["header"]),
        numbers_of=lambda rows: [first_row + row for row in rows],
        diagnose=lambda: None,  # nothing can be wrong with what the child wrote
        kind=found["kind"],
        encoding="",
        fields=tuple(Field(*each) for each in found["fields"]),
        notes=tuple(found["notes"]),
    )


def value(path: Path, name: str, format: str, module: str, function: str, limits: Limits) -> Any:
    """What a function of a module returns for a file, if JSON can hold it; errors as in `read`."""
    with ExitStack() as stack:
        job = _job(path, name, module, function, [], limits)
        return _answer(job, _private_folder(stack), _READERS[format])["value"]


def _job(
    path: Path, name: str, module: str, function: str, arguments: list[str | None], limits: Limits
) -> _Job:
    home = str(Path(vested.__file__).parents[1])
    return _Job([*sys.path, home], os.path.abspath(path), name, module, function, arguments, limits)


def _private_folder(stack: ExitStack) -> Path:
    folder = tempfile.mkdtemp(prefix="vested-")
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _unpacked(path: Path, name: str) -> int:
    """The size of a file's content: of a workbook, what its zip file holds."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return path.stat().st_size
    from vested.formats.archive import members

    return sum(member.file_size for member in members(path, name))


def _answer(job: _Job, folder: Path, reader: _Reader) -> dict[str, Any]:
    """Run a child, and read what it wrote into `folder`."""
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _START],
            input=json.dumps(asdict(job)).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**environment, **_THREADS, "TMPDIR": str(folder), "TEMP": str(folder)},
            timeout=_PATIENCE + 4 * job.limits.seconds,
            start_new_session=True,  # so that Ctrl-C is for the parent, which ends the child
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _stopped(job.name, reader, "it took too long") from None
    except OSError as error:
        raise _stopped(job.name, reader, error.strerror or str(error)) from None
    answer = folder / "answer.json"
    if done.returncode or not answer.exists():
        raise _stopped(job.name, reader, _status(done.returncode, job.limits))
    if answer.stat().st_size > _MOST_WORDS:
        raise _stopped(job.name, reader, "it found more names and labels than can be held")
    found: dict[str, Any] = json.loads(answer.read_bytes())
    if "error" in found:
        raise InputError(*found["error"])
    if "stopped" in found:
        raise _stopped(job.name, reader, found["stopped"])
    return found


def _status(code: int, limits: Limits) -> str:
    """What the exit status of a child that broke down tells."""
    try:
        ended = signal.Signals(-code).name
    except ValueError:
        return f"exit status {code}"
    if ended == "SIGXCPU":
        return f"it took more than {limits.seconds} seconds"
    if ended == "SIGABRT":
        return f"damage, or a need for more than {limits.memory // _MB:,} MB of memory"
    return f"it broke down with {ended}"


def _stopped(name: str, reader: _Reader, reason: str) -> InputError:
    return InputError(
        f"{name} cannot be read: its {reader.words} reader stopped ({reason})",
        f"{reader.doubt} Open it in the program that wrote it and save it again, "
        "or export it as CSV",
    )
