from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vested.stats.comparison.regression import ols, paths, percentiles, sobel

Cars = dict[str, NDArray[np.float64]]


def test_slope_and_hc3_as_r(mtcars: Cars) -> None:
    # R 4.2.2, lm(mpg ~ wt, mtcars) and sandwich's HC3
    found = ols(mtcars["wt"][:, None], mtcars["mpg"], confidence=0.95)
    assert found.coefficients[1] == pytest.approx(-5.34447, abs=5e-6)
    assert found.se[1] == pytest.approx(0.55910, abs=5e-6)
    assert found.hc3 == pytest.approx([2.42678, 0.73811], abs=5e-6)
    assert found.df == 30
    # ± t(.975; 30) = 2.042272
    assert found.high[1] - found.low[1] == pytest.approx(2 * 2.042272456 * found.hc3[1], rel=1e-9)


def test_mediation_as_r(mtcars: Cars) -> None:
    # R 4.2.2, lm(hp ~ wt), lm(mpg ~ wt + hp), and Sobel's formula
    values = [mtcars[name] for name in ("wt", "hp", "mpg")]
    found = paths(np.cov(np.stack(values)))
    assert found.a == pytest.approx(46.16005, abs=5e-6)
    assert found.b == pytest.approx(-0.031773, abs=5e-7)
    assert found.indirect == pytest.approx(-1.46664, abs=5e-6)
    assert found.total == pytest.approx(-5.34447, abs=5e-6)
    assert found.direct == pytest.approx(-3.87783, abs=5e-6)
    assert found.indirect == pytest.approx(found.total - found.direct, rel=1e-10)
    tested = sobel(*values)
    assert (tested.se, tested.z) == pytest.approx((0.51697, -2.837), abs=5e-4)
    assert tested.se == pytest.approx(0.51697, abs=5e-6)


def test_paths_of_many_draws_at_once(mtcars: Cars) -> None:
    one = np.cov(np.stack(list(mtcars.values())))
    both = paths(np.stack([one, 2 * one]))
    assert both.indirect.tolist() == pytest.approx([float(paths(one).indirect)] * 2, rel=1e-12)


@pytest.mark.parametrize(
    ("predictor", "outcome", "df"),
    [
        ([], [], 0),
        ([1.0], [2.0], 0),
        ([1.0, 2.0], [2.0, 3.0], 0),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 4.0], 1),
    ],
    ids=["none", "one", "two", "constant"],
)
def test_a_slope_that_cannot_be_known(
    predictor: list[float], outcome: list[float], df: int
) -> None:
    found = ols(np.array(predictor)[:, None], np.array(outcome), confidence=0.95)
    assert np.isnan(found.coefficients).all()
    assert np.isnan(found.p).all()
    assert found.df == df


def test_one_organisation_that_decides_a_slope_alone() -> None:
    found = ols(np.array([[0.0], [0], [0], [1]]), np.array([1.0, 2, 3, 9]), confidence=0.95)
    assert found.coefficients[1] == pytest.approx(7)
    assert np.isnan(found.hc3[1])
    assert np.isnan(found.p[1])


def test_a_perfect_line_leaves_no_doubt() -> None:
    x = np.arange(8.0)
    found = ols(x[:, None], 2 * x, confidence=0.95)
    assert found.coefficients[1] == pytest.approx(2)
    assert found.p[1] < 1e-12


def test_paths_without_variance() -> None:
    assert np.isnan(paths(np.zeros((3, 3))).indirect)
    same = np.array([[1.0, 1, 1], [1, 1, 1], [1, 1, 1]])
    assert np.isnan(paths(same).b)


@pytest.mark.parametrize(
    "draws", [[], [np.nan, np.nan], [1.0, np.nan, np.nan]], ids=["none", "unknown", "most unknown"]
)
def test_a_bootstrap_that_gave_too_little(draws: list[float]) -> None:
    assert np.isnan(percentiles(np.array(draws), confidence=0.95)).all()
