"""The rows of an export that are responses: no previews, no tests, nothing that was not sent in."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vested.formats import Table, column_name
from vested.platforms import Exclusion
from vested.spelling import same


def responses(
    table: Table, types: Mapping[int, pl.DataType], exclusions: tuple[Exclusion, ...]
) -> pl.LazyFrame:
    """A scan of the rows that no exclusion sets aside; the columns of exclusions come as text."""
    rows = table.scan({**types, **{exclusion.column: pl.String() for exclusion in exclusions}})
    for exclusion in exclusions:
        status = pl.col(column_name(exclusion.column)).fill_null("")
        spellings = rows.select(status.unique()).collect().to_series()
        excluded = [text for text in spellings if same(text) in exclusion.cells]
        rows = rows.filter(~status.is_in(excluded))
    return rows
