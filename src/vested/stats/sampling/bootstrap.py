"""Bootstrap: statistics of samples drawn again from the sample, and intervals from them.

Whatever can be worked out from means is drawn without a loop: how often each row is drawn, as a
matrix, times the values of the rows. The values are first put on a grid so fine that no one sees
it and so coarse that their sums are exact: thus the order in which a machine adds them up, which
depends on how many threads it has, changes no digit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MIN_ROWS = 10
"""Fewer rows say too little of what other samples would be like: our choice, as is usual."""
_EXACT_BITS = 52
_ROOM = 1 << 21
"""So many counts are held at a time."""


def on_grid(values: Floats, rows: int) -> Floats:
    """Values (rows x columns) on a grid per column on which sums of `rows` of them are exact.

    The grid is 2^-52 of a number above rows·max|value|: rounding moves a sum as little as adding
    would. All zero stays all zero; there must be no NaN.

    Source: exact summation by a common grid, as in Demmel & Nguyen (2013), IEEE ARITH 21.
    """
    largest = np.abs(values).max(axis=0, initial=0.0) * max(rows, 1)
    _, exponent = np.frexp(largest)
    shift = _EXACT_BITS - exponent
    rounded: Floats = np.ldexp(np.rint(np.ldexp(values, shift)), -shift)
    return rounded


def resampled_means(
    values: Floats, draws: int, random: np.random.Generator, weights: Floats | None = None
) -> Floats:
    """Means (columns x draws) of as many rows as there are, drawn with replacement.

    `values` are rows x columns without NaN; all columns are drawn together, so that what is worked
    out from several of them belongs to the same sample. With `weights` (above 0) rows are drawn
    alike and each keeps its weight in the mean. No rows give NaN.

    Formula: x̄*_b = Σ c_bi·w_i·x_i/Σ c_bi·w_i, with c_b the multinomial counts of n draws from n
    rows, and w 1 without weights.
    Source: Efron (1979), The Annals of Statistics 7(1).

    >>> found = resampled_means(np.array([[1.0], [3.0]]), 4, np.random.default_rng(0))
    >>> found.shape, set(found.ravel().tolist()) <= {1.0, 2.0, 3.0}
    ((1, 4), True)
    """
    if weights is None:
        return _resampled_sums(values, draws, random) / np.float64(max(len(values), 1) or np.nan)
    sums = _resampled_sums(np.column_stack([values * weights[:, None], weights]), draws, random)
    means: Floats = sums[:-1] / sums[-1]
    return means


def _resampled_sums(values: Floats, draws: int, random: np.random.Generator) -> Floats:
    n, columns = values.shape
    if not n:
        return np.full((columns, draws), np.nan)
    exact = np.ascontiguousarray(on_grid(values, n).T)
    found = np.empty((columns, draws))
    step = max(1, _ROOM // n)
    for start in range(0, draws, step):
        size = min(step, draws - start)
        drawn = random.integers(n, size=(size, n), dtype=np.uint32).astype(np.intp)
        drawn += np.arange(size)[:, None] * n
        counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        found[:, start : start + size] = exact @ counts.T.astype(np.float64)
    return found


def resampled_means_of_answers(
    values: Floats, draws: int, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Means (columns x draws) over those who have a value, and the columns' own means.

    `values` are rows x columns, NaN where missing; who is drawn without a value does not count. A
    sample in which nobody has a value takes the column's own mean, NaN where that is.

    Formula: Σ c_bi·x_i/Σ c_bi over the rows i with a value.
    Source: as `resampled_means`; the ratio of two sums.
    """
    there = ~np.isnan(values)
    n = there.sum(axis=0)
    filled = np.where(there, values, 0.0)
    exact = on_grid(filled, len(values))
    own = np.where(n > 0, exact.sum(axis=0) / np.maximum(n, 1), np.nan)
    gaps = np.flatnonzero(n < len(values))
    both = np.concatenate([filled, there[:, gaps].astype(np.float64)], axis=1)
    sums = _resampled_sums(both, draws, random)
    totals, known = sums[: len(n)], np.full((len(n), 1), float(len(values)))
    if not len(gaps):
        return totals / np.maximum(known, 1.0), own
    answered = np.repeat(known, draws, axis=1)
    answered[gaps] = sums[len(n) :]
    means = totals / np.maximum(answered, 1.0)
    return np.where(answered > 0, means, own[:, None]), own


def resampled_correlations(x: Floats, y: Floats, draws: int, random: np.random.Generator) -> Floats:
    """Pearson correlations (columns x draws) of columns of `x` with `y`, rows drawn together.

    Where rows are organisations this is a cluster bootstrap of what is worked out from their
    means. NaN where a sample has no variance.

    Formula: r from the drawn means of x, y, x², y² and xy, each column centred before.
    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 6.
    """
    wide, narrow = x - x.mean(axis=0), (y - y.mean())[:, None]
    columns = x.shape[1]
    parts = np.concatenate([wide, wide**2, wide * narrow, narrow, narrow**2], axis=1)
    means = resampled_means(parts, draws, random)
    first, squares, products = (means[at * columns : (at + 1) * columns] for at in range(3))
    second, second_squares = means[-2], means[-1]
    spread = (squares - first**2) * (second_squares - second**2)
    known = spread > 1e-18 * np.maximum(squares * second_squares, np.finfo(float).tiny)
    found = (products - first * second) / np.sqrt(np.where(known, spread, 1.0))
    return np.where(known, np.clip(found, -1.0, 1.0), np.nan)


