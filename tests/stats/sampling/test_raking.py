"""Raking: an example from R's survey package, its closed form, and what must always hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.stats.sampling.raking import (
    kish,
    post_stratification,
    rake,
    rake_trimmed,
    weighted_median,
)

COUNTS = np.array([40, 30, 20, 10])  # women and men in junior, then in senior grades
SEX, GRADE = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
TARGETS = [np.array([450.0, 550.0]), np.array([600.0, 400.0])]


def test_as_survey_rake() -> None:
    """R: survey::rake of these counts to these margins, and its weights and design effect."""
    raked = rake(COUNTS, [SEX, GRADE], TARGETS)
    assert raked.weights == pytest.approx([6.14779, 11.80295, 10.20442, 19.59115], abs=5e-6)
    totals = raked.weights * COUNTS
    assert totals == pytest.approx([245.912, 354.089, 204.088, 195.912], abs=6e-4)
    effective, deff = kish(raked.weights, COUNTS)
    assert (round(effective, 3), round(deff, 5)) == (86.119, 1.16118)
    assert (raked.converged, raked.trimmed) == (True, 0)


def test_as_the_closed_form() -> None:
    """Raking keeps the odds ratio, 2/3 here: the first cell solves a² + 1950 a - 540000 = 0."""
    first = (-1950 + math.sqrt(1950**2 + 4 * 540_000)) / 2
    totals = [first, 600 - first, 450 - first, first - 50]
    raked = rake(COUNTS, [SEX, GRADE], TARGETS)
    assert raked.weights * COUNTS == pytest.approx(totals, rel=1e-10)


def test_kish() -> None:
    """Kish 1965: weights .5, .8, 1, 1, 1.2, 1.5, 2, 3 tell as much as 6.17978 of 8."""
    weights = np.array([0.5, 0.8, 1, 1, 1.2, 1.5, 2, 3])
    effective, deff = kish(weights, np.ones(8, np.int64))
    assert (round(effective, 5), round(deff, 5)) == (6.17978, 1.29455)
    spread = 1 + np.var(weights) / np.mean(weights) ** 2
    assert deff == pytest.approx(spread, rel=1e-12)
    assert all(map(math.isnan, kish(np.zeros(2), np.array([3, 4]))))
    assert all(map(math.isnan, kish(np.zeros(0), np.zeros(0, np.int64))))


def test_one_variable_is_post_stratification() -> None:
    targets = np.array([300.0, 50.0, 20.0])
    counts = np.array([10, 5, 2])
    raked = rake(counts, [np.arange(3)], [targets])
    assert raked.weights == pytest.approx(post_stratification(counts.astype(float), targets))
    assert raked.weights.tolist() == pytest.approx([30, 10, 10])  # N_h / n_h
    assert (raked.iterations, raked.converged) == (1, True)


def test_values_without_respondents_are_stood_for_by_the_others() -> None:
    raked = rake(np.array([10, 10]), [np.array([0, 1])], [np.array([20.0, 60.0, 80.0])])
    assert raked.weights.tolist() == pytest.approx([4, 12])  # 1 to 3, and a total of 160
    assert raked.converged


def test_margins_that_exclude_each_other_do_not_converge() -> None:
    """Both variables split the same people alike, but are to be half and half, and 9 to 1."""
    same = np.array([0, 1])
    targets = [np.array([50.0, 50.0]), np.array([90.0, 10.0])]
    raked = rake(np.array([5, 5]), [same, same], targets)
    assert not raked.converged
    assert raked.gap == pytest.approx(0.4)


@pytest.mark.parametrize("counts", [[], [7]])
def test_nobody_and_one_cell(counts: list[int]) -> None:
    n = np.array(counts, np.int64)
    raked = rake(n, [np.zeros(len(n), np.int64)], [np.array([21.0])])
    assert raked.weights.tolist() == [3.0] * len(n)
    assert raked.converged


def test_trimmed_weights_that_still_meet_the_margins() -> None:
    """Capped at 1.5 times the median the margins can be met by other cells."""
    free = rake(COUNTS, [SEX, GRADE], TARGETS)
    raked = rake_trimmed(COUNTS, [SEX, GRADE], TARGETS, multiple=1.5)
    cap = 1.5 * weighted_median(free.weights, COUNTS)
    assert free.weights.max() > cap
    assert raked.weights.max() <= cap * (1 + 1e-9)
    assert (raked.converged, raked.trimmed) == (True, 10)
    sums = [np.bincount(v, raked.weights * COUNTS) for v in (SEX, GRADE)]
    assert np.concatenate(sums) == pytest.approx([450, 550, 600, 400], rel=1e-6)


def test_trimmed_weights_that_cannot_meet_the_margins() -> None:
    counts, targets = np.array([40, 30, 20, 1]), [np.array([40.0, 30.0, 20.0, 10.0])]
    raked = rake_trimmed(counts, [np.arange(4)], targets, multiple=5)
    assert raked.weights.tolist() == pytest.approx([1, 1, 1, 5])
    assert (raked.converged, raked.trimmed) == (False, 1)
    assert raked.gap == pytest.approx(10 / 100 - 5 / 95)


def test_nothing_is_trimmed_below_the_cap() -> None:
    plain = rake(COUNTS, [SEX, GRADE], TARGETS)
    raked = rake_trimmed(COUNTS, [SEX, GRADE], TARGETS, multiple=5)
    assert raked.weights.tolist() == plain.weights.tolist()
    assert raked.trimmed == 0


CELLS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(1, 40)), min_size=6, max_size=14
)
SHARES = st.lists(st.floats(0.2, 1.0), min_size=3, max_size=3)


def margins(cells: list[tuple[int, int, int]]) -> tuple[np.ndarray, list[np.ndarray]]:  # type: ignore[type-arg]
    """Every combination has someone, so that raking converges; and some have more."""
    everyone = [(a, b, 1) for a in range(3) for b in range(2)] + cells
    table = np.array(everyone, np.int64)
    return table[:, 2], [table[:, 0], table[:, 1]]


@given(CELLS, SHARES, SHARES)
@settings(max_examples=60, deadline=None)
def test_raked_margins_are_the_targets(
    cells: list[tuple[int, int, int]], first: list[float], second: list[float]
) -> None:
    counts, values = margins(cells)
    one, two = np.array(first), np.array(second[:2])
    targets = [1000 * one / one.sum(), 1000 * two / two.sum()]
    raked = rake(counts, values, targets)
    assert raked.converged
    for value, target in zip(values, targets, strict=True):
        assert np.bincount(value, raked.weights * counts) == pytest.approx(target, rel=1e-10)


@given(CELLS, SHARES, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_cells_and_how_they_are_cut_make_no_difference(
    cells: list[tuple[int, int, int]], shares: list[float], random: object
) -> None:
    counts, values = margins(cells)
    targets = [np.array(shares), np.array(shares[:2])]
    raked = rake(counts, values, targets)
    order = list(range(len(counts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    other = rake(counts[order], [value[order] for value in values], targets)
    assert other.weights == pytest.approx(raked.weights[order], rel=1e-9)


@given(CELLS, SHARES, SHARES, st.floats(1.05, 3.0))
@settings(max_examples=60, deadline=None)
def test_no_trimmed_weight_is_above_the_cap(
    cells: list[tuple[int, int, int]], first: list[float], second: list[float], multiple: float
) -> None:
    counts, values = margins(cells)
    targets = [np.array(first), np.array(second[:2]) / sum(second[:2]) * sum(first)]
    raked = rake_trimmed(counts, values, targets, multiple=multiple)
    cap = multiple * weighted_median(rake(counts, values, targets).weights, counts)
    assert raked.weights.max() <= cap * (1 + 1e-8)
    assert raked.weights.min() > 0
    assert raked.converged == (raked.gap < 1e-9)
