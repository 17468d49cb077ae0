"""Comparisons in the terminal: what people see, everywhere within the width."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from vested.analysis.compare import Comparison, compare
from vested.report.text import harmless

GOLDEN = Path(__file__).parents[3] / "golden"
SAMPLE = Path(__file__).parents[4] / "data" / "samples" / "survey.csv"
Shown = Callable[..., str]
Made = Callable[..., Comparison]
Course = Callable[..., list[Any]]


@pytest.mark.parametrize(
    ("file", "columns", "how"),
    [
        ("comparison.txt", None, {}),
        ("comparison-80.txt", 80, {}),
        ("comparison-ascii.txt", None, {"encoding": "ascii"}),
        ("comparison-detail.txt", None, {"detail": True}),
    ],
)
def test_golden(
    file: str, columns: int | None, how: dict[str, Any], whole: Comparison, shown: Shown
) -> None:
    assert shown(whole, columns, **how) == (GOLDEN / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", [20, 30, 40, 60, 80, 100, 120, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("detail", [False, True])
def test_no_line_is_wider_than_the_terminal(
    columns: int, encoding: str, detail: bool, whole: Comparison, shown: Shown
) -> None:
    text = shown(whole, columns, encoding=encoding, detail=detail)
    assert max(map(cell_len, text.splitlines())) <= columns


@pytest.mark.parametrize("columns", [None, 80])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_stream_gets_characters_that_it_has(
    columns: int | None, encoding: str, whole: Comparison, shown: Shown
) -> None:
    text = shown(whole, columns, encoding=encoding, detail=True)
    text.encode(encoding)
    assert ("Évora" in text) == (encoding != "ascii")
    assert not set("●○├┤━█░·") & set(text) or encoding != "ascii"


def test_through_a_pipe_it_does_not_depend_on_the_terminal(
    whole: Comparison, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = shown(whole)
    for columns in ("20", "300"):
        monkeypatch.setenv("COLUMNS", columns)
        assert shown(whole) == expected


@pytest.mark.parametrize(("columns", "coloured"), [(None, False), (80, True)])
def test_colour_only_on_a_terminal(
    columns: int | None, coloured: bool, whole: Comparison, shown: Shown
) -> None:
    assert ("\x1b[" in shown(whole, columns, colour=True)) == coloured
    assert "\x1b" not in shown(whole, columns)


def test_columns_stay_aligned_beside_wide_characters(whole: Comparison, shown: Shown) -> None:
    rows = [line for line in shown(whole).splitlines() if line.endswith("balance 80.0")]
    assert [row[:3] for row in rows] == ["Cit", "Évo", "東京都"]
    assert len({cell_len(row) for row in rows}) == 1


@pytest.mark.parametrize("name", ["A\x1b[31mB", "[bold]x[/bold]", "a\u202eb", "=1+1", "x" * 300])
def test_names_are_shown_harmlessly(
    name: str, comparison: Made, course: Course, shown: Shown
) -> None:
    (row,) = course(name, "X", (60.0, 40.0), 5.0)
    text = shown(comparison([name], change=[row]), 80)
    assert not {unicodedata.category(c) for c in text.replace("\n", "")} & {"Cc", "Cf"}
    (line,) = [line for line in text.splitlines() if "fell" in line and " → " in line]
    assert line.startswith(harmless(name)[:16])
    assert ("…" in line) == (len(name) > 80)


@pytest.mark.parametrize("detail", [False, True])
def test_waves_groups_and_columns_are_shown_harmlessly(
    detail: bool, comparison: Made, course: Course, shown: Shown
) -> None:
    act = "a\x1b[31mb\u202e"
    changes = [
        {**row, "wave": act, "next_wave": f"2{act}"} for row in course(act, "X", (60.0, 40.0), 5.0)
    ]
    groups = [
        {"by": act, "unit": "organisations", "measure": "X", "group": f"{act}{at}", "mean": at,
         "organisations": 4, "low": 1.0, "high": 9.0}
        for at in (5.0, 6.0)
    ]  # fmt: skip
    pairs = [
        {"measure": "P", "organisation": f"{act}{at}", "joint": 50.0, "tilt": 1.0 * at,
         "place": "both"}
        for at in range(60)
    ]  # fmt: skip
    found = comparison(change=changes, groups=groups, paradoxes=pairs)
    for columns in (None, 80):
        text = shown(found, columns, detail=detail)
        assert not {unicodedata.category(c) for c in text.replace("\n", "")} & {"Cc", "Cf"}
        assert "a␛[31mb‹U+202E›" in text


@pytest.mark.parametrize(
    ("scores", "half", "word"),
    [((60.0, 50.0), 5.0, "fell"), ((50.0, 60.0), 5.0, "rose"), ((50.0, 52.0), 5.0, "")],
)
def test_what_moved_by_more_than_its_interval_is_said_in_a_word(
    scores: tuple[float, float], half: float, word: str, comparison: Made, course: Course,
    shown: Shown,
) -> None:  # fmt: skip
    text = shown(comparison(change=course("Gent", "X", scores, half)))
    line = next(line for line in text.splitlines() if line.startswith("Gent"))
    assert line.endswith(word or "]")


def test_three_waves_have_all_their_points(comparison: Made, course: Course, shown: Shown) -> None:
    text = shown(comparison(change=course("Gent", "X", (40.0, 60.0, 50.0), 2.0)))
    line = next(line for line in text.splitlines() if line.startswith("Gent"))
    assert "40.0 → 60.0 → 50.0  20.0, -10.0  rose, fell" in line
    picture = line.split()[1]
    assert picture.strip("·").replace("━", "") == "132"
    assert "1 wave 1, 2 wave 2, 3 wave 3" in text


def test_very_many_waves_keep_to_the_width(comparison: Made, course: Course, shown: Shown) -> None:
    scores = [40.0 + at for at in range(12)]
    line = next(
        line for line in shown(comparison(change=course("Gent", "X", scores, 2.0)), 80).splitlines()
        if line.startswith("Gent")
    )  # fmt: skip
    assert "123456789abc" in line.replace("━", "")
    assert line.endswith("11.0 in all")


def test_an_organisation_without_the_wave_in_between(
    comparison: Made, course: Course, shown: Shown
) -> None:
    rows = course("Gent", "X", (40.0, 60.0, 50.0), 2.0)
    (only,) = course("Mons", "X", (44.0, 56.0), 2.0)
    found = comparison(change=[*rows, {**only, "next_wave": "3"}])
    line = next(line for line in shown(found).splitlines() if line.startswith("Mons"))
    assert line.split()[1].replace("·", "").replace("━", "") == "13"


def test_of_very_many_organisations_the_ends_are_shown_and_how_many_more(
    comparison: Made, course: Course, shown: Shown
) -> None:
    rows = [row for at in range(300) for row in course(f"No {at:03}", "X", (50.0, at / 6), 1.0)]
    found = comparison(change=rows)
    text = shown(found)
    names = [line[:6] for line in text.splitlines() if line.startswith("No ")]
    assert names == [f"No {at:03}" for at in [*range(299, 289, -1), *range(9, -1, -1)]]
    assert "… 280 more in between, shown with --detail" in text
    whole = shown(found, detail=True)
    assert "more in between" not in whole
    assert all(f"\nNo {at:03}" in whole for at in range(300))


def test_the_short_view_of_twenty_organisations_fits_two_screens(
    comparison: Made, course: Course, shown: Shown
) -> None:
    rows = [
        row
        for measure in ("X", "Y")
        for at in range(20)
        for row in course(f"No {at}", measure, (50.0, 40.0 + at), 3.0)
    ]
    text = shown(comparison(["Found."], change=rows), 80)
    assert text.count("\n") <= 2 * 30
    assert "--detail shows all organisations and numbers" in " ".join(text.split())
    assert "report.html" in text


def test_what_is_hidden_is_in_no_picture(shown: Shown) -> None:
    """Of the Municipality of Fernfield five people answered, in each of two waves."""
    found = compare(SAMPLE, wave="wave", by="sector", claims=True, robustness=True, runs=100)
    text = shown(found, detail=True)
    assert "Blood Service" in text
    assert "Municipality" not in text


def test_a_column_that_is_the_same_everywhere_is_said_once(whole: Comparison, shown: Shown) -> None:
    text = shown(whole)
    told, head = text.split("Stability of ranks\n")[1].splitlines()[:2]
    assert told == "In every row: Organisations 3, Runs 4000."
    assert head.split() == ["Index", "Mean", "shift", "τ", "Same", "rank", "Within", "two"]


def test_sentences_hang_below_their_beginning(whole: Comparison, shown: Shown) -> None:
    one, two, *_ = shown(whole, 60).splitlines()
    assert one.startswith("· What was found")
    assert two.startswith("  ")
    assert two[2] != " "
