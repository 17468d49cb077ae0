"""Whether items have common factors at all, and how many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vested.stats.structure.factors import extract
from vested.stats.structure.fit import correlations, obstacle

Floats = NDArray[np.float64]

_NONE: Floats = np.empty(0)
_NOTHING = 1e-10


@dataclass(frozen=True, slots=True)
class SamplingAdequacy:
    """Kaiser-Meyer-Olkin measure, 0-1; `reason` says why it could not be computed."""

    overall: float
    items: Floats
    reason: str | None = None


def kmo(correlation: Floats) -> SamplingAdequacy:
    """Kaiser-Meyer-Olkin measure of sampling adequacy, overall and of each item.

    `correlation` (p, p), complete. 0-1: how large correlations are beside partial correlations,
    given all other items. Not defined, so NaN with a `reason`, for fewer than 3 items, a missing
    correlation or a matrix that is not positive definite; 0 where no items correlate. ValueError
    if the matrix is not square.

    Formula: Σr²/(Σr² + Σa²) off the diagonal, a the anti-image correlations.
    Source: Kaiser & Rice (1974), Educational and Psychological Measurement 34(1); as psych's KMO.

    >>> alike = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    >>> round(kmo(alike).overall, 6)
    0.692308
    """
    reason = obstacle(correlation)
    if reason:
        return SamplingAdequacy(np.nan, np.full(len(correlation), np.nan), reason)
    inverse = np.linalg.inv(correlation)
    scale = 1 / np.sqrt(np.diag(inverse))
    outside = 1 - np.eye(len(correlation))
    observed = (correlation * outside) ** 2
    partial = (inverse * np.outer(scale, scale) * outside) ** 2
    of_items = _share(observed.sum(axis=0), partial.sum(axis=0))
    return SamplingAdequacy(float(_share(observed.sum(), partial.sum())), of_items)


def _share(observed: Floats, partial: Floats) -> Floats:
    total = observed + partial
    return np.divide(observed, total, out=np.zeros_like(total), where=total > 0)


@dataclass(frozen=True, slots=True)
class Sphericity:
    """Bartlett's test that no items correlate; `reason` says why it could not be made."""

    chi_square: float
    df: int
    p: float
    reason: str | None = None


def bartlett(correlation: Floats, respondents: int) -> Sphericity:
    """Bartlett's test of sphericity: whether all correlations (p, p) of `respondents` are 0.

    NaN with a `reason` for fewer than 3 items, a missing correlation, a matrix that is not
    positive definite or no more respondents than items. Correlations from pairs of answers have
    no single n: give the smallest. p may be 0: below what a float can hold. ValueError if the
    matrix is not square.

    Formula: χ² = -(n - 1 - (2p + 5)/6)·ln|R|, df = p(p - 1)/2.
    Source: Bartlett (1951), Biometrika 38(3/4); as psych's cortest.bartlett.

    >>> test = bartlett(np.full((3, 3), 0.5) + 0.5 * np.eye(3), 50)
    >>> round(test.chi_square, 5), test.df
    (32.69344, 3)
    """
    from scipy.special import chdtrc

    items = len(correlation)
    df = items * (items - 1) // 2
    reason = obstacle(correlation, respondents)
    if reason:
        return Sphericity(np.nan, df, np.nan, reason)
    factor = respondents - 1 - (2 * items + 5) / 6
    chi_square = max(-factor * float(np.linalg.slogdet(correlation)[1]), 0.0)
    return Sphericity(chi_square, df, float(chdtrc(df, chi_square)))


@dataclass(frozen=True, slots=True)
class PartialCorrelations:
    """Velicer's test: the average squared partial correlation by number of components taken out.

    `average` starts at none; `components` has the smallest. `reason` says why there is none.
    """

    average: Floats
    components: int
    reason: str | None = None


def minimum_average_partial(correlation: Floats) -> PartialCorrelations:
    """Velicer's number of components: where the rest of a correlation matrix has least in common.

    `correlation` (p, p), complete. From 0 to p - 2 components, for after p - 1 all that is left
    correlates perfectly; fewer where nothing is left of an item before. No `average` and 0
    components with a `reason` for fewer than 3 items, a missing correlation or a matrix that is
    not positive definite. ValueError if the matrix is not square.

    Formula: Σ_{i≠j} r*²/[p(p - 1)], r* the correlations of R less its first m components.
    Source: Velicer (1976), Psychometrika 41(3). psych's vss has the same from 1 component on.

    >>> two = np.kron(np.eye(2), np.full((3, 3), 0.6)) + 0.4 * np.eye(6)
    >>> minimum_average_partial(two).components
    2
    """
    reason = obstacle(correlation)
    if reason:
        return PartialCorrelations(_NONE, 0, reason)
    items = len(correlation)
    sizes, vectors = np.linalg.eigh(correlation)
    components = (vectors * np.sqrt(sizes))[:, ::-1]
    average: list[float] = []
    rest = correlation.copy()
    for taken in range(items - 1):
        if np.diag(rest).min() < _NOTHING:
            break
        partial = correlations(rest) * (1 - np.eye(items))
        average.append(float(np.sum(partial**2)) / (items * (items - 1)))
        rest = rest - np.outer(components[:, taken], components[:, taken])
    return PartialCorrelations(np.array(average), int(np.argmin(average)))


