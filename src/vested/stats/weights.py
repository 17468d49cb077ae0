"""Weighted means with their standard error and effective number of respondents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Exact = NDArray[Any]
"""Arrays of Python integers: sums that are exact however large they grow."""


class WeightedMean(NamedTuple):
    mean: Floats
    sd: Floats
    se: Floats
    n_effective: Floats


def weighted_mean(n: NDArray[np.int64], sums: Sequence[Exact], *, unit: int = 1) -> WeightedMean:
    """Weighted mean, standard deviation, linearised standard error and Kish's effective n.

    `sums` are Σw, Σwx, Σwx², Σw², Σw²x and Σw²x², arrays of one entry per cell, as integers that
    count 1/`unit`; `n` is the number of respondents. Weights are relative: multiplying all by one
    number changes nothing. n = 0 gives NaN throughout; n = 1 gives a mean and n_effective = 1, but
    neither sd nor se.

    Formulas: m = Σwx/Σw; s² = n/(n-1)·Σw(x-m)²/Σw; se² = n/(n-1)·Σw²(x-m)²/(Σw)²;
    n_effective = (Σw)²/Σw².
    Sources: Kish (1965), Survey Sampling; linearisation as survey::svymean (Lumley 2004).

    >>> y, v = np.array([60, 70, 80, 50], object), np.array([1, 2, 1, 1], object)
    >>> r = weighted_mean(np.array([4]), [np.array([s.sum()], object) for s in (
    ...     v, v*y, v*y*y, v*v, v*v*y, v*v*y*y)])
    >>> r.mean.tolist(), r.se.round(4).tolist(), r.n_effective.round(4).tolist()
    ([66.0], [5.4259], [3.5714])
    """
    w, wx, wxx, ww, wwx, wwxx = sums
    mean, sd, se, effective = (np.full(len(n), np.nan) for _ in range(4))
    for at in np.flatnonzero(n):
        size, sw, swx = int(n[at]), w[at], wx[at]
        mean[at] = swx / sw
        effective[at] = sw * sw / (ww[at] * unit)
        if size > 1:
            correction = size / (size - 1)
            about = max(wxx[at] * sw - swx * swx, 0)
            sd[at] = (correction * (about / (sw * sw))) ** 0.5
            about = max(wwxx[at] * sw * sw - 2 * swx * sw * wwx[at] + swx * swx * ww[at], 0)
            se[at] = (correction * (about * unit / sw**4)) ** 0.5
    return WeightedMean(mean, sd, se, effective)
