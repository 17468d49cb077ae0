"""Sizes of differences between several groups, against F and rank tests of scipy.stats."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
import scipy.stats as ss
from hypothesis import given
from hypothesis import strategies as st

from vested.stats.comparison.groups import kruskal_wallis, welch_anova
from vested.stats.comparison.shares import (
    _drawn_shares,
    epsilon_squared,
    omega_squared,
    welch_share,
)
from vested.stats.random import generator

# Hollander & Wolfe (1973), p. 115: the example of R's kruskal.test
NORMAL = [2.9, 3.0, 2.5, 2.6, 3.2]
OBSTRUCTIVE = [3.8, 2.7, 4.0, 2.4]
ASBESTOSIS = [2.8, 3.4, 3.7, 2.2, 2.0]
LUNGS = [NORMAL, OBSTRUCTIVE, ASBESTOSIS]


def chance(groups: Sequence[object], seed: int = 0) -> list[np.random.Generator]:
    return [generator(seed, str(at), "test") for at in range(len(groups))]


def test_omega_squared_of_bargmann() -> None:
    """F(4, 50) = 11.2213, five groups of 11 (Venables 1975, in Steiger 2004, and in R's MBESS).

    ω² = 4·10.2213/(4·10.2213 + 55); the ends by inverting scipy.stats.ncf.
    """
    found = omega_squared(11.2213, 4, 50, 55, confidence=0.9)
    assert found.value == pytest.approx(4 * 10.2213 / (4 * 10.2213 + 55), rel=1e-12)
    for end, probability in ((found.low, 0.95), (found.high, 0.05)):
        noncentrality = 55 * end / (1 - end)
        assert ss.ncf.cdf(11.2213, 4, 50, noncentrality) == pytest.approx(probability, abs=1e-9)


@pytest.mark.parametrize(
    ("f", "high_is_zero"),
    [(1.0, False), (0.5, False), (0.01, True)],  # at the end less than chance would have it
)
def test_omega_squared_of_next_to_nothing(f: float, high_is_zero: bool) -> None:
    found = omega_squared(f, 2, 27, 30, confidence=0.95)
    assert (found.value, found.low) == (0, 0)
    assert (found.high == 0) is high_is_zero


def test_a_large_f() -> None:
    """ω² = 3998/(3998 + 30), and its interval about it."""
    found = omega_squared(2000.0, 2, 27, 30, confidence=0.95)
    assert found.value == pytest.approx(3998 / 4028, rel=1e-12)
    assert 0.98 < found.low < found.value < found.high < 1


def test_welch_share_is_that_of_welchs_f() -> None:
    test = welch_anova(LUNGS)
    found = welch_share([*LUNGS[:2], [*ASBESTOSIS, math.nan]], confidence=0.95)
    expected = omega_squared(test.statistic, 2, test.df2, 14, confidence=0.95)
    assert found == expected


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([[1.0, 2]], "fewer than 2 groups"),
        ([[1.0, 2], [3.0]], "a group has fewer than 2 values"),
        ([[1.0, 2], []], "a group has fewer than 2 values"),
        ([[1.0, 2], [3.0, 3]], "all values of a group are equal"),
    ],
    ids=str,
)
def test_no_share_of_welch(groups: list[list[float]], reason: str) -> None:
    found = welch_share(groups, confidence=0.95)
    assert np.isnan(found[:3]).all()
    assert found.reason == reason


def test_epsilon_squared_of_hollander_and_wolfe() -> None:
    """kruskal.test in R: H 0.77143, so that ε² = 0.77143/13."""
    found = epsilon_squared(LUNGS, chance(LUNGS), draws=500, confidence=0.95)
    assert found.value == pytest.approx(0.77143 / 13, abs=1e-6)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.reason == "an interval from groups of fewer than 20 organisations is too narrow"


@pytest.mark.parametrize(
    ("groups", "value", "reason"),
    [
        ([[1.0, 2, 3]], math.nan, "fewer than 2 groups"),
        ([[1.0, 2], []], math.nan, "a group has no values"),
        ([[1.0, 1], [1.0]], math.nan, "all values are equal"),
        ([[1.0, 2, 3], [4.0, 5, 6]], 27 / 7 / 5, "no interval from fewer than 10 organisations"),
    ],
    ids=str,
)
def test_no_epsilon_squared(groups: list[list[float]], value: float, reason: str) -> None:
    """Of 1, 2, 3 and 4, 5, 6: H = 12/42·(36 + 225)/3 - 21 = 27/7."""
    found = epsilon_squared(groups, chance(groups), draws=99, confidence=0.95)
    assert found.value == pytest.approx(value, rel=1e-12, nan_ok=True)
    assert np.isnan(found[1:3]).all()
    assert found.reason == reason


@given(
    st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=6), min_size=2, max_size=4),
    st.integers(0, 9),
)
def test_draws_are_as_kruskal_and_wallis_have_them(groups: list[list[int]], seed: int) -> None:
    """Each draw by counts is H/(N-1) of the same draw by ranks; NaN where all are tied."""
    parts = [np.sort(np.array(group, float)) for group in groups]
    found = _drawn_shares(parts, chance(parts, seed), 5)
    drawn = [
        part[random.integers(0, len(part), (5, len(part)))]
        for part, random in zip(parts, chance(parts, seed), strict=True)
    ]
    n = sum(map(len, parts))
    for at, value in enumerate(found):
        own = [rows[at] for rows in drawn]
        assert value == pytest.approx(
            kruskal_wallis(own).statistic / (n - 1), nan_ok=True, abs=1e-12
        )


def test_groups_far_apart_and_groups_alike() -> None:
    far = [[at + 100.0 * group for at in range(20)] for group in range(3)]
    found = epsilon_squared(far, chance(far), draws=500, confidence=0.95)
    # ranks 1-20, 21-40, 41-60: H = 12/3660·20·(10.5² + 30.5² + 50.5²) - 183 = 52.459…
    assert found.value == pytest.approx((240 / 3660 * 3590.75 - 183) / 59, rel=1e-12)
    assert (found.low > 0.8, found.reason) == (True, "")
    same = [[float(at) for at in range(20)]] * 3
    found = epsilon_squared(same, chance(same), draws=500, confidence=0.95)
    assert found.value == pytest.approx(0.0, abs=1e-12)
    assert found.low == 0.0


def test_the_same_draws_whatever_the_order_of_values() -> None:
    turned = [group[::-1] for group in LUNGS]
    one, two = (
        epsilon_squared(groups, chance(groups), draws=200, confidence=0.95)
        for groups in (LUNGS, turned)
    )
    assert one == two
