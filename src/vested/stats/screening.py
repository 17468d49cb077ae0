"""Signs of careless answers: one index per respondent, none of them proof.

Everywhere: `answers` is rows × items in the order in which the items were shown, before reversing
unless said otherwise, as floats (float32 is enough for codes) with NaN for a missing answer;
integers are all answers. Rows are worked off in batches, so that nothing but the results grows
with them, and no row's result depends on the others or on its place. An index that cannot be
worked out for a row is NaN. ValueError where `answers` has not two axes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Answers = NDArray[Any]

_BATCH = 1 << 17
"""Numbers held at once: what a processor's cache takes."""
_SINGULAR = 1e-10
_SAME = 1e-9
_LEAST_PAIRS = 3


def _by_batch(index: Callable[[Floats], Floats], answers: Answers, width: int = 0) -> Floats:
    """An index of each row, from a function of a batch that is turned round (items × rows).

    `width` is how many numbers the function makes of a row where these are more than the items.
    """
    rows, items = answers.shape
    size = max(1, _BATCH // max(items, width, 1))
    values = np.full(rows, np.nan)
    for start in range(0, rows, size):
        batch = np.ascontiguousarray(answers[start : start + size].T, np.float64)
        values[start : start + size] = index(batch)
    return values


def longest_run(answers: Answers) -> Floats:
    """The longest run of the same answer, in items, per row.

    A missing answer ends a run and belongs to none; a row without answers has NaN (R's careless
    gives 1). Meaningful only where the items shown together are not all worded in one direction.

    Source: Johnson (2005), Journal of Research in Personality 39; as careless::longstring.

    >>> longest_run(np.array([[3, 3, 3, 3], [1, 2, 3, 4], [4, 4, np.nan, 4]])).tolist()
    [4.0, 1.0, 2.0]
    """
    return _by_batch(_longest, answers)


def _longest(batch: Floats) -> Floats:
    best = run = np.zeros(batch.shape[1])
    previous = np.full(batch.shape[1], np.nan)
    for answer in batch:
        run = np.where(answer == previous, run + 1, ~np.isnan(answer))
        best = np.maximum(best, run)
        previous = answer
    return np.where(best > 0, best, np.nan)


def mean_run(answers: Answers) -> Floats:
    """The mean length of the runs of the same answer, in items, per row.

    A missing answer ends a run and is none itself (R's careless counts it as a run of 1), so this
    is answers/runs; a row without answers has NaN.

    Source: Johnson (2005), as careless::longstring with avg = TRUE.

    >>> mean_run(np.array([[4, 4, 4, 5, 5, 2, 2, 2, 2, 1]])).tolist()
    [2.5]
    """
    return _by_batch(_mean_run, answers)


def _mean_run(batch: Floats) -> Floats:
    answered = ~np.isnan(batch)
    starts = answered.copy()
    starts[1:] &= batch[1:] != batch[:-1]
    runs = starts.sum(axis=0)
    return np.where(runs > 0, answered.sum(axis=0) / np.maximum(runs, 1), np.nan)


def individual_variability(answers: Answers) -> Floats:
    """The standard deviation (n - 1) of each row's own answers, on their scale (IRV).

    Over the answers that are there; NaN with fewer than two, exactly 0 where all are equal. All
    items need the same scale.

    Source: Dunn, Heggestad, Shanock & Theilgard (2018), Journal of Business and Psychology 33(1);
    as careless::irv.

    >>> individual_variability(np.array([[3, 3, 3], [1, 2, 3], [4, np.nan, np.nan]])).tolist()
    [0.0, 1.0, nan]
    """
    return _by_batch(_variability, answers)


def _variability(batch: Floats) -> Floats:
    answered = ~np.isnan(batch)
    n = answered.sum(axis=0)
    squares = (_deviations(batch, answered) ** 2).sum(axis=0)
    return np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan)


def _deviations(values: Floats, there: Bools) -> Floats:
    """From the mean of each column of what is there, else 0; exactly 0 where all are equal."""
    low = np.where(there, values, np.inf).min(axis=0, initial=np.inf)
    above = np.where(there, values - low, 0.0)
    mean = above.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return np.where(there, above - mean, 0.0)


def share_missing(answers: Answers) -> Floats:
    """The share of the items that a row has no answer to, 0 to 1; NaN where there are no items.

    >>> share_missing(np.array([[1, np.nan, 3, 4], [1, 2, 3, 4]])).tolist()
    [0.25, 0.0]
    """
    items = answers.shape[1]
    missing = _by_batch(lambda batch: np.isnan(batch).sum(axis=0).astype(np.float64), answers)
    return missing / items if items else missing * np.nan


class Distances(NamedTuple):
    squared: Floats
    """D² per row; all NaN where it is not computable."""

    degrees: int
    """Items, and so the degrees of freedom of the χ² that D² is held against."""

    reason: str
    """Why D² is not computable, or empty."""


