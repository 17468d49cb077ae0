"""Shrunken means: worked numbers, and what happens at the edges."""

from __future__ import annotations

import numpy as np
import pytest

from vested.stats.ranking.shrinkage import between_variance, shrunk

BASEBALL = (
    *(0.400, 0.378, 0.356, 0.333, 0.311, 0.311, 0.289, 0.267, 0.244, 0.244, 0.222, 0.222),
    *(0.222, 0.222, 0.222, 0.200, 0.178, 0.156),
)
"""Averages after 45 times at bat of 18 players: Efron & Morris (1975), table 1."""


def test_the_worked_numbers_with_a_known_variance() -> None:
    """Four organisations, τ² = 60 and σ = 18: computed in R."""
    score, se = np.array([[72.0, 65, 58, 50]]), 18 / np.sqrt([[4.0, 25, 60, 100]])
    found = shrunk(score, se, np.array([60.0]))
    assert found.score[0] == pytest.approx([64.718, 63.992, 58.109, 50.478], abs=5e-4)
    assert found.reliability[0] == pytest.approx([0.4255, 0.8224, 0.9174, 0.9488], abs=5e-5)
    weight = 1 / (60 + se[0] ** 2)
    assert (weight * score[0]).sum() / weight.sum() == pytest.approx(59.3243, abs=5e-5)


def test_baseball() -> None:
    """Efron & Morris: Clemente .294 and c = .212; in R .29398, .24216 and .21239."""
    y = np.array([BASEBALL])
    se = np.full_like(y, np.sqrt(y.mean() * (1 - y.mean()) / 45))
    found = shrunk(y, se)
    assert y.mean() == pytest.approx(0.26539, abs=2e-5)
    assert found.reliability[0] == pytest.approx(np.full(18, 0.21239), abs=2e-4)
    assert found.score[0, [0, -1]] == pytest.approx([0.29398, 0.24216], abs=5e-5)
    assert found.score[0, 0] == pytest.approx(0.294, abs=5e-4)


def test_the_variance_solves_its_equation() -> None:
    rng = np.random.default_rng(1)
    score, se = rng.normal(50, 9, (4, 30)), rng.uniform(1, 6, (4, 30))
    tau = between_variance(score, se)
    weight = 1 / (tau[:, None] + se**2)
    mean = (weight * score).sum(axis=1) / weight.sum(axis=1)
    assert (weight * (score - mean[:, None]) ** 2).sum(axis=1) == pytest.approx(27.0, rel=1e-10)


def test_equal_errors_are_james_and_stein() -> None:
    score = np.array([[40.0, 46, 51, 58, 63, 70]])
    mean, spread = score.mean(), ((score - score.mean()) ** 2).sum()
    expected = mean + (1 - 3 * 16 / spread) * (score - mean)
    assert shrunk(score, np.full_like(score, 4.0)).score == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("score", "se", "expected"),
    [
        ([50.0] * 5, [3.0] * 5, [50.0] * 5),
        ([40, 45, 50, 55, 60], [30.0] * 5, [50.0] * 5),  # no more than chance: all are the mean
        ([40, 45, 50, 55], [1.0] * 4, [np.nan] * 4),
        ([40, 45, 50, np.nan, 60], [1.0] * 5, [np.nan] * 5),
        ([40, 45, 50, 55, 60], [1.0, 1, 1, np.nan, 1], [np.nan] * 5),
        ([], [], []),
    ],
    ids=["alike", "chance", "four", "a score missing", "an error missing", "nobody"],
)
def test_edges(score: list[float], se: list[float], expected: list[float]) -> None:
    found = shrunk(np.array([score], float), np.array([se], float))
    assert found.score[0] == pytest.approx(expected, nan_ok=True)


def test_one_that_is_not_there_changes_nothing() -> None:
    score, se = np.array([[40.0, 45, 50, 55, 90]]), np.array([[1.0, 2, 3, 2, 1]])
    more = shrunk(np.insert(score, 2, np.nan, axis=1), np.insert(se, 2, 1.0, axis=1))
    assert np.delete(more.score, 2, axis=1) == pytest.approx(shrunk(score, se).score, rel=1e-14)
    assert np.isnan(more.score[0, 2])


def test_less_error_than_the_raw_means() -> None:
    """2,000 worlds of 20 organisations: what shrinking is for."""
    rng = np.random.default_rng(2)
    truth, se = rng.normal(55, 5, (2000, 20)), rng.uniform(2, 8, (2000, 20))
    score = rng.normal(truth, se)
    raw, better = (((x - truth) ** 2).mean() for x in (score, shrunk(score, se).score))
    assert better < 0.6 * raw
