"""How much of the answers belongs to organisations: analysis of variance and its relatives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtrc, fdtri

Floats = NDArray[np.float64]
Exact = list[int]
Size = Literal["n0", "mean"]

_RATIOS = np.concatenate([[0.0], 10.0 ** np.arange(-6, 12.25, 0.25)])
_HALVINGS = 200
_ROUNDING = 1e-9
_PLACES = 128


class Anova(NamedTuple):
    """One-way analysis of variance; `n0` and `mean_size` are two averages of the group sizes."""

    groups: int
    n: int
    mean_square_between: float
    mean_square_within: float
    df_between: int
    df_within: int
    f: float
    p: float
    n0: float
    mean_size: float


class Moments(NamedTuple):
    """Number, mean and variance (n - 1) of the values of each group."""

    n: NDArray[np.int64]
    mean: Floats
    variance: Floats


class Components(NamedTuple):
    """Mean of the groups with its standard error, variances between and within, their ratio."""

    mean: float
    mean_se: float
    between: float
    within: float
    icc: float


def anova(n: ArrayLike, sums: ArrayLike, squares: ArrayLike) -> Anova:
    """One-way analysis of variance from n, Σx and Σx² of each group.

    One-dimensional and of one length; integers of any size, or floats, which count as exactly what
    they are. Groups of n = 0 are left out. Between groups NaN with fewer than 2 groups, within NaN
    where no group has 2 values; F and p NaN then, and where all values are equal. F is infinite and
    p = 0 where groups differ and values within them do not. ValueError for NaN, and for a Σx² that
    no values with this Σx can have (a shortfall below 1e-9 of it is the rounding of floats).

    Formulas: MSB = Σn_j(x̄_j-x̄)²/(K-1), MSW = Σ(Q_j - S_j²/n_j)/(N-K), F = MSB/MSW,
    n₀ = (N - Σn_j²/N)/(K-1), each group's numerator an exact integer.
    Sources: Fisher (1925), Statistical Methods for Research Workers; n₀: Snedecor & Cochran (1967),
    Statistical Methods.

    >>> table = anova([2, 2], [3, 11], [5, 61])
    >>> table.mean_square_between, table.mean_square_within, table.f, round(table.p, 6)
    (16.0, 0.5, 32.0, 0.029857)
    """
    sizes, totals, powers, root = _exact(n, sums, squares)
    count, total = sum(sizes), sum(totals)
    # Both sums of squares as integers, with so many binary places that only the last division
    # rounds.
    between = within = 0
    for k, s, q in zip(sizes, totals, powers, strict=True):
        between += ((count * s - k * total) ** 2 << _PLACES) // k
        within += (_about(k, s, q) * count * count << _PLACES) // k
    unit = count * count * root * root << _PLACES
    df_between, df_within = max(len(sizes) - 1, 0), count - len(sizes)
    f = None
    if within and df_between:
        f = (between * df_within) / (within * df_between)
    return _table(sizes, between / unit if unit else 0.0, within / unit if unit else 0.0, f)


def _deviations(
    n: ArrayLike, sums: ArrayLike, squares: ArrayLike
) -> tuple[list[int], float, list[float], list[float]]:
    """Sizes, mean of all values, each group's mean from there on, and its sum of squares."""
    sizes, totals, powers, root = _exact(n, sums, squares)
    count, total = sum(sizes), sum(totals)
    middle = total / (count * root) if count else math.nan
    apart, within = [], []
    for k, s, q in zip(sizes, totals, powers, strict=True):
        apart.append((count * s - k * total) / (k * count * root))
        within.append(_about(k, s, q) / (k * root * root))
    return sizes, middle, apart, within


def _about(k: int, s: int, q: int) -> int:
    """K times the sum of squares about the mean of a group."""
    left = q * k - s * s
    if left < -_ROUNDING * q * k:
        raise ValueError("a sum of squares is smaller than the square of the sum allows")
    return max(left, 0)


