"""Small tables that users write themselves: pseudonyms, sources, claims from literature."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from vested.errors import InputError

_LARGEST = 5_000_000
_SEPARATORS = (",", ";", "\t")


def read_rows(path: Path, option: str) -> list[list[str]]:
    """The rows of a csv, its cells without spaces around; rows count from 1.

    Cells are separated by what the first line has most of: commas, semicolons or tabs. Raises
    `InputError` where it cannot be read, is no UTF-8 text, or too large to be written by hand.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}", f"check the path after {option}"
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text", "save it as UTF-8") from None
    if len(raw) > _LARGEST:
        raise InputError(f"{path.name} is too large for {option}", "is it a data file?")
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count), strict=True
    )
    try:
        return [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        raise InputError(
            f"{path.name}, line {reader.line_num}: {error}", "open and save it again as csv"
        ) from None


def read_records(path: Path, option: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header of a csv, and its other rows that are not blank, with their numbers.

    Raises `InputError` as `read_rows` does; iterating does where a row has more cells than the
    header, or fewer.
    """
    header, *rows = read_rows(path, option) or [[]]

    def records() -> Iterator[tuple[int, list[str]]]:
        for number, row in enumerate(rows, start=2):
            if not any(row):
                continue
            if len(row) != len(header):
                raise InputError(
                    f"{path.name}, row {number}: {len(row)} cells where the header has "
                    f"{len(header)}",
                    "quote cells that hold a separator",
                )
            yield number, row

    return header, records()
