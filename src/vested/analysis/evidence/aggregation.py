"""Whether organisations differ, and how reliable their means are: from the scores' own sums."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import polars.selectors as cs

from vested.analysis.evidence.protection import Moments
from vested.model import Instrument
from vested.stats.aggregation import (
    Anova,
    anova,
    components_reml,
    design_effect,
    icc1,
    icc1_interval,
    icc2,
    respondents_for,
)
from vested.stats.reliability import spearman_brown
from vested.table import Column, ResultTable

COLUMNS = (
    Column("measure", "Measure", "What is scored; the parts of a pair after a dot."),
    Column("organisations", "Organisations", "How many have enough respondents, not all alike."),
    Column("respondents", "Respondents", "How many stand behind these."),
    Column("icc1", "ICC(1)", "Share of variance between organisations, with the mean size n₀."),
    Column("icc1_low", "Low", "Lower end of its interval, by F."),
    Column("icc1_high", "High", "Upper end of its interval, by F."),
    Column("icc2", "ICC(2)", "Reliability of an organisation's mean."),
    Column(
        "f",
        "F",
        "Mean square between over within; empty where nobody differs within.",
    ),
    Column("df1", "df 1", "Degrees of freedom between."),
    Column("df2", "df 2", "Degrees of freedom within."),
    Column(
        "p", "p", "Probability of such an F, or a larger one, if organisations did not differ.", 3
    ),
    Column("icc1_plain", "ICC(1) plain", "ICC(1) with the plain mean size N/K, as multilevel."),
    Column("icc2_plain", "ICC(2) plain", "The same as ICC(2), which needs no size of groups."),
    Column("design_effect", "Design effect", "How much the variance of a mean over all grows."),
    Column("respondents_for_70", "n for .70", "Respondents per organisation for ICC(2) = .70.", 0),
)  # fmt: skip
COMPONENTS = (
    Column("measure", "Measure", "What is scored; the parts of a pair after a dot."),
    Column("between", "Between", "Variance between organisations, in squared points, by REML."),
    Column("within", "Within", "Variance within organisations."),
    Column("icc1", "ICC(1)", "Share of variance between organisations, by REML."),
    Column("icc2", "ICC(2)", "Reliability of a mean of the average number of respondents."),
)


def anovas(moments: Moments, instrument: Instrument) -> dict[str, Anova]:
    """By output, the analysis of variance of the respondents' scores by organisation.

    One ratio of a measure gives away nothing of an organisation whose mean and spread are both
    unknown; that of one respondent has no spread, and so the organisations below the minimum are
    left out, with those that are all alike.
    """
    return {output.id: anova(*moments.of(at)) for at, output in enumerate(instrument.outputs)}


def components_table(moments: Moments, instrument: Instrument) -> ResultTable:
    """Variance components by restricted maximum likelihood, one row per output."""
    rows: list[tuple[object, ...]] = []
    for at, output in enumerate(instrument.outputs):
        known = moments.of(at)
        found = components_reml(*known)
        steps = moments.reduction.steps.get(at, 100)
        unit = ((output.high - output.low) / steps) ** 2
        size = sum(known[0]) / max(sum(count > 0 for count in known[0]), 1)
        rows.append(
            (output.id, found.between * unit, found.within * unit, found.icc,
             float(spearman_brown(found.icc, size)) if size > 0 else None)
        )  # fmt: skip
    schema = {c.key: pl.String if c.key == "measure" else pl.Float64 for c in COMPONENTS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return ResultTable("components", "Variance components", COMPONENTS, frame)


def aggregation_table(found: Mapping[str, Anova], confidence: float) -> ResultTable:
    """One row per output, in the instrument's order."""
    rows = []
    for name, table in found.items():
        low, high = icc1_interval(table, confidence=confidence)
        own = icc1(table)
        rows.append(
            (
                name, table.groups, table.n, own, low, high, icc2(table),
                table.f, table.df_between, table.df_within, table.p,
                icc1(table, size="mean"), icc2(table),
                float(design_effect(own, table.n0)), float(respondents_for(own)),
            )
        )  # fmt: skip
    kinds = {"measure": pl.String} | dict.fromkeys(
        ("organisations", "respondents", "df1", "df2"), pl.Int64
    )
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    # JSON knows no infinite numbers, and every form should say the same.
    finite = pl.when(cs.float().is_finite()).then(cs.float()).otherwise(None)
    return ResultTable("aggregation", "Aggregation", COLUMNS, frame.with_columns(finite))
