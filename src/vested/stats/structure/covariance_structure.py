"""Maximum likelihood for factor models of the covariances and means of one or more groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vested.stats.structure.newton import Local, minimum

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_UNIDENTIFIED = 1e-6


@dataclass(frozen=True, slots=True)
class Sample:
    """Covariances (p, p), divided by n, and means (p,) of the `respondents` of one group."""

    covariance: Floats
    means: Floats
    respondents: int


@dataclass(frozen=True, slots=True)
class Structure:
    """A model: which parameter each cell of each group is, -1 where it is `fixed`.

    `parameter` and `fixed` are (groups, cells): p loadings, p residual variances, p intercepts,
    q factor means, and the q(q + 1)/2 factor covariances row by row of the lower triangle. Item i
    loads on the factor `factor_of[i]` alone. Cells that share a number are equal. A further cell,
    if there is one, is the variance of a method: a factor that has a loading of 1 on each item and
    goes with no other factor.
    """

    factor_of: Ints
    parameter: Ints
    fixed: Floats


@dataclass(frozen=True, slots=True)
class Parts:
    """The cells of one group in their places."""

    loadings: Floats
    residuals: Floats
    intercepts: Floats
    factor_means: Floats
    factors: Floats
    method: Floats
    """The variance of the method, empty where there is none."""

    def moments(self) -> tuple[Floats, Floats]:
        """The covariances (p, p) and means (p,) that the model implies."""
        covariance: Floats = self.loadings @ self.factors @ self.loadings.T
        means: Floats = self.intercepts + self.loadings @ self.factor_means
        return covariance + np.diag(self.residuals) + self.method.sum(), means


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimates with their covariances; χ² against the covariances and means as they are.

    `reason` says why there are none, and all numbers are NaN then.
    """

    values: Floats
    covariance: Floats
    chi_square: float
    reason: str | None = None


def parts(structure: Structure, group: int, values: Floats) -> Parts:
    """The model of one group at these parameters: loadings (p, q), factor covariances (q, q)."""
    items, factors = len(structure.factor_of), int(structure.factor_of.max()) + 1
    at = structure.parameter[group]
    each = np.where(at >= 0, values[at], structure.fixed[group])
    pairs = factors * (factors + 1) // 2
    loading, residual, intercept, mean, rest, method = np.split(
        each, np.cumsum([items, items, items, factors, pairs])
    )
    loadings = np.zeros((items, factors))
    loadings[np.arange(items), structure.factor_of] = loading
    covariance = np.zeros((factors, factors))
    covariance[np.tril_indices(factors)] = rest
    covariance += np.tril(covariance, -1).T
    return Parts(loadings, residual, intercept, mean, covariance, method)


def estimate(
    structure: Structure, samples: Sequence[Sample], start: Floats, *, steps: int | None = None
) -> Estimate:
    """Maximum likelihood estimates under normality, by Fisher scoring from `start`.

    Sample covariances must be positive definite. `reason` says why there is no estimate: no
    convergence, or parameters that the data do not identify: an eigenvalue below 1e-6 (our choice)
    of the expected information of one respondent, with items and factors in units of their standard
    deviations. Residual variances may become negative, as lavaan lets them.

    Formula: χ² = Σ n_g·[ln|Σ| - ln|S| + tr(SΣ⁻¹) - p + (m - μ)'Σ⁻¹(m - μ)].
    Source: Jöreskog (1971), Psychometrika 36(4); covariances of estimates from the expected
    information, as lavaan's estimator ML.
    """
    total = sum(sample.respondents for sample in samples)

    def local(values: Floats) -> Local:
        value, gradient = 0.0, np.zeros(len(values))
        information = np.zeros((len(values), len(values)))
        for group, sample in enumerate(samples):
            share = sample.respondents / total
            here = _discrepancy(parts(structure, group, values), structure.factor_of, sample)
            if here is None:
                return np.inf, gradient, information
            at = structure.parameter[group]
            select = np.eye(len(values))[:, at] * (at >= 0)
            value += share * here[0]
            gradient += share * select @ here[1]
            information += share * select @ here[2] @ select.T
        return value, gradient, information

    missing = np.full(len(start), np.nan), np.full((len(start), len(start)), np.nan), np.nan
    found = minimum(local, start, steps=steps)
    if not found.converged:
        return Estimate(*missing, "the estimation did not converge")
    units = _units(structure, samples[0])
    information = local(found.at)[2] * np.outer(units, units)
    if np.linalg.eigvalsh(information)[0] < _UNIDENTIFIED:
        return Estimate(*missing, "the data do not identify the model")
    covariance = 2 / total * np.linalg.inv(information) * np.outer(units, units)
    return Estimate(found.at, covariance, total * max(found.value, 0.0))


def _units(structure: Structure, sample: Sample) -> Floats:
    """What 1 means for each parameter: the first group's standard deviations, or 1."""
    sd = np.sqrt(np.diag(sample.covariance))
    units = np.ones(structure.parameter.shape[1])
    units[: 3 * len(sd)] = np.concatenate([sd, sd**2, sd])
    factors = int(structure.factor_of.max()) + 1
    units[3 * len(sd) + factors + factors * (factors + 1) // 2 :] = np.mean(sd**2)
    result = np.ones(int(structure.parameter.max()) + 1)
    for at in structure.parameter:
        result[at[at >= 0]] = units[at >= 0]
    return result


def _discrepancy(model: Parts, factor_of: Ints, sample: Sample) -> Local | None:
    """Value, gradient and expected curvature by cell; None outside the possible covariances.

    Every derivative of Σ has the form c(xy' + yx'), so the curvature 2·tr(Σ_a Σ⁻¹ Σ_b Σ⁻¹) needs
    only products of the x and y, here already multiplied by the inverse root of Σ.
    """
    sigma, mu = model.moments()
    try:
        root = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return None
    unit = np.linalg.inv(root)
    apart = unit @ (sample.means - mu)
    seen = unit @ sample.covariance @ unit.T + np.outer(apart, apart)
    items, factors = len(sigma), len(model.factors)
    _, logarithm = np.linalg.slogdet(sample.covariance)
    value = 2 * np.log(np.diag(root)).sum() - logarithm + np.trace(seen) - items
    axes = unit @ model.loadings
    row, column = np.tril_indices(factors)
    still = np.zeros((items, items + factors))
    every = np.tile(unit.sum(axis=1, keepdims=True), len(model.method))
    x = np.concatenate([unit, unit, still, axes[:, row], every], axis=1)
    y = np.concatenate(
        [(axes @ model.factors)[:, factor_of], unit, still, axes[:, column], every], axis=1
    )
    halves = np.concatenate([np.ones(items), np.full(2 * items + factors, 0.5)])
    c = np.concatenate([halves, np.where(row == column, 0.5, 1.0), np.full(len(model.method), 0.5)])
    shift = np.zeros_like(x)
    shift[:, :items] = unit * model.factor_means[factor_of]
    shift[:, 2 * items : 3 * items] = unit
    shift[:, 3 * items : 3 * items + factors] = axes
    gradient = 2 * c * np.sum(x * (y - seen @ y), axis=0) - 2 * apart @ shift
    curvature = 2 * np.outer(c, c) * ((x.T @ x) * (y.T @ y) + (x.T @ y) * (y.T @ x))
    return float(value), gradient, curvature + 2 * shift.T @ shift
