"""Answers per cell, item and option, against counting them one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.survey.tallies import spread
from vested.survey.tallies.spread import NONE, Spread

Row = tuple[int, tuple[int, ...]]
"""A cell, and the place of the option of each item."""
Facets = Sequence[tuple[int, ...]]

ITEMS, CELLS = 5, 4
FACETS: dict[str, Facets] = {
    "one": [(0, 1, 2, 3, 4)],
    "two and an item of none": [(0, 1), (2, 3)],
    "an item alone": [(0, 1, 2), (3,)],
    "not side by side": [(4, 0), (1, 3)],
    "an item in two": [(0, 1, 2), (2, 3), (4, 2)],
    "none": [],
}


def rows_of(options: int) -> st.SearchStrategy[list[Row]]:
    answer = st.one_of(st.integers(0, options - 1), st.just(NONE))
    return st.lists(st.tuples(st.integers(0, CELLS - 1), st.tuples(*[answer] * ITEMS)), max_size=25)


OPTIONS_AND_ROWS = st.integers(2, 9).flatmap(lambda m: st.tuples(st.just(m), rows_of(m)))


def made(options: int, facets: Facets, batches: Sequence[Sequence[Row]]) -> Spread:
    found = Spread(options, facets)
    for rows in batches:
        add(found, rows)
    return found


def add(found: Spread, rows: Sequence[Row]) -> None:
    cell = np.array([row[0] for row in rows], np.int64)
    found.add(cell, CELLS, np.array([row[1] for row in rows], np.uint8).reshape(-1, ITEMS).T)


def content(found: Spread) -> list[Counter[tuple[int, int, int]]]:
    """Per facet, how often each cell, place in the facet and option go together."""
    return [
        Counter({tuple(at): int(counts[tuple(at)]) for at in np.argwhere(counts).tolist()})
        for counts in map(found.complete, range(len(found.facets)))
    ]


def by_hand(facets: Facets, rows: Sequence[Row]) -> list[Counter[tuple[int, int, int]]]:
    return [
        Counter(
            (cell, at, given[place])
            for cell, given in rows
            if all(given[place] != NONE for place in facet)
            for at, place in enumerate(facet)
        )
        for facet in facets
    ]


@given(
    OPTIONS_AND_ROWS,
    st.sampled_from(list(FACETS)),
    st.integers(0, 25),
    st.sampled_from([(spread._ROOM, spread._ROOM), (0, 0), (spread._ROOM, 0), (0, spread._ROOM)]),
)
@settings(max_examples=150, deadline=None)
def test_counts_are_those_of_counting(
    drawn: tuple[int, list[Row]], name: str, cut: int, room: tuple[int, int]
) -> None:
    """Items of a facet as one number, item by item, and from the one to the other on the way."""
    options, rows = drawn
    found = made(options, FACETS[name], [])
    for most, part in zip(room, (rows[:cut], rows[cut:]), strict=True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(spread, "_ROOM", most)
            add(found, part)
    assert content(found) == by_hand(FACETS[name], rows)


@given(
    OPTIONS_AND_ROWS, st.sampled_from(list(FACETS)), st.integers(0, 25), st.permutations(range(4))
)
@settings(max_examples=100, deadline=None)
def test_files_add_up_in_either_order(
    drawn: tuple[int, list[Row]], name: str, cut: int, order: list[int]
) -> None:
    """The cells of the second file stand at other places."""
    options, rows = drawn
    facets = FACETS[name]
    moved = [(order.index(cell), answers) for cell, answers in rows[cut:]]
    places, back = np.array(order), np.argsort(order)
    first = made(options, facets, [rows[:cut]])
    first.merge(made(options, facets, [moved]), places)
    assert content(first) == by_hand(facets, rows)
    second = made(options, facets, [moved])
    second.merge(made(options, facets, [rows[:cut]]), back)
    assert content(second) == by_hand(facets, [(order.index(c), answers) for c, answers in rows])


@pytest.mark.parametrize("options", [2, 3, 4, 6, 11, 16, 101, 254])
def test_any_number_of_options(options: int) -> None:
    """Nobody is lost at the ends of the scale, and no gap looks like an answer."""
    ends = (0, options - 1, NONE)
    rows = [(0, (a, b, c, a, b)) for a in ends for b in ends for c in ends]
    facets = [(0, 1, 2, 3, 4), (1, 2)]
    assert content(made(options, facets, [rows])) == by_hand(facets, rows)


def test_cells_that_come_late_and_cells_without_anyone() -> None:
    found = Spread(3, [(0, 1)])
    one = np.zeros((ITEMS, 1), np.uint8)
    found.add(np.array([0]), 1, one)
    found.add(np.array([700]), 701, one)
    assert [int(n) for n in found.complete(0)[[0, 1, 700], 0, 0]] == [1, 0, 1]


def test_nobody_at_all() -> None:
    found = Spread(3, [(0, 1)])
    assert found.complete(0).shape == (0, 2, 3)
    found.merge(Spread(3, [(0, 1)]), np.empty(0, np.int64))
    assert found.complete(0).shape == (0, 2, 3)


def test_more_respondents_than_single_precision_can_count() -> None:
    found = made(5, [(0, 1)], [[(0, (1, 1, 1, 1, 1))] * 1001])
    for _ in range(15):
        found.merge(deepcopy(found), np.array([0]))
    assert found.complete(0)[0, 0, 1] == 1001 << 15  # 32,800,768
