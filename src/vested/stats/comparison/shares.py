"""How much of what organisations differ in lies between groups, for tests of several groups."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import fdtr, ncfdtr

from vested.stats.comparison.groups import Effect, kruskal_wallis, welch_anova

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BOOTSTRAP_LEAST = 10
"""Values that a bootstrap needs in all: fewer give too few different samples; our choice."""
RELIABLE = 20
"""With fewer values in a group the bootstrap's interval is too narrow: our choice."""
_ENOUGH = 1e-12


def welch_share(groups: Sequence[ArrayLike], *, confidence: float) -> Effect:
    """Omega squared of several groups with unequal variances, from Welch's F.

    NaN are left out. NaN with a reason where `welch_anova` is. See `omega_squared`.

    Source: Welch's F in the formula of Carroll & Nordholm (1975), as in the R package WAnova; the
    interval of the effect in which each group weighs n/σ²: Kulinskaya & Staudte (2006), British
    Journal of Mathematical and Statistical Psychology 59(1).

    >>> found = welch_share([[1.0, 2, 3], [2.0, 4, 6, 8]], confidence=0.95)
    >>> round(found.value, 4), found.low, round(found.high, 4)
    (0.3333, 0.0, 0.7393)
    """
    test = welch_anova(groups)
    if test.reason:
        return Effect(math.nan, math.nan, math.nan, test.reason)
    n = sum(int((~np.isnan(np.asarray(group, np.float64))).sum()) for group in groups)
    return omega_squared(test.statistic, test.df, test.df2, n, confidence=confidence)


def omega_squared(f: float, df: float, df2: float, n: int, *, confidence: float) -> Effect:
    """The share of the variance that lies between groups, from an F over `n` values.

    0 where F is below 1, as in the R package effectsize: no share is negative. The interval begins
    at 0 where F could come from no difference at all.

    Formula: ω² = df·(F-1)/(df·(F-1)+n), at least 0; ends λ/(λ+n), λ the noncentralities at which F
    is the (1+c)/2 and the (1-c)/2 quantile of the noncentral F.
    Sources: Carroll & Nordholm (1975), Educational and Psychological Measurement 35(3); interval:
    Steiger (2004), Psychological Methods 9(2).

    >>> [round(number, 4) for number in omega_squared(11.2213, 4, 50, 55, confidence=0.9)[:3]]
    [0.4264, 0.2606, 0.5654]
    """
    excess = max(df * (f - 1), 0.0)
    tail = (1 - confidence) / 2
    low, high = (_noncentrality(f, df, df2, p) for p in (1 - tail, tail))
    return Effect(excess / (excess + n), low / (low + n), high / (high + n))


def _noncentrality(f: float, df: float, df2: float, probability: float) -> float:
    """Where so much of the noncentral F lies below `f`; 0 where even the central one has less."""
    if float(fdtr(df, df2, f)) <= probability:
        return 0.0

    def off(noncentrality: float) -> float:
        return float(ncfdtr(df, df2, noncentrality, f)) - probability

    high = max(df * f, 1.0)
    while off(high) > 0:
        high *= 2
    return float(brentq(off, 0.0, high, xtol=1e-12 * high, rtol=_ENOUGH))


def epsilon_squared(
    groups: Sequence[ArrayLike],
    generators: Sequence[np.random.Generator],
    *,
    draws: int,
    confidence: float,
) -> Effect:
    """Epsilon squared: the share of the spread of ranks that lies between groups, 0 to 1.

    One generator for each group, from which its values are drawn with replacement. NaN are left
    out. NaN with a reason where Kruskal and Wallis's H is; the interval is NaN with a reason with
    fewer than 10 values in all, and has one as well where a group has fewer than 20.

    Chance alone makes it (k-1)/(N-1) on average, and makes it so once more in samples drawn from
    the sample. So twice the difference between the mean of the draws and the value is taken off the
    percentiles, and the interval reaches at least to the value. In 400 worlds each of three groups
    of 10, 95 % intervals held the truth in 86 to 99 %; without a difference, plain percentiles do
    so in none.

    Formula: ε² = H/(N-1); [q_low - 2b, q_high - 2b] within 0 and 1, b the bootstrap's bias.
    Sources: Tomczak & Tomczak (2014), Trends in Sport Sciences 21(1); bias: Efron & Tibshirani
    (1993), An Introduction to the Bootstrap, chapter 10; that it is taken off twice is our own.

    >>> two = [np.random.default_rng(at) for at in range(2)]
    >>> groups = [[1.0, 2, 3], [2.0, 4, 6, 8]]
    >>> round(epsilon_squared(groups, two, draws=99, confidence=0.95).value, 4)
    0.4295
    """
    parts = [np.asarray(group, np.float64) for group in groups]
    parts = [np.sort(part[~np.isnan(part)]) for part in parts]
    test = kruskal_wallis(parts)
    if test.reason:
        return Effect(math.nan, math.nan, math.nan, test.reason)
    n = sum(map(len, parts))
    value = test.statistic / (n - 1)
    if n < BOOTSTRAP_LEAST:
        why = f"no interval from fewer than {BOOTSTRAP_LEAST} organisations"
        return Effect(value, math.nan, math.nan, why)
    drawn = np.sort(_drawn_shares(parts, generators, draws))
    drawn = drawn[~np.isnan(drawn)]  # all values of a draw can be tied
    tail = (1 - confidence) / 2
    ends = np.quantile(drawn, [tail, 1 - tail], method="weibull")
    low, high = np.clip(ends - 2 * (drawn.mean() - value), 0.0, 1.0)
    few = min(map(len, parts)) < RELIABLE
    why = f"an interval from groups of fewer than {RELIABLE} organisations is too narrow"
    return Effect(value, float(min(low, value)), float(max(high, value)), why if few else "")


def _drawn_shares(
    parts: Sequence[Floats], generators: Sequence[np.random.Generator], draws: int
) -> Floats:
    """Epsilon squared of each draw, NaN where all its values are tied; from counts of values."""
    _, place = np.unique(np.concatenate(parts), return_inverse=True)
    values = int(place.max()) + 1
    each, row = [], np.arange(draws)[:, None] * values
    starts = np.cumsum([len(part) for part in parts])[:-1]
    for own, random in zip(np.split(place, starts), generators, strict=True):
        drawn = own[random.integers(0, len(own), (draws, len(own)))] + row
        counted = np.bincount(drawn.ravel(), minlength=draws * values)
        each.append(counted.reshape(draws, values).astype(np.float64))
    count = np.sum(each, axis=0)
    # Ranks and their sums are halves of whole numbers, so that these are exact.
    ranks = np.cumsum(count, axis=1) - (count - 1) / 2
    n = float(sum(map(len, parts)))
    sums = sum(
        (own * ranks).sum(axis=1) ** 2 / len(part) for own, part in zip(each, parts, strict=True)
    )
    untied = 1 - (count**3 - count).sum(axis=1) / (n**3 - n)
    h = 12 / (n * (n + 1)) * sums - 3 * (n + 1)
    known = untied > _ENOUGH
    return np.where(known, h / np.where(known, untied, 1.0) / (n - 1), np.nan)
