"""Fit indices: against lavaan, and at their limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.stats.structure.fit import correlations, fit, obstacle, rmsea, standardised_residual


def test_indices_as_lavaan() -> None:
    # lavaan 0.6.14, fitMeasures of the three factors of HolzingerSwineford1939
    found = fit(85.3055217699727, 24, 918.851589292384, 36, 301, 0.0652050571843865)
    assert found.p == pytest.approx(8.50255321704907e-09, rel=1e-7)
    assert found.cfi == pytest.approx(0.930559651799336, rel=1e-12)
    assert found.tli == pytest.approx(0.895839477699004, rel=1e-12)
    assert found.rmsea == pytest.approx(0.0921214845101686, rel=1e-12)
    # R's uniroot leaves 1e-4 of a noncentrality of about 60.
    limits = (found.rmsea_low, found.rmsea_high)
    assert limits == pytest.approx((0.0714184904399382, 0.113678016811963), rel=1e-6)


def test_groups_widen_the_error() -> None:
    # lavaan 0.6.14, configural invariance of HolzingerSwineford1939 over 2 schools
    error = rmsea(115.851343875559, 48, 301, groups=2)[0]
    assert error == pytest.approx(0.0969148567676119, rel=1e-12)


@pytest.mark.parametrize("chi_square", [0.0, 3.0, 24.0])
def test_a_model_that_fits_has_no_error(chi_square: float) -> None:
    found = fit(chi_square, 24, 900.0, 36, 301, 0.0)
    assert (found.cfi, found.rmsea, found.rmsea_low) == (1.0, 0.0, 0.0)
    assert found.tli >= 1
    assert found.rmsea_high < 0.06


def test_nothing_to_test_gives_no_index() -> None:
    found = fit(0.0, 0, 30.0, 3, 100, 0.0)
    indices = [found.p, found.cfi, found.tli, found.rmsea, found.rmsea_low, found.rmsea_high]
    assert np.isnan(indices).all()


def test_a_baseline_without_anything_to_explain() -> None:
    found = fit(2.0, 2, 6.0, 6, 100, 0.0)
    assert found.cfi == 1
    assert np.isnan(found.tli)


@given(st.floats(0, 5000), st.integers(1, 500), st.integers(20, 5000))
def test_the_error_lies_within_its_limits(chi_square: float, df: int, n: int) -> None:
    point, low, high = rmsea(chi_square, df, n)
    assert 0 <= low <= point + 1e-12
    assert low <= high
    wide = rmsea(chi_square, df, n, confidence=0.99)
    assert wide[1] <= low
    assert wide[2] >= high


def test_standardised_residual_counts_means() -> None:
    covariance = np.diag([4.0, 1.0, 1.0])
    means, fitted = np.array([1.0, 0, 0]), np.zeros(3)
    assert standardised_residual(covariance, covariance) == 0
    # One of 6 + 3 residuals is 1/2.
    found = standardised_residual(covariance, covariance, means, fitted)
    assert found == pytest.approx((0.25 / 9) ** 0.5)


def test_correlations_have_a_diagonal_of_one() -> None:
    covariance = np.array([[0.3, 0.1], [0.1, 0.7]])
    assert np.diag(correlations(covariance)).tolist() == [1, 1]
    assert correlations(covariance)[0, 1] == pytest.approx(0.1 / 0.21**0.5)


def test_obstacles_come_in_order() -> None:
    nothing = np.zeros((2, 2))
    assert obstacle(nothing, 1) == "fewer than 3 items"
    assert obstacle(np.zeros((3, 3)), 1) == "an item has no variance"
    assert obstacle(np.eye(3), 3) == "no more respondents than items"
    assert obstacle(np.eye(3), 4) is None
    assert obstacle(np.eye(3)) is None
    with pytest.raises(ValueError, match="square"):
        obstacle(np.zeros((3, 2)))
