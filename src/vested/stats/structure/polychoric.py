"""Correlations of the normal variables that ordered answers are cut from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from vested.stats.structure.bivariate import bivariate_normal

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_LIMIT = 0.9999
_STEPS = 100
_TOLERANCE = 1e-9
_UNSURE = 1e-13
"""A probability below this may be the rounding of the four that it is the difference of."""
_FAR = 40.0
"""Stands for infinity: the density is 0 there."""


@dataclass(frozen=True, slots=True)
class Polychoric:
    """Correlations (k, k) and thresholds (k, c - 1); `reasons` says why a correlation is NaN.

    A threshold is infinite where no one chose an option on one side of it, and NaN for an item that
    no one answered. `reasons` has each pair i ≤ j without a correlation; i = j is an item that has
    no variance. `empty` (k, k) counts the cells that no one is in, though both options are in use.
    """

    correlation: Floats
    thresholds: Floats
    empty: Ints
    reasons: Mapping[tuple[int, int], str]


def polychoric(tables: Ints) -> Polychoric:
    """Polychoric correlations of k ordered items by maximum likelihood in two steps.

    `tables` (k, k, c, c): how many chose option a of item i and option b of item j, missing answers
    left out; on the diagonal how many chose option a of item i, whoever else they answered. Items
    with fewer options have 0 for the others. The correlations (k, k) can go into
    `standardised_alpha`, which is then the ordinal alpha: the reliability of a sum of the normal
    variables, not of answers. As each pair may have its own respondents the matrix need not be
    positive definite.

    The thresholds of an item are those of all who answered it, as in psych and lavaan for R; for
    those of who answered both, or all, give the tables of these respondents. Cells that no one is
    in stay empty, as a count of 0 says no less than others. (psych's `correct` puts .5 into them,
    though only with `global = FALSE`, where thresholds are those of the pair; lavaan moves .5 into
    an empty cell of 2 × 2, at the same margins.)

    NaN, with one of the `reasons`, where no one answered both items, where those who did all chose
    one option, and where the likelihood still rises at ±.9999, as for two options with an empty
    cell: such counts set no bound to the correlation. ValueError unless the tables are counts that
    fit together.

    Formula: max_ρ Σ n_ab·ln π_ab(ρ), π_ab the normal probability between the thresholds
    Φ⁻¹(share at or below).
    Source: Olsson (1979), Psychometrika 44(4); ordinal alpha: Zumbo, Gadermann & Zeisser (2007),
    Journal of Modern Applied Statistical Methods 6(1).

    >>> one, two, both = np.diag([40, 60]), np.diag([50, 50]), np.array([[30, 10], [20, 40]])
    >>> found = polychoric(np.array([[one, both], [both.T, two]]))
    >>> found.correlation[0].round(6).tolist(), found.reasons
    ([1.0, 0.607073], {})
    """
    tables = np.asarray(tables)
    own = _own(tables)
    cuts = _thresholds(own)
    first, second = np.triu_indices(len(own), 1)
    counts = tables[first, second]
    rows, columns = counts.sum(axis=2) > 0, counts.sum(axis=1) > 0
    varied = (rows.sum(axis=1) > 1) & (columns.sum(axis=1) > 1)
    value = np.full(len(first), np.nan)
    value[varied] = _most_likely(counts[varied], cuts[first[varied]], cuts[second[varied]])
    correlation = np.diag(np.where((own > 0).sum(axis=1) > 1, 1.0, np.nan))
    correlation[first, second] = correlation[second, first] = value
    empty = np.zeros(correlation.shape, np.int64)
    crossed = rows[:, :, None] & columns[:, None, :]
    empty[first, second] = empty[second, first] = (crossed & (counts == 0)).sum(axis=(1, 2))
    return Polychoric(correlation, cuts, empty, _reasons(tables, correlation))


def _own(tables: Ints) -> Ints:
    """The counts (k, c) of each item's options, if all tables fit together."""
    if tables.ndim != 4 or tables.shape[0] != tables.shape[1] or tables.shape[2] != tables.shape[3]:
        raise ValueError(f"tables are items × items × options × options, not {tables.shape}")
    if not np.issubdtype(tables.dtype, np.integer) or (tables < 0).any():
        raise ValueError("tables have counts, which are whole and not below 0")
    diagonal = np.einsum("iiab->iab", tables)
    own: Ints = np.einsum("iaa->ia", diagonal)
    if (diagonal.sum(axis=(1, 2)) != own.sum(axis=1)).any():
        raise ValueError("the table of an item with itself has counts off the diagonal")
    if (tables != tables.transpose(1, 0, 3, 2)).any():
        raise ValueError("the table of items j and i is not that of i and j turned")
    if (tables.sum(axis=3) > own[:, None, :]).any():
        raise ValueError("an option was chosen more often together with another item than in all")
    return own