def _exact(n: ArrayLike, sums: ArrayLike, squares: ArrayLike) -> tuple[Exact, Exact, Exact, int]:
    """The groups that are not empty, all as integers: Σx times `root`, Σx² times its square."""
    rows = [
        (int(k), s, q)
        for k, s, q in zip(*(np.asarray(a).tolist() for a in (n, sums, squares)), strict=True)
        if k
    ]
    exact = [(k, s.as_integer_ratio(), q.as_integer_ratio()) for k, s, q in rows]
    # Denominators are powers of two.
    root = max((max(s[1], 1 << (q[1].bit_length() // 2)) for _, s, q in exact), default=1)
    return (
        [k for k, _, _ in exact],
        [s[0] * (root // s[1]) for _, s, _ in exact],
        [q[0] * (root * root // q[1]) for _, _, q in exact],
        root,
    )


def _table(
    sizes: Sequence[int], between: float, within: float, exact: float | None = None
) -> Anova:
    """The table from the sums of squares, and from F where it is known more exactly."""
    groups, n = len(sizes), sum(sizes)
    df_between, df_within = max(groups - 1, 0), n - groups
    msb = between / df_between if df_between else math.nan
    msw = within / df_within if df_within else math.nan
    f = msb / msw if msw > 0 else math.inf if msw == 0 and msb > 0 else math.nan
    f = f if exact is None else exact
    p = float(fdtrc(df_between, df_within, f))
    n0 = (n - sum(k * k for k in sizes) / n) / df_between if df_between else math.nan
    mean_size = n / groups if groups else math.nan
    return Anova(groups, n, msb, msw, df_between, df_within, f, p, n0, mean_size)


def anova_of_groups(values: Floats, groups: NDArray[np.generic]) -> Anova:
    """One-way analysis of variance of single values, accurate also far from 0.

    `values` and the group that each belongs to, one-dimensional and of one length. NaN are left
    out, and groups without any other value; the rest as in `anova`. It agrees with the certified
    values of NIST's StRD to 10 digits where 13 digits of the values are constant, and to 4 where
    the values leave no more.

    Formula: sums of squares about the means, in units about the smallest value, by exact summation.
    Source: Chan, Golub & LeVeque (1983), The American Statistician 37(3).

    >>> anova_of_groups(np.array([1.0, 2, 5, 6]), np.array(["a", "a", "b", "b"])).f
    32.0
    """
    parts = _parts(values, groups)
    least = min((low for low, _, _, _ in parts), default=0.0)
    sizes = [k for _, k, _, _ in parts]
    above = [(low - least) + mean for low, _, mean, _ in parts]
    middle = math.fsum(k * a for k, a in zip(sizes, above, strict=True)) / max(sum(sizes), 1)
    between = math.fsum(k * (a - middle) ** 2 for k, a in zip(sizes, above, strict=True))
    return _table(sizes, between, math.fsum(spread for _, _, _, spread in parts))


def moments_of_groups(values: Floats, groups: NDArray[np.generic]) -> Moments:
    """Number, mean and variance (n - 1) of the values of each group, in the order of the groups.

    As in `anova_of_groups`, with the groups sorted. The variance of one value is NaN, and exactly 0
    where all values are equal.

    >>> moments_of_groups(np.array([1e9 + 1, 1e9 + 2]), np.array([7, 7])).variance.tolist()
    [0.5]
    """
    parts = _parts(values, groups)
    return Moments(
        np.array([k for _, k, _, _ in parts], np.int64),
        np.array([low + mean for low, _, mean, _ in parts]),
        np.array([spread / (k - 1) if k > 1 else math.nan for _, k, _, spread in parts]),
    )


def _parts(values: Floats, groups: NDArray[np.generic]) -> list[tuple[float, int, float, float]]:
    """Smallest value, n, mean above it and sum of squares about the mean, of each group."""
    known = ~np.isnan(values)
    values, groups = values[known], groups[known]
    _, place, counts = np.unique(groups, return_inverse=True, return_counts=True)
    ordered = values[np.argsort(place, kind="stable")]
    result = []
    for part in np.split(ordered, np.cumsum(counts)[:-1]) if len(values) else []:
        low, k = float(part.min()), len(part)
        above = part - low
        mean = math.fsum(above.tolist()) / k
        apart = above - mean
        # The second sum makes up for the rounding of the mean.
        left = math.fsum(apart.tolist())
        result.append((low, k, mean, max(math.fsum((apart * apart).tolist()) - left**2 / k, 0.0)))
    return result


def _size(table: Anova, size: Size) -> float:
    return table.n0 if size == "n0" else table.mean_size


def icc1(table: Anova, *, size: Size = "n0") -> float:
    """Share of the variance of single answers that lies between groups, ICC(1).

    `size` is the average group size: `n0`, which is right for groups of different sizes, or the
    plain `mean`, as in the R package multilevel. Below 0, down to -1/(size - 1), where groups
    differ less than chance would have it; that value is kept. NaN with fewer than 2 groups, without
    a group of 2 values, and where all values are equal.

    Formula: (MSB - MSW) / (MSB + (size-1)·MSW).
    Source: Bartko (1976), Psychological Bulletin 83(5); Shrout & Fleiss (1979), Psychological
    Bulletin 86(2), case 1.

    >>> round(icc1(anova([2, 2], [3, 11], [5, 61])), 6)
    0.939394
    """
    if math.isinf(table.f):
        return 1.0
    total = table.f + _size(table, size) - 1  # F is known more exactly than the mean squares are
    return (table.f - 1) / total if total > 0 else math.nan


def icc2(table: Anova) -> float:
    """Reliability of the group means, ICC(2).

    Of groups of the size they have on average, whichever average: it does not enter. Below 0 where
    groups differ less than chance would have it; that value is kept. NaN where `icc1` is, and where
    all means are equal.

    Formula: (MSB - MSW) / MSB.
    Source: Bartko (1976), Psychological Bulletin 83(5).

    >>> icc2(anova([2, 2], [3, 11], [5, 61]))
    0.96875
    """
    if math.isinf(table.f):
        return 1.0
    return (table.f - 1) / table.f if table.f > 0 else math.nan


def icc1_interval(table: Anova, *, confidence: float, size: Size = "n0") -> tuple[float, float]:
    """Confidence interval of ICC(1) from the F of the analysis of variance.

    Exact for normal values in groups of one size, an approximation where sizes differ. NaN where F
    is NaN or infinite.

    Formula: (F_L-1)/(F_L+size-1) and (F_U-1)/(F_U+size-1), with F_L = F/F(1-c/2; K-1, N-K) and
    F_U = F·F(1-c/2; N-K, K-1).
    Source: Shrout & Fleiss (1979), Psychological Bulletin 86(2).

    >>> low, high = icc1_interval(anova([2, 2], [3, 11], [5, 61]), confidence=0.95)
    >>> round(low, 4), round(high, 4)
    (-0.0923, 0.9999)
    """
    if not math.isfinite(table.f):
        return math.nan, math.nan
    tail, others = (1 + confidence) / 2, _size(table, size) - 1
    low = table.f / float(fdtri(table.df_between, table.df_within, tail))
    high = table.f * float(fdtri(table.df_within, table.df_between, tail))
    return (low - 1) / (low + others), (high - 1) / (high + others)


def respondents_for(icc1: ArrayLike, *, reliability: float = 0.70) -> Floats:
    """How many respondents a group needs for its mean to be this reliable.

    `icc1` of any shape; the result is a whole number, at least 1. NaN where ICC(1) is 0 or below:
    no number is enough then. ValueError unless `reliability` lies between 0 and 1. The reliability
    for a given number is `spearman_brown(icc1, number)`.

    Formula: reliability·(1-ICC(1)) / [(1-reliability)·ICC(1)], rounded up.
    Source: the Spearman-Brown formula, solved for the length.

    >>> respondents_for([0.13, 0.0]).tolist()
    [16.0, nan]
    """
    if not 0 < reliability < 1:
        raise ValueError("a reliability to reach lies between 0 and 1")
    share = np.asarray(icc1, np.float64)
    known = share > 0
    divisor = (1 - reliability) * np.where(known, share, 1.0)
    number = reliability * (1 - share) / divisor
    # Less a little, as 3 respondents must not become 4 by rounding.
    return np.where(known, np.maximum(np.ceil(number * (1 - _ROUNDING)), 1.0), np.nan)


def design_effect(icc1: ArrayLike, size: ArrayLike) -> Floats:
    """How many times larger the variance of a mean is because answers come in groups.

    Arrays that fit together; `size` is the number of respondents per group. NaN stays NaN; below 1
    for a negative ICC(1).

    Formula: 1 + (size-1)·ICC(1).
    Source: Kish (1965), Survey Sampling.

    >>> float(design_effect(0.13, 20).round(2))
    3.47
    """
    return 1 + (np.asarray(size, np.float64) - 1) * np.asarray(icc1, np.float64)


def components_reml(n: ArrayLike, sums: ArrayLike, squares: ArrayLike) -> Components:
    """Variance between and within groups by restricted maximum likelihood, for unequal sizes.

    n, Σx and Σx² of each group as in `anova`. The variance between groups is 0 where the
    likelihood is highest there, that is where groups differ no more than by chance; for groups of
    one size it is otherwise the same as from the analysis of variance. NaN throughout with fewer
    than 2 groups, without a group of 2 values, and where values within groups do not differ.

    The likelihood in the ratio of the two variances alone is compared on a grid, and its slope
    halved in from there as far as the numbers go, so there is no tolerance to choose.

    Sources: Patterson & Thompson (1971), Biometrika 58(3); the random intercept of lme4.

    >>> found = components_reml([2, 2, 2], [3, 11, 8], [5, 61, 34])
    >>> round(found.between, 9), round(found.within, 9)
    (3.583333333, 1.0)
    """
    sizes, middle, apart, spread = _deviations(n, sums, squares)
    data = np.array(sizes, np.float64), np.array(apart), math.fsum(spread)
    if len(sizes) < 2 or data[2] <= 0:
        return Components(*[math.nan] * 5)
    found = _profile(_likeliest(*data), *data)
    between = found.ratio * found.within
    return Components(
        middle + found.mean,
        math.sqrt(found.within / found.weight),
        between,
        found.within,
        found.ratio / (1 + found.ratio),
    )


class _Profile(NamedTuple):
    """What is likeliest for one ratio of the variances between and within groups."""

    ratio: float
    deviance: float
    slope: float
    mean: float
    weight: float
    within: float


def _profile(ratio: float, sizes: Floats, apart: Floats, within: float) -> _Profile:
    """Minus twice the restricted log-likelihood (but for a constant), and its slope."""
    weights = sizes / (1 + sizes * ratio)
    weight, df = float(weights.sum()), float(sizes.sum()) - 1
    mean = float(weights @ apart) / weight
    far = (apart - mean) ** 2
    left = within + float(weights @ far)
    deviance = df * math.log(left) + float(np.log1p(sizes * ratio).sum()) + math.log(weight)
    squared = weights * weights
    slope = weight - float(squared.sum()) / weight - df * float(squared @ far) / left
    return _Profile(ratio, deviance, slope, mean, weight, left / df)


def _likeliest(sizes: Floats, apart: Floats, within: float) -> float:
    """The ratio of the highest restricted likelihood."""
    tried = [_profile(float(ratio), sizes, apart, within) for ratio in _RATIOS]
    best = min(range(len(tried)), key=lambda at: tried[at].deviance)
    if tried[best].slope >= 0:
        best -= 1
    if best < 0:
        return 0.0
    low, high = float(_RATIOS[best]), float(_RATIOS[min(best + 1, len(_RATIOS) - 1)])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _profile(middle, sizes, apart, within).slope > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2
