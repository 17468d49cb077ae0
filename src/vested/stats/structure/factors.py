"""Exploratory factor analysis of correlations, and the general factor behind its factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vested.stats.structure.fit import NO_FIT, Fit, fit, obstacle, standardised_residual
from vested.stats.structure.newton import Local, minimum
from vested.stats.structure.rotation import Rotation, arranged, oblimin, varimax

Floats = NDArray[np.float64]
Method = Literal["minres", "ml"]
Rotated = Literal["oblimin", "varimax", "none"]

_LEAST_UNIQUENESS = 0.005
_FEW_ITEMS = 8
_NO_LOWER = 1e-12


@dataclass(frozen=True, slots=True)
class Exploratory:
    """Exploratory factors: pattern loadings (p, q), correlations of factors (q, q), and their fit.

    `communalities` (p,) is the share of each item's variance in common, `variances` (q,) what each
    factor accounts for, in items. `rms` is the root mean square of the residual correlations.
    `heywood` (p,) marks items at the bound of 0.005 unique variance: distrust the solution.
    `reason` says why there are no factors, or why there is no fit; NaN stands for both.
    """

    loadings: Floats
    correlations: Floats
    communalities: Floats
    variances: Floats
    fit: Fit
    rms: float
    heywood: NDArray[np.bool_]
    converged: bool
    reason: str | None = None


def explore(
    correlation: Floats,
    respondents: int,
    factors: int,
    *,
    method: Method = "minres",
    rotation: Rotated = "oblimin",
) -> Exploratory:
    """Exploratory factor analysis of a correlation matrix (p, p) of `respondents` answers.

    Factors point where their loadings add up to ≥ 0 and come in order of variance, as in psych.
    NaN with a `reason`: fewer than 3 items, a missing correlation, a matrix that is not positive
    definite, no more respondents than items, more factors than so few items can tell apart
    (df < 0), or no convergence; there are factors but no fit where the correlations that they imply
    are not positive definite. ValueError for fewer than 1 factor or a matrix that is not square.

    Formulas: χ² = [n - 1 - (2p + 5)/6 - 2q/3]·[tr(Σ⁻¹R) - ln|Σ⁻¹R| - p], Σ with a diagonal of 1,
    the baseline's with the same factor; df = [(p - q)² - p - q]/2. So TLI is psych's. RMSEA has n
    where psych 2.2.9 has n for χ² and n - 1 elsewhere: about 1/(2n) apart.
    Sources: see `extract`, `oblimin`, `varimax`; Bartlett (1951), Biometrika 38(3/4).

    >>> strength = np.array([0.8, 0.7, 0.6, 0.5, 0.4])
    >>> r = np.outer(strength, strength)
    >>> np.fill_diagonal(r, 1)
    >>> explore(r, 100, 1).loadings.ravel().round(6).tolist()
    [0.8, 0.7, 0.6, 0.5, 0.4]
    """
    if factors < 1:
        raise ValueError("at least one factor")
    items = len(correlation)
    df = ((items - factors) ** 2 - items - factors) // 2
    reason = obstacle(correlation, respondents)
    if reason is None and (df < 0 or factors >= items):
        reason = "too many factors for so few items"
    if reason:
        return _no_factors(items, factors, reason)
    found = extract(correlation, factors, method=method)
    turned = arranged(_rotate(found.loadings, rotation))
    if not (found.converged and turned.converged):
        return _no_factors(items, factors, "the estimation did not converge")
    common = found.loadings @ found.loadings.T
    residuals = (correlation - common)[~np.eye(items, dtype=bool)]
    implied = common.copy()
    np.fill_diagonal(implied, 1.0)
    model_fit = _fit(correlation, implied, respondents, factors, df)
    loadings, between = turned.loadings, turned.correlations
    return Exploratory(
        loadings=loadings,
        correlations=between,
        communalities=np.diag(common).copy(),
        variances=np.diag(between @ loadings.T @ loadings).copy(),
        fit=model_fit or NO_FIT,
        rms=float(np.sqrt(np.mean(residuals**2))),
        heywood=found.heywood,
        converged=True,
        reason=None if model_fit else "the implied correlations are not positive definite",
    )


def _no_factors(items: int, factors: int, reason: str) -> Exploratory:
    return Exploratory(
        np.full((items, factors), np.nan),
        np.full((factors, factors), np.nan),
        np.full(items, np.nan),
        np.full(factors, np.nan),
        NO_FIT,
        np.nan,
        np.zeros(items, bool),
        converged=False,
        reason=reason,
    )


def _rotate(loadings: Floats, rotation: Rotated) -> Rotation:
    if rotation == "oblimin":
        return oblimin(loadings)
    if rotation == "varimax":
        return varimax(loadings)
    return Rotation(loadings, np.eye(loadings.shape[1]), True)


def _fit(
    correlation: Floats, implied: Floats, respondents: int, factors: int, df: int
) -> Fit | None:
    """Fit by the likelihood whatever the extraction; None where none is defined."""
    items = len(correlation)
    if np.linalg.eigvalsh(implied)[0] <= 0:
        return None
    ratio = np.linalg.solve(implied, correlation)
    discrepancy = float(np.trace(ratio) - np.linalg.slogdet(ratio)[1]) - items
    baseline = -float(np.linalg.slogdet(correlation)[1])
    factor = respondents - 1 - (2 * items + 5) / 6 - 2 * factors / 3
    return fit(
        max(factor * discrepancy, 0.0),
        df,
        factor * baseline,
        items * (items - 1) // 2,
        respondents,
        standardised_residual(correlation, implied),
    )


@dataclass(frozen=True, slots=True)
class Omega:
    """Reliability of the sum of standardised items by a general and several group factors.

    `hierarchical` is the share of that sum's variance that is due to the general factor, `total`
    to all common factors, `limit` is their quotient; `explained` the general factor's share of the
    common variance of the items. `general` (p,) and `group` (p, q) are the Schmid-Leiman loadings,
    `uniquenesses` (p,) what is left. `turned` (p,) marks items that the general factor turns round;
    they are turned before the sum. `heywood` says that an item, or a factor in the general one,
    is at the bound of 0.005 unique variance: distrust the solution. `model` says how all this was
    found, `reason` why something is NaN.
    """

    hierarchical: float
    total: float
    limit: float
    explained: float
    general: Floats
    group: Floats
    uniquenesses: Floats
    turned: NDArray[np.bool_]
    heywood: bool
    model: str
    reason: str | None = None


def omega(correlation: Floats, factors: int = 3, *, method: Method = "minres") -> Omega:
    """McDonald's ω_h and ω_t of a correlation matrix (p, p) from a Schmid-Leiman transformation.

    `factors` oblique factors, and above them one factor of their correlations. Of two factors the
    correlation is shared equally, since two cannot tell which of them is the more general (psych's
    option "equal"). One factor has nothing above it: `total` alone is given, with a `reason`.
    All NaN with a `reason`: fewer than 3 items, a missing correlation, a matrix that is not
    positive definite, too many factors, or no convergence. ValueError for fewer than 1 factor.

    Formulas, after turning: ω_h = (Σg)²/ΣR, ω_t = (ΣR - Σu²)/ΣR.
    Sources: Schmid & Leiman (1957), Psychometrika 22(1); Zinbarg, Revelle, Yovel & Li (2005),
    Psychometrika 70(1); as psych's omega: oblimin of the varimax rotation of minres factors.

    >>> parts = np.kron(np.eye(3), np.full((3, 3), 0.3)) + 0.3 + 0.4 * np.eye(9)
    >>> found = omega(parts)
    >>> round(found.hierarchical, 6), round(found.total, 6), found.model
    (0.675, 0.9, '3 factors by minres, oblimin, Schmid-Leiman')
    """
    if factors < 1:
        raise ValueError("at least one factor")
    items = len(correlation)
    model = f"{factors} factors by {method}, oblimin, Schmid-Leiman"
    reason = obstacle(correlation)
    if reason is None and (factors >= items or (items - factors) ** 2 < items + factors):
        reason = "too many factors for so few items"
    if reason is None:
        found = extract(correlation, factors, method=method)
        turn = oblimin(arranged(varimax(found.loadings)).loadings)
        above = _second_order(turn.correlations)
        if found.converged and turn.converged and above.converged:
            return _omega(correlation, turn.loadings, found, above, model)
        reason = "the estimation did not converge"
    nothing, group = np.full(items, np.nan), np.full((items, factors), np.nan)
    four, no = (np.nan,) * 4, np.zeros(items, bool)
    return Omega(*four, nothing, group, nothing, no, False, model, reason)


def _second_order(correlations: Floats) -> Extraction:
    """How the factors load on the general one."""
    if len(correlations) > 2:
        return extract(correlations, 1)
    shared = correlations[0, 1] if len(correlations) == 2 else 0.0
    root = np.sqrt(abs(shared))
    loadings = np.array([root, np.sign(shared) * root])[: len(correlations), None]
    return Extraction(loadings, np.zeros(len(correlations), bool), 0, True)


def _omega(
    correlation: Floats, pattern: Floats, found: Extraction, above: Extraction, model: str
) -> Omega:
    one = pattern.shape[1] == 1
    strength = above.loadings[:, 0]
    general = pattern @ strength
    group = pattern * np.sqrt(np.maximum(1 - strength**2, 0))
    uniquenesses = 1 - np.sum(found.loadings**2, axis=1)
    sign = np.where((pattern[:, 0] if one else general) < 0, -1.0, 1.0)
    general, group = general * sign, group * sign[:, None]
    variance = float(sign @ correlation @ sign)
    common = variance - float(uniquenesses.sum())
    due = float(general.sum()) ** 2
    shares = float(np.sum(general**2)), float(np.sum(group**2))
    nothing = np.full_like(general, np.nan)
    return Omega(
        hierarchical=np.nan if one else due / variance,
        total=common / variance,
        limit=np.nan if one else due / common,
        explained=np.nan if one else shares[0] / sum(shares),
        general=nothing if one else general,
        group=group,
        uniquenesses=uniquenesses,
        turned=sign < 0,
        heywood=bool(found.heywood.any() or above.heywood.any()),
        model=model,
        reason="one factor has no general factor above it" if one else None,
    )


@dataclass(frozen=True, slots=True)
class Extraction:
    """Unrotated factors; `heywood` marks items whose unique variance would fall below 0.005."""

    loadings: Floats
    heywood: NDArray[np.bool_]
    steps: int
    converged: bool


def extract(correlation: Floats, factors: int, *, method: Method = "minres") -> Extraction:
    """Unrotated loadings (items, factors) of a positive definite correlation matrix.

    Unique variances are kept within 0.005 and 1, as psych keeps them; the search starts from one
    minus the squared multiple correlations (minres of 8 items or fewer also from each item as the
    factor itself, and the lowest minimum counts) and ends far beyond the digits that psych shows.
    Columns are the principal axes of the common part, the largest first, and add up to ≥ 0.

    Formulas: with θ the eigenvalues beyond the first `factors`, minres minimises ½Σθ² of R - Ψ
    (the same as least squares off the diagonal), ml Σ(θ - ln θ - 1) of Ψ^-½·R·Ψ^-½.
    Sources: Harman & Jones (1966), Psychometrika 31(3); Jöreskog (1967), Psychometrika 32(4);
    curvature from the divided differences of Lewis & Sendov (2001), SIAM J. Matrix Anal. 23(2).

    >>> one = extract(np.array([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]]), 1)
    >>> one.loadings.ravel().round(9).tolist(), one.converged
    ([0.8, 0.7, 0.6], True)
    """
    start = 1 / np.diag(np.linalg.inv(correlation))
    if method == "minres":
        searches = [
            minimum(
                lambda psi: _least_squares(correlation, psi, factors),
                first,
                low=_LEAST_UNIQUENESS,
                high=1.0,
            )
            for first in _starts(start)
        ]
        # The first wins unless another is lower by more than rounding.
        ended = [found for found in searches if found.converged] or searches
        lowest = min(found.value for found in ended)
        found = next(found for found in ended if found.value <= lowest + _NO_LOWER)
        psi = found.at
        sizes, vectors = np.linalg.eigh(correlation - np.diag(psi))
        loadings = vectors * np.sqrt(np.maximum(sizes, 0))
    else:
        found = minimum(
            lambda logs: _likelihood(correlation, logs, factors),
            np.log(start),
            low=float(np.log(_LEAST_UNIQUENESS)),
            high=0.0,
        )
        psi = np.exp(found.at)
        root = np.sqrt(psi)
        sizes, vectors = np.linalg.eigh(correlation / np.outer(root, root))
        loadings = root[:, None] * vectors * np.sqrt(np.maximum(sizes - 1, 0))
    loadings = loadings[:, : -factors - 1 : -1]
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    heywood = psi <= _LEAST_UNIQUENESS * (1 + 1e-9)
    return Extraction(loadings, heywood, found.steps, found.converged)


def _starts(start: Floats) -> list[Floats]:
    """Where to search from: few items can have a minimum with one of them as good as the factor."""
    if len(start) > _FEW_ITEMS:
        return [start]
    each = np.where(np.eye(len(start)) > 0, _LEAST_UNIQUENESS, 0.9)
    return [start, *each]


def _least_squares(correlation: Floats, psi: Floats, factors: int) -> Local:
    """½Σθ² over the eigenvalues of R - Ψ that no factor can take up, in Ψ."""
    sizes, vectors = np.linalg.eigh(correlation - np.diag(psi))
    kept = np.arange(len(psi)) >= len(psi) - factors
    # A negative eigenvalue is left over even among the first: loadings are real.
    left = np.where(kept, np.minimum(sizes, 0), sizes)
    slope = np.where(kept & (sizes > 0), 0.0, 1.0)
    weights = _divided(sizes, left, slope)[kept] - 1
    weights[:, ~kept] *= 2
    hessian = np.eye(len(psi)) + _curvature(vectors, vectors[:, kept], weights)
    return 0.5 * float(left @ left), -(vectors**2) @ left, hessian


def _likelihood(correlation: Floats, logs: Floats, factors: int) -> Local:
    """Σ(θ - ln θ - 1) over the last eigenvalues of Ψ^-½·R·Ψ^-½, in ln Ψ."""
    scale = np.exp(-logs / 2)
    scaled = correlation * np.outer(scale, scale)
    sizes, vectors = np.linalg.eigh(scaled)
    kept = np.arange(len(logs)) >= len(logs) - factors
    value = float(np.sum((sizes - np.log(sizes) - 1)[~kept]))
    left = np.where(kept, 0.0, 1 - 1 / sizes)
    weights = _divided(sizes, left, np.where(kept, 0.0, sizes**-2.0))
    weights *= (sizes[:, None] + sizes) ** 2 / 4
    hessian = _curvature(vectors, vectors, weights)
    hessian += scaled * ((vectors * left) @ vectors.T) / 2
    gradient = -(vectors**2) @ (left * sizes)
    return value, gradient, hessian - np.diag(gradient) / 2


def _divided(sizes: Floats, left: Floats, slope: Floats) -> Floats:
    """Divided differences of a function of the eigenvalues, its slope where two are equal."""
    gap = sizes[:, None] - sizes
    same = np.abs(gap) <= 1e-9 * np.abs(sizes).max()
    quotient = (left[:, None] - left) / np.where(same, 1.0, gap)
    return np.where(same, (slope[:, None] + slope) / 2, quotient)


def _curvature(vectors: Floats, kept: Floats, weights: Floats) -> Floats:
    """Σ_kl w_kl·(u_k u_k')∘(u_l u_l') with k over the columns of `kept`, l over all."""
    inner = (vectors * weights[:, None, :]) @ vectors.T
    result: Floats = np.einsum("ik,jk,kij->ij", kept, kept, inner, optimize=True)
    return result