def _thresholds(own: Ints) -> Floats:
    total = own.sum(axis=1, keepdims=True)
    below = np.cumsum(own, axis=1)[:, :-1]
    return np.where(total > 0, ndtri(below / np.maximum(total, 1)), np.nan)


def _reasons(tables: Ints, correlation: Floats) -> dict[tuple[int, int], str]:
    """Why correlations are not known."""
    reasons = {}
    unknown: Bools = np.triu(np.isnan(correlation))
    for i, j in np.argwhere(unknown).tolist():
        table = tables[i, j]
        if not table.any():
            reasons[i, j] = "no one answered the item" if i == j else "no one answered both items"
        elif min(table.any(axis=0).sum(), table.any(axis=1).sum()) < 2:
            reasons[i, j] = "only one option of an item is in use"
        else:
            reasons[i, j] = "the association is perfect"
    return reasons


def _most_likely(counts: Ints, rows: Floats, columns: Floats) -> Floats:
    """The ρ of each table (p, c, c) with thresholds (p, c - 1), NaN if beyond the limit.

    Newton's steps from 0, or halves of the interval that the slope's sign leaves, which get there
    in any case. After a step of Newton below the tolerance the error is about its square.
    """
    low, high = np.full(len(counts), -_LIMIT), np.full(len(counts), _LIMIT)
    falls = _slope(counts, rows, columns, high)[0] < 0
    rises = _slope(counts, rows, columns, low)[0] > 0
    found = np.where(falls & rises, 0.0, np.nan)
    open_ = np.flatnonzero(falls & rises)
    for step in range(_STEPS):
        at = found[open_]
        slope, curve = _slope(counts[open_], rows[open_], columns[open_], at)
        low[open_] = np.where(slope >= 0, at, low[open_])
        high[open_] = np.where(slope <= 0, at, high[open_])
        bent = curve < 0
        newton = at - np.where(bent, slope, np.inf) / np.where(bent, curve, 1.0)
        inside = (newton >= low[open_]) & (newton <= high[open_]) & (step < _STEPS / 2)
        found[open_] = np.where(inside, newton, (low[open_] + high[open_]) / 2)
        open_ = open_[np.abs(found[open_] - at) > _TOLERANCE]
        if not len(open_):
            break
    return found


def _slope(counts: Ints, rows: Floats, columns: Floats, rho: Floats) -> tuple[Floats, Floats]:
    """First and second derivative of each table's log-likelihood in ρ.

    Where a table has counts in a cell that is next to impossible, the slope is endless, towards 0.
    """
    edge = np.full((len(rho), 1), _FAR)
    x = np.concatenate([-edge, np.clip(rows, -_FAR, _FAR), edge], axis=1)[:, :, None]
    y = np.concatenate([-edge, np.clip(columns, -_FAR, _FAR), edge], axis=1)[:, None, :]
    r = rho[:, None, None]
    density, change = _density(x, y, r)
    chance, first, second = (
        np.diff(np.diff(corners, axis=1), axis=2)
        for corners in (bivariate_normal(x, y, r), density, change)
    )
    lost = ((counts > 0) & (chance < _UNSURE)).any(axis=(1, 2)) & (rho != 0)
    chance = np.maximum(chance, _UNSURE)
    slope = (counts * first / chance).sum(axis=(1, 2))
    curve = (counts * (second / chance - (first / chance) ** 2)).sum(axis=(1, 2))
    return np.where(lost, np.where(rho > 0, -np.inf, np.inf), slope), np.where(lost, 0.0, curve)


def _density(x: Floats, y: Floats, rho: Floats) -> tuple[Floats, Floats]:
    """Density of two normal variables, which is the slope of their probability in ρ, and its slope.

    Source: Plackett (1954), Biometrika 41(3/4).
    """
    rest = (1 - rho) * (1 + rho)
    squares, product = x**2 + y**2, x * y
    density = np.exp((rho * product - squares / 2) / rest) / (2 * np.pi * np.sqrt(rest))
    relative = rho / rest + (product * (1 + rho**2) - rho * squares) / rest**2
    return density, density * relative
