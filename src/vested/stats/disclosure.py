"""What can be worked out from sums that are published together."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRIME = 2_147_483_629
"""Ranks are confirmed in whole numbers modulo this prime, whose products fit into 64 bits."""
_ZERO = 1e-9
"""What counts as zero in products of a matrix of zeros and ones: our choice."""
_REACHED = 1 - 1e-6
"""Traces that add up to less than this cannot make anything singular, however they are rounded."""
_PATIENCE = 200
"""How many sets of classes are looked at before the answer is "perhaps": our choice."""


def recoverable(
    sums: Floats,
    sizes: Ints,
    minimum: int,
    of: Ints | None = None,
    modular: Ints | None = None,
) -> list[int] | None:
    """Classes of units, fewer than `minimum` in all, about which alone published sums can tell.

    `sums` are published sums x unknowns: how often a sum has each unknown; `sizes` are the units of
    each class. `of` says to which class each unknown belongs; if it is not given, each class is one
    unknown. `modular` are the same sums modulo `PRIME`, needed where they are not whole numbers.
    A reader can add and subtract the sums as they like; the question is whether that leaves a sum
    in which fewer than `minimum` units are left. The classes of the first such set that is found,
    sorted; all that are in doubt where the search is given up, for there are too many sets, or
    where the ranks of floating point and of whole numbers differ; None where there is no such set.

    Formula: let the rows of B be an orthonormal basis of the sums without a unit of a large class,
    and B_c its columns of class c. Such a sum lies in the classes T if and only if
    I - Σ_{c in T} B_c B_c' is singular. Sets are built up class by class; with S what is left of I,
    k more classes can only make it singular if their traces of S⁻¹ B_c B_c' add up to 1.
    Source: linear sensitivity of tables, Hundepool et al. (2012), Statistical Disclosure Control,
    chapter 4; the search is ours.

    >>> everyone, some = [1.0, 1.0, 1.0], [1.0, 1.0, 0.0]
    >>> recoverable(np.array([everyone, some]), np.array([6, 9, 3]), 5)
    [2]
    >>> recoverable(np.array([everyone, some]), np.array([6, 9, 5]), 5) is None
    True
    """
    of = np.arange(sums.shape[1]) if of is None else of
    small = sizes[of] < minimum
    basis = _without(sums, small)
    told = np.linalg.norm(basis, axis=0) > _ZERO
    classes = np.unique(of[small][told])
    if not confirmed(sums, small, len(basis), modular):
        return sorted(set(of[small].tolist()))
    if not len(classes):
        return None
    classes = classes[np.argsort(sizes[classes], kind="stable")]
    columns = [basis[:, of[small] == each] for each in classes.tolist()]
    doubtful: list[int] = []
    for together in _connected(columns):
        search = _Search(sizes[classes[together]], minimum)
        found = search.run([columns[at] for at in together.tolist()])
        if found is not None:
            return sorted(classes[together[found]].tolist())
        if search.looked > _PATIENCE:
            doubtful += classes[together].tolist()
    return sorted(doubtful) or None


def confirmed(sums: Floats, small: NDArray[np.bool_], found: int, modular: Ints | None) -> bool:
    """Whether so many independent sums without a large class are what whole numbers say, too."""
    exact = np.rint(sums).astype(np.int64) % PRIME if modular is None else modular
    return rank(exact) - rank(exact[:, ~small]) == found


def rank(matrix: Ints) -> int:
    """The rank of a matrix of whole numbers modulo `PRIME`.

    It is that of the numbers themselves unless the prime divides one of their determinants.

    >>> rank(np.array([[1, 2], [2, 4], [0, 3]]))
    2
    """
    rows, found = np.unique(matrix, axis=1), 0
    for column in range(rows.shape[1]):
        if found == len(rows):
            break
        there = np.flatnonzero(rows[found:, column])
        if not len(there):
            continue
        pivot = found + int(there[0])
        rows[[found, pivot]] = rows[[pivot, found]]
        rows[found] = rows[found] * pow(int(rows[found, column]), -1, PRIME) % PRIME
        below = np.flatnonzero(rows[found + 1 :, column]) + found + 1
        left = rows[below, column][:, None] * rows[found] % PRIME
        rows[below] = (rows[below] - left) % PRIME
        found += 1
    return found


def residue(number: Fraction) -> int:
    """A fraction modulo `PRIME`.

    >>> residue(Fraction(1, 2)) * 2 % PRIME
    1
    """
    return number.numerator * pow(number.denominator, -1, PRIME) % PRIME


def _without(sums: Floats, small: NDArray[np.bool_]) -> Floats:
    """Orthonormal rows that span the sums in which no unit of a large class is left."""
    large = np.unique(sums[:, ~small], axis=1)
    return _row_basis(_left_null_space(large) @ sums[:, small])


def _connected(columns: list[Floats]) -> list[Ints]:
    """Classes that any sum may bring together, each set in order."""
    count = len(columns)
    near = np.array([[np.abs(one.T @ two).max() > _ZERO for two in columns] for one in columns])
    label = np.arange(count)
    while True:
        lowest = np.where(near, label[None, :], count).min(axis=1)
        if (lowest == label).all():
            return [np.flatnonzero(label == each) for each in np.unique(label).tolist()]
        label = lowest


class _Search:
    """Goes through sets of classes, the smallest classes first."""

    def __init__(self, sizes: Ints, minimum: int) -> None:
        self.sizes = sizes
        self.minimum = minimum
        self.looked = 0

    def run(self, columns: list[Floats]) -> list[int] | None:
        """The first set that alone makes up a sum; None also where the search is given up."""
        # Only the directions in which these classes stand at all.
        directions = _row_basis(np.hstack(columns).T)
        turned = [directions @ each for each in columns]
        self.parts = np.array([each @ each.T for each in turned])
        return self.extend([], np.eye(len(directions)), 0, 0)

    def extend(self, chosen: list[int], rest: Floats, start: int, units: int) -> list[int] | None:
        """A set that begins with the chosen classes, which are not one by themselves."""
        self.looked += 1
        fits = self.sizes[start:] + units < self.minimum
        candidates = np.flatnonzero(fits) + start
        if self.looked > _PATIENCE or not len(candidates):
            return None
        gains = np.einsum("ij,cji->c", np.linalg.inv(rest), self.parts[candidates])
        for at in np.flatnonzero(gains >= _REACHED).tolist():
            place = int(candidates[at])
            if np.linalg.eigvalsh(rest - self.parts[place])[0] < _ZERO:
                return [*chosen, place]
        sizes = self.sizes[candidates]
        most = _with_followers(gains, (self.minimum - 1 - units - sizes) // sizes)
        for at in np.flatnonzero(most >= _REACHED).tolist():
            place, size = int(candidates[at]), int(sizes[at])
            found = self.extend([*chosen, place], rest - self.parts[place], place + 1, units + size)
            if found is not None or self.looked > _PATIENCE:
                return found
        return None


def _with_followers(gains: Floats, followers: Ints) -> Floats:
    """Each gain with the so many largest of those after it; 0 where there can be none."""
    count = len(gains)
    after = np.where(np.tri(count, dtype=bool), 0.0, gains)
    best = np.cumsum(-np.sort(-after, axis=1), axis=1)
    taken = np.minimum(followers, count - 1 - np.arange(count))
    reached = gains + best[np.arange(count), np.maximum(taken - 1, 0)]
    return np.where(taken > 0, reached, 0.0)


def _left_null_space(matrix: Floats) -> Floats:
    """Rows that span all combinations of the matrix's rows which are zero."""
    if not matrix.shape[1]:
        return np.eye(len(matrix))
    u, values, _ = np.linalg.svd(matrix, full_matrices=True)
    return u[:, int((values > _ZERO).sum()) :].T


def _row_basis(matrix: Floats) -> Floats:
    """Orthonormal rows that span the same space."""
    _, values, v = np.linalg.svd(matrix, full_matrices=False)
    return v[values > _ZERO]


def left_null_space(rows: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """Independent combinations of a few rows that are zero, in exact fractions.

    >>> one = Fraction(1)
    >>> [[str(x) for x in row] for row in left_null_space([[one, one], [one + one, one + one]])]
    [['-2', '1']]
    """
    count = len(rows)
    left = [[*row, *(Fraction(at == other) for other in range(count))]
            for at, row in enumerate(rows)]  # fmt: skip
    width, found = len(rows[0]) if count else 0, 0
    for column in range(width):
        pivot = next((at for at in range(found, count) if left[at][column]), None)
        if pivot is None:
            continue
        left.insert(found, left.pop(pivot))
        for at in range(found + 1, count):
            factor = left[at][column] / left[found][column]
            if factor:
                left[at] = [a - factor * b for a, b in zip(left[at], left[found], strict=True)]
        found += 1
    return [row[width:] for row in left[found:]]
