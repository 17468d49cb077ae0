"""What can be worked out from sums that are published together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ZERO = 1e-9
"""What counts as zero in products of a matrix of zeros and ones: our choice."""
_PATIENCE = 20_000
"""How many sets of classes are looked at before the answer is "perhaps": our choice."""


def recoverable(sums: Floats, sizes: Ints, minimum: int) -> list[int] | None:
    """Classes of units, fewer than `minimum` in all, about which alone published sums can tell.

    `sums` are published sums x classes: 1 where a sum has the units of that class, else 0; `sizes`
    are the units of each class. A reader can add and subtract the sums as they like; the question
    is whether that leaves a sum in which fewer than `minimum` units are left. The classes of the
    first such set that is found, sorted; all that are in doubt where the search is given up, for
    there are too many sets; None where there is no such set.

    Formula: with the projector P on the row space of `sums`, such a sum lies in the classes T if
    and only if I - P is singular on T. Sets of classes are built up one by one; what is left of
    I - P after each is its Schur complement, and a set of k more can only be singular if the
    complements of their diagonals to 1 add up to 1.
    Source: linear sensitivity of tables, Hundepool et al. (2012), Statistical Disclosure Control,
    chapter 4; the search is ours.

    >>> everyone, some = [1.0, 1.0, 1.0], [1.0, 1.0, 0.0]
    >>> recoverable(np.array([everyone, some]), np.array([6, 9, 3]), 5)
    [2]
    >>> recoverable(np.array([everyone, some]), np.array([6, 9, 5]), 5) is None
    True
    """
    small = np.flatnonzero(sizes < minimum)
    free = _left_null_space(sums[:, sizes >= minimum])
    basis = _row_basis(free @ sums[:, small])
    told = np.linalg.norm(basis, axis=0) > _ZERO
    classes, basis = small[told], basis[:, told]
    if not len(classes):
        return None
    order = np.argsort(sizes[classes], kind="stable")
    classes, basis = classes[order], basis[:, order]
    search = _Search(sizes[classes], minimum)
    found = search.extend([], np.eye(len(classes)) - basis.T @ basis, 0, 0)
    if found is None and search.looked <= _PATIENCE:
        return None
    return sorted(int(classes[at]) for at in (found or range(len(classes))))


class _Search:
    """Goes through sets of classes, the smallest classes first."""

    def __init__(self, sizes: Ints, minimum: int) -> None:
        self.sizes = sizes
        self.minimum = minimum
        self.looked = 0

    def extend(self, chosen: list[int], rest: Floats, start: int, units: int) -> list[int] | None:
        """A singular set that begins with the chosen classes, which are not singular."""
        self.looked += 1
        if self.looked > _PATIENCE:
            return None
        left = np.diag(rest)[start:]
        fits = self.sizes[start:] + units < self.minimum
        singular = np.flatnonzero(fits & (left < _ZERO))
        if len(singular):
            return [*chosen, start + int(singular[0])]
        candidates = np.flatnonzero(fits) + start
        gains = 1 - np.diag(rest)
        for at, place in enumerate(candidates):
            more = (self.minimum - 1 - units - self.sizes[place]) // self.sizes[place]
            others = np.sort(gains[candidates[at + 1 :]])[::-1][: max(more, 0)]
            if not len(others) or gains[place] + others.sum() < 1 - _ZERO:
                continue
            column = rest[:, place]
            remaining = rest - np.outer(column, column) / column[place]
            total = units + int(self.sizes[place])
            found = self.extend([*chosen, int(place)], remaining, int(place) + 1, total)
            if found:
                return found
        return None


def _left_null_space(matrix: Floats) -> Floats:
    """Rows that span all combinations of the matrix's rows which are zero."""
    u, values, _ = np.linalg.svd(matrix, full_matrices=True)
    rank = int((values > _ZERO).sum())
    return u[:, rank:].T


def _row_basis(matrix: Floats) -> Floats:
    """Orthonormal rows that span the same space."""
    _, values, v = np.linalg.svd(matrix, full_matrices=False)
    return v[values > _ZERO]
