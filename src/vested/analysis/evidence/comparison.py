"""What leaving flagged respondents out changes: results with and without, side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from vested.analysis.evidence.aggregation import anovas, moments_by_organisation
from vested.analysis.evidence.items import covariances
from vested.model import Instrument
from vested.stats.aggregation import icc1
from vested.stats.moments import mean_and_sd
from vested.stats.reliability import alpha
from vested.survey.reduction import Reduction
from vested.table import Column, ResultTable

COLUMNS = (
    Column("measure", "Measure", "What is scored; the parts of a pair after a dot."),
    Column("respondents", "Respondents", "How many have a value."),
    Column("respondents_without", "Without", "How many of them are not flagged."),
    Column("score", "Score", "Mean score over all respondents, on 0 to 100."),
    Column("score_without", "Without", "The same without the flagged."),
    Column("sd", "SD", "Standard deviation of the scores."),
    Column("sd_without", "Without", "The same without the flagged."),
    Column("alpha", "Alpha", "Coefficient alpha, of facets."),
    Column("alpha_without", "Without", "The same without the flagged."),
    Column("icc1", "ICC(1)", "Share of variance between organisations."),
    Column("icc1_without", "Without", "The same without the flagged."),
    Column("status", "Status", "published; or suppressed, where so few are left out that the "
           "difference would show what they said, or too few remain."),
)  # fmt: skip


class _Numbers(NamedTuple):
    n: int
    score: float
    sd: float
    alpha: float
    icc1: float


def comparison_table(
    everyone: Reduction, without: Reduction, instrument: Instrument, minimum: int, missing: str
) -> ResultTable:
    """Per measure, over all respondents, numbers with and without the flagged.

    Not per organisation: the difference of two means gives the mean of those left out away. For
    the same reason a row is suppressed where fewer than the minimum are left out, unless nobody is.
    """
    rows: list[tuple[object, ...]] = []
    both = (_numbers(reduction, instrument, missing) for reduction in (everyone, without))
    for output, with_all, with_some in zip(instrument.outputs, *both, strict=True):
        n, m = with_all.n, with_some.n
        if m >= minimum and (n == m or n - m >= minimum):
            pairs = zip(with_all, with_some, strict=True)
            row = [number for pair in pairs for number in pair]
            rows.append((output.id, *row, "published"))
        else:
            rows.append((output.id, *([None] * 10), "suppressed"))
    kinds: dict[str, type[pl.DataType]] = {"measure": pl.String, "status": pl.String}
    kinds |= {"respondents": pl.Int64, "respondents_without": pl.Int64}
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return ResultTable("comparison", "With and without the flagged", COLUMNS, frame)


def _numbers(reduction: Reduction, instrument: Instrument, missing: str) -> list[_Numbers]:
    """The numbers of each output over all respondents."""
    everyone = np.zeros(len(reduction.cells), np.int64)
    tables = anovas(reduction, instrument)
    alphas = {}
    if reduction.tallies:
        for number, facet in enumerate(reduction.tallies.facets):
            together = reduction.tallies.of_facet(number)
            alphas[facet.measure] = float(alpha(covariances(together, missing)))
    found = []
    for at, output in enumerate(instrument.outputs):
        moments = moments_by_organisation(reduction, at, everyone, 1)
        n, total, squares = (np.array(values) for values in moments)
        low, high, steps = float(output.low), float(output.high), reduction.steps.get(at, 100)
        mean, sd = mean_and_sd(n, total, squares, low=low, high=high, steps=steps)
        own = alphas.get(output.id, np.nan)
        found.append(
            _Numbers(int(n[0]), float(mean[0]), float(sd[0]), own, icc1(tables[output.id]))
        )
    return found
