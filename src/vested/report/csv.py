"""Result tables as CSV: UTF-8, commas, line feeds, full precision, empty where there is none."""

from __future__ import annotations

import polars as pl

from vested.report.text import no_formula
from vested.table import ResultTable


def table(result: ResultTable) -> bytes:
    """One table as CSV."""
    frame = result.frame
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    safe = frame.with_columns(_neutralised(frame[name]) for name in texts)
    return safe.write_csv(line_terminator="\n").encode()


def _neutralised(column: pl.Series) -> pl.Series:
    """The column with each distinct text that could act made harmless."""
    distinct = column.drop_nulls().unique()
    changed = {text: safe for text in distinct if (safe := no_formula(text)) != text}
    return column.replace(changed) if changed else column
