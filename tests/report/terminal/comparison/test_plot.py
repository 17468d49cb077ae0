"""Pictures in one line: as wide as they should be, with each point in its column."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from vested.report.terminal.comparison.plot import (
    ASCII,
    UNICODE,
    Axis,
    Marks,
    curve,
    interval,
    path,
    round_axis,
    ruler,
    stack,
)

R = Axis(-1.0, 1.0, (-1.0, 0.0, 1.0))
numbers = st.floats(-1e6, 1e6)
widths = st.integers(1, 60)
marks = st.sampled_from([UNICODE, ASCII])


@pytest.mark.parametrize(
    ("ends", "value", "expected"),
    [
        ((-0.2, 0.6), 0.2, "····├─●─┤··"),
        ((-1.0, 1.0), 0.0, "├────●────┤"),
        ((-9.0, 9.0), -9.0, "●─────────┤"),
        ((0.6, 0.61), 0.6, "·····│··●··"),
        ((None, None), 0.4, "·····│·●···"),
        ((-0.6, 0.0), None, "··├──┤·····"),
        ((None, None), None, "·····│·····"),
    ],
)
def test_intervals(ends: tuple[float | None, float | None], value: float, expected: str) -> None:
    assert interval(R, 11, ends, value, UNICODE, zero=0.0) == expected


def test_a_second_point_lies_below_the_first() -> None:
    assert interval(R, 11, (-0.6, 0.6), 0.0, UNICODE, other=0.4) == "··├──●─○┤··"
    assert interval(R, 11, (-0.6, 0.6), 0.0, UNICODE, other=0.0) == "··├──●──┤··"


def test_ascii() -> None:
    assert interval(R, 11, (-0.2, 0.6), 0.2, ASCII, zero=0.0) == "....[-*-].."
    assert interval(R, 11, (0.2, 0.6), 0.4, ASCII, zero=0.0) == ".....:[*].."


@pytest.mark.parametrize(
    ("points", "many", "expected"),
    [
        ({0: 0.0, 1: 10.0}, 2, "○━━━━━━━━━●"),
        ({0: 5.0, 1: 5.1}, 2, "·····●·····"),
        ({0: 5.0}, 2, "·····○·····"),
        ({}, 2, "···········"),
        ({0: 2.0, 1: 9.0, 2: 2.0}, 3, "··3━━━━━━2·"),
        ({0: 2.0, 2: 9.0}, 3, "··1━━━━━━3·"),
        ({0: 0.0, 9: 10.0}, 11, "1━━━━━━━━━a"),
    ],
)
def test_paths(points: dict[int, float], many: int, expected: str) -> None:
    assert path(Axis(0.0, 10.0), 11, points, UNICODE, many) == expected


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ([(0, 100), (10, 0)], "█▇▆▆▅▄▃▃▂▁▁"),
        ([(0, 100), (10, 100)], "███████████"),
        ([(2, 50), (4, 100)], "··▅▅▇······"),
        ([(3, 5)], "···█·······"),
        ([(0, 8), (5, 8), (5.2, 0), (5.4, 8), (10, 8)], "█████▁█████"),
        ([(0, 0), (10, 0)], "▁▁▁▁▁▁▁▁▁▁▁"),
        ([(0, -5), (10, 10)], "▁▁▁▁▁▂▃▄▅▆▇"),
        ([], "···········"),
    ],
)
def test_curves(course: list[tuple[float, float]], expected: str) -> None:
    assert curve(Axis(0.0, 10.0), 11, course, UNICODE) == expected


@given(
    st.lists(
        st.tuples(st.floats(0, 1e4), st.floats(-1e4, 1e4)), max_size=9, unique_by=lambda one: one[0]
    ).map(sorted),
    widths,
    marks,
)
def test_a_curve_is_as_wide_as_it_should_be_and_shows_the_lowest_level(
    course: list[tuple[float, float]], width: int, signs: Marks
) -> None:
    axis = round_axis([0.0, *(time for time, _ in course)])
    text = curve(axis, width, course, signs)
    assert cell_len(text) == width
    levels = [level for _, level in course]
    drawn = [signs.levels.index(sign) for sign in text if sign != signs.ground]
    if course and max(levels) > 0:
        lowest = max(min(levels), 0.0) / max(levels)
        assert min(drawn) == math.floor(lowest * (len(signs.levels) - 1) + 0.5)
    assert bool(drawn) == bool(course)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0.5, 0.5), "aaaaabbbbb"),
        ((0.94, 0.06), "aaaaaaaaab"),
        ((1.0, 0.0), "aaaaaaaaaa"),
        ((0.0, 0.0), "          "),
        ((-0.1, 1.1), "bbbbbbbbbb"),
        ((0.31, 0.35, 0.34), "aaabbbbccc"),
    ],
)
def test_stacks(shares: tuple[float, ...], expected: str) -> None:
    assert stack(shares, 10, "abc"[: len(shares)]) == expected


@pytest.mark.parametrize(
    ("width", "expected"), [(11, "-1   0    1"), (5, "-1  1"), (2, "-1"), (1, "1")]
)
def test_rulers(width: int, expected: str) -> None:
    assert ruler(R, width, {-1.0: "-1", 0.0: "0", 1.0: "1"}) == expected


@pytest.mark.parametrize(
    ("values", "bounds", "low", "high"),
    [
        ([34.6, 66.5], None, 30, 70),
        ([0.0, 100.0], None, 0, 100),
        ([-0.16, 0.73], None, -0.25, 0.75),
        ([5.0], None, 4, 6),
        ([], None, 0, 1),
        ([93.0, 99.9], (0.0, 100.0), 92, 100),
    ],
)
def test_round_axes(
    values: list[float], bounds: tuple[float, float] | None, low: float, high: float
) -> None:
    axis = round_axis(values, bounds)
    assert (axis.low, axis.high) == pytest.approx((low, high))
    assert (axis.ticks[0], axis.ticks[-1]) == (axis.low, axis.high)


@given(st.lists(numbers, min_size=1, max_size=5), widths)
def test_an_axis_holds_all_values_in_order(values: list[float], width: int) -> None:
    axis = round_axis(values)
    slack = 1e-6 * (axis.high - axis.low)
    assert axis.low - slack <= min(values)
    assert max(values) <= axis.high + slack
    assert 2 <= len(axis.ticks) <= 7
    columns = [axis.at(value, width) for value in sorted(values)]
    assert columns == sorted(columns)
    assert 0 <= columns[0] <= columns[-1] < width
    text = ruler(axis, width, {tick: f"{tick:g}" for tick in axis.ticks})
    assert cell_len(text) == width


@given(numbers, numbers, numbers, widths, marks)
def test_an_interval_is_as_wide_as_it_should_be(
    low: float, value: float, high: float, width: int, signs: Marks
) -> None:
    low, value, high = sorted((low, value, high))
    axis = round_axis([low, high])
    text = interval(axis, width, (low, high), value, signs, zero=0.0)
    assert cell_len(text) == width
    assert text.count(signs.point) == 1
    assert text.index(signs.point) == axis.at(value, width)
    drawn = [at for at, sign in enumerate(text) if sign not in (signs.ground, signs.zero)]
    assert axis.at(low, width) == drawn[0]
    assert drawn[-1] == axis.at(high, width)


@given(st.dictionaries(st.integers(0, 12), numbers), widths, marks)
def test_a_path_goes_from_its_first_column_to_its_last(
    points: dict[int, float], width: int, signs: Marks
) -> None:
    axis = round_axis(list(points.values()))
    text = path(axis, width, points, signs, 13)
    assert cell_len(text) == width
    assert len(text.strip(signs.ground)) == (
        0 if not points
        else 1 + axis.at(max(points.values()), width) - axis.at(min(points.values()), width)
    )  # fmt: skip


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), widths)
def test_a_stack_is_as_wide_as_the_whole(shares: list[float], width: int) -> None:
    text = stack(shares, width, "abcde"[: len(shares)])
    assert len(text) == width
    total = sum(shares)
    for sign, share in zip("abcde", shares, strict=False):
        if total > 0:
            assert abs(text.count(sign) - share / total * width) < 1 + 1e-9
