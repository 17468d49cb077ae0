from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from vested.stats.comparison.correlation import (
    Correlation,
    correlation_p,
    disattenuated,
    first_component,
    fisher_interval,
    marker_adjusted,
    partial,
    pearson,
    spearman,
    spearman_interval,
)

Cars = dict[str, NDArray[np.float64]]
A, B = np.array([1.0, 2, 3, 4, 5, 6]), np.array([2.0, 1, 4, 3, 7, 5])


def test_intervals_as_r() -> None:
    # R 4.2.2, r = .5 of 30
    assert fisher_interval(0.5, 30, confidence=0.95) == pytest.approx((0.17043, 0.72896), abs=5e-6)
    found = spearman_interval(0.5, 30, confidence=0.95)
    assert found == pytest.approx((0.14813, 0.73950), abs=5e-6)


def test_partial_as_r(mtcars: Cars) -> None:
    # R 4.2.2, residuals of mpg and hp on wt
    found = partial(mtcars["mpg"], mtcars["hp"], mtcars["wt"][:, None], confidence=0.95)
    assert found.r == pytest.approx(-0.54699, abs=5e-6)
    xy, xz, yz = (
        pearson(mtcars[one], mtcars[other], confidence=0.95).r
        for one, other in (("mpg", "hp"), ("mpg", "wt"), ("hp", "wt"))
    )
    closed = (xy - xz * yz) / math.sqrt((1 - xz**2) * (1 - yz**2))
    assert found.r == pytest.approx(closed, rel=1e-10)
    assert found.p == pytest.approx(correlation_p(closed, 29), rel=1e-8)
    assert (found.low, found.high) == pytest.approx(
        fisher_interval(closed, 32, confidence=0.95, controls=1), rel=1e-9
    )


def test_a_control_twice_counts_once(mtcars: Cars) -> None:
    once = partial(mtcars["mpg"], mtcars["hp"], mtcars["wt"][:, None], confidence=0.95)
    twice = np.column_stack([mtcars["wt"], 2 * mtcars["wt"], np.ones(32)])
    assert partial(mtcars["mpg"], mtcars["hp"], twice, confidence=0.95) == pytest.approx(once)


def test_p_is_that_of_the_slope(mtcars: Cars) -> None:
    # R 4.2.2, cor.test(mpg, wt): p = 1.294e-10
    assert pearson(mtcars["mpg"], mtcars["wt"], confidence=0.95).p == pytest.approx(
        1.294e-10, rel=1e-3
    )


def test_spearman_is_pearson_of_mean_ranks() -> None:
    x = np.array([10.0, 20, 20, 20, 50])
    ranks = np.array([1.0, 3, 3, 3, 5])
    y = np.array([3.0, 1, 4, 5, 9])
    expected = pearson(ranks, np.array([2.0, 1, 3, 4, 5]), confidence=0.95)
    assert spearman(x, y, confidence=0.95).r == pytest.approx(expected.r, rel=1e-12)
    assert spearman(x, y**3, confidence=0.95) == spearman(x, y, confidence=0.95)


def test_attenuation_and_marker() -> None:
    # R 4.2.2; Spearman (1904), Lindell & Whitney (2001)
    assert disattenuated(0.30, 0.7, 0.8) == pytest.approx(0.40089, abs=5e-6)
    assert disattenuated(0.30, 0.7, 0.8) == pytest.approx(0.3 / math.sqrt(0.56), rel=1e-10)
    assert marker_adjusted(0.45, 0.10, 30, confidence=0.95).r == pytest.approx(0.38889, abs=5e-6)
    assert marker_adjusted(0.45, 0.0, 30, confidence=0.95).r == 0.45


def test_a_correlation_beyond_1_is_not_hidden() -> None:
    assert disattenuated(0.8, 0.5, 0.5) == pytest.approx(1.6)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.5), (-0.2, 0.5), (math.nan, 0.5)])
def test_no_correction_without_reliability(x: float, y: float) -> None:
    assert math.isnan(disattenuated(0.3, x, y))


@pytest.mark.parametrize("marker", [-0.1, 1.0, math.nan])
def test_a_marker_that_cannot_be_one(marker: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        marker_adjusted(0.3, marker, 30, confidence=0.95)


# The correlations of x1 to x9 of HolzingerSwineford1939 (lavaan 0.6.14), R's cor(), row by row.
HOLZINGER = """
0.297346
0.440668 0.339849
0.372706 0.152930 0.158640
0.293444 0.139387 0.077198 0.733170
0.356770 0.192532 0.197661 0.704480 0.719956
0.066864 -0.075669 0.071931 0.173829 0.102045 0.121102
0.223927 0.092279 0.186013 0.106898 0.138670 0.149611 0.486758
0.390340 0.206041 0.328651 0.207848 0.227466 0.214162 0.340646 0.449015
"""


def test_harman_as_r() -> None:
    # R 4.2.2: the first component of the nine items has 35.74 % of their variance
    matrix = np.eye(9)
    matrix[np.tril_indices(9, -1)] = [float(value) for value in HOLZINGER.split()]
    matrix = matrix + np.tril(matrix, -1).T
    assert first_component(matrix) == pytest.approx(0.3574, abs=5e-5)


@pytest.mark.parametrize("matrix", [np.zeros((0, 0)), np.ones((1, 1)), np.full((2, 2), np.nan)])
def test_no_component(matrix: NDArray[np.float64]) -> None:
    assert math.isnan(first_component(matrix))


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_organisations(n: int) -> None:
    for found in (pearson, spearman):
        assert np.isnan(found(A[:n], B[:n], confidence=0.95)[:4]).all()
    assert np.isnan(partial(A[:n], B[:n], np.ones((n, 1)), confidence=0.95)[:4]).all()
    assert np.isnan(marker_adjusted(0.5, 0.1, n, confidence=0.95)[:4]).all()


def test_three_organisations_have_no_interval() -> None:
    found = pearson(A[:3], B[:3], confidence=0.95)
    assert (round(found.r, 4), round(found.p, 4)) == (0.6547, 0.5456)
    assert math.isnan(found.low)


@pytest.mark.parametrize(("x", "y"), [(A, np.ones(6)), (np.ones(6), B)], ids=["outcome", "cause"])
def test_no_variance(x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    for found in (pearson(x, y, confidence=0.95), spearman(x, y, confidence=0.95)):
        assert np.isnan(found[:4]).all()


def test_controls_that_leave_nothing() -> None:
    found = partial(A, B, A[:, None], confidence=0.95)
    assert math.isnan(found.r)
    assert math.isnan(partial(A, B, np.eye(6), confidence=0.95).r)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_perfect_correlation(sign: int) -> None:
    assert pearson(A, sign * A, confidence=0.95) == Correlation(sign, sign, sign, 0.0, 6)
