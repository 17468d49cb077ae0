"""Which ranks an organisation may truly have, given how exactly the scores are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from vested.stats.ranking.studentised_range import range_quantiles

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BLOCK = 32
"""So many organisations at a time are held against the others, to stay within the cache."""


class RankSet(NamedTuple):
    """The best and the worst rank of each organisation; 1 is the highest score."""

    low: Ints
    high: Ints


def simultaneous_critical(k: int, confidence: float, df: Floats) -> Floats:
    """How many standard errors two of k scores must lie apart if all pairs are to be right at once.

    By the degrees of freedom of each score, infinite where its standard error is known. For equal
    standard errors that are known this is what a bootstrap of the largest difference over all
    pairs converges to; for unequal ones it is on the safe side (Hayter 1984).

    Formula: q(1-α; k, ν)/√2, q the studentised range.
    Source: Tukey (1953); Hayter (1984), The Annals of Statistics 12(1).

    >>> simultaneous_critical(3, 0.95, np.array([np.inf])).round(5).tolist()
    [2.3437]
    """
    critical: Floats = range_quantiles(k, confidence, df) / np.sqrt(2.0)
    return critical


def marginal_critical(k: int, confidence: float, df: Floats) -> Floats:
    """How many standard errors two of k scores must lie apart if the rank of one is to be right.

    As `simultaneous_critical`, but for the k - 1 differences of a single organisation, whatever
    their correlation.

    Formula: t(1 - (1 - (1-α)^(1/(k-1)))/2; ν).
    Source: Šidák (1967), JASA 62(318).

    >>> marginal_critical(3, 0.95, np.array([np.inf])).round(5).tolist()
    [2.23648]
    """
    tail = -np.expm1(np.log(confidence) / (k - 1)) / 2
    distinct, places = np.unique(df, return_inverse=True)
    finite = np.isfinite(distinct)
    found = np.full(len(distinct), -ndtri(tail))
    found[finite] = -stdtrit(distinct[finite], tail)
    critical: Floats = found[places].reshape(df.shape)
    return critical


def rank_sets(score: Floats, se: Floats, *criticals: Floats, unknown: int = 0) -> list[RankSet]:
    """The ranks that each organisation may have: one set for each array of critical values.

    Two scores differ where their difference is larger than the critical value times its standard
    error; where their critical values differ, the mean of both weighted by their variances is
    taken, as in Dunnett's C, which holds its level for unequal variances. An organisation then
    ranks below all that are clearly better and above all that are clearly worse. `se` must be
    above 0. `unknown` is the number of further scores without standard error: they may stand
    anywhere, and differ from none.

    Formula: from 1 + #(clearly better) to k - #(clearly worse); i and j differ where
    |x_i - x_j| > (c_i·se_i² + c_j·se_j²)/√(se_i² + se_j²).
    Source: Mogstad, Romano, Shaikh & Wilhelm (2024), The Review of Economic Studies 91(1), with
    Tukey's and Šidák's critical values for those of a bootstrap; Dunnett (1980), JASA 75(372).

    >>> x, se = np.array([50.0, 60.0, 61.0]), np.full(3, 2.0)
    >>> found, = rank_sets(x, se, simultaneous_critical(3, 0.95, np.full(3, np.inf)))
    >>> list(zip(found.low.tolist(), found.high.tolist()))
    [(3, 3), (1, 2), (1, 2)]
    """
    order = np.argsort(-score, kind="stable")
    k = len(score)
    x, variance = score[order], np.square(se[order])
    weighted = [critical[order] * variance for critical in criticals]
    better, worse = (np.zeros((len(criticals), k), np.int64) for _ in range(2))
    for start in range(0, k, _BLOCK):
        rows = slice(start, start + _BLOCK)
        # Those below in the order alone; within the block differences may be negative.
        apart = np.subtract.outer(x[rows], x[start:])
        np.maximum(apart, 0.0, out=apart)
        apart *= apart
        apart *= np.add.outer(variance[rows], variance[start:])
        for which, each in enumerate(weighted):
            needed = np.add.outer(each[rows], each[start:])
            needed *= needed
            clear = apart > needed
            worse[which, rows] += np.count_nonzero(clear, axis=1)
            better[which, start:] += np.count_nonzero(clear, axis=0)
    found = []
    for which in range(len(criticals)):
        low, high = np.empty(k, np.int64), np.empty(k, np.int64)
        low[order], high[order] = 1 + better[which], k + unknown - worse[which]
        found.append(RankSet(low, high))
    return found
