"""Panels: everything that matters within the width, and what is left out is said."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from vested.report.terminal.comparison.panels import ALL, ENDS, Panel, Row, below, beside, picked
from vested.report.terminal.comparison.plot import Axis
from vested.report.terminal.comparison.screen import Screen, cut, cut_apart

AXIS = Axis(0.0, 100.0, (0.0, 50.0, 100.0))


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def screen(width: int, *, detail: bool = False) -> Screen:
    made = Screen(Terminal(), detail=detail)
    made.width = made.console.width = width
    return made


def lines(made: Screen) -> list[str]:
    text: str = made.console.file.getvalue()  # type: ignore[attr-defined]
    return text.splitlines()


def row(label: str, *notes: str, tag: str = "") -> Row:
    return Row(label, lambda width: "x" * width, (notes, notes[:1]), tag=tag)


@pytest.mark.parametrize(
    ("number", "detail", "shown"),
    [(ALL, False, ALL), (ALL + 1, False, 2 * ENDS), (500, True, 500)],
)
def test_of_many_rows_the_ends_are_picked(number: int, detail: bool, shown: int) -> None:
    rows = [row(f"{at}") for at in range(number)]
    found = picked(rows, [float(at) for at in range(number)], screen(80, detail=detail))
    names = [each.label for each in found if each.label]
    assert len(names) == shown
    more = [each.reason for each in found if not each.label]
    assert more == ([] if shown == number else [f"… {number - shown} more in between, shown with "
                                                "--detail"])  # fmt: skip
    if more:
        assert (names[0], names[-1]) == (f"{number - 1}", "0")


def test_panels_below_each_other_share_their_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    made = screen(40)
    below(made, [Panel("one", [row("a", "1", "[2]")], AXIS), Panel("two", [row("bb", "100", "")])])
    assert lines(made) == [
        "one  0           50        100",
        f"a    {'x' * 25}    1  [2]",
        "two",
        f"bb   {'x' * 25}  100",
    ]


@pytest.mark.parametrize(("width", "side_by_side"), [(100, True), (50, True), (34, False)])
def test_panels_stand_side_by_side_where_there_is_room(
    width: int, side_by_side: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    made = screen(width)
    rows = [row("Organisation A", "12.0"), row("Organisation B", "8.0")]
    beside(made, [Panel("one", rows, AXIS), Panel("two", rows[:1], AXIS)])
    assert ("one" in lines(made)[0] and "two" in lines(made)[0]) == side_by_side
    if side_by_side:
        assert len(lines(made)) == 4
        assert lines(made)[3].rstrip().endswith("–")


@given(
    st.lists(st.text(max_size=40), min_size=1, max_size=4, unique=True),
    st.integers(12, 130),
    st.booleans(),
)
def test_no_line_is_wider_than_the_screen(labels: list[str], width: int, together: bool) -> None:
    made = screen(width)
    rows = [row(label or "–", "12.3", "[1.0, 2.0]", "fell", tag="naive") for label in labels]
    panels = [Panel(title, rows, AXIS) for title in ("VESTED", "AGILITY", "RESILIENCE")]
    (beside if together else below)(made, panels)
    found = "\n".join(lines(made))
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"):
        found = found.replace(code, "")
    assert max(map(cell_len, found.splitlines())) <= width


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("City of Oakhaven", 16, "City of Oakhaven"),
        ("City of Oakhaven", 10, "City of O…"),
        ("東京都庁", 8, "東京都庁"),
        ("東京都庁", 7, "東京都…"),
        ("東京都庁", 6, "東京…"),
        ("😀😀😀", 5, "😀😀…"),
        ("ab", 1, "a"),
        ("ab", 0, ""),
    ],
)
def test_texts_are_cut_by_columns(text: str, width: int, expected: str) -> None:
    assert cut(text, width) == expected
    assert cell_len(cut(text, width)) <= width


@pytest.mark.parametrize(
    ("texts", "width", "expected"),
    [
        (["Gent", "Mons"], 4, ["Gent", "Mons"]),
        (["City of Gent", "Town of Mons"], 8, ["City of…", "Town of…"]),
        (["Municipality of Gent", "Municipality of Mons"], 12, ["Mun… of Gent", "Mun… of Mons"]),
        (["東京都庁北", "東京都庁南"], 8, ["東…庁北", "東…庁南"]),
        (["aaaaaab", "aaaaaac"], 3, ["aa…", "aa…"]),
        (["", "Gent"], 0, ["", ""]),
    ],
)
def test_names_that_would_look_alike_are_cut_in_the_middle(
    texts: list[str], width: int, expected: list[str]
) -> None:
    found = cut_apart(texts, width)
    assert list(found) == texts
    assert list(found.values()) == expected


@given(st.lists(st.text(max_size=20), unique=True, max_size=6), st.integers(0, 25))
def test_names_are_never_wider_than_their_column(texts: list[str], width: int) -> None:
    assert all(cell_len(short) <= width for short in cut_apart(texts, width).values())
