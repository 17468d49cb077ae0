"""Whether groups differ, by how much, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, fdtrc, nctdtrinc, ndtri, stdtr, stdtrit

Floats = NDArray[np.float64]


class Statistic(NamedTuple):
    """A statistic with its degrees of freedom and its two-sided p; NaN, with a reason, if none."""

    statistic: float
    df: float
    p: float
    reason: str = ""
    df2: float = math.nan


class Effect(NamedTuple):
    """The size of a difference with its confidence interval; NaN, with a reason, if none."""

    value: float
    low: float
    high: float
    reason: str = ""


_FEW = "a group has fewer than 2 values"
_CONSTANT = "all values of each group are equal"
_TIED = "all values are equal"
_NOTHING = "a group has no values"


def _known(values: ArrayLike) -> Floats:
    found = np.asarray(values, np.float64)
    return np.sort(found[~np.isnan(found)])


def welch(first: ArrayLike, second: ArrayLike) -> Statistic:
    """Welch's t test of two independent groups, without the assumption of equal variances.

    One-dimensional; NaN are left out. Positive where the first mean is the higher one. NaN with a
    reason where a group has fewer than 2 values, or no value differs within either group.

    Formula: t = (x̄₁-x̄₂)/√(a₁+a₂), a = s²/n, df = (a₁+a₂)²/[a₁²/(n₁-1)+a₂²/(n₂-1)].
    Source: Welch (1947), Biometrika 34(1-2).

    >>> found = welch([1.0, 2, 3], [2.0, 4, 6, 8])
    >>> round(found.statistic, 4), round(found.df, 4), round(found.p, 4)
    (-2.1213, 4.0755, 0.0999)
    """
    x, y = _known(first), _known(second)
    if min(len(x), len(y)) < 2:
        return Statistic(math.nan, math.nan, math.nan, _FEW)
    return welch_of_means(
        float(x.mean() - y.mean()), _share(x), _share(y), len(x) - 1.0, len(y) - 1.0
    )


def welch_of_means(difference: float, a: float, b: float, df_a: float, df_b: float) -> Statistic:
    """Welch's t test from the difference of two means and their squared standard errors.

    NaN with a reason where neither mean has an error.

    >>> welch_of_means(2.0, 0.5, 0.5, 9, 9).statistic
    2.0
    """
    if not a + b > 0:
        return Statistic(math.nan, math.nan, math.nan, _CONSTANT)
    t = difference / math.sqrt(a + b)
    df = (a + b) ** 2 / (a * a / df_a + b * b / df_b)
    return Statistic(t, df, two_sided(t, df))


def mean_difference(first: ArrayLike, second: ArrayLike, *, confidence: float) -> Effect:
    """The first mean less the second, with the interval of Welch's test.

    NaN are left out. The interval is NaN, with a reason, where `welch` is.

    >>> found = mean_difference([1.0, 2, 3], [2.0, 4, 6, 8], confidence=0.95)
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (-3.0, -6.898, 0.898)
    """
    x, y = _known(first), _known(second)
    if not min(len(x), len(y)):
        return Effect(math.nan, math.nan, math.nan, _NOTHING)
    value = float(x.mean() - y.mean())
    test = welch(x, y)
    if test.reason:
        return Effect(value, math.nan, math.nan, test.reason)
    half = float(stdtrit(test.df, (1 + confidence) / 2)) * math.sqrt(_share(x) + _share(y))
    return Effect(value, value - half, value + half)


def two_sided(t: float, df: float) -> float:
    """The two-sided p of Student's t.

    >>> round(two_sided(-2.0, 10), 6)
    0.073388
    """
    return float(2 * stdtr(df, -abs(t)))


def mean_with_interval(values: ArrayLike, confidence: float) -> Effect:
    """Mean with Student's interval; NaN for the interval of fewer than 2 values.

    NaN are left out. Of values that are all equal the interval has no width: the reason says so.

    >>> found = mean_with_interval([55, 61, 47, 70, 66, 58, 63, 52], 0.95)
    >>> found.value, round(found.low, 3), round(found.high, 3)
    (59.0, 52.68, 65.32)
    """
    x = _known(values)
    if not len(x):
        return Effect(math.nan, math.nan, math.nan, "no values")
    mean = float(x.mean())
    if len(x) < 2:
        return Effect(mean, math.nan, math.nan, "a single value has no interval")
    half = float(stdtrit(len(x) - 1, (1 + confidence) / 2)) * math.sqrt(_share(x))
    return Effect(mean, mean - half, mean + half, "" if half else _TIED)


def spread(values: ArrayLike) -> float:
    """The standard deviation (n - 1), exactly 0 where all values are equal; NaN of fewer than 2.

    >>> spread([1.0, 3.0]), spread([0.1, 0.1, 0.1])
    (1.4142135623730951, 0.0)
    """
    x = _known(values)
    return math.sqrt(_share(x) * len(x)) if len(x) > 1 else math.nan


def _share(x: Floats) -> float:
    """The squared standard error of a mean; exactly 0 where all values are equal."""
    return 0.0 if x[0] == x[-1] else float(x.var(ddof=1)) / len(x)


def welch_anova(groups: Sequence[ArrayLike]) -> Statistic:
    """Welch's analysis of variance: whether any mean differs, whatever the variances.

    `df2` are the degrees of freedom of the denominator. NaN are left out. NaN with a reason where
    there are fewer than 2 groups, or a group has fewer than 2 values or none that differ.

    Formula: F = Σw(x̄-x̃)²/(k-1) / [1+2(k-2)Λ/(k²-1)], w = n/s², x̃ = Σwx̄/Σw,
    Λ = Σ(1-w/Σw)²/(n-1), df₂ = (k²-1)/(3Λ).
    Source: Welch (1951), Biometrika 38(3-4).

    >>> found = welch_anova([[1.0, 2, 3], [2.0, 4, 6, 8]])
    >>> round(found.statistic, 4), found.df, round(found.df2, 4), round(found.p, 4)
    (4.5, 1.0, 4.0755, 0.0999)
    """
    parts = [_known(group) for group in groups]
    k = len(parts)
    if k < 2:
        return Statistic(math.nan, math.nan, math.nan, "fewer than 2 groups")
    if min(map(len, parts)) < 2:
        return Statistic(math.nan, math.nan, math.nan, _FEW)
    shares = np.array([_share(part) for part in parts])
    if (shares == 0).any():
        return Statistic(math.nan, math.nan, math.nan, "all values of a group are equal")
    weight = 1 / shares
    total = float(weight.sum())
    means = np.array([part.mean() for part in parts])
    middle = float(weight @ means) / total
    spread = float(((1 - weight / total) ** 2 / [len(part) - 1 for part in parts]).sum())
    f = float(weight @ (means - middle) ** 2) / (k - 1)
    f /= 1 + 2 * (k - 2) * spread / (k * k - 1)
    df2 = (k * k - 1) / (3 * spread)
    return Statistic(f, k - 1.0, float(fdtrc(k - 1, df2, f)), "", df2)


def _ranks(values: Floats) -> tuple[Floats, float]:
    """Ranks, the mean one where values are tied, and Σ(t³-t) over ties of t."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2
    ties = count.astype(np.float64)
    return middle[place], float((ties**3 - ties).sum())


