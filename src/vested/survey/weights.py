"""The column of weights: numbers of 0 or more, with a decimal point or comma."""

from __future__ import annotations

import polars as pl

from vested.errors import InputError
from vested.formats import BATCH_ROWS, Table, column_name
from vested.spelling import tidy
from vested.survey.columns import Columns


def as_number(column: str) -> pl.Expr:
    """The weights of a column of text, empty where it is no number."""
    return (
        pl.col(column).str.strip_chars().str.replace(",", ".", literal=True)
        .cast(pl.Float64, strict=False)
    )  # fmt: skip


def top_weights(table: Table, columns: Columns) -> dict[str, float]:
    """The largest weight of each organisation; checks that each weight is a number of 0 or more."""
    if columns.weight is None:
        return {}
    name = column_name(columns.weight)
    types: dict[int, pl.DataType] = {
        at: pl.String() for at in (columns.organisation, columns.weight)
    }
    largest: dict[str, float] = {}
    start = 0
    for batch in table.scan(types).collect_batches(
        chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming"
    ):
        both = batch.select(
            organisation=pl.col(column_name(columns.organisation)),
            text=pl.col(name).str.strip_chars().replace("", None),
            number=as_number(name),
        )
        good = pl.col("number").is_finite() & (pl.col("number") >= 0)
        wrong = both.select(pl.col("text").is_not_null() & ~good.fill_null(value=False))
        if (bad := wrong.to_series().arg_true()).len():
            row = int(bad[0])
            raise InputError(
                f"{table.name}, row {table.row_of(start + row)}, column "
                f"{table.columns[columns.weight].strip()}: {both['text'][row]!r} is no weight",
                "a weight is a number of 0 or more; leave the cell blank to set the row aside",
            )
        tops = both.drop_nulls().group_by("organisation").agg(pl.col("number").max())
        for organisation, top in tops.select("organisation", "number").rows():
            key = tidy(organisation)
            largest[key] = max(largest.get(key, 0.0), top)
        start += batch.height
    return largest
