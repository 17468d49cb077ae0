"""A sheet that is read from top to bottom: texts, and charts beside their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vested.report.document.model import Chart, Paragraph, Points
from vested.report.document.parts import panels
from vested.report.xlsx.book import Book
from vested.report.xlsx.charts import ROW, TEXT, Place, add_chart, data_of, height_of
from vested.report.xlsx.tables import LINE, TALLEST, headings, lines_of

_COLUMNS = 8
_FIRST, _OTHER = 44, 12
"""Widths of the first column and of the others, in characters."""
_WIDTH = _FIRST + (_COLUMNS - 1) * _OTHER


class Page:
    """A sheet, and the row to go on at."""

    def __init__(self, book: Book, title: str) -> None:
        self.book = book
        self.sheet = book.sheet(title)
        self.row = 0
        self.sheet.set_column(0, 0, _FIRST)
        self.sheet.set_column(1, 50, _OTHER)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def headline(self, text: str, size: int = 14) -> None:
        """A title in the colour of the theme."""
        style = {"bold": True, "font_size": size, "font_color": self.book.accent}
        self.book.text(self.sheet, self.row, 0, text, **style)
        self.sheet.set_row(self.row, size * 1.4)
        self.row += 1

    def paragraph(self, text: str, **style: Any) -> None:
        """Running text over the width of the page."""
        kind = self.book.style(text_wrap=True, **style)
        self.sheet.merge_range(self.row, 0, self.row, _COLUMNS - 1, "", kind)
        self.book.text(self.sheet, self.row, 0, text, text_wrap=True, **style)
        lines = lines_of(text, _WIDTH - 10)
        self.sheet.set_row(self.row, min(lines * LINE, TALLEST))
        self.row += 1

    def row_of(self, texts: Sequence[str]) -> None:
        """Texts side by side, the last one as long as it is."""
        for at, text in enumerate(texts):
            # Cells of 12 characters would hide what a heading says, so it has three of them.
            self.book.text(self.sheet, self.row, at and 3 * at - 2, text)
        self.row += 1

    def pair(self, key: str, value: Any) -> None:
        """A name in the first column and its value in the second."""
        self.book.text(self.sheet, self.row, 0, key)
        self.book.value(self.sheet, self.row, 1, value, "0.################", align="left")
        self.row += 1

    def gap(self) -> None:
        """An empty row."""
        self.row += 1

    def block(self, block: Paragraph | Points | Chart) -> None:
        """One part of a section, and an empty row below it."""
        if isinstance(block, Paragraph):
            self.paragraph(block.text)
        elif isinstance(block, Points):
            for text in block.texts:
                self.paragraph(f"•  {text}")
        elif block.kind == "triangle":
            self.headline(block.title, 12)
            self.paragraph(block.description, italic=True)
            for panel in panels(block):
                self._chart(panel)
                self.gap()
        else:
            self._chart(block)
        self.gap()

    def _chart(self, chart: Chart) -> None:
        """Title, description, the chart, and below it the numbers that it is made of."""
        title = self.row
        self.headline(chart.title, 12)
        self.paragraph(chart.description, italic=True)
        data = data_of(chart)
        height = height_of(chart, data)
        head = self.row + -(-height // ROW) + (height > 0)
        add_chart(self.book, self.sheet, chart, data, Place(title, self.row, head, height))
        widths = (_FIRST, *[_OTHER] * (len(data.heads) - 1))
        numbers = [form != TEXT for form in data.formats]
        headings(self.book, self.sheet, head, data.heads, widths, numbers)
        for row, values in enumerate(data.rows, head + 1):
            for at, (value, form) in enumerate(zip(values, data.formats, strict=True)):
                self.book.value(self.sheet, row, at, value, form)
        self.row = head + 1 + len(data.rows)
