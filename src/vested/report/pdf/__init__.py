"""A report as PDF: tagged, the same bytes in every run, and texts from data that stay texts."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vested.errors import OutputError, UsageError
from vested.report.document.colour import readable
from vested.report.document.columns import LONG_WORD, Room, layout
from vested.report.document.date import stated_date
from vested.report.document.model import Block, Chart, Document, Paragraph, Points, TableBlock
from vested.report.document.parts import on_paper, parts
from vested.report.numbers import shown
from vested.report.text import printed

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).parent / "report.typ"
FONTS = Path(__file__).parents[1] / "fonts"

PORTRAIT, LANDSCAPE = 482.0, 729.0
"""Points between the margins of an A4 page, upright and turned; the template has the margins."""

_ROOMS = (Room("upright", PORTRAIT, 9), Room("upright", PORTRAIT, 8), Room("turned", LANDSCAPE, 8))

_ROWS = defaultdict(lambda: 1, intervals=40, answers=16, heat=40, profile=20, triangle=6)
"""How many rows or panels of a chart a page has room for, with texts of a size that can be read."""

_LONG_WORD = re.compile(rf"\S{{{LONG_WORD + 1},}}")
_BREAK = "\N{ZERO WIDTH SPACE}"
_RUNNING = 90
"""Characters of the title in the header of a page: one line."""


def document(document: Document) -> bytes:
    """The report as a tagged PDF; PDF/UA-1 where the fonts have all of its characters.

    The bytes depend on the document alone (and on SOURCE_DATE_EPOCH, where it is set). Raises
    `UsageError` where the package typst is not installed, `OutputError` where the logo is broken.
    """
    data = json.dumps(_data(document), ensure_ascii=False)
    compiler = _compiler()
    import typst

    try:
        try:
            return _compiled(compiler, data, ["ua-1"])
        except typst.TypstError:
            # A character that no font has: shown as a box, and still there to be copied.
            return _compiled(compiler, data, [])
    except typst.TypstError as error:
        raise OutputError(
            f"the PDF cannot be made: {error.message}",
            "check the logo" if document.theme.logo else "please report this",
        ) from None


@cache
def _compiler() -> typst.Compiler:
    """The one compiler, with the fonts of the package and no others."""
    try:
        import typst
    except ModuleNotFoundError:
        raise UsageError("a PDF needs the package typst", "pip install 'vested[report]'") from None
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)


def _compiled(compiler: typst.Compiler, data: str, standards: list[typst.PDFStandard]) -> bytes:
    found = compiler.compile(format="pdf", sys_inputs={"data": data}, pdf_standards=standards)
    assert isinstance(found, bytes)
    return found


def _data(document: Document) -> dict[str, Any]:
    """What the template lays out, as plain values."""
    theme, date = document.theme, stated_date()
    title = printed(document.title)
    return {
        "language": document.language,
        "title": title,
        "shown_title": _text(title),
        "running": title if len(title) <= _RUNNING else f"{title[: _RUNNING - 1]}…",
        "subtitle": _text(document.subtitle),
        "name": printed(theme.name),
        "accent": theme.accent,
        "ink": readable(theme.accent),
        "logo": list(theme.logo),
        "logo_kind": theme.logo_kind.replace("jpeg", "jpg"),
        "date": date and [date.year, date.month, date.day, date.hour, date.minute, date.second],
        "words": {key: _text(word) for key, word in document.words.items()},
        "sections": [
            {
                "title": _text(section.title),
                "level": section.level,
                "blocks": [
                    _block(part, document) for block in section.blocks for part in _parts(block)
                ],
            }
            for section in map(on_paper, document.sections)
        ],
    }


def _parts(block: Block) -> Sequence[Block]:
    """A chart with many rows in parts that have room on a page."""
    return parts(block, _ROWS[block.kind]) if isinstance(block, Chart) else [block]


def _block(block: Block, document: Document) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": _text(block.text)}
        case Points():
            return {"kind": "points", "texts": [_text(text) for text in block.texts]}
        case Chart():
            from vested.report.charts import svg

            return {
                "kind": "chart",
                "title": _text(block.title),
                "description": printed(f"{block.title}. {block.description}"),
                "svg": svg(block),
            }
        case TableBlock():
            return _table(block, document.language)


def _table(block: TableBlock, language: str) -> dict[str, Any]:
    table = block.table
    columns = [
        [_text(shown(value, column, language)) for value in table.frame[column.key]]
        for column in table.columns
    ]
    headings = [_text(column.heading) for column in table.columns]
    right = [table.frame[column.key].dtype.is_numeric() for column in table.columns]
    found = layout(headings, columns, right, _ROOMS, block.keys)
    return {
        "kind": "table",
        "title": _text(table.title),
        "notes": [_text(note) for note in block.notes],
        "page": found.page,
        "size": found.size,
        "parts": [
            {
                "widths": [width for _, width in part],
                "right": [right[at] for at, _ in part],
                "headings": [headings[at] for at, _ in part],
                "rows": [[columns[at][row] for at, _ in part] for row in range(table.frame.height)],
            }
            for part in found.parts
        ],
    }


def _text(text: str) -> str:
    """Text from data as it is shown: harmless, and with places where a long word may break."""
    return _LONG_WORD.sub(lambda found: _breakable(found[0]), printed(text))


def _breakable(word: str) -> str:
    return "".join(
        letter if unicodedata.category(letter).startswith("M") else f"{_BREAK}{letter}"
        for letter in word
    ).removeprefix(_BREAK)
