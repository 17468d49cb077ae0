"""Confidence intervals of a mean on a bounded scale."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

Floats = NDArray[np.float64]
Bound = float | NDArray[np.int64]

LEAST_SPREAD = 0.4
"""The least standard deviation near an end of the scale, as a share of the largest that a score
with this mean can have (Bhatia & Davis 2000): the few who differ may just not have been asked. Our
choice, by the coverage in `benchmarks/worlds_intervals.py`."""


def mean_interval(
    mean: Floats,
    se: Floats,
    n: NDArray[np.int64],
    *,
    confidence: float,
    low: Bound,
    high: Bound,
    n_effective: Floats | None = None,
    sd: Floats | None = None,
) -> tuple[Floats, Floats]:
    """Confidence interval of a mean of answers between `low` and `high`, within that range.

    Arrays of one shape; `se` is the standard error, `n` the number of answers behind it. For the
    population that the respondents were drawn from, not for the respondents themselves. NaN where
    n < 2: one answer has no interval.

    Student's t, but for two cases in which it fails. Where the mean lies within a standard
    deviation `sd` (se·√n if not given) of an end of the scale, answers pile up there, and an
    interval as wide to both sides misses the true mean too often; there it is that of
    `score_interval`, from an sd of at least `LEAST_SPREAD`. Where all answers are equal (se = 0),
    it would have no width; there it is that of `unanimous_interval`, for the effective number of
    answers where they are weighted.

    Formula: mean ± t(1-α/2; n-1)·se.
    Source: Student (1908), Biometrika 6(1). What is near an end is our choice.

    >>> mean, se, n = np.array([59.0]), np.array([7.55929 / 8**0.5]), np.array([8])
    >>> low, high = mean_interval(mean, se, n, confidence=0.95, low=0, high=100)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([52.68], [65.32])
    """
    t = _quantile(np.maximum(n - 1, 1), 0.5 + confidence / 2)
    lower, upper = np.maximum(mean - t * se, low), np.minimum(mean + t * se, high)
    spread = se * np.sqrt(n) if sd is None else sd
    near = np.minimum(mean - low, high - mean) < spread
    least = LEAST_SPREAD * np.sqrt((mean - low) * (high - mean))
    error = np.where(spread < least, least * (se / np.where(spread > 0, spread, np.inf)), se)
    score_lower, score_upper = score_interval(mean, error, t, low=low, high=high)
    lower, upper = np.where(near, score_lower, lower), np.where(near, score_upper, upper)
    alike = n if n_effective is None else n_effective
    flat_lower, flat_upper = unanimous_interval(
        mean, alike, confidence=confidence, low=low, high=high
    )
    lower, upper = np.where(se == 0, flat_lower, lower), np.where(se == 0, flat_upper, upper)
    known = n > 1
    return np.where(known, lower, np.nan), np.where(known, upper, np.nan)


def score_interval(
    mean: Floats, se: Floats, t: Floats, *, low: Bound, high: Bound
) -> tuple[Floats, Floats]:
    """Wilson's score interval for a mean on a scale with ends, from its standard error.

    Arrays of one shape, `t` the quantile to use. The mean is taken as a share p of the way from
    `low` to `high`, which has the standard error of a share among m = p(1-p)/se² people, and the
    interval is that of such a share: within the scale, and longer towards its middle. It is the way
    in which shares in complex samples are given intervals. NaN where the mean or se is NaN, the
    mean where se is 0.

    Formula: (m·p + t²/2 ± t·√(m·p(1-p) + t²/4)) / (m + t²).
    Source: Wilson (1927), JASA 22(158); with an effective number: Korn & Graubard (1998), Survey
    Methodology 24(2).

    >>> half = np.array([0.5])
    >>> wilson = score_interval(half, np.array([0.05]), np.array([1.96]), low=0, high=1)
    >>> [end.round(4).tolist() for end in wilson]  # 50 of 100
    [[0.4038], [0.5962]]
    """
    width = np.subtract(high, low)
    share, error = (mean - low) / width, se / width
    # Multiplied by se², so that no number of people is divided by.
    variance, shift = share * (1 - share), t * t * error * error
    middle, half = variance * share + shift / 2, t * error * np.sqrt(variance**2 + shift / 4)
    whole = variance + shift
    known = whole > 0
    whole = np.where(known, whole, 1.0)
    lower = np.where(known, (middle - half) / whole, share)
    upper = np.where(known, (middle + half) / whole, share)
    ends = (low + width * np.clip(end, 0.0, 1.0) for end in (lower, upper))
    found_lower, found_upper = ends
    return np.minimum(found_lower, mean), np.maximum(found_upper, mean)


def _quantile(df: NDArray[np.int64], probability: float) -> Floats:
    """Student's t quantiles, each degree of freedom computed once: they are slow, and few."""
    distinct = np.flatnonzero(np.bincount(df.ravel()))
    table = np.zeros(distinct[-1] + 1 if len(distinct) else 1)
    table[distinct] = stdtrit(distinct, probability)
    quantiles: Floats = table[df]
    return quantiles


