"""Where bytes come from: a path, standard input, zip or gzip, and what kind of file they are."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import re
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

_HEAD = 4096

_SAS = rb"\0{12}\xc2\xea\x81"
_FORMATS = (
    (rb"\x1f\x8b", "gzip"),
    (rb"PK(\x03\x04|\x05\x06)", "zip"),
    (rb"\xd0\xcf\x11\xe0", "excel"),
    (rb"\$FL[23]", "statistical"),  # SPSS
    (rb"[^\n]{0,180}SPSS PORT FILE", "statistical"),  # the same words come first in EBCDIC
    (rb"<stata_dta>|[\x66-\x73][\x01\x02]\x01", "statistical"),
    (_SAS + rb"\x60", "statistical"),
    (rb"HEADER RECORD\*{7}LIB", "statistical"),  # SAS transport
    (rb"(PAR1|FEA1|ARROW1)[\0-\x08\x0e-\x1f]", "columnar"),  # text could go on with a letter
)
"""How the bytes of a file begin, and what reads it; `gzip` and `zip` are unpacked first."""

_CSV = "export or save it as CSV"
_UNPACK = "unpack it first; vested itself unpacks zip and gzip"
_FROM_R = "save it from R as CSV, or as an SPSS file with haven::write_sav"
_REFUSED = (
    (rb"RD[AX]\d\n|X\n\0\0\0[\2\3]", "an R data file", _FROM_R),
    (_SAS + rb"\x63", "a SAS catalog", "give the data file (.sas7bdat) that it belongs to"),
    (rb"PARE[\0-\x08\x0e-\x1f]", "an encrypted parquet file", "decrypt it first"),
    (rb"SQLite format 3", "an SQLite database", _CSV),
    (rb"%PDF", "a PDF document", _CSV),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "a picture", _CSV),
    (rb"\x7fELF", "a program", _CSV),
    (rb"BZh\d", "a bzip2 archive", _UNPACK),
    (rb"\xfd7zXZ", "an xz archive", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", "a zstd archive", _UNPACK),
    (rb"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (rb"Rar!\x1a", "a rar archive", _UNPACK),
)

_DEFINITION = "give it with --definition, beside the file that holds the answers"
_PAGE = "was it saved while logged out? Download the export again, or open it in Excel and save it"
_TEXTS = (
    (r'\{.*"SurveyEntry"', "a Qualtrics survey definition", _DEFINITION),
    (r"<.*<LimeSurveyDocType", "a LimeSurvey structure", _DEFINITION),
    (r'<\?xml.*progid="Excel\.Sheet"', "an XML file of Excel 2003", "save it as xlsx or CSV"),
    (r"(?i:(<\?xml[^>]*>\s*)?<(!doctype\s+)?html)", "a web page", _PAGE),
    (r"<\?xml", "an XML file", _CSV),
)
"""The same for what is written in letters, whatever its encoding."""

_JSON = r'\{\s*["}]|\[\s*[\[{\]"]'


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
    notes: tuple[str, ...] = ()
    """What the user should know of how it was unpacked."""


def open_source(path: str | Path, stack: ExitStack) -> Source:
    """Find the bytes of `path` (`-` for standard input), unpack zip and gzip, recognise the format.

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
            digest = partial(digest_of, path)
    if size == 0:
        raise InputError(f"{name} is empty", "was the export stopped before it was done?")
    with _reading(name):
        found = _format(path, name)
    if found not in ("gzip", "archive"):
        return Source(path, name, found, size, digest)
    path, notes = (_gunzip if found == "gzip" else _unzip)(path, name, stack)
    found = _format(path, name)
    if found in ("gzip", "archive"):
        raise InputError(f"{name} is packed twice", "unpack it once, and give what was in it")
    return Source(path, name, found, size, digest, is_as_given=False, notes=notes)


def _format(path: Path, name: str) -> str:
    """What reads a file, `gzip` or `archive`; `InputError` for what nothing here can read."""
    with path.open("rb") as file:
        found = recognise(file.read(_HEAD), name)
    if found != "zip":
        return found
    from vested.formats import archive

    return archive.format_of(path, name)


def recognise(head: bytes, name: str) -> str:
    """What a file is by its first bytes: a reader, `gzip` or `zip`; delimited text when in doubt.

    Raises `InputError` for what is known to be something else.
    """
    for magic, found in _FORMATS:
        if re.match(magic, head):
            return found
    for magic, what, hint in _REFUSED:
        if re.match(magic, head):
            raise InputError(f"{name} is {what}, not a table of answers", hint)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8", "replace").lstrip("\ufeff \t\r\n")
    for pattern, what, hint in _TEXTS:
        if re.match(pattern, text, re.DOTALL):
            raise InputError(f"{name} is {what}, not a table of answers", hint)
    return "records" if re.match(_JSON, text) else "delimited"


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


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
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


def _gunzip(packed: Path, name: str, stack: ExitStack) -> tuple[Path, tuple[str, ...]]:
    from vested.formats import archive

    path = temporary_file(stack)
    before, size = packed.stat().st_size, 0
    try:
        with gzip.open(packed, "rb") as source, path.open("wb") as file:
            for chunk in chunks(source):
                size += len(chunk)
                if archive.is_bomb(before, size):
                    raise archive.bomb(name)
                file.write(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(
            f"{name} is a damaged gzip file", "copy it again from where it came from"
        ) from None
    if size == 0:
        raise InputError(f"{name} is empty inside", "was the export stopped before it was done?")
    return path, ()


def _unzip(packed: Path, name: str, stack: ExitStack) -> tuple[Path, tuple[str, ...]]:
    from vested.formats import archive

    member, others = archive.data_file(packed, name, recognise)
    path = temporary_file(stack)
    archive.unpack(packed, name, member, path)
    if not others:
        return path, ()
    return path, (f"{name}: only {member.filename} was read of what is in it.",)
