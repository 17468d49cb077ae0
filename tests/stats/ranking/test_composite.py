"""Composites made in other ways: worked numbers, SciPy's ranks and τ, and edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, rankdata

from vested.stats.ranking.composite import (
    AGGREGATIONS,
    NORMALISATIONS,
    aggregated,
    kendall,
    normalised,
    principal_weights,
    rank_shift,
    ranks,
    squared_correlations,
)

SCORES = st.lists(st.integers(0, 12), min_size=2, max_size=25).map(lambda x: np.array(x) * 5.0)


@pytest.mark.parametrize(
    ("how", "expected"), [("arithmetic", 60.0), ("geometric", 57.690), ("harmonic", 55.385)]
)
def test_means_of_80_40_60(how: str, expected: float) -> None:
    """Computed in R."""
    assert aggregated(np.array([80.0, 40, 60]), np.ones(3), how) == pytest.approx(
        expected, abs=5e-4
    )


@pytest.mark.parametrize("how", AGGREGATIONS)
def test_only_the_relation_of_weights_counts(how: str) -> None:
    parts = np.array([[80.0, 40, 60], [20, 30, 90]])
    weighted = aggregated(parts, np.array([2.0, 4, 6]), how)
    assert weighted == pytest.approx(aggregated(parts, np.array([1.0, 2, 3]), how), rel=1e-12)
    without = aggregated(parts, np.array([1.0, 0, 1]), how)
    assert without == pytest.approx(aggregated(parts[:, [0, 2]], np.ones(2), how), rel=1e-12)


@pytest.mark.parametrize(("how", "expected"), [("geometric", 0.0), ("harmonic", 0.0)])
def test_a_zero_makes_zero_unless_it_has_no_weight(how: str, expected: float) -> None:
    parts = np.array([0.0, 50])
    assert aggregated(parts, np.ones(2), how) == expected
    assert aggregated(parts, np.array([0.0, 1]), how) == pytest.approx(50)


def test_weights_per_run() -> None:
    parts = np.array([[[10.0, 20]], [[10, 20]]])
    assert aggregated(parts, np.array([[1.0, 0], [0, 1]]), "arithmetic").tolist() == [[10], [20]]


PARTS = np.array([[20.0, 50], [60, 50], [40, 50]])


@pytest.mark.parametrize(
    ("how", "expected", "flat"),
    [
        ("pomp", [20.8, 60.4, 40.6], 50.5),
        ("z", [40, 60, 50], 50),
        ("minmax", [1, 100, 50.5], 50.5),
        ("rank", [1, 100, 50.5], 50.5),
    ],
)
def test_normalised(how: str, expected: list[float], flat: float) -> None:
    """Three organisations with s = 20 on the first part, and alike on the second."""
    found = normalised(PARTS, how)
    assert found[:, 0] == pytest.approx(expected)
    assert found[:, 1] == pytest.approx([flat] * 3)


@given(SCORES)
@settings(max_examples=60, deadline=None)
def test_ranks_as_scipy(scores: np.ndarray) -> None:
    assert ranks(scores).tolist() == rankdata(-scores, method="min").tolist()
    mean_rank = rankdata(scores)
    if len(scores) > 1:
        found = normalised(scores[:, None], "rank")[:, 0]
        assert found == pytest.approx(1 + 99 * (mean_rank - 1) / (len(scores) - 1))


@pytest.mark.parametrize("how", NORMALISATIONS)
def test_runs_are_normalised_apart(how: str) -> None:
    other = PARTS[::-1] * 0.5
    found = normalised(np.array([PARTS, other]), how)
    assert found[1] == pytest.approx(normalised(other, how))
    assert found.min() >= 1


def test_an_outlier_does_not_fall_below_1() -> None:
    scores = np.array([0.0, *[100.0] * 60])[:, None]
    assert normalised(scores, "z").min() == 1


REFERENCE, MOVED = np.array([1, 2, 3, 4, 5]), np.array([2, 1, 3, 5, 4])


def test_rank_shift_and_tau() -> None:
    """Worked in R: mean absolute shift .8, Kendall's τ .6."""
    assert rank_shift(REFERENCE, MOVED) == pytest.approx(0.8, rel=1e-10)
    assert kendall(REFERENCE, MOVED[None]) == pytest.approx([0.6], rel=1e-10)


@given(st.integers(3, 20), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_tau_as_scipy(size: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    reference, *others = (ranks(chance.integers(0, 6, size).astype(float)) for _ in range(4))
    found = kendall(reference, np.array(others))
    expected = [kendalltau(reference, other).statistic for other in others]
    assert found == pytest.approx(expected, nan_ok=True, rel=1e-10, abs=1e-12)


def test_tau_of_equal_ranks_is_not_known() -> None:
    assert np.isnan(kendall(np.array([1, 1, 1]), np.array([[1, 2, 3]]))).all()


def test_principal_weights() -> None:
    """Two parts that go together and one of its own: the first component has the two."""
    chance = np.random.default_rng(0)
    common, own = chance.normal(size=(2, 500))
    weights = principal_weights(np.column_stack([common, common + own / 9, own - common / 9]))
    assert weights is not None
    assert weights.sum() == pytest.approx(1, abs=1e-8)
    assert weights[:2].min() > 0.4
    assert weights[2] < 0.1
    assert principal_weights(PARTS) is None  # the second part does not vary
    assert principal_weights(PARTS[:1]) is None


def test_squared_correlations() -> None:
    chance = np.random.default_rng(4)
    parts = chance.normal(size=(30, 3))
    index = parts @ [1, 2, 3]
    known = [np.corrcoef(part, index)[0, 1] ** 2 for part in parts.T]
    assert squared_correlations(parts, index) == pytest.approx(known, rel=1e-10)
    assert np.isnan(squared_correlations(parts, np.ones(30))).all()
