"""Means drawn towards what all organisations have in common, the more the less they are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST = 5
"""With fewer organisations their spread is hardly known, and nothing is shrunk: our choice."""
_STEPS = 200


class Shrunk(NamedTuple):
    """Shrunken means, and how much of its distance from the common mean each of them keeps."""

    score: Floats
    reliability: Floats


def between_variance(score: Floats, se: Floats) -> Floats:
    """How far the true means of organisations lie apart, as a variance, for each row.

    Rows of means with the standard errors of these, both along the last axis; NaN in either is an
    organisation that is not there. Standard errors must be above 0. 0 where the means differ no
    more than by chance; NaN for fewer than `LEAST` organisations. With k - 3 in place of the k - 1
    of Fay and Herriot, since it is (k - 3)/Σ… whose mean is 1/(τ² + se²): with equal standard
    errors the shrunken means are then those of James and Stein (their positive part).

    Formula: the τ² that solves Σ (x_j - μ)²/(τ² + se_j²) = k - 3, by Newton's method from 0.
    Source: Fay & Herriot (1979), JASA 74(366); k - 3: Efron & Morris (1975), JASA 70(350).

    >>> score, se = np.array([[40.0, 50.0, 50.0, 60.0, 70.0]]), np.full((1, 5), 10.0)
    >>> between_variance(score, se).round(6).tolist()
    [160.0]
    """
    x, variance, k = _there(score, se)
    found = np.zeros(len(x))
    for _ in range(_STEPS):
        weight = 1.0 / (found[:, None] + variance)
        square = weight * (x - _mean(x, weight)[:, None]) ** 2
        # Convex and falling: from the left each step stays on the left of the solution.
        step = (square.sum(axis=1) - (k - 3)) / np.maximum((weight * square).sum(axis=1), 1e-300)
        step = np.where(k < LEAST, 0.0, np.maximum(step, 0.0))
        found = found + step
        if (step <= 1e-14 * found).all():
            break
    return np.where(k < LEAST, np.nan, found)


def shrunk(score: Floats, se: Floats, between: Floats | None = None) -> Shrunk:
    """Empirical Bayes means: each is drawn towards the common mean by what chance makes up of it.

    As `between_variance`, which gives τ² where it is not known. NaN where the mean or its standard
    error is, and in rows of fewer than `LEAST` organisations if τ² is not given. They err less than
    the raw means taken together, but the mean of an organisation that truly stands out is drawn
    too far: they are for comparing, the raw mean is for the organisation itself.

    Formula: μ + ρ_j·(x_j - μ), ρ_j = τ²/(τ² + se_j²), μ = Σ w_j·x_j/Σ w_j, w_j = 1/(τ² + se_j²).
    Source: Efron & Morris (1975), JASA 70(350); Morris (1983), JASA 78(381).

    >>> score, se = np.array([[72.0, 65, 58, 50]]), 18 / np.sqrt([[4.0, 25, 60, 100]])
    >>> shrunk(score, se, np.array([60.0])).score.round(3).tolist()
    [[64.718, 63.992, 58.109, 50.478]]
    """
    tau = between_variance(score, se) if between is None else between
    x, variance, _ = _there(score, se)
    weight = 1.0 / (tau[:, None] + variance)
    mean = _mean(x, weight)[:, None]
    known = np.isfinite(score) & np.isfinite(se) & np.isfinite(tau)[:, None]
    reliability = np.where(known, tau[:, None] * weight, np.nan)
    return Shrunk(np.where(known, mean + reliability * (x - mean), np.nan), reliability)


def _there(score: Floats, se: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """The means, their variances (infinite where there is none), and how many there are."""
    known = np.isfinite(score) & np.isfinite(se)
    variance = np.where(known, np.square(se), np.inf)
    return np.where(known, score, 0.0), variance, known.sum(axis=1)


def _mean(x: Floats, weight: Floats) -> Floats:
    mean: Floats = (weight * x).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-300)
    return mean
