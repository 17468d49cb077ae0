"""Tests of groups and sizes of effects, against R and scipy.stats."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import scipy.stats as ss
from hypothesis import given
from hypothesis import strategies as st

from vested.stats.comparison.groups import (
    cliff,
    hedges,
    kruskal_wallis,
    mann_whitney,
    mean_difference,
    mean_with_interval,
    welch,
    welch_anova,
)

# R's data set `sleep` (Student 1908): extra hours of sleep with two drugs
DRUG1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
# Hollander & Wolfe (1973), p. 115: mucociliary efficiency, the example of R's kruskal.test
NORMAL = [2.9, 3.0, 2.5, 2.6, 3.2]
OBSTRUCTIVE = [3.8, 2.7, 4.0, 2.4]
ASBESTOSIS = [2.8, 3.4, 3.7, 2.2, 2.0]


def test_welch_on_sleep() -> None:
    """t.test(extra ~ group, sleep) in R: t -1.8608, df 17.776, p .07939."""
    found = welch(DRUG1, DRUG2)
    assert found.statistic == pytest.approx(-1.8608, abs=5e-5)
    assert found.df == pytest.approx(17.776, abs=5e-4)
    assert found.p == pytest.approx(0.07939, abs=5e-6)
    expected = ss.ttest_ind(DRUG1, DRUG2, equal_var=False)
    assert found[:3] == pytest.approx((expected.statistic, expected.df, expected.pvalue), rel=1e-12)


def test_the_difference_on_sleep() -> None:
    """The interval of t.test(extra ~ group, sleep) in R: -3.3654832 to 0.2054832."""
    found = mean_difference(DRUG1, DRUG2, confidence=0.95)
    assert found[:3] == pytest.approx((-1.58, -3.3654832, 0.2054832), abs=5e-8)


def test_mann_whitney_on_sleep() -> None:
    """wilcox.test(extra ~ group, sleep, exact = FALSE) in R: W 25.5, p .06933; delta -.49."""
    found = mann_whitney(DRUG1, DRUG2)
    assert found.statistic == 25.5
    assert found.p == pytest.approx(0.06933, abs=5e-6)
    expected = ss.mannwhitneyu(DRUG1, DRUG2, method="asymptotic")
    assert found.p == pytest.approx(expected.pvalue, rel=1e-12)
    delta = cliff(DRUG1, DRUG2, confidence=0.95).value
    assert delta == pytest.approx(-0.49, rel=1e-12)
    assert delta == pytest.approx(2 * 25.5 / 100 - 1, rel=1e-12)


def test_hedges_on_sleep() -> None:
    """Cohen's d -.83218 and g -.79702 in R; the interval by inverting scipy.stats.nct."""
    found = hedges(DRUG1, DRUG2, confidence=0.95)
    assert found.value == pytest.approx(-0.79702, abs=5e-6)
    correction = 1 - 3 / (4 * 18 - 1)
    assert found.value / correction == pytest.approx(-0.83218, abs=5e-6)
    for end, tail in ((found.low, 0.025), (found.high, 0.975)):
        t, ncp = found.value / correction / math.sqrt(0.2), end / correction / math.sqrt(0.2)
        assert ss.nct.cdf(t, 18, ncp) == pytest.approx(1 - tail, abs=1e-6)


def test_kruskal_wallis_of_hollander_and_wolfe() -> None:
    """kruskal.test in R: 0.77143, df 2, p .68."""
    found = kruskal_wallis([NORMAL, OBSTRUCTIVE, ASBESTOSIS])
    assert found.statistic == pytest.approx(0.77143, abs=5e-6)
    assert (found.df, round(found.p, 2)) == (2, 0.68)


def test_welch_anova_of_two_groups_is_welch() -> None:
    """oneway.test(extra ~ group, sleep) in R: F 3.4626, denominator df 17.776."""
    found, t = welch_anova([DRUG1, DRUG2]), welch(DRUG1, DRUG2)
    assert found.statistic == pytest.approx(3.4626, abs=5e-5)
    assert found.statistic == pytest.approx(t.statistic**2, rel=1e-12)
    assert (found.df2, found.p) == pytest.approx((t.df, t.p), rel=1e-10)


def test_welch_anova_of_three_groups() -> None:
    groups = [NORMAL, OBSTRUCTIVE, ASBESTOSIS]
    expected = ss.f_oneway(*groups, equal_var=False)
    found = welch_anova(groups)
    assert found[0] == pytest.approx(expected.statistic, rel=1e-10)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-10)