def mann_whitney(first: ArrayLike, second: ArrayLike) -> Statistic:
    """The Mann-Whitney test of two groups, by the normal approximation.

    With the correction for ties and that for continuity: as `wilcox.test(exact = FALSE)` in R. The
    statistic is U of the first group, R's W: pairs in which its value is the higher one, ties half.
    NaN are left out. NaN with a reason where a group is empty, or all values are equal.

    Formula: z = (U-n₁n₂/2 ∓ 1/2)/σ, σ² = n₁n₂/12·[N+1-Σ(t³-t)/(N(N-1))].
    Source: Mann & Whitney (1947), Annals of Mathematical Statistics 18(1).

    >>> found = mann_whitney([1.0, 2, 3], [2.0, 4, 6, 8])
    >>> found.statistic, round(found.p, 4)
    (1.5, 0.1536)
    """
    x, y = _known(first), _known(second)
    if not min(len(x), len(y)):
        return Statistic(math.nan, math.nan, math.nan, _NOTHING)
    ranks, ties = _ranks(np.concatenate([x, y]))
    pairs, n = len(x) * len(y), len(x) + len(y)
    u = float(ranks[: len(x)].sum()) - len(x) * (len(x) + 1) / 2
    variance = pairs / 12 * (n + 1 - ties / (n * (n - 1)))
    if variance <= 0:
        return Statistic(u, math.nan, math.nan, _TIED)
    apart = u - pairs / 2
    z = max(abs(apart) - 0.5, 0.0) / math.sqrt(variance)
    return Statistic(u, math.nan, min(2 * float(_above(z)), 1.0))