def mahalanobis(answers: Answers, mean: Floats, covariance: Floats) -> Distances:
    """The squared Mahalanobis distance D² of each row from the mean of the sample.

    `mean` (items) and `covariance` (items × items, n - 1) are those of the sample, over the answers
    that are there and pair by pair. An answer that is missing counts as if it were the item's mean,
    as in careless::mahad, so that rows with gaps seem nearer than they are; a row without answers
    has NaN. Not computable, with the reason, where the covariance is singular or not positive
    definite (smallest eigenvalue of the correlations below 1e-10 of the largest): too few
    respondents, or an item that follows from others. Needs many more respondents than items; the
    same before and after reversing.

    Formula: D² = (x - x̄)'S⁻¹(x - x̄).
    Source: Mahalanobis (1936); Meade & Craig (2012), Psychological Methods 17(3).

    >>> mahalanobis(np.array([[3.0, 1.0]]), np.array([1.0, 1.0]), np.eye(2)).squared.tolist()
    [4.0]
    >>> mahalanobis(np.array([[3.0, 1.0]]), np.array([1.0, 1.0]), np.ones((2, 2))).reason
    'the covariance of the items is singular or not positive definite'
    """
    reason = _not_computable(covariance)
    if reason:
        return Distances(np.full(len(answers), np.nan), len(covariance), reason)
    whitening = np.linalg.inv(np.linalg.cholesky(covariance))

    def squared(batch: Floats) -> Floats:
        there = ~np.isnan(batch)
        deviation = np.where(there, batch - mean[:, None], 0.0)
        total = np.zeros(batch.shape[1])
        # A matrix product could round a row differently at another place in the batch.
        for at, weights in enumerate(whitening, 1):
            total += (weights[:at, None] * deviation[:at]).sum(axis=0) ** 2
        return np.where(there.any(axis=0), total, np.nan)

    return Distances(_by_batch(squared, answers), len(covariance), "")


def _not_computable(covariance: Floats) -> str:
    if not len(covariance):
        return "there are no items"
    if not np.isfinite(covariance).all():
        return "two of the items were never answered by the same respondents"
    sd = np.sqrt(np.maximum(covariance.diagonal(), 0.0))
    if (sd == 0).any():
        return "all respondents gave the same answer to an item"
    eigenvalues = np.linalg.eigvalsh(covariance / np.outer(sd, sd))
    if eigenvalues[0] < _SINGULAR * eigenvalues[-1]:
        return "the covariance of the items is singular or not positive definite"
    return ""


def distance_cut(degrees: int, upper: float = 0.001) -> float:
    """The D² that a normally distributed row exceeds with probability `upper`.

    Formula: χ²(1 - upper; degrees).

    >>> [round(distance_cut(items), 3) for items in (10, 30, 60)]
    [29.588, 59.703, 99.607]
    """
    return float(chdtri(degrees, upper))


def turned(answers: Answers, reversed_items: Bools, low: ArrayLike, high: ArrayLike) -> Floats:
    """Answers with those to reversed items turned round, as a copy of the same size.

    `low` and `high` are the ends of the scale, one number or one per item; missing stays missing.

    Formula: x' = low + high - x.

    >>> turned(np.array([[1, 2], [5, np.nan]]), np.array([False, True]), 1, 5).tolist()
    [[1.0, 4.0], [5.0, nan]]
    """
    return np.where(reversed_items, np.add(low, high) - answers, answers).astype(np.float64)


def even_odd(answers: Answers, groups: Ints) -> Floats:
    """Even-odd consistency: do the two halves of each facet agree within a person? High = yes.

    `answers` with reversed items `turned`, on one scale; `groups` has each item's facet as a
    number, negative for none. The items of a facet, in order, go by turns to its odd and its even
    half; the means of the halves over the answers that are there are correlated over the facets
    that have both. -1 to 1; NaN with fewer than 3 such facets (two would always give ±1; our
    choice) or where a half is the same in all of them. R's careless 1.2 gives the same with the
    opposite sign, high = careless.

    Formula: 2r/(1+r), not below -1 (Spearman-Brown).
    Source: Johnson (2005), Journal of Research in Personality 39; as careless::evenodd.

    >>> x = np.array([[1, 1, 3, 4, 5, 5], [1, 5, 3, 3, 5, 2]])
    >>> even_odd(x, np.array([0, 0, 1, 1, 2, 2])).round(3).tolist()
    [0.98, -1.0]
    """
    facets = [np.flatnonzero(groups == facet) for facet in np.unique(groups[groups >= 0])]

    def index(batch: Floats) -> Floats:
        halves = np.full((2, len(facets), batch.shape[1]), np.nan)
        for at, facet in enumerate(facets):
            halves[0, at] = _means(batch[facet[0::2]])
            halves[1, at] = _means(batch[facet[1::2]])
        r = _within_person(halves[0], halves[1])
        return np.maximum(2 * r / np.maximum(1 + r, _SAME), -1.0)

    return _by_batch(index, answers)


