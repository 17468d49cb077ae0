"""Zip files: what they are, which file in them is the data, and how much may come out of them."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from vested.errors import InputError

_PIECE = 1 << 18
_SMALL = 64 << 20
_MOST = 20 << 30
_RATIO = 200
_MEMBERS = 200
_HEAD = 4096
DAMAGE = (
    BadZipFile, EOFError, IndexError, NotImplementedError, OSError, OverflowError, RuntimeError,
    ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What zipfile raises on bytes that are no zip file."""

_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_OTHERS = (
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("project.qde", "a REFI-QDA project of coded interviews"),
    ("index/document.iwa", "an Apple Numbers or Pages document"),
)


def is_bomb(packed: int, unpacked: int) -> bool:
    """Whether a file of so many bytes grows beyond what any real export does."""
    return unpacked > _MOST or (unpacked > _SMALL and unpacked > _RATIO * packed)


def bomb(name: str) -> InputError:
    """The refusal of such a file."""
    return InputError(
        f"{name} unpacks to far more than an export would",
        "unpack it with another program, and look at what is in it",
    )


def members(path: Path, name: str) -> list[ZipInfo]:
    """What a zip file says it holds; `InputError` where it is damaged or holds too much."""
    try:
        with ZipFile(path) as archive:
            listed = archive.infolist()
    except DAMAGE:
        raise _damaged(name) from None
    if is_bomb(path.stat().st_size, sum(member.file_size for member in listed)):
        raise bomb(name)
    return listed


def _damaged(name: str) -> InputError:
    return InputError(
        f"{name} is a damaged zip or Excel file", "copy it again from where it came from"
    )


def format_of(path: Path, name: str) -> str:
    """`excel` for a workbook (also OpenDocument), `archive` for files that are only packed.

    Raises `InputError` for the documents of other programs that are zip files too.
    """
    names = {member.filename.lower() for member in members(path, name)}
    if "[content_types].xml" in names and any(each.startswith("xl/") for each in names):
        return "excel"
    if "content.xml" in names:
        try:
            with ZipFile(path) as archive, archive.open("mimetype") as file:
                kind = file.read(len(_SPREADSHEET))
        except (KeyError, *DAMAGE):
            kind = _SPREADSHEET  # let the reader of spreadsheets judge
        if kind == _SPREADSHEET:
            return "excel"
        raise _no_table(name, "an OpenDocument file, but no spreadsheet")
    for beginning, what in _OTHERS:
        if any(each.startswith(beginning) for each in names):
            raise _no_table(name, what)
    return "archive"


def _no_table(name: str, what: str) -> InputError:
    return InputError(f"{name} is {what}, not a table of answers", "export the answers as CSV")


def data_file(
    path: Path, name: str, recognise: Callable[[bytes, str], str]
) -> tuple[ZipInfo, list[str]]:
    """The only file in a zip that can be read, and the names of others beside it.

    Raises `InputError` where there is none or more than one, or where one is encrypted.
    """
    found, reasons = [], {}
    listed = [
        member
        for member in members(path, name)
        if member.file_size and not _is_clutter(member.filename)
    ]
    if len(listed) > _MEMBERS:
        raise InputError(f"{name} holds {len(listed):,} files", _UNPACK)
    for member in listed:
        if member.flag_bits & 1:
            raise InputError(
                f"{name} is protected by a password", "unpack it, and give the file that was in it"
            )
        try:
            recognise(_beginning(path, name, member), member.filename)
            found.append(member)
        except InputError as error:
            reasons[member.filename] = error.message
    if len(found) > 1:
        names = [member.filename for member in found]
        raise InputError(f"{name} holds {len(names)} files: {_shown(names)}", _UNPACK)
    if not found:
        why = _shown(list(reasons.values())) or "it is empty"
        raise InputError(f"{name} holds no file that can be read: {why}", _UNPACK)
    return found[0], list(reasons)


_UNPACK = "unpack it, and name the files that hold answers"


def _is_clutter(member: str) -> bool:
    """Folders, and what systems and file managers add."""
    parts = re.split(r"[\\/]", member)
    last = parts[-1].lower()
    return (
        "__MACOSX" in parts
        or last == ""
        or last.startswith(".")
        or last in ("thumbs.db", "desktop.ini")
    )


def _shown(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(name[:100] for name in names[:most]) + more


def _beginning(path: Path, name: str, member: ZipInfo) -> bytes:
    try:
        with ZipFile(path) as archive, archive.open(member) as file:
            return file.read(_HEAD)
    except DAMAGE:
        raise _damaged(name) from None


def unpack(path: Path, name: str, member: ZipInfo, target: Path) -> None:
    """Write one file of a zip to `target`, of which its name in the zip is no part."""
    try:
        # It never gives more than the size that `members` found acceptable.
        with ZipFile(path) as archive, archive.open(member) as file, target.open("wb") as out:
            while piece := file.read(_PIECE):
                out.write(piece)
    except DAMAGE as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise _damaged(name) from None


def pieces(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """All that is in a zip, piece by piece, each with the name of its file.

    Raises `InputError` where a file is larger than it is said to be: other programs would go on.
    """
    listed = members(path, name)
    with path.open("rb") as file:
        for member in listed:
            size = 0
            for piece in _inflated(file, name, member):
                size += len(piece)
                if size > member.file_size:
                    raise bomb(name)
                yield member.filename, piece


def _inflated(file: BinaryIO, name: str, member: ZipInfo) -> Iterator[bytes]:
    """The bytes of one member, whatever size it claims."""
    if member.flag_bits & 1 or member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _damaged(name)
    file.seek(member.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise _damaged(name)
    file.seek(sum(struct.unpack("<HH", header[26:])), 1)
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    left = member.compress_size
    try:
        while left and (packed := file.read(min(left, _PIECE))):
            left -= len(packed)
            if member.compress_type == ZIP_STORED:
                yield packed
            while packed and member.compress_type == ZIP_DEFLATED and not inflate.eof:
                yield inflate.decompress(packed, _PIECE)
                packed = inflate.unconsumed_tail
    except zlib.error:
        raise _damaged(name) from None
