"""Measurement invariance: whether items measure the same, in the same units, in all groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vested.stats.structure.confirmatory import starting_values
from vested.stats.structure.covariance_structure import Sample, Structure, estimate, parts
from vested.stats.structure.fit import NO_FIT, Fit, fit, obstacle, standardised_residual

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Level = Literal["configural", "metric", "scalar"]

_CFI = -0.010
_RMSEA = 0.015


@dataclass(frozen=True, slots=True)
class GroupModel:
    """One model of all groups; `reason` says why it could not be estimated, NaN throughout then."""

    level: Level
    fit: Fit
    parameters: int
    log_likelihood: float
    aic: float
    bic: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a further set of equal parameters costs; `holds` by Chen's rule, False where unknown."""

    level: Level
    chi_square: float
    df: int
    p: float
    cfi: float
    rmsea: float
    srmr: float
    holds: bool


@dataclass(frozen=True, slots=True)
class Invariance:
    """The models from free to equal, the steps between them, and the last level that holds.

    `level` is None where not even the configural model could be estimated. It says nothing about
    how well that first model fits: see its `fit`. `reason` says why there are no models at all.
    """

    models: tuple[GroupModel, ...]
    steps: tuple[Step, ...]
    level: Level | None
    reason: str | None = None


def invariance(groups: Sequence[Sample], factor_of: Ints) -> Invariance:
    """Configural, metric and scalar invariance of a confirmatory factor model over groups.

    Each group's covariances (p, p) are divided by its n; `factor_of` (p,) numbers each item's
    factor from 0. Configural: the same items on the same factors; metric: equal loadings, factor
    variances free from the second group on; scalar: equal intercepts as well, factor means free
    from the second group on. Estimated by maximum likelihood with means, as in lavaan.

    A step holds if CFI falls by no more than .010 and RMSEA rises by no more than .015. A model
    without degrees of freedom, as of three items, counts as CFI 1 and RMSEA 0; the step from it is
    judged by CFI alone, since RMSEA then rises with the least misfit: our choice. Chen's rule is
    for more than 300 respondents in groups of like size; that it stands for fewer too is our
    choice.

    No models and a `reason`: fewer than 2 groups, fewer than 3 items or 2 of a factor, or a group
    with a missing covariance, a constant item, a matrix that is not positive definite or no more
    respondents than items. ValueError if shapes or numbers do not match.

    Sources: Meredith (1993), Psychometrika 58(4); Chen (2007), Structural Equation Modeling 14(3).

    >>> strength = np.array([0.8, 0.7, 0.6, 0.5])
    >>> same = np.outer(strength, strength) + np.diag(1 - strength**2)
    >>> one, two = Sample(same, np.zeros(4), 200), Sample(same, strength * 0.4, 200)
    >>> found = invariance([one, two], np.zeros(4, int))
    >>> found.level, [model.fit.df for model in found.models]
    ('scalar', [4, 7, 10])
    """
    items, counts = len(factor_of), np.bincount(factor_of)
    if counts.min() < 1 or any(
        group.covariance.shape != (items, items) or group.means.shape != (items,)
        for group in groups
    ):
        raise ValueError("factor_of gives each item a factor, numbered from 0 without gaps")
    reason = "fewer than 2 groups" if len(groups) < 2 else None
    for number, group in enumerate(groups, 1):
        found = obstacle(group.covariance, group.respondents)
        if found is None and not np.isfinite(group.means).all():
            found = "a mean is missing"
        if found and reason is None:
            reason = f"group {number}: {found}"
    if reason is None and counts.min() < 2:
        reason = "a factor has fewer than 2 items"
    if reason:
        return Invariance((), (), None, reason)
    levels: tuple[Level, ...] = ("configural", "metric", "scalar")
    configural, metric, scalar = (_model(groups, factor_of, level) for level in levels)
    steps = _step(configural, metric), _step(metric, scalar)
    return Invariance((configural, metric, scalar), steps, _last(configural, steps))


def _last(configural: GroupModel, steps: Sequence[Step]) -> Level | None:
    if configural.reason:
        return None
    level = configural.level
    for step in steps:
        if not step.holds:
            break
        level = step.level
    return level


