"""Agreement of respondents within organisations, from how often each option was chosen."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_PUBLISHED = {
    "slight-skew": (1.34, 1.85, 2.90, 3.47, 5.66, 6.30, 7.31),
    "moderate-skew": (0.90, 1.26, 2.14, 2.79, 4.73, 5.09, 6.32),
    "heavy-skew": (0.44, 0.69, 1.39, 2.35, 3.16, 3.46, 4.02),
    "triangular": (1.32, 1.45, 2.10, 2.81, 3.00, 2.89, 3.32),
    "normal": (1.04, 1.25, 1.40, 1.73, 1.58, 1.45, 1.40),
}
"""Variances for 5, 6, … 11 options, to the two decimals in print."""

_FEWEST = 5
NULLS = ("uniform", *_PUBLISHED, "max-dissensus")


def null_variance(name: str, options: int) -> float:
    """Variance of the answers of respondents who do not agree at all, by an assumed distribution.

    `name` is one of `NULLS`, `options` the number of equally spaced options, one apart. Uniform:
    each option equally likely, the most lenient of the usual choices. The skewed ones stand for
    leniency, triangular and normal for a pull to the middle; they are published for 5 to 11
    options. Maximum dissensus: half of the respondents at each end, the largest variance there is
    in a large group. ValueError for an unknown name, fewer than 2 options, or a number of options
    for which nothing is published.

    Formulas: uniform (A²-1)/12; maximum dissensus (A-1)²/4.
    Sources: James, Demaree & Wolf (1984), Journal of Applied Psychology 69(1); LeBreton & Senter
    (2008), Organizational Research Methods 11(4), as in the first author's R package WGA 0.1.1;
    maximum dissensus: Lindell & Brandt (1997), Applied Psychological Measurement 21(3).

    >>> null_variance("uniform", 5), null_variance("slight-skew", 5)
    (2.0, 1.34)
    """
    if options < 2:
        raise ValueError(f"a scale of {options} options has no variance")
    if name == "uniform":
        return (options * options - 1) / 12
    if name == "max-dissensus":
        return (options - 1) ** 2 / 4
    if name not in _PUBLISHED:
        raise ValueError(f"unknown null distribution {name!r}, known are {', '.join(NULLS)}")
    variances = _PUBLISHED[name]
    if not _FEWEST <= options < _FEWEST + len(variances):
        raise ValueError(f"no variance is published for {name} with {options} options")
    return variances[options - _FEWEST]


def item_variances(counts: Ints, codes: Ints) -> Floats:
    """Variance (n - 1) of the answers to each item.

    `counts` (…, item, option) says how many respondents chose each option, `codes` (option) what
    the options stand for; the result has shape (…, item). Count only respondents who answered all
    items of the facet, so that all items rest on the same people. NaN where n < 2; exactly 0 where
    all answers are equal. Exact before the one division while n·(range of the codes) < 3·10⁹.

    Formula: [n·Σfc² - (Σfc)²] / [n·(n-1)].

    >>> item_variances(np.array([[[0, 0, 1, 3, 1]]]), np.arange(1, 6)).tolist()
    [[0.5]]
    """
    n, about, _, _ = _spread(counts, codes)
    return _ratio(about, n * (n - 1))


def _spread(counts: Ints, codes: Ints) -> tuple[Ints, Ints, Ints, int]:
    """n, n²-fold variance about the mean, sum and range, with the lowest code as 0."""
    codes = np.asarray(codes, np.int64)
    counts = np.asarray(counts, np.int64)
    above = codes - codes.min()
    n, total = counts.sum(axis=-1), counts @ above
    return n, n * (counts @ above**2) - total * total, total, int(above.max())


def _ratio(top: Ints, bottom: Ints) -> Floats:
    """Quotients of integers, NaN where the divisor is 0."""
    return np.where(bottom > 0, top / np.maximum(bottom, 1), np.nan)


def rwg(variance: ArrayLike, null: float) -> Floats:
    """Agreement on a single item, rWG: one minus the observed over the expected variance.

    `variance` (n - 1) of any shape, NaN where n < 2, which stays NaN; `null` from `null_variance`.
    A variance above `null` would give a value below 0; it becomes 0, as is usual, though it says
    that the respondents fall into camps.

    Formula: 1 - s²/σ²_E.
    Source: James, Demaree & Wolf (1984), Journal of Applied Psychology 69(1).

    >>> rwg([0.5, 2.5], 2.0).tolist()
    [0.75, 0.0]
    """
    return np.maximum(rwg_lindell(variance, null), 0.0)


def rwg_j(mean_variance: ArrayLike, items: int, null: float) -> Floats:
    """Agreement on a scale of parallel items, rWG(J), which grows with their number.

    `mean_variance` is the mean of the variances (n - 1) of the `items`, of any shape; NaN stays
    NaN. A mean variance above `null` gives 0. With one item it is rWG. ValueError for no item.

    Formula: J·q / (J·q + 1 - q), q = 1 - mean s²/σ²_E.
    Source: James, Demaree & Wolf (1984), Journal of Applied Psychology 69(1).

    >>> rwg_j([0.5], 5, 2.0).tolist(), rwg_j([0.5], 5, 1.34).round(5).tolist()
    ([0.9375], [0.89362])
    """
    if items < 1:
        raise ValueError("agreement needs at least one item")
    agreed = rwg(mean_variance, null)
    return items * agreed / (items * agreed + (1 - agreed))


def rwg_lindell(mean_variance: ArrayLike, null: float) -> Floats:
    """Agreement on a scale, r*WG(J): one minus the mean over the expected variance, as it falls.

    `mean_variance` (n - 1) of any shape, NaN stays NaN. Not stepped up by the number of items and
    not cut off: values below 0 mean more dissent than the null distribution has, down to -1/(n-1)
    if that is maximum dissensus.

    Formula: 1 - mean s²/σ²_E.
    Source: Lindell, Brandt & Whitney (1999), Applied Psychological Measurement 23(2).

    >>> rwg_lindell([0.5, 3.0], 2.0).tolist()
    [0.75, -0.5]
    """
    return 1.0 - np.asarray(mean_variance, np.float64) / null


def average_deviation(
    counts: Ints, codes: Ints, *, centre: Literal["mean", "median"] = "mean"
) -> Floats:
    """AD_M(J): how far an answer lies from the mean (or median), on average, in units of the codes.

    `counts` (…, item, option) and `codes` (option) as in `item_variances`; the mean over the items,
    shape (…). The smaller, the more agreement; compare with `ad_cut`. NaN where n < 2.

    Formula: mean over items of Σf·|c - centre|/n.
    Sources: Burke, Finkelstein & Dusig (1999), Organizational Research Methods 2(1).

    >>> average_deviation(np.array([[[0, 0, 1, 3, 1]]]), np.arange(1, 6)).tolist()
    [0.4]
    """
    counts, codes = np.asarray(counts, np.int64), np.asarray(codes, np.int64)
    order = np.argsort(codes)
    counts, above = counts[..., order], codes[order] - codes[order[0]]
    n = counts.sum(axis=-1)
    # Twice the median and n times the mean are integers.
    scale, middle = (n, counts @ above) if centre == "mean" else (2, _twice_median(counts, above))
    far = np.abs(np.multiply.outer(scale, above) - middle[..., None])
    deviation = _ratio((counts * far).sum(axis=-1), np.where(n > 1, n * scale, 0))
    mean: Floats = deviation.mean(axis=-1)
    return mean


def _twice_median(counts: Ints, codes: Ints) -> Ints:
    """Sum of the two middle answers, of the one twice if n is odd; anything where n = 0."""
    upto = counts.cumsum(axis=-1)
    n = upto[..., -1:]
    lower, upper = (
        (upto < place).sum(axis=-1).clip(max=len(codes) - 1) for place in ((n + 1) // 2, n // 2 + 1)
    )
    twice: Ints = codes[lower] + codes[upper]
    return twice


def _mean(values: Floats) -> Floats:
    """Mean over the last axis of those that are there, NaN where none is."""
    there = ~np.isnan(values)
    number = there.sum(axis=-1)
    total = np.where(there, values, 0.0).sum(axis=-1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def ad_cut(options: int) -> float:
    """Largest average deviation that still counts as agreement: a sixth of the number of options.

    Not rounded: 0.833 for 5 options and 1.167 for 7, where the paper prints 0.8 and 1.2. ValueError
    for fewer than 2 options.

    Formula: A/6.
    Source: Burke & Dunlap (2002), Organizational Research Methods 5(2).

    >>> ad_cut(9)
    1.5
    """
    if options < 2:
        raise ValueError(f"a scale of {options} options has no deviation")
    return options / 6


def awg(counts: Ints, codes: Ints) -> Floats:
    """a_WG(J): agreement against the largest variance that is possible at the observed mean.

    `counts` (…, item, option) and `codes` (option, all options of the scale) as in
    `item_variances`; the mean over the items that have one, shape (…). From -1 (largest possible
    dissent) over 0 (half of it) to 1. An item is left out where its mean lies so near to an end
    that no respondent, or fewer than one, can stand at the other: below (L·(n-1)+H)/n or above
    (H·(n-1)+L)/n; but it is 1 where all stand at one end. NaN where n < 2 or no item is left.

    Formula: 1 - 2s² / {[(H+L)·M - M² - H·L]·n/(n-1)}.
    Source: Brown & Hauenstein (2005), Organizational Research Methods 8(2), with the limits of the
    mean as in awg of the R package multilevel 2.7.

    >>> awg(np.array([[[0, 0, 1, 3, 1]]]), np.arange(1, 6)).round(5).tolist()
    [0.73333]
    """
    n, about, total, width = _spread(counts, codes)
    room = total * (n * width - total)
    value = np.where(room > 0, 1.0 - 2.0 * about / np.maximum(room, 1), 1.0)
    at_an_end = (total == 0) | (total == n * width)
    within = (total >= width) & (n * width - total >= width)
    return _mean(np.where((n > 1) & (at_an_end | within), value, np.nan))
