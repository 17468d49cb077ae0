"""Regressions over organisations: slopes that bear unequal spread, and a path through a third."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr, stdtrit

Floats = NDArray[np.float64]


class Ols(NamedTuple):
    """Coefficients, the intercept first, with two kinds of standard error; t-tests are by HC3."""

    coefficients: Floats
    se: Floats
    """As if the residuals spread alike everywhere."""
    hc3: Floats
    low: Floats
    high: Floats
    p: Floats
    df: int


class Paths(NamedTuple):
    """The slopes of a mediation: each may hold one value per draw."""

    a: Floats
    """Mediator on cause."""
    b: Floats
    """Outcome on mediator, the cause held fast."""
    indirect: Floats
    direct: Floats
    total: Floats


class Sobel(NamedTuple):
    """Standard error of an indirect path for large samples, its z and p."""

    se: float
    z: float
    p: float


def ols(predictors: Floats, outcome: Floats, *, confidence: float) -> Ols:
    """Least squares with standard errors that do not take residuals to spread alike (HC3).

    `predictors` has one row per organisation and a column per predictor; the intercept is added.
    Intervals and p by Student's t with n - k - 1 df. NaN throughout without a degree of freedom or
    where a predictor is a sum of others; HC3 is NaN where one organisation alone decides a
    coefficient.

    Formula: (X'X)⁻¹ X' diag(e²/(1-h)²) X (X'X)⁻¹.
    Source: MacKinnon & White (1985), Journal of Econometrics 29(3); Long & Ervin (2000), The
    American Statistician 54(3).

    >>> x, y = np.array([[1.0], [2], [3], [4]]), np.array([1.0, 3, 2, 5])
    >>> found = ols(x, y, confidence=0.95)
    >>> found.coefficients.round(3).tolist(), found.hc3.round(4).tolist()
    ([0.0, 1.1], [1.199, 0.6462])
    """
    n = len(outcome)
    design = np.column_stack([np.ones(n), predictors])
    k, df = design.shape[1], n - design.shape[1]
    if df < 1 or np.linalg.matrix_rank(design) < k:
        nothing = np.full(k, np.nan)
        return Ols(nothing, nothing, nothing, nothing, nothing, nothing, max(df, 0))
    bread = np.linalg.inv(design.T @ design)
    coefficients = bread @ (design.T @ outcome)
    residuals = outcome - design @ coefficients
    leverage = np.einsum("ij,jk,ik->i", design, bread, design)
    se = np.sqrt(np.diag(bread) * float((residuals**2).sum()) / df)
    alone = leverage > 1 - 1e-9
    scaled = residuals / np.where(alone, np.nan, 1 - leverage)
    meat = np.einsum("ij,i,ik->jk", design, scaled**2, design)
    hc3 = np.sqrt(np.diag(bread @ meat @ bread))
    half = float(stdtrit(df, 0.5 + confidence / 2)) * hc3
    t = np.abs(coefficients) / np.where(hc3 > 0, hc3, np.nan)
    p = np.where(hc3 == 0, np.where(coefficients == 0, 1.0, 0.0), 2 * stdtr(df, -t))
    return Ols(coefficients, se, hc3, coefficients - half, coefficients + half, p, df)


def paths(covariances: Floats) -> Paths:
    """The slopes from a cause through a mediator to an outcome, from their covariances.

    `covariances` are (…, 3, 3) of cause, mediator and outcome, in this order. NaN where the cause
    does not vary or the mediator not beside it.

    Formula: a = s_xm/s_xx; b and c' of the regression on both; total c = s_xy/s_xx = a·b + c'.
    Source: Baron & Kenny (1986), Journal of Personality and Social Psychology 51(6).

    >>> found = paths(np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.6], [0.5, 0.6, 1.0]]))
    >>> round(float(found.indirect), 6), round(float(found.direct), 6), float(found.total)
    (0.233333, 0.266667, 0.5)
    """
    s = np.moveaxis(covariances, (-2, -1), (0, 1))
    x, m = s[0, 0], s[1, 1]
    both = x * m - s[0, 1] ** 2
    x = np.where(x > 0, x, np.nan)
    both = np.where(both > 1e-12 * np.abs(x * m), both, np.nan)
    a, total = s[0, 1] / x, s[0, 2] / x
    b = (s[0, 0] * s[1, 2] - s[0, 1] * s[0, 2]) / both
    direct = (m * s[0, 2] - s[0, 1] * s[1, 2]) / both
    return Paths(a, b, a * b, direct, total)


def sobel(cause: Floats, mediator: Floats, outcome: Floats) -> Sobel:
    """Sobel's test of an indirect path; it trusts in large samples, so prefer a bootstrap.

    One value per organisation each. NaN with fewer than 4, and where the path itself is.

    Formula: z = a·b/√(a²·SE_b² + b²·SE_a²), standard errors by ordinary least squares.
    Source: Sobel (1982), Sociological Methodology 13.

    >>> x = np.array([1.0, 2, 3, 4, 5])
    >>> found = sobel(x, np.array([1.0, 3, 2, 5, 4]), np.array([2.0, 1, 4, 3, 5]))
    >>> round(found.se, 4), round(found.z, 4)
    (0.3763, -2.0078)
    """
    first = ols(cause[:, None], mediator, confidence=0.95)
    second = ols(np.column_stack([cause, mediator]), outcome, confidence=0.95)
    a, b = float(first.coefficients[1]), float(second.coefficients[2])
    se = math.hypot(a * float(second.se[2]), b * float(first.se[1]))
    z = a * b / se if se > 0 else math.nan
    return Sobel(se, z, float(2 * ndtr(-abs(z))))


def percentiles(draws: Floats, *, confidence: float) -> tuple[float, float]:
    """The middle part of what a bootstrap drew; draws that gave nothing are left out.

    NaN where fewer than half of the draws gave something.

    Source: Efron (1979), The Annals of Statistics 7(1).

    >>> [round(end, 6) for end in percentiles(np.arange(101.0), confidence=0.95)]
    [2.5, 97.5]
    """
    known = draws[~np.isnan(draws)]
    if not len(known) or 2 * len(known) < len(draws):
        return math.nan, math.nan
    low, high = np.quantile(known, [0.5 - confidence / 2, 0.5 + confidence / 2])
    return float(low), float(high)
