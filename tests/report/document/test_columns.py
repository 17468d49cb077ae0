"""Columns are as wide as their words, and together no wider than the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from vested.report import document
from vested.report.document.columns import GAP, Room, ems, layout

FONTS = Path(document.__file__).parents[1] / "fonts"
ROOMS = (Room("small", 480, 9), Room("large", 730, 8))
TEXT = st.text(max_size=60)


@given(st.lists(st.tuples(TEXT, st.lists(TEXT, min_size=2, max_size=2)), min_size=1, max_size=40))
def test_nothing_is_lost_or_too_wide(columns: list[tuple[str, list[str]]]) -> None:
    headings, cells = [heading for heading, _ in columns], [each for _, each in columns]
    found = layout(headings, cells, [False] * len(columns), ROOMS)
    (room,) = (each.width for each in ROOMS if each.page == found.page)
    for part in found.parts:
        assert sum(width + GAP for _, width in part) <= room + 0.1
        assert all(width > 0 for _, width in part)
    shown = [at for part in found.parts for at, _ in part]
    assert set(shown) == set(range(len(columns)))
    assert len(shown) == len(columns) + len(found.parts) - 1  # the first stands in each part


@pytest.mark.parametrize(
    "text",
    ["−1234567890,12", "0.812", "100.0", "Respondents", "Standardabweichung", "MAXIMUM", "Omega",
     "Réponses", "Betrouwbaarheid", "ICC(1)", "Wahrscheinlichkeit", "n", "W", "%"],
)  # fmt: skip
def test_estimates_are_wide_enough(text: str) -> None:
    bold = ImageFont.truetype(FONTS / "LiberationSans-Bold.ttf", 100)
    plain = ImageFont.truetype(FONTS / "LiberationSans-Regular.ttf", 100)
    assert bold.getlength(text) <= ems(text) * 100
    assert plain.getlength(text) <= ems(text) * 0.92 * 100


def test_texts_get_what_numbers_leave() -> None:
    item = "We re-use what others have built before we build anything of our own."
    found = layout(
        ["Statement", "Mean of all"], [[item] * 2, ["59.8", "1.0"]], [False, True], ROOMS
    )
    (_, wide), (_, narrow) = found.parts[0]
    assert (found.page, found.size) == ("small", 9)
    assert wide > 5 * narrow


def test_keys_stand_in_each_part() -> None:
    """Unless they take half of the room."""
    headings = ["Organisation", "Measure", *(f"Number {at}" for at in range(8))]
    cells = [["Gent"], ["Agility"], *([["12345678"]] * 8)]
    right = [False, False, *([True] * 8)]
    wide = layout(headings, cells, right, [Room("page", 400.0, 10.0)], keys=2)
    assert len(wide.parts) > 1
    assert all([at for at, _ in part[:2]] == [0, 1] for part in wide.parts)
    assert sorted({at for part in wide.parts for at, _ in part}) == list(range(10))
    narrow = layout(headings, cells, right, [Room("page", 200.0, 10.0)], keys=2)
    assert all(next(at for at, _ in part) == 0 for part in narrow.parts)
    assert [at for at, _ in narrow.parts[1]][1] != 1
