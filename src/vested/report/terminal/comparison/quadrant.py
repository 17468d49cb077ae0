"""A map of two numbers per organisation, in plain text."""

from __future__ import annotations

import math
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from vested.report.terminal.comparison.plot import UNICODE
from vested.report.terminal.comparison.screen import cut, padded

_LETTERS = string.ascii_lowercase + string.ascii_uppercase
HIGH = 11
WIDEST, NARROWEST = 41, 25
"""Columns of a map, odd so that there is one in the middle."""
EDGE = 5
"""Columns to the left of it."""
_SHARED = "*"


class Point(NamedTuple):
    """An organisation: how far one pole leads, -100 to 100, and how far both are met, 0 to 100."""

    name: str
    tilt: float
    joint: float


def letters(names: Sequence[str]) -> Mapping[str, str]:
    """A letter for each name; none where there are more names than letters.

    >>> letters(["Gent", "Mons"])
    {'Gent': 'a', 'Mons': 'b'}
    """
    names = list(dict.fromkeys(names))
    return dict(zip(names, _LETTERS, strict=False)) if len(names) <= len(_LETTERS) else {}


def quadrant(
    points: Sequence[Point],
    left: str,
    right: str,
    letter: Mapping[str, str],
    *,
    wide: int = WIDEST,
    signs: tuple[str, str, str, str] = UNICODE.grid,
) -> list[str]:
    """The map in lines: up where both poles are met, to the left or right where one leads.

    A tilt above 0 stands to the right, and the sides reach as far as any tilt does, in tens. Each
    organisation is its letter, and a star where several fall together; without letters, there are
    the numbers of organisations, and a star from ten on.
    """
    up, level, middle, edge = signs
    far = max(10, 10 * math.ceil(max((abs(point.tilt) for point in points), default=0) / 10))
    grid = [[" "] * wide for _ in range(HIGH)]
    for row in grid:
        row[wide // 2] = up
    grid[HIGH // 2] = [level] * wide
    grid[HIGH // 2][wide // 2] = middle
    places = [
        (
            math.floor((100 - point.joint) / 100 * (HIGH - 1) + 0.5),
            math.floor((point.tilt + far) / (2 * far) * (wide - 1) + 0.5),
        )
        for point in points
    ]
    many = Counter(places)
    for point, (down, across) in zip(points, places, strict=True):
        number = many[down, across]
        one = letter.get(point.name, "1") if number == 1 else _SHARED
        grid[down][across] = one if letter or number > 9 else str(number)
    edges = {0: "100", HIGH // 2: " 50", HIGH - 1: "  0"}
    drawn = [f"{edges.get(at, '   ')} {edge}{''.join(row)}" for at, row in enumerate(grid)]
    half = wide // 2
    one, two = (f"-{far} ", f" {far}")
    start, end = one + cut(left, half - len(one)), cut(right, half - len(two)) + two
    drawn.append(" " * EDGE + padded(start, wide - cell_len(end)) + end)
    return [padded(line, EDGE + wide) for line in drawn]
