"""Zip files from strangers of which several members are read: checked before anything is inflated.

Nothing is ever extracted to disk, so a path in a zip file could do no harm here. One that leads out
of it is refused all the same: no QDA software writes it, and whoever did meant the next program.
"""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from vested.errors import InputError
from vested.formats.archive import DAMAGE, bomb, is_bomb

_PIECE = 1 << 18
_DIRECTORY = 4 << 20
"""Bytes of the list of members, which is read whole; that of a large project has a tenth."""
_MEMBERS = 20_000
_AGAIN = "export the project from the software that holds it again"
_OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:|(.*[/\\])?\.\.([/\\]|$)", re.DOTALL)


class _ListTooLong(Exception):
    """The list of members is longer than any project's."""


class _OfDisk(io.FileIO):
    """A file that is never read in one piece of any size, as zipfile reads the list of members."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(_bounded(size))


class _OfMemory(io.BytesIO):
    """The same for bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(_bounded(size))


def _bounded(size: int | None) -> int | None:
    if size is not None and size > _DIRECTORY:
        raise _ListTooLong
    return size


class Package:
    """The files of a zip file by their paths, whatever their case and slashes."""

    def __init__(self, archive: ZipFile, name: str, size: int) -> None:
        self._archive = archive
        self._name = name
        self._size = size
        self.members: Mapping[str, ZipInfo] = {
            _plain(member.filename): member for member in archive.infolist() if not member.is_dir()
        }

    def check(self) -> None:
        """Raise `InputError` where the file is not what any QDA software writes."""
        listed = self._archive.infolist()
        if len(listed) > _MEMBERS:
            raise _too_many(self._name)
        if is_bomb(self._size, sum(member.file_size for member in listed)):
            raise bomb(self._name)
        seen: set[str] = set()
        for member in listed:
            shown = repr(member.filename[:80])
            if _OUTSIDE.match(member.filename):
                raise InputError(f"{self._name} holds {shown}, a path that leads out of it", _AGAIN)
            if stat.S_ISLNK(member.external_attr >> 16):
                raise InputError(f"{self._name} holds {shown}, a link to a file elsewhere", _AGAIN)
            path = _plain(member.filename)
            if not member.is_dir() and path in seen:
                raise InputError(f"{self._name} holds {shown} twice", _AGAIN)
            seen.add(path)

    def pieces(self, member: ZipInfo) -> Iterator[bytes]:
        """The content of a member, piece by piece, and no more of it than its stated size."""
        if member.flag_bits & 1:
            raise InputError(
                f"{self._name} is protected by a password", "export the project without one"
            )
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise _damaged(self._name)
        try:
            with self._archive.open(member) as file:
                while piece := file.read(_PIECE):
                    yield piece
        except DAMAGE:
            raise _damaged(self._name) from None

    def read(self, member: ZipInfo) -> bytes:
        return b"".join(self.pieces(member))


@contextmanager
def opened(file: Path | bytes, name: str) -> Iterator[Package]:
    """Open a zip file; `InputError` where it is damaged or lists more than any project holds.

    What it lists is checked by `Package.check` only, since it may be the file of another program.
    """
    raw: BinaryIO = _OfMemory(file) if isinstance(file, bytes) else _OfDisk(file)
    with raw:
        try:
            archive = ZipFile(raw)
        except _ListTooLong:
            raise _too_many(name) from None
        except DAMAGE:
            raise _damaged(name) from None
        with archive:
            yield Package(archive, name, raw.seek(0, io.SEEK_END))


def _plain(path: str) -> str:
    r"""A path as it is looked up.

    >>> _plain("Sources\\A1.TXT")
    'sources/a1.txt'
    """
    return path.replace("\\", "/").lower()


def _too_many(name: str) -> InputError:
    return InputError(
        f"{name} holds more than {_MEMBERS:,} files", "is it a project of interviews?"
    )


def _damaged(name: str) -> InputError:
    return InputError(f"{name} is a damaged zip file", "copy it again from where it came from")
