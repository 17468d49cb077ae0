"""Composite indicators made in other ways: normalised, weighted, added up, and ranked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ranks = NDArray[np.int64] | NDArray[np.uint32]

NORMALISATIONS = ("pomp", "z", "minmax", "rank")
AGGREGATIONS = ("arithmetic", "geometric", "harmonic")
_FLOOR = 1.0
"""All normalised parts are at least this: geometric and harmonic means need numbers above 0."""


def normalised(parts: Floats, how: str) -> Floats:
    """Parts of an index (… x organisations x parts, on 0 to 100) on a common scale from 1 up.

    `pomp` keeps the possible range; `z` gives 50 the mean of the organisations and 10 points a
    standard deviation, cut off at 1; `minmax` and `rank` give the lowest 1 and the highest 100. A
    part on which all are equal is in the middle.

    Formulas: 1 + .99·x; max(1, 50 + 10·(x - x̄)/s); 1 + 99·(x - min)/(max - min); 1 + 99·(r - 1)/
    (n - 1) with r the mean rank from below.
    Source: OECD & JRC (2008), Handbook on Constructing Composite Indicators, step 5; from 1 to 100
    is our choice.

    >>> normalised(np.array([[20.0], [60.0], [40.0]]), "minmax").ravel().tolist()
    [1.0, 100.0, 50.5]
    """
    found: Floats
    if how == "pomp":
        found = _FLOOR + (100 - _FLOOR) / 100 * parts
        return found
    if how == "rank":
        low, high = _places(parts)
        found = _FLOOR + (100 - _FLOOR) * (low + high) / (2 * max(parts.shape[-2] - 1, 1))
        return found
    low, high = parts.min(axis=-2, keepdims=True), parts.max(axis=-2, keepdims=True)
    flat = high - low < 1e-9
    if how == "minmax":
        place = np.where(flat, 0.5, (parts - low) / np.where(flat, 1.0, high - low))
        found = _FLOOR + (100 - _FLOOR) * place
        return found
    apart = parts - parts.mean(axis=-2, keepdims=True)
    sd = np.sqrt((apart**2).sum(axis=-2, keepdims=True) / max(parts.shape[-2] - 1, 1))
    found = np.maximum(_FLOOR, 50 + 10 * np.where(flat, 0.0, apart / np.where(flat, 1, sd)))
    return found


def _places(parts: Floats) -> tuple[Ints, Ints]:
    """How many organisations lie below each, and how many others do not lie above it."""
    size = parts.shape[-2]
    order = np.argsort(parts, axis=-2, kind="stable")
    ordered = np.take_along_axis(parts, order, -2)
    at = np.arange(size)[:, None]
    new = np.ones(ordered.shape, bool)
    new[..., 1:, :] = ordered[..., 1:, :] - ordered[..., :-1, :] > 1e-9
    first = np.maximum.accumulate(np.where(new, at, 0), axis=-2)
    ends = np.ones(ordered.shape, bool)
    ends[..., :-1, :] = new[..., 1:, :]
    last = np.where(ends, at, size)[..., ::-1, :]
    last = np.minimum.accumulate(last, axis=-2)[..., ::-1, :]
    low, high = np.empty_like(order), np.empty_like(order)
    np.put_along_axis(low, order, first, -2)
    np.put_along_axis(high, order, last, -2)
    return low, high


def aggregated(parts: Floats, weights: Floats, how: str) -> Floats:
    """The weighted mean over the last axis: arithmetic, geometric or harmonic.

    `weights` are parts, or runs x parts for runs x organisations x parts; only their relation
    counts. A geometric or harmonic mean with a 0 in it is 0. Parts without weight do not count.

    Formulas: Σwx; exp(Σw·ln x); 1/Σ(w/x), Σw = 1.
    Source: OECD & JRC (2008), Handbook on Constructing Composite Indicators, step 6.

    >>> [round(float(aggregated(np.array([80.0, 40, 60]), np.ones(3), how)), 3)
    ...  for how in ("arithmetic", "geometric", "harmonic")]
    [60.0, 57.69, 55.385]
    """
    share = weights / weights.sum(axis=-1, keepdims=True)
    if share.ndim == 2:
        share = share[:, None, :]
    if how == "arithmetic":
        return _added(parts * share)
    nothing = ((parts <= 0) & (share > 0)).any(axis=-1)
    above = np.where(parts > 0, parts, 1.0)
    if how == "geometric":
        found = np.exp(_added(share * np.log(above)))
    else:
        found = 1 / _added(share / above)
    return np.where(nothing, 0.0, found)


def _added(values: Floats) -> Floats:
    """The sum over the last axis, from its first to its last: the same on every machine."""
    total: Floats = values[..., 0]
    for at in range(1, values.shape[-1]):
        total = total + values[..., at]
    return total


def ranks(scores: Floats) -> Ints:
    """Ranks along the last axis: 1 and how many are higher. Equal is what differs by < 1e-9.

    >>> ranks(np.array([50.0, 70.0, 50.0, 10.0])).tolist()
    [2, 1, 2, 4]
    """
    order = np.argsort(-scores, axis=-1, kind="stable")
    ordered = np.take_along_axis(scores, order, -1)
    new = np.ones(ordered.shape, bool)
    new[..., 1:] = ordered[..., :-1] - ordered[..., 1:] > 1e-9
    place = np.maximum.accumulate(np.where(new, np.arange(1, scores.shape[-1] + 1), 1), axis=-1)
    found = np.empty(scores.shape, np.int64)
    np.put_along_axis(found, order, place, -1)
    return found


def rank_shift(reference: Ints, found: Ints) -> Floats:
    """The mean over organisations (the last axis) of how many places each has moved.

    Source: Saisana, Saltelli & Tarantola (2005), Journal of the Royal Statistical Society A 168(2).

    >>> float(rank_shift(np.array([1, 2, 3, 4, 5]), np.array([2, 1, 3, 5, 4])))
    0.8
    """
    shift: Floats = np.abs(found - reference).mean(axis=-1)
    return shift


def kendall(reference: Ints, found: Ranks) -> Floats:
    """Kendall's τ-b of each row of `found` (runs x organisations) with the reference.

    NaN where all are equal in one of both.

    Formula: (C - D)/√((P - T)·(P - U)): pairs in the same and in the opposite order, all pairs P,
    those equal in the one or the other.
    Source: Kendall (1945), Biometrika 33(3).

    >>> kendall(np.array([1, 2, 3, 4, 5]), np.array([[2, 1, 3, 5, 4]])).tolist()
    [0.6]
    """
    size = len(reference)
    order = np.argsort(reference, kind="stable")
    known, rows = reference[order], np.ascontiguousarray(found[:, order].T)
    net, alike = np.zeros(len(found), np.int64), np.zeros(len(found), np.int64)
    alike_known = 0
    for at in range(1, size):
        lower = int(np.searchsorted(known, known[at]))  # those that equal it say nothing
        alike_known += at - lower
        net += (rows[:lower] < rows[at]).sum(axis=0) - (rows[:lower] > rows[at]).sum(axis=0)
        alike += (rows[:at] == rows[at]).sum(axis=0)
    pairs = size * (size - 1) // 2
    base = np.sqrt((pairs - alike_known) * (pairs - alike).astype(np.float64))
    return np.where(base > 0, net / np.where(base > 0, base, 1.0), np.nan)


def principal_weights(parts: Floats) -> Floats | None:
    """Weights of parts (organisations x parts): their squares in the first principal component.

    Of the correlation matrix; they add up to 1. None where a part does not vary.

    Source: OECD & JRC (2008), Handbook on Constructing Composite Indicators, step 6.

    >>> principal_weights(np.array([[1.0, 2.0], [2.0, 4.5], [3.0, 5.0]])).round(6).tolist()
    [0.5, 0.5]
    """
    apart = parts - parts.mean(axis=0)
    sd = np.sqrt((apart**2).sum(axis=0))
    if len(parts) < 2 or (sd < 1e-9).any():
        return None
    standard = apart / sd
    together = _added((standard[:, :, None] * standard[:, None, :]).transpose(1, 2, 0))
    _, vectors = np.linalg.eigh(together)
    # The last digits of an eigenvector belong to the machine.
    weights: Floats = np.round(vectors[:, -1] ** 2, 9)
    return weights


def squared_correlations(parts: Floats, index: Floats) -> Floats:
    """How much of the variance of an index goes along with each part: its effective weight.

    `parts` are organisations x parts. NaN where a part or the index does not vary.

    Formula: r², the linear estimate of the first-order effect of the part.
    Source: Paruolo, Saisana & Saltelli (2013), Journal of the Royal Statistical Society A 176(3).

    >>> x = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]])
    >>> squared_correlations(x, np.array([2.0, 4.0, 6.0])).tolist()
    [1.0, nan]
    """
    wide, narrow = parts - parts.mean(axis=0), (index - index.mean())[:, None]
    spread = (wide**2).sum(axis=0) * (narrow**2).sum(axis=0)
    known = spread > 1e-18
    shared = (wide * narrow).sum(axis=0) ** 2
    return np.where(known, np.minimum(shared / np.where(known, spread, 1.0), 1.0), np.nan)
