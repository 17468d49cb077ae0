"""Quantiles that show no single value, and where a value stands among others."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from scipy.stats.mstats import hdquantiles

from vested.stats.quantiles import (
    harrell_davis,
    moments_without,
    percentile_without,
    percentiles,
)

DECILES = np.arange(1, 10) / 10
VALUES = st.lists(st.integers(0, 1000), min_size=3, max_size=40).map(
    lambda drawn: np.array(drawn) / 10
)


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_as_scipy(values: np.ndarray) -> None:
    expected = hdquantiles(values, prob=DECILES)
    assert harrell_davis(values, DECILES) == pytest.approx(np.asarray(expected), abs=1e-10)


@pytest.mark.parametrize(
    ("values", "p", "expected"),
    [
        ([], 0.5, math.nan),
        ([7], 0.1, 7),
        ([2, 4], 0.5, 3),
        # Beta(2, 2) has the distribution function 3x² - 2x³: weights 7/27, 13/27, 7/27
        ([1, 2, 9], 0.5, (7 * 1 + 13 * 2 + 7 * 9) / 27),
        # Beta(1, 3) has 1 - (1-x)³: weights 19/27, 7/27, 1/27
        ([1, 2, 9], 0.25, (19 * 1 + 7 * 2 + 1 * 9) / 27),
        ([5, 5, 5, 5], 0.9, 5),
    ],
)
def test_examples_by_hand(values: list[float], p: float, expected: float) -> None:
    found = harrell_davis(np.array(values, float), np.array([p]))
    assert found == pytest.approx([expected], nan_ok=True, rel=1e-12)


def test_near_the_true_quantiles_of_many() -> None:
    values = norm.ppf((np.arange(2000) + 0.5) / 2000)
    assert harrell_davis(values, DECILES) == pytest.approx(norm.ppf(DECILES), abs=2e-3)


@given(VALUES, st.randoms())
@settings(max_examples=40, deadline=None)
def test_order_changes_nothing_and_quantiles_ascend(values: np.ndarray, chance: object) -> None:
    shuffled = values.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = harrell_davis(values, DECILES)
    assert harrell_davis(shuffled, DECILES).tolist() == found.tolist()
    assert (np.diff(found) >= -1e-9).all()


AT = np.array([0.25, 0.5, 0.75])
KNOWN = np.array([40.0, 50.0, 60.0])


@pytest.mark.parametrize(
    ("value", "quantiles", "expected"),
    [
        (50, KNOWN, (50, 0)),
        (45, KNOWN, (37.5, 0)),
        (39.9, KNOWN, (25, -1)),
        (40, KNOWN, (25, 0)),
        (60, KNOWN, (75, 0)),
        (99, KNOWN, (75, 1)),
        (50, np.array([50.0, 50.0, 60.0]), (37.5, 0)),
        (50, np.array([50.0, 50.0, 50.0]), (50, 0)),
        (50, np.array([math.nan, 50.0, math.nan]), (math.nan, 0)),
        (50, np.array([40.0, math.nan, 60.0]), (50, 0)),
        (math.nan, KNOWN, (math.nan, 0)),
    ],
)
def test_percentile(value: float, quantiles: np.ndarray, expected: tuple[float, int]) -> None:
    found, beyond = percentiles(np.array([float(value)]), AT, quantiles)
    assert (*found, *beyond) == pytest.approx(expected, nan_ok=True)


def test_no_values() -> None:
    found, beyond = percentiles(np.empty(0), AT, KNOWN)
    assert (len(found), len(beyond)) == (0, 0)


def standing(value: float, among: np.ndarray) -> float:
    return float(100 * ((among < value).mean() + (among == value).mean() / 2))


@given(VALUES, st.data())
@settings(max_examples=60, deadline=None)
def test_without_one_is_what_the_others_give(values: np.ndarray, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(values) - 1))
    value, rest, n = values[at], np.delete(values, at), len(values)
    mean, sd = moments_without(values[[at]], n, values.mean(), values.std(ddof=1))
    assert mean[0] == pytest.approx(rest.mean(), abs=1e-9)
    assert sd[0] == pytest.approx(rest.std(ddof=1), abs=1e-5)
    for end, counted in ((value - 3.05, 0.0), (value, 0.5), (value + 3.05, 1.0)):
        whole = np.array([standing(end, values)])
        found = percentile_without(whole, n, counted)
        assert found[0] == pytest.approx(standing(end, rest), abs=1e-9)


def test_without_one_of_one_or_two_nothing_is_left() -> None:
    one = np.array([1.0])
    assert np.isnan(percentile_without(one, 1)).all()
    assert np.isnan(moments_without(one, 1, 1.0, math.nan)).all()
    mean, sd = moments_without(one, 2, 2.0, 2**0.5)
    assert (mean.tolist(), np.isnan(sd).all()) == ([3.0], True)
