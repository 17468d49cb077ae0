"""Samejima's graded response model: ordered answers as signs of one trait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, logsumexp

from vested.stats.structure.newton import Local, minimum
from vested.stats.structure.proportional import Between, between, ends, likelihood

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]

_NODES: Floats = np.linspace(-7, 7, 141)
_PRIOR: Floats = -(_NODES**2) / 2 - logsumexp(-(_NODES**2) / 2)
_ROUNDS = 200
_SETTLED = 0.01
_STEEP = 10.0
_NOTHING = 1e-8


def category_probabilities(theta: ArrayLike, slopes: Floats, thresholds: Floats) -> Floats:
    """Probability of each option of k items at a value of the trait.

    `theta` (…), slopes (k,) and thresholds (k, c - 1); the result has shape (…, k, c). NaN where
    one of these is NaN. An option between equal thresholds has no probability.

    Formula: P(X > j) = logit⁻¹(a(θ - b_j)), j = 1 … c - 1.
    Source: Samejima (1969), Psychometrika Monograph 17.

    >>> item = np.array([1.5]), np.array([[-1.5, -0.5, 0.5, 1.5]])
    >>> category_probabilities(0.0, *item).round(5).tolist()
    [[0.09535, 0.22547, 0.35836, 0.22547, 0.09535]]
    """
    low, high = _between(theta, slopes, thresholds)
    return np.where(low > 0, expit(-low) - expit(-high), expit(high) - expit(low))


def _between(theta: ArrayLike, slopes: Floats, thresholds: Floats) -> tuple[Floats, Floats]:
    """Between which values (…, k, c) a logistic variable is where an option is chosen."""
    apart = thresholds - np.asarray(theta, np.float64)[..., None, None]
    cuts = slopes[:, None] * apart
    edge = np.full((*cuts.shape[:-1], 1), np.inf)
    at = np.concatenate([-edge, cuts, edge], axis=-1)
    return at[..., :-1], at[..., 1:]


def expected_score(theta: ArrayLike, slopes: Floats, thresholds: Floats) -> Floats:
    """Expected answer to k items, from 1 to c, at a value of the trait.

    Arrays as of `category_probabilities`; the result has shape (…, k). NaN where one is NaN.

    Formula: Σ j·P(X = j).
    Source: as `category_probabilities`.

    >>> item = np.array([1.5]), np.array([[-1.5, -0.5, 0.5, 1.5]])
    >>> expected_score(1.0, *item).round(5).tolist()
    [3.88167]
    """
    chance = category_probabilities(theta, slopes, thresholds)
    return np.asarray(chance @ np.arange(1.0, chance.shape[-1] + 1))


def information(theta: ArrayLike, slopes: Floats, thresholds: Floats) -> Floats:
    """Fisher information of k items on the trait, at a value of it.

    Arrays as of `category_probabilities`; the result has shape (…, k), and its sum over items is
    that of the test. NaN where one is NaN.

    Formula: a²·Σ P_j·(1 - F_j - F_{j-1})², F_j = P(X ≤ j).
    Source: as `category_probabilities`.

    >>> item = np.array([1.5]), np.array([[-1.5, -0.5, 0.5, 1.5]])
    >>> information(np.array([0.0, 1.0]), *item).round(5).tolist()
    [[0.69699], [0.68183]]
    """
    low, high = _between(theta, slopes, thresholds)
    chance = category_probabilities(theta, slopes, thresholds)
    return np.asarray(slopes**2 * (chance * (expit(-high) - expit(low)) ** 2).sum(axis=-1))


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded response model: of each item a slope and thresholds, with their standard errors.

    Slopes (k,) and thresholds (k, c - 1), in standard deviations of the trait. The threshold above
    an option that no one chose is that below it; infinite at the ends, then without an error.
    `scores` (m,) and `score_errors` are mean and standard deviation of the trait given a pattern,
    NaN for one that has no answers or no count. All NaN beside a `reason`.
    """

    slopes: Floats
    thresholds: Floats
    slope_errors: Floats
    threshold_errors: Floats
    log_likelihood: float
    scores: Floats
    score_errors: Floats
    reason: str | None = None


