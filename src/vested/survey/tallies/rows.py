"""Answers respondent by respondent, kept only where each is to be looked at.

Eighty answers take eighty bytes, so a million respondents some 80 MB: this is the one thing beside
duplicates of identifiers that grows with the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.formats import Table, column_name
from vested.model import CellKey
from vested.spelling import same
from vested.survey.columns import Columns
from vested.survey.weights import as_number

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

ROW = "row"
_RESPONDENT, _SECONDS, _INSTRUCTED = "respondent", "seconds", "instructed"
_TIMES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%y %H:%M:%S",
    "%m/%d/%y %H:%M",
)  # fmt: skip
"""How platforms write points in time; what follows the seconds is cut off first."""


@dataclass(frozen=True, slots=True)
class Respondents:
    """The rows of one file that are used, in their order."""

    file: str
    row: Ints
    """Their place in the scan of the file, from 0."""
    numbers: Callable[[], list[int]]
    """The numbers that a spreadsheet shows for them; slow, and only while files are open."""
    rows: int
    """How many rows the scan has, the last that are not used left out."""
    keys: tuple[CellKey, ...]
    """Their organisation, then their wave and groups where these are told apart."""
    given: Bytes
    """Items x rows: places of options as in the tallies, turned; 255 for no answer."""
    respondent: tuple[str, ...]
    """Their identifiers, blank where there is none."""
    wave: tuple[str, ...]
    """Their waves, blank where there are none: the same identifier in each is the same person."""
    seconds: Floats | None
    """How long they took, NaN where that is not known."""
    instructed: Floats | None
    """Rows x instructed items: 1 as instructed, 0 otherwise, NaN no answer."""
    weight: Floats | None = None
    """Their weights as shares of the largest in their organisation, where a column has them."""
    strata: tuple[CellKey, ...] = ()
    """The cells of the strata that they belong to, where weights follow from a population."""

    @property
    def organisation(self) -> tuple[str, ...]:
        """Their organisations."""
        return tuple(key[0] for key in self.keys)


@dataclass(slots=True)
class RowKeeper:
    """Keeps what batches say of each respondent."""

    columns: Columns
    _pieces: list[tuple[Ints, Ints, Bytes, pl.DataFrame]] = field(default_factory=list)
    _weights: list[Floats] = field(default_factory=list)
    _strata: list[Ints] = field(default_factory=list)

    def types(self) -> dict[int, pl.DataType]:
        """The columns that are needed beside answers and names."""
        columns = self.columns
        wanted = (columns.respondent, columns.duration, *(columns.period or ()))
        checks = (position for position, _ in columns.instructed)
        return {at: pl.String() for at in (*wanted, *checks) if at is not None}

    def expressions(self) -> list[pl.Expr]:
        """What to select from the scan beside answers and names."""
        columns = self.columns
        found = []
        if columns.respondent is not None:
            name = pl.col(column_name(columns.respondent))
            found.append(name.fill_null("").str.strip_chars().alias(_RESPONDENT))
        if columns.duration is not None:
            found.append(as_number(column_name(columns.duration)).alias(_SECONDS))
        elif columns.period is not None:
            start, end = (_moment(column_name(at)) for at in columns.period)
            found.append((end - start).dt.total_seconds().cast(pl.Float64).alias(_SECONDS))
        for at, (position, _) in enumerate(columns.instructed):
            found.append(pl.col(column_name(position)).fill_null("").alias(f"{_INSTRUCTED}{at}"))
        return found

    def add(
        self,
        batch: pl.DataFrame,
        rows: NDArray[np.bool_],
        cell: Ints,
        given: Bytes,
        weight: Floats | None = None,
        stratum: Ints | None = None,
    ) -> None:
        """Keep the used rows of a batch."""
        if weight is not None:
            self._weights.append(weight)
        if stratum is not None:
            self._strata.append(stratum)
        names = [
            name for name in batch.columns if name in (_RESPONDENT, _SECONDS)
            or name.startswith(_INSTRUCTED)
        ]  # fmt: skip
        used = batch.filter(pl.Series(rows))
        self._pieces.append(
            (used[ROW].to_numpy().astype(np.int64), cell, given, used.select(names))
        )

    def kept(
        self, table: Table, keys: Sequence[CellKey], items: int, strata: Sequence[CellKey] = ()
    ) -> Respondents:
        """All of them, in the order of the file; `keys` and `strata` name their cells."""
        row, cell = (
            np.concatenate([np.empty(0, np.int64), *(p[at] for p in self._pieces)]) for at in (0, 1)
        )
        order = np.argsort(row, kind="stable")
        given = np.concatenate(
            [np.empty((items, 0), np.uint8), *(piece[2] for piece in self._pieces)], axis=1
        )
        extras = [piece[3] for piece in self._pieces]
        extra = pl.concat(extras) if extras else pl.DataFrame()
        extra = extra[order] if extra.width else extra
        seconds = extra[_SECONDS].to_numpy() if _SECONDS in extra.columns else None
        if seconds is not None:
            seconds = np.where(seconds >= 0, seconds, np.nan)
        waves = self.columns.wave is not None
        identifiers = extra[_RESPONDENT].to_list() if _RESPONDENT in extra.columns else []
        return Respondents(
            table.name,
            row[order],
            partial(table.rows_of, row[order].tolist()),
            int(row.max(initial=-1)) + 1,
            tuple(keys[at] for at in cell[order].tolist()),
            np.ascontiguousarray(given[:, order]),
            tuple(identifiers) or ("",) * len(row),
            tuple(keys[at][1] if waves else "" for at in cell[order].tolist()),
            seconds,
            self._instructed(extra),
            np.concatenate(self._weights)[order] if self._weights else None,
            tuple(strata[at] for at in np.concatenate(self._strata)[order].tolist())
            if self._strata
            else (),
        )

    def _instructed(self, extra: pl.DataFrame) -> Floats | None:
        wanted = self.columns.instructed
        if not wanted:
            return None
        found = np.full((extra.height, len(wanted)), np.nan)
        for at, (_, answer) in enumerate(wanted if extra.height else ()):
            cells = extra[f"{_INSTRUCTED}{at}"].to_list()
            meant = {cell: float(same(cell) == same(answer)) for cell in set(cells) if cell.strip()}
            found[:, at] = [meant.get(cell, np.nan) for cell in cells]
        return found


def _moment(column: str) -> pl.Expr:
    """A point in time as any platform writes it, empty where it is none."""
    text = pl.col(column).str.strip_chars().str.replace(r"(\.\d+)?(Z| UTC|[+-]\d\d:?\d\d)?$", "")
    return pl.coalesce(text.str.to_datetime(form, strict=False) for form in _TIMES)
