"""Weights: a column of numbers of 0 or more, or what each cell of respondents stands for."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.errors import InputError
from vested.formats import BATCH_ROWS, Table, column_name
from vested.spelling import tidy
from vested.stats.moments import FIXED_POINT_BITS, exact_parts
from vested.survey.columns import Columns
from vested.survey.reduction import Counts, Reduction


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


def weigh_strata(reduction: Reduction, weights: NDArray[np.float64]) -> None:
    """Fill the sums of a reduction from those of its strata, each respondent with a weight.

    `weights` are of the cells of the strata, in their order; only their ratios within a cell of the
    reduction count. The sums are exact but for one rounding to 2^-48 at the end, so that they do
    not depend on the order of the rows, nor on what else is scored.
    """
    strata = reduction.strata
    if strata is None or not strata.sums.cells:
        return
    parts = len(next(iter(reduction.cells)))
    places = np.array([reduction.place(key[:parts]) for key in strata.sums.cells], np.int64)
    reduction.room()
    reduction.steps |= strata.sums.steps
    largest = np.zeros(len(reduction.cells))
    np.maximum.at(largest, places, weights)
    share = np.rint(weights / largest[places] * 2.0**FIXED_POINT_BITS).astype(np.int64)
    share = np.maximum(share, 1)  # raking that does not converge can leave next to nothing
    order = np.argsort(places, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(places[order]) > 0])
    here, weight = places[order][starts], share[order].astype(object)
    plain = strata.sums.sums[:, :, order]
    reduction.sums[:3, :, here] = np.add.reduceat(plain, starts, axis=-1)
    for at in range(reduction.outputs):
        sums = [plain[power, at].astype(object) for power in range(3)]
        # On a grid x stands for 100·x/steps; else it is counted in units of 2^-48.
        times, unit = 100, reduction.steps.get(at, 1)
        if at in strata.sums.counts:
            sums = [total[order] for total in _counted(reduction, at, places)]
            times, unit = 1, 1 << FIXED_POINT_BITS
        for kind in range(6):
            squared, power = divmod(kind, 3)
            total = np.add.reduceat(weight ** (1 + squared) * sums[power], starts)
            divisor = unit**power << (FIXED_POINT_BITS * squared)
            rounded = (2 * times**power * total + divisor) // (2 * divisor)
            reduction.sums[3 + 2 * kind : 5 + 2 * kind, at, here] = exact_parts(rounded)


def _counted(reduction: Reduction, at: int, places: NDArray[np.int64]) -> list[NDArray[np.object_]]:
    """n, Σx and Σx² per cell of the strata, of a measure on no grid, in units of 2^-48.

    The counts of its values go to the cells of the reduction.
    """
    strata = reduction.strata
    sums = [np.zeros(len(places), object) for _ in range(3)]
    if strata is None:
        return sums
    cell, value, count = strata.sums.counts[at].merged()
    counts = reduction.counts.setdefault(at, Counts())
    if len(cell):
        counts.add_piece(places[cell], value, count)
    x = np.rint(value * 2.0**FIXED_POINT_BITS).astype(np.int64).astype(object)
    for power, total in enumerate(sums):
        np.add.at(total, cell, count.astype(object) * x**power)
    return sums
