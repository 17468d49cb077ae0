"""`--population`, `--trim` and `--headcount` on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MARGINS = "variable,value,count\nsector,a,3\nsector,b,2\nsector,c,1\n"


@pytest.fixture
def given(
    norm_survey: Callable[..., Path], many: Callable[..., list[list[str]]], eight: Path,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> list[str]:  # fmt: skip
    """What to say: a survey whose sectors are spread over the respondents, and the instrument."""
    rows = [[*row[:1], "abc"[at % 3], *row[2:]] for at, row in enumerate(many(3))]
    norm_survey(rows)
    (tmp_path / "margins.csv").write_text(MARGINS)
    (tmp_path / "staff.csv").write_text("organisation,count\nOrg 00,40\nOrg 01,11\nOrg 02,12\n")
    monkeypatch.chdir(tmp_path)
    return ["analyse", "survey.csv", "-i", eight.name]


def test_shown(given: list[str], program: Callable[..., Any]) -> None:
    options = ["--population", "margins.csv", "--headcount", "staff.csv", "--trim", "2"]
    told = program(*given, *options, "--detail")
    assert told.status == 0
    head, first = told.out.splitlines()[0], told.out.splitlines()[2]
    assert "Rate" in head
    assert " 25% " in first
    assert "Staff now" in told.out
    assert "Weights to the population" in told.out
    assert "note: weights to margins.csv: 3 × values with fewer than 5 respondents" in told.error


def test_a_folder_has_the_table_of_weights(given: list[str], program: Callable[..., Any]) -> None:
    assert program(*given, "--population", "margins.csv", "-o", "out").status == 0
    recipe = json.loads(Path("out/recipe.json").read_text())
    assert set(recipe["outputs"]) == {"scores.csv", "weighting.csv", "ledger.csv"}
    assert recipe["options"]["trim"] == 0
    assert len(recipe["options"]["population"]) == 64
    told = program(*given, "--population", "margins.csv", "-o", "margins.csv", "--force")
    assert told.status == 2
    assert told.error.startswith("error: margins.csv is one of the files to read")
    assert Path("margins.csv").read_text() == MARGINS


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--population", "away.csv"], "error: away.csv cannot be read"),
        (["--population", "margins.csv", "--weight", "wave"], "error: --population and a column"),
        (["--trim", "5"], "error: --trim without --population"),
        (["--headcount", "margins.csv"], "error: margins.csv has no column organisation"),
        (["--headcount", "staff.csv", "--group", "sector"], "error: --headcount with --group"),
    ],
    ids=" ".join,
)
def test_refused(
    options: list[str], message: str, given: list[str], program: Callable[..., Any]
) -> None:
    told = program(*given, *options)
    assert (told.status, told.out) == (2, "")
    assert told.error.startswith(message)
    assert "hint: " in told.error
    assert "Traceback" not in told.error