def _above(z: float) -> float:
    return math.erfc(z / math.sqrt(2)) / 2


def kruskal_wallis(groups: Sequence[ArrayLike]) -> Statistic:
    """The Kruskal-Wallis test of several groups, corrected for ties.

    NaN are left out. NaN with a reason where there are fewer than 2 groups, one is empty, or all
    values are equal.

    Formula: H = [12/(N(N+1))·ΣR²/n - 3(N+1)] / [1-Σ(t³-t)/(N³-N)], χ² with k-1 df.
    Source: Kruskal & Wallis (1952), Journal of the American Statistical Association 47(260).

    >>> found = kruskal_wallis([[1.0, 2, 3], [2.0, 4, 6, 8]])
    >>> round(found.statistic, 4), found.df, round(found.p, 4)
    (2.5773, 1.0, 0.1084)
    """
    parts = [_known(group) for group in groups]
    if len(parts) < 2:
        return Statistic(math.nan, math.nan, math.nan, "fewer than 2 groups")
    if not min(map(len, parts)):
        return Statistic(math.nan, math.nan, math.nan, _NOTHING)
    ranks, ties = _ranks(np.concatenate(parts))
    n = float(len(ranks))
    correction = 1 - ties / (n**3 - n)
    if correction <= 0:
        return Statistic(math.nan, len(parts) - 1.0, math.nan, _TIED)
    ends = np.cumsum([len(part) for part in parts])
    sums = [float(part.sum()) for part in np.split(ranks, ends[:-1])]
    h = 12 / (n * (n + 1)) * sum(s * s / len(p) for s, p in zip(sums, parts, strict=True))
    h = (h - 3 * (n + 1)) / correction
    df = len(parts) - 1
    return Statistic(h, float(df), float(chdtrc(df, max(h, 0.0))))


