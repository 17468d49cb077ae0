"""Confirmatory factor analysis: items of which each measures one of several correlated factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vested.stats.structure.covariance_structure import Estimate, Sample, Structure, estimate, parts
from vested.stats.structure.fit import (
    NO_FIT,
    Fit,
    correlations,
    fit,
    obstacle,
    standardised_residual,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Identification = Literal["first loading", "factor variance"]

_NO_LOADING = 1e-6
_CHANCE = 1.96


@dataclass(frozen=True, slots=True)
class Confirmatory:
    """A confirmatory factor model, its fit and what follows for the factors.

    Loadings, residual variances and standard errors are (p,), in the units of the items; factor
    covariances (q, q). `standardised` are the loadings when items and factors have variance 1. A
    standard error is 0 where a value is fixed. `ave` is the average variance extracted, `omega` the
    reliability of the sum of a factor's items by the model, `omega_observed` the same with the
    observed variance of that sum below the line (semTools' default). `improper` says that a
    residual variance is negative, or that the factor covariances are none: the model is wrong or
    the sample too small. `reason` says why nothing could be estimated; then all numbers are NaN.
    """

    fit: Fit
    parameters: int
    log_likelihood: float
    aic: float
    bic: float
    loadings: Floats
    loadings_se: Floats
    residuals: Floats
    residuals_se: Floats
    factors: Floats
    factors_se: Floats
    standardised: Floats
    standardised_se: Floats
    correlations: Floats
    correlations_se: Floats
    ave: Floats
    omega: Floats
    omega_observed: Floats
    improper: bool
    converged: bool
    reason: str | None = None


def confirmatory(
    covariance: Floats,
    respondents: int,
    factor_of: Ints,
    *,
    identification: Identification = "first loading",
) -> Confirmatory:
    """Confirmatory factor model by maximum likelihood, each item on one factor, factors correlated.

    `covariance` (p, p) of `respondents` complete answers, divided by n, not by n - 1;
    `factor_of` (p,) numbers each item's factor from 0. Factors get their scale from a first
    loading or a variance of 1. Means are left as they are and not counted as parameters in AIC
    and BIC, as in lavaan's default.

    NaN with a `reason`: fewer than 3 items or 2 of a factor, a missing covariance, a constant item,
    a matrix that is not positive definite, no more respondents than items, a factor of which no two
    items correlate at the level of 5 % (our choice), no convergence, a model that is not identified
    (as a factor of two items that correlates with no other), or a first item without any loading to
    take the scale from. ValueError if shapes or numbers do not match.

    Formulas, φ the factor's variance: ave = Σλ²φ/Σs_ii; omega = (Σλ)²φ/[(Σλ)²φ + Σψ].
    Sources: Jöreskog (1969), Psychometrika 34(2); Fornell & Larcker (1981), J. Marketing Research
    18(1); McDonald (1999), Test Theory. n and AIC as lavaan's.

    >>> strength = np.array([0.8, 0.7, 0.6, 0.5])
    >>> found = confirmatory(
    ...     np.outer(strength, strength) + np.diag(1 - strength**2), 200, np.zeros(4, int))
    >>> found.standardised.round(6).tolist(), found.fit.df, round(found.fit.chi_square, 6)
    ([0.8, 0.7, 0.6, 0.5], 2, 0.0)
    """
    items = len(factor_of)
    counts = np.bincount(factor_of)
    if covariance.shape != (items, items) or counts.min() < 1:
        raise ValueError("factor_of gives each item a factor, numbered from 0 without gaps")
    reason = obstacle(covariance, respondents)
    if reason is None and counts.min() < 2:
        reason = "a factor has fewer than 2 items"
    if reason is None and without_factor(covariance, respondents, factor_of):
        reason = "the items of a factor do not correlate beyond chance"
    if reason:
        return _nothing(items, len(counts), reason)
    structure = structure_of(factor_of)
    sample = Sample(covariance, np.zeros(items), respondents)
    found = estimate(structure, [sample], starting_values(covariance, factor_of))
    reason = found.reason
    if reason is None and identification == "first loading":
        first = np.unique(factor_of, return_index=True)[1]
        weak = np.abs(found.values[first]) < _NO_LOADING * np.sqrt(np.diag(covariance)[first])
        reason = "the first item of a factor has no loading" if weak.any() else None
    if reason:
        return _nothing(items, len(counts), reason)
    return _result(structure, sample, found, identification)


def without_factor(covariance: Floats, respondents: int, factor_of: Ints) -> bool:
    """Whether a factor has no two items that correlate at the level of 5 %: a search in vain."""
    size = np.abs(correlations(covariance)) * (factor_of[:, None] == factor_of)
    np.fill_diagonal(size, 0.0)
    strongest = np.array([size[factor_of == factor].max() for factor in np.unique(factor_of)])
    return bool((strongest * np.sqrt(respondents) < _CHANCE).any())


def _nothing(items: int, factors: int, reason: str) -> Confirmatory:
    item, factor = np.full(items, np.nan), np.full(factors, np.nan)
    square = np.full((factors, factors), np.nan)
    four = (item, item, item, item)
    return Confirmatory(
        NO_FIT, 0, np.nan, np.nan, np.nan, *four, square, square, item, item, square, square,
        factor, factor, factor, improper=False, converged=False, reason=reason,
    )  # fmt: skip


def structure_of(factor_of: Ints, *, method: bool = False) -> Structure:
    """Factors of variance 1: p loadings, p residual variances and the correlations are free.

    With a `method` its variance is free as well, the last of the parameters.
    """
    items, factors = len(factor_of), int(factor_of.max()) + 1
    row, column = np.tril_indices(factors)
    covariances = np.full(len(row), -1)
    covariances[row != column] = 2 * items + np.arange(np.sum(row != column))
    parameter = np.concatenate([np.arange(2 * items), np.full(items + factors, -1), covariances])
    fixed = np.concatenate([np.zeros(3 * items + factors), (row == column).astype(float)])
    if method:
        parameter, fixed = np.append(parameter, parameter.max() + 1), np.append(fixed, 0.0)
    return Structure(factor_of, parameter[None], fixed[None])


def starting_values(covariance: Floats, factor_of: Ints) -> Floats:
    """Loadings, residual variances and factor correlations from which to search for better ones.

    Centroid method within each factor, each item's direction taken from the first axis, the factor
    turned to have more items upwards; factors of variance 1. The matrix (p, p) must be complete and
    its diagonal positive.

    >>> starting_values(np.full((3, 3), 0.49) + 0.51 * np.eye(3), np.zeros(3, int)).tolist()
    [0.57..., 0.57..., 0.57..., 0.67..., 0.67..., 0.67...]
    """
    items, factors = len(factor_of), int(factor_of.max()) + 1
    correlation = correlations(covariance)
    loadings = np.zeros((items, factors))
    for factor in range(factors):
        of = np.flatnonzero(factor_of == factor)
        block = correlation[np.ix_(of, of)]
        sign = np.where(np.linalg.eigh(block)[1][:, -1] < 0, -1.0, 1.0)
        sign *= 1 if sign.sum() >= 0 else -1
        common = np.maximum(block * np.outer(sign, sign) * (1 - np.eye(len(of))), 0)
        strength = common.sum(axis=0) / np.sqrt(max(common.sum(), 1e-6))
        loadings[of, factor] = sign * np.clip(strength, 0.2, 0.95)
    towards = np.sign(loadings)
    total = np.abs(loadings).sum(axis=0)
    between = (towards.T @ correlation @ towards) / np.outer(total, total)
    variances = np.diag(covariance)
    strength = loadings.sum(axis=1)
    off = np.clip(between[np.tril_indices(factors, -1)], -0.8, 0.8)
    return np.concatenate([strength * np.sqrt(variances), (1 - strength**2) * variances, off])


def _result(
    structure: Structure, sample: Sample, found: Estimate, identification: Identification
) -> Confirmatory:
    factor_of, n = structure.factor_of, sample.respondents
    items, factors = len(factor_of), int(factor_of.max()) + 1
    model = parts(structure, 0, found.values)
    model_fit, log_likelihood = fit_of(sample, model.moments()[0], found)
    free = len(found.values)
    strength, residuals = found.values[:items], model.residuals
    errors = _errors(found.covariance)
    residuals_se = errors[items : 2 * items]
    correlations_se = np.zeros((factors, factors))
    correlations_se[np.tril_indices(factors, -1)] = errors[2 * items :]
    correlations_se += correlations_se.T
    standardised, standardised_se = _standardised(strength, residuals, found.covariance)
    if identification == "first loading":
        loadings, loadings_se, spread, spread_se = _by_first_loading(
            strength, model.factors, factor_of, found.covariance
        )
    else:
        loadings, loadings_se = strength, errors[:items]
        spread, spread_se = model.factors, correlations_se
    member = factor_of[:, None] == np.arange(factors)
    common = (member.T @ strength) ** 2
    within = np.einsum("if,jf,ij->f", member, member, sample.covariance)
    extracted = (member.T @ strength**2) / (member.T @ np.diag(sample.covariance))
    return Confirmatory(
        fit=model_fit,
        parameters=free,
        log_likelihood=log_likelihood,
        aic=2 * free - 2 * log_likelihood,
        bic=float(np.log(n)) * free - 2 * log_likelihood,
        loadings=loadings,
        loadings_se=loadings_se,
        residuals=residuals,
        residuals_se=residuals_se,
        factors=spread,
        factors_se=spread_se,
        standardised=standardised,
        standardised_se=standardised_se,
        correlations=model.factors,
        correlations_se=correlations_se,
        ave=extracted,
        omega=common / (common + member.T @ residuals),
        omega_observed=common / within,
        improper=bool(residuals.min() < 0 or np.linalg.eigvalsh(model.factors)[0] < 0),
        converged=True,
    )


def fit_of(sample: Sample, implied: Floats, found: Estimate) -> tuple[Fit, float]:
    """Fit, and the log-likelihood with the means as they are."""
    n, items = sample.respondents, len(implied)
    logarithm = float(np.linalg.slogdet(sample.covariance)[1])
    baseline = n * (float(np.log(np.diag(sample.covariance)).sum()) - logarithm)
    df = items * (items + 1) // 2 - len(found.values)
    srmr = standardised_residual(sample.covariance, implied)
    saturated = -n / 2 * (items * float(np.log(2 * np.pi)) + logarithm + items)
    result = fit(found.chi_square, df, baseline, items * (items - 1) // 2, n, srmr)
    return result, saturated - found.chi_square / 2


def _errors(covariance: Floats) -> Floats:
    return np.sqrt(np.diag(covariance))


def _standardised(strength: Floats, residuals: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Loadings over the items' standard deviations by the model, errors by the delta method."""
    items = len(strength)
    sd = np.sqrt(strength**2 + residuals)
    slope = np.hstack([np.diag(residuals), np.diag(-strength / 2)]) / sd[:, None] ** 3
    of = covariance[: 2 * items, : 2 * items]
    return strength / sd, _errors(slope @ of @ slope.T)


def _by_first_loading(
    strength: Floats, correlation: Floats, factor_of: Ints, covariance: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Loadings and factor covariances where each factor's first loading is 1, with errors."""
    items, factors = len(strength), len(correlation)
    first = np.unique(factor_of, return_index=True)[1]
    scale = strength[first]
    loadings = strength / scale[factor_of]
    slope = np.zeros((items, len(covariance)))
    slope[np.arange(items), np.arange(items)] = 1 / scale[factor_of]
    slope[np.arange(items), first[factor_of]] -= loadings / scale[factor_of]
    slope[first] = 0.0
    row, column = np.tril_indices(factors)
    r = correlation[row, column]
    of_factors = np.zeros((len(row), len(covariance)))
    cell = np.arange(len(row))
    np.add.at(of_factors, (cell, first[row]), r * scale[column])
    np.add.at(of_factors, (cell, first[column]), r * scale[row])
    between = row != column
    free = 2 * items + np.arange(np.sum(between))
    of_factors[cell[between], free] = (scale[row] * scale[column])[between]
    spread_se = np.zeros((factors, factors))
    spread_se[row, column] = spread_se[column, row] = _errors(
        of_factors @ covariance @ of_factors.T
    )
    spread = correlation * np.outer(scale, scale)
    return loadings, _errors(slope @ covariance @ slope.T), spread, spread_se


@dataclass(frozen=True, slots=True)
class Heterotrait:
    """Heterotrait-monotrait ratios (q, q), 1 on the diagonal, from means and geometric means.

    `reason` says which ratios are NaN, and why.
    """

    arithmetic: Floats
    geometric: Floats
    reason: str | None = None


def htmt(correlation: Floats, factor_of: Ints) -> Heterotrait:
    """Heterotrait-monotrait ratio of correlations between the factors of items.

    `correlation` (p, p), complete; `factor_of` (p,) numbers each item's factor from 0. Absolute
    correlations count, so the direction of items does not matter. NaN with a `reason` for a factor
    of one item, which has no correlations of its own, and where those of a factor are all 0 (in
    the geometric ratio: where one is). ValueError if shapes do not match.

    Formula: mean |r| between two factors over the root of the product of their mean |r| within.
    Sources: Henseler, Ringle & Sarstedt (2015), J. Academy of Marketing Science 43(1), arithmetic;
    Roemer, Schuberth & Henseler (2021), Industrial Management & Data Systems 121(12), geometric:
    HTMT2, the default of semTools.

    >>> items = np.array([0, 0, 1, 1])
    >>> r = np.where(items[:, None] == items, 0.5, 0.3) + 0.5 * np.eye(4)
    >>> htmt(r, items).geometric[0, 1].round(6).tolist()
    0.6
    """
    if correlation.shape != (len(factor_of), len(factor_of)):
        raise ValueError("factor_of has one entry for each item of the correlation matrix")
    if not np.isfinite(correlation).all():
        missing = np.full((int(factor_of.max()) + 1,) * 2, np.nan)
        return Heterotrait(missing, missing, "a correlation is missing")
    size = np.abs(correlation)
    logs = np.log(size, out=np.full_like(size, -np.inf), where=size > 0)
    arithmetic = _ratios(_means(size, factor_of))
    geometric = _ratios(np.exp(_means(logs, factor_of)))
    reason = None
    if np.bincount(factor_of).min() < 2:
        reason = "a factor of one item has no correlations of its own"
    elif np.isnan(geometric).any():
        reason = "items of one factor do not correlate"
    return Heterotrait(arithmetic, geometric, reason)


def _means(values: Floats, factor_of: Ints) -> Floats:
    """Means over pairs of items of each pair of factors, NaN where there is no pair."""
    factors = int(factor_of.max()) + 1
    result = np.full((factors, factors), np.nan)
    for a in range(factors):
        for b in range(factors):
            block = values[np.ix_(factor_of == a, factor_of == b)]
            each = block[~np.eye(len(block), dtype=bool)] if a == b else block
            if each.size:
                result[a, b] = each.mean()
    return result


def _ratios(means: Floats) -> Floats:
    within = np.diag(means)
    below = np.sqrt(np.outer(within, within))
    ratios = np.divide(means, below, out=np.full_like(means, np.nan), where=below > 0)
    np.fill_diagonal(ratios, np.where(within > 0, 1.0, np.nan))
    return ratios