def graded(patterns: Ints, counts: Ints, *, options: int) -> Graded:
    """The graded response model of k items by marginal maximum likelihood.

    `patterns` (m, k): answers 0 … `options` - 1, -1 where missing; `counts` (m,): how many gave
    each. A missing answer is left out of the likelihood, which is right if it is missing at random;
    patterns without answers say nothing. The trait is standard normal, on 141 points from -7 to 7;
    it points to where the slopes sum to more than 0. EM comes near the maximum, Newton's steps with
    the observed information reach it, and that information gives the standard errors.

    NaN with a `reason` for fewer than 3 items, an item with fewer than 2 options in use, a slope
    beyond ±10 (our choice: an item that all but is the trait, as one asked twice), and where the
    information is singular, as of items that have nothing in common. ValueError unless patterns
    and counts are such.

    Formula: max Σ n_m·ln ∫ Π_i P(x_mi | θ)·φ(θ) dθ.
    Sources: Samejima (1969), Psychometrika Monograph 17; Bock & Aitkin (1981), Psychometrika 46(4);
    observed information: Louis (1982), Journal of the Royal Statistical Society B 44(2).

    >>> answers = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    >>> found = graded(answers, np.array([30, 10, 10, 10, 10, 10, 10, 30]), options=2)
    >>> found.slopes.round(3).tolist()
    [1.687, 1.687, 1.687]
    """
    patterns, counts = np.asarray(patterns), np.asarray(counts)
    if patterns.ndim != 2 or counts.shape != patterns.shape[:1]:
        raise ValueError("patterns are counts × items, with as many counts")
    for whole, least in ((patterns, -1), (counts, 0)):
        if not np.issubdtype(whole.dtype, np.integer) or (whole < least).any():
            raise ValueError("patterns are options from 0 on or -1, counts not below 0")
    if (patterns >= options).any():
        raise ValueError(f"a pattern has an option beyond {options - 1}")
    model = _Marginal(patterns, counts, options)
    reason = model.obstacle()
    if reason is None:
        at, reason = model.estimate()
    if reason is None:
        return model.result(at)
    item, row = np.full(patterns.shape[1], np.nan), np.full(len(patterns), np.nan)
    cut = np.full((len(item), max(options - 1, 0)), np.nan)
    return Graded(item, cut, item, cut, np.nan, row, row, reason)


