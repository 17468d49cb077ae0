"""The column of weights: numbers of 0 or more, with a decimal point or comma."""

from __future__ import annotations

import polars as pl

from vested.errors import InputError
from vested.formats import BATCH_ROWS, Table, column_name


def as_number(column: str) -> pl.Expr:
    """The weights of a column of text, empty where it is no number."""
    return (
        pl.col(column).str.strip_chars().str.replace(",", ".", literal=True)
        .cast(pl.Float64, strict=False)
    )  # fmt: skip


def top_weight(table: Table, position: int) -> float:
    """The largest weight of a table, 0 where there is none; checks that each is a number >= 0."""
    name = column_name(position)
    largest, start = 0.0, 0
    for batch in table.scan({position: pl.String()}).collect_batches(
        chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming"
    ):
        both = batch.select(text=pl.col(name).str.strip_chars(), number=as_number(name))
        text, number = both["text"], both["number"]
        wrong = (text.is_not_null() & (text != "")) & ~(number.is_finite() & (number >= 0))
        bad = wrong.fill_null(value=True).arg_true()
        bad = bad.filter(text.gather(bad).is_not_null())
        if len(bad):
            row = int(bad[0])
            raise InputError(
                f"{table.name}, row {table.row_of(start + row)}, column "
                f"{table.columns[position].strip()}: {text[row]!r} is no weight",
                "a weight is a number of 0 or more; leave the cell blank to set the row aside",
            )
        top = number.max()
        largest = max(largest, float(top) if isinstance(top, float) else 0.0)
        start += batch.height
    return largest
