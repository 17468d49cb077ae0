"""Covariances and correlations of items from exact sums over pairs of answers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Exact = NDArray[Any]
"""Arrays of Python integers, which cannot overflow."""


def covariance(n: Ints, sum_first: Ints, sum_second: Ints, sum_products: Ints) -> Floats:
    """Covariance (n - 1) of each pair of items over the respondents who answered both.

    Arrays of integers of one shape (…, k, k): at [i, j] the number n of respondents who answered
    items i and j, and over those Σx_i, Σx_j and Σx_i·x_j. So `sum_second` is `sum_first` with i and
    j exchanged, and the diagonal rests on all who answered that item. The same n everywhere gives
    listwise covariances. NaN where n < 2. Pairwise covariances need not be those of any one set of
    respondents: their matrix can have negative eigenvalues.

    Formula: [n·Σxy - Σx·Σy] / [n·(n-1)], the numerator exact and divided once.
    Same as cov(use = "pairwise") in R.

    >>> n, first = np.full((2, 2), 3), np.array([[6, 6], [9, 9]])
    >>> covariance(n, first, first.T, np.array([[14, 21], [21, 33]])).tolist()
    [[1.0, 1.5], [1.5, 3.0]]
    """
    size, products = np.asarray(n).astype(object), _about(n, sum_first, sum_second, sum_products)
    known = np.asarray(n) > 1
    pairs = np.where(known, size * (size - 1), 1)
    return np.where(known, (products / pairs).astype(np.float64), np.nan)


def correlation(
    n: Ints,
    sum_first: Ints,
    sum_second: Ints,
    sum_products: Ints,
    squares_first: Ints,
    squares_second: Ints,
) -> Floats:
    """Correlation of each pair of items over the respondents who answered both.

    Arrays as in `covariance`, and over the same respondents Σx_i² and Σx_j². The standard
    deviations rest on the respondents of the pair, not on all who answered the item (as those of
    psych::alpha do, which scales the pairwise covariances), so a value is never beyond ±1. It is
    exactly ±1 where one item is a linear function of the other. NaN where n < 2 or one of the two
    items is constant, the diagonal included.

    Formula: [n·Σxy - Σx·Σy] / √([n·Σx² - (Σx)²]·[n·Σy² - (Σy)²]), exact under the root.
    Same as cor(use = "pairwise") in R.

    >>> n, first = np.full((2, 2), 3), np.array([[6, 6], [9, 9]])
    >>> products, squares = np.array([[14, 21], [21, 33]]), np.array([[14, 14], [33, 33]])
    >>> correlation(n, first, first.T, products, squares, squares.T).round(6).tolist()
    [[1.0, 0.866025], [0.866025, 1.0]]
    """
    spread = _about(n, sum_first, sum_first, squares_first) * _about(
        n, sum_second, sum_second, squares_second
    )
    products = _about(n, sum_first, sum_second, sum_products)
    known = spread > 0
    root = np.sqrt(np.where(known, spread, 1).astype(np.float64))
    value = np.clip(products.astype(np.float64) / root, -1.0, 1.0)
    value = np.where(products * products == spread, np.sign(value), value)
    return np.where(known, value, np.nan)


def _about(n: Ints, first: Ints, second: Ints, products: Ints) -> Exact:
    """n·Σxy - Σx·Σy."""
    size, one, other, both = (np.asarray(a).astype(object) for a in (n, first, second, products))
    result: Exact = size * both - one * other
    return result
