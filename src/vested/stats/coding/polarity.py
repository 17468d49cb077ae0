"""What coded sources say of an organisation, each source with one voice."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vested.stats.intervals import unanimous_interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOWEST, HIGHEST = -2, 2
_PARTS = 60
"""A mean of 1, 2, … 5 different values is a whole number of sixtieths."""
_POINTS = 100 // (HIGHEST - LOWEST)
_ROUNDING = 1e-12


class SourcePolarity(NamedTuple):
    """One entry per cell and source that says something of it, in their order."""

    cell: Ints
    source: Ints
    polarity: Floats
    """Between -2 and 2."""


class Evidence(NamedTuple):
    """One entry per cell, that is per organisation and measure."""

    sources: Ints
    """Sources with a polarity: what the score rests on."""
    polarity: Floats
    """Mean of the sources, between -2 and 2."""
    spread: Floats
    """Standard deviation (n - 1) of the sources, in units of polarity."""
    score: Floats
    """The same mean between 0 and 100; 50 is neutral."""
    se: Floats
    """Standard error of the score."""
    low: Floats
    high: Floats
    reason: tuple[str, ...]
    """Why score or interval are NaN, empty where they are not."""


def source_polarity(cell: ArrayLike, source: ArrayLike, polarity: ArrayLike) -> SourcePolarity:
    """What each source says of a cell: the mean of the different polarities among its segments.

    One entry per segment in three arrays of one length: the cell (organisation × measure) and the
    source as numbers, and the polarity, a whole number from -2 to 2 or NaN where none is given,
    which does not enter. Each polarity that a source voices counts once, however many segments,
    words or coders it takes. So splitting or repeating a segment changes nothing, which a mean over
    segments would not allow; it also means that one dissenting segment weighs as much as ten that
    agree with each other: what counts is the positions that a source takes (our choice). ValueError
    for other polarities or arrays that do not fit.

    >>> found = source_polarity([0, 0, 0, 0], [7, 7, 7, 8], [2, 2, -1, 1])
    >>> found.polarity.tolist()
    [0.5, 1.0]
    """
    cells, sources, parts = _by_source(cell, source, polarity)
    return SourcePolarity(cells, sources, parts / _PARTS)


def _by_source(cell: ArrayLike, source: ArrayLike, polarity: ArrayLike) -> tuple[Ints, Ints, Ints]:
    """Cell, source, and polarity in sixtieths."""
    given = np.asarray(polarity, np.float64)
    cells, sources = np.asarray(cell, np.int64), np.asarray(source, np.int64)
    if not (cells.shape == sources.shape == given.shape == (given.size,)):
        raise ValueError("cell, source and polarity are three arrays of one length")
    known = ~np.isnan(given)
    values = given[known]
    if ((values < LOWEST) | (values > HIGHEST) | (values != np.floor(values))).any():
        raise ValueError(f"polarities are whole numbers from {LOWEST} to {HIGHEST}")
    different = np.unique(
        np.stack([cells[known], sources[known], values.astype(np.int64)], axis=1), axis=0
    )
    pairs, place, number = np.unique(
        different[:, :2], axis=0, return_inverse=True, return_counts=True
    )
    total = np.zeros(len(pairs), np.int64)
    np.add.at(total, place, different[:, 2])
    return pairs[:, 0], pairs[:, 1], total * _PARTS // number


def evidence(
    cell: ArrayLike,
    source: ArrayLike,
    polarity: ArrayLike,
    cells: int,
    *,
    confidence: float = 0.95,
) -> Evidence:
    """Evidence score of each cell: the mean over sources, each source with one voice.

    Inputs as in `source_polarity`, with the cells from 0 to `cells` - 1. No source: everything NaN,
    with the reason. One source: its score, but neither spread, error nor interval. Two that differ:
    the interval goes from one to the other. The interval is for the population of sources that
    these were drawn from. ValueError for other cells.

    The bootstrap draws n - 1 of the n sources with replacement, which makes its variance s²/n; its
    distribution is computed exactly, so there is nothing to seed. Where all sources agree, it has
    no width; the interval is then that of `unanimous_interval`.

    Formula: score 25·(mean + 2); standard error 25·s/√n; bounds at α/2 and 1-α/2 of the bootstrap.
    Sources: McCarthy & Snowden (1985), Vital and Health Statistics 2(95), for n - 1 draws; Rao & Wu
    (1988), Journal of the American Statistical Association 83(401); the score is our choice.

    >>> found = evidence([0, 0, 0, 1], [0, 0, 1, 0], [2, 2, -1, 1], 3)
    >>> found.score.tolist(), found.sources.tolist()
    ([62.5, 75.0, nan], [2, 1, 0])
    >>> found.low.tolist()[0], found.high.tolist()[0], found.reason[1]
    (25.0, 100.0, 'one source has no interval')
    """
    place, _, parts = _by_source(cell, source, polarity)
    if (place < 0).any() or (place >= cells).any():
        raise ValueError(f"cells are numbered from 0 to {cells - 1}")
    n = np.bincount(place, minlength=cells)
    total, squares = np.zeros(cells, np.int64), np.zeros(cells, np.int64)
    np.add.at(total, place, parts)
    np.add.at(squares, place, parts * parts)
    mean = _quotient(total, _PARTS * n)
    score = _quotient(_POINTS * (total - LOWEST * _PARTS * n), _PARTS * n)
    about = n * squares - total * total
    spread = np.sqrt(_quotient(about, n * (n - 1))) / _PARTS
    se = _POINTS * np.sqrt(_quotient(about, n * n * (n - 1))) / _PARTS
    low, high = unanimous_interval(score, n, confidence=confidence, low=0, high=100)
    several = n > 1
    low, high = np.where(several, low, np.nan), np.where(several, high, np.nan)
    ends = np.cumsum(n)
    for at in np.flatnonzero(several & (about > 0)).tolist():
        bounds = _bootstrap(parts[ends[at] - n[at] : ends[at]], (1 - confidence) / 2)
        low[at], high[at] = (_POINTS * (bound / _PARTS - LOWEST) for bound in bounds)
    reasons = ("no source says anything of this", "one source has no interval", "")
    said = tuple(reasons[min(number, 2)] for number in n.tolist())
    return Evidence(n, mean, spread, score, se, low, high, said)


def _quotient(top: Ints, bottom: Ints) -> Floats:
    return np.where(bottom > 0, top / np.maximum(bottom, 1), np.nan)


def _bootstrap(parts: Ints, tail: float) -> tuple[float, float]:
    """Bounds of the mean of n - 1 values drawn from n, from the whole distribution of their sum."""
    draws, least = len(parts) - 1, int(parts.min())
    above = parts - least
    step = math.gcd(*above.tolist())
    single = np.bincount(above // step) / len(parts)
    places = draws * (len(single) - 1) + 1
    size = 1 << places.bit_length()
    sums = np.fft.irfft(np.fft.rfft(single, size) ** draws, size)[:places]
    upto, down = np.cumsum(sums), np.cumsum(sums[::-1])
    first = int(np.argmax(upto >= tail - _ROUNDING))
    last = places - 1 - int(np.argmax(down >= tail - _ROUNDING))
    return least + step * first / draws, least + step * last / draws
