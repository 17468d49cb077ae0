"""Differential item functioning: whether groups that are equal otherwise answer an item alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vested.stats.structure.proportional import ProportionalOdds, proportional_odds

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]
Size = Literal["negligible", "moderate", "large"]

_MODERATE = 0.035
_LARGE = 0.070


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a model gains on a smaller one: a test, and the rise of two pseudo-R².

    `size` is None beside a `reason`, with NaN for the rest; the degrees of freedom stand.
    """

    chi_square: float
    df: int
    p: float
    mcfadden: float
    nagelkerke: float
    size: Size | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Differential:
    """Differential functioning of one item, by kind.

    `uniform`: a group answers higher or lower at every score; `nonuniform`: the item goes together
    with the score more in one group than in another; `total`: both at once. `effects` (g,) has by
    how much the log odds of a higher option exceed those of the first group, at equal score and if
    uniform; NaN where `uniform` has a reason.
    """

    uniform: Comparison
    nonuniform: Comparison
    total: Comparison
    effects: Floats
    respondents: int


def differential(counts: Ints, scores: Floats, *, significance: float = 0.05) -> Differential:
    """Differential functioning of one item over g groups, by ordinal logistic regression.

    `counts` (g, s, c): how many of a group and a matching score chose each option; `scores` (s,)
    the matching scores, best of items without differential functioning. Who lacks an answer, a
    score or a group is left out of the counts. Three proportional-odds models are compared: score;
    score and group; score, group and their interaction.

    The size is negligible unless p is below `significance` and Nagelkerke's R² rises by .035 or
    more, large if it rises by more than .070, moderate between. These cut-offs of Jodoin and Gierl
    are known to us from others (difR for R), not from the article, and were found for two options:
    for more they are a convention. With many items, divide `significance` by their number.

    NaN with a `reason` for fewer than 2 groups, a group without answers, fewer than 2 options in
    use, scores that do not vary within groups, and where predictors separate the options, as if one
    whole group chose the highest. ValueError unless these are counts, each with a finite score.

    Formula: χ² = 2(ℓ₁ - ℓ₀); McFadden: (ℓ₀ - ℓ₁)/ℓ; Nagelkerke: R²₁ - R²₀, where
    R²ᵢ = (1 - e^(2(ℓ - ℓᵢ)/n))/(1 - e^(2ℓ/n)), ℓ of the thresholds alone.
    Sources: Zumbo (1999), A Handbook on the Theory and Methods of Differential Item Functioning;
    Jodoin & Gierl (2001), Applied Measurement in Education 14(4); as lordif for R.

    >>> one, other = [[40, 10], [25, 25], [10, 40]], [[30, 20], [15, 35], [5, 45]]
    >>> found = differential(np.array([one, other]), np.array([1.0, 2.0, 3.0]))
    >>> round(found.uniform.chi_square, 3), found.uniform.df, found.uniform.size
    (10.964, 1, 'moderate')
    """
    counts, scores = np.asarray(counts), np.asarray(scores, np.float64)
    if counts.ndim != 3 or scores.shape != counts.shape[1:2]:
        raise ValueError("counts are groups × scores × options, with as many scores")
    if not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any():
        raise ValueError("counts are whole and not below 0")
    models = _models(counts, scores)
    reason = models[2].reason
    effects = np.full(len(counts), np.nan)
    if reason is None:
        effects = np.concatenate([[0.0], models[2].coefficients[1:]])
    respondents, further = int(counts.sum()), max(len(counts) - 1, 0)
    uniform, nonuniform, total = (
        _comparison(models[0], models[less], models[more], df, respondents, significance)
        for less, more, df in ((1, 2, further), (2, 3, further), (1, 3, 2 * further))
    )
    return Differential(uniform, nonuniform, total, effects, respondents)


def _models(counts: Ints, scores: Floats) -> list[ProportionalOdds]:
    """Of thresholds alone, with the score, with the group, and with their interaction."""
    groups, options = len(counts), counts.shape[2]
    levels = (counts.sum(axis=2) > 0).sum(axis=1)
    reason = None
    if groups < 2:
        reason = "fewer than 2 groups"
    elif levels.min() < 1:
        reason = "a group has no answers"
    elif (counts.sum(axis=(0, 1)) > 0).sum() < 2:
        reason = "fewer than 2 options are in use"
    elif levels.max() < 2:
        reason = "the scores do not vary within groups"
    if reason:
        return [ProportionalOdds(np.empty(0), np.empty(0), np.nan, reason)] * 4
    score = np.tile(scores, groups)[:, None]
    group = np.repeat(np.eye(groups)[:, 1:], len(scores), axis=0)
    predictors = np.hstack([score, group, group * score])
    rows = counts.reshape(-1, options)
    sizes = (0, 1, groups, 2 * groups - 1)
    models = [proportional_odds(rows, predictors[:, :size]) for size in sizes]
    if levels.min() < 2:
        models[3] = replace(models[3], reason="the scores do not vary within a group")
    return models


def _comparison(
    empty: ProportionalOdds,
    less: ProportionalOdds,
    more: ProportionalOdds,
    df: int,
    respondents: int,
    significance: float,
) -> Comparison:
    from scipy.special import chdtrc

    reason = less.reason or more.reason
    if reason:
        return Comparison(np.nan, df, np.nan, np.nan, np.nan, None, reason)
    gain = max(more.log_likelihood - less.log_likelihood, 0.0)
    p = float(chdtrc(df, 2 * gain))
    none = empty.log_likelihood
    top = -np.expm1(2 * none / respondents)
    before, after = (
        -np.expm1(2 * (none - model.log_likelihood) / respondents) / top for model in (less, more)
    )
    rise = float(after - before)
    size: Size = "negligible"
    if p < significance and rise >= _MODERATE:
        size = "large" if rise > _LARGE else "moderate"
    return Comparison(2 * gain, df, p, -gain / none, rise, size)
