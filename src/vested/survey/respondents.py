"""The rows that are responses, and respondents who stand in the data more than once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from vested.formats import Table, column_name
from vested.platforms import Exclusion
from vested.spelling import same
from vested.survey.columns import Columns


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


def repeated(tables: Sequence[Table], columns: Sequence[Columns]) -> int:
    """How many respondents have more than one row in the same organisation and wave.

    Only where a respondent column is named; blank identifiers are nobody's. This is the one step
    whose memory grows with the number of respondents.
    """
    frames = [
        _identifiers(table, found)
        for table, found in zip(tables, columns, strict=True)
        if found.respondent is not None
    ]
    if not frames:
        return 0
    rows = pl.concat(frames).filter(pl.col("respondent").str.strip_chars() != "")
    counted = rows.group_by("organisation", "wave", "respondent").len()
    return int(counted.filter(pl.col("len") > 1).select(pl.len()).collect().item())


def _identifiers(table: Table, columns: Columns) -> pl.LazyFrame:
    places = {
        "organisation": columns.organisation,
        "wave": columns.wave,
        "respondent": columns.respondent,
    }
    types: dict[int, pl.DataType] = {at: pl.String() for at in places.values() if at is not None}
    return responses(table, types, columns.exclusions).select(
        (pl.lit(None, pl.String) if at is None else pl.col(column_name(at))).alias(name)
        for name, at in places.items()
    )
