"""Covariances from exact sums: R's pairwise numbers, exact fractions, and the edges."""

from __future__ import annotations

import csv
import math
import statistics
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.covariance import correlation, covariance

DATA = Path(__file__).parents[3] / "shared" / "reference" / "data"
Answers = Sequence[Sequence[int | None]]
"""Respondents x items, None where an answer is missing."""


def sums(answers: Answers, items: int) -> list[NDArray[np.int64]]:
    """n, Σx, Σy, Σxy, Σx², Σy² of each pair of items, over the respondents who answered both."""
    there = np.array([[x is not None for x in row] for row in answers]).reshape(-1, items)
    given_ = np.array([[x or 0 for x in row] for row in answers], object).reshape(-1, items)
    seen = there.astype(np.int64)
    one, square = given_.T @ seen, (given_ * given_).T @ seen
    return [seen.T @ seen, one, one.T, given_.T @ given_, square, square.T]


def both(answers: Answers, items: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    given_ = sums(answers, items)
    return covariance(*given_[:4]), correlation(*given_)


def test_worked_example() -> None:
    """Three respondents, by hand: deviations -1, 0, 1 and -2, 1, 1."""
    found = both([[1, 1], [2, 4], [3, 4]], 2)
    assert found[0].tolist() == [[1, 1.5], [1.5, 3]]
    assert found[1] == pytest.approx(np.array([[1, 0.75**0.5], [0.75**0.5, 1]]), rel=1e-15)


def bfi(*, complete: bool) -> list[list[int | None]]:
    """The 25 items of bfi, of all respondents or of those who answered everything."""
    path = DATA / "bfi.csv"
    if not path.exists():
        pytest.skip("the reference data bfi.csv are not at hand")
    columns = [f"{scale}{number}" for scale in "ACENO" for number in range(1, 6)]
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[row[column] for column in columns] for row in csv.DictReader(file)]
    return [[int(x) if x else None for x in row] for row in rows if all(row) or not complete]


@pytest.mark.parametrize(
    # R 4.2.2, psych 2.2.9: KMO(items)$MSA and KMO(cor(items[complete.cases(items), ]))$MSA
    ("complete", "adequacy"),
    [(False, 0.845897492560391), (True, 0.84864523094684)],
)
def test_sampling_adequacy_from_these_correlations_is_that_of_psych(
    complete: bool, adequacy: float
) -> None:
    found = both(bfi(complete=complete), 25)[1]
    inverse = np.linalg.inv(found)
    scale = np.sqrt(np.diagonal(inverse))
    beside = ~np.eye(25, dtype=bool)
    squares = [(matrix[beside] ** 2).sum() for matrix in (found, inverse / np.outer(scale, scale))]
    assert squares[0] / sum(squares) == pytest.approx(adequacy, rel=1e-12)


def test_eigenvalues_are_those_of_r() -> None:
    """R 4.2.2: eigen(cor(bfi[complete.cases(bfi[, 1:25]), 1:25]))$values, first three and last."""
    values = np.linalg.eigvalsh(both(bfi(complete=True), 25)[1])[::-1]
    expected = [5.13431117720727, 2.75188666799641, 2.14270195401111, 0.262539018183043]
    assert values[[0, 1, 2, 24]].tolist() == pytest.approx(expected, rel=1e-13)


NAN = math.nan
EDGES: list[tuple[str, Answers, list[float], list[float]]] = [
    # answers of two items; covariances, then correlations, at [0, 0], [0, 1] and [1, 1]
    ("nobody", [], [NAN, NAN, NAN], [NAN, NAN, NAN]),
    ("all missing", [[None, None]] * 3, [NAN, NAN, NAN], [NAN, NAN, NAN]),
    ("one respondent", [[1, 2]], [NAN, NAN, NAN], [NAN, NAN, NAN]),
    ("two respondents", [[1, 5], [2, 3]], [0.5, -1, 2], [1, -1, 1]),
    ("a constant item", [[1, 3], [2, 3], [4, 3]], [7 / 3, 0, 0], [1, NAN, NAN]),
    ("all constant", [[4, 3]] * 3, [0, 0, 0], [NAN, NAN, NAN]),
    ("never together", [[1, None], [2, None], [None, 3]], [0.5, NAN, NAN], [1, NAN, NAN]),
    ("once together", [[1, 2], [2, None], [None, 4]], [0.5, NAN, 2], [1, NAN, 1]),
    ("constant together", [[1, 2], [1, 4], [3, None]], [4 / 3, 0, 2], [1, NAN, 1]),
]


