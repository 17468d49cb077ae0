"""The studentised range: the largest of all differences between means that do not truly differ."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtr, gammaln, ndtr, ndtri

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(128)
_TOP = 16.0
"""Ranges beyond this have a probability below 1e-20 for up to some thousands of means."""
_FROM = np.array([16.0, 20.0, 26.0, 36.0, 60.0, 120.0])
"""Beyond the first of these degrees of freedom a curve through them is used."""
_STEPS = 60


def range_quantiles(k: int, probability: float, df: Floats) -> Floats:
    """Quantiles of the studentised range of k normal means, one for each number of df.

    k ≥ 2; df ≥ 1, infinite where the standard error is known. With less than 16 degrees of freedom
    each is computed; beyond that they come from a polynomial in 1/df through seven that are, which
    is right to 1e-5 for up to a thousand means.

    Formula: q with P(q) = 1 - ∫ r(w)·P(χ²_ν < ν·w²/q²) dw, r the density of the range of k
    standard normal values.
    Source: Tukey (1953), The problem of multiple comparisons; Gauss-Legendre integration.

    >>> range_quantiles(3, 0.95, np.array([np.inf, 10.0])).round(4).tolist()
    [3.3145, 3.8768]
    """
    distinct, places = np.unique(df, return_inverse=True)
    found = np.empty(len(distinct))
    small = distinct < _FROM[0]
    found[small] = _solved(k, probability, distinct[small])
    found[~small] = _curve(k, probability, 1.0 / distinct[~small])
    quantiles: Floats = found[places].reshape(df.shape)
    return quantiles


@lru_cache(maxsize=4096)
def _table(k: int, probability: float) -> tuple[Floats, Floats]:
    """The places of the curve in 1/df, and what divides it there (Newton's divided differences)."""
    x = np.append(1.0 / _FROM, 0.0)
    y = np.append(_solved(k, probability, _FROM), _known(k, probability))
    for order in range(1, len(x)):
        y[order:] = (y[order:] - y[order - 1 : -1]) / (x[order:] - x[: len(x) - order])
    return x, y


def _curve(k: int, probability: float, at: Floats) -> Floats:
    if not len(at):
        return at
    x, divided = _table(k, probability)
    value = np.full_like(at, divided[-1])
    for place, slope in zip(x[-2::-1], divided[-2::-1], strict=True):
        value = value * (at - place) + slope
    return value


@lru_cache(maxsize=4096)
def _density(k: int) -> tuple[Floats, Floats]:
    """Ranges w, and the probability that the integration gives to each of them."""
    w = _TOP / 2 * (_NODES + 1)
    z = 9.0 * _NODES
    between = ndtr(z) - ndtr(z - w[:, None])
    phi = np.exp(-(z**2 + (z - w[:, None]) ** 2) / 2) / (2 * math.pi)
    density = k * (k - 1) * (9.0 * _WEIGHTS * phi * between ** (k - 2)).sum(axis=1)
    return w, _TOP / 2 * _WEIGHTS * density


def _known(k: int, probability: float) -> float:
    """The quantile for infinite df, by Newton's method from the right, which cannot overshoot."""
    z = 9.0 * _NODES
    q = -math.sqrt(2.0) * float(ndtri((1.0 - probability) / (k * (k - 1))))  # Bonferroni's bound
    for _ in range(_STEPS):
        between = ndtr(z) - ndtr(z - q)
        phi = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        tail = 1.0 - k * float((9.0 * _WEIGHTS * phi * between ** (k - 1)).sum())
        other = np.exp(-((z - q) ** 2) / 2) / math.sqrt(2 * math.pi)
        slope = k * (k - 1) * float((9.0 * _WEIGHTS * phi * other * between ** (k - 2)).sum())
        step = (math.log(max(tail, 1e-15)) - math.log1p(-probability)) * tail / slope
        q += step
        if abs(step) <= 1e-12 * q:
            break
    return q


def _solved(k: int, probability: float, df: Floats) -> Floats:
    """The quantiles for finite df, by Newton's method on the logarithms of q and of the tail."""
    if not len(df):
        return df
    w, mass = _density(k)
    q = np.full(len(df), _known(k, probability))
    constant = (df / 2) * math.log(0.5) - gammaln(df / 2) + math.log(2.0)
    for _ in range(_STEPS):
        square = df[:, None] * (w / q[:, None]) ** 2
        tail = np.maximum((mass * chdtr(df[:, None], square)).sum(axis=1), 1e-300)
        # d/d(log q) of P(χ² < x) is -2x times the density of χ² at x = ν·w²/q².
        log = constant[:, None] + df[:, None] / 2 * np.log(square) - square / 2
        slope = -(mass * np.exp(log)).sum(axis=1)
        step = (np.log(tail) - math.log1p(-probability)) * tail / -slope
        q = q * np.exp(np.clip(step, -1.0, 2.0))
        if (np.abs(step) <= 1e-12).all():
            break
    return q
