"""What columns of SPSS, Stata and SAS files hold: the format in which each is shown tells.

These programs keep dates and times as numbers, counted from a day and in a unit of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from vested.formats.columnar import as_text

if TYPE_CHECKING:
    import polars as pl

Program = Literal["SPSS", "Stata", "SAS"]
Unit = Literal["text", "number", "single", "date", "moment", "time", "span"]
"""`single` is a number of four bytes, `moment` a date with time, `time` one of the day."""


@dataclass(frozen=True, slots=True)
class Column:
    """How the values of one column are to be read."""

    name: str
    unit: Unit
    tick: int = 1
    """How many milliseconds one of its numbers counts."""
    epoch: int = 0
    """From which moment on, in milliseconds since 1970."""


_DAY = 86_400_000
_SINCE_1582 = -141_428 * _DAY
_SINCE_1960 = -3_653 * _DAY
_YEAR_1 = -719_162 * _DAY
_YEAR_10000 = 2_932_897 * _DAY

_SPSS_UNITS: Mapping[str, Unit] = {
    "DATE": "date", "ADATE": "date", "EDATE": "date", "JDATE": "date", "SDATE": "date",
    "QYR": "date", "MOYR": "date", "WKYR": "date",
    "DATETIME": "moment", "YMDHMS": "moment",
    "TIME": "span", "DTIME": "span", "MTIME": "span",
}  # fmt: skip
_SAS_DATE = re.compile(
    r"(DATE|WEEKDAT[EX]|WORDDAT[EX]|DDMMYY[BCDNPS]?|MMDDYY[BCDNPS]?|YYMMDD[BCDNPS]?|YYMM[CDNPS]?"
    r"|MMYY[CDNPS]?|MONYY|JULIAN|EURDFD[DET]|(IS8601|E8601|B8601)DA)"
)
_SAS_MOMENT = re.compile(r"(DATETIME|DATEAMPM|MDYAMPM|DTDATE|(IS8601|E8601)DT|B8601D[TN])")
_SAS_SPAN = re.compile(r"(TIME|TIMEAMPM|HHMM|TOD|MMSS|(IS8601|E8601|B8601)TM)")


def column_of(name: str, storage: str, shape: str, program: Program) -> Column:
    """The column that the program stores as `storage` and shows in the format `shape`."""
    if storage == "string":
        return Column(name, "text")
    number: Unit = "single" if storage == "float" else "number"
    if program == "Stata":
        if re.match(r"%-?t?d", shape):
            return Column(name, "date", _DAY, _SINCE_1960)
        unit: Unit = "time" if re.fullmatch(r"%-?t[cC][HhMSsAaPmp.:_,]+", shape) else "moment"
        unit = unit if re.match(r"%-?t[cC]", shape) else number
        return Column(name, unit, 1, _SINCE_1960)
    word = format_name(shape)
    if program == "SPSS":
        return Column(name, _SPSS_UNITS.get(word, number), 1000, _SINCE_1582)
    if _SAS_DATE.fullmatch(word):
        return Column(name, "date", _DAY, _SINCE_1960)
    unit = "span" if _SAS_SPAN.fullmatch(word) else number
    return Column(name, "moment" if _SAS_MOMENT.fullmatch(word) else unit, 1000, _SINCE_1960)


def format_name(shape: str) -> str:
    """The name of an SPSS or SAS format, without its width (`YYMMDD10`)."""
    return re.sub(r"[\d.]+$", "", shape.upper().lstrip("$"))


def frame_of(
    cells: Mapping[str, Sequence[Any]], columns: Sequence[Column], tagged: AbstractSet[str]
) -> pl.DataFrame:
    """Columns of values as text; in `tagged` ones, letters among numbers are missing values."""
    import polars as pl

    alike: dict[Column, list[str]] = {}
    for column in columns:
        alike.setdefault(replace(column, name=""), []).append(column.name)
    texts = {}
    for column, names in alike.items():
        # One long column: Polars takes about as long for an expression as for 10,000 numbers.
        values = list(chain.from_iterable(cells[name] for name in names))
        found = texts_of(values, column, tagged=not tagged.isdisjoint(names))
        height = len(values) // len(names)
        for at, name in enumerate(names):
            texts[name] = found.slice(at * height, height).alias(name)
    return pl.DataFrame([texts[column.name] for column in columns])


def texts_of(values: Sequence[Any], column: Column, *, tagged: bool) -> pl.Series:
    """Values of a column as text, None as ""; with `tagged` as in `frame_of`."""
    import polars as pl

    if column.unit == "text":
        texts = pl.Series(values, dtype=pl.String)
        return texts.str.strip_chars_end(" ").fill_null("")
    numbers = [None if isinstance(value, str) else value for value in values] if tagged else values
    raw = pl.Series("raw", numbers, dtype=pl.Float64, strict=False).to_frame()
    texts = raw.select(_meaning(pl.col("raw"), column)).to_series()
    if not tagged:
        return texts
    tags = [f".{value}" if isinstance(value, str) else None for value in values]
    return pl.Series(tags, dtype=pl.String).fill_null(texts)


def _meaning(raw: pl.Expr, column: Column) -> pl.Expr:
    """Numbers as text, dates and times in ISO 8601; numbers that no calendar has stay numbers."""
    import polars as pl

    number = as_text(raw, pl.Float64())
    if column.unit == "single":
        return as_text(raw.cast(pl.Float32), pl.Float32())
    if column.unit == "number":
        return number
    if column.unit == "span":
        span = (raw * column.tick).round().cast(pl.Int64, strict=False).cast(pl.Duration("ms"))
        return as_text(span, pl.Duration("ms"))
    since_1970 = raw * column.tick + column.epoch
    known = since_1970.is_between(_YEAR_1, _YEAR_10000, closed="left")
    when = pl.when(known).then(since_1970.round()).cast(pl.Int64).cast(pl.Datetime("ms"))
    if column.unit == "date":
        text = as_text(when.dt.date(), pl.Date())
    elif column.unit == "time":
        text = as_text(when.dt.time(), pl.Time())
    else:
        text = as_text(when, pl.Datetime("ms"))
    return pl.when(known).then(text).otherwise(number)
