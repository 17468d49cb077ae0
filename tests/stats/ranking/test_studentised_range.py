"""The studentised range: printed tables, and a straight simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import studentized_range

from vested.stats.ranking.studentised_range import range_quantiles


@pytest.mark.parametrize(
    ("k", "df", "expected"),
    [
        (2, 10, 3.151), (3, 10, 3.877), (10, 5, 6.995), (4, 20, 3.958), (20, 60, 5.241),
        (3, np.inf, 3.314), (10, np.inf, 4.474), (2, 1, 17.97), (20, 120, 5.126),
    ],
)  # fmt: skip
def test_printed_tables(k: int, df: float, expected: float) -> None:
    """The upper 5 % points of any textbook's table of the studentised range."""
    found = range_quantiles(k, 0.95, np.array([df]))[0]
    assert found == pytest.approx(expected, abs=0.006 if df == 1 else 0.001)


@pytest.mark.parametrize("probability", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("k", [2, 12])
def test_scipy(k: int, probability: float) -> None:
    df = np.array([2.0, 9, 15.5, 17, 31, 90])
    found = range_quantiles(k, probability, df)
    assert found == pytest.approx(studentized_range.ppf(probability, k, df), rel=1e-6)


def test_the_curve_meets_what_it_goes_through() -> None:
    df = np.array([np.inf, 1e9, 1e4, 15.999999, 16.0, 16.000001])
    found = range_quantiles(500, 0.95, df)
    assert found[1] == pytest.approx(found[0], rel=1e-6)
    assert found[3:] == pytest.approx(np.full(3, found[4]), rel=1e-6)
    assert (np.diff(range_quantiles(500, 0.95, np.arange(9.0, 400))) < 0).all()


def test_a_simulation_agrees() -> None:
    rng = np.random.default_rng(3)
    z = rng.standard_normal((200_000, 30))
    s = np.sqrt(rng.chisquare(11, 200_000) / 11)
    ranges = np.ptp(z, axis=1) / s
    # Monte Carlo tolerance: four standard errors of a share of 5 % in 200,000.
    q = range_quantiles(30, 0.95, np.array([11.0]))[0]
    assert (ranges > q).mean() == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 200_000))
