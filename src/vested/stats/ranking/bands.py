"""Bands of a scale, and how likely a score belongs to each of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SURE = 0.8
"""Below this probability a second band is named: our choice."""


class Banded(NamedTuple):
    """The band that each score lies in, the next most probable one, and their probabilities."""

    band: Ints
    """Counted from 0; -1 where there is no score."""
    probability: Floats
    second: Ints
    """-1 where the first is probable enough, or nothing is known of its probability."""
    second_probability: Floats


def band_probabilities(score: Floats, se: Floats, cuts: Floats) -> Floats:
    """How likely the true mean lies in each of the bands between the cuts; the last axis is theirs.

    The lowest band has no lower end and the highest no upper one, so that all add up to 1. NaN
    where the score or its standard error is. With a standard error of 0 the band is certain.

    Formula: Φ((c_(b+1) - x)/se) - Φ((c_b - x)/se).
    Source: the normal approximation to the distribution of a mean; no published rule for bands.

    >>> band_probabilities(np.array([62.0]), np.array([3.0]), np.array([60.0])).round(4).tolist()
    [[0.2525, 0.7475]]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        below = ndtr((cuts - score[..., None]) / se[..., None])
    # A score upon a cut, without error, belongs to the band above it.
    exact = (se[..., None] == 0) & (cuts == score[..., None])
    below = np.where(exact, 0.0, below)
    ends = np.broadcast_to(
        np.where(np.isnan(score + se), np.nan, 1.0)[..., None], (*score.shape, 1)
    )
    found: Floats = np.diff(np.concatenate([0 * ends, below, ends], axis=-1), axis=-1)
    return found


def banded(score: Floats, se: Floats, cuts: Floats) -> Banded:
    """The band of each score; where it is not probable enough (`SURE`), the next one as well.

    A score upon a cut lies in the band above it. Without a standard error the band has no
    probability (NaN).

    Formula: the band b with c_b ≤ x < c_(b+1); then the most probable of the other bands.
    Source: our choice.

    >>> found = banded(np.array([62.0]), np.array([3.0]), np.array([25.0, 60.0]))
    >>> found.band.tolist(), found.second.tolist()
    ([2], [1])
    """
    probabilities = band_probabilities(score, se, cuts)
    band = np.searchsorted(cuts, score, side="right")
    own = np.take_along_axis(probabilities, band[..., None], axis=-1)[..., 0]
    others = np.nan_to_num(probabilities, nan=-1.0)
    np.put_along_axis(others, band[..., None], -1.0, axis=-1)
    second = others.argmax(axis=-1)
    doubtful = own < SURE
    beside = np.take_along_axis(probabilities, second[..., None], axis=-1)[..., 0]
    return Banded(
        np.where(np.isnan(score), -1, band),
        own,
        np.where(doubtful, second, -1),
        np.where(doubtful, beside, np.nan),
    )
