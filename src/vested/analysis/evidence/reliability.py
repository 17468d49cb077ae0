"""How well each facet measures; why an index has no such number, and what weighs in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from vested.analysis.evidence.items import Floats, covariances
from vested.analysis.evidence.protection import Moments
from vested.model import Instrument
from vested.stats.reliability import (
    alpha,
    alpha_interval,
    mean_correlation,
    omega_total,
    spearman_brown,
    standard_error_of_measurement,
    standardised_alpha,
)
from vested.stats.structure.factors import Omega, omega
from vested.stats.structure.polychoric import polychoric
from vested.survey.tallies import Tallies
from vested.table import Column, ResultTable

COLUMNS = (
    Column("measure", "Measure", "The facet."),
    Column("items", "Items", "How many items it has."),
    Column("respondents", "Respondents", "The n of the interval: who answered one item or, with "
           "listwise, all."),
    Column("alpha", "Alpha", "Coefficient alpha of the sum of its items."),
    Column("alpha_low", "Low", "Lower end of Feldt's interval."),
    Column("alpha_high", "High", "Upper end of Feldt's interval."),
    Column("alpha_std", "Std. alpha", "Alpha of the standardised items."),
    Column("mean_r", "Mean r", "Mean correlation between its items."),
    Column("spearman_brown", "Spearman-Brown", "For two items, the correlation stepped up."),
    Column("omega_total", "Omega", "McDonald's omega under one factor (ML), from three items on."),
    Column("omega_h", "Omega h", "Hierarchical omega, the share of a general factor above three "
           "group factors, from six items on: fewer cannot tell them apart."),
    Column("omega_t", "Omega t", "Total omega of the same model, of standardised items."),
    Column("omega_model", "Model of omega h", "The model of omega_h and omega_t, or why there is "
           "none."),
    Column("alpha_ordinal", "Ordinal alpha", "Alpha of the normal variables behind ordered "
           "answers, where asked for: not of the score."),
    Column("sem", "SEM", "Standard error of a respondent's score, on 0 to 100.", 1),
    Column("missing_rule", "Missing", "pairwise or listwise covariances."),
)  # fmt: skip


def reliability_table(
    tallies: Tallies,
    moments: Moments,
    instrument: Instrument,
    missing: str,
    confidence: float,
) -> ResultTable:
    """One row per facet; an index has no such number, since it is formative."""
    rows = []
    sds = _score_sds(moments, instrument)
    for number, facet in enumerate(tallies.facets):
        matrix = covariances(tallies.of_facet(number), missing)
        k = len(facet.places)
        complete = tallies.of_facet(number).complete.respondents
        n = complete if missing == "listwise" else int(tallies.anyone[number])
        value = float(alpha(matrix))
        low, high = (float(end) for end in alpha_interval(value, n, k, confidence=confidence))
        with np.errstate(invalid="ignore", divide="ignore"):
            deviation = np.sqrt(np.diagonal(matrix))
            correlations = matrix / np.outer(deviation, deviation)
        mean_r = float(mean_correlation(correlations))
        stepped = float(spearman_brown(mean_r)) if k == 2 else np.nan
        general = omega(correlations) if k >= _SIX else None
        rows.append(
            (
                facet.measure, k, n, value, low, high, float(standardised_alpha(correlations)),
                mean_r, stepped, omega_total(matrix),
                *_hierarchical(general, k), _ordinal(tallies, facet.places),
                float(standard_error_of_measurement(sds[facet.measure], value)), missing,
            )
        )  # fmt: skip
    kinds: dict[str, type[pl.DataType]] = {"items": pl.Int64, "respondents": pl.Int64}
    kinds |= {name: pl.String for name in ("measure", "missing_rule", "omega_model")}
    schema = {c.key: kinds.get(c.key, pl.Float64) for c in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return ResultTable("reliability", "Reliability of facets", COLUMNS, frame)


_SIX = 6
"""Three group factors of two items each are the fewest that can be told apart."""


def _hierarchical(found: Omega | None, items: int) -> tuple[float, float, str]:
    if found is None:
        few = "none: fewer than 6 items" if items > 1 else "none: one item"
        return np.nan, np.nan, few
    return found.hierarchical, found.total, found.reason or found.model


def _ordinal(tallies: Tallies, places: Sequence[int]) -> float:
    if tallies.crosstabs is None:
        return np.nan
    at = [tallies.modelled.index(place) for place in places]
    found = polychoric(tallies.crosstabs.counts[np.ix_(at, at)])
    return float(standardised_alpha(found.correlation))


WEIGHTS = (
    Column("measure", "Measure", "The index, which is formative: its parts make it up and need not "
           "go together, so it has no alpha."),
    Column("part", "Part", "One of its measures."),
    Column("nominal", "Nominal weight", "Its share of the weights."),
    Column("effective", "Effective weight", "Squared correlation of the part with the index over "
           "organisations' means that are shown, as a share of their sum."),
)  # fmt: skip


def weights_table(moments: Moments, instrument: Instrument) -> ResultTable:
    """Per index and part, the nominal weight and what it amounts to among organisations.

    Source of the effective weight: Paruolo, Saisana & Saltelli (2013), on composite indicators.
    """
    means = _organisation_means(moments, instrument)
    rows = []
    for measure in instrument.measures:
        if measure.kind != "index":
            continue
        weights = np.array(measure.weights or [1.0] * len(measure.of))
        squared = np.array([_squared(means[part], means[measure.id]) for part in measure.of])
        total = np.nansum(squared)
        for part, weight, own in zip(measure.of, weights / weights.sum(), squared, strict=True):
            rows.append((measure.id, part, float(weight), own / total if total else None))
    schema = {"measure": pl.String, "part": pl.String, "nominal": pl.Float64}
    frame = pl.DataFrame(rows, schema={**schema, "effective": pl.Float64}, orient="row")
    return ResultTable("weights", "Weights in indices", WEIGHTS, frame.fill_nan(None))


def _squared(first: Floats, second: Floats) -> float:
    """The squared correlation, NaN where there are fewer than three pairs or no variance."""
    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() < 3 or np.ptp(first[both]) == 0 or np.ptp(second[both]) == 0:
        return float("nan")
    return float(np.corrcoef(first[both], second[both])[0, 1] ** 2)


def _organisation_means(moments: Moments, instrument: Instrument) -> dict[str, Floats]:
    found = {}
    for at, output in enumerate(instrument.outputs):
        n, sums, _ = moments.of(at)
        size = np.array(n, np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            found[output.id] = np.array(sums, np.float64) / size
    return found


def _score_sds(moments: Moments, instrument: Instrument) -> dict[str, float]:
    """By output, the SD of the scores of all respondents behind what is shown, on 0 to 100."""
    found = {}
    for at, output in enumerate(instrument.outputs):
        n, total, squares = moments.total(at)
        steps = moments.reduction.steps.get(at, 100)
        if n < 2:
            found[output.id] = float("nan")
            continue
        about = n * squares - total**2
        found[output.id] = 100.0 / steps * float(about / (n * (n - 1))) ** 0.5
    return found
