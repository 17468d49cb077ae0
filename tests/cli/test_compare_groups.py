"""`vested compare` with groups, waves, levels of service and the paradox map."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "survey.csv"
Run = Callable[..., Any]
HIDDEN = "Municipality of Fernfield"
"""Five people answered, in each of two waves."""


@pytest.fixture
def levels(tmp_path: Path) -> Path:
    path = tmp_path / "levels.csv"
    path.write_text("organisation,time,level\n=1+1,0,100\n=1+1,1,60\n", encoding="utf-8")
    return path


def test_every_table_is_written(program: Run, tmp_path: Path, levels: Path) -> None:
    options = ("--by", "sector", "--wave", "wave", "--respondent", "respondent", "--paradox-map")
    told = program(
        "compare", SAMPLE, "-i", "vested", *options, "--service-levels", levels,
        "--output", tmp_path / "out",
    )  # fmt: skip
    assert told.status == 0
    names = ["groups", "group_tests", "change", "shock", "service_levels", "paradoxes"]
    for name in [*names, "congruence"]:
        text = (tmp_path / "out" / f"{name}.csv").read_text(encoding="utf-8")
        assert text.count("\n") > 1
        assert "NaN" not in text
    recipe = json.loads((tmp_path / "out" / "recipe.json").read_text(encoding="utf-8"))
    assert recipe["options"]["by"] == ["sector"]
    # What could act in a spreadsheet cannot.
    assert "\n'=1+1," in (tmp_path / "out" / "service_levels.csv").read_text(encoding="utf-8")


def test_what_is_hidden_per_wave_is_nowhere(program: Run, tmp_path: Path) -> None:
    told = program(
        "compare", SAMPLE, "-i", "vested", "--wave", "wave", "--output", tmp_path / "out"
    )
    assert told.status == 0
    for name in ("change", "shock"):
        frame = pl.read_csv(tmp_path / "out" / f"{name}.csv")
        assert HIDDEN not in frame["organisation"].to_list()


@pytest.mark.parametrize("form", ["json", "markdown", "csv"])
def test_forms(program: Run, form: str) -> None:
    told = program("compare", SAMPLE, "-i", "vested", "--by", "sector", "--format", form, "--quiet")
    assert (told.status, told.error) == (0, "")
    assert "municipality" in told.out


def test_the_terminal_shows_headline_measures(program: Run) -> None:
    told = program("compare", SAMPLE, "-i", "vested", "--by", "sector", "--quiet")
    assert told.out.startswith("· By sector, organisations: no headline measure differs")
    assert "\nVESTED " in told.out
    assert "SCL" not in told.out
    whole = program("compare", SAMPLE, "-i", "vested", "--by", "sector", "--detail", "--quiet")
    assert "\nSCL " in whole.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--by", "sektor"), "survey.csv has no column 'sektor' (--by)"),
        (("--by", "sector", "--by", "sector"), "a column is named twice with --by"),
        (("--by", "wave"), "--by wave: the table of scores has a column of that name"),
        ((), "it is not said what to compare"),
        (("--shock", "1,2"), "--shock without --wave"),
        (("--wave", "wave", "--shock", "1,9"), "--shock names wave '9', and there is none"),
        (("--wave", "wave", "--shock", "2,1"), "--shock 2,1 is not two or three waves"),
        (("--service-levels", "none.csv"), "none.csv cannot be read"),
    ],
)
def test_wishes_that_cannot_be_met(program: Run, options: tuple[str, ...], message: str) -> None:
    told = program("compare", SAMPLE, "-i", "vested", *options, "--quiet")
    assert (told.status, told.out) == (2, "")
    assert message in told.error
    assert "hint: " in told.error


def test_the_levels_of_service_are_never_written_over(program: Run, levels: Path) -> None:
    before = levels.read_bytes()
    options = ("--service-levels", levels, "--output", levels, "--force", "--quiet")
    told = program("compare", SAMPLE, *options)
    assert told.status == 2
    assert "levels.csv is one of the files to read" in told.error
    assert levels.read_bytes() == before
