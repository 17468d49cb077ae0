"""Result tables as CSV: UTF-8, commas, line feeds, full precision, empty where there is none."""

from __future__ import annotations

import io

import polars as pl

from vested.report.text import no_formula
from vested.table import ResultTable


def table(result: ResultTable) -> bytes:
    """One table as CSV."""
    buffer = io.BytesIO()
    neutralised(result.frame).write_csv(buffer, line_terminator="\n")
    return buffer.getvalue()


def neutralised(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every text and heading that could act in a spreadsheet made harmless."""
    safe = frame.with_columns(_neutral(column) for column in frame if column.dtype == pl.String)
    return safe.rename(no_formula)


def _neutral(column: pl.Series) -> pl.Series:
    """Each distinct text is looked at once."""
    changed = {
        text: safe for text in column.drop_nulls().unique() if (safe := no_formula(text)) != text
    }
    return column.replace(changed) if changed else column
