"""Parquet and Arrow files (Feather version 2), as data frames are saved by Python and R."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vested.errors import InputError
from vested.formats.conversion import Converted

if TYPE_CHECKING:
    import polars as pl

PIECE = 2_000_000
"""How many cells are held at a time."""

_MANY = 50_000_000
_PACKED = 200
"""More cells a byte than these, in a file of many, are no answers: our choice; answers take 15."""


def convert(path: Path, name: str, encoding: str | None) -> Converted:
    """The cells of a parquet or Arrow file; its own schema says how they are written as text.

    Nulls and NaN become "", lists and structs JSON. Raises `InputError` for a file that is damaged
    or of a kind that cannot be read. Its texts are always UTF-8, so `encoding` plays no part.
    """
    import polars as pl

    with path.open("rb") as file:
        head = file.read(6)
    if head.startswith(b"FEA1"):
        raise InputError(
            f"{name} is a Feather file of version 1, which cannot be read",
            "save the data frame again as parquet or CSV",
        )
    arrow = head.startswith(b"ARROW1")
    kind = "Arrow" if arrow else "parquet"
    try:
        scan = pl.scan_ipc if arrow else pl.scan_parquet
        frame = scan(path, glob=False)  # brackets in the path mean nothing
        schema = frame.collect_schema()
        cells = len(schema) * frame.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(name, error) from None
    if not schema:
        raise InputError(f"{name} has no columns", "was the data frame empty when it was saved?")
    if cells > _MANY and cells > _PACKED * path.stat().st_size:
        raise InputError(
            f"{name} holds {cells:,} cells in {path.stat().st_size:,} bytes, and is not unpacked",
            "is it a table of answers? Save it again without compression, or as CSV",
        )
    # By position, since a name may look like a pattern.
    texts = [as_text(pl.nth(at), dtype) for at, dtype in enumerate(schema.values())]
    article = "an" if arrow else "a"
    return Converted(
        f"{article} {kind} file", tuple(schema), _rows(frame, texts, name), first_row=1
    )


def _rows(frame: pl.LazyFrame, texts: Sequence[pl.Expr], name: str) -> Iterator[tuple[str, ...]]:
    import polars as pl

    height = max(1, PIECE // len(texts))
    for start in itertools.count(0, height):
        try:
            # Slices may decode a row group twice, but hold less than `collect_batches` does.
            piece = frame.slice(start, height).select(texts).collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _damaged(name, error) from None
        yield from piece.iter_rows()
        if piece.height < height:
            return


def _damaged(name: str, error: Exception) -> InputError:
    # What Polars says goes from plain words to a dump of its own structures.
    reason = next(iter(str(error).splitlines()), "")
    why = "" if "{" in reason or not reason else f": {reason}"
    return InputError(
        f"{name} is damaged{why}",
        "copy it again from where it came from, or save the data frame as CSV",
    )


def as_text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A column's values as they would be typed; null and NaN as ""."""
    import polars as pl

    if dtype.is_float():
        text = _number(column)
    elif dtype.is_decimal():
        digits = column.cast(pl.String)
        text = digits.str.replace(r"(\.\d*?)0+$", "${1}").str.strip_suffix(".")
    elif isinstance(dtype, pl.Datetime):
        zone = "%:z" if dtype.time_zone else ""
        text = column.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.f{zone}")
    elif isinstance(dtype, pl.Time):
        text = column.dt.to_string("%H:%M:%S%.f")
    elif isinstance(dtype, pl.Duration):
        text = _clock(column)
    elif dtype.is_nested() or isinstance(dtype, pl.Binary):
        text = column.map_batches(_values_as_text, return_dtype=pl.String())
    else:
        text = column.cast(pl.String)
    return text.fill_null("")


def _number(column: pl.Expr) -> pl.Expr:
    """`3` for 3.0, else the fewest digits that give the number back."""
    import polars as pl

    known = column.fill_nan(None)
    whole = known.cast(pl.Int64, strict=False)
    return pl.when(whole == known).then(whole.cast(pl.String)).otherwise(known.cast(pl.String))


def _clock(span: pl.Expr) -> pl.Expr:
    """Hours, minutes and seconds; hours may be more than a day has."""
    import polars as pl

    length = span.dt.total_microseconds().abs()
    hour = 3_600_000_000
    return pl.format(
        "{}{}:{}",
        pl.when(span.dt.total_microseconds() < 0).then(pl.lit("-")).otherwise(pl.lit("")),
        (length // hour).cast(pl.String).str.zfill(2),
        pl.from_epoch(length % hour, time_unit="us").dt.to_string("%M:%S%.f"),
    )


def _values_as_text(values: pl.Series) -> pl.Series:
    import polars as pl

    texts = [None if value is None else _value_as_text(value) for value in values.to_list()]
    return pl.Series(values.name, texts, dtype=pl.String)


def _value_as_text(value: object) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    return json.dumps(value, ensure_ascii=False, default=str)
