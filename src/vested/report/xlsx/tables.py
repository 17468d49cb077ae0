"""A sheet with one table: headings that stay in sight and filter, numbers with their decimals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vested.errors import OutputError
from vested.report.numbers import decimal
from vested.report.xlsx.book import Book, number_format, width
from vested.table import Column, ResultTable

HEAD = 2
"""The row of the headings: below the title and an empty row."""
_WIDEST = 60
_ROWS, _COLUMNS = 1_048_576, 16_384
_A4 = 9
LINE, TALLEST = 15, 409
"""Heights of a line and of the tallest row, in points."""


def add_table(book: Book, result: ResultTable, notes: Sequence[str] = ()) -> Any:
    """A sheet for the table, with its title above it and its notes below.

    Raises `OutputError` for more rows or columns than a sheet has.
    """
    frame = result.frame
    if frame.height + HEAD + len(notes) + 2 > _ROWS or frame.width > _COLUMNS:
        raise OutputError(
            f"a sheet has no room for the {frame.height} rows of {result.name}", "write it as csv"
        )
    sheet = book.sheet(result.title)
    book.text(sheet, 0, 0, result.title, bold=True, font_size=14, font_color=book.accent)
    widths = []
    for at, column in enumerate(result.columns):
        values = frame[column.key].to_list()
        widths.append(_fitted(column, values, frame.schema[column.key].is_numeric()))
        sheet.set_column(at, at, widths[-1])
        form = number_format(column.digits)
        for row, value in enumerate(values, HEAD + 1):
            book.value(sheet, row, at, value, form)
    numbers = [kind.is_numeric() for kind in frame.dtypes]
    headings(book, sheet, HEAD, [column.heading for column in result.columns], widths, numbers)
    last = HEAD + frame.height
    sheet.autofilter(HEAD, 0, last, max(frame.width - 1, 0))
    sheet.freeze_panes(HEAD + 1, 1)
    for row, note in enumerate(notes, last + 2):
        book.text(sheet, row, 0, note, italic=True)
    _for_print(sheet)
    return sheet


def headings(
    book: Book,
    sheet: Any,
    row: int,
    texts: Sequence[str],
    widths: Sequence[int],
    numbers: Sequence[bool],
) -> None:
    """The headings of columns, bold, above a line; those of numbers stand on the right."""
    for at, (text, number) in enumerate(zip(texts, numbers, strict=True)):
        book.text(
            sheet, row, at, text,
            bold=True, bottom=1, text_wrap=True, bottom_color=book.accent,
            align="right" if number else "left", valign="bottom",
        )  # fmt: skip
    lines = max(
        (lines_of(text, room - 1) for text, room in zip(texts, widths, strict=True)), default=1
    )
    sheet.set_row(row, min(LINE * lines, TALLEST))


def lines_of(text: str, room: int) -> int:
    """About how many lines a text has where words do not break."""
    lines, left = 1, room
    for word in text.split():
        if width(word) > left and left < room:
            lines, left = lines + 1, room
        lines += max(width(word) - 1, 0) // room
        left -= width(word) + 1
    return lines


def _fitted(column: Column, values: Sequence[Any], number: bool) -> int:
    """A width for the longest cell and the longest word of the heading, with its filter."""
    head = max((width(word) for word in column.heading.split()), default=0) + 3
    if number:
        texts = {
            decimal(value, column.digits) if isinstance(value, float) else str(value)
            for value in values
            if value is not None
        }
    else:
        texts = {str(value) for value in values if value is not None}
    return min(max(head, max((width(text) for text in texts), default=0) + 2), _WIDEST)


def _for_print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
