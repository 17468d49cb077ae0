"""Means and spreads from exact integer sums: nothing is divided before the end."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_SAME = 1e-9


def mean_and_sd(
    n: Ints, total: Ints, squares: Ints, *, low: float, high: float, steps: int
) -> tuple[Floats, Floats]:
    """Mean and standard deviation (n - 1) from n, Σx and Σx² of integers x of 0 to `steps`.

    Arrays of one shape; x stands for the value low + (high - low)·x/steps. The mean is missing
    (NaN) where n = 0, the standard deviation where n < 2; it is exactly 0 where all x are equal.
    The sum of squares about the integer nearest to the mean is taken modulo 2^64, which is exact
    as long as that sum itself stays below 2^63.

    Formula: s² = [Σ(x-c)² - (Σ(x-c))²/n] / (n-1), c = round(Σx/n).
    Source: Chan, Golub & LeVeque (1983), The American Statistician 37(3), on shifted sums.

    >>> x = np.array([55, 61, 47, 70, 66, 58, 63, 52])
    >>> n, total, squares = np.array([8]), x.sum(keepdims=True), (x**2).sum(keepdims=True)
    >>> mean, sd = mean_and_sd(n, total, squares, low=0, high=100, steps=100)
    >>> float(mean[0]), round(float(sd[0]), 5)
    (59.0, 7.55929)
    """
    some = np.maximum(n, 1)
    width = high - low
    mean = np.where(n > 0, (width * total + low * n * steps) / (some * steps), np.nan)
    centre = np.rint(total / some).astype(np.int64)
    with np.errstate(over="ignore"):
        about = squares - 2 * centre * total + n * centre * centre
    left = (total - n * centre).astype(np.float64)
    variance = np.maximum(about - left * left / some, 0.0) / np.maximum(n - 1, 1)
    return mean, np.where(n > 1, width / steps * np.sqrt(variance), np.nan)


def counted_mean_and_sd(
    cell: Ints, value: Floats, count: Ints, cells: int
) -> tuple[Ints, Floats, Floats]:
    """n, mean and standard deviation (n - 1) per cell from counts of distinct values.

    `cell`, `value` and `count` are parallel and sorted by cell, then value; each (cell, value) is
    there once. Sums run in that order, so they do not depend on the order of the rows. A cell whose
    values differ by less than 1e-9 (the rounding of roots and logarithms, on a range of 100) has
    its smallest value as mean and a standard deviation of exactly 0; no value gives n = 0 and NaN,
    one respondent a standard deviation of NaN.

    >>> n, mean, sd = counted_mean_and_sd(
    ...     np.array([0, 0, 1]), np.array([1.0, 4.0, 2.0]), np.array([2, 1, 5]), 3)
    >>> n.tolist(), mean.tolist(), sd.round(6).tolist()
    ([3, 5, 0], [2.0, 2.0, nan], [1.732051, 0.0, nan])
    """
    n = np.zeros(cells, np.int64)
    mean = np.full(cells, np.nan)
    sd = np.full(cells, np.nan)
    if not len(cell):
        return n, mean, sd
    starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
    here = cell[starts]
    n[here] = np.add.reduceat(count, starts)
    ends = np.r_[starts[1:], len(cell)]
    flat = value[ends - 1] - value[starts] < _SAME
    average = np.add.reduceat(value * count, starts) / n[here]
    average = np.where(flat, value[starts], average)
    each = np.repeat(average, ends - starts)
    spread = np.add.reduceat(count * (value - each) ** 2, starts)
    spread = np.where(flat, 0.0, spread)
    mean[here] = average
    sd[here] = np.where(n[here] > 1, np.sqrt(spread / np.maximum(n[here] - 1, 1)), np.nan)
    return n, mean, sd


def sums_by_group(starts: Ints, values: Ints) -> Ints:
    """Exact sums of integer `values` (measures x rows, sorted by group) from each start on."""
    result: Ints = np.add.reduceat(values, starts, axis=-1)
    return result


FIXED_POINT_BITS = 48
_LOW_BITS = 31


def fixed_point(values: Floats) -> Ints:
    """Each value as two integers (high, low) whose sums are exact in any order.

    Values of 0 up to 2^14, shape (…); the result has a first axis of 2. A value is kept to
    2^-48, far below what a score can show, so that sums do not depend on the order of the rows.

    Source: the pre-rounding of Demmel & Nguyen (2013), Fast reproducible floating-point summation.

    >>> high, low = fixed_point(np.array([1.5]))
    >>> exact_total(high, low)[0] / 2**48
    1.5
    """
    scaled = values * 2.0 ** (FIXED_POINT_BITS - _LOW_BITS)
    high = np.floor(scaled)
    low = np.rint((scaled - high) * 2.0**_LOW_BITS)
    return np.stack([high, low]).astype(np.int64)


def exact_total(high: Ints, low: Ints) -> NDArray[Any]:
    """The sums of `fixed_point` put together again: Python integers in units of 2^-48."""
    total: NDArray[Any] = high.astype(object) * (1 << _LOW_BITS) + low.astype(object)
    return total


def exact_parts(total: NDArray[Any]) -> Ints:
    """Sums as the two integers (high, low) that `exact_total` puts together again.

    >>> exact_parts(np.array([3 << 47], object)).tolist()
    [[196608], [0]]
    """
    return np.stack([total >> _LOW_BITS, total & ((1 << _LOW_BITS) - 1)]).astype(np.int64)


def skewness(codes: Ints, counts: Ints) -> tuple[float, float, float]:
    """Mean, standard deviation (n - 1) and skewness of answers from how often each code occurs.

    `codes` and `counts` (option): whole numbers and their counts. NaN for all three where n = 0,
    for the deviation where n = 1, and for the skewness where all answers are equal.

    Formula: skewness Σ(x - x̄)³/n / s³ with s² of n - 1, from exact integers.
    Source: Joanes & Gill (1998), The Statistician 47(1), where it is b₁ (type 3 in R).

    >>> mean, sd, skew = skewness(np.array([1, 2, 3]), np.array([1, 1, 4]))
    >>> mean, round(sd, 6), round(skew, 6)
    (2.5, 0.83666, -0.853735)
    """
    values = list(zip(codes.tolist(), counts.tolist(), strict=True))
    n = sum(count for _, count in values)
    if not n:
        return math.nan, math.nan, math.nan
    total = sum(code * count for code, count in values)
    # n times each deviation is a whole number.
    second = sum((n * code - total) ** 2 * count for code, count in values)
    third = sum((n * code - total) ** 3 * count for code, count in values)
    if n == 1:
        return float(total), math.nan, math.nan
    sd = math.sqrt(second / (n * n * (n - 1)))
    return total / n, sd, third / n**4 / sd**3 if second else math.nan
