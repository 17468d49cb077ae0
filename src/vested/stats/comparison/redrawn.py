"""What other organisations might have shown: a cluster bootstrap of what is worked out over them.

Organisations are drawn with replacement, each with all its respondents, and the statistic is worked
out anew. So nothing is asked of how scores are spread, and an organisation that decides the result
alone makes the interval wide. All draws are made at once, from sums over organisations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vested.stats.comparison.split import Clusters
from vested.stats.sampling.bootstrap import resampled_means

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROOM = 1 << 21
"""So many ranks are held at a time."""
_NOTHING = 1e-9
"""A share of the variance below which nothing is left of a measure: rounding."""


def redrawn_partial(
    x: Floats, y: Floats, controls: Floats, draws: int, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Of each draw, the correlation of two measures beyond the controls, and the slope.

    One value per organisation, `controls` with one column per control, maybe none: then it is
    Pearson's correlation and the slope of `y` on `x`. NaN where nothing of a measure is left, as
    where all organisations of a draw are the same one.

    Formula: the covariances of x and y less what they owe to the controls, S_mm - S_mc·S_cc⁻·S_cm.
    Source: Field & Welsh (2007), Journal of the Royal Statistical Society B 69(3), for the cluster
    bootstrap.

    >>> x, none = np.array([1.0, 2, 3, 4]), np.empty((4, 0))
    >>> r, slope = redrawn_partial(x, 2 * x, none, 9, np.random.default_rng(0))
    >>> r.round(9).tolist() == [1.0] * 9, slope.round(9).tolist() == [2.0] * 9
    (True, True)
    """
    both = np.column_stack([x, y, controls])
    spread = np.ptp(both, axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    values = (both - both.mean(axis=0)) / scale
    size = values.shape[1]
    one, two = np.triu_indices(size)
    means = resampled_means(np.hstack([values, values[:, one] * values[:, two]]), draws, random)
    about = np.empty((draws, size, size))
    about[:, one, two] = (means[size:] - means[one] * means[two]).T
    about[:, two, one] = about[:, one, two]
    left = about[:, :2, :2]
    if size > 2:
        across = about[:, :2, 2:]
        inverse = np.linalg.pinv(about[:, 2:, 2:], rcond=_NOTHING, hermitian=True)
        left = left - across @ inverse @ across.transpose(0, 2, 1)
    some = left[:, 0, 0] > _NOTHING * np.maximum(about[:, 0, 0], np.finfo(float).tiny)
    other = left[:, 1, 1] > _NOTHING * np.maximum(about[:, 1, 1], np.finfo(float).tiny)
    slope = left[:, 0, 1] / np.where(some, left[:, 0, 0], np.nan) * scale[1] / scale[0]
    root = np.sqrt(np.where(some & other, left[:, 0, 0] * left[:, 1, 1], np.nan))
    return np.clip(left[:, 0, 1] / root, -1.0, 1.0), slope


def redrawn_spearman(x: Floats, y: Floats, draws: int, random: np.random.Generator) -> Floats:
    """Spearman's correlation of each draw, its organisations ranked anew; NaN where one is tied.

    >>> found = redrawn_spearman(np.array([1.0, 2, 9]), np.array([1.0, 4, 5]), 9,
    ...     np.random.default_rng(0))
    >>> set(found[~np.isnan(found)].round(9).tolist())
    {1.0}
    """
    n = len(x)
    places = [np.unique(values, return_inverse=True)[1] for values in (x, y)]
    found = np.empty(draws)
    step = max(1, _ROOM // n)
    for start in range(0, draws, step):
        drawn = random.integers(0, n, (min(step, draws - start), n))
        first, second = (_ranks(place[drawn]) for place in places)
        spread = np.sqrt((first * first).sum(axis=1) * (second * second).sum(axis=1))
        products = (first * second).sum(axis=1)
        found[start : start + step] = products / np.where(spread > 0, spread, np.nan)
    return found


def _ranks(place: Ints) -> Floats:
    """Ranks in each row less their mean, the mean one where places are tied."""
    rows, n = place.shape
    at = np.arange(rows)[:, None]
    count = np.bincount((place + at * n).ravel(), minlength=rows * n).reshape(rows, n)
    middle = np.cumsum(count, axis=1) - (count - 1) / 2
    found: Floats = middle[at, place] - (n + 1) / 2
    return found


def redrawn_split(found: Clusters, draws: int, random: np.random.Generator) -> Floats:
    """Of each draw, the split-sample correlation that the average over all splits tends to.

    `found` holds the cause and the outcome, each organisation at least 4 respondents. As `r` of
    `split_test`, worked out from each draw alone; NaN where its means do not differ.
    """
    x, y = found.means - found.means.mean(axis=1, keepdims=True)
    xx, yy = found.products[0, 0], found.products[1, 1]
    n, first, own = found.n, found.first_half, found.own[0, 1]
    columns = [x, y, x * x, y * y, x * y, xx, yy, n, own, 1 / n, 1 / first, 1 / (n - first)]
    drawn = resampled_means(np.column_stack(columns), draws, random)
    larger = len(x) / (len(x) - 1)
    spread_x, spread_y = ((drawn[at + 2] - drawn[at] ** 2) * larger for at in range(2))
    covariance = (drawn[4] - drawn[0] * drawn[1]) * larger - drawn[8]
    within_x, within_y = (drawn[at] / (drawn[7] - 1) for at in (5, 6))
    half_x = spread_x + within_x * (drawn[10] - drawn[9])
    half_y = spread_y + within_y * (drawn[11] - drawn[9])
    least = _NOTHING * np.array([np.var(x), np.var(y)])
    known = (spread_x > least[0]) & (spread_y > least[1])
    root = np.sqrt(np.where(known, half_x * half_y, np.nan))
    result: Floats = np.clip(covariance / root, -1.0, 1.0)
    return result


def redrawn_slopes(
    found: Clusters, ratio: float, draws: int, random: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Of each draw, the slopes within and between organisations, and the second less the first.

    `found` holds predictor and outcome, `ratio` the variance of the intercepts over that of
    respondents, which is held as `within_between` found it. NaN where the predictor does not differ
    in a draw.
    """
    x, y = found.means - found.means.mean(axis=1, keepdims=True)
    weight = found.n / (1 + found.n * ratio)
    parts = [weight, weight * x, weight * y, weight * x * x, weight * x * y]
    columns = np.column_stack([*parts, found.products[0, 0], found.products[0, 1]])
    w, wx, wy, wxx, wxy, inside, both = resampled_means(columns, draws, random)
    within = both / np.where(inside > 0, inside, np.nan)
    spread = wxx - wx * wx / w
    some = spread > _NOTHING * float(parts[3].mean())
    between = (wxy - wx * wy / w) / np.where(some, spread, np.nan)
    return within, between, between - within
