"""How strong a correlation must be to be found among so many organisations."""

from __future__ import annotations

import math

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtrit


def power(r: float, n: int, *, alpha: float = 0.05) -> float:
    """The chance that a true correlation `r` over `n` organisations is found (two-sided t-test).

    NaN with fewer than 4 organisations. Against the exact distribution of r
    it is within half a point (of 100) from 23 organisations on, and within 2 from 10.

    Formula: Φ((ζ - ζ_c)·√(n-3)) + Φ((-ζ - ζ_c)·√(n-3)), ζ = atanh r + r/(2(n-1)), ζ_c = atanh of
    the smallest r that is significant.
    Source: Fisher (1921), Metron 1; Cohen (1988), Statistical Power Analysis, with the critical
    value of Student's t as in the R package pwr.

    >>> round(power(0.5, 29), 3)
    0.811
    """
    if n < 4:
        return math.nan
    t = float(stdtrit(n - 2, 1 - alpha / 2))
    critical = math.atanh(math.sqrt(t * t / (t * t + n - 2)))
    middle, root = math.atanh(min(abs(r), 1 - 1e-15)), math.sqrt(n - 3)
    middle += abs(r) / (2 * (n - 1))
    return float(ndtr((middle - critical) * root) + ndtr((-middle - critical) * root))


def smallest_correlation(n: int, *, wanted: float = 0.80, alpha: float = 0.05) -> float:
    """The smallest correlation that is found among `n` organisations with the `wanted` power.

    NaN with fewer than 4 organisations.

    Formula: `power` solved for r.

    >>> round(smallest_correlation(23), 2)
    0.55
    """
    if n < 4:
        return math.nan
    return float(brentq(lambda r: power(r, n, alpha=alpha) - wanted, 0.0, 1 - 1e-12))


def organisations_for(r: float, *, wanted: float = 0.80, alpha: float = 0.05) -> float:
    """How many organisations it takes to find a true correlation `r` with the `wanted` power.

    By Fisher's z alone, which asks for up to one organisation more than `power` does; to be rounded
    to a whole number. Infinite for r = 0.

    Formula: ((z_{1-α/2} + z_{power})/atanh r)² + 3.
    Source: Fisher (1921), Metron 1.

    >>> [round(organisations_for(r)) for r in (0.5, 0.4, 0.3)]
    [29, 47, 85]
    """
    if r == 0:
        return math.inf
    return float(((ndtri(1 - alpha / 2) + ndtri(wanted)) / math.atanh(r)) ** 2 + 3)