def percentile_interval(replicates: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The middle part of the replicates along the last axis, as an interval.

    NaN where a replicate is NaN. Order statistics at (B+1)·α, straight lines between them.

    Source: Efron (1979), The Annals of Statistics 7(1); the ranks as in Davison & Hinkley (1997).

    >>> percentile_interval(np.arange(1.0, 100.0), 0.9)
    (array(5.), array(95.))
    """
    tail = np.full(replicates.shape[:-1], (1 - confidence) / 2)
    ordered = np.sort(replicates, axis=-1)
    return _at(ordered, tail), _at(ordered, 1 - tail)


def bca_interval(
    replicates: Floats, estimate: Floats, acceleration: Floats, confidence: float
) -> tuple[Floats, Floats]:
    """Bias-corrected and accelerated interval from replicates along the last axis.

    `estimate` is the statistic of the sample itself, `acceleration` as `acceleration` gives it,
    both of the shape without that axis. Replicates that equal the estimate count half. NaN where
    one is NaN, where all replicates lie on one side of the estimate, or where they are all equal:
    then there is nothing to correct.

    Formula: α' = Φ(z0 + (z0+z)/(1 - a(z0+z))), z0 = Φ⁻¹(share below the estimate), z = Φ⁻¹(α).
    Source: Efron (1987), Journal of the American Statistical Association 82(397).
    """
    ordered = np.sort(replicates, axis=-1)
    size = replicates.shape[-1]
    below = (ordered < estimate[..., None]).sum(axis=-1)
    equal = (ordered == estimate[..., None]).sum(axis=-1)
    share = (below + equal / 2) / size
    known = (share > 0) & (share < 1) & (ordered[..., 0] < ordered[..., -1])
    known &= ~np.isnan(acceleration) & ~np.isnan(ordered[..., -1])
    bias = ndtri(np.where(known, share, 0.5))
    ends = []
    for probability in ((1 - confidence) / 2, (1 + confidence) / 2):
        moved = bias + ndtri(probability)
        divisor = 1 - np.where(known, acceleration, 0.0) * moved
        # From a divisor of 0 on the correction runs backwards: then it goes to the very end.
        end = np.where(divisor > 0, bias + moved / np.where(divisor > 0, divisor, 1.0), np.inf)
        end = np.where(divisor > 0, end, math.copysign(math.inf, ndtri(probability)))
        ends.append(np.where(known, _at(ordered, ndtr(end)), np.nan))
    return ends[0], ends[1]


def acceleration(left_out: Floats) -> Floats:
    """How fast the standard error of a statistic changes with its value, by the jackknife.

    `left_out` are rows x columns: the statistic without each row. NaN where it has no variance.

    Formula: a = Σ(t̄ - t_i)³/(6·(Σ(t̄ - t_i)²)^1.5).
    Source: Efron (1987), Journal of the American Statistical Association 82(397).

    >>> acceleration(np.array([[1.0], [2.0], [3.0]])).tolist()
    [0.0]
    """
    apart = left_out.mean(axis=0) - left_out
    squares = (apart**2).sum(axis=0)
    known = squares > 0
    found = (apart**3).sum(axis=0) / (6 * np.where(known, squares, 1.0) ** 1.5)
    return np.where(known, found, np.nan)


def acceleration_of_means(values: Floats) -> Floats:
    """The acceleration of the mean of each column, over the rows that have a value.

    Without the mean of the others x_i is away from the mean by (x_i - x̄)/(n - 1), so that a is
    the skewness of the values over 6·√n. NaN where there is no variance.

    Formula: a = Σ(x_i - x̄)³/(6·(Σ(x_i - x̄)²)^1.5).
    Source: Efron (1987), Journal of the American Statistical Association 82(397).
    """
    there = ~np.isnan(values)
    filled = np.where(there, values, 0.0)
    mean = filled.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    apart = np.where(there, values - mean, 0.0)
    squares = (apart**2).sum(axis=0)
    largest = np.abs(filled).max(axis=0, initial=0.0)
    known = squares > 1e-20 * np.maximum(largest**2, np.finfo(float).tiny)
    found = (apart**3).sum(axis=0) / (6 * np.where(known, squares, 1.0) ** 1.5)
    return np.where(known, found, np.nan)


def _at(ordered: Floats, probability: Floats) -> Floats:
    """Order statistics along the last axis at (B+1)·p, straight lines between them."""
    size = ordered.shape[-1]
    place = np.clip(probability * (size + 1) - 1, 0, size - 1)
    # A hair below a whole number is that number.
    place = np.where(np.abs(place - np.rint(place)) < 1e-9, np.rint(place), place)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, size - 1)
    first = np.take_along_axis(ordered, low[..., None], -1)[..., 0]
    second = np.take_along_axis(ordered, high[..., None], -1)[..., 0]
    found: Floats = np.asarray(first + (place - low) * (second - first))
    return found
