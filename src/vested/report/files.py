"""Files are written whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from vested.errors import OutputError


def write_files(contents: Mapping[Path, bytes], *, force: bool) -> None:
    """Write each file by way of a temporary one beside it; nothing appears unless all could be.

    Raises `OutputError` where a file exists (without `force`) or cannot be written.
    """
    for path in contents:
        if path.is_dir():
            raise OutputError(f"{path} is a folder", "name a file, or leave the suffix out")
        if path.exists() and not force:
            raise OutputError(f"{path} exists already", "--force overwrites it")
    waiting: list[tuple[str, Path]] = []
    path = Path()
    try:
        for path, content in contents.items():
            waiting.append((_write_beside(path, content), path))
        for temporary, path in waiting:
            os.replace(temporary, path)
        for folder in {path.parent for path in contents}:
            _sync_folder(folder)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror or error}",
            "check that the folder exists, that you may write there, and that the disk has room",
        ) from None
    finally:
        for temporary, _ in waiting:
            Path(temporary).unlink(missing_ok=True)


def _write_beside(path: Path, content: bytes) -> str:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".vested-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:  # mkstemp gives mode 0600
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return name


def _sync_folder(folder: Path) -> None:
    """Make the new names last through a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
