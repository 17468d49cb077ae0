"""Weights that make respondents stand for a population whose margins are known.

Respondents come as counts of cells, each a combination of values (say, women in junior grades), so
that neither their order nor their number matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TOLERANCE = 1e-12
"""How near, as a share of each target, a margin must come: our choice, far below what is shown."""
_CYCLES = 1_000
_SAME = 1e-9


class Raked(NamedTuple):
    """The weight of a respondent in each cell, and how far the weighted margins are met."""

    weights: Floats
    iterations: int
    converged: bool
    gap: float
    """The largest difference between a weighted margin and its target, in shares of the total."""
    trimmed: int = 0
    """How many respondents have a weight that was cut down to the cap."""


def post_stratification(counts: Floats, targets: Floats) -> Floats:
    """The weight of a respondent of each stratum.

    `counts` and `targets` (strata): respondents, and how many they stand for. 0 for a stratum
    without respondents: nobody there can be given a weight.

    Formula: w_h = N_h/n_h.
    Source: Holt & Smith (1979), Journal of the Royal Statistical Society A 142(1).

    >>> post_stratification(np.array([20.0, 5.0, 0.0]), np.array([30.0, 20.0, 4.0])).tolist()
    [1.5, 4.0, 0.0]
    """
    return np.where(counts > 0, targets / np.where(counts > 0, counts, 1.0), 0.0)


def rake(
    counts: Ints,
    values: Sequence[Ints],
    targets: Sequence[Floats],
    *,
    start: Floats | None = None,
    tolerance: float = TOLERANCE,
) -> Raked:
    """Weights whose totals are the targets of every variable at once (iterative proportional
    fitting).

    `counts` (cells): respondents. For each variable, `values` (cells) says which of its values a
    cell has, and `targets` (values) how many there are of each in the population. Targets of one
    variable are taken as shares of their total, so that the totals of variables may differ; those
    of values without respondents are left out, and the others take their place. The weights sum to
    the total of the first variable. `start` are weights to start from, 1 if not given. With a
    single variable this is post-stratification. Not `converged` where a margin stays off by more
    than `tolerance` of its target, or is so after a thousand rounds: then no weights meet all
    margins, or the cells that have respondents meet them only in the limit.

    Formula: w ← w · T_v / Σw n over the cells with value v, for each variable in turn, until all
    sums are their T_v.
    Source: Deming & Stephan (1940), Annals of Mathematical Statistics 11(4).

    >>> raked = rake(np.array([40, 30, 20, 10]), [np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])],
    ...     [np.array([450.0, 550.0]), np.array([600.0, 400.0])])
    >>> raked.weights.round(5).tolist(), raked.converged
    ([6.14779, 11.80295, 10.20442, 19.59115], True)
    """
    weights = np.ones(len(counts)) if start is None else start.astype(np.float64)
    wanted = _wanted(counts, values, targets)
    off, last, cycle = 1.0, 2.0, 0
    while off > tolerance and abs(off - last) > _SAME * off and cycle < _CYCLES:
        cycle, last = cycle + 1, off
        for value, target in zip(values, wanted, strict=True):
            reached = _sums(value, weights * counts, target)
            weights = weights * post_stratification(reached, target)[value]
        missed = [_off(counts, weights, v, t) for v, t in zip(values, wanted, strict=True)]
        off = max(missed, default=0.0)
    return Raked(weights, cycle, off <= tolerance, _gap(counts, weights, values, wanted))


def rake_trimmed(
    counts: Ints,
    values: Sequence[Ints],
    targets: Sequence[Floats],
    *,
    multiple: float,
    tolerance: float = TOLERANCE,
) -> Raked:
    """Raked weights of which none is above a multiple of their median.

    Arguments as in `rake`. The cap is taken from the raked weights. What is above it is cut down to
    it and stays there; the other cells are raked to what is left of the targets, and so on until
    none is above. Where the others cannot make up for it, the margins are missed by `gap`, and the
    weights are not `converged`. Cutting trades bias for variance.

    Source: Potter (1990), Proceedings of the Survey Research Methods Section, on trimming; capping
    and raking in turn as in Battaglia, Hoaglin & Frankel (2009), Survey Practice 2(5).

    >>> raked = rake_trimmed(np.array([40, 30, 20, 1]), [np.array([0, 1, 2, 3])],
    ...     [np.array([40.0, 30.0, 20.0, 10.0])], multiple=5)
    >>> raked.weights.round(3).tolist(), raked.trimmed, round(raked.gap, 3)
    ([1.0, 1.0, 1.0, 5.0], 1, 0.047)
    """
    raked = rake(counts, values, targets, tolerance=tolerance)
    weights, iterations = raked.weights, raked.iterations
    cap = multiple * weighted_median(weights, counts)
    wanted = _wanted(counts, values, targets)
    fixed = np.zeros(len(counts), bool)
    while (over := ~fixed & (weights > cap * (1 + _SAME))).any():
        fixed |= over
        taken, free = np.where(fixed, cap * counts, 0.0), np.where(fixed, 0, counts)
        left = _left(free, taken, values, wanted)
        raked = rake(free, values, left, start=weights, tolerance=tolerance)
        weights = np.where(fixed, cap, raked.weights)
        iterations += raked.iterations
    missed = [_off(counts, weights, v, t) for v, t in zip(values, wanted, strict=True)]
    met = raked.converged and max(missed, default=0.0) <= _SAME
    gap = _gap(counts, weights, values, wanted)
    return Raked(weights, iterations, met, gap, int(counts[fixed].sum()))


def weighted_median(values: Floats, counts: Ints) -> float:
    """The median of values of which each occurs so many times; NaN where there is none.

    >>> weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1, 1, 2])), weighted_median(
    ...     np.array([1.0, 4.0]), np.array([1, 1]))
    (2.0, 2.5)
    """
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(counts[order])
    if not len(ends) or not ends[-1]:
        return float("nan")
    at = [(int(ends[-1]) - 1) // 2, int(ends[-1]) // 2]
    middle = values[order][np.searchsorted(ends, at, side="right")]
    return float(middle.mean())


def kish(weights: Floats, counts: Ints) -> tuple[float, float]:
    """Kish's effective number of respondents, and the design effect of the weights.

    `weights` (cells) of a respondent in each cell, `counts` how many there are. NaN for both where
    no weight is above 0.

    Formulas: n_eff = (Σw)²/Σw²; deff = n/n_eff, which is 1 + CV²(w).
    Source: Kish (1965), Survey Sampling.

    >>> weights, counts = np.array([.5, .8, 1, 1.2, 1.5, 2, 3]), np.array([1, 1, 2, 1, 1, 1, 1])
    >>> effective, deff = kish(weights, counts)
    >>> round(effective, 5), round(deff, 5)
    (6.17978, 1.29455)
    """
    squares = float((counts * weights**2).sum())
    if squares == 0:
        return float("nan"), float("nan")
    effective = float((counts * weights).sum()) ** 2 / squares
    return effective, float(counts[weights > 0].sum()) / effective


def _sums(value: Ints, amounts: Floats | Ints, target: Floats) -> Floats:
    """What the cells of each value add up to."""
    sums: Floats = np.bincount(value, amounts, len(target)).astype(np.float64)
    return sums


def _wanted(counts: Ints, values: Sequence[Ints], targets: Sequence[Floats]) -> list[Floats]:
    """The targets of values that have respondents, so that each variable has the same total."""
    wanted = []
    for value, target in zip(values, targets, strict=True):
        there = np.where(_sums(value, counts, target) > 0, target, 0.0)
        share = there / max(float(there.sum()), np.finfo(float).tiny)
        wanted.append(share * float(targets[0].sum()))
    return wanted


def _left(
    free: Ints, taken: Floats, values: Sequence[Ints], targets: Sequence[Floats]
) -> list[Floats]:
    """What is left of the targets for the cells that are free: as much of each variable.

    Where all cells with a value are taken, what they lack is not put on the others.
    """
    left = []
    for value, target in zip(values, targets, strict=True):
        rest = np.maximum(target - _sums(value, taken, target), _SAME * target)
        left.append(np.where(_sums(value, free, target) > 0, rest, 0.0))
    total = min(float(rest.sum()) for rest in left)
    return [rest * total / max(float(rest.sum()), np.finfo(float).tiny) for rest in left]


def _off(counts: Ints, weights: Floats, value: Ints, target: Floats) -> float:
    """The largest difference of a margin from its target, as a share of that target."""
    reached = _sums(value, weights * counts, target)
    there = target > 0
    return float(np.abs(reached[there] / target[there] - 1).max(initial=0.0))


def _gap(counts: Ints, weights: Floats, values: Sequence[Ints], targets: Sequence[Floats]) -> float:
    """The largest difference of a margin from its target, both as shares of their total."""
    gaps = [0.0]
    for value, target in zip(values, targets, strict=True):
        reached = _sums(value, weights * counts, target)
        if reached.sum() > 0 and target.sum() > 0:
            gaps.append(float(np.abs(reached / reached.sum() - target / target.sum()).max()))
    return max(gaps)
