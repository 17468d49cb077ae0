"""Levels of service from a file: triangles, and what is no such file."""

from __future__ import annotations

from pathlib import Path

import pytest

from vested.analysis.compare.services import services_part
from vested.errors import InputError

WORKED = "Gent,0,100\nGent,5,80\nGent,1,60\nGent,10,100\n"


def written(folder: Path, text: str, header: str = "organisation,time,level\n") -> Path:
    path = folder / "levels.csv"
    path.write_text(header + text, encoding="utf-8")
    return path


def test_the_worked_triangle(tmp_path: Path) -> None:
    """100, 60, 80, 100 at 0, 1, 5, 10, in any order: a loss of 190 (Bruneau et al. 2003)."""
    (table, _), (told,) = services_part(written(tmp_path, WORKED + "Aalst,1,5\n"))
    aalst, gent = table.frame.iter_rows(named=True)
    assert (gent["loss"], gent["depth"], gent["recovery"], gent["gain"]) == (190, 40, 10, 0)
    assert (aalst["reason"], aalst["loss"]) == ("fewer than 2 measurements", None)
    assert told.startswith("Of 2 organisations with levels of service, 1 fell")


def test_dates_count_in_days(tmp_path: Path) -> None:
    text = "Gent,2020-02-28,10\nGent,2020-03-01 12:00,6\nGent,2020-03-02,10\n"
    (table, _), _ = services_part(written(tmp_path, text))
    assert table.frame["recovery"].to_list() == [3]
    assert table.frame["rapidity"].to_list() == [8]


def test_every_level_of_the_file(tmp_path: Path) -> None:
    """In the order of time, with the time since the first and what is missing of the first."""
    (_, table), _ = services_part(written(tmp_path, WORKED + "Aalst,7,5\n"))
    assert table.frame.rows() == [
        ("Aalst", "7", 0.0, 5.0, 0.0), ("Gent", "0", 0.0, 100.0, 0.0),
        ("Gent", "1", 1.0, 60.0, 40.0),
        ("Gent", "5", 5.0, 80.0, 20.0), ("Gent", "10", 10.0, 100.0, 0.0),
    ]  # fmt: skip
    (_, dated), _ = services_part(written(tmp_path, "Gent,2020-02-28,4\nGent,2020-03-01 12:00,6\n"))
    assert dated.frame.select("time", "elapsed", "shortfall").rows() == [
        ("2020-02-28", 0.0, 0.0), ("2020-03-01 12:00", 2.5, 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Gent,soon,1\n", "row 2, column time: 'soon' is neither"),
        ("Gent,1,\n", "row 2, column level: '' is no number"),
        ("Gent,1,1\nGent,2,nan\n", "row 3, column level: 'nan'"),
        ("Gent,1,1\nGent,1.0,2\n", "row 3, column time: '1.0' is there twice"),
        ("Gent,1,1\nGent,2020-01-01,2\n", "row 3, column time: '2020-01-01' is a date"),
        (",1,1\n", "row 2, column organisation"),
        ("Gent,1\n", "row 2: 2 cells"),
        ("Gent,1_0,1\n", "row 2, column time"),
        ("Gent,2020-01-01T00:00+01:00,1\n", "row 2, column time"),
        ("", "levels.csv has no rows"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=r"levels\.csv") as error:
        services_part(written(tmp_path, text))
    assert message in error.value.message
    assert error.value.hint


@pytest.mark.parametrize(
    "header", ["organisation,time\n", "organisation,time,level,level\n", "a,b,c\n"]
)
def test_bad_headers(tmp_path: Path, header: str) -> None:
    with pytest.raises(InputError, match="column"):
        services_part(written(tmp_path, WORKED, header))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        services_part(tmp_path / "none.csv")
