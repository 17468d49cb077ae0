"""Sobol indices: how much of what comes out hangs on each of the choices that went in.

Runs are made with two independent samples of all choices, A and B, and for each choice i with A in
which choice i is taken from B (A_B^i): N·(d + 2) runs. A choice may be any number of random numbers
that belong together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vested.stats.sampling.bootstrap import percentile_interval, resampled_means

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def saltelli(first: Floats, second: Floats, choice: Ints) -> Floats:
    """The samples A_B^i: choices x rows x columns.

    `first` and `second` are A and B, rows x columns of random numbers; `choice` says of each
    column which choice, from 0, it belongs to.

    Source: Saltelli et al. (2010), Computer Physics Communications 181(2).

    >>> saltelli(np.zeros((1, 3)), np.ones((1, 3)), np.array([0, 0, 1])).tolist()
    [[[1.0, 1.0, 0.0]], [[0.0, 0.0, 1.0]]]
    """
    here = choice == np.arange(choice.max(initial=-1) + 1)[:, None]
    return np.where(here[:, None, :], second, first)


def gaps(first: Floats, second: Floats, mixed: Floats) -> Floats:
    """What the indices need of each row, rows x (2·choices): first-order gaps, total-order gaps.

    `first` and `second` are what came out of A and B: rows, or rows x outputs; `mixed` what came
    out of each A_B^i: choices x rows (x outputs). Those of several outputs are added up, so that
    the indices are means over outputs, each weighted by how much it varies.

    Formulas: (f(B)-f(A_B^i))²/2; (f(A)-f(A_B^i))²/2.
    Sources: Jansen (1999), Computer Physics Communications 117(1-2); for several outputs
    Lamboni, Monod & Makowski (2011), Reliability Engineering & System Safety 96(4).
    """
    both = [_squares(one - whole) for whole in (second, first) for one in mixed]
    return np.column_stack(both) / 2


def spread(first: Floats, second: Floats, centre: Floats | float) -> Floats:
    """What each row adds to the variance, both samples together; `centre` is the mean of both.

    Formula: ((f(A)-f̄)² + (f(B)-f̄)²)/2, added up over outputs.
    """
    return (_squares(first - centre) + _squares(second - centre)) / 2


def _squares(apart: Floats) -> Floats:
    found: Floats = (apart.reshape(len(apart), -1) ** 2).sum(axis=1)
    return found


def indices(means: Floats) -> tuple[Floats, Floats]:
    """First and total-order indices, each choices (x draws), from means over the rows.

    `means` are those of the `spread`, then of the `gaps`.

    First-order is the share of the variance that a choice explains by itself, total-order with all
    that it does together with others. By chance they may lie a little outside of 0 to 1. NaN where
    nothing varies.

    Formulas: S_i = 1 - E[(f(B)-f(A_B^i))²]/(2V); S_Ti = E[(f(A)-f(A_B^i))²]/(2V).
    Sources: Sobol' (1993), Mathematical Modeling and Computational Experiment 1(4); Jansen (1999),
    Computer Physics Communications 117(1-2).

    >>> first, total = indices(np.array([2.0, 1.0, 2.0, 1.5, 0.0]))
    >>> first.tolist(), total.tolist()
    ([0.5, 0.0], [0.75, 0.0])
    """
    choices = (len(means) - 1) // 2
    variance = np.where(means[0] > 0, means[0], np.nan)
    return 1 - means[1 : choices + 1] / variance, means[choices + 1 :] / variance


def index_intervals(
    of_rows: Floats, confidence: float, draws: int, random: np.random.Generator
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Percentile intervals of first and total-order indices: low and high of each, per choice.

    `of_rows` are the `spread` and the `gaps`, side by side; rows are drawn with replacement.
    They say how far the number of runs is enough, and nothing else.

    Source: Archer, Saltelli & Sobol (1997), Journal of Statistical Computation and Simulation 58.
    """
    first, total = indices(resampled_means(of_rows, draws, random))
    return percentile_interval(first, confidence), percentile_interval(total, confidence)
