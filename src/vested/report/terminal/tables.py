"""A result table in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.text import Text

from vested.report.terminal import MAX_ROWS, new_table, put
from vested.report.text import harmless

if TYPE_CHECKING:
    from rich.console import Console

    from vested.table import Column, ResultTable


def show_table(console: Console, table: ResultTable, wanted: Sequence[str] = ()) -> None:
    """A table with the wanted columns, or all; those without any value are left out."""
    frame = table.frame
    if wanted and "df" in wanted:
        frame = frame.filter((pl.col("df") > 0) | (pl.col("reason") != ""))  # else nothing is told
    columns = [
        column
        for column in table.columns
        if (not wanted or column.key in wanted)
        and any(value not in (None, "") for value in frame[column.key])
    ]
    drawn = new_table(console)
    for column in columns:
        number = frame.schema[column.key].is_numeric()
        drawn.add_column(column.heading, justify="right" if number else "left", overflow="fold")
    rows = frame.select(column.key for column in columns).head(MAX_ROWS).rows()
    for row in rows:
        drawn.add_row(*map(cell, columns, row))
    put(console, drawn)
    if frame.height > MAX_ROWS:
        put(console, f"… and {frame.height - MAX_ROWS:,} more; --output FOLDER has them all.")


def cell(column: Column, value: Any) -> Text:
    """A value for people, harmless, with the decimals of its column."""
    if value is None:
        return Text("–")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, float):
        least = 10**-column.digits
        if (column.key.endswith("p") or column.key.startswith("p_")) and value < least:
            return Text(f"<{least:g}")
        return Text(f"{round(value, column.digits) + 0.0:.{column.digits}f}")  # no -0.00
    return Text(harmless(str(value)))
