"""Means and spreads from integer sums: against exact fractions, and blind to the order of rows."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vested.stats.moments import (
    FIXED_POINT_BITS,
    counted_mean_and_sd,
    exact_total,
    fixed_point,
    mean_and_sd,
    sums_by_group,
)


def moments(
    codes: list[int], *, low: float = 0, high: float = 100, steps: int = 100
) -> tuple[float, float]:
    n, total = np.array([len(codes)]), np.array([sum(codes)], np.int64)
    squares = np.array([sum(x * x for x in codes)], np.int64)
    mean, sd = mean_and_sd(n, total, squares, low=low, high=high, steps=steps)
    return float(mean[0]), float(sd[0])


def counted(values: list[float]) -> tuple[int, float, float]:
    distinct = sorted(set(values))
    count = np.array([values.count(value) for value in distinct], np.int64)
    cell = np.zeros(len(distinct), np.int64)
    n, mean, sd = counted_mean_and_sd(cell, np.array(distinct), count, 1)
    return int(n[0]), float(mean[0]), float(sd[0])


@pytest.mark.parametrize(
    ("codes", "mean", "sd"),
    [
        ([55, 61, 47, 70, 66, 58, 63, 52], 59.0, 7.55929),  # R: mean, sd
        ([0, 100], 50.0, 70.71068),  # R: sd(c(0, 100))
        ([100, 100, 100], 100.0, 0.0),
        ([0], 0.0, math.nan),
        ([], math.nan, math.nan),
    ],
)
def test_examples(codes: list[int], mean: float, sd: float) -> None:
    expected = pytest.approx((mean, sd), abs=5e-6, nan_ok=True)
    assert moments(codes) == expected
    assert counted([float(code) for code in codes])[1:] == expected


CODES = st.integers(1, 2000).flatmap(
    lambda steps: st.tuples(
        st.just(steps), st.lists(st.integers(0, steps), min_size=2, max_size=60)
    )
)


@given(CODES, st.sampled_from([(0, 100), (-100, 100)]))
@settings(max_examples=150)
@example((7, [0, 7]), (-100, 100))
def test_mean_and_sd_equal_exact_fractions(
    case: tuple[int, list[int]], ends: tuple[int, int]
) -> None:
    steps, codes = case
    exact = [ends[0] + Fraction((ends[1] - ends[0]) * code, steps) for code in codes]
    mean, sd = moments(codes, low=ends[0], high=ends[1], steps=steps)
    assert mean == pytest.approx(float(statistics.mean(exact)), rel=1e-15, abs=1e-13)
    assert sd == pytest.approx(math.sqrt(statistics.variance(exact)), rel=1e-13)


@given(CODES)
def test_constant_answers_have_no_spread_at_all(case: tuple[int, list[int]]) -> None:
    steps, codes = case
    assert moments(codes[:1] * 7, steps=steps)[1] == 0.0
    assert counted([codes[0] / 3] * 7)[1:] == (codes[0] / 3, 0.0)


@pytest.mark.parametrize("share", [0.0, 1e-7, 0.5, 1.0])
def test_a_hundred_million_rows_on_the_finest_grid(share: float) -> None:
    steps, n = 1 << 18, 100_000_000
    tops = round(share * n)
    sums = np.array([tops * steps]), np.array([tops * steps * steps])
    mean, sd = mean_and_sd(np.array([n]), *sums, low=0, high=100, steps=steps)
    exact = Fraction(10_000 * tops * (n - tops), n * (n - 1))
    assert mean[0] == pytest.approx(100 * share, rel=1e-15)
    assert sd[0] == pytest.approx(math.sqrt(exact), rel=1e-12)


def test_a_small_spread_far_from_zero_is_not_cancelled_away() -> None:
    codes = [262_143, 262_144] * 50  # Σx² about 7e12, Σ(x - mean)² is 25
    assert moments(codes, steps=1 << 18)[1] == pytest.approx(
        statistics.stdev(codes) * 100 / 2**18, rel=1e-12
    )


@given(st.lists(st.floats(0, 100), min_size=2, max_size=40))
@settings(max_examples=150)
def test_counted_values_equal_the_statistics_module(values: list[float]) -> None:
    n, mean, sd = counted(values)
    assert (n, mean) == (len(values), pytest.approx(statistics.fmean(values), rel=1e-13))
    assert sd == pytest.approx(statistics.stdev(values), rel=1e-9, abs=1e-11)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8)), max_size=60))
@settings(max_examples=100)
def test_cells_are_counted_as_if_each_stood_alone(rows: list[tuple[int, int]]) -> None:
    table: dict[tuple[int, int], int] = {}
    for row in rows:
        table[row] = table.get(row, 0) + 1
    keys = sorted(table)
    cell, value = (
        np.array([k[0] for k in keys], np.int64),
        np.array([math.sqrt(k[1]) for k in keys]),
    )
    together = counted_mean_and_sd(cell, value, np.array([table[k] for k in keys], np.int64), 4)
    apart = [counted([math.sqrt(x) for at, x in rows if at == unit]) for unit in range(4)]
    np.testing.assert_array_equal(together, np.array(apart).T)  # to the bit, NaN like NaN


def test_nothing_counted_is_nothing_known() -> None:
    none = np.empty(0, np.int64)
    n, mean, sd = counted_mean_and_sd(none, none.astype(float), none, 2)
    assert (n.tolist(), np.isnan(mean).all(), np.isnan(sd).all()) == ([0, 0], True, True)


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=30), st.data())
@settings(max_examples=60)
def test_sums_by_group_are_exact(values: list[int], data: st.DataObject) -> None:
    cuts = data.draw(st.sets(st.integers(0, len(values) - 1)))
    starts = sorted({0, *cuts})
    found = sums_by_group(np.array(starts), np.array([values, values]))
    parts = [sum(values[a:b]) for a, b in zip(starts, [*starts[1:], len(values)], strict=True)]
    assert found.tolist() == [parts, parts]


@given(st.floats(0, 2**14, exclude_max=True))
@settings(max_examples=300)
@example(0.0)
@example(1e-15)
@example(2.0**14 - 2**-40)
@example(10_000 * (1 - 2**-53))
def test_fixed_point_keeps_a_value_to_the_last_bit_but_one(value: float) -> None:
    high, low = fixed_point(np.array([value]))
    back = Fraction(int(exact_total(high, low)[0]), 1 << FIXED_POINT_BITS)
    assert abs(back - Fraction(value)) <= Fraction(1, 1 << (FIXED_POINT_BITS + 1))


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=50))
@settings(max_examples=60)
def test_fixed_point_sums_do_not_depend_on_the_order(values: list[float]) -> None:
    def total(column: list[float]) -> int:
        high, low = fixed_point(np.array(column)).sum(axis=-1)
        return int(exact_total(high, low))

    assert total(values) == total(sorted(values)) == total(values[::-1])
    assert total(values) / 2**48 == pytest.approx(math.fsum(values), rel=1e-12, abs=1e-12)
