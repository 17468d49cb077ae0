"""Correlations over organisations, with their intervals and the corrections that are claimed."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr

Floats = NDArray[np.float64]
Interval = tuple[float, float]


class Correlation(NamedTuple):
    """A correlation, its interval, and the p of no correlation, over so many organisations."""

    r: float
    low: float
    high: float
    p: float
    organisations: int


def pearson(x: Floats, y: Floats, *, confidence: float) -> Correlation:
    """Pearson's correlation of two measures, with Fisher's interval and the p of Student's t.

    `x` and `y`, one value per organisation, none missing. NaN with fewer than 3 organisations and
    where a measure is the same everywhere; the interval is NaN with 3 as well.

    Formula: r = Σ(x-x̄)(y-ȳ) / √(Σ(x-x̄)²·Σ(y-ȳ)²), t = r·√((n-2)/(1-r²)) with n - 2 df.
    Sources: Fisher (1921), Metron 1; Student (1908), Biometrika 6(2).

    >>> found = pearson(np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 1, 4, 3, 5]), confidence=0.95)
    >>> round(found.r, 6), round(found.low, 4), round(found.high, 4), round(found.p, 4)
    (0.8, -0.2796, 0.9862, 0.1041)
    """
    r = _r(x, y)
    low, high = fisher_interval(r, len(x), confidence=confidence)
    return Correlation(r, low, high, correlation_p(r, len(x) - 2), len(x))


def spearman(x: Floats, y: Floats, *, confidence: float) -> Correlation:
    """Spearman's correlation of the ranks of two measures, ties at their mean rank.

    As `pearson`, with the interval of Bonett and Wright; p by Student's t, an approximation that
    is rough below about 10 organisations.

    Sources: Spearman (1904), American Journal of Psychology 15(1); Bonett & Wright (2000),
    Psychometrika 65(1).

    >>> round(spearman(np.array([1.0, 2, 3, 9]), np.array([1.0, 3, 2, 4]), confidence=0.95).r, 6)
    0.8
    """
    r = _r(_ranks(x), _ranks(y))
    low, high = spearman_interval(r, len(x), confidence=confidence)
    return Correlation(r, low, high, correlation_p(r, len(x) - 2), len(x))


def partial(x: Floats, y: Floats, controls: Floats, *, confidence: float) -> Correlation:
    """Correlation of what two measures have beyond what `controls` say of them.

    `controls` has one row per organisation and one column per control, which may say the same
    twice: what counts, k, is how many different things they say. NaN with fewer than k + 3
    organisations, and where nothing of a measure is left.

    Formula: r of the residuals of both on the controls; n - 2 - k df, √(n-3-k) in Fisher's
    interval.
    Source: Fisher (1924), Metron 3.

    >>> x, y = np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 1, 4, 3, 5])
    >>> round(partial(x, y, np.array([[1.0], [1], [2], [2], [2]]), confidence=0.95).r, 6)
    0.2
    """
    if len(x) < 3:
        return Correlation(math.nan, math.nan, math.nan, math.nan, len(x))
    design = np.column_stack([np.ones(len(x)), controls])
    k = int(np.linalg.matrix_rank(design)) - 1
    left = [value - design @ np.linalg.lstsq(design, value, rcond=None)[0] for value in (x, y)]
    spread = [float(np.abs(value - value.mean()).max(initial=0)) for value in (x, y)]
    some = [
        np.abs(rest).max(initial=0) > 1e-9 * far for rest, far in zip(left, spread, strict=True)
    ]
    r = _r(*left) if all(some) and len(x) - 2 - k > 0 else math.nan
    low, high = fisher_interval(r, len(x), confidence=confidence, controls=k)
    return Correlation(r, low, high, correlation_p(r, len(x) - 2 - k), len(x))


def fisher_interval(r: float, n: int, *, confidence: float, controls: int = 0) -> Interval:
    """Confidence interval of a correlation over `n` organisations, by Fisher's z.

    `controls` is how many were partialled out. NaN where n - 3 - controls is not above 0; without
    width where r is 1 or -1.

    Formula: tanh(atanh r ± z/√(n-3-k)).
    Source: Fisher (1921), Metron 1.

    >>> [round(end, 5) for end in fisher_interval(0.5, 30, confidence=0.95)]
    [0.17043, 0.72896]
    """
    return _by_z(r, n - 3 - controls, confidence)


def spearman_interval(r: float, n: int, *, confidence: float) -> Interval:
    """Confidence interval of a rank correlation over `n` organisations.

    Missing and ends as in `fisher_interval`.

    Formula: tanh(atanh r ± z·√((1+r²/2)/(n-3))).
    Source: Bonett & Wright (2000), Psychometrika 65(1).

    >>> [round(end, 5) for end in spearman_interval(0.5, 30, confidence=0.95)]
    [0.14813, 0.7395]
    """
    return _by_z(r, (n - 3) / (1 + r * r / 2), confidence)


def correlation_p(r: float, df: int) -> float:
    """Two-sided p of no correlation, by Student's t; NaN without degrees of freedom.

    >>> round(correlation_p(0.5, 28), 4)
    0.0049
    """
    if math.isnan(r) or df < 1:
        return math.nan
    if abs(r) >= 1:
        return 0.0
    return float(2 * stdtr(df, -abs(r) * math.sqrt(df / (1 - r * r))))


def disattenuated(r: float, reliability_x: float, reliability_y: float) -> float:
    """The correlation that two measures would have without their unreliability.

    It may come out beyond ±1, which no correlation can be: then the reliabilities are too low, or
    known too badly, to correct by, and whoever shows it must say so. NaN where a reliability is not
    above 0.

    Formula: r/√(rel_x·rel_y).
    Source: Spearman (1904), American Journal of Psychology 15(1).

    >>> round(disattenuated(0.30, 0.7, 0.8), 5)
    0.40089
    """
    if not (reliability_x > 0 and reliability_y > 0):
        return math.nan
    return r / math.sqrt(reliability_x * reliability_y)


def marker_adjusted(r: float, marker: float, n: int, *, confidence: float) -> Correlation:
    """A correlation less what a marker, which has nothing to do with it, has in common with both.

    `marker` is the marker's correlation with the measures, from 0 up to 1 without it. NaN with
    fewer than 4 organisations; the interval is NaN with 4 as well.

    Formula: (r-r_M)/(1-r_M), with n - 3 df and √(n-4) in Fisher's interval.
    Source: Lindell & Whitney (2001), Journal of Applied Psychology 86(1).

    >>> round(marker_adjusted(0.45, 0.10, 30, confidence=0.95).r, 5)
    0.38889
    """
    if not 0 <= marker < 1:
        raise ValueError("a marker's correlation lies between 0 and 1")
    adjusted = (r - marker) / (1 - marker) if n > 3 else math.nan
    low, high = fisher_interval(adjusted, n, confidence=confidence, controls=1)
    return Correlation(adjusted, low, high, correlation_p(adjusted, n - 3), n)


def first_component(correlations: Floats) -> float:
    """Share of the variance of items that their first principal component has.

    `correlations` is their matrix. NaN with fewer than 2 items and where one is not known.

    Formula: λ₁/k.
    Source: Harman's single factor; Podsakoff & Organ (1986), Journal of Management 12(4).

    >>> first_component(np.array([[1.0, 0.5], [0.5, 1.0]]))
    0.75
    """
    if len(correlations) < 2 or np.isnan(correlations).any():
        return math.nan
    return float(np.linalg.eigvalsh(correlations)[-1] / len(correlations))


def _by_z(r: float, weight: float, confidence: float) -> Interval:
    if math.isnan(r) or weight <= 0:
        return math.nan, math.nan
    if abs(r) >= 1:
        return r, r
    half = float(ndtri(0.5 + confidence / 2)) / math.sqrt(weight)
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def _r(x: Floats, y: Floats) -> float:
    """Pearson's r, NaN with fewer than 3 values and for a constant."""
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan
    a, b = x - x.mean(), y - y.mean()
    r = float((a * b).sum()) / math.sqrt(float((a * a).sum()) * float((b * b).sum()))
    return min(max(r, -1.0), 1.0)


def _ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values at the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    found: Floats = (last - (count - 1) / 2.0)[place]
    return found