@pytest.mark.parametrize(
    ("answers", "covariances", "correlations"),
    [case[1:] for case in EDGES],
    ids=[case[0] for case in EDGES],
)
def test_edges(answers: Answers, covariances: list[float], correlations: list[float]) -> None:
    places = [0, 0, 1], [0, 1, 1]
    found = both(answers, 2)
    assert found[0][places].tolist() == pytest.approx(covariances, nan_ok=True)
    assert found[1][places].tolist() == pytest.approx(correlations, nan_ok=True)


TABLES = st.lists(
    st.tuples(*[st.none() | st.integers(-5, 11)] * 3).map(list), min_size=0, max_size=25
)


def pair(answers: Answers, i: int, j: int) -> tuple[float, float]:
    """Covariance and correlation by their definitions, in fractions up to the root."""
    rows = [(Fraction(r[i]), Fraction(r[j])) for r in answers if None not in {r[i], r[j]}]
    if len(rows) < 2:
        return NAN, NAN
    x, y = zip(*rows, strict=True)
    shared = statistics.covariance(x, y)
    spread = statistics.variance(x) * statistics.variance(y)
    return float(shared), float(shared) / math.sqrt(spread) if spread else NAN


@given(TABLES)
@settings(max_examples=150)
def test_equal_to_the_definitions(answers: Answers) -> None:
    found = both(answers, 3)
    for i in range(3):
        for j in range(3):
            expected = pair(answers, i, j)
            seen = (float(found[0][i, j]), float(found[1][i, j]))
            assert seen == pytest.approx(expected, rel=1e-13, abs=1e-14, nan_ok=True)


@given(TABLES, st.randoms(use_true_random=False), st.integers(-9, 9))
@settings(max_examples=100)
def test_blind_to_the_order_of_respondents_and_to_shifts(
    answers: list[list[int | None]], random: Random, shift: int
) -> None:
    order = list(answers)
    random.shuffle(order)
    moved = [[None if x is None else x + shift for x in row] for row in order]
    for one, other in zip(both(answers, 3), both(moved, 3), strict=True):
        assert np.array_equal(one, other, equal_nan=True)


@given(TABLES)
@settings(max_examples=50)
def test_reversing_an_item_changes_its_sign_alone(answers: list[list[int | None]]) -> None:
    turned = [[None if row[0] is None else 6 - row[0], *row[1:]] for row in answers]
    sign = np.outer([-1, 1, 1], [-1, 1, 1])
    for one, other in zip(both(answers, 3), both(turned, 3), strict=True):
        assert np.array_equal(one, sign * other, equal_nan=True)


@given(TABLES)
@settings(max_examples=50)
def test_a_correlation_stays_within_one_and_the_diagonal_is_exactly_one(answers: Answers) -> None:
    found = both(answers, 3)[1]
    assert not (np.abs(found) > 1).any()
    assert set(np.diagonal(found)[~np.isnan(np.diagonal(found))].tolist()) <= {1.0}


def test_sums_whose_products_64_bits_cannot_hold() -> None:
    """Four million respondents, half of them 999,999 and half 1,000,001: n·Σx² is 1.6·10²⁵."""
    half, middle = 2 * 10**6, 10**6
    n, squares = 2 * half, half * ((middle - 1) ** 2 + (middle + 1) ** 2)
    given_ = [np.full((2, 2), value, np.int64) for value in (n, n * middle, n * middle, squares)]
    assert covariance(*given_)[0].tolist() == [n / (n - 1)] * 2
    assert correlation(*given_, *given_[3:], *given_[3:]).tolist() == [[1, 1], [1, 1]]


def test_many_facets_at_once() -> None:
    tables = [[[1, 2], [3, 5], [4, 4]], [[1, 1], [2, 1], [3, 4]]]
    stacked = [np.stack(part) for part in zip(*(sums(t, 2) for t in tables), strict=True)]
    whole = covariance(*stacked[:4]), correlation(*stacked)
    for at, table in enumerate(tables):
        for one, other in zip(whole, both(table, 2), strict=True):
            assert np.array_equal(one[at], other)
