"""How much something changed between two measurements, and whether that is more than noise."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtrit

from vested.stats.comparison.groups import Statistic, two_sided, welch_of_means
from vested.stats.structure.bivariate import bivariate_normal


class Mean(NamedTuple):
    """A mean with its standard error and the number (or effective number) of values behind it."""

    value: float
    se: float
    n: float


class Change(NamedTuple):
    """A difference of two means with its standard error, degrees of freedom and interval."""

    difference: float
    se: float
    df: float
    low: float
    high: float
    reason: str = ""


class Coping(NamedTuple):
    """The probabilities of four ways to come through a shock; they add up to 1."""

    absorbed: float
    recovered: float
    thrived: float
    declined: float


def paired(first: ArrayLike, second: ArrayLike) -> Statistic:
    """Student's t test of pairs: whether the second values are other than the first on average.

    One-dimensional and of one length; pairs with a NaN are left out. Positive where the second are
    higher. NaN with a reason where there are fewer than 2 pairs, or all differences are equal.

    Formula: t = d̄/(s_d/√n), df = n-1.
    Source: Student (1908), Biometrika 6(1).

    >>> found = paired([1.0, 2, 3, 4], [2.0, 4, 3, 6])
    >>> round(found.statistic, 4), found.df, round(found.p, 4)
    (2.6112, 3.0, 0.0796)
    """
    apart = np.asarray(second, np.float64) - np.asarray(first, np.float64)
    apart = np.sort(apart[~np.isnan(apart)])
    if len(apart) < 2:
        return Statistic(math.nan, math.nan, math.nan, "fewer than 2 pairs")
    if apart[0] == apart[-1]:
        return Statistic(math.nan, len(apart) - 1.0, math.nan, "all differences are equal")
    t = float(apart.mean()) / math.sqrt(float(apart.var(ddof=1)) / len(apart))
    return Statistic(t, len(apart) - 1.0, two_sided(t, len(apart) - 1.0))


def change(
    first: Mean, second: Mean, *, confidence: float, pairs: float = 0, covariance: float = 0.0
) -> Change:
    """The second mean less the first, where some of those asked are the same people.

    `pairs` people are behind both means, and `covariance` (n - 1) is that of their two values. If
    all are, it is the paired t test; if none is, that of Welch; in between all values are used, and
    so the difference is always that of the two means. NaN with a reason where a mean has fewer than
    2 values, or nothing varies.

    Formula: se² = se₁²+se₂²-2·m·c/(n₁n₂), m pairs, c their covariance;
    df = (m-1)+(γ-m+1)(u₁+u₂)/(u₁+u₂+2m), γ Welch's df, u those without a pair.
    Source: Derrick, Russ, Toher & White (2017), Journal of Modern Applied Statistical Methods
    16(1), test T_new2.

    >>> found = change(Mean(50.0, 2.0, 25), Mean(56.0, 2.0, 25), confidence=0.95)
    >>> round(found.low, 3), round(found.high, 3)
    (0.313, 11.687)
    """
    difference = second.value - first.value
    if min(first.n, second.n) < 2:
        return _unknown(difference, "fewer than 2 values")
    a, b = first.se**2, second.se**2
    shared = 2 * pairs * covariance / (first.n * second.n) if pairs else 0.0
    variance = a + b - shared
    free = welch_of_means(difference, a, b, first.n - 1, second.n - 1)
    if free.reason or not variance > 1e-12 * (a + b):
        return _unknown(difference, free.reason or "all differences are equal")
    alone = max(first.n - pairs, 0.0) + max(second.n - pairs, 0.0)
    df = free.df
    if pairs:
        df = pairs - 1 + (free.df - pairs + 1) * alone / (alone + 2 * pairs)
    se = math.sqrt(variance)
    half = float(stdtrit(df, (1 + confidence) / 2)) * se
    return Change(difference, se, df, difference - half, difference + half)


def _unknown(difference: float, reason: str) -> Change:
    return Change(difference, math.nan, math.nan, math.nan, math.nan, reason)


def implied_error(low: float, high: float, confidence: float) -> float:
    """The standard error that a normal interval of this width would have; NaN stays NaN.

    >>> round(implied_error(-1.96, 1.96, 0.95), 4)
    1.0
    """
    return (high - low) / (2 * float(ndtri((1 + confidence) / 2)))


def reliable_change(difference: float, first_se: float, second_se: float) -> float:
    """The reliable change index: a change in standard errors of a difference.

    Beyond ±1.96 it is taken for real. Of a person the error is that of measurement,
    SD·√(1-reliability), each time; of an organisation the standard error of each mean. NaN where
    both are 0 or one is NaN.

    Formula: (x₂-x₁)/√(e₁²+e₂²).
    Source: Jacobson & Truax (1991), Journal of Consulting and Clinical Psychology 59(1).

    >>> error = 10 * (1 - 0.80) ** 0.5
    >>> round(reliable_change(47.5 - 32.5, error, error), 4)
    2.3717
    """
    error = math.hypot(first_se, second_se)
    return difference / error if error > 0 else math.nan


def coping(
    rebound: float,
    rebound_se: float,
    depth: float,
    depth_se: float,
    correlation: float,
    *,
    margin: float,
) -> Coping:
    """How probable it is that a shock was absorbed, recovered from, thrived on, or not got over.

    `depth` is the level before less that during, `rebound` the level after less that before, both
    with standard errors and the correlation of their errors, taken as normal. A change of no more
    than `margin` counts as none. NaN for absorbed and recovered where the depth is NaN, since they
    cannot be told apart then; for all where the rebound is. An error of 0 gives 0 and 1.

    Formula: thrived R > m; declined R < -m; else recovered where D > m, absorbed where D ≤ m.
    Source: the four ways are our choice, after coping and adaptation in Duchek (2020), Business
    Research 13(1).

    >>> found = coping(0.0, 1.0, 10.0, 1.0, -0.5, margin=5)
    >>> [round(probability, 3) for probability in found]
    [0.0, 1.0, 0.0, 0.0]
    """
    if math.isnan(rebound) or math.isnan(rebound_se):
        return Coping(*[math.nan] * 4)
    high, low = (_standard(edge - rebound, rebound_se) for edge in (margin, -margin))
    thrived, declined = float(ndtr(-high)), float(ndtr(low))
    if math.isnan(depth) or math.isnan(depth_se):
        return Coping(math.nan, math.nan, thrived, declined)
    shallow = _standard(margin - depth, depth_se)
    below = bivariate_normal([high, low], [shallow, shallow], correlation)
    absorbed = max(float(below[0] - below[1]), 0.0)
    recovered = max(1 - thrived - declined - absorbed, 0.0)
    return Coping(absorbed, recovered, thrived, declined)


def _standard(distance: float, error: float) -> float:
    if error > 0:
        return distance / error
    return math.inf if distance >= 0 else -math.inf
