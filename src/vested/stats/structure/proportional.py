"""Ordered answers explained by numbers: the proportional-odds model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, logit

from vested.stats.structure.newton import Local, minimum

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]

_NOTHING = 1e-10
_FLAT = 1e-9
"""Estimates that leave less than this of the information there is without predictors run away."""


@dataclass(frozen=True, slots=True)
class ProportionalOdds:
    """Thresholds (c - 1,), coefficients (q,) and the log-likelihood; NaN beside a `reason`.

    The threshold above an option that no one chose is that below it; infinite at the ends.
    """

    thresholds: Floats
    coefficients: Floats
    log_likelihood: float
    reason: str | None = None


def proportional_odds(counts: Ints, predictors: Floats) -> ProportionalOdds:
    """Ordinal logistic regression with proportional odds, by maximum likelihood.

    `counts` (m, c): how many of those who are alike chose each of c ordered options; `predictors`
    (m, q) of each row. Rows without counts are left out; no predictor may be missing in the others.
    A coefficient above 0 makes higher options more likely, as in MASS::polr.

    NaN with a `reason` where fewer than 2 options are in use, where a predictor does not vary or is
    a sum of others, and where the predictors separate the options, so that the likelihood has no
    maximum. ValueError if the shapes do not match, counts are no counts or a predictor is missing.

    Formula: P(Y ≤ k) = logit⁻¹(τ_k - x'β); the log-likelihood is without the binomial constant.
    Source: McCullagh (1980), Journal of the Royal Statistical Society B 42(2).

    >>> found = proportional_odds(np.array([[30, 10], [20, 40]]), np.array([[0.0], [1.0]]))
    >>> found.coefficients.round(6).tolist(), round(float(np.log(3 * 2)), 6)
    ([1.791759], 1.791759)
    """
    counts, predictors = np.asarray(counts), np.asarray(predictors, np.float64)
    if counts.ndim != 2 or predictors.ndim != 2 or len(counts) != len(predictors):
        raise ValueError("counts and predictors have one row each for those who are alike")
    if not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any():
        raise ValueError("counts are whole and not below 0")
    there, used = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
    if not np.isfinite(predictors[there]).all():
        raise ValueError("a predictor is missing")
    model = _Model(counts[there][:, used], predictors[there])
    reason = model.obstacle()
    if reason is None:
        found = minimum(model.local, model.start())
        reason = None if model.bounded(found.at) else "the predictors separate the options"
    if reason:
        cuts, effects = np.full(len(used[1:]), np.nan), np.full(predictors.shape[1], np.nan)
        return ProportionalOdds(cuts, effects, np.nan, reason)
    thresholds, coefficients = model.in_units(found.at)
    ends = np.concatenate([[-np.inf], thresholds, [np.inf]])
    return ProportionalOdds(ends[np.cumsum(used)[:-1]], coefficients, -found.value)


class _Model:
    """The likelihood of counts (m, c) of options that are all in use, predictors standardised."""

    def __init__(self, counts: Ints, predictors: Floats) -> None:
        self.counts = counts
        size = counts.sum(axis=1)
        share = size / max(size.sum(), 1)
        self.centre = share @ predictors
        self.spread = np.sqrt(share @ (predictors - self.centre) ** 2)
        known = self.spread > _NOTHING * np.abs(predictors).max(axis=0, initial=0.0)
        self.spread = np.where(known, self.spread, 0.0)
        self.x = (predictors - self.centre) / np.where(known, self.spread, 1.0)
        self.correlation = (self.x * share[:, None]).T @ self.x

    def obstacle(self) -> str | None:
        if self.counts.shape[1] < 2:
            return "fewer than 2 options are in use"
        if (self.spread == 0).any():
            return "a predictor does not vary"
        if self.x.shape[1] and np.linalg.eigvalsh(self.correlation)[0] < _NOTHING:
            return "a predictor is a sum of others"
        return None

    def start(self) -> Floats:
        below = np.cumsum(self.counts.sum(axis=0))
        return np.concatenate([logit(below[:-1] / below[-1]), np.zeros(self.x.shape[1])])

    def local(self, at: Floats) -> Local:
        """Minus the log-likelihood, its gradient and its Hessian."""
        options, counts = self.counts.shape[1], self.counts
        cuts, effects = at[: options - 1], at[options - 1 :]
        if (np.diff(cuts) <= 0).any():
            return np.inf, at, np.eye(len(at))
        edge = np.full((len(counts), 1), np.inf)
        ends = np.concatenate([-edge, cuts - (self.x @ effects)[:, None], edge], axis=1)
        low, high = ends[:, :-1], ends[:, 1:]
        with np.errstate(over="ignore"):
            odds = 1 / np.expm1(high - low)
        value = counts * (log_expit(high) + log_expit(-low) + np.log(-np.expm1(low - high)))
        of_high, of_low = counts * (expit(-high) + odds), -counts * (expit(low) + odds)
        both = counts * odds * (1 + odds)
        gradient = of_high[:, :-1] + of_low[:, 1:]
        bend = counts * expit(high) * expit(-high) + both
        curve = -bend[:, :-1] - (counts * expit(low) * expit(-low) + both)[:, 1:]
        hessian = curve[:, :, None] * np.eye(options - 1)
        inner = np.arange(options - 2)
        hessian[:, inner, inner + 1] = hessian[:, inner + 1, inner] = both[:, 1:-1]
        return (
            -float(value.sum()),
            -np.concatenate([gradient.sum(axis=0), -gradient.sum(axis=1) @ self.x]),
            -self._joined(hessian),
        )

    def _joined(self, hessian: Floats) -> Floats:
        """The Hessian of all parameters from those (m, c - 1, c - 1) of each row's thresholds."""
        across = -hessian.sum(axis=2).T @ self.x
        within = (self.x * hessian.sum(axis=(1, 2))[:, None]).T @ self.x
        return np.block([[hessian.sum(axis=0), across], [across.T, within]])

    def bounded(self, at: Floats) -> bool:
        """Whether in every direction information is left of that without predictors."""
        root = np.linalg.inv(np.linalg.cholesky(self.local(self.start())[2]))
        return bool(np.linalg.eigvalsh(root @ self.local(at)[2] @ root.T)[0] > _FLAT)

    def in_units(self, at: Floats) -> tuple[Floats, Floats]:
        """Thresholds and coefficients in the units of the predictors."""
        cuts = self.counts.shape[1] - 1
        effects = at[cuts:] / self.spread
        return at[:cuts] + effects @ self.centre, effects
