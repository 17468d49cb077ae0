"""Quantiles of few values, and where a value stands among them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

Floats = NDArray[np.float64]


def harrell_davis(values: Floats, probabilities: Floats) -> Floats:
    """Quantiles as means of all values, weighted by how likely each is to be that quantile.

    `values` in any order, without NaN; each probability is above 0 and below 1. An ordinary
    quantile is one of the values, or lies between two of them; this one rests on all of them, so
    that it shows none, and varies less from sample to sample. NaN where there are no values; of
    one value all quantiles are that value.

    Formula: Σ W_i·x_(i), W_i = I(i/n; p(n+1), (1-p)(n+1)) - I((i-1)/n; p(n+1), (1-p)(n+1)), with
    the regularised incomplete beta function I.
    Source: Harrell & Davis (1982), Biometrika 69(3).

    >>> harrell_davis(np.array([1.0, 2.0, 9.0]), np.array([0.5])).round(4).tolist()
    [3.5556]
    """
    n = len(values)
    if not n:
        return np.full(len(probabilities), np.nan)
    ordered = np.sort(values)
    edges = np.arange(n + 1) / n
    found = []
    for p in probabilities:
        weights = np.diff(betainc(p * (n + 1), (1 - p) * (n + 1), edges))
        # Within the values, where rounding could lead out by the last digit.
        total = math.fsum(weights * ordered)
        found.append(min(max(total, float(ordered[0])), float(ordered[-1])))
    return np.array(found)


def percentiles(
    values: Floats, probabilities: Floats, quantiles: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """Percentiles of values among others of which some quantiles are known.

    Between two known quantiles a straight line is drawn; where several quantiles are the value, it
    stands in their middle. Below the first or above the last nothing is known: then that one's
    percentile is given, and -1 or 1 beside it, else 0. NaN where the value is, and for all where
    fewer than two quantiles are known.

    Formula: F(x) on the line through the points (quantile, probability); 100·F.
    Source: our choice; Hyndman & Fan (1996), The American Statistician 50(4), compare others.

    >>> at, known = np.array([0.25, 0.5, 0.75]), np.array([40.0, 50.0, 60.0])
    >>> found, beyond = percentiles(np.array([55.0, 70.0]), at, known)
    >>> found.tolist(), beyond.tolist()
    ([62.5, 75.0], [0, 1])
    """
    there = ~np.isnan(quantiles)
    at, known = 100 * probabilities[there], quantiles[there]
    if len(known) < 2:
        return np.full(len(values), np.nan), np.zeros(len(values), np.int64)
    first, last = np.searchsorted(known, values), np.searchsorted(known, values, "right") - 1
    middle = (at[np.minimum(first, len(at) - 1)] + at[np.maximum(last, 0)]) / 2
    found = np.where(last >= first, middle, np.interp(values, known, at))
    beyond = (values > known[-1]).astype(np.int64) - (values < known[0])
    return np.where(np.isnan(values), np.nan, found), beyond


def percentile_without(percentile: Floats, n: int, counted: float = 0.5) -> Floats:
    """Percentiles among n values, seen among those without one of them.

    A percentile counts the values below and half of those that are equal; so much of the one that
    is left out is `counted` in: half at its own place, nothing below it, all of it above. NaN
    where n < 2. Held within 0 and 100.

    Formula: 100·(n·F - c)/(n - 1), F = percentile/100.
    Source: follows from the definition of the percentile; our derivation.

    >>> percentile_without(np.array([50.0, 95.0]), 11).tolist()
    [50.0, 99.5]
    """
    if n < 2:
        return np.full(len(percentile), np.nan)
    found: Floats = np.clip((n * percentile - 100 * counted) / (n - 1), 0, 100)
    return found


def moments_without(value: Floats, n: int, mean: float, sd: float) -> tuple[Floats, Floats]:
    """Mean and standard deviation of n values without one of them, for each that it can be.

    NaN for the mean where n < 2, for the standard deviation (with n - 1) where n < 3.

    Formula: m' = (n·m - x)/(n - 1), s'² = ((n - 1)·s² - n·(x - m)²/(n - 1))/(n - 2).
    Source: the updating formula of Welford (1962), Technometrics 4(3), solved backwards.

    >>> rest, sd = moments_without(np.array([9.0]), 4, 3.0, np.std([0, 1, 2, 9], ddof=1))
    >>> rest.tolist(), sd.round(9).tolist()
    ([1.0], [1.0])
    """
    nothing = np.full(len(value), np.nan)
    if n < 2:
        return nothing, nothing
    rest = (n * mean - value) / (n - 1)
    if n < 3:
        return rest, nothing
    squares = (n - 1) * sd * sd - n * (value - mean) ** 2 / (n - 1)
    return rest, np.sqrt(np.maximum(squares, 0.0) / (n - 2))
