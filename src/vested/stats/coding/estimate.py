"""A coefficient of agreement from its two shares, with standard error and interval."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from vested.stats.coding.judgements import Ints
from vested.stats.intervals import unanimous_interval

Floats = NDArray[np.float64]
Ratio = tuple[int, int]
"""Numerator and denominator, so that only the last step rounds."""

_ALIKE = 1e-12


class Agreement(NamedTuple):
    """A coefficient with its interval, for the population that the units were drawn from.

    The coders are taken as they are: the interval says nothing of other coders.
    """

    value: float
    se: float
    low: float
    high: float
    observed: float
    """Agreement as observed, weighted, between 0 and 1."""
    expected: float
    """Agreement that chance would give, as the coefficient sees chance."""
    units: int
    """Units that two coders or more coded."""
    reason: str = ""
    """Why something is NaN, empty where nothing is."""


class Parts(NamedTuple):
    """What each kind of unit adds to a coefficient, for its standard error."""

    values: Floats
    units: Ints
    divisor: int
    """What the sum of squares about the mean is divided by: n², or n(n-1)."""


def unknown(reason: str, compared: int) -> Agreement:
    """No coefficient, and why.

    >>> unknown("no unit is coded", 0).value
    nan
    """
    nan = math.nan
    return Agreement(nan, nan, nan, nan, nan, nan, compared, reason)


def beyond(observed: Ratio, expected: Ratio) -> float:
    """Agreement beyond chance, rounded once; NaN where chance is 1.

    >>> beyond((7, 10), (1, 2))
    0.4
    """
    (a, b), (e, f) = observed, expected
    return (a * f - e * b) / (b * (f - e)) if e != f else math.nan


def estimate(
    observed: Ratio, expected: Ratio, compared: int, parts: Parts, confidence: float
) -> Agreement:
    """The coefficient with its interval; `compared` units were coded by two coders or more.

    Chance is not 1. No interval for a single unit. Standard error 0 gives the interval of
    `unanimous_interval` for the observed agreement, cut off at -1.

    >>> parts = Parts(np.array([1.0, 0.0]), np.array([1, 1]), 2)
    >>> estimate((1, 2), (0, 1), 2, parts, 0.5).se
    0.5
    """
    share, chance = observed[0] / observed[1], expected[0] / expected[1]
    value, n, nan = beyond(observed, expected), int(parts.units.sum()), math.nan
    found = Agreement(value, nan, nan, nan, share, chance, compared)
    if n < 2:
        return found._replace(reason="one unit has no standard error")
    if np.ptp(parts.values) <= _ALIKE:
        bounds = unanimous_interval(
            np.array(share), np.array(compared), confidence=confidence, low=0, high=1
        )
        low, high = ((float(bound) - chance) / (1 - chance) for bound in bounds)
        return found._replace(se=0.0, low=max(low, -1.0), high=high)
    apart = parts.values - float(parts.units @ parts.values) / n
    se = math.sqrt(float(parts.units @ (apart * apart)) / parts.divisor)
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * se
    return found._replace(se=se, low=value - half, high=min(value + half, 1.0))


def only_one_category(observed: Ratio, compared: int) -> Agreement:
    """No coefficient, as chance alone would agree fully.

    >>> only_one_category((4, 4), 4).observed
    1.0
    """
    reason = "only one category is used, so chance alone would agree as much"
    share = observed[0] / observed[1]
    return unknown(reason, compared)._replace(observed=share, expected=1.0)
