"""Samples drawn again: the law schools of Efron, SciPy's BCa, and what must not happen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from vested.stats.sampling.bootstrap import (
    acceleration,
    acceleration_of_means,
    bca_interval,
    on_grid,
    percentile_interval,
    resampled_correlations,
    resampled_means,
    resampled_means_of_answers,
)

# The 15 law schools of Efron (1979), as in Efron & Tibshirani (1993), table 3.1.
LSAT = np.array([576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594.0])
GPA = np.array(
    [3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]
)
R = np.corrcoef(LSAT, GPA)[0, 1]
LEFT_OUT = np.array(
    [[np.corrcoef(np.delete(LSAT, at), np.delete(GPA, at))[0, 1]] for at in range(15)]
)


def drawn(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def law(draws: int, seed: int = 0) -> np.ndarray:
    return resampled_correlations(LSAT[:, None], GPA, draws, drawn(seed))


def test_law_schools_percentile() -> None:
    """R .77637; percentile (.464, .962) at 20,000 draws, within .01 by chance (R, boot)."""
    assert pytest.approx(0.77637, abs=5e-6) == R
    low, high = percentile_interval(law(20_000, 1), 0.95)
    assert [low[0], high[0]] == pytest.approx([0.464, 0.962], abs=0.01)


def test_law_schools_bca() -> None:
    """BCa (.338, .940) in R; its lower end is the .6 % point, so it takes more draws to be sure."""
    low, high = bca_interval(law(200_000), np.array([R]), acceleration(LEFT_OUT), 0.95)
    assert [low[0], high[0]] == pytest.approx([0.338, 0.940], abs=0.01)


def test_bca_as_scipy() -> None:
    """From SciPy's own draws; it takes quantiles one place higher, where they stand thin."""

    def correlation(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        x, y = (each - each.mean(axis, keepdims=True) for each in (x, y))
        return (x * y).sum(axis) / np.sqrt((x * x).sum(axis) * (y * y).sum(axis))

    known = bootstrap(
        (LSAT, GPA), correlation, paired=True, vectorized=True, n_resamples=9999, rng=drawn(3)
    )
    replicates = known.bootstrap_distribution[None]
    low, high = bca_interval(replicates, np.array([R]), acceleration(LEFT_OUT), 0.95)
    ends = known.confidence_interval
    assert [low[0], high[0]] == pytest.approx([ends.low, ends.high], abs=5e-3)


def test_means_as_scipy() -> None:
    """The interval of a mean of skewed answers is not symmetric."""
    values = np.array([0.0, 0, 0, 0, 25, 25, 25, 50, 50, 75, 100, 100])
    known = bootstrap((values,), np.mean, n_resamples=20_000, rng=drawn(5)).confidence_interval
    means, own = resampled_means_of_answers(values[:, None], 20_000, drawn(6))
    low, high = bca_interval(means, own, acceleration_of_means(values[:, None]), 0.95)
    assert [low[0], high[0]] == pytest.approx([known.low, known.high], abs=1.1)
    assert high[0] - own[0] > own[0] - low[0]


@given(st.lists(st.integers(0, 400), min_size=2, max_size=30))
@settings(max_examples=50, deadline=None)
def test_the_acceleration_of_a_mean_is_that_of_its_jackknife(whole: list[int]) -> None:
    values = np.array(whole) / 4
    left_out = np.array([[np.delete(values, at).mean()] for at in range(len(values))])
    if np.ptp(values) == 0:
        assert np.isnan(acceleration_of_means(values[:, None])).all()
        return
    found = acceleration_of_means(values[:, None])
    assert found == pytest.approx(acceleration(left_out), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(
    ("replicates", "estimate"),
    [
        ([5.0] * 99, 5.0),  # no variance
        ([1.0, 2.0, 3.0] * 33, 9.0),  # all on one side
        ([1.0, 2.0, np.nan] * 33, 2.0),
    ],
)
def test_nothing_to_correct(replicates: list[float], estimate: float) -> None:
    low, high = bca_interval(np.array([replicates]), np.array([estimate]), np.zeros(1), 0.95)
    assert np.isnan([low[0], high[0]]).all()


def test_without_bias_or_acceleration_bca_is_the_percentile_interval() -> None:
    replicates = np.arange(1.0, 1000.0)[None]
    for low, high in (
        bca_interval(replicates, np.array([500.0]), np.zeros(1), 0.9),
        percentile_interval(replicates, 0.9),
    ):
        assert (low[0], high[0]) == pytest.approx((50.0, 950.0))


def test_too_strong_a_correction_goes_to_the_end() -> None:
    replicates = np.arange(1.0, 1000.0)[None]
    low, high = bca_interval(replicates, np.array([700.0]), np.array([0.9]), 0.95)
    assert high[0] == 999.0
    # z0 = .5228: (.5228 - 1.96)/(1 + .9·1.4371) + .5228 = -.1039, of which Φ is .4586
    assert low[0] == pytest.approx(459, abs=1.5)


def test_no_rows() -> None:
    assert np.isnan(resampled_means(np.empty((0, 2)), 3, drawn())).all()
    means, own = resampled_means_of_answers(np.full((4, 1), np.nan), 3, drawn())
    assert np.isnan(means).all()
    assert np.isnan(own).all()


def test_one_row_is_always_drawn() -> None:
    assert resampled_means(np.array([[0.1]]), 4, drawn()).tolist() == [[0.1] * 4]


def test_a_sample_without_an_answer_takes_the_mean() -> None:
    values = np.array([[50.0], *[[np.nan]] * 9])
    means, own = resampled_means_of_answers(values, 500, drawn())
    assert own.tolist() == [50.0]
    assert (means == 50.0).all()


def test_missing_answers_do_not_count() -> None:
    values = np.array([[0.0, 0.0], [100.0, 100.0], [np.nan, 0.0]])
    means, own = resampled_means_of_answers(values, 2000, drawn())
    assert own.tolist() == [50.0, pytest.approx(100 / 3)]
    assert set(np.round(means[0], 9)) == {0, 33.333333333, 50, 66.666666667, 100}
    assert means[0].mean() == pytest.approx(50, abs=2)


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=2, max_size=40), st.randoms())
@settings(max_examples=100, deadline=None)
def test_sums_on_the_grid_do_not_hang_on_the_order(values: list[float], chance: object) -> None:
    grid = on_grid(np.array(values)[:, None], len(values))[:, 0]
    mixed = list(grid)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert np.cumsum(mixed)[-1] == np.cumsum(grid)[-1]
    largest = max(abs(value) for value in values)
    assert np.abs(grid - values).max() <= largest * len(values) * 2.0**-51


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few counts are held at a time, each row of counts adds up to n."""
    monkeypatch.setattr("vested.stats.sampling.bootstrap._ROOM", 16)
    found = resampled_means(np.ones((7, 1)), 11, drawn())
    assert found.tolist() == [[1.0] * 11]


def test_correlations_without_variance_are_not_known() -> None:
    found = resampled_correlations(np.ones((4, 1)), np.arange(4.0), 20, drawn())
    assert np.isnan(found).all()


def test_weighted_means_spread_as_linearised() -> None:
    """The standard error of a weighted mean, √(Σw²(x-m)²)/Σw; equal weights change nothing."""
    chance = np.random.default_rng(3)
    x, weights = chance.normal(50, 10, 200), chance.uniform(0.2, 3, 200)
    mean = np.average(x, weights=weights)
    found = resampled_means(x[:, None], 20_000, drawn(), weights)
    assert found.mean() == pytest.approx(mean, abs=0.05)
    expected = np.sqrt((weights**2 * (x - mean) ** 2).sum()) / weights.sum()
    assert found.std() == pytest.approx(expected, rel=0.03)
    plain, equal = (
        resampled_means(x[:, None], 50, drawn(), given) for given in (None, np.full(200, 0.3))
    )
    assert equal == pytest.approx(plain, rel=1e-12)
