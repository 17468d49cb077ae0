"""Excel workbooks (xlsx, xlsm, xlsb, xls) and OpenDocument spreadsheets: every cell as text."""

from __future__ import annotations

import datetime
import os
import posixpath
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

from vested.errors import InputError
from vested.formats import worksheet
from vested.formats.archive import members, pieces
from vested.formats.conversion import Converted
from vested.formats.worksheet import Place

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_MOST_CELLS = 50_000_000
_SMALL = 1_000_000
_CELLS_PER_BYTE = 4
"""A filled cell takes several bytes: where a sheet has more, nearly all are blank or repeated."""
_MOST_IN_DEFINITION = 1_000_000
_AGAIN = "open it in the program that wrote it and save it again, or export it as CSV"

Errors = Mapping[int, Sequence[tuple[int, str]]]
"""Cells that hold an error, by row and column from 0: calamine gives them as blank."""


def convert(path: Path, name: str, encoding: str | None) -> Converted:
    """Convert the sheet that holds the largest table; notes say what else there is.

    A cell without a value is "", an error (`#N/A`) its text. Raises `InputError` where the workbook
    is damaged, protected, without a filled sheet, or far too large.
    """
    book = _open(path, name)
    found: list[tuple[Place, str, CalamineSheet]] = []
    others = []
    for title in _visible(book.book):
        sheet = _sheet(book, title, name)
        place = worksheet.find(sheet.iter_rows)
        if place is None:
            continue
        others.append(title)
        if not found or place.filled > found[0][0].filled:
            found = [(place, title, sheet)]
    if not found:
        raise InputError(
            f"{name} has no visible sheet that holds anything", "is it the right file?"
        )
    place, title, sheet = found[0]
    others.remove(title)
    notes = _notes(name, title, others, place)
    errors: Errors = {}
    kind = "an OpenDocument spreadsheet" if book.ending == ".ods" else "an Excel workbook"
    if book.suspects and book.ending == ".xlsx":
        errors = _errors(path, title, book.suspects)
    elif book.suspects:
        notes.append(f"{name} holds cells with an error (such as #N/A): they were read as blank.")
    rows = _rows(sheet, place, errors)
    return Converted(
        kind=f"sheet {title} of {kind}",
        header=next(rows),
        rows=rows,
        first_row=place.header + 2,
        notes=notes,
    )


def sheets(path: Path, name: str) -> Mapping[str, list[list[str]]]:
    """All cells of all sheets of a small workbook, as text; hidden sheets too.

    Raises `InputError` as `convert` does, and where it is larger than a questionnaire would be.
    """
    from vested.formats import sandbox

    limits = sandbox.Limits(memory=320 << 20, seconds=10, output=32 << 20)
    found: Mapping[str, list[list[str]]] = sandbox.value(
        path, name, "excel", "vested.formats.excel", "cells", limits
    )
    return found


def cells(path: Path, name: str) -> Mapping[str, list[list[str]]]:
    """What `sheets` gives, read in this process."""
    book = _open(path, name)
    left = _MOST_IN_DEFINITION
    found = {}
    for title in book.book.sheet_names:
        sheet = _sheet(book, title, name)
        left -= sheet.total_height * sheet.width
        if left < 0:
            raise InputError(f"{name} is too large for a questionnaire", "is it the right file?")
        found[title] = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
    return found


