"""Ordered answers explained by numbers: the proportional-odds model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

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
        return likelihood(self.counts, self.x, at)

    def bounded(self, at: Floats) -> bool:
        """Whether in every direction information is left of that without predictors."""
        root = np.linalg.inv(np.linalg.cholesky(self.local(self.start())[2]))
        return bool(np.linalg.eigvalsh(root @ self.local(at)[2] @ root.T)[0] > _FLAT)

    def in_units(self, at: Floats) -> tuple[Floats, Floats]:
        """Thresholds and coefficients in the units of the predictors."""
        cuts = self.counts.shape[1] - 1
        effects = at[cuts:] / self.spread
        return at[:cuts] + effects @ self.centre, effects


class Between(NamedTuple):
    """Log-probability that a logistic variable is between two values, and its derivatives."""

    value: Floats
    low: Floats
    high: Floats
    low_low: Floats
    low_high: Floats
    high_high: Floats


def between(low: Floats, high: Floats) -> Between:
    """The log of the probability that a standard logistic variable is between two values.

    `low` < `high` of the same shape, which may be infinite. Small probabilities have full
    precision.

    Formula: ln F(high) + ln F(-low) + ln(1 - e^(low - high)), F the logistic distribution.

    >>> float(np.exp(between(np.array(-1.0), np.array(1.0)).value).round(6))
    0.462117
    """
    with np.errstate(over="ignore"):
        odds = 1 / np.expm1(high - low)
    both = odds * (1 + odds)
    return Between(
        value=log_expit(high) + log_expit(-low) + np.log(-np.expm1(low - high)),
        low=-expit(low) - odds,
        high=expit(-high) + odds,
        low_low=-expit(low) * expit(-low) - both,
        low_high=both,
        high_high=-expit(high) * expit(-high) - both,
    )


def ends(cuts: Floats, effects: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Between which values (m, c) the logistic variable of each row is for each option."""
    edge = np.full((len(x), 1), np.inf)
    at = np.concatenate([-edge, cuts - (x @ effects)[:, None], edge], axis=1)
    return at[:, :-1], at[:, 1:]


def likelihood(counts: Floats | Ints, x: Floats, at: Floats) -> Local:
    """Minus the log-likelihood of proportional odds, with its gradient and its Hessian.

    `counts` (m, c), which need not be whole, predictors `x` (m, q), and c - 1 thresholds and q
    coefficients `at` (c - 1 + q,). Infinite where the thresholds are not in order.

    >>> round(likelihood(np.array([[1.0, 3.0]]), np.empty((1, 0)), np.zeros(1))[0], 6)
    2.772589
    """
    inside = counts.shape[1] - 1
    cuts, effects = at[:inside], at[inside:]
    if (np.diff(cuts) <= 0).any():
        return np.inf, at, np.eye(len(at))
    found = Between(*(counts * part for part in between(*ends(cuts, effects, x))))
    gradient = found.high[:, :-1] + found.low[:, 1:]
    hessian = (found.high_high[:, :-1] + found.low_low[:, 1:])[:, :, None] * np.eye(inside)
    along = np.arange(inside - 1)
    hessian[:, along, along + 1] = hessian[:, along + 1, along] = found.low_high[:, 1:-1]
    across = -hessian.sum(axis=2).T @ x
    within = (x * hessian.sum(axis=(1, 2))[:, None]).T @ x
    return (
        -float(found.value.sum()),
        -np.concatenate([gradient.sum(axis=0), -gradient.sum(axis=1) @ x]),
        -np.block([[hessian.sum(axis=0), across], [across.T, within]]),
    )
