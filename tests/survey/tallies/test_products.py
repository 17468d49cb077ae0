"""Sums of products of whole numbers, against adding them up one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.survey.tallies import products
from vested.survey.tallies.products import Complete, Crosstabs, Pairwise, exact
from vested.survey.tallies.spread import NONE

Row = tuple[int | None, ...]
ITEMS, OPTIONS = 3, 7
ROWS = st.lists(st.tuples(*[st.one_of(st.integers(0, 6), st.none())] * ITEMS), max_size=30)


def arrays(rows: Sequence[Row], kind: type = np.float64) -> tuple[np.ndarray, np.ndarray]:
    x = np.array([[value or 0 for value in row] for row in rows], kind).reshape(len(rows), ITEMS)
    known = np.array([[value is not None for value in row] for row in rows], kind)
    return x.T, known.reshape(len(rows), ITEMS).T


def pairwise(*batches: Sequence[Row]) -> dict[str, list[list[int]]]:
    found = Pairwise(ITEMS)
    for rows in batches:
        found.add(*arrays(rows))
    return listed(found)


def listed(found: Pairwise) -> dict[str, list[list[int]]]:
    return {
        name: getattr(found, name).tolist() for name in ("pairs", "sums", "squares", "products")
    }


def by_hand(rows: Sequence[Row]) -> dict[str, list[list[int]]]:
    def table(term: object) -> list[list[int]]:
        return [
            [
                sum(
                    term(row[a], row[b])  # type: ignore[operator]
                    for row in rows
                    if row[a] is not None and row[b] is not None
                )
                for b in range(ITEMS)
            ]
            for a in range(ITEMS)
        ]

    return {
        "pairs": table(lambda a, b: 1),
        "sums": table(lambda a, b: a),
        "squares": table(lambda a, b: a * a),
        "products": table(lambda a, b: a * b),
    }


@given(ROWS, st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_pairs_are_those_of_plain_arithmetic(rows: list[Row], cut: int) -> None:
    assert pairwise(rows[:cut], rows[cut:]) == by_hand(rows)


@given(ROWS, st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_the_complete_are_those_of_plain_arithmetic(rows: list[Row], cut: int) -> None:
    found = Complete(ITEMS)
    for part in (rows[:cut], rows[cut:]):
        found.add(*arrays(part))
    full = [row for row in rows if None not in row]
    wanted = by_hand(full)
    assert found.respondents == len(full)
    assert found.products.tolist() == wanted["products"]
    assert found.sums.tolist() == [wanted["sums"][at][at] for at in range(ITEMS)]


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_without_gaps_pairs_and_the_complete_are_the_same(rows: list[Row]) -> None:
    full = [row for row in rows if None not in row]
    assert pairwise(full) == by_hand(full)  # the short way
    found = Complete(ITEMS)
    found.add(*arrays(full))
    assert found.products.tolist() == pairwise(full)["products"]


@given(ROWS, ROWS)
@settings(max_examples=60, deadline=None)
def test_files_add_up_in_either_order(first: list[Row], second: list[Row]) -> None:
    for one, other in ((first, second), (second, first)):
        mine, theirs = Pairwise(ITEMS), Pairwise(ITEMS)
        mine.add(*arrays(one))
        theirs.add(*arrays(other))
        mine.merge(theirs)
        assert listed(mine) == by_hand([*first, *second])


def test_some_of_the_items() -> None:
    rows = [(1, None, 3), (4, 5, 6), (None, 2, 2)]
    found = Pairwise(ITEMS)
    found.add(*arrays(rows))
    own = found.among([2, 0])
    assert own.products.tolist() == [[49, 27], [27, 17]]
    assert own.sums.tolist() == [[11, 9], [5, 5]]


# --- exact, however many ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "largest", "kind"),
    [
        (1 << 20, 3, np.float32),
        (1 << 20, 4, np.float64),  # 2^20 x 16 = 2^24, of which the next is lost
        (100_000, 4, np.float32),
        (100_000, 100, np.float64),
    ],
)
def test_single_precision_only_where_it_is_exact(rows: int, largest: int, kind: type) -> None:
    assert exact(rows, largest) is kind


@pytest.mark.parametrize(("rows", "largest"), [(1_864_135, 3), (300_000, 8), (70_001, 100)])
def test_sums_beyond_what_single_precision_holds(rows: int, largest: int) -> None:
    """Both sides of 2^24 = 16,777,216; the last row adds the one that would be lost."""
    kind = exact(rows, largest)
    x = np.full((2, rows), largest, kind)
    x[:, -1] = 1
    known = np.ones_like(x)
    wanted = (rows - 1) * largest**2 + 1
    pairs, complete = Pairwise(2), Complete(2)
    pairs.add(x, known)
    complete.add(x, known)
    assert pairs.products.tolist() == complete.products.tolist() == [[wanted] * 2] * 2
    assert pairs.sums[0, 1] == complete.sums[0] == (rows - 1) * largest + 1


# --- tables of two items ----------------------------------------------------------------------


@given(ROWS, st.integers(0, 30), st.sampled_from([1, 2, 1 << 13]))
@settings(max_examples=100, deadline=None)
def test_tables_of_two_items_are_those_of_counting(rows: list[Row], cut: int, at_once: int) -> None:
    given_places = np.array([[NONE if v is None else v for v in row] for row in rows], np.uint8)
    given_places = given_places.reshape(len(rows), ITEMS).T
    found, rest = Crosstabs(ITEMS, OPTIONS), Crosstabs(ITEMS, OPTIONS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(products, "_ROWS", at_once)
        found.add(given_places[:, :cut])
        rest.add(given_places[:, cut:])
    found.merge(rest)
    wanted = np.zeros_like(found.counts)
    for row in rows:
        for a, first in enumerate(row):
            for b, second in enumerate(row):
                if first is not None and second is not None:
                    wanted[a, b, first, second] += 1
    assert found.counts.tolist() == wanted.tolist()
