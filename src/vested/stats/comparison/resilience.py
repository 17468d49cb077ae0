"""The resilience triangle: what a shock cost, and how fast it was made good."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Triangle(NamedTuple):
    """The course of a level of service over time; NaN, with a reason, where it has none."""

    start: float
    lowest: float
    end: float
    depth: float
    """The level at the start less the lowest one."""
    recovery: float
    """Time from the last moment before the fall until the level at the start is reached again."""
    rapidity: float
    """Depth per unit of time from the lowest level until it is made good."""
    loss: float
    """The area between the level at the start and a lower one, over time."""
    gain: float
    """The level at the end less that at the start."""
    reason: str = ""


def triangle(time: ArrayLike, level: ArrayLike) -> Triangle:
    """Depth, time to recovery, rapidity and loss of a level of service that was measured over time.

    One-dimensional, of one length, `time` rising. Between two measurements the level is taken to go
    straight. The level at the start stands for full service, and what lies above it makes up for no
    loss: our choice. Recovery and rapidity are NaN, with a reason, where the level never falls or
    does not come back; all is with fewer than 2 measurements. ValueError if time does not rise or a
    number is not finite.

    Formula: loss ∫max(Q(0)-Q(t), 0)dt by trapezoids.
    Source: Bruneau et al. (2003), Earthquake Spectra 19(4).

    >>> found = triangle([0, 1, 5, 10], [100, 60, 80, 100])
    >>> found.loss, found.depth, found.recovery, round(found.rapidity, 4), found.gain
    (190.0, 40.0, 10.0, 4.4444, 0.0)
    """
    t, q = np.asarray(time, np.float64), np.asarray(level, np.float64)
    if not (np.isfinite(t).all() and np.isfinite(q).all()) or (np.diff(t) <= 0).any():
        raise ValueError("times rise, and all numbers are finite")
    if len(t) < 2:
        start = float(q[0]) if len(q) else math.nan
        known = (start, start, start, math.nan)
        few = "fewer than 2 measurements"
        return Triangle(*known, math.nan, math.nan, math.nan, math.nan, few)
    short = q[0] - q
    depth = float(short.max())
    known = (float(q[0]), float(q.min()), float(q[-1]), depth)
    loss, gain = _area(t, short), float(q[-1] - q[0])
    if depth <= 0:
        return Triangle(*known, math.nan, math.nan, 0.0, gain, "the level never fell")
    fell = int(np.flatnonzero(short > 0)[0]) - 1
    lowest = int(short.argmax())
    begin = _crossing(t, short, fell)
    back = np.flatnonzero(short[lowest:] <= 0)
    if not len(back):
        return Triangle(*known, math.nan, math.nan, loss, gain, "the level did not come back")
    again = _crossing(t, short, lowest + int(back[0]) - 1)
    return Triangle(*known, again - begin, depth / (again - float(t[lowest])), loss, gain)


def _crossing(t: Floats, short: Floats, at: int) -> float:
    """When the shortfall is 0 between one measurement and the next."""
    share = short[at] / (short[at] - short[at + 1])
    return float(t[at] + share * (t[at + 1] - t[at]))


def _area(t: Floats, short: Floats) -> float:
    """The area above 0 of a line through points."""
    one, two, width = short[:-1], short[1:], np.diff(t)
    whole = (one + two) / 2 * width
    high = np.maximum(one, two)
    apart = np.where(one == two, 1.0, np.abs(one - two))
    part = high * high / (2 * apart) * width  # of a triangle, where the line crosses 0
    area = np.where(np.minimum(one, two) >= 0, whole, np.where(high <= 0, 0.0, part))
    return math.fsum(area.tolist())
