"""A map of two numbers per organisation, in plain text."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import NamedTuple

_LETTERS = string.ascii_lowercase + string.ascii_uppercase
_WIDE, _HIGH = 41, 11
_SHARED = "*"


class Point(NamedTuple):
    """An organisation: how far one pole leads, -100 to 100, and how far both are met, 0 to 100."""

    name: str
    tilt: float
    joint: float


def quadrant(points: Sequence[Point], left: str, right: str) -> list[str]:
    """The map in lines: up where both poles are met, to the left or right where one leads.

    A tilt above 0 stands to the right, and the sides reach as far as any tilt does, in tens. Each
    organisation is a letter, and a star where several fall together; the letters are told below.
    Beyond 52 organisations they are used again.
    """
    far = max(10, 10 * math.ceil(max((abs(point.tilt) for point in points), default=0) / 10))
    grid = [[" "] * _WIDE for _ in range(_HIGH)]
    for row in grid:
        row[_WIDE // 2] = "│"
    grid[_HIGH // 2] = ["─"] * _WIDE
    grid[_HIGH // 2][_WIDE // 2] = "┼"
    taken = set()
    for at, point in enumerate(points):
        across = round((point.tilt + far) / (2 * far) * (_WIDE - 1))
        down = round((100 - point.joint) / 100 * (_HIGH - 1))
        grid[down][across] = _SHARED if (down, across) in taken else _LETTERS[at % len(_LETTERS)]
        taken.add((down, across))
    edges = {0: "100", _HIGH // 2: " 50", _HIGH - 1: "  0"}
    lines = [f"{edges.get(at, '   ')} ┤{''.join(row)}".rstrip() for at, row in enumerate(grid)]
    one, two = f"-{far} {left} leads", f"{right} leads {far}"
    lines.append(f"     {one.ljust(_WIDE - len(two))}{two}")
    names = (f"{_LETTERS[at % len(_LETTERS)]} {point.name}" for at, point in enumerate(points))
    return [*lines, f"     {', '.join(names)}"]
