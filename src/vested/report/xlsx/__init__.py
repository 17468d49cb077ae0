"""Workbooks for people: a summary, tables to filter, charts to edit, and what it all means.

There is no formula in any cell and no link; a text from data is a text. Numbers are whole, and
shown with as many decimals as their column says, by the decimal mark of whoever opens the file.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vested.errors import OutputError
from vested.report.document.model import Document, Section, TableBlock
from vested.report.document.theme import Theme
from vested.report.text import harmless
from vested.report.xlsx.book import Book
from vested.report.xlsx.page import Page
from vested.report.xlsx.tables import add_table
from vested.table import ResultTable

_LOGO = (240, 64)
"""Width and height in pixels that a logo is made to fit."""
_METHODS = "methods"


def table(result: ResultTable) -> bytes:
    """One table as a workbook, with a sheet that explains its columns."""
    return tables({result.name: result}, {})


def tables(results: Mapping[str, ResultTable], made_by: Mapping[str, Any]) -> bytes:
    """A sheet for each table, and one that explains their columns and says what made them."""
    title = next((result.title for result in results.values()), "")
    book = Book(title, Theme().accent)
    for result in results.values():
        add_table(book, result)
    _notes(book, {}, (), [(result, ()) for result in results.values()], made_by)
    return book.bytes()


def document(document: Document) -> bytes:
    """A workbook: summary, a sheet for each section and for each table, notes at the end.

    A section below another stands on the sheet of that one. Raises `OutputError` where a table is
    too large for a sheet, or the logo cannot be read.
    """
    book = Book(document.title, document.theme.accent)
    methods = [each for each in document.sections if each.id == _METHODS]
    sheets = _pages(each for each in document.sections if each.id != _METHODS)
    _first_page(book, document, sheets[0] if sheets else ())
    for at, sections in enumerate(sheets):
        is_only_tables = all(
            isinstance(block, TableBlock) for part in sections for block in part.blocks
        )
        if at and not is_only_tables:
            _sections(Page(book, sections[0].title), sections)
        _add_tables(book, sections)
    _add_tables(book, methods)
    _notes(book, document.words, methods, _tables_of(document.sections), document.recipe)
    return book.bytes()


def _add_tables(book: Book, sections: Iterable[Section]) -> None:
    for result, notes in _tables_of(sections):
        add_table(book, result, notes)


def _tables_of(sections: Iterable[Section]) -> list[tuple[ResultTable, Sequence[str]]]:
    return [
        (block.table, block.notes)
        for section in sections
        for block in section.blocks
        if isinstance(block, TableBlock)
    ]


def _pages(sections: Iterable[Section]) -> list[list[Section]]:
    """Sections that stand on one sheet: one of the first level and those below it."""
    found: list[list[Section]] = []
    for section in sections:
        if section.level == 1 or not found:
            found.append([])
        found[-1].append(section)
    return found


def _first_page(book: Book, document: Document, sections: Sequence[Section]) -> None:
    page = Page(book, sections[0].title if sections else document.title)
    if document.theme.logo:
        _put_logo(page, document.theme)
    page.headline(document.title, 20)
    page.paragraph(document.subtitle, font_size=12)
    if document.theme.name:
        page.paragraph(document.theme.name, font_color="#595959")
    page.gap()
    _sections(page, sections)


def _sections(page: Page, sections: Sequence[Section]) -> None:
    for section in sections:
        page.headline(section.title, 14 if section.level == 1 else 12)
        for block in section.blocks:
            if not isinstance(block, TableBlock):
                page.block(block)


def _put_logo(page: Page, theme: Theme) -> None:
    from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]
    from xlsxwriter.image import Image  # type: ignore[import-untyped]

    try:
        image = Image(io.BytesIO(theme.logo))
        scale = min(1, _LOGO[0] / image.width, _LOGO[1] / image.height)
    except (XlsxWriterException, struct.error, ZeroDivisionError, IndexError) as error:
        raise OutputError("the logo cannot be read", "save it as PNG once more") from error
    options = {"x_scale": scale, "y_scale": scale, "description": harmless(theme.name)}
    page.sheet.insert_image(0, 0, image, options)
    page.sheet.set_row(0, 54)
    page.gap()


def _notes(
    book: Book,
    words: Mapping[str, str],
    methods: Sequence[Section],
    shown: Sequence[tuple[ResultTable, Sequence[str]]],
    recipe: Mapping[str, Any],
) -> None:
    """How it was done, what the tables say, what each column is, and the recipe."""
    page = Page(book, words.get("notes", "Notes"))
    _sections(page, methods)
    for result, notes in shown:
        if notes:
            page.headline(result.title, 12)
            for note in notes:
                page.paragraph(note)
            page.gap()
    columns = dict.fromkeys(
        (result.title, column.heading, column.explain)
        for result, _ in shown
        for column in result.columns
        if column.explain
    )
    if columns:
        page.headline(words.get("columns", "Columns"))
        for row in columns:
            page.row_of(row)
        page.gap()
    if recipe:
        page.headline(words.get("recipe", "Recipe"))
        for key, value in _flat(recipe):
            page.pair(key, value)


def _flat(content: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Names with dots for what stands within another, in the order of names."""
    if isinstance(content, Mapping):
        for key in sorted(content, key=str):
            yield from _flat(content[key], f"{name}.{key}" if name else str(key))
    elif isinstance(content, list | tuple):
        for at, each in enumerate(content, start=1):
            yield from _flat(each, f"{name}.{at}")
    else:
        yield name, content