def _means(values: Floats) -> Floats:
    there = ~np.isnan(values)
    n = there.sum(axis=0)
    total = np.where(there, values, 0.0).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _within_person(x: Floats, y: Floats) -> Floats:
    """Pearson's r down each column over the pairs that are there; NaN with fewer than three."""
    both = ~(np.isnan(x) | np.isnan(y))
    dx, dy = _deviations(x, both), _deviations(y, both)
    xx, yy = (dx * dx).sum(axis=0), (dy * dy).sum(axis=0)
    known = (both.sum(axis=0) >= _LEAST_PAIRS) & (xx > _SAME**2) & (yy > _SAME**2)
    r = (dx * dy).sum(axis=0) / np.sqrt(np.where(known, xx * yy, 1.0))
    return np.where(known, np.clip(r, -1.0, 1.0), np.nan)


def synonym_pairs(correlation: Floats, cut: float = 0.60) -> Ints:
    """The pairs of items that correlate at `cut` or more in the sample: pairs × 2, first < second.

    `correlation` is items × items; NaN is no pair. R's careless takes only those above the cut.

    Source: Meade & Craig (2012), Psychological Methods 17(3).

    >>> synonym_pairs(np.array([[1, .7, .1], [.7, 1, .6], [.1, .6, 1]])).tolist()
    [[0, 1], [1, 2]]
    """
    return np.argwhere(np.triu(np.nan_to_num(correlation, nan=-1.0) >= cut, 1))


def synonyms(answers: Answers, pairs: Ints) -> Floats:
    """Psychometric synonyms: the correlation within a person over pairs of like items.

    `pairs` from `synonym_pairs` of the same sample, reversed items turned in both or in neither;
    all items on one scale. Over the pairs of which both are answered; NaN with fewer than 3, or
    where all first or all second answers are equal (R's careless then swaps items at random until
    there is a number).

    Source: Meade & Craig (2012), Psychological Methods 17(3); as careless::psychsyn.

    >>> x = np.array([[1, 1, 3, 4, 5, 5], [2, 2, 2, 2, 2, 2]])
    >>> synonyms(x, np.array([[0, 1], [2, 3], [4, 5]])).round(3).tolist()
    [0.961, nan]
    """
    first, second = pairs[:, 0], pairs[:, 1]
    return _by_batch(
        lambda batch: _within_person(batch[first], batch[second]), answers, 4 * len(pairs)
    )


def key_inconsistency(
    answers: Answers, reversed_items: Bools, groups: Ints, low: ArrayLike, high: ArrayLike
) -> Floats:
    """The number of facets in which a person contradicts themselves at the ends of the scale.

    A facet counts if a regular and a reversed item of it both have the lowest answer, or both the
    highest, as given. `groups` as in `even_odd`, `low` and `high` as in `turned`. NaN where in no
    facet an item of either kind was answered. The rule is our choice; agreeing with everything at
    the end of the scale sets it off too.

    >>> x, turned_round = np.array([[5, 4, 5], [5, 5, 2], [5, 4, np.nan]]), np.array([0, 0, 1]) == 1
    >>> key_inconsistency(x, turned_round, np.array([0, 0, 0]), 1, 5).tolist()
    [1.0, 0.0, nan]
    """
    kinds = [
        (np.flatnonzero(mine & ~reversed_items), np.flatnonzero(mine & reversed_items))
        for mine in (groups == facet for facet in np.unique(groups[groups >= 0]))
    ]
    items = answers.shape[1]
    ends = [np.broadcast_to(end, items)[:, None] for end in (low, high)]

    def index(batch: Floats) -> Floats:
        answered = ~np.isnan(batch)
        at_an_end = [batch == end for end in ends]
        seen = np.zeros(batch.shape[1], bool)
        count = np.zeros(batch.shape[1])
        for regular, other in kinds:
            seen |= answered[regular].any(axis=0) & answered[other].any(axis=0)
            there = [end[regular].any(axis=0) & end[other].any(axis=0) for end in at_an_end]
            count += there[0] | there[1]
        return np.where(seen, count, np.nan)

    return _by_batch(index, answers)


def instructed(answers: Answers, wanted: ArrayLike) -> Floats:
    """How many instructed answers ("please choose 2 here") are wrong, per row.

    `answers` to those items alone, `wanted` the code that each asks for. A missing answer is not
    wrong; NaN where none was given.

    >>> instructed(np.array([[2, 5], [2, 1], [np.nan, np.nan]]), [2, 5]).tolist()
    [0.0, 1.0, nan]
    """
    codes = np.asarray(wanted, np.float64)[:, None]

    def index(batch: Floats) -> Floats:
        answered = ~np.isnan(batch)
        wrong = (answered & (batch != codes)).sum(axis=0)
        return np.where(answered.any(axis=0), wrong, np.nan)

    return _by_batch(index, answers)
