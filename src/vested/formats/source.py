"""Where bytes come from: a path, standard input or gzip, and what kind of file they are."""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from vested.errors import InputError

CHUNK = 1 << 18

_MAGIC = (
    (b"PK\x03\x04", "a zip or Excel file"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"$FL2", "an SPSS file"),
    (b"$FL3", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
    (b"PAR1", "a parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one input: a readable path, and the name, size and hash of what was given."""

    path: Path
    name: str
    format: str
    size: int
    digest: Callable[[], str]
    """The SHA-256 of the bytes as given; reads them, unless it is known already."""
    is_as_given: bool = True
    """Whether `path` holds those bytes, and not what was unpacked from them."""


def open_source(path: str | Path, stack: ExitStack) -> Source:
    """Find the bytes of `path` (`-` for standard input), unpack gzip, recognise the format.

    Raises `InputError` for what is missing, empty, unreadable or of a kind that cannot be read.
    """
    if str(path) == "-":
        name = "standard input"
        if sys.stdin is None:
            raise InputError("standard input is closed", "name a file")
        with _reading(name):
            path, known, size = _copy(sys.stdin.buffer, stack)
            digest = partial(str, known)
    else:
        path = Path(path)
        name = path.name
        with _reading(name):
            size = _size(path)
            digest = partial(_digest, path)
    if size == 0:
        raise InputError(f"{name} is empty", "was the export stopped before it was done?")
    with _reading(name), path.open("rb") as file:
        head = file.read(64)
    packed = head.startswith(b"\x1f\x8b")
    if packed:
        path = _gunzip(path, name, stack)
        with path.open("rb") as file:
            head = file.read(64)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise InputError(
                f"{name} is {kind}, not delimited text",
                "export or save it as CSV; vested reads CSV and TSV, also gzipped",
            )
    return Source(path, name, "delimited", size, digest, is_as_given=not packed)


class _reading:
    """Turn what the operating system says about a file into an `InputError`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FileNotFoundError):
            raise InputError(
                f"{self.name} does not exist", "check the path and the spelling of the name"
            ) from None
        if isinstance(error, IsADirectoryError):
            raise InputError(
                f"{self.name} is a folder, not a file",
                "name the files in it, for example folder/*.csv",
            ) from None
        if isinstance(error, ValueError):
            raise InputError(f"{self.name!r} is no file name", "check the path") from None
        if isinstance(error, OSError):
            raise InputError(
                f"{self.name} cannot be read: {error.strerror or error}",
                "check that it is a file and that you may read it",
            ) from None


def chunks(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    """The file in pieces that keep memory flat."""
    # read1 returns after each read of the system, so that Ctrl-C is noticed in between.
    read = getattr(file, "read1", file.read)
    while chunk := read(CHUNK):
        yield chunk


def _size(path: Path) -> int:
    if path.is_dir():
        raise IsADirectoryError
    if not path.is_file() and path.exists():
        raise OSError(0, "it is not a regular file (use - for standard input)")
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def temporary_file(stack: ExitStack) -> Path:
    """A private file that is gone when `stack` closes: it may hold personal data."""
    handle, name = tempfile.mkstemp(prefix="vested-", suffix=".csv")
    os.close(handle)
    stack.callback(Path(name).unlink, missing_ok=True)
    return Path(name)


def _copy(stream: BinaryIO, stack: ExitStack) -> tuple[Path, str, int]:
    path = temporary_file(stack)
    digest = hashlib.sha256()
    size = 0
    with path.open("wb") as file:
        for chunk in chunks(stream):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return path, digest.hexdigest(), size


def _gunzip(packed: Path, name: str, stack: ExitStack) -> Path:
    path = temporary_file(stack)
    try:
        with gzip.open(packed, "rb") as source, path.open("wb") as file:
            for chunk in chunks(source):
                file.write(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(
            f"{name} is a damaged gzip file", "copy it again from where it came from"
        ) from None
    if path.stat().st_size == 0:
        raise InputError(f"{name} is empty inside", "was the export stopped before it was done?")
    return path