@dataclass(frozen=True, slots=True)
class Parallel:
    """Eigenvalues beside those of uncorrelated normal data, of components and of factors.

    `*_random` has the `quantile` of the random eigenvalues and `*_mean` their mean, largest first.
    `components` and `factors` are the numbers that exceed the quantile, `*_by_mean` those that
    exceed the mean, counted up to the first that does not. `unsettled` counts the random matrices
    whose factor was not found to full precision. `reason` says why there is no result.
    """

    component_values: Floats
    component_random: Floats
    component_mean: Floats
    factor_values: Floats
    factor_random: Floats
    factor_mean: Floats
    components: int
    factors: int
    components_by_mean: int
    factors_by_mean: int
    quantile: float
    draws: int
    unsettled: int
    reason: str | None = None


def parallel(
    correlation: Floats,
    respondents: int,
    random: np.random.Generator,
    *,
    draws: int = 200,
    quantile: float = 0.95,
) -> Parallel:
    """Parallel analysis: how many components and factors exceed those of uncorrelated items.

    `correlation` (p, p), complete, of `respondents` answers; `random` as of
    `vested.stats.random.generator`. Eigenvalues of components are those of R; of factors those of
    R with the communalities of one minres factor on the diagonal, as psych's fa.parallel. Random
    correlation matrices are drawn as Wishart matrices: distributed as those of n × p normal
    numbers, at a cost that does not grow with n. Nothing but a `reason` for fewer than 3 items, a
    missing correlation, a matrix that is not positive definite or no more respondents than items.
    ValueError if the matrix is not square.

    Sources: Horn (1965), Psychometrika 30(2); the 95 % quantile of Glorfeld (1995), Educational and
    Psychological Measurement 55(3); Bartlett's decomposition of Wishart matrices (1933).

    >>> from vested.stats.random import generator
    >>> two = np.kron(np.eye(2), np.full((3, 3), 0.6)) + 0.4 * np.eye(6)
    >>> found = parallel(two, 200, generator(0, "", "parallel analysis"), draws=50)
    >>> found.factors, found.components
    (2, 2)
    """
    reason = obstacle(correlation, respondents)
    if reason:
        empty = (_NONE, _NONE, _NONE)
        return Parallel(*empty, *empty, 0, 0, 0, 0, quantile, 0, 0, reason)
    matrices = [correlation, *_uncorrelated(len(correlation), respondents, random, draws)]
    components = np.linalg.eigvalsh(matrices)[:, ::-1]
    common = [extract(matrix, 1) for matrix in matrices]
    outside = 1 - np.eye(len(correlation))
    reduced = [
        matrix * outside + np.diag((one.loadings**2).sum(axis=1))
        for matrix, one in zip(matrices, common, strict=True)
    ]
    factors = np.linalg.eigvalsh(reduced)[:, ::-1]
    high, of_factors = (np.quantile(each[1:], quantile, axis=0) for each in (components, factors))
    mean, mean_factors = components[1:].mean(axis=0), factors[1:].mean(axis=0)
    return Parallel(
        components[0],
        high,
        mean,
        factors[0],
        of_factors,
        mean_factors,
        components=_leading(components[0] > high),
        factors=_leading(factors[0] > of_factors),
        components_by_mean=_leading(components[0] > mean),
        factors_by_mean=_leading(factors[0] > mean_factors),
        quantile=quantile,
        draws=draws,
        unsettled=sum(not one.converged for one in common),
    )


def _uncorrelated(
    items: int, respondents: int, random: np.random.Generator, draws: int
) -> list[Floats]:
    """Correlation matrices of normal numbers without any correlation."""
    result = []
    for _ in range(draws):
        root = np.tril(random.standard_normal((items, items)), -1)
        root += np.diag(np.sqrt(random.chisquare(respondents - 1 - np.arange(items))))
        root /= np.sqrt(np.sum(root**2, axis=1))[:, None]
        result.append(root @ root.T)
    return result


def _leading(above: NDArray[np.bool_]) -> int:
    """How many are true before the first that is not."""
    return int(np.argmin(above)) if not above.all() else len(above)
