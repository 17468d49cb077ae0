"""Change: pairs, strangers and what lies between; reliable change; ways to come through."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats as ss

from vested.stats.comparison.change import (
    Change,
    Mean,
    change,
    coping,
    paired,
    reliable_change,
)

# R's data set `sleep` (Student 1908): the same ten people with two drugs
DRUG1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def mean(values: list[float]) -> Mean:
    return Mean(float(np.mean(values)), float(ss.sem(values)), len(values))


def test_pairs_of_sleep() -> None:
    """t.test(extra ~ group, sleep, paired = TRUE) in R: t -4.0621, df 9, p .002833."""
    found = paired(DRUG2, DRUG1)
    assert found.statistic == pytest.approx(-4.0621, abs=5e-5)
    assert (found.df, found.p) == pytest.approx((9, 0.002833), abs=5e-7)
    expected = ss.ttest_rel(DRUG1, DRUG2)
    assert found[:3] == pytest.approx((expected.statistic, 9, expected.pvalue), rel=1e-12)


def test_with_all_linked_it_is_the_paired_test() -> None:
    """Its interval in R: -2.4598858 to -0.7001142 (of the first less the second)."""
    both = np.cov(DRUG1, DRUG2)[0, 1]
    found = change(mean(DRUG1), mean(DRUG2), confidence=0.95, pairs=10, covariance=both)
    assert found.difference / found.se == pytest.approx(4.0621, abs=5e-5)
    assert found.df == pytest.approx(9, rel=1e-12)
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=5e-8)


def test_with_none_linked_it_is_welch() -> None:
    """t.test(extra ~ group, sleep) in R: df 17.776, -3.3654832 to 0.2054832."""
    found = change(mean(DRUG1), mean(DRUG2), confidence=0.95)
    assert found.df == pytest.approx(17.776, abs=5e-4)
    assert (found.low, found.high) == pytest.approx((-0.2054832, 3.3654832), abs=5e-8)


def test_some_linked_lie_in_between() -> None:
    """Derrick et al. (2017), by their formula: 10 and 12 people of whom 8 are the same."""
    rng = np.random.default_rng(1)
    one = rng.normal(size=10)
    two = np.concatenate([one[:8] + rng.normal(size=8), rng.normal(size=4)])
    cov = np.cov(one[:8], two[:8])[0, 1]
    found = change(mean(list(one)), mean(list(two)), confidence=0.9, pairs=8, covariance=cov)
    v1, v2 = one.var(ddof=1), two.var(ddof=1)
    r = np.corrcoef(one[:8], two[:8])[0, 1]
    s1, s2 = one[:8].std(ddof=1), two[:8].std(ddof=1)
    assert found.se**2 == pytest.approx(v1 / 10 + v2 / 12 - 2 * r * s1 * s2 * 8 / 120)
    gamma = (v1 / 10 + v2 / 12) ** 2 / ((v1 / 10) ** 2 / 9 + (v2 / 12) ** 2 / 11)
    assert found.df == pytest.approx(7 + (gamma - 7) / (6 + 16) * 6)


@pytest.mark.parametrize(
    ("one", "two", "pairs", "reason"),
    [
        (Mean(1, math.nan, 1), Mean(2, 1, 9), 0, "fewer than 2 values"),
        (Mean(1, 0, 5), Mean(2, 0, 5), 0, "all values of each group are equal"),
        (Mean(1, 1, 5), Mean(2, 1, 5), 5, "all differences are equal"),
    ],
)
def test_no_interval(one: Mean, two: Mean, pairs: int, reason: str) -> None:
    found: Change = change(one, two, confidence=0.95, pairs=pairs, covariance=5.0)
    assert (found.difference, found.reason) == (1, reason)
    assert math.isnan(found.low)


def test_few_pairs() -> None:
    assert paired([], []).reason == "fewer than 2 pairs"
    assert paired([1.0], [2.0]).reason == "fewer than 2 pairs"
    assert paired([1.0, 2.0], [2.0, 3.0]).reason == "all differences are equal"


def test_reliable_change_of_jacobson_and_truax() -> None:
    """Jacobson & Truax (1991): 32.5 to 47.5 with SD 10 and reliability .80 is 2.3717."""
    error = 10 * math.sqrt(1 - 0.80)
    assert reliable_change(47.5 - 32.5, error, error) == pytest.approx(2.3717, abs=5e-5)
    assert reliable_change(15, error, error) == pytest.approx(15 / math.sqrt(40), rel=1e-12)
    assert math.isnan(reliable_change(1, 0, 0))
    assert math.isnan(reliable_change(1, math.nan, 1))


def test_coping_against_draws() -> None:
    """A million draws of rebound and depth, within .002."""
    draws = np.random.default_rng(2).multivariate_normal(
        [2, 6], [[9, -4.5], [-4.5, 16]], size=1_000_000
    )
    rebound, depth = draws.T
    still = np.abs(rebound) <= 5
    expected = [
        (still & (depth <= 5)).mean(), (still & (depth > 5)).mean(),
        (rebound > 5).mean(), (rebound < -5).mean(),
    ]  # fmt: skip
    found = coping(2, 3, 6, 4, -4.5 / 12, margin=5)
    assert found == pytest.approx(expected, abs=0.002)
    assert sum(found) == pytest.approx(1, abs=1e-12)


def test_coping_without_errors_and_without_depth() -> None:
    assert coping(0, 0, 0, 0, 0, margin=5) == (1, 0, 0, 0)
    assert coping(0, 0, 20, 0, 0, margin=5) == (0, 1, 0, 0)
    assert coping(9, 0, 20, 0, 0, margin=5) == (0, 0, 1, 0)
    assert coping(-9, 0, 20, 0, 0, margin=5) == (0, 0, 0, 1)
    unseen = coping(5, 3, math.nan, math.nan, 0, margin=5)
    assert unseen.thrived == pytest.approx(0.5)
    assert math.isnan(unseen.absorbed)
    assert all(map(math.isnan, coping(math.nan, 1, 1, 1, 0, margin=5)))
