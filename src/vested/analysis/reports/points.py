"""Where an organisation stands highest and lowest, against a benchmark or against itself."""

from __future__ import annotations

from math import fsum

import polars as pl

from vested.analysis.scores import SUPPRESSED
from vested.model import Instrument
from vested.table import Column, ResultTable

STRENGTH, WORK_POINT = "strength", "work point"
HOW_MANY = 3
"""Strengths and work points of each organisation at most: our choice."""

COLUMNS = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("point", "Point", "strength or work point."),
    Column("measure", "Measure", "The facet."),
    Column("score", "Score", "Its score.", 1),
    Column("ci_low", "Low", "Lower end of its interval.", 1),
    Column("ci_high", "High", "Upper end of its interval.", 1),
    Column("against", "Against", "What it is held against: benchmark, the mean of other "
           "organisations on the same facet; or own, the mean of the organisation's facets."),
    Column("reference", "Reference", "That mean.", 1),
    Column("difference", "Difference", "Score less reference.", 1),
    Column("clear", "Clear", "Whether the reference lies outside the interval of the score."),
)  # fmt: skip


def points_table(
    scores: ResultTable, instrument: Instrument, benchmark: ResultTable | None = None
) -> ResultTable:
    """The facets of each organisation that stand out most, up to `HOW_MANY` each way.

    Only what is shown is compared. With a benchmark facets are held against its means, so that a
    facet on which everyone is high is no strength; without, against the mean of the organisation's
    own facets. No facet is both: of few facets the better half are strengths.
    """
    facets = [measure.id for measure in instrument.measures if measure.kind == "facet"]
    shown = scores.frame.filter(
        pl.col("measure").is_in(facets) & (pl.col("status") != SUPPRESSED)
    ).select("organisation", "measure", "score", "ci_low", "ci_high")
    norms: dict[tuple[str, str], float] = {}
    if benchmark is not None:
        known = benchmark.frame.drop_nulls("norm_mean")
        for name, measure, mean in known.select("organisation", "measure", "norm_mean").rows():
            norms[name, measure] = mean
    rows: list[tuple[object, ...]] = []
    for (name,), own in shown.group_by(["organisation"], maintain_order=True):
        scored = own.rows()
        if norms:
            scored = [row for row in scored if (row[0], row[1]) in norms]
        if len(scored) < 2:
            continue
        mean = fsum(row[2] for row in scored) / len(scored)
        held = []
        for _, measure, score, low, high in scored:
            reference = norms.get((str(name), measure), mean)
            clear = low is not None and not low <= reference <= high
            held.append((measure, score, low, high, reference, score - reference, clear))
        held.sort(key=lambda row: (-row[5], facets.index(row[0])))
        many = min(HOW_MANY, len(held) // 2)
        against = "benchmark" if norms else "own"
        for point, found in ((STRENGTH, held[:many]), (WORK_POINT, held[::-1][:many])):
            rows += [(name, point, *row[:4], against, *row[4:]) for row in found]
    numbers = ("score", "ci_low", "ci_high", "reference", "difference")
    schema: dict[str, type[pl.DataType]] = {column.key: pl.String for column in COLUMNS}
    schema |= dict.fromkeys(numbers, pl.Float64) | {"clear": pl.Boolean}
    return ResultTable(
        "points", "Strengths and work points", COLUMNS, pl.DataFrame(rows, schema, orient="row")
    )
