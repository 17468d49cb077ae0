"""Weighted means: examples from R's survey package, and what weights may never change."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.stats.weights import WeightedMean, weighted_mean


def weighted(values: list[int], weights: list[int], *, unit: int = 1) -> WeightedMean:
    """Σw, Σwx, Σwx², Σw², Σw²x, Σw²x² in units of 1/unit, as the reduction hands them over."""
    powers = [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    sums = [
        unit * sum(w**a * x**b for x, w in zip(values, weights, strict=True)) for a, b in powers
    ]
    return weighted_mean(np.array([len(values)]), [np.array([s], object) for s in sums], unit=unit)


def numbers(result: WeightedMean) -> tuple[float, ...]:
    return tuple(float(column[0]) for column in result)


@pytest.mark.parametrize("unit", [1, 1 << 48])
def test_linearised_standard_error(unit: int) -> None:
    mean, _, se, effective = numbers(weighted([60, 70, 80, 50], [1, 2, 1, 1], unit=unit))
    assert (mean, round(se, 4)) == (66, 5.4259)  # R: survey::svymean
    assert effective == pytest.approx(25 / 7)


def test_kish_effective_number() -> None:
    tenths = [5, 8, 10, 10, 12, 15, 20, 30]  # domain: Kish 1965, weights .5 .8 1 1 1.2 1.5 2 3
    effective = numbers(weighted([50] * 8, tenths))[3]
    assert (round(effective, 5), round(8 / effective, 5)) == (6.17978, 1.29455)


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        ([], [], (math.nan, math.nan, math.nan, math.nan)),
        ([70], [3], (70, math.nan, math.nan, 1)),
        ([70, 70], [3, 1], (70, 0, 0, 1.6)),
        ([0, 100], [1, 1], (50, 70.710678, 50, 2)),  # R: sd(c(0, 100)), and over √2
    ],
)
def test_edges(values: list[int], weights: list[int], expected: tuple[float, ...]) -> None:
    assert numbers(weighted(values, weights)) == pytest.approx(expected, nan_ok=True)


ROWS = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 1000)), min_size=2, max_size=30)


@given(ROWS)
@settings(max_examples=100)
def test_equal_to_exact_fractions(rows: list[tuple[int, int]]) -> None:
    n, total = len(rows), sum(w for _, w in rows)
    mean = Fraction(sum(w * x for x, w in rows), total)
    spread = Fraction(n, n - 1) * sum(w * (x - mean) ** 2 for x, w in rows) / total
    error = Fraction(n, n - 1) * sum((w * (x - mean)) ** 2 for x, w in rows) / total**2
    found = numbers(weighted([x for x, _ in rows], [w for _, w in rows], unit=1 << 20))
    assert found[:3] == pytest.approx((mean, spread**0.5, error**0.5), rel=1e-12)


@given(ROWS, st.integers(2, 1_000_000))
@settings(max_examples=60)
def test_only_the_ratio_of_weights_counts(rows: list[tuple[int, int]], factor: int) -> None:
    values, weights = [x for x, _ in rows], [w for _, w in rows]
    assert numbers(weighted(values, weights)) == pytest.approx(
        numbers(weighted(values, [w * factor for w in weights])), rel=1e-14
    )


@given(st.lists(st.integers(0, 100), min_size=2, max_size=30))
def test_equal_weights_are_no_weights(values: list[int]) -> None:
    mean, sd, se, effective = numbers(weighted(values, [7] * len(values)))
    assert (mean, sd) == pytest.approx((np.mean(values), np.std(values, ddof=1)))
    assert (se, effective) == pytest.approx((sd / math.sqrt(len(values)), len(values)))


def test_a_billion_respondents() -> None:
    n = 10**9
    sums = [np.array([s * n << 48], object) for s in (1, 50, 5000, 1, 50, 5000)]
    mean, sd, se, effective = numbers(weighted_mean(np.array([n]), sums, unit=1 << 48))
    assert (mean, sd, effective) == pytest.approx((50, 50, n))
    assert se == pytest.approx(50 / math.sqrt(n))
