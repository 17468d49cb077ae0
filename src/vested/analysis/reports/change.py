"""How scores moved from one wave to the next."""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from vested.analysis.result import Analysis
from vested.analysis.scores import rank
from vested.stats.intervals import difference_interval
from vested.table import Column, ResultTable

COLUMNS = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("measure", "Measure", "The id of the measure; the parts of a pair after a dot."),
    Column("wave", "From", "The earlier wave."),
    Column("next_wave", "To", "The next one."),
    Column("score", "Score", "The score in the earlier wave.", 1),
    Column("next_score", "Next score", "The score in the next one.", 1),
    Column("difference", "Change", "The later score less the earlier one.", 1),
    Column("difference_low", "Low", "Lower end of its interval, as if the waves had asked "
           "different people: where the same ones answered it is wider than it need be.", 1),
    Column("difference_high", "High", "Upper end of its interval.", 1),
)  # fmt: skip


def change_table(waves: Analysis) -> ResultTable:
    """The scores that are shown in two waves that follow each other, and their difference.

    Only scores that are shown are compared. The interval is that of Zou & Donner (2008) for two
    independent values; it is missing where one of the scores has none.
    """
    if waves.dimensions != ("wave",):
        raise ValueError("change is between waves")
    frame = waves.scores.filter(pl.col("status") != "suppressed")
    order = sorted(waves.scores["wave"].unique(), key=rank)  # the first may miss a wave
    columns = ("organisation", "measure", "wave", "score", "ci_low", "ci_high")
    known = {row[:3]: row[3:] for row in frame.select(columns).rows()}
    rows = []
    for name, measure in frame.select("organisation", "measure").unique(maintain_order=True).rows():
        for wave, later in pairwise(order):
            one, two = known.get((name, measure, wave)), known.get((name, measure, later))
            if one is None or two is None:
                continue
            low = high = None
            if one[1] is not None and two[1] is not None:
                low, high = difference_interval(one, two)
            rows.append((name, measure, wave, later, one[0], two[0], two[0] - one[0], low, high))
    texts = ("organisation", "measure", "wave", "next_wave")
    schema = {column.key: pl.String if column.key in texts else pl.Float64 for column in COLUMNS}
    made = pl.DataFrame(rows, schema, orient="row")
    return ResultTable("change", "Change from wave to wave", COLUMNS, made)
