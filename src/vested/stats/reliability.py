"""Reliability of the sum (or mean) of several items, from their covariances."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtri

from vested.stats.structure.factors import extract

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NOTHING = 1e-12
"""A variance below this share of all (co)variances is the rounding of none at all."""

_NO_LOADING = 1e-6


class OneFactor(NamedTuple):
    """Loadings λ and uniquenesses θ of k items: covariances λ_i·λ_j, variances λ_i² + θ_i."""

    loadings: Floats
    uniquenesses: Floats


def alpha(covariance: Floats) -> Floats:
    """Coefficient alpha (Cronbach's) of the sum of k items.

    Covariances of shape (…, k, k), pairwise or listwise; the result has shape (…). A lower bound of
    the reliability if the errors of the items are independent; for indices whose items need not
    correlate it has no meaning. Below 0 where the covariances sum to less than 0, which usually
    says that an item is not reversed as it should be; that value is kept. NaN for one item, where
    the sum has no variance, and where a covariance is missing.

    Formula: k/(k-1)·(1 - Σs²_i/s²_X).
    Source: Cronbach (1951), Psychometrika 16(3).

    >>> float(alpha(np.array([[1.0, 0.5], [0.5, 1.0]])).round(6))
    0.666667
    """
    items = covariance.shape[-1]
    own, _, total = _sums(covariance)
    error = _share(own.sum(axis=-1), total, covariance, items > 1)
    return np.asarray(items / max(items - 1, 1) * (1 - error))


def _sums(covariance: Floats) -> tuple[Floats, Floats, Floats]:
    """Variances, sums of the rows, and the sum of all, which is the variance of the sum."""
    return (
        np.diagonal(covariance, axis1=-2, axis2=-1),
        covariance.sum(axis=-1),
        covariance.sum(axis=(-2, -1)),
    )


def _share(part: Floats, whole: Floats, covariance: Floats, known: bool) -> Floats:
    """`part` of `whole`, NaN where the whole is no variance."""
    size = np.abs(covariance).sum(axis=(-2, -1))
    size = size.reshape(size.shape + (1,) * (whole.ndim - size.ndim))
    there = known & (whole > _NOTHING * size)
    return np.where(there, part / np.where(there, whole, 1.0), np.nan)


def standardised_alpha(correlation: Floats) -> Floats:
    """Coefficient alpha of the sum of k standardised items.

    Correlations of shape (…, k, k); the result has shape (…). NaN for one item, where the sum has
    no variance, and where a correlation is missing: an item without variance has none.

    Formula: k·r̄/(1 + (k-1)·r̄), r̄ the mean of the correlations between items.
    Source: Cronbach (1951), Psychometrika 16(3).

    >>> float(standardised_alpha(np.array([[1.0, 0.5], [0.5, 1.0]])).round(6))
    0.666667
    """
    return alpha(correlation)


def mean_correlation(correlation: Floats) -> Floats:
    """Mean of the correlations between k items.

    Shape (…, k, k); the result has shape (…). NaN for one item and where a correlation is missing.

    Formula: (Σr_ij - k) / (k·(k-1)).

    >>> float(mean_correlation(np.array([[1.0, 0.5], [0.5, 1.0]])))
    0.5
    """
    items = correlation.shape[-1]
    own, _, total = _sums(correlation)
    between = total - own.sum(axis=-1)
    return between / (items * (items - 1)) if items > 1 else np.full(between.shape, np.nan)


def alpha_interval(
    alpha: ArrayLike, n: ArrayLike, items: ArrayLike, *, confidence: float
) -> tuple[Floats, Floats]:
    """Confidence interval of coefficient alpha by Feldt's F.

    Arrays that fit together; `n` is the number of respondents. Exact for normal answers and items
    with equal true scores and error variances, an approximation otherwise. NaN where n < 2, for one
    item, and where alpha is NaN. The second degrees of freedom are (n-1)·(k-1), as in psych and
    cocron for R; others (statpsych) take n·(k-1), which moves a limit by less than 0.002 when
    n = 100 and α ≥ 0.

    Formula: 1 - (1-α)·F(1-c/2), 1 - (1-α)·F(c/2), F with n-1 and (n-1)·(k-1) degrees of freedom.
    Source: Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11(1).

    >>> low, high = alpha_interval(0.85, 89, 7, confidence=0.95)
    >>> float(low.round(5)), float(high.round(5))
    (0.79706, 0.89317)
    """
    value, n, items = (np.asarray(a, np.float64) for a in (alpha, n, items))
    known = (n > 1) & (items > 1)
    first = np.where(known, n - 1, 1.0)
    second = np.where(known, (n - 1) * (items - 1), 1.0)
    tail = (1 - confidence) / 2
    low, high = (1 - (1 - value) * fdtri(first, second, p) for p in (1 - tail, tail))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def spearman_brown(r: ArrayLike, factor: float = 2.0) -> Floats:
    """Reliability of a test `factor` times as long: a half stepped up, or a short form forecast.

    `r` of any shape: the reliability now or, for two items, their correlation; NaN stays NaN. Also
    NaN where r is so far below 0 that no test of that length can have it, r ≤ -1/(factor - 1).
    ValueError unless `factor` is above 0.

    Formula: f·r / (1 + (f-1)·r).
    Sources: Spearman (1910), Brown (1910), British Journal of Psychology 3(3).

    >>> float(spearman_brown(0.5).round(6)), float(spearman_brown(0.95, 28 / 80).round(4))
    (0.666667, 0.8693)
    """
    if not factor > 0:
        raise ValueError("a test cannot be made 0 times as long, or less")
    r = np.asarray(r, np.float64)
    whole = 1 + (factor - 1) * r
    return np.where(whole > _NOTHING, factor * r / np.where(whole > _NOTHING, whole, 1.0), np.nan)


def alpha_if_deleted(covariance: Floats) -> Floats:
    """Coefficient alpha of the other items, for each item that might be left out.

    Covariances of shape (…, k, k); the result has shape (…, k). Of correlations it gives the
    standardised alpha. NaN for two items or one, where the rest has no variance, and where a
    covariance is missing (of whatever item, as the sums run over all).

    Formula: that of `alpha` without row and column i.

    >>> alpha_if_deleted(np.array([[2, 1, 1], [1, 2, 0.5], [1, 0.5, 2]])).round(6).tolist()
    [0.4, 0.666667, 0.666667]
    """
    items = covariance.shape[-1]
    own, row, total = _sums(covariance)
    rest = total[..., None] - 2 * row + own
    left = own.sum(axis=-1)[..., None] - own
    error = _share(left, rest, covariance, items > 2)
    return np.asarray((items - 1) / max(items - 2, 1) * (1 - error))


def item_rest(covariance: Floats) -> Floats:
    """Correlation of each item with the sum of the others (corrected item-total correlation).

    Covariances of shape (…, k, k); the result has shape (…, k). Below 0 an item runs against the
    others, as one does that was not reversed. NaN for one item, where the item or the sum of the
    others has no variance, and where a covariance is missing. Of pairwise covariances it can be
    beyond ±1, as they need not be those of any one set of respondents.

    Formula: (Σ_j c_ij - c_ii) / √(c_ii·s²_rest).
    Source: Henrysson (1963), Psychometrika 28(2); as r.drop of psych::alpha.

    >>> item_rest(np.array([[2, 1, 1], [1, 2, 0.5], [1, 0.5, 2]])).round(6).tolist()
    [0.632456, 0.433013, 0.433013]
    """
    items = covariance.shape[-1]
    own, row, total = _sums(covariance)
    rest = total[..., None] - 2 * row + own
    own_and_rest = np.sqrt(np.maximum(own, 0.0) * np.maximum(rest, 0.0))
    smaller = np.minimum(own, rest)
    # `_share` of the smaller of both variances says whether there is one at all.
    there = ~np.isnan(_share(smaller, smaller, covariance, items > 1))
    return np.where(there, (row - own) / np.where(there, own_and_rest, 1.0), np.nan)


def one_factor(covariance: Floats, *, method: Literal["ml", "minres"] = "ml") -> OneFactor:
    """Loadings and uniquenesses of k items under one common factor, in the units of the items.

    Covariances (k x k). Maximum likelihood (`ml`) does not depend on the units; minimum residuals
    (`minres`) takes the correlations behind the covariances, all items alike. Three items have as
    many covariances as loadings, and fit exactly. The loadings have a sum of at least 0, and are
    all 0 where no items correlate.

    NaN throughout where there is no one proper solution: fewer than 3 items, or fewer than 3 with
    any loading (two have one covariance for two loadings); an item without variance, a missing
    covariance, a matrix that is not positive definite; a Heywood case, where the best fit would
    leave an item a uniqueness below 0.5 % of its variance, or below 0.

    Sources: as `vested.stats.structure.factors.extract`; three loadings: Anderson & Rubin (1956),
    Proceedings of the Third Berkeley Symposium 5.

    >>> r = np.array([[1, 0.42, 0.3], [0.42, 1, 0.35], [0.3, 0.35, 1]])
    >>> one_factor(r).loadings.round(6).tolist()
    [0.6, 0.7, 0.5]
    """
    covariance = np.asarray(covariance, np.float64)
    variance = np.diagonal(covariance)
    nothing = OneFactor(np.full(len(variance), np.nan), np.full(len(variance), np.nan))
    if len(variance) < 3 or not np.isfinite(covariance).all() or variance.min() <= 0:
        return nothing
    deviation = np.sqrt(variance)
    correlation = covariance / np.outer(deviation, deviation)
    if np.linalg.eigvalsh(correlation)[0] <= _NOTHING:
        return nothing
    found = extract(correlation, 1, method=method)
    loadings = found.loadings[:, 0]
    loading = int((np.abs(loadings) > _NO_LOADING).sum())
    if not found.converged or found.heywood.any() or loading in {1, 2}:
        return nothing
    return OneFactor(loadings * deviation, (1 - loadings**2) * variance)


def omega_total(covariance: Floats) -> float:
    """McDonald's omega of the sum of k items under one common factor, by maximum likelihood.

    Covariances (k x k). The model must hold: all that the items share is one factor, and the
    errors are independent. The total variance is that of the model (semTools and psych divide by
    the observed one). With 3 items the model fits exactly; NaN for fewer, and wherever
    `one_factor` has no proper solution.

    Formula: (Σλ)² / [(Σλ)² + Σθ].
    Source: McDonald (1999), Test Theory.

    >>> round(omega_total(np.array([[1, 0.42, 0.3], [0.42, 1, 0.35], [0.3, 0.35, 1]])), 6)
    0.63035
    """
    loadings, own = one_factor(covariance)
    common = float(loadings.sum()) ** 2
    return common / (common + float(own.sum()))


def omega_total_minres(correlation: Floats) -> float:
    """McDonald's omega of the sum of k standardised items under one factor, by minimum residuals.

    Correlations (k x k); not the same as `omega_total`, as the items count alike and the total
    variance is the observed one. NaN for fewer than 3 items, wherever `one_factor` has no proper
    solution, and where the sum has no variance.

    Formula: 1 - Σu²/Σr_ij.
    Source: as omega(nfactors = 1) of psych, Revelle & Zinbarg (2009), Psychometrika 74(1).

    >>> round(omega_total_minres(np.array([[1, 0.42, 0.3], [0.42, 1, 0.35], [0.3, 0.35, 1]])), 6)
    0.63035
    """
    own = one_factor(correlation, method="minres").uniquenesses
    return float(1 - _share(own.sum(), correlation.sum(), correlation, known=True))


def standard_error_of_measurement(sd: ArrayLike, reliability: ArrayLike) -> Floats:
    """Standard deviation of the errors in the scores of respondents, in units of the score.

    Arrays that fit together. NaN where one is NaN, and for a reliability below 0 or above 1, which
    no share of variance can be.

    Formula: s·√(1 - reliability).
    Source: Lord & Novick (1968), Statistical Theories of Mental Test Scores.

    >>> float(standard_error_of_measurement(15, 0.84).round(6))
    6.0
    """
    reliability = np.asarray(reliability, np.float64)
    known = (reliability >= 0) & (reliability <= 1)
    return np.where(known, np.asarray(sd) * np.sqrt(np.where(known, 1 - reliability, 0)), np.nan)


def stratified_alpha(variances: Floats, alphas: Floats, total_variance: ArrayLike) -> Floats:
    """Reliability of a sum of several facets, each of which has an alpha of its own.

    Variances and alphas of the facets' sums (…, facet), and the variance of the whole sum (…). The
    facets need not correlate. NaN where one is NaN or the whole has no variance. Below 0 where the
    facets run against each other; that value is kept.

    Formula: 1 - Σσ²_i·(1-α_i) / σ²_X.
    Source: Rajaratnam, Cronbach & Gleser (1965), Psychometrika 30(1).

    >>> float(stratified_alpha(np.array([100.0, 144]), np.array([0.8, 0.7]), 364.0).round(5))
    0.82637
    """
    whole = np.asarray(total_variance, np.float64)
    error = (variances * (1 - alphas)).sum(axis=-1)
    return np.where(whole > 0, 1 - error / np.where(whole > 0, whole, 1.0), np.nan)