def _ending(path: Path, name: str) -> str:
    """How the file would be called by what is in it: calamine goes by that."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return ".xls"
    names = {member.filename.lower() for member in members(path, name)}
    if "xl/workbook.bin" in names:
        return ".xlsb"
    return ".xlsx" if any(member.startswith("xl/") for member in names) else ".ods"


class _Book(NamedTuple):
    """A workbook that was opened."""

    book: CalamineWorkbook
    ending: str
    size: int
    """How many bytes it has, unpacked."""
    suspects: set[str]
    """The files in it that may hold cells with an error."""


def _open(path: Path, name: str) -> _Book:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    ending = _ending(path, name)
    size, suspects = path.stat().st_size, set[str]()
    if ending != ".xls":
        size, suspects = _unpacked(path, name)
    elif "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise _protected(name)
    with TemporaryDirectory() as folder:
        named = Path(folder, f"workbook{ending}")
        try:
            named.symlink_to(os.path.abspath(path))
        except (NotImplementedError, OSError):  # Windows asks for a privilege
            shutil.copyfile(path, named)
        try:
            return _Book(CalamineWorkbook.from_path(named), ending, size, suspects)
        except PasswordError:
            raise _protected(name) from None
        except (CalamineError, OSError) as error:
            raise _damaged(name, error) from None


def _protected(name: str) -> InputError:
    return InputError(
        f"{name} is protected by a password", "save it without a password, or export it as CSV"
    )


def _damaged(name: str, error: Exception) -> InputError:
    reason = str(error).partition("\n")[0][:120]
    return InputError(f"{name} is a damaged workbook, or none: {reason}", _AGAIN)


def _unpacked(path: Path, name: str) -> tuple[int, set[str]]:
    """Go through all there is, so that nothing is larger than it says: the size, and suspects."""
    size, suspects = 0, set()
    before, tail = "", b""
    for member, piece in pieces(path, name):
        seen = (tail if member == before else b"") + piece
        if any(mark in seen for mark in _ERROR_MARKS):
            suspects.add(member)
        if member == "META-INF/manifest.xml" and b"encryption-data" in seen:
            raise _protected(name)
        before, tail = member, piece[-40:]
        size += len(piece)
    return size, suspects


def _visible(book: CalamineWorkbook) -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _sheet(book: _Book, title: str, name: str) -> CalamineSheet:
    from python_calamine import CalamineError

    try:
        sheet = book.book.get_sheet_by_name(title)
    except (CalamineError, OSError) as error:
        raise _damaged(f"{name}, sheet {title},", error) from None
    area = sheet.height * sheet.width
    if area > _MOST_CELLS or area > max(_SMALL, _CELLS_PER_BYTE * book.size):
        blank = "" if area > _MOST_CELLS else ", nearly all of them blank or repeated,"
        raise InputError(
            f"{name}, sheet {title}: {sheet.height:,} × {sheet.width:,} cells{blank} are too many",
            "is there a cell far away from the table? Delete it, or export the sheet as CSV",
        )
    return sheet


def _rows(sheet: CalamineSheet, place: Place, errors: Errors) -> Iterator[list[str]]:
    """The header and the body, as text."""
    offset = sheet.start[1] if sheet.start else 0
    for at, row in enumerate(sheet.iter_rows()):
        if at >= place.end:
            return
        if at >= place.header:
            for column, error in errors.get(at, ()):
                row[column - offset] = error
            yield [
                cell if type(cell) is str else _text(cell) for cell in row[place.left : place.right]
            ]


def _text(cell: object) -> str:
    """A value as it would be typed."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        # Beyond 15 digits a number of Excel is not exact, and repr says so.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, (datetime.date, datetime.time)):
        text = cell.isoformat()
        return text.rstrip("0") if "." in text else text
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(cell)


def _notes(name: str, title: str, others: list[str], place: Place) -> list[str]:
    notes = []
    if others:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        notes.append(
            f"{name}: sheet {title} was read, which holds most; not {', '.join(others[:5])}{more}."
        )
    if place.outside:
        shown = _spans([at + 1 for at in place.outside])
        notes.append(f"{name}, sheet {title}: {shown}, outside the table, left out.")
    return notes


def _spans(numbers: Sequence[int], most: int = 6) -> str:
    """Row numbers, of which runs are drawn together: `rows 1–4 and 16`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [f"{first}–{last}" if last > first else str(first) for first, last in spans]
    if len(shown) > most:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    words = ", ".join(shown[:-1]) + (" and " if len(shown) > 1 else "") + shown[-1]
    return f"row{'s' if len(numbers) > 1 else ''} {words}"


# --- cells with an error ------------------------------------------------------------------------

_ERROR_MARKS = (b't="e"', b"t='e'", b'value-type="error"')
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?=[^<>]*\bt=[\"']e[\"'])[^<>]*\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]*>"
    rb"(?:(?!<(?:\w+:)?c[\s>]).){0,10000}?<(?:\w+:)?v>([^<]{1,20})<",
    re.DOTALL,
)


def _errors(path: Path, title: str, suspects: set[str]) -> Errors:
    """The cells of a sheet that hold an error; none can be told where the file is not xlsx."""
    found: dict[int, list[tuple[int, str]]] = {}
    with ZipFile(path) as archive:
        member = _member(archive, title)
        if member not in suspects:
            return found
        rest = b""
        with archive.open(member) as file:
            while piece := file.read(1 << 20):
                rest += piece
                for match in _ERROR_CELL.finditer(rest):
                    column = 0
                    for letter in match[1]:
                        column = column * 26 + letter - 64
                    error = match[3].decode("utf-8", "replace")
                    found.setdefault(int(match[2]) - 1, []).append((column - 1, error))
                rest = rest[rest.rfind(b"<c ") :] if b"<c " in rest else rest[-100:]
    return found


def _member(archive: ZipFile, title: str) -> str:
    """The file in a workbook that holds a sheet."""
    from xml.etree import ElementTree

    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in workbook.iter():
        if sheet.tag.endswith("}sheet") and sheet.get("name") == title:
            link = next((value for key, value in sheet.items() if key.endswith("}id")), None)
            return posixpath.normpath(posixpath.join("/xl", targets.get(link, ""))).lstrip("/")
    return ""
