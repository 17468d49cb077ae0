"""Sobol indices: Ishigami's function, and choices that do nothing or everything."""

from __future__ import annotations

import numpy as np
import pytest

from vested.stats.ranking.sobol import gaps, index_intervals, indices, saltelli, spread

ROWS = 100_000


def ishigami(uniform: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * uniform - 1)
    first = np.sin(x[..., 0])
    found: np.ndarray = first + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * first
    return found


def of_rows(first: np.ndarray, second: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    centre = (first.mean(axis=0) + second.mean(axis=0)) / 2
    return np.column_stack([spread(first, second, centre), gaps(first, second, mixed)])


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    chance = np.random.default_rng(1)
    a, b = chance.random((ROWS, 3)), chance.random((ROWS, 3))
    return of_rows(ishigami(a), ishigami(b), ishigami(saltelli(a, b, np.arange(3))))


def test_ishigami(rows: np.ndarray) -> None:
    """Analytic for a = 7, b = .1 (Ishigami & Homma 1990); ±.01 by chance with 100,000 rows."""
    means = rows.mean(axis=0)
    first, total = indices(means)
    assert means[0] == pytest.approx(13.84459, abs=0.1)
    assert first == pytest.approx([0.31391, 0.44241, 0.0], abs=0.01)
    assert total == pytest.approx([0.55759, 0.44241, 0.24368], abs=0.01)


def test_intervals_hold_the_analytic_values(rows: np.ndarray) -> None:
    first, total = index_intervals(rows[:5000], 0.99, 500, np.random.default_rng(0))
    for (low, high), known in (
        (first, [0.31391, 0.44241, 0.0]),
        (total, [0.55759, 0.44241, 0.24368]),
    ):
        assert (low < known).all()
        assert (known < high).all()
        assert (high - low < 0.25).all()


def test_a_choice_of_several_numbers() -> None:
    """Ishigami's first and third number as one choice: with all that they do together."""
    chance = np.random.default_rng(2)
    a, b = chance.random((ROWS, 3)), chance.random((ROWS, 3))
    mixed = ishigami(saltelli(a, b, np.array([0, 1, 0])))
    first, total = indices(of_rows(ishigami(a), ishigami(b), mixed).mean(axis=0))
    known = [0.31391 + 0.24368, 0.44241]
    assert first == pytest.approx(known, abs=0.01)
    assert total == pytest.approx(known, abs=0.01)


def test_several_outputs_are_weighted_by_their_variance() -> None:
    """Outputs x and 3y: shares 1/10 and 9/10; one that never moves changes nothing."""
    chance = np.random.default_rng(3)
    a, b = chance.random((20_000, 2)), chance.random((20_000, 2))
    scale = np.array([[1.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    found = of_rows(a @ scale, b @ scale, saltelli(a, b, np.arange(2)) @ scale)
    first, total = indices(found.mean(axis=0))
    assert first == pytest.approx([0.1, 0.9], abs=0.02)
    assert total == pytest.approx([0.1, 0.9], abs=0.02)


def test_nothing_varies() -> None:
    still = np.ones(4)
    first, total = indices(of_rows(still, still, np.ones((2, 4))).mean(axis=0))
    assert np.isnan([*first, *total]).all()