def _step(freer: GroupModel, model: GroupModel) -> Step:
    from scipy.special import chdtrc

    chi_square = model.fit.chi_square - freer.fit.chi_square
    df = model.fit.df - freer.fit.df
    if freer.reason or model.reason:
        return Step(model.level, np.nan, df, np.nan, np.nan, np.nan, np.nan, holds=False)
    (cfi_before, error_before), (cfi_after, error_after) = (
        (each.fit.cfi, each.fit.rmsea) if each.fit.df else (1.0, 0.0) for each in (freer, model)
    )
    cfi, error = cfi_after - cfi_before, error_after - error_before
    return Step(
        level=model.level,
        chi_square=chi_square,
        df=df,
        p=float(chdtrc(df, max(chi_square, 0.0))),
        cfi=cfi,
        rmsea=error,
        srmr=model.fit.srmr - freer.fit.srmr,
        holds=cfi >= _CFI and (error <= _RMSEA or not freer.fit.df),
    )


def _model(groups: Sequence[Sample], factor_of: Ints, level: Level) -> GroupModel:
    structure = _structure(len(groups), factor_of, level)
    free = int(structure.parameter.max()) + 1
    start = np.empty(free)
    for at, values in zip(structure.parameter, _start(groups, factor_of, level), strict=True):
        start[at[at >= 0]] = values[at >= 0]
    found = estimate(structure, groups, start)
    items, total = len(factor_of), sum(group.respondents for group in groups)
    df = len(groups) * items * (items + 3) // 2 - free
    if found.reason:
        return GroupModel(level, NO_FIT, free, np.nan, np.nan, np.nan, found.reason)
    baseline = saturated = srmr = 0.0
    for number, group in enumerate(groups):
        covariance, n = group.covariance, group.respondents
        logarithm = float(np.linalg.slogdet(covariance)[1])
        baseline += n * (float(np.log(np.diag(covariance)).sum()) - logarithm)
        saturated -= n / 2 * (items * float(np.log(2 * np.pi)) + logarithm + items)
        implied, fitted = parts(structure, number, found.values).moments()
        srmr += n / total * standardised_residual(covariance, implied, group.means, fitted)
    likelihood = saturated - found.chi_square / 2
    return GroupModel(
        level=level,
        fit=fit(
            found.chi_square,
            df,
            baseline,
            len(groups) * items * (items - 1) // 2,
            total,
            srmr,
            groups=len(groups),
        ),
        parameters=free,
        log_likelihood=likelihood,
        aic=2 * free - 2 * likelihood,
        bic=float(np.log(total)) * free - 2 * likelihood,
    )


def _structure(groups: int, factor_of: Ints, level: Level) -> Structure:
    """Numbers the free cells group by group; those that must be equal have the first group's."""
    items, factors = len(factor_of), int(factor_of.max()) + 1
    row, column = np.tril_indices(factors)
    variances, item = row == column, np.ones(items, bool)
    equal_loadings, equal_intercepts = level != "configural", level == "scalar"
    parameter = np.full((groups, 3 * items + factors + len(row)), -1)
    equal = np.zeros(parameter.shape[1], bool)
    equal[:items] = equal_loadings
    equal[2 * items : 3 * items] = equal_intercepts
    used = 0
    for group in range(groups):
        # Equal loadings carry the scale over from the first group, equal intercepts the origin.
        means = np.full(factors, equal_intercepts and group > 0)
        spread = ~variances | (equal_loadings and group > 0)
        free = np.concatenate([item, item, item, means, spread])
        new = free & ~equal if group else free
        parameter[group, new] = used + np.arange(new.sum())
        parameter[group, free & ~new] = parameter[0, free & ~new]
        used += int(new.sum())
    fixed = np.concatenate([np.zeros(3 * items + factors), variances.astype(float)])
    return Structure(factor_of, parameter, np.tile(fixed, (groups, 1)))


def _start(groups: Sequence[Sample], factor_of: Ints, level: Level) -> list[Floats]:
    """Cells of each group: what all have in common within groups, and each group's own moments."""
    items, factors = len(factor_of), int(factor_of.max()) + 1
    n = np.array([group.respondents for group in groups])
    pooled = np.average([group.covariance for group in groups], axis=0, weights=n)
    middle = np.average([group.means for group in groups], axis=0, weights=n)
    common = starting_values(pooled, factor_of)
    loadings, residuals = common[:items], common[items : 2 * items]
    between = np.eye(factors)
    between[np.tril_indices(factors, -1)] = common[2 * items :]
    spread = between[np.tril_indices(factors)]
    share = residuals / np.diag(pooled)
    return [
        np.concatenate(
            [
                loadings,
                share * np.diag(group.covariance),
                middle if level == "scalar" else group.means,
                np.zeros(factors),
                spread,
            ]
        )
        for group in groups
    ]
