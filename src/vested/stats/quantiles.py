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


def percentile(value: float, probabilities: Floats, quantiles: Floats) -> tuple[float, str]:
    """Percentile of a value among others of which some quantiles are known.

    Between two known quantiles a straight line is drawn; where several quantiles are the value, it
    stands in their middle. Below the first or above the last nothing is known: then that one's
    percentile is given, with the word `below` or `above`, else with no word. NaN where the value
    is, or where fewer than two quantiles are known.

    >>> at, known = np.array([0.25, 0.5, 0.75]), np.array([40.0, 50.0, 60.0])
    >>> percentile(55.0, at, known), percentile(70.0, at, known)
    ((62.5, ''), (75.0, 'above'))
    """
    there = ~np.isnan(quantiles)
    at, known = 100 * probabilities[there], quantiles[there]
    if math.isnan(value) or len(known) < 2:
        return math.nan, ""
    if value < known[0]:
        return float(at[0]), "below"
    if value > known[-1]:
        return float(at[-1]), "above"
    equal = np.flatnonzero(known == value)
    if len(equal):
        return float(at[equal[0]] + at[equal[-1]]) / 2, ""
    return float(np.interp(value, known, at)), ""


def percentile_without(percentile: float, n: int) -> float:
    """Percentile of one of n values among the n - 1 others.

    `percentile` counts the values below and half of those that are equal, the value itself among
    them. NaN where n < 2. Held within 0 and 100.

    Formula: 100·(n·F - ½)/(n - 1), F = percentile/100.
    Source: follows from the definition of the percentile; our derivation.

    >>> percentile_without(50.0, 11), percentile_without(95.0, 10)
    (50.0, 100.0)
    """
    if n < 2:
        return math.nan
    return min(max((n * percentile - 50) / (n - 1), 0.0), 100.0)


def moments_without(value: float, n: int, mean: float, sd: float) -> tuple[float, float]:
    """Mean and standard deviation of n values without one of them, which is known.

    NaN for the mean where n < 2, for the standard deviation (with n - 1) where n < 3.

    Formula: m' = (n·m - x)/(n - 1), s'² = ((n - 1)·s² - n·(x - m)²/(n - 1))/(n - 2).
    Source: the updating formula of Welford (1962), Technometrics 4(3), solved backwards.

    >>> moments_without(9.0, 4, 3.0, np.std([0, 1, 2, 9], ddof=1))
    (1.0, 1.0)
    """
    if n < 2:
        return math.nan, math.nan
    rest = (n * mean - value) / (n - 1)
    if n < 3:
        return rest, math.nan
    squares = (n - 1) * sd * sd - n * (value - mean) ** 2 / (n - 1)
    return rest, math.sqrt(max(squares, 0.0) / (n - 2))
