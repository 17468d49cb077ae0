"""Packages without a clock: the workbook behind a chart, and the archive of a presentation."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

BEGINNING = datetime(1980, 1, 1)
"""The first moment that an archive can hold; it stands where a date has to."""

Cell = str | float | None


def workbook(rows: Iterable[Sequence[Cell]]) -> bytes:
    """An xlsx of one sheet; every text is a text, whatever it begins with."""
    import xlsxwriter  # type: ignore[import-untyped]

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": BEGINNING})
        sheet = book.add_worksheet("Sheet1")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif value is not None:
                    sheet.write_number(at, column, value)
    return stream.getvalue()


def without_clock(archive: bytes) -> bytes:
    """The same archive with the same date for each of its members."""
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = ZipInfo(name, BEGINNING.timetuple()[:6])
            member.compress_type = ZIP_DEFLATED
            member.create_system = 3
            new.writestr(member, old.read(name))
    return stream.getvalue()
