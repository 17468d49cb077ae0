"""Probabilities of two correlated normal variables."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, owens_t

Floats = NDArray[np.float64]

_NEAR = 1e-290
_FAR = 40.0
"""Beyond this a normal variable has no probability that a float can hold."""


def bivariate_normal(x: ArrayLike, y: ArrayLike, rho: ArrayLike) -> Floats:
    """Probability that two standard normal variables are both below a value.

    Values `x` and `y` and correlations `rho` that fit together; infinite values are allowed. Good
    to about 1e-15 throughout, so small probabilities have fewer digits. NaN stays NaN, and rho
    beyond ±1 gives NaN.

    Formula: Φ(x)/2 + Φ(y)/2 - T(x, a) - T(y, b) - δ, T Owen's function, a = (y/x - ρ)/√(1 - ρ²),
    b = (x/y - ρ)/√(1 - ρ²), δ = 1/2 where x and y have different signs; bounded by 0 and the
    smaller of Φ(x) and Φ(y).
    Source: Owen (1956), Annals of Mathematical Statistics 27(4).

    >>> float(bivariate_normal(0, 0, 0.5).round(9))
    0.333333333
    """
    x, y = (_within(np.asarray(value, np.float64)) for value in (x, y))
    rho = np.asarray(rho, np.float64)
    known, within = np.abs(rho) <= 1, np.abs(rho) < 1
    r = np.where(within, rho, 0.0)
    below_x, below_y = ndtr(x), ndtr(y)
    across = np.sqrt((1 - r) * (1 + r))
    opposite = (np.sign(x) * np.sign(y) < 0) | ((x == 0) & (y < 0)) | ((y == 0) & (x < 0))
    both = (below_x + below_y) / 2 - _corner(x, y, r, across) - _corner(y, x, r, across)
    both = both - np.where(opposite, 0.5, 0.0)
    centre = 0.25 + np.arcsin(r) / (2 * np.pi)
    both = np.where((x == 0) & (y == 0), centre, both)
    least, most = np.maximum(below_x + below_y - 1, 0), np.minimum(below_x, below_y)
    both = np.where(within, np.clip(both, least, most), np.where(rho > 0, most, least))
    return np.where(known, both, np.nan)


def _within(value: Floats) -> Floats:
    """Between bounds beyond which nothing lies, and 0 where it could not be divided by."""
    value = np.clip(value, -_FAR, _FAR)
    return np.where(np.abs(value) < _NEAR, 0.0, value)


def _corner(x: Floats, y: Floats, rho: Floats, across: Floats) -> Floats:
    """Owen's T(x, (y/x - ρ)/√(1 - ρ²)), with its limit at x = 0."""
    with np.errstate(over="ignore"):
        slope = (y - rho * x) / (np.where(x == 0, 1.0, x) * across)
    limit = np.sign(y) / 4
    return np.where(x == 0, limit, owens_t(x, slope))
