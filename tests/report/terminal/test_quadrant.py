"""The paradox map in plain text."""

from __future__ import annotations

from vested.report.terminal.quadrant import Point, quadrant


def test_corners_and_the_middle() -> None:
    points = [
        Point("Aalst", -100, 100), Point("Brugge", 100, 0), Point("Gent", 0, 50),
        Point("Köln", 0, 51),
    ]  # fmt: skip
    lines = quadrant(points, "Q", "P")
    assert lines[0] == f"100 ┤a{' ' * 19}│"
    assert lines[10] == f"  0 ┤{' ' * 20}│{' ' * 19}b"
    assert lines[5] == f" 50 ┤{'─' * 20}*{'─' * 20}"
    assert lines[11] == f"     -100 Q leads{' ' * 18}P leads 100"
    assert lines[12] == "     a Aalst, b Brugge, c Gent, d Köln"


def test_the_sides_reach_as_far_as_any_tilt() -> None:
    lines = quadrant([Point("Gent", -11, 100)], "Q", "P")
    assert lines[0].index("a") == 5 + round(9 / 40 * 40)
    assert lines[11].endswith("P leads 20")


def test_without_points() -> None:
    assert len(quadrant([], "Q", "P")) == 13


def test_letters_are_used_again() -> None:
    points = [Point(f"city {at}", at - 30, at) for at in range(60)]
    assert quadrant(points, "Q", "P")[-1].endswith("f city 57, g city 58, h city 59")
