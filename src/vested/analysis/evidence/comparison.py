"""What leaving flagged respondents out changes: results with and without, side by side."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import polars as pl

from vested.analysis.evidence.aggregation import anovas
from vested.analysis.evidence.items import covariances
from vested.analysis.evidence.protection import Moments, Shown
from vested.model import Instrument, Output
from vested.stats.aggregation import icc1
from vested.stats.moments import mean_and_sd
from vested.stats.reliability import alpha
from vested.survey.availability import leaves_of, linked
from vested.survey.reduction import Reduction
from vested.table import Column, ResultTable

COLUMNS = (
    Column("measure", "Measure", "What is scored; the parts of a pair after a dot."),
    Column("respondents", "Respondents", "How many have a value, in organisations of which the "
           "score is shown."),
    Column("respondents_without", "Without", "How many of them are not flagged."),
    Column("score", "Score", "Their mean score, on 0 to 100; empty where it stands in an equation "
           "with one that is told."),
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


_FLAT = 1e-6
"""A standard deviation below this is that of equal values, of differences of sums of floats."""


class _Numbers(NamedTuple):
    n: int
    score: float
    sd: float
    alpha: float
    icc1: float


def comparison_table(
    everyone: Reduction, without: Reduction, instrument: Instrument, shown: Shown, missing: str
) -> ResultTable:
    """Per measure, over the respondents behind shown scores, numbers with and without the flagged.

    Not per organisation: the difference of two means gives the mean of those left out away. A row
    is suppressed where fewer than the minimum are left out or remain, or all of these are alike.
    Means and standard deviations are those of the headlines, and of other measures that share no
    items with any that is told before: an index and its parts would make equations.
    """
    moments = Moments(everyone, shown), Moments(without, shown)
    both = [_numbers(known, instrument, missing) for known in moments]
    told = _told(instrument)
    rows: list[tuple[object, ...]] = []
    for at, (output, *pair) in enumerate(zip(instrument.outputs, *both, strict=True)):
        if not _open(output, at, *moments):
            rows.append((output.id, *([None] * 10), "suppressed"))
            continue
        hide = {} if output.id in told else {"score": math.nan, "sd": math.nan}
        numbers = zip(*(each._replace(**hide) for each in pair), strict=True)
        row = [number for with_and_without in numbers for number in with_and_without]
        rows.append((output.id, *row, "published"))
    kinds: dict[str, type[pl.DataType]] = {"measure": pl.String, "status": pl.String}
    kinds |= {"respondents": pl.Int64, "respondents_without": pl.Int64}
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return ResultTable("comparison", "With and without the flagged", COLUMNS, frame)


def _told(instrument: Instrument) -> set[str]:
    """The outputs whose means stand in no equation with those of another: headlines first."""
    headlines = [output.id for output in instrument.headlines]
    measures = {measure.id: measure for measure in instrument.measures}
    bound = {at for link in linked(instrument) for at in link.outputs}
    found: set[str] = set()
    taken: set[str] = set()
    order = sorted(enumerate(instrument.outputs), key=lambda each: each[1].id not in headlines)
    for at, output in order:
        own = set(leaves_of(output.measure.id, measures)) if at in bound else set()
        if not own & taken:
            found.add(output.id)
            taken |= own
    return found


def _open(output: Output, at: int, everyone: Moments, without: Moments) -> bool:
    """Whether enough remain and are left out, and neither are all alike; or nobody is left out."""
    minimum = everyone.shown.minimum
    n, total, squares = everyone.total(at)
    m, kept, kept_squares = without.total(at)
    cells = [(m, kept, kept_squares)]
    if n > m:
        cells.append((n - m, total - kept, squares - kept_squares))
    return all(
        cell[0] >= minimum
        and (minimum <= 1 or _mean_and_sd(everyone, output, at, *cell)[1] > _FLAT)
        for cell in cells
    )


def _mean_and_sd(
    moments: Moments, output: Output, at: int, n: int, total: float, squares: float
) -> tuple[float, float]:
    low, high, steps = float(output.low), float(output.high), moments.reduction.steps.get(at, 100)
    sums = (np.array([value]) for value in (n, total, squares))
    mean, sd = mean_and_sd(*sums, low=low, high=high, steps=steps)
    return float(mean[0]), float(sd[0])


def _numbers(moments: Moments, instrument: Instrument, missing: str) -> list[_Numbers]:
    """The numbers of each output over the respondents behind what is shown."""
    tables = anovas(moments, instrument)
    alphas, tallies = {}, moments.reduction.tallies
    if tallies:
        for number, facet in enumerate(tallies.facets):
            together = tallies.of_facet(number)
            alphas[facet.measure] = float(alpha(covariances(together, missing)))
    found = []
    for at, output in enumerate(instrument.outputs):
        n, total, squares = moments.total(at)
        mean, sd = _mean_and_sd(moments, output, at, n, total, squares)
        own = alphas.get(output.id, np.nan)
        found.append(_Numbers(n, mean, sd, own, icc1(tables[output.id])))
    return found
