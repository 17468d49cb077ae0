"""The headline scores of several organisations in a few numbers."""

from __future__ import annotations

import polars as pl

from vested.analysis.result import Analysis
from vested.table import Column, ResultTable

COLUMNS = (
    Column("measure", "Measure", "The id of the headline measure."),
    Column("organisations", "Organisations", "How many have a score that is shown."),
    Column("careful", "With caution", "How many of these are to be read with caution."),
    Column("lowest", "Lowest", "The lowest of the scores.", 1),
    Column("median", "Median", "Half of the scores are as high or higher.", 1),
    Column("highest", "Highest", "The highest of the scores.", 1),
)


def overview_table(analysis: Analysis) -> ResultTable:
    """One row per headline measure, over the scores that are shown; empty where there are none."""
    shown = analysis.headline_scores().filter(pl.col("status") != "suppressed")
    rows = []
    for output in analysis.instrument.headlines:
        own = shown.filter(pl.col("measure") == output.id)
        scores = own["score"]
        careful = int((own["status"] == "caution").sum())
        rows.append((output.id, own.height, careful, scores.min(), scores.median(), scores.max()))
    schema: dict[str, type[pl.DataType]] = {"measure": pl.String}
    schema |= dict.fromkeys(("organisations", "careful"), pl.Int64)
    schema |= dict.fromkeys(("lowest", "median", "highest"), pl.Float64)
    frame = pl.DataFrame(rows, schema, orient="row")
    return ResultTable("overview", "Overview", COLUMNS, frame)
