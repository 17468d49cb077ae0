"""Pictures in one line of text: intervals, paths, ranges and stacks on an axis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_TICKS = 5


class Marks(NamedTuple):
    """The signs that pictures are drawn with."""

    ground: str
    zero: str
    line: str
    low: str
    high: str
    point: str
    other: str
    path: str
    dark: str
    light: str
    levels: str
    """Heights from the lowest to the highest."""
    ways: str
    """Of the ways through a shock, the best first."""
    grid: tuple[str, str, str, str]
    """Of a map: its upright, its level, where they cross, and its edge."""


UNICODE = Marks(
    "·", "│", "─", "├", "┤", "●", "○", "━", "█", "░", "▁▂▃▄▅▆▇█", "█▓▓▒░", ("│", "─", "┼", "┤")
)
ASCII = Marks(
    ".", ":", "-", "[", "]", "*", "o", "=", "#", "-", "0123456789", "TAHRD", ("|", "-", "+", "|")
)
PLACES = "123456789abcdefghijklmnopqrstuvwxyz"
"""Marks of points that come one after the other, where there are more than two."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of numbers, with those that are written on it."""

    low: float
    high: float
    ticks: tuple[float, ...] = ()

    def at(self, value: float, width: int) -> int:
        """The column of a value in so many; what lies beyond an end stands at it.

        >>> [Axis(-1, 1).at(value, 11) for value in (-1, 0, 0.5, 2)]
        [0, 5, 8, 10]
        """
        span = self.high - self.low
        share = (value - self.low) / span if span > 0 else 0.5
        return min(max(math.floor(share * (width - 1) + 0.5), 0), width - 1)


def round_axis(values: Sequence[float], bounds: tuple[float, float] | None = None) -> Axis:
    """The axis from one round number to another that holds all values; 0 to 1 where there is none.

    `bounds` are where the scale ends, and the axis with it.

    >>> round_axis([34.6, 66.5])
    Axis(low=30.0, high=70.0, ticks=(30.0, 40.0, 50.0, 60.0, 70.0))
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low <= 1e-9 * max(abs(low), abs(high), 1.0):
        low, high = low - 1, high + 1
    raw = (high - low) / (_MOST_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * each for each in _STEPS if power * each >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if bounds:
        first = max(first, math.ceil(bounds[0] / step))
        last = min(last, math.floor(bounds[1] / step))
    ticks = tuple(at * step for at in range(first, last + 1))
    return Axis(first * step, last * step, ticks)


def interval(
    axis: Axis,
    width: int,
    ends: tuple[float | None, float | None],
    value: float | None,
    marks: Marks,
    *,
    zero: float | None = None,
    other: float | None = None,
) -> str:
    """A point and its interval; `zero` is marked below them, and `other` as a second point.

    >>> interval(Axis(-1, 1), 11, (0.0, 0.8), 0.4, UNICODE, zero=0)
    '·····├─●─┤·'
    """
    cells = [marks.ground] * width
    if zero is not None and axis.low <= zero <= axis.high:
        cells[axis.at(zero, width)] = marks.zero
    low, high = ends
    if low is not None and high is not None:
        first, last = axis.at(low, width), axis.at(high, width)
        if last > first:
            cells[first : last + 1] = [marks.low, *marks.line * (last - first - 1), marks.high]
    if other is not None:
        cells[axis.at(other, width)] = marks.other
    if value is not None:
        cells[axis.at(value, width)] = marks.point
    return "".join(cells)


def path(axis: Axis, width: int, points: Mapping[int, float], marks: Marks, many: int = 2) -> str:
    """The way through points, by their place among so `many`; the later one lies above.

    >>> path(Axis(0, 10), 11, {0: 8.0, 1: 3.0}, UNICODE)
    '···●━━━━○··'
    >>> path(Axis(0, 10), 11, {0: 8.0, 1: 3.0, 2: 5.0}, UNICODE, 3)
    '···2━3━━1··'
    """
    cells = [marks.ground] * width
    columns = {place: axis.at(value, width) for place, value in points.items()}
    if columns:
        first, last = min(columns.values()), max(columns.values())
        cells[first : last + 1] = marks.path * (last - first + 1)
    for place, column in sorted(columns.items()):
        cells[column] = point_mark(place, many, marks)
    return "".join(cells)


def curve(axis: Axis, width: int, course: Sequence[tuple[float, float]], marks: Marks) -> str:
    """Levels from 0 to the highest over times in their order, straight from one to the next.

    Each column has the lowest level of its time, so that no fall is too short to be seen; a level
    below 0 stands at 0, and there is nothing before the first time and after the last.

    >>> curve(Axis(0, 10), 11, [(0, 100), (1, 60), (5, 80), (10, 100)], UNICODE)
    '▇▅▅▆▆▆▇▇▇██'
    """
    highest = max((level for _, level in course), default=0.0)
    half = (axis.high - axis.low) / max(width - 1, 1) / 2
    found: dict[int, list[float]] = {column: [] for column in range(width)}
    for time, level in course:
        found[axis.at(time, width)].append(level)
    for column in found:
        middle = axis.low + 2 * half * column
        found[column] += _between(course, middle - half) + _between(course, middle + half)
    top = len(marks.levels) - 1
    return "".join(
        marks.levels[math.floor(_share(min(levels), highest) * top + 0.5)]
        if levels
        else marks.ground
        for levels in found.values()
    )


def _share(level: float, highest: float) -> float:
    return max(level, 0.0) / highest if highest > 0 else 0.0


def _between(course: Sequence[tuple[float, float]], time: float) -> list[float]:
    """The level at a time, where there is one before and one after."""
    return [
        first + (second - first) * ((time - one) / (two - one))
        for (one, first), (two, second) in pairwise(course)
        if one < time < two
    ]


def point_mark(place: int, many: int, marks: Marks) -> str:
    """The mark of a point by its place: open and full for two, numbers and letters for more."""
    if many <= 2:
        return marks.point if place else marks.other
    return PLACES[place % len(PLACES)]


def stack(shares: Sequence[float], width: int, signs: Sequence[str]) -> str:
    """Shares of a whole, each so many cells of its sign; together as wide as the whole.

    Cells that are left after rounding down go to the largest remainders.

    >>> stack([0.94, 0.06, 0.0], 10, "█▒░")
    '█████████▒'
    """
    known = [max(share, 0.0) for share in shares]
    total = math.fsum(known)
    if total <= 0:
        return " " * width
    exact = [share / total * width for share in known]
    cells = [math.floor(number) for number in exact]
    order = sorted(range(len(cells)), key=lambda at: (cells[at] - exact[at], at))
    for at in order[: width - sum(cells)]:
        cells[at] += 1
    return "".join(sign * number for sign, number in zip(signs, cells, strict=True))


def ruler(axis: Axis, width: int, label: Mapping[float, str]) -> str:
    """The numbers of an axis above its columns; the ends first, then those that have room.

    >>> ruler(Axis(-1, 1, (-1, 0, 1)), 11, {-1: "-1", 0: "0", 1: "1"})
    '-1   0    1'
    """
    ticks = sorted(axis.ticks)
    order = [*ticks[:1], *ticks[-1:], *ticks[1:-1]]
    cells = [" "] * width
    for tick in order:
        text = label[tick]
        start = axis.at(tick, width) - (cell_len(text) - 1) // 2
        start = min(max(start, 0), width - len(text))
        around = cells[max(start - 1, 0) : start + len(text) + 1]
        if start >= 0 and not "".join(around).strip():
            cells[start : start + len(text)] = text
    return "".join(cells)
