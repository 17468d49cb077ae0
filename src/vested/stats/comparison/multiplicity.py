"""Several tests at once: p-values that allow for their number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def holm(p: ArrayLike) -> Floats:
    """Holm's adjusted p-values: to reject those below α makes any false rejection at most α.

    One-dimensional; NaN stays NaN and does not count as a test.

    Formula: max over j ≤ i of min(1, (m-j+1)·p(j)), p(1) ≤ … ≤ p(m).
    Source: Holm (1979), Scandinavian Journal of Statistics 6(2).

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    return _adjusted(p, step_down=True)


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Benjamini and Hochberg's adjusted p-values: of those below α a share of α is false.

    On average, and for independent or positively related tests. One-dimensional; NaN stays NaN and
    does not count as a test.

    Formula: min over j ≥ i of min(1, m·p(j)/j), p(1) ≤ … ≤ p(m).
    Source: Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57(1).

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.04, 0.04]
    """
    return _adjusted(p, step_down=False)


def _adjusted(p: ArrayLike, *, step_down: bool) -> Floats:
    values = np.asarray(p, np.float64)
    result = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    number = np.arange(1, len(order) + 1)
    if step_down:
        raised = np.maximum.accumulate(values[order] * (len(order) + 1 - number))
    else:
        each = values[order] * len(order) / number
        raised = np.minimum.accumulate(each[::-1])[::-1]
    result[order] = np.minimum(raised, 1.0)
    return result