def test_the_interval_of_cliff() -> None:
    """cliff.delta(treatment, control) of the R package effsize: -.25, -.7265846 to .3890062."""
    treatment, control = [10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50]
    found = cliff(treatment, control, confidence=0.95)
    assert found.value == -0.25
    assert (found.low, found.high) == pytest.approx((-0.7265846, 0.3890062), abs=5e-8)


@pytest.mark.parametrize("sign", [1, -1])
def test_cliff_without_overlap(sign: int) -> None:
    """(m - z²)/(m + z²) with m = 3, z = 1.959964: -.12297."""
    found = cliff([sign * 1.0, sign * 2, sign * 3], [0.0, 0, 0, 0], confidence=0.95)
    z = 1.959963984540054**2
    assert found.value == sign
    assert sorted((abs(found.low), abs(found.high)))[1] == 1
    assert sign * (found.low if sign > 0 else found.high) == pytest.approx((3 - z) / (3 + z))


def test_delta_variance_by_its_definition() -> None:
    """Cliff (1993): from all pairs, with s² back from the interval's formula."""
    x, y = np.array(DRUG1), np.array(DRUG2)
    d = np.sign(x[:, None] - y)
    delta = d.mean()
    top = 100 * ((d.mean(1) - delta) ** 2).sum() + 100 * ((d.mean(0) - delta) ** 2).sum()
    s2 = (top - ((d - delta) ** 2).sum()) / (100 * 81)
    t2 = ss.t.ppf(0.975, 18) ** 2 * s2
    bottom = 1 - delta**2 + t2
    half = math.sqrt(t2 * ((1 - delta**2) ** 2 + t2)) / bottom
    found = cliff(DRUG1, DRUG2, confidence=0.95)
    assert found.high - found.low == pytest.approx(2 * half, rel=1e-10)


def test_mean_with_interval() -> None:
    """55, 61, 47, 70, 66, 58, 63, 52: 59, 52.680 to 65.320."""
    found = mean_with_interval([55, 61, 47, 70, 66, 58, 63, 52, math.nan], 0.95)
    assert found[:3] == pytest.approx((59, 52.680, 65.320), abs=5e-4)


PAIRS: list[Callable[..., object]] = [
    welch,
    mann_whitney,
    lambda x, y: cliff(x, y, confidence=0.9),
    lambda x, y: hedges(x, y, confidence=0.9),
    lambda x, y: mean_difference(x, y, confidence=0.9),
    lambda x, y: welch_anova([x, y]),
    lambda x, y: kruskal_wallis([x, y]),
]


@pytest.mark.parametrize("test", PAIRS)
@pytest.mark.parametrize(
    ("x", "y"),
    [([], []), ([], [1.0]), ([math.nan], [1.0, 2.0]), ([3.0, 3.0], [3.0, 3.0])],
)
def test_what_cannot_be_told_has_a_reason(
    test: Callable[..., tuple[object, ...]], x: Sequence[float], y: Sequence[float]
) -> None:
    found = test(x, y)
    assert isinstance(found[3], str)
    assert found[3]
    assert math.isnan(float(str(found[2])))


def test_one_value_has_no_interval() -> None:
    assert mean_with_interval([], 0.95).reason == "no values"
    assert mean_with_interval([1.0], 0.95)[0] == 1
    assert math.isnan(mean_with_interval([1.0], 0.95).low)
    assert mean_with_interval([2.0, 2.0], 0.95).reason == "all values are equal"
    assert cliff([1.0], [2.0, 3.0], confidence=0.95)[0] == -1


@given(
    st.lists(st.integers(0, 6), min_size=2, max_size=12),
    st.lists(st.integers(0, 6), min_size=2, max_size=12),
)
def test_turning_the_groups_turns_the_sign(x: list[int], y: list[int]) -> None:
    one, two = cliff(x, y, confidence=0.95), cliff(y, x, confidence=0.95)
    assert one.value == -two.value
    np.testing.assert_allclose((one.low, one.high), (-two.high, -two.low), atol=1e-12)
    assert math.isnan(one.low) or one.low <= one.value <= one.high
    np.testing.assert_allclose(mann_whitney(x, y).p, mann_whitney(y, x).p, atol=1e-12)
    np.testing.assert_allclose(welch(x, y).statistic, -welch(y, x).statistic, atol=1e-9)
