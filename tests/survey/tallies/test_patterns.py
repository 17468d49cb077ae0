"""Patterns of answers, against counting them one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.survey.tallies.patterns import Patterns
from vested.survey.tallies.spread import NONE

KEYS = [("X", "1", "a"), ("X", "2", "a"), ("Y", "1", "b"), ("Y", "2", "")]
"""Organisation, wave and group."""
FACETS = [(0, 1), (1, 2, 3), (3,)]
OPTIONS = 3
Row = tuple[int, tuple[int, ...]]
ROWS = st.lists(
    st.tuples(
        st.integers(0, len(KEYS) - 1), st.tuples(*[st.sampled_from([0, 1, 2, NONE])] * 4)
    ),
    max_size=25,
)  # fmt: skip


Counted = dict[str, Counter[tuple[int, ...]]]


def made(
    *batches: Sequence[Row], options: int = OPTIONS, facets: Sequence[tuple[int, ...]] = FACETS
) -> Patterns:
    found = Patterns(options, facets)
    for rows in batches:
        cell = np.array([row[0] for row in rows], np.int64)
        places = np.array([row[1] for row in rows], np.uint8)
        found.add(cell, KEYS, places.T if rows else np.empty((4, 0), np.uint8))
    return found


def listed(found: Patterns, number: int, dimension: int | None = None) -> Counted:
    return {
        level: Counter({tuple(row): int(n) for row, n in zip(rows.tolist(), counts, strict=True)})
        for level, (rows, counts) in found.of_facet(number, dimension).items()
    }


def by_hand(rows: Sequence[Row], number: int, dimension: int | None) -> Counted:
    counted: Counted = {}
    for cell, places in rows:
        level = "" if dimension is None else KEYS[cell][1 + dimension]
        pattern = tuple(-1 if places[at] == NONE else places[at] for at in FACETS[number])
        counted.setdefault(level, Counter())[pattern] += 1
    return counted


@given(ROWS, ROWS, st.integers(0, 2), st.sampled_from([None, 0, 1]))
@settings(max_examples=100, deadline=None)
def test_patterns_are_those_of_counting(
    first: list[Row], second: list[Row], number: int, dimension: int | None
) -> None:
    """In batches, and in files that are merged in either order."""
    wanted = by_hand([*first, *second], number, dimension)
    assert listed(made(first, second), number, dimension) == wanted
    for one, other in ((first, second), (second, first)):
        merged = made(one)
        merged.merge(made(other))
        assert listed(merged, number, dimension) == wanted


@pytest.mark.parametrize("items", [12, 40])
def test_a_facet_too_long_to_be_a_number_is_left_out(items: int) -> None:
    """Six to the power of 12 is one of 63 bits, to that of 40 it is not."""
    rows = [(0, tuple(at % 5 for at in range(items)))] * 2
    found = made(rows, options=5, facets=[tuple(range(items)), (0, 1)])
    assert len(found.of_facet(0)) == (items == 12)
    assert listed(found, 1) == {"": {(0, 1): 2}}


def test_as_long_as_can_be_within_any_number_of_levels() -> None:
    """Three to the power of 39 is of 62 bits, and four times that is not."""
    rows = [(cell, tuple(at % 2 for at in range(39))) for cell in (0, 0, 1, 2)]
    found = made(rows[:2], rows[2:], options=2, facets=[tuple(range(39))])
    counts = {level: int(n.sum()) for level, (_, n) in found.of_facet(0, 0).items()}
    assert counts == {"1": 3, "2": 1}
    assert {tuple(row) for row in found.of_facet(0)[""][0].tolist()} == {rows[0][1]}