class _Marginal:
    """The likelihood of patterns, of items that each have thresholds and a slope in `at`."""

    def __init__(self, patterns: Ints, counts: Ints, options: int) -> None:
        chosen = patterns[:, :, None] == np.arange(options)
        self.counts = counts
        self.used = chosen[counts > 0].any(axis=0)
        self.chosen = chosen[:, self.used].astype(np.float64)
        sizes = self.used.sum(axis=1)
        self.items = [
            slice(end - size, end)
            for end, size in zip(np.cumsum(sizes).tolist(), sizes.tolist(), strict=True)
        ]

    def obstacle(self) -> str | None:
        """Why there is no model at all."""
        if len(self.items) < 3:
            return "fewer than 3 items"
        for number, item in enumerate(self.items, 1):
            if item.stop - item.start < 2:
                return f"item {number}: fewer than 2 options are in use"
        return None

    def estimate(self) -> tuple[Floats, str | None]:
        """Thresholds and slope of each item, and why they are not to be used."""
        at = self._near()
        if (reason := self._steep(at)) is None:
            found = minimum(self.local, at)
            at, reason = found.at, self._steep(found.at)
            if reason is None and not (found.converged and self._determined(at)):
                reason = "the answers do not determine the model"
        return at, reason

    def _determined(self, at: Floats) -> bool:
        """Whether in all directions information is left of that with the trait seen."""
        _, _, seen, unseen = self._local(at)
        root = np.linalg.inv(np.linalg.cholesky(seen))
        return float(np.linalg.eigvalsh(root @ (seen - unseen) @ root.T)[0]) > _NOTHING

    def _steep(self, at: Floats) -> str | None:
        for number, item in enumerate(self.items, 1):
            if not abs(at[item][-1]) <= _STEEP:
                return f"item {number}: its slope is beyond {_STEEP:g}"
        return None

    def _near(self) -> Floats:
        """Where EM gets from equal slopes; the trait points to where they sum to more than 0."""
        total = self.counts @ self.chosen
        at = np.ones(len(total))
        for item in self.items:
            below = np.cumsum(total[item])
            at[item][:-1] = logit(below[:-1] / below[-1])
        for _ in range(_ROUNDS):
            expected = self._expected(self._posterior(self._parts(at))[1])
            before = at
            at = np.concatenate([_refitted(expected[:, item], at[item]) for item in self.items])
            if np.abs(at - before).max() < _SETTLED or self._steep(at):
                break
        slopes = [item.stop - 1 for item in self.items]
        at[slopes] *= -1.0 if at[slopes].sum() < 0 else 1.0
        return at

    def _parts(self, at: Floats) -> list[Between]:
        """Of each item, at each node and for each option."""
        return [
            between(*ends(at[item][:-1], at[item][-1:], _NODES[:, None])) for item in self.items
        ]

    def _posterior(self, parts: list[Between]) -> tuple[float, Floats]:
        """The log-likelihood, and the probability (m, q) of each node given a pattern."""
        chance = np.concatenate([part.value for part in parts], axis=1)
        joint = self.chosen @ chance.T + _PRIOR
        marginal = logsumexp(joint, axis=1)
        return float(self.counts @ marginal), np.exp(joint - marginal[:, None])

    def _expected(self, posterior: Floats) -> Floats:
        """How many at each node chose each option (q, options of all items)."""
        return np.asarray((posterior * self.counts[:, None]).T @ self.chosen)

    def local(self, at: Floats) -> Local:
        """Minus the log-likelihood, its gradient and its Hessian."""
        if any((np.diff(at[item][:-1]) <= 0).any() for item in self.items):
            return np.inf, at, np.eye(len(at))
        value, gradient, seen, unseen = self._local(at)
        return value, gradient, seen - unseen

    def _local(self, at: Floats) -> tuple[float, Floats, Floats, Floats]:
        """As `local`; the Hessian as what it is with the trait seen, and what that takes away."""
        parts = self._parts(at)
        value, posterior = self._posterior(parts)
        expected = self._expected(posterior)
        gradient, hessian = np.zeros(len(at)), np.zeros((len(at), len(at)))
        for item in self.items:
            _, gradient[item], hessian[item, item] = likelihood(
                expected[:, item], _NODES[:, None], at[item]
            )
        return -value, gradient, hessian, self._unseen(parts, posterior)

    def _unseen(self, parts: list[Between], posterior: Floats) -> Floats:
        """The variance, given the patterns, of the gradient that there were with the trait seen."""
        size = self.chosen.shape[1]
        slopes = np.zeros((len(_NODES), size, size))
        mean = np.empty(self.chosen.shape)
        for item, part in zip(self.items, parts, strict=True):
            own = slopes[:, item, item]
            along = np.arange(item.stop - item.start - 1)
            own[:, along, along] = part.high[:, :-1]
            own[:, along + 1, along] = part.low[:, 1:]
            own[:, :, -1] = -_NODES[:, None] * (part.high + part.low)
            means = np.tensordot(posterior, own, axes=1)
            mean[:, item] = (self.chosen[:, item, None] * means).sum(axis=1)
        weights = self.counts[:, None] * posterior
        together = np.empty((len(_NODES), size, size))
        for option, chosen in enumerate(self.chosen.T > 0):
            together[:, option] = weights[chosen].T @ self.chosen[chosen]
        square = (slopes.transpose(0, 2, 1) @ together @ slopes).sum(axis=0)
        return np.asarray(square - mean.T @ (self.counts[:, None] * mean))

    def result(self, at: Floats) -> Graded:
        """The estimates in units of the trait, their errors by the delta method, and the scores."""
        value, posterior = self._posterior(self._parts(at))
        variance = np.linalg.inv(self.local(at)[2])
        slopes, slope_errors = np.empty((2, len(self.items)))
        thresholds, errors = np.empty((2, len(self.items), self.used.shape[1] - 1))
        for i, (item, used) in enumerate(zip(self.items, self.used, strict=True)):
            *cuts, slope = at[item]
            own, size = np.array(cuts) / slope, np.diag(variance)[item]
            both = variance[item, item.stop - 1][:-1]
            error = np.sqrt(size[:-1] - 2 * own * both + own**2 * size[-1]) / abs(slope)
            place, end = np.cumsum(used)[:-1], np.copysign(np.inf, slope)
            slopes[i], slope_errors[i] = slope, np.sqrt(size[-1])
            thresholds[i] = np.concatenate([[-end], own, [end]])[place]
            errors[i] = np.concatenate([[np.nan], error, [np.nan]])[place]
        mean = posterior @ _NODES
        spread = np.sqrt(np.maximum(posterior @ _NODES**2 - mean**2, 0.0))
        known = self.chosen.any(axis=1) & (self.counts > 0)
        scores, score_errors = (np.where(known, found, np.nan) for found in (mean, spread))
        return Graded(slopes, thresholds, slope_errors, errors, value, scores, score_errors)


def _refitted(counts: Floats, at: Floats) -> Floats:
    """Thresholds and slope of an item whose answers (q, c) at each node are known."""
    return minimum(lambda x: likelihood(counts, _NODES[:, None], x), at).at
