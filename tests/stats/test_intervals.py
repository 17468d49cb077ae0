"""Intervals of a mean: Student's where answers differ, a binomial bound where they do not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.stats.intervals import mean_interval, unanimous_interval


def interval(
    mean: float,
    se: float,
    n: int,
    *,
    confidence: float = 0.95,
    low: float = 0,
    high: float = 100,
) -> tuple[float, float]:
    ends = mean_interval(
        np.array([mean]), np.array([se]), np.array([n]), confidence=confidence, low=low, high=high
    )
    return float(ends[0][0]), float(ends[1][0])


@pytest.mark.parametrize(
    ("mean", "sd", "n", "confidence", "expected"),
    [
        (59, 7.55929, 8, 0.95, (52.680, 65.320)),  # R: t.test(c(55,61,47,70,66,58,63,52))
        (59, 7.55929, 8, 0.99, (49.647, 68.353)),  # R: qt(.995, 7) = 3.499483
        (50, 10, 2, 0.95, (0, 100)),  # R: qt(.975, 1) = 12.7062: beyond the range, so clipped
        (98, 5, 4, 0.95, (90.044, 100)),  # R: qt(.975, 3) = 3.182446
        (50, 10, 1_000_000, 0.95, (49.9804, 50.0196)),  # R: qnorm(.975) = 1.959964
        (math.nan, math.nan, 0, 0.95, (math.nan, math.nan)),
        (50, math.nan, 1, 0.95, (math.nan, math.nan)),
        (50, 0, 1, 0.95, (math.nan, math.nan)),  # one answer has no interval, equal or not
    ],
)
def test_examples(
    mean: float, sd: float, n: int, confidence: float, expected: tuple[float, float]
) -> None:
    found = interval(mean, sd / math.sqrt(max(n, 1)), n, confidence=confidence)
    assert found == pytest.approx(expected, abs=6e-4, nan_ok=True)


@given(
    st.floats(0, 100), st.floats(0, 60), st.integers(2, 10_000), st.sampled_from([0.5, 0.9, 0.99])
)
@settings(max_examples=200)
def test_within_the_range_around_the_mean_and_never_of_width_nought(
    mean: float, se: float, n: int, confidence: float
) -> None:
    low, high = interval(mean, se, n, confidence=confidence)
    assert 0 <= low <= mean <= high <= 100
    assert se > 0 or high - low > 0


@given(st.floats(-100, 100), st.floats(0, 60), st.integers(2, 500))
def test_a_tilt_stays_between_its_ends(mean: float, se: float, n: int) -> None:
    low, high = interval(mean, se, n, low=-100)
    assert -100 <= low <= mean <= high <= 100


def test_each_row_has_its_own_range() -> None:
    low, high = mean_interval(
        np.array([[0.0], [0.0]]),
        np.array([[90.0], [90.0]]),
        np.array([[5], [5]]),
        confidence=0.95,
        low=np.array([[0], [-100]]),
        high=np.array([[100], [100]]),
    )
    assert (low.ravel().tolist(), high.ravel().tolist()) == ([0, -100], [100, 100])


@pytest.mark.parametrize("n", [2, 3, 5, 10, 30, 100, 10_000])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("answer", [0.0, 25.0, 50.0, 100.0])
def test_unanimous_interval_covers(n: int, confidence: float, answer: float) -> None:
    """Whatever share of others stands at one end, missing them is rarer than 1 - confidence."""
    low, high = unanimous_interval(
        np.array([answer]), np.array([n]), confidence=confidence, low=0, high=100
    )
    for others in np.linspace(0, 1, 201):
        for end in (0.0, 100.0):
            truth = answer + others * (end - answer)
            missed = not low[0] - 1e-9 <= truth <= high[0] + 1e-9
            assert missed * (1 - others) ** n <= (1 - confidence) * (1 + 1e-9)


@pytest.mark.parametrize("n", [2, 3, 5, 10, 30, 100])
def test_unanimous_interval_covers_a_population_in_two_camps(n: int) -> None:
    """A share stands at the one end, the rest at the other: all n may be drawn from either."""
    low, high = unanimous_interval(
        np.array([0.0, 100.0]), np.array([n, n]), confidence=0.95, low=0, high=100
    )
    for share in np.linspace(0, 1, 401):
        missed = ~((low - 1e-9 <= 100 * share) & (100 * share <= high + 1e-9))
        assert missed @ np.array([(1 - share) ** n, share**n]) <= 0.05 * (1 + 1e-9)


def test_unanimous_interval_shrinks_with_every_respondent() -> None:
    n = np.arange(2, 2000)
    low, _ = unanimous_interval(np.full(len(n), 100.0), n, confidence=0.95, low=0, high=100)
    assert (np.diff(low) > 0).all()
    assert low[8] == pytest.approx(100 * 0.025**0.1)  # domain: Clopper & Pearson 1934, 0 of 10
