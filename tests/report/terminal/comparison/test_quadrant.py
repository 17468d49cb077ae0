"""The paradox map in plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from vested.report.terminal.comparison.plot import ASCII
from vested.report.terminal.comparison.quadrant import EDGE, HIGH, Point, letters, quadrant


def drawn(points: list[Point], wide: int = 41) -> list[str]:
    found = quadrant(points, "Q", "P", letters([point.name for point in points]), wide=wide)
    return [line.rstrip() for line in found]


def test_corners_and_the_middle() -> None:
    points = [
        Point("Aalst", -100, 100), Point("Brugge", 100, 0), Point("Gent", 0, 50),
        Point("Köln", 0, 51),
    ]  # fmt: skip
    lines = drawn(points)
    assert lines[0] == f"100 ┤a{' ' * 19}│"
    assert lines[10] == f"  0 ┤{' ' * 20}│{' ' * 19}b"
    assert lines[5] == f" 50 ┤{'─' * 20}*{'─' * 20}"
    assert lines[11] == f"     -100 Q{' ' * 30}P 100"


def test_the_sides_reach_as_far_as_any_tilt() -> None:
    lines = drawn([Point("Gent", -11, 100)])
    assert lines[0].index("a") == 5 + round(9 / 40 * 40)
    assert lines[11].endswith("P 20")


def test_without_points() -> None:
    assert len(drawn([])) == HIGH + 1


def test_ascii() -> None:
    text = "".join(quadrant([Point("Gent", 3, 20)], "Q", "P", {"Gent": "a"}, signs=ASCII.grid))
    assert text.isascii()


def test_more_organisations_than_letters_are_counted() -> None:
    points = [Point(f"city {at}", 5, 50) for at in range(7)]
    points += [Point(f"town {at}", -5, 50) for at in range(60)]
    (line,) = [line for line in drawn(points) if line.startswith(" 50")]
    assert line.replace("─", "").replace(" ", "") == "50┤*┼7"


@pytest.mark.parametrize(("number", "lettered"), [(0, 0), (52, 52), (53, 0)])
def test_letters_are_for_as_many_as_there_are(number: int, lettered: int) -> None:
    found = letters([f"city {at}" for at in range(number)])
    assert len(found) == len(set(found.values())) == lettered


@given(
    st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 100)), max_size=70),
    st.sampled_from([25, 33, 41]),
    st.text(max_size=30),
)
def test_every_line_is_as_wide_as_the_map(
    places: list[tuple[float, float]], wide: int, pole: str
) -> None:
    points = [Point(f"{at}", *place) for at, place in enumerate(places)]
    letter = letters([point.name for point in points])
    found = quadrant(points, pole, pole, letter, wide=wide)
    assert {cell_len(line) for line in found} == {EDGE + wide}