def cliff(first: ArrayLike, second: ArrayLike, *, confidence: float) -> Effect:
    """Cliff's delta, the same as the rank-biserial correlation, with an asymmetric interval.

    The chance that a value of the first group is higher than one of the second, less the chance
    that it is lower: -1 to 1. NaN are left out. Where no value of one group lies within the other,
    the interval reaches to the end, and as far as Feng and Cliff propose. The interval is NaN with
    a reason where a group has fewer than 2 values, or all values are equal.

    Formula: δ = ΣΣ sign(x-y)/(n₁n₂); [δ-δ³ ∓ t·s√((1-δ²)²+t²s²)]/(1-δ²+t²s²), s² the unbiased
    variance of δ, t of N-2 df; δ = ±1: from (m-z²)/(m+z²), m the smaller n.
    Sources: Cliff (1993), Psychological Bulletin 114(3); Feng & Cliff (2004), Journal of Modern
    Applied Statistical Methods 3(2).

    >>> treated = [10, 10, 20, 20, 20, 30, 30, 30, 40, 50]
    >>> found = cliff(treated, [10, 20, 30, 40, 40, 50], confidence=0.95)
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (-0.25, -0.7266, 0.389)
    """
    x, y = _known(first), _known(second)
    if not min(len(x), len(y)):
        return Effect(math.nan, math.nan, math.nan, _NOTHING)
    below = np.searchsorted(y, x, "left") - (len(y) - np.searchsorted(y, x, "right"))
    above = (len(x) - np.searchsorted(x, y, "right")) - np.searchsorted(x, y, "left")
    pairs = len(x) * len(y)
    delta = float(below.sum()) / pairs
    if min(len(x), len(y)) < 2:
        return Effect(delta, math.nan, math.nan, _FEW)
    if abs(delta) == 1:
        z = float(ndtri((1 + confidence) / 2)) ** 2
        least = min(len(x), len(y))
        inner = (least - z) / (least + z)
        return Effect(delta, *((inner, 1.0) if delta > 0 else (-1.0, -inner)))
    variance = _delta_variance(below / len(y), above / len(x), x, y, delta)
    if variance <= 0:
        return Effect(delta, math.nan, math.nan, _TIED)
    t2 = float(stdtrit(len(x) + len(y) - 2, (1 + confidence) / 2)) ** 2 * variance
    half = math.sqrt(t2 * ((1 - delta**2) ** 2 + t2))
    bottom, middle = 1 - delta**2 + t2, delta - delta**3
    low, high = (middle - half) / bottom, (middle + half) / bottom
    return Effect(delta, max(low, -1.0), min(high, 1.0))


def _delta_variance(rows: Floats, columns: Floats, x: Floats, y: Floats, delta: float) -> float:
    """The unbiased variance of delta, from the mean signs of each value."""
    n, m = len(x), len(y)
    ties = float((np.searchsorted(y, x, "right") - np.searchsorted(y, x, "left")).sum())
    total = n * m - ties - n * m * delta**2  # Σ(d - δ)², each d² being 1 but for ties
    of_rows, of_columns = ((rows - delta) ** 2).sum(), ((columns - delta) ** 2).sum()
    top = m * m * of_rows + n * n * of_columns - total
    return float(top) / (n * m * (n - 1) * (m - 1))


def hedges(first: ArrayLike, second: ArrayLike, *, confidence: float) -> Effect:
    """Hedges' g: the difference of two means in standard deviations, corrected for small groups.

    NaN are left out. NaN with a reason where a group has fewer than 2 values, or none differ within
    groups. The interval is exact for normal values of equal variance.

    Formula: g = J·(x̄₁-x̄₂)/s, s the pooled deviation, J = 1-3/(4df-1), df = n₁+n₂-2; the interval
    by the noncentral t distribution, its noncentrality times J·√(1/n₁+1/n₂).
    Sources: Hedges (1981), Journal of Educational Statistics 6(2); interval: Steiger & Fouladi
    (1997), in What if there were no significance tests?

    >>> found = hedges([1.0, 2, 3], [2.0, 4, 6, 8], confidence=0.95)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (-1.2044, -2.6162, 0.293)
    """
    x, y = _known(first), _known(second)
    if min(len(x), len(y)) < 2:
        return Effect(math.nan, math.nan, math.nan, _FEW)
    df = len(x) + len(y) - 2
    pooled = (len(x) - 1) * len(x) * _share(x) + (len(y) - 1) * len(y) * _share(y)
    if pooled <= 0:
        return Effect(math.nan, math.nan, math.nan, _CONSTANT)
    d = float(x.mean() - y.mean()) / math.sqrt(pooled / df)
    unit = math.sqrt(1 / len(x) + 1 / len(y))
    small = 1 - 3 / (4 * df - 1)
    tail = (1 - confidence) / 2
    # The function is monotone in its noncentrality, and best for a t above 0.
    size = abs(d) / unit
    near, far = (float(nctdtrinc(df, p, size)) for p in (1 - tail, tail))
    scale = math.copysign(unit * small, d)
    return Effect(small * d, min(scale * near, scale * far), max(scale * near, scale * far))
