"""How two measures go together among respondents of an organisation, and among organisations."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import stdtr, stdtrit

from vested.stats.comparison.split import Clusters

Floats = NDArray[np.float64]

_RATIOS = np.concatenate([[0.0], 10.0 ** np.arange(-6, 6.25, 0.25)])


class Slope(NamedTuple):
    """A slope with its standard error, interval and p."""

    slope: float
    se: float
    low: float
    high: float
    p: float
    df: int


class WithinBetween(NamedTuple):
    """Slopes within and between organisations, and the second less the first."""

    within: Slope
    between: Slope
    contextual: Slope
    intercepts: float
    """Variance of the organisations' intercepts."""
    residual: float
    """Variance of respondents about the slopes."""


class _Profile(NamedTuple):
    """What is likeliest for one ratio of the two variances."""

    deviance: float
    between: float
    """The slope between."""
    root: float
    """Its standard error over the residual standard deviation."""
    left: float


def within_between(found: Clusters, *, confidence: float) -> WithinBetween:
    """Regress a measure on another with random intercepts, the predictor centred by organisation.

    `found` holds predictor and outcome. NaN with fewer than 4 organisations, where the predictor
    does not differ within or not between them, and where the slopes leave nothing over. The slope
    within is tested with N - J - 1 df, the other two with J - 2.

    Formula: y_ij = γ + β_W·(x_ij - x̄_j) + β_B·x̄_j + u_j + e_ij; contextual effect β_B - β_W.
    Estimated by restricted maximum likelihood, profiled in the ratio of the two variances, as
    lmer of the R package lme4.
    Source: Raudenbush & Bryk (2002), Hierarchical Linear Models; Enders & Tofighi (2007),
    Psychological Methods 12(2).
    """
    j, n = len(found.n), float(found.n.sum())
    sums = found.products.sum(axis=2) if j else np.zeros((2, 2))
    none = Slope(math.nan, math.nan, math.nan, math.nan, math.nan, 0)
    nothing = WithinBetween(none, none, none, math.nan, math.nan)
    if j < 4 or n - j < 2 or sums[0, 0] <= 0 or np.ptp(found.means[0]) == 0:
        return nothing
    inside = float(sums[0, 1] / sums[0, 0])
    rest = max(float(sums[1, 1] - inside * sums[0, 1]), 0.0)
    if rest <= 1e-12 * float(sums[1, 1]):
        return nothing
    ratio = _likeliest(found, rest, n)
    best = _profile(ratio, found, rest, n)
    residual = best.left / (n - 3)
    se_within = math.sqrt(residual / float(sums[0, 0]))
    se_between = math.sqrt(residual) * best.root
    return WithinBetween(
        _slope(inside, se_within, int(n) - j - 1, confidence),
        _slope(best.between, se_between, j - 2, confidence),
        _slope(best.between - inside, math.hypot(se_within, se_between), j - 2, confidence),
        ratio * residual,
        residual,
    )


def _profile(ratio: float, found: Clusters, rest: float, n: float) -> _Profile:
    """Minus twice the restricted log-likelihood (but for a constant), and what goes with it."""
    weight = found.n / (1 + found.n * ratio)
    x, y = found.means
    total = float(weight.sum())
    a, b = x - float((weight * x).sum()) / total, y - float((weight * y).sum()) / total
    spread = float((weight * a * a).sum())
    slope = float((weight * a * b).sum()) / spread
    left = rest + float((weight * (b - slope * a) ** 2).sum())
    deviance = (n - 3) * math.log(left) + float(np.log1p(found.n * ratio).sum())
    deviance += math.log(total * spread)
    return _Profile(deviance, slope, 1 / math.sqrt(spread), left)


def _likeliest(found: Clusters, rest: float, n: float) -> float:
    """The ratio of the highest restricted likelihood; 0 where it is highest there."""
    tried = [_profile(float(ratio), found, rest, n).deviance for ratio in _RATIOS]
    best = int(np.argmin(tried))
    low, high = _RATIOS[max(best - 1, 0)], _RATIOS[min(best + 1, len(_RATIOS) - 1)]
    refined = minimize_scalar(
        lambda ratio: _profile(float(ratio), found, rest, n).deviance,
        bounds=(float(low), float(high)),
        method="bounded",
        options={"xatol": 1e-10 * float(high)},
    )
    return float(refined.x) if refined.fun < tried[best] else float(_RATIOS[best])


def _slope(slope: float, se: float, df: int, confidence: float) -> Slope:
    half = float(stdtrit(df, 0.5 + confidence / 2)) * se
    return Slope(slope, se, slope - half, slope + half, float(2 * stdtr(df, -abs(slope) / se)), df)
