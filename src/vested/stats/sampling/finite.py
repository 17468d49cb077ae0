"""Intervals for a finite population: the staff of an organisation as it is now."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from vested.stats.intervals import mean_interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bound = float | Ints


def finite_interval(
    mean: Floats,
    se: Floats,
    n: Ints,
    population: Floats,
    *,
    confidence: float,
    low: Bound,
    high: Bound,
    n_effective: Floats | None = None,
    sd: Floats | None = None,
) -> tuple[Floats, Floats]:
    """Confidence interval of the mean of all `population` members, of whom `n` answered.

    Arrays of one shape, as in `mean_interval`; `population` is NaN where it is not known. Where
    everyone answered it is the mean itself. NaN where n < 2 or the population is not known. Where
    all answers are equal (se = 0), the interval is that of `unanimous_finite`, for the effective
    number of answers, rounded down, where they are weighted. With weights the correction is an
    approximation: it takes them as if they were equal.

    Formula: mean ± t(1-α/2; n-1)·se·√(1 - n/N), near an end of the scale Wilson's from that error.
    Source: Cochran (1977), Sampling Techniques, section 2.6.

    >>> mean, se, n = np.array([59.0]), np.array([7.55929 / 8**0.5]), np.array([8])
    >>> low, high = finite_interval(mean, se, n, np.array([20.0]), confidence=0.95, low=0, high=100)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([54.105], [63.895])
    """
    known = np.isfinite(population) & (n > 1)
    size = np.where(known, population, 1.0)
    correction = np.sqrt(np.maximum(1 - np.where(known, n, 0) / size, 0.0))
    lower, upper = mean_interval(
        mean, np.where(known, se * correction, 1.0), n,
        confidence=confidence, low=low, high=high, sd=se * np.sqrt(n) if sd is None else sd,
    )  # fmt: skip
    flat = known & (se == 0)
    alike = n if n_effective is None else np.floor(np.where(flat, n_effective, 1)).astype(np.int64)
    others = unanimous_finite(np.where(flat, alike, 1), np.where(flat, n, 1), size, confidence)
    lower = np.where(flat, mean - others * (mean - low), lower)
    upper = np.where(flat, mean + others * (high - mean), upper)
    whole = known & (n >= size)
    lower, upper = np.where(whole, mean, lower), np.where(whole, mean, upper)
    return np.where(known, lower, np.nan), np.where(known, upper, np.nan)


def unanimous_finite(alike: Ints, answered: Ints, population: Floats, confidence: float) -> Floats:
    """The largest share of a population that may answer otherwise, when all who answered agree.

    Arrays of one shape: `alike` answers that agree, `answered` people who cannot be among the
    others, and the size of the population. The finite form of the Clopper-Pearson bound: the
    largest number K of others for which `alike` draws without replacement miss all of them with a
    probability above α/2; at most those who did not answer.

    Formula: K = max{k: C(N-k, n)/C(N, n) > α/2}.
    Source: Buonaccorsi (1987), The American Statistician 41(3), on the hypergeometric bound.

    >>> unanimous_finite(np.array([10]), np.array([10]), np.array([20.0]), 0.95).tolist()
    [0.2]
    """
    size = np.maximum(np.rint(population), answered)
    draws = np.maximum(alike, 1)
    below, above = np.zeros(size.shape), size - answered
    bound = math.log((1 - confidence) / 2)
    while (below < above).any():
        middle = np.ceil((below + above) / 2)
        left = np.maximum(size - middle, draws)
        missed = (
            gammaln(left + 1) - gammaln(left - draws + 1)
            - gammaln(size + 1) + gammaln(size - draws + 1)
        )  # fmt: skip
        fits = missed > bound
        below, above = np.where(fits, middle, below), np.where(fits, above, middle - 1)
    share: Floats = below / size
    return share
