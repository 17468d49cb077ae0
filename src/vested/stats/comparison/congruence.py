"""Whether an outcome goes with two poles that agree, or with one of them that leads."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from vested.stats.comparison.groups import Effect
from vested.stats.comparison.regression import ols

_TERMS = 6


class Surface(NamedTuple):
    """The surface of an outcome over two poles: slopes and curvatures along its two lines."""

    congruence_slope: Effect
    """a1: what it is worth that both poles are higher."""
    congruence_curvature: Effect
    """a2: whether that grows (above 0) or levels off."""
    incongruence_slope: Effect
    """a3: what it is worth that the first pole leads rather than the second."""
    incongruence_curvature: Effect
    """a4: below 0 where the outcome is lower the further the poles are apart."""
    r_squared: float
    n: int
    reason: str = ""


_NONE = Effect(math.nan, math.nan, math.nan)


def surface(
    outcome: ArrayLike, first: ArrayLike, second: ArrayLike, *, confidence: float
) -> Surface:
    """Polynomial regression of an outcome on two poles, with robust intervals.

    One-dimensional and of one length; `first` and `second` on the same scale, centred at its
    middle. What has a NaN is left out. NaN with a reason where there are fewer than 8 cases (two
    more than terms), the poles do not vary enough to tell the terms apart, or a single case decides
    one of them.

    Formula: z = b₀+b₁p+b₂q+b₃p²+b₄pq+b₅q²; a1 = b₁+b₂, a2 = b₃+b₄+b₅, a3 = b₁-b₂, a4 = b₃-b₄+b₅:
    these are the coefficients on s, s², d and d² beside sd, where p = s+d and q = s-d; HC3, t of
    n-6 df.
    Source: Edwards (2002), in Measuring and analyzing behavior in organizations.

    >>> p, q = (grid.ravel() for grid in np.meshgrid([-1.0, 0, 1], [-1.0, 0, 1]))
    >>> found = surface(p + q - (p - q) ** 2 + 0.01 * p**3, p, q, confidence=0.95)
    >>> round(found.congruence_slope.value, 9), round(found.incongruence_curvature.value, 9)
    (2.01, -4.0)
    """
    z, p, q = (np.asarray(values, np.float64) for values in (outcome, first, second))
    known = ~(np.isnan(z) | np.isnan(p) | np.isnan(q))
    z, p, q = z[known], p[known], q[known]
    n = len(z)
    if n < _TERMS + 2:
        return _nothing(n, f"fewer than {_TERMS + 2} cases")
    s, d = (p + q) / 2, (p - q) / 2
    x = np.column_stack([s, s * s, d, d * d, s * d])
    found = ols(x, z, confidence=confidence)
    if np.isnan(found.coefficients).any():
        return _nothing(n, "the poles do not vary enough to tell the terms apart")
    if np.isnan(found.hc3).any():
        return _nothing(n, "a single case decides one of the terms")
    lines = [
        Effect(float(found.coefficients[at]), float(found.low[at]), float(found.high[at]))
        for at in range(1, 5)
    ]
    total = float(((z - z.mean()) ** 2).sum())
    left = z - found.coefficients[0] - x @ found.coefficients[1:]
    explained = 1 - float(left @ left) / total if total > 0 else math.nan
    reason = "" if total > 0 else "the outcome does not vary"
    return Surface(lines[0], lines[1], lines[2], lines[3], explained, n, reason)


def _nothing(n: int, reason: str) -> Surface:
    return Surface(_NONE, _NONE, _NONE, _NONE, math.nan, n, reason)
