"""Bands: worked numbers and edges."""

from __future__ import annotations

import numpy as np
import pytest

from vested.stats.ranking.bands import band_probabilities, banded

QUARTERS = np.array([25.0, 50.0, 75.0])


def test_the_worked_number() -> None:
    """62 with a standard error of 3 and a cut at 60: .2525 for the wrong side (R's pnorm)."""
    found = band_probabilities(np.array([62.0]), np.array([3.0]), np.array([60.0]))
    assert found[0, 0] == pytest.approx(0.2525, abs=5e-5)
    assert found.sum() == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize(
    ("score", "se", "band", "second"),
    [
        (62.0, 3.0, 2, -1),
        (51.0, 3.0, 2, 1),
        (49.0, 3.0, 1, 2),
        (50.0, 3.0, 2, 1),
        (0.0, 3.0, 0, -1),
        (100.0, 0.0, 3, -1),
        (50.0, 0.0, 2, -1),
        (62.0, np.nan, 2, -1),
        (np.nan, 3.0, -1, -1),
        (60.0, 60.0, 2, 3),
    ],
)
def test_which_bands_are_named(score: float, se: float, band: int, second: int) -> None:
    found = banded(np.array([score]), np.array([se]), QUARTERS)
    assert (found.band[0], found.second[0]) == (band, second)
    assert np.isnan(found.second_probability[0]) == (second < 0)


def test_probabilities_add_up() -> None:
    rng = np.random.default_rng(9)
    score, se = rng.uniform(0, 100, (3, 50)), rng.uniform(0, 20, (3, 50))
    found = band_probabilities(score, se, QUARTERS)
    assert found.shape == (3, 50, 4)
    assert found.sum(axis=-1) == pytest.approx(np.ones((3, 50)), rel=1e-14)
    assert (found >= 0).all()


def test_simulated_means_fall_into_the_bands_as_often() -> None:
    draws = np.random.default_rng(10).normal(48, 5, 100_000)
    shares = np.bincount(np.digitize(draws, QUARTERS), minlength=4) / 100_000
    found = band_probabilities(np.array([48.0]), np.array([5.0]), QUARTERS)[0]
    assert found == pytest.approx(shares, abs=0.006)


@pytest.mark.parametrize(("score", "second"), [(62.0, 0), (62.5, 0), (62.6, -1), (57.4, -1)])
def test_a_second_band_is_named_below_eighty_percent(score: float, second: int) -> None:
    """With a standard error of 3, the first has .80 at 2.525 from the cut (R's qnorm: .84162·3)."""
    found = banded(np.array([score]), np.array([3.0]), np.array([60.0]))
    assert found.second[0] == second
