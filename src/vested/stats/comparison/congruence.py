"""Whether an outcome goes with two poles that agree, or with one of them that leads."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from vested.stats.comparison.groups import Effect

Floats = NDArray[np.float64]

TERMS = 6
"""Terms of the surface: 1, p, q, p², pq, q²."""


class Surface(NamedTuple):
    """The surface of an outcome over two poles: slopes and curvatures along its two lines."""

    coefficients: Floats
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


_LINES = np.array(
    [[0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 1, -1, 0, 0, 0], [0, 0, 0, 1, -1, 1]], float
)


def surface(
    outcome: ArrayLike, first: ArrayLike, second: ArrayLike, *, confidence: float
) -> Surface:
    """Polynomial regression of an outcome on two poles, with robust intervals.

    One-dimensional and of one length; `first` and `second` on the same scale, centred at its
    middle. What has a NaN is left out. NaN with a reason where there are fewer than 8 cases (two
    more than terms), the poles do not vary enough to tell the terms apart, or a single case decides
    one of them.

    Formula: z = b₀+b₁p+b₂q+b₃p²+b₄pq+b₅q²; a1 = b₁+b₂, a2 = b₃+b₄+b₅, a3 = b₁-b₂, a4 = b₃-b₄+b₅;
    covariance HC3 with e²/(1-h)², t of n-6 df.
    Sources: Edwards (2002), in Measuring and analyzing behavior in organizations; HC3: MacKinnon &
    White (1985), Journal of Econometrics 29(3).

    >>> p, q = (grid.ravel() for grid in np.meshgrid([-1.0, 0, 1], [-1.0, 0, 1]))
    >>> found = surface(p + q - (p - q) ** 2, p, q, confidence=0.95)
    >>> found.congruence_slope.value.__round__(9), found.incongruence_curvature.value.__round__(9)
    (2.0, -4.0)
    """
    z, p, q = (np.asarray(values, np.float64) for values in (outcome, first, second))
    known = ~(np.isnan(z) | np.isnan(p) | np.isnan(q))
    z, p, q = z[known], p[known], q[known]
    n = len(z)
    if n < TERMS + 2:
        return _nothing(n, f"fewer than {TERMS + 2} cases")
    x = np.stack([np.ones(n), p, q, p * p, p * q, q * q], axis=1)
    unit = np.linalg.norm(x, axis=0)
    if not unit.all() or np.linalg.matrix_rank(x / unit, tol=1e-8) < TERMS:
        return _nothing(n, "the poles do not vary enough to tell the terms apart")
    q_of, r_of = np.linalg.qr(x / unit)
    leverage = (q_of * q_of).sum(axis=1)
    if (leverage > 1 - 1e-9).any():
        return _nothing(n, "a single case decides one of the terms")
    inverse = np.linalg.inv(r_of) / unit[:, None]
    b = inverse @ (q_of.T @ z)
    left = z - x @ b
    meat = q_of * (left / (1 - leverage))[:, None]
    covariance = inverse @ (meat.T @ meat) @ inverse.T
    half = float(stdtrit(n - TERMS, (1 + confidence) / 2))
    lines = []
    for line in _LINES:
        value, error = float(line @ b), math.sqrt(max(float(line @ covariance @ line), 0.0))
        lines.append(Effect(value, value - half * error, value + half * error))
    total = float(((z - z.mean()) ** 2).sum())
    explained = 1 - float(left @ left) / total if total > 0 else math.nan
    reason = "" if total > 0 else "the outcome does not vary"
    return Surface(b, lines[0], lines[1], lines[2], lines[3], explained, n, reason)


def _nothing(n: int, reason: str) -> Surface:
    none = Effect(math.nan, math.nan, math.nan)
    return Surface(np.full(TERMS, math.nan), none, none, none, none, math.nan, n, reason)
