"""Whether sums that are published together tell about too few."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.stats import disclosure
from vested.stats.disclosure import recoverable


def smallest(sums: np.ndarray, sizes: np.ndarray) -> int:
    """By brute force: the fewest units that any combination of the sums is about."""
    rank = np.linalg.matrix_rank(sums)
    best = int(sizes.sum())
    for k in range(1, len(sizes)):
        for few in itertools.combinations(range(len(sizes)), k):
            rest = np.delete(sums, few, axis=1)
            units = int(sizes[list(few)].sum())
            if units < best and np.linalg.matrix_rank(rest) < rank:
                best = units
    return best


@pytest.mark.parametrize(
    ("sums", "sizes", "expected"),
    [
        ([[1, 1]], [3, 1], [0, 1]),  # a sum of four
        ([[1, 1]], [3, 2], None),
        ([[1, 1, 1], [1, 1, 0]], [9, 9, 4], [2]),  # a difference
        ([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [1, 1, 1, 1]], [9, 2, 9, 2], [1, 3]),
        # 1+2, 2+3, 3+1: half of what two of them add up to beyond the third
        ([[1, 1, 0], [0, 1, 1], [1, 0, 1]], [9, 9, 4], [2]),
        ([[1, 1, 0, 1], [0, 1, 1, 0], [1, 0, 1, 0]], [9, 9, 2, 2], [2, 3]),
        (np.zeros((0, 2)), [1, 1], None),
        (np.zeros((1, 2)), [1, 1], None),
    ],
)
def test_examples(sums: list[list[int]], sizes: list[int], expected: list[int] | None) -> None:
    assert recoverable(np.array(sums, float), np.array(sizes), 5) == expected


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_as_brute_force(data: st.DataObject) -> None:
    cells, classes = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 7))
    bits = st.lists(st.integers(0, 1), min_size=classes, max_size=classes)
    sums = np.array([data.draw(bits) for _ in range(cells)], float)
    sums = sums[:, sums.any(axis=0)]
    if not sums.shape[1]:
        return
    sizes = np.array([data.draw(st.integers(1, 6)) for _ in range(sums.shape[1])])
    found = recoverable(sums, sizes, 5)
    assert (found is not None) == (smallest(sums, sizes) < 5)
    if found is not None:
        assert sizes[found].sum() < 5
        rest = np.delete(sums, found, axis=1)
        assert np.linalg.matrix_rank(rest) < np.linalg.matrix_rank(sums)


def test_where_the_search_is_given_up_all_are_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "_PATIENCE", 0)
    sums = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    assert recoverable(sums, np.array([4, 3, 4]), 5) == [0, 1, 2]
    assert recoverable(np.ones((1, 2)), np.array([9, 9]), 5) is None  # nothing to search
