"""Rotations: what they must keep, what they must find, and the published example."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.structure.rotation import Rotation, arranged, oblimin, varimax

Floats = NDArray[np.float64]

SIMPLE = np.kron(np.eye(3), [[0.8], [0.7], [0.6], [0.5]])


def turned(angles: list[float]) -> Floats:
    """A rotation of three axes, a plane at a time."""
    turn = np.eye(3)
    for (a, b), angle in zip([(0, 1), (0, 2), (1, 2)], angles, strict=True):
        plane = np.eye(3)
        c, s = np.cos(angle), np.sin(angle)
        plane[[a, a, b, b], [a, b, a, b]] = c, s, -s, c
        turn = turn @ plane
    return turn


ANGLES = st.lists(st.floats(-3, 3), min_size=3, max_size=3)


@given(ANGLES)
@settings(deadline=None)
def test_varimax_finds_simple_structure(angles: list[float]) -> None:
    found = varimax(SIMPLE @ turned(angles))
    assert found.converged
    assert np.sort(np.abs(found.loadings)) == pytest.approx(np.sort(SIMPLE), abs=1e-8)


@given(ANGLES, st.floats(0.0, 0.6))
@settings(deadline=None)
def test_oblimin_finds_oblique_simple_structure(angles: list[float], between: float) -> None:
    correlations = np.full((3, 3), between) + (1 - between) * np.eye(3)
    root = np.linalg.cholesky(correlations)
    found = oblimin(varimax(SIMPLE @ root @ turned(angles)).loadings)
    assert found.converged
    assert np.sort(np.abs(found.loadings)) == pytest.approx(np.sort(SIMPLE), abs=1e-5)
    assert np.abs(found.correlations) == pytest.approx(correlations, abs=1e-5)


@given(st.integers(0, 10_000), st.sampled_from([varimax, oblimin]))
@settings(deadline=None)
def test_what_is_in_common_stays(seed: int, rotate: object) -> None:
    loadings = np.random.default_rng(seed).uniform(-0.7, 0.7, (8, 3))
    found = rotate(loadings)  # type: ignore[operator]
    common = found.loadings @ found.correlations @ found.loadings.T
    assert common == pytest.approx(loadings @ loadings.T, abs=1e-9)
    assert np.diag(found.correlations) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("rotate", [varimax, oblimin])
def test_one_factor_stays(rotate: object) -> None:
    loadings = np.array([[0.5], [-0.4], [0.3]])
    found = rotate(loadings)  # type: ignore[operator]
    assert found.loadings == pytest.approx(loadings)
    assert (found.correlations.tolist(), found.converged) == ([[1.0]], True)


def test_an_item_without_loadings_stays() -> None:
    loadings = np.vstack([SIMPLE @ turned([0.5, 0.2, -0.4]), np.zeros((1, 3))])
    assert varimax(loadings).loadings[-1].tolist() == [0, 0, 0]


def test_varimax_is_best_of_all_angles() -> None:
    """Two factors: one angle, tried from end to end."""
    loadings = np.random.default_rng(8).uniform(-0.3, 0.8, (7, 2))
    lengths = np.sqrt(np.sum(loadings**2, axis=1, keepdims=True))

    def criterion(rotated: Floats) -> float:
        return float(np.sum(np.var((rotated / lengths) ** 2, axis=0)))

    tried = []
    for angle in np.linspace(0, np.pi / 2, 2001):
        c, s = np.cos(angle), np.sin(angle)
        tried.append(criterion(loadings @ np.array([[c, -s], [s, c]])))
    best = criterion(varimax(loadings).loadings)
    assert best >= max(tried)
    assert best == pytest.approx(max(tried), abs=1e-6)


def test_oblimin_stands_where_no_turn_improves() -> None:
    loadings = np.random.default_rng(9).uniform(-0.3, 0.8, (9, 3))
    found = oblimin(loadings)

    def criterion(pattern: Floats) -> float:
        squares = pattern**2
        return float(np.sum(np.sum(squares, axis=1) ** 2 - np.sum(squares**2, axis=1))) / 4

    least = criterion(found.loadings)
    for factor in range(3):
        for axis in np.eye(3):
            for step in (1e-4, -1e-4):
                # Factor scores moved a little and brought back to a variance of 1.
                turn = np.eye(3)
                turn[:, factor] += step * axis
                spread = turn.T @ found.correlations @ turn
                moved = found.loadings @ np.linalg.inv(turn).T * np.sqrt(np.diag(spread))
                assert criterion(moved) >= least - 1e-13


def test_factors_are_arranged() -> None:
    loadings = np.array([[0.1, -0.8], [0.2, -0.7], [-0.6, 0.1]])
    found = arranged(Rotation(loadings, np.array([[1, 0.3], [0.3, 1]]), True))
    assert found.loadings.tolist() == [[0.8, -0.1], [0.7, -0.2], [-0.1, 0.6]]
    assert found.correlations.tolist() == [[1, 0.3], [0.3, 1]]
