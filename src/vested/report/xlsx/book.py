"""A workbook in which texts are texts and numbers are numbers, and the same bytes every time."""

from __future__ import annotations

import io
import math
import os
import re
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from vested.report.text import FORMULA_STARTS, harmless

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST = 32_767
"""What a cell holds, in UTF-16 units."""
_CUT = "… (cut)"
_EXACT = 10**15
"""Excel keeps 15 digits: a whole number beyond them is written as text."""
_NAME = 31
_NOT_IN_NAMES = frozenset("[]:*?/\\")
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What stands for a character in a workbook's texts, but not in its references."""


class Book:
    """A new workbook. Every text goes through `text`, every other value through `value`."""

    def __init__(self, title: str, accent: str) -> None:
        import xlsxwriter  # type: ignore[import-untyped]

        self.accent = accent
        self._out = io.BytesIO()
        self.workbook = xlsxwriter.Workbook(self._out, _OPTIONS)
        self.workbook.set_properties({"title": harmless(title), "author": "", "created": made_on()})
        self._styles: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = {"history"}  # Excel keeps this one for itself

    def sheet(self, title: str) -> Any:
        """A new sheet with a name as near to the title as Excel allows."""
        name = safe_name(title, self._names)
        self._names.add(name.casefold())
        return self.workbook.add_worksheet(name)

    def style(self, **properties: Any) -> Any:
        """A format; the same one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self.workbook.add_format({"valign": "top", **properties})
        return self._styles[key]

    def text(self, sheet: Any, row: int, column: int, text: str, **style: Any) -> None:
        """A text, which stays one even where somebody edits its cell."""
        safe = cut(harmless(text))
        if safe.startswith(FORMULA_STARTS):
            style["quote_prefix"] = True
        sheet.write_string(row, column, safe, self.style(**style))

    def value(
        self, sheet: Any, row: int, column: int, value: Any, number: str = "0", **style: Any
    ) -> None:
        """A value of a table as its kind; where there is none, the cell stays empty."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.style(**style))
        elif isinstance(value, int) and abs(value) < _EXACT:
            sheet.write_number(row, column, value, self.style(num_format="0", **style))
        elif isinstance(value, float) and math.isfinite(value):
            sheet.write_number(row, column, value, self.style(num_format=number, **style))
        else:
            self.text(sheet, row, column, str(value), **style)

    def bytes(self) -> bytes:
        """The file, when all is written."""
        self.workbook.close()
        return self._out.getvalue()


def made_on() -> datetime:
    """SOURCE_DATE_EPOCH, in UTC, or the first day that an archive can name."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdigit() and len(epoch) <= 11:
        return datetime(1970, 1, 1) + timedelta(seconds=int(epoch))
    return datetime(1980, 1, 1)


def number_format(digits: int) -> str:
    """So many decimals.

    >>> number_format(0), number_format(2)
    ('0', '0.00')
    """
    return f"0.{'0' * digits}" if digits else "0"


def cut(text: str, longest: int = _LONGEST) -> str:
    """The text, or its beginning and a mark where a cell does not hold more.

    >>> cut("a" * 20, 10)
    'aaa… (cut)'
    """
    if _units(text) <= longest:
        return text
    room = longest - len(_CUT)
    return _first(text, room) + _CUT


def safe_name(title: str, taken: set[str]) -> str:
    """A name for a sheet: 31 characters at most, none that Excel forbids, none twice.

    `taken` holds the names that there are, casefolded.

    >>> safe_name("'Agile/lean?'", set()), safe_name("Scores", {"scores"})
    ('Agile-lean-', 'Scores (2)')
    """
    known = "".join(
        "-" if _NOT_IN_NAMES & set(unicodedata.normalize("NFKC", character)) else character
        for character in harmless(title)
    )
    # An apostrophe at an end would be read as a quote around the name.
    whole = _first(_CODE.sub("-", known).strip(" '"), _NAME).rstrip(" '") or "Sheet"
    name, at = whole, 1
    while name.casefold() in taken:
        at += 1
        ending = f" ({at})"
        name = _first(whole, _NAME - len(ending)) + ending
    return name


def width(text: str) -> int:
    """How wide a text is in characters: those of East Asia are as wide as two."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in text)


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _first(text: str, room: int) -> str:
    """As many whole characters as there is room for, counted as Excel does."""
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
