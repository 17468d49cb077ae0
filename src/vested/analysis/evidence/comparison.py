"""What leaving flagged respondents out changes: results with and without, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl

from vested.analysis.disclosure import protect
from vested.analysis.disclosure.tables import Numbers
from vested.analysis.evidence.aggregation import anovas
from vested.analysis.evidence.items import covariances
from vested.analysis.evidence.protection import Bools, Moments, Shown
from vested.model import Instrument, Output
from vested.stats.aggregation import icc1
from vested.stats.moments import mean_and_sd
from vested.stats.reliability import alpha
from vested.survey.availability import Availability
from vested.survey.reduction import Reduction
from vested.table import Column, ResultTable

COLUMNS = (
    Column("measure", "Measure", "What is scored; the parts of a pair after a dot."),
    Column("respondents", "Respondents", "How many have a value, in organisations of which the "
           "score is shown, with those that it is bound to by equations."),
    Column("respondents_without", "Without", "How many of them are not flagged."),
    Column("score", "Score", "Their mean score, on 0 to 100."),
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
    is suppressed where the rows that are shown would tell of fewer than the minimum of those left
    out, or of those who remain.
    """
    alike = _same_organisations(shown, everyone)
    with_all, with_some = Moments(everyone, alike), Moments(without, alike)
    both = [_numbers(known, instrument, missing) for known in (with_all, with_some)]
    open_ = _open(with_all, with_some, instrument)
    rows: list[tuple[object, ...]] = []
    for output, one, two, yes in zip(instrument.outputs, *both, open_, strict=True):
        if yes:
            pairs = zip(one, two, strict=True)
            row = [number for pair in pairs for number in pair]
            rows.append((output.id, *row, "published"))
        else:
            rows.append((output.id, *([None] * 10), "suppressed"))
    kinds: dict[str, type[pl.DataType]] = {"measure": pl.String, "status": pl.String}
    kinds |= {"respondents": pl.Int64, "respondents_without": pl.Int64}
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return ResultTable("comparison", "With and without the flagged", COLUMNS, frame)


def _same_organisations(shown: Shown, everyone: Reduction) -> Shown:
    """The organisations of which all measures are shown that are bound by equations.

    Then these equations hold for the sums over organisations, too.
    """
    mask = shown.mask.copy()
    for link in everyone.availability.links if everyone.availability else ():
        own = list(link.outputs)
        mask[own] &= mask[own].all(axis=0)
    return replace(shown, mask=mask)


def _open(everyone: Moments, without: Moments, instrument: Instrument) -> Bools:
    """Which measures may be shown: those who remain and the flagged are the cells of one whole."""
    outputs = range(len(instrument.outputs))
    n, total, squares = np.array([everyone.total(at) for at in outputs], object).T
    m, kept_total, kept_squares = np.array([without.total(at) for at in outputs], object).T
    cells = ((m, kept_total, kept_squares),
             (n - m, total - kept_total, squares - kept_squares))  # fmt: skip
    known = [
        [_mean_and_sd(everyone, output, at, *(part[at] for part in cell))
         for at, output in enumerate(instrument.outputs)]
        for cell in cells
    ]  # fmt: skip
    respondents = np.stack([m, n - m], axis=1).astype(np.int64)
    mean, sd = np.array(known).transpose(2, 1, 0)
    size = respondents.astype(np.float64)
    ends = np.array([[output.low, output.high] for output in instrument.outputs], np.float64)
    keys = [("all", "remain"), ("all", "flagged")]
    tables = protect(
        Numbers(keys, respondents, mean, np.where(sd < _FLAT, 0.0, sd), ends, size, size),
        _availability(everyone, without), np.arange(2), instrument, everyone.shown.minimum,
    )  # fmt: skip
    parts = ~tables[-1].hidden.mask | (respondents == 0)
    found: Bools = ~tables[0].hidden.mask[:, 0] & parts.all(axis=1) & (m > 0)
    return found


def _availability(everyone: Moments, without: Moments) -> Availability | None:
    """Who has a value on what, of those who remain (0) and of the flagged (1)."""
    all_of, some_of = everyone.reduction.availability, without.reduction.availability
    if all_of is None or some_of is None:
        return None
    found = Availability(all_of.links, all_of.places)
    for part, moments, sign in ((some_of, without, -1), (all_of, everyone, 1)):
        for link, theirs, mine in zip(part.links, part.counts, found.counts, strict=True):
            seen = everyone.shown.mask[link.outputs[0]]
            for (cell, pattern), count in theirs.items():
                if seen[moments.group[cell]]:
                    mine[1, pattern] += sign * count
                    if sign < 0:
                        mine[0, pattern] += count
    for mine in found.counts:
        for key in [key for key, count in mine.items() if not count]:
            del mine[key]
    return found


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
