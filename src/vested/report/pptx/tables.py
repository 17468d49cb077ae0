"""Tables of a presentation: native, in pieces that fit on a slide, and those that show scores."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Pt

from vested.report.document.columns import GAP, Room, layout
from vested.report.document.model import Chart, TableBlock
from vested.report.numbers import decimal, shown
from vested.report.pptx.slides import EDGE, GRID, INK, ROOM, SMALL, Deck, cut, describe, lines
from vested.report.text import printed

_ROWS = 14
"""The most rows of a table on one slide."""
_LINE, _PAD = SMALL * 1.2, 6.0
"""Points that a line and the space around it take."""
_CELL = 260
"""Letters in a cell."""
_LIGHT, _DARK = (232, 241, 249), (0, 73, 122)
"""The ground of the lowest and the highest score."""
_TURN = 58.0
"""From this score on the ground is so dark that text on it is light."""
_HEAT_COLUMNS = 16
_NAMES, _TURNED = 250.0, 130.0
"""Points: how wide the names of rows are, and how high headings that are turned."""
_NAME, _HEADING = 34, 21
"""Letters that have room there."""


@dataclass(frozen=True)
class Cell:
    """A text, its side, and its colours where they are not those of all."""

    text: str
    right: bool = False
    ground: str = ""
    ink: str = INK


@dataclass(frozen=True)
class Piece:
    """What of a table stands on one slide; widths in points, `upright` headings are turned."""

    headings: list[Cell]
    rows: list[list[Cell]]
    widths: list[float]
    turned: bool = False


def pieces(block: TableBlock, language: str, height: float) -> Iterator[Piece]:
    """A table in pieces of at most 14 rows that are no wider than a slide and no higher."""
    table = block.table
    headings = [printed(column.heading) for column in table.columns]
    right = [table.frame[column.key].dtype.is_numeric() for column in table.columns]
    texts = [
        [cut(printed(shown(value, column, language)), _CELL) for value in table.frame[column.key]]
        for column in table.columns
    ]
    for part in layout(headings, texts, right, (Room("slide", ROOM, SMALL),), block.keys).parts:
        widths = [width + GAP for _, width in part]
        head = [Cell(headings[at], right[at]) for at, _ in part]
        rows = [
            [Cell(texts[at][row], right[at]) for at, _ in part] for row in range(table.frame.height)
        ]
        room = height - _height(head, widths, bold=True)
        for chosen in _filled(rows, widths, room) or [[]]:
            yield Piece(head, chosen, widths)


def heat(chart: Chart, language: str, height: float) -> Iterator[Piece]:
    """A coloured table: the darker, the higher; hidden cells are empty, a ? marks caution."""
    frame = chart.frame
    names = frame["row"].unique(maintain_order=True).to_list()
    columns = frame["column"].unique(maintain_order=True).to_list()
    found = {(row["row"], row["column"]): row for row in frame.iter_rows(named=True)}
    for some in _even(columns, _HEAT_COLUMNS):
        head = [Cell(""), *(Cell(cut(printed(column), _HEADING)) for column in some)]
        wide = min(110.0, (ROOM - _NAMES) / max(1, len(some)))
        turned = any(lines(cell.text, wide - GAP, SMALL, bold=True) > 1 for cell in head)
        high = (_TURNED if turned else _LINE + _PAD) + 1
        for few in _even(names, min(_ROWS, int((height - high) / (_LINE + _PAD)))):
            rows = [
                [
                    Cell(cut(printed(name), _NAME)),
                    *(_coloured(found.get((name, column), {}), language) for column in some),
                ]
                for name in few
            ]
            yield Piece(head, rows, [_NAMES, *[wide] * len(some)], turned)


def _even(values: list[str], most: int) -> list[list[str]]:
    """The values in groups of nearly the same size, at most so large."""
    count = max(1, math.ceil(len(values) / most))
    size = max(1, math.ceil(len(values) / count))
    return [values[at : at + size] for at in range(0, len(values), size)]


def add(deck: Deck, slide: Slide, piece: Piece, title: str, top: float) -> float:
    """Put a piece on a slide; gives the point below it, by an estimate."""
    rows, columns = 1 + len(piece.rows), len(piece.headings)
    frame = slide.shapes.add_table(rows, columns, Pt(EDGE), Pt(top), Pt(sum(piece.widths)), Pt(20))
    frame.name = cut(printed(title), 100)
    describe(frame, title)
    table: Any = frame.table
    table.horz_banding = False
    _plain_style(frame)
    for at, width in enumerate(piece.widths):
        table.columns[at].width = Pt(width)
    below = top
    for at, row in enumerate([piece.headings, *piece.rows]):
        head = at == 0
        high = _TURNED if head and piece.turned else _height(row, piece.widths, bold=head)
        table.rows[at].height = Pt(high)
        below += high
        for column, cell in enumerate(row):
            _write(deck, table.cell(at, column), cell, head=head)
            if head and piece.turned and column:
                table.cell(at, column)._tc.get_or_add_tcPr().set("vert", "vert270")
    return below


def _coloured(row: dict[str, Any], language: str) -> Cell:
    score = row.get("score")
    if score is None:
        return Cell("·", right=True)
    ground = "".join(
        f"{round(low + (high - low) * min(max(score, 0), 100) / 100):02x}"
        for low, high in zip(_LIGHT, _DARK, strict=True)
    )
    ink = "ffffff" if score >= _TURN else INK
    return Cell(decimal(score, 0, language) + ("?" if row["careful"] else ""), True, ground, ink)


def _height(row: Sequence[Cell], widths: Sequence[float], *, bold: bool = False) -> float:
    high = max(
        lines(cell.text, width - GAP, SMALL, bold=bold)
        for cell, width in zip(row, widths, strict=True)
    )
    return high * _LINE + _PAD


def _filled(
    rows: Sequence[list[Cell]], widths: Sequence[float], room: float
) -> list[list[list[Cell]]]:
    """Rows in groups of at most 14 that have room on a slide."""
    groups: list[list[list[Cell]]] = []
    left = 0.0
    for row in rows:
        high = _height(row, widths)
        if not groups or high > left or len(groups[-1]) == _ROWS:
            groups.append([])
            left = room
        groups[-1].append(row)
        left -= high
    return groups


def _write(deck: Deck, target: Any, cell: Cell, *, head: bool) -> None:
    target.margin_left = target.margin_right = Pt(GAP / 2)
    target.margin_top = target.margin_bottom = Pt(_PAD / 2)
    target.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.MIDDLE
    paragraph = target.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if cell.right else PP_ALIGN.LEFT
    if cell.text:
        deck.run(paragraph, cell.text, SMALL, deck.ink if head else cell.ink, bold=head)
    else:  # or its row would be as high as letters of the usual size
        etree.SubElement(paragraph._p, qn("a:endParaRPr"), sz=str(SMALL * 100))
    _underline(target, deck.accent if head else GRID, 12700 if head else 6350)
    if cell.ground:
        target.fill.solid()
        target.fill.fore_color.rgb = RGBColor.from_string(cell.ground.upper())


def _plain_style(frame: Any) -> None:
    """No grounds and no lines but ours."""
    frame.element.xpath(".//a:tableStyleId")[0].text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def _underline(cell: Any, colour: str, width: int) -> None:
    line = etree.Element(qn("a:lnB"), w=str(width))
    etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr")).set("val", colour)
    cell._tc.get_or_add_tcPr().insert(0, line)