def unanimous_interval(
    mean: Floats,
    n: NDArray[np.int64] | Floats,
    *,
    confidence: float,
    low: Bound,
    high: Bound,
) -> tuple[Floats, Floats]:
    """Interval of a mean when all n respondents gave the same answer.

    Then at most a share p = 1 - (α/2)^(1/n) of the population would answer otherwise (the exact
    binomial bound for 0 of n), and those could at worst all stand at one end of the scale. So the
    interval is wide on purpose: whatever the distribution, the chance that all n agree and that it
    misses the mean is at most α. n = 0 counts as 1.

    Formula: [m - p·(m-low), m + p·(high-m)].
    Source: Clopper & Pearson (1934), Biometrika 26(4); worst case for the rest is our choice.

    >>> mean, n = np.array([100.0]), np.array([10])
    >>> low, high = unanimous_interval(mean, n, confidence=0.95, low=0, high=100)
    >>> low.round(2).tolist(), high.tolist()
    ([69.15], [100.0])
    """
    otherwise = -np.expm1(np.log((1 - confidence) / 2) / np.maximum(n, 1))
    lower = np.clip(mean - otherwise * (mean - low), low, high)
    return lower, np.clip(mean + otherwise * (high - mean), low, high)


def unanimous_error(mean: Floats, n: Floats, *, low: Bound, high: Bound) -> Floats:
    """A standard error for a mean of answers that are all equal, where 0 would claim certainty.

    That of a normal value whose 95 % interval reaches as far as the longer side of
    `unanimous_interval` does, whatever the confidence asked for.

    Formula: max(m - low, high - m)·p/z, p = 1 - 0.025^(1/n), z = 1.96.
    Source: our choice, so that no rank or band rests on the certainty of a few who agree.

    >>> unanimous_error(np.array([100.0]), np.array([10.0]), low=0, high=100).round(2).tolist()
    [15.74]
    """
    lower, upper = unanimous_interval(mean, n, confidence=0.95, low=low, high=high)
    return np.maximum(mean - lower, upper - mean) / -float(ndtri(0.025))


def difference_interval(
    first: tuple[float, float, float], second: tuple[float, float, float]
) -> tuple[float, float]:
    """Interval of the second value less the first, from the intervals of two independent values.

    Each is a value with its lower and upper bound; NaN where one of these is. The intervals need
    not be symmetric, nor of the same kind.

    Formula: d - √((b - l_b)² + (u_a - a)²), d + √((u_b - b)² + (a - l_a)²), d = b - a.
    Source: Zou & Donner (2008), Statistics in Medicine 27(10).

    >>> difference_interval((50.0, 47.0, 53.0), (60.0, 56.0, 64.0))
    (5.0, 15.0)
    """
    (a, low_a, high_a), (b, low_b, high_b) = first, second
    down, up = math.hypot(b - low_b, high_a - a), math.hypot(high_b - b, a - low_a)
    return b - a - down, b - a + up
