"""Cause from one half of the respondents, outcome from the other: no one judges both.

A respondent who answers kindly throughout raises both means of the organisation, and the means go
together for that reason alone. Means of different respondents do not share it. What all respondents
of an organisation share (its fame, a good year) is in both halves and stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from vested.stats.comparison.correlation import correlation_p

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Clusters(NamedTuple):
    """Respondents of each organisation, summed up: their number, means, and how they spread."""

    n: Ints | Floats
    """With weights, Kish's effective number."""
    means: Floats
    """Measures x organisations."""
    products: Floats
    """Measures x measures x organisations: sums of products about the organisation's own means."""
    respondents: Ints
    """How many there are, whatever their weights."""

    @property
    def within(self) -> Floats:
        """Covariances within organisations, pooled (measures x measures)."""
        found: Floats = self.products.sum(axis=2) / (self.n.sum() - len(self.n))
        return found

    @property
    def first_half(self) -> Floats:
        """How many of each fall into the first half where they are split."""
        found: Floats = self.n * (self.respondents // 2) / self.respondents
        return found

    @property
    def own(self) -> Floats:
        """What covariances of means owe to the respondents they share, by organisation.

        Measures x measures x organisations; each needs 2 respondents.
        """
        found: Floats = self.products / (self.n * (self.n - 1))
        return found


class Split(NamedTuple):
    """What the halves of organisations say of each other."""

    organisations: int
    r: float
    """The median over the splits that were drawn."""
    splits_low: float
    splits_high: float
    """What the middle part of the splits says: the luck of the draw, not of the organisations."""
    low: float
    high: float
    """The confidence interval, for organisations like these."""
    p: float
    corrected: float
    """`r` corrected for the unreliability of halves; beyond ±1 where that is too much."""
    corrected_low: float
    corrected_high: float
    reliability_x: float
    reliability_y: float
    """Of the means of a half: their ICC(2)."""


def clusters(values: Floats, group: Ints, weights: Floats | None = None) -> Clusters:
    """Sum up respondents by organisation.

    `values` are measures x respondents without missing ones, `group` the organisation of each,
    0, 1, 2 and so on, sorted and none left out. With `weights` (above 0) means are weighted, each
    organisation counts as so many respondents as its effective number n_e, and sums of products are
    those of so many, so that their mean over n_e - 1 is the variance within organisations still.

    Formula: n_e = (Σw)²/Σw²; products n_e·Σw(x-x̄)(y-ȳ)/Σw.
    Sources: Kish (1965), Survey Sampling; weights brought to the effective size as in Pfeffermann
    and others (1998), Journal of the Royal Statistical Society B 60(1), method 1.

    >>> found = clusters(np.array([[1.0, 3, 5, 5]]), np.array([0, 0, 1, 1]))
    >>> found.n.tolist(), found.means.tolist(), found.products.tolist()
    ([2, 2], [[2.0, 5.0]], [[[2.0, 0.0]]])
    """
    n = np.bincount(group).astype(np.int64)
    starts = np.cumsum(n) - n
    if not len(n):
        return Clusters(n, np.zeros((len(values), 0)), np.zeros((len(values), len(values), 0)), n)
    if weights is None:
        means = np.add.reduceat(values, starts, axis=1) / n
        about = values - means[:, group]
        products = np.add.reduceat(about[:, None, :] * about[None, :, :], starts, axis=2)
        return Clusters(n, means, products, n)
    share = weights / np.add.reduceat(weights, starts)[group]
    effective = 1 / np.add.reduceat(share * share, starts)
    means = np.add.reduceat(share * values, starts, axis=1)
    about = values - means[:, group]
    products = np.add.reduceat(share * about[:, None, :] * about[None, :, :], starts, axis=2)
    return Clusters(effective, means, effective * products, n)


def pooled_covariance(
    values: Floats, group: Ints, weights: Floats | None = None
) -> tuple[Floats, int]:
    """Covariances (measures x measures) within organisations, and their degrees of freedom.

    As `within` of `clusters`, for many measures, without the sums of each organisation.

    Formula: Σ_j Σ_i (x_ij - x̄_j)(y_ij - ȳ_j)/(N - J); with weights as in `clusters`.

    >>> matrix, df = pooled_covariance(np.array([[1.0, 3, 5, 5]]), np.array([0, 0, 1, 1]))
    >>> matrix.tolist(), df
    ([[1.0]], 2)
    """
    n = np.bincount(group)
    starts = np.cumsum(n) - n
    share = np.ones(len(group)) if weights is None else weights
    if not len(n):
        return np.full((len(values), len(values)), np.nan), 0
    share = share / np.add.reduceat(share, starts)[group]
    effective = 1 / np.add.reduceat(share * share, starts)
    about = values - np.add.reduceat(share * values, starts, axis=1)[:, group]
    free = float(effective.sum()) - len(n)
    # Not by a matrix product, whose last digits may hang on the number of threads.
    sums = np.einsum("in,kn->ik", about * (share * effective[group]), about)
    return sums / max(free, 1e-12), round(free)


def reliability(n: Ints | Floats, means: Floats, within: float) -> float:
    """Reliability of organisations' means, each organisation counted alike: ICC(2).

    `within` is the variance within organisations. With organisations of one size it is the ICC(2)
    of the analysis of variance; where sizes differ, that one counts respondents. Below 0 where
    organisations differ less than chance would have it. NaN with fewer than 2 organisations and
    where all means are equal.

    Formula: 1 - s²_W·mean(1/n_j) / s²(x̄_j).
    Source: Bartko (1976), Psychological Bulletin 83(5), for unweighted means.

    >>> round(reliability(np.array([2, 2]), np.array([1.5, 5.5]), 0.5), 6)
    0.96875
    """
    spread = float(np.var(means, ddof=1)) if len(means) > 1 else math.nan
    return 1 - within * float((1 / n).mean()) / spread if spread > 0 else math.nan


def without_shared(means: Floats, own: Floats) -> Floats:
    """Covariances of organisations' means as if no two measures came from the same respondents.

    `means` is measures x … x organisations and `own` measures x measures x … x organisations, from
    `Clusters`, maybe with draws in between. Variances stay as they are. This is what the
    covariances between halves tend to when all splits are averaged.

    Formula: cov(x̄_j, ȳ_j) - mean(s_xy,j/n_j).

    >>> found = clusters(np.array([[1.0, 3, 5, 5], [1.0, 3, 4, 6]]), np.array([0, 0, 1, 1]))
    >>> without_shared(found.means, found.own).tolist()
    [[4.5, 4.0], [4.0, 4.5]]
    """
    about = means - means.mean(axis=-1, keepdims=True)
    found = (about[:, None] * about[None, :]).sum(axis=-1) / (means.shape[-1] - 1)
    shared = own.mean(axis=-1)
    same = np.arange(len(means))
    shared[same, same] = 0.0
    result: Floats = np.moveaxis(found - shared, (0, 1), (-2, -1))
    return result


def half_means(
    x: Floats,
    y: Floats,
    generator: np.random.Generator,
    splits: int,
    weights: Floats | None = None,
) -> tuple[Floats, Floats]:
    """Of one organisation, the means of `x` in one half and of `y` in the other, split by split.

    `x` and `y` are of the same respondents; of an odd number the second half has one more. Each
    mean is weighted where there are `weights`.

    >>> a, b = half_means(np.ones(5), np.zeros(5), np.random.default_rng(0), 3)
    >>> a.tolist(), b.tolist()
    ([1.0, 1.0, 1.0], [0.0, 0.0, 0.0])
    """
    order = generator.random((splits, len(x))).argsort(axis=1)
    first, second = np.split(order, [len(x) // 2], axis=1)
    if weights is None:
        return x[first].mean(axis=1), y[second].mean(axis=1)
    return (
        (weights * x)[first].sum(axis=1) / weights[first].sum(axis=1),
        (weights * y)[second].sum(axis=1) / weights[second].sum(axis=1),
    )


def split_sample(
    x: Floats,
    y: Floats,
    group: Ints,
    generators: Sequence[np.random.Generator],
    *,
    weights: Floats | None = None,
    splits: int = 500,
    confidence: float,
) -> Split:
    """Correlate organisations' means of `x` and `y` that come from different respondents.

    Values of respondents, none missing, their organisation and their weights as in `clusters`; each
    organisation has random numbers of its own, and at least 4 respondents. NaN with fewer than 3
    organisations and where means do not differ; the interval is NaN with 3 as well.

    `r` is the median over the splits. Interval and p are those of `split_test`, for organisations
    are what is sampled; how far splits differ says nothing of that.

    Source: Ostroff, Kinicki & Clark (2002), Journal of Applied Psychology 87(2), for the design;
    the test is our own.
    """
    found = clusters(np.stack([x, y]), group, weights)
    tested = split_test(found, confidence=confidence)
    if math.isnan(tested.r):
        return tested
    starts = np.cumsum(found.respondents)[:-1]
    own = [None] * len(found.n) if weights is None else np.split(weights, starts)
    halves = [
        half_means(a, b, each, splits, w)
        for a, b, each, w in zip(
            np.split(x, starts), np.split(y, starts), generators, own, strict=True
        )
    ]
    first, second = (np.stack(side, axis=1) for side in zip(*halves, strict=True))
    drawn = _correlations(first, second)
    low, middle, high = np.quantile(drawn, [0.5 - confidence / 2, 0.5, 0.5 + confidence / 2])
    shrink = math.sqrt(max(tested.reliability_x, 0.0) * max(tested.reliability_y, 0.0))
    corrected = float(middle) / shrink if shrink > 0 else math.nan
    return tested._replace(
        r=float(middle), splits_low=float(low), splits_high=float(high), corrected=corrected
    )


def split_test(found: Clusters, *, confidence: float) -> Split:
    """The split-sample correlation that the average over all splits tends to, and its test.

    `found` holds the cause and the outcome, each organisation at least 4 respondents. Missing as in
    `split_sample`; `r` and `corrected` are limits, and there are no splits to tell of.

    With many splits, the covariance between halves tends to C = cov(x̄, ȳ) - mean(s_xy,j/n_j).
    Where organisations do not go together its variance is φ·s²_x·s²_y/(J-1), with φ from the sizes
    and the components of variance; it is 1 but for what measures of one respondent share and for
    unequal sizes. So C/√(φ·s²_x·s²_y) is tested as a correlation over J organisations. In simulated
    worlds without an effect, in which every respondent had a halo, 5.0 to 5.6 % of 10,000 came out
    below .05.

    Formula: φ = mean[v_x·v_y + c² + (w_x·w_y + c²)/(n-1)] / (mean v_x·mean v_y), by organisation
    w = s²_W/n, c = s_W,xy/n, v = τ² + w; interval tanh(atanh r ± z·√(φ/(J-3))).
    Source: our own; C is the component of covariance of the analysis of variance, Searle (1971),
    Linear Models.
    """
    j = len(found.n)
    nothing = Split(j, *[math.nan] * 11)
    if j < 3:
        return nothing
    whole = without_shared(found.means, found.own)
    spread_x, spread_y = float(whole[0, 0]), float(whole[1, 1])
    if not (spread_x > 0 and spread_y > 0):
        return nothing
    within, per_mean = found.within, float((1 / found.n).mean())
    first = found.first_half
    more = (float((1 / first).mean()) - per_mean, float((1 / (found.n - first)).mean()) - per_mean)
    half_x, half_y = spread_x + within[0, 0] * more[0], spread_y + within[1, 1] * more[1]
    true_x, true_y = spread_x - within[0, 0] * per_mean, spread_y - within[1, 1] * per_mean
    r = min(max(float(whole[0, 1]) / math.sqrt(spread_x * spread_y), -1 + 1e-12), 1 - 1e-12)
    inflation = _inflation(found.n, within, max(true_x, 0.0), max(true_y, 0.0))
    scaled = min(max(r / math.sqrt(inflation), -1.0), 1.0)
    to_half = math.sqrt(spread_x * spread_y / (half_x * half_y))
    to_truth = (
        math.sqrt(spread_x * spread_y / (true_x * true_y)) if true_x > 0 < true_y else math.nan
    )
    low = high = math.nan
    if j > 3:
        z = float(ndtri(0.5 + confidence / 2)) * math.sqrt(inflation / (j - 3))
        low, high = math.tanh(math.atanh(r) - z), math.tanh(math.atanh(r) + z)
    return Split(
        j, r * to_half, math.nan, math.nan, low * to_half, high * to_half,
        correlation_p(scaled, j - 2), r * to_truth, low * to_truth, high * to_truth,
        float(true_x / half_x), float(true_y / half_y),
    )  # fmt: skip


def _inflation(n: Ints | Floats, within: Floats, between_x: float, between_y: float) -> float:
    """How much larger the variance of the covariance is than of means that share no respondents."""
    own_x, own_y, shared = within[0, 0] / n, within[1, 1] / n, (within[0, 1] / n) ** 2
    x, y = between_x + own_x, between_y + own_y
    each = x * y + shared + (own_x * own_y + shared) / (n - 1)
    return float(each.mean() / (x.mean() * y.mean()))


def _correlations(first: Floats, second: Floats) -> Floats:
    """Pearson's r in each row; 0 where halves happen not to differ at all."""
    a = first - first.mean(axis=1, keepdims=True)
    b = second - second.mean(axis=1, keepdims=True)
    spread = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    found: Floats = (a * b).sum(axis=1) / np.where(spread > 0, spread, np.inf)
    return found
