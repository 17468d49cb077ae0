"""A factor that all items share, whatever they are about: a common way of answering."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from vested.stats.structure.confirmatory import (
    fit_of,
    starting_values,
    structure_of,
    without_factor,
)
from vested.stats.structure.covariance_structure import Parts, Sample, estimate, parts
from vested.stats.structure.fit import NO_FIT, Fit, obstacle

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DIGITS = 8
"""Decimals of what is given: further ones hang on where a search ends, and on how many threads."""
_STEPS = 120
"""A search that takes more ends nowhere: those that end took 50 to 80 steps for 32 items."""


@dataclass(frozen=True, slots=True)
class Method:
    """A factor model without and with a method factor, and what the factor accounts for.

    `variance` is in squared units of the items, `share` the mean share of an item's variance by the
    model. `chi_square` is how much better the model fits with it, at one degree of freedom, with
    `p`. Where `reason` says why there is none, all numbers are NaN; where it names an improper
    solution they stand, and should not be relied on.
    """

    without: Fit
    fitted: Fit
    variance: float
    share: float
    chi_square: float
    p: float
    reason: str = ""

    @property
    def cfi(self) -> float:
        """CFI with the method factor."""
        return round(self.fitted.cfi, _DIGITS)

    @property
    def cfi_gain(self) -> float:
        """How much higher CFI is with the method factor."""
        return round(self.fitted.cfi - self.without.cfi, _DIGITS)


def method_factor(covariance: Floats, respondents: int, factor_of: Ints) -> Method:
    """Compare a confirmatory model with one that has a method factor as well.

    As in `confirmatory`: `covariance` (p, p) of so many respondents, `factor_of` (p,) the factor of
    each item from 0. The method factor has the same unstandardised loading on all items, so that
    these must be on one scale, and goes with none of the others. Its variance may come out
    negative, as residual variances may: an improper solution, which the `reason` says.

    NaN with a reason: what stands in the way of a factor model (see `confirmatory`), or a search
    with a method factor that ends nowhere, as where the loadings of each factor are nearly equal:
    then factors that correlate say the same as a method, and the data cannot tell them apart.

    Formula: Σ = ΛΦΛ' + φ·11' + Ψ; χ² difference at 1 df; share = mean of φ/σ_ii.
    Source: Podsakoff, MacKenzie, Lee & Podsakoff (2003), Journal of Applied Psychology 88(5), for
    the single unmeasured method factor.

    >>> factor = np.array([0, 0, 0, 1, 1, 1])
    >>> strength = np.zeros((6, 2))
    >>> strength[range(6), factor] = [0.9, 0.6, 0.3, 0.8, 0.5, 0.4]
    >>> between = np.array([[1.0, 0.3], [0.3, 1.0]])
    >>> found = method_factor(strength @ between @ strength.T + 0.2 + 0.5 * np.eye(6), 500, factor)
    >>> round(found.variance, 6), round(found.fitted.chi_square, 6)
    (0.2, 0.0)
    """
    counts = np.bincount(factor_of)
    reason = obstacle(covariance, respondents)
    if reason is None and (len(counts) < 2 or counts.min() < 2):
        reason = "fewer than 2 factors, or one of fewer than 2 items"
    if reason is None and without_factor(covariance, respondents, factor_of):
        reason = "the items of a factor do not correlate beyond chance"
    if reason:
        return _nothing(reason)
    sample = Sample(covariance, np.zeros(len(factor_of)), respondents)
    plain, structure = structure_of(factor_of), structure_of(factor_of, method=True)
    alone = estimate(plain, [sample], starting_values(covariance, factor_of))
    if alone.reason:
        return _nothing(alone.reason)
    found = estimate(structure, [sample], np.append(alone.values, 0.0), steps=_STEPS)
    if found.reason:
        return _nothing(f"with a method factor, {found.reason}")
    without, _ = fit_of(sample, parts(plain, 0, alone.values).moments()[0], alone)
    model = parts(structure, 0, found.values)
    implied = model.moments()[0]
    fitted, _ = fit_of(sample, implied, found)
    variance = round(float(found.values[-1]), _DIGITS)
    gain = round(max(alone.chi_square - found.chi_square, 0.0), _DIGITS)
    share = round(float(np.mean(variance / np.diag(implied))), _DIGITS)
    p = float(chdtrc(1, gain))
    return Method(without, fitted, variance, share, gain, p, _improper(model))


def _improper(model: Parts) -> str:
    """What is impossible in a solution."""
    found = []
    if model.method[0] < 0:
        found.append("the variance of the method is negative (Heywood case)")
    if model.residuals.min() < 0:
        found.append("a residual variance is negative (Heywood case)")
    if np.linalg.eigvalsh(model.factors)[0] < 0:
        found.append("the correlations of the factors are impossible")
    return "; ".join(found)


def _nothing(reason: str) -> Method:
    none = math.nan
    return Method(NO_FIT, NO_FIT, none, none, none, none, reason)
