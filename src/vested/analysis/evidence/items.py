"""How each item behaves: its distribution, and how it goes with the other items of its facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.model import Instrument
from vested.stats.covariance import covariance
from vested.stats.moments import skewness
from vested.stats.reliability import alpha_if_deleted, item_rest
from vested.survey.tallies import FacetItems, Tallies, Together
from vested.table import Column, ResultTable

Floats = NDArray[np.float64]

COLUMNS = (
    Column("measure", "Measure", "The facet that the item belongs to."),
    Column("item", "Item", "The item."),
    Column("respondents", "Respondents", "How many answered it."),
    Column("missing", "Missing", "How many rows that are used have no answer to it."),
    Column(
        "mean",
        "Mean",
        "Their mean in codes of the scale, reversed items turned; empty, as are "
        "the next columns, where it would show what a few said beside the scores.",
    ),
    Column("sd", "SD", "Their standard deviation, with n - 1."),
    Column("skew", "Skew", "Their skewness, third moment over the cubed SD with n - 1."),
    Column("floor", "Floor", "Share of answers at the lowest code, after turning."),
    Column("ceiling", "Ceiling", "Share of answers at the highest code, after turning."),
    Column("item_rest", "Item-rest r", "Correlation with the sum of the facet's other items."),
    Column("alpha_if_deleted", "Alpha without", "Alpha of the facet's other items."),
)
REASONS = (
    Column("item", "Item", "The item."),
    Column("reason", "Reason", "Why there is no answer."),
    Column("count", "Count", "How often."),
)


def covariances(together: Together, missing: str) -> Floats:
    """Covariances (n - 1) over the respondents who answered two items or, listwise, all of them."""
    if missing == "listwise":
        of = together.complete
        first = np.repeat(of.sums[:, None], of.items, axis=1)
        return covariance(np.full_like(of.products, of.respondents), first, first.T, of.products)
    both = together.pairwise
    return covariance(both.pairs, both.sums, both.sums.T, both.products)


def items_table(
    tallies: Tallies, missing: str, rows: int, closed: Collection[str] | None = None
) -> ResultTable:
    """One row per facet and item, in the instrument's order.

    How the answers to items that are `closed` spread is not told, nor then which answer it is that
    all gave to an item; without it everything is.
    """
    found = [
        row
        for number, facet in enumerate(tallies.facets)
        for row in _of_facet(tallies, number, facet, missing, rows)
    ]
    if closed is not None:
        found = [_closed(row) if row[1] in closed or row[5] == 0 else row for row in found]
    counts = dict.fromkeys(("respondents", "missing"), pl.Int64)
    texts = dict.fromkeys(("measure", "item"), pl.String)
    schema = {c.key: {**counts, **texts}.get(c.key, pl.Float64) for c in COLUMNS}
    frame = pl.DataFrame(found, schema=schema, orient="row")
    return ResultTable("items", "Items", COLUMNS, frame.fill_nan(None))


def _closed(row: tuple[object, ...]) -> tuple[object, ...]:
    """A row without what tells the answers; that they are all alike is said."""
    sd = 0.0 if row[5] == 0 else None
    return (*row[:4], None, sd, None, None, None, *row[9:])


def _of_facet(
    tallies: Tallies, number: int, facet: FacetItems, missing: str, rows: int
) -> list[tuple[object, ...]]:
    matrix = covariances(tallies.of_facet(number), missing)
    rest, without = item_rest(matrix), alpha_if_deleted(matrix)
    return [
        (facet.measure, *_of_item(tallies, place, rows), rest[at], without[at])
        for at, place in enumerate(facet.places)
    ]


def _of_item(tallies: Tallies, place: int, rows: int) -> tuple[object, ...]:
    item = tallies.items[place]
    scale = item.scale
    counts = np.zeros(scale.high - scale.low + 1, np.int64)
    for meaning, count in tallies.meanings[place].items():
        if isinstance(meaning, int):
            counts[scale.high - meaning if item.reversed else meaning - scale.low] += count
    n = int(counts.sum())
    if not n:
        return item.id, 0, rows, *([None] * 5)
    codes = np.arange(scale.low, scale.high + 1)
    mean, sd, skew = skewness(codes, counts)
    return item.id, n, rows - n, mean, sd, skew, counts[0] / n, counts[-1] / n


def reasons_table(tallies: Tallies, instrument: Instrument) -> ResultTable:
    """Per item and reason, how many answers are missing."""
    of_item = dict(zip((item.id for item in tallies.items), tallies.meanings, strict=True))
    rows = [
        (item.id, reason, count)
        for item in instrument.items
        for meanings in [of_item.get(item.id, Counter())]
        for reason, count in sorted(
            (meaning, count) for meaning, count in meanings.items() if isinstance(meaning, str)
        )
    ]
    schema = {"item": pl.String, "reason": pl.String, "count": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return ResultTable("missing", "Missing answers", REASONS, frame)
