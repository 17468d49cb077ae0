"""Tables of a comparison: what is the same in every row is said once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from rich.cells import cell_len
from rich.text import Text

from vested.report.terminal import MAX_ROWS, new_table, put
from vested.report.terminal.comparison.plot import UNICODE
from vested.report.terminal.comparison.screen import Screen
from vested.report.terminal.tables import cell

if TYPE_CHECKING:
    from vested.table import Column, ResultTable

_BETWEEN, _LEAST = 2, 12
_ENDS = ("Low", "High")
"""Headings of columns that are not parted from the one before."""


class Heading(NamedTuple):
    """The head of a column, and whether its numbers stand to the right."""

    text: str
    right: bool = False


def show_compact(screen: Screen, table: ResultTable, wanted: Sequence[str] = ()) -> None:
    """A table without what is empty, and with what is the same in every row below its title.

    Leading texts stand only where they change. On a terminal that is too narrow, the columns
    come in several parts.
    """
    frame = table.frame
    columns = [
        column
        for column in table.columns
        if (not wanted or column.key in wanted)
        and any(value not in (None, "") for value in frame[column.key])
    ]
    same = [column for column in columns if frame.height > 1 and _constant(frame[column.key])]
    columns = [column for column in columns if column not in same]
    screen.title(table.title)
    if same:
        told = (f"{each.heading} {cell(each, frame[each.key][0])}" for each in same)
        screen.say(f"In every row: {', '.join(told)}.")
    numeric = [frame.schema[column.key].is_numeric() for column in columns]
    leading = next((at for at, number in enumerate(numeric) if number), len(columns))
    rows = frame.select(column.key for column in columns).head(MAX_ROWS).rows()
    cells = [_cells(columns, row, before, leading) for before, row in _with_before(rows)]
    headings = [
        Heading(column.heading, right) for column, right in zip(columns, numeric, strict=True)
    ]
    if columns:
        show_grid(screen, headings, cells, leading=leading)
    if frame.height > MAX_ROWS:
        screen.say(f"… and {frame.height - MAX_ROWS:,} more; --output FOLDER has them all.")


def _constant(values: pl.Series) -> bool:
    """Whether all are the same text, whole number or answer; a number with decimals may happen."""
    return not values.dtype.is_float() and values.n_unique() == 1


def _with_before(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, tuple[Any, ...]]]:
    return [(rows[at - 1] if at else None, row) for at, row in enumerate(rows)]


def _cells(
    columns: Sequence[Column], row: tuple[Any, ...], before: tuple[Any, ...] | None, leading: int
) -> list[str]:
    """The row as text; what leads it is left out as long as it goes on from the row before.

    The last of the leading texts always stands, so that no row is without a name.
    """
    found = [str(cell(column, value)) for column, value in zip(columns, row, strict=True)]
    for at in range(leading - 1):
        if before is None or before[at] != row[at]:
            break
        found[at] = ""
    return found


def show_grid(
    screen: Screen, headings: Sequence[Heading], rows: Sequence[Sequence[str]], *, leading: int
) -> None:
    """Texts in columns; where they are wider than a terminal, in parts that begin alike."""
    names = [Heading(screen.plain(each.text), each.right) for each in headings]
    cells = [[screen.plain(text) for text in row] for row in rows]
    widths = [
        max([cell_len(head.text), *(cell_len(row[at]) for row in cells)])
        for at, head in enumerate(names)
    ]
    own = [head.text not in _ENDS for head in headings]
    for at, part in enumerate(_parts(screen, widths, leading, own)):
        if at:
            screen.line()
        drawn = new_table(screen.console)
        drawn.collapse_padding = screen.marks is UNICODE
        for place in part:
            head = names[place]
            drawn.add_column(
                Text(head.text), justify="right" if head.right else "left", overflow="fold"
            )
        for row in cells:
            drawn.add_row(*(Text(row[place]) for place in part))
        put(screen.console, drawn)


def _parts(
    screen: Screen, widths: Sequence[int], leading: int, own: Sequence[bool]
) -> list[list[int]]:
    """Which columns stand together: all, or as many as the terminal has room for.

    A column that is not its `own` stays with the one before.
    """
    head = list(range(leading))
    taken = sum(widths[at] + _BETWEEN for at in head)
    if not screen.watched or leading == len(widths) or screen.width - taken < _LEAST:
        return [list(range(len(widths)))]
    parts, room = [head], screen.width - taken
    starts = [at for at in range(leading, len(widths)) if own[at] or at == leading]
    for at, end in zip(starts, [*starts[1:], len(widths)], strict=True):
        need = sum(width + _BETWEEN for width in widths[at:end])
        if need > room and parts[-1] != head:
            parts.append(head)
            room = screen.width - taken
        parts[-1] = [*parts[-1], *range(at, end)]
        room -= need
    return parts
