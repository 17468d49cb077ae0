"""Intervals for a finite population."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vested.stats.sampling.finite import finite_interval, unanimous_finite

EIGHT = [55, 61, 47, 70, 66, 58, 63, 52]


def interval(
    values: list[int], population: float, effective: float | None = None
) -> tuple[float, float]:
    n = np.array([len(values)])
    mean = np.array([np.mean(values) if values else math.nan])
    sd = np.std(values, ddof=1) if len(values) > 1 else math.nan
    low, high = finite_interval(
        mean, np.array([sd]) / np.sqrt(np.maximum(n, 1)), n, np.array([population]),
        confidence=0.95, low=0, high=100,
        n_effective=None if effective is None else np.array([effective]),
    )  # fmt: skip
    return float(low[0]), float(high[0])


def test_as_r() -> None:
    """R: SE 7.55929/√8·√(1 - 8/20) = 2.07020, and ± qt(.975, 7) times that."""
    assert np.std(EIGHT, ddof=1) / 8**0.5 * (1 - 8 / 20) ** 0.5 == pytest.approx(2.0702, abs=5e-6)
    assert interval(EIGHT, 20) == pytest.approx((54.105, 63.895), abs=5e-4)
    half = 2.3646242515927844 * 7.559289460184544 / 8**0.5 * 0.6**0.5  # R: qt(.975, 7)
    assert interval(EIGHT, 20) == pytest.approx((59 - half, 59 + half), rel=1e-10)


@pytest.mark.parametrize(
    ("values", "population", "expected"),
    [
        (EIGHT, 1e12, (52.680, 65.320)),  # without end it is Student's
        (EIGHT, 8, (59, 59)),  # everyone answered
        (EIGHT, math.nan, (math.nan, math.nan)),
        ([], 20, (math.nan, math.nan)),
        ([50], 20, (math.nan, math.nan)),
        ([50] * 10, 20, (40, 60)),  # at most 4 of 20 answer otherwise: see below
        ([50] * 10, 10, (50, 50)),
    ],
    ids=str,
)
def test_edges(values: list[int], population: float, expected: tuple[float, float]) -> None:
    assert interval(values, population) == pytest.approx(expected, abs=5e-4, nan_ok=True)


@pytest.mark.parametrize(
    ("n", "population", "others"),
    [
        (10, 20, 4),  # C(16,10)/C(20,10) = .0433 > .025, C(15,10)/C(20,10) = .0163
        (10, 10, 0),
        (2, 3, 1),  # C(2,2)/C(3,2) = 1/3, and only one did not answer
        (5, 100_000, 52_166),  # 1 - .025^(1/5) = .52182 of a population without end
    ],
)
def test_hypergeometric_bound(n: int, population: int, others: int) -> None:
    one = np.array([n])
    share = unanimous_finite(one, one, np.array([float(population)]), 0.95)[0]
    tolerance = 0.001 if population > 1000 else 1e-12
    assert share == pytest.approx(others / population, abs=tolerance)
    if population < 1000:
        chance = [
            math.comb(population - k, n) / math.comb(population, n) for k in (others, others + 1)
        ]
        assert chance[0] > 0.025
        assert chance[1] <= 0.025 or others == population - n


def test_unequal_weights_widen_it_where_all_agree() -> None:
    wide, narrow = interval([50] * 10, 20, effective=5.9), interval([50] * 10, 20, effective=10)
    assert wide[0] < narrow[0] < 50 < narrow[1] < wide[1]
